//! Programs: compiling, linking, reflection, uniforms.

use super::{WebBackend, made};
use crate::dialect;
use crate::gl::{Location, Program, Shader};
use crate::names::Names;
use glir_core::backend::*;
use glir_core::shader_log::{link_messages, read_log};
use glir_spec::enums::FeedbackMode;
use glir_spec::generated::gl;
use glir_spec::structs::Shaders;
use glir_spec::{GlslType, SamplerType};
use js_sys::Array;
use std::borrow::Cow;
use wasm_bindgen::JsValue;

/// A program and where its uniforms are.
#[derive(Default)]
pub(super) struct ProgramObject {
    pub(super) name: Option<Program>,
    /// By the numbers that the interpreter was given.
    locations: Vec<Location>,
}

fn number(value: &JsValue) -> u32 {
    value.as_f64().unwrap_or(0.0) as u32
}

impl WebBackend {
    pub(super) fn link_program(
        &mut self,
        handle: Handle,
        source: &ProgramSource<'_>,
    ) -> Result<Linked, LinkFailure> {
        let gl = self.gl.clone();
        if let Some(old) = self.programs.at_mut(handle).and_then(|program| program.name.take()) {
            // The interpreter binds a program anew after linking.
            gl.use_program(None);
            gl.delete_program(&old);
            self.program = None;
        }
        let Shaders::Render { vertex, fragment, .. } = source.shaders else {
            // WebGL has no other stages, so the check lets none through.
            return Err(LinkFailure::Failure(Failure::Driver("WebGL has no compute shaders".into())));
        };
        let lost = LinkFailure::Failure;
        let name = made(gl.create_program()).map_err(lost)?;
        let mut messages = Vec::new();
        let [vertex, fragment] = if self.webgl1 {
            [Cow::Borrowed(&**vertex), Cow::Borrowed(&**fragment)]
        } else {
            dialect::sources(vertex, fragment, self.capabilities.limits.max_draw_buffers)
                .map(dialect::version_first)
        };
        let mut names = Names::new(self.webgl1);
        let stages = [
            (gl::VERTEX_SHADER, "vertex shader", vertex),
            (gl::FRAGMENT_SHADER, "fragment shader", fragment),
        ];
        for (kind, stage, text) in stages {
            match self.compile(kind, stage, &names.given(&text)) {
                Ok(shader) => {
                    gl.attach_shader(&name, &shader);
                    // GL keeps it for as long as it is attached.
                    gl.delete_shader(&shader);
                }
                Err(LinkFailure::Source(faults)) => messages.extend(faults),
                Err(failure) => return Err(failure),
            }
        }
        if messages.is_empty() {
            self.before_link(&name, source, &mut names);
            gl.link_program(&name);
            if gl.get_program_parameter(&name, gl::LINK_STATUS).is_falsy() {
                if gl.is_context_lost() {
                    return Err(LinkFailure::Failure(Failure::ContextLost));
                }
                messages = link_messages(&gl.get_program_info_log(&name).unwrap_or_default());
            }
        }
        if !messages.is_empty() {
            gl.delete_program(&name);
            return Err(LinkFailure::Source(messages));
        }
        let (linked, locations) = self.reflect(&name, &mut names);
        self.programs.put(handle, ProgramObject { name: Some(name), locations });
        Ok(linked)
    }

    /// Compiles one shader.
    fn compile(&self, kind: u32, stage: &'static str, source: &str) -> Result<Shader, LinkFailure> {
        let gl = &self.gl;
        let shader = made(gl.create_shader(kind)).map_err(LinkFailure::Failure)?;
        gl.shader_source(&shader, source);
        gl.compile_shader(&shader);
        if gl.get_shader_parameter(&shader, gl::COMPILE_STATUS).is_truthy() {
            return Ok(shader);
        }
        if gl.is_context_lost() {
            return Err(LinkFailure::Failure(Failure::ContextLost));
        }
        let log = gl.get_shader_info_log(&shader).unwrap_or_default();
        gl.delete_shader(&shader);
        let mut messages: Vec<_> =
            read_log(&log).into_iter().map(|(line, text)| ShaderMessage { stage, line, text }).collect();
        if messages.is_empty() {
            let text = "the driver refused it without a message".into();
            messages.push(ShaderMessage { stage, line: 0, text });
        }
        messages.truncate(8);
        Err(LinkFailure::Source(messages))
    }

    /// What GL wants to know before linking: locations in declared order, and the varyings to capture.
    fn before_link(&self, name: &Program, source: &ProgramSource<'_>, names: &mut Names) {
        let mut location = 0;
        for attribute in &source.interface.attributes {
            if !attribute.name.starts_with("gl_") {
                self.gl.bind_attrib_location(name, location, &names.given(&attribute.name));
            }
            location += attribute.ty.shape().0;
        }
        if !source.interface.feedback.is_empty() {
            let feedback = source.interface.feedback.iter();
            let captured: Array =
                feedback.map(|entry| JsValue::from_str(&names.given(&entry.name))).collect();
            let mode = match source.interface.feedback_mode {
                FeedbackMode::Interleaved => gl::INTERLEAVED_ATTRIBS,
                FeedbackMode::Separate => gl::SEPARATE_ATTRIBS,
            };
            self.gl.transform_feedback_varyings(name, &captured, mode);
        }
    }

    /// What the linked program has.
    fn reflect(&self, name: &Program, names: &mut Names) -> (Linked, Vec<Location>) {
        let gl = &self.gl;
        let mut linked = Linked::default();
        let mut locations = Vec::new();
        let count = |what: u32| number(&gl.get_program_parameter(name, what));
        for index in 0..count(gl::ACTIVE_ATTRIBUTES) {
            let Some(active) = gl.get_active_attrib(name, index) else { continue };
            let Ok(location) = u32::try_from(gl.get_attrib_location(name, &active.name())) else { continue };
            linked.attributes.push(ActiveAttribute {
                name: names.own(active.name()),
                ty: active.ty(),
                location,
            });
        }
        for index in 0..count(gl::ACTIVE_UNIFORMS) {
            let Some(active) = gl.get_active_uniform(name, index) else { continue };
            let (full, ty, size) = (active.name(), active.ty(), active.size().max(0) as u32);
            let base = full.strip_suffix("[0]");
            let mut add = |looked_up: &str, shown: &str, size: u32| {
                // Members of blocks have no location.
                let Some(location) = gl.get_uniform_location(name, looked_up) else { return };
                let number = locations.len() as u32;
                locations.push(location);
                linked.uniforms.push(ActiveUniform {
                    name: names.own(shown.to_owned()),
                    ty,
                    size,
                    location: number,
                });
            };
            match base.filter(|_| SamplerType::from_gl(ty).is_some()) {
                // Elements of sampler arrays count apart.
                Some(base) => (0..size).for_each(|element| {
                    let element = format!("{base}[{element}]");
                    add(&element, &element, 1);
                }),
                None => add(&full, base.unwrap_or(&full), size),
            }
        }
        if self.webgl1 {
            return (linked, locations);
        }
        for index in 0..count(gl::ACTIVE_UNIFORM_BLOCKS) {
            let Some(block) = gl.get_active_uniform_block_name(name, index) else { continue };
            let size = gl.get_active_uniform_block_parameter(name, index, gl::UNIFORM_BLOCK_DATA_SIZE);
            gl.uniform_block_binding(name, index, index);
            let size = number(&size);
            linked.blocks.push(ActiveBlock { name: names.own(block), size, storage: false, binding: index });
        }
        for index in 0..count(gl::TRANSFORM_FEEDBACK_VARYINGS) {
            let Some(active) = gl.get_transform_feedback_varying(name, index) else { continue };
            let size = active.size().max(0) as u32;
            linked.captured.push(CapturedVarying { ty: active.ty(), size });
        }
        (linked, locations)
    }

    pub(super) fn set_uniform(&mut self, location: u32, ty: GlslType, count: u32, bytes: &[u8]) {
        use GlslType as T;
        let Some(program) = self.program.and_then(|program| self.programs.at(program)) else { return };
        let Some(at) = program.locations.get(location as usize) else { return };
        let gl = &self.gl;
        match ty {
            T::Int | T::Ivec2 | T::Ivec3 | T::Ivec4 | T::Bool | T::Bvec2 | T::Bvec3 | T::Bvec4 => {
                words(bytes, i32::from_le_bytes, |values| match (ty.shape().1, values) {
                    (1, &[x]) => gl.uniform_1i(at, x),
                    (1, _) => gl.uniform_1iv(at, values),
                    (2, _) => gl.uniform_2iv(at, values),
                    (3, _) => gl.uniform_3iv(at, values),
                    _ => gl.uniform_4iv(at, values),
                });
            }
            T::Uint | T::Uvec2 | T::Uvec3 | T::Uvec4 => {
                words(bytes, u32::from_le_bytes, |values| match ty.shape().1 {
                    1 => gl.uniform_1uiv(at, values),
                    2 => gl.uniform_2uiv(at, values),
                    3 => gl.uniform_3uiv(at, values),
                    _ => gl.uniform_4uiv(at, values),
                });
            }
            _ => words(bytes, f32::from_le_bytes, |values| match (ty, count, values) {
                // Numbers as arguments spare a view for each call.
                (T::Float, 1, &[x]) => gl.uniform_1f(at, x),
                (T::Vec2, 1, &[x, y]) => gl.uniform_2f(at, x, y),
                (T::Vec3, 1, &[x, y, z]) => gl.uniform_3f(at, x, y, z),
                (T::Vec4, 1, &[x, y, z, w]) => gl.uniform_4f(at, x, y, z, w),
                (T::Vec2, ..) => gl.uniform_2fv(at, values),
                (T::Vec3, ..) => gl.uniform_3fv(at, values),
                (T::Vec4, ..) => gl.uniform_4fv(at, values),
                (T::Mat2, ..) => gl.uniform_matrix_2(at, false, values),
                (T::Mat3, ..) => gl.uniform_matrix_3(at, false, values),
                (T::Mat4, ..) => gl.uniform_matrix_4(at, false, values),
                (T::Mat2x3, ..) => gl.uniform_matrix_2x3(at, false, values),
                (T::Mat2x4, ..) => gl.uniform_matrix_2x4(at, false, values),
                (T::Mat3x2, ..) => gl.uniform_matrix_3x2(at, false, values),
                (T::Mat3x4, ..) => gl.uniform_matrix_3x4(at, false, values),
                (T::Mat4x2, ..) => gl.uniform_matrix_4x2(at, false, values),
                (T::Mat4x3, ..) => gl.uniform_matrix_4x3(at, false, values),
                _ => gl.uniform_1fv(at, values),
            }),
        }
    }
}

/// Hands over the numbers that the bytes hold: few of them from the stack.
fn words<T: Copy + Default>(bytes: &[u8], read: fn([u8; 4]) -> T, give: impl FnOnce(&[T])) {
    let count = bytes.len() / 4;
    let mut short = [T::default(); 16];
    let mut long = Vec::new();
    let values = match short.get_mut(..count) {
        Some(values) => values,
        None => {
            long.resize(count, T::default());
            &mut long[..]
        }
    };
    for (value, bytes) in values.iter_mut().zip(bytes.as_chunks().0) {
        *value = read(*bytes);
    }
    give(values);
}
