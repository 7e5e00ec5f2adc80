//! A framebuffer as the stream knows it, and whether it can be drawn to.

use super::Image;
use crate::context::Context;
use crate::error::{Result, refuse};
use crate::grants::Grants;
use crate::object::{Handle, Label, lock};
use crate::queue::Queue;
use crate::renderbuffer::RenderbufferObject;
use crate::texture::object::TextureObject;
use glir_spec::commands::{Attach, DrawBuffers};
use glir_spec::enums::{AttachmentPoint, TextureTarget};
use glir_spec::formats::{FormatClass, Support};
use glir_spec::ids::{FramebufferId, ObjectId};
use glir_spec::structs::Descriptor;
use glir_spec::{Code, Feature, Format, limits};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

const COLORS: usize = limits::MAX_COLOR_ATTACHMENTS as usize;

pub(crate) struct FramebufferObject {
    pub(crate) handle: Handle,
    state: Mutex<Contents>,
}

struct Contents {
    attached: BTreeMap<AttachmentPoint, Image>,
    /// Serial, level and layer of what the stream has attached.
    told: BTreeMap<AttachmentPoint, (u64, u32, u32)>,
    drawn_told: Vec<bool>,
    label: Label,
}

/// The object that an image is of.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Texture(Arc<TextureObject>),
    Renderbuffer(Arc<RenderbufferObject>),
}

impl Source {
    pub(crate) fn handle(&self) -> &Handle {
        match self {
            Source::Texture(texture) => &texture.handle,
            Source::Renderbuffer(renderbuffer) => &renderbuffer.handle,
        }
    }

    pub(crate) fn format(&self) -> Format {
        match self {
            Source::Texture(texture) => texture.options.format,
            Source::Renderbuffer(renderbuffer) => renderbuffer.format,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Texture(texture) => texture.fmt(f),
            Source::Renderbuffer(renderbuffer) => renderbuffer.fmt(f),
        }
    }
}

/// What a target has.
pub(crate) struct TargetInfo {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) samples: u32,
    pub(crate) colors: [Option<Format>; COLORS],
    pub(crate) depth: Option<Format>,
    pub(crate) stencil: Option<Format>,
}

impl TargetInfo {
    /// What a canvas has.
    pub(crate) fn canvas((width, height): (u32, u32), samples: u32) -> Self {
        let mut colors = [None; COLORS];
        colors[0] = Some(Format::Rgba8);
        let depth = Some(Format::Depth24Stencil8);
        TargetInfo { width, height, samples, colors, depth, stencil: depth }
    }
}

impl fmt::Debug for FramebufferObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let points: Vec<String> = lock(&self.state).attached.keys().map(ToString::to_string).collect();
        write!(f, "{self} with {}", points.join(", "))
    }
}

impl fmt::Display for FramebufferObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "framebuffer {}{}", self.handle.id, lock(&self.state).label.quoted())
    }
}

impl FramebufferObject {
    pub(crate) fn new(context: &Context) -> Result<Arc<Self>> {
        let contents = Contents {
            attached: BTreeMap::new(),
            told: BTreeMap::new(),
            drawn_told: vec![true],
            label: Label::default(),
        };
        Ok(Arc::new(FramebufferObject { handle: Handle::new(context)?, state: Mutex::new(contents) }))
    }

    pub(crate) fn set_label(&self, text: &str) -> Result<()> {
        lock(&self.state).label.set(text)
    }

    /// Attaches an image, or takes it away. What it replaces is given back, to be dropped without a lock.
    pub(crate) fn attach(&self, point: AttachmentPoint, image: Option<Image>) -> Result<Vec<Image>> {
        if let Some(image) = &image {
            self.handle.context.owns(&image.source.handle().context, &image.source)?;
            let format = image.source.format();
            let class = format.info().class;
            let fits = match point {
                AttachmentPoint::Depth => class == FormatClass::Depth,
                AttachmentPoint::Stencil => class == FormatClass::Stencil,
                AttachmentPoint::DepthStencil => class == FormatClass::DepthStencil,
                _ => class.is_color(),
            };
            if !fits {
                let message = format!("{} is {format}, which can't be attached at {point}", image.source);
                return refuse(Code::BadFormat, message);
            }
            if matches!(image.source, Source::Texture(_)) && format.info().render == Support::Never {
                return refuse(
                    Code::BadFormat,
                    format!("{} is {format}, which can't be drawn to", image.source),
                );
            }
            if matches!(image.source, Source::Renderbuffer(_)) && (image.level, image.layer) != (0, 0) {
                return refuse(Code::BadArgument, "a render buffer has neither levels nor layers");
            }
            may_reach(image)?;
        }
        let _queue = self.handle.context.queue();
        let contents = &mut *lock(&self.state);
        // One image for both, or one for each.
        let others: &[AttachmentPoint] = match point {
            AttachmentPoint::DepthStencil => &[AttachmentPoint::Depth, AttachmentPoint::Stencil],
            AttachmentPoint::Depth | AttachmentPoint::Stencil => &[AttachmentPoint::DepthStencil],
            _ => &[],
        };
        let mut replaced: Vec<Image> =
            others.iter().filter_map(|other| contents.attached.remove(other)).collect();
        replaced.extend(match image {
            Some(image) => contents.attached.insert(point, image),
            None => contents.attached.remove(&point),
        });
        Ok(replaced)
    }

    /// True if a texture is attached, at whatever level.
    pub(crate) fn holds(&self, texture: &TextureObject) -> bool {
        lock(&self.state).attached.values().any(|image| image.source.handle().serial == texture.handle.serial)
    }

    /// True if the two share an image.
    pub(crate) fn shares(&self, other: &FramebufferObject) -> bool {
        let serials = |object: &FramebufferObject| -> Vec<u64> {
            lock(&object.state).attached.values().map(|image| image.source.handle().serial).collect()
        };
        let theirs = serials(other);
        serials(self).iter().any(|serial| theirs.contains(serial))
    }

    /// What the framebuffer has, if it can be drawn to; asks for what that needs.
    pub(crate) fn check(&self, grants: &mut Grants) -> Result<TargetInfo> {
        let attached: Vec<(AttachmentPoint, Image)> =
            lock(&self.state).attached.iter().map(|(point, image)| (*point, image.clone())).collect();
        let incomplete = |sentence: &str| refuse(Code::IncompleteFramebuffer, format!("{self}{sentence}"));
        let mut info: Option<TargetInfo> = None;
        let mut images = Vec::new();
        for (point, image) in &attached {
            if point.color_index().is_some_and(|index| index > 0) {
                grants.need(Feature::DrawBuffers, format_args!("the attachment {point}"))?;
            }
            may_reach(image)?;
            let (format, size, samples) = match &image.source {
                Source::Texture(texture) => {
                    texture.may_exist(grants)?;
                    let format = texture.options.format;
                    if image.level > 0 {
                        grants.need(Feature::LayeredAttachments, "attaching another level than 0")?;
                    }
                    if let Support::Needs(feature) = format.info().render {
                        grants.need(feature, format_args!("drawing to a texture of format {format}"))?;
                    }
                    let [width, height, _] = texture.level_extent(image.level).unwrap_or([1; 3]);
                    (format, (width, height), 0)
                }
                Source::Renderbuffer(renderbuffer) => {
                    renderbuffer.may_exist(grants)?;
                    (renderbuffer.format, renderbuffer.size(), renderbuffer.samples)
                }
            };
            let info = info.get_or_insert(TargetInfo {
                width: size.0,
                height: size.1,
                samples,
                colors: [None; COLORS],
                depth: None,
                stencil: None,
            });
            if samples != info.samples {
                return incomplete(" has attachments with different numbers of samples");
            }
            if size != (info.width, info.height) {
                grants.es3("a framebuffer with attachments of different sizes")?;
            }
            (info.width, info.height) = (info.width.min(size.0), info.height.min(size.1));
            match point {
                AttachmentPoint::Depth => info.depth = Some(format),
                AttachmentPoint::Stencil => info.stencil = Some(format),
                AttachmentPoint::DepthStencil => (info.depth, info.stencil) = (Some(format), Some(format)),
                _ => {
                    let place = point.color_index().and_then(|index| info.colors.get_mut(index as usize));
                    if let Some(place) = place {
                        *place = Some(format);
                    }
                    let key = (image.source.handle().serial, image.level, image.layer);
                    if images.contains(&key) {
                        return incomplete(" has one image at two colour attachments");
                    }
                    images.push(key);
                }
            }
        }
        let Some(info) = info else { return incomplete(" has no attachments") };
        if info.depth.is_some() && info.stencil.is_some() && info.depth != info.stencil {
            return incomplete(" has different images for depth and stencil; attach one at depth_stencil");
        }
        Ok(info)
    }

    /// Brings the stream's framebuffer and its images up to date. Call it after [`FramebufferObject::check`].
    pub(crate) fn flush(&self, queue: &mut Queue) {
        for image in lock(&self.state).attached.values() {
            match &image.source {
                Source::Texture(texture) => texture.flush(queue, false),
                Source::Renderbuffer(renderbuffer) => renderbuffer.flush(queue),
            }
        }
        let start = queue.frame.len();
        self.bring(queue);
        queue.flushed(&self.handle, start, self);
    }

    fn bring(&self, queue: &mut Queue) {
        let contents = &mut *lock(&self.state);
        queue.create(&self.handle, &mut contents.label, Descriptor::Framebuffer {});
        let framebuffer = FramebufferId(self.handle.id);
        let gone = contents.told.keys().filter(|point| !contents.attached.contains_key(point));
        for point in gone.copied().collect::<Vec<_>>() {
            queue.push(Attach { framebuffer, point, object: ObjectId(0), level: 0, layer: 0 });
            contents.told.remove(&point);
        }
        for (&point, image) in &contents.attached {
            let handle = image.source.handle();
            let (level, layer) = (image.level, image.layer);
            if contents.told.insert(point, (handle.serial, level, layer))
                != Some((handle.serial, level, layer))
            {
                queue.push(Attach { framebuffer, point, object: ObjectId(handle.id), level, layer });
            }
        }
        // Every colour attachment is drawn to; a framebuffer begins with the first one.
        let last = contents.attached.keys().filter_map(|point| point.color_index()).max().unwrap_or(0);
        let drawn: Vec<bool> = (0..=last)
            .map(|index| {
                let point = AttachmentPoint::color(index);
                index == 0 || point.is_some_and(|point| contents.attached.contains_key(&point))
            })
            .collect();
        if drawn != contents.drawn_told {
            let attachments =
                drawn.iter().zip(0..).map(|(drawn, index)| AttachmentPoint::color(index).filter(|_| *drawn));
            queue.push(DrawBuffers { framebuffer, attachments: attachments.collect() });
            contents.drawn_told = drawn;
        }
    }

    /// Notes that something has been drawn into the attached textures.
    pub(crate) fn mark_drawn(&self) {
        for image in lock(&self.state).attached.values() {
            if let Source::Texture(texture) = &image.source
                && image.level == 0
            {
                texture.mark_drawn();
            }
        }
    }
}

/// Refuses a level or layer that the image's texture has not.
fn may_reach(image: &Image) -> Result<()> {
    let Source::Texture(texture) = &image.source else { return Ok(()) };
    let layers = texture.level_extent(image.level).map_or(0, |[_, _, depth]| depth);
    if image.layer < layers {
        return Ok(());
    }
    let what = match texture.target {
        TextureTarget::Cube => "face",
        TextureTarget::D3 => "slice",
        TextureTarget::D2 | TextureTarget::Array => "layer",
    };
    let message = format!("{texture} has no {what} {} at level {}", image.layer, image.level);
    refuse(Code::RegionOutside, message)
}
