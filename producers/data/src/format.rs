//! The formats, and telling them apart by content and extension.

use std::fmt;

use crate::Error;
use crate::error::{ErrorKind, Place};
use crate::limits::SNIFF_BYTES;

/// A file format that is read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Delimited text: commas, semicolons, tabs, bars or blanks.
    Csv,
    /// The same, by a name that promises tabs.
    Tsv,
    /// One NumPy array.
    Npy,
    /// An archive of NumPy arrays, of which one is read.
    Npz,
    /// Samples and nothing else; the caller says what they are.
    Raw,
    /// RIFF, RIFX or RF64 audio.
    Wav,
    /// European Data Format (EDF, EDF+) and its 24-bit sibling BDF.
    Edf,
    /// Wavefront OBJ: a [mesh](crate::mesh).
    Obj,
    /// Stereolithography: a [mesh](crate::mesh).
    Stl,
    /// Polygon File Format: a [mesh](crate::mesh).
    Ply,
    /// Protein Data Bank: a [molecule](crate::molecule).
    Pdb,
    /// Atoms by element and place: a [molecule](crate::molecule).
    Xyz,
    /// Portable Network Graphics: a [picture](crate::picture).
    Png,
    /// A [picture](crate::picture) by the Joint Photographic Experts Group.
    Jpeg,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Csv => "CSV",
            Format::Tsv => "TSV",
            Format::Npy => "NPY",
            Format::Npz => "NPZ",
            Format::Raw => "raw samples",
            Format::Wav => "WAV",
            Format::Edf => "EDF",
            Format::Obj => "OBJ",
            Format::Stl => "STL",
            Format::Ply => "PLY",
            Format::Pdb => "PDB",
            Format::Xyz => "XYZ",
            Format::Png => "PNG",
            Format::Jpeg => "JPEG",
        })
    }
}

impl Format {
    /// Finds the format of a recording from its first bytes, then from its name; content wins over the name.
    ///
    /// # Errors
    /// [`ErrorKind::Empty`] for no bytes; [`ErrorKind::Unsupported`] for formats known by sight but not read, with their
    /// name; [`ErrorKind::Unrecognised`] for all else that is not text.
    pub fn detect(bytes: &[u8], name: &str) -> Result<Format, Error> {
        let error = |kind, message: String| Err(Error { format: None, place: Place::File, kind, message });
        if bytes.is_empty() {
            return error(ErrorKind::Empty, "the file is empty".into());
        }
        if let Some(format) = by_magic(bytes) {
            return Ok(format);
        }
        if let Some(what) = known_by_sight(bytes) {
            let picture = what.ends_with(" picture");
            let message = if picture {
                format!("this is {what}, which holds no table or array of numbers; it is drawn as an image")
            } else {
                format!("this is {what}, which is not read; export it to CSV, NPY, EDF or WAV")
            };
            return error(ErrorKind::Unsupported, message);
        }
        if let Some(what) = solid(name) {
            let message = format!("by its name this is {what}, which holds no table or array of numbers");
            return error(ErrorKind::Unsupported, message);
        }
        let promised = by_extension(name);
        if is_text(bytes) {
            return match promised {
                Some(Format::Tsv) => Ok(Format::Tsv),
                None | Some(Format::Csv | Format::Raw) => Ok(Format::Csv),
                Some(format) => {
                    let message = format!(
                        "the name promises {format}, the content is text; name it .csv if it is a table"
                    );
                    error(ErrorKind::Unrecognised, message)
                }
            };
        }
        let message = match promised {
            Some(Format::Raw) | None => {
                "the content is of no known format; if these are raw samples, give their type (such as int16) and the \
                 number of channels"
                    .into()
            }
            Some(format) => format!("the name promises {format}, the content is something else"),
        };
        error(ErrorKind::Unrecognised, message)
    }
}

fn by_magic(bytes: &[u8]) -> Option<Format> {
    let at = |offset: usize, magic: &[u8]| bytes.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    if at(0, b"\x93NUMPY") {
        Some(Format::Npy)
    } else if at(0, b"PK\x03\x04") || at(0, b"PK\x05\x06") {
        Some(Format::Npz)
    } else if (at(0, b"RIFF") || at(0, b"RIFX") || at(0, b"RF64") || at(0, b"BW64")) && at(8, b"WAVE") {
        Some(Format::Wav)
    } else if at(0, b"\xffBIOSEMI") || is_edf(bytes) {
        Some(Format::Edf)
    } else {
        None
    }
}

/// EDF's version is a 0 padded with blanks, as a table of numbers may start too; but a header has no line ends.
fn is_edf(bytes: &[u8]) -> bool {
    let header = bytes.get(..256).unwrap_or_default();
    header.starts_with(b"0       ") && !header.contains(&b'\n') && !header.contains(&b'\r')
}

/// Formats that people have and that are worth a better answer than "unknown".
fn known_by_sight(bytes: &[u8]) -> Option<&'static str> {
    const SIGHTS: &[(&[u8], &str)] = &[
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file (or MATLAB 7.3, NWB, netCDF-4)"),
        (b"MATLAB 5.0", "a MATLAB file"),
        (b"CDF\x01", "a netCDF file"),
        (b"CDF\x02", "a netCDF file"),
        (b"PAR1", "a Parquet file"),
        (b"ARROW1", "an Arrow file"),
        (b"SQLite format 3", "an SQLite database"),
        (b"fLaC", "a FLAC file"),
        (b"OggS", "an Ogg file"),
        (b"ID3", "an MP3 file"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"\x28\xb5\x2f\xfd", "a zstd archive"),
        (b"BZh", "a bzip2 archive"),
        (b"\xfd7zXZ\0", "an xz archive"),
        (b"\x89PNG", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"%PDF", "a PDF document"),
        (b"\xff\xfe", "UTF-16 text"),
        (b"\xfe\xff", "UTF-16 text"),
    ];
    SIGHTS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, what)| *what)
}

/// Names of solid things, whose text would pass for a table. Tables are called `.xyz`, too.
fn solid(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "obj" => "an OBJ mesh",
        "ply" => "a PLY mesh",
        "stl" => "an STL mesh",
        "pdb" | "ent" => "a PDB molecule",
        _ => return None,
    })
}

fn by_extension(name: &str) -> Option<Format> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "csv" | "txt" | "asc" => Format::Csv,
        "tsv" | "tab" => Format::Tsv,
        "npy" => Format::Npy,
        "npz" => Format::Npz,
        "wav" | "wave" | "bwf" => Format::Wav,
        "edf" | "bdf" | "rec" => Format::Edf,
        "png" => Format::Png,
        "jpg" | "jpeg" => Format::Jpeg,
        "raw" | "bin" | "dat" | "pcm" | "i16" | "f32" => Format::Raw,
        _ => return None,
    })
}

/// Text in UTF-8 or Latin-1: no control characters but the usual.
fn is_text(bytes: &[u8]) -> bool {
    let start = bytes.get(..bytes.len().min(SNIFF_BYTES)).unwrap_or_default();
    let odd = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c) || *byte == 0x7f;
    if start.iter().any(odd) {
        return false;
    }
    // Words of any script, if they are UTF-8; the last letter may be cut.
    let is_utf8 = match std::str::from_utf8(start) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && start.len() < bytes.len(),
    };
    // A Latin-1 degree or micro sign passes; a file of mostly high bytes is not text.
    let high = start.iter().filter(|byte| **byte >= 0x80).count();
    is_utf8 || high * 4 <= start.len()
}
