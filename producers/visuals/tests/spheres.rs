//! Spheres: against rays cast on the CPU, and crambin.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{SIZE, VIEWPORT, draw, frame, golden, names, pick, rect, small};
use glam::{DMat4, DVec3};
use glir_gloo::{Context, Feature, Header, Profile};
use glir_transforms::Transform;
use glir_visuals::{Bounds, Color, Each, Light, Spheres, View, Visual, camera};

fn crambin(context: &Context) -> Spheres {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/structures/1crn/1crn.pdb");
    let options = glir_data::molecule::Options::default();
    let molecule = glir_data::molecule::read(&std::fs::read(path).unwrap(), path, &options).unwrap();
    let centers: Vec<[f64; 3]> = molecule.atoms.iter().map(|atom| atom.position).collect();
    let radii: Vec<f64> = molecule.atoms.iter().map(|atom| f64::from(atom.element.radius())).collect();
    let colors: Vec<Color> = molecule.atoms.iter().map(|atom| atom.element.color().into()).collect();
    Spheres::new(context, &centers, radii, colors).unwrap()
}

#[test]
fn crambin_in_balls() {
    let context = small();
    let mut spheres = crambin(&context);
    let view = camera::orbit(spheres.bounds(), 20.0, 10.0, VIEWPORT);
    let first = frame(&context, &view, &mut [&mut spheres]);
    let again = frame(&context, &view, &mut [&mut spheres]);
    assert_eq!(names(&again), ["STATE", "CLEAR", "DRAW", "DRAW", "STATE", "DRAW", "SWAP"]);
    let header = context.header();
    assert_eq!((header.profile, header.requires.len()), (Profile::Es2, 2));
    golden("spheres", &context, &[first, again]);
}

/// The sphere that a ray through the middle of a pixel meets first.
fn cast(view: &View, spheres: &[([f64; 3], f64)], x: u32, y: u32) -> Option<usize> {
    let back = (view.projection * view.view).inverse();
    let at = [(f64::from(x) + 0.5) / f64::from(SIZE.0), 1.0 - (f64::from(y) + 0.5) / f64::from(SIZE.1)];
    let point =
        |z: f64| back.project_point3(DVec3::new(2.0 * at[0] - 1.0, 2.0 * at[1] - 1.0, z)) + view.origin;
    let (near, far) = (point(-1.0), point(1.0));
    let ray = (far - near).normalize();
    let mut first: Option<(f64, usize)> = None;
    for (index, (center, radius)) in spheres.iter().enumerate() {
        let way = DVec3::from(*center) - near;
        let along = way.dot(ray);
        let square = radius * radius - (way - ray * along).length_squared();
        if square >= 0.0 {
            let hit = along - square.sqrt();
            if hit > 0.0 && first.is_none_or(|(nearest, _)| hit < nearest) {
                first = Some((hit, index));
            }
        }
    }
    first.map(|(_, index)| index)
}

/// Wherever no silhouette and no seam passes, the number picked is that of the ray.
fn compare(view: &View, spheres: &[([f64; 3], f64)], allowed: usize) {
    let context = small();
    let centers: Vec<[f64; 3]> = spheres.iter().map(|(center, _)| *center).collect();
    let radii: Vec<f64> = spheres.iter().map(|(_, radius)| *radius).collect();
    let mut visual = Spheres::new(&context, &centers, radii, Color::BLACK).unwrap();
    let (numbers, taken) = pick(&context, view, &mut visual, 1);
    assert_eq!(taken as usize, spheres.len());
    let Some(picture) = draw(&context.header(), &[numbers]) else { return };
    let (mut wrong, mut hits) = (0, 0);
    for y in 0..SIZE.1 {
        for x in 0..SIZE.0 {
            let ray = cast(view, spheres, x, y).map_or(0, |index| index as u32 + 1);
            wrong += usize::from(picture.number(x, y) != ray);
            hits += usize::from(ray != 0);
        }
    }
    assert!(wrong <= allowed && hits > 3000, "{wrong} of {hits} pixels");
}

/// Spheres that cut each other, one far from the middle, one that the near plane would cut as a quadrilateral.
const BALLS: [([f64; 3], f64); 5] = [
    ([0.0, 0.0, 0.0], 1.0),
    ([0.9, 0.3, 0.4], 0.8),
    ([-2.6, -1.2, 0.0], 0.9),
    ([-0.5, 0.9, -0.6], 0.7),
    ([2.2, 0.8, 1.6], 0.5),
];

#[test]
fn each_pixel_is_that_of_a_ray_in_perspective() {
    // A wide angle: spheres at the sides are seen as ovals.
    let (tan, near, far) = (50_f64.to_radians().tan(), 0.5, 20.0);
    let projection = DMat4::from_cols_array_2d(&[
        [1.0 / (1.5 * tan), 0.0, 0.0, 0.0],
        [0.0, 1.0 / tan, 0.0, 0.0],
        [0.0, 0.0, (far + near) / (near - far), -1.0],
        [0.0, 0.0, 2.0 * far * near / (near - far), 0.0],
    ]);
    let view = View::camera(DMat4::from_translation(DVec3::new(0.0, 0.0, -2.8)), projection, VIEWPORT);
    compare(&view, &BALLS, 30);
    // The same far from the origin, in the way of a floating one.
    let far = DVec3::new(3e6, -2e6, 1e6);
    let moved = BALLS.map(|(center, radius)| ((DVec3::from(center) + far).into(), radius));
    compare(&View { origin: far, ..view }, &moved, 30);
}

#[test]
fn each_pixel_is_that_of_a_ray_in_parallel() {
    let projection = DMat4::from_scale(DVec3::new(1.0 / 3.75, 1.0 / 2.5, -1.0 / 4.0));
    compare(&View::camera(DMat4::from_rotation_y(0.7), projection, VIEWPORT), &BALLS, 30);
}

#[test]
fn silhouettes_are_smooth_and_faces_lit() {
    let context = small();
    let mut ball = Spheres::new(&context, &[[1.0, 1.0]], 0.75, Color::WHITE).unwrap();
    ball.set_light(Light {
        direction: [0.0, 0.0, 1.0],
        ambient: 0.0,
        diffuse: 1.0,
        specular: 0.0,
        shininess: 1.0,
    })
    .unwrap();
    // 80 pixels a unit: a disc of radius 60 around 120, 80.
    let view = rect([-0.5, 2.5, 0.0, 2.0]);
    let frames = [frame(&context, &view, &mut [&mut ball])];
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert!(picture.at(120, 80)[0] >= 254);
    // At half the radius' sine of 60° the cosine is a half, which sRGB shows as 188.
    let at = (120.0 + 60.0 * 0.75_f64.sqrt()) as u32;
    assert!(picture.at(at, 80)[0].abs_diff(188) <= 4, "{:?}", picture.at(at, 80));
    // Along the rim, pixels between white and the dark edge.
    let smooth = (0..SIZE.0).filter(|&x| {
        let column: Vec<u8> = (0..SIZE.1).map(|y| picture.at(x, y)[0]).collect();
        column.iter().any(|value| (100..=230).contains(value))
    });
    assert!(smooth.count() > 100);
}

/// Spheres of plain colours, seen from the side, on so many pixels.
fn plain(
    turn: f64,
    scale: u32,
    balls: &[([f64; 3], f64)],
    moved: Option<&Transform>,
) -> Option<common::Picture> {
    let context = Context::new(scale * SIZE.0, scale * SIZE.1).unwrap();
    let centers: Vec<[f64; 3]> = balls.iter().map(|(center, _)| *center).collect();
    let radii: Vec<f64> = balls.iter().map(|(_, radius)| *radius).collect();
    let colors = ["red", "lime", "blue", "yellow", "aqua"].map(|name| name.parse().unwrap()).to_vec();
    let mut spheres = Spheres::new(&context, &centers, radii, colors).unwrap();
    let light =
        Light { direction: [0.0, 0.0, 1.0], ambient: 1.0, diffuse: 0.0, specular: 0.0, shininess: 1.0 };
    spheres.set_light(light).unwrap();
    if let Some(moved) = moved {
        spheres.set_transform(moved).unwrap();
    }
    let viewport = VIEWPORT.map(|side| side * f64::from(scale));
    let view = camera::orbit(Bounds::of([[-1.5; 3], [1.5; 3]]), turn, 25.0, viewport);
    let frames = [frame(&context, &view, &mut [&mut spheres])];
    draw(&context.header(), &frames)
}

#[test]
fn seams_are_smooth() {
    let balls = [
        ([0.0, 0.0, 0.0], 1.0),
        ([1.0, 0.3, 0.4], 0.8),
        ([-0.9, 0.5, 0.2], 0.7),
        ([0.2, -0.9, 0.5], 0.9),
        ([0.1, 0.5, 0.9], 0.5),
    ];
    // The same with a transform that scales and moves, on the CPU and on the GPU.
    let scaled = Transform::scale_translate([0.5; 3], [-0.5, 0.0, 0.0]).unwrap();
    let twice = balls.map(|([x, y, z], radius)| ([2.0 * x + 1.0, 2.0 * y, 2.0 * z], 2.0 * radius));
    let dynamic = scaled.clone().dynamic();
    let ways = [(balls, None), (twice, Some(&scaled)), (twice, Some(&dynamic))];
    for (turn, (balls, moved)) in (0..3).flat_map(|turn| ways.map(|way| (120.0 * f64::from(turn), way))) {
        let [Some(picture), Some(fine)] = [1, 8].map(|scale| plain(turn, scale, &balls, moved)) else {
            return;
        };
        let mut wrong = 0;
        for (x, y) in (0..SIZE.1).flat_map(|y| (0..SIZE.0).map(move |x| (x, y))) {
            let mut sums = [0_u32; 3];
            for (dx, dy) in (0..8).flat_map(|dy| (0..8).map(move |dx| (dx, dy))) {
                let pixel = fine.at(8 * x + dx, 8 * y + dy);
                sums.iter_mut().zip(pixel).for_each(|(sum, part)| *sum += u32::from(part));
            }
            let found = picture.at(x, y);
            wrong +=
                usize::from(sums.iter().zip(found).any(|(sum, part)| (sum / 64).abs_diff(part.into()) > 45));
        }
        // Where three spheres meet, and where seams end at silhouettes.
        assert!(wrong <= 10, "{wrong} pixels, seen from {turn}°");
    }
}

#[test]
fn circles_that_others_cover_are_not_sent() {
    let drawn = |centers: &[[f64; 3]], radii: Vec<f64>, color: Color| {
        let context = small();
        let mut spheres = Spheres::new(&context, centers, radii, color).unwrap();
        let view = rect([-2.0, 2.0, -2.0, 2.0]);
        let first = frame(&context, &view, &mut [&mut spheres]);
        let draws = names(&first).iter().filter(|name| **name == "DRAW").count();
        (draws, first.head().len() + first.arena().len())
    };
    // Two that cut each other; apart; one within the other; translucent.
    let pair = drawn(&[[0.0; 3], [1.0, 0.0, 0.0]], vec![0.7; 2], Color::BLACK);
    assert_eq!(pair.0, 3);
    assert_eq!(drawn(&[[0.0; 3], [1.0, 0.0, 0.0]], vec![0.4; 2], Color::BLACK).0, 2);
    assert_eq!(drawn(&[[0.0; 3], [0.1, 0.0, 0.0]], vec![0.7, 0.2], Color::BLACK).0, 2);
    assert_eq!(drawn(&[[0.0; 3], [1.0, 0.0, 0.0]], vec![0.7; 2], Color::BLACK.with_alpha(0.5)).0, 2);
    // A third one around the seam of two leaves its own two.
    let three = drawn(&[[0.0; 3], [1.0, 0.0, 0.0], [0.5, 0.0, 0.0]], vec![0.7, 0.7, 0.6], Color::BLACK);
    assert!(three.1.abs_diff(pair.1 + 32 + 52) < 20, "{three:?} {pair:?}");
    // Very many at one place are no work without end.
    let many =
        drawn(&vec![[0.0; 3]; 5000], (0..5000).map(|i| 1.0 + 1e-6 * f64::from(i)).collect(), Color::BLACK);
    assert_eq!(many.0, 2);
}

#[test]
fn transforms_scale_and_move() {
    let context = small();
    let view = rect([-0.5, 2.5, 0.0, 2.0]);
    let twice = Transform::scale_translate([2.0; 3], [1.0, 1.0, 0.0]).unwrap();
    let mut frames = Vec::new();
    for transform in [twice.clone(), twice.dynamic()] {
        let mut ball = Spheres::new(&context, &[[0.0, 0.0]], 0.375, Color::BLACK).unwrap();
        ball.set_transform(&transform).unwrap();
        frames.push(frame(&context, &view, &mut [&mut ball]));
        let Some(picture) = draw(&context.header(), &frames) else { return };
        let covered = picture.inked() as f64;
        let disc = std::f64::consts::PI * 60.5 * 60.5;
        assert!((covered - disc).abs() < 0.02 * disc, "{covered} {disc}");
    }
}

#[test]
fn without_frag_depth_spheres_stay_round() {
    let header = Header { width: 240, height: 160, requires: vec![Feature::Instancing], ..Header::default() };
    let context = Context::with_header(header).unwrap();
    let mut spheres = crambin(&context);
    assert!(!spheres.exact_depth());
    let view = camera::orbit(spheres.bounds(), 20.0, 10.0, VIEWPORT);
    let frames = [frame(&context, &view, &mut [&mut spheres])];
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert!(picture.inked() > 5000, "{}", picture.inked());
    let bare = Context::with_header(Header { width: 240, height: 160, ..Header::default() }).unwrap();
    let error = Spheres::new(&bare, &[[0.0; 3]], 1.0, Color::BLACK).unwrap_err().to_string();
    assert!(error.contains("instancing"), "{error}");
}

#[test]
fn very_many_spheres_take_no_more_than_they_need() {
    // In a cube of 50 × 50 × 50 even places floats lose nothing; far from the origin they do.
    let view = rect([-1.0, 50.0, -1.0, 50.0]);
    for (far, bytes) in [(0.0, 20), (1e9 + 0.25, 32)] {
        let context = small();
        let centers: Vec<[f64; 3]> = (0..125_000)
            .map(|i| [far + f64::from(i % 50), far + f64::from(i / 50 % 50), far + f64::from(i / 2500)])
            .collect();
        let mut spheres = Spheres::new(&context, &centers, 0.4, Color::BLACK).unwrap();
        let view = View { origin: view.origin + far, ..view.clone() };
        let frames = [frame(&context, &view, &mut [&mut spheres])];
        assert!(frames[0].arena().len().abs_diff(bytes * 125_000) < 1000, "{}", frames[0].arena().len());
        let Some(picture) = draw(&context.header(), &frames) else { return };
        assert!(picture.at(0, 159) == [255; 4] && picture.inked() > 10_000, "{far} {}", picture.inked());
    }
}

#[test]
fn nothing_and_nonsense() {
    let context = small();
    let view = rect([-0.5, 2.5, 0.0, 2.0]);
    let mut none = Spheres::new::<[f64; 3]>(&context, &[], 1.0, Color::BLACK).unwrap();
    let centers = [[f64::NAN; 3], [1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [f64::INFINITY; 3], [1.0, 1.0, 0.0]];
    let radii = vec![1.0, -1.0, f64::NAN, 1.0, 0.25];
    let mut some = Spheres::new(&context, &centers, radii, Color::BLACK).unwrap();
    let frames = [frame(&context, &view, &mut [&mut none, &mut some]), pick(&context, &view, &mut some, 7).0];
    assert_eq!((pick(&context, &view, &mut none, 1).1, none.bounds()), (0, None));
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert_eq!((picture.number(120, 80), picture.number(10, 10)), (11, 0));
    let error = Spheres::new(&context, &[[0.0; 3]], vec![1.0, 2.0], Color::BLACK).unwrap_err();
    assert_eq!(error.to_string(), "1 items were given 2 values of `radius`");
    assert!(some.set_centers(&[[0.0; 3]]).is_err());
    some.set_colors(Each::One(Color::WHITE)).unwrap();
    // From inside of a sphere there is nothing of it to see.
    let mut huge = Spheres::new(&context, &[[0.0; 3]], 100.0, Color::BLACK).unwrap();
    let inside = camera::orbit(glir_visuals::Bounds::of([[0.0; 3], [1.0; 3]]), 0.0, 0.0, VIEWPORT);
    frame(&context, &inside, &mut [&mut huge]);
}
