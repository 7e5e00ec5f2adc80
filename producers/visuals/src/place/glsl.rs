//! The functions that fill a visual's hooks.

use crate::error::Result;
use crate::view::ViewSlots;
use glir_shaders::{Emitted, Function, Variable};
use glir_spec::GlslType;
use glir_spec::ids::ProgramId;
use glir_transforms::origin;

/// The uniforms of a view that are bound rather than named, because the floating origin's function has hooks for them.
pub(super) struct Variables {
    high: Variable,
    low: Variable,
    /// What was taken from the data, for a transform that wants it whole.
    pub(super) base: Variable,
    /// An affine transform.
    pub(super) node: Variable,
}

/// What stands between the data and the scene.
pub(super) enum Given<'f> {
    Nothing,
    /// An affine transform.
    Node,
    Transform(&'f Function),
}

const PLAIN: &str = "
vec3 $relative(vec3 high, vec3 low);
vec3 scene(vec3 high, vec3 low) { return $relative(high, low); }";

// What moves points to their place in the scene comes behind the origin, or goes into it.
const NODE: &str = "
uniform mat4 $node;
vec3 $relative(vec3 high, vec3 low);
vec3 scene(vec3 high, vec3 low) {
    return $relative(($node * vec4(high, 0.0)).xyz, ($node * vec4(low, 0.0)).xyz) + $node[3].xyz;
}";

// Behind a transform on the GPU there is only single precision.
const TRANSFORMED: &str = "
uniform vec3 $base;
vec3 $relative(vec3 high, vec3 low);
vec3 $transform(vec3 p);
vec3 scene(vec3 high, vec3 low) { return $relative($transform($base + (high + low)), vec3(0.0)); }";

const PLACE: &str = "
uniform mat4 u_view;
uniform mat4 u_projection;
vec3 $scene(vec3 high, vec3 low);
vec4 place(vec3 high, vec3 low) { return u_projection * (u_view * vec4($scene(high, low), 1.0)); }";

const TO_EYE: &str = "
uniform mat4 u_view;
vec4 to_eye(vec3 scene) { return u_view * vec4(scene, 1.0); }";

const TO_CLIP: &str = "
uniform mat4 u_projection;
vec4 to_clip(vec4 eye) { return u_projection * eye; }";

const PIXEL: &str = "
uniform vec4 u_viewport;
vec2 pixel(vec4 clip) { return (clip.xy / clip.w * 0.5 + 0.5) * u_viewport.zw; }";

const AT_PIXEL: &str = "
uniform vec4 u_viewport;
vec4 at_pixel(vec2 pixel, vec4 clip) {
    return vec4((pixel / u_viewport.zw * 2.0 - 1.0) * clip.w, clip.zw);
}";

const ITEM: &str = "
attribute vec4 a_item;
vec4 item() { return a_item; }";

// Numbers are sums of four bytes with carry: floats have 24 bits, and numbers 32.
const IDENTIFY: &str = "
uniform vec4 u_first;
varying vec4 v_item;
vec4 $item();
void identify() {
    vec4 sum = $item() + u_first;
    sum.y += floor(sum.x / 256.0);
    sum.z += floor(sum.y / 256.0);
    sum.w += floor(sum.z / 256.0);
    v_item = mod(sum, 256.0) / 255.0;
}";

const FINISH_PICKED: &str = "
varying vec4 v_item;
void finish(vec4 color, float coverage) {
    if (coverage < 0.5) discard;
    gl_FragColor = floor(v_item * 255.0 + 0.5) / 255.0;
}";

const FINISH_DRAWN: &str = "
uniform float u_opacity;
void finish(vec4 color, float coverage) {
    float alpha = color.a * coverage * u_opacity;
    gl_FragColor = vec4(color.rgb * alpha, alpha);
}";

impl Variables {
    pub(super) fn new() -> Variables {
        let vector = |name| Variable::uniform(name, GlslType::Vec3);
        Variables {
            high: vector("u_origin_high"),
            low: vector("u_origin_low"),
            base: vector("u_base"),
            node: Variable::uniform("u_node", GlslType::Mat4),
        }
    }

    /// A vertex stage with the hooks filled that it declares.
    pub(super) fn fill(&self, vertex: &Function, given: &Given<'_>, identify: &Function) -> Result<Function> {
        let relative = origin::relative()?.with("origin_high", &self.high)?.with("origin_low", &self.low)?;
        let scene = match given {
            Given::Nothing => Function::new("scene", PLAIN)?.with("relative", &relative)?,
            Given::Node => {
                Function::new("scene_node", NODE)?.with("relative", &relative)?.with("node", &self.node)?
            }
            Given::Transform(transform) => Function::new("scene_transformed", TRANSFORMED)?
                .with("relative", &relative)?
                .with("base", &self.base)?
                .with("transform", *transform)?,
        };
        let mut filled = vertex.clone();
        let open: Vec<String> = vertex.open_hooks().map(str::to_owned).collect();
        for hook in open {
            let function = match hook.as_str() {
                "place" => Function::new("place", PLACE)?.with("scene", &scene)?,
                "scene" => scene.clone(),
                "to_eye" => Function::new("to_eye", TO_EYE)?,
                "to_clip" => Function::new("to_clip", TO_CLIP)?,
                "pixel" => Function::new("pixel", PIXEL)?,
                "at_pixel" => at_pixel()?,
                "identify" => identify.clone(),
                _ => continue,
            };
            filled = filled.with(&hook, function)?;
        }
        Ok(filled)
    }

    /// Where a program takes them.
    pub(super) fn slots(&self, emitted: &Emitted, program: ProgramId) -> ViewSlots {
        ViewSlots {
            program,
            origin_high: emitted.uniform(&self.high),
            origin_low: emitted.uniform(&self.low),
            view: emitted.uniform("u_view"),
            projection: emitted.uniform("u_projection"),
            viewport: emitted.uniform("u_viewport"),
        }
    }
}

/// `vec4 at_pixel(vec2 pixel, vec4 clip)`, for a visual's own functions.
pub(crate) fn at_pixel() -> Result<Function> {
    Ok(Function::new("at_pixel", AT_PIXEL)?)
}

/// A fragment stage with `$finish` filled, if it declares it.
pub(super) fn fill_fragment(fragment: &Function, finish: &Function) -> Result<Function> {
    let open = fragment.open_hooks().any(|hook| hook == "finish");
    Ok(if open { fragment.with("finish", finish)? } else { fragment.clone() })
}

pub(super) fn identify(item: Option<&Function>) -> Result<Function> {
    let item = match item {
        Some(item) => item.clone(),
        None => Function::new("item", ITEM)?,
    };
    Ok(Function::new("identify", IDENTIFY)?.with("item", item)?)
}

pub(super) fn nothing() -> Result<Function> {
    Ok(Function::new("no_identity", "void nothing() {}")?)
}

pub(super) fn finish_drawn() -> Result<Function> {
    Ok(Function::new("finish", FINISH_DRAWN)?)
}

pub(super) fn finish_picked() -> Result<Function> {
    Ok(Function::new("finish_picked", FINISH_PICKED)?)
}
