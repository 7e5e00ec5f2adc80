//! A compiler for WebAssembly: this toolchain with its target, or Debian's, which brings the sources of its library.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::run;
use crate::setup::{self, Layer};

/// What the browser's crate is compiled for.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";

/// Where Debian's packages put their programs. A rustup on the `PATH` hides them.
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// The kinds of compilers that are tried, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// The toolchain that built this tool, with the target that rustup brings
    Rustup,
    /// Debian's compiler, with the standard library from source
    Debian,
}

/// What makes panics take no room: nobody reads their messages in a page, nor where they happened. The library must be
/// compiled so too.
const IMMEDIATE_ABORT: &[&str] = &["-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none"];

/// What else makes the module small, of a compiler's options that come and go with its version: values of more than eight bytes are
/// copied and cleared by an instruction of the machine rather than by loads and stores, and loops keep one counter.
const SMALLER: &[&str] = &[
    "-Cllvm-args=-max-store-memcpy=1",
    "-Cllvm-args=-max-store-memmove=1",
    "-Cllvm-args=-max-store-memset=1",
    "-Cllvm-args=-disable-lsr",
];

/// A compiler that was found.
pub(super) struct Toolchain {
    kind: Kind,
    /// How it came to be there, for the report.
    how: String,
    linker: Option<String>,
    /// Whether the standard library is compiled with the crate, which makes a much smaller module.
    from_source: bool,
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.how)?;
        f.write_str(if self.from_source { ", its library from source" } else { ", its library as it came" })
    }
}

impl Toolchain {
    /// The first that is there: the target, installed or installed now, then Debian's compiler, installed or installed
    /// now.
    pub(super) fn find(wanted: Option<Kind>) -> Result<Self> {
        if wanted != Some(Kind::Debian) {
            let rustup = run::which("rustup").is_some();
            let mut how = format!("this toolchain, whose target {TARGET} is installed");
            if !has_target() && rustup && run::quietly(Command::new("rustup").args(["target", "add", TARGET]))
            {
                how = format!("this toolchain, to which `rustup target add {TARGET}` added the target");
            }
            if has_target() {
                if !has_sources() && rustup {
                    // Without the sources it goes on, with a larger module.
                    run::quietly(Command::new("rustup").args(["component", "add", "rust-src"]));
                }
                let from_source = has_sources() && can_abort(&rustc());
                return Ok(Toolchain { kind: Kind::Rustup, how, linker: None, from_source });
            }
            anyhow::ensure!(
                wanted.is_none(),
                "this toolchain lacks the target: run `rustup target add {TARGET}`"
            );
        }
        if debian().is_none() {
            setup::prepare(&[Layer::Wasm])?;
        }
        debian().ok_or_else(|| {
            anyhow::anyhow!(
                "there is no compiler for WebAssembly: run `rustup target add {TARGET}`, or on Debian \
                 `apt-get install rustc-web cargo-web rust-web-src lld-22`"
            )
        })
    }

    pub(super) fn name(&self) -> &'static str {
        match (self.kind, self.from_source) {
            (Kind::Rustup, false) => "rustup",
            (Kind::Rustup, true) => "rustup-source",
            (Kind::Debian, _) => "debian",
        }
    }

    /// Whether its module is as small as it can be.
    pub(super) fn is_small(&self) -> bool {
        self.from_source
    }

    fn rustc(&self) -> OsString {
        match self.kind {
            Kind::Rustup => rustc(),
            Kind::Debian => DEBIAN_RUSTC.into(),
        }
    }

    /// A cargo that compiles for the target when asked to.
    pub(super) fn cargo(&self) -> Command {
        let mut command = match self.kind {
            Kind::Rustup => Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())),
            Kind::Debian => {
                let mut command = Command::new(DEBIAN_CARGO);
                // What the cargo that runs this tool has set would lead to its own compiler.
                for name in
                    ["RUSTUP_TOOLCHAIN", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "CARGO", "RUSTDOC"]
                {
                    command.env_remove(name);
                }
                command.env("RUSTC", DEBIAN_RUSTC);
                command
            }
        };
        if let Some(linker) = &self.linker {
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        if self.from_source {
            // These are for nightly compilers, unless a stable one is told that it is known.
            let mut flags = IMMEDIATE_ABORT.to_vec();
            flags.extend(SMALLER.iter().filter(|flag| knows(&self.rustc(), &[flag])));
            command.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", flags.join(" "));
            command.args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
        }
        command
    }
}

fn rustc() -> OsString {
    std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

/// Whether a compiler knows how to make panics small.
fn can_abort(rustc: &OsStr) -> bool {
    knows(rustc, IMMEDIATE_ABORT)
}

/// Whether a compiler takes these flags.
fn knows(rustc: &OsStr, flags: &[&str]) -> bool {
    let mut command = Command::new(rustc);
    run::quietly(command.env("RUSTC_BOOTSTRAP", "1").args(flags).args(["--print", "cfg"]))
}

/// Whether the toolchain that cargo uses here has the sources of its library.
fn has_sources() -> bool {
    run::output(Command::new(rustc()).args(["--print", "sysroot"]))
        .is_ok_and(|sysroot| sources(&sysroot).is_dir())
}

/// Where a toolchain has the sources of its library.
fn sources(sysroot: &str) -> PathBuf {
    Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/std")
}

/// Whether the toolchain that cargo uses here has the target's standard library.
fn has_target() -> bool {
    let mut command = Command::new(rustc());
    let Ok(folder) = run::output(command.args(["--print", "target-libdir", "--target", TARGET])) else {
        return false;
    };
    let entries = Path::new(folder.trim()).read_dir().into_iter().flatten().flatten();
    entries.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
}

/// Debian's compiler, if its library's sources and a linker are there too.
fn debian() -> Option<Toolchain> {
    if !Path::new(DEBIAN_CARGO).exists() {
        return None;
    }
    let sysroot = run::output(Command::new(DEBIAN_RUSTC).args(["--print", "sysroot"])).ok()?;
    if !sources(&sysroot).is_dir() || !can_abort(OsStr::new(DEBIAN_RUSTC)) {
        return None;
    }
    let linker = wasm_linker()?;
    let how = format!("Debian's compiler ({DEBIAN_RUSTC}, linking with {linker})");
    Some(Toolchain { kind: Kind::Debian, how, linker: Some(linker), from_source: true })
}

/// LLVM's linker for WebAssembly: Debian names it by version. The newest reads what every compiler writes.
fn wasm_linker() -> Option<String> {
    let entries = Path::new("/usr/bin").read_dir().ok()?.flatten();
    let newest = entries
        .filter_map(|entry| entry.file_name().to_str()?.strip_prefix("wasm-ld-")?.parse::<u32>().ok())
        .max()
        .map(|version| format!("/usr/bin/wasm-ld-{version}"));
    newest.or_else(|| run::which("wasm-ld").map(|path| path.display().to_string()))
}
