//! Contexts: which API, how it is had without a display, and what is known of it.

mod functions;
mod headless;
mod session;
mod window;

pub use functions::{ProgramResources, RestartIndex};
pub use headless::HeadlessContext;
pub use session::{Headless, OpenError, picture};
pub(crate) use window::WindowContext;

use glow::HasContext as _;
use std::collections::HashSet;
use std::ffi::{CStr, c_void};
use std::fmt;
use std::str::FromStr;

/// An API that streams can be drawn with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Api {
    /// Desktop OpenGL, core profile, 3.3 or later.
    #[default]
    Gl,
    /// OpenGL ES 2.0: only what that version and its extensions have is used, even if the context is a later one.
    Gles2,
    /// OpenGL ES 3.0 or later.
    Gles3,
}

impl Api {
    /// All of them.
    pub const ALL: [Api; 3] = [Api::Gl, Api::Gles2, Api::Gles3];

    /// The name as given on a command line.
    pub const fn text(self) -> &'static str {
        match self {
            Api::Gl => "gl",
            Api::Gles2 => "gles2",
            Api::Gles3 => "gles3",
        }
    }
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl FromStr for Api {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Api::ALL
            .into_iter()
            .find(|api| api.text() == text)
            .ok_or_else(|| format!("{text:?} is none of gl, gles2, gles3"))
    }
}

/// What is known of a context.
#[derive(Clone, Debug)]
pub struct ContextInfo {
    /// The API that was asked for.
    pub api: Api,
    /// The context's own version, which may be later than asked.
    pub version: (u32, u32),
    /// Who made the driver.
    pub vendor: String,
    /// What draws.
    pub renderer: String,
    /// The context's extensions, with their `GL_` prefix.
    pub extensions: HashSet<String>,
    /// `glPrimitiveRestartIndex`, which desktop GL before 4.3 needs and glow does not carry.
    pub restart_index: Option<RestartIndex>,
    /// Reflection of programs, where the version or an extension brings it.
    pub program_resources: Option<ProgramResources>,
}

impl ContextInfo {
    /// Reads a context that is current.
    ///
    /// # Safety
    ///
    /// The context must be current on this thread, and `load` must give its functions or null.
    pub unsafe fn read(gl: &glow::Context, api: Api, load: impl Fn(&CStr) -> *const c_void) -> Self {
        let version = gl.version();
        // SAFETY: as promised by the caller.
        let (vendor, renderer) =
            unsafe { (gl.get_parameter_string(glow::VENDOR), gl.get_parameter_string(glow::RENDERER)) };
        let extensions = gl.supported_extensions().iter().cloned().collect();
        // SAFETY: as promised by the caller.
        let (restart_index, program_resources) =
            unsafe { (functions::restart_index(&load), ProgramResources::load(&load)) };
        ContextInfo {
            api,
            version: (version.major, version.minor),
            vendor,
            renderer,
            extensions,
            restart_index,
            program_resources,
        }
    }
}

/// Why there is no context: one sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextError(pub String);

impl fmt::Display for ContextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ContextError {}
