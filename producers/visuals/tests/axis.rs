//! Axes as pictures and as commands.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Picture, draw, golden, names, pick};
use glir_core::{FrameInput, NoBlobs, Settings};
use glir_gloo::{Clear, Context, Frame, Header, PanZoom, Rect, Signal};
use glir_native::{Api, Headless};
use glir_spec::Reply;
use glir_spec::enums::PointerAction;
use glir_spec::ids::CanvasId;
use glir_spec::replies::Pointer;
use glir_visuals::ticks::{Epoch, Scale};
use glir_visuals::{Axis, Grid, Side, Text, TickDirection, Typeface, View, ViewSignals, Visual};
use std::sync::Arc;

const PLOT: [f64; 4] = [60.0, 50.0, 240.0, 170.0];

fn axes(typeface: &Typeface, sides: &[Side]) -> Vec<Axis> {
    sides.iter().map(|side| Axis::new(typeface, *side).unwrap()).collect()
}

fn draw_all(context: &Context, view: &View, axes: &mut [Axis]) -> Frame {
    context.clear(Clear::color([1.0; 4])).unwrap();
    axes.iter_mut().for_each(|axis| axis.draw(view).unwrap());
    context.swap()
}

#[test]
fn four_sides() {
    let context = Context::new(320, 240).unwrap();
    let typeface = Typeface::sans(&context).unwrap();
    let mut axes = axes(&typeface, &[Side::Bottom, Side::Left, Side::Top, Side::Right]);
    axes[0].set_title("Time (s)").unwrap();
    axes[1].set_title("Potential (µV)").unwrap();
    for axis in &mut axes[2..] {
        let mut style = axis.style().clone();
        (style.direction, style.labels) = (TickDirection::In, false);
        axis.set_style(style).unwrap();
    }
    let view = View::rect([-0.3, 4.2, -2.3e-5, 6.1e-5], PLOT);
    let frames = [draw_all(&context, &view, &mut axes)];
    golden("axis", &context, &frames);
    assert!(context.header().requires.is_empty(), "WebGL 1 draws it");
}

/// Bottom axes below each other without lines, and the same labels as text; what both draw.
fn stacked(scale: Scale, epoch: Epoch, ranges: &[[f64; 2]]) -> Option<(Picture, Picture, Vec<String>)> {
    let (width, height) = (800, 40 * ranges.len() as u32 + 20);
    let context = Context::new(width, height).unwrap();
    let typeface = Typeface::sans(&context).unwrap();
    let font = typeface.font();
    let mut axes = Vec::new();
    let (mut strings, mut points) = (Vec::new(), Vec::new());
    for (index, range) in ranges.iter().enumerate() {
        let bottom = 40.0 * index as f64 + 40.0;
        let mut axis = Axis::new(&typeface, Side::Bottom).unwrap();
        axis.set_scale(scale).unwrap();
        axis.set_epoch(epoch).unwrap();
        let mut style = axis.style().clone();
        (style.spine, style.minor, style.length) = (false, false, 0.0);
        style.color = glir_visuals::Color::BLACK;
        style.width = 0.0;
        let pad = f64::from(style.pad);
        axis.set_style(style).unwrap();
        let view = View::rect([range[0], range[1], 0.0, 1.0], [80.0, bottom, 640.0, 20.0]);
        let ticks = axis.ticks(&view);
        let cap = 12.0 * f64::from(font.metrics().cap_height);
        let width = |label: &str| f64::from(font.measure(label, 12.0).width());
        for tick in &ticks.major {
            points.push([80.0 + 640.0 * tick.at - 0.5 * width(&tick.label), bottom - pad - cap]);
            strings.push(tick.label.clone());
        }
        if !ticks.end.is_empty() {
            points.push([720.0 - width(&ticks.end), bottom - pad - 15.0 - cap]);
            strings.push(ticks.end);
        }
        axes.push((axis, view));
    }
    context.clear(Clear::color([1.0; 4])).unwrap();
    axes.iter_mut().for_each(|(axis, view)| axis.draw(view).unwrap());
    let by_axes = context.swap();
    let mut text = Text::new(&typeface, &strings, &points).unwrap();
    context.clear(Clear::color([1.0; 4])).unwrap();
    text.draw(&View::pixels([0.0, 0.0, width.into(), height.into()])).unwrap();
    let by_text = context.swap();
    let header = context.header();
    let first = draw(&header, std::slice::from_ref(&by_axes))?;
    Some((first, draw(&header, &[by_axes, by_text])?, strings))
}

/// Holds the shaders' labels against the same words as text.
fn hold(name: &str, scale: Scale, epoch: Epoch, ranges: &[[f64; 2]]) {
    let Some((axes, text, strings)) = stacked(scale, epoch, ranges) else { return };
    // Places differ by rounding, so edges may differ a little; another digit differs by far more.
    let differs = |(a, b): (&[u8; 4], &[u8; 4])| a[0].abs_diff(b[0]) > 40;
    let wrong = axes.pixels.iter().zip(&text.pixels).filter(|pair| differs(*pair)).count();
    if wrong > 0 || std::env::var_os("GLIR_LOOK").is_some() {
        let folder = std::env::temp_dir();
        common::save(&folder.join(format!("glir-axis-{name}.png")), &axes);
        common::save(&folder.join(format!("glir-axis-{name}-text.png")), &text);
    }
    assert!(strings.len() > 3 * ranges.len() && axes.inked() > 1000);
    assert_eq!(wrong, 0, "{name}: {strings:?}");
}

#[test]
fn shaders_write_numbers() {
    let far = 123_456.789;
    let ranges = [
        [-1.0, 1.0],
        [0.0, 1e5],
        [0.0, 999_999.0],
        [1e6, 3e6],
        [-4e-7, 2e-7],
        [far, far + 1e-3],
        [1.7e9, 1.7e9 + 1e-4],
        [1.7e9 - 3.0, 1.7e9 + 5.0],
        [-1.7e9 - 2.0, -1.7e9 + 0.1],
        [1_714_999_999_999_990.0, 1_715_000_000_000_010.0],
        [1.0, 1.000_000_02],
        [5e16, 5e16 + 3e4],
        [123_456_789_012.0, 123_456_789_012.5],
        [0.95, 1.05],
        [-1000.0, -999.0],
        [0.0, 1e300],
        [-3.0, -2.9],
        [100.0, 0.0],
        [-0.003, 0.0021],
        [9.9e11, 1.01e12],
    ];
    hold("numbers", Scale::Linear, Epoch::default(), &ranges);
}

#[test]
fn shaders_write_logarithms() {
    let ranges = [
        [0.0, 6.0],
        [-3.0, 3.0],
        [-12.5, 12.5],
        [0.0, 40.0],
        [0.0, 2.0],
        [7.0, 8.2],
        [-2.1, -1.0],
        [2.0, 2.3],
        [3.0, 3.0001],
        [-7.001, -7.0],
        [3.0, -3.0],
        [-300.0, 300.0],
        [4.0, 3.9],
        // Far beyond what numbers there are.
        [-4e5, 4e5],
        [-2e6, 1.5e6],
        [0.0, 1e9],
    ];
    hold("logarithms", Scale::Log, Epoch::default(), &ranges);
}

#[test]
fn shaders_write_times() {
    let noon = 1_795_264_496.0;
    let day = 86_400.0;
    let ranges = [
        [noon, noon + 1e-4],
        [noon, noon + 0.3],
        [noon, noon + 20.0],
        [noon, noon + 400.0],
        [noon, noon + 0.3 * day],
        [noon, noon + 2.0 * day],
        [noon, noon + 10.0 * day],
        [noon, noon + 50.0 * day],
        [noon, noon + 400.0 * day],
        [noon, noon + 3000.0 * day],
        [noon - 40_000.0 * day, noon],
        [noon + 2.0 * day, noon],
        [-5e10, 2e11],
        [-1.0, 1.0],
        [1_709_164_800.0 - 1.5 * day, 1_709_164_800.0 + 2.5 * day],
        // Beyond the calendar.
        [-1.2e11, 4e11],
        [4e11, 4.05e11],
        [4e11, 4e11 + 3.0 * day],
        [-3e13, 3e13],
        [-1e16, 1e16],
    ];
    hold("times", Scale::Time, Epoch::default(), &ranges);
}

#[test]
fn shaders_write_nanoseconds() {
    // The end of 2024, and of its days and minutes, in microseconds from its middle on.
    let epoch = Epoch { seconds: 1_719_878_400, per_second: 1_000_000 };
    let end = (1_735_689_600.0 - 1_719_878_400.0) * 1e6;
    let ranges = [
        [end - 2.0, end + 2.0],
        [end - 1.0, end],
        [end - 0.3, end + 0.7],
        [end - 0.05, end + 0.05],
        [end + 0.03, end - 0.01],
        [end - 60e6 - 0.5, end - 60e6 + 0.5],
        [end - 3.456_789e6, end - 3.456_788e6],
        [end - 40.0, end],
        [end - 4e6, end],
        [-16e12, 16e12],
    ];
    hold("nanoseconds", Scale::Time, epoch, &ranges);
    assert!(
        Axis::new(&Typeface::sans(&Context::new(8, 8).unwrap()).unwrap(), Side::Left)
            .unwrap()
            .set_epoch(Epoch { seconds: i64::MIN, per_second: 1 })
            .unwrap_err()
            .to_string()
            .starts_with("times count from up to 10¹⁵ seconds around 1970")
    );
}

#[test]
fn a_pan_is_a_few_uniforms() {
    let context = Context::new(320, 240).unwrap();
    let typeface = Typeface::sans(&context).unwrap();
    let mut axes = axes(&typeface, &[Side::Bottom]);
    let at = |left: f64| View::rect([left, left + 5.0, 0.0, 1.0], PLOT);
    draw_all(&context, &at(0.0), &mut axes);
    let same = draw_all(&context, &at(0.0), &mut axes);
    assert_eq!(names(&same), ["CLEAR", "DRAW", "DRAW", "SWAP"]);
    let moved = draw_all(&context, &at(0.7), &mut axes);
    assert!(names(&moved).iter().all(|name| ["CLEAR", "UNIFORM", "DRAW", "SWAP"].contains(name)));
    assert!(moved.head().len() < 200, "{} bytes", moved.head().len());
}

#[test]
fn bad_input() {
    let context = Context::new(320, 240).unwrap();
    let typeface = Typeface::sans(&context).unwrap();
    let mut axis = Axis::new(&typeface, Side::Bottom).unwrap();
    let mut style = axis.style().clone();
    style.length = f32::NAN;
    let error = axis.set_style(style.clone()).unwrap_err();
    assert_eq!(error.to_string(), "an axis's length is 0 to 200 pixels; NaN was given");
    (style.length, style.size) = (3.0, 0.0);
    assert!(axis.set_style(style.clone()).is_err());
    let transform = glir_transforms::Transform::log([Some(10.0), None, None]).unwrap();
    assert!(axis.set_transform(&transform).unwrap_err().to_string().contains("takes no transform"));
    (style.size, style.spine) = (12.0, false);
    axis.set_style(style).unwrap();
    // No range, and a camera that shows none: the axis has no ticks.
    let camera = View::camera(glam::DMat4::from_rotation_z(1.0), glam::DMat4::IDENTITY, PLOT);
    let mut frames = Vec::new();
    for view in [View::rect([f64::NAN, 1.0, 0.0, 1.0], PLOT), camera] {
        context.clear(Clear::color([1.0; 4])).unwrap();
        axis.set_scale(Scale::Time).unwrap();
        axis.draw(&view).unwrap();
        axis.set_scale(Scale::Log).unwrap();
        axis.draw(&view).unwrap();
        frames.push(context.swap());
    }
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert_eq!(picture.inked(), 0);
    axis.set_title("x").unwrap();
    let (_, taken) = pick(&context, &View::rect([0.0, 1.0, 0.0, 1.0], PLOT), &mut axis, 5);
    assert_eq!(taken, 1);
}

/// A drag over the canvas by so many pixels, in an interpreter that draws; then what it shows, and the rectangle that is seen.
fn dragged(header: &Header<'_>, frame: &Frame, seen: &Signal, by: [f32; 2]) -> Option<(Picture, Vec<f64>)> {
    draw(header, std::slice::from_ref(frame))?; // says what is skipped where there is no GL
    let mut session = Headless::open(Api::Gles2, header, Settings::default()).unwrap();
    let interpreter = session.interpreter().unwrap();
    interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
    let pointer = |action, x, y| {
        let button = (action != PointerAction::Move).then_some(0);
        let (canvas, buttons, modifiers, time) = (CanvasId(0), 1, 0, 0.0);
        Reply::Pointer(Pointer { canvas, action, x, y, button, buttons, modifiers, time })
    };
    interpreter.event(&pointer(PointerAction::Down, 160.0, 120.0));
    interpreter.event(&pointer(PointerAction::Move, 160.0 + by[0], 120.0 + by[1]));
    interpreter.event(&pointer(PointerAction::Up, 160.0 + by[0], 120.0 + by[1]));
    assert!(interpreter.tick(1.0), "it is drawn anew");
    let told: Vec<String> = interpreter.take_diagnostics().iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{told:?}");
    let rect = interpreter.signals().value(seen.id().0).unwrap().numbers().to_vec();
    let (width, height, bytes) = session.picture().unwrap();
    Some((Picture { width, height, pixels: bytes.as_chunks::<4>().0.to_vec() }, rect))
}

#[test]
fn without_a_producer_ticks_and_digits_follow() {
    let noon = 1_795_264_496.0;
    let cases = [
        (Scale::Linear, Scale::Linear, [0.0, -1.0, 10.0, 1.0]),
        (Scale::Linear, Scale::Log, [1e9, -3.0, 1e9 + 0.01, 3.0]),
        (Scale::Log, Scale::Log, [2.0, 0.0, 2.2, 1.5]),
        (Scale::Time, Scale::Linear, [noon, -1e-7, noon + 40.0, 2e-7]),
        (Scale::Time, Scale::Linear, [noon, 0.0, noon + 4e7, 1e6]),
    ];
    for (x, y, rect) in cases {
        let context = Context::new(320, 240).unwrap();
        let typeface = Typeface::sans(&context).unwrap();
        let seen = context.control(PanZoom::new(rect)).unwrap();
        let mut axes = axes(&typeface, &[Side::Bottom, Side::Left]);
        axes[0].set_scale(x).unwrap();
        axes[1].set_scale(y).unwrap();
        // What a person moves keeps its room, what a producer draws takes more: here there is enough.
        axes[1].set_spare(12.0);
        let mut grid = Grid::new(&typeface).unwrap();
        grid.set_scales([Some(x), Some(y)]).unwrap();
        let signals = ViewSignals { rect: Some(seen.clone()), origin: None, view: None, projection: None };
        let bound = View::rect([rect[0], rect[2], rect[1], rect[3]], PLOT).with_signals(Arc::new(signals));
        let mut draw_at = |view: &View| -> glir_visuals::Result<()> {
            context.clear(Clear::color([1.0; 4]))?;
            let [left, bottom, width, height] = PLOT.map(|side| side as u32);
            context.set_viewport(Rect { x: left as i32, y: bottom as i32, width, height })?;
            grid.draw(view)?;
            context.set_viewport(None)?;
            axes.iter_mut().try_for_each(|axis| axis.draw(view))
        };
        let list = context.record(|| draw_at(&bound)).unwrap();
        context.redraw(&list).unwrap();
        context.run(&list).unwrap();
        let first = context.swap();
        let Some((moved, now)) = dragged(&context.header(), &first, &seen, [-123.0, 71.0]) else { return };
        assert_ne!(now, rect);
        // The producer has nothing to send; drawn by it, the same view is the same picture.
        assert_eq!(context.pending(), 0);
        draw_at(&View::rect([now[0], now[2], now[1], now[3]], PLOT)).unwrap();
        let second = context.swap();
        let by_producer = draw(&context.header(), &[first, second]).unwrap();
        let differs = |(a, b): (&[u8; 4], &[u8; 4])| a[0].abs_diff(b[0]) > 60;
        let wrong = moved.pixels.iter().zip(&by_producer.pixels).filter(|pair| differs(*pair)).count();
        if wrong > 0 {
            common::save(&std::env::temp_dir().join("glir-axis-moved.png"), &moved);
            common::save(&std::env::temp_dir().join("glir-axis-producer.png"), &by_producer);
        }
        assert!(moved.inked() > 2000);
        assert_eq!(wrong, 0, "{x:?} {y:?} {rect:?} {now:?}");
    }
}

#[test]
fn a_title_keeps_clear_of_the_end() {
    // A wide title on a short axis of time, whose date stands at the end: no row of pixels has both.
    let context = Context::new(320, 240).unwrap();
    let typeface = Typeface::sans(&context).unwrap();
    let view = View::rect([1_795_264_496.0, 1_795_264_596.0, 0.0, 1.0], [60.0, 80.0, 200.0, 140.0]);
    let mut axis = Axis::new(&typeface, Side::Bottom).unwrap();
    axis.set_scale(Scale::Time).unwrap();
    axis.set_title("A title as wide as the axis").unwrap();
    let room = axis.room(&view);
    let frame = draw_all(&context, &view, &mut [axis]);
    let Some(picture) = draw(&context.header(), &[frame]) else { return };
    let inked = |row: u32| (0..320).any(|x| picture.at(x, row) != [255; 4]);
    // Ticks and labels, the date, the title: three blocks of rows below the spine, and nothing beyond the room.
    let rows: Vec<bool> = (161..240).map(inked).collect();
    let blocks = rows.windows(2).filter(|pair| !pair[0] && pair[1]).count();
    assert_eq!(blocks, 3, "labels, date, title: {rows:?}");
    let last = 161 + rows.iter().rposition(|inked| *inked).unwrap();
    assert!((last as f64) < 160.0 + room, "{last} {room}");
}

#[test]
fn labels_that_grow_stay_beside_the_axis() {
    // Room is measured for a wide range; a person has zoomed in since, until labels are three times as long.
    let context = Context::new(320, 240).unwrap();
    let typeface = Typeface::sans(&context).unwrap();
    let rect = [0.0, 0.203_194_635_980_4, 1.0, 0.203_194_635_981_6];
    let seen = context.control(PanZoom::new(rect)).unwrap();
    let signals = ViewSignals { rect: Some(seen), origin: None, view: None, projection: None };
    let view = View::rect([0.0, 1.0, 0.0, 1.0], [90.0, 50.0, 200.0, 170.0]).with_signals(Arc::new(signals));
    let mut axis = Axis::new(&typeface, Side::Left).unwrap();
    axis.set_title("Volts").unwrap();
    axis.set_spare(6.0);
    let room = axis.room(&view);
    let frame = draw_all(&context, &view, &mut [axis]);
    let Some(picture) = draw(&context.header(), &[frame]) else { return };
    let inked = |column: u32| (0..240).any(|row| picture.at(column, row) != [255; 4]);
    let columns: Vec<bool> = (0..84).map(inked).collect();
    let first = columns.iter().position(|inked| *inked).unwrap();
    assert!(first as f64 >= 90.0 - room, "{first} {room}");
    // Title and labels: two blocks of columns, of which the labels' begins behind the title's.
    let blocks = columns.windows(2).filter(|pair| !pair[0] && pair[1]).count();
    assert!(blocks >= 2 && !columns[first + 14], "{columns:?}");
    assert!(columns[first + 15..].iter().filter(|inked| **inked).count() > 25, "{columns:?}");
}

#[test]
fn level_labels_say_how_far_they_reach_beyond() {
    let context = Context::new(320, 240).unwrap();
    let typeface = Typeface::sans(&context).unwrap();
    let bottom = Axis::new(&typeface, Side::Bottom).unwrap();
    let narrow = bottom.overhang(&View::rect([0.0, 5.0, 0.0, 1.0], PLOT));
    let wide = bottom.overhang(&View::rect([1e5, 1e5 + 0.1, 0.0, 1.0], PLOT));
    assert!((2.0..15.0).contains(&narrow) && (25.0..60.0).contains(&wide), "{narrow} {wide}");
    let left = Axis::new(&typeface, Side::Left).unwrap();
    assert_eq!(left.overhang(&View::rect([0.0, 5.0, 0.0, 1.0], PLOT)), 0.0);
}
