// The custom element `<glir-view src="recording.glir">` or `<glir-view ws="wss://…">`.

import { sentence } from "./messages.js";
import { attach } from "./view.js";

const STYLE = `
:host { display: flex; flex-direction: column; gap: 0.4em; font: 0.875rem/1.4 system-ui, sans-serif;
  --ink: #1d1d1f; --paper: #ffffff; --line: #8a8a93; --accent: #0b5cad; --warm: #fff6dd; --warm-line: #b98900; color: var(--ink); }
@supports (color: light-dark(#000, #fff)) {
  :host { --ink: light-dark(#1d1d1f, #f2f2f3); --paper: light-dark(#ffffff, #1c1c1f); --line: light-dark(#8a8a93, #7c7c87);
    --accent: light-dark(#0b5cad, #7ab8ff); --warm: light-dark(#fff6dd, #3a3013); --warm-line: light-dark(#b98900, #d8ab2e); }
}
:host([hidden]) { display: none; }
.stage { position: relative; max-width: var(--glir-width, 100%); }
canvas { display: block; width: 100%; height: auto; }
:host([fill]) { height: 100%; min-height: 0; }
:host([fill]) .stage { flex: 1 1 12em; min-height: 0; max-width: none; }
/* What fills its place must not be what makes it: a high picture would push everything out of the window. */
:host([fill]) canvas { position: absolute; inset: 0; height: 100%; object-fit: contain; }
:host([fill]) .bar { max-width: none; }
:host(:not([data-ready])) canvas { position: absolute; inset: 0; opacity: 0; }
:host([data-ready]) slot { display: none; }
slot { display: block; pointer-events: none; }
.stage[aria-busy="true"] slot { min-height: 8em; }
::slotted(img) { display: block; max-width: 100%; height: auto; }
canvas:focus-visible, button:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.wait { position: absolute; inset: 0; margin: auto; width: max-content; height: max-content; padding: 0.7em 1.1em; display: grid; gap: 0.4em;
  justify-items: center; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; pointer-events: none;
  visibility: hidden; opacity: 0; transition: opacity 0.15s 0.2s; }
.wait[data-on] { visibility: visible; opacity: 1; }
progress { width: 12em; accent-color: var(--accent); }
.say { display: flex; gap: 0.8em; align-items: start; justify-content: space-between; max-width: 60em; box-sizing: border-box;
  padding: 0.5em 0.8em; background: var(--warm); border: 1px solid var(--warm-line); border-radius: 6px; overflow-wrap: anywhere; }
.say[hidden], .bar[hidden] { display: none; }
.bar { display: flex; gap: 0.6em; align-items: center; max-width: max(var(--glir-width, 100%), 20em); }
.bar input { flex: 1; min-width: 4em; margin: 0; accent-color: var(--accent); }
.bar output { font-variant-numeric: tabular-nums; white-space: nowrap; }
button { flex: none; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 4px;
  padding: 0.25em 0.7em; cursor: pointer; }
.bar button { min-width: 5em; }
button:hover { border-color: var(--accent); }
button:disabled, input:disabled { opacity: 0.5; cursor: default; }
@media (prefers-reduced-motion: reduce) { .wait { transition: none; } }
`;

const MARKUP = `
<div class="stage" part="stage">
  <slot></slot>
  <canvas part="canvas" tabindex="0" role="img"></canvas>
  <div class="wait" part="wait"><span>Loading…</span><progress max="1" aria-label="Loading"></progress></div>
</div>
<div class="say" part="message" role="status" hidden><span></span><button type="button">Close</button></div>
<div class="bar" part="controls" role="group" aria-label="Playback" hidden>
  <button type="button">Play</button>
  <input type="range" min="0" max="0" step="1" value="0" aria-label="Frame">
  <output></output>
</div>`;

let sheet = null;

/**
 * A view as an element. Attributes: `src`, `ws`, `controls`, `autoplay`, `loop`, `fill` (takes its container's height),
 * `label`, `webgl` (1 or 2), `context` (own or shared). What stands inside it is shown until there is a picture, and stays
 * if there can be none. Its events are the view's.
 */
export class GlirView extends (globalThis.HTMLElement ?? Object) {
  static observedAttributes = ["src", "ws", "controls", "label", "loop", "autoplay"];

  #view = null;
  #parts;
  #opening = null;
  #source = null;
  /** How often the element was taken off its page: what was opened before is of no use then. */
  #life = 0;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
    }
    root.adoptedStyleSheets = [sheet];
    root.innerHTML = MARKUP;
    const find = (selector) => root.querySelector(selector);
    this.#parts = {
      stage: find(".stage"), canvas: find("canvas"), wait: find(".wait"), progress: find("progress"), say: find(".say"),
      text: find(".say span"), bar: find(".bar"), play: find(".bar button"), slider: find("input"), count: find("output"),
    };
    this.#parts.play.addEventListener("click", () => this.#toggle());
    find(".say button").addEventListener("click", () => {
      this.#parts.say.hidden = true;
    });
    this.#parts.slider.addEventListener("input", () => {
      this.#view?.pause();
      this.#view?.seek(Number(this.#parts.slider.value));
    });
    // On the stage, so that keys that the stream has a use for do not come here.
    this.#parts.stage.addEventListener("keydown", (event) => this.#key(event));
  }

  /** The view, once `ready` is resolved. */
  get view() {
    return this.#view;
  }

  /** Resolved with the view when the element has one. */
  get ready() {
    return this.#open();
  }

  connectedCallback() {
    this.#controls();
    this.#label();
    this.#load();
  }

  disconnectedCallback() {
    // An element that is only moved is connected again within the same task.
    queueMicrotask(() => {
      if (this.isConnected || !(this.#opening || this.#source)) return;
      this.#life += 1;
      this.#view?.close();
      this.#view = this.#opening = this.#source = null;
      this.removeAttribute("data-ready");
      this.removeAttribute("data-state");
      // A canvas keeps its context for good; the next view needs one without.
      const fresh = this.#parts.canvas.cloneNode();
      this.#parts.canvas.replaceWith(fresh);
      this.#parts.canvas = fresh;
    });
  }

  attributeChangedCallback(name) {
    if (!this.isConnected) return;
    if (name === "controls") this.#controls();
    else if (name === "loop" || name === "autoplay") this.#plays();
    else if (name === "label") this.#label();
    else this.#load();
  }

  #open() {
    if (this.#opening) return this.#opening;
    const life = this.#life;
    const opening = attach(this.#parts.canvas, {
      webgl: Number(this.getAttribute("webgl") ?? 0),
      context: this.getAttribute("context") ?? "auto",
      autoplay: this.#autoplays(),
      loop: this.hasAttribute("loop"),
      messages: {
        message: (kind, text) => life === this.#life && this.#say(kind, text),
        progress: (share) => life === this.#life && this.#progress(share),
      },
      ...this.options,
    }).then((view) => {
      if (life !== this.#life) {
        view.close();
        throw new Error("the element was taken off the page before it was ready");
      }
      this.#view = view;
      for (const type of ["state", "frame", "diagnostic", "stats", "reply", "event"]) {
        view.addEventListener(type, ({ detail }) => {
          if (this.#view === view && (type === "state" || type === "frame")) this.#update();
          this.dispatchEvent(new CustomEvent(type, { detail }));
        });
      }
      return view;
    }, (error) => {
      if (life === this.#life) {
        // The next source is a new try.
        this.#opening = null;
        this.setAttribute("data-state", "failed");
        this.dispatchEvent(new CustomEvent("diagnostic", { detail: { severity: "fatal", code: "failed", message: error.message } }));
      }
      throw error;
    });
    // Whoever waits for `ready` is told; nobody need.
    opening.catch(() => {});
    return (this.#opening = opening);
  }

  async #load() {
    const [src, ws] = [this.getAttribute("src"), this.getAttribute("ws")];
    const source = ws ? `ws ${ws}` : src ? `src ${src}` : null;
    if (source === this.#source) return;
    this.#source = source;
    this.#say("", "");
    if (!source) {
      this.removeAttribute("data-ready");
      this.#view?.clear();
      this.#progress(1);
      return;
    }
    this.#progress(null);
    try {
      const view = await this.#open();
      if (source !== this.#source) return;
      await (ws ? view.connect(ws) : view.load(src));
    } catch {
      // The view, or `attach`, has said why; the promise of `ready` tells it too.
      if (source === this.#source) this.#progress(1);
    }
  }

  #autoplays() {
    return this.hasAttribute("autoplay") && !matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  #plays() {
    if (!this.#view) return;
    this.#view.loop = this.hasAttribute("loop");
    this.#view.autoplay = this.#autoplays();
  }

  #say(kind, text) {
    const { say, canvas } = this.#parts;
    if (kind === "ready" || kind === "failed") this.#progress(1);
    if (kind === "ready") {
      this.toggleAttribute("data-ready", true);
      return;
    }
    if (kind === "failed" && this.querySelector("img") && !this.hasAttribute("data-ready")) {
      text = `${text.replace(/\.$/, "")}. You see a picture instead.`;
    }
    if (kind === "failed") canvas.setAttribute("aria-description", text);
    else canvas.removeAttribute("aria-description");
    say.dataset.kind = kind;
    say.setAttribute("role", kind === "failed" ? "alert" : "status");
    say.querySelector("button").hidden = kind === "failed";
    this.#parts.text.textContent = sentence(text);
    say.hidden = !text;
  }

  #progress(share) {
    const { wait, progress } = this.#parts;
    const loading = share === null || share < 1;
    wait.toggleAttribute("data-on", loading && !this.hasAttribute("data-ready"));
    this.#parts.stage.setAttribute("aria-busy", String(loading));
    if (share === null) progress.removeAttribute("value");
    else progress.value = share;
  }

  #update() {
    const view = this.#view;
    const { canvas, play, slider, count } = this.#parts;
    this.style.setProperty("--glir-width", `${canvas.width}px`);
    const playing = view.state === "playing";
    const several = view.frames > 1;
    play.textContent = playing ? "Pause" : "Play";
    play.disabled = slider.disabled = !several;
    slider.max = String(Math.max(view.frames - 1, 0));
    slider.value = String(Math.max(view.frame, 0));
    slider.setAttribute("aria-valuetext", `Frame ${view.frame + 1} of ${view.frames}`);
    count.textContent = several ? `${view.frame + 1} / ${view.frames}` : "";
    this.setAttribute("data-state", view.state);
    this.#controls();
  }

  #controls() {
    // What can't be played has nothing to be controlled.
    this.#parts.bar.hidden = !this.hasAttribute("controls") || !(this.#view?.frames > 1);
  }

  #label() {
    this.#parts.canvas.setAttribute("aria-label", this.getAttribute("label") ?? "GLIR drawing");
  }

  #toggle() {
    if (this.#view?.state === "playing") this.#view.pause();
    else this.#view?.play();
  }

  #key(event) {
    const view = this.#view;
    if (!view || view.frames < 2 || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = (frame) => {
      view.pause();
      view.seek(frame);
    };
    const actions = {
      " ": () => this.#toggle(),
      ArrowLeft: () => step(view.frame - 1),
      ArrowRight: () => step(view.frame + 1),
      Home: () => step(0),
      End: () => step(view.frames - 1),
    };
    if (!(event.key in actions)) return;
    event.preventDefault();
    actions[event.key]();
  }
}

if (globalThis.customElements && !customElements.get("glir-view")) customElements.define("glir-view", GlirView);
