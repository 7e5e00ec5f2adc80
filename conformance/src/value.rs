//! Any MessagePack value, and how logs show it.

use glir_spec::limits::MAX_DEPTH;
use glir_spec::wire::{DecodeError, Reader};
use std::fmt::{self, Write as _};

/// A MessagePack value. Extension types have no meaning in the language.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Value {
    Nil,
    Bool(bool),
    Uint(u64),
    Int(i64),
    F32(f32),
    F64(f64),
    Str(String),
    Bin(Vec<u8>),
    Array(Vec<Value>),
    Map(Vec<(Value, Value)>),
}

impl Value {
    /// Reads one value.
    ///
    /// # Errors
    /// Bytes that are no value, or that end too early; values nested deeper than the language allows.
    pub fn read(bytes: &[u8]) -> Result<Value, DecodeError> {
        // The reader's own walk bounds depth and lengths before anything is built.
        Reader::new(bytes).skip()?;
        let mut reader = Reader::new(bytes);
        read(&mut reader, bytes, MAX_DEPTH)
    }

    /// The entries of an array; none of anything else.
    pub fn array(&self) -> &[Value] {
        match self {
            Value::Array(values) => values,
            _ => &[],
        }
    }

    /// The number, if it is one without a sign.
    pub fn uint(&self) -> Option<u64> {
        match self {
            Value::Uint(value) => Some(*value),
            _ => None,
        }
    }

    /// The entry of a map with this key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let Value::Map(entries) = self else { return None };
        entries
            .iter()
            .find(|(name, _)| matches!(name, Value::Str(name) if name == key))
            .map(|(_, value)| value)
    }

    /// The text of a string.
    pub fn str(&self) -> Option<&str> {
        match self {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The bytes of a byte string.
    pub fn bin(&self) -> Option<&[u8]> {
        match self {
            Value::Bin(bytes) => Some(bytes),
            _ => None,
        }
    }
}

fn read(r: &mut Reader<'_>, bytes: &[u8], depth: usize) -> Result<Value, DecodeError> {
    let Some(left) = depth.checked_sub(1) else {
        r.skip()?;
        return Ok(Value::Nil);
    };
    Ok(match bytes.get(r.offset()).copied().unwrap_or(0xc1) {
        0xc0 => {
            r.nil()?;
            Value::Nil
        }
        0xc2 | 0xc3 => Value::Bool(r.bool()?),
        0xca => Value::F32(r.float32()?),
        0xcb => Value::F64(r.float()?),
        0x00..=0x7f | 0xcc..=0xcf => Value::Uint(r.uint()?),
        0xe0..=0xff | 0xd0..=0xd3 => {
            let value = r.int()?;
            u64::try_from(value).map_or(Value::Int(value), Value::Uint)
        }
        0xa0..=0xbf | 0xd9..=0xdb => Value::Str(r.str()?.to_owned()),
        0xc4..=0xc6 => Value::Bin(r.bin()?.to_owned()),
        0x90..=0x9f | 0xdc | 0xdd => {
            let length = r.array()?;
            Value::Array((0..length).map(|_| read(r, bytes, left)).collect::<Result<_, _>>()?)
        }
        0x80..=0x8f | 0xde | 0xdf => {
            let length = r.map()?;
            let entry = |r: &mut Reader<'_>| Ok((read(r, bytes, left)?, read(r, bytes, left)?));
            Value::Map((0..length).map(|_| entry(r)).collect::<Result<_, _>>()?)
        }
        _ => {
            r.skip()?;
            Value::Nil
        }
    })
}

/// As JSON, in a form that needs no agreement on how floats are printed: `"f32:3f800000"` is the bits of 1.0, `"hex:00ff"`
/// two bytes. Keys of maps are strings.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Nil => f.write_str("null"),
            Value::Bool(value) => value.fmt(f),
            Value::Uint(value) => value.fmt(f),
            Value::Int(value) => value.fmt(f),
            Value::F32(value) => write!(f, "\"f32:{:08x}\"", value.to_bits()),
            Value::F64(value) => write!(f, "\"f64:{:016x}\"", value.to_bits()),
            Value::Str(text) => quoted(f, text),
            Value::Bin(bytes) => {
                f.write_str("\"hex:")?;
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_str("\"")
            }
            Value::Array(values) => {
                f.write_str("[")?;
                for (index, value) in values.iter().enumerate() {
                    f.write_str(if index > 0 { ", " } else { "" })?;
                    value.fmt(f)?;
                }
                f.write_str("]")
            }
            Value::Map(entries) => {
                f.write_str("{")?;
                for (index, (key, value)) in entries.iter().enumerate() {
                    f.write_str(if index > 0 { ", " } else { "" })?;
                    match key {
                        Value::Str(key) => quoted(f, key)?,
                        key => write!(f, "\"{key}\"")?,
                    }
                    write!(f, ": {value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

/// A JSON string: `"`, `\` and the characters below U+0020 are escaped, nothing else.
fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for char in text.chars() {
        match char {
            '"' | '\\' => write!(f, "\\{char}"),
            '\n' => f.write_str("\\n"),
            '\r' => f.write_str("\\r"),
            '\t' => f.write_str("\\t"),
            '\x08' => f.write_str("\\b"),
            '\x0c' => f.write_str("\\f"),
            '\0'..='\x1f' => write!(f, "\\u{:04x}", char as u32),
            _ => f.write_char(char),
        }?;
    }
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn values_show_their_bits() {
        // [1, -2, 1.5 as float 32, "a\n", bytes 00 ff, nil, true, {4: 5}]
        let bytes = [
            0x98, 1, 0xfe, 0xca, 0x3f, 0xc0, 0, 0, 0xa2, b'a', b'\n', 0xc4, 2, 0, 0xff, 0xc0, 0xc3, 0x81, 4,
            5,
        ];
        let shown = Value::read(&bytes).map(|value| value.to_string());
        let expected = r#"[1, -2, "f32:3fc00000", "a\n", "hex:00ff", null, true, {"4": 5}]"#;
        assert_eq!(shown.ok().as_deref(), Some(expected));
    }

    #[test]
    fn what_is_cut_is_an_error() {
        assert!(Value::read(&[0x92, 1]).is_err());
        assert!(Value::read(&[0x91; 100]).is_err());
    }
}
