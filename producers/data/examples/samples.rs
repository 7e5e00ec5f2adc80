//! Makes the sample files in `samples/` from formulas: a knot as a mesh, an electron's cloud as a volume.
//!
//! `cargo run -p glir-data --example samples`
#![allow(clippy::print_stdout)]

use std::f64::consts::TAU;
use std::fs;
use std::path::Path;

/// Steps along the knot and around its tube.
const ALONG: u32 = 144;
const AROUND: u32 = 12;

/// Voxels along each edge of the volume.
const EDGE: usize = 44;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("trefoil.ply"), trefoil())?;
    fs::write(folder.join("orbital.npy"), orbital())?;
    println!("{}", folder.display());
    Ok(())
}

/// A tube around the trefoil knot (sin t + 2 sin 2t, cos t − 2 cos 2t, −sin 3t), coloured along its length.
fn trefoil() -> Vec<u8> {
    let mut bytes = format!(
        "ply\nformat binary_little_endian 1.0\ncomment a trefoil knot, made by the example `samples` of glir-data\n\
         element vertex {}\nproperty float x\nproperty float y\nproperty float z\n\
         property uchar red\nproperty uchar green\nproperty uchar blue\n\
         element face {}\nproperty list uchar ushort vertex_indices\nend_header\n",
        ALONG * AROUND,
        ALONG * AROUND
    )
    .into_bytes();
    let knot = |t: f64| [t.sin() + 2.0 * (2.0 * t).sin(), t.cos() - 2.0 * (2.0 * t).cos(), -(3.0 * t).sin()];
    for step in 0..ALONG {
        let t = TAU * f64::from(step) / f64::from(ALONG);
        let center = knot(t);
        let (before, after) = (knot(t - 1e-4), knot(t + 1e-4));
        let tangent = unit(difference(after, before));
        // The knot winds around an axis, and what points away from that gives a frame that does not twist.
        let side = unit(cross(tangent, [0.0, 0.0, 1.0]));
        let up = cross(side, tangent);
        for turn in 0..AROUND {
            let (sine, cosine) = (TAU * f64::from(turn) / f64::from(AROUND)).sin_cos();
            for axis in 0..3 {
                let place = center[axis] + 0.5 * (cosine * side[axis] + sine * up[axis]);
                bytes.extend((place as f32).to_le_bytes());
            }
            for phase in [0.0, 1.0, 2.0] {
                let share = 0.5 + 0.5 * (t + TAU * phase / 3.0).cos();
                bytes.push((60.0 + 180.0 * share) as u8);
            }
        }
    }
    for step in 0..ALONG {
        for turn in 0..AROUND {
            let vertex = |step: u32, turn: u32| ((step % ALONG) * AROUND + turn % AROUND) as u16;
            bytes.push(4);
            for corner in [(0, 0), (1, 0), (1, 1), (0, 1)] {
                bytes.extend(vertex(step + corner.0, turn + corner.1).to_le_bytes());
            }
        }
    }
    bytes
}

/// The square root of the density of hydrogen's orbital 4d z², r⁴ (12 − r/a)² e^(−r/2a) (3 cos²θ − 1)² but for a factor,
/// over a cube of ±34 Bohr radii, as bytes.
fn orbital() -> Vec<u8> {
    let at = |index: usize| 34.0 * (2.0 * (index as f64 + 0.5) / EDGE as f64 - 1.0);
    let mut values = Vec::with_capacity(EDGE * EDGE * EDGE);
    for z in 0..EDGE {
        for y in 0..EDGE {
            for x in 0..EDGE {
                let [x, y, z] = [at(x), at(y), at(z)];
                let squared = x * x + y * y + z * z;
                let r = squared.sqrt();
                let angular = (3.0 * z * z / squared - 1.0).abs();
                values.push(squared * (12.0 - r).abs() * (-r / 4.0).exp() * angular);
            }
        }
    }
    let most = values.iter().copied().fold(0.0, f64::max);
    let header = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': ({EDGE}, {EDGE}, {EDGE}), }}");
    let length = (10 + header.len() + 1).next_multiple_of(64) - 10;
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((length as u16).to_le_bytes());
    bytes.extend(format!("{header:<width$}\n", width = length - 1).into_bytes());
    bytes.extend(values.iter().map(|value| (255.0 * value / most).round() as u8));
    bytes
}

fn difference(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn unit(a: [f64; 3]) -> [f64; 3] {
    let length = a.iter().map(|part| part * part).sum::<f64>().sqrt();
    a.map(|part| part / length)
}
