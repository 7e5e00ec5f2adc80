//! An electron's cloud in a hydrogen atom (4d z²), in three ways: its maximum, as mist, and a surface.
//!
//! ```console
//! $ cargo run -p glir-visuals --example volume volume.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{Clear, Context, Rect, StateField};
use glir_visuals::{Colormap, Rendering, Visual, Volume, camera};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/samples/orbital.npy");
    let bytes = std::fs::read(path)?;
    let array = glir_data::array::read(&bytes, path, &Default::default())?;
    let &[depth, height, width] = &array.shape[..] else { return Err("this is no volume".into()) };
    let values = array.to_f32();

    let context = Context::new(1200, 450)?;
    context.set_title("An orbital of hydrogen")?;
    context.clear(Clear::color_and_depth([0.06, 0.06, 0.08, 1.0]))?;
    let renderings = [
        Rendering::Maximum,
        Rendering::Mist { density: 0.5 },
        Rendering::Surface { level: 60.0, color: "sandybrown".parse()? },
    ];
    for (column, rendering) in renderings.into_iter().enumerate() {
        let mut volume = Volume::new(&context, [width, height, depth], &values)?;
        volume.set_colormap(&Colormap::named("magma")?)?;
        // What is hardly anything is nothing, so that the box has no edges.
        volume.set_limits(Some([10.0, 200.0]));
        volume.set_rendering(rendering)?;
        let viewport = [400.0 * column as f64, 0.0, 400.0, 450.0];
        let rect = Rect { x: 400 * column as i32, y: 0, width: 400, height: 450 };
        context.set_state([StateField::Viewport(Some(rect))])?;
        volume.draw(&camera::orbit(volume.bounds(), 30.0, 20.0, viewport))?;
    }
    save::save(&context.header(), &[context.swap()], "volume.glir")
}
