//! Paths through a transform: bent where it bends them, cut where it is not defined.

use crate::map::Point;
use crate::transform::Transform;

/// How often a stretch between two points may be halved before what is left is taken for a gap.
const DEPTH: u32 = 12;

/// How often it is halved in any case: a curve may come back to its chord in the middle.
const FIRST: u32 = 2;

impl Transform {
    /// The image of a path that goes straight from point to point, in pieces: with as many points between as it takes to follow the
    /// image to within `tolerance`, in its units. Where the transform is not defined a piece ends, at the very border; and also where
    /// the image jumps, as from one side of a map to the other.
    ///
    /// Points of pieces lie on the path in its order. What is defined on less than a quarter of the way between two points may be
    /// missed. A tolerance that is not above 0 is taken for the least that there is, 1/4096 of each way.
    ///
    /// ```
    /// use glir_transforms::{Projection, Transform};
    ///
    /// // A circle of latitude, seen from above 0° E: half of it is on the far side, and its ends lie on the limb.
    /// let globe = Transform::projection(Projection::Orthographic { radius: 1.0, center: [0.0, 0.0] })?;
    /// let pieces = globe.map_path(&[[-180.0, 0.0, 0.0], [180.0, 0.0, 0.0]], 1e-3);
    /// let [piece] = &pieces[..] else { panic!("one piece is seen") };
    /// let [first, last] = [piece[0], piece[piece.len() - 1]];
    /// assert!((first[0] + 1.0).abs() < 1e-9 && (last[0] - 1.0).abs() < 1e-9);
    /// # Ok::<(), glir_transforms::TransformError>(())
    /// ```
    pub fn map_path(&self, path: &[Point], tolerance: f64) -> Vec<Vec<Point>> {
        let mut pieces = Pieces { transform: self, tolerance, done: Vec::new(), open: Vec::new() };
        for (index, &to) in path.iter().enumerate() {
            let end = (to, self.map(to));
            match index.checked_sub(1).and_then(|before| path.get(before)) {
                Some(&from) => pieces.stretch((from, self.map(from)), end, 0),
                None => pieces.push(end.1),
            }
        }
        pieces.close();
        pieces.done
    }
}

struct Pieces<'t> {
    transform: &'t Transform,
    tolerance: f64,
    done: Vec<Vec<Point>>,
    open: Vec<Point>,
}

/// A point of the path, and its image.
type At = (Point, Point);

fn defined(image: Point) -> bool {
    image.iter().all(|part| part.is_finite())
}

fn between(a: Point, b: Point) -> Point {
    [0, 1, 2].map(|axis| 0.5 * a[axis] + 0.5 * b[axis])
}

fn distance(a: Point, b: Point) -> f64 {
    [0, 1, 2].map(|axis| (a[axis] - b[axis]).powi(2)).iter().sum::<f64>().sqrt()
}

impl Pieces<'_> {
    fn push(&mut self, image: Point) {
        if defined(image) && self.open.last() != Some(&image) {
            self.open.push(image);
        }
    }

    fn close(&mut self) {
        let piece = std::mem::take(&mut self.open);
        if piece.len() > 1 {
            self.done.push(piece);
        }
    }

    /// Adds what lies between two points, and the second one.
    fn stretch(&mut self, from: At, to: At, depth: u32) {
        let middle = between(from.0, to.0);
        let middle = (middle, self.transform.map(middle));
        let all = [from, middle, to].map(|at| defined(at.1));
        if depth >= FIRST {
            match all {
                [false, false, false] => return self.close(),
                [true, true, true] if distance(middle.1, between(from.1, to.1)) <= self.tolerance => {
                    return self.push(to.1);
                }
                _ => {}
            }
        }
        if depth < DEPTH {
            self.stretch(from, middle, depth + 1);
            return self.stretch(middle, to, depth + 1);
        }
        match all {
            [true, _, true] if self.follows(from.1, middle.1, to.1) => {}
            [true, _, false] | [false, _, true] => return self.border(from, to),
            _ => self.close(),
        }
        self.push(to.1);
    }

    /// Whether the middle of a stretch that can't be halved any more lies between its ends rather than at one of them.
    fn follows(&self, from: Point, middle: Point, to: Point) -> bool {
        defined(middle) && distance(middle, between(from, to)) <= 0.25 * distance(from, to)
    }

    /// Goes on to where the transform ceases to be defined, or begins there.
    fn border(&mut self, from: At, to: At) {
        let leaves = defined(from.1);
        let (mut inside, mut outside) = if leaves { (from, to.0) } else { (to, from.0) };
        for _ in 0..48 {
            let middle = between(inside.0, outside);
            let image = self.transform.map(middle);
            if defined(image) {
                inside = (middle, image);
            } else {
                outside = middle;
            }
        }
        if leaves {
            self.push(inside.1);
            self.close();
        } else {
            self.close();
            self.push(inside.1);
            self.push(to.1);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Projection, Transform};

    fn mercator() -> Transform {
        Transform::projection(Projection::Mercator { radius: 1.0, meridian: 0.0 }).unwrap()
    }

    #[test]
    fn a_jump_parts_a_path() {
        // Over the date line: from the right border of the map to the left one.
        let pieces = mercator().map_path(&[[170.0, 10.0, 0.0], [190.0, 10.0, 0.0]], 1e-3);
        assert_eq!(pieces.len(), 2);
        let ends = [pieces[0].last().unwrap()[0], pieces[1][0][0]];
        assert!((ends[0] - std::f64::consts::PI).abs() < 1e-3, "{ends:?}");
        assert!((ends[1] + std::f64::consts::PI).abs() < 1e-3, "{ends:?}");
    }

    #[test]
    fn the_right_border_of_a_map_is_on_the_right() {
        let [left, right] = [-180.0, 180.0].map(|longitude| mercator().map([longitude, 0.0, 0.0])[0]);
        assert_eq!((left, right), (-std::f64::consts::PI, std::f64::consts::PI));
    }

    #[test]
    fn bends_are_followed() {
        let circle = Transform::polar().map_path(&[[0.0, 1.0, 0.0], [3.0, 1.0, 0.0]], 1e-4);
        let [piece] = &circle[..] else { panic!("{circle:?}") };
        assert!((60..500).contains(&piece.len()), "{}", piece.len());
        let chord =
            |pair: &[[f64; 3]]| (0.5 * (pair[0][0] + pair[1][0])).hypot(0.5 * (pair[0][1] + pair[1][1]));
        assert!(piece.windows(2).all(|pair| (1.0 - chord(pair)).abs() < 1.1e-4));
        // A straight one takes no more than its first halves.
        assert_eq!(Transform::null().map_path(&[[0.0; 3], [1.0; 3]], 1e-4)[0].len(), 5);
    }

    #[test]
    fn nothing_and_nonsense() {
        let globe =
            Transform::projection(Projection::Orthographic { radius: 1.0, center: [0.0, 90.0] }).unwrap();
        assert!(globe.map_path(&[], 1e-3).is_empty());
        assert!(globe.map_path(&[[0.0, 80.0, 0.0]], 1e-3).is_empty());
        assert!(globe.map_path(&[[0.0, -80.0, 0.0], [90.0, -70.0, 0.0]], 1e-3).is_empty());
        assert!(globe.map_path(&[[f64::NAN; 3], [0.0, 80.0, 0.0]], 1e-3).len() < 2);
        for tolerance in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let pieces = globe.map_path(&[[0.0, 80.0, 0.0], [90.0, -80.0, 0.0]], tolerance);
            assert_eq!(pieces.len(), 1);
            let end = pieces[0].last().unwrap();
            assert!((end[0].hypot(end[1]) - 1.0).abs() < 1e-6 || tolerance.is_infinite(), "{end:?}");
        }
    }
}
