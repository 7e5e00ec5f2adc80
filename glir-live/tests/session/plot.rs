//! A plot that people move: what a view costs on the wire.

use crate::client::{Client, Got};
use glir_data::{Channel, Recording, Samples, Timing};
use glir_live::Session;
use glir_plot::{Change, Chart, LivePlot};
use glir_spec::Reply;
use glir_spec::enums::KeyAction;
use glir_spec::ids::CanvasId;
use glir_spec::replies::{Key, Resize, Wheel};
use std::sync::Arc;

pub(crate) fn wave(samples: usize) -> Vec<f32> {
    (0..samples).map(|i| (i as f32 * 0.001).sin() + if i % 5000 == 0 { 2.0 } else { 0.0 }).collect()
}

fn channel(values: &[f32]) -> Channel<'_> {
    Channel { timing: Timing::from_rate(1000.0), ..Channel::from(Samples::from(values)) }
}

pub(crate) fn send_scene(session: &Session, plot: &mut LivePlot<'_>) {
    let mut faults = Vec::new();
    plot.scene(&mut |frame| faults.extend(session.send(frame).expect("sent"))).expect("drawn");
    assert!(faults.is_empty(), "{}", faults[0]);
}

pub(crate) fn wheel(x: f32, dy: f32) -> Reply<'static> {
    Reply::Wheel(Wheel { canvas: CanvasId(0), x, y: 100.0, dx: 0.0, dy, modifiers: 0, time: 0.0 })
}

fn key(key: &'static str) -> Reply<'static> {
    Reply::Key(Key { canvas: CanvasId(0), action: KeyAction::Down, key: key.into(), modifiers: 0, time: 0.0 })
}

#[test]
fn a_view_of_ten_million_samples_costs_less_than_a_kilobyte() {
    let values = wave(10_000_000);
    let recording = Recording { channels: vec![channel(&values)], ..Recording::default() };
    let mut plot = Chart::default().live(&recording).expect("a plot");
    let session = Session::builder().header(plot.header()).start().expect("started");
    send_scene(&session, &mut plot);
    let mut client = Client::join(&session);
    assert_eq!(client.frame(), 0);
    let whole = client.received;
    assert!((53_000_000..64_000_000).contains(&whole), "the data goes once: {whole} bytes");
    let events = [
        wheel(300.0, 360.0),
        wheel(900.0, 2400.0),
        key("ArrowRight"),
        key("-"),
        key("PageDown"),
        key("Home"),
    ];
    let mut number = 0;
    for event in events.iter().cycle().take(60) {
        if plot.event(event) == Change::None {
            continue;
        }
        number += 1;
        assert_eq!(session.send(&plot.frame().expect("drawn")).expect("sent"), []);
        let before = client.received;
        assert_eq!(client.take(), Got::Frame(number));
        client.ack(number);
        let cost = client.received - before;
        assert!(cost <= 1024, "{cost} bytes for {event:?}");
    }
    assert!(number > 50);
    let resize = Reply::Resize(Resize { canvas: CanvasId(0), width: 700, height: 500, pixel_ratio: 1.0 });
    assert_eq!(plot.event(&resize), Change::View);
    assert_eq!(session.send(&plot.frame().expect("drawn")).expect("sent"), []);
    let before = client.received;
    client.frame();
    assert!(client.received - before < 4096, "another size needs no data");
    assert_eq!(client.diagnostics, [""; 0]);
}

#[test]
fn channels_of_every_kind_are_drawn() {
    let (short, long) = (wave(10), wave(5000));
    let stamps: Vec<f64> =
        (0..5000).map(|i| 1.7e9 + f64::from(i) * 0.01 + f64::from(i % 3) * 0.001).collect();
    let mut gaps = long.clone();
    gaps[100..400].fill(f32::NAN);
    let stamped = |values| Channel {
        timing: Timing::Stamps(Arc::new(stamps.clone())),
        ..Channel::from(Samples::from(values))
    };
    for channels in [
        vec![channel(&short)],
        vec![channel(&long), channel(&short), channel(&gaps)],
        vec![stamped(&long[..]), stamped(&gaps[..])],
        vec![Channel::from(Samples::from(&short[..1]))],
        (0..100).map(|_| channel(&long)).collect(),
    ] {
        let recording = Recording { channels, ..Recording::default() };
        let mut plot = Chart::default().live(&recording).expect("a plot");
        let session = Session::builder().header(plot.header()).start().expect("started");
        send_scene(&session, &mut plot);
        let mut client = Client::join(&session);
        client.frame();
        for event in [wheel(800.0, 1200.0), key("ArrowRight"), key("ArrowUp")] {
            plot.event(&event);
            assert_eq!(session.send(&plot.frame().expect("drawn")).expect("sent"), []);
        }
        client.frame_from(3);
        assert_eq!(client.diagnostics, [""; 0]);
    }
}
