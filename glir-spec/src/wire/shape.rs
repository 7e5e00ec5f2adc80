//! What the bytes of a value must be, as data, and the walk that says what is wrong with them.
//!
//! Reading ([`Wire::take`](super::Wire::take)) only notes *that* something is wrong, which keeps it small and quick. Who
//! wants to know *what* walks the same bytes again, here, beside the shape that the table gives them.

use super::{DecodeError, DecodeErrorKind as Kind, Reader, check_arity, check_tag, unknown_value};
use crate::limits;

/// The shape of a value.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum Shape {
    Bool,
    /// An unsigned integer of so many bits.
    Uint(u32),
    Int,
    Float,
    Str,
    Payload,
    State,
    Option(&'static Shape),
    List(&'static Shape),
    Array(&'static Shape, usize),
    /// The name of the enumeration, and whether it has a value.
    Enum(&'static str, fn(u64) -> bool),
    Struct(&'static str, &'static [Field]),
    Union(&'static str, &'static [Row]),
}

/// A field of a structure, of a variant or of a command.
#[derive(Clone, Copy, Debug)]
pub struct Field(pub &'static str, pub &'static Shape);

/// A variant of a union, a command, a reply or a state field.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its number on the wire.
    pub number: u8,
    /// Its name in messages.
    pub name: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
}

fn row(rows: &'static [Row], number: u64) -> Option<&'static Row> {
    rows.iter().find(|row| u64::from(row.number) == number)
}

/// What is wrong with the value that starts at an offset.
#[cold]
#[inline(never)]
pub(crate) fn explain(r: &mut Reader<'_>, start: usize, shape: &Shape) -> DecodeError {
    r.restart(start);
    // Nothing is wrong only if reading and walking disagree, which the tests hold them not to.
    walk(r, shape).err().unwrap_or_else(|| DecodeError::new(Kind::Truncated, start))
}

/// As [`explain`], for a row of a table.
#[cold]
#[inline(never)]
pub(crate) fn explain_row(
    r: &mut Reader<'_>,
    start: usize,
    of: &'static str,
    rows: &'static [Row],
) -> DecodeError {
    r.restart(start);
    walk_row(r, of, rows).err().unwrap_or_else(|| DecodeError::new(Kind::Truncated, start))
}

fn walk_row(r: &mut Reader<'_>, of: &'static str, rows: &'static [Row]) -> Result<(), DecodeError> {
    let start = r.offset();
    let found = r.array()?;
    check_tag(of, found, start)?;
    let opcode = r.uint()?;
    let Some(row) = row(rows, opcode) else { return Err(super::unknown_opcode(opcode, start)) };
    check_arity(row.name, row.fields.len(), found - 1, start)?;
    walk_fields(r, row.fields)
}

fn walk_fields(r: &mut Reader<'_>, fields: &'static [Field]) -> Result<(), DecodeError> {
    for Field(name, shape) in fields {
        walk(r, shape).map_err(|error| error.in_field(name))?;
    }
    Ok(())
}

fn walk(r: &mut Reader<'_>, shape: &Shape) -> Result<(), DecodeError> {
    let start = r.offset();
    match *shape {
        Shape::Bool => r.bool().map(|_| ()),
        Shape::Uint(bits) => {
            let value = r.uint()?;
            let expected = match bits {
                8 => "an unsigned 8-bit integer",
                32 => "an unsigned 32-bit integer",
                _ => return Ok(()),
            };
            if value >> bits == 0 { Ok(()) } else { Err(out_of_range(i128::from(value), expected, start)) }
        }
        Shape::Int => {
            let value = r.int()?;
            let fits = i32::try_from(value).is_ok();
            let expected = "a signed 32-bit integer";
            if fits { Ok(()) } else { Err(out_of_range(i128::from(value), expected, start)) }
        }
        Shape::Float => r.float().map(|_| ()),
        Shape::Str => r.str().map(|_| ()),
        Shape::Payload => walk_payload(r),
        Shape::State => walk_state(r),
        Shape::Option(shape) => {
            if r.nil()? {
                return Ok(());
            }
            walk(r, shape)
        }
        Shape::List(shape) => {
            let length = r.array()?;
            let limit = limits::MAX_INTERFACE_ENTRIES;
            if length > limit {
                return Err(DecodeError::new(Kind::TooLong { length, limit }, start));
            }
            (0..length).try_for_each(|_| walk(r, shape))
        }
        Shape::Array(shape, length) => {
            check_arity("the tuple", length, r.array()?, start)?;
            (0..length).try_for_each(|_| walk(r, shape))
        }
        Shape::Enum(name, known) => {
            let value = r.uint()?;
            if known(value) { Ok(()) } else { Err(unknown_value(name, value, start)) }
        }
        Shape::Struct(name, fields) => {
            check_arity(name, fields.len(), r.array()?, start)?;
            walk_fields(r, fields)
        }
        Shape::Union(name, rows) => {
            let found = r.array()?;
            check_tag(name, found, start)?;
            let number = r.uint()?;
            let Some(row) = row(rows, number) else { return Err(unknown_value(name, number, start)) };
            check_arity(row.name, row.fields.len(), found - 1, start)?;
            walk_fields(r, row.fields)
        }
    }
}

fn walk_state(r: &mut Reader<'_>) -> Result<(), DecodeError> {
    let start = r.offset();
    let rows = crate::state::StateChanges::ROWS;
    let (length, limit) = (r.map()?, rows.len());
    if length > limit {
        return Err(DecodeError::new(Kind::TooLong { length, limit }, start));
    }
    let mut last = None;
    for _ in 0..length {
        let at = r.offset();
        let number = r.uint()?;
        if last.is_some_and(|last| last >= number) {
            return Err(DecodeError::new(Kind::UnorderedFields, at));
        }
        last = Some(number);
        let Some(row) = row(rows, number) else { return Err(unknown_value("State", number, at)) };
        walk_fields(r, row.fields)?;
    }
    Ok(())
}

fn walk_payload(r: &mut Reader<'_>) -> Result<(), DecodeError> {
    let start = r.offset();
    let found = r.array()?;
    let encoding = <super::Encoding as super::Wire<'_>>::SHAPE;
    if found == 2 {
        walk(r, encoding)?;
        let at = r.offset();
        let (length, limit) = (r.bin()?.len(), limits::MAX_INLINE_BYTES);
        return if length > limit {
            Err(DecodeError::new(Kind::TooLong { length, limit }, at))
        } else {
            Ok(())
        };
    }
    check_arity("Payload", 3, found, start)?;
    walk(r, encoding)?;
    let at = r.offset();
    if !r.is_bin() {
        r.uint()?;
    } else if r.bin()?.len() != 32 {
        return Err(out_of_range(0, "a hash of 32 bytes", at));
    }
    r.uint().map(|_| ())
}

fn out_of_range(value: i128, expected: &'static str, at: usize) -> DecodeError {
    DecodeError::new(Kind::OutOfRange { value, expected }, at)
}
