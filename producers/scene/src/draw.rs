//! From the tree to commands: boxes are laid out, visuals are told their way to the screen, and drawn in order.

use crate::camera::Camera;
use crate::error::Result;
use crate::layout::{Area, Cell};
use crate::node::{Kind, Node, NodeId, Region};
use crate::scene::Scene;
use glir_gloo::{Clear, Rect};
use glir_spec::Frame;
use glir_transforms::Transform;
use glir_visuals::View;
use std::sync::Arc;

/// What is done for a frame, one after the other.
#[derive(Debug)]
pub(crate) enum Step {
    /// A box begins: its background and, behind other solid things, its depths.
    Begin { clip: Area, color: Option<[f32; 4]>, depth: bool },
    /// A visual of a box, in whose coordinates it was given its way.
    Visual { node: NodeId, view: NodeId, clip: Area, around: bool, opacity: f32, stale: Option<Transform> },
}

/// What a node inherits.
#[derive(Clone)]
struct Above {
    view: NodeId,
    clip: Area,
    /// The clip of what stands around the box.
    outer: Area,
    opacity: f32,
    /// From the node's parent to the box, and as it was when data was folded into it.
    transform: Transform,
    still: Transform,
}

impl Above {
    fn follow(&mut self, node: &Node) {
        self.transform = node.transform.then(&self.transform);
        self.still = node.still.then(&self.still);
    }

    /// The way of a visual: what has moved since its data was folded into it comes behind that, for the GPU.
    fn way(&self) -> Transform {
        let moved = || {
            let by = self.transform.affine()? * self.still.affine()?.inverse();
            let mut by = by.to_cols_array_2d();
            // Rounding must not make it projective.
            by.iter_mut().for_each(|column| column[3] = 0.0);
            by[3][3] = 1.0;
            Some(self.still.then(&Transform::matrix(by).ok()?.dynamic()))
        };
        let still = self.still == self.transform;
        if still { self.transform.clone() } else { moved().unwrap_or_else(|| self.transform.clone()) }
    }
}

impl Scene {
    /// Draws the scene and ends the frame, which is then to be sent or saved.
    ///
    /// Of what the stream has already nothing is sent again.
    ///
    /// # Errors
    /// If a visual's draw is refused: its data does not fit its shaders, or needs a feature that the context was not allowed.
    pub fn frame(&mut self) -> Result<Frame> {
        self.draw()?;
        Ok(self.context.swap())
    }

    /// Draws the scene to what is bound in its context, without ending the frame.
    ///
    /// # Errors
    /// As [`Scene::frame`].
    pub fn draw(&mut self) -> Result<()> {
        self.lay_out()?;
        let moves = self.bind_all()?;
        let steps = self.steps();
        self.prepare(&steps)?;
        let context = self.context.clone();
        if !moves {
            if self.list.take().is_some() {
                context.redraw(None)?;
            }
            self.overlay = None;
            self.nodes.values_mut().for_each(|node| node.level = None);
            return self.draw_steps(&steps);
        }
        self.record_levels(&steps)?;
        let (list, new) = match self.list.take() {
            Some(list) => (list, false),
            None => (context.list(), true),
        };
        let mut recorded = list.record(|| self.draw_moving(&steps));
        if recorded.is_err() {
            // What visuals come by while they are drawn, such as glyphs in a texture that others have drawn with already, can't change
            // within a list. They have it now.
            recorded = list.record(|| self.draw_moving(&steps));
        }
        if recorded.is_ok() && new {
            context.redraw(&list)?;
        }
        if recorded.is_ok() {
            context.run(&list)?;
            self.list = Some(list);
        } else if !new {
            self.list = Some(list);
        }
        recorded
    }

    /// Works out where each box is.
    pub(crate) fn lay_out(&mut self) -> Result<()> {
        let (width, height) = self.context.size();
        let canvas = Area::new(0.0, 0.0, f64::from(width), f64::from(height));
        let mut open = vec![(self.root, canvas)];
        while let Some((id, area)) = open.pop() {
            let area = area.snapped();
            let view = self.view_box_mut(id)?;
            view.area = area;
            let grid = view.grid.clone();
            let mut cells: Vec<(NodeId, Cell)> = Vec::new();
            for &child in &self.node(id)?.children {
                let Kind::Box(view) = &self.node(child)?.kind else { continue };
                match &view.region {
                    Region::Whole => open.push((child, area)),
                    Region::At(at) => open.push((child, Area { x: area.x + at.x, y: area.y + at.y, ..*at })),
                    Region::Inset([left, bottom, right, top]) => {
                        open.push((child, area.inset(*left, *bottom, *right, *top)));
                    }
                    Region::Cell(cell) => cells.push((child, *cell)),
                }
            }
            if !cells.is_empty() {
                let grid = grid.unwrap_or_else(|| crate::Grid::even(1, 1));
                let wanted: Vec<Cell> = cells.iter().map(|(_, cell)| *cell).collect();
                let areas = grid.areas(area, &wanted)?;
                open.extend(cells.iter().map(|(child, _)| *child).zip(areas));
            }
        }
        Ok(())
    }

    /// What is to be drawn, in order.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut deep = Vec::new();
        let (width, height) = self.context.size();
        let clip = Area::new(0.0, 0.0, f64::from(width), f64::from(height));
        let null = Transform::null();
        let above =
            Above { view: self.root, clip, outer: clip, opacity: 1.0, transform: null.clone(), still: null };
        self.walk(self.root, &above, &mut steps, &mut deep);
        steps
    }

    fn walk(&self, id: NodeId, above: &Above, steps: &mut Vec<Step>, deep: &mut Vec<Area>) {
        let Some(node) = self.nodes.get(id) else { return };
        let opacity = above.opacity * node.opacity;
        if !node.visible || opacity <= 0.0 {
            return;
        }
        let mut below = Above { opacity, ..above.clone() };
        if let Some(clip) = node.clip {
            let origin = match self.nodes.get(above.view).map(|node| &node.kind) {
                Some(Kind::Box(view)) => [view.area.x, view.area.y],
                _ => [0.0; 2],
            };
            let clip = Area { x: clip.x + origin[0], y: clip.y + origin[1], ..clip };
            below.clip = below.clip.intersection(&clip);
        }
        match &node.kind {
            Kind::Group => below.follow(node),
            Kind::Visual(_) => {
                below.follow(node);
                let way = node.stale.then(|| below.way());
                let (view, around) = (above.view, node.around);
                let clip = if around { above.outer } else { below.clip };
                if clip.width > 0.0 && clip.height > 0.0 {
                    steps.push(Step::Visual { node: id, view, clip, around, opacity, stale: way });
                }
            }
            Kind::Box(view) => {
                below.view = id;
                below.outer = below.clip;
                below.clip = below.clip.intersection(&view.area);
                (below.transform, below.still) = (Transform::null(), Transform::null());
                if below.clip.width <= 0.0 || below.clip.height <= 0.0 {
                    return;
                }
                let solid = view.camera.is_deep();
                // Whatever solid was drawn in the same place before lies behind all that is in this box.
                let depth = solid
                    && deep.iter().any(|other| {
                        let common = other.intersection(&below.clip);
                        common.width > 0.0 && common.height > 0.0
                    });
                if solid {
                    deep.push(below.clip);
                }
                if depth || view.background.is_some() {
                    steps.push(Step::Begin { clip: below.clip, color: view.background, depth });
                }
            }
        }
        let mut children: Vec<(i32, NodeId)> = Vec::with_capacity(node.children.len());
        children
            .extend(node.children.iter().filter_map(|&child| Some((self.nodes.get(child)?.order, child))));
        // Stable: of one order, the first added is drawn first.
        children.sort_by_key(|(order, _)| *order);
        for (_, child) in children {
            self.walk(child, &below, steps, deep);
        }
    }

    /// Gives visuals what the tree says of them.
    pub(crate) fn prepare(&mut self, steps: &[Step]) -> Result<()> {
        for step in steps {
            let Step::Visual { node, opacity, stale: Some(transform), .. } = step else { continue };
            if let Kind::Visual(visual) = &mut self.node_mut(*node)?.kind {
                visual.set_transform(transform)?;
                visual.set_opacity(*opacity)?;
            }
            self.node_mut(*node)?.stale = false;
            // From now on what stands above it moves what was sent.
            let mut at = Some(*node);
            while let Some(id) = at {
                let node = self.node_mut(id)?;
                node.drawn = true;
                at = node.parent;
            }
        }
        Ok(())
    }

    /// The view of a box, and its area.
    pub(crate) fn seen_through(&self, view: NodeId) -> Result<(View, Area)> {
        let found = self.view_box(view)?;
        let area = found.area;
        let mut camera = found.camera.clone();
        if let Camera::PanZoom(own) = &mut camera {
            for (axis, edges) in [(0, [0, 2]), (1, [1, 3])] {
                let leader = self.leader(view, axis);
                if leader != view
                    && let Camera::PanZoom(other) = &self.view_box(leader)?.camera
                {
                    edges.into_iter().for_each(|edge| own.rect[edge] = other.rect[edge]);
                }
            }
        }
        let seen = camera.view(&area);
        let seen = match &found.bound {
            Some(bound) => seen.with_signals(Arc::clone(&bound.signals)),
            None => seen,
        };
        Ok((seen, area))
    }

    fn draw_moving(&mut self, steps: &[Step]) -> Result<()> {
        self.draw_steps(steps)?;
        self.draw_overlay()
    }

    pub(crate) fn draw_steps(&mut self, steps: &[Step]) -> Result<()> {
        let context = self.context.clone();
        let (width, height) = context.size();
        let canvas = Area::new(0.0, 0.0, f64::from(width), f64::from(height));
        // The same commands at every frame, whatever was left over from the last one: then they are recorded once.
        context.reset_state();
        context.clear(Clear { color: Some([1.0; 4]), depth: Some(1.0), stencil: None })?;
        for step in steps {
            match step {
                Step::Begin { clip, color, depth } => {
                    context.set_scissor(scissor(clip, &canvas))?;
                    context.set_state([glir_spec::StateField::DepthMask(true)])?;
                    context.clear(Clear { color: *color, depth: depth.then_some(1.0), stencil: None })?;
                }
                Step::Visual { node, view, clip, around, .. } => {
                    if self.run_level(*node)? || !self.is_in_detail(*node, *view)? {
                        continue;
                    }
                    let (view, area) = self.seen_through(*view)?;
                    context.set_viewport((!around).then(|| rect(&area)))?;
                    context.set_scissor(scissor(clip, &canvas))?;
                    if let Kind::Visual(visual) = &mut self.node_mut(*node)?.kind {
                        visual.draw(&view)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// None for all of the canvas.
pub(crate) fn scissor(clip: &Area, canvas: &Area) -> Option<Rect> {
    (clip.intersection(canvas) != *canvas).then(|| rect(&clip.snapped()))
}

/// On whole pixels, within what GL takes.
pub(crate) fn rect(area: &Area) -> Rect {
    const MOST: f64 = 1e6;
    Rect {
        x: area.x.clamp(-MOST, MOST) as i32,
        y: area.y.clamp(-MOST, MOST) as i32,
        width: area.width.clamp(0.0, MOST) as u32,
        height: area.height.clamp(0.0, MOST) as u32,
    }
}
