//! Writes the manual pages of `leitong` into a folder: `cargo run --example man -- DIR`.

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let dir = PathBuf::from(env::args_os().nth(1).unwrap_or_else(|| "target/man".into()));
    fs::create_dir_all(&dir)?;
    clap_mangen::generate_to(leitong::cli::args::command(), &dir)
}
