//! A picture, and the message it becomes.

use super::{PictureFormat, Shown};
use bytes::Bytes;
use glir_core::file::chunk::Kind;
use glir_core::file::message;
use glir_spec::wire::Writer;

/// The kind of a chunk with a picture. Its head is `[width, height, media type]`, its arena the picture as a file. Kinds in
/// lower case are passed over by who does not know them.
const KIND: Kind = Kind(*b"pict");

/// The kind of a chunk whose arena is a sentence about the drawing, or nothing when all is well again.
const SAID: Kind = Kind(*b"said");
/// The most bytes of such a sentence.
const MOST_SAID: usize = 2000;

/// A sentence as a message.
pub(super) fn said(sentence: &str) -> Option<Bytes> {
    let end = (0..=MOST_SAID.min(sentence.len())).rev().find(|end| sentence.is_char_boundary(*end))?;
    let text = sentence.as_bytes().get(..end)?;
    message::chunk(SAID, 0, 0, &[], text).ok().map(Bytes::from)
}

/// Losses that are hard to see.
const QUALITY: u8 = 85;

/// RGBA, four bytes a pixel, rows from the top down.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixels: Vec<u8>,
}

impl Picture {
    pub(super) fn message(&self, frame: u64, format: PictureFormat) -> Option<Shown> {
        let (media, bytes) = match format {
            PictureFormat::Png => ("image/png", self.png()?),
            PictureFormat::Jpeg => ("image/jpeg", self.jpeg()?),
        };
        let mut head = Vec::new();
        let mut writer = Writer::new(&mut head);
        writer.array(3);
        writer.uint(self.width.into());
        writer.uint(self.height.into());
        writer.str(media);
        let message = message::chunk(KIND, frame, 0, &head, &bytes).ok()?;
        Some(Shown { frame, message: message.into() })
    }

    fn png(&self) -> Option<Vec<u8>> {
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, self.width, self.height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        // A picture is looked at once; it must be there soon.
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header().ok()?;
        writer.write_image_data(&self.pixels).ok()?;
        writer.finish().ok()?;
        Some(png)
    }

    fn jpeg(&self) -> Option<Vec<u8>> {
        let mut jpeg = Vec::new();
        let (width, height) = (u16::try_from(self.width).ok()?, u16::try_from(self.height).ok()?);
        let encoder = jpeg_encoder::Encoder::new(&mut jpeg, QUALITY);
        encoder.encode(&self.pixels, width, height, jpeg_encoder::ColorType::Rgba).ok()?;
        Some(jpeg)
    }
}
