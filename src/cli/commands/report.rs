//! `leitong report`: the page that shows a scan, made from its folder.

use std::path::Path;

use serde_json::Value;

use crate::cli::Outcome;
use crate::cli::args::ReportArgs;
use crate::cli::run::outputs::OutputCheck;
use crate::cli::run::page;
use crate::cli::run::run_folder::hash_of;
use crate::cli::run::tables;
use crate::cli::say::say;
use crate::error::{Error, Result};
use crate::records::scan_files::{self, REPORT, RUN};
use crate::whole_file::{OPTIONS_MAX, read_whole};
use crate::write::OutputFile;

pub(in crate::cli) fn run(args: &ReportArgs) -> Result<Outcome> {
    if !args.dir.is_dir() {
        return Err(Error::Option {
            option: args.dir.display().to_string(),
            what: "no folder; name the one that `leitong scan` wrote".into(),
        });
    }
    let out = args.output.clone().unwrap_or_else(|| args.dir.join(REPORT));
    tables::expect_ending(
        &out,
        &["html", "htm"],
        "report writes a page; end the name with .html",
    )?;
    check_run(&args.dir)?;
    let mut check = OutputCheck::default();
    check.add(&out)?;
    let entries = std::fs::read_dir(&args.dir).map_err(|source| Error::Input {
        path: args.dir.clone(),
        source,
    })?;
    for entry in entries
        .flatten()
        .filter(|entry| entry.file_name() != REPORT)
    {
        check.check_file(&entry.path())?;
    }
    let written = page::write(
        &args.dir,
        None,
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

/// Makes sure that the files of a folder are those of one run: the ones that
/// its `run.json` names, byte for byte, and no others that a page is made of.
fn check_run(dir: &Path) -> Result<()> {
    let failed = |path: &Path, what: &str| Error::Format {
        input: path.display().to_string(),
        what: what.to_owned(),
    };
    let path = dir.join(RUN);
    let bytes = read_whole(&path, OPTIONS_MAX)?;
    let run: Value = serde_json::from_slice(&bytes)
        .map_err(|_| failed(&path, "not the record of a scan; scan again"))?;
    if run["command"]
        .as_str()
        .is_some_and(|command| command != "scan")
    {
        return Err(failed(
            &path,
            "the record of another command than scan; scan again into a folder of its own",
        ));
    }
    let Some(files) = run["files"].as_object() else {
        say!(
            "leitong: warning: {} names no files, as an older version wrote it, so it can't be \
             told whether the files beside it are of one run",
            path.display()
        );
        return Ok(());
    };
    for (name, digest) in files.iter().filter(|(name, _)| *name != REPORT) {
        let path = dir.join(name);
        let hash = hash_of(&path).map_err(|source| Error::Input {
            path: path.clone(),
            source,
        })?;
        if digest["xxh3"] != hash {
            return Err(failed(
                &path,
                "not the file that run.json names, so the folder is of more than one run; scan again",
            ));
        }
    }
    let is_left = |name: &&&str| !files.contains_key(**name) && dir.join(name).exists();
    match scan_files::ALWAYS
        .iter()
        .chain(&scan_files::OF_REUSE)
        .find(is_left)
    {
        Some(name) => Err(failed(
            &dir.join(name),
            "not named by run.json, so the folder is of more than one run; scan again into a \
             folder of its own",
        )),
        None => Ok(()),
    }
}
