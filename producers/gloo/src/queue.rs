//! The queue behind a [`Context`](crate::Context): the frame being written, and what the stream has been told so far.
//!
//! One lock guards it. Whoever changes an object or emits a command holds that lock, so that nothing comes between the
//! checks of a draw and its commands. Objects are locked under it, one at a time; code of the user never runs under it.

use crate::error::{Error, Result, refuse};
use crate::grants::Grants;
use crate::object::Handle;
use crate::state::State;
use glir_spec::commands::{Command, Create, Delete, End, Framebuffer, Label, State as SetState, Swap};
use glir_spec::ids::{FramebufferId, ObjectId};
use glir_spec::structs::Descriptor;
use glir_spec::{Code, Frame, Header, StateChanges, limits};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::atomic::Ordering;

/// More commands than one call adds: a draw sets at most all entries of an interface and sends what waits in each of them.
const ROOM: usize = 1 << 20;

pub(crate) struct Queue {
    pub(crate) frame: Frame,
    pub(crate) header: Header<'static>,
    /// What the header allows, or has come to name.
    pub(crate) grants: Grants,
    free: BinaryHeap<Reverse<u32>>,
    next: u32,
    alive: usize,
    serial: u64,
    /// The state as the user wants it, and as the stream has it.
    pub(crate) state: State,
    sent: State,
    /// The target that the stream was told last: id and serial, 0 for the canvas.
    target: (u32, u64),
    pub(crate) canvas: u32,
    pub(crate) canvases: BTreeMap<u32, (u32, u32)>,
    /// READs of this frame, and the bytes that they bring back.
    pub(crate) reads: (u32, u64),
    pub(crate) requests: u32,
    /// The groups that are open, by their tokens.
    groups: Vec<u64>,
}

impl Queue {
    pub(crate) fn new(header: Header<'static>, grants: Grants) -> Self {
        let canvas = (header.width, header.height);
        Queue {
            frame: Frame::new(),
            header,
            grants,
            free: BinaryHeap::new(),
            next: 1,
            alive: 0,
            serial: 0,
            state: State::initial(),
            sent: State::initial(),
            target: (0, 0),
            canvas: 0,
            canvases: BTreeMap::from([(0, canvas)]),
            reads: (0, 0),
            requests: 0,
            groups: Vec::new(),
        }
    }

    /// A free id, the least there is, and a number that no other object ever has.
    pub(crate) fn allot(&mut self) -> Result<(u32, u64)> {
        if self.alive >= limits::MAX_OBJECTS {
            return refuse(
                Code::LimitExceeded,
                format!("at most {} objects may be alive at once", limits::MAX_OBJECTS),
            );
        }
        let id = match self.free.pop() {
            Some(Reverse(id)) => id,
            None => {
                let id = self.next;
                self.next = self.next.saturating_add(1);
                id
            }
        };
        self.alive += 1;
        self.serial += 1;
        Ok((id, self.serial))
    }

    /// A number that no object and no group has.
    pub(crate) fn token(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Takes dropped objects out of the stream and frees their ids.
    pub(crate) fn bury(&mut self, dead: Vec<(u32, bool)>) {
        for (id, created) in dead {
            if created {
                self.frame.push(Delete { id: ObjectId(id) });
                if self.target.0 == id {
                    self.target = (0, 0);
                }
            }
            self.alive = self.alive.saturating_sub(1);
            self.free.push(Reverse(id));
        }
    }

    /// Refuses when the frame has no room left for the commands of another call.
    pub(crate) fn has_room(&self) -> Result<()> {
        if self.frame.len() + ROOM > limits::MAX_COMMANDS
            || self.frame.head().len() > limits::MAX_HEAD_BYTES / 2
        {
            return refuse(
                Code::LimitExceeded,
                format!("the frame is full: it has {} commands; end it by swap", self.frame.len()),
            );
        }
        Ok(())
    }

    pub(crate) fn push<'a>(&mut self, command: impl Into<Command<'a>>) {
        self.frame.push(command);
    }

    /// Makes an object in the stream, if it is not there yet, and gives it its label.
    pub(crate) fn create(
        &mut self,
        handle: &Handle,
        label: &mut crate::object::Label,
        descriptor: Descriptor,
    ) {
        if !handle.created.swap(true, Ordering::Relaxed) {
            self.frame.push(Create { id: ObjectId(handle.id), descriptor });
        }
        if let Some(text) = label.take() {
            self.frame.push(Label { id: ObjectId(handle.id), text: text.into() });
        }
    }

    /// Tells the stream what differs between the state that is wanted and the one that it has.
    pub(crate) fn flush_state(&mut self) {
        let changes = self.state.changes(&self.sent);
        if !changes.is_empty() {
            self.frame.push(SetState { changes: StateChanges::new(changes) });
            self.sent = self.state.clone();
        }
    }

    /// Makes a framebuffer the target, if it is not; id and serial 0 stand for the canvas.
    pub(crate) fn flush_target(&mut self, target: (u32, u64)) {
        if self.target != target {
            self.frame.push(Framebuffer { framebuffer: FramebufferId(target.0) });
            self.target = target;
        }
    }

    /// What CURRENT does to the target.
    pub(crate) fn target_is_canvas(&mut self) {
        self.target = (0, 0);
    }

    /// Opens a group; none if groups are nested too deep.
    pub(crate) fn open_group(&mut self) -> Result<u64> {
        if self.groups.len() >= limits::MAX_GROUP_DEPTH {
            let message = format!("groups are nested at most {} deep", limits::MAX_GROUP_DEPTH);
            return Err(Error::new(Code::LimitExceeded, message));
        }
        let token = self.token();
        self.groups.push(token);
        Ok(token)
    }

    /// Closes a group and those within it, unless the frame's end has done so.
    pub(crate) fn close_group(&mut self, token: u64) {
        if let Some(at) = self.groups.iter().position(|&group| group == token) {
            for _ in at..self.groups.len() {
                self.frame.push(End {});
            }
            self.groups.truncate(at);
        }
    }

    /// Ends the frame.
    pub(crate) fn swap(&mut self) -> Frame {
        for _ in self.groups.drain(..) {
            self.frame.push(End {});
        }
        self.frame.push(Swap {});
        self.reads = (0, 0);
        std::mem::take(&mut self.frame)
    }
}
