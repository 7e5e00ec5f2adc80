//! Cameras as signals: what a person moves where the picture is shown, with no producer.

use crate::camera::{Camera, FAR, Lens, NEAR};
use crate::error::Result;
use crate::layout::Area;
use crate::node::{Kind, NodeId};
use crate::scene::Scene;
use glir_gloo::{Context, Operand, Signal};
use glir_visuals::{MovingOrigin, ViewSignals};
use std::f64::consts::LN_2;
use std::mem::discriminant;
use std::sync::Arc;

/// A box's camera in the stream.
#[derive(Debug)]
pub(crate) struct Bound {
    area: Area,
    camera: Camera,
    links: [Option<Signal>; 2],
    /// vec4: left, bottom, width, height.
    pub(crate) within: Signal,
    pub(crate) controller: Signal,
    pub(crate) signals: Arc<ViewSignals>,
}

impl Bound {
    /// Whether it is a rectangle of the plane that is seen.
    pub(crate) fn is_flat(&self) -> bool {
        matches!(self.camera, Camera::PanZoom(_))
    }
}

impl Camera {
    /// Whether a person can move it.
    pub(crate) fn moves(&self) -> bool {
        match self {
            Camera::Pixels => false,
            Camera::PanZoom(camera) => camera.pans_x || camera.pans_y,
            Camera::Turntable(_) | Camera::Arcball(_) | Camera::Fly(_) => true,
        }
    }

    fn control(&self, context: &Context, within: &Signal, links: &[Option<Signal>; 2]) -> Result<Signal> {
        Ok(match self {
            Camera::Pixels => within.clone(),
            Camera::PanZoom(_) => {
                let mut pan = self.pan_zoom().within(within);
                if let Some(link) = &links[0] {
                    pan = pan.link_x(link);
                }
                if let Some(link) = &links[1] {
                    pan = pan.link_y(link);
                }
                context.control(pan)?
            }
            Camera::Turntable(_) => context.control(self.turntable().within(within))?,
            Camera::Arcball(_) => context.control(self.arcball().within(within))?,
            Camera::Fly(_) => context.control(self.fly().within(within))?,
        })
    }

    fn reset(&self, controller: &Signal) -> Result<()> {
        match self {
            Camera::Pixels => {}
            Camera::PanZoom(_) => controller.reset(self.pan_zoom())?,
            Camera::Turntable(_) => controller.reset(self.turntable())?,
            Camera::Arcball(_) => controller.reset(self.arcball())?,
            Camera::Fly(_) => controller.reset(self.fly())?,
        }
        Ok(())
    }

    fn pan_zoom(&self) -> glir_gloo::PanZoom {
        let Camera::PanZoom(camera) = self else { return glir_gloo::PanZoom::new([0.0, 0.0, 1.0, 1.0]) };
        let mut pan = glir_gloo::PanZoom::new(camera.rect).inertia(camera.inertia);
        if !camera.pans_x {
            pan = pan.keep_x();
        }
        if !camera.pans_y {
            pan = pan.keep_y();
        }
        if camera.even { pan.even() } else { pan }
    }

    fn turntable(&self) -> glir_gloo::Turntable {
        let Camera::Turntable(camera) = self else { return glir_gloo::Turntable::new(0.0, 0.0, 1.0) };
        glir_gloo::Turntable::new(camera.elevation, camera.azimuth, camera.distance).center(camera.center)
    }

    fn arcball(&self) -> glir_gloo::Arcball {
        let Camera::Arcball(camera) = self else { return glir_gloo::Arcball::new(1.0) };
        glir_gloo::Arcball::new(camera.distance).center(camera.center).orientation(camera.orientation)
    }

    fn fly(&self) -> glir_gloo::Fly {
        let Camera::Fly(camera) = self else { return glir_gloo::Fly::new(1.0) };
        glir_gloo::Fly::new(camera.speed).position(camera.position).orientation(camera.orientation)
    }

    /// What programs are bound to.
    fn signals(&self, context: &Context, controller: &Signal, within: &Signal) -> Result<ViewSignals> {
        let aspect = within.component(2)?.div(within.component(3)?)?;
        Ok(match self {
            Camera::Pixels => ViewSignals { rect: None, origin: None, view: None, projection: None },
            Camera::PanZoom(_) => {
                let (low, high) = (controller.components([0, 1])?, controller.components([2, 3])?);
                let size = high.sub(&low)?;
                // As `View::rect`: a multiple of a power of two of about the size, which a pair of floats holds to the last bit. The
                // power is one by its exponential but for rounding, which a float has not.
                let step = size.abs()?.ln()?.div(LN_2)?.floor()?.mul(LN_2)?.exp()?.high()?;
                let origin = low.mix(&high, 0.5)?.div(&step)?.add(0.5)?.floor()?.mul(&step)?;
                // From the middle to the origin; the middle may lie between two numbers, where differences do not.
                let rest = origin.sub(&low)?.mix(&origin.sub(&high)?, 0.5)?;
                let solid = |flat: &Signal, z: f64| context.vector([Operand::from(flat), z.into()]);
                let scale = context.constant([2.0, 2.0])?.div(&size)?;
                let projection = solid(&scale, 1.0)?.scaling()?.mul(&solid(&rest, 0.0)?.translation()?)?;
                ViewSignals {
                    rect: Some(controller.clone()),
                    origin: Some(MovingOrigin::new(solid(&origin, 0.0)?)),
                    view: None,
                    projection: Some(projection),
                }
            }
            Camera::Turntable(camera) => around(context, controller, camera.center, camera.lens, &aspect)?,
            Camera::Arcball(camera) => around(context, controller, camera.center, camera.lens, &aspect)?,
            Camera::Fly(camera) => {
                let [near, far] = camera.depth;
                from_eye(controller, context.perspective(camera.angle.to_radians(), &aspect, near, far)?)?
            }
        })
    }
}

/// Of a camera around a centre: what is near and far follows its distance.
fn around(
    context: &Context,
    controller: &Signal,
    center: [f64; 3],
    lens: Lens,
    aspect: &Signal,
) -> Result<ViewSignals> {
    // The centre may be moved, but the eye then looks at another one, as far away: the distance is that of the view's last column,
    // turned back. Of a view that is a turn and a move, that is the length of what is left of the centre.
    let [x, y, z] = center;
    let seen = controller.mul([x, y, z, 1.0])?;
    let distance = seen.components([0, 1, 2])?.length()?.max(1e-30)?;
    let projection = match lens {
        Lens::Perspective(angle) => {
            context.perspective(angle.to_radians(), aspect, distance.mul(NEAR)?, distance.mul(FAR)?)?
        }
        Lens::Orthographic => {
            let half = distance.mul((lens.angle().to_radians() / 2.0).tan())?;
            let deep = distance.mul(FAR)?;
            let corner =
                context.vector([Operand::from(&half.mul(aspect)?), (&half).into(), (&deep).into()])?;
            context.orthographic(&corner.mul(-1.0)?, &corner)?
        }
    };
    from_eye(controller, projection)
}

/// Of a camera in space: positions are told from the eye, whose digits a matrix of floats would not hold.
fn from_eye(view: &Signal, projection: Signal) -> Result<ViewSignals> {
    let eye = view.inverse()?.mul([0.0, 0.0, 0.0, 1.0])?.components([0, 1, 2])?;
    let turned = view.mul(&eye.translation()?)?;
    let origin = Some(MovingOrigin::new(eye));
    Ok(ViewSignals { rect: None, origin, view: Some(turned), projection: Some(projection) })
}

impl Scene {
    /// Brings the signals of a box in line with its camera; none where nobody moves it.
    pub(crate) fn bind(&mut self, view: NodeId) -> Result<()> {
        let found = self.view_box(view)?;
        if !self.interactive || !found.camera.moves() {
            if self.view_box_mut(view)?.bound.take().is_some() {
                self.overlay = None;
            }
            return Ok(());
        }
        let mut links = [None, None];
        for (axis, link) in links.iter_mut().enumerate() {
            let leader = self.leader(view, axis);
            if leader != view {
                self.bind(leader)?;
                *link = self.view_box(leader)?.bound.as_ref().map(|bound| bound.controller.clone());
            }
        }
        let context = self.context.clone();
        let found = self.view_box_mut(view)?;
        let (area, camera) = (found.area, found.camera.clone());
        let edges = [area.x, area.y, area.width, area.height];
        if let Some(bound) = &mut found.bound
            && discriminant(&bound.camera) == discriminant(&camera)
            && bound.links == links
            && same_lens(&bound.camera, &camera)
        {
            if bound.area != area {
                bound.within.set(edges)?;
                bound.area = area;
            }
            if bound.camera != camera {
                camera.reset(&bound.controller)?;
                bound.camera = camera;
            }
            return Ok(());
        }
        let within = context.constant(edges)?;
        let controller = camera.control(&context, &within, &links)?;
        let signals = Arc::new(camera.signals(&context, &controller, &within)?);
        self.overlay = None;
        self.view_box_mut(view)?.bound = Some(Bound { area, camera, links, within, controller, signals });
        Ok(())
    }

    /// Binds all boxes; whether a person can move any.
    pub(crate) fn bind_all(&mut self) -> Result<bool> {
        let boxes: Vec<NodeId> = self
            .nodes
            .iter()
            .filter(|(_, node)| matches!(node.kind, Kind::Box(_)))
            .map(|(id, _)| id)
            .collect();
        let mut any = false;
        for view in boxes {
            self.bind(view)?;
            any |= self.view_box(view)?.bound.is_some();
        }
        Ok(any)
    }
}

/// What is not in the controller, but in what is computed of it.
fn same_lens(a: &Camera, b: &Camera) -> bool {
    match (a, b) {
        (Camera::Turntable(a), Camera::Turntable(b)) => (a.lens, a.center) == (b.lens, b.center),
        (Camera::Arcball(a), Camera::Arcball(b)) => (a.lens, a.center) == (b.lens, b.center),
        (Camera::Fly(a), Camera::Fly(b)) => (a.angle, a.depth) == (b.angle, b.depth),
        _ => true,
    }
}
