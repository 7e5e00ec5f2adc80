//! Buffers: storage, uploads, reads, and ranges at indexed binding points.

use super::GlBackend;
use glir_core::backend::{BufferRange, Failure, Handle, RangePoint};
use glir_spec::enums::{BufferRole, BufferUsage};
use glow::HasContext as _;

/// Zeros for fresh storage, a piece at a time.
pub(super) const ZEROS: usize = 1 << 20;

impl GlBackend {
    /// Binds a buffer for attributes or an upload, unless it is bound already.
    #[inline]
    pub(super) fn bind_array(&mut self, buffer: Handle) {
        let name = self.buffers.at(buffer).copied();
        if name.is_none() || self.array_buffer != name {
            // SAFETY: see the module's head.
            unsafe { self.gl.bind_buffer(glow::ARRAY_BUFFER, name) };
            self.array_buffer = name;
        }
    }

    /// The binding point for uploads. Vertex and uniform data share GL's general one.
    fn bind_for_upload(&mut self, buffer: Handle, role: BufferRole) -> u32 {
        if role != BufferRole::Index {
            self.bind_array(buffer);
            return glow::ARRAY_BUFFER;
        }
        // SAFETY: see the module's head.
        unsafe { self.gl.bind_buffer(glow::ELEMENT_ARRAY_BUFFER, self.buffers.at(buffer).copied()) };
        glow::ELEMENT_ARRAY_BUFFER
    }

    pub(super) fn allocate_buffer(
        &mut self,
        buffer: Handle,
        role: BufferRole,
        usage: BufferUsage,
        bytes: u64,
    ) -> Result<(), Failure> {
        let target = self.bind_for_upload(buffer, role);
        let size = i32::try_from(bytes).map_err(|_| Failure::OutOfMemory)?;
        let before = self.raised();
        // SAFETY: see the module's head; the pieces stay inside the storage just made.
        unsafe {
            if bytes <= ZEROS as u64 {
                self.gl.buffer_data_u8_slice(target, &vec![0; bytes as usize], usage.gl());
            } else {
                self.gl.buffer_data_size(target, size, usage.gl());
                if self.raised() == Some(Failure::OutOfMemory) {
                    return Err(Failure::OutOfMemory);
                }
                let zeros = vec![0; ZEROS];
                let mut at = 0;
                while at < size {
                    let piece = (size - at).min(ZEROS as i32);
                    self.gl.buffer_sub_data_u8_slice(target, at, &zeros[..piece as usize]);
                    at += piece;
                }
            }
        }
        self.outcome(before)
    }

    /// What an allocation came to; an error that stood before is not its fault and is kept for the frame's end.
    pub(super) fn outcome(&mut self, before: Option<Failure>) -> Result<(), Failure> {
        self.known.error = self.known.error.take().or(before);
        match self.raised() {
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }

    #[inline]
    pub(super) fn upload_buffer(&mut self, buffer: Handle, role: BufferRole, offset: u64, bytes: &[u8]) {
        let target = self.bind_for_upload(buffer, role);
        // SAFETY: see the module's head; sizes are below 2^31.
        unsafe { self.gl.buffer_sub_data_u8_slice(target, offset as i32, bytes) };
    }

    pub(super) fn buffer_bytes(
        &mut self,
        buffer: Handle,
        offset: u64,
        size: u64,
    ) -> Result<Vec<u8>, Failure> {
        let mut bytes = vec![0; size as usize];
        let before = self.raised();
        // SAFETY: see the module's head; the mapped range lies inside the buffer and is copied before it is unmapped.
        unsafe {
            self.gl.bind_buffer(glow::COPY_READ_BUFFER, self.buffers.at(buffer).copied());
            if self.desktop {
                self.gl.get_buffer_sub_data(glow::COPY_READ_BUFFER, offset as i32, &mut bytes);
            } else {
                let access = glow::MAP_READ_BIT;
                let map =
                    self.gl.map_buffer_range(glow::COPY_READ_BUFFER, offset as i32, size as i32, access);
                if !map.is_null() {
                    bytes.copy_from_slice(std::slice::from_raw_parts(map, size as usize));
                    self.gl.unmap_buffer(glow::COPY_READ_BUFFER);
                }
            }
            self.gl.bind_buffer(glow::COPY_READ_BUFFER, None);
        }
        self.outcome(before)?;
        Ok(bytes)
    }

    pub(super) fn bind_range(&mut self, point: RangePoint, index: u32, range: Option<BufferRange>) {
        let target = match point {
            RangePoint::Uniform => glow::UNIFORM_BUFFER,
            RangePoint::Storage => glow::SHADER_STORAGE_BUFFER,
            RangePoint::Feedback => glow::TRANSFORM_FEEDBACK_BUFFER,
        };
        // SAFETY: see the module's head; the range lies inside the buffer.
        unsafe {
            match range.and_then(|range| Some((range, *self.buffers.at(range.buffer)?))) {
                Some((range, name)) => {
                    self.gl.bind_buffer_range(
                        target,
                        index,
                        Some(name),
                        range.offset as i32,
                        range.size as i32,
                    );
                }
                None => self.gl.bind_buffer_base(target, index, None),
            }
        }
    }
}
