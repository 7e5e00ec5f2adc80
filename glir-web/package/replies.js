// Replies: what goes back to a producer, as chunks and as objects.

import { chunk, takeApart } from "./chunk.js";
import { Codec, decodeRows } from "./codec.js";
import { Packer } from "./msgpack.js";
import * as table from "./table/replies.js";

const CODEC = new Codec(table);

/**
 * The replies of a chunk, each an object with its `name` and its fields as the table names them.
 * @param {Uint8Array} message a chunk of kind RPLY
 */
export function decodeReplies(message) {
  const { head, arena } = takeApart(message);
  return decodeRows(CODEC, table.REPLIES, head, arena);
}

/**
 * A chunk of replies.
 * @param {Array<{ name: string }>} replies objects as `decodeReplies` gives them; none may have a payload
 */
export function encodeReplies(replies) {
  const packer = new Packer();
  packer.array(replies.length);
  for (const reply of replies) {
    const [opcode, fields] = table.REPLIES[reply.name];
    packer.array(1 + fields.length);
    packer.int(opcode);
    for (const field of fields) CODEC.field(packer, field, reply[field[0]], null);
  }
  return chunk("RPLY", { head: packer.written() });
}

/** The name of a diagnostic's code. */
export const codeName = (number) => CODEC.nameOf("Code", number);

/** The diagnostics among replies. Their `name` is the command's. */
export const diagnosticsOf = (replies) => replies.filter(({ severity }) => severity);

/**
 * A reply without payload as `Engine.event` takes it: its opcode, its fields as numbers, NaN for nothing, and its text.
 * @param {Array<unknown>} line the text form
 * @returns {[number, number[], string]}
 */
export function flat([name, ...values]) {
  const [opcode, fields] = table.REPLIES[name] ?? [0, []];
  let text = "";
  const numbers = fields.map(([, type], index) => {
    const value = values[index];
    if (type === "s" && typeof value === "string") text = value;
    const number = type.startsWith("=") ? table.ENUMS[type.slice(1)][value] : value;
    return typeof number === "number" ? number : NaN;
  });
  return [opcode, numbers, text];
}

/**
 * A reply without payload in the text form: its name and its fields in order.
 * @param {{ name: string }} reply
 * @returns {Array<unknown>}
 */
export function textOf(reply) {
  const [, fields] = table.REPLIES[reply.name];
  return [reply.name, ...fields.map(([field]) => reply[field] ?? null)];
}
