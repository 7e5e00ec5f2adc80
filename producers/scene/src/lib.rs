//! Scene graphs that write GLIR streams: nodes with transforms, view boxes with cameras, grids, picking.
//!
//! A [`Scene`] is a tree. Its root is a view box over the whole canvas; further boxes divide the canvas and have a [`Camera`] each;
//! in them stand visuals of [`glir_visuals`] and groups of them. [`Scene::frame`] gives the frame that draws it all, and the frames
//! after it say what has changed.
//!
//! # What is sent
//!
//! A visual that does not change is drawn again from what the interpreter has. A node whose transform is dynamic moves by one UNIFORM for
//! each visual under it. A node that is removed takes its objects with it.
//!
//! # What moves by itself
//!
//! Cameras that a person can move are signals of the stream: a page, a file in a window and a live session pan, zoom and turn with
//! nothing sent. The scene is then recorded as a list that the interpreter runs again; a frame of the producer is what has changed, RUN and
//! SWAP. [`Scene::set_interactive`] switches that off, for streams that are to be stills.
//!
//! # Coordinates
//!
//! Pixels count from the lower left corner of the canvas, as GL's do. A view box over pixels ([`Camera::Pixels`]) counts them from its own
//! corner.

#![forbid(unsafe_code)]
#![warn(clippy::missing_errors_doc)]

mod bind;
mod camera;
mod detail;
mod draw;
mod error;
mod layout;
mod node;
mod overlay;
mod pick;
mod scene;

pub use camera::{Arcball, Camera, Fly, Lens, PanZoom, Turntable};
pub use detail::Detail;
pub use error::{Error, Result};
pub use layout::{Area, Cell, Grid, Track};
pub use node::{Handle, NodeId, Region};
pub use pick::{PickRequest, Picked};
pub use scene::{Link, Scene};
