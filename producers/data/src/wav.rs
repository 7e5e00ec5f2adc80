//! WAV: RIFF, big-endian RIFX, and 64-bit RF64/BW64. Samples stay where they are in the file.
//!
//! Integer samples are scaled to full scale, −1 to 1, as audio tools do; 8-bit samples are unsigned around 128. Sources:
//! Microsoft's "Multiple Channel Audio Data and WAVE Files", EBU Tech 3306 for RF64.

use crate::error::ErrorKind;
use crate::limits::MAX_CHANNELS;
use crate::{Dtype, Element, Endian, Error, Format, Recording, Timing, raw};

const PCM: u16 = 1;
const FLOAT: u16 = 3;
const EXTENSIBLE: u16 = 0xfffe;

struct Sound {
    element: Element,
    channels: usize,
    rate: u32,
}

pub(crate) fn read(bytes: &[u8]) -> Result<Recording<'_>, Error> {
    let endian = if bytes.starts_with(b"RIFX") { Endian::Big } else { Endian::Little };
    if bytes.get(8..12) != Some(b"WAVE") {
        return fail(8, ErrorKind::Malformed, "a WAV file has \"WAVE\" here");
    }
    let mut sound = None;
    let mut long_data = None;
    let mut at = 12;
    while let Some(head) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let (id, body) = (&head[..4], at + 8);
        let size = u32_at(bytes, at + 4, endian).unwrap_or(0) as usize;
        let left = bytes.len() - body;
        match id {
            b"fmt " => sound = Some(sound_format(bytes, body, size.min(left), endian)?),
            // RF64 moves the sizes that outgrow 32 bits to this chunk: after the RIFF size, that of the data.
            b"ds64" => {
                long_data = bytes.get(body..).and_then(|chunk| chunk.get(8..)?.first_chunk().copied());
            }
            b"data" => {
                let Some(sound) = sound else {
                    return fail(
                        at,
                        ErrorKind::Malformed,
                        "the samples come before their format (chunk \"fmt \")",
                    );
                };
                let promised = match long_data {
                    Some(long) if is_open(size) => {
                        usize::try_from(u64::from_le_bytes(long)).unwrap_or(usize::MAX)
                    }
                    _ => size,
                };
                return data(bytes, body, promised, &sound, endian);
            }
            _ => {}
        }
        // Chunks are padded to even length; one that claims more than there is ends the walk.
        at = match body.checked_add(size).and_then(|end| end.checked_add(size & 1)) {
            Some(next) => next,
            None => break,
        };
    }
    let what = if sound.is_some() { "no samples (chunk \"data\")" } else { "no format (chunk \"fmt \")" };
    fail(at.min(bytes.len()), ErrorKind::Truncated, &format!("the file ends and has {what}"))
}

/// Recorders that stream, or that were cut off, leave the size at all ones.
fn is_open(size: usize) -> bool {
    size == u32::MAX as usize
}

fn sound_format(bytes: &[u8], body: usize, size: usize, endian: Endian) -> Result<Sound, Error> {
    if size < 16 {
        return fail(
            body,
            ErrorKind::Malformed,
            &format!("the chunk \"fmt \" has {size} bytes and needs 16"),
        );
    }
    let half = |offset: usize| u16_at(bytes, body + offset, endian).unwrap_or(0);
    let (mut tag, channels, align, bits) = (half(0), half(2), half(12), half(14));
    let rate = u32_at(bytes, body + 4, endian).unwrap_or(0);
    if tag == EXTENSIBLE && size >= 26 {
        tag = half(24);
    }
    let element = match (tag, bits) {
        (PCM, 1..=8) => Element::U8,
        (PCM, 9..=16) => Element::I16,
        (PCM, 17..=24) => Element::I24,
        (PCM, 25..=32) => Element::I32,
        (FLOAT, 32) => Element::F32,
        (FLOAT, 64) => Element::F64,
        (PCM | FLOAT, _) => {
            return fail(body + 14, ErrorKind::Unsupported, &format!("samples of {bits} bits are not read"));
        }
        _ => {
            let message = format!("the coding {tag:#06x} is not read; save as PCM or float samples");
            return fail(body, ErrorKind::Unsupported, &message);
        }
    };
    let channels = usize::from(channels);
    if channels == 0 || channels > MAX_CHANNELS {
        return fail(body + 2, ErrorKind::Malformed, &format!("{channels} channels make no recording"));
    }
    if usize::from(align) != channels * element.size() {
        let message =
            format!("a frame of {channels} × {element} has {} bytes, not {align}", channels * element.size());
        return fail(body + 12, ErrorKind::Malformed, &message);
    }
    if rate == 0 {
        return fail(body + 4, ErrorKind::Malformed, "a rate of 0 Hz makes no recording");
    }
    Ok(Sound { element, channels, rate })
}

fn data<'a>(
    bytes: &'a [u8],
    body: usize,
    promised: usize,
    sound: &Sound,
    endian: Endian,
) -> Result<Recording<'a>, Error> {
    let there = bytes.len() - body;
    let frame = sound.channels * sound.element.size();
    // A recorder that was cut off has written a size of 0 for the samples and for the file, or all ones.
    let file_size = u32_at(bytes, 4, endian).unwrap_or(0) as usize;
    let open = (is_open(promised) || (promised == 0 && file_size <= body)) && there >= frame;
    let size = if open { there } else { promised.min(there) };
    let frames = size / frame;
    if frames == 0 {
        return fail(body, ErrorKind::Empty, "the chunk \"data\" holds no whole frame");
    }
    let dtype = Dtype { element: sound.element, endian };
    let mut recording = raw::interleaved(Format::Wav, bytes.into(), dtype, body, sound.channels, frames)?;
    for (index, channel) in recording.channels.iter_mut().enumerate() {
        channel.timing = Timing::from_rate(f64::from(sound.rate));
        (channel.gain, channel.offset) = match sound.element {
            Element::U8 => (1.0 / 128.0, -1.0),
            Element::I16 => (1.0 / 32_768.0, 0.0),
            Element::I24 => (1.0 / 8_388_608.0, 0.0),
            Element::I32 => (1.0 / 2_147_483_648.0, 0.0),
            _ => (1.0, 0.0),
        };
        if sound.channels == 2 {
            channel.name = Some(["left", "right"][index & 1].into());
        }
    }
    if open {
        recording.notes.push("the header leaves the length open; read to the end of the file".into());
    } else if promised > there {
        recording.notes.push(format!("the header promises {promised} bytes of samples, {there} are there"));
    }
    Ok(recording)
}

fn u16_at(bytes: &[u8], at: usize, endian: Endian) -> Option<u16> {
    let two = *bytes.get(at..)?.first_chunk()?;
    Some(if endian == Endian::Big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
}

fn u32_at(bytes: &[u8], at: usize, endian: Endian) -> Option<u32> {
    let four = *bytes.get(at..)?.first_chunk()?;
    Some(if endian == Endian::Big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
}

fn fail<T>(byte: usize, kind: ErrorKind, message: &str) -> Result<T, Error> {
    Err(Error::at(Format::Wav, byte, kind, message))
}
