//! Commands on targets: ATTACH, FRAMEBUFFER, DRAW_BUFFERS, BLIT, READ; and whether a framebuffer is complete.

use super::{Checker, Checking, proven};
use crate::backend::{Attachment, BlitCall, Handle, Kind, PixelClass, PixelRead, Surface};
use crate::checked::Checked;
use crate::diagnostic::{Check, refuse};
use crate::objects::Ref;
use crate::resources::{Attached, DEPTH, STENCIL, TargetInfo};
use glir_spec::commands::{Attach, Blit, DrawBuffers, Framebuffer, Read};
use glir_spec::enums::{AttachmentPoint, Filter, Plane, TextureTarget};
use glir_spec::formats::{FormatClass, Support};
use glir_spec::structs::{ReadSource, Rect};
use glir_spec::wire::Encoding;
use glir_spec::{Code, Feature, Format, Profile, limits};

impl<'a> Checking<'_, 'a> {
    pub(super) fn attach(&mut self, command: Attach) -> Check<()> {
        let checker = &mut *self.checker;
        let id = command.framebuffer.0;
        let at = checker.find(id, Kind::Framebuffer)?;
        let point = command.point;
        if let Some(index) = point.color_index() {
            if index > 0 {
                checker.need_for(Feature::DrawBuffers, id, format_args!("the attachment {point}"))?;
            }
            let most = checker.capabilities.limits.max_color_attachments;
            if index >= most {
                return refuse!(
                    Code::LimitExceeded,
                    id,
                    "{point} exceeds the {most} colour attachments of this interpreter"
                );
            }
        }
        let attached = match command.object.0 {
            0 => None,
            object => Some(checker.may_attach(id, object, &command)?),
        };
        checker.epoch += 1;
        if let Some(framebuffer) = checker.framebuffers.get_mut(at) {
            framebuffer.version += 1;
            match point {
                AttachmentPoint::DepthStencil => {
                    framebuffer.attached[DEPTH] = attached;
                    framebuffer.attached[STENCIL] = attached;
                }
                _ => {
                    if let Some(place) = framebuffer.attached.get_mut(point as usize - 1) {
                        *place = attached;
                    }
                }
            }
        }
        proven!(
            self,
            Checked::Attach { framebuffer: at.handle, point, image: attached.map(|attached| attached.image) }
        )
    }

    pub(super) fn framebuffer(&mut self, command: Framebuffer) -> Check<()> {
        let checker = &mut *self.checker;
        checker.framebuffer = match command.framebuffer.0 {
            0 => None,
            id => Some(checker.find(id, Kind::Framebuffer)?),
        };
        proven!(self, Checked::Target)
    }

    pub(super) fn draw_buffers(&mut self, command: DrawBuffers) -> Check<()> {
        let checker = &mut *self.checker;
        let id = command.framebuffer.0;
        let at = checker.find(id, Kind::Framebuffer)?;
        let most = checker.capabilities.limits.max_draw_buffers.min(limits::MAX_COLOR_ATTACHMENTS);
        if command.attachments.len() > most as usize {
            return refuse!(
                Code::LimitExceeded,
                id,
                "{} outputs exceed the {most} of this interpreter",
                command.attachments.len()
            );
        }
        let mut enabled = Vec::with_capacity(command.attachments.len());
        for (index, entry) in command.attachments.iter().enumerate() {
            if entry.is_some_and(|point| point.color_index() != Some(index as u32)) {
                return refuse!(
                    Code::BadArgument,
                    id,
                    "output {index} goes to color{index} or nowhere (null)"
                );
            }
            enabled.push(entry.is_some());
        }
        checker.epoch += 1;
        if let Some(framebuffer) = checker.framebuffers.get_mut(at) {
            framebuffer.version += 1;
            framebuffer.draw_buffers.clone_from(&enabled);
        }
        proven!(self, Checked::DrawBuffers { framebuffer: at.handle, enabled })
    }

    pub(super) fn blit(&mut self, command: Blit) -> Check<()> {
        let checker = &mut *self.checker;
        let source = checker.surface_of(command.source.0)?;
        let destination = checker.surface_of(command.destination.0)?;
        let id = command.destination.0;
        let from = checker.target_info(source.1)?;
        let to = checker.target_info(destination.1)?;
        if source.0 == destination.0 || checker.share_image(source.1, destination.1) {
            return refuse!(Code::FeedbackLoop, id, "source and destination of BLIT share an image");
        }
        if to.samples > 0 {
            return refuse!(Code::BadArgument, id, "the destination of BLIT is multisampled");
        }
        let (a, b) = (&command.source_rect, &command.destination_rect);
        if !end_fits(a) || !end_fits(b) {
            return refuse!(
                Code::OutOfRange,
                id,
                "a rectangle of BLIT is larger, or ends farther out, than 2^31"
            );
        }
        if from.samples > 0 && a != b {
            return refuse!(Code::BadArgument, id, "BLIT of a multisampled source takes equal rectangles");
        }
        for plane in &command.planes {
            // Colours go to every attachment that is drawn to.
            let (read, written): (_, Vec<Format>) = match plane {
                Plane::Color => {
                    let drawn = to.colors.iter().zip(to.drawn).filter(|(_, drawn)| *drawn);
                    (from.colors[0], drawn.filter_map(|(format, _)| *format).collect())
                }
                Plane::Depth => (from.depth, to.depth.into_iter().collect()),
                Plane::Stencil => (from.stencil, to.stencil.into_iter().collect()),
            };
            let Some(read) = read.filter(|_| !written.is_empty()) else {
                return refuse!(Code::BadArgument, id, "source or destination of BLIT has no {plane} plane");
            };
            let equal = |written: &Format| match plane {
                Plane::Color if from.samples == 0 => read.info().class == written.info().class,
                _ => read == *written,
            };
            if let Some(written) = written.iter().find(|written| !equal(written)) {
                return refuse!(
                    Code::BadFormat,
                    id,
                    "BLIT can't copy the {plane} plane from {read} to {written}"
                );
            }
            let filtered = *plane == Plane::Color && read.info().class == FormatClass::Float;
            if command.filter == Filter::Linear && !filtered {
                return refuse!(Code::BadArgument, id, "BLIT of the {plane} plane takes the filter nearest");
            }
        }
        if command.planes.is_empty() || a.width == 0 || a.height == 0 || b.width == 0 || b.height == 0 {
            return Ok(());
        }
        proven!(
            self,
            Checked::Blit(BlitCall {
                source: source.0,
                destination: destination.0,
                source_rect: command.source_rect,
                destination_rect: command.destination_rect,
                planes: command.planes,
                filter: command.filter,
            })
        )
    }

    pub(super) fn read(&mut self, command: Read) -> Check<()> {
        let request = command.request;
        self.checker.reads.0 = self.checker.reads.0.saturating_add(1);
        if self.checker.reads.0 > limits::MAX_READS_PER_FRAME {
            return refuse!(
                Code::LimitExceeded,
                0,
                "a frame has at most {} READs",
                limits::MAX_READS_PER_FRAME
            );
        }
        match command.source {
            ReadSource::Pixels { framebuffer, x, y, width, height, attachment } => {
                let id = framebuffer.0;
                let checker = &mut *self.checker;
                let surface = checker.surface_of(id)?;
                let info = checker.target_info(surface.1)?;
                if attachment > 0 {
                    checker.need(Feature::ReadBuffer, id, "READ of another attachment than the first")?;
                }
                let format = info.colors.get(attachment as usize).copied().flatten();
                let Some(format) = format else {
                    return refuse!(
                        Code::BadArgument,
                        id,
                        "there is no attachment color{attachment} to read"
                    );
                };
                let width = width.unwrap_or(info.width.saturating_sub(x));
                let height = height.unwrap_or(info.height.saturating_sub(y));
                let inside = u64::from(x) + u64::from(width) <= u64::from(info.width)
                    && u64::from(y) + u64::from(height) <= u64::from(info.height);
                if !inside || width == 0 || height == 0 {
                    return refuse!(
                        Code::RegionOutside,
                        id,
                        "the target is {}×{}; {width}×{height} pixels at {x},{y} can't be read",
                        info.width,
                        info.height
                    );
                }
                let class = match format.info().class {
                    FormatClass::Int => PixelClass::Int,
                    FormatClass::Uint => PixelClass::Uint,
                    _ if matches!(format.info().encoding, Encoding::F16 | Encoding::F32)
                        || format == Format::R11fG11fB10f =>
                    {
                        PixelClass::Float
                    }
                    _ => PixelClass::Unorm,
                };
                let bytes = u64::from(width) * u64::from(height) * class.pixel_bytes();
                self.checker.take_reading(id, bytes)?;
                let read = PixelRead { source: surface.0, attachment, x, y, width, height, class };
                proven!(self, Checked::ReadPixels { request, read })
            }
            ReadSource::Buffer { buffer, offset, size } => {
                let id = buffer.0;
                self.checker.need(Feature::BufferRead, id, "READ of a buffer")?;
                let at = self.checker.find(id, Kind::Buffer)?;
                let total = self.checker.buffers.get(at).map_or(0, |buffer| buffer.size);
                let size = size.unwrap_or(total.saturating_sub(offset));
                if offset.checked_add(size).is_none_or(|end| end > total) {
                    let name = self.checker.name(Kind::Buffer, at);
                    return refuse!(
                        Code::RegionOutside,
                        id,
                        "{name} has {total} bytes; {size} bytes at {offset} exceed it"
                    );
                }
                self.checker.take_reading(id, size)?;
                proven!(self, Checked::ReadBuffer { request, buffer: at.handle, offset, size })
            }
        }
    }
}

/// True if a rectangle's far corner can be told to GL.
fn end_fits(rect: &Rect) -> bool {
    // The size, too: GL takes it as the difference of two corners.
    let fits = |origin: i32, size: u32| {
        let most = i64::from(i32::MAX);
        i64::from(size) <= most && i64::from(origin) + i64::from(size) <= most
    };
    fits(rect.x, rect.width) && fits(rect.y, rect.height)
}

impl Checker {
    /// Counts what a READ brings back against the frame's limit.
    fn take_reading(&mut self, id: u32, bytes: u64) -> Check<()> {
        let total = self.reads.1.saturating_add(bytes);
        if total > limits::MAX_READ_BYTES {
            return refuse!(
                Code::LimitExceeded,
                id,
                "READs of this frame would bring back {total} bytes; at most {} are allowed",
                limits::MAX_READ_BYTES
            );
        }
        self.reads.1 = total;
        Ok(())
    }

    /// The surface that an id names: 0 is the current canvas.
    fn surface_of(&mut self, id: u32) -> Check<(Surface, Option<Ref>)> {
        if id == 0 {
            return Ok((Surface::Canvas(Handle(self.canvas as u32)), None));
        }
        let at = self.find(id, Kind::Framebuffer)?;
        Ok((Surface::Framebuffer(at.handle), Some(at)))
    }

    fn may_attach(&mut self, id: u32, object: u32, command: &Attach) -> Check<Attached> {
        let point = command.point;
        let kind = match self.ids.get(object) {
            Some((kind @ (Kind::Texture | Kind::Renderbuffer), _)) => kind,
            Some((kind, at)) => {
                return refuse!(
                    Code::WrongKind,
                    object,
                    "{} can't be attached; textures and renderbuffers can",
                    self.name(kind, at)
                );
            }
            None => Kind::Texture,
        };
        let at = self.find(object, kind)?;
        let (format, image) = match (self.textures.get(at), self.renderbuffers.get(at)) {
            (Some(texture), _) if kind == Kind::Texture => {
                let (level, layer) = (command.level, command.layer);
                if level > 0 {
                    self.need(Feature::LayeredAttachments, id, "attaching another level than 0")?;
                }
                let layers = match texture.target {
                    TextureTarget::D2 => 1,
                    TextureTarget::Cube => 6,
                    TextureTarget::D3 => self.capabilities.limits.max_3d_texture_size,
                    TextureTarget::Array => self.capabilities.limits.max_array_texture_layers,
                };
                let greatest = match texture.target {
                    TextureTarget::Cube => self.capabilities.limits.max_cube_map_texture_size,
                    TextureTarget::D3 => self.capabilities.limits.max_3d_texture_size,
                    _ => self.capabilities.limits.max_texture_size,
                };
                if layer >= layers || level > greatest.max(1).ilog2() {
                    return refuse!(
                        Code::RegionOutside,
                        id,
                        "{} has no layer {layer} at level {level}",
                        self.name(kind, at)
                    );
                }
                (
                    texture.format,
                    Attachment::Texture { texture: at.handle, target: texture.target, level, layer },
                )
            }
            (_, Some(renderbuffer)) if kind == Kind::Renderbuffer => {
                if (command.level, command.layer) != (0, 0) {
                    return refuse!(Code::BadArgument, id, "a renderbuffer has neither levels nor layers");
                }
                (renderbuffer.format, Attachment::Renderbuffer { renderbuffer: at.handle })
            }
            _ => return refuse!(Code::UnknownId, object, "no object has the id {object}"),
        };
        let class = format.info().class;
        let fits = match point {
            AttachmentPoint::Depth => class == FormatClass::Depth,
            AttachmentPoint::Stencil => class == FormatClass::Stencil,
            AttachmentPoint::DepthStencil => class == FormatClass::DepthStencil,
            _ => class.is_color(),
        };
        if !fits {
            return refuse!(
                Code::BadFormat,
                id,
                "{} is {format}, which can't be attached at {point}",
                self.name(kind, at)
            );
        }
        if kind == Kind::Texture {
            match format.info().render {
                Support::Base => {}
                Support::Needs(feature) => {
                    self.need_for(feature, id, format_args!("rendering to a texture of format {format}"))?;
                }
                Support::Never => {
                    return refuse!(
                        Code::BadFormat,
                        id,
                        "{} is {format}, which can't be rendered to",
                        self.name(kind, at)
                    );
                }
            }
        }
        Ok(Attached { object: at, image })
    }

    /// True if two targets share an image: a level of a face or layer, or a renderbuffer. Canvases share none with framebuffers.
    fn share_image(&self, a: Option<Ref>, b: Option<Ref>) -> bool {
        let images = |at: Option<Ref>| at.and_then(|at| self.framebuffers.get(at)).map(|f| f.attached);
        let alive = |image: &&Attached| match image.image {
            Attachment::Texture { .. } => self.textures.get(image.object).is_some(),
            Attachment::Renderbuffer { .. } => self.renderbuffers.get(image.object).is_some(),
        };
        match (images(a), images(b)) {
            (Some(a), Some(b)) => a.iter().flatten().filter(alive).any(|image| b.contains(&Some(*image))),
            _ => false,
        }
    }

    /// True if a texture is attached to the target in use, at any level.
    pub(super) fn is_attached(&self, texture: Ref) -> bool {
        let framebuffer = self.framebuffer.and_then(|at| self.framebuffers.get(at));
        framebuffer.is_some_and(|framebuffer| {
            framebuffer
                .attached
                .iter()
                .flatten()
                .any(|image| image.object == texture && matches!(image.image, Attachment::Texture { .. }))
        })
    }

    /// What a target has, or why it can't be used (OpenGL ES 3.0.6, section 4.4.4; ES 2.0.25, section 4.4.5).
    pub(crate) fn target_info(&self, target: Option<Ref>) -> Check<TargetInfo> {
        let Some(at) = target else { return self.canvas_info() };
        let Some(framebuffer) = self.framebuffers.get(at) else { return self.canvas_info() };
        let id = framebuffer.common.id;
        let name = || self.name(Kind::Framebuffer, at);
        let incomplete = |message: String| refuse!(Code::IncompleteFramebuffer, id, "{}{message}", name());
        let mut info: Option<TargetInfo> = None;
        for (index, attached) in framebuffer.attached.iter().enumerate() {
            let Some(attached) = attached else { continue };
            let (kind, format, size, samples) = match attached.image {
                Attachment::Texture { level, layer, .. } => {
                    let Some(texture) = self.textures.get(attached.object) else { continue };
                    let extent = texture.level_extent(level);
                    if extent.is_some_and(|extent| layer >= extent.depth) {
                        return incomplete(format!(
                            " has layer {layer} of {}, which has fewer",
                            self.name(Kind::Texture, attached.object)
                        ));
                    }
                    (Kind::Texture, texture.format, extent.map(|e| (e.width, e.height)), 0)
                }
                Attachment::Renderbuffer { .. } => {
                    let Some(renderbuffer) = self.renderbuffers.get(attached.object) else { continue };
                    (Kind::Renderbuffer, renderbuffer.format, renderbuffer.size, renderbuffer.samples)
                }
            };
            let Some((width, height)) = size else {
                return incomplete(format!(": {} has no storage there", self.name(kind, attached.object)));
            };
            let info = info.get_or_insert(TargetInfo {
                width,
                height,
                samples,
                colors: [None; 8],
                depth: None,
                stencil: None,
                drawn: [false; 8],
            });
            if samples != info.samples {
                return incomplete(" has attachments with different numbers of samples".into());
            }
            if (width, height) != (info.width, info.height) && self.profile == Profile::Es2 {
                return incomplete(" has attachments of different sizes".into());
            }
            (info.width, info.height) = (info.width.min(width), info.height.min(height));
            match index {
                DEPTH => info.depth = Some(format),
                STENCIL => info.stencil = Some(format),
                _ => info.colors[index] = Some(format),
            }
        }
        let Some(mut info) = info else { return incomplete(" has no attachments".into()) };
        // What drawing to one image twice gives is undefined, and WebGL 2 refuses it (section 4.1).
        let colors = framebuffer.attached.iter().take(DEPTH).flatten().filter(|image| self.is_alive(image));
        for (index, image) in colors.clone().enumerate() {
            if colors.clone().take(index).any(|other| other.image == image.image) {
                return incomplete(" has one image at two colour attachments".into());
            }
        }
        let planes = (framebuffer.attached[DEPTH], framebuffer.attached[STENCIL]);
        if info.depth.is_some() && info.stencil.is_some() && planes.0 != planes.1 {
            return incomplete(
                " has different images for depth and stencil; attach one at depth_stencil".into(),
            );
        }
        if (info.depth == Some(Format::Depth24Stencil8) || info.depth == Some(Format::Depth32fStencil8))
            != info.stencil.is_some()
            && info.depth.is_some()
        {
            return incomplete(" has only one half of a depth-stencil image".into());
        }
        for (drawn, enabled) in info.drawn.iter_mut().zip(&framebuffer.draw_buffers) {
            *drawn = *enabled;
        }
        Ok(info)
    }

    /// True if an attached image has not been deleted.
    fn is_alive(&self, attached: &Attached) -> bool {
        match attached.image {
            Attachment::Texture { .. } => self.textures.get(attached.object).is_some(),
            Attachment::Renderbuffer { .. } => self.renderbuffers.get(attached.object).is_some(),
        }
    }

    /// Takes deleted images off a framebuffer and says where they were.
    pub(crate) fn take_deleted(&mut self, at: Ref) -> Vec<AttachmentPoint> {
        let Some(framebuffer) = self.framebuffers.get(at) else { return Vec::new() };
        let gone: Vec<usize> = framebuffer
            .attached
            .iter()
            .enumerate()
            .filter(|(_, attached)| attached.as_ref().is_some_and(|attached| !self.is_alive(attached)))
            .map(|(index, _)| index)
            .collect();
        if let Some(framebuffer) = self.framebuffers.get_mut(at) {
            gone.iter().for_each(|&index| framebuffer.attached[index] = None);
        }
        gone.iter().filter_map(|&index| AttachmentPoint::from_number(index as u64 + 1)).collect()
    }

    /// Notes that a canvas could not be made.
    pub(crate) fn canvas_failed(&mut self, canvas: Handle) {
        if let Some(canvas) = self.canvases.get_mut(canvas.index()) {
            let bytes = canvas_bytes(canvas.width, canvas.height, self.samples);
            self.used = self.used.saturating_sub(bytes);
            (canvas.width, canvas.height) = (0, 0);
        }
        self.epoch += 1;
    }

    /// What the current canvas has.
    fn canvas_info(&self) -> Check<TargetInfo> {
        let canvas = self.canvases.get(self.canvas).copied();
        let (width, height) = canvas.map_or((0, 0), |canvas| (canvas.width, canvas.height));
        if width == 0 {
            let message = "the canvas could not be made; give it another size by CURRENT";
            return refuse!(Code::IncompleteFramebuffer, 0, "{message}");
        }
        let mut info = TargetInfo {
            width,
            height,
            samples: self.samples,
            colors: [None; 8],
            depth: Some(Format::Depth24Stencil8),
            stencil: Some(Format::Depth24Stencil8),
            drawn: [false; 8],
        };
        info.colors[0] = Some(Format::Rgba8);
        info.drawn[0] = true;
        Ok(info)
    }
}

/// Bytes of a canvas: colours of four, depth and stencil of four, for each sample.
pub(crate) fn canvas_bytes(width: u32, height: u32, samples: u32) -> u64 {
    u64::from(width) * u64::from(height) * 8 * u64::from(samples.max(1))
}
