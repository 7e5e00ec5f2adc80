//! Numbers in text, and payload elements between text and little-endian bytes.
//!
//! A float is written in the fewest digits that read back to the same bits. `NaN`, `Infinity` and `-Infinity` are
//! strings; a NaN with other bits than the usual ones is a string such as `0x7fc00001`.

use super::json::{Cursor, Kind, Mistake};
use glir_spec::wire::Encoding;
use half::f16;
use std::fmt::Write;

/// Appends the elements as a JSON list. `bools` writes 0 and 1 as false and true. Bytes behind the last whole element
/// are left out.
pub(super) fn write_list(bytes: &[u8], encoding: Encoding, bools: bool, out: &mut String) {
    out.push('[');
    match encoding {
        Encoding::Raw | Encoding::U8 => write_each(bytes, out, |v, out| integer(u8::from_le_bytes(v), out)),
        Encoding::I8 => write_each(bytes, out, |v, out| integer(i8::from_le_bytes(v), out)),
        Encoding::U16 => write_each(bytes, out, |v, out| integer(u16::from_le_bytes(v), out)),
        Encoding::I16 => write_each(bytes, out, |v, out| integer(i16::from_le_bytes(v), out)),
        Encoding::U32 => write_each(bytes, out, |v, out| integer(u32::from_le_bytes(v), out)),
        Encoding::I32 if bools => write_each(bytes, out, |v, out| {
            out.push_str(if i32::from_le_bytes(v) == 0 { "false" } else { "true" });
        }),
        Encoding::I32 => write_each(bytes, out, |v, out| integer(i32::from_le_bytes(v), out)),
        Encoding::F16 => write_each(bytes, out, |v, out| float16(f16::from_le_bytes(v), out)),
        Encoding::F32 => write_each(bytes, out, |v, out| float32(f32::from_le_bytes(v), out)),
        Encoding::F64 => write_each(bytes, out, |v, out| float64(f64::from_le_bytes(v), out)),
    }
    out.push(']');
}

fn write_each<const N: usize>(bytes: &[u8], out: &mut String, write: impl Fn([u8; N], &mut String)) {
    let mut separator = "";
    for value in bytes.as_chunks::<N>().0 {
        out.push_str(separator);
        write(*value, out);
        separator = ", ";
    }
}

/// True if all 32-bit elements are 0 or 1.
pub(super) fn are_bools(bytes: &[u8]) -> bool {
    bytes.as_chunks::<4>().0.iter().all(|value| u32::from_le_bytes(*value) <= 1)
}

/// Appends an integer.
pub(super) fn integer(value: impl std::fmt::Display, out: &mut String) {
    // Writing to a string cannot fail, here and below.
    let _ = write!(out, "{value}");
}

macro_rules! float_writer {
    ($name:ident, $float:ident, $nan:literal, $hex:literal) => {
        /// Appends a float.
        pub(super) fn $name(value: $float, out: &mut String) {
            if value.is_nan() {
                let bits = value.to_bits();
                let _ = if bits == $nan {
                    write!(out, "\"NaN\"")
                } else {
                    write!(out, concat!("\"0x{:0", $hex, "x}\""), bits)
                };
            } else if value.is_infinite() {
                out.push_str(if value > 0.0 { "\"Infinity\"" } else { "\"-Infinity\"" });
            } else if value.abs() < 16_777_216.0
                && (value as i32) as $float == value
                && (value != 0.0 || value.is_sign_positive())
            {
                integer(value as i32, out);
            } else {
                // The debug form has an exponent where digits would pile up, and may end in `.0`.
                let _ = write!(out, "{value:?}");
                if value != 0.0 && out.ends_with(".0") {
                    out.truncate(out.len() - 2);
                }
            }
        }
    };
}

float_writer!(float32, f32, 0x7fc0_0000, "8");
float_writer!(float64, f64, 0x7ff8_0000_0000_0000, "16");

fn float16(value: f16, out: &mut String) {
    if value.is_nan() && value.to_bits() != 0x7e00 {
        let _ = write!(out, "\"0x{:04x}\"", value.to_bits());
    } else if value.is_nan() {
        out.push_str("\"NaN\"");
    } else {
        float32(value.to_f32(), out);
    }
}

/// Reads a JSON list of elements. `bools` lets true and false stand for 1 and 0.
pub(super) fn read_list(
    json: &mut Cursor<'_>,
    encoding: Encoding,
    bools: bool,
    out: &mut Vec<u8>,
) -> Result<(), Mistake> {
    let mut walk = json.array()?;
    while json.more(&mut walk)? {
        read_one(json, encoding, bools, out)?;
    }
    Ok(())
}

/// Reads one element.
#[inline]
pub(super) fn read_one(
    json: &mut Cursor<'_>,
    encoding: Encoding,
    bools: bool,
    out: &mut Vec<u8>,
) -> Result<(), Mistake> {
    if bools && json.kind() == Kind::Bool {
        out.extend_from_slice(&u32::from(json.boolean()?).to_le_bytes());
        return Ok(());
    }
    match encoding {
        Encoding::Raw | Encoding::U8 => out.push(bounded(json, 0, u8::MAX.into())? as u8),
        Encoding::I8 => out.push(bounded(json, i8::MIN.into(), i8::MAX.into())? as i8 as u8),
        Encoding::U16 => out.extend_from_slice(&(bounded(json, 0, u16::MAX.into())? as u16).to_le_bytes()),
        Encoding::I16 => {
            out.extend_from_slice(&(bounded(json, i16::MIN.into(), i16::MAX.into())? as i16).to_le_bytes());
        }
        Encoding::U32 => out.extend_from_slice(&(bounded(json, 0, u32::MAX.into())? as u32).to_le_bytes()),
        Encoding::I32 => {
            out.extend_from_slice(&(bounded(json, i32::MIN.into(), i32::MAX.into())? as i32).to_le_bytes());
        }
        Encoding::F16 => out.extend_from_slice(&read_float16(json)?.to_le_bytes()),
        Encoding::F32 => out.extend_from_slice(&read_float32(json)?.to_le_bytes()),
        Encoding::F64 => out.extend_from_slice(&read_float64(json)?.to_le_bytes()),
    }
    Ok(())
}

/// Reads a whole number between two bounds, both included.
#[inline]
pub(super) fn bounded(json: &mut Cursor<'_>, least: i128, most: i128) -> Result<i128, Mistake> {
    let at = json.position();
    let text = json.number()?;
    if text.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) {
        return Err(Mistake::new(at, format!("{text} is not a whole number")));
    }
    match text.parse::<i128>() {
        Ok(value) if (least..=most).contains(&value) => Ok(value),
        _ => Err(Mistake::new(at, format!("{text} is not between {least} and {most}"))),
    }
}

macro_rules! float_reader {
    ($name:ident, $float:ident, $bits:ident, $nan:literal, $digits:literal, |$value:ident| $parsed:expr, |$wide:ident| $narrow:expr) => {
        /// Reads a float: a number, or one of the strings for what JSON has no number for.
        pub(super) fn $name(json: &mut Cursor<'_>) -> Result<$float, Mistake> {
            let at = json.position();
            if json.kind() == Kind::String {
                let text = json.string()?;
                return match &*text {
                    "NaN" => Ok($float::from_bits($nan)),
                    "Infinity" => Ok($float::INFINITY),
                    "-Infinity" => Ok($float::NEG_INFINITY),
                    _ => text
                        .strip_prefix("0x")
                        .filter(|digits| {
                            digits.len() == $digits && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
                        })
                        .and_then(|digits| $bits::from_str_radix(digits, 16).ok())
                        .map($float::from_bits)
                        .ok_or_else(|| not_a_float(at, &text, $digits)),
                };
            }
            if json.kind() != Kind::Number {
                return Err(json.unexpected("a number"));
            }
            let $value = json.number()?;
            let $wide = $parsed;
            let narrow: $float = $narrow;
            if narrow.is_finite() { Ok(narrow) } else { Err(too_large(at, $value)) }
        }
    };
}

// The texts that `Cursor::number` gives always parse; infinity leads to the message about size.
float_reader!(
    read_float32,
    f32,
    u32,
    0x7fc0_0000,
    8,
    |text| text.parse().unwrap_or(f32::INFINITY),
    |value| value
);
float_reader!(
    read_float64,
    f64,
    u64,
    0x7ff8_0000_0000_0000,
    16,
    |text| text.parse().unwrap_or(f64::INFINITY),
    |value| value
);
float_reader!(read_float16, f16, u16, 0x7e00, 4, |text| text.parse().unwrap_or(f64::INFINITY), |value| {
    f16::from_f64(value)
});

#[cold]
fn not_a_float(at: usize, text: &str, digits: usize) -> Mistake {
    let shown = super::json::quote(text);
    let message = format!(
        "{shown} is not a number; the strings that may stand for one are \"NaN\", \"Infinity\", \"-Infinity\", and the \
         bits as \"0x\" with {digits} digits"
    );
    Mistake::new(at, message)
}

#[cold]
fn too_large(at: usize, text: &str) -> Mistake {
    Mistake::new(at, format!("{text} is too large for this float; for infinity write \"Infinity\""))
}
