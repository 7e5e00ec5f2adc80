//! Scripts of live sessions on testees that are wrong: each rule that holds for all that comes is broken once.

use glir_conformance::case::{Case, Layer};
use glir_conformance::kind::session::{Question, Reply};
use glir_conformance::kind::{Work, carry_out};
use glir_conformance::protocol::{Answer, Request};
use glir_core::file::chunk::{Kind, checksum};
use glir_core::file::message;
use glir_spec::commands::Swap;
use glir_spec::{Frame, Header};
use std::net::TcpListener;
use std::thread;
use tungstenite::{Message, accept};

/// A case whose client takes frames up to number 3.
const CASE: &str = r#"// A case.
// id: a/b
// kind: session
// role: producer
["producer", "serves", ["GLIR", {"width": 8, "height": 8}]]
["a", "opens"]
["a", "says", ["HELLO", 1, 0, "a case", "es2", []]]
["a", "catches up", 3]
"#;

fn header() -> Vec<u8> {
    message::header(&Header { width: 8, height: 8, ..Header::default() }).unwrap()
}

fn notes(resume: bool) -> Vec<u8> {
    let notes = [("session", "s"), ("resume", "1")];
    message::meta(0, &notes[..1 + usize::from(resume)]).unwrap()
}

fn swap() -> Frame {
    let mut frame = Frame::new();
    frame.push(Swap {});
    frame
}

fn frame(number: u64, ends: bool) -> Vec<u8> {
    let frame = if ends { swap() } else { Frame::new() };
    message::chunk(Kind::FRAME, number, 0, frame.head(), frame.arena()).unwrap()
}

/// What the script says about a server that sends these messages to whoever comes.
fn said(messages: Vec<Message>) -> Result<(), String> {
    let case = Case::parse("a/b", CASE, None).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("ws://{}/ws?token=t", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let mut socket = accept(listener.accept().unwrap().0).unwrap();
        for message in messages {
            // A client that has seen enough is gone.
            if socket.send(message).is_err() {
                return;
            }
        }
        while socket.read().is_ok() {}
    });
    let mut ask = |request: &Request| match request {
        Request::Session(Question::Serve { .. }) => Ok(Answer::Session(Reply::Serving(address.clone()))),
        Request::Session(Question::Stop) => Ok(Answer::Session(Reply::Done)),
        other => Err(format!("{other:?}")),
    };
    let work = carry_out(&case, &mut ask, |why| why);
    server.join().unwrap();
    match work {
        Ok(Work::Session(None)) => Ok(()),
        Ok(Work::Session(Some(wrong))) => {
            assert_eq!(wrong.line, 8, "{}", wrong.sentence);
            Err(wrong.sentence)
        }
        other => panic!("{other:?}"),
    }
}

fn binary(parts: &[&[u8]]) -> Vec<Message> {
    parts.iter().map(|part| Message::Binary(part.to_vec().into())).collect()
}

#[test]
fn what_a_right_server_sends_is_taken() {
    let parts: [&[u8]; 5] = [&header(), &notes(false), &frame(1, true), &frame(3, false), &frame(3, true)];
    assert_eq!(said(binary(&parts)), Ok(()));
}

#[test]
fn what_no_server_may_send_is_told() {
    let (header, notes_of, frame_of) = (header(), notes, frame);
    let fresh = notes_of(false);
    let mut damaged = frame_of(1, true);
    damaged[64] ^= 0x10;
    let reply = message::replies(&Frame::new()).unwrap();
    let whole = [frame_of(1, true), frame_of(2, true)].concat();
    let unknown = {
        let mut frame = Frame::new();
        frame.push(glir_spec::commands::Delete { id: glir_spec::ids::ObjectId(9) });
        frame.push(Swap {});
        message::chunk(Kind::FRAME, 3, 0, frame.head(), frame.arena()).unwrap()
    };
    // An arena that no payload is in.
    let between = message::chunk(Kind::FRAME, 1, 0, swap().head(), &[0, 1]).unwrap();
    let filled = |place: usize| {
        let mut frame = frame_of(1, true);
        frame[place] = 1;
        let sum = checksum(&frame[..60]).to_le_bytes();
        frame[60..64].copy_from_slice(&sum);
        frame
    };
    let wrong: [(&[&[u8]], &str); 14] = [
        (&[&fresh], "no header"),
        (&[&header, &frame_of(1, true)], "no notes"),
        (&[&header, &notes_of(true)], "`resume`"),
        (&[&header, &fresh, &frame_of(2, true), &frame_of(1, true)], "behind frame 2"),
        (&[&header, &fresh, &frame_of(2, true), &frame_of(2, true)], "behind frame 2"),
        (&[&header, &fresh, &frame_of(1, false), &frame_of(2, true)], "within frame 1"),
        (&[&header, &fresh, &frame_of(4, true)], "instead of frame 3"),
        (&[&header, &fresh, &damaged], "checksum"),
        (&[&header, &fresh, &whole], "for a chunk"),
        (&[&header, &fresh, &reply], "no producer sends"),
        (&[&header, &fresh, &unknown], "can't be carried out"),
        (&[&header, &fresh, &filled(56)], "a reserved byte of chunk FRAM 1"),
        (&[&header, &fresh, &filled(127)], "a padding byte of chunk FRAM 1"),
        (&[&header, &fresh, &between], "a byte between payloads of chunk FRAM 1"),
    ];
    for (parts, word) in wrong {
        let why = said(binary(parts));
        assert!(why.as_ref().is_err_and(|why| why.contains(word)), "{word}: {why:?}");
    }
    let why = said(vec![Message::text("a frame")]).unwrap_err();
    assert!(why.contains("text"), "{why}");
    let why = said(vec![Message::Close(None)]).unwrap_err();
    assert!(why.contains("closed"), "{why}");
}

#[test]
fn who_takes_no_part_in_sessions_is_not_asked() {
    let case = Case::parse("a/b", CASE, None).unwrap();
    assert!(case.has(Layer::Producer) && !case.has(Layer::Interpreter) && !case.has(Layer::Replies));
    let mut asked = |_: &Request| Ok(Answer::Failed("what is a session?".into()));
    assert_eq!(carry_out(&case, &mut asked, |why| why), Err("what is a session?".to_owned()));
}
