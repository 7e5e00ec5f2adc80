//! A window by winit that shows a stream's canvas: resize, high DPI, close, screenshots, events going back.
//!
//! What is shown comes from a [`View`]; this room owns the event loop, the context and the surface. The canvas is the
//! interpreter's own framebuffer; the window shows it scaled to fit, so pixels are the same as without a window.

mod events;

use crate::backend::GlBackend;
use crate::context::{Api, ContextError, WindowContext};
use crate::dialect::display_is_there;
use events::Pointer;
use glir_core::backend::Handle;
use glir_spec::Reply;
use glir_spec::enums::PointerAction;
use std::time::{Duration, Instant};
use winit::application::ApplicationHandler;
use winit::event::{ElementState, WindowEvent};
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoop};
use winit::keyboard::{Key, NamedKey};
use winit::window::WindowId;

/// What a window shows, and who hears of its events.
pub trait View {
    /// The context is there: begin. `width` and `height` are the window's inside in physical pixels, `scale` physical
    /// pixels per layout pixel. An error ends the window and is given back by [`run`].
    fn start(&mut self, backend: GlBackend, width: u32, height: u32, scale: f64) -> Result<(), String>;

    /// Draws what is due at `now`, and says when the next frame is.
    fn draw(&mut self, now: Instant) -> Result<Next, String>;

    /// The backend and the canvas that is shown; none before [`View::start`].
    fn shown(&mut self) -> Option<(&mut GlBackend, Handle)>;

    /// Something happened to the window: RESIZE, POINTER, WHEEL, KEY or CLOSE.
    /// True if it has a use for it: a key is not the window's then.
    fn event(&mut self, event: Reply<'static>) -> bool;

    /// The screenshot key was pressed: S or F12. What it gives is told to the user.
    fn screenshot(&mut self) -> Result<String, String>;

    /// What stands above the canvas in a window of this size, in physical pixels. It is no part of pictures.
    fn overlay(&mut self, width: u32, height: u32, scale: f64) -> Vec<Rectangle>;

    /// The pointer did something at a place of the window, in physical pixels from the lower left. True if what stands above the canvas
    /// has a use for it: it is no event of the canvas then.
    fn touch(&mut self, action: PointerAction, x: f32, y: f32) -> bool;

    /// The window's title now; none for the one that it began with.
    fn title(&mut self) -> Option<String>;
}

/// A rectangle of the window in one colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectangle {
    /// Pixels from the left edge.
    pub x: i32,
    /// Pixels from the lower edge.
    pub y: i32,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// Red, green and blue.
    pub color: [f32; 3],
}

/// When a view wants to draw again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// At this time.
    At(Instant),
    /// Only when something happens.
    Waiting,
}

/// How a window begins.
#[derive(Clone, Debug)]
pub struct WindowOptions {
    /// The API to draw with.
    pub api: Api,
    /// The window's title.
    pub title: String,
    /// Width of the inside in layout pixels.
    pub width: u32,
    /// Height of the inside in layout pixels.
    pub height: u32,
}

/// Opens a window and runs it until it is closed.
pub fn run(options: WindowOptions, view: &mut dyn View) -> Result<(), ContextError> {
    if !display_is_there() {
        let message = "there is no display to open a window on (neither WAYLAND_DISPLAY nor DISPLAY is set); `glir render` draws without one";
        return Err(ContextError(message.into()));
    }
    let events = EventLoop::new().map_err(|error| {
        let why = without_place(&error.to_string());
        ContextError(format!(
            "no window can be opened: {why}; WAYLAND_DISPLAY or DISPLAY must name a running server"
        ))
    })?;
    let mut host = Host {
        title: options.title.clone(),
        options,
        view,
        context: None,
        pointer: Pointer::new(),
        scale: 1.0,
        next: Next::Waiting,
        failure: None,
    };
    events.run_app(&mut host).map_err(|error| ContextError(format!("the window failed: {error}")))?;
    match host.failure {
        Some(failure) => Err(ContextError(failure)),
        None => Ok(()),
    }
}

/// winit's errors of the system begin with a place in its own source, which helps nobody here.
fn without_place(error: &str) -> String {
    let text = match error.strip_prefix("os error at ") {
        Some(rest) => rest.split_once(": ").map_or(rest, |(_, text)| text),
        None => error,
    };
    text.to_owned()
}

struct Host<'v> {
    options: WindowOptions,
    view: &'v mut dyn View,
    context: Option<WindowContext>,
    pointer: Pointer,
    scale: f64,
    next: Next,
    /// What the title says.
    title: String,
    failure: Option<String>,
}

impl Host<'_> {
    fn fail(&mut self, events: &ActiveEventLoop, message: String) {
        self.failure.get_or_insert(message);
        events.exit();
    }

    fn open(&mut self, events: &ActiveEventLoop) -> Result<(), String> {
        let (context, backend) = WindowContext::open(events, &self.options)?;
        let size = context.window().inner_size();
        self.scale = context.window().scale_factor();
        self.context = Some(context);
        // The times of events are counted from here.
        self.pointer = Pointer::new();
        self.view.start(backend, size.width.max(1), size.height.max(1), self.scale)
    }

    /// Lets the view draw what is due, then shows its canvas.
    fn redraw(&mut self) -> Result<(), String> {
        let now = Instant::now();
        if self.context.is_none() {
            return Ok(());
        }
        self.next = self.view.draw(now)?;
        let Some(context) = &self.context else { return Ok(()) };
        let size = context.window().inner_size();
        let above = self.view.overlay(size.width, size.height, self.scale);
        if let Some((backend, canvas)) = self.view.shown() {
            backend.show(canvas, size.width, size.height);
            backend.paint(&above);
        }
        let title = self.view.title().unwrap_or_else(|| self.options.title.clone());
        if title != self.title {
            context.window().set_title(&title);
            self.title = title;
        }
        context.swap()
    }

    /// Turns places of the window into those of the canvas that it shows.
    fn place(&mut self, reply: &mut Reply<'_>) {
        let (x, y) = match reply {
            Reply::Pointer(pointer) => (&mut pointer.x, &mut pointer.y),
            Reply::Wheel(wheel) => (&mut wheel.x, &mut wheel.y),
            _ => return,
        };
        let size = self.context.as_ref().map(|context| context.window().inner_size());
        if let (Some(size), Some((backend, canvas))) = (size, self.view.shown()) {
            [*x, *y] = backend.pixel_at(canvas, (size.width, size.height), [*x, *y]);
        }
    }

    fn screenshot(&mut self) {
        match self.view.screenshot() {
            Ok(done) => eprintln!("{done}"),
            Err(error) => eprintln!("glir: {error}"),
        }
    }

    /// Keys that the window itself takes.
    fn own_key(&mut self, events: &ActiveEventLoop, key: &Key) {
        let control = self.pointer.modifiers() & events::CONTROL != 0;
        match key.as_ref() {
            Key::Named(NamedKey::Escape) => events.exit(),
            Key::Named(NamedKey::F12) => self.screenshot(),
            Key::Character("q" | "Q") => events.exit(),
            Key::Character("w" | "W") if control => events.exit(),
            Key::Character("s" | "S") => self.screenshot(),
            _ => {}
        }
    }
}

impl ApplicationHandler for Host<'_> {
    fn resumed(&mut self, events: &ActiveEventLoop) {
        if self.context.is_some() {
            return;
        }
        match self.open(events) {
            Ok(()) => {
                if let Some(context) = &self.context {
                    context.window().request_redraw();
                }
            }
            Err(message) => self.fail(events, message),
        }
    }

    fn window_event(&mut self, events: &ActiveEventLoop, _: WindowId, event: WindowEvent) {
        let height = self.context.as_ref().map_or(1, |context| context.window().inner_size().height);
        match &event {
            WindowEvent::CloseRequested => {
                self.view.event(events::close());
                events.exit();
                return;
            }
            WindowEvent::RedrawRequested => {
                if let Err(message) = self.redraw() {
                    self.fail(events, message);
                }
                return;
            }
            WindowEvent::ScaleFactorChanged { scale_factor, .. } => self.scale = *scale_factor,
            WindowEvent::Resized(size) if size.width > 0 && size.height > 0 => {
                if let Some(context) = &self.context {
                    context.resize(size.width, size.height);
                    context.window().request_redraw();
                }
                self.view.event(events::resize(size.width, size.height, self.scale));
                return;
            }
            _ => {}
        }
        if let Some(mut reply) = self.pointer.translate(&event, height) {
            let above = match &reply {
                Reply::Pointer(pointer) => self.view.touch(pointer.action, pointer.x, pointer.y),
                _ => false,
            };
            self.place(&mut reply);
            let taken = above || self.view.event(reply);
            if let WindowEvent::KeyboardInput { event: key, .. } = &event
                && key.state == ElementState::Pressed
                && !key.repeat
                && !taken
            {
                self.own_key(events, &key.logical_key);
            }
            if let Some(context) = &self.context {
                context.window().request_redraw();
            }
        }
    }

    fn about_to_wait(&mut self, events: &ActiveEventLoop) {
        match self.next {
            Next::Waiting => events.set_control_flow(ControlFlow::Wait),
            Next::At(time) if time <= Instant::now() + Duration::from_millis(1) => {
                if let Some(context) = &self.context {
                    context.window().request_redraw();
                }
                events.set_control_flow(ControlFlow::Wait);
            }
            Next::At(time) => events.set_control_flow(ControlFlow::WaitUntil(time)),
        }
    }

    fn exiting(&mut self, _: &ActiveEventLoop) {
        // The view's backend deletes its objects while the context is still current; the view goes before the window.
        if let Some(context) = &self.context {
            context.make_current();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_place;

    #[test]
    fn errors_name_no_place_in_a_library() {
        assert_eq!(without_place("os error at a/b.rs:788: Failed to connect: no"), "Failed to connect: no");
        assert_eq!(without_place("not supported: x"), "not supported: x");
    }
}
