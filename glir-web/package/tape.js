// Recording what a view draws, from any moment on: a snapshot first, then what comes. Bytes are kept as they came, not copied.

import { BLOCK, chunk, readdressed, trailer } from "./chunk.js";
import { Packer } from "./msgpack.js";

/** The numbers of kinds in an index. */
const KINDS = { FRAM: 1, BLOB: 2 };

/** Bytes in a row that damage may hit without hitting two chunks. */
const APART = 16;

const padded = (length) => Math.ceil(length / BLOCK) * BLOCK;

/** A stream as it is recorded: its header, and the chunks behind it. */
class Stream {
  bytes = 0;
  /** Those of what the stream begins with. */
  begun = 0;
  #parts = [];
  #rows = [];
  #counts = { FRAM: 0, BLOB: 0 };

  /** @param {Uint8Array} header as `Engine.begin` takes it */
  constructor(header) {
    this.#put([header]);
    // Once more, for who finds the first one damaged; with room between, so that one damaged place does not hit both.
    this.#put([chunk("room", { head: new Uint8Array(0) }), chunk("head", { head: header.subarray(BLOCK) })]);
  }

  /** Appends bytes and what pads them, so that the next ones stand where a part may. */
  #put(pieces) {
    for (const piece of pieces) {
      if (!piece.length) continue;
      this.#parts.push(piece);
      const padding = padded(piece.length) - piece.length;
      if (padding) this.#parts.push(new Uint8Array(padding));
      this.bytes += piece.length + padding;
    }
  }

  /** Appends a chunk as it came, with the number and the time that it has here. */
  add({ kind, header, head, arena }, time) {
    this.#rows.push([KINDS[kind], this.#counts[kind], this.bytes]);
    const block = readdressed(header, this.#counts[kind]++, time);
    // Header and head stand together.
    const start = new Uint8Array(BLOCK + head.length);
    start.set(block);
    start.set(head, BLOCK);
    this.#put([start, arena]);
    // Damage in one place is not to hit two chunks: where padding is short, an empty one comes between.
    const last = (arena.length || start.length) % BLOCK;
    if (last === 0 || BLOCK - last < APART - 1) this.#put([chunk("room", { head: new Uint8Array(0) })]);
  }

  /** The bytes of the file, with an index. */
  finished() {
    const head = new Packer();
    head.array(this.#rows.length);
    for (const row of this.#rows) {
      head.array(3);
      row.forEach((value) => head.int(value));
    }
    const index = (end) => chunk("INDX", { head: head.written(), arena: trailer(this.bytes, end) });
    return [...this.#parts, index(this.bytes + index(0).length)];
  }
}

export class Tape {
  #began = performance.now();
  /** The streams, the last one being recorded. */
  #streams = [];
  /** The next stream begins when a frame is complete: what came since the last one is in its snapshot. */
  #waiting = true;
  #most;
  /** The stream's header and blobs. */
  #header = null;
  #blobs = [];

  /** @param {number} most the bytes of frames that are kept, the oldest being given up first; what they begin with comes on top */
  constructor(most = Infinity) {
    this.#most = most;
  }

  /** Notes the header and the blobs of the stream that is drawn, which a recording begins with. */
  know(header, blobs) {
    [this.#header, this.#blobs] = [header, blobs];
  }

  /** What is drawn begins anew, or goes on elsewhere. */
  interrupt() {
    this.#waiting = true;
  }

  /** Takes a part that has been drawn. */
  add(part) {
    if (!this.#waiting && part.kind in KINDS) this.#streams.at(-1).add(part, this.#time());
  }

  /**
   * A frame is complete.
   * @param {() => Uint8Array[]} snapshot heads and arenas of what has been drawn
   */
  complete(snapshot) {
    const last = this.#streams.at(-1);
    // Half of what is kept may lie in front of the last snapshot.
    if (!this.#waiting && last.bytes - last.begun < this.#most / 2) return;
    if (!this.#header) return;
    this.#waiting = false;
    const stream = new Stream(this.#header);
    for (const blob of this.#blobs) stream.add(blob, 0);
    const chunks = snapshot();
    for (let at = 0; at < chunks.length; at += 2) {
      const [head, arena] = [chunks[at], chunks[at + 1]];
      stream.add({ kind: "FRAM", header: chunk("FRAM", { head, arena }).subarray(0, BLOCK), head, arena }, this.#time());
    }
    stream.begun = stream.bytes;
    this.#streams.push(stream);
    const frames = () => this.#streams.reduce((sum, { bytes, begun }) => sum + bytes - begun, 0);
    while (this.#streams.length > 1 && frames() > this.#most) this.#streams.shift();
  }

  #time() {
    return Math.round((performance.now() - this.#began) * 1000);
  }

  /** The recording: a `.glir` file. */
  finish() {
    return new Blob(this.#streams.flatMap((stream) => stream.finished()), { type: "model/vnd.glir" });
  }
}
