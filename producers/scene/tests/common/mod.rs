//! A visual as small as one can be, and a context that draws and answers.

#![allow(dead_code)] // each test uses a part
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use glir_core::{FrameInput, NoBlobs, Settings};
use glir_gloo::{Context, Mode, VertexBuffer};
use glir_native::{Api, Headless};
use glir_scene::Scene;
use glir_shaders::Function;
use glir_spec::commands::Command;
use glir_spec::enums::PointerAction;
use glir_spec::ids::CanvasId;
use glir_spec::replies::Pointer;
use glir_spec::wire::Reader;
use glir_spec::{Frame, Reply};
use glir_transforms::{Transform, origin};
use glir_visuals::place::{Parts, Place};
use glir_visuals::{Bounds, Color, Result, View, ViewSlots, Visual};

const VERTEX: &str = "
attribute vec3 a_high;
attribute vec3 a_low;
vec4 $place(vec3 high, vec3 low);
void $identify();
void main() {
    $identify();
    gl_Position = $place(a_high, a_low);
}";

const FRAGMENT: &str = "
uniform vec4 u_color;
void $finish(vec4 color, float coverage);
void main() { $finish(u_color, 1.0); }";

/// A rectangle of two triangles, its items.
#[derive(Debug)]
pub(crate) struct Tile {
    place: Place,
    corners: Vec<[f64; 3]>,
    numbered: bool,
}

impl Tile {
    pub(crate) fn new(context: &Context, [left, bottom, right, top]: [f64; 4], color: Color) -> Tile {
        Tile::at(context, [left, bottom, right, top], 0.0, color).unwrap()
    }

    pub(crate) fn at(
        context: &Context,
        [left, bottom, right, top]: [f64; 4],
        z: f64,
        color: Color,
    ) -> Result<Tile> {
        let corner = |x, y| [x, y, z];
        let corners = vec![
            corner(left, bottom),
            corner(right, bottom),
            corner(left, top),
            corner(right, bottom),
            corner(right, top),
            corner(left, top),
        ];
        let parts = Parts {
            vertex: Function::new("tile", VERTEX)?,
            fragment: Function::new("tile_fill", FRAGMENT)?,
            item: None,
        };
        let mut place = Place::new(context, "tile", parts)?;
        if z != 0.0 {
            place.set_depth(glir_visuals::place::Depth::Written);
        }
        place.set("u_color", color.clamped())?;
        let mut tile = Tile { place, corners, numbered: false };
        tile.send()?;
        Ok(tile)
    }

    pub(crate) fn set_color(&mut self, color: Color) {
        self.place.set("u_color", color.clamped()).unwrap();
    }

    fn send(&mut self) -> Result<()> {
        let mut corners = self.corners.clone();
        self.place.data_transform().map_all(&mut corners);
        let split: Vec<[[f32; 3]; 2]> = corners.iter().map(|&corner| origin::split_point(corner)).collect();
        let part = |part: usize| split.iter().map(|halves| halves[part]).collect::<Vec<_>>();
        let context = self.place.context().clone();
        self.place.set("a_high", &VertexBuffer::new(&context, &part(0))?)?;
        self.place.set("a_low", &VertexBuffer::new(&context, &part(1))?)
    }
}

impl Visual for Tile {
    fn set_transform(&mut self, transform: &Transform) -> Result<()> {
        if self.place.set_transform(transform)? { self.send() } else { Ok(()) }
    }

    fn set_opacity(&mut self, opacity: f32) -> Result<()> {
        self.place.set_opacity(opacity)
    }

    fn draw(&mut self, view: &View) -> Result<()> {
        self.place.draw(view, Mode::Triangles, ..)
    }

    fn pick(&mut self, view: &View, first: u32) -> Result<u32> {
        if !self.numbered {
            self.place.set_items(&[0, 0, 0, 1, 1, 1], 0)?;
            self.numbered = true;
        }
        self.place.pick(view, first, Mode::Triangles, ..)?;
        Ok(2)
    }

    fn bounds(&self) -> Option<Bounds> {
        Bounds::of(&self.corners)
    }

    fn programs(&self) -> Vec<ViewSlots> {
        self.place.slots()
    }
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
        let interpreter = self.0.interpreter().unwrap();
        assert!(interpreter.tick(1.0), "the picture is drawn anew");
        let told: Vec<String> = interpreter.take_diagnostics().iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "{told:?}");
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
