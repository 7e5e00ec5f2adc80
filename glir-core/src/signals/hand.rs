//! The person's hand: which controller gets what happens.
//!
//! A button that goes down belongs to the controller under the pointer, the one declared last where several lie there, and so does
//! all that follows until it goes up. Keys go to the controller that was touched last or chosen by Tab, then to the others.

use super::control::{Event, RIGHT, SHIFT};
use super::{Signals, Source};
use glam::DVec2;
use glir_spec::Reply;
use glir_spec::enums::{KeyAction, PointerAction, SignalOp};
use glir_spec::replies::{Key, Pointer, Wheel};

/// Seconds between the two clicks of a double click, and pixels.
const TWICE: (f64, f64) = (0.4, 6.0);

/// Control, alt and meta: with them a key is the browser's or the system's.
const NOT_OURS: u32 = 0b1110;

#[derive(Default)]
pub(super) struct Hand {
    /// The controller that a pressed button belongs to, and the button.
    held: Option<(usize, u8)>,
    /// Where the pointer was last.
    last: DVec2,
    /// The controller that was touched last, or chosen by Tab.
    focus: Option<usize>,
    /// It was chosen by Tab.
    chosen: bool,
    /// The last click, for telling double clicks.
    click: Option<Click>,
}

#[derive(Clone, Copy)]
struct Click {
    node: usize,
    button: u8,
    at: DVec2,
    time: f64,
}

impl Hand {
    /// A controller begins anew.
    pub(super) fn let_go(&mut self, node: usize) {
        self.held = self.held.filter(|(held, _)| *held != node);
        self.click = self.click.filter(|click| click.node != node);
    }

    /// A controller is no more.
    pub(super) fn forget(&mut self, node: usize) {
        self.let_go(node);
        self.focus = self.focus.filter(|focus| *focus != node);
    }

    /// Whether keys go to a controller because a person chose it by Tab.
    pub(super) fn has_chosen(&self, node: usize) -> bool {
        self.chosen && self.focus == Some(node)
    }

    /// Whether keys go to a controller first.
    pub(super) fn is_at(&self, node: usize) -> bool {
        self.focus == Some(node)
    }

    /// Keys go to a controller first, as they went to one with another hand.
    pub(super) fn turn_to(&mut self, node: usize, other: &Hand) {
        (self.focus, self.chosen) = (Some(node), other.chosen);
    }

    /// Each place of a controller that it knows.
    pub(super) fn each(&mut self, moved: impl FnMut(&mut usize)) {
        let held = self.held.as_mut().map(|(node, _)| node);
        let clicked = self.click.as_mut().map(|click| &mut click.node);
        held.into_iter().chain(clicked).chain(&mut self.focus).for_each(moved);
    }
}

impl Signals {
    /// Gives an event to the controller that it belongs to. True if it has a use for it.
    pub(super) fn hand_over(&mut self, event: &Reply<'_>) -> bool {
        match event {
            Reply::Pointer(pointer) => self.pointer(pointer),
            Reply::Wheel(wheel) => self.wheel(wheel),
            Reply::Key(key) => self.key(key),
            _ => false,
        }
    }

    fn pointer(&mut self, pointer: &Pointer) -> bool {
        let at = DVec2::new(pointer.x.into(), pointer.y.into());
        let from = std::mem::replace(&mut self.hand.last, at);
        // A producer's number: 0 left, 1 middle, 2 right.
        let button = pointer.button;
        match pointer.action {
            PointerAction::Move => {
                let Some((node, _)) = self.hand.held else { return false };
                if from != at {
                    self.hand.click = None;
                }
                self.tell(node, &Event::Drag { from, at, time: pointer.time })
            }
            PointerAction::Down => {
                let Some(button) = button.filter(|button| *button <= RIGHT) else { return false };
                // A second button goes where the first one is.
                if let Some((node, _)) = self.hand.held {
                    return self.is_controller(node);
                }
                let Some(node) = self.under(pointer.canvas.0, at) else { return false };
                let near = |click: &Click| {
                    click.node == node
                        && click.button == button
                        && (0.0..TWICE.0).contains(&(pointer.time - click.time))
                        && click.at.distance(at) < TWICE.1
                };
                let twice = self.hand.click.as_ref().is_some_and(near);
                let click = Click { node, button, at, time: pointer.time };
                self.hand.click = (!twice).then_some(click);
                let modifiers = pointer.modifiers;
                let taken = self.tell(node, &Event::Down { at, button, modifiers, twice });
                if taken {
                    self.hand.held = Some((node, button));
                    (self.hand.focus, self.hand.chosen) = (Some(node), false);
                }
                taken
            }
            PointerAction::Up => match self.hand.held {
                Some((node, held)) if button.is_none_or(|button| button == held) => {
                    self.hand.held = None;
                    self.tell(node, &Event::Up { at, time: pointer.time });
                    true
                }
                held => held.is_some(),
            },
            PointerAction::Leave => {
                // What comes back is no second click.
                self.hand.click = None;
                false
            }
            PointerAction::Enter => false,
        }
    }

    fn wheel(&mut self, wheel: &Wheel) -> bool {
        let at = DVec2::new(wheel.x.into(), wheel.y.into());
        let turned = f64::from(wheel.dy);
        if !at.is_finite() || !turned.is_finite() || wheel.modifiers & NOT_OURS != 0 {
            return false;
        }
        match self.under(wheel.canvas.0, at) {
            Some(node) => self.tell(node, &Event::Wheel { at, turned }),
            None => false,
        }
    }

    fn key(&mut self, key: &Key<'_>) -> bool {
        let name = &*key.key;
        if key.action == KeyAction::Up {
            // Whoever holds it must hear that it was let go.
            let mut taken = false;
            for node in 0..self.nodes.len() {
                taken |= self.tell(node, &Event::KeyUp { key: name });
            }
            return taken;
        }
        if key.modifiers & NOT_OURS != 0 {
            return false;
        }
        if name == "Tab" {
            return self.walk(key.canvas.0, key.modifiers & SHIFT != 0);
        }
        let event = Event::KeyDown { key: name, modifiers: key.modifiers };
        let focus = self.hand.focus.filter(|node| self.listens(*node, key.canvas.0));
        if let Some(node) = focus
            && self.tell(node, &event)
        {
            return true;
        }
        (0..self.nodes.len())
            .rev()
            .any(|node| Some(node) != focus && self.listens(node, key.canvas.0) && self.tell(node, &event))
    }

    /// Chooses the next controller of a canvas, or the one before. False behind the last one, where keys are the page's or the
    /// window's to pass on, and where there is but one: that has them already.
    fn walk(&mut self, canvas: u32, back: bool) -> bool {
        let mut all: Vec<usize> = (0..self.nodes.len()).filter(|node| self.is_place(*node, canvas)).collect();
        if back {
            all.reverse();
        }
        let from = self.hand.focus.and_then(|focus| all.iter().position(|node| *node == focus));
        let next = all.get(from.map_or(0, |from| from + 1)).copied().filter(|_| all.len() > 1);
        (self.hand.focus, self.hand.chosen) = (next, next.is_some());
        next.is_some()
    }

    /// Whether a controller has a place on a canvas, that is, all but clocks and those without room.
    fn is_place(&self, node: usize, canvas: u32) -> bool {
        match &self.nodes[node].source {
            Source::Controller(handle) => {
                handle.canvas == canvas && handle.op != SignalOp::Clock && self.area(handle).is_some()
            }
            _ => false,
        }
    }

    /// The controller at a place of a canvas.
    fn under(&self, canvas: u32, at: DVec2) -> Option<usize> {
        (0..self.nodes.len()).rev().find(|node| match &self.nodes[*node].source {
            // A clock has no use for the pointer, and hides nothing from it.
            Source::Controller(handle) => {
                handle.canvas == canvas && handle.op != SignalOp::Clock && self.area(handle).contains(at)
            }
            _ => false,
        })
    }

    fn listens(&self, node: usize, canvas: u32) -> bool {
        matches!(&self.nodes[node].source, Source::Controller(handle) if handle.canvas == canvas)
    }

    fn is_controller(&self, node: usize) -> bool {
        matches!(self.nodes.get(node).map(|node| &node.source), Some(Source::Controller(_)))
    }

    fn tell(&mut self, node: usize, event: &Event<'_>) -> bool {
        let area = match &self.nodes[node].source {
            Source::Controller(handle) => self.area(handle),
            _ => return false,
        };
        self.follow(node);
        let taken = match &mut self.nodes[node].source {
            Source::Controller(handle) => handle.controller.event(event, &area),
            _ => false,
        };
        self.lead(node);
        taken
    }
}
