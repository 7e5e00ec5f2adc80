//! Names in sentences.

use crate::error::shown;

/// Names in a list, the first few of them.
pub(crate) fn list<N: AsRef<str>>(names: &[N]) -> String {
    const MOST: usize = 12;
    if names.is_empty() {
        return "none".into();
    }
    let few: Vec<String> =
        names.iter().take(MOST).map(|name| format!("`{}`", shown(name.as_ref()))).collect();
    match names.len().checked_sub(MOST) {
        Some(more) if more > 0 => format!("{} and {more} more", few.join(", ")),
        _ => few.join(", "),
    }
}
