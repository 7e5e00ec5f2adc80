//! STL, as stereolithography machines take it: triangles and nothing else. Source: 3D Systems, StereoLithography Interface
//! Specification (1989).

use std::collections::HashMap;

use super::{Mesh, index};
use crate::error::{ErrorKind, excerpt};
use crate::text::{Lines, fault, wanted, words};
use crate::{Error, Format};

/// Bytes of the header and the count, and of each triangle.
const HEAD: usize = 84;
const TRIANGLE: usize = 50;

/// Whether the size is just that of the triangles promised: some binary files start with `solid` too.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    promised(bytes).is_some_and(|count| bytes.len().checked_sub(HEAD) == count.checked_mul(TRIANGLE))
}

fn promised(bytes: &[u8]) -> Option<usize> {
    bytes.get(80..HEAD)?.first_chunk().map(|count| u32::from_le_bytes(*count) as usize)
}

pub(super) fn read(bytes: &[u8]) -> Result<Mesh, Error> {
    let starts_as_text =
        bytes.trim_ascii_start().get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"solid"));
    let controls = bytes.iter().take(512).any(|byte| *byte < 0x20 && !byte.is_ascii_whitespace());
    let mut vertices = Vertices::default();
    if !is_binary(bytes) && starts_as_text && !controls {
        text(bytes, &mut vertices)?;
    } else {
        binary(bytes, &mut vertices)?;
    }
    let mesh = vertices.mesh;
    if mesh.triangles.is_empty() {
        return Err(Error::whole(Format::Stl, ErrorKind::Empty, "the file has no triangles"));
    }
    Ok(mesh)
}

/// Corners of the same coordinates are one vertex.
#[derive(Default)]
struct Vertices {
    mesh: Mesh,
    known: HashMap<[u64; 3], u32>,
}

impl Vertices {
    fn triangle(&mut self, corners: [[f64; 3]; 3]) -> Result<(), Error> {
        let mut triangle = [0; 3];
        for (to, corner) in triangle.iter_mut().zip(corners) {
            // −0 and 0 are one place.
            let corner = corner.map(|part| part + 0.0);
            let next = index(Format::Stl, self.mesh.positions.len())?;
            *to = *self.known.entry(corner.map(f64::to_bits)).or_insert(next);
            if *to == next {
                self.mesh.positions.push(corner);
            }
        }
        self.mesh.triangles.push(triangle);
        Ok(())
    }
}

fn binary(bytes: &[u8], vertices: &mut Vertices) -> Result<(), Error> {
    let Some(count) = promised(bytes) else {
        let message = "the file ends within the 84 bytes of its header";
        return Err(Error::at(Format::Stl, bytes.len(), ErrorKind::Truncated, message));
    };
    let body = bytes.get(HEAD..).unwrap_or_default();
    if body.len() / TRIANGLE < count {
        let message = format!("{count} triangles are promised, {} are there", body.len() / TRIANGLE);
        return Err(Error::at(Format::Stl, bytes.len(), ErrorKind::Truncated, message));
    }
    if body.len() > count * TRIANGLE {
        vertices.mesh.notes.push(format!("{} bytes follow the last triangle", body.len() - count * TRIANGLE));
    }
    for triangle in body.chunks_exact(TRIANGLE).take(count) {
        // Twelve floats: a normal, which follows from the corners, and these.
        let part = |index: usize| {
            let float = triangle.get(4 * index..).and_then(|rest| rest.first_chunk());
            f64::from(float.map_or(0.0, |float| f32::from_le_bytes(*float)))
        };
        vertices.triangle([3, 6, 9].map(|at| [part(at), part(at + 1), part(at + 2)]))?;
    }
    Ok(())
}

fn text(bytes: &[u8], vertices: &mut Vertices) -> Result<(), Error> {
    let mut corners: Vec<[f64; 3]> = Vec::with_capacity(3);
    let mut lines = Lines::new(bytes);
    let mut open = false;
    for (at, line) in lines.by_ref() {
        let mut words = words(line);
        let Some(keyword) = words.next() else { continue };
        let is = |what: &str| keyword.eq_ignore_ascii_case(what.as_bytes());
        if is("vertex") {
            let mut corner = [0.0; 3];
            for (to, what) in corner.iter_mut().zip(["x", "y", "z"]) {
                *to = wanted(Format::Stl, at, &mut words, what)?;
            }
            if !open || corners.len() == 3 {
                let what = if open { "a fourth vertex of a facet" } else { "a vertex outside of a facet" };
                return Err(fault(Format::Stl, at, what));
            }
            corners.push(corner);
        } else if is("facet") {
            if open {
                return Err(fault(Format::Stl, at, "a facet within a facet"));
            }
            open = true;
        } else if is("endfacet") {
            let [a, b, c] = corners[..] else {
                return Err(fault(Format::Stl, at, format!("a facet of {} vertices", corners.len())));
            };
            vertices.triangle([a, b, c])?;
            corners.clear();
            open = false;
        } else if !["solid", "endsolid", "outer", "endloop"].into_iter().any(is) {
            return Err(fault(Format::Stl, at, format!("{:?} is no word of STL", excerpt(keyword))));
        }
    }
    if open {
        let message = "the file ends within a facet";
        return Err(Error::at(Format::Stl, bytes.len(), ErrorKind::Truncated, message));
    }
    Ok(())
}
