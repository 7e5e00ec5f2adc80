//! Pictures: PNG and JPEG.
//!
//! ```
//! # let mut bytes = Vec::new();
//! # let mut encoder = png::Encoder::new(&mut bytes, 2, 1);
//! # encoder.set_color(png::ColorType::Grayscale);
//! # encoder.write_header().unwrap().write_image_data(&[0, 255]).unwrap();
//! let picture = glir_data::picture::read(&bytes)?;
//! assert_eq!((picture.width, picture.height, picture.pixels.channels()), (2, 1, 1));
//! assert_eq!(picture.to_rgba8(), [0, 0, 0, 255, 255, 255, 255, 255]);
//! # Ok::<(), glir_data::Error>(())
//! ```

use std::io::Cursor;

use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

use crate::error::{ErrorKind, Place};
use crate::limits::{MAX_INFLATION, MAX_JPEG_PIXELS, MAX_PIXELS};
use crate::{Error, Format};

/// A picture, its upper row first.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The numbers, width × height × channels of them.
    pub pixels: Pixels,
    /// What was passed over, in sentences for the user.
    pub notes: Vec<String>,
}

/// A picture's numbers, the channels of a pixel side by side: grey (1), grey and alpha (2), red, green, blue (3), and alpha
/// (4). Alpha is straight; values are those of the file, as a rule sRGB.
#[derive(Clone, Debug, PartialEq)]
pub enum Pixels {
    /// Of 8 bits, 0 to 255.
    U8 {
        /// 1 to 4.
        channels: usize,
        /// The numbers.
        data: Vec<u8>,
    },
    /// Of 16 bits, 0 to 65,535.
    U16 {
        /// 1 to 4.
        channels: usize,
        /// The numbers.
        data: Vec<u16>,
    },
}

impl Pixels {
    /// Numbers a pixel, 1 to 4.
    pub fn channels(&self) -> usize {
        match self {
            Pixels::U8 { channels, .. } | Pixels::U16 { channels, .. } => *channels,
        }
    }
}

impl Picture {
    /// Red, green, blue and alpha of every pixel in 8 bits.
    pub fn to_rgba8(&self) -> Vec<u8> {
        let eight: Vec<u8>;
        let (channels, data) = match &self.pixels {
            Pixels::U8 { channels, data } => (*channels, data),
            Pixels::U16 { channels, data } => {
                // 65,535 / 255 = 257; the nearest byte.
                eight = data.iter().map(|value| ((u32::from(*value) + 128) / 257) as u8).collect();
                (*channels, &eight)
            }
        };
        let pixels = data.chunks_exact(channels.max(1));
        pixels
            .flat_map(|pixel| match *pixel {
                [grey] => [grey, grey, grey, 255],
                [grey, alpha] => [grey, grey, grey, alpha],
                [red, green, blue] => [red, green, blue, 255],
                [red, green, blue, alpha, ..] => [red, green, blue, alpha],
                [] => [0; 4],
            })
            .collect()
    }

    /// One channel, or the luminance (ITU-R BT.709 weights, of the values as they are) of a colour picture, from 0 to 1: for colour maps.
    pub fn to_grey(&self) -> Vec<f32> {
        let grey = |pixel: [f32; 3]| 0.2126 * pixel[0] + 0.7152 * pixel[1] + 0.0722 * pixel[2];
        let channels = self.pixels.channels().max(1);
        let values: Vec<f32> = match &self.pixels {
            Pixels::U8 { data, .. } => data.iter().map(|value| f32::from(*value) / 255.0).collect(),
            Pixels::U16 { data, .. } => data.iter().map(|value| f32::from(*value) / 65_535.0).collect(),
        };
        values
            .chunks_exact(channels)
            .map(|pixel| match *pixel {
                [red, green, blue, ..] => grey([red, green, blue]),
                [value, ..] => value,
                [] => 0.0,
            })
            .collect()
    }
}

/// Reads a picture out of a file's bytes; the first of an animation. Palettes become colours, fewer than 8 bits become 8.
/// A picture that its camera noted as turned or mirrored (Exif 2.32, tag 274, Orientation) is turned upright. Colour profiles are passed over.
///
/// Refuses sizes that the file's bytes can't hold, before it makes room for them.
///
/// # Errors
/// One [`Error`] that names the format. No input makes it panic.
pub fn read(bytes: &[u8]) -> Result<Picture, Error> {
    let error =
        |kind, message: &str| Err(Error { format: None, place: Place::File, kind, message: message.into() });
    if bytes.is_empty() {
        error(ErrorKind::Empty, "the file is empty")
    } else if is_png(bytes) {
        png(bytes)
    } else if is_jpeg(bytes) {
        jpeg(bytes)
    } else {
        error(ErrorKind::Unrecognised, "this is no picture in PNG or JPEG")
    }
}

/// Whether the bytes start as a PNG does.
pub fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n")
}

/// Whether the bytes start as a JPEG does.
pub fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xd8\xff")
}

fn prove_size(format: Format, width: u64, height: u64, most: u64) -> Result<(), Error> {
    let pixels = width.saturating_mul(height);
    if pixels == 0 {
        return Err(Error::whole(format, ErrorKind::Empty, "the picture has no pixels"));
    }
    if pixels > MAX_PIXELS {
        let message = format!("{width} × {height} pixels are over the limit of {MAX_PIXELS}");
        return Err(Error::whole(format, ErrorKind::TooLarge, message));
    }
    if pixels > most {
        let message = format!("{width} × {height} pixels are more than the file can hold");
        return Err(Error::whole(format, ErrorKind::Truncated, message));
    }
    Ok(())
}

fn png(bytes: &[u8]) -> Result<Picture, Error> {
    let kind = |error: &png::DecodingError| match error {
        png::DecodingError::IoError(_) => ErrorKind::Truncated,
        png::DecodingError::LimitsExceeded => ErrorKind::TooLarge,
        _ => ErrorKind::Malformed,
    };
    let fail = |error: png::DecodingError| {
        let message = match &error {
            png::DecodingError::IoError(_) => "the file ends within the picture".into(),
            png::DecodingError::LimitsExceeded => "the picture is too large".into(),
            _ => damaged(&error.to_string()),
        };
        Error::whole(Format::Png, kind(&error), message)
    };
    let limits = png::Limits { bytes: (MAX_PIXELS as usize).saturating_mul(8) };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(png::Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let (width, height, bits) = {
        let info = decoder.read_header_info().map_err(fail)?;
        (info.width, info.height, info.bits_per_pixel() as u64)
    };
    // Deflate does no more, whatever the header says.
    let most = (bytes.len() as u64).saturating_mul(8 * MAX_INFLATION as u64) / bits.max(1);
    prove_size(Format::Png, width.into(), height.into(), most)?;
    let mut reader = decoder.read_info().map_err(fail)?;
    let size = reader.output_buffer_size();
    let Some(size) = size.filter(|size| *size as u64 <= MAX_PIXELS * 8) else {
        return Err(Error::whole(Format::Png, ErrorKind::TooLarge, "the picture is too large"));
    };
    let mut data = vec![0; size];
    let info = reader.next_frame(&mut data).map_err(fail)?;
    data.truncate(info.buffer_size());
    let channels = info.color_type.samples();
    let pixels = if info.bit_depth == png::BitDepth::Sixteen {
        let data = data.as_chunks::<2>().0.iter().map(|two| u16::from_be_bytes(*two)).collect();
        Pixels::U16 { channels, data }
    } else {
        Pixels::U8 { channels, data }
    };
    let turn = Turn::noted(reader.info().exif_metadata.as_deref());
    let mut notes = Vec::new();
    if reader.info().animation_control().is_some_and(|animation| animation.num_frames > 1) {
        notes.push("the first picture of an animation is shown".into());
    }
    Ok(turn.upright(Picture { width, height, pixels, notes }))
}

/// Whether a JPEG has its end: the marker EOI behind the last scan, in whose data it can't stand (ITU-T T.81, B.1.1.5). Decoders
/// fill what is missing with grey.
fn is_whole(bytes: &[u8]) -> bool {
    let last = |marker: [u8; 2]| bytes.windows(2).rposition(|pair| pair == marker);
    last([0xff, 0xd9]) > last([0xff, 0xda])
}

/// What a decoder says of a picture, as the end of a sentence.
fn damaged(told: &str) -> String {
    /// The most characters of it.
    const LONGEST: usize = 100;
    if told.starts_with("CRC") {
        return "the picture is damaged: the checksum of a part of it is wrong".into();
    }
    let line = told.lines().next().unwrap_or_default().trim().trim_matches('"');
    let line = line.split(". ").next().unwrap_or_default().trim_end_matches('.');
    if line.is_empty() || line.chars().count() > LONGEST || line.chars().any(char::is_control) {
        return "the picture is damaged".into();
    }
    format!("the picture is damaged: {line}")
}

fn ended() -> Error {
    Error::whole(Format::Jpeg, ErrorKind::Truncated, "the file ends within the picture")
}

fn jpeg(bytes: &[u8]) -> Result<Picture, Error> {
    let fail = |error: DecodeErrors| match error {
        _ if !is_whole(bytes) => ended(),
        DecodeErrors::Unsupported(_) => {
            let message = "this kind of JPEG is not read; save it as a baseline or progressive one";
            Error::whole(Format::Jpeg, ErrorKind::Unsupported, message)
        }
        _ => Error::whole(Format::Jpeg, ErrorKind::Malformed, damaged(&error.to_string())),
    };
    let options = DecoderOptions::new_safe().set_max_width(65_535).set_max_height(65_535);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    decoder.decode_headers().map_err(fail)?;
    let (width, height) = decoder.dimensions().unwrap_or((0, 0));
    prove_size(
        Format::Jpeg,
        width as u64,
        height as u64,
        (bytes.len() as u64).saturating_mul(MAX_JPEG_PIXELS),
    )?;
    let grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let space = if grey { ColorSpace::Luma } else { ColorSpace::RGB };
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let data = decoder.decode().map_err(fail)?;
    if !is_whole(bytes) {
        return Err(ended());
    }
    let channels = if grey { 1 } else { 3 };
    if data.len() != width * height * channels {
        return Err(Error::whole(
            Format::Jpeg,
            ErrorKind::Malformed,
            "the picture is not of the size that it says",
        ));
    }
    let turn = Turn::noted(decoder.exif().map(Vec::as_slice));
    let pixels = Pixels::U8 { channels, data };
    Ok(turn.upright(Picture { width: width as u32, height: height as u32, pixels, notes: Vec::new() }))
}

/// How the rows and columns of a file stand to those of the picture (Exif 2.32, 4.6.4, Orientation): mirrored along its rows, then along its columns,
/// then its rows made columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Turn {
    rows: bool,
    columns: bool,
    swap: bool,
}

impl Turn {
    /// That of Exif's data; none where it can't be read.
    fn noted(exif: Option<&[u8]>) -> Turn {
        let number = || {
            let exif = exif::Reader::new().read_raw(exif?.to_vec()).ok()?;
            exif.get_field(exif::Tag::Orientation, exif::In::PRIMARY)?.value.get_uint(0)
        };
        let (rows, columns, swap) = match number().unwrap_or(1) {
            2 => (true, false, false),
            3 => (true, true, false),
            4 => (false, true, false),
            5 => (false, false, true),
            6 => (false, true, true),
            7 => (true, true, true),
            8 => (true, false, true),
            _ => (false, false, false),
        };
        Turn { rows, columns, swap }
    }

    fn upright(self, picture: Picture) -> Picture {
        if self == Turn::default() {
            return picture;
        }
        let Picture { width, height, pixels, notes } = picture;
        let size = [width as usize, height as usize];
        let pixels = match pixels {
            Pixels::U8 { channels, data } => Pixels::U8 { channels, data: self.apply(size, channels, &data) },
            Pixels::U16 { channels, data } => {
                Pixels::U16 { channels, data: self.apply(size, channels, &data) }
            }
        };
        let (width, height) = if self.swap { (height, width) } else { (width, height) };
        Picture { width, height, pixels, notes }
    }

    fn apply<T: Copy>(self, [width, height]: [usize; 2], channels: usize, data: &[T]) -> Vec<T> {
        let (wide, high) = if self.swap { (height, width) } else { (width, height) };
        let mut upright = Vec::with_capacity(data.len());
        for y in 0..high {
            for x in 0..wide {
                let (column, row) = if self.swap { (y, x) } else { (x, y) };
                let column = if self.rows { width - 1 - column } else { column };
                let row = if self.columns { height - 1 - row } else { row };
                let at = (row * width + column) * channels;
                upright.extend_from_slice(data.get(at..at + channels).unwrap_or_default());
            }
        }
        upright
    }
}
