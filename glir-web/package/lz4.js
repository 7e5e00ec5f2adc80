// Unpacking: one block of LZ4, as it stands in packed chunks. It is done here and not in the module, whose memory payloads never enter.

/** A byte of LZ4 stands for at most so many. */
const MOST_RATIO = 255;

/** From so many bytes on a copy by the engine is faster than one by hand. */
const LONG = 24;

/** The length that a token's four bits begin, and the place behind it. */
const further = (from, at, length) => {
  let byte;
  do {
    byte = from[at++];
    length += byte;
  } while (byte === 255);
  return [length, at];
};

/**
 * An LZ4 block unpacked; null if it does not give just so many bytes.
 * @param {Uint8Array} from
 * @param {number} length
 */
export function unpackBlock(from, length) {
  // Memory is in proportion to the stored bytes.
  if (length > from.length * MOST_RATIO) return null;
  const to = new Uint8Array(length);
  const end = from.length;
  let [at, done] = [0, 0];
  while (at < end) {
    const token = from[at++];
    let literals = token >> 4;
    if (literals === 15) [literals, at] = further(from, at, literals);
    // What is read behind the end is not a number, and fails these comparisons too.
    if (!(at + literals <= end && done + literals <= length)) return null;
    if (literals > LONG) {
      to.set(from.subarray(at, at + literals), done);
      done += literals;
      at += literals;
    } else {
      for (const stop = done + literals; done < stop; ) to[done++] = from[at++];
    }
    // A block ends with literals.
    if (at === end) return done === length ? to : null;
    const back = from[at] | (from[at + 1] << 8);
    at += 2;
    let matched = token & 15;
    if (matched === 15) [matched, at] = further(from, at, matched);
    matched += 4;
    if (!(at < end && back > 0 && back <= done && done + matched <= length)) return null;
    let start = done - back;
    const stop = done + matched;
    if (matched > LONG && back >= matched) {
      to.copyWithin(done, start, start + matched);
      done = stop;
    } else if (back === 1 && matched > LONG) {
      to.fill(to[start], done, stop);
      done = stop;
    } else {
      while (done < stop) to[done++] = to[start++];
    }
  }
  return null;
}
