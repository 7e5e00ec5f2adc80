//! Vertices: numbers, vectors and structures that a buffer can hold, and how an attribute reads them.

use glir_spec::enums::ComponentType;
use glir_spec::{Encoding, GlslType};
use half::f16;
use std::fmt;

/// How an attribute reads a value in a buffer: component type, components a column, columns, normalization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueFormat {
    /// The type of each component.
    pub component: ComponentType,
    /// Components of a column, 1 to 4.
    pub components: u8,
    /// Columns: 1 but for matrices.
    pub columns: u8,
    /// Integers are read as 0 to 1, or −1 to 1.
    pub normalized: bool,
}

impl ValueFormat {
    /// The same, with integers read as 0 to 1 or −1 to 1. Floats stay as they are.
    #[must_use]
    pub const fn normalized(self) -> ValueFormat {
        ValueFormat { normalized: !self.component.is_float(), ..self }
    }

    /// Bytes of one value.
    pub const fn size(self) -> usize {
        self.component.size() as usize * self.components as usize * self.columns as usize
    }

    /// The GLSL type whose values are these bytes; none for components of less than 32 bits.
    pub fn glsl(self) -> Option<GlslType> {
        let shape = (u32::from(self.columns), u32::from(self.components));
        let encoding = match self.component {
            ComponentType::F32 => Encoding::F32,
            ComponentType::I32 if !self.normalized => Encoding::I32,
            ComponentType::U32 if !self.normalized => Encoding::U32,
            _ => return None,
        };
        let fits = |ty: &&GlslType| !ty.is_bool() && ty.encoding() == encoding && ty.shape() == shape;
        GlslType::ALL.iter().find(fits).copied()
    }
}

impl fmt::Display for ValueFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(ty) = self.glsl() {
            return write!(f, "{ty}");
        }
        if self.columns > 1 {
            write!(f, "{} × ", self.columns)?;
        }
        let normalized = if self.normalized { ", normalized" } else { "" };
        write!(f, "{} × {}{normalized}", self.components, self.component)
    }
}

/// A field of a vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name; empty for a vertex that is a single value.
    pub name: &'static str,
    /// Bytes from the start of the vertex.
    pub offset: usize,
    /// How it is read.
    pub format: ValueFormat,
}

/// What a [`VertexBuffer`](crate::VertexBuffer) holds: a number, a vector, a matrix, or a structure of those.
///
/// Implemented for `u8 i8 u16 i16 u32 i32 f16 f32` ([`f16`] needs profile es3), for arrays of 1 to 4 of them, and for `[[f32; rows]; columns]` with 2 to 4
/// of each. For structures it is derived:
///
/// ```
/// use glir_gloo::Vertex;
///
/// #[derive(Clone, Copy, Vertex)]
/// #[repr(C)]
/// struct Point {
///     #[gloo(name = "a_position")]
///     position: [f32; 3],
///     #[gloo(name = "a_color", normalized)]
///     color: [u8; 4],
/// }
///
/// assert_eq!(Point::SIZE, 16);
/// assert_eq!((Point::FIELDS[1].name, Point::FIELDS[1].offset), ("a_color", 12));
/// assert_eq!(Point::FIELDS[1].format.to_string(), "4 × u8, normalized");
/// ```
///
/// A structure without `#[repr(C)]`, and a field of another type, do not compile:
///
/// ```compile_fail
/// #[derive(Clone, Copy, glir_gloo::Vertex)]
/// struct Point { position: [f32; 3] }
/// ```
/// ```compile_fail,E0277
/// #[derive(Clone, Copy, glir_gloo::Vertex)]
/// #[repr(C)]
/// struct Point { position: [f64; 3] }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no vertex",
    note = "a structure gets it by #[derive(Vertex)] and #[repr(C)]; its fields are f32, f16, integers of up to 32 bits, arrays of 1 to 4 of them, or matrices"
)]
pub trait Vertex: Copy + Send + Sync + 'static {
    /// Bytes of one vertex, padding included.
    const SIZE: usize;
    /// The fields, in order.
    const FIELDS: &'static [Field];
    /// Writes the vertex as little-endian bytes. Padding is left as it is. Fewer than [`Vertex::SIZE`] bytes are not written to.
    fn write(&self, into: &mut [u8]);
    /// Reads a vertex back. Bytes that are missing count as 0.
    fn read(from: &[u8]) -> Self;
}

/// A value of one attribute or uniform: a number, a vector or a matrix.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value of an attribute",
    note = "values are f32, f16, integers of up to 32 bits, arrays of 1 to 4 of them, and [[f32; rows]; columns]"
)]
pub trait Element: Copy + Send + Sync + 'static {
    /// Bytes of one value.
    const SIZE: usize;
    /// How it lies in a buffer.
    const FORMAT: ValueFormat;
    /// Writes the value as little-endian bytes.
    fn store(&self, into: &mut [u8]);
    /// Reads a value back. Bytes that are missing count as 0.
    fn load(from: &[u8]) -> Self;
}

impl<T: Element> Vertex for T {
    const SIZE: usize = <T as Element>::SIZE;
    const FIELDS: &'static [Field] = &[Field { name: "", offset: 0, format: T::FORMAT }];
    #[inline]
    fn write(&self, into: &mut [u8]) {
        self.store(into);
    }
    #[inline]
    fn read(from: &[u8]) -> Self {
        T::load(from)
    }
}

macro_rules! numbers {
    ($($number:ident $component:ident;)+) => { $(
        impl Element for $number {
            const SIZE: usize = size_of::<$number>();
            const FORMAT: ValueFormat =
                ValueFormat { component: ComponentType::$component, components: 1, columns: 1, normalized: false };
            #[inline]
            fn store(&self, into: &mut [u8]) {
                if let Some(into) = into.first_chunk_mut() {
                    *into = self.to_le_bytes();
                }
            }
            #[inline]
            fn load(from: &[u8]) -> Self {
                from.first_chunk().map_or($number::default(), |bytes| $number::from_le_bytes(*bytes))
            }
        }
        vectors! { $number $component 1 2 3 4 }
    )+ };
}

macro_rules! vectors {
    ($number:ident $component:ident $($count:literal)+) => { $(
        impl Element for [$number; $count] {
            const SIZE: usize = size_of::<[$number; $count]>();
            const FORMAT: ValueFormat =
                ValueFormat { component: ComponentType::$component, components: $count, columns: 1, normalized: false };
            #[inline]
            fn store(&self, into: &mut [u8]) {
                parts(self, into);
            }
            #[inline]
            fn load(from: &[u8]) -> Self {
                whole(from)
            }
        }
    )+ };
}

macro_rules! matrices {
    ($($columns:literal $rows:literal)+) => { $(
        impl Element for [[f32; $rows]; $columns] {
            const SIZE: usize = size_of::<[[f32; $rows]; $columns]>();
            const FORMAT: ValueFormat =
                ValueFormat { component: ComponentType::F32, components: $rows, columns: $columns, normalized: false };
            #[inline]
            fn store(&self, into: &mut [u8]) {
                parts(self, into);
            }
            #[inline]
            fn load(from: &[u8]) -> Self {
                whole(from)
            }
        }
    )+ };
}

#[inline]
fn parts<T: Element, const N: usize>(values: &[T; N], into: &mut [u8]) {
    for (value, into) in values.iter().zip(into.chunks_exact_mut(T::SIZE)) {
        value.store(into);
    }
}

#[inline]
fn whole<T: Element, const N: usize>(from: &[u8]) -> [T; N] {
    std::array::from_fn(|index| T::load(from.get(index * T::SIZE..).unwrap_or(&[])))
}

numbers! { u8 U8; i8 I8; u16 U16; i16 I16; u32 U32; i32 I32; f16 F16; f32 F32; }
matrices! { 2 2  2 3  2 4  3 2  3 3  3 4  4 2  4 3  4 4 }

/// The bytes of vertices, one after another.
pub(crate) fn encode<T: Vertex>(values: &[T]) -> Vec<u8> {
    let mut bytes = vec![0; values.len().saturating_mul(T::SIZE)];
    encode_into(values, &mut bytes);
    bytes
}

/// Writes vertices over bytes that hold at least as many.
pub(crate) fn encode_into<T: Vertex>(values: &[T], into: &mut [u8]) {
    if T::SIZE == 0 {
        return;
    }
    for (value, into) in values.iter().zip(into.chunks_exact_mut(T::SIZE)) {
        value.write(into);
    }
}

/// The element type of payloads with such components.
pub(crate) fn encoding_of(component: ComponentType) -> Encoding {
    match component {
        ComponentType::I8 => Encoding::I8,
        ComponentType::U8 => Encoding::U8,
        ComponentType::I16 => Encoding::I16,
        ComponentType::U16 => Encoding::U16,
        ComponentType::I32 => Encoding::I32,
        ComponentType::U32 => Encoding::U32,
        ComponentType::F16 => Encoding::F16,
        ComponentType::F32 => Encoding::F32,
    }
}
