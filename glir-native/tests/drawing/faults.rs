//! Faulty streams: what is said, the same on every API word for word, and that nothing else comes of them.

use crate::stage::{Shown, draw, shaders};
use glir_native::Api;

const VERTEX: &str = "#version 300 es\nin vec2 a_position;\nuniform float u_size;\nvoid main() { gl_Position = vec4(a_position * u_size, 0.0, 1.0); }";
const FRAGMENT: &str = "#version 300 es\nprecision mediump float;\nuniform sampler2D u_image;\nout vec4 o_color;\nvoid main() { o_color = texture(u_image, vec2(0.5)); }";
const INTERFACE: &str =
    r#"{"attributes": ["vec2 a_position"], "uniforms": ["float u_size"], "samplers": ["sampler2D u_image"]}"#;

/// A stream in which everything is ready to be drawn, then the given lines.
fn stream(lines: &str) -> String {
    String::from(
        r#"["GLIR", {"profile": "es3", "width": 8, "height": 8}]
["CREATE", 1, {"buffer": "vertex"}]
["SIZE", 1, 24]
["DATA", 1, 0, {"f32": [-1, -1, 3, -1, -1, 3]}]
["CREATE", 2, {"texture": "2d", "format": "rgba8"}]
["SIZE", 2, 4, 4]
["LABEL", 2, "map"]
["CREATE", 3, "framebuffer"]
["CREATE", 4, {"buffer": "index"}]
["SIZE", 4, 12]
["DATA", 4, 0, {"u16": [0, 1, 2, 2, 1, 3]}]
["CREATE", 5, "program"]
"#,
    ) + &shaders(5, VERTEX, FRAGMENT, INTERFACE)
        + r#"["ATTRIBUTE", 5, "a_position", {"buffer": 1}]
["TEXTURE", 5, "u_image", 2]
["CREATE", 6, "program"]
"# + lines
        + "\n[\"SWAP\"]"
}

/// Draws on each API that has the profile; all must say the same.
fn said(text: &str) -> Option<Vec<String>> {
    let shown: Vec<Shown> = [Api::Gl, Api::Gles3].into_iter().filter_map(|api| draw(api, text)).collect();
    let first = shown.first()?;
    for other in &shown[1..] {
        assert_eq!(first.said(), other.said(), "{} and {}", first.api, other.api);
        assert!(first.pixels == other.pixels);
    }
    Some(first.said())
}

/// A list of faulty lines, each with a part of what is said. Nothing may follow from them: not at once, not at the end
/// of the frame.
#[test]
fn each_fault_is_reported_once_and_alike() {
    for (lines, expected) in [
        (r#"["DRAW", 5, "triangles", {"count": 4}]"#, "draw-outside"),
        (r#"["DRAW", 5, "triangles", {"count": 3, "first": 1}]"#, "draw-outside"),
        (r#"["DRAW", 5, "triangles", {"elements": 4, "count": 6}]"#, "draw-outside"),
        (r#"["DRAW", 5, "triangles", {"elements": 4, "count": 7}]"#, "draw-outside"),
        (r#"["DRAW", 5, "triangles", {"elements": 1, "count": 3}]"#, "wrong-kind"),
        (r#"["DRAW", 6, "triangles", {"count": 3}]"#, "no-shaders"),
        (r#"["DRAW", 5, "lines_adjacency", {"count": 3}]"#, "feature-missing"),
        (
            r#"["ATTACH", 3, "color0", 2]
["FRAMEBUFFER", 3]
["DRAW", 5, "triangles", {"count": 3}]"#,
            "feedback-loop",
        ),
        (
            r#"["FRAMEBUFFER", 3]
["CLEAR", ["color"]]"#,
            "incomplete-framebuffer",
        ),
        (
            r#"["DATA", 2, {"x": 2, "width": 3, "height": 4}, {"u8": [1]}]"#,
            "texture 2 \"map\" is 4×4×1 at level 0",
        ),
        (r#"["DATA", 2, {"width": 1, "height": 1}, {"f32": [1]}]"#, "wrong-encoding"),
        (r#"["DATA", 2, {"level": 1}, {"u8": [1, 2, 3, 4]}]"#, "region-outside"),
        (r#"["DATA", 1, 20, {"f32": [1, 2]}]"#, "region-outside"),
        (r#"["SIZE", 2, 100000, 1]"#, "width 100000; it goes from 1 to"),
        (r#"["SIZE", 2, 0, 1]"#, "out-of-range"),
        (r#"["CREATE", 2, "program"]"#, "id-in-use"),
        (r#"["CREATE", 0, "program"]"#, "reserved-id"),
        (r#"["DELETE", 77]"#, "unknown-id"),
        (r#"["UNIFORM", 5, 0, {"f32": [1, 2]}]"#, "wrong-length"),
        (r#"["UNIFORM", 5, 1, {"f32": [1]}]"#, "unknown-slot"),
        (r#"["UNIFORM", 5, 0, {"i32": [1]}]"#, "type-mismatch"),
        (r#"["ATTRIBUTE", 5, "a_position", {"buffer": 1, "type": "f32", "offset": 2}]"#, "misaligned"),
        (r#"["ATTRIBUTE", 5, "a_position", {"buffer": 4}]"#, "wrong-kind"),
        (
            r#"["CREATE", 9, {"texture": "cube", "format": "rgba8"}]
["TEXTURE", 5, "u_image", 9]"#,
            "type-mismatch",
        ),
        (
            r#"["TEXTURE", 5, "u_image", 0]
["DRAW", 5, "triangles", {"count": 3}]"#,
            "unset",
        ),
        (
            r#"["DELETE", 1]
["DRAW", 5, "triangles", {"count": 3}]"#,
            "unset",
        ),
        (
            r#"["DELETE", 2]
["DRAW", 5, "triangles", {"count": 3}]"#,
            "unset",
        ),
        (
            r#"["CREATE", 9, {"texture": "2d", "format": "rgba32f"}]
["SIZE", 9, 2, 2]
["ATTACH", 3, "color0", 9]"#,
            "feature-missing",
        ),
        (
            r#"["CREATE", 9, {"texture": "2d", "format": "rgb8_snorm"}]
["SIZE", 9, 2, 2]
["ATTACH", 3, "color0", 9]"#,
            "bad-format",
        ),
        (r#"["READ", 1, {"framebuffer": 0, "x": 8}]"#, "region-outside"),
        (r#"["READ", 1, {"framebuffer": 0, "attachment": 1}]"#, "bad-argument"),
        (r#"["BLIT", 0, 0, [0, 0, 1, 1], [2, 2, 1, 1]]"#, "feedback-loop"),
        (r#"["STATE", {"depth_range": [1, 0]}]"#, "out-of-range"),
        (r#"["STATE", {"line_width": 0}]"#, "out-of-range"),
        (r#"["END"]"#, "unbalanced"),
        (r#"["DISPATCH", 5, 1]"#, "feature-missing"),
        (r#"["EXTENSION", "nobody.nothing", {"u8": []}]"#, "nobody.nothing"),
    ] {
        let Some(said) = said(&stream(lines)) else { return };
        assert_eq!(said.len(), 1, "{lines}: {said:#?}");
        assert!(said[0].contains(expected), "{lines}: {said:#?} has no {expected:?}");
    }
}

/// The declaration is held against the linked program.
#[test]
fn interfaces_are_held_against_the_program() {
    let line = |interface: &str| shaders(6, VERTEX, FRAGMENT, interface);
    for (interface, expected) in [
        (
            r#"{"attributes": ["vec2 a_position"], "uniforms": ["float u_size"]}"#,
            "\"sampler2D u_image\", which is not declared",
        ),
        (
            r#"{"attributes": ["vec2 a_position"], "uniforms": ["vec2 u_size"], "samplers": ["sampler2D u_image"]}"#,
            "uniform u_size is float, declared as vec2",
        ),
        (
            r#"{"attributes": ["vec4 a_position"], "uniforms": ["float u_size"], "samplers": ["sampler2D u_image"]}"#,
            "attribute a_position is vec2, declared as vec4",
        ),
        (
            r#"{"uniforms": ["float u_size"], "samplers": ["sampler2D u_image"]}"#,
            "\"vec2 a_position\", which is not declared",
        ),
        (
            r#"{"attributes": ["vec2 a_position"], "uniforms": ["float u_size"], "samplers": ["samplerCube u_image"]}"#,
            "sampler u_image is sampler2D, declared as samplerCube",
        ),
    ] {
        let Some(said) = said(&stream(&line(interface))) else { return };
        assert_eq!(said.len(), 1, "{said:#?}");
        assert!(said[0].contains(expected) && said[0].contains("[interface-mismatch]"), "{said:#?}");
    }
}

/// So is what it captures: a type of another size would fill the buffer otherwise than the stream thinks.
#[test]
fn captured_varyings_are_held_against_the_program() {
    let vertex = "#version 300 es\nout vec4 v_place;\nout float v_parts[3];\nvoid main() { v_place = vec4(1.0); v_parts[0] = v_parts[1] = v_parts[2] = 1.0; gl_Position = v_place; }";
    let fragment = "#version 300 es\nvoid main() {}";
    for (declared, expected) in [
        ("vec2 v_place", "captured varying v_place is vec4, declared as vec2"),
        ("float v_parts", "captured varying v_parts is float[3], declared as float"),
    ] {
        let line = shaders(6, vertex, fragment, &format!(r#"{{"feedback": ["{declared}"]}}"#));
        let Some(said) = said(&stream(&line)) else { return };
        assert_eq!(said.len(), 1, "{said:#?}");
        assert!(said[0].contains(expected) && said[0].contains("[interface-mismatch]"), "{said:#?}");
    }
}

/// A compiler's message names the stage, the line and the source line; the words are the driver's own.
#[test]
fn shader_errors_name_their_line() {
    let faulty = "#version 300 es\nprecision mediump float;\nout vec4 o_color;\n\nvoid main() {\n    o_color = vec4(u_nowhere, 1.0);\n}";
    let vertex_100 = "attribute vec2 a;\nvoid main() {\n  gl_Position = vec3(a, 1.0);\n}";
    let fragment_100 = "void main() { gl_FragColor = vec4(1.0); }";
    let unlinked = "#version 300 es\nprecision mediump float;\nin vec3 v_missing;\nout vec4 o_color;\nvoid main() { o_color = vec4(v_missing, 1.0); }";
    for api in [Api::Gl, Api::Gles3] {
        let one = |line: String| {
            let shown = draw(api, &stream(&line))?;
            assert_eq!(shown.faults.len(), 1, "{:#?}", shown.said());
            Some(shown.said().remove(0))
        };
        let Some(message) = one(shaders(6, VERTEX, faulty, INTERFACE)) else { return };
        assert!(message.contains("SHADERS: program 6: fragment shader line 6"), "{api}: {message}");
        assert!(message.contains("o_color = vec4(u_nowhere, 1.0);"), "{api}: {message}");
        assert!(message.ends_with("[shader-error]"), "{api}: {message}");
        let Some(message) = one(shaders(6, vertex_100, fragment_100, "{}")) else { return };
        assert!(message.contains("vertex shader line 3"), "{api}: {message}");
        assert!(message.contains("gl_Position = vec3(a, 1.0);"), "{api}: {message}");
        let Some(message) = one(shaders(6, VERTEX, unlinked, INTERFACE)) else { return };
        assert!(message.contains("SHADERS: program 6: program"), "{api}: {message}");
        assert!(message.contains("v_missing"), "{api}: {message}");
    }
}

/// A program that failed draws nothing and says so once; sound shaders bring it back, with what was set before.
#[test]
fn a_failed_program_comes_back() {
    let faulty = "#version 300 es\nvoid main() { oops }";
    let red = "#version 300 es\nprecision mediump float;\nuniform sampler2D u_image;\nout vec4 o_color;\nvoid main() { o_color = vec4(1.0, 0.0, 0.0, 1.0) + texture(u_image, vec2(0.5)); }";
    let draws = "[\"DRAW\", 5, \"triangles\", {\"count\": 3}]\n".repeat(3);
    let text = stream(
        &("[\"UNIFORM\", 5, \"u_size\", 1]\n".to_owned()
            + &shaders(5, VERTEX, faulty, INTERFACE)
            + &draws
            + &shaders(5, VERTEX, red, INTERFACE)
            + &draws),
    );
    for api in [Api::Gl, Api::Gles3] {
        let Some(shown) = draw(api, &text) else { return };
        assert_eq!(shown.faults.len(), 2, "{:#?}", shown.said());
        assert!(shown.said()[1].contains("[invalid-object]"), "{:#?}", shown.said());
        assert_eq!(shown.pixel(4, 4), [255, 0, 0, 255], "{api}");
    }
}

/// A stream that asks for what is not there is refused as a whole, before anything is drawn.
#[test]
fn streams_beyond_the_context_are_refused() {
    let desktop = stream("").replace("\"width\"", "\"requires\": [\"desktop-glsl\"], \"width\"");
    let es2 = "[\"GLIR\", {\"profile\": \"es2\", \"requires\": [\"glsl-300\"]}]\n[\"SWAP\"]";
    for (api, text, expected) in [
        (Api::Gles3, desktop.as_str(), "requires the feature \"desktop-glsl\""),
        (Api::Gles2, &stream(""), "needs the profile es3; this interpreter offers es2"),
        (Api::Gles2, es2, "requires the feature \"glsl-300\""),
    ] {
        let Some(shown) = draw(api, text) else { return };
        assert_eq!(shown.faults.len(), 1);
        assert!(
            shown.said()[0].contains(expected) && shown.said()[0].contains("[unsupported-stream]"),
            "{:?}",
            shown.said()
        );
        assert!(shown.pixels.is_empty());
    }
}
