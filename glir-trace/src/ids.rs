//! Which objects a command speaks of.

use glir_spec::Command;
use glir_spec::structs::{AttributeSource, BindTarget, ReadSource, Selection};

/// Gives the ids of the objects that a command names, 0 left out.
pub fn objects(command: &Command<'_>, give: &mut dyn FnMut(u32)) {
    let mut some = |ids: &[u32]| ids.iter().filter(|id| **id != 0).for_each(|id| give(*id));
    match command {
        Command::Create(c) => some(&[c.id.0]),
        Command::Delete(c) => some(&[c.id.0]),
        Command::Size(c) => some(&[c.id.0]),
        Command::Data(c) => some(&[c.id.0]),
        Command::Label(c) => some(&[c.id.0]),
        Command::Interpolation(c) => some(&[c.texture.0]),
        Command::Wrapping(c) => some(&[c.texture.0]),
        Command::Mipmaps(c) => some(&[c.texture.0]),
        Command::SetShaders(c) => some(&[c.program.0]),
        Command::Attribute(c) => match &c.source {
            AttributeSource::View { buffer, .. } => some(&[c.program.0, buffer.0]),
            AttributeSource::Constant { .. } => some(&[c.program.0]),
        },
        Command::Uniform(c) => some(&[c.program.0]),
        Command::Texture(c) => some(&[c.program.0, c.texture.0]),
        Command::Block(c) => some(&[c.program.0, c.buffer.0]),
        Command::Feedback(c) => some(&[c.program.0, c.buffer.0]),
        Command::Attach(c) => some(&[c.framebuffer.0, c.object.0]),
        Command::Framebuffer(c) => some(&[c.framebuffer.0]),
        Command::DrawBuffers(c) => some(&[c.framebuffer.0]),
        Command::Blit(c) => some(&[c.source.0, c.destination.0]),
        Command::Read(c) => match &c.source {
            ReadSource::Pixels { framebuffer, .. } => some(&[framebuffer.0]),
            ReadSource::Buffer { buffer, .. } => some(&[buffer.0]),
        },
        Command::Draw(c) => match &c.selection {
            Selection::Elements { elements, .. } => some(&[c.program.0, elements.0]),
            Selection::Arrays { .. } => some(&[c.program.0]),
        },
        Command::Query(c) => some(&[c.query.0]),
        Command::Dispatch(c) => some(&[c.program.0]),
        Command::Bind(c) => {
            if let BindTarget::Uniform { program, .. } = &c.target {
                some(&[program.0]);
            }
        }
        _ => {}
    }
}
