//! A tile to be seen, and a context that draws and answers.

#![allow(dead_code)] // each test uses a part
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use glir_core::{FrameInput, NoBlobs, Settings};
use glir_gloo::Context;
use glir_native::{Api, Headless};
use glir_scene::Scene;
use glir_spec::commands::Command;
use glir_spec::enums::{KeyAction, PointerAction};
use glir_spec::ids::CanvasId;
use glir_spec::replies::{Key, Pointer, Wheel};
use glir_spec::wire::Reader;
use glir_spec::{Frame, Reply};
use glir_visuals::Color;

#[path = "../../../visuals/tests/common/triangles.rs"]
mod triangles;
pub(crate) use triangles::Triangles;

/// A rectangle `[left, bottom, right, top]` of two triangles, its items.
pub(crate) fn a_tile(context: &Context, rect: [f64; 4], color: Color) -> Triangles {
    let [left, bottom, right, top] = rect;
    let corners = [(left, bottom), (right, bottom), (left, top), (right, bottom), (right, top), (left, top)];
    Triangles::new(context, &corners.map(|(x, y)| [x, y, 0.0]), color).unwrap()
}

/// A context that has drawn frames, and what it says.
pub(crate) struct Screen(Headless);

impl Screen {
    /// None where there is no GL.
    pub(crate) fn new(scene: &Scene) -> Option<Screen> {
        match Headless::open(Api::Gles2, &scene.header(), Settings::default()) {
            Ok(session) => Some(Screen(session)),
            Err(error) => {
                assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
                eprintln!("skipped the drawing layer: {error}");
                None
            }
        }
    }

    pub(crate) fn draw(&mut self, frame: &Frame) -> Vec<Reply<'static>> {
        let interpreter = self.0.interpreter().unwrap();
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
        let told: Vec<String> = interpreter.take_diagnostics().iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "{told:?}");
        interpreter.take_replies()
    }

    /// Drags with the left button, and draws what has moved.
    pub(crate) fn drag(&mut self, from: [f32; 2], to: [f32; 2]) {
        let steps = [(PointerAction::Down, from), (PointerAction::Move, to), (PointerAction::Up, to)];
        for (action, [x, y]) in steps {
            let button = (action != PointerAction::Move).then_some(0);
            let (canvas, buttons, modifiers, time) = (CanvasId(0), 1, 0, 0.0);
            let event = Pointer { canvas, action, x, y, button, buttons, modifiers, time };
            assert!(self.0.interpreter().unwrap().event(&Reply::Pointer(event)), "{action} is taken");
        }
        self.tick();
    }

    /// Takes hold of a place with the left button and shift, and draws the picture while it is dragged to another.
    pub(crate) fn choose(&mut self, from: [f32; 2], to: [f32; 2]) {
        for (action, [x, y], button) in
            [(PointerAction::Down, from, Some(0)), (PointerAction::Move, to, None)]
        {
            let (canvas, buttons, modifiers, time) = (CanvasId(0), 1, 1, 0.0);
            let event = Pointer { canvas, action, x, y, button, buttons, modifiers, time };
            assert!(self.0.interpreter().unwrap().event(&Reply::Pointer(event)), "{action} is taken");
        }
        self.tick();
    }

    /// Turns the wheel over a place, and draws what has moved.
    pub(crate) fn wheel(&mut self, [x, y]: [f32; 2], mut dy: f32) {
        let interpreter = self.0.interpreter().unwrap();
        while dy > 0.0 {
            let (canvas, turned) = (CanvasId(0), dy.min(1200.0));
            let event = Wheel { canvas, x, y, dx: 0.0, dy: turned, modifiers: 0, time: 0.0 };
            assert!(interpreter.event(&Reply::Wheel(event)), "the wheel is taken");
            dy -= turned;
        }
        self.tick();
    }

    /// Presses a key; true if it was taken. Draws what has changed by it.
    pub(crate) fn key(&mut self, key: &str, modifiers: u32) -> bool {
        let (canvas, action) = (CanvasId(0), KeyAction::Down);
        let event = Key { canvas, action, key: key.into(), modifiers, time: 0.0 };
        let interpreter = self.0.interpreter().unwrap();
        let taken = interpreter.event(&Reply::Key(event));
        interpreter.tick(1.0);
        taken
    }

    /// Draws what has moved.
    fn tick(&mut self) {
        let interpreter = self.0.interpreter().unwrap();
        assert!(interpreter.tick(1.0), "the picture is drawn anew");
        let told: Vec<String> = interpreter.take_diagnostics().iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "{told:?}");
    }

    /// The rectangle that the only pan_zoom shows.
    pub(crate) fn rectangle(&mut self) -> [f64; 4] {
        let signals = self.0.interpreter().unwrap().signals();
        let far = |value: glir_core::signals::Value| {
            value.numbers().try_into().ok().filter(|edges: &[f64; 4]| edges[0].abs() > 1e5)
        };
        (1..200).find_map(|id| signals.value(id).and_then(far)).unwrap()
    }

    /// All pixels, rows from the top down.
    pub(crate) fn pixels(&mut self) -> Vec<[u8; 4]> {
        self.0.picture().unwrap().2.as_chunks::<4>().0.to_vec()
    }

    /// The pixel in a column from the left and a row from the bottom.
    pub(crate) fn at(&mut self, x: usize, y: usize) -> [u8; 4] {
        let (width, height, bytes) = self.0.picture().unwrap();
        let (width, height) = (width as usize, height as usize);
        bytes.as_chunks::<4>().0[(height - 1 - y) * width + x]
    }
}

/// The names of a frame's commands.
pub(crate) fn names(frame: &Frame) -> Vec<&'static str> {
    let mut reader = Reader::new(frame.head());
    let count = reader.array().unwrap();
    (0..count).map(|_| Command::decode(&mut reader).unwrap().name()).collect()
}

pub(crate) const RED: Color = Color::rgb(1.0, 0.0, 0.0);
pub(crate) const GREEN: Color = Color::rgb(0.0, 1.0, 0.0);
pub(crate) const BLUE: Color = Color::rgb(0.0, 0.0, 1.0);
