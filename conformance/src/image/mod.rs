//! Comparison of pictures: pure Rust, no file and no platform, so that it runs wherever a picture is.
//!
//! A [`Rule`] says what may differ. Beside its verdict, a [`Comparison`] has the figures that a person wants to see: how many
//! pixels differ and by how much, the worst 4×4 area, the distance of the histograms, and a perceptual score.

mod histogram;
mod similarity;

pub use histogram::{BUCKETS, histogram_distance};
pub use similarity::similarity;

use std::fmt;

/// A picture of RGBA bytes, the upper row first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Four bytes a pixel.
    pub rgba: Vec<u8>,
}

impl Picture {
    /// A picture of these bytes; none if their number does not fit its size.
    pub fn new(width: u32, height: u32, rgba: Vec<u8>) -> Option<Picture> {
        // Two sides of 32 bits and a factor of 4 need 66.
        let bytes = u128::from(width) * u128::from(height) * 4;
        (rgba.len() as u128 == bytes).then_some(Picture { width, height, rgba })
    }

    /// The pixel at a place counted from the upper left corner.
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        if x >= self.width {
            return None;
        }
        let at = (y as usize * self.width as usize + x as usize) * 4;
        self.rgba.get(at..)?.first_chunk().copied()
    }

    /// Whether all pixels are the same.
    pub fn is_plain(&self) -> bool {
        let mut pixels = self.rgba.chunks_exact(4);
        let first = pixels.next();
        pixels.all(|pixel| Some(pixel) == first)
    }
}

/// What may differ between a picture and its golden.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// At most so many pixels differ by more than `channel` in some channel; none differs by more than `most`.
    Difference {
        /// The difference of a channel that counts as none.
        channel: u8,
        /// The most pixels that may differ by more.
        pixels: u32,
        /// The most of those that may lie in any area of 4×4 pixels: a line that is missing is worse than noise.
        block: u32,
    },
    /// The histograms of all channels are near each other: for what a driver may place as it likes.
    Histogram {
        /// The greatest distance, from 0 (the same) to 1 (nothing in common).
        distance: f64,
    },
}

impl Default for Rule {
    /// Nothing may differ.
    fn default() -> Self {
        Rule::Difference { channel: 0, pixels: 0, block: 0 }
    }
}

/// Pixels of the side of the areas in which differing pixels are counted.
const AREA: usize = 4;

impl Rule {
    /// Reads `exact`, `channel 2`, `channel 2, pixels 16`, `channel 2, pixels 16, block 4` or `histogram 0.01`.
    ///
    /// # Errors
    /// One sentence that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Rule, String> {
        let wrong = || format!("{text:?} is no rule of comparison");
        if text.trim() == "exact" {
            return Ok(Rule::default());
        }
        if let Some(distance) = text.trim().strip_prefix("histogram ") {
            let distance: f64 = distance.trim().parse().map_err(|_| wrong())?;
            return if (0.0..=1.0).contains(&distance) {
                Ok(Rule::Histogram { distance })
            } else {
                Err(wrong())
            };
        }
        let (mut channel, mut pixels, mut block) = (0, 0, None);
        for part in text.split(',') {
            match part.split_whitespace().collect::<Vec<_>>()[..] {
                ["channel", value] => channel = value.parse().map_err(|_| wrong())?,
                ["pixels", value] => pixels = value.parse().map_err(|_| wrong())?,
                ["block", value] => block = Some(value.parse().map_err(|_| wrong())?),
                _ => return Err(wrong()),
            }
        }
        Ok(Rule::Difference { channel, pixels, block: block.unwrap_or((AREA * AREA) as u32) })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Difference { channel: 0, pixels: 0, .. } => f.write_str("exact"),
            Rule::Difference { channel, pixels: 0, .. } => write!(f, "channel {channel}"),
            Rule::Difference { channel, pixels, block } => {
                write!(f, "channel {channel}, pixels {pixels}, block {block}")
            }
            Rule::Histogram { distance } => write!(f, "histogram {distance}"),
        }
    }
}

/// How two pictures differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Whether the rule allows it.
    pub passes: bool,
    /// Pixels that differ by more than the rule's channel difference.
    pub pixels: u32,
    /// The greatest difference of a channel.
    pub greatest: u8,
    /// The most differing pixels in an area of 4×4.
    pub block: u32,
    /// The distance of the histograms, 0 to 1.
    pub histogram: f64,
    /// Structural similarity: 1 for equal pictures, about 0 for unrelated ones.
    pub similarity: f64,
    /// One sentence.
    pub sentence: String,
}

/// Compares a picture with its golden.
pub fn compare(expected: &Picture, found: &Picture, rule: Rule) -> Comparison {
    if (expected.width, expected.height) != (found.width, found.height) {
        let sentence = format!(
            "the picture has {}x{} pixels instead of {}x{}",
            found.width, found.height, expected.width, expected.height
        );
        let pixels = expected.width.saturating_mul(expected.height);
        let block = (AREA * AREA) as u32;
        return Comparison {
            passes: false,
            pixels,
            greatest: 255,
            block,
            histogram: 1.0,
            similarity: 0.0,
            sentence,
        };
    }
    if expected.rgba == found.rgba {
        let sentence = "the pictures are equal".to_owned();
        return Comparison {
            passes: true,
            pixels: 0,
            greatest: 0,
            block: 0,
            histogram: 0.0,
            similarity: 1.0,
            sentence,
        };
    }
    let allowed = match rule {
        Rule::Difference { channel, .. } => channel,
        Rule::Histogram { .. } => 0,
    };
    let mut greatest = 0;
    let differs: Vec<bool> = expected
        .rgba
        .chunks_exact(4)
        .zip(found.rgba.chunks_exact(4))
        .map(|(a, b)| {
            let difference = a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
            greatest = greatest.max(difference);
            difference > allowed
        })
        .collect();
    let pixels = differs.iter().filter(|differs| **differs).count() as u32;
    let block = densest(&differs, expected.width as usize);
    let histogram = histogram_distance(expected, found);
    let passes = match rule {
        Rule::Difference { pixels: most, block: densest, .. } => {
            pixels <= most && (pixels == 0 || block <= densest)
        }
        Rule::Histogram { distance } => histogram <= distance,
    };
    let sentence = format!(
        "{pixels} pixels differ by more than {allowed}, the greatest difference is {greatest}, up to {block} of them lie in \
         an area of 4x4; histograms are {histogram:.4} apart"
    );
    let similarity = similarity(expected, found);
    Comparison { passes, pixels, greatest, block, histogram, similarity, sentence }
}

/// The most marked pixels in any area of 4×4.
fn densest(marked: &[bool], width: usize) -> u32 {
    let height = marked.len() / width.max(1);
    // Sums over four pixels of each row, then over four rows of those.
    let at = |x: usize, y: usize| u32::from(marked.get(y * width + x).copied().unwrap_or(false));
    let mut most = 0;
    let mut columns = vec![0u32; width];
    for y in 0..height {
        for (x, column) in columns.iter_mut().enumerate() {
            *column += at(x, y);
            if y >= AREA {
                *column -= at(x, y - AREA);
            }
        }
        let mut sum = 0;
        for x in 0..width {
            sum += columns[x];
            if x >= AREA {
                sum -= columns[x - AREA];
            }
            most = most.max(sum);
        }
    }
    most
}

/// Where two pictures differ: the difference of each pixel, made visible. Equal pixels are dark.
pub fn difference(expected: &Picture, found: &Picture) -> Picture {
    let (width, height) = (expected.width.max(found.width), expected.height.max(found.height));
    let mut rgba = Vec::with_capacity(width as usize * height as usize * 4);
    for y in 0..height {
        for x in 0..width {
            match (expected.pixel(x, y), found.pixel(x, y)) {
                (Some(a), Some(b)) if a == b => {
                    let gray = (a.iter().take(3).map(|&channel| u32::from(channel)).sum::<u32>() / 12) as u8;
                    rgba.extend([gray, gray, gray, 255]);
                }
                (Some(a), Some(b)) => {
                    // Small differences would not be seen.
                    let shown =
                        |index: usize| 96u8.saturating_add(a[index].abs_diff(b[index]).saturating_mul(4));
                    let alpha = a[3].abs_diff(b[3]).saturating_mul(4);
                    rgba.extend([shown(0).max(alpha), shown(1) / 2, shown(2).max(alpha), 255]);
                }
                _ => rgba.extend([255, 0, 255, 255]),
            }
        }
    }
    Picture { width, height, rgba }
}

#[cfg(test)]
mod tests {
    use super::{Picture, Rule, compare, densest, difference};

    fn plain(width: u32, height: u32, color: [u8; 4]) -> Picture {
        let rgba = color.repeat(width as usize * height as usize);
        Picture::new(width, height, rgba).unwrap()
    }

    fn with(mut picture: Picture, places: &[(u32, u32)], color: [u8; 4]) -> Picture {
        for (x, y) in places {
            let at = ((y * picture.width + x) * 4) as usize;
            picture.rgba[at..at + 4].copy_from_slice(&color);
        }
        picture
    }

    #[test]
    fn rules_are_read_as_they_are_shown() {
        for text in ["exact", "channel 2", "channel 2, pixels 16, block 4", "histogram 0.01"] {
            assert_eq!(Rule::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Rule::parse("channel 1, pixels 3").unwrap().to_string(), "channel 1, pixels 3, block 16");
        assert!(Rule::parse("close").is_err());
        assert!(Rule::parse("histogram 2").is_err());
    }

    #[test]
    fn exact_means_exact() {
        let a = plain(8, 8, [9, 9, 9, 255]);
        let b = with(a.clone(), &[(3, 3)], [9, 9, 10, 255]);
        assert!(compare(&a, &a, Rule::default()).passes);
        let found = compare(&a, &b, Rule::default());
        assert_eq!((found.passes, found.pixels, found.greatest), (false, 1, 1));
        assert!(compare(&a, &b, Rule::parse("channel 1").unwrap()).passes);
        assert!(!compare(&a, &plain(8, 4, [9, 9, 9, 255]), Rule::parse("channel 255").unwrap()).passes);
    }

    #[test]
    fn differences_must_not_lie_together() {
        let a = plain(16, 16, [0, 0, 0, 255]);
        let apart = with(a.clone(), &[(0, 0), (8, 8), (15, 0)], [255; 4]);
        let together = with(a.clone(), &[(5, 5), (6, 5), (7, 5)], [255; 4]);
        let rule = Rule::parse("channel 0, pixels 3, block 2").unwrap();
        assert!(compare(&a, &apart, rule).passes);
        let found = compare(&a, &together, rule);
        assert_eq!((found.passes, found.block), (false, 3));
    }

    #[test]
    fn the_densest_area_is_found_at_any_place() {
        let mut marked = vec![false; 100];
        for at in [77, 78, 87, 88, 99] {
            marked[at] = true;
        }
        assert_eq!(densest(&marked, 10), 5);
        assert_eq!(densest(&[true; 9], 3), 9);
        assert_eq!(densest(&[], 0), 0);
    }

    #[test]
    fn a_moved_picture_has_the_same_histogram() {
        let a = with(plain(8, 8, [0, 0, 0, 255]), &[(1, 1), (2, 1)], [255; 4]);
        let b = with(plain(8, 8, [0, 0, 0, 255]), &[(5, 6), (6, 6)], [255; 4]);
        assert!(compare(&a, &b, Rule::parse("histogram 0").unwrap()).passes);
        assert!(!compare(&a, &plain(8, 8, [90, 0, 0, 255]), Rule::parse("histogram 0.1").unwrap()).passes);
    }

    #[test]
    fn a_difference_shows_where_it_is() {
        let a = plain(4, 4, [0, 0, 0, 255]);
        let shown = difference(&a, &with(a.clone(), &[(2, 1)], [1, 0, 0, 255]));
        assert_eq!(shown.pixel(0, 0), Some([0, 0, 0, 255]));
        assert!(shown.pixel(2, 1).unwrap()[0] > 90);
        assert_eq!(shown.pixel(4, 0), None);
    }
}
