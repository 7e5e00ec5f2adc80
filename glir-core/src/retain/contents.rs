//! What fills an image or a buffer: writes and draws since it was last filled whole.

use super::graph::NodeId;

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

/// The writes that still show, in order.
#[derive(Debug, Default)]
pub(super) struct Contents {
    writes: Vec<Write>,
    /// The length at which covered writes are looked for next.
    next_look: usize,
}

/// Draws on top of each other that are kept.
const MAX_WRITES: usize = 1 << 16;

impl Contents {
    pub(super) fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.writes.iter().map(|write| write.node)
    }

    /// Nothing of it shows any more.
    pub(super) fn clear(&mut self) {
        *self = Contents::default();
    }

    /// Appends a write. True if the oldest had to be let go.
    pub(super) fn push(&mut self, node: NodeId, area: Option<Area>) -> bool {
        if let Some(area) = area
            && self.writes.len() >= self.next_look
        {
            self.writes.retain(|write| !write.area.is_some_and(|old| area.holds(&old)));
            // Looking at few costs nothing; many are looked at as seldom as they double.
            self.next_look = if self.writes.len() < 64 { 0 } else { self.writes.len() * 2 };
        }
        self.writes.push(Write { node, area });
        if self.writes.len() > MAX_WRITES {
            self.writes.drain(..MAX_WRITES / 2);
            return true;
        }
        false
    }

    /// What somebody needs who needs the contents as they are: what was drawn last, which itself needs what was there
    /// before, and what was written since.
    pub(super) fn present(&self) -> impl Iterator<Item = NodeId> {
        let drawn = self.writes.iter().rposition(|write| write.area.is_none()).unwrap_or(0);
        self.writes.get(drawn..).unwrap_or(&[]).iter().map(|write| write.node)
    }

    /// The writes, if there are enough of them that one whole would be better.
    pub(super) fn many(&self) -> Option<&[Write]> {
        const MANY: usize = 256;
        let plain = || self.writes.iter().all(|write| write.area.is_some());
        (self.writes.len() >= MANY && plain()).then_some(&self.writes)
    }
}
