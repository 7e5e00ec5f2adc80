//! A year of time stamps in microseconds, seen a microsecond wide.

use crate::{SIDE, attribute, contexts, pixels, uniform};
use glir_native::Headless;
use glir_shaders::{Function, Program, Variable, Version};
use glir_spec::commands::{Clear, Create, Draw};
use glir_spec::enums::{Mode, Plane};
use glir_spec::ids::ProgramId;
use glir_spec::structs::{Descriptor, Selection};
use glir_spec::{Frame, GlslType};
use glir_transforms::origin::{nearest, relative, split, split_point};

/// The last of a year's microseconds.
const YEAR: f64 = 365.0 * 86_400.0 * 1e6;

/// The view is a microsecond wide and shows a stamp in its middle third; each row of the picture moves the view by 1/256 µs, a
/// quarter of a pixel.
const STEP: f64 = 1.0 / 256.0;

const VERTEX: &str = "
invariant gl_Position;
attribute vec3 a_high;
attribute vec3 a_low;
float $rest;
float $row;
vec3 $relative(vec3 high, vec3 low);
void main() {
    vec3 at = $relative(a_high, a_low);
    gl_Position = vec4((at.x - $rest) * 2.0, $row, 0.0, 1.0);
    gl_PointSize = 1.0;
}";

/// The column where the stamp lies in each row, if it does in one.
fn columns(
    session: &mut Headless,
    version: Version,
    way: &Function,
    split_origin: bool,
    pair: [Variable; 2],
) -> Vec<Vec<u32>> {
    let (rest, row) = (Variable::uniform("rest", GlslType::Float), Variable::uniform("row", GlslType::Float));
    let vertex = Function::new("stamps", VERTEX).unwrap();
    let program = Program {
        vertex: vertex.with("rest", &rest).unwrap().with("row", &row).unwrap().with("relative", way).unwrap(),
        fragment: Function::new("white", "void main() { gl_FragColor = vec4(1.0); }").unwrap(),
    };
    let emitted = program.emit(version).unwrap();
    let mut frame = Frame::new();
    frame.push(Create { id: ProgramId(1).into(), descriptor: Descriptor::Program {} });
    frame.push(emitted.set(ProgramId(1)));
    // Only one is in view, and its neighbours must stay outside.
    let stamps: Vec<f64> = (0..100).map(|i| YEAR - 50.0 + f64::from(i)).collect();
    let [high, low]: [Vec<f32>; 2] =
        [0, 1].map(|part| stamps.iter().flat_map(|&t| split_point([t, 0.0, 0.0])[part]).collect());
    attribute(&mut frame, &emitted, "a_high", 2, &high, 3);
    attribute(&mut frame, &emitted, "a_low", 3, &low, 3);
    frame.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });
    for line in 0..SIDE {
        let center = YEAR + (f64::from(line) - 32.0) * STEP;
        let at = nearest([center, 0.0, 0.0]);
        let [high, low] = split_point(at);
        let left = if split_origin { center - at[0] } else { 0.0 };
        uniform(&mut frame, &emitted, &pair[0], &high);
        uniform(&mut frame, &emitted, &pair[1], &low);
        // An eighth of a pixel keeps stamps off the pixels' edges.
        uniform(&mut frame, &emitted, &rest, &[(left - 0.125 / f64::from(SIDE)) as f32]);
        uniform(&mut frame, &emitted, &row, &[(line as f32 + 0.5) * 2.0 / SIDE as f32 - 1.0]);
        let selection = Selection::Arrays { count: stamps.len() as u32, first: 0 };
        frame.push(Draw { program: ProgramId(1), mode: Mode::Points, selection, instances: 1 });
    }
    let found = pixels(session, frame, "stamps");
    let row =
        |line: u32| (0..SIDE).filter(|column| found[(line * SIDE + column) as usize][0] == 255).collect();
    (0..SIDE).map(row).collect()
}

/// Where the stamp lies: the view goes a quarter of a pixel to the right with each row, so it goes to the left.
fn expected() -> Vec<Vec<u32>> {
    let column = |line: u32| {
        let left = (f64::from(line) - 32.0) * STEP;
        (f64::from(SIDE) * (0.5 - left) + 0.125).floor() as u32
    };
    (0..SIDE).map(|line| vec![column(line)]).collect()
}

#[test]
fn a_year_of_microseconds_zooms_to_one() {
    let Some(contexts) = contexts() else { return };
    for (context, version, mut session) in contexts {
        let high = Variable::uniform("origin_high", GlslType::Vec3);
        let low = Variable::uniform("origin_low", GlslType::Vec3);
        let way = relative().unwrap().with("origin_high", &high).unwrap().with("origin_low", &low).unwrap();
        let found = columns(&mut session, version, &way, true, [high, low]);
        assert_eq!(found, expected(), "on {context}");
    }
}

#[test]
fn single_floats_fail_at_it() {
    let Some(contexts) = contexts() else { return };
    for (context, version, mut session) in contexts {
        let high = Variable::uniform("origin", GlslType::Vec3);
        let low = Variable::uniform("unused", GlslType::Vec3);
        let source = "vec3 $origin;\nvec3 single(vec3 high, vec3 low) { return high - $origin; }";
        let way = Function::new("single", source).unwrap().with("origin", &high).unwrap();
        let found = columns(&mut session, version, &way, false, [high, low]);
        let right = found.iter().zip(expected()).filter(|(found, expected)| *found == expected).count();
        assert!(right <= 4, "single floats got {right} of {SIDE} rows right on {context}");
    }
    // A hundred stamps are one float.
    assert_eq!(split(YEAR - 50.0)[0], split(YEAR + 49.0)[0]);
}
