//! Points in several degrees of detail, as they lie on the GPU: for any view there is a level with a few points a column of
//! pixels, and nothing is uploaded twice.
//!
//! Level 0 has the samples. Each level above has two points where the one below has eight: their lowest and their highest,
//! in the order in which they come. So a line through a level touches what a line through all samples would, but for less
//! than a column. All levels together take a third more than the samples.

use crate::clock::Clock;
use glir_data::{Channel, Recording, Timing};

/// Points of a level become one of these two: lowest and highest.
const FOLD: usize = 8;
/// Samples that a point of a level stands for, against the level below.
pub(super) const FACTOR: usize = FOLD / 2;
/// Levels with fewer points need none above.
const FEW: usize = 2048;
/// The most texels, 1 GiB of them: recordings beyond it begin with a coarser level.
const MOST: usize = 1 << 28;
/// What stands for a sample that is not finite.
const GAP: f32 = 3e38;

/// Channels with the same times, which one draw draws.
pub(super) struct Group {
    /// The first lane, and how many.
    pub(super) lanes: std::ops::Range<usize>,
    pub(super) timing: Timing,
    /// Samples of each.
    pub(super) samples: usize,
    pub(super) levels: Vec<Level>,
}

/// A degree of detail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Level {
    /// Samples that a point stands for.
    pub(super) factor: usize,
    /// Points of a lane.
    pub(super) points: usize,
    /// Texel of the first lane's first point; lanes follow each other.
    pub(super) base: usize,
    /// Texel of the first time, where times are not even.
    pub(super) times: Option<usize>,
}

/// Where everything lies.
pub(super) struct Pyramid {
    pub(super) groups: Vec<Group>,
    pub(super) texels: usize,
}

impl Pyramid {
    /// A place for the channels of all lanes.
    pub(super) fn of(recording: &Recording<'_>, lanes: &[usize]) -> Pyramid {
        let mut groups: Vec<Group> = Vec::new();
        for (lane, channel) in lanes.iter().enumerate() {
            let Some(channel) = recording.channel(*channel) else { continue };
            match groups.last_mut() {
                Some(group) if group.samples == channel.len() && group.timing == channel.timing => {
                    group.lanes.end = lane + 1;
                }
                _ => groups.push(Group {
                    lanes: lane..lane + 1,
                    timing: channel.timing.clone(),
                    samples: channel.len(),
                    levels: Vec::new(),
                }),
            }
        }
        let mut finest = 1;
        loop {
            let texels = lay_out(&mut groups, finest);
            if texels <= MOST {
                return Pyramid { groups, texels };
            }
            finest *= FACTOR;
        }
    }

    /// All texels, in order: each piece is handed over once and forgotten. `middle` is what is subtracted from a lane's values, times are
    /// told by the clock.
    pub(super) fn fill(
        &self,
        recording: &Recording<'_>,
        lanes: &[usize],
        middle: &[f64],
        clock: &Clock,
        give: &mut dyn FnMut(&[f32]),
    ) {
        for group in &self.groups {
            let mut below: Vec<Vec<f32>> = Vec::new();
            for level in &group.levels {
                below = group
                    .lanes
                    .clone()
                    .map(|lane| match below.get(lane - group.lanes.start) {
                        Some(finer) => folded(finer),
                        None => {
                            let channel = lanes.get(lane).and_then(|channel| recording.channel(*channel));
                            let middle = middle.get(lane).copied().unwrap_or(0.0);
                            channel.map_or_else(Vec::new, |channel| finest(channel, middle, level.factor))
                        }
                    })
                    .collect();
                for lane in &below {
                    give(lane);
                }
                if level.times.is_some() {
                    give(&group.times(level, clock));
                }
            }
        }
    }
}

impl Group {
    /// The time that a point of a level stands at, in samples from the first.
    fn sample(level: &Level, point: usize) -> f64 {
        point as f64 * level.factor as f64 + (level.factor as f64 - 1.0) / 2.0
    }

    /// The time of a point.
    pub(super) fn time(&self, level: &Level, point: usize) -> f64 {
        match &self.timing {
            Timing::Index => Self::sample(level, point),
            Timing::Even { start, rate } => start + Self::sample(level, point) / rate,
            Timing::Stamps(_) => {
                let sample = (point * level.factor + level.factor / 2).min(self.samples.saturating_sub(1));
                self.timing.at(sample)
            }
        }
    }

    /// Coarse and fine part of each point's time: two single-precision numbers hold it to 48 bits, and so a year's whole microseconds.
    fn times(&self, level: &Level, clock: &Clock) -> Vec<f32> {
        (0..level.points).flat_map(|point| split(clock.place(self.time(level, point)))).collect()
    }
}

/// A number as the nearest single-precision one and what is left.
pub(super) fn split(value: f64) -> [f32; 2] {
    let coarse = value as f32;
    [coarse, (value - f64::from(coarse)) as f32]
}

/// Lays out all levels from a factor on; returns the number of texels.
fn lay_out(groups: &mut [Group], finest: usize) -> usize {
    let mut at = 0;
    for group in groups {
        group.levels.clear();
        let mut factor = finest;
        loop {
            let points = points_of(group.samples, factor);
            let base = at;
            at += points * group.lanes.len();
            let stamped = matches!(group.timing, Timing::Stamps(_));
            let times = stamped.then_some(at);
            at += if stamped { 2 * points } else { 0 };
            group.levels.push(Level { factor, points, base, times });
            if points <= FEW {
                break;
            }
            factor *= FACTOR;
        }
    }
    at
}

/// Points of a level: of each eight of the level below, or of a rest, two.
fn points_of(samples: usize, factor: usize) -> usize {
    let mut points = samples;
    let mut reached = 1;
    while reached < factor {
        points = 2 * points.div_ceil(FOLD);
        reached *= FACTOR;
    }
    points
}

/// The first level that is kept. Coarser ones than the samples are folded in passing.
fn finest(channel: &Channel<'_>, middle: f64, factor: usize) -> Vec<f32> {
    let mut points = Vec::with_capacity(points_of(channel.len(), factor));
    let mut values = vec![0.0f64; 1 << 15];
    let mut at = 0;
    loop {
        let count = channel.read_f64(at, &mut values);
        if count == 0 {
            return points;
        }
        at += count;
        let read = values.get(..count).unwrap_or_default();
        let mut level: Vec<f32> = read.iter().map(|value| texel(value - middle)).collect();
        let mut reached = 1;
        while reached < factor {
            level = folded(&level);
            reached *= FACTOR;
        }
        points.append(&mut level);
    }
}

fn texel(value: f64) -> f32 {
    let value = value as f32;
    if value.is_finite() && value.abs() < GAP { value } else { GAP }
}

/// The next level. A gap of two points and more stays, as one of the two, where what this leaves out is seen beside it too.
fn folded(points: &[f32]) -> Vec<f32> {
    let groups = points.chunks(FOLD);
    let mut out = Vec::with_capacity(2 * groups.len());
    let mut before: &[f32] = &[];
    let mut groups = groups.peekable();
    while let Some(eight) = groups.next() {
        let behind = groups.peek().copied().unwrap_or_default();
        let kept = if eight.contains(&GAP) { broken(before, eight, behind) } else { None };
        out.extend(kept.unwrap_or_else(|| ends(eight)));
        before = eight;
    }
    out
}

/// The lowest and the highest point in the order in which they come; gaps if there is none.
fn ends(points: &[f32]) -> [f32; 2] {
    let (mut low, mut high) = ((GAP, 0), (-GAP, 0));
    for (index, value) in points.iter().enumerate().filter(|(_, value)| **value < GAP) {
        if *value < low.0 {
            low = (*value, index);
        }
        if *value > high.0 {
            high = (*value, index);
        }
    }
    match (low, high) {
        ((low, _), (high, _)) if low > high => [GAP, GAP],
        ((low, before), (high, behind)) if before <= behind => [low, high],
        ((low, _), (high, _)) => [high, low],
    }
}

/// A point and the gap before or behind it, in place of points with a gap among them and of those next to these: if the gap is wide enough to be
/// seen, and what else there is lies within what the neighbours show.
fn broken(before: &[f32], points: &[f32], behind: &[f32]) -> Option<[f32; 2]> {
    let is_gap = |point: &f32| *point >= GAP;
    let starts =
        (0..points.len()).filter(|at| is_gap(&points[*at]) && (*at == 0 || !is_gap(&points[*at - 1])));
    let runs = starts.map(|from| {
        let length = points[from..].iter().take_while(|point| is_gap(point)).count();
        // Beyond the edges it goes on.
        let on = behind.iter().take_while(|point| is_gap(point)).count();
        let back = before.iter().rev().take_while(|point| is_gap(point)).count();
        let whole =
            length + if from + length == points.len() { on } else { 0 } + if from == 0 { back } else { 0 };
        (whole, from, from + length)
    });
    let (_, from, to) = runs.max_by_key(|(whole, ..)| *whole).filter(|(whole, ..)| *whole >= 2)?;
    let (left, right) = (&points[..from], &points[to..]);
    // Neighbours that a line leads to show what lies between their ends.
    let shown = |points: &[f32], edge: Option<&f32>| -> Option<[f32; 2]> {
        let [a, b] = ends(points);
        edge.filter(|point| !is_gap(point)).map(|_| [a.min(b), a.max(b)])
    };
    let (last, next) = (shown(before, before.last()), shown(behind, behind.first()));
    let within =
        |value: f32, range: Option<[f32; 2]>| range.is_some_and(|[low, high]| (low..=high).contains(&value));
    let one = |points: &[f32], range: Option<[f32; 2]>| -> Option<f32> {
        let [a, b] = ends(points);
        match () {
            () if a >= GAP => None,
            () if a == b || within(b, range) => Some(a),
            () if within(a, range) => Some(b),
            () => None,
        }
    };
    let all = |points: &[f32], range: Option<[f32; 2]>| {
        let [a, b] = ends(points);
        a >= GAP || within(a, range) && within(b, range)
    };
    if let Some(point) = one(left, last).filter(|_| all(right, next)) {
        return Some([point, GAP]);
    }
    one(right, next).filter(|_| all(left, last)).map(|point| [GAP, point])
}

#[cfg(test)]
mod tests {
    use super::{GAP, Pyramid, folded, points_of, split};
    use crate::clock::Clock;
    use glir_data::{Channel, Recording, Samples};

    #[test]
    fn folding_keeps_extremes_in_their_order() {
        let values = [0.0, 5.0, 1.0, -3.0, 2.0, 2.0, 2.0, 2.0, 7.0, GAP, -1.0];
        assert_eq!(folded(&values), [5.0, -3.0, 7.0, -1.0]);
        assert_eq!(folded(&[GAP, GAP]), [GAP, GAP]);
        assert_eq!(folded(&[4.0]), [4.0, 4.0]);
    }

    #[test]
    fn gaps_stay_until_they_are_narrower_than_a_point() {
        let noise = |at: usize| (at * 7919 % 1009) as f32;
        for (first, length) in [(4000, 40), (4003, 40), (4005, 9), (4007, 23), (5001, 700)] {
            let mut level: Vec<f32> = (0..20_000).map(noise).collect();
            level[first..first + length].fill(GAP);
            let mut reach = length;
            while reach >= 9 {
                level = folded(&level);
                // Nothing else breaks, and of the extremes none is lost for more than a point's neighbours.
                let gaps: Vec<usize> = (0..level.len()).filter(|at| level[*at] >= GAP).collect();
                assert!(gaps.windows(2).all(|pair| pair[1] == pair[0] + 1), "{first} {length}: {gaps:?}");
                assert!(!gaps.is_empty(), "{length} from {first} on: the gap is closed after {reach}");
                assert!(gaps.len() <= reach / 4 + 2, "{length}: {}", gaps.len());
                reach /= 4;
            }
        }
        // Single missing ones break nothing.
        let holed: Vec<f32> = (0..8000).map(|at| if at % 50 == 7 { GAP } else { noise(at) }).collect();
        assert!(folded(&holed).iter().all(|point| *point < GAP));
        // A step is not bridged, and both of its levels are seen.
        let mut step: Vec<f32> = (0..64).map(|at| if at < 30 { 1.0 } else { 9.0 }).collect();
        step[28..33].fill(GAP);
        assert_eq!(folded(&step)[4..12], [1.0, 1.0, 1.0, GAP, GAP, 9.0, 9.0, 9.0]);
        step[26] = -5.0;
        assert_eq!(folded(&step)[4..12], [1.0, 1.0, -5.0, GAP, GAP, 9.0, 9.0, 9.0]);
        // What the neighbours do not show is kept rather than a gap.
        step[27] = 20.0;
        assert_eq!(folded(&step)[4..12], [1.0, 1.0, -5.0, 20.0, GAP, 9.0, 9.0, 9.0]);
    }

    #[test]
    fn levels_fill_their_places() {
        let values: Vec<f32> = (0..100_003).map(|i| (i % 1000) as f32).collect();
        let channel = || Channel::from(Samples::from(&values[..]));
        let recording = Recording { channels: vec![channel(), channel()], ..Recording::default() };
        let pyramid = Pyramid::of(&recording, &[0, 1]);
        assert_eq!(pyramid.groups.len(), 1);
        let mut all = Vec::new();
        let clock = Clock::of(None, recording.channels.iter(), (0.0, 1.0));
        pyramid.fill(&recording, &[0, 1], &[0.0, 500.0], &clock, &mut |part| all.extend_from_slice(part));
        assert_eq!(all.len(), pyramid.texels);
        let levels = &pyramid.groups[0].levels;
        assert!(levels.len() > 2);
        for level in levels {
            assert_eq!(level.points, points_of(values.len(), level.factor));
            let lane = |lane: usize| &all[level.base + lane * level.points..][..level.points];
            let extremes = |points: &[f32]| {
                (
                    points.iter().copied().fold(f32::MAX, f32::min),
                    points.iter().copied().fold(f32::MIN, f32::max),
                )
            };
            assert_eq!((extremes(lane(0)), extremes(lane(1))), ((0.0, 999.0), (-500.0, 499.0)));
        }
    }

    #[test]
    fn times_keep_their_digits() {
        let time = 1_700_000_000.123_456;
        let [coarse, fine] = split(time);
        assert!((f64::from(coarse) + f64::from(fine) - time).abs() < 1e-5);
    }
}
