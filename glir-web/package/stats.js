// What a view has done: frames and commands in all, pictures and bytes a second.

export class Stats {
  /** Pictures that were presented, and bytes that came, since it was last told. */
  drawn = 0;
  bytes = 0;
  #since = performance.now();
  /** What the engine had drawn before it began anew: to seek back and to loop is to draw again. */
  #earlier = { frames: 0, commands: 0 };

  /** Adds what the engine has done, since a new stream lets it count from 0. */
  note(engine) {
    this.#earlier.frames += engine.frames();
    this.#earlier.commands += engine.commands();
  }

  /** What there is to tell, once a second; null meanwhile. */
  due(now, engine, live) {
    const seconds = (now - this.#since) / 1000;
    if (seconds < 1) return null;
    const told = {
      frames: this.#earlier.frames + engine.frames(), commands: this.#earlier.commands + engine.commands(),
      retained: engine.retained(), framesPerSecond: this.drawn / seconds,
      bytesPerSecond: (this.bytes + (live?.received() ?? 0)) / seconds,
    };
    [this.#since, this.drawn, this.bytes] = [now, 0, 0];
    return told;
  }
}
