//! The queue behind a [`Context`](crate::Context): the frame being written, and what the stream has been told so far.
//!
//! One lock guards it. Whoever changes an object or emits a command holds that lock, so that nothing comes between the
//! checks of a draw and its commands. Objects are locked under it, one at a time; code of the user never runs under it.

use crate::context::Dead;
use crate::error::{Error, Result, refuse};
use crate::grants::Grants;
use crate::list::ListObject;
use crate::object::Handle;
use crate::recording::{Kept, Recording};
use crate::signal::Shared;
use crate::state::State;
use glir_spec::commands::{
    Command, Create, Current, Delete, End, Forget, Framebuffer, Label, State as SetState, Swap,
};
use glir_spec::ids::{CanvasId, FramebufferId, ObjectId, SignalId};
use glir_spec::structs::Descriptor;
use glir_spec::{Code, Frame, Header, StateChanges, limits};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;
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
    /// The state as the user wants it, and as the stream has it; none if a list may have changed it.
    pub(crate) state: State,
    sent: Option<State>,
    /// The target that the stream was told last: id and serial, 0 for the canvas; none if a list may have changed it.
    target: Option<(u32, u64)>,
    /// A list may have made another canvas current.
    canvas_lost: bool,
    pub(crate) lists: Ids,
    /// The list being recorded.
    pub(crate) recording: Option<Box<Recording>>,
    /// The list that the interpreter runs between frames.
    pub(crate) redraw: Option<Arc<ListObject>>,
    /// Signals in the stream, those that others may share, and the id of the next one.
    pub(crate) signals: usize,
    pub(crate) shared: Shared,
    next_signal: u32,
    pub(crate) canvas: u32,
    pub(crate) canvases: BTreeMap<u32, (u32, u32)>,
    /// READs of this frame, and the bytes that they bring back.
    pub(crate) reads: (u32, u64),
    pub(crate) requests: u32,
    /// The queries that count.
    pub(crate) counting: Vec<glir_spec::enums::QueryKind>,
    /// The groups that are open, by their tokens.
    groups: Vec<u64>,
}

/// Ids that are used again, the least first.
#[derive(Default)]
pub(crate) struct Ids {
    free: BinaryHeap<Reverse<u32>>,
    used: u32,
}

impl Ids {
    /// A free id, from 1 on.
    pub(crate) fn allot(&mut self) -> u32 {
        if let Some(Reverse(id)) = self.free.pop() {
            return id;
        }
        self.used = self.used.saturating_add(1);
        self.used
    }

    pub(crate) fn free(&mut self, id: u32) {
        self.free.push(Reverse(id));
    }
}

/// What is known of the stream, set aside while a list is recorded.
pub(crate) struct Known {
    sent: Option<State>,
    target: Option<(u32, u64)>,
    canvas_lost: bool,
    canvas: u32,
    /// Groups that were open.
    groups: Vec<u64>,
    /// Groups of the list that are open at its end.
    pub(crate) inner_groups: Vec<u64>,
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
            sent: Some(State::initial()),
            target: Some((0, 0)),
            canvas_lost: false,
            lists: Ids::default(),
            recording: None,
            redraw: None,
            signals: 0,
            shared: Shared::default(),
            next_signal: 0,
            canvas: 0,
            canvases: BTreeMap::from([(0, canvas)]),
            reads: (0, 0),
            requests: 0,
            counting: Vec::new(),
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

    pub(crate) fn allot_signal(&mut self) -> u32 {
        self.next_signal = self.next_signal.saturating_add(1);
        self.next_signal
    }

    /// Takes dropped objects out of the stream and frees their ids.
    pub(crate) fn bury(&mut self, dead: Vec<Dead>) {
        for dead in dead {
            let (id, created) = match dead {
                Dead::Object(id, created) => (id, created),
                Dead::List(id, recorded, bound) => {
                    self.bury_list(id, recorded, bound);
                    continue;
                }
                Dead::Signal(id) => {
                    self.frame.push(Forget { signal: SignalId(id) });
                    self.signals = self.signals.saturating_sub(1);
                    continue;
                }
            };
            if created {
                self.frame.push(Delete { id: ObjectId(id) });
                if self.target.is_some_and(|(target, _)| target == id) {
                    self.target = Some((0, 0));
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

    /// Gives a command to the list being recorded, or to the frame: one that may stand in lists.
    pub(crate) fn emit<'a>(&mut self, command: impl Into<Command<'a>>) {
        match &mut self.recording {
            Some(recording) => recording.push(command),
            None => self.frame.push(command),
        }
    }

    /// Notes that an object was brought up to date for a draw: by the commands of the frame from `start` on. A list draws with
    /// what objects hold when it is run, so in a list no object may hold one thing for a draw and another for the next.
    pub(crate) fn flushed(&mut self, handle: &Handle, start: usize, what: impl std::fmt::Display) {
        let changed = self.frame.len() > start;
        if let Some(recording) = &mut self.recording
            && recording.uses(handle.serial)
            && changed
        {
            let message = format!("{what} is changed between two draws of one list");
            recording.fault.get_or_insert(Error::new(Code::BadArgument, message));
        }
    }

    /// Lets the list being recorded, if one is, hold what it draws with.
    pub(crate) fn keep(&mut self, keep: impl FnOnce(&mut Kept)) {
        if let Some(recording) = &mut self.recording {
            keep(&mut recording.kept);
        }
    }

    /// A list was run, so state, target and canvas may be any.
    pub(crate) fn forget_state(&mut self) {
        self.sent = None;
        self.target = None;
        self.canvas_lost = self.canvases.len() > 1;
    }

    /// What is known of the stream, at the beginning of a recording.
    pub(crate) fn known(&mut self) -> Known {
        Known {
            sent: self.sent.clone(),
            target: self.target,
            canvas_lost: self.canvas_lost,
            canvas: self.canvas,
            groups: std::mem::take(&mut self.groups),
            inner_groups: Vec::new(),
        }
    }

    /// Goes back to what was known before a recording.
    pub(crate) fn restore(&mut self, recording: &mut Recording) {
        let known = &mut recording.known;
        self.sent = known.sent.take();
        self.target = known.target;
        self.canvas_lost = known.canvas_lost || self.canvas != known.canvas;
        let groups = std::mem::take(&mut known.groups);
        known.inner_groups = std::mem::replace(&mut self.groups, groups);
    }

    /// Makes the canvas current that should be.
    pub(crate) fn flush_canvas(&mut self) {
        if std::mem::take(&mut self.canvas_lost) {
            self.emit(Current { canvas: CanvasId(self.canvas), width: None, height: None });
            self.target = Some((0, 0));
        }
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
        let changes = match &self.sent {
            Some(sent) => self.state.changes(sent),
            None => {
                let bound = self.recording.as_ref().map_or([false; 2], |recording| recording.bound);
                self.state.all(&self.grants, bound)
            }
        };
        if !changes.is_empty() {
            self.emit(SetState { changes: StateChanges::new(changes) });
            self.sent = Some(self.state.clone());
        }
    }

    /// Makes a framebuffer the target, if it is not; id and serial 0 stand for the canvas.
    pub(crate) fn flush_target(&mut self, target: (u32, u64)) {
        self.flush_canvas();
        if self.target != Some(target) {
            self.emit(Framebuffer { framebuffer: FramebufferId(target.0) });
            self.target = Some(target);
        }
    }

    /// What CURRENT does to the target.
    pub(crate) fn target_is_canvas(&mut self) {
        self.target = Some((0, 0));
        self.canvas_lost = false;
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
                self.emit(End {});
            }
            self.groups.truncate(at);
        }
    }

    /// Ends the frame.
    pub(crate) fn swap(&mut self) -> Frame {
        let groups = match &mut self.recording {
            Some(recording) => &mut recording.known.groups,
            None => &mut self.groups,
        };
        for _ in groups.drain(..) {
            self.frame.push(End {});
        }
        self.frame.push(Swap {});
        self.reads = (0, 0);
        if self.redraw.is_some() && self.recording.is_none() {
            self.forget_state();
        }
        std::mem::take(&mut self.frame)
    }
}
