//! Reused phrases: suffix array → repeats → phrases → rank.

mod alphabet;
mod lcp;
#[cfg(test)]
mod naive;
mod repeat;
mod suffix_array;
