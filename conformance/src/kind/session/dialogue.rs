//! Plays a script with a testee, line by line.

use super::clients::{Client, is_local};
use super::host::Host;
use super::parts::replies;
use super::said::{Names, Said};
use super::{Question, Reply, Step, Wrong};
use crate::case::Case;
use crate::protocol::{Answer, Request};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tungstenite::Message;

/// Why a step does not go on.
enum Stop<E> {
    /// What is wrong with the testee.
    Wrong(String),
    /// The testee broke.
    Broken(E),
}

impl<E> From<String> for Stop<E> {
    fn from(sentence: String) -> Self {
        Stop::Wrong(sentence)
    }
}

struct Play<'a, E> {
    id: &'a str,
    ask: &'a mut dyn FnMut(&Request) -> Result<Answer, E>,
    nonsense: fn(String) -> E,
    names: Names,
    /// Where the testee serves.
    address: Option<String>,
    clients: BTreeMap<String, Client>,
    host: Option<Host>,
}

/// Plays a case's script; what is wrong, if anything.
pub(super) fn play<E>(
    case: &Case,
    ask: &mut dyn FnMut(&Request) -> Result<Answer, E>,
    nonsense: fn(String) -> E,
) -> Result<Option<Wrong>, E> {
    let mut play = Play {
        id: &case.id,
        ask,
        nonsense,
        names: Names::default(),
        address: None,
        clients: BTreeMap::new(),
        host: None,
    };
    let mut wrong = None;
    for line in &case.script.lines {
        match play.step(&line.step) {
            Ok(()) => {}
            Err(Stop::Wrong(sentence)) => {
                wrong = Some(Wrong { line: line.number, sentence });
                break;
            }
            Err(Stop::Broken(error)) => return Err(error),
        }
    }
    if wrong.is_none() {
        let last = case.script.lines.last().map_or(0, |line| line.number);
        let found = play.clients.iter().find_map(|(name, client)| {
            client.audit().err().map(|why| Wrong { line: last, sentence: format!("{name}: {why}") })
        });
        wrong = found;
    }
    // Nobody is there when the testee ends its session, so that it need not wait for goodbyes.
    play.clients.clear();
    play.host = None;
    play.done(&Question::Stop)?;
    Ok(wrong)
}

impl<E> Play<'_, E> {
    fn ask(&mut self, question: &Question) -> Result<Reply, E> {
        match (self.ask)(&Request::Session(question.clone()))? {
            Answer::Session(reply) => Ok(reply),
            other => Err((self.nonsense)(other.is_none())),
        }
    }

    fn done(&mut self, question: &Question) -> Result<(), E> {
        match self.ask(question)? {
            Reply::Done => Ok(()),
            other => Err((self.nonsense)(format!("it answers {other:?}"))),
        }
    }

    fn client(&mut self, name: &str) -> Result<&mut Client, String> {
        self.clients.get_mut(name).ok_or_else(|| format!("{name} has opened no connection"))
    }

    fn host(&mut self) -> Result<&mut Host, String> {
        self.host.as_mut().ok_or_else(|| "the interpreter was not asked to follow".into())
    }

    fn step(&mut self, step: &Step) -> Result<(), Stop<E>> {
        match step {
            Step::Serve(stream, origins) => {
                let (id, stream, origins) = (self.id.to_owned(), stream.clone(), origins.clone());
                match self.ask(&Question::Serve { id, stream, origins }).map_err(Stop::Broken)? {
                    Reply::Serving(address) => self.address = Some(address),
                    other => return Err(Stop::Broken((self.nonsense)(format!("it answers {other:?}")))),
                }
            }
            Step::Send(stream, anew) => {
                self.done(&Question::Send { stream: stream.clone(), anew: *anew }).map_err(Stop::Broken)?;
            }
            Step::Hear(pattern) => self.hear(pattern)?,
            Step::Local => is_local(self.address()?)?,
            Step::Open(who, door) => {
                let earlier = self.clients.remove(who);
                let client = Client::open(self.address()?, door, earlier)?;
                self.clients.insert(who.clone(), client);
            }
            Step::Refused(who, status) => self.client(who)?.refused(*status)?,
            Step::KeptOut(who) => {
                let hello = Said::parse(&[json!(["HELLO", 1, 0, "a stranger", "es2", []])])?;
                self.client(who)?.kept_out(&hello)?;
            }
            Step::Say(who, said) => {
                let names = self.names.clone();
                self.client(who)?.say(said, &names)?;
            }
            Step::Flood(who, said, code) => {
                let names = self.names.clone();
                self.client(who)?.flood(said, &names, *code)?;
            }
            Step::Get(who, pattern) => {
                let mut names = std::mem::take(&mut self.names);
                let got = self.client(who).and_then(|client| client.get(pattern, &mut names));
                self.names = names;
                got?;
            }
            Step::Catch(who, frame) => {
                let names = self.names.clone();
                self.client(who)?.catch(*frame, &names)?;
            }
            Step::Quiet(who) => self.client(who)?.quiet()?,
            Step::Draws(who, calls) => self.client(who)?.draws(calls)?,
            Step::Close(who) => self.client(who)?.close()?,
            Step::Drop(who) => self.client(who)?.cut(),
            Step::Closed(who, code) => self.client(who)?.closed(*code)?,
            Step::Follow => {
                let host = Host::new()?;
                let (id, address) = (self.id.to_owned(), host.address()?);
                self.host = Some(host);
                self.done(&Question::Follow { id, address }).map_err(Stop::Broken)?;
            }
            Step::Come => self.host()?.come()?,
            Step::Hears(patterns, aside) => {
                let mut names = std::mem::take(&mut self.names);
                let heard = self.host().and_then(|host| host.hear(patterns, aside, &mut names));
                self.names = names;
                heard?;
            }
            Step::Give(messages, ended) => self.host()?.give(messages, *ended)?,
            Step::GiveText(text) => self.host()?.send(Message::text(text.clone()))?,
            Step::Cut => self.host()?.cut(),
            Step::Act(events) => self.done(&Question::Act(events.clone())).map_err(Stop::Broken)?,
            Step::Leave => self.done(&Question::Stop).map_err(Stop::Broken)?,
            Step::Gone => self.host()?.gone()?,
        }
        Ok(())
    }

    fn address(&self) -> Result<&str, String> {
        self.address.as_deref().ok_or_else(|| "the producer was not asked to serve".into())
    }

    /// The next reply that reached the producer. That somebody came, went or had trouble is passed over unless it is meant.
    fn hear(&mut self, pattern: &Value) -> Result<(), Stop<E>> {
        loop {
            let Reply::Heard(heard) = self.ask(&Question::Hear).map_err(Stop::Broken)? else {
                return Err(Stop::Broken((self.nonsense)("it does not say what it heard".into())));
            };
            let Some(chunk) = heard else { return Err(Stop::Wrong("nothing reached the producer".into())) };
            for line in replies(&chunk)? {
                let aside = ["HELLO", "CLOSE", "DIAGNOSTIC"].iter().any(|name| line[0] == *name);
                if aside && line[0] != pattern[0] {
                    continue;
                }
                return if self.names.fit_start(pattern, &line) {
                    Ok(())
                } else {
                    Err(Stop::Wrong(format!("{line} reached the producer instead of {pattern}")))
                };
            }
        }
    }
}
