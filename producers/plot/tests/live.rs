//! Live plots: the least profile that serves, and the same picture in both.
#![allow(clippy::unwrap_used, clippy::panic)] // a helper that fails is a test that fails

use glir_core::{FrameInput, NoBlobs, Settings};
use glir_data::{Channel, Recording, Samples, Timing};
use glir_native::{Api, Headless, OpenError};
use glir_plot::{Change, Chart, LivePlot};
use glir_spec::enums::KeyAction;
use glir_spec::ids::CanvasId;
use glir_spec::replies::{Key, Wheel};
use glir_spec::{Feature, Frame, Profile, Reply};
use std::sync::Arc;

fn wave(count: usize, step: f32) -> Vec<f32> {
    (0..count).map(|i| (i as f32 * step).sin() + if i % 5000 == 0 { f32::NAN } else { 0.0 }).collect()
}

/// The pictures of a plot in its views, one after another. None where the API is not there.
fn pictures(mut plot: LivePlot<'_>, api: Api) -> Option<Vec<Vec<u8>>> {
    let mut session = match Headless::open(api, &plot.header(), Settings::default()) {
        Ok(session) => session,
        Err(OpenError::Stream(refused)) => panic!("{}", refused.message),
        Err(error) => {
            assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
            eprintln!("skipped the drawing: {error}");
            return None;
        }
    };
    let mut draw = |frame: &Frame| {
        let interpreter = session.interpreter().unwrap();
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
        let faults = interpreter.take_diagnostics();
        assert!(faults.is_empty(), "{}", faults[0].message);
    };
    plot.scene(&mut draw).unwrap();
    let mut shots = vec![session.picture().unwrap().2];
    let canvas = CanvasId(0);
    let wheel = |dy| Reply::Wheel(Wheel { canvas, x: 300.0, y: 100.0, dx: 0.0, dy, modifiers: 0, time: 0.0 });
    let key = Reply::Key(Key {
        canvas,
        action: KeyAction::Down,
        key: "ArrowRight".into(),
        modifiers: 0,
        time: 0.0,
    });
    for event in [wheel(700.0), key, wheel(3000.0)] {
        assert_eq!(plot.event(&event), Change::View);
        let frame = plot.frame().unwrap();
        let interpreter = session.interpreter().unwrap();
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
        assert!(interpreter.take_diagnostics().is_empty());
        shots.push(session.picture().unwrap().2);
    }
    Some(shots)
}

#[test]
fn es2_and_es3_draw_the_same() {
    let (slow, fast) = (wave(200_003, 0.001), wave(200_003, 0.02));
    let stamps: Vec<f64> = (0..5000).map(|i| f64::from(i) * 0.04 + f64::from(i % 7) * 0.001).collect();
    let uneven = wave(5000, 0.01);
    let channel =
        |values| Channel { timing: Timing::from_rate(1000.0), ..Channel::from(Samples::from(values)) };
    let recording = Recording {
        channels: vec![
            channel(&slow[..]),
            channel(&fast[..]),
            Channel { timing: Timing::Stamps(Arc::new(stamps)), ..Channel::from(Samples::from(&uneven[..])) },
        ],
        ..Recording::default()
    };
    let chart = Chart { width: 640, height: 360, ..Chart::default() };
    let es3 = chart.live(&recording).unwrap().in_es3().unwrap();
    assert_eq!(es3.header().profile, Profile::Es3);
    let Some(wanted) = pictures(es3, Api::Gles3) else { return };
    for api in [Api::Gles2, Api::Gles3, Api::Gl] {
        let plot = chart.live(&recording).unwrap();
        assert_eq!(plot.header().profile, Profile::Es2);
        assert_eq!(plot.header().requires, [Feature::FloatTextures]);
        let Some(found) = pictures(plot, api) else { continue };
        for (number, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
            let apart = |(a, b): (&u8, &u8)| a.abs_diff(*b) > 8;
            let differ = found.iter().zip(wanted).filter(|pair| apart(*pair)).count();
            // Floats and integers may round a position on a pixel's edge differently.
            assert!(
                differ <= found.len() / 1000,
                "{api:?}, view {number}: {differ} of {} differ",
                found.len()
            );
        }
    }
}

/// Dark pixels of a part of a picture whose rows go from the top down.
fn ink(picture: &[u8], width: usize, columns: std::ops::Range<usize>, rows: std::ops::Range<usize>) -> usize {
    let dark = |x: usize, y: usize| picture[4 * (y * width + x)..][..3].iter().all(|part| *part < 150);
    rows.flat_map(|y| columns.clone().map(move |x| (x, y))).filter(|(x, y)| dark(*x, *y)).count()
}

#[test]
fn words_stand_beside_the_lanes_and_cost_little() {
    let (short, long) = (wave(20_000, 0.01), wave(20_000, 0.003));
    let named = |values, name: &str| Channel {
        timing: Timing::from_rate(100.0),
        name: Some(name.into()),
        ..Channel::from(Samples::from(values))
    };
    for channels in [2, 6, 7, 40] {
        let recording = Recording {
            channels: (0..channels)
                .map(|number| named(if number % 2 == 0 { &short[..] } else { &long[..] }, "a channel"))
                .collect(),
            ..Recording::default()
        };
        let chart = Chart { width: 640, height: 480, ..Chart::default() };
        let Some(shots) = pictures(chart.live(&recording).unwrap(), Api::Gles2) else { return };
        for shot in &shots {
            // Names or values on the left, times below.
            assert!(ink(shot, 640, 0..60, 0..430) > 200, "{channels} channels");
            assert!(ink(shot, 640, 80..640, 440..480) > 200, "{channels} channels");
        }
        // Other times are told after a zoom, and the names stay.
        assert_ne!(shots[0][4 * 640 * 440..], shots[1][4 * 640 * 440..]);
        let mut plot = chart.live(&recording).unwrap();
        plot.scene(&mut |_| {}).unwrap();
        let event = Reply::Wheel(Wheel {
            canvas: CanvasId(0),
            x: 300.0,
            y: 100.0,
            dx: 0.0,
            dy: -120.0,
            modifiers: 0,
            time: 0.0,
        });
        plot.event(&event);
        let frame = plot.frame().unwrap();
        let bytes = frame.head().len() + frame.arena().len();
        // Axes of values send what they show, and 120 bytes for each of their two programs at most.
        assert!(bytes < 1200 + 300 * channels.min(6), "{bytes} bytes for {channels} channels");
    }
    // No room for words: the lanes have it all, and a canvas that grows gets them.
    let recording = Recording { channels: vec![named(&short[..], "a")], ..Recording::default() };
    let chart = Chart { width: 200, height: 100, ..Chart::default() };
    let mut plot = chart.live(&recording).unwrap();
    plot.scene(&mut |_| {}).unwrap();
    let before = plot.frame().unwrap().len();
    let grown = glir_spec::replies::Resize { canvas: CanvasId(0), width: 640, height: 480, pixel_ratio: 1.0 };
    assert_eq!(plot.event(&Reply::Resize(grown)), Change::View);
    assert!(plot.frame().unwrap().len() > before + 10);
}

/// Microseconds of a burst, some of them at once.
fn burst(micros: u32) -> u32 {
    micros + micros * micros % 3
}

/// Rows of a table: a burst of 200 samples.
fn rows(at: &str) -> String {
    (0..200).map(|micros| format!("{at}.{:06},{}\n", burst(micros), micros * 7 % 11)).collect()
}

#[test]
fn a_year_of_microseconds_is_told_by_the_calendar_and_does_not_shake() {
    let read = |text: String| {
        glir_data::read(text.as_bytes(), "a.csv", &glir_data::Options::default()).unwrap().into_owned()
    };
    // The same burst at the end of a year, and by itself.
    let end = "2025-02-10 14:37:12";
    let year = read(format!("when,v\n2024-02-11 14:37:11.1,3\n{}", rows(end)));
    let alone = read(format!("when,v\n{}", rows(end)));
    let seen = |recording: &Recording<'_>, from: f64| {
        let time = Some((from + 20e-6, from + 180e-6));
        let chart = Chart { width: 640, height: 360, time, ..Chart::default() };
        pictures(chart.live(recording).unwrap(), Api::Gles2)
    };
    // Not a number of seconds that single precision has.
    let way = 365.0 * 86_400.0 + 0.9;
    let Some(shots) = seen(&year, way) else { return };
    for (number, (shot, wanted)) in shots.iter().zip(seen(&alone, 0.0).unwrap()).enumerate() {
        let differ = shot.iter().zip(&wanted).filter(|(a, b)| a.abs_diff(**b) > 40).count();
        // Edges of what is seen are doubles of seconds, which move lines and letters by parts of a pixel.
        assert!(differ < 300, "view {number}: {differ} of {} differ", shot.len());
    }
    // From the whole year down to the samples that come after each other, however far apart others are.
    let mut plot = Chart { width: 640, height: 360, ..Chart::default() }.live(&year).unwrap();
    let canvas = CanvasId(0);
    let wheel = Wheel { canvas, x: 640.0, y: 100.0, dx: 0.0, dy: 1200.0, modifiers: 0, time: 0.0 };
    while plot.event(&Reply::Wheel(wheel.clone())) == Change::View {}
    let (from, to) = plot.time();
    assert!((to - from) < 40e-6 && (to - way - 200e-6).abs() < 1e-8, "{from} to {to}");
}

#[test]
fn a_line_goes_on_between_samples_far_apart() {
    let near: String = (0..5).map(|micros| format!("2024-02-11 00:00:00.00000{micros},5\n")).collect();
    let text = format!("when,v\n{near}2024-08-01 00:00,1\n2024-12-31 00:00,1\n");
    let recording =
        glir_data::read(text.as_bytes(), "a.csv", &glir_data::Options::default()).unwrap().into_owned();
    let chart = Chart { width: 640, height: 360, time: Some((1e6, 1e6 + 60e-6)), ..Chart::default() };
    for es3 in [false, true] {
        let plot = chart.live(&recording).unwrap();
        let plot = if es3 { plot.in_es3().unwrap() } else { plot };
        let Some(shots) = pictures(plot, if es3 { Api::Gles3 } else { Api::Gles2 }) else { return };
        // Between two samples months apart, a millionth of a second.
        let blue = |x: usize| {
            (0..320).any(|y| {
                let [red, blue] = [0, 2].map(|part| shots[0][4 * (y * 640 + x) + part]);
                red < 160 && blue > red + 40
            })
        };
        assert!((100..590).all(blue), "es3: {es3}");
    }
}

#[test]
fn a_scene_can_begin_any_number_of_streams() {
    let values = wave(20_000, 0.01);
    let recording = Recording { channels: vec![Samples::from(&values[..]).into()], ..Recording::default() };
    let mut plot = Chart { width: 640, height: 480, ..Chart::default() }.live(&recording).unwrap();
    let mut scene = || {
        let mut bytes = Vec::new();
        plot.scene(&mut |frame| bytes.extend([frame.head().to_vec(), frame.arena().to_vec()].concat()))
            .unwrap();
        bytes
    };
    assert!(scene() == scene(), "the second stream has all that the first one has");
}
