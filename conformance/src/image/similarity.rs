//! A perceptual score: mean structural similarity (SSIM), after Wang, Bovik, Sheikh and Simoncelli 2004, of luma over areas
//! of 8×8 pixels that overlap by half.

use super::Picture;

const SIDE: usize = 8;
const STEP: usize = 4;
/// The paper's constants for values from 0 to 255: (0.01·255)² and (0.03·255)².
const C1: f64 = 6.5025;
const C2: f64 = 58.5225;

/// 1 for equal pictures, about 0 for unrelated ones, less for opposite ones. 0 if their sizes differ.
pub fn similarity(a: &Picture, b: &Picture) -> f64 {
    if (a.width, a.height) != (b.width, b.height) {
        return 0.0;
    }
    let (width, height) = (a.width as usize, a.height as usize);
    let (luma_a, luma_b) = (luma(a), luma(b));
    let mut sum = 0.0;
    let mut areas = 0u32;
    for top in (0..height).step_by(STEP) {
        for left in (0..width).step_by(STEP) {
            let rows = top..(top + SIDE).min(height);
            let pairs = rows.flat_map(|y| {
                let row = y * width + left..y * width + (left + SIDE).min(width);
                luma_a[row.clone()].iter().zip(&luma_b[row])
            });
            sum += area(pairs);
            areas += 1;
        }
    }
    if areas == 0 { 1.0 } else { sum / f64::from(areas) }
}

/// Luma over a black ground, so that transparent pixels of any colour are alike.
fn luma(picture: &Picture) -> Vec<f64> {
    let pixels = picture.rgba.chunks_exact(4);
    pixels
        .map(|pixel| {
            let [r, g, b, a] = [pixel[0], pixel[1], pixel[2], pixel[3]].map(f64::from);
            (0.299 * r + 0.587 * g + 0.114 * b) * a / 255.0
        })
        .collect()
}

fn area<'v>(pairs: impl Iterator<Item = (&'v f64, &'v f64)>) -> f64 {
    let (mut n, mut x, mut y, mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (a, b) in pairs {
        n += 1.0;
        x += a;
        y += b;
        xx += a * a;
        yy += b * b;
        xy += a * b;
    }
    let (mx, my) = (x / n, y / n);
    let (vx, vy, cov) = (xx / n - mx * mx, yy / n - my * my, xy / n - mx * my);
    (2.0 * mx * my + C1) * (2.0 * cov + C2) / ((mx * mx + my * my + C1) * (vx + vy + C2))
}

#[cfg(test)]
mod tests {
    use super::similarity;
    use crate::image::Picture;

    fn pattern(of: impl Fn(u32, u32) -> u8) -> Picture {
        let pixels = (0..256).map(|at| of(at % 16, at / 16));
        Picture::new(16, 16, pixels.flat_map(|value| [value, value, value, 255]).collect()).unwrap()
    }

    #[test]
    fn the_score_falls_with_the_difference() {
        let stripes = pattern(|x, _| if x % 4 < 2 { 0 } else { 255 });
        let noisy = pattern(|x, y| if x % 4 < 2 { ((x * 7 + y * 13) % 40) as u8 } else { 255 });
        let opposite = pattern(|x, _| if x % 4 < 2 { 255 } else { 0 });
        assert_eq!(similarity(&stripes, &stripes), 1.0);
        let near = similarity(&stripes, &noisy);
        assert!((0.9..1.0).contains(&near), "{near}");
        assert!(similarity(&stripes, &opposite) < 0.0);
        assert_eq!(similarity(&stripes, &Picture::new(1, 1, vec![0; 4]).unwrap()), 0.0);
    }
}
