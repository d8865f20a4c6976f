//! Checks that image files are complete. Decoders are lenient and fill in missing data.

use image::ImageFormat;

/// Whether a file has the end that its format requires. BMP requires none; its decoder notices missing data.
pub(super) fn is_complete(format: ImageFormat, bytes: &[u8]) -> bool {
    let end = match format {
        ImageFormat::Png => png(bytes),
        ImageFormat::Jpeg => jpeg(bytes).map(|_| ()),
        ImageFormat::Gif => gif(bytes),
        ImageFormat::WebP => webp(bytes),
        _ => Some(()),
    };
    end.is_some()
}

/// Whether a complete JPEG is progressive.
pub(super) fn is_progressive(bytes: &[u8]) -> bool {
    jpeg(bytes).is_some_and(|(frame, _)| frame == Frame::Progressive)
}

/// The position after the last scan of a complete JPEG.
pub(super) fn end_of_scans(bytes: &[u8]) -> Option<usize> {
    jpeg(bytes).map(|(_, end)| end)
}

/// Reads the chunks up to `IEND` (PNG specification, section 5).
fn png(bytes: &[u8]) -> Option<()> {
    let mut rest = bytes.get(8..)?;
    loop {
        let length = u32::from_be_bytes(*rest.first_chunk()?) as usize;
        let kind = rest.get(4..8)?;
        rest = rest.get(8..)?.get(length..)?.get(4..)?;
        if kind == b"IEND" {
            return Some(());
        }
    }
}

/// The coding of a JPEG.
#[derive(Debug, PartialEq)]
enum Frame {
    Baseline,
    Progressive,
}

/// Reads the segments up to the end-of-image marker (ITU-T T.81, annex B). Returns the coding and the position of the
/// marker.
fn jpeg(bytes: &[u8]) -> Option<(Frame, usize)> {
    const START_OF_PROGRESSIVE: u8 = 0xC2;
    const RESTART_TO_START: std::ops::RangeInclusive<u8> = 0xD0..=0xD8;
    const END: u8 = 0xD9;
    let mut frame = Frame::Baseline;
    let mut rest = bytes;
    loop {
        // Find the next marker. The bytes before it are scan data, in which 0xFF is followed by 0.
        let position = rest.windows(2).position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0 | 1 | 0xFF))?;
        let marker = rest[position + 1];
        rest = &rest[position + 2..];
        match marker {
            END => return Some((frame, bytes.len() - rest.len() - 2)),
            marker if RESTART_TO_START.contains(&marker) => continue,
            START_OF_PROGRESSIVE => frame = Frame::Progressive,
            _ => {}
        }
        let length = u16::from_be_bytes(*rest.first_chunk()?);
        rest = rest.get(usize::from(length)..)?;
    }
}

/// Reads the blocks up to the trailer (`GIF89a` specification).
fn gif(bytes: &[u8]) -> Option<()> {
    const EXTENSION: u8 = 0x21;
    const IMAGE: u8 = 0x2C;
    const TRAILER: u8 = 0x3B;
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut rest = bytes.get(13 + table(*bytes.get(10)?)..)?;
    loop {
        let (&kind, after) = rest.split_first()?;
        rest = match kind {
            TRAILER => return Some(()),
            EXTENSION => after.get(1..)?,
            IMAGE => after.get(9 + table(*after.get(8)?) + 1..)?,
            _ => return None,
        };
        // Sub-blocks, each preceded by its length, up to an empty one.
        loop {
            let (&length, after) = rest.split_first()?;
            rest = after.get(usize::from(length)..)?;
            if length == 0 {
                break;
            }
        }
    }
}

/// Checks that there are as many bytes as the header says (WebP container specification).
fn webp(bytes: &[u8]) -> Option<()> {
    let length = u32::from_le_bytes(*bytes.get(4..)?.first_chunk()?) as usize;
    bytes.get(8..)?.get(..length).map(|_| ())
}
