// PNG pictures of pixels, without the loss that a 2D canvas brings where alpha is below one.

import { crc32 } from "./chunk.js";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * @param {Uint8Array} pixels RGBA, four bytes a pixel, the upper row first
 * @returns {Promise<Blob>}
 */
export async function png(pixels, width, height) {
  const row = 4 * width;
  // Each row starts with the number of its filter; 0 is none.
  const raw = new Uint8Array((row + 1) * height);
  for (let y = 0; y < height; y++) raw.set(pixels.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  const packed = new Blob([raw]).stream().pipeThrough(new CompressionStream("deflate"));
  const data = new Uint8Array(await new Response(packed).arrayBuffer());
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 6, 0, 0, 0], 8);
  const parts = [part("IHDR", header), part("IDAT", data), part("IEND", new Uint8Array(0))];
  return new Blob([new Uint8Array(SIGNATURE), ...parts], { type: "image/png" });
}

function part(name, data) {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let index = 0; index < 4; index++) bytes[4 + index] = name.charCodeAt(index);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}
