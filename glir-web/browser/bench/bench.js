// What the interpreter costs in a browser, measured against the same WebGL calls made by hand, in one page and by turns, so
// that what disturbs one disturbs the other.

import { contextOn } from "/package/contexts.js";
import { begin, Frame, message } from "/package/emitter.js";
import { decodeReplies, diagnosticsOf } from "/package/replies.js";
import { Engine, ready } from "/package/wasm.js";

const DRAWS = 1000;
const SIDE = 64;
const VERTEX = `attribute vec2 a_place;
uniform vec4 u_shift;
void main() { gl_Position = vec4(a_place * 0.01 + u_shift.xy, 0.0, 1.0); }`;
const FRAGMENT = `precision highp float;
uniform vec4 u_shift;
void main() { gl_FragColor = vec4(u_shift.xyz, 1.0); }`;

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Splits a chunk into what `Engine.chunk` takes. */
function parts(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const head = view.getUint32(8, true);
  const arena = Number(view.getBigUint64(16, true));
  const start = Math.ceil((64 + head) / 64) * 64;
  return [bytes.subarray(0, 64), bytes.subarray(64, 64 + head), bytes.subarray(start, start + arena)];
}

/** An engine with its own context, after a first frame. */
async function engine(first, retain) {
  await ready();
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = contextOn(canvas, 2);
  const engine = new Engine(context, retain, false, NaN);
  engine.begin(begin({ profile: "es2", width: SIDE, height: SIDE }));
  engine.chunk(...parts(message(first)));
  const [fault] = diagnosticsOf(decodeReplies(engine.replies()));
  if (fault) throw new Error(fault.message);
  return engine;
}

function scene() {
  const frame = new Frame();
  frame.create(1, { buffer: "vertex" });
  frame.size(1, DRAWS * 24);
  frame.create(2, "program");
  frame.shaders(2, { vertex: VERTEX, fragment: FRAGMENT }, { attributes: ["vec2 a_place"], uniforms: ["vec4 u_shift"] });
  frame.swap();
  return frame;
}

/** A frame of a uniform, an attribute and a draw, a thousand times, moved to the right. */
function small(number, before, beyond) {
  const frame = new Frame(before);
  frame.clear(["color"]);
  for (let i = 0; i < DRAWS; i++) {
    frame.uniform(2, "u_shift", [i / DRAWS + beyond, number / 100, 0, 1]);
    frame.attribute(2, "a_place", { buffer: 1, offset: i * 24 });
    frame.draw(2, "triangles", { count: 3 });
  }
  frame.swap();
  return parts(message(frame, number));
}

function byHand() {
  const gl = new OffscreenCanvas(SIDE, SIDE).getContext("webgl2", { antialias: false, depth: false });
  const program = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.bindAttribLocation(program, 0, "a_place");
  gl.linkProgram(program);
  gl.useProgram(program);
  const shift = gl.getUniformLocation(program, "u_shift");
  const buffer = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, DRAWS * 24, gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  return { gl, shift, buffer };
}

/** As `commands`, but for what lies outside the picture: the GPU has nothing to fill, so what the page itself does shows. */
export const unseen = () => commands(4);

/** Milliseconds a frame of 3,000 small commands: by the engine, with and without retaining, and by hand. */
export async function commands(beyond = 0, rounds = 40, frames = 10) {
  const first = scene();
  const stream = Array.from({ length: frames }, (_, number) => small(number + 1, first, beyond));
  const plain = await engine(first, false);
  const keeping = await engine(first, true);
  const { gl, shift } = byHand();
  const pixel = new Uint8Array(4);
  const finish = () => gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  const replay = (engine) => () => {
    for (const frame of stream) {
      engine.chunk(...frame);
      engine.replies();
    }
  };
  const direct = () => {
    for (let number = 1; number <= frames; number++) {
      gl.clear(gl.COLOR_BUFFER_BIT);
      for (let i = 0; i < DRAWS; i++) {
        gl.uniform4f(shift, i / DRAWS + beyond, number / 100, 0, 1);
        gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 8, i * 24);
        gl.drawArrays(gl.TRIANGLES, 0, 3);
      }
    }
  };
  const ways = { hand: [direct, finish], engine: [replay(plain), () => plain.readPixels()], retaining: [replay(keeping), () => keeping.readPixels()] };
  const issue = {}, whole = {};
  for (const name of Object.keys(ways)) (issue[name] = []), (whole[name] = []);
  for (let round = 0; round < rounds; round++) {
    for (const [name, [run, wait]] of Object.entries(ways)) {
      const start = performance.now();
      run();
      const issued = performance.now();
      wait();
      issue[name].push((issued - start) / frames);
      whole[name].push((performance.now() - start) / frames);
    }
  }
  const medians = (times) => Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
  const ratio = (times, name) => median(times[name].map((value, round) => value / times.hand[round]));
  return {
    issued_ms: medians(issue),
    finished_ms: medians(whole),
    issued_ratio: { engine: ratio(issue, "engine"), retaining: ratio(issue, "retaining") },
    finished_ratio: { engine: ratio(whole, "engine"), retaining: ratio(whole, "retaining") },
  };
}

/** Milliseconds that ten million points take by hand: uploaded and drawn as the raw page does, but without a page. */
export function points(count = 10_000_000, rounds = 3) {
  const gl = new OffscreenCanvas(1600, 900).getContext("webgl2", { antialias: false, depth: false });
  const program = gl.createProgram();
  const sources = [
    [gl.VERTEX_SHADER, `#version 300 es
in float a_value;
uniform float u_count;
void main() {
  gl_Position = vec4(float(gl_VertexID) / u_count * 2.0 - 1.0, a_value * 0.2, 0.0, 1.0);
  gl_PointSize = 1.0;
}`],
    [gl.FRAGMENT_SHADER, "#version 300 es\nprecision highp float;\nout vec4 colour;\nvoid main() { colour = vec4(0.0, 0.3, 0.6, 1.0); }"],
  ];
  for (const [kind, source] of sources) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.bindAttribLocation(program, 0, "a_value");
  gl.linkProgram(program);
  gl.useProgram(program);
  gl.uniform1f(gl.getUniformLocation(program, "u_count"), count);
  const samples = Float32Array.from({ length: count }, (_, index) => Math.sin(index * 1e-5) * 3 + Math.random() - 0.5);
  const pixel = new Uint8Array(4);
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, samples, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 1, gl.FLOAT, false, 4, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.drawArrays(gl.POINTS, 0, count);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    times.push(performance.now() - start);
    gl.deleteBuffer(buffer);
  }
  return { drawn_ms: median(times) };
}

/** Gigabytes a second of 16 MiB payloads: by the engine, and by a plain bufferSubData. */
export async function upload(rounds = 12) {
  const bytes = 16 << 20;
  const first = new Frame();
  first.create(1, { buffer: "vertex" });
  first.size(1, bytes);
  first.swap();
  const data = new Frame(first);
  data.data(1, 0, { u8: new Uint8Array(bytes) });
  data.swap();
  const stream = parts(message(data, 1));
  const { gl, buffer } = byHand();
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, bytes, gl.STATIC_DRAW);
  const plain = await engine(first, false);
  const pixel = new Uint8Array(4);
  const hand = [], replayed = [];
  for (let round = 0; round < rounds; round++) {
    let start = performance.now();
    gl.bufferSubData(gl.ARRAY_BUFFER, 0, stream[2]);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    hand.push(performance.now() - start);
    start = performance.now();
    plain.chunk(...stream);
    plain.readPixels();
    replayed.push(performance.now() - start);
  }
  const speed = (times) => bytes / 1e6 / median(times);
  return { hand_gb_s: speed(hand), engine_gb_s: speed(replayed), ratio: median(hand.map((time, round) => time / replayed[round])) };
}
