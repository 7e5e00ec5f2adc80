//! Readers of scientific files, and the decimation that makes recordings drawable.
//!
//! | what | read by | from |
//! | --- | --- | --- |
//! | recordings: channels over time | [`read`] | CSV, NPY, NPZ, WAV, EDF, BDF, raw samples |
//! | tables: columns to set against each other | [`table::read`] | CSV, NPY, NPZ |
//! | arrays: pictures and volumes of numbers | [`array::read`] | NPY, NPZ, CSV |
//! | pictures | [`picture::read`] | PNG, JPEG |
//! | meshes | [`mesh::read`] | OBJ, STL, PLY |
//! | molecules | [`molecule::read`] | PDB, XYZ |
//!
//! # Recordings
//!
//! A [`Recording`] is a set of [`Channel`]s with names, units and times. Samples stay in the type and place in which the
//! file has them, and are converted when read: ten million 16-bit samples of a memory-mapped file cost no memory of
//! their own. [`Channel::minmax`] reduces any range of them to an exact envelope for drawing, fast enough to do at every
//! frame.
//!
//! | format | read |
//! | --- | --- |
//! | CSV, TSV, blanks | delimiter, header, units, decimal comma and time column are found; see [`CsvOptions`] |
//! | NPY | versions 1–3, one or two axes (the longer is time), integers and floats of either byte order, C and Fortran order |
//! | NPZ | the first fitting array, or a named one |
//! | WAV | RIFF, RIFX, RF64; 8 to 32-bit PCM, 32 and 64-bit float; scaled to full scale |
//! | EDF, EDF+, BDF | physical values, a rate for each signal; annotations are left out |
//! | raw samples | interleaved channels of a given [`Dtype`] |
//!
//! ```
//! use glir_data::{Options, read};
//!
//! let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/recordings/mit-bih-208/ecg.edf"))?;
//! let recording = read(&bytes, "ecg.edf", &Options::default())?;
//! let ecg = &recording.channels[0];
//! assert_eq!((ecg.len(), ecg.timing.rate(), ecg.unit.as_deref()), (108_000, Some(360.0), Some("mV")));
//!
//! // One bin for each column of a picture 1000 pixels wide.
//! let bins = ecg.minmax(0..ecg.len(), 1000);
//! assert_eq!(bins.iter().map(|bin| bin.len).sum::<usize>(), 108_000);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The bytes are the caller's: read, or memory-mapped, or fetched. Nothing here does I/O, and there is no unsafe code.
//! Files are strangers: whatever they hold, a reader returns what it is for or one [`Error`] that names the line or the
//! byte, and allocates no more than a small multiple of the file's size.
#![forbid(unsafe_code)]
#![warn(clippy::missing_errors_doc)]

pub mod array;
mod csv;
mod edf;
mod element;
mod error;
mod format;
mod join;
pub mod limits;
pub mod mesh;
mod minmax;
pub mod molecule;
mod moment;
mod npy;
mod npz;
pub mod picture;
mod raw;
mod read;
mod recording;
mod samples;
pub mod table;
mod text;
mod timing;
mod wav;

pub use array::Array;
pub use csv::{CsvOptions, TimeColumn};
pub use element::{Dtype, DtypeError, Element, Endian};
pub use error::{Error, ErrorKind, Place};
pub use format::Format;
pub use join::join;
pub use mesh::Mesh;
pub use minmax::Bin;
pub use molecule::Molecule;
pub use moment::Moment;
pub use picture::Picture;
pub use raw::RawOptions;
pub use read::{Options, read};
pub use recording::{Channel, Recording};
pub use samples::{Layout, Samples};
pub use table::Table;
pub use timing::Timing;
