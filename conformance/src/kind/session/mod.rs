//! Cases about live sessions: a dialogue of two programs over a WebSocket, as a [script] of what is said and what must come.
//!
//! The testee is one side of it, which its case names by its role: a producer that serves a stream, to which the runner
//! connects as so many interpreters; or an interpreter that follows the runner. Beside what the script says, all that comes is
//! held to the rules that hold always: a message is a whole part with right checksums, numbers rise, no more is on its way
//! than may be, and a frame is carried out without a diagnostic.

#[cfg(feature = "runner")]
mod clients;
#[cfg(feature = "runner")]
mod dialogue;
#[cfg(feature = "runner")]
mod host;
#[cfg(feature = "runner")]
mod parts;
mod said;
pub mod script;

pub use said::Said;
pub use script::{Line, Role, Script, Step};

use crate::case::{Case, Layer};
use crate::decoded;
use crate::judge::Fault;
use crate::protocol::{Answer, Request};
use crate::value::Value;
use glir_spec::replies::REPLIES;
use glir_spec::wire::Writer;

/// What a testee is asked in a session.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// Serve a stream.
    Serve {
        /// The case, for messages.
        id: String,
        /// A file: its header, and what is sent at once.
        stream: Vec<u8>,
        /// Origins of pages that may follow beside the server's own.
        origins: Vec<String>,
    },
    /// Send what a file holds.
    Send {
        /// The file.
        stream: Vec<u8>,
        /// Whether its header begins a new stream; else it says nothing.
        anew: bool,
    },
    /// What has come back?
    Hear,
    /// Follow the session at an address.
    Follow {
        /// The case, for messages.
        id: String,
        /// The address of a WebSocket.
        address: String,
    },
    /// People do something to the picture.
    Act(String),
    /// The session is over.
    Stop,
}

/// What a testee says of a session.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// It serves at an address, which holds the token.
    Serving(String),
    /// The next reply that came back, as a chunk; none if none came in time.
    Heard(Option<Vec<u8>>),
    /// It has done what it was asked.
    Done,
}

/// The start of a message of so many entries.
fn begin(w: &mut Writer<'_>, entries: usize, kind: &str) {
    w.map(entries);
    w.str("type");
    w.str(kind);
}

impl Question {
    pub(crate) fn encode(&self, w: &mut Writer<'_>) {
        let mut begin = |entries, kind| begin(w, entries, kind);
        match self {
            Question::Serve { id, stream, origins } => {
                begin(4, "serve");
                w.str("id");
                w.str(id);
                w.str("stream");
                w.bin(stream);
                w.str("origins");
                w.array(origins.len());
                origins.iter().for_each(|origin| w.str(origin));
            }
            Question::Send { stream, anew } => {
                begin(3, "send");
                w.str("stream");
                w.bin(stream);
                w.str("anew");
                w.bool(*anew);
            }
            Question::Hear => begin(1, "hear"),
            Question::Follow { id, address } => {
                begin(3, "follow");
                w.str("id");
                w.str(id);
                w.str("address");
                w.str(address);
            }
            Question::Act(events) => {
                begin(2, "act");
                w.str("events");
                w.str(events);
            }
            Question::Stop => begin(1, "stop"),
        }
    }

    pub(crate) fn decode(value: &Value) -> Result<Option<Question>, String> {
        let text = |key| value.get(key).and_then(Value::str).map(str::to_owned);
        let stream = || {
            let bytes = value.get("stream").and_then(Value::bin).map(<[u8]>::to_owned);
            bytes.ok_or("there is no stream to send")
        };
        let id = text("id").unwrap_or_default();
        Ok(match text("type").as_deref() {
            Some("serve") => {
                let origins = value.get("origins").map(Value::array).unwrap_or_default();
                let origins = origins.iter().filter_map(Value::str).map(str::to_owned).collect();
                Some(Question::Serve { id, stream: stream()?, origins })
            }
            Some("send") => Some(Question::Send {
                stream: stream()?,
                anew: value.get("anew") == Some(&Value::Bool(true)),
            }),
            Some("hear") => Some(Question::Hear),
            Some("follow") => Some(Question::Follow {
                id,
                address: text("address").ok_or("there is no address to follow")?,
            }),
            Some("act") => Some(Question::Act(text("events").ok_or("there are no events")?)),
            Some("stop") => Some(Question::Stop),
            _ => None,
        })
    }
}

impl Reply {
    pub(crate) fn encode(&self, w: &mut Writer<'_>) {
        let mut begin = |entries, kind| begin(w, entries, kind);
        match self {
            Reply::Serving(address) => {
                begin(2, "serving");
                w.str("address");
                w.str(address);
            }
            Reply::Heard(reply) => {
                begin(2, "heard");
                w.str("reply");
                match reply {
                    Some(chunk) => w.bin(chunk),
                    None => w.nil(),
                }
            }
            Reply::Done => begin(1, "ok"),
        }
    }

    pub(crate) fn decode(value: &Value) -> Result<Option<Reply>, String> {
        Ok(match value.get("type").and_then(Value::str) {
            Some("serving") => {
                let address = value.get("address").and_then(Value::str);
                Some(Reply::Serving(address.ok_or("its answer has no address")?.to_owned()))
            }
            Some("heard") => {
                let reply = value.get("reply").and_then(Value::bin);
                Some(Reply::Heard(reply.map(<[u8]>::to_owned)))
            }
            Some("ok") => Some(Reply::Done),
            _ => None,
        })
    }
}

/// What is wrong with a session, and in which line of its script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The line of the case's file, counted from 1.
    pub line: usize,
    /// One sentence.
    pub sentence: String,
}

/// The layer of a role.
pub const fn layer(role: Role) -> Layer {
    match role {
        Role::Producer => Layer::Producer,
        Role::Interpreter => Layer::Interpreter,
    }
}

/// The role of a case's testee.
pub fn role(case: &Case) -> Role {
    if case.layers.contains(&Layer::Interpreter) { Role::Interpreter } else { Role::Producer }
}

/// Plays a case's script with a testee; what is wrong, if anything.
///
/// # Errors
/// Those of `ask`; the testee could not do its work, or answers something else.
#[cfg(feature = "runner")]
pub(super) fn carry_out<E>(
    case: &Case,
    ask: &mut dyn FnMut(&Request) -> Result<Answer, E>,
    nonsense: fn(String) -> E,
) -> Result<Option<Wrong>, E> {
    dialogue::play(case, ask, nonsense)
}

/// Without the runner there are no sockets.
#[cfg(not(feature = "runner"))]
pub(super) fn carry_out<E>(
    _: &Case,
    _: &mut dyn FnMut(&Request) -> Result<Answer, E>,
    nonsense: fn(String) -> E,
) -> Result<Option<Wrong>, E> {
    Err(nonsense("sessions are played by the runner only".into()))
}

/// What is wrong with what a testee has made.
pub(crate) fn judge(case: &Case, wrong: Option<&Wrong>) -> Vec<Fault> {
    let fault = |wrong: &Wrong| Fault {
        line: Some(wrong.line),
        ..Fault::said(layer(role(case)), format!("line {}: {}", wrong.line, wrong.sentence))
    };
    wrong.map(fault).into_iter().collect()
}

/// Whether a script is about something that is refused.
pub(crate) fn is_negative(script: &Script) -> bool {
    script.lines.iter().any(|line| match &line.step {
        Step::Refused(..) | Step::KeptOut(_) | Step::Closed(..) | Step::Flood(..) | Step::GiveText(_) => true,
        Step::Hears(patterns, _) => patterns.iter().any(|pattern| pattern[0] == "DIAGNOSTIC"),
        Step::Hear(pattern) => pattern[0] == "READ_FAILED",
        _ => false,
    })
}

/// The replies of which a script says what must become of them: those that are expected, and what a client says to the server
/// itself, unless it is about what is refused. Each is a reply's name, and its arguments in the text form.
pub(crate) fn replies(script: &Script) -> Vec<(&'static str, Vec<serde_json::Value>)> {
    let mut found = Vec::new();
    let mut add = |line: &serde_json::Value| {
        let Some((name, values)) = line.as_array().and_then(|line| line.split_first()) else { return };
        if let Some(info) = REPLIES.iter().find(|info| *name == info.name) {
            found.push((info.name, values.to_vec()));
        }
    };
    for line in &script.lines {
        match &line.step {
            Step::Hear(pattern) => add(pattern),
            Step::Hears(patterns, _) => patterns.iter().for_each(&mut add),
            Step::Say(_, said) if !is_negative(script) => {
                let own = |line: &&serde_json::Value| line[0] == "RESUME" || line[0] == "ACK";
                said.lines().iter().filter(own).for_each(&mut add);
            }
            _ => {}
        }
    }
    found
}

/// Whether a chunk's head ends by SWAP.
pub(crate) fn swaps(head: &[u8]) -> bool {
    let mut last = false;
    decoded::each(head, |_, command| last = command.is_ok_and(|command| command.name() == "SWAP"));
    last
}
