//! Stands in for the Parquet reader in a build without the feature `parquet`.

use std::convert::Infallible;
use std::sync::Mutex;

use crate::error::Result;
use crate::read::Fields;
use crate::read::collector::Collector;
use crate::read::collector::Origin;
use crate::read::sink::Sink;
use crate::read::source::Source;

/// An opened Parquet file; this build has none.
pub(crate) struct ParquetFile(Infallible);

impl ParquetFile {
    /// Returns the error that says why the file can't be read.
    pub(crate) fn open(_: Source, _: &Fields) -> std::result::Result<ParquetFile, String> {
        Err("this build of leitong has no Parquet; build it with the feature `parquet`".to_owned())
    }

    pub(crate) fn has_schema_of(&self, _: &ParquetFile) -> bool {
        match self.0 {}
    }

    pub(crate) fn rows(&self) -> u64 {
        match self.0 {}
    }

    pub(crate) fn names(&self) -> &[String] {
        match self.0 {}
    }

    pub(crate) fn warning(&self) -> Option<String> {
        match self.0 {}
    }

    pub(crate) fn check_types(&self, _: &str, _: &Fields) -> Result<()> {
        match self.0 {}
    }

    pub(crate) fn groups(&self) -> usize {
        match self.0 {}
    }

    pub(crate) fn len_on_disk(&self, _: usize) -> u64 {
        match self.0 {}
    }

    pub(crate) fn read_group<S: Sink>(
        &self,
        _: usize,
        _: Origin<'_>,
        _: &Fields,
        _: &Mutex<()>,
        _: &mut Collector<S>,
    ) {
        match self.0 {}
    }
}
