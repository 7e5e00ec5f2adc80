//! `glir apply`: a difference applied.

use crate::failure::{Failure, Outcome};
use crate::input::InputArgs;
use crate::trace::Cut;
use clap::Args;
use std::io::Write as _;
use std::path::PathBuf;

/// Make of one stream another, by what `glir diff --patch` has written
#[derive(Debug, Args)]
#[command(
    after_help = "The result is the other stream to the byte, as `glir convert --plain` writes it. A patch fits one stream, packed or not.\n\n\
    Examples:\n  \
    glir apply a.glir ab.patch -o b-again.glir          behind glir diff a.glir b.glir --patch ab.patch"
)]
pub(crate) struct Apply {
    #[command(flatten)]
    cut: Cut,
    /// What `glir diff --patch` has written
    #[arg(value_name = "PATCH")]
    patch: PathBuf,
}

impl Apply {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let patch = InputArgs::named(&self.patch).open()?;
        let mut trouble = None;
        self.cut
            .write(|trace, out| {
                Ok(match glir_trace::apply(trace.bytes(), &patch) {
                    Ok(bytes) => out.write_all(&bytes),
                    Err(error) => {
                        trouble = Some(Failure::about(&patch.name, &error));
                        Err(std::io::Error::other(error))
                    }
                })
            })
            .map_err(|failure| trouble.unwrap_or(failure))?;
        Ok(Outcome::Fine)
    }
}
