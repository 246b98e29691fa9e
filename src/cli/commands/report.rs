//! `leitong report`: the page that shows a scan, made from its folder.

use crate::cli::Outcome;
use crate::cli::args::ReportArgs;
use crate::cli::run::outputs::OutputCheck;
use crate::cli::run::page;
use crate::cli::say::say;
use crate::error::{Error, Result};
use crate::write::OutputFile;

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
    let mut check = OutputCheck::default();
    check.add(&out)?;
    let entries = std::fs::read_dir(&args.dir).map_err(|source| Error::Input {
        path: args.dir.clone(),
        source,
    })?;
    for entry in entries
        .flatten()
        .filter(|entry| entry.file_name() != "report.html")
    {
        check.check_file(&entry.path())?;
    }
    let written = page::write(
        &args.dir,
        OutputFile::create(&out)?,
        args.limit.report_limit.0,
    )?;
    if !args.quiet {
        say!(
            "leitong report: {}, {:.1} MB",
            out.display(),
            written.bytes as f64 / 1e6
        );
        for cut in &written.cuts {
            say!("  {cut}");
        }
    }
    Ok(Outcome::Done)
}
