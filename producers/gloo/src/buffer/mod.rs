//! Buffers of vertices and of indices: typed slices that remember what has changed.

pub(crate) mod object;
mod slice;
mod view;

pub use slice::SliceMut;
pub use view::View;

use crate::blocks::Upload;
use crate::context::Context;
use crate::error::{Result, refuse};
use crate::read::{self, ReadRequest};
use crate::vertex::{Vertex, encode, encode_into, encoding_of};
use glir_spec::enums::{BufferUsage, IndexType};
use glir_spec::ids::BufferId;
use glir_spec::{Code, Encoding};
use object::{BufferObject, bytes_of, zeros};
use std::marker::PhantomData;
use std::ops::{Bound, Range, RangeBounds};
use std::sync::Arc;

/// A buffer of vertices: single values, or structures that [derive `Vertex`](macro@crate::Vertex).
pub type VertexBuffer<T> = Buffer<T, Vertices>;

/// A buffer of indices: `u8`, `u16` or `u32` (which is no part of profile es2).
pub type IndexBuffer<I = u16> = Buffer<I, Indices>;

/// The role of a [`VertexBuffer`].
#[derive(Debug)]
pub struct Vertices(());

/// The role of an [`IndexBuffer`].
#[derive(Debug)]
pub struct Indices(());

mod sealed {
    pub trait Role {
        const ROLE: glir_spec::enums::BufferRole;
    }
    impl Role for super::Vertices {
        const ROLE: glir_spec::enums::BufferRole = glir_spec::enums::BufferRole::Vertex;
    }
    impl Role for super::Indices {
        const ROLE: glir_spec::enums::BufferRole = glir_spec::enums::BufferRole::Index;
    }
    pub trait Sealed {}
    impl Sealed for u8 {}
    impl Sealed for u16 {}
    impl Sealed for u32 {}
}

/// A type of indices.
pub trait Index: Vertex + sealed::Sealed {
    /// Its name in the stream.
    const TYPE: IndexType;
}

impl Index for u8 {
    const TYPE: IndexType = IndexType::U8;
}
impl Index for u16 {
    const TYPE: IndexType = IndexType::U16;
}
impl Index for u32 {
    const TYPE: IndexType = IndexType::U32;
}

/// A typed buffer: a [`VertexBuffer`] or an [`IndexBuffer`].
///
/// Writing changes the buffer's own copy and marks what differs. Marks of several writes merge, and the marked bytes are
/// sent once, right before the draw that needs them. A buffer that is never drawn is never sent.
///
/// ```
/// use glir_gloo::{Context, VertexBuffer};
///
/// let context = Context::new(64, 64)?;
/// let mut buffer = VertexBuffer::new(&context, &[[0.0f32, 0.0]; 100])?;
/// buffer.slice_mut(10..20)?.fill([1.0, 1.0]);
/// buffer.set(50, [0.5, 0.5])?;
/// assert_eq!(buffer.get(12), Some([1.0, 1.0]));
/// assert_eq!(context.pending(), 0); // nothing is drawn, so nothing is sent
/// # Ok::<(), glir_gloo::Error>(())
/// ```
///
/// The object is deleted in the stream when the buffer and all that uses it (a program's attribute, say) are dropped.
pub struct Buffer<T, R> {
    pub(crate) object: Arc<BufferObject>,
    of: PhantomData<fn() -> (T, R)>,
}

impl<T, R> std::fmt::Debug for Buffer<T, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.object.fmt(f)
    }
}

/// The element type of payloads: that of the components if all are alike and nothing lies between them.
fn encoding<T: Vertex>() -> Encoding {
    let Some(first) = T::FIELDS.first() else { return Encoding::Raw };
    let component = first.format.component;
    let covered: usize = T::FIELDS.iter().map(|field| field.format.size()).sum();
    let alike = T::FIELDS.iter().all(|field| field.format.component == component);
    if alike && covered == T::SIZE { encoding_of(component) } else { Encoding::Raw }
}

impl<T: Vertex, R: sealed::Role> Buffer<T, R> {
    /// A buffer of these values.
    ///
    /// # Errors
    /// If they take more than 2^31 − 1 bytes, or too many objects are alive.
    pub fn new(context: &Context, values: &[T]) -> Result<Self> {
        bytes_of(values.len(), T::SIZE)?;
        Self::made(context, encode(values), false)
    }

    /// A buffer of so many values, all of whose bytes are 0. They are never sent: storage begins so.
    ///
    /// # Errors
    /// If they take more than 2^31 − 1 bytes or than there is memory, or too many objects are alive.
    pub fn zeros(context: &Context, count: usize) -> Result<Self> {
        Self::made(context, zeros(bytes_of(count, T::SIZE)?)?, true)
    }

    fn made(context: &Context, bytes: Vec<u8>, zeros: bool) -> Result<Self> {
        let object = BufferObject::new(context, R::ROLE, (encoding::<T>(), T::SIZE), bytes, zeros)?;
        Ok(Buffer { object, of: PhantomData })
    }

    /// The number of values.
    pub fn len(&self) -> usize {
        self.object.byte_len() / T::SIZE.max(1)
    }

    /// True if there are none. An empty buffer can be bound; a draw of all its vertices draws nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One value; none behind the end.
    pub fn get(&self, index: usize) -> Option<T> {
        let start = index.checked_mul(T::SIZE)?;
        self.object.read(start..start.checked_add(T::SIZE)?, T::read)
    }

    /// All values.
    pub fn to_vec(&self) -> Vec<T> {
        self.values(0..self.len()).unwrap_or_default()
    }

    fn values(&self, range: Range<usize>) -> Option<Vec<T>> {
        let bytes = range.start.checked_mul(T::SIZE)?..range.end.checked_mul(T::SIZE)?;
        self.object.read(bytes, |bytes| bytes.chunks_exact(T::SIZE.max(1)).map(T::read).collect())
    }

    /// Puts one value in place of another.
    ///
    /// # Errors
    /// If there is no value of this index.
    pub fn set(&mut self, index: usize, value: T) -> Result<()> {
        self.write(index, &[value])
    }

    /// Puts values in place of others, from `first` on.
    ///
    /// # Errors
    /// If they reach behind the end.
    pub fn write(&mut self, first: usize, values: &[T]) -> Result<()> {
        let Some(offset) = first.checked_mul(T::SIZE) else {
            return refuse(Code::RegionOutside, format!("there is no element {first}"));
        };
        bytes_of(values.len(), T::SIZE)?;
        self.object.write(offset, &encode(values))
    }

    /// A part of the buffer to write to. What then differs is marked when the slice is dropped.
    ///
    /// ```
    /// # use glir_gloo::{Context, VertexBuffer};
    /// # let context = Context::new(64, 64)?;
    /// let mut heights = VertexBuffer::<f32>::zeros(&context, 8)?;
    /// for (index, height) in heights.slice_mut(2..)?.iter_mut().enumerate() {
    ///     *height = index as f32;
    /// }
    /// assert_eq!(heights.to_vec(), [0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    /// # Ok::<(), glir_gloo::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the range reaches behind the end.
    pub fn slice_mut(&mut self, range: impl RangeBounds<usize>) -> Result<SliceMut<'_, T>> {
        let count = self.len();
        let start = match range.start_bound() {
            Bound::Included(&start) => start,
            Bound::Excluded(&start) => start.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(&end) => end.saturating_add(1),
            Bound::Excluded(&end) => end,
            Bound::Unbounded => count,
        };
        let values = if start <= end { self.values(start..end) } else { None };
        match values {
            Some(values) => Ok(SliceMut::new(&self.object, start, values)),
            None => refuse(
                Code::RegionOutside,
                format!("{} has {count} elements; {start}..{end} is no part of it", self.object),
            ),
        }
    }

    /// Puts other values in place of all. If there are more or fewer than before, the buffer gets new storage.
    ///
    /// # Errors
    /// If they take more than 2^31 − 1 bytes.
    pub fn replace(&mut self, values: &[T]) -> Result<()> {
        bytes_of(values.len(), T::SIZE)?;
        self.object.replace(encode(values))
    }

    /// Makes the buffer longer, with zeros behind what it holds, or shorter. It then gets new storage.
    ///
    /// # Errors
    /// If it takes more than 2^31 − 1 bytes or than there is memory.
    pub fn resize(&mut self, count: usize) -> Result<()> {
        let length = bytes_of(count, T::SIZE)?;
        let mut bytes = zeros(length)?;
        let values = self.to_vec();
        encode_into(&values, &mut bytes);
        self.object.replace(bytes)
    }

    /// Says in how many pieces changes are sent.
    pub fn set_policy(&mut self, policy: Upload) {
        self.object.set_policy(policy);
    }

    /// Says how often the contents change: a hint to the driver, static at first. To be said before the first draw.
    ///
    /// # Errors
    /// If the buffer has been drawn: its usage is settled before that.
    pub fn set_usage(&mut self, usage: BufferUsage) -> Result<()> {
        self.object.set_usage(usage)
    }

    /// Names the buffer, for messages and inspection.
    ///
    /// # Errors
    /// If the name has more bytes than a label may have.
    pub fn set_label(&mut self, text: &str) -> Result<()> {
        self.object.set_label(text)
    }

    /// The buffer's id in the stream.
    pub fn id(&self) -> BufferId {
        BufferId(self.object.handle.id)
    }

    /// Asks for a part of the buffer as the interpreter has it, counted in values. The reply is matched by the token.
    ///
    /// # Errors
    /// If the range reaches behind the end, or the feature `buffer-read` is not to be had.
    pub fn read_back(&self, range: Range<usize>) -> Result<ReadRequest> {
        let start = range.start.checked_mul(T::SIZE);
        let size = range.end.checked_sub(range.start).and_then(|count| count.checked_mul(T::SIZE));
        match start.zip(size) {
            Some((start, size)) => read::buffer(&self.object, start, size),
            None => refuse(
                Code::RegionOutside,
                format!("{} has no elements {}..{}", self.object, range.start, range.end),
            ),
        }
    }
}
