//! Arguments of `leitong report`.

use std::path::PathBuf;

use clap::Args;

/// Arguments of `leitong report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Folder that `leitong scan` wrote.
    #[arg(value_name = "DIR")]
    pub(in crate::cli) dir: PathBuf,
    /// File for the report [default: DIR/report.html].
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) limit: LimitArgs,
    /// Print errors only.
    #[arg(short, long)]
    pub(in crate::cli) quiet: bool,
}

/// How large a report may be.
#[derive(Clone, Copy, Debug, Args)]
pub struct LimitArgs {
    /// Largest size of report.html, in MB. What does not fit is left out, the
    /// lowest ranks first, and the page says so.
    #[arg(long, value_name = "MB", default_value = "20", value_parser = megabytes)]
    pub(in crate::cli) report_limit: Bytes,
}

/// A size that was given in MB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes(pub(in crate::cli) u64);

fn megabytes(text: &str) -> Result<Bytes, String> {
    let number: f64 = text
        .trim_end_matches(['M', 'B', 'm', 'b', ' '])
        .parse()
        .map_err(|_| "expected a number of MB, such as 20".to_owned())?;
    if !(number > 0.0 && number <= 2_000.0) {
        return Err("expected more than 0 and at most 2000 MB".to_owned());
    }
    Ok(Bytes((number * 1e6) as u64))
}

#[cfg(all(test, feature = "report"))]
mod tests {
    use super::*;
    use crate::report::page;

    #[test]
    fn the_default_is_the_limit_of_the_report() {
        assert_eq!(megabytes("20"), Ok(Bytes(page::LIMIT)));
        assert_eq!(megabytes("0.5MB"), Ok(Bytes(500_000)));
        for wrong in ["", "x", "-1", "0", "NaN", "inf", "1e9"] {
            assert!(megabytes(wrong).is_err(), "{wrong}");
        }
    }
}
