//! The record format of event files: [`TFRecord`].
//!
//! A record consists of the length of the data as a 64-bit number, the checksum of the length, the data, and the
//! checksum of the data, all little-endian.
//!
//! [`TFRecord`]: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details

/// Bytes of the length and its checksum.
const HEADER: usize = 12;
/// Bytes of a checksum.
const CHECKSUM: usize = 4;

/// Appends a record that holds `data`.
pub(super) fn push(bytes: &mut Vec<u8>, data: &[u8]) {
    let length = (data.len() as u64).to_le_bytes();
    bytes.extend_from_slice(&length);
    bytes.extend_from_slice(&checksum(&length));
    bytes.extend_from_slice(data);
    bytes.extend_from_slice(&checksum(data));
}

/// The data of the first record, and the bytes after it. `None` if there is no complete and intact record.
pub(super) fn split_first(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (header, rest) = bytes.split_at_checked(HEADER)?;
    let (length, sum) = header.split_first_chunk::<8>()?;
    if sum != checksum(length) {
        return None;
    }
    let (data, rest) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    let (sum, rest) = rest.split_at_checked(CHECKSUM)?;
    (sum == checksum(data)).then_some((data, rest))
}

/// Masked CRC-32C. The mask avoids problems with data that contains CRCs itself.
fn checksum(data: &[u8]) -> [u8; CHECKSUM] {
    crc32c::crc32c(data).rotate_right(15).wrapping_add(0xa282_ead8).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_until_the_first_byte_that_is_wrong() {
        let mut bytes = Vec::new();
        push(&mut bytes, b"one");
        let first = bytes.len();
        push(&mut bytes, b"");
        let (data, rest) = split_first(&bytes).expect("a record");
        assert_eq!((data, split_first(rest)), (b"one".as_slice(), Some(([].as_slice(), [].as_slice()))));
        for index in 0..first {
            let mut damaged = bytes[..first].to_vec();
            damaged[index] ^= 1;
            assert_eq!(split_first(&damaged), None, "byte {index}");
            assert_eq!(split_first(&bytes[..index]), None, "{index} bytes");
        }
    }
}
