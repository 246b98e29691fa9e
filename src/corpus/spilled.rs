//! Documents that were read together, with their columns in a file.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use bytemuck::Pod;

use crate::corpus::Location;
use crate::corpus::batch::Batch;
use crate::corpus::strings::Strings;
use crate::corpus::texts::Texts;
use crate::error::{Error, Result};
use crate::hash::TextHash;
use crate::mmap::Map;
use crate::mmap::window::Pages;
use crate::span::Span;
use crate::spill::{SpillFile, SpillFolder};
use crate::text::surface::SurfaceForm;

/// The file of all batches of a corpus, mapped once all are written.
#[derive(Debug)]
pub(super) struct Store {
    spill_folder: Arc<SpillFolder>,
    file: SpillFile,
    pages: OnceLock<Pages>,
    broken: AtomicBool,
    first_error: Mutex<Option<Error>>,
}

impl Store {
    pub(super) fn new(spill_folder: Arc<SpillFolder>) -> Result<Self> {
        Ok(Store {
            file: spill_folder.file()?,
            spill_folder,
            pages: OnceLock::new(),
            broken: AtomicBool::new(false),
            first_error: Mutex::default(),
        })
    }

    pub(super) fn spill_folder(&self) -> &Arc<SpillFolder> {
        &self.spill_folder
    }

    /// Returns whether writing a batch failed; then reading can stop.
    pub(super) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    fn fail(&self, error: Error) {
        self.broken.store(true, Ordering::Relaxed);
        if let Ok(mut first_error) = self.first_error.lock() {
            first_error.get_or_insert(error);
        }
    }

    /// Maps the file, or returns the first error of writing it.
    pub(super) fn seal(&self) -> Result<()> {
        if let Ok(mut first_error) = self.first_error.lock()
            && let Some(error) = first_error.take()
        {
            return Err(error);
        }
        let map = self.file.with_file(Map::in_any_order)?;
        self.pages
            .get_or_init(|| Pages::new(map, self.spill_folder.window_bytes()));
        Ok(())
    }

    /// Lets as much of the file stay mapped as the budget allows.
    pub(super) fn apply_budget(&self) {
        if let Some(pages) = self.pages.get() {
            pages.set_limit(self.spill_folder.window_bytes());
        }
    }

    /// Returns all mapped pages to the system.
    pub(super) fn release_pages(&self) {
        if let Some(pages) = self.pages.get() {
            pages.clear();
        }
    }

    /// Tells the map whether the next reads will be in random order.
    pub(super) fn expect_random_access(&self, random: bool) {
        if let Some(pages) = self.pages.get() {
            pages.expect_random_access(random);
        }
    }

    /// Returns some items of a column.
    fn items<T: Pod>(&self, column: Column, range: Range<usize>) -> &[T] {
        if range.is_empty() {
            return &[];
        }
        let at = column.at as usize;
        let bytes = at + range.start * size_of::<T>()..at + range.end * size_of::<T>();
        let whole = at..at + column.len;
        let pages = self.pages.get();
        // Columns begin at multiples of sixteen.
        pages.map_or(&[], |pages| bytemuck::cast_slice(pages.bytes(bytes, whole)))
    }

    fn item<T: Pod>(&self, column: Column, at: usize) -> T {
        self.items(column, at..at + 1)[0]
    }

    fn string(&self, [text, ends]: [Column; 2], at: usize) -> Option<&str> {
        let bytes = self.items(text, self.range(ends, at));
        std::str::from_utf8(bytes).ok().filter(|s| !s.is_empty())
    }

    /// Returns the range of item `at`, given the column of ends.
    fn range(&self, ends: Column, at: usize) -> Range<usize> {
        if at == 0 {
            return 0..self.item::<u32>(ends, 0) as usize;
        }
        let ends: &[u32] = self.items(ends, at - 1..at + 1);
        ends[0] as usize..ends[1] as usize
    }
}

/// The place of a column in the file.
#[derive(Clone, Copy, Debug, Default)]
struct Column {
    at: u64,
    len: usize,
}

/// A [`Batch`] whose columns are in a file.
#[derive(Clone, Debug)]
pub(super) struct SpilledBatch {
    store: Arc<Store>,
    count: usize,
    text_bytes: u64,
    units: Column,
    ends: Column,
    hashes: Column,
    locations: Column,
    ids: [Column; 2],
    titles: [Column; 2],
    dates: [Column; 2],
    sources: [Column; 2],
    texts: Option<[Column; 2]>,
    surfaces: Option<Column>,
    marks: [Column; 2],
    fields: Vec<(Arc<str>, [Column; 2])>,
    dropped: bool,
}

impl SpilledBatch {
    /// Writes a batch; returns nothing if that fails, and leaves the error with
    /// the store.
    pub(super) fn write(store: &Arc<Store>, mut batch: Batch) -> Option<Self> {
        if store.is_broken() {
            return None;
        }
        let hashes: Vec<u128> = batch.hashes.iter().map(|hash| hash.0).collect();
        let locations: Vec<[u64; 4]> = batch.locations.iter().map(to_words).collect();
        let words = |surfaces: &Vec<SurfaceForm>| {
            surfaces.iter().map(|surface| surface.to_words()).collect()
        };
        let surfaces: Option<Vec<[u64; 2]>> = batch.surfaces.as_ref().map(words);
        let kept = batch.texts.take().map(Texts::into_strings);
        let none = Strings::default();
        let texts = kept.as_ref().unwrap_or(&none);
        let mut pieces: Vec<&[u8]> = vec![
            bytemuck::cast_slice(&batch.units),
            bytemuck::cast_slice(&batch.ends),
            bytemuck::cast_slice(&hashes),
            bytemuck::cast_slice(&locations),
            bytemuck::cast_slice(surfaces.as_deref().unwrap_or(&[])),
        ];
        for strings in [
            &batch.ids,
            &batch.titles,
            &batch.dates,
            &batch.sources,
            texts,
            &batch.marks,
        ]
        .into_iter()
        .chain(batch.fields.iter().map(|(_, strings)| strings))
        {
            let (text, ends) = strings.columns();
            pieces.extend([text.as_bytes(), bytemuck::cast_slice(ends)]);
        }
        let offsets = match store.file.append(&pieces) {
            Ok(offsets) => offsets,
            Err(error) => {
                store.fail(error);
                return None;
            }
        };
        let column = |at: usize| Column {
            at: offsets[at],
            len: pieces[at].len(),
        };
        let pair = |at: usize| [column(at), column(at + 1)];
        Some(SpilledBatch {
            store: store.clone(),
            count: batch.len(),
            text_bytes: batch.text_bytes,
            units: column(0),
            ends: column(1),
            hashes: column(2),
            locations: column(3),
            surfaces: batch.surfaces.is_some().then(|| column(4)),
            ids: pair(5),
            titles: pair(7),
            dates: pair(9),
            sources: pair(11),
            texts: kept.is_some().then(|| pair(13)),
            marks: pair(15),
            fields: (17..)
                .step_by(2)
                .zip(&batch.fields)
                .map(|(at, (name, _))| (name.clone(), pair(at)))
                .collect(),
            dropped: false,
        })
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn text_bytes(&self) -> u64 {
        self.text_bytes
    }

    pub(super) fn range(&self, at: usize) -> Range<usize> {
        if self.dropped {
            return 0..0;
        }
        self.store.range(self.ends, at)
    }

    pub(super) fn normalized(&self, at: usize) -> &[u16] {
        self.store.items(self.units, self.range(at))
    }

    pub(super) fn drop_normalized(&mut self) {
        self.dropped = true;
    }

    pub(super) fn hash(&self, at: usize) -> TextHash {
        TextHash(self.store.item(self.hashes, at))
    }

    pub(super) fn location(&self, at: usize) -> Location {
        from_words(self.store.item(self.locations, at))
    }

    pub(super) fn id(&self, at: usize) -> Option<&str> {
        self.store.string(self.ids, at)
    }

    pub(super) fn title(&self, at: usize) -> Option<&str> {
        self.store.string(self.titles, at)
    }

    pub(super) fn date(&self, at: usize) -> Option<&str> {
        self.store.string(self.dates, at)
    }

    pub(super) fn source(&self, at: usize) -> Option<&str> {
        self.store.string(self.sources, at)
    }

    pub(super) fn text(&self, at: usize) -> Option<&str> {
        let texts = self.texts?;
        Some(self.store.string(texts, at).unwrap_or(""))
    }

    /// Returns a piece of a text, if its bounds are those of characters.
    pub(super) fn text_within(&self, at: usize, range: Range<usize>) -> Option<&str> {
        let [text, ends] = self.texts?;
        let whole = self.store.range(ends, at);
        let piece = whole.start + range.start..whole.start + range.end;
        if range.start > range.end || piece.end > whole.end {
            return None;
        }
        std::str::from_utf8(self.store.items(text, piece)).ok()
    }

    pub(super) fn field(&self, name: &str, at: usize) -> Option<&str> {
        let (_, columns) = self.fields.iter().find(|(other, _)| **other == *name)?;
        self.string_before_end(*columns, at)
    }

    pub(super) fn marks(&self, at: usize) -> Option<&str> {
        self.string_before_end(self.marks, at)
    }

    /// Returns a string of a column that may end before all documents.
    fn string_before_end(&self, columns: [Column; 2], at: usize) -> Option<&str> {
        let count = columns[1].len / size_of::<u32>();
        (at < count).then(|| self.store.string(columns, at))?
    }

    pub(super) fn field_names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| &**name)
    }

    pub(super) fn surface(&self, at: usize) -> Option<SurfaceForm> {
        let surfaces = self.surfaces?;
        Some(SurfaceForm::from_words(self.store.item(surfaces, at)))
    }
}

fn to_words(location: &Location) -> [u64; 4] {
    [
        u64::from(location.input),
        location.span.start,
        location.span.end,
        location.line,
    ]
}

fn from_words([input, start, end, line]: [u64; 4]) -> Location {
    Location {
        input: input as u32,
        span: Span { start, end },
        line,
    }
}
