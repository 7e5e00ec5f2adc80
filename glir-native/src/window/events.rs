//! winit's events as GLIR's replies.

use glir_spec::Reply;
use glir_spec::enums::{KeyAction, PointerAction};
use glir_spec::ids::CanvasId;
use glir_spec::replies;
use glir_spec::wire::Str;
use std::time::Instant;
use winit::event::{ElementState, MouseButton, MouseScrollDelta, WindowEvent};
use winit::keyboard::{Key, ModifiersState, NamedKey};

/// The control key's bit among modifiers.
pub(super) const CONTROL: u32 = 2;

/// Pixels of one notch of a wheel, as browsers count them.
const NOTCH: f32 = 100.0;

/// The window's canvas.
const CANVAS: CanvasId = CanvasId(0);

/// Where the pointer is, and what is pressed.
pub(super) struct Pointer {
    began: Instant,
    x: f32,
    y: f32,
    buttons: u32,
    modifiers: u32,
}

pub(super) fn close() -> Reply<'static> {
    Reply::Close(replies::Close { canvas: CANVAS })
}

pub(super) fn resize(width: u32, height: u32, scale: f64) -> Reply<'static> {
    Reply::Resize(replies::Resize { canvas: CANVAS, width, height, pixel_ratio: scale as f32 })
}

impl Pointer {
    pub(super) fn new() -> Self {
        Pointer { began: Instant::now(), x: 0.0, y: 0.0, buttons: 0, modifiers: 0 }
    }

    pub(super) fn modifiers(&self) -> u32 {
        self.modifiers
    }

    /// The reply for an event, if it is one of input. `height` is the window's, since GLIR counts from below.
    pub(super) fn translate(&mut self, event: &WindowEvent, height: u32) -> Option<Reply<'static>> {
        let time = self.began.elapsed().as_secs_f64();
        let modifiers = self.modifiers;
        match event {
            WindowEvent::ModifiersChanged(now) => {
                self.modifiers = bits(now.state());
                None
            }
            WindowEvent::CursorMoved { position, .. } => {
                self.x = position.x as f32;
                self.y = height as f32 - position.y as f32;
                Some(self.pointer(PointerAction::Move, None, time))
            }
            WindowEvent::CursorEntered { .. } => Some(self.pointer(PointerAction::Enter, None, time)),
            WindowEvent::CursorLeft { .. } => Some(self.pointer(PointerAction::Leave, None, time)),
            WindowEvent::MouseInput { state, button, .. } => {
                let (number, bit) = match button {
                    MouseButton::Left => (0, 1),
                    MouseButton::Middle => (1, 4),
                    MouseButton::Right => (2, 2),
                    MouseButton::Back => (3, 8),
                    MouseButton::Forward => (4, 16),
                    MouseButton::Other(_) => return None,
                };
                let action = match state {
                    ElementState::Pressed => {
                        self.buttons |= bit;
                        PointerAction::Down
                    }
                    ElementState::Released => {
                        self.buttons &= !bit;
                        PointerAction::Up
                    }
                };
                Some(self.pointer(action, Some(number), time))
            }
            WindowEvent::MouseWheel { delta, .. } => {
                let (dx, dy) = match delta {
                    MouseScrollDelta::LineDelta(dx, dy) => (dx * NOTCH, dy * NOTCH),
                    MouseScrollDelta::PixelDelta(delta) => (delta.x as f32, delta.y as f32),
                };
                Some(Reply::Wheel(replies::Wheel {
                    canvas: CANVAS,
                    x: self.x,
                    y: self.y,
                    dx,
                    dy,
                    modifiers,
                    time,
                }))
            }
            WindowEvent::KeyboardInput { event, .. } => {
                let action = match event.state {
                    ElementState::Pressed => KeyAction::Down,
                    ElementState::Released => KeyAction::Up,
                };
                let key = key_name(&event.logical_key)?;
                Some(Reply::Key(replies::Key {
                    canvas: CANVAS,
                    action,
                    key: Str::from(key),
                    modifiers,
                    time,
                }))
            }
            _ => None,
        }
    }

    fn pointer(&self, action: PointerAction, button: Option<u8>, time: f64) -> Reply<'static> {
        let Pointer { x, y, buttons, modifiers, .. } = *self;
        Reply::Pointer(replies::Pointer { canvas: CANVAS, action, x, y, button, buttons, modifiers, time })
    }
}

/// A key's value as the W3C's UI Events name it; winit's named keys carry those names.
fn key_name(key: &Key) -> Option<String> {
    match key {
        Key::Named(NamedKey::Space) => Some(" ".to_owned()),
        Key::Named(named) => Some(format!("{named:?}")),
        Key::Character(text) => Some(text.to_string()),
        Key::Unidentified(_) | Key::Dead(_) => None,
    }
}

fn bits(state: ModifiersState) -> u32 {
    u32::from(state.shift_key())
        | u32::from(state.control_key()) << 1
        | u32::from(state.alt_key()) << 2
        | u32::from(state.super_key()) << 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_names_of_ui_events() {
        assert_eq!(key_name(&Key::Named(NamedKey::ArrowLeft)).as_deref(), Some("ArrowLeft"));
        assert_eq!(key_name(&Key::Named(NamedKey::Space)).as_deref(), Some(" "));
        assert_eq!(key_name(&Key::Character("a".into())).as_deref(), Some("a"));
    }

    #[test]
    fn modifiers_are_bits() {
        assert_eq!(bits(ModifiersState::SHIFT | ModifiersState::CONTROL), 3);
        assert_eq!(bits(ModifiersState::CONTROL), CONTROL);
    }
}
