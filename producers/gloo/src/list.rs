//! Lists: draws that the stream keeps, to be run again by one command, or by the interpreter itself.

use crate::buffer::object::BufferObject;
use crate::context::Context;
use crate::error::{Error, Result, refuse};
use crate::framebuffer::FramebufferObject;
use crate::object::lock;
use crate::queue::Queue;
use crate::recording::{Kept, Recording};
use crate::signal::Signal;
use glir_spec::commands::{Bind, End, Record, Redraw, Run};
use glir_spec::enums::RectangleField;
use glir_spec::ids::{ListId, SignalId};
use glir_spec::signals::{Kinds, SignalKind};
use glir_spec::structs::BindTarget;
use glir_spec::{Code, Feature, limits};
use std::sync::{Arc, Mutex};

/// Draws that the stream keeps: [`Context::run`] carries them out again by one command, and [`Context::redraw`] lets the interpreter do
/// so whenever a [signal](Signal) moves something, with no producer.
///
/// ```
/// use glir_gloo::{Clear, Context, Mode, PanZoom, Program};
///
/// let context = Context::new(640, 480)?;
/// let mut program = Program::new(
///     &context,
///     "attribute vec2 a_position; uniform vec4 u_seen;
///      void main() { gl_Position = vec4((a_position - u_seen.xy) / (u_seen.zw - u_seen.xy) * 2.0 - 1.0, 0.0, 1.0); }",
///     "void main() { gl_FragColor = vec4(1.0); }",
/// )?;
/// program.set("a_position", [[1.0, 1.0], [9.0, 1.0], [5.0, 8.0]])?;
/// program.bind_uniform("u_seen", &context.control(PanZoom::new([0.0, 0.0, 10.0, 10.0]))?)?;
///
/// let picture = context.record(|| {
///     context.clear(Clear::color([0.0, 0.0, 0.0, 1.0]))?;
///     program.draw(Mode::Triangles, ..)
/// })?;
/// context.redraw(&picture)?;
/// context.run(&picture)?;
/// let frame = context.swap(); // pans and zooms wherever it is shown
///
/// context.run(&picture)?;
/// assert_eq!(context.swap().len(), 2); // RUN, SWAP
/// # Ok::<(), glir_gloo::Error>(())
/// ```
///
/// # What stands in a list
///
/// CLEARs, DRAWs and copies, and the state that they need: a list says all of it, so it draws the same whatever ran before. Objects, their
/// bytes and what is set for programs are the stream's, and go out before the list. **A list draws with what they have when it is run**:
/// a uniform that is set later ([`Program::send`](crate::Program::send)) shows in the next run. Only what differs from draw to draw of
/// one list stands in it.
///
/// A list keeps what it draws with alive. Dropping it takes it out of the stream.
#[derive(Debug)]
pub struct List {
    object: Arc<ListObject>,
}

#[derive(Debug)]
pub(crate) struct ListObject {
    context: Context,
    id: u32,
    contents: Mutex<Contents>,
}

#[derive(Debug, Default)]
struct Contents {
    /// Its commands, as the stream has them.
    recorded: Option<Vec<u8>>,
    /// Its commands outlive what they need only if it is held here.
    kept: Kept,
    /// What is bound, and to which signal.
    bound: Vec<(BindTarget, Signal)>,
}

impl Drop for ListObject {
    fn drop(&mut self) {
        let contents = self.contents.get_mut().map(std::mem::take).unwrap_or_default();
        let targets = contents.bound.iter().map(|(target, _)| target.clone()).collect();
        self.context.bury_list(self.id, contents.recorded.is_some(), targets);
    }
}

impl Context {
    /// Records what a function draws as a list; it is not drawn now.
    ///
    /// # Errors
    /// Those of the function, and what can't stand in a list: reading pixels, another recording, a canvas's size, an object that is
    /// changed between two draws of the list.
    pub fn record<E: From<Error>>(&self, draw: impl FnOnce() -> Result<(), E>) -> Result<List, E> {
        let list = self.list();
        list.record(draw)?;
        Ok(list)
    }

    /// An empty list, to be recorded later.
    pub fn list(&self) -> List {
        let id = self.queue().lists.allot();
        let object = ListObject { context: self.clone(), id, contents: Mutex::default() };
        List { object: Arc::new(object) }
    }

    /// Carries a list out, here.
    ///
    /// # Errors
    /// If the list is another context's.
    pub fn run(&self, list: &List) -> Result<()> {
        self.owns(&list.object.context, list)?;
        let mut queue = self.queue();
        queue.has_room()?;
        let mut grants = queue.grants;
        grants.need(Feature::Lists, "a list")?;
        queue.grants = grants;
        list.object.refresh(&mut queue);
        queue.flush_canvas();
        queue.emit(Run { list: ListId(list.object.id) });
        queue.forget_state();
        queue.keep(|kept| kept.lists.push(Arc::clone(&list.object)));
        Ok(())
    }

    /// Lets the interpreter run a list whenever a signal has changed what it shows; `None` for no list. It goes on doing so between the
    /// producer's frames, and when there is no producer any more.
    ///
    /// # Errors
    /// If the list is another context's, or a list is being recorded.
    pub fn redraw<'l>(&self, list: impl Into<Option<&'l List>>) -> Result<()> {
        let list = list.into();
        if let Some(list) = list {
            self.owns(&list.object.context, list)?;
        }
        let mut queue = self.queue();
        queue.has_room()?;
        if queue.recording.is_some() {
            return refuse(Code::BadArgument, "REDRAW can't stand in a list");
        }
        let mut grants = queue.grants;
        grants.need(Feature::Lists, "a list")?;
        queue.grants = grants;
        queue.push(Redraw { list: ListId(list.map_or(0, |list| list.object.id)) });
        let before = std::mem::replace(&mut queue.redraw, list.map(|list| Arc::clone(&list.object)));
        drop(queue);
        drop(before);
        Ok(())
    }
}

impl List {
    /// Records the list anew; what is bound to it stays. If the function fails, the list stays as it was. What comes out as it stands in
    /// the stream already is not sent again: a producer may record at every frame, and sends what has changed.
    ///
    /// # Errors
    /// As [`Context::record`].
    pub fn record<E: From<Error>>(&self, draw: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
        let context = &self.object.context;
        let rectangle = |field| {
            let target = self.rectangle(field);
            lock(&self.object.contents).bound.iter().any(|(bound, _)| *bound == target)
        };
        let bound = [rectangle(RectangleField::Viewport), rectangle(RectangleField::Scissor)];
        context.queue().begin_list(bound)?;
        let open = Open(context);
        draw()?;
        std::mem::forget(open);
        // One lock at a time, and never this one around the queue's.
        let known = lock(&self.object.contents).recorded.take();
        let ended = context.queue().end_list(self.object.id, known.as_deref());
        let mut contents = lock(&self.object.contents);
        let (kept, commands) = match ended {
            Ok(ended) => ended,
            Err(error) => {
                contents.recorded = known;
                return Err(error.into());
            }
        };
        contents.recorded = Some(commands);
        let before = std::mem::replace(&mut contents.kept, kept);
        drop(contents);
        drop(before);
        Ok(())
    }

    /// Lets a signal be the viewport with which the list begins: a vec4 of left, bottom, width and height in pixels. A list that sets
    /// its own viewport leaves it.
    ///
    /// # Errors
    /// If the signal is no vec4, or the list has been recorded: bind before that.
    pub fn bind_viewport(&self, signal: &Signal) -> Result<()> {
        self.bind_rectangle(RectangleField::Viewport, signal)
    }

    /// As [`List::bind_viewport`], for the scissor.
    ///
    /// # Errors
    /// As [`List::bind_viewport`].
    pub fn bind_scissor(&self, signal: &Signal) -> Result<()> {
        self.bind_rectangle(RectangleField::Scissor, signal)
    }

    /// Lets a signal choose the vertices, or indices, of the list's draws: a vec2 of the first one and their number.
    ///
    /// # Errors
    /// If the signal is no vec2, or of another context, the frame is full, or the settled header lacks lists or signals.
    pub fn bind_range(&self, signal: &Signal) -> Result<()> {
        self.bind(BindTarget::Range { range: ListId(self.object.id) }, signal, &[SignalKind::Vec2])
    }

    /// Lets a signal show and hide the list: a float or int, 0 hides it.
    ///
    /// # Errors
    /// If the signal is neither float nor int, or of another context, the frame is full, or the settled header lacks lists or signals.
    pub fn bind_visible(&self, signal: &Signal) -> Result<()> {
        let takes = &[SignalKind::Float, SignalKind::Int];
        self.bind(BindTarget::Visible { visible: ListId(self.object.id) }, signal, takes)
    }

    fn rectangle(&self, rectangle: RectangleField) -> BindTarget {
        BindTarget::Rectangle { rectangle, list: ListId(self.object.id) }
    }

    fn bind_rectangle(&self, field: RectangleField, signal: &Signal) -> Result<()> {
        if lock(&self.object.contents).recorded.is_some() {
            return refuse(
                Code::BadArgument,
                format!("{self} is recorded; its {field} is bound before that"),
            );
        }
        self.bind(self.rectangle(field), signal, &[SignalKind::Vec4])
    }

    fn bind(&self, target: BindTarget, signal: &Signal, takes: &[SignalKind]) -> Result<()> {
        let context = &self.object.context;
        context.owns(signal.context(), format_args!("signal {}", signal.id()))?;
        if !takes.contains(&signal.kind()) {
            let (id, kind, wanted) = (signal.id(), signal.kind(), Kinds(takes, " or "));
            return refuse(Code::TypeMismatch, format!("signal {id} is {kind}; {self} takes {wanted} here"));
        }
        let mut queue = context.queue();
        queue.has_room()?;
        let mut grants = queue.grants;
        grants.need(Feature::Lists, "a list")?;
        signal.send(&mut queue)?;
        grants.need(Feature::Signals, "a signal")?;
        queue.grants = grants;
        queue.push(Bind { signal: signal.id(), target: target.clone() });
        let mut contents = lock(&self.object.contents);
        contents.bound.retain(|(bound, _)| *bound != target);
        contents.bound.push((target, signal.clone()));
        Ok(())
    }

    /// The list's id in the stream.
    pub fn id(&self) -> ListId {
        ListId(self.object.id)
    }
}

impl std::fmt::Display for List {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "list {}", self.object.id)
    }
}

/// A recording that is given up when this is dropped: the function has failed, or panicked.
struct Open<'c>(&'c Context);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.queue().give_list_up();
    }
}

impl ListObject {
    /// Brings what the list draws with up to date.
    fn refresh(&self, queue: &mut Queue) {
        let contents = lock(&self.contents);
        let Kept { buffers, textures, targets, lists, .. } = &contents.kept;
        buffers.iter().for_each(|buffer: &Arc<BufferObject>| buffer.flush(queue));
        textures.iter().for_each(|texture| texture.flush(queue, true));
        targets.iter().for_each(|target: &Arc<FramebufferObject>| {
            target.flush(queue);
            target.mark_drawn();
        });
        lists.iter().for_each(|list| list.refresh(queue));
    }
}

impl Queue {
    fn begin_list(&mut self, bound: [bool; 2]) -> Result<()> {
        self.has_room()?;
        if self.recording.is_some() {
            return refuse(
                Code::BadArgument,
                "a list is being recorded already; lists are recorded one by one",
            );
        }
        let mut grants = self.grants;
        grants.need(Feature::Lists, "a list")?;
        self.grants = grants;
        let known = self.known();
        self.recording = Some(Box::new(Recording::new(bound, known)));
        self.forget_state();
        Ok(())
    }

    /// Ends a recording; what it holds is of no use.
    fn give_list_up(&mut self) -> Option<Recording> {
        let mut recording = *self.recording.take()?;
        self.restore(&mut recording);
        Some(recording)
    }

    /// Ends a recording and gives it to the stream, unless it is what the stream has. Gives its commands, too.
    fn end_list(&mut self, id: u32, known: Option<&[u8]>) -> Result<(Kept, Vec<u8>)> {
        let Some(mut recording) = self.give_list_up() else {
            return refuse(Code::BadArgument, "the recording was given up");
        };
        recording.close_groups();
        if let Some(fault) = recording.fault.take() {
            return Err(fault);
        }
        if recording.bytes() > limits::MAX_LIST_BYTES {
            let (bytes, most) = (recording.bytes(), limits::MAX_LIST_BYTES);
            return refuse(
                Code::LimitExceeded,
                format!("the list has {bytes} bytes; at most {most} are allowed"),
            );
        }
        let mut commands = Vec::with_capacity(recording.bytes());
        recording.commands(|command| commands.extend_from_slice(command));
        if known != Some(&commands) {
            self.push(Record { list: ListId(id) });
            recording.commands(|command| self.frame.push_encoded(command));
            self.push(End {});
        }
        Ok((recording.kept, commands))
    }

    /// Takes a dropped list out of the stream.
    pub(crate) fn bury_list(&mut self, id: u32, recorded: bool, bound: Vec<BindTarget>) {
        for target in bound {
            self.push(Bind { signal: SignalId(0), target });
        }
        if recorded {
            self.push(Record { list: ListId(id) });
            self.push(End {});
        }
        self.lists.free(id);
    }
}
