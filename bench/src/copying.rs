//! A backend that copies each payload once, as a driver does, and does nothing else.

use glir_core::backend::*;
use glir_core::{Capabilities, NullBackend};
use glir_spec::enums::*;
use glir_spec::ids::{CanvasId, ObjectId};
use glir_spec::structs::Descriptor;
use glir_spec::{GlslType, StateField, Target};
use std::hint::black_box;

pub(crate) struct CopyingBackend {
    null: NullBackend,
    storage: Vec<u8>,
}

impl CopyingBackend {
    pub(crate) fn new() -> Self {
        CopyingBackend { null: NullBackend::new(Target::Gl33), storage: vec![0; 1 << 20] }
    }

    fn copy(&mut self, bytes: &[u8]) {
        if let Some(storage) = self.storage.get_mut(..bytes.len()) {
            storage.copy_from_slice(bytes);
            black_box(storage);
        }
    }
}

/// Hands a method on to the backend that does nothing.
macro_rules! hand_on {
    ($( fn $name:ident(&mut self $(, $argument:ident: $ty:ty)*) $(-> $result:ty)?; )+) => {
        $( fn $name(&mut self $(, $argument: $ty)*) $(-> $result)? { self.null.$name($($argument),*) } )+
    };
}

impl Backend for CopyingBackend {
    fn capabilities(&self) -> &Capabilities {
        self.null.capabilities()
    }
    fn write_buffer(&mut self, _: Handle, _: BufferRole, _: u64, bytes: &[u8]) {
        self.copy(bytes);
    }
    fn write_texture(&mut self, _: Handle, _: &TexelBox, bytes: &[u8]) {
        self.copy(bytes);
    }
    hand_on! {
        fn create(&mut self, handle: Handle, id: ObjectId, descriptor: &Descriptor) -> Result<(), Failure>;
        fn delete(&mut self, kind: Kind, handle: Handle);
        fn allocate(&mut self, handle: Handle, storage: &Storage) -> Result<(), Failure>;
        fn sampling(&mut self, texture: Handle, sampling: &Sampling);
        fn mipmaps(&mut self, texture: Handle);
        fn link(&mut self, program: Handle, source: &ProgramSource<'_>) -> Result<Linked, LinkFailure>;
        fn use_program(&mut self, program: Handle);
        fn uniform(&mut self, location: u32, ty: GlslType, count: u32, bytes: &[u8]);
        fn attribute(&mut self, location: u32, source: &VertexSource);
        fn texture_unit(&mut self, unit: u32, texture: Option<(TextureTarget, Handle)>);
        fn buffer_range(&mut self, point: RangePoint, index: u32, range: Option<BufferRange>);
        fn attach(&mut self, framebuffer: Handle, point: AttachmentPoint, image: Option<&Attachment>);
        fn draw_buffers(&mut self, framebuffer: Handle, enabled: &[bool]);
        fn complete(&mut self, framebuffer: Handle) -> Result<(), Failure>;
        fn canvas(&mut self, canvas: Handle, id: CanvasId, width: u32, height: u32, samples: u32) -> Result<(), Failure>;
        fn target(&mut self, target: Surface);
        fn state(&mut self, field: &StateField);
        fn clear(&mut self, planes: &[Plane]);
        fn clear_attachment(&mut self, attachment: u32, value: &ClearValue);
        fn draw(&mut self, draw: &DrawCall);
        fn dispatch(&mut self, groups: [u32; 3]);
        fn blit(&mut self, blit: &BlitCall);
        fn read_pixels(&mut self, read: &PixelRead) -> Result<Vec<u8>, Failure>;
        fn read_buffer(&mut self, buffer: Handle, offset: u64, size: u64) -> Result<Vec<u8>, Failure>;
        fn query(&mut self, query: Handle, kind: QueryKind, action: QueryAction);
        fn query_result(&mut self, query: Handle, kind: QueryKind, wait: bool) -> QueryState;
        fn present(&mut self, canvas: Handle);
        fn label(&mut self, kind: Kind, handle: Handle, text: &str);
        fn group(&mut self, label: Option<&str>);
        fn poll_error(&mut self) -> Option<Failure>;
    }
}
