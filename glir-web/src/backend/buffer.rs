//! Buffers: storage, uploads, reads, and ranges at indexed binding points.

use super::{WebBackend, thrown};
use glir_core::backend::{BufferRange, Failure, Handle, RangePoint};
use glir_spec::enums::{BufferRole, BufferUsage};
use glir_spec::generated::gl;

/// Storage of this many bytes or more is asked about at once: asking costs a wait, and running out of memory is likely
/// only for what is large. Errors of smaller storage show at the frame's end.
pub(super) const WORTH_ASKING: u64 = 1 << 20;

impl WebBackend {
    /// Binds a buffer for attributes or an upload, unless it is bound already.
    pub(super) fn bind_array(&mut self, buffer: Handle) {
        if self.array_buffer != Some(buffer) {
            self.gl.bind_buffer(gl::ARRAY_BUFFER, self.buffers.at(buffer));
            self.array_buffer = Some(buffer);
        }
    }

    /// The binding point for uploads. Vertex and uniform data share GL's general one.
    pub(super) fn bind_for_upload(&mut self, buffer: Handle, role: BufferRole) -> u32 {
        if role != BufferRole::Index {
            self.bind_array(buffer);
            return gl::ARRAY_BUFFER;
        }
        self.gl.bind_buffer(gl::ELEMENT_ARRAY_BUFFER, self.buffers.at(buffer));
        gl::ELEMENT_ARRAY_BUFFER
    }

    /// WebGL fills fresh storage with zeros.
    pub(super) fn allocate_buffer(
        &mut self,
        buffer: Handle,
        role: BufferRole,
        usage: BufferUsage,
        bytes: u64,
    ) -> Result<(), Failure> {
        let target = self.bind_for_upload(buffer, role);
        let before = self.before(bytes);
        self.gl.buffer_data(target, bytes as f64, usage.gl()).map_err(|error| thrown(&error))?;
        self.outcome(before, bytes)
    }

    /// Errors that stood before an allocation, if it is worth asking.
    pub(super) fn before(&self, bytes: u64) -> Option<Failure> {
        if bytes >= WORTH_ASKING { self.raised() } else { None }
    }

    /// What an allocation came to; an error that stood before is not its fault and is kept for the frame's end.
    pub(super) fn outcome(&mut self, before: Option<Failure>, bytes: u64) -> Result<(), Failure> {
        self.known.error = self.known.error.take().or(before);
        match self.before(bytes) {
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }

    pub(super) fn upload_buffer(&mut self, buffer: Handle, role: BufferRole, offset: u64, bytes: &[u8]) {
        let target = self.bind_for_upload(buffer, role);
        self.gl.buffer_sub_data(target, offset as f64, bytes);
    }

    pub(super) fn buffer_bytes(
        &mut self,
        buffer: Handle,
        offset: u64,
        size: u64,
    ) -> Result<Vec<u8>, Failure> {
        let mut bytes = vec![0; size as usize];
        let before = self.raised();
        self.gl.bind_buffer(gl::COPY_READ_BUFFER, self.buffers.at(buffer));
        self.gl.get_buffer_sub_data(gl::COPY_READ_BUFFER, offset as f64, &mut bytes);
        self.gl.bind_buffer(gl::COPY_READ_BUFFER, None);
        self.outcome(before, u64::MAX)?;
        Ok(bytes)
    }

    pub(super) fn bind_range(&mut self, point: RangePoint, index: u32, range: Option<BufferRange>) {
        let target = match point {
            RangePoint::Uniform => gl::UNIFORM_BUFFER,
            // WebGL has no storage blocks, so the check lets none through.
            RangePoint::Storage => return,
            RangePoint::Feedback => gl::TRANSFORM_FEEDBACK_BUFFER,
        };
        let Some(range) = range else { return self.gl.bind_buffer_base(target, index, None) };
        if point == RangePoint::Feedback {
            // What captures may be bound nowhere else; see `draw.rs` for attributes.
            if self.array_buffer == Some(range.buffer) {
                self.gl.bind_buffer(gl::ARRAY_BUFFER, None);
                self.array_buffer = None;
            }
            self.captures.push(range.buffer);
        }
        let buffer = self.buffers.at(range.buffer);
        self.gl.bind_buffer_range(target, index, buffer, range.offset as f64, range.size as f64);
    }
}
