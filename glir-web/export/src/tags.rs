//! Bytes as inert script tags: the stream in base64, gzipped where that pays, and what draws it in fewer characters.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use std::io::{self, Write};

/// The script that takes the tag in front of it.
pub(crate) const TAKE: &str = "glir.take()";
/// The script behind the last tag.
pub(crate) const END: &str = "glir.end()";

/// Characters that can't stand in a tag (NUL, CR and `<`), or that some tool takes for an order: backspace, the end of a file on
/// Windows, escape, delete.
const UNSAFE: [u8; 7] = [0, b'\r', b'<', 8, 26, 27, 127];

/// How much of a tag is compressed to find out whether it is worth it.
const SAMPLE: usize = 256 << 10;
/// Compressed data counts as smaller if it takes at most this share: unpacking costs time too.
const WORTH: f64 = 0.8;
/// Base64 is made in pieces of this length, a multiple of three.
const PIECE: usize = 48 << 10;

/// Writes a tag of the stream and the script that takes it. Packing is tried if `pack` is true. Whether the bytes were packed.
pub(crate) fn write(out: &mut impl Write, bytes: &[u8], pack: bool) -> io::Result<bool> {
    let worth = pack && is_worth_packing(bytes)?;
    let packed = if worth { Some(gzip(bytes, Compression::default())?) } else { None };
    let packed = packed.filter(|packed| packed.len() < bytes.len());
    let attribute = if packed.is_some() { " data-packed=\"gzip\"" } else { "" };
    write!(out, "<script type=\"application/x-glir\" data-kind=\"glir\"{attribute}>")?;
    let mut text = String::with_capacity(PIECE / 3 * 4);
    for piece in packed.as_deref().unwrap_or(bytes).chunks(PIECE) {
        text.clear();
        BASE64_STANDARD.encode_string(piece, &mut text);
        out.write_all(text.as_bytes())?;
    }
    writeln!(out, "</script><script>{TAKE}</script>")?;
    Ok(packed.is_some())
}

/// Writes a tag of what is gzipped already, as dense text, and the script that takes it. `kind` says what the bytes are.
pub(crate) fn write_dense(out: &mut impl Write, kind: &str, packed: &[u8]) -> io::Result<()> {
    let bytes = packed.len();
    write!(
        out,
        "<script type=\"application/x-glir\" data-kind=\"{kind}\" data-packed=\"gzip\" data-dense=\"{bytes}\">"
    )?;
    out.write_all(dense(packed).as_bytes())?;
    writeln!(out, "</script><script>{TAKE}</script>")
}

/// Seven bits a byte of UTF-8, where base64 has six. Bits go from the highest of a byte to the lowest; the last seven are filled up
/// with zeros. An unsafe character becomes one of two bytes, which says which it is (its number and 2, times 128) and holds the next
/// seven bits too.
fn dense(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() / 7 * 8 + 16);
    let (mut bits, mut count, mut bytes) = (0u32, 0, bytes.iter());
    let mut next = || {
        if count < 7 {
            match bytes.next() {
                Some(byte) => (bits, count) = (bits << 8 | u32::from(*byte), count + 8),
                None if count == 0 => return None,
                None => (bits, count) = (bits << (7 - count), 7),
            }
        }
        count -= 7;
        Some((bits >> count & 127) as u8)
    };
    while let Some(seven) = next() {
        match UNSAFE.iter().position(|char| *char == seven) {
            None => text.push(char::from(seven)),
            Some(index) => {
                let code = (index as u32 + 2) << 7 | u32::from(next().unwrap_or_default());
                text.extend(char::from_u32(code));
            }
        }
    }
    text
}

/// The source by which a policy allows a script or a style with this text.
pub(crate) fn policy_source(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text.as_bytes())))
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// Tries a part from the middle: what stands at the start is often unlike the rest.
fn is_worth_packing(bytes: &[u8]) -> io::Result<bool> {
    let start = bytes.len().saturating_sub(SAMPLE) / 2;
    let sample = &bytes[start..bytes.len().min(start + SAMPLE)];
    Ok((gzip(sample, Compression::fast())?.len() as f64) < WORTH * sample.len() as f64)
}

fn gzip(bytes: &[u8], level: Compression) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::{UNSAFE, dense, policy_source, write};

    fn tag(bytes: &[u8]) -> String {
        let mut out = Vec::new();
        write(&mut out, bytes, true).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn noise_stays_plain_and_repeats_are_packed() {
        let mut state = 1u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(100_000)
        .collect();
        assert!(tag(&noise).starts_with("<script type=\"application/x-glir\" data-kind=\"glir\">"));
        let zeros = tag(&[0; 100_000]);
        assert!(zeros.contains("data-packed=\"gzip\"") && zeros.len() < 1000);
        assert!(zeros.ends_with("</script><script>glir.take()</script>\n"));
    }

    #[test]
    fn dense_text_is_an_eighth_larger_and_safe() {
        let every: Vec<u8> = (0..=255).chain((0..=255).rev()).collect();
        for bytes in [&every[..], &[0; 700], &[0xff; 7], &[0x0d], &[]] {
            let text = dense(bytes);
            assert!(!text.bytes().any(|byte| UNSAFE.contains(&byte)));
            assert!(text.len() <= (bytes.len() * 8).div_ceil(7) + 1, "{} of {}", text.len(), bytes.len());
            // As the loader reads it.
            let (mut back, mut bits, mut count) = (Vec::new(), 0u32, 0);
            let mut take = |seven: u32| {
                (bits, count) = (bits << 7 | seven, count + 7);
                if count >= 8 {
                    count -= 8;
                    back.push((bits >> count & 255) as u8);
                }
            };
            for code in text.chars().map(u32::from) {
                if code >= 128 {
                    take(UNSAFE[(code >> 7) as usize - 2].into());
                }
                take(code & 127);
            }
            assert_eq!(&back[..bytes.len()], bytes);
        }
    }

    #[test]
    fn sources_are_hashes() {
        // The digest of no bytes, from FIPS 180-2.
        assert_eq!(policy_source(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
    }
}
