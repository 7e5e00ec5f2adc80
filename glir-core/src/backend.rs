//! What an interpreter asks of a graphics API. Two real backends and the trace implement it, each in its own way.
//!
//! Everything that reaches a backend has been proven by the check. Unless a method says otherwise, the caller
//! guarantees: handles name living objects of the right kind that `create` has made; storage is there and ranges lie
//! inside it; formats, types and modes are ones that [`Capabilities`] allow; and redundant calls have been left out.
//! A backend keeps its objects in tables indexed by [`Handle`], which are small and dense for each [`Kind`].

use crate::capabilities::Capabilities;
use crate::store::ForeignRange;
use glir_spec::enums::*;
use glir_spec::formats::Format;
use glir_spec::ids::{CanvasId, ObjectId};
use glir_spec::structs::{Descriptor, Interface, Rect, Shaders};
use glir_spec::{GlslType, StateField};

/// A graphics API, or something that stands for one.
pub trait Backend {
    /// What the context has. It does not change while the interpreter lives.
    fn capabilities(&self) -> &Capabilities;

    /// Makes an object without storage. The handle is free: never used, or deleted since. `id` is the producer's, for
    /// logs.
    fn create(&mut self, handle: Handle, id: ObjectId, descriptor: &Descriptor) -> Result<(), Failure>;

    /// Deletes an object. It may still be bound or attached; GL's own rules for that apply, and the caller sets anew
    /// whatever it needs.
    fn delete(&mut self, kind: Kind, handle: Handle);

    /// Gives storage filled with zeros. What was there before is lost, bindings and attachments stay. On failure the
    /// object has no storage.
    fn allocate(&mut self, handle: Handle, storage: &Storage) -> Result<(), Failure>;

    /// Writes a range of a buffer. `bytes` is not empty.
    fn write_buffer(&mut self, buffer: Handle, role: BufferRole, offset: u64, bytes: &[u8]);

    /// Writes a box of texels, not empty. `bytes` has exactly the box's size, rows from the lowest up, tightly packed.
    fn write_texture(&mut self, texture: Handle, region: &TexelBox, bytes: &[u8]);

    /// A backend that reaches payloads outside this process's memory writes them from there. For any other they are copied
    /// into memory first.
    fn foreign(&mut self) -> Option<&mut dyn ForeignWrites> {
        None
    }

    /// Sets how a texture is sampled.
    fn sampling(&mut self, texture: Handle, sampling: &Sampling);

    /// Fills levels 1 and up of a texture from level 0.
    fn mipmaps(&mut self, texture: Handle);

    /// Compiles and links, replacing what the program was. Attribute slots should get locations in declared order
    /// where the shader leaves the choice. A failed program draws nothing until it is linked anew.
    fn link(&mut self, program: Handle, source: &ProgramSource<'_>) -> Result<Linked, LinkFailure>;

    /// Makes a linked program the one in use.
    fn use_program(&mut self, program: Handle);

    /// Sets a uniform of the program in use. `location` is one that `link` gave for this program; `bytes` holds
    /// `count` values of the type, little-endian; `count` does not exceed the active size. Samplers are set as `int`.
    fn uniform(&mut self, location: u32, ty: GlslType, count: u32, bytes: &[u8]);

    /// Sets one attribute location's source.
    fn attribute(&mut self, location: u32, source: &VertexSource);

    /// Binds a texture to a unit, or nothing.
    fn texture_unit(&mut self, unit: u32, texture: Option<(TextureTarget, Handle)>);

    /// Binds a buffer range to a uniform, storage or feedback binding point.
    fn buffer_range(&mut self, point: RangePoint, index: u32, range: Option<BufferRange>);

    /// Attaches an image to a framebuffer, or nothing.
    fn attach(&mut self, framebuffer: Handle, point: AttachmentPoint, image: Option<&Attachment>);

    /// Says which colour attachments outputs go to: entry i is true if output i goes to attachment i.
    fn draw_buffers(&mut self, framebuffer: Handle, enabled: &[bool]);

    /// Asks the driver whether a framebuffer that the check holds complete can be used. Asked once after each change.
    fn complete(&mut self, framebuffer: Handle) -> Result<(), Failure>;

    /// Makes a canvas of this size, or resizes it; its contents become transparent black, depth 1, stencil 0.
    /// `id` is the producer's, for logs.
    fn canvas(
        &mut self,
        canvas: Handle,
        id: CanvasId,
        width: u32,
        height: u32,
        samples: u32,
    ) -> Result<(), Failure>;

    /// Sets the target of clears and draws.
    fn target(&mut self, target: Surface);

    /// Applies one changed state field. A viewport is always given as a rectangle.
    fn state(&mut self, field: &StateField);

    /// Clears planes of the target with the clear values of the state.
    fn clear(&mut self, planes: &[Plane]);

    /// Clears one colour attachment of the target with a value of the attachment's class.
    fn clear_attachment(&mut self, attachment: u32, value: &ClearValue);

    /// Draws with the program in use, the attributes, units, ranges and state as set.
    fn draw(&mut self, draw: &DrawCall);

    /// Runs the compute program in use, then makes its writes visible to everything.
    fn dispatch(&mut self, groups: [u32; 3]);

    /// Copies between framebuffers. The target and the state's scissor are as set and must be so afterwards.
    fn blit(&mut self, blit: &BlitCall);

    /// Reads pixels as RGBA, four elements each, rows from the lowest up. A multisampled source is resolved.
    fn read_pixels(&mut self, read: &PixelRead) -> Result<Vec<u8>, Failure>;

    /// Reads a range of a buffer.
    fn read_buffer(&mut self, buffer: Handle, offset: u64, size: u64) -> Result<Vec<u8>, Failure>;

    /// Begins or ends a query.
    fn query(&mut self, query: Handle, kind: QueryKind, action: QueryAction);

    /// The result of a query that has ended; `wait` blocks until it is there.
    fn query_result(&mut self, query: Handle, kind: QueryKind, wait: bool) -> QueryState;

    /// Shows a canvas: the end of a frame.
    fn present(&mut self, canvas: Handle);

    /// Names an object for debuggers. Does nothing where the API has no names.
    fn label(&mut self, kind: Kind, handle: Handle, text: &str);

    /// Opens a debug group, or closes the innermost one.
    fn group(&mut self, label: Option<&str>);

    /// What the driver has to complain about since the last call: asked once a frame, since asking is slow.
    fn poll_error(&mut self) -> Option<Failure>;
}

/// Writes from where only a backend can reach. What holds for [`Backend::write_buffer`] and [`Backend::write_texture`]
/// holds here; the range lies inside its place.
pub trait ForeignWrites {
    /// Writes a range of a buffer.
    fn write_buffer(&mut self, buffer: Handle, role: BufferRole, offset: u64, bytes: ForeignRange<'_>);

    /// Writes a box of texels.
    fn write_texture(&mut self, texture: Handle, region: &TexelBox, bytes: ForeignRange<'_>);
}

/// The kinds of objects that a backend keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Buffers.
    Buffer,
    /// Textures.
    Texture,
    /// Renderbuffers.
    Renderbuffer,
    /// Framebuffers.
    Framebuffer,
    /// Programs.
    Program,
    /// Queries.
    Query,
}

impl Kind {
    /// The kind's name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Buffer => "buffer",
            Kind::Texture => "texture",
            Kind::Renderbuffer => "renderbuffer",
            Kind::Framebuffer => "framebuffer",
            Kind::Program => "program",
            Kind::Query => "query",
        }
    }

    /// The kind that a descriptor makes.
    pub const fn of(descriptor: &Descriptor) -> Kind {
        match descriptor {
            Descriptor::Buffer { .. } => Kind::Buffer,
            Descriptor::Texture { .. } => Kind::Texture,
            Descriptor::Renderbuffer { .. } => Kind::Renderbuffer,
            Descriptor::Framebuffer {} => Kind::Framebuffer,
            Descriptor::Program {} => Kind::Program,
            Descriptor::Query { .. } => Kind::Query,
        }
    }
}

/// An object's place in the backend's table of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handle(pub u32);

impl Handle {
    /// The handle as an index.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Something that an API refused although the check allowed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No memory was left.
    OutOfMemory,
    /// The context is gone.
    ContextLost,
    /// Anything else, in the API's words.
    Driver(String),
}

/// Width, height and depth (or layers, or 1) in texels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
    /// Depth slices or layers; 1 for 2D and cube.
    pub depth: u32,
}

/// Storage to be allocated. Sizes are never 0.
#[derive(Clone, Debug, PartialEq)]
pub enum Storage {
    /// Of a buffer.
    Buffer {
        /// Its role.
        role: BufferRole,
        /// The usage hint.
        usage: BufferUsage,
        /// Bytes.
        bytes: u64,
    },
    /// Of a texture: all its levels (and a cube's six faces).
    Texture {
        /// Shape.
        target: TextureTarget,
        /// Format.
        format: Format,
        /// Size of level 0.
        extent: Extent,
        /// Number of levels, at least 1.
        levels: u32,
    },
    /// Of a renderbuffer.
    Renderbuffer {
        /// Format.
        format: Format,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Samples, 0 for none.
        samples: u32,
    },
}

/// A box of texels in one level. For cubes z counts faces, for arrays layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TexelBox {
    /// The texture's shape.
    pub target: TextureTarget,
    /// The texture's format.
    pub format: Format,
    /// Level.
    pub level: u32,
    /// Lower corner.
    pub origin: [u32; 3],
    /// Size, nowhere 0.
    pub size: [u32; 3],
}

/// How a texture is sampled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// The texture's shape.
    pub target: TextureTarget,
    /// When it is made smaller.
    pub min: MinFilter,
    /// When it is made larger.
    pub mag: Filter,
    /// Greatest anisotropy, 1 for none, within the context's limit.
    pub anisotropy: f32,
    /// Wrapping in s, t and r.
    pub wrap: [Wrap; 3],
}

/// What a program is made of.
#[derive(Clone, Debug)]
pub struct ProgramSource<'a> {
    /// The sources.
    pub shaders: &'a Shaders<'a>,
    /// The declared interface: names to look up, varyings to capture.
    pub interface: &'a Interface<'a>,
}

/// What a linked program really has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Linked {
    /// Active uniforms outside blocks, samplers included; arrays once, without `[0]`.
    pub uniforms: Vec<ActiveUniform>,
    /// Active attributes.
    pub attributes: Vec<ActiveAttribute>,
    /// Active blocks.
    pub blocks: Vec<ActiveBlock>,
    /// The varyings that it captures, as declared: one entry each, in that order.
    pub captured: Vec<CapturedVarying>,
    /// Messages of a driver that accepted the program all the same.
    pub warnings: Vec<ShaderMessage>,
}

/// An active uniform.
#[derive(Clone, Debug, PartialEq)]
pub struct ActiveUniform {
    /// Its name in the source.
    pub name: String,
    /// Its type's number in GL.
    pub ty: u32,
    /// Its active length, 1 if it is no array.
    pub size: u32,
    /// The backend's number for it, as [`Backend::uniform`] takes; each element of an array
    /// of samplers is a uniform of its own (`name[0]`, `name[1]` …).
    pub location: u32,
}

/// An active attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct ActiveAttribute {
    /// Its name in the source.
    pub name: String,
    /// Its type's number in GL.
    pub ty: u32,
    /// Its location; a matrix takes one a column from there.
    pub location: u32,
}

/// An active block.
#[derive(Clone, Debug, PartialEq)]
pub struct ActiveBlock {
    /// Its name in the source.
    pub name: String,
    /// Its size in bytes.
    pub size: u32,
    /// A storage block.
    pub storage: bool,
    /// The binding point that the backend has given it.
    pub binding: u32,
}

/// A captured varying as the shaders have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapturedVarying {
    /// Its type's number in GL.
    pub ty: u32,
    /// Its length, 1 if it is no array.
    pub size: u32,
}

/// Why a program did not link.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkFailure {
    /// A shader or the program is faulty.
    Source(Vec<ShaderMessage>),
    /// The API failed.
    Failure(Failure),
}

/// A message of a shader compiler or linker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShaderMessage {
    /// `vertex shader`, `fragment shader`, `geometry shader`, `compute shader` or `program`.
    pub stage: &'static str,
    /// The source's line, counted from 1; 0 if unknown.
    pub line: u32,
    /// The message.
    pub text: String,
}

/// Where one attribute location takes its values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum VertexSource {
    /// From a buffer.
    View {
        /// The buffer.
        buffer: Handle,
        /// Bytes to the first value.
        offset: u64,
        /// Bytes between values, never 0.
        stride: u32,
        /// Component type.
        ty: ComponentType,
        /// Components, 1 to 4.
        components: u32,
        /// Integers are scaled to 0…1 or −1…1.
        normalized: bool,
        /// The shader reads integers.
        integer: bool,
        /// Instances a value, 0 for one value a vertex.
        divisor: u32,
    },
    /// A constant, as bit patterns of the class.
    Constant {
        /// Floats, signed or unsigned integers.
        class: ConstantClass,
        /// Four components.
        bits: [u32; 4],
    },
}

/// What a constant attribute's bits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstantClass {
    /// 32-bit floats.
    Float,
    /// Signed integers.
    Int,
    /// Unsigned integers.
    Uint,
}

/// Indexed binding points for buffers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangePoint {
    /// Uniform blocks.
    Uniform,
    /// Storage blocks.
    Storage,
    /// Transform feedback.
    Feedback,
}

/// A range of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferRange {
    /// The buffer.
    pub buffer: Handle,
    /// First byte.
    pub offset: u64,
    /// Bytes, never 0.
    pub size: u64,
}

/// An image attached to a framebuffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attachment {
    /// One 2D image of a texture.
    Texture {
        /// The texture.
        texture: Handle,
        /// Its shape.
        target: TextureTarget,
        /// Level.
        level: u32,
        /// Slice, layer or face.
        layer: u32,
    },
    /// A renderbuffer.
    Renderbuffer {
        /// The renderbuffer.
        renderbuffer: Handle,
    },
}

/// Something that can be drawn to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// A canvas.
    Canvas(Handle),
    /// A framebuffer.
    Framebuffer(Handle),
}

/// The value of a single attachment's clear.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ClearValue {
    /// For float and normalized formats.
    Float([f32; 4]),
    /// For signed integer formats.
    Int([i32; 4]),
    /// For unsigned integer formats.
    Uint([u32; 4]),
}

/// A draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawCall {
    /// Mode.
    pub mode: Mode,
    /// Indices, or vertices in order.
    pub indices: Option<Indices>,
    /// First vertex (without indices).
    pub first: u32,
    /// Vertices or indices, never 0.
    pub count: u32,
    /// Instances, never 0.
    pub instances: u32,
    /// True if the draw must be issued as an instanced one: an attribute has a divisor, or instances is more than 1.
    pub instanced: bool,
    /// Captures varyings into the feedback ranges: begin and end transform feedback around the draw.
    pub capture: bool,
}

/// The indices of a draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indices {
    /// The buffer.
    pub buffer: Handle,
    /// Their type.
    pub ty: IndexType,
    /// Byte offset of the first.
    pub offset: u64,
    /// Added to each.
    pub base_vertex: i32,
}

/// A copy between framebuffers.
#[derive(Clone, Debug, PartialEq)]
pub struct BlitCall {
    /// Where from.
    pub source: Surface,
    /// Where to.
    pub destination: Surface,
    /// The rectangle copied.
    pub source_rect: Rect,
    /// The rectangle written.
    pub destination_rect: Rect,
    /// What is copied.
    pub planes: Vec<Plane>,
    /// Scaling.
    pub filter: Filter,
}

/// A read of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PixelRead {
    /// Where from.
    pub source: Surface,
    /// The colour attachment.
    pub attachment: u32,
    /// Left edge.
    pub x: u32,
    /// Lower edge.
    pub y: u32,
    /// Width, never 0.
    pub width: u32,
    /// Height, never 0.
    pub height: u32,
    /// What comes back.
    pub class: PixelClass,
}

/// The element type of pixels that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelClass {
    /// u8, from normalized formats.
    Unorm,
    /// f32, from float formats.
    Float,
    /// i32, from signed integer formats.
    Int,
    /// u32, from unsigned integer formats.
    Uint,
}

impl PixelClass {
    /// Bytes of one RGBA pixel.
    pub const fn pixel_bytes(self) -> u64 {
        match self {
            PixelClass::Unorm => 4,
            _ => 16,
        }
    }
}

/// Whether a query's result is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryState {
    /// Not yet.
    Pending,
    /// It is.
    Ready(u64),
    /// The context could not tell (a disjoint timer, say).
    Unknown,
}
