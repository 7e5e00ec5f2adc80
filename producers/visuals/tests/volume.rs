//! Volumes: what rays add up to, where they begin and end, surfaces among other things.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Picture, SIZE, VIEWPORT, draw, frame, golden, names, pick, rect, small};
use glam::{DMat4, DVec3};
use glir_gloo::{Context, Feature, Header, Profile};
use glir_transforms::{Map, Transform};
use glir_visuals::{Color, Colormap, Light, Rendering, Spheres, View, Visual, Volume, camera};

/// The electron's cloud that glir-data ships.
fn orbital(context: &Context) -> Volume {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/samples/orbital.npy");
    let bytes = std::fs::read(path).unwrap();
    let array = glir_data::array::read(&bytes, path, &glir_data::Options::default()).unwrap();
    let mut volume =
        Volume::new(context, [array.shape[2], array.shape[1], array.shape[0]], &array.to_f32()).unwrap();
    volume.set_limits(Some([10.0, 200.0]));
    volume
}

/// A stream that WebGL 1 draws, with these features.
fn es2(requires: &[Feature]) -> Context {
    let requires = requires.to_vec();
    Context::with_header(Header { width: SIZE.0, height: SIZE.1, requires, ..Header::default() }).unwrap()
}

fn near(a: [u8; 4], b: [u8; 4], by: u8) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= by)
}

/// The share of pixels that differ by more than 8.
fn different(a: &Picture, b: &Picture) -> f64 {
    let pairs = a.pixels.iter().zip(&b.pixels);
    pairs.filter(|(a, b)| !near(**a, **b, 8)).count() as f64 / a.pixels.len() as f64
}

fn renderings() -> [(&'static str, Rendering); 3] {
    [
        ("volume-maximum", Rendering::Maximum),
        ("volume-mist", Rendering::Mist { density: 0.25 }),
        ("volume-surface", Rendering::Surface { level: 60.0, color: Color::rgb(0.95, 0.6, 0.2) }),
    ]
}

#[test]
fn an_orbital_in_three_ways_with_3d_textures_and_without() {
    for (name, rendering) in renderings() {
        let context = small();
        let mut volume = orbital(&context);
        volume.set_rendering(rendering).unwrap();
        let view = camera::orbit(volume.bounds(), 30.0, 25.0, VIEWPORT);
        let first = frame(&context, &view, &mut [&mut volume]);
        let again = frame(&context, &view, &mut [&mut volume]);
        assert!(
            names(&again).iter().all(|name| ["CLEAR", "STATE", "DRAW", "SWAP"].contains(name)),
            "{:?}",
            names(&again)
        );
        assert_eq!((context.header().profile, volume.exact_depth()), (Profile::Es3, true));
        let picture = golden(name, &context, &[first, again]);

        let mut others = Vec::new();
        for features in [&[Feature::FragDepth][..], &[]] {
            let context = es2(features);
            let mut volume = orbital(&context);
            volume.set_rendering(rendering).unwrap();
            assert_eq!(volume.exact_depth(), !features.is_empty());
            let frames = [frame(&context, &view, &mut [&mut volume])];
            others.extend(draw(&context.header(), &frames));
        }
        for other in &others {
            let share = different(picture.as_ref().unwrap(), other);
            assert!(share < 0.02, "{name}: {share} of the pixels differ");
        }
    }
}

/// A box of 20 × 10 × 10 voxels, all 1 but for a corner.
fn block(context: &Context, rendering: Rendering) -> Volume {
    let mut values = vec![1.0; 2000];
    values[0] = 0.0;
    let mut volume = Volume::new(context, [20, 10, 10], &values).unwrap();
    let red = Color::rgb(1.0, 0.0, 0.0);
    volume.set_colormap(&Colormap::between(&[red, red]).unwrap()).unwrap();
    volume.set_rendering(rendering).unwrap();
    volume
}

/// A projection without perspective, of what lies from −`near` to −`far` along z.
fn parallel(half: [f64; 2], near: f64, far: f64) -> DMat4 {
    DMat4::from_translation(DVec3::new(0.0, 0.0, -(far + near) / (far - near)))
        * DMat4::from_scale(DVec3::new(1.0 / half[0], 1.0 / half[1], -2.0 / (far - near)))
}

#[test]
fn mist_thickens_with_the_way_through_it() {
    let density = 0.1;
    // What is left of the white behind after so many voxels.
    let white = |voxels: f64| ((1.0_f64 - f64::from(density)).powf(voxels) * 255.0).round() as u8;
    let middle = DVec3::new(10.0, 5.0, 5.0);
    let about = |z: f64, projection| View {
        origin: middle,
        view: DMat4::from_translation(DVec3::new(0.0, 0.0, -z)),
        projection,
        viewport: VIEWPORT,
        signals: None,
    };
    let (tan, near_plane, far) = (0.2, 0.01, 100.0);
    let perspective = DMat4::from_cols_array_2d(&[
        [1.0 / (1.5 * tan), 0.0, 0.0, 0.0],
        [0.0, 1.0 / tan, 0.0, 0.0],
        [0.0, 0.0, (far + near_plane) / (near_plane - far), -1.0],
        [0.0, 0.0, 2.0 * far * near_plane / (near_plane - far), 0.0],
    ]);
    for (what, view, voxels) in [
        ("through the whole box", about(20.0, parallel([12.0, 8.0], 1.0, 60.0)), 10.0),
        ("from the near plane within it", about(20.0, parallel([12.0, 8.0], 18.0, 60.0)), 7.0),
        ("as a plane is seen, along z", View::rect([0.0, 20.0, 0.0, 10.0], VIEWPORT), 10.0),
        ("in perspective", about(40.0, perspective), 10.0),
        ("from within it", about(1.0, perspective), 6.0),
        ("from its far side", about(-4.0, perspective), 1.0),
    ] {
        let context = small();
        let mut volume = block(&context, Rendering::Mist { density });
        let frames = [frame(&context, &view, &mut [&mut volume])];
        let Some(picture) = draw(&context.header(), &frames) else { return };
        let wanted = [255, white(voxels), white(voxels), 255];
        assert!(near(picture.at(120, 80), wanted, 2), "{what}: {:?}, wanted {wanted:?}", picture.at(120, 80));
    }
    // From outside, on the other side, and beside it there is nothing.
    let context = small();
    let mut volume = block(&context, Rendering::Mist { density });
    let frames = [frame(&context, &about(-6.0, perspective), &mut [&mut volume])];
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert_eq!(picture.inked(), 0);
}

#[test]
fn limits_are_a_uniform_and_values_are_not() {
    let context = small();
    let mut volume = block(&context, Rendering::Maximum);
    let view = rect([-5.0, 25.0, -5.0, 15.0]);
    let mut frames = vec![frame(&context, &view, &mut [&mut volume])];
    volume.set_limits(Some([0.0, 100.0]));
    frames.push(frame(&context, &view, &mut [&mut volume]));
    assert_eq!(
        names(&frames[1])
            .iter()
            .filter(|name| !["STATE", "CLEAR", "DRAW", "SWAP"].contains(name))
            .collect::<Vec<_>>(),
        [&"UNIFORM"]
    );
    // A hundredth of the range is a tenth of the way to all.
    if let Some(picture) = draw(&context.header(), &frames) {
        assert!(near(picture.at(120, 80), [255, 230, 230, 255], 2), "{:?}", picture.at(120, 80));
    }
    volume.set_values(&[5.0; 2000]).unwrap();
    frames.push(frame(&context, &view, &mut [&mut volume]));
    assert!(names(&frames[2]).contains(&"DATA"));
    // All the same: half of the limits.
    volume.set_limits(Some([4.0, 6.0]));
    frames.push(frame(&context, &view, &mut [&mut volume]));
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert_eq!(picture.at(120, 80), [255, 0, 0, 255]);
}

/// 1 in the middle of a box of 32 voxels, falling to 0 at the distance 16.
fn ball() -> Vec<f32> {
    let at = |index: usize| index as f32 - 15.5;
    let distance = |i: usize| (at(i % 32).powi(2) + at(i / 32 % 32).powi(2) + at(i / 1024).powi(2)).sqrt();
    (0..32 * 32 * 32).map(|index| (1.0 - distance(index) / 16.0).max(0.0)).collect()
}

#[test]
fn a_surface_is_where_its_level_is() {
    // A ball of radius 8, and spheres of radius 3 of which one is before it, one within, one behind, one half in.
    let context = small();
    let mut volume = Volume::new(&context, [32; 3], &ball()).unwrap();
    volume.set_rendering(Rendering::Surface { level: 0.5, color: Color::rgb(0.0, 0.0, 1.0) }).unwrap();
    let centers = [[16.0, 16.0, 28.0], [12.0, 16.0, 16.0], [20.0, 16.0, 4.0], [16.0, 24.0, 16.0]];
    let mut spheres =
        Spheres::new(&context, &centers, vec![1.5, 3.0, 3.0, 3.0], Color::rgb(1.0, 0.0, 0.0)).unwrap();
    let view = View {
        origin: DVec3::splat(16.0),
        view: DMat4::from_translation(DVec3::new(0.0, 0.0, -40.0)),
        projection: parallel([18.0, 12.0], 1.0, 80.0),
        viewport: VIEWPORT,
        signals: None,
    };
    let frames = [frame(&context, &view, &mut [&mut volume, &mut spheres])];
    let other_way = [frame(&context, &view, &mut [&mut spheres, &mut volume])];
    let both = [&frames[..], &other_way[..]].concat();
    for frames in [&frames[..], &both[..]] {
        let Some(picture) = draw(&context.header(), frames) else { return };
        let is_red = |x: f64, y: f64| {
            let at = |way: f64| way * 80.0 / 12.0;
            let [red, _, blue, _] = picture.at((120.0 + at(x - 16.0)) as u32, (80.0 - at(y - 16.0)) as u32);
            red > blue
        };
        let seen = [
            (16.0, 16.0, true),
            (12.0, 16.5, false),
            (20.0, 16.5, false),
            (16.0, 26.5, true),
            (16.0, 22.0, false),
        ];
        for (x, y, red) in seen {
            assert_eq!(is_red(x, y), red, "{x} {y}");
        }
    }
    // Alone, it is a disc of radius 8.
    let context = small();
    let mut volume = Volume::new(&context, [32; 3], &ball()).unwrap();
    volume.set_rendering(Rendering::Surface { level: 0.5, color: Color::BLACK }).unwrap();
    volume.set_light(Light { specular: 0.0, ..Light::default() });
    let frames = [frame(&context, &view, &mut [&mut volume])];
    let Some(picture) = draw(&context.header(), &frames) else { return };
    // Its edge is smooth over a pixel more.
    let found: f64 = picture.pixels.iter().map(|pixel| 1.0 - f64::from(pixel[0]) / 255.0).sum();
    let disc = std::f64::consts::PI * (8.0 * 80.0 / 12.0 + 0.5_f64).powi(2);
    assert!((found - disc).abs() < 0.02 * disc, "{found} {disc}");
    let edge = picture.pixels.iter().filter(|pixel| (64..192).contains(&pixel[0])).count();
    assert!(edge > 100, "{edge}");
    // Picked as one.
    let context = small();
    let mut volume = Volume::new(&context, [32; 3], &ball()).unwrap();
    volume.set_rendering(Rendering::Surface { level: 0.5, color: Color::BLACK }).unwrap();
    let (numbers, taken) = pick(&context, &view, &mut volume, 300);
    let Some(picture) = draw(&context.header(), &[numbers]) else { return };
    assert_eq!((taken, picture.number(120, 80), picture.number(5, 5)), (1, 300, 0));
}

#[test]
fn edges_before_the_surface_itself_are_smooth() {
    // A ball of radius 4 before one of radius 10, lit from where one looks: its rim is dark, and what is behind is bright.
    let at = |index: usize| index as f32 + 0.5;
    let inside = |i: usize, z: f32, radius: f32| {
        let square =
            (at(i % 32) - 16.0).powi(2) + (at(i / 32 % 32) - 16.0).powi(2) + (at(i / 1024) - z).powi(2);
        1.0 - square.sqrt() / (2.0 * radius)
    };
    let values: Vec<f32> =
        (0..32 * 32 * 32).map(|i| inside(i, 26.0, 4.0).max(inside(i, 10.0, 10.0)).max(0.0)).collect();
    let context = small();
    let mut volume = Volume::new(&context, [32; 3], &values).unwrap();
    volume.set_rendering(Rendering::Surface { level: 0.5, color: Color::WHITE }).unwrap();
    let light =
        Light { direction: [0.0, 0.0, 1.0], ambient: 0.0, diffuse: 1.0, specular: 0.0, ..Light::default() };
    volume.set_light(light);
    let view = View {
        origin: DVec3::splat(16.0),
        view: DMat4::from_translation(DVec3::new(0.0, 0.0, -40.0)),
        projection: parallel([18.0, 12.0], 1.0, 80.0),
        viewport: VIEWPORT,
        signals: None,
    };
    let frames = [frame(&context, &view, &mut [&mut volume])];
    let Some(picture) = draw(&context.header(), &frames) else { return };
    let (mut half, mut all) = (0, 0);
    for (x, y) in (0..160).flat_map(|y| (0..240).map(move |x| (x, y))) {
        let beyond = (f64::from(x) - 119.5).hypot(f64::from(y) - 79.5) - 4.0 * 80.0 / 12.0;
        if (0.25..0.75).contains(&beyond) {
            all += 1;
            half += usize::from((40..220).contains(&picture.at(x, y)[0]));
        }
        let behind = (1.6..3.0).contains(&beyond) && picture.at(x, y)[0] < 225;
        assert!(!behind, "{:?} at {x}, {y}", picture.at(x, y));
    }
    assert!(10 * half > 6 * all && all > 50, "{half} of {all}");
}

#[test]
fn transforms_move_and_mirror_it() {
    let view = rect([0.0, 3.0, 0.0, 2.0]);
    // A box of 20 × 10 voxels, to a rectangle from 1 to 2 and from 0.5 to 1; and mirrored.
    for (scale, translate) in [([0.05, 0.05, 0.01], [1.0, 0.5, 0.0]), ([-0.05, 0.05, 0.01], [2.0, 0.5, 0.0])]
    {
        let map = Transform::new(Map::ScaleTranslate { scale, translate }).unwrap();
        for transform in [map.clone(), map.dynamic()] {
            let context = small();
            let mut volume = block(&context, Rendering::Maximum);
            volume.set_transform(&transform).unwrap();
            let frames = [frame(&context, &view, &mut [&mut volume])];
            let Some(picture) = draw(&context.header(), &frames) else { return };
            let red = picture.pixels.iter().filter(|pixel| near(**pixel, [255, 0, 0, 255], 2)).count();
            assert!(
                red.abs_diff(80 * 40) <= 80 && picture.inked().abs_diff(80 * 40) <= 200,
                "{red} {}",
                picture.inked()
            );
        }
    }
    // A ball looks the same when it is mirrored, and is lit from the same side.
    let mut pictures = Vec::new();
    for (scale, translate) in [([1.0; 3], [0.0; 3]), ([-1.0, 1.0, 1.0], [32.0, 0.0, 0.0])] {
        let context = small();
        let mut volume = Volume::new(&context, [32; 3], &ball()).unwrap();
        volume.set_rendering(Rendering::Surface { level: 0.5, color: Color::WHITE }).unwrap();
        volume.set_transform(&Transform::scale_translate(scale, translate).unwrap()).unwrap();
        let frames =
            [frame(&context, &camera::orbit(volume.bounds(), 0.0, 30.0, VIEWPORT), &mut [&mut volume])];
        pictures.extend(draw(&context.header(), &frames));
    }
    let [one, other] = &pictures[..] else { return };
    assert!(different(one, other) < 0.002 && one.inked() > 1000, "{}", different(one, other));
    let context = small();
    let mut volume = block(&context, Rendering::Maximum);
    let polar = Transform::power([Some(2.0), None, None]).unwrap();
    assert_eq!(
        volume.set_transform(&polar).unwrap_err().to_string(),
        "a volume takes transforms that keep lines straight and parallel"
    );
}

#[test]
fn voxels_can_be_seen_as_cubes() {
    let context = small();
    let mut volume = Volume::new(&context, [2, 1, 1], &[0.0, 1.0]).unwrap();
    let map = Colormap::between(&[Color::BLACK, Color::rgb(0.0, 1.0, 0.0)]).unwrap();
    volume.set_colormap(&map).unwrap();
    volume.set_limits(Some([-1.0, 1.0]));
    let view = rect([0.0, 2.0, 0.0, 1.0]);
    let mut frames = vec![frame(&context, &view, &mut [&mut volume])];
    volume.set_interpolated(false);
    frames.push(frame(&context, &view, &mut [&mut volume]));
    for (count, wanted) in [(1, 191), (2, 255)] {
        let Some(picture) = draw(&context.header(), &frames[..count]) else { return };
        assert!(picture.at(121, 80)[1].abs_diff(wanted) <= 3, "{:?}", picture.at(121, 80));
    }
}

#[test]
fn nothing_and_nonsense() {
    let context = small();
    let error = |size, values: &[f32]| Volume::new(&context, size, values).unwrap_err().to_string();
    assert_eq!(error([2, 2, 2], &[0.0; 7]), "7 values for 2 × 2 × 2 voxels");
    assert_eq!(error([2, 0, 2], &[]), "a volume of 2 × 0 × 2 voxels has none");
    assert_eq!(
        error([usize::MAX, usize::MAX, 2], &[]),
        format!("0 values for {0} × {0} × 2 voxels", usize::MAX)
    );
    assert!(error([20_000, 1, 1], &[0.0; 20_000]).contains("20000"));
    let small_one = es2(&[]);
    let large =
        Volume::new(&small_one, [4096, 2, 4096], &vec![0.0; 4096 * 2 * 4096]).unwrap_err().to_string();
    assert!(large.starts_with("4096 × 2 × 4096 voxels do not fit into 4096 × 4096 texels"), "{large}");
    // NaN and infinities are nothing; one voxel is a volume.
    let mut odd = Volume::new(&context, [3, 1, 1], &[f32::NAN, f32::INFINITY, 1.0]).unwrap();
    let mut one = Volume::new(&context, [1, 1, 1], &[f32::NAN]).unwrap();
    odd.set_limits(Some([f64::NAN, 1.0]));
    odd.set_samples(f32::NAN);
    one.set_rendering(Rendering::Surface { level: f64::NAN, color: Color::BLACK }).unwrap();
    one.set_rendering(Rendering::Mist { density: f32::NAN }).unwrap();
    let view = rect([0.0, 3.0, 0.0, 1.0]);
    let frames = [frame(&context, &view, &mut [&mut odd, &mut one])];
    draw(&context.header(), &frames);
}

#[test]
fn few_voxels_have_no_contours() {
    // A ball in five voxels a side: however many samples a voxel has, the greatest value is the same.
    let values: Vec<f32> = (0..125_i32)
        .map(|at| [at % 5 - 2, at / 5 % 5 - 2, at / 25 - 2].map(|part| part as f32))
        .map(|[x, y, z]| 3.5 - (x * x + y * y + z * z).sqrt())
        .collect();
    let shown = |samples: f32| {
        let context = small();
        let mut volume = Volume::new(&context, [5, 5, 5], &values).unwrap();
        volume.set_colormap(&Colormap::between(&[Color::BLACK, Color::rgb(1.0, 1.0, 1.0)]).unwrap()).unwrap();
        volume.set_samples(samples);
        let view = camera::orbit(volume.bounds(), 30.0, 25.0, VIEWPORT);
        let frames = [frame(&context, &view, &mut [&mut volume])];
        draw(&context.header(), &frames)
    };
    let (Some(few), Some(many)) = (shown(2.0), shown(10.0)) else { return };
    let differ = few.pixels.iter().zip(&many.pixels).filter(|(a, b)| !near(**a, **b, 4)).count();
    assert!(few.inked() > 2000 && differ < few.inked() / 200, "{differ} of {} pixels", few.inked());
}
