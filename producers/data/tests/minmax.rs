//! The envelope against a naive one, over every element type, layout and range.
#![allow(clippy::unwrap_used, clippy::panic)] // a helper that fails is a test that fails

use glir_data::{Bin, Channel, Element, Endian, Layout, Samples, Timing};
use proptest::collection::vec;
use proptest::prelude::*;

/// What `Channel::minmax` promises, written the slow way.
fn naive(values: &[f64], start: usize, end: usize) -> Bin {
    let part = &values[start..end];
    let finite = || part.iter().copied().filter(|value| value.is_finite());
    Bin {
        start,
        len: part.len(),
        first: part[0],
        min: finite().reduce(f64::min).unwrap_or(f64::NAN),
        max: finite().reduce(f64::max).unwrap_or(f64::NAN),
        last: part[part.len() - 1],
    }
}

fn same(a: f64, b: f64) -> bool {
    a == b || a.is_nan() && b.is_nan()
}

fn assert_bins(got: &[Bin], values: &[f64]) {
    for bin in got {
        let want = naive(values, bin.start, bin.start + bin.len);
        let equal =
            [(bin.first, want.first), (bin.min, want.min), (bin.max, want.max), (bin.last, want.last)];
        assert!(equal.iter().all(|(a, b)| same(*a, *b)), "{bin:?} is not {want:?}");
    }
}

fn any_float() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => -1e6..1e6_f64,
        1 => Just(f64::NAN),
        1 => prop_oneof![Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(-0.0), Just(f64::MAX), Just(f64::MIN)],
    ]
}

proptest! {
    #[test]
    fn bins_cover_the_range_and_are_exact(
        values in vec(any_float(), 0..2000), a in 0..2100_usize, b in 0..2100_usize, bins in 0..300_usize,
    ) {
        let channel = Channel::from(Samples::from(&values[..]));
        let got = channel.minmax(a..b, bins);
        let end = b.min(values.len());
        let samples = end.saturating_sub(a);
        prop_assert_eq!(got.len(), bins.min(samples));
        prop_assert_eq!(got.iter().map(|bin| bin.len).sum::<usize>(), if bins == 0 { 0 } else { samples });
        let mut next = a.min(values.len());
        for bin in &got {
            prop_assert_eq!(bin.start, next);
            next += bin.len;
        }
        if let (Some(least), Some(most)) = (got.iter().map(|bin| bin.len).min(), got.iter().map(|bin| bin.len).max()) {
            prop_assert!(least >= 1 && most - least <= 1);
        }
        assert_bins(&got, &values);
    }

    /// Bytes that mean nothing in particular, read as every type at every layout: the envelope agrees with `read_f64`.
    #[test]
    fn every_type_and_layout_agrees_with_reading(
        bytes in vec(any::<u8>(), 0..4000), first in 0..40_usize, pad in 0..5_usize, per_block in 1..70_usize,
        gap in 0..9_usize, big in any::<bool>(), bins in 1..40_usize, gain in -1.0..1.0_f64, scaled in any::<bool>(),
    ) {
        for element in ALL {
            let stride = element.size() + pad;
            let block_stride = per_block * stride + gap;
            let room = bytes.len().saturating_sub(first);
            let mut count = room / block_stride * per_block;
            if pad == 0 && gap == 0 {
                count = room / element.size();
            }
            let endian = if big { Endian::Big } else { Endian::Little };
            let layout = Layout { element, endian, first, stride, count, per_block, block_stride };
            let Some(samples) = Samples::new(&bytes, layout) else { continue };
            let (gain, offset) = if scaled { (gain, 0.5) } else { (1.0, 0.0) };
            let channel = Channel { gain, offset, ..Channel::from(samples) };
            let mut values = vec![0.0; count];
            prop_assert_eq!(channel.read_f64(0, &mut values), count);
            for (index, value) in values.iter().enumerate() {
                let at = first + index / per_block * block_stride + index % per_block * stride;
                let stored = decode(&bytes[at..at + element.size()], element, endian);
                let want = if scaled { stored * gain + offset } else { stored };
                prop_assert!(same(*value, want), "{element} at {index}: {value} is not {want}");
            }
            assert_bins(&channel.minmax(0..count, bins), &values);
            let owned = channel.into_owned();
            let mut again = vec![0.0; count];
            owned.read_f64(0, &mut again);
            prop_assert!(values.iter().zip(&again).all(|(a, b)| same(*a, *b)));
        }
    }

    #[test]
    fn layouts_that_reach_past_the_end_are_refused(
        length in 0..200_usize, first in 0..300_usize, stride in 0..300_usize, count in 0..300_usize,
        per_block in 0..20_usize, block_stride in 0..300_usize,
    ) {
        let bytes = vec![0; length];
        let layout = Layout {
            element: Element::I16, endian: Endian::Little, first, stride, count, per_block, block_stride,
        };
        if let Some(samples) = Samples::new(&bytes, layout) {
            prop_assert_eq!(Channel::from(samples).minmax(0..count, 7).len(), count.min(7));
        }
    }

    #[test]
    fn edges_in_time_split_at_the_right_samples(
        steps in vec(0.0..2.0_f64, 1..200), from in -10.0..200.0_f64, span in 0.0..300.0_f64, bins in 1..50_usize,
    ) {
        let stamps: Vec<f64> = steps.iter().scan(0.0, |time, step| { *time += step; Some(*time) }).collect();
        let timing = Timing::Stamps(stamps.clone().into());
        let edges = timing.edges(from..from + span, bins, stamps.len());
        prop_assert!(edges.is_sorted());
        prop_assert_eq!(edges[0], stamps.iter().filter(|stamp| **stamp < from).count());
        prop_assert_eq!(edges[edges.len() - 1], stamps.iter().filter(|stamp| **stamp < from + span).count());
        let channel = Channel::from(Samples::from(&stamps[..]));
        let covered: usize = channel.minmax_between(&edges).iter().map(|bin| bin.len).sum();
        prop_assert_eq!(covered, edges[edges.len() - 1] - edges[0]);
    }

    #[test]
    fn even_times_find_their_own_sample(rate in 0.001..1e6_f64, start in -1e6..1e6_f64, index in 0..1000_usize) {
        let timing = Timing::Even { start, rate };
        let found = timing.index_at(timing.at(index), 1000);
        prop_assert_eq!(timing.at(found), timing.at(index));
    }
}

const ALL: [Element; 12] = [
    Element::U8,
    Element::I8,
    Element::U16,
    Element::I16,
    Element::I24,
    Element::U32,
    Element::I32,
    Element::U64,
    Element::I64,
    Element::F16,
    Element::F32,
    Element::F64,
];

/// A second decoder: through the sign and place of every byte instead of the standard library's conversions.
fn decode(bytes: &[u8], element: Element, endian: Endian) -> f64 {
    let mut bits = 0_u64;
    for index in 0..bytes.len() {
        let byte = if endian == Endian::Little { bytes[bytes.len() - 1 - index] } else { bytes[index] };
        bits = bits << 8 | u64::from(byte);
    }
    let unused = 64 - 8 * bytes.len();
    let signed = ((bits << unused) as i64 >> unused) as f64;
    match element {
        Element::F64 => f64::from_bits(bits),
        Element::F32 => f64::from(f32::from_bits(bits as u32)),
        Element::F16 => {
            let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
            let (exponent, fraction) = ((bits >> 10 & 31) as i32, (bits & 1023) as f64);
            match (exponent, fraction) {
                (31, 0.0) => sign * f64::INFINITY,
                (31, _) => f64::NAN,
                (0, _) => sign * fraction * 2_f64.powi(-24),
                _ => sign * (1.0 + fraction / 1024.0) * 2_f64.powi(exponent - 15),
            }
        }
        Element::I8 | Element::I16 | Element::I24 | Element::I32 | Element::I64 => signed,
        _ => bits as f64,
    }
}

#[test]
fn counts_that_overflow_are_refused() {
    for (stride, count, block_stride) in [(usize::MAX, 3, 0), (2, usize::MAX, 0), (2, 9, usize::MAX)] {
        let layout = Layout {
            element: Element::I16,
            endian: Endian::Little,
            first: 1,
            stride,
            count,
            per_block: 4,
            block_stride,
        };
        assert!(Samples::new(&[0; 64], layout).is_none());
    }
}

#[test]
fn an_absurd_number_of_bins_is_harmless() {
    let channel = Channel::from(Samples::from(&[1_i16, 2, 3][..]));
    assert_eq!(channel.minmax(0..usize::MAX, usize::MAX).len(), 3);
    assert!(Timing::Index.edges(0.0..3.0, usize::MAX, 3).len() <= 13);
    assert_eq!(Timing::Index.edges(f64::NAN..f64::NAN, 2, 3).len(), 3);
}
