//! The methods of a backend as GL calls.

use super::values::{Bytes, Floats, Integers, Names, uniform};
use super::{FACES, TraceBackend};
use crate::backend::*;
use crate::capabilities::Capabilities;
use crate::null::as_declared;
use glir_spec::enums::*;
use glir_spec::ids::{CanvasId, ObjectId};
use glir_spec::structs::{Descriptor, Rect, Shaders};
use glir_spec::{GlslType, StateField};
use std::fmt::Write;

/// The binding point through which a buffer is filled.
fn upload_target(role: BufferRole) -> &'static str {
    if role == BufferRole::Index { "GL_ELEMENT_ARRAY_BUFFER" } else { "GL_ARRAY_BUFFER" }
}

fn mask(planes: &[Plane]) -> String {
    let all = [Plane::Color, Plane::Depth, Plane::Stencil];
    let named: Vec<_> =
        all.iter().filter(|plane| planes.contains(plane)).map(|plane| plane.gl_name()).collect();
    named.join(" | ")
}

/// Lower left and upper right corner.
fn corners(rect: &Rect) -> String {
    let far = |near: i32, size: u32| i64::from(near) + i64::from(size);
    format!("{}, {}, {}, {}", rect.x, rect.y, far(rect.x, rect.width), far(rect.y, rect.height))
}

impl<W: Write> Backend for TraceBackend<W> {
    fn capabilities(&self) -> &Capabilities {
        self.answers.capabilities()
    }

    fn create(&mut self, handle: Handle, id: ObjectId, descriptor: &Descriptor) -> Result<(), Failure> {
        let kind = Kind::of(descriptor);
        self.ids.insert((kind, handle), id);
        let name = self.name(kind, handle);
        match descriptor {
            Descriptor::Buffer { .. } => self.line(format_args!("glGenBuffers(1, {name})")),
            Descriptor::Texture { texture: target, swizzle, compare, .. } => {
                self.shapes.insert(handle, *target);
                self.line(format_args!("glGenTextures(1, {name})"));
                self.bind_texture(*target, handle);
                if *swizzle != [Swizzle::Red, Swizzle::Green, Swizzle::Blue, Swizzle::Alpha] {
                    for (channel, from) in ["R", "G", "B", "A"].iter().zip(swizzle) {
                        self.tex_parameter(*target, &format!("GL_TEXTURE_SWIZZLE_{channel}"), from.gl_name());
                    }
                }
                if let Some(func) = compare {
                    self.tex_parameter(*target, "GL_TEXTURE_COMPARE_MODE", "GL_COMPARE_REF_TO_TEXTURE");
                    self.tex_parameter(*target, "GL_TEXTURE_COMPARE_FUNC", func.gl_name());
                }
            }
            Descriptor::Renderbuffer { .. } => self.line(format_args!("glGenRenderbuffers(1, {name})")),
            Descriptor::Framebuffer {} => self.line(format_args!("glGenFramebuffers(1, {name})")),
            Descriptor::Program {} => self.line(format_args!("glCreateProgram({name})")),
            Descriptor::Query { .. } => self.line(format_args!("glGenQueries(1, {name})")),
        }
        Ok(())
    }

    fn delete(&mut self, kind: Kind, handle: Handle) {
        let name = self.name(kind, handle);
        match kind {
            Kind::Buffer => self.line(format_args!("glDeleteBuffers(1, {name})")),
            Kind::Texture => self.line(format_args!("glDeleteTextures(1, {name})")),
            Kind::Renderbuffer => self.line(format_args!("glDeleteRenderbuffers(1, {name})")),
            Kind::Framebuffer => self.line(format_args!("glDeleteFramebuffers(1, {name})")),
            Kind::Program => self.line(format_args!("glDeleteProgram({name})")),
            Kind::Query => self.line(format_args!("glDeleteQueries(1, {name})")),
        }
        self.ids.remove(&(kind, handle));
        match kind {
            Kind::Texture => {
                self.samplings.remove(&handle);
                self.shapes.remove(&handle);
                self.changed = self.changed.filter(|&texture| texture != handle);
            }
            Kind::Program => {
                self.programs.remove(&handle);
                self.program = self.program.filter(|&program| program != handle);
            }
            _ => {}
        }
    }

    fn allocate(&mut self, handle: Handle, storage: &Storage) -> Result<(), Failure> {
        match *storage {
            Storage::Buffer { role, usage, bytes } => {
                let target = upload_target(role);
                self.bind_buffer(target, handle);
                self.line(format_args!("glBufferData({target}, {bytes}, zeros, {})", usage.gl_name()));
            }
            Storage::Texture { target, format, extent, levels } => {
                self.bind_texture(target, handle);
                self.allocate_texture(target, format, extent, levels);
            }
            Storage::Renderbuffer { format, width, height, samples } => {
                let (name, format) = (self.name(Kind::Renderbuffer, handle), format.gl_name());
                self.line(format_args!("glBindRenderbuffer(GL_RENDERBUFFER, {name})"));
                if samples > 0 {
                    self.line(format_args!(
                        "glRenderbufferStorageMultisample(GL_RENDERBUFFER, {samples}, {format}, {width}, {height})"
                    ));
                } else {
                    self.line(format_args!(
                        "glRenderbufferStorage(GL_RENDERBUFFER, {format}, {width}, {height})"
                    ));
                }
            }
        }
        Ok(())
    }

    fn write_buffer(&mut self, buffer: Handle, role: BufferRole, offset: u64, bytes: &[u8]) {
        let target = upload_target(role);
        self.bind_buffer(target, buffer);
        self.line(format_args!("glBufferSubData({target}, {offset}, {})", Bytes(bytes)));
    }

    fn write_texture(&mut self, texture: Handle, region: &TexelBox, bytes: &[u8]) {
        self.bind_texture(region.target, texture);
        let TexelBox { target, level, origin: [x, y, z], size: [width, height, depth], format } = *region;
        let (pixels, ty) = format.upload_names();
        match target {
            TextureTarget::D2 => self.line(format_args!(
                "glTexSubImage2D(GL_TEXTURE_2D, {level}, {x}, {y}, {width}, {height}, {pixels}, {ty}, {})",
                Bytes(bytes)
            )),
            TextureTarget::Cube => {
                let face_bytes = (bytes.len() / depth.max(1) as usize).max(1);
                for (face, bytes) in FACES.iter().skip(z as usize).zip(bytes.chunks(face_bytes)) {
                    self.line(format_args!(
                        "glTexSubImage2D({face}, {level}, {x}, {y}, {width}, {height}, {pixels}, {ty}, {})",
                        Bytes(bytes)
                    ));
                }
            }
            TextureTarget::D3 | TextureTarget::Array => {
                let name = target.gl_name();
                self.line(format_args!(
                    "glTexSubImage3D({name}, {level}, {x}, {y}, {z}, {width}, {height}, {depth}, {pixels}, {ty}, {})",
                    Bytes(bytes)
                ));
            }
        }
    }

    fn sampling(&mut self, texture: Handle, sampling: &Sampling) {
        let target = sampling.target;
        self.bind_texture(target, texture);
        let known = self.samplings.insert(texture, *sampling);
        // Only what changes; a fresh texture gets everything but what has no meaning for it.
        if known.is_none_or(|known| known.min != sampling.min) {
            self.tex_parameter(target, "GL_TEXTURE_MIN_FILTER", sampling.min.gl_name());
        }
        if known.is_none_or(|known| known.mag != sampling.mag) {
            self.tex_parameter(target, "GL_TEXTURE_MAG_FILTER", sampling.mag.gl_name());
        }
        let axes = if target == TextureTarget::D3 { &["S", "T", "R"][..] } else { &["S", "T"] };
        for ((axis, wrap), index) in axes.iter().zip(sampling.wrap).zip(0..) {
            if known.is_none_or(|known| known.wrap[index] != wrap) {
                self.tex_parameter(target, &format!("GL_TEXTURE_WRAP_{axis}"), wrap.gl_name());
            }
        }
        if sampling.anisotropy.to_bits() != known.map_or(1.0, |known| known.anisotropy).to_bits() {
            let (target, value) = (target.gl_name(), sampling.anisotropy);
            self.line(format_args!("glTexParameterf({target}, GL_TEXTURE_MAX_ANISOTROPY_EXT, {value})"));
        }
    }

    fn mipmaps(&mut self, texture: Handle) {
        let Some(&target) = self.shapes.get(&texture) else { return };
        self.bind_texture(target, texture);
        self.line(format_args!("glGenerateMipmap({})", target.gl_name()));
    }

    fn link(&mut self, program: Handle, source: &ProgramSource<'_>) -> Result<Linked, LinkFailure> {
        let name = self.name(Kind::Program, program);
        let stages = match source.shaders {
            Shaders::Render { vertex, fragment, geometry } => [
                ("GL_VERTEX_SHADER", Some(vertex)),
                ("GL_GEOMETRY_SHADER", geometry.as_ref()),
                ("GL_FRAGMENT_SHADER", Some(fragment)),
            ],
            Shaders::Compute { compute } => [("GL_COMPUTE_SHADER", Some(compute)), ("", None), ("", None)],
        };
        for (stage, text) in stages {
            let Some(text) = text else { continue };
            let bytes = Bytes(text.as_bytes());
            self.line(format_args!("glShaderSource({stage} of {name}, {bytes})"));
            self.line(format_args!("glCompileShader({stage} of {name})"));
        }
        let linked = as_declared(source.interface);
        for attribute in &linked.attributes {
            let ActiveAttribute { name: attribute, location, .. } = attribute;
            self.line(format_args!("glBindAttribLocation({name}, {location}, {attribute})"));
        }
        if !source.interface.feedback.is_empty() {
            let captured = Names(source.interface.feedback.iter().map(|entry| &*entry.name).collect());
            let mode = source.interface.feedback_mode.gl_name();
            self.line(format_args!("glTransformFeedbackVaryings({name}, {captured}, {mode})"));
        }
        self.line(format_args!("glLinkProgram({name})"));
        for block in &linked.blocks {
            // Storage blocks are bound by their layout.
            if !block.storage {
                self.line(format_args!("glUniformBlockBinding({name}, {}, {})", block.name, block.binding));
            }
        }
        self.programs.insert(program, linked.clone());
        Ok(linked)
    }

    fn use_program(&mut self, program: Handle) {
        self.program = Some(program);
        let name = self.name(Kind::Program, program);
        self.line(format_args!("glUseProgram({name})"));
    }

    fn uniform(&mut self, location: u32, ty: GlslType, count: u32, bytes: &[u8]) {
        let program = self.program.and_then(|program| self.programs.get(&program));
        let uniforms = program.map_or(&[][..], |program| &program.uniforms);
        let found = uniforms.iter().find(|uniform| uniform.location == location);
        let name = found.map_or_else(|| location.to_string(), |uniform| uniform.name.clone());
        let call = uniform(&name, ty, count, bytes);
        self.line(format_args!("{call}"));
    }

    fn attribute(&mut self, location: u32, source: &VertexSource) {
        let at = self.location(location);
        match *source {
            VertexSource::View { buffer, offset, stride, ty, components, normalized, integer, divisor } => {
                self.bind_buffer("GL_ARRAY_BUFFER", buffer);
                let ty = ty.gl_name();
                if integer {
                    self.line(format_args!(
                        "glVertexAttribIPointer({at}, {components}, {ty}, {stride}, {offset})"
                    ));
                } else {
                    self.line(format_args!(
                        "glVertexAttribPointer({at}, {components}, {ty}, {normalized}, {stride}, {offset})"
                    ));
                }
                if self.arrays.insert(location) {
                    self.line(format_args!("glEnableVertexAttribArray({at})"));
                }
                if self.divisors.insert(location, divisor).unwrap_or(0) != divisor {
                    self.line(format_args!("glVertexAttribDivisor({at}, {divisor})"));
                }
            }
            VertexSource::Constant { class, bits } => {
                if self.arrays.remove(&location) {
                    self.line(format_args!("glDisableVertexAttribArray({at})"));
                }
                match class {
                    ConstantClass::Float => {
                        let value = Floats(&bits.map(f32::from_bits));
                        self.line(format_args!("glVertexAttrib4fv({at}, {value})"));
                    }
                    ConstantClass::Int => {
                        let value = Integers(&bits.map(u32::cast_signed));
                        self.line(format_args!("glVertexAttribI4iv({at}, {value})"));
                    }
                    ConstantClass::Uint => {
                        self.line(format_args!("glVertexAttribI4uiv({at}, {})", Integers(&bits)));
                    }
                }
            }
        }
    }

    fn texture_unit(&mut self, unit: u32, texture: Option<(TextureTarget, Handle)>) {
        self.activate(unit);
        match texture {
            Some((target, texture)) => {
                let name = self.name(Kind::Texture, texture);
                self.line(format_args!("glBindTexture({}, {name})", target.gl_name()));
            }
            None => self.line(format_args!("glBindTexture(GL_TEXTURE_2D, 0)")),
        }
    }

    fn buffer_range(&mut self, point: RangePoint, index: u32, range: Option<BufferRange>) {
        let target = match point {
            RangePoint::Uniform => "GL_UNIFORM_BUFFER",
            RangePoint::Storage => "GL_SHADER_STORAGE_BUFFER",
            RangePoint::Feedback => "GL_TRANSFORM_FEEDBACK_BUFFER",
        };
        match range {
            Some(BufferRange { buffer, offset, size }) => {
                let name = self.name(Kind::Buffer, buffer);
                self.line(format_args!("glBindBufferRange({target}, {index}, {name}, {offset}, {size})"));
            }
            None => self.line(format_args!("glBindBufferBase({target}, {index}, 0)")),
        }
    }

    fn attach(&mut self, framebuffer: Handle, point: AttachmentPoint, image: Option<&Attachment>) {
        self.bind_framebuffer("GL_FRAMEBUFFER", Surface::Framebuffer(framebuffer));
        let point = point.gl_name();
        match image {
            None => {
                self.line(format_args!(
                    "glFramebufferRenderbuffer(GL_FRAMEBUFFER, {point}, GL_RENDERBUFFER, 0)"
                ));
            }
            Some(&Attachment::Renderbuffer { renderbuffer }) => {
                let name = self.name(Kind::Renderbuffer, renderbuffer);
                self.line(format_args!(
                    "glFramebufferRenderbuffer(GL_FRAMEBUFFER, {point}, GL_RENDERBUFFER, {name})"
                ));
            }
            Some(&Attachment::Texture { texture, target, level, layer }) => {
                let name = self.name(Kind::Texture, texture);
                let image = match target {
                    TextureTarget::D2 => Some(target.gl_name()),
                    TextureTarget::Cube => FACES.get(layer as usize).copied(),
                    TextureTarget::D3 | TextureTarget::Array => None,
                };
                match image {
                    Some(image) => self.line(format_args!(
                        "glFramebufferTexture2D(GL_FRAMEBUFFER, {point}, {image}, {name}, {level})"
                    )),
                    None => self.line(format_args!(
                        "glFramebufferTextureLayer(GL_FRAMEBUFFER, {point}, {name}, {level}, {layer})"
                    )),
                }
            }
        }
    }

    fn draw_buffers(&mut self, framebuffer: Handle, enabled: &[bool]) {
        self.bind_framebuffer("GL_FRAMEBUFFER", Surface::Framebuffer(framebuffer));
        let point =
            |index: usize| AttachmentPoint::color(index as u32).map_or("GL_NONE", AttachmentPoint::gl_name);
        let points = enabled.iter().enumerate().map(|(index, &on)| if on { point(index) } else { "GL_NONE" });
        let points = Names(points.collect());
        self.line(format_args!("glDrawBuffers({}, {points})", enabled.len()));
    }

    fn complete(&mut self, framebuffer: Handle) -> Result<(), Failure> {
        self.bind_framebuffer("GL_FRAMEBUFFER", Surface::Framebuffer(framebuffer));
        self.line(format_args!("glCheckFramebufferStatus(GL_FRAMEBUFFER)"));
        Ok(())
    }

    fn canvas(
        &mut self,
        canvas: Handle,
        id: CanvasId,
        width: u32,
        height: u32,
        samples: u32,
    ) -> Result<(), Failure> {
        self.canvases.insert(canvas, id);
        if samples > 0 {
            self.line(format_args!("// canvas {id}: {width}×{height}, {samples} samples"));
        } else {
            self.line(format_args!("// canvas {id}: {width}×{height}"));
        }
        Ok(())
    }

    fn target(&mut self, target: Surface) {
        self.bind_framebuffer("GL_FRAMEBUFFER", target);
    }

    fn state(&mut self, field: &StateField) {
        self.set_state(field);
    }

    fn clear(&mut self, planes: &[Plane]) {
        self.line(format_args!("glClear({})", mask(planes)));
    }

    fn clear_attachment(&mut self, attachment: u32, value: &ClearValue) {
        match value {
            ClearValue::Float(value) => {
                self.line(format_args!("glClearBufferfv(GL_COLOR, {attachment}, {})", Floats(value)));
            }
            ClearValue::Int(value) => {
                self.line(format_args!("glClearBufferiv(GL_COLOR, {attachment}, {})", Integers(value)));
            }
            ClearValue::Uint(value) => {
                self.line(format_args!("glClearBufferuiv(GL_COLOR, {attachment}, {})", Integers(value)));
            }
        }
    }

    fn draw(&mut self, draw: &DrawCall) {
        if draw.capture {
            self.line(format_args!("glBeginTransformFeedback({})", draw.mode.gl_name()));
        }
        self.issue(draw);
        if draw.capture {
            self.line(format_args!("glEndTransformFeedback()"));
        }
    }

    fn dispatch(&mut self, [x, y, z]: [u32; 3]) {
        self.line(format_args!("glDispatchCompute({x}, {y}, {z})"));
        self.line(format_args!("glMemoryBarrier(GL_ALL_BARRIER_BITS)"));
    }

    fn blit(&mut self, blit: &BlitCall) {
        self.bind_framebuffer("GL_READ_FRAMEBUFFER", blit.source);
        self.bind_framebuffer("GL_DRAW_FRAMEBUFFER", blit.destination);
        let (from, to) = (corners(&blit.source_rect), corners(&blit.destination_rect));
        let (mask, filter) = (mask(&blit.planes), blit.filter.gl_name());
        self.line(format_args!("glBlitFramebuffer({from}, {to}, {mask}, {filter})"));
    }

    fn read_pixels(&mut self, read: &PixelRead) -> Result<Vec<u8>, Failure> {
        self.bind_framebuffer("GL_FRAMEBUFFER", read.source);
        if read.attachment > 0 {
            self.line(format_args!("glReadBuffer(GL_COLOR_ATTACHMENT{})", read.attachment));
        }
        let format = match read.class {
            PixelClass::Unorm => "GL_RGBA, GL_UNSIGNED_BYTE",
            PixelClass::Float => "GL_RGBA, GL_FLOAT",
            PixelClass::Int => "GL_RGBA_INTEGER, GL_INT",
            PixelClass::Uint => "GL_RGBA_INTEGER, GL_UNSIGNED_INT",
        };
        let PixelRead { x, y, width, height, .. } = read;
        self.line(format_args!("glReadPixels({x}, {y}, {width}, {height}, {format})"));
        if read.attachment > 0 {
            self.line(format_args!("glReadBuffer(GL_COLOR_ATTACHMENT0)"));
        }
        self.answers.read_pixels(read)
    }

    fn read_buffer(&mut self, buffer: Handle, offset: u64, size: u64) -> Result<Vec<u8>, Failure> {
        self.bind_buffer("GL_COPY_READ_BUFFER", buffer);
        self.line(format_args!("glMapBufferRange(GL_COPY_READ_BUFFER, {offset}, {size}, GL_MAP_READ_BIT)"));
        self.line(format_args!("glUnmapBuffer(GL_COPY_READ_BUFFER)"));
        self.answers.read_buffer(buffer, offset, size)
    }

    fn query(&mut self, query: Handle, kind: QueryKind, action: QueryAction) {
        let name = self.name(Kind::Query, query);
        match action {
            QueryAction::Begin => self.line(format_args!("glBeginQuery({}, {name})", kind.gl_name())),
            QueryAction::End => self.line(format_args!("glEndQuery({})", kind.gl_name())),
        }
    }

    fn query_result(&mut self, query: Handle, kind: QueryKind, wait: bool) -> QueryState {
        let name = self.name(Kind::Query, query);
        self.line(format_args!("glGetQueryObjectuiv({name}, GL_QUERY_RESULT)"));
        self.answers.query_result(query, kind, wait)
    }

    fn present(&mut self, canvas: Handle) {
        let name = self.surface(Surface::Canvas(canvas));
        self.line(format_args!("// {name} is shown"));
    }

    fn label(&mut self, kind: Kind, handle: Handle, text: &str) {
        let name = self.name(kind, handle);
        let kind = match kind {
            Kind::Buffer => "GL_BUFFER",
            Kind::Texture => "GL_TEXTURE",
            Kind::Renderbuffer => "GL_RENDERBUFFER",
            Kind::Framebuffer => "GL_FRAMEBUFFER",
            Kind::Program => "GL_PROGRAM",
            Kind::Query => "GL_QUERY",
        };
        self.line(format_args!("glObjectLabel({kind}, {name}, {text:?})"));
    }

    fn group(&mut self, label: Option<&str>) {
        match label {
            Some(label) => self.line(format_args!("glPushDebugGroup({label:?})")),
            None => self.line(format_args!("glPopDebugGroup()")),
        }
    }

    fn poll_error(&mut self) -> Option<Failure> {
        None
    }
}
