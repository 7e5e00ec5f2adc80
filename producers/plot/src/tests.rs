//! Whole plots: right for any recording, and no larger than the picture asks.

use crate::{Figure, Rows};
use glir_data::{Channel, Recording, Samples, Timing};
use glir_spec::commands::Command;
use glir_spec::wire::{Payload, Reader};
use proptest::prelude::*;

fn recording(values: &[Vec<f32>], rate: Option<f64>) -> Recording<'_> {
    let channels = values.iter().map(|values| {
        let mut channel = Channel::from(Samples::from(&values[..]));
        channel.timing = rate.map_or(Timing::Index, Timing::from_rate);
        channel
    });
    Recording { format: None, channels: channels.collect(), notes: Vec::new() }
}

fn commands(head: &[u8]) -> Vec<Command<'_>> {
    let mut reader = Reader::new(head);
    let count = reader.array().unwrap();
    (0..count).map(|_| Command::decode(&mut reader).unwrap()).collect()
}

#[test]
fn a_long_recording_makes_a_small_stream() {
    let values = vec![(0..3_000_000).map(|i| (i as f32 * 0.01).sin()).collect::<Vec<f32>>()];
    let figure = Figure { rows: Rows::Count(1), ..Figure::default() };
    let plot = figure.signals(&recording(&values, Some(1000.0))).unwrap();
    assert!(plot.points <= 4 * 1600 + 4, "{} points", plot.points);
    assert_eq!(plot.samples, 3_000_000);
    assert_eq!(plot, figure.signals(&recording(&values, Some(1000.0))).unwrap(), "the same plot each time");
}

#[test]
fn one_long_channel_becomes_a_strip_chart() {
    let values = vec![(0..108_000).map(|i| (i as f32 * 0.1).sin()).collect::<Vec<f32>>()];
    let plot = Figure::default().signals(&recording(&values, Some(360.0))).unwrap();
    let draws =
        commands(plot.frames[0].head()).iter().filter(|command| matches!(command, Command::Draw(_))).count();
    assert_eq!(draws, 11, "ten rows of thirty seconds and the grid");
}

#[test]
fn gaps_break_the_line() {
    let values = vec![vec![0.0, 1.0, f32::NAN, 2.0, f32::NAN, 1.0, 0.0]];
    let plot = Figure::default().signals(&recording(&values, None)).unwrap();
    let draws =
        commands(plot.frames[0].head()).iter().filter(|command| matches!(command, Command::Draw(_))).count();
    assert_eq!(draws, 4, "three runs (one a dot) and the grid");
}

#[test]
fn what_can_not_be_drawn_is_told() {
    let values = vec![vec![0.0, 1.0]];
    let told = |figure: Figure, values: &[Vec<f32>]| {
        figure.signals(&recording(values, None)).unwrap_err().to_string()
    };
    let plain = Figure::default;
    assert!(told(Figure { width: 3, ..plain() }, &values).contains("3×900"));
    assert!(told(Figure { channels: vec![7], ..plain() }, &values).contains("no channel 7"));
    assert!(told(Figure { time: Some((5.0, 6.0)), ..plain() }, &values).contains("outside the recording"));
    assert!(told(plain(), &[]).contains("no channels"));
    assert!(told(plain(), &[vec![f32::NAN; 3]]).contains("no finite value"));
}

/// Any float, odd ones often.
fn value() -> impl Strategy<Value = f32> {
    prop_oneof![
        4 => -10f32..10.0,
        1 => any::<f32>(),
        1 => prop_oneof![Just(f32::NAN), Just(f32::INFINITY), Just(f32::MAX), Just(f32::MIN), Just(0.0)],
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn any_recording_gives_finite_vertices_or_a_sentence(
        values in prop::collection::vec(prop::collection::vec(value(), 0..200), 0..6),
        rate in prop_oneof![Just(None), (0.001f64..1e9).prop_map(Some)],
        width in 60u32..400,
        height in 60u32..400,
        shared in any::<bool>(),
    ) {
        let figure = Figure { width, height, shared_scale: shared, ..Figure::default() };
        let Ok(plot) = figure.signals(&recording(&values, rate)) else { return Ok(()) };
        for frame in &plot.frames {
            for command in commands(frame.head()) {
                let Command::Data(data) = command else { continue };
                if data.payload.encoding() != glir_spec::Encoding::F32 {
                    continue;
                }
                let bytes = match &data.payload {
                    Payload::Inline { bytes, .. } => &bytes[..],
                    Payload::Arena { offset, length, .. } => &frame.arena()[*offset as usize..][..*length as usize],
                    Payload::Blob { .. } => &[],
                };
                for part in bytes.chunks_exact(4) {
                    prop_assert!(f32::from_le_bytes([part[0], part[1], part[2], part[3]]).is_finite());
                }
            }
        }
    }
}
