//! What of a figure's data is not seen, told in sentences.

use super::axes::{Axes, Item, Line, Pixels, Scatter};
use super::scale::Scale;

/// The farthest place that is drawn. Single precision, in which everything is, goes to 3.4e38, but a view needs the inverse of its
/// width too, and beyond this that is a number that GPUs take for 0.
pub(super) const FARTHEST: f64 = 1e37;

/// Whether there is room for a place so far out.
pub(super) fn has_place(place: f64) -> bool {
    place.abs() <= FARTHEST
}

/// Why values can't be drawn, and how many.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Lost {
    missing: u64,
    beyond: u64,
    not_positive: u64,
    /// In bins that begin at 0 or less.
    binned: u64,
}

impl Lost {
    fn count(self) -> u64 {
        self.missing + self.beyond + self.not_positive + self.binned
    }

    fn add(&mut self, values: &[(f64, Scale)]) {
        if values.iter().any(|(value, _)| !value.is_finite()) {
            self.missing += 1;
        } else if values.iter().any(|(value, scale)| *scale == Scale::Log && *value <= 0.0) {
            self.not_positive += 1;
        } else if values.iter().any(|(value, scale)| !has_place(scale.place(*value))) {
            self.beyond += 1;
        }
    }

    fn why(self) -> String {
        let reasons = [
            (self.missing, "missing or not finite"),
            (self.not_positive, "0 or less on a logarithmic axis"),
            (self.binned, "in bins that begin at 0 or less, on a logarithmic axis"),
            (self.beyond, "beyond ±1e37, more than single precision has room for"),
        ];
        let told = reasons.iter().filter(|(count, _)| *count > 0);
        told.map(|(count, why)| format!("{count} {} {why}", if *count == 1 { "is" } else { "are" }))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// A sentence about what has so many `parts`.
    fn tell(self, name: &str, count: u64, parts: &str) -> Option<String> {
        match self.count() {
            0 => None,
            lost if lost == count => {
                Some(format!("nothing of {name} can be drawn: of {count} {parts}, {}", self.why()))
            }
            lost => Some(format!("{lost} of {count} {parts} of {name} are not drawn: {}", self.why())),
        }
    }
}

/// `the line "sine"`.
fn called(kind: &str, label: &str) -> String {
    if label.is_empty() { format!("the {kind}") } else { format!("the {kind} {label:?}") }
}

fn of_points(name: &str, points: &[[f64; 2]], axes: &Axes) -> Option<String> {
    let mut lost = Lost::default();
    points.iter().for_each(|[x, y]| lost.add(&[(*x, axes.x.scale), (*y, axes.y.scale)]));
    if points.is_empty() {
        return Some(format!("nothing of {name} can be drawn: there are no points"));
    }
    lost.tell(name, points.len() as u64, "points")
}

/// What is not seen of what stands between axes.
pub(super) fn of(axes: &Axes) -> Vec<String> {
    let limited = axes.x.limits.is_some() || axes.y.limits.is_some();
    // Limits without sense are refused elsewhere.
    let spans = axes.spans().ok().filter(|_| limited).map(|spans| {
        let [(left, right), (bottom, top)] = spans;
        [left.min(right), bottom.min(top), left.max(right), bottom.max(top)]
    });
    let mut notes = Vec::new();
    for item in &axes.items {
        let told = of_item(item, axes);
        let is_told = told.as_ref().is_some_and(|told| told.starts_with("nothing"));
        notes.extend(told);
        notes.extend(spans.filter(|_| !is_told).and_then(|seen| beside(item, axes, seen)));
    }
    notes
}

/// The most characters that are named.
const NAMED: usize = 8;

/// A sentence about characters without a glyph.
pub(crate) fn boxes(missing: &[char]) -> Option<String> {
    let named: Vec<String> = missing.iter().take(NAMED).map(|character| format!("'{character}'")).collect();
    let more = missing.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let each = if missing.len() == 1 { "it" } else { "each" };
    (!missing.is_empty())
        .then(|| format!("the font has no glyph for {}{more}; a box stands for {each}", named.join(", ")))
}

/// A sentence about what lies beside a rectangle of places, all of it: left, bottom, right and top.
fn beside(item: &Item, axes: &Axes, seen: [f64; 4]) -> Option<String> {
    let place = |[x, y]: [f64; 2]| [axes.x.scale.place(x), axes.y.scale.place(y)];
    let meets = |a: [f64; 2], b: [f64; 2]| {
        let ([left, bottom, right, top], a, b) = (seen, place(a), place(b));
        let along =
            |axis: usize, low: f64, high: f64| a[axis].min(b[axis]) <= high && a[axis].max(b[axis]) >= low;
        a.into_iter().chain(b).all(f64::is_finite) && along(0, left, right) && along(1, bottom, top)
    };
    let alone = |points: &[[f64; 2]]| points.iter().any(|point| meets(*point, *point));
    let (name, is_seen) = match item {
        // A box around a segment is good enough: a diagonal that passes by a corner is told of by nobody.
        Item::Line(Line { points, label, .. }) => {
            let seen = points.windows(2).any(|pair| meets(pair[0], pair[1])) || alone(points);
            (called("line", label), seen)
        }
        Item::Scatter(Scatter { points, label, .. }) => (called("markers", label), alone(points)),
        Item::Bars(bars) => {
            let floor = if axes.y.scale == Scale::Log { f64::MIN_POSITIVE } else { 0.0 };
            let mut all = bars.counts.edges.windows(2).zip(&bars.counts.counts);
            let seen =
                all.any(|(edges, count)| *count > 0 && meets([edges[0], floor], [edges[1], *count as f64]));
            (called("histogram", &bars.label), seen)
        }
        Item::Image(image) => {
            let [left, right, bottom, top] = image.edges();
            ("the image".to_owned(), meets([left, bottom], [right, top]))
        }
        // Rows are as many as there are, and times are chosen before.
        Item::Traces(_) => return None,
    };
    (!is_seen).then(|| format!("nothing of {name} is seen: it lies beyond the limits of the axes"))
}

fn of_item(item: &Item, axes: &Axes) -> Option<String> {
    match item {
        Item::Line(Line { points, label, .. }) => of_points(&called("line", label), points, axes),
        Item::Scatter(Scatter { points, label, values, .. }) => {
            let name = called("markers", label);
            let told = of_points(&name, points, axes);
            let values = values.as_deref().unwrap_or_default();
            let (count, missing) = (values.len(), values.iter().filter(|value| value.is_nan()).count());
            let infinite = values.iter().filter(|value| value.is_infinite()).count();
            told.or(match (missing, infinite) {
                (0, 0) => None,
                (missing, _) if missing == count => {
                    Some(format!("nothing of {name} can be drawn: all {count} values of their colours are missing"))
                }
                (0, infinite) => Some(format!(
                    "{infinite} of {count} values of the colours of {name} are infinite, and have the colours of the ends"
                )),
                (missing, _) => Some(format!(
                    "{missing} of {count} points of {name} are not drawn: the values of their colours are missing"
                )),
            })
        }
        Item::Bars(bars) => {
            let counts = &bars.counts;
            let mut lost = Lost::default();
            for (edges, count) in counts.edges.windows(2).zip(&counts.counts) {
                let mut bin = Lost::default();
                bin.add(&[(edges[0], axes.x.scale), (edges[1], axes.x.scale)]);
                lost.missing += bin.missing * count;
                lost.binned += bin.not_positive * count;
                lost.beyond += bin.beyond * count;
            }
            let all = counts.counts.iter().sum();
            let name = called("histogram", &bars.label);
            match all {
                0 => Some(format!("nothing of {name} can be drawn: there are no finite values in its bins")),
                _ => lost.tell(&name, all, "values"),
            }
        }
        Item::Image(image) => {
            let Pixels::Values(values) = &image.pixels else { return None };
            let mut lost = Lost::default();
            values.iter().for_each(|value| lost.add(&[(f64::from(*value), Scale::Linear)]));
            lost.tell("the image", values.len() as u64, "values")
        }
        Item::Traces(traces) => {
            let mut lost = Lost::default();
            let samples = || traces.samples.iter().flatten().map(|sample| f64::from(*sample));
            samples().for_each(|sample| lost.add(&[(sample, Scale::Linear)]));
            lost.tell("the signals", samples().count() as u64, "samples")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bins;

    #[test]
    fn what_is_not_seen_is_told() {
        let mut axes = Axes::new();
        axes.line(&[1.0, 2.0, 3.0], &[f64::INFINITY, 1e308, -1e308]).unwrap();
        axes.line(&[1.0, 2.0, 3.0], &[0.0, 1.0, f64::NAN]).unwrap().label("sine");
        axes.scatter(&[1.0, 2.0], &[1.0, 2.0]).unwrap().values(vec![1.0, f64::NAN]);
        axes.hist(&[f64::NAN], &Bins::Auto).unwrap();
        axes.image(2, 1, Pixels::Values(vec![f32::NAN; 2])).unwrap();
        assert_eq!(
            of(&axes),
            [
                "nothing of the line can be drawn: of 3 points, 1 is missing or not finite, 2 are beyond ±1e37, more than single precision has room for",
                "1 of 3 points of the line \"sine\" are not drawn: 1 is missing or not finite",
                "1 of 2 points of the markers are not drawn: the values of their colours are missing",
                "nothing of the histogram can be drawn: there are no finite values in its bins",
                "nothing of the image can be drawn: of 2 values, 2 are missing or not finite",
            ]
        );
        let mut axes = Axes::new();
        axes.scatter(&[1.0, 2.0], &[1.0, 2.0]).unwrap().values(vec![f64::INFINITY; 2]);
        axes.scatter(&[1.0, 2.0], &[1.0, 2.0]).unwrap().values(vec![f64::NAN; 2]);
        assert_eq!(
            of(&axes),
            [
                "2 of 2 values of the colours of the markers are infinite, and have the colours of the ends",
                "nothing of the markers can be drawn: all 2 values of their colours are missing",
            ]
        );
        let mut axes = Axes::new();
        axes.x.limits = Some((20.0, 10.0));
        axes.line(&[1.0, 2.0, 30.0], &[1.0, 2.0, 3.0]).unwrap().label("across");
        axes.line(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0]).unwrap().label("before");
        axes.line(&[11.0, f64::NAN], &[1.0, 2.0]).unwrap().label("a dot");
        axes.scatter(&[1.0, 30.0], &[1.0, 3.0]).unwrap();
        axes.hist(&[1.0, 30.0], &Bins::Count(10)).unwrap();
        axes.image(2, 1, Pixels::Values(vec![1.0; 2])).unwrap();
        assert_eq!(
            of(&axes),
            [
                "nothing of the line \"before\" is seen: it lies beyond the limits of the axes",
                "1 of 2 points of the line \"a dot\" are not drawn: 1 is missing or not finite",
                "nothing of the markers is seen: it lies beyond the limits of the axes",
                "nothing of the histogram is seen: it lies beyond the limits of the axes",
                "nothing of the image is seen: it lies beyond the limits of the axes",
            ]
        );
        axes.y.scale = Scale::Log;
        assert_eq!(of(&axes).len(), 5);
        let mut axes = Axes::new();
        axes.x.scale = Scale::Log;
        axes.line(&[-1.0, 0.0], &[1.0, 2.0]).unwrap();
        axes.line(&[1.0, 10.0], &[1.0, 2.0]).unwrap();
        assert_eq!(
            of(&axes),
            ["nothing of the line can be drawn: of 2 points, 2 are 0 or less on a logarithmic axis"]
        );
    }
}
