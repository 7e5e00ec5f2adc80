//! Every transform and its inverse, at many points: what READ brings back is what the CPU says.

use crate::{SIDE, attribute, contexts, pixels, uniform};
use glir_shaders::{Function, Program};
use glir_spec::Frame;
use glir_spec::commands::{Clear, Create, Delete, Draw};
use glir_spec::enums::{Mode, Plane};
use glir_spec::ids::{BufferId, ProgramId};
use glir_spec::structs::{Descriptor, Selection};
use glir_transforms::{Point, Projection, Transform};

/// One point of the picture shows one coordinate of one image, by its bits.
const VERTEX: &str = "
attribute vec3 a_point;
attribute vec3 a_place;
varying float v_value;
vec3 $transform(vec3 p);
void main() {
    vec3 q = $transform(a_point);
    v_value = a_place.z < 0.5 ? q.x : (a_place.z < 1.5 ? q.y : q.z);
    gl_Position = vec4(a_place.xy, 0.0, 1.0);
    gl_PointSize = 1.0;
}";

/// A float as exponent, sign and fraction: all steps are exact. NaN is all ones.
const FRAGMENT: &str = "
varying float v_value;
void main() {
    float a = abs(v_value);
    vec4 bytes = vec4(0.0);
    if (!(a >= 0.0)) {
        bytes = vec4(255.0);
    } else if (a > 0.0) {
        float e = 127.0;
        for (int i = 0; i < 127; ++i) {
            if (a >= 2.0) {
                a = a * 0.5;
                e = e + 1.0;
            } else if (a < 1.0) {
                a = a * 2.0;
                e = e - 1.0;
            }
        }
        float fraction = (a - 1.0) * 128.0;
        bytes.x = e;
        bytes.y = floor(fraction);
        fraction = (fraction - bytes.y) * 256.0;
        bytes.z = floor(fraction);
        bytes.w = (fraction - bytes.z) * 256.0;
        bytes.y = bytes.y + (v_value < 0.0 ? 128.0 : 0.0);
    }
    gl_FragColor = bytes / 255.0;
}";

fn decode([e, fraction, b, c]: [u8; 4]) -> f64 {
    if [e, fraction, b, c] == [255; 4] {
        return f64::NAN;
    }
    let bits = u32::from(e) << 23 | u32::from(fraction & 127) << 16 | u32::from(b) << 8 | u32::from(c);
    f64::from(f32::from_bits(bits | u32::from(fraction >> 7) << 31))
}

/// Transforms, each with a box of points to take forward.
fn cases() -> Vec<(&'static str, Transform, [[f64; 2]; 3])> {
    let any = [[-40.0, 40.0]; 3];
    let earth = [[-180.0, 180.0], [-89.0, 89.0], [-5.0, 5.0]];
    let projection = |p| Transform::projection(p).unwrap();
    let turn = [[0.6, 0.8, 0.0, 0.0], [-0.8, 0.6, 0.1, 0.0], [0.0, 0.0, 3.0, 0.0], [5.0, -6.0, 7.0, 1.0]];
    let view = [[1.5, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0], [0.0, 0.0, -1.2, -1.0], [0.0, 0.0, -2.2, 90.0]];
    let st = Transform::scale_translate([2.0, -0.25, 1e3], [0.5, 7.0, -1.0]).unwrap();
    let log = Transform::log([Some(10.0), Some(2.0), None]).unwrap();
    let albers = |side: f64| Projection::Albers {
        radius: 6.4,
        origin: [-96.0, 23.0 * side],
        parallels: [29.5 * side, 45.5 * side],
    };
    let lambert = |side: f64| Projection::Lambert {
        radius: 6.4,
        origin: [-96.0, 23.0 * side],
        parallels: [33.0 * side, 45.0 * side],
    };
    vec![
        ("null", Transform::null(), any),
        ("scale-translate", st.clone(), any),
        ("matrix", Transform::matrix(turn).unwrap(), any),
        ("perspective", Transform::perspective(view).unwrap(), any),
        ("log", log.clone(), [[1e-4, 1e4], [-1.0, 100.0], [-5.0, 5.0]]),
        (
            "log of small bases",
            Transform::log([Some(0.5), None, Some(1.01)]).unwrap(),
            [[1e-3, 2.0], [0.0, 1.0], [0.9, 1.1]],
        ),
        ("symlog", Transform::symlog([Some(1.0), Some(0.01), Some(100.0)]).unwrap(), any),
        (
            "power",
            Transform::power([Some(0.5), Some(3.0), Some(-1.5)]).unwrap(),
            [[-1.0, 100.0], [0.0, 9.0], [0.1, 9.0]],
        ),
        ("polar", Transform::polar(), [[-3.1, 3.1], [-1.0, 40.0], [-5.0, 5.0]]),
        ("spherical", Transform::spherical(), [[-3.1, 3.1], [-0.1, 3.2], [0.01, 40.0]]),
        (
            "equirectangular",
            projection(Projection::Equirectangular { radius: 6.4, meridian: 10.0, parallel: 40.0 }),
            earth,
        ),
        ("mercator", projection(Projection::Mercator { radius: 6.4, meridian: -30.0 }), earth),
        ("albers", projection(albers(1.0)), earth),
        ("albers, south", projection(albers(-1.0)), earth),
        ("lambert", projection(lambert(1.0)), [[-180.0, 180.0], [-60.0, 89.0], [0.0, 1.0]]),
        ("lambert, south", projection(lambert(-1.0)), [[-180.0, 180.0], [-89.0, 60.0], [0.0, 1.0]]),
        ("orthographic", projection(Projection::Orthographic { radius: 6.4, center: [-100.0, 40.0] }), earth),
        ("chain", log.then(&st).then(&Transform::polar()).then(&st), [[0.5, 4.0], [1.0, 100.0], [-1.0, 1.0]]),
    ]
}

/// Points in a box, the same in every run: its corners and middle, then by Marsaglia's xorshift (2003), with floats' coordinates.
fn points(bounds: [[f64; 2]; 3], count: usize) -> Vec<Point> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut share = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let at = |shares: [f64; 3]| {
        [0, 1, 2].map(|i| f64::from((bounds[i][0] + shares[i] * (bounds[i][1] - bounds[i][0])) as f32))
    };
    let mut points: Vec<Point> =
        (0..8).map(|i| at([f64::from(i & 1), f64::from(i >> 1 & 1), f64::from(i >> 2)])).collect();
    points.push(at([0.5; 3]));
    points.push([0.0; 3]);
    points.resize_with(count, || at([share(), share(), share()]));
    points
}

#[test]
fn cpu_and_gpu_agree() {
    let Some(mut contexts) = contexts() else { return };
    let mut compared = 0;
    let mut worst = Vec::new();
    let whole_turns = [360.0, std::f64::consts::TAU];
    for (name, transform, bounds) in cases() {
        let forward = points(bounds, (SIDE * SIDE / 3) as usize);
        // Back from the images, and from points that may have no origin.
        let mut images: Vec<Point> = forward.iter().map(|p| transform.map(*p)).collect();
        images.retain(|p| p.iter().all(|x| x.is_finite()));
        let images: Vec<Point> = images.iter().map(|p| p.map(|x| f64::from(x as f32))).collect();
        for (name, transform, points) in [
            (name.to_owned(), transform.clone(), &forward),
            (format!("{name}, dynamic"), transform.dynamic(), &forward),
            (format!("{name}, back"), transform.inverse(), &images),
            (format!("{name}, dynamic, back"), transform.dynamic().inverse(), &images),
        ] {
            for (context, version, session) in &mut contexts {
                let what = format!("{name} on {context}");
                let glsl = transform.glsl().unwrap();
                let program = Program {
                    vertex: Function::new("vertex", VERTEX).unwrap(),
                    fragment: Function::new("pack", FRAGMENT).unwrap(),
                };
                let program =
                    Program { vertex: program.vertex.with("transform", &glsl.function).unwrap(), ..program };
                let emitted = program.emit(*version).unwrap();
                let mut frame = Frame::new();
                frame.push(Create { id: ProgramId(1).into(), descriptor: Descriptor::Program {} });
                frame.push(emitted.set(ProgramId(1)));
                for (variable, values) in &glsl.uniforms {
                    uniform(&mut frame, &emitted, variable, values);
                }
                let repeated: Vec<f32> =
                    points.iter().flat_map(|p| [p, p, p]).flatten().map(|x| *x as f32).collect();
                let count = 3 * points.len() as u32;
                let center = |pixel: u32| (pixel as f32 + 0.5) * 2.0 / SIDE as f32 - 1.0;
                let places: Vec<f32> =
                    (0..count).flat_map(|i| [center(i % SIDE), center(i / SIDE), (i % 3) as f32]).collect();
                attribute(&mut frame, &emitted, "a_point", 2, &repeated, 3);
                attribute(&mut frame, &emitted, "a_place", 3, &places, 3);
                frame.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });
                let selection = Selection::Arrays { count, first: 0 };
                frame.push(Draw { program: ProgramId(1), mode: Mode::Points, selection, instances: 1 });
                let found = pixels(session, frame, &what);
                let mut frame = Frame::new();
                for id in [ProgramId(1).into(), BufferId(2).into(), BufferId(3).into()] {
                    frame.push(Delete { id });
                }
                pixels(session, frame, &what);
                let turn: &[f64] = match name.split(',').next().unwrap() {
                    "polar" | "spherical" if name.ends_with("back") => &whole_turns[1..],
                    _ if name.ends_with("back") => &whole_turns[..1],
                    _ => &[],
                };
                let mut most = 0.0_f64;
                for (index, point) in points.iter().enumerate() {
                    let expected = transform.map(*point);
                    let found = [0, 1, 2].map(|i| decode(found[3 * index + i]));
                    let known = expected.iter().all(|x| !x.is_nan());
                    // A float's rounding may carry a point over the edge of a domain.
                    let edge = [-1e-6, 1e-6].iter().any(|by| {
                        let near = transform.map(point.map(|x| x + x * by + by));
                        near[0].is_nan() == known
                    });
                    // Near the limb the globe's map is steep without end: floats can't tell where its points come from.
                    if name.starts_with("orthographic")
                        && name.ends_with("back")
                        && point[0].hypot(point[1]) > 6.4 * 0.9995
                    {
                        continue;
                    }
                    if edge && found[0].is_nan() == known {
                        continue;
                    }
                    if !known {
                        assert!(
                            found.iter().all(|x| x.is_nan()),
                            "{what}: {point:?} has no image, but {found:?}"
                        );
                        continue;
                    }
                    // Relative to the image: a coordinate is as exact as the point is far from where it is measured.
                    let size = expected.iter().fold(1.0_f64, |size, x| size.max(x.abs()));
                    for (axis, (a, b)) in found.iter().zip(expected).enumerate() {
                        // Either side of the seam is the same meridian, or angle.
                        let off = (a - b).abs();
                        let off = if axis == 0 {
                            turn.iter().fold(off, |off, t| off.min((off - t).abs()))
                        } else {
                            off
                        };
                        let error = off / size;
                        most = if error.is_nan() { f64::INFINITY } else { most.max(error) };
                        compared += 1;
                        if error.is_nan() || error > 1e-5 {
                            worst
                                .push(format!("{what}: {point:?} to {found:?}, not {expected:?}: {error:e}"));
                            break;
                        }
                    }
                }
                println!("{what}: {most:.1e}");
            }
        }
    }
    assert!(worst.is_empty(), "{} wrong:\n{}", worst.len(), worst[..worst.len().min(30)].join("\n"));
    assert!(compared > 500_000, "only {compared} numbers were compared");
}
