//! A borrowing cursor over MessagePack bytes: strict, bounded and without allocation.
//!
//! Every read either consumes one whole value and returns it, or returns a [`DecodeError`] that names the byte. What a
//! value *means* is decided by [`crate::wire::Wire`]; this file only knows MessagePack (<https://msgpack.org>, spec 2.0).

use crate::limits;
use crate::wire::{DecodeError, DecodeErrorKind as Kind, Found};

/// A cursor over the bytes of a head. Offsets in errors are counted from the first byte given to [`Reader::new`].
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    faulty: bool,
}

impl<'a> Reader<'a> {
    /// Reads from the first byte of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { bytes, at: 0, faulty: false }
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

    /// True once a value was taken whose bytes are faulty.
    #[inline]
    pub fn is_faulty(&self) -> bool {
        self.faulty
    }

    /// Marks what is being taken as faulty. There is nothing behind it.
    #[cold]
    #[inline(never)]
    pub(crate) fn fail(&mut self) {
        self.faulty = true;
        self.at = self.bytes.len();
    }

    /// Goes back to look what was wrong.
    pub(crate) fn restart(&mut self, offset: usize) {
        self.faulty = false;
        self.at = offset;
    }

    /// What was read, or nothing of that type, the reader being marked.
    #[inline]
    pub(crate) fn settle<T: Default>(&mut self, read: Result<T, DecodeError>) -> T {
        match read {
            Ok(value) => value,
            Err(_) => {
                self.fail();
                T::default()
            }
        }
    }

    /// As [`Reader::uint`], marking the reader.
    #[inline]
    pub(crate) fn take_uint(&mut self) -> u64 {
        match self.bytes.get(self.at) {
            Some(&byte) if byte < 0x80 => {
                self.at += 1;
                u64::from(byte)
            }
            _ => self.take_wide(),
        }
    }

    #[inline(never)]
    fn take_wide(&mut self) -> u64 {
        let read = self.uint();
        self.settle(read)
    }

    /// As [`Reader::take_uint`], for numbers up to a greatest.
    #[inline]
    pub(crate) fn take_up_to(&mut self, most: u64) -> u64 {
        let value = self.take_uint();
        if value > most {
            self.fail();
        }
        value
    }

    /// The length of an array. Whether so many values follow will turn out.
    #[inline]
    pub(crate) fn take_length(&mut self) -> usize {
        match self.bytes.get(self.at) {
            Some(&byte) if byte & 0xf0 == 0x90 => {
                self.at += 1;
                usize::from(byte & 0x0f)
            }
            _ => self.take_long(),
        }
    }

    #[inline(never)]
    fn take_long(&mut self) -> usize {
        let read = self.array();
        self.settle(read)
    }

    /// The length of a list, bounded by what follows and by [`limits::MAX_INTERFACE_ENTRIES`].
    pub(crate) fn take_list(&mut self) -> usize {
        match self.array() {
            Ok(length) if length <= limits::MAX_INTERFACE_ENTRIES => length,
            _ => {
                self.fail();
                0
            }
        }
    }

    /// Passes the head of an array, which must have so many values.
    #[inline]
    pub(crate) fn array_of(&mut self, length: usize) {
        if self.take_length() != length {
            self.fail();
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

    #[cold]
    fn unexpected(&self, expected: &'static str, byte: u8) -> DecodeError {
        self.error(Kind::WrongType { expected, found: Found::of(byte) })
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

    #[inline(never)]
    fn uint_wide(&mut self, byte: u8) -> Result<u64, DecodeError> {
        let start = self.at;
        let (bits, negative) = self.integer(byte, "an unsigned integer")?;
        if !negative {
            return Ok(bits);
        }
        let value = i128::from(bits as i64);
        Err(DecodeError::new(Kind::OutOfRange { value, expected: "an unsigned integer" }, start))
    }

    /// A signed integer in any of MessagePack's integer forms that fits 64 bits.
    pub fn int(&mut self) -> Result<i64, DecodeError> {
        let start = self.at;
        let byte = self.peek()?;
        let (bits, negative) = self.integer(byte, "an integer")?;
        if negative || i64::try_from(bits).is_ok() {
            return Ok(bits as i64);
        }
        let value = i128::from(bits);
        Err(DecodeError::new(Kind::OutOfRange { value, expected: "a signed 64-bit integer" }, start))
    }

    /// The bits of an integer, and whether they are those of a negative one.
    fn integer(&mut self, byte: u8, expected: &'static str) -> Result<(u64, bool), DecodeError> {
        let (bytes, signed) = match byte {
            0x00..=0x7f | 0xe0..=0xff => {
                self.at += 1;
                let value = i64::from(byte as i8);
                return Ok((value as u64, value < 0));
            }
            0xcc..=0xcf => (1 << (byte - 0xcc), false),
            0xd0..=0xd3 => (1 << (byte - 0xd0), true),
            _ => return Err(self.unexpected(expected, byte)),
        };
        self.at += 1;
        let bits = self.unsigned(bytes)?;
        if !signed {
            return Ok((bits, false));
        }
        let unused = 64 - 8 * bytes as u32;
        let value = ((bits << unused) as i64) >> unused;
        Ok((value as u64, value < 0))
    }

    /// An unsigned number of 1 to 8 bytes, most significant first.
    fn unsigned(&mut self, bytes: usize) -> Result<u64, DecodeError> {
        let bytes = self.take(bytes)?;
        Ok(bytes.iter().fold(0, |value, &byte| (value << 8) | u64::from(byte)))
    }

    /// A number as 64-bit float: MessagePack's float 32, float 64 or any integer form.
    pub fn float(&mut self) -> Result<f64, DecodeError> {
        let byte = self.peek()?;
        match byte {
            0xca => self.float32().map(f64::from),
            0xcb => {
                self.at += 1;
                self.unsigned(8).map(f64::from_bits)
            }
            _ => {
                let (bits, negative) = self.integer(byte, "a number")?;
                Ok(if negative { bits as i64 as f64 } else { bits as f64 })
            }
        }
    }

    /// A number as 32-bit float; a float 32 keeps its bits.
    pub fn float32(&mut self) -> Result<f32, DecodeError> {
        let byte = self.peek()?;
        match byte {
            0xca => {
                self.at += 1;
                self.unsigned(4).map(|bits| f32::from_bits(bits as u32))
            }
            0xcb => self.float().map(|value| value as f32),
            _ => {
                let (bits, negative) = self.integer(byte, "a number")?;
                Ok(if negative { bits as i64 as f32 } else { bits as f32 })
            }
        }
    }

    /// `true` or `false`.
    #[inline]
    pub fn bool(&mut self) -> Result<bool, DecodeError> {
        let byte = self.peek()?;
        let value = match byte {
            0xc3 => true,
            0xc2 => false,
            _ => return Err(self.unexpected("true or false", byte)),
        };
        self.at += 1;
        Ok(value)
    }

    /// Consumes a nil and returns true, or consumes nothing and returns false.
    #[inline]
    pub fn nil(&mut self) -> Result<bool, DecodeError> {
        let found = self.peek()? == 0xc0;
        self.at += usize::from(found);
        Ok(found)
    }

    /// The length of what starts here: short forms, of which the byte `short` is the first, hold it in so many bits. The
    /// others hold it in 1, 2 and 4 bytes behind the bytes `long`, `long + 1` and `long + 2`, of which some begin later.
    fn length(
        &mut self,
        short: (u8, u32),
        long: (u8, u8),
        expected: &'static str,
    ) -> Result<usize, DecodeError> {
        let byte = self.peek()?;
        if short.1 > 0 && byte >> short.1 == short.0 >> short.1 {
            self.at += 1;
            return Ok(usize::from(byte ^ short.0));
        }
        let form = byte.wrapping_sub(long.0);
        if !(long.1..=2).contains(&form) {
            return Err(self.unexpected(expected, byte));
        }
        self.at += 1;
        self.unsigned(1 << form).map(|length| length as usize)
    }

    /// A UTF-8 string, borrowed.
    pub fn str(&mut self) -> Result<&'a str, DecodeError> {
        let start = self.at;
        let length = self.length((0xa0, 5), (0xd9, 0), "a string")?;
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes).map_err(|_| DecodeError::new(Kind::InvalidUtf8, start))
    }

    /// A byte string (MessagePack `bin`), borrowed.
    pub fn bin(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = self.length((0, 0), (0xc4, 0), "a byte string")?;
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
        let length = self.length((0x90, 4), (0xdb, 1), "an array")?;
        if length > self.bytes.len() - self.at {
            return Err(self.truncated());
        }
        Ok(length)
    }

    /// The number of entries of the map that starts here; bounded as in [`Reader::array`].
    pub fn map(&mut self) -> Result<usize, DecodeError> {
        let length = self.length((0x80, 4), (0xdd, 1), "a map")?;
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
        // Values still to pass at each depth around this one; a fixed array, so hostile nesting costs nothing.
        let mut open = [0u64; limits::MAX_DEPTH];
        let (mut depth, mut left) = (0, 1);
        loop {
            while left > 0 {
                left -= 1;
                let children = match self.skip_common() {
                    Some(children) => children,
                    None => self.skip_one(strict)?,
                };
                if children > 0 {
                    if depth + 1 == limits::MAX_DEPTH {
                        return Err(self.error(Kind::TooDeep));
                    }
                    open[depth] = left;
                    depth += 1;
                    left = children;
                }
            }
            if depth == 0 {
                return Ok(());
            }
            depth -= 1;
            left = open[depth];
        }
    }

    /// As [`Reader::skip_one`] for what most of a command is made of: small numbers, short arrays and short bytes. None for all else, and for
    /// what is not whole.
    #[inline]
    fn skip_common(&mut self) -> Option<u64> {
        let rest = self.bytes.get(self.at..)?;
        let (size, children) = match *rest.first()? {
            0x00..=0x7f | 0xe0..=0xff => (1, 0),
            byte @ 0x90..=0x9f => (1, usize::from(byte & 0x0f)),
            0xc4 => (2 + usize::from(*rest.get(1)?), 0),
            0xca => (5, 0),
            _ => return None,
        };
        // Each child takes a byte at least.
        if size + children > rest.len() {
            return None;
        }
        self.at += size;
        Some(children as u64)
    }

    /// Passes the marker and the scalar part of one value; returns how many child values follow.
    fn skip_one(&mut self, strict: bool) -> Result<u64, DecodeError> {
        let byte = self.peek()?;
        let count = match byte {
            0x90..=0x9f | 0xdc | 0xdd => return self.array().map(|length| length as u64),
            0x80..=0x8f | 0xde | 0xdf => return self.map().map(|length| 2 * length as u64),
            0xc4..=0xc6 => return self.bin().map(|_| 0),
            0xa0..=0xbf | 0xd9..=0xdb if strict => return self.str().map(|_| 0),
            0xa0..=0xbf => usize::from(byte & 0x1f),
            0x00..=0x7f | 0xe0..=0xff | 0xc0 | 0xc2 | 0xc3 => 0,
            0xcc..=0xcf => 1 << (byte - 0xcc),
            0xd0..=0xd3 => 1 << (byte - 0xd0),
            0xca => 4,
            0xcb => 8,
            // Extension values have a type behind their length.
            0xd4..=0xd8 => 1 + (1 << (byte - 0xd4)),
            0xc7..=0xc9 | 0xd9..=0xdb => {
                self.at += 1;
                let (form, more) = if byte < 0xd0 { (byte - 0xc7, 1) } else { (byte - 0xd9, 0) };
                let length = self.unsigned(1 << form)? as usize;
                return self.take(length.saturating_add(more)).map(|_| 0);
            }
            0xc1 => return Err(self.unexpected("a MessagePack value", byte)),
        };
        self.at += 1;
        self.take(count).map(|_| 0)
    }
}

/// The encoded elements of a MessagePack array, in order, such as the commands of a head. What follows a malformed one is left out,
/// and of what is no array there are none.
pub fn elements(array: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut reader = Reader::new(array);
    let count = reader.array().unwrap_or(0);
    (0..count).map_while(move |_| {
        let start = reader.offset();
        reader.skip().ok()?;
        Some(reader.between(start, reader.offset()))
    })
}
