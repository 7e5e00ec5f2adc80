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
    /// Distance of the finest lines in time.
    pub(crate) time_step: f64,
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
                let (bottom, height) = if layout.rows > 1 { (lane.bottom, lane.height) } else { whole };
                for rect in verticals(layout, lane, step(time), bottom, height) {
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
        Grid { bars, time_step: time.fine, value_step: same.map(|steps| steps.fine) }
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

/// Upright lines, a pixel wide.
fn verticals(layout: &Layout, lane: &Lane, step: f64, bottom: f64, height: f64) -> Vec<[f32; 4]> {
    let width = f64::from(layout.area.width);
    let x = |time| (f64::from(layout.area.x) + share(time, lane.time) * width + ROUNDING).floor();
    // A pixel is the most that a grid may have lines for.
    multiples(lane.time, step)
        .into_iter()
        .map(|time| [x(time) as f32, bottom as f32, 1.0, height as f32])
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
