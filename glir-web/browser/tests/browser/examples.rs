//! The reference's examples: on the same Mesa the same pixels as native, on SwiftShader a picture without faults.

use crate::support::{Stage, differing, examples, file, header, native};
use glir_browser::Angle;
use glir_native::Api;
use glir_spec::Profile;
use serde_json::json;

/// Draws every example; for each its name, its pixels from the top down, and its faults.
async fn drawn(stage: &Stage, webgl: u32) -> Vec<(String, Vec<u8>, Vec<String>)> {
    let mut found = Vec::new();
    for (name, document) in examples() {
        if webgl == 1 && header(&document).profile == Profile::Es3 {
            continue;
        }
        stage.files.put(&format!("/{name}.glir"), file(&document));
        let result = stage
            .run(
                "const view = await open({ webgl: args[1], context: 'own' });
                 await view.load(`/${args[0]}.glir`);
                 await view.seek(view.frames - 1);
                 // What is shown is compared too: it must be what was drawn.
                 const seen = document.createElement('canvas').getContext('2d', { colorSpace: 'srgb' });
                 seen.canvas.width = view.canvas.width;
                 seen.canvas.height = view.canvas.height;
                 seen.drawImage(view.canvas, 0, 0);
                 const { data, width, height } = view.pixels();
                 const shown = seen.getImageData(0, 0, width, height).data;
                 let wrong = 0;
                 for (let at = 0; at < data.length; at += 4) {
                   if (data[at + 3] === 255 && (data[at] !== shown[at] || data[at + 1] !== shown[at + 1] || data[at + 2] !== shown[at + 2])) wrong++;
                 }
                 const faults = view.diagnostics.map((found) => `${found.severity} ${found.code}: ${found.message}`);
                 if (wrong) faults.push(`${wrong} pixels are shown other than drawn`);
                 if (view.webgl !== args[1]) faults.push(`WebGL ${view.webgl}`);
                 view.close();
                 view.canvas.remove();
                 return { pixels: base64(data), faults };",
                &[json!(name), json!(webgl)],
            )
            .await;
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let faults = result["faults"].as_array().unwrap().iter().map(text).collect();
        use base64::Engine as _;
        let pixels = base64::prelude::BASE64_STANDARD.decode(text(&result["pixels"])).unwrap();
        found.push((name, pixels, faults));
    }
    found
}

async fn equal_to_native(webgl: u32, api: Api) {
    let Some(stage) = Stage::open(Angle::GlEgl).await else { return };
    let documents = examples();
    let mut compared = 0;
    for (name, pixels, faults) in drawn(&stage, webgl).await {
        assert_eq!(faults, Vec::<String>::new(), "{name}");
        let document = &documents.iter().find(|(found, _)| *found == name).unwrap().1;
        let Some((_, _, native)) = native(document, api) else { continue };
        assert_eq!(differing(&pixels, &native), 0, "pixels of {name} differ");
        compared += 1;
    }
    assert!(compared >= if webgl == 1 { 8 } else { 22 } || std::env::var_os("GLIR_REQUIRE_GL").is_none());
    stage.quiet().await;
}

#[tokio::test]
async fn webgl_2_on_mesa_equals_gles_3() {
    equal_to_native(2, Api::Gles3).await;
}

#[tokio::test]
async fn webgl_1_on_mesa_equals_gles_2() {
    equal_to_native(1, Api::Gles2).await;
}

#[tokio::test]
async fn swiftshader_draws_without_faults() {
    let Some(stage) = Stage::open(Angle::SwiftShader).await else { return };
    for webgl in [1, 2] {
        for (name, pixels, faults) in drawn(&stage, webgl).await {
            assert_eq!(faults, Vec::<String>::new(), "{name} on WebGL {webgl}");
            assert!(
                pixels.chunks_exact(4).any(|pixel| pixel != &pixels[..4]),
                "{name} on WebGL {webgl} shows something"
            );
        }
    }
    stage.quiet().await;
}
