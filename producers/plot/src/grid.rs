//! What lies behind the lines: a frame, thin lines between lanes, and a grid of nice steps.

use crate::layout::{Lane, Layout};
use crate::scale::{Steps, multiples, nice, nice_time, share};
use crate::{Chart, Color, paper};

/// The least height in pixels of a lane that shows its values' grid, and its zero.
const GRIDDED: f64 = 24.0;
/// The least height in pixels of lanes with lines between them.
pub(crate) const RULED: f64 = 12.0;
/// The least distance in pixels of lines in time and in values, but on paper.
const LEAST_TIME: f64 = 64.0;
const LEAST_VALUE: f64 = 32.0;

/// An upright rectangle of one colour: left and lower edge, width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bar {
    pub(crate) rect: [f32; 4],
    pub(crate) color: Color,
}

/// The grid of a chart.
#[derive(Debug)]
pub(crate) struct Grid {
    /// In drawing order.
    pub(crate) bars: Vec<Bar>,
    /// Distance of the finest lines in time; of a calendar's lines that of the first two, and none where there are fewer.
    pub(crate) time_step: Option<f64>,
    /// Distance of the finest lines in values, if all lanes have the same.
    pub(crate) value_step: Option<f64>,
}

impl Grid {
    pub(crate) fn of(chart: &Chart, layout: &Layout) -> Grid {
        let style = if layout.paper { Style::PAPER } else { Style::PLAIN };
        let ink = |share| style.ink.over(chart.background, share);
        let mut bars = Vec::new();
        let row_time = layout.lanes.first().map_or(1.0, |lane| lane.time.1 - lane.time.0);
        let time = time_steps(layout, row_time);
        let ticks = |lane: &Lane| calendar(layout, lane.time);
        let values: Vec<Option<Steps>> = layout.lanes.iter().map(|lane| value_steps(layout, lane)).collect();
        // All fine lines lie below all strong ones.
        for strong in [false, true] {
            let color = ink(if strong { style.strong } else { style.fine });
            let step = |steps: Steps| if strong { steps.strong } else { steps.fine };
            for (lane, value) in layout.lanes.iter().zip(&values) {
                for bar in value.iter().flat_map(|value| horizontals(layout, lane, step(*value))) {
                    bars.push(Bar { rect: bar, color });
                }
            }
            // Lanes that show the same time share their upright lines.
            let whole = (f64::from(layout.area.y), f64::from(layout.area.height));
            let uprights =
                if layout.rows > 1 { &layout.lanes[..] } else { layout.lanes.get(..1).unwrap_or_default() };
            for lane in uprights {
                let place = if layout.rows > 1 { (lane.bottom, lane.height) } else { whole };
                for rect in verticals(layout, lane, ticks(lane), step(time), strong, place) {
                    bars.push(Bar { rect, color });
                }
            }
        }
        for (lane, _) in layout.lanes.iter().zip(&values).filter(|(_, value)| value.is_some()) {
            let zero = level(layout, lane, 0.0).map(|rect| Bar { rect, color: ink(style.zero) });
            bars.extend(zero.filter(|_| !layout.paper));
        }
        bars.extend(
            frame(layout)
                .map(|(rect, outer)| Bar { rect, color: ink(if outer { style.frame } else { style.rule }) }),
        );
        let first = values.first().copied().flatten();
        let same = first.filter(|first| values.iter().all(|value| *value == Some(*first)));
        let time_step = match layout.lanes.first().and_then(ticks) {
            Some(shares) => shares.get(..2).map(|two| (two[1] - two[0]) * row_time),
            None => Some(time.fine),
        };
        Grid { bars, time_step, value_step: same.map(|steps| steps.fine) }
    }
}

/// Shares of ink in the colours of lines.
pub(crate) struct Style {
    pub(crate) ink: Color,
    pub(crate) fine: f32,
    pub(crate) strong: f32,
    pub(crate) zero: f32,
    pub(crate) rule: f32,
    pub(crate) frame: f32,
}

impl Style {
    pub(crate) const PLAIN: Style =
        Style { ink: Color::rgb(0x22344a), fine: 0.07, strong: 0.13, zero: 0.28, rule: 0.22, frame: 0.55 };
    pub(crate) const PAPER: Style =
        Style { ink: Color::rgb(0xdf5b52), fine: 0.16, strong: 0.36, zero: 0.36, rule: 0.36, frame: 0.7 };
}

pub(crate) fn time_steps(layout: &Layout, span: f64) -> Steps {
    let width = f64::from(layout.area.width);
    paper::time_steps(span, width).filter(|_| layout.paper).unwrap_or_else(|| {
        let fine = nice_time(span * LEAST_TIME / width);
        Steps { fine, strong: fine }
    })
}

/// None for lanes too low for a grid.
pub(crate) fn value_steps(layout: &Layout, lane: &Lane) -> Option<Steps> {
    if lane.height < GRIDDED {
        return None;
    }
    let span = lane.value.1 - lane.value.0;
    let steps = paper::value_steps(span, lane.height).filter(|_| layout.paper);
    // Halves, because the difference of two numbers may exceed the greatest.
    let half = lane.value.1 / 2.0 - lane.value.0 / 2.0;
    let fine = nice(half / lane.height * LEAST_VALUE * 2.0);
    Some(steps.unwrap_or(Steps { fine, strong: fine }))
}

/// What keeps a position that should be a whole pixel from being taken for the one below.
pub(crate) const ROUNDING: f64 = 1e-6;

/// Where a calendar's ticks stand, as shares of a span of time. None where there is no date, and on paper, which has squares.
pub(crate) fn calendar(layout: &Layout, time: (f64, f64)) -> Option<Vec<f64>> {
    let ticks = layout.clock.ticks(time, f64::from(layout.area.width)).filter(|_| !layout.paper)?;
    Some(ticks.major.iter().map(|tick| tick.at).collect())
}

/// Lines at even steps: where the first stands, and the way to the next, as shares of what is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Run {
    pub(crate) first: f64,
    pub(crate) apart: f64,
    pub(crate) count: usize,
}

/// Places in ascending order as few runs: months are of several lengths, other steps of one.
pub(crate) fn runs(places: &[f64]) -> Vec<Run> {
    /// A share of what is seen that no picture shows.
    const SAME: f64 = 1e-7;
    let mut runs: Vec<Run> = Vec::new();
    for place in places {
        match runs.last_mut() {
            Some(run) if run.count == 1 => (run.apart, run.count) = (place - run.first, 2),
            Some(run) if (run.first + run.count as f64 * run.apart - place).abs() < SAME => run.count += 1,
            _ => runs.push(Run { first: *place, apart: 0.0, count: 1 }),
        }
    }
    runs
}

/// The multiples of a step in a span of time; where there are dates, those that the clock has.
pub(crate) fn clock_multiples(layout: &Layout, (from, to): (f64, f64), step: f64) -> Vec<f64> {
    let phase = layout.clock.phase(step);
    multiples((from + phase, to + phase), step).into_iter().map(|time| time - phase).collect()
}

/// Upright lines, a pixel wide: a calendar's, which all are strong, or at multiples of a step.
fn verticals(
    layout: &Layout,
    lane: &Lane,
    calendar: Option<Vec<f64>>,
    step: f64,
    strong: bool,
    (bottom, height): (f64, f64),
) -> Vec<[f32; 4]> {
    let width = f64::from(layout.area.width);
    let x = |share: f64| (f64::from(layout.area.x) + share * width + ROUNDING).floor();
    let shares = match calendar {
        Some(shares) if strong => shares,
        Some(_) => Vec::new(),
        None => {
            let times = clock_multiples(layout, lane.time, step);
            times.into_iter().map(|time| share(time, lane.time)).collect()
        }
    };
    // A pixel is the most that a grid may have lines for.
    shares
        .into_iter()
        .map(|share| [x(share) as f32, bottom as f32, 1.0, height as f32])
        .take(layout.area.width as usize)
        .collect()
}

fn horizontals(layout: &Layout, lane: &Lane, step: f64) -> Vec<[f32; 4]> {
    let values = multiples(lane.value, step).into_iter().take(lane.height as usize);
    values.filter_map(|value| level(layout, lane, value)).collect()
}

/// The line of one value, a pixel high, if the lane shows the value.
fn level(layout: &Layout, lane: &Lane, value: f64) -> Option<[f32; 4]> {
    let at = share(value, lane.value);
    let y = (lane.bottom + at * lane.height + ROUNDING).floor();
    (0.0..=1.0).contains(&at).then_some([layout.area.x as f32, y as f32, layout.area.width as f32, 1.0])
}

/// Lines between lanes, then those around all; true for the latter.
fn frame(layout: &Layout) -> impl Iterator<Item = ([f32; 4], bool)> {
    let [x, y, width, height] =
        [layout.area.x, layout.area.y, layout.area.width, layout.area.height].map(|side| side as f32);
    let between = layout.lanes.iter().skip(1).filter(|lane| lane.height >= RULED);
    let rules = between.map(move |lane| ([x, (lane.bottom + lane.height) as f32, width, 1.0], false));
    let outer = [
        [x, y, width + 1.0, 1.0],
        [x, y + height, width + 1.0, 1.0],
        [x, y, 1.0, height],
        [x + width, y, 1.0, height],
    ];
    let rules = rules.filter(|_| !(layout.paper && layout.rows > 1));
    rules.chain(outer.map(|rect| (rect, true)))
}

#[cfg(test)]
mod tests {
    use super::{Run, runs};

    #[test]
    fn even_places_are_one_run() {
        let even: Vec<f64> = (0..20).map(|index| 0.013 + f64::from(index) * 0.05).collect();
        let found = runs(&even);
        assert_eq!((found.len(), found[0].first, found[0].count), (1, 0.013, 20));
        assert!((found[0].apart - 0.05).abs() < 1e-12);
        // Months of 31, 28, 31, 30 and 31 days.
        let months = runs(&[0.0, 0.31, 0.59, 0.9, 1.2, 1.51]);
        let found: Vec<f64> = months
            .iter()
            .flat_map(|run| (0..run.count).map(|index| run.first + index as f64 * run.apart))
            .collect();
        assert_eq!(found, [0.0, 0.31, 0.59, 0.9, 1.2, 1.51]);
        assert_eq!(runs(&[0.5]), [Run { first: 0.5, apart: 0.0, count: 1 }]);
        assert_eq!(runs(&[]), []);
    }
}
