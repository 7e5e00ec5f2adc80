#!/usr/bin/env python3
"""A third interpreter, as small as can be: it reads streams, draws nothing, answers in the layer `decoding`, and says so. It knows
nothing but the data package, which is its argument, and the protocol: --interpreter 'mine=python3 testee.py PACKAGE'"""
import ctypes, functools, json, struct, sys, zlib

MAGIC, BLOCK, U64 = b"\x89GLIR\r\n\x1a", 64, 2**64 - 1
RANGES = {"u8": (0, 255), "u32": (0, 2**32 - 1), "u64": (0, U64), "i32": (-(2**31), 2**31 - 1)}
KINDS, HEADERS = (b"FRAM", b"BLOB", b"META", b"INDX", MAGIC[:4]), (MAGIC[:4], b"head")
# MessagePack's markers: the first of a kind, and for each the value itself, or the form of the number or length behind it.
FORMS = ((0x00, range(128), "int"), (0x80, range(16), "map"), (0x90, range(16), "array"), (0xA0, range(32), "str"), (0xC0, [None], "nil"),
         (0xC2, [False, True], "bool"), (0xC4, "BHI", "bin"), (0xC7, "BHI", "ext"), (0xCA, "f", "f32"), (0xCB, "d", "f64"),
         (0xCC, "BHIQbhiq", "int"), (0xD4, [1, 2, 4, 8, 16], "ext"), (0xD9, "BHI", "str"), (0xDC, "HI", "array"), (0xDE, "HI", "map"),
         (0xE0, range(-32, 0), "int"))
shown = functools.partial(json.dumps, ensure_ascii=False)
class Fault(Exception):
    """What is wrong with the bytes: a code."""
class Reader:
    """MessagePack, strictly, one value after another."""
    def __init__(self, data):
        self.data, self.at = data, 0
    def take(self, count):
        need(self.at + count <= len(self.data), "malformed")
        self.at += count
        return self.data[self.at - count:self.at]
    def head(self):  # kind and value of what comes next: of floats the bytes, of containers and strings the length
        mark = self.take(1)[0]
        for first, forms, kind in FORMS:
            if first <= mark < first + len(forms):
                form = forms[mark - first]
                if not isinstance(form, str):
                    return kind, form
                raw = self.take(struct.calcsize(">" + form))
                return kind, raw if kind[0] == "f" else struct.unpack(">" + form, raw)[0]
        raise Fault("malformed")
    def next(self, *kinds):  # the next value, which must be of one of these kinds; of a container its length
        kind, value = self.head()
        need(kind in kinds, "wrong-type")
        value = self.take(value) if kind in ("str", "bin") else value
        text = value.decode(errors="replace") if kind == "str" else value
        return need(kind != "str" or text.encode() == value, "wrong-type") or text
    def number(self, low=0, high=U64):
        return need(low <= (value := self.next("int")) <= high, "out-of-range") or value
    def value(self, depth=1):  # the next value, whatever it is
        kind, value = self.head()
        need(kind not in ("array", "map") or not value or depth < LIMITS["max_depth"], "limit-exceeded")
        if kind in ("array", "map"):
            values = [self.value(depth + 1) for _ in range(value * (1 + (kind == "map")))]
            return values if kind == "array" else dict(zip(map(str, values[::2]), values[1::2]))
        value = self.take(value + (kind == "ext")) if kind in ("str", "bin", "ext") else value
        return value.decode(errors="replace") if kind == "str" else value

def need(condition, code):
    if not condition:
        raise Fault(code)
def arity(found, wanted):
    need(found == wanted, "missing-argument" if found < wanted else "extra-argument")

def floating(r, kind):  # a float's bits, in the width of its field
    found, value = r.head()
    if need(found in ("int", "f32", "f64"), "wrong-type") or found != kind:
        value = value if found == "int" else struct.unpack(">f" if found == "f32" else ">d", value)[0]
        value = struct.pack(">f", ctypes.c_float(value).value) if kind == "f32" else struct.pack(">d", value)
    return f"{kind}:{value.hex()}"

def payload(r, _):
    parts = r.next("array")
    arity(parts, 2 if parts == 2 else 3)
    encoding, place = decode(r, "Encoding"), r.next("bin") if parts == 2 else r.next("int", "bin")
    if parts == 2:
        return need(len(place) <= LIMITS["max_inline_bytes"], "limit-exceeded") or [encoding, "hex:" + place.hex()]
    need(len(place) == 32 if isinstance(place, bytes) else place >= 0, "out-of-range")
    return [encoding, "hex:" + place.hex() if isinstance(place, bytes) else place, r.number()]

def state(r, _):
    found, last, count = {}, -1, r.next("map")
    need(count <= len(STATE), "limit-exceeded")
    for _ in range(count):
        need((number := r.number()) > last, "bad-argument")
        need(number in STATE, "unknown-value")
        last, found[str(number)] = number, decode(r, STATE[number])
    return found

def row(r, rows, unknown):  # a command, or a variant of a union: its number, then its fields
    need(count := r.next("array"), "missing-argument")
    need((number := r.number()) in rows, unknown)
    arity(count - 1, len(rows[number]))
    return [number] + [decode(r, field) for _, field in rows[number]]

def decode(r, kind):  # a value of a type of language.json
    if isinstance(kind, str) and kind not in TYPES:
        known = {"f32": floating, "f64": floating, "payload": payload, "state": state}.get(kind, Reader.next)
        return r.number(*RANGES[kind]) if kind in RANGES else known(r, kind)
    if kind[0] == "option":
        return r.next("nil") if r.data[r.at:r.at + 1] == b"\xc0" else decode(r, kind[1])
    if kind[0] in ("list", "array"):
        count = r.next("array")
        arity(count, kind[2]) if kind[0] == "array" else need(count <= LIMITS["max_list"], "limit-exceeded")
        return [decode(r, kind[1]) for _ in range(count)]
    ((form, rows),) = TYPES[kind].items()
    if form == "union":
        return row(r, dict(rows), "unknown-value")
    if form == "struct":
        return arity(r.next("array"), len(rows)) or [decode(r, field) for _, field in rows]
    return need((number := r.number()) in dict(rows), "unknown-value") or number

def commands(r):  # the lines of a chunk's head
    try:
        lines, count = [], r.next("array")
    except Fault:
        return ["! malformed"]
    for index in range(count):
        start = r.at
        try:
            number, *values = row(r, COMMANDS, "unknown-opcode")
            lines.append(f"{index} {NAMES[number]} {shown(values)}")
        except Fault as fault:
            lines.append(f"{index} ! {fault}")
            try:  # the next command is where this one ends, if it can be told
                r.at = start
                r.value()
            except Fault as lost:
                return lines[:-1] + [f"{index} ! {lost}"]
    return lines + ["! trailing-bytes"] * (r.at != len(r.data))

def header(r, minor):  # of a stream; what a later minor version has more is passed over
    count, rows, later = r.next("array"), TYPES["Header"]["struct"], minor > LANGUAGE["version"][1]
    arity(min(count, len(rows)) if later else count, len(rows))
    found = [decode(r, ["list", "u64"] if later and name == "uses" else kind) for name, kind in rows]
    found[4] = [feature for feature in found[4] if feature in dict(TYPES["Feature"]["enum"])]
    [r.value() for _ in range(count - len(rows))]
    return need(found[:2] == [1, minor], "bad-argument") or found

def contents(kind, r, arena, time):  # the lines of a part whose checksums are right
    if kind == b"FRAM":
        return [f"FRAM {time} {len(arena)}"] + commands(r)
    if kind == b"BLOB":
        arity(r.next("array"), 2)
        lines = [f"BLOB {shown([decode(r, 'Encoding'), 'hex:' + r.next('bin').hex(), len(arena)])}"]
    elif kind == b"META":
        need((count := r.next("map")) <= LIMITS["max_meta_entries"], "limit-exceeded")
        lines = [f"META {shown(dict(sorted([(r.next('str'), r.next('str')) for _ in range(count)])))}"]
    elif kind in HEADERS:
        lines = [f"HEADER {shown(header(r, time))}"]
    else:
        lines = need(arena[:8] == MAGIC[:5] + b"END", "bad-argument") or r.value() and []
    return need(r.at == len(r.data), "trailing-bytes") or lines
def begins(data, at):  # a file header, perhaps a damaged one
    return sum(a == b for a, b in zip(data[at:at + 8], MAGIC)) >= max(1, min(6, len(data)))
def intact(data, at, aligned=True):
    block = data[at:at + BLOCK]
    known = block[:8] == MAGIC or aligned and block[:4].isalpha()
    return known and len(block) == BLOCK and struct.pack("<I", zlib.crc32(block[:60])) == block[60:]

def log(data):  # the lines of a file
    whole = begins(data, 0)  # or else it begins with the first intact header, but for text
    at = 0 if whole else next((i for i in range(len(data)) if data.strip()[:1] != b"[" and intact(data, i, i % BLOCK == 0)), None)
    if at is None or len(data) < BLOCK:
        return ["! malformed 0" if at is None else "! damaged-chunk 0"]
    lines, origin, headless = ["! damaged-chunk 0"] * (not whole), 0, not whole
    while at < len(data):
        begun = begins(data, at)
        origin, known, headless = at if begun else origin, True, begun or headless
        if intact(data, at):
            fields = struct.unpack("<HHII", data[at + 8:at + 20]) if begun else struct.unpack("<4sIIIQI12xQ", data[at:at + 48])
            if begun and fields[0] != 1:
                return lines + [f"! unsupported-version {at}"]
            kind, flags, size, crc, rest, rest_crc, time = (MAGIC[:4], 0, *fields[2:], 0, 0, fields[1]) if begun else fields
            start = at + -(-(BLOCK + size) // BLOCK) * BLOCK
            head, arena, end = data[at + BLOCK:at + BLOCK + size], data[start:start + rest], start + -(-rest // BLOCK) * BLOCK
            large, whole = size > LIMITS["max_head_bytes"] or rest > LIMITS["max_arena_bytes"], len(head) == size and len(arena) == rest
            known, lines = (kind in KINDS or headless and kind in HEADERS) and not flags and not large, lines + [f"! limit-exceeded {at}"] * large
            if known and whole and zlib.crc32(head) == crc and zlib.crc32(arena) == rest_crc:
                try:
                    lines, at, headless = lines + contents(kind, Reader(head), arena, time), end, headless and kind not in HEADERS
                    continue
                except Fault:
                    pass
            follows = intact(data, end) or begins(data, end) or end + BLOCK > len(data)
        lines += [f"! damaged-chunk {at}"] * (known or not kind[:1].islower())
        # Goes on where the part says that it ends, or at the next intact header: a chunk's at 64 bytes, a file's anywhere.
        found = (i for i in range(at + 1, len(data)) if intact(data, i, (i - origin) % BLOCK == 0))
        at = end if intact(data, at) and (not known or whole and follows) else next(found, len(data))
    return lines

def pack(value):  # MessagePack of what an answer is made of
    if isinstance(value, str):
        return struct.pack(">BI", 0xDB, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return struct.pack(">BI", 0xDD, len(value)) + b"".join(map(pack, value))
    return struct.pack(">BQ", 0xCF, value) if type(value) is int else {None: b"\xc0", False: b"\xc2"}[value]
LANGUAGE = json.load(open(sys.argv[1] + "/language.json", encoding="utf-8"))
TYPES, LIMITS, STATE = LANGUAGE["types"], LANGUAGE["limits"], {field["number"]: field["type"] for field in LANGUAGE["state"]}
COMMANDS, NAMES = ({command["opcode"]: command[key] for command in LANGUAGE["commands"]} for key in ("fields", "name"))
HELLO = {"type": "hello", "protocol": 1, "name": "testee.py: decodes, draws nothing", "target": None, "features": [],
         "layers": ["decoding"], "sentences": False, "draws": False}
while length := sys.stdin.buffer.read(4):
    request = Reader(sys.stdin.buffer.read(struct.unpack("<I", length)[0])).value()
    answer = HELLO if request["type"] == "hello" else {"type": "done", "decoding": "\n".join(log(request.get("stream", b"")) + [""])}
    said = struct.pack(">BI", 0xDF, len(answer)) + b"".join(pack(key) + pack(value) for key, value in answer.items())
    sys.stdout.buffer.write(struct.pack("<I", len(said)) + said) and sys.stdout.buffer.flush()
