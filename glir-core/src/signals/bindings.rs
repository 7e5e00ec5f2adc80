//! What drives what: targets and the signals that they are bound to. Streams may have thousands, so none is looked for one by one.

use glir_spec::limits;
use glir_spec::structs::BindTarget;

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
    /// In the order of their keys. (A tree would take a tenth of the browser's module.)
    all: Vec<(TargetKey, Binding)>,
    /// Those that may not have been told yet.
    fresh: Vec<TargetKey>,
}

struct Binding {
    target: BindTarget,
    signal: usize,
    /// It has not been told yet.
    fresh: bool,
}

impl Bindings {
    /// Where a target's binding stands, or would.
    fn place(&self, key: TargetKey) -> Result<usize, usize> {
        self.all.binary_search_by_key(&key, |(key, _)| *key)
    }

    /// Binds a target, which lets what it had go. False if there are as many bindings as are allowed.
    pub(super) fn bind(&mut self, target: BindTarget, signal: usize) -> bool {
        let key = key_of(&target);
        let binding = Binding { target, signal, fresh: true };
        match self.place(key) {
            Ok(at) => self.all[at].1 = binding,
            Err(_) if self.all.len() >= limits::MAX_BINDINGS => return false,
            Err(at) => self.all.insert(at, (key, binding)),
        }
        self.fresh.push(key);
        true
    }

    /// Lets a target go.
    pub(super) fn unbind(&mut self, key: TargetKey) {
        if let Ok(at) = self.place(key) {
            self.all.remove(at);
        }
    }

    /// Lets all targets go that something says are no more.
    pub(super) fn unbind_all(&mut self, gone: impl Fn(&BindTarget) -> bool) {
        self.all.retain(|(_, known)| !gone(&known.target));
    }

    /// Lets all go that a signal drives, and gives it back.
    pub(super) fn forget(&mut self, signal: usize) -> Vec<BindTarget> {
        let gone = self.all.extract_if(.., |(_, known)| known.signal == signal);
        gone.map(|(_, known)| known.target).collect()
    }

    /// Signals have other places.
    pub(super) fn move_signals(&mut self, moved: impl Fn(&mut usize)) {
        self.all.iter_mut().for_each(|(_, known)| moved(&mut known.signal));
    }

    /// Tells each target whose signal has changed, or that was bound since this was asked last, with its signal.
    pub(super) fn tell(
        &mut self,
        changed: Option<impl Fn(usize) -> bool>,
        mut told: impl FnMut(&BindTarget, usize),
    ) {
        if let Some(changed) = changed {
            for (_, known) in self.all.iter_mut().filter(|(_, known)| changed(known.signal)) {
                known.fresh = false;
                told(&known.target, known.signal);
            }
        }
        for key in std::mem::take(&mut self.fresh) {
            let Ok(at) = self.place(key) else { continue };
            let known = &mut self.all[at].1;
            if std::mem::take(&mut known.fresh) {
                told(&known.target, known.signal);
            }
        }
    }
}
