// What is wrong with a stream: kept, told to whoever listens, and the first of it in words on the page.

/** The most diagnostics that are kept; whoever listens is told of all of them. */
const KEPT = 1000;

export class Faults {
  /** The first diagnostics of the stream. */
  list = [];
  #errors = 0;
  #messages;
  #told;
  #failed;

  /**
   * @param {import("./messages.js").Messages} messages on the page
   * @param {(diagnostic: object) => void} told of each diagnostic
   * @param {() => void} failed when nothing more can be drawn
   */
  constructor(messages, told, failed) {
    this.#messages = messages;
    this.#told = told;
    this.#failed = failed;
  }

  /** The first error's words; empty if there was none. */
  get first() {
    return this.list.find(({ severity }) => severity !== "warning")?.message ?? "";
  }

  /** Another stream, which has none. */
  forget() {
    this.list = [];
    this.#errors = 0;
  }

  /** Tells of faults; of errors also on the page, unless they are told there otherwise. */
  tell(diagnostics, shown = true) {
    for (const diagnostic of diagnostics) {
      if (this.list.length < KEPT) this.list.push(diagnostic);
      this.#told(diagnostic);
      if (!shown || diagnostic.severity === "warning") continue;
      this.#errors += 1;
      const more = this.#errors > 1 ? ` (and ${this.#errors - 1} more)` : "";
      if (diagnostic.severity === "fatal") {
        this.#messages.fail(diagnostic.message);
        this.#failed();
      } else {
        this.#messages.fault(`Part of this drawing is faulty: ${this.first}${more}`);
      }
    }
  }

  /** Tells of a part of a recording that is left out. */
  damaged({ kind, offset }, why) {
    const place = offset === undefined ? "" : `byte ${offset}: `;
    this.tell([{ severity: "error", code: "damaged-chunk", message: `${place}this ${kind} chunk ${why}` }]);
  }

  /** Tells that nothing more can be drawn, and why. */
  fail(message) {
    this.tell([{ severity: "fatal", code: "failed", message }]);
  }
}
