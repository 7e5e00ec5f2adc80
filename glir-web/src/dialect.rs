//! GLSL ES 1.00 with extensions on WebGL 2, which takes extensions of GLSL ES 1.00 nowhere: as GLSL ES 3.00, whose core
//! has what they bring. The old words become macros, so lines and names stay as they are.

use std::borrow::Cow;

/// The extensions, without their first two letters; macros may not begin with `GL_`.
const EXTENSIONS: [&str; 4] =
    ["_OES_standard_derivatives", "_EXT_frag_depth", "_EXT_shader_texture_lod", "_EXT_draw_buffers"];

/// What the fragment's colours go to.
const OUTPUTS: &str = "glir_FragData";

/// The words that differ in both stages.
const WORDS: [(&str, &str); 13] = [
    ("texture2D", "texture"),
    ("texture2DProj", "textureProj"),
    ("textureCube", "texture"),
    ("texture2DLod", "textureLod"),
    ("texture2DProjLod", "textureProjLod"),
    ("textureCubeLod", "textureLod"),
    ("texture2DLodEXT", "textureLod"),
    ("texture2DProjLodEXT", "textureProjLod"),
    ("textureCubeLodEXT", "textureLod"),
    ("texture2DGradEXT", "textureGrad"),
    ("texture2DProjGradEXT", "textureProjGrad"),
    ("textureCubeGradEXT", "textureGrad"),
    ("gl_FragDepthEXT", "gl_FragDepth"),
];

/// The sources of a program as WebGL 2 takes them.
pub(crate) fn sources<'s>(vertex: &'s str, fragment: &'s str, outputs: u32) -> [Cow<'s, str>; 2] {
    let extended = |source: &str| names_extension(source) && !directive(source, "version", "300");
    if !extended(vertex) && !extended(fragment) {
        return [Cow::Borrowed(vertex), Cow::Borrowed(fragment)];
    }
    [Cow::Owned(rewritten(vertex, None)), Cow::Owned(rewritten(fragment, Some(outputs)))]
}

/// A source whose version stands in its first line, where WebGL 2 wants it: the language lets comments stand before it.
pub(crate) fn version_first(source: Cow<'_, str>) -> Cow<'_, str> {
    match version_at(&source) {
        None | Some(0) => source,
        Some(at) => {
            let (before, rest) = source.split_at(at);
            let end = end_of_line(rest);
            let (version, behind) = rest.split_at(end);
            Cow::Owned([version, "\n#line 1\n", before, behind].concat())
        }
    }
}

fn end_of_line(text: &str) -> usize {
    text.bytes().position(|byte| byte == b'\n').unwrap_or(text.len())
}

/// Where the version is told, behind blanks and comments only.
fn version_at(source: &str) -> Option<usize> {
    let mut rest = source;
    loop {
        rest = rest.trim_ascii_start();
        if rest.starts_with("//") {
            rest = rest.get(end_of_line(rest)..)?;
        } else if let Some(comment) = rest.strip_prefix("/*") {
            let end = comment.as_bytes().windows(2).position(|two| two == b"*/")?;
            rest = comment.get(end + 2..)?;
        } else {
            return is_directive(rest.get(..end_of_line(rest))?, "version", "")
                .then(|| source.len() - rest.len());
        }
    }
}

fn names_extension(source: &str) -> bool {
    EXTENSIONS.iter().any(|name| mentions(source, name))
}

/// True if a text stands in the source. (The standard library's search is made for long texts, and large.)
fn mentions(source: &str, text: &str) -> bool {
    text.is_empty() || source.as_bytes().windows(text.len()).any(|window| window == text.as_bytes())
}

/// True if a line is the directive, and speaks of the word, if one is given.
fn is_directive(line: &str, name: &str, word: &str) -> bool {
    let line = line.trim_ascii_start().strip_prefix('#').map(str::trim_ascii_start);
    line.and_then(|line| line.strip_prefix(name)).is_some_and(|rest| mentions(rest, word))
}

fn directive(source: &str, name: &str, word: &str) -> bool {
    source.lines().any(|line| is_directive(line, name, word))
}

/// A source in GLSL ES 3.00; a fragment shader's may have so many outputs.
fn rewritten(source: &str, outputs: Option<u32>) -> String {
    let mut out = String::from("#version 300 es\n");
    let mut define = |name: &str, meaning: &str| {
        for part in ["#define ", name, " ", meaning, "\n"] {
            out.push_str(part);
        }
    };
    for (old, new) in WORDS {
        define(old, new);
    }
    for name in EXTENSIONS {
        define(&["GLIR", name].concat(), "1");
    }
    let several = directive(source, "extension", "_EXT_draw_buffers");
    // One colour for all outputs, as the extension has it.
    let mut broadcast = 1;
    match outputs {
        None => {
            define("attribute", "in");
            define("varying", "out");
        }
        Some(most) => {
            define("varying", "in");
            define("gl_FragColor", &[OUTPUTS, "[0]"].concat());
            define("gl_FragData", OUTPUTS);
            let count = if several { most } else { 1 };
            if several && mentions(source, "gl_FragColor") {
                broadcast = most;
                define("main", "glir_main");
            }
            out.push_str(&format!("layout(location=0) out highp vec4 {OUTPUTS}[{count}];\n"));
        }
    }
    out.push_str("#line 1\n");
    for line in source.lines() {
        if !is_directive(line, "version", "") && !is_directive(line, "extension", "") {
            rename(line, &mut out);
        }
        out.push('\n');
    }
    if broadcast > 1 {
        out.push_str("#undef main\nvoid main(){glir_main();");
        for output in 1..broadcast {
            out.push_str(&format!("{OUTPUTS}[{output}]={OUTPUTS}[0];"));
        }
        out.push('}');
    }
    out
}

/// Appends a line in which the extensions go by names that macros may have.
fn rename(line: &str, out: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.as_bytes().windows(3).position(|window| window == b"GL_") {
        let (before, name) = rest.split_at(at);
        out.push_str(before);
        let known = name.get(2..).is_some_and(|name| EXTENSIONS.iter().any(|known| name.starts_with(known)));
        out.push_str(if known { "GLIR_" } else { "GL_" });
        rest = name.get(3..).unwrap_or_default();
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "attribute vec4 p;\nvoid main() { gl_Position = p; }";

    #[test]
    fn what_names_no_extension_stays_as_it_is() {
        let [vertex, fragment] = sources(PLAIN, "void main() { gl_FragColor = vec4(1.0); }", 4);
        assert!(matches!((vertex, fragment), (Cow::Borrowed(_), Cow::Borrowed(_))));
    }

    #[test]
    fn an_extension_takes_both_stages_to_version_300() {
        let source = "#version 100\n#extension GL_OES_standard_derivatives : require\n#ifdef GL_OES_standard_derivatives\n\
                      #endif\nvarying float v;\nvoid main() { gl_FragColor = vec4(dFdx(v)); }";
        let [vertex, fragment] = sources(PLAIN, source, 4);
        assert!(vertex.starts_with("#version 300 es\n") && vertex.contains("#define attribute in\n"));
        let body = fragment.split("#line 1\n").nth(1).expect("a line directive");
        assert_eq!(
            body.lines().take(3).collect::<Vec<_>>(),
            ["", "", "#ifdef GLIR_OES_standard_derivatives"]
        );
        assert!(fragment.contains("out highp vec4 glir_FragData[1];"));
    }

    #[test]
    fn the_version_comes_first() {
        let source = "// One.\n\n  /* #version 100\n two */ #version 300 es\nvoid main() {}";
        let moved = version_first(Cow::Borrowed(source));
        assert_eq!(moved, "#version 300 es\n#line 1\n// One.\n\n  /* #version 100\n two */ \nvoid main() {}");
        for whole in
            ["#version 300 es\nvoid main() {}", "/* #version 300 es */ void main() {}", "", "//", "/* "]
        {
            assert!(matches!(version_first(Cow::Borrowed(whole)), Cow::Borrowed(text) if text == whole));
        }
    }

    #[test]
    fn one_colour_goes_to_all_outputs() {
        let source = "#extension GL_EXT_draw_buffers : enable\nvoid main() { gl_FragColor = vec4(1.0); }";
        let [_, fragment] = sources(PLAIN, source, 2);
        assert!(fragment.ends_with("void main(){glir_main();glir_FragData[1]=glir_FragData[0];}"));
    }
}
