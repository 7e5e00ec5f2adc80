//! `cargo xtask gallery`: every example of the producers, drawn natively and in the browser, on one page with its code.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};

use crate::root::Root;
use crate::setup::{self, Layer};
use crate::{Outcome, run, web};

/// The packages whose examples write a stream to the path that they are given, and their folders.
const PACKAGES: &[(&str, &str)] = &[
    ("glir-visuals", "producers/visuals"),
    ("glir-plot", "producers/plot"),
    ("glir-scene", "producers/scene"),
    ("glir-gloo", "producers/gloo"),
];

/// Plots of the command line: their name, and its arguments after `glir plot`.
const PLOTS: &[(&str, &[&str])] = &[
    ("molecule", &["molecule", "producers/data/structures/1crn/1crn.pdb", "--size", "800x600"]),
    ("mesh", &["mesh", "producers/data/samples/trefoil.ply", "--size", "800x600"]),
    ("volume", &["volume", "producers/data/samples/orbital.npy", "--size", "800x600"]),
    ("surface", &["volume", "producers/data/samples/orbital.npy", "--level", "60", "--size", "800x600"]),
    ("recording", &["signals", crate::demo::RECORDING, "--time", "0..60", "--size", "800x600"]),
];

/// An example that was drawn.
struct Exhibit {
    /// Its package and name, as the file's name.
    name: String,
    /// What its first paragraph says.
    caption: String,
    /// Its source, or the command.
    code: String,
    /// Whether there is a page of it.
    page: bool,
}

/// Sets up, draws all examples, and writes the page.
pub(crate) fn run(root: &Root) -> Outcome {
    let missing = setup::prepare(&[Layer::Build, Layer::Drawing])?;
    if !missing.is_empty() {
        bail!("nothing can be drawn yet; install what is named above, then run it again");
    }
    let no_pages = web::build(root).err();
    if let Some(error) = &no_pages {
        println!("gallery: pictures alone, since the browser package can't be built: {error:#}");
    }
    println!("gallery: building glir and the examples");
    let mut build = root.cargo();
    build.args(["build", "--release", "--package", "glir-cli"]);
    ensure!(run::succeeds(&mut build)?, "glir does not build; the compiler's reason stands above");
    let target = root.target()?;
    let glir = target.join("release").join("glir");
    let folder = target.join("gallery");
    fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;

    let mut exhibits = Vec::new();
    let mut failed = Vec::new();
    for (package, path) in PACKAGES {
        for example in examples(&root.join(path).join("examples"))? {
            let name = format!("{}-{example}", package.trim_start_matches("glir-"));
            let stream = folder.join(format!("{name}.glir"));
            let mut command = root.cargo();
            command.args(["run", "--quiet", "--release", "--package", package, "--example", &example, "--"]);
            command.current_dir(root.path()).arg(&stream);
            let code = root.read(&format!("{path}/examples/{example}.rs"))?;
            let drawn = run::succeeds(&mut command)? && draw(root, &glir, &folder, &name)?;
            let page = drawn && no_pages.is_none() && export(root, &glir, &folder, &name)?;
            if !drawn || (no_pages.is_none() && !page) {
                failed.push(name.clone());
            }
            exhibits.push(Exhibit { name, caption: caption(&code), code, page });
        }
    }
    for (name, arguments) in PLOTS {
        let name = format!("cli-{name}");
        let mut command = Command::new(&glir);
        command.current_dir(root.path()).arg("plot").args(*arguments);
        command.arg("-o").arg(folder.join(format!("{name}.glir")));
        let drawn = run::succeeds(&mut command)? && draw(root, &glir, &folder, &name)?;
        let page = drawn && no_pages.is_none() && export(root, &glir, &folder, &name)?;
        if !drawn || (no_pages.is_none() && !page) {
            failed.push(name.clone());
        }
        let code = format!("glir plot {} -o {name}.html", arguments.join(" "));
        exhibits.push(Exhibit { name, caption: "From the command line.".into(), code, page });
    }

    let index = folder.join("index.html");
    fs::write(&index, page(&exhibits)).with_context(|| format!("{} can't be written", index.display()))?;
    println!("\nThe gallery: {} ({} exhibits)", index.display(), exhibits.len());
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("Not drawn: {}; the reasons stand above.", failed.join(", "));
    Ok(ExitCode::FAILURE)
}

/// The names of the examples in a folder, sorted.
fn examples(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return Ok(names) };
    for entry in entries {
        let path = entry.with_context(|| format!("{} can't be read", folder.display()))?.path();
        if path.extension().is_some_and(|extension| extension == "rs")
            && let Some(name) = path.file_stem().and_then(|stem| stem.to_str())
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Draws a stream natively: on OpenGL ES 3, which draws what es2 asks, too.
fn draw(root: &Root, glir: &Path, folder: &Path, name: &str) -> Result<bool> {
    let mut command = Command::new(glir);
    command.current_dir(root.path()).args(["render", "--api", "gles3"]);
    command.arg(folder.join(format!("{name}.glir"))).arg("-o").arg(folder.join(format!("{name}.png")));
    run::succeeds(&mut command)
}

fn export(root: &Root, glir: &Path, folder: &Path, name: &str) -> Result<bool> {
    let mut command = Command::new(glir);
    command.current_dir(root.path()).args(["export", "--api", "gles3"]);
    command.arg(folder.join(format!("{name}.glir"))).arg("-o").arg(folder.join(format!("{name}.html")));
    run::succeeds(&mut command)
}

/// The first paragraph of a file's documentation.
fn caption(code: &str) -> String {
    let lines = code.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The page: for each exhibit the native picture, the page in a frame, and the code.
fn page(exhibits: &[Exhibit]) -> String {
    let mut out = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>GLIR: gallery</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<style>\n\
         body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 1400px; padding: 0 1em; color: #222 }\n\
         figure { display: inline-block; margin: 0 1em 0 0; width: min(660px, 100%); vertical-align: top }\n\
         img, iframe { width: 100%; border: 1px solid #ccc; background: white; box-sizing: border-box }\n\
         img { display: block; height: auto }\n iframe { height: 500px }\n\
         figcaption { color: #666; font-size: 85% }\n pre { background: #f6f6f6; padding: 1em; overflow: auto }\n\
         h2 { margin-top: 2.5em }\n</style>\n<h1>Gallery</h1>\n\
         <p>Left a picture drawn natively, right the same stream in this browser: drag and turn the wheel.</p>\n",
    );
    for Exhibit { name, caption, code, page } in exhibits {
        // Writing to a string can't fail.
        let _ = writeln!(out, "<h2 id=\"{name}\">{name}</h2>\n<p>{}</p>", escaped(caption));
        let _ = writeln!(
            out,
            "<figure><img src=\"{name}.png\" alt=\"{name}\" loading=\"lazy\"><figcaption>native</figcaption></figure>"
        );
        if *page {
            let _ = writeln!(
                out,
                "<figure><iframe src=\"{name}.html\" title=\"{name}\" loading=\"lazy\"></iframe>\
                 <figcaption>browser</figcaption></figure>"
            );
        }
        let _ = writeln!(out, "<details><summary>Code</summary><pre>{}</pre></details>", escaped(code));
    }
    out.push_str("</html>\n");
    out
}
