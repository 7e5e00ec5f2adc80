//! Which planes of a target commands reach, as the state has it.

use glir_spec::StateField;
use glir_spec::enums::Plane;
use glir_spec::structs::Rect;

pub(crate) const COLOR: u8 = 1;
pub(crate) const DEPTH: u8 = 2;
pub(crate) const STENCIL: u8 = 4;
pub(crate) const ALL: u8 = COLOR | DEPTH | STENCIL;

/// Planes as bits.
pub(crate) fn bits(planes: &[Plane]) -> u8 {
    planes.iter().fold(0, |bits, plane| bits | 1 << (*plane as u8 - 1))
}

/// What the state lets through.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    scissor: Option<Rect>,
    /// Planes that can be written whole, and those of which some bits can.
    whole: u8,
    some: u8,
    /// Planes that a test is on for.
    tests: u8,
    /// Nothing is drawn.
    discards: bool,
    /// The viewport (1) and the scissor (2) are rectangles.
    pub(crate) rectangles: u8,
}

impl Reach {
    /// As a stream begins.
    pub(crate) fn new() -> Self {
        Reach { scissor: None, whole: ALL, some: ALL, tests: 0, discards: false, rectangles: 0 }
    }

    /// A field has a new value.
    pub(crate) fn note(&mut self, field: &StateField) {
        let put = |bits: &mut u8, plane: u8, on: bool| *bits = *bits & !plane | if on { plane } else { 0 };
        let (plane, whole, some) = match field {
            StateField::ColorMask(mask) => (COLOR, *mask == [true; 4], *mask != [false; 4]),
            StateField::DepthMask(on) => (DEPTH, *on, *on),
            StateField::StencilWriteMask(mask) => (STENCIL, *mask == 255, *mask != 0),
            StateField::DepthTest(on) => return put(&mut self.tests, DEPTH, *on),
            StateField::StencilTest(on) => return put(&mut self.tests, STENCIL, *on),
            StateField::Viewport(rect) => return put(&mut self.rectangles, 1, rect.is_some()),
            StateField::Scissor(rect) => {
                self.scissor.clone_from(rect);
                return put(&mut self.rectangles, 2, rect.is_some());
            }
            StateField::RasterizerDiscard(on) => {
                self.discards = *on;
                return;
            }
            _ => return,
        };
        put(&mut self.whole, plane, whole);
        put(&mut self.some, plane, some);
    }

    /// Planes of a target of this size that a CLEAR fills whole, if it names them.
    pub(crate) fn cleared(&self, width: u64, height: u64) -> u8 {
        let covers = |at: i32, length: u32, side: u64| {
            at <= 0 && i64::from(at) + i64::from(length) >= i64::try_from(side).unwrap_or(i64::MAX)
        };
        let open = self
            .scissor
            .as_ref()
            .is_none_or(|rect| covers(rect.x, rect.width, width) && covers(rect.y, rect.height, height));
        if open && !self.discards { self.whole } else { 0 }
    }

    /// Planes that a draw may write: depth and stencil values are left alone where their test is off.
    pub(crate) fn drawn(&self) -> u8 {
        if self.discards { 0 } else { self.some & (COLOR | self.tests) }
    }

    /// Planes that decide what a draw writes.
    pub(crate) fn tested(&self) -> u8 {
        if self.discards { 0 } else { self.tests }
    }
}
