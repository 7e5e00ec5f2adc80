//! How far a draw reads: vertices and instances against the bound buffers, index values included.

use super::Checker;
use crate::backend::Kind;
use crate::diagnostic::{Check, refuse};
use crate::objects::Ref;
use crate::resources::{AttributeBinding, IndexRange, Reach};
use glir_spec::enums::IndexType;
use glir_spec::{Code, Profile};

/// Ranges of indices whose bounds are remembered for each buffer.
const REMEMBERED: usize = 16;

impl Checker {
    /// Refuses unless every attribute holds `vertices` vertices and `instances` instances.
    #[inline]
    pub(super) fn reaches(&mut self, at: Ref, vertices: u64, instances: u64, indexed: bool) -> Check<()> {
        let epoch = self.buffer_epoch;
        let reach = match self.programs.get(at).and_then(|program| program.reach) {
            Some(reach) if reach.epoch == epoch => reach,
            _ => self.measure(at)?,
        };
        if vertices <= reach.vertices.0 && instances <= reach.instances.0 {
            return Ok(());
        }
        self.falls_short(at, reach, vertices, instances, indexed)
    }

    #[cold]
    fn falls_short(&self, at: Ref, reach: Reach, vertices: u64, instances: u64, indexed: bool) -> Check<()> {
        let Some(program) = self.programs.get(at) else { return Ok(()) };
        let id = program.common.id;
        let attribute = |slot: u32| {
            let interface = program.interface.as_ref();
            interface
                .and_then(|i| i.attributes.get(slot as usize))
                .map_or_else(String::new, |entry| entry.name.to_string())
        };
        let message = if vertices > reach.vertices.0 {
            let (holds, slot) = reach.vertices;
            let read = if indexed {
                format!("the indices reach vertex {}", vertices - 1)
            } else {
                format!("the draw reads {vertices} vertices")
            };
            format!("{read}, but the buffer of {} holds {holds}", attribute(slot))
        } else {
            let (holds, slot) = reach.instances;
            format!("the draw has {instances} instances, but the buffer of {} holds {holds}", attribute(slot))
        };
        refuse!(Code::DrawOutside, id, "{message}")
    }

    /// Measures the attributes that a program uses: (size − offset − element) / stride + 1 values each.
    fn measure(&mut self, at: Ref) -> Check<Reach> {
        let unbounded = (u64::MAX, 0);
        let mut reach = Reach { epoch: self.buffer_epoch, vertices: unbounded, instances: unbounded };
        let Some(program) = self.programs.get(at) else { return Ok(reach) };
        let id = program.common.id;
        let (mut divided, mut whole) = (false, false);
        for (index, slot) in program.attributes.iter().enumerate() {
            if slot.location.is_none() {
                continue;
            }
            let declared = || {
                program
                    .interface
                    .as_ref()
                    .and_then(|i| i.attributes.get(index))
                    .map(|entry| entry.name.to_string())
            };
            let unset = || {
                let name = self.name(Kind::Program, at);
                let attribute = declared().unwrap_or_default();
                refuse!(Code::Unset, id, "{name} reads {attribute}, which has no source; set it by ATTRIBUTE")
            };
            let Some(source) = slot.source else { return unset() };
            let AttributeBinding::View { buffer, offset, stride, ty, components, divisor, .. } = source
            else {
                continue;
            };
            let Some(bound) = self.buffers.get(buffer) else { return unset() };
            let element = u64::from(slot.ty.shape().0 * components * ty.size());
            let holds = match bound.size.checked_sub(offset).and_then(|room| room.checked_sub(element)) {
                Some(room) => room / u64::from(stride.max(1)) + 1,
                None => 0,
            };
            if divisor == 0 {
                whole = true;
                if holds < reach.vertices.0 {
                    reach.vertices = (holds, index as u32);
                }
            } else {
                divided = true;
                let holds = holds.saturating_mul(u64::from(divisor));
                if holds < reach.instances.0 {
                    reach.instances = (holds, index as u32);
                }
            }
        }
        if divided && !whole && self.profile == Profile::Es2 {
            let name = self.name(Kind::Program, at);
            return refuse!(
                Code::BadArgument,
                id,
                "{name} has only attributes with divisors; profile es2 needs one without"
            );
        }
        if let Some(program) = self.programs.get_mut(at) {
            program.reach = Some(reach);
            program.has_divisor = divided;
        }
        Ok(reach)
    }

    /// The least and the greatest index of a range; none if it has no index. In profile es3 the greatest value of the
    /// type restarts a primitive and names no vertex; in es2, where contexts disagree about it, it is refused.
    pub(super) fn index_bounds(&mut self, at: Ref, range: IndexRange) -> Check<Option<(u32, u32)>> {
        let restarts = self.profile >= Profile::Es3;
        let Some(buffer) = self.buffers.get_mut(at) else { return Ok(None) };
        if let Some((_, bounds)) = buffer.greatest.iter().find(|(known, _)| *known == range) {
            return Ok(*bounds);
        }
        let size = range.ty.size() as usize;
        let start = range.first as usize * size;
        let bytes = buffer.indices.get(start..start + range.count as usize * size).unwrap_or(&[]);
        let bounds = match range.ty {
            IndexType::U8 => bounds(bytes.iter().map(|&index| u32::from(index)), restarts.then_some(0xff)),
            IndexType::U16 => {
                let indices = bytes.chunks_exact(2).map(|b| u32::from(u16::from_le_bytes([b[0], b[1]])));
                bounds(indices, restarts.then_some(0xffff))
            }
            IndexType::U32 => {
                let indices = bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
                bounds(indices, restarts.then_some(u32::MAX))
            }
        };
        let id = buffer.common.id;
        if !restarts && bounds.is_some_and(|(_, greatest)| greatest == range.ty.restart()) {
            return refuse!(
                Code::DrawOutside,
                id,
                "the index {} restarts primitives on some contexts, so profile es2 can't use it",
                range.ty.restart()
            );
        }
        if buffer.greatest.len() >= REMEMBERED {
            buffer.greatest.remove(0);
        }
        buffer.greatest.push((range, bounds));
        Ok(bounds)
    }
}

/// The least and the greatest index, leaving out the restart index.
fn bounds(indices: impl Iterator<Item = u32>, restart: Option<u32>) -> Option<(u32, u32)> {
    let mut bounds: Option<(u32, u32)> = None;
    for index in indices.filter(|&index| Some(index) != restart) {
        bounds = Some(match bounds {
            Some((least, greatest)) => (least.min(index), greatest.max(index)),
            None => (index, index),
        });
    }
    bounds
}
