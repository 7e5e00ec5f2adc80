//! What a slow client costs. Alone in its process, since the kernel counts what all of it holds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

// The other tests use the rest of it.
#[allow(dead_code)]
#[path = "session/client.rs"]
mod client;

use client::{Client, Scene, session};

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
