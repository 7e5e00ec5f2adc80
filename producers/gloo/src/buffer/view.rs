//! Views: how an attribute reads a buffer.

use super::object::BufferObject;
use super::{Buffer, Vertices};
use crate::error::{Result, refuse, shown};
use crate::vertex::{ValueFormat, Vertex};
use glir_spec::{Code, limits};
use std::sync::Arc;

/// How an attribute reads a buffer: which field, from which vertex on, how often.
///
/// ```
/// use glir_gloo::{Context, VertexBuffer};
///
/// let context = Context::new(64, 64)?;
/// let offsets = VertexBuffer::new(&context, &[[0.0f32, 0.0], [0.5, 0.5]])?;
/// let colors = VertexBuffer::new(&context, &[[255u8, 0, 0, 255], [0, 0, 255, 255]])?;
/// let per_instance = offsets.view().divisor(1);
/// let as_fractions = colors.view().normalized().divisor(1);
/// # Ok::<(), glir_gloo::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct View {
    pub(crate) object: Arc<BufferObject>,
    pub(crate) format: ValueFormat,
    pub(crate) offset: u64,
    pub(crate) stride: u64,
    pub(crate) divisor: u32,
}

impl View {
    /// One value for so many instances; 0 for one a vertex.
    #[must_use]
    pub fn divisor(self, instances: u32) -> View {
        View { divisor: instances, ..self }
    }

    /// Reads integers as 0 to 1, or −1 to 1, as colours are.
    #[must_use]
    pub fn normalized(self) -> View {
        View { format: self.format.normalized(), ..self }
    }

    /// Begins so many vertices farther on.
    #[must_use]
    pub fn skip(self, vertices: usize) -> View {
        let offset = self.offset.saturating_add(self.stride.saturating_mul(vertices as u64));
        View { offset, ..self }
    }

    /// Reads every so many vertices only (0 counts as 1).
    #[must_use]
    pub fn step_by(self, vertices: usize) -> View {
        View { stride: self.stride.saturating_mul(vertices.max(1) as u64), ..self }
    }

    /// The number of values that it reads from the buffer as it is now.
    pub fn len(&self) -> u64 {
        let value = self.format.size() as u64;
        let room = (self.object.byte_len() as u64).checked_sub(self.offset);
        match room.and_then(|room| room.checked_sub(value)) {
            Some(room) => room / self.stride.max(1) + 1,
            None => 0,
        }
    }

    /// True if it reads none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Refuses a view that no interpreter takes.
    pub(crate) fn may_be_read(&self) -> Result<()> {
        let size = u64::from(self.format.component.size());
        if !self.offset.is_multiple_of(size) || !self.stride.is_multiple_of(size) {
            return refuse(
                Code::Misaligned,
                format!(
                    "offset {} and stride {} must be multiples of the {size} bytes of {}",
                    self.offset, self.stride, self.format.component
                ),
            );
        }
        if self.stride > u64::from(limits::MAX_STRIDE) {
            return refuse(
                Code::OutOfRange,
                format!(
                    "values stand {} bytes apart in {}; at most {} are allowed",
                    self.stride,
                    self.object,
                    limits::MAX_STRIDE
                ),
            );
        }
        Ok(())
    }
}

impl<T: Vertex> Buffer<T, Vertices> {
    /// The buffer as one attribute: its only field, or the first one of a structure.
    pub fn view(&self) -> View {
        let field = T::FIELDS.first();
        let format = field.map_or(<u8 as crate::Element>::FORMAT, |field| field.format);
        self.view_of(format, field.map_or(0, |field| field.offset))
    }

    /// A field of a structured buffer as an attribute.
    ///
    /// # Errors
    /// If the vertices have no such field.
    pub fn field(&self, name: &str) -> Result<View> {
        match T::FIELDS.iter().find(|field| field.name == name) {
            Some(field) => Ok(self.view_of(field.format, field.offset)),
            None => {
                let names: Vec<&str> = T::FIELDS.iter().map(|field| field.name).collect();
                refuse(
                    Code::UnknownSlot,
                    format!(
                        "{} has no field `{}`; it has {}",
                        self.object,
                        shown(name),
                        crate::names::list(&names)
                    ),
                )
            }
        }
    }

    /// All fields with their names; the name of a single value is empty.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'static str, View)> + '_ {
        T::FIELDS.iter().map(|field| (field.name, self.view_of(field.format, field.offset)))
    }

    fn view_of(&self, format: ValueFormat, offset: usize) -> View {
        let object = Arc::clone(&self.object);
        View { object, format, offset: offset as u64, stride: T::SIZE as u64, divisor: 0 }
    }
}
