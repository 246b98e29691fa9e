//! `leitong report`: the page that shows a scan, made from its folder.

use crate::cli::Outcome;
use crate::cli::args::ReportArgs;
use crate::cli::run::page;
use crate::error::{Error, Result};

pub(in crate::cli) fn run(args: &ReportArgs) -> Result<Outcome> {
    if !args.dir.is_dir() {
        return Err(Error::Option {
            option: args.dir.display().to_string(),
            what: "no folder; name the one that `leitong scan` wrote".into(),
        });
    }
    let out = args
        .output
        .clone()
        .unwrap_or_else(|| args.dir.join("report.html"));
    let written = page::write(&args.dir, &out, args.limit.report_limit.0)?;
    if !args.quiet {
        eprintln!(
            "leitong report: {}, {:.1} MB",
            out.display(),
            written.bytes as f64 / 1e6
        );
        for cut in &written.cuts {
            eprintln!("  {cut}");
        }
    }
    Ok(Outcome::Done)
}
