//! Zip archives, whose members are read where they are.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use netviz_model::{limits, text};
use prost::bytes::Bytes;
use zip::read::{ArchiveOffset, Config};
use zip::{CompressionMethod, ZipArchive};

/// An archive starts where the file does. By default, `zip` searches for the start, and may find that of an archive which is
/// a member.
const CONFIG: Config = Config { archive_offset: ArchiveOffset::Known(0) };

/// A zip archive in memory.
#[derive(Debug)]
pub(crate) struct Archive {
    bytes: Bytes,
    zip: ZipArchive<Cursor<Bytes>>,
}

impl Archive {
    /// Whether a file starts as an archive does.
    pub(crate) fn detects(start: &[u8]) -> bool {
        start.starts_with(b"PK\x03\x04")
    }

    /// The paths of the members of an archive, without copying it; none if the bytes are no whole archive.
    pub(crate) fn members(bytes: &[u8]) -> Vec<String> {
        if !bytes.starts_with(b"PK\x03\x04") {
            return Vec::new();
        }
        let Ok(zip) = ZipArchive::with_config(CONFIG, Cursor::new(bytes)) else { return Vec::new() };
        zip.file_names().filter_map(Result::ok).map(Cow::into_owned).collect()
    }

    /// The archive that a file is. Only its table of contents is read.
    ///
    /// # Errors
    /// If it is none, or is damaged.
    pub(crate) fn open(bytes: &Bytes) -> Result<Self, String> {
        let zip = ZipArchive::with_config(CONFIG, Cursor::new(bytes.clone())).map_err(|error| error.to_string())?;
        Ok(Self { bytes: bytes.clone(), zip })
    }

    /// The paths of the members, without those that are no text.
    pub(crate) fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.zip.file_names().filter_map(Result::ok)
    }

    /// The contents of a member: a slice of the archive if it is stored as it is, and decompressed otherwise.
    ///
    /// # Errors
    /// If there is no such member, it is damaged, or it has more than `most` bytes after decompression, or more than an
    /// archive of this size may contain.
    pub(crate) fn read(&mut self, name: &str, most: usize) -> Result<Bytes, String> {
        let damaged = |reason: String| format!("the member `{name}` of the archive cannot be read: {reason}");
        let file = self.zip.by_name(name).map_err(|error| damaged(error.to_string()))?;
        if file.compression() == CompressionMethod::Stored && !file.encrypted() {
            let range = file.data_start().and_then(|start| {
                let start = usize::try_from(start).ok()?;
                let end = start.checked_add(usize::try_from(file.compressed_size()).ok()?)?;
                (end <= self.bytes.len()).then_some(start..end)
            });
            return range
                .map(|range| self.bytes.slice(range))
                .ok_or_else(|| damaged("it ends behind the archive".into()));
        }
        let most = most.min(usize::try_from(limits::unpacked(self.bytes.len() as u64)).unwrap_or(usize::MAX));
        let mut contents = Vec::with_capacity(usize::try_from(file.size()).unwrap_or(most).min(most));
        // One byte more shows that there are too many.
        file.take(most as u64 + 1).read_to_end(&mut contents).map_err(|error| damaged(error.to_string()))?;
        if contents.len() > most {
            return Err(damaged(format!("it has more than {} after decompression", text::bytes(most as u64))));
        }
        Ok(contents.into())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(method: CompressionMethod, contents: &[u8]) -> Bytes {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("a/b", SimpleFileOptions::default().compression_method(method)).expect("memory");
        zip.write_all(contents).expect("memory");
        zip.finish().expect("memory").into_inner().into()
    }

    #[test]
    fn a_stored_member_is_a_slice_of_the_archive() {
        let bytes = archive(CompressionMethod::Stored, b"weights");
        let mut archive = Archive::open(&bytes).expect("an archive");
        assert_eq!(archive.names().collect::<Vec<_>>(), ["a/b"]);
        let member = archive.read("a/b", 0).expect("a member");
        assert_eq!(member, "weights");
        assert!(bytes.as_ptr_range().contains(&member.as_ptr()));
        assert!(archive.read("c", 100).is_err());
    }

    #[test]
    fn a_compressed_member_is_limited() {
        let bytes = archive(CompressionMethod::Deflated, &vec![0; 100_000]);
        assert!(bytes.len() < 1000);
        let mut archive = Archive::open(&bytes).expect("an archive");
        assert_eq!(archive.read("a/b", 100_000).map(|member| member.len()), Ok(100_000));
        let error = archive.read("a/b", 99_999).expect_err("too many bytes");
        assert!(error.ends_with("it has more than 97.66 KiB after decompression"), "{error}");
    }

    #[test]
    fn damage_is_an_error() {
        let bytes = archive(CompressionMethod::Stored, b"weights");
        assert!(Archive::open(&bytes.slice(..bytes.len() - 5)).is_err());
        assert!(Archive::open(&Bytes::from_static(b"PK\x03\x04")).is_err());
    }
}
