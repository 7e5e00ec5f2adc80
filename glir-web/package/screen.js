// From an engine's picture to the canvas that a page has.

/**
 * Shows an engine's picture on the view's own canvas; whether there was one.
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas
 * @param {{ canvas: HTMLCanvasElement | OffscreenCanvas }} surface that the context draws on
 * @param {HTMLCanvasElement | OffscreenCanvas | null} target the view's own canvas, if several views share the surface
 */
export function present(canvas, surface, target, engine) {
  const width = engine.width();
  const height = engine.height();
  if (!width || !height) return false;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  if (canvas.style) {
    canvas.style.aspectRatio = `${width} / ${height}`;
    // A finger moves the picture then, not the page.
    canvas.style.touchAction = engine.interacts() ? "none" : "";
  }
  if (target) {
    // Making a drawing buffer anew costs time, so that of several views only grows.
    if (surface.canvas.width < width) surface.canvas.width = width;
    if (surface.canvas.height < height) surface.canvas.height = height;
  }
  if (engine.present() && target) {
    const paper = target.getContext("2d");
    if (paper) paper.globalCompositeOperation = "copy";
    paper?.drawImage(surface.canvas, 0, surface.canvas.height - height, width, height, 0, 0, width, height);
  }
  return true;
}
