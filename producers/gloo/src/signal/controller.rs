//! Controllers: what a person moves by pointer, wheel and keys, and where it begins.

use super::Signal;
use crate::error::{Result, refuse};
use glir_spec::Code;
use glir_spec::enums::SignalOp as Op;
use glir_spec::signals::{SignalKind, kind_of_controller};

/// A controller for [`Context::control`](crate::Context::control): a [`PanZoom`], [`Turntable`], [`Arcball`], [`Fly`] or [`Clock`].
#[derive(Clone, Debug)]
pub struct Controller {
    pub(super) op: Op,
    pub(super) numbers: Vec<f64>,
    pub(super) within: Option<Signal>,
    /// Those whose axes it shares.
    pub(super) links: Vec<Signal>,
}

macro_rules! within {
    () => {
        /// Where it listens: a rectangle of canvas 0 (vec4: left, bottom, width, height in pixels), or the whole canvas of an input
        /// [`CanvasSize`](crate::InputSource::CanvasSize). Without this it is the whole canvas 0.
        pub fn within(mut self, area: &Signal) -> Self {
            self.within = Some(area.clone());
            self
        }
    };
}

/// A rectangle of the data that a person pans and zooms: its value is what is seen, a vec4 of left, bottom, right, top.
///
/// Drag to pan, turn the wheel to zoom at the pointer, drag with shift for a box, with the right button to zoom x and y apart; double
/// click goes back. Keys: arrows, + and −, Home.
#[derive(Clone, Debug)]
pub struct PanZoom {
    rect: [f64; 4],
    options: u32,
    rest: f64,
    within: Option<Signal>,
    links: [Option<Signal>; 2],
}

impl PanZoom {
    /// Begins with a rectangle: left, bottom, right, top. An axis may run backwards; no side may be empty.
    pub fn new(rect: [f64; 4]) -> Self {
        PanZoom { rect, options: 0, rest: 0.0, within: None, links: [None, None] }
    }

    /// Neither pans nor zooms in x.
    pub fn keep_x(mut self) -> Self {
        self.options |= 1;
        self
    }

    /// Neither pans nor zooms in y.
    pub fn keep_y(mut self) -> Self {
        self.options |= 2;
        self
    }

    /// A unit is as long in x as in y: all of the rectangle is seen, and more where the area has another shape.
    pub fn even(mut self) -> Self {
        self.options |= 4;
        self
    }

    /// A rectangle that is let go while it moves comes to rest in about so many seconds, 0 to 10; 0 stops it at once.
    pub fn inertia(mut self, seconds: f64) -> Self {
        self.rest = seconds;
        self
    }

    /// Shares its x with another one: whoever of both is moved, the other shows the same span.
    pub fn link_x(mut self, other: &Signal) -> Self {
        self.links[0] = Some(other.clone());
        self
    }

    /// Shares its y with another one.
    pub fn link_y(mut self, other: &Signal) -> Self {
        self.links[1] = Some(other.clone());
        self
    }

    within!();
}

/// Options of linked axes.
pub(super) const LINKS: [u32; 2] = [8, 16];

impl From<PanZoom> for Controller {
    fn from(from: PanZoom) -> Self {
        let mut numbers = from.rect.to_vec();
        let linked = from.links.iter().zip(LINKS).filter(|(link, _)| link.is_some()).map(|(_, bit)| bit);
        let options = from.options | linked.sum::<u32>();
        if options != 0 || from.rest != 0.0 {
            numbers.push(f64::from(options));
        }
        if from.rest != 0.0 {
            numbers.push(from.rest);
        }
        let links = from.links.into_iter().flatten().collect();
        Controller { op: Op::PanZoom, numbers, within: from.within, links }
    }
}

/// A scene on a turntable: its value is a view matrix (mat4) that circles around a centre, with z upward.
#[derive(Clone, Debug)]
pub struct Turntable {
    pose: [f64; 3],
    center: Option<[f64; 3]>,
    within: Option<Signal>,
}

impl Turntable {
    /// Begins so many degrees above the plane, so many degrees around (0 looks along +y), and so far from the centre.
    pub fn new(elevation: f64, azimuth: f64, distance: f64) -> Self {
        Turntable { pose: [elevation, azimuth, distance], center: None, within: None }
    }

    /// The point to circle around; the origin without this.
    pub fn center(mut self, center: [f64; 3]) -> Self {
        self.center = Some(center);
        self
    }

    within!();
}

impl From<Turntable> for Controller {
    fn from(from: Turntable) -> Self {
        let numbers = from.pose.into_iter().chain(from.center.into_iter().flatten()).collect();
        Controller { op: Op::Turntable, numbers, within: from.within, links: Vec::new() }
    }
}

/// A scene in an arcball: its value is a view matrix (mat4) that turns freely around a centre.
#[derive(Clone, Debug)]
pub struct Arcball {
    distance: f64,
    center: Option<[f64; 3]>,
    orientation: Option<[f64; 4]>,
    within: Option<Signal>,
}

impl Arcball {
    /// Begins so far from the centre.
    pub fn new(distance: f64) -> Self {
        Arcball { distance, center: None, orientation: None, within: None }
    }

    /// The point to turn around; the origin without this.
    pub fn center(mut self, center: [f64; 3]) -> Self {
        self.center = Some(center);
        self
    }

    /// How the scene is turned to begin with: a quaternion x, y, z, w.
    pub fn orientation(mut self, quaternion: [f64; 4]) -> Self {
        self.orientation = Some(quaternion);
        self
    }

    within!();
}

impl From<Arcball> for Controller {
    fn from(from: Arcball) -> Self {
        let numbers = posed(from.distance, from.center, from.orientation);
        Controller { op: Op::Arcball, numbers, within: from.within, links: Vec::new() }
    }
}

/// A viewer who flies through the scene: its value is a view matrix (mat4).
#[derive(Clone, Debug)]
pub struct Fly {
    speed: f64,
    position: Option<[f64; 3]>,
    orientation: Option<[f64; 4]>,
    within: Option<Signal>,
}

impl Fly {
    /// Flies so many units a second; begins at the origin, looking along −z.
    pub fn new(speed: f64) -> Self {
        Fly { speed, position: None, orientation: None, within: None }
    }

    /// Where the viewer begins.
    pub fn position(mut self, position: [f64; 3]) -> Self {
        self.position = Some(position);
        self
    }

    /// How the viewer is turned to begin with: a quaternion x, y, z, w.
    pub fn orientation(mut self, quaternion: [f64; 4]) -> Self {
        self.orientation = Some(quaternion);
        self
    }

    within!();
}

impl From<Fly> for Controller {
    fn from(from: Fly) -> Self {
        let numbers = posed(from.speed, from.position, from.orientation);
        Controller { op: Op::Fly, numbers, within: from.within, links: Vec::new() }
    }
}

/// A clock that the space key stops and Home sets back: its value is in seconds.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    rate: Option<f64>,
    within: Option<Signal>,
}

impl Clock {
    /// Runs a second in a second.
    pub fn new() -> Self {
        Clock::default()
    }

    /// Runs so many seconds in a second.
    pub fn rate(mut self, rate: f64) -> Self {
        self.rate = Some(rate);
        self
    }

    within!();
}

impl From<Clock> for Controller {
    fn from(from: Clock) -> Self {
        let numbers = from.rate.into_iter().collect();
        Controller { op: Op::Clock, numbers, within: from.within, links: Vec::new() }
    }
}

/// A number, a point, and a quaternion; what is given last decides how many numbers there are.
fn posed(first: f64, point: Option<[f64; 3]>, quaternion: Option<[f64; 4]>) -> Vec<f64> {
    let point = point.or(quaternion.map(|_| [0.0; 3]));
    std::iter::once(first)
        .chain(point.into_iter().flatten())
        .chain(quaternion.into_iter().flatten())
        .collect()
}

/// What an interpreter would refuse of a controller's numbers.
pub(super) fn check(op: Op, numbers: Vec<f64>) -> Result<(SignalKind, Vec<f64>)> {
    let bad = |why: String| refuse(Code::BadArgument, why);
    let Some(kind) = kind_of_controller(op) else { return bad(format!("{op} is no controller")) };
    if let Some(wrong) = numbers.iter().find(|number| !number.is_finite()) {
        return bad(format!("{op} takes finite numbers, not {wrong}"));
    }
    match (op, numbers.as_slice()) {
        (Op::PanZoom, [left, bottom, right, top, ..]) if left == right || bottom == top => {
            return bad("pan_zoom's rectangle is empty".into());
        }
        (Op::PanZoom, [_, _, _, _, _, rest]) if !(0.0..=10.0).contains(rest) => {
            return bad(format!("pan_zoom comes to rest in 0 to 10 seconds, not {rest}"));
        }
        (Op::Turntable, [_, _, distance, ..]) | (Op::Arcball, [distance, ..]) if *distance <= 0.0 => {
            return bad(format!("{op}'s distance must be positive, not {distance}"));
        }
        (Op::Fly, [speed, ..]) if *speed <= 0.0 => {
            return bad(format!("fly's speed must be positive, not {speed}"));
        }
        (Op::Arcball | Op::Fly, [_, _, _, _, quaternion @ ..])
            if quaternion.len() == 4 && !quaternion.iter().map(|n| n * n).sum::<f64>().is_normal() =>
        {
            return bad(format!("{op}'s quaternion has no direction"));
        }
        _ => {}
    }
    Ok((kind, numbers))
}
