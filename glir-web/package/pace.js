// When pictures are drawn: a browser's turns, and how a recording plays: its speed, the frames between which it stays, and what time of it a moment of the clock is.

/** Asks for a picture's turn; where there are none, as in some browsers' workers, sixty times a second. */
export const request = globalThis.requestAnimationFrame
  ? (tick) => requestAnimationFrame(tick)
  : (tick) => setTimeout(() => tick(performance.now()), 16);

/** Takes the asking back. */
export const cancel = globalThis.requestAnimationFrame ? (number) => cancelAnimationFrame(number) : (number) => clearTimeout(number);

export class Pace {
  #speed = 1;
  /** The clock's time at which the recording's time 0 would have been. */
  #origin = 0;
  /** The first and the last frame that are played; null for all of them. */
  #range = null;

  /** How many times as fast as it was recorded: 0.01 to 100. */
  get speed() {
    return this.#speed;
  }

  set speed(speed) {
    const now = performance.now();
    const time = this.time(now);
    this.#speed = Math.min(Math.max(Number(speed) || 1, 0.01), 100);
    this.from(time, now);
  }

  get range() {
    return this.#range && [...this.#range];
  }

  set range(range) {
    const [first, last] = (range ?? []).map((frame) => Math.max(0, Math.trunc(frame) || 0));
    this.#range = range ? [Math.min(first, last), Math.max(first, last)] : null;
  }

  /** The first and the last frame that are played of so many. */
  bounds(frames) {
    const end = frames - 1;
    const [first, last] = this.#range ?? [0, end];
    return [Math.min(first, end), Math.min(last, end)];
  }

  /** The recording's time, in microseconds, that is reached at a moment of the clock. */
  time(now) {
    return (now - this.#origin) * 1000 * this.#speed;
  }

  /** Lets the recording's time go on from this one. */
  from(time, now = performance.now()) {
    this.#origin = now - time / 1000 / this.#speed;
  }
}
