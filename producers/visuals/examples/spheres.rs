//! Crambin, a small protein, as its atoms' van der Waals spheres.
//!
//! ```console
//! $ cargo run -p glir-visuals --example spheres spheres.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{Clear, Context};
use glir_visuals::{Color, Spheres, Visual, camera};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/structures/1crn/1crn.pdb");
    let molecule = glir_data::molecule::read(&std::fs::read(path)?, path, &Default::default())?;
    let centers: Vec<[f64; 3]> = molecule.atoms.iter().map(|atom| atom.position).collect();
    let radii: Vec<f64> = molecule.atoms.iter().map(|atom| f64::from(atom.element.radius())).collect();
    let colors: Vec<Color> = molecule.atoms.iter().map(|atom| atom.element.color().into()).collect();

    let context = Context::new(800, 600)?;
    context.set_title("Crambin")?;
    context.clear(Clear::color_and_depth([1.0; 4]))?;
    let mut crambin = Spheres::new(&context, &centers, radii, colors)?;
    crambin.draw(&camera::orbit(crambin.bounds(), 20.0, 10.0, [0.0, 0.0, 800.0, 600.0]))?;
    save::save(&context.header(), &[context.swap()], "spheres.glir")
}
