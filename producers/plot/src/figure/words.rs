//! Words that fit: cut at the end, or broken into lines.

use glir_text::Font;

/// More letters than these do not fit, so they need not be measured.
fn most(size: f64, width: f64) -> usize {
    (width / size * 8.0).max(8.0) as usize
}

/// Words in a line of so many pixels, at a size in pixels an em; what is too long ends with an ellipsis.
pub(crate) fn shorten(font: &Font, words: &str, size: f64, width: f64) -> String {
    let most = most(size, width);
    let fits = |words: &str| f64::from(font.measure(words, size as f32).width()) <= width;
    let line: String = words.lines().next().unwrap_or_default().chars().take(most).collect();
    if line == words && fits(&line) {
        return line;
    }
    let letters: Vec<char> = line.chars().collect();
    let cut = |count: usize| format!("{}…", letters[..count].iter().collect::<String>().trim_end());
    // The longest beginning that fits.
    let (mut low, mut high) = (0, letters.len());
    while low < high {
        let middle = (low + high).div_ceil(2);
        if fits(&cut(middle)) { low = middle } else { high = middle - 1 }
    }
    cut(low)
}

/// Words in a line of so many pixels; of what is too long the middle is left out, since names of one kind differ at their ends.
pub(super) fn shorten_middle(font: &Font, words: &str, size: f64, width: f64) -> String {
    let line = words.lines().next().unwrap_or_default();
    let fits = |words: &str| f64::from(font.measure(words, size as f32).width()) <= width;
    let most = most(size, width);
    if line == words && line.chars().nth(most).is_none() && fits(line) {
        return line.to_owned();
    }
    let letters: Vec<char> = line.chars().collect();
    // Two thirds of what is kept are the beginning.
    let cut = |kept: usize| {
        let (begin, end) = (kept - kept / 3, letters.len() - kept / 3);
        let [begin, end] = [&letters[..begin], &letters[end..]].map(|part| part.iter().collect::<String>());
        format!("{}…{}", begin.trim_end(), end.trim_start())
    };
    let (mut low, mut high) = (0, letters.len().saturating_sub(1).min(most));
    while low < high {
        let middle = (low + high).div_ceil(2);
        if fits(&cut(middle)) { low = middle } else { high = middle - 1 }
    }
    cut(low)
}

/// Words in up to so many lines, broken between words where that goes; what is still too long ends with an ellipsis.
pub(super) fn wrap(font: &Font, words: &str, size: f64, width: f64, lines: usize) -> String {
    let most = most(size, width);
    let fits =
        |words: &str| words.len() <= 4 * most && f64::from(font.measure(words, size as f32).width()) <= width;
    let mut done: Vec<String> = Vec::new();
    let mut rest = words.trim();
    while !rest.is_empty() && done.len() + 1 < lines {
        // The longest beginning of whole words that fits.
        let ends = rest.char_indices().filter(|(_, letter)| letter.is_whitespace()).map(|(at, _)| at);
        let own_line = rest.find('\n').unwrap_or(rest.len());
        let ends = ends.filter(|at| *at > 0 && *at <= own_line).chain([own_line]);
        let Some(end) = ends.take_while(|end| fits(&rest[..*end])).last() else { break };
        done.push(rest[..end].trim_end().to_owned());
        rest = rest[end..].trim_start();
    }
    if !rest.is_empty() {
        done.push(shorten(font, rest, size, width));
    }
    done.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fit() {
        let font = Font::sans();
        let width = |words: &str| f64::from(font.measure(words, 16.0).width());
        let long = "a title of many words ".repeat(8);
        let wrapped = wrap(&font, &long, 16.0, 500.0, 3);
        assert!(
            wrapped.lines().count() == 3 && wrapped.lines().all(|line| width(line) <= 500.0),
            "{wrapped}"
        );
        assert_eq!(wrapped.replace('\n', " "), long.trim());
        let cut = wrap(&font, &long.repeat(10), 16.0, 500.0, 3);
        assert!(
            cut.lines().count() == 3 && cut.ends_with('…') && width(cut.lines().last().unwrap()) <= 500.0
        );
        assert_eq!(wrap(&font, "short", 16.0, 500.0, 3), "short");
        assert_eq!(wrap(&font, "two\nlines", 16.0, 500.0, 3), "two\nlines");
        let word = wrap(&font, &"x".repeat(1_000_000), 16.0, 500.0, 3);
        assert!(word.ends_with('…') && width(&word) <= 500.0);
        let named = |number: usize| format!("a rather long name of the channel with number {number}");
        let short = shorten_middle(&font, &named(12_345), 16.0, 200.0);
        assert!(
            short.starts_with("a rather") && short.ends_with("12345") && width(&short) <= 200.0,
            "{short}"
        );
        assert_eq!(shorten_middle(&font, "short", 16.0, 200.0), "short");
        assert_eq!(shorten_middle(&font, "", 16.0, 0.0), "");
        assert!(width(&shorten_middle(&font, &"x".repeat(1_000_000), 16.0, 200.0)) <= 200.0);
        assert_eq!(shorten(&font, "", 16.0, 0.0), "");
        assert_eq!(shorten(&font, "words", 16.0, 1.0), "…");
    }
}
