//! Metadata of GGUF: names and values.

use super::bytes::Reader;

/// Characters of a value that are kept.
const LONGEST: usize = 200;
/// Arrays within arrays.
const DEPTH: usize = 8;

const STRING: u32 = 8;
const ARRAY: u32 = 9;

/// The text of a value of a type; `None` if it is damaged.
pub(super) fn value(reader: &mut Reader, ty: u32) -> Option<String> {
    Some(match ty {
        0 => u8::from_le_bytes(reader.array()?).to_string(),
        1 => i8::from_le_bytes(reader.array()?).to_string(),
        2 => u16::from_le_bytes(reader.array()?).to_string(),
        3 => i16::from_le_bytes(reader.array()?).to_string(),
        4 => reader.u32()?.to_string(),
        5 => i32::from_le_bytes(reader.array()?).to_string(),
        6 => f32::from_le_bytes(reader.array()?).to_string(),
        7 => (reader.array::<1>()? != [0]).to_string(),
        STRING => {
            let text = String::from_utf8_lossy(reader.text()?);
            match text.char_indices().nth(LONGEST) {
                Some((end, _)) => format!("{}…", &text[..end]),
                None => text.into_owned(),
            }
        }
        ARRAY => {
            let length = skip_array(reader, 0)?;
            format!("{length} values")
        }
        10 => reader.u64()?.to_string(),
        11 => i64::from_le_bytes(reader.array()?).to_string(),
        12 => f64::from_le_bytes(reader.array()?).to_string(),
        _ => return None,
    })
}

/// Skips an array, and returns its length.
fn skip_array(reader: &mut Reader, depth: usize) -> Option<usize> {
    let ty = reader.u32()?;
    let size = match ty {
        0 | 1 | 7 => 1,
        2 | 3 => 2,
        4..=6 => 4,
        // A text has its length before it, an array its type and length.
        10..=12 | STRING => 8,
        ARRAY => 12,
        _ => return None,
    };
    let length = reader.count(size)?;
    match ty {
        STRING => (0..length).try_for_each(|_| reader.text().map(|_| ()))?,
        ARRAY if depth < DEPTH => (0..length).try_for_each(|_| skip_array(reader, depth + 1).map(|_| ()))?,
        ARRAY => return None,
        _ => {
            reader.take(length.checked_mul(size)?)?;
        }
    }
    Some(length)
}
