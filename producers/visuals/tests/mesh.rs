//! Meshes: shading, colours, wire, picking, and shapes that are none.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{VIEWPORT, draw, frame, golden, names, pick, rect, small};
use glir_gloo::{Context, Profile};
use glir_transforms::{Map, Transform};
use glir_visuals::{
    Bounds, Color, Colormap, Each, Light, Mesh, Paint, Shading, View, Visual, Wireframe, camera,
};

/// The knot that glir-data ships.
fn knot(context: &Context) -> Mesh {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/samples/trefoil.ply");
    let file = glir_data::mesh::read(&std::fs::read(path).unwrap(), path).unwrap();
    let mut mesh = Mesh::new(context, &file.positions, &file.triangles).unwrap();
    let colors = file.colors.unwrap().into_iter().map(Color::from).collect();
    mesh.set_paint(Paint::Color(Each::Each(colors))).unwrap();
    mesh
}

/// A tetrahedron whose first triangle looks down.
fn tetrahedron() -> ([[f64; 3]; 4], [[u32; 3]; 4]) {
    let corners = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    (corners, [[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])
}

/// A square of two triangles in the plane, from 0 to 2, in a view of the same.
fn square(context: &Context) -> (Mesh, View) {
    let corners = [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]];
    (Mesh::new(context, &corners, &[[0, 1, 2], [0, 2, 3]]).unwrap(), rect([0.0, 2.0, 0.0, 2.0]))
}

fn near(a: [u8; 4], b: [u8; 4]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= 4)
}

fn three_quarters(mesh: &Mesh) -> View {
    camera::orbit(mesh.bounds(), 30.0, 50.0, VIEWPORT)
}

#[test]
fn smooth_knot() {
    let context = small();
    let mut mesh = knot(&context);
    let view = three_quarters(&mesh);
    let first = frame(&context, &view, &mut [&mut mesh]);
    let again = frame(&context, &view, &mut [&mut mesh]);
    assert_eq!(names(&again), ["CLEAR", "DRAW", "SWAP"]);
    assert_eq!((context.header().profile, context.header().requires.len()), (Profile::Es2, 0));
    golden("mesh-smooth", &context, &[first, again]);
}

#[test]
fn flat_tetrahedron_with_faces_of_their_own_colours_and_edges() {
    let context = small();
    let (corners, triangles) = tetrahedron();
    let mut mesh = Mesh::new(&context, &corners, &triangles).unwrap();
    mesh.set_shading(Shading::Flat).unwrap();
    let colors = ["tomato", "gold", "teal", "white"].map(|name| name.parse().unwrap());
    mesh.set_paint(Paint::Faces(colors.to_vec())).unwrap();
    mesh.set_wireframe(Some(Wireframe { color: Color::BLACK, width: 1.5 })).unwrap();
    let view = camera::orbit(mesh.bounds(), 40.0, 20.0, VIEWPORT);
    let first = frame(&context, &view, &mut [&mut mesh]);
    golden("mesh-flat", &context, &[first]);
}

#[test]
fn wire_alone_is_seen_through() {
    let context = small();
    let mut mesh = knot(&context);
    mesh.set_faces(false).unwrap();
    mesh.set_wireframe(Some(Wireframe { color: Color::rgb(0.1, 0.2, 0.5), width: 1.0 })).unwrap();
    let view = three_quarters(&mesh);
    let first = frame(&context, &view, &mut [&mut mesh]);
    golden("mesh-wire", &context, &[first]);
}

#[test]
fn values_and_textures() {
    let context = small();
    let (mut mesh, view) = square(&context);
    mesh.set_shading(Shading::None).unwrap();
    let values = vec![0.0, 10.0, 20.0, f64::NAN];
    mesh.set_paint(Paint::Values { values, colormap: Colormap::named("viridis").unwrap(), limits: None })
        .unwrap();
    let mut frames = vec![frame(&context, &view, &mut [&mut mesh])];
    let picture = draw(&context.header(), &frames);
    if let Some(picture) = &picture {
        assert!(near(picture.at(1, 159), [68, 1, 84, 255]), "{:?}", picture.at(1, 159));
        assert_eq!(picture.at(0, 0), [255; 4], "a hole where a value is missing");
    }
    // Other limits are one uniform.
    mesh.set_limits([-20.0, 0.0]).unwrap();
    frames.push(frame(&context, &view, &mut [&mut mesh]));
    assert_eq!(names(&frames[1]), ["CLEAR", "UNIFORM", "DRAW", "SWAP"]);
    if let Some(picture) = draw(&context.header(), &frames) {
        assert_eq!(picture.at(1, 159), [253, 231, 37, 255]);
    }

    let (mut mesh, view) = square(&context);
    mesh.set_shading(Shading::None).unwrap();
    let pixels = [[255_u8, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0]].map(Color::from).to_vec();
    let texcoords = vec![[0.25, 0.25], [0.75, 0.25], [0.75, 0.75], [0.25, 0.75]];
    mesh.set_paint(Paint::Texture { size: (2, 2), pixels, texcoords }).unwrap();
    frames.push(frame(&context, &view, &mut [&mut mesh]));
    if let Some(picture) = draw(&context.header(), &frames) {
        assert!(near(picture.at(0, 0), [255, 0, 0, 255]), "upper left {:?}", picture.at(0, 0));
        assert!(near(picture.at(239, 0), [0, 255, 0, 255]));
        assert!(near(picture.at(0, 159), [0, 0, 255, 255]));
    }
}

#[test]
fn light_is_linear() {
    let context = small();
    let (mut mesh, view) = square(&context);
    mesh.set_paint(Color::WHITE).unwrap();
    // Half the light on white is sRGB 188, not 128; and the back is lit as the front.
    let light =
        Light { direction: [0.0, 0.0, 1.0], ambient: 0.0, diffuse: 0.5, specular: 0.0, shininess: 1.0 };
    mesh.set_light(light).unwrap();
    let mut frames = vec![frame(&context, &view, &mut [&mut mesh])];
    frames.push(frame(&context, &rect([2.0, 0.0, 0.0, 2.0]), &mut [&mut mesh]));
    for count in 1..=2 {
        let Some(picture) = draw(&context.header(), &frames[..count]) else { return };
        assert_eq!(picture.at(100, 80), [188, 188, 188, 255]);
    }
    // From below it is dark, and a square that leans back is lit from above: in a plane, one looks along z.
    let above = Light { direction: [0.0, 1.0, 0.0], diffuse: 1.0, ..light };
    for (lean, seen) in [(0.5, true), (-0.5, false)] {
        let corners = [[0.0, 0.0, 0.0], [2.0, 0.0, 0.0], [2.0, 2.0, 2.0 * lean], [0.0, 2.0, 2.0 * lean]];
        mesh.set_positions(&corners).unwrap();
        mesh.set_light(above).unwrap();
        frames.push(frame(&context, &view, &mut [&mut mesh]));
        let Some(picture) = draw(&context.header(), &frames) else { return };
        assert_eq!(picture.at(100, 150)[0] > 100, seen, "{lean}: {:?}", picture.at(100, 150));
    }
    mesh.set_positions(&[[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]]).unwrap();
    // Seen aslant from the light's side, by the cosine: 60° halve it again.
    mesh.set_light(Light { direction: [3.0_f32.sqrt(), 0.0, 1.0], diffuse: 1.0, ..light }).unwrap();
    frames.push(frame(&context, &view, &mut [&mut mesh]));
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert!(picture.at(100, 80)[0].abs_diff(188) <= 1);
}

#[test]
fn normals_follow_transforms() {
    // A square in a plane that leans by 45° is upright after its x is stretched to nothing: its normal must follow.
    let corners = [[0.0, 0.0, 0.0], [2.0, 0.0, 2.0], [2.0, 2.0, 2.0], [0.0, 2.0, 0.0]];
    let light =
        Light { direction: [0.0, 0.0, 1.0], ambient: 0.0, diffuse: 1.0, specular: 0.0, shininess: 1.0 };
    let flat = Map::ScaleTranslate { scale: [1.0, 1.0, 1e-6], translate: [0.0; 3] };
    let still = Transform::new(flat.clone()).unwrap();
    for transform in [still.clone(), still.dynamic()] {
        for shading in [Shading::Smooth, Shading::Flat] {
            for given in [false, true] {
                let context = small();
                let mut mesh = Mesh::new(&context, &corners, &[[0, 1, 2], [0, 2, 3]]).unwrap();
                mesh.set_paint(Color::WHITE).unwrap();
                mesh.set_shading(shading).unwrap();
                mesh.set_light(light).unwrap();
                if given {
                    mesh.set_normals(Some(vec![[-5.0, 0.0, 5.0]; 4])).unwrap();
                }
                mesh.set_transform(&transform).unwrap();
                let view = rect([0.0, 2.0, 0.0, 2.0]);
                let frames = [frame(&context, &view, &mut [&mut mesh])];
                let Some(picture) = draw(&context.header(), &frames) else { return };
                assert_eq!(picture.at(60, 60), [255; 4].map(|white: u8| white), "{shading:?} {given}");
                assert!(picture.inked() == 0 && Bounds::of(corners) == mesh.bounds());
            }
        }
    }
}

/// A cube around 0 whose corners are shared, the first of its sides running the wrong way if asked for.
fn cube(context: &Context, broken: bool) -> Mesh {
    let corner = |index: u32| [0, 1, 2].map(|axis| if index >> axis & 1 == 1 { 1.0 } else { -1.0 });
    let corners: Vec<[f64; 3]> = (0..8).map(corner).collect();
    let sides = [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]];
    let mut triangles: Vec<[u32; 3]> =
        sides.iter().flat_map(|[a, b, c, d]| [[*a, *b, *c], [*a, *c, *d]]).collect();
    if broken {
        triangles[2].swap(0, 1);
        triangles[3].swap(0, 1);
    }
    let mut mesh = Mesh::new(context, &corners, &triangles).unwrap();
    mesh.set_paint(Color::WHITE).unwrap();
    mesh
}

#[test]
fn sides_of_a_box_are_flat_whichever_way_they_run() {
    let pictures = [(Shading::Flat, false), (Shading::Smooth, false), (Shading::Smooth, true)].map(
        |(shading, broken)| {
            let context = small();
            let mut mesh = cube(&context, broken);
            mesh.set_shading(shading).unwrap();
            let view = three_quarters(&mesh);
            let mut frames = vec![frame(&context, &view, &mut [&mut mesh])];
            let plain = draw(&context.header(), &frames);
            // Mirrored it is the same box, on the processor and in the shader.
            for transform in [false, true].map(|dynamic| {
                let mirror = Transform::scale_translate([-1.0, 1.0, 1.0], [0.0; 3]).unwrap();
                if dynamic { mirror.dynamic() } else { mirror }
            }) {
                mesh.set_transform(&transform).unwrap();
                frames.push(frame(&context, &view, &mut [&mut mesh]));
                assert!(draw(&context.header(), &frames) == plain, "{shading:?} {broken}");
            }
            plain
        },
    );
    let [Some(flat), Some(smooth), Some(broken)] = pictures else { return };
    assert!(flat.inked() > 5000 && flat == smooth && flat == broken);
}

#[test]
fn silhouettes_of_round_things_are_lit_on_the_side_that_is_seen() {
    // A coarse ball under a light from above.
    let (rings, around) = (6_u32, 10_u32);
    let point = |ring: u32, at: u32| {
        let (lat, lon) = (
            f64::from(ring) / f64::from(rings) * std::f64::consts::PI,
            f64::from(at % around) / f64::from(around) * std::f64::consts::TAU,
        );
        [lat.sin() * lon.cos(), lat.sin() * lon.sin(), lat.cos()]
    };
    let index = |ring: u32, at: u32| ring * around + at % around;
    let corners: Vec<[f64; 3]> =
        (0..=rings).flat_map(|ring| (0..around).map(move |at| point(ring, at))).collect();
    let triangles: Vec<[u32; 3]> = (0..rings)
        .flat_map(|ring| (0..around).map(move |at| (ring, at)))
        .flat_map(|(r, a)| {
            [
                [index(r, a), index(r + 1, a), index(r + 1, a + 1)],
                [index(r, a), index(r + 1, a + 1), index(r, a + 1)],
            ]
        })
        .collect();
    // Given normals may also look inward: light falls on the side that is seen.
    for given in [None, Some(1.0), Some(-1.0)] {
        let context = small();
        let mut mesh = Mesh::new(&context, &corners, &triangles).unwrap();
        mesh.set_paint(Color::WHITE).unwrap();
        mesh.set_crease(180.0);
        mesh.set_normals(
            given.map(|sign| corners.iter().map(|corner| corner.map(|part| (sign * part) as f32)).collect()),
        )
        .unwrap();
        mesh.set_light(Light {
            direction: [0.0, 1.0, 0.0],
            ambient: 0.0,
            diffuse: 1.0,
            specular: 0.0,
            shininess: 1.0,
        })
        .unwrap();
        let view = camera::orbit(mesh.bounds(), 10.0, 0.0, VIEWPORT);
        let frames = [frame(&context, &view, &mut [&mut mesh])];
        let Some(picture) = draw(&context.header(), &frames) else { return };
        let dark = (90..150).filter(|column| {
            let column: Vec<[u8; 4]> = (0..160).map(|row| picture.at(*column, row)).collect();
            let first = column.iter().position(|pixel| *pixel != [255; 4]).unwrap();
            column[first][0] < 100
        });
        assert_eq!(dark.count(), 0, "normals {given:?}");
    }
}

#[test]
fn triangles_are_picked_and_hide_each_other() {
    let context = small();
    // The second square lies above the first, and is drawn first.
    let corners = [
        [0.0, 0.0, -0.5],
        [2.0, 0.0, -0.5],
        [0.0, 2.0, -0.5],
        [0.0, 0.0, 0.5],
        [2.0, 0.0, 0.5],
        [0.0, 2.0, 0.5],
        [f64::NAN; 3],
    ];
    let triangles = [[0, 1, 2], [0, 1, 6], [3, 4, 5]];
    let mut mesh = Mesh::new(&context, &corners, &triangles).unwrap();
    let (numbers, taken) = pick(&context, &rect([0.0, 2.0, 0.0, 2.0]), &mut mesh, 70_000);
    assert_eq!(taken, 3);
    let mut frames = vec![numbers];
    let Some(picture) = draw(&context.header(), &frames) else { return };
    // z from −1 in front: the first is nearer.
    assert_eq!((picture.number(2, 157), picture.number(238, 2)), (70_000, 0));
    // A transform that turns front and back.
    mesh.set_transform(&Transform::scale_translate([1.0, 1.0, -1.0], [0.0; 3]).unwrap().dynamic()).unwrap();
    let (numbers, _) = pick(&context, &rect([0.0, 2.0, 0.0, 2.0]), &mut mesh, 70_000);
    frames.push(numbers);
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert_eq!(picture.number(2, 157), 70_002);
}

#[test]
fn large_meshes_are_split_where_indices_are_short() {
    // A strip of 70,000 vertices.
    let count = 70_000_u32;
    let positions: Vec<[f64; 2]> =
        (0..count).map(|index| [f64::from(index / 2), f64::from(index % 2)]).collect();
    // All run the same way.
    let triangles: Vec<[u32; 3]> = (0..count - 2)
        .map(
            |index| {
                if index % 2 == 0 { [index, index + 2, index + 1] } else { [index, index + 1, index + 2] }
            },
        )
        .collect();
    let context = small();
    let mut mesh = Mesh::new(&context, &positions, &triangles).unwrap();
    mesh.set_paint(Color::BLACK).unwrap();
    let view = rect([0.0, f64::from(count / 2 - 1), 0.0, 1.0]);
    let frames = [frame(&context, &view, &mut [&mut mesh])];
    assert_eq!(names(&frames[0]).iter().filter(|name| **name == "DRAW").count(), 2);
    assert!(context.header().requires.is_empty());
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert_eq!(picture.inked(), 240 * 160);

    let context = small();
    context.allow(glir_gloo::Feature::UintIndices, true).unwrap();
    let mut mesh = Mesh::new(&context, &positions, &triangles).unwrap();
    mesh.set_paint(Color::BLACK).unwrap();
    let frames = [frame(&context, &view, &mut [&mut mesh])];
    assert_eq!(names(&frames[0]).iter().filter(|name| **name == "DRAW").count(), 1);
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert_eq!(picture.inked(), 240 * 160);
}

#[test]
fn setters_send_what_differs() {
    let context = small();
    let (mut mesh, view) = square(&context);
    mesh.set_paint(Paint::Color(Each::Each(vec![Color::BLACK; 4]))).unwrap();
    frame(&context, &view, &mut [&mut mesh]);
    // One colour of four: four bytes.
    let mut colors = vec![Color::BLACK; 4];
    colors[2] = Color::WHITE;
    mesh.set_paint(Paint::Color(Each::Each(colors))).unwrap();
    let second = frame(&context, &view, &mut [&mut mesh]);
    assert_eq!(names(&second), ["CLEAR", "DATA", "DRAW", "SWAP"]);
}

#[test]
fn nothing_and_nonsense() {
    let context = small();
    let view = rect([0.0, 1.0, 0.0, 1.0]);
    let mut empty = Mesh::new::<[f64; 3]>(&context, &[], &[]).unwrap();
    assert_eq!(empty.bounds(), None);
    let mut thin =
        Mesh::new(&context, &[[f64::NAN; 3], [0.0; 3], [1.0; 3]], &[[0, 1, 2], [1, 1, 2]]).unwrap();
    thin.set_wireframe(Some(Wireframe { color: Color::BLACK, width: f32::NAN })).unwrap();
    let (numbers, taken) = pick(&context, &view, &mut thin, 1);
    assert_eq!(taken, 2);
    let frames = [numbers, frame(&context, &view, &mut [&mut empty, &mut thin])];
    assert!(!names(&frames[0]).contains(&"DRAW") && !names(&frames[1]).contains(&"DRAW"));
    if let Some(picture) = draw(&context.header(), &frames) {
        assert_eq!(picture.inked(), 0);
    }
    let error = |result: glir_visuals::Result<Mesh>| result.unwrap_err().to_string();
    assert_eq!(
        error(Mesh::new(&context, &[[0.0; 3]; 2], &[[0, 1, 1], [0, 1, 2]])),
        "triangle 1 has the vertices [0, 1, 2]; there are 2"
    );
    let (mut mesh, _) = square(&context);
    let refusal = |mesh: &mut Mesh, paint: Paint| mesh.set_paint(paint).unwrap_err().to_string();
    assert_eq!(
        refusal(&mut mesh, Paint::Color(Each::Each(vec![Color::BLACK; 3]))),
        "3 colours for 4 vertices"
    );
    assert_eq!(refusal(&mut mesh, Paint::Faces(vec![])), "0 colours for 2 triangles");
    let texture =
        Paint::Texture { size: (3, 2), pixels: vec![Color::BLACK; 5], texcoords: vec![[0.0; 2]; 4] };
    assert_eq!(refusal(&mut mesh, texture), "5 pixels for 6 of a picture of 3 × 2");
    assert_eq!(mesh.set_normals(Some(vec![])).unwrap_err().to_string(), "0 normals for 4 vertices");
    assert!(mesh.set_limits([0.0, 1.0]).is_err() && mesh.set_positions(&[[0.0; 3]]).is_err());
    // Huge and tiny coordinates keep their normals.
    for scale in [1e-30, 1e12] {
        let context = small();
        let corners = [[0.0, 0.0, 0.0], [scale, 0.0, 0.0], [0.0, scale, 0.0]];
        let mut mesh = Mesh::new(&context, &corners, &[[0, 1, 2]]).unwrap();
        mesh.set_paint(Color::WHITE).unwrap();
        mesh.set_light(Light {
            direction: [0.0, 0.0, 1.0],
            ambient: 0.0,
            diffuse: 0.5,
            specular: 0.0,
            shininess: 1.0,
        })
        .unwrap();
        let frames = [frame(&context, &rect([0.0, scale, 0.0, scale]), &mut [&mut mesh])];
        if let Some(picture) = draw(&context.header(), &frames) {
            assert_eq!(picture.at(10, 150), [188, 188, 188, 255], "{scale}");
        }
    }
}
