//! Who may come in, and what happens to who breaks the rules.

use crate::client::{Client, Got, Scene, address, hello, open, packed, session};
use glir_core::file::chunk::Kind;
use glir_core::file::message;
use glir_spec::Reply;
use glir_spec::replies::{Ack, Resume};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use tungstenite::Message;

#[test]
fn a_wrong_token_is_told() {
    let session = session();
    let url = session.socket_url();
    for wrong in [url.replace("token=", "token=0"), url.split('?').next().unwrap_or("").to_owned()] {
        let mut client = Client::at(&wrong);
        let Got::Closed(code, reason) = client.take() else { panic!("it was let in") };
        assert_eq!(code, 4401);
        assert!(reason.contains("token"), "{reason}");
    }
    assert!(session.clients().is_empty());
}

#[test]
fn foreign_pages_and_rebound_names_are_refused() {
    let session = session();
    let url = session.socket_url();
    let own = format!("http://{}", address(&url));
    for origin in ["https://evil.example", "null"] {
        // Browsers tell their pages nothing of a refused upgrade, and they would try again for ever.
        let mut socket = open(&url, &[("Origin", origin)]).expect("a socket that says why it closes");
        let Ok(Message::Close(Some(goodbye))) = socket.read() else { panic!("{origin} was let in") };
        assert_eq!(u16::from(goodbye.code), 4403);
        assert!(goodbye.reason.contains("origin"), "{}", goodbye.reason);
    }
    assert_eq!(open(&url, &[("Host", "evil.example")]).err(), Some(403));
    assert_eq!(open(&url, &[("Host", "evil.example"), ("Origin", "http://evil.example")]).err(), Some(403));
    assert!(open(&url, &[("Origin", &own)]).is_ok());
}

/// The status line, headers and body of a page.
fn page(session: &glir_live::Session, path: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(session.address()).expect("a connection");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").expect("asked");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn pages_keep_to_themselves() {
    let session = session();
    let host = session.address().to_string();
    let path = session.url().split(&host).nth(1).unwrap_or("").to_owned();
    let answer = page(&session, &path, &host);
    let status = if session.missing_page().is_some() { "501" } else { "200" };
    assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    for header in [
        "content-security-policy: default-src 'none'",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
    ] {
        assert!(answer.contains(header), "{header}");
    }
    assert!(page(&session, "/?token=guess", &host).starts_with("HTTP/1.1 403"));
    assert!(page(&session, &path, "evil.example").starts_with("HTTP/1.1 403"));
    assert!(page(&session, "/etc/passwd", &host).starts_with("HTTP/1.1 404"));
}

/// What the server closes with when a client says this.
fn closed_by(first: bool, said: Message) -> (u16, String) {
    let session = session();
    let mut client = if first { Client::silent(&session) } else { Client::join(&session) };
    client.socket.send(said).expect("sent");
    loop {
        if let Got::Closed(code, reason) = client.take() {
            return (code, reason);
        }
    }
}

#[test]
fn an_origin_that_no_page_has_is_refused_at_the_start() {
    for origin in ["*", "example.org", "https://example.org/"] {
        let refused = glir_live::Session::builder().allow_origin(origin).start().err();
        assert!(refused.is_some_and(|why| why.to_string().contains(origin)), "{origin}");
    }
    assert!(glir_live::Session::builder().allow_origin("https://example.org").start().is_ok());
}

#[test]
fn malformed_messages_end_the_connection_with_a_sentence() {
    let ack = || Reply::Ack(Ack { frame: 0 });
    let resume = || Reply::Resume(Resume { session: "a".into(), frame: 0, blobs: Vec::new() });
    let frame = message::chunk(Kind::FRAME, 0, 0, &[0x90], &[]).expect("a chunk");
    let mut damaged = packed(vec![hello(&[])]).into_data().to_vec();
    damaged[70] ^= 1;
    let cases = [
        (true, Message::Binary(vec![1, 2, 3].into()), "chunk's header"),
        (true, Message::Binary(frame.into()), "FRAM"),
        (true, Message::Binary(damaged.into()), "checksum"),
        (true, packed(vec![ack()]), "HELLO"),
        (true, packed(Vec::new()), "HELLO"),
        (true, Message::Text("hello".into()), "binary"),
        (true, packed(vec![resume(), hello(&[])]), "HELLO"),
        (false, packed(vec![hello(&[])]), "second HELLO"),
        (false, packed(vec![resume()]), "RESUME"),
    ];
    for (first, said, word) in cases {
        let (code, reason) = closed_by(first, said);
        assert_eq!(code, 1002, "{reason}");
        assert!(reason.contains(word), "{reason}");
    }
}

#[test]
fn oversized_messages_are_refused() {
    let (code, reason) = closed_by(false, Message::Binary(vec![0; (16 << 20) + 1].into()));
    assert_eq!(code, 1009, "{reason}");
    // One that the socket itself refuses by its first bytes.
    let session = session();
    let mut client = Client::join(&session);
    let stream = client.socket.get_mut();
    let mut start = vec![0x82, 0xff];
    start.extend((1u64 << 40).to_be_bytes());
    start.extend([0; 4]);
    stream.write_all(&start).expect("sent");
    let closed = loop {
        match client.take() {
            Got::Closed(code, _) => break code,
            _ => continue,
        }
    };
    assert_eq!(closed, 1009);
}

#[test]
fn hostile_messages_harm_nobody_else() {
    let session = session();
    session.send(&Scene::made(64)).expect("sent");
    let mut good = Client::join(&session);
    assert_eq!(good.frame(), 0);
    let mut seed = 0x9e37_79b9_7f4a_7c15u64;
    for _ in 0..60 {
        let mut bytes = packed(vec![hello(&[])]).into_data().to_vec();
        for _ in 0..4 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = (seed >> 33) as usize % bytes.len();
            bytes[at] = (seed >> 17) as u8;
        }
        let mut bad = Client::silent(&session);
        let _ = bad.socket.send(Message::Binary(bytes.into()));
    }
    for number in 1..5 {
        session.send(&Scene::shade(0.1)).expect("sent");
        assert_eq!(good.frame(), number);
    }
}

#[test]
fn a_flood_ends_its_connection_and_nobody_elses() {
    let session = session();
    session.send(&Scene::made(64)).expect("sent");
    let mut good = Client::join(&session);
    assert_eq!(good.frame(), 0);
    let flood = |reply: fn() -> Reply<'static>| packed((0..2000).map(|_| reply()).collect());
    let turn: fn() -> Reply<'static> = || crate::plot::wheel(1.0, 1.0);
    let ack: fn() -> Reply<'static> = || Reply::Ack(Ack { frame: 1000 });
    for said in [flood(turn), flood(ack)] {
        let mut bad = Client::join(&session);
        // On a machine that is slow each second has its own allowance, so it goes on for as long as it takes.
        let stream = bad.socket.get_ref().try_clone().expect("a second hand");
        let writer = std::thread::spawn(move || {
            let mut socket =
                tungstenite::WebSocket::from_raw_socket(stream, tungstenite::protocol::Role::Client, None);
            while socket.send(said.clone()).is_ok() {}
        });
        let code = loop {
            if let Got::Closed(code, _) = bad.take() {
                break code;
            }
        };
        assert_eq!(code, 1008);
        drop(bad);
        writer.join().expect("it ended");
    }
    session.send(&Scene::shade(0.5)).expect("sent");
    assert_eq!(good.frame(), 1);
    // Faults of the stream are not the client's.
    let faults = (0..10_000)
        .map(|_| {
            Reply::DiagnosticReply(glir_spec::replies::DiagnosticReply {
                severity: glir_spec::enums::Severity::Error,
                code: glir_spec::Code::BadArgument,
                frame: 1,
                command: None,
                name: "DRAW".into(),
                object: glir_spec::ids::ObjectId(0),
                label: "".into(),
                message: "a fault".into(),
            })
        })
        .collect();
    good.send(faults);
    session.send(&Scene::shade(0.5)).expect("sent");
    assert_eq!(good.frame(), 2);
    assert!(session.replies().count() < 6000 + 2 * 4096, "what is beyond is dropped");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let session = session();
    let error = glir_live::Session::builder().bind(session.address()).start().err().expect("it is taken");
    assert!(error.to_string().contains(&session.address().port().to_string()), "{error}");
}

#[test]
fn clients_have_a_bound() {
    let session = session();
    let clients: Vec<Client> = (0..glir_live::limits::MAX_CLIENTS).map(|_| Client::join(&session)).collect();
    let begun = std::time::Instant::now();
    while session.clients().len() < clients.len() && begun.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let Got::Closed(code, _) = Client::silent(&session).take() else { panic!("one too many was let in") };
    assert_eq!(code, 1013);
}
