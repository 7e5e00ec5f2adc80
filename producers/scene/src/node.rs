//! What a scene is made of.

use crate::bind::Bound;
use crate::camera::Camera;
use crate::detail::{Detail, Level};
use crate::layout::{Area, Cell, Grid};
use glir_transforms::Transform;
use glir_visuals::Visual;
use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

slotmap::new_key_type! {
    /// A node of a scene. It is never another node's, even after the node has been removed.
    pub struct NodeId;
}

/// A node that is a visual of this type.
pub struct Handle<V> {
    pub(crate) node: NodeId,
    visual: PhantomData<fn() -> V>,
}

impl<V> Handle<V> {
    pub(crate) fn new(node: NodeId) -> Self {
        Handle { node, visual: PhantomData }
    }

    /// The node, whatever its visual's type.
    pub fn node(self) -> NodeId {
        self.node
    }
}

impl<V> Clone for Handle<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Handle<V> {}

impl<V> fmt::Debug for Handle<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handle").field(&self.node).finish()
    }
}

impl<V> From<Handle<V>> for NodeId {
    fn from(handle: Handle<V>) -> Self {
        handle.node
    }
}

/// A visual whose type is known again later.
pub(crate) trait Drawn: Visual + Any {}

impl<V: Visual + Any> Drawn for V {}

/// Where a view box is within the box around it, or the canvas.
#[derive(Clone, Debug, PartialEq)]
pub enum Region {
    /// All of it.
    Whole,
    /// Pixels, counted from its lower left corner.
    At(Area),
    /// A cell of its grid, which [`Scene::set_grid`](crate::Scene::set_grid) gives it.
    Cell(Cell),
    /// All of it but for so many pixels: left, bottom, right, top.
    Inset([f64; 4]),
}

/// A part of the canvas with a camera of its own.
#[derive(Debug)]
pub(crate) struct ViewBox {
    pub(crate) region: Region,
    pub(crate) camera: Camera,
    /// For the boxes within it.
    pub(crate) grid: Option<Grid>,
    pub(crate) background: Option<[f32; 4]>,
    /// Where it is on the canvas, on whole pixels: worked out before a frame.
    pub(crate) area: Area,
    /// The box whose rectangle it follows in x, and in y.
    pub(crate) linked: [Option<NodeId>; 2],
    /// Its camera in the stream, if a person can move it.
    pub(crate) bound: Option<Bound>,
}

pub(crate) enum Kind {
    Group,
    Visual(Box<dyn Drawn>),
    Box(Box<ViewBox>),
}

pub(crate) struct Node {
    pub(crate) parent: Option<NodeId>,
    pub(crate) children: Vec<NodeId>,
    pub(crate) kind: Kind,
    /// From the node's coordinates to its parent's.
    pub(crate) transform: Transform,
    /// As it was when its data was folded into it.
    pub(crate) still: Transform,
    /// It, or what is under it, has been drawn with its transform.
    pub(crate) drawn: bool,
    pub(crate) visible: bool,
    pub(crate) order: i32,
    pub(crate) opacity: f32,
    pub(crate) clip: Option<Area>,
    /// It reaches beyond its box, as axes do.
    pub(crate) around: bool,
    /// While what is seen it is shown.
    pub(crate) detail: Option<Detail>,
    /// The same in the stream, where signals choose.
    pub(crate) level: Option<Level>,
    /// The way to the view box or the opacity has changed since the last frame.
    pub(crate) stale: bool,
}

impl Node {
    pub(crate) fn new(parent: Option<NodeId>, kind: Kind) -> Self {
        Node {
            parent,
            children: Vec::new(),
            kind,
            transform: Transform::null(),
            still: Transform::null(),
            drawn: false,
            visible: true,
            order: 0,
            opacity: 1.0,
            clip: None,
            around: false,
            detail: None,
            level: None,
            stale: true,
        }
    }
}

impl Node {
    /// Takes another transform. If it can, what has been drawn keeps its data, and is moved by the GPU from where it was.
    pub(crate) fn set_transform(&mut self, transform: Transform) {
        let moves = self.drawn
            && transform.is_static()
            && self.still.affine().is_some()
            && transform.affine().is_some();
        if !moves {
            self.still = transform.clone();
        }
        self.transform = transform;
    }
}

impl ViewBox {
    pub(crate) fn new(region: Region, camera: Camera) -> Self {
        ViewBox {
            region,
            camera,
            grid: None,
            background: None,
            area: Area::default(),
            linked: [None; 2],
            bound: None,
        }
    }
}
