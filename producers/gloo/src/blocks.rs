//! Which bytes of a buffer have changed, and in how many pieces they are sent.

use std::ops::Range;

/// The most blocks that are told apart. Beyond them, those that lie closest together become one.
const MOST: usize = 1024;

/// In how many pieces the changed bytes of a buffer are sent.
///
/// A DATA command takes time for which a few thousand bytes could be sent instead, so blocks that lie within
/// [`Upload::COMMAND_BYTES`] are sent as one, with the unchanged bytes between them. `cargo xtask bench` measures both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upload {
    /// Several blocks; two with at most `gap` unchanged bytes between them are sent as one.
    Blocks {
        /// Unchanged bytes that are sent rather than another command.
        gap: usize,
    },
    /// One block, from the first changed byte to the last: what glumpy does.
    Span,
    /// The whole buffer, whatever has changed.
    Whole,
}

impl Upload {
    /// The gap over which two blocks are sent as one if nothing else is said. Measured, a DATA command costs what 2.7 KiB cost
    /// in memory and 6 to 7 KiB on a software renderer; frames also travel and are kept, where bytes weigh more.
    pub const COMMAND_BYTES: usize = 2048;
}

impl Default for Upload {
    fn default() -> Self {
        Upload::Blocks { gap: Upload::COMMAND_BYTES }
    }
}

/// Ranges of bytes in ascending order, which neither touch nor overlap.
#[derive(Clone, Debug, Default)]
pub(crate) struct Blocks(Vec<Range<usize>>);

impl Blocks {
    /// Marks a range; what it touches becomes one with it.
    pub(crate) fn mark(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        // Most writes go forward.
        if let Some(last) = self.0.last_mut()
            && range.start >= last.start
        {
            if range.start <= last.end {
                last.end = last.end.max(range.end);
                return;
            }
            self.0.push(range);
        } else {
            let from = self.0.partition_point(|block| block.end < range.start);
            let to = self.0.partition_point(|block| block.start <= range.end);
            let touched = self.0.get(from..to).unwrap_or(&[]);
            let start = touched.first().map_or(range.start, |block| block.start.min(range.start));
            let end = touched.last().map_or(range.end, |block| block.end.max(range.end));
            self.0.splice(from..to, std::iter::once(start..end));
        }
        if self.0.len() > MOST {
            self.halve();
        }
    }

    /// Closes the smaller half of the gaps.
    fn halve(&mut self) {
        let mut gaps: Vec<usize> = self.0.windows(2).map(|pair| pair[1].start - pair[0].end).collect();
        let middle = gaps.len() / 2;
        let (_, median, _) = gaps.select_nth_unstable(middle);
        let median = *median;
        self.close(median);
    }

    /// Makes one of blocks with at most `gap` bytes between them.
    fn close(&mut self, gap: usize) {
        self.0.dedup_by(|next, block| {
            let close = next.start - block.end <= gap;
            if close {
                block.end = next.end;
            }
            close
        });
    }

    /// True if nothing is marked.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes the marks off: the blocks to send of a buffer of `length` bytes.
    pub(crate) fn take(&mut self, policy: Upload, length: usize) -> Vec<Range<usize>> {
        match policy {
            Upload::Blocks { gap } => self.close(gap),
            Upload::Span => self.close(usize::MAX),
            Upload::Whole => {
                self.close(usize::MAX);
                self.0.iter_mut().for_each(|block| *block = 0..length);
            }
        }
        std::mem::take(&mut self.0)
    }

    /// Forgets all marks.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Blocks, MOST, Upload};
    use proptest::prelude::*;

    fn marked(ranges: &[(usize, usize)]) -> Blocks {
        let mut blocks = Blocks::default();
        ranges.iter().for_each(|&(start, length)| blocks.mark(start..start + length));
        blocks
    }

    proptest! {
        #[test]
        fn blocks_are_the_union(ranges in proptest::collection::vec((0usize..400, 0usize..40), 0..60)) {
            let mut bits = vec![false; 500];
            ranges.iter().for_each(|&(start, length)| bits[start..start + length].fill(true));
            let blocks = marked(&ranges).take(Upload::Blocks { gap: 0 }, 500);
            let mut found = vec![false; 500];
            for block in &blocks {
                prop_assert!(!block.is_empty());
                found[block.clone()].fill(true);
            }
            prop_assert_eq!(&found, &bits);
            prop_assert!(blocks.windows(2).all(|pair| pair[0].end < pair[1].start));
            // With a gap allowed the blocks cover the same, and lie farther apart than it.
            let wide = marked(&ranges).take(Upload::Blocks { gap: 9 }, 500);
            prop_assert!(wide.windows(2).all(|pair| pair[0].end + 9 < pair[1].start));
            prop_assert!(blocks.iter().all(|b| wide.iter().any(|w| w.start <= b.start && b.end <= w.end)));
        }
    }

    #[test]
    fn there_are_never_many_blocks_and_all_marks_stay() {
        let mut blocks = Blocks::default();
        for index in 0..100_000usize {
            let start = (index * 7919) % 1_000_003 * 3;
            blocks.mark(start..start + 1);
            assert!(blocks.0.len() <= MOST);
        }
        for index in 0..100_000usize {
            let byte = (index * 7919) % 1_000_003 * 3;
            assert!(blocks.0.iter().any(|block| block.contains(&byte)));
        }
    }

    #[test]
    fn a_policy_says_how_many() {
        let ranges = [(0, 10), (100, 10), (5000, 10)];
        let take = |policy| marked(&ranges).take(policy, 6000);
        assert_eq!(take(Upload::Blocks { gap: 89 }).len(), 3);
        assert_eq!(take(Upload::Blocks { gap: 90 }), [0..110, 5000..5010]);
        assert_eq!(take(Upload::Span).len(), 1);
        assert_eq!(take(Upload::Span)[0], 0..5010);
        assert_eq!(take(Upload::Whole)[0], 0..6000);
        assert!(Blocks::default().take(Upload::Whole, 6000).is_empty());
    }
}
