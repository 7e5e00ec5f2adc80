//! Framing a file whose bytes stay in JavaScript: the same parts and the same words about damage as glir-core's readers,
//! but only headers come into memory, and arenas through a small window for their checksums.

use crate::engine::{header_of, kind_name};
use crate::replies::set;
use glir_core::file::chunk::{
    BLOCK, Checksum, ChunkHeader, Extent, FileHeader, Kind, MAGIC, checksum, packable,
};
use glir_core::file::{FaultKind, FileFault, decode_blob, decode_copy};
use glir_spec::{VERSION, limits};
use js_sys::{Object, Uint8Array};
use std::collections::VecDeque;
use wasm_bindgen::prelude::*;

/// The most faults that are reported for one file.
const MAX_FAULTS: u32 = 1000;
/// Bytes that come into memory at a time for a checksum.
const WINDOW: usize = 1 << 16;
/// A magic number with this many of its bytes right is a damaged file header rather than something else.
const MAGIC_ENOUGH: usize = 6;
const ALIGNMENT: u64 = BLOCK as u64;

#[derive(Clone, Copy)]
enum Phase {
    /// The start of the file.
    Start,
    /// The file does not start as one should: looking for the first intact header.
    Search,
    /// A chunk or a file header should start here.
    Part,
    /// A part with this extent starts here, and it is damaged.
    Damaged(Extent),
    /// Nothing is read before this byte.
    Skip(u64),
    /// Looking for the next intact header.
    Scan,
    /// Nothing more can be read.
    Done,
}

/// Whether an attempt got further.
enum Step {
    Found(Object),
    Again,
    /// More bytes must come, or there are no more.
    Wait,
}

/// Frames a file that comes in segments of any size.
#[wasm_bindgen]
pub struct Scanner {
    segments: VecDeque<Uint8Array>,
    /// The place of the first segment's first byte in the file.
    start: u64,
    /// Bytes that have come.
    end: u64,
    last: bool,
    phase: Phase,
    /// Bytes done with.
    at: u64,
    /// Where the current stream's file header starts; chunks are aligned to it.
    origin: u64,
    faults: u32,
    /// The current stream's header was damaged, and stands nowhere else so far.
    headless: bool,
    window: Vec<u8>,
}

impl Default for Scanner {
    fn default() -> Self {
        Scanner {
            segments: VecDeque::new(),
            start: 0,
            end: 0,
            last: false,
            phase: Phase::Start,
            at: 0,
            origin: 0,
            faults: 0,
            headless: false,
            window: Vec::new(),
        }
    }
}

#[wasm_bindgen]
impl Scanner {
    /// Nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Scanner {
        Scanner::default()
    }

    /// Takes the next bytes of the file. They are kept as they are, so they must not change.
    pub fn push(&mut self, segment: Uint8Array) {
        if segment.length() > 0 && !self.last {
            self.end += u64::from(segment.length());
            self.segments.push_back(segment);
        }
    }

    /// Says that no more bytes will come.
    pub fn end(&mut self) {
        self.last = true;
    }

    /// The next part, or null if it has not come whole, or there is none: `{kind, offset, header, head, arena}`, or
    /// `{kind: "fault", offset, fault, code, fatal}`, the code being a number. A stream begins with the kind `header`, whose `header` is what
    /// `Engine.begin` takes. Heads and arenas that are packed come as they are stored.
    #[wasm_bindgen(js_name = next)]
    pub fn next_part(&mut self) -> Option<Object> {
        loop {
            let step = match self.phase {
                Phase::Start => self.begin(),
                Phase::Part => self.part(),
                Phase::Damaged(extent) => self.damaged(extent),
                Phase::Skip(to) => self.skip(to),
                Phase::Scan => self.scan(),
                Phase::Search => self.search(),
                Phase::Done => return None,
            };
            self.let_go();
            match step {
                Step::Found(object) => return Some(object),
                Step::Again => {}
                Step::Wait => return None,
            }
        }
    }
}

impl Scanner {
    /// Lets go of segments that are done with.
    fn let_go(&mut self) {
        while let Some(first) = self.segments.front().map(|segment| u64::from(segment.length())) {
            if self.start + first > self.at {
                return;
            }
            self.segments.pop_front();
            self.start += first;
        }
    }

    /// The piece of a segment that starts at a byte, at most so long.
    fn piece(&self, at: u64, length: u64) -> Option<Uint8Array> {
        let mut start = self.start;
        for segment in &self.segments {
            let size = u64::from(segment.length());
            if at < start + size {
                let from = at.checked_sub(start)?;
                return Some(segment.subarray(from as u32, (from + length).min(size) as u32));
            }
            start += size;
        }
        None
    }

    /// Bytes that have come, joined if they lie in several segments.
    fn bytes(&self, at: u64, length: u64) -> Uint8Array {
        match self.piece(at, length) {
            Some(piece) if u64::from(piece.length()) == length => piece,
            Some(_) => {
                let whole = Uint8Array::new_with_length(length as u32);
                let mut done = 0;
                while done < length {
                    let Some(piece) = self.piece(at + done, length - done) else { break };
                    whole.set(&piece, done as u32);
                    done += u64::from(piece.length());
                }
                whole
            }
            None => Uint8Array::new_with_length(0),
        }
    }

    fn block(&self, at: u64) -> Option<[u8; BLOCK]> {
        if self.end < at + ALIGNMENT {
            return None;
        }
        let mut block = [0; BLOCK];
        let bytes = self.bytes(at, ALIGNMENT);
        (bytes.length() as usize == BLOCK).then(|| bytes.copy_to(&mut block))?;
        Some(block)
    }

    fn checksum(&mut self, at: u64, length: u64) -> u32 {
        let mut sum = Checksum::new();
        let mut done = 0;
        while done < length {
            let Some(piece) = self.piece(at + done, (length - done).min(WINDOW as u64)) else { break };
            self.window.resize(piece.length() as usize, 0);
            piece.copy_to(&mut self.window);
            sum.update(&self.window);
            done += u64::from(piece.length());
        }
        sum.finish()
    }

    fn begin(&mut self) -> Step {
        if self.end < ALIGNMENT && !self.last {
            return Step::Wait;
        }
        let mut first = [0; BLOCK];
        let there = self.bytes(0, self.end.min(ALIGNMENT));
        let there = first.get_mut(..there.length() as usize).map(|start| {
            there.copy_to(start);
            &*start
        });
        let kind = match there.unwrap_or(&[]) {
            [] => FaultKind::Empty,
            start if begins_stream(start) => return self.file_header(),
            start if glir_core::file::looks_like_text(start) => FaultKind::Text,
            // Its magic number may be what is damaged.
            _ => {
                self.phase = Phase::Search;
                return Step::Again;
            }
        };
        self.fatal(kind)
    }

    /// Looks for the first intact header of a file whose start is none.
    fn search(&mut self) -> Step {
        if self.find() {
            self.headless = true;
            self.phase = Phase::Part;
            return self.report_at(0, FaultKind::DamagedHeader);
        }
        if self.last { self.fatal(FaultKind::NotGlir) } else { Step::Wait }
    }

    fn part(&mut self) -> Step {
        let left = self.end - self.at;
        let Some(block) = self.block(self.at) else {
            if !self.last {
                return Step::Wait;
            }
            self.phase = Phase::Done;
            return match left {
                0 => Step::Again,
                _ => self.report(FaultKind::Truncated { found: left, expected: ALIGNMENT }),
            };
        };
        if begins_stream(&block) {
            return self.file_header();
        }
        match ChunkHeader::decode(&block) {
            Some(header) => self.chunk(&header),
            None => {
                let step = self.report(FaultKind::DamagedChunkHeader);
                self.at += 1;
                self.phase = Phase::Scan;
                step
            }
        }
    }

    fn file_header(&mut self) -> Step {
        let Some(block) = self.block(self.at) else {
            if !self.last {
                return Step::Wait;
            }
            return self.fatal(FaultKind::TruncatedHeader);
        };
        let Some(header) = FileHeader::decode(&block) else {
            self.origin = self.at;
            self.headless = true;
            let step = self.report(FaultKind::DamagedHeader);
            self.at += 1;
            self.phase = Phase::Scan;
            return step;
        };
        let FileHeader { major, minor, head_len, head_crc } = header;
        if u32::from(major) != VERSION.0 {
            return self.fatal(FaultKind::UnsupportedVersion { major, minor });
        }
        let extent = header.extent();
        if extent.padded > limits::MAX_HEAD_BYTES as u64 {
            self.origin = self.at;
            self.phase = Phase::Skip(self.at.saturating_add(extent.padded));
            let why = format!("it has {head_len} bytes, more than the {} allowed", limits::MAX_HEAD_BYTES);
            return self.report(FaultKind::BadHeader(why));
        }
        if let Some(step) = self.incomplete(extent) {
            return step;
        }
        self.origin = self.at;
        let (head, length) = (self.at + ALIGNMENT, u64::from(head_len));
        self.headless = self.checksum(head, length) != head_crc;
        if self.headless {
            self.phase = Phase::Damaged(extent);
            return self.report(FaultKind::DamagedHeader);
        }
        // What has no header here has none for whoever draws it, and is told as a fault of the file.
        let part = self.bytes(self.at, ALIGNMENT + length);
        let refused = header_of(&part.to_vec()).err().map(|why| self.report(why));
        let found = self.object("header", part);
        set(&found, "head", self.bytes(head, length));
        set(&found, "arena", Uint8Array::new_with_length(0));
        self.pass(extent);
        refused.unwrap_or(Step::Found(found))
    }

    fn chunk(&mut self, header: &ChunkHeader) -> Step {
        let (kind, extent) = (header.kind, header.extent());
        if let Some(fault) = unreadable(header) {
            self.phase = Phase::Skip(self.at.saturating_add(extent.padded));
            return if kind.is_ancillary() { Step::Again } else { self.report(fault) };
        }
        if let Some(step) = self.incomplete(extent) {
            return step;
        }
        let (head, head_len) = (self.at + ALIGNMENT, u64::from(header.head_len));
        let arena = self.at + extent.arena;
        let damage = if self.checksum(head, head_len) != header.head_crc {
            Some(FaultKind::DamagedHead(kind))
        } else if self.checksum(arena, header.arena_len) != header.arena_crc {
            Some(FaultKind::DamagedArena(kind))
        } else {
            None
        };
        if let Some(damage) = damage {
            self.phase = Phase::Damaged(extent);
            return self.report(damage);
        }
        let told = self.bytes(head, head_len);
        if kind == Kind::HEADER {
            return self.copy(&told.to_vec(), extent);
        }
        let bad = if kind == Kind::BLOB { decode_blob(&told.to_vec()).err() } else { None };
        let refused = bad.map(|why| self.report(FaultKind::BadChunk(kind, why)));
        let found = self.object(kind_name(kind), self.bytes(self.at, ALIGNMENT));
        set(&found, "head", told);
        set(&found, "arena", self.bytes(arena, header.arena_len));
        set(&found, "sequence", header.sequence as f64);
        set(&found, "time", header.time_us as f64);
        self.pass(extent);
        refused.unwrap_or(Step::Found(found))
    }

    /// The stream's header where it stands once more: what `Engine.begin` takes, if the first one was damaged.
    fn copy(&mut self, head: &[u8], extent: Extent) -> Step {
        let offset = self.at;
        let wanted = std::mem::take(&mut self.headless);
        self.pass(extent);
        if !wanted {
            return Step::Again;
        }
        match decode_copy(head) {
            Ok(header) => {
                let (major, minor) = (header.major as u16, header.minor as u16);
                let block =
                    FileHeader { major, minor, head_len: head.len() as u32, head_crc: checksum(head) };
                let part = [&block.encode()[..], head].concat();
                let found = self.object("header", Uint8Array::from(&part[..]));
                set(&found, "head", Uint8Array::from(head));
                set(&found, "arena", Uint8Array::new_with_length(0));
                Step::Found(found)
            }
            Err(why) => self.report_at(offset, FaultKind::BadChunk(Kind::HEADER, why)),
        }
    }

    /// Goes on behind an intact part. If its padding is not zero, the file may have been cut there and another joined to it.
    fn pass(&mut self, extent: Extent) {
        let (contents, end) = (self.at + extent.contents, (self.at + extent.padded).min(self.end));
        let padding = self.bytes(contents, end.saturating_sub(contents));
        self.phase = Phase::Part;
        self.at = if padding.to_vec().iter().all(|&byte| byte == 0) {
            end
        } else {
            self.phase = Phase::Scan;
            contents
        };
    }

    /// What to do if not all bytes of a part are there. At the end of the file its padding may be missing.
    fn incomplete(&mut self, extent: Extent) -> Option<Step> {
        let found = self.end - self.at;
        if !self.last {
            return (found < extent.padded).then_some(Step::Wait);
        }
        if found >= extent.contents {
            return None;
        }
        if self.at == 0 {
            return Some(self.fatal(FaultKind::TruncatedHeader));
        }
        let step = self.report(FaultKind::Truncated { found, expected: extent.contents });
        self.at += ALIGNMENT;
        self.phase = Phase::Scan;
        Some(step)
    }

    /// Goes on behind a damaged part: where it says that it ends if something intact follows there, else at the next
    /// intact header.
    fn damaged(&mut self, extent: Extent) -> Step {
        let next = self.at.saturating_add(extent.padded);
        if !self.last && self.end < next.saturating_add(ALIGNMENT) {
            return Step::Wait;
        }
        let follows = self.block(next);
        if follows.is_none_or(|block| begins_stream(&block) || ChunkHeader::decode(&block).is_some()) {
            self.at = next.min(self.end);
            self.phase = Phase::Part;
        } else {
            self.at += ALIGNMENT;
            self.phase = Phase::Scan;
        }
        Step::Again
    }

    fn skip(&mut self, to: u64) -> Step {
        let part = self.at;
        self.at = to.min(self.end);
        if self.at == to {
            self.phase = Phase::Part;
            return Step::Again;
        }
        if !self.last {
            return Step::Wait;
        }
        self.phase = Phase::Done;
        let fault = FaultKind::Truncated { found: self.end - part, expected: to - part };
        self.report_at(part, fault)
    }

    /// Looks for the next intact header.
    fn scan(&mut self) -> Step {
        if self.find() {
            self.phase = Phase::Part;
            return Step::Again;
        }
        if self.last {
            self.phase = Phase::Done;
        }
        if self.last { Step::Again } else { Step::Wait }
    }

    /// Goes to the next intact header, a chunk's at the stream's alignment or a file's anywhere; false if there is none so far.
    fn find(&mut self) -> bool {
        while self.at + ALIGNMENT <= self.end {
            let length = (self.end - self.at).min(WINDOW as u64);
            let window = self.bytes(self.at, length).to_vec();
            let misaligned = (self.at - self.origin) % ALIGNMENT;
            let starts = window.len() + 1 - BLOCK;
            let found = (0..starts).find(|&start| {
                let Some(block) = window.get(start..).and_then(<[u8]>::first_chunk) else { return false };
                let aligned = (misaligned + start as u64).is_multiple_of(ALIGNMENT);
                (block.first() == MAGIC.first() && FileHeader::decode(block).is_some())
                    || (aligned && ChunkHeader::decode(block).is_some())
            });
            self.at += found.unwrap_or(starts) as u64;
            if found.is_some() {
                return true;
            }
        }
        false
    }

    fn object(&self, kind: &str, header: Uint8Array) -> Object {
        let object = Object::new();
        set(&object, "kind", kind);
        set(&object, "offset", self.at as f64);
        set(&object, "header", header);
        object
    }

    fn report(&mut self, kind: FaultKind) -> Step {
        self.report_at(self.at, kind)
    }

    fn report_at(&mut self, offset: u64, kind: FaultKind) -> Step {
        self.faults = self.faults.saturating_add(1);
        let kind = match self.faults {
            ..MAX_FAULTS => kind,
            MAX_FAULTS => FaultKind::TooMany,
            _ => return Step::Again,
        };
        let fault = FileFault { offset, kind };
        let object = Object::new();
        set(&object, "kind", "fault");
        set(&object, "offset", offset as f64);
        set(&object, "fault", fault.to_string());
        set(&object, "code", fault.code() as u8);
        set(&object, "fatal", fault.is_fatal());
        Step::Found(object)
    }

    fn fatal(&mut self, kind: FaultKind) -> Step {
        self.phase = Phase::Done;
        self.report(kind)
    }
}

/// Why a chunk can't be read, whatever its bytes are.
fn unreadable(header: &ChunkHeader) -> Option<FaultKind> {
    let kind = header.kind;
    if kind.number().is_none() && kind != Kind::INDEX && kind != Kind::HEADER {
        return Some(FaultKind::UnknownKind(kind));
    }
    let unknown = header.flags & !packable(kind);
    if unknown != 0 {
        return Some(FaultKind::UnknownFlags(kind, unknown));
    }
    let head = (u64::from(header.head_len), limits::MAX_HEAD_BYTES as u64);
    // A view has at most so many bytes here.
    let arena = (header.arena_len, u64::from(u32::MAX - BLOCK as u32));
    let (size, limit) = [head, arena].into_iter().find(|(size, limit)| size > limit)?;
    Some(FaultKind::TooLarge { kind, size, limit })
}

/// True if the bytes start with the magic number, or with a damaged one.
fn begins_stream(bytes: &[u8]) -> bool {
    let right = bytes.iter().zip(&MAGIC).filter(|(byte, magic)| byte == magic).count();
    right >= MAGIC_ENOUGH.min(bytes.len().max(1))
}
