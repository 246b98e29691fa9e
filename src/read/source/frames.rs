//! Zstandard frames, decompressed with memory that earlier files used.

use std::io;
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};

use zstd::stream::raw::{InBuffer, Operation, OutBuffer, WriteBuf};
use zstd::stream::zio::Reader;
use zstd::zstd_safe::{DCtx, DParameter, ResetDirective, get_error_name};

use crate::read::limit::RecordLimit;

/// The largest window of a Zstandard frame that is taken whatever a record may
/// take, and the largest of all, as powers of two: more than eight megabytes no
/// level asks for by itself, and 2 GB are what `zstd --long=31` asks for.
const WINDOW_LOGS: RangeInclusive<u32> = 23..=31;

/// Largest decoder that waits for the next file, in bytes: one for windows of
/// eight megabytes, more than which no level asks for by itself.
const KEPT_BYTES: usize = 10 << 20;

/// A decoder that no file is read with.
///
/// A fresh one costs more than what a small file unpacks to: the system maps
/// and clears each page of the window. Files are read one after the other, so
/// one is enough.
static FREE: Mutex<Option<DCtx<'static>>> = Mutex::new(None);

/// Returns the data that some frames hold, one after another.
///
/// The window of a frame, which is kept while it is unpacked, takes no more than
/// a record may.
pub(super) fn frames<R: io::BufRead>(
    reader: R,
    limit: RecordLimit,
) -> io::Result<Reader<R, Frames>> {
    let free = FREE.lock().unwrap_or_else(PoisonError::into_inner).take();
    let mut decoder = match free {
        Some(decoder) => decoder,
        None => {
            let no_memory = || io::Error::from(io::ErrorKind::OutOfMemory);
            DCtx::try_create().ok_or_else(no_memory)?
        }
    };
    let log = limit.bytes().max(1).ilog2();
    let log = log.clamp(*WINDOW_LOGS.start(), *WINDOW_LOGS.end());
    let max = DParameter::WindowLogMax(log);
    decoder.set_parameter(max).map_err(failed)?;
    let frames = Frames {
        decoder: Some(decoder),
        limit,
    };
    Ok(Reader::new(reader, frames))
}

/// Frees the decoder that waits.
pub(crate) fn free_memory() {
    FREE.lock().unwrap_or_else(PoisonError::into_inner).take();
}

fn failed(code: usize) -> io::Error {
    io::Error::other(get_error_name(code))
}

/// How the library says that a frame has a larger window than is taken.
const WINDOW_TOO_LARGE: &str = "Frame requires too much memory for decoding";

/// A decoder, which waits for the next file when this one was read.
pub(super) struct Frames {
    decoder: Option<DCtx<'static>>,
    limit: RecordLimit,
}

impl Drop for Frames {
    fn drop(&mut self) {
        if let Some(mut decoder) = self.decoder.take()
            && decoder.sizeof() <= KEPT_BYTES
            && decoder.reset(ResetDirective::SessionOnly).is_ok()
        {
            let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
            *free = Some(decoder);
        }
    }
}

impl Frames {
    fn decoder(&mut self) -> io::Result<&mut DCtx<'static>> {
        // It is there until this is dropped.
        let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
        self.decoder.as_mut().ok_or_else(gone)
    }
}

impl Operation for Frames {
    fn run<C: WriteBuf + ?Sized>(
        &mut self,
        input: &mut InBuffer<'_>,
        output: &mut OutBuffer<'_, C>,
    ) -> io::Result<usize> {
        let limit = self.limit;
        let decoder = self.decoder()?;
        let done = decoder.decompress_stream(output, input);
        done.map_err(|code| match get_error_name(code) {
            WINDOW_TOO_LARGE => io::Error::new(io::ErrorKind::FileTooLarge, limit.window()),
            _ => failed(code),
        })
    }

    fn reinit(&mut self) -> io::Result<()> {
        let reset = self.decoder()?.reset(ResetDirective::SessionOnly);
        reset.map(|_| ()).map_err(failed)
    }

    fn finish<C: WriteBuf + ?Sized>(
        &mut self,
        _: &mut OutBuffer<'_, C>,
        finished_frame: bool,
    ) -> io::Result<usize> {
        match finished_frame {
            true => Ok(0),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_window_that_takes_more_than_a_record_may_is_refused() {
        let packed = |log: u32| {
            let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
            encoder.window_log(log).unwrap();
            io::Write::write_all(&mut encoder, &[b'x'; 1000]).unwrap();
            encoder.finish().unwrap()
        };
        for (log, most, is_read) in [
            (23, 1, true),
            (24, 1 << 23, false),
            (24, 1 << 24, true),
            (27, 1 << 30, true),
            (27, 1 << 26, false),
        ] {
            let mut whole = Vec::new();
            let limit = RecordLimit::of(most);
            let read = frames(&packed(log)[..], limit)
                .unwrap()
                .read_to_end(&mut whole);
            assert_eq!(read.is_ok(), is_read, "{log} {most}");
            if let Err(error) = read {
                assert!(error.to_string().contains("a window of more"), "{error}");
            }
        }
    }

    #[test]
    fn what_a_decoder_read_before_changes_nothing() {
        let limit = RecordLimit::default();
        let texts: Vec<Vec<u8>> = (1..5_u8)
            .map(|nth| (0..90_000_u32).map(|at| (at % 97) as u8 ^ nth).collect())
            .collect();
        let packed = |text: &Vec<u8>| zstd::encode_all(text.as_slice(), 3).unwrap();
        for text in &texts {
            let packed = packed(text);
            let mut whole = Vec::new();
            frames(&packed[..], limit)
                .unwrap()
                .read_to_end(&mut whole)
                .unwrap();
            assert_eq!(&whole, text);
            // Left in the middle of a frame, damaged, cut short.
            let mut begun = [0; 100];
            frames(&packed[..], limit)
                .unwrap()
                .read_exact(&mut begun)
                .unwrap();
            assert_eq!(begun, text[..100]);
            let mut damaged = packed.clone();
            damaged[0] ^= 1;
            let read = frames(&damaged[..], limit).unwrap().read_to_end(&mut whole);
            assert!(read.is_err());
            let cut = &packed[..packed.len() - 3];
            let read = frames(cut, limit).unwrap().read_to_end(&mut whole);
            assert_eq!(read.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        }
        free_memory();
    }
}
