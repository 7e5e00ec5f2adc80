//! `cargo xtask web`: builds the browser's interpreter and its package into `glir-web/dist`.
//!
//! `dist/package` is the npm package as it would be published; `dist/embed` holds what the `glir` command carries inside
//! itself: one script, the WebAssembly module, the style and the template of the export page.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::root::Root;
use crate::setup::{self, Layer};
use crate::{Outcome, run};

mod bundle;
mod optimize;
mod pack;
mod script;
mod size;
mod toolchain;
mod tools;
mod types;

use toolchain::Toolchain;

/// The package's sources, below the root.
const SOURCES: &str = "glir-web/package";
/// What is built, below the root.
const DIST: &str = "glir-web/dist";
/// The built module and its glue are called so, with their extensions.
const MODULE: &str = "glir";

/// The classic scripts of pages, made of modules.
const SCRIPTS: [&str; 2] = ["loader.js", "player.js"];

/// Arguments of `cargo xtask web`.
#[derive(Default, clap::Args)]
pub(crate) struct Arguments {
    /// Also fail if something is missing that makes the module as small as the published one
    #[arg(long)]
    check: bool,
    /// Take this compiler for WebAssembly rather than the first one that is there
    #[arg(long, value_name = "NAME")]
    toolchain: Option<toolchain::Kind>,
}

/// Builds everything, and holds the sizes against their bounds.
pub(crate) fn run(root: &Root, arguments: &Arguments) -> Outcome {
    let toolchain = Toolchain::find(arguments.toolchain)?;
    println!("web: compiling with {toolchain}");
    let compiled = compile(root, &toolchain)?;
    compile_comparison(root, &toolchain)?;
    let dist = root.join(DIST);
    let package = dist.join("package");
    // npm and cargo know the same release by the same number.
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    let manifest = root.read(&format!("{SOURCES}/package.json"))?;
    anyhow::ensure!(manifest.contains(&version), "{SOURCES}/package.json must say {version}");
    // A file that is no longer part of the package must not stay in it.
    if dist.exists() {
        fs::remove_dir_all(&dist).with_context(|| format!("{} can't be removed", dist.display()))?;
    }
    copy_sources(root, &package)?;
    let wasm = package.join("wasm");
    bind(&compiled, &wasm)?;
    let module = wasm.join(format!("{MODULE}.wasm"));
    fs::rename(wasm.join(format!("{MODULE}_bg.wasm")), &module)
        .with_context(|| format!("{} can't be renamed", module.display()))?;
    let glue = [".js", ".d.ts", "_bg.wasm.d.ts"].map(|end| wasm.join(format!("{MODULE}{end}")));
    let mut large = optimize::run(root, &module, &glue)?;
    if !toolchain.is_small() {
        large.get_or_insert_with(|| {
            "the standard library's sources are not there (rustup's component rust-src)".into()
        });
    }
    types::check(root, &package)?;
    let embedded = dist.join("embed");
    embed(&package, &embedded)?;
    for script in SCRIPTS {
        if let Some(reason) = script::shrink(root, &embedded.join(script))? {
            large.get_or_insert(reason);
        }
    }
    pack::run(&embedded)?;
    let small = size::report(&dist)?;
    println!("web: the package is in {}", package.display());
    let passed = match &large {
        // The bounds are for what is published.
        Some(reason) => {
            println!("web: what pages carry is larger than it need be: {reason}");
            !arguments.check
        }
        None => small,
    };
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds everything, after installing what can be installed; a package larger than it need be will do.
pub(crate) fn build(root: &Root) -> Result<()> {
    setup::prepare(&[Layer::Shrink])?;
    run(root, &Arguments::default()).map(drop)
}

/// What was missing to build and try the browser's side, after installing what can be installed.
pub(crate) fn prepare() -> Result<Option<String>> {
    let missing = setup::prepare(&[Layer::Browser, Layer::Shrink])?;
    let names: Vec<_> =
        missing.iter().filter(|need| need.layer == Layer::Browser).map(|need| need.what).collect();
    if !names.is_empty() {
        return Ok(Some(format!("this machine lacks {}", names.join(", "))));
    }
    Ok(Toolchain::find(None).err().map(|error| format!("{error:#}")))
}

/// Compiles the crate; the path of the module.
fn compile(root: &Root, toolchain: &Toolchain) -> Result<PathBuf> {
    // A folder of its own: two compilers that share one rebuild each other's work.
    let target = root.target()?.join("web").join(toolchain.name());
    let mut command = toolchain.cargo();
    command.current_dir(root.path()).args(["build", "--package", "glir-web", "--lib", "--profile", "wasm"]);
    command.args(["--target", toolchain::TARGET, "--target-dir"]).arg(&target);
    anyhow::ensure!(run::succeeds(&mut command)?, "`{}` failed", run::line(&command));
    Ok(target.join(toolchain::TARGET).join("wasm/glir_web.wasm"))
}

/// Compiles the part of the conformance suite that reads cases and compares pictures: it has no platform in it, and a page that
/// judges an interpreter may use it.
fn compile_comparison(root: &Root, toolchain: &Toolchain) -> Result<()> {
    let target = root.target()?.join("web").join(toolchain.name());
    let mut command = toolchain.cargo();
    command.current_dir(root.path()).args(["check", "--quiet", "--package", "glir-conformance", "--lib"]);
    command.args([
        "--no-default-features",
        "--profile",
        "wasm",
        "--target",
        toolchain::TARGET,
        "--target-dir",
    ]);
    command.arg(&target);
    anyhow::ensure!(run::succeeds(&mut command)?, "`{}` failed", run::line(&command));
    Ok(())
}

/// Writes the glue in JavaScript beside the module that it belongs to.
fn bind(compiled: &Path, into: &Path) -> Result<()> {
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.input_path(compiled).out_name(MODULE).typescript(true).omit_default_module_path(true);
    bindgen.remove_name_section(true).remove_producers_section(true);
    bindgen.web(true)?.generate(into).context("wasm-bindgen can't make the module's glue")
}

/// Copies the package's sources and the licences.
fn copy_sources(root: &Root, package: &Path) -> Result<()> {
    let copy = |from: &Path, to: &Path| -> Result<()> {
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
        }
        fs::copy(from, to).with_context(|| format!("{} can't be copied", from.display()))?;
        Ok(())
    };
    let prefix = format!("{SOURCES}/");
    for name in root.files(&[".js", ".d.ts", ".css", ".json", ".html", ".md"])? {
        if let Some(relative) = name.strip_prefix(&prefix) {
            copy(&root.join(&name), &package.join(relative))?;
        }
    }
    for name in root.files(&[".js", ".d.ts"])? {
        if let Some(relative) = name.strip_prefix("glir-web/types/") {
            copy(&root.join(&name), &package.join("types").join(relative))?;
        }
    }
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        copy(&root.join(name), &package.join(name))?;
    }
    Ok(())
}

/// Puts together what the `glir` command carries.
fn embed(package: &Path, into: &Path) -> Result<()> {
    fs::create_dir_all(into).with_context(|| format!("{} can't be made", into.display()))?;
    let write = |name: &str, bytes: &[u8]| {
        let path = into.join(name);
        fs::write(&path, bytes).with_context(|| format!("{} can't be written", path.display()))
    };
    for name in SCRIPTS {
        write(name, bundle::script(package, &format!("embed/{name}"))?.as_bytes())?;
    }
    let module = fs::read(package.join("wasm").join(format!("{MODULE}.wasm")))?;
    write("glir.wasm", &module)?;
    for name in ["page.html", "live.html", "style.css"] {
        write(name, &fs::read(package.join("embed").join(name))?)?;
    }
    Ok(())
}
