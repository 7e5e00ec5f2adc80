//! Outlines, and signed-distance fields of them.

/// The longest piece of a flattened outline, in texels: short enough that what lies inside of an overlap is cut off near its ends.
const PIECE: f32 = 1.5;
/// The most pieces of an outline; a bundled font's have some hundreds. A larger one has no field.
const MAX_PIECES: usize = 1 << 16;
/// The most pieces of which each is held against all others to find overlaps.
const MAX_OVERLAP_PIECES: usize = 1 << 12;
/// How far from its origin an outline may reach, in ems. One beyond has no field.
const MAX_REACH: f32 = 8.0;

type Point = [f32; 2];

/// A glyph's contours, in ems; y goes up. What is wound around, in either direction, is inside.
///
/// ```
/// use glir_text::Font;
///
/// let font = Font::sans();
/// let letter = font.outline(font.glyph('o').unwrap_or(0));
/// let field = letter.field(32, 4);
/// assert_eq!(field.texels.len(), usize::from(field.width) * usize::from(field.height));
/// // The middle of an "o" is outside of it, and what is more than half lies inside.
/// let middle = usize::from(field.height / 2) * usize::from(field.width) + usize::from(field.width / 2);
/// assert!(field.texels[middle] < 128 && field.texels.iter().any(|texel| *texel > 128));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline {
    contours: Vec<Vec<Curve>>,
    start: Point,
    at: Point,
}

/// A piece of a contour: a cubic Bézier curve.
type Curve = [Point; 4];

fn mix(a: Point, b: Point, t: f32) -> Point {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
}

impl Outline {
    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.contours.iter().all(Vec::is_empty)
    }

    /// Begins a contour.
    pub fn move_to(&mut self, to: Point) {
        self.close();
        self.contours.push(Vec::new());
        (self.start, self.at) = (to, to);
    }

    /// A straight line.
    pub fn line_to(&mut self, to: Point) {
        self.curve_to(mix(self.at, to, 1.0 / 3.0), mix(self.at, to, 2.0 / 3.0), to);
    }

    /// A quadratic Bézier curve.
    pub fn quad_to(&mut self, control: Point, to: Point) {
        self.curve_to(mix(self.at, control, 2.0 / 3.0), mix(to, control, 2.0 / 3.0), to);
    }

    /// A cubic Bézier curve.
    pub fn curve_to(&mut self, first: Point, second: Point, to: Point) {
        if self.contours.is_empty() {
            self.contours.push(Vec::new());
        }
        if let Some(contour) = self.contours.last_mut() {
            contour.push([self.at, first, second, to]);
        }
        self.at = to;
    }

    /// Goes back to where the contour began.
    pub fn close(&mut self) {
        if self.at != self.start && self.contours.last().is_some_and(|contour| !contour.is_empty()) {
            self.line_to(self.start);
        }
    }

    /// As short straight pieces, `em` times as large; none if they are too many or reach too far.
    fn pieces(&self, em: f32) -> Option<Vec<[Point; 2]>> {
        let mut pieces = Vec::new();
        for curve in self.contours.iter().flatten() {
            let curve = curve.map(|[x, y]| [x * em, y * em]);
            let reach = MAX_REACH * em;
            if !curve.iter().flatten().all(|value| value.abs() <= reach) {
                return None;
            }
            let length: f32 = curve.windows(2).map(|pair| distance(pair[0], pair[1])).sum();
            let count = (length / PIECE).ceil().max(1.0) as usize;
            if pieces.len() + count > MAX_PIECES {
                return None;
            }
            let mut from = curve[0];
            for step in 1..=count {
                let to = if step == count { curve[3] } else { point_on(&curve, step as f32 / count as f32) };
                if from != to {
                    pieces.push([from, to]);
                }
                from = to;
            }
        }
        Some(pieces)
    }

    /// The field of the outline: `em` texels an em, distances of up to `spread` texels.
    ///
    /// Empty for an empty outline, and for one that reaches farther than eight ems or has far more curves than a glyph has.
    pub fn field(&self, em: u16, spread: u8) -> Field {
        let (em, spread) = (f32::from(em.max(1)), f32::from(spread.max(1)));
        let Some(pieces) = self.pieces(em).filter(|pieces| !pieces.is_empty()) else {
            return Field::default();
        };
        let points = || pieces.iter().flatten();
        let bound = |axis: usize, least: bool| {
            let values = points().map(|point| point[axis]);
            if least {
                values.fold(f32::INFINITY, f32::min)
            } else {
                values.fold(f32::NEG_INFINITY, f32::max)
            }
        };
        let (left, bottom) = ((bound(0, true) - spread).floor(), (bound(1, true) - spread).floor());
        let (right, top) = ((bound(0, false) + spread).ceil(), (bound(1, false) + spread).ceil());
        let (width, height) = ((right - left) as usize, (top - bottom) as usize);
        let edges = without_overlaps(&pieces);
        let mut squares = vec![spread * spread; width * height];
        for edge in &edges {
            spread_edge(edge, [left, bottom], [width, height], spread, &mut squares);
        }
        let mut texels = Vec::with_capacity(width * height);
        for (row, squares) in squares.chunks_exact(width.max(1)).enumerate() {
            let crossings = crossings(&pieces, bottom + row as f32 + 0.5);
            let mut next = crossings.iter().peekable();
            let mut winding = 0;
            for (column, square) in squares.iter().enumerate() {
                let x = left + column as f32 + 0.5;
                while let Some((_, turn)) = next.next_if(|(at, _)| *at <= x) {
                    winding += turn;
                }
                let sign = if winding == 0 { -1.0 } else { 1.0 };
                let share = 0.5 + sign * square.sqrt() / (2.0 * spread);
                texels.push((share * 255.0).round() as u8);
            }
        }
        let plane = [left / em, bottom / em, right / em, top / em];
        Field { width: width as u16, height: height as u16, plane, texels }
    }
}

/// How far each texel's centre lies inside (above a half) or outside of an outline.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// Texels from left to right.
    pub width: u16,
    /// Texels from bottom to top.
    pub height: u16,
    /// The rectangle that the texels cover, in ems from the glyph's origin: left, bottom, right, top.
    pub plane: [f32; 4],
    /// Row by row from the lowest one up: 0 for a distance of the whole spread outside, 255 for as much inside.
    pub texels: Vec<u8>,
}

fn distance(a: Point, b: Point) -> f32 {
    (b[0] - a[0]).hypot(b[1] - a[1])
}

fn point_on(curve: &Curve, t: f32) -> Point {
    let [a, b, c, d] = *curve;
    let (ab, bc, cd) = (mix(a, b, t), mix(b, c, t), mix(c, d, t));
    mix(mix(ab, bc, t), mix(bc, cd, t), t)
}

/// The pieces that separate inside from outside: where contours overlap, the parts of one within the other are no edge.
fn without_overlaps(pieces: &[[Point; 2]]) -> Vec<[Point; 2]> {
    if pieces.len() > MAX_OVERLAP_PIECES {
        return pieces.to_vec();
    }
    let is_edge = |[a, b]: &[Point; 2]| {
        let middle = mix(*a, *b, 0.5);
        let length = distance(*a, *b);
        // A hundredth of a texel to either side.
        let step = [0.01 * (a[1] - b[1]) / length, 0.01 * (b[0] - a[0]) / length];
        let beside =
            |sign: f32| winding(pieces, [middle[0] + sign * step[0], middle[1] + sign * step[1]]) != 0;
        beside(1.0) != beside(-1.0)
    };
    pieces.iter().filter(|piece| is_edge(piece)).copied().collect()
}

/// How often the pieces go around a point.
fn winding(pieces: &[[Point; 2]], at: Point) -> i32 {
    pieces
        .iter()
        .filter_map(|piece| crossing(piece, at[1]))
        .filter(|(x, _)| *x <= at[0])
        .map(|(_, turn)| turn)
        .sum()
}

/// Where a piece crosses a height, and whether upward.
fn crossing([a, b]: &[Point; 2], y: f32) -> Option<(f32, i32)> {
    let turn = match (a[1] <= y, b[1] <= y) {
        (true, false) => 1,
        (false, true) => -1,
        _ => return None,
    };
    Some((a[0] + (b[0] - a[0]) * ((y - a[1]) / (b[1] - a[1])), turn))
}

/// All crossings of a height, from left to right.
fn crossings(pieces: &[[Point; 2]], y: f32) -> Vec<(f32, i32)> {
    let mut all: Vec<(f32, i32)> = pieces.iter().filter_map(|piece| crossing(piece, y)).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all
}

/// Lowers the squared distances of the texels around an edge.
fn spread_edge(
    [a, b]: &[Point; 2],
    origin: Point,
    [width, height]: [usize; 2],
    spread: f32,
    squares: &mut [f32],
) {
    let along = [b[0] - a[0], b[1] - a[1]];
    let length_squared = along[0] * along[0] + along[1] * along[1];
    let range = |axis: usize, size: usize| {
        let low = (a[axis].min(b[axis]) - spread - origin[axis]).floor().max(0.0) as usize;
        let high = (a[axis].max(b[axis]) + spread - origin[axis]).ceil().max(0.0) as usize;
        low..high.min(size)
    };
    for row in range(1, height) {
        let y = origin[1] + row as f32 + 0.5 - a[1];
        let Some(line) = squares.get_mut(row * width..(row + 1) * width) else { continue };
        for column in range(0, width) {
            let x = origin[0] + column as f32 + 0.5 - a[0];
            let t = ((x * along[0] + y * along[1]) / length_squared).clamp(0.0, 1.0);
            let (dx, dy) = (x - t * along[0], y - t * along[1]);
            if let Some(square) = line.get_mut(column) {
                *square = square.min(dx * dx + dy * dy);
            }
        }
    }
}
