// Where a view stands in a recording: the frame that is drawn, whole or up to one of its draws, and how an engine gets there.

import { unpacked } from "./chunk.js";
import { Recording } from "./recording.js";
import { Engine } from "./wasm.js";

export class Playhead {
  recording = new Recording();
  /** The last frame that is drawn as a whole; −1 before the first. */
  whole = -1;
  /** Where a frame has been drawn in part: its draws so far, and those of them that the next part of the recording has. */
  within = null;
  /** Parts of the recording that the engine has had. */
  #done = 0;
  #host;

  /**
   * @param {{ take: (part: object, from?: number, to?: number) => { outcome: string }, isLost: () => boolean, rewound: () => void, reached: (frame: number) => void, moved: () => void }} host
   *   gives parts to the engine, says whether there is a context, begins the engine anew, and is told of frames and of leaps
   */
  constructor(host) {
    this.#host = host;
  }

  /** The frame that is shown. */
  get frame() {
    return this.within ? this.whole + 1 : this.whole;
  }

  /** How many draws a frame has. */
  draws(frame) {
    return this.#partsOf(frame).reduce((sum, part) => sum + this.#drawsOf(part), 0);
  }

  /** The time of the last whole frame, in microseconds. */
  get time() {
    return this.recording.frames[this.whole]?.time ?? 0;
  }

  /** Another recording, of which nothing is drawn. */
  replace() {
    this.recording = new Recording();
  }

  /** Goes to before the first frame. */
  rewind() {
    this.#host.rewound();
    this.#done = 0;
    this.whole = -1;
    this.within = null;
  }

  /** Gives the engine parts until it has had so many frames, or there are none left. False where there is no context. */
  run(frames) {
    const { parts } = this.recording;
    while (this.#done < parts.length && this.whole < frames - 1) {
      // What is given to an engine without a context would be checked, but not drawn.
      if (this.#host.isLost()) return false;
      // A keyframe stands for what has been drawn already.
      if (parts[this.#done].kind !== "keyf") this.#host.take(parts[this.#done], this.within?.inPart);
      if (this.within) this.within.inPart = 0;
      this.#done += 1;
      const end = this.recording.frames[this.whole + 1]?.end;
      if (this.#done === end) {
        this.whole += 1;
        this.within = null;
        this.#host.reached(this.whole);
      }
    }
    return true;
  }

  /** Goes to the last keyframe in front of a frame, if one is between the frame that is shown and that one. */
  leap(wanted) {
    for (;;) {
      const found = this.recording.keyframe(this.whole + 1, wanted);
      if (!found) return;
      this.rewind();
      const outcomes = found.parts.map((part) => this.#host.take(part).outcome);
      if (outcomes.at(-1) === "complete") {
        this.#done = found.at + 1;
        this.whole = found.frames - 1;
        this.#host.moved();
        return;
      }
      // A damaged one is missing, no more: the frames before it are all there.
      this.recording.forget(found.at);
      this.rewind();
    }
  }

  /** Goes to a frame at once, without being seen on the way. */
  jump(frame) {
    if (frame < this.frame) this.rewind();
    this.leap(frame);
    return this.run(frame + 1);
  }

  /** Draws on within the frame that follows the last whole one, until so many of its draws are done: fewer than it has. */
  advance(draws) {
    this.within ??= { draws: 0, inPart: 0 };
    let missing = draws - this.within.draws;
    let part = this.recording.parts[this.#done];
    for (;;) {
      const there = this.#drawsOf(part) - this.within.inPart;
      if (part.kind === "FRAM" && missing <= there) break;
      if (part.kind !== "keyf") this.#host.take(part, this.within.inPart);
      missing -= there;
      this.within.inPart = 0;
      part = this.recording.parts[++this.#done];
    }
    const { inPart } = this.within;
    if (missing) this.#host.take(part, inPart, inPart + missing);
    this.within = { draws, inPart: inPart + missing };
  }

  /** The parts that a frame consists of. */
  #partsOf(frame) {
    const { frames, parts } = this.recording;
    return frame in frames ? parts.slice(frames[frame - 1]?.end ?? 0, frames[frame].end) : [];
  }

  /** How many draws a part has. */
  #drawsOf(part) {
    if (part.kind !== "FRAM") return 0;
    part.draws ??= Engine.draws(unpacked(part)?.head ?? part.head);
    return part.draws;
  }
}
