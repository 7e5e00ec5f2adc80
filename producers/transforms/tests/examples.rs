//! The example is drawn, and looks like something.

#![allow(clippy::unwrap_used)]

#[path = "../examples/globe.rs"]
mod globe;
#[path = "../../gloo/examples/common/shown.rs"]
mod shown;

#[test]
fn the_example_draws() {
    let (header, frames) = globe::picture().unwrap();
    shown::holds(&header, &frames);
}
