//! Two traces compared by what they do, not by how it is numbered.
//!
//! Each draw, clear, read and so on becomes a number made of all that it rests on ([`digest`]); frames, and within frames what
//! they do, are laid side by side ([`align`]), and where they differ the parts are looked up that make the difference.

mod align;
mod digest;
mod report;

use crate::audit::Place;
use crate::trace::{Trace, TraceError};
use align::align;
use digest::{Digester, Effect, FrameDigest, Part};
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

type Left = Vec<(u64, u32, &'static str, Place)>;

/// All frames of a trace as numbers, and what is left at the ends of its streams.
fn digests(trace: &Trace<'_>) -> Result<(Vec<FrameDigest>, Left), TraceError> {
    let mut frames = Vec::new();
    let mut left = Vec::new();
    let (mut stream, mut digester): (_, Option<Digester<'_>>) = (None, None);
    for number in trace.frames() {
        let first = trace.first_of_stream(number)?;
        if stream.replace(first) != Some(first)
            && let Some(ended) = digester.replace(Digester::new(trace, number)?)
        {
            left.extend(ended.end());
        }
        if let (Some(chunk), Some(digester)) = (trace.frame(number)?, &mut digester) {
            frames.push(digester.frame(&chunk));
        }
    }
    left.extend(digester.iter().flat_map(Digester::end));
    left.sort_unstable();
    Ok((frames, left))
}

/// Compares two traces.
pub fn diff(a: &Trace<'_>, b: &Trace<'_>) -> Result<Diff, TraceError> {
    let ((frames_a, left_a), (frames_b, left_b)) = std::thread::scope(|scope| {
        let other = scope.spawn(|| digests(b));
        let one = digests(a);
        (one, other.join().unwrap_or(Err(TraceError::NoHeader)))
    })
    .into_results()?;
    let mut diff = Diff { frames: [a.frame_count(), b.frame_count()], ..Diff::default() };
    let of = |frames: &[FrameDigest]| frames.iter().map(FrameDigest::digest).collect::<Vec<_>>();
    let pairs = align(&of(&frames_a), &of(&frames_b));
    let mut from = (0, 0);
    let gap = |from: (usize, usize), to: (usize, usize), diff: &mut Diff| {
        let (gap_a, gap_b) =
            (frames_a.get(from.0..to.0).unwrap_or(&[]), frames_b.get(from.1..to.1).unwrap_or(&[]));
        gap_a.iter().zip(gap_b).for_each(|(a, b)| diff.frame(a, b));
        diff.only.extend(gap_a.iter().skip(gap_b.len()).map(|frame| (Side::A, frame.number)));
        diff.only.extend(gap_b.iter().skip(gap_a.len()).map(|frame| (Side::B, frame.number)));
    };
    for (at_a, at_b) in pairs {
        gap(from, (at_a, at_b), &mut diff);
        if let (Some(a), Some(b)) = (frames_a.get(at_a), frames_b.get(at_b)) {
            let differs = |(a, b): &(&Effect, &Effect)| a.full != b.full;
            diff.consequences += a.effects.iter().zip(&b.effects).filter(differs).count() as u64;
        }
        from = (at_a + 1, at_b + 1);
    }
    gap(from, (frames_a.len(), frames_b.len()), &mut diff);
    diff.left(&left_a, &left_b);
    report::explain(&mut diff, a, b)?;
    Ok(diff)
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
        let of = |frame: &FrameDigest| frame.effects.iter().map(|effect| effect.local).collect::<Vec<_>>();
        let pairs = align(&of(a), &of(b));
        let before = self.changes.len();
        let mut from = (0, 0);
        for (at_a, at_b) in pairs.into_iter().chain([(a.effects.len(), b.effects.len())]) {
            let gap_a = a.effects.get(from.0..at_a).unwrap_or(&[]);
            let gap_b = b.effects.get(from.1..at_b).unwrap_or(&[]);
            self.gap(a.number, gap_a, b.number, gap_b);
            if let (Some(a), Some(b)) = (a.effects.get(at_a), b.effects.get(at_b))
                && a.full != b.full
            {
                self.consequences += 1;
            }
            from = (at_a + 1, at_b + 1);
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
    for part in a {
        match by_name.get(part.name.as_str()) {
            Some(other) if other.digest == part.digest => {}
            Some(other) => found.push((part.name.clone(), part.place, other.place)),
            None => found.push((part.name.clone(), part.place, None)),
        }
    }
    let of_a: std::collections::HashSet<&str> = a.iter().map(|part| part.name.as_str()).collect();
    let new = b.iter().filter(|part| !of_a.contains(part.name.as_str()));
    found.extend(new.map(|part| (part.name.clone(), None, part.place)));
    found
}
