//! Drawing: everything is checked as an interpreter would, then what has changed is sent, then the DRAW.

use super::Program;
use super::selection::{Selected, Selection};
use crate::buffer::object::BufferObject;
use crate::error::{Result, refuse, shown};
use crate::grants::Grants;
use crate::queue::Queue;
use crate::read::{flush_target, target_info};
use glir_spec::commands::Draw;
use glir_spec::enums::{IndexType, Mode};
use glir_spec::formats::FormatClass;
use glir_spec::ids::{BufferId, ProgramId};
use glir_spec::structs::Selection as Vertices;
use glir_spec::{Code, Encoding, Feature, Profile, limits};

/// What the attributes hold, and the attribute that holds least.
struct Reach<'p> {
    vertices: Option<(u64, &'p str)>,
    instances: Option<(u64, &'p str)>,
}

impl Program {
    /// Draws into the framebuffer that is bound, or the canvas: `..` for all vertices, a range of them, or an index buffer.
    ///
    /// What has changed in the program, its buffers and textures and in the state is sent before.
    ///
    /// # Errors
    /// If an attribute, sampler or block is not set, a buffer holds too few vertices, or the target can't be drawn to. Then
    /// nothing is sent.
    pub fn draw(&mut self, mode: Mode, vertices: impl Into<Selection>) -> Result<()> {
        self.draw_instances(mode, vertices, 1)
    }

    /// Draws so many times; attributes with a [divisor](crate::View::divisor) go on from instance to instance. A number
    /// other than 1 needs the feature `instancing`, as divisors do.
    ///
    /// # Errors
    /// As [`Program::draw`].
    pub fn draw_instances(
        &mut self,
        mode: Mode,
        vertices: impl Into<Selection>,
        instances: u32,
    ) -> Result<()> {
        let Selection(selected) = vertices.into();
        let context = self.handle.context.clone();
        // Before the queue, so that they are dropped after it is unlocked.
        let target = context.target();
        let before = self.before.take();
        let mut queue = context.queue();
        let checked = self.check(&queue, target.as_deref(), mode, &selected, instances);
        let (grants, selection) = match checked {
            Ok(checked) => checked,
            Err(error) => {
                self.before = before;
                return Err(error);
            }
        };
        queue.grants = grants;
        let Some(selection) = selection else {
            self.before = before;
            return Ok(());
        };
        let queue = &mut *queue;
        let elements = match &selected {
            Selected::Elements(buffer, ..) => Some(buffer),
            Selected::Vertices(..) => None,
        };
        self.bring(queue, before.as_ref(), elements);
        flush_target(queue, target.as_ref());
        queue.flush_state();
        let program = ProgramId(self.handle.id);
        queue.emit(Draw { program, mode, selection, instances });
        Ok(())
    }

    /// Holds the draw against the rules; gives what it needs, and its vertices if there are any.
    fn check(
        &self,
        queue: &Queue,
        target: Option<&crate::framebuffer::FramebufferObject>,
        mode: Mode,
        selected: &Selected,
        instances: u32,
    ) -> Result<(Grants, Option<Vertices>)> {
        queue.has_room()?;
        let name = || format!("program {}{}", self.handle.id, self.label.quoted());
        let mut grants = queue.grants;
        self.sources.may_exist(&mut grants)?;
        if mode >= Mode::LinesAdjacency {
            grants.need(Feature::GeometryShader, "a mode with adjacency")?;
        }
        if instances != 1 {
            grants.need(Feature::Instancing, "drawing instances")?;
        }
        if instances > limits::MAX_INSTANCES {
            return refuse(
                Code::LimitExceeded,
                format!("{instances} instances are more than the {} of one draw", limits::MAX_INSTANCES),
            );
        }
        let info = target_info(queue, &mut grants, target)?;
        if queue.state.blends() {
            for format in info.colors.iter().flatten() {
                if format.info().class == FormatClass::Float && format.info().encoding == Encoding::F32 {
                    grants.need(Feature::FloatBlend, format_args!("blending into {format}"))?;
                }
            }
        }
        for slot in &self.slots.samplers {
            let Some(texture) = &slot.wanted else {
                return refuse(
                    Code::Unset,
                    format!("{} samples `{}`, which has no texture; set it first", name(), shown(&slot.name)),
                );
            };
            texture.may_be_sampled(&mut grants)?;
            if target.is_some_and(|target| target.holds(texture)) {
                return refuse(
                    Code::FeedbackLoop,
                    format!(
                        "{} samples {texture}, which is attached to the framebuffer that it draws to",
                        name()
                    ),
                );
            }
        }
        for slot in &self.slots.blocks {
            if slot.wanted.is_none() {
                return refuse(
                    Code::Unset,
                    format!(
                        "{} reads the block `{}`, which has no buffer; set it first",
                        name(),
                        shown(&slot.name)
                    ),
                );
            }
        }
        let reach = self.reach(&mut grants)?;
        let selection = match selected {
            Selected::Vertices(first, end) => self.arrays(&reach, *first, *end)?,
            Selected::Elements(buffer, ty, range, base) => {
                self.context().owns(&buffer.handle.context, buffer)?;
                let has = buffer.byte_len() / ty.size() as usize;
                let range = range.clone().unwrap_or(0..has);
                elements(&mut grants, &reach, buffer, *ty, range, *base)?
            }
        };
        let count = match selection {
            Some(Vertices::Arrays { count, .. } | Vertices::Elements { count, .. }) => count,
            None => 0,
        };
        if u64::from(count) * u64::from(instances) > limits::MAX_DRAW_VERTICES {
            return refuse(
                Code::LimitExceeded,
                format!("{count} vertices × {instances} instances are more than one draw may have"),
            );
        }
        if let Some((holds, attribute)) = reach.instances
            && u64::from(instances) > holds
        {
            return refuse(
                Code::DrawOutside,
                format!(
                    "the draw has {instances} instances, but the buffer of `{}` holds {holds}",
                    shown(attribute)
                ),
            );
        }
        Ok((grants, selection.filter(|_| instances > 0)))
    }

    /// How many vertices and instances the attributes hold.
    fn reach(&self, grants: &mut Grants) -> Result<Reach<'_>> {
        let mut reach = Reach { vertices: None, instances: None };
        for slot in &self.slots.attributes {
            let Some(source) = &slot.wanted else {
                return refuse(
                    Code::Unset,
                    format!(
                        "program {}{} reads the attribute `{}` ({}), which is not set",
                        self.handle.id,
                        self.label.quoted(),
                        shown(&slot.name),
                        slot.ty
                    ),
                );
            };
            let Some(view) = source.view() else { continue };
            use glir_spec::enums::ComponentType as C;
            if matches!(view.format.component, C::I32 | C::U32 | C::F16) {
                grants.es3(format_args!("an attribute of {} in its buffer", view.format.component))?;
            }
            let (place, holds) = if view.divisor > 0 {
                grants.need(Feature::Instancing, "a divisor")?;
                (&mut reach.instances, view.len().saturating_mul(u64::from(view.divisor)))
            } else {
                (&mut reach.vertices, view.len())
            };
            if place.is_none_or(|(least, _)| holds < least) {
                *place = Some((holds, &slot.name));
            }
        }
        if reach.instances.is_some() && reach.vertices.is_none() {
            grants.es3("a program of which all attributes have divisors")?;
        }
        Ok(reach)
    }

    fn arrays(&self, reach: &Reach<'_>, first: usize, end: Option<usize>) -> Result<Option<Vertices>> {
        let end = match (end, reach.vertices) {
            (Some(end), _) => end as u64,
            (None, Some((holds, _))) => holds.max(first as u64),
            (None, None) => {
                return refuse(
                    Code::BadArgument,
                    format!(
                        "program {}{} reads no buffer a vertex, so a draw of it says how many vertices it has",
                        self.handle.id,
                        self.label.quoted()
                    ),
                );
            }
        };
        let bounds = (u32::try_from(first), u32::try_from(end - first as u64));
        let (Ok(first), Ok(count), true) = (bounds.0, bounds.1, end <= i32::MAX as u64) else {
            return refuse(Code::OutOfRange, format!("vertex {end} is beyond 2^31"));
        };
        match reach.vertices {
            Some((holds, attribute)) if end > holds && count > 0 => refuse(
                Code::DrawOutside,
                format!(
                    "the draw reads {end} vertices, but the buffer of `{}` holds {holds}",
                    shown(attribute)
                ),
            ),
            _ => Ok((count > 0).then_some(Vertices::Arrays { count, first })),
        }
    }
}

fn elements(
    grants: &mut Grants,
    reach: &Reach<'_>,
    buffer: &BufferObject,
    ty: IndexType,
    range: std::ops::Range<usize>,
    base_vertex: i32,
) -> Result<Option<Vertices>> {
    if base_vertex != 0 {
        grants.need(Feature::BaseVertex, "a base vertex")?;
    }
    if ty == IndexType::U32 {
        grants.need(Feature::UintIndices, "an index type of u32")?;
    }
    if range.is_empty() {
        return Ok(None);
    }
    let restarts = grants.profile >= Profile::Es3;
    let bounds = buffer.index_bounds(ty, range.clone(), restarts)?;
    // Nothing but indices that restart primitives.
    let Some((least, greatest)) = bounds else { return Ok(None) };
    if !restarts && greatest == ty.restart() {
        return refuse(
            Code::DrawOutside,
            format!("the index {greatest} restarts primitives on some contexts, so profile es2 can't use it"),
        );
    }
    let [least, last] = [least, greatest].map(|index| i64::from(index) + i64::from(base_vertex));
    if least < 0 {
        return refuse(
            Code::DrawOutside,
            format!("the base vertex {base_vertex} leads to vertex {least}, and the first one is 0"),
        );
    }
    if let Some((holds, attribute)) = reach.vertices
        && last as u64 >= holds
    {
        return refuse(
            Code::DrawOutside,
            format!(
                "the indices reach vertex {last}, but the buffer of `{}` holds {holds}",
                shown(attribute)
            ),
        );
    }
    let (Ok(first), Ok(count)) = (u32::try_from(range.start), u32::try_from(range.len())) else {
        return refuse(Code::OutOfRange, format!("{} indices are more than one draw may have", range.len()));
    };
    let elements = BufferId(buffer.handle.id);
    Ok(Some(Vertices::Elements { elements, count, first, ty, base_vertex }))
}
