//! The texts of a batch: copied one after another, or shared with their owner.

use crate::corpus::columns::TextOwner;
use crate::corpus::strings::Strings;

/// The texts of a batch, as they were given.
#[derive(Clone)]
pub(super) enum Texts {
    Copied(Strings),
    Shared(SharedTexts),
}

impl Default for Texts {
    fn default() -> Self {
        Texts::Copied(Strings::default())
    }
}

impl Texts {
    /// Returns no texts, of which those that lie in the string of `owner` will
    /// be shared.
    pub(super) fn shared(owner: TextOwner) -> Self {
        Texts::Shared(SharedTexts {
            owner,
            places: Vec::new(),
            elsewhere: Strings::default(),
        })
    }

    /// Returns no texts, shared with the same owner.
    pub(super) fn next(&self) -> Self {
        match self {
            Texts::Copied(_) => Texts::default(),
            Texts::Shared(shared) => Texts::shared(shared.owner.clone()),
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        match self {
            Texts::Copied(texts) => texts.push(Some(text)),
            Texts::Shared(texts) => texts.push(text),
        }
    }

    pub(super) fn get(&self, at: usize) -> &str {
        match self {
            Texts::Copied(texts) => texts.get(at).unwrap_or(""),
            Texts::Shared(texts) => texts.get(at),
        }
    }

    /// Returns the bytes that the texts take beside those of their owner.
    pub(super) fn bytes_held(&self) -> usize {
        match self {
            Texts::Copied(texts) => texts.bytes_held(),
            Texts::Shared(shared) => {
                shared.elsewhere.bytes_held() + shared.places.capacity() * size_of::<Place>()
            }
        }
    }

    pub(super) fn shrink(&mut self) {
        if let Texts::Copied(texts) = self {
            texts.shrink();
        }
    }

    /// Returns the texts as strings of their own, for a file.
    pub(super) fn into_strings(self) -> Strings {
        match self {
            Texts::Copied(texts) => texts,
            Texts::Shared(shared) => {
                let mut texts = Strings::default();
                (0..shared.places.len()).for_each(|at| texts.push(Some(shared.get(at))));
                texts
            }
        }
    }
}

/// Texts that lie in the string of their owner, and copies of those that
/// don't.
#[derive(Clone)]
pub(super) struct SharedTexts {
    owner: TextOwner,
    places: Vec<Place>,
    elsewhere: Strings,
}

#[derive(Clone, Copy)]
enum Place {
    /// Where the text begins and ends in the string of the owner.
    InOwner(usize, usize),
    /// The number of the copy.
    Copy(usize),
}

impl SharedTexts {
    fn push(&mut self, text: &str) {
        let whole: &str = (*self.owner).as_ref();
        // Only numbers are compared; the text is read through the owner.
        let start = (text.as_ptr() as usize).wrapping_sub(whole.as_ptr() as usize);
        let end = start.checked_add(text.len());
        let lies_there = end.is_some_and(|end| whole.get(start..end) == Some(text));
        self.places.push(match end {
            Some(end) if lies_there => Place::InOwner(start, end),
            _ => {
                self.elsewhere.push(Some(text));
                Place::Copy(self.elsewhere.len() - 1)
            }
        });
    }

    fn get(&self, at: usize) -> &str {
        match self.places[at] {
            // An owner whose string moved or shrank has no text any more.
            Place::InOwner(start, end) => (*self.owner).as_ref().get(start..end).unwrap_or(""),
            Place::Copy(at) => self.elsewhere.get(at).unwrap_or(""),
        }
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Texts::Copied(_) => "Texts::Copied",
            Texts::Shared(_) => "Texts::Shared",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn texts_of_the_owner_are_shared_and_others_copied() {
        let owner = Arc::new(String::from("甲乙丙丁"));
        let mut texts = Texts::shared(owner.clone());
        for text in [&owner[3..9], "戊己", "", &owner[..], "甲"] {
            texts.push(text);
        }
        let all: Vec<&str> = (0..5).map(|at| texts.get(at)).collect();
        assert_eq!(all, ["乙丙", "戊己", "", "甲乙丙丁", "甲"]);
        assert_eq!(texts.get(0).as_ptr(), owner[3..].as_ptr());
        assert_eq!(Arc::strong_count(&owner), 2);
        let strings = texts.into_strings();
        let all: Vec<Option<&str>> = (0..5).map(|at| strings.get(at)).collect();
        let copied = [
            Some("乙丙"),
            Some("戊己"),
            None,
            Some("甲乙丙丁"),
            Some("甲"),
        ];
        assert_eq!(all, copied);
    }
}
