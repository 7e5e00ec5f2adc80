//! What a frame does: chains of what is done to one target in an order, and what has no order.

use super::hash::{Digest, mix};
use crate::audit::Place;
use std::collections::HashMap;

/// Something that a stream does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effect {
    pub(super) digest: Digest,
    pub(super) opcode: u8,
    /// The command's number in its frame.
    pub(super) command: u32,
}

/// A part of what a draw rests on: what it is called, its number, and the command that set it last.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) digest: u64,
    pub(super) place: Option<Place>,
    /// It was drawn, so another part may be the cause.
    pub(super) is_drawn: bool,
}

/// Planes of a target as bits: colours from the lowest on, then depth and stencil.
pub(super) type Planes = u32;

pub(super) const DEPTH: Planes = 1 << 8;
pub(super) const STENCIL: Planes = 1 << 9;
const PLANES: usize = 10;

/// What is done to a target in a frame.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    /// The target among those of the stream.
    pub(super) target: u64,
    /// What the target is like.
    pub(super) role: u64,
    /// For each plane what is done to it, in order.
    planes: [u64; PLANES],
    pub(super) effects: Vec<Effect>,
}

impl Chain {
    /// The chain as a number, wherever it is in its frame.
    pub(super) fn digest(&self) -> u64 {
        self.planes.iter().fold(0, |sum, plane| mix(sum, *plane))
    }
}

/// A frame.
#[derive(Clone, Debug, Default)]
pub(super) struct FrameDigest {
    pub(super) number: u64,
    pub(super) chains: Vec<Chain>,
    /// What is done in no order.
    pub(super) loose: Vec<Effect>,
    /// The sum of all that was said.
    pub(super) said: u64,
    /// The same by the command's number in the table.
    pub(super) said_of: HashMap<u64, (u64, u64)>,
}

impl FrameDigest {
    /// The frame as a number.
    pub(super) fn digest(&self) -> u64 {
        let chains = self.chains.iter().map(|chain| mix(1, chain.digest()));
        let loose = self.loose.iter().map(|effect| mix(2, effect.digest.local));
        chains.chain(loose).fold(self.said, u64::wrapping_add)
    }

    /// All that it does.
    pub(super) fn effects(&self) -> impl Iterator<Item = &Effect> {
        self.chains.iter().flat_map(|chain| &chain.effects).chain(&self.loose)
    }

    /// Notes what is done to planes of a target; where there are none, it has no order.
    pub(super) fn push(&mut self, target: u64, role: u64, planes: Planes, effect: Effect) {
        if planes == 0 {
            return self.loose.push(effect);
        }
        let at = self.chains.iter().rposition(|chain| chain.target == target).unwrap_or_else(|| {
            self.chains.push(Chain { target, role, planes: [0; PLANES], effects: Vec::new() });
            self.chains.len() - 1
        });
        let Some(chain) = self.chains.get_mut(at) else { return };
        for (plane, sum) in chain.planes.iter_mut().enumerate() {
            if planes & (1 << plane) != 0 {
                *sum = mix(*sum, effect.digest.local);
            }
        }
        chain.effects.push(effect);
    }
}
