//! What a context has, read once, and the extensions that are turned on for it.

use crate::gl::{DrawBuffers, Gl, Instancing, TimerQuery};
use glir_core::capabilities::{Capabilities, Limits};
use glir_spec::generated::gl;
use glir_spec::{Feature, Target};
use js_sys::Float32Array;
use wasm_bindgen::JsCast;

/// The extensions of WebGL 1 that have functions. A context that was lost and came back has them anew.
#[derive(Default)]
pub(crate) struct Extensions {
    pub(super) instancing: Option<Instancing>,
    pub(super) draw_buffers: Option<DrawBuffers>,
    pub(super) timer: Option<TimerQuery>,
}

impl Extensions {
    /// Turns them on. In WebGL 2 instancing and draw buffers belong to the context itself.
    pub(crate) fn of(gl: &Gl, webgl1: bool) -> Self {
        if !webgl1 {
            return Extensions::default();
        }
        let extension = |name: &str| gl.get_extension(name);
        Extensions {
            instancing: extension("ANGLE_instanced_arrays").map(JsCast::unchecked_into),
            draw_buffers: extension("WEBGL_draw_buffers").map(JsCast::unchecked_into),
            timer: extension("EXT_disjoint_timer_query").map(JsCast::unchecked_into),
        }
    }
}

/// The least and the greatest line width.
pub(super) fn line_widths(gl: &Gl) -> [f32; 2] {
    match gl.get_parameter(gl::ALIASED_LINE_WIDTH_RANGE).dyn_into::<Float32Array>() {
        Ok(range) if range.length() == 2 => [range.get_index(0), range.get_index(1)],
        _ => [1.0, 1.0],
    }
}

/// Reads features and limits. Asking for an extension turns it on, so every feature that is found can be used.
pub(super) fn of(gl: &Gl, extensions: &Extensions, webgl1: bool) -> Capabilities {
    let target = if webgl1 { Target::Webgl1 } else { Target::Webgl2 };
    let has = |name: &str| gl.get_extension(name).is_some();
    let available = |feature: Feature| feature.available(target, (0, 0), has);
    let features: glir_core::FeatureSet =
        Feature::ALL.iter().copied().filter(|&feature| available(feature)).collect();
    let get = |name: u32| gl.get_parameter(name).as_f64().unwrap_or(0.0) as u32;
    let when = |there: bool, name: u32| if there { get(name) } else { 0 };
    let webgl2 = !webgl1;
    let several = webgl2 || extensions.draw_buffers.is_some();
    let anisotropy = match features.has(Feature::Anisotropy) {
        true => gl.get_parameter(gl::MAX_TEXTURE_MAX_ANISOTROPY_EXT).as_f64().unwrap_or(1.0) as f32,
        false => 1.0,
    };
    let limits = Limits {
        max_texture_size: get(gl::MAX_TEXTURE_SIZE),
        max_cube_map_texture_size: get(gl::MAX_CUBE_MAP_TEXTURE_SIZE),
        max_3d_texture_size: when(webgl2, gl::MAX_3D_TEXTURE_SIZE),
        max_array_texture_layers: when(webgl2, gl::MAX_ARRAY_TEXTURE_LAYERS),
        max_renderbuffer_size: get(gl::MAX_RENDERBUFFER_SIZE),
        max_vertex_attribs: get(gl::MAX_VERTEX_ATTRIBS),
        // The last unit is kept for uploads.
        max_combined_texture_image_units: get(gl::MAX_COMBINED_TEXTURE_IMAGE_UNITS).saturating_sub(1).min(64),
        max_color_attachments: if several { get(gl::MAX_COLOR_ATTACHMENTS) } else { 1 },
        max_draw_buffers: if several { get(gl::MAX_DRAW_BUFFERS) } else { 1 },
        max_samples: when(webgl2, gl::MAX_SAMPLES),
        max_uniform_buffer_bindings: when(webgl2, gl::MAX_UNIFORM_BUFFER_BINDINGS),
        max_uniform_block_size: when(webgl2, gl::MAX_UNIFORM_BLOCK_SIZE),
        max_shader_storage_buffer_bindings: 0,
        max_transform_feedback_interleaved_components: when(
            webgl2,
            gl::MAX_TRANSFORM_FEEDBACK_INTERLEAVED_COMPONENTS,
        ),
        max_transform_feedback_separate_attribs: when(webgl2, gl::MAX_TRANSFORM_FEEDBACK_SEPARATE_ATTRIBS),
        max_texture_max_anisotropy: anisotropy,
        max_compute_work_group_count: [0; 3],
    };
    Capabilities { interpreter: description(gl, webgl1), target, features, limits }
}

/// The interpreter and its context, for people.
pub(crate) fn description(gl: &Gl, webgl1: bool) -> String {
    // The name of the GPU, where the browser tells it.
    let unmasked = gl.get_extension("WEBGL_debug_renderer_info");
    let name = if unmasked.is_some() { UNMASKED_RENDERER } else { gl::RENDERER };
    let renderer = gl.get_parameter(name).as_string().unwrap_or_default();
    let version = if webgl1 { "web, WebGL 1, " } else { "web, WebGL 2, " };
    [version, &renderer].concat()
}

/// `UNMASKED_RENDERER_WEBGL` of `WEBGL_debug_renderer_info`, which the Khronos registry of OpenGL does not list.
const UNMASKED_RENDERER: u32 = 37_446;
