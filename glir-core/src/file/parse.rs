//! The parser behind both readers: it decides what stands at a place from the bytes that are there.
//!
//! It never looks further than the bytes that it has asked for, so the pieces in which a file arrives can't change what
//! is read. Damage is survived in two ways: if an intact part follows where the damaged one says that it ends, reading
//! goes on there; else the parser scans for the next intact header. Scanning inside a damaged part may checksum bytes
//! a second time; that work is bounded, so hostile nesting costs no more than linear time.

use super::chunk::{
    BLOCK, ChunkHeader, Extent, FileHeader, Kind, MAGIC, Trailer, block_at, checksum, packable,
};
use super::contents::{decode_blob, decode_copy, decode_header, decode_meta};
use super::fault::{FaultKind, FileFault};
use super::index::Entry;
use super::reader::{Item, Options};
use glir_spec::wire::Hash;
use glir_spec::{VERSION, limits};
use std::ops::Range;

/// The most faults that are reported for one file.
const MAX_FAULTS: u32 = 1000;
/// Bytes that may be checksummed twice in any case; beyond that, as many as have been checksummed once.
const REWORK: u64 = 1 << 20;
/// A magic number with this many of its bytes right is a damaged file header rather than something else.
const MAGIC_ENOUGH: usize = 6;

/// What the bytes at the parser's place amount to.
pub(super) enum Step<'a> {
    /// At least this many bytes are needed, counted from the place.
    Need(u64),
    /// So many bytes are done with.
    Take(usize),
    /// Here is an item, and so many bytes are done with.
    Item(Item<'a>, usize),
    /// There is nothing more to read.
    End,
}

#[derive(Clone, Copy, Debug)]
enum Phase {
    /// The start of the file.
    Start,
    /// The file does not start as one should: looking for the first intact header.
    Search,
    /// A chunk or a file header should start here.
    Part,
    /// So many bytes of padding are left that are not what padding is.
    Padding(usize),
    /// A part with this extent starts here, and it is damaged.
    Damaged(Extent),
    /// The rest of a part with this extent that started there is of no use.
    Skip(u64, Extent),
    /// Looking for the next intact header.
    Scan,
    /// Nothing more can be read.
    Done,
}

#[derive(Clone, Debug)]
pub(super) struct Parser {
    options: Options,
    phase: Phase,
    /// Bytes done with.
    at: u64,
    /// Where the part of the last item started.
    part: u64,
    /// Where the current stream's file header starts; chunks are aligned to it.
    origin: u64,
    /// The number of the current stream's first frame.
    base: u64,
    /// The least number that the next frame may get.
    next_frame: u64,
    faults: u32,
    /// The current stream's header was damaged, and stands nowhere else so far.
    headless: bool,
    /// Packed chunks are given as they are stored, and keyframes as notes without notes: who asks for them looks at the
    /// chunk itself.
    keeps_packed: bool,
    /// The end of what has been checksummed, and how much of it twice.
    summed: u64,
    rework: u64,
}

impl Parser {
    pub(super) fn new(options: Options) -> Self {
        Parser {
            options,
            phase: Phase::Start,
            at: 0,
            part: 0,
            origin: 0,
            base: 0,
            next_frame: 0,
            faults: 0,
            headless: false,
            keeps_packed: false,
            summed: 0,
            rework: 0,
        }
    }

    /// As this parser at its start, going on at a frame that an index names.
    pub(super) fn at_frame(&self, entry: &Entry) -> Self {
        let Entry { number, offset, stream, base, .. } = *entry;
        let start = Parser { keeps_packed: self.keeps_packed, ..Parser::new(self.options) };
        Parser { phase: Phase::Part, at: offset, origin: stream, base, next_frame: number, ..start }
    }

    /// Gives packed chunks as they are stored, and keyframes as notes without notes.
    pub(super) fn keep_packed(&mut self) {
        self.keeps_packed = true;
    }

    /// Bytes done with.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Where the part of the last item started.
    pub(super) fn part(&self) -> u64 {
        self.part
    }

    /// Where the current stream starts, and the number of its first frame.
    pub(super) fn stream(&self) -> (u64, u64) {
        (self.origin, self.base)
    }

    /// True if nothing more can be read.
    pub(super) fn is_done(&self) -> bool {
        matches!(self.phase, Phase::Done)
    }

    /// Looks at the bytes from the parser's place on; `last` says that no more will come. Never asks for more then.
    pub(super) fn step<'a>(&mut self, rest: &'a [u8], last: bool) -> Step<'a> {
        let step = match self.phase {
            Phase::Start => self.start(rest, last),
            Phase::Search => self.search(rest, last),
            Phase::Part => self.part_at(rest, last),
            Phase::Padding(left) => self.padding(left, rest, last),
            Phase::Damaged(extent) => self.damaged(extent, rest, last),
            Phase::Skip(start, extent) => self.skip(start, extent, rest, last),
            Phase::Scan => self.scan(rest, last),
            Phase::Done => Step::End,
        };
        match step {
            Step::Item(_, taken) | Step::Take(taken) => self.at += taken as u64,
            Step::Need(_) | Step::End => {}
        }
        step
    }

    fn start<'a>(&mut self, rest: &'a [u8], last: bool) -> Step<'a> {
        if rest.len() < BLOCK && !last {
            return Step::Need(BLOCK as u64);
        }
        if begins_stream(rest) {
            return self.file_header(rest, last);
        }
        let kind = match rest {
            [] => FaultKind::Empty,
            text if looks_like_text(&text[..text.len().min(BLOCK)]) => FaultKind::Text,
            // Its magic number may be what is damaged.
            _ => {
                self.phase = Phase::Search;
                return Step::Take(0);
            }
        };
        self.fatal(kind)
    }

    /// Looks for the first intact header of a file whose start is none.
    fn search<'a>(&mut self, rest: &'a [u8], last: bool) -> Step<'a> {
        match find_header(rest, (self.at % BLOCK as u64) as usize) {
            Some(found) => {
                self.phase = Phase::Part;
                self.headless = true;
                self.report_at(0, FaultKind::DamagedHeader, found)
            }
            None if last => {
                // All of it has been looked at, however it came.
                let taken = rest.len();
                self.phase = Phase::Done;
                self.part = 0;
                Step::Item(Item::Fault(FileFault { offset: 0, kind: FaultKind::NotGlir }), taken)
            }
            None => more(rest),
        }
    }

    fn part_at<'a>(&mut self, rest: &'a [u8], last: bool) -> Step<'a> {
        let Some(block) = rest.first_chunk() else {
            return match (last, rest.is_empty()) {
                (false, _) => Step::Need(BLOCK as u64),
                (true, true) => self.end(),
                (true, false) => self.truncated(rest, BLOCK as u64),
            };
        };
        if begins_stream(rest) {
            return self.file_header(rest, last);
        }
        match ChunkHeader::decode(block) {
            Some(header) => self.chunk(&header, rest, last),
            None => {
                self.phase = Phase::Scan;
                self.report(FaultKind::DamagedChunkHeader, 1)
            }
        }
    }

    fn file_header<'a>(&mut self, rest: &'a [u8], last: bool) -> Step<'a> {
        let Some(block) = rest.first_chunk() else {
            return if last { self.truncated(rest, BLOCK as u64) } else { Step::Need(BLOCK as u64) };
        };
        let Some(header) = FileHeader::decode(block) else {
            self.begin_stream();
            self.headless = true;
            self.phase = Phase::Scan;
            return self.report(FaultKind::DamagedHeader, 1);
        };
        let FileHeader { major, minor, head_len, head_crc } = header;
        if u32::from(major) != VERSION.0 {
            return self.fatal(FaultKind::UnsupportedVersion { major, minor });
        }
        let extent = header.extent();
        let limit = self.options.max_chunk_bytes.min(limits::MAX_HEAD_BYTES as u64);
        if extent.padded > limit {
            self.begin_stream();
            self.phase = Phase::Skip(self.at, extent);
            let why = format!("it has {head_len} bytes, more than the {limit} allowed");
            return self.report(FaultKind::BadHeader(why), 0);
        }
        if let Some(step) = self.incomplete(extent, rest, last) {
            return step;
        }
        self.begin_stream();
        let head = between(rest, BLOCK as u64, u64::from(head_len));
        if !self.verify(BLOCK as u64, head, head_crc) {
            self.headless = true;
            self.phase = Phase::Damaged(extent);
            return self.report(FaultKind::DamagedHeader, 0);
        }
        let taken = self.pass(extent, rest);
        match decode_header(head, major, minor) {
            Ok(header) => self.item(Item::Header(header), taken),
            Err(why) => self.report(FaultKind::BadHeader(why), taken),
        }
    }

    fn chunk<'a>(&mut self, header: &ChunkHeader, rest: &'a [u8], last: bool) -> Step<'a> {
        let (kind, extent) = (header.kind, header.extent());
        if let Some(fault) = self.unreadable(header) {
            self.phase = Phase::Skip(self.at, extent);
            return if kind.is_ancillary() { Step::Take(0) } else { self.report(fault, 0) };
        }
        if let Some(step) = self.incomplete(extent, rest, last) {
            return step;
        }
        let number = if kind == Kind::FRAME { self.frame_number(header.sequence) } else { 0 };
        let head = between(rest, BLOCK as u64, u64::from(header.head_len));
        let arena = between(rest, extent.arena, header.arena_len);
        let damage = if !self.verify(BLOCK as u64, head, header.head_crc) {
            Some(FaultKind::DamagedHead(kind))
        } else if !self.options.verify_arenas {
            None
        } else if !self.verify(extent.arena, arena, header.arena_crc)
            || (kind == Kind::INDEX && !is_trailer(arena))
        {
            Some(FaultKind::DamagedArena(kind))
        } else {
            None
        };
        if let Some(damage) = damage {
            self.phase = Phase::Damaged(extent);
            return self.report(damage, 0);
        }
        let taken = self.pass(extent, rest);
        let item = match kind {
            Kind::FRAME => Ok(Item::Frame { number, time_us: header.time_us, head, arena }),
            Kind::META => decode_meta(head).map(Item::Meta),
            Kind::BLOB => self.blob(head, arena, header.is_packed()),
            Kind::KEYFRAME if self.keeps_packed => Ok(Item::Meta(Vec::new())),
            Kind::HEADER if self.headless => decode_copy(head).map(Item::Header),
            _ => return Step::Take(taken),
        };
        match item {
            Ok(item) => {
                self.headless &= !matches!(item, Item::Header(_));
                self.item(item, taken)
            }
            Err(why) => self.report(FaultKind::BadChunk(kind, why), taken),
        }
    }

    fn blob<'a>(&self, head: &'a [u8], bytes: &'a [u8], is_packed: bool) -> Result<Item<'a>, String> {
        let (encoding, hash) = decode_blob(head)?;
        if self.options.verify_blobs && !is_packed && Hash(*blake3::hash(bytes).as_bytes()) != hash {
            return Err("its bytes do not have the hash that it names".into());
        }
        Ok(Item::Blob { hash, encoding, bytes })
    }

    /// Why a chunk can't be read, whatever its bytes are.
    fn unreadable(&self, header: &ChunkHeader) -> Option<FaultKind> {
        let kind = header.kind;
        if kind.number().is_none() && kind != Kind::INDEX && kind != Kind::HEADER {
            return Some(FaultKind::UnknownKind(kind));
        }
        let unknown = header.flags & !packable(kind);
        if unknown != 0 {
            return Some(FaultKind::UnknownFlags(kind, unknown));
        }
        // Who passes over keyframes need not unpack them.
        if header.is_packed() && !self.keeps_packed && kind != Kind::KEYFRAME {
            return Some(FaultKind::Packed(kind));
        }
        let chunk = (header.extent().padded, self.options.max_chunk_bytes);
        let head = (u64::from(header.head_len), limits::MAX_HEAD_BYTES as u64);
        let arena = (header.arena_len, limits::MAX_ARENA_BYTES);
        let (size, limit) = [head, arena, chunk].into_iter().find(|(size, limit)| size > limit)?;
        Some(FaultKind::TooLarge { kind, size, limit })
    }

    /// What to do if not all bytes of a part are there. At the end of the file its padding may be missing.
    fn incomplete<'a>(&mut self, extent: Extent, rest: &[u8], last: bool) -> Option<Step<'a>> {
        let found = rest.len() as u64;
        if !last {
            return (found < extent.padded).then_some(Step::Need(extent.padded));
        }
        if found >= extent.contents {
            return None;
        }
        if self.at == 0 {
            return Some(self.fatal(FaultKind::TruncatedHeader));
        }
        // Another file may follow inside the bytes that are missing here.
        self.phase = Phase::Scan;
        Some(self.report(FaultKind::Truncated { found, expected: extent.contents }, BLOCK))
    }

    /// Bytes to take for an intact part. If its padding is not zero, the file may have been cut there and another one
    /// joined to it.
    fn pass(&mut self, extent: Extent, rest: &[u8]) -> usize {
        let (contents, end) = (extent.contents as usize, reach(extent, rest));
        if rest.get(contents..end).is_none_or(|padding| padding.iter().all(|&byte| byte == 0)) {
            self.phase = Phase::Part;
            return end;
        }
        self.phase = Phase::Padding(end - contents);
        contents
    }

    fn padding<'a>(&mut self, left: usize, rest: &[u8], last: bool) -> Step<'a> {
        if !last && rest.len() < left + BLOCK {
            return Step::Need((left + BLOCK) as u64);
        }
        self.phase = Phase::Part;
        Step::Take(find_file_header(rest, 0..left).unwrap_or(left))
    }

    /// Goes on behind a damaged part: at a file header inside it (a cut file was joined to another), else where it says
    /// that it ends if something intact follows there, else at the next intact header.
    fn damaged<'a>(&mut self, extent: Extent, rest: &'a [u8], last: bool) -> Step<'a> {
        if !last && (rest.len() as u64) < extent.padded.saturating_add(BLOCK as u64) {
            return Step::Need(extent.padded.saturating_add(BLOCK as u64));
        }
        let end = reach(extent, rest);
        let may_rework = self.rework <= self.summed.saturating_add(REWORK);
        self.phase = Phase::Part;
        if let Some(start) = find_file_header(rest, BLOCK..end).filter(|_| may_rework) {
            return Step::Take(start);
        }
        let follows = block_at(rest, extent.padded);
        if follows.is_none_or(|block| begins_stream(block) || ChunkHeader::decode(block).is_some()) {
            return Step::Take(end);
        }
        self.phase = Phase::Scan;
        Step::Take(if may_rework { BLOCK } else { end })
    }

    fn skip<'a>(&mut self, start: u64, extent: Extent, rest: &'a [u8], last: bool) -> Step<'a> {
        let left = start.saturating_add(extent.padded) - self.at;
        let there = rest.len() as u64;
        if there >= left {
            self.phase = Phase::Part;
            return Step::Take(left as usize);
        }
        if !last {
            return if rest.is_empty() { Step::Need(1) } else { Step::Take(rest.len()) };
        }
        self.phase = Phase::Done;
        let found = self.at - start + there;
        if found >= extent.contents {
            return Step::Take(rest.len());
        }
        self.report_at(start, FaultKind::Truncated { found, expected: extent.contents }, rest.len())
    }

    /// Looks for the next intact header.
    fn scan<'a>(&mut self, rest: &'a [u8], last: bool) -> Step<'a> {
        let misaligned = ((self.at - self.origin) % BLOCK as u64) as usize;
        if let Some(found) = find_header(rest, misaligned) {
            self.phase = Phase::Part;
            return Step::Take(found);
        }
        if last {
            self.phase = Phase::Done;
            return Step::Take(rest.len());
        }
        more(rest)
    }

    fn begin_stream(&mut self) {
        self.headless = false;
        self.origin = self.at;
        self.base = self.next_frame;
    }

    /// Frames are numbered over all streams of a file; numbers grow even if sequence numbers do not.
    fn frame_number(&mut self, sequence: u64) -> u64 {
        let number = self.base.saturating_add(sequence).max(self.next_frame);
        self.next_frame = number.saturating_add(1);
        number
    }

    /// Compares bytes, which start at an offset from the parser's place, with their checksum.
    fn verify(&mut self, offset: u64, bytes: &[u8], crc: u32) -> bool {
        let start = self.at + offset;
        let end = start + bytes.len() as u64;
        self.rework = self.rework.saturating_add(self.summed.min(end).saturating_sub(start));
        self.summed = self.summed.max(end);
        checksum(bytes) == crc
    }

    fn item<'a>(&mut self, item: Item<'a>, taken: usize) -> Step<'a> {
        self.part = self.at;
        Step::Item(item, taken)
    }

    fn report<'a>(&mut self, kind: FaultKind, taken: usize) -> Step<'a> {
        self.report_at(self.at, kind, taken)
    }

    fn report_at<'a>(&mut self, offset: u64, kind: FaultKind, taken: usize) -> Step<'a> {
        self.faults = self.faults.saturating_add(1);
        let kind = match self.faults {
            ..MAX_FAULTS => kind,
            MAX_FAULTS => FaultKind::TooMany,
            _ => return Step::Take(taken),
        };
        self.part = offset;
        Step::Item(Item::Fault(FileFault { offset, kind }), taken)
    }

    fn fatal<'a>(&mut self, kind: FaultKind) -> Step<'a> {
        self.phase = Phase::Done;
        self.part = self.at;
        Step::Item(Item::Fault(FileFault { offset: self.at, kind }), 0)
    }

    fn truncated<'a>(&mut self, rest: &[u8], expected: u64) -> Step<'a> {
        if self.at == 0 {
            return self.fatal(FaultKind::TruncatedHeader);
        }
        self.phase = Phase::Done;
        self.report(FaultKind::Truncated { found: rest.len() as u64, expected }, rest.len())
    }

    fn end<'a>(&mut self) -> Step<'a> {
        self.phase = Phase::Done;
        Step::End
    }
}

/// Bytes to take for a part; its padding may be missing at the end of the file.
fn reach(extent: Extent, rest: &[u8]) -> usize {
    usize::try_from(extent.padded).unwrap_or(usize::MAX).min(rest.len())
}

/// Bytes known to be there.
fn between(bytes: &[u8], start: u64, length: u64) -> &[u8] {
    let range = usize::try_from(start).ok().zip(usize::try_from(length).ok());
    range.and_then(|(start, length)| bytes.get(start..)?.get(..length)).unwrap_or(&[])
}

/// The first intact header: a chunk's at the stream's alignment, a file's anywhere. The bytes start so far behind a boundary.
fn find_header(rest: &[u8], misaligned: usize) -> Option<usize> {
    // A header must be there as a whole.
    let starts = (rest.len() + 1).saturating_sub(BLOCK);
    let mut start = 0;
    while start < starts {
        // From here to the next boundary only a file header may start; at a boundary also a chunk header.
        let aligned = (misaligned + start) % BLOCK;
        let boundary = (start + BLOCK - aligned).min(starts);
        let here = rest.get(start..).and_then(<[u8]>::first_chunk).filter(|_| aligned == 0);
        let chunk = here.and_then(ChunkHeader::decode).map(|_| start);
        if let Some(found) = chunk.or_else(|| find_file_header(rest, start..boundary)) {
            return Some(found);
        }
        start = boundary;
    }
    None
}

/// What to do where no header starts in these bytes, and more may come.
fn more<'a>(rest: &[u8]) -> Step<'a> {
    match (rest.len() + 1).saturating_sub(BLOCK) {
        0 => Step::Need(BLOCK as u64),
        starts => Step::Take(starts),
    }
}

/// True if the bytes start with the magic number, or with a damaged one.
fn begins_stream(bytes: &[u8]) -> bool {
    let right = bytes.iter().zip(&MAGIC).filter(|(byte, magic)| byte == magic).count();
    right >= MAGIC_ENOUGH.min(bytes.len().max(1))
}

/// Every block that ends with its own checksum has the same checksum, so an index needs a closer look.
fn is_trailer(arena: &[u8]) -> bool {
    arena.first_chunk().is_some_and(|block| Trailer::decode(block).is_some())
}

/// The first intact file header that starts in the range.
fn find_file_header(bytes: &[u8], range: Range<usize>) -> Option<usize> {
    range.into_iter().find(|&start| {
        let block =
            bytes.get(start..).filter(|bytes| bytes.first() == Some(&MAGIC[0])).and_then(<[u8]>::first_chunk);
        block.is_some_and(|block| FileHeader::decode(block).is_some())
    })
}

/// True if the text form might start so: with a command or a comment.
pub fn looks_like_text(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    start.starts_with(b"[") || start.starts_with(b"//")
}
