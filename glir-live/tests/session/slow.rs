//! Clients that can't keep up, and the producer's pace.

use crate::client::{Client, Got, Scene, hello, session};
use std::time::{Duration, Instant};

#[test]
fn the_newest_frame_comes_after_at_most_two_stale_ones() {
    let session = session();
    session.send(&Scene::made(64)).expect("sent");
    let mut client = Client::join(&session);
    while client.take() != Got::Frame(0) {}
    for step in 1..=1000 {
        session.send(&Scene::shade(step as f32)).expect("sent");
    }
    client.ack(0);
    let mut stale = 0;
    while client.frame() < 1000 {
        stale += 1;
    }
    assert!(stale <= 2, "{stale} stale frames came first");
}

#[test]
fn a_window_bounds_what_is_on_its_way() {
    const BYTES: usize = 100_000;
    let session = session();
    session.send(&Scene::made(BYTES)).expect("sent");
    let mut client = Client::silent(&session);
    client.send(vec![hello(&[("window_bytes", 1)])]);
    while client.take() != Got::Frame(0) {}
    session.send(&Scene::filled(BYTES, 1)).expect("sent");
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(session.clients()[0].frames_on_the_way, 1, "beyond its window nothing more is sent");
    client.ack(0);
    assert_eq!(client.frame(), 1);
}

#[test]
fn a_producer_keeps_its_clients_pace() {
    let session = session();
    assert!(!session.wait_ready(Duration::from_millis(30)), "nobody is there");
    session.send(&Scene::made(64)).expect("sent");
    let mut client = Client::join(&session);
    assert_eq!(client.frame(), 0);
    for step in 1..50 {
        assert!(session.wait_ready(Duration::from_secs(10)));
        session.send(&Scene::shade(step as f32)).expect("sent");
        assert_eq!(client.frame(), step, "every frame comes");
    }
    // Without an ACK there is room for two frames and no more.
    for step in 0..2 {
        assert!(session.wait_ready(Duration::from_secs(10)), "{step}");
        session.send(&Scene::shade(0.0)).expect("sent");
    }
    let begun = Instant::now();
    assert!(!session.wait_ready(Duration::from_millis(100)));
    assert!(begun.elapsed() >= Duration::from_millis(100));
}
