//! What a context has, read once.

use crate::context::{Api, ContextInfo};
use glir_core::capabilities::{Capabilities, Limits};
use glir_spec::{Feature, Target};
use glow::HasContext as _;

/// Reads features and limits of the current context.
pub(super) fn of(gl: &glow::Context, info: &ContextInfo) -> Capabilities {
    let target = match info.api {
        Api::Gl => Target::Gl33,
        Api::Gles2 => Target::Gles2,
        Api::Gles3 => Target::Gles3,
    };
    let has = |name: &str| gl.supported_extensions().contains(&format!("GL_{name}"));
    // A context asked for as ES 2.0 may be a later one; what ES 3.0 has as core then stands for the extensions. Not so
    // for functions that GLSL ES 1.00 has by its own extension only.
    let newer = info.api == Api::Gles2 && info.version >= (3, 0);
    let stands_in =
        |feature: Feature| newer && feature.info().gles2 != "-" && feature != Feature::ShaderTextureLod;
    let available = |feature: Feature| {
        feature.available(target, info.version, has)
            || (stands_in(feature) && feature.available(Target::Gles3, info.version, has))
    };
    let features = Feature::ALL.iter().copied().filter(|&feature| available(feature)).collect();
    let es3 = info.api == Api::Gl || info.version >= (3, 0);
    let compute = available(Feature::Compute);
    let get = |name: u32| {
        // SAFETY: the context is current; the name is one that it knows (guarded below).
        unsafe { gl.get_parameter_i32(name) }.max(0) as u32
    };
    let when = |there: bool, name: u32| if there { get(name) } else { 0 };
    let combined = get(glow::MAX_COMBINED_TEXTURE_IMAGE_UNITS);
    let anisotropy = if available(Feature::Anisotropy) {
        // SAFETY: the context is current and has the extension.
        unsafe { gl.get_parameter_f32(glow::MAX_TEXTURE_MAX_ANISOTROPY_EXT) }
    } else {
        1.0
    };
    let groups = |axis: u32| {
        if !compute {
            return 0;
        }
        // SAFETY: the context is current and has compute shaders.
        let most = unsafe { gl.get_parameter_indexed_i32(glow::MAX_COMPUTE_WORK_GROUP_COUNT, axis) };
        most.max(0) as u32
    };
    let limits = Limits {
        max_texture_size: get(glow::MAX_TEXTURE_SIZE),
        max_cube_map_texture_size: get(glow::MAX_CUBE_MAP_TEXTURE_SIZE),
        max_3d_texture_size: when(es3, glow::MAX_3D_TEXTURE_SIZE),
        max_array_texture_layers: when(es3, glow::MAX_ARRAY_TEXTURE_LAYERS),
        max_renderbuffer_size: get(glow::MAX_RENDERBUFFER_SIZE),
        max_vertex_attribs: get(glow::MAX_VERTEX_ATTRIBS),
        // The last unit is kept for uploads.
        max_combined_texture_image_units: combined.saturating_sub(1).min(64),
        max_color_attachments: if es3 || available(Feature::DrawBuffers) {
            get(glow::MAX_COLOR_ATTACHMENTS)
        } else {
            1
        },
        max_draw_buffers: if es3 || available(Feature::DrawBuffers) {
            get(glow::MAX_DRAW_BUFFERS)
        } else {
            1
        },
        max_samples: when(es3, glow::MAX_SAMPLES),
        max_uniform_buffer_bindings: when(es3, glow::MAX_UNIFORM_BUFFER_BINDINGS),
        max_uniform_block_size: when(es3, glow::MAX_UNIFORM_BLOCK_SIZE),
        max_shader_storage_buffer_bindings: when(compute, glow::MAX_SHADER_STORAGE_BUFFER_BINDINGS),
        max_transform_feedback_interleaved_components: when(
            es3,
            glow::MAX_TRANSFORM_FEEDBACK_INTERLEAVED_COMPONENTS,
        ),
        max_transform_feedback_separate_attribs: when(es3, glow::MAX_TRANSFORM_FEEDBACK_SEPARATE_ATTRIBS),
        max_texture_max_anisotropy: anisotropy,
        max_compute_work_group_count: [groups(0), groups(1), groups(2)],
    };
    let name = match info.api {
        Api::Gl => "OpenGL",
        Api::Gles2 | Api::Gles3 => "OpenGL ES",
    };
    let (major, minor) = info.version;
    Capabilities {
        interpreter: format!("native, {name} {major}.{minor}, {}", info.renderer),
        target,
        features,
        limits,
    }
}
