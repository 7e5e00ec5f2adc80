//! A thousand channels in one draw, which scroll: each frame appends a few samples to each and sends nothing else. The view shows
//! forty of them.
//!
//! ```console
//! $ cargo run -p glir-visuals --example signals signals.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{Clear, Context};
use glir_visuals::{Colormap, Each, Signals, SignalsStyle, View, Visual};
use std::error::Error;

const CHANNELS: usize = 1000;
const CHUNK: usize = 20;
const CHUNKS: usize = 48;

/// Travelling waves that swell and fade, and a burst that runs through the channels.
fn sample(channel: usize, at: usize) -> f32 {
    let (c, t) = (channel as f32 / CHANNELS as f32, at as f32 / (CHUNK * CHUNKS) as f32);
    let wave = (40.0 * t + 30.0 * c).sin() * (3.0 * t - 9.0 * c).sin();
    let burst = (-((t - 0.7 * c - 0.15) * 30.0).powi(2)).exp() * (300.0 * t).sin();
    wave + 4.0 * burst
}

fn main() -> Result<(), Box<dyn Error>> {
    let context = Context::new(960, 540)?;
    context.set_title("A thousand channels")?;
    let map = Colormap::named("viridis")?;
    let style = SignalsStyle {
        step: 1.0 / 500.0,
        gain: 0.4.into(),
        color: Each::Each((0..CHANNELS).map(|i| map.at(0.35 + 0.65 * (i % 40) as f64 / 40.0)).collect()),
        ..SignalsStyle::default()
    };
    let mut signals = Signals::ring(&context, CHANNELS, CHUNK, CHUNKS, style)?;
    let mut frames = Vec::new();
    for step in 0..CHUNKS + 12 {
        let samples: Vec<f32> = (0..CHANNELS)
            .flat_map(|channel| (0..CHUNK).map(move |at| sample(channel, step * CHUNK + at)))
            .collect();
        signals.append(&samples)?;
        if step + 1 < CHUNKS {
            continue;
        }
        let [start, end] = signals.span();
        let view = View::rect([start, end, 480.0, 520.0], [0.0, 0.0, 960.0, 540.0]);
        context.clear(Clear::color([0.08, 0.08, 0.1, 1.0]))?;
        // The others are drawn, too, and clipped away.
        signals.draw(&view)?;
        frames.push(context.swap());
    }
    save::save(&context.header(), &frames, "signals.glir")
}
