//! Lines of very many points: bytes, breaks, both strokes, zooming in.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{draw, frame, golden, names, pick, rect, small};
use glir_transforms::Transform;
use glir_visuals::{Color, FastLine, Stroke, Visual};

fn wave(count: u32) -> Vec<[f64; 2]> {
    (0..count).map(|i| f64::from(i) / f64::from(count)).map(|x| [x, (x * 40.0).sin() * x]).collect()
}

#[test]
fn both_strokes() {
    for (name, stroke) in [("fast-hairline", Stroke::Hairline), ("fast-smooth", Stroke::Smooth(2.5))] {
        let context = small();
        let mut points = wave(3000);
        points[1000..1100].fill([f64::NAN, 0.0]);
        points[2000] = [0.0, f64::INFINITY];
        let mut line = FastLine::new(&context, points, Color::rgb8(0, 114, 178), stroke).unwrap();
        let frame = frame(&context, &rect([0.0, 1.0, -1.0, 1.0]), &mut [&mut line]);
        assert_eq!(context.header().requires.len(), usize::from(name == "fast-smooth"));
        golden(name, &context, &[frame]);
    }
}

#[test]
fn however_many_segments_share_a_pixel_it_takes_their_ink_once() {
    // A slope and a spiral that is gone through by few segments and by very many.
    let slope = |t: f64| [t, 0.9 * (t * 7.0).sin()];
    let spiral = |t: f64| [0.5 + 0.45 * t * (t * 40.0).cos(), 0.9 * t * (t * 40.0).sin()];
    for curve in [&slope as &dyn Fn(f64) -> [f64; 2], &spiral] {
        let drawn = |count: u32, once: bool| {
            let context = small();
            let points: Vec<[f64; 2]> =
                (0..=count).map(|at| curve(f64::from(at) / f64::from(count))).collect();
            let mut line =
                FastLine::new(&context, points, Color::BLACK.with_alpha(0.8), Stroke::Smooth(1.5)).unwrap();
            line.set_once(once).unwrap();
            // Under it something else.
            let band = [[0.2, -0.5, 0.8, 0.1]];
            let mut band = glir_visuals::Rectangles::new(&context, &band, Color::rgb8(240, 200, 60)).unwrap();
            let frame = frame(&context, &rect([0.0, 1.0, -1.0, 1.0]), &mut [&mut band, &mut line]);
            draw(&context.header(), &[frame])
        };
        let Some(few) = drawn(400, true) else { return };
        let Some(many) = drawn(50_000, true) else { return };
        let Some(heaped) = drawn(50_000, false) else { return };
        let ink = |picture: &common::Picture| -> u64 {
            picture.pixels.iter().map(|pixel| 240 - u64::from(pixel[0]).min(240)).sum()
        };
        let off = ink(&few).abs_diff(ink(&many)) as f64 / ink(&few) as f64;
        assert!(off < 0.01, "{off}: {} of few, {} of many", ink(&few), ink(&many));
        assert!(ink(&heaped) as f64 > 1.15 * ink(&many) as f64, "{} {}", ink(&heaped), ink(&many));
        let far = few.pixels.iter().zip(&many.pixels).filter(|(a, b)| a[0].abs_diff(b[0]) > 40).count();
        assert!(far < 10, "{far} pixels differ");
        // It is see-through, and what it is drawn on is not.
        assert!(many.pixels.iter().all(|pixel| pixel[3] == 255));
        assert!(many.pixels.iter().all(|pixel| pixel[0] >= 47), "more than 0.8 of the ink");
    }
}

#[test]
fn bytes_follow_the_data() {
    let context = small();
    let bytes = |points: Vec<[f64; 2]>| {
        FastLine::new(&context, points, Color::BLACK, Stroke::Hairline).unwrap().bytes_a_point()
    };
    assert_eq!(bytes(wave(100)), 8);
    // Microseconds in June.
    let stamps = |points: Vec<[f64; 2]>| points.iter().map(|p| [1.5e13 + p[0] * 1e6, p[1]]).collect();
    assert_eq!(bytes(stamps(wave(100))), 12);
    assert_eq!(bytes(stamps(wave(100)).iter().map(|p: &[f64; 2]| [p[0], 1e9 + p[1]]).collect()), 16);
    assert_eq!(bytes(Vec::new()), 8);
}

#[test]
fn a_write_sends_what_it_changes() {
    let context = small();
    let view = rect([0.0, 1.0, -1.0, 1.0]);
    let mut line = FastLine::new(&context, wave(100_000), Color::BLACK, Stroke::Hairline).unwrap();
    let first = frame(&context, &view, &mut [&mut line]);
    line.write(500, &[[0.5, 0.5]; 10]).unwrap();
    let second = frame(&context, &view, &mut [&mut line]);
    assert_eq!(names(&second), ["CLEAR", "DATA", "DRAW", "SWAP"]);
    assert!(second.arena().len() <= 192, "{}", second.arena().len());
    // Another stroke needs other shaders, and no data.
    line.set_stroke(Stroke::Smooth(3.0)).unwrap();
    let third = frame(&context, &view, &mut [&mut line]);
    assert!(third.arena().len() < 1000, "{}", third.arena().len());
    draw(&context.header(), &[first, second, third]);
    let error = line.write(99_999, &[[0.0; 2]; 2]).unwrap_err();
    assert_eq!(error.to_string(), "2 points from 99999 on reach behind the 100000 that there are");
    let error = line.set_stroke(Stroke::Smooth(0.0)).unwrap_err();
    assert_eq!(error.to_string(), "a line can't be 0 pixels wide");
}

#[test]
fn a_year_of_samples_zooms_to_one() {
    // A step between two samples a microsecond apart, at the end of a year, seen four microseconds wide.
    let year = 365.0 * 86_400.0 * 1e6;
    for stroke in [Stroke::Hairline, Stroke::Smooth(1.0)] {
        let context = small();
        let mut points: Vec<[f64; 2]> = (0..1000).map(f64::from).map(|i| [i * year / 1000.0, -5.0]).collect();
        points.extend([[year, 0.0], [year + 1.0, 0.0], [year + 1.0, 5.0]]);
        let mut line = FastLine::new(&context, points, Color::BLACK, stroke).unwrap();
        let view = rect([year - 2.0, year + 2.0, -1.0, 1.0]);
        let frame = frame(&context, &view, &mut [&mut line]);
        let Some(picture) = draw(&context.header(), &[frame]) else { return };
        let upright: Vec<u32> = (0..240).filter(|&x| picture.at(x, 20) != [255; 4]).collect();
        assert!(
            !upright.is_empty() && upright.iter().all(|x| (179..=180).contains(x)),
            "{stroke:?} {upright:?}"
        );
        let level = (121..178).filter(|&x| (79..=80).any(|y| picture.at(x, y) != [255; 4])).count();
        assert_eq!(level, 57, "{stroke:?}");
    }
}

#[test]
fn little_data_and_picking() {
    let view = rect([0.0, 1.0, -1.0, 1.0]);
    for points in [vec![], vec![[f64::NAN; 2]; 4]] {
        let context = small();
        let mut line = FastLine::new(&context, points, Color::BLACK, Stroke::Smooth(2.0)).unwrap();
        let frame = frame(&context, &view, &mut [&mut line]);
        draw(&context.header(), &[frame]);
    }
    // A point alone is a dot.
    for (stroke, points, least) in [
        (Stroke::Hairline, vec![[0.5, 0.0]], 1),
        (Stroke::Smooth(5.0), vec![[0.5, 0.0]], 20),
        (Stroke::Smooth(5.0), vec![[0.1, f64::NAN], [0.5, 0.0], [0.6, f64::NAN]], 20),
    ] {
        let context = small();
        let mut line = FastLine::new(&context, points, Color::BLACK, stroke).unwrap();
        let frame = frame(&context, &view, &mut [&mut line]);
        let Some(picture) = draw(&context.header(), &[frame]) else { return };
        assert!((least..least + 25).contains(&picture.inked()), "{}", picture.inked());
    }
    let context = small();
    let mut line =
        FastLine::new(&context, [[0.0, 0.0], [1.0, 0.0]], Color::BLACK, Stroke::Smooth(8.0)).unwrap();
    line.set_transform(&Transform::scale_translate([0.5, 1.0, 1.0], [0.5, 0.0, 0.0]).unwrap()).unwrap();
    let (numbers, taken) = pick(&context, &view, &mut line, 0x0102_0304);
    assert_eq!(taken, 1);
    let Some(picture) = draw(&context.header(), &[numbers]) else { return };
    assert_eq!((picture.number(200, 80), picture.number(60, 80)), (0x0102_0304, 0));
}
