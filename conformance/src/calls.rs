//! The log of GL calls, in a form in which equal means right.
//!
//! Some calls next to each other may come in any order without a difference: uniforms of one program, fields of the state.
//! Such a run is a *group*: its lines stand between `{` and `}`, sorted by what they set; calls that set the same keep their
//! order.

/// Calls whose order means nothing among themselves: what follows `gl` in their names, as a start.
const FREE: &[&str] = &[
    "Uniform",
    "Enable(",
    "Disable(",
    "Blend",
    "Depth",
    "Stencil",
    "CullFace(",
    "FrontFace(",
    "PolygonOffset(",
    "LineWidth(",
    "ColorMask(",
    "SampleCoverage(",
    "ClearColor(",
    "ClearDepthf(",
    "ClearStencil(",
    "Viewport(",
    "Scissor(",
];

/// What a call sets, if its order is free: two calls with one key must keep their order.
fn key(call: &str) -> Option<String> {
    let name = call.strip_prefix("gl")?;
    if !FREE.iter().any(|free| name.starts_with(free)) {
        return None;
    }
    let (function, arguments) = name.split_once('(')?;
    let first = arguments.split([',', ')']).next().unwrap_or_default();
    Some(match function {
        "Enable" | "Disable" => format!("capability {first}"),
        _ if function.starts_with("Uniform") => format!("uniform {first}"),
        // Both faces may be set by one call.
        _ if function.starts_with("Stencil") => format!("{} {first}", &function[..10.min(function.len())]),
        _ => function.to_owned(),
    })
}

/// The log with its groups marked and sorted. What is marked already is marked anew.
pub fn normalised(log: &str) -> String {
    let mut out = String::with_capacity(log.len());
    let mut group: Vec<(String, &str)> = Vec::new();
    for line in log.lines().map(str::trim_end).filter(|line| !line.is_empty() && *line != "{" && *line != "}")
    {
        let line = line.trim_start();
        match key(line) {
            Some(key) => group.push((key, line)),
            None => {
                flush(&mut group, &mut out);
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    flush(&mut group, &mut out);
    out
}

/// How far numbers of uniforms may lie apart where they may vary, in parts of the greatest of their line: an interpreter's own
/// rounding, and that to single floats.
const NEAR: f64 = 1.0 / (1 << 22) as f64;

/// A log in which lines that set uniforms to nearly the numbers of the expected log's lines are those.
pub fn near(expected: &str, found: &str) -> String {
    let mut lines = expected.lines();
    let one = |found: &str| match lines.next() {
        Some(expected) if is_near(expected, found) => format!("{expected}\n"),
        _ => format!("{found}\n"),
    };
    found.lines().map(one).collect()
}

fn is_near(expected: &str, found: &str) -> bool {
    let parted = |line: &str| {
        let (call, list) = line.strip_suffix("])")?.split_once(", [")?;
        let numbers: Option<Vec<f64>> = list.split(", ").map(|number| number.parse().ok()).collect();
        call.trim_start().starts_with("glUniform").then_some((call.to_owned(), numbers?))
    };
    let (Some((a, expected)), Some((b, found))) = (parted(expected), parted(found)) else { return false };
    let greatest = expected.iter().fold(0.0_f64, |greatest, number| greatest.max(number.abs()));
    let same = |(a, b): (&f64, &f64)| (a - b).abs() <= greatest * NEAR;
    a == b && expected.len() == found.len() && expected.iter().zip(&found).all(same)
}

fn flush(group: &mut Vec<(String, &str)>, out: &mut String) {
    // Stable: what sets the same stays as it came.
    group.sort_by(|(a, _), (b, _)| a.cmp(b));
    let many = group.len() > 1;
    out.push_str(if many { "{\n" } else { "" });
    for (_, line) in group.drain(..) {
        out.push_str(if many { "  " } else { "" });
        out.push_str(line);
        out.push('\n');
    }
    out.push_str(if many { "}\n" } else { "" });
}

#[cfg(test)]
mod tests {
    use super::normalised;

    #[test]
    fn numbers_that_may_vary_are_told_from_others() {
        let expected = "{\n  glUniform3fv(u, 1, [1, 0.00000000000000006, -5])\n  glViewport(0, 0, 1, 1)\n}\n";
        let found = |old: &str, new: &str| super::near(expected, &expected.replace(old, new));
        for (old, new) in [("0.00000000000000006", "0"), ("-5", "-5.0000005"), ("[1", "[0.9999999")] {
            assert_eq!(found(old, new), expected, "{new}");
        }
        for (old, new) in
            [("-5", "-5.00001"), ("[1", "[NaN"), ("[1, ", "["), ("(u", "(v"), ("0, 1, 1", "0, 1, 2")]
        {
            assert_ne!(found(old, new), expected, "{new}");
        }
    }

    #[test]
    fn neighbours_that_set_different_things_are_a_group() {
        let a = normalised("glEnable(GL_BLEND)\nglDepthMask(false)\nglDrawArrays(GL_POINTS, 0, 1)\n");
        let b = normalised("glDepthMask(false)\nglEnable(GL_BLEND)\nglDrawArrays(GL_POINTS, 0, 1)\n");
        assert_eq!(a, b);
        assert_eq!(a, "{\n  glDepthMask(false)\n  glEnable(GL_BLEND)\n}\nglDrawArrays(GL_POINTS, 0, 1)\n");
        assert_eq!(normalised(&a), a);
    }

    #[test]
    fn what_is_set_twice_keeps_its_order() {
        let a = normalised("glUniform1fv(a, 1, [0])\nglUniform1fv(a, 1, [1])\n");
        let b = normalised("glUniform1fv(a, 1, [1])\nglUniform1fv(a, 1, [0])\n");
        assert_ne!(a, b);
        assert_ne!(normalised("glEnable(A)\nglDisable(A)"), normalised("glDisable(A)\nglEnable(A)"));
    }

    #[test]
    fn a_call_may_come_anywhere_among_others() {
        let log = "glStencilMask(1)\nglDepthMask(false)\nglDepthMask(true)\nglLineWidth(1)\n";
        let moved = "glLineWidth(1)\nglDepthMask(false)\nglStencilMask(1)\nglDepthMask(true)\n";
        assert_eq!(normalised(log), normalised(moved));
        assert_ne!(
            normalised(log),
            normalised(&moved.replace("false", "x").replace("true", "false").replace('x', "true"))
        );
    }

    #[test]
    fn other_calls_keep_their_places() {
        let a = "glUseProgram(program 1)\nglUseProgram(program 2)\n";
        assert_eq!(normalised(a), a);
    }
}
