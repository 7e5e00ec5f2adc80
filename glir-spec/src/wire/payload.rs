//! Payloads: raw little-endian bytes with an element type, where they lie and how they look on the wire.
//!
//! On the wire a payload is an array: `[encoding, bytes]` inline, `[encoding, offset, length]` in the frame's arena,
//! or `[encoding, hash, length]` for a blob.

use super::{FromSeq, Reader, SeqVisitor, Shape, Wire, Writer};
use crate::commands::{Attribute, Clear, Data, Extension, Signal, Uniform};
use crate::limits;
use crate::schema::Type;
use serde::de::{Error as _, Visitor};
use std::borrow::Cow;
use std::fmt;

wire_enum! {
    /// The element type of a payload. Elements are little-endian and tightly packed.
    Encoding {
        /// Bytes without an element type.
        0 Raw "raw",
        /// Unsigned 8-bit integers.
        1 U8 "u8",
        /// Signed 8-bit integers.
        2 I8 "i8",
        /// Unsigned 16-bit integers.
        3 U16 "u16",
        /// Signed 16-bit integers.
        4 I16 "i16",
        /// Unsigned 32-bit integers.
        5 U32 "u32",
        /// Signed 32-bit integers.
        6 I32 "i32",
        /// 16-bit floats (IEEE 754 binary16).
        7 F16 "f16",
        /// 32-bit floats (IEEE 754 binary32).
        8 F32 "f32",
        /// 64-bit floats (IEEE 754 binary64).
        9 F64 "f64",
    }
}

impl Encoding {
    /// Bytes of one element; 1 for raw bytes.
    #[inline]
    pub const fn size(self) -> usize {
        match self {
            Encoding::Raw | Encoding::U8 | Encoding::I8 => 1,
            Encoding::U16 | Encoding::I16 | Encoding::F16 => 2,
            Encoding::U32 | Encoding::I32 | Encoding::F32 => 4,
            Encoding::F64 => 8,
        }
    }
}

/// The BLAKE3 hash of a blob's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// Bytes that a command carries or refers to.
#[derive(Clone, Debug, PartialEq)]
pub enum Payload<'a> {
    /// The bytes stand in the head, at most [`limits::MAX_INLINE_BYTES`].
    Inline {
        /// Element type.
        encoding: Encoding,
        /// The bytes.
        bytes: Cow<'a, [u8]>,
    },
    /// The bytes stand in the frame's arena.
    Arena {
        /// Element type.
        encoding: Encoding,
        /// Byte offset in the arena, a multiple of [`limits::ALIGNMENT`].
        offset: u64,
        /// Length in bytes.
        length: u64,
    },
    /// The bytes are those of a blob of the same stream.
    Blob {
        /// Element type.
        encoding: Encoding,
        /// The blob's hash.
        hash: Hash,
        /// Length in bytes.
        length: u64,
    },
}

impl Payload<'_> {
    /// The element type.
    #[inline]
    pub fn encoding(&self) -> Encoding {
        match self {
            Payload::Inline { encoding, .. }
            | Payload::Arena { encoding, .. }
            | Payload::Blob { encoding, .. } => *encoding,
        }
    }

    /// The length in bytes.
    #[inline]
    pub fn byte_len(&self) -> u64 {
        match self {
            Payload::Inline { bytes, .. } => bytes.len() as u64,
            Payload::Arena { length, .. } | Payload::Blob { length, .. } => *length,
        }
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> Payload<'static> {
        match self {
            Payload::Inline { encoding, bytes } => {
                Payload::Inline { encoding, bytes: Cow::Owned(bytes.into_owned()) }
            }
            Payload::Arena { encoding, offset, length } => Payload::Arena { encoding, offset, length },
            Payload::Blob { encoding, hash, length } => Payload::Blob { encoding, hash, length },
        }
    }
}

impl<'a> Wire<'a> for Payload<'a> {
    const TYPE: &'static Type = &Type::Payload;

    fn encode(&self, w: &mut Writer<'_>) {
        match self {
            Payload::Inline { encoding, bytes } => {
                w.array(2);
                encoding.encode(w);
                w.bin(bytes);
            }
            Payload::Arena { encoding, offset, length } => {
                w.array(3);
                encoding.encode(w);
                w.uint(*offset);
                w.uint(*length);
            }
            Payload::Blob { encoding, hash, length } => {
                w.array(3);
                encoding.encode(w);
                w.bin(&hash.0);
                w.uint(*length);
            }
        }
    }

    const SHAPE: &'static Shape = &Shape::Payload;
    #[inline]
    fn take(r: &mut Reader<'a>) -> Self {
        let parts = r.take_length();
        let encoding = Encoding::take(r);
        if parts == 2 {
            let read = r.bin();
            let bytes = r.settle(read);
            if bytes.len() > limits::MAX_INLINE_BYTES {
                r.fail();
            }
            return Payload::Inline { encoding, bytes: Cow::Borrowed(bytes) };
        }
        if parts != 3 {
            r.fail();
        }
        if r.is_bin() {
            let hash = r.bin().ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
            if hash.is_none() {
                r.fail();
            }
            return Payload::Blob { encoding, hash: Hash(hash.unwrap_or_default()), length: r.take_uint() };
        }
        Payload::Arena { encoding, offset: r.take_uint(), length: r.take_uint() }
    }
}

impl serde::Serialize for Payload<'_> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Payload::Inline { encoding, bytes } => (encoding, Bytes(Cow::Borrowed(bytes))).serialize(s),
            Payload::Arena { encoding, offset, length } => (encoding, offset, length).serialize(s),
            Payload::Blob { encoding, hash, length } => {
                (encoding, Bytes(Cow::Borrowed(&hash.0)), length).serialize(s)
            }
        }
    }
}

impl<'de: 'a, 'a> FromSeq<'de> for Payload<'a> {
    const NAME: &'static str = "Payload";
    fn from_seq<A: serde::de::SeqAccess<'de>>(seq: &mut A) -> Result<Self, A::Error> {
        let encoding = super::element(seq, "encoding")?;
        let place = super::element(seq, "bytes, offset or hash")?;
        let length = seq.next_element::<u64>()?;
        match (place, length) {
            (Place::Bytes(bytes), None) if bytes.len() <= limits::MAX_INLINE_BYTES => {
                Ok(Payload::Inline { encoding, bytes })
            }
            (Place::Bytes(bytes), Some(length)) => {
                let hash =
                    <[u8; 32]>::try_from(&*bytes).map_err(|_| A::Error::custom("a hash has 32 bytes"))?;
                Ok(Payload::Blob { encoding, hash: Hash(hash), length })
            }
            (Place::Offset(offset), Some(length)) => Ok(Payload::Arena { encoding, offset, length }),
            (Place::Bytes(_), None) => Err(A::Error::custom("the inline payload is too long")),
            (Place::Offset(_), None) => Err(A::Error::custom("the length of the payload is missing")),
        }
    }
}

derived_by_serde! { Payload<'a> }

impl<'de: 'a, 'a> serde::Deserialize<'de> for Payload<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(SeqVisitor::<Self>::new())
    }
}

/// Bytes that serialize as MessagePack `bin`.
struct Bytes<'a>(Cow<'a, [u8]>);

impl serde::Serialize for Bytes<'_> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_bytes(&self.0)
    }
}

/// The second element of a payload: bytes, or an offset.
enum Place<'a> {
    Bytes(Cow<'a, [u8]>),
    Offset(u64),
}

derived_by_serde! { Place<'a> }

impl<'de: 'a, 'a> serde::Deserialize<'de> for Place<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct PlaceVisitor;
        impl<'de> Visitor<'de> for PlaceVisitor {
            type Value = Place<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a byte string or an offset")
            }
            fn visit_borrowed_bytes<E: serde::de::Error>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
                Ok(Place::Bytes(Cow::Borrowed(bytes)))
            }
            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(Place::Bytes(Cow::Owned(bytes.to_owned())))
            }
            fn visit_u64<E: serde::de::Error>(self, offset: u64) -> Result<Self::Value, E> {
                Ok(Place::Offset(offset))
            }
            fn visit_i64<E: serde::de::Error>(self, offset: i64) -> Result<Self::Value, E> {
                u64::try_from(offset).map(Place::Offset).map_err(|_| E::custom("the offset is negative"))
            }
        }
        d.deserialize_any(PlaceVisitor)
    }
}

/// A payload whose element type follows from a slot's declaration: the value of a uniform, of a constant attribute or
/// of a cleared attachment.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Value<'a>(#[serde(borrow)] pub Payload<'a>);

derived_by_serde! { Value<'a> }

impl<'a> Wire<'a> for Value<'a> {
    const TYPE: &'static Type = &Type::Value;
    fn encode(&self, w: &mut Writer<'_>) {
        self.0.encode(w);
    }
    const SHAPE: &'static Shape = &Shape::Payload;
    #[inline]
    fn take(r: &mut Reader<'a>) -> Self {
        Value(Payload::take(r))
    }
}

/// The number of [`AttributeSource::Constant`](crate::structs::AttributeSource::Constant) on the wire.
const CONSTANT: u64 = 2;

/// An encoded command's payload and the bytes of the command where it stands, if its kind has one.
pub fn payload_of(command: &[u8]) -> Option<(Payload<'_>, usize, usize)> {
    let mut r = Reader::new(command);
    let fields = r.array().ok()?;
    let opcode = u8::try_from(r.uint().ok()?).ok()?;
    let mut before = match opcode {
        Data::OPCODE | Uniform::OPCODE | Clear::OPCODE | Attribute::OPCODE => 2,
        Extension::OPCODE => 1,
        Signal::OPCODE => 3,
        _ => return None,
    };
    if fields < before + 2 {
        return None;
    }
    while before > 0 {
        r.skip().ok()?;
        before -= 1;
    }
    // Of an attribute's sources a constant, [2, value].
    if opcode == Attribute::OPCODE && (r.array().ok()? != 2 || r.uint().ok()? != CONSTANT) {
        return None;
    }
    let start = r.offset();
    let payload = Payload::decode(&mut r).ok()?;
    Some((payload, start, r.offset()))
}
