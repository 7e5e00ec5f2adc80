//! A context without a window or a display, through EGL's devices.

use super::{Api, ContextError, ContextInfo};
use glutin::api::egl::context::PossiblyCurrentContext;
use glutin::api::egl::device::Device;
use glutin::api::egl::display::Display;
use glutin::config::{ConfigSurfaceTypes, ConfigTemplateBuilder};
use glutin::context::{ContextApi, ContextAttributesBuilder, GlProfile, Robustness, Version};
use glutin::prelude::*;
use std::rc::Rc;

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
        let devices: Vec<Device> = Device::query_devices()
            .map_err(|error| {
                ContextError(format!(
                    "no EGL could be found ({error}); on Debian and Ubuntu: apt-get install libegl1 libgl1-mesa-dri"
                ))
            })?
            .collect();
        let chosen = std::env::var(DEVICE_VARIABLE).ok();
        let chosen = match chosen.as_deref().map(str::parse::<usize>) {
            None => None,
            Some(Ok(index)) if index < devices.len() => Some(index),
            Some(_) => {
                let message = format!(
                    "{DEVICE_VARIABLE} must be a number below {}, the count of EGL devices",
                    devices.len()
                );
                return Err(ContextError(message));
            }
        };
        let mut last = None;
        for (index, device) in devices.iter().enumerate() {
            if chosen.is_some_and(|chosen| chosen != index) {
                continue;
            }
            match Self::on_device(device, api, versions) {
                Ok(context) => return Ok(context),
                Err(error) => last = Some(error),
            }
        }
        let why = last.map_or_else(|| "EGL lists no devices".to_owned(), |error| error.to_string());
        let wanted = match api {
            Api::Gl => "OpenGL 3.3 core",
            Api::Gles2 => "OpenGL ES 2.0",
            Api::Gles3 => "OpenGL ES 3.0",
        };
        Err(ContextError(format!(
            "no {wanted} context could be made ({why}); on Debian and Ubuntu: apt-get install libgl1-mesa-dri"
        )))
    }

    fn on_device(device: &Device, api: Api, versions: &[(u8, u8)]) -> Result<Self, glutin::error::Error> {
        // SAFETY: no native display is passed in.
        let display = unsafe { Display::with_device(device, None) }?;
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
        let Some(config) = config else { return Err(glutin::error::ErrorKind::NotFound.into()) };
        let mut last = glutin::error::ErrorKind::NotFound.into();
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

/// The versions to ask for, the latest first: some drivers give just what is asked.
fn versions(api: Api) -> &'static [(u8, u8)] {
    match api {
        Api::Gl => &[(4, 6), (4, 5), (4, 3), (4, 1), (3, 3)],
        Api::Gles2 => &[(2, 0)],
        Api::Gles3 => &[(3, 2), (3, 1), (3, 0)],
    }
}
