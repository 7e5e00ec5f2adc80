//! `cargo xtask gallery`: every example of the producers, drawn natively and in the browser, on one page with its code.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
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
    ("glir-shaders", "producers/shaders"),
    ("glir-transforms", "producers/transforms"),
    ("glir-text", "producers/text"),
];

/// Plots of the command line: their name, and its arguments after `glir plot`.
const PLOTS: &[(&str, &[&str])] = &[
    ("lines", &["lines", crate::demo::RECORDING, "--xlim", "0..10", "--title", "Ten seconds"]),
    ("scatter", &["scatter", crate::demo::RECORDING, "-c", "0", "--marker-size", "3", "--xlim", "0..30"]),
    ("hist", &["hist", crate::demo::RECORDING, "--bins", "80"]),
    ("image", &["image", "docs/images/ecg-gl.png"]),
    ("signals", &["signals", crate::demo::RECORDING, "--time", "0..60"]),
    ("mesh", &["mesh", "producers/data/samples/trefoil.ply"]),
    ("volume", &["volume", "producers/data/samples/orbital.npy"]),
    ("surface", &["volume", "producers/data/samples/orbital.npy", "--level", "60"]),
    ("molecule", &["molecule", "producers/data/structures/1crn/1crn.pdb"]),
];

/// An example that was drawn.
struct Exhibit {
    /// Its package and name, as the file's name.
    name: String,
    /// What its first paragraph says.
    caption: String,
    /// Its source, or the command.
    code: String,
    /// Whether there is a picture of it.
    drawn: bool,
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
    // Not optimized: linking two dozen examples takes longer than running them.
    build.args(["build", "--bins", "--examples", "--package", "glir-cli"]);
    build.args(PACKAGES.iter().flat_map(|(package, _)| ["--package", package]));
    ensure!(run::succeeds(&mut build)?, "the examples do not build; the compiler's reason stands above");
    let target = root.target()?;
    let built = target.join("debug");
    let folder = target.join("gallery");
    fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
    let hall = Hall { root, glir: built.join("glir"), folder, pages: no_pages.is_none() };

    let mut exhibits = Vec::new();
    for (package, path) in PACKAGES {
        for example in examples(&root.join(path).join("examples"))? {
            let name = format!("{}-{example}", package.trim_start_matches("glir-"));
            let code = root.read(&format!("{path}/examples/{example}.rs"))?;
            let mut command = Command::new(built.join("examples").join(&example));
            command.arg(hall.file(&name, "glir"));
            exhibits.push(hall.exhibit(name, caption(&code), code, &mut command)?);
        }
    }
    for (plot, arguments) in PLOTS {
        let name = format!("plot-{plot}");
        let code = format!("glir plot {} -o {name}.html", arguments.join(" "));
        let mut command = Command::new(&hall.glir);
        command.arg("plot").args(*arguments).args(["--size", "800x600", "-o"]).arg(hall.file(&name, "glir"));
        exhibits.push(hall.exhibit(name, "From the command line.".into(), code, &mut command)?);
    }

    let index = hall.folder.join("index.html");
    fs::write(&index, page(&exhibits)).with_context(|| format!("{} can't be written", index.display()))?;
    println!("\nThe gallery: {} ({} exhibits)", index.display(), exhibits.len());
    let failed: Vec<&str> =
        exhibits.iter().filter(|one| !one.drawn || hall.pages && !one.page).map(|one| &*one.name).collect();
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("Not drawn: {}; the reasons stand above.", failed.join(", "));
    Ok(ExitCode::FAILURE)
}

/// Where exhibits are made.
struct Hall<'r> {
    root: &'r Root,
    glir: PathBuf,
    folder: PathBuf,
    /// Whether pages can be made.
    pages: bool,
}

impl Hall<'_> {
    fn file(&self, name: &str, suffix: &str) -> PathBuf {
        self.folder.join(format!("{name}.{suffix}"))
    }

    /// Runs what writes a stream, draws that, and makes a page of it.
    fn exhibit(&self, name: String, caption: String, code: String, command: &mut Command) -> Result<Exhibit> {
        let drawn =
            run::succeeds(command.current_dir(self.root.path()))? && self.glir("render", &name, "png")?;
        let page = drawn && self.pages && self.glir("export", &name, "html")?;
        Ok(Exhibit { name, caption, code, drawn, page })
    }

    /// Draws a stream: on OpenGL ES 3, which draws what es2 asks, too.
    fn glir(&self, verb: &str, name: &str, suffix: &str) -> Result<bool> {
        let mut command = Command::new(&self.glir);
        command.args([verb, "--api", "gles3"]).arg(self.file(name, "glir"));
        run::succeeds(command.arg("-o").arg(self.file(name, suffix)))
    }
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

/// The first paragraph of a file's documentation.
fn caption(code: &str) -> String {
    let lines = code.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Gives a frame its page while it is near what is seen: a browser keeps no more than 16 contexts at a time.
const SCRIPT: &str = "<script>
const near = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) target.src = target.dataset.page;
    else target.removeAttribute('src');
  }
}, { rootMargin: '300px' });
for (const frame of document.querySelectorAll('iframe')) near.observe(frame);
</script>
";

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
    for Exhibit { name, caption, code, page, .. } in exhibits {
        // Writing to a string can't fail.
        let _ = writeln!(out, "<h2 id=\"{name}\">{name}</h2>\n<p>{}</p>", escaped(caption));
        let _ = writeln!(
            out,
            "<figure><img src=\"{name}.png\" alt=\"{name}\" loading=\"lazy\"><figcaption>native</figcaption></figure>"
        );
        if *page {
            let _ = writeln!(
                out,
                "<figure><iframe data-page=\"{name}.html\" title=\"{name}\"></iframe>\
                 <figcaption>browser</figcaption></figure>"
            );
        }
        let _ = writeln!(out, "<details><summary>Code</summary><pre>{}</pre></details>", escaped(code));
    }
    out.push_str(SCRIPT);
    out.push_str("</html>\n");
    out
}
