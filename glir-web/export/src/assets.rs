//! The built browser package, as far as pages need it.

use std::fmt;

/// What the pages are made of.
#[derive(Clone, Copy, Debug)]
pub struct Assets {
    /// One classic script: the interpreter's glue, the view, and the element `<glir-view>`.
    pub player: &'static str,
    /// The player, gzipped.
    pub(crate) packed_player: &'static [u8],
    /// The script that an exported page begins with.
    pub(crate) loader: &'static str,
    /// The WebAssembly module.
    pub wasm: &'static [u8],
    /// The module, gzipped.
    pub(crate) packed_wasm: &'static [u8],
    /// The pages' style.
    pub style: &'static str,
    /// The template of an exported page.
    pub(crate) page: &'static str,
    /// The template of a server's page.
    pub(crate) live: &'static str,
}

static BUILT: Option<Assets> = include!(concat!(env!("OUT_DIR"), "/built.rs"));

/// This program was built without the browser package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing;

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "this program was built without the browser package; run `cargo xtask web`, then build it again",
        )
    }
}

impl std::error::Error for Missing {}

/// The package, if this program was built with it.
pub fn assets() -> Result<&'static Assets, Missing> {
    BUILT.as_ref().ok_or(Missing)
}

impl Assets {
    /// The page of a server, as HTML.
    ///
    /// `player` and `style` are the addresses under which the server gives [`Assets::player`] and [`Assets::style`]; the
    /// module is loaded from `wasm/glir.wasm` beside the page. `attributes` are those of the element `<glir-view>`, such as
    /// `("ws", "live?token=…")`.
    pub fn index(&self, title: &str, player: &str, style: &str, attributes: &[(&str, &str)]) -> String {
        let mut element = "<glir-view".to_owned();
        for (name, value) in attributes {
            element.push_str(&format!(" {name}=\"{}\"", escaped(value)));
        }
        element.push_str("></glir-view>");
        let (title, player, style) = (escaped(title), escaped(player), escaped(style));
        let values = [("title", &*title), ("player", &*player), ("style", &*style), ("content", &*element)];
        filled(self.live, &values)
    }
}

/// A template with its places filled, each `{{name}}` by its value.
pub(crate) fn filled(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, behind)) = after.split_once("}}") else { break };
        let value = values.iter().find(|(known, _)| *known == name);
        out.push_str(value.map_or("", |(_, value)| value));
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Text that may stand in an element or in a quoted attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // No control character can be written in HTML.
            char if char.is_control() => out.push(' '),
            char => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{escaped, filled};

    #[test]
    fn text_stays_text() {
        assert_eq!(escaped("a<b> & \"c\" 'd'\n"), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39; ");
    }

    #[test]
    fn places_are_filled_once() {
        let values = [("a", "{{b}}"), ("b", "2")];
        assert_eq!(filled("<{{a}}-{{b}}-{{c}}>", &values), "<{{b}}-2->");
    }
}
