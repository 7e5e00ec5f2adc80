//! Embeds the browser package where `cargo xtask web` has built it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What is embedded: the field, the file, and how it is included.
const FILES: &[(&str, &str, &str)] = &[
    ("player", "player.js", "include_str"),
    ("packed_player", "player.js.gz", "include_bytes"),
    ("loader", "loader.js", "include_str"),
    ("wasm", "glir.wasm", "include_bytes"),
    ("packed_wasm", "glir.wasm.gz", "include_bytes"),
    ("style", "style.css", "include_str"),
    ("page", "page.html", "include_str"),
    ("live", "live.html", "include_str"),
];

fn main() -> io::Result<()> {
    // Asked at run time: a built script may be run for another checkout.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?;
    let dist = Path::new(&here).join("../dist");
    let embed = dist.join("embed");
    // What is not there can't be watched; its folder can.
    println!("cargo:rerun-if-changed={}", if dist.exists() { "../dist" } else { ".." });
    println!("cargo:rerun-if-changed=build.rs");
    // Copied, so that what is embedded is what was there now, whatever becomes of the folder.
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let built = FILES.iter().all(|(_, name, _)| fs::copy(embed.join(name), out.join(name)).is_ok());
    let value = if built {
        let fields = FILES.iter().map(|(field, name, include)| {
            format!("    {field}: {include}!(concat!(env!(\"OUT_DIR\"), \"/{name}\")),\n")
        });
        format!("Some(Assets {{\n{}}})", fields.collect::<String>())
    } else {
        "None".to_owned()
    };
    fs::write(out.join("built.rs"), value)
}
