//! One text: the characters that are compared, and what they were made from.
//!
//! | | |
//! |---|---|
//! | [`normalize`] | from a text to the stream of characters that is compared, with the way back to the text |
//! | [`surface`] | how a text is written, apart from its wording: script, marks, markup |
//! | [`quotes`] | the stretches between quotation marks |

pub(crate) mod entities;
pub(crate) mod letters;
pub(crate) mod lexicon;
pub mod normalize;
pub mod quotes;
pub mod surface;
