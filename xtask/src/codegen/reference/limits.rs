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
            // Each row is a rule, whose id is made of its name, as ids of the table's rows are.
            rows.push(vec![
                format!("`{name}`"),
                grouped(value),
                format!("{} [S-LIMITS-{name}]", doc.join(" ")),
            ]);
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
    Ok((
        name,
        evaluate(value)
            .with_context(|| format!("{value} is not a number, a shift, or a shift less a number"))?,
    ))
}

/// The value of `64`, `1 << 20` or `(1 << 31) - 1`.
fn evaluate(text: &str) -> Option<u64> {
    if let Some((shift, less)) = text.strip_prefix('(').and_then(|rest| rest.split_once(") - ")) {
        return evaluate(shift)?.checked_sub(evaluate(less)?);
    }
    match text.split_once(" << ") {
        Some((number, shift)) => evaluate(number)?.checked_shl(shift.parse().ok()?),
        None => text.parse().ok(),
    }
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
        assert_eq!(parse("MAX_D: u64 = (1 << 31) - 1;").ok(), Some(("MAX_D", 2_147_483_647)));
        assert!(parse("MAX_C: u64 = other();").is_err());
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(64), "64");
        assert_eq!(grouped(1_048_576), "1,048,576");
    }
}
