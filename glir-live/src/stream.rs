//! The producer's stream as the session holds it: checked, retained, with its newest frame ready to send.

use crate::keep::Shared;
use crate::parcel::{Parcel, Part};
use crate::pool::Pool;
use crate::requests::without_reads;
use crate::{Error, limits};
use bytes::Bytes;
use glir_core::capabilities::{Capabilities, FeatureSet, Limits};
use glir_core::file::chunk::Kind;
use glir_core::file::message;
use glir_core::retain::{Account, Retained};
use glir_core::{Blobs, Diagnostic, FrameInput, Interpreter, NullBackend, Outcome, Settings, Store};
use glir_spec::ids::RequestId;
use glir_spec::wire::{Encoding, Hash};
use glir_spec::{Feature, Header, Reply, Target};
use std::collections::HashMap;
use std::time::Instant;

/// A stream between its header and the next.
pub(crate) struct Stream {
    header: Header<'static>,
    /// The part that begins it, and the metadata for who begins with it or goes on.
    begin: Bytes,
    notes: [Bytes; 2],
    checker: Interpreter<NullBackend>,
    retained: Retained<Shared>,
    blobs: BlobMap,
    /// The number of its first frame. Numbers go on where the stream before it ended.
    first: u64,
    /// Chunks of a frame that has not come to its SWAP.
    open: Vec<Taken>,
    newest: Newest,
    began: Instant,
}

#[derive(Default)]
struct BlobMap(HashMap<Hash, Bytes>);

impl Blobs for BlobMap {
    fn blob(&self, hash: &Hash) -> Option<Store<'_>> {
        self.0.get(hash).map(|bytes| Store::Memory(bytes))
    }
}

/// A chunk of the producer's, put together but for its number and time.
pub(crate) struct Draft<'c> {
    head: &'c [u8],
    arena: &'c [u8],
    message: Vec<u8>,
    /// The same without its READs, if it has any.
    plain: Option<Vec<u8>>,
    pool: &'c Pool,
}

impl<'c> Draft<'c> {
    /// What no chunk can hold never reaches the checker, so that the frame goes on as if it had not come.
    pub(crate) fn new(pool: &'c Pool, head: &'c [u8], arena: &'c [u8]) -> Result<Self, Error> {
        let chunk = |head: &[u8]| {
            message::chunk_in(|size| pool.take(size), Kind::FRAME, 0, 0, head, arena).map_err(Error::new)
        };
        let message = chunk(head)?;
        let plain = without_reads(head).map(|head| chunk(&head)).transpose()?;
        Ok(Draft { head, arena, message, plain, pool })
    }
}

/// A chunk that was checked.
struct Taken {
    message: Bytes,
    head: Vec<u8>,
    arena: Option<Bytes>,
    account: Account,
    plain: Option<Bytes>,
}

/// The last complete frame: as it came, and without its READs.
#[derive(Default)]
struct Newest {
    exact: Parcel,
    plain: Parcel,
}

/// What a chunk of the producer's came to.
pub(crate) struct Checked {
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// READs in it, with the bytes that they bring; none for one that is faulty.
    pub(crate) reads: Vec<(RequestId, Option<u64>)>,
    /// The frame that it completed.
    pub(crate) complete: bool,
}

/// Where a client stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It has nothing of this stream.
    Nowhere,
    /// It comes back and has had the frame with this number.
    Back(u64),
    /// It lacks the frame with this number and those behind it.
    At(u64),
}

/// A context that has everything: what a client lacks, the client says.
fn everything() -> Capabilities {
    let wide = u32::MAX >> 1;
    Capabilities {
        interpreter: "session".into(),
        target: Target::Gl33,
        features: Feature::ALL.iter().copied().collect::<FeatureSet>(),
        limits: Limits {
            max_texture_size: 1 << 14,
            max_cube_map_texture_size: 1 << 14,
            max_3d_texture_size: 1 << 14,
            max_array_texture_layers: 1 << 14,
            max_renderbuffer_size: 1 << 14,
            max_vertex_attribs: 16,
            max_combined_texture_image_units: 192,
            max_color_attachments: 8,
            max_draw_buffers: 8,
            max_samples: 64,
            max_uniform_buffer_bindings: 256,
            max_uniform_block_size: wide,
            max_shader_storage_buffer_bindings: 256,
            max_transform_feedback_interleaved_components: 4096,
            max_transform_feedback_separate_attribs: 64,
            max_texture_max_anisotropy: 16.0,
            max_compute_work_group_count: [wide; 3],
        },
    }
}

impl Stream {
    /// Begins a stream whose first frame has a number.
    pub(crate) fn new(header: &Header<'_>, session: &str, first: u64) -> Result<Self, Error> {
        let header = header.clone().into_owned();
        let begin = message::header(&header).map_err(|error| Error::new(error.to_string()))?;
        let note = |notes: &[(&str, &str)]| message::meta(0, notes).map(Bytes::from);
        let notes = note(&[("session", session)])
            .and_then(|fresh| Ok([fresh, note(&[("session", session), ("resume", "1")])?]))
            .map_err(|error| Error::new(error.to_string()))?;
        let mut checker = Interpreter::new(NullBackend::with(everything()), &header, Settings::default())
            .map_err(|refused| Error::new(refused.0.message))?;
        checker.set_frame(first);
        let retained = Retained::new(&header, Shared);
        Ok(Stream {
            header,
            begin: begin.into(),
            notes,
            checker,
            retained,
            blobs: BlobMap::default(),
            first,
            open: Vec::new(),
            newest: Newest::default(),
            began: Instant::now(),
        })
    }

    pub(crate) fn header(&self) -> &Header<'static> {
        &self.header
    }

    /// The number of the frame that comes next.
    pub(crate) fn next(&self) -> u64 {
        self.checker.frame()
    }

    /// Takes a blob; gives its hash, by which payloads name it.
    pub(crate) fn add_blob(&mut self, encoding: Encoding, bytes: Bytes) -> Hash {
        // BLAKE3, as in files.
        let hash = message_hash(&bytes);
        if self.blobs.0.insert(hash, bytes.clone()).is_none() {
            self.retained.feed_blob(hash, encoding, bytes);
        }
        hash
    }

    /// Checks a chunk and takes it. If it completes its frame, [`finish`](Self::finish) must follow.
    pub(crate) fn take(&mut self, draft: Draft<'_>) -> Checked {
        let number = self.checker.frame();
        let time_us = self.began.elapsed().as_micros() as u64;
        let Draft { head, arena, message, plain, pool } = draft;
        let numbered = |mut message: Vec<u8>| {
            message::renumber(&mut message, number, time_us);
            pool.share(message)
        };
        let (message, plain) = (numbered(message), plain.map(numbered));
        let input = FrameInput { head, arena: arena.into(), blobs: &self.blobs };
        let outcome = self.checker.draw(input);
        let kept = (!arena.is_empty()).then(|| arena_of(&message, head.len()).slice(..arena.len()));
        self.open.push(Taken {
            message,
            head: head.to_vec(),
            arena: kept,
            account: self.checker.account().clone(),
            plain,
        });
        let reads = self.checker.take_replies().into_iter().filter_map(|reply| match reply {
            Reply::Pixels(pixels) => Some((pixels.request, Some(pixels.payload.byte_len()))),
            Reply::Bytes(bytes) => Some((bytes.request, Some(bytes.payload.byte_len()))),
            Reply::ReadFailed(failed) => Some((failed.request, None)),
            _ => None,
        });
        let (reads, diagnostics) = (reads.collect(), self.checker.take_diagnostics());
        Checked { diagnostics, reads, complete: outcome != Outcome::Partial }
    }

    /// Makes the complete frame the present.
    pub(crate) fn finish(&mut self) {
        let number = self.checker.frame().saturating_sub(1);
        let chunks = std::mem::take(&mut self.open);
        let last = chunks.len().saturating_sub(1);
        let mut newest = Newest::default();
        (newest.exact.frame, newest.plain.frame) = (Some(number), Some(number));
        for (index, taken) in chunks.into_iter().enumerate() {
            self.retained.feed(&taken.head, taken.arena, &taken.account, number, index == last);
            newest.plain.push(Part::Ready(taken.plain.unwrap_or_else(|| taken.message.clone())));
            newest.exact.push(Part::Ready(taken.message));
        }
        self.newest = newest;
    }

    /// The newest frame as it came.
    pub(crate) fn exact(&self) -> Parcel {
        self.newest.exact.clone()
    }

    /// What leads a client from its place to the last complete frame. `blobs` is the number of those that it has had, `has`
    /// what it brought from another connection.
    pub(crate) fn lead(&mut self, place: Place, blobs: &mut usize, has: &[Hash]) -> Parcel {
        let mut parcel = Parcel::default();
        let from = match place {
            Place::Nowhere => return self.anew(blobs),
            Place::Back(had) if had >= self.first && had < self.reached() => {
                parcel.push(Part::Ready(self.notes[1].clone()));
                had.saturating_add(1)
            }
            Place::Back(_) => return self.anew(blobs),
            Place::At(from) => from,
        };
        self.add_blobs(&mut parcel, blobs, has);
        if from >= self.reached() {
            return parcel;
        }
        if self.newest.plain.frame == Some(from) {
            return joined(parcel, self.newest.plain.clone());
        }
        // Before the first frame nothing was drawn: what changed since is everything.
        let after = (from > self.first).then(|| from - 1);
        if self.commands(after, &mut parcel) { parcel } else { self.anew(blobs) }
    }

    /// The number that the frame behind the last complete one has.
    pub(crate) fn reached(&self) -> u64 {
        self.retained.last_frame().map_or(self.first, |last| last.saturating_add(1))
    }

    /// Everything from the header on. Nothing stays of what a client had, blobs included, as in a file.
    fn anew(&mut self, blobs: &mut usize) -> Parcel {
        let mut parcel = Parcel::default();
        parcel.push(Part::Ready(self.begin.clone()));
        parcel.push(Part::Ready(self.notes[0].clone()));
        *blobs = 0;
        self.add_blobs(&mut parcel, blobs, &[]);
        self.commands(None, &mut parcel);
        parcel
    }

    fn add_blobs(&self, parcel: &mut Parcel, had: &mut usize, has: &[Hash]) {
        for (number, (hash, encoding, bytes)) in self.retained.blobs().enumerate().skip(*had) {
            *had = number + 1;
            if has.binary_search(hash).is_err() {
                let (encoding, hash) = (*encoding, *hash);
                parcel.push(Part::Blob { number: number as u64, encoding, hash, bytes: bytes.clone() });
            }
        }
    }

    /// The commands of the present, or those since a frame; false if that is not known any more.
    fn commands(&mut self, after: Option<u64>, parcel: &mut Parcel) -> bool {
        let Some(frame) = self.retained.last_frame() else { return true };
        let time_us = self.began.elapsed().as_micros() as u64;
        let mut give = |chunk: glir_core::retain::Chunk<'_, Bytes>| {
            let (head, payload) = (chunk.head.to_vec(), chunk.payload.cloned());
            parcel.push(Part::Commands { frame, time_us, head, payload });
        };
        match after {
            Some(after) if !self.retained.delta(after, &mut give) => return false,
            Some(_) => {}
            None => self.retained.snapshot(&mut give),
        }
        parcel.frame = Some(frame);
        true
    }
}

/// The second parcel's messages behind the first's.
fn joined(mut before: Parcel, mut frame: Parcel) -> Parcel {
    if before.is_empty() {
        return frame;
    }
    before.frame = frame.frame;
    while let Some(part) = frame.pop() {
        before.push(part);
    }
    before
}

/// Where a message's arena starts.
fn arena_of(message: &Bytes, head: usize) -> Bytes {
    let start = (glir_core::file::chunk::BLOCK + head).next_multiple_of(glir_spec::limits::ALIGNMENT);
    message.slice(start.min(message.len())..)
}

fn message_hash(bytes: &[u8]) -> Hash {
    Hash(*blake3::hash(bytes).as_bytes())
}

/// The hashes in a RESUME, as far as they are hashes.
pub(crate) fn named_blobs<'h>(names: impl Iterator<Item = &'h str>) -> Vec<Hash> {
    let hash = |name: &str| {
        let mut hash = [0; 32];
        let digits = name.as_bytes();
        if digits.len() != 2 * hash.len() {
            return None;
        }
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Hash(hash))
    };
    let mut hashes: Vec<Hash> = names.take(limits::MAX_NAMED_BLOBS).filter_map(hash).collect();
    hashes.sort_unstable();
    hashes
}
