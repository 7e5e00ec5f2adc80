//! Programs: shaders, what is set for them by name, and drawing.

mod draw;
mod interface;
mod selection;
mod send;
mod slots;

pub use selection::Selection;
pub(crate) use slots::{fits, split_element};

use crate::buffer::{Buffer, Vertices};
use crate::context::Context;
use crate::error::{Result, refuse, shown};
use crate::glsl::BlockLayout;
use crate::object::{Handle, Label};
use crate::signal::Signal;
use crate::value::Value;
use crate::vertex::Vertex;
use glir_spec::Code;
use glir_spec::ids::ProgramId;
use glir_spec::structs::Interface;
use interface::{Sources, Texts};
use slots::Slots;
use std::sync::Arc;

/// Shaders, and what is set for them.
///
/// What the shaders take (attributes, uniforms, samplers, blocks) is read from their declarations, and set by name:
///
/// ```
/// use glir_gloo::{Context, Mode, Program};
///
/// let context = Context::new(64, 64)?;
/// let mut program = Program::new(
///     &context,
///     "attribute vec2 a_position; void main() { gl_Position = vec4(a_position, 0.0, 1.0); }",
///     "precision highp float; uniform vec4 u_color; void main() { gl_FragColor = u_color; }",
/// )?;
/// program.set("a_position", [[-0.8, -0.8], [0.8, -0.8], [0.0, 0.8]])?;
/// program.set("u_color", [1.0, 0.5, 0.0, 1.0])?;
/// program.draw(Mode::Triangles, ..)?;
///
/// let error = program.set("u_color", [1.0, 0.5, 0.0]).unwrap_err();
/// assert_eq!(error.to_string(), "uniform `u_color` is vec4; a vec3 was given");
/// let error = program.set("u_colour", 1.0).unwrap_err();
/// assert_eq!(error.to_string(), "program 1 has no `u_colour`; it has `a_position`, `u_color`");
/// # Ok::<(), glir_gloo::Error>(())
/// ```
///
/// A value that is set goes into the stream right before a draw, and only if the stream has another one.
#[derive(Debug)]
pub struct Program {
    // First, so that it is deleted before what it uses.
    handle: Arc<Handle>,
    sources: Sources,
    slots: Slots,
    /// The stream has these shaders.
    linked: bool,
    /// What is set in the stream, if it has other shaders.
    before: Option<Slots>,
    label: Label,
}

impl Program {
    /// A program of a vertex and a fragment shader, in GLSL ES 1.00 or 3.00. What they take is read from them.
    ///
    /// The shaders are compiled by an interpreter; here only their declarations are looked at, behind the preprocessor.
    ///
    /// # Errors
    /// If a declaration can't be read (a structure as a uniform, say), the shaders contradict each other, or the interface
    /// is more than any interpreter takes.
    pub fn new(context: &Context, vertex: &str, fragment: &str) -> Result<Self> {
        Self::made(context, Sources::new(Texts { vertex, geometry: None, fragment }, None)?)
    }

    /// A program with a geometry shader between the two, in GLSL ES 3.20, or desktop GLSL 3.30 where the context
    /// [allows](Context::allow) that. It needs the feature `geometry-shader`, which no browser has.
    ///
    /// ```
    /// use glir_gloo::{Context, Feature, Mode, Program};
    ///
    /// let context = Context::new(64, 64)?;
    /// context.allow(Feature::GeometryShader, true)?;
    /// let mut program = Program::with_geometry(
    ///     &context,
    ///     "#version 320 es
    ///      in vec2 a_position; void main() { gl_Position = vec4(a_position, 0.0, 1.0); }",
    ///     "#version 320 es
    ///      layout(points) in; layout(triangle_strip, max_vertices = 3) out;
    ///      uniform float u_size;
    ///      void main() {
    ///          for (int i = 0; i < 3; i++) {
    ///              gl_Position = gl_in[0].gl_Position + u_size * vec4(float(i & 1), float(i >> 1), 0.0, 0.0);
    ///              EmitVertex();
    ///          }
    ///      }",
    ///     "#version 320 es
    ///      precision highp float; out vec4 color; void main() { color = vec4(1.0); }",
    /// )?;
    /// program.set("a_position", [[0.0, 0.0], [0.5, 0.5]])?;
    /// program.set("u_size", 0.2)?;
    /// program.draw(Mode::Points, ..)?;
    /// # Ok::<(), glir_gloo::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Program::new`].
    pub fn with_geometry(context: &Context, vertex: &str, geometry: &str, fragment: &str) -> Result<Self> {
        Self::made(context, Sources::new(Texts { vertex, geometry: Some(geometry), fragment }, None)?)
    }

    /// A program whose interface is given, for shaders whose declarations can't be read: structures, macros with arguments.
    ///
    /// ```
    /// use glir_gloo::{Context, GlslType, Interface, Program, UniformDecl};
    /// # use glir_gloo::FeedbackMode;
    ///
    /// let context = Context::new(64, 64)?;
    /// let interface = Interface {
    ///     uniforms: vec![UniformDecl { name: "u_light.color".into(), ty: GlslType::Vec3, count: 1 }],
    /// #   attributes: vec![], samplers: vec![], blocks: vec![], feedback: vec![], feedback_mode: FeedbackMode::Interleaved,
    ///     // …
    /// };
    /// let mut program = Program::with_interface(
    ///     &context,
    ///     "struct Light { vec3 color; }; uniform Light u_light; void main() { gl_Position = vec4(u_light.color, 1.0); }",
    ///     "void main() { gl_FragColor = vec4(1.0); }",
    ///     interface,
    /// )?;
    /// program.set("u_light.color", [1.0, 0.9, 0.8])?;
    /// # Ok::<(), glir_gloo::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the interface breaks the rules of the language, or too many objects are alive. Whether it is that of the shaders, an interpreter finds out.
    pub fn with_interface(
        context: &Context,
        vertex: &str,
        fragment: &str,
        interface: Interface<'_>,
    ) -> Result<Self> {
        Self::made(context, Sources::new(Texts { vertex, geometry: None, fragment }, Some(interface))?)
    }

    fn made(context: &Context, sources: Sources) -> Result<Self> {
        let handle = Arc::new(Handle::new(context)?);
        let slots = Slots::new(&sources.interface);
        Ok(Program { handle, sources, slots, linked: false, before: None, label: Label::default() })
    }

    /// Gives the program another vertex and fragment shader, and no geometry shader. What is set stays where name and type stay.
    ///
    /// # Errors
    /// As [`Program::new`]; the program then stays as it was.
    pub fn set_shaders(&mut self, vertex: &str, fragment: &str) -> Result<()> {
        let sources = Sources::new(Texts { vertex, geometry: None, fragment }, None)?;
        let mut slots = Slots::new(&sources.interface);
        slots.keep(&self.slots);
        let old = std::mem::replace(&mut self.slots, slots);
        if self.linked {
            self.before = Some(old);
        }
        (self.sources, self.linked) = (sources, false);
        Ok(())
    }

    /// Sets a uniform, attribute, sampler or block. `name[i]` sets an element of an array.
    ///
    /// # Errors
    /// If the program has no such name, or the value is of another type: the sentence names both.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) -> Result<()> {
        let value = value.into();
        self.slots.set(&self.handle, &self.label, name, value)
    }

    /// As [`Program::set`], to be chained: `Program::new(…)?.with("u_color", color)?.with("u_size", 3.0)?`.
    ///
    /// # Errors
    /// As [`Program::set`].
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Result<Self> {
        self.set(name, value)?;
        Ok(self)
    }

    /// Lets a signal drive a uniform, which then moves with no command of the producer. A value that is [set](Program::set) takes its
    /// place again. Of an array the first element is driven.
    ///
    /// ```
    /// use glir_gloo::{Context, Program, Turntable};
    ///
    /// let context = Context::new(64, 64)?;
    /// let mut program = Program::new(
    ///     &context,
    ///     "attribute vec3 a_position; uniform mat4 u_view; void main() { gl_Position = u_view * vec4(a_position, 1.0); }",
    ///     "void main() { gl_FragColor = vec4(1.0); }",
    /// )?;
    /// let camera = context.control(Turntable::new(30.0, 45.0, 5.0))?;
    /// program.bind_uniform("u_view", &camera)?;
    /// let seconds = context.input(glir_gloo::InputSource::Time, 0);
    /// let error = program.bind_uniform("u_view", &seconds).unwrap_err();
    /// assert_eq!(error.to_string(), "uniform `u_view` is mat4; signal 2 is float");
    /// # Ok::<(), glir_gloo::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the program has no such uniform, or the signal is of another type: the sentence names both.
    pub fn bind_uniform(&mut self, name: &str, signal: &Signal) -> Result<()> {
        let context = &self.handle.context;
        context.owns(signal.context(), format_args!("signal {}", signal.id()))?;
        let slot = self.slots.uniform(&self.handle, &self.label, name)?;
        slot.may_follow(signal)?;
        let mut queue = context.queue();
        queue.has_room()?;
        signal.send(&mut queue)?;
        slot.bound = Some(signal.clone());
        Ok(())
    }

    /// Sets each attribute that has the name of a field, or `a_` and that name, from a structured buffer.
    ///
    /// ```
    /// use glir_gloo::{Context, Program, Vertex, VertexBuffer};
    ///
    /// #[derive(Clone, Copy, Vertex)]
    /// #[repr(C)]
    /// struct Point {
    ///     position: [f32; 2],
    ///     #[gloo(normalized)]
    ///     color: [u8; 4],
    /// }
    ///
    /// let context = Context::new(64, 64)?;
    /// let mut program = Program::new(
    ///     &context,
    ///     "attribute vec2 a_position; attribute vec4 a_color; varying vec4 v_color;
    ///      void main() { v_color = a_color; gl_Position = vec4(a_position, 0.0, 1.0); }",
    ///     "precision highp float; varying vec4 v_color; void main() { gl_FragColor = v_color; }",
    /// )?;
    /// let points = [Point { position: [0.0, 0.0], color: [255, 0, 0, 255] }; 3];
    /// program.bind(&VertexBuffer::new(&context, &points)?)?;
    /// # Ok::<(), glir_gloo::Error>(())
    /// ```
    ///
    /// # Errors
    /// If no field has the name of an attribute, or one is of another type than its attribute.
    pub fn bind<T: Vertex>(&mut self, buffer: &Buffer<T, Vertices>) -> Result<()> {
        self.bind_views(buffer, 0)
    }

    /// As [`Program::bind`], with one vertex for so many instances.
    ///
    /// # Errors
    /// As [`Program::bind`].
    pub fn bind_instances<T: Vertex>(&mut self, buffer: &Buffer<T, Vertices>, divisor: u32) -> Result<()> {
        self.bind_views(buffer, divisor)
    }

    fn bind_views<T: Vertex>(&mut self, buffer: &Buffer<T, Vertices>, divisor: u32) -> Result<()> {
        let mut any = false;
        for (field, view) in buffer.fields() {
            let prefixed = format!("a_{field}");
            let names = [field, &*prefixed];
            if let Some(name) = names.into_iter().find(|name| self.slots.has_attribute(name)) {
                self.set(name, view.divisor(divisor))?;
                any = true;
            }
        }
        if any {
            return Ok(());
        }
        let fields: Vec<&str> = buffer.fields().map(|(name, _)| name).collect();
        refuse(
            Code::UnknownSlot,
            format!(
                "no field of {} ({}) has the name of an attribute of program {}{}, which has {}",
                buffer.object,
                crate::names::list(&fields),
                self.handle.id,
                self.label.quoted(),
                crate::names::list(&self.slots.attribute_names())
            ),
        )
    }

    /// What the program takes, in the order of its slots.
    pub fn interface(&self) -> &Interface<'static> {
        &self.sources.interface
    }

    /// Names the program, for messages and inspection.
    ///
    /// # Errors
    /// If the name has more bytes than a label may have.
    pub fn set_label(&mut self, text: &str) -> Result<()> {
        self.label.set(text)
    }

    /// The program's id in the stream.
    pub fn id(&self) -> ProgramId {
        ProgramId(self.handle.id)
    }

    pub(crate) fn context(&self) -> &Context {
        &self.handle.context
    }

    pub(crate) fn block_layout(&self, name: &str) -> Result<&BlockLayout> {
        match self.sources.blocks.iter().find(|block| block.name == name) {
            Some(layout) => Ok(layout),
            None => {
                let names: Vec<&str> = self.sources.blocks.iter().map(|block| &*block.name).collect();
                refuse(
                    Code::UnknownSlot,
                    format!(
                        "program {}{} declares no block {} in its shaders; it has {}",
                        self.handle.id,
                        self.label.quoted(),
                        shown(name),
                        crate::names::list(&names)
                    ),
                )
            }
        }
    }
}
