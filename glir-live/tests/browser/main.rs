//! Live sessions in a real Chromium: the page of the browser's interpreter, and the one of pictures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use glir_browser::{Angle, Browser};
use glir_data::{Channel, Recording, Samples, Timing};
use glir_live::{Event, PictureFormat, Pixels, Session};
use glir_native::Api;
use glir_plot::{Change, Chart, LivePlot};
use glir_spec::commands::{Clear, State, Swap};
use glir_spec::enums::Plane;
use glir_spec::{Frame, Header, Reply, StateChanges, StateField};
use serde_json::json;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

mod hostile;

const HEADER: Header<'static> = Header {
    major: 1,
    minor: 0,
    profile: glir_spec::Profile::Es2,
    requires: Vec::new(),
    uses: Vec::new(),
    width: 64,
    height: 64,
    samples: 0,
    title: glir_spec::wire::Str(std::borrow::Cow::Borrowed("a live test")),
    generator: glir_spec::wire::Str(std::borrow::Cow::Borrowed("")),
};
const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const SOON: Duration = Duration::from_secs(20);

/// Makes a browser one that has WebGL 1 and no other.
const OLD: &str = "for (const { prototype } of [HTMLCanvasElement, OffscreenCanvas]) {
    const { getContext } = prototype;
    prototype.getContext = function (kind, ...more) { return kind === 'webgl2' ? null : getContext.call(this, kind, ...more); };
}";

fn shade(color: [f32; 3]) -> Frame {
    let mut frame = Frame::new();
    let [red, green, blue] = color;
    let clear = StateField::ClearColor([red, green, blue, 1.0]);
    frame.push(State { changes: StateChanges::new([clear]) });
    frame.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });
    frame.push(Swap {});
    frame
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// A build without the browser package has no page to test.
/// A server where one was, which may still be letting its address go.
fn started_again(address: SocketAddr) -> Session {
    let begun = Instant::now();
    loop {
        match Session::builder().header(HEADER).token(TOKEN).bind(address).start() {
            Ok(session) => return session,
            Err(error) => assert!(begun.elapsed() < SOON, "{error}"),
        }
    }
}

fn has_page(session: &Session) -> bool {
    let missing = session.missing_page();
    if let Some(why) = missing {
        assert!(std::env::var_os("GLIR_REQUIRE_BROWSER").is_none(), "{why}");
        eprintln!("skipped: {why}");
    }
    missing.is_none()
}

/// Keeps a screenshot where `GLIR_SHOTS` names a folder.
async fn shoot(browser: &Browser, name: &str) {
    if let Some(folder) = std::env::var_os("GLIR_SHOTS") {
        let picture = browser.screenshot().await.unwrap();
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), picture).unwrap();
    }
}

/// Waits until an expression of the page holds.
async fn until(browser: &Browser, condition: &str) {
    let script = format!(
        "const end = performance.now() + 20000; \
         while (!({condition})) {{ if (performance.now() > end) return false; \
         await new Promise((go) => setTimeout(go, 10)); }} return true;"
    );
    let held = browser.run(&script, &[]).await.unwrap();
    if held != json!(true) {
        let page = browser.run("return document.body.innerText", &[]).await.unwrap();
        shoot(browser, "failed").await;
        panic!("{condition} never held; the page says {page}; the console {:?}", browser.complaints().await);
    }
}

const VIEW: &str = "document.querySelector('glir-view')?.view";

async fn shows(browser: &Browser, frame: u64) {
    until(browser, &format!("{VIEW}?.frame === {frame}")).await;
}

/// The picture's lower left pixel.
async fn pixel(browser: &Browser) -> serde_json::Value {
    browser.run(&format!("return [...{VIEW}.pixels().data.slice(0, 4)]"), &[]).await.unwrap()
}

/// The next event of a kind.
fn event(session: &Session, wanted: impl Fn(&Reply<'_>) -> bool) -> Event {
    let end = Instant::now() + SOON;
    loop {
        let event = session.recv_timeout(end.saturating_duration_since(Instant::now())).expect("an event");
        if wanted(&event.reply) {
            return event;
        }
    }
}

#[test]
fn two_browsers_follow_and_survive_a_killed_server() {
    [2, 1].into_iter().for_each(two_browsers_follow);
}

fn two_browsers_follow(webgl: u32) {
    let session = Session::builder().header(HEADER).token(TOKEN).start().unwrap();
    if !has_page(&session) {
        return;
    }
    runtime().block_on(async {
        let Some(one) = Browser::start(Angle::GlEgl).await.unwrap() else { return };
        let Some(two) = Browser::start(Angle::SwiftShader).await.unwrap() else { return };
        let (url, address) = (session.url(), session.address());
        session.send(&shade([1.0, 0.0, 0.0])).unwrap();
        for browser in [&one, &two] {
            if webgl == 1 {
                browser.prelude(OLD).await.unwrap();
            }
            browser.open(&url).await.unwrap();
            shows(browser, 0).await;
            assert_eq!(browser.run(&format!("return {VIEW}.webgl"), &[]).await.unwrap(), json!(webgl));
            assert_eq!(pixel(browser).await, json!([255, 0, 0, 255]));
        }
        session.send(&shade([0.0, 1.0, 0.0])).unwrap();
        for browser in [&one, &two] {
            shows(browser, 1).await;
            assert_eq!(pixel(browser).await, json!([0, 255, 0, 255]));
        }
        assert_eq!(session.clients().len(), 2);
        assert_eq!(one.complaints().await.unwrap(), Vec::<String>::new());
        drop(session);
        until(&one, &format!("{VIEW}.state === 'reconnecting'")).await;
        let session = started_again(address);
        session.send(&shade([0.0, 0.0, 1.0])).unwrap();
        for browser in [&one, &two] {
            until(browser, &format!("{VIEW}.state === 'live' && {VIEW}.frame === 0")).await;
            assert_eq!(pixel(browser).await, json!([0, 0, 255, 255]));
            assert_eq!(
                browser
                    .run(&format!("return {VIEW}.diagnostics.filter((d) => d.code !== 'connection')"), &[])
                    .await
                    .unwrap(),
                json!([])
            );
        }
    });
}

#[test]
fn a_wrong_token_is_said_in_the_page() {
    let session = Session::builder().header(HEADER).start().unwrap();
    if !has_page(&session) {
        return;
    }
    runtime().block_on(async {
        let Some(browser) = Browser::start(Angle::SwiftShader).await.unwrap() else { return };
        session.send(&shade([1.0, 0.0, 0.0])).unwrap();
        browser.open(&session.url()).await.unwrap();
        shows(&browser, 0).await;
        let wrong = session.socket_url().replace("token=", "token=0");
        let connect =
            format!("return {VIEW}.connect(args[0]).then(() => 'it stands', (error) => error.message)");
        let why = browser.run(&connect, &[json!(wrong)]).await.unwrap();
        assert!(why.to_string().contains("token"), "{why}");
        until(&browser, &format!("{VIEW}.state === 'failed'")).await;
        let said = "return document.querySelector('glir-view').shadowRoot.querySelector('.say').innerText";
        let said = browser.run(said, &[]).await.unwrap();
        assert!(said.to_string().contains("token"), "{said}");
        shoot(&browser, "wrong-token").await;
    });
}

/// Stands between a browser and a session: it can cut connections, and slow them down.
struct Wire {
    address: SocketAddr,
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

impl Wire {
    /// Listens; the session must allow the wire's origin, so it is made before.
    fn listen() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    /// Joins a listener with a session. `rate` bounds the bytes a second towards the browser.
    fn join(
        (listener, address): (TcpListener, SocketAddr),
        session: SocketAddr,
        rate: Option<usize>,
    ) -> Wire {
        let streams: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
        let all = streams.clone();
        std::thread::spawn(move || {
            for inner in listener.incoming() {
                let (Ok(inner), Ok(outer)) = (inner, TcpStream::connect(session)) else { return };
                all.lock().unwrap().extend([inner.try_clone().unwrap(), outer.try_clone().unwrap()]);
                let (up, down) = (inner.try_clone().unwrap(), outer.try_clone().unwrap());
                std::thread::spawn(move || pass(up, outer, None));
                std::thread::spawn(move || pass(down, inner, rate));
            }
        });
        Wire { address, streams }
    }

    fn cut(&self) {
        for stream in self.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, rate: Option<usize>) {
    let mut bytes = vec![0; 16 << 10];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
        if let Some(rate) = rate {
            std::thread::sleep(Duration::from_secs_f64(count as f64 / rate as f64));
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

/// A session behind a wire, and the address to open.
fn wired(rate: Option<usize>) -> (Session, Wire, String) {
    let (listener, address) = Wire::listen();
    let builder = Session::builder().header(HEADER).allow_origin(format!("http://{address}"));
    let session = builder.start().unwrap();
    let wire = Wire::join((listener, address), session.address(), rate);
    let url = session.url().replace(&session.address().to_string(), &wire.address.to_string());
    (session, wire, url)
}

#[test]
fn a_connection_that_was_cut_goes_on_where_it_stopped() {
    let (session, wire, url) = wired(None);
    if !has_page(&session) {
        return;
    }
    runtime().block_on(async {
        let Some(browser) = Browser::start(Angle::SwiftShader).await.unwrap() else { return };
        session.send(&shade([1.0, 0.0, 0.0])).unwrap();
        browser.open(&url).await.unwrap();
        shows(&browser, 0).await;
        for round in 1..4u8 {
            wire.cut();
            until(&browser, &format!("{VIEW}.state === 'reconnecting'")).await;
            session.send(&shade([0.0, f32::from(round) / 5.0, 0.0])).unwrap();
            shows(&browser, round.into()).await;
            assert_eq!(pixel(&browser).await, json!([0, 51 * round, 0, 255]));
            until(&browser, &format!("{VIEW}.state === 'live'")).await;
            // It stays connected.
            std::thread::sleep(Duration::from_millis(600));
            assert_eq!(browser.run(&format!("return {VIEW}.state"), &[]).await.unwrap(), json!("live"));
        }
        let grave = format!("return {VIEW}.diagnostics.filter((d) => d.code !== 'connection')");
        assert_eq!(browser.run(&grave, &[]).await.unwrap(), json!([]));
    });
}

#[test]
fn a_throttled_browser_shows_the_newest_after_two_stale_frames() {
    const BYTES: usize = 1 << 20;
    let (session, _wire, url) = wired(Some(1 << 20));
    if !has_page(&session) {
        return;
    }
    runtime().block_on(async {
        let Some(browser) = Browser::start(Angle::SwiftShader).await.unwrap() else { return };
        let mut made = Frame::new();
        let id = glir_spec::ids::BufferId(1).into();
        let descriptor = glir_spec::structs::Descriptor::Buffer {
            buffer: glir_spec::enums::BufferRole::Vertex,
            usage: glir_spec::enums::BufferUsage::Dynamic,
        };
        made.push(glir_spec::commands::Create { id, descriptor });
        made.push(glir_spec::commands::Size { id, width: BYTES as u64, height: 1, depth: 1 });
        made.push(Swap {});
        session.send(&made).unwrap();
        browser.open(&url).await.unwrap();
        shows(&browser, 0).await;
        let count = format!(
            "globalThis.shown = []; {VIEW}.addEventListener('frame', ({{ detail }}) => shown.push(detail.frame))"
        );
        browser.run(&count, &[]).await.unwrap();
        // 100 MB a second against one.
        let began = Instant::now();
        for step in 0..200u8 {
            let mut frame = Frame::new();
            let contents = vec![step; BYTES];
            let payload = frame.payload(glir_spec::Encoding::U8, &contents);
            let region = glir_spec::structs::Region::Bytes { offset: 0 };
            frame.push(glir_spec::commands::Data { id, region, payload });
            frame.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });
            frame.push(Swap {});
            session.send(&frame).unwrap();
            let due = began + Duration::from_millis(10) * u32::from(step);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        let before = browser.run("return shown.length", &[]).await.unwrap().as_u64().unwrap();
        shows(&browser, 200).await;
        let after = browser.run("return shown.length", &[]).await.unwrap().as_u64().unwrap();
        assert!(after - before <= 3, "{} frames came after the last was sent", after - before);
        assert!(after < 20, "{after} frames of 200 at a hundredth of the rate");
    });
}

/// Follows events until the plot's view has changed, and sends it.
fn follow(session: &Session, plot: &mut LivePlot<'_>, wanted: impl Fn(&Reply<'_>) -> bool) {
    loop {
        let event = event(session, |_| true);
        assert!(!matches!(event.reply, Reply::DiagnosticReply(_)), "{event:?}");
        if plot.event(&event.reply) == Change::View {
            session.send(&plot.frame().unwrap()).unwrap();
        }
        if wanted(&event.reply) {
            return;
        }
    }
}

#[test]
fn a_plot_is_moved_in_the_browser() {
    let values: Vec<f32> =
        (0..1_000_000).map(|i| (i as f32 * 0.0003).sin() * (i as f32 * 0.05).cos()).collect();
    let channel =
        || Channel { timing: Timing::from_rate(1000.0), ..Channel::from(Samples::from(&values[..])) };
    let recording = Recording { channels: vec![channel(), channel()], ..Recording::default() };
    let ways = [
        (Angle::GlEgl, 2),
        (Angle::SwiftShader, 2),
        (Angle::GlEgl, 1),
        (Angle::SwiftShader, 1),
        (Angle::SwiftShader, 0),
    ];
    for (angle, webgl) in ways {
        let pixels = webgl == 0;
        let mut plot = Chart { width: 800, height: 400, ..Chart::default() }.live(&recording).unwrap();
        let mut builder = Session::builder().header(plot.header());
        if pixels {
            builder = builder.pixels(Pixels { api: Api::Gles3, format: PictureFormat::Png });
        }
        let session = match builder.start() {
            Ok(session) => session,
            Err(error) if std::env::var_os("GLIR_REQUIRE_GL").is_none() => {
                return eprintln!("skipped: {error}");
            }
            Err(error) => panic!("{error}"),
        };
        if !pixels && !has_page(&session) {
            continue;
        }
        plot.scene(&mut |frame| assert_eq!(session.send(frame).unwrap(), [])).unwrap();
        runtime().block_on(async {
            // Pictures are for browsers that have no WebGL at all.
            let flags: &[&str] = if pixels { &["--disable-3d-apis"] } else { &[] };
            let Some(browser) = Browser::start_with(angle, flags).await.unwrap() else { return };
            if webgl == 1 {
                browser.prelude(OLD).await.unwrap();
            }
            browser.open(&session.url()).await.unwrap();
            let has = "return ['webgl', 'webgl2'].filter((kind) => document.createElement('canvas').getContext(kind)).length";
            assert_eq!(browser.run(has, &[]).await.unwrap(), json!(webgl));
            follow(&session, &mut plot, |reply| matches!(reply, Reply::Resize(_)));
            // The canvas may lie in the element's own tree.
            let canvas = "(document.querySelector('glir-view')?.shadowRoot ?? document).querySelector('canvas')";
            let shown = if pixels { format!("{canvas}.dataset.frame") } else { format!("{VIEW}?.frame") };
            until(&browser, &format!("Number({shown}) >= 1")).await;
            shoot(&browser, &format!("plot-{angle}-{webgl}")).await;
            let before = plot.time();
            let turn = format!(
                "const c = {canvas}, b = c.getBoundingClientRect(); \
                 for (let i = 0; i < 10; i += 1) c.dispatchEvent(new WheelEvent('wheel', {{ deltaY: -120, \
                 clientX: b.left + b.width / 2, clientY: b.top + b.height / 2, bubbles: true, cancelable: true }}))"
            );
            browser.run(&turn, &[]).await.unwrap();
            for _ in 0..10 {
                follow(&session, &mut plot, |reply| matches!(reply, Reply::Wheel(_)));
            }
            let span = |(from, to): (f64, f64)| to - from;
            assert!((span(plot.time()) / span(before) - 0.8f64.powi(10)).abs() < 1e-6);
            let last = session.frame() - 1;
            until(&browser, &format!("Number({shown}) >= {last}")).await;
            shoot(&browser, &format!("plot-{angle}-{webgl}-near")).await;
            let complaints = browser.complaints().await.unwrap();
            assert_eq!(complaints, Vec::<String>::new());
        });
    }
}

/// A live picture pans in the browser by itself: only what no signal takes comes back to the producer.
#[test]
fn signals_move_a_live_picture_and_the_rest_comes_back() {
    let text = include_str!("../../../docs/reference/examples/pan-and-zoom.glirt");
    let document = glir_core::text::parse(text).unwrap();
    let [glir_core::text::Item::Header(header), glir_core::text::Item::Frame { frame, .. }] =
        &document.items[..]
    else {
        panic!("a header and a frame")
    };
    for angle in [Angle::GlEgl, Angle::SwiftShader] {
        let session = Session::builder().header(header.clone()).start().unwrap();
        if !has_page(&session) {
            return;
        }
        session.send(frame).unwrap();
        runtime().block_on(async {
            let Some(browser) = Browser::start(angle).await.unwrap() else { return };
            browser.open(&session.url()).await.unwrap();
            shows(&browser, 0).await;
            let hand = format!(
                "const view = {VIEW}; const c = view.canvas, b = c.getBoundingClientRect(); \
                 const at = (x, y) => ({{ clientX: b.left + x * b.width, clientY: b.top + y * b.height, bubbles: true, cancelable: true, pointerId: 1 }}); \
                 const next = () => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go))); \
                 const shot = () => view.pixels().data.join(); \
                 const before = shot(); \
                 c.dispatchEvent(new PointerEvent('pointerdown', {{ ...at(0.5, 0.5), button: 0, buttons: 1 }})); \
                 c.dispatchEvent(new PointerEvent('pointermove', {{ ...at(0.8, 0.6), buttons: 1 }})); \
                 await next(); \
                 c.dispatchEvent(new PointerEvent('pointerup', {{ ...at(0.8, 0.6), button: 0, buttons: 0 }})); \
                 c.dispatchEvent(new WheelEvent('wheel', {{ ...at(0.2, 0.2), deltaY: -200 }})); \
                 await next(); \
                 const moved = shot(); \
                 c.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'ArrowUp', bubbles: true }})); \
                 c.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'z', bubbles: true }})); \
                 await next(); \
                 return [before !== moved, moved !== shot()];"
            );
            assert_eq!(browser.run(&hand, &[]).await.unwrap(), json!([true, true]), "{angle}");
            // The key that nobody has a use for is the first that comes, and no drag and no wheel came before it.
            let end = Instant::now() + SOON;
            loop {
                let event = session.recv_timeout(end.saturating_duration_since(Instant::now())).expect("an event");
                match event.reply {
                    Reply::Key(key) => {
                        assert_eq!(&*key.key, "z");
                        break;
                    }
                    Reply::Wheel(_) => panic!("a signal has taken this wheel"),
                    Reply::Pointer(pointer) => assert!(!matches!(pointer.button, Some(0)), "{pointer:?}"),
                    Reply::DiagnosticReply(fault) => panic!("{fault:?}"),
                    _ => {}
                }
            }
            // A frame of the producer keeps what the person sees.
            let mut again = Frame::new();
            again.push(glir_spec::commands::Run { list: glir_spec::ids::ListId(1) });
            again.push(Swap {});
            let same = "globalThis.seen = document.querySelector('glir-view').view.pixels().data.join()";
            browser.run(same, &[]).await.unwrap();
            session.send(&again).unwrap();
            shows(&browser, 1).await;
            let kept = format!("return {VIEW}.pixels().data.join() === seen");
            assert_eq!(browser.run(&kept, &[]).await.unwrap(), json!(true), "{angle}");
            assert_eq!(browser.complaints().await.unwrap(), Vec::<String>::new());
        });
    }
}

/// Says a shader's error and leaves menus and function keys to the browser.
#[test]
fn the_page_of_pictures_tells_faults_and_takes_its_own_keys() {
    let built =
        Session::builder().header(HEADER).pixels(Pixels { api: Api::Gles3, format: PictureFormat::Png });
    let session = match built.start() {
        Ok(session) => session,
        Err(error) if std::env::var_os("GLIR_REQUIRE_GL").is_none() => return eprintln!("skipped: {error}"),
        Err(error) => panic!("{error}"),
    };
    let text = r#"["GLIR", {"width": 8, "height": 8}]
["CREATE", 1, "program"]
["SHADERS", 1, {"vertex": "void main() { this is no shader }", "fragment": "void main() {}"}, {}]
["DRAW", 1, "points", {"count": 1}]
["SWAP"]"#;
    for item in glir_core::text::parse(text).unwrap().items {
        if let glir_core::text::Item::Frame { frame, .. } = item {
            session.send(&frame).unwrap();
        }
    }
    runtime().block_on(async {
        let Some(browser) = Browser::start_with(Angle::SwiftShader, &["--disable-3d-apis"]).await.unwrap() else { return };
        browser.open(&session.url()).await.unwrap();
        let said = "document.getElementById('say')";
        until(&browser, &format!("document.querySelector('canvas').dataset.frame === '0' && {said}.textContent.includes('faulty')")).await;
        shoot(&browser, "pixels-faulty").await;
        // A picture that comes later does not take the sentence away.
        session.send(&shade([0.0, 1.0, 0.0])).unwrap();
        until(&browser, "document.querySelector('canvas').dataset.frame === '1'").await;
        let shown = browser.run(&format!("return !{said}.hidden && {said}.textContent"), &[]).await.unwrap();
        assert!(shown.as_str().is_some_and(|shown| shown.contains("faulty")), "{shown}");
        let taken = browser
            .run(
                "const keys = [['ArrowLeft', {}], ['+', {}], ['ArrowLeft', { altKey: true }], ['F5', {}], ['Tab', {}], ['c', { ctrlKey: true }]];
                 return keys.filter(([key, more]) => {
                   const event = new KeyboardEvent('keydown', { key, cancelable: true, ...more });
                   document.querySelector('canvas').dispatchEvent(event);
                   return event.defaultPrevented;
                 }).map(([key, more]) => (more.altKey ? `Alt+${key}` : key));",
                &[],
            )
            .await
            .unwrap();
        assert_eq!(taken, json!(["ArrowLeft", "+"]));
        assert_eq!(browser.complaints().await.unwrap(), Vec::<String>::new());
    });
}
