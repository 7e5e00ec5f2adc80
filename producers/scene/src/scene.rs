//! The tree of nodes: what is added, moved, shown and removed.

use crate::camera::Camera;
use crate::error::{Result, refuse};
use crate::layout::{Area, Grid};
use crate::node::{Drawn, Handle, Kind, Node, NodeId, Region, ViewBox};
use crate::overlay::Overlay;
use crate::pick::Picking;
use glir_gloo::{Context, List};
use glir_spec::Header;
use glir_transforms::Transform;
use glir_visuals::{Bounds, Visual};
use slotmap::SlotMap;
use std::any::Any;

/// A tree of nodes that is drawn as GLIR.
///
/// The root is a view box in pixels over all of the canvas. What is drawn stands in a box: a visual's way to the screen is its own
/// transform, those of the groups above it up to the box, and the box's camera.
///
/// ```
/// use glir_scene::{Camera, Region, Scene};
/// use glir_visuals::{Line, LineStyle};
///
/// let mut scene = Scene::new(640, 480)?;
/// let camera = Camera::rect([0.0, -1.0, 10.0, 1.0]); // left, bottom, right, top
/// let view = scene.add_view(scene.root(), Region::Inset([40.0, 30.0, 10.0, 10.0]), camera)?;
/// let wave: Vec<[f64; 2]> = (0..1000).map(|i| [f64::from(i) * 0.01, (f64::from(i) * 0.01).sin()]).collect();
/// let line = scene.add(view, Line::new(scene.context(), &wave, LineStyle::default())?)?;
///
/// let first = scene.frame()?; // pans and zooms wherever it is shown
/// scene.set_opacity(line, 0.5)?;
/// let second = scene.frame()?;
/// assert_eq!(second.len(), 3); // UNIFORM, RUN, SWAP
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Scene {
    pub(crate) context: Context,
    pub(crate) nodes: SlotMap<NodeId, Node>,
    pub(crate) root: NodeId,
    pub(crate) picking: Option<Picking>,
    /// Whether cameras are signals.
    pub(crate) interactive: bool,
    /// What the interpreter runs when one of them has moved.
    pub(crate) list: Option<List>,
    /// What is drawn over all while a person moves something.
    pub(crate) overlay: Option<Overlay>,
}

/// Axes that two boxes have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Left and right.
    X,
    /// Bottom and top.
    Y,
    /// All four.
    Both,
}

impl Scene {
    /// The deepest that nodes may be nested.
    pub const DEEPEST: usize = 256;

    /// A scene on a canvas of this size in pixels.
    ///
    /// # Errors
    /// A size that no canvas has.
    pub fn new(width: u32, height: u32) -> Result<Scene> {
        Ok(Scene::with_context(Context::new(width, height)?))
    }

    /// A scene on the canvas of a context that is there already.
    pub fn with_context(context: Context) -> Scene {
        let mut nodes = SlotMap::with_key();
        let root =
            nodes.insert(Node::new(None, Kind::Box(Box::new(ViewBox::new(Region::Whole, Camera::Pixels)))));
        Scene { context, nodes, root, picking: None, interactive: true, list: None, overlay: None }
    }

    /// What visuals for this scene are made in.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The header of the stream as it is known by now: take it after the last frame, or before a live session with all features
    /// allowed (see [`Context::allow`]).
    pub fn header(&self) -> Header<'static> {
        self.context.header()
    }

    /// The view box that all others stand in, in pixels of the canvas.
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// Whether people can move what they see, by signals of the stream; yes to begin with. Streams that are stills need no signals.
    pub fn set_interactive(&mut self, interactive: bool) {
        self.interactive = interactive;
    }

    /// Gives the canvas another size.
    ///
    /// # Errors
    /// A size that no canvas has.
    pub fn resize(&mut self, width: u32, height: u32) -> Result<()> {
        self.context.resize(width, height)?;
        Ok(())
    }

    // ---- adding and removing ---------------------------------------------------------------------------------------

    /// A node that moves, hides and shades what is under it.
    ///
    /// # Errors
    /// If the parent is gone, or nested too deep.
    pub fn add_group(&mut self, parent: impl Into<NodeId>) -> Result<NodeId> {
        self.insert(parent.into(), Kind::Group)
    }

    /// A part of the canvas with a camera of its own.
    ///
    /// # Errors
    /// If the parent is gone or no view box itself, or the camera's numbers make no sense.
    pub fn add_view(&mut self, parent: impl Into<NodeId>, region: Region, camera: Camera) -> Result<NodeId> {
        let parent = parent.into();
        camera.hold()?;
        if !matches!(self.node(parent)?.kind, Kind::Box(_)) {
            return refuse(
                "a view box stands in another view box; a group or a visual has no area to divide",
            );
        }
        self.insert(parent, Kind::Box(Box::new(ViewBox::new(region, camera))))
    }

    /// Adds a visual, which then belongs to the scene.
    ///
    /// # Errors
    /// If the parent is gone, or nested too deep.
    pub fn add<V: Visual + Any>(&mut self, parent: impl Into<NodeId>, visual: V) -> Result<Handle<V>> {
        let visual: Box<dyn Drawn> = Box::new(visual);
        Ok(Handle::new(self.insert(parent.into(), Kind::Visual(visual))?))
    }

    /// Adds a visual that stands around a view box and reaches beyond it, as an axis does: it sees what the box sees, its viewport is the
    /// whole canvas, and it is clipped as the box's parent is.
    ///
    /// # Errors
    /// As [`Scene::add`].
    pub fn add_around<V: Visual + Any>(&mut self, view: NodeId, visual: V) -> Result<Handle<V>> {
        self.view_box(view)?;
        let handle = self.add(view, visual)?;
        self.node_mut(handle.node)?.around = true;
        Ok(handle)
    }

    fn insert(&mut self, parent: NodeId, kind: Kind) -> Result<NodeId> {
        if self.depth(parent)? + 1 >= Self::DEEPEST {
            return refuse(format!("nodes are nested at most {} deep", Self::DEEPEST));
        }
        let node = self.nodes.insert(Node::new(Some(parent), kind));
        if let Some(parent) = self.nodes.get_mut(parent) {
            parent.children.push(node);
        }
        Ok(node)
    }

    /// Takes a node out, and all that is under it. What only they used is deleted from the stream.
    ///
    /// # Errors
    /// If it is gone already, or the root.
    pub fn remove(&mut self, node: impl Into<NodeId>) -> Result<()> {
        let node = node.into();
        let Some(parent) = self.node(node)?.parent else {
            return refuse("the root can't be removed");
        };
        if let Some(parent) = self.nodes.get_mut(parent) {
            parent.children.retain(|&child| child != node);
        }
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            if let Some(gone) = self.nodes.remove(node) {
                open.extend(gone.children);
                if matches!(gone.kind, Kind::Box(_)) {
                    // What it shows of the others' signals is another sum now.
                    self.overlay = None;
                }
            }
        }
        // Boxes that followed one of those go on by themselves.
        let alive: Vec<NodeId> = self.nodes.keys().collect();
        for node in alive {
            let nodes = &self.nodes;
            let lost = |other: &Option<NodeId>| other.is_some_and(|other| !nodes.contains_key(other));
            if let Kind::Box(view) = &self.nodes[node].kind
                && view.linked.iter().any(lost)
            {
                let linked = view.linked.map(|other| other.filter(|&other| nodes.contains_key(other)));
                if let Kind::Box(view) = &mut self.nodes[node].kind {
                    view.linked = linked;
                }
            }
        }
        Ok(())
    }

    /// Puts a node under another parent, with all that is under it. What it looks like is as if it had been added there.
    ///
    /// # Errors
    /// If either is gone, the new parent stands under the node itself or is nested too deep, or a view box would not stand in a view
    /// box.
    pub fn reparent(&mut self, node: impl Into<NodeId>, parent: impl Into<NodeId>) -> Result<()> {
        let (node, parent) = (node.into(), parent.into());
        let Some(old) = self.node(node)?.parent else {
            return refuse("the root has no parent");
        };
        if matches!(self.node(node)?.kind, Kind::Box(_)) && !matches!(self.node(parent)?.kind, Kind::Box(_)) {
            return refuse(
                "a view box stands in another view box; a group or a visual has no area to divide",
            );
        }
        let mut above = Some(parent);
        while let Some(at) = above {
            if at == node {
                return refuse("a node can't be put under itself");
            }
            above = self.node(at)?.parent;
        }
        if self.depth(parent)? + self.height(node) >= Self::DEEPEST {
            return refuse(format!("nodes are nested at most {} deep", Self::DEEPEST));
        }
        if let Some(old) = self.nodes.get_mut(old) {
            old.children.retain(|&child| child != node);
        }
        if let Some(parent) = self.nodes.get_mut(parent) {
            parent.children.push(node);
        }
        self.nodes[node].parent = Some(parent);
        self.touch(node);
        Ok(())
    }

    // ---- properties ------------------------------------------------------------------------------------------------

    /// A visual.
    ///
    /// # Errors
    /// If it has been removed.
    pub fn visual<V: Visual + Any>(&self, handle: Handle<V>) -> Result<&V> {
        if let Kind::Visual(visual) = &self.node(handle.node)?.kind {
            let any: &dyn Any = visual.as_ref();
            if let Some(visual) = any.downcast_ref() {
                return Ok(visual);
            }
        }
        refuse("the node is a visual of another type")
    }

    /// A visual, to be changed. Its transform and opacity are the scene's to set.
    ///
    /// # Errors
    /// If it has been removed.
    pub fn visual_mut<V: Visual + Any>(&mut self, handle: Handle<V>) -> Result<&mut V> {
        if let Kind::Visual(visual) = &mut self.node_mut(handle.node)?.kind {
            let any: &mut dyn Any = visual.as_mut();
            if let Some(visual) = any.downcast_mut() {
                return Ok(visual);
            }
        }
        refuse("the node is a visual of another type")
    }

    /// Moves a node: its transform leads to its parent's coordinates.
    ///
    /// What is set before the node is first drawn is folded into the data. After that each move, scaling or turn is one UNIFORM for each
    /// visual under the node (of data far from 0 two, or a SIGNAL), and nothing is sent again. So it is with another map that was made
    /// [`dynamic`](Transform::dynamic) and takes other parameters ([`Transform::with`]); one that is neither is folded into the data, which
    /// then is sent again.
    ///
    /// # Errors
    /// If the node is gone, or a view box, which has a camera instead.
    pub fn set_transform(&mut self, node: impl Into<NodeId>, transform: Transform) -> Result<()> {
        let id = node.into();
        let node = self.node_mut(id)?;
        if matches!(node.kind, Kind::Box(_)) {
            return refuse("a view box has a region and a camera, no transform");
        }
        node.set_transform(transform);
        self.touch(id);
        Ok(())
    }

    /// Shows a node and what is under it, or hides it.
    ///
    /// # Errors
    /// If the node is gone.
    pub fn set_visible(&mut self, node: impl Into<NodeId>, visible: bool) -> Result<()> {
        self.node_mut(node.into())?.visible = visible;
        Ok(())
    }

    /// Whether a node is shown, unless one above it is hidden.
    ///
    /// # Errors
    /// If the node is gone.
    pub fn is_visible(&self, node: impl Into<NodeId>) -> Result<bool> {
        Ok(self.node(node.into())?.visible)
    }

    /// Among siblings, the lower is drawn first; equals in the order in which they were added. 0 to begin with.
    ///
    /// # Errors
    /// If the node is gone.
    pub fn set_order(&mut self, node: impl Into<NodeId>, order: i32) -> Result<()> {
        self.node_mut(node.into())?.order = order;
        Ok(())
    }

    /// Makes a node and what is under it more transparent: 0 to 1. Opacities multiply down the tree.
    ///
    /// # Errors
    /// If the node is gone, or the opacity is not between 0 and 1.
    pub fn set_opacity(&mut self, node: impl Into<NodeId>, opacity: f32) -> Result<()> {
        if !(0.0..=1.0).contains(&opacity) {
            return refuse(format!("an opacity is 0 to 1, not {opacity}"));
        }
        let id = node.into();
        self.node_mut(id)?.opacity = opacity;
        self.touch(id);
        Ok(())
    }

    /// Draws a node and what is under it only within so many pixels of its box, or of the canvas for a box. A box is clipped to its
    /// own area in any case.
    ///
    /// # Errors
    /// If the node is gone.
    pub fn set_clip(&mut self, node: impl Into<NodeId>, clip: Option<Area>) -> Result<()> {
        self.node_mut(node.into())?.clip = clip;
        Ok(())
    }

    /// Where a view box is.
    ///
    /// # Errors
    /// If the node is gone or no view box.
    pub fn set_region(&mut self, view: NodeId, region: Region) -> Result<()> {
        self.view_box_mut(view)?.region = region;
        Ok(())
    }

    /// What a view box looks through. Of linked boxes, those that it is linked with follow.
    ///
    /// # Errors
    /// If the node is gone or no view box, or the camera's numbers make no sense.
    pub fn set_camera(&mut self, view: NodeId, camera: Camera) -> Result<()> {
        camera.hold()?;
        self.view_box_mut(view)?.camera = camera;
        Ok(())
    }

    /// What a view box looks through.
    ///
    /// # Errors
    /// If the node is gone or no view box.
    pub fn camera(&self, view: NodeId) -> Result<&Camera> {
        Ok(&self.view_box(view)?.camera)
    }

    /// Rows and columns for the boxes within a box.
    ///
    /// # Errors
    /// If the node is gone or no view box.
    pub fn set_grid(&mut self, view: NodeId, grid: Grid) -> Result<()> {
        self.view_box_mut(view)?.grid = Some(grid);
        Ok(())
    }

    /// Fills a box before anything in it is drawn; straight alpha, 0 to 1.
    ///
    /// # Errors
    /// If the node is gone or no view box.
    pub fn set_background(&mut self, view: NodeId, color: Option<[f32; 4]>) -> Result<()> {
        self.view_box_mut(view)?.background = color;
        Ok(())
    }

    /// Lets a box show the same part of an axis as another one: whoever of both is moved, the other follows.
    ///
    /// # Errors
    /// If a node is gone, or has no pan-zoom camera.
    pub fn link(&mut self, view: NodeId, with: NodeId, link: Link) -> Result<()> {
        for view in [view, with] {
            if !matches!(self.view_box(view)?.camera, Camera::PanZoom(_)) {
                return refuse("only views of the plane have axes to be linked");
            }
        }
        for (axis, wanted) in [(0, Link::X), (1, Link::Y)] {
            if link != wanted && link != Link::Both {
                continue;
            }
            // Both follow the first of the other's chain, so that chains stay short and without circles.
            let first = self.leader(with, axis);
            let own = self.leader(view, axis);
            if own != first {
                self.view_box_mut(own)?.linked[axis] = Some(first);
            }
        }
        Ok(())
    }

    /// The box whose rectangle counts for an axis.
    pub(crate) fn leader(&self, view: NodeId, axis: usize) -> NodeId {
        let mut at = view;
        // Chains are made without circles; the bound is for the reader's peace.
        for _ in 0..self.nodes.len() {
            match self.nodes.get(at).map(|node| &node.kind) {
                Some(Kind::Box(found)) => match found.linked[axis] {
                    Some(next) => at = next,
                    None => break,
                },
                _ => break,
            }
        }
        at
    }

    /// The box around what is under a node, in the node's parent's coordinates; none without data. View boxes under it do not count.
    ///
    /// # Errors
    /// If the node is gone.
    pub fn bounds(&self, node: impl Into<NodeId>) -> Result<Option<Bounds>> {
        let node = node.into();
        self.node(node)?;
        Ok(self.bounds_of(node))
    }

    fn bounds_of(&self, id: NodeId) -> Option<Bounds> {
        let node = self.nodes.get(id)?;
        let mut all = match &node.kind {
            Kind::Visual(visual) => visual.bounds(),
            _ => None,
        };
        for &child in &node.children {
            if self.nodes.get(child).is_some_and(|child| matches!(child.kind, Kind::Box(_))) {
                continue;
            }
            all = match (all, self.bounds_of(child)) {
                (Some(a), Some(b)) => Some(a.union(b)),
                (a, b) => a.or(b),
            };
        }
        all.and_then(|bounds| mapped(bounds, &node.transform))
    }

    /// The parent of a node; none for the root.
    ///
    /// # Errors
    /// If the node is gone.
    pub fn parent(&self, node: impl Into<NodeId>) -> Result<Option<NodeId>> {
        Ok(self.node(node.into())?.parent)
    }

    /// What stands under a node, in the order in which it was added.
    ///
    /// # Errors
    /// If the node is gone.
    pub fn children(&self, node: impl Into<NodeId>) -> Result<&[NodeId]> {
        Ok(&self.node(node.into())?.children)
    }

    // ---- the tree --------------------------------------------------------------------------------------------------

    pub(crate) fn node(&self, node: NodeId) -> Result<&Node> {
        match self.nodes.get(node) {
            Some(node) => Ok(node),
            None => refuse("the node has been removed from the scene"),
        }
    }

    pub(crate) fn node_mut(&mut self, node: NodeId) -> Result<&mut Node> {
        match self.nodes.get_mut(node) {
            Some(node) => Ok(node),
            None => refuse("the node has been removed from the scene"),
        }
    }

    pub(crate) fn view_box(&self, view: NodeId) -> Result<&ViewBox> {
        match &self.node(view)?.kind {
            Kind::Box(view) => Ok(view),
            _ => refuse("the node is no view box"),
        }
    }

    pub(crate) fn view_box_mut(&mut self, view: NodeId) -> Result<&mut ViewBox> {
        match &mut self.node_mut(view)?.kind {
            Kind::Box(view) => Ok(view),
            _ => refuse("the node is no view box"),
        }
    }

    /// How many nodes stand above.
    fn depth(&self, node: NodeId) -> Result<usize> {
        let mut depth = 0;
        let mut at = self.node(node)?.parent;
        while let Some(above) = at {
            depth += 1;
            at = self.node(above)?.parent;
        }
        Ok(depth)
    }

    /// How many levels a node and what is under it take.
    fn height(&self, node: NodeId) -> usize {
        let below = self.nodes.get(node).map_or(&[][..], |node| &node.children);
        1 + below.iter().map(|&child| self.height(child)).max().unwrap_or(0)
    }

    /// Notes that the way from a node to its box has changed, for all visuals under it.
    fn touch(&mut self, node: NodeId) {
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            if let Some(node) = self.nodes.get_mut(node) {
                node.stale = true;
                open.extend(&node.children);
            }
        }
    }
}

/// The box around the images of a box's corners; of a mapping that bends, an approximation.
fn mapped(bounds: Bounds, transform: &Transform) -> Option<Bounds> {
    if transform.is_empty() {
        return Some(bounds);
    }
    let (min, max) = (bounds.min, bounds.max);
    let corner = |index: usize| {
        let pick = |axis: usize| if index >> axis & 1 == 0 { min[axis] } else { max[axis] };
        transform.map([pick(0), pick(1), pick(2)])
    };
    Bounds::of((0..8).map(corner))
}
