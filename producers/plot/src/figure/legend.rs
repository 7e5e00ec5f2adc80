//! Where a legend stands so that it covers little of the data, and how much of it there is room for.

use super::axes::{Axes, Item, Line, Scatter};
use super::words;
use glir_text::Font;
use glir_visuals::{LegendCorner, LegendStyle, Swatch};

/// Places of legends in the order in which they are taken where all are alike.
const PLACES: [LegendCorner; 8] = [
    LegendCorner::TopRight,
    LegendCorner::TopLeft,
    LegendCorner::BottomRight,
    LegendCorner::BottomLeft,
    LegendCorner::Top,
    LegendCorner::Right,
    LegendCorner::Left,
    LegendCorner::Bottom,
];

/// Pixels between a legend and what it does not cover.
const CLEAR: f64 = 4.0;

/// The longest name, in ems.
const LONGEST: f64 = 20.0;

/// Names and samples, no longer than there is room: where there are more, the last one tells how many.
pub(super) fn entries(axes: &Axes, font: &Font, em: f64, height: f64) -> Vec<(String, Swatch)> {
    let named = axes.legend_entries();
    // As glir_visuals lays them out: a row is 1.4 em high, with half an em above and below all.
    let rows = ((height - 0.5 * em) / (1.4 * em).round()).floor().max(1.0) as usize;
    let shown = if named.len() > rows { rows.saturating_sub(1).max(1) } else { named.len() };
    let mut entries: Vec<(String, Swatch)> = named[..shown]
        .iter()
        .map(|(name, item)| (words::shorten_middle(font, name, em, LONGEST * em), swatch(item)))
        .collect();
    if shown < named.len() {
        let none = Swatch::Patch { color: glir_visuals::Color::TRANSPARENT };
        entries.push((format!("… and {} more", named.len() - shown), none));
    }
    entries
}

/// The sample beside a name.
fn swatch(item: &Item) -> Swatch {
    match item {
        Item::Line(line) => {
            Swatch::Line { color: line.color, width: line.width, dashed: !line.dashes.is_empty() }
        }
        Item::Scatter(scatter) => {
            let color = if scatter.values.is_some() { scatter.colormap.at(0.5) } else { scatter.color.at(0) };
            let size = scatter.size.at(0).clamp(3.0, 12.0);
            match scatter.marker.parse() {
                Ok(symbol) if scatter.marker != "disc" => Swatch::Marker { symbol, color, size },
                _ => Swatch::Disc { color, size },
            }
        }
        Item::Bars(bars) => Swatch::Patch { color: bars.color },
        Item::Image(_) | Item::Traces(_) => Swatch::Patch { color: glir_visuals::Color::TRANSPARENT },
    }
}

/// The place inside of the axes where a legend of this size covers least, and how many pixels of lines and the like that are. The axes
/// are so many pixels wide and high and show a rectangle of places: left, bottom, right and top.
pub(super) fn emptiest(axes: &Axes, seen: [f64; 4], inner: [f64; 2], size: [f64; 2]) -> (LegendCorner, f64) {
    let margin = f64::from(LegendStyle::default().margin);
    let boxes = PLACES.map(|place| {
        let corner = place.at().map(f64::from);
        let low = [0, 1]
            .map(|axis| corner[axis] * (inner[axis] - size[axis]) + (1.0 - 2.0 * corner[axis]) * margin);
        [low[0] - CLEAR, low[1] - CLEAR, low[0] + size[0] + CLEAR, low[1] + size[1] + CLEAR]
    });
    let mut covered = [0.0_f64; PLACES.len()];
    let [left, bottom, right, top] = seen;
    let pixel = |[x, y]: [f64; 2]| {
        [
            (axes.x.scale.place(x) - left) / (right - left) * inner[0],
            (axes.y.scale.place(y) - bottom) / (top - bottom) * inner[1],
        ]
    };
    for item in &axes.items {
        match item {
            Item::Line(Line { points, width, .. }) => {
                let width = f64::from(*width).clamp(1.0, 100.0);
                for pair in points.windows(2) {
                    let [from, to] = [pixel(pair[0]), pixel(pair[1])];
                    for (covered, area) in covered.iter_mut().zip(&boxes) {
                        *covered += width * inside(from, to, *area);
                    }
                }
            }
            Item::Scatter(Scatter { points, size, .. }) => {
                for (index, point) in points.iter().enumerate() {
                    let [x, y] = pixel(*point);
                    let half = f64::from(size.at(index)).clamp(1.0, 1000.0) / 2.0;
                    add(&mut covered, &boxes, [x - half, y - half, x + half, y + half]);
                }
            }
            Item::Bars(bars) => {
                for (edges, count) in bars.counts.edges.windows(2).zip(&bars.counts.counts) {
                    let [x0, y1] = pixel([edges[0], *count as f64]);
                    let x1 = pixel([edges[1], 1.0])[0];
                    if y1.is_finite() {
                        add(&mut covered, &boxes, [x0.min(x1), 0.0, x0.max(x1), y1]);
                    }
                }
            }
            // They fill all that there is.
            Item::Image(_) | Item::Traces(_) => {}
        }
    }
    let least = (0..PLACES.len()).min_by(|a, b| covered[*a].total_cmp(&covered[*b])).unwrap_or(0);
    (PLACES[least], covered[least])
}

/// Adds what of a rectangle lies in each box.
fn add(covered: &mut [f64], boxes: &[[f64; 4]], [left, bottom, right, top]: [f64; 4]) {
    for (covered, [x0, y0, x1, y1]) in covered.iter_mut().zip(boxes) {
        let (width, height) = (right.min(*x1) - left.max(*x0), top.min(*y1) - bottom.max(*y0));
        if width > 0.0 && height > 0.0 {
            *covered += width * height;
        }
    }
}

/// The length of what of a segment lies in a rectangle, after Liang and Barsky (1984).
fn inside(from: [f64; 2], to: [f64; 2], [left, bottom, right, top]: [f64; 4]) -> f64 {
    let (mut first, mut last) = (0.0_f64, 1.0_f64);
    for axis in 0..2 {
        let ([low, high], way) = ([[left, right], [bottom, top]][axis], to[axis] - from[axis]);
        if way == 0.0 {
            if !(low..=high).contains(&from[axis]) {
                return 0.0;
            }
            continue;
        }
        let ends = [(low - from[axis]) / way, (high - from[axis]) / way];
        first = first.max(ends[0].min(ends[1]));
        last = last.min(ends[0].max(ends[1]));
    }
    let length = (to[0] - from[0]).hypot(to[1] - from[1]) * (last - first);
    // A gap has no length, and neither has what lies beyond.
    if last > first && length.is_finite() { length } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_measured_where_they_are_inside() {
        let area = [0.0, 0.0, 10.0, 10.0];
        assert_eq!(inside([-5.0, 5.0], [15.0, 5.0], area), 10.0);
        assert_eq!(inside([2.0, 2.0], [5.0, 6.0], area), 5.0);
        assert_eq!(inside([-5.0, 20.0], [15.0, 20.0], area), 0.0);
        assert_eq!(inside([f64::NAN, 5.0], [15.0, 5.0], area), 0.0);
        assert!((inside([3.0, -1e6], [3.0, 1e6], area) - 10.0).abs() < 1e-6);
        assert_eq!(inside([3.0, -1e300], [f64::INFINITY, 1e300], area), 0.0);
    }

    #[test]
    fn a_line_of_two_points_is_seen_by_its_way() {
        // From lower left to upper right, with no vertex in between: the other two corners are free.
        let mut axes = Axes::new();
        axes.line(&[0.0, 1.0], &[0.0, 1.0]).unwrap();
        let (place, covered) = emptiest(&axes, [0.0, 0.0, 1.0, 1.0], [400.0, 300.0], [100.0, 40.0]);
        assert_eq!((place, covered), (LegendCorner::TopLeft, 0.0));
        axes.line(&[0.0, 1.0], &[1.0, 0.0]).unwrap();
        let (place, covered) = emptiest(&axes, [0.0, 0.0, 1.0, 1.0], [400.0, 300.0], [100.0, 40.0]);
        assert_eq!((place, covered), (LegendCorner::Top, 0.0));
    }

    #[test]
    fn long_lists_end_with_how_many_more_there_are() {
        let mut axes = Axes::new();
        for index in 0..60 {
            axes.line(&[0.0], &[0.0]).unwrap().label(&format!("column number {index} {}", "x".repeat(90)));
        }
        let entries = entries(&axes, &Font::sans(), 13.0, 400.0);
        assert_eq!(entries.len(), 21);
        assert_eq!(entries[20].0, "… and 40 more");
        assert!(entries[0].0.starts_with("column number 0 xxx") && entries[0].0.contains('…'));
    }
}
