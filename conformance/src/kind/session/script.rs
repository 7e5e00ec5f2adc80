//! A session as a script: one step a line, as a JSON array of who, what it does, and with what.

use super::said::Said;
use crate::edit::Edit;
use crate::stream;
use glir_core::file::chunk::Kind as Chunk;
use glir_core::file::message;
use glir_core::text::{Document, Item};
use glir_spec::Header;
use serde_json::{Map, Value, json};

/// Which side of a session is the testee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It serves; the runner is its interpreters.
    Producer,
    /// It follows; the runner is its producer.
    Interpreter,
}

/// A line of a script.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Where it stands in the case's file, counted from 1.
    pub number: usize,
    /// What it says, as it is written.
    pub text: Value,
    /// What is to be done.
    pub step: Step,
}

/// How a connection is opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Door {
    /// Instead of the token that stands in the address.
    pub token: Option<String>,
    /// The header Origin; none as programs send.
    pub origin: Option<String>,
    /// Instead of the header Host that names the address.
    pub host: Option<String>,
}

/// A step of a script.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The testee is to serve a stream, and to let pages of these origins in.
    Serve(Vec<u8>, Vec<String>),
    /// The testee is to send what a file holds; its header begins a new stream if the flag is set.
    Send(Vec<u8>, bool),
    /// The next reply that reaches the program behind the testee.
    Hear(Value),
    /// The testee can be reached on this machine only.
    Local,
    /// A connection is opened.
    Open(String, Door),
    /// It was refused, with this HTTP status.
    Refused(String, u16),
    /// It is not let in, whatever way this is said.
    KeptOut(String),
    /// A message is sent on it.
    Say(String, Said),
    /// A message is sent on it again and again until it is closed with this code.
    Flood(String, Said, u16),
    /// The next thing that comes on it.
    Get(String, Value),
    /// Frames come on it and are acknowledged, until this one has come.
    Catch(String, u64),
    /// Nothing comes on it.
    Quiet(String),
    /// The last frame that came makes these calls in this order, whatever else.
    Draws(String, Vec<String>),
    /// It is closed with a goodbye.
    Close(String),
    /// It ends without one.
    Drop(String),
    /// The testee closes it with this code.
    Closed(String, u16),
    /// The testee is to follow a session.
    Follow,
    /// It connects.
    Come,
    /// It says this: one reply, or several in one message. Replies of these names may come before.
    Hears(Vec<Value>, Vec<String>),
    /// The runner sends it messages.
    Give(Vec<Vec<u8>>, Option<u64>),
    /// The runner sends it a message of text.
    GiveText(String),
    /// The connection ends without a goodbye.
    Cut,
    /// People do something to its picture: a log of events.
    Act(String),
    /// It is to end.
    Leave,
    /// Its connection ends.
    Gone,
}

/// A script.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    /// Its steps, in order.
    pub lines: Vec<Line>,
    /// The header of its first stream, if it has one.
    pub header: Option<Header<'static>>,
}

impl Line {
    /// The line as data: what it says, and in hexadecimal the bytes of what is sent, as far as they are the same each time.
    pub fn json(&self) -> Value {
        let messages = match &self.step {
            Step::Serve(stream, _) | Step::Send(stream, _) => vec![stream.clone()],
            Step::Give(messages, _) => messages.clone(),
            Step::Say(_, said) | Step::Flood(_, said, _) => said.bytes().into_iter().collect(),
            _ => Vec::new(),
        };
        let hex = |bytes: &Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        json!({
            "line": self.number,
            "step": self.text,
            "bytes": messages.iter().map(hex).collect::<Vec<_>>(),
        })
    }
}

impl Script {
    /// Reads a case's text, whose comments are passed over.
    ///
    /// # Errors
    /// The first line that is no step, and why.
    pub fn parse(role: Role, text: &str) -> Result<Script, String> {
        let mut script = Script::default();
        let mut begun: Option<(usize, String)> = None;
        for (index, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("//") || (line.trim().is_empty() && begun.is_none()) {
                continue;
            }
            let (number, mut whole) = begun.take().unwrap_or((index + 1, String::new()));
            whole.push_str(line);
            match serde_json::from_str::<Value>(&whole) {
                Ok(text) => {
                    let step = script.step(role, &text).map_err(|why| format!("line {number}: {why}"))?;
                    script.lines.push(Line { number, text, step });
                }
                Err(error) if error.is_eof() => begun = Some((number, whole)),
                Err(error) => return Err(format!("line {number}: {error}")),
            }
        }
        match begun {
            Some((number, _)) => Err(format!("line {number}: the array is not closed")),
            None if script.lines.is_empty() => Err("the script has no step".into()),
            None => Ok(script),
        }
    }

    fn step(&mut self, role: Role, line: &Value) -> Result<Step, String> {
        let unknown = || {
            let form = "a step is [WHO, WHAT, …], such as [\"a\", \"says\", [\"ACK\", 0]]";
            format!("{line} is no step of this role; {form}")
        };
        let [Value::String(who), Value::String(verb), rest @ ..] =
            line.as_array().ok_or_else(unknown)?.as_slice()
        else {
            return Err(unknown());
        };
        let step = match role {
            Role::Producer => self.of_producer(who, verb, rest)?,
            Role::Interpreter => self.of_interpreter(who, verb, rest)?,
        };
        step.ok_or_else(unknown)
    }

    fn of_producer(&mut self, who: &str, verb: &str, rest: &[Value]) -> Result<Option<Step>, String> {
        let name = || who.to_owned();
        Ok(Some(match (who, verb, rest) {
            ("producer", "serves", [Value::Object(options), commands @ ..]) => {
                let origins = words(options.get("origins")).ok_or("its origins are a list of strings")?;
                Step::Serve(self.file(commands, true)?.0, origins)
            }
            ("producer", "serves", commands) => Step::Serve(self.file(commands, true)?.0, Vec::new()),
            ("producer", "sends", commands) => {
                let (bytes, anew) = self.file(commands, false)?;
                Step::Send(bytes, anew)
            }
            ("producer", "hears", [pattern]) => Step::Hear(pattern.clone()),
            ("producer", "is local", []) => Step::Local,
            ("producer" | "interpreter", ..) => return Ok(None),
            (_, "opens", []) => Step::Open(name(), Door::default()),
            (_, "opens", [Value::Object(options)]) => {
                let text = |key| options.get(key).and_then(Value::as_str).map(str::to_owned);
                known(options, &["token", "origin", "host"])?;
                let door = Door { token: text("token"), origin: text("origin"), host: text("host") };
                Step::Open(name(), door)
            }
            (_, "is refused", [status]) => Step::Refused(name(), code(status)?),
            (_, "is kept out", []) => Step::KeptOut(name()),
            (_, "says", said) => Step::Say(name(), Said::parse(said)?),
            (_, "floods", [closed, said @ ..]) => Step::Flood(name(), Said::parse(said)?, code(closed)?),
            (_, "gets", [Value::Null]) => Step::Quiet(name()),
            (_, "gets", [what @ Value::Array(_)]) => Step::Get(name(), what.clone()),
            (_, "catches up", [frame]) => Step::Catch(name(), frame.as_u64().ok_or("a frame is a number")?),
            (_, "draws", calls) if !calls.is_empty() => {
                let calls = calls.iter().map(|call| call.as_str().map(str::to_owned));
                Step::Draws(name(), calls.collect::<Option<_>>().ok_or("calls are strings")?)
            }
            (_, "closes", []) => Step::Close(name()),
            (_, "drops", []) => Step::Drop(name()),
            (_, "is closed", [closed]) => Step::Closed(name(), code(closed)?),
            _ => return Ok(None),
        }))
    }

    fn of_interpreter(&mut self, who: &str, verb: &str, rest: &[Value]) -> Result<Option<Step>, String> {
        Ok(Some(match (who, verb, rest) {
            ("interpreter", "follows", []) => Step::Follow,
            ("interpreter", "connects", []) => Step::Come,
            ("interpreter", "says", [Value::Object(options), patterns @ ..]) if !patterns.is_empty() => {
                known(options, &["aside"])?;
                let aside = words(options.get("aside")).ok_or("what may come aside is a list of names")?;
                Step::Hears(patterns.to_vec(), aside)
            }
            ("interpreter", "says", patterns) if !patterns.is_empty() => {
                Step::Hears(patterns.to_vec(), Vec::new())
            }
            ("interpreter", "goes", []) => Step::Gone,
            ("interpreter", "leaves", []) => Step::Leave,
            ("people", "do", events) => Step::Act(events.iter().map(|event| format!("{event}\n")).collect()),
            ("producer", "drops", []) => Step::Cut,
            ("producer", "sends", [Value::Object(options), commands @ ..]) => {
                known(options, &["frame", "edit", "text"])?;
                if let Some(text) = options.get("text").and_then(Value::as_str) {
                    return Ok(Some(Step::GiveText(text.to_owned())));
                }
                let frame = options.get("frame").and_then(Value::as_u64);
                let edits = words(options.get("edit")).ok_or("its edits are a list of strings")?;
                let edits = edits.iter().map(|edit| Edit::parse(edit)).collect::<Result<Vec<_>, _>>()?;
                self.messages(commands, frame, &edits)?
            }
            ("producer", "sends", commands) => self.messages(commands, None, &[])?,
            _ => return Ok(None),
        }))
    }

    /// Commands as a document. A header comes before them if they have none; the flag says whether they have.
    fn document(&mut self, commands: &[Value], header: bool) -> Result<(Document, bool), String> {
        let anew = commands.first().and_then(|command| command.get(0)).is_some_and(|name| name == "GLIR");
        if header && !anew {
            return Err("a stream begins with its header, [\"GLIR\", {…}]".into());
        }
        let mut text = String::from(if anew { "" } else { "[\"GLIR\", {}]\n" });
        commands.iter().for_each(|command| text.push_str(&format!("{command}\n")));
        let document = glir_core::text::parse(&text).map_err(|error| error.message)?;
        if let Some(header) = stream::header(&document).filter(|_| anew && self.header.is_none()) {
            self.header = Some(header.clone());
        }
        Ok((document, anew))
    }

    fn file(&mut self, commands: &[Value], header: bool) -> Result<(Vec<u8>, bool), String> {
        let (document, anew) = self.document(commands, header)?;
        Ok((stream::bytes(&document).map_err(|error| error.to_string())?, anew))
    }

    /// The messages of a producer that sends these commands, and the last frame in them that has its SWAP.
    fn messages(&mut self, commands: &[Value], frame: Option<u64>, edits: &[Edit]) -> Result<Step, String> {
        let (document, anew) = self.document(commands, false)?;
        let mut number = frame.unwrap_or(0);
        let (mut messages, mut ended) = (Vec::new(), None);
        for item in &document.items {
            let made = match item {
                Item::Header(header) if anew => message::header(header),
                Item::Header(_) => continue,
                Item::Meta(notes) => {
                    let notes: Vec<_> = notes.iter().map(|(key, value)| (&**key, &**value)).collect();
                    message::meta(0, &notes)
                }
                Item::Blob { encoding, bytes, hash } => message::blob(0, *encoding, *hash, bytes),
                Item::Frame { frame, .. } => {
                    let made = message::chunk(Chunk::FRAME, number, 0, frame.head(), frame.arena());
                    if super::swaps(frame.head()) {
                        ended = Some(number);
                        number += 1;
                    }
                    made
                }
            };
            messages.push(made.map_err(|error| error.to_string())?);
        }
        if let Some(last) = messages.last_mut() {
            *last = crate::edit::apply(edits, std::mem::take(last))?;
        }
        Ok(Step::Give(messages, ended))
    }
}

/// The strings of a list; none if it is left out.
fn words(list: Option<&Value>) -> Option<Vec<String>> {
    let Some(list) = list else { return Some(Vec::new()) };
    list.as_array()?.iter().map(|word| word.as_str().map(str::to_owned)).collect()
}

/// Refuses options that there are not.
pub(super) fn known(options: &Map<String, Value>, names: &[&str]) -> Result<(), String> {
    match options.keys().find(|key| !names.contains(&key.as_str())) {
        Some(key) => Err(format!("there is no option {key:?}; there are {}", names.join(", "))),
        None => Ok(()),
    }
}

fn code(value: &Value) -> Result<u16, String> {
    let code = value.as_u64().and_then(|code| u16::try_from(code).ok());
    code.ok_or_else(|| format!("{value} is no code"))
}

#[cfg(test)]
mod tests {
    use super::{Role, Script, Step};

    #[test]
    fn steps_have_their_lines_and_may_span_several() {
        let text = "// A case.\n[\"producer\", \"serves\", [\"GLIR\", {\"width\": 8}],\n  [\"SWAP\"]]\n\n[\"a\", \"opens\"]\n";
        let script = Script::parse(Role::Producer, text).unwrap();
        let numbers: Vec<_> = script.lines.iter().map(|line| line.number).collect();
        assert_eq!((numbers, script.header.as_ref().map(|header| header.width)), (vec![2, 5], Some(8)));
        assert!(
            matches!(&script.lines[0].step, Step::Serve(bytes, _) if bytes.starts_with(b"\x89GLIR") || !bytes.is_empty())
        );
    }

    #[test]
    fn what_is_no_step_is_told_with_its_line() {
        let why = |line: &str| Script::parse(Role::Producer, &format!("// A case.\n{line}\n")).unwrap_err();
        for (line, word) in [
            ("[\"a\", \"jumps\"]", "no step of this role"),
            ("[\"interpreter\", \"follows\"]", "no step of this role"),
            ("[\"producer\", \"serves\", [\"SWAP\"]]", "begins with its header"),
            ("[\"producer\", \"sends\", [\"SWAPS\"]]", "SWAPS"),
            ("[\"a\", \"opens\", {\"door\": 1}]", "no option"),
            ("[\"a\", \"is closed\", 70000]", "no code"),
            ("[\"a\", \"says\"", "not closed"),
        ] {
            let why = why(line);
            assert!(why.starts_with("line 2: ") && why.contains(word), "{why}");
        }
        assert!(Script::parse(Role::Producer, "// Nothing.\n").is_err());
    }
}
