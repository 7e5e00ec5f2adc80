//! Surfaces made of triangles: OBJ, STL and PLY.
//!
//! | format | read |
//! | --- | --- |
//! | OBJ | `v` (with colours), `vt`, `vn`, `f` with any corners and relative (negative) indices, lines continued by `\`; groups and materials are passed over |
//! | STL | text and binary; corners of equal coordinates become one vertex, so that normals can be smooth |
//! | PLY | text, binary of both byte orders; vertex normals, texture coordinates and colours, face colours, triangle strips; other elements are passed over |
//!
//! Polygons become triangles: convex ones as fans, others by cutting ears.
//!
//! ```
//! let square = b"v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1 2 3 4\n";
//! let mesh = glir_data::mesh::read(square, "square.obj")?;
//! assert_eq!(mesh.triangles, [[0, 1, 2], [0, 2, 3]]);
//! # Ok::<(), glir_data::Error>(())
//! ```

mod obj;
mod ply;
mod polygon;
mod stl;

use crate::error::{ErrorKind, Place};
use crate::{Error, Format};

/// Triangles over shared vertices. Whatever the file: every index has its vertex, and lists of vertices are of one length.
///
/// Coordinates may be NaN or infinite where the file says so, and triangles may have no area.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mesh {
    /// Where the vertices are.
    pub positions: Vec<[f64; 3]>,
    /// Three vertices each, counter-clockwise as seen from outside. Empty for a cloud of points.
    pub triangles: Vec<[u32; 3]>,
    /// A normal for each vertex, as in the file (not necessarily of length 1).
    pub normals: Option<Vec<[f32; 3]>>,
    /// Texture coordinates for each vertex, the origin at the lower left.
    pub texcoords: Option<Vec<[f32; 2]>>,
    /// A colour for each vertex: red, green, blue, alpha from 0 to 1, alpha straight.
    pub colors: Option<Vec<[f32; 4]>>,
    /// A colour for each triangle, likewise.
    pub face_colors: Option<Vec<[f32; 4]>>,
    /// What was passed over or mended, in sentences for the user.
    pub notes: Vec<String>,
}

/// Reads a mesh out of a file's bytes. Content decides the format; OBJ has no mark, so for it the name's extension does,
/// or lines that start with `v`.
///
/// Memory is at most about twenty times the file's size: a corner of OBJ may take two bytes, and becomes a triangle.
///
/// # Errors
/// One [`Error`] that names the format and the line or byte. No input makes it panic.
pub fn read(bytes: &[u8], name: &str) -> Result<Mesh, Error> {
    let error =
        |kind, message: &str| Err(Error { format: None, place: Place::File, kind, message: message.into() });
    if bytes.is_empty() {
        return error(ErrorKind::Empty, "the file is empty");
    }
    match format(bytes, name) {
        Some(Format::Obj) => obj::read(bytes),
        Some(Format::Stl) => stl::read(bytes),
        Some(Format::Ply) => ply::read(bytes),
        _ => error(ErrorKind::Unrecognised, "this is no mesh in OBJ, STL or PLY"),
    }
}

/// The format of a mesh, from its first bytes, its size and its name.
pub(crate) fn format(bytes: &[u8], name: &str) -> Option<Format> {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    let text = bytes.trim_ascii_start();
    if bytes.starts_with(b"ply\n") || bytes.starts_with(b"ply\r") {
        Some(Format::Ply)
    } else if stl::is_binary(bytes) || text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"solid"))
    {
        Some(Format::Stl)
    } else {
        match extension.as_deref() {
            Some("stl") => Some(Format::Stl),
            Some("ply") => Some(Format::Ply),
            Some("obj") => Some(Format::Obj),
            _ if obj::looks_like(bytes) => Some(Format::Obj),
            _ => None,
        }
    }
}

/// The number of vertices so far as an index; more than fit are refused.
fn index(format: Format, count: usize) -> Result<u32, Error> {
    u32::try_from(count).ok().filter(|index| *index < u32::MAX).ok_or_else(|| {
        Error::whole(format, ErrorKind::TooLarge, "the mesh has more than 4,294,967,295 vertices")
    })
}
