//! A part of a buffer to write to.

use super::object::BufferObject;
use crate::vertex::{Vertex, encode};
use std::ops::{Deref, DerefMut};

/// A part of a buffer to write to. When it is dropped, what differs from before is put into the buffer and marked.
///
/// It is a copy and holds no lock: a draw in the meantime shows the buffer as it was.
#[derive(Debug)]
pub struct SliceMut<'b, T: Vertex> {
    object: &'b BufferObject,
    first: usize,
    values: Vec<T>,
    touched: bool,
}

impl<'b, T: Vertex> SliceMut<'b, T> {
    pub(super) fn new(object: &'b BufferObject, first: usize, values: Vec<T>) -> Self {
        SliceMut { object, first, values, touched: false }
    }
}

impl<T: Vertex> Deref for SliceMut<'_, T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.values
    }
}

impl<T: Vertex> DerefMut for SliceMut<'_, T> {
    fn deref_mut(&mut self) -> &mut [T] {
        self.touched = true;
        &mut self.values
    }
}

impl<T: Vertex> Drop for SliceMut<'_, T> {
    fn drop(&mut self) {
        if self.touched {
            // The range lay inside the buffer when this was made, and nobody else may change its length meanwhile.
            let written = self.object.write(self.first.saturating_mul(T::SIZE), &encode(&self.values));
            debug_assert!(written.is_ok());
        }
    }
}
