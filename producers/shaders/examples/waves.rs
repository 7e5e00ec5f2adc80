//! A program of parts: a fragment shader that leaves open how bright a place is and what colour that has, two functions that fill these
//! hooks, and a uniform that is bound rather than named.
//!
//! ```console
//! $ cargo run -p glir-shaders --example waves waves.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{Context, Frame, Header, Mode, VertexBuffer};
use glir_shaders::{Function, Program, Variable, Version};
use glir_spec::GlslType;
use std::error::Error;

const VERTEX: &str = "
attribute vec2 a_corner;
varying vec2 v_place;
void main() {
    v_place = a_corner;
    gl_Position = vec4(a_corner, 0.0, 1.0);
}";

const FRAGMENT: &str = "
varying vec2 v_place;
float $height(vec2 place);
vec3 $color(float height);
void main() { gl_FragColor = vec4($color($height(v_place)), 1.0); }";

// Two sources, whose waves meet; how many waves there are is a variable that the composition names.
const RIPPLES: &str = "
float $waves;
float from(vec2 place, vec2 source) { return sin($waves * distance(place, source)); }
float ripples(vec2 place) { return 0.5 * (from(place, vec2(-0.4, 0.0)) + from(place, vec2(0.4, 0.0))); }";

const WATER: &str = "
vec3 water(float height) { return mix(vec3(0.03, 0.15, 0.35), vec3(0.75, 0.93, 1.0), 0.5 + 0.5 * height); }";

/// The stream's header and its only frame.
pub(crate) fn picture() -> Result<(Header<'static>, Vec<Frame>), Box<dyn Error>> {
    let waves = Variable::uniform("waves", GlslType::Float);
    let ripples = Function::new("ripples", RIPPLES)?.with("waves", &waves)?;
    let fragment = Function::new("fill", FRAGMENT)?
        .with("height", ripples)?
        .with("color", Function::new("water", WATER)?)?;
    let emitted = Program { vertex: Function::new("corner", VERTEX)?, fragment }.emit(Version::Es100)?;

    let context = Context::new(480, 320)?;
    context.set_title("waves")?;
    let interface = emitted.interface.clone();
    let mut program =
        glir_gloo::Program::with_interface(&context, &emitted.vertex, &emitted.fragment, interface)?;
    let corners = [[-1.0_f32, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]];
    program.set("a_corner", &VertexBuffer::new(&context, &corners)?)?;
    // The name that the variable got, whatever other parts are called.
    program.set(emitted.name(&waves).ok_or("the waves are not used")?, 40.0)?;
    program.draw(Mode::TriangleStrip, ..)?;
    Ok((context.header(), vec![context.swap()]))
}

#[allow(dead_code)] // a test draws the picture
fn main() -> Result<(), Box<dyn Error>> {
    let (header, frames) = picture()?;
    save::save(&header, &frames, "waves.glir")
}
