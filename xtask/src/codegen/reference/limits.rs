//! The table of limits, read from the file that defines them.

use anyhow::{Context, Result, ensure};

use super::table as markdown;

/// Where every limit stands.
pub(super) const SOURCE: &str = "glir-spec/src/limits.rs";

/// A row for each public constant, with the doc comment above it.
pub(super) fn table(source: &str) -> Result<String> {
    let mut rows = Vec::new();
    let mut doc: Vec<&str> = Vec::new();
    for line in source.lines() {
        if let Some(text) = line.strip_prefix("/// ") {
            doc.push(text);
        } else if let Some(constant) = line.strip_prefix("pub const ") {
            let (name, value) = parse(constant).with_context(|| format!("{SOURCE}: {line}"))?;
            rows.push(vec![format!("`{name}`"), grouped(value), doc.join(" ")]);
            doc.clear();
        }
    }
    ensure!(!rows.is_empty(), "{SOURCE} has no public constant");
    Ok(markdown(&["limit", "value", "meaning"], rows))
}

/// Name and value of `NAME: type = value;`.
fn parse(constant: &str) -> Result<(&str, u64)> {
    let (name, rest) = constant.split_once(':').context("no type")?;
    let (_, value) = rest.split_once('=').context("no value")?;
    let value = value.trim().trim_end_matches(';');
    let (number, shift) = value.split_once("<<").unwrap_or((value, "0"));
    let number: u64 = number.trim().parse().context("the value is neither a number nor a shift")?;
    let shift: u32 = shift.trim().parse().context("the shift is no number")?;
    Ok((name, number.checked_shl(shift).context("the shift is too far")?))
}

/// A number with its thousands apart.
fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{grouped, parse};

    #[test]
    fn constants_are_read() {
        assert_eq!(parse("MAX_A: usize = 64;").ok(), Some(("MAX_A", 64)));
        assert_eq!(parse("MAX_B: u64 = 4 << 30;").ok(), Some(("MAX_B", 4_294_967_296)));
        assert!(parse("MAX_C: u64 = other();").is_err());
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(64), "64");
        assert_eq!(grouped(1_048_576), "1,048,576");
    }
}
