//! Tests of the scanner.

use super::{Found, Stage, scan, words};
use crate::glsl::Dialect;
use glir_spec::{GlslType as T, SamplerType};
use proptest::prelude::*;

fn vertex(source: &str) -> Result<Found, String> {
    scan(source, Stage::Vertex, Dialect::of(source))
}

fn uniforms(source: &str) -> Vec<(String, T, Option<u32>)> {
    vertex(source).unwrap().uniforms
}

fn fault(source: &str) -> String {
    scan(source, Stage::Fragment, Dialect::of(source)).unwrap_err()
}

#[test]
fn declarations_of_both_dialects() {
    let found = vertex(
        "precision mediump float;\n attribute vec2 a_position, a_other; /* uniform vec4 no; */ // uniform vec4 no;\n
         uniform highp mat4 u_mvp; uniform lowp sampler2D u_image; uniform float u_weights[3], u_gain;
         varying vec4 v_color; const int N = 2 * (3 - 1); uniform vec2 u_points[N];
         vec4 helper(in vec4 c) { uniform_like(); { } return c; }
         void main() { int attribute_like = 3; gl_Position = u_mvp * vec4(a_position, 0.0, 1.0); }
         uniform bool u_last;",
    )
    .unwrap();
    let names: Vec<&str> = found.attributes.iter().map(|entry| &*entry.0).collect();
    assert_eq!(names, ["a_position", "a_other"]);
    assert_eq!(found.samplers, [("u_image".to_owned(), SamplerType::Sampler2d, None)]);
    let expected = [
        ("u_mvp", T::Mat4, None),
        ("u_weights", T::Float, Some(3)),
        ("u_gain", T::Float, None),
        ("u_points", T::Vec2, Some(4)),
        ("u_last", T::Bool, None),
    ];
    assert_eq!(found.uniforms, expected.map(|(name, ty, count)| (name.to_owned(), ty, count)));

    let found = vertex(
        "#version 300 es\n layout(location = 0) in vec3 a; in uvec2 b; out vec4 v; flat out int w;
         uniform float[4] list; uniform usampler2DArray u_ids[2]; uniform mat2x2 m = mat2(1.0, 0.0, 0.0, 1.0), n;
         layout(std140) uniform Scene { mat4 transform; vec4 color; float a[2], b; } scene;
         void main() {}",
    )
    .unwrap();
    assert_eq!(found.attributes, [("a".to_owned(), T::Vec3), ("b".to_owned(), T::Uvec2)]);
    assert_eq!(found.samplers, [("u_ids".to_owned(), SamplerType::Usampler2dArray, Some(2))]);
    assert_eq!(found.uniforms[0], ("list".to_owned(), T::Float, Some(4)));
    assert_eq!(found.uniforms.len(), 3);
    assert_eq!((&*found.blocks[0].name, found.blocks[0].size), ("Scene", 128));
}

#[test]
fn a_fragment_shaders_inputs_are_no_attributes() {
    let source = "#version 300 es\nprecision highp float; in vec4 v_color; out vec4 color; void main() {}";
    let found = scan(source, Stage::Fragment, Dialect::Es(300)).unwrap();
    assert_eq!(found, Found::default());
}

#[test]
fn what_the_preprocessor_takes_out_is_not_there() {
    let source = "
        #define COUNT 3
        #define USE_COLOR
        #define TYPE vec3
        #if COUNT > 2 && defined(USE_COLOR) && !defined NOTHING
        uniform TYPE u_color[COUNT + 1];
        #else
        uniform vec2 u_color;
        #endif
        #ifdef NOTHING
        uniform vec4 u_nothing;
        #elif __VERSION__ == 100
        uniform float u_version;
        #else
        uniform int u_version;
        #endif
        #undef USE_COLOR
        #ifndef USE_COLOR
        uniform float u_plain; #endif
        #endif
        #if 0
        uniform struct { int broken
        #endif
        #ifdef GL_ES
        precision mediump float;
        #endif";
    let expected =
        [("u_color", T::Vec3, Some(4)), ("u_version", T::Float, None), ("u_plain", T::Float, None)];
    assert_eq!(uniforms(source), expected.map(|(name, ty, count)| (name.to_owned(), ty, count)));
}

#[test]
fn where_only_the_context_knows_both_branches_count() {
    let source = "
        #ifdef GL_FRAGMENT_PRECISION_HIGH
        #define PRECISION highp
        uniform PRECISION float u_fine;
        #else
        #define PRECISION mediump
        uniform PRECISION float u_coarse;
        #endif
        uniform PRECISION float u_both;";
    let names: Vec<String> = uniforms(source).into_iter().map(|entry| entry.0).collect();
    assert_eq!(names, ["u_fine", "u_coarse", "u_both"]);
    let source = "#ifdef GL_OES_standard_derivatives\n#define N 4\n#else\n#define N 2\n#endif\nuniform float u_list[N];";
    assert_eq!(
        fault(source),
        "fragment shader, line 6: the length of an array rests on what only the context knows"
    );
}

#[test]
fn what_can_not_be_read_is_told_with_its_line() {
    for (source, sentence) in [
        (
            "struct Light { vec3 at; };\nuniform Light u_light;",
            "fragment shader, line 2: the uniform `u_light` is a structure (Light), which gloo does not take apart; give the program its interface, or declare its members one by one",
        ),
        (
            "uniform struct { vec3 at; } u_light;",
            "fragment shader, line 1: the uniform `u_light` is a structure, which gloo does not take apart; give the program its interface, or declare its members one by one",
        ),
        (
            "uniform image2D u;",
            "fragment shader, line 1: the uniform `u` has the type image2D, which GLIR has not",
        ),
        (
            "uniform float u[];",
            "fragment shader, line 1: the length of an array is no number more than 0 that can be known here",
        ),
        (
            "uniform vec2 u;\nuniform vec3 u;",
            "fragment shader, line 2: the uniform `u` is declared as vec2 and as vec3; give it one type",
        ),
        (
            "#define U(t) uniform t u\nU(float);",
            "fragment shader, line 2: the macro U takes arguments, and what it declares can't be read; give the program its interface",
        ),
        (
            "#version 300 es\nuniform B { vec4 a; };",
            "fragment shader, line 2: the block B is not `layout(std140)`, so where its members lie is up to the driver",
        ),
        (
            "#version 300 es\nlayout(std140, row_major) uniform B { mat4 a; };",
            "fragment shader, line 2: the block B has row_major matrices; gloo takes columns",
        ),
        (
            "#version 310 es\nbuffer B { vec4 a; };",
            "fragment shader, line 2: a storage block is no part of gloo",
        ),
    ] {
        assert_eq!(fault(source), sentence);
    }
}

#[test]
fn dialects() {
    assert_eq!(Dialect::of("// a comment\n/* and\n */ #version 300 es\nvoid"), Dialect::Es(300));
    assert_eq!(Dialect::of("void main() {}"), Dialect::Es(100));
    assert_eq!(Dialect::of("#version 330 core\n"), Dialect::Desktop(330));
    assert_eq!(Dialect::of("#version 300\n"), Dialect::Desktop(300));
    assert_eq!(Dialect::of("#version three\n"), Dialect::Unknown);
    assert_eq!(Dialect::of(""), Dialect::Es(100));
}

#[test]
fn lines_may_be_spliced() {
    assert_eq!(words("#define A 1 \\\n + 2\nA"), ["1", "+", "2"]);
    assert_eq!(words("// comment \\\n still comment\nx"), ["x"]);
    assert_eq!(words("#define A /* over\n lines */ 7\nA\\\r\nB"), ["7", "B"]);
}

#[test]
fn macros_that_double_come_to_an_end() {
    let mut source = String::from("#define A0 1\n#define E0\n");
    for index in 1..40 {
        let before = index - 1;
        source += &format!("#define A{index} A{before} + A{before}\n#define E{index} E{before} E{before}\n");
    }
    let sum = format!("{source}#if A39\nuniform float u;\n#endif\n");
    assert!(fault(&sum).ends_with("its macros expand to too many words"));
    assert!(fault(&format!("{source}float x = A39;")).ends_with("its macros expand to too many words"));
    assert!(fault(&format!("{source}E39")).ends_with("its macros expand to too many words"));
    assert_eq!(words("#define X X Y\n#define Y X\nX Y"), ["X", "X", "X", "Y"]);
    let deep = format!(
        "#if {}1{}\n#endif\nuniform float u[{}1{}];",
        "(".repeat(9999),
        ")".repeat(9999),
        "(".repeat(9999),
        ")".repeat(9999)
    );
    assert!(fault(&deep).contains("line 3"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn no_source_panics(words in proptest::collection::vec(prop::sample::select(vec![
        "uniform ", "attribute ", "in ", "const ", "int ", "vec4 ", "sampler2D ", "struct ", "S", "u", "N", "{", "}", "[", "]",
        "(", ")", ";", ",", "=", "3", "+", "\n#define ", "\n#if ", "\n#elif ", "\n#else\n", "\n#endif\n", "\n#ifdef GL_X\n",
        "\n#undef N\n", "layout(std140) ", "#", "\\\n", "/*", "*/", "//", "\n", "é", "0x", "<<", "99999999999999999999", "defined",
    ]), 0..80)) {
        let source = words.concat();
        for dialect in [Dialect::Es(100), Dialect::Es(300)] {
            drop(scan(&source, Stage::Vertex, dialect));
            drop(scan(&source, Stage::Fragment, dialect));
        }
    }
}
