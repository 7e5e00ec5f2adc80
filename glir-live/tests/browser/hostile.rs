//! Servers that are killed or lie, pages from elsewhere, and what a page says then.

use super::{
    HEADER, SOON, TOKEN, VIEW, event, has_page, pixel, runtime, shade, shoot, shows, started_again, until,
};
use glir_browser::{Angle, Browser, Files};
use glir_core::file::chunk::Kind;
use glir_core::file::message;
use glir_live::Session;
use glir_spec::Reply;
use glir_spec::enums::PointerAction;
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tungstenite::Message;

/// What the page says to who looks at it.
const SAID: &str =
    "document.querySelector('glir-view').shadowRoot.querySelector('.say:not([hidden])')?.innerText";

/// Names the address at which [`serves_until_it_is_killed`] is a server; without it that is no test of anything.
const SERVE: &str = "GLIR_TEST_SERVE_AT";

/// Not a test, but the program that the next test runs and kills.
#[test]
fn serves_until_it_is_killed() {
    let Some(address) = std::env::var(SERVE).ok().and_then(|text| text.parse::<SocketAddr>().ok()) else {
        return;
    };
    let begun = Instant::now();
    let session = loop {
        match Session::builder().header(HEADER).token(TOKEN).bind(address).start() {
            Ok(session) => break session,
            Err(error) => assert!(begun.elapsed() < SOON, "{error}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    // Another picture for another server: the first one is red, its successor blue.
    let color = if address.port() == 0 { [1.0, 0.0, 0.0] } else { [0.0, 0.0, 1.0] };
    session.send(&shade(color)).unwrap();
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nat {}", session.address()).and_then(|()| out.flush()).unwrap();
    drop(out);
    std::thread::sleep(Duration::from_secs(300));
}

/// Starts a server in a process of its own.
fn server(address: SocketAddr) -> (Child, SocketAddr) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "hostile::serves_until_it_is_killed", "--nocapture"]);
    let mut child = command.env(SERVE, address.to_string()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut lines = lines.map_while(Result::ok);
    let at = lines.find_map(|line| line.strip_prefix("at ")?.parse().ok()).expect("the server's address");
    // Who writes to a closed pipe would end.
    std::thread::spawn(move || lines.for_each(drop));
    (child, at)
}

#[test]
fn a_server_that_was_killed_is_found_again() {
    if !has_page(&Session::builder().header(HEADER).start().unwrap()) {
        return;
    }
    runtime().block_on(async {
        let Some(browser) = Browser::start(Angle::GlEgl).await.unwrap() else { return };
        let (mut first, address) = server(([127, 0, 0, 1], 0).into());
        browser.open(&format!("http://{address}/?token={TOKEN}")).await.unwrap();
        shows(&browser, 0).await;
        assert_eq!(pixel(&browser).await, json!([255, 0, 0, 255]));
        // No goodbye: the process is gone from one moment to the next.
        first.kill().unwrap();
        first.wait().unwrap();
        until(&browser, &format!("{VIEW}.state === 'reconnecting' && {SAID}")).await;
        shoot(&browser, "server-killed").await;
        let (mut second, _) = server(address);
        until(&browser, &format!("{VIEW}.state === 'live' && {VIEW}.pixels().data[2] === 255")).await;
        assert_eq!(pixel(&browser).await, json!([0, 0, 255, 255]));
        until(&browser, &format!("!{SAID}")).await;
        second.kill().unwrap();
        second.wait().unwrap();
    });
}

#[test]
fn events_of_both_browsers_reach_the_producer_and_who_comes_late_sees_the_same() {
    let session = Session::builder().header(HEADER).start().unwrap();
    if !has_page(&session) {
        return;
    }
    runtime().block_on(async {
        let Some(one) = Browser::start(Angle::GlEgl).await.unwrap() else { return };
        let Some(two) = Browser::start(Angle::SwiftShader).await.unwrap() else { return };
        session.send(&shade([1.0, 0.0, 0.0])).unwrap();
        one.open(&session.url()).await.unwrap();
        shows(&one, 0).await;
        session.send(&shade([0.2, 0.4, 0.6])).unwrap();
        two.open(&session.url()).await.unwrap();
        let whole = format!("return [...{VIEW}.pixels().data]");
        for browser in [&one, &two] {
            shows(browser, 1).await;
        }
        let seen = one.run(&whole, &[]).await.unwrap();
        assert_eq!(seen, two.run(&whole, &[]).await.unwrap(), "all pixels are the same");
        assert_eq!(pixel(&one).await, json!([51, 102, 153, 255]));
        let press = "const c = document.querySelector('glir-view').shadowRoot.querySelector('canvas'); \
            const b = c.getBoundingClientRect(); \
            c.dispatchEvent(new PointerEvent('pointerdown', { pointerId: 1, button: 0, buttons: 1, bubbles: true, \
            clientX: b.left + b.width / 2, clientY: b.top + b.height / 2 }))";
        let mut from = BTreeSet::new();
        for browser in [&one, &two] {
            browser.run(press, &[]).await.unwrap();
            let down = |reply: &Reply<'_>| matches!(reply, Reply::Pointer(p) if p.action == PointerAction::Down);
            from.insert(event(&session, down).client);
        }
        assert_eq!(from, session.clients().iter().map(|client| client.id).collect(), "each with its number");
    });
}

/// A page of another origin with the package and an element that follows an address.
async fn elsewhere(socket: &str) -> Option<Files> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../glir-web/dist/package");
    let files = Files::serve(folder).await.ok()?;
    let page = format!(
        "<!doctype html><meta charset=utf-8><title>elsewhere</title><script type=module src=./glir.js></script>\
         <glir-view ws=\"{socket}\" label=\"a session\" style=\"width: 320px\"></glir-view>"
    );
    files.put("/page.html", page);
    Some(files)
}

#[test]
fn a_page_of_another_origin_is_refused_and_says_so() {
    let session = Session::builder().header(HEADER).start().unwrap();
    if !has_page(&session) {
        return;
    }
    session.send(&shade([1.0, 0.0, 0.0])).unwrap();
    runtime().block_on(async {
        let Some(browser) = Browser::start(Angle::SwiftShader).await.unwrap() else { return };
        let Some(files) = elsewhere(&session.socket_url()).await else { return };
        browser.open(&files.url("/page.html")).await.unwrap();
        // No new try can mend it.
        until(&browser, &format!("{VIEW}?.state === 'failed' && {SAID}")).await;
        let told = browser.run(&format!("return {SAID}"), &[]).await.unwrap();
        assert!(told.as_str().is_some_and(|said| said.contains("--allow-origin")), "{told}");
        shoot(&browser, "wrong-origin").await;
        assert!(session.clients().is_empty(), "it was not let in");
    });
    // The same page may follow where its origin is allowed.
    runtime().block_on(async {
        let Some(browser) = Browser::start(Angle::SwiftShader).await.unwrap() else { return };
        let Some(files) = elsewhere("").await else { return };
        let origin = files.url("");
        let session = Session::builder().header(HEADER).allow_origin(origin).start().unwrap();
        session.send(&shade([0.0, 1.0, 0.0])).unwrap();
        let page = format!(
            "<!doctype html><script type=module src=./glir.js></script><glir-view ws=\"{}\"></glir-view>",
            session.socket_url()
        );
        files.put("/allowed.html", page);
        browser.open(&files.url("/allowed.html")).await.unwrap();
        shows(&browser, 0).await;
        assert_eq!(pixel(&browser).await, json!([0, 255, 0, 255]));
    });
}

/// What a hostile server sends, one connection after another, and at last a good picture.
fn lies() -> Vec<Vec<Message>> {
    let binary = |bytes: Vec<u8>| Message::Binary(bytes.into());
    let header = || binary(message::header(&HEADER).unwrap());
    let frame = |head: &[u8]| message::chunk(Kind::FRAME, 0, 0, head, &[]).unwrap();
    let drawn = |color| {
        let frame = shade(color);
        message::chunk(Kind::FRAME, 0, 0, frame.head(), frame.arena()).unwrap()
    };
    let good = drawn([1.0, 0.0, 0.0]);
    let changed = |at: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[at] ^= value;
        binary(bytes)
    };
    let mut noise = vec![0; 4096];
    let mut seed = 0x9e37_79b9u32;
    noise.fill_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    });
    vec![
        vec![binary(noise)],
        vec![header(), changed(8, 0xff)],
        vec![header(), changed(23, 0x7f)],
        vec![header(), changed(66, 0x55)],
        vec![header(), binary(good[..70].to_vec())],
        vec![binary(good.clone())],
        vec![header(), Message::Text("a frame".into()), binary(Vec::new())],
        // A chunk that is whole, with a head that is none; and one that never ends.
        vec![header(), binary(frame(&[0xdd, 0xff, 0xff, 0xff, 0xff])), changed(66, 1)],
        vec![header(), binary(frame(&[0x91; 2000])), changed(66, 1)],
        vec![header(), binary(drawn([0.0, 0.0, 1.0]))],
    ]
}

#[test]
fn a_server_that_lies_is_told_of_and_the_page_lives_on() {
    if !has_page(&Session::builder().header(HEADER).start().unwrap()) {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let socket = format!("ws://{}/ws", listener.local_addr().unwrap());
    let all = lies().len();
    std::thread::spawn(move || {
        let mut lies = lies();
        let truth = lies.pop();
        for said in lies {
            let Ok((stream, _)) = listener.accept() else { return };
            let Ok(mut socket) = tungstenite::accept(stream) else { return };
            for message in said {
                let _ = socket.send(message);
            }
            // What can be read is looked at; then the page is sent off, if it has not had enough by itself.
            std::thread::sleep(Duration::from_millis(300));
            let _ = socket.send(Message::Binary(vec![0; 3].into()));
            while socket.read().is_ok() {}
        }
        let Ok((stream, _)) = listener.accept() else { return };
        let Ok(mut socket) = tungstenite::accept(stream) else { return };
        for message in truth.into_iter().flatten() {
            let _ = socket.send(message);
        }
        while socket.read().is_ok() {}
    });
    runtime().block_on(async {
        let Some(browser) = Browser::start(Angle::SwiftShader).await.unwrap() else { return };
        // The page waits longer after each failure; a clock that runs ahead keeps the test short.
        let Some(files) = elsewhere("").await else { return };
        let page = format!(
            "<!doctype html><meta charset=utf-8><title>lies</title><script>const wait = setTimeout; \
             globalThis.setTimeout = (go, time, ...rest) => wait(go, Math.min(time, 20), ...rest);</script>\
             <script type=module src=./glir.js></script>\
             <glir-view ws=\"{socket}\" style=\"width: 320px\"></glir-view>"
        );
        files.put("/page.html", page);
        browser.open(&files.url("/page.html")).await.unwrap();
        until(&browser, &format!("{VIEW}?.diagnostics.length > 0 && {SAID}")).await;
        shoot(&browser, "hostile-server").await;
        until(&browser, &format!("{VIEW}.state === 'live' && {VIEW}.pixels().data[2] === 255")).await;
        assert_eq!(pixel(&browser).await, json!([0, 0, 255, 255]));
        let told =
            browser.run(&format!("return {VIEW}.diagnostics.map((d) => d.message)"), &[]).await.unwrap();
        assert!(told.as_array().is_some_and(|told| told.len() >= all - 1), "each is told: {told}");
        for words in ["can't be read", "damaged"] {
            assert!(told.to_string().contains(words), "{told}");
        }
    });
}

/// What comes while a browser has taken the context away: frames wait, states are told afterwards.
#[test]
fn a_session_goes_on_where_a_lost_context_stopped() {
    let session = Session::builder().header(HEADER).token(TOKEN).start().unwrap();
    if !has_page(&session) {
        return;
    }
    session.send(&shade([1.0, 0.0, 0.0])).unwrap();
    runtime().block_on(async {
        let Some(browser) = Browser::start(Angle::GlEgl).await.unwrap() else { return };
        let (url, address) = (session.url(), session.address());
        browser.open(&url).await.unwrap();
        shows(&browser, 0).await;
        let lose = format!(
            "globalThis.extension = {VIEW}.canvas.getContext('webgl2').getExtension('WEBGL_lose_context'); extension.loseContext();"
        );
        browser.run(&lose, &[]).await.unwrap();
        until(&browser, &format!("{VIEW}.state === 'lost'")).await;
        event(&session, |reply| matches!(reply, Reply::ContextLost(_)));
        session.send(&shade([0.0, 1.0, 0.0])).unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        let restore = "setTimeout(() => extension.restoreContext());";
        assert_eq!(browser.run(&format!("return {VIEW}.frame"), &[]).await.unwrap(), json!(0));
        browser.run(restore, &[]).await.unwrap();
        shows(&browser, 1).await;
        assert_eq!(pixel(&browser).await, json!([0, 255, 0, 255]));
        // The server goes and comes back meanwhile.
        browser.run("extension.loseContext();", &[]).await.unwrap();
        until(&browser, &format!("{VIEW}.state === 'lost'")).await;
        drop(session);
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert_eq!(browser.run(&format!("return {VIEW}.state"), &[]).await.unwrap(), json!("lost"));
        browser.run(restore, &[]).await.unwrap();
        until(&browser, &format!("{VIEW}.state === 'reconnecting'")).await;
        let session = started_again(address);
        session.send(&shade([0.0, 0.0, 1.0])).unwrap();
        until(&browser, &format!("{VIEW}.state === 'live' && {VIEW}.frame === 0")).await;
        assert_eq!(pixel(&browser).await, json!([0, 0, 255, 255]));
    });
}

/// That a stream can't be drawn at all is told to the page and to the producer.
#[test]
fn a_header_that_the_browser_refuses_is_told_to_the_producer() {
    let header = glir_spec::Header { requires: vec![glir_spec::Feature::Compute], ..HEADER };
    let session = Session::builder().header(header).start().unwrap();
    if !has_page(&session) {
        return;
    }
    runtime().block_on(async {
        let Some(browser) = Browser::start(Angle::SwiftShader).await.unwrap() else { return };
        browser.open(&session.url()).await.unwrap();
        until(&browser, &format!("{VIEW}?.state === 'failed' && {SAID}")).await;
        let told = event(&session, |reply| matches!(reply, Reply::DiagnosticReply(_)));
        let Reply::DiagnosticReply(told) = told.reply else { return };
        assert_eq!(told.code, glir_spec::Code::UnsupportedStream);
    });
}
