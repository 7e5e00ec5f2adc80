// What an exported page begins with: it takes the page's tags as they come, and unpacks the player, which does all the rest.

import { decode, decodeDense, unzip } from "./data.js";

/** Decoded tags that wait for the player, and what is known of the page. `wake` is the player's, once it is there. */
const tags = { waiting: [], ended: false, whole: false, cut: false, wake: null, unzip };

/** The player has come; whether it runs will turn out. */
let started = false;

/** Takes the tag in front of the script that calls this. Both leave the page, so that the text takes no memory. */
function take() {
  const script = document.currentScript;
  const tag = script.previousElementSibling;
  script.remove();
  tag.remove();
  const { kind, packed, dense } = tag.dataset;
  try {
    const text = tag.textContent;
    const part = { kind, packed: packed === "gzip", bytes: dense ? decodeDense(text, dense) : decode(text) };
    if (kind === "player") {
      started = true;
      start(part);
    } else {
      tags.waiting.push(part);
    }
  } catch (error) {
    if (kind === "player") fail(error);
    // In its turn: there may be a view by then that can say it.
    else tags.waiting.push({ error });
  }
  tags.wake?.();
}

/** Says that no more tags come. */
function end() {
  document.currentScript.remove();
  tags.ended = tags.whole = true;
  tags.wake?.();
}

/** Runs the player. The page's policy knows it by its hash. */
async function start({ packed, bytes }) {
  try {
    const script = document.createElement("script");
    script.textContent = new TextDecoder().decode(packed ? await unzip(bytes) : bytes);
    document.head.append(script);
    script.remove();
  } catch (error) {
    fail(error);
  }
}

/** Says why there is no drawing. The poster stays. */
function fail(error) {
  const place = document.getElementById("trouble");
  place.textContent = `This drawing can't be shown: ${error.message}.`;
  place.hidden = false;
}

document.addEventListener("DOMContentLoaded", () => {
  // A page ends with the script that says so.
  tags.cut = !tags.whole;
  if (!started) fail(new Error(tags.cut ? "the end of the page is missing" : "the page has no player"));
  tags.wake?.();
});

/** What the player makes of the page. */
const page = { element: null, view: null, failed: false, working: null };

globalThis.glir = { take, end, fail, tags, page };
