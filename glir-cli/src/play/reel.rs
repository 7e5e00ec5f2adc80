//! The whole input, ready to be played from any frame on: one stream, or several one after another.

use crate::answers;
use crate::failure::Failure;
use crate::replay::{BlobMap, Findings, Part, Parts};
use glir_core::file::chunk::Kind;
use glir_core::file::{Index, Keyframe, Room};
use glir_core::steps::{Step, steps};
use glir_spec::Header;

/// A frame chunk of the input, by its place.
pub(super) struct Chunk<'i> {
    /// The stream that it belongs to.
    pub(super) stream: usize,
    pub(super) head: &'i [u8],
    pub(super) arena: &'i [u8],
    pub(super) time_us: u64,
    /// What it was answered when it was recorded, a line each; none if nobody has recorded that.
    pub(super) answers: Option<String>,
}

impl Chunk<'_> {
    /// The places behind its draws.
    pub(super) fn steps(&self) -> Vec<Step> {
        steps(self.head)
    }

    /// Whether it ends with SWAP, which is an array of one: `91 02`.
    fn ends(&self) -> bool {
        self.head.ends_with(&[0x91, glir_spec::commands::Swap::OPCODE])
    }
}

/// The input's parts.
#[derive(Default)]
pub(super) struct Reel<'i> {
    pub(super) streams: Vec<(Header<'i>, BlobMap<'i>)>,
    pub(super) chunks: Vec<Chunk<'i>>,
    /// The number of chunks up to the end of each frame.
    pub(super) frames: Vec<usize>,
    /// The keyframes that stand in front of chunks.
    keyframes: Vec<(usize, Keyframe<'i>)>,
}

impl<'i> Reel<'i> {
    /// Reads where everything lies.
    pub(super) fn read(
        name: &'i str,
        bytes: &'i [u8],
        room: &'i Room,
        findings: &mut Findings,
    ) -> Result<Self, Failure> {
        let mut reel = Reel::default();
        let mut parts = Parts::new(name, bytes, room);
        while let Some(part) = parts.next()? {
            match part {
                Part::Header(header) => reel.streams.push((header, BlobMap::default())),
                Part::Frame { time_us, head, arena } => {
                    let stream = reel.streams.len().saturating_sub(1);
                    reel.chunks.push(Chunk { stream, head, arena, time_us, answers: None });
                }
                Part::Notes(notes) => {
                    if let (Some(recorded), Some(chunk)) = (answers::recorded(&notes), reel.chunks.last_mut())
                    {
                        chunk.answers = Some(recorded.join("\n"));
                    }
                }
                Part::Blob { hash, bytes, .. } => {
                    if let Some((_, blobs)) = reel.streams.last_mut() {
                        blobs.insert(hash, bytes);
                    }
                }
                Part::Damage(fault) => findings.add_damage(&fault),
            }
        }
        for (number, chunk) in reel.chunks.iter().enumerate() {
            // A stream that ends without SWAP is over all the same.
            let last = reel.chunks.get(number + 1).is_none_or(|next| next.stream != chunk.stream);
            if last || chunk.ends() {
                reel.frames.push(number + 1);
            }
        }
        reel.find_keyframes(bytes);
        Ok(reel)
    }

    /// Finds the keyframes. Where chunks were lost nobody knows before which one a keyframe stands.
    fn find_keyframes(&mut self, bytes: &'i [u8]) {
        let index = Index::find(bytes).unwrap_or_else(|| Index::scan(bytes));
        let is = |kind: Kind| move |entry: &&glir_core::file::Entry| entry.kind == kind;
        if index.entries.iter().filter(is(Kind::FRAME)).count() != self.chunks.len() {
            return;
        }
        for (number, entry) in
            index.entries.iter().enumerate().filter(|(_, entry)| entry.kind == Kind::KEYFRAME)
        {
            let before = index.entries.iter().take(number).filter(is(Kind::FRAME)).count();
            if let Some(keyframe) = Keyframe::read(bytes, entry) {
                self.keyframes.push((before, keyframe));
            }
        }
    }

    /// The header of a stream; every reel has a first one.
    pub(super) fn header(&self, stream: usize) -> Header<'static> {
        self.streams.get(stream).map(|(header, _)| header.clone().into_owned()).unwrap_or_default()
    }

    /// The time of a stream's first frame, in microseconds.
    pub(super) fn begins(&self, stream: usize) -> u64 {
        let first = self.chunks.partition_point(|chunk| chunk.stream < stream);
        self.chunks.get(first).map_or(0, |chunk| chunk.time_us)
    }

    /// The frame that has been drawn last once so many chunks have been; none before the first.
    pub(super) fn frame_at(&self, chunks: usize) -> Option<usize> {
        self.frames.partition_point(|end| *end <= chunks).checked_sub(1)
    }

    /// The first chunk of a frame.
    pub(super) fn start_of(&self, frame: usize) -> usize {
        frame.checked_sub(1).and_then(|before| self.frames.get(before)).copied().unwrap_or(0)
    }

    /// The last keyframe that stands for more chunks than `after` of a stream, and for at most `chunks`.
    pub(super) fn keyframe(
        &self,
        stream: usize,
        after: usize,
        chunks: usize,
    ) -> Option<&(usize, Keyframe<'i>)> {
        let fits = |&&(before, _): &&(usize, Keyframe<'_>)| {
            before > after
                && before <= chunks
                && self.chunks.get(before - 1).is_some_and(|chunk| chunk.stream == stream)
        };
        self.keyframes.iter().rev().find(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glir_core::file::Writer;
    use glir_spec::Frame;

    /// A part that was cut out of a longer recording begins late in its own time.
    #[test]
    fn streams_begin_with_their_first_frames() {
        let mut bytes = Vec::new();
        for begins in [5_000_000, 2_000_000] {
            let mut writer = Writer::new(bytes, &Header::default()).unwrap();
            (0..3).for_each(|number| writer.frame(&Frame::new(), begins + number * 16_000).unwrap());
            bytes = writer.finish().unwrap();
        }
        let (room, mut findings) = (Room::new(), Findings::new("two", false));
        let reel = Reel::read("two", &bytes, &room, &mut findings).unwrap();
        assert_eq!([0, 1, 2].map(|stream| reel.begins(stream)), [5_000_000, 2_000_000, 0]);
    }
}
