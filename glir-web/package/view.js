// A view: one stream on one canvas, from a file, from bytes that come in pieces, or live.

import { unpacked, unpackedBytes } from "./chunk.js";
import { surfaceFor } from "./contexts.js";
import { Faults } from "./faults.js";
import { listen } from "./input.js";
import { Live } from "./live.js";
import { Messages } from "./messages.js";
import { Pace, cancel, request } from "./pace.js";
import { Playhead } from "./playhead.js";
import { png } from "./png.js";
import { segments } from "./recording.js";
import { codeName, decodeReplies, diagnosticsOf, flat, textOf } from "./replies.js";
import { present } from "./screen.js";
import { Stats } from "./stats.js";
import { Tape } from "./tape.js";
import { Engine, Scanner, ready } from "./wasm.js";

/** Milliseconds of drawing after which a long seek lets the page breathe. */
const SLICE = 50;

/** The engine's answer for an event that a signal has taken. */
const TAKEN = 2;

/** What `Engine.chunk` returns. */
const OUTCOMES = ["none", "complete", "partial", "stopped"];

/** Milliseconds behind a picture after which the driver is asked for errors: to wait for its answer would hold up the next one. */
const REST = 1000;

/** The most bytes that a recording's packed parts may stand for, so that a small file can't promise more than a machine has. */
const MOST_UNPACKED = 2 ** 32;

/**
 * Attaches a view to a canvas. The canvas must not have a context yet.
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas
 * @param {import("./glir.js").Options} [options]
 * @returns {Promise<View>}
 */
export async function attach(canvas, options = {}) {
  const messages = new Messages(canvas, options.messages);
  try {
    await ready(options.wasm);
    const place = await surfaceFor(canvas, options);
    try {
      return new View(canvas, options, messages, place);
    } catch (error) {
      place.release();
      throw error;
    }
  } catch (error) {
    messages.fail(error.message);
    throw error;
  }
}

/** Events: `state`, `frame`, `diagnostic`, `stats`, `reply`, `event`. What they tell is in `event.detail`. */
export class View extends EventTarget {
  #options;
  #messages;
  #surface;
  #target;
  #release;
  #engine;
  #listener;
  #unlisten = null;
  #state = "empty";
  #scanner = null;
  #head;
  #pace = new Pace();
  #stale = false;
  #live = null;
  /** The canvas's last RESIZE. */
  #size = null;
  #request = 0;
  /** The timer that asks the driver. */
  #resting = 0;
  /** The first HELLO, for when there is no context to ask. */
  #hello;
  #closed = false;
  #began = performance.now();
  /** The state that a lost context comes back to, and the frame that was asked for meanwhile. */
  #resumed = "empty";
  #wanted = -1;
  #seeking = 0;
  #abort = new AbortController();
  /** Bytes that a recording has, if known, and those that came. */
  #total = 0;
  #loaded = 0;
  /** What people do, while it is recorded. */
  #log = null;
  /** What is drawn, while it is recorded. */
  #tape = null;
  /** The header and the blobs of the stream that is drawn. */
  #header = null;
  #blobs = [];
  #stats = new Stats();
  #faults;

  /** @internal Use `attach`. */
  constructor(canvas, options, messages, { surface, target, release }) {
    super();
    /** @readonly */
    this.canvas = canvas;
    this.#options = { ...options };
    this.#messages = messages;
    this.#surface = surface;
    const told = (detail) => this.dispatchEvent(new CustomEvent("diagnostic", { detail }));
    this.#faults = new Faults(messages, told, () => this.#become("failed"));
    /** What the view draws with, such as `WebGL 2: …`. @readonly */
    this.interpreter = surface.context.description();
    /** The WebGL version: 1 or 2. @readonly */
    this.webgl = surface.context.version();
    this.#target = target;
    this.#release = release;
    this.#engine = new Engine(surface.context, true, options.strict ?? false, options.memoryBudget ?? NaN);
    this.#head = new Playhead({
      take: (part, from, to) => this.#take(part, from, to),
      isLost: () => surface.context.isLost(),
      rewound: () => {
        this.#stats.note(this.#engine);
        this.#engine.rewind();
      },
      reached: (frame) => {
        this.#stale = true;
        this.#log?.push(["ACK", frame]);
        this.#tellFrame();
      },
      moved: () => void (this.#stale = true),
    });
    this.#listener = { lost: () => this.#lost(), restored: () => this.#restored() };
    surface.listeners.add(this.#listener);
    if (options.input !== false && globalThis.HTMLCanvasElement && canvas instanceof HTMLCanvasElement) {
      this.#unlisten = listen(canvas, {
        reply: (reply, now) => this.#event(reply, now),
        exclusive: () => this.#live !== null,
        touches: () => this.#engine.interacts(),
        time: () => this.#seconds(),
      });
    }
  }

  /** The first diagnostics of the stream. */
  get diagnostics() {
    return this.#faults.list;
  }

  /** The frame that is shown, counted from 0; −1 before the first. Live, the producer's own number. */
  get frame() {
    return this.#head.frame;
  }

  /** How many of the frame's draws are shown; null for the whole frame. */
  get draw() {
    return this.#head.within?.draws ?? null;
  }

  /** How many draws the frame has that is shown. */
  get draws() {
    return this.#head.draws(this.frame);
  }

  /** The number of frames of a recording so far. */
  get frames() {
    return this.#head.recording.frames.length;
  }

  /** Seconds that the recording takes. */
  get duration() {
    return this.#head.recording.duration / 1e6;
  }

  /** `empty`, `loading`, `paused`, `playing`, `ended`, `connecting`, `live`, `reconnecting`, `lost` or `failed`. */
  get state() {
    return this.#state;
  }

  /** Whether a recording begins again behind its last frame. */
  get loop() {
    return Boolean(this.#options.loop);
  }

  set loop(loop) {
    this.#options.loop = Boolean(loop);
  }

  /** How many times as fast as it was recorded a recording plays: 0.01 to 100. */
  get speed() {
    return this.#pace.speed;
  }

  set speed(speed) {
    this.#pace.speed = speed;
  }

  /** The first and the last frame that `play` plays, or null for all of them. With `loop` they are played again and again. */
  get range() {
    return this.#pace.range;
  }

  set range(range) {
    this.#pace.range = range;
  }

  /** Whether recordings play as soon as they are there. What stands still starts when this is set. */
  get autoplay() {
    return Boolean(this.#options.autoplay);
  }

  set autoplay(autoplay) {
    this.#options.autoplay = Boolean(autoplay);
    if (autoplay && this.#state === "paused") this.play();
  }

  // ---- a recording ---------------------------------------------------------------------------------------------

  /**
   * Loads a recording and shows its first frame.
   * @param {string | URL | Blob | Response | BufferSource} source
   */
  async load(source) {
    this.begin();
    const { signal } = this.#abort;
    try {
      for await (const bytes of segments(source, signal, (total) => void (this.#total = total))) {
        if (signal.aborted) return;
        this.push(bytes);
      }
      if (!signal.aborted) this.end();
    } catch (error) {
      if (signal.aborted) return;
      this.#faults.fail(error.message);
      throw error;
    }
  }

  /**
   * Begins a recording whose bytes are given to `push`. What was shown before is over.
   * @param {number} [total] how many bytes there will be, for showing progress
   */
  begin(total = 0) {
    this.#open();
    this.#forget();
    this.#engine.follow(false);
    this.#scanner = new Scanner();
    this.#total = total;
    this.#loaded = 0;
    this.#began = performance.now();
    this.#become("loading");
  }

  /**
   * Takes the next bytes of a recording. They are kept, not copied: do not change them afterwards.
   * @param {Uint8Array} bytes
   */
  push(bytes) {
    if (!this.#scanner) throw new Error("begin() comes before push()");
    this.#stats.bytes += bytes.length;
    this.#loaded += bytes.length;
    this.#scanner.push(bytes);
    this.#scan();
    // What of a recording can be seen is, while the rest comes.
    if (this.#stale) this.#schedule();
    this.#messages.progress(this.#total ? Math.min(this.#loaded / this.#total, 0.999) : null);
  }

  /** Says that a recording is whole. */
  end() {
    if (!this.#scanner) throw new Error("begin() comes before end()");
    this.#scanner.end();
    this.#scan();
    this.#scanner.free();
    this.#scanner = null;
    this.#head.recording.finish();
    if (this.#reached() === "failed") return;
    if (!this.#head.recording.parts.some(({ kind }) => kind === "header")) {
      this.#faults.fail(this.#faults.first || "there is no GLIR stream in it");
      return;
    }
    if (this.#head.whole < 0 && this.frames > 0) this.#head.run(1);
    this.#messages.progress(1);
    this.#show();
    const state = this.frames > 1 ? "paused" : "ended";
    if (this.#reached() === "loading") this.#become(state);
    if (this.#options.autoplay && this.frames > 1) this.play();
    this.#schedule();
  }

  /**
   * Gives up a recording that is being pushed, and says why. What came of it so far is shown.
   * @param {string} reason a sentence for people
   */
  abort(reason) {
    if (!this.#scanner) return;
    this.#scanner.free();
    this.#scanner = null;
    this.#head.recording.finish();
    this.#messages.progress(1);
    this.#faults.fail(reason);
  }

  /**
   * Shows a frame.
   * @param {number} frame from 0 on; what lies outside is moved to the nearest
   */
  async seek(frame) {
    const wanted = Math.max(0, Math.min(Math.trunc(frame), this.frames - 1));
    if (!this.frames || this.#live) return;
    const turn = ++this.#seeking;
    if (this.#surface.context.isLost()) {
      this.#wanted = wanted;
      return;
    }
    // What a frame has drawn in part can be finished, not taken back.
    if (wanted < this.frame) this.#head.rewind();
    this.#head.leap(wanted);
    let since = performance.now();
    while (this.#head.whole < wanted) {
      if (!this.#head.run(this.#head.whole + 2)) {
        this.#wanted = wanted;
        return;
      }
      if (performance.now() - since > SLICE) {
        await new Promise((resume) => setTimeout(resume));
        // A later seek goes on from here.
        if (turn !== this.#seeking) return;
        since = performance.now();
      }
    }
    this.#pace.from(this.#head.time);
    this.#show();
    this.#schedule();
    if (this.#state === "ended" && wanted < this.frames - 1) this.#become("paused");
    if (this.#state === "paused" && wanted === this.frames - 1) this.#become("ended");
  }

  /**
   * Shows a frame as it is behind so many of its draws, on the picture that the frame before has left.
   * @param {number} frame from 0 on
   * @param {number} draws from 0 on; all that there are make a whole frame
   */
  async seekDraw(frame, draws) {
    const wanted = Math.max(0, Math.min(Math.trunc(frame), this.frames - 1));
    if (!this.frames || this.#live) return;
    this.pause();
    const going = this.#head.within && this.frame === wanted && draws >= this.#head.within.draws;
    if (!going && !(await this.#before(wanted))) return;
    if (draws >= this.#head.draws(wanted)) {
      await this.seek(wanted);
      return;
    }
    this.#head.advance(Math.max(Math.trunc(draws), 0));
    this.#tellFrame();
    this.#show();
    this.#schedule();
    if (this.#state === "ended") this.#become("paused");
  }

  /** Goes to where a frame begins; whether it could. */
  async #before(frame) {
    if (frame) await this.seek(frame - 1);
    else this.#head.rewind();
    return !this.#head.within && this.#head.whole === frame - 1 && !this.#surface.context.isLost();
  }

  /**
   * Shows one draw more or less, across frames.
   * @param {1 | -1} direction
   */
  async stepDraw(direction) {
    const { frame, draw, draws } = this;
    if (direction > 0) {
      if (draw !== null) await this.seekDraw(frame, draw + 1);
      else if (frame < this.frames - 1) await this.seekDraw(frame + 1, 1);
    } else if (frame >= 0) {
      const before = (draw ?? draws) - 1;
      if (before > 0 || frame === 0) await this.seekDraw(frame, Math.max(before, 0));
      else await this.seek(frame - 1);
    }
  }

  /** Plays on from the frame that is shown, or from the first if it is the last one or outside of the range. */
  play() {
    if (this.#live || this.frames < 2 || this.#reached() === "playing") return;
    if (this.#state === "lost") {
      this.#become("playing");
      return;
    }
    const [first, last] = this.#pace.bounds(this.frames);
    if (this.#head.whole >= last || this.#head.whole < first) this.#head.jump(first);
    this.#seeking += 1;
    this.#pace.from(this.#head.time);
    this.#become("playing");
    this.#schedule();
  }

  /** Stays at the frame that is shown. */
  pause() {
    if (this.#reached() === "playing") this.#become("paused");
  }

  /** Ends what is shown. The canvas is empty then. */
  clear() {
    this.#open();
    this.#forget();
    this.#messages.progress(1);
    this.#become("empty");
    // Whatever draws to a canvas, to size it empties it.
    this.canvas.width = this.canvas.width;
  }

  // ---- live ----------------------------------------------------------------------------------------------------

  /**
   * Follows a live session. It is connected again when the connection is lost, until `close` or another stream. Resolved when
   * the session stands, or is given up for another stream; rejected if it can't be followed.
   * @param {string | URL} url of a WebSocket
   */
  async connect(url) {
    this.#open();
    this.#forget();
    this.#engine.follow(true);
    this.#become("connecting");
    const live = new Live(String(url), this.#options, {
      hello: () => (this.#hello = this.#engine.hello() ?? this.#hello),
      state: (state, reason) => {
        this.#become(state);
        if (state === "reconnecting") {
          this.#messages.notice(`${reason} Trying again…`);
          this.#faults.tell([{ severity: "warning", code: "connection", message: reason }], false);
        } else if (state === "live") {
          this.#messages.clear();
          // The canvas's size was told when there was no connection, or to another server.
          if (this.#size) this.#live?.reply(this.#size);
        } else if (state === "failed") {
          this.#faults.fail(reason);
        }
      },
      waiting: () => this.#schedule(),
    });
    this.#live = live;
    await live.opened;
  }

  /**
   * Sends a reply to the producer of a live session, as if the canvas had caused it.
   * @param {{ name: string }} reply
   */
  send(reply) {
    this.#live?.reply(reply);
  }

  // ---- what people do ------------------------------------------------------------------------------------------

  /**
   * Records what people do to the picture from now on.
   * @returns {() => string} ends the recording and gives the log: lines of JSON, which `replay` and `glir render --events` take
   */
  recordEvents() {
    const log = [];
    this.#log = log;
    return () => {
      if (this.#log === log) this.#log = null;
      return log.map((line) => `${JSON.stringify(line)}\n`).join("");
    };
  }

  /**
   * Lets happen what a log says, at once, and shows the last picture.
   * @param {string} log as `record` gives it
   */
  async replay(log) {
    this.#open();
    const lines = log.split("\n").filter((line) => line.trim() && !line.trim().startsWith("//")).map((line) => JSON.parse(line));
    for (const line of lines) {
      if (line[0] === "ACK") await this.seek(line[1]);
      else if (line[0] === "TICK") this.#engine.tick(line[1]);
      else this.#engine.event(...flat(line));
    }
    this.#engine.tick(0);
    this.#show();
    this.#schedule();
  }

  // ---- recording -----------------------------------------------------------------------------------------------

  /** Whether what is drawn is recorded. */
  get recording() {
    return this.#tape !== null;
  }

  /**
   * Records what is drawn from now on, whatever the view shows: what there is so far comes first. A recording that runs already is given up.
   * @param {{ bytes?: number }} [options] the most bytes of frames that are kept: of a longer recording the beginning is given up
   */
  record({ bytes } = {}) {
    this.#open();
    this.#tape = new Tape(bytes);
    this.#tape.know(this.#header, this.#blobs);
    // Between two frames the recording begins at once.
    if (this.#head.whole >= 0 && !this.#head.within && !this.#live?.midway()) this.#tape.complete(() => this.#engine.snapshot());
    this.#tellState(this.#state, true);
  }

  /**
   * Ends the recording.
   * @returns {Blob | null} a `.glir` file; null if nothing was recorded
   */
  stopRecording() {
    const blob = this.#tape?.finish() ?? null;
    this.#tape = null;
    this.#tellState(this.#state, true);
    return blob?.size ? blob : null;
  }

  // ---- pictures ------------------------------------------------------------------------------------------------

  /** The picture as a PNG. */
  async snapshot() {
    const { width, height, data } = this.pixels();
    return png(data, width, height);
  }

  /** The picture's pixels: RGBA, four bytes a pixel, the upper row first. */
  pixels() {
    this.#open();
    if (this.#surface.context.isLost()) throw new Error("there is no picture while the browser keeps the graphics context");
    return { width: this.#engine.width(), height: this.#engine.height(), data: this.#engine.readPixels() };
  }

  /** Lets go of everything. The canvas keeps its last picture where the context is shared. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#stop();
    this.#unlisten?.();
    this.#surface.listeners.delete(this.#listener);
    this.#engine.free();
    this.#release();
    this.#messages.remove();
    this.#head.replace();
    this.#tellState("empty");
  }

  // ---- the inside ----------------------------------------------------------------------------------------------

  /** Throws where nothing can be done any more. */
  #open() {
    if (this.#closed) throw new Error("this view is closed");
  }

  /** Ends what was shown, for another stream. */
  #forget() {
    this.#stop();
    this.#head.rewind();
    this.#engine.reset();
    this.#head.replace();
    this.#stale = false;
    this.#faults.forget();
    this.#messages.clear();
  }

  #stop() {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#live?.close();
    this.#live = null;
    this.#scanner?.free();
    this.#scanner = null;
    this.#seeking += 1;
    cancel(this.#request);
    this.#request = 0;
    clearTimeout(this.#resting);
    this.#resting = 0;
    this.#wanted = -1;
  }

  /** Takes what the scanner has found so far; the first frame is drawn as its parts come. */
  #scan() {
    for (let part = this.#scanner.next(); part; part = this.#scanner.next()) {
      if (part.kind === "fault") {
        this.#faults.tell([{ severity: part.fatal ? "fatal" : "error", code: codeName(part.code), message: part.fault }]);
        continue;
      }
      const bytes = unpackedBytes(part);
      // A keyframe is unpacked by who seeks.
      if (part.kind !== "keyf" && this.#head.recording.unpacked + bytes > MOST_UNPACKED) {
        this.#faults.damaged(part, `has ${bytes} bytes, more than the ${MOST_UNPACKED - this.#head.recording.unpacked} allowed; it is left out`);
        continue;
      }
      if (part.kind !== "keyf") this.#head.recording.unpacked += bytes;
      this.#head.recording.add(part);
      if (this.#head.whole < 0) this.#head.run(1);
    }
  }

  #tellFrame() {
    const { frame, frames, draw } = this;
    this.dispatchEvent(new CustomEvent("frame", { detail: { frame, frames, draw } }));
  }

  /** One part of a stream, or what of it stands behind and in front of so many draws; what came of it. */
  #take(part, from = 0, to = 0) {
    if (part.kind === "header") {
      this.#stats.note(this.#engine);
      this.#engine.begin(part.header);
      [this.#header, this.#blobs] = [part.header, []];
      this.#tape?.know(part.header, this.#blobs);
      this.#tape?.interrupt();
      const [replies] = this.#answers();
      // The canvas had its size before there was a stream to ask for it.
      if (this.#size) this.#engine.event(...flat(textOf(this.#size)));
      return { outcome: "none", replies };
    }
    const plain = unpacked(part);
    if (!plain) {
      if (part.kind !== "keyf") this.#faults.damaged(part, "is left out: what is packed in it is damaged");
      return { outcome: "none", replies: undefined };
    }
    const cut = Boolean(from || to);
    const outcome = OUTCOMES[cut ? this.#engine.part(plain.head, plain.arena, from, to) : this.#engine.chunk(part.header, plain.head, plain.arena)];
    if (part.kind === "BLOB") this.#blobs.push(part);
    if (cut || part.kind === "keyf") this.#tape?.interrupt();
    else this.#tape?.add(part);
    if (outcome === "complete") this.#tape?.complete(() => this.#engine.snapshot());
    const [replies, found] = this.#answers();
    for (const reply of found) {
      if (reply.name !== "ACK") this.dispatchEvent(new CustomEvent("reply", { detail: reply }));
    }
    return { outcome, replies };
  }

  /** What the engine has to say, as chunks and one by one. Diagnostics are told. */
  #answers() {
    const replies = [];
    for (let said = this.#engine.replies(); said; said = this.#engine.replies()) replies.push(said);
    const found = replies.flatMap(decodeReplies);
    this.#faults.tell(diagnosticsOf(found));
    return [replies, found];
  }

  #schedule() {
    this.#request ||= request((now) => {
      this.#request = 0;
      this.#tick(now);
    });
  }

  #tick(now) {
    if (this.#live) this.#follow();
    else if (this.#state === "playing") this.#advance(now);
    this.#move(this.#seconds());
    if (this.#stale) this.#show();
    this.#tell(now);
  }

  /** Takes all that came; shows the last complete frame. */
  #follow() {
    // What comes meanwhile waits, and the server with it.
    if (this.#surface.context.isLost()) return;
    for (let part = this.#live.take(); part; part = this.#live.take()) {
      const outcome = this.#take(part);
      if (part.kind === "header") this.#began = performance.now();
      for (const said of outcome.replies) this.#live.send(said);
      if (outcome.outcome === "partial") this.#live.begun();
      if (outcome.outcome !== "complete") continue;
      this.#live.completed(part.sequence);
      this.#head.whole = part.sequence;
      this.#stale = true;
      this.#messages.ready();
      this.dispatchEvent(new CustomEvent("frame", { detail: { frame: this.#head.whole, frames: this.#head.whole + 1 } }));
    }
  }

  /** Draws every frame whose time has come. */
  #advance(now) {
    const { frames } = this.#head.recording;
    const [first, last] = this.#pace.bounds(this.frames);
    const due = this.#pace.time(now);
    while (this.#head.whole < last && frames[this.#head.whole + 1].time <= due) {
      // The event that tells of a lost context is on its way.
      if (!this.#head.run(this.#head.whole + 2)) return;
    }
    if (this.#head.whole < last || (this.#options.loop && due < this.#head.recording.over(last))) {
      this.#schedule();
    } else if (this.#options.loop) {
      if (!this.#head.jump(first)) return;
      this.#pace.from(this.#head.time, now);
      this.#schedule();
    } else {
      this.#become(last < frames.length - 1 ? "paused" : "ended");
    }
  }

  /** Presents the canvas. */
  #show() {
    if (this.#surface.context.isLost()) return;
    this.#stale = false;
    if (!present(this.canvas, this.#surface, this.#target, this.#engine)) return;
    this.#answers();
    this.#stats.drawn += 1;
    this.#resting ||= setTimeout(() => {
      this.#resting = 0;
      this.#engine.settle();
      this.#answers();
    }, REST);
    if (this.#head.whole >= 0) this.#messages.ready();
  }

  /** Once a second while something goes on. */
  #tell(now) {
    const told = this.#stats.due(now, this.#engine, this.#live);
    if (!told) return;
    const detail = { ...told, frame: this.#head.whole };
    this.dispatchEvent(new CustomEvent("stats", { detail }));
  }

  /** Lets a person's event happen: to the stream's signals first, then to whoever listens. True if a signal has taken it. */
  #event(reply, now = false) {
    if (reply.name === "RESIZE") this.#size = reply;
    const line = textOf(reply);
    this.#log?.push(line);
    const answer = this.#engine.event(...flat(line));
    if (answer) {
      // Between two pictures is the time to draw one.
      if (now) this.#tick(performance.now());
      else this.#schedule();
    }
    if (answer === TAKEN) return true;
    this.dispatchEvent(new CustomEvent("event", { detail: reply }));
    this.#live?.reply(reply);
    return false;
  }

  /** Seconds since the stream began. */
  #seconds() {
    return (performance.now() - this.#began) / 1000;
  }

  /** Lets signals move the picture. */
  #move(seconds) {
    if (this.#surface.context.isLost()) return;
    const moving = this.#engine.isMoving();
    const drawn = this.#engine.tick(seconds);
    if (drawn) this.#stale = true;
    if (drawn || moving) this.#log?.push(["TICK", seconds]);
    if (this.#engine.isMoving()) this.#schedule();
  }

  /** The state, or the one that is reached as soon as a lost context is back. */
  #reached() {
    return this.#state === "lost" ? this.#resumed : this.#state;
  }

  /** Reaches a state. Without a context that is told when there is one again. */
  #become(state) {
    if (this.#state === "lost") this.#resumed = state;
    else this.#tellState(state);
  }

  #tellState(state, again = false) {
    if (state === this.#state && !again) return;
    const before = this.#state;
    this.#state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: { state, before } }));
  }

  #lost() {
    this.#resumed = this.#state;
    this.#engine.contextLost();
    const [replies] = this.#answers();
    for (const said of replies) this.#live?.send(said);
    this.#messages.instead("The browser has taken the graphics context away. The picture comes back with it.");
    this.#tellState("lost");
  }

  #restored() {
    this.#engine.contextRestored();
    this.#messages.instead("");
    const [replies] = this.#answers();
    for (const said of replies) this.#live?.send(said);
    const playing = this.#resumed === "playing";
    this.#tellState(playing ? "paused" : this.#resumed);
    const wanted = this.#wanted;
    this.#wanted = -1;
    if (this.#head.whole < 0) this.#head.run(1);
    this.#show();
    if (wanted >= 0) this.seek(wanted);
    if (playing) this.play();
    else this.#schedule();
  }
}
