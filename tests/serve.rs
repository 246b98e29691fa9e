//! A library behind HTTP: what is answered, what is refused, and what survives.
#![cfg(all(feature = "serve", unix))]

#[path = "serve/answers.rs"]
mod answers;
#[path = "serve/client.rs"]
mod client;
#[path = "serve/documents.rs"]
mod documents;
#[path = "serve/hostile.rs"]
mod hostile;
#[path = "serve/life.rs"]
mod life;
