//! Values as the log shows them.

use glir_spec::GlslType;
use glir_spec::wire::Encoding;
use std::fmt;

/// The most numbers that are written out; longer lists go by their hash.
const MOST_NUMBERS: usize = 64;

/// Bytes by number and hash.
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl fmt::Display for Bytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = blake3::hash(self.0);
        write!(f, "{} bytes blake3:", self.0.len())?;
        hash.as_bytes().iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn list<T>(
    f: &mut fmt::Formatter<'_>,
    values: &[T],
    show: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    f.write_str("[")?;
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        show(f, value)?;
    }
    f.write_str("]")
}

/// A list of floats.
pub(super) struct Floats<'a>(pub &'a [f32]);

impl fmt::Display for Floats<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The sign of a NaN differs between machines, so it is not shown.
        list(f, self.0, |f, value| if value.is_nan() { f.write_str("NaN") } else { write!(f, "{value}") })
    }
}

/// A list of integers.
pub(super) struct Integers<'a, T>(pub &'a [T]);

impl<T: fmt::Display> fmt::Display for Integers<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, self.0, |f, value| value.fmt(f))
    }
}

/// A list of names.
pub(super) struct Names<'a>(pub Vec<&'a str>);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, &self.0, |f, name| f.write_str(name))
    }
}

/// The call that sets a uniform.
pub(super) fn uniform(name: &str, ty: GlslType, count: u32, bytes: &[u8]) -> String {
    let words: Vec<u32> =
        bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    let (columns, rows) = ty.shape();
    let value = match ty.encoding() {
        _ if words.len() > MOST_NUMBERS => Bytes(bytes).to_string(),
        Encoding::I32 => {
            Integers(&words.iter().map(|word| word.cast_signed()).collect::<Vec<_>>()).to_string()
        }
        Encoding::U32 => Integers(&words).to_string(),
        _ => Floats(&words.iter().map(|&word| f32::from_bits(word)).collect::<Vec<_>>()).to_string(),
    };
    let letter = match ty.encoding() {
        Encoding::I32 => "i",
        Encoding::U32 => "ui",
        _ => "f",
    };
    match (columns, rows) {
        (1, _) => format!("glUniform{rows}{letter}v({name}, {count}, {value})"),
        _ if columns == rows => format!("glUniformMatrix{rows}fv({name}, {count}, false, {value})"),
        _ => format!("glUniformMatrix{columns}x{rows}fv({name}, {count}, false, {value})"),
    }
}
