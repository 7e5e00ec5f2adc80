//! Signals: many channels of samples at even distances, in one draw.

use crate::bounds::Bounds;
use crate::color::Color;
use crate::each::Each;
use crate::error::{Result, refuse};
use crate::line::{GAP, GREATEST, Stroke};
use crate::place::{Parts, Place};
use crate::view::{View, ViewSlots};
use crate::visual::Visual;
use glam::DVec3;
use glir_gloo::{
    Area, BufferUsage, Context, Filter, Format, MinFilter, Mode, Texture2D, VertexBuffer, View as BufferView,
};
use glir_shaders::Function;
use glir_transforms::Transform;

/// The most channels: their numbers are of 16 bits.
pub const MAX_CHANNELS: usize = 1 << 16;

/// Samples that may go by until time is counted from another one.
const LEAST_COUNT: u64 = 1 << 23;

/// Texels in a row of the channels' texture.
const ROW: usize = 1024;

/// How signals look. What is one for each counts channels.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalsStyle {
    /// x of the first sample; of a ring, of the first sample that ever was.
    pub start: f64,
    /// The distance from sample to sample.
    pub step: f64,
    /// A channel's y where its samples are 0. Where nothing else is said, channels stand one unit below each other, the first at the
    /// top, at y = number of channels − 1.
    pub offset: Option<Each<f64>>,
    /// What samples are multiplied by.
    pub gain: Each<f64>,
    /// The channels' colours.
    pub color: Each<Color>,
    /// How they are drawn.
    pub stroke: Stroke,
}

impl Default for SignalsStyle {
    fn default() -> Self {
        SignalsStyle {
            start: 0.0,
            step: 1.0,
            offset: None,
            gain: Each::One(1.0),
            color: Each::One(Color::BLACK),
            stroke: Stroke::Hairline,
        }
    }
}

/// Many channels of samples at even distances.
///
/// ```
/// use glir_gloo::{Clear, Context};
/// use glir_visuals::{Signals, SignalsStyle, View, Visual};
///
/// // A thousand channels that scroll: the last 4 × 250 samples of each.
/// let context = Context::new(640, 480)?;
/// let style = SignalsStyle { step: 1.0 / 250.0, ..SignalsStyle::default() };
/// let mut signals = Signals::ring(&context, 1000, 250, 4, style)?;
/// let second = |second: usize| -> Vec<f32> { (0..1000 * 250).map(|i| ((i + second) as f32 * 0.01).sin()).collect() };
/// let mut bytes = Vec::new();
/// for step in 0..8 {
///     signals.append(&second(step))?;
///     let end = step as f64 + 1.0;
///     context.clear(Clear::color([1.0; 4]))?;
///     signals.draw(&View::rect([end - 4.0, end, -1.0, 1000.0], [0.0, 0.0, 640.0, 480.0]))?;
///     bytes.push(context.swap().arena().len());
/// }
/// // What is new is sent, and no more: 1000 × 250 samples of 4 bytes, and 8 bytes a channel.
/// assert!(bytes[7] < 1000 * (250 * 4 + 8) + 500);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A sample that is NaN, infinite or beyond 10³⁷ breaks its line. Picking gives a channel's number.
///
/// # How it is drawn
///
/// All channels are one line strip, or the instances of one draw; from channel to channel a vertex is missing. A vertex takes 8
/// bytes: its sample, and where that belongs (channel and slot, which never change), or 12 where a channel has more than 65,535
/// of them. Offset, gain and colour come from a texture of three texels a channel, read in the vertex shader: so a
/// device must have textures there, as all but very old ones do. Samples are single floats, and transforms are left to the GPU,
/// since a static part can't be folded into what is not a point yet.
#[derive(Debug)]
pub struct Signals {
    place: Place,
    style: SignalsStyle,
    shape: Shape,
    places: BufferView,
    samples: VertexBuffer<f32>,
    table: Texture2D,
    corners: VertexBuffer<[u8; 2]>,
    /// Chunks that were appended, and the last samples of each channel.
    appended: u64,
    last: Vec<f32>,
    extent: Vec<[f32; 2]>,
}

/// How samples lie: chunks, of each of which every channel has a piece: the sample before, its samples, a vertex that is missing.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shape {
    channels: usize,
    chunk: usize,
    chunks: usize,
}

impl Shape {
    fn new(channels: usize, chunk: usize, chunks: usize) -> Result<Shape> {
        if channels > MAX_CHANNELS {
            return refuse(format!("{channels} channels; there may be {MAX_CHANNELS}"));
        }
        let shape = Shape { channels, chunk, chunks };
        let vertices = chunk
            .checked_add(2)
            .and_then(|piece| piece.checked_mul(chunks))
            .filter(|slots| u32::try_from(*slots).is_ok())
            .and_then(|slots| slots.checked_mul(channels.max(1)));
        match vertices.filter(|vertices| *vertices < (1 << 28)) {
            Some(_) => Ok(shape),
            None => refuse(format!(
                "{channels} channels of {chunk} × {chunks} samples are more than one draw has"
            )),
        }
    }

    fn piece(self) -> usize {
        self.chunk + 2
    }

    fn vertices(self) -> usize {
        self.channels * self.piece() * self.chunks
    }

    /// Whether two bytes name a slot.
    fn short(self) -> bool {
        self.piece() * self.chunks <= 1 << 16
    }
}

/// Where each vertex belongs: channel and slot.
fn places(context: &Context, shape: Shape) -> Result<BufferView> {
    let piece = shape.piece();
    let slots = |chunk: usize| {
        (0..shape.channels)
            .flat_map(move |channel| (0..piece).map(move |index| (channel, chunk * piece + index)))
    };
    let all = (0..shape.chunks).flat_map(slots);
    Ok(if shape.short() {
        let values: Vec<[u16; 2]> = all.map(|(channel, slot)| [channel as u16, slot as u16]).collect();
        VertexBuffer::new(context, &values)?.view()
    } else {
        let high = |slot: usize| (slot >> 16) as u16;
        let values: Vec<[u16; 4]> =
            all.map(|(channel, slot)| [channel as u16, slot as u16, high(slot), 0]).collect();
        VertexBuffer::new(context, &values)?.view()
    })
}

impl Signals {
    /// Channels of these samples, channel by channel.
    ///
    /// # Errors
    ///
    /// Samples that are no multiple of the channels; attributes that are not as many as channels; too many of either.
    pub fn new(context: &Context, channels: usize, samples: &[f32], style: SignalsStyle) -> Result<Signals> {
        if channels == 0 && !samples.is_empty() || channels > 0 && !samples.len().is_multiple_of(channels) {
            return refuse(format!(
                "{} samples do not make {channels} channels of one length",
                samples.len()
            ));
        }
        let chunk = samples.len().checked_div(channels).unwrap_or(0);
        let mut signals = Signals::ring(context, channels, chunk, 1, style)?;
        if chunk > 0 {
            signals.append(samples)?;
        }
        Ok(signals)
    }

    /// Channels that keep the last `chunks` × `chunk` samples of what is appended, `chunk` samples at a time.
    ///
    /// # Errors
    ///
    /// Attributes that are not as many as channels; more samples than one draw may have.
    pub fn ring(
        context: &Context,
        channels: usize,
        chunk: usize,
        chunks: usize,
        style: SignalsStyle,
    ) -> Result<Signals> {
        let shape = Shape::new(channels, chunk, chunks)?;
        hold(&style, channels)?;
        let rows = channels.div_ceil(ROW).max(1) as u32 * 3;
        let mut table = Texture2D::new(context, (ROW as u32, rows), Format::Rgba8)?;
        table.set_interpolation(MinFilter::Nearest, Filter::Nearest)?;
        let mut samples = VertexBuffer::zeros(context, shape.vertices())?;
        samples.set_usage(BufferUsage::Stream)?;
        let mut signals = Signals {
            place: Place::new(context, "signals", parts(style.stroke, shape)?)?,
            style,
            shape,
            places: places(context, shape)?,
            samples,
            table,
            corners: VertexBuffer::new(context, &[[0u8, 0], [0, 1], [1, 0], [1, 1]])?,
            appended: 0,
            last: vec![GAP; channels],
            extent: vec![[f32::INFINITY, f32::NEG_INFINITY]; channels],
        };
        signals.send_table()?;
        signals.send_style()?;
        Ok(signals)
    }

    /// Appends a chunk of samples to each channel, channel by channel. The oldest chunk makes room. Only these are sent.
    ///
    /// # Errors
    ///
    /// Another number of samples than channels × chunk.
    pub fn append(&mut self, samples: &[f32]) -> Result<()> {
        let Shape { channels, chunk, chunks } = self.shape;
        if samples.len() != channels * chunk {
            return refuse(format!(
                "{} samples were appended to {channels} channels that take {chunk} each at a time",
                samples.len()
            ));
        }
        if samples.is_empty() || chunks == 0 {
            return Ok(());
        }
        let at = (self.appended % chunks as u64) as usize;
        let mut piece = Vec::with_capacity(channels * self.shape.piece());
        for (channel, samples) in samples.chunks_exact(chunk).enumerate() {
            piece.push(self.last[channel]);
            let extent = &mut self.extent[channel];
            for &sample in samples {
                let good = f64::from(sample.abs()) <= GREATEST;
                piece.push(if good { sample } else { GAP });
                if good {
                    *extent = [extent[0].min(sample), extent[1].max(sample)];
                }
            }
            self.last[channel] = piece[piece.len() - 1];
            piece.push(GAP);
        }
        self.samples.write(at * channels * self.shape.piece(), &piece)?;
        self.appended += 1;
        self.send_time()
    }

    /// Takes another style; nothing of the samples is sent again.
    ///
    /// # Errors
    ///
    /// As [`Signals::ring`]; the signals then stay as they were.
    pub fn set_style(&mut self, style: SignalsStyle) -> Result<()> {
        hold(&style, self.shape.channels)?;
        if !style.stroke.alike(self.style.stroke) {
            self.place.set_parts(parts(style.stroke, self.shape)?)?;
        }
        let before = std::mem::replace(&mut self.style, style);
        let style = &self.style;
        if (&before.offset, &before.gain, &before.color) != (&style.offset, &style.gain, &style.color) {
            self.send_table()?;
        }
        self.send_style()
    }

    /// How they look.
    pub fn style(&self) -> &SignalsStyle {
        &self.style
    }

    /// The number of channels.
    pub fn channels(&self) -> usize {
        self.shape.channels
    }

    /// x of the first sample that is kept, and of the last.
    pub fn span(&self) -> [f64; 2] {
        let kept = self.kept();
        let first = (self.appended - kept) as f64 * self.shape.chunk as f64;
        let last = self.appended as f64 * self.shape.chunk as f64 - 1.0;
        [first, last.max(first)].map(|sample| self.style.start + self.style.step * sample)
    }

    fn kept(&self) -> u64 {
        self.appended.min(self.shape.chunks as u64)
    }

    fn offset(&self, channel: usize) -> f64 {
        match &self.style.offset {
            Some(offset) => offset.at(channel),
            None => (self.shape.channels - 1 - channel) as f64,
        }
    }

    /// Sends offsets, gains and colours.
    fn send_table(&mut self) -> Result<()> {
        let channels = self.shape.channels;
        let rows = channels.div_ceil(ROW).max(1);
        let mut texels = vec![[0u8; 4]; 3 * rows * ROW];
        let range = |of: &dyn Fn(usize) -> f64| {
            let values = (0..channels).map(of).filter(|value| value.is_finite());
            let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
            if low <= high { [low, high - low] } else { [0.0, 0.0] }
        };
        let ranges = [range(&|channel| self.offset(channel)), range(&|channel| self.style.gain.at(channel))];
        for channel in 0..channels {
            let place = |row: usize| 3 * ROW * (channel / ROW) + row * ROW + channel % ROW;
            texels[place(0)] = self.style.color.at(channel).bytes();
            for (row, value) in [self.offset(channel), self.style.gain.at(channel)].into_iter().enumerate() {
                let [low, size] = ranges[row];
                let share = if size > 0.0 { (value - low) / size } else { 0.0 };
                // 24 bits; the fourth byte says that there is such a channel.
                let [a, b, c, _] = ((share.clamp(0.0, 1.0) * 16_777_215.0).round() as u32).to_le_bytes();
                texels[place(1 + row)] = [a, b, c, if value.is_finite() { 255 } else { 0 }];
            }
        }
        let size = [ROW as u32, 3 * rows as u32, 1];
        self.table.write_area(Area { level: 0, origin: [0; 3], size: Some(size) }, &texels)?;
        self.place.set("u_table", &self.table)?;
        self.place.set("u_rows", 3.0 * rows as f32)?;
        self.place.set("u_offset", ranges[0].map(|value| value as f32))?;
        self.place.set("u_gain", ranges[1].map(|value| value as f32))
    }

    fn send_style(&mut self) -> Result<()> {
        let smooth = matches!(self.style.stroke, Stroke::Smooth(_));
        let divisor = u32::from(smooth);
        self.place.set("a_place", self.places.clone().divisor(divisor))?;
        self.place.set("a_sample", self.samples.view().divisor(divisor))?;
        if let Stroke::Smooth(width) = self.style.stroke {
            self.place.set("a_next_sample", self.samples.view().skip(1).divisor(divisor))?;
            self.place.set("a_next_place", self.places.clone().skip(1).divisor(divisor))?;
            self.place.set("u_width", width)?;
            self.place.set("a_corner", &self.corners)?;
        }
        let Shape { chunk, chunks, .. } = self.shape;
        self.place.set("u_shape", [self.shape.piece() as f32, chunks as f32, chunk as f32])?;
        self.send_time()
    }

    /// Says where the ring begins, and when that was.
    fn send_time(&mut self) -> Result<()> {
        let chunks = self.shape.chunks.max(1) as u64;
        let oldest = if self.appended > chunks { self.appended % chunks } else { 0 };
        self.place.set("u_ring", [oldest as f32, self.kept() as f32])?;
        // Samples are counted from one that stays, for as long as numbers of thousands have thirteen bits.
        let first = (self.appended - self.kept()) * self.shape.chunk as u64;
        let counted = first % LEAST_COUNT;
        let SignalsStyle { start, step, .. } = self.style;
        self.place.set_base(DVec3::new(start + step * (first - counted) as f64, 0.0, 0.0));
        let coarse = eleven_bits(step);
        let time = [(counted / 4096) as f32, (counted % 4096) as f32, coarse as f32, (step - coarse) as f32];
        self.place.set("u_time", time)
    }

    fn go(&mut self, view: &View, first: Option<u32>) -> Result<()> {
        let vertices = self.shape.vertices();
        if vertices == 0 || self.appended == 0 {
            return Ok(());
        }
        let segments = u32::try_from(vertices - 1).unwrap_or(u32::MAX);
        match (self.style.stroke, first) {
            (Stroke::Hairline, None) => self.place.draw(view, Mode::LineStrip, 0..vertices),
            (Stroke::Hairline, Some(first)) => self.place.pick(view, first, Mode::LineStrip, 0..vertices),
            (Stroke::Smooth(_), None) => self.place.draw_instances(view, Mode::TriangleStrip, 0..4, segments),
            (Stroke::Smooth(_), Some(first)) => {
                self.place.pick_instances(view, first, Mode::TriangleStrip, 0..4, segments)
            }
        }
    }
}

/// The number without what its first eleven bits leave over: times a number of thirteen it is a float still.
fn eleven_bits(number: f64) -> f64 {
    f64::from_bits(number.to_bits() & !((1 << 42) - 1))
}

/// Refuses a style that so many channels can't have.
fn hold(style: &SignalsStyle, channels: usize) -> Result<()> {
    if !(style.start.is_finite() && style.step.is_finite()) {
        return refuse("start and step of signals must be numbers");
    }
    style.stroke.hold()?;
    if let Some(offset) = &style.offset {
        offset.hold("offset", channels)?;
    }
    style.gain.hold("gain", channels)?;
    style.color.hold("color", channels)
}

fn parts(stroke: Stroke, shape: Shape) -> Result<Parts> {
    let ty = if shape.short() { "vec2" } else { "vec4" };
    let place = |name: &str| format!("attribute {ty} {name};\n");
    let slot = |name: &str| match shape.short() {
        true => format!("{name}.y"),
        false => format!("{name}.y + 65536.0 * {name}.z"),
    };
    let point = Function::new("sample", include_str!("signals/sample.glsl"))?;
    let read = |function: &str, place_of: &str, sample: &str| -> Result<Function> {
        let source = format!(
            "{}attribute float {sample};\nbool $point(vec2 at, float value, out vec3 high, out vec3 low);\n\
             bool {function}(out vec3 high, out vec3 low) {{\n    return $point(vec2({place_of}.x, {}), {sample}, high, low);\n}}",
            place(place_of),
            slot(place_of),
        );
        Ok(Function::new(function, &source)?.with("point", &point)?)
    };
    let from = read("sample_from", "a_place", "a_sample")?;
    let to = read("sample_to", "a_next_place", "a_next_sample")?;
    let color = Function::new("channel_color", "varying vec4 v_color; vec4 color() { return v_color; }")?;
    let item = format!(
        "{}vec4 item() {{ return vec4(mod(a_place.x, 256.0), floor(a_place.x / 256.0), 0.0, 0.0); }}",
        place("a_place")
    );
    stroke.parts(&from, &to, color, Function::new("channel", &item)?)
}

impl Visual for Signals {
    fn set_transform(&mut self, transform: &Transform) -> Result<()> {
        // Nothing can be folded into samples.
        self.place.set_transform(&transform.simplified().dynamic()).map(drop)
    }

    fn set_opacity(&mut self, opacity: f32) -> Result<()> {
        self.place.set_opacity(opacity)
    }

    fn draw(&mut self, view: &View) -> Result<()> {
        self.go(view, None)
    }

    fn pick(&mut self, view: &View, first: u32) -> Result<u32> {
        self.go(view, Some(first))?;
        Ok(self.shape.channels as u32)
    }

    /// Of all samples that ever were, over the time of those that are kept.
    fn bounds(&self) -> Option<Bounds> {
        let [start, end] = self.span();
        let mut bounds: Option<Bounds> = None;
        for (channel, extent) in self.extent.iter().enumerate().filter(|(_, extent)| extent[0] <= extent[1]) {
            let (offset, gain) = (self.offset(channel), self.style.gain.at(channel));
            let ends = extent.map(|value| offset + gain * f64::from(value));
            let own = Bounds::of([DVec3::new(start, ends[0], 0.0), DVec3::new(end, ends[1], 0.0)]);
            bounds = match (bounds, own) {
                (Some(bounds), Some(own)) => Some(bounds.union(own)),
                (bounds, own) => bounds.or(own),
            };
        }
        bounds
    }

    fn programs(&self) -> Vec<ViewSlots> {
        self.place.slots()
    }
}
