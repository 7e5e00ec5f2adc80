//! Kinds of cases: what a testee is asked, and what its answer is compared in. Each kind has a file of its own.

pub mod session;
pub mod text;

use crate::case::{Case, Layer};
use crate::protocol::{Answer, Done, Request, Task};

/// The kind of a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A stream is carried out.
    #[default]
    Stream,
    /// A text is read, and what it means is printed.
    Text,
    /// A live session is played.
    Session,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 3] = [Kind::Stream, Kind::Text, Kind::Session];

    /// The kind's name.
    pub const fn text(self) -> &'static str {
        match self {
            Kind::Stream => "stream",
            Kind::Text => "text",
            Kind::Session => "session",
        }
    }

    /// The kind of a name.
    pub fn from_text(text: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.text() == text)
    }

    /// The layers in which a case of this kind is judged.
    pub const fn layers(self) -> &'static [Layer] {
        match self {
            Kind::Stream => &[Layer::Decoding, Layer::Calls, Layer::Replies, Layer::Pixels, Layer::Index],
            Kind::Text => &[Layer::Text],
            Kind::Session => &[Layer::Producer, Layer::Interpreter],
        }
    }
}

/// What a testee has made of a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// Of a stream.
    Stream(Done),
    /// Of a text.
    Text(text::Found),
    /// Of a session: what is wrong with it, if anything.
    Session(Option<session::Wrong>),
}

/// Asks a testee all that a case wants to know. `nonsense` makes an error of a sentence about an answer to another question.
///
/// # Errors
/// Those of `ask`; the testee could not do its work, or answers something else.
pub fn carry_out<E>(
    case: &Case,
    ask: &mut dyn FnMut(&Request) -> Result<Answer, E>,
    nonsense: fn(String) -> E,
) -> Result<Work, E> {
    match case.kind {
        Kind::Stream => match ask(&Request::Run(Task::of(case)))? {
            Answer::Done(done) => Ok(Work::Stream(done)),
            other => Err(nonsense(other.is_none())),
        },
        Kind::Text => text::carry_out(case, ask, nonsense).map(Work::Text),
        Kind::Session => session::carry_out(case, ask, nonsense).map(Work::Session),
    }
}
