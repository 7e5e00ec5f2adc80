//! Installing with apt-get: as root, through a sudo that asks for no password, or by telling the user what to type.

use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result};

use super::needs::{Layer, Need};
use crate::run;

/// An apt-get that this user may run.
pub(crate) struct Apt {
    sudo: bool,
}

impl Apt {
    /// Nothing where there is no apt-get, or no right to use it.
    pub(crate) fn find() -> Option<Self> {
        run::which("apt-get")?;
        if is_root() {
            return Some(Self { sudo: false });
        }
        run::quietly(Command::new("sudo").args(["-n", "true"])).then_some(Self { sudo: true })
    }

    /// Fetches the package lists. A failure is only told: the lists at hand may do.
    pub(crate) fn update(&self) {
        println!("setup: fetching the package lists (apt-get update)");
        match captured(&mut self.command(&["update"])) {
            Ok(output) if output.status.success() => {}
            Ok(output) => println!("setup: apt-get update failed:\n{}", last_lines(&output)),
            Err(error) => println!("setup: {error:#}"),
        }
    }

    /// Installs the packages of some needs of one layer. A failure is told; what is still missing is for the caller
    /// to find out.
    pub(crate) fn install(&self, layer: Layer, needs: &[&Need]) -> Result<()> {
        let packages = packages(needs);
        println!("setup: installing {} (for {})", packages.join(" "), layer.name());
        let mut command = self.command(&["install", "-y", "--no-install-recommends"]);
        let output = captured(command.args(&packages))?;
        if !output.status.success() {
            println!("setup: `{}` failed:\n{}", run::line(&command), last_lines(&output));
        }
        Ok(())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        // sudo drops the environment, so the variable goes through env. The wait is for another apt-get at work.
        let words =
            ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=120"];
        let mut command = Command::new(if self.sudo { "sudo" } else { words[0] });
        command.args(if self.sudo { &["-n", "env"][..] } else { &[] }).args(&words[1..]).args(arguments);
        command
    }
}

/// Tells how to get what is missing by hand; says nothing if nothing is.
pub(crate) fn advise(missing: &[&Need]) {
    if missing.is_empty() {
        return;
    }
    if run::which("apt-get").is_some() {
        let sudo = if is_root() { "" } else { "sudo " };
        println!("setup: to install what is missing, run:");
        println!(
            "    {sudo}apt-get update && {sudo}apt-get install -y --no-install-recommends {}",
            packages(missing).join(" ")
        );
    } else {
        println!("setup: this machine has no apt-get; with its own package manager, install:");
        for need in missing {
            println!("    {} (in Debian: {})", need.what, need.packages.join(" "));
        }
    }
}

/// The packages of some needs, each once.
fn packages(needs: &[&Need]) -> Vec<&'static str> {
    let mut packages = Vec::new();
    for package in needs.iter().flat_map(|need| need.packages) {
        if !packages.contains(package) {
            packages.push(*package);
        }
    }
    packages
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").stdin(Stdio::null()).output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn captured(command: &mut Command) -> Result<Output> {
    let output = command.stdin(Stdio::null()).output();
    output.with_context(|| format!("`{}` can't be started", run::line(command)))
}

/// The end of what a failed command said, indented.
fn last_lines(output: &Output) -> String {
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let lines: Vec<_> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    let tail = &lines[lines.len().saturating_sub(8)..];
    tail.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::packages;
    use crate::setup::needs::{Layer, of};

    #[test]
    fn each_package_is_asked_for_once() {
        let needs: Vec<_> = of(Layer::ALL).chain(of(Layer::ALL)).collect();
        let wanted = packages(&needs);
        let mut once = wanted.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), wanted.len());
        assert!(wanted.contains(&"libegl-mesa0"));
    }
}
