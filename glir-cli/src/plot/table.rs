//! `glir plot lines`, `scatter` and `hist`: columns of tables.

use super::figure::{FigureArgs, span_or_dates, stem};
use crate::failure::{Failure, Outcome, say};
use clap::Args;
use glir_data::table::{Column, Content, Table, read};
use glir_plot::{Axes, Bins, Counts, Figure, Legend, Scale};
use glir_visuals::{Colormap, Symbol};
use std::path::PathBuf;

/// Arguments of two axes.
#[derive(Debug, Args)]
struct AxesArgs {
    /// Powers of ten in x
    #[arg(long)]
    log_x: bool,
    /// Powers of ten in y
    #[arg(long)]
    log_y: bool,
    /// Where x begins and ends: numbers, or dates such as 2024-03-01..2024-04-01
    #[arg(long, value_name = "FROM..TO", value_parser = span_or_dates, allow_hyphen_values = true)]
    xlim: Option<(f64, f64)>,
    /// Where y begins and ends, as --xlim
    #[arg(long, value_name = "FROM..TO", value_parser = span_or_dates, allow_hyphen_values = true)]
    ylim: Option<(f64, f64)>,
    /// What stands below
    #[arg(long, value_name = "TEXT")]
    xlabel: Option<String>,
    /// What stands to the left
    #[arg(long, value_name = "TEXT")]
    ylabel: Option<String>,
    /// No lines across
    #[arg(long)]
    no_grid: bool,
    /// No legend
    #[arg(long)]
    no_legend: bool,
    /// A unit is as long in x as in y
    #[arg(long)]
    equal: bool,
    /// The array to draw from an .npz archive
    #[arg(long, value_name = "NAME")]
    array: Option<String>,
}

/// What is drawn, between which axes, and where it goes.
#[derive(Debug, Args)]
struct TablesArgs {
    /// Tables; - for standard input
    #[arg(required = true, value_name = "DATA")]
    data: Vec<PathBuf>,
    #[command(flatten)]
    axes: AxesArgs,
    #[command(flatten)]
    figure: FigureArgs,
}

/// Plot lines through the columns of tables
#[derive(Debug, Args)]
#[command(
    after_help = "Reads CSV and TSV, NPY and NPZ, WAV and EDF. Columns go by their names or by their numbers from 0.\n\
    Without -x, x is the first column where that rises (or holds dates), else the row's number; without -y, all others are drawn.\n\n\
    Examples:\n  \
    glir plot lines spectrum.csv --log-x --log-y -o spectrum.png\n  \
    glir plot lines a.csv b.csv -x time -y speed,height -o both.html"
)]
pub(super) struct Lines {
    #[command(flatten)]
    tables: TablesArgs,
    /// The column of x
    #[arg(short, value_name = "COLUMN")]
    x: Option<String>,
    /// The columns of y
    #[arg(short, value_name = "COLUMN", value_delimiter = ',')]
    y: Vec<String>,
    /// Width of lines in pixels
    #[arg(long, default_value_t = 1.5, value_name = "PIXELS", value_parser = pixels)]
    line_width: f32,
}

/// Plot markers at the rows of tables
#[derive(Debug, Args)]
#[command(
    after_help = "Reads CSV and TSV, NPY and NPZ, WAV and EDF. Columns go by their names or by their numbers from 0.\n\
    Without -x and -y these are the first two columns of numbers.\n\n\
    Examples:\n  \
    glir plot scatter points.csv -x height -y weight -c age -o people.html\n  \
    glir plot scatter cloud.npy --marker cross --marker-size 4 -o cloud.png"
)]
pub(super) struct Points {
    #[command(flatten)]
    tables: TablesArgs,
    /// The column of x
    #[arg(short, value_name = "COLUMN")]
    x: Option<String>,
    /// The column of y
    #[arg(short, value_name = "COLUMN")]
    y: Option<String>,
    /// The column of values that become colours
    #[arg(short, long, value_name = "COLUMN")]
    color_by: Option<String>,
    /// Colours of values: viridis, magma, turbo, RdBu, ... (_r for the reverse)
    #[arg(long, default_value = "viridis", value_name = "MAP", value_parser = colormap)]
    cmap: Colormap,
    /// The values of the colour map's ends: numbers, or dates
    #[arg(long, value_name = "FROM..TO", value_parser = span_or_dates, allow_hyphen_values = true)]
    clim: Option<(f64, f64)>,
    /// Shape: disc, square, cross, star, ...
    #[arg(long, default_value = "disc", value_name = "SHAPE", value_parser = symbol)]
    marker: String,
    /// Diameter in pixels
    #[arg(long, value_name = "PIXELS", value_parser = pixels)]
    marker_size: Option<f32>,
}

/// Plot how often which values are in columns of tables
#[derive(Debug, Args)]
#[command(
    after_help = "Reads CSV and TSV, NPY and NPZ, WAV and EDF. Columns go by their names or by their numbers from 0; without -y it is the first.\n\n\
    Example:\n  \
    glir plot hist people.csv -y height,weight --bins 40 -o people.png"
)]
pub(super) struct Histogram {
    #[command(flatten)]
    tables: TablesArgs,
    /// The columns of values
    #[arg(short, value_name = "COLUMN", value_delimiter = ',')]
    y: Vec<String>,
    /// How many bins; as many as suit without this
    #[arg(long, value_name = "N")]
    bins: Option<usize>,
}

pub(super) fn colormap(text: &str) -> Result<Colormap, String> {
    Colormap::named(text).map_err(|error| error.to_string())
}

pub(super) fn color(text: &str) -> Result<glir_visuals::Color, String> {
    text.parse::<glir_visuals::Color>().map_err(|error| error.to_string())
}

fn symbol(text: &str) -> Result<String, String> {
    text.parse::<Symbol>().map(|symbol| symbol.text().to_owned()).map_err(|error| error.to_string())
}

/// A width in pixels.
fn pixels(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(size) if size > 0.0 && size <= 1000.0 => Ok(size),
        _ => Err(format!("{text:?} is no size above 0, up to 1000 pixels")),
    }
}

/// All of a column's numbers.
fn numbers(column: &Column<'_>) -> Vec<f64> {
    let mut values = vec![f64::NAN; column.channel.len()];
    column.channel.read_f64(0, &mut values);
    values
}

/// `name / unit`, or the number of a column without a name.
fn label(column: &Column<'_>) -> String {
    let name = column.channel.name.clone().unwrap_or_else(|| column.number.to_string());
    match &column.channel.unit {
        Some(unit) => format!("{name} / {unit}"),
        None => name,
    }
}

/// Gives an axis of these columns its label and scale: that of dates if all are; labels that differ stand beside each other.
fn describe(axis: &mut glir_plot::Axis, columns: &[(String, Content)]) {
    let mut labels: Vec<&str> = Vec::new();
    for (label, _) in columns {
        if !labels.contains(&label.as_str()) {
            labels.push(label);
        }
    }
    axis.label = labels.join(", ");
    if !columns.is_empty() && columns.iter().all(|(_, content)| *content == Content::Dates) {
        axis.scale = Scale::Time;
    }
}

impl AxesArgs {
    fn apply(&self, axes: &mut Axes) {
        if self.log_x {
            axes.x.scale = Scale::Log;
        }
        if self.log_y {
            axes.y.scale = Scale::Log;
        }
        (axes.x.limits, axes.y.limits) = (self.xlim, self.ylim);
        if let Some(label) = &self.xlabel {
            axes.x.label.clone_from(label);
        }
        if let Some(label) = &self.ylabel {
            axes.y.label.clone_from(label);
        }
        axes.grid = !self.no_grid;
        axes.even = self.equal;
        if self.no_legend {
            axes.legend = Legend::Off;
        }
    }
}

impl TablesArgs {
    /// Goes through the tables.
    fn each(&self, mut draw: impl FnMut(&str, &Table<'_>) -> Result<(), Failure>) -> Result<(), Failure> {
        let options = glir_data::Options { array: self.axes.array.clone(), ..Default::default() };
        for path in &self.data {
            let input = self.figure.open(path)?;
            let table =
                read(&input, &input.name, &options).map_err(|error| Failure::about(&input.name, error))?;
            table.notes.iter().for_each(|note| say(format_args!("{}: {note}", input.name)));
            if table.columns.is_empty() {
                return Err(Failure::about(&input.name, "there is no column of numbers"));
            }
            draw(&input.name, &table)?;
        }
        Ok(())
    }

    /// The figure goes where it shall.
    fn finish(&self, mut figure: Figure) -> Result<Outcome, Failure> {
        self.axes.apply(figure.axes());
        let name = |path: &PathBuf| {
            if path.as_os_str() == "-" { "standard input".into() } else { path.display().to_string() }
        };
        let names: Vec<String> = self.data.iter().map(name).collect();
        self.figure.finish(&names.join(", "), &figure)
    }
}

fn column<'t, 'a>(table: &'t Table<'a>, which: &str, name: &str) -> Result<&'t Column<'a>, Failure> {
    table.column(which).map_err(|error| Failure::about(name, error))
}

/// Whether a column suits as x: dates, or numbers that rise, but for a few that are missing.
fn rises(column: &Column<'_>) -> bool {
    let all = numbers(column);
    let values: Vec<f64> = all.iter().copied().filter(|value| value.is_finite()).collect();
    let most = values.len() > 1 && 2 * values.len() > all.len();
    column.content == Content::Dates || most && values.windows(2).all(|pair| pair[0] < pair[1])
}

impl Lines {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let several = self.tables.data.len() > 1;
        let mut figure = self.tables.figure.figure("")?;
        let axes = figure.axes();
        let (mut across, mut upward) = (Vec::new(), Vec::new());
        self.tables.each(|name, table| {
            let x = match &self.x {
                Some(which) => Some(column(table, which, name)?),
                None => Some(&table.columns[0]).filter(|first| table.columns.len() > 1 && rises(first)),
            };
            let is_x = |column: &&Column<'_>| x.is_some_and(|x| x.number == column.number);
            let chosen: Vec<&Column<'_>> = if self.y.is_empty() {
                table.columns.iter().filter(|column| !is_x(column)).collect()
            } else {
                self.y.iter().map(|which| column(table, which, name)).collect::<Result<_, _>>()?
            };
            let alone = chosen.len() == 1 && !several;
            let placed: Option<Vec<f64>> = x.map(numbers);
            // Rows without an x have no place, and are no gap.
            let has_x = |row: usize| placed.as_ref().is_none_or(|x| x.get(row).is_none_or(|x| x.is_finite()));
            if let (Some(x), Some(places)) = (x, &placed) {
                let lost = places.iter().filter(|place| !place.is_finite()).count();
                if lost > 0 {
                    let (count, label) = (places.len(), label(x));
                    say(format_args!(
                        "{name}: {lost} of {count} rows are left out: {label:?}, which is x, is missing or not finite there"
                    ));
                }
            }
            for y in chosen {
                let all = numbers(y);
                let values: Vec<f64> =
                    all.iter().enumerate().filter(|(row, _)| has_x(*row)).map(|(_, value)| *value).collect();
                let places: Vec<f64> = match &placed {
                    Some(places) => places.iter().copied().filter(|place| place.is_finite()).collect(),
                    None => (0..values.len()).map(|row| row as f64).collect(),
                };
                let line = axes.line(&places, &values).map_err(|error| {
                    Failure::about(
                        name,
                        format_args!("{} over {}: {error}", label(y), x.map_or("rows".into(), label)),
                    )
                })?;
                line.width(self.line_width);
                if !alone {
                    line.label(&if several { format!("{}: {}", stem(name), label(y)) } else { label(y) });
                }
                upward.push((label(y), y.content));
            }
            across.push(x.map_or(("row".into(), Content::Numbers), |x| (label(x), x.content)));
            Ok(())
        })?;
        describe(&mut axes.x, &across);
        describe(&mut axes.y, &upward);
        // A calendar speaks for itself, and so do rows; names of several lines stand in the legend.
        if axes.x.scale == Scale::Time || self.x.is_none() && across.iter().all(|(name, _)| name == "row") {
            axes.x.label.clear();
        }
        if upward.len() != 1 {
            axes.y.label.clear();
        }
        self.tables.finish(figure)
    }
}

impl Points {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let several = self.tables.data.len() > 1;
        let mut figure = self.tables.figure.figure("")?;
        let axes = figure.axes();
        let (mut across, mut upward) = (Vec::new(), Vec::new());
        self.tables.each(|name, table| {
            let nth = |nth: usize| {
                table
                    .columns
                    .get(nth)
                    .ok_or_else(|| Failure::about(name, "markers need two columns of numbers"))
            };
            let x = match &self.x {
                Some(which) => column(table, which, name)?,
                None => nth(0)?,
            };
            let y = match &self.y {
                Some(which) => column(table, which, name)?,
                None => nth(1)?,
            };
            let markers =
                axes.scatter(&numbers(x), &numbers(y)).map_err(|error| Failure::about(name, error))?;
            markers.marker.clone_from(&self.marker);
            (markers.colormap, markers.limits) = (self.cmap.clone(), self.clim);
            if let Some(size) = self.marker_size {
                markers.size(size);
            }
            if let Some(which) = &self.color_by {
                let by = column(table, which, name)?;
                markers.values(numbers(by));
                markers.values_label = label(by);
                if by.content == Content::Dates {
                    markers.values_scale = Scale::Time;
                }
            }
            if several {
                markers.label(&stem(name));
            }
            across.push((label(x), x.content));
            upward.push((label(y), y.content));
            Ok(())
        })?;
        describe(&mut axes.x, &across);
        describe(&mut axes.y, &upward);
        if axes.x.scale == Scale::Time {
            axes.x.label.clear();
        }
        self.tables.finish(figure)
    }
}

impl Histogram {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let bins = self.bins.map_or(Bins::Auto, Bins::Count);
        let several = self.tables.data.len() > 1;
        let mut figure = self.tables.figure.figure("")?;
        let axes = figure.axes();
        // Bins are even on the axis.
        if self.tables.axes.log_x {
            axes.x.scale = Scale::Log;
        }
        let scale = axes.x.scale;
        let (mut columns, mut across) = (Vec::new(), Vec::new());
        self.tables.each(|name, table| {
            let chosen: Vec<&Column<'_>> = if self.y.is_empty() {
                let measured = |column: &&Column<'_>| column.content != Content::Elapsed;
                vec![table.columns.iter().find(measured).unwrap_or(&table.columns[0])]
            } else {
                self.y.iter().map(|which| column(table, which, name)).collect::<Result<_, _>>()?
            };
            for values in chosen {
                let own = if several { format!("{}: {}", stem(name), label(values)) } else { label(values) };
                across.push((label(values), values.content));
                columns.push((name.to_owned(), own, numbers(values)));
            }
            Ok(())
        })?;
        // Heights of several compare where all have the same bins.
        let many = columns.len() > 1;
        let broken = |name: &str, error: glir_plot::PlotError| Failure::about(name, error);
        let bins = if many {
            let all: Vec<f64> = columns.iter().flat_map(|(.., values)| values).copied().collect();
            Bins::Edges(Counts::on(scale, &all, &bins).map_err(|error| broken(&columns[0].0, error))?.edges)
        } else {
            bins
        };
        for (name, own, values) in &columns {
            let bars = axes.hist(values, &bins).map_err(|error| broken(name, error))?;
            let left_out = bars.counts().left_out;
            if left_out > 0 {
                let why = if scale == Scale::Log { ", not finite, or 0 or less" } else { " or not finite" };
                say(format_args!("{name}: {left_out} of {} values are missing{why}", values.len()));
            }
            if many {
                bars.color = bars.color.with_alpha(0.6);
                bars.label(own);
            }
        }
        describe(&mut axes.x, &across);
        if many {
            axes.x.label.clear();
        }
        axes.y.label = "count".into();
        self.tables.finish(figure)
    }
}
