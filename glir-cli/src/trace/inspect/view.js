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

  /** A trace that stands in the page: whole frames only. */
  class Local {
    constructor({ name, frames }) {
      this.name = name;
      this.all = frames;
      this.frames = frames.map(({ number, time_us, commands }) => ({ number, time_us, commands: commands.length }));
    }

    async frame(at) {
      return this.all[at];
    }

    async state(at) {
      return this.all[at].state;
    }

    picture(at) {
      return this.all[at].picture;
    }
  }

  /** A trace that a server looks at: any place, and what objects hold there. */
  class Served {
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

    contents(at, command, object) {
      return this.ask("contents", at, command, `&object=${object}`);
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
        if (!step || !source.contents) return;
        event.preventDefault();
        const last = this.#lines.length - 1;
        this.choose(Math.min(Math.max((this.command ?? (step > 0 ? -1 : last + 1)) + step, 0), last));
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
      this.command = this.source.contents ? command : null;
      this.list.querySelector("li[aria-selected]")?.removeAttribute("aria-selected");
      const item = this.list.querySelector(`li[data-number="${command}"]`);
      item?.setAttribute("aria-selected", "true");
      item?.scrollIntoView({ block: "nearest" });
      if (this.source.contents) this.#side();
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
        if (object && source.contents) this.#holds(details, object);
        make("pre", JSON.stringify(value, null, 1), details);
      };
      part("state", state.state);
      part(`canvas ${state.canvas}, framebuffer ${state.framebuffer}`, state.canvases);
      for (const object of state.objects) {
        part(`${object.kind} ${object.id}${object.label ? ` “${object.label}”` : ""}`, object, object);
      }
      if (Object.keys(state.signals).length) part("signals", [state.signals, state.bindings]);
    }

    /** What a buffer or texture holds, asked for when it is opened. */
    #holds(details, { id, kind }) {
      if (!["buffer", "texture", "renderbuffer"].includes(kind)) return;
      const place = make("div", undefined, details);
      const { at, command } = this;
      const ask = async () => {
        if (!details.open || place.childElementCount) return;
        make("p", "Reading…", place);
        const { text, picture, error } = await this.source.contents(at, command, id).catch(({ message }) => ({ error: message }));
        place.replaceChildren();
        if (picture) {
          const image = make("img", undefined, place);
          image.src = picture;
          image.alt = `What ${kind} ${id} holds`;
        }
        make("pre", text ?? error ?? "", place);
      };
      details.ontoggle = ask;
      ask();
    }
  }

  const sources = given.traces ? given.traces.map((trace, number) => new Served(trace, number)) : [new Local(given)];
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
