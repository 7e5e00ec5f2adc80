//! Whole plots: what their commands say, that they are no larger than the picture asks, and that any recording will do.
#![allow(clippy::unwrap_used, clippy::panic)] // a helper that fails is a test that fails

use glir_data::{Channel, Moment, Recording, Samples, Timing};
use glir_plot::{Chart, Color, Plot, Rows};
use glir_spec::commands::{Command, Draw, Group, Meta, Uniform};
use glir_spec::ids::UniformSlot;
use glir_spec::structs::Selection;
use glir_spec::wire::Reader;
use glir_spec::{Encoding, Frame, Payload, Profile, StateField};
use proptest::prelude::*;

fn recording(values: &[Vec<f32>], rate: f64) -> Recording<'_> {
    let timing = Timing::from_rate(rate);
    let mut channels: Vec<Channel<'_>> =
        values.iter().map(|values| Samples::from(&values[..]).into()).collect();
    channels.iter_mut().for_each(|channel| channel.timing = timing.clone());
    Recording { channels, ..Recording::default() }
}

fn wave(count: usize) -> Vec<f32> {
    (0..count).map(|i| (i as f32 * 0.1).sin() * (i % 17) as f32).collect()
}

fn commands(frame: &Frame) -> Vec<Command<'_>> {
    let mut reader = Reader::new(frame.head());
    let count = reader.array().unwrap();
    (0..count).map(|_| Command::decode(&mut reader).unwrap()).collect()
}

fn draws(plot: &Plot) -> usize {
    commands(&plot.frames[0]).iter().filter(|command| matches!(command, Command::Draw(_))).count()
}

fn bytes<'f>(frame: &'f Frame, payload: &'f Payload<'_>) -> &'f [u8] {
    match payload {
        Payload::Inline { bytes, .. } => bytes,
        Payload::Arena { offset, length, .. } => &frame.arena()[*offset as usize..][..*length as usize],
        Payload::Blob { .. } => &[],
    }
}

fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes))
}

/// The points of the first batch of lines, without copies, with the lane of the segment that starts at each.
fn points(plot: &Plot) -> Vec<([f32; 2], u8)> {
    let frame = &plot.frames[0];
    let commands = commands(frame);
    let data = |encoding, nth| {
        let mut found = commands.iter().filter_map(|command| match command {
            Command::Data(data) if data.payload.encoding() == encoding => Some(bytes(frame, &data.payload)),
            _ => None,
        });
        found.nth(nth).unwrap()
    };
    let coordinates: Vec<f32> = floats(data(Encoding::F32, 0)).collect();
    // The first bytes are the numbers of corners.
    let lanes = data(Encoding::U8, 1);
    coordinates
        .as_chunks::<8>()
        .0
        .iter()
        .zip(lanes.as_chunks::<4>().0)
        .map(|(at, lane)| ([at[0], at[1]], lane[0]))
        .collect()
}

#[test]
fn a_stream_keeps_to_the_smallest_profile() {
    let values = [wave(500), wave(500)];
    let chart = Chart { width: 320, height: 200, title: "two waves".into(), ..Chart::default() };
    let plot = chart.signals(&recording(&values, 100.0)).unwrap();
    let header = &plot.header;
    assert_eq!((header.width, header.height, &*header.title), (320, 200, "two waves"));
    assert_eq!((header.profile, header.requires.len(), header.uses.len()), (Profile::Es2, 0, 0));

    let commands = commands(&plot.frames[0]);
    assert!(matches!(commands.last(), Some(Command::Swap(_))));
    let groups: Vec<&str> = commands
        .iter()
        .filter_map(
            |command| if let Command::Group(Group { label }) = command { Some(&**label) } else { None },
        )
        .collect();
    assert_eq!(groups, ["grid", "lines", "lanes 0 to 1"]);
    assert_eq!(commands.iter().filter(|command| matches!(command, Command::End(_))).count(), 3);
    let note = |key: &str| {
        commands.iter().find_map(|command| match command {
            Command::Meta(Meta { key: found, value }) if **found == *key => Some(value.to_string()),
            _ => None,
        })
    };
    assert_eq!(note("channel.1.rate").as_deref(), Some("100"));
    assert_eq!(note("lane.1.time").as_deref(), Some("0 4.99"));
    let blended = |command: &Command<'_>| matches!(command, Command::State(s) if s.changes.0.contains(&StateField::Blend(true)));
    assert!(commands.iter().any(blended));
}

#[test]
fn the_same_recording_gives_the_same_stream() {
    let values = [wave(40_000)];
    let plot = || Chart::default().signals(&recording(&values, 250.0)).unwrap();
    assert_eq!(plot(), plot());
}

#[test]
fn a_stream_grows_with_the_picture_and_not_with_the_recording() {
    let values = [wave(3_000_000)];
    let chart = Chart { width: 800, rows: Rows::Count(1), ..Chart::default() };
    let plot = chart.signals(&recording(&values, 1000.0)).unwrap();
    assert_eq!(plot.samples, 3_000_000);
    assert!((1000..=4 * 800 + 2).contains(&plot.points), "{} points", plot.points);
    // Both buffers of a point, and those that all segments share.
    assert!(plot.frames[0].arena().len() < 4 * 800 * (36 + 16) + 20_000);

    let lanes = vec![wave(20_000); 1024];
    let plot = Chart::default().signals(&recording(&lanes, 1000.0)).unwrap();
    assert!(plot.points <= 2_000_000 + 2 * 1024, "{} points", plot.points);
}

#[test]
fn many_channels_take_few_draws() {
    let values = vec![wave(100); 100];
    let plot = Chart::default().signals(&recording(&values, 100.0)).unwrap();
    assert_eq!(draws(&plot), 1 + 4, "the grid, and four batches of up to 32 lanes");
}

#[test]
fn one_long_channel_becomes_a_strip_chart() {
    let values = [wave(108_000)];
    let five_minutes = recording(&values, 360.0);
    let plot = Chart::default().signals(&five_minutes).unwrap();
    assert_eq!(plot.notes[0], "10 rows of 30 s");
    let plot = Chart { rows: Rows::Count(1), ..Chart::default() }.signals(&five_minutes).unwrap();
    assert_eq!(plot.notes[0], "from 0 s to 299.997 s");
    let short = [wave(3000)];
    let plot = Chart::default().signals(&recording(&short, 360.0)).unwrap();
    assert!(plot.notes[0].starts_with("from"), "few samples fit into one row: {}", plot.notes[0]);
}

#[test]
fn rows_of_a_strip_chart_say_when_they_begin() {
    let values = [wave(108_000)];
    let five_minutes = recording(&values, 360.0);
    let labelled = |plot: &Plot, wanted: &str| {
        let label =
            |command: &Command<'_>| matches!(command, Command::Label(label) if &*label.text == wanted);
        commands(&plot.frames[0]).iter().any(label)
    };
    let plot = Chart::default().signals(&five_minutes).unwrap();
    assert!(labelled(&plot, "glyphs"), "there are words");
    // And none where there is no room.
    let small = Chart { width: 300, height: 100, rows: Rows::Count(2), ..Chart::default() };
    let small = small.signals(&five_minutes).unwrap();
    assert!(!labelled(&small, "glyphs"));
}

#[test]
fn rows_of_dates_begin_where_a_calendar_has_something_whole() {
    let values = [wave(108_000)];
    let mut five_minutes = recording(&values, 360.0);
    five_minutes.start = Moment::read("2024-02-11T14:37:12.25");
    let plot = Chart::default().signals(&five_minutes).unwrap();
    assert_eq!(plot.notes, ["11 rows of 30 s", "grid lines every 2 s and every 20"]);
    let note = |plot: &Plot, key: &str| {
        commands(&plot.frames[0]).iter().find_map(|command| match command {
            Command::Meta(Meta { key: found, value }) if **found == *key => Some(value.to_string()),
            _ => None,
        })
    };
    assert_eq!(note(&plot, "start").as_deref(), Some("2024-02-11T14:37:12.25"));
    assert_eq!(note(&plot, "lane.0.time").as_deref(), Some("-12.25 17.75"));
    // What is asked for begins where it is asked to, and so many rows are as long as they are.
    let asked = Chart { time: Some((10.0, 250.0)), ..Chart::default() }.signals(&five_minutes).unwrap();
    assert_eq!(note(&asked, "lane.0.time").as_deref(), Some("10 40"));
    let counted = Chart { rows: Rows::Count(3), ..Chart::default() }.signals(&five_minutes).unwrap();
    assert!(counted.notes[0].starts_with("3 rows of 99.9"), "{}", counted.notes[0]);
    let one = Chart { rows: Rows::Count(1), ..Chart::default() }.signals(&five_minutes).unwrap();
    assert_eq!(
        one.notes,
        ["from 2024-02-11 14:37:12 to 2024-02-11 14:42:12", "grid lines every 15 s and every 2"]
    );
    // Without a date all is as it was.
    five_minutes.start = None;
    let plot = Chart::default().signals(&five_minutes).unwrap();
    assert_eq!((plot.notes[0].as_str(), note(&plot, "start")), ("10 rows of 30 s", None));
}

#[test]
fn millivolts_are_drawn_on_squares_of_whole_pixels() {
    let values = [wave(108_000).iter().map(|value| value / 8.0).collect::<Vec<f32>>()];
    let mut ecg = recording(&values, 360.0);
    ecg.channels[0].unit = Some("mV".into());
    let plot = Chart::default().signals(&ecg).unwrap();
    assert_eq!(plot.notes[1], "grid lines every 0.2 s and every 0.5 mV");
    let places: Vec<f32> = commands(&plot.frames[0])
        .iter()
        .find_map(|command| match command {
            Command::Uniform(Uniform { slot: UniformSlot(0), value, .. }) if value.0.byte_len() == 160 => {
                Some(floats(bytes(&plot.frames[0], &value.0)).collect())
            }
            _ => None,
        })
        .unwrap();
    assert_eq!(places[0] % 150.0, 0.0, "a row of 30 s is {} pixels wide", places[0]);
    assert!(places.as_chunks::<4>().0.iter().all(|[_, height, ..]| *height == places[1]));
}

#[test]
fn gaps_break_the_line() {
    let gap = f32::NAN;
    let values = [vec![0.0, 1.0, gap, 2.0, gap, f32::INFINITY, 1.0, 0.0, 0.0]];
    let plot = Chart { height: 200, ..Chart::default() }.signals(&recording(&values, 0.0)).unwrap();
    let points = points(&plot);
    let x = |sample: usize| sample as f32 / 8.0;
    let found: Vec<(f32, u8)> = points.iter().map(|([x, _], lane)| (*x, *lane)).collect();
    const BREAK: u8 = 255;
    let line = [(x(0), BREAK), (x(0), 0), (x(1), BREAK), (x(1), BREAK)];
    let dot = [(x(3), BREAK), (x(3), 0), (x(3), BREAK), (x(3), BREAK)];
    let rest = [(x(6), BREAK), (x(6), 0), (x(7), 0), (x(8), BREAK), (x(8), BREAK)];
    assert_eq!(found, [&line[..], &dot, &rest].concat());
    assert_eq!(plot.points, 2 + 1 + 3);
}

#[test]
fn a_draw_reaches_all_segments_once() {
    let values = [
        wave(2000),
        wave(2000),
        wave(2000),
        wave(2000),
        wave(2000),
        wave(2000),
        wave(2000),
        wave(2000),
        wave(2000),
    ];
    let plot = Chart::default().signals(&recording(&values, 100.0)).unwrap();
    let total = points(&plot).len();
    let segments: u32 = commands(&plot.frames[0])
        .iter()
        .filter_map(|command| match command {
            Command::Draw(Draw { selection: Selection::Elements { count, .. }, .. }) => Some(count / 6),
            _ => None,
        })
        .sum();
    assert_eq!(segments as usize, total - 3);
    assert_eq!(draws(&plot), 1 + 2, "16-bit indices take two draws for {segments} segments");
}

#[test]
fn what_can_not_be_drawn_is_told() {
    let values = [vec![0.0, 1.0], vec![1.0, 2.0]];
    let told =
        |chart: Chart, values: &[Vec<f32>]| chart.signals(&recording(values, 0.0)).unwrap_err().to_string();
    let plain = Chart::default;
    let cases = [
        (
            told(Chart { width: 3, ..plain() }, &values),
            "a picture of 3×900 pixels can't be drawn; each side takes 64 to 16384",
        ),
        (
            told(Chart { line_width: f32::NAN, ..plain() }, &values),
            "lines of NaN pixels can't be drawn; their width is 0.1 to 100",
        ),
        (
            told(Chart { channels: vec![7], ..plain() }, &values),
            "there is no channel 7; the recording has 2, counted from 0",
        ),
        (
            told(Chart { time: Some((5.0, 6.0)), ..plain() }, &values),
            "the time from 5 to 6 lies outside the recording, which goes from 0 to 1",
        ),
        (
            told(Chart { time: Some((1.0, 0.0)), ..plain() }, &values),
            "the time from 1 to 0 is no span that can be drawn",
        ),
        (
            told(Chart { rows: Rows::Count(2), ..plain() }, &values),
            "2 channels can't be drawn in 2 rows; choose one channel or one row",
        ),
        (
            told(Chart { rows: Rows::Count(0), ..plain() }, &values[..1]),
            "0 rows can't be drawn; a picture takes 1 to 256",
        ),
        (told(plain(), &[]), "the recording has no channels"),
        (told(plain(), &[vec![]]), "the channels have no samples"),
        (told(plain(), &[vec![f32::NAN; 3]]), "the channels have no finite value at these times"),
    ];
    for (told, expected) in cases {
        assert_eq!(told, expected);
    }
}

/// Any float, odd ones often.
fn value() -> impl Strategy<Value = f32> {
    let odd = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, f32::MIN_POSITIVE, 0.0, -0.0];
    prop_oneof![4 => -10f32..10.0, 1 => any::<f32>(), 1 => prop::sample::select(odd.to_vec())]
}

fn timing() -> impl Strategy<Value = Timing> {
    let any_start = prop_oneof![Just(0.0), -1e9f64..1e9, any::<f64>()];
    let even = (any_start, 1e-3f64..1e9).prop_map(|(start, rate)| Timing::Even { start, rate });
    let stamps = prop::collection::vec(prop_oneof![4 => 0f64..10.0, 1 => -1e308f64..1e308], 200).prop_map(
        |mut stamps| {
            stamps.sort_by(f64::total_cmp);
            Timing::Stamps(stamps.into())
        },
    );
    prop_oneof![Just(Timing::Index), even, stamps]
}

fn odd_recording() -> impl Strategy<Value = Vec<(Vec<f32>, Timing, f64)>> {
    let values = prop_oneof![
        prop::collection::vec(value(), 0..200),
        value().prop_map(|value| vec![value; 50]),
        prop::collection::vec(value(), 0..3),
    ];
    let gain = prop_oneof![3 => Just(1.0), 1 => any::<f64>()];
    prop::collection::vec((values, timing(), gain), 0..6)
}

/// When a recording began, if it tells: on a day, or in a year that no calendar has.
fn start() -> impl Strategy<Value = Option<Moment>> {
    let moment = |seconds, nanoseconds| Moment { seconds, nanoseconds };
    let day = (0i64..4_000_000_000, 0u32..1_000_000_000);
    let any = (any::<i64>(), any::<u32>());
    prop::option::of(prop_oneof![
        4 => day.prop_map(move |(seconds, nanoseconds)| moment(seconds, nanoseconds)),
        1 => any.prop_map(move |(seconds, nanoseconds)| moment(seconds, nanoseconds)),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Vertices and uniforms are finite, whatever is plotted; and nothing panics.
    #[test]
    fn any_recording_gives_finite_numbers_or_a_sentence(
        channels in odd_recording(),
        side in (64u32..400, 64u32..400),
        start in start(),
        shared_scale in any::<bool>(),
        rows in prop_oneof![Just(Rows::Auto), (0u32..20).prop_map(Rows::Count)],
        time in prop::option::of((any::<f64>(), any::<f64>())),
        millivolts in any::<bool>(),
    ) {
        let channel = |(values, timing, gain): &(Vec<f32>, Timing, f64)| Channel {
            name: None,
            unit: millivolts.then(|| "mV".into()),
            timing: timing.clone(),
            gain: *gain,
            offset: 0.0,
            samples: Samples::from(&values[..]).into_owned(),
        };
        let channels: Vec<Channel<'_>> = channels.iter().map(channel).collect();
        let recording = Recording { channels, start, ..Recording::default() };
        let colors = vec![Color::rgb(0)];
        let chart = Chart { width: side.0, height: side.1, shared_scale, rows, time, colors, ..Chart::default() };
        // Drawn live it may be whatever it is, but does not panic.
        if side.0 % 8 == 0 && let Ok(mut live) = chart.live(&recording) {
            let _ = live.scene(&mut |_| ());
        }
        let plot = match chart.signals(&recording) {
            Ok(plot) => plot,
            Err(error) => {
                prop_assert_eq!(error.to_string().lines().count(), 1);
                return Ok(());
            }
        };
        let frame = &plot.frames[0];
        let lanes = plot.notes[0].split_once(" rows").map_or(recording.channels.len(), |(rows, _)| rows.parse().unwrap());
        prop_assert!(plot.points <= (4 * u64::from(side.0) + 2) * lanes as u64);
        for command in commands(frame) {
            let payload = match &command {
                Command::Data(data) => &data.payload,
                Command::Uniform(uniform) => &uniform.value.0,
                _ => continue,
            };
            if payload.encoding() == Encoding::F32 {
                prop_assert!(floats(bytes(frame, payload)).all(f32::is_finite), "{command:?}");
            }
            if let (Command::Data(_), Encoding::Raw) = (&command, payload.encoding()) {
                let finite = bytes(frame, payload).as_chunks::<12>().0.iter().all(|v| floats(&v[..8]).all(f32::is_finite));
                prop_assert!(finite, "the grid");
            }
        }
    }
}

/// A screen with three pixels for two has larger words and lines: all but the scissor goes with the canvas by itself.
#[test]
fn a_chart_stands_on_a_finer_canvas() {
    let values = [wave(2000)];
    let recording = recording(&values, 100.0);
    let chart = Chart { width: 640, height: 360, rows: Rows::Count(4), ..Chart::default() };
    let [plain, fine] =
        [chart.signals(&recording), chart.signals_on((960, 540), &recording)].map(Result::unwrap);
    assert_eq!((plain.header.width, plain.header.height), (640, 360));
    assert_eq!((fine.header.width, fine.header.height), (960, 540));
    let differing: Vec<(Command<'_>, Command<'_>)> = commands(&plain.frames[0])
        .into_iter()
        .zip(commands(&fine.frames[0]))
        .filter(|(a, b)| a != b)
        .collect();
    let [(Command::State(plain), Command::State(fine))] = &differing[..] else { panic!("{differing:?}") };
    let scissor = |state: &glir_spec::commands::State| {
        let found = state.changes.0.iter().find_map(|field| match field {
            StateField::Scissor(rect) => rect.clone(),
            _ => None,
        });
        let rect = found.unwrap();
        [rect.x, rect.y, rect.x + rect.width as i32, rect.y + rect.height as i32]
    };
    for (plain, fine) in scissor(plain).into_iter().zip(scissor(fine)) {
        assert!((f64::from(fine) - 1.5 * f64::from(plain)).abs() <= 0.5, "{plain} becomes {fine}");
    }
}
