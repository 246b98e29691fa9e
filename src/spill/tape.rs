//! A list of numbers on disk that is written once and read once, front to back.

use bytemuck::Pod;

use crate::error::Result;
use crate::spill::{SpillFile, SpillFolder};

/// Most numbers that are buffered before they are written.
const PIECE: usize = 1 << 17;

/// A long list on disk.
pub(crate) struct Tape<T> {
    file: SpillFile,
    piece: Vec<T>,
    piece_len: usize,
    /// The offset and the length of each piece.
    pieces: Vec<(u64, usize)>,
    len: u64,
}

impl<T: Pod> Tape<T> {
    pub(crate) fn new(spill_folder: &SpillFolder) -> Result<Self> {
        Ok(Tape {
            file: spill_folder.file()?,
            piece: Vec::new(),
            piece_len: (spill_folder.buffer_bytes() / 8 / size_of::<T>()).clamp(16, PIECE),
            pieces: Vec::new(),
            len: 0,
        })
    }

    pub(crate) fn push(&mut self, item: T) -> Result<()> {
        self.piece.push(item);
        self.len += 1;
        if self.piece.len() == self.piece_len {
            self.write()?;
        }
        Ok(())
    }

    fn write(&mut self) -> Result<()> {
        let places = self.file.append(&[bytemuck::cast_slice(&self.piece)])?;
        self.pieces.push((places[0], self.piece.len()));
        self.piece.clear();
        Ok(())
    }

    /// Returns the number of items.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Passes on all items, piece by piece.
    pub(crate) fn each(mut self, mut take: impl FnMut(&[T]) -> Result<()>) -> Result<()> {
        if !self.piece.is_empty() {
            self.write()?;
        }
        for (at, len) in self.pieces {
            self.piece.resize(len, T::zeroed());
            let bytes = bytemuck::cast_slice_mut(&mut self.piece);
            self.file.read_at(bytes, at)?;
            take(&self.piece)?;
        }
        Ok(())
    }
}
