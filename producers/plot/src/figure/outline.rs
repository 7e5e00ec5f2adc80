//! The outline of a curve of very many points: what is drawn of it while all of it is seen.

use super::notes::has_place;

/// Columns of an outline, each of four points at most: many more than a picture has, so that it serves while people zoom a little.
pub(super) const COLUMNS: usize = 1 << 15;

/// The most points of an outline.
const MOST: usize = 6 * COLUMNS;

/// The first, least, greatest and last point of each column between the first and the last x, in order. None where x goes back, or there
/// are hardly more points than an outline has, or so many gaps that it would be long. Gaps stay gaps, however narrow.
pub(super) fn outline(points: &[[f64; 2]]) -> Option<Vec<[f64; 2]>> {
    if points.len() <= 8 * COLUMNS {
        return None;
    }
    let is_there = |point: &&[f64; 2]| has_place(point[0]) && has_place(point[1]);
    let mut there = points.iter().filter(is_there);
    let (first, last) = (there.next()?[0], there.next_back()?[0]);
    let column = (last - first) / COLUMNS as f64;
    if !(column.is_finite() && column > 0.0) {
        return None;
    }
    let mut outline = Vec::with_capacity(4 * COLUMNS + 1);
    let mut open: Option<Column> = None;
    let mut is_gap = false;
    for point in points {
        if !is_there(&point) {
            is_gap = true;
            continue;
        }
        let number = ((point[0] - first) / column) as usize;
        match &mut open {
            Some(column) if point[0] < column.last[0] => return None,
            Some(column) if column.number == number && !is_gap => column.take(*point),
            _ => {
                if let Some(done) = open.take() {
                    done.end(&mut outline);
                    if is_gap {
                        outline.push([f64::NAN; 2]);
                    }
                    if outline.len() > MOST {
                        return None;
                    }
                }
                open = Some(Column::new(number, *point));
            }
        }
        is_gap = false;
    }
    open?.end(&mut outline);
    Some(outline)
}

/// Where points of even steps in x stand: the first, the step, and how far they are from there at most. None if that is many steps.
pub(super) fn evenly(points: &[[f64; 2]]) -> Option<([f64; 2], f64)> {
    let (first, last) = (points.first()?[0], points.last()?[0]);
    let step = (last - first) / (points.len() - 1) as f64;
    let off = |(index, [x, _]): (usize, &[f64; 2])| (x - (first + index as f64 * step)).abs();
    let farthest = points
        .iter()
        .enumerate()
        .map(off)
        .fold(0.0, |most: f64, off| if most.is_nan() || off <= most { most } else { off });
    (step > 0.0 && farthest <= 256.0 * step).then_some(([first, step], farthest))
}

/// A column that is being gone through.
#[derive(Clone, Copy)]
struct Column {
    number: usize,
    first: [f64; 2],
    least: [f64; 2],
    greatest: [f64; 2],
    last: [f64; 2],
}

impl Column {
    fn new(number: usize, point: [f64; 2]) -> Column {
        Column { number, first: point, least: point, greatest: point, last: point }
    }

    fn take(&mut self, point: [f64; 2]) {
        if point[1] < self.least[1] {
            self.least = point;
        }
        if point[1] > self.greatest[1] {
            self.greatest = point;
        }
        self.last = point;
    }

    fn end(&self, outline: &mut Vec<[f64; 2]>) {
        let (a, b) = (self.least, self.greatest);
        let (a, b) = if a[0] <= b[0] { (a, b) } else { (b, a) };
        let start = outline.len();
        for point in [self.first, a, b, self.last] {
            if outline.len() == start || outline.last() != Some(&point) {
                outline.push(point);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, evenly, outline};

    fn wave(count: usize) -> Vec<[f64; 2]> {
        (0..count).map(|i| [i as f64, ((i * 7919) % 1000) as f64]).collect()
    }

    #[test]
    fn an_outline_has_the_extremes_of_each_column() {
        let count = 20 * COLUMNS;
        let mut points = wave(count);
        points[12_345] = [12_345.0, 5000.0];
        points[22_222] = [22_222.0, -5000.0];
        let found = outline(&points).unwrap_or_default();
        assert!(found.len() <= 4 * COLUMNS + 4 && found.len() > 2 * COLUMNS, "{}", found.len());
        assert!(found.windows(2).all(|pair| pair[0][0] <= pair[1][0]));
        assert!(found.contains(&[12_345.0, 5000.0]) && found.contains(&[22_222.0, -5000.0]));
        assert_eq!((found.first(), found.last()), (points.first(), points.last()));
    }

    #[test]
    fn gaps_stay() {
        let count = 20 * COLUMNS;
        let mut points = wave(count);
        points[1005][1] = f64::NAN;
        points[5000..5100].iter_mut().for_each(|point| *point = [f64::NAN; 2]);
        let found = outline(&points).unwrap_or_default();
        let gaps: Vec<usize> = (0..found.len()).filter(|at| found[*at][0].is_nan()).collect();
        let ends: Vec<[f64; 2]> = gaps.iter().map(|at| [found[at - 1][0], found[at + 1][0]]).collect();
        assert_eq!(ends, [[1004.0, 1006.0], [4999.0, 5100.0]]);
        // Of points that all stand alone there is no outline.
        points.iter_mut().skip(1).step_by(2).for_each(|point| point[1] = f64::NAN);
        assert_eq!(outline(&points), None);
    }

    #[test]
    fn what_is_too_far_to_be_drawn_hides_nothing() {
        let mut points = wave(20 * COLUMNS);
        points[12_345][1] = 5000.0;
        points[12_346][1] = 1e300;
        let found = outline(&points).unwrap_or_default();
        assert!(found.contains(&[12_345.0, 5000.0]) && !found.iter().any(|point| point[1] > 1e37));
    }

    #[test]
    fn what_goes_back_or_is_short_has_none() {
        assert_eq!(outline(&wave(1000)), None);
        let mut points = wave(20 * COLUMNS);
        points.reverse();
        assert_eq!(outline(&points), None);
        points.iter_mut().for_each(|point| point[0] = 1.0);
        assert_eq!(outline(&points), None);
        points.iter_mut().for_each(|point| point[0] = f64::NAN);
        assert_eq!(outline(&points), None);
    }

    #[test]
    fn even_points_are_told() {
        assert_eq!(evenly(&wave(1000)), Some(([0.0, 1.0], 0.0)));
        let mut points = wave(1000);
        points[500][0] = 503.0;
        assert_eq!(evenly(&points), Some(([0.0, 1.0], 3.0)));
        points[500][0] = 900.0;
        assert_eq!(evenly(&points), None);
        points[500][0] = f64::NAN;
        assert_eq!(evenly(&points), None, "where it stands is not known");
        assert_eq!(evenly(&[]), None);
    }
}
