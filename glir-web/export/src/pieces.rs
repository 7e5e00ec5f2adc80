//! A stream in pieces that fit into tags: whole chunks, large frames in several.

use glir_core::file::chunk::{Kind, padded};
use glir_core::file::{Entry, FileFault, Index, Item, Keyframe, Options, Room, SliceReader, message};
use glir_spec::commands::{Command, Create, Data, Size};
use glir_spec::enums::TextureTarget;
use glir_spec::structs::{Descriptor, Region};
use glir_spec::wire::{Payload, Reader, Str};
use glir_spec::{Frame, Header};
use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::io;

/// The most bytes of a tag: 32 MiB in base64.
pub const TAG_BYTES: usize = 24 << 20;
/// What of a tag is left to chunks' headers and heads, beside their payloads.
const HEADS: usize = 64 << 10;

/// The pieces of a file's streams, one after another a file again. Each is at most [`TAG_BYTES`] long, but for a blob or a
/// payload that can't be divided.
///
/// DATA whose payload is larger than a piece becomes several: a buffer's by offset, a texture's by slices and rows. Chunks are
/// unpacked, since tags are packed as a whole. Keyframes stay where they are, so that a page seeks as a recording does. What can't
/// be read is left out, and its faults are kept.
pub struct Pieces<'a> {
    file: &'a [u8],
    reader: SliceReader<'a>,
    /// Keyframes that are not in a piece yet: the numbers of the frames in front of which they stand, and their places.
    keyframes: VecDeque<(u64, Entry)>,
    limit: usize,
    frames: usize,
    /// Chunks that are not in a piece yet.
    chunks: VecDeque<Vec<u8>>,
    sequences: Sequences,
    textures: HashMap<u32, Texture>,
    faults: Vec<FileFault>,
    begun: bool,
}

/// The next sequence number of each kind of chunk.
#[derive(Default)]
struct Sequences {
    frame: u64,
    blob: u64,
    meta: u64,
}

/// What is known of a texture's storage.
#[derive(Clone, Copy)]
struct Texture {
    target: TextureTarget,
    height: u32,
    depth: u32,
}

impl<'a> Pieces<'a> {
    /// The pieces of a file. What of it is unpacked stays in the room.
    pub fn new(file: &'a [u8], room: &'a Room) -> Self {
        Self::with_limit(file, room, TAG_BYTES - HEADS)
    }

    fn with_limit(file: &'a [u8], room: &'a Room, limit: usize) -> Self {
        let index = Index::find(file).unwrap_or_else(|| Index::scan(file));
        let keyframes = index.entries.iter().filter(|entry| entry.kind == Kind::KEYFRAME);
        let keyframes = keyframes.map(|entry| (entry.base.saturating_add(entry.sequence), *entry));
        Pieces {
            file,
            keyframes: keyframes.collect(),
            reader: SliceReader::unpacking(file, Options::default(), room),
            limit,
            frames: index.entries.iter().filter(|entry| entry.kind == Kind::FRAME).count(),
            chunks: VecDeque::new(),
            sequences: Sequences::default(),
            textures: HashMap::new(),
            faults: Vec::new(),
            begun: false,
        }
    }

    /// The number of frame chunks in the file.
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// What could not be read so far.
    pub fn into_faults(self) -> Vec<FileFault> {
        self.faults
    }

    /// Reads on until there is a chunk; false at the end.
    fn fill(&mut self) -> bool {
        while self.chunks.is_empty() {
            let Some(item) = self.reader.next() else { return false };
            if let Item::Fault(fault) = item {
                self.faults.push(fault);
                continue;
            }
            // What a reader has accepted can be written again: only lengths beyond all limits could not.
            let _ = self.add(item);
        }
        true
    }

    fn add(&mut self, item: Item<'a>) -> io::Result<()> {
        match item {
            Item::Header(header) => self.begin(&header),
            // A stream whose header is lost draws nothing.
            _ if !self.begun => Ok(()),
            Item::Frame { number, time_us, head, arena } => {
                self.keyframe(number, time_us)?;
                self.frame(head, arena, time_us)
            }
            Item::Blob { hash, encoding, bytes } => {
                self.chunks.push_back(message::blob(self.sequences.blob, encoding, hash, bytes)?);
                self.sequences.blob += 1;
                Ok(())
            }
            Item::Meta(notes) => {
                let notes: Vec<(&str, &str)> =
                    notes.iter().map(|(key, value)| (text(key), text(value))).collect();
                self.chunks.push_back(message::meta(self.sequences.meta, &notes)?);
                self.sequences.meta += 1;
                Ok(())
            }
            Item::Fault(_) => Ok(()),
        }
    }

    fn begin(&mut self, header: &Header<'_>) -> io::Result<()> {
        self.begun = true;
        self.sequences = Sequences::default();
        self.textures.clear();
        self.chunks.push_back(message::header(header)?);
        Ok(())
    }

    /// The keyframe that stands in front of a frame, if there is one and it is whole.
    fn keyframe(&mut self, frame: u64, time_us: u64) -> io::Result<()> {
        while let Some(&(before, entry)) = self.keyframes.front()
            && before <= frame
        {
            self.keyframes.pop_front();
            if before == frame
                && let Some(keyframe) = Keyframe::read(self.file, &entry)
            {
                self.chunks.push_back(message::keyframe(self.sequences.frame, time_us, &keyframe)?);
            }
        }
        Ok(())
    }

    fn frame(&mut self, head: &[u8], arena: &[u8], time_us: u64) -> io::Result<()> {
        let commands = commands(head);
        for command in commands.iter().flatten() {
            self.follow(command);
        }
        match commands {
            Some(commands) if arena.len() > self.limit => self.divide(commands, arena, time_us),
            // A head with faults is kept as it is.
            _ => self.push(head, arena, time_us),
        }
    }

    fn push(&mut self, head: &[u8], arena: &[u8], time_us: u64) -> io::Result<()> {
        self.chunks.push_back(message::chunk(Kind::FRAME, self.sequences.frame, time_us, head, arena)?);
        self.sequences.frame += 1;
        Ok(())
    }

    /// Takes note of the sizes of textures.
    fn follow(&mut self, command: &Command<'_>) {
        match command {
            Command::Create(Create { id, descriptor: Descriptor::Texture { texture, .. } }) => {
                self.textures.insert(id.0, Texture { target: *texture, height: 0, depth: 0 });
            }
            Command::Size(Size { id, height, depth, .. }) => {
                if let Some(texture) = self.textures.get_mut(&id.0) {
                    (texture.height, texture.depth) = (*height, *depth);
                }
            }
            Command::Delete(delete) => drop(self.textures.remove(&delete.id.0)),
            _ => {}
        }
    }

    /// A frame in several chunks; the last one ends as the frame did.
    fn divide(&mut self, commands: Vec<Command<'_>>, arena: &[u8], time_us: u64) -> io::Result<()> {
        let mut part = Frame::new();
        for command in commands {
            for mut command in self.divided(command, arena) {
                let bytes = payload_of(&mut command).and_then(|payload| here(payload, arena));
                let Some((encoding, bytes)) = bytes else {
                    part.push(command);
                    continue;
                };
                if !part.is_empty()
                    && padded(part.arena().len() as u64) + bytes.len() as u64 > self.limit as u64
                {
                    self.push(part.head(), part.arena(), time_us)?;
                    part.clear();
                }
                let moved = part.payload(encoding, &bytes).into_owned();
                if let Some(payload) = payload_of(&mut command) {
                    *payload = moved;
                }
                part.push(command);
            }
        }
        self.push(part.head(), part.arena(), time_us)
    }

    /// A DATA whose payload is too large as several.
    fn divided<'c>(&self, command: Command<'c>, arena: &[u8]) -> Vec<Command<'c>> {
        if let Command::Data(data) = &command
            && let Payload::Arena { encoding, offset, length } = data.payload
            && length > self.limit as u64
            && offset.checked_add(length).is_some_and(|end| end <= arena.len() as u64)
            && let Some(cuts) = self.cuts(data, length)
        {
            let parts = cuts.into_iter().map(|(region, from, length)| {
                let payload = Payload::Arena { encoding, offset: offset + from, length };
                Command::Data(Data { id: data.id, region, payload })
            });
            return parts.collect();
        }
        vec![command]
    }

    /// Where a DATA may be cut: regions, and the ranges of the payload that go there.
    fn cuts(&self, data: &Data<'_>, length: u64) -> Option<Vec<(Region, u64, u64)>> {
        let limit = self.limit as u64;
        match data.region {
            Region::Bytes { offset } => {
                // Pieces end between elements of any type.
                let step = limit & !63;
                let starts = (0..length).step_by(usize::try_from(step).ok().filter(|step| *step > 0)?);
                Some(
                    starts
                        .map(|from| {
                            (
                                Region::Bytes { offset: offset.saturating_add(from) },
                                from,
                                step.min(length - from),
                            )
                        })
                        .collect(),
                )
            }
            Region::Texels { level, x, y, z, width, height, depth } => {
                let texture = self.textures.get(&data.id.0);
                let height = height.or_else(|| texture?.height_of(level)?.checked_sub(y))?;
                let depth = depth.or_else(|| texture?.depth_of(level)?.checked_sub(z))?;
                let rows = u64::from(height).checked_mul(depth.into()).filter(|rows| *rows > 0)?;
                let row = length.is_multiple_of(rows).then_some(length / rows).filter(|row| *row > 0)?;
                let step = u32::try_from((limit / row).max(1)).unwrap_or(u32::MAX).min(height);
                let mut cuts = Vec::new();
                for slice in 0..depth {
                    let mut done = 0;
                    while done < height {
                        let count = step.min(height - done);
                        let region = Region::Texels {
                            level,
                            x,
                            y: y.checked_add(done)?,
                            z: z.checked_add(slice)?,
                            width,
                            height: Some(count),
                            depth: Some(1),
                        };
                        let from = (u64::from(slice) * u64::from(height) + u64::from(done)) * row;
                        cuts.push((region, from, u64::from(count) * row));
                        done += count;
                    }
                }
                Some(cuts)
            }
        }
    }
}

impl Iterator for Pieces<'_> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut piece: Vec<u8> = Vec::new();
        while self.fill() {
            let room = self.limit.saturating_sub(piece.len());
            if self.chunks.front().is_some_and(|chunk| !piece.is_empty() && chunk.len() > room) {
                break;
            }
            let Some(chunk) = self.chunks.pop_front() else { break };
            piece.extend_from_slice(&chunk);
        }
        (!piece.is_empty()).then_some(piece)
    }
}

impl Texture {
    fn height_of(&self, level: u32) -> Option<u32> {
        (self.height > 0).then(|| self.height.checked_shr(level).unwrap_or(0).max(1))
    }

    fn depth_of(&self, level: u32) -> Option<u32> {
        match self.target {
            TextureTarget::Cube => Some(6),
            TextureTarget::D3 => (self.depth > 0).then(|| self.depth.checked_shr(level).unwrap_or(0).max(1)),
            _ => (self.depth > 0).then_some(self.depth),
        }
    }
}

/// All commands of a head; none if one of them is faulty.
fn commands(head: &[u8]) -> Option<Vec<Command<'_>>> {
    let mut reader = Reader::new(head);
    let count = reader.array().ok()?;
    let mut commands = Vec::new();
    for _ in 0..count {
        commands.push(Command::decode(&mut reader).ok()?);
    }
    reader.finish().ok()?;
    Some(commands)
}

/// The payload of a command, if it has one.
fn payload_of<'c, 'p>(command: &'c mut Command<'p>) -> Option<&'c mut Payload<'p>> {
    use glir_spec::structs::AttributeSource;
    match command {
        Command::Data(data) => Some(&mut data.payload),
        Command::Extension(extension) => Some(&mut extension.payload),
        Command::Uniform(uniform) => Some(&mut uniform.value.0),
        Command::Attribute(attribute) => match &mut attribute.source {
            AttributeSource::Constant { constant } => Some(&mut constant.0),
            AttributeSource::View { .. } => None,
        },
        Command::Clear(clear) => clear.value.as_mut(),
        Command::Signal(signal) => signal.constant.as_mut(),
        _ => None,
    }
}

/// The bytes that a payload has in the arena; none if they are elsewhere or not there.
fn here<'a>(payload: &Payload<'_>, arena: &'a [u8]) -> Option<(glir_spec::wire::Encoding, Cow<'a, [u8]>)> {
    let Payload::Arena { encoding, offset, length } = *payload else { return None };
    let start = usize::try_from(offset).ok()?;
    let bytes = arena.get(start..)?.get(..usize::try_from(length).ok()?)?;
    Some((encoding, Cow::Borrowed(bytes)))
}

fn text<'s>(text: &'s Str<'_>) -> &'s str {
    text
}

#[cfg(test)]
mod tests {
    use super::Pieces;
    use glir_core::file::chunk::Kind;
    use glir_core::file::{Index, Item, Keyframe, Room, SliceReader, Writer};
    use glir_spec::commands::{Command, Create, Data, Size, Swap};
    use glir_spec::enums::{BufferRole, BufferUsage, Swizzle, TextureTarget};
    use glir_spec::ids::ObjectId;
    use glir_spec::structs::{Descriptor, Region};
    use glir_spec::wire::{Encoding, Payload, Reader};
    use glir_spec::{Format, Frame, Header};

    const LIMIT: usize = 1024;
    const WIDTH: usize = 10;

    fn texels(height: Option<u32>, depth: Option<u32>) -> Region {
        Region::Texels { level: 0, x: 0, y: 0, z: 0, width: None, height, depth }
    }

    /// A file with a buffer of 5,000 bytes and a texture of 10×20×3 texels, in one frame.
    fn file(region: Region) -> Vec<u8> {
        let bytes: Vec<u8> = (0..5000u32).map(|index| (index * 7 % 251) as u8).collect();
        let mut frame = Frame::new();
        let buffer = Descriptor::Buffer { buffer: BufferRole::Vertex, usage: BufferUsage::Static };
        frame.push(Create { id: ObjectId(1), descriptor: buffer });
        let texture = Descriptor::Texture {
            texture: TextureTarget::D3,
            format: Format::Rgba8,
            levels: 1,
            swizzle: [Swizzle::Red, Swizzle::Green, Swizzle::Blue, Swizzle::Alpha],
            compare: None,
        };
        frame.push(Create { id: ObjectId(2), descriptor: texture });
        frame.push(Size { id: ObjectId(1), width: 5000, height: 1, depth: 1 });
        frame.push(Size { id: ObjectId(2), width: WIDTH as u64, height: 20, depth: 3 });
        let payload = frame.payload(Encoding::Raw, &bytes).into_owned();
        frame.push(Data { id: ObjectId(1), region: Region::Bytes { offset: 0 }, payload });
        let payload = frame.payload(Encoding::U8, &bytes[..4 * WIDTH * 60]).into_owned();
        frame.push(Data { id: ObjectId(2), region, payload });
        frame.push(Swap {});
        let mut writer = Writer::new(Vec::new(), &Header::default()).unwrap();
        writer.meta(&[("key", "value")]).unwrap();
        writer.frame(&frame, 7).unwrap();
        writer.finish().unwrap()
    }

    /// What the buffer and the texture hold in the end, and how many SWAPs there are.
    fn contents(file: &[u8]) -> (Vec<u8>, Vec<u8>, usize) {
        let (mut buffer, mut texture, mut swaps) = (vec![0; 5000], vec![0; 4 * WIDTH * 60], 0);
        for item in SliceReader::new(file) {
            match item {
                Item::Frame { head, arena, time_us, .. } => {
                    assert_eq!(time_us, 7);
                    let mut reader = Reader::new(head);
                    for _ in 0..reader.array().unwrap() {
                        match Command::decode(&mut reader).unwrap() {
                            Command::Data(data) => {
                                let Payload::Arena { offset, length, .. } = data.payload else { panic!() };
                                let bytes = &arena[offset as usize..][..length as usize];
                                let (into, at) = match data.region {
                                    Region::Bytes { offset } => (&mut buffer, offset as usize),
                                    Region::Texels { y, z, .. } => {
                                        (&mut texture, 4 * WIDTH * (20 * z as usize + y as usize))
                                    }
                                };
                                into[at..at + bytes.len()].copy_from_slice(bytes);
                            }
                            Command::Swap(_) => swaps += 1,
                            _ => {}
                        }
                    }
                }
                Item::Fault(fault) => panic!("{fault}"),
                _ => {}
            }
        }
        (buffer, texture, swaps)
    }

    #[test]
    fn pieces_hold_the_same_in_less() {
        for region in [texels(None, None), texels(Some(20), Some(3))] {
            let file = file(region);
            let pieces: Vec<_> = Pieces::with_limit(&file, &Room::new(), LIMIT).collect();
            assert!(pieces.len() > 7);
            // A chunk has its head beside the arena.
            assert!(pieces.iter().all(|piece| piece.len() <= LIMIT + 512));
            for piece in &pieces[1..] {
                let mut one = pieces[0].clone();
                one.extend_from_slice(piece);
                assert!(!SliceReader::new(&one).any(|item| matches!(item, Item::Fault(_))));
            }
            assert_eq!(contents(&pieces.concat()), contents(&file));
        }
    }

    #[test]
    fn what_fits_stays_whole() {
        let file = file(texels(None, None));
        let room = Room::new();
        let mut pieces = Pieces::new(&file, &room);
        assert_eq!(pieces.frames(), 1);
        let only = pieces.next().unwrap();
        // All but the index.
        assert_eq!(only, file[..only.len()]);
        assert!(pieces.next().is_none());
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let mut writer = Writer::new(Vec::new(), &Header::default()).unwrap();
        writer.set_packing(true);
        writer.blob(Encoding::U8, &[7; 5000]).unwrap();
        writer.raw_frame(&[0x91, 0x91, 2], &[1; 7000], 1).unwrap();
        let (file, room) = (writer.finish().unwrap(), Room::new());
        let mut pieces = Pieces::new(&file, &room);
        let whole: Vec<u8> = pieces.by_ref().flatten().collect();
        assert_eq!(pieces.into_faults(), []);
        let arenas: Vec<usize> = SliceReader::new(&whole)
            .filter_map(|item| match item {
                Item::Frame { arena, .. } | Item::Blob { bytes: arena, .. } => Some(arena.len()),
                _ => None,
            })
            .collect();
        assert_eq!(arenas, [5000, 7000]);
    }

    #[test]
    fn keyframes_stay_in_front_of_their_frames() {
        let mut writer = Writer::new(Vec::new(), &Header::default()).unwrap();
        writer.set_packing(true);
        let frames: Vec<Frame> = (0..4u32)
            .map(|number| {
                let mut frame = Frame::new();
                let bytes = vec![number as u8; 300];
                let payload = frame.payload(Encoding::U8, &bytes).into_owned();
                frame.push(Data { id: ObjectId(1), region: Region::Bytes { offset: 0 }, payload });
                frame.push(Swap {});
                frame
            })
            .collect();
        for (number, frame) in (0..).zip(&frames) {
            if number % 2 == 1 {
                writer.keyframe(number, frame.head(), frame.arena(), 0).unwrap();
            }
            writer.frame(frame, number * 1000).unwrap();
        }
        let file = writer.finish().unwrap();
        // Once whole, and once with every frame in several chunks.
        for limit in [LIMIT, 100] {
            let room = Room::new();
            let whole: Vec<u8> = Pieces::with_limit(&file, &room, limit).flatten().collect();
            let index = Index::scan(&whole);
            let kinds: Vec<(Kind, u64)> =
                index.entries.iter().map(|entry| (entry.kind, entry.sequence)).collect();
            let keyframes: Vec<_> =
                index.entries.iter().filter(|entry| entry.kind == Kind::KEYFRAME).collect();
            assert_eq!(keyframes.len(), 2, "{kinds:?}");
            for (number, entry) in [1usize, 3].into_iter().zip(keyframes) {
                let found = Keyframe::read(&whole, entry).unwrap();
                assert_eq!((found.frame, &*found.head), (number as u64, frames[number].head()));
                assert_eq!(&*found.arena, frames[number].arena());
                let behind = kinds.iter().position(|kind| *kind == (Kind::KEYFRAME, entry.sequence)).unwrap();
                assert_eq!(kinds[behind + 1], (Kind::FRAME, entry.sequence), "{kinds:?}");
            }
        }
    }

    #[test]
    fn damage_is_told() {
        let mut file = file(texels(None, None));
        let at = file.len() - 1000;
        file[at] ^= 1;
        let room = Room::new();
        let mut pieces = Pieces::new(&file, &room);
        while pieces.next().is_some() {}
        assert_eq!(pieces.into_faults().len(), 1);
        assert!(Pieces::new(b"no stream", &Room::new()).next().is_none());
    }
}
