//! The `leitong` command.

use std::process::ExitCode;

/// Gives large pieces back to the system as soon as they are free; the
/// system's own allocator keeps them, and a run is measured by its peak.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    leitong::cli::main()
}
