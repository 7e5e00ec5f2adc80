//! A borrowing cursor over MessagePack bytes: strict, bounded and without allocation.
//!
//! Every read either consumes one whole value and returns it, or returns a [`DecodeError`] that names the byte. What a
//! value *means* is decided by [`crate::wire::Wire`]; this file only knows MessagePack (<https://msgpack.org>, spec 2.0).

use crate::limits;
use crate::wire::{DecodeError, DecodeErrorKind as Kind, Found};
use rmp::Marker;

/// A cursor over the bytes of a head. Offsets in errors are counted from the first byte given to [`Reader::new`].
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Reads from the first byte of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { bytes, at: 0 }
    }

    /// Bytes consumed so far.
    #[inline]
    pub fn offset(&self) -> usize {
        self.at
    }

    /// True when every byte has been consumed.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// The bytes between two offsets that this reader has passed. Empty if they are not in range.
    pub fn between(&self, start: usize, end: usize) -> &'a [u8] {
        self.bytes.get(start..end).unwrap_or(&[])
    }

    /// Moves back (or forward) to an absolute offset; an offset past the end stops at the end.
    pub fn seek(&mut self, offset: usize) {
        self.at = offset.min(self.bytes.len());
    }

    /// Fails unless every byte has been consumed.
    pub fn finish(&self) -> Result<(), DecodeError> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(DecodeError::new(Kind::TrailingBytes { count: self.bytes.len() - self.at }, self.at))
        }
    }

    #[inline]
    fn error(&self, kind: Kind) -> DecodeError {
        DecodeError::new(kind, self.at)
    }

    #[cold]
    fn truncated(&self) -> DecodeError {
        DecodeError::new(Kind::Truncated, self.bytes.len())
    }

    #[inline]
    fn peek(&self) -> Result<u8, DecodeError> {
        match self.bytes.get(self.at) {
            Some(&byte) => Ok(byte),
            None => Err(self.truncated()),
        }
    }

    #[inline]
    fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        if count > rest.len() {
            return Err(self.truncated());
        }
        self.at += count;
        Ok(&rest[..count])
    }

    #[inline]
    fn be<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let bytes = self.take(N)?;
        let mut out = [0; N];
        out.copy_from_slice(bytes);
        Ok(out)
    }

    #[cold]
    fn unexpected(&self, expected: &'static str, byte: u8) -> DecodeError {
        self.error(Kind::WrongType { expected, found: Found::of(Marker::from_u8(byte)) })
    }

    /// An unsigned integer in any of MessagePack's integer forms; a negative one is out of range.
    #[inline]
    pub fn uint(&mut self) -> Result<u64, DecodeError> {
        let byte = self.peek()?;
        if byte < 0x80 {
            self.at += 1;
            return Ok(u64::from(byte));
        }
        self.uint_wide(byte)
    }

    fn uint_wide(&mut self, byte: u8) -> Result<u64, DecodeError> {
        let start = self.at;
        let value = self.integer(byte, "an unsigned integer")?;
        u64::try_from(value)
            .map_err(|_| DecodeError::new(Kind::OutOfRange { value, expected: "an unsigned integer" }, start))
    }

    /// A signed integer in any of MessagePack's integer forms that fits 64 bits.
    #[inline]
    pub fn int(&mut self) -> Result<i64, DecodeError> {
        let start = self.at;
        let byte = self.peek()?;
        let value = self.integer(byte, "an integer")?;
        i64::try_from(value).map_err(|_| {
            DecodeError::new(Kind::OutOfRange { value, expected: "a signed 64-bit integer" }, start)
        })
    }

    fn integer(&mut self, byte: u8, expected: &'static str) -> Result<i128, DecodeError> {
        let start = self.at;
        let marker = Marker::from_u8(byte);
        self.at += 1;
        Ok(match marker {
            Marker::FixPos(value) => i128::from(value),
            Marker::FixNeg(value) => i128::from(value),
            Marker::U8 => i128::from(u8::from_be_bytes(self.be()?)),
            Marker::U16 => i128::from(u16::from_be_bytes(self.be()?)),
            Marker::U32 => i128::from(u32::from_be_bytes(self.be()?)),
            Marker::U64 => i128::from(u64::from_be_bytes(self.be()?)),
            Marker::I8 => i128::from(i8::from_be_bytes(self.be()?)),
            Marker::I16 => i128::from(i16::from_be_bytes(self.be()?)),
            Marker::I32 => i128::from(i32::from_be_bytes(self.be()?)),
            Marker::I64 => i128::from(i64::from_be_bytes(self.be()?)),
            _ => {
                self.at = start;
                return Err(self.unexpected(expected, byte));
            }
        })
    }

    /// A number as 64-bit float: MessagePack's float 32, float 64 or any integer form.
    #[inline]
    pub fn float(&mut self) -> Result<f64, DecodeError> {
        let byte = self.peek()?;
        match Marker::from_u8(byte) {
            Marker::F32 => {
                self.at += 1;
                Ok(f64::from(f32::from_be_bytes(self.be()?)))
            }
            Marker::F64 => {
                self.at += 1;
                Ok(f64::from_be_bytes(self.be()?))
            }
            _ => self.integer(byte, "a number").map(|value| value as f64),
        }
    }

    /// A number as 32-bit float; a float 32 keeps its bits.
    #[inline]
    pub fn float32(&mut self) -> Result<f32, DecodeError> {
        let byte = self.peek()?;
        match Marker::from_u8(byte) {
            Marker::F32 => {
                self.at += 1;
                Ok(f32::from_be_bytes(self.be()?))
            }
            Marker::F64 => {
                self.at += 1;
                Ok(f64::from_be_bytes(self.be()?) as f32)
            }
            _ => self.integer(byte, "a number").map(|value| value as f32),
        }
    }

    /// `true` or `false`.
    #[inline]
    pub fn bool(&mut self) -> Result<bool, DecodeError> {
        let byte = self.peek()?;
        let value = match Marker::from_u8(byte) {
            Marker::True => true,
            Marker::False => false,
            _ => return Err(self.unexpected("true or false", byte)),
        };
        self.at += 1;
        Ok(value)
    }

    /// Consumes a nil and returns true, or consumes nothing and returns false.
    #[inline]
    pub fn nil(&mut self) -> Result<bool, DecodeError> {
        let found = self.peek()? == Marker::Null.to_u8();
        self.at += usize::from(found);
        Ok(found)
    }

    /// A UTF-8 string, borrowed.
    #[inline]
    pub fn str(&mut self) -> Result<&'a str, DecodeError> {
        let start = self.at;
        let byte = self.peek()?;
        self.at += 1;
        let length = match Marker::from_u8(byte) {
            Marker::FixStr(length) => usize::from(length),
            Marker::Str8 => usize::from(u8::from_be_bytes(self.be()?)),
            Marker::Str16 => usize::from(u16::from_be_bytes(self.be()?)),
            Marker::Str32 => u32::from_be_bytes(self.be()?) as usize,
            _ => {
                self.at = start;
                return Err(self.unexpected("a string", byte));
            }
        };
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes).map_err(|_| DecodeError::new(Kind::InvalidUtf8, start))
    }

    /// A byte string (MessagePack `bin`), borrowed.
    #[inline]
    pub fn bin(&mut self) -> Result<&'a [u8], DecodeError> {
        let start = self.at;
        let byte = self.peek()?;
        self.at += 1;
        let length = match Marker::from_u8(byte) {
            Marker::Bin8 => usize::from(u8::from_be_bytes(self.be()?)),
            Marker::Bin16 => usize::from(u16::from_be_bytes(self.be()?)),
            Marker::Bin32 => u32::from_be_bytes(self.be()?) as usize,
            _ => {
                self.at = start;
                return Err(self.unexpected("a byte string", byte));
            }
        };
        self.take(length)
    }

    /// True if the next value is a byte string.
    #[inline]
    pub fn is_bin(&self) -> bool {
        matches!(self.bytes.get(self.at), Some(0xc4..=0xc6))
    }

    /// The length of the array that starts here. Its elements follow; each takes at least one byte, so a length
    /// beyond the bytes that are left is refused before anybody allocates for it.
    #[inline]
    pub fn array(&mut self) -> Result<usize, DecodeError> {
        let start = self.at;
        let byte = self.peek()?;
        self.at += 1;
        let length = match byte {
            0x90..=0x9f => usize::from(byte & 0x0f),
            0xdc => usize::from(u16::from_be_bytes(self.be()?)),
            0xdd => u32::from_be_bytes(self.be()?) as usize,
            _ => {
                self.at = start;
                return Err(self.unexpected("an array", byte));
            }
        };
        if length > self.bytes.len() - self.at {
            return Err(self.truncated());
        }
        Ok(length)
    }

    /// The number of entries of the map that starts here; bounded as in [`Reader::array`].
    #[inline]
    pub fn map(&mut self) -> Result<usize, DecodeError> {
        let start = self.at;
        let byte = self.peek()?;
        self.at += 1;
        let length = match byte {
            0x80..=0x8f => usize::from(byte & 0x0f),
            0xde => usize::from(u16::from_be_bytes(self.be()?)),
            0xdf => u32::from_be_bytes(self.be()?) as usize,
            _ => {
                self.at = start;
                return Err(self.unexpected("a map", byte));
            }
        };
        if length > (self.bytes.len() - self.at) / 2 {
            return Err(self.truncated());
        }
        Ok(length)
    }

    /// Passes over one value of any type without reading it. Nesting is bounded by [`limits::MAX_DEPTH`].
    pub fn skip(&mut self) -> Result<(), DecodeError> {
        self.skip_nested(false)
    }

    /// As [`Reader::skip`]; every string must be UTF-8.
    pub(crate) fn skip_strictly(&mut self) -> Result<(), DecodeError> {
        self.skip_nested(true)
    }

    fn skip_nested(&mut self, strict: bool) -> Result<(), DecodeError> {
        // Values still to pass at each depth; a fixed array, so hostile nesting costs nothing.
        let mut open = [0u64; limits::MAX_DEPTH];
        let mut depth = 0;
        open[0] = 1;
        loop {
            if open[depth] == 0 {
                if depth == 0 {
                    return Ok(());
                }
                depth -= 1;
                continue;
            }
            open[depth] -= 1;
            let children = self.skip_one(strict)?;
            if children > 0 {
                if depth + 1 == limits::MAX_DEPTH {
                    return Err(self.error(Kind::TooDeep));
                }
                depth += 1;
                open[depth] = children;
            }
        }
    }

    /// Passes the marker and the scalar part of one value; returns how many child values follow.
    fn skip_one(&mut self, strict: bool) -> Result<u64, DecodeError> {
        let byte = self.peek()?;
        let scalar = |reader: &mut Self, count: usize| reader.take(count).map(|_| 0);
        match Marker::from_u8(byte) {
            Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => return self.array().map(|n| n as u64),
            Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => return self.map().map(|n| 2 * n as u64),
            Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => return self.bin().map(|_| 0),
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 if strict => {
                return self.str().map(|_| 0);
            }
            _ => {}
        }
        self.at += 1;
        match Marker::from_u8(byte) {
            Marker::FixPos(_) | Marker::FixNeg(_) | Marker::Null | Marker::True | Marker::False => Ok(0),
            Marker::U8 | Marker::I8 => scalar(self, 1),
            Marker::U16 | Marker::I16 => scalar(self, 2),
            Marker::U32 | Marker::I32 | Marker::F32 => scalar(self, 4),
            Marker::U64 | Marker::I64 | Marker::F64 => scalar(self, 8),
            Marker::FixStr(length) => scalar(self, usize::from(length)),
            Marker::Str8 => {
                let length = usize::from(u8::from_be_bytes(self.be()?));
                scalar(self, length)
            }
            Marker::Str16 => {
                let length = usize::from(u16::from_be_bytes(self.be()?));
                scalar(self, length)
            }
            Marker::Str32 => {
                let length = u32::from_be_bytes(self.be()?) as usize;
                scalar(self, length)
            }
            Marker::FixExt1 => scalar(self, 2),
            Marker::FixExt2 => scalar(self, 3),
            Marker::FixExt4 => scalar(self, 5),
            Marker::FixExt8 => scalar(self, 9),
            Marker::FixExt16 => scalar(self, 17),
            Marker::Ext8 => {
                let length = usize::from(u8::from_be_bytes(self.be()?));
                scalar(self, length.saturating_add(1))
            }
            Marker::Ext16 => {
                let length = usize::from(u16::from_be_bytes(self.be()?));
                scalar(self, length.saturating_add(1))
            }
            Marker::Ext32 => {
                let length = u32::from_be_bytes(self.be()?) as usize;
                scalar(self, length.saturating_add(1))
            }
            _ => {
                self.at -= 1;
                Err(self.unexpected("a MessagePack value", byte))
            }
        }
    }
}
