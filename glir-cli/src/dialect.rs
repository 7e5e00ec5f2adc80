//! What differs between operating systems.

use tempfile::Builder;

/// A file beside the one that it will replace, with the rights that a new file has.
pub(crate) fn temporary_file() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(".glir-").suffix(".part");
    usual_rights(&mut builder);
    builder
}

#[cfg(unix)]
fn usual_rights(builder: &mut Builder<'_, '_>) {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;
    // The process's umask takes from these what the user does not want to give.
    builder.permissions(Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn usual_rights(_: &mut Builder<'_, '_>) {}
