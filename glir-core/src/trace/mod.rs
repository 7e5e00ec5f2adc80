//! A backend that needs no GPU and writes the GL calls it would make as text: for golden logs, and to compare interpreters.
//!
//! One call a line, in GL's own names and as OpenGL ES 3.0 would make it, whatever the target: `glDrawArrays(GL_TRIANGLES,
//! 0, 3)`. The log is made to be compared, so it is the same on every machine: objects go by the producer's ids (`buffer
//! 4`, `canvas 0`), uniforms and attributes by their declared names, longer bytes by their number and the start of their
//! BLAKE3 hash. Lines that start with `//` stand for what is no single GL call: making and showing a canvas. What a
//! backend does for itself (zeroing fresh storage, saving and restoring, asking for errors) is left out.

mod calls;
mod state;
mod values;

use crate::backend::*;
use crate::capabilities::Capabilities;
use crate::null::NullBackend;
use glir_spec::enums::*;
use glir_spec::ids::{CanvasId, ObjectId};
use glir_spec::{Format, GlslType, Profile, Target};
use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write};

/// Writes the calls of a stream to `W`. What it answers is what [`NullBackend`] answers.
///
/// ```
/// use glir_core::{FrameInput, Interpreter, NoBlobs, Settings, TraceBackend};
/// use glir_spec::{Frame, Header, Target, commands::Clear, enums::Plane};
///
/// let backend = TraceBackend::new(Target::Gles2);
/// let mut interpreter = Interpreter::new(backend, &Header::default(), Settings::default()).unwrap_or_else(|_| panic!());
/// interpreter.backend_mut().log().clear();
///
/// let mut frame = Frame::new();
/// frame.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });
/// interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
/// let log = interpreter.into_backend().into_log();
/// assert_eq!(log, "glBindFramebuffer(GL_FRAMEBUFFER, canvas 0)\nglViewport(0, 0, 800, 600)\nglClear(GL_COLOR_BUFFER_BIT)\n");
/// ```
#[derive(Debug)]
pub struct TraceBackend<W = String> {
    answers: NullBackend,
    log: W,
    /// The producer's ids by kind and handle.
    ids: HashMap<(Kind, Handle), ObjectId>,
    canvases: HashMap<Handle, CanvasId>,
    programs: HashMap<Handle, Linked>,
    program: Option<Handle>,
    active_unit: u32,
    /// Locations whose array is enabled.
    arrays: HashSet<u32>,
    /// Divisors other than 0, by location.
    divisors: HashMap<u32, u32>,
    /// Shapes of textures.
    shapes: HashMap<Handle, TextureTarget>,
    /// The texture bound on the unit for changes.
    changed: Option<Handle>,
    /// How textures are sampled.
    samplings: HashMap<Handle, Sampling>,
    stencil: state::Stencil,
}

impl TraceBackend {
    /// Stands for the least context of a kind and keeps the log in memory.
    pub fn new(target: Target) -> Self {
        TraceBackend::with(Capabilities::least(target), String::new())
    }
}

impl<W: Write> TraceBackend<W> {
    /// Stands for a context with these capabilities and writes to `log`. An error of `log` loses the line.
    pub fn with(capabilities: Capabilities, log: W) -> Self {
        TraceBackend {
            answers: NullBackend::with(capabilities),
            log,
            ids: HashMap::new(),
            canvases: HashMap::new(),
            programs: HashMap::new(),
            program: None,
            active_unit: 0,
            arrays: HashSet::new(),
            divisors: HashMap::new(),
            shapes: HashMap::new(),
            changed: None,
            samplings: HashMap::new(),
            stencil: state::Stencil::default(),
        }
    }

    /// What has been written so far, to read or to empty.
    pub fn log(&mut self) -> &mut W {
        &mut self.log
    }

    /// What has been written.
    pub fn into_log(self) -> W {
        self.log
    }

    fn line(&mut self, call: fmt::Arguments<'_>) {
        // A log that takes no more is the caller's to notice; drawing goes on.
        let _ = self.log.write_fmt(call);
        let _ = self.log.write_char('\n');
    }

    fn name(&self, kind: Kind, handle: Handle) -> Name {
        Name { kind: kind.name(), id: self.ids.get(&(kind, handle)).map(|id| id.0) }
    }

    fn surface(&self, surface: Surface) -> Name {
        match surface {
            Surface::Canvas(canvas) => Name { kind: "canvas", id: self.canvases.get(&canvas).map(|id| id.0) },
            Surface::Framebuffer(framebuffer) => self.name(Kind::Framebuffer, framebuffer),
        }
    }

    fn bind_framebuffer(&mut self, target: &str, surface: Surface) {
        let name = self.surface(surface);
        self.line(format_args!("glBindFramebuffer({target}, {name})"));
    }

    fn bind_buffer(&mut self, target: &str, buffer: Handle) {
        let name = self.name(Kind::Buffer, buffer);
        self.line(format_args!("glBindBuffer({target}, {name})"));
    }

    fn activate(&mut self, unit: u32) {
        if self.active_unit != unit {
            self.active_unit = unit;
            self.line(format_args!("glActiveTexture(GL_TEXTURE{unit})"));
        }
    }

    /// Binds a texture to be changed: on a unit beyond those that programs use.
    fn bind_texture(&mut self, target: TextureTarget, texture: Handle) {
        self.activate(self.answers.capabilities().limits.max_combined_texture_image_units);
        if self.changed.replace(texture) == Some(texture) {
            return;
        }
        let name = self.name(Kind::Texture, texture);
        self.line(format_args!("glBindTexture({}, {name})", target.gl_name()));
    }

    fn tex_parameter(&mut self, target: TextureTarget, parameter: &str, value: impl fmt::Display) {
        self.line(format_args!("glTexParameteri({}, {parameter}, {value})", target.gl_name()));
    }

    /// A location with the name that it has in the program in use.
    fn location(&self, location: u32) -> String {
        let program = self.program.and_then(|program| self.programs.get(&program));
        let attributes = program.map_or(&[][..], |program| &program.attributes);
        let covers = |attribute: &&ActiveAttribute| {
            let columns = GlslType::from_gl(attribute.ty).map_or(1, |ty| ty.shape().0);
            (attribute.location..attribute.location + columns).contains(&location)
        };
        match attributes.iter().find(covers) {
            Some(attribute) => format!("{location} {}", attribute.name),
            None => location.to_string(),
        }
    }

    fn image(&mut self, target: &str, level: u32, format: Format, extent: [u32; 3], deep: bool) {
        let [width, height, depth] = extent;
        let internal = format.gl_name();
        let (pixels, ty) = format.upload_names();
        if deep {
            self.line(format_args!(
                "glTexImage3D({target}, {level}, {internal}, {width}, {height}, {depth}, 0, {pixels}, {ty}, zeros)"
            ));
        } else {
            self.line(format_args!(
                "glTexImage2D({target}, {level}, {internal}, {width}, {height}, 0, {pixels}, {ty}, zeros)"
            ));
        }
    }

    fn allocate_texture(&mut self, target: TextureTarget, format: Format, extent: Extent, levels: u32) {
        for level in 0..levels {
            let half = |side: u32| (side >> level).max(1);
            let (width, height) = (half(extent.width), half(extent.height));
            match target {
                TextureTarget::D2 => self.image("GL_TEXTURE_2D", level, format, [width, height, 1], false),
                TextureTarget::Cube => {
                    for face in FACES {
                        self.image(face, level, format, [width, height, 1], false);
                    }
                }
                TextureTarget::D3 => {
                    self.image(target.gl_name(), level, format, [width, height, half(extent.depth)], true);
                }
                TextureTarget::Array => {
                    self.image(target.gl_name(), level, format, [width, height, extent.depth], true);
                }
            }
        }
        if self.answers.capabilities().target.profile() >= Profile::Es3 {
            self.tex_parameter(target, "GL_TEXTURE_MAX_LEVEL", levels.saturating_sub(1));
        }
    }

    fn issue(&mut self, draw: &DrawCall) {
        let mode = draw.mode.gl_name();
        let DrawCall { first, count, instances, .. } = *draw;
        let Some(indices) = draw.indices else {
            return if draw.instanced {
                self.line(format_args!("glDrawArraysInstanced({mode}, {first}, {count}, {instances})"));
            } else {
                self.line(format_args!("glDrawArrays({mode}, {first}, {count})"));
            };
        };
        self.bind_buffer("GL_ELEMENT_ARRAY_BUFFER", indices.buffer);
        let (ty, offset, base) = (indices.ty.gl_name(), indices.offset, indices.base_vertex);
        match (draw.instanced, base) {
            (false, 0) => self.line(format_args!("glDrawElements({mode}, {count}, {ty}, {offset})")),
            (false, _) => {
                self.line(format_args!("glDrawElementsBaseVertex({mode}, {count}, {ty}, {offset}, {base})"));
            }
            (true, 0) => {
                self.line(format_args!(
                    "glDrawElementsInstanced({mode}, {count}, {ty}, {offset}, {instances})"
                ));
            }
            (true, _) => self.line(format_args!(
                "glDrawElementsInstancedBaseVertex({mode}, {count}, {ty}, {offset}, {instances}, {base})"
            )),
        }
    }
}

/// The faces of a cube in GLIR's order.
const FACES: [&str; 6] = [
    "GL_TEXTURE_CUBE_MAP_POSITIVE_X",
    "GL_TEXTURE_CUBE_MAP_NEGATIVE_X",
    "GL_TEXTURE_CUBE_MAP_POSITIVE_Y",
    "GL_TEXTURE_CUBE_MAP_NEGATIVE_Y",
    "GL_TEXTURE_CUBE_MAP_POSITIVE_Z",
    "GL_TEXTURE_CUBE_MAP_NEGATIVE_Z",
];

/// An object as the log shows it.
#[derive(Clone, Copy)]
struct Name {
    kind: &'static str,
    id: Option<u32>,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id {
            Some(id) => write!(f, "{} {id}", self.kind),
            None => write!(f, "no {}", self.kind),
        }
    }
}
