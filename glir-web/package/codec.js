// Encodes and decodes values of the language as its table describes them. Values look as in the text form: names for
// enumeration values, objects and lists for structures.

import { ENCODINGS } from "./table/encodings.js";
import { unpack } from "./msgpack.js";

/** Bytes of one element of each encoding. */
export const SIZES = { raw: 1, u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, f16: 2, f32: 4, f64: 8 };

/** The encoding of each kind of array. */
const OF_ARRAY = new Map([
  [Uint8Array, "u8"], [Uint8ClampedArray, "u8"], [Int8Array, "i8"], [Uint16Array, "u16"], [Int16Array, "i16"],
  [Uint32Array, "u32"], [Int32Array, "i32"], [Float32Array, "f32"], [Float64Array, "f64"],
  ...(globalThis.Float16Array ? [[globalThis.Float16Array, "f16"]] : []),
]);

const ARRAYS = Object.fromEntries([...OF_ARRAY].reverse().map(([array, encoding]) => [encoding, array]));

const bytesOf = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** Bytes from base64. */
export function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = characters.charCodeAt(index);
  return bytes;
}

const fail = (message) => {
  throw new TypeError(message);
};

const show = (value) => {
  const text = typeof value === "bigint" ? `${value}` : JSON.stringify(value);
  return text === undefined ? String(value) : text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

/** What is written `NaN`, `Infinity` and so on in the text form. */
function number(value) {
  if (typeof value === "number") return value;
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  return fail(`${show(value)} is not a number`);
}

/** The bits of a NaN that is written as such, `0x7fc00001`; null for other values. */
function bits(value, bytes) {
  if (typeof value !== "string" || !value.startsWith("0x")) return null;
  const digits = 2 * bytes;
  return new RegExp(`^0x[0-9a-f]{${digits}}$`, "i").test(value) ? BigInt(value) : fail(`${show(value)} is not ${digits} digits`);
}

/** The nearest float of 16 bits, as its bits. */
function half(value) {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  const nearest = (exact) => {
    const below = Math.floor(exact);
    return exact - below > 0.5 || (exact - below === 0.5 && below % 2) ? below + 1 : below;
  };
  if (size < 2 ** -14) return sign | nearest(size * 2 ** 24);
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, size);
  const exponent = (view.getUint16(0) >> 4) - 1023;
  // Rounding up may carry into the exponent, as it should.
  return sign | (((exponent + 14) << 10) + nearest((size / 2 ** exponent) * 1024));
}

/** Floats that no array of the browser's takes: of 16 bits where it knows none, and NaNs given by their bits. */
function floats(encoding, values) {
  const size = SIZES[encoding];
  const view = new DataView(new ArrayBuffer(size * values.length));
  values.forEach((value, index) => {
    const [at, exact] = [index * size, bits(value, size)];
    if (encoding === "f16") view.setUint16(at, exact === null ? half(number(value)) : Number(exact), true);
    else if (encoding === "f32") exact === null ? view.setFloat32(at, number(value), true) : view.setUint32(at, Number(exact), true);
    else exact === null ? view.setFloat64(at, number(value), true) : view.setBigUint64(at, exact, true);
  });
  return bytesOf(view);
}

/** The bytes of a list of elements. */
function elements(encoding, values) {
  if (ArrayBuffer.isView(values)) return bytesOf(values);
  if (values instanceof ArrayBuffer) return new Uint8Array(values);
  if (typeof values === "string") return fromBase64(values);
  if (!Array.isArray(values)) return fail(`a payload is a list, a typed array or base64, not ${show(values)}`);
  const float = encoding === "f16" || encoding === "f32" || encoding === "f64";
  if (float && (!ARRAYS[encoding] || values.some((value) => typeof value === "string"))) return floats(encoding, values);
  const numbers = values.map((value) => (typeof value === "boolean" ? Number(value) : number(value)));
  const array = ARRAYS[encoding] ?? fail(`elements of type ${encoding} can't be written as a list here`);
  return bytesOf(array.from(numbers));
}

/**
 * A payload's element type and bytes; for one that lies elsewhere, where.
 * @returns {{ encoding: string, bytes?: Uint8Array, place?: number | Uint8Array, length?: number }}
 */
export function payload(value) {
  if (ArrayBuffer.isView(value)) {
    return { encoding: OF_ARRAY.get(value.constructor) ?? "raw", bytes: bytesOf(value) };
  }
  if (value instanceof ArrayBuffer) return { encoding: "raw", bytes: new Uint8Array(value) };
  if (value === null || typeof value !== "object") return fail(`${show(value)} is not a payload`);
  if ("blob" in value) {
    const hash = value.blob.match(/^[0-9a-f]{64}$/i) ? value.blob : fail(`${show(value.blob)} is not a hash`);
    const place = Uint8Array.from(hash.match(/../g), (digits) => parseInt(digits, 16));
    return { encoding: value.type, place, length: value.bytes };
  }
  if ("arena" in value) return { encoding: value.type, place: value.arena, length: value.bytes };
  const [encoding] = Object.keys(value);
  if (!(encoding in SIZES)) return fail(`${show(encoding)} is not an element type`);
  return { encoding, bytes: elements(encoding, value[encoding]) };
}

/**
 * Reads and writes the types of a table.
 *
 * A type is a word: `b` boolean, `u` unsigned integer, `i` integer, `f` and `F` floats of 32 and 64 bits, `s` string,
 * `S` shader source, `h` hash, `p` payload, `v` value of a slot, `P` program, `/name` a slot of a kind, `=Name` an
 * enumeration, `*Name` a structure, `|Name` a union, `?type` an optional value, `[type` a list, `4type` so many values,
 * `{` state fields.
 */
export class Codec {
  constructor({ ENUMS = {}, STRUCTS = {}, UNIONS = {}, STATE = {} }) {
    Object.assign(this, { ENUMS, STRUCTS, UNIONS, STATE });
    this.names = {};
  }

  /**
   * Appends a value. The host places payloads and knows slots.
   * @param {import("./msgpack.js").Packer} packer
   */
  encode(packer, type, value, host) {
    const rest = type.slice(1);
    switch (type[0]) {
      case "b": return packer.bool(typeof value === "boolean" ? value : fail(`${show(value)} is neither true nor false`));
      case "P": host.program(value); // falls through: it is a number as any other
      case "u": return packer.int(whole(value, 0));
      case "i": return packer.int(whole(value, -0x80000000));
      case "f": {
        const exact = bits(value, 4);
        return exact === null ? packer.float32(number(value)) : packer.sized(0xca, Number(exact), 4);
      }
      case "F": {
        const exact = bits(value, 8);
        return exact === null ? packer.float64(number(value)) : packer.sized(0xcb, exact, 8);
      }
      case "s": return packer.str(typeof value === "string" ? value : fail(`${show(value)} is not a string`));
      case "S": return packer.str(Array.isArray(value) ? value.join("\n") : value);
      case "p": return this.payload(packer, payload(value), host);
      case "v": return this.payload(packer, host.value(value), host);
      case "/": return packer.int(whole(host.slot(rest, value), 0));
      case "=": {
        const found = this.ENUMS[rest][value];
        return packer.int(found ?? fail(`${show(value)} is none of ${Object.keys(this.ENUMS[rest]).join(", ")}`));
      }
      case "?": return value === null || value === undefined ? packer.nil() : this.encode(packer, rest, value, host);
      case "[": {
        packer.array(value.length);
        for (const each of value) this.encode(packer, rest, each, host);
        return undefined;
      }
      case "*": return this.structure(packer, rest, value, host);
      case "|": return this.union(packer, rest, value, host);
      case "{": return this.state(packer, value, host);
      default: {
        const count = parseInt(type, 10);
        if (value.length !== count) return fail(`${count} values belong in this list, ${value.length} stand there`);
        packer.array(count);
        for (const each of value) this.encode(packer, type.slice(`${count}`.length), each, host);
        return undefined;
      }
    }
  }

  payload(packer, { encoding, bytes, place, length }, host) {
    const code = ENCODINGS[encoding] ?? fail(`${show(encoding)} is not an element type`);
    if (bytes && bytes.length <= 64) {
      packer.array(2);
      packer.int(code);
      return packer.bin(bytes);
    }
    packer.array(3);
    packer.int(code);
    const where = bytes ? host.place(bytes) : place;
    if (typeof where === "number") packer.int(where);
    else packer.bin(where);
    return packer.int(bytes ? bytes.length : length);
  }

  structure(packer, name, value, host) {
    const [style, fields] = this.STRUCTS[name];
    packer.array(fields.length);
    if (style === "tuple") {
      if (value?.length !== fields.length) {
        return fail(`the list is [${fields.map(([field]) => field).join(", ")}], not ${show(value)}`);
      }
      return fields.forEach(([, type], index) => this.encode(packer, type, value[index], host));
    }
    const given = style === "declaration" && typeof value === "string" ? declaration(value, fields.length === 3) : value;
    return this.fields(packer, fields, given, host);
  }

  fields(packer, fields, value, host) {
    for (const key of Object.keys(value)) {
      if (!fields.some(([name]) => name === key)) {
        fail(`there is no field ${show(key)}; there are ${fields.map(([name]) => name).join(", ")}`);
      }
    }
    for (const field of fields) this.field(packer, field, value[field[0]], host);
  }

  /** A field, or its default. */
  field(packer, [name, type, ...initial], value, host) {
    try {
      if (value === undefined) value = initial.length ? initial[0] : fail("is missing");
      this.encode(packer, type, value, host);
    } catch (error) {
      error.message = `${name}: ${error.message}`;
      throw error;
    }
  }

  union(packer, name, value, host) {
    const variants = this.UNIONS[name];
    let variant;
    if (typeof value === "string") variant = variants.find(([, text, fields]) => !fields.length && text === value);
    else if (typeof value === "number" || typeof value === "bigint") variant = variants.find(([, , , bare]) => bare);
    else if (value) {
      const suits = ([, , fields, bare]) => !bare && fields.length && (fields[0].length > 2 || fields[0][0] in value);
      variant = variants.find(suits);
    }
    if (!variant) return fail(`${show(value)} is no ${name}`);
    const [tag, , fields, bare] = variant;
    packer.array(1 + fields.length);
    packer.int(tag);
    if (bare) return this.encode(packer, fields[0][1], value, host);
    return typeof value === "string" ? undefined : this.fields(packer, fields, value, host);
  }

  state(packer, value, host) {
    const given = Object.keys(value);
    for (const name of given) if (!(name in this.STATE)) fail(`there is no state field ${show(name)}`);
    const fields = given.map((name) => [name, ...this.STATE[name]]).sort((a, b) => a[1] - b[1]);
    packer.map(fields.length);
    for (const [name, tag, type] of fields) {
      packer.int(tag);
      this.field(packer, [name, type], value[name], host);
    }
  }

  /** Turns what MessagePack holds into a value of a type. Payloads become typed arrays where they can. */
  decode(type, value, arena) {
    const rest = type.slice(1);
    switch (type[0]) {
      case "=": return this.nameOf(rest, value);
      case "?": return value === null ? null : this.decode(rest, value, arena);
      case "[": return value.map((each) => this.decode(rest, each, arena));
      case "*": return this.decodeFields(this.STRUCTS[rest][1], value, arena);
      case "p": return decodePayload(value, arena);
      default: return value;
    }
  }

  decodeFields(fields, values, arena) {
    return Object.fromEntries(fields.map(([name, type], index) => [name, this.decode(type, values[index], arena)]));
  }

  nameOf(name, value) {
    this.names[name] ??= new Map(Object.entries(this.ENUMS[name]).map(([text, number]) => [number, text]));
    return this.names[name].get(value) ?? value;
  }
}

function decodePayload([code, place, length], arena) {
  const encoding = Object.keys(ENCODINGS).find((name) => ENCODINGS[name] === code) ?? "raw";
  const bytes = typeof place === "number" ? arena.subarray(place, place + length) : place;
  const array = ARRAYS[encoding];
  // A copy: it is aligned, and it does not keep a whole message in memory.
  return array ? new array(bytes.slice().buffer) : bytes.slice();
}

function whole(value, least) {
  const sound = typeof value === "bigint" || Number.isSafeInteger(value);
  return sound && value >= least ? value : fail(`${show(value)} is not a whole number from ${least} on`);
}

/** `vec4 u_color[3]` as an object. */
export function declaration(text, counted) {
  const found = text.trim().match(/^(\S+)\s+([\w.[\]]+)$/) ?? fail(`${show(text)} is not a declaration such as "vec4 u_color"`);
  const array = counted && found[2].match(/^(.*)\[(\d+)\]$/);
  return { type: found[1], name: array ? array[1] : found[2], ...(array && { count: Number(array[2]) }) };
}

/** Reads a whole array of rows, such as the replies of a chunk; rows that the table lacks are left out. */
export function decodeRows(codec, rows, head, arena) {
  const found = [];
  for (const [opcode, ...values] of unpack(head)) {
    const row = Object.entries(rows).find(([, [number]]) => number === opcode);
    if (row) found.push({ name: row[0], ...codec.decodeFields(row[1][1], values, arena) });
  }
  return found;
}
