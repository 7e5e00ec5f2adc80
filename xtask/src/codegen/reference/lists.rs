//! Lists of one kind of row each: state fields, features, codes.

use glir_spec::features::FeatureInfo;
use glir_spec::state::STATE_FIELDS;
use glir_spec::{Code, Feature};

use super::{table, types};
use crate::codegen::table::words;

/// The state fields with their initial values.
pub(super) fn state() -> String {
    let rows = STATE_FIELDS.iter().map(|field| {
        let needs = field.needs.map_or_else(String::new, |feature| format!(" Needs `{feature}`."));
        vec![
            format!("`{}`", field.name),
            field.number.to_string(),
            types::link(field.ty),
            format!("`{}`", field.initial),
            format!("{}{needs}", words(field.doc)),
        ]
    });
    table(&["field", "number", "type", "at the start", "what it does"], rows)
}

/// The features: what each is, and the profile that has it.
pub(super) fn features() -> String {
    let rows = Feature::ALL.iter().zip(Feature::INFO.values).map(|(feature, value)| {
        let base = feature.info().base.map_or_else(|| "none".to_owned(), |profile| format!("`{profile}`"));
        vec![format!("`{feature}`"), value.number.to_string(), base, words(value.doc)]
    });
    table(&["feature", "number", "part of profile", "what it allows"], rows)
}

/// The features: the version or extension that each rests on.
pub(super) fn availability() -> String {
    let rows = Feature::ALL.iter().map(|feature| {
        let FeatureInfo { gl, gles2, gles3, webgl1, webgl2, .. } = feature.info();
        let mut row = vec![format!("`{feature}`")];
        row.extend([gl, gles2, gles3, webgl1, webgl2].map(way));
        row
    });
    table(&["feature", "GL 3.3+ core", "GLES 2.0", "GLES 3.0+", "WebGL 1", "WebGL 2"], rows)
}

/// One cell of the table of availability.
fn way(column: &str) -> String {
    let ways = column.split('|').map(|way| match way.trim() {
        "core" => "yes".to_owned(),
        "-" => "no".to_owned(),
        way if way.starts_with(|first: char| first.is_ascii_digit()) => format!("from {way}"),
        way => way.split('+').map(|name| format!("`{}`", name.trim())).collect::<Vec<_>>().join(" and "),
    });
    ways.collect::<Vec<_>>().join(" or ")
}

/// The codes of diagnostics.
pub(super) fn codes() -> String {
    let rows = Code::INFO.values.iter().map(|value| {
        vec![format!("<a id=\"{0}\"></a>`{0}`", value.text), value.number.to_string(), words(value.doc)]
    });
    table(&["code", "number", "meaning"], rows)
}

#[cfg(test)]
mod tests {
    use super::way;

    #[test]
    fn alternatives_read_as_words() {
        assert_eq!(way("core"), "yes");
        assert_eq!(way("4.6 | A_b"), "from 4.6 or `A_b`");
        assert_eq!(way("A_b + C_d"), "`A_b` and `C_d`");
    }
}
