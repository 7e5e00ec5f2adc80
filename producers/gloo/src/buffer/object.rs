//! A buffer as the stream knows it: its bytes, which of them have changed, and what is sent before a draw.

use crate::blocks::{Blocks, Upload};
use crate::context::Context;
use crate::error::{Error, Result, refuse};
use crate::object::{Handle, Label, lock};
use crate::queue::Queue;
use glir_spec::commands::{Data, Size};
use glir_spec::enums::{BufferRole, BufferUsage, IndexType};
use glir_spec::ids::ObjectId;
use glir_spec::structs::{Descriptor, Region};
use glir_spec::{Code, Encoding, limits};
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};

/// Ranges of indices whose bounds are remembered.
const REMEMBERED: usize = 16;
/// Bytes that are compared at once to find what a write changes.
const COMPARED: usize = 256;

pub(crate) struct BufferObject {
    pub(crate) handle: Handle,
    pub(crate) role: BufferRole,
    /// The element type of its payloads.
    encoding: Encoding,
    /// Bytes of one element: what is sent begins and ends between elements.
    unit: usize,
    state: Mutex<Contents>,
}

/// The least and the greatest of some indices; none if there are none.
type Bounds = Option<(u32, u32)>;

struct Contents {
    bytes: Vec<u8>,
    changed: Blocks,
    /// Bytes of the storage in the stream; 0 for none.
    stored: usize,
    usage: BufferUsage,
    policy: Upload,
    label: Label,
    /// The least and greatest index of ranges that were drawn.
    bounds: Vec<(Range<usize>, Bounds)>,
}

impl fmt::Debug for BufferObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} with {} bytes", self.byte_len())
    }
}

impl fmt::Display for BufferObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "buffer {}{}", self.handle.id, self.contents().label.quoted())
    }
}

/// Zeros, if there is memory for them.
pub(crate) fn zeros(length: usize) -> Result<Vec<u8>> {
    // Asked for first, since memory that comes zeroed from the system can't be asked for politely.
    if Vec::<u8>::new().try_reserve_exact(length).is_err() {
        return refuse(Code::OutOfMemory, format!("no memory is left for a buffer of {length} bytes"));
    }
    Ok(vec![0; length])
}

/// The bytes of so many elements, if a buffer may have them.
pub(super) fn bytes_of(count: usize, unit: usize) -> Result<usize> {
    if unit == 0 {
        return refuse(Code::BadArgument, "a vertex without fields has no bytes to store");
    }
    match count.checked_mul(unit) {
        Some(bytes) if bytes as u64 <= limits::MAX_BUFFER_BYTES => Ok(bytes),
        _ => refuse(
            Code::OutOfRange,
            format!(
                "{count} elements of {unit} bytes are more than the {} bytes that a buffer may have",
                limits::MAX_BUFFER_BYTES
            ),
        ),
    }
}

impl BufferObject {
    /// A buffer of these bytes. If they are all zeros, as new storage is, they need not be sent.
    pub(crate) fn new(
        context: &Context,
        role: BufferRole,
        (encoding, unit): (Encoding, usize),
        bytes: Vec<u8>,
        zeros: bool,
    ) -> Result<Arc<Self>> {
        let mut changed = Blocks::default();
        if !zeros {
            changed.mark(0..bytes.len());
        }
        let contents = Contents {
            bytes,
            changed,
            stored: 0,
            usage: BufferUsage::Static,
            policy: Upload::default(),
            label: Label::default(),
            bounds: Vec::new(),
        };
        let handle = Handle::new(context)?;
        Ok(Arc::new(BufferObject { handle, role, encoding, unit, state: Mutex::new(contents) }))
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        lock(&self.state)
    }

    pub(crate) fn byte_len(&self) -> usize {
        self.contents().bytes.len()
    }

    /// Gives some of the bytes to a function, which must not use the context.
    pub(crate) fn read<R>(&self, range: Range<usize>, with: impl FnOnce(&[u8]) -> R) -> Option<R> {
        self.contents().bytes.get(range).map(with)
    }

    /// Puts bytes in place of others and marks what differs.
    pub(crate) fn write(&self, offset: usize, new: &[u8]) -> Result<()> {
        // Under the context's lock, so that no draw is in the middle of being checked.
        let _queue = self.handle.context.queue();
        let contents = &mut *self.contents();
        let total = contents.bytes.len();
        let end = offset.checked_add(new.len());
        let Some(old) = end.and_then(|end| contents.bytes.get_mut(offset..end)) else {
            let unit = self.unit.max(1);
            return Err(Error::new(
                Code::RegionOutside,
                format!(
                    "buffer {}{} has {} elements; {} elements from {} on exceed it",
                    self.handle.id,
                    contents.label.quoted(),
                    total / unit,
                    new.len() / unit,
                    offset / unit
                ),
            ));
        };
        let mut any = false;
        for run in differences(old, new, self.unit) {
            contents.changed.mark(offset + run.start..offset + run.end);
            if let (Some(old), Some(new)) = (old.get_mut(run.clone()), new.get(run)) {
                old.copy_from_slice(new);
            }
            any = true;
        }
        if any {
            contents.bounds.clear();
        }
        Ok(())
    }

    /// Puts other bytes in place of all, perhaps more or fewer.
    pub(crate) fn replace(&self, new: Vec<u8>) -> Result<()> {
        if new.len() == self.byte_len() {
            return self.write(0, &new);
        }
        let _queue = self.handle.context.queue();
        let contents = &mut *self.contents();
        contents.changed.clear();
        contents.changed.mark(0..new.len());
        contents.bytes = new;
        contents.bounds.clear();
        Ok(())
    }

    pub(crate) fn set_label(&self, text: &str) -> Result<()> {
        self.contents().label.set(text)
    }

    pub(crate) fn set_policy(&self, policy: Upload) {
        self.contents().policy = policy;
    }

    pub(crate) fn set_usage(&self, usage: BufferUsage) -> Result<()> {
        if self.handle.created.load(std::sync::atomic::Ordering::Relaxed) {
            return refuse(
                Code::BadArgument,
                format!("{self} has been drawn; its usage is settled before that"),
            );
        }
        self.contents().usage = usage;
        Ok(())
    }

    /// Brings the stream's copy up to date: right before the draw that needs it.
    pub(crate) fn flush(&self, queue: &mut Queue) {
        let start = queue.frame.len();
        self.bring(queue);
        queue.flushed(&self.handle, start, self);
    }

    fn bring(&self, queue: &mut Queue) {
        let contents = &mut *self.contents();
        let descriptor = Descriptor::Buffer { buffer: self.role, usage: contents.usage };
        queue.create(&self.handle, &mut contents.label, descriptor);
        let id = ObjectId(self.handle.id);
        let total = contents.bytes.len();
        if total == 0 {
            return;
        }
        if contents.stored != total {
            queue.push(Size { id, width: total as u64, height: 1, depth: 1 });
            contents.stored = total;
        }
        if contents.changed.is_empty() {
            return;
        }
        for block in contents.changed.take(contents.policy, total) {
            let offset = block.start as u64;
            let Some(bytes) = contents.bytes.get(block) else { continue };
            let payload = queue.frame.payload(self.encoding, bytes);
            queue.push(Data { id, region: Region::Bytes { offset }, payload });
        }
    }

    /// The least and the greatest of a range of indices, counted in indices; none if it has none but those that
    /// restart primitives. `Err` holds the range that the buffer has.
    pub(crate) fn index_bounds(&self, ty: IndexType, range: Range<usize>, restarts: bool) -> Result<Bounds> {
        let contents = &mut *self.contents();
        let size = ty.size() as usize;
        let has = contents.bytes.len() / size;
        let bytes = range.start.checked_mul(size).zip(range.end.checked_mul(size));
        let Some(bytes) = bytes.and_then(|(start, end)| contents.bytes.get(start..end)) else {
            return refuse(
                Code::RegionOutside,
                format!(
                    "buffer {}{} has {has} indices; indices {} to {} exceed it",
                    self.handle.id,
                    contents.label.quoted(),
                    range.start,
                    range.end
                ),
            );
        };
        let found = match contents.bounds.iter().find(|(known, _)| *known == range) {
            Some(&(_, bounds)) => bounds,
            None => {
                let bounds = bounds(ty, bytes);
                if contents.bounds.len() >= REMEMBERED {
                    contents.bounds.remove(0);
                }
                contents.bounds.push((range, bounds));
                bounds
            }
        };
        // With restarting, the greatest value of the type names no vertex, and one more look tells which does.
        match found {
            Some((_, greatest)) if greatest == ty.restart() && restarts => Ok(bounds_below(ty, bytes)),
            other => Ok(other),
        }
    }
}

fn indices(ty: IndexType, bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(ty.size() as usize).map(move |bytes| match *bytes {
        [a] => u32::from(a),
        [a, b] => u32::from(u16::from_le_bytes([a, b])),
        [a, b, c, d] => u32::from_le_bytes([a, b, c, d]),
        _ => 0,
    })
}

fn bounds(ty: IndexType, bytes: &[u8]) -> Bounds {
    indices(ty, bytes).fold(None, |bounds, index| match bounds {
        Some((least, greatest)) => Some((index.min(least), index.max(greatest))),
        None => Some((index, index)),
    })
}

fn bounds_below(ty: IndexType, bytes: &[u8]) -> Bounds {
    let named = indices(ty, bytes).filter(|&index| index != ty.restart());
    named.fold(None, |bounds, index| match bounds {
        Some((least, greatest)) => Some((index.min(least), index.max(greatest))),
        None => Some((index, index)),
    })
}

/// The stretches in which two slices of equal length differ. They begin and end with an element that does; equal
/// stretches of less than some hundred bytes may lie within.
fn differences(old: &[u8], new: &[u8], unit: usize) -> Vec<Range<usize>> {
    let unit = unit.max(1);
    let step = (COMPARED / unit).max(1) * unit;
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for (old, new) in old.chunks(step).zip(new.chunks(step)) {
        if old != new {
            match runs.last_mut() {
                Some(run) if run.end == at => run.end += new.len(),
                _ => runs.push(at..at + new.len()),
            }
        }
        at += new.len();
    }
    for run in &mut runs {
        let (Some(old), Some(new)) = (old.get(run.clone()), new.get(run.clone())) else { continue };
        let same = |(old, new): &(&[u8], &[u8])| old == new;
        let before = old.chunks(unit).zip(new.chunks(unit)).take_while(same).count() * unit;
        let after = old.rchunks(unit).zip(new.rchunks(unit)).take_while(same).count() * unit;
        *run = run.start + before..run.end - after;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::differences;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn differences_hold_all_that_differs(
            (old, changes, unit) in (1usize..9).prop_flat_map(|unit| (
                proptest::collection::vec(any::<u8>(), 0..300).prop_map(move |mut v| {
                    v = v.repeat(8);
                    v.truncate(v.len() / unit * unit);
                    v
                }),
                proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
                Just(unit),
            ))
        ) {
            let mut new = old.clone();
            for (index, value) in &changes {
                if !new.is_empty() {
                    let at = index.index(new.len());
                    new[at] = *value;
                }
            }
            let runs = differences(&old, &new, unit);
            let mut patched = old.clone();
            for run in &runs {
                prop_assert!(run.start % unit == 0 && run.end % unit == 0 && !run.is_empty());
                prop_assert!(old[run.start..run.start + unit] != new[run.start..run.start + unit]);
                prop_assert!(old[run.end - unit..run.end] != new[run.end - unit..run.end]);
                patched[run.clone()].copy_from_slice(&new[run.clone()]);
            }
            prop_assert_eq!(patched, new);
        }
    }
}
