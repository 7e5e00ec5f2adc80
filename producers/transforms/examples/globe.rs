//! The net of the globe in two projections: on the CPU the points of an orthographic view, and through the same bijection, inverted, the
//! circle of latitude on which a place of the picture lies; beside it Mercator's map, whose scale and place the GPU applies.
//!
//! ```console
//! $ cargo run -p glir-transforms --example globe globe.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{Clear, Context, Frame, Header, Mode, VertexBuffer};
use glir_shaders::{Function, Program, Version};
use glir_transforms::{Point, Projection, Transform};
use std::error::Error;

const VERTEX: &str = "
attribute vec3 a_place;
vec3 $transform(vec3 place);
void main() { gl_Position = vec4($transform(a_place), 1.0); }";

const FRAGMENT: &str = "void main() { gl_FragColor = vec4(0.0, 0.45, 0.7, 1.0); }";

/// Pairs of ends of short lines along meridians and parallels, every fifteen degrees.
fn net() -> Vec<Point> {
    let mut ends = Vec::new();
    for step in -12..=12 {
        let along = f64::from(step) * 15.0;
        for part in -75..75 {
            // A meridian; and a parallel, of which there are fewer.
            let [from, to] = [part, part + 1].map(f64::from);
            ends.extend([[along, from, 0.0], [along, to, 0.0]]);
            if along.abs() <= 75.0 {
                ends.extend([[from * 2.4, along, 0.0], [to * 2.4, along, 0.0]]);
            }
        }
    }
    ends
}

/// The stream's header and its only frame.
pub(crate) fn picture() -> Result<(Header<'static>, Vec<Frame>), Box<dyn Error>> {
    let context = Context::new(640, 320)?;
    context.set_title("the globe's net")?;
    context.clear(Clear::color([1.0; 4]))?;
    let globe = Transform::projection(Projection::Orthographic { radius: 1.0, center: [10.0, 45.0] })?;
    let map = Transform::projection(Projection::Mercator { radius: 1.0, meridian: 0.0 })?;
    // There and back again: the middle of the picture is where one looks at.
    let middle = globe.inverse().map([0.0, 0.0, 0.0]);
    assert!((middle[0] - 10.0).abs() < 1e-9 && (middle[1] - 45.0).abs() < 1e-9);
    for (projection, scale, place) in [(globe, [0.45, 0.9], -0.5), (map, [0.145, 0.29], 0.5)] {
        // What may change is left to the GPU: its numbers are uniforms.
        let place = Transform::scale_translate([scale[0], scale[1], 1.0], [place, 0.0, 0.0])?.dynamic();
        let (cpu, gpu) = projection.then(&place).fold();
        let mut ends = net();
        cpu.map_all(&mut ends);
        // The far side of the globe is nowhere.
        let seen =
            ends.as_chunks::<2>().0.iter().filter(|line| line.iter().flatten().all(|part| part.is_finite()));
        let points: Vec<[f32; 3]> = seen.flatten().map(|point| point.map(|part| part as f32)).collect();

        let glsl = gpu.glsl()?;
        let vertex = Function::new("net", VERTEX)?.with("transform", &glsl.function)?;
        let emitted = Program { vertex, fragment: Function::new("fill", FRAGMENT)? }.emit(Version::Es100)?;
        let interface = emitted.interface.clone();
        let mut program =
            glir_gloo::Program::with_interface(&context, &emitted.vertex, &emitted.fragment, interface)?;
        program.set("a_place", &VertexBuffer::new(&context, &points)?)?;
        for (variable, numbers) in &glsl.uniforms {
            let name = emitted.name(variable).ok_or("a number of the transform is not used")?;
            program.set(name, <[f32; 3]>::try_from(&numbers[..])?)?;
        }
        program.draw(Mode::Lines, ..)?;
    }
    Ok((context.header(), vec![context.swap()]))
}

#[allow(dead_code)] // a test draws the picture
fn main() -> Result<(), Box<dyn Error>> {
    let (header, frames) = picture()?;
    save::save(&header, &frames, "globe.glir")
}
