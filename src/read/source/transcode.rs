//! Another encoding, read as UTF-8.

use std::io::{self, Read};

use encoding_rs::Encoding;

/// Number of bytes that are transcoded at a time.
const TRANSCODED_BYTES: usize = 64 * 1024;

/// Reads another encoding as UTF-8, without its byte order mark.
pub(super) struct Transcoder {
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
    pub(super) fn new(reader: Box<dyn Read + Send>, encoding: &'static Encoding) -> Transcoder {
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
