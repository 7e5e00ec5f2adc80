//! Holds the sizes of what was built against their bounds.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

/// The most bytes of the module, plain and gzipped. A fifth of it is what moves a picture without its producer: signals with their
/// mathematics, which must be the same on every machine and so can't be the browser's, controllers, and lists.
const MODULE: (usize, usize) = (344 << 10, 151 << 10);
/// The most bytes of everything that an exported page carries before its data, module and player being gzipped and in base64.
const PAGE: usize = 232 << 10;

/// Prints the sizes; whether they are within bounds.
pub(super) fn report(dist: &Path) -> Result<bool> {
    let embed = dist.join("embed");
    let mut sizes = Vec::new();
    for name in ["glir.wasm", "player.js", "loader.js", "style.css", "page.html"] {
        let path = embed.join(name);
        let bytes = fs::read(&path).with_context(|| format!("{} can't be read", path.display()))?;
        let zipped = gzip(&bytes)?;
        println!("web: {name:10} {:7} bytes, {:6} gzipped", bytes.len(), zipped);
        sizes.push((bytes.len(), zipped));
    }
    let module = sizes.first().copied().unwrap_or_default();
    let (packed, plain) = sizes.split_at(2);
    let packed: usize = packed.iter().map(|(_, zipped)| zipped.div_ceil(3) * 4).sum();
    let page = packed + plain.iter().map(|(plain, _)| plain).sum::<usize>();
    println!("web: a page of its own takes {page} bytes before its data");
    let mut small = true;
    for (what, size, most) in [
        ("the module", module.0, MODULE.0),
        ("the gzipped module", module.1, MODULE.1),
        ("a page without data", page, PAGE),
    ] {
        if size > most {
            println!("web: {what} takes {size} bytes, {most} are the most");
            small = false;
        }
    }
    Ok(small)
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}
