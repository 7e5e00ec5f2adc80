//! The page: its parts, its policy, and the tags of a stream.

use crate::assets::{Missing, assets, escaped, filled};
use crate::pieces::{Pieces, TAG_BYTES};
use crate::tags;
use glir_core::file::{FileFault, Room};
use std::fmt;
use std::io::{self, Write};

/// A page to be written: what stands around the stream.
#[derive(Clone, Debug, Default)]
pub struct Page<'a> {
    title: &'a str,
    poster: Option<&'a [u8]>,
    plain: bool,
}

/// What came of writing a page.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Bytes of the stream in the page, before packing.
    pub stream_bytes: u64,
    /// Tags that hold them.
    pub tags: usize,
    /// Of these, the gzipped ones.
    pub packed: usize,
    /// What could not be read and was left out.
    pub faults: Vec<FileFault>,
}

/// Why a page can't be written.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// This program has no browser package to put into it.
    Missing(Missing),
    /// There is no stream in the input.
    NoStream,
    /// The output takes no bytes.
    Io(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Missing(missing) => missing.fmt(f),
            Error::NoStream => f.write_str("there is no GLIR header in it"),
            Error::Io(error) => write!(f, "the page can't be written: {error}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Missing> for Error {
    fn from(missing: Missing) -> Self {
        Error::Missing(missing)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Error::Io(error)
    }
}

impl<'a> Page<'a> {
    /// A page without title and poster.
    pub fn new() -> Self {
        Self::default()
    }

    /// The title, above the picture and in the browser's tab.
    #[must_use]
    pub fn title(self, title: &'a str) -> Self {
        Page { title, ..self }
    }

    /// A picture as PNG, for where there is no WebGL or no script, and until the stream is loaded.
    #[must_use]
    pub fn poster(self, png: &'a [u8]) -> Self {
        Page { poster: Some(png), ..self }
    }

    /// Leaves every tag unpacked.
    #[must_use]
    pub fn plain(self) -> Self {
        Page { plain: true, ..self }
    }

    /// Writes the page with the stream of a `.glir` file. Nothing is written if there is no stream.
    pub fn write(&self, file: &[u8], out: &mut impl Write) -> Result<Summary, Error> {
        let assets = assets()?;
        let room = Room::new();
        let mut pieces = Pieces::new(file, &room);
        let first = pieces.next().ok_or(Error::NoStream)?;
        let title = escaped(self.title);
        let sources =
            [assets.loader, assets.player, tags::TAKE, tags::END].map(tags::policy_source).join(" ");
        let policy = format!(
            "default-src 'none'; script-src {sources} 'wasm-unsafe-eval'; style-src {}; img-src data: blob:; \
             base-uri 'none'; form-action 'none'",
            tags::policy_source(assets.style)
        );
        let controls = if pieces.frames() > 1 { "controls" } else { "" };
        let page = filled(
            assets.page,
            &[
                ("title", &title),
                ("policy", &policy),
                ("style", assets.style),
                ("bytes", &file.len().to_string()),
                ("attributes", controls),
                ("poster", &self.poster.map(|png| image(png, &title)).unwrap_or_default()),
                ("loader", assets.loader),
                ("data", DATA),
            ],
        );
        let (before, after) = page.split_once(DATA).unwrap_or((&page, ""));
        out.write_all(before.as_bytes())?;
        tags::write_dense(out, "player", assets.packed_player)?;
        tags::write_dense(out, "wasm", assets.packed_wasm)?;
        let mut summary = Summary::default();
        for piece in std::iter::once(first).chain(&mut pieces) {
            summary.stream_bytes += piece.len() as u64;
            // A blob may be larger than any tag. Who reads puts together what comes in parts.
            for part in piece.chunks(TAG_BYTES) {
                summary.tags += 1;
                summary.packed += usize::from(tags::write(out, part, !self.plain)?);
            }
        }
        writeln!(out, "<script>{}</script>", tags::END)?;
        out.write_all(after.as_bytes())?;
        out.flush()?;
        summary.faults = pieces.into_faults();
        Ok(summary)
    }
}

/// Where the tags go. No title can contain it: control characters are taken out of titles.
const DATA: &str = "\u{1}data\u{1}";

/// The poster, with the size that its header gives, so that the page does not jump.
fn image(png: &[u8], title: &str) -> String {
    let number = |at: usize| png.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes));
    let size = match (number(16), number(20)) {
        (Some(width), Some(height)) => format!(" width=\"{width}\" height=\"{height}\""),
        _ => String::new(),
    };
    format!("<img src=\"data:image/png;base64,{}\" alt=\"{title}\"{size}>", tags::base64(png))
}
