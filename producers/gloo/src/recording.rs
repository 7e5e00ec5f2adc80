//! A list while it is recorded: its commands, and what they rest on.

use crate::buffer::object::BufferObject;
use crate::error::Error;
use crate::framebuffer::FramebufferObject;
use crate::list::ListObject;
use crate::object::Handle;
use crate::queue::Known;
use crate::texture::object::TextureObject;
use glir_spec::Frame;
use glir_spec::commands::{Command, End};
use glir_spec::wire::Reader;
use std::collections::HashSet;
use std::sync::Arc;

/// What a list draws with.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) buffers: Vec<Arc<BufferObject>>,
    pub(crate) textures: Vec<Arc<TextureObject>>,
    pub(crate) targets: Vec<Arc<FramebufferObject>>,
    pub(crate) lists: Vec<Arc<ListObject>>,
    /// Of programs.
    pub(crate) handles: Vec<Arc<Handle>>,
}

pub(crate) struct Recording {
    /// Settings of programs that differ from draw to draw: as the first draw has them.
    pub(crate) before: Frame,
    pub(crate) body: Frame,
    pub(crate) kept: Kept,
    /// Serials of the objects in use; what they hold must not change any more.
    used: HashSet<u64>,
    pub(crate) fault: Option<Error>,
    /// The viewport and the scissor are signals'.
    pub(crate) bound: [bool; 2],
    /// What the stream had before.
    pub(crate) known: Known,
}

impl Recording {
    pub(crate) fn new(bound: [bool; 2], known: Known) -> Self {
        Recording {
            before: Frame::new(),
            body: Frame::new(),
            kept: Kept::default(),
            used: HashSet::new(),
            fault: None,
            bound,
            known,
        }
    }

    /// Notes that the list uses an object; true if it did before.
    pub(crate) fn uses(&mut self, serial: u64) -> bool {
        !self.used.insert(serial)
    }

    pub(crate) fn has(&self, serial: u64) -> bool {
        self.used.contains(&serial)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.before.head().len() + self.body.head().len()
    }

    /// Its commands, one by one.
    pub(crate) fn commands(&self, mut give: impl FnMut(&[u8])) {
        for part in [&self.before, &self.body] {
            let mut reader = Reader::new(part.head());
            for _ in 0..reader.array().unwrap_or(0) {
                let start = reader.offset();
                if reader.skip().is_err() {
                    return;
                }
                give(reader.between(start, reader.offset()));
            }
        }
    }

    pub(crate) fn close_groups(&mut self) {
        for _ in self.known.inner_groups.drain(..) {
            self.body.push(End {});
        }
    }

    pub(crate) fn push<'a>(&mut self, command: impl Into<Command<'a>>) {
        self.body.push(command);
    }
}
