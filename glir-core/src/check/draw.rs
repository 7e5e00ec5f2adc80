//! STATE and drawing: STATE, CLEAR, DRAW, QUERY, DISPATCH.

use super::{Checker, Checking, proven};
use crate::backend::{ClearValue, DrawCall, Indices, Kind};
use crate::checked::Checked;
use crate::diagnostic::{Check, Decimal, Refusal, refuse};
use crate::lists::ranged;
use crate::objects::Ref;
use crate::resources::{IndexRange, TargetInfo, captured_bytes};
use glir_spec::commands::{Clear, Dispatch, Draw, Query, State};
use glir_spec::enums::{
    BlendEquation, BlendFactor, BufferRole, FeedbackMode, IndexType, Mode, Plane, QueryAction, QueryKind,
};
use glir_spec::formats::FormatClass;
use glir_spec::structs::{Rect, Selection};
use glir_spec::wire::Encoding;
use glir_spec::{Code, Feature, Profile, StateField, limits};

impl<'a> Checking<'_, 'a> {
    pub(super) fn state(&mut self, command: State) -> Check<()> {
        for field in &command.changes.0 {
            self.checker.may_set(field)?;
        }
        for field in &command.changes.0 {
            if let StateField::Blend(blend) = *field
                && self.checker.blend != blend
            {
                self.checker.blend = blend;
                self.checker.epoch += 1;
            }
        }
        proven!(self, Checked::State(command.changes))
    }

    pub(super) fn clear(&mut self, command: Clear<'a>) -> Check<()> {
        let target = self.checker.framebuffer;
        let info = self.checker.target_info(target)?;
        let id = self.checker.target_id();
        let Some(attachment) = command.attachment else {
            if command.value.is_some() {
                return refuse!(
                    Code::BadArgument,
                    id,
                    "a value goes with an attachment; planes take the clear values of STATE"
                );
            }
            for (index, (format, drawn)) in info.colors.iter().zip(info.drawn).enumerate() {
                let Some(format) = format.filter(|_| drawn && command.planes.contains(&Plane::Color)) else {
                    continue;
                };
                if format.info().class != FormatClass::Float {
                    return refuse!(
                        Code::BadFormat,
                        id,
                        "color{index} is {format}; clear it by its attachment and a value"
                    );
                }
            }
            if command.planes.is_empty() {
                return Ok(());
            }
            return proven!(self, Checked::Clear(command.planes));
        };
        self.checker.need(Feature::DrawBuffers, id, "CLEAR of one attachment")?;
        self.checker.need(Feature::Glsl300, id, "CLEAR of one attachment")?;
        if command.planes != [Plane::Color] {
            return refuse!(Code::BadArgument, id, "CLEAR of one attachment takes the planes [\"color\"]");
        }
        let index = attachment as usize;
        let format = info.colors.get(index).copied().flatten().filter(|_| info.drawn[index]);
        let Some(format) = format else {
            return refuse!(Code::BadArgument, id, "the target draws to no attachment color{attachment}");
        };
        let Some(value) = command.value else {
            return refuse!(Code::BadArgument, id, "CLEAR of one attachment takes a value of four numbers");
        };
        let encoding = value.encoding();
        let mut words = [0; 16];
        if value.byte_len() != words.len() as u64 {
            return refuse!(Code::WrongLength, id, "the value of CLEAR is four numbers of 32 bits");
        }
        self.bytes(value, id)?.copy_to(&mut words);
        let word = |i: usize| [words[4 * i], words[4 * i + 1], words[4 * i + 2], words[4 * i + 3]];
        let value = match (format.info().class, encoding) {
            (FormatClass::Float, Encoding::F32) => {
                ClearValue::Float(std::array::from_fn(|i| f32::from_le_bytes(word(i))))
            }
            (FormatClass::Int, Encoding::I32) => {
                ClearValue::Int(std::array::from_fn(|i| i32::from_le_bytes(word(i))))
            }
            (FormatClass::Uint, Encoding::U32) => {
                ClearValue::Uint(std::array::from_fn(|i| u32::from_le_bytes(word(i))))
            }
            _ => {
                return refuse!(
                    Code::WrongEncoding,
                    id,
                    "color{attachment} is {format}, which {encoding} values can't clear"
                );
            }
        };
        proven!(self, Checked::ClearAttachment { attachment, value })
    }

    pub(super) fn draw(&mut self, command: Draw) -> Check<()> {
        let checker = &mut *self.checker;
        let id = command.program.0;
        let at = checker.usable(id, false)?;
        let command = Draw { selection: ranged(command.selection, checker.lists.range), ..command };
        if command.mode >= Mode::LinesAdjacency {
            checker.need(Feature::GeometryShader, id, "a mode with adjacency")?;
        }
        if command.instances != 1 {
            checker.need(Feature::Instancing, id, "drawing instances")?;
        }
        let (first, count) = match command.selection {
            Selection::Arrays { count, first } | Selection::Elements { count, first, .. } => (first, count),
        };
        if u64::from(count) * u64::from(command.instances) > limits::MAX_DRAW_VERTICES
            || command.instances > limits::MAX_INSTANCES
        {
            return refuse!(
                Code::LimitExceeded,
                id,
                "{count} vertices × {} instances are more than one draw may have",
                command.instances
            );
        }
        checker.validate(at)?;
        let (indices, last) = match command.selection {
            Selection::Arrays { .. } => {
                let end = u64::from(first) + u64::from(count);
                if end > i32::MAX as u64 {
                    return refuse!(Code::OutOfRange, id, "vertex {end} is beyond 2^31");
                }
                (None, end)
            }
            Selection::Elements { elements, count, first, ty, base_vertex } => {
                let range = IndexRange { ty, first, count };
                let (indices, greatest) = checker.elements(elements.0, range, base_vertex)?;
                (Some(indices), greatest)
            }
        };
        // Nothing, or nothing but indices that restart primitives: attributes have their sources all the same.
        if count == 0 || command.instances == 0 || last == 0 {
            return checker.reaches(at, 0, 0, false);
        }
        checker.reaches(at, last, u64::from(command.instances), indices.is_some())?;
        let capture = checker.captures(at, &command, indices.is_some())?;
        let has_divisor = checker.programs.get(at).is_some_and(|program| program.has_divisor);
        let call = DrawCall {
            mode: command.mode,
            indices,
            first: if indices.is_some() { 0 } else { first },
            count,
            instances: command.instances,
            instanced: command.instances > 1 || has_divisor,
            capture,
        };
        proven!(self, Checked::Draw { program: at, call })
    }

    pub(super) fn query(&mut self, command: Query) -> Check<()> {
        let checker = &mut *self.checker;
        let id = command.query.0;
        let at = checker.find(id, Kind::Query)?;
        let Some(kind) = checker.queries.get(at).map(|query| query.kind) else { return Ok(()) };
        // OpenGL 3.3, section 2.14: the two kinds of occlusion queries exclude each other.
        let alike = |other: QueryKind| {
            let occlusion = [QueryKind::AnySamplesPassed, QueryKind::SamplesPassed];
            other == kind || (occlusion.contains(&other) && occlusion.contains(&kind))
        };
        let running = checker.running.iter().position(|&(other, _)| alike(other));
        match (command.action, running) {
            (QueryAction::Begin, Some(index)) => {
                let other = checker.running[index].1;
                return refuse!(
                    Code::Unbalanced,
                    id,
                    "{} of this kind is running; end it first",
                    checker.name(Kind::Query, other)
                );
            }
            (QueryAction::Begin, None) => checker.running.push((kind, at)),
            (QueryAction::End, Some(index)) if checker.running[index].1 == at => {
                checker.running.remove(index);
            }
            (QueryAction::End, _) => {
                return refuse!(Code::Unbalanced, id, "{} is not running", checker.name(Kind::Query, at));
            }
        }
        proven!(self, Checked::Query { id: command.query, query: at, kind, action: command.action })
    }

    pub(super) fn dispatch(&mut self, command: Dispatch) -> Check<()> {
        let checker = &mut *self.checker;
        let id = command.program.0;
        let at = checker.usable(id, true)?;
        let groups = [command.x, command.y, command.z];
        let most = checker.capabilities.limits.max_compute_work_group_count;
        let product = groups.iter().fold(1u64, |product, &side| product.saturating_mul(u64::from(side)));
        if groups.iter().zip(most).any(|(&side, most)| side > most) || product > limits::MAX_DRAW_VERTICES {
            return refuse!(
                Code::LimitExceeded,
                id,
                "{}×{}×{} work groups are too many",
                groups[0],
                groups[1],
                groups[2]
            );
        }
        checker.may_bind(at)?;
        if product == 0 {
            return Ok(());
        }
        proven!(self, Checked::Dispatch { program: at, groups })
    }
}

impl Checker {
    /// The id of the target in use, for diagnostics; 0 is the canvas.
    fn target_id(&self) -> u32 {
        self.framebuffer
            .and_then(|at| self.framebuffers.get(at))
            .map_or(0, |framebuffer| framebuffer.common.id)
    }

    /// A program that can draw, or compute.
    fn usable(&mut self, id: u32, compute: bool) -> Check<Ref> {
        let at = self.find(id, Kind::Program)?;
        let Some(program) = self.programs.get_mut(at) else { return Err(Refusal::silent()) };
        if program.interface.is_some() && !program.failed && program.compute == compute {
            return Ok(at);
        }
        if program.failed {
            if program.common.reported {
                return Err(Refusal::silent());
            }
            program.common.reported = true;
            let name = self.name(Kind::Program, at);
            return refuse!(Code::InvalidObject, id, "{name} has no working shaders, so it draws nothing");
        }
        let wrong = program.interface.is_some();
        let name = self.name(Kind::Program, at);
        if !wrong {
            return refuse!(Code::NoShaders, id, "{name} has no shaders yet; SHADERS comes first");
        }
        let message = if compute {
            format!("{name} is no compute program; DRAW uses it")
        } else {
            format!("{name} is a compute program; DISPATCH runs it")
        };
        refuse!(Code::WrongKind, id, "{message}")
    }

    fn may_set(&self, field: &StateField) -> Check<()> {
        if let Some(feature) = field.needs() {
            self.need(feature, 0, field.name())?;
        }
        let bad = |message: String| refuse!(Code::OutOfRange, 0, "{}: {message}", field.name());
        match field {
            StateField::Viewport(Some(rect)) | StateField::Scissor(Some(rect)) => {
                let fits = |origin: i32, size: u32| {
                    size <= limits::MAX_EXTENT * 2
                        && i64::from(origin) + i64::from(size) <= i64::from(i32::MAX)
                };
                if !fits(rect.x, rect.width) || !fits(rect.y, rect.height) {
                    let Rect { x, y, width, height } = rect;
                    return bad(format!("a rectangle of {width}×{height} at {x},{y} reaches too far"));
                }
            }
            StateField::DepthRange([near, far]) => {
                let unit = |value: f32| (0.0..=1.0).contains(&value);
                if !unit(*near) || !unit(*far) || near > far {
                    let (near, far) = (Decimal(*near), Decimal(*far));
                    return bad(format!("near {near} and far {far} must lie between 0 and 1, near first"));
                }
            }
            StateField::ClearDepth(depth) if !(0.0..=1.0).contains(depth) => {
                return bad(format!("{} does not lie between 0 and 1", Decimal(*depth)));
            }
            StateField::LineWidth(width) if !(*width > 0.0 && width.is_finite()) => {
                return bad(format!("{} is not a number more than 0", Decimal(*width)));
            }
            StateField::PolygonOffset(Some(offset))
                if !offset.factor.is_finite() || !offset.units.is_finite() =>
            {
                return bad("factor and units must be finite".into());
            }
            StateField::SampleCoverage(Some(coverage)) if !(0.0..=1.0).contains(&coverage.value) => {
                return bad(format!("{} does not lie between 0 and 1", Decimal(coverage.value)));
            }
            StateField::ClearColor(color) | StateField::BlendColor(color)
                if color.iter().any(|part| part.is_nan()) =>
            {
                return bad("a component is not a number".into());
            }
            StateField::BlendEquation(equations) => {
                for equation in [equations.rgb, equations.alpha] {
                    if matches!(equation, BlendEquation::Min | BlendEquation::Max) {
                        self.need_for(
                            Feature::BlendMinmax,
                            0,
                            format_args!("the blend equation {equation}"),
                        )?;
                    }
                }
            }
            StateField::BlendFunc(func) => {
                let saturate = [func.dst_rgb, func.dst_alpha].contains(&BlendFactor::SrcAlphaSaturate);
                if saturate && self.profile == Profile::Es2 {
                    return refuse!(
                        Code::BadArgument,
                        0,
                        "src_alpha_saturate is no destination factor in profile es2"
                    );
                }
                let color = |f: BlendFactor| {
                    matches!(f, BlendFactor::ConstantColor | BlendFactor::OneMinusConstantColor)
                };
                let alpha = |f: BlendFactor| {
                    matches!(f, BlendFactor::ConstantAlpha | BlendFactor::OneMinusConstantAlpha)
                };
                // WebGL 1.0, section 6.13: constant colour and constant alpha don't mix.
                if (color(func.src_rgb) && alpha(func.dst_rgb))
                    || (alpha(func.src_rgb) && color(func.dst_rgb))
                {
                    return refuse!(
                        Code::BadArgument,
                        0,
                        "blend_func: constant colour and constant alpha can't stand together"
                    );
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Everything that a draw rests on but vertices and indices: checked in full only after something changed.
    fn validate(&mut self, at: Ref) -> Check<()> {
        let target = self.framebuffer.map_or(u32::MAX, |framebuffer| framebuffer.handle.0);
        let now = (self.epoch, target);
        if self.programs.get(at).is_some_and(|program| program.validated == Some(now)) {
            return Ok(());
        }
        let info = self.target_info(self.framebuffer)?;
        self.may_blend(&info)?;
        self.may_bind(at)?;
        if let Some(program) = self.programs.get_mut(at) {
            program.validated = Some(now);
        }
        Ok(())
    }

    fn may_blend(&self, info: &TargetInfo) -> Check<()> {
        if !self.blend {
            return Ok(());
        }
        for (format, drawn) in info.colors.iter().zip(info.drawn) {
            let Some(format) = format.filter(|_| drawn) else { continue };
            if format.info().class == FormatClass::Float && format.info().encoding == Encoding::F32 {
                self.need_for(Feature::FloatBlend, self.target_id(), format_args!("blending into {format}"))?;
            }
        }
        Ok(())
    }

    /// Samplers and blocks: set, usable, and free of feedback.
    fn may_bind(&self, at: Ref) -> Check<()> {
        let Some(program) = self.programs.get(at) else { return Ok(()) };
        let id = program.common.id;
        let name = || self.name(Kind::Program, at);
        let Some(interface) = &program.interface else { return Ok(()) };
        for (slot, declared) in program.samplers.iter().zip(&interface.samplers) {
            if slot.unit.is_none() {
                continue;
            }
            let Some(texture) = slot.texture.filter(|&texture| self.textures.get(texture).is_some()) else {
                return refuse!(
                    Code::Unset,
                    id,
                    "{} samples {}, which has no texture; set it by TEXTURE",
                    name(),
                    declared.name
                );
            };
            self.may_sample(texture)?;
            if !program.compute && self.is_attached(texture) {
                return refuse!(
                    Code::FeedbackLoop,
                    id,
                    "{} samples {}, which is attached to the target",
                    name(),
                    self.name(Kind::Texture, texture)
                );
            }
        }
        for (slot, declared) in program.blocks.iter().zip(&interface.blocks) {
            if slot.binding.is_none() {
                continue;
            }
            let found = slot.range.and_then(|(buffer, offset, size)| {
                Some((buffer, offset, size, self.buffers.get(buffer)?.size))
            });
            let Some((buffer, offset, size, total)) = found else {
                return refuse!(
                    Code::Unset,
                    id,
                    "{} reads the block {}, which has no buffer; set it by BLOCK",
                    name(),
                    declared.name
                );
            };
            let length = if size == 0 { total.saturating_sub(offset) } else { size };
            let inside = offset.checked_add(length).is_some_and(|end| end <= total);
            if !inside || length < u64::from(slot.size) {
                return refuse!(
                    Code::RegionOutside,
                    id,
                    "the block {} takes {} bytes; {length} bytes at {offset} of {} do not hold it",
                    declared.name,
                    slot.size,
                    self.name(Kind::Buffer, buffer)
                );
            }
        }
        Ok(())
    }

    /// The indices of a draw and one more than the greatest vertex that they name.
    fn elements(&mut self, id: u32, range: IndexRange, base_vertex: i32) -> Check<(Indices, u64)> {
        let at = self.find(id, Kind::Buffer)?;
        let IndexRange { ty, first, count } = range;
        if ty == IndexType::U32 {
            self.need(Feature::UintIndices, id, "an index type of u32")?;
        }
        if base_vertex != 0 {
            self.need(Feature::BaseVertex, id, "a base vertex")?;
        }
        let name = self.buffers.get(at).map(|buffer| (buffer.role, buffer.size));
        let Some((role, size)) = name else { return Err(Refusal::silent()) };
        if role != BufferRole::Index {
            return refuse!(
                Code::WrongKind,
                id,
                "{} has the role {role}; indices take index",
                self.name(Kind::Buffer, at)
            );
        }
        let offset = u64::from(first) * u64::from(ty.size());
        if offset + u64::from(count) * u64::from(ty.size()) > size {
            return refuse!(
                Code::DrawOutside,
                id,
                "{} has {} indices of {ty}; {count} from index {first} on exceed it",
                self.name(Kind::Buffer, at),
                size / u64::from(ty.size())
            );
        }
        let (least, greatest) = match self.index_bounds(at, range)? {
            Some(bounds) => bounds,
            None => return Ok((Indices { buffer: at.handle, ty, offset, base_vertex }, 0)),
        };
        let last = i64::from(greatest) + i64::from(base_vertex);
        if i64::from(least) + i64::from(base_vertex) < 0 || last > i64::from(u32::MAX) {
            return refuse!(
                Code::DrawOutside,
                id,
                "index {least} with the base vertex {base_vertex} names no vertex"
            );
        }
        Ok((Indices { buffer: at.handle, ty, offset, base_vertex }, last as u64 + 1))
    }

    /// Whether a draw captures varyings, and whether their buffers hold them.
    fn captures(&self, at: Ref, command: &Draw, indexed: bool) -> Check<bool> {
        let Some(program) = self.programs.get(at) else { return Ok(false) };
        let Some(mode) = program.feedback_mode else { return Ok(false) };
        let id = program.common.id;
        let bound = |slot: &crate::resources::FeedbackSlotState| {
            slot.range.filter(|range| self.buffers.get(range.0).is_some())
        };
        let ranges: Vec<_> = program.feedback.iter().take(program.captured_slots()).map(bound).collect();
        if ranges.iter().all(Option::is_none) {
            return Ok(false);
        }
        let per_primitive = match command.mode {
            Mode::Points => 1,
            Mode::Lines => 2,
            Mode::Triangles => 3,
            mode => {
                return refuse!(
                    Code::BadArgument,
                    id,
                    "a draw that captures takes points, lines or triangles, not {mode}"
                );
            }
        };
        if indexed {
            return refuse!(Code::BadArgument, id, "a draw that captures takes no indices");
        }
        let Selection::Arrays { count, .. } = command.selection else { return Ok(false) };
        let vertices = u64::from(count / per_primitive * per_primitive) * u64::from(command.instances);
        let mut seen = Vec::new();
        for (index, range) in ranges.iter().enumerate() {
            let Some((buffer, offset, size)) = *range else {
                return refuse!(
                    Code::Unset,
                    id,
                    "captured varying {index} has no buffer; set it by FEEDBACK"
                );
            };
            if seen.contains(&buffer) {
                return refuse!(
                    Code::FeedbackLoop,
                    id,
                    "{} takes two captured varyings",
                    self.name(Kind::Buffer, buffer)
                );
            }
            seen.push(buffer);
            let total = self.buffers.get(buffer).map_or(0, |buffer| buffer.size);
            let words: u64 = match mode {
                FeedbackMode::Interleaved => {
                    program.feedback.iter().map(|slot| u64::from(slot.ty.size())).sum()
                }
                FeedbackMode::Separate => {
                    program.feedback.get(index).map_or(0, |slot| u64::from(slot.ty.size()))
                }
            };
            let length = captured_bytes(total, offset, size);
            let inside = offset.checked_add(length).is_some_and(|end| end <= total);
            if !inside || vertices.saturating_mul(words) > length || length == 0 {
                return refuse!(
                    Code::DrawOutside,
                    id,
                    "{vertices} captured vertices take {} bytes; {} has {length} for them",
                    vertices.saturating_mul(words),
                    self.name(Kind::Buffer, buffer)
                );
            }
            let read = program.attributes.iter().any(|slot| {
                slot.location.is_some() && matches!(slot.source, Some(crate::resources::AttributeBinding::View { buffer: source, .. }) if source == buffer)
            });
            if read {
                return refuse!(
                    Code::FeedbackLoop,
                    id,
                    "{} is read as an attribute and captured into by the same draw",
                    self.name(Kind::Buffer, buffer)
                );
            }
        }
        Ok(true)
    }
}
