//! The example is drawn, and looks like something.

#![allow(clippy::unwrap_used)]

#[path = "../../gloo/examples/common/shown.rs"]
mod shown;
#[path = "../examples/waves.rs"]
mod waves;

#[test]
fn the_example_draws() {
    let (header, frames) = waves::picture().unwrap();
    shown::holds(&header, &frames);
}
