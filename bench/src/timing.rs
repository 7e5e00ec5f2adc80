//! Timing on a machine that others use too: medians, and ratios of runs side by side.

use std::time::Instant;

/// Seconds of some runs.
pub(crate) struct Seconds {
    pub(crate) median: f64,
    pub(crate) least: f64,
}

/// Runs something several times, once more before for warmth.
pub(crate) fn per_run(runs: usize, mut work: impl FnMut(usize)) -> Seconds {
    work(0);
    let mut seconds: Vec<f64> = (1..=runs)
        .map(|run| {
            let began = Instant::now();
            work(run);
            began.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    Seconds { median: middle(&seconds), least: seconds.first().copied().unwrap_or(f64::NAN) }
}

/// Two works in turn, pair by pair.
pub(crate) struct Pair {
    /// Median seconds of the first.
    pub(crate) first: f64,
    /// Median seconds of the second.
    pub(crate) second: f64,
    /// Median of the pairs' ratios, first to second.
    pub(crate) ratio: f64,
    /// Median of the pairs' differences, first less second.
    pub(crate) difference: f64,
}

/// Runs two works in turn: what slows the machine down slows both.
pub(crate) fn interleaved(pairs: usize, mut first: impl FnMut(), mut second: impl FnMut()) -> Pair {
    first();
    second();
    let time = |work: &mut dyn FnMut()| {
        let began = Instant::now();
        work();
        began.elapsed().as_secs_f64()
    };
    let runs: Vec<(f64, f64)> = (0..pairs).map(|_| (time(&mut first), time(&mut second))).collect();
    let median = |value: fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = runs.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        middle(&values)
    };
    Pair {
        first: median(|r| r.0),
        second: median(|r| r.1),
        ratio: median(|r| r.0 / r.1),
        difference: median(|r| r.0 - r.1),
    }
}

fn middle(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
