//! A frame as a producer builds it: commands go into the head, payloads into the arena.

use crate::commands::Command;
use crate::limits;
use crate::replies::{Bytes, Pixels, Reply};
use crate::wire::{Encoding, Payload, Wire as _, Writer, elements, payload_of};
use std::borrow::Cow;

/// The longest header of a MessagePack array.
const ARRAY_HEADER: usize = 5;

/// A frame: a head (a MessagePack array of commands) and an arena (raw payload bytes).
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Spare bytes for the array's header, which is written last, then the commands.
    bytes: Vec<u8>,
    /// Where the array's header starts.
    start: usize,
    count: usize,
    arena: Vec<u8>,
}

impl Default for Frame {
    fn default() -> Self {
        let mut frame = Frame { bytes: vec![0; ARRAY_HEADER], start: 0, count: 0, arena: Vec::new() };
        frame.write_header();
        frame
    }
}

impl Frame {
    /// An empty frame.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of commands.
    pub fn len(&self) -> usize {
        self.count
    }

    /// True if there are no commands.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The head: a MessagePack array of commands.
    pub fn head(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// The arena: payloads at multiples of [`limits::ALIGNMENT`].
    pub fn arena(&self) -> &[u8] {
        &self.arena
    }

    /// Takes every command and payload out, keeping the memory for the next frame.
    pub fn clear(&mut self) {
        self.bytes.truncate(ARRAY_HEADER);
        self.arena.clear();
        self.count = 0;
        self.write_header();
    }

    /// Appends a command.
    pub fn push<'a>(&mut self, command: impl Into<Command<'a>>) {
        command.into().encode(&mut self.bytes);
        self.count += 1;
        self.write_header();
    }

    /// Appends a command that is encoded already: one MessagePack array that starts with an opcode.
    pub fn push_encoded(&mut self, command: &[u8]) {
        self.bytes.extend_from_slice(command);
        self.count += 1;
        self.write_header();
    }

    /// Appends the commands of another frame, with their payloads.
    ///
    /// ```
    /// use glir_spec::Frame;
    /// use glir_spec::commands::{Group, Swap};
    ///
    /// let (mut frame, mut more) = (Frame::new(), Frame::new());
    /// frame.push(Group { label: "first".into() });
    /// more.push(Swap {});
    /// frame.append(&more);
    /// assert_eq!(frame.len(), 2);
    /// ```
    pub fn append(&mut self, other: &Frame) {
        for command in elements(other.head()) {
            let bytes = |offset: u64, length: u64| {
                let start = usize::try_from(offset).ok()?;
                other.arena.get(start..start.checked_add(usize::try_from(length).ok()?)?)
            };
            let moved = match payload_of(command) {
                Some((Payload::Arena { encoding, offset, length }, from, to)) => {
                    bytes(offset, length).map(|bytes| (self.payload(encoding, bytes), from, to))
                }
                _ => None,
            };
            match moved {
                Some((payload, from, to)) => {
                    self.bytes.extend_from_slice(command.get(..from).unwrap_or_default());
                    payload.encode(&mut Writer::new(&mut self.bytes));
                    self.bytes.extend_from_slice(command.get(to..).unwrap_or_default());
                    self.count += 1;
                    self.write_header();
                }
                None => self.push_encoded(command),
            }
        }
    }

    /// Appends bytes that may be no commands at all and are counted as `count` of them: for tools that keep the faults
    /// of a stream as they are.
    pub fn push_faulty(&mut self, bytes: &[u8], count: usize) {
        self.bytes.extend_from_slice(bytes);
        self.count = self.count.saturating_add(count).min(u32::MAX as usize);
        self.write_header();
    }

    /// Appends a reply, for a frame that goes back to the producer. A payload that is too long to travel inline, as READ's
    /// may be in memory, goes into the arena.
    pub fn push_reply(&mut self, mut reply: Reply<'_>) {
        if let Reply::Pixels(Pixels { payload, .. }) | Reply::Bytes(Bytes { payload, .. }) = &mut reply
            && let Payload::Inline { encoding, bytes } = payload
        {
            let (encoding, bytes) = (*encoding, std::mem::take(bytes));
            *payload = self.payload(encoding, &bytes).into_owned();
        }
        reply.encode(&mut self.bytes);
        self.count += 1;
        self.write_header();
    }

    /// A payload of little-endian bytes: inline if it is short, else copied into the arena.
    pub fn payload<'b>(&mut self, encoding: Encoding, bytes: &'b [u8]) -> Payload<'b> {
        if bytes.len() <= limits::MAX_INLINE_BYTES {
            return Payload::Inline { encoding, bytes: Cow::Borrowed(bytes) };
        }
        let mut payload = self.begin_payload(encoding);
        self.arena.extend_from_slice(bytes);
        if let Payload::Arena { length, .. } = &mut payload {
            *length = bytes.len() as u64;
        }
        payload
    }

    /// A payload of 32-bit floats.
    pub fn floats(&mut self, values: &[f32]) -> Payload<'static> {
        self.elements(Encoding::F32, values.iter().map(|value| value.to_le_bytes()))
    }

    /// A payload of unsigned 32-bit integers.
    pub fn uints(&mut self, values: &[u32]) -> Payload<'static> {
        self.elements(Encoding::U32, values.iter().map(|value| value.to_le_bytes()))
    }

    /// A payload of signed 32-bit integers.
    pub fn ints(&mut self, values: &[i32]) -> Payload<'static> {
        self.elements(Encoding::I32, values.iter().map(|value| value.to_le_bytes()))
    }

    /// A payload of unsigned 16-bit integers.
    pub fn shorts(&mut self, values: &[u16]) -> Payload<'static> {
        self.elements(Encoding::U16, values.iter().map(|value| value.to_le_bytes()))
    }

    /// A payload from elements that come one at a time.
    fn elements<const N: usize>(
        &mut self,
        encoding: Encoding,
        values: impl ExactSizeIterator<Item = [u8; N]>,
    ) -> Payload<'static> {
        let length = values.len().saturating_mul(N);
        if length <= limits::MAX_INLINE_BYTES {
            return Payload::Inline { encoding, bytes: Cow::Owned(values.flatten().collect()) };
        }
        let mut payload = self.begin_payload(encoding);
        self.arena.reserve(length);
        for value in values {
            self.arena.extend_from_slice(&value);
        }
        if let Payload::Arena { length: bytes, .. } = &mut payload {
            *bytes = length as u64;
        }
        payload
    }

    /// An empty payload at the arena's next aligned offset.
    fn begin_payload(&mut self, encoding: Encoding) -> Payload<'static> {
        self.arena.resize(self.arena.len().next_multiple_of(limits::ALIGNMENT), 0);
        Payload::Arena { encoding, offset: self.arena.len() as u64, length: 0 }
    }

    /// The array's header, as short as MessagePack allows, right before the commands.
    fn write_header(&mut self) {
        let count = self.count as u32;
        let [a, b, c, d] = count.to_be_bytes();
        let (start, header) = match count {
            0..=15 => (4, [0, 0, 0, 0, 0x90 | d]),
            16..=0xffff => (2, [0, 0, 0xdc, c, d]),
            _ => (0, [0xdd, a, b, c, d]),
        };
        self.start = start;
        self.bytes[..ARRAY_HEADER].copy_from_slice(&header);
    }
}
