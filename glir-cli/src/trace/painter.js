// A page that draws a trace for `glir diff --across`, piece by piece, on one WebGL context. Messages begin with a byte that says what is
// wanted: 0 a stream begins, 1 it goes on, 2 the picture. Answers begin with one, too: 0 done, 1 a picture (width, height, pixels),
// 2 what went wrong.

import { unpacked } from "./package/chunk.js";
import { contextOn } from "./package/contexts.js";
import { Engine, Scanner, ready } from "./package/wasm.js";

const options = new URLSearchParams(location.search);
const [BEGIN, GO_ON, PICTURE] = [0, 1, 2];

let engine = null;
let scanner = null;

function begin() {
  engine?.free();
  scanner?.free();
  engine = new Engine(context, false, false, NaN);
  scanner = new Scanner();
}

function draw(bytes) {
  scanner.push(bytes);
  for (let part = scanner.next(); part; part = scanner.next()) {
    if (part.kind === "fault") continue;
    if (part.kind === "header") {
      engine.begin(part.header);
    } else {
      const plain = unpacked(part);
      if (!plain) continue;
      // Signals that go by the clock go by the frames' times.
      engine.tick(part.time / 1e6);
      engine.chunk(part.header, plain.head, plain.arena);
    }
    // Only pictures are asked for.
    while (engine.replies());
  }
}

function picture() {
  const rgba = engine?.readPixels() ?? [];
  if (!rgba.length) return Uint8Array.of(0);
  const answer = new Uint8Array(9 + rgba.length);
  const view = new DataView(answer.buffer);
  view.setUint8(0, 1);
  view.setUint32(1, engine.width(), true);
  view.setUint32(5, engine.height(), true);
  answer.set(rgba, 9);
  return answer;
}

function answer(message) {
  try {
    const [wanted, bytes] = [message[0], message.slice(1)];
    if (wanted === PICTURE) return picture();
    if (wanted === BEGIN) begin();
    else if (wanted !== GO_ON) throw new Error(`there is no message ${wanted}`);
    draw(bytes);
    return Uint8Array.of(0);
  } catch (error) {
    const said = new TextEncoder().encode(`${error}`);
    return Uint8Array.of(2, ...said.subarray(0, 1000));
  }
}

await ready();
const context = contextOn(document.createElement("canvas"), Number(options.get("webgl")));
const socket = new WebSocket(`ws://${location.host}/socket?token=${options.get("token")}`);
socket.binaryType = "arraybuffer";
socket.addEventListener("message", ({ data }) => socket.send(answer(new Uint8Array(data))));
