//! The `leitong` command.

use std::process::ExitCode;

/// Most of a run is random reads of a few large arrays.
#[global_allocator]
static MEMORY: leitong::HugePages = leitong::HugePages;

fn main() -> ExitCode {
    leitong::cli::main()
}
