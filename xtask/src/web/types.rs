//! Holds the package's declarations against a program that uses them, with TypeScript's own compiler.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use super::tools::TSC;
use crate::root::Root;
use crate::run;

/// What uses the declarations, below the root. Lines that must not pass say so with `@ts-expect-error`.
const PROGRAM: &str = "glir-web/browser/types/use.ts";

/// As strict as a program may be, and nothing of other packages.
const OPTIONS: &str = r#"{ "compilerOptions": { "noEmit": true, "strict": true, "target": "es2022", "module": "nodenext",
  "lib": ["es2022", "dom", "dom.iterable"], "types": [], "exactOptionalPropertyTypes": true }, "files": ["use.ts"] }
"#;

/// Checks the built package's declarations, or says why that could not be.
pub(super) fn check(root: &Root, package: &Path) -> Result<()> {
    let program = match TSC.find(root)? {
        Ok(program) => program,
        Err(reason) => {
            println!("web: the declarations are not checked: {reason}");
            return Ok(());
        }
    };
    // The program imports `glir-web`, as anyone's would: it stands where that name leads to the built package.
    let folder = package.join("../types-check");
    std::fs::create_dir_all(folder.join("node_modules"))?;
    std::fs::copy(root.join(PROGRAM), folder.join("use.ts"))?;
    std::fs::write(folder.join("package.json"), "{ \"type\": \"module\" }\n")?;
    std::fs::write(folder.join("tsconfig.json"), OPTIONS)?;
    copy_tree(package, &folder.join("node_modules/glir-web"))?;
    let mut command = Command::new(program);
    command.args(["--project", "."]).current_dir(&folder);
    let passed = run::succeeds(&mut command)?;
    std::fs::remove_dir_all(&folder)?;
    ensure!(passed, "the package's declarations are wrong; TypeScript's reason stands above");
    println!("web: the declarations suit {PROGRAM}");
    Ok(())
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
