//! `glir plot lines`, `scatter` and `hist`: columns of tables.

use super::figure::{FigureArgs, stem};
use super::values::{Span, Values, describe, epoch, label, mixed};
use crate::failure::{Failure, Outcome, say};
use clap::Args;
use glir_data::table::{Column, Content, Table, read};
use glir_plot::{Axes, Axis, Bins, Counts, Epoch, Figure, Legend, Scale};
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
    #[arg(long, value_name = "FROM..TO", value_parser = Span::read, allow_hyphen_values = true)]
    xlim: Option<Span>,
    /// Where y begins and ends, as --xlim
    #[arg(long, value_name = "FROM..TO", value_parser = Span::read, allow_hyphen_values = true)]
    ylim: Option<Span>,
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
    /// Along which axis of a two-dimensional array rows count, 0 or 1; along the longer one without this
    #[arg(long, value_name = "AXIS", value_parser = clap::value_parser!(u8).range(0..=1))]
    along: Option<u8>,
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
    #[arg(long, value_name = "FROM..TO", value_parser = Span::read, allow_hyphen_values = true)]
    clim: Option<Span>,
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

impl AxesArgs {
    /// How axes of x and of y count dates. Logarithms of dates are those of seconds.
    fn epochs<'v>(
        &self,
        x: impl IntoIterator<Item = &'v Values> + Clone,
        y: impl IntoIterator<Item = &'v Values> + Clone,
    ) -> [Option<Epoch>; 2] {
        let notes = mixed("x", x.clone()).into_iter().chain(mixed("y", y.clone()));
        notes.for_each(|note| say(format_args!("{note}")));
        for (axis, is_log, calendar) in
            [("x", self.log_x, epoch(x.clone())), ("y", self.log_y, epoch(y.clone()))]
        {
            if is_log && calendar.is_some() {
                say(format_args!(
                    "--log-{axis}: a calendar has no logarithms; dates are drawn as seconds since 1970"
                ));
            }
        }
        [epoch(x).filter(|_| !self.log_x), epoch(y).filter(|_| !self.log_y)]
    }

    fn apply(&self, axes: &mut Axes) {
        if self.log_x {
            axes.x.scale = Scale::Log;
        }
        if self.log_y {
            axes.y.scale = Scale::Log;
        }
        let span = |span: Option<Span>, axis: &Axis| {
            let calendar = (axis.scale == Scale::Time).then_some(axis.epoch);
            span.map(|span| span.on(calendar))
        };
        (axes.x.limits, axes.y.limits) = (span(self.xlim, &axes.x), span(self.ylim, &axes.y));
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
        let along = self.axes.along.map(usize::from);
        let options = glir_data::Options { array: self.axes.array.clone(), along, ..Default::default() };
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
        self.figure.finish(&names.join(", "), figure)
    }
}

fn column<'t, 'a>(table: &'t Table<'a>, which: &str, name: &str) -> Result<&'t Column<'a>, Failure> {
    table.column(which).map_err(|error| Failure::about(name, error))
}

/// Whether numbers suit as x: dates, or numbers that rise, but for a few that are missing.
fn rises(column: &Values) -> bool {
    let all = &column.numbers;
    let values: Vec<f64> = all.iter().copied().filter(|value| value.is_finite()).collect();
    let most = 2 * values.len() > all.len();
    column.is_dates() || most && values.windows(2).all(|pair| pair[0] < pair[1])
}

/// A line on its way to the figure.
struct Path {
    /// The file's name.
    name: String,
    /// Which of the tables' x it goes over; the rows' numbers without one.
    over: Option<usize>,
    y: Values,
    /// Its name in the legend, if it has one.
    legend: Option<String>,
}

impl Lines {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let several = self.tables.data.len() > 1;
        let mut figure = self.tables.figure.figure("")?;
        let axes = figure.axes();
        let (mut across, mut paths): (Vec<Values>, Vec<Path>) = (Vec::new(), Vec::new());
        self.tables.each(|name, table| {
            let mut placed = match &self.x {
                Some(which) => Some(column(table, which, name)?).map(|x| (x, Values::of(x))),
                None => Some(&table.columns[0])
                    .filter(|_| table.columns.len() + table.empty().count() > 1)
                    .map(|first| (first, Values::of(first)))
                    .filter(|(_, values)| rises(values)),
            };
            let is_x = |column: &&Column<'_>| placed.as_ref().is_some_and(|(x, _)| x.number == column.number);
            let chosen: Vec<&Column<'_>> = if self.y.is_empty() {
                table.columns.iter().filter(|column| !is_x(column)).collect()
            } else {
                self.y.iter().map(|which| column(table, which, name)).collect::<Result<_, _>>()?
            };
            if let (true, Some((x, _))) = (chosen.is_empty(), &placed) {
                let empty: Vec<String> = table.empty().take(12).collect();
                let (over, why) = (label(x), empty.join(", "));
                return Err(Failure::about(
                    name,
                    format_args!("there is nothing to draw over {over:?}: no value is in {why}"),
                ));
            }
            let alone = chosen.len() == 1 && !several;
            // Rows without an x have no place, and are no gap.
            let gaps: Vec<bool> = placed.as_ref().map_or(Vec::new(), |(_, x)| {
                x.numbers.iter().map(|place| !place.is_finite()).collect()
            });
            if let Some((_, x)) = &mut placed {
                let (count, label) = (x.numbers.len(), &x.label);
                x.numbers.retain(|place| place.is_finite());
                let lost = count - x.numbers.len();
                if lost > 0 {
                    say(format_args!(
                        "{name}: {lost} of {count} rows are left out: {label:?}, which is x, is missing or not finite there"
                    ));
                }
            }
            let over = placed.is_some().then_some(across.len());
            for y in chosen {
                let mut y = Values::of(y);
                let mut row = 0..;
                y.numbers.retain(|_| !row.next().and_then(|row: usize| gaps.get(row)).is_some_and(|gap| *gap));
                let legend = (!alone)
                    .then(|| if several { format!("{}: {}", stem(name), y.label) } else { y.label.clone() });
                paths.push(Path { name: name.to_owned(), over, y, legend });
            }
            let row = || Values { label: "row".into(), content: Content::Numbers, numbers: Vec::new() };
            across.push(placed.map_or_else(row, |(_, x)| x));
            Ok(())
        })?;
        let [x, y] = self.tables.axes.epochs(&across, paths.iter().map(|path| &path.y));
        describe(&mut axes.x, &across, x);
        describe(&mut axes.y, paths.iter().map(|path| &path.y), y);
        // A calendar speaks for itself, and so do rows; names of several lines stand in the legend.
        if axes.x.scale == Scale::Time || self.x.is_none() && across.iter().all(|x| x.label == "row") {
            axes.x.label.clear();
        }
        if paths.len() != 1 {
            axes.y.label.clear();
        }
        across.iter_mut().for_each(|values| values.count_from(x));
        for Path { name, over, y: mut values, legend } in paths {
            values.count_from(y);
            let x = over.and_then(|over| across.get(over));
            let rows: Vec<f64> = match x {
                Some(_) => Vec::new(),
                None => (0..values.numbers.len()).map(|row| row as f64).collect(),
            };
            let line = axes.line(x.map_or(&rows, |x| &x.numbers), &values.numbers).map_err(|error| {
                let x = x.map_or("rows", |x| x.label.as_str());
                Failure::about(&name, format_args!("{} over {x}: {error}", values.label))
            })?;
            line.width(self.line_width);
            if let Some(legend) = legend {
                line.label(&legend);
            }
        }
        self.tables.finish(figure)
    }
}

impl Points {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let several = self.tables.data.len() > 1;
        let mut figure = self.tables.figure.figure("")?;
        let axes = figure.axes();
        let (mut names, mut across, mut upward) = (Vec::new(), Vec::new(), Vec::new());
        let mut colors: Vec<Values> = Vec::new();
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
            if let Some(which) = &self.color_by {
                colors.push(Values::of(column(table, which, name)?));
            }
            names.push(name.to_owned());
            across.push(Values::of(x));
            upward.push(Values::of(y));
            Ok(())
        })?;
        let [x, y] = self.tables.axes.epochs(&across, &upward);
        let calendar = epoch(&colors).filter(|_| !colors.is_empty());
        describe(&mut axes.x, &across, x);
        describe(&mut axes.y, &upward, y);
        if axes.x.scale == Scale::Time {
            axes.x.label.clear();
        }
        let mut colors = colors.into_iter();
        for (name, (mut places, mut values)) in names.iter().zip(across.into_iter().zip(upward)) {
            places.count_from(x);
            values.count_from(y);
            let markers = axes
                .scatter(&places.numbers, &values.numbers)
                .map_err(|error| Failure::about(name, error))?;
            markers.marker.clone_from(&self.marker);
            markers.colormap = self.cmap.clone();
            markers.limits = self.clim.map(|span| span.on(calendar));
            if let Some(size) = self.marker_size {
                markers.size(size);
            }
            if let Some(mut by) = colors.next() {
                by.count_from(calendar);
                markers.values(by.numbers);
                markers.values_label = by.label;
                if let Some(epoch) = calendar {
                    (markers.values_scale, markers.values_epoch) = (Scale::Time, epoch);
                }
            }
            if several {
                markers.label(&stem(name));
            }
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
        let (mut names, mut columns) = (Vec::new(), Vec::new());
        self.tables.each(|name, table| {
            let chosen: Vec<&Column<'_>> = if self.y.is_empty() {
                let measured = |column: &&Column<'_>| column.content != Content::Elapsed;
                vec![table.columns.iter().find(measured).unwrap_or(&table.columns[0])]
            } else {
                self.y.iter().map(|which| column(table, which, name)).collect::<Result<_, _>>()?
            };
            for values in chosen {
                let own = if several { format!("{}: {}", stem(name), label(values)) } else { label(values) };
                names.push((name.to_owned(), own));
                columns.push(Values::of(values));
            }
            Ok(())
        })?;
        let [x, _] = self.tables.axes.epochs(&columns, []);
        describe(&mut axes.x, &columns, x);
        columns.iter_mut().for_each(|values| values.count_from(x));
        // Heights of several compare where all have the same bins.
        let many = columns.len() > 1;
        let scale = axes.x.scale;
        let broken = |name: &str, error: glir_plot::PlotError| Failure::about(name, error);
        let bins = if many {
            let all: Vec<f64> = columns.iter().flat_map(|values| &values.numbers).copied().collect();
            Bins::Edges(Counts::on(scale, &all, &bins).map_err(|error| broken(&names[0].0, error))?.edges)
        } else {
            bins
        };
        for ((name, own), values) in names.iter().zip(&columns) {
            let values = &values.numbers;
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
        if many {
            axes.x.label.clear();
        }
        axes.y.label = "count".into();
        self.tables.finish(figure)
    }
}
