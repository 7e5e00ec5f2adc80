//! Images: interpolations, colour maps, limits, gamma, bad texels, colours, bent transforms, what is sent, bad input.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{VIEWPORT, draw, frame, golden, names, pick, rect, small};
use glir_transforms::Transform;
use glir_visuals::{Color, Colormap, Image, ImageStyle, Interpolation, Pixels, View, Visual};

fn named(name: &str) -> Colormap {
    Colormap::named(name).unwrap()
}

/// A hill and a hollow with a hole, on a few texels.
fn hills() -> Vec<f32> {
    let height = |x: f32, y: f32| (-(x * x + y * y) / 3.0).exp();
    let mut values: Vec<f32> = (0..8 * 6)
        .map(|i| ((i % 8) as f32, (i / 8) as f32))
        .map(|(x, y)| height(x - 1.5, y - 1.5) - height(x - 5.0, y - 3.5))
        .collect();
    values[8 + 4] = f32::NAN;
    values
}

#[test]
fn interpolations() {
    let context = small();
    let all = [Interpolation::Nearest, Interpolation::Linear, Interpolation::Cubic, Interpolation::Lanczos];
    let mut images: Vec<Image> = all
        .into_iter()
        .enumerate()
        .map(|(index, interpolation)| {
            let (x, y) = (121.0 * (index % 2) as f64, 81.0 * (1 - index / 2) as f64);
            let style = ImageStyle {
                rect: Some([x, x + 119.0, y, y + 79.0]),
                interpolation,
                colormap: named("RdBu"),
                limits: Some([-1.0, 1.0]),
                bad: Color::rgb(0.0, 0.6, 0.0),
                ..ImageStyle::default()
            };
            Image::new(&context, (8, 6), Pixels::F32(&hills()), style).unwrap()
        })
        .collect();
    let mut visuals: Vec<&mut dyn Visual> = images.iter_mut().map(|image| image as &mut dyn Visual).collect();
    let frame = frame(&context, &View::pixels(VIEWPORT), &mut visuals);
    assert!(context.header().requires.is_empty());
    golden("image-interpolations", &context, &[frame]);
}

#[test]
fn numbers_of_each_kind_have_the_same_colors() {
    // A ramp of 256 numbers, as bytes, 16-bit numbers, floats, and as the colours themselves.
    let map = named("viridis");
    let bytes: Vec<u8> = (0..=255).collect();
    let words: Vec<u16> = bytes.iter().map(|value| u16::from(*value) * 200 + 1000).collect();
    let floats: Vec<f32> = bytes.iter().map(|value| f32::from(*value) * 1e-6 + 3.0).collect();
    let colors: Vec<[u8; 4]> = map.texels().iter().map(|color| color.bytes()).collect();
    let rgb: Vec<[u8; 3]> = colors.iter().map(|color| [color[0], color[1], color[2]]).collect();
    let kinds = [
        Pixels::U8(&bytes),
        Pixels::U16(&words),
        Pixels::F32(&floats),
        Pixels::Rgba(&colors),
        Pixels::Rgb(&rgb),
    ];
    for pixels in kinds {
        let context = small();
        let style = ImageStyle { colormap: map.clone(), ..ImageStyle::default() };
        let mut image = Image::new(&context, (256, 1), pixels, style).unwrap();
        let frame = frame(&context, &rect([0.0, 240.0, 0.0, 1.0]), &mut [&mut image]);
        let Some(picture) = draw(&context.header(), &[frame]) else { return };
        for x in 0..240 {
            let (found, expected) = (picture.at(x, 80), colors[x as usize]);
            let near = found.iter().zip(&expected).all(|(a, b)| a.abs_diff(*b) <= 2);
            assert!(near, "{pixels:.0?} at {x}: {found:?} instead of {expected:?}");
        }
    }
}

#[test]
fn limits_gamma_and_rows() {
    let context = small();
    let ramp: Vec<u8> = (0..=255).collect();
    let base = ImageStyle { limits: Some([100.0, 200.0]), ..ImageStyle::default() };
    let mut image = Image::new(&context, (16, 16), Pixels::U8(&ramp), base.clone()).unwrap();
    let view = rect([0.0, 16.0, 0.0, 16.0]);
    let mut frames = vec![frame(&context, &view, &mut [&mut image])];
    // Texel 150 stands in row 9 from the top, column 6.
    let at = |frames: &[glir_gloo::Frame], x: u32, y: u32| {
        draw(&context.header(), frames).map(|picture| picture.at(x * 15 + 7, y * 10 + 5)[0])
    };
    let Some(middle) = at(&frames, 6, 9) else { return };
    assert!(middle.abs_diff(128) <= 1, "{middle}");
    assert_eq!((at(&frames, 3, 6), at(&frames, 9, 12)), (Some(0), Some(255)));
    image.set_style(ImageStyle { gamma: 2.0, ..base.clone() }).unwrap();
    frames.push(frame(&context, &view, &mut [&mut image]));
    assert_eq!(names(&frames[1]), ["CLEAR", "UNIFORM", "DRAW", "SWAP"]);
    assert!(at(&frames, 6, 9).unwrap().abs_diff(64) <= 1);
    // Limits the other way round, rows the other way up.
    image.set_style(ImageStyle { limits: Some([200.0, 100.0]), first_row_below: true, ..base }).unwrap();
    frames.push(frame(&context, &view, &mut [&mut image]));
    assert_eq!((at(&frames, 3, 15 - 6), at(&frames, 9, 15 - 12)), (Some(255), Some(0)));
}

#[test]
fn many_texels_in_a_pixel_are_averaged() {
    // A chessboard of single texels, five to a pixel's side.
    let context = small();
    let board: Vec<u8> =
        (0..1200 * 800).map(|i| if (i % 1200 + i / 1200) % 2 == 0 { 0 } else { 255 }).collect();
    let mut image = Image::new(&context, (1200, 800), Pixels::U8(&board), ImageStyle::default()).unwrap();
    let frame = frame(&context, &rect([0.0, 1200.0, 0.0, 800.0]), &mut [&mut image]);
    let Some(picture) = draw(&context.header(), &[frame]) else { return };
    let far = picture.pixels.iter().filter(|pixel| pixel[0].abs_diff(128) > 8).count();
    assert_eq!(far, 0);
}

/// Shares of the limits 0 to `most` that a row of pixels from the top shows, from grey levels.
fn shares(picture: &common::Picture, y: u32, most: f64) -> Vec<f64> {
    (0..picture.width).map(|x| f64::from(picture.at(x, y)[0]) / 255.0 * most).collect()
}

/// How a row of values of this many columns is drawn.
fn drawn(
    columns: u32,
    rows: u32,
    values: &[f32],
    style: &ImageStyle,
    seen: [f64; 4],
) -> Option<common::Picture> {
    let context = small();
    let mut image = Image::new(&context, (columns, rows), Pixels::F32(values), style.clone()).unwrap();
    let frame = frame(&context, &rect(seen), &mut [&mut image]);
    assert!(context.header().requires.is_empty());
    draw(&context.header(), &[frame])
}

#[test]
fn one_bright_column_among_thousands_is_seen_wherever_it_stands() {
    let columns = 10_000_u32;
    // 41.7 columns a pixel: one of them is 0.024 of a pixel, or of two.
    let style = ImageStyle { limits: Some([0.0, 0.03]), ..ImageStyle::default() };
    for bright in [0, 17, 4_003, 5_000, 5_020, 9_990] {
        let mut values = vec![0.0; columns as usize * 2];
        (values[bright], values[columns as usize + bright]) = (1.0, 1.0);
        let Some(picture) = drawn(columns, 2, &values, &style, [0.0, f64::from(columns), 0.0, 2.0]) else {
            return;
        };
        for y in [10, 150] {
            let shares = shares(&picture, y, 0.03);
            let sum: f64 = shares.iter().sum();
            assert!((sum - 0.024).abs() < 0.002, "{bright}, row {y}: {sum}");
            let here = (bright as f64 * 240.0 / f64::from(columns)) as usize;
            let near: f64 = shares.iter().skip(here.saturating_sub(1)).take(3).sum();
            assert!((sum - near).abs() < 1e-9, "{bright}: {shares:?}");
        }
    }
}

#[test]
fn each_pixel_shows_the_mean_of_what_is_under_it_at_any_zoom() {
    // Noise of which any block of columns has another mean.
    let columns = 60_000_usize;
    let value = |column: usize| (column * 7919 % 1009) as f32 / 1008.0 * (column as f32 / columns as f32);
    let values: Vec<f32> = (0..columns).map(value).collect();
    let style = ImageStyle { limits: Some([0.0, 1.0]), ..ImageStyle::default() };
    for (from, to) in
        [(0.0, 60_000.0), (0.0, 52_000.0), (30_000.0, 31_000.0), (40_000.3, 40_500.7), (-9_000.0, 290_000.0)]
    {
        let Some(picture) = drawn(columns as u32, 1, &values, &style, [from, to, 0.0, 1.0]) else { return };
        let step = (to - from) / 240.0;
        for (x, share) in shares(&picture, 80, 1.0).into_iter().enumerate() {
            let (low, high) = (from + step * x as f64, from + step * (x as f64 + 1.0));
            // Those that begin and end in it.
            if low < 0.0 || high > columns as f64 {
                continue;
            }
            let part = |column: usize| (high.min(column as f64 + 1.0) - low.max(column as f64)).max(0.0);
            let sum: f64 = (low as usize..(high.ceil() as usize).min(columns))
                .map(|column| part(column) * f64::from(value(column)))
                .sum();
            // Levels know what lies at a pixel's edge by eighths of it.
            assert!(
                (share - sum / step).abs() < 0.05,
                "{from} to {to}, pixel {x}: {share}, not {}",
                sum / step
            );
        }
    }
}

#[test]
fn an_axis_of_few_texels_is_smooth_where_the_other_has_many() {
    // Two rows, black and white, of 12,000 columns: linear between the rows' middles, means along them.
    let columns = 12_000_usize;
    let values: Vec<f32> =
        (0..2 * columns).map(|at| if at < columns { 1.0 } else { (at % 2) as f32 * 0.5 }).collect();
    let style = ImageStyle {
        limits: Some([0.0, 1.0]),
        interpolation: Interpolation::Linear,
        first_row_below: true,
        ..ImageStyle::default()
    };
    let Some(picture) = drawn(columns as u32, 2, &values, &style, [0.0, columns as f64, 0.0, 2.0]) else {
        return;
    };
    for y in 0..160 {
        let up = (159.5 - f64::from(y)) / 80.0;
        let expected = 1.0 - 0.75 * (up - 0.5).clamp(0.0, 1.0);
        for x in [3, 100, 230] {
            let found = f64::from(picture.at(x, y)[0]) / 255.0;
            assert!((found - expected).abs() < 0.01, "{x}, {y}: {found}, not {expected}");
        }
    }
}

#[test]
fn what_is_bad_counts_for_nothing_in_means() {
    // Every other texel is missing, and all of the right half but one.
    let (columns, rows) = (2_400_usize, 1_600_usize);
    let mut values: Vec<f32> = (0..columns * rows)
        .map(|at| (at % columns, at / columns))
        .map(|(x, y)| if x >= columns / 2 || (x + y) % 2 == 0 { f32::NAN } else { 0.75 })
        .collect();
    // In the middle of the right half.
    values[rows / 2 * columns + columns * 3 / 4 + 5] = 0.25;
    let bad = Color::rgb(1.0, 0.0, 0.0);
    let style = ImageStyle { limits: Some([0.0, 1.0]), bad, ..ImageStyle::default() };
    let seen = [0.0, columns as f64, 0.0, rows as f64];
    let Some(picture) = drawn(columns as u32, rows as u32, &values, &style, seen) else { return };
    for (x, y) in (0..240).flat_map(|x| (0..160).map(move |y| (x, y))) {
        let found = picture.at(x, y);
        match (x < 120, (x, y) == (180, 80) || (x, y) == (180, 79)) {
            (true, _) => assert!(found[0].abs_diff(191) <= 1, "{x}, {y}: {found:?}"),
            (false, false) => assert!(
                found == [255, 0, 0, 255] || x.abs_diff(180) < 2 && y.abs_diff(80) < 2,
                "{x}, {y}: {found:?}"
            ),
            _ => {}
        }
    }
    let dots = (178..183)
        .flat_map(|x| (77..83).map(move |y| (x, y)))
        .filter(|(x, y)| picture.at(*x, *y)[0].abs_diff(64) <= 1);
    assert!(dots.count() >= 1, "the one value among missing ones is seen");
}

#[test]
fn what_is_wider_than_textures_is_drawn() {
    let columns = 300_000_usize;
    let values: Vec<f32> = (0..3 * columns).map(|at| (at % columns) as f32).collect();
    let style = ImageStyle::default();
    for upright in [false, true] {
        let context = small();
        // The same, rows and columns exchanged.
        let turned: Vec<f32> = (0..3 * columns).map(|at| values[at / 3]).collect();
        let (size, texels) =
            if upright { ((3, columns as u32), &turned) } else { ((columns as u32, 3), &values) };
        let mut image = Image::new(&context, size, Pixels::F32(texels), style.clone()).unwrap();
        assert_eq!(image.reduction(), [1, 1]);
        let whole = [0.0, f64::from(size.0), 0.0, f64::from(size.1)];
        let near = if upright { [0.0, 3.0, 150_000.0, 150_040.0] } else { [149_940.0, 150_000.0, 0.0, 3.0] };
        let mut frames = vec![frame(&context, &rect(whole), &mut [&mut image])];
        let Some(picture) = draw(&context.header(), &frames) else { return };
        for at in 0..if upright { 160 } else { 240 } {
            let found = if upright { picture.at(120, at)[0] } else { picture.at(at, 80)[0] };
            let share = (f64::from(at) + 0.5) / if upright { 160.0 } else { 240.0 };
            assert!((f64::from(found) / 255.0 - share).abs() < 0.01, "{upright}, {at}: {found}");
        }
        // Forty of them, in steps that the colours tell apart.
        image.set_style(ImageStyle { limits: Some([149_940.0, 150_000.0]), ..style.clone() }).unwrap();
        frames.push(frame(&context, &rect(near), &mut [&mut image]));
        let Some(picture) = draw(&context.header(), &frames) else { return };
        let [a, b] = if upright {
            [picture.at(120, 159)[0], picture.at(120, 0)[0]]
        } else {
            [picture.at(239, 80)[0], picture.at(0, 80)[0]]
        };
        let expected = if upright { [59.0 / 60.0, 0.33] } else { [59.0 / 60.0, 0.0] };
        for (found, expected) in [a, b].into_iter().zip(expected) {
            assert!((f64::from(found) / 255.0 - expected).abs() < 0.02, "{upright}: {found}, not {expected}");
        }
    }
}

#[test]
fn what_no_texture_has_room_for_is_made_smaller_and_told() {
    let context = small();
    let columns = 3_000_000_usize;
    let texels: Vec<u8> = (0..columns).map(|column| if column % 3 == 0 { 255 } else { 0 }).collect();
    let style = ImageStyle { limits: Some([0.0, 255.0]), ..ImageStyle::default() };
    let mut image = Image::new(&context, (columns as u32, 1), Pixels::U8(&texels), style).unwrap();
    assert_eq!((image.reduction(), image.size()), ([3, 1], (3_000_000, 1)));
    let frames = [frame(&context, &rect([0.0, 300.0, 0.0, 1.0]), &mut [&mut image])];
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert!((0..240).all(|x| picture.at(x, 80)[0] == 85), "each is the mean of three");
}

#[test]
fn transparent_colors_lie_over_what_is_there() {
    let context = small();
    let texels = [[255, 0, 0, 255], [0, 255, 0, 0], [0, 0, 255, 128], [9, 9, 9, 255]];
    let style = ImageStyle { interpolation: Interpolation::Linear, ..ImageStyle::default() };
    let mut image = Image::new(&context, (2, 2), Pixels::Rgba(&texels), style).unwrap();
    let frame = frame(&context, &rect([0.0, 2.0, 0.0, 2.0]), &mut [&mut image]);
    golden("image-colors", &context, &[frame]);
}

#[test]
fn a_bent_image_is_a_grid() {
    let context = small();
    let map = named("turbo");
    let values: Vec<f32> =
        (0..32 * 16).map(|i| if (i % 32 + i / 32) % 2 == 0 { (i % 32) as f32 } else { 16.0 }).collect();
    let style = ImageStyle { rect: Some([0.2, 2.9, 0.5, 2.0]), colormap: map, ..ImageStyle::default() };
    let mut image = Image::new(&context, (32, 16), Pixels::F32(&values), style).unwrap();
    image.set_transform(&Transform::polar()).unwrap();
    let frame = frame(&context, &rect([-2.1, 2.1, -0.3, 2.5]), &mut [&mut image]);
    golden("image-polar", &context, &[frame]);
}

/// One black texel over a rectangle.
fn black(context: &glir_gloo::Context, rect: [f64; 4]) -> Image {
    let style = ImageStyle { rect: Some(rect), ..ImageStyle::default() };
    Image::new(context, (1, 1), Pixels::Rgb(&[[0; 3]]), style).unwrap()
}

#[test]
fn slanted_borders_are_smooth() {
    // Half a ring of the radii 30 and 60 about 120, 20; and a square that stands on its corner.
    let fan = |context: &glir_gloo::Context| {
        let mut image = black(context, [0.0, std::f64::consts::PI, 30.0, 60.0]);
        let place = Transform::scale_translate([1.0; 3], [120.0, 20.0, 0.0]).unwrap();
        image.set_transform(&Transform::polar().then(&place)).unwrap();
        image
    };
    let ring = |x: f64, y: f64| {
        let radius = (x - 120.0).hypot(y - 20.0);
        (60.0 - radius).min(radius - 30.0).min(y - 20.0)
    };
    let turned = |context: &glir_gloo::Context| {
        let mut image = black(context, [-40.0, 40.0, -40.0, 40.0]);
        let turn = glam::DMat4::from_translation(glam::DVec3::new(120.0, 80.0, 0.0))
            * glam::DMat4::from_rotation_z(std::f64::consts::FRAC_PI_4);
        image.set_transform(&Transform::new(glir_transforms::Map::Matrix(turn)).unwrap()).unwrap();
        image
    };
    let diamond = |x: f64, y: f64| 40.0 - ((x - 120.0).abs() + (y - 80.0).abs()) * 0.5_f64.sqrt();
    type Make<'m> = &'m dyn Fn(&glir_gloo::Context) -> Image;
    type Inside<'m> = &'m dyn Fn(f64, f64) -> f64;
    for (make, inside) in [(&fan as Make<'_>, &ring as Inside<'_>), (&turned, &diamond)] {
        let context = small();
        let mut image = make(&context);
        let frame = frame(&context, &View::pixels(VIEWPORT), &mut [&mut image]);
        let Some(picture) = draw(&context.header(), &[frame]) else { return };
        for (x, y) in (0..160).flat_map(|y| (0..240).map(move |x| (x, y))) {
            let off = inside(f64::from(x) + 0.5, 159.5 - f64::from(y));
            let found = f64::from(picture.at(x, y)[0]);
            let expected = 255.0 * (1.0 - (off + 0.5).clamp(0.0, 1.0));
            // Not to be held to where two borders meet.
            let corner = (f64::from(y) - 139.5).abs() < 2.0 || (x.abs_diff(120) < 2 || y.abs_diff(80) < 2);
            assert!(corner || (found - expected).abs() < 30.0, "{found} at {x}, {y}, not {expected}");
        }
    }
}

#[test]
fn images_side_by_side_have_no_seam() {
    // Two that meet in the middle of a pixel; and one whose borders meet behind the pole.
    let context = small();
    let (mut left, mut right) =
        (black(&context, [10.0, 50.5, 10.0, 150.0]), black(&context, [50.5, 90.0, 10.0, 150.0]));
    let mut round = black(&context, [-std::f64::consts::PI, std::f64::consts::PI, 0.0, 60.0]);
    let place = Transform::scale_translate([1.0; 3], [165.0, 80.0, 0.0]).unwrap();
    round.set_transform(&Transform::polar().then(&place)).unwrap();
    let frame = frame(&context, &View::pixels(VIEWPORT), &mut [&mut left, &mut right, &mut round]);
    let Some(picture) = draw(&context.header(), &[frame]) else { return };
    for x in (12..88).chain(107..223) {
        assert_eq!(picture.at(x, 80), [0, 0, 0, 255], "{x}");
    }
}

#[test]
fn other_texels_are_data_alone() {
    let context = small();
    let mut image = Image::new(&context, (4, 4), Pixels::U8(&[7; 16]), ImageStyle::default()).unwrap();
    let view = rect([0.0, 4.0, 0.0, 4.0]);
    let mut frames = vec![frame(&context, &view, &mut [&mut image])];
    image.set_style(ImageStyle { limits: Some([0.0, 255.0]), ..ImageStyle::default() }).unwrap();
    frames.push(frame(&context, &view, &mut [&mut image]));
    image.set_pixels((4, 4), Pixels::U8(&[255; 16])).unwrap();
    frames.push(frame(&context, &view, &mut [&mut image]));
    assert_eq!(names(&frames[2]), ["CLEAR", "DATA", "DRAW", "SWAP"]);
    frames.push(frame(&context, &rect([1.0, 5.0, 0.0, 4.0]), &mut [&mut image]));
    assert_eq!(names(&frames[3]), ["CLEAR", "UNIFORM", "DRAW", "SWAP"]);
    // Another kind has other shaders.
    image.set_pixels((2, 1), Pixels::Rgb(&[[255, 0, 0], [0, 0, 255]])).unwrap();
    frames.push(frame(&context, &rect([0.0, 2.0, 0.0, 1.0]), &mut [&mut image]));
    let (numbers, taken) = pick(&context, &rect([0.0, 4.0, 0.0, 1.0]), &mut image, 42);
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert_eq!((picture.at(60, 80), picture.at(180, 80)), ([255, 0, 0, 255], [0, 0, 255, 255]));
    frames.push(numbers);
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert_eq!((taken, picture.number(60, 80), picture.number(180, 80)), (1, 42, 0));
}

#[test]
fn bad_input_is_drawn_sensibly_or_told() {
    let context = small();
    let view = rect([0.0, 1.0, 0.0, 1.0]);
    let told =
        |size, pixels: Pixels<'_>, style| Image::new(&context, size, pixels, style).unwrap_err().to_string();
    let style = ImageStyle::default();
    assert_eq!(
        told((2, 2), Pixels::U8(&[0; 3]), style.clone()),
        "an image of 2×2 has 4 texels; 3 were given"
    );
    assert_eq!(
        told((u32::MAX, u32::MAX), Pixels::U8(&[0; 3]), style.clone()),
        "an image of 4294967295×4294967295 has 18446744065119617025 texels; 3 were given"
    );
    let limits = Some([0.0, f64::NAN]);
    assert_eq!(
        told((1, 1), Pixels::U8(&[0]), ImageStyle { limits, ..style.clone() }),
        "limits of an image must be numbers; 0 and NaN were given"
    );
    assert_eq!(
        told((1, 1), Pixels::U8(&[0]), ImageStyle { gamma: 0.0, ..style.clone() }),
        "a gamma of 0 is not above 0"
    );
    let mut frames = Vec::new();
    // Nothing, all bad, all the same, huge and tiny.
    let mut empty = Image::new(&context, (0, 5), Pixels::F32(&[]), style.clone()).unwrap();
    assert!(empty.bounds().is_none());
    frames.push(frame(&context, &view, &mut [&mut empty]));
    assert!(!names(&frames[0]).contains(&"DRAW"));
    for (values, expected) in [
        ([f32::NAN; 2], [255, 255]),
        ([5.0; 2], [128, 128]),
        ([f32::MIN, f32::MAX], [0, 255]),
        ([0.0, f32::MIN_POSITIVE], [0, 255]),
        ([f32::NEG_INFINITY, 1.0], [255, 128]),
    ] {
        let context = small();
        let mut image = Image::new(&context, (2, 1), Pixels::F32(&values), style.clone()).unwrap();
        let frame = frame(&context, &rect([0.0, 2.0, 0.0, 1.0]), &mut [&mut image]);
        let Some(picture) = draw(&context.header(), &[frame]) else { return };
        let found = [60, 180].map(|x| picture.at(x, 80)[0]);
        assert!(found.iter().zip(&expected).all(|(a, b)| a.abs_diff(*b) <= 1), "{values:?}: {found:?}");
    }
}
