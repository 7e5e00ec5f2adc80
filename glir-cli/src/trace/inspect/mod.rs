//! `glir inspect`: a trace looked through in a browser: served, any place of it; or as one page of HTML.

mod contents;
mod served;

use crate::failure::{Failure, Outcome, say};
use crate::input::InputArgs;
use crate::output::Output;
use crate::trace::picture::{Drawn, Picture};
use crate::trace::{Range, failed, open, outcome};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use glir_core::text::Printer;
use glir_native::Api;
use glir_trace::{Trace, split};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// The page, with places for what it consists of.
const PAGE: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("view.js");
const STYLE: &str = include_str!("view.css");
/// What a page of its own may do: nothing but run what stands in it.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
    script-src 'unsafe-inline'; img-src data:\">";

/// Frames that are shown unless others are asked for.
const SHOWN: u64 = 100;
/// Payloads with more elements are shortened.
const SHORT: usize = 32;

/// Look through a stream in a browser: frames, commands, objects, pictures
#[derive(Debug, Args)]
#[command(
    after_help = "Without -o a page is served on this machine, at the address that is printed: state, picture, buffers and textures behind\n\
    any command, and a second stream beside the first. Ctrl+C ends it.\n\
    With -o one page is written that needs nothing but a browser. It holds a hundred frames unless --frames names others.\n\n\
    Examples:\n  \
    glir inspect recording.glir\n  \
    glir inspect before.glir after.glir\n  \
    glir inspect recording.glir -o recording.html\n  \
    glir inspect recording.glir --frames 200..240 --no-pictures -o part.html"
)]
pub(crate) struct Inspect {
    #[command(flatten)]
    input: InputArgs,
    /// Another stream to look at beside it
    #[arg(value_name = "OTHER", conflicts_with = "output")]
    other: Option<PathBuf>,
    /// The frames of the page, counted from 0
    #[arg(long, value_name = "A..B", requires = "output")]
    frames: Option<Range>,
    /// Leave the page's pictures out: nothing is drawn
    #[arg(long, requires = "output")]
    no_pictures: bool,
    /// The interpreter that draws the pictures
    #[arg(long, value_name = "API", default_value = "gl")]
    api: Api,
    /// Listen at this address of this machine
    #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), conflicts_with = "output")]
    host: IpAddr,
    /// Listen on this port; 0 for any that is free
    #[arg(long, value_name = "PORT", default_value_t = 0, conflicts_with = "output")]
    port: u16,
    /// Use this token instead of a random one: 32 letters and digits or more
    #[arg(long, value_name = "TOKEN", conflicts_with = "output")]
    token: Option<String>,
    /// The page to write instead of serving one; - for standard output
    #[arg(short, long, value_name = "OUT.html")]
    output: Option<PathBuf>,
}

impl Inspect {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        let bytes = input.stream()?;
        let trace = open(&input, &bytes)?;
        if let Some(output) = &self.output {
            return self.export(&input.name, &trace, output);
        }
        let other = self.other.as_deref().map(|path| InputArgs::named(path).open()).transpose()?;
        let others = other.as_ref().map(crate::input::Input::stream).transpose()?;
        let beside = match (&other, &others) {
            (Some(other), Some(bytes)) => Some((&*other.name, open(other, bytes)?)),
            _ => None,
        };
        let mut traces = vec![(&*input.name, &trace)];
        traces.extend(beside.as_ref().map(|(name, trace)| (*name, trace)));
        served::serve(&traces, self.api, SocketAddr::new(self.host, self.port), self.token.clone())
    }

    /// Writes a page of its own.
    fn export(&self, name: &str, trace: &Trace<'_>, output: &Path) -> Result<Outcome, Failure> {
        self.input.refuse_to_overwrite(output)?;
        Output::expect_extension(output, "html", "a page")?;
        let all: Vec<u64> = trace.frames().collect();
        let last = all.last().copied().unwrap_or(0);
        let range = self.frames.unwrap_or(Range { first: 0, last: last.min(SHOWN - 1) });
        if self.frames.is_some() {
            for end in [range.first, range.last] {
                trace.header(end).map_err(failed(name))?;
            }
        } else if last >= SHOWN {
            say(format_args!("{name}: the page has the first {SHOWN} frames; --frames names others"));
        }
        let mut findings: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        glir_trace::audit(trace, &mut |(frame, command), finding| {
            if let glir_trace::Finding::Refused(diagnostic) = finding {
                findings.entry(frame).or_default().push(format!("{frame}:{command} {diagnostic}"));
            }
        })
        .map_err(failed(name))?;
        let mut drawn = (!self.no_pictures).then(|| Drawn::new(name, trace, self.api));
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
            let begins = trace.first_of_stream(number).map_err(failed(name))?;
            if stream.replace(begins) != Some(begins) {
                printer = Printer::new();
                printer.elide = Some(SHORT);
            }
            if number < range.first {
                // Slots have the names that were declared before.
                let chunk = trace.frame(number).map_err(failed(name))?;
                chunk.iter().for_each(|chunk| printer.follow(&chunk.head));
                continue;
            }
            let of_frame = findings.remove(&number).unwrap_or_default();
            frames.push(frame(name, trace, number, picture, &of_frame, &mut printer)?);
        }
        let page = page(&json!({ "name": name, "frames": frames }), None);
        let mut out = Output::open(Some(output))?;
        out.write_all(page.as_bytes()).map_err(|error| out.failed(&error))?;
        out.finish()?;
        Ok(outcome(&[trace]))
    }
}

/// The page: with its script and style in it, or, for who has a token, with those that are served beside it.
fn page(data: &Value, token: Option<&str>) -> String {
    let (policy, style, script) = match token {
        None => {
            (POLICY.to_owned(), format!("<style>\n{STYLE}</style>"), format!("<script>\n{SCRIPT}</script>"))
        }
        // The policy is a header.
        Some(token) => (
            String::new(),
            format!("<link rel=\"stylesheet\" href=\"view.css?token={token}\">"),
            format!("<script src=\"view.js?token={token}\"></script>"),
        ),
    };
    // Nothing in it may end the tag.
    let data = data.to_string().replace('<', "\\u003c");
    PAGE.replace("{{policy}}", &policy)
        .replace("{{style}}", &style)
        .replace("{{script}}", &script)
        .replace("{{data}}", &data)
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
fn address(picture: &Picture) -> Option<String> {
    png(picture).map(|png| format!("data:image/png;base64,{}", STANDARD.encode(png)))
}

/// A picture as PNG.
fn png((width, height, pixels): &Picture) -> Option<Vec<u8>> {
    crate::export::encode(*width, *height, pixels)
}
