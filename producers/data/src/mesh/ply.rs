//! PLY, the Polygon File Format: elements with properties, which the header declares. Source: Greg Turk, The PLY Polygon
//! File Format (1994).

mod header;
mod values;

use super::{Mesh, index, polygon};
use crate::error::ErrorKind;
use crate::{Error, Format};
use header::{Element, Header, Kind, Scalar};
use values::Values;

pub(super) fn read(bytes: &[u8]) -> Result<Mesh, Error> {
    let header = Header::parse(bytes)?;
    let mut values = Values::new(bytes, &header);
    let vertices =
        header.elements.iter().find(|element| element.name == b"vertex").map_or(0, |found| found.count);
    if vertices == 0 {
        return Err(Error::whole(Format::Ply, ErrorKind::Empty, "the file has no vertices"));
    }
    index(Format::Ply, vertices)?;
    let mut mesh = Mesh::default();
    let mut faces = Faces { vertices: vertices as u32, ..Faces::default() };
    for element in &header.elements {
        // An element without properties takes no bytes, whatever its count says.
        if element.properties.is_empty() {
            continue;
        }
        values.prove(element)?;
        match element.name {
            b"vertex" if mesh.positions.is_empty() => read_vertices(&mut values, element, &mut mesh)?,
            b"face" => faces.read(&mut values, element, &mut mesh)?,
            b"tristrips" => faces.read_strips(&mut values, element, &mut mesh)?,
            _ => {
                for _ in 0..element.count {
                    for property in &element.properties {
                        values.skip(&property.kind)?;
                    }
                }
                mesh.notes.push(format!("element {:?} is passed over", crate::error::excerpt(element.name)));
            }
        }
    }
    if faces.slivers > 0 {
        mesh.notes.push(format!("{} faces with fewer than three corners are left out", faces.slivers));
    }
    if mesh.triangles.is_empty() {
        mesh.notes.push("the file has no faces: a cloud of points".into());
    }
    if mesh.face_colors.as_ref().is_some_and(|colors| colors.len() != mesh.triangles.len()) {
        mesh.face_colors = None;
    }
    Ok(mesh)
}

/// What a vertex's or face's property means: a group, and the place in it.
#[derive(Clone, Copy, PartialEq)]
enum Meaning {
    Position(usize),
    Normal(usize),
    Texcoord(usize),
    Color(usize),
}

fn meaning(name: &[u8]) -> Option<Meaning> {
    Some(match name {
        b"x" => Meaning::Position(0),
        b"y" => Meaning::Position(1),
        b"z" => Meaning::Position(2),
        b"nx" => Meaning::Normal(0),
        b"ny" => Meaning::Normal(1),
        b"nz" => Meaning::Normal(2),
        b"s" | b"u" | b"texture_u" => Meaning::Texcoord(0),
        b"t" | b"v" | b"texture_v" => Meaning::Texcoord(1),
        b"red" | b"r" | b"diffuse_red" => Meaning::Color(0),
        b"green" | b"g" | b"diffuse_green" => Meaning::Color(1),
        b"blue" | b"b" | b"diffuse_blue" => Meaning::Color(2),
        b"alpha" | b"a" | b"diffuse_alpha" => Meaning::Color(3),
        _ => return None,
    })
}

/// Whether an element has all of some properties.
fn has(element: &Element<'_>, wanted: &[Meaning]) -> bool {
    wanted.iter().all(|wanted| {
        element
            .properties
            .iter()
            .any(|property| matches!(property.kind, Kind::One(_)) && meaning(property.name) == Some(*wanted))
    })
}

/// Colours of bytes count to 255, of other integers to their greatest, of floats to 1.
fn color_scale(scalar: Scalar) -> f64 {
    match scalar {
        Scalar::U8 => 1.0 / f64::from(u8::MAX),
        Scalar::I8 => 1.0 / f64::from(i8::MAX),
        Scalar::U16 => 1.0 / f64::from(u16::MAX),
        Scalar::I16 => 1.0 / f64::from(i16::MAX),
        Scalar::U32 => 1.0 / f64::from(u32::MAX),
        Scalar::I32 => 1.0 / f64::from(i32::MAX),
        Scalar::F32 | Scalar::F64 => 1.0,
    }
}

fn read_vertices(values: &mut Values<'_>, element: &Element<'_>, mesh: &mut Mesh) -> Result<(), Error> {
    if !has(element, &[Meaning::Position(0), Meaning::Position(1), Meaning::Position(2)]) {
        return Err(Error::whole(Format::Ply, ErrorKind::Malformed, "vertices lack x, y or z"));
    }
    let mut normals =
        has(element, &[Meaning::Normal(0), Meaning::Normal(1), Meaning::Normal(2)]).then(Vec::new);
    let mut texcoords = has(element, &[Meaning::Texcoord(0), Meaning::Texcoord(1)]).then(Vec::new);
    let mut colors = has(element, &[Meaning::Color(0), Meaning::Color(1), Meaning::Color(2)]).then(Vec::new);
    for _ in 0..element.count {
        let (mut position, mut normal, mut texcoord) = ([0.0; 3], [0.0_f32; 3], [0.0_f32; 2]);
        let mut color = [0.0, 0.0, 0.0, 1.0_f32];
        for property in &element.properties {
            let Kind::One(scalar) = property.kind else {
                values.skip(&property.kind)?;
                continue;
            };
            let value = values.one(scalar)?;
            match meaning(property.name) {
                Some(Meaning::Position(part)) => position[part] = value,
                Some(Meaning::Normal(part)) => normal[part] = value as f32,
                Some(Meaning::Texcoord(part)) => texcoord[part] = value as f32,
                Some(Meaning::Color(part)) => color[part] = (value * color_scale(scalar)) as f32,
                None => {}
            }
        }
        mesh.positions.push(position);
        normals.iter_mut().for_each(|normals| normals.push(normal));
        texcoords.iter_mut().for_each(|texcoords| texcoords.push(texcoord));
        colors.iter_mut().for_each(|colors| colors.push(color));
    }
    (mesh.normals, mesh.texcoords, mesh.colors) = (normals, texcoords, colors);
    Ok(())
}

#[derive(Default)]
struct Faces {
    vertices: u32,
    slivers: usize,
    corners: Vec<u32>,
}

impl Faces {
    /// Reads a list of vertices into `corners`.
    fn corners(
        &mut self,
        values: &mut Values<'_>,
        count: Scalar,
        item: Scalar,
        strip: bool,
    ) -> Result<(), Error> {
        self.corners.clear();
        for _ in 0..values.count(count)? {
            let place = values.place();
            let value = values.one(item)?;
            let vertex = if strip && value == -1.0 {
                u32::MAX
            } else if value >= 0.0 && value < f64::from(self.vertices) && value.fract() == 0.0 {
                value as u32
            } else {
                let message = format!("a face wants vertex {value}; there are {}", self.vertices);
                return Err(Error::new(Format::Ply, place, ErrorKind::Malformed, message));
            };
            self.corners.push(vertex);
        }
        Ok(())
    }

    fn read(&mut self, values: &mut Values<'_>, element: &Element<'_>, mesh: &mut Mesh) -> Result<(), Error> {
        let colored = has(element, &[Meaning::Color(0), Meaning::Color(1), Meaning::Color(2)]);
        for _ in 0..element.count {
            let mut color = [0.0, 0.0, 0.0, 1.0_f32];
            self.corners.clear();
            for property in &element.properties {
                match property.kind {
                    Kind::List(count, item) if is_indices(property.name) => {
                        self.corners(values, count, item, false)?;
                    }
                    Kind::List(..) => values.skip(&property.kind)?,
                    Kind::One(scalar) => {
                        let value = values.one(scalar)?;
                        if let Some(Meaning::Color(part)) = meaning(property.name) {
                            color[part] = (value * color_scale(scalar)) as f32;
                        }
                    }
                }
            }
            self.slivers += usize::from(self.corners.len() < 3);
            polygon::triangulate(&self.corners, &mesh.positions, &mut mesh.triangles);
            if colored {
                mesh.face_colors.get_or_insert_default().resize(mesh.triangles.len(), color);
            }
        }
        Ok(())
    }

    fn read_strips(
        &mut self,
        values: &mut Values<'_>,
        element: &Element<'_>,
        mesh: &mut Mesh,
    ) -> Result<(), Error> {
        for _ in 0..element.count {
            for property in &element.properties {
                let Kind::List(count, item) = property.kind else {
                    values.skip(&property.kind)?;
                    continue;
                };
                self.corners(values, count, item, true)?;
                for strip in self.corners.split(|vertex| *vertex == u32::MAX) {
                    for (index, triangle) in strip.windows(3).enumerate() {
                        // Every other triangle of a strip runs the other way.
                        let [a, b, c] = triangle[..] else { continue };
                        mesh.triangles.push(if index % 2 == 0 { [a, b, c] } else { [b, a, c] });
                    }
                }
            }
        }
        Ok(())
    }
}

fn is_indices(name: &[u8]) -> bool {
    name == b"vertex_indices" || name == b"vertex_index"
}
