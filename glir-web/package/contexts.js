// Who draws where: a WebGL context for each view, or one for many, since browsers allow a page only 8 to 16 of them.

import { Context } from "./wasm.js";

/** With this many views on a page, further ones share a context. */
const OWN_CONTEXTS = 6;

/** What the interpreter does itself it does not ask of the canvas. */
const ATTRIBUTES = {
  alpha: true, premultipliedAlpha: false, antialias: false, depth: false, stencil: false, preserveDrawingBuffer: false,
};

let owners = 0;

/** The shared surfaces, by the WebGL version asked for. */
const shared = new Map();

/**
 * The interpreter's context on a canvas, which may be off screen. Throws if the browser gives none.
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas
 * @param {0 | 1 | 2} webgl the version, 0 for the best that there is
 */
export function contextOn(canvas, webgl) {
  for (const version of webgl ? [webgl] : [2, 1]) {
    let gl = null;
    try {
      gl = canvas.getContext(version === 2 ? "webgl2" : "webgl", ATTRIBUTES);
    } catch {
      // The canvas is no longer this thread's.
    }
    if (gl) return new Context(gl, version === 1);
  }
  throw new Error(`this browser gives no WebGL ${webgl ? `${webgl} ` : ""}context for this canvas`);
}

/**
 * A context and the canvas that it belongs to.
 *
 * Its listener is told of `lost` and `restored`.
 */
class Surface {
  constructor(canvas, webgl) {
    this.canvas = canvas;
    this.context = contextOn(canvas, webgl);
    this.listeners = new Set();
    canvas.addEventListener("webglcontextlost", (event) => {
      // Without this the browser never gives the context back.
      event.preventDefault();
      for (const listener of [...this.listeners]) listener.lost();
    });
    canvas.addEventListener("webglcontextrestored", () => {
      for (const listener of [...this.listeners]) listener.restored();
    });
  }
}

/** How contexts that were let go of are got back, by their canvas, which has the same one for good. */
const asleep = new WeakMap();

/**
 * Finds a surface for a canvas.
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas
 * @param {{ webgl?: 0 | 1 | 2, context?: "auto" | "own" | "shared" }} options
 * @returns {Promise<{ surface: Surface, target: HTMLCanvasElement | OffscreenCanvas | null, release: () => void }>} the
 *   target is null where the surface's own canvas is the visible one
 */
export async function surfaceFor(canvas, { webgl = 0, context = "auto" }) {
  if (context === "shared" || (context === "auto" && owners >= OWN_CONTEXTS)) {
    let surface = shared.get(webgl);
    if (!surface) {
      surface = new Surface(spareCanvas(), webgl);
      shared.set(webgl, surface);
    }
    return { surface, target: canvas, release: () => {} };
  }
  owners += 1;
  try {
    await wake(canvas);
    const surface = new Surface(canvas, webgl);
    const release = () => {
      owners -= 1;
      const gl = canvas.getContext(surface.context.version() === 2 ? "webgl2" : "webgl");
      surface.context.free();
      sleep(canvas, gl);
    };
    return { surface, target: null, release };
  } catch (error) {
    owners -= 1;
    throw error;
  }
}

/** Gives a context's memory back now, not when the canvas is collected: browsers count contexts. */
function sleep(canvas, gl) {
  const extension = gl?.getExtension("WEBGL_lose_context");
  if (!extension || gl.isContextLost()) return;
  extension.loseContext();
  asleep.set(canvas, extension);
}

async function wake(canvas) {
  const extension = asleep.get(canvas);
  if (!extension) return;
  asleep.delete(canvas);
  await new Promise((resolve) => {
    canvas.addEventListener("webglcontextrestored", resolve, { once: true });
    // A browser that does not give it back must not keep anyone waiting: the new view says what is wrong.
    setTimeout(resolve, 1000);
    setTimeout(() => extension.restoreContext());
  });
}

/** A canvas that nobody sees. Some browsers give an OffscreenCanvas no WebGL, so only workers take one. */
function spareCanvas() {
  const { document } = globalThis;
  return document ? Object.assign(document.createElement("canvas"), { width: 1, height: 1 }) : new OffscreenCanvas(1, 1);
}
