//! Levels of detail: visuals that are shown only while so much of the plane is seen.

use crate::bind::Bound;
use crate::camera::Camera;
use crate::draw::{Step, rect, scissor};
use crate::error::{Result, refuse};
use crate::layout::Area;
use crate::node::{Kind, NodeId};
use crate::scene::Scene;
use glir_gloo::{Context, List, Signal};
use glir_visuals::ViewSignals;
use std::sync::Arc;

/// While how much of x is seen a visual is shown, and which of its vertices then.
///
/// A curve of millions of points is drawn as its outline while all of it is seen, and with every point from near by: a second visual that takes
/// over where the first one ends. Where a person moves the camera, the interpreter chooses, with no producer.
///
/// ```
/// use glir_scene::{Camera, Detail, Region, Scene};
/// use glir_visuals::{Color, FastLine, Stroke};
///
/// let mut scene = Scene::new(640, 480)?;
/// let view = scene.add_view(scene.root(), Region::Whole, Camera::rect([0.0, -1.0, 1e6, 1.0]))?;
/// let wave = |step: usize| -> Vec<[f64; 2]> {
///     (0..1_000_000).step_by(step).map(|x| [x as f64, (x as f64 * 1e-4).sin()]).collect()
/// };
/// let line = |points| FastLine::new(scene.context(), points, Color::BLACK, Stroke::Hairline);
/// let (all, few) = (line(wave(1))?, line(wave(100))?);
/// let few = scene.add(view, few)?;
/// scene.set_detail(few, Detail::while_seen([5e4, f64::INFINITY]))?;
/// let all = scene.add(view, all)?;
/// scene.set_detail(all, Detail::while_seen([0.0, 5e4]).with_even_vertices(1_000_000, [0.0, 1.0], 0.0))?;
/// # scene.frame()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    widths: [f64; 2],
    vertices: Option<Vertices>,
}

/// Vertices that stand in x as their numbers do.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Vertices {
    count: u32,
    first: f64,
    step: f64,
    spare: f64,
}

/// Numbers of vertices reach GL through single floats, which tell these apart.
const MOST_VERTICES: u32 = 1 << 24;

impl Detail {
    /// Shown while the width of what the view box shows, in its camera's units, is at least the first number and less than the second.
    pub fn while_seen(widths: [f64; 2]) -> Detail {
        Detail { widths, vertices: None }
    }

    /// Of its one draw only the vertices that are seen are drawn: vertex i of `count` stands no farther than `spare` from
    /// `first + i × step` in x. More than 2²⁴ are drawn all.
    pub fn with_even_vertices(mut self, count: u32, [first, step]: [f64; 2], spare: f64) -> Detail {
        let sound = first.is_finite() && step.is_finite() && step > 0.0 && spare.is_finite() && spare >= 0.0;
        self.vertices =
            (sound && (2..=MOST_VERTICES).contains(&count)).then_some(Vertices { count, first, step, spare });
        self
    }

    fn shows(&self, width: f64) -> bool {
        self.widths[0] <= width && width < self.widths[1]
    }

    /// 1 while it is shown, 0 while not.
    fn visible(&self, seen: &Signal) -> Result<Signal> {
        let width = seen.component(2)?.sub(&seen.component(0)?)?.abs()?;
        let [least, most] = self.widths;
        let enough = match least > 0.0 {
            true => Some(width.less(least)?.mul(-1.0)?.add(1.0)?),
            false => None,
        };
        let below = match most < f64::INFINITY {
            true => Some(width.less(most)?),
            false => None,
        };
        Ok(match (enough, below) {
            (Some(enough), Some(below)) => enough.mul(&below)?,
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => width.mul(0.0)?.add(1.0)?,
        })
    }
}

impl Vertices {
    /// The first vertex that is seen, and how many are.
    fn range(&self, context: &Context, seen: &Signal) -> Result<Signal> {
        let (left, right) = (seen.component(0)?, seen.component(2)?);
        let number = |place: Signal, by: f64| place.sub(self.first - by)?.div(self.step)?.floor();
        let most = f64::from(self.count);
        let first = number(left.min(&right)?, -self.spare)?.max(0.0)?.min(most - 2.0)?;
        let behind = number(left.max(&right)?, self.spare)?.add(2.0)?.min(most)?.max(&first.add(2.0)?)?;
        Ok(context.vector([&first, &behind.sub(&first)?])?)
    }
}

/// A level as the stream has it.
#[derive(Debug)]
pub(crate) struct Level {
    detail: Detail,
    signals: Arc<ViewSignals>,
    list: List,
}

impl Level {
    fn new(context: &Context, detail: &Detail, seen: &Signal, signals: &Arc<ViewSignals>) -> Result<Level> {
        let list = context.list();
        list.bind_visible(&detail.visible(seen)?)?;
        if let Some(vertices) = &detail.vertices {
            list.bind_range(&vertices.range(context, seen)?)?;
        }
        Ok(Level { detail: detail.clone(), signals: Arc::clone(signals), list })
    }

    fn is_for(&self, detail: &Detail, signals: &Arc<ViewSignals>) -> bool {
        self.detail == *detail && Arc::ptr_eq(&self.signals, signals)
    }
}

impl Scene {
    /// Makes a visual a level of detail, or shows it whatever is seen.
    ///
    /// # Errors
    /// If the node is gone, or is no visual.
    pub fn set_detail(&mut self, node: impl Into<NodeId>, detail: impl Into<Option<Detail>>) -> Result<()> {
        let node = self.node_mut(node.into())?;
        if !matches!(node.kind, Kind::Visual(_)) {
            return refuse("only a visual is a level of detail");
        }
        node.detail = detail.into();
        Ok(())
    }

    /// Records the levels that signals choose, each as a list; of the others there is none.
    pub(crate) fn record_levels(&mut self, steps: &[Step]) -> Result<()> {
        let context = self.context.clone();
        let (width, height) = context.size();
        let canvas = Area::new(0.0, 0.0, f64::from(width), f64::from(height));
        for step in steps {
            let Step::Visual { node: id, view, clip, around, .. } = step else { continue };
            let node = self.node(*id)?;
            let bound = self.view_box(*view)?.bound.as_ref().filter(|bound| bound.is_flat());
            let chosen = bound.and_then(|Bound { signals, .. }| Some((signals, signals.rect.as_ref()?)));
            let (Some(detail), Some((signals, seen))) = (&node.detail, chosen) else {
                self.node_mut(*id)?.level = None;
                continue;
            };
            let (detail, signals, seen) = (detail.clone(), Arc::clone(signals), seen.clone());
            let known = self.node_mut(*id)?.level.take().filter(|level| level.is_for(&detail, &signals));
            let level = match known {
                Some(level) => level,
                None => Level::new(&context, &detail, &seen, &signals)?,
            };
            let (seen, area) = self.seen_through(*view)?;
            let mut record = || {
                level.list.record(|| -> Result<()> {
                    context.reset_state();
                    context.set_viewport((!around).then(|| rect(&area)))?;
                    context.set_scissor(scissor(clip, &canvas))?;
                    if let Kind::Visual(visual) = &mut self.node_mut(*id)?.kind {
                        visual.draw(&seen)?;
                    }
                    Ok(())
                })
            };
            // As for the list of the whole scene.
            if record().is_err() {
                record()?;
            }
            self.node_mut(*id)?.level = Some(level);
        }
        Ok(())
    }

    /// Runs the list of a level; false if it has none.
    pub(crate) fn run_level(&self, node: NodeId) -> Result<bool> {
        let Some(level) = &self.node(node)?.level else { return Ok(false) };
        self.context.run(&level.list)?;
        Ok(true)
    }

    /// Whether a visual is to be drawn for what the camera shows.
    pub(crate) fn is_in_detail(&self, node: NodeId, view: NodeId) -> Result<bool> {
        let Some(detail) = &self.node(node)?.detail else { return Ok(true) };
        let found = self.view_box(view)?;
        Ok(match &found.camera {
            Camera::PanZoom(camera) => {
                let [left, _, right, _] = camera.seen(&found.area);
                detail.shows((right - left).abs())
            }
            _ => true,
        })
    }
}
