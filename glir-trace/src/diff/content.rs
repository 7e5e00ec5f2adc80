//! What fills a buffer or an image: what was written and drawn, in an order only where it overlaps.
//!
//! Of bytes the pieces are kept that still show, each by the write that it is of and its range. Of images the boxes are kept
//! that nothing covers; what overlaps an earlier one counts it in. What is drawn fills nobody knows which part of
//! its box, so it counts in all that it may lie on; to who asks for what was written alone it is the same whatever it is.

use super::hash::{Digest, mix};
use std::collections::BTreeMap;

/// A box of texels on some levels; ends are exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) levels: [u64; 2],
    pub(super) from: [u64; 3],
    pub(super) to: [u64; 3],
}

impl Region {
    /// What has one part only.
    pub(super) const ALL: Region = Region { levels: [0, 1], from: [0; 3], to: [1; 3] };

    fn holds(&self, other: &Region) -> bool {
        self.levels[0] <= other.levels[0]
            && other.levels[1] <= self.levels[1]
            && (0..3).all(|axis| self.from[axis] <= other.from[axis] && other.to[axis] <= self.to[axis])
    }

    fn meets(&self, other: &Region) -> bool {
        self.levels[0] < other.levels[1]
            && other.levels[0] < self.levels[1]
            && (0..3).all(|axis| self.from[axis] < other.to[axis] && other.from[axis] < self.to[axis])
    }

    fn number(&self) -> u64 {
        let ends = self.levels.iter().chain(&self.from).chain(&self.to);
        ends.fold(0, |sum, end| mix(sum, *end))
    }
}

/// What shows in a part.
#[derive(Clone, Copy, Debug)]
struct Fill {
    what: Digest,
    /// Of what was drawn: what was written below.
    below: Option<u64>,
}

impl Fill {
    fn drawn(what: u64, below: Digest) -> Self {
        const DRAWN: u64 = 0xd4a3;
        let what = Digest { local: mix(DRAWN, below.local), full: mix(what, below.full) };
        Fill { what, below: Some(below.local) }
    }

    /// What it is to what is drawn over it, where it comes to this.
    fn under(&self, digest: Digest) -> Digest {
        Digest { local: self.below.unwrap_or(digest.local), full: digest.full }
    }
}

/// A range of bytes that shows.
#[derive(Clone, Copy, Debug)]
struct Span {
    end: u64,
    fill: Fill,
}

impl Span {
    fn digest(&self, start: u64) -> Digest {
        Digest::plain(mix(start, self.end)).and(self.fill.what)
    }
}

/// A box that shows, in parts at least.
#[derive(Clone, Copy, Debug)]
struct Layer {
    region: Region,
    fill: Fill,
}

/// What fills a buffer or an image since it got its storage.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    /// Pieces of a buffer by where they begin; none overlaps another.
    spans: BTreeMap<u64, Span>,
    /// Boxes of an image.
    layers: Vec<Layer>,
    /// The sum of the pieces and boxes.
    sum: Digest,
    /// Boxes of which there were too many.
    base: Digest,
}

/// So many boxes are kept apart; of more the order counts.
const LAYERS: usize = 1024;

impl Content {
    /// What it comes to.
    pub(super) fn digest(&self) -> Digest {
        self.sum.plus(self.base)
    }

    /// What a part of an image comes to.
    pub(super) fn part(&self, region: &Region) -> Digest {
        let met = self.layers.iter().filter(|layer| layer.region.meets(region));
        met.fold(self.base, |sum, layer| sum.plus(layer.fill.what))
    }

    /// Bytes are written.
    pub(super) fn write_bytes(&mut self, start: u64, end: u64, what: u64) {
        if start < end {
            self.cut(start, end);
            self.put(start, Span { end, fill: Fill { what: Digest::plain(what), below: None } });
        }
    }

    /// Something fills bytes with what nobody knows.
    pub(super) fn draw_bytes(&mut self, start: u64, end: u64, what: u64) {
        if start < end {
            let below = self.cut(start, end);
            self.put(start, Span { end, fill: Fill::drawn(what, below) });
        }
    }

    /// Takes a range out; what was there.
    fn cut(&mut self, start: u64, end: u64) -> Digest {
        let before = self.spans.range(..start).next_back().map(|(at, _)| *at);
        let met = before.into_iter().chain(self.spans.range(start..end).map(|(at, _)| *at));
        let met: Vec<u64> = met.collect();
        let mut below = Digest::default();
        for at in met {
            let Some(span) = self.spans.get(&at).copied().filter(|span| span.end > start) else { continue };
            self.spans.remove(&at);
            self.sum = self.sum.minus(span.digest(at));
            let (from, to) = (at.max(start), span.end.min(end));
            let inside = Span { end: to, ..span };
            below = below.plus(span.fill.under(inside.digest(from)));
            if at < start {
                self.put(at, Span { end: start, ..span });
            }
            if end < span.end {
                self.put(end, span);
            }
        }
        below
    }

    fn put(&mut self, at: u64, span: Span) {
        self.sum = self.sum.plus(span.digest(at));
        self.spans.insert(at, span);
    }

    /// A box is written.
    pub(super) fn write(&mut self, region: Region, what: Digest) {
        let below = self.take(&region, false, |fill| fill.what);
        let what = what.with(region.number()).and(below);
        self.push(Layer { region, fill: Fill { what, below: None } });
    }

    /// Something fills a box, or some of it, with what nobody knows.
    pub(super) fn draw(&mut self, region: Region, what: u64, whole: bool) {
        let below = self.take(&region, !whole, |fill| fill.under(fill.what));
        let base = if whole { Digest::default() } else { self.base };
        let mut fill = Fill::drawn(what, below.plus(base));
        fill.what = fill.what.with(region.number());
        self.push(Layer { region, fill });
    }

    /// Takes out what a box holds. The sum of what lies in it in parts, and, if that counts, of what it holds.
    fn take(&mut self, region: &Region, count: bool, of: impl Fn(&Fill) -> Digest) -> Digest {
        let (mut below, mut sum) = (Digest::default(), self.sum);
        self.layers.retain(|layer| {
            let held = region.holds(&layer.region);
            if (held && count) || (!held && region.meets(&layer.region)) {
                below = below.plus(of(&layer.fill));
            }
            if held {
                sum = sum.minus(layer.fill.what);
            }
            !held
        });
        self.sum = sum;
        below
    }

    fn push(&mut self, layer: Layer) {
        if self.layers.len() >= LAYERS {
            self.base = self.base.and(self.sum);
            self.sum = Digest::default();
            self.layers.clear();
        }
        self.sum = self.sum.plus(layer.fill.what);
        self.layers.push(layer);
    }
}

#[cfg(test)]
mod tests {
    use super::{Content, Region};
    use crate::diff::hash::Digest;

    fn numbers() -> impl FnMut(u64) -> u64 {
        let mut seed = 11u64;
        move |end| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % end
        }
    }

    #[test]
    fn bytes_are_the_same_if_and_only_if_each_is_of_the_same_write() {
        let mut below = numbers();
        let (mut same, mut other) = (0, 0);
        for _ in 0..2000 {
            let writes: Vec<(u64, u64, u64)> = (0..2 + below(6))
                .map(|what| {
                    let start = below(20);
                    (start, start + 1 + below(8), what)
                })
                .collect();
            let mut shuffled = writes.clone();
            let at = below(writes.len() as u64 - 1) as usize;
            shuffled.swap(at, at + 1);
            let filled = |writes: &[(u64, u64, u64)]| {
                let (mut bytes, mut content) = ([None; 32], Content::default());
                for (start, end, what) in writes {
                    bytes[*start as usize..*end as usize].fill(Some(*what));
                    content.write_bytes(*start, *end, *what);
                }
                (bytes, content.digest())
            };
            let (a, b) = (filled(&writes), filled(&shuffled));
            assert_eq!(a.0 == b.0, a.1 == b.1, "{writes:?} {at}");
            *(if a.0 == b.0 { &mut same } else { &mut other }) += 1;
        }
        assert!(same > 200 && other > 200, "{same} {other}");
    }

    #[test]
    fn texels_have_an_order_where_boxes_meet() {
        let mut below = numbers();
        let mut met = 0;
        for _ in 0..2000 {
            let mut region = |_| {
                let from = [below(6), below(6), 0];
                Region { levels: [0, 1], from, to: [from[0] + 1 + below(3), from[1] + 1 + below(3), 1] }
            };
            let (a, b) = (region(0), region(1));
            let drawn = below(3);
            let fill = |content: &mut Content, region, what| {
                if drawn == what {
                    content.draw(region, what, false);
                } else {
                    content.write(region, Digest::plain(what));
                }
            };
            let (mut one, mut two) = (Content::default(), Content::default());
            fill(&mut one, a, 1);
            fill(&mut one, b, 2);
            fill(&mut two, b, 2);
            fill(&mut two, a, 1);
            assert_eq!(one.digest() != two.digest(), a.meets(&b), "{a:?} {b:?} {drawn}");
            assert_eq!(one.digest().local != two.digest().local, a.meets(&b), "{a:?} {b:?} {drawn}");
            met += u32::from(a.meets(&b));
        }
        assert!(met > 200);
    }

    #[test]
    fn what_is_drawn_again_is_the_same_to_who_asks_what_was_written() {
        let mut content = Content::default();
        content.write(Region::ALL, Digest::plain(7));
        content.draw(Region::ALL, 1, false);
        let once = content.digest();
        content.draw(Region::ALL, 2, false);
        let twice = content.digest();
        assert_eq!(once.local, twice.local);
        assert_ne!(once.full, twice.full);
        // What covers all lets nothing of it show.
        let mut clear = Content::default();
        content.draw(Region::ALL, 3, true);
        clear.draw(Region::ALL, 3, true);
        assert_eq!(content.digest(), clear.digest());
    }
}
