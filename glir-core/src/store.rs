//! Where payloads lie: in this process's memory, or outside it where only the host and its backend can reach.
//!
//! A browser's interpreter leaves payloads in JavaScript: the check needs their lengths alone, but for indices and small
//! values, and the backend hands them to GL from where they are.

use std::borrow::Cow;
use std::fmt;

/// Bytes outside this process's memory.
pub trait Foreign {
    /// How many there are.
    fn len(&self) -> u64;

    /// True if there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number under which the backend knows them.
    fn place(&self) -> u32;

    /// Copies bytes from `offset` on; the range lies inside. Reading costs time, so it is asked for where contents matter.
    fn read(&self, offset: u64, into: &mut [u8]);
}

/// A store of payload bytes: an arena or a blob.
#[derive(Clone, Copy)]
pub enum Store<'a> {
    /// In memory.
    Memory(&'a [u8]),
    /// Outside it.
    Foreign(&'a dyn Foreign),
}

impl<'a> Store<'a> {
    /// How many bytes there are.
    pub fn len(self) -> u64 {
        match self {
            Store::Memory(bytes) => bytes.len() as u64,
            Store::Foreign(foreign) => foreign.len(),
        }
    }

    /// True if there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// A range of the store, if it lies inside.
    pub(crate) fn range(self, offset: u64, length: u64) -> Option<Contents<'a>> {
        let end = offset.checked_add(length).filter(|&end| end <= self.len())?;
        Some(match self {
            Store::Memory(bytes) => Contents::Here(Cow::Borrowed(bytes.get(offset as usize..end as usize)?)),
            Store::Foreign(store) => Contents::Elsewhere(ForeignRange { store, offset, length }),
        })
    }
}

impl<'a> From<&'a [u8]> for Store<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Store::Memory(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Store<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Store::Memory(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Store<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Store::Memory(bytes)
    }
}

/// A range of a foreign store.
#[derive(Clone, Copy)]
pub struct ForeignRange<'a> {
    store: &'a dyn Foreign,
    /// First byte.
    pub offset: u64,
    /// Number of bytes.
    pub length: u64,
}

impl ForeignRange<'_> {
    /// The store's number.
    pub fn place(&self) -> u32 {
        self.store.place()
    }
}

impl fmt::Debug for ForeignRange<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ForeignRange({} bytes at {} of place {})", self.length, self.offset, self.place())
    }
}

/// The bytes of a payload.
#[derive(Clone, Debug)]
pub enum Contents<'a> {
    /// In memory.
    Here(Cow<'a, [u8]>),
    /// Outside it.
    Elsewhere(ForeignRange<'a>),
}

impl<'a> Contents<'a> {
    /// How many bytes there are.
    pub fn len(&self) -> u64 {
        match self {
            Contents::Here(bytes) => bytes.len() as u64,
            Contents::Elsewhere(range) => range.length,
        }
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes in memory: copied there if they lie elsewhere.
    pub fn here(self) -> Cow<'a, [u8]> {
        match self {
            Contents::Here(bytes) => bytes,
            Contents::Elsewhere(range) => {
                let mut bytes = vec![0; range.length as usize];
                range.store.read(range.offset, &mut bytes);
                Cow::Owned(bytes)
            }
        }
    }

    /// Writes the bytes into a slice of their length.
    pub(crate) fn copy_to(&self, into: &mut [u8]) {
        match self {
            Contents::Here(bytes) if bytes.len() == into.len() => into.copy_from_slice(bytes),
            Contents::Here(_) => {}
            Contents::Elsewhere(range) => range.store.read(range.offset, into),
        }
    }
}
