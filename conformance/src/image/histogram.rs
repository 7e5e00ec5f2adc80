//! Histograms: which values a picture has, whatever their places.

use super::Picture;

/// Buckets of a channel. Neighbouring values share one, so that rounding moves little.
pub const BUCKETS: usize = 32;

/// How far apart the histograms of two pictures are: the greatest share, over the channels, of pixels that would have to
/// change their bucket. 0 for the same, 1 for nothing in common.
pub fn histogram_distance(a: &Picture, b: &Picture) -> f64 {
    let (counts_a, counts_b) = (counts(a), counts(b));
    let pixels = (a.rgba.len() / 4).max(b.rgba.len() / 4).max(1) as f64;
    let distance = |channel: usize| {
        let apart: u64 = counts_a[channel].iter().zip(&counts_b[channel]).map(|(a, b)| a.abs_diff(*b)).sum();
        apart as f64 / 2.0 / pixels
    };
    (0..4).map(distance).fold(0.0, f64::max)
}

fn counts(picture: &Picture) -> [[u64; BUCKETS]; 4] {
    let mut counts = [[0; BUCKETS]; 4];
    for pixel in picture.rgba.chunks_exact(4) {
        for (channel, &value) in counts.iter_mut().zip(pixel) {
            channel[usize::from(value) * BUCKETS / 256] += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::histogram_distance;
    use crate::image::Picture;

    #[test]
    fn the_distance_is_a_share_of_pixels() {
        let black = Picture::new(2, 2, vec![0; 16]).unwrap();
        let mut half = black.clone();
        half.rgba[0] = 255;
        half.rgba[4] = 255;
        assert_eq!(histogram_distance(&black, &half), 0.5);
        assert_eq!(histogram_distance(&black, &Picture::new(2, 2, vec![255; 16]).unwrap()), 1.0);
        assert_eq!(histogram_distance(&half, &half), 0.0);
    }
}
