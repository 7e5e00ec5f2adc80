//! What comes at an awkward time: elements that go before they are there, states while the context is lost, methods of closed
//! views, drivers that complain late.

use crate::support::{Stage, example, file};
use glir_browser::Angle;
use glir_core::text::parse;
use serde_json::json;

/// A red frame, so many of uniforms and draws, and at last one that makes a buffer.
fn many(draws: usize) -> Vec<u8> {
    let mut text = String::from(
        r#"["GLIR", {"width": 8, "height": 8}]
["CREATE", 1, "program"]
["SHADERS", 1, {"vertex": "void main() { gl_Position = vec4(0.0, 0.0, 0.0, 1.0); gl_PointSize = 8.0; }", "fragment": "precision highp float; uniform vec4 u; void main() { gl_FragColor = u; }"}, {"uniforms": ["vec4 u"]}]
["STATE", {"clear_color": [1, 0, 0, 1]}]
["CLEAR", ["color"]]
["SWAP"]
"#,
    );
    for draw in 0..draws {
        let green = draw as f32 / draws as f32;
        text += &format!(
            "[\"UNIFORM\", 1, \"u\", [0, {green}, 1, 1]]\n[\"CLEAR\", [\"color\"]]\n[\"DRAW\", 1, \"points\", {{\"count\": 1}}]\n[\"SWAP\"]\n"
        );
    }
    text += "[\"CREATE\", 2, {\"buffer\": \"vertex\"}]\n[\"SIZE\", 2, 64]\n[\"SWAP\"]\n";
    file(&parse(&text).unwrap())
}

async fn stage(angle: Angle) -> Option<Stage> {
    let stage = Stage::open(angle).await?;
    stage.files.put("/animation.glir", file(&example("animation")));
    Some(stage)
}

/// To ask a driver for errors is to wait until it has drawn: only frames that make something do, and a page at rest.
#[tokio::test]
async fn frames_that_only_draw_do_not_wait_for_the_driver() {
    for angle in Angle::ALL {
        for webgl in [2, 1] {
            let Some(stage) = stage(angle).await else { return };
            stage.files.put("/many.glir", many(40));
            let result = stage
                .run(
                    "const view = await open({ webgl: args[0] });
                     const { prototype } = args[0] === 2 ? WebGL2RenderingContext : WebGLRenderingContext;
                     const { getError } = prototype;
                     let asked = 0, failing = false;
                     prototype.getError = function () {
                       asked += 1;
                       if (!failing) return getError.call(this);
                       failing = false;
                       return this.INVALID_OPERATION;
                     };
                     await view.load('/many.glir');
                     const making = asked;
                     asked = 0;
                     await view.seek(40);
                     const drawing = asked;
                     asked = 0;
                     await view.seek(41);
                     const last = asked;
                     await view.seek(0);
                     await view.seek(20);
                     failing = true;
                     await view.seek(21);
                     for (let turn = 0; turn < 300 && !faults.length; turn++) await new Promise((go) => setTimeout(go, 10));
                     return { making, drawing, last, frames: view.frames, codes: faults.map(({ code, severity }) => [code, severity]) };",
                    &[json!(webgl)],
                )
                .await;
            assert_eq!(result["frames"], 42);
            assert!(
                result["making"].as_u64().unwrap() > 0 && result["last"].as_u64().unwrap() > 0,
                "{result}"
            );
            // A slow machine may take more than the second after which it is asked all the same.
            assert!(result["drawing"].as_u64().unwrap() <= 3, "{angle}, WebGL {webgl}: {result}");
            assert_eq!(result["codes"], json!([["driver-error", "error"]]), "{angle}, WebGL {webgl}");
            stage.quiet().await;
        }
    }
}

#[tokio::test]
async fn an_element_removed_before_it_is_ready_leaves_nothing() {
    let Some(stage) = stage(Angle::SwiftShader).await else { return };
    let result = stage
        .run(
            "const sockets = [];
             const Real = WebSocket;
             globalThis.WebSocket = class extends Real { constructor(...all) { super(...all); sockets.push(this); } };
             const outcomes = [];
             const elements = [];
             for (let index = 0; index < 8; index++) {
               const element = document.createElement('glir-view');
               if (index % 2) element.setAttribute('ws', `ws://${location.host}/nowhere`);
               else element.setAttribute('src', '/animation.glir');
               document.body.append(element);
               elements.push(element);
               const gone = element.ready.then(() => 'ready', (error) => error.message);
               element.remove();
               outcomes.push(await gone);
               await new Promise((go) => setTimeout(go, 20));
             }
             await new Promise((go) => setTimeout(go, 300));
             // Six views have contexts of their own: this one is the first.
             const view = await open();
             // What comes back is as good as new.
             const [back] = elements;
             document.body.append(back);
             for (let turn = 0; turn < 400 && back.view?.state !== 'paused'; turn++) await new Promise((go) => setTimeout(go, 10));
             return { outcomes: [...new Set(outcomes)], views: elements.slice(1).filter((element) => element.view).length, sockets: sockets.length,
               own: view.canvas.getContext('2d') === null, frame: back.view.frame, ready: back.hasAttribute('data-ready') };",
            &[],
        )
        .await;
    assert_eq!(
        result,
        json!({
            "outcomes": ["the element was taken off the page before it was ready"],
            "views": 0, "sockets": 0, "own": true, "frame": 0, "ready": true,
        })
    );
}

/// Scripts that lose and restore a view's context.
const LOSING: &str = "const view = await open({ context: 'own' });
    const extension = view.canvas.getContext('webgl2').getExtension('WEBGL_lose_context');
    const until = async (wanted) => {
      for (let turn = 0; turn < 600 && view.state !== wanted; turn++) await new Promise((go) => setTimeout(go, 10));
      return view.state === wanted;
    };
    const lose = async () => { extension.loseContext(); await until('lost'); };
    // The browser allows it only when the event that tells of the loss is over.
    const restore = () => setTimeout(() => extension.restoreContext());
    const said = () => document.querySelector('p')?.hidden === false ? document.querySelector('p').textContent : '';";

#[tokio::test]
async fn states_reached_without_a_context_are_told_when_it_is_back() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    let run = async |script: &str| stage.run(&[LOSING, script].concat(), &[]).await;
    // Another recording, loaded meanwhile.
    let result = run(
        "await lose();
        await view.load('/animation.glir');
        const meanwhile = view.state;
        restore();
        const told = await until('paused');
        return { meanwhile, told, frame: view.frame, drawn: view.pixels().data.some((byte) => byte !== 0) };",
    )
    .await;
    assert_eq!(result, json!({ "meanwhile": "lost", "told": true, "frame": 0, "drawn": true }));
    stage.reload().await;
    // A failure: its sentence stays when the context's own goes.
    let result = run("await view.load('/animation.glir');
        await lose();
        const notice = said();
        await view.load('/missing.glir').catch(() => {});
        const failure = said();
        restore();
        const told = await until('failed');
        return { notice, failure, told, after: said() };")
    .await;
    assert!(result["notice"].as_str().unwrap().contains("graphics context"), "{result}");
    assert!(result["failure"].as_str().unwrap().contains("404"), "{result}");
    assert_eq!((&result["told"], &result["after"]), (&json!(true), &result["failure"]), "{result}");
    stage.reload().await;
    // A connection that fails meanwhile is no picture from before.
    let result = run("await view.load('/animation.glir');
        await lose();
        view.connect(`ws://${location.host}/nowhere`);
        await new Promise((go) => setTimeout(go, 300));
        const meanwhile = view.state;
        restore();
        const told = await until('reconnecting');
        const sentence = said();
        view.close();
        return { meanwhile, told, sentence };")
    .await;
    assert_eq!((&result["meanwhile"], &result["told"]), (&json!("lost"), &json!(true)), "{result}");
    assert!(result["sentence"].as_str().unwrap().contains("Trying again"), "{result}");
    // The console speaks of the addresses that are not there.
    let complaints = stage.browser.complaints().await.unwrap();
    assert!(
        complaints.iter().all(|line| line.contains("/missing.glir") || line.contains("/nowhere")),
        "{complaints:?}"
    );
}

#[tokio::test]
async fn closed_views_and_lost_contexts_say_why_there_is_no_picture() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    let script = [
        LOSING,
        "const told = async (work) => { try { await work(); return null; } catch (error) { return error.message; } };
         await view.load('/animation.glir');
         await lose();
         const lost = [await told(() => view.snapshot()), await told(() => view.pixels())];
         restore();
         await until('paused');
         const back = (await view.snapshot()).size > 0;
         const { interpreter } = view;
         view.close();
         const closed = [];
         for (const work of [() => view.load('/animation.glir'), () => view.connect('ws://localhost:1'), () => view.begin(), () => view.clear(),
           () => view.snapshot(), () => view.pixels(), () => view.replay('')]) closed.push(await told(work));
         // What asks for nothing does nothing.
         const still = [await told(() => view.seek(1)), await told(() => view.play()), await told(() => view.pause()), await told(() => view.close()),
           await told(() => view.abort('no')), await told(() => view.send({ name: 'CLOSE', canvas: 0 }))];
         return { lost, back, closed: [...new Set(closed)], still: [...new Set(still)], state: view.state, frames: view.frames,
           named: view.interpreter === interpreter && view.webgl === 2 };",
    ]
    .concat();
    let result = stage.run(&script, &[]).await;
    let sentence = "there is no picture while the browser keeps the graphics context";
    assert_eq!(
        result,
        json!({
            "lost": [sentence, sentence], "back": true, "closed": ["this view is closed"], "still": [null],
            "state": "empty", "frames": 0, "named": true,
        })
    );
    stage.quiet().await;
}

#[tokio::test]
async fn menus_and_function_keys_stay_the_browsers() {
    let Some(stage) = stage(Angle::SwiftShader).await else { return };
    let result = stage
        .run(
            "const view = await open();
             // Of a live session keys are the producer's, while it is connected and while it is not.
             view.connect(`ws://${location.host}/nowhere`);
             const keys = [['ArrowLeft', {}], ['a', {}], [' ', {}], ['PageDown', {}], ['ArrowLeft', { altKey: true }], ['d', { altKey: true }], ['F5', {}], ['F11', {}],
               ['Tab', {}], ['c', { ctrlKey: true }], ['Escape', {}], ['BrowserBack', {}]];
             const events = [];
             view.addEventListener('event', ({ detail }) => detail.name === 'KEY' && events.push(detail.key));
             const taken = keys.filter(([key, more]) => {
               const event = new KeyboardEvent('keydown', { key, cancelable: true, bubbles: true, ...more });
               view.canvas.dispatchEvent(event);
               return event.defaultPrevented;
             });
             view.close();
             return { taken: taken.map(([key, more]) => more.altKey ? `Alt+${key}` : key), told: events.length === keys.length };",
            &[],
        )
        .await;
    assert_eq!(result, json!({ "taken": ["ArrowLeft", "a", " ", "PageDown"], "told": true }));
}
