//! A backend that draws nothing: for checking a stream without a GPU, and for measuring everything but GL.

use crate::backend::*;
use crate::capabilities::Capabilities;
use glir_spec::enums::*;
use glir_spec::ids::{CanvasId, ObjectId};
use glir_spec::structs::{Descriptor, Interface};
use glir_spec::{GlslType, StateField, Target};

/// Accepts everything. Programs have just the interface that they declare.
#[derive(Debug)]
pub struct NullBackend {
    capabilities: Capabilities,
}

impl NullBackend {
    /// Stands for the least context of a kind.
    pub fn new(target: Target) -> Self {
        NullBackend { capabilities: Capabilities::least(target) }
    }

    /// Stands for a context with these capabilities.
    pub fn with(capabilities: Capabilities) -> Self {
        NullBackend { capabilities }
    }
}

/// What a program would have if it used all that it declares.
pub fn as_declared(interface: &Interface<'_>) -> Linked {
    let mut next = 0;
    let attributes = interface.attributes.iter().map(|entry| {
        let location = next;
        next += entry.ty.shape().0;
        ActiveAttribute { name: entry.name.to_string(), ty: entry.ty.gl(), location }
    });
    let attributes = attributes.collect();
    let uniforms = interface.uniforms.iter().enumerate().map(|(index, entry)| ActiveUniform {
        name: entry.name.to_string(),
        ty: entry.ty.gl(),
        size: entry.count,
        location: index as u32,
    });
    let samplers = interface.samplers.iter().enumerate().map(|(index, entry)| ActiveUniform {
        name: entry.name.to_string(),
        ty: entry.ty.gl(),
        size: 1,
        location: (interface.uniforms.len() + index) as u32,
    });
    let blocks = interface.blocks.iter().enumerate().map(|(index, entry)| ActiveBlock {
        name: entry.name.to_string(),
        size: entry.size,
        storage: entry.storage,
        binding: index as u32,
    });
    let captured = interface.feedback.iter().map(|entry| CapturedVarying { ty: entry.ty.gl(), size: 1 });
    Linked {
        uniforms: uniforms.chain(samplers).collect(),
        attributes,
        blocks: blocks.collect(),
        captured: captured.collect(),
        warnings: Vec::new(),
    }
}

impl Backend for NullBackend {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }
    fn create(&mut self, _: Handle, _: ObjectId, _: &Descriptor) -> Result<(), Failure> {
        Ok(())
    }
    fn delete(&mut self, _: Kind, _: Handle) {}
    fn allocate(&mut self, _: Handle, _: &Storage) -> Result<(), Failure> {
        Ok(())
    }
    fn write_buffer(&mut self, _: Handle, _: BufferRole, _: u64, _: &[u8]) {}
    fn write_texture(&mut self, _: Handle, _: &TexelBox, _: &[u8]) {}
    fn sampling(&mut self, _: Handle, _: &Sampling) {}
    fn mipmaps(&mut self, _: Handle) {}
    fn link(&mut self, _: Handle, source: &ProgramSource<'_>) -> Result<Linked, LinkFailure> {
        Ok(as_declared(source.interface))
    }
    fn use_program(&mut self, _: Handle) {}
    fn uniform(&mut self, _: u32, _: GlslType, _: u32, _: &[u8]) {}
    fn attribute(&mut self, _: u32, _: &VertexSource) {}
    fn texture_unit(&mut self, _: u32, _: Option<(TextureTarget, Handle)>) {}
    fn buffer_range(&mut self, _: RangePoint, _: u32, _: Option<BufferRange>) {}
    fn attach(&mut self, _: Handle, _: AttachmentPoint, _: Option<&Attachment>) {}
    fn draw_buffers(&mut self, _: Handle, _: &[bool]) {}
    fn complete(&mut self, _: Handle) -> Result<(), Failure> {
        Ok(())
    }
    fn canvas(&mut self, _: Handle, _: CanvasId, _: u32, _: u32, _: u32) -> Result<(), Failure> {
        Ok(())
    }
    fn target(&mut self, _: Surface) {}
    fn state(&mut self, _: &StateField) {}
    fn clear(&mut self, _: &[Plane]) {}
    fn clear_attachment(&mut self, _: u32, _: &ClearValue) {}
    fn draw(&mut self, _: &DrawCall) {}
    fn dispatch(&mut self, _: [u32; 3]) {}
    fn blit(&mut self, _: &BlitCall) {}
    fn read_pixels(&mut self, read: &PixelRead) -> Result<Vec<u8>, Failure> {
        let bytes = u64::from(read.width) * u64::from(read.height) * read.class.pixel_bytes();
        Ok(vec![0; bytes as usize])
    }
    fn read_buffer(&mut self, _: Handle, _: u64, size: u64) -> Result<Vec<u8>, Failure> {
        Ok(vec![0; size as usize])
    }
    fn query(&mut self, _: Handle, _: QueryKind, _: QueryAction) {}
    fn query_result(&mut self, _: Handle, _: QueryKind, _: bool) -> QueryState {
        QueryState::Unknown
    }
    fn present(&mut self, _: Handle) {}
    fn label(&mut self, _: Kind, _: Handle, _: &str) {}
    fn group(&mut self, _: Option<&str>) {}
    fn poll_error(&mut self) -> Option<Failure> {
        None
    }
}
