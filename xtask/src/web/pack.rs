//! Packs what exported pages carry: gzip, as small as it can be made, since a page is written more often than built.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use zopfli::{Format, Options};

/// The files that pages carry packed.
pub(super) const PACKED: [&str; 2] = ["glir.wasm", "player.js"];

/// Writes each file's gzip beside it, with `.gz` behind its name.
pub(super) fn run(embedded: &Path) -> Result<()> {
    for name in PACKED {
        let path = embedded.join(name);
        let bytes = fs::read(&path).with_context(|| format!("{} can't be read", path.display()))?;
        let mut packed = Vec::new();
        zopfli::compress(Options::default(), Format::Gzip, &bytes[..], &mut packed)?;
        let path = embedded.join(format!("{name}.gz"));
        fs::write(&path, packed).with_context(|| format!("{} can't be written", path.display()))?;
    }
    Ok(())
}
