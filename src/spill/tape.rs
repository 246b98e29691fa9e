//! Numbers that are written once and read once, front to back.

use bytemuck::Pod;

use crate::error::Result;
use crate::spill::{SpillFile, SpillFolder};

/// Numbers that are gathered before they are written.
const PIECE: usize = 1 << 17;

/// A long list on disk.
pub(crate) struct Tape<T> {
    file: SpillFile,
    piece: Vec<T>,
    room: usize,
    /// Where each piece lies, and how many it has.
    pieces: Vec<(u64, usize)>,
    len: u64,
}

impl<T: Pod> Tape<T> {
    pub(crate) fn new(spill_folder: &SpillFolder) -> Result<Self> {
        Ok(Tape {
            file: spill_folder.file()?,
            piece: Vec::new(),
            room: (spill_folder.buffer() / 8 / size_of::<T>()).clamp(16, PIECE),
            pieces: Vec::new(),
            len: 0,
        })
    }

    pub(crate) fn push(&mut self, item: T) -> Result<()> {
        self.piece.push(item);
        self.len += 1;
        if self.piece.len() == self.room {
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

    /// Returns how many there are.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Hands on all of them, piece by piece.
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
