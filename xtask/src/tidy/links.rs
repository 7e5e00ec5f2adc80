//! Links between the documents lead somewhere.

use super::house::{House, Violation};

/// Every relative link of a Markdown file names a file or folder of the house.
pub(crate) fn relative(house: &House) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in house.files.iter().filter(|file| file.name.ends_with(".md")) {
        let mut fenced = false;
        for (number, line) in file.lines() {
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
            }
            if fenced {
                continue;
            }
            for target in targets(line) {
                let path = target.split('#').next().unwrap_or_default();
                if !path.is_empty() && !resolves(house, &file.name, path) {
                    violations.push(file.violation(number, format!("the link to {path} leads nowhere")));
                }
            }
        }
    }
    violations
}

/// The targets of a line's links that are not addresses; what stands in backticks is no link.
fn targets(line: &str) -> Vec<&str> {
    let mut targets = Vec::new();
    for (index, piece) in line.split("](").enumerate() {
        let quoted =
            line.split("](").take(index).map(|before| before.matches('`').count()).sum::<usize>() % 2 == 1;
        if index == 0 || quoted {
            continue;
        }
        let target = piece.split([')', ' ']).next().unwrap_or_default();
        if !target.contains("://") && !target.starts_with("mailto:") {
            targets.push(target);
        }
    }
    targets
}

fn resolves(house: &House, from: &str, path: &str) -> bool {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                if steps.pop().is_none() {
                    return false;
                }
            }
            step => steps.push(step),
        }
    }
    steps.is_empty() || house.names.contains(&steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::relative;
    use crate::tidy::house::tests::house;

    #[test]
    fn a_dead_link_is_found() {
        let text = "[a](a.md#part) ![p](../pictures/p.png) [w](https://example.org) [here](#here)\n\
            [dead](gone.md) and `[code](gone.md)`\n\
            ```\n[fenced](gone.md)\n```\n\
            [out](../../out.md) [up](..)\n";
        let mut house = house(&[("docs/index.md", text), ("docs/a.md", "# A\n")]);
        house.names.insert("pictures/p.png".into());
        let found: Vec<_> = relative(&house).into_iter().map(|found| found.to_string()).collect();
        assert_eq!(
            found,
            [
                "docs/index.md:2: the link to gone.md leads nowhere",
                "docs/index.md:6: the link to ../../out.md leads nowhere",
            ]
        );
    }
}
