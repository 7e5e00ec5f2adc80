//! Surfaces in six ways: a knot by colours of its vertices, by values with edges, as wire, and flat with colours of its faces; a
//! landscape under a picture, and by its height.
//!
//! ```console
//! $ cargo run -p glir-visuals --example mesh mesh.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{Clear, Context, Feature, Header, Profile, Rect, StateField};
use glir_visuals::{Color, Colormap, Each, Mesh, Paint, Shading, Visual, Wireframe, camera};
use std::error::Error;

/// Points along each side of the landscape.
const SIDE: u32 = 60;

fn main() -> Result<(), Box<dyn Error>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/samples/trefoil.ply");
    let file = glir_data::mesh::read(&std::fs::read(path)?, path)?;

    // Four samples a pixel make the edges of surfaces smooth; edges of triangles are smooth without.
    let requires = vec![Feature::Multisample];
    let header =
        Header { width: 1200, height: 800, profile: Profile::Es3, samples: 4, requires, ..Header::default() };
    let context = Context::with_header(header)?;
    context.clear(Clear::color_and_depth([1.0; 4]))?;
    let knot = || Mesh::new(&context, &file.positions, &file.triangles);

    let mut smooth = knot()?;
    let colors = file.colors.iter().flatten().map(|color| Color::from(*color)).collect();
    smooth.set_paint(Paint::Color(Each::Each(colors)))?;

    let mut edged = knot()?;
    let values = file.positions.iter().map(|position| position[2]).collect();
    edged.set_paint(Paint::Values { values, colormap: Colormap::named("viridis")?, limits: None })?;
    edged.set_wireframe(Some(Wireframe { color: Color::BLACK.with_alpha(0.35), width: 1.0 }))?;

    let mut wire = knot()?;
    wire.set_faces(false)?;
    wire.set_wireframe(Some(Wireframe { color: "navy".parse()?, width: 0.7 }))?;

    let mut flat = knot()?;
    flat.set_shading(Shading::Flat)?;
    let rainbow = Colormap::named("sinebow")?;
    let count = file.triangles.len();
    flat.set_paint(Paint::Faces((0..count).map(|face| rainbow.at(face as f64 / count as f64)).collect()))?;

    // A landscape over a square, and a chessboard of 16 × 16 fields with a coloured corner.
    let at = |index: u32| f64::from(index) / f64::from(SIDE - 1);
    let grid = (0..SIDE * SIDE).map(|index| [at(index % SIDE), at(index / SIDE)]);
    let height = |x: f64, y: f64| 0.12 * ((9.0 * x).sin() + (7.0 * y + 4.0 * x).cos());
    let positions: Vec<[f64; 3]> = grid.clone().map(|[x, y]| [x, y, height(x, y)]).collect();
    let cells = (0..(SIDE - 1) * (SIDE - 1)).map(|cell| cell / (SIDE - 1) * SIDE + cell % (SIDE - 1));
    let triangles: Vec<[u32; 3]> = cells
        .flat_map(|corner| {
            [[corner, corner + 1, corner + SIDE + 1], [corner, corner + SIDE + 1, corner + SIDE]]
        })
        .collect();
    let mut textured = Mesh::new(&context, &positions, &triangles)?;
    let (dark, light, mark) =
        (Color::rgb8(60, 80, 120), Color::rgb8(235, 235, 225), Color::rgb8(220, 60, 50));
    let field = |pixel: u32| match (pixel % 64 / 4, pixel / 64 / 4) {
        (0..4, 0..4) => mark,
        (column, row) if (column + row) % 2 == 0 => dark,
        _ => light,
    };
    textured.set_paint(Paint::Texture {
        size: (64, 64),
        pixels: (0..64 * 64).map(field).collect(),
        texcoords: grid.map(|[x, y]| [x as f32, y as f32]).collect(),
    })?;

    let mut valued = Mesh::new(&context, &positions, &triangles)?;
    let values = positions.iter().map(|position| position[2]).collect();
    valued.set_paint(Paint::Values {
        values,
        colormap: Colormap::named("RdBu_r")?,
        limits: Some([-0.25, 0.25]),
    })?;

    let meshes = [&mut smooth, &mut edged, &mut wire, &mut flat, &mut textured, &mut valued];
    for (place, mesh) in meshes.into_iter().enumerate() {
        let (column, row) = (place % 3, 1 - place / 3);
        let rect = Rect { x: 400 * column as i32, y: 400 * row as i32, width: 400, height: 400 };
        context.set_state([StateField::Viewport(Some(rect))])?;
        let viewport = [400.0 * column as f64, 400.0 * row as f64, 400.0, 400.0];
        mesh.draw(&camera::orbit(mesh.bounds(), 30.0, 50.0, viewport))?;
    }
    save::save(&context.header(), &[context.swap()], "mesh.glir")
}
