//! The target of exported records: a file or the standard output, compressed as
//! the name of the file says.

use std::io::{self, BufWriter, Stdout, Write};
use std::path::{Path, PathBuf};

use flate2::write::GzEncoder;
use zstd::stream::write::Encoder as ZstdEncoder;

use crate::error::{Error, Result};
use crate::read::walk::Compression;
use crate::write::{OutputFile, OutputSet, Receiver};

/// A file that appears when it is finished, or the standard output.
pub(super) struct Out {
    path: PathBuf,
    inner: Wrapped,
}

enum Wrapped {
    Plain(Raw),
    Gzip(Box<GzEncoder<Raw>>),
    Zstd(Box<ZstdEncoder<'static, Raw>>),
}

enum Raw {
    File(OutputFile),
    Stdout(BufWriter<Stdout>),
}

/// Returns the compression that a name asks for.
pub(super) fn compression_of(path: &Path) -> Compression {
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    match ending.as_ref().and_then(|ending| ending.to_str()) {
        Some("gz") => Compression::Gzip,
        Some("zst") => Compression::Zstd,
        _ => Compression::Plain,
    }
}

impl Out {
    /// Begins a file, of `outputs` if there are any; `-` is the standard output.
    pub(super) fn create(path: &Path, outputs: Option<&OutputSet>) -> Result<Out> {
        if path == Path::new("-") {
            return Out::wrap(path, Raw::Stdout(BufWriter::new(io::stdout())));
        }
        let file = match outputs {
            Some(outputs) => outputs.file(path)?,
            None => OutputFile::create(path)?,
        };
        Out::wrap(path, Raw::File(file))
    }

    fn wrap(path: &Path, raw: Raw) -> Result<Out> {
        let inner = match compression_of(path) {
            Compression::Gzip => Wrapped::Gzip(Box::new(GzEncoder::new(
                raw,
                flate2::Compression::default(),
            ))),
            Compression::Zstd => {
                let encoder = ZstdEncoder::new(raw, zstd::DEFAULT_COMPRESSION_LEVEL);
                Wrapped::Zstd(Box::new(encoder.map_err(|source| Error::Output {
                    path: path.to_owned(),
                    source,
                })?))
            }
            _ => Wrapped::Plain(raw),
        };
        Ok(Out {
            path: path.to_owned(),
            inner,
        })
    }

    /// Writes what is buffered and lets the file appear.
    pub(super) fn finish(self) -> Result<()> {
        let path = self.path;
        let failed = |source| Error::Output {
            path: path.clone(),
            source,
        };
        let raw = match self.inner {
            Wrapped::Plain(raw) => raw,
            Wrapped::Gzip(encoder) => encoder.finish().map_err(failed)?,
            Wrapped::Zstd(encoder) => encoder.finish().map_err(failed)?,
        };
        match raw {
            Raw::File(file) => file.finish(),
            Raw::Stdout(mut stdout) => stdout.flush().map_err(failed),
        }
    }

    /// Returns the error of a failed write.
    pub(super) fn failed(&self, source: io::Error) -> Error {
        Error::Output {
            path: self.path.clone(),
            source,
        }
    }
}

impl Receiver for Out {
    fn close(self: Box<Self>) -> Result<()> {
        self.finish()
    }

    fn failure(&self, source: io::Error) -> Error {
        self.failed(source)
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.inner {
            Wrapped::Plain(raw) => raw.write(bytes),
            Wrapped::Gzip(encoder) => encoder.write(bytes),
            Wrapped::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.inner {
            Wrapped::Plain(raw) => raw.flush(),
            Wrapped::Gzip(encoder) => encoder.flush(),
            Wrapped::Zstd(encoder) => encoder.flush(),
        }
    }
}

impl Write for Raw {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Raw::File(file) => file.write(bytes),
            Raw::Stdout(stdout) => stdout.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Raw::File(file) => file.flush(),
            Raw::Stdout(stdout) => stdout.flush(),
        }
    }
}
