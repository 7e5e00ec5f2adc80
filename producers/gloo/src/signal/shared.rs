//! Signals that are computed alike are one signal: what many axes have in common is in the stream once.

use super::{Node, Signal, Source};
use std::collections::HashMap;
use std::sync::{Arc, Weak};

/// What a signal is computed of, and how.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Key {
    source: Source,
    operands: Vec<u32>,
    numbers: Vec<u64>,
}

impl Key {
    pub(super) fn new(source: Source, operands: &[Signal], numbers: &[f64]) -> Key {
        let operands = operands.iter().map(|signal| signal.0.id).collect();
        Key { source, operands, numbers: numbers.iter().map(|number| number.to_bits()).collect() }
    }
}

/// The signals that there are. Ids are not used again, so what is left of one that is gone does no harm.
#[derive(Default)]
pub(crate) struct Shared {
    known: HashMap<Key, Weak<Node>>,
    /// So many may there be before those that are gone are swept out.
    most: usize,
}

impl Shared {
    pub(super) fn get(&self, key: &Key) -> Option<Arc<Node>> {
        self.known.get(key)?.upgrade()
    }

    pub(super) fn add(&mut self, key: Key, node: &Arc<Node>) {
        if self.known.len() >= self.most {
            self.known.retain(|_, known| known.strong_count() > 0);
            self.most = 2 * self.known.len() + 256;
        }
        self.known.insert(key, Arc::downgrade(node));
    }
}
