//! Nodes within nodes: a sun, planets that carry their moons along, and orbits, under a turntable; in the corner the same from above,
//! without perspective, to be turned freely. A year later every planet stands elsewhere, and each that moved was one UNIFORM.
//!
//! ```console
//! $ cargo run -p glir-scene --example orrery orrery.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glam::{DMat4, DVec3};
use glir_scene::{Arcball, Camera, Lens, NodeId, Region, Scene, Turntable};
use glir_transforms::{Map, Transform};
use glir_visuals::place::Depth;
use glir_visuals::{Color, Line, LineStyle, Spheres};
use std::error::Error;
use std::f64::consts::TAU;

/// Distance from the sun, radius, turns a year, colour, and how many moons: a picture, not a map.
const PLANETS: [(f64, f64, f64, [u8; 3], u32); 4] = [
    (2.0, 0.22, 4.15, [200, 170, 140], 0),
    (3.2, 0.34, 1.62, [235, 200, 120], 0),
    (4.6, 0.36, 1.0, [86, 150, 220], 1),
    (6.4, 0.30, 0.53, [205, 92, 60], 2),
];

/// Turns about z by a share of a whole turn, after a move along x.
fn orbit(share: f64, distance: f64) -> Result<Transform, Box<dyn Error>> {
    let turn = DMat4::from_rotation_z(share * TAU);
    let matrix = turn * DMat4::from_translation(DVec3::new(distance, 0.0, 0.0));
    Ok(Transform::new(Map::Matrix(matrix))?.dynamic())
}

/// The planets' nodes, to be moved.
fn populate(scene: &mut Scene, view: NodeId) -> Result<Vec<NodeId>, Box<dyn Error>> {
    let sun = Spheres::new(scene.context(), &[[0.0; 3]], 1.0, Color::rgb8(255, 196, 60))?;
    scene.add(view, sun)?;
    let mut nodes = Vec::new();
    for (distance, radius, _, [red, green, blue], moons) in PLANETS {
        let ring: Vec<[f64; 3]> = (0..=128)
            .map(|step| (f64::from(step) / 128.0 * TAU).sin_cos())
            .map(|(sin, cos)| [distance * cos, distance * sin, 0.0])
            .collect();
        let style = LineStyle { width: 1.0, color: Color::rgb8(90, 98, 112).into(), ..LineStyle::default() };
        let mut ring = Line::new(scene.context(), &ring, style)?;
        ring.set_depth(Depth::Tested);
        let ring = scene.add(view, ring)?;
        // After all that hides it.
        scene.set_order(ring, 1)?;
        let node = scene.add_group(view)?;
        let globe = Spheres::new(scene.context(), &[[0.0; 3]], radius, Color::rgb8(red, green, blue))?;
        scene.add(node, globe)?;
        let places: Vec<[f64; 3]> = (0..moons).map(|moon| [0.0, 0.6 + 0.25 * f64::from(moon), 0.0]).collect();
        if !places.is_empty() {
            let moons = Spheres::new(scene.context(), &places, 0.09, Color::rgb8(210, 210, 205))?;
            scene.add(node, moons)?;
        }
        nodes.push(node);
    }
    Ok(nodes)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut scene = Scene::new(800, 560)?;
    let around = Turntable { elevation: 24.0, ..Turntable::around([0.0; 3], 6.0) };
    let main = scene.add_view(scene.root(), Region::Whole, Camera::Turntable(around))?;
    scene.set_background(main, Some([0.05, 0.06, 0.09, 1.0]))?;
    let above = Arcball { lens: Lens::Orthographic, ..Arcball::around([0.0; 3], 7.0) };
    let corner =
        scene.add_view(scene.root(), Region::Inset([580.0, 340.0, 12.0, 12.0]), Camera::Arcball(above))?;
    scene.set_background(corner, Some([0.11, 0.13, 0.17, 1.0]))?;

    let (mut nodes, copies) = (populate(&mut scene, main)?, populate(&mut scene, corner)?);
    nodes.extend(copies);
    let mut frames = Vec::new();
    for step in 0..60 {
        for (node, (distance, _, turns, ..)) in nodes.iter().zip(PLANETS.iter().cycle()) {
            scene
                .set_transform(*node, orbit(0.15 * distance + turns * f64::from(step) / 240.0, *distance)?)?;
        }
        frames.push(scene.frame()?);
    }
    save::save(&scene.header(), &frames, "orrery.glir")
}
