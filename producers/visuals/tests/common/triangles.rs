//! A visual as small as one can be.

#![allow(dead_code)] // each test uses a part
#![allow(clippy::unwrap_used)]

use glir_gloo::{Context, Mode, VertexBuffer};
use glir_shaders::Function;
use glir_transforms::{Transform, origin};
use glir_visuals::place::{Depth, Parts, Place};
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

/// Triangles of one colour, three corners each; a triangle is an item.
#[derive(Debug)]
pub(crate) struct Triangles {
    place: Place,
    corners: Vec<[f64; 3]>,
    numbered: bool,
}

impl Triangles {
    pub(crate) fn new(context: &Context, corners: &[[f64; 3]], color: Color) -> Result<Triangles> {
        let parts = Parts {
            vertex: Function::new("triangles", VERTEX)?,
            fragment: Function::new("triangles_fill", FRAGMENT)?,
            item: None,
        };
        let mut place = Place::new(context, "triangles", parts)?;
        place.set("u_color", color.clamped())?;
        let mut triangles = Triangles { place, corners: corners.to_vec(), numbered: false };
        triangles.send()?;
        Ok(triangles)
    }

    /// Lets them hide what lies behind them.
    pub(crate) fn write_depth(&mut self) {
        self.place.set_depth(Depth::Written);
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

impl Visual for Triangles {
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
        let count = self.corners.len() as u32 / 3;
        if !self.numbered {
            let items: Vec<u32> = (0..count).flat_map(|item| [item; 3]).collect();
            self.place.set_items(&items, 0)?;
            self.numbered = true;
        }
        self.place.pick(view, first, Mode::Triangles, ..)?;
        Ok(count)
    }

    fn bounds(&self) -> Option<Bounds> {
        Bounds::of(&self.corners)
    }

    fn programs(&self) -> Vec<ViewSlots> {
        self.place.slots()
    }
}
