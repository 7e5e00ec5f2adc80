//! Wavefront OBJ: a line a vertex or a face. Source: the appendix "Object Files (.obj)" of the Advanced Visualizer manual.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Mesh, index, polygon};
use crate::error::{ErrorKind, excerpt};
use crate::text::{Lines, fault, number, wanted, whole, words};
use crate::{Error, Format};

/// No texture coordinates, or no normal.
const NONE: u32 = u32::MAX;

/// Whether one of the first lines is a vertex.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    Lines::new(bytes).take(200).any(|(_, line)| line.trim_ascii_start().starts_with(b"v "))
}

#[derive(Default)]
struct Reader {
    positions: Vec<[f64; 3]>,
    colors: Vec<[f32; 4]>,
    texcoords: Vec<[f32; 2]>,
    normals: Vec<[f32; 3]>,
    /// Position, texture coordinates and normal of each corner.
    corners: Vec<[u32; 3]>,
    /// By corners.
    triangles: Vec<[u32; 3]>,
    lines: usize,
    slivers: usize,
    surfaces: usize,
    materials: bool,
}

pub(super) fn read(bytes: &[u8]) -> Result<Mesh, Error> {
    let mut reader = Reader::default();
    let mut lines = Lines::new(bytes);
    while let Some((number, line)) = lines.next() {
        let mut line = Cow::Borrowed(line.trim_ascii());
        while line.ends_with(b"\\") {
            let mut joined = line.into_owned();
            joined.pop();
            joined.push(b' ');
            let Some((_, more)) = lines.next() else {
                line = Cow::Owned(joined);
                break;
            };
            joined.extend_from_slice(more.trim_ascii());
            line = Cow::Owned(joined);
        }
        reader.line(number, &line)?;
    }
    reader.finish()
}

impl Reader {
    fn line(&mut self, at: u64, line: &[u8]) -> Result<(), Error> {
        let mut words = words(line);
        let Some(keyword) = words.next() else { return Ok(()) };
        match keyword {
            b"v" => {
                let mut point = [0.0; 3];
                for (to, what) in point.iter_mut().zip(["x", "y", "z"]) {
                    *to = wanted(Format::Obj, at, &mut words, what)?;
                }
                let rest: Vec<f64> = words.map_while(number).take(4).collect();
                // One more number is a weight; three are a colour, which vertices before may have lacked.
                if let [red, green, blue, ..] = rest[..] {
                    self.colors.resize(self.positions.len(), [1.0; 4]);
                    self.colors.push([red as f32, green as f32, blue as f32, 1.0]);
                }
                self.positions.push(point);
            }
            b"vt" => {
                let u = wanted(Format::Obj, at, &mut words, "u")?;
                let v = words.next().and_then(number).unwrap_or(0.0);
                self.texcoords.push([u as f32, v as f32]);
            }
            b"vn" => {
                let mut normal = [0.0; 3];
                for (to, what) in normal.iter_mut().zip(["x", "y", "z"]) {
                    *to = wanted(Format::Obj, at, &mut words, what)? as f32;
                }
                self.normals.push(normal);
            }
            b"f" | b"fo" => self.face(at, words)?,
            b"l" | b"p" => self.lines += 1,
            b"curv" | b"curv2" | b"surf" => self.surfaces += 1,
            b"usemtl" | b"mtllib" => self.materials = true,
            // Everything else is a comment, a name or a group. Text that is no OBJ at all must not pass for an empty one.
            _ if keyword.starts_with(b"#") || keyword.is_ascii() && keyword.len() <= 16 => {}
            other => return Err(fault(Format::Obj, at, format!("{:?} is no word of OBJ", excerpt(other)))),
        }
        Ok(())
    }

    fn face<'a>(&mut self, at: u64, words: impl Iterator<Item = &'a [u8]>) -> Result<(), Error> {
        let first = self.corners.len();
        for word in words {
            if word.starts_with(b"#") {
                break;
            }
            let mut parts = word.split(|byte| *byte == b'/');
            let mut corner = [NONE; 3];
            let counts = [self.positions.len(), self.texcoords.len(), self.normals.len()];
            let kinds = ["vertex", "texture coordinates", "normal"];
            for ((to, count), kind) in corner.iter_mut().zip(counts).zip(kinds) {
                let part = parts.next().unwrap_or_default();
                if part.is_empty() && kind != "vertex" {
                    continue;
                }
                *to = resolve(part, count).ok_or_else(|| {
                    let message =
                        format!("a face wants {kind} {:?}, of which {count} stand before it", excerpt(part));
                    fault(Format::Obj, at, message)
                })?;
            }
            if parts.next().is_some() {
                let message = format!("{:?} is no corner of a face", excerpt(word));
                return Err(fault(Format::Obj, at, message));
            }
            self.corners.push(corner);
        }
        let added = self.corners.get(first..).unwrap_or_default();
        if added.len() < 3 {
            self.corners.truncate(first);
            self.slivers += 1;
            return Ok(());
        }
        let base = index(Format::Obj, self.corners.len())? - added.len() as u32;
        let polygon: Vec<u32> = added.iter().map(|corner| corner[0]).collect();
        if polygon.len() == 3 {
            self.triangles.push([base, base + 1, base + 2]);
        } else {
            // By corners, whose positions stand in their own order.
            let points: Vec<[f64; 3]> = polygon
                .iter()
                .map(|index| self.positions.get(*index as usize).copied().unwrap_or_default())
                .collect();
            let order: Vec<u32> = (0..points.len() as u32).collect();
            let from = self.triangles.len();
            polygon::triangulate(&order, &points, &mut self.triangles);
            for triangle in self.triangles.iter_mut().skip(from) {
                *triangle = triangle.map(|corner| corner + base);
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Mesh, Error> {
        if self.positions.is_empty() {
            return Err(Error::whole(Format::Obj, ErrorKind::Empty, "the file has no vertices"));
        }
        index(Format::Obj, self.positions.len())?;
        let mut mesh = Mesh::default();
        let mut note = |text: String| mesh.notes.push(text);
        if self.slivers > 0 {
            note(format!("{} faces with fewer than three corners are left out", self.slivers));
        }
        if self.lines > 0 {
            note(format!("{} lines and points are left out: the mesh shows surfaces", self.lines));
        }
        if self.surfaces > 0 {
            note(format!("{} free-form curves and surfaces are left out", self.surfaces));
        }
        if self.materials {
            note("materials (MTL) are not read".into());
        }
        // Lists that only some corners have can't be drawn: all or none.
        let whole = |part: usize, corners: &[[u32; 3]]| {
            let with = corners.iter().filter(|corner| corner[part] != NONE).count();
            (with > 0 && with == corners.len(), with > 0 && with < corners.len())
        };
        let (has_texcoords, some_texcoords) = whole(1, &self.corners);
        let (has_normals, some_normals) = whole(2, &self.corners);
        if some_texcoords {
            note("not all faces have texture coordinates; none are used".into());
        }
        if some_normals {
            note("not all faces have normals; none are used".into());
        }
        if !self.colors.is_empty() {
            self.colors.resize(self.positions.len(), [1.0; 4]);
        }
        let corner = |index: u32| self.corners.get(index as usize).copied().unwrap_or_default();
        if !has_texcoords && !has_normals {
            mesh.triangles =
                self.triangles.iter().map(|triangle| triangle.map(|index| corner(index)[0])).collect();
            mesh.positions = self.positions;
            mesh.colors = (!self.colors.is_empty()).then_some(self.colors);
            return Ok(mesh);
        }
        // One vertex for each set of position, texture coordinates and normal that is used.
        let mut vertices: HashMap<[u32; 3], u32> = HashMap::new();
        let (mut normals, mut texcoords, mut colors) = (Vec::new(), Vec::new(), Vec::new());
        for triangle in &self.triangles {
            let mut made = [0; 3];
            for (to, corner_index) in made.iter_mut().zip(triangle) {
                let mut key = corner(*corner_index);
                for (part, used) in [(1, has_texcoords), (2, has_normals)] {
                    if !used {
                        key[part] = NONE;
                    }
                }
                let next = index(Format::Obj, mesh.positions.len())?;
                *to = *vertices.entry(key).or_insert_with(|| {
                    let [position, texcoord, normal] = key.map(|index| index as usize);
                    mesh.positions.push(self.positions.get(position).copied().unwrap_or_default());
                    texcoords.extend(self.texcoords.get(texcoord));
                    normals.extend(self.normals.get(normal));
                    colors.extend(self.colors.get(position));
                    next
                });
            }
            mesh.triangles.push(made);
        }
        mesh.texcoords = has_texcoords.then_some(texcoords);
        mesh.normals = has_normals.then_some(normals);
        mesh.colors = (!self.colors.is_empty()).then_some(colors);
        Ok(mesh)
    }
}

/// An index from 1, or back from the last one if negative.
fn resolve(text: &[u8], count: usize) -> Option<u32> {
    let index = whole(text)?;
    let count = i64::try_from(count).ok()?;
    let index = if index < 0 { count.checked_add(index)? } else { index - 1 };
    let index = u32::try_from(index).ok()?;
    (i64::from(index) < count && index != NONE).then_some(index)
}
