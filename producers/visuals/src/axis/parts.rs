//! The shaders and buffers of axes, which grids and colour bars use, too.

use super::{Side, TickSlots};
use crate::error::Result;
use crate::place::{Parts, Place};
use crate::ticks::glsl::{CHARACTERS, PLACES};
use crate::ticks::{Chosen, Driver, Formula, LABELS, Scale, glsl};
use crate::typeface::{FIELD, Typeface};
use crate::view::View;
use glir_gloo::{Context, IndexBuffer, Mode, Vertex, VertexBuffer};
use glir_shaders::Function;
use glir_text::Align;

/// `vec4 canvas(vec2 pixel)`: clip coordinates of a pixel of the canvas.
const CANVAS: &str = "
uniform vec2 u_canvas;
vec4 canvas(vec2 pixel) { return vec4(pixel / u_canvas * 2.0 - 1.0, 0.0, 1.0); }";

/// `vec4 canvas(vec2 pixel)` for what is drawn inside of the rectangle, with GL's viewport on it.
const INSIDE: &str = "
uniform vec4 u_viewport;
vec4 canvas(vec2 pixel) { return vec4((pixel - u_viewport.xy) / u_viewport.zw * 2.0 - 1.0, 0.0, 1.0); }";

// A tick is its slot + 1, its part of the way to the next one, 1 for the spine, and its corner.
const LINES: &str = "
attribute vec4 a_tick;
uniform vec4 u_viewport;
uniform vec4 u_side;
uniform vec4 u_lines;
uniform float u_spine;
varying float v_minor;
float $at_tick(vec2 tick);
vec4 $canvas(vec2 pixel);
void $identify();
// The first pixel of a line around a place.
float first_of(float place) { return floor(place - 0.5 * u_lines.x + 0.5); }
void main() {
    $identify();
    v_minor = a_tick.y > 0.5 ? 1.0 : 0.0;
    vec2 corner = vec2(mod(a_tick.w, 2.0), floor(a_tick.w * 0.5 + 0.1));
    vec2 along = u_side.xy;
    vec2 across = abs(u_side.zw);
    float start = dot(along, u_viewport.xy);
    float length = dot(along, u_viewport.zw);
    float edge = first_of(dot(across, u_viewport.xy + max(u_side.zw, 0.0) * u_viewport.zw));
    vec2 span = vec2(first_of(start), first_of(start + length) + u_lines.x);
    vec2 reach = vec2(edge, edge + u_lines.x);
    float shown = u_spine;
    if (a_tick.z < 0.5) {
        float at = $at_tick(vec2(a_tick.x - 1.0, a_tick.y));
        float first = first_of(start + at * length);
        span = vec2(first, first + u_lines.x);
        float share = v_minor > 0.5 ? u_lines.w : 1.0;
        vec2 lengths = floor(u_lines.yz * share + 0.5);
        reach += dot(u_side.zw, vec2(1.0)) < 0.0 ? vec2(-lengths.y, lengths.x) : vec2(-lengths.x, lengths.y);
        shown = share * (at + 0.5);
    }
    if (!(shown > 0.0)) {
        gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
        return;
    }
    gl_Position = $canvas(along * mix(span.x, span.y, corner.x) + across * mix(reach.x, reach.y, corner.y));
}";

const LINES_FILL: &str = "
uniform vec4 u_color;
void $finish(vec4 color, float coverage);
void main() { $finish(u_color, 1.0); }";

const GRID_FILL: &str = "
uniform vec4 u_color;
uniform vec4 u_minor_color;
varying float v_minor;
void $finish(vec4 color, float coverage);
void main() { $finish(v_minor > 0.5 ? u_minor_color : u_color, 1.0); }";

// A character is its label's slot + 1 (0 for the one at the axis's end), its place in it, and its corner.
const LABELS_VERTEX: &str = "
attribute vec4 a_character;
uniform vec4 u_viewport;
uniform vec4 u_side;
uniform vec4 u_label;
uniform vec4 u_end;
uniform float u_cap;
uniform float u_room;
uniform vec2 u_canvas;
uniform vec4 u_plane[27];
uniform vec4 u_area[27];
varying vec2 v_texel;
varying float v_size;
float $at_tick(vec2 tick);
vec3 $character(vec2 place);
vec4 $canvas(vec2 pixel);
void $identify();
void main() {
    $identify();
    float slot = a_character.x - 1.0;
    bool end = slot < -0.5;
    float at = 1.0;
    if (!end) at = $at_tick(vec2(slot, 0.0));
    vec3 character = $character(vec2(slot, a_character.y));
    v_texel = vec2(0.0);
    v_size = u_label.x;
    if (!(at > -0.5) || character.x < -0.5) {
        gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
        return;
    }
    // Where labels have grown longer than their room, they are smaller.
    float size = u_label.x;
    if (!end && u_room > 0.0 && character.z * size > u_room) size = u_room / character.z;
    v_size = size;
    vec2 base = u_viewport.xy + (max(u_side.zw, 0.0) + u_side.xy * at) * u_viewport.zw;
    base += end ? u_side.zw * u_end.x + u_side.xy * u_end.y : u_side.zw * u_label.y;
    vec2 anchor = end ? u_end.zw : u_label.zw;
    vec2 pen = base + anchor * vec2(character.z, u_cap) * size;
    // A label that would reach beyond the canvas is moved by up to an em, or left out.
    float inside = clamp(pen.x, 1.0, max(u_canvas.x - 1.0 - character.z * size, 1.0));
    if (abs(inside - pen.x) > size) {
        gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
        return;
    }
    pen.y = clamp(pen.y, 1.0, max(u_canvas.y - 1.0 - u_cap * size, 1.0));
    pen = vec2(inside + character.y * size, floor(pen.y + 0.5));
    int glyph = int(character.x + 0.5);
    vec4 plane = u_plane[glyph];
    vec4 area = u_area[glyph];
    vec2 corner = vec2(mod(a_character.z, 2.0), floor(a_character.z * 0.5 + 0.1));
    v_texel = area.xy + corner * area.zw;
    gl_Position = $canvas(pen + mix(plane.xy, plane.zw, corner) * size);
}";

const TITLE: &str = "
attribute vec2 a_at;
attribute vec2 a_texel;
uniform vec4 u_viewport;
uniform vec4 u_side;
uniform float u_distance;
uniform vec4 u_label;
varying vec2 v_texel;
varying float v_size;
vec4 $canvas(vec2 pixel);
void main() {
    v_texel = a_texel;
    v_size = u_label.x;
    vec2 base = u_viewport.xy + (max(u_side.zw, 0.0) + 0.5 * u_side.xy) * u_viewport.zw + u_side.zw * u_distance;
    gl_Position = $canvas(floor(base + 0.5) + a_at);
}";

const GLYPHS: &str = "
uniform vec4 u_color;
varying vec2 v_texel;
varying float v_size;
float $glyph(vec2 texel, float size, float light, float wider);
void $finish(vec4 color, float coverage);
void main() {
    float light = dot(u_color.rgb, vec3(0.299, 0.587, 0.114));
    $finish(vec4(u_color.rgb, u_color.a * $glyph(v_texel, v_size, light, 0.0)), 1.0);
}";

/// All vertices are of item 0.
const ITEM: &str = "vec4 item() { return vec4(0.0); }";

/// The parts of the way from a tick to the next one at which minor ticks may stand.
const MINOR: usize = 9;

fn place(context: &Context, label: &'static str, vertex: Function, fragment: Function) -> Result<Place> {
    Place::new(context, label, Parts { vertex, fragment, item: Some(Function::new("item", ITEM)?) })
}

fn canvas() -> Result<Function> {
    Ok(Function::new("canvas", CANVAS)?)
}

/// The corners and triangles of all axes and grids of a typeface: which ticks and characters they are, the uniforms say.
#[derive(Debug)]
pub(crate) struct Shared {
    corners: VertexBuffer<[u8; 4]>,
    characters: VertexBuffer<[u8; 4]>,
    /// The triangles of [`lines`] and [`grid`].
    pub(crate) ticks: IndexBuffer<u16>,
    /// The triangles of [`labels`].
    pub(crate) labels: IndexBuffer<u16>,
}

impl Shared {
    pub(crate) fn new(context: &Context) -> Result<Shared> {
        let spine = (0..4).map(|corner| [0, 0, 1, corner]);
        let majors = (1..=LABELS as u8).map(|slot| (slot, 0));
        // Minor ones behind a slot before the first one, too.
        let minors = (0..=LABELS as u8).flat_map(|slot| (1..=MINOR as u8).map(move |part| (slot, part)));
        let ticks =
            majors.chain(minors).flat_map(|(slot, part)| (0..4).map(move |corner| [slot, part, 0, corner]));
        let corners: Vec<[u8; 4]> = spine.chain(ticks).collect();
        let places = (0..=LABELS as u8).flat_map(|slot| (0..PLACES as u8).map(move |at| (slot, at)));
        let characters: Vec<[u8; 4]> =
            places.flat_map(|(slot, at)| (0..4).map(move |corner| [slot, at, corner, 0])).collect();
        Ok(Shared {
            ticks: quads(context, corners.len() / 4)?,
            labels: quads(context, characters.len() / 4)?,
            corners: VertexBuffer::new(context, &corners)?,
            characters: VertexBuffer::new(context, &characters)?,
        })
    }
}

/// Spine and ticks, on the canvas.
pub(crate) fn lines(typeface: &Typeface, scale: Scale) -> Result<Place> {
    let context = &typeface.context();
    let vertex =
        Function::new("axis", LINES)?.with("at_tick", glsl::position(scale)?)?.with("canvas", canvas()?)?;
    let mut place = place(context, "axis", vertex, Function::new("axis_fill", LINES_FILL)?)?;
    place.set("a_tick", &typeface.shared()?.corners)?;
    Ok(place)
}

/// Lines at ticks across the rectangle, with GL's viewport on it.
pub(crate) fn grid(typeface: &Typeface, scale: Scale) -> Result<Place> {
    let context = &typeface.context();
    let inside = Function::new("inside", INSIDE)?;
    let vertex =
        Function::new("grid", LINES)?.with("at_tick", glsl::position(scale)?)?.with("canvas", inside)?;
    let mut place = place(context, "grid", vertex, Function::new("grid_fill", GRID_FILL)?)?;
    place.set("a_tick", &typeface.shared()?.corners)?;
    Ok(place)
}

/// Labels, on the canvas.
pub(crate) fn labels(typeface: &Typeface, scale: Scale) -> Result<Place> {
    let context = &typeface.context();
    let vertex = Function::new("axis_labels", LABELS_VERTEX)?
        .with("at_tick", glsl::position(scale)?)?
        .with("character", glsl::character(scale)?)?
        .with("canvas", canvas()?)?;
    let fragment =
        Function::new("axis_labels_fill", GLYPHS)?.with("glyph", Function::new("glyph", FIELD)?)?;
    let mut place = place(context, "axis labels", vertex, fragment)?;
    place.set("a_character", &typeface.shared()?.characters)?;
    Ok(place)
}

fn quads(context: &Context, count: usize) -> Result<IndexBuffer<u16>> {
    let corners = |quad: usize| [0, 1, 2, 2, 1, 3].map(move |corner| (4 * quad + corner) as u16);
    Ok(IndexBuffer::new(context, &(0..count).flat_map(corners).collect::<Vec<u16>>())?)
}

/// Tells a program which ticks there are.
fn set_chosen(place: &mut Place, chosen: Option<Chosen>) -> Result<()> {
    // A first tick before the range, and no way to the next one: nothing is seen. The last number is times' years, which have no end.
    let none = Chosen { ticks: [-1.0, 0.0, 0.0, 0.0], index: [0.0; 3], format: [1.0, 0.0, 0.0, 4.0] };
    let Chosen { ticks, index, format } = chosen.unwrap_or(none);
    place.set("u_ticks", ticks.map(|number| number as f32))?;
    place.set("u_index", index.map(|number| number as f32))?;
    place.set("u_format", format.map(|number| number as f32))
}

/// Tells programs which ticks a view has: by numbers, or by signals where a person moves it.
pub(crate) fn choose(
    typeface: &Typeface,
    places: &mut [&mut Place],
    view: &View,
    horizontal: bool,
    formula: &Formula,
    driver: &mut Option<Driver>,
) -> Result<()> {
    let length = if horizontal { view.viewport[2] } else { view.viewport[3] };
    if let Some(rect) = view.signals.as_ref().and_then(|signals| signals.rect.as_ref()) {
        let known = driver.take().filter(|known| known.follows(rect));
        let made = match known {
            Some(known) => known,
            None => typeface.driver(formula, rect, horizontal, length)?,
        };
        made.set_length(length)?;
        let driver = driver.insert(made);
        for place in places {
            for (name, vector) in ["u_ticks", "u_index", "u_format"].into_iter().zip(&driver.vectors) {
                if place.takes(name) {
                    place.bind(name, vector)?;
                }
            }
        }
        return Ok(());
    }
    let chosen = super::range(view, horizontal).and_then(|range| Chosen::new(formula, range, length));
    places.iter_mut().try_for_each(|place| set_chosen(place, chosen))
}

/// Where a program takes its ticks.
pub(crate) fn tick_slots(place: &Place) -> Option<TickSlots> {
    let (program, ticks) = place.slot("u_ticks")?;
    let (_, index) = place.slot("u_index")?;
    let other = |name| place.slot(name).map(|(_, slot)| slot);
    let [format, viewport, canvas] = [other("u_format"), other("u_viewport"), other("u_canvas")];
    Some(TickSlots { program, ticks, index, format, viewport, canvas })
}

/// Gives [`labels`] the shapes and widths of their characters.
pub(crate) fn set_font(place: &mut Place, typeface: &Typeface) -> Result<()> {
    let font = typeface.font();
    let glyph = |character| font.glyph(character).unwrap_or(0);
    let (mut planes, mut areas) = (Vec::new(), Vec::new());
    for character in CHARACTERS.chars() {
        let shape = typeface.shape(glyph(character))?;
        planes.push(shape.map_or([0.0; 4], |shape| shape.plane));
        let area = shape
            .map(|shape| [shape.area.x, shape.area.y, shape.area.width, shape.area.height].map(f32::from));
        areas.push(area.unwrap_or_default());
    }
    let width = |characters: &str| characters.chars().map(|one| font.advance(glyph(one))).fold(0.0, f32::max);
    place.set("u_plane", &planes)?;
    place.set("u_area", &areas)?;
    place.set("u_cap", font.metrics().cap_height)?;
    place.set("u_widths", [width("0123456789"), width("−"), width("."), width(":")])?;
    place.set("u_widths_raised", [width("×"), width("⁰¹²³⁴⁵⁶⁷⁸⁹"), width("⁻"), width("-")])
}

/// A title beside the middle of an axis.
#[derive(Debug)]
pub(crate) struct Title {
    pub(crate) words: String,
    pub(crate) place: Place,
    /// In pixels along the axis.
    pub(crate) width: f32,
    /// In pixels away from it.
    pub(crate) height: f32,
    indices: Option<IndexBuffer<u16>>,
}

#[derive(Clone, Copy, Vertex)]
#[repr(C)]
struct Corner {
    at: [f32; 2],
    texel: [u16; 2],
}

impl Title {
    /// Words at a size in pixels; upright ones beside an upright axis.
    pub(crate) fn new(
        typeface: &Typeface,
        words: &str,
        align: Align,
        size: f32,
        side: Side,
    ) -> Result<Title> {
        let context = typeface.context();
        let vertex = Function::new("axis_title", TITLE)?.with("canvas", canvas()?)?;
        let fragment =
            Function::new("axis_title_fill", GLYPHS)?.with("glyph", Function::new("glyph", FIELD)?)?;
        let mut place = place(&context, "axis title", vertex, fragment)?;
        let layout = typeface.layout(words, align);
        let mut corners = Vec::new();
        for line in &layout.lines {
            let shift = (line.baseline * size).round() - line.baseline * size;
            // As many glyphs as 16-bit indices can tell apart.
            for glyph in layout.glyphs.get(line.glyphs.clone()).unwrap_or(&[]).iter().take(16_000) {
                let Some(shape) = typeface.shape(glyph.id)? else { continue };
                let [left, bottom, right, top] = shape.plane;
                let (x0, x1) = (shape.area.x, shape.area.x + shape.area.width);
                let (y0, y1) = (shape.area.y, shape.area.y + shape.area.height);
                let places = [
                    (left, bottom, [x0, y0]),
                    (right, bottom, [x1, y0]),
                    (left, top, [x0, y1]),
                    (right, top, [x1, y1]),
                ];
                corners.extend(places.map(|(x, y, texel)| {
                    let [x, y] = [(glyph.x + x) * size, (glyph.y + y) * size + shift];
                    Corner { at: if side.is_horizontal() { [x, y] } else { [-y, x] }, texel }
                }));
            }
        }
        let count = (corners.len() / 4).min(16_000);
        corners.truncate(4 * count);
        let indices = if count == 0 { None } else { Some(quads(&context, count)?) };
        if count > 0 {
            let corners = VertexBuffer::new(&context, &corners)?;
            place.set("a_at", corners.field("at")?)?;
            place.set("a_texel", corners.field("texel")?)?;
        }
        place.set("u_side", side.directions())?;
        place.set("u_label", [size, 0.0, 0.0, 0.0])?;
        let extents = layout.extents.scaled(size);
        let (width, height) = (extents.width(), extents.height());
        Ok(Title { words: words.to_owned(), place, width, height, indices })
    }

    pub(crate) fn draw(&mut self, typeface: &Typeface, view: &View) -> Result<()> {
        let Some(indices) = &self.indices else { return Ok(()) };
        typeface.give(&mut self.place)?;
        self.place.draw(view, Mode::Triangles, indices)
    }
}
