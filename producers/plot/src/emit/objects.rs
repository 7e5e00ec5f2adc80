//! Commands that make and fill objects.

use glir_spec::commands::{Attribute, Create, Data, Label, SetShaders, Size, Uniform};
use glir_spec::enums::{BufferRole, BufferUsage, ComponentType, FeedbackMode};
use glir_spec::ids::{AttributeSlot, BufferId, ProgramId, UniformSlot};
use glir_spec::structs::{
    AttributeDecl, AttributeSource, Descriptor, Interface, Region, Shaders, UniformDecl,
};
use glir_spec::{Encoding, Frame, GlslType, Value, limits};

/// A program's shaders, and its interface in the order of its slots.
pub(crate) struct Shader {
    pub(super) label: &'static str,
    pub(super) vertex: &'static str,
    pub(super) fragment: &'static str,
    pub(super) attributes: &'static [(&'static str, GlslType)],
    /// Name, type and length of the array.
    pub(super) uniforms: &'static [(&'static str, GlslType, u32)],
}

pub(crate) fn program(frame: &mut Frame, id: ProgramId, shader: Shader) {
    frame.push(Create { id: id.into(), descriptor: Descriptor::Program {} });
    frame.push(Label { id: id.into(), text: shader.label.into() });
    let attribute = |(name, ty): &(&'static str, GlslType)| AttributeDecl { name: (*name).into(), ty: *ty };
    let uniform = |(name, ty, count): &(&'static str, GlslType, u32)| UniformDecl {
        name: (*name).into(),
        ty: *ty,
        count: *count,
    };
    frame.push(SetShaders {
        program: id,
        shaders: Shaders::Render {
            vertex: shader.vertex.into(),
            fragment: shader.fragment.into(),
            geometry: None,
        },
        interface: Interface {
            attributes: shader.attributes.iter().map(attribute).collect(),
            uniforms: shader.uniforms.iter().map(uniform).collect(),
            samplers: Vec::new(),
            blocks: Vec::new(),
            feedback: Vec::new(),
            feedback_mode: FeedbackMode::Interleaved,
        },
    });
}

/// A buffer with its contents.
pub(crate) fn buffer(
    frame: &mut Frame,
    id: BufferId,
    role: BufferRole,
    label: &str,
    encoding: Encoding,
    bytes: &[u8],
) {
    let descriptor = Descriptor::Buffer { buffer: role, usage: BufferUsage::Static };
    frame.push(Create { id: id.into(), descriptor });
    frame.push(Label { id: id.into(), text: shortened(label).into() });
    frame.push(Size { id: id.into(), width: bytes.len() as u64, height: 1, depth: 1 });
    let payload = frame.payload(encoding, bytes);
    frame.push(Data { id: id.into(), region: Region::Bytes { offset: 0 }, payload });
}

/// An attribute's view of a buffer. Colours, which are bytes with a stride of more than one, go from 0 to 1.
pub(crate) fn attribute(
    frame: &mut Frame,
    program: ProgramId,
    slot: u32,
    buffer: BufferId,
    ty: ComponentType,
    offset: u64,
    stride: u32,
) {
    let normalized = ty == ComponentType::U8 && stride > 1;
    let source = AttributeSource::View { buffer, ty, components: 0, offset, stride, normalized, divisor: 0 };
    frame.push(Attribute { program, slot: AttributeSlot(slot), source });
}

/// A uniform, or the first elements of an array.
pub(crate) fn uniform(frame: &mut Frame, program: ProgramId, slot: u32, values: &[f32]) {
    let value = Value(frame.floats(values));
    frame.push(Uniform { program, slot: UniformSlot(slot), value, first: 0 });
}

/// A text cut to what a label may have.
pub(crate) fn shortened(text: &str) -> &str {
    let most = limits::MAX_LABEL_BYTES.min(text.len());
    let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    &text[..end]
}
