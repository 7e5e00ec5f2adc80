//! Holds the sizes of what was built against their bounds.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::pack::PACKED;

/// The most bytes of the module, plain and gzipped. A fifth of it is what moves a picture without its producer: signals with their
/// mathematics, which must be the same on every machine and so can't be the browser's, controllers, and lists.
const MODULE: (usize, usize) = (320_500, 143_400);
/// The most bytes of everything that an exported page carries before its data. Module and player are packed, and stand in
/// text of seven bits a byte. The controls of the timeline, what unpacks recordings and what records them are a seventh of the player.
const PAGE: usize = 190_000;

/// What pages carry.
const FILES: [&str; 5] = ["glir.wasm", "player.js", "loader.js", "style.css", "page.html"];
/// What stands around a packed file, in bytes.
const TAG: usize = 130;

/// Prints the sizes; whether they are within bounds.
pub(super) fn report(dist: &Path) -> Result<bool> {
    let embed = dist.join("embed");
    let mut sizes = Vec::new();
    for name in FILES {
        let path = embed.join(name);
        let bytes = fs::read(&path).with_context(|| format!("{} can't be read", path.display()))?;
        let zipped = gzip(&bytes)?;
        println!("web: {name:10} {:7} bytes, {:6} gzipped", bytes.len(), zipped);
        sizes.push((bytes.len(), zipped));
    }
    let module = sizes.first().copied().unwrap_or_default();
    let mut page = 0;
    for (name, (plain, _)) in FILES.iter().zip(&sizes) {
        page += if PACKED.contains(name) {
            let path = embed.join(format!("{name}.gz"));
            let packed =
                fs::metadata(&path).with_context(|| format!("{} can't be read", path.display()))?.len();
            (packed as usize * 8).div_ceil(7) + TAG
        } else {
            *plain
        };
    }
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
