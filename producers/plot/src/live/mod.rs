//! Plots that people move: the data goes to the GPU once, in several degrees of detail, and a new view costs a few uniforms.
//!
//! A static plot is made for its pixels. A live one keeps every sample, and above them a [pyramid](pyramid) of extremes, in one
//! texture; the shaders fetch from the level that suits the view. So panning through ten million samples draws a few
//! thousand segments a frame and sends less than a kilobyte, whatever the zoom. Drawing all samples from a buffer would need
//! neither pyramid nor texture, but software GL takes seconds for ten million segments, and so do many GPUs.

mod emit;
mod pyramid;
mod view;
mod words;

use crate::layout::Layout;
use crate::{Chart, PlotError, Rows, points, scale};
use glir_data::{Recording, Timing};
use glir_spec::{Feature, Frame, Header, Profile, Reply};
use pyramid::Pyramid;
use view::{Ground, View};
use words::Words;

/// What an event changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    None,
    /// The picture: send [`LivePlot::frame`].
    View,
}

/// A plot for a live session.
///
/// ```
/// use glir_data::{Channel, Recording, Samples};
///
/// let values: Vec<f32> = (0..100_000).map(|i| (i as f32 * 0.01).sin()).collect();
/// let recording =
///     Recording { channels: vec![Channel::from(Samples::from(&values[..]))], ..Recording::default() };
/// let mut plot = glir_plot::Chart::default().live(&recording)?;
/// let mut frames = 0;
/// plot.scene(&mut |_frame| frames += 1)?;
/// assert!(frames >= 1);
/// // After each event that changes something:
/// let frame = plot.frame()?;
/// assert!(frame.head().len() + frame.arena().len() < 1500);
/// # Ok::<(), glir_plot::PlotError>(())
/// ```
pub struct LivePlot<'r> {
    chart: Chart,
    recording: &'r Recording<'r>,
    layout: Layout,
    /// The channel of each lane.
    channels: Vec<usize>,
    /// What is subtracted from a lane's values, so that single precision serves them.
    middle: Vec<f64>,
    pyramid: Pyramid,
    profile: Profile,
    view: View,
    words: Words,
    /// The lanes as they were sent last.
    sent: Vec<[f32; 4]>,
    /// The canvas has another size than was sent.
    resized: bool,
    /// A stream has the objects of the words.
    begun: bool,
}

impl Chart {
    /// A plot that follows what people do: pan by dragging and by arrow keys, zoom by wheel, keys and, with shift, by a box; a
    /// double click or Home shows all again. With shift the wheel zooms the values of the lane under the pointer. Time is seconds, or a calendar's
    /// where the recording tells when it began.
    ///
    /// Its stream needs profile es2 and float textures, which WebGL 1 has nearly everywhere; with more than twelve million samples or so
    /// it needs profile es3. Strip charts have one row: who can pan needs no more.
    ///
    /// # Errors
    /// As for [`signals`](Chart::signals).
    pub fn live<'r>(&self, recording: &'r Recording<'r>) -> Result<LivePlot<'r>, PlotError> {
        let chart = Chart { rows: Rows::Count(1), ..self.clone() };
        let mut layout = Layout::of(&chart, recording)?;
        let lines = points::lines(recording, &layout);
        scale::fit(&mut layout, &lines, chart.shared_scale)?;
        let channels: Vec<usize> = layout.lanes.iter().map(|lane| lane.channel).collect();
        let pyramid = Pyramid::of(recording, &channels);
        let values: Vec<(f64, f64)> = layout.lanes.iter().map(|lane| lane.value).collect();
        let middle = values.iter().map(|(low, high)| low / 2.0 + high / 2.0).collect();
        // Four samples of the densest channel are worth seeing; fewer are a straight line.
        let dense = channels.iter().filter_map(|channel| recording.channel(*channel));
        let step = dense.map(step).fold(f64::INFINITY, f64::min);
        let least = if step.is_finite() { 4.0 * step } else { 0.0 };
        let profile = if pyramid.texels <= emit::MOST_ES2 { Profile::Es2 } else { Profile::Es3 };
        let mut words = Words::new(&header(&chart, profile), &chart, recording, &channels, &layout.clock)?;
        let view = View::new(layout.time, values, least.max((layout.time.1 - layout.time.0) * 1e-12));
        // Words take room from the lanes.
        layout = words.lay_out(&chart, recording, &view)?;
        Ok(LivePlot {
            chart,
            recording,
            layout,
            channels,
            middle,
            profile,
            pyramid,
            view,
            words,
            sent: Vec::new(),
            resized: false,
            begun: false,
        })
    }
}

fn header(chart: &Chart, profile: Profile) -> Header<'static> {
    let floats = (profile == Profile::Es2).then_some(Feature::FloatTextures);
    Header {
        profile,
        requires: floats.into_iter().collect(),
        width: chart.width,
        height: chart.height,
        title: crate::emit::objects::shortened(&chart.title).to_owned().into(),
        generator: concat!("glir-plot ", env!("CARGO_PKG_VERSION")).into(),
        ..Header::default()
    }
}

/// The mean time between samples; of those that come in bursts that between the nearest.
fn step(channel: &glir_data::Channel<'_>) -> f64 {
    if let Timing::Stamps(stamps) = &channel.timing {
        let four = stamps.windows(5).map(|five| five[4] - five[0]).filter(|time| *time > 0.0);
        let least = four.fold(f64::INFINITY, f64::min);
        if least.is_finite() {
            return least / 4.0;
        }
    }
    let (from, to) = channel.time_extent().unwrap_or((0.0, 0.0));
    match channel.len() {
        0 | 1 => f64::INFINITY,
        count => (to - from) / (count - 1) as f64,
    }
}

impl LivePlot<'_> {
    /// The same plot in profile es3, whose shaders count in integers and which has finer levels of detail for wide pictures.
    ///
    /// # Errors
    /// None that [`Chart::live`] has not.
    pub fn in_es3(mut self) -> Result<Self, PlotError> {
        self.profile = Profile::Es3;
        self.write_anew()?;
        Ok(self)
    }

    /// The stream's header.
    pub fn header(&self) -> Header<'static> {
        header(&self.chart, self.profile)
    }

    /// Samples in the plot.
    pub fn samples(&self) -> u64 {
        self.pyramid.groups.iter().map(|group| (group.samples * group.lanes.len()) as u64).sum()
    }

    /// Everything, as chunks of one frame: the data, of which no chunk holds more than 4 MiB, and the picture of the present view.
    /// Each time it is the beginning of a stream; what [`frame`](LivePlot::frame) gives goes on from the last one.
    ///
    /// # Errors
    /// More different letters in names than an atlas has room for.
    pub fn scene(&mut self, give: &mut dyn FnMut(&Frame)) -> Result<(), PlotError> {
        if std::mem::replace(&mut self.begun, true) {
            self.write_anew()?;
        }
        emit::scene(self, give)
    }

    /// The picture of the present view, on a scene that was sent: about a kilobyte as long as the lanes stay as they are.
    ///
    /// # Errors
    /// As for [`scene`](LivePlot::scene).
    pub fn frame(&mut self) -> Result<Frame, PlotError> {
        emit::picture(self)
    }

    /// Follows what somebody did, or a canvas that got another size.
    pub fn event(&mut self, event: &Reply<'_>) -> Change {
        if let Reply::Resize(resize) = event {
            return self.resize(resize.width, resize.height);
        }
        let ground = self.ground();
        self.view.event(event, &ground)
    }

    /// The times at the picture's edges, in seconds (or in samples if the recording has no rate).
    pub fn time(&self) -> (f64, f64) {
        self.view.time
    }

    fn resize(&mut self, width: u32, height: u32) -> Change {
        if (width, height) == (self.chart.width, self.chart.height) {
            return Change::None;
        }
        let chart = Chart { width, height, ..self.chart.clone() };
        // A canvas too small or too large for a plot keeps the picture that it has.
        if self.lay_out(chart).is_err() {
            return Change::None;
        }
        self.resized = true;
        Change::View
    }

    /// Words whose objects no stream has yet.
    fn write_anew(&mut self) -> Result<(), PlotError> {
        let clock = &self.layout.clock;
        self.words = Words::new(&self.header(), &self.chart, self.recording, &self.channels, clock)?;
        self.lay_out(self.chart.clone())
    }

    /// Puts lanes and words at their places on a canvas.
    fn lay_out(&mut self, chart: Chart) -> Result<(), PlotError> {
        let mut layout = self.words.lay_out(&chart, self.recording, &self.view)?;
        for (lane, old) in layout.lanes.iter_mut().zip(&self.layout.lanes) {
            lane.value = old.value;
        }
        (self.chart, self.layout) = (chart, layout);
        Ok(())
    }

    fn ground(&self) -> Ground {
        Ground {
            left: f64::from(self.layout.area.x),
            width: f64::from(self.layout.area.width),
            lanes: self.layout.lanes.iter().map(|lane| (lane.bottom, lane.height)).collect(),
        }
    }
}
