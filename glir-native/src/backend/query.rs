//! Queries, and names for debuggers.

use super::GlBackend;
use glir_core::backend::{Handle, Kind, QueryState};
use glir_spec::Feature;
use glir_spec::enums::{QueryAction, QueryKind};
use glow::HasContext as _;

impl GlBackend {
    pub(super) fn run_query(&mut self, query: Handle, kind: QueryKind, action: QueryAction) {
        let Some(&name) = self.queries.at(query) else { return };
        // SAFETY: see the module's head; begin and end come in pairs, one query of a kind at a time.
        unsafe {
            match action {
                QueryAction::Begin => self.gl.begin_query(kind.gl(), name),
                QueryAction::End => self.gl.end_query(kind.gl()),
            }
        }
    }

    pub(super) fn result_of(&mut self, query: Handle, kind: QueryKind, wait: bool) -> QueryState {
        let Some(&name) = self.queries.at(query) else { return QueryState::Unknown };
        // SAFETY: see the module's head; the query has ended.
        unsafe {
            if !wait && self.gl.get_query_parameter_u32(name, glow::QUERY_RESULT_AVAILABLE) == 0 {
                return QueryState::Pending;
            }
            let value = if self.desktop && kind == QueryKind::TimeElapsed {
                self.gl.get_query_parameter_u64(name, glow::QUERY_RESULT)
            } else {
                u64::from(self.gl.get_query_parameter_u32(name, glow::QUERY_RESULT))
            };
            QueryState::Ready(value)
        }
    }

    /// Begins to measure how long the graphics card works at what follows; false where the context can't tell. A stream that measures
    /// so itself must not be measured.
    pub fn begin_timer(&mut self) -> bool {
        if self.timer.is_some() || !self.capabilities.features.has(Feature::TimerQuery) {
            return false;
        }
        // SAFETY: see the module's head; no other query of the kind runs.
        unsafe {
            let Ok(name) = self.gl.create_query() else { return false };
            self.gl.begin_query(QueryKind::TimeElapsed.gl(), name);
            self.timer = Some(name);
        }
        true
    }

    /// Ends what [`GlBackend::begin_timer`] has begun, and waits for it: nanoseconds.
    pub fn end_timer(&mut self) -> Option<u64> {
        let name = self.timer.take()?;
        // SAFETY: see the module's head; the query was begun, and its name is given up after its result is there.
        unsafe {
            self.gl.end_query(QueryKind::TimeElapsed.gl());
            let result = glow::QUERY_RESULT;
            let took = match self.desktop {
                true => self.gl.get_query_parameter_u64(name, result),
                false => self.gl.get_query_parameter_u32(name, result).into(),
            };
            self.gl.delete_query(name);
            Some(took)
        }
    }

    pub(super) fn name_object(&mut self, kind: Kind, handle: Handle, text: &str) {
        if !self.gl.supports_debug() {
            return;
        }
        let (identifier, name) = match kind {
            Kind::Buffer => (glow::BUFFER, self.buffers.at(handle).map(|name| name.0.get())),
            Kind::Texture => (glow::TEXTURE, self.textures.at(handle).map(|texture| texture.name.0.get())),
            Kind::Renderbuffer => {
                (glow::RENDERBUFFER, self.renderbuffers.at(handle).map(|name| name.0.get()))
            }
            Kind::Framebuffer => (glow::FRAMEBUFFER, self.framebuffers.at(handle).map(|name| name.0.get())),
            Kind::Program => {
                (glow::PROGRAM, self.programs.at(handle).and_then(|p| p.name).map(|name| name.0.get()))
            }
            Kind::Query => (glow::QUERY, self.queries.at(handle).map(|name| name.0.get())),
        };
        let Some(name) = name else { return };
        let label: String = text.chars().filter(|&c| c != '\0').take(60).collect();
        // A name that was never bound is no object to GL yet, and labelling it an error; that one is not the stream's.
        // SAFETY: see the module's head; the context has KHR_debug.
        unsafe {
            let bound = match kind {
                Kind::Buffer => self.gl.is_buffer(glow::NativeBuffer(name_of(name))),
                Kind::Texture => self.gl.is_texture(glow::NativeTexture(name_of(name))),
                Kind::Renderbuffer => self.gl.is_renderbuffer(glow::NativeRenderbuffer(name_of(name))),
                Kind::Framebuffer => self.gl.is_framebuffer(glow::NativeFramebuffer(name_of(name))),
                Kind::Program => true,
                Kind::Query => false,
            };
            if bound {
                self.gl.object_label(identifier, name, Some(label));
            }
        }
    }
}

/// A name that is known not to be 0.
fn name_of(name: u32) -> std::num::NonZeroU32 {
    std::num::NonZeroU32::new(name).unwrap_or(std::num::NonZeroU32::MIN)
}
