//! Picking: what is under a pixel. Visuals draw numbers in place of colours into a framebuffer of the canvas's size, of which a few
//! pixels are read.

use crate::draw::{Step, rect, scissor};
use crate::error::{Result, refuse};
use crate::layout::Area;
use crate::node::{Kind, NodeId};
use crate::scene::Scene;
use glir_gloo::{
    Answer, AttachmentPoint, Clear, Context, Format, FrameBuffer, ReadRequest, Rect, RenderBuffer, Texture2D,
};
use glir_spec::{Payload, Reply, StateField};

/// How far beside the point something is still picked, in pixels: thin lines are hard to hit.
const REACH: i64 = 3;

/// Where the numbers are drawn.
pub(crate) struct Picking {
    size: (u32, u32),
    target: FrameBuffer,
}

impl Picking {
    fn new(context: &Context, size: (u32, u32)) -> Result<Self> {
        let numbers: Texture2D = Texture2D::new(context, size, Format::Rgba8)?;
        // As fine as the screen's: with fewer bits layers near each other are one, and another is picked than is seen.
        let depths = RenderBuffer::new(context, size, Format::Depth24Stencil8)?;
        let mut target = FrameBuffer::with_color(context, &numbers)?;
        target.attach(AttachmentPoint::DepthStencil, &depths)?;
        target.set_label("picking")?;
        Ok(Picking { size, target })
    }
}

/// What was asked for by [`Scene::pick`].
///
/// ```
/// use glir_scene::{Camera, Region, Scene};
///
/// let mut scene = Scene::new(64, 64)?;
/// let request = scene.pick([32.0, 32.0])?;
/// let frame = scene.frame()?; // which asks; each reply is then offered to the request
/// # let reply = glir_spec::Reply::Ack(glir_spec::replies::Ack { frame: 0 });
/// assert!(request.answer(&reply).is_none());
/// # Ok::<(), glir_scene::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "the reply is matched by this"]
pub struct PickRequest {
    read: ReadRequest,
    /// What was read.
    rect: Rect,
    /// The point, in pixels of what was read.
    at: [i64; 2],
    /// The first number of each visual, rising.
    firsts: Vec<(u32, NodeId)>,
    /// The number after the last.
    end: u32,
}

/// What is under a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picked {
    /// The visual's node.
    pub node: NodeId,
    /// Which of its items, from 0: a marker, a vertex's segment, a triangle, an atom.
    pub item: u32,
}

impl PickRequest {
    /// What was picked, if the reply is the one to this request: `Some(None)` where nothing is within a few pixels.
    ///
    /// The point itself counts first, then what is nearest to it. A reply whose pixels did not come with it (a few hundred bytes come
    /// inline) picks nothing.
    pub fn answer(&self, reply: &Reply<'_>) -> Option<Option<Picked>> {
        let pixels = match self.read.answer(reply)? {
            Answer::Pixels(pixels) => pixels,
            Answer::Bytes(_) | Answer::Failed => return Some(None),
        };
        let Payload::Inline { bytes, .. } = &pixels.payload else { return Some(None) };
        let width = i64::from(self.rect.width);
        let mut nearest: Option<(i64, u32)> = None;
        for (index, texel) in bytes.chunks_exact(4).enumerate() {
            let number = u32::from_le_bytes([texel[0], texel[1], texel[2], texel[3]]);
            let index = index as i64;
            let [x, y] = [index % width - self.at[0], index / width - self.at[1]];
            let distance = x * x + y * y;
            if number != 0 && number < self.end && nearest.is_none_or(|(least, _)| distance < least) {
                nearest = Some((distance, number));
            }
        }
        Some(nearest.and_then(|(_, number)| {
            let after = self.firsts.partition_point(|(first, _)| *first <= number);
            let (first, node) = self.firsts.get(after.checked_sub(1)?)?;
            Some(Picked { node: *node, item: number - first })
        }))
    }
}

impl Scene {
    /// Asks what is under a point of the canvas, in pixels from its lower left corner. The commands come with the next frame; the
    /// reply to it is then given to the request.
    ///
    /// The first time, a framebuffer of the canvas's size is made.
    ///
    /// # Errors
    /// If the point is outside of the canvas, or a visual refuses.
    pub fn pick(&mut self, at: [f64; 2]) -> Result<PickRequest> {
        let (width, height) = self.context.size();
        let canvas = Area::new(0.0, 0.0, f64::from(width), f64::from(height));
        if !canvas.contains(at) {
            return refuse(format!(
                "({}, {}) is outside of the canvas of {width} × {height} pixels",
                at[0], at[1]
            ));
        }
        self.lay_out()?;
        self.bind_all()?;
        let steps = self.steps();
        self.prepare(&steps)?;
        if self.picking.as_ref().is_none_or(|picking| picking.size != (width, height)) {
            self.picking = Some(Picking::new(&self.context, (width, height))?);
        }
        let [x, y] = at.map(|part| part as i64);
        let (left, bottom) = ((x - REACH).max(0), (y - REACH).max(0));
        let right = (x + REACH + 1).min(i64::from(width));
        let top = (y + REACH + 1).min(i64::from(height));
        let near = Area::new(left as f64, bottom as f64, (right - left) as f64, (top - bottom) as f64);

        let context = self.context.clone();
        let Some(Picking { target, .. }) = &self.picking else {
            return refuse("there is nothing to pick in");
        };
        let bound = target.bind();
        context.set_state([StateField::DepthMask(true)])?;
        context.set_scissor(rect(&near))?;
        context.clear(Clear { color: Some([0.0; 4]), depth: Some(1.0), stencil: None })?;
        let mut firsts = Vec::new();
        let mut next = 1_u32;
        for step in &steps {
            match step {
                Step::Begin { clip, color, depth } => {
                    let clip = clip.intersection(&near);
                    if clip.width <= 0.0 || clip.height <= 0.0 {
                        continue;
                    }
                    context.set_scissor(scissor(&clip, &canvas))?;
                    context.set_state([StateField::DepthMask(true)])?;
                    // A background hides what is behind it.
                    let color = color.filter(|color| color[3] > 0.0).map(|_| [0.0; 4]);
                    context.clear(Clear { color, depth: depth.then_some(1.0), stencil: None })?;
                }
                Step::Visual { node, view, clip, around, .. } => {
                    let clip = clip.intersection(&near);
                    // What signals choose is not known here: all of it may be what is seen.
                    let shown = self.node(*node)?.level.is_some() || self.is_in_detail(*node, *view)?;
                    if clip.width <= 0.0 || clip.height <= 0.0 || !shown {
                        continue;
                    }
                    let (view, area) = self.seen_through(*view)?;
                    context.set_viewport((!around).then(|| rect(&area)))?;
                    context.set_scissor(scissor(&clip, &canvas))?;
                    if let Kind::Visual(visual) = &mut self.node_mut(*node)?.kind {
                        let taken = visual.pick(&view, next)?;
                        firsts.push((next, *node));
                        match next.checked_add(taken) {
                            Some(after) => next = after,
                            None => return refuse("a scene has at most 4,294,967,295 items to pick"),
                        }
                    }
                }
            }
        }
        let area = rect(&near);
        let Some(Picking { target, .. }) = &self.picking else {
            return refuse("there is nothing to pick in");
        };
        let read = target.read_pixels(Some(area.clone()), 0)?;
        drop(bound);
        context.set_scissor(None)?;
        let at = [x - left, y - bottom];
        Ok(PickRequest { read, rect: area, at, firsts, end: next })
    }
}
