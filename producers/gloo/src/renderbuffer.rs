//! Render buffers: images that can be drawn to and not sampled.

use crate::context::Context;
use crate::error::{Result, refuse};
use crate::grants::Grants;
use crate::object::{Handle, Label, lock};
use crate::queue::Queue;
use glir_spec::commands::Size;
use glir_spec::formats::{FormatClass, Support};
use glir_spec::ids::{ObjectId, RenderbufferId};
use glir_spec::structs::Descriptor;
use glir_spec::{Code, Feature, Format, limits};
use std::fmt;
use std::sync::{Arc, Mutex};

/// An image that can be drawn to and not sampled: depths, say.
///
/// ```
/// use glir_gloo::{Context, Format, RenderBuffer};
///
/// let context = Context::new(64, 64)?;
/// let depth = RenderBuffer::new(&context, (64, 64), Format::Depth16)?;
/// # Ok::<(), glir_gloo::Error>(())
/// ```
#[derive(Debug)]
pub struct RenderBuffer {
    pub(crate) object: Arc<RenderbufferObject>,
}

pub(crate) struct RenderbufferObject {
    pub(crate) handle: Handle,
    pub(crate) format: Format,
    pub(crate) samples: u32,
    state: Mutex<Contents>,
}

struct Contents {
    size: (u32, u32),
    stored: Option<(u32, u32)>,
    label: Label,
}

impl fmt::Debug for RenderbufferObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (width, height) = self.size();
        write!(f, "{self} of {} {width}×{height}", self.format)
    }
}

impl fmt::Display for RenderbufferObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "render buffer {}{}", self.handle.id, lock(&self.state).label.quoted())
    }
}

fn may_have_size((width, height): (u32, u32)) -> Result<()> {
    let sides = 1..=limits::MAX_EXTENT;
    if sides.contains(&width) && sides.contains(&height) {
        return Ok(());
    }
    refuse(
        Code::OutOfRange,
        format!("a render buffer can't be {width}×{height}; its sides go from 1 to {}", limits::MAX_EXTENT),
    )
}

impl RenderBuffer {
    /// A render buffer of so many pixels, all zeros.
    ///
    /// # Errors
    /// If a side is 0 or more than 16,384, or the format can't be drawn to.
    pub fn new(context: &Context, size: (u32, u32), format: Format) -> Result<Self> {
        Self::with_samples(context, size, format, 0)
    }

    /// A render buffer with several samples a pixel; [copied](crate::FrameBuffer::copy_to), it becomes one a pixel.
    ///
    /// # Errors
    /// As [`RenderBuffer::new`]; and formats of integers have no samples.
    pub fn with_samples(context: &Context, size: (u32, u32), format: Format, samples: u32) -> Result<Self> {
        may_have_size(size)?;
        if format.renderbuffer() == Support::Never {
            return refuse(Code::BadFormat, format!("{format} can't be rendered to"));
        }
        if samples > 0 && matches!(format.info().class, FormatClass::Int | FormatClass::Uint) {
            return refuse(
                Code::BadFormat,
                format!("a render buffer of format {format} can't be multisampled"),
            );
        }
        let state = Mutex::new(Contents { size, stored: None, label: Label::default() });
        let handle = Handle::new(context)?;
        Ok(RenderBuffer { object: Arc::new(RenderbufferObject { handle, format, samples, state }) })
    }

    /// Gives it another size. It is then all zeros.
    ///
    /// # Errors
    /// If width or height is 0 or more than a render buffer may have.
    pub fn resize(&mut self, size: (u32, u32)) -> Result<()> {
        may_have_size(size)?;
        let _queue = self.object.handle.context.queue();
        lock(&self.object.state).size = size;
        Ok(())
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        self.object.size()
    }

    /// Names the render buffer, for messages and inspection.
    ///
    /// # Errors
    /// If the name has more bytes than a label may have.
    pub fn set_label(&mut self, text: &str) -> Result<()> {
        lock(&self.object.state).label.set(text)
    }

    /// The render buffer's id in the stream.
    pub fn id(&self) -> RenderbufferId {
        RenderbufferId(self.object.handle.id)
    }
}

impl RenderbufferObject {
    pub(crate) fn size(&self) -> (u32, u32) {
        lock(&self.state).size
    }

    pub(crate) fn may_exist(&self, grants: &mut Grants) -> Result<()> {
        if let Support::Needs(feature) = self.format.renderbuffer() {
            grants.need(feature, format_args!("a render buffer of format {}", self.format))?;
        }
        if self.samples > 0 {
            grants.need(Feature::Multisample, "a render buffer with samples")?;
        }
        Ok(())
    }

    pub(crate) fn flush(&self, queue: &mut Queue) {
        let start = queue.frame.len();
        self.bring(queue);
        queue.flushed(&self.handle, start, self);
    }

    fn bring(&self, queue: &mut Queue) {
        let contents = &mut *lock(&self.state);
        let descriptor = Descriptor::Renderbuffer { renderbuffer: self.format, samples: self.samples };
        queue.create(&self.handle, &mut contents.label, descriptor);
        if contents.stored != Some(contents.size) {
            let (width, height) = contents.size;
            let id = ObjectId(self.handle.id);
            queue.push(Size { id, width: u64::from(width), height, depth: 1 });
            contents.stored = Some(contents.size);
        }
    }
}
