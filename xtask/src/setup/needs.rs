//! What GLIR needs of a machine beside Rust, why, and which Debian packages bring it.

/// A part of the work that a machine may or may not be able to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Layer {
    /// Compiling and linking; the tests on the trace backend need no more.
    Build,
    /// Headless drawing on GL, GLES 2 and GLES 3.
    Drawing,
    /// `glir play`, and its test on a virtual display.
    Window,
    /// Trying the browser's interpreter in a real browser.
    Browser,
    /// Shrinking its module; without it the module is larger.
    Shrink,
    /// Compiling it where rustup can't bring the target: asked for only then.
    Wasm,
    /// The benchmarks' instruction counts.
    Bench,
}

impl Layer {
    /// All layers that every machine is asked for, the most needed first.
    pub(crate) const ALL: &'static [Self] =
        &[Self::Build, Self::Drawing, Self::Window, Self::Browser, Self::Shrink, Self::Bench];

    /// The layer's name in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Drawing => "drawing",
            Self::Window => "window",
            Self::Browser => "browser",
            Self::Shrink => "shrink",
            Self::Wasm => "wasm",
            Self::Bench => "bench",
        }
    }

    /// Whether GLIR is of little use without it.
    pub(crate) fn is_vital(self) -> bool {
        matches!(self, Self::Build | Self::Drawing)
    }
}

/// One thing that a layer needs.
pub(crate) struct Need {
    /// Its name, as an error message would say it.
    pub(crate) what: &'static str,
    pub(crate) layer: Layer,
    pub(crate) probe: Probe,
    /// The Debian and Ubuntu packages that bring it.
    pub(crate) packages: &'static [&'static str],
}

/// How to find out whether a need is met.
pub(crate) enum Probe {
    /// A program on the `PATH`.
    Program(&'static str),
    /// A shared library that the dynamic linker finds.
    Library(&'static str),
    /// A driver that libEGL can load, and for Mesa its software renderer too.
    EglDriver,
}

/// The needs of some layers, in the table's order.
pub(crate) fn of(layers: &[Layer]) -> impl Iterator<Item = &'static Need> {
    NEEDS.iter().filter(move |need| layers.contains(&need.layer))
}

const NEEDS: &[Need] = &[
    program(Layer::Build, "cc", &["gcc", "libc6-dev"]),
    library(Layer::Drawing, "libEGL.so.1", &["libegl1"]),
    library(Layer::Drawing, "libGL.so.1", &["libgl1"]),
    library(Layer::Drawing, "libGLESv2.so.2", &["libgles2"]),
    Need {
        what: "an EGL driver",
        layer: Layer::Drawing,
        probe: Probe::EglDriver,
        packages: &["libegl-mesa0", "libgl1-mesa-dri"],
    },
    // winit opens these at run time, so a build does not notice that they are missing.
    library(Layer::Window, "libX11.so.6", &["libx11-6"]),
    library(Layer::Window, "libX11-xcb.so.1", &["libx11-xcb1"]),
    library(Layer::Window, "libXcursor.so.1", &["libxcursor1"]),
    library(Layer::Window, "libXi.so.6", &["libxi6"]),
    library(Layer::Window, "libxkbcommon.so.0", &["libxkbcommon0"]),
    library(Layer::Window, "libxkbcommon-x11.so.0", &["libxkbcommon-x11-0"]),
    library(Layer::Window, "libwayland-client.so.0", &["libwayland-client0"]),
    library(Layer::Window, "libwayland-egl.so.1", &["libwayland-egl1"]),
    program(Layer::Window, "Xvfb", &["xvfb"]),
    // The window test presses keys with it.
    program(Layer::Window, "xdotool", &["xdotool"]),
    program(Layer::Browser, "chromium", &["chromium"]),
    program(Layer::Browser, "chromedriver", &["chromium-driver"]),
    // It fetches wasm-opt.
    program(Layer::Shrink, "npm", &["npm"]),
    program(Layer::Wasm, "/usr/bin/rustc", &["rustc-web", "rust-web-src"]),
    program(Layer::Wasm, "/usr/bin/cargo", &["cargo-web"]),
    program(Layer::Wasm, "wasm-ld-22", &["lld-22"]),
    program(Layer::Bench, "valgrind", &["valgrind"]),
];

const fn program(layer: Layer, name: &'static str, packages: &'static [&'static str]) -> Need {
    Need { what: name, layer, probe: Probe::Program(name), packages }
}

const fn library(layer: Layer, name: &'static str, packages: &'static [&'static str]) -> Need {
    Need { what: name, layer, probe: Probe::Library(name), packages }
}

#[cfg(test)]
mod tests {
    use super::{Layer, of};

    #[test]
    fn every_layer_has_needs_and_every_need_a_package() {
        for layer in Layer::ALL {
            assert!(of(&[*layer]).count() > 0, "{} needs nothing", layer.name());
        }
        assert!(of(Layer::ALL).all(|need| !need.packages.is_empty()));
    }
}
