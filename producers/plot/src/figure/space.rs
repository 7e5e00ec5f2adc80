//! Views of solid things: meshes, volumes and molecules, turned by a person.

use super::axes::{finite_span, within_reach};
use super::draw::{Colors, Pen};
use super::reach;
use super::scale::Scale;
use crate::PlotError;
use glir_data::mesh::Mesh as Shape;
use glir_data::molecule::Molecule;
use glir_scene::{Area, Camera, NodeId, Region, Scene, Turntable};
use glir_visuals::ticks::Epoch;
use glir_visuals::{
    Bounds, Color, Colormap, Each, Mesh, Paint, Rendering, Spheres, Visual, Volume, Wireframe,
};
use std::borrow::Cow;

/// A view of space, in which things stand together.
///
/// ```no_run
/// use glir_plot::Figure;
///
/// let bytes = std::fs::read("producers/data/structures/1crn/1crn.pdb")?;
/// let molecule = glir_data::molecule::read(&bytes, "1crn.pdb", &Default::default())?;
/// let mut figure = Figure::new(800, 600);
/// figure.space(0, 0).molecule(&molecule);
/// let drawing = figure.draw()?; // turns wherever it is shown
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Space {
    /// What stands above.
    pub title: String,
    /// Where it is seen from: degrees above the plane of x and y, and around z.
    pub direction: [f64; 2],
    things: Vec<Thing>,
}

#[derive(Clone, Debug)]
enum Thing {
    Surface { shape: Shape, color: Color, edges: bool },
    Balls { centers: Vec<[f64; 3]>, radii: Vec<f64>, colors: Vec<Color> },
    Voxels { size: [usize; 3], values: Vec<f32>, look: VolumeLook },
}

/// How a volume looks.
#[derive(Clone, Debug, PartialEq)]
pub struct VolumeLook {
    /// Its greatest values, mist, or a surface.
    pub rendering: Rendering,
    /// From 0 to 1 to a colour.
    pub colormap: Colormap,
    /// What becomes 0 and 1; none for the least and the greatest value.
    pub limits: Option<[f64; 2]>,
    /// Whether a bar beside it tells what its colours mean; surfaces have one colour, and no bar.
    pub bar: bool,
}

impl VolumeLook {
    /// That of its surface, if it has one.
    fn level(&self) -> Option<f64> {
        match self.rendering {
            Rendering::Surface { level, .. } => Some(level),
            _ => None,
        }
    }
}

impl Default for Space {
    fn default() -> Self {
        Space { title: String::new(), direction: [25.0, 30.0], things: Vec::new() }
    }
}

impl Space {
    /// An empty space.
    pub fn new() -> Space {
        Space::default()
    }

    /// Adds a surface: in its own colours where it has some, else in this one; with its edges if asked for.
    pub fn mesh(&mut self, shape: &Shape, color: Color, edges: bool) {
        self.things.push(Thing::Surface { shape: shape.clone(), color, edges });
    }

    /// Adds a molecule: a ball for each atom, as large as its van der Waals radius, in the colours of Jmol.
    pub fn molecule(&mut self, molecule: &Molecule) {
        let color = |atom: &glir_data::molecule::Atom| {
            let [red, green, blue] = atom.element.color();
            Color::rgb(red, green, blue)
        };
        self.things.push(Thing::Balls {
            centers: molecule.atoms.iter().map(|atom| atom.position).collect(),
            radii: molecule.atoms.iter().map(|atom| f64::from(atom.element.radius())).collect(),
            colors: molecule.atoms.iter().map(color).collect(),
        });
    }

    /// Adds numbers on a grid: width, height and depth, the first running fastest.
    ///
    /// # Errors
    /// If there are not width × height × depth values.
    pub fn volume(&mut self, size: [usize; 3], values: Vec<f32>, look: VolumeLook) -> Result<(), PlotError> {
        let count = size.iter().try_fold(1_usize, |product, side| product.checked_mul(*side));
        if count != Some(values.len()) || values.is_empty() {
            let [width, height, depth] = size;
            let given = values.len();
            return Err(PlotError::new(format!(
                "a volume of {width} × {height} × {depth} can't be made of {given} values"
            )));
        }
        if let Some(side) = size.iter().find(|side| **side > MAX_VOXELS) {
            return Err(PlotError::new(format!(
                "a volume has at most {MAX_VOXELS} voxels along each axis, as many as GPUs take; this one has {side}"
            )));
        }
        self.things.push(Thing::Voxels { size, values, look });
        Ok(())
    }
}

/// Surfaces that reach no farther from 0 are drawn in a larger unit: squares of their sizes are 0 in single precision.
const LEAST_REACH: f64 = 1e-12;

impl Space {
    /// The space with sizes that can be drawn: where there are only tiny surfaces, their coordinates are divided by a power of ten, which
    /// nothing that is seen tells.
    fn in_reach(&self) -> Cow<'_, Space> {
        let mut farthest = 0.0_f64;
        for thing in &self.things {
            let Thing::Surface { shape, .. } = thing else { return Cow::Borrowed(self) };
            let parts = shape.positions.iter().flatten().filter(|part| part.is_finite());
            farthest = parts.fold(farthest, |most, part| most.max(part.abs()));
        }
        if farthest == 0.0 || farthest >= LEAST_REACH {
            return Cow::Borrowed(self);
        }
        let power = reach::order(farthest);
        let mut space = self.clone();
        for thing in &mut space.things {
            let Thing::Surface { shape, .. } = thing else { continue };
            shape.positions.iter_mut().flatten().for_each(|part| *part = reach::divided(*part, power));
        }
        Cow::Owned(space)
    }
}

/// The values of the colour map's ends, apart from each other.
fn ends(values: &[f32], look: &VolumeLook) -> (f64, f64) {
    let natural = || finite_span(values.iter().map(|value| f64::from(*value)));
    look.limits.map_or_else(natural, |[low, high]| (low, high))
}

/// The most voxels along an axis: what contexts have practically everywhere.
const MAX_VOXELS: usize = 2048;

/// The greatest radius of what a camera is put around: about as far as single precision has room for its distance and for squares of that.
const FARTHEST: f64 = 1e15;

/// Whether an atom lies where it can be seen beside others.
fn can_be_seen(center: &[f64; 3]) -> bool {
    center.iter().all(|part| part.abs() <= 0.1 * FARTHEST)
}

impl Thing {
    /// What a bar beside it explains.
    fn colors(&self) -> Option<Colors<'_>> {
        let Thing::Voxels { values, look, .. } = self else { return None };
        if !look.bar || matches!(look.rendering, Rendering::Surface { .. }) {
            return None;
        }
        let limits = ends(values, look);
        let (scale, epoch) = (Scale::Linear, Epoch::default());
        Some(Colors { colormap: &look.colormap, limits, label: "", scale, epoch, power: 0 })
    }

    /// What of it is not seen.
    fn lost(&self) -> Option<String> {
        match self {
            // Which triangles are drawn, the mesh knows.
            Thing::Surface { .. } => None,
            Thing::Balls { centers, .. } => {
                let count = centers.len();
                let lost = centers.iter().filter(|center| !can_be_seen(center)).count();
                let why = "coordinates that are missing or beyond ±1e14";
                match lost {
                    0 if count > 0 => None,
                    _ if lost == count => Some(format!(
                        "nothing of the molecule can be drawn: all of its {count} atoms have {why}"
                    )),
                    1 => Some(format!("1 of {count} atoms is not drawn: it has {why}")),
                    _ => Some(format!("{lost} of {count} atoms are not drawn: they have {why}")),
                }
            }
            Thing::Voxels { values, look, .. } => {
                let count = values.len();
                let finite = values.iter().copied().filter(|value| value.is_finite());
                let (low, high) =
                    finite.fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
                if low > high {
                    return Some(format!(
                        "nothing of the volume can be drawn: all of its {count} values are missing or not finite"
                    ));
                }
                match look.rendering {
                    Rendering::Surface { level, .. }
                        if !(f64::from(low) <= level && level < f64::from(high)) =>
                    {
                        Some(format!(
                            "nothing of the volume can be drawn: its values go from {low} to {high}, so there is no surface at {level}"
                        ))
                    }
                    Rendering::Maximum | Rendering::Mist { .. }
                        if look.limits.is_some_and(|[from, to]| from < to && f64::from(high) <= from) =>
                    {
                        let least = look.limits.unwrap_or_default()[0];
                        Some(format!(
                            "nothing of the volume is seen: its values go from {low} to {high}, and what is {least} or less is clear"
                        ))
                    }
                    _ => {
                        let lost = values.iter().filter(|value| !value.is_finite()).count();
                        (lost > 0).then(|| {
                            format!("{lost} of {count} values of the volume are missing or not finite, and drawn as its least")
                        })
                    }
                }
            }
        }
    }

    /// How far it reaches from a point.
    fn reach(&self, center: [f64; 3]) -> f64 {
        let distance = |point: &[f64; 3]| {
            let square: f64 = point.iter().zip(center).map(|(a, b)| (a - b) * (a - b)).sum();
            square.sqrt()
        };
        match self {
            Thing::Surface { shape, .. } => {
                shape.positions.iter().map(distance).filter(|d| d.is_finite()).fold(0.0, f64::max)
            }
            Thing::Balls { centers, radii, .. } => {
                let seen = centers.iter().zip(radii).filter(|(center, _)| can_be_seen(center));
                seen.map(|(center, radius)| distance(center) + radius).fold(0.0, f64::max)
            }
            // Where a surface is, its level says.
            Thing::Voxels { size: [width, height, _], values, look } if look.level().is_some() => {
                let level = look.level().unwrap_or_default();
                let place = |at: usize| {
                    [at % width, at / width % height, at / width / height].map(|index| index as f64 + 0.5)
                };
                let inside = values.iter().enumerate().filter(|(_, value)| f64::from(**value) >= level);
                // To the next voxels' middles.
                inside.map(|(at, _)| distance(&place(at))).fold(0.0, f64::max) + 3.0_f64.sqrt()
            }
            // Which colours of others are seen is a matter of limits, so all of the box counts.
            Thing::Voxels { size, .. } => {
                let corner = |corner: usize| [0, 1, 2].map(|axis| (size[axis] * (corner >> axis & 1)) as f64);
                (0..8).map(|index| distance(&corner(index))).fold(0.0, f64::max)
            }
        }
    }
}

impl Pen<'_> {
    pub(super) fn space(&mut self, space: &Space, area: &Area) -> Result<NodeId, PlotError> {
        let top = if space.title.is_empty() { 0.0 } else { self.title(&space.title, 1.3, area)? };
        let mut inner = area.inset(0.0, 0.0, 0.0, top);
        if let Some(colors) = space.things.iter().find_map(Thing::colors) {
            let em = self.em;
            let mut bar = self.color_bar(&colors, inner.height)?;
            // The bar is a little shorter than the view.
            let height = inner.height - 4.0 * em;
            let room = self.bar_room(&mut bar, height).ceil();
            if height >= 8.0 && room < 0.5 * inner.width {
                inner = inner.inset(0.0, 0.0, room, 0.0);
                self.place_bar(bar, &inner.inset(0.0, (2.0 * em).round(), 0.0, 2.0 * em))?;
            }
        }
        let root = self.scene.root();
        let view = self.scene.add_view(root, Region::At(inner), Camera::Pixels)?;
        let space = &*space.in_reach();
        let mut around: Option<Bounds> = None;
        for thing in &space.things {
            let bounds = self.add(view, thing)?;
            around = match (around, bounds) {
                (Some(a), Some(b)) => Some(a.union(b)),
                (a, b) => a.or(b),
            };
        }
        let center = around.map_or([0.0; 3], |bounds| bounds.center().to_array());
        let radius = space.things.iter().map(|thing| thing.reach(center)).fold(0.0, f64::max);
        if radius > FARTHEST {
            return Err(PlotError::new(format!(
                "there are {radius:e} units from the middle to the farthest point; what can be seen from outside has up to {FARTHEST:e}"
            )));
        }
        let [elevation, azimuth] = space.direction;
        // All of the sphere around all: the angle is that of the height, so a narrow view stands farther away.
        let narrow = (inner.height / inner.width).max(1.0);
        let camera = Turntable { elevation, azimuth, ..Turntable::around(center, radius * narrow) };
        self.scene.set_camera(view, Camera::Turntable(camera))?;
        Ok(view)
    }

    /// Adds a thing to a view; gives the box around it, and notes what of it is not seen.
    fn add(&mut self, view: NodeId, thing: &Thing) -> Result<Option<Bounds>, PlotError> {
        self.notes.extend(thing.lost());
        let scene: &mut Scene = self.scene;
        let context = scene.context().clone();
        match thing {
            Thing::Surface { shape, color, edges } => {
                let mut mesh = Mesh::new(&context, &shape.positions, &shape.triangles)?;
                if let Some(normals) = &shape.normals {
                    mesh.set_normals(Some(normals.clone()))?;
                }
                let colors =
                    |colors: &[[f32; 4]]| colors.iter().map(|color| Color(*color)).collect::<Vec<_>>();
                mesh.set_paint(match (&shape.face_colors, &shape.colors) {
                    (Some(faces), _) => Paint::Faces(colors(faces)),
                    (None, Some(each)) => Paint::Color(Each::Each(colors(each))),
                    (None, None) => Paint::from(*color),
                })?;
                if *edges {
                    mesh.set_wireframe(Some(Wireframe { color: Color::BLACK.with_alpha(0.6), width: 1.0 }))?;
                }
                let (bounds, count, drawn) = (mesh.bounds(), shape.triangles.len(), mesh.drawn());
                scene.add(view, mesh)?;
                let why = "has no area, or a corner that is missing or beyond ±3.4e38";
                if drawn == 0 {
                    self.notes.push(format!(
                        "nothing of the mesh can be drawn: each of its {count} triangles {why}"
                    ));
                } else if drawn < count {
                    let lost = count - drawn;
                    self.notes
                        .push(format!("{lost} of {count} triangles of the mesh are not drawn: each {why}"));
                }
                Ok(bounds)
            }
            Thing::Balls { centers, radii, colors } => {
                let seen = |center: &[f64; 3]| if can_be_seen(center) { *center } else { [f64::NAN; 3] };
                let centers: Vec<[f64; 3]> = centers.iter().map(seen).collect();
                let spheres = Spheres::new(&context, &centers, radii.clone(), colors.clone())?;
                let bounds = spheres.bounds();
                scene.add(view, spheres)?;
                Ok(bounds)
            }
            Thing::Voxels { size, values, look } => {
                let (low, high) = ends(values, look);
                let reach = look.level().map_or((low, high), |level| (low.min(level), high.max(level)));
                let near = look.limits.and_then(|_| within_reach(values, reach));
                let mut volume = Volume::new(&context, *size, near.as_deref().unwrap_or(values))?;
                volume.set_rendering(look.rendering)?;
                volume.set_colormap(&look.colormap)?;
                volume.set_limits(Some([low, high]));
                let bounds = volume.bounds();
                scene.add(view, volume)?;
                Ok(bounds)
            }
        }
    }
}
