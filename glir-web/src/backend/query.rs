//! Queries. WebGL 1 has them by an extension of its own.

use super::WebBackend;
use crate::gl::Query;
use glir_core::backend::{Handle, QueryState};
use glir_spec::enums::{QueryAction, QueryKind};
use glir_spec::generated::gl;

impl WebBackend {
    pub(super) fn make_query(&self) -> Option<Query> {
        match &self.extensions.timer {
            Some(timer) if self.webgl1 => timer.create(),
            _ => self.gl.create_query(),
        }
    }

    pub(super) fn delete_query(&self, query: &Query) {
        match &self.extensions.timer {
            Some(timer) if self.webgl1 => timer.delete(query),
            _ => self.gl.delete_query(query),
        }
    }

    pub(super) fn run_query(&mut self, query: Handle, kind: QueryKind, action: QueryAction) {
        let Some(query) = self.queries.at(query) else { return };
        match (&self.extensions.timer, action) {
            (Some(timer), QueryAction::Begin) if self.webgl1 => timer.begin(kind.gl(), query),
            (Some(timer), QueryAction::End) if self.webgl1 => timer.end(kind.gl()),
            (_, QueryAction::Begin) => self.gl.begin_query(kind.gl(), query),
            (_, QueryAction::End) => self.gl.end_query(kind.gl()),
        }
    }

    /// Results never come in the task in which the query ended, so there is no waiting for them.
    pub(super) fn result_of(&mut self, query: Handle, kind: QueryKind) -> QueryState {
        let Some(query) = self.queries.at(query) else { return QueryState::Unknown };
        let ask = |name: u32| match &self.extensions.timer {
            Some(timer) if self.webgl1 => timer.parameter(query, name),
            _ => self.gl.get_query_parameter(query, name),
        };
        if ask(gl::QUERY_RESULT_AVAILABLE).is_falsy() {
            return if self.gl.is_context_lost() { QueryState::Unknown } else { QueryState::Pending };
        }
        if kind == QueryKind::TimeElapsed && self.gl.get_parameter(gl::GPU_DISJOINT_EXT).is_truthy() {
            return QueryState::Unknown;
        }
        let result = ask(gl::QUERY_RESULT);
        match result.as_f64().or(result.as_bool().map(f64::from)) {
            Some(value) => QueryState::Ready(value as u64),
            None => QueryState::Unknown,
        }
    }
}
