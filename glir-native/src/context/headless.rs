//! A context without a window or a display, through EGL's devices.

use super::{Api, ContextError, ContextInfo};
use glutin::api::egl::context::PossiblyCurrentContext;
use glutin::api::egl::device::Device;
use glutin::api::egl::display::Display;
use glutin::config::{ConfigSurfaceTypes, ConfigTemplateBuilder};
use glutin::context::{ContextApi, ContextAttributesBuilder, GlProfile, Robustness, Version};
use glutin::error::{Error, ErrorKind};
use glutin::prelude::*;
use std::rc::Rc;
use winit::raw_window_handle::{RawDisplayHandle, XlibDisplayHandle};

/// The environment variable that picks one of several EGL devices by its number.
const DEVICE_VARIABLE: &str = "GLIR_EGL_DEVICE";

/// A context that draws into framebuffers only. It is current from its making on.
pub struct HeadlessContext {
    gl: Rc<glow::Context>,
    info: ContextInfo,
    // Kept alive and current for `gl`.
    context: PossiblyCurrentContext,
}

impl HeadlessContext {
    /// Makes a context of the latest version that the API has here.
    pub fn new(api: Api) -> Result<Self, ContextError> {
        Self::with_versions(api, versions(api))
    }

    /// Makes a context of just this version or a later one that the driver deems compatible.
    pub fn with_version(api: Api, major: u8, minor: u8) -> Result<Self, ContextError> {
        Self::with_versions(api, &[(major, minor)])
    }

    fn with_versions(api: Api, versions: &[(u8, u8)]) -> Result<Self, ContextError> {
        let mut last = None;
        for display in displays()? {
            match display.and_then(|display| Self::on_display(&display, api, versions)) {
                Ok(context) => return Ok(context),
                Err(error) => last = Some(error),
            }
        }
        let why = last.map_or_else(|| "EGL lists no devices".to_owned(), |error| error.to_string());
        let name = if api == Api::Gl { "OpenGL" } else { "OpenGL ES" };
        let wanted = match versions.last() {
            Some((major, minor)) => format!("{name} {major}.{minor}"),
            None => name.to_owned(),
        };
        Err(ContextError(format!(
            "no {wanted} context could be made ({why}); for drawing in software on Debian and Ubuntu: \
             apt-get install libgl1-mesa-dri libegl-mesa0"
        )))
    }

    fn on_display(display: &Display, api: Api, versions: &[(u8, u8)]) -> Result<Self, Error> {
        let kind = match api {
            Api::Gl => glutin::config::Api::OPENGL,
            Api::Gles2 => glutin::config::Api::GLES2,
            Api::Gles3 => glutin::config::Api::GLES3,
        };
        let template = ConfigTemplateBuilder::new()
            .with_surface_type(ConfigSurfaceTypes::empty())
            .with_api(kind)
            .prefer_hardware_accelerated(None)
            .build();
        // SAFETY: the template names no native window.
        let config = unsafe { display.find_configs(template) }?.next();
        let Some(config) = config else { return Err(ErrorKind::NotFound.into()) };
        let mut last = ErrorKind::NotFound.into();
        for &(major, minor) in versions {
            for robustness in [Robustness::RobustLoseContextOnReset, Robustness::NotRobust] {
                let version = Some(Version::new(major, minor));
                let context_api =
                    if api == Api::Gl { ContextApi::OpenGl(version) } else { ContextApi::Gles(version) };
                let attributes = ContextAttributesBuilder::new()
                    .with_context_api(context_api)
                    .with_profile(GlProfile::Core)
                    .with_robustness(robustness)
                    .build(None);
                // SAFETY: the attributes name no native window.
                let context = match unsafe { display.create_context(&config, &attributes) } {
                    Ok(context) => context.make_current_surfaceless(),
                    Err(error) => Err(error),
                };
                match context {
                    Ok(context) => {
                        // The functions come from the context's own display.
                        let load = |name: &std::ffi::CStr| display.get_proc_address(name).cast();
                        // SAFETY: the context is current.
                        let gl = unsafe { glow::Context::from_loader_function_cstr(load) };
                        // SAFETY: as above.
                        let info = unsafe { ContextInfo::read(&gl, api, load) };
                        return Ok(HeadlessContext { gl: Rc::new(gl), info, context });
                    }
                    Err(error) => last = error,
                }
            }
        }
        Err(last)
    }

    /// The GL functions. They may be called while the context is current on this thread.
    pub fn gl(&self) -> &Rc<glow::Context> {
        &self.gl
    }

    /// What is known of the context.
    pub fn info(&self) -> &ContextInfo {
        &self.info
    }

    /// Makes the context current again, after another one was.
    pub fn make_current(&self) -> Result<(), ContextError> {
        self.context
            .make_current_surfaceless()
            .map_err(|error| ContextError(format!("the context could not be made current: {error}")))
    }
}

/// The displays to try: those of EGL's devices, or where EGL can't list them the X server's.
fn displays() -> Result<Vec<Result<Display, Error>>, ContextError> {
    let devices: Vec<Device> = match Device::query_devices() {
        Ok(devices) => devices.collect(),
        Err(error) if error.error_kind() == ErrorKind::NotFound => {
            return Err(ContextError(
                "the library libEGL.so.1 is missing; on Debian and Ubuntu: apt-get install libegl1 libgl1-mesa-dri".into(),
            ));
        }
        Err(error) if !crate::dialect::display_is_there() => {
            return Err(ContextError(format!(
                "EGL can't list its devices ({error}), and there is no display; on Debian and Ubuntu: apt-get install \
                 libegl-mesa0 libgl1-mesa-dri"
            )));
        }
        Err(_) => {
            let handle = RawDisplayHandle::Xlib(XlibDisplayHandle::new(None, 0));
            // SAFETY: no display is passed in; EGL opens the default one itself.
            return Ok(vec![unsafe { Display::new(handle) }]);
        }
    };
    // SAFETY: no native display is passed in.
    let display = |device: &Device| unsafe { Display::with_device(device, None) };
    match std::env::var(DEVICE_VARIABLE) {
        Err(_) => Ok(devices.iter().map(display).collect()),
        Ok(chosen) => match chosen.parse().ok().and_then(|index: usize| devices.get(index)) {
            Some(device) => Ok(vec![display(device)]),
            None => Err(ContextError(format!(
                "{DEVICE_VARIABLE} is {chosen:?}, but must be a number below {}, the count of EGL devices",
                devices.len()
            ))),
        },
    }
}

/// The versions to ask for, the latest first: some drivers give just what is asked.
fn versions(api: Api) -> &'static [(u8, u8)] {
    match api {
        Api::Gl => &[(4, 6), (4, 5), (4, 3), (4, 1), (3, 3)],
        Api::Gles2 => &[(2, 0)],
        Api::Gles3 => &[(3, 2), (3, 1), (3, 0)],
    }
}
