//! Queries: how long drawing takes, and how many samples or primitives come of it.

use crate::context::Context;
use crate::error::{Result, refuse};
use crate::object::{Handle, Label, lock};
use glir_spec::commands::Query as Command;
use glir_spec::enums::{QueryAction, QueryKind};
use glir_spec::ids::QueryId;
use glir_spec::structs::Descriptor;
use glir_spec::{Code, Feature, Reply};
use std::sync::{Arc, Mutex};

/// Counts what comes of the draws between [`begin`](Query::begin) and the end of the guard that it gives. The result comes later, as a reply.
///
/// ```
/// use glir_gloo::{Context, Program, Mode, Query, QueryKind};
///
/// let context = Context::new(64, 64)?;
/// let mut program = Program::new(
///     &context,
///     "void main() { gl_Position = vec4(0.0); gl_PointSize = 1.0; }",
///     "void main() { gl_FragColor = vec4(1.0); }",
/// )?;
/// let seen = Query::new(&context, QueryKind::AnySamplesPassed)?;
/// {
///     let _counting = seen.begin()?;
///     program.draw(Mode::Points, 0..1)?;
/// }
/// let frame = context.swap();
/// // … and when replies come back:
/// # let reply = glir_spec::Reply::QueryResult(glir_spec::replies::QueryResult { query: seen.id(), value: Some(1) });
/// assert_eq!(seen.answer(&reply), Some(Some(1)));
/// # Ok::<(), glir_gloo::Error>(())
/// ```
#[derive(Debug)]
pub struct Query {
    handle: Arc<Handle>,
    kind: QueryKind,
    label: Mutex<Label>,
}

impl Query {
    /// A query of a kind: any samples, samples, nanoseconds, or primitives that were captured.
    ///
    /// # Errors
    /// If the settled header lacks the kind's feature, or too many objects are alive.
    pub fn new(context: &Context, kind: QueryKind) -> Result<Query> {
        context.allow(feature(kind), true)?;
        Ok(Query { handle: Arc::new(Handle::new(context)?), kind, label: Mutex::default() })
    }

    /// What it counts.
    pub fn kind(&self) -> QueryKind {
        self.kind
    }

    /// Begins to count, until the guard is dropped.
    ///
    /// # Errors
    /// If a query of this kind is counting (any samples and samples are one kind), a list is being recorded, or the frame is full.
    pub fn begin(&self) -> Result<Counting> {
        let mut queue = self.handle.context.queue();
        queue.has_room()?;
        if queue.recording.is_some() {
            return refuse(Code::BadArgument, "QUERY can't stand in a list");
        }
        let occlusion = [QueryKind::AnySamplesPassed, QueryKind::SamplesPassed];
        let alike = |other: &QueryKind| {
            *other == self.kind || occlusion.contains(other) && occlusion.contains(&self.kind)
        };
        if queue.counting.iter().any(alike) {
            return refuse(
                Code::Unbalanced,
                format!("a query of {} is counting; end it before another one of its kind", self.kind),
            );
        }
        queue.create(&self.handle, &mut lock(&self.label), Descriptor::Query { query: self.kind });
        queue.push(Command { query: self.id(), action: QueryAction::Begin });
        queue.counting.push(self.kind);
        Ok(Counting { handle: Arc::clone(&self.handle), kind: self.kind })
    }

    /// The result, if the reply is this query's: samples, primitives, nanoseconds, or 0 and 1; within, none if the context could not tell.
    /// A query that was begun again has a reply for each time, in order.
    pub fn answer(&self, reply: &Reply<'_>) -> Option<Option<u64>> {
        match reply {
            Reply::QueryResult(result) if result.query == self.id() => Some(result.value),
            _ => None,
        }
    }

    /// Names the query, for messages and inspection.
    ///
    /// # Errors
    /// If the name has more bytes than a label may have.
    pub fn set_label(&mut self, text: &str) -> Result<()> {
        lock(&self.label).set(text)
    }

    /// The query's id in the stream.
    pub fn id(&self) -> QueryId {
        QueryId(self.handle.id)
    }
}

fn feature(kind: QueryKind) -> Feature {
    match kind {
        QueryKind::AnySamplesPassed => Feature::OcclusionQuery,
        QueryKind::SamplesPassed => Feature::SamplesQuery,
        QueryKind::TimeElapsed => Feature::TimerQuery,
        QueryKind::PrimitivesWritten => Feature::TransformFeedback,
    }
}

/// A query that counts, until this is dropped.
#[derive(Debug)]
#[must_use = "the query ends when this is dropped"]
pub struct Counting {
    handle: Arc<Handle>,
    kind: QueryKind,
}

impl Drop for Counting {
    fn drop(&mut self) {
        let mut queue = self.handle.context.queue();
        queue.counting.retain(|kind| *kind != self.kind);
        // Not into a list that is being recorded.
        queue.push(Command { query: QueryId(self.handle.id), action: QueryAction::End });
    }
}
