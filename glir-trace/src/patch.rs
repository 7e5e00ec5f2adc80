//! The difference of two files as something that can be applied: what of the second stands in the first, and what does not.
//!
//! Both are taken in their plain form, without packing and keyframes: so a patch fits a file whether it is packed or not, and what it gives is
//! the plain form of the other, to the byte.

use crate::convert::{Form, convert};
use glir_spec::limits;
use glir_spec::wire::{Reader, Writer};
use std::collections::HashMap;
use std::fmt;

/// What a patch starts with, and its version.
const NAME: &str = "glir-patch";
const VERSION: u64 = 1;
/// Bytes that are looked for at once: chunks and payloads stand at multiples of it.
const BLOCK: usize = 64;
/// A copy shorter than this costs more than its bytes.
const LEAST: usize = 16;

/// Why a patch can't be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatchError {
    /// It is no patch, or a damaged one.
    Malformed,
    /// It is a patch of a version that is not known.
    Version(u64),
    /// It was made for another stream.
    OtherStream,
    /// What it gives is not what it was made of.
    OtherResult,
    /// A file can't be written in its plain form.
    Plain(String),
}

impl fmt::Display for PatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PatchError::Malformed => {
                write!(f, "this is no patch, or it is damaged; `glir diff --patch` writes one")
            }
            PatchError::Version(version) => {
                write!(f, "this patch is of version {version}; this program reads {VERSION}")
            }
            PatchError::OtherStream => write!(f, "the patch was made for another stream"),
            PatchError::OtherResult => {
                write!(f, "the patch does not give what it was made of; it is damaged")
            }
            PatchError::Plain(why) => write!(f, "{why}"),
        }
    }
}

impl std::error::Error for PatchError {}

fn plain(file: &[u8]) -> Result<Vec<u8>, PatchError> {
    convert(&[file], Vec::new(), Form::Plain, &mut |_, _| {})
        .map_err(|error| PatchError::Plain(error.to_string()))
}

/// A part of the second file: bytes of the first, or new ones.
enum Part<'b> {
    Copy { from: usize, length: usize },
    New(&'b [u8]),
}

/// What leads from one file to another.
pub fn patch(a: &[u8], b: &[u8]) -> Result<Vec<u8>, PatchError> {
    let (a, b) = (plain(a)?, plain(b)?);
    let parts = parts(&a, &b);
    let mut bytes = Vec::new();
    let mut w = Writer::new(&mut bytes);
    w.array(5);
    w.str(NAME);
    w.uint(VERSION);
    w.bin(blake3::hash(&a).as_bytes());
    w.bin(blake3::hash(&b).as_bytes());
    w.array(parts.len());
    for part in parts {
        match part {
            Part::Copy { from, length } => {
                w.array(2);
                w.uint(from as u64);
                w.uint(length as u64);
            }
            Part::New(new) => {
                w.array(1);
                w.bin(new);
            }
        }
    }
    Ok(bytes)
}

/// The second file in parts, of which as many as are found stand in the first.
fn parts<'b>(a: &[u8], b: &'b [u8]) -> Vec<Part<'b>> {
    let mut places: HashMap<&[u8], usize> = HashMap::new();
    for (number, block) in a.chunks_exact(BLOCK).enumerate() {
        places.entry(block).or_insert(number * BLOCK);
    }
    let same = |a: &[u8], b: &[u8]| a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (mut parts, mut at, mut new) = (Vec::new(), 0, 0);
    // Where the last copy ended: what was changed in place goes on behind as it was.
    let mut expected = 0;
    while at < b.len() {
        let rest = b.get(at..).unwrap_or(&[]);
        let on = same(a.get(expected..).unwrap_or(&[]), rest);
        let found = rest.get(..BLOCK).and_then(|block| places.get(block)).copied();
        let (from, length) = match found {
            _ if on >= BLOCK => (expected, on),
            Some(from) => (from, same(a.get(from..).unwrap_or(&[]), rest)),
            None if on >= LEAST => (expected, on),
            None => {
                // Lengths in a changed head move what is behind: a byte on, both sides.
                at += 1;
                expected += 1;
                continue;
            }
        };
        if let Some(before) = b.get(new..at).filter(|before| !before.is_empty()) {
            parts.push(Part::New(before));
        }
        parts.push(Part::Copy { from, length });
        at += length;
        (new, expected) = (at, from + length);
    }
    if let Some(before) = b.get(new..).filter(|before| !before.is_empty()) {
        parts.push(Part::New(before));
    }
    parts
}

/// The second file of a patch, from the first in any form.
pub fn apply(a: &[u8], patch: &[u8]) -> Result<Vec<u8>, PatchError> {
    let malformed = |_| PatchError::Malformed;
    let mut r = Reader::new(patch);
    if r.array() != Ok(5) || r.str() != Ok(NAME) {
        return Err(PatchError::Malformed);
    }
    match r.uint().map_err(malformed)? {
        VERSION => {}
        other => return Err(PatchError::Version(other)),
    }
    let (of_a, of_b) = (r.bin().map_err(malformed)?, r.bin().map_err(malformed)?);
    let a = plain(a)?;
    if blake3::hash(&a).as_bytes() != of_a {
        return Err(PatchError::OtherStream);
    }
    let mut b = Vec::new();
    for _ in 0..r.array().map_err(malformed)? {
        let part = match r.array().map_err(malformed)? {
            1 => r.bin().map_err(malformed)?,
            2 => {
                let (from, length) = (r.uint().map_err(malformed)?, r.uint().map_err(malformed)?);
                let (from, length) = usize::try_from(from)
                    .ok()
                    .zip(usize::try_from(length).ok())
                    .ok_or(PatchError::Malformed)?;
                a.get(from..).and_then(|rest| rest.get(..length)).ok_or(PatchError::Malformed)?
            }
            _ => return Err(PatchError::Malformed),
        };
        // A few bytes can say a large copy over and over.
        if (b.len() + part.len()) as u64 > limits::DEFAULT_MEMORY_BUDGET {
            return Err(PatchError::Malformed);
        }
        b.extend_from_slice(part);
    }
    r.finish().map_err(malformed)?;
    if blake3::hash(&b).as_bytes() != of_b {
        return Err(PatchError::OtherResult);
    }
    Ok(b)
}
