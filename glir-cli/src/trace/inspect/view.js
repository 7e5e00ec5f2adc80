"use strict";
// The viewer: a pane for each trace. What there is to show stands in the page, or comes from the server that the page was loaded from.
{
  const given = JSON.parse(document.getElementById("data").textContent);
  const make = (name, text, parent) => {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  };

  /** Sets an entry of an object, whatever its name. */
  const put = (object, key, value) =>
    Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });

  /** What a difference makes of a value, which may change on the way: `[value]` is another value, `[kept, more]` the first elements and others
   *  behind them, an object has the differences of its entries, 0 for those that go. */
  const patched = (value, difference) => {
    if (Array.isArray(difference)) {
      const [first, more] = structuredClone(difference);
      return difference.length === 1 ? first : [...value.slice(0, first), ...more];
    }
    for (const [key, part] of Object.entries(difference)) {
      if (part === 0) delete value[key];
      else put(value, key, patched(value[key], part));
    }
    return value;
  };

  /** A trace that stands in the page. A frame says behind how many commands something is another than before: state, picture, or what an
   *  object holds. */
  class Local {
    #place = [0, 0];
    #known = { state: { objects: {} }, contents: {}, picture: null };

    constructor({ name, frames, behind, notes, pictures, contents }) {
      this.name = name;
      this.behind = behind;
      this.notes = notes;
      this.all = frames;
      this.pictures = pictures;
      this.held = contents;
      this.frames = frames.map(({ number, time_us, commands }) => ({ number, time_us, commands: commands.length }));
    }

    /** All that is known behind a command. It is put together from the place that was asked for last, unless that lies behind. */
    #walk(at, command) {
      const count = command === null ? Infinity : command + 1;
      let [frame, steps] = this.#place;
      const passed = frame > at || (frame === at && this.all[at].steps[steps - 1]?.behind > count);
      if (passed) {
        [frame, steps] = [0, 0];
        this.#known = { state: { objects: {} }, contents: {}, picture: null };
      }
      const known = this.#known;
      for (; frame <= at; frame++, steps = 0) {
        const all = this.all[frame].steps;
        for (; steps < all.length && (frame < at || all[steps].behind <= count); steps++) {
          const { state, picture, contents } = all[steps];
          if (state) patched(known.state, state);
          if (picture !== undefined) known.picture = picture;
          Object.assign(known.contents, contents);
        }
        if (frame === at) break;
      }
      this.#place = [at, steps];
      return known;
    }

    async frame(at) {
      return this.all[at];
    }

    async state(at, command) {
      const { objects, ...rest } = this.#walk(at, command).state;
      return { ...rest, objects: Object.values(objects) };
    }

    picture(at, command) {
      return this.pictures[this.#walk(at, command).picture];
    }

    async contents(at, command, object, level, layer) {
      const none = { error: "The page does not have what it holds." };
      const whole = this.held[this.#walk(at, command).contents[object]];
      if (!whole) return none;
      const { levels, layers, parts = [] } = whole;
      const part = parts.find((part) => part[0] === level && part[1] === layer);
      const held = level || layer ? this.held[part?.[2]] : whole;
      if (held) return { ...held, levels, layers, picture: this.pictures[held.picture] };
      const [last, first] = [0, 1].map((at) => Math.max(0, ...parts.map((part) => part[at])));
      const error = `The page has levels 0 to ${last} of layer 0, and layers 0 to ${first} of level 0; a page that is served shows all.`;
      return { ...(part ? none : { error }), levels, layers };
    }
  }

  /** A trace that a server looks at: any place, and what objects hold there. */
  class Served {
    /** Everything can be asked behind any command. */
    behind = true;
    notes = [];

    constructor({ name, frames }, trace) {
      this.name = name;
      this.frames = frames;
      this.trace = trace;
    }

    address(what, at, command, more = "") {
      const place = command === null ? "" : `&command=${command}`;
      return `${what}?trace=${this.trace}&number=${this.frames[at].number}${place}${more}&token=${given.token}`;
    }

    async ask(...place) {
      const answer = await fetch(this.address(...place));
      if (!answer.ok) throw new Error(await answer.text());
      return answer.json();
    }

    frame(at) {
      return this.ask("frame", at, null);
    }

    state(at, command) {
      return this.ask("state", at, command);
    }

    picture(at, command) {
      return this.address("picture", at, command);
    }

    contents(at, command, object, level, layer) {
      return this.ask("contents", at, command, `&object=${object}&level=${level}&layer=${layer}`);
    }
  }

  class Pane {
    /** The place of the trace's frame that is shown. */
    at = 0;
    /** The command behind which state and picture are shown; null for the frame's end. */
    command = null;
    #turn = 0;
    #lines = [];

    constructor(source) {
      this.source = source;
      this.root = make("section", undefined, document.body);
      this.root.className = "pane";
      this.root.setAttribute("aria-label", source.name);
      const header = make("header", undefined, this.root);
      make("h1", source.name, header);
      const back = make("button", "◀", header);
      back.title = "Frame before (Left)";
      this.place = make("span", "", header);
      const next = make("button", "▶", header);
      next.title = "Next frame (Right)";
      const label = make("label", "Search ", header);
      this.search = make("input", undefined, label);
      this.search.type = "search";
      this.timeline = make("nav", undefined, this.root);
      this.timeline.setAttribute("aria-label", "Frames");
      const main = make("main", undefined, this.root);
      this.list = make("ol", undefined, main);
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", "Commands");
      this.list.tabIndex = 0;
      this.aside = make("aside", undefined, this.root);
      const most = Math.max(1, ...source.frames.map(({ commands }) => commands));
      source.frames.forEach(({ number, commands }, at) => {
        const bar = make("button", "", this.timeline);
        bar.style.height = `${10 + (90 * commands) / most}%`;
        bar.title = `frame ${number}: ${commands} commands`;
        bar.setAttribute("aria-label", bar.title);
        bar.onclick = () => go(at, this);
      });
      this.search.oninput = () => this.#fill();
      back.onclick = () => go(this.at - 1, this);
      next.onclick = () => go(this.at + 1, this);
      this.list.onkeydown = (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step || !source.behind) return;
        event.preventDefault();
        // Of those that are shown.
        const shown = [...this.list.children].map(({ dataset }) => Number(dataset.number));
        if (step < 0) shown.reverse();
        const next = shown.find((number) => this.command === null || (number - this.command) * step > 0);
        if (next !== undefined) this.choose(next);
      };
    }

    /** Shows a frame: its commands, and what holds at its end. */
    async show(at) {
      const turn = ++this.#turn;
      this.at = Math.min(Math.max(at, 0), this.source.frames.length - 1);
      this.command = null;
      const { number, time_us: time } = this.source.frames[this.at];
      this.place.textContent = `frame ${number}${time ? `, ${(time / 1e6).toFixed(3)} s` : ""}`;
      [...this.timeline.children].forEach((bar, place) => {
        if (place === this.at) bar.setAttribute("aria-current", "true");
        else bar.removeAttribute("aria-current");
      });
      try {
        const { commands, findings } = await this.source.frame(this.at);
        if (turn !== this.#turn) return;
        this.#lines = commands;
        this.findings = findings;
        this.#fill();
        await this.#side();
      } catch (error) {
        this.aside.replaceChildren(make("p", error.message));
      }
    }

    /** Shows what holds behind a command. */
    choose(command) {
      this.command = this.source.behind ? command : null;
      this.list.querySelector("li[aria-selected]")?.removeAttribute("aria-selected");
      const item = this.list.querySelector(`li[data-number="${command}"]`);
      item?.setAttribute("aria-selected", "true");
      item?.scrollIntoView({ block: "nearest" });
      if (this.source.behind) this.#side();
    }

    /** The commands, as far as they hold what is searched. */
    #fill() {
      const word = this.search.value.toLowerCase();
      this.list.replaceChildren();
      this.#lines.forEach((line, number) => {
        if (word && !line.toLowerCase().includes(word)) return;
        const item = make("li", undefined, this.list);
        make("b", String(number), item);
        item.append(line);
        item.dataset.number = number;
        item.setAttribute("role", "option");
        item.onclick = () => this.choose(number);
      });
    }

    async #side() {
      const { at, command, source, aside } = this;
      const turn = ++this.#turn;
      const state = await source.state(at, command).catch((error) => ({ error: error.message }));
      if (turn !== this.#turn) return;
      const open = new Set([...aside.querySelectorAll("details[open]")].map(({ dataset }) => dataset.name));
      aside.replaceChildren();
      if (state.error) {
        make("p", state.error, aside);
        return;
      }
      const where = `${command === null ? "at the end of frame" : `behind command ${command} of frame`} ${source.frames[at].number}`;
      for (const note of source.notes) make("p", `${note[0].toUpperCase()}${note.slice(1)}.`, aside).className = "muted";
      const address = source.picture(at, command);
      if (address) {
        const picture = make("img", undefined, aside);
        picture.src = address;
        picture.alt = `The picture ${where}`;
        picture.onerror = () => picture.replaceWith(make("p", "There is no picture here."));
      }
      for (const finding of this.findings) make("div", finding, aside);
      make("p", `What holds ${where}:`, aside).className = "muted";
      const part = (title, value, object) => {
        const details = make("details", undefined, aside);
        details.dataset.name = title;
        details.open = open.has(title);
        make("summary", title, details);
        if (object && source.behind) this.#holds(details, object);
        // Numbers stand beside each other. No text has a line break here.
        const json = JSON.stringify(value, null, 1).replace(/\[\n[^[\]{}"]*\]/g, (list) => list.replace(/\s+/g, " "));
        make("pre", json, details);
      };
      part("state", state.state);
      part(`canvas ${state.canvas}, framebuffer ${state.framebuffer}`, state.canvases);
      for (const object of state.objects) {
        part(`${object.kind} ${object.id}${object.label ? ` “${object.label}”` : ""}`, object, object);
      }
      if (Object.keys(state.signals).length) part("signals", [state.signals, state.bindings]);
      for (const [id, commands] of Object.entries(state.lists)) {
        part(`list ${id}${state.redraw === Number(id) ? ", of REDRAW" : ""}`, commands);
      }
    }

    /** What a buffer or texture holds, asked for when it is opened. Of a texture with several a level and a layer can be chosen. */
    #holds(details, { id, kind }) {
      if (!["buffer", "texture", "renderbuffer"].includes(kind)) return;
      const place = make("div", undefined, details);
      const { at, command } = this;
      const part = { level: 0, layer: 0 };
      let turn = 0;
      const ask = async () => {
        const mine = ++turn;
        if (!place.childElementCount) make("p", "Reading…", place);
        const held = await this.source.contents(at, command, id, part.level, part.layer).catch(({ message }) => ({ error: message }));
        if (mine !== turn) return;
        for (const child of [...place.children]) if (!child.matches("form")) child.remove();
        const { text, picture, error, levels, layers } = held;
        if (!place.childElementCount && (levels > 1 || layers > 1)) {
          const form = make("form", undefined, place);
          for (const [name, count] of [["level", levels], ["layer", layers]]) {
            if (!(count > 1)) continue;
            const label = make("label", `${name[0].toUpperCase()}${name.slice(1)} `, form);
            const field = make("input", undefined, label);
            Object.assign(field, { type: "number", name, min: 0, max: count - 1, value: 0 });
            field.oninput = () => {
              if (!field.value || !field.checkValidity()) return;
              part[name] = Number(field.value);
              ask();
            };
          }
          form.onsubmit = (event) => event.preventDefault();
        }
        if (picture) {
          const image = make("img", undefined, place);
          image.src = picture;
          image.alt = `What ${kind} ${id} holds`;
        }
        make("pre", text ?? error ?? "", place);
      };
      const open = () => details.open && !place.childElementCount && ask();
      details.ontoggle = open;
      open();
    }
  }

  const sources = given.traces.map((trace, number) => (given.token ? new Served(trace, number) : new Local(trace)));
  const panes = sources.map((source) => new Pane(source));
  /** Traces that stand side by side go together. */
  const go = (at, from) => {
    from.show(at);
    for (const pane of panes) if (pane !== from) pane.show(from.at);
  };
  document.title = sources.map(({ name }) => name).join(" · ");
  addEventListener("keydown", (event) => {
    if (event.target.matches?.("input")) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const pane = panes.find(({ root }) => root.contains(event.target)) ?? panes[0];
    go(pane.at + step, pane);
  });
  go(0, panes[0]);
}
