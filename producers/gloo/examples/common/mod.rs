//! What the examples share: the output file, and a few matrices (columns of rows, as GLSL has them).

#![allow(dead_code)] // each example uses a part

mod save;
pub(crate) use save::save;

pub(crate) type Matrix = [[f32; 4]; 4];

pub(crate) fn multiply(a: Matrix, b: Matrix) -> Matrix {
    std::array::from_fn(|column| {
        std::array::from_fn(|row| (0..4).map(|index| a[index][row] * b[column][index]).sum())
    })
}

/// A view from the distance `away`, with an angle of `fovy` radians from bottom to top.
pub(crate) fn perspective(fovy: f32, aspect: f32, near: f32, far: f32, away: f32) -> Matrix {
    let f = 1.0 / (fovy / 2.0).tan();
    let (a, b) = ((far + near) / (near - far), 2.0 * far * near / (near - far));
    let projection =
        [[f / aspect, 0.0, 0.0, 0.0], [0.0, f, 0.0, 0.0], [0.0, 0.0, a, -1.0], [0.0, 0.0, b, 0.0]];
    let moved = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, -away, 1.0]];
    multiply(projection, moved)
}

/// A turn about x by `pitch`, after one about y by `yaw`, in radians.
pub(crate) fn turned(yaw: f32, pitch: f32) -> Matrix {
    let (s, c) = yaw.sin_cos();
    let about_y = [[c, 0.0, -s, 0.0], [0.0, 1.0, 0.0, 0.0], [s, 0.0, c, 0.0], [0.0, 0.0, 0.0, 1.0]];
    let (s, c) = pitch.sin_cos();
    let about_x = [[1.0, 0.0, 0.0, 0.0], [0.0, c, s, 0.0], [0.0, -s, c, 0.0], [0.0, 0.0, 0.0, 1.0]];
    multiply(about_x, about_y)
}

/// A cube from −1 to 1: position, normal and colour of each corner of each face, and the triangles.
pub(crate) fn cube() -> (Vec<Corner>, Vec<u16>) {
    const COLORS: [[u8; 4]; 6] = [
        [230, 159, 0, 255],
        [86, 180, 233, 255],
        [0, 158, 115, 255],
        [240, 228, 66, 255],
        [0, 114, 178, 255],
        [213, 94, 0, 255],
    ];
    let mut corners = Vec::new();
    let mut indices = Vec::new();
    for (face, color) in COLORS.into_iter().enumerate() {
        let (axis, side) = (face / 2, if face % 2 == 0 { 1.0 } else { -1.0 });
        let mut normal = [0.0; 3];
        normal[axis] = side;
        for (u, v) in [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)] {
            let mut position = normal;
            position[(axis + 1) % 3] = u * side;
            position[(axis + 2) % 3] = v;
            corners.push(Corner { position, normal, color, at: [u * 0.5 + 0.5, v * 0.5 + 0.5] });
        }
        let first = 4 * face as u16;
        indices.extend([0, 1, 2, 2, 3, 0].map(|corner| first + corner));
    }
    (corners, indices)
}

/// A corner of the cube, as it lies in its buffer: 36 bytes.
#[derive(Clone, Copy, glir_gloo::Vertex)]
#[repr(C)]
pub(crate) struct Corner {
    pub(crate) position: [f32; 3],
    pub(crate) normal: [f32; 3],
    #[gloo(normalized)]
    pub(crate) color: [u8; 4],
    pub(crate) at: [f32; 2],
}
