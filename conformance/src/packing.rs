//! What a reader does with packed chunks: the file format leaves it to the reader.

use glir_core::file::{Options, Room, SliceReader};

/// What is done with packed chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// They are unpacked.
    Unpack,
    /// They are left out, and it is said.
    LeaveOut,
}

impl Packing {
    /// Both.
    pub const ALL: [Packing; 2] = [Packing::Unpack, Packing::LeaveOut];

    /// The name.
    pub const fn text(self) -> &'static str {
        match self {
            Packing::Unpack => "unpack",
            Packing::LeaveOut => "leave-out",
        }
    }

    /// The one of a name.
    pub fn from_text(text: &str) -> Option<Packing> {
        Packing::ALL.into_iter().find(|packing| packing.text() == text)
    }

    /// A reader that does so; what it unpacks stays in the room.
    pub fn reader<'a>(self, bytes: &'a [u8], room: &'a Room) -> SliceReader<'a> {
        match self {
            Packing::Unpack => SliceReader::unpacking(bytes, Options::default(), room),
            Packing::LeaveOut => SliceReader::new(bytes),
        }
    }
}
