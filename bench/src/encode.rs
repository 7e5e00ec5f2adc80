//! Encoding by a producer, and both codecs beside each other.

use crate::streams;
use crate::timing::{interleaved, per_run};
use glir_spec::commands::Command;
use glir_spec::wire::{Reader, from_slice};
use glir_spec::{Encoding, Frame};
use serde_json::{Value, json};
use std::error::Error;
use std::hint::black_box;

pub(crate) fn encode() -> Result<Value, Box<dyn Error>> {
    let commands = 3001.0;
    let small = per_run(200, |run| {
        black_box(streams::draws(run as u32, 1000, true, false));
    });
    let payload = vec![7u8; 1 << 20];
    let mut frame = Frame::new();
    let large = per_run(60, |_| {
        frame.clear();
        for _ in 0..32 {
            black_box(frame.payload(Encoding::U8, &payload));
        }
    });

    let frame = streams::draws(0, 1000, true, false);
    let mut ends = Vec::new();
    let mut reader = Reader::new(frame.head());
    let count = reader.array()?;
    for _ in 0..count {
        let start = reader.offset();
        reader.skip()?;
        ends.push((start, reader.offset()));
    }
    let parts: Vec<&[u8]> = ends.iter().map(|&(start, end)| &frame.head()[start..end]).collect();
    let pair = interleaved(
        60,
        || parts.iter().for_each(|part| drop(black_box(Command::decode(&mut Reader::new(part))))),
        || parts.iter().for_each(|part| drop(black_box(from_slice::<Command<'_>>(part)))),
    );
    Ok(json!({
        "commands_per_second": commands / small.median,
        "payload_bytes_per_second": 32.0 * 1048576.0 / large.median,
        "borrowing_decode_commands_per_second": commands / pair.first,
        "derived_decode_commands_per_second": commands / pair.second,
        "derived_over_borrowing": 1.0 / pair.ratio,
    }))
}
