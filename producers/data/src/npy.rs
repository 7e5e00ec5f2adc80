//! NPY: one NumPy array, versions 1 to 3. Samples stay where they are in the file.
//!
//! A one-dimensional array is one channel. Of a two-dimensional array, the longer axis is time, if nothing else is asked. The header is a Python
//! dictionary; only the three keys that NumPy writes are read, with a parser that cannot recurse. Source: NumPy
//! Enhancement Proposal 1 and `numpy.lib.format`.

use crate::array::Array;
use crate::error::{ErrorKind, excerpt};
use crate::limits::{MAX_CHANNELS, MAX_NPY_HEADER};
use crate::samples::Bytes;
use crate::{Channel, Dtype, Error, Format, Layout, Recording, Samples};

const MAGIC: &[u8] = b"\x93NUMPY";

/// Where the header's text starts, in version 1.
const TEXT_AT: usize = 10;

pub(crate) fn read(bytes: &[u8], along: Option<usize>) -> Result<Recording<'_>, Error> {
    array(Format::Npy, bytes.into(), along)
}

/// Reads an array with its shape.
pub(crate) fn shaped<'a>(format: Format, source: Bytes<'a>) -> Result<Array<'a>, Error> {
    let (header, body) = header(format, source.as_slice())?;
    let count = header.shape.iter().product();
    let element = header.dtype.element;
    let layout = Layout::strided(element, header.dtype.endian, body, element.size(), count);
    let past_end =
        || Error::at(format, body, ErrorKind::Truncated, "the array goes on past the end of the file");
    let samples = Samples::over(source, layout).ok_or_else(past_end)?;
    Ok(Array { name: None, shape: header.shape, fortran: header.fortran, samples, notes: Vec::new() })
}

/// Reads an array from a file, or from a member of an archive: then places count from the member's start. Samples count along an axis, the
/// longer one if none is asked for.
pub(crate) fn array<'a>(
    format: Format,
    source: Bytes<'a>,
    along: Option<usize>,
) -> Result<Recording<'a>, Error> {
    let fail = |at: usize, kind, message: String| Err(Error::at(format, at, kind, message));
    let (header, body) = header(format, source.as_slice())?;
    let size = header.dtype.element.size();
    let there = source.as_slice().len() - body;
    let shape = header.shape_text();

    let mut notes = Vec::new();
    if along.is_some_and(|axis| axis > 1) {
        return Err(Error::whole(format, ErrorKind::Options, "samples count along axis 0 or 1"));
    }

    // (samples, bytes from sample to sample, channels, bytes from channel to channel)
    let (samples, stride, channels, channel_stride) = match header.shape[..] {
        [length] => (length, size, 1, 0),
        [rows, columns] => {
            let (row, column) = if header.fortran { (size, rows * size) } else { (columns * size, size) };
            if along.is_none() && rows < columns {
                let are = if rows == 1 { "channel" } else { "channels" };
                notes.push(format!(
                    "of {rows} × {columns} numbers the longer axis counts the samples: {rows} {are} of {columns}"
                ));
            }
            let upright = along.map_or(rows >= columns, |axis| axis == 0);
            if upright { (rows, row, columns, column) } else { (columns, column, rows, row) }
        }
        _ => {
            let message =
                format!("an array of shape {shape} is not read: give one channel, or channels × samples");
            return fail(TEXT_AT, ErrorKind::Unsupported, message);
        }
    };
    if channels > MAX_CHANNELS {
        let message = format!("{channels} channels are over the limit of {MAX_CHANNELS}");
        return fail(TEXT_AT, ErrorKind::TooLarge, message);
    }
    let channels = (0..channels).map(|channel| {
        let first = body + channel * channel_stride;
        let layout = Layout::strided(header.dtype.element, header.dtype.endian, first, stride, samples);
        let past_end =
            || Error::at(format, there, ErrorKind::Truncated, "the array goes on past the end of the file");
        Samples::over(source.clone(), layout).map(Channel::from).ok_or_else(past_end)
    });
    let channels = channels.collect::<Result<_, _>>()?;
    Ok(Recording { format: Some(format), channels, notes, ..Recording::default() })
}

/// Reads the header, and proves that the file has the elements that it promises, and some. Also gives where they start.
fn header(format: Format, bytes: &[u8]) -> Result<(Header, usize), Error> {
    let fail = |at: usize, kind, message: String| Err(Error::at(format, at, kind, message));
    if !bytes.starts_with(MAGIC) {
        return fail(0, ErrorKind::Malformed, "an NPY array starts with \"\\x93NUMPY\"".into());
    }
    let Some(&major) = bytes.get(6) else {
        return fail(bytes.len(), ErrorKind::Truncated, "the file ends before its version".into());
    };
    let (text_at, length) = match major {
        1 => {
            (10, bytes.get(8..10).and_then(|b| b.first_chunk()).map(|b| usize::from(u16::from_le_bytes(*b))))
        }
        2 | 3 => {
            (12, bytes.get(8..12).and_then(|b| b.first_chunk()).map(|b| u32::from_le_bytes(*b) as usize))
        }
        _ => {
            return fail(
                6,
                ErrorKind::Unsupported,
                format!("version {major} of the format is not read; 1 to 3 are"),
            );
        }
    };
    let Some(length) = length else {
        return fail(bytes.len(), ErrorKind::Truncated, "the file ends within its header".into());
    };
    if length > MAX_NPY_HEADER {
        let message = format!("a header of {length} bytes is over the limit of {MAX_NPY_HEADER}");
        return fail(8, ErrorKind::TooLarge, message);
    }
    let body = text_at + length;
    let Some(text) = bytes.get(text_at..body) else {
        return fail(
            bytes.len(),
            ErrorKind::Truncated,
            format!("the file ends within its header of {body} bytes"),
        );
    };
    let header =
        Header::parse(text).map_err(|(at, kind, message)| Error::at(format, text_at + at, kind, message))?;

    let size = header.dtype.element.size();
    let elements = header.shape.iter().try_fold(1_usize, |product, length| product.checked_mul(*length));
    let needed = elements.and_then(|elements| elements.checked_mul(size));
    let there = bytes.len() - body;
    let shape = header.shape_text();
    match needed {
        Some(0) => return fail(body, ErrorKind::Empty, format!("an array of shape {shape} has no elements")),
        Some(needed) if needed <= there => {}
        _ => {
            let message = format!(
                "an array of {} with shape {shape} needs more bytes than the {there} there",
                header.dtype
            );
            return fail(bytes.len(), ErrorKind::Truncated, message);
        }
    }
    Ok((header, body))
}

/// The three keys of an array's header.
struct Header {
    dtype: Dtype,
    fortran: bool,
    shape: Vec<usize>,
}

/// A fault in the header: byte within it, kind, clause.
type Fault = (usize, ErrorKind, String);

impl Header {
    fn parse(text: &[u8]) -> Result<Header, Fault> {
        let mut parser = Parser { text, at: 0 };
        let (mut dtype, mut fortran, mut shape) = (None, None, None);
        parser.expect(b'{')?;
        while !parser.take(b'}') {
            let key_at = parser.at;
            let key = parser.string()?;
            parser.expect(b':')?;
            match key {
                b"descr" => dtype = Some(parser.dtype()?),
                b"fortran_order" => fortran = Some(parser.boolean()?),
                b"shape" => shape = Some(parser.shape()?),
                other => {
                    let message = format!(
                        "the header's key {:?} is not one of descr, fortran_order, shape",
                        excerpt(other)
                    );
                    return Err((key_at, ErrorKind::Malformed, message));
                }
            }
            if !parser.take(b',') && parser.peek() != Some(b'}') {
                return Err(parser.fault("a comma or }"));
            }
        }
        let lacks = |key| (0, ErrorKind::Malformed, format!("the header has no {key}"));
        Ok(Header {
            dtype: dtype.ok_or_else(|| lacks("descr"))?,
            fortran: fortran.ok_or_else(|| lacks("fortran_order"))?,
            shape: shape.ok_or_else(|| lacks("shape"))?,
        })
    }

    /// As NumPy writes it: `(3, 1000)`.
    fn shape_text(&self) -> String {
        let lengths: Vec<String> = self.shape.iter().take(8).map(ToString::to_string).collect();
        let comma = if lengths.len() == 1 { "," } else { "" };
        format!("({}{comma})", lengths.join(", "))
    }
}

/// Reads the few Python literals that a header holds, from left to right.
struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Parser<'a> {
    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        if self.take(byte) { Ok(()) } else { Err(self.fault(&format!("{:?}", char::from(byte)))) }
    }

    fn fault(&self, wanted: &str) -> Fault {
        let found = match self.text.get(self.at..) {
            Some(rest) if !rest.is_empty() => {
                format!("{:?} stands there", excerpt(&rest[..rest.len().min(12)]))
            }
            _ => "the header ends there".into(),
        };
        (self.at, ErrorKind::Malformed, format!("the header should have {wanted}, {found}"))
    }

    fn string(&mut self) -> Result<&'a [u8], Fault> {
        let quote = match self.peek() {
            Some(quote @ (b'\'' | b'"')) => quote,
            _ => return Err(self.fault("a quoted string")),
        };
        let start = self.at + 1;
        let rest = self.text.get(start..).unwrap_or_default();
        let Some(length) = rest.iter().position(|byte| *byte == quote) else {
            return Err(self.fault("a string that ends"));
        };
        self.at = start + length + 1;
        Ok(&rest[..length])
    }

    fn dtype(&mut self) -> Result<Dtype, Fault> {
        let found = self.peek();
        let at = self.at;
        if found == Some(b'[') {
            let message =
                "the array is structured (has named fields), which is not read; save one field".into();
            return Err((at, ErrorKind::Unsupported, message));
        }
        let text = self.string()?;
        let parsed = std::str::from_utf8(text).unwrap_or_default().parse::<Dtype>();
        parsed.map_err(|error| (at, ErrorKind::Unsupported, error.to_string()))
    }

    fn word(&mut self) -> &'a [u8] {
        self.peek();
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn boolean(&mut self) -> Result<bool, Fault> {
        match self.word() {
            b"True" => Ok(true),
            b"False" => Ok(false),
            _ => Err(self.fault("True or False")),
        }
    }

    fn shape(&mut self) -> Result<Vec<usize>, Fault> {
        /// NumPy's own limit on dimensions.
        const MOST: usize = 64;
        self.expect(b'(')?;
        let mut shape = Vec::new();
        while !self.take(b')') {
            self.peek();
            let at = self.at;
            if self.take(b'-') {
                let message = format!("an axis can't be -{} long", excerpt(self.word()));
                return Err((at, ErrorKind::Malformed, message));
            }
            // Python 2 wrote long integers with an L.
            let digits = self.word();
            let digits = digits.strip_suffix(b"L").unwrap_or(digits);
            let length = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<usize>().ok());
            let Some(length) = length.filter(|_| shape.len() < MOST) else {
                let message = match digits {
                    [] => "the length of an axis, or the bracket that ends the shape, is missing".to_owned(),
                    _ => format!("{:?} is no length of an axis", excerpt(digits)),
                };
                return Err((at, ErrorKind::Malformed, message));
            };
            shape.push(length);
            if !self.take(b',') && self.peek() != Some(b')') {
                return Err(self.fault("a comma or )"));
            }
        }
        Ok(shape)
    }
}
