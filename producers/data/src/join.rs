//! Several recordings as one: their channels below each other, over one time.

use std::sync::Arc;

use crate::error::{ErrorKind, Place};
use crate::{Channel, Error, Moment, Recording, Timing};

/// The times of channels.
type Stamps = Arc<Vec<f64>>;

/// Joins recordings, each with what it is called, into one that has the channels of all, called after both.
///
/// Where all of them tell when they began, their times count from the earliest beginning, so that what happened at one moment stands at one time.
/// Else each keeps its own times. The format is that of all, if they have one; notes are taken over with what they are about.
///
/// ```
/// use glir_data::{Options, join, read};
///
/// let options = Options::default();
/// let a = read(b"date,flow\n2024-03-01T12:00:00,1\n2024-03-01T12:00:01,2\n", "a.csv", &options)?;
/// let b = read(b"date,flow\n2024-03-01T12:00:05,3\n2024-03-01T12:00:06,4\n", "b.csv", &options)?;
/// let both = join(vec![("a".into(), a), ("b".into(), b)])?;
/// assert_eq!(both.channels.len(), 2);
/// assert_eq!(both.channel(1).unwrap().name.as_deref(), Some("b: flow"));
/// assert_eq!(both.time_extent(), Some((0.0, 6.0)));
/// # Ok::<(), glir_data::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Options`] if some tell the times of their samples and others do not: these have no time in common.
pub fn join<'a>(parts: Vec<(String, Recording<'a>)>) -> Result<Recording<'a>, Error> {
    let is_timed = |part: &(String, Recording<'a>)| {
        part.1.channels.iter().all(|channel| channel.timing != Timing::Index)
    };
    if let (Some((timed, _)), Some((not, _))) =
        (parts.iter().find(|part| is_timed(part)), parts.iter().find(|part| !is_timed(part)))
    {
        let message = format!(
            "{timed:?} tells the times of its samples and {not:?} does not, so they have no time axis in common unless a rate is given"
        );
        return Err(Error { format: None, place: Place::File, kind: ErrorKind::Options, message });
    }
    let starts: Vec<Option<Moment>> = parts.iter().map(|(_, recording)| recording.start).collect();
    let dated = starts.iter().all(Option::is_some) && parts.iter().all(is_timed);
    let start = starts
        .iter()
        .flatten()
        .min_by_key(|start| (start.seconds, start.nanoseconds))
        .copied()
        .filter(|_| dated);
    let format = parts.first().and_then(|(_, first)| first.format);
    let format = format.filter(|format| parts.iter().all(|(_, recording)| recording.format == Some(*format)));
    let mut joined = Recording { format, start, ..Recording::default() };
    if !dated && starts.iter().any(Option::is_some) {
        joined.notes.push(
            "not all recordings tell when they began, so each one's time counts from its own beginning"
                .into(),
        );
    }
    for (called, recording) in parts {
        joined.notes.extend(recording.notes.iter().map(|note| format!("{called}: {note}")));
        let later = match (recording.start, start) {
            (Some(own), Some(first)) => {
                let seconds = i128::from(own.seconds) - i128::from(first.seconds);
                seconds as f64 + (f64::from(own.nanoseconds) - f64::from(first.nanoseconds)) / 1e9
            }
            _ => 0.0,
        };
        // Channels that share their times share them further.
        let mut moved: Option<[Stamps; 2]> = None;
        let alone = recording.channels.len() == 1;
        for (number, channel) in recording.channels.into_iter().enumerate() {
            let name = match &channel.name {
                Some(name) => format!("{called}: {name}"),
                None if alone => called.clone(),
                None => format!("{called}: {number}"),
            };
            let timing = match channel.timing {
                Timing::Even { start, rate } => Timing::Even { start: start + later, rate },
                Timing::Stamps(stamps) if later != 0.0 => {
                    let known = moved.take().filter(|[from, _]| Arc::ptr_eq(from, &stamps));
                    let [from, to] = known.unwrap_or_else(|| {
                        let to = stamps.iter().map(|stamp| stamp + later).collect();
                        [stamps, Arc::new(to)]
                    });
                    moved = Some([from, Arc::clone(&to)]);
                    Timing::Stamps(to)
                }
                timing => timing,
            };
            joined.channels.push(Channel { name: Some(name), timing, ..channel });
        }
    }
    Ok(joined)
}
