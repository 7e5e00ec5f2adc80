//! Draws: everything that one reads and writes, computed anew from what the backend was told.

use super::{Contract, Image, Program, alive};
use glir_core::backend::*;
use glir_spec::enums::*;
use glir_spec::{GlslType, SamplerType};

impl Contract {
    fn program(&self) -> (&Program, &Linked) {
        let program = alive(&self.programs, self.program.expect("a program is in use"), "program");
        (program, program.linked.as_ref().expect("it is linked"))
    }

    /// Samplers and blocks of the program in use.
    fn bindings(&self, target: Option<Surface>) {
        let (program, linked) = self.program();
        for uniform in &linked.uniforms {
            let Some(sampler) = SamplerType::from_gl(uniform.ty) else { continue };
            let unit = program.units.get(&uniform.location).copied().expect("the sampler has a unit");
            let &(bound, handle) = self.units.get(&unit).expect("the unit has a texture");
            let texture = alive(&self.textures, handle, "texture");
            assert_eq!((bound, texture.target), (sampler.target(), sampler.target()));
            assert!(texture.storage.is_some(), "it has storage");
            if let Some(Surface::Framebuffer(framebuffer)) = target {
                let images = &alive(&self.framebuffers, framebuffer, "framebuffer").images;
                let samples = |(image, _): &Image| matches!(image, Attachment::Texture { texture, .. } if *texture == handle);
                assert!(!images.values().any(samples), "the target is sampled");
            }
        }
        for block in &linked.blocks {
            let point = if block.storage { RangePoint::Storage } else { RangePoint::Uniform };
            let range = self.ranges.get(&(point as u8, block.binding)).expect("the block has a buffer");
            let buffer = alive(&self.buffers, range.buffer, "buffer");
            assert!(range.offset + range.size <= buffer.size && range.size >= u64::from(block.size));
        }
    }

    /// The vertices that a draw names: least and greatest.
    fn vertices(&self, draw: &DrawCall) -> Option<(i64, i64)> {
        let Some(indices) = draw.indices else {
            let first = i64::from(draw.first);
            assert!(first + i64::from(draw.count) <= i64::from(i32::MAX));
            return Some((first, first + i64::from(draw.count) - 1));
        };
        let buffer = alive(&self.buffers, indices.buffer, "buffer");
        assert_eq!(buffer.role, Some(BufferRole::Index));
        let size = indices.ty.size() as usize;
        assert!(indices.offset.is_multiple_of(size as u64));
        let bytes = &buffer.bytes[indices.offset as usize..][..draw.count as usize * size];
        let values = bytes
            .chunks_exact(size)
            .map(|bytes| bytes.iter().rev().fold(0u32, |value, &byte| value << 8 | u32::from(byte)));
        let values = values.filter(|&value| value != indices.ty.restart() || self.is_es2());
        let values: Vec<i64> =
            values.map(|value| i64::from(value) + i64::from(indices.base_vertex)).collect();
        Some((*values.iter().min()?, *values.iter().max()?))
    }

    pub(crate) fn draw(&self, draw: &DrawCall) {
        self.current();
        self.bindings(self.target);
        let (program, linked) = self.program();
        assert!(draw.count > 0 && draw.instances > 0);
        assert!(draw.mode < Mode::LinesAdjacency || !self.is_es2());
        let (least, greatest) = self.vertices(draw).expect("a vertex is named");
        assert!(least >= 0 && greatest <= i64::from(u32::MAX));
        let mut divided = false;
        for attribute in &linked.attributes {
            let ty = GlslType::from_gl(attribute.ty).expect("a type of GLIR's");
            for location in attribute.location..attribute.location + ty.shape().0 {
                let source = self.locations.get(&location).expect("the attribute has a source");
                let VertexSource::View { buffer, offset, stride, ty, components, divisor, .. } = *source
                else {
                    continue;
                };
                let last = (draw.instances - 1).checked_div(divisor).map_or(greatest as u64, u64::from);
                divided |= divisor > 0;
                let end = offset + last * u64::from(stride) + u64::from(components * ty.size());
                let size = alive(&self.buffers, buffer, "buffer").size;
                assert!(end <= size, "{} reads to byte {end} of {size}", attribute.name);
            }
        }
        assert_eq!(draw.instanced, draw.instances > 1 || divided);
        for source in self.locations.values() {
            if let VertexSource::View { buffer, .. } = source {
                alive(&self.buffers, *buffer, "buffer of an enabled array");
            }
        }
        if draw.capture {
            self.capture(program, linked, draw);
        }
    }

    fn capture(&self, program: &Program, linked: &Linked, draw: &DrawCall) {
        assert!(draw.indices.is_none());
        let vertices = match draw.mode {
            Mode::Points => draw.count,
            Mode::Lines => draw.count / 2 * 2,
            Mode::Triangles => draw.count / 3 * 3,
            mode => panic!("{mode} captured"),
        };
        let total = u64::from(vertices) * u64::from(draw.instances);
        let strides =
            if program.interleaved { vec![program.captured.iter().sum()] } else { program.captured.clone() };
        let mut taken = Vec::new();
        for (index, stride) in strides.into_iter().enumerate() {
            let range =
                self.ranges.get(&(RangePoint::Feedback as u8, index as u32)).expect("a buffer captures");
            let buffer = alive(&self.buffers, range.buffer, "buffer");
            assert!(range.offset + range.size <= buffer.size && total * u64::from(stride) <= range.size);
            assert!(!taken.contains(&range.buffer), "one buffer captures twice");
            taken.push(range.buffer);
        }
        for attribute in &linked.attributes {
            let source = self.locations.get(&attribute.location);
            if let Some(VertexSource::View { buffer, .. }) = source {
                assert!(!taken.contains(buffer), "read and captured");
            }
        }
    }

    pub(crate) fn dispatch(&self, groups: [u32; 3]) {
        self.bindings(None);
        let most = self.capabilities.limits.max_compute_work_group_count;
        assert!(groups.iter().zip(most).all(|(&groups, most)| (1..=most).contains(&groups)), "{groups:?}");
    }
}
