// What people do on a canvas, as replies: POINTER, WHEEL, KEY and RESIZE. Pixels count from the lower left corner.

const MODIFIERS = [["shiftKey", 1], ["ctrlKey", 2], ["altKey", 4], ["metaKey", 8]];

const modifiers = (event) => MODIFIERS.reduce((bits, [key, bit]) => (event[key] ? bits | bit : bits), 0);

/** What the browser itself does with a wheel's unit, in pixels. */
const WHEEL_UNITS = [1, 16, 400];

/**
 * Listens on a canvas and hands over replies. Movements are put together: the last one before each picture counts.
 * @param {HTMLCanvasElement} canvas
 * @param {{ reply: (reply: object) => void, exclusive: () => boolean, time: () => number }} host `exclusive` says whether
 *   wheel and keys belong to the stream, so that the page must not scroll; `time` gives seconds since the stream began
 * @returns {() => void} stops listening
 */
export function listen(canvas, host) {
  const controller = new AbortController();
  let pending = null;
  let scheduled = 0;

  const flush = () => {
    cancelAnimationFrame(scheduled);
    scheduled = 0;
    const reply = pending;
    pending = null;
    if (reply) host.reply(reply);
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
      scheduled ||= requestAnimationFrame(flush);
      return;
    }
    flush();
    host.reply(reply);
  };

  on("pointermove", pointer("move"));
  on("pointerdown", (event) => {
    // A drag goes on where it leaves the canvas.
    canvas.setPointerCapture?.(event.pointerId);
    pointer("down")(event);
  });
  on("pointerup", pointer("up"));
  on("pointercancel", pointer("up"));
  on("pointerenter", pointer("enter"));
  on("pointerleave", pointer("leave"));
  on("contextmenu", (event) => {
    if (host.exclusive()) event.preventDefault();
  });
  on("wheel", (event) => {
    if (host.exclusive()) event.preventDefault();
    flush();
    const unit = WHEEL_UNITS[event.deltaMode] ?? 1;
    host.reply({
      name: "WHEEL", ...position(canvas, event), dx: unit * event.deltaX, dy: -unit * event.deltaY, ...base(event),
    });
  }, { passive: false });
  const key = (action) => (event) => {
    // Tab must always lead out of the canvas.
    if (host.exclusive() && event.key !== "Tab" && !event.ctrlKey && !event.metaKey) event.preventDefault();
    flush();
    host.reply({ name: "KEY", canvas: 0, action, key: event.key, modifiers: modifiers(event), time: host.time() });
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
  return { x: (x * canvas.width) / width, y: canvas.height - (y * canvas.height) / height };
}
