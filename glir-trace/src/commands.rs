//! Encoded commands taken out of frames and put into others: payloads change their places on the way.

use glir_core::retain::{attach, payload_of};
use glir_core::{Blobs as FindBlob, Store};
pub use glir_spec::wire::elements as split;
use glir_spec::wire::{Encoding, Hash, Payload, Reader};
use glir_spec::{Command, Feature, Frame, Header};
use std::borrow::Cow;
use std::collections::HashMap;

/// The blobs of a stream, where they lie or in memory.
#[derive(Clone, Debug, Default)]
pub struct Blobs<'a>(HashMap<Hash, (Encoding, Cow<'a, [u8]>)>);

impl<'a> Blobs<'a> {
    /// Keeps a blob.
    pub fn insert(&mut self, hash: Hash, encoding: Encoding, bytes: Cow<'a, [u8]>) {
        self.0.entry(hash).or_insert((encoding, bytes));
    }

    /// A blob's element type and bytes.
    pub fn get(&self, hash: &Hash) -> Option<&(Encoding, Cow<'a, [u8]>)> {
        self.0.get(hash)
    }

    /// All blobs: their element types and bytes.
    pub fn iter(&self) -> impl Iterator<Item = (Encoding, &[u8])> {
        self.0.values().map(|(encoding, bytes)| (*encoding, &**bytes))
    }
}

impl FindBlob for Blobs<'_> {
    fn blob(&self, hash: &Hash) -> Option<Store<'_>> {
        self.0.get(hash).map(|(_, bytes)| Store::Memory(bytes))
    }
}

/// Appends an encoded command whose payload, if it lies in an arena, lies in this one. False if it lies outside of it: such a
/// command, which every interpreter refuses, is appended as it is.
pub(crate) fn append(frame: &mut Frame, command: &[u8], arena: &[u8]) -> bool {
    let Some((Payload::Arena { encoding, offset, length }, ..)) = payload_of(command) else {
        frame.push_encoded(command);
        return true;
    };
    let range = usize::try_from(offset).ok().zip(usize::try_from(length).ok());
    let bytes = range.and_then(|(offset, length)| arena.get(offset..)?.get(..length));
    // A short payload stays in the arena: inline it would be another command to who counts bytes.
    let placed = bytes.and_then(|bytes| attach(command, |_| placed(frame, encoding, bytes)));
    frame.push_encoded(placed.as_deref().unwrap_or(command));
    placed.is_some()
}

fn placed(frame: &mut Frame, encoding: Encoding, bytes: &[u8]) -> Payload<'static> {
    frame.payload(encoding, bytes).into_owned()
}

/// Frames one after another as one, without their SWAPs but the last one's if `swap`.
pub fn joined<'f>(frames: impl IntoIterator<Item = (&'f [u8], &'f [u8])>, swap: bool) -> Frame {
    let mut frame = Frame::new();
    for (head, arena) in frames {
        for command in split(head).filter(|command| !is_swap(command)) {
            append(&mut frame, command, arena);
        }
    }
    if swap {
        frame.push(glir_spec::commands::Swap {});
    }
    frame
}

/// Some of a frame's commands, by their places, with their payloads.
pub fn part(head: &[u8], arena: &[u8], commands: std::ops::Range<usize>) -> Frame {
    let mut frame = Frame::new();
    for command in split(head).skip(commands.start).take(commands.len()) {
        append(&mut frame, command, arena);
    }
    frame
}

/// A list while it is recorded.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Its id; 0 for one that can't be kept.
    pub(crate) list: u32,
    /// Its commands so far, encoded, one after another.
    pub(crate) commands: Vec<u8>,
    /// Groups open in it.
    groups: u32,
}

impl Listing {
    /// Begins behind a RECORD.
    pub(crate) fn of(list: u32) -> Self {
        Listing { list, ..Listing::default() }
    }

    /// Takes a command. True if it is the END of the list, which is no part of it.
    pub(crate) fn take(&mut self, command: Option<&Command<'_>>, bytes: &[u8]) -> bool {
        match command {
            Some(Command::End(_)) if self.groups == 0 => return true,
            Some(Command::End(_)) => self.groups -= 1,
            Some(Command::Group(_)) => self.groups += 1,
            _ => {}
        }
        self.commands.extend_from_slice(bytes);
        false
    }
}

/// Whether a stream may rest on a feature that it must name, in one way or the other.
pub(crate) fn names(header: &Header<'_>, feature: Feature) -> bool {
    header.requires.contains(&feature) || header.uses.contains(&feature)
}

/// The number with which a command begins.
pub(crate) fn opcode(command: &[u8]) -> u64 {
    let mut reader = Reader::new(command);
    reader.array().and_then(|_| reader.uint()).unwrap_or(0)
}

/// True for SWAP.
pub(crate) fn is_swap(command: &[u8]) -> bool {
    opcode(command) == u64::from(glir_spec::commands::Swap::OPCODE)
}

/// The hash of the blob that a command's payload is.
pub(crate) fn blob_of(command: &[u8]) -> Option<Hash> {
    match payload_of(command)? {
        (Payload::Blob { hash, .. }, ..) => Some(hash),
        _ => None,
    }
}
