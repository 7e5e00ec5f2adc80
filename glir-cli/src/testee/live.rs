//! The server of live sessions as a testee: it serves what the runner has it send, and tells what came back.

use glir_conformance::case::Layer;
use glir_conformance::kind::session::{Question, Reply};
use glir_conformance::protocol::{Done, Hello, Task};
use glir_conformance::testee::Testee;
use glir_core::file::{Item, SliceReader, message};
use glir_live::Session;
use glir_spec::Frame;
use std::time::Duration;

/// How long it is waited for a reply that should come.
const PATIENCE: Duration = Duration::from_secs(10);

/// One session at a time.
#[derive(Default)]
pub(super) struct Live {
    session: Option<Session>,
}

impl Live {
    fn session(&self) -> Result<&Session, String> {
        self.session.as_ref().ok_or_else(|| "there is no session".into())
    }

    fn serve(&mut self, stream: &[u8], origins: &[String]) -> Result<Reply, String> {
        let Some(Item::Header(header)) = SliceReader::new(stream).next() else {
            return Err("the stream to serve has no header".into());
        };
        let mut builder = Session::builder().header(header);
        for origin in origins {
            builder = builder.allow_origin(origin);
        }
        let session = builder.start().map_err(|error| error.to_string())?;
        let address = session.socket_url();
        self.session = Some(session);
        self.send(stream, false)?;
        Ok(Reply::Serving(address))
    }

    fn send(&self, stream: &[u8], anew: bool) -> Result<Reply, String> {
        let session = self.session()?;
        for item in SliceReader::new(stream) {
            match item {
                Item::Header(header) if anew => session.begin(&header).map_err(|error| error.to_string())?,
                Item::Frame { head, arena, .. } => {
                    session.send_chunk(head, arena).map_err(|error| error.to_string())?;
                }
                Item::Blob { encoding, bytes, .. } => drop(session.add_blob(encoding, bytes.to_vec())),
                Item::Header(_) | Item::Meta(_) => {}
                Item::Fault(fault) => return Err(format!("the stream to send is damaged: {fault}")),
            }
        }
        Ok(Reply::Done)
    }

    fn hear(&self) -> Result<Reply, String> {
        let Some(event) = self.session()?.recv_timeout(PATIENCE) else { return Ok(Reply::Heard(None)) };
        let mut frame = Frame::new();
        frame.push_reply(event.reply);
        message::replies(&frame).map(|chunk| Reply::Heard(Some(chunk)))
    }
}

impl Testee for Live {
    fn hello(&self) -> Hello {
        Hello {
            name: "live: the server of live sessions".into(),
            layers: vec![Layer::Producer],
            sentences: true,
            ..Hello::default()
        }
    }

    fn run(&mut self, _: &Task) -> Result<Done, String> {
        Err("it serves streams and carries none out".into())
    }

    fn session(&mut self, question: &Question) -> Result<Reply, String> {
        match question {
            Question::Serve { stream, origins, .. } => self.serve(stream, origins),
            Question::Send { stream, anew } => self.send(stream, *anew),
            Question::Hear => self.hear(),
            Question::Follow { .. } | Question::Act(_) => Err("it follows no session".into()),
            Question::Stop => {
                self.session = None;
                Ok(Reply::Done)
            }
        }
    }
}
