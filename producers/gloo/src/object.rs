//! What all objects have: an id in the stream, a label, and an end.

use crate::context::Context;
use crate::error::{Result, refuse};
use glir_spec::{Code, limits};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An object's place in the stream. Dropping it deletes the object there, if it ever came to be.
#[derive(Debug)]
pub(crate) struct Handle {
    pub(crate) context: Context,
    pub(crate) id: u32,
    /// Unlike the id, never used again: what was told of an earlier object with this id is not true of this one.
    pub(crate) serial: u64,
    pub(crate) created: AtomicBool,
}

impl Handle {
    pub(crate) fn new(context: &Context) -> Result<Self> {
        let (id, serial) = context.queue().allot()?;
        Ok(Handle { context: context.clone(), id, serial, created: AtomicBool::new(false) })
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.context.bury(self.id, self.created.load(Ordering::Relaxed));
    }
}

/// An object's name, and the one that the stream knows.
#[derive(Debug, Default)]
pub(crate) struct Label {
    text: String,
    told: String,
}

impl Label {
    pub(crate) fn set(&mut self, text: &str) -> Result<()> {
        if text.len() > limits::MAX_LABEL_BYTES {
            return refuse(
                Code::LimitExceeded,
                format!("a label has at most {} bytes; {} were given", limits::MAX_LABEL_BYTES, text.len()),
            );
        }
        text.clone_into(&mut self.text);
        Ok(())
    }

    /// The text, if the stream has yet to be told.
    pub(crate) fn take(&mut self) -> Option<&str> {
        (self.text != self.told).then(|| {
            self.told.clone_from(&self.text);
            &*self.told
        })
    }

    /// ` "label"`, or nothing.
    pub(crate) fn quoted(&self) -> String {
        if self.text.is_empty() { String::new() } else { format!(" {:?}", crate::error::shown(&self.text)) }
    }
}

/// Locks; what another thread left behind by a panic is still whole, since no step in between can panic.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
