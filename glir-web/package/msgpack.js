// MessagePack, the part of it that GLIR uses: written in the shortest forms, read in any.

const UTF8 = new TextEncoder();
const TEXT = new TextDecoder("utf-8", { fatal: true });

/** Appends MessagePack values to bytes that grow. */
export class Packer {
  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
    this.length = 0;
  }

  /** The bytes written so far; they are valid until the next one is written. */
  written() {
    return this.bytes.subarray(0, this.length);
  }

  /** Makes room for `count` bytes; where they start. */
  room(count) {
    const at = this.length;
    const length = at + count;
    if (length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.bytes.length));
      grown.set(this.bytes);
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    this.length = length;
    return at;
  }

  byte(value) {
    const at = this.room(1);
    this.bytes[at] = value;
  }

  raw(bytes) {
    const at = this.room(bytes.length);
    this.bytes.set(bytes, at);
  }

  nil() {
    this.byte(0xc0);
  }

  bool(value) {
    this.byte(value ? 0xc3 : 0xc2);
  }

  /** An integer: a number up to 2⁵³, or a bigint. */
  int(value) {
    if (typeof value === "bigint") {
      if (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)) {
        this.int(Number(value));
      } else {
        const at = this.room(9);
        this.bytes[at] = value < 0n ? 0xd3 : 0xcf;
        this.view.setBigUint64(at + 1, BigInt.asUintN(64, value));
      }
    } else if (value >= 0) {
      if (value < 0x80) this.byte(value);
      else if (value <= 0xff) this.sized(0xcc, value, 1);
      else if (value <= 0xffff) this.sized(0xcd, value, 2);
      else if (value <= 0xffffffff) this.sized(0xce, value, 4);
      else {
        const at = this.room(9);
        this.bytes[at] = 0xcf;
        this.view.setBigUint64(at + 1, BigInt(value));
      }
    } else if (value >= -32) this.byte(value & 0xff);
    else if (value >= -0x80) this.sized(0xd0, value & 0xff, 1);
    else if (value >= -0x8000) this.sized(0xd1, value & 0xffff, 2);
    else if (value >= -0x80000000) this.sized(0xd2, value >>> 0, 4);
    else {
      const at = this.room(9);
      this.bytes[at] = 0xd3;
      this.view.setBigInt64(at + 1, BigInt(value));
    }
  }

  float32(value) {
    const at = this.room(5);
    this.bytes[at] = 0xca;
    this.view.setFloat32(at + 1, value);
  }

  float64(value) {
    const at = this.room(9);
    this.bytes[at] = 0xcb;
    this.view.setFloat64(at + 1, value);
  }

  str(value) {
    const bytes = UTF8.encode(value);
    const { length } = bytes;
    if (length < 32) this.byte(0xa0 | length);
    else if (length <= 0xff) this.sized(0xd9, length, 1);
    else if (length <= 0xffff) this.sized(0xda, length, 2);
    else this.sized(0xdb, length, 4);
    this.raw(bytes);
  }

  bin(bytes) {
    const { length } = bytes;
    if (length <= 0xff) this.sized(0xc4, length, 1);
    else if (length <= 0xffff) this.sized(0xc5, length, 2);
    else this.sized(0xc6, length, 4);
    this.raw(bytes);
  }

  array(length) {
    if (length < 16) this.byte(0x90 | length);
    else if (length <= 0xffff) this.sized(0xdc, length, 2);
    else this.sized(0xdd, length, 4);
  }

  map(length) {
    if (length < 16) this.byte(0x80 | length);
    else if (length <= 0xffff) this.sized(0xde, length, 2);
    else this.sized(0xdf, length, 4);
  }

  /** A marker and a number of 1, 2 or 4 bytes, or a bigint of 8. */
  sized(marker, value, bytes) {
    const at = this.room(1 + bytes);
    this.bytes[at] = marker;
    if (bytes === 1) this.bytes[at + 1] = value;
    else if (bytes === 2) this.view.setUint16(at + 1, value);
    else if (bytes === 4) this.view.setUint32(at + 1, value);
    else this.view.setBigUint64(at + 1, value);
  }
}

/**
 * Reads the MessagePack value that a byte array holds. Integers beyond 2⁵³ become bigints, maps objects, byte strings
 * subarrays. Bytes that are not one whole value throw a RangeError.
 * @param {Uint8Array} bytes
 */
export function unpack(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (count) => {
    if (at + count > bytes.length) throw new RangeError("the MessagePack ends too early");
    at += count;
    return at - count;
  };
  const safe = (value) => {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  };
  const text = (length) => {
    const from = take(length);
    return TEXT.decode(bytes.subarray(from, from + length));
  };
  const binary = (length) => {
    const from = take(length);
    return bytes.subarray(from, from + length);
  };
  const list = (length, depth) => {
    const values = [];
    for (let index = 0; index < length; index++) values.push(value(depth + 1));
    return values;
  };
  const object = (length, depth) => {
    const values = Object.create(null);
    for (let index = 0; index < length; index++) {
      const key = value(depth + 1);
      values[key] = value(depth + 1);
    }
    return values;
  };
  const value = (depth) => {
    if (depth > 32) throw new RangeError("the MessagePack is nested too deeply");
    const marker = bytes[take(1)];
    if (marker < 0x80) return marker;
    if (marker < 0x90) return object(marker & 15, depth);
    if (marker < 0xa0) return list(marker & 15, depth);
    if (marker < 0xc0) return text(marker & 31);
    if (marker >= 0xe0) return marker - 256;
    switch (marker) {
      case 0xc0: return null;
      case 0xc2: return false;
      case 0xc3: return true;
      case 0xc4: return binary(view.getUint8(take(1)));
      case 0xc5: return binary(view.getUint16(take(2)));
      case 0xc6: return binary(view.getUint32(take(4)));
      case 0xca: return view.getFloat32(take(4));
      case 0xcb: return view.getFloat64(take(8));
      case 0xcc: return view.getUint8(take(1));
      case 0xcd: return view.getUint16(take(2));
      case 0xce: return view.getUint32(take(4));
      case 0xcf: return safe(view.getBigUint64(take(8)));
      case 0xd0: return view.getInt8(take(1));
      case 0xd1: return view.getInt16(take(2));
      case 0xd2: return view.getInt32(take(4));
      case 0xd3: return safe(view.getBigInt64(take(8)));
      case 0xd9: return text(view.getUint8(take(1)));
      case 0xda: return text(view.getUint16(take(2)));
      case 0xdb: return text(view.getUint32(take(4)));
      case 0xdc: return list(view.getUint16(take(2)), depth);
      case 0xdd: return list(view.getUint32(take(4)), depth);
      case 0xde: return object(view.getUint16(take(2)), depth);
      case 0xdf: return object(view.getUint32(take(4)), depth);
      default: throw new RangeError(`the byte 0x${marker.toString(16)} starts no MessagePack value of GLIR`);
    }
  };
  const result = value(0);
  if (at !== bytes.length) throw new RangeError("there are bytes behind the MessagePack value");
  return result;
}
