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
    };
    let error = figure.space(0, 0).volume([usize::MAX; 3], vec![0.0; 8], look).unwrap_err();
    assert!(error.to_string().contains("can't be made of 8 values"), "{error}");
    assert_eq!(
        Figure::new(1, 240).draw().unwrap_err().to_string(),
        "a figure is 16 to 16384 pixels wide, not 1"
    );
    let mut tiny = Figure::new(40, 40);
    tiny.axes().line(&[0.0, 1.0], &[0.0, 1.0]).unwrap();
    assert!(tiny.draw().unwrap_err().to_string().starts_with("there is no room for the axes"));
    assert_eq!(Color::WHITE.to_string(), "#ffffff");
}
