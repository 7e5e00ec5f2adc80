// What a view says to people: how far loading is, what went wrong. Politely, where the picture is, and never instead of it.

const STYLE = {
  box: {
    boxSizing: "border-box", margin: "0", padding: "0.5em 0.8em", font: "0.875rem/1.4 system-ui, sans-serif",
    color: "#1d1d1f", background: "#fff8e6", border: "1px solid #b98900", borderRadius: "4px", maxWidth: "60em",
    overflowWrap: "anywhere",
  },
};

/** Faults are told as parts of lists; for people they start like sentences. */
export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * Messages of a view. Without an element to put them into, a box behind the canvas takes them; in a worker, and with
 * `false`, nobody does: the events tell the same.
 */
export class Messages {
  #host;
  #box = null;
  #place;
  /** What was said last: its kind and text. */
  #said = ["", ""];
  /** What is said instead for a while. */
  #instead = "";

  /**
   * @param {HTMLCanvasElement | OffscreenCanvas} canvas
   * @param {false | HTMLElement | { message: (kind: string, text: string) => void, progress: (share: number | null) => void }} [host]
   */
  constructor(canvas, host) {
    const page = globalThis.HTMLElement;
    this.#place = host === undefined && page && canvas instanceof page ? canvas : null;
    this.#host = page && host instanceof page ? null : host || null;
    if (page && host instanceof page) this.#box = host;
  }

  /** Something is being waited for. */
  notice(text) {
    this.#say("notice", text);
  }

  /** A part is wrong; the rest is shown. */
  fault(text) {
    this.#say("fault", text);
  }

  /** Nothing can be shown. */
  fail(text) {
    this.#say("failed", text);
  }

  /** A picture is there. */
  ready() {
    this.#host?.message?.("ready", "");
  }

  /** How much is loaded, 0 to 1; null if nobody knows. */
  progress(share) {
    this.#host?.progress?.(share);
  }

  /** Says something in place of all but a failure, until it is taken back by an empty text. What is said meanwhile comes then. */
  instead(text) {
    this.#instead = text;
    this.#show();
  }

  clear() {
    this.#say("", "");
  }

  remove() {
    if (this.#place) this.#box?.remove();
  }

  #say(kind, text) {
    this.#said = [kind, text];
    this.#show();
  }

  #show() {
    let [kind, text] = this.#said;
    if (this.#instead && kind !== "failed") [kind, text] = ["notice", this.#instead];
    if (this.#host) {
      this.#host.message(kind, text);
      return;
    }
    if (!this.#box && this.#place && text) {
      this.#box = document.createElement("p");
      Object.assign(this.#box.style, STYLE.box);
      this.#place.after(this.#box);
    }
    if (!this.#box) return;
    this.#box.setAttribute("role", kind === "failed" ? "alert" : "status");
    this.#box.hidden = !text;
    this.#box.textContent = sentence(text);
  }
}
