//! `glir inspect`: a trace as one page of HTML, to be looked through in any browser.

use crate::failure::{Failure, Outcome, say};
use crate::input::InputArgs;
use crate::output::Output;
use crate::trace::picture::{Drawn, Picture};
use crate::trace::{Range, failed, open};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use glir_core::text::Printer;
use glir_native::Api;
use glir_trace::{Trace, split};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

/// The page, with a place for what there is to show.
const PAGE: &str = include_str!("inspect.html");
const DATA: &str = "/*DATA*/";
/// Frames that are shown unless others are asked for.
const SHOWN: u64 = 100;
/// Payloads with more elements are shortened.
const SHORT: usize = 32;

/// Write a page to look through a stream: frames, commands, objects, pictures
#[derive(Debug, Args)]
#[command(
    after_help = "The page needs nothing but a browser. It holds a hundred frames unless --frames names others.\n\n\
    Examples:\n  \
    glir inspect recording.glir -o recording.html\n  \
    glir inspect recording.glir --frames 200..240 --no-pictures -o part.html"
)]
pub(crate) struct Inspect {
    #[command(flatten)]
    input: InputArgs,
    /// The frames to show, counted from 0
    #[arg(long, value_name = "A..B")]
    frames: Option<Range>,
    /// Leave the pictures out: nothing is drawn
    #[arg(long)]
    no_pictures: bool,
    /// The interpreter that draws the pictures
    #[arg(long, value_name = "API", default_value = "gl")]
    api: Api,
    /// The page to write; - for standard output
    #[arg(short, long, value_name = "OUT.html")]
    output: PathBuf,
}

impl Inspect {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        self.input.refuse_to_overwrite(&self.output)?;
        Output::expect_extension(&self.output, "html", "a page")?;
        let bytes = input.stream()?;
        let trace = open(&input, &bytes)?;
        let all: Vec<u64> = trace.frames().collect();
        let last = all.last().copied().unwrap_or(0);
        let range = self.frames.unwrap_or(Range { first: 0, last: last.min(SHOWN - 1) });
        if self.frames.is_some() {
            for end in [range.first, range.last] {
                trace.header(end).map_err(failed(&input.name))?;
            }
        } else if last >= SHOWN {
            say(format_args!("{}: the page has the first {SHOWN} frames; --frames names others", input.name));
        }
        let mut findings: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        glir_trace::audit(&trace, &mut |(frame, command), finding| {
            if let glir_trace::Finding::Refused(diagnostic) = finding {
                findings.entry(frame).or_default().push(format!("{frame}:{command} {diagnostic}"));
            }
        })
        .map_err(failed(&input.name))?;
        let mut drawn = (!self.no_pictures).then(|| Drawn::new(&input.name, &trace, self.api));
        let mut frames = Vec::new();
        let (mut printer, mut stream) = (Printer::new(), None);
        for number in all.into_iter().filter(|number| *number <= range.last) {
            let picture = match &mut drawn {
                Some(drawing) => match drawing.frame(number, None) {
                    Ok(picture) => picture,
                    Err(Failure::Unusable(why)) => {
                        say(format_args!("{why}; the page has no pictures"));
                        drawn = None;
                        None
                    }
                    Err(failure) => return Err(failure),
                },
                None => None,
            };
            let begins = trace.first_of_stream(number).map_err(failed(&input.name))?;
            if stream.replace(begins) != Some(begins) {
                printer = Printer::new();
                printer.elide = Some(SHORT);
            }
            if number < range.first {
                // Slots have the names that were declared before.
                let chunk = trace.frame(number).map_err(failed(&input.name))?;
                chunk.iter().for_each(|chunk| printer.follow(&chunk.head));
                continue;
            }
            let of_frame = findings.remove(&number).unwrap_or_default();
            frames.push(frame(&input.name, &trace, number, picture, &of_frame, &mut printer)?);
        }
        let data = json!({ "name": input.name, "frames": frames }).to_string();
        // Nothing in it may end the tag.
        let page = PAGE.replace(DATA, &data.replace('<', "\\u003c"));
        let mut out = Output::open(Some(&self.output))?;
        out.write_all(page.as_bytes()).map_err(|error| out.failed(&error))?;
        out.finish()?;
        Ok(Outcome::Fine)
    }
}

/// A frame as the page takes it.
fn frame(
    name: &str,
    trace: &Trace<'_>,
    number: u64,
    picture: Option<Picture>,
    findings: &[String],
    printer: &mut Printer,
) -> Result<Value, Failure> {
    let state = glir_trace::state(trace, number, None, false).map_err(failed(name))?;
    let (mut lines, mut time_us) = (Vec::new(), 0);
    if let Some(chunk) = trace.frame(number).map_err(failed(name))? {
        time_us = chunk.time_us;
        for command in split(&chunk.head) {
            let mut line = String::new();
            printer.line(command, &chunk.arena, &mut line);
            line.truncate(line.trim_end().len());
            lines.push(line);
        }
    }
    Ok(json!({
        "number": number, "time_us": time_us, "commands": lines, "state": state.json(), "findings": findings,
        "picture": picture.and_then(|picture| address(&picture)),
    }))
}

/// A picture as an address of its own.
fn address((width, height, pixels): &Picture) -> Option<String> {
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, *width, *height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(pixels).ok()?;
    writer.finish().ok()?;
    Some(format!("data:image/png;base64,{}", STANDARD.encode(&png)))
}
