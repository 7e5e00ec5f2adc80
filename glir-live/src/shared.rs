//! The hub under its lock, and who is told when it changes.

use crate::hub::Hub;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What the producer's thread and the server's tasks share.
pub(crate) struct Shared {
    hub: Mutex<Hub>,
    /// Tells the producer's side that replies came or a client has room.
    changed: Condvar,
}

impl Shared {
    pub(crate) fn new(hub: Hub) -> Self {
        Shared { hub: Mutex::new(hub), changed: Condvar::new() }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Hub> {
        self.hub.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the producer's side.
    pub(crate) fn tell(&self) {
        self.changed.notify_all();
    }

    /// Waits until `look` finds something or the time is over.
    pub(crate) fn wait<T>(&self, time: Duration, mut look: impl FnMut(&mut Hub) -> Option<T>) -> Option<T> {
        let end = Instant::now().checked_add(time);
        let mut hub = self.lock();
        loop {
            if let Some(found) = look(&mut hub) {
                return Some(found);
            }
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) || hub.closed {
                return None;
            }
            // A READ may fail before anything else happens.
            let until = [left, hub.patience()].into_iter().flatten().min().unwrap_or(Duration::from_secs(1));
            let until = until.max(Duration::from_millis(1));
            hub = self.changed.wait_timeout(hub, until).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
