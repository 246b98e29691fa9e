//! From INPUT to folded documents: walk, read, decode, fold.

pub mod fold;
