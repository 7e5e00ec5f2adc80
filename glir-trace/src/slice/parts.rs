//! Parts of images and buffers: sets of boxes and of ranges, of bounded size. Where a set would take more, it holds more than it was
//! given: what is in it may be needed, what is not in it is not.

use std::ops::Range;

/// A box of texels: columns, rows, layers, levels, each from one to another, which is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) from: [u32; 4],
    pub(super) to: [u32; 4],
}

impl Block {
    /// A rectangle of the first level and layer.
    pub(super) fn flat(x: Range<u32>, y: Range<u32>) -> Self {
        Block { from: [x.start, y.start, 0, 0], to: [x.end, y.end, 1, 1] }
    }

    fn is_empty(&self) -> bool {
        self.from.iter().zip(&self.to).any(|(from, to)| from >= to)
    }

    pub(super) fn common(&self, other: &Block) -> Option<Block> {
        let from = std::array::from_fn(|i| self.from[i].max(other.from[i]));
        let to = std::array::from_fn(|i| self.to[i].min(other.to[i]));
        let common = Block { from, to };
        (!common.is_empty()).then_some(common)
    }

    fn holds(&self, other: &Block) -> bool {
        (0..4).all(|i| self.from[i] <= other.from[i] && other.to[i] <= self.to[i])
    }

    /// The smallest box around both.
    fn around(&self, other: &Block) -> Block {
        let from = std::array::from_fn(|i| self.from[i].min(other.from[i]));
        let to = std::array::from_fn(|i| self.to[i].max(other.to[i]));
        Block { from, to }
    }

    /// True if both together are one box.
    fn joins(&self, other: &Block) -> bool {
        let differ = (0..4).filter(|&i| (self.from[i], self.to[i]) != (other.from[i], other.to[i]));
        let mut meets = differ.map(|i| self.to[i] >= other.from[i] && other.to[i] >= self.from[i]);
        meets.next().unwrap_or(true) && meets.next().is_none()
    }

    /// What is left of this box without another that meets it: whole levels first, then layers, rows and columns.
    fn without(&self, other: &Block) -> impl Iterator<Item = Block> {
        let mut rest = *self;
        let mut pieces = [None; 8];
        for i in (0..4).rev() {
            let (mut below, mut above) = (rest, rest);
            below.to[i] = other.from[i].max(rest.from[i]);
            above.from[i] = other.to[i].min(rest.to[i]);
            (rest.from[i], rest.to[i]) = (below.to[i], above.from[i]);
            pieces[2 * i] = Some(below);
            pieces[2 * i + 1] = Some(above);
        }
        pieces.into_iter().flatten().filter(|piece| !piece.is_empty())
    }
}

/// A set of texels.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocks {
    blocks: Vec<Block>,
    /// Changes until it is worth looking whether boxes join.
    rest: u32,
}

/// The most boxes of a set.
const BOXES: usize = 256;

/// Of so many pieces each is looked at alone.
const FEW: usize = 8;

impl Blocks {
    pub(super) fn meets(&self, block: &Block) -> bool {
        self.blocks.iter().any(|known| known.common(block).is_some())
    }

    /// What of a box is in the set, or a few boxes around it.
    pub(super) fn within(&self, block: &Block) -> Vec<Block> {
        let mut parts: Vec<Block> = Vec::new();
        for part in self.blocks.iter().filter_map(|known| known.common(block)) {
            let is_full = parts.len() >= FEW;
            match parts.last_mut().filter(|_| is_full) {
                Some(last) => *last = last.around(&part),
                None => parts.push(part),
            }
        }
        parts
    }

    pub(super) fn add(&mut self, block: Block) {
        if block.is_empty() || self.blocks.iter().any(|known| known.holds(&block)) {
            return;
        }
        self.blocks.retain(|known| !block.holds(known));
        self.blocks.push(block);
        if self.blocks.len() > BOXES && self.may_join() {
            self.join();
        }
        // More than enough: one box around the last ones.
        while self.blocks.len() > BOXES
            && let Some(last) = self.blocks.pop()
            && let Some(before) = self.blocks.last_mut()
        {
            *before = before.around(&last);
        }
    }

    pub(super) fn remove(&mut self, block: &Block) {
        if !self.meets(block) {
            return;
        }
        let mut left = Vec::with_capacity(self.blocks.len() + FEW);
        for known in &self.blocks {
            match known.common(block) {
                Some(_) => left.extend(known.without(block)),
                None => left.push(*known),
            }
        }
        if left.len() > BOXES {
            if !self.may_join() {
                return;
            }
            let mut joined = Blocks { blocks: left, rest: 0 };
            joined.join();
            self.rest = joined.rest;
            if joined.blocks.len() > BOXES {
                return;
            }
            left = joined.blocks;
        }
        self.blocks = left;
    }

    /// Looking at all pairs takes long: where it has not helped much, it is not done again for as many changes.
    fn may_join(&mut self) -> bool {
        let may = self.rest == 0;
        self.rest = self.rest.saturating_sub(1);
        may
    }

    /// Makes one of every two boxes that are one together.
    fn join(&mut self) {
        let mut at = 0;
        while let Some(block) = self.blocks.get(at).copied() {
            let other = self.blocks.iter().enumerate().skip(at + 1).find(|(_, other)| block.joins(other));
            match other.map(|(other, _)| other) {
                Some(other) => {
                    let other = self.blocks.swap_remove(other);
                    if let Some(block) = self.blocks.get_mut(at) {
                        *block = block.around(&other);
                    }
                }
                None => at += 1,
            }
        }
        if self.blocks.len() > BOXES / 4 * 3 {
            self.rest = BOXES as u32;
        }
    }

    pub(super) fn clear(&mut self) {
        self.blocks = Vec::new();
    }
}

/// A set of bytes, or of elements.
#[derive(Clone, Debug, Default)]
pub(super) struct Spans(Vec<Range<u64>>);

/// The most ranges of a set.
const SPANS: usize = 1024;

impl Spans {
    /// The first range that ends behind a place.
    fn behind(&self, place: u64) -> usize {
        self.0.partition_point(|known| known.end <= place)
    }

    pub(super) fn meets(&self, span: &Range<u64>) -> bool {
        !span.is_empty() && self.0.get(self.behind(span.start)).is_some_and(|known| known.start < span.end)
    }

    pub(super) fn add(&mut self, span: Range<u64>) {
        if span.is_empty() {
            return;
        }
        let first = self.0.partition_point(|known| known.end < span.start);
        let last = self.0.partition_point(|known| known.start <= span.end);
        let (start, end) = match self.0.get(first..last) {
            Some([one]) if one.start <= span.start && span.end <= one.end => return,
            Some([one, .., other]) => (one.start, other.end),
            Some([one]) => (one.start, one.end),
            _ => (span.start, span.end),
        };
        let joined = span.start.min(start)..span.end.max(end);
        self.0.splice(first..last, std::iter::once(joined));
        if self.0.len() > SPANS {
            // The two that are nearest to each other become one.
            let gap = |pair: &[Range<u64>]| pair[1].start - pair[0].end;
            let nearest =
                self.0.windows(2).enumerate().min_by_key(|(_, pair)| gap(pair)).map_or(0, |(at, _)| at);
            let behind = self.0.remove(nearest + 1);
            if let Some(span) = self.0.get_mut(nearest) {
                span.end = behind.end;
            }
        }
    }

    pub(super) fn remove(&mut self, span: &Range<u64>) {
        if !self.meets(span) {
            return;
        }
        let first = self.behind(span.start);
        let last = self.0.partition_point(|known| known.start < span.end);
        let (Some(start), Some(end)) = (
            self.0.get(first).map(|known| known.start),
            self.0.get(last.wrapping_sub(1)).map(|known| known.end),
        ) else {
            return;
        };
        let left = [start..span.start, span.end..end].into_iter().filter(|left| left.start < left.end);
        if first + 1 == last && self.0.len() >= SPANS && start < span.start && span.end < end {
            return;
        }
        self.0.splice(first..last, left);
    }

    pub(super) fn clear(&mut self) {
        self.0 = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: u32) -> u32 {
            self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((self.0 >> 33) as u32) % sides
        }
    }

    /// Sets against plain grids: never less, and just as much while they are small.
    #[test]
    fn boxes_hold_what_they_should() {
        const SIDE: u32 = 24;
        for seed in 0..40 {
            let mut dice = Dice(seed);
            let (mut set, mut grid) = (Blocks::default(), vec![false; (SIDE * SIDE) as usize]);
            for _ in 0..60 {
                let (x, y) = (dice.roll(SIDE), dice.roll(SIDE));
                let (right, top) = (x + dice.roll(SIDE - x + 1), y + dice.roll(SIDE - y + 1));
                let block = Block::flat(x..right, y..top);
                let adds = dice.roll(2) == 0;
                if adds {
                    set.add(block);
                } else {
                    set.remove(&block);
                }
                for row in y..top {
                    grid[(row * SIDE + x) as usize..(row * SIDE + right) as usize].fill(adds);
                }
                for (at, is) in (0..).zip(&grid) {
                    let (x, y) = (at % SIDE, at / SIDE);
                    let texel = Block::flat(x..x + 1, y..y + 1);
                    assert_eq!(set.meets(&texel), *is, "seed {seed}: {x},{y}");
                    assert_eq!(!set.within(&texel).is_empty(), *is);
                }
                assert_eq!(set.blocks.is_empty(), !grid.contains(&true));
            }
        }
    }

    #[test]
    fn many_boxes_are_bounded() {
        const SIDE: u32 = 128;
        let mut set = Blocks::default();
        set.add(Block::flat(0..SIDE, 0..SIDE));
        // Every other texel of every other row is gone; then the rest of it.
        for (x, y) in (0..SIDE).step_by(2).flat_map(|y| (0..SIDE).step_by(2).map(move |x| (x, y))) {
            set.remove(&Block::flat(x..x + 1, y..y + 1));
            assert!(set.blocks.len() <= BOXES);
        }
        assert!(set.meets(&Block::flat(127..128, 127..128)));
        set.remove(&Block::flat(0..SIDE, 0..SIDE));
        assert!(set.blocks.is_empty());
        (0..SIDE * SIDE).step_by(3).for_each(|at| {
            set.add(Block::flat(at % SIDE..at % SIDE + 1, at / SIDE..at / SIDE + 1));
            assert!(set.blocks.len() <= BOXES);
        });
        for at in (0..SIDE * SIDE).step_by(3) {
            assert!(set.meets(&Block::flat(at % SIDE..at % SIDE + 1, at / SIDE..at / SIDE + 1)));
        }
    }

    #[test]
    fn spans_hold_what_they_should() {
        for seed in 0..40 {
            let mut dice = Dice(seed);
            let (mut set, mut bytes) = (Spans::default(), [false; 64]);
            for _ in 0..100 {
                let from = dice.roll(64);
                let to = from + dice.roll(65 - from);
                let adds = dice.roll(2) == 0;
                let span = u64::from(from)..u64::from(to);
                if adds {
                    set.add(span);
                } else {
                    set.remove(&span);
                }
                bytes[from as usize..to as usize].fill(adds);
                for (at, is) in (0..).zip(&bytes) {
                    assert_eq!(set.meets(&(at..at + 1)), *is, "seed {seed}: {at} of {set:?}");
                }
            }
        }
        let mut set = Spans::default();
        (0..5000).for_each(|at| set.add(3 * at..3 * at + 1));
        assert!(set.0.len() <= SPANS && (0..5000).all(|at| set.meets(&(3 * at..3 * at + 1))));
        (0..5000).for_each(|at| set.remove(&(3 * at + 1..3 * at + 2)));
        assert!(set.0.len() <= SPANS && (0..5000).all(|at| set.meets(&(3 * at..3 * at + 1))));
    }
}
