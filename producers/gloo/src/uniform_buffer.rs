//! Uniform buffers: the values of a block, shared by the programs that read it.

use crate::buffer::object::{BufferObject, zeros};
use crate::error::{Result, refuse, shown};
use crate::glsl::BlockLayout;
use crate::program::Program;
use crate::value::{Given, Value};
use glir_spec::enums::BufferRole;
use glir_spec::ids::BufferId;
use glir_spec::{Code, Encoding};
use std::sync::Arc;

/// The values of a uniform block, set by the names of its members. Needs profile es3.
///
/// ```
/// use glir_gloo::{Context, Program, UniformBuffer};
///
/// let context = Context::new(64, 64)?;
/// let mut program = Program::new(
///     &context,
///     "#version 300 es\n layout(std140) uniform Scene { mat4 transform; vec4 tint; }; in vec4 a_position;
///      void main() { gl_Position = transform * a_position; }",
///     "#version 300 es\n precision highp float; out vec4 color; void main() { color = vec4(1.0); }",
/// )?;
/// let mut scene = UniformBuffer::new(&program, "Scene")?;
/// scene.set("tint", [1.0, 0.5, 0.0, 1.0])?;
/// program.set("Scene", &scene)?;
/// assert_eq!(scene.set("tint", [1.0, 0.5]).unwrap_err().to_string(),
///     "`tint` of the block Scene is vec4; a vec2 was given");
/// # Ok::<(), glir_gloo::Error>(())
/// ```
#[derive(Debug)]
pub struct UniformBuffer {
    pub(crate) object: Arc<BufferObject>,
    layout: BlockLayout,
}

impl UniformBuffer {
    /// A buffer of zeros for a block of a program. Other programs that declare the block alike can read it, too.
    ///
    /// # Errors
    /// If the program has no such block, or its interface was given without the members.
    pub fn new(program: &Program, block: &str) -> Result<Self> {
        let layout = program.block_layout(block)?.clone();
        let bytes = zeros(layout.size as usize)?;
        let unit = (Encoding::Raw, 4);
        let object = BufferObject::new(program.context(), BufferRole::Uniform, unit, bytes, true)?;
        Ok(UniformBuffer { object, layout })
    }

    /// Sets a member; `name[i]` sets an element of an array.
    ///
    /// # Errors
    /// If there is no such member, or the value is of another type.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) -> Result<()> {
        let value = value.into();
        let (base, element) = crate::program::split_element(name);
        let Some(member) = self.layout.members.iter().find(|member| member.name == base) else {
            let names: Vec<&str> = self.layout.members.iter().map(|member| &*member.name).collect();
            return refuse(
                Code::UnknownSlot,
                format!(
                    "the block {} has no member `{}`; it has {}",
                    self.layout.name,
                    shown(name),
                    crate::names::list(&names)
                ),
            );
        };
        let what = || format!("`{}` of the block {}", shown(name), self.layout.name);
        let Given::Numbers(numbers) = &value.0 else {
            return refuse(Code::TypeMismatch, format!("{} is {}; {value} was given", what(), member.ty));
        };
        let first =
            crate::program::fits(numbers, member.ty, member.count, element).map_err(|(code, declared)| {
                crate::Error::new(code, format!("{} is {declared}; {value} was given", what()))
            })?;
        let Some(mut block) = self.object.read(0..self.layout.size as usize, <[u8]>::to_vec) else {
            return Ok(());
        };
        member.place(&numbers.bytes, first, &mut block);
        self.object.write(0, &block)
    }

    /// Bytes of the block.
    pub fn byte_len(&self) -> usize {
        self.object.byte_len()
    }

    /// Names the buffer, for messages and inspection.
    ///
    /// # Errors
    /// If the name has more bytes than a label may have.
    pub fn set_label(&mut self, text: &str) -> Result<()> {
        self.object.set_label(text)
    }

    /// The buffer's id in the stream.
    pub fn id(&self) -> BufferId {
        BufferId(self.object.handle.id)
    }
}
