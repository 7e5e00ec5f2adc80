//! Carrying out proven operations: the backend is brought to the state that each needs, then called.

use crate::backend::*;
use crate::check::Checker;
use crate::checked::Checked;
use crate::diagnostic::{Check, Fault, Refusal, refuse};
use crate::interpreter::{Interpreter, failed};
use crate::objects::Ref;
use crate::planes;
use crate::resources::{AttributeBinding, Program, captured_bytes};
use crate::retain::Fresh;
use crate::scan;
use crate::store::Contents;
use glir_spec::enums::*;
use glir_spec::ids::{CanvasId, ObjectId, QueryId, RequestId};
use glir_spec::replies::{Bytes, Pixels, QueryResult};
use glir_spec::structs::{Descriptor, Interface, Rect, Shaders};
use glir_spec::wire::{Encoding, Payload};
use glir_spec::{Code, GlslType, Header, Reply, StateField};
use std::borrow::Cow;

/// A query whose result has not come back.
#[derive(Debug)]
pub(crate) struct Pending {
    id: QueryId,
    query: Ref,
    kind: QueryKind,
}

impl<B: Backend> Interpreter<B> {
    /// Brings a fresh context to the initial state.
    pub(crate) fn start(&mut self, header: &Header<'_>) -> Result<(), Failure> {
        self.backend.canvas(Handle(0), CanvasId(0), header.width, header.height, header.samples)?;
        self.tell_state();
        Ok(())
    }

    /// Tells the backend all of the state anew and forgets what else it was told: for a context that others use too, when
    /// its turn comes again.
    pub fn resume(&mut self) {
        self.shadow.forget_bindings();
        self.tell_state();
    }

    /// Fields that the context has, whether or not this stream may set them: another stream may have.
    fn tell_state(&mut self) {
        for field in self.shadow.fields() {
            if !matches!(field, StateField::Viewport(_))
                && field.needs().is_none_or(|f| self.checker.capabilities.features.has(f))
            {
                self.backend.state(field);
            }
        }
    }

    /// Carries out one operation.
    #[inline]
    pub(crate) fn execute(&mut self, operation: Checked<'_>) -> Check<()> {
        match operation {
            Checked::Draw { program, call } => self.execute_draw(program, &call),
            Checked::State(changes) => {
                for field in &changes.0 {
                    if self.shadow.set(field) && !matches!(field, StateField::Viewport(_)) {
                        self.backend.state(field);
                    }
                }
                Ok(())
            }
            Checked::WriteBuffer { buffer, role, offset, bytes } => {
                self.write_buffer(buffer, role, offset, bytes);
                Ok(())
            }
            Checked::WriteTexture { texture, region, bytes } => {
                // Unit bindings may have been disturbed by the upload.
                self.write_texture(texture, &region, bytes);
                Ok(())
            }
            // The interpreter itself looks after lists.
            Checked::Nothing
            | Checked::Target
            | Checked::Swap
            | Checked::Record(_)
            | Checked::Run(_)
            | Checked::Redraw(_) => Ok(()),
            other => self.execute_rare(other),
        }
    }

    #[inline]
    fn write_buffer(&mut self, buffer: Handle, role: BufferRole, offset: u64, bytes: Contents<'_>) {
        let bytes = match bytes {
            Contents::Elsewhere(range) if role != BufferRole::Index => match self.backend.foreign() {
                Some(writer) => return writer.write_buffer(buffer, role, offset, range),
                None => bytes.here(),
            },
            bytes => bytes.here(),
        };
        self.backend.write_buffer(buffer, role, offset, &bytes);
    }

    fn write_texture(&mut self, texture: Handle, region: &TexelBox, bytes: Contents<'_>) {
        if let Contents::Elsewhere(range) = bytes
            && let Some(writer) = self.backend.foreign()
        {
            return writer.write_texture(texture, region, range);
        }
        self.backend.write_texture(texture, region, &bytes.here());
    }

    fn execute_rare(&mut self, operation: Checked<'_>) -> Check<()> {
        match operation {
            Checked::Current { canvas, resize } => {
                self.clearing.0 = 0;
                if let Some((width, height)) = resize {
                    let samples = self.checker.samples;
                    let id = self.canvas().0;
                    self.shadow.target = None;
                    if let Err(failure) = self.backend.canvas(canvas, id, width, height, samples) {
                        self.checker.canvas_failed(canvas);
                        return failed(&failure, 0, "the canvas");
                    }
                }
                Ok(())
            }
            Checked::Group(label) => {
                self.backend.group(Some(&label));
                Ok(())
            }
            Checked::End => {
                self.backend.group(None);
                Ok(())
            }
            Checked::Create { object, descriptor } => self.create(object, &descriptor),
            Checked::Delete { kind, handle } => {
                if kind == Kind::Buffer {
                    // An array left enabled without a buffer would spoil draws that do not even read it.
                    for location in self.shadow.locations_of(handle) {
                        let nothing = VertexSource::Constant { class: ConstantClass::Float, bits: [0; 4] };
                        self.shadow.attribute(location, nothing, None);
                        self.backend.attribute(location, &nothing);
                    }
                }
                self.backend.delete(kind, handle);
                self.shadow.forget(kind, handle);
                if matches!(kind, Kind::Texture | Kind::Renderbuffer) {
                    self.images_changed();
                }
                Ok(())
            }
            Checked::Allocate { kind, object, storage } => {
                if let Err(failure) = self.backend.allocate(object.handle, &storage) {
                    let id = self.checker.common(kind, object).map_or(0, |common| common.id);
                    let name = self.checker.name(kind, object);
                    self.checker.allocation_failed(kind, object);
                    return failed(&failure, id, &name);
                }
                if kind != Kind::Buffer {
                    self.images_changed();
                }
                Ok(())
            }
            Checked::Label { kind, handle, text } => {
                self.backend.label(kind, handle, &text);
                Ok(())
            }
            Checked::Sampling { texture, sampling } => {
                self.backend.sampling(texture, &sampling);
                Ok(())
            }
            Checked::Mipmaps { texture } => {
                self.backend.mipmaps(texture);
                Ok(())
            }
            Checked::Link { program, shaders, interface } => self.link(program, &shaders, &interface),
            Checked::Attach { framebuffer, point, image } => {
                self.backend.attach(framebuffer, point, image.as_ref());
                self.shadow.target = None;
                Ok(())
            }
            Checked::DrawBuffers { framebuffer, enabled } => {
                self.backend.draw_buffers(framebuffer, &enabled);
                self.shadow.target = None;
                Ok(())
            }
            Checked::Blit(blit) => {
                self.agree_on(blit.source)?;
                self.agree_on(blit.destination)?;
                self.backend.blit(&blit);
                self.clearing.0 = 0;
                self.account.copied |= matches!(blit.source, Surface::Canvas(_));
                if let Surface::Canvas(_) = blit.destination {
                    self.in_pixels = true;
                    self.account.written |= planes::bits(&blit.planes);
                }
                self.shadow.target = None;
                Ok(())
            }
            Checked::ReadPixels { request, read } => self.read_pixels(request, &read),
            Checked::ReadBuffer { request, buffer, offset, size } => {
                self.read_buffer(request, buffer, offset, size)
            }
            Checked::Clear(planes) => {
                self.set_target()?;
                self.backend.clear(&planes);
                self.note_clear(&planes);
                Ok(())
            }
            Checked::ClearAttachment { attachment, value } => {
                self.set_target()?;
                self.backend.clear_attachment(attachment, &value);
                Ok(())
            }
            Checked::Query { id, query, kind, action } => {
                self.backend.query(query.handle, kind, action);
                if let Some(known) = self.checker.queries.get_mut(query) {
                    known.ended = action == QueryAction::End;
                    if known.ended && !known.listed {
                        known.listed = true;
                        self.pending.push(Pending { id, query, kind });
                    }
                }
                Ok(())
            }
            Checked::Dispatch { program, groups } => {
                self.bind(program, false)?;
                self.backend.dispatch(groups);
                Ok(())
            }
            Checked::Record(_) | Checked::Run(_) | Checked::Redraw(_) => Ok(()),
            Checked::Nothing
            | Checked::Target
            | Checked::Swap
            | Checked::Draw { .. }
            | Checked::State(_)
            | Checked::WriteBuffer { .. }
            | Checked::WriteTexture { .. } => Ok(()),
        }
    }

    /// Notes from where on a canvas shows nothing older.
    fn note_clear(&mut self, planes: &[Plane]) {
        let Some(Surface::Canvas(_)) = self.shadow.target else { return };
        let (canvas, _, width, height) = self.canvas();
        let named = planes::bits(planes);
        self.account.written |= named;
        if self.clearing.0 == 0 {
            self.clearing.1 = self.in_chunk;
        }
        self.clearing.0 |= named & self.shadow.reach.cleared(width.into(), height.into());
        let fresh = Fresh { command: self.clearing.1, canvas: canvas.0, planes: self.clearing.0 };
        // One that clears less is of use only where no other does.
        let more = self
            .account
            .fresh
            .is_none_or(|last| last.canvas != fresh.canvas || last.planes & !fresh.planes == 0);
        if fresh.planes & planes::COLOR != 0 && more {
            self.account.fresh = Some(fresh);
        }
    }

    /// Has a target with attachments looked at anew: one may be gone, or have another size.
    fn images_changed(&mut self) {
        if let Some(Surface::Framebuffer(_)) = self.shadow.target {
            self.shadow.target = None;
        }
    }

    fn create(&mut self, object: Ref, descriptor: &Descriptor) -> Check<()> {
        let kind = Kind::of(descriptor);
        let id = self.checker.common(kind, object).map_or(0, |common| common.id);
        if let Err(failure) = self.backend.create(object.handle, ObjectId(id), descriptor) {
            let name = self.checker.name(kind, object);
            self.checker.invalidate(kind, object);
            return failed(&failure, id, &name);
        }
        if let Some(texture) = self.checker.textures.get(object).filter(|_| kind == Kind::Texture) {
            self.backend.sampling(object.handle, &crate::check::sampling(texture));
        }
        Ok(())
    }

    fn link(&mut self, at: Ref, shaders: &Shaders<'_>, interface: &Interface<'_>) -> Check<()> {
        let id = self.checker.common(Kind::Program, at).map_or(0, |common| common.id);
        self.shadow.forget(Kind::Program, at.handle);
        let linked = match self.backend.link(at.handle, &ProgramSource { shaders, interface }) {
            Ok(linked) => linked,
            Err(failure) => {
                self.checker.link_failed(at);
                let name = self.checker.name(Kind::Program, at);
                return match failure {
                    LinkFailure::Failure(failure) => failed(&failure, id, &name),
                    LinkFailure::Source(messages) => {
                        let messages: Vec<String> = messages.iter().map(|m| describe(m, shaders)).collect();
                        refuse!(Code::ShaderError, id, "{name}: {}", messages.join("; "))
                    }
                };
            }
        };
        let desktop = matches!(shaders, Shaders::Render { vertex, .. } if crate::check::is_desktop(vertex));
        self.checker.linked(at, &linked, desktop)?;
        self.backend.use_program(at.handle);
        let links = self.checker.programs.get(at).map_or(0, |program| program.links);
        self.shadow.program = Some((at, links));
        // Each sampler gets the unit that the check has chosen, for good.
        let samplers =
            linked.uniforms.iter().filter(|active| glir_spec::SamplerType::from_gl(active.ty).is_some());
        for (unit, active) in (0u32..).zip(samplers) {
            self.backend.uniform(active.location, GlslType::Int, 1, &unit.to_le_bytes());
        }
        for message in &linked.warnings {
            let text = format!("{}: {}", self.checker.name(Kind::Program, at), describe(message, shaders));
            self.warn(Fault::new(Code::ShaderError, id, text), "SHADERS");
        }
        Ok(())
    }

    #[inline]
    fn execute_draw(&mut self, program: Ref, call: &DrawCall) -> Check<()> {
        self.set_target()?;
        self.bind(program, call.capture)?;
        self.backend.draw(call);
        // The canvas, if it is the target, is no longer bare.
        self.clearing.0 = 0;
        if let Some(Surface::Canvas(_)) = self.shadow.target {
            self.account.written |= self.shadow.reach.drawn();
        }
        Ok(())
    }

    /// Makes the stream's target the backend's, and its viewport the one that goes with it.
    #[inline]
    fn set_target(&mut self) -> Check<()> {
        let surface = self.checker.surface();
        self.in_pixels |= self.shadow.reach.rectangles != 0 && matches!(surface, Surface::Canvas(_));
        if self.shadow.target != Some(surface) {
            self.agree_on(surface)?;
            self.backend.target(surface);
            self.shadow.target = Some(surface);
            self.shadow.viewport = None;
        }
        let asked = self.shadow.asked_viewport();
        if asked.is_some() && asked == self.shadow.viewport {
            return Ok(());
        }
        let follows = asked.is_none();
        let viewport = match asked {
            Some(viewport) => viewport,
            None if self.shadow.viewport.is_some() && self.shadow.follows => return Ok(()),
            None => {
                let info = self.checker.target_info(self.checker.framebuffer)?;
                Rect { x: 0, y: 0, width: info.width, height: info.height }
            }
        };
        self.shadow.follows = follows;
        if self.shadow.viewport.as_ref() != Some(&viewport) {
            self.shadow.viewport = Some(viewport.clone());
            self.backend.state(&StateField::Viewport(Some(viewport)));
        }
        Ok(())
    }

    /// Asks the driver once whether it can use a framebuffer that the check holds complete. Images deleted since are
    /// taken off first: GL itself would keep them alive in every framebuffer but the bound one.
    fn agree_on(&mut self, surface: Surface) -> Check<()> {
        let Surface::Framebuffer(handle) = surface else { return Ok(()) };
        let epoch = self.checker.epoch;
        let Some((at, known)) = self.checker.framebuffer_at(handle) else { return Ok(()) };
        if known {
            return Ok(());
        }
        self.shadow.target = None;
        for point in self.checker.take_deleted(at) {
            self.backend.attach(handle, point, None);
        }
        if let Err(failure) = self.backend.complete(handle) {
            let id = self.checker.common(Kind::Framebuffer, at).map_or(0, |common| common.id);
            let name = self.checker.name(Kind::Framebuffer, at);
            return failed(&failure, id, &name);
        }
        if let Some(framebuffer) = self.checker.framebuffers.get_mut(at) {
            framebuffer.driver_agreed = Some((framebuffer.version, epoch));
        }
        Ok(())
    }

    /// Brings program, uniforms, attributes, textures and ranges to what a draw needs.
    #[inline]
    fn bind(&mut self, at: Ref, capture: bool) -> Check<()> {
        let Checker { programs, buffers, .. } = &mut self.checker;
        let Some(program) = programs.get_mut(at) else { return Err(Refusal::silent()) };
        if self.shadow.program != Some((at, program.links)) {
            self.backend.use_program(at.handle);
            self.shadow.program = Some((at, program.links));
        }
        send_uniforms(&mut self.backend, program);
        for slot in &program.attributes {
            let (Some(location), Some(source)) = (slot.location, slot.source) else { continue };
            let (columns, _) = slot.ty.shape();
            for column in 0..columns {
                let (source, buffer) = vertex_source(slot.ty, &source, column);
                if self.shadow.attribute(location + column, source, buffer) {
                    self.backend.attribute(location + column, &source);
                }
            }
        }
        for slot in &program.samplers {
            let Some(unit) = slot.unit else { continue };
            if self.shadow.unit(unit, slot.texture) {
                let texture = slot.texture.map(|texture| (slot.ty.target(), texture.handle));
                self.backend.texture_unit(unit, texture);
            }
        }
        for slot in &program.blocks {
            let (Some(binding), Some((buffer, offset, size))) = (slot.binding, slot.range) else { continue };
            let point = if slot.storage { RangePoint::Storage } else { RangePoint::Uniform };
            let total = buffers.get(buffer).map_or(0, |buffer| buffer.size);
            let size = if size == 0 { total.saturating_sub(offset) } else { size };
            let range = BufferRange { buffer: buffer.handle, offset, size };
            if self.shadow.range(point, binding, Some((range, buffer))) {
                self.backend.buffer_range(point, binding, Some(range));
            }
        }
        if capture {
            for (index, slot) in program.feedback.iter().take(program.captured_slots()).enumerate() {
                let Some((buffer, offset, size)) = slot.range else { continue };
                let total = buffers.get(buffer).map_or(0, |buffer| buffer.size);
                let size = captured_bytes(total, offset, size);
                // Capturing moves a range's position, so the range is bound anew each time.
                let range = BufferRange { buffer: buffer.handle, offset, size };
                self.backend.buffer_range(RangePoint::Feedback, index as u32, Some(range));
            }
        }
        Ok(())
    }

    fn read_pixels(&mut self, request: RequestId, read: &PixelRead) -> Check<()> {
        self.agree_on(read.source)?;
        let result = self.backend.read_pixels(read);
        self.shadow.target = None;
        let bytes = match result {
            Ok(bytes) => bytes,
            Err(failure) => return failed(&failure, 0, "READ"),
        };
        let encoding = match read.class {
            PixelClass::Unorm => Encoding::U8,
            PixelClass::Float => Encoding::F32,
            PixelClass::Int => Encoding::I32,
            PixelClass::Uint => Encoding::U32,
        };
        let payload = Payload::Inline { encoding, bytes: Cow::Owned(bytes) };
        self.replies.push(Reply::Pixels(Pixels { request, width: read.width, height: read.height, payload }));
        Ok(())
    }

    fn read_buffer(&mut self, request: RequestId, buffer: Handle, offset: u64, size: u64) -> Check<()> {
        let bytes = match size {
            0 => Vec::new(),
            size => match self.backend.read_buffer(buffer, offset, size) {
                Ok(bytes) => bytes,
                Err(failure) => return failed(&failure, 0, "READ"),
            },
        };
        let payload = Payload::Inline { encoding: Encoding::Raw, bytes: Cow::Owned(bytes) };
        self.replies.push(Reply::Bytes(Bytes { request, payload }));
        Ok(())
    }

    /// Fetches the results of queries that have ended; those that are not there yet stay for the next frame.
    pub(crate) fn fetch_results(&mut self) {
        let mut pending = std::mem::take(&mut self.pending);
        pending.retain(|query| {
            let value = match self.checker.queries.get_mut(query.query) {
                // Begun again: its next end brings the result.
                Some(known) if !known.ended => {
                    known.listed = false;
                    return false;
                }
                Some(known) => match self.backend.query_result(query.query.handle, query.kind, true) {
                    QueryState::Pending => return true,
                    state => {
                        (known.ended, known.listed) = (false, false);
                        if let QueryState::Ready(value) = state { Some(value) } else { None }
                    }
                },
                // Deleted before its result was there.
                None => None,
            };
            self.replies.push(Reply::QueryResult(QueryResult { query: query.id, value }));
            false
        });
        self.pending = pending;
    }
}

/// Sends the values that have changed since the last draw.
#[inline]
fn send_uniforms<B: Backend>(backend: &mut B, program: &mut Program) {
    for index in program.dirty.drain(..) {
        let Some(slot) = program.uniforms.get_mut(index as usize) else { continue };
        slot.dirty = false;
        let Some((location, count)) = slot.active else { continue };
        let length = slot.ty.size() as usize * count as usize;
        if let Some(value) = program.values.get(slot.start..slot.start + length) {
            backend.uniform(location, slot.ty, count, value);
        }
    }
}

/// One column of an attribute's source, as the backend takes it.
#[inline]
fn vertex_source(ty: GlslType, source: &AttributeBinding, column: u32) -> (VertexSource, Option<Ref>) {
    match *source {
        AttributeBinding::View { buffer, offset, stride, ty: component, components, normalized, divisor } => {
            let source = VertexSource::View {
                buffer: buffer.handle,
                offset: offset + u64::from(column * components * component.size()),
                stride,
                ty: component,
                components,
                normalized,
                integer: ty.encoding() != Encoding::F32,
                divisor,
            };
            (source, Some(buffer))
        }
        AttributeBinding::Constant(bits) => {
            let class = match ty.encoding() {
                Encoding::I32 => ConstantClass::Int,
                Encoding::U32 => ConstantClass::Uint,
                _ => ConstantClass::Float,
            };
            let at = 4 * column as usize;
            let bits = [bits[at], bits[at + 1], bits[at + 2], bits[at + 3]];
            (VertexSource::Constant { class, bits }, None)
        }
    }
}

/// A compiler's message with the line that it speaks of.
fn describe(message: &ShaderMessage, shaders: &Shaders<'_>) -> String {
    let source = match (message.stage, shaders) {
        ("vertex shader", Shaders::Render { vertex, .. }) => Some(&**vertex),
        ("fragment shader", Shaders::Render { fragment, .. }) => Some(&**fragment),
        ("geometry shader", Shaders::Render { geometry, .. }) => geometry.as_deref(),
        ("compute shader", Shaders::Compute { compute }) => Some(&**compute),
        _ => None,
    };
    let line = source
        .filter(|_| message.line > 0)
        .and_then(|source| scan::lines(source).nth(message.line as usize - 1));
    match line {
        Some(line) => {
            format!("{} line {}: {} in «{}»", message.stage, message.line, message.text, scan::trim(line))
        }
        None => format!("{}: {}", message.stage, message.text),
    }
}
