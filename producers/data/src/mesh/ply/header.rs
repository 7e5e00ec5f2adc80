//! The header of PLY: what elements follow, how many, with which properties.

use crate::error::{ErrorKind, excerpt};
use crate::limits::MAX_PLY_HEADER;
use crate::text::{Lines, fault, words};
use crate::{Endian, Error, Format};

/// How the body is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Coding {
    Text,
    Binary(Endian),
}

/// The type of one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scalar {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    F32,
    F64,
}

impl Scalar {
    fn parse(name: &[u8]) -> Option<Scalar> {
        Some(match name {
            b"char" | b"int8" => Scalar::I8,
            b"uchar" | b"uint8" => Scalar::U8,
            b"short" | b"int16" => Scalar::I16,
            b"ushort" | b"uint16" => Scalar::U16,
            b"int" | b"int32" => Scalar::I32,
            b"uint" | b"uint32" => Scalar::U32,
            b"float" | b"float32" => Scalar::F32,
            b"double" | b"float64" => Scalar::F64,
            _ => return None,
        })
    }

    /// In bytes.
    pub(super) fn size(self) -> usize {
        match self {
            Scalar::I8 | Scalar::U8 => 1,
            Scalar::I16 | Scalar::U16 => 2,
            Scalar::I32 | Scalar::U32 | Scalar::F32 => 4,
            Scalar::F64 => 8,
        }
    }
}

/// One number, or a list: the type of its length, then that of its items.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    One(Scalar),
    List(Scalar, Scalar),
}

pub(super) struct Property<'a> {
    pub(super) name: &'a [u8],
    pub(super) kind: Kind,
}

pub(super) struct Element<'a> {
    pub(super) name: &'a [u8],
    pub(super) count: usize,
    pub(super) properties: Vec<Property<'a>>,
}

pub(super) struct Header<'a> {
    pub(super) coding: Coding,
    pub(super) elements: Vec<Element<'a>>,
    /// Where the body starts.
    pub(super) body: usize,
    /// The header's lines.
    pub(super) lines: u64,
}

impl<'a> Header<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Header<'a>, Error> {
        let mut lines = Lines::new(bytes);
        let mut coding = None;
        let mut elements: Vec<Element<'a>> = Vec::new();
        while let Some((at, line)) = lines.next() {
            let fail = |message: String| Err(fault(Format::Ply, at, message));
            if at as usize > MAX_PLY_HEADER {
                return Err(Error::whole(
                    Format::Ply,
                    ErrorKind::TooLarge,
                    format!("the header has more than {MAX_PLY_HEADER} lines"),
                ));
            }
            let parts: Vec<&[u8]> = words(line).take(6).collect();
            match parts[..] {
                [] | [b"comment", ..] | [b"obj_info", ..] | [b"ply"] => {}
                [b"format", name, ..] => {
                    coding = Some(match name {
                        b"ascii" => Coding::Text,
                        b"binary_little_endian" => Coding::Binary(Endian::Little),
                        b"binary_big_endian" => Coding::Binary(Endian::Big),
                        other => return fail(format!("{:?} is no format of PLY", excerpt(other))),
                    });
                }
                [b"element", name, count] => {
                    let parsed = std::str::from_utf8(count).ok().and_then(|count| count.parse().ok());
                    let Some(count) = parsed else {
                        return fail(format!("{:?} is no number of elements", excerpt(count)));
                    };
                    elements.push(Element { name, count, properties: Vec::new() });
                }
                [b"property", ref kind @ .., name] => {
                    let kind = match *kind {
                        [scalar] => Scalar::parse(scalar).map(Kind::One),
                        [b"list", count, item] => Scalar::parse(count)
                            .zip(Scalar::parse(item))
                            .map(|(count, item)| Kind::List(count, item)),
                        _ => None,
                    };
                    match (kind, elements.last_mut()) {
                        (Some(kind), Some(element)) => element.properties.push(Property { name, kind }),
                        (None, _) => return fail(format!("{:?} is no property", excerpt(line))),
                        (_, None) => return fail("a property before any element".into()),
                    }
                }
                [b"end_header"] => {
                    let Some(coding) = coding else { return fail("the header names no format".into()) };
                    let body = bytes.len() - lines.rest().len();
                    return Ok(Header { coding, elements, body, lines: at });
                }
                [first, ..] => return fail(format!("{:?} is no word of a PLY header", excerpt(first))),
            }
        }
        Err(Error::at(Format::Ply, bytes.len(), ErrorKind::Truncated, "the file ends within its header"))
    }
}
