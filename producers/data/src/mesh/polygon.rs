//! Polygons to triangles.

use crate::limits::MAX_EAR_CORNERS;

/// Cuts a polygon into triangles. Corners that make it concave are respected up to [`MAX_EAR_CORNERS`]; larger polygons,
/// and those whose corners are not finite, become fans.
pub(super) fn triangulate(corners: &[u32], positions: &[[f64; 3]], triangles: &mut Vec<[u32; 3]>) {
    let fan = |triangles: &mut Vec<[u32; 3]>| {
        if let [first, rest @ ..] = corners {
            triangles.extend(rest.windows(2).map(|pair| [*first, pair[0], pair[1]]));
        }
    };
    if corners.len() < 4 || corners.len() > MAX_EAR_CORNERS {
        return fan(triangles);
    }
    match flatten(corners, positions) {
        Some(flat) if !is_convex(&flat) => {
            let corner = |index: usize| corners.get(index).copied().unwrap_or_default();
            triangles.extend(ears(&flat).into_iter().map(|triangle| triangle.map(corner)));
        }
        _ => fan(triangles),
    }
}

/// Cuts off one ear after another: a corner that turns left, with no other corner in its triangle. Where a polygon crosses
/// itself there may be none; what is left then becomes a fan.
fn ears(flat: &[[f64; 2]]) -> Vec<[usize; 3]> {
    let mut ring: Vec<usize> = (0..flat.len()).collect();
    let mut triangles = Vec::with_capacity(flat.len());
    let mut at = 0;
    while ring.len() > 3 {
        let neighbours = |at: usize| {
            let count = ring.len();
            [ring[(at + count - 1) % count], ring[at % count], ring[(at + 1) % count]]
        };
        let is_ear = |at: &usize| {
            let triangle = neighbours(*at);
            let [a, b, c] = triangle.map(|index| flat[index]);
            let covers = |index: &usize| {
                let p = flat[*index];
                // Corners in the same place, as where holes were joined in, are no hindrance.
                ![a, b, c].contains(&p)
                    && turn(a, b, p) >= 0.0
                    && turn(b, c, p) >= 0.0
                    && turn(c, a, p) >= 0.0
            };
            turn(a, b, c) > 0.0 && !ring.iter().any(covers)
        };
        // From the last cut on, so that a round polygon is not cut into splinters of one corner.
        let count = ring.len();
        let Some(ear) = (0..count).map(|step| (at + step) % count).find(is_ear) else { break };
        triangles.push(neighbours(ear));
        ring.remove(ear);
        at = ear + 1;
    }
    if let [first, rest @ ..] = &ring[..] {
        triangles.extend(rest.windows(2).map(|pair| [*first, pair[0], pair[1]]));
    }
    triangles
}

/// The corners in the plane in which the polygon is largest, counter-clockwise; `None` without an area.
fn flatten(corners: &[u32], positions: &[[f64; 3]]) -> Option<Vec<[f64; 2]>> {
    let points: Option<Vec<[f64; 3]>> =
        corners.iter().map(|corner| positions.get(*corner as usize).copied()).collect();
    let points = points?;
    // Newell's method: the areas of the projections onto the three planes.
    let mut normal = [0.0; 3];
    for (index, a) in points.iter().enumerate() {
        let b = points[(index + 1) % points.len()];
        for (axis, part) in normal.iter_mut().enumerate() {
            let (u, v) = ((axis + 1) % 3, (axis + 2) % 3);
            *part += (a[u] - b[u]) * (a[v] + b[v]);
        }
    }
    let axis = (0..3).max_by(|a, b| f64::total_cmp(&normal[*a].abs(), &normal[*b].abs()))?;
    if !normal.iter().all(|part| part.is_finite()) || normal[axis] == 0.0 {
        return None;
    }
    let (u, v) =
        if normal[axis] > 0.0 { ((axis + 1) % 3, (axis + 2) % 3) } else { ((axis + 2) % 3, (axis + 1) % 3) };
    Some(points.iter().map(|point| [point[u], point[v]]).collect())
}

/// Twice the signed area of a triangle.
fn turn(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// Whether a fan from the first corner covers a counter-clockwise polygon without overlap: each of its triangles turns left.
fn is_convex(flat: &[[f64; 2]]) -> bool {
    flat.windows(2).skip(1).all(|pair| turn(flat[0], pair[0], pair[1]) >= 0.0)
        && (0..flat.len()).all(|index| {
            let next = |step: usize| flat[(index + step) % flat.len()];
            turn(flat[index], next(1), next(2)) >= 0.0
        })
}

#[cfg(test)]
mod tests {
    use super::triangulate;

    fn cut(points: &[[f64; 3]]) -> Vec<[u32; 3]> {
        let corners: Vec<u32> = (0..points.len() as u32).collect();
        let mut triangles = Vec::new();
        triangulate(&corners, points, &mut triangles);
        triangles
    }

    /// The normal of the triangles, twice their area long.
    fn normal(points: &[[f64; 3]], triangles: &[[u32; 3]]) -> (f64, f64) {
        let mut sum = (0.0, 0.0);
        for [a, b, c] in triangles.iter().map(|triangle| triangle.map(|index| points[index as usize])) {
            let z = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
            sum = (sum.0 + z, sum.1 + z.abs());
        }
        sum
    }

    #[test]
    fn concave_polygons_keep_their_area_and_their_side() {
        // An arrowhead, whose fan from the first corner would leave it; and the same seen from behind.
        let arrow = [[0.0, 0.0, 0.0], [2.0, -1.0, 0.0], [1.0, 0.0, 0.0], [2.0, 1.0, 0.0]];
        let comb = [[0.0, 0.0], [5.0, 0.0], [5.0, 3.0], [4.0, 1.0], [3.0, 3.0], [2.0, 1.0], [1.0, 3.0]];
        let comb = comb.map(|[x, y]| [x, y, 2.0 - x]);
        for (points, doubled) in [(&arrow[..], 2.0), (&comb[..], 19.0)] {
            let forward = cut(points);
            assert_eq!(forward.len(), points.len() - 2);
            assert_eq!(normal(points, &forward), (doubled, doubled));
            let behind: Vec<_> = points.iter().rev().copied().collect();
            assert_eq!(normal(&behind, &cut(&behind)), (-doubled, doubled));
        }
    }

    #[test]
    fn polygons_without_an_area_become_fans() {
        assert_eq!(cut(&[[0.0; 3]; 5]).len(), 3);
        assert_eq!(cut(&[[f64::NAN; 3]; 4]).len(), 2);
        assert_eq!(cut(&[[f64::MAX; 3]; 4]).len(), 2);
        assert_eq!(cut(&[[0.0; 3]; 2]).len(), 0);
    }
}
