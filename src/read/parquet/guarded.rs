//! The pages of a column on their way to the decoder: no more at a time than a
//! batch needs, and none that it should not believe.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parquet::basic::Type;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::ColumnDescPtr;

use crate::read::limit::RecordLimit;
use crate::read::parquet::deltas;

/// Bytes that the pages of a batch have, the last page left out: some pages of
/// the usual size.
const BATCH_BYTES: u64 = 4 << 20;

/// Bytes that the decoder keeps of each value of a list, besides its own.
const VALUE: u64 = 40;

/// What a batch of rows may take of the pages of its column.
#[derive(Clone, Default)]
pub(crate) struct Allowance(Arc<Mutex<Taken>>);

#[derive(Default)]
struct Taken {
    /// Bytes of all pages in which rows of the batch may lie.
    held: u64,
    /// Bytes of the last of them.
    last: u64,
    /// Whether the next page is needed, whatever is held.
    is_needed: bool,
    /// Why a page was refused.
    refusal: Option<String>,
}

impl Allowance {
    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a batch: of the pages before it, only the last is still held.
    pub(crate) fn begin(&self) {
        let mut taken = self.taken();
        taken.held = taken.last;
        taken.is_needed = false;
    }

    /// Lets one more page through, where the batch has no row yet.
    pub(crate) fn need(&self) {
        self.taken().is_needed = true;
    }

    /// Returns why a page was refused, if one was.
    pub(crate) fn refusal(&self) -> Option<String> {
        self.taken().refusal.clone()
    }
}

/// Reads the pages of a column, and says that there are no more when a batch
/// has enough; the next batch gets those that follow.
pub(super) struct Guarded {
    pages: Box<dyn PageReader>,
    column: ColumnDescPtr,
    allowance: Allowance,
    limit: RecordLimit,
}

impl Guarded {
    pub(super) fn new(
        pages: Box<dyn PageReader>,
        column: ColumnDescPtr,
        allowance: Allowance,
        limit: RecordLimit,
    ) -> Guarded {
        Guarded {
            pages,
            column,
            allowance,
            limit,
        }
    }

    fn refuse(&self, what: String) -> ParquetError {
        let error = ParquetError::General(what.clone());
        self.allowance.taken().refusal = Some(what);
        error
    }

    /// Returns an error if the lengths in a page are more than the page has
    /// values: the decoder makes room for as many as they say.
    fn check(&self, page: &Page) -> Result<()> {
        let is_bytes = matches!(
            self.column.physical_type(),
            Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY
        );
        let Some(lengths) = deltas::lengths_in(page, &self.column).filter(|_| is_bytes) else {
            return Ok(());
        };
        let declared = u64::from(page.num_values());
        if lengths > declared {
            return Err(ParquetError::General(format!(
                "a page of {declared} values has the lengths of more"
            )));
        }
        let width = u64::try_from(self.column.type_length()).unwrap_or(0);
        let taken = lengths.saturating_mul(width.max(size_of::<[i32; 2]>() as u64));
        if taken > self.limit.bytes() {
            let most = self.limit.bytes();
            return Err(self.refuse(self.limit.exceeded_by("list of lengths", taken, most)));
        }
        Ok(())
    }
}

impl Iterator for Guarded {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Guarded {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        // A list may go on in the next page, and must be read to its end.
        let is_list = self.column.max_rep_level() > 0;
        {
            let taken = self.allowance.taken();
            if !is_list && !taken.is_needed && taken.held >= BATCH_BYTES {
                return Ok(None);
            }
        }
        let Some(page) = self.pages.get_next_page()? else {
            return Ok(None);
        };
        if matches!(page, Page::DictionaryPage { .. }) {
            return Ok(Some(page));
        }
        self.check(&page)?;
        let mut len = page.buffer().len() as u64;
        if is_list {
            len = len.max(u64::from(page.num_values()) * VALUE);
        }
        let held = {
            let mut taken = self.allowance.taken();
            taken.held += len;
            taken.last = len;
            taken.is_needed = false;
            taken.held
        };
        if is_list && held > self.limit.bytes().saturating_add(len) {
            return Err(self.refuse(self.limit.exceeded("row with a list")));
        }
        Ok(Some(page))
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::basic::Encoding;
    use parquet::schema::parser::parse_message_type;
    use parquet::schema::types::SchemaDescriptor;

    struct One(Option<Page>);

    impl Iterator for One {
        type Item = Result<Page>;

        fn next(&mut self) -> Option<Self::Item> {
            self.0.take().map(Ok)
        }
    }

    impl PageReader for One {
        fn get_next_page(&mut self) -> Result<Option<Page>> {
            Ok(self.0.take())
        }

        fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
            Ok(None)
        }

        fn skip_next_page(&mut self) -> Result<()> {
            Ok(())
        }
    }

    /// Returns numbers that are all alike: blocks of 128 in four parts of width
    /// zero, five bytes each.
    fn alike(count: u32) -> Vec<u8> {
        let mut bytes = vec![0x80, 0x01, 4];
        let mut rest = count;
        while rest >= 0x80 {
            bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        bytes.extend([rest as u8, 0]);
        let blocks = count.saturating_sub(1).div_ceil(128) as usize;
        bytes.extend([0u8; 5].repeat(blocks));
        bytes
    }

    #[test]
    fn lengths_that_a_small_page_declares_are_counted_before_there_is_room_for_them() {
        let schema = "message m { required binary text (UTF8); }";
        let schema = SchemaDescriptor::new(Arc::new(parse_message_type(schema).unwrap()));
        let next = |lengths: [u32; 2], num_values| {
            let page = Page::DataPage {
                buf: lengths.map(alike).concat().into(),
                num_values,
                encoding: Encoding::DELTA_BYTE_ARRAY,
                def_level_encoding: Encoding::RLE,
                rep_level_encoding: Encoding::RLE,
                statistics: None,
            };
            let (column, limit) = (schema.column(0), RecordLimit::of(1 << 20));
            let allowance = Allowance::default();
            let pages = Box::new(One(Some(page)));
            let mut guarded = Guarded::new(pages, column, allowance.clone(), limit);
            let read = guarded.get_next_page().map(|page| page.is_some());
            (read.map_err(|error| error.to_string()), allowance.refusal())
        };
        assert_eq!(next([3, 3], 3), (Ok(true), None));
        // The second list alone has more, too.
        for lengths in [[1 << 20, 3], [3, 1 << 20]] {
            let (read, refusal) = next(lengths, 3);
            assert!(read.unwrap_err().contains("a page of 3 values"));
            assert_eq!(refusal, None);
        }
        let (read, refusal) = next([1 << 20; 2], 1 << 20);
        assert!(read.is_err());
        assert!(refusal.unwrap().contains("list of lengths of 8 MB"));
    }
}
