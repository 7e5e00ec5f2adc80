//! Bytes as inert script tags of base64, gzipped where that pays.

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

/// How much of a tag is compressed to find out whether it is worth it.
const SAMPLE: usize = 256 << 10;
/// Compressed data counts as smaller if it takes at most this share: unpacking costs time too.
const WORTH: f64 = 0.8;
/// Base64 is made in pieces of this length, a multiple of three.
const PIECE: usize = 48 << 10;

/// Writes a tag and the script that takes it. `kind` says what the bytes are; packing is tried if `pack` is true. Whether
/// they were packed.
pub(crate) fn write(out: &mut impl Write, kind: &str, bytes: &[u8], pack: bool) -> io::Result<bool> {
    // A page waits for what draws it; a large stream's writer waits for its packing.
    let level = if kind == "glir" { Compression::default() } else { Compression::best() };
    let packed = if pack && is_worth_packing(bytes)? { Some(gzip(bytes, level)?) } else { None };
    let packed = packed.filter(|packed| packed.len() < bytes.len());
    let attribute = if packed.is_some() { " data-packed=\"gzip\"" } else { "" };
    write!(out, "<script type=\"application/x-glir\" data-kind=\"{kind}\"{attribute}>")?;
    let mut text = String::with_capacity(PIECE / 3 * 4);
    for piece in packed.as_deref().unwrap_or(bytes).chunks(PIECE) {
        text.clear();
        BASE64_STANDARD.encode_string(piece, &mut text);
        out.write_all(text.as_bytes())?;
    }
    writeln!(out, "</script><script>{TAKE}</script>")?;
    Ok(packed.is_some())
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
    use super::{policy_source, write};

    fn tag(bytes: &[u8]) -> String {
        let mut out = Vec::new();
        write(&mut out, "glir", bytes, true).unwrap();
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
    fn sources_are_hashes() {
        // The digest of no bytes, from FIPS 180-2.
        assert_eq!(policy_source(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
    }
}
