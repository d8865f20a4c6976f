//! Rasters as images embedded in the SVG.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::scene::Raster;

/// The pixels as the data URL of a PNG.
pub(crate) fn data_url(raster: &Raster) -> String {
    format!("data:image/png;base64,{}", STANDARD.encode(png(raster)))
}

fn png(raster: &Raster) -> Vec<u8> {
    let rows = raster.pixels.len() / raster.columns.max(1);
    let size = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let bytes: Vec<u8> = raster.pixels.iter().flat_map(|color| [color.0, color.1, color.2]).collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, size(raster.columns), size(rows));
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // Writing to memory fails only if the size does not match the number of pixels.
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&bytes));
    debug_assert!(written.is_ok(), "{written:?}");
    file
}
