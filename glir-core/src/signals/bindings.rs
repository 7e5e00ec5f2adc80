//! What drives what: targets and the signals that they are bound to, found from either side, since streams may have thousands.

use glir_spec::limits;
use glir_spec::structs::BindTarget;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// The kind of a target and its two numbers. Those of a program's uniforms follow one another, and their kind is [`UNIFORM`].
pub(crate) type TargetKey = (u8, u32, u32);

/// The kind of uniforms in a [`TargetKey`].
pub(crate) const UNIFORM: u8 = 0;

/// The key of a target.
pub(crate) fn key_of(target: &BindTarget) -> TargetKey {
    match *target {
        BindTarget::Uniform { program, uniform } => (UNIFORM, program.0, uniform.0),
        BindTarget::Rectangle { rectangle, list } => (1, list.0, rectangle as u32),
        BindTarget::Range { range } => (2, range.0, 0),
        BindTarget::Visible { visible } => (3, visible.0, 0),
    }
}

/// All bindings. Signals go by their places.
#[derive(Default)]
pub(super) struct Bindings {
    all: BTreeMap<TargetKey, Binding>,
    by_signal: BTreeSet<(usize, TargetKey)>,
    /// Those that may not have been told yet.
    fresh: Vec<TargetKey>,
}

struct Binding {
    target: BindTarget,
    signal: usize,
    /// It has not been told yet.
    fresh: bool,
}

/// All that a signal may drive.
fn driven_by(signal: usize) -> RangeInclusive<(usize, TargetKey)> {
    (signal, (0, 0, 0))..=(signal, (u8::MAX, u32::MAX, u32::MAX))
}

impl Bindings {
    /// Binds a target, which lets what it had go. False if there are as many bindings as are allowed.
    pub(super) fn bind(&mut self, target: BindTarget, signal: usize) -> bool {
        let key = key_of(&target);
        if self.all.len() >= limits::MAX_BINDINGS && !self.all.contains_key(&key) {
            return false;
        }
        if let Some(old) = self.all.insert(key, Binding { target, signal, fresh: true }) {
            self.by_signal.remove(&(old.signal, key));
        }
        self.by_signal.insert((signal, key));
        self.fresh.push(key);
        true
    }

    /// Lets a target go. Gives it back if it was bound.
    pub(super) fn unbind(&mut self, key: TargetKey) -> Option<BindTarget> {
        let old = self.all.remove(&key)?;
        self.by_signal.remove(&(old.signal, key));
        Some(old.target)
    }

    /// Lets all targets go that something says are no more.
    pub(super) fn unbind_all(&mut self, gone: impl Fn(&BindTarget) -> bool) {
        let keys = self.all.iter().filter(|(_, known)| gone(&known.target)).map(|(key, _)| *key);
        for key in keys.collect::<Vec<_>>() {
            self.unbind(key);
        }
    }

    /// Lets all go that a signal drives, and gives it back.
    pub(super) fn forget(&mut self, signal: usize) -> Vec<BindTarget> {
        let keys: Vec<_> = self.by_signal.range(driven_by(signal)).map(|(_, key)| *key).collect();
        keys.into_iter().filter_map(|key| self.unbind(key)).collect()
    }

    /// Signals have other places.
    pub(super) fn move_signals(&mut self, moved: impl Fn(&mut usize)) {
        self.all.values_mut().for_each(|known| moved(&mut known.signal));
        self.by_signal = self.all.iter().map(|(key, known)| (known.signal, *key)).collect();
    }

    /// Tells each target that one of these signals drives, or that was bound since this was asked last, with its signal.
    pub(super) fn tell(&mut self, changed: &[usize], mut told: impl FnMut(&BindTarget, usize)) {
        for signal in changed {
            for (_, key) in self.by_signal.range(driven_by(*signal)) {
                if let Some(known) = self.all.get_mut(key) {
                    known.fresh = false;
                    told(&known.target, *signal);
                }
            }
        }
        for key in std::mem::take(&mut self.fresh) {
            if let Some(known) = self.all.get_mut(&key).filter(|known| known.fresh) {
                known.fresh = false;
                told(&known.target, known.signal);
            }
        }
    }
}
