//! Raw samples: interleaved channels with no header, as acquisition systems stream them to disk.

use crate::error::ErrorKind;
use crate::limits::MAX_CHANNELS;
use crate::samples::Bytes;
use crate::{Channel, Dtype, Error, Format, Layout, Recording, Samples};

/// What raw samples are, since the file does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawOptions {
    /// The type of a sample.
    pub dtype: Dtype,
    /// The number of interleaved channels; at least 1.
    pub channels: usize,
    /// Bytes to skip at the start of the file.
    pub offset_bytes: usize,
}

pub(crate) fn read<'a>(bytes: &'a [u8], options: &RawOptions) -> Result<Recording<'a>, Error> {
    let RawOptions { dtype, channels, offset_bytes } = *options;
    let refuse = |message: String| Err(Error::whole(Format::Raw, ErrorKind::Options, message));
    if channels == 0 || channels > MAX_CHANNELS {
        return refuse(format!("{channels} channels were asked for; 1 to {MAX_CHANNELS} can be read"));
    }
    let Some(body) = bytes.len().checked_sub(offset_bytes) else {
        return refuse(format!("{offset_bytes} bytes are to be skipped, the file has {}", bytes.len()));
    };
    let frame = channels * dtype.element.size();
    let (frames, left) = (body / frame, body % frame);
    if frames == 0 {
        let message = format!("{body} bytes hold no whole frame of {channels} × {dtype} ({frame} bytes)");
        return Err(Error::whole(Format::Raw, ErrorKind::Empty, message));
    }
    let mut recording = interleaved(Format::Raw, bytes.into(), dtype, offset_bytes, channels, frames)?;
    if left > 0 {
        let note = format!(
            "the last {left} bytes fill no whole frame of {channels} × {dtype} ({frame} bytes) and are left out; is the \
             number of channels right?"
        );
        recording.notes.push(note);
    }
    Ok(recording)
}

/// Channels that alternate sample by sample from byte `first` on.
pub(crate) fn interleaved<'a>(
    format: Format,
    bytes: Bytes<'a>,
    dtype: Dtype,
    first: usize,
    channels: usize,
    frames: usize,
) -> Result<Recording<'a>, Error> {
    let size = dtype.element.size();
    let channels = (0..channels).map(|channel| {
        let at = first + channel * size;
        let layout = Layout::strided(dtype.element, dtype.endian, at, channels * size, frames);
        let samples = Samples::over(bytes.clone(), layout);
        samples.map(Channel::from).ok_or_else(|| {
            Error::at(
                format,
                bytes.as_slice().len(),
                ErrorKind::Truncated,
                "the samples go on past the end of the file",
            )
        })
    });
    let channels = channels.collect::<Result<_, _>>()?;
    Ok(Recording { format: Some(format), channels, ..Recording::default() })
}
