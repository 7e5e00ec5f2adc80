//! `glir build`: text in, a `.glir` file out.

use crate::failure::{Failure, Outcome};
use crate::input::{Input, InputArgs};
use crate::output::Output;
use crate::progress;
use clap::Args;
use glir_core::file::Writer;
use glir_core::text::{Item, Parser};
use std::io::{self, Write};
use std::path::PathBuf;

/// Make a .glir file from its text form
#[derive(Debug, Args)]
#[command(mut_arg("path", |path| path.help("A stream in its text form (.glirt); - for standard input")))]
#[command(after_help = "Examples:\n  \
    glir build triangle.glirt -o triangle.glir\n  \
    glir dump recording.glir | sed 's/\"linear\"/\"nearest\"/' | glir build - -o sharp.glir")]
pub(crate) struct Build {
    #[command(flatten)]
    input: InputArgs,
    /// The file to write; - for standard output
    #[arg(short, long, value_name = "OUT.glir")]
    output: PathBuf,
}

impl Build {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        if input.is_binary() {
            return Err(Failure::about(
                &input.name,
                "this is a .glir file already; build takes its text form",
            ));
        }
        self.input.refuse_to_overwrite(&self.output)?;
        Output::expect_extension(&self.output, "glir", "a stream in its binary form")?;
        let mut out = Output::open(Some(&self.output))?;
        match write_stream(&input, &mut out)? {
            Ok(()) => out.finish()?,
            Err(error) => return Err(out.failed(&error)),
        }
        Ok(Outcome::Fine)
    }
}

/// The stream that a text describes, in memory.
pub(crate) fn translate(input: &Input) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    match write_stream(input, &mut bytes)? {
        Ok(()) => Ok(bytes),
        Err(error) => Err(Failure::about(&input.name, error)),
    }
}

/// Bytes of text that are parsed before their items are written.
const PIECE: usize = 1 << 20;

/// Parses a text and writes its items as they come. The outer error is the text's, the inner one the output's.
fn write_stream(input: &Input, out: &mut impl Write) -> Result<io::Result<()>, Failure> {
    let text = std::str::from_utf8(input).map_err(|error| {
        let line = 1 + input[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count();
        Failure::about(&input.name, format!("line {line}: this is not UTF-8, as a text must be"))
    })?;
    let wrong = |error| Failure::about(&input.name, error);
    let bar = progress::over_bytes(text.len() as u64);
    let (mut parser, mut items) = (Parser::new(), Vec::new());
    let mut streams = Streams { out: Some(out), writer: None };
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(piece_end(rest));
        parser.push(piece, &mut items).map_err(wrong)?;
        if let Err(error) = items.drain(..).try_for_each(|item| streams.write(&item)) {
            return Ok(Err(error));
        }
        bar.inc(piece.len() as u64);
        rest = behind;
    }
    parser.finish(&mut items).map_err(wrong)?;
    bar.finish_and_clear();
    Ok(items.iter().try_for_each(|item| streams.write(item)).and_then(|()| streams.finish()))
}

fn piece_end(text: &str) -> usize {
    let most = PIECE.min(text.len());
    (0..=most).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(most)
}

/// Writes the streams of a text one after the other.
struct Streams<W: Write> {
    /// The output, until the first stream begins.
    out: Option<W>,
    writer: Option<Writer<W>>,
}

impl<W: Write> Streams<W> {
    fn write(&mut self, item: &Item) -> io::Result<()> {
        if let Item::Header(header) = item {
            let ended = self.writer.take().map(Writer::finish).transpose()?;
            self.writer = ended.or(self.out.take()).map(|out| Writer::new(out, header)).transpose()?;
        }
        // A text starts with a header, so there is a writer.
        let Some(writer) = &mut self.writer else { return Ok(()) };
        match item {
            Item::Header(_) => Ok(()),
            Item::Frame { frame, time_us } => writer.frame(frame, *time_us),
            Item::Blob { encoding, bytes, .. } => writer.blob(*encoding, bytes).map(drop),
            Item::Meta(notes) => {
                let notes: Vec<_> = notes.iter().map(|(key, value)| (&**key, &**value)).collect();
                writer.meta(&notes)
            }
        }
    }

    fn finish(self) -> io::Result<()> {
        self.writer.map(Writer::finish).transpose().map(drop)
    }
}
