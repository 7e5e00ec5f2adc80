//! A picture and a log of each kind of plot, held against those under `golden`; `BLESS=1` writes them anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../visuals/tests/common/mod.rs"]
mod common;

use common::{draw, golden_picture, golden_stream, golden_text};
use glir_data::{Channel, Recording, Samples, Timing};
use glir_plot::{Bins, Change, Chart, Figure, Pixels, Rows, Scale, Selection, VolumeLook};
use glir_visuals::{Color, Colormap, Rendering};

/// Draws a figure as a still.
fn held(name: &str, mut figure: Figure) {
    figure.interactive = false;
    let drawing = figure.draw().unwrap();
    golden_stream(name, &drawing.header, &drawing.frames);
}

fn figure(title: &str) -> Figure {
    let mut figure = Figure::new(360, 270);
    (figure.title, figure.text_size) = (title.into(), 11.0);
    figure
}

fn steps(count: u32) -> impl Iterator<Item = f64> + Clone {
    (0..count).map(f64::from)
}

#[test]
fn lines() {
    let mut figure = figure("Two waves");
    let x: Vec<f64> = steps(200).map(|step| step * 0.05).collect();
    let axes = figure.axes();
    axes.line(&x, &x.iter().map(|x| x.sin()).collect::<Vec<_>>()).unwrap().label("sine");
    axes.line(&x, &x.iter().map(|x| 0.5 * x.cos()).collect::<Vec<_>>())
        .unwrap()
        .label("half cosine")
        .dashed();
    (axes.x.label, axes.y.label) = ("time / s".into(), "height / m".into());
    held("lines", figure.clone());
    // The same to be moved: what its signals say.
    let drawing = figure.draw().unwrap();
    golden_stream("lines-moving", &drawing.header, &drawing.frames);
}

#[test]
fn scatter() {
    let mut figure = figure("");
    let x: Vec<f64> = steps(60).map(|step| 10.0_f64.powf(step / 20.0)).collect();
    let y: Vec<f64> = x.iter().map(|x| x.powf(-1.5)).collect();
    let axes = figure.axes();
    axes.scatter(&x, &y).unwrap().values(steps(60).collect()).size(8.0);
    (axes.x.scale, axes.y.scale) = (Scale::Log, Scale::Log);
    (axes.x.label, axes.y.label) = ("frequency / Hz".into(), "power / W".into());
    held("scatter", figure);
}

#[test]
fn histogram() {
    let mut figure = figure("Sums of sines");
    let values: Vec<f64> =
        steps(2000).map(|step| (step * 0.7).sin() + (step * 1.3).sin() + (step * 2.9).sin()).collect();
    figure.axes().hist(&values, &Bins::Auto).unwrap().label("2000 values");
    held("histogram", figure);
}

#[test]
fn image() {
    let mut figure = figure("Waves");
    let values =
        (0..48 * 32).map(|at| ((at % 48) as f32 * 0.3).sin() * ((at / 48) as f32 * 0.2).cos()).collect();
    figure.axes().image(48, 32, Pixels::Values(values)).unwrap();
    held("image", figure);
}

/// Channels of a hundred samples a second.
fn recording(count: u32) -> Recording<'static> {
    let channel = |number: u32| {
        let values: Vec<u8> = steps(400)
            .map(|step| (step * 0.01 * f64::from(number + 1)).sin() as f32 * (number + 1) as f32)
            .flat_map(f32::to_le_bytes)
            .collect();
        let samples = Samples::owned(values, glir_data::Element::F32, glir_data::Endian::Little);
        let (name, unit) = (Some(format!("C{}", number + 1)), Some("mV".into()));
        Channel { name, unit, timing: Timing::from_rate(100.0), ..Channel::from(samples) }
    };
    Recording { channels: (0..count).map(channel).collect(), ..Recording::default() }
}

#[test]
fn recordings() {
    for (name, count) in [("recording", 2), ("channels", 9)] {
        let mut figure = figure("A recording");
        figure.recording(&recording(count), &Selection::default(), 1.25).unwrap();
        held(name, figure);
    }
}

/// A channel of a table, three samples an hour and one now and then besides, that begins on a Sunday in February.
fn dated(days: u32) -> Recording<'static> {
    let row = |number: u32| {
        let (day, minute) = (number / 72, number % 72 * 20 + number % 7);
        let date = if day < 19 { format!("02-{:02}", day + 11) } else { format!("03-{:02}", day - 18) };
        let value = (f64::from(number) * 0.02).sin() + 0.2 * (f64::from(number) * 0.3).sin();
        format!("2024-{date} {:02}:{:02}:12,{value:.3}\n", minute / 60, minute % 60)
    };
    let text = format!("when,level (m)\n{}", (45..72 * days).map(row).collect::<String>());
    glir_data::read(text.as_bytes(), "a.csv", &glir_data::Options::default()).unwrap().into_owned()
}

#[test]
fn rows_of_dates() {
    let chart = Chart { width: 640, height: 360, rows: Rows::Auto, ..Chart::default() };
    let plot = chart.signals(&dated(40)).unwrap();
    assert_eq!(plot.notes, ["4 rows of 14 days", "grid lines every 7 days and every 2 m"]);
    golden_stream("rows-dates", &plot.header, &plot.frames);
}

#[test]
fn live_dates() {
    let recording = dated(40);
    let chart = Chart { width: 480, height: 240, ..Chart::default() };
    let mut plot = chart.live(&recording).unwrap();
    let mut frames = Vec::new();
    plot.scene(&mut |frame| frames.push(frame.clone())).unwrap();
    if let Some(picture) = draw(&plot.header(), &frames) {
        golden_picture("live-dates", &picture);
    }
    let canvas = glir_spec::ids::CanvasId(0);
    let (x, y) = (300.0, 100.0);
    let wheel = glir_spec::replies::Wheel { canvas, x, y, dx: 0.0, dy: 1800.0, modifiers: 0, time: 0.0 };
    assert_eq!(plot.event(&glir_spec::Reply::Wheel(wheel)), Change::View);
    frames.push(plot.frame().unwrap());
    golden_text("live-dates-near", &plot.header(), &frames[frames.len() - 1..]);
    if let Some(picture) = draw(&plot.header(), &frames) {
        golden_picture("live-dates-near", &picture);
    }
}

#[test]
fn solid() {
    let path = |name: &str| format!("{}/../data/{name}", env!("CARGO_MANIFEST_DIR"));
    let bytes = |name: &str| std::fs::read(path(name)).unwrap();
    let mut one = figure("A knot");
    one.samples = 4;
    let shape = glir_data::mesh::read(&bytes("samples/trefoil.ply"), "trefoil.ply").unwrap();
    one.space(0, 0).mesh(&shape, Color::rgb8(70, 130, 180), false);
    held("mesh", one);
    let mut one = figure("Crambin");
    let molecule =
        glir_data::molecule::read(&bytes("structures/1crn/1crn.pdb"), "1crn.pdb", &Default::default());
    one.space(0, 0).molecule(&molecule.unwrap());
    held("molecule", one);
    let mut one = figure("A ball");
    let far = |at: usize| (at as f32 - 7.5) / 8.0;
    let values = (0..16 * 16 * 16).map(|at| {
        let (x, y, z) = (far(at % 16), far(at / 16 % 16), far(at / 256));
        1.0 - (x * x + y * y + z * z)
    });
    let (rendering, colormap) = (Rendering::Maximum, Colormap::named("magma").unwrap());
    let look = VolumeLook { rendering, colormap, limits: None, bar: true };
    one.space(0, 0).volume([16; 3], values.collect(), look).unwrap();
    held("volume", one);
}
