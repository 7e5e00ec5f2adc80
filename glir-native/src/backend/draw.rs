//! Draws: attributes and the call itself.

use super::GlBackend;
use glir_core::backend::{ConstantClass, DrawCall, VertexSource};
use glow::HasContext as _;

impl GlBackend {
    #[inline]
    pub(super) fn set_attribute(&mut self, location: u32, source: &VertexSource) {
        let index = location as usize;
        if index >= self.attributes.len() {
            self.attributes.resize(index + 1, false);
        }
        if let VertexSource::View { buffer, .. } = *source {
            self.bind_array(buffer);
        }
        let enabled = &mut self.attributes[index];
        let gl = &self.gl;
        // SAFETY: see the module's head; offsets are below 2^31 since buffers are.
        unsafe {
            match *source {
                VertexSource::View {
                    offset, stride, ty, components, normalized, integer, divisor, ..
                } => {
                    let (components, stride, offset) = (components as i32, stride as i32, offset as i32);
                    if integer {
                        gl.vertex_attrib_pointer_i32(location, components, ty.gl(), stride, offset);
                    } else {
                        let ty = if self.es2 && ty.gl() == glow::HALF_FLOAT {
                            glow::HALF_FLOAT_OES
                        } else {
                            ty.gl()
                        };
                        gl.vertex_attrib_pointer_f32(location, components, ty, normalized, stride, offset);
                    }
                    if !*enabled {
                        *enabled = true;
                        gl.enable_vertex_attrib_array(location);
                    }
                    let known = self.divisors.get(index).copied().unwrap_or(0);
                    if divisor != known {
                        gl.vertex_attrib_divisor(location, divisor);
                        if index >= self.divisors.len() {
                            self.divisors.resize(index + 1, 0);
                        }
                        self.divisors[index] = divisor;
                    }
                }
                VertexSource::Constant { class, bits } => {
                    if *enabled {
                        *enabled = false;
                        gl.disable_vertex_attrib_array(location);
                    }
                    let [a, b, c, d] = bits;
                    match class {
                        ConstantClass::Float => {
                            let [a, b, c, d] = bits.map(f32::from_bits);
                            gl.vertex_attrib_4_f32(location, a, b, c, d);
                        }
                        ConstantClass::Int => {
                            gl.vertex_attrib_4_i32(location, a as i32, b as i32, c as i32, d as i32);
                        }
                        ConstantClass::Uint => gl.vertex_attrib_4_u32(location, a, b, c, d),
                    }
                }
            }
        }
    }

    #[inline]
    pub(super) fn issue(&mut self, draw: &DrawCall) {
        let mode = draw.mode.gl();
        let (count, instances) = (draw.count as i32, draw.instances as i32);
        // SAFETY: see the module's head; the check has held every range against its buffer.
        unsafe {
            if draw.capture {
                self.gl.begin_transform_feedback(mode);
            }
            match draw.indices {
                None if draw.instanced => {
                    self.gl.draw_arrays_instanced(mode, draw.first as i32, count, instances);
                }
                None => self.gl.draw_arrays(mode, draw.first as i32, count),
                Some(indices) => {
                    self.gl.bind_buffer(glow::ELEMENT_ARRAY_BUFFER, self.buffers.at(indices.buffer).copied());
                    if self.desktop
                        && self.info.version < (4, 3)
                        && self.known.restart != indices.ty.restart()
                    {
                        self.known.restart = indices.ty.restart();
                        if let Some(restart_index) = self.info.restart_index {
                            restart_index(self.known.restart);
                        }
                    }
                    let (ty, offset, base) = (indices.ty.gl(), indices.offset as i32, indices.base_vertex);
                    match (draw.instanced, base) {
                        (false, 0) => self.gl.draw_elements(mode, count, ty, offset),
                        (true, 0) => self.gl.draw_elements_instanced(mode, count, ty, offset, instances),
                        (false, base) => self.gl.draw_elements_base_vertex(mode, count, ty, offset, base),
                        (true, base) => {
                            self.gl.draw_elements_instanced_base_vertex(
                                mode, count, ty, offset, instances, base,
                            );
                        }
                    }
                }
            }
            if draw.capture {
                self.gl.end_transform_feedback();
            }
        }
    }
}
