// The parts of a `.glir` file: 64-byte blocks, a head and an arena, each padded to 64 bytes, with checksums.

import { unpackBlock } from "./lz4.js";

export const BLOCK = 64;

/** Flags of chunks whose head or arena is packed. */
const PACKED_HEAD = 0x100;
const PACKED_ARENA = 0x200;

/** The most bytes that a packed head or arena may stand for. */
const MOST_HEAD = 64 << 20;
const MOST_ARENA = 1 << 30;

const MAGIC = [0x89, 0x47, 0x4c, 0x49, 0x52, 0x0d, 0x0a, 0x1a];
const TRAILER_MAGIC = [0x89, 0x47, 0x4c, 0x49, 0x52, 0x45, 0x4e, 0x44];

/** Eight tables, so that eight bytes go in at a time. */
const TABLES = (() => {
  const tables = Array.from({ length: 8 }, () => new Int32Array(256));
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    tables[0][byte] = crc;
  }
  for (let table = 1; table < 8; table++) {
    for (let byte = 0; byte < 256; byte++) {
      const crc = tables[table - 1][byte];
      tables[table][byte] = (crc >>> 8) ^ tables[0][crc & 255];
    }
  }
  return tables;
})();

/**
 * CRC-32 as in PNG and zlib, also of bytes that come in pieces: pass what the piece before gave.
 * @param {Uint8Array} bytes
 * @param {number} [before]
 */
export function crc32(bytes, before = 0) {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES;
  let crc = ~before;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low = crc ^ (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24));
    crc = t7[low & 255] ^ t6[(low >>> 8) & 255] ^ t5[(low >>> 16) & 255] ^ t4[low >>> 24]
      ^ t3[bytes[at + 4]] ^ t2[bytes[at + 5]] ^ t1[bytes[at + 6]] ^ t0[bytes[at + 7]];
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[at]) & 255];
  return ~crc >>> 0;
}

const padded = (length) => Math.ceil(length / BLOCK) * BLOCK;

function seal(block) {
  new DataView(block.buffer, block.byteOffset).setUint32(60, crc32(block.subarray(0, 60)), true);
}

/** The part that begins a stream, from its header as MessagePack. */
export function fileHeader(major, minor, head) {
  const bytes = new Uint8Array(padded(BLOCK + head.length));
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint16(8, major, true);
  view.setUint16(10, minor, true);
  view.setUint32(12, head.length, true);
  view.setUint32(16, crc32(head), true);
  seal(bytes.subarray(0, BLOCK));
  bytes.set(head, BLOCK);
  return bytes;
}

/**
 * A chunk.
 * @param {string} kind four letters
 * @param {{ sequence?: number, time?: number, head: Uint8Array, arena?: Uint8Array }} contents
 */
export function chunk(kind, { sequence = 0, time = 0, head, arena = new Uint8Array(0) }) {
  const start = padded(BLOCK + head.length);
  const bytes = new Uint8Array(arena.length ? padded(start + arena.length) : start);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < 4; index++) bytes[index] = kind.charCodeAt(index);
  view.setUint32(8, head.length, true);
  view.setUint32(12, crc32(head), true);
  view.setBigUint64(16, BigInt(arena.length), true);
  view.setUint32(24, crc32(arena), true);
  view.setBigUint64(32, BigInt(sequence), true);
  view.setBigUint64(40, BigInt(time), true);
  seal(bytes.subarray(0, BLOCK));
  bytes.set(head, BLOCK);
  bytes.set(arena, start);
  return bytes;
}

/** The header of a chunk with another number and time. */
export function readdressed(header, sequence, time) {
  const block = header.slice(0, BLOCK);
  const view = new DataView(block.buffer);
  view.setBigUint64(32, BigInt(sequence), true);
  view.setBigUint64(40, BigInt(time), true);
  seal(block);
  return block;
}

/** The last block of a stream with an index, which lies in the index's arena. */
export function trailer(indexOffset, streamLength) {
  const bytes = new Uint8Array(BLOCK);
  const view = new DataView(bytes.buffer);
  bytes.set(TRAILER_MAGIC);
  view.setBigUint64(8, BigInt(indexOffset), true);
  view.setBigUint64(16, BigInt(streamLength), true);
  seal(bytes);
  return bytes;
}

/** Whether bytes begin a stream. */
export function beginsStream(bytes) {
  return bytes.length >= BLOCK && MAGIC.every((byte, index) => bytes[index] === byte);
}

/**
 * Takes a whole part apart: a chunk, or a file header, of which `header` is all. Its checksums are for others to compare.
 * @param {Uint8Array} bytes
 * @returns {{ kind: string, sequence: number, time: number, header: Uint8Array, head: Uint8Array, arena: Uint8Array }}
 */
export function takeApart(bytes) {
  if (bytes.length < BLOCK) throw new RangeError("the message is shorter than a header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = bytes.subarray(0, BLOCK);
  if (beginsStream(bytes)) {
    const length = view.getUint32(12, true);
    if (padded(BLOCK + length) !== bytes.length) throw new RangeError("the message does not have the length that it claims");
    const none = bytes.subarray(0, 0);
    return { kind: "header", sequence: 0, time: 0, header: bytes.subarray(0, BLOCK + length), head: none, arena: none };
  }
  const kind = String.fromCharCode(...bytes.subarray(0, 4));
  const head = view.getUint32(8, true);
  const arena = Number(view.getBigUint64(16, true));
  const start = padded(BLOCK + head);
  if ((arena ? padded(start + arena) : start) !== bytes.length) {
    throw new RangeError("the message does not have the length that it claims");
  }
  return {
    kind,
    sequence: Number(view.getBigUint64(32, true)),
    time: Number(view.getBigUint64(40, true)),
    header,
    head: bytes.subarray(BLOCK, BLOCK + head),
    arena: bytes.subarray(start, start + arena),
  };
}

/** The bytes that a chunk's packed head and arena stand for; null for what is not packed. */
function promised(header) {
  const view = new DataView(header.buffer, header.byteOffset);
  const flags = view.getUint32(4, true);
  return [flags & PACKED_HEAD ? view.getUint32(28, true) : null, flags & PACKED_ARENA ? Number(view.getBigUint64(48, true)) : null];
}

/** The bytes that come into memory when a chunk is unpacked; 0 for one that is not packed. */
export function unpackedBytes({ kind, header }) {
  return kind === "header" ? 0 : promised(header).reduce((sum, bytes) => sum + bytes);
}

/**
 * A part whose head and arena are unpacked, the same one if they were not packed; null if they are not what its header says.
 * @param {{ kind: string, header: Uint8Array, head: Uint8Array, arena: Uint8Array }} part
 */
export function unpacked(part) {
  if (part.kind === "header") return part;
  let { head, arena } = part;
  const [heads, arenas] = promised(part.header);
  if (heads === null && arenas === null) return part;
  if (heads > MOST_HEAD || arenas > MOST_ARENA) return null;
  if (heads !== null) head = unpackBlock(head, heads);
  if (arenas !== null) arena = unpackBlock(arena, arenas);
  return head && arena && { ...part, head, arena };
}
