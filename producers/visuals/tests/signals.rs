//! Signals: channels in one draw, rings, what is sent, bad input.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{draw, frame, golden, names, pick, rect, small};
use glir_transforms::Transform;
use glir_visuals::{Color, Colormap, Each, Signals, SignalsStyle, Stroke, Visual};

/// Sines of growing frequency, `count` samples of each channel from sample `first` on.
fn waves(channels: usize, first: usize, count: usize) -> Vec<f32> {
    let sample = |channel: usize, at: usize| (at as f32 * 0.02 * (1.0 + channel as f32 / 3.0)).sin() * 0.45;
    (0..channels).flat_map(|channel| (0..count).map(move |at| sample(channel, first + at))).collect()
}

#[test]
fn channels_have_colors_offsets_and_gains() {
    for (name, stroke) in [("signals-hairline", Stroke::Hairline), ("signals-smooth", Stroke::Smooth(1.5))] {
        let context = small();
        let map = Colormap::named("turbo").unwrap();
        let mut samples = waves(8, 0, 500);
        samples[3 * 500 + 200..3 * 500 + 260].fill(f32::NAN);
        samples[5 * 500 + 100] = f32::INFINITY;
        let style = SignalsStyle {
            color: Each::Each((0..8).map(|channel| map.at(f64::from(channel) / 7.0)).collect()),
            gain: Each::Each((0..8).map(|channel| 1.0 - f64::from(channel) / 10.0).collect()),
            stroke,
            ..SignalsStyle::default()
        };
        let mut signals = Signals::new(&context, 8, &samples, style).unwrap();
        let bounds = signals.bounds().unwrap();
        assert_eq!((bounds.min.x, bounds.max.x), (0.0, 499.0));
        assert!((bounds.max.y - 7.45).abs() < 0.01);
        let frame = frame(&context, &rect([0.0, 499.0, -0.6, 7.6]), &mut [&mut signals]);
        assert_eq!(names(&frame).iter().filter(|name| **name == "DRAW").count(), 1);
        golden(name, &context, &[frame]);
    }
}

#[test]
fn a_ring_shows_what_was_appended_last_and_sends_no_more() {
    // Appended in pieces, and given whole: the same picture.
    let context = small();
    let style = SignalsStyle { step: 0.5, start: 10.0, ..SignalsStyle::default() };
    let mut ring = Signals::ring(&context, 5, 50, 4, style.clone()).unwrap();
    let mut frames = Vec::new();
    let view = |ring: &Signals| {
        let [start, end] = ring.span();
        rect([start, end.max(start + 1.0), -0.6, 4.6])
    };
    for step in 0..7 {
        ring.append(&waves(5, 50 * step, 50)).unwrap();
        let view = view(&ring);
        frames.push(frame(&context, &view, &mut [&mut ring]));
    }
    assert_eq!(ring.span(), [10.0 + 150.0 * 0.5, 10.0 + 349.0 * 0.5]);
    let last = &frames[6];
    assert_eq!(names(last).iter().filter(|name| **name == "DATA").count(), 1);
    assert!(last.arena().len() <= 5 * 52 * 4 + 64, "{}", last.arena().len());
    let found = draw(&context.header(), &frames);

    let context = small();
    let style = SignalsStyle { start: 10.0 + 150.0 * 0.5, ..style };
    let mut whole = Signals::new(&context, 5, &waves(5, 150, 200), style).unwrap();
    let view = view(&whole);
    let frame = frame(&context, &view, &mut [&mut whole]);
    let expected = draw(&context.header(), &[frame]);
    assert!(found == expected);
}

#[test]
fn a_ring_that_is_not_full_shows_what_there_is() {
    let context = small();
    let mut ring = Signals::ring(&context, 2, 10, 4, SignalsStyle::default()).unwrap();
    let view = rect([0.0, 40.0, -1.0, 2.0]);
    let mut frames = vec![frame(&context, &view, &mut [&mut ring])];
    assert!(!names(&frames[0]).contains(&"DRAW"));
    ring.append(&[0.25; 20]).unwrap();
    frames.push(frame(&context, &view, &mut [&mut ring]));
    let Some(picture) = draw(&context.header(), &frames) else { return };
    // Nine steps of six pixels in each channel, and nothing behind.
    assert!((2 * 53..=2 * 56).contains(&picture.inked()), "{}", picture.inked());
    assert!((60..240).all(|x| (0..160).all(|y| picture.at(x, y) == [255; 4])));
}

#[test]
fn a_style_sends_a_texture_or_a_uniform() {
    let context = small();
    let mut signals = Signals::new(&context, 3, &waves(3, 0, 1000), SignalsStyle::default()).unwrap();
    let view = rect([0.0, 1000.0, -1.0, 3.0]);
    let mut frames = vec![frame(&context, &view, &mut [&mut signals])];
    signals.set_style(SignalsStyle { step: 0.5, ..SignalsStyle::default() }).unwrap();
    frames.push(frame(&context, &view, &mut [&mut signals]));
    assert_eq!(names(&frames[1]), ["CLEAR", "UNIFORM", "DRAW", "SWAP"]);
    let color = Each::Each(vec![Color::BLACK, Color::rgb(1.0, 0.0, 0.0), Color::BLACK]);
    signals.set_style(SignalsStyle { step: 0.5, color, ..SignalsStyle::default() }).unwrap();
    frames.push(frame(&context, &view, &mut [&mut signals]));
    assert_eq!(names(&frames[2]), ["CLEAR", "DATA", "DRAW", "SWAP"]);
    // A transform moves them without their samples.
    signals.set_transform(&Transform::scale_translate([0.5, 1.0, 1.0], [1.0, 0.0, 0.0]).unwrap()).unwrap();
    frames.push(frame(&context, &view, &mut [&mut signals]));
    assert!(!names(&frames[3]).contains(&"DATA"));
    draw(&context.header(), &frames);
}

#[test]
fn channels_are_picked() {
    let context = small();
    let samples = vec![0.0; 400 * 10];
    let style = SignalsStyle { stroke: Stroke::Smooth(4.0), ..SignalsStyle::default() };
    let mut signals = Signals::new(&context, 400, &samples, style).unwrap();
    let (numbers, taken) = pick(&context, &rect([0.0, 9.0, 98.5, 102.5]), &mut signals, 100);
    assert_eq!(taken, 400);
    let Some(picture) = draw(&context.header(), &[numbers]) else { return };
    // Channel 299 lies at y = 100: a lane is forty pixels high.
    assert_eq!(picture.number(120, 99), 100 + 299);
    assert_eq!(picture.number(120, 59), 100 + 298);
    assert_eq!(picture.number(120, 80), 0);
}

#[test]
fn a_thousand_channels_are_one_draw() {
    let context = small();
    let samples = waves(1000, 0, 100);
    let mut signals = Signals::new(&context, 1000, &samples, SignalsStyle::default()).unwrap();
    let view = rect([0.0, 99.0, -1.0, 1000.0]);
    let first = frame(&context, &view, &mut [&mut signals]);
    assert_eq!(names(&first).iter().filter(|name| **name == "DRAW").count(), 1);
    assert!(context.header().requires.is_empty());
    let panned = frame(&context, &rect([1.0, 100.0, -1.0, 1000.0]), &mut [&mut signals]);
    assert_eq!(names(&panned), ["CLEAR", "UNIFORM", "DRAW", "SWAP"]);
    if let Some(picture) = draw(&context.header(), &[first, panned]) {
        assert!(picture.inked() > 30_000);
    }
}

#[test]
fn bad_input_is_told() {
    let context = small();
    let told = |channels: usize, samples: &[f32], style: SignalsStyle| {
        Signals::new(&context, channels, samples, style).unwrap_err().to_string()
    };
    let style = SignalsStyle::default();
    assert_eq!(told(3, &[0.0; 10], style.clone()), "10 samples do not make 3 channels of one length");
    assert_eq!(told(0, &[0.0; 10], style.clone()), "10 samples do not make 0 channels of one length");
    let gain = Each::Each(vec![1.0; 4]);
    assert_eq!(
        told(5, &[0.0; 10], SignalsStyle { gain, ..style.clone() }),
        "5 items were given 4 values of `gain`"
    );
    assert_eq!(
        told(5, &[0.0; 10], SignalsStyle { step: f64::NAN, ..style.clone() }),
        "start and step of signals must be numbers"
    );
    let error = Signals::ring(&context, 1 << 16, 1 << 16, 2, style.clone()).unwrap_err();
    assert_eq!(error.to_string(), "65536 channels of 65536 × 2 samples are more than one draw has");
    let mut ring = Signals::ring(&context, 2, 8, 2, style.clone()).unwrap();
    let error = ring.append(&[0.0; 8]).unwrap_err();
    assert_eq!(error.to_string(), "8 samples were appended to 2 channels that take 8 each at a time");
    for (channels, samples) in [(0, &[][..]), (4, &[]), (1, &[f32::NAN]), (2, &[0.0, f32::NAN])] {
        let context = small();
        let mut signals = Signals::new(&context, channels, samples, style.clone()).unwrap();
        let frame = frame(&context, &rect([0.0, 1.0, 0.0, 1.0]), &mut [&mut signals]);
        draw(&context.header(), &[frame]);
        assert!(signals.bounds().is_none_or(|bounds| bounds.size().is_finite()));
    }
}
