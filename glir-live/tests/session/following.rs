//! Who follows: from the start, late, again, on a server that was killed.

use crate::client::{Client, Got, HEADER, Scene, session};
use glir_core::file::{Item, SliceReader};
use glir_live::Session;
use glir_spec::commands::{Data, Swap};
use glir_spec::structs::Region;
use glir_spec::wire::Payload;
use glir_spec::{Encoding, Feature, Frame, Header};
use std::time::{Duration, Instant};
use tungstenite::{Bytes, Message};

/// The session's name, from the notes behind the header.
fn named(got: &Got) -> (String, bool) {
    let Got::Meta(notes) = got else { panic!("{got:?} is no metadata") };
    let find = |key: &str| notes.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone());
    (find("session").expect("a name"), find("resume").as_deref() == Some("1"))
}

#[test]
fn what_the_library_answers_by_itself_cuts_no_message() {
    // More than a socket's buffers hold, so that a frame stands half written while the client pings.
    const BYTES: usize = 12 << 20;
    let session = session();
    session.send(&Scene::made(BYTES)).expect("sent");
    let mut client = Client::join(&session);
    assert_eq!(client.frame(), 0);
    for number in 1..4 {
        session.send(&Scene::filled(BYTES, number as u8)).expect("sent");
        for _ in 0..3 {
            std::thread::sleep(Duration::from_millis(50));
            client.socket.send(Message::Ping(Bytes::from_static(b"there?"))).expect("sent");
        }
        assert_eq!(client.frame(), number);
    }
    // The last pong is still on its way, or comes to this ping.
    client.socket.send(Message::Ping(Bytes::new())).expect("sent");
    assert!(client.socket.read().expect("a message").is_pong());
    assert_eq!(client.diagnostics, [""; 0]);
}

#[test]
fn two_clients_get_the_same_frames() {
    let session = session();
    let mut clients = [Client::join(&session), Client::join(&session)];
    for client in &mut clients {
        assert_eq!(client.take(), Got::Begin);
        assert!(!named(&client.take()).1);
    }
    assert!(session.send(&Scene::made(1024)).expect("sent").is_empty());
    for number in 0..20 {
        for client in &mut clients {
            assert_eq!(client.frame(), number);
        }
        session.send(&Scene::shade(number as f32 / 20.0)).expect("sent");
    }
    for client in &clients {
        assert_eq!(client.diagnostics, [""; 0]);
    }
    assert_eq!(clients[0].received, clients[1].received);
    assert_eq!(session.clients().len(), 2);
}

#[test]
fn all_messages_one_after_another_are_a_file() {
    let session = session();
    let mut client = Client::join(&session);
    session.send(&Scene::made(100_000)).expect("sent");
    for number in 0..5 {
        session.send(&Scene::shade(number as f32 / 5.0)).expect("sent");
        client.frame_from(number + 1);
    }
    let mut frames = Vec::new();
    let mut reader = SliceReader::new(&client.stream);
    for item in &mut reader {
        match item {
            Item::Header(header) => assert_eq!((header.title.as_ref(), frames.len()), ("a test", 0)),
            Item::Frame { number, .. } => frames.push(number),
            Item::Fault(fault) => panic!("{fault}"),
            _ => {}
        }
    }
    assert!(frames.len() >= 6 && frames.is_sorted(), "{frames:?}");
}

#[test]
fn what_a_header_asks_for_is_refused_as_a_file_is() {
    let header = Header { requires: vec![Feature::TextureSwizzle], ..HEADER };
    let session = Session::builder().header(header).start().expect("a session starts");
    let mut client = Client::join(&session);
    let got = client.take();
    let Got::Refused(why) = got else { panic!("{got:?}: the feature is not there") };
    assert!(why.contains("texture-swizzle") && why.contains("[unsupported-stream]"), "{why}");
}

#[test]
fn a_late_joiner_gets_the_present_and_then_the_stream() {
    let session = session();
    session.send(&Scene::made(100_000)).expect("sent");
    for step in 1..=200 {
        session.send(&Scene::shade(step as f32 / 200.0)).expect("sent");
    }
    let mut late = Client::join(&session);
    assert_eq!(late.take(), Got::Begin);
    let (_, resumed) = named(&late.take());
    assert_eq!((late.frame(), resumed), (200, false), "the snapshot bears the present's number");
    assert!(late.received < 110_000, "a snapshot is the scene, not its history: {} bytes", late.received);
    session.send(&Scene::shade(0.3)).expect("sent");
    assert_eq!(late.frame(), 201);
    assert_eq!(late.diagnostics, [""; 0]);
}

#[test]
fn a_dropped_connection_goes_on_where_it_stopped() {
    let session = session();
    session.send(&Scene::made(100_000)).expect("sent");
    let mut client = Client::join(&session);
    client.take();
    let (name, _) = named(&client.take());
    let last = client.frame();
    client.socket.get_ref().shutdown(std::net::Shutdown::Both).expect("cut");
    for step in 0..10 {
        session.send(&Scene::shade(step as f32 / 10.0)).expect("sent");
    }
    let before = client.received;
    let mut client = client.back(&session.socket_url(), &name, last);
    assert_eq!(named(&client.take()), (name, true), "no header: the stream goes on");
    assert_eq!(client.frame(), 10);
    assert!(client.received - before < 2048, "only what changed comes: {} bytes", client.received - before);
    assert_eq!(client.diagnostics, [""; 0]);
    session.send(&Scene::shade(0.7)).expect("sent");
    assert_eq!(client.frame(), 11);
}

#[test]
fn who_resumes_what_nobody_knows_begins_anew() {
    let session = session();
    session.send(&Scene::made(64)).expect("sent");
    let mut client = Client::join(&session);
    client.take();
    let (name, _) = named(&client.take());
    client.frame();
    for (name, frame) in [(name.as_str(), 17), ("another", 0), ("", u64::MAX), (name.as_str(), u64::MAX)] {
        let mut again = Client::silent(&session).back(&session.socket_url(), name, frame);
        assert_eq!(again.take(), Got::Begin);
        assert!(!named(&again.take()).1);
        assert_eq!(again.frame(), 0);
        assert_eq!(again.diagnostics, [""; 0]);
    }
}

#[test]
fn a_server_that_was_killed_comes_back_with_another_session() {
    const TOKEN: &str = "0123456789abcdef0123456789abcdef";
    let first = Session::builder().header(HEADER).token(TOKEN).start().expect("started");
    let (address, url) = (first.address(), first.socket_url());
    first.send(&Scene::made(64)).expect("sent");
    let mut client = Client::join(&first);
    client.take();
    let (name, _) = named(&client.take());
    let last = client.frame();
    drop(first);
    assert_eq!(client.take(), Got::Closed(1001, "the session has ended".into()));
    let begun = Instant::now();
    let second = loop {
        match Session::builder().header(HEADER).token(TOKEN).bind(address).start() {
            Ok(session) => break session,
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(10), "{error}"),
        }
    };
    second.send(&Scene::made(64)).expect("sent");
    let mut client = client.back(&url, &name, last);
    assert_eq!(client.take(), Got::Begin);
    assert_ne!(named(&client.take()).0, name);
    assert_eq!((client.frame(), client.diagnostics.len()), (0, 0));
}

#[test]
fn blobs_come_once_and_before_their_frame() {
    let session = session();
    session.send(&Scene::made(4096)).expect("sent");
    let mut client = Client::join(&session);
    client.take();
    let (name, _) = named(&client.take());
    client.frame();
    let hash = session.add_blob(Encoding::U8, vec![7; 4096]);
    let mut frame = Frame::new();
    let payload = Payload::Blob { encoding: Encoding::U8, hash, length: 4096 };
    frame.push(Data { id: crate::client::BUFFER.into(), region: Region::Bytes { offset: 0 }, payload });
    frame.push(Swap {});
    assert_eq!(session.send(&frame).expect("sent").len(), 0);
    assert_eq!(client.take(), Got::Blob(hash));
    assert_eq!(client.frame(), 1);
    session.send(&frame).expect("sent");
    assert_eq!(client.take(), Got::Frame(2), "no second blob");
    let mut client = client.back(&session.socket_url(), &name, 2);
    assert!(named(&client.take()).1);
    session.send(&Scene::shade(0.1)).expect("sent");
    assert_eq!(client.take(), Got::Frame(3), "a blob that the client named does not come again");
    let mut late = Client::join(&session);
    assert_eq!(late.take(), Got::Begin);
    named(&late.take());
    assert_eq!(late.take(), Got::Blob(hash));
    assert_eq!((late.frame(), late.diagnostics.len()), (3, 0));
}

#[test]
fn a_frame_in_parts_arrives_as_one() {
    let session = session();
    let mut client = Client::join(&session);
    client.take();
    client.take();
    let whole = Scene::made(64);
    session.send(&whole).expect("sent");
    assert_eq!(client.frame(), 0);
    let mut part = Frame::new();
    let payload = part.payload(Encoding::U8, &[3; 64]);
    part.push(Data { id: crate::client::BUFFER.into(), region: Region::Bytes { offset: 0 }, payload });
    session.send(&part).expect("sent");
    let mut late = Client::join(&session);
    late.take();
    late.take();
    assert_eq!(late.frame(), 0, "a late joiner gets the last complete frame");
    session.send(&Scene::shade(0.2)).expect("sent");
    for client in [&mut client, &mut late] {
        assert_eq!((client.take(), client.take()), (Got::Partial(1), Got::Frame(1)));
        assert_eq!(client.diagnostics, [""; 0]);
    }
}

#[test]
fn another_stream_begins_for_all() {
    let session = session();
    session.send(&Scene::made(64)).expect("sent");
    let mut client = Client::join(&session);
    assert_eq!(client.frame(), 0);
    session.begin(&glir_spec::Header { width: 128, ..HEADER }).expect("begun");
    session.send(&Scene::made(64)).expect("sent");
    let got: Vec<Got> = (0..3).map(|_| client.take()).collect();
    assert!(matches!(&got[..], [Got::Begin, Got::Meta(_), Got::Begin | Got::Frame(1)]), "{got:?}");
    if got[2] == Got::Begin {
        client.frame();
    }
    assert_eq!(client.diagnostics, [""; 0]);
    assert_eq!(session.frame(), 2);
}

#[test]
fn faults_come_back_to_the_producer_at_once() {
    let session = session();
    let mut frame = Frame::new();
    frame.push(glir_spec::commands::Delete { id: crate::client::BUFFER.into() });
    frame.push(Swap {});
    let faults = session.send(&frame).expect("sent");
    assert_eq!(faults.len(), 1);
    assert!(faults[0].to_string().contains("DELETE"), "{}", faults[0]);
}
