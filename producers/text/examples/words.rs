//! Text by hand: a line is shaped, its glyphs become distance fields in an atlas, and each is a square that a shader cuts out.
//!
//! ```console
//! $ cargo run -p glir-text --example words words.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{
    BlendFactor, Clear, Context, Filter, Frame, Header, MinFilter, Mode, Program, Texture2D, VertexBuffer,
};
use glir_spec::formats::Format;
use glir_text::{Align, AlignX, AlignY, Atlas, Font};
use std::error::Error;

const VERTEX: &str = "
attribute vec4 a_corner;
varying vec2 v_texel;
void main() {
    v_texel = a_corner.zw;
    gl_Position = vec4(a_corner.xy, 0.0, 1.0);
}";

// A texel is the distance to the outline: one half on it.
const FRAGMENT: &str = "
precision highp float;
uniform sampler2D u_atlas;
uniform float u_soft;
varying vec2 v_texel;
void main() {
    float inside = texture2D(u_atlas, v_texel).r;
    gl_FragColor = vec4(0.1, 0.1, 0.2, smoothstep(0.5 - u_soft, 0.5 + u_soft, inside));
}";

const SIZE: (u32, u32) = (640, 200);

/// The stream's header and its only frame.
pub(crate) fn picture() -> Result<(Header<'static>, Vec<Frame>), Box<dyn Error>> {
    let context = Context::new(SIZE.0, SIZE.1)?;
    context.set_title("words")?;
    let font = Font::sans();
    let mut atlas = Atlas::new(&font);
    let lines =
        [(64.0, 0.45, "Größe: 3×10⁻³ µm"), (36.0, -0.1, "Київ · Ωμέγα · שלום · سلام"), (14.0, -0.6, "small")];
    let mut squares = Vec::new();
    for (size, height, words) in lines {
        let layout = font.layout(words, Align { x: AlignX::Center, y: AlignY::Center });
        for glyph in &layout.glyphs {
            // A space has no shape.
            let Some(shape) = atlas.glyph(glyph.id)? else { continue };
            let [left, bottom, right, top] = shape.plane;
            // From ems to the canvas.
            let x = |em: f32| (glyph.x + em) * size * 2.0 / SIZE.0 as f32;
            let y = |em: f32| height + (glyph.y + em) * size * 2.0 / SIZE.1 as f32;
            let (u, v) = (f32::from(shape.area.x), f32::from(shape.area.y));
            let (w, h) = (f32::from(shape.area.width), f32::from(shape.area.height));
            let [a, b, c, d] = [
                [x(left), y(bottom), u, v],
                [x(right), y(bottom), u + w, v],
                [x(left), y(top), u, v + h],
                [x(right), y(top), u + w, v + h],
            ];
            squares.push((size, [a, b, c, c, b, d]));
        }
    }
    let (width, height) = atlas.size();
    let size = (u32::from(width), u32::from(height));
    let mut texture = Texture2D::with_data(&context, size, Format::Luminance8, atlas.texels())?;
    texture.set_interpolation(MinFilter::Linear, Filter::Linear)?;
    context.clear(Clear::color([1.0; 4]))?;
    // Squares of neighbours overlap.
    context.set_blend((BlendFactor::SrcAlpha, BlendFactor::OneMinusSrcAlpha))?;
    for (size, _, _) in lines {
        let corners = squares.iter().filter(|(of, _)| *of == size).flat_map(|(_, corners)| corners);
        let scaled = corners.map(|[x, y, u, v]| [*x, *y, u / f32::from(width), v / f32::from(height)]);
        let mut program = Program::new(&context, VERTEX, FRAGMENT)?;
        program.set("a_corner", &VertexBuffer::new(&context, &scaled.collect::<Vec<[f32; 4]>>())?)?;
        program.set("u_atlas", &texture)?;
        // Half a pixel, as a part of the distances that a texel can tell.
        let texels = f32::from(atlas.em()) / size;
        program.set("u_soft", 0.5 * texels / (2.0 * f32::from(atlas.spread())))?;
        program.draw(Mode::Triangles, ..)?;
    }
    Ok((context.header(), vec![context.swap()]))
}

#[allow(dead_code)] // a test draws the picture
fn main() -> Result<(), Box<dyn Error>> {
    let (header, frames) = picture()?;
    save::save(&header, &frames, "words.glir")
}
