//! The `leitong` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    leitong::cli::main()
}
