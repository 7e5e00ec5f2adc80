//! A command as a number that knows no ids, and its payload by what it holds.

use super::hash::{SHORT, content, first, hash, mix};
use crate::commands::Blobs;
use glir_core::retain::payload_of;
use glir_spec::Command;
use glir_spec::commands::*;
use glir_spec::ids::{BufferId, FramebufferId, ListId, ProgramId, UniformSlot};
use glir_spec::structs::{AttributeSource, BindTarget, ReadSource, Selection};
use glir_spec::wire::{Payload, Reader, Wire, Writer};

/// Where payloads lie.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'b> {
    pub(super) arena: &'b [u8],
    pub(super) blobs: &'b Blobs<'b>,
}

impl<'b> Bytes<'b> {
    /// A payload's bytes; none if they lie nowhere.
    pub(super) fn of<'p>(&self, payload: &'p Payload<'_>) -> Option<&'p [u8]>
    where
        'b: 'p,
    {
        match payload {
            Payload::Inline { bytes, .. } => Some(bytes),
            Payload::Arena { offset, length, .. } => {
                let (offset, length) = usize::try_from(*offset).ok().zip(usize::try_from(*length).ok())?;
                self.arena.get(offset..)?.get(..length)
            }
            Payload::Blob { hash, .. } => self.blobs.get(hash).map(|(_, bytes)| &**bytes),
        }
    }

    /// A payload as a number, wherever it lies.
    pub(super) fn number(&self, payload: &Payload<'_>) -> u64 {
        let number = match payload {
            Payload::Blob { hash, length, .. } if *length > SHORT as u64 => first(&hash.0),
            _ => self.of(payload).map_or(0, content),
        };
        mix(number, payload.encoding() as u64)
    }
}

/// Something as its encoded form's number.
pub(super) fn encoded<'a>(value: &impl Wire<'a>) -> u64 {
    let mut bytes = Vec::new();
    value.encode(&mut Writer::new(&mut bytes));
    hash(&bytes)
}

/// How many of a command's first fields are ids and slots, for which others stand.
fn names(opcode: u64) -> usize {
    match u8::try_from(opcode).unwrap_or(0) {
        Current::OPCODE
        | Create::OPCODE
        | Delete::OPCODE
        | Size::OPCODE
        | Data::OPCODE
        | Label::OPCODE
        | Interpolation::OPCODE
        | Wrapping::OPCODE
        | Mipmaps::OPCODE
        | SetShaders::OPCODE
        | Framebuffer::OPCODE
        | DrawBuffers::OPCODE
        | Query::OPCODE
        | Dispatch::OPCODE
        | Record::OPCODE
        | Run::OPCODE
        | Redraw::OPCODE
        | Forget::OPCODE => 1,
        Uniform::OPCODE | Blit::OPCODE => 2,
        Texture::OPCODE | Block::OPCODE | Feedback::OPCODE => 3,
        _ => 0,
    }
}

/// A command as a number: ids and slots left out, payloads by what they hold.
pub(super) fn value(command: Option<&Command<'_>>, bytes: &[u8], at: Bytes<'_>) -> u64 {
    let mut reader = Reader::new(bytes);
    let opcode = reader.array().and_then(|_| reader.uint()).unwrap_or(0);
    let rest = |start: usize, end: usize| bytes.get(start..end).unwrap_or_default();
    let tail = match command {
        Some(Command::Draw(c)) => drawing(c),
        Some(Command::Attribute(c)) => attribute(c, at),
        Some(Command::Attach(c)) => mix(c.point as u64, mix(c.level.into(), c.layer.into())),
        Some(Command::Read(c)) => reading(c),
        Some(Command::Input(c)) => mix(c.source as u64, u64::from(c.canvas.0 == 0)),
        Some(Command::Signal(c)) => {
            let numbers = c.constant.as_ref().map_or(0, |numbers| at.number(numbers));
            mix(mix(c.op as u64, c.operands.len() as u64), numbers)
        }
        Some(Command::Bind(c)) => mix(binding(&c.target), u64::from(c.signal.0 == 0)),
        _ => {
            for _ in 0..names(opcode) {
                _ = reader.skip();
            }
            let from = reader.offset();
            match payload_of(bytes) {
                Some((payload, start, end)) => {
                    let around = mix(hash(rest(from, start)), hash(rest(end, bytes.len())));
                    mix(around, at.number(&payload))
                }
                None => hash(rest(from, bytes.len())),
            }
        }
    };
    mix(opcode, tail)
}

/// A source without its buffer.
fn attribute(command: &Attribute<'_>, at: Bytes<'_>) -> u64 {
    match &command.source {
        AttributeSource::Constant { constant } => at.number(&constant.0),
        view => {
            let mut view = view.clone();
            if let AttributeSource::View { buffer, .. } = &mut view {
                *buffer = BufferId(0);
            }
            encoded(&view)
        }
    }
}

/// A draw without its objects.
pub(super) fn drawing(command: &Draw) -> u64 {
    let selection = match &command.selection {
        Selection::Arrays { first, count } => mix(u64::from(*first), u64::from(*count)),
        elements => {
            let mut elements = elements.clone();
            if let Selection::Elements { elements, .. } = &mut elements {
                *elements = BufferId(0);
            }
            encoded(&elements)
        }
    };
    mix(mix(command.mode as u64, command.instances.into()), selection)
}

/// A READ without its object and the number that its reply carries.
fn reading(command: &Read) -> u64 {
    let mut source = command.source.clone();
    match &mut source {
        ReadSource::Pixels { framebuffer, .. } => *framebuffer = FramebufferId(0),
        ReadSource::Buffer { buffer, .. } => *buffer = BufferId(0),
    }
    encoded(&source)
}

/// A target without what it belongs to.
pub(super) fn binding(target: &BindTarget) -> u64 {
    let mut target = target.clone();
    match &mut target {
        BindTarget::Uniform { program, uniform } => (*program, *uniform) = (ProgramId(0), UniformSlot(0)),
        BindTarget::Rectangle { list, .. }
        | BindTarget::Range { range: list }
        | BindTarget::Visible { visible: list } => *list = ListId(0),
    }
    encoded(&target)
}
