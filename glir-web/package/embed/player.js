// What a page of its own starts with: an exported recording, or the page of a live server.

import { GlirView } from "../element.js";
import { attach } from "../view.js";
import { ready } from "../wasm.js";
import { decode, unzip } from "./data.js";

/** The page's view. The tags that its data tags were made of wait, decoded, until the module is there. */
const page = { element: null, view: null, waiting: [], ended: false, whole: false, cut: false, failed: false, working: null };

/** Takes the tag in front of the script that calls this. Both leave the page, so that the text takes no memory. */
function take() {
  const script = document.currentScript;
  const tag = script.previousElementSibling;
  script.remove();
  tag.remove();
  try {
    const { kind, packed } = tag.dataset;
    page.waiting.push({ kind, packed: packed === "gzip", bytes: decode(tag.textContent) });
  } catch (error) {
    // In its turn: there may be a view by then that can say it.
    page.waiting.push({ error });
  }
  page.working ??= work();
}

/** Says that no more tags come. */
function end() {
  document.currentScript.remove();
  page.ended = page.whole = true;
  page.working ??= work();
}

/** Works through the tags in their order. */
async function work() {
  // The parser goes on meanwhile.
  await new Promise((resume) => setTimeout(resume));
  try {
    while (page.waiting.length) {
      const { kind, packed, bytes, error } = page.waiting.shift();
      if (error) throw error;
      const plain = packed ? await unzip(bytes) : bytes;
      if (kind === "wasm") await open(plain);
      else if (!page.failed) page.view?.push(plain);
      await new Promise((resume) => setTimeout(resume));
    }
    if (page.ended) {
      page.ended = false;
      if (!page.failed) page.view?.end();
    } else if (page.cut && !page.failed) {
      fail(new Error("the end of the page is missing"));
    }
  } catch (error) {
    fail(error);
  }
  page.working = page.waiting.length || page.ended ? work() : null;
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
  page.waiting = [];
  page.failed = true;
  if (page.view) {
    page.view.abort(`This drawing can't be shown: ${error.message}.`);
    return;
  }
  const place = document.getElementById("trouble");
  place.textContent = `This drawing can't be shown: ${error.message}.`;
  place.hidden = false;
}

document.addEventListener("DOMContentLoaded", () => {
  // A page of its own ends with the script that says so.
  if (!page.whole && document.querySelector("glir-view[data-bytes]")) page.cut = true;
  if (page.cut) page.working ??= work();
});

globalThis.glir = Object.freeze({ attach, ready, take, end, GlirView, page });
