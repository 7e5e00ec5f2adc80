//! A context on a window's surface, through EGL.

use super::{Api, ContextInfo};
use crate::backend::GlBackend;
use crate::shader::Dialect;
use crate::window::WindowOptions;
use glutin::config::ConfigTemplateBuilder;
use glutin::context::{
    ContextApi, ContextAttributesBuilder, GlProfile, PossiblyCurrentContext, Robustness, Version,
};
use glutin::display::{Display, DisplayApiPreference};
use glutin::prelude::*;
use glutin::surface::{Surface, SurfaceAttributesBuilder, SwapInterval, WindowSurface};
use std::num::NonZeroU32;
use std::rc::Rc;
use winit::dpi::LogicalSize;
use winit::event_loop::ActiveEventLoop;
use winit::raw_window_handle::{HasDisplayHandle as _, HasWindowHandle as _};
use winit::window::Window;

/// A window with its surface and context, which is current.
pub(crate) struct WindowContext {
    // Dropped in this order: the surface belongs to the window.
    surface: Surface<WindowSurface>,
    context: PossiblyCurrentContext,
    window: Window,
}

impl WindowContext {
    pub(crate) fn open(
        events: &ActiveEventLoop,
        options: &WindowOptions,
    ) -> Result<(Self, GlBackend), String> {
        let broken =
            |what: &str, error: &dyn std::fmt::Display| format!("no window can be opened: {what}: {error}");
        let raw_display = events.display_handle().map_err(|error| broken("the display", &error))?.as_raw();
        // SAFETY: the display handle belongs to the event loop, which outlives the window.
        let display = unsafe { Display::new(raw_display, DisplayApiPreference::Egl) };
        let display = display.map_err(|error| broken("EGL", &error))?;
        let kind = match options.api {
            Api::Gl => glutin::config::Api::OPENGL,
            Api::Gles2 => glutin::config::Api::GLES2,
            Api::Gles3 => glutin::config::Api::GLES3,
        };
        let template = ConfigTemplateBuilder::new().with_api(kind).prefer_hardware_accelerated(None).build();
        // SAFETY: the template names no native window.
        let configs = unsafe { display.find_configs(template) };
        let config = configs.map_err(|error| broken("EGL", &error))?.next();
        let config = config.ok_or_else(|| {
            format!("no window can be opened: EGL has no configuration for {}", options.api)
        })?;

        let size = LogicalSize::new(options.width.max(1), options.height.max(1));
        let attributes = Window::default_attributes().with_title(&options.title).with_inner_size(size);
        let window = glutin_winit::finalize_window(events, attributes, &config)
            .map_err(|error| broken("winit", &error))?;
        let raw_window = window.window_handle().map_err(|error| broken("the window", &error))?.as_raw();
        let inner = window.inner_size();
        let side = |pixels: u32| NonZeroU32::new(pixels).unwrap_or(NonZeroU32::MIN);
        let surface = SurfaceAttributesBuilder::<WindowSurface>::new().build(
            raw_window,
            side(inner.width),
            side(inner.height),
        );
        // SAFETY: the window handle is valid for as long as the window, which is dropped after the surface.
        let surface = unsafe { display.create_window_surface(&config, &surface) };
        let surface = surface.map_err(|error| broken("the surface", &error))?;

        let (major, minor) = match options.api {
            Api::Gl => (3, 3),
            Api::Gles2 => (2, 0),
            Api::Gles3 => (3, 0),
        };
        let version = Some(Version::new(major, minor));
        let api =
            if options.api == Api::Gl { ContextApi::OpenGl(version) } else { ContextApi::Gles(version) };
        let mut made = Err(glutin::error::ErrorKind::NotFound.into());
        for robustness in [Robustness::RobustLoseContextOnReset, Robustness::NotRobust] {
            let attributes = ContextAttributesBuilder::new()
                .with_context_api(api)
                .with_profile(GlProfile::Core)
                .with_robustness(robustness)
                .build(Some(raw_window));
            // SAFETY: the window handle is valid, as above.
            made = unsafe { display.create_context(&config, &attributes) };
            if made.is_ok() {
                break;
            }
        }
        let context = made.and_then(|context| context.make_current(&surface));
        let context = context.map_err(|error| broken("the context", &error))?;
        // Without vsync the window still works, so a refusal is no fault.
        let _ = surface.set_swap_interval(&context, SwapInterval::Wait(NonZeroU32::MIN));

        let load = |name: &std::ffi::CStr| display.get_proc_address(name).cast();
        // SAFETY: the context is current, and the functions come from its own display.
        let gl = unsafe { glow::Context::from_loader_function_cstr(load) };
        // SAFETY: as above.
        let info = unsafe { ContextInfo::read(&gl, options.api, load) };
        if options.api == Api::Gles2 && info.version < (3, 0) {
            return Err(
                "this driver's OpenGL ES 2.0 can't show canvases in a window; use --api gles3 or gl".into()
            );
        }
        let dialect = Dialect::of(&info);
        // SAFETY: the context stays current on this thread until the window goes, after the backend.
        let backend = unsafe { GlBackend::new(Rc::new(gl), info, dialect) };
        let backend = backend.map_err(|failure| format!("the context can't be used: {failure:?}"))?;
        Ok((WindowContext { surface, context, window }, backend))
    }

    pub(crate) fn window(&self) -> &Window {
        &self.window
    }

    pub(crate) fn resize(&self, width: u32, height: u32) {
        let side = |pixels: u32| NonZeroU32::new(pixels).unwrap_or(NonZeroU32::MIN);
        self.surface.resize(&self.context, side(width), side(height));
    }

    pub(crate) fn swap(&self) -> Result<(), String> {
        self.window.pre_present_notify();
        self.surface
            .swap_buffers(&self.context)
            .map_err(|error| format!("the window can't be drawn to: {error}"))
    }

    pub(crate) fn make_current(&self) {
        // If it fails the context is gone, and with it what would be deleted.
        let _ = self.context.make_current(&self.surface);
    }
}
