//! The page of a scan, as far as this build has one.

use std::path::Path;

use crate::error::Result;
use crate::report::held::HeldScan;
use crate::write::OutputFile;

/// Size of a page, and what it leaves out.
pub(in crate::cli) struct Page {
    pub(in crate::cli) bytes: u64,
    /// A line for each kind of thing that did not fit.
    pub(in crate::cli) cuts: Vec<String>,
}

/// Returns whether this build can write the page.
#[cfg(feature = "report")]
pub(in crate::cli) use crate::report::page::has_page;

/// Writes the page that shows the folder `dir`, of at most `limit` bytes; `held`
/// is what the scan that wrote it still holds.
#[cfg(feature = "report")]
pub(in crate::cli) fn write(
    dir: &Path,
    held: Option<&HeldScan<'_>>,
    out: OutputFile,
    limit: u64,
) -> Result<Page> {
    let written = crate::report::page::write_to(dir, held, out, limit)?;
    Ok(Page {
        bytes: written.bytes,
        cuts: written.cuts.iter().map(|cut| cut.line()).collect(),
    })
}

/// Returns whether this build can write the page.
#[cfg(not(feature = "report"))]
pub(in crate::cli) fn has_page() -> bool {
    false
}

/// Returns the error that says why there is no page.
#[cfg(not(feature = "report"))]
pub(in crate::cli) fn write(
    _: &Path,
    _: Option<&HeldScan<'_>>,
    _: OutputFile,
    _: u64,
) -> Result<Page> {
    Err(crate::error::Error::Option {
        option: "report".into(),
        what: "this build of leitong has no report; build it with the feature `report`".into(),
    })
}
