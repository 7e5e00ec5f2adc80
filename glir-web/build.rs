//! Keeps the stack of the module small, so that addresses in its code and data are short.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        // 128 KiB; nothing recurses, and the deepest calls take a few.
        println!("cargo:rustc-cdylib-link-arg=-zstack-size=131072");
    }
}
