//! Two traces laid side by side for who draws them: their frames, and the commands that may change pixels.

use super::effects::FrameDigest;
use super::hash::{hash, mix};
use super::{Digests, align};
use crate::commands::{Listing, names, opcode, split};
use crate::trace::{Trace, TraceError};
use glir_spec::commands::{Blit, Clear, Current, Dispatch, Draw, Extension, Record, Run};
use glir_spec::wire::Reader;
use glir_spec::{Command, Feature};
use std::collections::HashMap;

/// What stands in both, or in one of two only.
pub type Pair<T> = (Option<T>, Option<T>);

/// The frames of two traces, as [`diff`](super::diff) lays them side by side.
#[derive(Clone, Debug, Default)]
pub struct Aligned {
    /// The frames' numbers, in order.
    pub frames: Vec<Pair<u64>>,
    a: Vec<FrameDigest>,
    b: Vec<FrameDigest>,
}

/// A command that may change pixels: its number, what it does, and its number in the table of commands.
struct Showing {
    command: u32,
    does: u64,
    opcode: u64,
}

impl Aligned {
    /// By what they do; two that can't be followed are laid side by side by place.
    pub fn of(a: &Trace<'_>, b: &Trace<'_>) -> Self {
        let (Ok(of_a), Ok(of_b)) = (Digests::of(a), Digests::of(b)) else { return Self::by_place(a, b) };
        let sums = |frames: &[FrameDigest]| frames.iter().map(FrameDigest::digest).collect::<Vec<_>>();
        let number = |frames: &[FrameDigest], at: usize| frames.get(at).map(|frame| frame.number);
        let pairs = side_by_side(&sums(&of_a.frames), &sums(&of_b.frames), |gap_a, gap_b| {
            gap_a.iter().zip(gap_b).enumerate().map(|(at, _)| (at, at)).collect()
        });
        let frame = |(a, b): Pair<usize>| {
            (a.and_then(|at| number(&of_a.frames, at)), b.and_then(|at| number(&of_b.frames, at)))
        };
        Aligned { frames: pairs.into_iter().map(frame).collect(), a: of_a.frames, b: of_b.frames }
    }

    /// By place: the first frame beside the first one, and so on.
    pub fn by_place(a: &Trace<'_>, b: &Trace<'_>) -> Self {
        let (mut of_a, mut of_b) = (a.frames(), b.frames());
        let next = || Some((of_a.next(), of_b.next())).filter(|pair| *pair != (None, None));
        Aligned { frames: std::iter::from_fn(next).collect(), ..Aligned::default() }
    }

    /// The commands of two frames that may change pixels, in order; what a list is made of does so when it runs.
    pub fn commands(
        &self,
        (a, frame_a): (&Trace<'_>, u64),
        (b, frame_b): (&Trace<'_>, u64),
    ) -> Result<Vec<Pair<u32>>, TraceError> {
        let (of_a, of_b) = (showing(a, frame_a, &self.a)?, showing(b, frame_b, &self.b)?);
        let does = |of: &[Showing]| of.iter().map(|one| one.does).collect::<Vec<_>>();
        let pairs = side_by_side(&does(&of_a), &does(&of_b), |gap_a, gap_b| {
            let kinds = |of: &[Showing], gap: &[usize]| {
                gap.iter().map(|at| of.get(*at).map_or(0, |one| one.opcode)).collect::<Vec<_>>()
            };
            align(&kinds(&of_a, gap_a), &kinds(&of_b, gap_b))
        });
        let number = |of: &[Showing], at: Option<usize>| at.and_then(|at| of.get(at)).map(|one| one.command);
        Ok(pairs.into_iter().map(|(a, b)| (number(&of_a, a), number(&of_b, b))).collect())
    }
}

/// Two sequences side by side, as places in them. What stands between two things that are alike is paired by `pair`, which is given the
/// places of both and gives pairs of places among those; of what is left the first's comes first.
fn side_by_side(
    a: &[u64],
    b: &[u64],
    pair: impl Fn(&[usize], &[usize]) -> Vec<(usize, usize)>,
) -> Vec<Pair<usize>> {
    let mut found = Vec::new();
    let mut from = (0, 0);
    for to in align(a, b).into_iter().chain([(a.len(), b.len())]) {
        let gap_a: Vec<usize> = (from.0..to.0).collect();
        let gap_b: Vec<usize> = (from.1..to.1).collect();
        let mut within = (0, 0);
        for (at_a, at_b) in pair(&gap_a, &gap_b).into_iter().chain([(gap_a.len(), gap_b.len())]) {
            found.extend(gap_a.get(within.0..at_a).unwrap_or_default().iter().map(|at| (Some(*at), None)));
            found.extend(gap_b.get(within.1..at_b).unwrap_or_default().iter().map(|at| (None, Some(*at))));
            if let (Some(one), Some(other)) = (gap_a.get(at_a), gap_b.get(at_b)) {
                found.push((Some(*one), Some(*other)));
            }
            within = (at_a + 1, at_b + 1);
        }
        if to.0 < a.len() && to.1 < b.len() {
            found.push((Some(to.0), Some(to.1)));
        }
        from = (to.0 + 1, to.1 + 1);
    }
    found
}

/// The commands of a frame that may change pixels.
fn showing(trace: &Trace<'_>, frame: u64, digests: &[FrameDigest]) -> Result<Vec<Showing>, TraceError> {
    const SHOWING: [u8; 7] = [
        Clear::OPCODE,
        Draw::OPCODE,
        Blit::OPCODE,
        Run::OPCODE,
        Dispatch::OPCODE,
        Current::OPCODE,
        Extension::OPCODE,
    ];
    let has_lists = names(&trace.header(frame)?, Feature::Lists);
    let Some(chunk) = trace.frame(frame)? else { return Ok(Vec::new()) };
    let digest = digests.binary_search_by_key(&frame, |digest| digest.number);
    let mut done: HashMap<u32, u64> = HashMap::new();
    for effect in digest.ok().and_then(|at| digests.get(at)).into_iter().flat_map(FrameDigest::effects) {
        let sum = done.entry(effect.command).or_default();
        *sum = mix(*sum, effect.digest.local);
    }
    let mut found = Vec::new();
    let mut list: Option<Listing> = None;
    for (command, bytes) in (0u32..).zip(split(&chunk.head)) {
        let kind = opcode(bytes);
        if let Some(mut open) = list.take() {
            let decoded = Command::decode(&mut Reader::new(bytes)).ok();
            if !open.take(decoded.as_ref(), bytes) {
                list = Some(open);
            }
        } else if kind == u64::from(Record::OPCODE) && has_lists {
            let decoded = Command::decode(&mut Reader::new(bytes));
            let is_list = matches!(&decoded, Ok(Command::Record(record)) if record.list.0 != 0);
            list = is_list.then(|| Listing::of(0));
        } else if SHOWING.map(u64::from).contains(&kind) {
            let does = done.get(&command).copied().unwrap_or_else(|| hash(bytes));
            found.push(Showing { command, does, opcode: kind });
        }
    }
    Ok(found)
}
