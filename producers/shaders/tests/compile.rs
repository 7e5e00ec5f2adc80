//! Emitted programs on real compilers: GL, GLES 2 and GLES 3 take them, and their errors lead to the snippet.

// The helpers stand outside of test functions, where these lints would look.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use glir_core::{FrameInput, NoBlobs, Settings};
use glir_native::{Api, Headless, OpenError};
use glir_shaders::{Emitted, Function, Program, Variable, Version};
use glir_spec::commands::{Create, Draw, Uniform};
use glir_spec::enums::Mode;
use glir_spec::ids::ProgramId;
use glir_spec::structs::{Descriptor, Selection};
use glir_spec::{Feature, Frame, GlslType, Header, Profile, Value};

fn function(name: &str, source: &str) -> Function {
    Function::new(name, source).unwrap()
}

/// Draws one point with the program on every context that has its version; what the first says, or the pixel.
fn draw(emitted: &Emitted, set: impl Fn(&mut Frame)) -> Option<Vec<Result<[u8; 4], String>>> {
    let mut results = Vec::new();
    for api in Api::ALL {
        if api == Api::Gles2 && emitted.version == Version::Es300 {
            continue;
        }
        let profile = if api == Api::Gles2 { Profile::Es2 } else { Profile::Es3 };
        let uses = vec![Feature::Derivatives];
        let header = Header { profile, uses, width: 1, height: 1, ..Header::default() };
        let mut session = match Headless::open(api, &header, Settings::default()) {
            Ok(session) => session,
            Err(OpenError::Context(error)) => {
                assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
                eprintln!("skipped the drawing layer: {error}");
                return None;
            }
            Err(error) => panic!("{error}"),
        };
        let mut frame = Frame::new();
        let program = ProgramId(1);
        frame.push(Create { id: program.into(), descriptor: Descriptor::Program {} });
        frame.push(emitted.set(program));
        set(&mut frame);
        let selection = Selection::Arrays { count: 1, first: 0 };
        frame.push(Draw { program, mode: Mode::Points, selection, instances: 1 });
        let interpreter = session.interpreter().unwrap();
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
        results.push(match interpreter.take_diagnostics().first() {
            Some(diagnostic) => Err(diagnostic.to_string()),
            None => session
                .picture()
                .map(|(_, _, pixels)| pixels.try_into().unwrap())
                .map_err(|e| format!("{e:?}")),
        });
    }
    Some(results)
}

#[test]
fn compositions_draw_alike_in_both_versions() {
    let vertex = function(
        "vertex",
        "varying vec4 $v_color;\nvec4 $color(vec4 c);\nvoid main() {\n  $v_color = $color(vec4(0.25, 0.5, 0.0, 1.0));\n  gl_Position = vec4(0.0, 0.0, 0.0, 1.0);\n  gl_PointSize = 1.0;\n}",
    );
    let fragment = function(
        "fragment",
        "varying vec4 $v_color;\nvoid $post();\nvoid main() {\n  gl_FragColor = $v_color + fwidth($v_color.x) * 0.0;\n  $post();\n}",
    );
    // Every name is taken by something else somewhere: locals, a reserved word, a macro, the output of version 3.00.
    let gain = "#define fragColor(x) \\\n  (x)\nfloat $amount;\nfloat sample(float texture) { return fragColor(texture); }\nvec4 gain(vec4 c) { float amount = sample($amount); vec4 v_color = c * amount; return vec4(v_color.rgb, c.a); }";
    let blue = function("blue", "vec4 blue(vec4 c) { float gain = 0.75; return vec4(c.rg, gain, c.a); }");
    let amount = Variable::uniform("amount", GlslType::Float);
    let gain = function("gain", gain);
    let color = Function::chain(
        "color",
        &[gain.with("amount", &amount).unwrap(), blue, gain.with("amount", 1.0_f32).unwrap()],
    )
    .unwrap();
    let varying = Variable::varying("v_color", GlslType::Vec4);
    let post =
        Function::chain("post", &[function("a", "void a() {}"), function("b", "void b() {}")]).unwrap();
    let program = Program {
        vertex: vertex.with("v_color", &varying).unwrap().with("color", color).unwrap(),
        fragment: fragment.with("v_color", &varying).unwrap().with("post", post).unwrap(),
    };
    for version in [Version::Es100, Version::Es300] {
        let emitted = program.emit(version).unwrap();
        let slot = emitted.uniform(&amount).unwrap();
        let Some(results) = draw(&emitted, |frame| {
            let value = Value(frame.floats(&[2.0]));
            frame.push(Uniform { program: ProgramId(1), slot, value, first: 0 });
        }) else {
            return;
        };
        for result in results {
            assert_eq!(result, Ok([128, 255, 191, 255]), "{version:?}:\n{}", emitted.vertex);
        }
    }
}

#[test]
fn errors_of_compilers_lead_to_the_snippet() {
    let vertex = function("point", "void main() { gl_Position = vec4(0.0); }");
    let shade =
        function("shade", "// A comment.\nfloat shade(float x) {\n  float y = x;\n  return y + missing;\n}");
    let fill = function("fill", "float $f(float x);\nvoid main() {\n  gl_FragColor = vec4($f(1.0));\n}");
    let program = Program { vertex, fragment: fill.with("f", &shade).unwrap() };
    for version in [Version::Es100, Version::Es300] {
        let emitted = program.emit(version).unwrap();
        let Some(results) = draw(&emitted, |_| {}) else { return };
        for result in results {
            let said = result.unwrap_err();
            assert!(said.contains("fragment shader line "), "{said}");
            let told = emitted.explain(&said);
            assert!(told.contains("fragment shader, `shade` line 4: "), "{told}");
        }
    }
}
