//! The emitter: what JavaScript writes is what `glir build` writes, and it draws.

use crate::support::{Stage, differing, example, examples, file, folder, native};
use glir_browser::Angle;
use glir_native::Api;
use serde_json::{Value, json};

/// The lines of a text without its comments, as JSON.
fn lines(text: &str) -> Vec<Value> {
    // No string of the examples contains what starts a comment.
    let plain: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let plain = plain.join("\n");
    let values = serde_json::Deserializer::from_str(&plain).into_iter::<Value>();
    values.map(|value| value.unwrap()).collect()
}

/// Emits lines of the text form as a file.
const EMIT: &str = "const { Frame, file } = emitter;
    let header = {};
    let frame = new Frame();
    const frames = [];
    const times = [];
    let time = 0;
    for (const [name, ...values] of args[0]) {
      if (name === 'GLIR') header = values[0] ?? {};
      else if (name === 'TIME') [time] = values;
      else {
        frame.add(name, values);
        if (name !== 'SWAP') continue;
        frames.push(frame);
        times.push(time);
        time = 0;
        frame = new Frame(frame);
      }
    }
    if (frame.length) frames.push(frame);
    return base64(file(frames, { header, times }));";

#[tokio::test]
async fn files_are_those_of_the_text_form() {
    let Some(stage) = Stage::open(Angle::SwiftShader).await else { return };
    let mut compared = 0;
    for (name, document) in examples() {
        let path = folder("docs/reference/examples").join(format!("{name}.glirt"));
        let lines = lines(&std::fs::read_to_string(path).unwrap());
        let emitted = stage.browser.run_bytes(EMIT, &[json!(lines)]).await.unwrap();
        assert_eq!(emitted, file(&document), "{name}");
        compared += 1;
    }
    assert!(compared >= 20);
    stage.quiet().await;
}

#[tokio::test]
async fn every_command_of_the_table_is_written_as_rust_writes_it() {
    let Some(stage) = Stage::open(Angle::SwiftShader).await else { return };
    // What the examples leave out; with them, and with the three below, there must be nothing missing.
    let rest = "[\"GLIR\", {\"profile\": \"es3\"}]\n[\"META\", \"key\", \"value\"]\n[\"EXTENSION\", \"vendor.name\", {\"u8\": [1, 2]}]\n\
        [\"CREATE\", 1, \"program\"]\n[\"DISPATCH\", 1, 2, 3, 4]\n[\"INPUT\", 2, \"time\"]\n[\"SIGNAL\", 3, \"add\", [2, 2], {\"f64\": [0.5]}]\n\
        [\"SIGNAL\", 4, \"mul\", [3, 2]]\n[\"BIND\", 3, {\"program\": 1, \"uniform\": 0}]\n[\"FORGET\", 4]\n[\"CURRENT\", 1, 20, 10]\n[\"GROUP\", \"a group\"]\n[\"END\"]\n\
        [\"WRAPPING\", 1, \"repeat\"]\n[\"LABEL\", 1, \"name\"]\n[\"DELETE\", 1]\n[\"SWAP\"]\n";
    let wanted = file(&glir_core::text::parse(rest).unwrap());
    let rest: Vec<Value> = rest.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(stage.browser.run_bytes(EMIT, &[json!(rest)]).await.unwrap(), wanted);
    let mut written: std::collections::BTreeSet<String> =
        rest.iter().map(|line| line[0].as_str().unwrap().to_owned()).collect();
    for (name, _) in examples() {
        let path = folder("docs/reference/examples").join(format!("{name}.glirt"));
        let lines = lines(&std::fs::read_to_string(path).unwrap());
        written.extend(lines.iter().map(|line| line[0].as_str().unwrap().to_owned()));
    }
    let missing: Vec<&str> = glir_spec::commands::COMMANDS
        .iter()
        .map(|row| row.name)
        .filter(|name| !written.contains(*name))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
    // Each has a method of its own.
    let names: Vec<&str> = glir_spec::commands::COMMANDS.iter().map(|row| row.name).collect();
    let without = "const own = Object.getOwnPropertyNames(emitter.Frame.prototype).map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase());
        return args[0].filter((name) => !own.includes(name));";
    assert_eq!(stage.run(without, &[json!(names)]).await, json!([]));
    stage.quiet().await;
}

#[tokio::test]
async fn methods_write_commands_that_draw() {
    let Some(stage) = Stage::open(Angle::GlEgl).await else { return };
    let script = "const frame = new emitter.Frame()
        .create(1, { buffer: 'vertex', usage: 'dynamic' })
        .size(1, 24)
        .data(1, 0, new Float32Array([-0.9, -0.9, 0.9, -0.9, 0.9, -0.3]))
        .create(2, 'program')
        .shaders(2, {
          vertex: 'attribute vec2 a_position;\\nvoid main() { gl_Position = vec4(a_position, 0.0, 1.0); }',
          fragment: 'precision mediump float;\\nuniform vec4 u_color;\\nvoid main() { gl_FragColor = u_color; }',
        }, { attributes: ['vec2 a_position'], uniforms: ['vec4 u_color'] })
        .attribute(2, 'a_position', { buffer: 1 })
        .state({ clear_color: [0, 0, 0, 1] })
        .clear(['color'])
        .uniform(2, 'u_color', [1, 0, 0, 1])
        .draw(2, 'triangles', { count: 3 })
        .swap();
      const bytes = emitter.file([frame], { header: { width: 64, height: 64 }, meta: { author: 'a test' } });
      const view = await open();
      await view.load(bytes);
      if (faults.length) throw new Error(JSON.stringify(faults));
      return base64(view.pixels().data);";
    let drawn = stage.browser.run_bytes(script, &[]).await.unwrap();
    let first = crate::support::first_frames(&example("animation"), 1);
    if let Some((_, _, native)) = native(&first, Api::Gles3) {
        assert_eq!(differing(&drawn, &native), 0);
    }
    stage.quiet().await;
}

#[tokio::test]
async fn large_payloads_and_odd_values_are_encoded_as_rust_encodes_them() {
    let Some(stage) = Stage::open(Angle::SwiftShader).await else { return };
    // Lists of 16-bit floats stay under 64 bytes here, so that each place is tried.
    let halves = "1, -2.5, 0.1, 65504, 65519.9, 1e-7, 5.9604644775390625e-8, 2.98e-8, 6.1e-5, 2049, 2051, \"NaN\", \"0x7e01\", \"-Infinity\", 0";
    let text = "[\"GLIR\", {\"title\": \"Größe 🜁\", \"requires\": [\"uint-indices\"]}]\n\
        [\"CREATE\", 4000000000, {\"buffer\": \"vertex\"}]\n[\"SIZE\", 4000000000, 1099511627776]\n\
        [\"DATA\", 4000000000, 70000, {\"i16\": [1, -1, 32767]}]\n\
        [\"DATA\", 1, 0, {\"f64\": [1, 2, 3, 4, 5, 6, 7, 8, 9]}]\n\
        [\"DATA\", 1, {\"y\": 3}, {\"u8\": [1]}]\n[\"STATE\", {\"scissor\": [-1, -200, 70000, 5], \"depth_range\": [0.25, \"Infinity\"]}]\n\
        [\"STATE\", {\"depth_range\": [0, \"0x7fc00001\"]}]\n\
        [\"DATA\", 1, 0, {\"f16\": [HALVES]}]\n[\"DATA\", 1, 0, {\"f32\": [1.5, \"0xffc00003\", \"NaN\"]}]\n[\"DATA\", 1, 0, {\"f64\": [\"0x7ff8000000000007\", 0.1]}]\n\
        [\"READ\", 1, {\"framebuffer\": 0}]\n[\"DATA\", 1, 0, {\"u32\": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]}]\n[\"SWAP\"]\n"
        .replace("HALVES", halves);
    let wanted = file(&glir_core::text::parse(&text).unwrap());
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(stage.browser.run_bytes(EMIT, &[json!(lines)]).await.unwrap(), wanted);
    // Nor does it matter what the browser knows of such floats.
    stage.browser.prelude("delete globalThis.Float16Array;").await.unwrap();
    stage.reload().await;
    assert_eq!(stage.browser.run_bytes(EMIT, &[json!(lines)]).await.unwrap(), wanted);
}

#[tokio::test]
async fn what_can_not_be_written_is_refused_and_leaves_nothing() {
    let Some(stage) = Stage::open(Angle::SwiftShader).await else { return };
    let result = stage
        .run(
            "const frame = new emitter.Frame().create(1, { buffer: 'vertex' });
             const before = base64(frame.head) + base64(frame.arena);
             const said = [];
             const wrong = [
               () => frame.draw(2, 'triangels', { count: 3 }),
               () => frame.draw(2, 'triangles'),
               () => frame.uniform(2, 'u_color', [1, 0, 0, 1]),
               () => frame.data(1, 0, 'no payload'),
               () => frame.state({ clear_colour: [0, 0, 0, 0] }),
               () => frame.size(1, -1),
               () => frame.data(1, {}, new Float32Array(100)).add('NONE', []),
             ];
             for (const call of wrong) { try { call(); said.push(null); } catch (error) { said.push(error.message); } }
             return { said, same: before === base64(new emitter.Frame().create(1, { buffer: 'vertex' }).head) + '', length: frame.length };",
            &[],
        )
        .await;
    let said: Vec<&str> =
        result["said"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    let wanted = [
        "triangels",
        "selection: is missing",
        "program 2 are unknown",
        "payload",
        "clear_colour",
        "width: -1",
        "no command NONE",
    ];
    for (said, wanted) in said.iter().zip(wanted) {
        assert!(said.contains(wanted), "{said:?} does not say {wanted:?}");
    }
    // Only the last call's DATA was sound.
    assert_eq!(result["length"], 2);
    assert_eq!(result["same"], true);
}
