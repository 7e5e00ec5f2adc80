// A file's parts, kept in JavaScript: what seeking and a lost context need. Arenas stay where they were received.

/** Whether a chunk of commands ends with SWAP, an array of one that is written `91 02`. */
const ends = ({ head }) => head.length >= 2 && head[head.length - 2] === 0x91 && head[head.length - 1] === 0x02;

/** Microseconds between frames that have no time. */
const STEP = 1e6 / 60;

export class Recording {
  /** All parts, headers of streams included. */
  parts = [];
  /** For each frame the number of parts up to its end, and its time in microseconds. */
  frames = [];
  bytes = 0;
  #open = false;

  /** Appends a part as the scanner gives it. A chunk of commands ends a frame if it ends with SWAP. */
  add(part) {
    this.parts.push(part);
    this.bytes += part.head.length + part.arena.length;
    if (part.kind !== "FRAM") return;
    this.#open = true;
    if (ends(part)) this.#close(part.time);
  }

  /** No more parts come: commands behind the last SWAP are a frame too. */
  finish() {
    if (this.#open) this.#close(this.parts.findLast((part) => part.kind === "FRAM").time);
  }

  #close(time) {
    const before = this.frames.at(-1)?.time ?? -STEP;
    this.frames.push({ end: this.parts.length, time: time > before ? time : before + STEP });
    this.#open = false;
  }

  /** The duration in microseconds, the last frame's included. */
  get duration() {
    return (this.frames.at(-1)?.time ?? 0) + STEP;
  }
}

/**
 * The bytes of what `load` takes, as they come.
 * @param {string | URL | Blob | BufferSource | Response} source
 * @param {AbortSignal} signal
 * @param {(total: number) => void} total told the number of bytes where it is known
 */
export async function* segments(source, signal, total) {
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    const bytes = ArrayBuffer.isView(source)
      ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
      : new Uint8Array(source);
    total(bytes.length);
    yield bytes;
    return;
  }
  let stream;
  if (source instanceof Blob) {
    total(source.size);
    stream = source.stream();
  } else {
    const response = source instanceof Response ? source : await request(source, signal);
    if (!response.ok) throw new Error(`the recording can't be loaded: for ${response.url} the server answers ${response.status} ${response.statusText}`);
    const length = Number(response.headers.get("content-length"));
    // Of a packed answer this is the packed length.
    if (length && !response.headers.get("content-encoding")) total(length);
    stream = response.body;
  }
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function request(address, signal) {
  try {
    return await fetch(address, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Error(`the recording can't be loaded from ${address}: ${error.message}`, { cause: error });
  }
}
