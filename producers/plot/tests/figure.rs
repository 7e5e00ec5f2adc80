//! Figures: what is sent, what is strange, and that they move with no producer.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use glir_plot::{Bins, Color, Figure, Pixels, Scale, VolumeLook};
use glir_spec::commands::Command;
use glir_spec::wire::Reader;
use glir_spec::{Feature, Frame, Profile};

fn names(frame: &Frame) -> Vec<&'static str> {
    let mut reader = Reader::new(frame.head());
    let count = reader.array().unwrap();
    (0..count).map(|_| Command::decode(&mut reader).unwrap().name()).collect()
}

#[test]
fn a_figure_moves_with_no_producer() {
    let mut figure = Figure::new(320, 240);
    figure.axes().line(&[0.0, 1.0, 2.0], &[3.0, 1.0, 2.0]).unwrap().label("three points");
    let drawing = figure.draw().unwrap();
    assert_eq!(drawing.header.profile, Profile::Es2);
    assert!(drawing.header.requires.contains(&Feature::Signals));
    let first = names(&drawing.frames[0]);
    assert!(first.contains(&"SIGNAL") && first.contains(&"BIND") && first.contains(&"REDRAW"));
    // Later frames of its scene are what has changed, and the list.
    let (mut scene, boxes) = figure.scene().unwrap();
    scene.frame().unwrap();
    assert_eq!(names(&scene.frame().unwrap()), ["RUN", "SWAP"]);
    scene.set_camera(boxes[0], glir_scene::Camera::rect([0.0, 0.0, 1.0, 1.0])).unwrap();
    assert_eq!(names(&scene.frame().unwrap()), ["SIGNAL", "RUN", "SWAP"]);
    // A still needs none of that.
    figure.interactive = false;
    let still = figure.draw().unwrap();
    assert!(still.header.requires.is_empty() && !names(&still.frames[0]).contains(&"SIGNAL"));
}

/// What axes have in common stands in the stream once, so there is room for many.
#[test]
fn figures_of_many_plots_have_room() {
    let signals = |rows: u16, columns: u16| {
        let mut figure = Figure::new(1600, 1600);
        for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
            let y = [f64::from(row), 1.0 + f64::from(column), 0.0];
            figure.subplot(row, column).line(&[0.0, 1.0, 2.0], &y).unwrap();
        }
        let drawing = figure.draw().unwrap();
        names(&drawing.frames[0]).iter().filter(|name| **name == "SIGNAL").count()
    };
    let [one, two, many] = [signals(1, 1), signals(1, 2), signals(8, 8)];
    eprintln!("{one} signals for a plot, {} for another one, {many} for 64", two - one);
    assert!(two - one < one, "{one}, {two}");
    assert!(4 * many < glir_spec::limits::MAX_SIGNALS * 3, "{many}");
}

#[test]
fn strange_data_is_drawn_sensibly_or_refused_in_words() {
    let (nan, infinite) = (f64::NAN, f64::INFINITY);
    let cases: [(&[f64], &[f64]); 6] = [
        (&[], &[]),
        (&[1.0], &[1.0]),
        (&[nan, nan], &[1.0, 2.0]),
        (&[1.0, infinite, 3.0], &[-infinite, 2.0, 3.0]),
        (&[-1.7e308, 1.7e308], &[-1.7e308, 1.7e308]),
        (&[5.0, 5.0, 5.0], &[0.0, 0.0, 0.0]),
    ];
    for (x, y) in cases {
        for scale in [Scale::Linear, Scale::Log, Scale::Time] {
            let mut figure = Figure::new(320, 240);
            let axes = figure.axes();
            (axes.x.scale, axes.y.scale) = (scale, scale);
            axes.line(x, y).unwrap();
            axes.scatter(x, y).unwrap();
            axes.hist(x, &Bins::Auto).unwrap();
            figure.draw().unwrap_or_else(|error| panic!("{x:?} {scale:?}: {error}"));
        }
    }
    let mut figure = Figure::new(320, 240);
    let error = figure.axes().line(&[1.0, 2.0], &[1.0]).map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "x has 2 values and y 1");
    let error = figure.axes().image(2, 2, Pixels::Values(vec![0.0; 3])).map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "an image of 2 × 2 can't be made of 3 pixels");
    let look = VolumeLook {
        rendering: glir_visuals::Rendering::Maximum,
        colormap: glir_visuals::Colormap::named("magma").unwrap(),
        limits: None,
        bar: true,
    };
    let error = figure.space(0, 0).volume([usize::MAX; 3], vec![0.0; 8], look).unwrap_err();
    assert!(error.to_string().contains("can't be made of 8 values"), "{error}");
    assert_eq!(
        Figure::new(1, 240).draw().unwrap_err().to_string(),
        "a figure is 16 to 16384 pixels wide, not 1"
    );
    let mut small = Figure::new(100, 80);
    (small.axes().x.label, small.axes().y.label) = ("x".into(), "y".into());
    small.axes().line(&[0.0, 1.0], &[0.0, 1.0]).unwrap();
    assert!(small.draw().is_ok());
    let mut tiny = Figure::new(40, 40);
    tiny.axes().line(&[0.0, 1.0], &[0.0, 1.0]).unwrap();
    assert!(tiny.draw().unwrap_err().to_string().starts_with("there is no room for the axes"));
    assert_eq!(Color::WHITE.to_string(), "#ffffff");
}

/// What a drawing's first frame looks like: width, and RGBA from the top down. None where there is no GL.
fn picture(drawing: &glir_plot::Drawing) -> Option<(usize, Vec<[u8; 4]>)> {
    shown(drawing, None)
}

/// The same, after the wheel was turned over a place.
fn turned(drawing: &glir_plot::Drawing, at: [f32; 2]) -> Option<(usize, Vec<[u8; 4]>)> {
    shown(drawing, Some(at))
}

fn shown(drawing: &glir_plot::Drawing, wheel: Option<[f32; 2]>) -> Option<(usize, Vec<[u8; 4]>)> {
    use glir_core::{FrameInput, NoBlobs, Settings};
    let session = glir_native::Headless::open(glir_native::Api::Gles3, &drawing.header, Settings::default());
    let mut session = match session {
        Ok(session) => session,
        Err(error) => {
            assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
            return None;
        }
    };
    let frame = &drawing.frames[0];
    let interpreter = session.interpreter().unwrap();
    interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
    let told: Vec<String> = interpreter.take_diagnostics().iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{told:?}");
    if let Some([x, y]) = wheel {
        let canvas = glir_spec::ids::CanvasId(0);
        let event = glir_spec::replies::Wheel { canvas, x, y, dx: 0.0, dy: -360.0, modifiers: 0, time: 0.0 };
        assert!(interpreter.event(&glir_spec::Reply::Wheel(event)), "the wheel is taken");
        assert!(interpreter.tick(1.0), "the picture is drawn anew");
    }
    let (width, _, bytes) = session.picture().unwrap();
    Some((width as usize, bytes.as_chunks::<4>().0.to_vec()))
}

#[test]
fn edges_of_meshes_are_smooth_where_samples_are_asked_for() {
    let bytes = b"v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 1 4 3\nf 2 3 4\n";
    let mesh = glir_data::mesh::read(bytes, "t.obj").unwrap();
    let mut shades = Vec::new();
    for samples in [0, 4] {
        let mut figure = Figure::new(200, 150);
        (figure.samples, figure.interactive) = (samples, false);
        figure.space(0, 0).mesh(&mesh, "black".parse().unwrap(), false);
        let drawing = figure.draw().unwrap();
        assert_eq!(drawing.header.samples, samples);
        assert_eq!(drawing.header.profile, if samples > 0 { Profile::Es3 } else { Profile::Es2 });
        let Some((_, pixels)) = picture(&drawing) else { return };
        // Black under light is grey at most in its highlight: what is lighter is an edge.
        shades.push(pixels.iter().filter(|[red, ..]| (150..250).contains(red)).count());
    }
    assert!(shades[0] == 0 && shades[1] > 50, "{shades:?}");
    let mut figure = Figure::new(200, 150);
    figure.samples = 17;
    assert_eq!(figure.draw().unwrap_err().to_string(), "a pixel has 0 or 2 to 16 samples, not 17");
}

#[test]
fn histograms_on_logarithms_begin_at_the_first_edge_above_0() {
    let mut figure = Figure::new(400, 300);
    figure.interactive = false;
    let axes = figure.axes();
    (axes.x.scale, axes.grid) = (Scale::Log, false);
    let edges = vec![-1.0, -0.1, 0.1, 1.0, 10.0];
    let values = [-0.5, 0.2, 0.3, 0.5, 2.0];
    axes.hist(&values, &Bins::Edges(edges)).unwrap();
    let drawing = figure.draw().unwrap();
    assert_eq!(
        drawing.notes,
        [
            "1 of 5 values of the histogram are not drawn: 1 is in bins that begin at 0 or less, on a logarithmic axis"
        ]
    );
    let Some((width, pixels)) = picture(&drawing) else { return };
    // Bars from 0.1 and from 1 on: the higher one is as wide as the other.
    let blue = |pixel: &[u8; 4]| pixel[2] > 100 && pixel[0] < 50;
    let row = |height: usize| pixels[(300 - height) * width..][..width].iter().filter(|p| blue(p)).count();
    assert!(row(70) > 250 && (150..180).contains(&row(200)), "{} {}", row(70), row(200));
}

#[test]
fn legends_stand_where_nothing_is() {
    // A line along the diagonals of two corners leaves the other two; lines all over leave none.
    let draw = |lines: usize| {
        let mut figure = Figure::new(640, 300);
        figure.interactive = false;
        let axes = figure.axes();
        axes.grid = false;
        let x: Vec<f64> = (0..400).map(f64::from).collect();
        for index in 0..lines {
            let y: Vec<f64> = x.iter().map(|x| (x * 0.5 + index as f64).sin() * 100.0).collect();
            axes.line(&x, &y).unwrap().label(&format!("column number {index}"));
        }
        figure.draw().unwrap()
    };
    // Many names stand to the right of the axes, and the last entry tells how many more there are.
    for lines in [3, 60] {
        let Some((width, pixels)) = picture(&draw(lines)) else { return };
        let inked = |column: usize| {
            (0..300).filter(|row| pixels[row * width + column][..3].iter().any(|part| *part < 120)).count()
        };
        // The axes end well before the picture does.
        let last = (0..width).rev().find(|column| inked(*column) > 150).unwrap();
        assert!(last < 580, "{lines}: the axes end at {last}");
        assert!((580..640).any(|column| inked(column) > 5), "{lines}: there is no legend");
    }
}

#[test]
fn titles_and_labels_fit() {
    let mut figure = Figure::new(400, 300);
    figure.interactive = false;
    figure.title = "a title of very many words ".repeat(6);
    let axes = figure.axes();
    axes.line(&[0.0, 1.0], &[0.0, 3e8]).unwrap();
    axes.x.label = "an axis of very many words ".repeat(6);
    axes.y.label.clone_from(&axes.x.label);
    let Some((width, pixels)) = picture(&figure.draw().unwrap()) else { return };
    let white = |index: usize| pixels[index] == [255; 4];
    assert!((0..300).all(|row| white(row * width) && white(row * width + width - 1)), "cut at a side");
    assert!((0..width).all(|column| white(column) && white(299 * width + column)), "cut above or below");
}

#[test]
fn a_volume_of_one_value_is_seen_and_a_bar_tells_its_colours() {
    let look = |rendering| VolumeLook {
        rendering,
        colormap: glir_visuals::Colormap::named("magma").unwrap(),
        limits: None,
        bar: true,
    };
    let mut figure = Figure::new(300, 200);
    figure.interactive = false;
    figure.space(0, 0).volume([2, 2, 2], vec![7.0; 8], look(glir_visuals::Rendering::Maximum)).unwrap();
    let drawing = figure.draw().unwrap();
    assert!(drawing.notes.is_empty());
    if let Some((width, pixels)) = picture(&drawing) {
        let colored = |columns: std::ops::Range<usize>| {
            columns.filter(|column| pixels[100 * width + column][0] != 255).count()
        };
        assert!(
            colored(60..200) > 40 && colored(220..300) > 10,
            "{} {}",
            colored(60..200),
            colored(220..300)
        );
    }
    // No number reaches a level: that is told.
    let mut figure = Figure::new(300, 200);
    let surface = glir_visuals::Rendering::Surface { level: 99.0, color: glir_visuals::Color::BLACK };
    figure.space(0, 0).volume([2, 2, 2], vec![7.0; 8], look(surface)).unwrap();
    assert_eq!(
        figure.draw().unwrap().notes,
        ["nothing of the volume can be drawn: its values go from 7 to 7, so there is no surface at 99"]
    );
}

#[test]
fn points_between_gaps_are_dots() {
    let mut figure = Figure::new(200, 150);
    figure.interactive = false;
    let axes = figure.axes();
    axes.grid = false;
    axes.line(&[0.0, 1.0, 2.0, 3.0, 4.0], &[0.0, f64::NAN, 2.0, f64::NAN, 4.0])
        .unwrap()
        .color(glir_visuals::Color::rgb(1.0, 0.0, 0.0));
    let drawing = figure.draw().unwrap();
    assert_eq!(drawing.notes, ["2 of 5 points of the line are not drawn: 2 are missing or not finite"]);
    let Some((_, pixels)) = picture(&drawing) else { return };
    let red = pixels.iter().filter(|[red, green, ..]| *red > 200 && *green < 60).count();
    assert!((20..80).contains(&red), "three dots: {red}");
}

#[test]
fn plots_of_one_column_stand_in_line() {
    let mut figure = Figure::new(400, 300);
    figure.interactive = false;
    for (row, size) in [(0, 1.0), (1, 0.001_234)] {
        let axes = figure.subplot(row, 0);
        axes.grid = false;
        axes.line(&[0.0, 1.0], &[0.0, size]).unwrap();
    }
    let Some((width, pixels)) = picture(&figure.draw().unwrap()) else { return };
    // The left spine of each half: the first column that is mostly dark.
    let spine = |rows: std::ops::Range<usize>| {
        (0..width).find(|x| rows.clone().filter(|y| pixels[y * width + x][0] < 100).count() > 60).unwrap()
    };
    assert_eq!(spine(0..150), spine(150..300));
}

/// Pixels that are clearly coloured, as lines of the palette are.
fn coloured(pixels: &[[u8; 4]]) -> usize {
    pixels
        .iter()
        .filter(|pixel| pixel[..3].iter().max().unwrap() - pixel[..3].iter().min().unwrap() > 80)
        .count()
}

#[test]
fn numbers_beyond_single_precision_are_drawn_as_others_are() {
    let rows: Vec<f64> = (0..60).map(f64::from).collect();
    let mut seen = Vec::new();
    for unit in [1.0, 1e-40, 1e-300, 1e300] {
        let wave: Vec<f64> = rows.iter().map(|row| (row * 0.2).sin() * unit).collect();
        let mut figure = Figure::new(300, 200);
        figure.interactive = false;
        figure.axes().line(&rows, &wave).unwrap();
        let drawing = figure.draw().unwrap();
        assert!(drawing.notes.is_empty(), "{:?}", drawing.notes);
        let Some((_, pixels)) = picture(&drawing) else { return };
        seen.push(coloured(&pixels));
    }
    assert!(seen[0] > 400 && seen.iter().all(|count| count.abs_diff(seen[0]) < seen[0] / 10), "{seen:?}");

    // Channels one above the other, whose numbers are single precision's smallest.
    let lanes = |unit: f64| {
        let channel = |shift: usize| (0..60).map(move |row| ((row + shift) as f64 * 0.2).sin() * unit);
        let mut figure = Figure::new(300, 200);
        figure.interactive = false;
        let channels = (0..3).map(|shift| channel(shift).map(|value| value as f32).collect()).collect();
        figure.axes().traces(channels, 0.0, 1.0).unwrap();
        picture(&figure.draw().unwrap()).map(|(_, pixels)| coloured(&pixels))
    };
    let (Some(plain), Some(tiny)) = (lanes(1.0), lanes(1e-41)) else { return };
    assert!(plain > 600 && plain.abs_diff(tiny) < plain / 10, "{plain} {tiny}");

    // So are recordings, in whichever way they are stored.
    let wave: Vec<f64> = rows.iter().map(|row| (row * 0.2).sin() * 1e-300).collect();
    let samples = || glir_data::Channel::from(glir_data::Samples::from(&wave[..]));
    let channels = (0..9).map(|_| samples()).collect();
    let recording = glir_data::Recording { channels, ..glir_data::Recording::default() };
    let mut figure = Figure::new(300, 200);
    figure.interactive = false;
    figure.recording(&recording, &glir_plot::Selection::default(), 1.5).unwrap();
    let (_, pixels) = picture(&figure.draw().unwrap()).unwrap();
    assert!(coloured(&pixels) > 600, "{}", coloured(&pixels));

    // And surfaces.
    let surface = |unit: &str| {
        let obj = format!(
            "v 0 0 0\nv {unit} 0 0\nv 0 {unit} 0\nv 0 0 {unit}\nf 1 3 2\nf 1 2 4\nf 1 4 3\nf 2 3 4\n"
        );
        let mesh = glir_data::mesh::read(obj.as_bytes(), "t.obj").unwrap();
        let mut figure = Figure::new(200, 150);
        figure.interactive = false;
        figure.space(0, 0).mesh(&mesh, "#0000ff".parse().unwrap(), false);
        picture(&figure.draw().unwrap()).map(|(_, pixels)| coloured(&pixels))
    };
    let (Some(plain), Some(tiny)) = (surface("1"), surface("1e-40")) else { return };
    assert!(plain > 1000 && plain.abs_diff(tiny) < plain / 50, "{plain} {tiny}");
}

#[test]
fn histograms_on_logarithms_have_bars_that_touch() {
    let mut figure = Figure::new(400, 300);
    figure.interactive = false;
    let axes = figure.axes();
    (axes.x.scale, axes.grid) = (Scale::Log, false);
    let values: Vec<f64> = (0..400).map(|row| 10.0_f64.powf(f64::from(row) / 100.0)).collect();
    axes.hist(&values, &Bins::Count(8)).unwrap();
    let Some((width, pixels)) = picture(&figure.draw().unwrap()) else { return };
    // 50 in each of eight bars: one row across them has no gap.
    let row = &pixels[200 * width..][..width];
    let blue: Vec<bool> = row.iter().map(|pixel| pixel[2] > 100 && pixel[0] < 50).collect();
    let (first, last) = (blue.iter().position(|is| *is).unwrap(), blue.iter().rposition(|is| *is).unwrap());
    assert!(last - first > 250 && blue[first..=last].iter().all(|is| *is), "{first} to {last}: {blue:?}");
}

#[test]
fn all_of_a_volumes_box_is_in_view() {
    let mut values = vec![0.0_f32; 20 * 20 * 20];
    values[20 * 20 * 10 + 20 * 10 + 10] = 1.0;
    let look = VolumeLook {
        rendering: glir_visuals::Rendering::Maximum,
        colormap: glir_visuals::Colormap::named("magma").unwrap(),
        // The least value has the middle of the colours, so that the box is seen.
        limits: Some([-1.0, 1.0]),
        bar: false,
    };
    let mut figure = Figure::new(200, 200);
    figure.interactive = false;
    figure.space(0, 0).volume([20, 20, 20], values, look).unwrap();
    let Some((width, pixels)) = picture(&figure.draw().unwrap()) else { return };
    let seen = |index: usize| pixels[index] != [255; 4];
    assert!((0..width * width).filter(|index| seen(*index)).count() > 8_000);
    let cut = (0..width).filter(|at| {
        seen(*at) || seen(width * (width - 1) + at) || seen(width * at) || seen(width * at + width - 1)
    });
    assert_eq!(cut.count(), 0, "pixels at the edge");
}

#[test]
fn curves_where_balls_cut_each_other_are_smooth() {
    let molecule = b"2\nred and blue\nO 0 0 0\nN -1 -0.6 0.9\n";
    let molecule =
        glir_data::molecule::read(molecule, "t.xyz", &glir_data::molecule::Options::default()).unwrap();
    let mut figure = Figure::new(300, 250);
    figure.interactive = false;
    figure.space(0, 0).molecule(&molecule);
    let Some((_, pixels)) = picture(&figure.draw().unwrap()) else { return };
    let between = pixels.iter().filter(|[red, green, blue, _]| *red > 80 && *blue > 60 && *green < 70);
    let between = between.count();
    assert!(between > 110, "{between} pixels are between red and blue");
}

#[test]
fn edges_of_volumes_are_smooth_and_have_no_bright_seam() {
    let mut figure = Figure::new(300, 250);
    figure.interactive = false;
    // Higher toward the middle, so that each side cuts the surface open.
    let size = 24;
    let square = |at: usize| ((at as f32 + 0.5) / size as f32 - 0.5).powi(2);
    let values = (0..size * size * size)
        .map(|at| -square(at % size) - square(at / size % size) - square(at / size / size));
    let look = |rendering, limits| VolumeLook {
        rendering,
        colormap: glir_visuals::Colormap::named("magma").unwrap(),
        limits,
        bar: false,
    };
    let values: Vec<f32> = values.collect();
    // The least value is black, and nothing of the box transparent.
    figure
        .space(0, 0)
        .volume([size; 3], values.clone(), look(glir_visuals::Rendering::Maximum, Some([-20.0, 99.0])))
        .unwrap();
    let Some((_, pixels)) = picture(&figure.draw().unwrap()) else { return };
    let edge = pixels.iter().filter(|[red, ..]| (60..240).contains(red)).count();
    assert!(edge > 300, "{edge} pixels of edges");

    let surface =
        glir_visuals::Rendering::Surface { level: -0.35, color: glir_visuals::Color::rgb(0.5, 0.5, 0.5) };
    let mut figure = Figure::new(300, 250);
    figure.interactive = false;
    figure.space(0, 0).volume([size; 3], values, look(surface, None)).unwrap();
    let Some((width, pixels)) = picture(&figure.draw().unwrap()) else { return };
    // Where a side of the box meets the curved surface, no pixel is lighter than both.
    let light = |index: usize| i32::from(pixels[index][0]);
    let seams = (2 * width..pixels.len() - 4 * width).filter(|index| {
        let [from, middle, to] = [index - 2 * width, *index, index + 4 * width].map(light);
        from < 200 && to < 200 && middle > from + 8 && middle > to + 8
    });
    let seams = seams.count();
    assert!(seams < 7, "{seams} pixels of seams");
}

#[test]
fn names_of_many_channels_are_neither_cut_nor_crowded() {
    for (count, width, height) in [(200, 800, 450), (64, 700, 450), (20, 400, 300)] {
        let mut figure = Figure::new(width, height);
        figure.interactive = false;
        let axes = figure.axes();
        axes.grid = false;
        let traces = axes.traces(vec![vec![0.0; 8]; count], 0.0, 1.0).unwrap();
        traces.names = vec!["IIIIII".into(); count];
        let Some((width, pixels)) = picture(&figure.draw().unwrap()) else { return };
        // Up to the lines, rows of pixels with ink: names, which are all as high and stand apart.
        let dark = |at: usize| pixels[at][0] < 140;
        let height = pixels.len() / width;
        let is_coloured = |x: usize| (0..height).any(|y| coloured(&[pixels[y * width + x]]) > 0);
        let lines = (0..width).find(|x| is_coloured(*x)).unwrap();
        let inked: Vec<bool> =
            (0..height * 9 / 10).map(|y| (4..lines - 7).any(|x| dark(y * width + x))).collect();
        let names: Vec<usize> =
            inked.chunk_by(|a, b| a == b).filter(|run| run[0]).map(<[bool]>::len).collect();
        let (least, most) = (names.iter().min().unwrap(), names.iter().max().unwrap());
        assert!(names.len() >= 15 && most - least <= 1 && *least > 4, "{count}: {names:?}");
    }
}

#[test]
fn thirty_lines_can_be_told_apart() {
    let mut figure = Figure::new(320, 240);
    let axes = figure.axes();
    let mut looks = std::collections::BTreeSet::new();
    for _ in 0..30 {
        let line = axes.line(&[0.0, 1.0], &[0.0, 1.0]).unwrap();
        assert!(looks.insert(format!("{:?} {:?}", line.color, line.dashes)));
    }
    let mut axes = glir_plot::Axes::new();
    for _ in 0..30 {
        let points = axes.scatter(&[0.0], &[1.0]).unwrap();
        assert!(looks.insert(format!("{:?} {}", points.color, points.marker)));
    }
}

#[test]
fn small_plots_have_no_legend_in_front_of_their_data() {
    let mut drawn = Vec::new();
    for label in ["", "a name"] {
        let mut figure = Figure::new(220, 160);
        figure.interactive = false;
        let x: Vec<f64> = (0..60).map(f64::from).collect();
        for turn in 0..3 {
            let y: Vec<f64> = x.iter().map(|x| (x * 0.7 + f64::from(turn)).sin()).collect();
            figure.axes().line(&x, &y).unwrap().label(label);
        }
        let Some((_, pixels)) = picture(&figure.draw().unwrap()) else { return };
        drawn.push(pixels);
    }
    assert!(drawn[0] == drawn[1], "a legend covers lines");
}

#[test]
fn recordings_with_a_date_have_a_calendar() {
    // A year of microseconds at its two ends: whole ones stay whole, though their seconds are doubles.
    let rows: String =
        (990..1000).map(|micros| format!("2024-12-31T23:59:59.999{micros},{micros}\n")).collect();
    let text = format!("when,v\n2024-01-01T00:00:00.25,0\n{rows}");
    let recording = glir_data::read(text.as_bytes(), "a.csv", &glir_data::Options::default()).unwrap();
    let mut figure = Figure::new(320, 240);
    figure.recording(&recording, &glir_plot::Selection::default(), 1.5).unwrap();
    let axes = figure.axes();
    assert_eq!((axes.x.scale, axes.x.label.as_str()), (Scale::Time, ""));
    assert_eq!((axes.x.epoch.seconds, axes.x.epoch.per_second), (1_704_067_200, 1_000_000));
    assert_eq!(axes.x.limits, Some((250_000.0, 366.0 * 86_400e6 - 1.0)));
    assert!(figure.draw().is_ok());
    // Of times without a date seconds are told.
    let recording =
        glir_data::read(b"when,v\n12:00:00,1\n12:00:01,2\n", "a.csv", &glir_data::Options::default());
    let mut figure = Figure::new(320, 240);
    figure.recording(&recording.unwrap(), &glir_plot::Selection::default(), 1.5).unwrap();
    assert_eq!((figure.axes().x.scale, figure.axes().x.label.as_str()), (Scale::Linear, "time / s"));
}

#[test]
fn a_legend_that_has_no_room_is_smaller_or_left_out() {
    let told = |size: (u32, u32), lines: usize, above: f64| {
        let mut figure = Figure::new(size.0, size.1);
        let axes = figure.axes();
        let x: Vec<f64> = (0..400).map(f64::from).collect();
        for line in 0..lines {
            let y: Vec<f64> = (0..400).map(|row| f64::from((row + line as u32) % 2) * 3.0).collect();
            axes.line(&x, &y).unwrap().label(&format!("a line with a name {line}"));
        }
        axes.y.limits = Some((0.0, 3.0 + above));
        figure.draw().unwrap().notes
    };
    assert_eq!(
        told((320, 240), 3, 0.0),
        [
            "the legend is left out: there is no room where it would not cover the data; make the figure larger"
        ]
    );
    // Above the data, and beside larger plots, there is some.
    assert!(told((320, 240), 3, 3.0).is_empty());
    assert!(told((640, 480), 3, 0.0).is_empty());
}

#[test]
fn a_bar_of_colours_is_left_out_where_it_would_leave_the_axes_no_room() {
    let values: Vec<f32> = (0..12).map(|at| at as f32 * 1234.5).collect();
    let told = "the colour bar is left out: there is no room for it; make the figure larger";
    for (width, height, expected) in [(160, 120, &[told][..]), (400, 300, &[]), (100, 80, &[told])] {
        let mut image = Figure::new(width, height);
        image.axes().image(4, 3, Pixels::Values(values.clone())).unwrap();
        let mut scatter = Figure::new(width, height);
        let places: Vec<f64> = (0..12).map(f64::from).collect();
        let values = values.iter().copied().map(f64::from).collect();
        scatter.axes().scatter(&places, &places).unwrap().values(values);
        for (kind, figure) in [("image", image), ("scatter", scatter)] {
            let drawing = figure.draw().unwrap_or_else(|error| panic!("{kind} of {width}×{height}: {error}"));
            assert_eq!(drawing.notes, expected, "{kind} of {width}×{height}");
        }
    }
}

#[test]
fn linked_plots_share_a_camera_and_notes_say_whose_they_are() {
    let made = |linked: bool| {
        let mut figure = Figure::new(600, 300);
        for column in 0..3 {
            let values = vec![if column == 1 { f32::NAN } else { 1.0 }; 12];
            figure.subplot(0, column).image(4, 3, Pixels::Values(values)).unwrap().bar = false;
            figure.set_title((0, column), ["one", "two", "three"][usize::from(column)]);
        }
        if linked {
            figure.link(&[(0, 0), (0, 2)]);
        }
        figure
    };
    let told = "two: nothing of the image can be drawn: of 12 values, 12 are missing or not finite";
    assert_eq!(made(true).draw().unwrap().notes, [told]);
    // Whichever is moved, the other follows.
    for linked in [false, true] {
        let drawing = made(linked).draw().unwrap();
        let Some((width, before)) = picture(&drawing) else { return };
        let Some((_, after)) = turned(&drawing, [100.0, 150.0]) else { return };
        let third = |pixels: &[[u8; 4]], number: usize| -> Vec<[u8; 4]> {
            pixels
                .chunks(width)
                .flat_map(|row| row[number * width / 3..(number + 1) * width / 3].to_vec())
                .collect()
        };
        let moved = [0, 1, 2].map(|number| third(&before, number) != third(&after, number));
        assert_eq!(moved, [true, false, linked], "linked: {linked}");
    }
}

#[test]
fn images_that_no_texture_has_room_for_are_told_of() {
    let mut figure = Figure::new(300, 200);
    let values = (0..2_500_000).map(|at| at as f32).collect();
    figure.axes().image(2_500_000, 1, Pixels::Values(values)).unwrap();
    let told = "the image of 2500000 × 1 pixels has more than a texture has room for: means of 3 × 1 of them are drawn";
    assert_eq!(figure.draw().unwrap().notes, [told]);
}

#[test]
fn lines_of_many_points_are_as_heavy_as_those_of_few() {
    let drawn = |count: u32| {
        let mut figure = Figure::new(400, 300);
        figure.interactive = false;
        let x: Vec<f64> = (0..=count).map(|at| f64::from(at) / f64::from(count)).collect();
        let y: Vec<f64> = x.iter().map(|x| (x * 9.0).sin()).collect();
        figure.axes().grid = false;
        figure.axes().line(&x, &y).unwrap().color(glir_visuals::Color::BLACK);
        picture(&figure.draw().unwrap())
    };
    let Some((_, few)) = drawn(1000) else { return };
    let Some((_, many)) = drawn(100_000) else { return };
    let ink = |pixels: &[[u8; 4]]| pixels.iter().map(|pixel| 255 - u64::from(pixel[0])).sum::<u64>() as f64;
    let off = (ink(&many) / ink(&few) - 1.0).abs();
    assert!(off < 0.03, "{off}");
}
