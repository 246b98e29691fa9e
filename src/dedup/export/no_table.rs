//! Stands in for the copying of Parquet rows in a build without the feature
//! `parquet`.

use std::path::Path;

use crate::dedup::export::sink::Out;
use crate::error::{Error, Result};
use crate::read::RecordLimit;
use crate::read::original::parquet_file_of;
use crate::read::walk::Input;

/// A Parquet file that rows of others would be copied into.
pub(super) struct Table(Out);

impl Table {
    pub(super) fn new(out: Out, _: &Path) -> Self {
        Table(out)
    }

    pub(super) fn finish(self) -> Result<()> {
        self.0.finish()
    }
}

/// Returns the error that opening the input gives.
pub(super) fn copy(input: &Input, _: &[u64], limit: RecordLimit, _: &mut Table) -> Result<()> {
    let refused = |what| Error::Format {
        input: input.name.clone(),
        what,
    };
    parquet_file_of(input, limit).map(drop).map_err(refused)
}
