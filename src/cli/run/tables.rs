//! The format of each output: that of its ending.

use std::path::{Path, PathBuf};

use crate::amounts::grouped;
use crate::cli::args::TableArgs;
use crate::error::{Error, Result};
use crate::write::table::Kind;
use crate::write::{Format, TableOptions, is_special};

/// Returns whether records go to a stream, which has no ending.
fn is_stream(path: &Path) -> bool {
    path == Path::new("-") || is_special(path)
}

/// Returns the format of the files of a folder.
pub(in crate::cli) fn format_in_folder(args: &TableArgs) -> Format {
    args.format.unwrap_or(match args.excel {
        true => Format::Csv,
        false => Format::Jsonl,
    })
}

/// Returns the format of the main output: that of its ending, and of the
/// standard output what `--format` says.
pub(in crate::cli) fn format_of(output: Option<&Path>, args: &TableArgs) -> Result<Format> {
    let asked = format_in_folder(args);
    let Some(path) = output.filter(|path| !is_stream(path)) else {
        if asked == Format::Parquet {
            return Err(Error::Option {
                option: "--format parquet".to_owned(),
                what: "needs a file to write to; name it with -o".to_owned(),
            });
        }
        return Ok(asked);
    };
    let format = format_of_side(path, asked)?;
    if args.format.is_some_and(|asked| asked != format) {
        return Err(Error::Option {
            option: format!("--format {asked}"),
            what: format!(
                "{} is named like {format}; leave one of the two out",
                path.display()
            ),
        });
    }
    Ok(format)
}

/// Returns the format that the ending of a file names; `otherwise` is that of a
/// stream or a name without an ending.
pub(in crate::cli) fn format_of_side(path: &Path, otherwise: Format) -> Result<Format> {
    let Some(ending) = path.extension().filter(|_| !is_stream(path)) else {
        return Ok(otherwise);
    };
    let wrong = |what: String| {
        Err(Error::Option {
            option: path.display().to_string(),
            what,
        })
    };
    match Format::of_path(path) {
        Some(Format::Parquet) if !cfg!(feature = "parquet") => {
            wrong("this build has no Parquet; build it with the feature `parquet`".to_owned())
        }
        Some(format) => Ok(format),
        None => wrong(format!(
            "no records are written as .{}; end the name with .jsonl, .csv, .tsv or .parquet",
            ending.display()
        )),
    }
}

/// Returns an error if a file has an ending that a command does not write; `what`
/// says which it writes.
pub(in crate::cli) fn expect_ending(path: &Path, endings: &[&str], what: &str) -> Result<()> {
    let is_written = |ending: &&str| {
        path.extension()
            .is_some_and(|there| there.eq_ignore_ascii_case(ending))
    };
    if is_stream(path) || path.extension().is_none() || endings.iter().any(is_written) {
        return Ok(());
    }
    Err(Error::Option {
        option: path.display().to_string(),
        what: what.to_owned(),
    })
}

/// Returns how the tables of a command are written, of which `columns` are
/// those of each.
pub(in crate::cli) fn options(
    args: &TableArgs,
    format: Format,
    columns: &[&[(&str, Kind)]],
) -> Result<TableOptions> {
    if args.excel && format.delimiter().is_none() {
        return Err(Error::Option {
            option: "--excel".to_owned(),
            what: format!(
                "is for CSV and TSV, and the output is {format}; end its name with .csv or .tsv"
            ),
        });
    }
    let names = || columns.iter().copied().flatten().map(|(name, _)| *name);
    for name in &args.columns {
        if !names().any(|known| known == name) {
            let known: Vec<&str> = names().collect();
            return Err(Error::Option {
                option: format!("--columns {name}"),
                what: format!("no such column; choose from {}", known.join(", ")),
            });
        }
    }
    Ok(TableOptions {
        format,
        excel: args.excel,
        columns: (!args.columns.is_empty()).then(|| args.columns.clone()),
        no_places: false,
    })
}

/// Returns how a side output of a command is written: whole, and for Excel
/// where that is asked for.
pub(in crate::cli) fn side_options(args: &TableArgs, format: Format) -> TableOptions {
    TableOptions {
        excel: args.excel && format.delimiter().is_some(),
        ..format.into()
    }
}

/// Returns the name of a file that belongs to another: `kept.jsonl.gz` and
/// `decisions.csv` give `kept.decisions.csv`.
pub(in crate::cli) fn named_after(path: &Path, name: &str) -> PathBuf {
    let is_compressed = path.extension().is_some_and(|ending| {
        ending.eq_ignore_ascii_case("gz") || ending.eq_ignore_ascii_case("zst")
    });
    let stem = match is_compressed {
        true => path.with_extension("").with_extension(""),
        false => path.with_extension(""),
    };
    named_after_folder(&stem, name)
}

/// Returns the name of a file beside a folder that it belongs to: `clean/` and
/// `decisions.csv` give `clean.decisions.csv`.
pub(in crate::cli) fn named_after_folder(folder: &Path, name: &str) -> PathBuf {
    // `DIR/` and `DIR` have one name.
    let folder: PathBuf = folder.components().collect();
    let mut file = folder.file_name().unwrap_or_default().to_owned();
    if !file.is_empty() {
        file.push(".");
    }
    file.push(name);
    folder.with_file_name(file)
}

/// Returns the warning about cells that were cut, if there are any.
pub(in crate::cli) fn cut_warning(cut: u64) -> Option<String> {
    (cut > 0).then(|| {
        format!(
            "{} cells are longer than the 32,767 characters that Excel holds and were cut; they \
             end with …",
            grouped(cut)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_after_the_one_that_they_belong_to() {
        for (path, name) in [
            ("out/kept.jsonl", "out/kept.decisions.jsonl"),
            ("kept.csv.gz", "kept.decisions.jsonl"),
            ("a.b.tsv", "a.b.decisions.jsonl"),
            ("kept", "kept.decisions.jsonl"),
        ] {
            assert_eq!(
                named_after(Path::new(path), "decisions.jsonl"),
                Path::new(name)
            );
        }
        assert_eq!(
            named_after_folder(Path::new("out/v1.2/"), "run.json"),
            Path::new("out/v1.2.run.json")
        );
    }

    #[test]
    fn an_ending_that_is_not_written_is_refused() {
        let expect = |path: &str| expect_ending(Path::new(path), &["html"], "pages").is_ok();
        assert!(
            ["a.html", "A.HTML", "a", "-", "/dev/null"]
                .into_iter()
                .all(expect)
        );
        assert!(!["a.jsonl", "a.html.gz", "a.pdf"].into_iter().any(expect));
    }

    #[test]
    fn an_ending_decides_and_an_unknown_one_is_refused() {
        let args = |format| TableArgs {
            format,
            excel: false,
            columns: Vec::new(),
        };
        let format = |path, asked| format_of(Some(Path::new(path)), &args(asked));
        assert_eq!(format("gov.csv", None).unwrap(), Format::Csv);
        assert_eq!(format("gov.tsv", Some(Format::Tsv)).unwrap(), Format::Tsv);
        assert_eq!(format("gov", Some(Format::Csv)).unwrap(), Format::Csv);
        assert_eq!(format("-", Some(Format::Tsv)).unwrap(), Format::Tsv);
        assert!(format("gov.csv", Some(Format::Jsonl)).is_err());
        assert!(format("gov.txt", None).is_err());
        assert!(format("gov.xlsx", Some(Format::Csv)).is_err());
        assert!(format("-", Some(Format::Parquet)).is_err());
    }
}
