//! Recordings in a figure: a few channels in a plot each, over one time; many as lanes of one plot.

use super::axes::{Axes, Axis, Item, Line, finite_span, palette};
use super::notes::FARTHEST;
use super::reach::LEAST_SPAN;
use super::{Figure, Scale};
use crate::clock::Clock;
use crate::layout::{chosen, time_span};
use crate::{PlotError, emit, points};
use glir_data::{Channel, Recording, Timing};

/// The most channels that have a plot each.
const MOST_PLOTS: usize = 6;

/// The least height of a plot with axes of its own, in ems; of lower ones all channels share a plot.
const LEAST_PLOT: f64 = 8.5;

/// The most samples that a figure that moves keeps as they are, if not told otherwise: of more, it shows envelopes.
const MOST_SAMPLES: usize = 1 << 20;

/// The columns of envelopes, over all channels: enough to zoom a hundredfold.
const COLUMNS: usize = 1 << 18;

/// What of a recording a figure shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// The channels from the top down, counted from 0; none for all.
    pub channels: Vec<usize>,
    /// The times, from and to, in seconds (or in samples if the recording has no rate); `None` for all.
    pub time: Option<(f64, f64)>,
    /// One scale for all channels instead of one for each.
    pub shared_scale: bool,
    /// Every sample, however many there are.
    pub full: bool,
}

/// What a figure shows of a recording.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Shown {
    /// Samples that it stands for.
    pub samples: u64,
    /// Points that its lines go through.
    pub points: u64,
    /// What of the data can't be seen, a sentence each.
    pub left_out: Vec<String>,
}

impl Figure {
    /// Adds the channels of a recording: up to six in plots below each other, in their own units and over one time; more as lanes of
    /// one plot, with their names beside them. Time is seconds, or a calendar's where the recording tells when it began.
    ///
    /// A figure that stands still has of each channel the envelope that its columns of pixels show. One that moves has every sample up to a
    /// million of them, and of more, unless all are asked for, envelopes of 262,144 columns: the first, least, greatest and last of what
    /// lies in each, and of its pieces where samples are missing within. The picture is the same until it is zoomed about a hundredfold. Where a line has a quarter of a million points and more, the
    /// stream has its outline, too, which is drawn instead of them while much of it is seen.
    ///
    /// ```
    /// use glir_data::{Options, read};
    /// use glir_plot::{Figure, Selection};
    ///
    /// let recording = read(b"time (s),ecg (mV),breath\n0,0.1,3\n0.5,0.3,4\n1,-0.2,5\n", "a.csv", &Options::default())?;
    /// let mut figure = Figure::new(640, 480);
    /// let shown = figure.recording(&recording, &Selection::default(), 1.5)?;
    /// assert_eq!((shown.samples, shown.left_out.len()), (6, 0));
    /// assert_eq!(figure.subplot(0, 0).y.label, "ecg / mV");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// One sentence, if a channel is not there or there is nothing to draw.
    pub fn recording(
        &mut self,
        recording: &Recording<'_>,
        selection: &Selection,
        line_width: f32,
    ) -> Result<Shown, PlotError> {
        let channels = chosen(&selection.channels, recording)?;
        let time = time_span(selection.time, recording, &channels)?;
        let chosen: Vec<(usize, &Channel<'_>)> =
            channels.iter().filter_map(|&number| Some((number, recording.channel(number)?))).collect();
        let samples: usize = chosen.iter().map(|(_, channel)| emit::span(channel, time).len()).sum();
        let columns = if !self.interactive {
            self.width as usize
        } else if selection.full || samples <= MOST_SAMPLES {
            usize::MAX
        } else {
            (COLUMNS / chosen.len()).max(1)
        };
        let single = |(_, channel): &(usize, &Channel<'_>)| fits_single(channel);
        let height = f64::from(self.height) / chosen.len().max(1) as f64;
        let few = chosen.len() < 2
            || chosen.len() <= MOST_PLOTS && height >= LEAST_PLOT * f64::from(self.text_size);
        let even = even(&chosen).filter(|_| !few && chosen.iter().all(single));
        let clock = Clock::of(recording.start, chosen.iter().map(|(_, channel)| *channel), time);
        let label = match (chosen.first().map(|(_, channel)| &channel.timing), &clock.epoch) {
            (Some(Timing::Index), _) => "sample",
            // A calendar speaks for itself.
            (_, Some(_)) => "",
            _ => "time / s",
        };
        let mut shown = Shown { samples: samples as u64, points: 0, left_out: emit::left_out(&chosen, time) };
        let first = self.panels.iter().map(|panel| panel.cell.row + 1).max().unwrap_or(0);
        if let Some(timing) = even {
            let (rows, start, step) = sampled(&chosen, timing, time, columns);
            shown.points = rows.iter().map(|row| row.len() as u64).sum();
            let axes = self.subplot(first, 0);
            axes.x = clock.axis(time, label);
            let traces = axes.traces(rows, clock.place(start), clock.step(step))?;
            (traces.shared_scale, traces.width) = (selection.shared_scale, line_width);
            traces.names = chosen.iter().map(|(number, channel)| name(*number, channel)).collect();
            return Ok(shown);
        }
        let mut lines: Vec<Vec<[f64; 2]>> =
            chosen.iter().map(|(_, channel)| points::line(channel, time, columns)).collect();
        if clock.epoch.is_some() {
            lines.iter_mut().flatten().for_each(|[at, _]| *at = clock.place(*at));
        }
        shown.points = lines.iter().map(|line| line.len() as u64).sum();
        if few {
            let values = || lines.iter().flatten().map(|point| point[1]);
            let shared = selection.shared_scale.then(|| finite_span(values()));
            let last = chosen.len() - 1;
            for (place, ((number, channel), points)) in chosen.iter().zip(lines).enumerate() {
                let axes = self.subplot(first + place as u16, 0);
                axes.y.label = name(*number, channel);
                axes.y.limits = shared;
                axes.x = clock.axis(time, if place == last { label } else { "" });
                axes.items.push(Item::Line(line(points, place, line_width)));
            }
            self.share_x |= chosen.len() > 1;
        } else {
            let axes = self.subplot(first, 0);
            axes.x = clock.axis(time, label);
            axes.lanes(lines, selection.shared_scale, line_width);
            axes.rows = chosen.iter().map(|(number, channel)| name(*number, channel)).collect();
        }
        Ok(shown)
    }
}

impl Clock {
    /// An axis of times from one to another, in seconds.
    fn axis(&self, (from, to): (f64, f64), label: &str) -> Axis {
        let scale = if self.epoch.is_some() { Scale::Time } else { Scale::Linear };
        let limits = Some((self.place(from), self.place(to)));
        Axis { label: label.into(), scale, limits, epoch: self.epoch.unwrap_or_default() }
    }
}

impl Axes {
    /// Lines one above the other, the first at the top: lane 0 is around y = 0, the next around 1.
    fn lanes(&mut self, lines: Vec<Vec<[f64; 2]>>, shared_scale: bool, width: f32) {
        let spans: Vec<(f64, f64)> =
            lines.iter().map(|points| finite_span(points.iter().map(|point| point[1]))).collect();
        let widest = spans.iter().map(|(low, high)| high / 2.0 - low / 2.0).fold(0.0, f64::max);
        for (lane, (mut points, (low, high))) in lines.into_iter().zip(spans).enumerate() {
            // y counts lanes, downward.
            let half = if shared_scale { widest } else { high / 2.0 - low / 2.0 };
            let middle = low / 2.0 + high / 2.0;
            for point in &mut points {
                // Halves have no overflow.
                point[1] = lane as f64 - 0.9 * ((point[1] / 2.0 - middle / 2.0) / half);
            }
            self.items.push(Item::Line(line(points, lane, width)));
        }
    }
}

fn line(points: Vec<[f64; 2]>, place: usize, width: f32) -> Line {
    Line { points, color: palette(place), width, dashes: Vec::new(), label: String::new() }
}

/// The even time that channels share.
fn even<'c>(channels: &[(usize, &'c Channel<'_>)]) -> Option<&'c Timing> {
    let timing = &channels.first()?.1.timing;
    let shared = channels.iter().all(|(_, channel)| channel.timing == *timing);
    (shared && !matches!(timing, Timing::Stamps(_))).then_some(timing)
}

/// Whether single precision tells a channel's values apart, as far as its bits go: they are neither all tiny nor some huge.
fn fits_single(channel: &Channel<'_>) -> bool {
    let bins = channel.minmax(0..channel.len(), 1);
    let span = |bin: &glir_data::Bin| {
        let size = bin.max / 2.0 - bin.min / 2.0;
        let far = bin.min.abs().max(bin.max.abs());
        far <= FARTHEST && (size >= LEAST_SPAN || size == 0.0)
    };
    // Of what is not finite there is no extreme.
    bins.iter().all(|bin| span(bin) || bin.min.is_nan() || bin.max.is_nan())
}

/// The samples of channels of one even time, or four for each column of an envelope, or nine where samples are missing; the time of the first, and that between two.
fn sampled(
    channels: &[(usize, &Channel<'_>)],
    timing: &Timing,
    time: (f64, f64),
    columns: usize,
) -> (Vec<Vec<f32>>, f64, f64) {
    let longest = channels.iter().map(|(_, channel)| channel.len()).max().unwrap_or(0);
    let (first, past) = (timing.index_at(time.0, longest), timing.index_at(time.1, longest));
    let past = (past + 1).min(longest);
    let step = timing.at(1) - timing.at(0);
    if past - first <= columns.saturating_mul(4) {
        let row = |channel: &Channel<'_>| {
            let mut values = vec![f32::NAN; past - first];
            channel.read(first, &mut values);
            values
        };
        let rows = channels.iter().map(|(_, channel)| row(channel)).collect();
        return (rows, timing.at(first), step);
    }
    let width = (past - first) as f64 / columns as f64;
    let edges: Vec<usize> = (0..=columns).map(|column| first + (column as f64 * width) as usize).collect();
    let broken = channels.iter().any(|(_, channel)| channel.gaps(first..past) > 0);
    let row = |channel: &Channel<'_>| -> Vec<f32> {
        let bins = channel.minmax_between(&edges);
        if broken {
            let steps = bins.iter().flat_map(|bin| points::Pieces::of(channel, bin, 2).steps());
            return steps.map(|value| value as f32).collect();
        }
        bins.iter().flat_map(|bin| points::column(channel, bin)).map(|[_, value]| value as f32).collect()
    };
    let rows = channels.iter().map(|(_, channel)| row(channel)).collect();
    let steps = if broken { points::PIECE_STEPS } else { points::POINTS_PER_COLUMN };
    (rows, timing.at(first), step * width / steps as f64)
}

/// `MLII / mV`, or the number of a channel without a name.
pub(crate) fn name(number: usize, channel: &Channel<'_>) -> String {
    let name = channel.name.clone().unwrap_or_else(|| format!("channel {number}"));
    match &channel.unit {
        Some(unit) => format!("{name} / {unit}"),
        None => name,
    }
}
