//! Lists: commands that the stream keeps to run them again, and what signals change of them.

use crate::diagnostic::{Check, refuse};
use crate::retain::Driven;
use crate::signals::Value;
use glir_spec::commands::*;
use glir_spec::enums::RectangleField;
use glir_spec::structs::{AttributeSource, BindTarget, Rect, Selection};
use glir_spec::wire::Payload;
use glir_spec::{Code, StateChanges, StateField, limits};
use std::sync::Arc;

/// The lists of a stream.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    /// By id, in ascending order.
    lists: Vec<(u32, List)>,
    /// Bytes of all of them.
    bytes: usize,
    /// The list that draws the picture anew; 0 for none.
    pub(crate) redraw: u32,
    /// A signal has changed what it draws.
    pub(crate) due: bool,
    /// How deep RUN is nested now.
    pub(crate) depth: u32,
    /// Commands of lists that were run for this frame.
    pub(crate) ran: usize,
    /// The range that draws of the running list take instead of their own.
    pub(crate) range: Option<(u32, u32)>,
}

/// A list.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    /// Encoded commands, one after another.
    pub(crate) commands: Arc<[u8]>,
    hidden: bool,
    range: Option<(u32, u32)>,
    rectangles: [Option<Rect>; 2],
}

impl List {
    pub(crate) fn is_visible(&self) -> bool {
        !self.hidden
    }

    pub(crate) fn range(&self) -> Option<(u32, u32)> {
        self.range
    }

    /// What signals make of it where it is run, if they do.
    pub(crate) fn driven(&self, run: (u32, Option<u32>)) -> Option<Driven> {
        let changes = self.state();
        if self.is_visible() && self.range.is_none() && changes.0.is_empty() {
            return None;
        }
        let mut state = Vec::new();
        if !changes.0.is_empty() {
            State { changes }.encode(&mut state);
        }
        Some(Driven { run, hidden: self.hidden, range: self.range, state })
    }

    /// The state that it begins with.
    pub(crate) fn state(&self) -> StateChanges {
        let [viewport, scissor] = self.rectangles.clone();
        let viewport = viewport.map(|rect| StateField::Viewport(Some(rect)));
        let scissor = scissor.map(|rect| StateField::Scissor(Some(rect)));
        // In the order of their numbers, as they must stand.
        StateChanges(viewport.into_iter().chain(scissor).collect())
    }
}

impl Lists {
    pub(crate) fn get(&self, id: u32) -> Option<&List> {
        let at = self.lists.binary_search_by_key(&id, |(known, _)| *known).ok()?;
        self.lists.get(at).map(|(_, list)| list)
    }

    pub(crate) fn running(&self) -> bool {
        self.depth > 0
    }

    /// Replaces a list's commands.
    pub(crate) fn record(&mut self, id: u32, commands: &[u8]) -> Check<()> {
        let old = self.get(id).map_or(0, |list| list.commands.len());
        let bytes = self.bytes - old + commands.len();
        if bytes > limits::MAX_LIST_BYTES {
            let most = limits::MAX_LIST_BYTES;
            return refuse!(
                Code::LimitExceeded,
                0,
                "the lists would take {bytes} bytes; at most {most} are allowed"
            );
        }
        let list = self.entry(id)?;
        list.commands = commands.into();
        self.bytes = bytes;
        Ok(())
    }

    /// Brings a signal's value to a list. True if that changes it.
    pub(crate) fn set(&mut self, target: &BindTarget, value: &Value) -> bool {
        let id = match target {
            BindTarget::Uniform { .. } => return false,
            BindTarget::Rectangle { list, .. } => list.0,
            BindTarget::Range { range } => range.0,
            BindTarget::Visible { visible } => visible.0,
        };
        // One more than may be is not made, so nothing can change of it.
        let Ok(list) = self.entry(id) else { return false };
        let before = (list.hidden, list.range, list.rectangles.clone());
        let number = |index: usize| value.numbers().get(index).copied().unwrap_or(0.0);
        // Conversions saturate; what is no number becomes 0.
        match target {
            BindTarget::Uniform { .. } => {}
            BindTarget::Rectangle { rectangle, .. } => {
                let (x, y) = (number(0).round_ties_even(), number(1).round_ties_even());
                let size = |index| number(index).round_ties_even().clamp(0.0, f64::from(limits::MAX_EXTENT));
                let place = |number: f64| number.clamp(-65536.0, 65536.0) as i32;
                let rect = Rect { x: place(x), y: place(y), width: size(2) as u32, height: size(3) as u32 };
                list.rectangles[rectangle_index(*rectangle)] = Some(rect);
            }
            BindTarget::Range { .. } => list.range = Some((number(0) as u32, number(1) as u32)),
            BindTarget::Visible { .. } => list.hidden = number(0) == 0.0 || number(0).is_nan(),
        }
        before != (list.hidden, list.range, list.rectangles.clone())
    }

    /// What was bound is the list's own again.
    pub(crate) fn release(&mut self, target: &BindTarget) {
        let id = match target {
            BindTarget::Uniform { .. } => return,
            BindTarget::Rectangle { list, .. } => list.0,
            BindTarget::Range { range } => range.0,
            BindTarget::Visible { visible } => visible.0,
        };
        let Ok(at) = self.lists.binary_search_by_key(&id, |(known, _)| *known) else { return };
        let Some((_, list)) = self.lists.get_mut(at) else { return };
        match target {
            BindTarget::Uniform { .. } => {}
            BindTarget::Rectangle { rectangle, .. } => list.rectangles[rectangle_index(*rectangle)] = None,
            BindTarget::Range { .. } => list.range = None,
            BindTarget::Visible { .. } => list.hidden = false,
        }
    }

    fn entry(&mut self, id: u32) -> Check<&mut List> {
        let at = match self.lists.binary_search_by_key(&id, |(known, _)| *known) {
            Ok(at) => at,
            Err(_) if self.lists.len() >= limits::MAX_LISTS => {
                return refuse!(Code::LimitExceeded, 0, "a stream has at most {} lists", limits::MAX_LISTS);
            }
            Err(at) => {
                self.lists.insert(at, (id, List::default()));
                at
            }
        };
        Ok(&mut self.lists[at].1)
    }
}

fn rectangle_index(field: RectangleField) -> usize {
    match field {
        RectangleField::Viewport => 0,
        RectangleField::Scissor => 1,
    }
}

/// The range of a draw of a list, if it is not the draw's own.
pub(crate) fn ranged(selection: Selection, range: Option<(u32, u32)>) -> Selection {
    let Some((first, count)) = range else { return selection };
    match selection {
        Selection::Arrays { .. } => Selection::Arrays { count, first },
        Selection::Elements { elements, ty, base_vertex, .. } => {
            Selection::Elements { elements, count, first, ty, base_vertex }
        }
    }
}

/// Whether a command may stand in a list; if not, why, as a clause.
pub(crate) fn may_stand(command: &Command<'_>) -> Result<(), &'static str> {
    use Command as C;
    match command {
        C::Attribute(command) => match &command.source {
            AttributeSource::Constant { constant } => inline(Some(&constant.0)),
            AttributeSource::View { .. } => Ok(()),
        },
        C::Uniform(command) => inline(Some(&command.value.0)),
        C::Clear(command) => inline(command.value.as_ref()),
        C::Current(_)
        | C::Group(_)
        | C::End(_)
        | C::Mipmaps(_)
        | C::Texture(_)
        | C::Block(_)
        | C::Feedback(_)
        | C::Framebuffer(_)
        | C::DrawBuffers(_)
        | C::Blit(_)
        | C::State(_)
        | C::Draw(_)
        | C::Dispatch(_)
        | C::Run(_) => Ok(()),
        C::Swap(_)
        | C::Meta(_)
        | C::Extension(_)
        | C::Create(_)
        | C::Delete(_)
        | C::Size(_)
        | C::Data(_)
        | C::Label(_)
        | C::Interpolation(_)
        | C::Wrapping(_)
        | C::SetShaders(_)
        | C::Attach(_)
        | C::Read(_)
        | C::Query(_)
        | C::Record(_)
        | C::Redraw(_)
        | C::Input(_)
        | C::Signal(_)
        | C::Bind(_)
        | C::Forget(_) => Err("can't stand in a list"),
    }
}

fn inline(payload: Option<&Payload<'_>>) -> Result<(), &'static str> {
    if matches!(payload, None | Some(Payload::Inline { .. })) {
        Ok(())
    } else {
        Err("stands in a list with its payload inline only")
    }
}
