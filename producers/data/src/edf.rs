//! EDF, EDF+ and BDF: biosignal records with a text header. Samples stay where they are in the file.
//!
//! The file is a header of 256 bytes, 256 more for each signal (field by field, not signal by signal), then records that
//! hold a run of every signal's samples in turn. Stored integers become physical values by the linear map between the
//! header's digital and physical ranges. Sources: Kemp et al., "A simple format for exchange of digitized polygraphic
//! recordings", Electroencephalography and Clinical Neurophysiology 82, 1992; Kemp and Olivan, EDF+, 2003; BioSemi's
//! description of BDF.

use crate::error::{ErrorKind, excerpt};
use crate::limits::{MAX_CHANNELS, MAX_NOTES};
use crate::{Channel, Element, Endian, Error, Format, Layout, Moment, Recording, Samples, Timing};

/// A signal's header fields: their widths, in file order, for all signals one after the other.
mod field {
    pub(super) const LABEL: (usize, usize) = (0, 16);
    pub(super) const UNIT: (usize, usize) = (96, 8);
    pub(super) const PHYSICAL_MIN: (usize, usize) = (104, 8);
    pub(super) const PHYSICAL_MAX: (usize, usize) = (112, 8);
    pub(super) const DIGITAL_MIN: (usize, usize) = (120, 8);
    pub(super) const DIGITAL_MAX: (usize, usize) = (128, 8);
    pub(super) const SAMPLES: (usize, usize) = (216, 8);
}

struct Header<'a> {
    bytes: &'a [u8],
    signals: usize,
}

impl<'a> Header<'a> {
    /// The text of one of the first 256 bytes' fields, without padding.
    fn text(&self, at: usize, width: usize) -> &'a [u8] {
        let field = self.bytes.get(at..at + width).unwrap_or_default();
        // Some writers pad with NUL.
        field.trim_ascii_end().split(|byte| *byte == 0).next().unwrap_or_default().trim_ascii()
    }

    fn number(&self, at: usize, width: usize, what: &str) -> Result<f64, Error> {
        let text = self.text(at, width);
        let number =
            std::str::from_utf8(text).ok().and_then(|text| text.replace(',', ".").parse::<f64>().ok());
        number.filter(|number| number.is_finite()).ok_or_else(|| {
            let message = format!("{what} is {:?}, not a number", excerpt(text));
            Error::at(Format::Edf, at, ErrorKind::Malformed, message)
        })
    }

    /// A count: a whole number from 0 to what eight digits can say.
    fn count(&self, at: usize, width: usize, what: &str) -> Result<usize, Error> {
        let number = self.number(at, width, what)?;
        if number.fract() != 0.0 || !(0.0..1e9).contains(&number) {
            let message = format!("{what} is {number}, not a count");
            return Err(Error::at(Format::Edf, at, ErrorKind::Malformed, message));
        }
        Ok(number as usize)
    }

    /// Where a field of a signal's header lies.
    fn place(&self, (before, width): (usize, usize), signal: usize) -> (usize, usize) {
        (256 + before * self.signals + width * signal, width)
    }

    fn signal_text(&self, field: (usize, usize), signal: usize) -> Option<String> {
        let (at, width) = self.place(field, signal);
        let text = String::from_utf8_lossy(self.text(at, width)).into_owned();
        (!text.is_empty()).then_some(text)
    }

    fn signal_number(&self, field: (usize, usize), signal: usize, what: &str) -> Result<f64, Error> {
        let (at, width) = self.place(field, signal);
        self.number(at, width, &format!("{what} of signal {}", signal + 1))
    }
}

pub(crate) fn read(bytes: &[u8]) -> Result<Recording<'_>, Error> {
    let fail = |at: usize, kind, message: String| Err(Error::at(Format::Edf, at, kind, message));
    if bytes.len() < 256 {
        return fail(
            bytes.len(),
            ErrorKind::Truncated,
            "the file ends within the header of 256 bytes".into(),
        );
    }
    let element = if bytes.starts_with(b"\xffBIOSEMI") { Element::I24 } else { Element::I16 };
    let mut header = Header { bytes, signals: 0 };
    let signals = header.count(252, 4, "the number of signals")?;
    header.signals = signals;
    let body = 256 * (signals + 1);
    if signals == 0 || signals > MAX_CHANNELS {
        return fail(252, ErrorKind::Empty, "the header names no signals".into());
    }
    if bytes.len() < body {
        let message =
            format!("the file ends within the headers of its signals ({signals}), which take {body} bytes");
        return fail(bytes.len(), ErrorKind::Truncated, message);
    }
    if header.count(184, 8, "the size of the header")? != body {
        return fail(184, ErrorKind::Malformed, format!("the header of {signals} signals has {body} bytes"));
    }
    let seconds = header.number(244, 8, "the duration of a record")?;

    let mut notes = Vec::new();
    let mut runs = Vec::with_capacity(signals);
    let mut record = 0_usize;
    for signal in 0..signals {
        let (at, width) = header.place(field::SAMPLES, signal);
        let samples = header.count(at, width, &format!("the samples a record of signal {}", signal + 1))?;
        runs.push((record, samples));
        record = match samples.checked_mul(element.size()).and_then(|run| record.checked_add(run)) {
            Some(record) => record,
            None => return fail(at, ErrorKind::TooLarge, "a record is larger than memory can be".into()),
        };
    }
    let whole = (bytes.len() - body).checked_div(record).unwrap_or(0);
    let records = match header.number(236, 8, "the number of records")? {
        // −1 stands for "still recording".
        open if open < 0.0 => whole,
        promised if promised as usize > whole => {
            notes.push(format!("the header promises {promised} records, {whole} are whole"));
            whole
        }
        promised => promised as usize,
    };
    if header.text(192, 5) == b"EDF+D" || header.text(192, 5) == b"BDF+D" {
        notes.push("the recording has interruptions, which are not shown: records are put end to end".into());
    }

    let mut channels = Vec::new();
    for (signal, (offset, per_record)) in runs.into_iter().enumerate() {
        let name = header.signal_text(field::LABEL, signal);
        if matches!(name.as_deref(), Some("EDF Annotations" | "BDF Annotations")) {
            continue;
        }
        let count = records.saturating_mul(per_record);
        if count == 0 {
            continue;
        }
        let layout = Layout {
            element,
            endian: Endian::Little,
            first: body + offset,
            stride: element.size(),
            count,
            per_block: per_record,
            block_stride: record,
        };
        let Some(samples) = Samples::new(bytes, layout) else {
            return fail(
                bytes.len(),
                ErrorKind::Truncated,
                format!("signal {} goes on past the end", signal + 1),
            );
        };
        let (gain, offset) = match scale(&header, signal)? {
            Some(scale) => scale,
            None => {
                if notes.len() < MAX_NOTES {
                    notes.push(format!(
                        "signal {} has an empty range; its stored numbers are shown",
                        signal + 1
                    ));
                }
                (1.0, 0.0)
            }
        };
        let timing = Timing::from_rate(per_record as f64 / seconds);
        let unit = header.signal_text(field::UNIT, signal);
        channels.push(Channel { name, unit, timing, gain, offset, samples });
    }
    if channels.is_empty() {
        return fail(body, ErrorKind::Empty, "the file holds no whole record of any signal".into());
    }
    Ok(Recording { format: Some(Format::Edf), channels, notes, start: start(&header) })
}

/// When it began: `dd.mm.yy` and `hh.mm.ss`, of years from 1985 on. None where that is no date, or the 1st of January 1985, which stands for
/// a date that was taken out.
fn start(header: &Header<'_>) -> Option<Moment> {
    let part = |at: usize| {
        header.text(at, 2).iter().try_fold(0_u32, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
        })
    };
    let [day, month, year] = [part(168)?, part(171)?, part(174)?];
    let [hour, minute, second] = [part(176)?, part(179)?, part(182)?];
    let year = if year < 85 { 2000 + year } else { 1900 + year };
    if [day, month, year] == [1, 1, 1985] {
        return None;
    }
    Moment::read(&format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"))
}

/// Gain and offset that take the digital range to the physical one; `None` if either is empty.
fn scale(header: &Header<'_>, signal: usize) -> Result<Option<(f64, f64)>, Error> {
    let number = |field, what| header.signal_number(field, signal, what);
    let physical_min = number(field::PHYSICAL_MIN, "the physical minimum")?;
    let physical_max = number(field::PHYSICAL_MAX, "the physical maximum")?;
    let digital_min = number(field::DIGITAL_MIN, "the digital minimum")?;
    let digital_max = number(field::DIGITAL_MAX, "the digital maximum")?;
    let gain = (physical_max - physical_min) / (digital_max - digital_min);
    let offset = physical_min - gain * digital_min;
    Ok((gain.is_finite() && gain != 0.0 && offset.is_finite()).then_some((gain, offset)))
}
