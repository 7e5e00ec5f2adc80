//! The context: what objects belong to, and where their commands come together.

use crate::error::{Result, refuse};
use crate::framebuffer::FramebufferObject;
use crate::grants::Grants;
use crate::object::lock;
use crate::queue::Queue;
use glir_spec::commands::{Current, Group, Meta};
use glir_spec::ids::CanvasId;
use glir_spec::structs::BindTarget;
use glir_spec::{Code, Feature, Frame, Header, limits};
use std::sync::{Arc, Mutex, MutexGuard};

/// What objects belong to. It collects their commands and gives a frame of them at a time.
///
/// Cloning it is cheap; clones are the same context. A context and its objects may be used by several threads; each call
/// is carried out as a whole.
///
/// ```
/// use glir_gloo::{Clear, Context};
///
/// let context = Context::new(640, 480)?;
/// context.clear(Clear::color([0.1, 0.2, 0.3, 1.0]))?;
/// let frame = context.swap();
/// assert_eq!(frame.len(), 3); // STATE, CLEAR, SWAP
/// assert_eq!(context.header().width, 640);
/// # Ok::<(), glir_gloo::Error>(())
/// ```
#[derive(Clone)]
pub struct Context(Arc<Inner>);

struct Inner {
    queue: Mutex<Queue>,
    /// What was dropped. Locked last, for a moment: an object may be dropped anywhere.
    graveyard: Mutex<Vec<Dead>>,
    /// The framebuffers that are bound, by their guards' tokens; the last one is the target.
    targets: Mutex<Vec<(u64, Arc<FramebufferObject>)>>,
}

/// What was dropped, and whether the stream has it.
pub(crate) enum Dead {
    Object(u32, bool),
    List(u32, bool, Vec<BindTarget>),
    /// One that the stream has.
    Signal(u32),
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

impl PartialEq for Context {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Context {
    /// A context whose canvas is so many pixels wide and high, 1 to 16,384.
    ///
    /// Profile and features are collected as they come to be used: take the [header](Context::header) when the last
    /// frame is done, or [fix](Context::fix_header) it before the first one is sent.
    ///
    /// # Errors
    /// If width or height is 0 or more than 16,384.
    pub fn new(width: u32, height: u32) -> Result<Self> {
        let generator = concat!("glir-gloo ", env!("CARGO_PKG_VERSION"));
        let header = Header { width, height, generator: generator.into(), ..Header::default() };
        let grants = Grants::of(&header, false);
        Context::start(header, grants)
    }

    /// A context for a stream whose header is settled: what its profile and features do not allow is refused.
    ///
    /// # Errors
    /// If the header's canvas is not 1 to 16,384 pixels each way, or has samples without the feature `multisample`.
    pub fn with_header(header: Header<'static>) -> Result<Self> {
        let grants = Grants::of(&header, true);
        if header.samples > 0 && !grants.has(Feature::Multisample) {
            return refuse(Code::FeatureMissing, "a canvas with samples needs the feature \"multisample\"");
        }
        Context::start(header, grants)
    }

    fn start(header: Header<'static>, grants: Grants) -> Result<Self> {
        let Header { width, height, .. } = header;
        may_have_size(width, height)?;
        let queue = Mutex::new(Queue::new(header, grants));
        Ok(Context(Arc::new(Inner { queue, graveyard: Mutex::default(), targets: Mutex::default() })))
    }

    /// The stream's header: its profile and features are those that have been used so far.
    pub fn header(&self) -> Header<'static> {
        let queue = self.queue();
        let mut header = queue.header.clone();
        queue.grants.write(&mut header);
        header
    }

    /// The stream's header, from now on settled: what it does not allow is refused. For live sessions, whose header goes
    /// out before the first frame.
    pub fn fix_header(&self) -> Header<'static> {
        self.queue().grants.fixed = true;
        self.header()
    }

    /// Allows a feature that the stream will use, or only uses where it is there (`required` false).
    ///
    /// # Errors
    /// If the header is settled and lacks it.
    pub fn allow(&self, feature: Feature, required: bool) -> Result<()> {
        let mut queue = self.queue();
        if required || queue.grants.has(feature) || queue.grants.fixed {
            let mut grants = queue.grants;
            grants.need(feature, "this stream")?;
            queue.grants = grants;
            return Ok(());
        }
        queue.header.uses.push(feature);
        queue.grants.allow(feature);
        Ok(())
    }

    /// Names the stream, for people. It stands in the header.
    ///
    /// # Errors
    /// If it has more bytes than a label may have ([`MAX_LABEL_BYTES`](glir_spec::limits::MAX_LABEL_BYTES)).
    pub fn set_title(&self, title: &str) -> Result<()> {
        if title.len() > limits::MAX_LABEL_BYTES {
            return refuse(
                Code::LimitExceeded,
                format!("a title has at most {} bytes; {} were given", limits::MAX_LABEL_BYTES, title.len()),
            );
        }
        self.queue().header.title = title.to_owned().into();
        Ok(())
    }

    /// Ends the frame and gives it to whoever sends or writes it. The next one begins where it ended: objects, state,
    /// bindings and the target stay.
    pub fn swap(&self) -> Frame {
        self.queue().swap()
    }

    /// Adds commands that were made elsewhere, as a program's own between those of visuals. Their objects have ids that the context
    /// does not give out: it begins at 1 and takes the least that is free. They may leave any state behind, so that the next
    /// draw tells all of its own; the canvas and the framebuffer that they draw to must be the context's.
    ///
    /// ```
    /// use glir_gloo::Context;
    /// use glir_spec::Frame;
    /// use glir_spec::commands::Clear;
    /// use glir_spec::enums::Plane;
    ///
    /// let context = Context::new(64, 64)?;
    /// let mut own = Frame::new();
    /// own.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });
    /// context.append(&own)?;
    /// assert_eq!(context.swap().len(), 2);
    /// # Ok::<(), glir_gloo::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the frame is full, or a list is being recorded.
    pub fn append(&self, commands: &Frame) -> Result<()> {
        let mut queue = self.queue();
        queue.has_room()?;
        if queue.recording.is_some() {
            return refuse(Code::BadArgument, "commands made elsewhere can't be added to a list");
        }
        queue.frame.append(commands);
        queue.forget_state();
        Ok(())
    }

    /// The number of commands in the frame so far.
    pub fn pending(&self) -> usize {
        self.queue().frame.len()
    }

    /// Gives the current canvas another size, 1 to 16,384 pixels each way. It is then transparent black.
    ///
    /// # Errors
    /// As [`Context::set_canvas`].
    pub fn resize(&self, width: u32, height: u32) -> Result<()> {
        let canvas = self.queue().canvas;
        self.set_canvas(canvas, Some((width, height)))
    }

    /// Makes a canvas current; it comes into being by its first call. Without a size it keeps its own, and a new one takes
    /// that of canvas 0.
    ///
    /// # Errors
    /// If width or height is 0 or more than 16,384, there are as many canvases as a stream may have, a list is being recorded and the size is
    /// another one, or the frame is full.
    pub fn set_canvas(&self, canvas: u32, size: Option<(u32, u32)>) -> Result<()> {
        if let Some((width, height)) = size {
            may_have_size(width, height)?;
        }
        let mut queue = self.queue();
        queue.has_room()?;
        let known = queue.canvases.get(&canvas).copied();
        if known.is_none() && queue.canvases.len() >= limits::MAX_CANVASES {
            let message = format!("a stream has at most {} canvases", limits::MAX_CANVASES);
            return refuse(Code::LimitExceeded, message);
        }
        let own = known.or_else(|| queue.canvases.get(&0).copied()).unwrap_or((1, 1));
        let new = size.unwrap_or(own);
        if queue.canvas == canvas && known == Some(new) {
            queue.flush_canvas();
            return Ok(());
        }
        if queue.recording.is_some() && known != Some(new) {
            return refuse(Code::BadArgument, "a canvas gets its size outside of lists");
        }
        queue.canvas = canvas;
        queue.canvases.insert(canvas, new);
        let told = |side| (known != Some(new)).then_some(side);
        queue.emit(Current { canvas: CanvasId(canvas), width: told(new.0), height: told(new.1) });
        queue.target_is_canvas();
        Ok(())
    }

    /// The size of the current canvas in pixels.
    pub fn size(&self) -> (u32, u32) {
        let queue = self.queue();
        queue.canvases.get(&queue.canvas).copied().unwrap_or((1, 1))
    }

    /// Notes something about the stream, such as its author.
    ///
    /// # Errors
    /// If key or value has more bytes than a note may have, or the frame is full.
    pub fn note(&self, key: &str, value: &str) -> Result<()> {
        let within = |what: &str, text: &str, most: usize| match text.len() {
            length if length > most => refuse(
                Code::LimitExceeded,
                format!("{what} of a note has at most {most} bytes; {length} were given"),
            ),
            _ => Ok(()),
        };
        within("the key", key, limits::MAX_LABEL_BYTES)?;
        within("the value", value, limits::MAX_META_BYTES)?;
        let mut queue = self.queue();
        queue.has_room()?;
        queue.push(Meta { key: key.into(), value: value.into() });
        Ok(())
    }

    /// Names the commands that follow, until the guard is dropped or the frame ends: for inspection and debugging.
    ///
    /// # Errors
    /// If the name has more bytes than a label may have, groups are open as deep as they may be, or the frame is full.
    pub fn group(&self, label: &str) -> Result<GroupGuard> {
        if label.len() > limits::MAX_LABEL_BYTES {
            let most = limits::MAX_LABEL_BYTES;
            return refuse(
                Code::LimitExceeded,
                format!("the name of a group has at most {most} bytes; {} were given", label.len()),
            );
        }
        let mut queue = self.queue();
        queue.has_room()?;
        let token = queue.open_group()?;
        queue.emit(Group { label: label.into() });
        Ok(GroupGuard { context: self.clone(), token })
    }

    /// The queue, after what was dropped meanwhile has been taken out of the stream.
    pub(crate) fn queue(&self) -> MutexGuard<'_, Queue> {
        let mut queue = lock(&self.0.queue);
        let dead = std::mem::take(&mut *lock(&self.0.graveyard));
        queue.bury(dead);
        queue
    }

    pub(crate) fn bury(&self, id: u32, created: bool) {
        lock(&self.0.graveyard).push(Dead::Object(id, created));
    }

    pub(crate) fn bury_list(&self, id: u32, recorded: bool, bound: Vec<BindTarget>) {
        lock(&self.0.graveyard).push(Dead::List(id, recorded, bound));
    }

    pub(crate) fn bury_signal(&self, id: u32) {
        lock(&self.0.graveyard).push(Dead::Signal(id));
    }

    /// The framebuffer that is drawn to; none for the canvas. Take it before the queue, so that it is dropped after.
    pub(crate) fn target(&self) -> Option<Arc<FramebufferObject>> {
        lock(&self.0.targets).last().map(|(_, target)| Arc::clone(target))
    }

    pub(crate) fn bind(&self, framebuffer: Arc<FramebufferObject>) -> u64 {
        let token = self.queue().token();
        lock(&self.0.targets).push((token, framebuffer));
        token
    }

    pub(crate) fn unbind(&self, token: u64) {
        let mut targets = lock(&self.0.targets);
        let at = targets.iter().position(|&(other, _)| other == token);
        let unbound = at.map(|at| targets.remove(at));
        drop(targets);
        drop(unbound);
    }

    /// Refuses an object of another context.
    pub(crate) fn owns(&self, other: &Context, what: impl std::fmt::Display) -> Result<()> {
        if self == other {
            return Ok(());
        }
        refuse(Code::UnknownId, format!("{what} belongs to another context"))
    }
}

fn may_have_size(width: u32, height: u32) -> Result<()> {
    let most = limits::MAX_CANVAS_EXTENT;
    if (1..=most).contains(&width) && (1..=most).contains(&height) {
        return Ok(());
    }
    refuse(
        Code::OutOfRange,
        format!("a canvas can't be {width}×{height}; width and height go from 1 to {most}"),
    )
}

/// A named group of commands, open until this is dropped.
#[derive(Debug)]
#[must_use = "the group ends when this is dropped"]
pub struct GroupGuard {
    context: Context,
    token: u64,
}

impl Drop for GroupGuard {
    fn drop(&mut self) {
        self.context.queue().close_group(self.token);
    }
}
