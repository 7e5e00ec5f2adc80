//! Which objects a command speaks of.

use glir_spec::Command;
use glir_spec::structs::{AttributeSource, BindTarget, ReadSource, Selection};

/// Hands the places of a command's ids to `$give`, as references of either kind.
macro_rules! each_id {
    ($command:expr, $give:expr $(, $mutable:tt)?) => {
        match $command {
            Command::Create(c) => $give(& $($mutable)? c.id.0),
            Command::Delete(c) => $give(& $($mutable)? c.id.0),
            Command::Size(c) => $give(& $($mutable)? c.id.0),
            Command::Data(c) => $give(& $($mutable)? c.id.0),
            Command::Label(c) => $give(& $($mutable)? c.id.0),
            Command::Interpolation(c) => $give(& $($mutable)? c.texture.0),
            Command::Wrapping(c) => $give(& $($mutable)? c.texture.0),
            Command::Mipmaps(c) => $give(& $($mutable)? c.texture.0),
            Command::SetShaders(c) => $give(& $($mutable)? c.program.0),
            Command::Attribute(c) => {
                $give(& $($mutable)? c.program.0);
                if let AttributeSource::View { buffer, .. } = & $($mutable)? c.source {
                    $give(& $($mutable)? buffer.0);
                }
            }
            Command::Uniform(c) => $give(& $($mutable)? c.program.0),
            Command::Texture(c) => {
                $give(& $($mutable)? c.program.0);
                $give(& $($mutable)? c.texture.0);
            }
            Command::Block(c) => {
                $give(& $($mutable)? c.program.0);
                $give(& $($mutable)? c.buffer.0);
            }
            Command::Feedback(c) => {
                $give(& $($mutable)? c.program.0);
                $give(& $($mutable)? c.buffer.0);
            }
            Command::Attach(c) => {
                $give(& $($mutable)? c.framebuffer.0);
                $give(& $($mutable)? c.object.0);
            }
            Command::Framebuffer(c) => $give(& $($mutable)? c.framebuffer.0),
            Command::DrawBuffers(c) => $give(& $($mutable)? c.framebuffer.0),
            Command::Blit(c) => {
                $give(& $($mutable)? c.source.0);
                $give(& $($mutable)? c.destination.0);
            }
            Command::Read(c) => match & $($mutable)? c.source {
                ReadSource::Pixels { framebuffer, .. } => $give(& $($mutable)? framebuffer.0),
                ReadSource::Buffer { buffer, .. } => $give(& $($mutable)? buffer.0),
            },
            Command::Draw(c) => {
                $give(& $($mutable)? c.program.0);
                if let Selection::Elements { elements, .. } = & $($mutable)? c.selection {
                    $give(& $($mutable)? elements.0);
                }
            }
            Command::Query(c) => $give(& $($mutable)? c.query.0),
            Command::Dispatch(c) => $give(& $($mutable)? c.program.0),
            Command::Bind(c) => {
                if let BindTarget::Uniform { program, .. } = & $($mutable)? c.target {
                    $give(& $($mutable)? program.0);
                }
            }
            _ => {}
        }
    };
}

/// Gives the ids of the objects that a command names, 0 left out.
pub fn objects(command: &Command<'_>, give: &mut dyn FnMut(u32)) {
    let mut some = |id: &u32| {
        if *id != 0 {
            give(*id);
        }
    };
    each_id!(command, some);
}

/// Hands over the places of the ids of the objects that a command names, 0 included.
pub(crate) fn objects_mut(command: &mut Command<'_>, give: &mut dyn FnMut(&mut u32)) {
    each_id!(command, give, mut);
}
