//! Programs: compiling, linking, reflection, uniforms.

use super::GlBackend;
use crate::shader::{Prepared, Stage, prepare};
use glir_core::backend::*;
use glir_core::shader_log::{link_messages, read_log};
use glir_spec::enums::FeedbackMode;
use glir_spec::structs::Shaders;
use glir_spec::{GlslType, SamplerType};
use glow::HasContext as _;
use std::collections::BTreeMap;

/// A program and where its uniforms are.
#[derive(Debug, Default)]
pub(crate) struct ProgramObject {
    pub(super) name: Option<glow::Program>,
    /// By the numbers that the interpreter was given.
    locations: Vec<glow::UniformLocation>,
}

/// Names that had to be changed for desktop GLSL: from the changed one to the source's.
type Renamed = BTreeMap<String, String>;

impl GlBackend {
    pub(super) fn link_program(
        &mut self,
        handle: Handle,
        source: &ProgramSource<'_>,
    ) -> Result<Linked, LinkFailure> {
        if let Some(old) = self.programs.at_mut(handle).and_then(|program| program.name.take()) {
            // SAFETY: see the module's head; the interpreter binds a program anew after linking.
            unsafe {
                self.gl.use_program(None);
                self.gl.delete_program(old);
            }
            self.program = None;
        }
        let stages: Vec<(Stage, &str)> = match source.shaders {
            Shaders::Render { vertex, fragment, geometry } => {
                let geometry = geometry.as_ref().map(|geometry| (Stage::Geometry, &**geometry));
                [(Stage::Vertex, &**vertex)]
                    .into_iter()
                    .chain(geometry)
                    .chain([(Stage::Fragment, &**fragment)])
                    .collect()
            }
            Shaders::Compute { compute } => vec![(Stage::Compute, &**compute)],
        };
        let dialect = self.dialect.of_program(stages.iter().map(|&(_, text)| text));
        let mut renamed = Renamed::new();
        let mut prepared = Vec::new();
        let mut messages = Vec::new();
        for (stage, text) in stages {
            match prepare(dialect, stage, text) {
                Ok(ready) => {
                    renamed.extend(ready.renamed.iter().map(|(new, old)| (new.clone(), old.clone())));
                    prepared.push((stage, ready));
                }
                Err(faults) => messages.extend(faults),
            }
        }
        if !messages.is_empty() {
            return Err(LinkFailure::Source(messages));
        }
        let gl = self.gl.clone();
        // SAFETY: see the module's head; shaders are detached and deleted whatever comes of the link.
        unsafe {
            let name =
                gl.create_program().map_err(|message| LinkFailure::Failure(Failure::Driver(message)))?;
            let mut shaders = Vec::new();
            for (stage, ready) in &prepared {
                match self.compile(*stage, ready) {
                    Ok(shader) => {
                        gl.attach_shader(name, shader);
                        shaders.push(shader);
                    }
                    Err(faults) => messages.extend(faults),
                }
            }
            if messages.is_empty() {
                self.before_link(name, source, &renamed);
                gl.link_program(name);
                if !gl.get_program_link_status(name) {
                    messages = link_messages(&gl.get_program_info_log(name));
                }
            }
            for shader in shaders {
                gl.detach_shader(name, shader);
                gl.delete_shader(shader);
            }
            if !messages.is_empty() {
                gl.delete_program(name);
                return Err(LinkFailure::Source(messages));
            }
            let mut object = ProgramObject { name: Some(name), locations: Vec::new() };
            let linked = self.reflect(name, &mut object, &renamed);
            self.programs.put(handle, object);
            Ok(linked)
        }
    }

    /// Compiles one shader.
    ///
    /// # Safety
    ///
    /// As for the module.
    unsafe fn compile(&self, stage: Stage, ready: &Prepared) -> Result<glow::Shader, Vec<ShaderMessage>> {
        let fault = |text: String| vec![ShaderMessage { stage: stage.name(), line: 0, text }];
        // SAFETY: as promised by the caller.
        unsafe {
            let shader = self.gl.create_shader(stage.gl()).map_err(fault)?;
            self.gl.shader_source(shader, &ready.source);
            self.gl.compile_shader(shader);
            if self.gl.get_shader_compile_status(shader) {
                return Ok(shader);
            }
            let log = self.gl.get_shader_info_log(shader);
            self.gl.delete_shader(shader);
            let mut messages: Vec<_> = read_log(&log)
                .into_iter()
                .map(|(line, text)| ShaderMessage {
                    stage: stage.name(),
                    line,
                    text: original(&ready.renamed, text),
                })
                .collect();
            if messages.is_empty() {
                messages = fault("the driver refused it without a message".into());
            }
            messages.truncate(8);
            Err(messages)
        }
    }

    /// What GL wants to know before linking: locations in declared order, and the varyings to capture.
    ///
    /// # Safety
    ///
    /// As for the module.
    unsafe fn before_link(&self, name: glow::Program, source: &ProgramSource<'_>, renamed: &Renamed) {
        let actual = |declared: &str| {
            let found = renamed.iter().find(|(_, old)| *old == declared);
            found.map_or_else(|| declared.to_owned(), |(new, _)| new.clone())
        };
        // SAFETY: as promised by the caller.
        unsafe {
            let mut location = 0;
            for attribute in &source.interface.attributes {
                if !attribute.name.starts_with("gl_") {
                    self.gl.bind_attrib_location(name, location, &actual(&attribute.name));
                }
                location += attribute.ty.shape().0;
            }
            if !source.interface.feedback.is_empty() {
                let names: Vec<String> =
                    source.interface.feedback.iter().map(|entry| actual(&entry.name)).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let mode = match source.interface.feedback_mode {
                    FeedbackMode::Interleaved => glow::INTERLEAVED_ATTRIBS,
                    FeedbackMode::Separate => glow::SEPARATE_ATTRIBS,
                };
                self.gl.transform_feedback_varyings(name, &names, mode);
            }
        }
    }

    /// What the linked program has, under the names of its source.
    ///
    /// # Safety
    ///
    /// As for the module; the program is linked.
    unsafe fn reflect(&self, name: glow::Program, object: &mut ProgramObject, renamed: &Renamed) -> Linked {
        let gl = &self.gl;
        let mut linked = Linked::default();
        // SAFETY: as promised by the caller; indices are below the counts that GL gives.
        unsafe {
            for index in 0..gl.get_active_attributes(name) {
                let Some(active) = gl.get_active_attribute(name, index) else { continue };
                let Some(location) = gl.get_attrib_location(name, &active.name) else { continue };
                let name = original(renamed, active.name);
                linked.attributes.push(ActiveAttribute { name, ty: active.atype, location });
            }
            for index in 0..gl.get_active_uniforms(name) {
                let Some(active) = gl.get_active_uniform(name, index) else { continue };
                let base = active.name.strip_suffix("[0]").unwrap_or(&active.name);
                let sampler = SamplerType::from_gl(active.utype).is_some();
                // Members of blocks have no location. Elements of sampler arrays count apart.
                let elements = if sampler && active.name.ends_with("[0]") { active.size } else { 1 };
                for element in 0..elements {
                    let full = if elements > 1 || (sampler && active.name.ends_with("[0]")) {
                        format!("{base}[{element}]")
                    } else {
                        active.name.clone()
                    };
                    let Some(location) = gl.get_uniform_location(name, &full) else { continue };
                    let shown = if sampler { full } else { base.to_owned() };
                    let number = object.locations.len() as u32;
                    object.locations.push(location);
                    linked.uniforms.push(ActiveUniform {
                        name: original(renamed, shown),
                        ty: active.utype,
                        size: if sampler { 1 } else { active.size as u32 },
                        location: number,
                    });
                }
            }
            if self.es2 {
                return linked;
            }
            let count = gl.get_program_parameter_i32(name, glow::ACTIVE_UNIFORM_BLOCKS);
            for index in 0..count.max(0) as u32 {
                let block = gl.get_active_uniform_block_name(name, index);
                let size =
                    gl.get_active_uniform_block_parameter_i32(name, index, glow::UNIFORM_BLOCK_DATA_SIZE);
                gl.uniform_block_binding(name, index, index);
                let name = original(renamed, block);
                linked.blocks.push(ActiveBlock {
                    name,
                    size: size.max(0) as u32,
                    storage: false,
                    binding: index,
                });
            }
            let captured = gl.get_program_parameter_i32(name, glow::TRANSFORM_FEEDBACK_VARYINGS);
            for index in 0..captured.max(0) as u32 {
                let Some(active) = gl.get_transform_feedback_varying(name, index) else { continue };
                linked.captured.push(CapturedVarying { ty: active.tftype, size: active.size.max(0) as u32 });
            }
            let resources = self.info.program_resources;
            let compute = self.capabilities.features.has(glir_spec::Feature::Compute);
            if let Some(resources) = resources.filter(|_| compute) {
                let kind = glow::SHADER_STORAGE_BLOCK;
                for index in 0..resources.count(name, kind) {
                    let block = resources.name(name, kind, index);
                    let properties = [glow::BUFFER_BINDING, glow::BUFFER_DATA_SIZE];
                    let [binding, size] = resources.values(name, kind, index, properties);
                    linked.blocks.push(ActiveBlock {
                        name: original(renamed, block),
                        size: size.max(0) as u32,
                        storage: true,
                        binding: binding.max(0) as u32,
                    });
                }
            }
        }
        linked
    }

    #[inline]
    pub(super) fn set_uniform(&mut self, location: u32, ty: GlslType, count: u32, bytes: &[u8]) {
        let Some(program) = self.program.and_then(|program| self.programs.at(program)) else { return };
        let location = program.locations.get(location as usize);
        let components = ty.components() as usize * count as usize;
        let gl = &self.gl;
        // Values are aligned to 4 nowhere in particular, so they are copied: short ones on the stack.
        let mut short = [0u32; 64];
        let mut long = Vec::new();
        let words: &mut [u32] = match short.get_mut(..components) {
            Some(words) => words,
            None => {
                long.resize(components, 0);
                &mut long
            }
        };
        for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(4)) {
            *word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        let (_, rows) = ty.shape();
        // SAFETY: see the module's head. The reinterpretations keep size and alignment; any bits are a valid f32 and i32.
        unsafe {
            let ints = std::slice::from_raw_parts(words.as_ptr().cast::<i32>(), words.len());
            let floats = std::slice::from_raw_parts(words.as_ptr().cast::<f32>(), words.len());
            use GlslType as T;
            match ty {
                T::Float => gl.uniform_1_f32_slice(location, floats),
                T::Vec2 => gl.uniform_2_f32_slice(location, floats),
                T::Vec3 => gl.uniform_3_f32_slice(location, floats),
                T::Vec4 => gl.uniform_4_f32_slice(location, floats),
                T::Mat2 => gl.uniform_matrix_2_f32_slice(location, false, floats),
                T::Mat3 => gl.uniform_matrix_3_f32_slice(location, false, floats),
                T::Mat4 => gl.uniform_matrix_4_f32_slice(location, false, floats),
                T::Mat2x3 => gl.uniform_matrix_2x3_f32_slice(location, false, floats),
                T::Mat2x4 => gl.uniform_matrix_2x4_f32_slice(location, false, floats),
                T::Mat3x2 => gl.uniform_matrix_3x2_f32_slice(location, false, floats),
                T::Mat3x4 => gl.uniform_matrix_3x4_f32_slice(location, false, floats),
                T::Mat4x2 => gl.uniform_matrix_4x2_f32_slice(location, false, floats),
                T::Mat4x3 => gl.uniform_matrix_4x3_f32_slice(location, false, floats),
                T::Uint | T::Uvec2 | T::Uvec3 | T::Uvec4 => match rows {
                    1 => gl.uniform_1_u32_slice(location, words),
                    2 => gl.uniform_2_u32_slice(location, words),
                    3 => gl.uniform_3_u32_slice(location, words),
                    _ => gl.uniform_4_u32_slice(location, words),
                },
                T::Int | T::Ivec2 | T::Ivec3 | T::Ivec4 | T::Bool | T::Bvec2 | T::Bvec3 | T::Bvec4 => {
                    match rows {
                        1 => gl.uniform_1_i32_slice(location, ints),
                        2 => gl.uniform_2_i32_slice(location, ints),
                        3 => gl.uniform_3_i32_slice(location, ints),
                        _ => gl.uniform_4_i32_slice(location, ints),
                    }
                }
            }
        }
    }
}

/// A text with changed names put back: whole identifiers only.
fn original(renamed: &Renamed, text: String) -> String {
    if renamed.is_empty() {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric() || c == '_') {
        let (before, word) = rest.split_at(start);
        let end = word.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(word.len());
        let (word, after) = word.split_at(end);
        out.push_str(before);
        out.push_str(renamed.get(word).map_or(word, String::as_str));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_names_are_put_back_as_whole_words() {
        let renamed = Renamed::from([("glir_sample".to_owned(), "sample".to_owned())]);
        let text = "`glir_sample' undeclared, glir_sample_2 fine: glir_sample[3].x".to_owned();
        assert_eq!(original(&renamed, text), "`sample' undeclared, glir_sample_2 fine: sample[3].x");
    }
}
