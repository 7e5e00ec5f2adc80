//! Samples as they lie in a file: borrowed or shared bytes, and a layout that says where each one is.

use std::ops::Range;
use std::sync::Arc;

use crate::element::{Number, Wire, with_wire};
use crate::{Element, Endian};

/// Samples converted at a time: small enough for the first-level cache, long enough for vector code.
const CHUNK: usize = 512;

/// The bytes under the samples: lent by the caller (a memory-mapped file), or owned and shared between channels.
#[derive(Clone, Debug)]
pub(crate) enum Bytes<'a> {
    Lent(&'a [u8]),
    Shared(Arc<Vec<u8>>),
}

impl Bytes<'_> {
    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            Bytes::Lent(bytes) => bytes,
            Bytes::Shared(bytes) => bytes,
        }
    }
}

impl<'a> From<&'a [u8]> for Bytes<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Bytes::Lent(bytes)
    }
}

impl From<Vec<u8>> for Bytes<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::Shared(Arc::new(bytes))
    }
}

/// Where one channel's samples lie. Sample `i` starts at
/// `first + (i / per_block) · block_stride + (i % per_block) · stride` bytes.
///
/// | file | `stride` | `per_block` |
/// | --- | --- | --- |
/// | one channel after the other (NPY, C order, a row a channel) | sample size | `count` |
/// | interleaved (WAV, raw) | channels × sample size | `count` |
/// | records with a run of every channel (EDF) | sample size | samples a record |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The type of a sample.
    pub element: Element,
    /// Its byte order.
    pub endian: Endian,
    /// Byte offset of sample 0.
    pub first: usize,
    /// Bytes from one sample to the next within a block; at least the sample's size.
    pub stride: usize,
    /// Number of samples.
    pub count: usize,
    /// Samples in a block; `count` or more if all lie in one block.
    pub per_block: usize,
    /// Bytes from the first sample of a block to the first of the next.
    pub block_stride: usize,
}

impl Layout {
    /// `count` samples `stride` bytes apart, the first at byte `first`.
    pub const fn strided(
        element: Element,
        endian: Endian,
        first: usize,
        stride: usize,
        count: usize,
    ) -> Self {
        Layout { element, endian, first, stride, count, per_block: count, block_stride: 0 }
    }

    /// One past the last byte that the samples touch; `None` if it cannot be computed or the layout makes no sense.
    fn end(&self) -> Option<usize> {
        let Some(last) = self.count.checked_sub(1) else { return Some(self.first) };
        if self.stride < self.element.size() || self.per_block == 0 {
            return None;
        }
        let blocks_before = last / self.per_block;
        let within = self.per_block.min(self.count) - 1;
        let block = within.checked_mul(self.stride)?.checked_add(self.element.size())?;
        // Blocks that overlap would let a few bytes stand for endless samples.
        if blocks_before > 0 && self.block_stride < block {
            return None;
        }
        // A short last block is counted as a full one.
        self.first.checked_add(blocks_before.checked_mul(self.block_stride)?)?.checked_add(block)
    }

    fn position(&self, index: usize) -> usize {
        self.first + index / self.per_block * self.block_stride + index % self.per_block * self.stride
    }
}

/// One channel's samples, in the type in which they are stored. Cloning shares the bytes.
///
/// Values here are the stored ones; [`Channel`](crate::Channel) applies gain and offset.
#[derive(Clone, Debug)]
pub struct Samples<'a> {
    bytes: Bytes<'a>,
    layout: Layout,
}

impl<'a> Samples<'a> {
    /// Samples within `bytes`; `None` if the layout reaches past their end, its stride is shorter than a sample, or its
    /// blocks overlap or hold nothing. A last block that is not full must have room for a full one.
    pub fn new(bytes: &'a [u8], layout: Layout) -> Option<Self> {
        Self::over(bytes.into(), layout)
    }

    pub(crate) fn over(bytes: Bytes<'a>, layout: Layout) -> Option<Self> {
        let fits = layout.end()? <= bytes.as_slice().len();
        fits.then_some(Samples { bytes, layout })
    }

    /// Takes packed samples, first sample first; bytes that fill no whole sample are left out.
    pub fn owned(bytes: Vec<u8>, element: Element, endian: Endian) -> Samples<'static> {
        let count = bytes.len() / element.size();
        Samples { bytes: bytes.into(), layout: Layout::strided(element, endian, 0, element.size(), count) }
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.layout.count
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The type in which they are stored.
    pub fn element(&self) -> Element {
        self.layout.element
    }

    /// Where they lie.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Packed little-endian `f32` samples as bytes that can be uploaded as they are; `None` for any other layout.
    pub fn as_f32_bytes(&self) -> Option<&[u8]> {
        let Layout { element, endian, first, stride, count, per_block, .. } = self.layout;
        let packed = element == Element::F32 && endian == Endian::Little && stride == 4 && per_block >= count;
        if packed { self.bytes.as_slice().get(first..first + 4 * count) } else { None }
    }

    /// Detached from what was borrowed; copies only this channel's samples, and nothing if they are shared already.
    pub fn into_owned(self) -> Samples<'static> {
        match self.bytes {
            Bytes::Shared(bytes) => Samples { bytes: Bytes::Shared(bytes), layout: self.layout },
            Bytes::Lent(bytes) => {
                let size = self.layout.element.size();
                let mut packed = Vec::with_capacity(self.layout.count * size);
                for index in 0..self.layout.count {
                    let at = self.layout.position(index);
                    packed.extend_from_slice(bytes.get(at..at + size).unwrap_or_default());
                }
                Samples::owned(packed, self.layout.element, self.layout.endian)
            }
        }
    }

    /// Reads from sample `start` on into `out`, each through gain and offset; returns how many there were.
    pub(crate) fn read<T: Target>(&self, start: usize, scale: (f64, f64), out: &mut [T]) -> usize {
        let count = self.len().saturating_sub(start).min(out.len());
        let out = &mut out[..count];
        with_wire!(self.layout.element, read_as(self, start, scale, out));
        count
    }

    /// Calls `visit` with the samples of `range`, in order, a slice at a time. The caller has clamped the range.
    pub(crate) fn visit<W: Wire>(&self, range: Range<usize>, mut visit: impl FnMut(&[W::Number])) {
        let Layout { element, endian, stride, per_block, .. } = self.layout;
        let mut buffer = [W::Number::ZERO; CHUNK];
        let mut at = range.start;
        while at < range.end {
            let left_in_block = per_block - at % per_block;
            let count = (range.end - at).min(CHUNK).min(left_in_block);
            let from = self.layout.position(at);
            // In bounds: `over` proved the last sample's end, and positions within a block only grow.
            let bytes = self.bytes.as_slice().get(from..from + (count - 1) * stride + element.size());
            let part = &mut buffer[..count];
            W::decode(bytes.unwrap_or_default(), stride, endian, part);
            visit(part);
            at += count;
        }
    }
}

/// What samples can be read as.
pub(crate) trait Target: Copy {
    fn stored<N: Number>(value: N) -> Self;
    fn scaled(value: f64) -> Self;
}

impl Target for f32 {
    fn stored<N: Number>(value: N) -> f32 {
        value.to_f32()
    }
    fn scaled(value: f64) -> f32 {
        value as f32
    }
}

impl Target for f64 {
    fn stored<N: Number>(value: N) -> f64 {
        value.to_f64()
    }
    fn scaled(value: f64) -> f64 {
        value
    }
}

fn read_as<W: Wire>(samples: &Samples<'_>, start: usize, scale: (f64, f64), out: &mut [impl Target]) {
    let end = start + out.len();
    let mut rest = out.iter_mut();
    let (gain, offset) = scale;
    // The values lead: a zip asks its first side first, and the rest must not lose one when they end.
    samples.visit::<W>(start..end, |values| {
        if scale == (1.0, 0.0) {
            for (from, to) in values.iter().zip(rest.by_ref()) {
                *to = Target::stored(*from);
            }
        } else {
            for (from, to) in values.iter().zip(rest.by_ref()) {
                *to = Target::scaled(from.to_f64() * gain + offset);
            }
        }
    });
}

macro_rules! from_slice {
    ($($type:ty => $element:ident)*) => {$(
        impl<'a> From<&'a [$type]> for Samples<'a> {
            /// Borrows the numbers where they are.
            fn from(values: &'a [$type]) -> Self {
                let element = Element::$element;
                let layout = Layout::strided(element, Endian::NATIVE, 0, element.size(), values.len());
                Samples { bytes: Bytes::Lent(bytemuck::cast_slice(values)), layout }
            }
        }
    )*};
}
from_slice! { u8 => U8  i8 => I8  u16 => U16  i16 => I16  u32 => U32  i32 => I32  u64 => U64  i64 => I64  f32 => F32  f64 => F64 }
