//! The shaders of meshes, put together from what is asked for.

use super::{Paint, Shading};
use crate::each::Each;
use crate::error::Result;
use crate::light;
use crate::place::Parts;
use glir_shaders::Function;

pub(super) const PICK_VERTEX: &str = "
attribute vec3 a_high;
attribute vec3 a_low;
vec4 $place(vec3 high, vec3 low);
void $identify();
void main() {
    $identify();
    gl_Position = $place(a_high, a_low);
}";

pub(super) const PICK_FRAGMENT: &str = "
void $finish(vec4 color, float coverage);
void main() { $finish(vec4(1.0), 1.0); }";

// A normal goes the way of two short tangents: so it is right behind any transform. They are added to the low part, which is fine
// even where coordinates are huge.
const NORMAL: &str = "
attribute vec4 a_normal;
uniform float u_step;
uniform mat4 u_projection;
varying vec3 v_normal;
varying vec3 v_viewer;
varying float v_turned;
// Squares of huge or tiny lengths are no floats.
vec3 direction(vec3 way) {
    vec3 parts = abs(way);
    float most = max(parts.x, max(parts.y, parts.z));
    return most > 0.0 ? normalize(way / most) : vec3(0.0);
}
vec3 eye_way(vec3 tangent) {
    vec3 there = $to_eye($scene(a_high, a_low + tangent)).xyz;
    return direction(there - $to_eye($scene(a_high, a_low - tangent)).xyz);
}
void orient(vec3 eye) {
    vec3 data = a_normal.xyz;
    vec3 other = abs(data.x) < 0.5 ? vec3(1.0, 0.0, 0.0) : vec3(0.0, 1.0, 0.0);
    vec3 tangent = cross(other, data);
    float size = length(tangent);
    v_normal = vec3(0.0, 0.0, 1.0);
    if (size > 0.1) {
        tangent *= u_step / size;
        vec3 normal = cross(eye_way(tangent), eye_way(cross(data, tangent)));
        float least = length(normal);
        if (least > 0.0) {
            v_normal = normal / least;
        }
    }
    bool perspective = u_projection[2][3] != 0.0;
    v_viewer = perspective ? -eye : vec3(0.0, 0.0, 1.0);
    // Without perspective, the projection says from which end of z one looks.
    bool behind = !perspective && u_projection[2][2] > 0.0;
    if (behind) v_normal.z = -v_normal.z;
    // Whether what runs counterclockwise about the eye does so on the canvas, too: not where one axis of three is turned around.
    float mirror = u_projection[0][0] * u_projection[1][1] - u_projection[0][1] * u_projection[1][0];
    v_turned = (mirror < 0.0) == behind ? 0.0 : 1.0;
}";

/// What the shaders depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Kind {
    lit: bool,
    wire: bool,
    source: Source,
}

/// Where colours come from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    /// Faces are not drawn.
    Nothing,
    Uniform,
    Attribute,
    Values,
    Picture,
}

impl Kind {
    pub(super) fn of(shading: Shading, paint: &Paint, wire: bool, faces: bool) -> Kind {
        let source = match paint {
            _ if !faces => Source::Nothing,
            Paint::Color(Each::One(_)) => Source::Uniform,
            Paint::Color(Each::Each(_)) | Paint::Faces(_) => Source::Attribute,
            Paint::Values { .. } => Source::Values,
            Paint::Texture { .. } => Source::Picture,
        };
        Kind { lit: shading != Shading::None && faces, wire, source }
    }
}

/// The shaders of a mesh.
pub(super) fn parts(Kind { lit, wire, source }: Kind) -> Result<Parts> {
    let faces = source != Source::Nothing;
    let mut vertex = String::from(
        "attribute vec3 a_high;\nattribute vec3 a_low;\nvec3 $scene(vec3 high, vec3 low);\nvec4 $to_eye(vec3 scene);\n\
         vec4 $to_clip(vec4 eye);\nvoid $identify();\n",
    );
    let mut main = String::from(
        "void main() {\n    $identify();\n    vec4 eye = $to_eye($scene(a_high, a_low));\n    gl_Position = $to_clip(eye);\n",
    );
    let mut fragment = String::from("void $finish(vec4 color, float coverage);\n");
    let mut shade = String::from("void main() {\n");
    if lit {
        vertex.push_str(NORMAL);
        main.push_str("    orient(eye.xyz);\n");
        fragment.push_str("varying vec3 v_normal;\nvarying vec3 v_viewer;\nvarying float v_turned;\nvec3 $lit(vec3 color, vec3 normal, vec3 viewer);\n");
    }
    if faces {
        let (declare_vertex, pass, declare, color) = match source {
            Source::Nothing => ("", "", "", ""),
            Source::Uniform => ("", "", "uniform vec4 u_color;\n", "    vec4 color = u_color;\n"),
            Source::Attribute => (
                "attribute vec4 a_color;\nvarying vec4 v_color;\n",
                "    v_color = a_color;\n",
                "varying vec4 v_color;\n",
                "    vec4 color = v_color;\n",
            ),
            // The second part is 1 where all three values are numbers.
            Source::Values => (
                "attribute vec2 a_value;\nvarying vec2 v_value;\n",
                "    v_value = a_value;\n",
                "varying vec2 v_value;\nuniform vec2 u_limits;\nuniform sampler2D u_map;\n",
                "    if (v_value.y < 0.999) discard;\n\
                 \x20   float share = clamp((v_value.x - u_limits.x) * u_limits.y, 0.0, 1.0);\n\
                 \x20   vec4 color = texture2D(u_map, vec2((share * 255.0 + 0.5) / 256.0, 0.5));\n",
            ),
            Source::Picture => (
                "attribute vec2 a_texcoord;\nvarying vec2 v_texcoord;\n",
                "    v_texcoord = a_texcoord;\n",
                "varying vec2 v_texcoord;\nuniform sampler2D u_picture;\n",
                "    vec4 color = texture2D(u_picture, v_texcoord);\n",
            ),
        };
        vertex.push_str(declare_vertex);
        main.push_str(pass);
        fragment.push_str(declare);
        shade.push_str(color);
    }
    if lit {
        // Surfaces are lit on the side that is seen. Which one that is, the triangle says: a normal between round corners may look away
        // already where the triangle is still seen.
        shade.push_str(
            "    vec3 viewer = normalize(v_viewer);\n    vec3 normal = normalize(v_normal);\n\
             \x20   if (gl_FrontFacing == (v_turned > 0.5)) normal = -normal;\n    color.rgb = $lit(color.rgb, normal, viewer);\n",
        );
    }
    if wire {
        // Shares of the corners, 0 on the opposite edge; over their slope they are distances in pixels.
        vertex.push_str("attribute vec4 a_corner;\nvarying vec3 v_corner;\n");
        main.push_str("    v_corner = a_corner.xyz;\n");
        fragment.push_str(
            "varying vec3 v_corner;\nuniform vec4 u_wire_color;\nuniform float u_wire_width;\n\
             float edge() {\n    vec3 x = dFdx(v_corner);\n    vec3 y = dFdy(v_corner);\n\
             \x20   vec3 away = v_corner / max(sqrt(x * x + y * y), vec3(1e-20));\n\
             \x20   float nearest = min(away.x, min(away.y, away.z));\n\
             \x20   return clamp(0.5 * u_wire_width + 0.5 - nearest, 0.0, 1.0) * min(u_wire_width, 1.0);\n}\n",
        );
        shade.push_str(if faces {
            "    float line = edge() * u_wire_color.a;\n    float alpha = line + color.a * (1.0 - line);\n\
             \x20   vec3 mixed = u_wire_color.rgb * line + color.rgb * color.a * (1.0 - line);\n\
             \x20   $finish(vec4(mixed / max(alpha, 1e-6), alpha), 1.0);\n"
        } else {
            "    float line = edge();\n    if (line <= 0.0) discard;\n    $finish(u_wire_color, line);\n"
        });
    } else if faces {
        shade.push_str("    $finish(color, 1.0);\n");
    } else {
        shade.push_str("    discard;\n");
    }
    main.push_str("}\n");
    shade.push_str("}\n");
    vertex.push_str(&main);
    fragment.push_str(&shade);
    let mut fragment = Function::new("mesh_fill", &fragment)?;
    if lit {
        fragment = fragment.with("lit", light::lit()?)?;
    }
    Ok(Parts { vertex: Function::new("mesh", &vertex)?, fragment, item: None })
}

/// Limits as the shader takes them: the lower one, and what a difference from it is multiplied by.
pub(super) fn limits([low, high]: [f64; 2]) -> [f32; 2] {
    let scale = 1.0 / (high - low);
    [low as f32, if scale.is_finite() { scale as f32 } else { 0.0 }]
}

/// The least and the greatest finite value.
pub(super) fn extent(values: &[f64]) -> [f64; 2] {
    let finite = values.iter().copied().filter(|value| value.is_finite());
    let [low, high] = finite
        .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| [low.min(value), high.max(value)]);
    if low <= high { [low, high] } else { [0.0, 1.0] }
}
