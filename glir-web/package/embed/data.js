// Data in a page: base64 or dense text, possibly gzipped.

/** Base64 as bytes. Where the browser can't do it itself, four characters at a time. */
export function decode(text) {
  try {
    return Uint8Array.fromBase64 ? Uint8Array.fromBase64(text) : decodeByHand(text);
  } catch (cause) {
    throw new Error("a part of its data is damaged", { cause });
  }
}

function decodeByHand(text) {
  const values = new Uint8Array(128);
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".split("").forEach((char, value) => {
    values[char.charCodeAt(0)] = value;
  });
  const clean = text.trim();
  const padding = clean.endsWith("==") ? 2 : clean.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((clean.length / 4) * 3 - padding);
  const at = (index) => values[clean.charCodeAt(index) & 127];
  for (let from = 0, to = 0; from < clean.length; from += 4, to += 3) {
    const group = (at(from) << 18) | (at(from + 1) << 12) | (at(from + 2) << 6) | at(from + 3);
    bytes[to] = group >> 16;
    if (to + 1 < bytes.length) bytes[to + 1] = (group >> 8) & 255;
    if (to + 2 < bytes.length) bytes[to + 2] = group & 255;
  }
  return bytes;
}

/** What `glir export` writes in place of characters from 256 on: those that a page can't hold. */
const UNSAFE = [0, 13, 60, 8, 26, 27, 127];

/** So many bytes of dense text: seven bits a character, fourteen from character 256 on. */
export function decodeDense(text, length) {
  const bytes = new Uint8Array(length);
  let [bits, count, at] = [0, 0, 0];
  const take = (seven) => {
    bits = (bits << 7) | seven;
    count += 7;
    if (count > 7) bytes[at++] = bits >> (count -= 8);
  };
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 127) take(UNSAFE[(code >> 7) - 2]);
    take(code & 127);
  }
  return bytes;
}

/** What gzip has packed. */
export async function unzip(bytes) {
  if (!globalThis.DecompressionStream) throw new Error("this browser is too old to unpack it");
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (cause) {
    throw new Error("a part of its data is damaged", { cause });
  }
}
