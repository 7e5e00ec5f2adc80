//! The structures and unions that commands take.

use crate::enums::*;
use crate::formats::Format;
use crate::glsl::{GlslType, SamplerType};
use crate::ids::*;
use crate::wire::{Source, Str, Value};

wire_union! {
    /// What CREATE makes.
    Descriptor {
        /// A buffer, without storage until SIZE.
        1 Buffer "buffer" {
            /// What the buffer is for.
            buffer: BufferRole,
            /// How often its contents change.
            usage: BufferUsage = "\"static\"",
        }
        /// A texture, without storage until SIZE. Its filters start as `linear` (`nearest` where the format can't be
        /// filtered without a feature), its wrapping as `clamp_to_edge`.
        2 Texture "texture" {
            /// Its shape.
            texture: TextureTarget,
            /// Its format.
            format: Format,
            /// The number of mipmap levels; 0 means all down to 1×1.
            levels: u32 = "1",
            /// Where the red, green, blue and alpha that a shader reads come from; anything but the identity needs
            /// the feature `texture-swizzle`.
            swizzle: [Swizzle; 4] = "[\"red\",\"green\",\"blue\",\"alpha\"]",
            /// Depth formats only: sampling compares with the reference in this way (for shadow samplers).
            compare: Option<CompareFunc> = "null",
        }
        /// A renderbuffer, without storage until SIZE.
        3 Renderbuffer "renderbuffer" {
            /// Its format.
            renderbuffer: Format,
            /// Samples a pixel, 0 for none; more needs the feature `multisample`. A context may give more than asked.
            samples: u32 = "0",
        }
        /// A framebuffer, without attachments.
        4 Framebuffer "framebuffer" {}
        /// A program, without shaders.
        5 Program "program" {}
        /// A query.
        6 Query "query" {
            /// What it counts.
            query: QueryKind,
        }
    }
}

wire_union! {
    /// Where DATA goes: a byte offset in a buffer, or a box of texels in a texture.
    Region {
        /// A byte offset in a buffer. In the text form just the number.
        1 Bytes "bytes" bare {
            /// Bytes from the start of the buffer.
            offset: u64,
        }
        /// A box of texels. In the text form `{}` means all of level 0.
        2 Texels "texels" {
            /// Mipmap level.
            level: u32 = "0",
            /// Left edge, in texels.
            x: u32 = "0",
            /// Lower edge, in texels.
            y: u32 = "0",
            /// First depth slice, layer or cube face.
            z: u32 = "0",
            /// Width in texels; null means the rest of the level.
            width: Option<u32> = "null",
            /// Height in texels; null means the rest of the level.
            height: Option<u32> = "null",
            /// Number of slices, layers or faces; null means the rest.
            depth: Option<u32> = "null",
        }
    }
}

wire_union! {
    /// Where an attribute's values come from.
    AttributeSource<'a> {
        /// A view of a buffer: one value a vertex, or one every `divisor` instances.
        1 View "view" {
            /// The buffer, of role `vertex`.
            buffer: BufferId,
            /// The type of each component in the buffer. An attribute declared as an integer takes integer types only.
            ty: ComponentType = "\"f32\"",
            /// Components of each value in the buffer, 1 to 4; 0 means as many as declared. Missing ones read 0, 0, 0, 1.
            components: u8 = "0",
            /// Bytes from the start of the buffer to the first value.
            offset: u64 = "0",
            /// Bytes from one value to the next, at most 255; 0 means tightly packed.
            stride: u32 = "0",
            /// Integers are read as 0 to 1 or −1 to 1.
            normalized: bool = "false",
            /// 0: one value a vertex; n: one value every n instances (needs `instancing`).
            divisor: u32 = "0",
        }
        /// The same value for every vertex.
        2 Constant "constant" {
            /// The value, of the declared type.
            constant: Value<'a>,
        }
    }
}

wire_union! {
    /// Which vertices a draw takes.
    Selection {
        /// Through a buffer of indices.
        2 Elements "elements" {
            /// The buffer, of role `index`.
            elements: BufferId,
            /// Number of indices.
            count: u32,
            /// First index, counted in indices.
            first: u32 = "0",
            /// Type of the indices; `u32` needs `uint-indices`.
            ty: IndexType = "\"u16\"",
            /// Added to every index; other than 0 needs `base-vertex`.
            base_vertex: i32 = "0",
        }
        /// In order.
        1 Arrays "arrays" {
            /// Number of vertices.
            count: u32,
            /// First vertex.
            first: u32 = "0",
        }
    }
}

wire_union! {
    /// What READ brings back.
    ReadSource {
        /// A rectangle of pixels, rows from the lowest up: RGBA as u8 from normalized formats, as f32 from float
        /// formats, as i32 or u32 from integer formats.
        1 Pixels "pixels" {
            /// The framebuffer; 0 is the current canvas.
            framebuffer: FramebufferId,
            /// Left edge, in pixels.
            x: u32 = "0",
            /// Lower edge, in pixels.
            y: u32 = "0",
            /// Width in pixels; null means the rest.
            width: Option<u32> = "null",
            /// Height in pixels; null means the rest.
            height: Option<u32> = "null",
            /// The colour attachment; other than 0 needs `read-buffer`.
            attachment: u32 = "0",
        }
        /// A range of a buffer. Needs `buffer-read`.
        2 Buffer "buffer" {
            /// The buffer.
            buffer: BufferId,
            /// First byte.
            offset: u64 = "0",
            /// Number of bytes; null means the rest.
            size: Option<u64> = "null",
        }
    }
}

wire_union! {
    /// What a signal drives.
    BindTarget {
        /// A uniform of a program.
        1 Uniform "uniform" {
            /// The program.
            program: ProgramId,
            /// The uniform.
            uniform: UniformSlot,
        }
        /// The rectangle of the viewport or scissor that a list begins with (vec4: left, bottom, width, height in pixels).
        2 Rectangle "rectangle" {
            /// Which of the two.
            rectangle: RectangleField,
            /// The list.
            list: ListId,
        }
        /// The first vertex or index and the number of them that the draws of a list take (vec2), instead of their own.
        3 Range "range" {
            /// The list.
            range: ListId,
        }
        /// Whether a list runs (float or int): it does while the value is not 0.
        4 Visible "visible" {
            /// The list.
            visible: ListId,
        }
    }
}

wire_struct! {
    /// A rectangle in pixels, from the lower left corner of the target.
    Tuple Rect {
        /// Left edge.
        x: i32,
        /// Lower edge.
        y: i32,
        /// Width.
        width: u32,
        /// Height.
        height: u32,
    }
}

wire_struct! {
    /// The factors of the blend equation.
    Tuple BlendFunc {
        /// Source factor of red, green and blue.
        src_rgb: BlendFactor,
        /// Destination factor of red, green and blue.
        dst_rgb: BlendFactor,
        /// Source factor of alpha.
        src_alpha: BlendFactor,
        /// Destination factor of alpha.
        dst_alpha: BlendFactor,
    }
}

wire_struct! {
    /// The operators of the blend equation.
    Tuple BlendEquations {
        /// For red, green and blue.
        rgb: BlendEquation,
        /// For alpha.
        alpha: BlendEquation,
    }
}

wire_struct! {
    /// What happens to a stencil value on one side.
    Tuple StencilOps {
        /// When the stencil test fails.
        fail: StencilOp,
        /// When the stencil test passes and the depth test fails.
        depth_fail: StencilOp,
        /// When both pass.
        pass: StencilOp,
    }
}

wire_struct! {
    /// Scale and offset of a polygon's depth.
    Tuple PolygonOffset {
        /// Times the polygon's slope.
        factor: f32,
        /// Times the smallest resolvable difference.
        units: f32,
    }
}

wire_struct! {
    /// The share of samples that a draw covers.
    Tuple SampleCoverage {
        /// The share, 0 to 1.
        value: f32,
        /// Covers the others instead.
        invert: bool,
    }
}

wire_struct! {
    /// A vertex attribute, as the vertex shader declares it. In the text form `"vec2 a_position"`.
    Declaration AttributeDecl<'a> {
        /// Its name.
        name: Str<'a>,
        /// Its type; `bool` types can't be attributes.
        ty: GlslType,
    }
}

wire_struct! {
    /// A uniform, as the shaders declare it. In the text form `"vec4 u_color"` or `"mat4 u_bones[64]"`; a member of a
    /// structure is named as in GL: `"vec3 u_light.position"`, `"vec3 u_lights[2].position"`.
    Declaration UniformDecl<'a> {
        /// Its name, without a trailing `[0]`.
        name: Str<'a>,
        /// Its type.
        ty: GlslType,
        /// The length of the array, 1 if it is none.
        count: u32 = "1",
    }
}

wire_struct! {
    /// A sampler, as the shaders declare it. In the text form `"sampler2D u_image"`; each element of an array is an
    /// entry of its own: `"sampler2D u_images[1]"`.
    Declaration SamplerDecl<'a> {
        /// Its name.
        name: Str<'a>,
        /// Its type.
        ty: SamplerType,
    }
}

wire_struct! {
    /// A uniform block (layout std140) or, with `storage`, a shader storage block (layout std430).
    Object BlockDecl<'a> {
        /// The block's name (not the instance's).
        name: Str<'a>,
        /// Its size in bytes, as its layout gives it.
        size: u32,
        /// A storage block; needs `compute`.
        storage: bool = "false",
    }
}

wire_struct! {
    /// A varying that transform feedback captures. In the text form `"vec4 v_position"`.
    Declaration FeedbackDecl<'a> {
        /// Its name in the vertex (or geometry) shader; `gl_Position` is a vec4.
        name: Str<'a>,
        /// Its type.
        ty: GlslType,
    }
}

wire_struct! {
    /// What a program takes and gives. The order of each list gives the slots by which commands speak of its entries.
    Object Interface<'a> {
        /// Vertex attributes.
        attributes: Vec<AttributeDecl<'a>> = "[]",
        /// Uniforms outside blocks, samplers apart.
        uniforms: Vec<UniformDecl<'a>> = "[]",
        /// Samplers.
        samplers: Vec<SamplerDecl<'a>> = "[]",
        /// Uniform and storage blocks.
        blocks: Vec<BlockDecl<'a>> = "[]",
        /// Captured varyings.
        feedback: Vec<FeedbackDecl<'a>> = "[]",
        /// How captured varyings are laid out.
        feedback_mode: FeedbackMode = "\"interleaved\"",
    }
}

wire_union! {
    /// The shaders of a program.
    Shaders<'a> {
        /// A vertex and a fragment shader.
        1 Render "render" {
            /// Vertex shader.
            vertex: Source<'a>,
            /// Fragment shader.
            fragment: Source<'a>,
            /// Geometry shader; needs `geometry-shader`.
            geometry: Option<Source<'a>> = "null",
        }
        /// A compute shader; needs `compute`.
        2 Compute "compute" {
            /// Compute shader.
            compute: Source<'a>,
        }
    }
}

impl AttributeSource<'_> {
    /// Values packed tightly from a buffer's start on, one a vertex, with as many components as are declared.
    pub const fn packed(buffer: BufferId, ty: ComponentType) -> Self {
        AttributeSource::View {
            buffer,
            ty,
            components: 0,
            offset: 0,
            stride: 0,
            normalized: false,
            divisor: 0,
        }
    }
}
