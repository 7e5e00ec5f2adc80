//! From samples to points: every sample where there are few, the exact envelope where there are many.

use crate::layout::Layout;
use glir_data::{Bin, Channel, Recording};

/// Points of a whole chart, however many lanes it has: bounds streams to about 72 MB.
const MAX_POINTS: usize = 2_000_000;
/// Samples a column from which the envelope is drawn instead: what a bin of it takes.
pub(crate) const POINTS_PER_COLUMN: usize = 4;

/// The most pieces into which gaps divide what a column shows.
const MOST_PIECES: usize = 4;
/// Samples that are looked at together.
const BLOCK: usize = 4096;

/// Time and value of each point. A value that is not finite is a gap.
pub(crate) type Line = Vec<[f64; 2]>;

/// A line for each lane.
pub(crate) fn lines(recording: &Recording<'_>, layout: &Layout) -> Vec<Line> {
    let per_lane = MAX_POINTS / layout.lanes.len().max(1) / POINTS_PER_COLUMN;
    let columns = (layout.area.width as usize).min(per_lane).max(1);
    let line = |channel: &Channel<'_>, time| line(channel, time, columns);
    layout
        .lanes
        .iter()
        .map(|lane| recording.channel(lane.channel).map_or_else(Line::new, |c| line(c, lane.time)))
        .collect()
}

/// The line of a channel through a span of time, and one sample beyond at each end so that it reaches the edges.
pub(crate) fn line(channel: &Channel<'_>, (start, end): (f64, f64), columns: usize) -> Line {
    let count = channel.len();
    let from = channel.timing.index_at(start, count);
    let to = channel.timing.index_at(end, count).max(from);
    let (first, last) = (from.saturating_sub(1), to.saturating_add(1).min(count));
    if last - first <= columns.saturating_mul(POINTS_PER_COLUMN) {
        let mut values = vec![0.0; last - first];
        channel.read_f64(first, &mut values);
        return (first..last).zip(values).map(|(index, value)| [channel.timing.at(index), value]).collect();
    }
    let bins = channel.minmax_between(&channel.timing.edges(start..end, columns, count));
    let mut points = Line::with_capacity(bins.len() * POINTS_PER_COLUMN + 2);
    let sample = |index| [channel.timing.at(index), channel.value(index).unwrap_or(f64::NAN)];
    points.extend((first..from).map(sample));
    if channel.gaps(from..to) == 0 {
        points.extend(bins.iter().flat_map(|bin| column(channel, bin)));
    } else {
        bins.iter().for_each(|bin| Pieces::of(channel, bin, MOST_PIECES).draw(channel, &mut points));
    }
    points.extend((to..last).map(sample));
    points
}

/// Samples without a gap between them.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Piece {
    /// The numbers of the first sample, and of the last.
    ends: [usize; 2],
    first: f64,
    min: f64,
    max: f64,
    last: f64,
}

impl Piece {
    fn take(&mut self, number: usize, value: f64) {
        (self.ends[1], self.last) = (number, value);
        (self.min, self.max) = (self.min.min(value), self.max.max(value));
    }

    fn join(&mut self, next: &Piece) {
        (self.ends[1], self.last) = (next.ends[1], next.last);
        (self.min, self.max) = (self.min.min(next.min), self.max.max(next.max));
    }

    fn bin(&self) -> Bin {
        let Piece { ends: [start, end], first, min, max, last } = *self;
        Bin { start, len: end + 1 - start, first, min, max, last }
    }
}

/// What a column shows of samples among which some are missing: up to so many pieces, between which the widest gaps are.
#[derive(Clone, Debug)]
pub(crate) struct Pieces {
    /// The numbers of the column's first sample, and of its last.
    ends: [usize; 2],
    pieces: Vec<Piece>,
}

impl Pieces {
    /// Those of a column.
    pub(crate) fn of(channel: &Channel<'_>, bin: &Bin, most: usize) -> Pieces {
        let (mut at, end) = (bin.start, bin.start + bin.len);
        let mut pieces: Vec<Piece> = Vec::with_capacity(most + 1);
        let mut values = [0.0; BLOCK];
        while at < end {
            let Some(block) = values.get_mut(..BLOCK.min(end - at)) else { break };
            let count = channel.read_f64(at, block);
            if count == 0 {
                break;
            }
            for (number, value) in (at..).zip(block.iter().take(count)).filter(|(_, value)| value.is_finite())
            {
                match pieces.last_mut() {
                    Some(piece) if piece.ends[1] + 1 == number => piece.take(number, *value),
                    _ => {
                        let value = *value;
                        let ends = [number; 2];
                        pieces.push(Piece { ends, first: value, min: value, max: value, last: value });
                        close(&mut pieces, most);
                    }
                }
            }
            at += count;
        }
        Pieces { ends: [bin.start, end.saturating_sub(1)], pieces }
    }

    /// Appends the points of all pieces, with a gap wherever samples are missing before, between and behind them.
    fn draw(&self, channel: &Channel<'_>, points: &mut Line) {
        let gap = |number: usize| [channel.timing.at(number), f64::NAN];
        let Some((first, last)) = self.pieces.first().zip(self.pieces.last()) else {
            return points.push(gap(self.ends[0]));
        };
        if first.ends[0] > self.ends[0] {
            points.push(gap(self.ends[0]));
        }
        for (number, piece) in self.pieces.iter().enumerate() {
            if number > 0 {
                points.push(gap(piece.ends[0] - 1));
            }
            match piece.ends {
                [from, to] if from == to => points.push([channel.timing.at(from), piece.first]),
                _ => points.extend(column(channel, &piece.bin())),
            }
        }
        if last.ends[1] < self.ends[1] {
            points.push(gap(self.ends[1]));
        }
    }

    /// The values of a column of as many even steps, if it has two pieces at most.
    pub(crate) fn steps(&self) -> [f64; PIECE_STEPS] {
        let (Some(a), Some(b)) = (self.pieces.first(), self.pieces.last()) else {
            return [f64::NAN; PIECE_STEPS];
        };
        let (first, last) = (extremes(&a.bin()), extremes(&b.bin()));
        let gap = if self.pieces.len() > 1 { f64::NAN } else { a.last };
        let mut steps = [a.first, first[0], first[1], a.last, gap, b.first, last[0], last[1], b.last];
        if a.ends[0] > self.ends[0] {
            steps[0] = f64::NAN;
        }
        if b.ends[1] < self.ends[1] {
            steps[PIECE_STEPS - 1] = f64::NAN;
        }
        steps
    }
}

/// Even steps of a column with a gap: four values, the gap, four values.
pub(crate) const PIECE_STEPS: usize = 2 * POINTS_PER_COLUMN + 1;

/// Joins the two pieces with the narrowest gap between them, if there are too many.
fn close(pieces: &mut Vec<Piece>, most: usize) {
    if pieces.len() <= most.max(1) {
        return;
    }
    let gap = |pair: &[Piece]| pair[1].ends[0] - pair[0].ends[1];
    let narrowest = pieces.windows(2).enumerate().min_by_key(|(_, pair)| gap(pair)).map(|(at, _)| at);
    if let Some(at) = narrowest {
        let next = pieces.remove(at + 1);
        if let Some(piece) = pieces.get_mut(at) {
            piece.join(&next);
        }
    }
}

/// The extremes of a column, the one that is nearer to the first sample before the other.
fn extremes(bin: &Bin) -> [f64; 2] {
    let low_first = (bin.first - bin.min).abs() <= (bin.max - bin.first).abs();
    if low_first { [bin.min, bin.max] } else { [bin.max, bin.min] }
}

/// The points of one column. Its extremes stand in its middle, the one that is nearer to the first sample before the other:
/// the line would else cross the column once more.
pub(crate) fn column(channel: &Channel<'_>, bin: &Bin) -> [[f64; 2]; POINTS_PER_COLUMN] {
    let (from, to) = (channel.timing.at(bin.start), channel.timing.at(bin.start + bin.len.saturating_sub(1)));
    let middle = from + (to - from) / 2.0;
    let [a, b] = extremes(bin);
    [[from, bin.first], [middle, a], [middle, b], [to, bin.last]]
}

#[cfg(test)]
mod tests {
    use super::{Pieces, column, line};
    use glir_data::{Channel, Samples};

    #[test]
    fn few_samples_are_all_kept() {
        let values = [0.0f32, 1.0, 2.0, 3.0, 4.0];
        let channel = Channel::from(Samples::from(&values[..]));
        assert_eq!(line(&channel, (1.5, 3.0), 10), [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]);
        assert_eq!(line(&channel, (9.0, 10.0), 10), [[4.0, 4.0]]);
    }

    #[test]
    fn many_samples_keep_each_columns_extremes() {
        let values: Vec<f32> = (0..1000).map(|i| if i == 777 { 50.0 } else { (i % 7) as f32 }).collect();
        let channel = Channel::from(Samples::from(&values[..]));
        let points = line(&channel, (0.0, 999.0), 20);
        assert_eq!(points.len(), 4 * 20 + 1);
        assert_eq!(points.iter().filter(|[_, value]| *value == 50.0).count(), 1);
        assert!(points.windows(2).all(|pair| pair[0][0] <= pair[1][0]), "time goes on");
        assert_eq!((points[0], points[80]), ([0.0, 0.0], [999.0, (999 % 7) as f64]));
    }

    #[test]
    fn gaps_within_a_column_stay() {
        // A step in the middle of a column, where three samples are missing; missing ones at its ends; dots.
        let mut values = vec![1.0f32; 1000];
        values[500..].fill(9.0);
        values[510..513].fill(f32::NAN);
        (values[513], values[200], values[299]) = (5.0, f32::NAN, f32::NAN);
        let channel = Channel::from(Samples::from(&values[..]));
        let points = line(&channel, (0.0, 999.0), 10);
        let gaps: Vec<usize> = (0..points.len()).filter(|at| points[*at][1].is_nan()).collect();
        let around: Vec<[f64; 2]> = gaps.iter().map(|at| [points[at - 1][0], points[at + 1][0]]).collect();
        assert_eq!(around, [[199.0, 201.0], [298.0, 300.0], [509.0, 513.0]]);
        assert!(points.windows(2).all(|pair| pair[0][0] <= pair[1][0]), "time goes on");
        // However many there are, a column has few pieces, between the widest gaps.
        let broken: Vec<f32> = (0..1000)
            .map(|i| if i % 2 == 0 || (400..420).contains(&i) { f32::NAN } else { i as f32 })
            .collect();
        let channel = Channel::from(Samples::from(&broken[..]));
        let points = line(&channel, (0.0, 999.0), 2);
        assert!(points.len() <= 2 * 4 * 5 + 2, "{}", points.len());
        let wide = points
            .windows(3)
            .any(|three| three[0][0] == 399.0 && three[1][1].is_nan() && three[2][0] == 421.0);
        assert!(wide, "{points:?}");
        assert_eq!(points.iter().map(|[_, y]| *y).filter(|y| y.is_finite()).fold(0.0, f64::max), 999.0);
    }

    #[test]
    fn even_steps_of_a_column_keep_its_widest_gap() {
        let gap = f32::NAN;
        let steps = |values: &[f32]| {
            let channel = Channel::from(Samples::from(values));
            let bins = channel.minmax(0..values.len(), 1);
            let shown = Pieces::of(&channel, &bins[0], 2).steps();
            shown.map(|value| value.to_string()).join(" ")
        };
        assert_eq!(steps(&[1.0, 3.0, gap, 2.0, gap, gap, 7.0, 9.0]), "1 1 3 2 NaN 7 7 9 9");
        assert_eq!(steps(&[gap, 3.0, 4.0]), "NaN 3 4 4 4 3 3 4 4");
        assert_eq!(steps(&[3.0, gap]), "3 3 3 3 3 3 3 3 NaN");
        assert_eq!(steps(&[gap, gap]), "NaN NaN NaN NaN NaN NaN NaN NaN NaN");
    }

    #[test]
    fn a_column_goes_by_way_of_the_nearer_extreme() {
        let values = [3.0f32, 0.0, 4.0, 1.0];
        let channel = Channel::from(Samples::from(&values[..]));
        let [bin] = channel.minmax(0..4, 1)[..] else { return assert_eq!(channel.len(), 0) };
        assert_eq!(column(&channel, &bin), [[0.0, 3.0], [1.5, 4.0], [1.5, 0.0], [3.0, 1.0]]);
    }
}
