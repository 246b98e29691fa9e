//! A source that is read in blocks, anywhere in it, as Parquet is.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::sync::Arc;

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// Bytes that are fetched at a time to find the head of a page.
const HEAD_BYTES: usize = 4096;

/// A file, or bytes in memory.
#[derive(Clone)]
pub(crate) enum Blocks {
    File { file: Arc<File>, len: u64 },
    Owned(Bytes),
}

impl Blocks {
    pub(crate) fn of_file(file: File) -> io::Result<Blocks> {
        let len = file.metadata()?.len();
        let file = Arc::new(file);
        Ok(Blocks::File { file, len })
    }
}

impl Length for Blocks {
    fn len(&self) -> u64 {
        match self {
            Blocks::File { len, .. } => *len,
            Blocks::Owned(bytes) => bytes.len() as u64,
        }
    }
}

impl ChunkReader for Blocks {
    type T = Box<dyn Read + Send>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        match self {
            Blocks::File { file, .. } => {
                let reader = FileFrom {
                    file: file.clone(),
                    at: start,
                };
                Ok(Box::new(BufReader::with_capacity(HEAD_BYTES, reader)))
            }
            Blocks::Owned(bytes) => Ok(Box::new(bytes.get_read(start)?)),
        }
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        match self {
            Blocks::File { file, len } => {
                // A damaged length must not be believed.
                if start.saturating_add(length as u64) > *len {
                    return Err(ParquetError::EOF("a block ends behind the file".to_owned()));
                }
                let mut bytes = vec![0; length];
                read_exact_at(file, &mut bytes, start)?;
                Ok(bytes.into())
            }
            Blocks::Owned(bytes) => bytes.get_bytes(start, length),
        }
    }
}

/// Reads a file from an offset on, whoever else reads it.
struct FileFrom {
    file: Arc<File>,
    at: u64,
}

impl Read for FileFrom {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = read_at(&self.file, bytes, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

fn read_exact_at(file: &File, mut bytes: &mut [u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match read_at(file, bytes, at) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                bytes = &mut bytes[read..];
                at += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, at)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, at)
}
