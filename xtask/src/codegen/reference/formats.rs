//! The table of formats.

use glir_spec::formats::{FormatClass, Support};
use glir_spec::generated::gl;
use glir_spec::{Feature, Format};

use super::table as markdown;

/// A row for each format.
pub(super) fn table() -> String {
    let rows = Format::ALL.iter().map(|&format| {
        let info = format.info();
        let texture = match (info.class, info.needs) {
            (FormatClass::Stencil, _) => "no".to_owned(),
            (_, None) => "yes".to_owned(),
            (_, Some(feature)) => needs(feature),
        };
        vec![
            format!("`\"{format}\"`"),
            (format as u8).to_string(),
            class(info.class).into(),
            channels(info.format).into(),
            info.texel_bytes.to_string(),
            format!("`{}`", info.encoding),
            texture,
            support(format.renderbuffer()),
            support(info.render),
            support(info.filter),
        ]
    });
    markdown(
        &[
            "format",
            "number",
            "holds",
            "channels",
            "bytes a texel",
            "element",
            "texture",
            "renderbuffer",
            "texture as attachment",
            "linear filter",
        ],
        rows,
    )
}

fn class(class: FormatClass) -> &'static str {
    match class {
        FormatClass::Float => "floats",
        FormatClass::Int => "signed integers",
        FormatClass::Uint => "unsigned integers",
        FormatClass::Depth => "depth",
        FormatClass::DepthStencil => "depth and stencil",
        FormatClass::Stencil => "stencil",
    }
}

/// The channels of an upload, in order.
fn channels(format: u32) -> &'static str {
    match format {
        gl::ALPHA => "alpha",
        gl::LUMINANCE => "luminance",
        gl::LUMINANCE_ALPHA => "luminance, alpha",
        gl::RED | gl::RED_INTEGER => "red",
        gl::RG | gl::RG_INTEGER => "red, green",
        gl::RGB | gl::RGB_INTEGER => "red, green, blue",
        gl::RGBA | gl::RGBA_INTEGER => "red, green, blue, alpha",
        gl::DEPTH_COMPONENT => "depth",
        gl::DEPTH_STENCIL => "depth, stencil",
        _ => "stencil",
    }
}

fn support(support: Support) -> String {
    match support {
        Support::Base => "yes".into(),
        Support::Needs(feature) => needs(feature),
        Support::Never => "no".into(),
    }
}

fn needs(feature: Feature) -> String {
    format!("`{feature}`")
}
