// A live session: messages in, replies out, and the connection made anew when it breaks.

import { takeApart } from "./chunk.js";
import { unpack } from "./msgpack.js";
import { decodeReplies, encodeReplies } from "./replies.js";

/** The bytes that a server may have sent without an ACK. */
const WINDOW = 64 << 20;

/** Milliseconds until the first new try, and the most. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 8000;

/** The most blobs that are named when a session is resumed: the newest ones. */
const NAMED = 1024;

/** What a page says when a server's message can't be read. Browsers let pages close with 1000 and with codes from 3000 on only. */
const UNREADABLE = 4002;

/** What a server says by closing with a code of its own: no use in trying again. */
const REFUSED = 4000;

export class Live {
  #url;
  #window;
  #host;
  #socket = null;
  #queue = [];
  #wait = FIRST_WAIT;
  #timer = 0;
  #closed = false;
  #session = null;
  /** The last complete frame, if there is one. */
  #frame = null;
  #begun = false;
  #blobs = [];
  #received = 0;
  #resolve;
  #reject;
  /** The server has said something on this connection. */
  #stands = false;
  /** Resolved when the session stands for the first time, or is over; rejected if there can be none. */
  opened;

  /**
   * @param {string} url
   * @param {{ windowBytes?: number }} options
   * @param {{ hello: () => Uint8Array | undefined, state: (state: string, reason?: string) => void, waiting: () => void }} host
   */
  constructor(url, options, host) {
    this.#url = url;
    this.#window = options.windowBytes ?? WINDOW;
    this.#host = host;
    this.opened = new Promise((resolve, reject) => void ([this.#resolve, this.#reject] = [resolve, reject]));
    // Nobody need wait for it: the state says the same.
    this.opened.catch(() => {});
    this.#open();
  }

  /** The next part that came, if any. */
  take() {
    const part = this.#queue.shift() ?? null;
    // A new stream begins without blobs.
    if (part?.kind === "header") this.#blobs = [];
    if (part?.kind === "BLOB") this.#name(part);
    return part;
  }

  /** Notes the hash of a blob. One that can't be read is the engine's to report, and is not named. */
  #name(part) {
    let hash;
    try {
      [, hash] = unpack(part.head);
    } catch {
      return;
    }
    if (!(hash instanceof Uint8Array)) return;
    this.#blobs.push(hex(hash));
    if (this.#blobs.length > 2 * NAMED) this.#blobs = this.#blobs.slice(-NAMED);
  }

  /** Bytes received since this was asked last. */
  received() {
    const bytes = this.#received;
    this.#received = 0;
    return bytes;
  }

  /** Notes a part of a frame whose SWAP is to come. What was drawn of it can't be drawn again, so it can't be resumed either. */
  begun() {
    this.#begun = true;
  }

  /** Whether a frame has come in part. */
  midway() {
    return this.#begun;
  }

  /** Notes a frame that was taken to its SWAP. */
  completed(sequence) {
    this.#frame = sequence;
    this.#begun = false;
  }

  /** Sends a reply, if there is a connection. */
  reply(reply) {
    this.send(encodeReplies([reply]));
  }

  /** Sends a message, if there is a connection. */
  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(message);
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.reply({ name: "CLOSE", canvas: 0 });
    this.#socket?.close(1000);
    this.#queue = [];
    this.#resolve();
  }

  #open() {
    let socket;
    try {
      const page = globalThis.document?.baseURI ?? globalThis.location?.href;
      // Older browsers take no other addresses.
      socket = new WebSocket(new URL(this.#url, page?.replace(/^http/, "ws")));
    } catch (error) {
      this.#end(`The live session's address is of no use: ${error.message}`);
      return;
    }
    this.#socket = socket;
    this.#stands = false;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => {
      // What was received on another connection and not yet drawn comes again.
      this.#queue = [];
      const said = this.#host.hello();
      if (!said) {
        socket.close(1000);
        this.#again(1000, "There is no graphics context to draw with.");
        return;
      }
      const hello = decodeReplies(said);
      hello[0]?.limits.push({ name: "window_bytes", value: this.#window });
      if (this.#session && this.#frame !== null && !this.#begun) {
        // Both in one message: the server answers the first one at once.
        const resume = { name: "RESUME", session: this.#session, frame: this.#frame, blobs: this.#blobs.slice(-NAMED) };
        socket.send(encodeReplies([...hello, resume]));
      } else {
        socket.send(encodeReplies(hello));
      }
    });
    socket.addEventListener("message", ({ data }) => {
      // What a connection that was given up still brings is of no use.
      if (socket === this.#socket) this.#message(data);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      if (this.#closed || socket !== this.#socket) return;
      if (code >= REFUSED) this.#end(reason || "The server has refused the session.");
      else this.#again(code, reason);
    });
  }

  #message(data) {
    try {
      if (!(data instanceof ArrayBuffer)) throw new TypeError("it is text");
      this.#received += data.byteLength;
      const part = takeApart(new Uint8Array(data));
      if (part.kind === "META") this.#notes(unpack(part.head));
      if (!this.#stands) {
        // Whoever refuses says nothing but goodbye.
        this.#stands = true;
        this.#wait = FIRST_WAIT;
        this.#host.state("live");
        this.#resolve();
      }
      this.#queue.push(part);
      this.#host.waiting();
    } catch (error) {
      this.#socket.close(UNREADABLE);
      this.#again(UNREADABLE, `The server has sent a message that can't be read: ${error.message}.`);
    }
  }

  /** Facts about the session travel as metadata right behind a stream's header. */
  #notes(notes) {
    if (notes.session && notes.session !== this.#session) {
      this.#session = notes.session;
      this.#frame = null;
    }
  }

  #again(code, reason) {
    this.#socket = null;
    const because = reason || (code === 1006 ? "The connection to the server was lost or refused." : "The server has ended the connection.");
    this.#host.state("reconnecting", because);
    // Not all views of a page, and not all pages, at the same moment.
    this.#timer = setTimeout(() => this.#open(), this.#wait * (0.75 + Math.random() / 2));
    this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT);
  }

  #end(reason) {
    this.#socket = null;
    this.#host.state("failed", reason);
    this.#reject(new Error(reason));
  }
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
