//! `glir inspect`: a trace looked through in a browser: served, any place of it; or as one page of HTML.

mod contents;
mod delta;
mod drawing;
mod export;
mod served;

use crate::failure::{Failure, Outcome};
use crate::input::InputArgs;
use crate::output::Output;
use crate::trace::picture::Picture;
use crate::trace::{Range, is_partial, open};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use glir_native::Api;
use glir_trace::Trace;
use serde_json::{Value, json};
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

/// Payloads with more elements are shortened.
const SHORT: usize = 32;

/// Look through a stream in a browser: frames, commands, objects, pictures
#[derive(Debug, Args)]
#[command(
    after_help = "Without -o a page is served on this machine, at the address that is printed: state, picture, buffers and textures behind\n\
    any command, and a second stream beside the first. Ctrl+C ends it.\n\
    With -o one page is written that needs nothing but a browser and shows the same. It holds a hundred frames unless --frames names\n\
    others; of a stream with more commands than --commands it shows state and picture at the ends of frames, and no contents.\n\n\
    Examples:\n  \
    glir inspect recording.glir\n  \
    glir inspect before.glir after.glir\n  \
    glir inspect recording.glir -o recording.html\n  \
    glir inspect before.glir after.glir -o both.html\n  \
    glir inspect recording.glir --frames 200..240 --no-pictures -o part.html"
)]
pub(crate) struct Inspect {
    #[command(flatten)]
    input: InputArgs,
    /// Another stream to look at beside it
    #[arg(value_name = "OTHER")]
    other: Option<PathBuf>,
    /// The frames of the page, counted from 0
    #[arg(long, value_name = "A..B", requires = "output")]
    frames: Option<Range>,
    /// The most commands of a stream behind each of which the page shows what there is; of a longer one it shows the ends of frames
    #[arg(long, value_name = "N", default_value_t = 2000, requires = "output")]
    commands: u64,
    /// Leave the page's pictures and contents out: nothing is drawn
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
        let other = self.other.as_deref().map(InputArgs::named);
        if let Some(output) = &self.output {
            Output::expect_extension(output, "html", "a page")?;
            [Some(&self.input), other.as_ref()]
                .into_iter()
                .flatten()
                .try_for_each(|input| input.refuse_to_overwrite(output))?;
        }
        let other = other.map(|other| other.open()).transpose()?;
        let others = other.as_ref().map(crate::input::Input::stream).transpose()?;
        let beside = match (&other, &others) {
            (Some(other), Some(bytes)) => Some((&*other.name, open(other, bytes)?)),
            _ => None,
        };
        let mut traces = vec![(&*input.name, &trace)];
        traces.extend(beside.as_ref().map(|(name, trace)| (*name, trace)));
        if let Some(output) = &self.output {
            return self.export(&traces, output);
        }
        served::serve(&traces, self.api, SocketAddr::new(self.host, self.port), self.token.clone())
    }

    /// Writes a page of its own.
    fn export(&self, traces: &[(&str, &Trace<'_>)], output: &Path) -> Result<Outcome, Failure> {
        let api = (!self.no_pictures).then_some(self.api);
        let wanted = export::Wanted { frames: self.frames, commands: self.commands, api };
        let of = |(name, trace): &(&str, &Trace<'_>)| export::exported(name, trace, &wanted);
        let held = traces.iter().map(of).collect::<Result<Vec<_>, Failure>>()?;
        let page = page(&json!({ "traces": held }), None);
        let mut out = Output::open(Some(output))?;
        out.write_all(page.as_bytes()).map_err(|error| out.failed(&error))?;
        out.finish()?;
        let partial = traces.iter().filter(|(name, trace)| is_partial(name, trace)).count();
        Ok(Outcome::of_faults(partial > 0))
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

/// A picture as an address of its own.
fn address(picture: &Picture) -> Option<String> {
    png(picture).map(|png| format!("data:image/png;base64,{}", STANDARD.encode(png)))
}

/// A picture as PNG.
fn png((width, height, pixels): &Picture) -> Option<Vec<u8>> {
    crate::export::encode(*width, *height, pixels)
}
