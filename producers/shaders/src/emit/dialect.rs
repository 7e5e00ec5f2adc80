//! The words of one version where the snippet has those of the other.

use super::Version;
use super::stage::Writer;
use crate::error::{ErrorKind, ShaderError};
use crate::lines::Stage;
use crate::scan::Kind;
use crate::snippet::{Hook, Snippet};
use crate::types::Type;
use crate::words;
use glir_spec::{Feature, SamplerType};

/// A token in its snippet, with those around it that count.
pub(super) struct Place<'a> {
    pub(super) snippet: &'a Snippet,
    pub(super) index: usize,
}

impl<'a> Place<'a> {
    /// The nth token behind this one that counts, from 1 on.
    fn after(&self, n: usize) -> &'a str {
        let tokens = self.snippet.tokens.iter().skip(self.index + 1).filter(|token| token.counts());
        tokens.map(|token| self.snippet.text(token)).nth(n - 1).unwrap_or("")
    }

    /// Whether the token is a field of what stands before it.
    pub(super) fn is_field(&self) -> bool {
        let before = self.snippet.tokens[..self.index].iter().rev().find(|token| token.counts());
        before.is_some_and(|token| self.snippet.text(token) == ".")
            || self.snippet.fields.contains(&self.index)
    }

    fn fault(&self, kind: ErrorKind, message: impl Into<String>) -> ShaderError {
        self.snippet.fault(kind, self.snippet.tokens[self.index].line, message)
    }

    fn lacks(&self, what: &str) -> ShaderError {
        self.fault(ErrorKind::Version, format!("{} has no `{what}`", Version::Es100.text()))
    }

    /// The type of the sampler that the token, the name of a function, is called with.
    fn sampler(&self) -> Option<SamplerType> {
        let name = self.after(2);
        if self.after(3) != "," {
            return None;
        }
        let known = match name.strip_prefix('$') {
            Some(hook) => match self.snippet.hooks.get(hook) {
                Some(Hook::Value { ty, .. }) => Some(*ty),
                _ => None,
            },
            None => match self.snippet.sampler_parameters.get(name) {
                Some(ty) => *ty,
                None => self.snippet.variables.iter().find(|named| named.name == name).map(|named| named.ty),
            },
        };
        match known {
            Some(Type::Sampler(ty)) => Some(ty),
            _ => None,
        }
    }
}

impl Writer<'_> {
    /// A word that the snippet has not defined itself, as the version says it.
    pub(super) fn word(&mut self, word: &str, place: &Place<'_>) -> Result<String, ShaderError> {
        let called = place.after(1) == "(";
        let fragment = self.stage == Stage::Fragment;
        match word {
            "dFdx" | "dFdy" | "fwidth" => self.ask("GL_OES_standard_derivatives", Feature::Derivatives),
            "gl_FragDepth" | "gl_FragDepthEXT" => {
                self.ask("GL_EXT_frag_depth", Feature::FragDepth);
                let es100 = self.version == Version::Es100;
                return Ok(if es100 { "gl_FragDepthEXT" } else { "gl_FragDepth" }.to_owned());
            }
            "gl_FragColor" => {
                self.source.color = true;
                if self.version == Version::Es300 {
                    return Ok(self.naming.output("fragColor"));
                }
            }
            "gl_FragData" => {
                let (open, index, close) = (place.after(1), place.after(2), place.after(3));
                let index = index.parse::<u32>().ok().filter(|_| open == "[" && close == "]");
                let most = glir_spec::limits::MAX_COLOR_ATTACHMENTS;
                let Some(index) = index.filter(|index| *index < most) else {
                    let message = format!("gl_FragData wants a number below {most} in its brackets");
                    return Err(place.fault(ErrorKind::Syntax, message));
                };
                self.source.data = self.source.data.max(index + 1);
                if index > 0 {
                    self.ask("GL_EXT_draw_buffers", Feature::DrawBuffers);
                }
                if self.version == Version::Es300 {
                    return Ok(self.naming.output("fragData"));
                }
            }
            _ => {}
        }
        if self.version == Version::Es300 {
            let known = words::function_300(word).filter(|_| called);
            return Ok(known.unwrap_or(word).to_owned());
        }
        let word = match (word, called) {
            ("texture" | "textureLod", true) => {
                let lod = if word == "textureLod" { "Lod" } else { "" };
                match place.sampler() {
                    Some(SamplerType::Sampler2d) => format!("texture2D{lod}"),
                    Some(SamplerType::SamplerCube) => format!("textureCube{lod}"),
                    Some(other) => return Err(place.lacks(other.text())),
                    None => {
                        let message = format!(
                            "which sampler `{word}` reads can't be told for {}; write texture2D or textureCube",
                            Version::Es100.text()
                        );
                        return Err(place.fault(ErrorKind::Version, message));
                    }
                }
            }
            _ => word.to_owned(),
        };
        if called && let Some(plain) = words::lod(&word) {
            if fragment {
                self.ask("GL_EXT_shader_texture_lod", Feature::ShaderTextureLod);
            }
            return match (fragment, plain.contains("Grad")) {
                (true, _) => Ok(format!("{plain}EXT")),
                (false, false) => Ok(plain.to_owned()),
                (false, true) => Err(place.lacks("texture2DGrad in vertex shaders")),
            };
        }
        if words::only_300(&word, called) {
            return Err(place.lacks(&word));
        }
        Ok(word)
    }

    /// Refuses signs and numbers that version 1.00 has not.
    pub(super) fn sign(&self, text: &str, place: &Place<'_>) -> Result<(), ShaderError> {
        if self.version == Version::Es300 {
            return Ok(());
        }
        let token = &place.snippet.tokens[place.index];
        if token.kind == Kind::Number {
            let unsigned = text.ends_with(['u', 'U']);
            return if unsigned { Err(place.lacks("uint")) } else { Ok(()) };
        }
        let bytes = place.snippet.source.as_bytes();
        let twin =
            |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(|&b| text.as_bytes() == [b]);
        let double = twin(token.range.start.checked_sub(1)) || twin(Some(token.range.end));
        match text {
            "%" | "~" => Err(place.lacks(text)),
            "&" | "|" | "^" if !double => Err(place.lacks(text)),
            "<" | ">" if twin(Some(token.range.end)) => {
                Err(place.lacks(if text == "<" { "<<" } else { ">>" }))
            }
            _ => Ok(()),
        }
    }
}
