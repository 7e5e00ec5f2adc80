//! What a person is shown of what they do: the box that is drawn to zoom, and a ring around the view box that was chosen by Tab. Both
//! are the stream's signals, so they are there with no producer.

use crate::error::Result;
use crate::node::{Kind, NodeId};
use crate::scene::Scene;
use glir_gloo::{Context, Mode, Program, Signal, VertexBuffer};
use glir_spec::StateField;
use glir_spec::enums::{BlendEquation, BlendFactor};
use glir_spec::structs::{BlendEquations, BlendFunc};

/// The program that draws it; none where nothing of it can ever be seen.
#[derive(Debug)]
pub(crate) struct Overlay(Option<Program>);

/// Corners x and y, whether it is an inner one, and what it belongs to: 0 is the ring, 1 the box's edge, 2 its inside.
type Corner = [u8; 4];

// A rectangle without extent is outside of what is seen.
const VERTEX: &str = "
attribute vec4 a_corner;
uniform vec4 u_ring;
uniform vec4 u_box;
uniform vec2 u_canvas;
varying vec4 v_color;
void main() {
    vec4 rect = a_corner.w < 0.5 ? u_ring : u_box;
    float width = a_corner.w < 0.5 ? 2.0 : 1.0;
    vec2 at = mix(rect.xy, rect.zw, a_corner.xy) + a_corner.z * width * (1.0 - 2.0 * a_corner.xy);
    bool seen = rect.z > rect.x || rect.w > rect.y;
    gl_Position = vec4(seen ? at / u_canvas * 2.0 - 1.0 : vec2(2.0), 0.0, 1.0);
    v_color = vec4(0.0, 0.31, 0.61, 1.0) * (a_corner.w > 1.5 ? 0.15 : 0.85);
}";

const FRAGMENT: &str = "
precision mediump float;
varying vec4 v_color;
void main() { gl_FragColor = v_color; }";

/// Two triangles for each side of a frame, and two for what it encloses.
fn corners() -> Vec<Corner> {
    let around = [[0, 0], [1, 0], [1, 1], [0, 1]];
    let side = |kind: u8| {
        (0..4).flat_map(move |side: usize| {
            let ([a, b], [c, d]) = (around[side], around[(side + 1) % 4]);
            let [from, to, inner_from, inner_to] =
                [[a, b, 0, kind], [c, d, 0, kind], [a, b, 1, kind], [c, d, 1, kind]];
            [from, to, inner_from, inner_from, to, inner_to]
        })
    };
    let inside = [0, 1, 2, 2, 3, 0].map(|corner: usize| [around[corner][0], around[corner][1], 0, 2]);
    side(0).chain(side(1)).chain(inside).collect()
}

impl Overlay {
    /// An overlay over controllers and their areas, left, bottom, width and height.
    fn new(context: &Context, places: &[(Signal, Signal, bool)]) -> Result<Overlay> {
        // Keys know one box without being told.
        let focusable = places.len() > 1;
        let [mut ring, mut chosen]: [Option<Signal>; 2] = [None, None];
        let add = |sum: &mut Option<Signal>, more: Signal| -> Result<()> {
            *sum = Some(match sum.take() {
                Some(sum) => sum.add(&more)?,
                None => more,
            });
            Ok(())
        };
        for (controller, within, selects) in places {
            if focusable {
                let high = within.components([0, 1])?.add(&within.components([2, 3])?)?;
                let edges = context.vector([&within.components([0, 1])?, &high])?;
                add(&mut ring, edges.mul(&controller.focused()?)?)?;
            }
            if *selects {
                add(&mut chosen, controller.selection()?)?;
            }
        }
        if ring.is_none() && chosen.is_none() {
            return Ok(Overlay(None));
        }
        let mut program = Program::new(context, VERTEX, FRAGMENT)?;
        program.set_label("focus and selection")?;
        program.set("a_corner", &VertexBuffer::new(context, &corners())?)?;
        for (name, signal) in [("u_ring", ring), ("u_box", chosen)] {
            match signal {
                Some(signal) => program.bind_uniform(name, &signal)?,
                None => program.set(name, [0.0f32; 4])?,
            }
        }
        Ok(Overlay(Some(program)))
    }

    fn draw(&mut self, context: &Context) -> Result<()> {
        let Some(program) = &mut self.0 else { return Ok(()) };
        let (width, height) = context.size();
        program.set("u_canvas", [width as f32, height as f32])?;
        context.set_viewport(None)?;
        context.set_scissor(None)?;
        let (src, dst, add) = (BlendFactor::One, BlendFactor::OneMinusSrcAlpha, BlendEquation::Add);
        context.set_state([
            StateField::Blend(true),
            StateField::BlendFunc(BlendFunc { src_rgb: src, dst_rgb: dst, src_alpha: src, dst_alpha: dst }),
            StateField::BlendEquation(BlendEquations { rgb: add, alpha: add }),
            StateField::DepthTest(false),
            StateField::CullFace(None),
        ])?;
        Ok(program.draw(Mode::Triangles, ..)?)
    }
}

impl Scene {
    /// Draws it over all, where anybody moves something.
    pub(crate) fn draw_overlay(&mut self) -> Result<()> {
        let mut overlay = match self.overlay.take() {
            Some(overlay) => overlay,
            None => Overlay::new(&self.context, &self.places(self.root))?,
        };
        overlay.draw(&self.context)?;
        self.overlay = Some(overlay);
        Ok(())
    }

    /// The controllers of a box and of those in it, their areas, and whether they choose boxes.
    fn places(&self, view: NodeId) -> Vec<(Signal, Signal, bool)> {
        let Some(node) = self.nodes.get(view) else { return Vec::new() };
        let own = match &node.kind {
            Kind::Box(found) => found.bound.as_ref(),
            _ => None,
        };
        let own = own.map(|bound| (bound.controller.clone(), bound.within.clone(), bound.is_flat()));
        let below = node.children.iter().flat_map(|child| self.places(*child));
        own.into_iter().chain(below).collect()
    }
}
