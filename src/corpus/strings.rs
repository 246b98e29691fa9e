//! Many short strings in one buffer.

/// A list of optional strings, with an overhead of four bytes each.
///
/// An empty string and an absent one are the same.
#[derive(Clone, Debug, Default)]
pub struct Strings {
    bytes: String,
    ends: Vec<u32>,
}

impl Strings {
    /// Appends a string.
    ///
    /// # Panics
    ///
    /// Panics when the strings together reach 4 GiB.
    pub fn push(&mut self, string: Option<&str>) {
        self.bytes.push_str(string.unwrap_or(""));
        let end = u32::try_from(self.bytes.len());
        assert!(end.is_ok(), "a batch of strings stays under 4 GiB");
        self.ends.push(end.unwrap_or(u32::MAX));
    }

    /// Returns the string at `index`, `None` if it is empty or absent.
    pub fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = if index == 0 {
            0
        } else {
            self.ends[index - 1] as usize
        };
        Some(&self.bytes[start..end]).filter(|s| !s.is_empty())
    }

    /// Returns the number of strings.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns whether there are no strings.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns the strings one after another, and the end of each.
    pub(super) fn columns(&self) -> (&str, &[u32]) {
        (&self.bytes, &self.ends)
    }

    /// Returns the bytes of all strings.
    pub(super) fn len_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Returns the bytes that the strings take in memory.
    pub(super) fn bytes_held(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<u32>()
    }

    /// Frees the memory that was not needed.
    pub fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}
