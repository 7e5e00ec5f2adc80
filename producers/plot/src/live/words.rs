//! What stands around the lines: an axis of time, axes of values or names, a grid that goes with them.
//!
//! Axes make their labels in shaders, so that a new view costs them a few uniforms too.

use super::view::View as Seen;
use crate::clock::Clock;
use crate::figure::words::shorten;
use crate::grid::{Run, Style, clock_multiples, runs, time_steps, value_steps};
use crate::layout::{Lane, Layout, margin};
use crate::scale::{Steps, nice, share};
use crate::{Chart, PlotError};
use glir_data::{Recording, Timing};
use glir_gloo::Context;
use glir_spec::{Frame, Header};
use glir_text::{Align, AlignX, AlignY};
use glir_visuals::ticks::Scale;
use glir_visuals::{Axis, Color, Side, Text, Typeface, View, Visual};

/// The least sides of a picture in which there is room for words.
const ROOMY: (u32, u32) = (240, 120);
/// Pixels an em.
const SIZE: f32 = 12.0;
/// The most lanes that have axes of their own, and the least height of such a lane; more, or lower ones, have names.
const MOST_AXES: usize = 6;
const LEAST_AXIS: f64 = 40.0;
/// The most that names may take of the picture's width.
const MOST_NAMES: f64 = 0.25;
/// Between names and lines.
const GAP: f64 = 6.0;
/// The widest labels of a calendar.
const WIDEST: [&str; 2] = ["2000-00-00", "00.000000000"];
/// From one name to the next, in ems.
const LINE: f64 = 1.2;

/// Axes and names, with the context that they draw in. It ends the plot's frames.
pub(super) struct Words {
    context: Context,
    typeface: Typeface,
    time: Axis,
    /// One a lane, or none.
    values: Vec<Axis>,
    /// One a lane.
    names: Vec<String>,
    beside: Text,
    color: Color,
    /// There is room for them.
    shown: bool,
}

impl Words {
    /// The words of some channels of a recording, in streams with this header.
    pub(super) fn new(
        header: &Header<'static>,
        chart: &Chart,
        recording: &Recording<'_>,
        channels: &[usize],
        clock: &Clock,
    ) -> Result<Words, PlotError> {
        let context = Context::with_header(header.clone())?;
        let typeface = Typeface::sans(&context)?;
        // The ink that shows on the background.
        let [red, green, blue] = Style::PLAIN.ink.over(chart.background, 0.9).floats();
        let color = Color::rgb(red, green, blue);
        let mut time = axis(&typeface, Side::Bottom, color)?;
        let chosen = || channels.iter().filter_map(|number| Some((*number, recording.channel(*number)?)));
        let counts = chosen().next().is_some_and(|(_, channel)| matches!(channel.timing, Timing::Index));
        if let Some(epoch) = clock.epoch {
            time.set_scale(Scale::Time)?;
            time.set_epoch(epoch)?;
        }
        // A calendar speaks for itself.
        let title = if clock.epoch.is_some() { "" } else { "time / s" };
        time.set_title(if counts { "sample" } else { title })?;
        let names = chosen().map(|(number, channel)| crate::figure::name(number, channel)).collect();
        let mut beside = Text::new(&typeface, &[""; 0], &[[0.0; 2]; 0])?;
        beside.set_size(SIZE)?;
        beside.set_color(color)?;
        beside.set_align(Align { x: AlignX::Right, y: AlignY::Center })?;
        Ok(Words { context, typeface, time, values: Vec::new(), names, beside, color, shown: false })
    }

    /// Where lanes stand so that there is room for words beside them.
    pub(super) fn lay_out(
        &mut self,
        chart: &Chart,
        recording: &Recording<'_>,
        seen: &Seen,
    ) -> Result<Layout, PlotError> {
        let layout = self.place(chart, recording, seen)?;
        self.context.resize(chart.width, chart.height)?;
        Ok(layout)
    }

    fn place(&mut self, chart: &Chart, recording: &Recording<'_>, seen: &Seen) -> Result<Layout, PlotError> {
        self.shown = chart.width >= ROOMY.0 && chart.height >= ROOMY.1;
        if !self.shown {
            return Layout::of(chart, recording);
        }
        let below = 4.0 * f64::from(SIZE);
        let mut rooms = [60.0, below, 0.0, 0.0];
        let mut layout = Layout::within(chart, recording, rooms.map(|room| room as u32))?;
        let lanes = layout.lanes.len();
        let axes = lanes <= MOST_AXES && layout.thinnest_lane() >= LEAST_AXIS;
        self.values.truncate(if axes { lanes } else { 0 });
        while axes && self.values.len() < lanes {
            self.values.push(axis(&self.typeface, Side::Left, self.color)?);
        }
        let font = self.typeface.font();
        for (axis, (lane, name)) in self.values.iter_mut().zip(layout.lanes.iter().zip(&self.names)) {
            axis.set_title(&shorten(
                &font,
                name,
                f64::from(SIZE) * 7.0 / 6.0,
                lane.height - f64::from(SIZE),
            ))?;
        }
        // Rooms depend on labels, labels on the length of axes: twice is enough.
        for _ in 0..2 {
            let view = over_time(&layout, seen.time);
            let most = f64::from(chart.width) * MOST_NAMES;
            let left = if axes {
                let of = |(axis, (lane, value)): (&mut Axis, (&Lane, &(f64, f64)))| {
                    axis.room(&of_lane(&layout, lane, seen.time, *value))
                };
                self.values.iter_mut().zip(layout.lanes.iter().zip(&seen.values)).map(of).fold(0.0, f64::max)
            } else {
                let width = |name: &String| f64::from(font.measure(name, SIZE).width());
                self.names.iter().map(width).fold(0.0, f64::max).min(most) + GAP
            };
            let right = match layout.clock.epoch {
                // Whatever is seen later: dates, and times of day to the nanosecond.
                Some(_) => {
                    0.5 * WIDEST
                        .map(|label| f64::from(font.measure(label, SIZE).width()))
                        .into_iter()
                        .fold(0.0, f64::max)
                        - f64::from(margin(chart))
                }
                None => 0.5 * self.time.overhang(&view),
            };
            rooms = [left, self.time.room(&view), right, 0.0].map(f64::ceil);
            layout = Layout::within(chart, recording, rooms.map(|room| room as u32))?;
        }
        let (words, places) =
            if axes { (Vec::new(), Vec::new()) } else { self.beside(&layout, rooms[0] - GAP) };
        self.beside.set_data(&words, &places)?;
        Ok(layout)
    }

    /// The names beside the lanes, and where they stand. Lanes that are lower than letters name every second, third … one.
    fn beside(&self, layout: &Layout, width: f64) -> (Vec<String>, Vec<[f64; 2]>) {
        let font = self.typeface.font();
        let every = (LINE * f64::from(SIZE) / layout.thinnest_lane()).ceil().max(1.0) as usize;
        let named = layout.lanes.iter().zip(&self.names).step_by(every);
        named
            .map(|(lane, name)| {
                let place = [f64::from(layout.area.x) - GAP, lane.bottom + lane.height / 2.0];
                (shorten(&font, name, f64::from(SIZE), width), place)
            })
            .unzip()
    }

    /// The grid's upright lines: those of the labels.
    pub(super) fn uprights(&self, layout: &Layout, time: (f64, f64), strong: bool) -> Vec<Run> {
        if layout.clock.epoch.is_some() && !layout.paper {
            // All of a calendar's are strong.
            let ticks = self.time.ticks(&over_time(layout, time)).major;
            let shares: Vec<f64> = ticks.iter().filter(|_| strong).map(|tick| tick.at).collect();
            return runs(&shares);
        }
        let steps = self.time_steps(layout, time);
        let step = if strong { steps.strong } else { steps.fine };
        let times = clock_multiples(layout, time, step);
        let run = |first: &f64| Run {
            first: share(*first, time),
            apart: step / (time.1 - time.0),
            count: times.len(),
        };
        times.first().map(run).into_iter().collect()
    }

    /// Distances of the grid's lines in time: those of the labels.
    fn time_steps(&self, layout: &Layout, time: (f64, f64)) -> Steps {
        let own = time_steps(layout, time.1 - time.0);
        if !self.shown || layout.paper {
            return own;
        }
        labelled(&self.time, &over_time(layout, time), time).unwrap_or(own)
    }

    /// Distances of a lane's grid lines; none if it has no grid.
    pub(super) fn value_steps(&self, layout: &Layout, lane: &Lane, number: usize) -> Option<Steps> {
        let own = value_steps(layout, lane)?;
        let axis = self.values.get(number).filter(|_| self.shown && !layout.paper);
        let view = of_lane(layout, lane, lane.time, lane.value);
        Some(axis.and_then(|axis| labelled(axis, &view, lane.value)).unwrap_or(own))
    }

    /// Ends a frame that begins with these commands.
    pub(super) fn end(&mut self, commands: &Frame, layout: &Layout) -> Result<Frame, PlotError> {
        self.context.append(commands)?;
        if self.shown {
            self.context.set_viewport(None)?;
            self.context.set_scissor(None)?;
            if let Some(lane) = layout.lanes.first() {
                self.time.draw(&over_time(layout, lane.time))?;
            }
            for (axis, lane) in self.values.iter_mut().zip(&layout.lanes) {
                axis.draw(&of_lane(layout, lane, lane.time, lane.value))?;
            }
            let (width, height) = self.context.size();
            self.beside.draw(&View::pixels([0.0, 0.0, f64::from(width), f64::from(height)]))?;
        }
        Ok(self.context.swap())
    }
}

fn axis(typeface: &Typeface, side: Side, color: Color) -> Result<Axis, PlotError> {
    let mut axis = Axis::new(typeface, side)?;
    let mut style = axis.style().clone();
    // The plot has a frame of its own.
    (style.size, style.color, style.spine) = (SIZE, color, false);
    axis.set_style(style)?;
    Ok(axis)
}

/// What all lanes show together.
fn over_time(layout: &Layout, (from, to): (f64, f64)) -> View {
    let area = [layout.area.x, layout.area.y, layout.area.width, layout.area.height];
    let clock = &layout.clock;
    View::rect([clock.at(from), clock.at(to), 0.0, 1.0], area.map(f64::from))
}

fn of_lane(layout: &Layout, lane: &Lane, (from, to): (f64, f64), (low, high): (f64, f64)) -> View {
    let (left, width) = (f64::from(layout.area.x), f64::from(layout.area.width));
    View::rect([from, to, low, high], [left, lane.bottom, width, lane.height])
}

/// The distance of an axis's labels: 1, 2 or 5 times a power of ten. None if it has fewer than two.
fn labelled(axis: &Axis, view: &View, (from, to): (f64, f64)) -> Option<Steps> {
    let ticks = axis.ticks(view);
    let [first, second, ..] = &ticks.major[..] else { return None };
    let step = nice((second.at - first.at) * (to - from) * (1.0 - 1e-6));
    Some(Steps { fine: step, strong: step })
}
