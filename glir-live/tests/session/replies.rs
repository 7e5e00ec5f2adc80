//! What comes back: events, diagnostics, and what a READ asked for.

use crate::client::{Client, Scene, session};
use glir_live::{ClientId, Session};
use glir_spec::commands::{Read, Swap};
use glir_spec::enums::{KeyAction, PointerAction};
use glir_spec::ids::{CanvasId, FramebufferId, RequestId};
use glir_spec::replies::{Close, Key, Pixels, Pointer, Resize, Wheel};
use glir_spec::structs::ReadSource;
use glir_spec::{Encoding, Frame, Payload, Reply};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(10);

/// The next reply that is no HELLO.
fn next(session: &Session) -> (ClientId, Reply<'static>) {
    loop {
        let event = session.recv_timeout(SOON).expect("a reply");
        if !matches!(event.reply, Reply::Hello(_)) {
            return (event.client, event.reply);
        }
    }
}

#[test]
fn events_reach_the_producer_in_order_and_with_their_client() {
    let session = session();
    let canvas = CanvasId(0);
    let (mut one, mut two) = (Client::join(&session), Client::join(&session));
    let events = [
        Reply::Resize(Resize { canvas, width: 800, height: 600, pixel_ratio: 2.0 }),
        Reply::Pointer(Pointer {
            canvas,
            action: PointerAction::Down,
            x: 1.5,
            y: 2.5,
            button: Some(0),
            buttons: 1,
            modifiers: 1,
            time: 0.25,
        }),
        Reply::Wheel(Wheel { canvas, x: 1.0, y: 2.0, dx: 0.0, dy: -120.0, modifiers: 0, time: 0.5 }),
        Reply::Key(Key { canvas, action: KeyAction::Down, key: "ArrowLeft".into(), modifiers: 0, time: 1.0 }),
    ];
    one.send(events.to_vec());
    let mut from = None;
    for event in &events {
        let (client, reply) = next(&session);
        assert_eq!((&reply, *from.get_or_insert(client)), (event, client));
    }
    two.send(events[..1].to_vec());
    assert_ne!(Some(next(&session).0), from);
    drop(one);
    assert!(matches!(next(&session), (client, Reply::Close(_)) if Some(client) == from), "its end is told");
}

#[test]
fn that_a_client_goes_is_told_once() {
    let session = session();
    let mut one = Client::join(&session);
    let close = || Reply::Close(Close { canvas: CanvasId(0) });
    one.send(vec![close(), close()]);
    assert!(matches!(next(&session).1, Reply::Close(_)));
    drop(one);
    while !session.clients().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(session.replies().next(), None);
}

fn asking(request: u32) -> Frame {
    let mut frame = Frame::new();
    Scene::draw(&mut frame, 0.5);
    // In front of the SWAP.
    let mut asking = Frame::new();
    let source = ReadSource::Pixels {
        framebuffer: FramebufferId(0),
        x: 0,
        y: 0,
        width: Some(8),
        height: Some(8),
        attachment: 0,
    };
    asking.push(Read { request: RequestId(request), source });
    asking.push(Swap {});
    asking
}

#[test]
fn a_read_goes_to_the_oldest_client_and_its_pixels_come_back() {
    let session = session();
    session.send(&Scene::made(64)).expect("sent");
    let mut old = Client::join(&session);
    assert_eq!(old.frame(), 0);
    let mut young = Client::join(&session);
    assert_eq!(young.frame(), 0);
    session.send(&asking(7)).expect("sent");
    assert_eq!((old.frame(), young.frame()), (1, 1));
    assert_eq!((old.replies.len(), young.replies.len()), (1, 0), "one client is asked");
    let payload = Payload::Inline { encoding: Encoding::U8, bytes: vec![9; 256].into() };
    let pixels = |payload| Reply::Pixels(Pixels { request: RequestId(7), width: 8, height: 8, payload });
    // Somebody who was not asked is not heard.
    let foreign = Payload::Inline { encoding: Encoding::U8, bytes: vec![1; 256].into() };
    young.send(vec![pixels(foreign)]);
    old.send(vec![pixels(payload.clone())]);
    let (_, reply) = next(&session);
    assert_eq!(reply, pixels(payload));
}

#[test]
fn a_read_is_never_merged_away() {
    let session = session();
    session.send(&Scene::made(64)).expect("sent");
    let mut client = Client::join(&session);
    // It takes its frames and acknowledges none: two are on their way, the others wait.
    while client.take() != crate::client::Got::Frame(0) {}
    for step in 0..6 {
        session.send(&Scene::shade(step as f32)).expect("sent");
        session.send(&asking(step)).expect("sent");
    }
    client.ack(0);
    let asked = |client: &Client| {
        let requests = client.replies.iter().map(|reply| match reply {
            Reply::Pixels(pixels) => pixels.request.0,
            other => panic!("{other:?}"),
        });
        requests.collect::<Vec<u32>>()
    };
    client.frame_from(12);
    let exact = asked(&client);
    assert_eq!(client.diagnostics, [""; 0]);
    // As many as are kept come as they were; the others failed at once, and the producer knows.
    let mut failed = Vec::new();
    while exact.len() + failed.len() < 6 {
        if let (ClientId::NONE, Reply::ReadFailed(reply)) = next(&session) {
            failed.push(reply.request.0);
        }
    }
    let mut all: Vec<u32> = exact.iter().chain(&failed).copied().collect();
    all.sort_unstable();
    assert_eq!(all, [0, 1, 2, 3, 4, 5]);
    assert!(exact.len() >= 3, "{exact:?}");
}

#[test]
fn a_read_that_nobody_answers_fails() {
    let session = session();
    session.send(&Scene::made(64)).expect("sent");
    session.send(&asking(1)).expect("sent");
    assert!(matches!(next(&session), (ClientId::NONE, Reply::DiagnosticReply(_))), "why it failed");
    assert!(matches!(next(&session).1, Reply::ReadFailed(failed) if failed.request == RequestId(1)));
    let mut client = Client::join(&session);
    client.frame();
    session.send(&asking(2)).expect("sent");
    client.frame();
    drop(client);
    loop {
        if let Reply::ReadFailed(failed) = next(&session).1 {
            assert_eq!(failed.request, RequestId(2), "who was asked has gone");
            break;
        }
    }
}

#[test]
fn replies_that_nobody_fetches_are_bounded() {
    let session = session();
    // Each says less than a flood.
    let mut clients: Vec<Client> = (0..10).map(|_| Client::join(&session)).collect();
    let turn = || {
        Reply::Wheel(Wheel { canvas: CanvasId(0), x: 0.0, y: 0.0, dx: 0.0, dy: 1.0, modifiers: 0, time: 0.0 })
    };
    for client in &mut clients {
        client.send((0..4000).map(|_| turn()).collect());
    }
    let begun = std::time::Instant::now();
    while session.dropped_replies() < 40_000 - glir_live::limits::MAX_EVENTS as u64 && begun.elapsed() < SOON
    {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(session.replies().count() <= glir_live::limits::MAX_EVENTS);
}
