//! Zstandard frames, decompressed with memory that earlier files used.

use std::io;
use std::sync::{Mutex, PoisonError};

use zstd::stream::raw::{InBuffer, Operation, OutBuffer, WriteBuf};
use zstd::stream::zio::Reader;
use zstd::zstd_safe::{DCtx, DParameter, ResetDirective, get_error_name};

/// The largest window of a Zstandard frame, as a power of two: what
/// `zstd --long=31` writes. It needs 2 GB, but only if the data does.
const WINDOW_LOG_MAX: u32 = 31;

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
pub(super) fn frames<R: io::BufRead>(reader: R) -> io::Result<Reader<R, Frames>> {
    let free = FREE.lock().unwrap_or_else(PoisonError::into_inner).take();
    let decoder = match free {
        Some(decoder) => decoder,
        None => {
            let no_memory = || io::Error::from(io::ErrorKind::OutOfMemory);
            let mut decoder = DCtx::try_create().ok_or_else(no_memory)?;
            let max = DParameter::WindowLogMax(WINDOW_LOG_MAX);
            decoder.set_parameter(max).map_err(failed)?;
            decoder
        }
    };
    Ok(Reader::new(reader, Frames(Some(decoder))))
}

/// Frees the decoder that waits.
pub(crate) fn free_memory() {
    FREE.lock().unwrap_or_else(PoisonError::into_inner).take();
}

fn failed(code: usize) -> io::Error {
    io::Error::other(get_error_name(code))
}

/// A decoder, which waits for the next file when this one was read.
pub(super) struct Frames(Option<DCtx<'static>>);

impl Drop for Frames {
    fn drop(&mut self) {
        if let Some(mut decoder) = self.0.take()
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
        self.0.as_mut().ok_or_else(gone)
    }
}

impl Operation for Frames {
    fn run<C: WriteBuf + ?Sized>(
        &mut self,
        input: &mut InBuffer<'_>,
        output: &mut OutBuffer<'_, C>,
    ) -> io::Result<usize> {
        let decoder = self.decoder()?;
        decoder.decompress_stream(output, input).map_err(failed)
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
    fn what_a_decoder_read_before_changes_nothing() {
        let texts: Vec<Vec<u8>> = (1..5_u8)
            .map(|nth| (0..90_000_u32).map(|at| (at % 97) as u8 ^ nth).collect())
            .collect();
        let packed = |text: &Vec<u8>| zstd::encode_all(text.as_slice(), 3).unwrap();
        for text in &texts {
            let packed = packed(text);
            let mut whole = Vec::new();
            frames(&packed[..])
                .unwrap()
                .read_to_end(&mut whole)
                .unwrap();
            assert_eq!(&whole, text);
            // Left in the middle of a frame, damaged, cut short.
            let mut begun = [0; 100];
            frames(&packed[..]).unwrap().read_exact(&mut begun).unwrap();
            assert_eq!(begun, text[..100]);
            let mut damaged = packed.clone();
            damaged[0] ^= 1;
            let read = frames(&damaged[..]).unwrap().read_to_end(&mut whole);
            assert!(read.is_err());
            let cut = &packed[..packed.len() - 3];
            let read = frames(cut).unwrap().read_to_end(&mut whole);
            assert_eq!(read.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        }
        free_memory();
    }
}
