//! What fills an image or a buffer: writes and draws since it was last filled whole.

use super::graph::NodeId;
use crate::planes::ALL;

/// A box of one level: for a buffer, bytes of level 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) level: u32,
    pub(super) origin: [u64; 3],
    pub(super) size: [u64; 3],
}

impl Area {
    /// True if this box holds the whole other.
    fn holds(&self, other: &Area) -> bool {
        self.level == other.level
            && (0..3).all(|i| {
                self.origin[i] <= other.origin[i]
                    && other.origin[i].saturating_add(other.size[i])
                        <= self.origin[i].saturating_add(self.size[i])
            })
    }
}

/// A command that filled a part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Write {
    pub(super) node: NodeId,
    /// What a DATA wrote; none for anything that was drawn.
    pub(super) area: Option<Area>,
}

/// What fills the planes of an image or a canvas. Buffers have but the first.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents([Plane; 3]);

/// The writes that still show, in order.
#[derive(Clone, Debug, Default)]
struct Plane {
    writes: Vec<Write>,
    /// The length at which covered writes are looked for next.
    next_look: usize,
}

impl Contents {
    /// Some of the planes.
    fn of(&self, planes: u8) -> impl Iterator<Item = &Plane> {
        (0..).zip(&self.0).filter(move |(bit, _)| planes & 1 << bit != 0).map(|(_, plane)| plane)
    }

    fn of_mut(&mut self, planes: u8) -> impl Iterator<Item = &mut Plane> {
        (0..).zip(&mut self.0).filter(move |(bit, _)| planes & 1 << bit != 0).map(|(_, plane)| plane)
    }

    /// All that still shows.
    pub(super) fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.of(ALL).flat_map(|plane| plane.writes.iter().map(|write| write.node))
    }

    /// Nothing of these planes shows any more.
    pub(super) fn clear(&mut self, planes: u8) {
        self.of_mut(planes).for_each(|plane| *plane = Plane::default());
    }

    /// Appends a write to planes.
    pub(super) fn push(&mut self, node: NodeId, area: Option<Area>, planes: u8) {
        self.of_mut(planes).for_each(|plane| plane.push(node, area));
    }

    /// Lets go of everything that was drawn before a node.
    pub(super) fn forget(&mut self, before: NodeId) {
        let kept = |write: &Write| write.area.is_some() || write.node >= before;
        self.of_mut(ALL).for_each(|plane| plane.writes.retain(kept));
    }

    /// What somebody needs who needs these planes as they are.
    pub(super) fn present(&self, planes: u8) -> impl Iterator<Item = NodeId> {
        self.of(planes).flat_map(Plane::present)
    }

    /// The writes to a buffer, if there are enough of them that one whole would be better.
    pub(super) fn many(&self) -> Option<&[Write]> {
        self.0[0].many()
    }
}

impl Plane {
    fn push(&mut self, node: NodeId, area: Option<Area>) {
        if let Some(area) = area
            && self.writes.len() >= self.next_look
        {
            self.writes.retain(|write| !write.area.is_some_and(|old| area.holds(&old)));
            // Looking at few costs nothing; many are looked at as seldom as they double.
            self.next_look = if self.writes.len() < 64 { 0 } else { self.writes.len() * 2 };
        }
        self.writes.push(Write { node, area });
    }

    /// What was drawn last, which itself needs what was there before, and what was written since.
    fn present(&self) -> impl Iterator<Item = NodeId> {
        let drawn = self.writes.iter().rposition(|write| write.area.is_none()).unwrap_or(0);
        self.writes.get(drawn..).unwrap_or(&[]).iter().map(|write| write.node)
    }

    fn many(&self) -> Option<&[Write]> {
        const MANY: usize = 256;
        let plain = || self.writes.iter().all(|write| write.area.is_some());
        (self.writes.len() >= MANY && plain()).then_some(&self.writes)
    }
}
