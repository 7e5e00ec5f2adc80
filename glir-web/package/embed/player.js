// What a page of its own starts with: an exported recording, or the page of a live server.

import { GlirView } from "../element.js";
import { attach } from "../view.js";
import { ready } from "../wasm.js";

/** The loader of an exported page, and what it has taken so far; a server's page has none. */
const { take, end, fail: say, tags = { waiting: [] }, page = {} } = globalThis.glir ?? {};

/** Works through the tags in their order. */
async function work() {
  // The parser goes on meanwhile.
  await new Promise((resume) => setTimeout(resume));
  try {
    while (tags.waiting.length) {
      const { kind, packed, bytes, error } = tags.waiting.shift();
      if (error) throw error;
      const plain = packed ? await tags.unzip(bytes) : bytes;
      if (kind === "wasm") await open(plain);
      else if (!page.failed) page.view?.push(plain);
      await new Promise((resume) => setTimeout(resume));
    }
    if (tags.ended) {
      tags.ended = false;
      if (!page.element) throw new Error("the page has no WebAssembly module");
      if (!page.failed) page.view?.end();
    } else if (tags.cut && !page.failed) {
      fail(new Error("the end of the page is missing"));
    }
  } catch (error) {
    fail(error);
  }
  page.working = tags.waiting.length || tags.ended ? work() : null;
}

async function open(module) {
  page.element = document.querySelector("glir-view");
  await ready(module);
  // Why there is no view, the element itself says.
  page.view = await page.element.ready.catch(() => null);
  page.view?.begin(Number(page.element.dataset.bytes));
}

/** Says that the drawing is not whole. Where the element can't say it, the page does: the poster stays. */
function fail(error) {
  tags.waiting = [];
  page.failed = true;
  if (page.view) {
    page.view.abort(`This drawing can't be shown: ${error.message}.`);
    return;
  }
  say(error);
}

tags.wake = () => void (page.working ??= work());
if (take) tags.wake();

globalThis.glir = Object.freeze({ attach, ready, take, end, GlirView, page });
