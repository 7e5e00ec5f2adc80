// A browser as testee: the protocol of PROTOCOL.md over a WebSocket, on one WebGL context for all cases.

import { unpacked } from "./package/chunk.js";
import { contextOn } from "./package/contexts.js";
import { Packer, unpack } from "./package/msgpack.js";
import { decodeReplies, encodeReplies, flat } from "./package/replies.js";
import { REPLIES } from "./package/table/replies.js";
import { attach } from "./package/view.js";
import { Engine, Scanner, ready } from "./package/wasm.js";

const options = new URLSearchParams(location.search);
const webgl = Number(options.get("webgl"));
const state = document.getElementById("state");

/** What the engine returns for a chunk with which a frame ends. */
const COMPLETE = 1;

/** What the context has, as an interpreter says it. */
function hello(context) {
  const engine = new Engine(context, false, false, NaN);
  const [said] = decodeReplies(engine.hello());
  engine.free();
  return {
    type: "hello",
    protocol: 1,
    name: context.description(),
    target: `webgl${webgl}`,
    features: said.features,
    layers: ["replies", "pixels", "interpreter"],
    driver: loseContext ? ["restored"] : [],
    packing: ["unpack"],
    seeks: true,
    sentences: true,
    draws: true,
  };
}

/** Carries a stream out, as a view does with a recording. */
async function run(context, { stream, layers, strict, memory_budget: memoryBudget, driver, from, events }) {
  const restored = new Set((driver ?? []).map((trouble) => Number(trouble.match(/^restored (\d+)$/)?.[1])));
  const engine = new Engine(context, restored.size > 0, strict, memoryBudget ?? NaN);
  const replies = [];
  const take = () => {
    for (let said = engine.replies(); said; said = engine.replies()) replies.push(said);
  };
  const log = new Log(engine, events, replies);
  try {
    const scanner = new Scanner();
    scanner.push(stream.slice());
    scanner.end();
    let frame = 0;
    // Whoever begins with a keyframe passes over the frames before it.
    let begun = from === null;
    for (let part = scanner.next(); part; part = scanner.next()) {
      if (part.kind === "fault") continue;
      if (part.kind === "header") {
        frame = 0;
        engine.begin(part.header);
        take();
        continue;
      }
      const plain = unpacked(part);
      if (!plain) continue;
      if (part.kind === "keyf") {
        // Who reads from the start passes over keyframes, and what one causes is no answer.
        if (begun || unpack(plain.head)[0] !== from) continue;
        engine.chunk(part.header, plain.head, plain.arena);
        take();
        replies.length = 0;
        [begun, frame] = [true, from];
        continue;
      }
      if (part.kind === "FRAM") {
        if (!begun) continue;
        log.before(frame);
      }
      const outcome = engine.chunk(part.header, plain.head, plain.arena);
      take();
      if (outcome !== COMPLETE) continue;
      frame += 1;
      // Results of queries come to a page only between its turns.
      await done();
      if (!restored.has(frame - 1)) continue;
      await loseAndRestore(engine);
      take();
    }
    scanner.free();
    log.rest();
    take();
    const rgba = layers.includes("pixels") ? engine.readPixels() : [];
    const pixels = rgba.length ? [engine.width(), engine.height(), rgba] : null;
    return { type: "done", decoding: null, calls: null, replies, pixels };
  } finally {
    engine.free();
  }
}

/** Loses the context, and has it back with nothing in it. */
async function loseAndRestore(engine) {
  // Asked for before, since the browser tells of it in a later turn.
  const lost = told("webglcontextlost");
  loseContext.loseContext();
  await lost;
  engine.contextLost();
  const back = told("webglcontextrestored");
  // A context is given back only when its loss has been told.
  await turn();
  loseContext.restoreContext();
  await back;
  engine.contextRestored();
}

/** Waits until the canvas has been told something of its context. */
function told(name) {
  return new Promise((resume) => {
    const hear = (event) => {
      // Without this the browser never gives the context back.
      event.preventDefault();
      resume();
    };
    canvas.addEventListener(name, hear, { once: true });
  });
}

/** Milliseconds after which the GPU is waited for no longer; a busy machine may need some hundred. */
const PATIENCE = 10_000;

/** Waits until the GPU has done what it was given: a page at work is given no results of queries. */
async function done() {
  await turn();
  const fence = gl.fenceSync?.(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  if (!fence) return;
  gl.flush();
  const last = performance.now() + PATIENCE;
  while (gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED && performance.now() < last) await turn();
  gl.deleteSync(fence);
}

/** Lets the page go on with other things, and comes back. */
function turn() {
  return new Promise((resume) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resume;
    port2.postMessage(null);
  });
}

/** A log of events: replies in the text form and TICKs; ACK stands behind what came before that frame was complete. */
class Log {
  #engine;
  #lines;
  #replies;

  constructor(engine, text, replies) {
    this.#engine = engine;
    this.#replies = replies;
    const lines = (text ?? "").split("\n").filter((line) => line.trim() && !line.trim().startsWith("//"));
    this.#lines = lines.map((line) => JSON.parse(line));
  }

  before(frame) {
    const end = this.#lines.findIndex(([name, number]) => name === "ACK" && number === frame);
    if (end < 0) return;
    for (const line of this.#lines.splice(0, end + 1)) this.#replay(line);
  }

  rest() {
    if (!this.#lines.length) return;
    for (const line of this.#lines.splice(0)) this.#replay(line);
    this.#engine.tick(0);
  }

  #replay(line) {
    if (line[0] === "TICK") this.#engine.tick(line[1]);
    else if (line[0] !== "ACK" && this.#engine.event(...flat(line)) !== TAKEN) this.#replies.push(encodeReplies([replyOf(line)]));
  }
}

/** What the engine returns for an event that a signal has taken; any other is the producer's to know. */
const TAKEN = 2;

/** A line of a log as an object with its `name` and its fields. */
function replyOf([name, ...values]) {
  const named = REPLIES[name][1].map(([field], index) => [field, values[index] ?? null]);
  return { name, ...Object.fromEntries(named) };
}

/** Who follows live sessions: a view as pages have it, and people who do something to it. */
class Follower {
  #canvas = document.createElement("canvas");
  #view = null;

  async follow(address) {
    if (!this.#view) {
      // Whole pixels: what is done at a place of the picture is told as that place.
      this.#canvas.style.cssText = "position: fixed; left: 0; top: 0";
      document.body.append(this.#canvas);
      this.#view = await attach(this.#canvas, { webgl });
    }
    // Whether the session stands the runner sees itself.
    this.#view.connect(address).catch(() => {});
  }

  act(events) {
    for (const line of events.split("\n").filter((line) => line.trim())) this.#act(JSON.parse(line));
  }

  #act([name, , ...values]) {
    if (name === "POINTER") {
      const [action, x, y, button, buttons, modifiers] = values;
      const init = { ...this.#at(x, y), ...pressed(modifiers), button: button ?? -1, buttons, pointerType: "mouse", pointerId: 1 };
      this.#canvas.dispatchEvent(new PointerEvent(`pointer${action}`, init));
    } else if (name === "WHEEL") {
      const [x, y, dx, dy, modifiers] = values;
      this.#canvas.dispatchEvent(new WheelEvent("wheel", { ...this.#at(x, y), ...pressed(modifiers), deltaX: dx, deltaY: -dy, cancelable: true }));
    } else if (name === "KEY") {
      const [action, key, modifiers] = values;
      this.#canvas.dispatchEvent(new KeyboardEvent(`key${action}`, { ...pressed(modifiers), key, cancelable: true }));
    } else {
      throw new Error(`people do no ${name}`);
    }
  }

  #at(x, y) {
    const box = this.#canvas.getBoundingClientRect();
    const { width, height } = this.#canvas;
    return { clientX: box.left + (x * box.width) / width, clientY: box.top + ((height - y) * box.height) / height };
  }

  stop() {
    this.#view?.clear();
  }
}

const pressed = (bits) => ({ shiftKey: !!(bits & 1), ctrlKey: !!(bits & 2), altKey: !!(bits & 4), metaKey: !!(bits & 8) });

/** A MessagePack value of the protocol. Byte strings are Uint8Arrays. */
function pack(packer, value) {
  if (value === null || value === undefined) packer.nil();
  else if (typeof value === "boolean") packer.bool(value);
  else if (typeof value === "number") packer.int(value);
  else if (typeof value === "string") packer.str(value);
  else if (value instanceof Uint8Array) packer.bin(value);
  else if (Array.isArray(value)) {
    packer.array(value.length);
    for (const entry of value) pack(packer, entry);
  } else {
    const entries = Object.entries(value);
    packer.map(entries.length);
    for (const [key, entry] of entries) {
      packer.str(key);
      pack(packer, entry);
    }
  }
}

function encoded(value) {
  const packer = new Packer();
  pack(packer, value);
  return packer.written().slice();
}

async function answer(context, message) {
  try {
    const request = unpack(message);
    if (request.type === "hello") return hello(context);
    if (request.type === "run") return await run(context, request);
    if (request.type === "follow") await follower.follow(request.address);
    else if (request.type === "act") follower.act(request.events);
    else if (request.type === "stop") follower.stop();
    else return null;
    return { type: "ok" };
  } catch (error) {
    return { type: "failed", message: `${error?.stack ?? error}` };
  }
}

await ready();
const canvas = document.createElement("canvas");
const context = contextOn(canvas, webgl);
const gl = canvas.getContext(webgl === 1 ? "webgl" : "webgl2");
const loseContext = gl.getExtension("WEBGL_lose_context");
const follower = new Follower();
const socket = new WebSocket(`ws://${location.host}/socket?token=${options.get("token")}`);
socket.binaryType = "arraybuffer";
socket.addEventListener("open", () => void (state.textContent = "at work"));
socket.addEventListener("close", () => void (state.textContent = "done"));
socket.addEventListener("message", async ({ data }) => {
  const said = await answer(context, new Uint8Array(data));
  if (said) socket.send(encoded(said));
  else socket.close();
});
