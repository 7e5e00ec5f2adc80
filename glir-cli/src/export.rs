//! `glir export`: a stream as one HTML file that needs no network.

use crate::failure::{Failure, Outcome, say};
use crate::input::InputArgs;
use crate::output::Output;
use crate::replay::{Host, replay};
use crate::sizes::counted;
use clap::Args;
use glir_core::file::FileFault;
use glir_core::{FrameInput, Outcome as FrameOutcome, Settings};
use glir_export::{Error, Page};
use glir_native::{Api, Headless};
use glir_spec::Header;
use glir_trace::{Form, Recording, Trace, convert};
use serde_json::json;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Write a stream as one HTML page that works offline
#[derive(Debug, Args)]
#[command(
    after_help = "The page holds the interpreter, the stream and a picture of its first frame for where there is no WebGL.\n\
    It loads nothing from anywhere: send it, keep it, open it from a disk.\n\n\
    Examples:\n  \
    glir export plot.glir -o plot.html\n  \
    glir export scene.glirt -o scene.html --title \"The scene\" --poster-frame 10"
)]
pub(crate) struct Export {
    #[command(flatten)]
    input: InputArgs,
    /// The page to write; - for standard output
    #[arg(short, long, value_name = "OUT.html")]
    output: PathBuf,
    /// The page's title; else that of the stream, or the file's name
    #[arg(long)]
    title: Option<String>,
    /// Take the page's still picture after this frame, counted from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    poster_frame: u64,
    /// Write no still picture
    #[arg(long, conflicts_with = "poster_frame")]
    no_poster: bool,
    /// Draw the still picture with desktop OpenGL (gl), OpenGL ES 2.0 (gles2) or 3.0 (gles3)
    #[arg(long, default_value = "gles3", value_name = "API")]
    api: Api,
    /// Print a summary as JSON on the standard error output
    #[arg(long)]
    json: bool,
}

/// Where a page's still picture comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Poster {
    /// The first frame, drawn here.
    Drawn(Api),
    /// Another frame.
    Frame(Api, u64),
    /// There is none.
    None,
}

impl Export {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        self.input.refuse_to_overwrite(&self.output)?;
        let input = self.input.open()?;
        let stream = input.stream()?;
        let mut out = Output::open(Some(&self.output))?;
        let poster = if self.no_poster { Poster::None } else { Poster::Frame(self.api, self.poster_frame) };
        let title = self.title.clone().unwrap_or_else(|| title_of(&input.name, &stream));
        let (seekable, damaged) = with_keyframes(&input.name, &stream);
        let page = seekable.as_deref().unwrap_or(&stream);
        let outcome = write_page(&input.name, &title, page, poster, &mut out)?;
        let outcome = if damaged { Outcome::of_faults(true) } else { outcome };
        let output = out.name().to_owned();
        out.finish()?;
        if self.json {
            let bytes = std::fs::metadata(&self.output).map_or(0, |data| data.len());
            let summary = json!({ "input": input.name, "output": output, "bytes": bytes, "stream_bytes": stream.len() });
            // The page itself may be on the standard output.
            let _ = writeln!(std::io::stderr().lock(), "{summary:#}");
        }
        Ok(outcome)
    }
}

/// Streams of fewer frames are drawn from the start faster than anybody sees.
const SEEKABLE: u64 = 16;

/// A stream of many frames with keyframes, so that who seeks in its page need not wait for all that came before; none if it is
/// short or has some. The page packs its data by itself. True if something of it is damaged, which is told, and left out.
fn with_keyframes(name: &str, stream: &[u8]) -> (Option<Vec<u8>>, bool) {
    let Ok(trace) = Trace::open(stream) else { return (None, false) };
    if trace.frame_count() < SEEKABLE || trace.keyframes().next().is_some() {
        return (None, false);
    }
    let form = Form::Recorded(Recording { packed: false, ..Recording::default() });
    let mut faults = Vec::new();
    let written = convert(&[stream], Vec::new(), form, &mut |_, fault| faults.push(fault));
    // What can't be written anew is written as it is, and its damage is told by who writes the page.
    let Ok(written) = written else { return (None, false) };
    faults.iter().for_each(|fault| say(format_args!("{name}: {fault}")));
    (Some(written), !faults.is_empty())
}

/// The stream's title, or the name of its file.
fn title_of(name: &str, stream: &[u8]) -> String {
    let header = glir_core::file::SliceReader::new(stream).find_map(|item| match item {
        glir_core::file::Item::Header(header) => Some(header.title.to_string()),
        _ => None,
    });
    header.filter(|title| !title.is_empty()).unwrap_or_else(|| {
        let stem = std::path::Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        stem.unwrap_or_else(|| name.to_owned())
    })
}

/// Writes the page of a stream.
pub(crate) fn write_page(
    name: &str,
    title: &str,
    stream: &[u8],
    poster: Poster,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    glir_export::assets().map_err(|missing| Failure::about(name, missing))?;
    let picture = match poster {
        Poster::None => None,
        Poster::Drawn(api) => picture(name, stream, api, 0),
        Poster::Frame(api, frame) => picture(name, stream, api, frame),
    };
    let mut page = Page::new().title(title);
    if let Some(png) = &picture {
        page = page.poster(png);
    }
    let summary = page.write(stream, out).map_err(|error| match error {
        Error::Io(error) => out.failed(&error),
        other => Failure::about(name, other),
    })?;
    for fault in &summary.faults {
        say(format_args!("{name}: {fault}"));
    }
    Ok(Outcome::of_faults(!summary.faults.is_empty()))
}

/// The picture after a frame, as PNG. What stands in its way is said; the page does without then.
fn picture(name: &str, stream: &[u8], api: Api, frame: u64) -> Option<Vec<u8>> {
    let mut drawing = Drawing { api, wanted: frame, drawn: 0, session: None, trouble: None };
    let replayed = replay(name, stream, &mut drawing);
    if let (Err(Failure::Unusable(why)), None) = (replayed, &drawing.trouble) {
        drawing.trouble = Some(why);
    }
    let picture = drawing.session.as_mut().and_then(|session| session.picture().ok());
    let png = picture.and_then(|(width, height, pixels)| encode(width, height, &pixels));
    if png.is_none() {
        let why = drawing.trouble.unwrap_or_else(|| "the picture can't be read".into());
        say(format_args!("{name}: the page has no still picture: {why}"));
    } else if drawing.drawn <= frame && frame > 0 {
        let there = counted(drawing.drawn, "frame");
        say(format_args!("{name}: the stream has {there}; the still picture is of the last"));
    }
    png
}

/// A picture as PNG.
pub(crate) fn encode(width: u32, height: u32, pixels: &[u8]) -> Option<Vec<u8>> {
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(pixels)?;
        writer.finish()
    });
    written.ok().map(|()| png)
}

struct Drawing {
    api: Api,
    wanted: u64,
    drawn: u64,
    session: Option<Headless>,
    trouble: Option<String>,
}

impl Host for Drawing {
    fn begin(&mut self, header: &Header<'_>) -> Result<ControlFlow<()>, Failure> {
        // The page shows the first stream's picture; a second one begins anew there too.
        if self.session.is_some() {
            return Ok(ControlFlow::Break(()));
        }
        match Headless::open(self.api, header, Settings::default()) {
            Ok(session) => {
                self.session = Some(session);
                Ok(ControlFlow::Continue(()))
            }
            Err(error) => {
                self.trouble = Some(error.to_string());
                Ok(ControlFlow::Break(()))
            }
        }
    }

    fn frame(&mut self, input: FrameInput<'_>, _: u64) -> Result<ControlFlow<()>, Failure> {
        let interpreter = self.session.as_mut().and_then(|session| session.interpreter().ok());
        let Some(interpreter) = interpreter else { return Ok(ControlFlow::Break(())) };
        let outcome = interpreter.draw(input);
        interpreter.take_replies();
        // The page's own interpreter tells of faults.
        interpreter.take_diagnostics();
        self.drawn += u64::from(outcome != FrameOutcome::Partial);
        let done = outcome == FrameOutcome::Stopped || self.drawn > self.wanted;
        Ok(if done { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    fn damage(&mut self, _: &FileFault) {}
}
