//! Lists of names for messages, and the name that was probably meant.

use super::json::quote;

/// More names than this are not listed.
const LISTED: usize = 16;

/// `a, b, c`.
pub(super) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// `1 is given`, `2 are given`.
pub(super) fn count(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Says of a name that it is none of `names`, which there are, and which was probably meant. `what` names the names.
pub(super) fn none_of<'a>(wrong: &str, what: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    let shown = quote(wrong);
    let hint = match nearest(wrong, names.clone()) {
        Some(near) => format!("; did you mean {near:?}?"),
        None => String::new(),
    };
    match names.clone().count() {
        count if count > LISTED && hint.is_empty() => {
            format!("{shown} is not one of the {count} {what}, such as {}", list(names.take(LISTED)))
        }
        count if count > LISTED => format!("{shown} is not one of the {count} {what}{hint}"),
        _ => format!("{shown} is not one of the {what} {}{hint}", list(names)),
    }
}

/// The name nearest to `wrong`, if one is near enough to have been meant.
pub(super) fn nearest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Hostile names may be long; nothing that long is near a name of the language.
    if wrong.is_empty() || wrong.len() > 64 {
        return None;
    }
    let wrong = plain(wrong);
    // The beginning of a name is no slip.
    let far = |name: &str| if name.starts_with(&wrong) { 0 } else { distance(&wrong, name) };
    let ranked = names.map(|name| (far(&plain(name)), name));
    let (distance, near) = ranked.min_by_key(|(distance, name)| (*distance, name.len()))?;
    (distance <= 1 + wrong.chars().count() / 4).then_some(near)
}

fn plain(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
}

/// The least number of letters to insert, take out, change, or swap with their neighbours.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 0..a.len() {
        let above = &rows[i];
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let mut least = (above[j] + usize::from(a[i] != b[j])).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_cost_one_each() {
        for (a, b, cost) in [
            ("draw", "draw", 0),
            ("drwa", "draw", 1),
            ("dra", "draw", 1),
            ("", "ab", 2),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a, b), cost, "{a} {b}");
            assert_eq!(distance(b, a), cost, "{b} {a}");
        }
    }

    #[test]
    fn far_names_are_not_meant() {
        assert_eq!(nearest("rgba", ["rgb8", "rgba8"].into_iter()), Some("rgba8"));
        assert_eq!(nearest("float", ["f32", "raw"].into_iter()), None);
        assert_eq!(nearest("", ["x"].into_iter()), None);
    }
}
