//! The state that drawing goes by: fields, presets, and the helpers of [`Context`] that set them.

use crate::context::Context;
use crate::error::{Result, refuse};
use crate::grants::Grants;
use crate::queue::Queue;
use glir_spec::enums::*;
use glir_spec::structs::*;
use glir_spec::{Code, Feature, Profile, StateField, limits};

/// Every field of the state, in ascending order of their numbers.
#[derive(Clone, Debug)]
pub(crate) struct State(Vec<StateField>);

impl State {
    /// What every stream starts with.
    pub(crate) fn initial() -> Self {
        State(StateField::initial())
    }

    fn set(&mut self, field: StateField) {
        if let Ok(at) = self.0.binary_search_by_key(&field.number(), StateField::number) {
            self.0[at] = field;
        }
    }

    /// The fields that differ from another state's.
    pub(crate) fn changes(&self, other: &State) -> Vec<StateField> {
        self.0
            .iter()
            .zip(&other.0)
            .filter(|(field, other)| field != other)
            .map(|(field, _)| field.clone())
            .collect()
    }

    /// All fields that the stream may set, without those of a viewport and a scissor that are bound.
    pub(crate) fn all(&self, grants: &Grants, bound: [bool; 2]) -> Vec<StateField> {
        let may_be = |field: &&StateField| match field {
            StateField::Viewport(_) if bound[0] => false,
            StateField::Scissor(_) if bound[1] => false,
            field => field.needs().is_none_or(|feature| grants.has(feature)),
        };
        self.0.iter().filter(may_be).cloned().collect()
    }

    /// True if blending is on.
    pub(crate) fn blends(&self) -> bool {
        self.0.contains(&StateField::Blend(true))
    }
}

/// A set of state fields for a usual way of drawing, as VisPy has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Nearer things hide farther ones; nothing is blended.
    Opaque,
    /// As opaque, but colours are blended by their alpha. The canvas stays as opaque as it was, where VisPy's lets pages shine through.
    Translucent,
    /// Colours are added up, weighted by their alpha, whatever lies in front.
    Additive,
}

impl Preset {
    /// The fields that it sets.
    pub fn fields(self) -> Vec<StateField> {
        use BlendFactor as F;
        let blended = |src_rgb, dst_rgb, src_alpha, dst_alpha| {
            let equations = BlendEquations { rgb: BlendEquation::Add, alpha: BlendEquation::Add };
            [
                StateField::Blend(true),
                StateField::BlendFunc(BlendFunc { src_rgb, dst_rgb, src_alpha, dst_alpha }),
                StateField::BlendEquation(equations),
            ]
        };
        let mut fields = vec![StateField::DepthTest(self != Preset::Additive), StateField::CullFace(None)];
        match self {
            Preset::Opaque => fields.push(StateField::Blend(false)),
            Preset::Translucent => {
                fields.extend(blended(F::SrcAlpha, F::OneMinusSrcAlpha, F::One, F::OneMinusSrcAlpha));
            }
            Preset::Additive => fields.extend(blended(F::SrcAlpha, F::One, F::SrcAlpha, F::One)),
        }
        fields
    }
}

/// Setting state changes nothing in the stream by itself: what differs goes out as one STATE right before the CLEAR or
/// DRAW that needs it.
impl Context {
    /// Sets fields of the state; those that are not named stay.
    ///
    /// ```
    /// use glir_gloo::{Context, StateField};
    ///
    /// let context = Context::new(640, 480)?;
    /// context.set_state([StateField::DepthTest(true), StateField::LineWidth(2.0)])?;
    /// # Ok::<(), glir_gloo::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a field's value is out of range or needs a feature that the header lacks; then none is set.
    pub fn set_state(&self, fields: impl IntoIterator<Item = StateField>) -> Result<()> {
        // The user's iterator runs before the lock is taken.
        let fields: Vec<StateField> = fields.into_iter().collect();
        let mut queue = self.queue();
        let mut grants = queue.grants;
        queue.set_fields(&mut grants, fields)?;
        queue.grants = grants;
        Ok(())
    }

    /// Sets the fields of a usual way of drawing.
    pub fn set_preset(&self, preset: Preset) {
        let mut queue = self.queue();
        preset.fields().into_iter().for_each(|field| queue.state.set(field));
    }

    /// Goes back to the state with which every stream starts.
    pub fn reset_state(&self) {
        self.queue().state = State::initial();
    }

    /// Where drawing lands, in pixels from the target's lower left corner; `None` for all of the target.
    ///
    /// # Errors
    /// If the rectangle reaches farther than coordinates go.
    pub fn set_viewport(&self, viewport: impl Into<Option<Rect>>) -> Result<()> {
        self.set_state([StateField::Viewport(viewport.into())])
    }

    /// The only pixels that drawing and clearing may change; `None` for all.
    ///
    /// # Errors
    /// If the rectangle reaches farther than coordinates go.
    pub fn set_scissor(&self, scissor: impl Into<Option<Rect>>) -> Result<()> {
        self.set_state([StateField::Scissor(scissor.into())])
    }

    /// Blends with these factors, the same for colours and alpha; `None` switches blending off.
    ///
    /// # Errors
    /// If a constant colour and a constant alpha stand together, or `src_alpha_saturate` is the destination factor and the settled header is of
    /// profile es2.
    pub fn set_blend(&self, factors: impl Into<Option<(BlendFactor, BlendFactor)>>) -> Result<()> {
        let Some((src, dst)) = factors.into() else { return self.set_state([StateField::Blend(false)]) };
        let func = BlendFunc { src_rgb: src, dst_rgb: dst, src_alpha: src, dst_alpha: dst };
        self.set_state([StateField::Blend(true), StateField::BlendFunc(func)])
    }

    /// Draws only what passes this comparison of depths; `None` draws everything.
    ///
    /// # Errors
    /// None: every comparison is there in every profile. The result is that of [`Context::set_state`].
    pub fn set_depth_test(&self, passes: impl Into<Option<CompareFunc>>) -> Result<()> {
        match passes.into() {
            None => self.set_state([StateField::DepthTest(false)]),
            Some(func) => self.set_state([StateField::DepthTest(true), StateField::DepthFunc(func)]),
        }
    }

    /// The side of polygons that is not drawn; `None` draws both.
    ///
    /// # Errors
    /// None: every profile culls. The result is that of [`Context::set_state`].
    pub fn set_cull_face(&self, face: impl Into<Option<Face>>) -> Result<()> {
        self.set_state([StateField::CullFace(face.into())])
    }
}

impl Queue {
    /// Sets fields of the state that is wanted, or none of them.
    pub(crate) fn set_fields(&mut self, grants: &mut Grants, fields: Vec<StateField>) -> Result<()> {
        fields.iter().try_for_each(|field| may_set(grants, field))?;
        fields.into_iter().for_each(|field| self.state.set(field));
        Ok(())
    }
}

/// What an interpreter would refuse of a field.
fn may_set(grants: &mut Grants, field: &StateField) -> Result<()> {
    let name = field.name();
    if let Some(feature) = field.needs()
        && *field != StateField::RasterizerDiscard(false)
    {
        grants.need(feature, format_args!("the state {name}"))?;
    }
    let bad = |sentence: &str| refuse(Code::OutOfRange, format!("{name}: {sentence}"));
    let unit = |value: f32| (0.0..=1.0).contains(&value);
    match field {
        StateField::Viewport(Some(rect)) | StateField::Scissor(Some(rect)) => {
            let fits = |origin: i32, size: u32| {
                let end = i64::from(origin) + i64::from(size);
                size <= limits::MAX_EXTENT * 2 && end.abs() <= i64::from(i32::MAX)
            };
            if !fits(rect.x, rect.width) || !fits(rect.y, rect.height) {
                let Rect { x, y, width, height } = rect;
                return bad(&format!("a rectangle of {width}×{height} at {x},{y} reaches too far"));
            }
        }
        StateField::DepthRange([near, far]) if !(unit(*near) && unit(*far) && near <= far) => {
            return bad(&format!("near {near} and far {far} must lie between 0 and 1, near first"));
        }
        StateField::ClearDepth(depth) if !unit(*depth) => {
            return bad(&format!("{depth} does not lie between 0 and 1"));
        }
        StateField::LineWidth(width) if !(*width > 0.0 && width.is_finite()) => {
            return bad(&format!("{width} is not a number more than 0"));
        }
        StateField::PolygonOffset(Some(offset))
            if !(offset.factor.is_finite() && offset.units.is_finite()) =>
        {
            return bad("factor and units must be finite");
        }
        StateField::SampleCoverage(Some(coverage)) if !unit(coverage.value) => {
            return bad(&format!("{} does not lie between 0 and 1", coverage.value));
        }
        StateField::ClearColor(color) | StateField::BlendColor(color)
            if color.iter().any(|part| part.is_nan()) =>
        {
            return bad("a component is not a number");
        }
        StateField::BlendEquation(equations) => {
            for equation in [equations.rgb, equations.alpha] {
                if matches!(equation, BlendEquation::Min | BlendEquation::Max) {
                    grants.need(Feature::BlendMinmax, format_args!("the blend equation {equation}"))?;
                }
            }
        }
        StateField::BlendFunc(func) => {
            if [func.dst_rgb, func.dst_alpha].contains(&BlendFactor::SrcAlphaSaturate)
                && grants.profile == Profile::Es2
            {
                grants.es3("src_alpha_saturate as a destination factor")?;
            }
            let color = |f| matches!(f, BlendFactor::ConstantColor | BlendFactor::OneMinusConstantColor);
            let alpha = |f| matches!(f, BlendFactor::ConstantAlpha | BlendFactor::OneMinusConstantAlpha);
            if (color(func.src_rgb) && alpha(func.dst_rgb)) || (alpha(func.src_rgb) && color(func.dst_rgb)) {
                return refuse(
                    Code::BadArgument,
                    "blend_func: constant colour and constant alpha can't stand together",
                );
            }
        }
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::State;
    use glir_spec::state::STATE_FIELDS;

    #[test]
    fn the_initial_state_is_the_tables() {
        let state = State::initial();
        let names: Vec<_> = state.0.iter().map(|field| (field.number(), field.name())).collect();
        let table: Vec<_> = STATE_FIELDS.iter().map(|info| (info.number, info.name)).collect();
        assert_eq!(names, table);
        // The table's initial values are text; the text form knows how to read them.
        let fields: Vec<_> =
            STATE_FIELDS.iter().map(|info| format!("\"{}\": {}", info.name, info.initial)).collect();
        let text = format!("[\"GLIR\"]\n[\"STATE\", {{{}}}]\n[\"SWAP\"]\n", fields.join(", "));
        let document = glir_core::text::parse(&text).unwrap();
        let Some(glir_core::text::Item::Frame { frame, .. }) = document.items.get(1) else {
            panic!("no frame")
        };
        let mut expected = glir_spec::Frame::new();
        expected.push(glir_spec::commands::State { changes: glir_spec::StateChanges::new(state.0) });
        expected.push(glir_spec::commands::Swap {});
        assert_eq!(frame.head(), expected.head());
    }
}
