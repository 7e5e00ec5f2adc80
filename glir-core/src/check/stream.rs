//! Commands of the stream itself: CURRENT, SWAP, GROUP, END, META, EXTENSION.

use super::targets::canvas_bytes;
use super::{Checking, proven};
use crate::backend::Handle;
use crate::checked::Checked;
use crate::diagnostic::{Check, Quoted, refuse};
use crate::resources::Canvas;
use glir_spec::commands::{Current, End, Extension, Group, Meta, Swap};
use glir_spec::{Code, limits};

/// The refusal of a command that follows SWAP in its chunk.
#[cold]
pub(super) fn after_swap() -> Check<()> {
    refuse!(Code::AfterSwap, 0, "SWAP ends the frame; nothing may follow it in the same chunk")
}

impl<'a> Checking<'_, 'a> {
    pub(super) fn current(&mut self, command: Current) -> Check<()> {
        let checker = &mut *self.checker;
        let id = command.canvas.0;
        let known = checker.canvases.iter().position(|canvas| canvas.id == id);
        let old = checker.canvases[known.unwrap_or(0)];
        let size = (command.width.unwrap_or(old.width), command.height.unwrap_or(old.height));
        let limit = limits::MAX_CANVAS_EXTENT.min(checker.capabilities.limits.max_renderbuffer_size);
        if !(1..=limit).contains(&size.0) || !(1..=limit).contains(&size.1) {
            return refuse!(
                Code::OutOfRange,
                0,
                "canvas {id} can't be {}×{}; width and height go from 1 to {limit} on this interpreter",
                size.0,
                size.1
            );
        }
        let bytes = |width, height| canvas_bytes(width, height, checker.samples);
        let kept = known.map_or(0, |_| bytes(old.width, old.height));
        let used = checker.used.saturating_sub(kept).saturating_add(bytes(size.0, size.1));
        if used > checker.budget {
            return refuse!(
                Code::BudgetExceeded,
                0,
                "canvas {id} would need {} bytes; {} of the budget of {} are left",
                bytes(size.0, size.1),
                checker.budget.saturating_sub(checker.used.saturating_sub(kept)),
                checker.budget
            );
        }
        let index = match known {
            Some(index) => index,
            None if checker.canvases.len() < limits::MAX_CANVASES => {
                checker.canvases.push(Canvas { id, width: 0, height: 0 });
                checker.canvases.len() - 1
            }
            None => {
                return refuse!(
                    Code::LimitExceeded,
                    0,
                    "a stream has at most {} canvases",
                    limits::MAX_CANVASES
                );
            }
        };
        checker.used = used;
        let canvas = &mut checker.canvases[index];
        let resized = (canvas.width, canvas.height) != size;
        (canvas.width, canvas.height) = size;
        checker.canvas = index;
        checker.framebuffer = None;
        checker.epoch += 1;
        proven!(self, Checked::Current { canvas: Handle(index as u32), resize: resized.then_some(size) })
    }

    pub(super) fn swap(&mut self, _: Swap) -> Check<()> {
        self.checker.swapped = true;
        proven!(self, Checked::Swap)
    }

    pub(super) fn group(&mut self, command: Group<'a>) -> Check<()> {
        self.short(&command.label, "the group's name", limits::MAX_LABEL_BYTES)?;
        if self.checker.groups == limits::MAX_GROUP_DEPTH {
            return refuse!(
                Code::LimitExceeded,
                0,
                "groups are nested at most {} deep",
                limits::MAX_GROUP_DEPTH
            );
        }
        self.checker.groups += 1;
        proven!(self, Checked::Group(command.label))
    }

    pub(super) fn end(&mut self, _: End) -> Check<()> {
        if self.checker.groups == 0 {
            return refuse!(Code::Unbalanced, 0, "END closes no GROUP and no RECORD");
        }
        self.checker.groups -= 1;
        proven!(self, Checked::End)
    }

    pub(super) fn meta(&mut self, command: Meta<'a>) -> Check<()> {
        self.short(&command.key, "the key", limits::MAX_LABEL_BYTES)?;
        self.short(&command.value, "the value", limits::MAX_META_BYTES)?;
        Ok(())
    }

    pub(super) fn extension(&mut self, command: Extension<'a>) -> Check<()> {
        self.short(&command.name, "the extension's name", limits::MAX_LABEL_BYTES)?;
        refuse!(Code::UnknownExtension, 0, "this interpreter has no extension {}", Quoted(&command.name))
    }

    pub(super) fn short(&self, text: &str, what: &str, limit: usize) -> Check<()> {
        if text.len() > limit {
            return refuse!(
                Code::LimitExceeded,
                0,
                "{what} has {} bytes; at most {limit} are allowed",
                text.len()
            );
        }
        Ok(())
    }
}
