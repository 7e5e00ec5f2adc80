//! `glir plot`: data as a picture, a stream, a page or a window.

mod figure;
mod image;
mod recording;
mod space;
mod table;
mod values;

pub(crate) use values::Span;

use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::render::write_png;
use crate::replay::Findings;
use clap::{Args, Subcommand};
use glir_core::{FrameInput, NoBlobs, Settings};
use glir_native::{Api, Headless};
use glir_spec::{Frame, Header};
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// Plot data: to a picture, a stream, a page, or in a window
#[derive(Debug, Args)]
#[command(after_help = "`glir plot IN` without a kind of plot is `glir plot signals IN`.\n\
    OUT.png is drawn here; OUT.glir is a stream for any interpreter; OUT.html is a page that holds the stream and draws
    it anywhere, without a network. Without -o a window shows it, and makes it again when it is resized. Windows and pages pan by
    dragging, zoom by the wheel.\n\n\
    Examples:\n  \
    glir plot recording.csv -o plot.png\n  \
    glir plot ecg.edf --rows 10 -o ecg.png\n  \
    glir plot ecg.edf -o ecg.html --time 60..90\n  \
    glir plot lines spectrum.csv -x frequency --log-x --log-y -o spectrum.png\n  \
    glir plot scatter points.npy -x 0 -y 1 -c 2 --cmap magma -o points.html\n  \
    glir plot molecule 1crn.pdb\n  \
    glir plot probe.bin -o probe.png --dtype int16 --channels 384 --rate 30000 --select 0,1,2")]
pub(crate) struct PlotVerb {
    #[command(subcommand)]
    what: What,
}

/// The kinds of plots.
#[derive(Debug, Subcommand)]
enum What {
    Lines(table::Lines),
    Scatter(table::Points),
    Hist(table::Histogram),
    Image(image::ImageVerb),
    Signals(recording::Recorded),
    Mesh(space::MeshVerb),
    Volume(space::VolumeVerb),
    Molecule(space::MoleculeVerb),
}

impl PlotVerb {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        match &self.what {
            What::Lines(verb) => verb.run(),
            What::Scatter(verb) => verb.run(),
            What::Hist(verb) => verb.run(),
            What::Image(verb) => verb.run(),
            What::Signals(verb) => verb.run(),
            What::Mesh(verb) => verb.run(),
            What::Volume(verb) => verb.run(),
            What::Molecule(verb) => verb.run(),
        }
    }
}

/// The command line, in which `glir plot IN` is written out as `glir plot signals IN`.
pub(crate) fn with_kind(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let kinds = [
        "lines", "scatter", "hist", "image", "signals", "mesh", "volume", "molecule", "help", "-h", "--help",
    ];
    let is_plot = arguments.get(1).is_some_and(|verb| verb == "plot");
    // A plain word that is no file is a kind of plot that there is not, if data follow.
    let is_word = |word: &OsStr| {
        word.to_str().is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()))
            && arguments.get(3).is_some_and(|next| !next.as_encoded_bytes().starts_with(b"-"))
            && !Path::new(word).exists()
    };
    let is_input = |input: &OsString| !kinds.iter().any(|known| input == known) && !is_word(input);
    if is_plot && arguments.get(2).is_some_and(is_input) {
        arguments.insert(2, "signals".into());
    }
    arguments
}

/// What the name of the output asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Picture,
    Stream,
    Page,
    Window,
}

impl Kind {
    fn of(output: Option<&Path>) -> Result<Kind, Failure> {
        let Some(output) = output else { return Ok(Kind::Window) };
        if output.as_os_str() == "-" {
            return Ok(Kind::Stream);
        }
        match output.extension().and_then(OsStr::to_str) {
            Some(extension) if extension.eq_ignore_ascii_case("png") => Ok(Kind::Picture),
            Some(extension) if extension.eq_ignore_ascii_case("glir") => Ok(Kind::Stream),
            Some(extension) if extension.eq_ignore_ascii_case("html") => Ok(Kind::Page),
            _ => Err(Failure::about(
                output.display(),
                "name the result .png for a picture, .glir for a stream or .html for a page",
            )),
        }
    }
}

/// Draws a stream off screen, and writes the picture.
fn draw(
    name: &str,
    header: &Header<'_>,
    frames: &[Frame],
    api: Api,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let broken = |why: String| Failure::about(name, why);
    let mut session =
        Headless::open(api, header, Settings::default()).map_err(|error| broken(error.to_string()))?;
    let mut findings = Findings::new(name, false);
    for frame in frames {
        let interpreter = session.interpreter().map_err(|error| broken(error.to_string()))?;
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
        findings.add(interpreter.take_diagnostics());
    }
    let (width, height, pixels) =
        session.picture().map_err(|failure| broken(format!("the picture can't be read: {failure:?}")))?;
    write_png(out, width, height, &pixels)?;
    Ok(Outcome::of_faults(findings.errors > 0))
}
