//! Progress of long work, on the standard error output and only if that is a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work of this many bytes or less is done before a bar could be read.
const WORTH_A_BAR: u64 = 64 << 20;

/// A bar over the bytes of a file.
pub(crate) fn over_bytes(total: u64) -> ProgressBar {
    if total <= WORTH_A_BAR {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(10));
    let style = ProgressStyle::with_template("{bar:30} {binary_bytes} of {binary_total_bytes}, {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
