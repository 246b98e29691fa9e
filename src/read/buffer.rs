//! Memory that chunks are read into, and that later chunks use again.

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

/// Largest buffer that is used again, in bytes: that of a chunk, whose last
/// record may reach beyond it. Larger ones are freed at once.
const KEPT_BYTES: usize = 6 << 20;

/// The buffers that are free.
///
/// A fresh buffer costs more than what is read into it: the system maps and
/// clears each of its pages.
#[derive(Clone, Debug, Default)]
pub(crate) struct BufferPool(Arc<Mutex<Vec<Vec<u8>>>>);

impl BufferPool {
    /// Returns an empty buffer, which takes `capacity` bytes if it is new.
    pub(crate) fn take(&self, capacity: usize) -> Buffer {
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Buffer {
            memory: free.unwrap_or_else(|| vec![0; capacity]),
            len: 0,
            pool: self.clone(),
        }
    }

    fn put(&self, memory: Vec<u8>) {
        if memory.len() <= KEPT_BYTES {
            let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            free.push(memory);
        }
    }
}

/// Bytes that were read; returns to its pool when it is dropped.
#[derive(Debug)]
pub(crate) struct Buffer {
    /// All of the memory, in the state in which an earlier user left it.
    memory: Vec<u8>,
    len: usize,
    pool: BufferPool,
}

impl Buffer {
    /// Returns at least `len` bytes after the end, to be read into.
    pub(crate) fn spare(&mut self, len: usize) -> &mut [u8] {
        let enough = self.len + len;
        if enough > self.memory.len() {
            self.memory.reserve_exact(enough - self.memory.len());
            self.memory.resize(enough, 0);
        }
        &mut self.memory[self.len..]
    }

    /// Adds the first `len` of the spare bytes.
    pub(crate) fn extend_by(&mut self, len: usize) {
        self.len = (self.len + len).min(self.memory.len());
    }

    /// Appends a copy of `bytes`.
    pub(crate) fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.spare(bytes.len())[..bytes.len()].copy_from_slice(bytes);
        self.extend_by(bytes.len());
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Removes the first `len` bytes; keeps no more memory than the pool would.
    pub(crate) fn remove_first(&mut self, len: usize) {
        let len = len.min(self.len);
        self.memory.copy_within(len..self.len, 0);
        self.len -= len;
        if self.memory.len() > KEPT_BYTES {
            self.memory.truncate(self.len.max(KEPT_BYTES));
            self.memory.shrink_to_fit();
        }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.memory[..self.len]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.pool.put(std::mem::take(&mut self.memory));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_used_again_and_holds_only_what_was_read_since() {
        let pool = BufferPool::default();
        let mut first = pool.take(8);
        first.extend_from_slice("联防联控".as_bytes());
        first.remove_first(6);
        assert_eq!(&*first, "联控".as_bytes());
        let place = first.memory.as_ptr();
        drop(first);
        let mut second = pool.take(8);
        assert_eq!(second.memory.as_ptr(), place);
        assert!(second.is_empty());
        second.spare(3)[..3].copy_from_slice(b"abc");
        second.extend_by(3);
        second.truncate(2);
        assert_eq!(&*second, b"ab");
    }

    #[test]
    fn large_buffers_are_freed() {
        let pool = BufferPool::default();
        let mut large = pool.take(8);
        large.spare(KEPT_BYTES + 1);
        drop(large);
        assert_eq!(pool.take(8).memory.len(), 8);
    }
}
