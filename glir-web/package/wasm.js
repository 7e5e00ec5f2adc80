// The WebAssembly module, loaded once a page or worker.

import init, { Context, Engine, Scanner } from "./wasm/glir.js";

export { Context, Engine, Scanner };

let loading = null;

/**
 * Loads the interpreter. Later calls give the first one's result, unless that failed.
 * @param {string | URL | BufferSource | WebAssembly.Module | Promise<BufferSource>} [source] the module or its address;
 *   by default `wasm/glir.wasm` beside this file
 * @returns {Promise<void>}
 */
export function ready(source) {
  loading ??= Promise.resolve(source ?? new URL("./wasm/glir.wasm", import.meta.url))
    .then((module_or_path) => init({ module_or_path }))
    .catch((error) => {
      loading = null;
      throw new Error(`GLIR's WebAssembly module can't be loaded: ${error.message}`, { cause: error });
    });
  return loading;
}
