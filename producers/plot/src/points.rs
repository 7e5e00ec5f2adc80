//! From samples to points: every sample where there are few, the exact envelope where there are many.

use crate::layout::Layout;
use glir_data::{Bin, Channel, Recording};

/// Points of a whole chart, however many lanes it has: bounds streams to about 72 MB.
const MAX_POINTS: usize = 2_000_000;
/// Samples a column from which the envelope is drawn instead: what a bin of it takes.
const POINTS_PER_COLUMN: usize = 4;

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
    points.extend(bins.iter().flat_map(|bin| column(channel, bin)));
    points.extend((to..last).map(sample));
    points
}

/// The points of one column. Its extremes stand in its middle, the one that is nearer to the first sample before the other:
/// the line would else cross the column once more.
pub(crate) fn column(channel: &Channel<'_>, bin: &Bin) -> [[f64; 2]; POINTS_PER_COLUMN] {
    let (from, to) = (channel.timing.at(bin.start), channel.timing.at(bin.start + bin.len.saturating_sub(1)));
    let middle = from + (to - from) / 2.0;
    let low_first = (bin.first - bin.min).abs() <= (bin.max - bin.first).abs();
    let (a, b) = if low_first { (bin.min, bin.max) } else { (bin.max, bin.min) };
    [[from, bin.first], [middle, a], [middle, b], [to, bin.last]]
}

#[cfg(test)]
mod tests {
    use super::{column, line};
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
    fn a_column_goes_by_way_of_the_nearer_extreme() {
        let values = [3.0f32, 0.0, 4.0, 1.0];
        let channel = Channel::from(Samples::from(&values[..]));
        let [bin] = channel.minmax(0..4, 1)[..] else { return assert_eq!(channel.len(), 0) };
        assert_eq!(column(&channel, &bin), [[0.0, 3.0], [1.5, 4.0], [1.5, 0.0], [3.0, 1.0]]);
    }
}
