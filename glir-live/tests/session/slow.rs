//! Clients that can't keep up, and the producer's pace.

use crate::client::{Client, Got, Scene, hello, session};
use std::time::{Duration, Instant};

/// Bytes that this process holds.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or("VmRSS: 0");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) * 1024
}

#[test]
fn a_slow_client_gets_merged_frames_and_costs_no_memory() {
    const BYTES: usize = 1 << 20;
    let session = session();
    session.send(&Scene::made(BYTES)).expect("sent");
    let mut client = Client::join(&session);
    assert_eq!(client.frame(), 0);
    let before = resident();
    // 300 MiB against a client that takes one frame now and then.
    let (mut sent, mut taken, mut most) = (0, Vec::new(), 0);
    for step in 0..300 {
        session.send(&Scene::filled(BYTES, step as u8)).expect("sent");
        sent += 1;
        most = most.max(session.clients()[0].frames_on_the_way);
        if step % 30 == 29 {
            taken.push(client.frame());
        }
    }
    assert!(most <= 2, "{most} frames were on their way at once");
    let last = client.frame_from(sent);
    assert_eq!(last, sent);
    assert!(taken.len() + 4 > 10, "{taken:?}");
    let grown = resident().saturating_sub(before);
    assert!(grown < 64 << 20, "the server grew by {} MiB", grown >> 20);
    assert_eq!(client.diagnostics, [""; 0]);
}

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
