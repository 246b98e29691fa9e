//! Arguments of `leitong serve`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::Size;

/// Arguments of `leitong serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The folder of the library.
    #[arg(value_name = "LIB")]
    pub(in crate::cli) library: PathBuf,
    /// Address and port to listen on. Beyond this machine only with --key-file.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8470")]
    pub(in crate::cli) listen: String,
    /// Leave writing to `leitong index`, and follow what it writes.
    #[arg(long)]
    pub(in crate::cli) read_only: bool,
    /// File of API keys, as hashes: each request to the API must bring one of
    /// the keys.
    #[arg(long, value_name = "FILE", help_heading = "Access")]
    pub(in crate::cli) key_file: Option<PathBuf>,
    /// Make a key, add its hash to --key-file under this name, print the key,
    /// and end.
    #[arg(
        long,
        value_name = "NAME",
        requires = "key_file",
        help_heading = "Access"
    )]
    pub(in crate::cli) new_key: Option<String>,
    /// Site whose pages may ask, with its scheme, https or http. May be given
    /// several times.
    #[arg(long, value_name = "SITE", help_heading = "Access")]
    pub(in crate::cli) cors: Vec<String>,
    /// Name of this server, where it is not localhost: that which a reverse
    /// proxy passes on. May be given several times.
    #[arg(long, value_name = "NAME", help_heading = "Access")]
    pub(in crate::cli) allow_host: Vec<String>,
    /// Largest request.
    #[arg(
        long,
        value_name = "SIZE",
        default_value = "2M",
        help_heading = "Limits"
    )]
    pub(in crate::cli) max_body: Size,
    /// Largest batch of documents, packed or not.
    #[arg(
        long,
        value_name = "SIZE",
        default_value = "64M",
        help_heading = "Limits"
    )]
    pub(in crate::cli) max_batch: Size,
    /// Requests that are answered at once; more are refused with 429.
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = number(1, 100_000), help_heading = "Limits")]
    pub(in crate::cli) max_requests: usize,
    /// Seconds in which a request must be answered; a batch has ten times as
    /// many.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = number(1, 3_600), help_heading = "Limits")]
    pub(in crate::cli) timeout: usize,
    /// Number of threads that check; 0 means one for each core.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = number(0, 1_024), help_heading = "Limits")]
    pub(in crate::cli) threads: usize,
    /// Log errors only, not every request.
    #[arg(short, long)]
    pub(in crate::cli) quiet: bool,
}

fn number(least: u64, most: u64) -> clap::builder::RangedU64ValueParser<usize> {
    clap::builder::RangedU64ValueParser::new().range(least..=most)
}
