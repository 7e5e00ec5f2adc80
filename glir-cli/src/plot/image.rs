//! `glir plot image`: pictures, and arrays of numbers as colours.

use super::figure::{FigureArgs, Panels, number, span};
use super::table::colormap;
use super::values::shape;
use crate::failure::{Failure, Outcome, say};
use crate::input::Input;
use clap::Args;
use glir_plot::{Figure, Pixels};
use glir_visuals::Colormap;

/// The power of ten that numbers were divided by, and what was subtracted from them.
type Scaling = (i32, f64);

/// Plot images: pictures, or arrays of numbers as colours
#[derive(Debug, Args)]
#[command(
    after_help = "Reads PNG and JPEG; NPY, NPZ, CSV and TSV as rows of numbers from the top down. Several stand side by
    side; those of one size show the same part of themselves wherever one of them is moved.\n\n\
    Examples:\n  \
    glir plot image map.npy --cmap RdBu_r --clim -1..1 -o map.html\n  \
    glir plot image photo.jpg\n  \
    glir plot image before.npy after.npy --clim 0..1 -o both.html"
)]
pub(super) struct ImageVerb {
    #[command(flatten)]
    panels: Panels,
    /// Colours of numbers: viridis, magma, turbo, RdBu, ... (_r for the reverse)
    #[arg(long, default_value = "viridis", value_name = "MAP", value_parser = colormap)]
    cmap: Colormap,
    /// The numbers of the colour map's ends
    #[arg(long, value_name = "FROM..TO", value_parser = span, allow_hyphen_values = true)]
    clim: Option<(f64, f64)>,
    /// Left, right, bottom and top edge, where they are not the rows' and columns' numbers
    #[arg(long, num_args = 4, value_names = ["L", "R", "B", "T"], value_parser = number, allow_hyphen_values = true)]
    extent: Option<Vec<f64>>,
    /// Smooth between pixels
    #[arg(long)]
    smooth: bool,
    /// No colour bar
    #[arg(long)]
    no_bar: bool,
    /// Pixels need not be square
    #[arg(long)]
    stretch: bool,
    /// What stands below
    #[arg(long, value_name = "TEXT")]
    xlabel: Option<String>,
    /// What stands to the left
    #[arg(long, value_name = "TEXT")]
    ylabel: Option<String>,
    /// The array to draw from an .npz archive
    #[arg(long, value_name = "NAME")]
    array: Option<String>,
    #[command(flatten)]
    figure: FigureArgs,
}

/// Images of one size, and where they stand.
struct Alike {
    size: (usize, usize),
    cells: Vec<(u16, u16)>,
}

impl ImageVerb {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let extent: Option<[f64; 4]> = self.extent.as_deref().and_then(|edges| edges.try_into().ok());
        if let Some([left, right, bottom, top]) = extent
            && (left == right || bottom == top)
        {
            let why = "left and right edge differ, and so do bottom and top";
            return Err(Failure::about("--extent", why));
        }
        let mut alike: Vec<Alike> = Vec::new();
        let (name, mut figure) = self.panels.draw(&self.figure, |input, figure, cell| {
            let size = self.add(input, figure, cell, extent)?;
            match alike.iter_mut().find(|alike| alike.size == size) {
                Some(alike) => alike.cells.push(cell),
                None => alike.push(Alike { size, cells: vec![cell] }),
            }
            Ok(None)
        })?;
        alike.iter().for_each(|alike| figure.link(&alike.cells));
        self.figure.finish(&name, figure)
    }

    /// Adds an image to a cell; gives its size.
    fn add(
        &self,
        input: &Input,
        figure: &mut Figure,
        (row, column): (u16, u16),
        extent: Option<[f64; 4]>,
    ) -> Result<(usize, usize), Failure> {
        let name = &input.name;
        let broken = |error: &dyn std::fmt::Display| Failure::about(name, error);
        let (width, height, pixels, scale) =
            if glir_data::picture::is_png(input) || glir_data::picture::is_jpeg(input) {
                let picture = glir_data::picture::read(input).map_err(|error| broken(&error))?;
                picture.notes.iter().for_each(|note| say(format_args!("{name}: {note}")));
                let colors = picture.to_rgba8().as_chunks::<4>().0.to_vec();
                (picture.width as usize, picture.height as usize, Pixels::Colors(colors), (0, 0.0))
            } else {
                let options = glir_data::Options { array: self.array.clone(), ..Default::default() };
                let array = glir_data::array::read(input, name, &options).map_err(|error| broken(&error))?;
                array.notes.iter().for_each(|note| say(format_args!("{name}: {note}")));
                self.of_array(&array).map_err(|why| broken(&why))?
            };
        let side = |side: usize| {
            u32::try_from(side).map_err(|_| broken(&"an image has at most 4,294,967,295 rows and columns"))
        };
        let axes = figure.subplot(row, column);
        let image = axes.image(side(width)?, side(height)?, pixels).map_err(|error| broken(&error))?;
        (image.colormap, image.limits, image.smooth) = (self.cmap.clone(), self.clim, self.smooth);
        (image.power, image.origin) = scale;
        image.bar &= !self.no_bar;
        image.extent = extent;
        // Of an image like a ribbon nothing would be seen.
        let ribbon = width.max(height) > 10 * width.min(height);
        axes.even = !(self.stretch || ribbon && self.extent.is_none());
        axes.x.label = self.xlabel.clone().unwrap_or_default();
        axes.y.label = self.ylabel.clone().unwrap_or_default();
        Ok((width, height))
    }

    /// Width, height and pixels of an array, and what numbers were divided by, as a power of ten, when an origin was subtracted.
    fn of_array(
        &self,
        array: &glir_data::array::Array<'_>,
    ) -> Result<(usize, usize, Pixels, Scaling), String> {
        let numbers = |width: usize, height: usize| {
            use glir_data::Element::{F64, I32, I64, U32, U64};
            let (pixels, scale) = match array.element() {
                F64 | I64 | U64 | I32 | U32 => {
                    let mut values = array.to_f64();
                    let origin = Pixels::origin_of(&values);
                    values.iter_mut().for_each(|value| *value -= origin);
                    let (pixels, power) = Pixels::from_f64(&values);
                    (pixels, (power, origin))
                }
                _ => (Pixels::Values(array.to_f32()), (0, 0.0)),
            };
            (width, height, pixels, scale)
        };
        match array.shape[..] {
            [width] => Ok(numbers(width, 1)),
            [height, width] => Ok(numbers(width, height)),
            [height, width, channels @ (3 | 4)] => {
                let values = array.to_f32();
                // Bytes as they are, other numbers from 0 to 1.
                let scale = if array.element() == glir_data::Element::U8 { 1.0 } else { 255.0 };
                let byte = |value: f32| (value * scale).round().clamp(0.0, 255.0) as u8;
                let colors = values.chunks_exact(channels).map(|texel| {
                    [
                        byte(texel[0]),
                        byte(texel[1]),
                        byte(texel[2]),
                        texel.get(3).map_or(255, |alpha| byte(*alpha)),
                    ]
                });
                Ok((width, height, Pixels::Colors(colors.collect()), (0, 0.0)))
            }
            _ => Err(format!("an image has rows and columns; this array is {}", shape(array))),
        }
    }
}
