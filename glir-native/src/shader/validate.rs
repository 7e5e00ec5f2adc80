//! ANGLE's translator: what browsers let past to a driver, checked and translated by the same code.
//!
//! GLSL ES 1.00 is held to WebGL 1's rules with the extensions that GLIR names as features, 3.00 to WebGL 2's. Later
//! versions and desktop GLSL the translator does not know.

use super::{Stage, Version, read_log, version};
use glir_core::backend::ShaderMessage;
use mozangle::shaders::{BuiltInResources, CompileOptions, Output, ShaderValidator, initialize};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// The language that a source is translated to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// GLSL ES of the source's own version.
    Es,
    /// Desktop GLSL 3.30 core.
    Desktop330,
}

/// A translated source. Indices in it are clamped to their arrays, and `gl_Position` is always written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translated {
    /// The source. Its lines are not those of the original.
    pub source: String,
    /// Names that the translator changed: from the new one to the source's own.
    pub renamed: BTreeMap<String, String>,
}

/// Checks a source and translates it.
///
/// What browsers refuse gives messages with the source's lines; so does a version that the translator does not know.
pub fn translate(stage: Stage, source: &str, form: Form) -> Result<Translated, Vec<ShaderMessage>> {
    let version = version(source);
    if !is_known(stage, version) {
        let text =
            "the translator knows vertex and fragment shaders of GLSL ES 1.00 and 3.00 only".to_owned();
        return Err(vec![message(stage, 0, text)]);
    }
    run(stage, version, source, form, |validator| Translated {
        source: validator.object_code(),
        renamed: validator.uniform_name_map().into_iter().map(|(own, new)| (new, own)).collect(),
    })
}

/// Checks a source; one of a version that the translator does not know passes.
pub(super) fn validate(stage: Stage, version: Version, source: &str) -> Result<(), Vec<ShaderMessage>> {
    if !is_known(stage, version) {
        return Ok(());
    }
    run(stage, version, source, Form::Es, |_| ())
}

fn is_known(stage: Stage, version: Version) -> bool {
    matches!(version, Version::Es(100 | 300)) && matches!(stage, Stage::Vertex | Stage::Fragment)
}

/// Whether the translator could be set up. It keeps global tables, so one thread uses it at a time.
static TRANSLATOR: Mutex<Option<bool>> = Mutex::new(None);

fn run<T>(
    stage: Stage,
    version: Version,
    source: &str,
    form: Form,
    result: impl FnOnce(&ShaderValidator) -> T,
) -> Result<T, Vec<ShaderMessage>> {
    let refuse = |text: &str| Err(vec![message(stage, 0, text.to_owned())]);
    // A thread that panicked in here left no state behind but that of C++.
    let mut ready = TRANSLATOR.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !*ready.get_or_insert_with(|| initialize().is_ok()) {
        return refuse("the shader translator could not be started");
    }
    let es300 = version == Version::Es(300);
    let output = match form {
        Form::Es => Output::Essl,
        Form::Desktop330 => Output::Glsl330Core,
    };
    let resources = resources();
    let validator = if es300 {
        ShaderValidator::for_webgl2(stage.gl(), output, &resources)
    } else {
        ShaderValidator::for_webgl(stage.gl(), output, &resources)
    };
    let Some(validator) = validator else { return refuse("the shader translator could not be started") };
    if validator.compile(&[source], CompileOptions::mozangle()).is_ok() {
        return Ok(result(&validator));
    }
    let messages: Vec<_> = read_log(&validator.info_log())
        .into_iter()
        .filter(|(line, _)| *line > 0)
        .map(|(line, text)| message(stage, line, text))
        .take(8)
        .collect();
    if messages.is_empty() {
        refuse("the shader translator refused it without a message")
    } else {
        Err(messages)
    }
}

/// What shaders may count on: the features of the language, and the least that WebGL 2 has.
fn resources() -> BuiltInResources {
    BuiltInResources {
        MaxVertexAttribs: 16,
        MaxDrawBuffers: 4,
        FragmentPrecisionHigh: 1,
        OES_standard_derivatives: 1,
        EXT_frag_depth: 1,
        EXT_shader_texture_lod: 1,
        EXT_draw_buffers: 1,
        ..BuiltInResources::default()
    }
}

fn message(stage: Stage, line: u32, text: String) -> ShaderMessage {
    ShaderMessage { stage: stage.name(), line, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "precision highp float;\nuniform vec4 tint;\nvoid main() { gl_FragColor = tint; }";

    #[test]
    fn what_is_good_passes_and_is_translated() {
        assert_eq!(validate(Stage::Fragment, Version::Es(100), GOOD), Ok(()));
        let translated = translate(Stage::Fragment, GOOD, Form::Desktop330).unwrap();
        assert!(translated.source.starts_with("#version 330"), "{}", translated.source);
        assert_eq!(translated.renamed.values().collect::<Vec<_>>(), ["tint"]);
    }

    #[test]
    fn what_browsers_refuse_is_refused_with_its_line() {
        // A driver may take the integer for a float; ES does not.
        let source =
            "precision highp float;\nvoid main() {\n    float a = 1;\n    gl_FragColor = vec4(a);\n}";
        let messages = validate(Stage::Fragment, Version::Es(100), source).unwrap_err();
        assert_eq!(messages.iter().map(|message| message.line).collect::<Vec<_>>(), [3], "{messages:?}");
        let endless = "void main() {\n    while (true) {}\n    gl_Position = vec4(0.0);\n}";
        assert!(validate(Stage::Vertex, Version::Es(100), endless).is_err());
        assert!(validate(Stage::Vertex, Version::Es(300), "#version 300 es\nvoid main() { x }").is_err());
        assert!(validate(Stage::Vertex, Version::Es(100), "void main() {}\0").is_err());
    }

    #[test]
    fn other_languages_pass_unread_but_are_not_translated() {
        let source = "#version 330 core\nvoid main() { gl_Position = vec4(0); }";
        assert_eq!(validate(Stage::Vertex, Version::Desktop, source), Ok(()));
        assert!(translate(Stage::Vertex, source, Form::Es).is_err());
    }
}
