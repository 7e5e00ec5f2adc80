//! From vertices and triangles to buffers.

use super::{Paint, normals};
use crate::each::Each;
use crate::error::Result;
use crate::place::Place;
use crate::points;
use crate::view::View;
use glam::DVec3;
use glir_gloo::{Feature, IndexBuffer, Mode, Profile, Selection, Value, Vertex, VertexBuffer};
use glir_transforms::origin;
use std::collections::HashMap;

/// The most vertices of a draw by 16-bit indices: the greatest index is no vertex.
const MOST: usize = u16::MAX as usize;

/// What is to be sent.
pub(super) struct Shape<'a> {
    pub(super) positions: &'a [[f64; 3]],
    pub(super) triangles: &'a [[u32; 3]],
    pub(super) normals: Option<&'a [[f32; 3]]>,
    pub(super) paint: &'a Paint,
    pub(super) lit: bool,
    pub(super) flat: bool,
    /// The cosine of the angle beyond which edges are sharp.
    pub(super) cos_crease: f64,
    pub(super) wire: bool,
    pub(super) faces: bool,
}

/// Buffers of one attribute each, kept so that only what differs is sent.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    high: Option<VertexBuffer<[f32; 3]>>,
    low: Option<VertexBuffer<[f32; 3]>>,
    normal: Option<VertexBuffer<[i16; 4]>>,
    color: Option<VertexBuffer<[u8; 4]>>,
    value: Option<VertexBuffer<[f32; 2]>>,
    texcoord: Option<VertexBuffer<[f32; 2]>>,
    corner: Option<VertexBuffer<[u8; 4]>>,
    /// Vertices drawn without indices.
    vertices: usize,
    draws: Vec<Draw>,
}

/// A draw by indices: those of vertices from `first` on.
#[derive(Debug)]
struct Draw {
    first: usize,
    indices: Indices,
}

#[derive(Debug)]
enum Indices {
    Short(IndexBuffer<u16>),
    Long(IndexBuffer<u32>),
}

/// A triangle that has an area: its number, and its vertices.
pub(super) type Drawn = (u32, [u32; 3]);

/// The triangles that have an area.
pub(super) fn drawn(positions: &[[f64; 3]], triangles: &[[u32; 3]]) -> Vec<Drawn> {
    let numbered = (0..).zip(triangles.iter().copied());
    numbered
        .filter(|(_, triangle)| {
            let [a, b, c] = triangle.map(|index| DVec3::from(positions[index as usize]));
            // Beyond single precision nothing could be drawn either.
            let drawable = |point: DVec3| point.as_vec3().is_finite();
            drawable(a) && drawable(b) && drawable(c) && unit((b - a).cross(c - a)).is_some()
        })
        .collect()
}

/// A vector of length 1; none if it has no direction. Very short and very long ones have.
pub(super) fn unit(vector: DVec3) -> Option<DVec3> {
    let most = vector.abs().max_element();
    (most > 0.0 && most.is_finite()).then(|| (vector / most).normalize())
}

/// As a normalized attribute.
fn packed(normal: DVec3) -> [i16; 4] {
    let [x, y, z] = normal.to_array().map(|part| (part * f64::from(i16::MAX)).round() as i16);
    [x, y, z, 0]
}

/// The length of the box around points.
fn size(positions: &[[f64; 3]]) -> f64 {
    crate::bounds::Bounds::of(positions).map_or(0.0, |bounds| bounds.size().max_element())
}

impl Buffers {
    /// Sends what differs.
    pub(super) fn send(&mut self, shape: &Shape<'_>, place: &mut Place) -> Result<()> {
        let mut positions = shape.positions.to_vec();
        place.data_transform().map_all(&mut positions);
        let drawn = drawn(&positions, shape.triangles);
        let step = 0.01 * size(&positions);

        let round = shape.lit && !shape.flat;
        let wedges = match shape.normals {
            _ if !round => None,
            Some(given) => {
                let step = 0.01 * size(shape.positions);
                let mapped = normals::mapped(given, shape.positions, place.data_transform(), step);
                Some(normals::given(&mapped, &positions, &drawn))
            }
            None => Some(normals::smooth(&positions, &drawn, shape.cos_crease)),
        };

        // Which vertex, and which triangle, each vertex of the buffers is of; and its wedge.
        let apart =
            shape.wire || shape.faces && (shape.lit && shape.flat || matches!(shape.paint, Paint::Faces(_)));
        let mut order: Vec<(u32, u32)> = Vec::new();
        let mut own: Vec<u32> = Vec::new();
        let mut before = std::mem::take(&mut self.draws).into_iter();
        self.vertices = 0;
        if apart || drawn.is_empty() {
            order.extend(drawn.iter().flat_map(|(item, triangle)| triangle.map(|index| (index, *item))));
            own.extend(wedges.iter().flat_map(|wedges| wedges.corners.iter().flatten()));
            self.vertices = order.len();
        } else {
            let header = place.context().header();
            let long = header.profile == Profile::Es3 || header.requires.contains(&Feature::UintIndices);
            let most = if long { u32::MAX as usize } else { MOST };
            // Runs are of wedges where there are some, else of vertices.
            let runs = match &wedges {
                Some(wedges) => split(wedges.corners.iter().copied(), most),
                None => split(drawn.iter().map(|(_, triangle)| *triangle), most),
            };
            for (first, members, indices) in runs {
                match &wedges {
                    Some(wedges) => {
                        order.extend(members.iter().map(|wedge| (wedges.all[*wedge as usize].vertex, 0)));
                        own.extend(&members);
                    }
                    None => order.extend(members.iter().map(|vertex| (*vertex, 0))),
                }
                let context = place.context();
                let kept = before.next().map(|draw| draw.indices);
                let indices = if members.len() <= MOST {
                    let short: Vec<u16> = indices.iter().map(|index| *index as u16).collect();
                    match kept {
                        Some(Indices::Short(mut kept)) => {
                            kept.replace(&short)?;
                            Indices::Short(kept)
                        }
                        _ => Indices::Short(IndexBuffer::new(context, &short)?),
                    }
                } else {
                    match kept {
                        Some(Indices::Long(mut kept)) => {
                            kept.replace(&indices)?;
                            Indices::Long(kept)
                        }
                        _ => Indices::Long(IndexBuffer::new(context, &indices)?),
                    }
                };
                self.draws.push(Draw { first, indices });
            }
        }
        if order.is_empty() {
            return Ok(());
        }

        let corners = || order.iter().map(|(index, _)| positions[*index as usize]);
        let halves =
            |part: usize| corners().map(|corner| origin::split_point(corner)[part]).collect::<Vec<_>>();
        put(&mut self.high, place, "a_high", &halves(0), false)?;
        if points::split(order.len(), || positions.iter().copied()) {
            put(&mut self.low, place, "a_low", &halves(1), false)?;
        } else {
            self.low = None;
            place.set("a_low", [0.0_f32; 3])?;
        }
        if shape.lit {
            let normals: Vec<[i16; 4]> = match &wedges {
                Some(wedges) => own.iter().map(|wedge| packed(wedges.all[*wedge as usize].normal)).collect(),
                None => {
                    let normal = |item: u32| {
                        let [a, b, c] = shape.triangles[item as usize]
                            .map(|index| DVec3::from(positions[index as usize]));
                        packed(unit((b - a).cross(c - a)).unwrap_or(DVec3::ZERO))
                    };
                    order.iter().map(|(_, item)| normal(*item)).collect()
                }
            };
            put(&mut self.normal, place, "a_normal", &normals, true)?;
            place.set("u_step", step as f32)?;
        }
        if shape.faces {
            self.send_paint(shape, place, &order)?;
        }
        if shape.wire {
            let one = |corner: usize| [0, 1, 2, 3].map(|part| if part == corner { 255 } else { 0 });
            let marks: Vec<[u8; 4]> = (0..order.len()).map(|index| one(index % 3)).collect();
            put(&mut self.corner, place, "a_corner", &marks, true)?;
        }
        Ok(())
    }

    fn send_paint(&mut self, shape: &Shape<'_>, place: &mut Place, order: &[(u32, u32)]) -> Result<()> {
        match shape.paint {
            Paint::Color(Each::One(_)) => Ok(()),
            Paint::Color(Each::Each(colors)) => {
                let colors: Vec<[u8; 4]> =
                    order.iter().map(|(index, _)| colors[*index as usize].bytes()).collect();
                put(&mut self.color, place, "a_color", &colors, true)
            }
            Paint::Faces(colors) => {
                let colors: Vec<[u8; 4]> =
                    order.iter().map(|(_, item)| colors[*item as usize].bytes()).collect();
                put(&mut self.color, place, "a_color", &colors, true)
            }
            Paint::Values { values, .. } => {
                let value = |index: u32| {
                    let value = values[index as usize] as f32;
                    if value.is_finite() { [value, 1.0] } else { [0.0; 2] }
                };
                let values: Vec<[f32; 2]> = order.iter().map(|(index, _)| value(*index)).collect();
                put(&mut self.value, place, "a_value", &values, false)
            }
            Paint::Texture { texcoords, .. } => {
                let texcoords: Vec<[f32; 2]> =
                    order.iter().map(|(index, _)| texcoords[*index as usize]).collect();
                put(&mut self.texcoord, place, "a_texcoord", &texcoords, false)
            }
        }
    }

    /// Draws all that there is.
    pub(super) fn draw(&self, place: &mut Place, view: &View) -> Result<()> {
        if self.vertices > 0 {
            place.draw(view, Mode::Triangles, 0..self.vertices)?;
        }
        for draw in &self.draws {
            if self.draws.len() > 1 {
                self.begin(place, draw.first)?;
            }
            let selection = match &draw.indices {
                Indices::Short(indices) => Selection::from(indices),
                Indices::Long(indices) => Selection::from(indices),
            };
            place.draw(view, Mode::Triangles, selection)?;
        }
        Ok(())
    }

    /// Lets the attributes in use begin at a vertex.
    fn begin(&self, place: &mut Place, first: usize) -> Result<()> {
        fn skip<T: Vertex>(
            place: &mut Place,
            name: &str,
            buffer: Option<&VertexBuffer<T>>,
            first: usize,
            normalized: bool,
        ) -> Result<()> {
            let Some(buffer) = buffer.filter(|_| place.takes(name)) else { return Ok(()) };
            let view = buffer.view().skip(first);
            place.set(name, if normalized { view.normalized() } else { view })
        }
        skip(place, "a_high", self.high.as_ref(), first, false)?;
        skip(place, "a_low", self.low.as_ref(), first, false)?;
        skip(place, "a_normal", self.normal.as_ref(), first, true)?;
        skip(place, "a_color", self.color.as_ref(), first, true)?;
        skip(place, "a_value", self.value.as_ref(), first, false)?;
        skip(place, "a_texcoord", self.texcoord.as_ref(), first, false)
    }
}

/// Replaces what a buffer holds and lets an attribute read it.
fn put<T: Vertex>(
    buffer: &mut Option<VertexBuffer<T>>,
    place: &mut Place,
    name: &str,
    values: &[T],
    normalized: bool,
) -> Result<()> {
    let buffer = match buffer {
        Some(buffer) => {
            buffer.replace(values)?;
            buffer
        }
        None => buffer.insert(VertexBuffer::new(place.context(), values)?),
    };
    let view = buffer.view();
    place.set(name, Value::from(if normalized { view.normalized() } else { view }))
}

/// Cuts triangles into runs of so many vertices at most: where each begins among all vertices, its vertices, and the indices of these.
fn split(triangles: impl Iterator<Item = [u32; 3]>, most: usize) -> Vec<(usize, Vec<u32>, Vec<u32>)> {
    let mut runs = Vec::new();
    let (mut first, mut vertices, mut indices) = (0, Vec::new(), Vec::new());
    let mut known: HashMap<u32, u32> = HashMap::new();
    for triangle in triangles {
        if vertices.len() + 3 > most {
            let full = std::mem::take(&mut vertices);
            let next = first + full.len();
            runs.push((first, full, std::mem::take(&mut indices)));
            first = next;
            known.clear();
        }
        for index in triangle {
            let next = vertices.len() as u32;
            let own = *known.entry(index).or_insert(next);
            if own == next {
                vertices.push(index);
            }
            indices.push(own);
        }
    }
    if !indices.is_empty() {
        runs.push((first, vertices, indices));
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::{drawn, split};

    #[test]
    fn triangles_without_an_area_are_left_out() {
        let far = 1e200;
        let positions = [
            [0.0; 3],
            [1.0, 0.0, 0.0],
            [0.0, 1.0, 0.0],
            [2.0, 0.0, 0.0],
            [f64::NAN, 0.0, 0.0],
            [far, far, 0.0],
        ];
        let triangles = [[0, 1, 2], [0, 1, 3], [0, 0, 1], [0, 1, 4], [0, 1, 5]];
        let numbers: Vec<u32> = drawn(&positions, &triangles).iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [0]);
    }

    #[test]
    fn runs_hold_every_triangle_with_its_own_vertices() {
        let triangles: Vec<[u32; 3]> = (0..100).map(|index| [index, index + 1, index + 2]).collect();
        let runs = split(triangles.iter().copied(), 10);
        assert!(runs.len() > 1);
        let mut found = Vec::new();
        let mut at = 0;
        for (first, vertices, indices) in &runs {
            assert_eq!(*first, at);
            assert!(vertices.len() <= 10);
            at += vertices.len();
            found.extend(
                indices.chunks(3).map(|three| [0, 1, 2].map(|corner| vertices[three[corner] as usize])),
            );
        }
        assert_eq!(found, triangles);
        assert_eq!(split(triangles.into_iter(), usize::MAX).len(), 1);
    }
}
