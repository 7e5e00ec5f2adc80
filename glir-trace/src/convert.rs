//! A file written anew: packed and with keyframes, or plain; and several files as one.

use crate::record::{Recorder, Recording};
use glir_core::file::{FileFault, Item, Options, Room, SliceReader, Writer};
use glir_spec::Header;
use glir_spec::wire::Encoding;
use std::io::{self, Write};

/// How a file is written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Packed, with payloads stored once and keyframes.
    Recorded(Recording),
    /// As [`Writer`] writes it: every program reads that, and no payload moves.
    Plain,
}

/// One stream being written.
enum Stream<W: Write> {
    Recorded(Box<Recorder<W>>),
    Plain(Writer<W>),
}

impl<W: Write> Stream<W> {
    fn begin(out: W, header: &Header<'_>, form: Form) -> io::Result<Self> {
        Ok(match form {
            Form::Recorded(recording) => Stream::Recorded(Box::new(Recorder::new(out, header, recording)?)),
            Form::Plain => Stream::Plain(Writer::new(out, header)?),
        })
    }

    fn frame(&mut self, head: &[u8], arena: &[u8], time_us: u64) -> io::Result<()> {
        match self {
            Stream::Recorded(recorder) => recorder.frame(head, arena, time_us),
            Stream::Plain(writer) => writer.raw_frame(head, arena, time_us),
        }
    }

    fn blob(&mut self, encoding: Encoding, bytes: &[u8]) -> io::Result<()> {
        match self {
            Stream::Recorded(recorder) => recorder.blob(encoding, bytes).map(drop),
            Stream::Plain(writer) => writer.blob(encoding, bytes).map(drop),
        }
    }

    fn meta(&mut self, notes: &[(&str, &str)]) -> io::Result<()> {
        match self {
            Stream::Recorded(recorder) => recorder.meta(notes),
            Stream::Plain(writer) => writer.meta(notes),
        }
    }

    fn finish(self) -> io::Result<W> {
        match self {
            Stream::Recorded(recorder) => recorder.finish(),
            Stream::Plain(writer) => writer.finish(),
        }
    }
}

/// Writes files anew, one behind the other: their streams follow one another in one file. What is damaged is told, and left
/// out; the first number is that of the file. What comes before a stream's header is left out, too.
pub fn convert<W: Write>(
    files: &[&[u8]],
    out: W,
    form: Form,
    fault: &mut dyn FnMut(usize, FileFault),
) -> io::Result<W> {
    let (mut out, mut stream) = (Some(out), None);
    for (number, bytes) in files.iter().enumerate() {
        let room = Room::new();
        let mut begun = false;
        for item in SliceReader::unpacking(bytes, Options::default(), &room) {
            match (item, &mut stream) {
                (Item::Header(header), _) => {
                    begun = true;
                    let to = stream.take().map(Stream::finish).transpose()?.or(out.take());
                    stream = to.map(|out| Stream::begin(out, &header, form)).transpose()?;
                }
                (Item::Fault(damage), _) => fault(number, damage),
                (_, None) => {}
                _ if !begun => {}
                (Item::Frame { head, arena, time_us, .. }, Some(stream)) => {
                    stream.frame(head, arena, time_us)?;
                }
                (Item::Blob { encoding, bytes, .. }, Some(stream)) => stream.blob(encoding, bytes)?,
                (Item::Meta(notes), Some(stream)) => {
                    let notes: Vec<_> = notes.iter().map(|(key, value)| (&**key, &**value)).collect();
                    stream.meta(&notes)?;
                }
            }
        }
    }
    match (stream, out) {
        (Some(stream), _) => stream.finish(),
        (None, Some(out)) => Ok(out),
        (None, None) => Err(io::Error::other("there is no stream")),
    }
}
