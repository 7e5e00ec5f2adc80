// What every frame of commands is built on: a head of MessagePack and an arena of payloads.

import { chunk, fileHeader, trailer } from "./chunk.js";
import { Codec, declaration, payload } from "./codec.js";
import { Packer } from "./msgpack.js";
import * as table from "./table/commands.js";

const { COMMANDS, ENUMS, VERSION } = table;
const CODEC = new Codec(table);

/** The lists of an interface that slots number, by the word that the table has for the slot. */
const LISTS = {
  attribute: "attributes",
  uniform: "uniforms",
  sampler: "samplers",
  block: "blocks",
  "feedback varying": "feedback",
};

/** The encoding of the values of a GLSL type. */
const encodingOf = (type) => (/^(int|bool|[ib]vec)/.test(type) ? "i32" : /^u/.test(type) ? "u32" : "f32");

/** The array's header takes up to five bytes, which are kept free in front of the commands. */
const SPARE = 5;

/** A head and an arena that grow. The methods that append commands come from the table: see `Frame`. */
export class FrameBase {
  #head = new Packer();
  #arena = new Uint8Array(0);
  #used = 0;
  #count = 0;
  /** The declared interface of each program, by its id. */
  #programs;
  #program = 0;
  #slot = null;
  #element = null;

  /** @param {FrameBase} [after] a frame whose programs this one may name */
  constructor(after) {
    this.#programs = after ? after.#programs : new Map();
    this.#head.room(SPARE);
  }

  /** The number of commands. */
  get length() {
    return this.#count;
  }

  /** The head: a MessagePack array of commands. It is valid until the next command is appended. */
  get head() {
    const header = new Packer(SPARE);
    header.array(this.#count);
    const start = SPARE - header.length;
    this.#head.bytes.set(header.written(), start);
    return this.#head.bytes.subarray(start, this.#head.length);
  }

  /** The arena: payload bytes, each payload at a multiple of 64. It is valid until the next command is appended. */
  get arena() {
    return this.#arena.subarray(0, this.#used);
  }

  /**
   * Appends a command by its name in the table. Arguments with defaults may be left out.
   * @param {string} name such as `DRAW`
   * @param {unknown[]} values
   */
  add(name, values) {
    const [opcode, fields] = COMMANDS[name] ?? [];
    if (!fields) throw new TypeError(`there is no command ${name}`);
    const before = [this.#head.length, this.#used];
    this.#program = 0;
    this.#slot = this.#element = null;
    try {
      if (values.length > fields.length) throw new TypeError(`there are ${values.length} arguments, ${fields.length} belong there`);
      this.#head.array(1 + fields.length);
      this.#head.int(opcode);
      fields.forEach((field, index) => {
        const given = values[index] ?? (values[index] === null ? null : undefined);
        const element = field[0] === "first" && given === undefined ? this.#element : null;
        CODEC.field(this.#head, field, element ?? given, this);
      });
    } catch (error) {
      // A command that can't be written leaves nothing behind.
      [this.#head.length, this.#used] = before;
      error.message = `${name}: ${error.message}`;
      throw error;
    }
    this.#count += 1;
    if (name === "SHADERS") this.#programs.set(values[0], interfaceOf(values[2] ?? {}));
    else if (name === "DELETE") this.#programs.delete(values[0]);
    return this;
  }

  // ---- what the codec asks -------------------------------------------------------------------------------------

  /** @internal */
  program(id) {
    this.#program = id;
  }

  /** @internal The slot with a name; a number is one already. */
  slot(kind, value) {
    const list = this.#programs.get(this.#program)?.[kind];
    let slot = value;
    if (typeof value === "string") {
      if (!list) throw new TypeError(`the names of program ${this.#program} are unknown; give the slot's number`);
      slot = list.findIndex(({ name }) => name === value);
      const element = slot < 0 && kind === "uniform" && value.match(/^(.*)\[(\d+)\]$/);
      if (element) {
        slot = list.findIndex(({ name }) => name === element[1]);
        this.#element = Number(element[2]);
      }
      if (slot < 0) {
        const names = list.map(({ name }) => name).join(", ");
        throw new TypeError(`program ${this.#program} declares no ${kind} "${value}"${names && `; there are ${names}`}`);
      }
    }
    this.#slot = list?.[slot] ?? null;
    return slot;
  }

  /** @internal A value of the slot that was named last, as a payload. */
  value(value) {
    const plain = typeof value !== "object" || Array.isArray(value);
    if (!plain) return payload(value);
    if (!this.#slot?.type) throw new TypeError("the declared type is not known here; give the value as a typed array");
    return payload({ [encodingOf(this.#slot.type)]: [value].flat() });
  }

  /** @internal Copies bytes into the arena; where they lie. */
  place(bytes) {
    const at = Math.ceil(this.#used / 64) * 64;
    const used = at + bytes.length;
    if (used > this.#arena.length) {
      const grown = new Uint8Array(Math.max(used, 2 * this.#arena.length));
      grown.set(this.arena);
      this.#arena = grown;
    }
    // What a command that was taken back has left there goes.
    this.#arena.fill(0, this.#used, at);
    this.#arena.set(bytes, at);
    this.#used = used;
    return at;
  }
}

function interfaceOf(given) {
  const parse = (kind, entry) => (typeof entry === "string" ? declaration(entry, kind === "uniform") : entry);
  return Object.fromEntries(
    Object.entries(LISTS).map(([kind, list]) => [kind, (given[list] ?? []).map((entry) => parse(kind, entry))]),
  );
}

/**
 * The part that begins a stream, as a file or a live session starts with it.
 * @param {object} [header] the fields of the header in the text form
 */
export function begin(header = {}) {
  const packer = new Packer();
  CODEC.encode(packer, "*Header", header, null);
  return fileHeader(header.major ?? VERSION[0], header.minor ?? VERSION[1], packer.written());
}

/**
 * The chunk of a frame.
 * @param {FrameBase} frame
 * @param {number} [sequence] the frame's number, from 0
 * @param {number} [time] microseconds since the stream began
 */
export function message(frame, sequence = 0, time = 0) {
  return chunk("FRAM", { sequence, time, head: frame.head, arena: frame.arena });
}

/**
 * A whole `.glir` file with its index.
 * @param {FrameBase[]} frames
 * @param {{ header?: object, times?: number[], meta?: Record<string, string> }} [options] the header's fields in the text
 *   form, the frames' times in microseconds, notes about the file
 */
export function file(frames, { header = {}, times = [], meta } = {}) {
  const parts = [begin(header)];
  const rows = [];
  let length = parts[0].length;
  const append = (kind, sequence, part) => {
    if (kind) rows.push([kind, sequence, length]);
    parts.push(part);
    length += part.length;
  };
  if (meta) {
    const head = new Packer();
    head.map(Object.keys(meta).length);
    for (const [key, value] of Object.entries(meta)) {
      head.str(key);
      head.str(value);
    }
    append(3, 0, chunk("META", { head: head.written() }));
  }
  frames.forEach((frame, index) => append(1, index, message(frame, index, times[index] ?? 0)));
  const head = new Packer();
  head.array(rows.length);
  for (const row of rows) {
    head.array(3);
    row.forEach((value) => head.int(value));
  }
  const index = (end) => chunk("INDX", { head: head.written(), arena: trailer(length, end) });
  append(0, 0, index(length + index(0).length));
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The names of an enumeration's values, such as those of `Mode`. */
export const namesOf = (enumeration) => Object.keys(ENUMS[enumeration] ?? {});
