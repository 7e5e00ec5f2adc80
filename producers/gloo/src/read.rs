//! CLEAR, READ and BLIT: what is done with whole targets.

use crate::buffer::object::BufferObject;
use crate::context::Context;
use crate::error::{Result, refuse};
use crate::framebuffer::FramebufferObject;
use crate::framebuffer::object::TargetInfo;
use crate::queue::Queue;
use glir_spec::commands::{Blit, Clear as ClearPlanes, Read};
use glir_spec::enums::{Filter, Plane};
use glir_spec::formats::FormatClass;
use glir_spec::ids::{BufferId, FramebufferId, RequestId};
use glir_spec::replies::{Bytes, Pixels};
use glir_spec::structs::{ReadSource, Rect};
use glir_spec::{Code, Encoding, Feature, Format, Reply, StateField, limits};
use std::sync::Arc;

/// What [`Context::clear`] fills, and with what. What is `None` stays.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clear {
    /// Red, green, blue, alpha.
    pub color: Option<[f32; 4]>,
    /// 0 to 1; 1 is farthest.
    pub depth: Option<f32>,
    /// A value of the stencil plane.
    pub stencil: Option<u8>,
}

impl Clear {
    /// Colours alone.
    pub fn color(color: [f32; 4]) -> Self {
        Clear { color: Some(color), ..Clear::default() }
    }

    /// Colours, and depths at their farthest.
    pub fn color_and_depth(color: [f32; 4]) -> Self {
        Clear { color: Some(color), depth: Some(1.0), stencil: None }
    }
}

/// A value of an attachment, for [`Context::clear_attachment`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ClearValue {
    /// For formats of floats, normalized ones included.
    Float([f32; 4]),
    /// For formats of signed integers.
    Int([i32; 4]),
    /// For formats of unsigned integers.
    Uint([u32; 4]),
}

impl Context {
    /// Fills the target, within the state's scissor and masks.
    ///
    /// # Errors
    /// If a number is out of range, the framebuffer that is bound is not complete, or it holds integers, which
    /// [`Context::clear_attachment`] clears.
    pub fn clear(&self, clear: Clear) -> Result<()> {
        let mut fields = Vec::new();
        let mut planes = Vec::new();
        if let Some(color) = clear.color {
            fields.push(StateField::ClearColor(color));
            planes.push(Plane::Color);
        }
        if let Some(depth) = clear.depth {
            fields.push(StateField::ClearDepth(depth));
            planes.push(Plane::Depth);
        }
        if let Some(stencil) = clear.stencil {
            fields.push(StateField::ClearStencil(stencil));
            planes.push(Plane::Stencil);
        }
        let target = self.target();
        let mut queue = self.queue();
        queue.has_room()?;
        let mut grants = queue.grants;
        let info = target_info(&queue, &mut grants, target.as_deref())?;
        let integers = info.colors.iter().flatten().find(|format| format.info().class != FormatClass::Float);
        if let (Some(format), true) = (integers, planes.contains(&Plane::Color)) {
            return refuse(
                Code::BadFormat,
                format!("an attachment of the target is {format}; clear it by clear_attachment"),
            );
        }
        queue.set_fields(&mut grants, fields)?;
        queue.grants = grants;
        if planes.is_empty() {
            return Ok(());
        }
        flush_target(&mut queue, target.as_ref());
        queue.flush_state();
        queue.emit(ClearPlanes { planes, attachment: None, value: None });
        Ok(())
    }

    /// Fills one colour attachment of the framebuffer that is bound. Needs profile es3.
    ///
    /// # Errors
    /// If there is no such attachment, or its format is of another sort than the value.
    pub fn clear_attachment(&self, attachment: u32, value: ClearValue) -> Result<()> {
        let target = self.target();
        let mut queue = self.queue();
        queue.has_room()?;
        let mut grants = queue.grants;
        let info = target_info(&queue, &mut grants, target.as_deref())?;
        grants.need(Feature::DrawBuffers, "clearing one attachment")?;
        grants.need(Feature::Glsl300, "clearing one attachment")?;
        let Some(format) = info.colors.get(attachment as usize).copied().flatten() else {
            return refuse(Code::BadArgument, format!("the target has no attachment color{attachment}"));
        };
        let (class, encoding, words): (_, _, Vec<[u8; 4]>) = match value {
            ClearValue::Float(v) => (FormatClass::Float, Encoding::F32, v.map(f32::to_le_bytes).into()),
            ClearValue::Int(v) => (FormatClass::Int, Encoding::I32, v.map(i32::to_le_bytes).into()),
            ClearValue::Uint(v) => (FormatClass::Uint, Encoding::U32, v.map(u32::to_le_bytes).into()),
        };
        if class != format.info().class {
            return refuse(
                Code::WrongEncoding,
                format!("color{attachment} is {format}, which {encoding} values can't clear"),
            );
        }
        queue.grants = grants;
        flush_target(&mut queue, target.as_ref());
        queue.flush_state();
        let bytes = words.concat();
        let value = Some(queue.frame.payload(encoding, &bytes).into_owned());
        queue.emit(ClearPlanes { planes: vec![Plane::Color], attachment: Some(attachment), value });
        Ok(())
    }

    /// Asks for pixels of the canvas, all of them without a rectangle. The reply is matched by the token.
    ///
    /// # Errors
    /// If the rectangle is empty or reaches outside, or the frame asks for too much already.
    pub fn read_pixels(&self, rect: Option<Rect>) -> Result<ReadRequest> {
        pixels(self, None, rect, 0)
    }
}

/// What a target has: a framebuffer, or the canvas.
pub(crate) fn target_info(
    queue: &Queue,
    grants: &mut crate::grants::Grants,
    target: Option<&FramebufferObject>,
) -> Result<TargetInfo> {
    match target {
        Some(framebuffer) => framebuffer.check(grants),
        None => {
            let size = queue.canvases.get(&queue.canvas).copied().unwrap_or((1, 1));
            Ok(TargetInfo::canvas(size, queue.header.samples))
        }
    }
}

/// Makes a target the stream's, brought up to date, and notes that something comes to be drawn there.
pub(crate) fn flush_target(queue: &mut Queue, target: Option<&Arc<FramebufferObject>>) {
    let Some(framebuffer) = target else { return queue.flush_target((0, 0)) };
    framebuffer.flush(queue);
    queue.keep(|kept| kept.targets.push(Arc::clone(framebuffer)));
    queue.flush_target((framebuffer.handle.id, framebuffer.handle.serial));
    framebuffer.mark_drawn();
}

/// What was asked of the interpreter by a READ; it knows the reply that answers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "the reply is matched by this"]
pub struct ReadRequest {
    id: RequestId,
}

/// The answer to a READ.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer<'r> {
    /// Pixels: rows from the lowest up.
    Pixels(&'r Pixels<'r>),
    /// Bytes of a buffer.
    Bytes(&'r Bytes<'r>),
    /// The interpreter could not read; a diagnostic says why.
    Failed,
}

impl ReadRequest {
    /// The request's number in the stream.
    pub fn id(self) -> RequestId {
        self.id
    }

    /// The answer, if the reply is one to this request.
    pub fn answer<'r>(self, reply: &'r Reply<'r>) -> Option<Answer<'r>> {
        match reply {
            Reply::Pixels(pixels) if pixels.request == self.id => Some(Answer::Pixels(pixels)),
            Reply::Bytes(bytes) if bytes.request == self.id => Some(Answer::Bytes(bytes)),
            Reply::ReadFailed(failed) if failed.request == self.id => Some(Answer::Failed),
            _ => None,
        }
    }
}

/// Refuses a READ if the frame has no room for what it brings back.
fn may_ask(queue: &Queue, bytes: u64) -> Result<()> {
    if queue.recording.is_some() {
        return refuse(Code::BadArgument, "READ can't stand in a list");
    }
    let (reads, total) = queue.reads;
    if reads >= limits::MAX_READS_PER_FRAME || total.saturating_add(bytes) > limits::MAX_READ_BYTES {
        return refuse(
            Code::LimitExceeded,
            format!(
                "a frame has at most {} reads of {} bytes together",
                limits::MAX_READS_PER_FRAME,
                limits::MAX_READ_BYTES
            ),
        );
    }
    Ok(())
}

fn ask(queue: &mut Queue, source: ReadSource, bytes: u64) -> ReadRequest {
    queue.reads = (queue.reads.0 + 1, queue.reads.1.saturating_add(bytes));
    let id = RequestId(queue.requests);
    queue.requests = queue.requests.wrapping_add(1);
    queue.push(Read { request: id, source });
    ReadRequest { id }
}

pub(crate) fn pixels(
    context: &Context,
    framebuffer: Option<&FramebufferObject>,
    rect: Option<Rect>,
    attachment: u32,
) -> Result<ReadRequest> {
    let mut queue = context.queue();
    queue.has_room()?;
    let mut grants = queue.grants;
    let info = target_info(&queue, &mut grants, framebuffer)?;
    if attachment > 0 {
        grants.need(Feature::ReadBuffer, "reading another attachment than the first")?;
    }
    let Some(format) = info.colors.get(attachment as usize).copied().flatten() else {
        return refuse(Code::BadArgument, format!("there is no attachment color{attachment} to read"));
    };
    let rect = rect.unwrap_or(Rect { x: 0, y: 0, width: info.width, height: info.height });
    let inside = |origin: i32, size: u32, most: u32| {
        origin >= 0 && size > 0 && i64::from(origin) + i64::from(size) <= i64::from(most)
    };
    let Rect { x, y, width, height } = rect;
    if !inside(x, width, info.width) || !inside(y, height, info.height) {
        return refuse(
            Code::RegionOutside,
            format!(
                "the target is {}×{}; {width}×{height} pixels at {x},{y} can't be read",
                info.width, info.height
            ),
        );
    }
    let unorm = format.info().class == FormatClass::Float
        && !matches!(format.info().encoding, Encoding::F16 | Encoding::F32)
        && format != Format::R11fG11fB10f;
    let bytes = u64::from(width) * u64::from(height) * if unorm { 4 } else { 16 };
    may_ask(&queue, bytes)?;
    queue.grants = grants;
    match framebuffer {
        Some(framebuffer) => framebuffer.flush(&mut queue),
        None => queue.flush_canvas(),
    }
    let source = ReadSource::Pixels {
        framebuffer: FramebufferId(framebuffer.map_or(0, |framebuffer| framebuffer.handle.id)),
        x: x.unsigned_abs(),
        y: y.unsigned_abs(),
        width: Some(width),
        height: Some(height),
        attachment,
    };
    Ok(ask(&mut queue, source, bytes))
}

pub(crate) fn buffer(object: &BufferObject, start: usize, size: usize) -> Result<ReadRequest> {
    let mut queue = object.handle.context.queue();
    queue.has_room()?;
    let mut grants = queue.grants;
    grants.need(Feature::BufferRead, "reading a buffer")?;
    let total = object.byte_len();
    if start.checked_add(size).is_none_or(|end| end > total) || total == 0 {
        return refuse(
            Code::RegionOutside,
            format!("{object} has {total} bytes; {size} bytes at {start} exceed it"),
        );
    }
    may_ask(&queue, size as u64)?;
    queue.grants = grants;
    object.flush(&mut queue);
    let buffer = BufferId(object.handle.id);
    let source = ReadSource::Buffer { buffer, offset: start as u64, size: Some(size as u64) };
    Ok(ask(&mut queue, source, size as u64))
}

pub(crate) fn copy(
    source: &Arc<FramebufferObject>,
    destination: Option<&Arc<FramebufferObject>>,
    filter: Filter,
) -> Result<()> {
    let context = &source.handle.context;
    if let Some(destination) = destination {
        context.owns(&destination.handle.context, destination)?;
    }
    let mut queue = context.queue();
    queue.has_room()?;
    let mut grants = queue.grants;
    grants.need(Feature::Blit, "copying a framebuffer")?;
    let from = source.check(&mut grants)?;
    let to = target_info(&queue, &mut grants, destination.map(|destination| &**destination))?;
    if destination.is_some_and(|destination| source.shares(destination)) {
        return refuse(Code::FeedbackLoop, "source and destination of a copy share an image");
    }
    if to.samples > 0 {
        return refuse(Code::BadArgument, "the destination of a copy is multisampled");
    }
    let rect = |info: &TargetInfo| Rect { x: 0, y: 0, width: info.width, height: info.height };
    let (source_rect, destination_rect) = (rect(&from), rect(&to));
    if from.samples > 0 && source_rect != destination_rect {
        return refuse(Code::BadArgument, "a copy of samples takes a destination of the same size");
    }
    let Some(read) = from.colors[0].filter(|_| to.colors.iter().any(Option::is_some)) else {
        return refuse(Code::BadArgument, "source or destination of a copy has no colours");
    };
    for written in to.colors.iter().flatten() {
        let fits =
            if from.samples > 0 { read == *written } else { read.info().class == written.info().class };
        if !fits {
            return refuse(Code::BadFormat, format!("colours can't be copied from {read} to {written}"));
        }
    }
    if filter == Filter::Linear && read.info().class != FormatClass::Float {
        return refuse(Code::BadArgument, "a copy of integers takes the filter nearest");
    }
    queue.grants = grants;
    source.flush(&mut queue);
    queue.keep(|kept| kept.targets.extend([Some(source), destination].into_iter().flatten().cloned()));
    match destination {
        Some(destination) => {
            destination.flush(&mut queue);
            destination.mark_drawn();
        }
        None => queue.flush_canvas(),
    }
    queue.flush_state();
    queue.emit(Blit {
        source: FramebufferId(source.handle.id),
        destination: FramebufferId(destination.map_or(0, |destination| destination.handle.id)),
        source_rect,
        destination_rect,
        planes: vec![Plane::Color],
        filter,
    });
    Ok(())
}
