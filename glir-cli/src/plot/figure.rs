//! What all plots but those of recordings share: where they go, their size, their words.

pub(super) use crate::data::stem;

use super::{Kind, draw};
use crate::export::{Poster, write_page};
use crate::failure::{Failure, Outcome, say};
use crate::input::Input;
use crate::output::Output;
use crate::play::{Made, Pane, show};
use crate::render::size;
use clap::Args;
use glir_core::file::Writer;
use glir_native::Api;
use glir_plot::{Drawing, Figure};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Arguments of figures.
#[derive(Debug, Args)]
pub(super) struct FigureArgs {
    /// The result: .png, .glir or .html; - for a stream on standard output; a window without it
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Size in pixels; of a window, in those that its screen counts
    #[arg(long, default_value = "1000x700", value_name = "WxH", value_parser = size)]
    size: (u32, u32),
    /// The title above
    #[arg(long)]
    title: Option<String>,
    /// Pixels an em of labels
    #[arg(long, default_value_t = 13.0, value_name = "PIXELS", value_parser = text_size)]
    text_size: f32,
    /// Draw a picture with desktop OpenGL (gl), OpenGL ES 2.0 (gles2) or 3.0 (gles3)
    #[arg(long, default_value = "gl", value_name = "API")]
    api: Api,
    /// The most bytes to read from a pipe; files are mapped into memory
    #[arg(long, value_name = "BYTES", default_value_t = 4 << 30, hide_short_help = true)]
    max_bytes: u64,
}

fn text_size(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(size) if (4.0..=100.0).contains(&size) => Ok(size),
        _ => Err(format!("{text:?} is no size from 4 to 100 pixels")),
    }
}

/// `A..B`, two finite numbers that differ.
pub(super) fn span(text: &str) -> Result<(f64, f64), String> {
    let (from, to) = text.split_once("..").ok_or("a span looks like 0..10")?;
    apart(number(from)?, number(to)?)
}

/// A finite number.
pub(super) fn number(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err(format!("{text:?} is not finite")),
        Err(_) => Err(format!("{text:?} is no number")),
    }
}

fn apart(from: f64, to: f64) -> Result<(f64, f64), String> {
    if from == to { Err("a span goes from one number to another one".into()) } else { Ok((from, to)) }
}

/// The most files that are drawn beside each other: of more, nothing would be seen.
const MOST_FILES: usize = 100;

/// Files, each of which has a plot of its own, side by side.
#[derive(Debug, Args)]
pub(super) struct Panels {
    /// What is drawn, a plot for each; - for standard input
    #[arg(required = true, value_name = "DATA")]
    data: Vec<PathBuf>,
}

impl Panels {
    /// Opens them one after the other; `draw` fills the cell of each, and gives its title if it has one. Several have their files' names above
    /// them.
    pub(super) fn draw(
        &self,
        args: &FigureArgs,
        mut draw: impl FnMut(&Input, &mut Figure, (u16, u16)) -> Result<Option<String>, Failure>,
    ) -> Result<(String, Figure), Failure> {
        let count = self.data.len();
        if count > MOST_FILES {
            return Err(Failure::about(
                "plot",
                format_args!("{count} files are too many; a picture takes up to {MOST_FILES}"),
            ));
        }
        let columns = (1..=count).find(|columns| columns * columns >= count).unwrap_or(1);
        let mut figure = args.figure("")?;
        let (mut names, mut cells, mut titles) = (Vec::new(), Vec::new(), Vec::new());
        for (index, path) in self.data.iter().enumerate() {
            let input = args.open(path)?;
            let cell = ((index / columns) as u16, (index % columns) as u16);
            titles.extend(draw(&input, &mut figure, cell)?);
            names.push(input.name.clone());
            cells.push(cell);
        }
        match (called(&names).as_slice(), &args.title) {
            ([_], Some(_)) => {}
            ([name], None) => figure.title = titles.pop().unwrap_or_else(|| name.clone()),
            (called, _) => cells.iter().zip(called).for_each(|(cell, name)| figure.set_title(*cell, name)),
        }
        Ok((names.join(", "), figure))
    }
}

/// What files are called beside each other: without folders and extensions, where these tell them apart.
pub(super) fn called(names: &[String]) -> Vec<String> {
    let stems: Vec<String> = names.iter().map(|name| stem(name)).collect();
    let is_one = |own: &String| stems.iter().filter(|stem| *stem == own).count() == 1;
    if stems.iter().all(is_one) { stems } else { names.to_vec() }
}

impl FigureArgs {
    /// Opens an input, which must not be where the result goes.
    pub(super) fn open(&self, path: &Path) -> Result<Input, Failure> {
        let place = |path: &Path| std::fs::canonicalize(path).ok().filter(|path| path.is_file());
        if let Some(output) = &self.output
            && place(output).is_some_and(|output| place(path) == Some(output))
        {
            return Err(Failure::about(
                output.display(),
                "this is the input; name another file for the output",
            ));
        }
        Input::open(path, self.max_bytes)
    }

    /// An empty figure. Without a title it has that of its data.
    pub(super) fn figure(&self, natural_title: &str) -> Result<Figure, Failure> {
        let kind = Kind::of(self.output.as_deref())?;
        let mut figure = Figure::new(self.size.0, self.size.1);
        figure.title = self.title.clone().unwrap_or_else(|| natural_title.to_owned());
        figure.text_size = self.text_size;
        figure.interactive = kind != Kind::Picture;
        Ok(figure)
    }

    /// Samples a pixel that make edges of surfaces smooth, where what draws it has them.
    pub(super) fn samples(&self) -> u32 {
        if self.api == Api::Gles2 { 0 } else { 4 }
    }

    /// Draws the figure to where it shall go.
    pub(super) fn finish(&self, name: &str, mut figure: Figure) -> Result<Outcome, Failure> {
        let drawing = figure.draw().map_err(|error| Failure::about(name, error))?;
        drawing.notes.iter().for_each(|note| say(format_args!("{name}: {note}")));
        let kind = Kind::of(self.output.as_deref())?;
        if kind == Kind::Window {
            let mut scale = 1.0;
            let mut again = |pane: Pane| -> Result<Made, String> {
                (figure.width, figure.height) = (pane.width, pane.height);
                figure.scale(pane.scale / scale);
                scale = pane.scale;
                let Drawing { header, frames, .. } = figure.draw().map_err(|error| error.to_string())?;
                Ok(Made { header, frames })
            };
            let Drawing { header, frames, .. } = drawing;
            return show(name, self.api, Made { header, frames }, &mut again);
        }
        let mut out = Output::open(self.output.as_deref())?;
        let outcome = match kind {
            Kind::Picture => draw(name, &drawing.header, &drawing.frames, self.api, &mut out)?,
            Kind::Stream | Kind::Window => {
                write_stream(&drawing, &mut out).map_err(|error| out.failed(&error))?;
                Outcome::Fine
            }
            Kind::Page => {
                let mut stream = Vec::new();
                write_stream(&drawing, &mut stream).map_err(|error| out.failed(&error))?;
                write_page(name, &drawing.header.title, &stream, Poster::Drawn(self.api), &mut out)?
            }
        };
        out.finish()?;
        Ok(outcome)
    }
}

fn write_stream(drawing: &Drawing, out: &mut impl Write) -> std::io::Result<()> {
    let mut writer = Writer::new(out, &drawing.header)?;
    writer.meta(&[("made by", concat!("glir ", env!("CARGO_PKG_VERSION")))])?;
    for frame in &drawing.frames {
        writer.frame(frame, 0)?;
    }
    writer.finish().map(drop)
}
