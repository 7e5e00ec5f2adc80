//! What a visual is seen by: the rectangle or camera that turns the scene into pixels.

use crate::error::Result;
use glam::{DMat4, DVec3, DVec4};
use glir_gloo::{Context, Signal};
use glir_spec::ids::{ProgramId, UniformSlot};
use std::sync::{Arc, Mutex, PoisonError};

/// A camera, as visuals take it: scene → minus `origin` → `view` → `projection` → clip coordinates.
///
/// ```
/// use glir_visuals::View;
///
/// // A year in microseconds, seen around its end.
/// let year = 365.0 * 86_400.0 * 1e6;
/// let view = View::rect([year - 10.0, year + 10.0, -1.0, 1.0], [0.0, 0.0, 640.0, 480.0]);
/// assert_eq!(view.pixel([year, 0.0, 0.0].into()), Some([320.0, 240.0]));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// x, y, width, height in pixels of the canvas, from its lower left corner.
    pub viewport: [f64; 4],
    /// What is taken from positions before they lose precision. Near the middle of what is seen.
    pub origin: DVec3,
    /// From the scene, about the origin, to the eye.
    pub view: DMat4,
    /// From the eye to clip coordinates.
    pub projection: DMat4,
    /// The same as signals, where a person moves it: what they give drives the programs, in place of the numbers above, which then say
    /// what is seen before anything was moved.
    pub signals: Option<Arc<ViewSignals>>,
}

/// What moves a [`View`] where it is shown. Programs are bound to it, so that panning sends nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewSignals {
    /// `vec4`: left, bottom, right, top of a view of the plane; none for others.
    pub rect: Option<Signal>,
    /// The origin; none where it stays.
    pub origin: Option<MovingOrigin>,
    /// `mat4`; none where it stays.
    pub view: Option<Signal>,
    /// `mat4`; none where it stays.
    pub projection: Option<Signal>,
}

/// An origin that moves. Data far from 0 is sent without a number near it, and so each of these numbers has a pair of signals that say
/// where the origin is from there.
#[derive(Clone, Debug)]
pub struct MovingOrigin {
    /// A `vec3`.
    at: Signal,
    /// High and low part, from so far.
    known: Arc<Mutex<Vec<Known>>>,
}

/// From where, and the pair for it.
type Known = (DVec3, [Signal; 2]);

/// Pairs of signals that are kept for the next visual to ask.
const KNOWN: usize = 32;

impl MovingOrigin {
    /// A `vec3`. What a pair of floats does not hold of it is lost: of a rectangle it is best a multiple of a power of two of about the
    /// rectangle's size, and what is left to the middle goes into the projection.
    pub fn new(at: Signal) -> MovingOrigin {
        MovingOrigin { at, known: Arc::default() }
    }

    /// High and low part of the way from a point to the origin.
    pub(crate) fn about(&self, base: DVec3) -> Result<[Signal; 2]> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, parts)) = known.iter().find(|(other, _)| *other == base) {
            return Ok(parts.clone());
        }
        let parts = match base {
            DVec3::ZERO => parts(&self.at)?,
            base => self.from(&self.context().number(base.to_array())?)?,
        };
        if known.len() >= KNOWN {
            known.remove(0);
        }
        known.push((base, parts.clone()));
        Ok(parts)
    }
}

impl MovingOrigin {
    pub(crate) fn context(&self) -> &Context {
        self.at.context()
    }

    /// High and low part of the way from a `vec3` to the origin.
    pub(crate) fn from(&self, place: &Signal) -> Result<[Signal; 2]> {
        parts(&self.at.sub(place)?)
    }
}

fn parts(way: &Signal) -> Result<[Signal; 2]> {
    Ok([way.high()?, way.low()?])
}

impl PartialEq for MovingOrigin {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl View {
    /// A rectangle of the plane, `[left, right, bottom, top]`. Left may be greater than right, and bottom than top; z is kept from
    /// −1 (in front) to 1.
    ///
    /// The origin stays where it is while the rectangle moves by less than its size, so that a pan changes `projection` alone.
    pub fn rect([left, right, bottom, top]: [f64; 4], viewport: [f64; 4]) -> View {
        let axis = |from: f64, to: f64| {
            let size = (to - from).abs();
            // A power of two of about the extent: multiples of it are exact, and leave floats 21 bits for what is seen.
            let step = if size > 0.0 && size.is_finite() { size.log2().ceil().exp2() } else { 1.0 };
            let center = from * 0.5 + to * 0.5;
            let origin = (center / step).round() * step;
            let origin = if origin.is_finite() { origin } else { center };
            let scale = 2.0 / (to - from);
            let scale = if scale.is_finite() { scale } else { 1.0 };
            // The middle may lie between two numbers, where differences do not.
            (origin, scale, ((origin - from) * 0.5 + (origin - to) * 0.5) * scale)
        };
        let (x, scale_x, shift_x) = axis(left, right);
        let (y, scale_y, shift_y) = axis(bottom, top);
        let projection = DMat4::from_translation(DVec3::new(shift_x, shift_y, 0.0))
            * DMat4::from_scale(DVec3::new(scale_x, scale_y, 1.0));
        View { viewport, origin: DVec3::new(x, y, 0.0), view: DMat4::IDENTITY, projection, signals: None }
    }

    /// The canvas itself: a unit is a pixel, y goes up, 0, 0 is the viewport's lower left corner.
    pub fn pixels(viewport: [f64; 4]) -> View {
        View::rect([0.0, viewport[2], 0.0, viewport[3]], viewport)
    }

    /// A camera in space.
    pub fn camera(view: DMat4, projection: DMat4, viewport: [f64; 4]) -> View {
        View { viewport, origin: DVec3::ZERO, view, projection, signals: None }
    }

    /// The same view, moved by signals.
    #[must_use]
    pub fn with_signals(mut self, signals: Arc<ViewSignals>) -> View {
        self.signals = Some(signals);
        self
    }

    /// Clip coordinates of a point of the scene.
    pub fn clip(&self, point: DVec3) -> DVec4 {
        self.projection * (self.view * (point - self.origin).extend(1.0))
    }

    /// The pixel of the viewport where a point of the scene is seen; none for what is behind the eye or undefined.
    pub fn pixel(&self, point: DVec3) -> Option<[f64; 2]> {
        let clip = self.clip(point);
        let [_, _, width, height] = self.viewport;
        let at = [(clip.x / clip.w * 0.5 + 0.5) * width, (clip.y / clip.w * 0.5 + 0.5) * height];
        (clip.w > 0.0 && at[0].is_finite() && at[1].is_finite()).then_some(at)
    }
}

/// Where a program takes what a camera changes, for BIND. A slot is none where the program does not use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewSlots {
    /// The program.
    pub program: ProgramId,
    /// `vec3`: the high part of the origin.
    pub origin_high: Option<UniformSlot>,
    /// `vec3`: its low part.
    pub origin_low: Option<UniformSlot>,
    /// `mat4`.
    pub view: Option<UniformSlot>,
    /// `mat4`.
    pub projection: Option<UniformSlot>,
    /// `vec4`: x, y, width, height in pixels.
    pub viewport: Option<UniformSlot>,
}
