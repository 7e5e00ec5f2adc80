//! Pictures as PNG files.

use crate::image::Picture;
use std::io::Cursor;

/// The most pixels that a PNG is decoded to.
const MOST: u64 = 1 << 26;

/// Decodes a PNG of 8 bits a channel, RGB or RGBA.
///
/// # Errors
/// One sentence.
pub fn decode(bytes: &[u8]) -> Result<Picture, String> {
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().map_err(|error| error.to_string())?;
    let info = reader.info();
    let (width, height, color, depth) = (info.width, info.height, info.color_type, info.bit_depth);
    if u64::from(width) * u64::from(height) > MOST || depth != png::BitDepth::Eight {
        return Err("the picture is too large, or not of 8 bits a channel".into());
    }
    let mut pixels = vec![0; reader.output_buffer_size().unwrap_or(0)];
    let frame = reader.next_frame(&mut pixels).map_err(|error| error.to_string())?;
    pixels.truncate(frame.buffer_size());
    let rgba = match color {
        png::ColorType::Rgba => pixels,
        png::ColorType::Rgb => pixels.chunks_exact(3).flat_map(|rgb| [rgb[0], rgb[1], rgb[2], 255]).collect(),
        other => return Err(format!("the picture is of type {other:?}")),
    };
    Picture::new(width, height, rgba).ok_or_else(|| "the picture ends too early".into())
}

/// The picture as a PNG: the same bytes for the same picture.
///
/// # Errors
/// One sentence; a picture without pixels has no PNG.
pub fn encode(picture: &Picture) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width, picture.height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().map_err(|error| error.to_string())?;
    writer.write_image_data(&picture.rgba).map_err(|error| error.to_string())?;
    writer.finish().map_err(|error| error.to_string())?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};
    use crate::image::Picture;

    #[test]
    fn a_picture_comes_back() {
        let picture = Picture::new(3, 2, (0..24).collect()).unwrap();
        assert_eq!(decode(&encode(&picture).unwrap()), Ok(picture));
        assert!(decode(b"no picture").is_err());
    }
}
