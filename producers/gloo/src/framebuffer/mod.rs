//! Framebuffers: images to draw to instead of the canvas.

pub(crate) mod object;

pub(crate) use object::FramebufferObject;

use crate::context::Context;
use crate::error::Result;
use crate::read::{self, ReadRequest};
use crate::renderbuffer::RenderBuffer;
use crate::texture::{Shape, Texture};
use glir_spec::enums::{AttachmentPoint, Filter};
use glir_spec::ids::FramebufferId;
use glir_spec::structs::Rect;
use object::Source;
use std::sync::Arc;

/// An image that a framebuffer can hold: a render buffer, or a level and layer of a texture.
///
/// ```
/// use glir_gloo::{Context, Format, Image, TextureCube};
///
/// let context = Context::new(64, 64)?;
/// let cube = TextureCube::new(&context, 32, Format::Rgba8)?;
/// let face = Image::from(&cube).layer(3); // −Y
/// # Ok::<(), glir_gloo::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Image {
    pub(crate) source: Source,
    pub(crate) level: u32,
    pub(crate) layer: u32,
}

impl Image {
    /// Another mipmap level than 0; needs the feature `layered-attachments`.
    #[must_use]
    pub fn level(self, level: u32) -> Image {
        Image { level, ..self }
    }

    /// A layer of an array texture, a slice of a 3D texture, or a face of a cube.
    #[must_use]
    pub fn layer(self, layer: u32) -> Image {
        Image { layer, ..self }
    }
}

impl<S: Shape> From<&Texture<S>> for Image {
    fn from(texture: &Texture<S>) -> Self {
        Image { source: Source::Texture(Arc::clone(&texture.object)), level: 0, layer: 0 }
    }
}

impl From<&RenderBuffer> for Image {
    fn from(renderbuffer: &RenderBuffer) -> Self {
        Image { source: Source::Renderbuffer(Arc::clone(&renderbuffer.object)), level: 0, layer: 0 }
    }
}

/// Images to draw to instead of the canvas.
///
/// ```
/// use glir_gloo::{Clear, Context, Format, FrameBuffer, Texture2D};
///
/// let context = Context::new(64, 64)?;
/// let picture = Texture2D::new(&context, (32, 32), Format::Rgba8)?;
/// let framebuffer = FrameBuffer::with_color(&context, &picture)?;
/// {
///     let _on = framebuffer.bind();
///     context.clear(Clear::color([1.0, 0.0, 0.0, 1.0]))?; // the texture
/// }
/// context.clear(Clear::color([0.0; 4]))?; // the canvas
/// # Ok::<(), glir_gloo::Error>(())
/// ```
///
/// All attached colours are drawn to: output i of a fragment shader goes to `color`i.
#[derive(Debug)]
pub struct FrameBuffer {
    object: Arc<FramebufferObject>,
}

impl FrameBuffer {
    /// A framebuffer without attachments.
    ///
    /// # Errors
    /// If too many objects are alive.
    pub fn new(context: &Context) -> Result<Self> {
        Ok(FrameBuffer { object: FramebufferObject::new(context)? })
    }

    /// A framebuffer that draws colours to an image.
    ///
    /// # Errors
    /// As [`FrameBuffer::new`] and [`FrameBuffer::attach`].
    pub fn with_color(context: &Context, image: impl Into<Image>) -> Result<Self> {
        let mut framebuffer = Self::new(context)?;
        framebuffer.attach(AttachmentPoint::Color0, image)?;
        Ok(framebuffer)
    }

    /// Attaches an image in place of what is there.
    ///
    /// # Errors
    /// If its format does not go there or can't be drawn to, or it has no such level or layer.
    pub fn attach(&mut self, point: AttachmentPoint, image: impl Into<Image>) -> Result<()> {
        self.object.attach(point, Some(image.into())).map(drop)
    }

    /// Takes an image away.
    pub fn detach(&mut self, point: AttachmentPoint) {
        // Taking away can't be refused.
        self.object.attach(point, None).map(drop).unwrap_or_default();
    }

    /// Draws to this framebuffer until the guard is dropped; then to what was drawn to before.
    pub fn bind(&self) -> Bound {
        let context = self.object.handle.context.clone();
        let token = context.bind(Arc::clone(&self.object));
        Bound { context, token }
    }

    /// Draws to this framebuffer while the function runs.
    pub fn with<R>(&self, draw: impl FnOnce() -> R) -> R {
        let _on = self.bind();
        draw()
    }

    /// Asks for pixels of a colour attachment, all of them without a rectangle. The reply is matched by the token.
    ///
    /// # Errors
    /// If the rectangle is empty or reaches outside, there is no such attachment, or it is not the first one and the
    /// feature `read-buffer` is not to be had.
    pub fn read_pixels(&self, rect: Option<Rect>, attachment: u32) -> Result<ReadRequest> {
        read::pixels(&self.object.handle.context, Some(&self.object), rect, attachment)
    }

    /// Copies colours to another framebuffer, or to the canvas (`None`), scaling if the sizes differ. Samples become one
    /// a pixel; sizes and formats are then equal. Needs the feature `blit`.
    ///
    /// # Errors
    /// If the feature `blit` is not to be had, the other framebuffer is of another context, either has no colours, both share an image,
    /// formats or the filter do not go together, or samples meet another size or more samples.
    pub fn copy_to(&self, destination: Option<&FrameBuffer>, filter: Filter) -> Result<()> {
        read::copy(&self.object, destination.map(|other| &other.object), filter)
    }

    /// Names the framebuffer, for messages and inspection.
    ///
    /// # Errors
    /// If the name has more bytes than a label may have.
    pub fn set_label(&mut self, text: &str) -> Result<()> {
        self.object.set_label(text)
    }

    /// The framebuffer's id in the stream.
    pub fn id(&self) -> FramebufferId {
        FramebufferId(self.object.handle.id)
    }
}

/// A framebuffer that is drawn to, until this is dropped.
#[derive(Debug)]
#[must_use = "the framebuffer is drawn to until this is dropped"]
pub struct Bound {
    context: Context,
    token: u64,
}

impl Drop for Bound {
    fn drop(&mut self) {
        self.context.unbind(self.token);
    }
}
