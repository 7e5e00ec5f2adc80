//! Objects of OpenGL that write GLIR streams: programs, buffers, textures, framebuffers.
//!
//! Make objects in a [`Context`], set what a [`Program`] takes by name, draw, and take the frame: what an interpreter needs
//! to draw the same, and no more. The crate knows no interpreter; the frames go into a file, a socket or a window.
//!
//! ```
//! use glir_gloo::{Clear, Context, Mode, Program};
//!
//! let context = Context::new(640, 480)?;
//! let mut program = Program::new(
//!     &context,
//!     "attribute vec2 a_position; void main() { gl_Position = vec4(a_position, 0.0, 1.0); }",
//!     "precision highp float; uniform vec4 u_color; void main() { gl_FragColor = u_color; }",
//! )?;
//! program.set("a_position", [[-0.8, -0.8], [0.8, -0.8], [0.0, 0.8]])?;
//!
//! let mut frames = Vec::new();
//! for step in 0..3 {
//!     context.clear(Clear::color([0.0, 0.0, 0.0, 1.0]))?;
//!     program.set("u_color", [step as f32 / 2.0, 0.5, 1.0, 1.0])?;
//!     program.draw(Mode::Triangles, ..)?;
//!     frames.push(context.swap());
//! }
//! // The first frame makes the objects; the others say only what differs: CLEAR, UNIFORM, DRAW, SWAP.
//! assert_eq!(frames[1].len(), 4);
//! let header = context.header();
//! # Ok::<(), glir_gloo::Error>(())
//! ```
//!
//! # What is sent, and when
//!
//! Nothing is sent before a draw (or CLEAR, or READ) needs it. Then objects are made if they are new, buffers and
//! textures get the bytes that have changed, and program and state get what differs from what the stream was told. Dropping
//! an object takes it out of the stream, once nothing else uses it.
//!
//! # What moves without the producer
//!
//! A [`Signal`] is a value that the interpreter computes of what a person does. Bound to a uniform or to a [`List`] of draws, it lets a
//! file, an exported page or a live picture pan, zoom and turn with no command sent.
//!
//! # What is refused
//!
//! A draw that an interpreter would refuse is refused here, with a [sentence](Error) and the same [code](Code): what is not
//! set, vertices outside a buffer, a framebuffer that can't be drawn to, a texture that is read and written at once. What
//! only a context knows (its greatest texture, what its compiler says of a shader) is left to it.
//!
//! # Profile and features
//!
//! A [context made by size](Context::new) notes what its stream comes to need, in the smallest profile that will do: es2, and
//! the features in `requires`; es3 where no context of es2 has them. A [context with a header](Context::with_header) refuses
//! what that does not allow.
//!
//! # Coming from VisPy
//!
//! | VisPy | here |
//! | --- | --- |
//! | `program['u_color'] = 1, 0, 0, 1` | `program.set("u_color", [1.0, 0.0, 0.0, 1.0])?` |
//! | `program['a_position'] = gloo.VertexBuffer(data)` | `program.set("a_position", &VertexBuffer::new(&context, &data)?)?` |
//! | `program.bind(structured)` | `program.bind(&buffer)?`, with `#[derive(Vertex)]` |
//! | `program.draw('triangles', indices)` | `program.draw(Mode::Triangles, &indices)?` |
//! | `vbo[10:20] = data` | `buffer.write(10, &data)?`, `buffer.slice_mut(10..20)?` |
//! | `with fbo:` | `let _on = fbo.bind();` |
//! | `gloo.set_state('translucent')` | `context.set_preset(Preset::Translucent)` |
//! | `gloo.clear(color, depth=True)` | `context.clear(Clear::color_and_depth(color))?` |
//! | `gloo.read_pixels()` | `context.read_pixels(None)?`, answered by a reply |

#![forbid(unsafe_code)]
#![warn(clippy::missing_errors_doc)]

mod blocks;
mod buffer;
mod context;
mod error;
mod framebuffer;
mod glsl;
mod grants;
mod list;
mod names;
mod object;
mod program;
mod query;
mod queue;
mod read;
mod recording;
mod renderbuffer;
mod signal;
mod state;
mod texture;
mod uniform_buffer;
mod value;
mod vertex;

pub use blocks::Upload;
pub use buffer::{Buffer, Index, IndexBuffer, Indices, SliceMut, VertexBuffer, Vertices, View};
pub use context::{Context, GroupGuard};
pub use error::{Error, Result};
pub use framebuffer::{Bound, FrameBuffer, Image};
pub use half::f16;
pub use list::List;
pub use program::{Program, Selection};
pub use query::{Counting, Query};
pub use read::{Answer, Clear, ClearValue, ReadRequest};
pub use renderbuffer::RenderBuffer;
pub use signal::{Arcball, Clock, Controller, Fly, Operand, PanZoom, Signal, Turntable};
pub use state::Preset;
pub use texture::{
    Area, Array, Cube, D2, D3, Mipmaps, Shape, Texture, Texture2D, Texture2DArray, Texture3D, TextureCube,
    TextureOptions,
};
pub use uniform_buffer::UniformBuffer;
pub use value::Value;
pub use vertex::{Element, Field, ValueFormat, Vertex};

pub use glir_gloo_derive::Vertex;
pub use glir_spec::enums::{
    AttachmentPoint, BlendEquation, BlendFactor, BufferUsage, CompareFunc, ComponentType, Face, FeedbackMode,
    Filter, InputSource, MinFilter, Mode, QueryKind, Swizzle, Winding, Wrap,
};
pub use glir_spec::ids::{ListId, SignalId};
pub use glir_spec::signals::SignalKind;
pub use glir_spec::structs::{
    AttributeDecl, BlendEquations, BlendFunc, BlockDecl, Interface, Rect, SamplerDecl, UniformDecl,
};
pub use glir_spec::{Code, Feature, Format, Frame, GlslType, Header, Profile, SamplerType, StateField};
