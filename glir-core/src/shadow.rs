//! The state that a backend has been told, so that redundant calls are left out.

use crate::backend::{BufferRange, Handle, Kind, RangePoint, Surface, VertexSource};
use crate::objects::Ref;
use crate::planes::Reach;
use glir_spec::StateField;
use glir_spec::structs::Rect;

/// A binding point and what is bound there.
type KnownRange = (RangePoint, u32, Option<(BufferRange, Ref)>);

/// What a backend has been told.
#[derive(Debug)]
pub(crate) struct Shadow {
    /// Every state field, by its place in the table; the viewport as the stream gave it.
    state: Vec<StateField>,
    /// The viewport as the backend knows it; none if the target has changed since.
    pub(crate) viewport: Option<Rect>,
    /// That viewport is the whole target.
    pub(crate) follows: bool,
    /// The program in use and the count of its links.
    pub(crate) program: Option<(Ref, u64)>,
    /// Sources by location, with the buffer's reference, since handles are used again.
    attributes: Vec<Option<(VertexSource, Option<Ref>)>>,
    /// Textures by unit.
    units: Vec<Option<Option<Ref>>>,
    ranges: Vec<KnownRange>,
    pub(crate) target: Option<Surface>,
    /// What the state lets commands reach.
    pub(crate) reach: Reach,
}

impl Shadow {
    pub(crate) fn new() -> Self {
        Shadow {
            state: StateField::initial(),
            viewport: None,
            follows: false,
            program: None,
            attributes: Vec::new(),
            units: Vec::new(),
            ranges: Vec::new(),
            target: None,
            reach: Reach::new(),
        }
    }

    /// Notes a field; true if its value is new.
    #[inline]
    pub(crate) fn set(&mut self, field: &StateField) -> bool {
        let number = field.number();
        match self.state.iter_mut().find(|known| known.number() == number) {
            Some(known) if *known == *field => false,
            Some(known) => {
                known.clone_from(field);
                self.reach.note(field);
                true
            }
            None => true,
        }
    }

    /// The viewport as the stream gave it: none follows the target's size.
    pub(crate) fn asked_viewport(&self) -> Option<Rect> {
        match self.state.first() {
            Some(StateField::Viewport(viewport)) => viewport.clone(),
            _ => None,
        }
    }

    /// Every field as it is.
    pub(crate) fn fields(&self) -> &[StateField] {
        &self.state
    }

    /// Notes a location's source; true if it is new.
    #[inline]
    pub(crate) fn attribute(&mut self, location: u32, source: VertexSource, buffer: Option<Ref>) -> bool {
        note(&mut self.attributes, location as usize, (source, buffer))
    }

    /// The locations that take their values from a buffer.
    pub(crate) fn locations_of(&self, handle: Handle) -> Vec<u32> {
        let takes = |known: &Option<(VertexSource, Option<Ref>)>| matches!(known, Some((VertexSource::View { buffer, .. }, _)) if *buffer == handle);
        (0..).zip(&self.attributes).filter(|(_, known)| takes(known)).map(|(location, _)| location).collect()
    }

    /// Notes a unit's texture; true if it is new.
    #[inline]
    pub(crate) fn unit(&mut self, unit: u32, texture: Option<Ref>) -> bool {
        note(&mut self.units, unit as usize, texture)
    }

    /// Notes a binding point's range; true if it is new.
    pub(crate) fn range(&mut self, point: RangePoint, index: u32, range: Option<(BufferRange, Ref)>) -> bool {
        match self.ranges.iter_mut().find(|(p, i, _)| (*p, *i) == (point, index)) {
            Some((_, _, known)) if *known == range => false,
            Some((_, _, known)) => {
                *known = range;
                true
            }
            None => {
                self.ranges.push((point, index, range));
                true
            }
        }
    }

    /// Forgets all that is bound; the state stays.
    pub(crate) fn forget_bindings(&mut self) {
        *self = Shadow { state: std::mem::take(&mut self.state), ..Shadow::new() };
    }

    /// Forgets what GL forgets, or may forget, when an object goes or its storage changes hands.
    pub(crate) fn forget(&mut self, kind: Kind, handle: Handle) {
        match kind {
            // Attributes have been set to something else by then.
            Kind::Buffer => {
                self.ranges.retain(|(_, _, range)| range.is_none_or(|(range, _)| range.buffer != handle));
            }
            Kind::Texture => {
                for known in &mut self.units {
                    if matches!(known, Some(Some(texture)) if texture.handle == handle) {
                        *known = None;
                    }
                }
            }
            Kind::Program => {
                if self.program.is_some_and(|(program, _)| program.handle == handle) {
                    self.program = None;
                }
            }
            Kind::Framebuffer => {
                if self.target == Some(Surface::Framebuffer(handle)) {
                    self.target = None;
                }
            }
            Kind::Renderbuffer | Kind::Query => {}
        }
    }
}

#[inline]
fn note<T: PartialEq>(known: &mut Vec<Option<T>>, index: usize, value: T) -> bool {
    if index >= known.len() {
        known.resize_with(index + 1, || None);
    }
    match known.get_mut(index) {
        Some(Some(old)) if *old == value => false,
        Some(place) => {
            *place = Some(value);
            true
        }
        None => true,
    }
}
