//! `report.html`: one file that shows what a scan found.
//!
//! The page itself is written in TypeScript (`web/`); Vite builds it into one
//! file, which is compiled into the program. A program built without that
//! file lacks only this report. This module adds the data: it takes what a scan
//! holds and what its folder has, keeps the highest-ranking records that fit the
//! size limit, and packs them into blocks that the page unpacks when it needs
//! them.

mod assemble;
mod circle_packing;
mod communities;
mod context;
mod digits;
mod folder;
mod folder_model;
mod force;
mod held_model;
mod layout;
mod model;
mod offsets;
mod overview;
mod pack;
mod phrase_index;
mod places;
mod schema;
mod search_keys;
mod tables;
mod texts;

use std::io::Write;
use std::path::Path;

use crate::error::{Error, Result};
use crate::report::held::HeldScan;
use crate::write::OutputFile;
pub use schema::Cut;

/// Default size limit of a report in bytes: what mail servers and browsers
/// accept without trouble.
pub const LIMIT: u64 = 20_000_000;

/// The page as Vite built it; empty if the program was compiled without it.
static PAGE: &str = include_str!(concat!(env!("OUT_DIR"), "/report.html"));

/// Where the blocks go: the first one before the script, which starts with it;
/// all others after the script.
const CORE: &str = "<!--leitong:core-->";
const BLOCKS: &str = "<!--leitong:blocks-->";

/// Bytes needed by the data that every report has.
const MIN_DATA: u64 = 100_000;

/// Size of a report that was written, and what it leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenReport {
    /// Size of the file.
    pub bytes: u64,
    /// What did not fit.
    pub cuts: Vec<Cut>,
}

/// Returns whether this program was compiled with the page.
pub fn has_page() -> bool {
    !PAGE.is_empty()
}

/// The message for programs for which [`has_page`] is false.
pub const NO_PAGE: &str = "this build has no report page; run `make` in the source folder (it needs \
     Node.js), then `leitong report DIR`";

/// Writes the report of a scan's folder, in at most `limit` bytes, and returns
/// its size and what was left out.
///
/// Reads `run.json`, `graph.json`, `clusters.jsonl`, `decisions.jsonl`,
/// `documents.jsonl`, `edges.jsonl`, `passages.jsonl`, `phrases.jsonl` and
/// `texts.jsonl.zst`. All nodes and edges are held in memory, and texts of up
/// to three characters for each byte of the limit; other files are read line
/// by line. The same folder gives the same bytes.
///
/// # Errors
///
/// Fails if the program was compiled without the page, the folder lacks a file
/// or holds a line that is no record of a scan, the limit is too small, or
/// `out` can't be written.
pub fn write(dir: &Path, out: &Path, limit: u64) -> Result<WrittenReport> {
    write_to(dir, None, OutputFile::create(out)?, limit)
}

/// Does the same into a file that was begun.
///
/// With `held`, what the scan that wrote the folder still holds, only `run.json`,
/// `passages.jsonl` and `phrases.jsonl` are read; the bytes are the same.
///
/// # Errors
///
/// As [`write`](fn@write).
pub fn write_to(
    dir: &Path,
    held: Option<&HeldScan<'_>>,
    mut file: OutputFile,
    limit: u64,
) -> Result<WrittenReport> {
    let Some((head, rest)) = PAGE.split_once(CORE) else {
        return Err(Error::Option {
            option: "report".into(),
            what: NO_PAGE.into(),
        });
    };
    let (script, tail) = rest.split_once(BLOCKS).unwrap_or((rest, ""));
    let least = PAGE.len() as u64 + MIN_DATA;
    let Some(spare) = limit.checked_sub(least) else {
        return Err(Error::Option {
            option: "`report-limit`".into(),
            what: format!(
                "{:.1} MB are too few, the page alone takes {:.1}",
                limit as f64 / 1e6,
                least as f64 / 1e6
            ),
        });
    };
    let (blocks, cuts) = assemble::blocks(dir, held, spare + MIN_DATA)?;
    let mut bytes = 0;
    let mut put = |text: &[u8]| {
        bytes += text.len() as u64;
        file.write_all(text)
    };
    let mut write = || -> std::io::Result<()> {
        put(head.as_bytes())?;
        let mut element = Vec::new();
        for (n, block) in blocks.iter().enumerate() {
            element.clear();
            block.write(&mut element)?;
            put(&element)?;
            if n == 0 {
                put(script.as_bytes())?;
            }
        }
        put(tail.as_bytes())
    };
    write().map_err(|error| file.failed(error))?;
    file.finish()?;
    Ok(WrittenReport { bytes, cuts })
}
