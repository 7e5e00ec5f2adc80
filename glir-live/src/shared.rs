//! The hub under its lock, and who is told when it changes.

use crate::ClientId;
use crate::hub::Hub;
use crate::pool::Pool;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What the producer's thread and the server's tasks share.
pub(crate) struct Shared {
    hub: Mutex<Hub>,
    /// Tells the producer's side that replies came or a client has room.
    changed: Condvar,
    /// Those of the producer's side who wait for that. They count themselves while they have the lock.
    waiting: AtomicUsize,
    /// Room for messages.
    pub(crate) pool: Pool,
}

impl Shared {
    pub(crate) fn new(hub: Hub) -> Self {
        Shared {
            hub: Mutex::new(hub),
            changed: Condvar::new(),
            waiting: AtomicUsize::new(0),
            pool: Pool::default(),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Hub> {
        self.hub.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the hub, and wakes the producer's side if there is something for it.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Hub) -> T) -> T {
        let mut hub = self.lock();
        let changed = change(&mut hub);
        let news = self.waiting.load(Ordering::SeqCst) > 0 && hub.has_news();
        drop(hub);
        if news {
            self.changed.notify_all();
        }
        changed
    }

    /// Wakes the producer's side. Who calls it has had the lock since it changed something.
    pub(crate) fn tell(&self) {
        // A call of the system's for each frame, if nobody waits.
        if self.waiting.load(Ordering::SeqCst) > 0 {
            self.changed.notify_all();
        }
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
            self.waiting.fetch_add(1, Ordering::SeqCst);
            hub = self.changed.wait_timeout(hub, until).unwrap_or_else(PoisonError::into_inner).0;
            self.waiting.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// A client's place in the hub, given up however what serves the client ends: at a goodbye, with the runtime, or by a panic.
pub(crate) struct Seat {
    shared: Arc<Shared>,
    id: ClientId,
}

impl Seat {
    pub(crate) fn new(shared: Arc<Shared>, id: ClientId) -> Self {
        Seat { shared, id }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut hub = self.shared.lock();
        if std::thread::panicking() {
            hub.broke(self.id);
        }
        hub.leave(self.id);
        drop(hub);
        self.shared.tell();
    }
}

#[cfg(test)]
mod tests {
    use super::{Seat, Shared};
    use crate::hub::Hub;
    use crate::stream::Stream;
    use glir_spec::{Header, Reply};
    use std::sync::Arc;

    #[test]
    fn who_serves_a_client_and_panics_is_reported_and_leaves() -> Result<(), crate::Error> {
        let stream = Stream::new(&Header::default(), "a session", 0)?;
        let shared = Arc::new(Shared::new(Hub::new("a session".into(), stream)));
        let Ok((id, _)) = shared.lock().join() else { return Err(crate::Error::new("there is room")) };
        let seat = Seat::new(shared.clone(), id);
        let thread = std::thread::spawn(move || {
            let _seat = seat;
            // Without the hook's message, as a panic's own words are not what is tested.
            std::panic::resume_unwind(Box::new("a fault"));
        });
        assert!(thread.join().is_err());
        assert!(shared.lock().clients().is_empty());
        let event = shared.lock().event();
        let Some(Reply::DiagnosticReply(told)) = event.map(|event| event.reply) else {
            return Err(crate::Error::new("nothing was told"));
        };
        assert!(told.message.contains("client 1"), "{}", told.message);
        Ok(())
    }
}
