//! Two traces compared by what they do, not by how it is numbered.
//!
//! Each draw, clear, read and so on becomes a number made of all that it rests on ([`digest`]); frames, and within frames what
//! they do to each target, are laid side by side ([`align`]), and where they differ the parts are looked up that make the
//! difference.

mod align;
mod aligned;
mod content;
mod digest;
mod effects;
mod hash;
mod object;
mod report;
mod signals;
mod state;
mod value;

use crate::audit::Place;
use crate::trace::{Trace, TraceError};
use align::align;
pub use aligned::{Aligned, Pair};
use digest::{Digester, Left};
use effects::{Chain, Effect, FrameDigest, Part};
use glir_spec::commands::COMMANDS;
use std::collections::{BTreeMap, HashMap};

/// What differs between two traces.
#[derive(Clone, Debug, Default)]
pub struct Diff {
    /// Frame chunks of the two.
    pub frames: [u64; 2],
    /// Frames that only one of them has: which one, and the frame.
    pub only: Vec<(Side, u64)>,
    /// What is done in one and not, or otherwise, in the other.
    pub changes: Vec<Change>,
    /// What differs only because it reads what was drawn otherwise before.
    pub consequences: u64,
    /// Commands whose difference nothing has shown: the frames, the command's name, and how often each says it.
    pub idle: Vec<Idle>,
    /// Objects that only one of them has at the end of a stream: which one, the kind, the id, and where it was made.
    pub left: Vec<(Side, &'static str, u32, Place)>,
}

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The first.
    A,
    /// The second.
    B,
}

/// A difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Where it stands in the first; none if only the second has it.
    pub a: Option<At>,
    /// Where it stands in the second; none if only the first has it.
    pub b: Option<At>,
    /// What makes it, if both have it: the part's name, and the commands that set it.
    pub because: Vec<(String, Option<At>, Option<At>)>,
}

/// A command as it stands in a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct At {
    /// Frame and command.
    pub place: Place,
    /// Its text, payloads shortened; empty where it has not been looked up.
    pub line: String,
}

/// Commands of a frame that differ without an effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Idle {
    /// The frames.
    pub frames: (u64, u64),
    /// The command's name.
    pub name: &'static str,
    /// How many there are.
    pub counts: (u64, u64),
}

impl Diff {
    /// True if nothing differs.
    pub fn is_empty(&self) -> bool {
        self.only.is_empty()
            && self.changes.is_empty()
            && self.consequences == 0
            && self.idle.is_empty()
            && self.left.is_empty()
    }
}

/// Changes whose parts are looked up.
const EXPLAINED: usize = 100;

/// A stream as numbers.
#[derive(Default)]
struct Digests {
    frames: Vec<FrameDigest>,
    /// What is left at the ends of streams.
    left: Left,
    /// What was done to canvases and said of objects.
    histories: Left,
}

impl Digests {
    fn of(trace: &Trace<'_>) -> Result<Self, TraceError> {
        let mut found = Digests::default();
        let (mut stream, mut digester): (_, Option<Digester<'_>>) = (None, None);
        for number in trace.frames() {
            let first = trace.first_of_stream(number)?;
            if stream.replace(first) != Some(first)
                && let Some(ended) = digester.replace(Digester::new(trace, number)?)
            {
                found.end(ended);
            }
            if let (Some(chunk), Some(digester)) = (trace.frame(number)?, &mut digester) {
                found.frames.push(digester.frame(&chunk));
            }
        }
        digester.into_iter().for_each(|ended| found.end(ended));
        found.left.sort_unstable();
        found.histories.sort_unstable();
        Ok(found)
    }

    fn end(&mut self, mut digester: Digester<'_>) {
        self.left.extend(digester.end());
        self.histories.extend(digester.histories());
    }
}

/// Compares two traces.
pub fn diff(a: &Trace<'_>, b: &Trace<'_>) -> Result<Diff, TraceError> {
    let (of_a, of_b) = std::thread::scope(|scope| {
        let other = scope.spawn(|| Digests::of(b));
        let one = Digests::of(a);
        (one, other.join().unwrap_or(Err(TraceError::NoHeader)))
    })
    .into_results()?;
    let mut diff = Diff { frames: [a.frame_count(), b.frame_count()], ..Diff::default() };
    let mut order = None;
    let of = |frames: &[FrameDigest]| frames.iter().map(FrameDigest::digest).collect::<Vec<_>>();
    let pairs = align(&of(&of_a.frames), &of(&of_b.frames));
    let mut from = (0, 0);
    let gap = |from: (usize, usize), to: (usize, usize), diff: &mut Diff| {
        let (gap_a, gap_b) =
            (of_a.frames.get(from.0..to.0).unwrap_or(&[]), of_b.frames.get(from.1..to.1).unwrap_or(&[]));
        gap_a.iter().zip(gap_b).for_each(|(a, b)| diff.frame(a, b));
        diff.only.extend(gap_a.iter().skip(gap_b.len()).map(|frame| (Side::A, frame.number)));
        diff.only.extend(gap_b.iter().skip(gap_a.len()).map(|frame| (Side::B, frame.number)));
    };
    for (at_a, at_b) in pairs {
        gap(from, (at_a, at_b), &mut diff);
        if let (Some(a), Some(b)) = (of_a.frames.get(at_a), of_b.frames.get(at_b)) {
            let (count, first) = consequences(a, b);
            diff.consequences += count;
            order = order.or(first);
        }
        from = (at_a + 1, at_b + 1);
    }
    gap(from, (of_a.frames.len(), of_b.frames.len()), &mut diff);
    diff.left(&of_a.left, &of_b.left);
    if diff.changes.is_empty() && diff.only.is_empty() && diff.idle.is_empty() {
        // Nothing is done otherwise, so it is done in another order, or to another of two that are alike.
        if let Some((a, b)) = order {
            diff.consequences = diff.consequences.saturating_sub(1);
            diff.changes.push(Change { a: Some(a), b: Some(b), because: Vec::new() });
        }
        if diff.is_empty() {
            diff.left(&of_a.histories, &of_b.histories);
        }
    }
    report::explain(&mut diff, a, b)?;
    Ok(diff)
}

/// How much differs between two frames that do the same only because it reads what was drawn otherwise, and the first of it.
fn consequences(a: &FrameDigest, b: &FrameDigest) -> (u64, Option<(At, At)>) {
    let sum =
        |frame: &FrameDigest| frame.effects().fold(0u64, |sum, effect| sum.wrapping_add(effect.digest.full));
    if sum(a) == sum(b) {
        return (0, None);
    }
    let left_a = surplus(a.effects(), b.effects());
    let left_b = surplus(b.effects(), a.effects());
    let first = left_a.first().map(|one| {
        let same = left_b.iter().find(|other| other.digest.local == one.digest.local);
        let other = same.or(left_b.first()).unwrap_or(one);
        let at = |frame: &FrameDigest, effect: &Effect| At {
            place: (frame.number, effect.command),
            line: String::new(),
        };
        (at(a, one), at(b, other))
    });
    (left_a.len() as u64, first)
}

/// What some do that others do not, in the order of the commands.
fn surplus<'e>(
    some: impl Iterator<Item = &'e Effect>,
    others: impl Iterator<Item = &'e Effect>,
) -> Vec<&'e Effect> {
    let mut counts: HashMap<u64, u32> = HashMap::new();
    others.for_each(|effect| *counts.entry(effect.digest.full).or_default() += 1);
    let mut left: Vec<&Effect> = some
        .filter(|effect| match counts.get_mut(&effect.digest.full) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        })
        .collect();
    left.sort_by_key(|effect| effect.command);
    left
}

/// What two frames do to targets, side by side: what is the same first, then what is done to targets that are alike.
fn side_by_side<'f>(a: &'f FrameDigest, b: &'f FrameDigest) -> Vec<(&'f [Effect], &'f [Effect])> {
    let mut left_a: Vec<&Chain> = a.chains.iter().collect();
    let mut left_b: Vec<&Chain> = b.chains.iter().collect();
    let mut pairs: Vec<(&[Effect], &[Effect])> = Vec::new();
    for alike in [
        (|a: &Chain, b: &Chain| a.digest() == b.digest()) as fn(&Chain, &Chain) -> bool,
        |a, b| a.role == b.role,
        |_, _| true,
    ] {
        left_a.retain(|one| {
            let Some(at) = left_b.iter().position(|other| alike(one, other)) else { return true };
            let other = left_b.remove(at);
            pairs.push((&one.effects, &other.effects));
            false
        });
    }
    pairs.extend(left_a.into_iter().map(|one| (one.effects.as_slice(), &[][..])));
    pairs.extend(left_b.into_iter().map(|other| (&[][..], other.effects.as_slice())));
    pairs
}

/// A pair of results as the result of a pair.
trait IntoResults<T> {
    fn into_results(self) -> Result<(T, T), TraceError>;
}

impl<T> IntoResults<T> for (Result<T, TraceError>, Result<T, TraceError>) {
    fn into_results(self) -> Result<(T, T), TraceError> {
        Ok((self.0?, self.1?))
    }
}

impl Diff {
    /// Compares two frames that are not the same.
    fn frame(&mut self, a: &FrameDigest, b: &FrameDigest) {
        let before = self.changes.len();
        for (effects_a, effects_b) in side_by_side(a, b) {
            self.effects((a.number, effects_a), (b.number, effects_b));
        }
        let loose = |frame: &FrameDigest| {
            let mut loose = frame.loose.clone();
            loose.sort_by_key(|effect| (effect.opcode, effect.digest.local, effect.command));
            loose
        };
        self.effects((a.number, &loose(a)), (b.number, &loose(b)));
        if let Some(changes) = self.changes.get_mut(before..) {
            let place = |at: &Option<At>| at.as_ref().map(|at| at.place.1);
            changes.sort_by_key(|change| place(&change.a).or(place(&change.b)));
        }
        if self.changes.len() > before {
            return;
        }
        let opcodes: std::collections::BTreeSet<u64> =
            a.said_of.keys().chain(b.said_of.keys()).copied().collect();
        for opcode in opcodes {
            let said = |frame: &FrameDigest| frame.said_of.get(&opcode).copied().unwrap_or_default();
            if said(a) != said(b) {
                let name = COMMANDS.iter().find(|info| u64::from(info.opcode) == opcode);
                let name = name.map_or("?", |info| info.name);
                let counts = (said(a).0, said(b).0);
                self.idle.push(Idle { frames: (a.number, b.number), name, counts });
            }
        }
    }

    /// Compares what two frames do in an order.
    fn effects(&mut self, (number_a, a): (u64, &[Effect]), (number_b, b): (u64, &[Effect])) {
        let of = |effects: &[Effect]| effects.iter().map(|effect| effect.digest.local).collect::<Vec<_>>();
        let mut from = (0, 0);
        for (at_a, at_b) in align(&of(a), &of(b)).into_iter().chain([(a.len(), b.len())]) {
            let gap_a = a.get(from.0..at_a).unwrap_or(&[]);
            let gap_b = b.get(from.1..at_b).unwrap_or(&[]);
            self.gap(number_a, gap_a, number_b, gap_b);
            if let (Some(a), Some(b)) = (a.get(at_a), b.get(at_b))
                && a.digest.full != b.digest.full
            {
                self.consequences += 1;
            }
            from = (at_a + 1, at_b + 1);
        }
    }

    /// What two frames do otherwise between two things that are alike: of the same kind it is changed, the rest is only in one.
    fn gap(&mut self, frame_a: u64, gap_a: &[Effect], frame_b: u64, gap_b: &[Effect]) {
        let at =
            |frame: u64, effect: &Effect| Some(At { place: (frame, effect.command), line: String::new() });
        let kinds = |gap: &[Effect]| gap.iter().map(|effect| u64::from(effect.opcode)).collect::<Vec<_>>();
        let mut from = (0, 0);
        for (to_a, to_b) in
            align(&kinds(gap_a), &kinds(gap_b)).into_iter().chain([(gap_a.len(), gap_b.len())])
        {
            for effect in gap_a.get(from.0..to_a).unwrap_or(&[]) {
                self.changes.push(Change { a: at(frame_a, effect), b: None, because: Vec::new() });
            }
            for effect in gap_b.get(from.1..to_b).unwrap_or(&[]) {
                self.changes.push(Change { a: None, b: at(frame_b, effect), because: Vec::new() });
            }
            if let (Some(one), Some(other)) = (gap_a.get(to_a), gap_b.get(to_b)) {
                let change = Change { a: at(frame_a, one), b: at(frame_b, other), because: Vec::new() };
                self.changes.push(change);
            }
            from = (to_a + 1, to_b + 1);
        }
    }

    /// Compares what is there at the ends of streams.
    fn left(&mut self, a: &Left, b: &Left) {
        let mut counts: BTreeMap<u64, isize> = BTreeMap::new();
        a.iter().for_each(|(digest, ..)| *counts.entry(*digest).or_default() += 1);
        b.iter().for_each(|(digest, ..)| *counts.entry(*digest).or_default() -= 1);
        for (side, left, sign) in [(Side::A, a, 1), (Side::B, b, -1)] {
            for (digest, id, kind, made) in left {
                if let Some(count) = counts.get_mut(digest)
                    && *count * sign > 0
                {
                    *count -= sign;
                    self.left.push((side, kind, *id, *made));
                }
            }
        }
    }
}

/// The parts that are not the same.
fn different(a: &[Part], b: &[Part]) -> Vec<(String, Option<Place>, Option<Place>)> {
    let by_name: HashMap<&str, &Part> = b.iter().map(|part| (part.name.as_str(), part)).collect();
    let mut found = Vec::new();
    for part in a.iter().filter(|part| !part.is_drawn) {
        match by_name.get(part.name.as_str()) {
            Some(other) if other.digest == part.digest => {}
            Some(other) => found.push((part.name.clone(), part.place, other.place)),
            None => found.push((part.name.clone(), part.place, None)),
        }
    }
    let of_a: std::collections::HashSet<&str> = a.iter().map(|part| part.name.as_str()).collect();
    let new = b.iter().filter(|part| !part.is_drawn && !of_a.contains(part.name.as_str()));
    found.extend(new.map(|part| (part.name.clone(), None, part.place)));
    if found.is_empty() {
        // What is drawn otherwise follows from anything else that differs.
        let drawn = a.iter().filter(|part| part.is_drawn);
        let other =
            |part: &&Part| by_name.get(part.name.as_str()).is_some_and(|other| other.digest != part.digest);
        found.extend(drawn.filter(other).map(|part| (part.name.clone(), None, None)));
    }
    found
}
