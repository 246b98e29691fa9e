//! Opens an input as bytes: a map of an uncompressed file, or a stream that
//! decompresses as it is read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};
use std::ops::{Deref, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::Encoding;
use flate2::bufread::GzDecoder;

use crate::mmap::Map;
#[cfg(feature = "parquet")]
use crate::read::blocks::Blocks;
use crate::read::walk::{Compression, Input, unreadable};

/// How much of a compressed file is fetched from disk at a time: enough that
/// a system call costs nothing against the decompression.
const BUFFER_BYTES: usize = 256 * 1024;

/// Files below this are read at once.
const STREAM_FROM_BYTES: u64 = 1024 * 1024;

/// How much the system may map around a page that is touched.
const MAPPED_AROUND_BYTES: usize = 2 << 20;

/// The largest window of a Zstandard frame, as a power of two: what
/// `zstd --long=31` writes. It needs 2 GB, but only if the data does.
const ZSTD_WINDOW_LOG_MAX: u32 = 31;

/// Bytes of an input, shared with a map or owned.
#[derive(Clone, Debug)]
pub(crate) enum Bytes {
    Mapped(Arc<Map>, Range<usize>),
    Owned(Vec<u8>),
}

impl Bytes {
    /// Returns mapped pages to the system, which would otherwise end up
    /// holding the whole file in memory.
    pub(crate) fn give_back(&self) {
        if let Bytes::Mapped(map, range) = self {
            // The system mapped the pages before these again with the first.
            map.release(range.start.saturating_sub(MAPPED_AROUND_BYTES)..range.end);
        }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Mapped(map, range) => map.get(range.clone()).unwrap_or(&[]),
            Bytes::Owned(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

/// An open input.
pub(crate) enum Source {
    #[allow(dead_code)]
    Map(Arc<Map>),
    Stream(Stream),
}

impl Source {
    /// Returns the first bytes, `len` or more unless the input is shorter,
    /// without consuming them.
    ///
    /// A stream that breaks off counts as ending there.
    pub(crate) fn head(&mut self, len: usize) -> &[u8] {
        match self {
            Source::Map(map) => map.get(..len).unwrap_or(map),
            Source::Stream(stream) => stream.head(len),
        }
    }

    /// Returns the source for reads anywhere in it: a file as it is, all else
    /// in memory; or why it can't be read.
    #[cfg(feature = "parquet")]
    pub(crate) fn into_blocks(mut self) -> Result<Blocks, String> {
        if let Source::Stream(stream) = &mut self
            && let Some(file) = stream.file.take()
        {
            return Blocks::of_file(file).map_err(|error| unreadable(&error));
        }
        let bytes = self.into_bytes()?;
        Ok(Blocks::Owned(bytes::Bytes::from_owner(bytes)))
    }

    /// Returns the same as UTF-8.
    pub(crate) fn transcoded(self, encoding: &'static Encoding) -> Source {
        let (reader, stream): (Box<dyn Read + Send>, _) = match self {
            Source::Map(map) => {
                let on_disk = Arc::new(AtomicU64::new(map.len() as u64));
                let all = 0..map.len();
                let bytes = Cursor::new(Bytes::Mapped(map, all));
                (Box::new(bytes), Stream::new(Box::new(io::empty()), on_disk))
            }
            Source::Stream(mut stream) => {
                let ahead = Cursor::new(std::mem::take(&mut stream.ahead));
                let reader = std::mem::replace(&mut stream.reader, Box::new(io::empty()));
                (Box::new(ahead.chain(reader)), stream)
            }
        };
        Source::Stream(Stream {
            reader: Box::new(Transcoder::new(reader, encoding)),
            file: None,
            ..stream
        })
    }

    /// Returns all bytes, or why they can't be read.
    pub(crate) fn into_bytes(self) -> Result<Bytes, String> {
        match self {
            Source::Map(map) => {
                let all = 0..map.len();
                Ok(Bytes::Mapped(map, all))
            }
            Source::Stream(mut stream) => {
                let mut bytes = std::mem::take(&mut stream.ahead);
                match stream.read_more(u64::MAX, &mut bytes) {
                    Ok(_) => Ok(Bytes::Owned(bytes)),
                    Err(error) => Err(stream.broken(&error)),
                }
            }
        }
    }
}

/// A source that can be read once, front to back.
pub(crate) struct Stream {
    reader: Box<dyn Read + Send>,
    ahead: Vec<u8>,
    fault: Option<io::Error>,
    on_disk: Arc<AtomicU64>,
    compressed_as: Option<&'static str>,
    /// The file that it reads, where that is all that it does.
    file: Option<File>,
}

impl Stream {
    fn new(reader: Box<dyn Read + Send>, on_disk: Arc<AtomicU64>) -> Stream {
        Stream {
            reader,
            ahead: Vec::new(),
            fault: None,
            on_disk,
            compressed_as: None,
            file: None,
        }
    }

    fn head(&mut self, len: usize) -> &[u8] {
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
            (&mut self.reader)
                .take(len - ahead as u64)
                .read_to_end(into)?;
        }
        Ok(into.len() - before)
    }

    /// Returns how many bytes have been fetched from disk.
    pub(crate) fn on_disk(&self) -> u64 {
        self.on_disk.load(Ordering::Relaxed)
    }

    /// Returns the message for an `error` of this stream.
    pub(crate) fn broken(&self, error: &io::Error) -> String {
        match self.compressed_as {
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

/// Opens `input`, or returns why it can't be.
pub(crate) fn open(input: &Input) -> Result<Source, String> {
    let refused = |error: io::Error| unreadable(&error);
    let Some(path) = &input.path else {
        return stream_of(Box::new(io::stdin()), input.compression);
    };
    let mut file = File::open(path).map_err(refused)?;
    if !input.regular {
        return stream_of(Box::new(file), input.compression);
    }
    if input.compression != Compression::Plain {
        return stream_of(Box::new(file), input.compression);
    }
    if file.metadata().map_err(refused)?.len() < STREAM_FROM_BYTES {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(refused)?;
        refuse_compressed(&bytes)?;
        return Ok(Source::Stream(Stream {
            ahead: bytes,
            ..Stream::new(
                Box::new(io::empty()),
                Arc::new(AtomicU64::new(input.len_bytes)),
            )
        }));
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
    let mut source = stream_of(Box::new(file), Compression::Plain)?;
    if let Source::Stream(stream) = &mut source {
        stream.file = Some(whole);
    }
    Ok(source)
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

fn stream_of(mut reader: Box<dyn Read + Send>, compression: Compression) -> Result<Source, String> {
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
        Compression::Plain | Compression::Sniff => (Box::new(counted), None),
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
            (Box::new(GzipMembers::new(buffered)), Some("gzip"))
        }
        Compression::Zstd => {
            let buffered = BufReader::with_capacity(BUFFER_BYTES, counted);
            let mut decoder =
                zstd::stream::read::Decoder::with_buffer(buffered).map_err(refused)?;
            decoder
                .window_log_max(ZSTD_WINDOW_LOG_MAX)
                .map_err(refused)?;
            (Box::new(decoder), Some("Zstandard"))
        }
    };
    let mut stream = Stream::new(reader, on_disk);
    stream.compressed_as = name;
    Ok(Source::Stream(stream))
}

/// Decompresses the members of a gzip file one after the other, and passes
/// over zeros at its end, with which tapes and some archives are padded.
struct GzipMembers<R: BufRead> {
    /// The current member; nothing at the end of the file.
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> GzipMembers<R> {
    fn new(reader: R) -> Self {
        GzipMembers {
            member: Some(GzDecoder::new(reader)),
        }
    }
}

impl<R: BufRead> Read for GzipMembers<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let taken = member.read(buffer)?;
            if taken > 0 || buffer.is_empty() {
                return Ok(taken);
            }
            let Some(member) = self.member.take() else {
                break;
            };
            let mut reader = member.into_inner();
            loop {
                let rest = reader.fill_buf()?;
                if rest.is_empty() {
                    return Ok(0);
                }
                let zeros = rest.iter().take_while(|byte| **byte == 0).count();
                let is_member = zeros < rest.len();
                reader.consume(zeros);
                if is_member {
                    self.member = Some(GzDecoder::new(reader));
                    break;
                }
            }
        }
        Ok(0)
    }
}

/// Number of bytes that are transcoded at a time.
const TRANSCODED_BYTES: usize = 64 * 1024;

/// Reads another encoding as UTF-8, without its byte order mark.
struct Transcoder {
    reader: Box<dyn Read + Send>,
    decoder: encoding_rs::Decoder,
    /// Bytes from `taken` on are still to be decoded.
    input: Vec<u8>,
    taken: usize,
    /// Bytes from `given` on are still to be handed on.
    output: Vec<u8>,
    given: usize,
    is_over: bool,
}

impl Transcoder {
    fn new(reader: Box<dyn Read + Send>, encoding: &'static Encoding) -> Transcoder {
        Transcoder {
            reader,
            decoder: encoding.new_decoder_with_bom_removal(),
            input: Vec::new(),
            taken: 0,
            output: Vec::new(),
            given: 0,
            is_over: false,
        }
    }

    fn decode_more(&mut self) -> io::Result<()> {
        if self.taken == self.input.len() {
            self.input.clear();
            self.taken = 0;
            let piece = TRANSCODED_BYTES as u64;
            self.is_over = (&mut self.reader)
                .take(piece)
                .read_to_end(&mut self.input)?
                == 0;
        }
        // A unit of two bytes becomes three at most.
        self.output.resize(TRANSCODED_BYTES * 2, 0);
        let rest = &self.input[self.taken..];
        let (_, read, written, _) =
            self.decoder
                .decode_to_utf8(rest, &mut self.output, self.is_over);
        self.taken += read;
        self.output.truncate(written);
        self.given = 0;
        Ok(())
    }
}

impl Read for Transcoder {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.output.len() {
            if self.is_over {
                return Ok(0);
            }
            self.decode_more()?;
        }
        let len = buffer.len().min(self.output.len() - self.given);
        buffer[..len].copy_from_slice(&self.output[self.given..self.given + len]);
        self.given += len;
        Ok(len)
    }
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
        open(inputs.get(0).unwrap())?
            .into_bytes()
            .map(|bytes| bytes.to_vec())
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
            let mut source = open(inputs.get(0).unwrap()).unwrap();
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
        let mut source = open(inputs.get(0).unwrap()).unwrap();
        assert_eq!(source.head(3), b"012");
        assert_eq!(source.head(5), b"01234");
        assert_eq!(&*source.into_bytes().unwrap(), b"0123456789");
    }
}
