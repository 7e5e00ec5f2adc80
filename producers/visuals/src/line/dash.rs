//! Dashes: patterns, and where along the line each segment begins.

use super::slots::Slot;
use crate::error::{Result, refuse};
use crate::place::Place;
use crate::view::View;
use glir_gloo::VertexBuffer;

/// The most dashes in a pattern.
pub const MAX_DASHES: usize = 4;

/// What dashes are measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DashUnit {
    /// Pixels: a pattern looks the same however far the view is zoomed.
    Pixels,
    /// Units of the scene: a pattern stays with the data.
    Scene,
}

/// A pattern of dashes, by arc length.
#[derive(Clone, Debug, PartialEq)]
pub struct Dash {
    /// Lengths of dash, gap, dash, gap, … An odd number of them is taken twice over. Dashes of 0 are dots where the cap is round or
    /// square.
    pub pattern: Vec<f64>,
    /// Where in the pattern the line begins.
    pub phase: f64,
    /// What all this is measured in.
    pub unit: DashUnit,
}

impl Dash {
    /// A pattern in pixels.
    pub fn pixels(pattern: &[f64]) -> Dash {
        Dash { pattern: pattern.to_vec(), phase: 0.0, unit: DashUnit::Pixels }
    }

    /// A pattern in units of the scene.
    pub fn scene(pattern: &[f64]) -> Dash {
        Dash { pattern: pattern.to_vec(), phase: 0.0, unit: DashUnit::Scene }
    }

    /// The same, begun elsewhere.
    #[must_use]
    pub fn with_phase(self, phase: f64) -> Dash {
        Dash { phase, ..self }
    }

    /// Middles and half lengths of the dashes, and the pattern's length.
    fn dashes(&self) -> (Vec<[f64; 2]>, f64) {
        let twice = if self.pattern.len() % 2 == 1 { 2 } else { 1 };
        let lengths: Vec<f64> = self.pattern.repeat(twice);
        let mut at = 0.0;
        let mut dashes = Vec::new();
        for pair in lengths.chunks(2) {
            dashes.push([at + pair[0] / 2.0, pair[0] / 2.0]);
            at += pair.iter().sum::<f64>();
        }
        (dashes, at)
    }

    pub(super) fn hold(&self) -> Result<()> {
        if let Some(bad) = self.pattern.iter().find(|length| !(length.is_finite() && **length >= 0.0)) {
            return refuse(format!("a dash or gap can't be {bad} long"));
        }
        if !self.phase.is_finite() {
            return refuse("the phase of dashes must be a number");
        }
        let (dashes, length) = self.dashes();
        if dashes.is_empty() || length <= 0.0 {
            return refuse("a pattern of dashes must have a length");
        }
        if dashes.len() > MAX_DASHES {
            return refuse(format!("a pattern has at most {MAX_DASHES} dashes; {} were given", dashes.len()));
        }
        Ok(())
    }
}

/// Sets the pattern's uniforms; a length of 0 stands for none.
pub(super) fn set_pattern(place: &mut Place, dash: Option<&Dash>) -> Result<()> {
    let mut list = [[0.0f32, -1e30]; MAX_DASHES];
    let mut pattern = [0.0f32; 2];
    if let Some(dash) = dash {
        let (dashes, length) = dash.dashes();
        for (place, dash) in list.iter_mut().zip(&dashes) {
            *place = dash.map(|value| value as f32);
        }
        pattern = [length as f32, if dash.unit == DashUnit::Scene { 1.0 } else { 0.0 }];
    }
    place.set("u_dashes", &list[..])?;
    place.set("u_pattern", pattern)
}

/// What the stream has of phases.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) stale: bool,
    any: bool,
    /// Pixels a unit of the scene by axis: when it changes, so do lengths in pixels.
    scale: Option<[f64; 9]>,
    buffer: Option<VertexBuffer<[f32; 2]>>,
}

impl Sent {
    /// Sends where in the pattern each segment begins, and its length, if that has changed.
    pub(super) fn send(
        &mut self,
        place: &mut Place,
        dash: Option<&Dash>,
        slots: &[Slot],
        view: &View,
    ) -> Result<()> {
        let Some(dash) = dash else {
            if self.any || self.stale || self.buffer.is_none() {
                place.set("a_dash", [0.0f32; 2])?;
                (self.any, self.stale) = (false, false);
            }
            return Ok(());
        };
        let scale = (dash.unit == DashUnit::Pixels).then(|| pixels_a_unit(view));
        if self.any && !self.stale && self.scale == scale {
            return Ok(());
        }
        let (_, length) = dash.dashes();
        let mut along = dash.phase;
        let mut values: Vec<[f32; 2]> = Vec::with_capacity(4 * slots.len());
        for (index, slot) in slots.iter().enumerate().skip(1) {
            if slot.segment.is_none() {
                values.extend([[0.0; 2]; 4]);
                continue;
            }
            if slots[index - 1].segment.is_none() {
                along = dash.phase;
            }
            let to = slots.get(index + 1).map_or(slot.point, |next| next.point);
            let way = [0, 1, 2].map(|axis| to[axis] - slot.point[axis]);
            let way = match &scale {
                None => way,
                Some(m) => [0, 1, 2].map(|row| (0..3).map(|axis| m[3 * axis + row] * way[axis]).sum()),
            };
            let size = (way[0] * way[0] + way[1] * way[1] + way[2] * way[2]).sqrt();
            let size = if size.is_finite() { size } else { 0.0 };
            values.extend([[along.rem_euclid(length) as f32, size as f32]; 4]);
            along = (along + size).rem_euclid(length);
        }
        match &mut self.buffer {
            Some(buffer) if self.any && buffer.len() == values.len() => buffer.replace(&values)?,
            _ => {
                let buffer = VertexBuffer::new(place.context(), &values)?;
                place.set("a_dash", &buffer)?;
                self.buffer = Some(buffer);
            }
        }
        (self.any, self.stale, self.scale) = (true, false, scale);
        Ok(())
    }
}

/// The linear part of a view, scene to pixels, column by column; depth counts for nothing. What perspective adds is left out.
fn pixels_a_unit(view: &View) -> [f64; 9] {
    let matrix = (view.projection * view.view).to_cols_array_2d();
    let half = [view.viewport[2] / 2.0, view.viewport[3] / 2.0, 0.0];
    let w = matrix[3][3];
    let w = if w == 0.0 { 1.0 } else { w };
    let mut scale = [0.0; 9];
    for (axis, column) in matrix.iter().take(3).enumerate() {
        for (row, half) in half.iter().enumerate() {
            scale[3 * axis + row] = column[row] / w * half;
        }
    }
    scale
}
