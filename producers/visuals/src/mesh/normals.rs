//! Normals at the corners of triangles: given ones, or round ones that break at creases.

use super::build::{Drawn, unit};
use glam::DVec3;
use glir_transforms::Transform;
use std::collections::HashMap;

/// A vertex with one of its normals. A vertex on a crease, or between triangles that run opposite ways, is several of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wedge {
    /// Of the mesh.
    pub(super) vertex: u32,
    /// Of length 1, on the side from which its triangles run counterclockwise; 0 where there is none.
    pub(super) normal: DVec3,
}

/// Wedges, and those at the corners of each triangle that is drawn.
pub(super) struct Wedges {
    pub(super) all: Vec<Wedge>,
    pub(super) corners: Vec<[u32; 3]>,
}

/// The normal of a triangle, on the side from which it runs counterclockwise.
fn plane(positions: &[[f64; 3]], triangle: [u32; 3]) -> DVec3 {
    let [a, b, c] = triangle.map(|index| DVec3::from(positions[index as usize]));
    unit((b - a).cross(c - a)).unwrap_or(DVec3::ZERO)
}

/// Normals of length 1 at vertices. Fragments turn them over by the side of their triangle that is seen, so where a triangle runs the other
/// way round than its normals say, theirs are the opposite ones.
pub(super) fn given(normals: &[DVec3], positions: &[[f64; 3]], drawn: &[Drawn]) -> Wedges {
    let mut known: HashMap<(u32, bool), u32> = HashMap::new();
    let mut all = Vec::new();
    let corners = drawn.iter().map(|(_, triangle)| {
        let sum: DVec3 = triangle.iter().map(|index| normals[*index as usize]).sum();
        let against = sum.dot(plane(positions, *triangle)) < 0.0;
        triangle.map(|vertex| {
            *known.entry((vertex, against)).or_insert_with(|| {
                let normal = normals[vertex as usize];
                all.push(Wedge { vertex, normal: if against { -normal } else { normal } });
                all.len() as u32 - 1
            })
        })
    });
    let corners = corners.collect();
    Wedges { all, corners }
}

/// How many of the triangles at an edge are held against each other: edges of surfaces have two.
const AT_EDGE: usize = 4;

/// Normals that follow from the triangles. At each vertex, those triangles share a normal that hang together by edges at which the
/// surface bends by no more than the angle of this cosine; each counts by its angle there. Neighbours that run opposite ways have opposite
/// ones: it is the surface that bends, whichever way its triangles run.
pub(super) fn smooth(positions: &[[f64; 3]], drawn: &[Drawn], cos_crease: f64) -> Wedges {
    let planes: Vec<DVec3> = drawn.iter().map(|(_, triangle)| plane(positions, *triangle)).collect();
    // The corners at each vertex, by the vertex: corner 3t + c is the one of triangle t.
    let vertex_of = |corner: u32| drawn[corner as usize / 3].1[corner as usize % 3];
    let mut at: Vec<u32> = (0..drawn.len() as u32 * 3).collect();
    at.sort_unstable_by_key(|corner| (vertex_of(*corner), *corner));

    let mut all = Vec::new();
    let mut corners = vec![[0_u32; 3]; drawn.len()];
    for around in at.chunk_by(|a, b| vertex_of(*a) == vertex_of(*b)) {
        let mut groups = Groups((0..around.len()).map(|member| (member, false)).collect());
        // The edges from here: the vertex at the other end, the corner here, and whether the triangle runs along it from here.
        let mut edges: Vec<(u32, usize, bool)> = Vec::with_capacity(2 * around.len());
        for (own, corner) in around.iter().enumerate() {
            let first = corner - corner % 3;
            edges.extend([1, 2].map(|next| (vertex_of(first + (corner + next) % 3), own, next == 1)));
        }
        edges.sort_unstable();
        for (index, (end, own, along)) in edges.iter().enumerate() {
            let others = edges[index + 1..].iter().take(AT_EDGE - 1);
            for (_, other, other_along) in others.take_while(|(other_end, ..)| other_end == end) {
                // Triangles that run the same way round pass their edge in opposite directions.
                let turned = along == other_along;
                let [a, b] = [*own, *other].map(|member| planes[around[member] as usize / 3]);
                let cosine = if turned { -a.dot(b) } else { a.dot(b) };
                if cosine >= cos_crease {
                    groups.join(*own, *other, turned);
                }
            }
        }
        // The wedges of each group, by its root: that of the root's side, and that of the other one.
        let mut own_wedges: Vec<[Option<u32>; 2]> = vec![[None; 2]; around.len()];
        for (own, corner) in around.iter().enumerate() {
            let (triangle, place) = (*corner as usize / 3, *corner as usize % 3);
            let [here, one, other] =
                [0, 1, 2].map(|next| DVec3::from(positions[drawn[triangle].1[(place + next) % 3] as usize]));
            let angle = match [one - here, other - here].map(unit) {
                [Some(one), Some(other)] => one.dot(other).clamp(-1.0, 1.0).acos(),
                _ => 0.0,
            };
            let (root, turned) = groups.of(own);
            let wedge = *own_wedges[root][usize::from(turned)].get_or_insert_with(|| {
                all.push(Wedge { vertex: drawn[triangle].1[place], normal: DVec3::ZERO });
                all.len() as u32 - 1
            });
            all[wedge as usize].normal += planes[triangle] * angle;
            corners[triangle][place] = wedge;
        }
        // Both sides of a group are of one surface.
        for sides in own_wedges {
            if let [Some(front), Some(back)] = sides.map(|side| side.map(|wedge| wedge as usize)) {
                let normal = all[front].normal - all[back].normal;
                (all[front].normal, all[back].normal) = (normal, -normal);
            }
        }
    }
    for wedge in &mut all {
        wedge.normal = unit(wedge.normal).unwrap_or(DVec3::ZERO);
    }
    Wedges { all, corners }
}

/// Which members hang together: one of the same group each, and whether it is turned over against that one.
struct Groups(Vec<(usize, bool)>);

impl Groups {
    fn of(&mut self, member: usize) -> (usize, bool) {
        let (mut root, mut turned) = (member, false);
        while self.0[root].0 != root {
            let (next, way) = self.0[root];
            // Half of the path is left out the next time.
            let (further, further_way) = self.0[next];
            self.0[root] = (further, way ^ further_way);
            turned ^= self.0[root].1;
            root = further;
        }
        (root, turned)
    }

    /// Joins two. Where they are one group already, they stay as they are: around a Möbius strip there is no right side.
    fn join(&mut self, one: usize, other: usize, turned: bool) {
        let ((one, one_turned), (other, other_turned)) = (self.of(one), self.of(other));
        if one != other {
            self.0[one.max(other)] = (one.min(other), turned ^ one_turned ^ other_turned);
        }
    }
}

/// Given normals behind the static part of a transform: the way of two tangents, as the vertex shader does for the rest.
pub(super) fn mapped(
    normals: &[[f32; 3]],
    positions: &[[f64; 3]],
    transform: &Transform,
    step: f64,
) -> Vec<DVec3> {
    let given = normals.iter().zip(positions);
    given
        .map(|(normal, position)| {
            let normal = DVec3::from(normal.map(f64::from));
            let Some(normal) = unit(normal) else { return DVec3::ZERO };
            if transform.is_empty() {
                return normal;
            }
            let one = normal.any_orthonormal_vector();
            let way = |tangent: DVec3| {
                let at = DVec3::from(*position);
                let [there, back] =
                    [tangent, -tangent].map(|way| DVec3::from(transform.map((at + way * step).into())));
                there - back
            };
            unit(way(one).cross(way(normal.cross(one)))).unwrap_or(DVec3::ZERO)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::build::drawn;
    use super::{given, smooth};
    use glam::DVec3;

    #[test]
    fn a_cubes_corner_looks_outward_whatever_the_cut() {
        // Two triangles of the floor meet at the corner, one of each wall; round.
        let positions = [[0.0; 3], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        let triangles = [[0, 2, 1], [0, 3, 2], [0, 1, 4], [0, 4, 3]];
        let wedges = smooth(&positions, &drawn(&positions, &triangles), -1.0);
        assert_eq!((wedges.all.len(), wedges.all[0].vertex), (5, 0));
        assert!((wedges.all[0].normal - DVec3::splat(-1.0 / 3.0_f64.sqrt())).length() < 1e-12);
        // With creases each wall has its own.
        let wedges = smooth(&positions, &drawn(&positions, &triangles), 40.0_f64.to_radians().cos());
        let at_corner = wedges.all.iter().filter(|wedge| wedge.vertex == 0).map(|wedge| wedge.normal);
        let mut at_corner: Vec<[f64; 3]> = at_corner.map(Into::into).collect();
        at_corner.sort_by(|a, b| a.partial_cmp(b).unwrap());
        assert_eq!(at_corner, [[-1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]]);
        // The floor's two triangles share theirs.
        assert_eq!(wedges.corners[0][0], wedges.corners[1][0]);
    }

    #[test]
    fn surfaces_hang_together_around_a_bend() {
        // A fan around an apex: neighbours bend by less than the crease, opposite ones by more.
        let count = 24;
        let ring = |index: u32| {
            let angle = f64::from(index) / f64::from(count) * std::f64::consts::TAU;
            [angle.cos(), angle.sin(), 0.0]
        };
        let mut positions: Vec<[f64; 3]> = (0..count).map(ring).collect();
        positions.push([0.0, 0.0, 1.0]);
        let triangles: Vec<[u32; 3]> = (0..count).map(|index| [index, (index + 1) % count, count]).collect();
        let wedges = smooth(&positions, &drawn(&positions, &triangles), 40.0_f64.to_radians().cos());
        assert_eq!(wedges.all.len(), positions.len());
        assert!((wedges.all[count as usize].normal - DVec3::Z).length() < 1e-9);
    }

    #[test]
    fn surfaces_are_smooth_whichever_way_their_triangles_run() {
        // A strip around a cylinder, every second triangle of which runs the other way; and one that all run the same way.
        let count = 40_u32;
        let point = |index: u32| {
            let angle = f64::from(index / 2) / f64::from(count / 2) * std::f64::consts::TAU;
            [angle.cos(), angle.sin(), f64::from(index % 2)]
        };
        let positions: Vec<[f64; 3]> = (0..count).map(point).collect();
        for alike in [true, false] {
            let triangles: Vec<[u32; 3]> = (0..count)
                .map(|index| {
                    let [a, b, c] = [index, (index + 1) % count, (index + 2) % count];
                    if alike && index % 2 == 1 { [b, a, c] } else { [a, b, c] }
                })
                .collect();
            let wedges = smooth(&positions, &drawn(&positions, &triangles), 40.0_f64.to_radians().cos());
            assert_eq!(wedges.all.len(), count as usize * if alike { 1 } else { 2 });
            for wedge in &wedges.all {
                let [x, y, _] = positions[wedge.vertex as usize];
                let outward = wedge.normal.dot(DVec3::new(x, y, 0.0));
                assert!(outward.abs() > 0.99, "{outward}");
            }
        }
    }

    #[test]
    fn normals_take_the_side_that_their_triangles_have() {
        // Both triangles of a square look up, but the second runs clockwise.
        let positions = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]];
        let wedges = given(&[DVec3::Z; 4], &positions, &drawn(&positions, &[[0, 1, 2], [0, 3, 2]]));
        let normals = wedges.corners.iter().map(|corners| corners.map(|c| wedges.all[c as usize].normal));
        assert_eq!(normals.collect::<Vec<_>>(), [[DVec3::Z; 3], [-DVec3::Z; 3]]);
        // Many triangles at one edge and one vertex take no longer than few.
        let positions: Vec<[f64; 3]> = (0..20_000).map(|i| [f64::from(i % 7), f64::from(i), 1.0]).collect();
        let triangles: Vec<[u32; 3]> = (2..20_000).map(|index| [0, 1, index]).collect();
        assert!(smooth(&positions, &drawn(&positions, &triangles), 0.5).corners.len() > 19_000);
    }
}
