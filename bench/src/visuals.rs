//! Lines and markers of very many points: building them, what they send, and what a pan costs.

use crate::memory;
use crate::timing::per_run;
use glir_core::{FrameInput, NoBlobs, Settings};
use glir_gloo::{Clear, Context, Frame};
use glir_native::{Api, Headless};
use glir_spec::commands::Command;
use glir_spec::wire::Reader;
use glir_visuals::{
    Color, FastLine, Line, LineStyle, MarkerStyle, Markers, Signals, SignalsStyle, Stroke, View, Visual,
};
use serde_json::{Value, json};
use std::error::Error;
use std::time::Instant;

/// The canvas in pixels.
const SIZE: (u32, u32) = (1280, 720);

/// One kind of visual with so many points: in a process of its own, so that the kernel's peak is its own.
pub(crate) fn visuals(kind: &str, count: usize) -> Result<Value, Box<dyn Error>> {
    let context = Context::new(SIZE.0, SIZE.1)?;
    let points = points(kind, count);
    let before = memory::resident()?;
    let began = Instant::now();
    let mut visual = make(kind, &context, points)?;
    let heights = visual.bounds().map_or([-1.0, 1.0], |bounds| [bounds.min.y, bounds.max.y]);
    let first = frame(&context, &mut *visual, heights, 0)?;
    let build = began.elapsed().as_secs_f64();
    let peak = memory::peak()? - before;
    let bytes = first.head().len() + first.arena().len();

    let pan = frame(&context, &mut *visual, heights, 1)?;
    let mut session = Headless::open(Api::Gles3, &context.header(), Settings::default())?;
    draw(&mut session, &first)?;
    draw(&mut session, &pan)?;
    drop(first);
    wait(&mut session)?;
    let mut failed = None;
    let seconds = per_run(if count > 2_000_000 { 3 } else { 9 }, |run| {
        let drawn = frame(&context, &mut *visual, heights, run + 2).and_then(|frame| {
            draw(&mut session, &frame)?;
            wait(&mut session)?;
            Ok(())
        });
        failed = failed.take().or(drawn.err());
    });
    if let Some(error) = failed {
        return Err(error);
    }
    Ok(json!({
        "visual": kind,
        "points": count,
        "build_seconds": build,
        "bytes": bytes,
        "bytes_a_point": bytes as f64 / count as f64,
        "peak_bytes_beyond_the_data": peak,
        "pan_commands": names(&pan),
        "pan_bytes": pan.head().len() + pan.arena().len(),
        "frame_seconds": seconds.median,
        "frame_seconds_least": seconds.least,
    }))
}

/// A random walk over time, or a cloud.
fn points(kind: &str, count: usize) -> Vec<[f64; 2]> {
    let mut state = 1u64;
    let mut random = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 40) as f64 / f64::from(1u32 << 24) - 0.5
    };
    let mut y = 0.0;
    let scale = (count as f64).sqrt().recip();
    (0..count)
        .map(|index| {
            if kind.starts_with("markers") {
                return [0.5 + random() + random() * 0.5, random() + random() * 0.5];
            }
            y += random() * 2.0 * scale;
            [index as f64 / count as f64, y]
        })
        .collect()
}

fn make(kind: &str, context: &Context, points: Vec<[f64; 2]>) -> Result<Box<dyn Visual>, Box<dyn Error>> {
    let blue = Color::rgb8(0, 114, 178);
    Ok(match kind {
        "hairline" => Box::new(FastLine::new(context, points, blue, Stroke::Hairline)?),
        "smooth" => Box::new(FastLine::new(context, points, blue, Stroke::Smooth(1.5))?),
        "line" => Box::new(Line::new(context, &points, LineStyle { width: 1.5, ..LineStyle::default() })?),
        "signals" => {
            let channels = 1000;
            let samples: Vec<f32> =
                points.iter().take(points.len() / channels * channels).map(|point| point[1] as f32).collect();
            let style =
                SignalsStyle { step: channels as f64 / points.len() as f64, ..SignalsStyle::default() };
            Box::new(Signals::new(context, channels, &samples, style)?)
        }
        "markers" => {
            let style = MarkerStyle {
                size: 4.0.into(),
                color: blue.with_alpha(0.5).into(),
                ..MarkerStyle::default()
            };
            Box::new(Markers::new(context, &points, style)?)
        }
        "markers-each" => {
            let count = points.len();
            let share = |index: usize| index as f32 / count as f32;
            let style = MarkerStyle {
                size: (0..count).map(|index| 2.0 + 6.0 * share(index)).collect::<Vec<f32>>().into(),
                color: (0..count)
                    .map(|index| Color([share(index), 0.4, 0.7, 0.5]))
                    .collect::<Vec<_>>()
                    .into(),
                ..MarkerStyle::default()
            };
            Box::new(Markers::new(context, &points, style)?)
        }
        _ => return Err("visuals: hairline, smooth, line, signals, markers, markers-each".into()),
    })
}

/// A frame, moved a little more to the side with each.
fn frame(
    context: &Context,
    visual: &mut dyn Visual,
    heights: [f64; 2],
    step: usize,
) -> Result<Frame, Box<dyn Error>> {
    let left = step as f64 * 0.01;
    let view = View::rect(
        [left, left + 1.0, heights[0], heights[1]],
        [0.0, 0.0, f64::from(SIZE.0), f64::from(SIZE.1)],
    );
    context.clear(Clear::color([1.0; 4]))?;
    visual.draw(&view)?;
    Ok(context.swap())
}

fn draw(session: &mut Headless, frame: &Frame) -> Result<(), Box<dyn Error>> {
    let interpreter = session.interpreter()?;
    interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
    match interpreter.take_diagnostics().first() {
        Some(diagnostic) => Err(diagnostic.to_string().into()),
        None => Ok(()),
    }
}

/// Reads the picture back, which waits for the driver.
fn wait(session: &mut Headless) -> Result<(), Box<dyn Error>> {
    session.picture().map(drop).map_err(|failure| format!("{failure:?}").into())
}

/// The names of a frame's commands.
fn names(frame: &Frame) -> Vec<&'static str> {
    let mut reader = Reader::new(frame.head());
    let count = reader.array().unwrap_or(0);
    (0..count).filter_map(|_| Command::decode(&mut reader).ok().map(|command| command.name())).collect()
}
