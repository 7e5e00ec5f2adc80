//! What all visuals can do.

use crate::bounds::Bounds;
use crate::error::Result;
use crate::view::{View, ViewSlots};
use glir_transforms::Transform;

/// A thing to see: data, a transform, and how it looks.
///
/// A visual sends what the stream does not have yet, right before it is drawn. The state that it needs it sets itself, but for
/// viewport, scissor and stencil, which belong to whoever lays out the canvas.
pub trait Visual: std::fmt::Debug + Send {
    /// Puts a transform between the data and the scene. Its static beginning is folded into the data; from the first dynamic step on
    /// it runs on the GPU, in single precision, and there other parameters are a few uniforms.
    ///
    /// # Errors
    /// A transform that this visual can't be behind, such as one without a GPU side; the visual then stays as it was.
    fn set_transform(&mut self, transform: &Transform) -> Result<()>;

    /// Makes all of it more transparent: 0 to 1.
    ///
    /// # Errors
    /// None that a program has not.
    fn set_opacity(&mut self, opacity: f32) -> Result<()>;

    /// Draws it. The same view again sends nothing but DRAW, and STATE where others have changed it.
    ///
    /// # Errors
    /// Too many objects in the context, data that no buffer has room for, or a settled header that lacks what the visual needs.
    fn draw(&mut self, view: &View) -> Result<()>;

    /// Draws numbers instead of colours: item `i` as `first + i`, a little-endian `u32` in red, green, blue, alpha; unblended, and
    /// without smooth edges. 0 stays for nothing, so `first` is at least 1. Gives how many numbers it took.
    ///
    /// # Errors
    /// As [`Visual::draw`].
    fn pick(&mut self, view: &View, first: u32) -> Result<u32>;

    /// The box around the finite data, before the transform; none without data.
    fn bounds(&self) -> Option<Bounds>;

    /// The programs that it draws with and where they take what a camera changes. They differ after a transform of another kind.
    fn programs(&self) -> Vec<ViewSlots>;
}
