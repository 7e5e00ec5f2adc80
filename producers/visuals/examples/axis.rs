//! Axes of numbers, logarithms and time around rectangles that can be dragged and zoomed: ticks and digits follow with no producer.
//!
//! ```console
//! $ cargo run -p glir-visuals --example axis axis.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{Clear, Context, Operand, PanZoom, Rect, StateField};
use glir_visuals::ticks::Scale;
use glir_visuals::{
    Axis, Color, Grid, Line, LineStyle, MovingOrigin, Side, Typeface, View, ViewSignals, Visual,
};
use std::error::Error;
use std::sync::Arc;

/// A rectangle of the canvas and what is in and around it.
struct Plot {
    view: View,
    grid: Grid,
    line: Line,
    axes: [Axis; 2],
}

impl Plot {
    /// A rectangle that shows left, bottom, right and top of a curve, and axes of these scales with these titles.
    fn new(
        typeface: &Typeface,
        [x, y, width, height]: [f64; 4],
        seen: [f64; 4],
        scales: [Scale; 2],
        titles: [&str; 2],
        curve: impl Fn(f64) -> f64,
    ) -> Result<Plot, Box<dyn Error>> {
        let context = typeface.context();
        let area = context.constant([x, y, width, height])?;
        let rect = context.control(PanZoom::new(seen).within(&area))?;
        // What a camera does, as signals: the middle is taken off, and the rest is scaled.
        let (low, high) = (rect.components([0, 1])?, rect.components([2, 3])?);
        let middle = context.vector([Operand::from(&low.mix(&high, 0.5)?), 0.0.into()])?;
        let scale = context.constant([2.0, 2.0])?.div(high.sub(&low)?)?;
        let projection = context.vector([Operand::from(&scale), 1.0.into()])?.scaling()?;
        let signals = ViewSignals {
            rect: Some(rect),
            origin: Some(MovingOrigin::new(middle)),
            view: None,
            projection: Some(projection),
        };
        let [left, bottom, right, top] = seen;
        let view =
            View::rect([left, right, bottom, top], [x, y, width, height]).with_signals(Arc::new(signals));
        let mut grid = Grid::new(typeface)?;
        grid.set_scales(scales.map(Some))?;
        let points: Vec<[f64; 2]> = (-600..=1200)
            .map(|step| left + (right - left) * f64::from(step) / 600.0)
            .map(|at| [at, bottom + (top - bottom) * curve((at - left) / (right - left))])
            .collect();
        let style = LineStyle { width: 2.0, color: Color::rgb8(0, 114, 178).into(), ..LineStyle::default() };
        let line = Line::new(&context, &points, style)?;
        let mut axes = [Axis::new(typeface, Side::Bottom)?, Axis::new(typeface, Side::Left)?];
        for ((axis, scale), title) in axes.iter_mut().zip(scales).zip(titles) {
            axis.set_scale(scale)?;
            axis.set_title(title)?;
        }
        Ok(Plot { view, grid, line, axes })
    }

    fn draw(&mut self, context: &Context) -> Result<(), Box<dyn Error>> {
        let [x, y, width, height] = self.view.viewport;
        let inside = Rect { x: x as i32, y: y as i32, width: width as u32, height: height as u32 };
        context.set_viewport(inside.clone())?;
        context.set_scissor(inside)?;
        self.grid.draw(&self.view)?;
        self.line.draw(&self.view)?;
        context.set_state([StateField::Viewport(None), StateField::Scissor(None)])?;
        self.axes.iter_mut().try_for_each(|axis| axis.draw(&self.view))?;
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let context = Context::new(960, 640)?;
    context.set_title("Axes")?;
    let typeface = Typeface::sans(&context)?;
    let now = 1_795_264_496.0; // 2026-11-21 12:34:56 UTC
    let (linear, log, time) = (Scale::Linear, Scale::Log, Scale::Time);
    let wave = |at: f64| 0.5 + 0.4 * (at * 12.0).sin() * (-at.abs()).exp();
    let rise = |at: f64| 1.0 - (-3.0 * at).exp();
    let mut plots = [
        Plot::new(
            &typeface,
            [80.0, 380.0, 380.0, 240.0],
            [-0.5, -1.2, 9.5, 1.2],
            [linear, linear],
            ["Time (s)", "Amplitude (mV)"],
            wave,
        )?,
        Plot::new(
            &typeface,
            [560.0, 380.0, 370.0, 240.0],
            [0.0, -4.0, 5.0, 4.0],
            [log, log],
            ["Frequency (Hz)", "Power (V²/Hz)"],
            rise,
        )?,
        Plot::new(
            &typeface,
            [80.0, 70.0, 380.0, 240.0],
            [now, 0.0, now + 86_400.0, 3.4e7],
            [time, linear],
            ["UTC", "Bytes"],
            rise,
        )?,
        Plot::new(
            &typeface,
            [560.0, 70.0, 370.0, 240.0],
            [now, -3e-8, now + 2e-3, 5e-8],
            [time, linear],
            ["UTC", "Current (A)"],
            wave,
        )?,
    ];
    let picture = context.list();
    let mut drawn = Ok(());
    picture.record(|| {
        context.clear(Clear::color([1.0; 4]))?;
        drawn = plots.iter_mut().try_for_each(|plot| plot.draw(&context));
        Ok::<(), glir_gloo::Error>(())
    })?;
    drawn?;
    context.redraw(&picture)?;
    context.run(&picture)?;
    save::save(&context.header(), &[context.swap()], "axis.glir")
}
