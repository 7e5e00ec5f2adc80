//! GLSL ES on desktop contexts: as it is, and rewritten for drivers without ES compatibility; the pixels are the same.

// The helpers stand outside of test functions, where these lints would look.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use glir_core::text::{Item, parse};
use glir_core::{FrameInput, NoBlobs, Settings};
use glir_native::shader::Dialect;
use glir_native::{Api, Headless, HeadlessContext};
use glir_spec::Header;

/// A stream that fills the canvas with what its shaders give.
fn stream(profile: &str, vertex: &str, fragment: &str, interface: &str, extra: &str) -> String {
    let quote =
        |text: &str| format!("[{}]", text.lines().map(|l| format!("{l:?}")).collect::<Vec<_>>().join(","));
    format!(
        r#"["GLIR", {{"profile": "{profile}", "uses": ["derivatives", "frag-depth", "shader-texture-lod"], "width": 32, "height": 32}}]
["CREATE", 1, {{"buffer": "vertex"}}]
["SIZE", 1, 32]
["DATA", 1, 0, {{"f32": [-1, -1, 1, -1, -1, 1, 1, 1]}}]
["CREATE", 3, {{"texture": "2d", "format": "rgba8"}}]
["SIZE", 3, 2, 2]
["DATA", 3, {{}}, {{"u8": [255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 0, 255]}}]
["CREATE", 2, "program"]
["SHADERS", 2, {{"vertex": {}, "fragment": {}}}, {interface}]
["ATTRIBUTE", 2, 0, {{"buffer": 1}}]
{extra}
["STATE", {{"depth_test": true, "depth_func": "always"}}]
["CLEAR", ["color", "depth"]]
["DRAW", 2, "triangle_strip", {{"count": 4}}]
["SWAP"]
"#,
        quote(vertex),
        quote(fragment)
    )
}

/// Draws on a context; its pixels, or what was wrong.
fn draw(context: HeadlessContext, dialect: Dialect, text: &str) -> Result<Vec<u8>, String> {
    let document = parse(text).map_err(|error| error.to_string())?;
    let mut session: Option<Headless> = None;
    let mut context = Some(context);
    for item in &document.items {
        match item {
            Item::Header(header) => {
                let header: &Header<'_> = header;
                let context = context.take().ok_or("two headers")?;
                let opened = Headless::open_on(context, dialect, header, Settings::default());
                session = Some(opened.map_err(|error| error.to_string())?);
            }
            Item::Frame { frame, .. } => {
                let session = session.as_mut().ok_or("no header")?;
                let interpreter = session.interpreter().map_err(|error| error.to_string())?;
                interpreter.draw(FrameInput {
                    head: frame.head(),
                    arena: frame.arena().into(),
                    blobs: &NoBlobs,
                });
                if let Some(diagnostic) = interpreter.take_diagnostics().first() {
                    return Err(diagnostic.to_string());
                }
            }
            _ => {}
        }
    }
    session
        .ok_or("no header")?
        .picture()
        .map(|(_, _, pixels)| pixels)
        .map_err(|failure| format!("{failure:?}"))
}

/// Draws on every way of every context and holds the pictures equal.
fn same_everywhere(text: &str) {
    if let Err(error) = HeadlessContext::new(Api::Gl) {
        assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
        eprintln!("skipped the drawing layer: {error}");
        return;
    }
    let gl = || HeadlessContext::new(Api::Gl).unwrap();
    let reference = draw(gl(), Dialect::EsCompat { es300: true }, text).unwrap();
    assert!(reference.chunks_exact(4).any(|pixel| pixel != &reference[..4]), "the picture shows something");
    let rewritten = draw(gl(), Dialect::Rewrite, text).unwrap();
    let first =
        rewritten.chunks_exact(4).zip(reference.chunks_exact(4)).enumerate().find(|(_, (a, b))| a != b);
    assert!(rewritten == reference, "rewritten for 3.30: pixel {first:?}");
    let partly = draw(gl(), Dialect::EsCompat { es300: false }, text).unwrap();
    assert!(partly == reference, "with compatibility for ES 1.00 only");
    let old = draw(HeadlessContext::with_version(Api::Gl, 3, 3).unwrap(), Dialect::Rewrite, text).unwrap();
    assert!(old == reference, "rewritten on 3.3");
    let es = HeadlessContext::new(Api::Gles3).unwrap();
    assert!(draw(es, Dialect::Native, text).unwrap() == reference, "GLES 3");
}

#[test]
fn es_100_with_names_that_desktop_glsl_takes() {
    let vertex = "attribute vec2 sample;\nvarying highp vec2 smooth_;\nvarying vec2 texture;\nvoid main() {\n  texture = sample * 0.5 + 0.5;\n  smooth_ = sample;\n  gl_Position = vec4(sample, 0.0, 1.0);\n}";
    let fragment = "#extension GL_OES_standard_derivatives : enable\n#extension GL_EXT_frag_depth : enable\n#ifdef GL_ES\nprecision highp float;\n#else\n#error this is not ES\n#endif\n#if __VERSION__ != 100\n#error wrong version\n#endif\nvarying vec2 smooth_;\nvarying vec2 texture;\n// Lower precisions may round differently where a driver has 16-bit floats.\nuniform highp sampler2D common;\nuniform float filter[3];\nfloat round(float x) { return floor(x + 0.5); }\nvoid main() {\n  float sum = filter[0] + filter[1] * filter[2];\n  vec4 c = texture2D(common, texture);\n  c.r += length(fwidth(texture)) * 4.0;\n  gl_FragDepthEXT = 0.5;\n  gl_FragColor = vec4(c.rg * sum, round(texture.x * 4.0) / 4.0, 1.0);\n}";
    let interface = r#"{"attributes": ["vec2 sample"], "uniforms": ["float filter[3]"], "samplers": ["sampler2D common"]}"#;
    let extra = "[\"UNIFORM\", 2, \"filter\", [0.25, 0.5, 1.25]]\n[\"TEXTURE\", 2, \"common\", 3]";
    same_everywhere(&stream("es2", vertex, fragment, interface, extra));
}

#[test]
fn es_300_with_blocks_and_integers() {
    let vertex = "#version 300 es\nlayout(location = 0) in vec2 a;\nout vec2 v;\nflat out int id;\nvoid main() { v = a * 0.5 + 0.5; id = gl_VertexID; gl_Position = vec4(a, 0.0, 1.0); }";
    let fragment = "#version 300 es\nprecision highp float;\nprecision highp int;\nprecision highp sampler2D;\nin vec2 v;\nflat in int id;\nuniform sampler2D t;\nuniform uvec2 u;\nlayout(location = 0) out vec4 color;\nvoid main() {\n  uint n = packHalf2x16(v) ^ u.x;\n  vec4 c = texelFetch(t, ivec2(v * 2.0), 0);\n  color = vec4(c.rg, float(n % 7u) / 7.0, float(id + int(u.y)) / 8.0);\n}";
    let interface = r#"{"attributes": ["vec2 a"], "uniforms": ["uvec2 u"], "samplers": ["sampler2D t"]}"#;
    let extra = "[\"UNIFORM\", 2, \"u\", [12345, 3]]\n[\"TEXTURE\", 2, \"t\", 3]";
    same_everywhere(&stream("es3", vertex, fragment, interface, extra));
}

#[test]
fn faults_speak_of_the_source_s_lines_and_names() {
    let Ok(context) = HeadlessContext::new(Api::Gl) else { return };
    let vertex = "attribute vec2 a;\nvoid main() { gl_Position = vec4(a, 0.0, 1.0); }";
    let fragment = "precision mediump float;\n\nvoid main() {\n  gl_FragColor = vec4(sample);\n}";
    let text = stream("es2", vertex, fragment, r#"{"attributes": ["vec2 a"]}"#, "");
    for (context, dialect) in [
        (context, Dialect::Rewrite),
        (HeadlessContext::new(Api::Gl).unwrap(), Dialect::EsCompat { es300: true }),
        (HeadlessContext::new(Api::Gles2).unwrap(), Dialect::Native),
    ] {
        let message = draw(context, dialect, &text).unwrap_err();
        assert!(message.contains("fragment shader line 4:"), "{dialect:?}: {message}");
        assert!(message.contains("«gl_FragColor = vec4(sample);»"), "{dialect:?}: {message}");
        assert!(!message.contains("glir_"), "{dialect:?}: {message}");
    }
}
