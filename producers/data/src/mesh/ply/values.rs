//! The body of PLY, a number at a time, from text or from bytes.

use super::header::{Coding, Element, Header, Kind, Scalar};
use crate::error::{ErrorKind, Place, excerpt};
use crate::text::{self, Lines};
use crate::{Endian, Error, Format};

pub(super) enum Values<'a> {
    Text { lines: Lines<'a>, line: &'a [u8], before: u64 },
    Binary { bytes: &'a [u8], at: usize, endian: Endian },
}

impl<'a> Values<'a> {
    pub(super) fn new(bytes: &'a [u8], header: &Header<'_>) -> Self {
        match header.coding {
            Coding::Text => {
                let lines = Lines::new(bytes.get(header.body..).unwrap_or_default());
                Values::Text { lines, line: &[], before: header.lines }
            }
            Coding::Binary(endian) => Values::Binary { bytes, at: header.body, endian },
        }
    }

    /// Where the next number stands.
    pub(super) fn place(&self) -> Place {
        match self {
            Values::Text { lines, before, .. } => {
                Place::Line { line: before + lines.number(), column: None, name: None }
            }
            Values::Binary { at, .. } => Place::Byte(*at as u64),
        }
    }

    fn fail(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        Error::new(Format::Ply, self.place(), kind, message)
    }

    /// That there may be as many bytes as an element's count says, before anyone counts that far.
    pub(super) fn prove(&self, element: &Element<'_>) -> Result<(), Error> {
        let (left, least) = match self {
            // A number and a blank, but for the last.
            Values::Text { lines, line, .. } => {
                ((lines.rest().len() + line.len()).saturating_add(1), 2 * element.properties.len())
            }
            Values::Binary { bytes, at, .. } => {
                let size = |kind: Kind| match kind {
                    Kind::One(scalar) => scalar.size(),
                    Kind::List(count, _) => count.size(),
                };
                let least = element.properties.iter().map(|property| size(property.kind)).sum();
                (bytes.len().saturating_sub(*at), least)
            }
        };
        if element.count.checked_mul(least).is_none_or(|needed| needed > left) {
            let (name, count) = (excerpt(element.name), element.count);
            return Err(
                self.fail(ErrorKind::Truncated, format!("the file is too short for {count} × {name:?}"))
            );
        }
        Ok(())
    }

    /// The next number.
    pub(super) fn one(&mut self, scalar: Scalar) -> Result<f64, Error> {
        match self {
            Values::Text { lines, line, .. } => {
                loop {
                    *line = line.trim_ascii_start();
                    if !line.is_empty() {
                        break;
                    }
                    match lines.next() {
                        Some((_, next)) => *line = next,
                        None => {
                            return Err(
                                self.fail(ErrorKind::Truncated, "the file ends where a number should stand")
                            );
                        }
                    }
                }
                let end = line.iter().position(u8::is_ascii_whitespace).unwrap_or(line.len());
                let (word, rest) = line.split_at(end);
                *line = rest;
                text::number(word).ok_or_else(|| {
                    self.fail(ErrorKind::Malformed, format!("{:?} is no number", excerpt(word)))
                })
            }
            Values::Binary { bytes, at, endian } => {
                let value = bytes.get(*at..).and_then(|rest| decode(rest, scalar, *endian));
                match value {
                    Some(value) => {
                        *at += scalar.size();
                        Ok(value)
                    }
                    None => Err(self.fail(ErrorKind::Truncated, "the file ends where a number should stand")),
                }
            }
        }
    }

    /// The next number, as the length of a list.
    pub(super) fn count(&mut self, scalar: Scalar) -> Result<usize, Error> {
        let place = self.place();
        let value = self.one(scalar)?;
        if value >= 0.0 && value.fract() == 0.0 && value <= f64::from(u32::MAX) {
            Ok(value as usize)
        } else {
            Err(Error::new(
                Format::Ply,
                place,
                ErrorKind::Malformed,
                format!("{value} is no length of a list"),
            ))
        }
    }

    pub(super) fn skip(&mut self, kind: &Kind) -> Result<(), Error> {
        match *kind {
            Kind::One(scalar) => self.one(scalar).map(drop),
            Kind::List(count, item) => {
                // Ends with the file at the latest: every item takes bytes.
                for _ in 0..self.count(count)? {
                    self.one(item)?;
                }
                Ok(())
            }
        }
    }
}

fn decode(bytes: &[u8], scalar: Scalar, endian: Endian) -> Option<f64> {
    fn ordered<const N: usize>(bytes: &[u8], endian: Endian) -> Option<[u8; N]> {
        let mut found = *bytes.first_chunk::<N>()?;
        if endian == Endian::Big {
            found.reverse();
        }
        Some(found)
    }
    Some(match scalar {
        Scalar::I8 => i8::from_le_bytes(ordered(bytes, endian)?).into(),
        Scalar::U8 => u8::from_le_bytes(ordered(bytes, endian)?).into(),
        Scalar::I16 => i16::from_le_bytes(ordered(bytes, endian)?).into(),
        Scalar::U16 => u16::from_le_bytes(ordered(bytes, endian)?).into(),
        Scalar::I32 => i32::from_le_bytes(ordered(bytes, endian)?).into(),
        Scalar::U32 => u32::from_le_bytes(ordered(bytes, endian)?).into(),
        Scalar::F32 => f32::from_le_bytes(ordered(bytes, endian)?).into(),
        Scalar::F64 => f64::from_le_bytes(ordered(bytes, endian)?),
    })
}
