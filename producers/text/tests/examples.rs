//! The example is drawn, and looks like something.

#![allow(clippy::unwrap_used)]

#[path = "../../gloo/examples/common/shown.rs"]
mod shown;
#[path = "../examples/words.rs"]
mod words;

#[test]
fn the_example_draws() {
    let (header, frames) = words::picture().unwrap();
    shown::holds(&header, &frames);
}
