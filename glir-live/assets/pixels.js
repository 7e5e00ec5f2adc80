// Shows the pictures that a server draws, and tells it what people do. Messages are chunks, as in a .glir file: 64 bytes of
// header, a head of MessagePack, an arena. This page reads chunks with pictures and sentences about them, and writes chunks of replies.
"use strict";

const canvas = document.querySelector("canvas");
const say = document.getElementById("say");
const context = canvas.getContext("2d");
const began = performance.now();

/** What no new try can mend: the server closed with a code of its own. */
const REFUSED = 4000;
const FIRST_WAIT = 250;
const LONGEST_WAIT = 8000;

const seconds = () => (performance.now() - began) / 1000;

// ---- replies -------------------------------------------------------------------------------------------------------

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function checksum(bytes) {
  let crc = ~0;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** A single-precision number; plain numbers are unsigned integers. */
class Single {
  constructor(value) {
    this.value = value;
  }
}

class Double extends Single {}

/** Appends a value as MessagePack. */
function pack(value, out) {
  if (value === null) out.push(0xc0);
  else if (Array.isArray(value)) {
    if (value.length > 15) throw new RangeError("no reply has so many fields");
    out.push(0x90 | value.length);
    for (const item of value) pack(item, out);
  } else if (typeof value === "string") {
    const bytes = new TextEncoder().encode(value).subarray(0, 255);
    out.push(0xd9, bytes.length, ...bytes);
  } else if (value instanceof Single) {
    const double = value instanceof Double;
    const view = new DataView(new ArrayBuffer(double ? 8 : 4));
    if (double) view.setFloat64(0, value.value);
    else view.setFloat32(0, value.value);
    out.push(double ? 0xcb : 0xca, ...new Uint8Array(view.buffer));
  } else if (value < 128) out.push(value);
  else {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt(value));
    out.push(0xcf, ...new Uint8Array(view.buffer));
  }
  return out;
}

/** A message of one reply: an array of its number and its fields, in the order of the table. */
function message(reply) {
  const head = Uint8Array.from(pack([reply], []));
  const bytes = new Uint8Array(64 + Math.ceil(head.length / 64) * 64);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("RPLY"));
  view.setUint32(8, head.length, true);
  view.setUint32(12, checksum(head), true);
  view.setUint32(60, checksum(bytes.subarray(0, 60)), true);
  bytes.set(head, 64);
  return bytes;
}

const ES2 = 1;
const HELLO = [1, 1, 0, `pictures in ${navigator.userAgent}`, ES2, [], [], []];
const ack = (frame) => [2, frame];
const ACTIONS = { pointermove: 1, pointerdown: 2, pointerup: 3, pointercancel: 3, pointerenter: 4, pointerleave: 5 };

const modifiers = ({ shiftKey, ctrlKey, altKey, metaKey }) => shiftKey | (ctrlKey << 1) | (altKey << 2) | (metaKey << 3);

/** Where an event is, in the picture's pixels from its lower left corner. */
function place(event) {
  const box = canvas.getBoundingClientRect();
  const scale = Math.min(box.width / canvas.width, box.height / canvas.height);
  const x = (event.clientX - box.left - (box.width - scale * canvas.width) / 2) / scale;
  const y = (event.clientY - box.top - (box.height - scale * canvas.height) / 2) / scale;
  return [new Single(x), new Single(canvas.height - y)];
}

// ---- the connection ------------------------------------------------------------------------------------------------

let socket = null;
let wait = FIRST_WAIT;
let newest = null;
let size = null;
/** What the server says is wrong with the drawing. */
let fault = "";

function tell(text) {
  say.textContent = text;
  say.hidden = !text;
}

function send(reply) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(message(reply));
}

function connect() {
  const url = new URL(`pixels${location.search}`, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const mine = new WebSocket(url);
  socket = mine;
  mine.binaryType = "arraybuffer";
  mine.addEventListener("open", () => {
    wait = FIRST_WAIT;
    fault = "";
    send(HELLO);
    if (size) send(size);
  });
  mine.addEventListener("message", ({ data }) => {
    if (mine === socket) show(data).catch((error) => tell(`A picture can't be shown: ${error.message}`));
  });
  mine.addEventListener("close", ({ code, reason }) => {
    if (mine !== socket) return;
    socket = null;
    if (code >= REFUSED) {
      tell(`The server refuses this page: ${reason || "no reason was given"}.`);
      return;
    }
    tell(`${reason ? `The connection has ended: ${reason}.` : "The connection to the server was lost."} Trying again…`);
    setTimeout(connect, wait * (0.75 + Math.random() / 2));
    wait = Math.min(2 * wait, LONGEST_WAIT);
  });
}

/** Shows a picture and asks for the next. */
async function show(data) {
  const view = new DataView(data);
  const kind = String.fromCharCode(...new Uint8Array(data, 0, 4));
  if (kind === "said") {
    fault = new TextDecoder().decode(new Uint8Array(data, 64, Number(view.getBigUint64(16, true))));
    tell(fault);
    return;
  }
  if (kind !== "pict") return;
  const headLength = view.getUint32(8, true);
  const length = Number(view.getBigUint64(16, true));
  const frame = Number(view.getBigUint64(32, true));
  const start = Math.ceil((64 + headLength) / 64) * 64;
  // The media type stands last in the head; the picture's own first bytes say the same.
  const bytes = new Uint8Array(data, start, length);
  const type = bytes[0] === 0x89 ? "image/png" : "image/jpeg";
  const mine = socket;
  newest = frame;
  const picture = await createImageBitmap(new Blob([bytes], { type }), { premultiplyAlpha: "default" });
  if (canvas.width !== picture.width || canvas.height !== picture.height) {
    canvas.width = picture.width;
    canvas.height = picture.height;
  }
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0);
  picture.close();
  tell(fault);
  canvas.dataset.frame = String(newest);
  if (mine === socket) send(ack(frame));
}

// ---- what people do ------------------------------------------------------------------------------------------------

let moved = null;

function flush() {
  const reply = moved;
  moved = null;
  if (reply) send(reply);
}

for (const [type, action] of Object.entries(ACTIONS)) {
  canvas.addEventListener(type, (event) => {
    const button = action === 2 || action === 3 ? event.button : null;
    const reply = [33, 0, action, ...place(event), button, event.buttons, modifiers(event), new Double(seconds())];
    if (action === 1) {
      if (!moved) requestAnimationFrame(flush);
      moved = reply;
      return;
    }
    if (action === 2) canvas.setPointerCapture(event.pointerId);
    flush();
    send(reply);
  });
}

const WHEEL_UNITS = [1, 16, 400];
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  flush();
  const unit = WHEEL_UNITS[event.deltaMode] ?? 1;
  const turned = [new Single(unit * event.deltaX), new Single(-unit * event.deltaY)];
  send([34, 0, ...place(event), ...turned, modifiers(event), new Double(seconds())]);
}, { passive: false });

/** Keys by which the page would scroll or search. Tab, menus, help and full screen stay the browser's. */
const KEPT = /^(.|Arrow.*|Page.*|Home|End|Enter|Backspace|Delete|Insert)$/u;

for (const [type, action] of [["keydown", 1], ["keyup", 2]]) {
  canvas.addEventListener(type, (event) => {
    if (!event.altKey && !event.ctrlKey && !event.metaKey && KEPT.test(event.key)) event.preventDefault();
    flush();
    send([35, 0, action, event.key, modifiers(event), new Double(seconds())]);
  });
}

canvas.addEventListener("contextmenu", (event) => event.preventDefault());

new ResizeObserver(() => {
  const { width, height } = canvas.getBoundingClientRect();
  const [w, h] = [width, height].map((side) => Math.round(side * devicePixelRatio));
  if (w === 0 || h === 0) return;
  size = [32, 0, w, h, new Single(devicePixelRatio)];
  send(size);
}).observe(canvas);

connect();
