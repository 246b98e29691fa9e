//! Stands in for the Parquet writer in a build without the feature `parquet`.

use std::convert::Infallible;
use std::io::{Error, ErrorKind};

use crate::error::Result;
use crate::write::output::OutputFile;
use crate::write::table::{Cell, Kind};

/// A Parquet file; this build has none.
pub(super) struct ParquetSink(Infallible);

impl ParquetSink {
    /// Returns the error that says why the file can't be written.
    pub(super) fn begin(_: &[(&str, Kind)], _: bool, out: OutputFile) -> Result<Self> {
        let what = "this build of leitong has no Parquet; build it with the feature `parquet`";
        Err(out.failed(Error::new(ErrorKind::Unsupported, what)))
    }

    pub(super) fn row(&mut self, _: &[Cell<'_>]) -> Result<()> {
        match self.0 {}
    }

    pub(super) fn finish(self) -> Result<()> {
        match self.0 {}
    }
}
