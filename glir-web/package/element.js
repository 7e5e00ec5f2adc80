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
canvas:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.wait { position: absolute; inset: 0; margin: auto; width: max-content; height: max-content; padding: 0.7em 1.1em; display: grid; gap: 0.4em;
  justify-items: center; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; pointer-events: none;
  visibility: hidden; opacity: 0; transition: opacity 0.15s 0.2s; }
.wait[data-on] { visibility: visible; opacity: 1; }
progress { width: 12em; accent-color: var(--accent); }
.say { display: flex; gap: 0.8em; align-items: start; justify-content: space-between; max-width: 60em; box-sizing: border-box;
  padding: 0.5em 0.8em; background: var(--warm); border: 1px solid var(--warm-line); border-radius: 6px; overflow-wrap: anywhere; }
.say[hidden], .bar[hidden] { display: none; }
.bar { display: grid; gap: 0.4em; max-width: max(var(--glir-width, 100%), 36em); }
.bar div { display: flex; flex-wrap: wrap; gap: 0.4em 0.6em; align-items: center; }
.bar input { flex: 1; min-width: 4em; margin: 0; accent-color: var(--accent); }
.track { position: relative; flex: 1; min-width: 4em; display: flex; }
/* What of a recording is played, below the slider. */
.track i { position: absolute; inset: auto calc(100% - var(--to)) -0.35em var(--from); height: 0.35em; background: var(--warm-line); border-radius: 2px; }
.track i[hidden] { display: none; }
.bar[data-live] :is(div:not(.more), .more :not(.record)) { display: none; }
.bar output { font-variant-numeric: tabular-nums; white-space: nowrap; }
button, select { flex: none; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 4px;
  padding: 0.25em 0.7em; cursor: pointer; }
.bar .play { min-width: 5em; }
.bar .more button, select { padding: 0.1em 0.5em; }
button:hover { border-color: var(--accent); }
button[aria-pressed="true"] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
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
  <div>
    <button type="button" class="play" title="Play or pause (space)">Play</button>
    <span class="track"><input type="range" min="0" max="0" step="1" value="0" aria-label="Frame"><i hidden></i></span>
    <output></output>
  </div>
  <div class="more">
    <button type="button" data-key="ArrowLeft" title="One frame back (←)" aria-label="One frame back">‹ Frame</button>
    <button type="button" data-key="ArrowRight" title="One frame on (→)" aria-label="One frame on">Frame ›</button>
    <button type="button" data-key="," title="One draw back (,)" aria-label="One draw back">‹ Draw</button>
    <button type="button" data-key="." title="One draw on (.)" aria-label="One draw on">Draw ›</button>
    <button type="button" data-key="l" title="Play again and again (L)" aria-pressed="false">Loop</button>
    <button type="button" data-key="[" title="Play from this frame on ([)" aria-pressed="false">From</button>
    <button type="button" data-key="]" title="Play up to this frame (])" aria-pressed="false">To</button>
    <select aria-label="Speed" title="Slower (&lt;), faster (&gt;)"></select>
    <button type="button" class="record" title="Record what is drawn (R)" data-key="r" aria-pressed="false">Record</button>
  </div>
</div>`;

/** Speeds to choose from. */
const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4, 10];

/** Keys that mean the same on every control of the bar: those that no control has a use for. */
const EVERYWHERE = [",", ".", "l", "[", "]", "<", ">", "r"];

/** States in which something is followed that has no frames to go to. */
const FOLLOWS = ["live", "reconnecting"];

let sheet = null;

/**
 * A view as an element. With `controls` a recording is played, stepped through by frames and by draws, sped up, and looped in part: by
 * buttons, and by keys as in video players. Attributes: `src`, `ws`, `controls`, `autoplay`, `loop`, `fill` (takes its container's height),
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
      text: find(".say span"), bar: find(".bar"), play: find(".play"), slider: find("input"), count: find("output"),
      speed: find("select"), band: find("i"),
    };
    this.#parts.speed.append(...SPEEDS.map((speed) => new Option(`${speed}×`, speed, speed === 1, speed === 1)));
    this.#parts.speed.addEventListener("change", () => {
      if (this.#view) this.#view.speed = Number(this.#parts.speed.value);
    });
    for (const button of root.querySelectorAll("[data-key]")) button.addEventListener("click", () => this.#act(button.dataset.key));
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
    this.#parts.bar.addEventListener("keydown", (event) => EVERYWHERE.includes(event.key.toLowerCase()) && this.#key(event));
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
    const { canvas, play, slider, count, speed, bar, band } = this.#parts;
    const { frame, frames, draw, range } = view;
    this.style.setProperty("--glir-width", `${canvas.width}px`);
    const playing = view.state === "playing";
    const several = frames > 1;
    play.textContent = playing ? "Pause" : "Play";
    play.disabled = slider.disabled = !several;
    slider.max = String(Math.max(frames - 1, 0));
    slider.value = String(Math.max(frame, 0));
    const within = draw === null ? "" : `, draw ${draw} of ${view.draws}`;
    slider.setAttribute("aria-valuetext", `Frame ${frame + 1} of ${frames}${within}`);
    count.textContent = several ? `${frame + 1} / ${frames}${within}` : "";
    band.hidden = !range;
    const place = (frame) => `${(100 * Math.min(frame, frames - 1)) / Math.max(frames - 1, 1)}%`;
    if (range) {
      band.style.setProperty("--from", place(range[0]));
      band.style.setProperty("--to", place(range[1]));
    }
    const pressed = (key, on) => bar.querySelector(`[data-key="${key}"]`).setAttribute("aria-pressed", String(on));
    pressed("l", view.loop);
    pressed("r", view.recording);
    pressed("[", Boolean(range && range[0] > 0));
    pressed("]", Boolean(range && range[1] < frames - 1));
    // Other speeds than these come from programs.
    if (!SPEEDS.includes(view.speed) && Number(speed.value) !== view.speed) speed.append(new Option(`${view.speed}×`, view.speed));
    speed.value = String(view.speed);
    this.setAttribute("data-state", view.state);
    this.#controls();
  }

  #controls() {
    // What can't be played has nothing to be controlled, but what is followed can be recorded.
    const follows = FOLLOWS.includes(this.#view?.state);
    const { bar } = this.#parts;
    bar.hidden = !this.hasAttribute("controls") || !(follows || this.#view?.frames > 1);
    bar.toggleAttribute("data-live", follows);
  }

  #label() {
    this.#parts.canvas.setAttribute("aria-label", this.getAttribute("label") ?? "GLIR drawing");
  }

  #toggle() {
    if (this.#view?.state === "playing") this.#view.pause();
    else this.#view?.play();
  }

  /** Begins a recording of what is drawn, or ends it and gives it to the person as a file, unless the page has a use for it. */
  #record() {
    const view = this.#view;
    if (!view.recording) {
      view.record();
      return;
    }
    const blob = view.stopRecording();
    if (!blob || !this.dispatchEvent(new CustomEvent("recording", { detail: blob, cancelable: true }))) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "recording.glir";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  #key(event) {
    const view = this.#view;
    if (!view || (this.#parts.bar.hidden && view.frames < 2) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.#act(event.key)) event.preventDefault();
  }

  /** Does what a key stands for; false if it stands for nothing. */
  #act(key) {
    const view = this.#view;
    if (!view) return false;
    const step = (frame) => {
      view.pause();
      view.seek(frame);
    };
    /** A range begins or ends here; where it did so already, it is the recording that begins or ends there again. */
    const mark = (end) => {
      const whole = [0, view.frames - 1];
      const range = view.range ?? [...whole];
      range[end] = range[end] === view.frame ? whole[end] : view.frame;
      if (range[0] > range[1]) range[1 - end] = whole[1 - end];
      view.range = range[0] === whole[0] && range[1] === whole[1] ? null : range;
      if (view.range) view.loop = true;
    };
    const faster = (by) => {
      const at = SPEEDS.findLastIndex((speed) => speed <= view.speed);
      view.speed = SPEEDS[Math.min(Math.max(at + by, 0), SPEEDS.length - 1)];
    };
    const actions = {
      " ": () => this.#toggle(),
      ArrowLeft: () => step(view.frame - 1),
      ArrowRight: () => step(view.frame + 1),
      Home: () => step(view.range?.[0] ?? 0),
      End: () => step(view.range?.[1] ?? view.frames - 1),
      ",": () => view.stepDraw(-1),
      ".": () => view.stepDraw(1),
      l: () => (view.loop = !view.loop),
      "[": () => mark(0),
      "]": () => mark(1),
      r: () => this.#record(),
      "<": () => faster(-1),
      ">": () => faster(1),
    };
    const action = actions[key] ?? actions[key.toLowerCase()];
    action?.();
    if (action) this.#update();
    return Boolean(action);
  }
}

if (globalThis.customElements && !customElements.get("glir-view")) customElements.define("glir-view", GlirView);
