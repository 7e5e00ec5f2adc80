//! Which vertices a draw takes.

use crate::buffer::object::BufferObject;
use crate::buffer::{Buffer, Index, Indices};
use glir_spec::enums::IndexType;
use std::ops::{Range, RangeFrom, RangeFull};
use std::sync::Arc;

/// Which vertices a draw takes: `..` for all, a range of numbers, an [`IndexBuffer`](crate::IndexBuffer) or a part of one.
///
/// ```
/// use glir_gloo::{Context, IndexBuffer, Selection};
///
/// let context = Context::new(64, 64)?;
/// let indices = IndexBuffer::new(&context, &[0u16, 1, 2, 2, 1, 3])?;
/// let all = Selection::from(&indices);
/// let second = indices.range(3..6);
/// let first_hundred = Selection::from(0..100);
/// # Ok::<(), glir_gloo::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Selection(pub(super) Selected);

#[derive(Clone, Debug)]
pub(super) enum Selected {
    /// Vertices in order, from the first to the end, or as many as the buffers hold.
    Vertices(usize, Option<usize>),
    /// Indices of a buffer, all of them without a range, and what is added to each.
    Elements(Arc<BufferObject>, IndexType, Option<Range<usize>>, i32),
}

impl Selection {
    /// Adds a number to every index before it chooses a vertex, so that several meshes share buffers; other than 0 it needs the feature
    /// `base-vertex`, which browsers have not. Of vertices in order nothing is changed.
    ///
    /// ```
    /// use glir_gloo::{Context, IndexBuffer};
    ///
    /// let context = Context::new(64, 64)?;
    /// let square = IndexBuffer::new(&context, &[0u16, 1, 2, 2, 1, 3])?;
    /// let third_of_them = square.range(0..6).base_vertex(8);
    /// # Ok::<(), glir_gloo::Error>(())
    /// ```
    #[must_use]
    pub fn base_vertex(mut self, base: i32) -> Selection {
        if let Selected::Elements(.., added) = &mut self.0 {
            *added = base;
        }
        self
    }
}

impl From<RangeFull> for Selection {
    fn from(_: RangeFull) -> Self {
        Selection(Selected::Vertices(0, None))
    }
}

impl From<RangeFrom<usize>> for Selection {
    fn from(range: RangeFrom<usize>) -> Self {
        Selection(Selected::Vertices(range.start, None))
    }
}

impl From<Range<usize>> for Selection {
    fn from(range: Range<usize>) -> Self {
        Selection(Selected::Vertices(range.start, Some(range.end.max(range.start))))
    }
}

impl<I: Index> From<&Buffer<I, Indices>> for Selection {
    fn from(indices: &Buffer<I, Indices>) -> Self {
        Selection(Selected::Elements(Arc::clone(&indices.object), I::TYPE, None, 0))
    }
}

impl<I: Index> Buffer<I, Indices> {
    /// Some of the indices, for a draw.
    pub fn range(&self, range: Range<usize>) -> Selection {
        let range = range.start..range.end.max(range.start);
        Selection(Selected::Elements(Arc::clone(&self.object), I::TYPE, Some(range), 0))
    }
}
