//! Pictures drawn by the server.

use crate::client::{Scene, address, hello, open, packed};
use crate::plot::{send_scene, wave, wheel};
use glir_core::file::chunk::{BLOCK, ChunkHeader};
use glir_data::{Channel, Recording, Samples, Timing};
use glir_live::{PictureFormat, Pixels, Session};
use glir_native::Api;
use glir_plot::{Change, Chart};
use glir_spec::replies::Ack;
use glir_spec::{Header, Reply};
use std::net::TcpStream;
use std::time::Duration;
use tungstenite::{Message, WebSocket};

/// A session that draws; none, said once, where there is no GL.
fn session(header: Header<'_>, format: PictureFormat) -> Option<Session> {
    match Session::builder().header(header).pixels(Pixels { api: Api::Gles3, format }).start() {
        Ok(session) => Some(session),
        Err(error) if std::env::var_os("GLIR_REQUIRE_GL").is_none() => {
            eprintln!("skipped: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn view(session: &Session) -> WebSocket<TcpStream> {
    let url = session.socket_url().replace("/ws?", "/pixels?");
    let own = format!("http://{}", address(&url));
    let mut socket = open(&url, &[("Origin", &own)]).expect("taken");
    socket.send(packed(vec![hello(&[])])).expect("sent");
    socket
}

/// Frame number and picture of the next message.
fn picture(socket: &mut WebSocket<TcpStream>) -> (u64, Vec<u8>) {
    loop {
        if let Message::Binary(bytes) = socket.read().expect("a picture") {
            let header =
                ChunkHeader::decode(bytes.first_chunk::<BLOCK>().expect("a header")).expect("a chunk");
            assert_eq!(&header.kind.0, b"pict");
            let arena = header.extent();
            return (header.sequence, bytes[arena.arena as usize..arena.contents as usize].to_vec());
        }
    }
}

fn ack(socket: &mut WebSocket<TcpStream>, frame: u64) {
    socket.send(packed(vec![Reply::Ack(Ack { frame })])).expect("sent");
}

#[test]
fn viewers_get_the_newest_picture_when_it_changes() {
    let Some(session) = session(crate::client::HEADER, PictureFormat::Png) else { return };
    session.send(&Scene::made(64)).expect("sent");
    let mut viewer = view(&session);
    let (frame, first) = picture(&mut viewer);
    assert_eq!((frame, &first[..4]), (0, &b"\x89PNG"[..]));
    // While a picture is on its way, however many come, the next is the newest.
    for _ in 0..50 {
        session.send(&Scene::shade(0.5)).expect("sent");
    }
    let mut last = Scene::shade(0.0);
    last.clear();
    let clear = glir_spec::StateField::ClearColor([1.0, 0.0, 0.0, 1.0]);
    last.push(glir_spec::commands::State { changes: glir_spec::StateChanges::new([clear]) });
    Scene::draw(&mut last, 1.0);
    session.send(&last).expect("sent");
    std::thread::sleep(Duration::from_millis(300));
    ack(&mut viewer, frame);
    let (frame, red) = picture(&mut viewer);
    assert_eq!(frame, 51);
    assert_ne!(first, red);
    let mut reader = png::Decoder::new(std::io::Cursor::new(red)).read_info().expect("a png");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut pixels).expect("pixels");
    assert_eq!(pixels[..4], [255, 0, 0, 255]);
}

#[test]
fn a_plot_is_drawn_and_moved() {
    let values = wave(1_000_000);
    let channel =
        || Channel { timing: Timing::from_rate(1000.0), ..Channel::from(Samples::from(&values[..])) };
    let recording = Recording { channels: vec![channel(), channel()], ..Recording::default() };
    let mut plot = Chart { width: 800, height: 400, ..Chart::default() }.live(&recording).expect("a plot");
    for format in [PictureFormat::Png, PictureFormat::Jpeg] {
        let Some(session) = session(plot.header(), format) else { return };
        send_scene(&session, &mut plot);
        let mut viewer = view(&session);
        let (frame, whole) = picture(&mut viewer);
        ack(&mut viewer, frame);
        viewer.send(packed(vec![wheel(400.0, 2400.0)])).expect("sent");
        let begun = std::time::Instant::now();
        while begun.elapsed() < Duration::from_secs(10) {
            let Some(event) = session.recv_timeout(Duration::from_secs(10)) else { break };
            if plot.event(&event.reply) == Change::View {
                session.send(&plot.frame().expect("drawn")).expect("sent");
                break;
            }
            assert!(!matches!(event.reply, Reply::DiagnosticReply(_)), "{event:?}");
        }
        let near = loop {
            let (number, near) = picture(&mut viewer);
            ack(&mut viewer, number);
            if number > frame {
                break near;
            }
        };
        assert_ne!(whole, near);
        if format == PictureFormat::Jpeg && !near.starts_with(b"\x89PNG") {
            let (_, still) = picture(&mut viewer);
            assert!(still.starts_with(b"\x89PNG"), "what stands still comes without losses");
        }
        if let Some(folder) = std::env::var_os("GLIR_PICTURES") {
            let folder = std::path::Path::new(&folder);
            let name = if format == PictureFormat::Png { "png" } else { "jpg" };
            std::fs::write(folder.join(format!("whole.{name}")), &whole).expect("written");
            std::fs::write(folder.join(format!("near.{name}")), &near).expect("written");
        }
    }
}

/// The sentence of the next message.
fn sentence(socket: &mut WebSocket<TcpStream>) -> String {
    loop {
        if let Message::Binary(bytes) = socket.read().expect("a message") {
            let header =
                ChunkHeader::decode(bytes.first_chunk::<BLOCK>().expect("a header")).expect("a chunk");
            if &header.kind.0 == b"said" {
                let extent = header.extent();
                return String::from_utf8_lossy(&bytes[extent.arena as usize..extent.contents as usize])
                    .into_owned();
            }
        }
    }
}

#[test]
fn viewers_are_told_what_is_wrong_with_the_drawing() {
    let Some(session) = session(crate::client::HEADER, PictureFormat::Png) else { return };
    let mut viewer = view(&session);
    let text = r#"["GLIR", {"width": 8, "height": 8}]
["CREATE", 1, "program"]
["SHADERS", 1, {"vertex": "void main() { this is no shader }", "fragment": "void main() {}"}, {}]
["DRAW", 1, "points", {"count": 1}]
["SWAP"]"#;
    let document = glir_core::text::parse(text).expect("a stream");
    for item in &document.items {
        if let glir_core::text::Item::Frame { frame, .. } = item {
            session.send(frame).expect("sent");
        }
    }
    let said = sentence(&mut viewer);
    assert!(said.starts_with("Part of this drawing is faulty: ") && said.contains("vertex"), "{said}");
    // Who comes later is told as well; another stream makes it good.
    assert_eq!(sentence(&mut view(&session)), said);
    session.begin(&crate::client::HEADER).expect("begun");
    assert_eq!(sentence(&mut viewer), "");
}
