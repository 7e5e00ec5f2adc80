//! Targets: what is attached, what is complete, and what is cleared, copied, read and shown.

use super::{Contract, alive, alive_mut, level_extent};
use glir_core::backend::*;
use glir_spec::enums::*;
use glir_spec::formats::FormatClass;
use glir_spec::structs::Rect;
use glir_spec::{Format, StateField};

/// What a surface has.
pub(super) struct Planes {
    width: u32,
    height: u32,
    samples: u32,
    colors: [Option<Format>; 8],
    drawn: [bool; 8],
    depth: Option<Format>,
    stencil: Option<Format>,
}

impl Contract {
    fn born_of(&self, image: &Attachment) -> Option<u64> {
        match image {
            Attachment::Texture { texture, .. } => self.textures.get(texture).map(|texture| texture.born),
            Attachment::Renderbuffer { renderbuffer } => {
                self.renderbuffers.get(renderbuffer).map(|renderbuffer| renderbuffer.born)
            }
        }
    }

    pub(crate) fn attach(&mut self, handle: Handle, point: AttachmentPoint, image: Option<&Attachment>) {
        alive(&self.framebuffers, handle, "framebuffer");
        if let Some(index) = point.color_index() {
            assert!(index < self.capabilities.limits.max_color_attachments, "{point}");
        }
        let image = image.map(|image| (*image, self.born_of(image).expect("the image is alive")));
        if let Some((Attachment::Texture { texture, target, level, layer }, _)) = image {
            let texture = alive(&self.textures, texture, "texture");
            assert_eq!(texture.target, target);
            assert!(
                level <= 14 && (layer == 0 || target != TextureTarget::D2),
                "level {level}, layer {layer}"
            );
            assert!(layer < 6 || target != TextureTarget::Cube, "layer {layer}");
        }
        let points: &[AttachmentPoint] = match point {
            AttachmentPoint::DepthStencil => &[AttachmentPoint::Depth, AttachmentPoint::Stencil],
            _ => std::slice::from_ref(&point),
        };
        let framebuffer = alive_mut(&mut self.framebuffers, handle, "framebuffer");
        framebuffer.agreed = false;
        for point in points {
            match image {
                Some(image) => drop(framebuffer.images.insert(*point, image)),
                None => drop(framebuffer.images.remove(point)),
            }
        }
        self.target = None;
    }

    pub(crate) fn draw_buffers(&mut self, handle: Handle, enabled: &[bool]) {
        assert!(enabled.len() <= self.capabilities.limits.max_draw_buffers as usize);
        let framebuffer = alive_mut(&mut self.framebuffers, handle, "framebuffer");
        framebuffer.drawn = enabled.to_vec();
        framebuffer.agreed = false;
        self.target = None;
    }

    pub(crate) fn complete(&mut self, handle: Handle) {
        self.planes(Surface::Framebuffer(handle));
        alive_mut(&mut self.framebuffers, handle, "framebuffer").agreed = true;
        self.target = None;
    }

    /// A canvas is made anew; `fails` says that the backend is about to refuse it.
    pub(crate) fn canvas(&mut self, canvas: Handle, width: u32, height: u32, samples: u32, fails: bool) {
        let sides = 1..=self.capabilities.limits.max_renderbuffer_size;
        assert!(sides.contains(&width) && sides.contains(&height), "{width}×{height}");
        assert!(samples <= self.capabilities.limits.max_samples);
        self.canvases.remove(&canvas);
        if !fails {
            self.canvases.insert(canvas, (width, height, samples));
        }
        self.target = None;
    }

    /// What a surface has; everything attached must be alive, have storage, and go together.
    fn planes(&self, surface: Surface) -> Planes {
        let handle = match surface {
            Surface::Canvas(canvas) => {
                let &(width, height, samples) = alive(&self.canvases, canvas, "canvas");
                let (mut colors, mut drawn) = ([None; 8], [false; 8]);
                (colors[0], drawn[0]) = (Some(Format::Rgba8), true);
                let packed = Some(Format::Depth24Stencil8);
                return Planes { width, height, samples, colors, drawn, depth: packed, stencil: packed };
            }
            Surface::Framebuffer(handle) => handle,
        };
        let framebuffer = alive(&self.framebuffers, handle, "framebuffer");
        assert!(!framebuffer.images.is_empty(), "nothing is attached");
        let mut planes = Planes {
            width: u32::MAX,
            height: u32::MAX,
            samples: 0,
            colors: [None; 8],
            drawn: std::array::from_fn(|index| framebuffer.drawn.get(index).copied().unwrap_or(false)),
            depth: None,
            stencil: None,
        };
        let mut sizes = Vec::new();
        for (point, (image, born)) in &framebuffer.images {
            assert_eq!(self.born_of(image), Some(*born), "{point} holds an image that is gone");
            let (format, width, height, samples) = match image {
                Attachment::Texture { texture, level, layer, .. } => {
                    let texture = alive(&self.textures, *texture, "texture");
                    let extent = level_extent(texture, *level).expect("the level is there");
                    assert!(*layer < extent.depth, "layer {layer} of {extent:?}");
                    (texture.format, extent.width, extent.height, 0)
                }
                Attachment::Renderbuffer { renderbuffer } => {
                    let renderbuffer = alive(&self.renderbuffers, *renderbuffer, "renderbuffer");
                    let (width, height, samples) = renderbuffer.storage.expect("it has storage");
                    (renderbuffer.format, width, height, samples)
                }
            };
            sizes.push((width, height, samples));
            (planes.width, planes.height) = (planes.width.min(width), planes.height.min(height));
            planes.samples = samples;
            match point {
                AttachmentPoint::Depth => planes.depth = Some(format),
                AttachmentPoint::Stencil => planes.stencil = Some(format),
                _ => planes.colors[*point as usize - 1] = Some(format),
            }
        }
        assert!(sizes.iter().all(|size| size.2 == planes.samples), "different numbers of samples");
        assert!(!self.is_es2() || sizes.iter().all(|size| *size == sizes[0]), "different sizes");
        let both = (
            &framebuffer.images.get(&AttachmentPoint::Depth),
            &framebuffer.images.get(&AttachmentPoint::Stencil),
        );
        assert!(
            both.0.is_none() || both.1.is_none() || both.0 == both.1,
            "different depth and stencil images"
        );
        let colors: Vec<_> =
            framebuffer.images.iter().filter(|(point, _)| point.color_index().is_some()).collect();
        for (index, (_, image)) in colors.iter().enumerate() {
            assert!(colors[..index].iter().all(|(_, other)| other != image), "one image twice");
        }
        planes
    }

    /// A surface is about to be used: the driver must have agreed to it as it is.
    fn usable(&self, surface: Surface) -> Planes {
        if let Surface::Framebuffer(handle) = surface {
            assert!(alive(&self.framebuffers, handle, "framebuffer").agreed, "nobody asked the driver");
        }
        self.planes(surface)
    }

    pub(crate) fn target(&mut self, target: Surface) {
        self.usable(target);
        assert_ne!(self.target, Some(target), "redundant");
        self.target = Some(target);
    }

    pub(crate) fn state(&mut self, field: &StateField) {
        let unit = |value: f32| (0.0..=1.0).contains(&value);
        let small = |rect: &Rect| {
            rect.width <= 1 << 15
                && rect.height <= 1 << 15
                && rect.x.checked_add_unsigned(rect.width).is_some()
        };
        match field {
            StateField::Viewport(rect) => assert!(small(rect.as_ref().expect("a rectangle"))),
            StateField::Scissor(Some(rect)) => assert!(small(rect)),
            StateField::DepthRange([near, far]) => assert!(unit(*near) && unit(*far) && near <= far),
            StateField::ClearDepth(depth) => assert!(unit(*depth)),
            StateField::LineWidth(width) => assert!(*width > 0.0 && width.is_finite()),
            StateField::SampleCoverage(Some(coverage)) => assert!(unit(coverage.value)),
            StateField::BlendEquation(equations) => {
                let extremes = [BlendEquation::Min, BlendEquation::Max];
                let used = extremes.contains(&equations.rgb) || extremes.contains(&equations.alpha);
                assert!(!used || self.capabilities.features.has(glir_spec::Feature::BlendMinmax));
            }
            StateField::RasterizerDiscard(_) => assert!(!self.is_es2()),
            _ => {}
        }
        let known = self.state.insert(field.number(), field.clone());
        let follows_target = matches!(field, StateField::Viewport(_));
        assert!(follows_target || known.as_ref() != Some(field), "redundant: {field:?}");
    }

    /// The target of a clear or draw, with a viewport.
    pub(super) fn current(&self) -> Planes {
        let planes = self.usable(self.target.expect("a target is bound"));
        let viewport = &self.state[&StateField::Viewport(None).number()];
        assert!(matches!(viewport, StateField::Viewport(Some(_))));
        planes
    }

    pub(crate) fn clear(&self, planes: &[Plane]) {
        assert!(!planes.is_empty());
        let current = self.current();
        if planes.contains(&Plane::Color) {
            for (format, drawn) in current.colors.iter().zip(current.drawn) {
                assert!(!drawn || format.is_none_or(|format| format.info().class == FormatClass::Float));
            }
        }
    }

    pub(crate) fn clear_attachment(&self, attachment: u32, value: &ClearValue) {
        let current = self.current();
        assert!(current.drawn[attachment as usize]);
        let format = current.colors[attachment as usize].expect("it is attached");
        let class = match value {
            ClearValue::Float(_) => FormatClass::Float,
            ClearValue::Int(_) => FormatClass::Int,
            ClearValue::Uint(_) => FormatClass::Uint,
        };
        assert_eq!(format.info().class, class);
    }

    pub(crate) fn blit(&mut self, blit: &BlitCall) {
        assert!(!self.is_es2() && blit.source != blit.destination && !blit.planes.is_empty());
        let (from, to) = (self.usable(blit.source), self.usable(blit.destination));
        assert_eq!(to.samples, 0);
        for rect in [&blit.source_rect, &blit.destination_rect] {
            assert!(rect.width > 0 && rect.height > 0);
            assert!(i32::try_from(rect.width).is_ok() && rect.x.checked_add_unsigned(rect.width).is_some());
            assert!(i32::try_from(rect.height).is_ok() && rect.y.checked_add_unsigned(rect.height).is_some());
        }
        assert!(from.samples == 0 || blit.source_rect == blit.destination_rect);
        if blit.planes.contains(&Plane::Color) {
            let read = from.colors[0].expect("there is a colour");
            for (format, _) in to.colors.iter().zip(to.drawn).filter(|(_, drawn)| *drawn) {
                let Some(written) = format else { continue };
                assert_eq!(read.info().class, written.info().class);
                assert!(from.samples == 0 || read == *written);
                assert!(blit.filter == Filter::Nearest || read.info().class == FormatClass::Float);
            }
        }
        if blit.planes.contains(&Plane::Depth) {
            assert!(from.depth.is_some() && from.depth == to.depth && blit.filter == Filter::Nearest);
        }
        if blit.planes.contains(&Plane::Stencil) {
            assert!(from.stencil.is_some() && from.stencil == to.stencil && blit.filter == Filter::Nearest);
        }
        self.target = None;
    }

    pub(crate) fn read_pixels(&mut self, read: &PixelRead) {
        let planes = self.usable(read.source);
        assert!(read.width > 0 && read.height > 0);
        assert!(u64::from(read.x) + u64::from(read.width) <= u64::from(planes.width));
        assert!(u64::from(read.y) + u64::from(read.height) <= u64::from(planes.height));
        assert!(!self.is_es2() || read.attachment == 0);
        let format = planes.colors[read.attachment as usize].expect("it is attached");
        let class = match format.info().class {
            FormatClass::Int => PixelClass::Int,
            FormatClass::Uint => PixelClass::Uint,
            _ => read.class,
        };
        assert_eq!(read.class, class);
        self.target = None;
    }

    pub(crate) fn read_buffer(&self, handle: Handle, offset: u64, size: u64) {
        let buffer = alive(&self.buffers, handle, "buffer");
        assert!(size > 0 && offset.checked_add(size).is_some_and(|end| end <= buffer.size));
    }

    pub(crate) fn present(&self, canvas: Handle) {
        alive(&self.canvases, canvas, "canvas");
        assert_eq!(self.groups, 0, "groups are open at the end of a frame");
    }
}
