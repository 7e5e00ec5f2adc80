//! Composition: names, versions, errors, and that the same composition gives the same text.

// The helpers stand outside of test functions, where these lints would look.
#![allow(clippy::unwrap_used)]

use glir_shaders::{ErrorKind, Function, Program, ShaderError, Stage, Variable, VariableKind, Version};
use glir_spec::{Feature, GlslType, SamplerType};
use proptest::prelude::*;

const SCALE: &str = "float $factor;\nvec4 scale(vec4 p) { return vec4(p.xyz * $factor, p.w); }";
const VERTEX: &str = "attribute vec2 a_position;\nvec4 $transform(vec4 p);\nvoid main() { gl_Position = $transform(vec4(a_position, 0.0, 1.0)); }";
const FILL: &str = "vec4 $color;\nvoid main() { gl_FragColor = $color; }";

fn function(name: &str, source: &str) -> Function {
    Function::new(name, source).unwrap()
}

fn kind<T: std::fmt::Debug>(result: Result<T, ShaderError>) -> (ErrorKind, String) {
    let error = result.unwrap_err();
    (error.kind, error.to_string())
}

/// A program that shows what a transform comes to.
fn program(transform: &Function) -> Program {
    Program {
        vertex: function("vertex", VERTEX).with("transform", transform).unwrap(),
        fragment: function("fill", FILL).with("color", [0.0_f32, 0.0, 0.0, 1.0]).unwrap(),
    }
}

#[test]
fn functions_alike_are_written_once_and_others_apart() {
    let scale = function("scale", SCALE);
    let (twice, thrice) = (scale.with("factor", 2.0_f32).unwrap(), scale.with("factor", 3.0_f32).unwrap());
    let chain = Function::chain("all", &[twice.clone(), thrice, twice]).unwrap();
    let text = program(&chain).emit(Version::Es100).unwrap().vertex;
    assert_eq!(text.matches("vec4 scale(vec4 p)").count(), 1, "{text}");
    assert_eq!(text.matches("vec4 scale_1(vec4 p)").count(), 1, "{text}");
    assert!(text.contains("return scale(scale_1(scale(x0)));"), "{text}");
    assert!(text.contains("p.xyz * 2.0") && text.contains("p.xyz * 3.0"), "{text}");
}

#[test]
fn the_same_composition_gives_the_same_text() {
    let make = || {
        let factor = Variable::uniform("factor", GlslType::Float);
        let scale = function("scale", SCALE).with("factor", &factor).unwrap();
        let other =
            function("scale", SCALE).with("factor", Variable::uniform("factor", GlslType::Float)).unwrap();
        let emitted = program(&scale.of(&other).unwrap()).emit(Version::Es300).unwrap();
        (emitted.uniform(&factor).unwrap().0, emitted.vertex, emitted.fragment, emitted.interface)
    };
    let first = make();
    assert_eq!(first, make());
    // The other is applied first, so its variable is the first one.
    assert_eq!(first.0, 1);
    let names: Vec<_> = first.3.uniforms.iter().map(|uniform| uniform.name.to_string()).collect();
    assert_eq!(names, ["factor", "factor_1"]);
}

#[test]
fn names_never_meet() {
    // A helper `scale`, a local variable `factor`, a structure with a field of that name, a macro, a reserved word.
    let source = "#define TWICE(x) \\\n    ((x) * 2.0)\nstruct factor_of { float factor; float sample; };\nfloat scale(float sample) { return TWICE(sample); }\nvec4 mine(vec4 p) { factor_of factor; factor.factor = scale(p.x); factor.sample = 0.0; return p * factor.factor; }";
    let factor = Variable::uniform("factor", GlslType::Float);
    let other = Variable::uniform("scale", GlslType::Float);
    let a = function("a", SCALE).with("factor", &factor).unwrap();
    let b = function("b", SCALE).with("factor", &other).unwrap();
    let mine = function("mine", source);
    let chain = Function::chain("all", &[mine.clone(), a, b, mine]).unwrap();
    let emitted = program(&chain).emit(Version::Es300).unwrap();
    let text = &emitted.vertex;
    let name = |variable| emitted.name(variable).unwrap();
    assert_ne!(name(&factor), "factor", "a local variable would hide it: {text}");
    assert_ne!(name(&other), "scale", "{text}");
    assert!(text.contains(".factor = ") && text.contains("float factor;"), "fields keep their names: {text}");
    assert!(!text.contains("float sample)"), "a word that desktop and ES 3 reserve: {text}");
    assert!(text.contains("((x) * 2.0)") && !text.contains('\\'), "{text}");
    // What the source calls `scale` is one function in its own words, and `scale` of the others two more.
    let defined =
        text.lines().filter(|line| line.starts_with("float scale") || line.starts_with("vec4 scale"));
    let mut names: Vec<&str> = defined.filter_map(|line| line.split(['(', ' ']).nth(1)).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 3, "{text}");
}

#[test]
fn versions_differ_where_they_must() {
    let vertex = "attribute vec2 a_at;\nvarying vec2 v_at;\nvoid main() { v_at = a_at; gl_Position = vec4(a_at, 0.0, 1.0); }";
    let fragment = "varying vec2 v_at;\nsampler2D $image;\nvoid main() {\n  float d = fwidth(v_at.x);\n  gl_FragDepth = d;\n  gl_FragColor = texture2D($image, v_at) + texture($image, v_at);\n}";
    let image = Variable::sampler("image", SamplerType::Sampler2d);
    let program = Program {
        vertex: function("vertex", vertex),
        fragment: function("fragment", fragment).with("image", &image).unwrap(),
    };
    let old = program.emit(Version::Es100).unwrap();
    assert!(old.vertex.contains("attribute vec2 a_at;\nvarying vec2 v_at;"), "{}", old.vertex);
    assert!(old.fragment.starts_with("#extension GL_EXT_frag_depth : require\n#extension GL_OES_standard"));
    assert!(old.fragment.contains("gl_FragColor = texture2D(image, v_at) + texture2D(image, v_at);"));
    assert!(old.fragment.contains("gl_FragDepthEXT = d;"), "{}", old.fragment);
    assert_eq!(old.features, [Feature::Derivatives, Feature::FragDepth]);
    let new = program.emit(Version::Es300).unwrap();
    assert!(new.vertex.starts_with("#version 300 es\nin vec2 a_at;\nout vec2 v_at;\n"), "{}", new.vertex);
    assert!(new.fragment.contains("in vec2 v_at;\n") && !new.fragment.contains("#extension"));
    assert!(new.fragment.contains("layout(location = 0) out vec4 fragColor;"), "{}", new.fragment);
    assert!(new.fragment.contains("fragColor = texture(image, v_at) + texture(image, v_at);"));
    assert_eq!(new.features, [Feature::Glsl300]);
    assert_eq!(new.sampler(&image).map(|slot| slot.0), Some(0));
    assert_eq!(new.varyings, [("v_at".to_owned(), GlslType::Vec2.into())]);
}

#[test]
fn what_a_version_lacks_is_named() {
    for (body, word) in [
        ("uint n = 1u;", "uint"),
        ("float r = round(1.5);", "round"),
        ("int n = 5 % 3;", "%"),
        ("int n = 5 & 3;", "&"),
        ("int n = 1 << 3;", "<<"),
        ("float x = isnan(0.0) ? 1.0 : 0.0;", "isnan"),
    ] {
        let vertex = function("v", &format!("void main() {{\n{body}\ngl_Position = vec4(0.0); }}"));
        let fragment = function("f", "void main() { gl_FragColor = vec4(1.0); }");
        let program = Program { vertex, fragment };
        let error = program.emit(Version::Es100).unwrap_err();
        assert_eq!((error.kind, error.line), (ErrorKind::Version, 2), "{error}");
        assert_eq!(error.message(), format!("GLSL ES 1.00 has no `{word}`"));
        program.emit(Version::Es300).unwrap();
    }
    // Logic is no arithmetic of bits, and a function of one's own may be called as the newer version's.
    let vertex = function(
        "v",
        "float round(float x) { return floor(x + 0.5); }\nvoid main() { bool b = true && false || true ^^ true; gl_Position = vec4(round(b ? 1.0 : 0.0) <= 1.0 ? 1.0 : 0.0); }",
    );
    let emitted = Program { vertex, fragment: function("f", "void main() { gl_FragColor = vec4(1.0); }") }
        .emit(Version::Es100)
        .unwrap();
    assert!(emitted.vertex.contains("float round_1(float x)"), "{}", emitted.vertex);
}

#[test]
fn types_that_disagree_are_both_named() {
    let vertex = function("vertex", VERTEX);
    let twist = function("twist", "vec3 twist(vec3 p) { return p; }");
    let (found, text) = kind(vertex.with("transform", &twist));
    assert_eq!(found, ErrorKind::Mismatch);
    assert!(text.contains("a function vec4 (vec4)") && text.contains("`twist`, vec3 (vec3)"), "{text}");
    let scale = function("scale", SCALE);
    let (_, text) = kind(scale.with("factor", Variable::uniform("f", GlslType::Vec2)));
    assert!(text.contains("declared as float") && text.contains("`f`, uniform vec2"), "{text}");
    assert_eq!(kind(scale.with("factor", f32::NAN)).0, ErrorKind::Mismatch);
    let (found, text) = kind(scale.with("other", 1.0_f32));
    assert_eq!(found, ErrorKind::UnknownHook);
    assert!(text.contains("`$factor`"), "{text}");
    let (_, text) = kind(Function::chain("c", &[scale, twist.clone()]));
    assert!(text.contains("`scale`, vec4 (vec4)") && text.contains("`twist`, vec3 (vec3)"), "{text}");
    let (_, text) = kind(twist.call([[1.0_f32, 2.0]]));
    assert!(text.contains("vec3 (vec3)") && text.contains("a constant vec2"), "{text}");
    let wants = function("w", "attribute vec2 $a;\nvoid main() { gl_Position = vec4($a, 0.0, 1.0); }");
    assert_eq!(kind(wants.with("a", Variable::uniform("u", GlslType::Vec2))).0, ErrorKind::Mismatch);
}

#[test]
fn open_hooks_are_told_all_at_once() {
    let scale = function("scale", SCALE);
    let program = Program {
        vertex: function("vertex", VERTEX).with("transform", &scale).unwrap(),
        fragment: function("fill", FILL),
    };
    let (found, text) = kind(program.emit(Version::Es100));
    assert_eq!(found, ErrorKind::Unfilled);
    assert_eq!(text, "hooks are not filled: `$factor` of `scale`, `$color` of `fill`");
    // A function is a value: filling its hook with itself puts the unfilled one inside.
    let next = function("next", "vec4 $next(vec4 p);\nvec4 next(vec4 p) { return $next(p); }");
    let inner = next.with("next", &next).unwrap();
    let (found, _) = kind(self::program(&inner).emit(Version::Es100));
    assert_eq!(found, ErrorKind::Unfilled);
}

#[test]
fn recursion_is_refused() {
    let direct = Function::new("f", "float f(float x) {\n return x < 1.0 ? x : f(x - 1.0); }");
    let (found, text) = kind(direct);
    assert_eq!(found, ErrorKind::Recursion);
    assert!(text.contains("`f` calls `f`"), "{text}");
    let source = "float b(float x);\nfloat c(float x) { return b(x); }\nfloat a(float x) { return b(x); }\nfloat b(float x) { return a(x); }\nfloat d(float x) { return c(x); }";
    let (found, text) = kind(Function::new("around", source));
    assert_eq!(found, ErrorKind::Recursion);
    assert!(text.contains("`a` calls `b` calls `a`") || text.contains("`b` calls `a` calls `b`"), "{text}");
    // Overloads that call each other are none.
    function("o", "float o(vec2 p) { return p.x; }\nfloat o(vec3 p) { return o(p.xy); }");
    // Deep compositions end before the stack does.
    let next = function("next", "vec4 $next(vec4 p);\nvec4 next(vec4 p) { return $next(p); }");
    let mut deep = Ok(function("end", "vec4 end(vec4 p) { return p; }"));
    for _ in 0..100 {
        deep = deep.and_then(|inner| next.with("next", inner));
    }
    assert_eq!(kind(deep).0, ErrorKind::TooLarge);
}

#[test]
fn calls_that_double_do_not_explode() {
    let add = function("add", "float add(float a, float b) { return a + b; }");
    let mut call = add.call([1.0_f32, 1.0]).unwrap();
    for _ in 0..40 {
        call = add.call([call.clone(), call]).unwrap();
    }
    let fill =
        function("fill", "float $x;\nvoid main() { gl_FragColor = vec4($x); }").with("x", call).unwrap();
    let vertex = function("v", "void main() { gl_Position = vec4(0.0); }");
    assert_eq!(kind(Program { vertex, fragment: fill }.emit(Version::Es100)).0, ErrorKind::TooLarge);
}

#[test]
fn stages_keep_their_own() {
    let color = Variable::attribute("a_color", GlslType::Vec4);
    let mut program = program(&function("same", "vec4 same(vec4 p) { return p; }"));
    program.fragment = program.fragment.with("color", &color).unwrap();
    let (found, text) = kind(program.emit(Version::Es100));
    assert_eq!(found, ErrorKind::Stage);
    assert!(text.contains("a_color") && text.contains("varying"), "{text}");
    program.fragment = program.fragment.with("color", Variable::varying("v", GlslType::Vec4)).unwrap();
    assert_eq!(kind(program.emit(Version::Es100)).0, ErrorKind::Stage);
    let flat = Variable::new(VariableKind::Flat, "v", GlslType::Int, 1);
    let pass = function("p", "varying int $v;\nvoid main() { $v = 1; gl_Position = vec4(0.0); }");
    program.vertex = pass.with("v", flat).unwrap();
    program.fragment = function("f", "void main() { gl_FragColor = vec4(1.0); }");
    assert_eq!(kind(program.emit(Version::Es100)).0, ErrorKind::Version);
    assert!(program.emit(Version::Es300).unwrap().vertex.contains("flat out int v;"));
}

#[test]
fn sources_that_declare_the_same_share_it() {
    let two = function("two", "uniform float u_b, u_c;\nvec4 two(vec4 p) { return p * u_b + u_c; }");
    let names: Vec<_> = program(&two)
        .emit(Version::Es100)
        .unwrap()
        .interface
        .uniforms
        .iter()
        .map(|u| u.name.to_string())
        .collect();
    assert_eq!(names, ["u_b", "u_c"]);
    let a = function("a", "uniform float u_gain;\nvec4 a(vec4 p) { return p * u_gain; }");
    let b = function("b", "uniform float u_gain;\nvec4 b(vec4 p) { return p + u_gain; }");
    let emitted = program(&a.of(&b).unwrap()).emit(Version::Es100).unwrap();
    assert_eq!(emitted.vertex.matches("uniform float u_gain;").count(), 1);
    assert_eq!(emitted.uniform("u_gain").map(|slot| slot.0), Some(0));
    let c = function("c", "uniform vec4 u_gain;\nvec4 c(vec4 p) { return p * u_gain; }");
    let (found, text) = kind(program(&a.of(&c).unwrap()).emit(Version::Es100));
    assert_eq!(found, ErrorKind::Conflict);
    assert!(
        text.contains("uniform float") && text.contains("uniform vec4") && text.contains("`c`"),
        "{text}"
    );
}

#[test]
fn each_line_knows_where_it_comes_from() {
    let scale = function(
        "scale",
        "// first\n\nfloat $factor; /* a\n comment */\nvec4 scale(vec4 p) {\n  return p *\n    $factor;\n}",
    );
    let emitted = program(&scale.with("factor", 2.0_f32).unwrap()).emit(Version::Es300).unwrap();
    let line = |text: &str| 1 + emitted.vertex.lines().position(|line| line.contains(text)).unwrap() as u32;
    let origin = |text| emitted.origin(Stage::Vertex, line(text)).map(|origin| origin.to_string());
    assert_eq!(origin("return p *").as_deref(), Some("`scale` line 6"));
    assert_eq!(origin("    2.0;").as_deref(), Some("`scale` line 7"));
    assert_eq!(origin("gl_Position").as_deref(), Some("`vertex` line 3"));
    assert_eq!(origin("#version"), None);
    assert_eq!(emitted.origin(Stage::Vertex, 0), None);
    assert_eq!(emitted.origin(Stage::Fragment, u32::MAX), None);
}

#[test]
fn what_is_no_snippet_is_refused_with_its_line() {
    for (source, line, part) in [
        ("", 0, "no function"),
        ("\nvoid main() {", 2, "`{` without `}`"),
        ("}", 1, "`}` without `{`"),
        ("void main() {}\nprecision mediump float;", 2, "precision"),
        ("#version 100\nvoid main() {}", 1, "#version"),
        ("\n\nvoid main() { gl_Position = $x; }", 3, "`$x` is not declared"),
        ("layout(location = 0) in vec2 a;\nvoid main() {}", 1, "layout"),
        ("float $x, y;\nvoid main() {}", 1, "apart"),
        ("float $x = 1.0;\nvoid main() {}", 1, "from outside"),
        ("uniform sampler2D s[2];\nvoid main() {}", 1, "arrays of samplers"),
        ("struct L { float x; };\nL f(L l) { return l; }", 2, "not of GLSL"),
        ("float f", 1, "without its `;`"),
        ("float $f(float x) { return x; }", 1, "takes its body"),
        ("float f(float x) { return x\u{b2}; }", 1, "no character"),
    ] {
        let error = Function::new("s", source).unwrap_err();
        assert_eq!(error.line, line, "{source}: {error}");
        assert!(error.message().contains(part), "{source}: {error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    /// Whatever the text, reading it ends, and what is read can be asked for a program.
    #[test]
    fn nothing_panics(parts in proptest::collection::vec(prop_oneof![
        Just("{".to_owned()), Just("}".to_owned()), Just("(".to_owned()), Just(")".to_owned()), Just(";".to_owned()),
        Just("$f".to_owned()), Just("$".to_owned()), Just("#define".to_owned()), Just("\\\n".to_owned()),
        Just("\n#".to_owned()), Just("uniform".to_owned()), Just("float".to_owned()), Just("void main() {}".to_owned()),
        Just("struct S".to_owned()), Just("[3]".to_owned()), Just("/*".to_owned()), Just("*/".to_owned()),
        Just("//".to_owned()), Just("gl_FragData".to_owned()), Just("texture(".to_owned()), Just(",".to_owned()),
        "[ -~\n]{0,12}", "\\PC{0,4}",
    ], 0..24)) {
        let source = parts.join(" ");
        if let Ok(function) = Function::new("any", &source) {
            let fragment = Function::new("fill", "void main() { gl_FragColor = vec4(1.0); }").unwrap();
            for version in [Version::Es100, Version::Es300] {
                let _ = Program { vertex: function.clone(), fragment: fragment.clone() }.emit(version);
                let _ = Program { vertex: fragment.clone(), fragment: function.clone() }.emit(version);
            }
        }
    }
}
