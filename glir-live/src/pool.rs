//! Room for messages, used again: what a session sends sixty times a second is as large as it was before. Memory that the allocator gives
//! back and fetches anew costs a fault for each of its pages, which is more than filling it.

use crate::limits;
use bytes::Bytes;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Room that nobody has any more.
#[derive(Clone, Default)]
pub(crate) struct Pool(Arc<Mutex<Vec<Vec<u8>>>>);

impl Pool {
    fn idle(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Room for so many bytes, and not for many times as many: what is kept of a message holds all of it.
    pub(crate) fn take(&self, size: usize) -> Vec<u8> {
        if size < limits::LEAST_POOLED {
            return Vec::with_capacity(size);
        }
        let fits = |room: &Vec<u8>| (size..=size.saturating_mul(2)).contains(&room.capacity());
        let mut idle = self.idle();
        match idle.iter().rposition(fits) {
            Some(at) => idle.swap_remove(at),
            // A little more, since the next may be a little larger.
            None => Vec::with_capacity(size.saturating_add(size / 8)),
        }
    }

    /// A message that comes back here when its last part is let go.
    pub(crate) fn share(&self, message: Vec<u8>) -> Bytes {
        if message.capacity() < limits::LEAST_POOLED {
            return message.into();
        }
        Bytes::from_owner(Message { bytes: message, pool: self.clone() })
    }

    fn give_back(&self, room: Vec<u8>) {
        let mut idle = self.idle();
        idle.push(room);
        let held = |idle: &[Vec<u8>]| idle.iter().map(Vec::capacity).sum::<usize>();
        // Whoever is oldest was not asked for.
        while idle.len() > limits::MAX_POOLED || held(&idle) > limits::MAX_POOLED_BYTES {
            idle.remove(0);
        }
    }
}

/// A message in room of the pool's.
struct Message {
    bytes: Vec<u8>,
    pool: Pool,
}

impl AsRef<[u8]> for Message {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        self.pool.give_back(std::mem::take(&mut self.bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::Pool;
    use crate::limits;

    const SIZE: usize = 1 << 20;

    fn message(pool: &Pool, size: usize) -> bytes::Bytes {
        let mut room = pool.take(size);
        room.resize(size, 7);
        pool.share(room)
    }

    #[test]
    fn room_is_used_again_when_its_last_part_goes() {
        let pool = Pool::default();
        let first = message(&pool, SIZE);
        let (at, part) = (first.as_ptr(), first.slice(10..20));
        drop(first);
        let second = message(&pool, SIZE);
        assert_ne!(second.as_ptr(), at, "a part of it is kept");
        drop((part, second));
        let two = [message(&pool, SIZE), message(&pool, SIZE)];
        assert!(two.iter().any(|message| message.as_ptr() == at));
    }

    #[test]
    fn what_waits_is_bounded_and_no_room_is_far_too_large() {
        let pool = Pool::default();
        let many: Vec<_> = (0..100).map(|_| message(&pool, SIZE)).collect();
        drop(many);
        let held = |pool: &Pool| pool.idle().iter().map(Vec::capacity).sum::<usize>();
        assert!(held(&pool) <= limits::MAX_POOLED_BYTES && pool.idle().len() <= limits::MAX_POOLED);
        assert!(held(&pool) > 0);
        assert!(pool.take(SIZE / 4).capacity() < SIZE / 2, "a small message holds no large room");
        drop(message(&pool, 2 * limits::MAX_POOLED_BYTES));
        assert!(held(&pool) <= limits::MAX_POOLED_BYTES, "one that is too large does not wait");
    }
}
