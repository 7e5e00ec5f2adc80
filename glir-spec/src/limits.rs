//! Every limit of the language and every default budget, in one place.
//!
//! The limits bound what a reader accepts, whatever the stream says. An interpreter may have tighter ones (its context's
//! texture size, say); it declares those in its HELLO.

/// Alignment of payloads in the arena and of chunks in a file, in bytes.
pub const ALIGNMENT: usize = 64;
/// The deepest nesting of MessagePack values.
pub const MAX_DEPTH: usize = 16;
/// The most bytes in one head.
pub const MAX_HEAD_BYTES: usize = 256 << 20;
/// The most bytes in one arena (1 TiB; what can be drawn is bounded by the memory budget).
pub const MAX_ARENA_BYTES: u64 = 1 << 40;
/// The most commands in one frame chunk.
pub const MAX_COMMANDS: usize = 16 << 20;
/// The longest payload that travels inside the head, in bytes. Longer ones live in the arena.
pub const MAX_INLINE_BYTES: usize = 64;
/// The most objects alive at once.
pub const MAX_OBJECTS: usize = 1 << 18;
/// The greatest size of one buffer, in bytes: what GL's signed 32-bit sizes reach everywhere.
pub const MAX_BUFFER_BYTES: u64 = (1 << 31) - 1;
/// The greatest extent of a texture or renderbuffer in any direction, in texels.
pub const MAX_EXTENT: u32 = 1 << 14;
/// The default budget for the storage of all objects together, in bytes.
pub const DEFAULT_MEMORY_BUDGET: u64 = 4 << 30;
/// The deepest nesting of GROUP: GL's stack of debug groups holds 64, of which one is its own.
pub const MAX_GROUP_DEPTH: usize = 63;
/// The longest identifier of a shader's interface, in bytes (GLSL ES 3.00, section 3.8, gives 1024).
pub const MAX_NAME_BYTES: usize = 1024;
/// The longest label, group name, metadata key or extension name, in bytes.
pub const MAX_LABEL_BYTES: usize = 1024;
/// The longest metadata value, in bytes.
pub const MAX_META_BYTES: usize = 1 << 20;
/// The most notes in one chunk of metadata of a file.
pub const MAX_META_ENTRIES: usize = 4096;
/// The longest shader source, in bytes.
pub const MAX_SOURCE_BYTES: usize = 1 << 20;
/// The most entries in any list of a program's interface.
pub const MAX_INTERFACE_ENTRIES: usize = 1024;
/// The most elements of a uniform array.
pub const MAX_UNIFORM_COUNT: u32 = 4096;
/// The most bytes that all uniforms of a program take.
pub const MAX_UNIFORM_BYTES: u64 = 1 << 20;
/// The most vertex attribute locations (matrices take one a column).
pub const MAX_ATTRIBUTE_LOCATIONS: u32 = 16;
/// The greatest stride of an attribute, in bytes (WebGL 1.0, section 6.6).
pub const MAX_STRIDE: u32 = 255;
/// The most colour attachments of a framebuffer.
pub const MAX_COLOR_ATTACHMENTS: u32 = 8;
/// The most instances of one draw.
pub const MAX_INSTANCES: u32 = 1 << 24;
/// The most vertices or indices of one draw, all instances together; also the most work groups of one DISPATCH.
pub const MAX_DRAW_VERTICES: u64 = 1 << 28;
/// The most bytes that the READs of one frame may bring back together.
pub const MAX_READ_BYTES: u64 = 1 << 30;
/// The most READs of one frame.
pub const MAX_READS_PER_FRAME: u32 = 1 << 16;
/// The most canvases of a stream.
pub const MAX_CANVASES: usize = 64;
/// The greatest width or height of a canvas, in pixels.
pub const MAX_CANVAS_EXTENT: u32 = 1 << 14;
/// The most replies of one message in a live session.
pub const MAX_REPLIES: usize = 1 << 16;
/// The most diagnostics kept for one frame; the rest are only counted.
pub const MAX_DIAGNOSTICS_PER_FRAME: usize = 1000;
/// The most lists of a stream.
pub const MAX_LISTS: usize = 1 << 14;
/// The most bytes that all lists of a stream take together.
pub const MAX_LIST_BYTES: usize = 64 << 20;
/// The most commands that the lists of one frame run.
pub const MAX_LIST_COMMANDS: usize = 1 << 20;
/// The deepest nesting of RUN.
pub const MAX_RUN_DEPTH: u32 = 16;
/// The most inputs and signals of a stream.
pub const MAX_SIGNALS: usize = 1 << 16;
/// The most bindings of a stream.
pub const MAX_BINDINGS: usize = 1 << 14;
/// The most operands of one SIGNAL.
pub const MAX_SIGNAL_OPERANDS: usize = 64;
