//! What part of a recording is seen, and how people change it.

use super::Change;
use glir_spec::Reply;
use glir_spec::enums::{KeyAction, PointerAction};
use glir_spec::replies::{Key, Pointer, Wheel};

/// The part that is seen: a span of time, and for each lane a span of its values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct View {
    /// Times at the left and at the right edge.
    pub(super) time: (f64, f64),
    /// Values at the lower and at the upper edge of each lane.
    pub(super) values: Vec<(f64, f64)>,
    /// A box being drawn, in pixels: two opposite corners.
    pub(super) marked: Option<[f64; 4]>,
    home: Home,
    drag: Option<Drag>,
    /// Time and place of the last click.
    clicked: Option<(f64, f32, f32)>,
}

#[derive(Clone, Debug, PartialEq)]
struct Home {
    time: (f64, f64),
    values: Vec<(f64, f64)>,
    /// The shortest span of time that is worth seeing.
    least: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Drag {
    /// The view follows the pointer, which was here.
    Pan { x: f64, y: f64 },
    /// A box is drawn from here.
    Box { x: f64, y: f64 },
}

/// Where things are on the canvas, in pixels from the lower left corner.
pub(super) struct Ground {
    pub(super) left: f64,
    pub(super) width: f64,
    /// Lower edge and height of each lane.
    pub(super) lanes: Vec<(f64, f64)>,
}

impl Ground {
    fn share(&self, x: f64) -> f64 {
        ((x - self.left) / self.width).clamp(0.0, 1.0)
    }

    fn lane(&self, y: f64) -> Option<usize> {
        self.lanes.iter().position(|(bottom, height)| (*bottom..bottom + height).contains(&y))
    }
}

/// What one notch of a wheel (120 pixels in most browsers) makes of a span.
const NOTCH: f64 = 0.8;
const NOTCH_PIXELS: f64 = 120.0;
/// What one press of + makes of it, and the share by which an arrow moves.
const PRESS: f64 = 0.7;
const ARROW: f64 = 0.1;
/// Seconds and pixels within which a second click makes a double one.
const DOUBLE: (f64, f32) = (0.4, 5.0);
/// Pixels that a box must have to be meant.
const MEANT: f64 = 4.0;
const SHIFT: u32 = 1;

impl View {
    pub(super) fn new(time: (f64, f64), values: Vec<(f64, f64)>, least: f64) -> View {
        let home = Home { time, values: values.clone(), least };
        View { time, values, marked: None, home, drag: None, clicked: None }
    }

    /// Follows an event.
    pub(super) fn event(&mut self, event: &Reply<'_>, ground: &Ground) -> Change {
        let before = (self.time, self.values.clone(), self.marked);
        match event {
            Reply::Pointer(pointer) => self.pointer(pointer, ground),
            Reply::Wheel(wheel) => self.wheel(wheel, ground),
            Reply::Key(key) => self.key(key),
            _ => {}
        }
        if before == (self.time, self.values.clone(), self.marked) { Change::None } else { Change::View }
    }

    fn pointer(&mut self, pointer: &Pointer, ground: &Ground) {
        let (x, y) = (f64::from(pointer.x), f64::from(pointer.y));
        if !(x.is_finite() && y.is_finite()) {
            return;
        }
        match (pointer.action, self.drag) {
            (PointerAction::Down, _) if pointer.button == Some(0) => {
                let double = self.clicked.take().is_some_and(|(time, at_x, at_y)| {
                    let near = (at_x - pointer.x).abs() < DOUBLE.1 && (at_y - pointer.y).abs() < DOUBLE.1;
                    near && (0.0..DOUBLE.0).contains(&(pointer.time - time))
                });
                if double {
                    return self.reset();
                }
                self.clicked = Some((pointer.time, pointer.x, pointer.y));
                let marking = pointer.modifiers & SHIFT != 0;
                self.drag = Some(if marking { Drag::Box { x, y } } else { Drag::Pan { x, y } });
            }
            // A button that went up elsewhere.
            (PointerAction::Move, Some(_)) if pointer.buttons & 1 == 0 => self.release(),
            (PointerAction::Move, Some(Drag::Pan { x: from_x, y: from_y })) => {
                self.pan(x - from_x, y - from_y, ground, ground.lane(y));
                self.drag = Some(Drag::Pan { x, y });
            }
            (PointerAction::Move, Some(Drag::Box { x: from_x, y: from_y })) => {
                self.marked = Some([from_x, from_y, x, y]);
            }
            (PointerAction::Up, Some(Drag::Box { x: from_x, y: from_y })) => {
                self.release();
                self.zoom_to_box([from_x, from_y, x, y], ground);
            }
            (PointerAction::Up, Some(_)) => self.release(),
            _ => {}
        }
    }

    fn release(&mut self) {
        self.drag = None;
        self.marked = None;
    }

    fn wheel(&mut self, wheel: &Wheel, ground: &Ground) {
        let turned = if wheel.dy == 0.0 { wheel.dx } else { wheel.dy };
        let factor = NOTCH.powf((f64::from(turned) / NOTCH_PIXELS).clamp(-10.0, 10.0));
        let (x, y) = (f64::from(wheel.x), f64::from(wheel.y));
        if !(factor.is_finite() && x.is_finite() && y.is_finite()) {
            return;
        }
        if wheel.modifiers & SHIFT == 0 {
            return self.zoom(factor, ground.share(x));
        }
        let Some(lane) = ground.lane(y) else { return };
        let (bottom, height) = ground.lanes[lane];
        self.zoom_values(lane, factor, (y - bottom) / height);
    }

    fn key(&mut self, key: &Key<'_>) {
        if key.action != KeyAction::Down {
            return;
        }
        match &*key.key {
            "ArrowLeft" => self.shift(-ARROW),
            "ArrowRight" => self.shift(ARROW),
            "PageUp" => self.shift(-1.0),
            "PageDown" => self.shift(1.0),
            "ArrowUp" => (0..self.values.len()).for_each(|lane| self.shift_values(lane, ARROW)),
            "ArrowDown" => (0..self.values.len()).for_each(|lane| self.shift_values(lane, -ARROW)),
            "+" | "=" => self.zoom(PRESS, 0.5),
            "-" | "_" => self.zoom(1.0 / PRESS, 0.5),
            "Home" => self.reset(),
            _ => {}
        }
    }

    fn reset(&mut self) {
        self.release();
        self.time = self.home.time;
        self.values.clone_from(&self.home.values);
    }

    /// Moves by pixels; values only in a lane of which less than all is seen.
    fn pan(&mut self, dx: f64, dy: f64, ground: &Ground, lane: Option<usize>) {
        self.shift(-dx / ground.width);
        if let Some(lane) = lane
            && let Some((_, height)) = ground.lanes.get(lane)
            && self.values.get(lane) != self.home.values.get(lane)
        {
            self.shift_values(lane, -dy / height);
        }
    }

    /// Moves by a share of what is seen.
    fn shift(&mut self, share: f64) {
        let span = self.time.1 - self.time.0;
        self.look_at((self.time.0 + share * span, self.time.1 + share * span));
    }

    /// Makes the span of time longer or shorter around what lies at a share of it.
    fn zoom(&mut self, factor: f64, share: f64) {
        let (from, to) = self.time;
        let span = to - from;
        let most = self.home.time.1 - self.home.time.0;
        let new = (span * factor).clamp(self.home.least.min(most), most);
        let fixed = from + share * span;
        self.look_at((fixed - share * new, fixed - share * new + new));
    }

    /// Sees a span of time, moved so that it lies within the recording.
    fn look_at(&mut self, (from, to): (f64, f64)) {
        let (start, end) = self.home.time;
        let span = (to - from).min(end - start);
        let from = from.clamp(start, (end - span).max(start));
        if from.is_finite() && span > 0.0 {
            self.time = (from, from + span);
        }
    }

    fn shift_values(&mut self, lane: usize, share: f64) {
        if let (Some(seen), Some(home)) = (self.values.get_mut(lane), self.home.values.get(lane)) {
            let span = seen.1 - seen.0;
            // No further than until the last of the line is at the edge.
            let low = (seen.0 + share * span).clamp(home.0 - span * 0.9, home.1 - span * 0.1);
            *seen = (low, low + span);
        }
    }

    fn zoom_values(&mut self, lane: usize, factor: f64, share: f64) {
        if let (Some(seen), Some(home)) = (self.values.get_mut(lane), self.home.values.get(lane)) {
            let (span, whole) = (seen.1 - seen.0, home.1 - home.0);
            // Texels have 24 bits: a millionth of the whole still has four of them.
            let new = (span * factor).clamp(whole * 1e-6, whole * 4.0);
            let fixed = seen.0 + share * span;
            *seen = (fixed - share * new, fixed - share * new + new);
        }
    }

    fn zoom_to_box(&mut self, [x0, y0, x1, y1]: [f64; 4], ground: &Ground) {
        if (x1 - x0).abs() >= MEANT {
            let (a, b) = (ground.share(x0.min(x1)), ground.share(x0.max(x1)));
            let span = self.time.1 - self.time.0;
            let time = (self.time.0 + a * span, self.time.0 + b * span);
            if time.1 - time.0 >= self.home.least {
                self.look_at(time);
            }
        }
        let lane = ground.lane(y0).filter(|_| (y1 - y0).abs() >= MEANT);
        if let Some(lane) = lane
            && let (Some((bottom, height)), Some(seen)) = (ground.lanes.get(lane), self.values.get_mut(lane))
        {
            let at = |y: f64| seen.0 + ((y - bottom) / height).clamp(0.0, 1.0) * (seen.1 - seen.0);
            let new = (at(y0.min(y1)), at(y0.max(y1)));
            if new.1 > new.0 {
                *seen = new;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ground, View};
    use crate::live::Change;
    use glir_spec::Reply;
    use glir_spec::enums::{KeyAction, PointerAction};
    use glir_spec::ids::CanvasId;
    use glir_spec::replies::{Key, Pointer, Wheel};

    fn ground() -> Ground {
        Ground { left: 10.0, width: 1000.0, lanes: vec![(200.0, 100.0), (100.0, 100.0)] }
    }

    fn view() -> View {
        View::new((0.0, 100.0), vec![(-1.0, 1.0); 2], 0.01)
    }

    fn pointer(action: PointerAction, x: f32, y: f32, modifiers: u32, time: f64) -> Reply<'static> {
        let button = (action != PointerAction::Move).then_some(0);
        let buttons = u32::from(action != PointerAction::Up);
        Reply::Pointer(Pointer { canvas: CanvasId(0), action, x, y, button, buttons, modifiers, time })
    }

    fn wheel(x: f32, dy: f32, modifiers: u32) -> Reply<'static> {
        Reply::Wheel(Wheel { canvas: CanvasId(0), x, y: 150.0, dx: 0.0, dy, modifiers, time: 0.0 })
    }

    fn key(key: &'static str) -> Reply<'static> {
        Reply::Key(Key {
            canvas: CanvasId(0),
            action: KeyAction::Down,
            key: key.into(),
            modifiers: 0,
            time: 0.0,
        })
    }

    #[test]
    fn the_wheel_keeps_what_is_under_the_pointer() {
        let (mut view, ground) = (view(), ground());
        assert_eq!(view.event(&wheel(260.0, 120.0, 0), &ground), Change::View);
        let span = view.time.1 - view.time.0;
        assert!((span - 80.0).abs() < 1e-9);
        assert!((view.time.0 + 0.25 * span - 25.0).abs() < 1e-9);
        for _ in 0..1000 {
            view.event(&wheel(260.0, 1e30, 0), &ground);
        }
        assert!((view.time.1 - view.time.0 - 0.01).abs() < 1e-9, "there is an end to it");
        for _ in 0..1000 {
            view.event(&wheel(900.0, -1200.0, 0), &ground);
        }
        assert_eq!(view.time, (0.0, 100.0), "and to the other side");
        view.event(&wheel(260.0, f32::NAN, 0), &ground);
        assert_eq!(view.time, (0.0, 100.0));
    }

    #[test]
    fn a_drag_pans_and_stays_inside() {
        let (mut view, ground) = (view(), ground());
        view.event(&wheel(510.0, 600.0, 0), &ground);
        let before = view.time;
        view.event(&pointer(PointerAction::Down, 500.0, 150.0, 0, 0.0), &ground);
        assert_eq!(view.event(&pointer(PointerAction::Move, 400.0, 150.0, 0, 0.1), &ground), Change::View);
        assert!((view.time.0 - before.0 - 0.1 * (before.1 - before.0)).abs() < 1e-9);
        view.event(&pointer(PointerAction::Move, 90_000.0, 150.0, 0, 0.2), &ground);
        assert_eq!(view.time.0, 0.0);
        view.event(&pointer(PointerAction::Up, 90_000.0, 150.0, 0, 0.3), &ground);
        assert_eq!(view.event(&pointer(PointerAction::Move, 1.0, 150.0, 0, 0.4), &ground), Change::None);
    }

    #[test]
    fn a_box_with_shift_zooms_time_and_the_lane() {
        let (mut view, ground) = (view(), ground());
        view.event(&pointer(PointerAction::Down, 110.0, 125.0, 1, 0.0), &ground);
        view.event(&pointer(PointerAction::Move, 210.0, 175.0, 1, 0.1), &ground);
        assert!(view.marked.is_some());
        view.event(&pointer(PointerAction::Up, 210.0, 175.0, 1, 0.2), &ground);
        assert_eq!((view.time, view.marked), ((10.0, 20.0), None));
        assert_eq!(view.values, [(-1.0, 1.0), (-0.5, 0.5)]);
    }

    #[test]
    fn keys_move_and_home_or_a_double_click_resets() {
        let (mut view, ground) = (view(), ground());
        view.event(&key("+"), &ground);
        assert!((view.time.1 - view.time.0 - 70.0).abs() < 1e-9);
        view.event(&key("ArrowRight"), &ground);
        assert!((view.time.0 - 22.0).abs() < 1e-9);
        view.event(&key("ArrowUp"), &ground);
        view.event(&key("Home"), &ground);
        assert_eq!(view, self::view());
        view.event(&key("+"), &ground);
        for time in [1.0, 1.1] {
            view.event(&pointer(PointerAction::Down, 500.0, 150.0, 0, time), &ground);
            view.event(&pointer(PointerAction::Up, 500.0, 150.0, 0, time), &ground);
        }
        assert_eq!(view.time, (0.0, 100.0));
        assert_eq!(view.event(&key("x"), &ground), Change::None);
    }
}
