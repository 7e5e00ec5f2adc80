//! Four plots in a figure: lines with a legend, markers coloured by value, a histogram, and a spectrum on logarithmic axes.
//!
//! ```console
//! $ cargo run -p glir-plot --example figure figure.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_plot::{Bins, Figure, Legend, Scale};
use std::error::Error;

/// Numbers that look random, the same every time: SplitMix64 (Steele, Lea and Flood 2014), from 0 to 1.
fn noise(seed: u64) -> impl Iterator<Item = f64> {
    (1_u64..).map(move |index| {
        let mut z = seed.wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as f64 / u64::MAX as f64
    })
}

/// Normally distributed numbers, by sums of twelve.
fn normal(seed: u64, count: usize) -> Vec<f64> {
    let mut noise = noise(seed);
    (0..count).map(|_| noise.by_ref().take(12).sum::<f64>() - 6.0).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut figure = Figure::new(1200, 800);
    figure.title = "Four plots".into();

    let x: Vec<f64> = (0..500).map(|i| f64::from(i) * 0.02).collect();
    let axes = figure.subplot(0, 0);
    axes.title = "Damped oscillations".into();
    (axes.x.label, axes.y.label) = ("time / s".into(), "displacement / mm".into());
    for (damping, name) in [(0.2, "weak"), (0.6, "medium"), (1.5, "strong")] {
        let y: Vec<f64> = x.iter().map(|x| 4.0 * (-damping * x).exp() * (4.0 * x).cos()).collect();
        axes.line(&x, &y)?.label(name);
    }
    let envelope: Vec<f64> = x.iter().map(|x| 4.0 * (-0.2 * x).exp()).collect();
    axes.line(&x, &envelope)?.label("envelope").dashed();

    let axes = figure.subplot(0, 1);
    axes.title = "Correlated".into();
    let (a, b) = (normal(1, 1500), normal(2, 1500));
    let c: Vec<f64> = a.iter().zip(&b).map(|(a, b)| 0.8 * a + 0.6 * b).collect();
    axes.scatter(&a, &c)?.values(b);
    axes.even = true;

    let axes = figure.subplot(1, 0);
    axes.title = "Histogram".into();
    axes.y.label = "count".into();
    axes.hist(&normal(3, 20_000), &Bins::Auto)?.label("20,000 numbers");

    let axes = figure.subplot(1, 1);
    axes.title = "Spectrum".into();
    (axes.x.scale, axes.y.scale) = (Scale::Log, Scale::Log);
    (axes.x.label, axes.y.label) = ("frequency / Hz".into(), "power / (V² Hz⁻¹)".into());
    axes.legend = Legend::LowerLeft;
    let frequency: Vec<f64> = (1..4000).map(f64::from).collect();
    let mut ripple = noise(4);
    let power: Vec<f64> = frequency
        .iter()
        .map(|f| 1e-3 / (1.0 + (f / 50.0).powi(2)) * (0.3 - ripple.next().unwrap_or(0.5).ln()))
        .collect();
    axes.line(&frequency, &power)?.label("measured").width(1.0);

    let drawing = figure.draw()?;
    save::save(&drawing.header, &drawing.frames, "figure.glir")
}
