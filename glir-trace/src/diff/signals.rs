//! Signals and lists as the digest knows them.

use super::hash::mix;
use crate::audit::Place;
use glir_spec::enums::RectangleField;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// An input or signal.
#[derive(Clone, Debug)]
struct Signal {
    id: u32,
    /// What it does, its numbers included.
    own: u64,
    /// What it is, whatever its numbers and those of others are.
    role: u64,
    operands: Vec<u64>,
    /// What it comes to, as of when that was last asked.
    digest: u64,
    made: Place,
}

/// All inputs and signals.
#[derive(Clone, Debug, Default)]
pub(super) struct Signals {
    by_id: HashMap<u32, u64>,
    /// By serial, which is the order of their declarations.
    all: BTreeMap<u64, Signal>,
    last: u64,
    stale: bool,
}

impl Signals {
    /// The serial of a signal; 0 for none.
    pub(super) fn serial(&self, id: u32) -> u64 {
        self.by_id.get(&id).copied().unwrap_or(0)
    }

    /// What a signal is.
    pub(super) fn role(&self, id: u32) -> u64 {
        self.all.get(&self.serial(id)).map_or(0, |signal| signal.role)
    }

    /// Declares a signal, perhaps again.
    pub(super) fn declare(&mut self, id: u32, what: u64, own: u64, operands: &[u32], made: Place) {
        self.stale = true;
        if let Some(known) = self.by_id.get(&id).and_then(|serial| self.all.get_mut(serial)) {
            known.own = own;
            return;
        }
        let role = operands.iter().fold(what, |sum, operand| mix(sum, self.role(*operand)));
        let operands = operands.iter().map(|operand| self.serial(*operand)).collect();
        self.last += 1;
        self.by_id.insert(id, self.last);
        self.all.insert(self.last, Signal { id, own, role, operands, digest: 0, made });
    }

    pub(super) fn forget(&mut self, id: u32) {
        if let Some(serial) = self.by_id.remove(&id) {
            self.all.remove(&serial);
        }
    }

    /// What a signal comes to; none if it is no more.
    pub(super) fn digest(&mut self, serial: u64) -> Option<u64> {
        if std::mem::take(&mut self.stale) {
            // Operands are declared before what is computed of them.
            let mut done: HashMap<u64, u64> = HashMap::new();
            for (serial, signal) in &mut self.all {
                let of = |operand: &u64| done.get(operand).copied().unwrap_or(0);
                signal.digest = signal.operands.iter().fold(signal.own, |sum, operand| mix(sum, of(operand)));
                done.insert(*serial, signal.digest);
            }
        }
        self.all.get(&serial).map(|signal| signal.digest)
    }

    /// What a signal came to when it was last asked.
    pub(super) fn known(&self, serial: u64) -> u64 {
        self.all.get(&serial).map_or(0, |signal| signal.digest)
    }

    /// All that are there.
    pub(super) fn end(&mut self) -> Vec<(u64, u32, Place)> {
        let serials: Vec<u64> = self.all.keys().copied().collect();
        serials.iter().for_each(|serial| _ = self.digest(*serial));
        self.all.values().map(|signal| (signal.digest, signal.id, signal.made)).collect()
    }
}

/// A list.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    /// Its commands, encoded.
    pub(super) commands: Arc<[u8]>,
    /// The sum of what they say, ids left out.
    pub(super) said: u64,
    /// What signals drive of it: which, the signal's serial, and the field of the state, if it is one.
    pub(super) bound: Vec<(u64, u64, Option<RectangleField>)>,
    pub(super) made: Place,
}
