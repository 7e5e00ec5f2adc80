//! `cargo xtask demo`: a real recording, read from a file, made a GLIR stream, drawn on three GL APIs, and put into a page.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};

use crate::root::Root;
use crate::setup::{self, Layer};
use crate::{Outcome, run, web};

/// The recording that ships with the data readers; its origin and licence stand beside it.
pub(crate) const RECORDING: &str = "producers/data/recordings/mit-bih-208/ecg.edf";

const APIS: &[&str] = &["gl", "gles2", "gles3"];

/// Sets up, builds `glir`, and shows its verbs at work on the recording.
pub(crate) fn run(root: &Root) -> Outcome {
    let missing = setup::prepare(&[Layer::Build, Layer::Drawing])?;
    if !missing.is_empty() {
        bail!("the demo can't draw yet; install what is named above, then run it again");
    }
    ensure!(root.join(RECORDING).is_file(), "the recording {RECORDING} is not in this checkout");

    // What pages carry is built first, since glir embeds it. A demo without a page is one all the same.
    let no_page = web::build(root).err();
    println!("demo: building glir (the first time takes a minute or two)");
    let built = run::succeeds(root.cargo().args(["build", "--release", "--package", "glir-cli"]))?;
    ensure!(built, "glir does not build; the compiler's reason stands above");

    let target = root.target()?;
    let glir = Glir { root, program: &target.join("release").join("glir") };
    let folder = target.join("demo");
    fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
    let stream = shown(root, &folder.join("recording.glir"));

    glir.run(&["plot", RECORDING, "--rows", "auto", "-o", &stream])?;
    glir.run(&["info", &stream])?;
    glir.run(&["check", &stream])?;
    let mut pictures = Vec::new();
    let mut failed = Vec::new();
    for api in APIS {
        let picture = shown(root, &folder.join(format!("recording-{api}.png")));
        match glir.run(&["render", &stream, "--api", api, "-o", &picture]) {
            Ok(()) => pictures.push(picture),
            Err(_) => failed.push(*api),
        }
    }

    let page = shown(root, &folder.join("recording.html"));
    if no_page.is_none() {
        glir.run(&["plot", RECORDING, "-o", &page])?;
    }

    println!("\nThe stream:   {stream}");
    println!("The pictures: {}", pictures.join("\n              "));
    match no_page {
        None => println!("The page:     {page}"),
        Some(error) => println!("The page:     none, since the browser package can't be built: {error:#}"),
    }
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("Not drawn on {}: the reason stands above.", failed.join(", "));
    Ok(ExitCode::FAILURE)
}

/// The built command, run in the workspace root so that what is printed can be typed.
struct Glir<'a> {
    root: &'a Root,
    program: &'a Path,
}

impl Glir<'_> {
    fn run(&self, arguments: &[&str]) -> Result<()> {
        println!("\n$ glir {}", arguments.join(" "));
        let mut command = Command::new(self.program);
        let succeeded = run::succeeds(command.current_dir(self.root.path()).args(arguments))?;
        ensure!(succeeded, "`glir {}` failed", arguments.join(" "));
        Ok(())
    }
}

/// A path as short as it can be said from the workspace root.
fn shown(root: &Root, path: &Path) -> String {
    path.strip_prefix(root.path()).unwrap_or(path).display().to_string()
}
