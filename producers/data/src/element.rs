//! The type of one stored sample, and how its bytes become numbers.

use std::fmt;
use std::str::FromStr;

/// The type in which a channel's samples are stored.
///
/// Samples stay in this type in memory and are converted when read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Element {
    /// Unsigned 8-bit integer.
    U8,
    /// Signed 8-bit integer.
    I8,
    /// Unsigned 16-bit integer.
    U16,
    /// Signed 16-bit integer.
    I16,
    /// Signed 24-bit integer, packed in three bytes (WAV, BDF).
    I24,
    /// Unsigned 32-bit integer.
    U32,
    /// Signed 32-bit integer.
    I32,
    /// Unsigned 64-bit integer.
    U64,
    /// Signed 64-bit integer.
    I64,
    /// IEEE 754 half precision.
    F16,
    /// IEEE 754 single precision.
    F32,
    /// IEEE 754 double precision.
    F64,
}

impl Element {
    /// Bytes of one sample: 1 to 8.
    pub const fn size(self) -> usize {
        match self {
            Element::U8 | Element::I8 => 1,
            Element::U16 | Element::I16 | Element::F16 => 2,
            Element::I24 => 3,
            Element::U32 | Element::I32 | Element::F32 => 4,
            Element::U64 | Element::I64 | Element::F64 => 8,
        }
    }

    /// NumPy's name: `int16`, `float32`, …
    pub const fn name(self) -> &'static str {
        match self {
            Element::U8 => "uint8",
            Element::I8 => "int8",
            Element::U16 => "uint16",
            Element::I16 => "int16",
            Element::I24 => "int24",
            Element::U32 => "uint32",
            Element::I32 => "int32",
            Element::U64 => "uint64",
            Element::I64 => "int64",
            Element::F16 => "float16",
            Element::F32 => "float32",
            Element::F64 => "float64",
        }
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The order of the bytes within a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Endian {
    /// Least significant byte first.
    #[default]
    Little,
    /// Most significant byte first.
    Big,
}

impl Endian {
    /// This machine's own order.
    pub const NATIVE: Endian = if cfg!(target_endian = "big") { Endian::Big } else { Endian::Little };
}

/// An element type together with its byte order, as `--dtype` and NPY headers write it.
///
/// Reads NumPy's names (`int16`), its codes (`i2`, `<i2`, `>f4`, `|u1`), and Rust's names (`i16`, `f32`).
///
/// ```
/// use glir_data::{Dtype, Element, Endian};
/// let big: Dtype = ">f4".parse().unwrap();
/// assert_eq!((big.element, big.endian), (Element::F32, Endian::Big));
/// assert_eq!("int16".parse::<Dtype>(), "i2".parse());
/// assert!("complex64".parse::<Dtype>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dtype {
    /// What a sample is.
    pub element: Element,
    /// How its bytes are ordered.
    pub endian: Endian,
}

impl FromStr for Dtype {
    type Err = DtypeError;

    fn from_str(text: &str) -> Result<Self, DtypeError> {
        let (endian, code) = match text.as_bytes().first() {
            Some(b'<') => (Endian::Little, &text[1..]),
            Some(b'>') => (Endian::Big, &text[1..]),
            Some(b'=' | b'|') => (Endian::NATIVE, &text[1..]),
            _ => (Endian::Little, text),
        };
        let element = match code {
            "u1" | "uint8" | "u8" | "b1" | "bool" => Element::U8,
            "i1" | "int8" => Element::I8,
            "u2" | "uint16" | "u16" => Element::U16,
            "i2" | "int16" | "i16" => Element::I16,
            "int24" | "i24" => Element::I24,
            "u4" | "uint32" | "u32" => Element::U32,
            "i4" | "int32" | "i32" => Element::I32,
            "uint64" | "u64" => Element::U64,
            "int64" | "i64" => Element::I64,
            // `u8` and `i8` are ambiguous: eight bits in Rust, eight bytes in NumPy. With a byte order they are NumPy's
            // (handled below), alone they are Rust's.
            "i8" => Element::I8,
            "f2" | "float16" | "f16" => Element::F16,
            "f4" | "float32" | "f32" => Element::F32,
            "f8" | "float64" | "f64" => Element::F64,
            _ => return Err(DtypeError { text: crate::error::excerpt(text.as_bytes()) }),
        };
        let prefixed = code.len() < text.len();
        let element = match (prefixed, code) {
            (true, "u8") => Element::U64,
            (true, "i8") => Element::I64,
            _ => element,
        };
        Ok(Dtype { element, endian })
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = if self.endian == Endian::Big && self.element.size() > 1 { " big-endian" } else { "" };
        write!(f, "{}{order}", self.element)
    }
}

/// A sample type that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DtypeError {
    text: String,
}

impl fmt::Display for DtypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the sample type {:?} is not read; use one of int8, uint8, int16, uint16, int24, int32, uint32, int64, \
             uint64, float16, float32, float64, with < or > before NumPy's short form for the byte order",
            self.text
        )
    }
}

impl std::error::Error for DtypeError {}

/// A number that samples are compared in, before any scaling.
pub(crate) trait Number: Copy + PartialOrd {
    const ZERO: Self;
    /// Above every finite value, or equal to the highest: where a search for the lowest starts.
    const TOP: Self;
    /// Below every finite value, or equal to the lowest.
    const BOTTOM: Self;
    fn lower(low: Self, value: Self) -> Self;
    fn higher(high: Self, value: Self) -> Self;
    fn to_f64(self) -> f64;
    fn to_f32(self) -> f32;
}

macro_rules! integer {
    ($($type:ty)*) => {$(
        impl Number for $type {
            const ZERO: Self = 0;
            const TOP: Self = <$type>::MAX;
            const BOTTOM: Self = <$type>::MIN;
            #[inline(always)]
            fn lower(low: Self, value: Self) -> Self { low.min(value) }
            #[inline(always)]
            fn higher(high: Self, value: Self) -> Self { high.max(value) }
            #[inline(always)]
            fn to_f64(self) -> f64 { self as f64 }
            #[inline(always)]
            fn to_f32(self) -> f32 { self as f32 }
        }
    )*};
}
integer!(u8 i8 u16 i16 u32 i32 u64 i64);

macro_rules! float {
    ($($type:ty)*) => {$(
        // Comparisons with NaN are false and the bound excludes infinities: both drop out without a branch.
        impl Number for $type {
            const ZERO: Self = 0.0;
            const TOP: Self = <$type>::INFINITY;
            const BOTTOM: Self = <$type>::NEG_INFINITY;
            #[inline(always)]
            fn lower(low: Self, value: Self) -> Self {
                if (value < low) & (value > Self::BOTTOM) { value } else { low }
            }
            #[inline(always)]
            fn higher(high: Self, value: Self) -> Self {
                if (value > high) & (value < Self::TOP) { value } else { high }
            }
            #[inline(always)]
            fn to_f64(self) -> f64 { self as f64 }
            #[inline(always)]
            fn to_f32(self) -> f32 { self as f32 }
        }
    )*};
}
float!(f32 f64);

/// How an [`Element`] lies in bytes.
pub(crate) trait Wire {
    type Number: Number;
    /// Decodes samples `stride` bytes apart until `out` is full or `bytes` ends.
    fn decode(bytes: &[u8], stride: usize, endian: Endian, out: &mut [Self::Number]);
}

macro_rules! wire {
    ($($(#[$doc:meta])* $name:ident: $size:literal => $number:ty, $little:expr, $big:expr;)*) => {$(
        pub(crate) struct $name;
        impl Wire for $name {
            type Number = $number;
            #[inline]
            fn decode(bytes: &[u8], stride: usize, endian: Endian, out: &mut [$number]) {
                // Four plain loops: the two without a stride become vector code.
                match (stride == $size, endian) {
                    (true, Endian::Little) => {
                        for (to, from) in out.iter_mut().zip(bytes.as_chunks::<$size>().0) { *to = $little(*from); }
                    }
                    (true, Endian::Big) => {
                        for (to, from) in out.iter_mut().zip(bytes.as_chunks::<$size>().0) { *to = $big(*from); }
                    }
                    (false, Endian::Little) => {
                        let samples = bytes.chunks(stride.max(1)).filter_map(|from| from.first_chunk::<$size>());
                        for (to, from) in out.iter_mut().zip(samples) { *to = $little(*from); }
                    }
                    (false, Endian::Big) => {
                        let samples = bytes.chunks(stride.max(1)).filter_map(|from| from.first_chunk::<$size>());
                        for (to, from) in out.iter_mut().zip(samples) { *to = $big(*from); }
                    }
                }
            }
        }
    )*};
}
wire! {
    U8: 1 => u8, u8::from_le_bytes, u8::from_be_bytes;
    I8: 1 => i8, i8::from_le_bytes, i8::from_be_bytes;
    U16: 2 => u16, u16::from_le_bytes, u16::from_be_bytes;
    I16: 2 => i16, i16::from_le_bytes, i16::from_be_bytes;
    I24: 3 => i32, i24_le, i24_be;
    U32: 4 => u32, u32::from_le_bytes, u32::from_be_bytes;
    I32: 4 => i32, i32::from_le_bytes, i32::from_be_bytes;
    U64: 8 => u64, u64::from_le_bytes, u64::from_be_bytes;
    I64: 8 => i64, i64::from_le_bytes, i64::from_be_bytes;
    F16: 2 => f32, f16_le, f16_be;
    F32: 4 => f32, f32::from_le_bytes, f32::from_be_bytes;
    F64: 8 => f64, f64::from_le_bytes, f64::from_be_bytes;
}

// The three bytes go to the top of an i32, so that the shift back down carries the sign.
fn i24_le([a, b, c]: [u8; 3]) -> i32 {
    i32::from_le_bytes([0, a, b, c]) >> 8
}

fn i24_be([a, b, c]: [u8; 3]) -> i32 {
    i32::from_be_bytes([a, b, c, 0]) >> 8
}

fn f16_le(bytes: [u8; 2]) -> f32 {
    half::f16::from_le_bytes(bytes).to_f32()
}

fn f16_be(bytes: [u8; 2]) -> f32 {
    half::f16::from_be_bytes(bytes).to_f32()
}

/// Calls `$function::<W>($argument…)` with the [`Wire`] type of an [`Element`].
macro_rules! with_wire {
    ($element:expr, $function:ident($($argument:expr),*)) => {{
        use $crate::element as e;
        match $element {
            e::Element::U8 => $function::<e::U8>($($argument),*),
            e::Element::I8 => $function::<e::I8>($($argument),*),
            e::Element::U16 => $function::<e::U16>($($argument),*),
            e::Element::I16 => $function::<e::I16>($($argument),*),
            e::Element::I24 => $function::<e::I24>($($argument),*),
            e::Element::U32 => $function::<e::U32>($($argument),*),
            e::Element::I32 => $function::<e::I32>($($argument),*),
            e::Element::U64 => $function::<e::U64>($($argument),*),
            e::Element::I64 => $function::<e::I64>($($argument),*),
            e::Element::F16 => $function::<e::F16>($($argument),*),
            e::Element::F32 => $function::<e::F32>($($argument),*),
            e::Element::F64 => $function::<e::F64>($($argument),*),
        }
    }};
}
pub(crate) use with_wire;
