//! WebGL as JavaScript has it: one type for both versions, since the second holds every function of the first.
//!
//! Calls are looked up by name when they are made, so a context of WebGL 1 passes for a [`Gl`] as long as nobody calls
//! what only WebGL 2 has. Functions that take views of payloads can throw; theirs are the results.

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    pub(crate) type Buffer;
    pub(crate) type Texture;
    pub(crate) type Renderbuffer;
    pub(crate) type Framebuffer;
    pub(crate) type Program;
    pub(crate) type Shader;
    pub(crate) type Query;
    pub(crate) type VertexArray;
    pub(crate) type Location;

    pub(crate) type Active;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn name(this: &Active) -> String;
    #[wasm_bindgen(method, getter, js_name = "type")]
    pub(crate) fn ty(this: &Active) -> u32;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn size(this: &Active) -> i32;

    /// A context of WebGL 1 or 2.
    #[derive(Clone)]
    pub(crate) type Gl;

    // ---- the context itself
    #[wasm_bindgen(method, js_name = isContextLost)]
    pub(crate) fn is_context_lost(this: &Gl) -> bool;
    #[wasm_bindgen(method, js_name = getError)]
    pub(crate) fn get_error(this: &Gl) -> u32;
    #[wasm_bindgen(method, js_name = getExtension)]
    pub(crate) fn get_extension(this: &Gl, name: &str) -> Option<Object>;
    #[wasm_bindgen(method, js_name = getParameter)]
    pub(crate) fn get_parameter(this: &Gl, name: u32) -> JsValue;
    #[wasm_bindgen(method)]
    pub(crate) fn enable(this: &Gl, capability: u32);
    #[wasm_bindgen(method)]
    pub(crate) fn disable(this: &Gl, capability: u32);
    #[wasm_bindgen(method, js_name = pixelStorei)]
    pub(crate) fn pixel_store(this: &Gl, name: u32, value: i32);
    #[wasm_bindgen(method)]
    pub(crate) fn flush(this: &Gl);

    // ---- buffers
    #[wasm_bindgen(method, js_name = createBuffer)]
    pub(crate) fn create_buffer(this: &Gl) -> Option<Buffer>;
    #[wasm_bindgen(method, js_name = deleteBuffer)]
    pub(crate) fn delete_buffer(this: &Gl, buffer: &Buffer);
    #[wasm_bindgen(method, js_name = bindBuffer)]
    pub(crate) fn bind_buffer(this: &Gl, target: u32, buffer: Option<&Buffer>);
    #[wasm_bindgen(method, js_name = bindBufferBase)]
    pub(crate) fn bind_buffer_base(this: &Gl, target: u32, index: u32, buffer: Option<&Buffer>);
    #[wasm_bindgen(method, js_name = bindBufferRange)]
    pub(crate) fn bind_buffer_range(
        this: &Gl,
        target: u32,
        index: u32,
        buffer: Option<&Buffer>,
        offset: f64,
        size: f64,
    );
    #[wasm_bindgen(method, catch, js_name = bufferData)]
    pub(crate) fn buffer_data(this: &Gl, target: u32, size: f64, usage: u32) -> Result<(), JsValue>;
    #[wasm_bindgen(method, js_name = bufferSubData)]
    pub(crate) fn buffer_sub_data(this: &Gl, target: u32, offset: f64, bytes: &[u8]);
    #[wasm_bindgen(method, catch, js_name = bufferSubData)]
    pub(crate) fn buffer_sub_data_view(
        this: &Gl,
        target: u32,
        offset: f64,
        view: &Object,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method, js_name = getBufferSubData)]
    pub(crate) fn get_buffer_sub_data(this: &Gl, target: u32, offset: f64, bytes: &mut [u8]);

    // ---- textures
    #[wasm_bindgen(method, js_name = createTexture)]
    pub(crate) fn create_texture(this: &Gl) -> Option<Texture>;
    #[wasm_bindgen(method, js_name = deleteTexture)]
    pub(crate) fn delete_texture(this: &Gl, texture: &Texture);
    #[wasm_bindgen(method, js_name = activeTexture)]
    pub(crate) fn active_texture(this: &Gl, unit: u32);
    #[wasm_bindgen(method, js_name = bindTexture)]
    pub(crate) fn bind_texture(this: &Gl, target: u32, texture: Option<&Texture>);
    #[wasm_bindgen(method, js_name = texParameteri)]
    pub(crate) fn tex_parameter_i(this: &Gl, target: u32, name: u32, value: u32);
    #[wasm_bindgen(method, js_name = texParameterf)]
    pub(crate) fn tex_parameter_f(this: &Gl, target: u32, name: u32, value: f32);
    #[wasm_bindgen(method, catch, js_name = texImage2D)]
    pub(crate) fn tex_image_2d(
        this: &Gl,
        target: u32,
        level: u32,
        internal: u32,
        width: u32,
        height: u32,
        border: u32,
        format: u32,
        ty: u32,
        view: Option<&Object>,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = texImage3D)]
    pub(crate) fn tex_image_3d(
        this: &Gl,
        target: u32,
        level: u32,
        internal: u32,
        width: u32,
        height: u32,
        depth: u32,
        border: u32,
        format: u32,
        ty: u32,
        view: Option<&Object>,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = texSubImage2D)]
    pub(crate) fn tex_sub_image_2d(
        this: &Gl,
        target: u32,
        level: u32,
        x: u32,
        y: u32,
        width: u32,
        height: u32,
        format: u32,
        ty: u32,
        view: &Object,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = texSubImage3D)]
    pub(crate) fn tex_sub_image_3d(
        this: &Gl,
        target: u32,
        level: u32,
        x: u32,
        y: u32,
        z: u32,
        width: u32,
        height: u32,
        depth: u32,
        format: u32,
        ty: u32,
        view: &Object,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method, js_name = generateMipmap)]
    pub(crate) fn generate_mipmap(this: &Gl, target: u32);

    // ---- programs
    #[wasm_bindgen(method, js_name = createProgram)]
    pub(crate) fn create_program(this: &Gl) -> Option<Program>;
    #[wasm_bindgen(method, js_name = deleteProgram)]
    pub(crate) fn delete_program(this: &Gl, program: &Program);
    #[wasm_bindgen(method, js_name = useProgram)]
    pub(crate) fn use_program(this: &Gl, program: Option<&Program>);
    #[wasm_bindgen(method, js_name = createShader)]
    pub(crate) fn create_shader(this: &Gl, stage: u32) -> Option<Shader>;
    #[wasm_bindgen(method, js_name = deleteShader)]
    pub(crate) fn delete_shader(this: &Gl, shader: &Shader);
    #[wasm_bindgen(method, js_name = shaderSource)]
    pub(crate) fn shader_source(this: &Gl, shader: &Shader, source: &str);
    #[wasm_bindgen(method, js_name = compileShader)]
    pub(crate) fn compile_shader(this: &Gl, shader: &Shader);
    #[wasm_bindgen(method, js_name = getShaderParameter)]
    pub(crate) fn get_shader_parameter(this: &Gl, shader: &Shader, name: u32) -> JsValue;
    #[wasm_bindgen(method, js_name = getShaderInfoLog)]
    pub(crate) fn get_shader_info_log(this: &Gl, shader: &Shader) -> Option<String>;
    #[wasm_bindgen(method, js_name = attachShader)]
    pub(crate) fn attach_shader(this: &Gl, program: &Program, shader: &Shader);
    #[wasm_bindgen(method, js_name = bindAttribLocation)]
    pub(crate) fn bind_attrib_location(this: &Gl, program: &Program, location: u32, name: &str);
    #[wasm_bindgen(method, js_name = transformFeedbackVaryings)]
    pub(crate) fn transform_feedback_varyings(this: &Gl, program: &Program, names: &Array, mode: u32);
    #[wasm_bindgen(method, js_name = linkProgram)]
    pub(crate) fn link_program(this: &Gl, program: &Program);
    #[wasm_bindgen(method, js_name = getProgramParameter)]
    pub(crate) fn get_program_parameter(this: &Gl, program: &Program, name: u32) -> JsValue;
    #[wasm_bindgen(method, js_name = getProgramInfoLog)]
    pub(crate) fn get_program_info_log(this: &Gl, program: &Program) -> Option<String>;
    #[wasm_bindgen(method, js_name = getActiveAttrib)]
    pub(crate) fn get_active_attrib(this: &Gl, program: &Program, index: u32) -> Option<Active>;
    #[wasm_bindgen(method, js_name = getActiveUniform)]
    pub(crate) fn get_active_uniform(this: &Gl, program: &Program, index: u32) -> Option<Active>;
    #[wasm_bindgen(method, js_name = getTransformFeedbackVarying)]
    pub(crate) fn get_transform_feedback_varying(this: &Gl, program: &Program, index: u32) -> Option<Active>;
    #[wasm_bindgen(method, js_name = getAttribLocation)]
    pub(crate) fn get_attrib_location(this: &Gl, program: &Program, name: &str) -> i32;
    #[wasm_bindgen(method, js_name = getUniformLocation)]
    pub(crate) fn get_uniform_location(this: &Gl, program: &Program, name: &str) -> Option<Location>;
    #[wasm_bindgen(method, js_name = getActiveUniformBlockName)]
    pub(crate) fn get_active_uniform_block_name(this: &Gl, program: &Program, index: u32) -> Option<String>;
    #[wasm_bindgen(method, js_name = getActiveUniformBlockParameter)]
    pub(crate) fn get_active_uniform_block_parameter(
        this: &Gl,
        program: &Program,
        index: u32,
        name: u32,
    ) -> JsValue;
    #[wasm_bindgen(method, js_name = uniformBlockBinding)]
    pub(crate) fn uniform_block_binding(this: &Gl, program: &Program, index: u32, binding: u32);

    // ---- uniforms: one value, then several
    #[wasm_bindgen(method, js_name = uniform1f)]
    pub(crate) fn uniform_1f(this: &Gl, at: &Location, x: f32);
    #[wasm_bindgen(method, js_name = uniform2f)]
    pub(crate) fn uniform_2f(this: &Gl, at: &Location, x: f32, y: f32);
    #[wasm_bindgen(method, js_name = uniform3f)]
    pub(crate) fn uniform_3f(this: &Gl, at: &Location, x: f32, y: f32, z: f32);
    #[wasm_bindgen(method, js_name = uniform4f)]
    pub(crate) fn uniform_4f(this: &Gl, at: &Location, x: f32, y: f32, z: f32, w: f32);
    #[wasm_bindgen(method, js_name = uniform1i)]
    pub(crate) fn uniform_1i(this: &Gl, at: &Location, x: i32);
    #[wasm_bindgen(method, js_name = uniform1fv)]
    pub(crate) fn uniform_1fv(this: &Gl, at: &Location, values: &[f32]);
    #[wasm_bindgen(method, js_name = uniform2fv)]
    pub(crate) fn uniform_2fv(this: &Gl, at: &Location, values: &[f32]);
    #[wasm_bindgen(method, js_name = uniform3fv)]
    pub(crate) fn uniform_3fv(this: &Gl, at: &Location, values: &[f32]);
    #[wasm_bindgen(method, js_name = uniform4fv)]
    pub(crate) fn uniform_4fv(this: &Gl, at: &Location, values: &[f32]);
    #[wasm_bindgen(method, js_name = uniform1iv)]
    pub(crate) fn uniform_1iv(this: &Gl, at: &Location, values: &[i32]);
    #[wasm_bindgen(method, js_name = uniform2iv)]
    pub(crate) fn uniform_2iv(this: &Gl, at: &Location, values: &[i32]);
    #[wasm_bindgen(method, js_name = uniform3iv)]
    pub(crate) fn uniform_3iv(this: &Gl, at: &Location, values: &[i32]);
    #[wasm_bindgen(method, js_name = uniform4iv)]
    pub(crate) fn uniform_4iv(this: &Gl, at: &Location, values: &[i32]);
    #[wasm_bindgen(method, js_name = uniform1uiv)]
    pub(crate) fn uniform_1uiv(this: &Gl, at: &Location, values: &[u32]);
    #[wasm_bindgen(method, js_name = uniform2uiv)]
    pub(crate) fn uniform_2uiv(this: &Gl, at: &Location, values: &[u32]);
    #[wasm_bindgen(method, js_name = uniform3uiv)]
    pub(crate) fn uniform_3uiv(this: &Gl, at: &Location, values: &[u32]);
    #[wasm_bindgen(method, js_name = uniform4uiv)]
    pub(crate) fn uniform_4uiv(this: &Gl, at: &Location, values: &[u32]);
    #[wasm_bindgen(method, js_name = uniformMatrix2fv)]
    pub(crate) fn uniform_matrix_2(this: &Gl, at: &Location, transpose: bool, values: &[f32]);
    #[wasm_bindgen(method, js_name = uniformMatrix3fv)]
    pub(crate) fn uniform_matrix_3(this: &Gl, at: &Location, transpose: bool, values: &[f32]);
    #[wasm_bindgen(method, js_name = uniformMatrix4fv)]
    pub(crate) fn uniform_matrix_4(this: &Gl, at: &Location, transpose: bool, values: &[f32]);
    #[wasm_bindgen(method, js_name = uniformMatrix2x3fv)]
    pub(crate) fn uniform_matrix_2x3(this: &Gl, at: &Location, transpose: bool, values: &[f32]);
    #[wasm_bindgen(method, js_name = uniformMatrix2x4fv)]
    pub(crate) fn uniform_matrix_2x4(this: &Gl, at: &Location, transpose: bool, values: &[f32]);
    #[wasm_bindgen(method, js_name = uniformMatrix3x2fv)]
    pub(crate) fn uniform_matrix_3x2(this: &Gl, at: &Location, transpose: bool, values: &[f32]);
    #[wasm_bindgen(method, js_name = uniformMatrix3x4fv)]
    pub(crate) fn uniform_matrix_3x4(this: &Gl, at: &Location, transpose: bool, values: &[f32]);
    #[wasm_bindgen(method, js_name = uniformMatrix4x2fv)]
    pub(crate) fn uniform_matrix_4x2(this: &Gl, at: &Location, transpose: bool, values: &[f32]);
    #[wasm_bindgen(method, js_name = uniformMatrix4x3fv)]
    pub(crate) fn uniform_matrix_4x3(this: &Gl, at: &Location, transpose: bool, values: &[f32]);

    // ---- attributes and draws
    #[wasm_bindgen(method, js_name = createVertexArray)]
    pub(crate) fn create_vertex_array(this: &Gl) -> Option<VertexArray>;
    #[wasm_bindgen(method, js_name = deleteVertexArray)]
    pub(crate) fn delete_vertex_array(this: &Gl, array: &VertexArray);
    #[wasm_bindgen(method, js_name = bindVertexArray)]
    pub(crate) fn bind_vertex_array(this: &Gl, array: Option<&VertexArray>);
    #[wasm_bindgen(method, js_name = enableVertexAttribArray)]
    pub(crate) fn enable_vertex_attrib_array(this: &Gl, location: u32);
    #[wasm_bindgen(method, js_name = disableVertexAttribArray)]
    pub(crate) fn disable_vertex_attrib_array(this: &Gl, location: u32);
    #[wasm_bindgen(method, js_name = vertexAttribPointer)]
    pub(crate) fn vertex_attrib_pointer(
        this: &Gl,
        location: u32,
        components: u32,
        ty: u32,
        normalized: bool,
        stride: u32,
        offset: f64,
    );
    #[wasm_bindgen(method, js_name = vertexAttribIPointer)]
    pub(crate) fn vertex_attrib_i_pointer(
        this: &Gl,
        location: u32,
        components: u32,
        ty: u32,
        stride: u32,
        offset: f64,
    );
    #[wasm_bindgen(method, js_name = vertexAttribDivisor)]
    pub(crate) fn vertex_attrib_divisor(this: &Gl, location: u32, divisor: u32);
    #[wasm_bindgen(method, js_name = vertexAttrib4f)]
    pub(crate) fn vertex_attrib_4f(this: &Gl, location: u32, x: f32, y: f32, z: f32, w: f32);
    #[wasm_bindgen(method, js_name = vertexAttribI4i)]
    pub(crate) fn vertex_attrib_4i(this: &Gl, location: u32, x: i32, y: i32, z: i32, w: i32);
    #[wasm_bindgen(method, js_name = vertexAttribI4ui)]
    pub(crate) fn vertex_attrib_4ui(this: &Gl, location: u32, x: u32, y: u32, z: u32, w: u32);
    #[wasm_bindgen(method, js_name = drawArrays)]
    pub(crate) fn draw_arrays(this: &Gl, mode: u32, first: u32, count: u32);
    #[wasm_bindgen(method, js_name = drawElements)]
    pub(crate) fn draw_elements(this: &Gl, mode: u32, count: u32, ty: u32, offset: f64);
    #[wasm_bindgen(method, js_name = drawArraysInstanced)]
    pub(crate) fn draw_arrays_instanced(this: &Gl, mode: u32, first: u32, count: u32, instances: u32);
    #[wasm_bindgen(method, js_name = drawElementsInstanced)]
    pub(crate) fn draw_elements_instanced(
        this: &Gl,
        mode: u32,
        count: u32,
        ty: u32,
        offset: f64,
        instances: u32,
    );
    #[wasm_bindgen(method, js_name = beginTransformFeedback)]
    pub(crate) fn begin_transform_feedback(this: &Gl, mode: u32);
    #[wasm_bindgen(method, js_name = endTransformFeedback)]
    pub(crate) fn end_transform_feedback(this: &Gl);

    // ---- targets
    #[wasm_bindgen(method, js_name = createRenderbuffer)]
    pub(crate) fn create_renderbuffer(this: &Gl) -> Option<Renderbuffer>;
    #[wasm_bindgen(method, js_name = deleteRenderbuffer)]
    pub(crate) fn delete_renderbuffer(this: &Gl, renderbuffer: &Renderbuffer);
    #[wasm_bindgen(method, js_name = bindRenderbuffer)]
    pub(crate) fn bind_renderbuffer(this: &Gl, target: u32, renderbuffer: Option<&Renderbuffer>);
    #[wasm_bindgen(method, js_name = renderbufferStorage)]
    pub(crate) fn renderbuffer_storage(this: &Gl, target: u32, format: u32, width: u32, height: u32);
    #[wasm_bindgen(method, js_name = renderbufferStorageMultisample)]
    pub(crate) fn renderbuffer_storage_multisample(
        this: &Gl,
        target: u32,
        samples: u32,
        format: u32,
        width: u32,
        height: u32,
    );
    #[wasm_bindgen(method, js_name = createFramebuffer)]
    pub(crate) fn create_framebuffer(this: &Gl) -> Option<Framebuffer>;
    #[wasm_bindgen(method, js_name = deleteFramebuffer)]
    pub(crate) fn delete_framebuffer(this: &Gl, framebuffer: &Framebuffer);
    #[wasm_bindgen(method, js_name = bindFramebuffer)]
    pub(crate) fn bind_framebuffer(this: &Gl, target: u32, framebuffer: Option<&Framebuffer>);
    #[wasm_bindgen(method, js_name = framebufferRenderbuffer)]
    pub(crate) fn framebuffer_renderbuffer(
        this: &Gl,
        target: u32,
        point: u32,
        of: u32,
        renderbuffer: Option<&Renderbuffer>,
    );
    #[wasm_bindgen(method, js_name = framebufferTexture2D)]
    pub(crate) fn framebuffer_texture_2d(
        this: &Gl,
        target: u32,
        point: u32,
        image: u32,
        texture: Option<&Texture>,
        level: u32,
    );
    #[wasm_bindgen(method, js_name = framebufferTextureLayer)]
    pub(crate) fn framebuffer_texture_layer(
        this: &Gl,
        target: u32,
        point: u32,
        texture: Option<&Texture>,
        level: u32,
        layer: u32,
    );
    #[wasm_bindgen(method, js_name = checkFramebufferStatus)]
    pub(crate) fn check_framebuffer_status(this: &Gl, target: u32) -> u32;
    #[wasm_bindgen(method, js_name = drawBuffers)]
    pub(crate) fn draw_buffers(this: &Gl, buffers: &Array);
    #[wasm_bindgen(method, js_name = readBuffer)]
    pub(crate) fn read_buffer(this: &Gl, attachment: u32);
    #[wasm_bindgen(method, js_name = blitFramebuffer)]
    pub(crate) fn blit_framebuffer(
        this: &Gl,
        sx0: i32,
        sy0: i32,
        sx1: i32,
        sy1: i32,
        dx0: i32,
        dy0: i32,
        dx1: i32,
        dy1: i32,
        mask: u32,
        filter: u32,
    );
    #[wasm_bindgen(method, catch, js_name = readPixels)]
    pub(crate) fn read_pixels(
        this: &Gl,
        x: u32,
        y: u32,
        width: u32,
        height: u32,
        format: u32,
        ty: u32,
        view: &Object,
    ) -> Result<(), JsValue>;

    // ---- clears and state
    #[wasm_bindgen(method)]
    pub(crate) fn clear(this: &Gl, mask: u32);
    #[wasm_bindgen(method, js_name = clearBufferfv)]
    pub(crate) fn clear_buffer_f(this: &Gl, buffer: u32, index: u32, value: &[f32]);
    #[wasm_bindgen(method, js_name = clearBufferiv)]
    pub(crate) fn clear_buffer_i(this: &Gl, buffer: u32, index: u32, value: &[i32]);
    #[wasm_bindgen(method, js_name = clearBufferuiv)]
    pub(crate) fn clear_buffer_u(this: &Gl, buffer: u32, index: u32, value: &[u32]);
    #[wasm_bindgen(method, js_name = clearColor)]
    pub(crate) fn clear_color(this: &Gl, r: f32, g: f32, b: f32, a: f32);
    #[wasm_bindgen(method, js_name = clearDepth)]
    pub(crate) fn clear_depth(this: &Gl, depth: f32);
    #[wasm_bindgen(method, js_name = clearStencil)]
    pub(crate) fn clear_stencil(this: &Gl, value: i32);
    #[wasm_bindgen(method)]
    pub(crate) fn viewport(this: &Gl, x: i32, y: i32, width: u32, height: u32);
    #[wasm_bindgen(method)]
    pub(crate) fn scissor(this: &Gl, x: i32, y: i32, width: u32, height: u32);
    #[wasm_bindgen(method, js_name = depthRange)]
    pub(crate) fn depth_range(this: &Gl, near: f32, far: f32);
    #[wasm_bindgen(method, js_name = blendFuncSeparate)]
    pub(crate) fn blend_func_separate(this: &Gl, src: u32, dst: u32, src_alpha: u32, dst_alpha: u32);
    #[wasm_bindgen(method, js_name = blendEquationSeparate)]
    pub(crate) fn blend_equation_separate(this: &Gl, rgb: u32, alpha: u32);
    #[wasm_bindgen(method, js_name = blendColor)]
    pub(crate) fn blend_color(this: &Gl, r: f32, g: f32, b: f32, a: f32);
    #[wasm_bindgen(method, js_name = depthFunc)]
    pub(crate) fn depth_func(this: &Gl, func: u32);
    #[wasm_bindgen(method, js_name = depthMask)]
    pub(crate) fn depth_mask(this: &Gl, on: bool);
    #[wasm_bindgen(method, js_name = stencilFuncSeparate)]
    pub(crate) fn stencil_func_separate(this: &Gl, face: u32, func: u32, reference: i32, mask: u32);
    #[wasm_bindgen(method, js_name = stencilMask)]
    pub(crate) fn stencil_mask(this: &Gl, mask: u32);
    #[wasm_bindgen(method, js_name = stencilOpSeparate)]
    pub(crate) fn stencil_op_separate(this: &Gl, face: u32, fail: u32, depth_fail: u32, pass: u32);
    #[wasm_bindgen(method, js_name = cullFace)]
    pub(crate) fn cull_face(this: &Gl, face: u32);
    #[wasm_bindgen(method, js_name = frontFace)]
    pub(crate) fn front_face(this: &Gl, winding: u32);
    #[wasm_bindgen(method, js_name = polygonOffset)]
    pub(crate) fn polygon_offset(this: &Gl, factor: f32, units: f32);
    #[wasm_bindgen(method, js_name = lineWidth)]
    pub(crate) fn line_width(this: &Gl, width: f32);
    #[wasm_bindgen(method, js_name = colorMask)]
    pub(crate) fn color_mask(this: &Gl, r: bool, g: bool, b: bool, a: bool);
    #[wasm_bindgen(method, js_name = sampleCoverage)]
    pub(crate) fn sample_coverage(this: &Gl, value: f32, invert: bool);

    // ---- queries
    #[wasm_bindgen(method, js_name = createQuery)]
    pub(crate) fn create_query(this: &Gl) -> Option<Query>;
    #[wasm_bindgen(method, js_name = deleteQuery)]
    pub(crate) fn delete_query(this: &Gl, query: &Query);
    #[wasm_bindgen(method, js_name = beginQuery)]
    pub(crate) fn begin_query(this: &Gl, target: u32, query: &Query);
    #[wasm_bindgen(method, js_name = endQuery)]
    pub(crate) fn end_query(this: &Gl, target: u32);
    #[wasm_bindgen(method, js_name = getQueryParameter)]
    pub(crate) fn get_query_parameter(this: &Gl, query: &Query, name: u32) -> JsValue;

    // ---- extensions of WebGL 1 that have functions
    /// `ANGLE_instanced_arrays`.
    #[derive(Clone)]
    pub(crate) type Instancing;
    #[wasm_bindgen(method, js_name = drawArraysInstancedANGLE)]
    pub(crate) fn draw_arrays(this: &Instancing, mode: u32, first: u32, count: u32, instances: u32);
    #[wasm_bindgen(method, js_name = drawElementsInstancedANGLE)]
    pub(crate) fn draw_elements(
        this: &Instancing,
        mode: u32,
        count: u32,
        ty: u32,
        offset: f64,
        instances: u32,
    );
    #[wasm_bindgen(method, js_name = vertexAttribDivisorANGLE)]
    pub(crate) fn divisor(this: &Instancing, location: u32, divisor: u32);

    /// `WEBGL_draw_buffers`.
    #[derive(Clone)]
    pub(crate) type DrawBuffers;
    #[wasm_bindgen(method, js_name = drawBuffersWEBGL)]
    pub(crate) fn draw_buffers(this: &DrawBuffers, buffers: &Array);

    /// `EXT_disjoint_timer_query`.
    #[derive(Clone)]
    pub(crate) type TimerQuery;
    #[wasm_bindgen(method, js_name = createQueryEXT)]
    pub(crate) fn create(this: &TimerQuery) -> Option<Query>;
    #[wasm_bindgen(method, js_name = deleteQueryEXT)]
    pub(crate) fn delete(this: &TimerQuery, query: &Query);
    #[wasm_bindgen(method, js_name = beginQueryEXT)]
    pub(crate) fn begin(this: &TimerQuery, target: u32, query: &Query);
    #[wasm_bindgen(method, js_name = endQueryEXT)]
    pub(crate) fn end(this: &TimerQuery, target: u32);
    #[wasm_bindgen(method, js_name = getQueryObjectEXT)]
    pub(crate) fn parameter(this: &TimerQuery, query: &Query, name: u32) -> JsValue;
}
