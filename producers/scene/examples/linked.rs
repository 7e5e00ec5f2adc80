//! Three boxes over each other whose time goes together: drag one and all three move, turn the wheel over one and all three zoom, each with
//! axes that follow. Up and down, each has its own.
//!
//! ```console
//! $ cargo run -p glir-scene --example linked linked.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_scene::{Camera, Cell, Grid, Link, NodeId, PanZoom, Region, Scene, Track};
use glir_visuals::{Axis, Color, FastLine, Rectangles, Side, Stroke, Typeface};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut scene = Scene::new(800, 600)?;
    let typeface = Typeface::sans(scene.context())?;
    // A row for each box, and one more pixel of height for the last, whose axis has numbers and a name.
    scene.set_grid(
        scene.root(),
        Grid { rows: vec![Track::Share(1.0); 3], columns: vec![Track::Share(1.0)], gap: [0.0, 12.0] },
    )?;

    // A tone that swells and ebbs, its envelope, and how much of it there is in each fifth of a second.
    let times: Vec<f64> = (0..40_000).map(|step| f64::from(step) * 2.5e-4).collect();
    let envelope = |time: f64| (0.6 * time).sin().powi(2) * (-0.1 * time).exp();
    let tone = |time: f64| envelope(time) * (40.0 * time + 3.0 * (2.0 * time).sin()).sin();
    let bars: Vec<[f64; 4]> = times
        .chunks(800)
        .map(|part| {
            let power = part.iter().map(|time| tone(*time).powi(2)).sum::<f64>() / part.len() as f64;
            [part[0], 0.0, part[0] + 0.19, power]
        })
        .collect();

    let mut first: Option<NodeId> = None;
    for (row, (name, low, high)) in
        [("tone", -1.0, 1.0), ("envelope", 0.0, 1.0), ("power", 0.0, 0.5)].into_iter().enumerate()
    {
        let cell = scene.add_view(scene.root(), Region::Cell(Cell::at(row as u16, 0)), Camera::Pixels)?;
        let camera = PanZoom { pans_y: row == 0, ..PanZoom::new([0.0, low, 10.0, high]) };
        let view = scene.add_view(cell, Region::Inset([70.0, 44.0, 16.0, 8.0]), Camera::PanZoom(camera))?;
        scene.set_background(view, Some([0.97, 0.97, 0.98, 1.0]))?;
        let color = [Color::rgb8(0, 114, 178), Color::rgb8(213, 94, 0), Color::rgb8(0, 158, 115)][row];
        match row {
            2 => {
                let bars = Rectangles::new(scene.context(), &bars, color)?;
                scene.add(view, bars)?;
            }
            _ => {
                let points: Vec<[f64; 2]> = times
                    .iter()
                    .map(|time| [*time, if row == 0 { tone(*time) } else { envelope(*time) }])
                    .collect();
                let line = FastLine::new(scene.context(), points, color, Stroke::Smooth(1.5))?;
                scene.add(view, line)?;
            }
        }
        for (side, label) in [(Side::Bottom, "time / s"), (Side::Left, name)] {
            let mut axis = Axis::new(&typeface, side)?;
            axis.set_title(label)?;
            scene.add_around(view, axis)?;
        }
        match first {
            None => first = Some(view),
            Some(first) => scene.link(view, first, Link::X)?,
        }
    }
    let frame = scene.frame()?;
    save::save(&scene.header(), &[frame], "linked.glir")
}
