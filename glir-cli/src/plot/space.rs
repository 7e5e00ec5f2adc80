//! `glir plot mesh`, `volume` and `molecule`: solid things, turned by dragging.

use super::figure::{FigureArgs, Panels, number, span};
use super::table::{color, colormap};
use super::values::shape;
use crate::failure::{Failure, Outcome, say};
use crate::input::Input;
use clap::Args;
use glir_plot::{Figure, VolumeLook};
use glir_visuals::{Color, Colormap, Rendering};

/// Where it is seen from.
#[derive(Debug, Args)]
struct Direction {
    /// Degrees above the plane of x and y
    #[arg(long, default_value_t = 25.0, value_name = "DEGREES", value_parser = number, allow_hyphen_values = true)]
    elevation: f64,
    /// Degrees around z
    #[arg(long, default_value_t = 30.0, value_name = "DEGREES", value_parser = number, allow_hyphen_values = true)]
    azimuth: f64,
}

/// Plot a surface of triangles
#[derive(Debug, Args)]
#[command(after_help = "Reads OBJ, STL and PLY. Several stand side by side.\n\n\
    Example:\n  \
    glir plot mesh part.stl --color steelblue --edges -o part.html\n\n\
    Edges are smooth by four samples a pixel, which take OpenGL ES 3.0 or WebGL 2; with --api gles2 there are none.")]
pub(super) struct MeshVerb {
    #[command(flatten)]
    panels: Panels,
    /// The colour of a mesh that has none
    #[arg(long, default_value = "#8fb3d9", value_name = "COLOR", value_parser = color)]
    color: Color,
    /// Draw the triangles' edges
    #[arg(long)]
    edges: bool,
    #[command(flatten)]
    direction: Direction,
    #[command(flatten)]
    figure: FigureArgs,
}

/// Plot numbers on a grid in space
#[derive(Debug, Args)]
#[command(
    after_help = "Reads NPY and NPZ of three axes: depth, height, width. Several stand side by side.\n\n\
    Examples:\n  \
    glir plot volume scan.npy -o scan.html\n  \
    glir plot volume orbital.npy --level 40 --color gold -o orbital.png"
)]
pub(super) struct VolumeVerb {
    #[command(flatten)]
    panels: Panels,
    /// Draw the surface at this value
    #[arg(long, value_name = "VALUE", value_parser = number, allow_hyphen_values = true)]
    level: Option<f64>,
    /// Draw mist, so dense: above 0, up to 1
    #[arg(long, value_name = "DENSITY", conflicts_with = "level", num_args = 0..=1, default_missing_value = "0.1", value_parser = density)]
    mist: Option<f32>,
    /// The colour of the surface
    #[arg(long, default_value = "gold", value_name = "COLOR", value_parser = color)]
    color: Color,
    /// Colours of numbers: viridis, magma, turbo, RdBu, ... (_r for the reverse)
    #[arg(long, default_value = "magma", value_name = "MAP", value_parser = colormap)]
    cmap: Colormap,
    /// The numbers of the colour map's ends
    #[arg(long, value_name = "FROM..TO", value_parser = span, allow_hyphen_values = true)]
    clim: Option<(f64, f64)>,
    /// No colour bar
    #[arg(long)]
    no_bar: bool,
    /// The array to draw from an .npz archive
    #[arg(long, value_name = "NAME")]
    array: Option<String>,
    #[command(flatten)]
    direction: Direction,
    #[command(flatten)]
    figure: FigureArgs,
}

/// Plot a molecule: a ball for each atom
#[derive(Debug, Args)]
#[command(
    after_help = "Reads PDB and XYZ. Balls are as large as van der Waals radii. Several stand side by side.\n\n\
    Example:\n  \
    glir plot molecule 1crn.pdb -o crambin.html"
)]
pub(super) struct MoleculeVerb {
    #[command(flatten)]
    panels: Panels,
    /// Which frame of an XYZ file or model of a PDB file, from 0
    #[arg(long, value_name = "N")]
    frame: Option<usize>,
    #[command(flatten)]
    direction: Direction,
    #[command(flatten)]
    figure: FigureArgs,
}

fn density(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(density) if density > 0.0 && density <= 1.0 => Ok(density),
        _ => Err(format!("{text:?} is no density above 0, up to 1")),
    }
}

impl Direction {
    fn angles(&self) -> [f64; 2] {
        [self.elevation, self.azimuth]
    }
}

impl MeshVerb {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let (name, mut figure) = self.panels.draw(&self.figure, |input, figure, (row, column)| {
            let name = &input.name;
            let mesh = glir_data::mesh::read(input, name).map_err(|error| Failure::about(name, error))?;
            mesh.notes.iter().for_each(|note| say(format_args!("{name}: {note}")));
            if mesh.triangles.is_empty() {
                return Err(Failure::about(name, "there are no triangles"));
            }
            let space = figure.space(row, column);
            space.direction = self.direction.angles();
            space.mesh(&mesh, self.color, self.edges);
            Ok(None)
        })?;
        figure.samples = self.figure.samples();
        self.figure.finish(&name, figure)
    }
}

impl VolumeVerb {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let (name, figure) = self.panels.draw(&self.figure, |input, figure, cell| {
            self.add(input, figure, cell)?;
            Ok(None)
        })?;
        self.figure.finish(&name, figure)
    }

    fn add(&self, input: &Input, figure: &mut Figure, (row, column): (u16, u16)) -> Result<(), Failure> {
        let name = &input.name;
        let options = glir_data::Options { array: self.array.clone(), ..Default::default() };
        let array =
            glir_data::array::read(input, name, &options).map_err(|error| Failure::about(name, error))?;
        array.notes.iter().for_each(|note| say(format_args!("{name}: {note}")));
        let [depth, height, width] = array.shape[..] else {
            let why = format!("a volume has depth, height and width; this array is {}", shape(&array));
            return Err(Failure::about(name, why));
        };
        if array.element() == glir_data::Element::F64 {
            let far = |value: &&f64| value.is_finite() && !(**value as f32).is_finite();
            let count = array.to_f64().iter().filter(far).count();
            if count > 0 {
                say(format_args!(
                    "{name}: {count} values lie beyond ±3.4e38, more than single precision has room for"
                ));
            }
        }
        let rendering = match (self.level, self.mist) {
            (Some(level), _) => Rendering::Surface { level, color: self.color },
            (None, Some(density)) => Rendering::Mist { density },
            (None, None) => Rendering::Maximum,
        };
        let limits = self.clim.map(|(low, high)| [low, high]);
        let look = VolumeLook { rendering, colormap: self.cmap.clone(), limits, bar: !self.no_bar };
        let space = figure.space(row, column);
        space.direction = self.direction.angles();
        let added = space.volume([width, height, depth], array.to_f32(), look);
        added.map(drop).map_err(|error| Failure::about(name, error))
    }
}

impl MoleculeVerb {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let (name, figure) = self.panels.draw(&self.figure, |input, figure, (row, column)| {
            let name = &input.name;
            let options = glir_data::molecule::Options { frame: self.frame, named: None };
            let molecule = glir_data::molecule::read(input, name, &options)
                .map_err(|error| Failure::about(name, error))?;
            molecule.notes.iter().for_each(|note| say(format_args!("{name}: {note}")));
            let space = figure.space(row, column);
            space.direction = self.direction.angles();
            space.molecule(&molecule);
            Ok(molecule.title.clone().filter(|title| title.chars().count() <= 80))
        })?;
        self.figure.finish(&name, figure)
    }
}
