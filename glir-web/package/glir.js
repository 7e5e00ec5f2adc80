// GLIR in a browser: `attach` for a canvas, `<glir-view>` for a page, `Frame` for programs that draw.

export { attach, View } from "./view.js";
export { GlirView } from "./element.js";
export { ready } from "./wasm.js";
export { decodeReplies, encodeReplies } from "./replies.js";
