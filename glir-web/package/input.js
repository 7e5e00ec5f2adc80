// What people do on a canvas, as replies: POINTER, WHEEL, KEY and RESIZE. Pixels count from the lower left corner.

const MODIFIERS = [["shiftKey", 1], ["ctrlKey", 2], ["altKey", 4], ["metaKey", 8]];

const modifiers = (event) => MODIFIERS.reduce((bits, [key, bit]) => (event[key] ? bits | bit : bits), 0);

/** Keys that a picture that has the focus keeps from the page, which would scroll or search by them. */
const KEPT = /^(.|Arrow.*|Page.*|Home|End|Enter|Backspace|Delete|Insert)$/u;

/** What the browser itself does with a wheel's unit, in pixels. */
const WHEEL_UNITS = [1, 16, 400];

/**
 * Listens on a canvas and hands over replies. Movements are put together: the last one before each picture counts.
 * @param {HTMLCanvasElement} canvas
 * @param {{ reply: (reply: object, now?: boolean) => boolean, exclusive: () => boolean, touches: () => boolean, time: () => number }} host
 *   `reply` takes a reply and says whether the picture has a use for it, `now` being between two pictures; `exclusive` says whether
 *   wheel and keys belong to the stream, so that the page must not scroll; `touches` whether the stream moves by touch; `time` gives
 *   seconds since the stream began
 * @returns {() => void} stops listening
 */
export function listen(canvas, host) {
  const controller = new AbortController();
  let pending = null;
  let scheduled = 0;

  const flush = (now) => {
    cancelAnimationFrame(scheduled);
    scheduled = 0;
    const reply = pending;
    pending = null;
    if (reply) host.reply(reply, now);
  };
  const on = (type, handler, options = {}) => {
    canvas.addEventListener(type, handler, { signal: controller.signal, ...options });
  };
  const base = (event) => ({ canvas: 0, modifiers: modifiers(event), time: host.time() });
  const pointer = (action) => (event) => {
    const reply = {
      name: "POINTER", action, ...position(canvas, event), ...base(event),
      button: action === "down" || action === "up" ? event.button : null, buttons: event.buttons,
    };
    if (action === "move") {
      pending = reply;
      scheduled ||= requestAnimationFrame(() => flush(true));
      return;
    }
    flush();
    host.reply(reply);
  };

  const pinch = pinching(canvas, (event) => {
    const { name, ...fields } = event;
    flush();
    host.reply({ name, ...fields, ...base({}) });
  });
  on("pointermove", (event) => {
    if (!pinch.move(event)) pointer("move")(event);
  });
  on("pointerdown", (event) => {
    // A drag goes on where it leaves the canvas.
    try {
      canvas.setPointerCapture?.(event.pointerId);
    } catch {
      // The pointer is gone already.
    }
    if (!host.touches() || !pinch.down(event)) pointer("down")(event);
  });
  for (const type of ["pointerup", "pointercancel"]) {
    on(type, (event) => {
      if (!pinch.up(event)) pointer("up")(event);
    });
  }
  on("pointerenter", pointer("enter"));
  on("pointerleave", pointer("leave"));
  on("contextmenu", (event) => {
    if (host.exclusive()) event.preventDefault();
  });
  on("wheel", (event) => {
    flush();
    const unit = WHEEL_UNITS[event.deltaMode] ?? 1;
    const taken = host.reply({
      name: "WHEEL", ...position(canvas, event), ...base(event),
      dx: Math.fround(unit * event.deltaX), dy: Math.fround(-unit * event.deltaY),
    });
    if (taken || host.exclusive()) event.preventDefault();
  }, { passive: false });
  const key = (action) => (event) => {
    flush();
    const taken = host.reply({ name: "KEY", canvas: 0, action, key: event.key, modifiers: modifiers(event), time: host.time() });
    // Tab leads out of the canvas, unless it leads from one of its parts to the next.
    // And menus, help and full screen stay the browser's.
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (taken || (host.exclusive() && plain && KEPT.test(event.key))) event.preventDefault();
    // Another listener of the canvas has no use for it then.
    if (taken) event.stopImmediatePropagation();
  };
  on("keydown", key("down"));
  on("keyup", key("up"));

  let last = "";
  const resized = (width, height) => {
    const now = `${width}×${height}×${devicePixelRatio}`;
    if (now === last || width === 0 || height === 0) return;
    last = now;
    host.reply({ name: "RESIZE", canvas: 0, width, height, pixel_ratio: devicePixelRatio });
  };
  const observer = new ResizeObserver(([entry]) => {
    const device = entry.devicePixelContentBoxSize?.[0];
    const css = entry.contentBoxSize[0];
    resized(
      device?.inlineSize ?? Math.round(css.inlineSize * devicePixelRatio),
      device?.blockSize ?? Math.round(css.blockSize * devicePixelRatio),
    );
  });
  const observe = () => {
    try {
      observer.observe(canvas, { box: "device-pixel-content-box" });
    } catch {
      // This browser counts no pixels of the device.
      observer.observe(canvas);
    }
  };
  observe();
  // Another screen, or the page made larger: no size in CSS's pixels changes by that.
  const watch = () => {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => {
      observer.unobserve(canvas);
      observe();
      watch();
    }, { once: true, signal: controller.signal });
  };
  watch();

  return () => {
    controller.abort();
    observer.disconnect();
    cancelAnimationFrame(scheduled);
  };
}

/** Where an event is, in the canvas's own pixels. The picture may be letterboxed by `object-fit: contain`. */
function position(canvas, event) {
  const box = canvas.getBoundingClientRect();
  let { width, height } = box;
  if (getComputedStyle(canvas).objectFit === "contain") {
    const scale = Math.min(width / canvas.width, height / canvas.height);
    width = scale * canvas.width;
    height = scale * canvas.height;
  }
  const x = event.clientX - box.left - (box.width - width) / 2;
  const y = event.clientY - box.top - (box.height - height) / 2;
  // As 32-bit floats, which a reply has: a log of them says the same everywhere.
  return { x: Math.fround((x * canvas.width) / width), y: Math.fround(canvas.height - (y * canvas.height) / height) };
}

/** Pixels of a wheel that make what is seen twice as large, as controllers count them. */
const WHEEL_OF_TWICE = Math.LN2 / 0.002;

/**
 * Two fingers as one pointer in their middle and a wheel: they move and zoom. Each function says whether the event was a pinch's.
 * @param {HTMLCanvasElement} canvas
 * @param {(event: object) => void} tell takes events without time
 */
function pinching(canvas, tell) {
  /** Fingers on the canvas, by their ids. */
  const fingers = new Map();
  /** The distance of both fingers; none while there is no pinch. After one, the finger that stays does nothing. */
  let apart = null;
  let over = false;
  const middle = () => {
    const [a, b] = fingers.values();
    const at = position(canvas, { clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 });
    return [at, Math.max(Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY), 1)];
  };
  const drag = (action, at, down) => {
    tell({ name: "POINTER", action, ...at, button: action === "move" ? null : 0, buttons: down ? 1 : 0 });
  };
  return {
    down(event) {
      if (event.pointerType !== "touch") return false;
      if (!fingers.size) over = false;
      const first = [...fingers.values()][0];
      fingers.set(event.pointerId, event);
      if (fingers.size !== 2) return over || fingers.size > 2;
      drag("up", position(canvas, first), false);
      // The middle of both may be where the first one was: no double click.
      tell({ name: "POINTER", action: "leave", ...position(canvas, first), button: null, buttons: 0 });
      let at;
      [at, apart] = middle();
      drag("down", at, true);
      return true;
    },
    move(event) {
      if (!fingers.has(event.pointerId)) return false;
      fingers.set(event.pointerId, event);
      if (apart === null) return over;
      const [at, now] = middle();
      drag("move", at, true);
      const dy = Math.fround(WHEEL_OF_TWICE * Math.log2(now / apart));
      if (dy) tell({ name: "WHEEL", ...at, dx: 0, dy });
      apart = now;
      return true;
    },
    up(event) {
      if (!fingers.has(event.pointerId)) return false;
      if (apart !== null) {
        drag("up", middle()[0], false);
        apart = null;
        over = true;
      }
      const ours = over;
      fingers.delete(event.pointerId);
      return ours;
    },
  };
}
