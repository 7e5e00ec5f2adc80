//! Values for [`Program::set`](crate::Program::set): numbers, vectors, matrices, arrays, textures, buffers.

use crate::buffer::object::BufferObject;
use crate::buffer::{Buffer, Vertices, View};
use crate::texture::object::TextureObject;
use crate::texture::{Shape, Texture};
use crate::uniform_buffer::UniformBuffer;
use crate::vertex::{Element, ValueFormat, Vertex, encode};
use glir_spec::GlslType;
use std::fmt;
use std::sync::Arc;

/// A value for a name of a program. Made from what it holds:
///
/// | from | for |
/// | --- | --- |
/// | `f32`, `i32`, `u32`, `bool` and arrays of 2 to 4 of them | uniforms of those types; attributes that are the same for all vertices |
/// | `[[f32; rows]; columns]`; also `[f32; 9]`, `[f32; 16]` | matrices, column by column |
/// | `&[…]`, `&Vec<…>` of these | uniform arrays; attributes, which then get a buffer of their own |
/// | `&VertexBuffer<…>`, [`View`] | attributes |
/// | `&Texture2D`, `&TextureCube` and so on | samplers |
/// | [`&UniformBuffer`](UniformBuffer) | blocks |
///
/// The declaration decides how numbers are read: `[[f32; 3]; 3]` is a `mat3`, three elements of a `vec3` array, or three values of
/// an attribute, borrowed or not. Other types can be made a value by a `From` of your own.
#[derive(Clone, Debug)]
pub struct Value(pub(crate) Given);

#[derive(Clone, Debug)]
pub(crate) enum Given {
    Numbers(Numbers),
    View(View),
    Texture(Arc<TextureObject>),
    Block(Arc<BufferObject>),
}

/// Numbers, tightly packed.
#[derive(Clone, Debug)]
pub(crate) struct Numbers {
    pub(crate) sort: Sort,
    /// The length of the array; none for a single value.
    pub(crate) count: Option<usize>,
    pub(crate) bytes: Bytes,
}

/// What each of the numbers is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sort {
    Value(ValueFormat),
    /// So many booleans, each an `i32` of 0 or 1.
    Booleans(u8),
}

impl Sort {
    /// The GLSL type; none for components of less than 32 bits.
    pub(crate) fn glsl(self) -> Option<GlslType> {
        match self {
            Sort::Value(format) => format.glsl(),
            Sort::Booleans(1) => Some(GlslType::Bool),
            Sort::Booleans(2) => Some(GlslType::Bvec2),
            Sort::Booleans(3) => Some(GlslType::Bvec3),
            Sort::Booleans(_) => Some(GlslType::Bvec4),
        }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.glsl()) {
            (_, Some(ty)) => ty.fmt(f),
            (Sort::Value(format), None) => format.fmt(f),
            (Sort::Booleans(count), None) => write!(f, "{count} booleans"),
        }
    }
}

/// A few bytes in place, or more on the heap.
#[derive(Clone, Debug)]
pub(crate) enum Bytes {
    Few([u8; 64], u8),
    Many(Vec<u8>),
}

impl std::ops::Deref for Bytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Few(bytes, length) => bytes.get(..usize::from(*length)).unwrap_or(bytes),
            Bytes::Many(bytes) => bytes,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Given::Numbers(Numbers { sort, count: None, .. }) => {
                let article = if sort.to_string().starts_with(['i', 'u']) { "an" } else { "a" };
                match sort.glsl() {
                    Some(_) => write!(f, "{article} {sort}"),
                    None => sort.fmt(f),
                }
            }
            Given::Numbers(Numbers { sort, count: Some(count), .. }) => {
                write!(f, "an array of {count} × {sort}")
            }
            Given::View(view) => write!(f, "{} of {}", view.object, view.format),
            Given::Texture(texture) => {
                write!(f, "{texture} (\"{}\", {})", texture.target, texture.options.format)
            }
            Given::Block(buffer) => write!(f, "{buffer} of a uniform block"),
        }
    }
}

impl Value {
    /// The value in the words of a message about a name of this type, with "was given": for vectors and numbers, what could be a
    /// matrix was meant as a list of vectors.
    pub(crate) fn given_for(&self, declared: GlslType) -> String {
        match &self.0 {
            Given::Numbers(Numbers { sort, count: None, .. }) if declared.shape().0 == 1 => match sort.glsl()
            {
                Some(ty) if ty.shape().0 > 1 => {
                    let (columns, rows) = ty.shape();
                    format!("a list of {columns} × vec{rows} was given")
                }
                _ => format!("{self} was given"),
            },
            _ => format!("{self} was given"),
        }
    }
}

impl<T: Element> From<T> for Value {
    fn from(value: T) -> Self {
        let mut bytes = [0; 64];
        value.store(&mut bytes);
        let bytes = Bytes::Few(bytes, T::SIZE.min(64) as u8);
        Value(Given::Numbers(Numbers { sort: Sort::Value(T::FORMAT), count: None, bytes }))
    }
}

impl<T: Element> From<&[T]> for Value {
    fn from(values: &[T]) -> Self {
        let bytes = Bytes::Many(encode(values));
        Value(Given::Numbers(Numbers { sort: Sort::Value(T::FORMAT), count: Some(values.len()), bytes }))
    }
}

impl<T: Element, const N: usize> From<&[T; N]> for Value {
    fn from(values: &[T; N]) -> Self {
        Value::from(&values[..])
    }
}

impl<T: Element> From<&Vec<T>> for Value {
    fn from(values: &Vec<T>) -> Self {
        Value::from(&values[..])
    }
}

macro_rules! flat_matrices {
    ($($count:literal)+) => { $(
        impl From<[f32; $count]> for Value {
            fn from(values: [f32; $count]) -> Self {
                Value::from(&values[..])
            }
        }
    )+ };
}

flat_matrices! { 9 16 }

// A list of one vector; of two to four, what was given may be a matrix.
macro_rules! lists_of_one {
    ($($rows:literal)+) => { $(
        impl From<[[f32; $rows]; 1]> for Value {
            fn from(values: [[f32; $rows]; 1]) -> Self {
                Value::from(&values[..])
            }
        }
    )+ };
}

lists_of_one! { 1 2 3 4 }

fn booleans(values: &[bool], components: u8, count: Option<usize>) -> Value {
    let bytes = values.iter().flat_map(|&value| i32::from(value).to_le_bytes()).collect();
    Value(Given::Numbers(Numbers { sort: Sort::Booleans(components), count, bytes: Bytes::Many(bytes) }))
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        booleans(&[value], 1, None)
    }
}

impl From<&[bool]> for Value {
    fn from(values: &[bool]) -> Self {
        booleans(values, 1, Some(values.len()))
    }
}

impl<const N: usize> From<&[bool; N]> for Value {
    fn from(values: &[bool; N]) -> Self {
        Value::from(&values[..])
    }
}

macro_rules! boolean_vectors {
    ($($count:literal)+) => { $(
        impl From<[bool; $count]> for Value {
            fn from(values: [bool; $count]) -> Self {
                booleans(&values, $count, None)
            }
        }
    )+ };
}

boolean_vectors! { 2 3 4 }

impl<T: Vertex> From<&Buffer<T, Vertices>> for Value {
    fn from(buffer: &Buffer<T, Vertices>) -> Self {
        Value(Given::View(buffer.view()))
    }
}

impl From<View> for Value {
    fn from(view: View) -> Self {
        Value(Given::View(view))
    }
}

impl<S: Shape> From<&Texture<S>> for Value {
    fn from(texture: &Texture<S>) -> Self {
        Value(Given::Texture(Arc::clone(&texture.object)))
    }
}

impl From<&UniformBuffer> for Value {
    fn from(buffer: &UniformBuffer) -> Self {
        Value(Given::Block(Arc::clone(&buffer.object)))
    }
}
