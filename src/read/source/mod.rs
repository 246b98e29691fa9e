//! Opens an input as bytes, which are decompressed as they are read.

mod frames;
mod gzip;
mod transcode;
mod unpacked;

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::Encoding;

#[cfg(feature = "parquet")]
use crate::read::blocks::Blocks;
use crate::read::buffer::Buffer;
use crate::read::limit::RecordLimit;
use crate::read::walk::{Compression, Input, unreadable};
use frames::frames;
pub(crate) use frames::free_memory;
use gzip::GzipMembers;
use transcode::Transcoder;
use unpacked::Unpacked;

/// How much of a compressed file is fetched from disk at a time: enough that
/// a system call costs nothing against the decompression.
const BUFFER_BYTES: usize = 256 * 1024;

/// Files below this are read at once.
const STREAM_FROM_BYTES: u64 = 1024 * 1024;

/// Bytes by which a buffer grows at the least: a chunk.
const STEP_BYTES: u64 = 2 << 20;

/// Documents and records from this size on are read one after the other, so
/// that memory holds one of them at a time and the next one that waits.
pub(crate) const LARGE_BYTES: usize = 32 << 20;

/// An open input, which is read once, front to back.
pub(crate) struct Source {
    reader: Box<dyn Read + Send>,
    ahead: Vec<u8>,
    fault: Option<io::Error>,
    on_disk: Arc<AtomicU64>,
    compressed_as: Option<&'static str>,
    /// The file that it reads, where that is all that it does.
    file: Option<File>,
    limit: RecordLimit,
}

impl Source {
    fn new(reader: Box<dyn Read + Send>, on_disk: Arc<AtomicU64>, limit: RecordLimit) -> Source {
        Source {
            reader,
            ahead: Vec::new(),
            fault: None,
            on_disk,
            compressed_as: None,
            file: None,
            limit,
        }
    }

    /// Returns the first bytes, `len` or more unless the input is shorter,
    /// without consuming them.
    ///
    /// An input that breaks off counts as ending there.
    pub(crate) fn head(&mut self, len: usize) -> &[u8] {
        let missing = len.saturating_sub(self.ahead.len()) as u64;
        if self.fault.is_none() && missing > 0 {
            let taken = (&mut self.reader)
                .take(missing)
                .read_to_end(&mut self.ahead);
            self.fault = taken.err();
        }
        &self.ahead
    }

    /// Appends up to `len` more bytes to `into`; fewer only at the end or at
    /// an error, and then what came before the error has been appended.
    pub(crate) fn read_more(&mut self, len: u64, into: &mut Vec<u8>) -> io::Result<usize> {
        let before = into.len();
        let ahead = self
            .ahead
            .len()
            .min(usize::try_from(len).unwrap_or(usize::MAX));
        into.extend(self.ahead.drain(..ahead));
        if self.ahead.is_empty() {
            if let Some(fault) = self.fault.take() {
                return Err(fault);
            }
            let mut missing = len - ahead as u64;
            while missing > 0 {
                // Doubled, as a vector is by itself, it would take twice what
                // a large document does.
                let step = missing.min((into.len() as u64 / 8).max(STEP_BYTES));
                into.reserve_exact(step as usize);
                let taken = (&mut self.reader).take(step).read_to_end(into)?;
                if (taken as u64) < step {
                    break;
                }
                missing -= step;
            }
        }
        Ok(into.len() - before)
    }

    /// As [`read_more`](Source::read_more), into memory that was used before.
    pub(crate) fn read_into(&mut self, len: usize, into: &mut Buffer) -> io::Result<()> {
        let ahead = self.ahead.len().min(len);
        into.extend_from_slice(&self.ahead[..ahead]);
        self.ahead.drain(..ahead);
        if self.ahead.is_empty() {
            if let Some(fault) = self.fault.take() {
                return Err(fault);
            }
            let mut missing = len - ahead;
            while missing > 0 {
                let spare = into.spare(missing);
                match self.reader.read(&mut spare[..missing]) {
                    Ok(0) => break,
                    Ok(taken) => {
                        into.extend_by(taken);
                        missing -= taken;
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// Returns the source for reads anywhere in it: a file as it is, all else
    /// in memory; or why it can't be read.
    #[cfg(feature = "parquet")]
    pub(crate) fn into_blocks(mut self) -> Result<Blocks, String> {
        if let Some(file) = self.file.take() {
            return Blocks::of_file(file).map_err(|error| unreadable(&error));
        }
        let bytes = self.into_bytes()?;
        Ok(Blocks::Owned(bytes::Bytes::from_owner(bytes)))
    }

    /// Returns the same as UTF-8.
    pub(crate) fn transcoded(mut self, encoding: &'static Encoding) -> Source {
        let ahead = Cursor::new(std::mem::take(&mut self.ahead));
        let reader = ahead.chain(self.reader);
        Source {
            reader: Box::new(Transcoder::new(Box::new(reader), encoding)),
            file: None,
            ..self
        }
    }

    /// Returns all bytes, or why they can't be read: among other reasons
    /// because they are more than a document may have.
    ///
    /// Takes no more memory than that limit, and calls `before_much` before it
    /// takes more than a document does that many can be read of at a time.
    pub(crate) fn into_bytes_after(
        mut self,
        before_much: impl FnOnce(),
    ) -> Result<Vec<u8>, String> {
        let most = self.limit.bytes();
        let mut bytes = std::mem::take(&mut self.ahead);
        let little = LARGE_BYTES.saturating_sub(bytes.len()) as u64;
        let broken_off = self.read_more(little, &mut bytes);
        broken_off.map_err(|error| self.broken(&error))?;
        if bytes.len() < LARGE_BYTES {
            return match bytes.len() as u64 > most {
                true => Err(self.limit.exceeded("document")),
                false => Ok(bytes),
            };
        }
        before_much();
        if let Some(file) = &self.file {
            // A file that has holes, and so is huge on a small disk, is
            // refused before it is read.
            let len = file.metadata().map_or(0, |metadata| metadata.len());
            if len > most {
                return Err(self.limit.exceeded("document"));
            }
        }
        let missing = (most + 1).saturating_sub(bytes.len() as u64);
        match self.read_more(missing, &mut bytes) {
            Ok(_) if bytes.len() as u64 > most => Err(self.limit.exceeded("document")),
            Ok(_) => Ok(bytes),
            Err(error) => Err(self.broken(&error)),
        }
    }

    /// Returns the same without a call.
    #[cfg(any(feature = "parquet", test))]
    pub(crate) fn into_bytes(self) -> Result<Vec<u8>, String> {
        self.into_bytes_after(|| {})
    }

    /// Returns how many bytes a record may take.
    pub(crate) fn limit(&self) -> RecordLimit {
        self.limit
    }

    /// Returns a message if what was read so far holds incomparably more records
    /// than bytes on disk.
    pub(crate) fn too_many(&self, records: u64) -> Option<String> {
        self.compressed_as?;
        self.limit.too_many("records", records, self.on_disk())
    }

    /// Returns how many bytes have been fetched from disk.
    pub(crate) fn on_disk(&self) -> u64 {
        self.on_disk.load(Ordering::Relaxed)
    }

    /// Returns the message for an `error` of this source.
    pub(crate) fn broken(&self, error: &io::Error) -> String {
        match self.compressed_as {
            _ if error.kind() == io::ErrorKind::FileTooLarge => error.to_string(),
            Some(name) if error.kind() == io::ErrorKind::UnexpectedEof => {
                format!("the {name} data is cut short; fetch the file again")
            }
            Some(name) => {
                format!("the {name} data is damaged from here on ({error}); fetch the file again")
            }
            None => unreadable(error),
        }
    }
}

/// Opens `input`, of which a document or record may take up to `limit`; or
/// returns why it can't be opened.
pub(crate) fn open(input: &Input, limit: RecordLimit) -> Result<Source, String> {
    let refused = |error: io::Error| unreadable(&error);
    let Some(path) = &input.path else {
        return stream_of(Box::new(io::stdin()), input.compression, limit);
    };
    let mut file = File::open(path).map_err(refused)?;
    if !input.regular || input.compression != Compression::Plain {
        return stream_of(Box::new(file), input.compression, limit);
    }
    if file.metadata().map_err(refused)?.len() < STREAM_FROM_BYTES {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(refused)?;
        refuse_compressed(&bytes)?;
        let on_disk = Arc::new(AtomicU64::new(input.len_bytes));
        return Ok(Source {
            ahead: bytes,
            ..Source::new(Box::new(io::empty()), on_disk, limit)
        });
    }
    // Not mapped: a file that another program cuts short would be a fault of
    // the memory then, and is an error of the read so.
    let mut head = Vec::new();
    (&mut file)
        .take(4)
        .read_to_end(&mut head)
        .map_err(refused)?;
    refuse_compressed(&head)?;
    file.rewind().map_err(refused)?;
    let whole = file.try_clone().map_err(refused)?;
    let source = stream_of(Box::new(file), Compression::Plain, limit)?;
    Ok(Source {
        file: Some(whole),
        ..source
    })
}

fn refuse_compressed(head: &[u8]) -> Result<(), String> {
    let (name, ending) = match compression_of(head) {
        Compression::Gzip => ("gzip", ".gz"),
        Compression::Zstd => ("Zstandard", ".zst"),
        _ => return Ok(()),
    };
    Err(format!(
        "{name} data without the ending that tells so; add {ending} to its name"
    ))
}

/// Returns the compression that the first bytes show.
fn compression_of(head: &[u8]) -> Compression {
    match head {
        [0x1f, 0x8b, 0x08, ..] => Compression::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Compression::Zstd,
        _ => Compression::Plain,
    }
}

fn stream_of(
    mut reader: Box<dyn Read + Send>,
    compression: Compression,
    limit: RecordLimit,
) -> Result<Source, String> {
    let refused = |error: io::Error| unreadable(&error);
    let mut head = Vec::new();
    (&mut reader)
        .take(4)
        .read_to_end(&mut head)
        .map_err(refused)?;
    let found = compression_of(&head);
    let on_disk = Arc::new(AtomicU64::new(0));
    let counted = CountingReader {
        reader: Cursor::new(head).chain(reader),
        count: on_disk.clone(),
    };
    let wanted = if compression == Compression::Sniff {
        found
    } else {
        compression
    };
    let (reader, name): (Box<dyn Read + Send>, _) = match wanted {
        Compression::Plain | Compression::Sniff => {
            return Ok(Source::new(Box::new(counted), on_disk, limit));
        }
        _ if found != wanted => {
            let (name, ending) = match wanted {
                Compression::Gzip => ("gzip", ".gz"),
                _ => ("Zstandard", ".zst"),
            };
            let cure = format!("take {ending} from its name, or fetch it again");
            return Err(format!("not {name} data, as its name says; {cure}"));
        }
        Compression::Gzip => {
            let buffered = BufReader::with_capacity(BUFFER_BYTES, counted);
            (Box::new(GzipMembers::new(buffered)), "gzip")
        }
        Compression::Zstd => {
            let buffered = BufReader::with_capacity(BUFFER_BYTES, counted);
            (
                Box::new(frames(buffered, limit).map_err(refused)?),
                "Zstandard",
            )
        }
    };
    let unpacked = Unpacked::new(reader, on_disk.clone(), limit);
    let mut source = Source::new(Box::new(unpacked), on_disk, limit);
    source.compressed_as = Some(name);
    Ok(source)
}

/// A reader that counts the bytes it passes on.
struct CountingReader<R> {
    reader: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let taken = self.reader.read(buffer)?;
        self.count.fetch_add(taken as u64, Ordering::Relaxed);
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::GzEncoder;

    use super::*;
    use crate::read::walk::Inputs;

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(name: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let inputs = Inputs::find(&[path]).unwrap();
        open(inputs.get(0).unwrap(), RecordLimit::default())?.into_bytes()
    }

    #[test]
    fn all_members_and_frames_are_read_in_order() {
        let members = [gz("联防".as_bytes()), gz(b""), gz("联控".as_bytes())].concat();
        assert_eq!(read("a.txt.gz", &members).unwrap(), "联防联控".as_bytes());
        let frames = [
            zstd::encode_all(&b"ab"[..], 1).unwrap(),
            zstd::encode_all(&b"cd"[..], 1).unwrap(),
        ];
        assert_eq!(read("a.txt.zst", &frames.concat()).unwrap(), b"abcd");
    }

    #[test]
    fn zeros_after_a_gzip_member_are_passed_over() {
        let padded = [
            gz("联防".as_bytes()),
            vec![0; 700_000],
            gz("联控".as_bytes()),
        ]
        .concat();
        assert_eq!(read("a.txt.gz", &padded).unwrap(), "联防联控".as_bytes());
        let padded = [gz("联防".as_bytes()), vec![0; 512]].concat();
        assert_eq!(read("a.txt.gz", &padded).unwrap(), "联防".as_bytes());
        let garbage = [gz("联防".as_bytes()), b"more".to_vec()].concat();
        assert!(read("a.txt.gz", &garbage).is_err());
    }

    #[test]
    fn utf_16_is_read_as_utf_8_however_large() {
        let text = "联防😀\n".repeat(200_000);
        for size in [5, text.len()] {
            let text: String = text.chars().take(size).collect();
            let units = format!("\u{feff}{text}");
            let bytes: Vec<u8> = units.encode_utf16().flat_map(u16::to_be_bytes).collect();
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("a.csv");
            std::fs::write(&path, bytes).unwrap();
            let inputs = Inputs::find(&[path]).unwrap();
            let mut source = open(inputs.get(0).unwrap(), RecordLimit::default()).unwrap();
            source.head(10);
            let read = source
                .transcoded(encoding_rs::UTF_16BE)
                .into_bytes()
                .unwrap();
            assert!(*read == *text.as_bytes());
        }
    }

    #[test]
    fn an_ending_that_does_not_fit_the_contents_is_reported() {
        assert!(read("a.txt", &gz(b"x")).unwrap_err().contains("add .gz"));
        assert!(
            read("a.txt.gz", b"plain text")
                .unwrap_err()
                .contains("take .gz")
        );
        assert!(
            read("a.txt.zst", &gz(b"x"))
                .unwrap_err()
                .contains("take .zst")
        );
        assert!(read("a.txt.gz", b"").unwrap_err().contains("not gzip"));
    }

    #[test]
    fn a_stream_that_is_cut_short_says_so() {
        let whole = gz("联防联控".repeat(1000).as_bytes());
        assert!(
            read("a.gz", &whole[..whole.len() - 9])
                .unwrap_err()
                .contains("cut short")
        );
        let whole = zstd::encode_all("联防联控".repeat(1000).as_bytes(), 1).unwrap();
        assert!(
            read("a.zst", &whole[..whole.len() - 9])
                .unwrap_err()
                .contains("cut short")
        );
    }

    #[test]
    fn an_empty_file_and_a_large_one_are_read() {
        assert_eq!(read("a.txt", b"").unwrap(), b"");
        let large = vec![b'x'; 3 << 20];
        assert_eq!(read("a.txt", &large).unwrap(), large);
    }

    #[test]
    fn looking_at_the_head_consumes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.gz");
        std::fs::write(&path, gz(b"0123456789")).unwrap();
        let inputs = Inputs::find(&[path]).unwrap();
        let mut source = open(inputs.get(0).unwrap(), RecordLimit::default()).unwrap();
        assert_eq!(source.head(3), b"012");
        assert_eq!(source.head(5), b"01234");
        assert_eq!(&*source.into_bytes().unwrap(), b"0123456789");
    }
}
