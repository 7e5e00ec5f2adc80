//! Writes MessagePack values in their shortest forms, as rmp-serde does.

use rmp::Marker;

/// Appends MessagePack values to a byte vector.
#[derive(Debug)]
pub struct Writer<'v> {
    out: &'v mut Vec<u8>,
}

impl<'v> Writer<'v> {
    /// Appends to `out`.
    pub fn new(out: &'v mut Vec<u8>) -> Self {
        Writer { out }
    }

    /// An unsigned integer.
    #[inline]
    pub fn uint(&mut self, value: u64) {
        if value < 0x80 {
            self.out.push(value as u8);
        } else if let Ok(value) = u8::try_from(value) {
            self.out.extend_from_slice(&[Marker::U8.to_u8(), value]);
        } else if let Ok(value) = u16::try_from(value) {
            self.marked(Marker::U16, &value.to_be_bytes());
        } else if let Ok(value) = u32::try_from(value) {
            self.marked(Marker::U32, &value.to_be_bytes());
        } else {
            self.marked(Marker::U64, &value.to_be_bytes());
        }
    }

    /// A signed integer.
    #[inline]
    pub fn int(&mut self, value: i64) {
        if let Ok(value) = u64::try_from(value) {
            self.uint(value);
        } else if value >= -32 {
            self.out.push(value as i8 as u8);
        } else if let Ok(value) = i8::try_from(value) {
            self.marked(Marker::I8, &value.to_be_bytes());
        } else if let Ok(value) = i16::try_from(value) {
            self.marked(Marker::I16, &value.to_be_bytes());
        } else if let Ok(value) = i32::try_from(value) {
            self.marked(Marker::I32, &value.to_be_bytes());
        } else {
            self.marked(Marker::I64, &value.to_be_bytes());
        }
    }

    /// A 32-bit float.
    #[inline]
    pub fn float32(&mut self, value: f32) {
        self.marked(Marker::F32, &value.to_be_bytes());
    }

    /// A 64-bit float.
    #[inline]
    pub fn float(&mut self, value: f64) {
        self.marked(Marker::F64, &value.to_be_bytes());
    }

    /// `true` or `false`.
    #[inline]
    pub fn bool(&mut self, value: bool) {
        self.out.push(if value { Marker::True } else { Marker::False }.to_u8());
    }

    /// Nil: the absence of an optional value.
    #[inline]
    pub fn nil(&mut self) {
        self.out.push(Marker::Null.to_u8());
    }

    /// A string.
    pub fn str(&mut self, value: &str) {
        let length = value.len();
        if length < 32 {
            self.out.push(0xa0 | length as u8);
        } else if length <= 0xff {
            self.out.extend_from_slice(&[Marker::Str8.to_u8(), length as u8]);
        } else if length <= 0xffff {
            self.marked(Marker::Str16, &(length as u16).to_be_bytes());
        } else {
            self.marked(Marker::Str32, &(length as u32).to_be_bytes());
        }
        self.out.extend_from_slice(value.as_bytes());
    }

    /// A byte string.
    #[inline]
    pub fn bin(&mut self, value: &[u8]) {
        let length = value.len();
        if length <= 0xff {
            self.out.extend_from_slice(&[Marker::Bin8.to_u8(), length as u8]);
        } else if length <= 0xffff {
            self.marked(Marker::Bin16, &(length as u16).to_be_bytes());
        } else {
            self.marked(Marker::Bin32, &(length as u32).to_be_bytes());
        }
        self.out.extend_from_slice(value);
    }

    /// The start of an array of `length` values, which follow.
    #[inline]
    pub fn array(&mut self, length: usize) {
        if length < 16 {
            self.out.push(0x90 | length as u8);
        } else if length <= 0xffff {
            self.marked(Marker::Array16, &(length as u16).to_be_bytes());
        } else {
            self.marked(Marker::Array32, &(length as u32).to_be_bytes());
        }
    }

    /// The start of a map of `length` entries, which follow as key and value in turn.
    #[inline]
    pub fn map(&mut self, length: usize) {
        if length < 16 {
            self.out.push(0x80 | length as u8);
        } else if length <= 0xffff {
            self.marked(Marker::Map16, &(length as u16).to_be_bytes());
        } else {
            self.marked(Marker::Map32, &(length as u32).to_be_bytes());
        }
    }

    #[inline]
    fn marked(&mut self, marker: Marker, rest: &[u8]) {
        self.out.push(marker.to_u8());
        self.out.extend_from_slice(rest);
    }
}
