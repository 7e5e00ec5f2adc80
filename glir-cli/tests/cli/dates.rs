//! Dates on axes, end to end: a year of microseconds, seen a microsecond wide, in pictures and as a person moves it.

use super::bench::{Bench, Run};
use super::draw::{no_context, picture};

const SIZE: &str = "400x240";

/// The last microseconds of 2024 with a value each, and the year's first moment before them if asked for.
fn table(year: bool) -> String {
    let first = if year { "2024-01-01T00:00:00,0.5\n" } else { "" };
    let rows = (976..1000).map(|micros| format!("2024-12-31T23:59:59.999{micros},{}\n", micros % 2));
    format!("when,value\n{first}{}", rows.collect::<String>())
}

/// The middles of what is drawn in a line's or a marker's colour in the rows of a picture around a height, as shares of it.
fn inked(bench: &Bench, name: &str, share: f64) -> Vec<f64> {
    let (width, pixels) = picture(&bench.path(name));
    let row = (share * (pixels.len() / width) as f64) as usize;
    let blue = |x: usize| {
        let [red, _, blue, _] = pixels[row * width + x];
        f64::from(blue.saturating_sub(red))
    };
    let (mut found, mut weight, mut sum) = (Vec::new(), 0.0, 0.0);
    for x in 0..=width {
        let ink = if x < width { blue(x) } else { 0.0 };
        if ink > 20.0 {
            (weight, sum) = (weight + ink, sum + ink * (x as f64 + 0.5));
        } else if weight > 0.0 {
            found.push(sum / weight);
            (weight, sum) = (0.0, 0.0);
        }
    }
    found
}

/// A bench with both tables.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("year.csv", table(true).as_bytes());
    bench.write("near.csv", table(false).as_bytes());
    bench
}

/// Plots one of the tables between two moments.
fn plot(bench: &Bench, kind: &str, data: &str, span: &str, output: &str) -> Run {
    let input = format!("{data}.csv");
    bench.glir(&["plot", kind, &input, "--xlim", span, "--ylim", "-0.3..1.3", "-o", output, "--size", SIZE])
}

#[test]
fn a_year_is_drawn_to_its_microsecond() {
    let bench = bench();
    for (name, from, to) in
        [("ten", "999980", "999990"), ("one", "999995", "999996"), ("between", "9999955", "9999965")]
    {
        let span = format!("2024-12-31T23:59:59.{from}..2024-12-31T23:59:59.{to}");
        for kind in ["lines", "scatter"] {
            for data in ["year", "near"] {
                let output = format!("{data}.png");
                let run = plot(&bench, kind, data, &span, &output);
                if no_context(&run) {
                    return;
                }
                assert_eq!((run.code, run.err.as_str()), (0, ""), "{name}");
            }
            // Labels and data, to the pixel: what the numbers count from is another day.
            let [(_, year), (_, near)] = ["year.png", "near.png"].map(|name| picture(&bench.path(name)));
            let differ = year
                .iter()
                .zip(&near)
                .filter(|(a, b)| (0..3).any(|part| a[part].abs_diff(b[part]) > 8))
                .count();
            assert_eq!(differ, 0, "{name} {kind}");
            let shown = near.iter().filter(|pixel| pixel[2] > pixel[0].saturating_add(60)).count();
            assert!(shown > 30, "{name} {kind}: {shown} pixels of data");
        }
    }
}

#[test]
fn markers_stand_a_microsecond_apart() {
    let bench = bench();
    let span = "2024-12-31T23:59:59.9999885..2024-12-31T23:59:59.9999985";
    let run = bench.glir(&[
        "plot", "scatter", "year.csv", "--xlim", span, "--ylim", "-1..1", "-o", "s.png", "--size", "900x240",
    ]);
    if no_context(&run) {
        return;
    }
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    // Every second one has the value 0, which is in the middle of the axes.
    let (width, all) = picture(&bench.path("s.png"));
    let height = all.len() / width;
    let found = (0..height)
        .map(|row| inked(&bench, "s.png", (row as f64 + 0.5) / height as f64))
        .find(|found| found.len() == 5)
        .unwrap();
    let steps: Vec<f64> = found.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mean = (found[4] - found[0]) / 4.0;
    assert!(mean > 100.0 && steps.iter().all(|step| (step - mean).abs() < 0.3), "{found:?}");
}

#[test]
fn a_person_moves_a_microsecond_of_a_year() {
    let bench = bench();
    // Ten microseconds to begin with; eleven times nearer, which is one; then a drag, and as many pixels does the line go.
    let span = "2024-12-31T23:59:59.999985..2024-12-31T23:59:59.999995";
    let keys = "[\"KEY\", 0, \"down\", \"x\", 0, 0.1]\n".repeat(10);
    let seen = "[\"POINTER\", 0, \"down\", 200, 100, 0, 1, 0, 0.5]\n[\"POINTER\", 0, \"up\", 200, 100, 0, 0, 0, 0.5]\n";
    let drag = "[\"POINTER\", 0, \"down\", 200, 100, 0, 1, 0, 0.5]\n[\"POINTER\", 0, \"move\", 231, 100, null, 1, 0, 0.6]\n\
                [\"POINTER\", 0, \"up\", 231, 100, 0, 0, 0, 0.7]\n[\"TICK\", 0.75]\n";
    bench.write("near.jsonl", format!("{keys}{seen}[\"TICK\", 0.75]\n").as_bytes());
    bench.write("moved.jsonl", format!("{keys}{drag}").as_bytes());
    let mut places = Vec::new();
    for data in ["year", "near"] {
        let output = format!("{data}.glir");
        let run = plot(&bench, "lines", data, span, &output);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        for log in ["near", "moved"] {
            let (events, picture) = (format!("{log}.jsonl"), format!("{data}-{log}.png"));
            let run = bench.glir(&["render", &output, "--events", &events, "-o", &picture]);
            if no_context(&run) {
                return;
            }
            assert_eq!((run.code, run.err.as_str()), (0, ""));
            places.push(inked(&bench, &picture, 0.6));
        }
    }
    let [year, moved, near, near_moved] = &places[..] else { panic!("{places:?}") };
    for (year, near) in [(year, near), (moved, near_moved)] {
        assert!(!near.is_empty() && year.len() == near.len(), "{places:?}");
        // A 512th of a microsecond is what numbers half a year from 0 tell apart, and half a pixel here.
        assert!(year.iter().zip(near).all(|(a, b)| (a - b).abs() < 1.0), "{places:?}");
    }
    let by = moved[0] - year[0];
    assert!((by - 31.0).abs() < 1.0, "{places:?}");
}

#[test]
fn recordings_are_asked_for_by_dates() {
    let bench = bench();
    let span = "2024-12-31T23:59:59.999985..2024-12-31T23:59:59.999995";
    // A leap year's seconds, less 15 and 5 microseconds.
    for (time, picture) in [(span, "dates.png"), ("31622399.999985..31622399.999995", "seconds.png")] {
        let run = bench.glir(&["plot", "year.csv", "--time", time, "-o", picture, "--size", SIZE]);
        if no_context(&run) {
            return;
        }
        assert_eq!((run.code, run.err.as_str()), (0, ""));
    }
    let pictures = ["dates.png", "seconds.png"].map(|name| picture(&bench.path(name)).1);
    assert!(pictures[0] == pictures[1], "dates and seconds are the same times");
    // Five waves of two microseconds each.
    assert_eq!(inked(&bench, "dates.png", 0.5).len(), 10);
    bench.write("clock.csv", b"at,v\n12:00:00,1\n12:00:01,2\n");
    let run = bench.glir(&["plot", "clock.csv", "--time", span, "-o", "x.png"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("does not tell on which date it began"), "{}", run.err);
}

/// A day and a half in minutes, from a Sunday's afternoon on.
fn sunday() -> String {
    let row = |number: u32| {
        let minutes = 14 * 60 + 37 + number;
        let (day, hour, minute) = (11 + minutes / 1440, minutes / 60 % 24, minutes % 60);
        format!("2024-02-{day} {hour:02}:{minute:02},{}\n", number % 7)
    };
    format!("when,value\n{}", (0..2160).map(row).collect::<String>())
}

#[test]
fn strip_charts_tell_dates() {
    let bench = Bench::new();
    bench.write("t.csv", sunday().as_bytes());
    let notes = |rows: &str| {
        let arguments = ["plot", "t.csv", "--rows", rows, "--size", "400x320", "-o", "t.glir", "--json"];
        let run = bench.glir(&arguments);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        let summary: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        summary["notes"].clone()
    };
    assert_eq!(notes("auto"), serde_json::json!(["4 rows of 12 h", "grid lines every 2 h and every 5"]));
    let dump = bench.glir(&["dump", "t.glir"]).out;
    assert!(dump.contains("[\"META\", \"start\", \"2024-02-11T14:37:00\"]"), "{dump:.2000}");
    let one = notes("1").to_string();
    assert!(one.contains("from 2024-02-11 14:37:00 to 2024-02-13 02:36:00"), "{one}");
}
