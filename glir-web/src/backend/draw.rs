//! Draws: attributes and the call itself.

use super::WebBackend;
use glir_core::backend::{ConstantClass, DrawCall, Handle, VertexSource};
use glir_spec::enums::ComponentType;
use glir_spec::generated::gl;

/// An attribute location as it is set.
#[derive(Clone, Default)]
pub(super) struct Location {
    enabled: bool,
    divisor: u32,
    /// The array, as last set, enabled or not.
    source: Option<VertexSource>,
}

impl Location {
    fn buffer(&self) -> Option<Handle> {
        match self.source {
            Some(VertexSource::View { buffer, .. }) => Some(buffer),
            _ => None,
        }
    }
}

impl WebBackend {
    pub(super) fn set_attribute(&mut self, location: u32, source: &VertexSource) {
        let index = location as usize;
        if index >= self.attributes.len() {
            self.attributes.resize(index + 1, Location::default());
        }
        match *source {
            VertexSource::View { divisor, .. } => {
                self.point(location, source);
                let Some(known) = self.attributes.get_mut(index) else { return };
                known.source = Some(*source);
                if !known.enabled {
                    known.enabled = true;
                    self.gl.enable_vertex_attrib_array(location);
                }
                if known.divisor != divisor {
                    known.divisor = divisor;
                    match &self.extensions.instancing {
                        Some(instancing) => instancing.divisor(location, divisor),
                        None => self.gl.vertex_attrib_divisor(location, divisor),
                    }
                }
            }
            VertexSource::Constant { class, bits } => {
                let Some(known) = self.attributes.get_mut(index) else { return };
                if known.enabled {
                    known.enabled = false;
                    self.gl.disable_vertex_attrib_array(location);
                }
                let [a, b, c, d] = bits;
                match class {
                    ConstantClass::Float => {
                        let [a, b, c, d] = bits.map(f32::from_bits);
                        self.gl.vertex_attrib_4f(location, a, b, c, d);
                    }
                    ConstantClass::Int => {
                        self.gl.vertex_attrib_4i(location, a as i32, b as i32, c as i32, d as i32);
                    }
                    ConstantClass::Uint => self.gl.vertex_attrib_4ui(location, a, b, c, d),
                }
            }
        }
    }

    /// Points a location at its array.
    fn point(&mut self, location: u32, source: &VertexSource) {
        let VertexSource::View { buffer, offset, stride, ty, components, normalized, integer, .. } = *source
        else {
            return;
        };
        self.bind_array(buffer);
        let offset = offset as f64;
        if integer {
            self.gl.vertex_attrib_i_pointer(location, components, ty.gl(), stride, offset);
        } else {
            let half = self.webgl1 && ty == ComponentType::F16;
            let ty = if half { gl::HALF_FLOAT_OES } else { ty.gl() };
            self.gl.vertex_attrib_pointer(location, components, ty, normalized, stride, offset);
        }
    }

    pub(super) fn issue(&mut self, draw: &DrawCall) {
        if draw.capture {
            return self.capture(draw);
        }
        self.send(draw);
    }

    fn send(&mut self, draw: &DrawCall) {
        let (mode, count, instances) = (draw.mode.gl(), draw.count, draw.instances);
        let gl = &self.gl;
        let Some(indices) = draw.indices else {
            return match (draw.instanced, &self.extensions.instancing) {
                (false, _) => gl.draw_arrays(mode, draw.first, count),
                (true, Some(instancing)) => instancing.draw_arrays(mode, draw.first, count, instances),
                (true, None) => gl.draw_arrays_instanced(mode, draw.first, count, instances),
            };
        };
        gl.bind_buffer(gl::ELEMENT_ARRAY_BUFFER, self.buffers.at(indices.buffer));
        let (ty, offset) = (indices.ty.gl(), indices.offset as f64);
        match (draw.instanced, &self.extensions.instancing) {
            (false, _) => gl.draw_elements(mode, count, ty, offset),
            (true, Some(instancing)) => instancing.draw_elements(mode, count, ty, offset, instances),
            (true, None) => gl.draw_elements_instanced(mode, count, ty, offset, instances),
        }
    }

    /// A draw that captures varyings. WebGL refuses it while a buffer that captures is bound anywhere else, so attributes
    /// that older draws have left there point elsewhere for the time; and it refuses everything that reads such a buffer
    /// as long as it can capture, so the ranges are taken off afterwards.
    fn capture(&mut self, draw: &DrawCall) {
        let captures = std::mem::take(&mut self.captures);
        let stale: Vec<(u32, VertexSource)> = (0..)
            .zip(&self.attributes)
            .filter(|(_, known)| known.buffer().is_some_and(|buffer| captures.contains(&buffer)))
            .filter_map(|(location, known)| Some((location, known.source?)))
            .collect();
        let spare = if stale.is_empty() { None } else { self.gl.create_buffer() };
        if let Some(spare) = &spare {
            self.gl.bind_buffer(gl::ARRAY_BUFFER, Some(spare));
            self.array_buffer = None;
            for (location, _) in &stale {
                self.gl.vertex_attrib_pointer(*location, 4, gl::FLOAT, false, 0, 0.0);
            }
        }
        self.gl.begin_transform_feedback(draw.mode.gl());
        self.send(draw);
        self.gl.end_transform_feedback();
        for index in 0..captures.len() as u32 {
            self.gl.bind_buffer_base(gl::TRANSFORM_FEEDBACK_BUFFER, index, None);
        }
        self.gl.bind_buffer(gl::TRANSFORM_FEEDBACK_BUFFER, None);
        for (location, source) in &stale {
            self.point(*location, source);
        }
        if let Some(spare) = spare {
            self.gl.delete_buffer(&spare);
        }
    }
}
