//! What differs between operating systems.

/// Whether a display server is named for a window to be opened on.
#[cfg(all(unix, not(target_vendor = "apple")))]
pub(crate) fn display_is_there() -> bool {
    ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Elsewhere than on Wayland and X11 the system has a display, or says so itself.
#[cfg(not(all(unix, not(target_vendor = "apple"))))]
pub(crate) fn display_is_there() -> bool {
    true
}
