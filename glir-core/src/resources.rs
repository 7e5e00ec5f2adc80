//! What the check knows of each object: everything that later commands are measured against.

use crate::backend::{Attachment, Extent};
use crate::objects::Ref;
use glir_spec::enums::*;
use glir_spec::structs::Interface;
use glir_spec::{Format, GlslType, SamplerType};

/// What every object has.
#[derive(Debug, Default)]
pub struct Common {
    /// The producer's id.
    pub id: u32,
    /// The producer's name for it, empty for none.
    pub label: String,
    /// The backend could not make it, or could not give it storage.
    pub invalid: bool,
    /// The first use after that has been reported.
    pub reported: bool,
}

/// A buffer.
#[derive(Debug)]
pub struct Buffer {
    /// Id, label, validity.
    pub common: Common,
    /// Role.
    pub role: BufferRole,
    /// Usage hint.
    pub usage: BufferUsage,
    /// Bytes of storage, 0 before the first SIZE.
    pub size: u64,
    /// A copy of an index buffer's bytes, so that index values can be checked.
    pub indices: Vec<u8>,
    /// Least and greatest indices of ranges drawn lately; none for a range without indices.
    pub greatest: Vec<(IndexRange, Option<(u32, u32)>)>,
}

/// A range of indices, as a draw gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexRange {
    /// Type of the indices.
    pub ty: IndexType,
    /// First index.
    pub first: u32,
    /// Number of indices.
    pub count: u32,
}

/// A texture.
#[derive(Debug)]
pub struct Texture {
    /// Id, label, validity.
    pub common: Common,
    /// Shape.
    pub target: TextureTarget,
    /// Format.
    pub format: Format,
    /// Levels asked for; 0 for all.
    pub levels_asked: u32,
    /// Levels that the storage has.
    pub levels: u32,
    /// Size of level 0, none before the first SIZE.
    pub extent: Option<Extent>,
    /// Depth comparison.
    pub compare: Option<CompareFunc>,
    /// Filter when made smaller.
    pub min: MinFilter,
    /// Filter when made larger.
    pub mag: Filter,
    /// Anisotropy.
    pub anisotropy: f32,
    /// Wrapping.
    pub wrap: [Wrap; 3],
}

impl Texture {
    /// Size of a level; the depth of a 3D texture halves as well, layers and faces do not.
    pub fn level_extent(&self, level: u32) -> Option<Extent> {
        let base = self.extent.filter(|_| level < self.levels)?;
        let half = |side: u32| (side >> level).max(1);
        let depth = match self.target {
            TextureTarget::D3 => half(base.depth),
            TextureTarget::Cube => 6,
            _ => base.depth,
        };
        Some(Extent { width: half(base.width), height: half(base.height), depth })
    }

    /// Bytes of all levels.
    pub fn bytes(&self) -> u64 {
        let texel = u64::from(self.format.info().texel_bytes);
        (0..self.levels)
            .filter_map(|level| self.level_extent(level))
            .map(|e| u64::from(e.width) * u64::from(e.height) * u64::from(e.depth) * texel)
            .fold(0, u64::saturating_add)
    }
}

/// A renderbuffer.
#[derive(Debug)]
pub struct Renderbuffer {
    /// Id, label, validity.
    pub common: Common,
    /// Format.
    pub format: Format,
    /// Samples.
    pub samples: u32,
    /// Width and height, none before the first SIZE.
    pub size: Option<(u32, u32)>,
}

impl Renderbuffer {
    /// Bytes of storage.
    pub fn bytes(&self) -> u64 {
        let (width, height) = self.size.unwrap_or((0, 0));
        let texel = u64::from(self.format.info().texel_bytes) * u64::from(self.samples.max(1));
        (u64::from(width) * u64::from(height)).saturating_mul(texel)
    }
}

/// A framebuffer.
#[derive(Debug, Default)]
pub struct Framebuffer {
    /// Id, label, validity.
    pub common: Common,
    /// Attached images, by [`AttachmentPoint`] number less one; depth-stencil images stand at both.
    pub attached: [Option<Attached>; 10],
    /// Which outputs are drawn.
    pub draw_buffers: Vec<bool>,
    /// Counts changes.
    pub version: u64,
    /// The version and epoch for which the driver has said yes.
    pub driver_agreed: Option<(u64, u64)>,
}

/// The place of depth and stencil in [`Framebuffer::attached`].
pub const DEPTH: usize = 8;
/// See [`DEPTH`].
pub const STENCIL: usize = 9;

/// An attached image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attached {
    /// The texture or renderbuffer.
    pub object: Ref,
    /// What the backend was told.
    pub image: Attachment,
}

/// What is known of a target that can be drawn to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetInfo {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Samples.
    pub samples: u32,
    /// Formats of the colour attachments.
    pub colors: [Option<Format>; 8],
    /// Format of the depth plane.
    pub depth: Option<Format>,
    /// Format of the stencil plane.
    pub stencil: Option<Format>,
    /// Which outputs are drawn.
    pub drawn: [bool; 8],
}

/// A program.
#[derive(Debug, Default)]
pub struct Program {
    /// Id, label, validity.
    pub common: Common,
    /// What SHADERS declared, none before the first one.
    pub interface: Option<Interface<'static>>,
    /// The last SHADERS failed.
    pub failed: bool,
    /// It is a compute program.
    pub compute: bool,
    /// The declared uniforms.
    pub uniforms: Vec<UniformSlotState>,
    /// Values of all uniforms, one after another.
    pub values: Vec<u8>,
    /// Slots whose values have not reached the backend.
    pub dirty: Vec<u32>,
    /// The declared attributes.
    pub attributes: Vec<AttributeSlotState>,
    /// The declared samplers.
    pub samplers: Vec<SamplerSlotState>,
    /// The declared blocks.
    pub blocks: Vec<BlockSlotState>,
    /// The declared captured varyings.
    pub feedback: Vec<FeedbackSlotState>,
    /// How they are captured.
    pub feedback_mode: Option<FeedbackMode>,
    /// Counts links, so that a shadow can tell a program from its successor.
    pub links: u64,
    /// What the last full check of a draw rested on: epoch and target.
    pub validated: Option<(u64, u32)>,
    /// Vertices and instances that the bound attributes hold, and the buffer epoch for which that is true.
    pub reach: Option<Reach>,
    /// Some attribute in use has a divisor.
    pub has_divisor: bool,
}

impl Program {
    /// How many slots of captured varyings take a buffer: one when interleaved.
    pub fn captured_slots(&self) -> usize {
        match self.feedback_mode {
            Some(FeedbackMode::Interleaved) => 1,
            Some(FeedbackMode::Separate) => self.feedback.len(),
            None => 0,
        }
    }
}

/// Bytes of a range that takes captured varyings, in whole words as GL asks; a size of 0 means the rest.
pub fn captured_bytes(total: u64, offset: u64, size: u64) -> u64 {
    if size == 0 { total.saturating_sub(offset) & !3 } else { size }
}

/// How far the attributes of a program reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The buffer epoch.
    pub epoch: u64,
    /// Vertices, and the attribute slot that bounds them.
    pub vertices: (u64, u32),
    /// Instances, and the attribute slot that bounds them.
    pub instances: (u64, u32),
}

/// A declared uniform.
#[derive(Debug)]
pub struct UniformSlotState {
    /// Type.
    pub ty: GlslType,
    /// Length.
    pub count: u32,
    /// Its first byte in [`Program::values`].
    pub start: usize,
    /// Where it is in the linked program, and its active length; none if it is not used.
    pub active: Option<(u32, u32)>,
    /// Stands in [`Program::dirty`].
    pub dirty: bool,
}

impl UniformSlotState {
    /// Bytes of the whole value.
    pub fn bytes(&self) -> usize {
        self.ty.size() as usize * self.count as usize
    }
}

/// A declared attribute.
#[derive(Debug)]
pub struct AttributeSlotState {
    /// Type.
    pub ty: GlslType,
    /// Its location in the linked program; none if it is not used.
    pub location: Option<u32>,
    /// Its source, none before the first ATTRIBUTE.
    pub source: Option<AttributeBinding>,
}

/// Where an attribute's values come from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AttributeBinding {
    /// A buffer.
    View {
        /// The buffer.
        buffer: Ref,
        /// First byte.
        offset: u64,
        /// Bytes between values, never 0.
        stride: u32,
        /// Component type.
        ty: ComponentType,
        /// Components of a column, 1 to 4.
        components: u32,
        /// Scaled integers.
        normalized: bool,
        /// Divisor.
        divisor: u32,
    },
    /// A constant: bits, column by column.
    Constant([u32; 16]),
}

/// A declared sampler.
#[derive(Debug)]
pub struct SamplerSlotState {
    /// Type.
    pub ty: SamplerType,
    /// Its texture unit; none if it is not used.
    pub unit: Option<u32>,
    /// Its texture.
    pub texture: Option<Ref>,
}

/// A declared block.
#[derive(Debug)]
pub struct BlockSlotState {
    /// Bytes.
    pub size: u32,
    /// A storage block.
    pub storage: bool,
    /// Its binding point; none if it is not used.
    pub binding: Option<u32>,
    /// The buffer, first byte and size (0 for the rest).
    pub range: Option<(Ref, u64, u64)>,
}

/// A declared captured varying.
#[derive(Debug)]
pub struct FeedbackSlotState {
    /// Type.
    pub ty: GlslType,
    /// The buffer, first byte and size (0 for the rest).
    pub range: Option<(Ref, u64, u64)>,
}

/// A query.
#[derive(Debug)]
pub struct Query {
    /// Id, label, validity.
    pub common: Common,
    /// What it counts.
    pub kind: QueryKind,
    /// It has ended, and its result has not come back.
    pub ended: bool,
    /// It stands among those whose results are fetched at the end of the frame.
    pub listed: bool,
}

/// A canvas.
#[derive(Clone, Copy, Debug)]
pub struct Canvas {
    /// The producer's id.
    pub id: u32,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}
