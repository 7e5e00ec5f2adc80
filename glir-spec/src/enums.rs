//! The named values that commands take. Where GL has the value, its name here is GL's in lower case.

wire_enum! {
    /// What a buffer is for. WebGL keeps index data apart from all other data, so the role is fixed at CREATE.
    BufferRole {
        /// Vertex attributes, transform feedback.
        1 Vertex "vertex" = ARRAY_BUFFER,
        /// Indices of indexed draws.
        2 Index "index" = ELEMENT_ARRAY_BUFFER,
        /// Uniform blocks.
        3 Uniform "uniform" = UNIFORM_BUFFER,
        /// Shader storage blocks.
        4 Storage "storage" = SHADER_STORAGE_BUFFER,
    }
}

wire_enum! {
    /// How often a buffer's contents change: a hint to the driver.
    BufferUsage {
        /// Written once, drawn often.
        1 Static "static" = STATIC_DRAW,
        /// Written often, drawn often.
        2 Dynamic "dynamic" = DYNAMIC_DRAW,
        /// Written about as often as drawn.
        3 Stream "stream" = STREAM_DRAW,
    }
}

wire_enum! {
    /// The shape of a texture. A 1D texture is 2D with height 1.
    TextureTarget {
        /// Width × height.
        1 D2 "2d" = TEXTURE_2D,
        /// Width × height × depth.
        2 D3 "3d" = TEXTURE_3D,
        /// Width × height × layers.
        3 Array "2d_array" = TEXTURE_2D_ARRAY,
        /// Six square faces, in the order +X, −X, +Y, −Y, +Z, −Z.
        4 Cube "cube" = TEXTURE_CUBE_MAP,
    }
}

wire_enum! {
    /// Where a channel of a sampled texel comes from.
    Swizzle {
        1 Red "red" = RED,
        2 Green "green" = GREEN,
        3 Blue "blue" = BLUE,
        4 Alpha "alpha" = ALPHA,
        5 Zero "zero" = ZERO,
        6 One "one" = ONE,
    }
}

wire_enum! {
    /// A comparison.
    CompareFunc {
        1 Never "never" = NEVER,
        2 Less "less" = LESS,
        3 Equal "equal" = EQUAL,
        4 Lequal "lequal" = LEQUAL,
        5 Greater "greater" = GREATER,
        6 Notequal "notequal" = NOTEQUAL,
        7 Gequal "gequal" = GEQUAL,
        8 Always "always" = ALWAYS,
    }
}

wire_enum! {
    /// How a texture is sampled when it is made smaller.
    MinFilter {
        1 Nearest "nearest" = NEAREST,
        2 Linear "linear" = LINEAR,
        3 NearestMipmapNearest "nearest_mipmap_nearest" = NEAREST_MIPMAP_NEAREST,
        4 LinearMipmapNearest "linear_mipmap_nearest" = LINEAR_MIPMAP_NEAREST,
        5 NearestMipmapLinear "nearest_mipmap_linear" = NEAREST_MIPMAP_LINEAR,
        6 LinearMipmapLinear "linear_mipmap_linear" = LINEAR_MIPMAP_LINEAR,
    }
}

wire_enum! {
    /// How a texture is sampled when it is made larger, and how BLIT scales.
    Filter {
        1 Nearest "nearest" = NEAREST,
        2 Linear "linear" = LINEAR,
    }
}

wire_enum! {
    /// What lies beyond a texture's edge.
    Wrap {
        1 Repeat "repeat" = REPEAT,
        2 ClampToEdge "clamp_to_edge" = CLAMP_TO_EDGE,
        3 MirroredRepeat "mirrored_repeat" = MIRRORED_REPEAT,
    }
}

wire_enum! {
    /// The type of one component of a vertex attribute in its buffer.
    ComponentType {
        1 I8 "i8" = BYTE,
        2 U8 "u8" = UNSIGNED_BYTE,
        3 I16 "i16" = SHORT,
        4 U16 "u16" = UNSIGNED_SHORT,
        5 I32 "i32" = INT,
        6 U32 "u32" = UNSIGNED_INT,
        7 F16 "f16" = HALF_FLOAT,
        8 F32 "f32" = FLOAT,
    }
}

wire_enum! {
    /// The type of the indices of an indexed draw.
    IndexType {
        1 U8 "u8" = UNSIGNED_BYTE,
        2 U16 "u16" = UNSIGNED_SHORT,
        3 U32 "u32" = UNSIGNED_INT,
    }
}

wire_enum! {
    /// What the vertices of a draw make up.
    Mode {
        1 Points "points" = POINTS,
        2 Lines "lines" = LINES,
        3 LineLoop "line_loop" = LINE_LOOP,
        4 LineStrip "line_strip" = LINE_STRIP,
        5 Triangles "triangles" = TRIANGLES,
        6 TriangleStrip "triangle_strip" = TRIANGLE_STRIP,
        7 TriangleFan "triangle_fan" = TRIANGLE_FAN,
        /// Needs the feature `geometry-shader`.
        8 LinesAdjacency "lines_adjacency" = LINES_ADJACENCY,
        /// Needs the feature `geometry-shader`.
        9 LineStripAdjacency "line_strip_adjacency" = LINE_STRIP_ADJACENCY,
        /// Needs the feature `geometry-shader`.
        10 TrianglesAdjacency "triangles_adjacency" = TRIANGLES_ADJACENCY,
        /// Needs the feature `geometry-shader`.
        11 TriangleStripAdjacency "triangle_strip_adjacency" = TRIANGLE_STRIP_ADJACENCY,
    }
}

wire_enum! {
    /// Where an image is attached to a framebuffer.
    AttachmentPoint {
        1 Color0 "color0" = COLOR_ATTACHMENT0,
        2 Color1 "color1" = COLOR_ATTACHMENT1,
        3 Color2 "color2" = COLOR_ATTACHMENT2,
        4 Color3 "color3" = COLOR_ATTACHMENT3,
        5 Color4 "color4" = COLOR_ATTACHMENT4,
        6 Color5 "color5" = COLOR_ATTACHMENT5,
        7 Color6 "color6" = COLOR_ATTACHMENT6,
        8 Color7 "color7" = COLOR_ATTACHMENT7,
        9 Depth "depth" = DEPTH_ATTACHMENT,
        10 Stencil "stencil" = STENCIL_ATTACHMENT,
        11 DepthStencil "depth_stencil" = DEPTH_STENCIL_ATTACHMENT,
    }
}

wire_enum! {
    /// The planes of a framebuffer.
    Plane {
        1 Color "color" = COLOR_BUFFER_BIT,
        2 Depth "depth" = DEPTH_BUFFER_BIT,
        3 Stencil "stencil" = STENCIL_BUFFER_BIT,
    }
}

wire_enum! {
    /// A factor of the blend equation.
    BlendFactor {
        1 Zero "zero" = ZERO,
        2 One "one" = ONE,
        3 SrcColor "src_color" = SRC_COLOR,
        4 OneMinusSrcColor "one_minus_src_color" = ONE_MINUS_SRC_COLOR,
        5 DstColor "dst_color" = DST_COLOR,
        6 OneMinusDstColor "one_minus_dst_color" = ONE_MINUS_DST_COLOR,
        7 SrcAlpha "src_alpha" = SRC_ALPHA,
        8 OneMinusSrcAlpha "one_minus_src_alpha" = ONE_MINUS_SRC_ALPHA,
        9 DstAlpha "dst_alpha" = DST_ALPHA,
        10 OneMinusDstAlpha "one_minus_dst_alpha" = ONE_MINUS_DST_ALPHA,
        11 ConstantColor "constant_color" = CONSTANT_COLOR,
        12 OneMinusConstantColor "one_minus_constant_color" = ONE_MINUS_CONSTANT_COLOR,
        13 ConstantAlpha "constant_alpha" = CONSTANT_ALPHA,
        14 OneMinusConstantAlpha "one_minus_constant_alpha" = ONE_MINUS_CONSTANT_ALPHA,
        /// Only as a source factor.
        15 SrcAlphaSaturate "src_alpha_saturate" = SRC_ALPHA_SATURATE,
    }
}

wire_enum! {
    /// How the two sides of the blend equation are combined.
    BlendEquation {
        1 Add "func_add" = FUNC_ADD,
        2 Subtract "func_subtract" = FUNC_SUBTRACT,
        3 ReverseSubtract "func_reverse_subtract" = FUNC_REVERSE_SUBTRACT,
        /// Needs the feature `blend-minmax`.
        4 Min "min" = MIN,
        /// Needs the feature `blend-minmax`.
        5 Max "max" = MAX,
    }
}

wire_enum! {
    /// What happens to a stencil value.
    StencilOp {
        1 Keep "keep" = KEEP,
        2 Zero "zero" = ZERO,
        3 Replace "replace" = REPLACE,
        4 Incr "incr" = INCR,
        5 IncrWrap "incr_wrap" = INCR_WRAP,
        6 Decr "decr" = DECR,
        7 DecrWrap "decr_wrap" = DECR_WRAP,
        8 Invert "invert" = INVERT,
    }
}

wire_enum! {
    /// A side of a polygon.
    Face {
        1 Front "front" = FRONT,
        2 Back "back" = BACK,
        3 FrontAndBack "front_and_back" = FRONT_AND_BACK,
    }
}

wire_enum! {
    /// The winding of a front-facing polygon.
    Winding {
        1 Cw "cw" = CW,
        2 Ccw "ccw" = CCW,
    }
}

wire_enum! {
    /// What a query counts.
    QueryKind {
        /// 1 if any sample passed the depth and stencil tests, else 0. Needs the feature `occlusion-query`.
        1 AnySamplesPassed "any_samples_passed" = ANY_SAMPLES_PASSED,
        /// How many samples passed. Needs the feature `samples-query`.
        2 SamplesPassed "samples_passed" = SAMPLES_PASSED,
        /// Nanoseconds on the GPU. Needs the feature `timer-query`.
        3 TimeElapsed "time_elapsed" = TIME_ELAPSED,
        /// Primitives captured by transform feedback. Needs the feature `transform-feedback`.
        4 PrimitivesWritten "primitives_written" = TRANSFORM_FEEDBACK_PRIMITIVES_WRITTEN,
    }
}

wire_enum! {
    /// The two ends of a query.
    QueryAction {
        /// Start counting.
        1 Begin "begin",
        /// Stop counting; the result comes as QUERY_RESULT.
        2 End "end",
    }
}

wire_enum! {
    /// How captured varyings are laid out.
    FeedbackMode {
        /// All in the buffer of slot 0, in declared order.
        1 Interleaved "interleaved" = INTERLEAVED_ATTRIBS,
        /// Each in the buffer of its own slot.
        2 Separate "separate" = SEPARATE_ATTRIBS,
    }
}

wire_enum! {
    /// Where an input comes from.
    InputSource {
        /// Pointer position in pixels from the canvas's lower left corner (vec2).
        1 Pointer "pointer",
        /// Pressed pointer buttons as a bit mask (int).
        2 Buttons "buttons",
        /// Wheel movement in pixels since the stream began (vec2).
        3 Wheel "wheel",
        /// Pressed modifier keys as a bit mask (int).
        4 Modifiers "modifiers",
        /// Seconds since the stream began (float).
        5 Time "time",
        /// Canvas size in pixels (vec2).
        6 CanvasSize "canvas_size",
        /// Device pixels per layout pixel (float).
        7 PixelRatio "pixel_ratio",
    }
}

wire_enum! {
    /// A rectangle of the state.
    RectangleField {
        /// The viewport.
        1 Viewport "viewport",
        /// The scissor.
        2 Scissor "scissor",
    }
}

wire_enum! {
    /// An operation of a signal. Arithmetic is done in f64; two operands are of one type, or one of them is a float that
    /// stands for all components of the other.
    SignalOp {
        /// A constant without operands: 1 to 4 numbers make a float or vector, 9 a mat3, 16 a mat4 (columns first).
        1 Constant "constant",
        /// Sum of two signals.
        2 Add "add",
        /// Difference of two signals.
        3 Sub "sub",
        /// Product of two signals: component by component, of a matrix with a vector, or of two matrices.
        4 Mul "mul",
        /// Quotient of two signals, component by component.
        5 Div "div",
        /// The lesser of two signals, component by component.
        6 Min "min",
        /// The greater of two signals, component by component.
        7 Max "max",
        /// Linear interpolation between the first two signals by the third, a float.
        8 Mix "mix",
        /// A vector of floats and vectors, 2 to 4 components in all.
        9 Vector "vector",
        /// Components of a vector; the constant's 1 to 4 numbers are their indices, from 0 on.
        10 Component "component",
        /// A pan-zoom controller: the visible rectangle as vec4 (left, bottom, right, top).
        11 PanZoom "pan_zoom",
        /// A turntable controller: a view matrix (mat4) that circles around a centre with z upward.
        12 Turntable "turntable",
        /// An arcball controller: a view matrix (mat4) that turns freely around a centre.
        13 Arcball "arcball",
        /// A fly controller: a view matrix (mat4) that moves through the scene.
        14 Fly "fly",
        /// A clock controller: seconds (float) that can be stopped.
        15 Clock "clock",
        /// The rectangle that is being drawn in a pan_zoom, as vec4 in pixels (left, bottom, right, top); zeros for none.
        16 Selection "selection",
        /// 1 where keys go to a controller because a person chose it by Tab, else 0 (float).
        17 Focused "focused",
        /// The sine, component by component.
        20 Sin "sin",
        /// The cosine.
        21 Cos "cos",
        /// The exponential function.
        22 Exp "exp",
        /// The natural logarithm.
        23 Log "log",
        /// The square root.
        24 Sqrt "sqrt",
        /// The absolute value.
        25 Abs "abs",
        /// The greatest whole number that is not greater.
        26 Floor "floor",
        /// The first signal modulo the second, with the sign of the second.
        28 Mod "mod",
        /// The angle of the point (second, first) from the x axis, in radians.
        29 Atan2 "atan2",
        /// 1 where the first signal is less than the second, else 0.
        30 Less "less",
        /// The second signal where the first, a float, is not 0; else the third.
        31 Select "select",
        /// The dot product of two vectors (float).
        32 Dot "dot",
        /// The cross product of two vec3.
        33 Cross "cross",
        /// The length of a vector (float).
        34 Length "length",
        /// A mat4 that moves by a vec3.
        40 Translation "translation",
        /// A mat4 that scales by a vec3.
        41 Scaling "scaling",
        /// A mat4 that turns around the axis of the first operand, a vec3, by the second, radians.
        42 Rotation "rotation",
        /// A mat4 of a perspective as gluPerspective's: vertical angle in radians, width over height, near, far.
        43 Perspective "perspective",
        /// A mat4 that maps the box from the first operand to the second, vec3, to GL's clip volume; z points at the viewer.
        44 Orthographic "orthographic",
        /// The inverse of a matrix; zeros where there is none.
        45 Inverse "inverse",
        /// The part of each component that a 32-bit float holds.
        50 High "high",
        /// What is left of each component without its high part.
        51 Low "low",
        /// A float rounded to a whole number, for uniforms of type int, uint and bool (int).
        52 Int "int",
    }
}

wire_enum! {
    /// What happened to a pointer.
    PointerAction {
        /// It moved.
        1 Move "move",
        /// A button went down.
        2 Down "down",
        /// A button went up.
        3 Up "up",
        /// It came over the canvas.
        4 Enter "enter",
        /// It left the canvas.
        5 Leave "leave",
    }
}

wire_enum! {
    /// What happened to a key.
    KeyAction {
        /// It went down.
        1 Down "down",
        /// It went up.
        2 Up "up",
    }
}

wire_enum! {
    /// How grave a diagnostic is.
    Severity {
        /// The command did what it says, but probably not what was meant.
        1 Warning "warning",
        /// The command did nothing.
        2 Error "error",
        /// The stream cannot go on.
        3 Fatal "fatal",
    }
}

impl AttachmentPoint {
    /// The number of a colour attachment, or none for depth and stencil.
    pub const fn color_index(self) -> Option<u32> {
        let index = self as u32 - 1;
        if index < crate::limits::MAX_COLOR_ATTACHMENTS { Some(index) } else { None }
    }

    /// The colour attachment with this number.
    pub const fn color(index: u32) -> Option<Self> {
        if index < crate::limits::MAX_COLOR_ATTACHMENTS { Self::from_number(index as u64 + 1) } else { None }
    }
}

impl ComponentType {
    /// Bytes of one component.
    pub const fn size(self) -> u32 {
        match self {
            ComponentType::I8 | ComponentType::U8 => 1,
            ComponentType::I16 | ComponentType::U16 | ComponentType::F16 => 2,
            ComponentType::I32 | ComponentType::U32 | ComponentType::F32 => 4,
        }
    }

    /// True for the float types.
    pub const fn is_float(self) -> bool {
        matches!(self, ComponentType::F16 | ComponentType::F32)
    }
}

impl IndexType {
    /// Bytes of one index.
    pub const fn size(self) -> u32 {
        match self {
            IndexType::U8 => 1,
            IndexType::U16 => 2,
            IndexType::U32 => 4,
        }
    }

    /// The index that restarts a strip where primitive restart is on (profile es3).
    pub const fn restart(self) -> u32 {
        match self {
            IndexType::U8 => 0xff,
            IndexType::U16 => 0xffff,
            IndexType::U32 => 0xffff_ffff,
        }
    }
}

impl MinFilter {
    /// True if the filter reads other levels than the first.
    pub const fn uses_mipmaps(self) -> bool {
        !matches!(self, MinFilter::Nearest | MinFilter::Linear)
    }

    /// True if the filter mixes texels or levels.
    pub const fn is_linear(self) -> bool {
        !matches!(self, MinFilter::Nearest | MinFilter::NearestMipmapNearest)
    }
}

impl TextureTarget {
    /// True if images are addressed by a third coordinate that is a layer or depth slice.
    pub const fn has_depth(self) -> bool {
        matches!(self, TextureTarget::D3 | TextureTarget::Array)
    }
}
