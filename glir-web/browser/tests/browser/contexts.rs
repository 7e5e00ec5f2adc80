//! Many views on few contexts, and canvases in workers.

use crate::support::{Stage, example, file};
use glir_browser::Angle;
use serde_json::json;

#[tokio::test]
async fn twenty_views_share_contexts_and_draw_alike() {
    for angle in Angle::ALL {
        for webgl in [1, 2] {
            let Some(stage) = Stage::open(angle).await else { return };
            for name in ["animation", "blending", "indexed-cube"] {
                stage.files.put(&format!("/{name}.glir"), file(&example(name)));
            }
            let result = stage
                .run(
                    "const names = ['animation', 'blending', 'indexed-cube'];
                     const views = [];
                     for (let index = 0; index < 20; index++) {
                       const view = await open({ webgl: args[0] });
                       view.canvas.style.width = '120px';
                       await view.load(`/${names[index % 3]}.glir`);
                       views.push(view);
                     }
                     // Frames of several views take turns in one context.
                     for (const frame of [1, 0, 2]) for (const view of views) await view.seek(frame);
                     const shown = (view) => {
                       const paper = document.createElement('canvas').getContext('2d');
                       paper.canvas.width = view.canvas.width;
                       paper.canvas.height = view.canvas.height;
                       paper.drawImage(view.canvas, 0, 0);
                       return base64(paper.getImageData(0, 0, view.canvas.width, view.canvas.height).data);
                     };
                     const pixels = views.map((view) => base64(view.pixels().data));
                     // A canvas of WebGL holds its picture only until the browser has shown it: look in the same task.
                     const visible = views.map((view) => (view.seek(view.frame), shown(view)));
                     const contexts = views.filter((view) => view.canvas.getContext('2d') === null).length;
                     return {
                       same: pixels.every((data, index) => data === pixels[index % 3]),
                       seen: visible.every((data, index) => data === visible[index % 3]),
                       contexts, faults,
                     };",
                    &[json!(webgl)],
                )
                .await;
            stage.shoot(&format!("twenty-{angle}-{webgl}")).await;
            assert_eq!(
                result,
                json!({ "same": true, "seen": true, "contexts": 6, "faults": [] }),
                "{angle}, WebGL {webgl}"
            );
            stage.quiet().await;
        }
    }
}

#[tokio::test]
async fn views_of_a_lost_shared_context_come_back() {
    for angle in Angle::ALL {
        let Some(stage) = Stage::open(angle).await else { return };
        stage.files.put("/animation.glir", file(&example("animation")));
        let result = stage
        .run(
            "let gl = null;
             const make = HTMLCanvasElement.prototype.getContext;
             HTMLCanvasElement.prototype.getContext = function (...from) {
               const context = make.apply(this, from);
               if (from[0].startsWith('webgl')) gl = context;
               return context;
             };
             const views = [await open({ context: 'shared' }), await open({ context: 'shared' })];
             HTMLCanvasElement.prototype.getContext = make;
             for (const view of views) await view.load('/animation.glir');
             await views[1].seek(1);
             const pixels = () => views.map((view) => base64(view.pixels().data));
             const before = pixels();
             const all = (states) => new Promise((resolve) => {
               for (const view of views) view.addEventListener('state', () => views.every((view) => states.includes(view.state)) && resolve());
             });
             const extension = gl.getExtension('WEBGL_lose_context');
             const lost = all(['lost']);
             extension.loseContext();
             await lost;
             const back = all(['paused', 'ended']);
             // The browser allows it only when the event that tells of the loss is over.
             setTimeout(() => extension.restoreContext());
             await back;
             const after = pixels();
             return { same: after.every((data, index) => data === before[index]), differ: before[0] !== before[1], faults };",
            &[],
        )
        .await;
        assert_eq!(result, json!({ "same": true, "differ": true, "faults": [] }), "{angle}");
    }
}

#[tokio::test]
async fn a_worker_draws_on_a_canvas_of_the_page() {
    for angle in Angle::ALL {
        let Some(stage) = Stage::open(angle).await else { return };
        stage.files.put("/animation.glir", file(&example("animation")));
        stage.files.put(
            "/worker.js",
            "import { attach } from '/glir.js';
             self.onmessage = async ({ data: canvas }) => {
               try {
                 const view = await attach(canvas);
                 await view.load('/animation.glir');
                 const ended = new Promise((resolve) => view.addEventListener('state', ({ detail }) => detail.state === 'ended' && resolve()));
                 view.play();
                 await ended;
                 const bytes = new Uint8Array(await (await view.snapshot()).arrayBuffer());
                 self.postMessage({ frame: view.frame, pixels: view.pixels().data, png: bytes.length, state: view.state, faults: view.diagnostics });
               } catch (error) {
                 self.postMessage({ error: `${error.stack}` });
               }
             };",
        );
        let result = stage
            .run(
                "const canvas = document.createElement('canvas');
                 document.body.append(canvas);
                 const off = canvas.transferControlToOffscreen();
                 const worker = new Worker('/worker.js', { type: 'module' });
                 const answer = new Promise((resolve) => void (worker.onmessage = ({ data }) => resolve(data)));
                 worker.postMessage(off, [off]);
                 const drawn = await answer;
                 if (drawn.error) throw new Error(drawn.error);
                 const here = await open();
                 await here.load('/animation.glir');
                 await here.seek(here.frames - 1);
                 return { same: base64(drawn.pixels) === base64(here.pixels().data), frame: drawn.frame, state: drawn.state, faults: drawn.faults };",
                &[],
            )
            .await;
        assert_eq!(result, json!({ "same": true, "frame": 2, "state": "ended", "faults": [] }), "{angle}");
        stage.quiet().await;
    }
}
