//! One text: the characters that are compared, and their offsets in it.
//!
//! | | |
//! |---|---|
//! | [`normalize`] | from a text to the stream of characters that is compared, with their offsets |
//! | [`script`] | the Simplified form of a character, and the form of all its variants |
//! | [`surface`] | the form of a text apart from its wording: script, marks, markup |
//! | [`quotes`] | the stretches between quotation marks |

pub(crate) mod contains;
pub(crate) mod entities;
pub(crate) mod letters;
pub(crate) mod lexicon;
pub(crate) mod marks;
pub mod normalize;
pub(crate) mod numbers;
pub mod quotes;
pub mod script;
pub(crate) mod signs;
pub mod surface;
pub(crate) mod word_cuts;
