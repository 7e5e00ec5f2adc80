//! The wire form: MessagePack, strictly read, with two codecs that must agree.
//!
//! The *borrowing decoder* ([`Wire::decode`], generated from the table over [`Reader`]) is what interpreters use. The
//! *derived codec* (serde, so rmp-serde by way of [`from_slice`], and any other format that describes itself) is what
//! producers and tools may use. The property tests in `tests/codecs.rs` hold them equal.

mod error;
mod payload;
mod reader;
mod shape;
mod values;
mod writer;

pub use error::{DecodeError, DecodeErrorKind, DecodeFault, Found};
pub use payload::{Encoding, Hash, Payload, Value, payload_of};
pub use reader::{Reader, elements};
pub use shape::{Field, Row, Shape};
pub(crate) use shape::{explain, explain_row};
pub use values::{Source, Str};
pub use writer::Writer;

use crate::schema::Type;
use std::marker::PhantomData;

/// A value of the language: its place in the schema and its wire form.
pub trait Wire<'a>: Sized {
    /// The type, as data.
    const TYPE: &'static Type;
    /// What its bytes must be, for who says what is wrong with them.
    const SHAPE: &'static Shape;
    /// Appends the value.
    fn encode(&self, w: &mut Writer<'_>);
    /// Reads one value, borrowing strings and bytes from the reader's input. If its bytes are faulty the reader is
    /// [marked](Reader::is_faulty), and the value means nothing.
    fn take(r: &mut Reader<'a>) -> Self;
    /// Reads one value, or says what is wrong with its bytes; the reader then stands somewhere inside.
    #[inline]
    fn decode(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
        let start = r.offset();
        let value = Self::take(r);
        if r.is_faulty() { Err(explain(r, start, Self::SHAPE)) } else { Ok(value) }
    }
}

#[inline]
pub(crate) fn check_arity(
    of: &'static str,
    expected: usize,
    found: usize,
    at: usize,
) -> Result<(), DecodeError> {
    if expected == found { Ok(()) } else { Err(wrong_arity(of, expected, found, at)) }
}

#[cold]
fn wrong_arity(of: &'static str, expected: usize, found: usize, at: usize) -> DecodeError {
    let kind = if found < expected {
        DecodeErrorKind::MissingArguments { of, expected, found }
    } else {
        DecodeErrorKind::ExtraArguments { of, expected, found }
    };
    DecodeError::new(kind, at)
}

/// A union or command needs at least its number.
#[inline]
pub(crate) fn check_tag(of: &'static str, found: usize, at: usize) -> Result<(), DecodeError> {
    if found > 0 { Ok(()) } else { Err(wrong_arity(of, 1, 0, at)) }
}

#[cold]
pub(crate) fn unknown_value(of: &'static str, value: u64, at: usize) -> DecodeError {
    DecodeError::new(DecodeErrorKind::UnknownValue { of, value }, at)
}

#[cold]
pub(crate) fn unknown_opcode(opcode: u64, at: usize) -> DecodeError {
    DecodeError::new(DecodeErrorKind::UnknownOpcode { opcode }, at)
}

/// Reads one value with the derived codec, as strictly as the borrowing decoder does.
///
/// `rmp_serde::from_slice` lets bytes behind the value pass and takes a string that is not UTF-8 for a byte string.
pub fn from_slice<'de, T: serde::Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, rmp_serde::decode::Error> {
    use serde::de::Error;
    let mut reader = Reader::new(bytes);
    reader.skip_strictly().and_then(|()| reader.finish()).map_err(rmp_serde::decode::Error::custom)?;
    rmp_serde::from_slice(bytes)
}

/// How the derived codec reads a value: by `Deserialize`, but for lists. Serde's own lists take a byte string for a
/// sequence of numbers, and know no limits.
pub(crate) trait Derived<'de>: Sized {
    fn derived<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error>;
}

/// Has serde read a value by [`Derived`].
pub(crate) struct Seed<T>(PhantomData<T>);

impl<T> Seed<T> {
    pub(crate) fn new() -> Self {
        Seed(PhantomData)
    }
}

impl<'de, T: Derived<'de>> serde::de::DeserializeSeed<'de> for Seed<T> {
    type Value = T;
    fn deserialize<D: serde::Deserializer<'de>>(self, d: D) -> Result<T, D::Error> {
        T::derived(d)
    }
}

/// A type that the derived codec builds from a sequence.
pub(crate) trait FromSeq<'de>: Sized {
    const NAME: &'static str;
    fn from_seq<A: serde::de::SeqAccess<'de>>(seq: &mut A) -> Result<Self, A::Error>;
}

/// The serde visitor of every structure, union and command: a sequence, read to its end.
pub(crate) struct SeqVisitor<T>(PhantomData<T>);

impl<T> SeqVisitor<T> {
    pub(crate) fn new() -> Self {
        SeqVisitor(PhantomData)
    }
}

impl<'de, T: FromSeq<'de>> serde::de::Visitor<'de> for SeqVisitor<T> {
    type Value = T;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "an array for {}", T::NAME)
    }
    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<T, A::Error> {
        let value = T::from_seq(&mut seq)?;
        match seq.next_element::<serde::de::IgnoredAny>()? {
            None => Ok(value),
            Some(_) => Err(serde::de::Error::custom(format_args!("{} has too many arguments", T::NAME))),
        }
    }
}

/// The next element of a sequence, which must be there.
pub(crate) fn element<'de, A: serde::de::SeqAccess<'de>, T: Derived<'de>>(
    seq: &mut A,
    name: &'static str,
) -> Result<T, A::Error> {
    seq.next_element_seed(Seed::new())?
        .ok_or_else(|| serde::de::Error::custom(format_args!("the argument {name} is missing")))
}
