// A file's parts, kept in JavaScript: what seeking and a lost context need. Arenas stay where they were received.

/**
 * Whether a chunk of commands ends with SWAP, an array of one that is written `91 02`. The last five bytes of what LZ4 packs stand at
 * a block's end as they are, so packed heads need not be unpacked for it.
 */
const ends = ({ head }) => head.length >= 2 && head[head.length - 2] === 0x91 && head[head.length - 1] === 0x02;

/** Microseconds between frames that have no time. */
const STEP = 1e6 / 60;

export class Recording {
  /** All parts, headers of streams included. */
  parts = [];
  /** For each frame the number of parts up to its end, and its time in microseconds. */
  frames = [];
  /** Keyframes: the number of parts in front of each, the frames that it stands for, and the parts that it needs. */
  #keyframes = [];
  /** The current stream's header and blobs. */
  #needed = [];
  bytes = 0;
  /** What its packed parts stand for. */
  unpacked = 0;
  #open = false;
  /** The time of the first frame. */
  #begins = null;

  /** Appends a part as the scanner gives it. A chunk of commands ends a frame if it ends with SWAP. */
  add(part) {
    if (part.kind === "header") this.#needed = [];
    if (part.kind === "header" || part.kind === "BLOB") this.#needed.push(part);
    // It stands between frames only.
    if (part.kind === "keyf" && !this.#open) {
      this.#keyframes.push({ at: this.parts.length, frames: this.frames.length, part, stream: this.#needed, blobs: this.#needed.length });
    }
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
    // What was cut out of another recording begins when that was there: it need not be waited for.
    this.#begins ??= time;
    const at = time - this.#begins;
    this.frames.push({ end: this.parts.length, time: at > before ? at : before + STEP });
    this.#open = false;
  }

  /**
   * The last keyframe that stands for more than so many frames, and for none behind the one that is wanted.
   * @param {number} more
   * @param {number} wanted from 0
   * @returns {{ at: number, frames: number, parts: object[] } | null} `parts` are what an engine is to be given, the keyframe last
   */
  keyframe(more, wanted) {
    const found = this.#keyframes.findLast(({ frames }) => frames > more && frames <= wanted);
    return found ? { at: found.at, frames: found.frames, parts: [...found.stream.slice(0, found.blobs), found.part] } : null;
  }

  /** Takes the keyframe at a place out: it is of no use. */
  forget(place) {
    this.#keyframes = this.#keyframes.filter(({ at }) => at !== place);
  }

  /** When a frame has been shown long enough, in microseconds. */
  over(frame) {
    return this.frames[frame + 1]?.time ?? this.duration;
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
