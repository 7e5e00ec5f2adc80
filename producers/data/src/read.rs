//! The front door: bytes and a name in, a recording out.

use crate::csv::CsvOptions;
use crate::raw::RawOptions;
use crate::{Error, ErrorKind, Format, Recording, csv, edf, npy, npz, raw, wav};

/// What the caller knows about a file that the file may not say. The default is to find out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Read as this format, whatever the content looks like.
    pub format: Option<Format>,
    /// Samples a second (Hz) for channels whose file does not tell their times.
    pub rate: Option<f64>,
    /// How to read text.
    pub csv: CsvOptions,
    /// What raw samples are. If given and `format` is not, the file is read as raw samples.
    pub raw: Option<RawOptions>,
    /// Which array of an NPZ archive to read; by default the first that can be.
    pub array: Option<String>,
    /// Along which axis of an NPY or NPZ array of two the samples of recordings and the rows of tables count, 0 or 1; by default along the
    /// longer one.
    pub along: Option<usize>,
}

/// Reads a recording out of a file's bytes.
///
/// Binary formats are not copied: the recording borrows `bytes`, which may be a memory-mapped file larger than memory.
/// Text and compressed archives are decoded, into at most a small multiple of their size. `name` is the file's name,
/// needed only for its extension where the content alone does not tell.
///
/// ```
/// use glir_data::{Options, read};
/// let recording = read(b"time (s),ecg [mV]\n0,0.1\n0.5,0.3\n1.0,-0.2\n", "ecg.csv", &Options::default())?;
/// let ecg = recording.channel(0).unwrap();
/// assert_eq!((ecg.name.as_deref(), ecg.unit.as_deref()), (Some("ecg"), Some("mV")));
/// assert_eq!(recording.rate(), Some(2.0));
/// assert_eq!(ecg.extent(), Some((-0.2, 0.3)));
/// # Ok::<(), glir_data::Error>(())
/// ```
///
/// # Errors
/// One [`Error`] that names the format and the line or byte, for whatever is wrong with the file or the options. No
/// input makes it panic.
pub fn read<'a>(bytes: &'a [u8], name: &str, options: &Options) -> Result<Recording<'a>, Error> {
    let format = match (options.format, &options.raw) {
        (Some(format), _) => format,
        (None, Some(_)) => Format::Raw,
        (None, None) => Format::detect(bytes, name)?,
    };
    if let Some(rate) = options.rate.filter(|rate| !(rate.is_finite() && *rate > 0.0)) {
        return Err(Error::whole(format, ErrorKind::Options, format!("a rate of {rate} Hz is not positive")));
    }
    if bytes.is_empty() {
        return Err(Error::whole(format, ErrorKind::Empty, "the file is empty"));
    }
    let mut recording = match format {
        Format::Csv | Format::Tsv => {
            let recording = csv::read(bytes, &options.csv).map_err(|error| error.of_text(format))?;
            Recording { format: Some(format), ..recording }
        }
        Format::Npy => npy::read(bytes, options.along)?,
        Format::Npz => npz::read(bytes, options.array.as_deref(), options.along)?,
        Format::Wav => wav::read(bytes)?,
        Format::Edf => edf::read(bytes)?,
        Format::Raw => match &options.raw {
            Some(raw_options) => raw::read(bytes, raw_options)?,
            None => {
                let message = "raw samples need their type (such as int16) and the number of channels";
                return Err(Error::whole(format, ErrorKind::Options, message));
            }
        },
        Format::Obj | Format::Stl | Format::Ply | Format::Pdb | Format::Xyz | Format::Png | Format::Jpeg => {
            return Err(Error::whole(format, ErrorKind::Options, "the format has no recordings"));
        }
    };
    if let Some(rate) = options.rate {
        recording.assume_rate(rate);
    }
    Ok(recording)
}
