//! The rows of a row group, read column beside column.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use parquet::errors::ParquetError;
use parquet::file::reader::FileReader;

use crate::caught::caught;
use crate::corpus::Location;
use crate::read::collector::{Collector, Origin, RawRecord};
use crate::read::encoding::Decoded;
use crate::read::fields::FieldRole;
use crate::read::limit::size;
use crate::read::parquet::column::ColumnBatch;
use crate::read::parquet::tally::GroupTally;
use crate::read::parquet::{GroupPages, ParquetFile, broken_off, in_short};
use crate::read::selector::ColumnSelector;
use crate::read::sink::Sink;
use crate::read::source::LARGE_BYTES;
use crate::read::{Fields, RecordLimit};
use crate::span::Span;

/// Most bytes of values that are read of a row group, the last row left out:
/// offsets in what is read at a time have 32 bits.
const GROUP_BYTES_MAX: u64 = u32::MAX as u64;

/// How many times a byte of a field counts that is no text: these are kept as
/// they are, and one in a dictionary stands in as many rows as it likes.
const FIELD_WEIGHT: u64 = 16;

type Columns = Vec<(usize, ColumnBatch)>;

impl ParquetFile {
    /// Opens the columns of a row group that are read, each with its position in
    /// the file.
    fn open_group(
        &self,
        group: usize,
        pages: &GroupPages,
        limit: RecordLimit,
    ) -> parquet::errors::Result<Columns> {
        let reader = self.file.get_row_group(group)?;
        let mut opened: Columns = Vec::new();
        for at in self.columns_read() {
            let Some(descriptor) = self.column(at) else {
                continue;
            };
            if opened.iter().all(|(other, _)| *other != at) {
                let offset = self.offsets.get(at).copied().flatten();
                let (column, allowance) = self.open_column(&*reader, at, limit)?;
                let encodings = reader.metadata().column(at).encodings();
                let batch = pages.of(at).batch_rows(descriptor, encodings, limit);
                let column = ColumnBatch::new(column, descriptor, offset, allowance, batch);
                opened.push((at, column));
            }
        }
        Ok(opened)
    }

    /// Reads the rows of a row group; one with large pages when it has `turn`.
    ///
    /// What can't be decoded ends the group; the rows before it are read.
    pub(crate) fn read_group<S: Sink>(
        &self,
        group: usize,
        origin: Origin<'_>,
        fields: &Fields,
        turn: &Mutex<()>,
        collector: &mut Collector<S>,
    ) {
        let mut tally = self.tally.begin(group);
        let first = self.first_rows.get(group).copied().unwrap_or(0);
        let rows = self
            .file
            .metadata()
            .row_groups()
            .get(group)
            .map_or(0, |group| group.num_rows());
        let rows = u64::try_from(rows).unwrap_or(0);
        let limit = collector.limit();
        let pages = match self.pages_of(group, self.columns_read(), limit) {
            Ok(pages) => pages,
            Err(what) => {
                let what = format!("{rows} rows from here on can't be read: {what}");
                return collector.skip(origin.input, origin.name, first + 1, what);
            }
        };
        let wait = || turn.lock().unwrap_or_else(PoisonError::into_inner);
        let is_large = pages.taken() >= LARGE_BYTES as u64;
        let mut has_turn = is_large.then(wait);
        let before = collector.bytes_read;
        let mut done = 0;
        let mut left_out = None;
        let mut columns = Vec::new();
        let fault = (|| -> parquet::errors::Result<()> {
            let opened = caught(|| self.open_group(group, &pages, limit));
            columns = opened.unwrap_or_else(|| Err(broken_off()))?;
            let mut buffers: [String; FieldRole::COUNT] = Default::default();
            while done < rows && !collector.is_over() {
                if self.is_suspicious(group, &tally, limit) && tally.known_before().is_none() {
                    // An earlier row group may need the turn to end.
                    has_turn = None;
                    tally.wait_for_before();
                    has_turn = is_large.then(wait);
                }
                left_out = self.too_much(group, &tally, limit);
                let unpacked = collector.bytes_read - before;
                if unpacked > GROUP_BYTES_MAX - limit.bytes() {
                    left_out = Some(format!(
                        "a row group of more than {}; write the file with smaller ones",
                        size(unpacked)
                    ));
                }
                if left_out.is_some() {
                    return Ok(());
                }
                let decoded = caught(|| decode(&mut columns, done));
                decoded.unwrap_or_else(|| Err(broken_off()))?;
                let row = first + done;
                let location = Location {
                    input: origin.input,
                    span: Span {
                        start: row,
                        end: row + 1,
                    },
                    line: row + 1,
                };
                let origin = Origin {
                    line: row + 1,
                    ..origin
                };
                tally.unpacked += self.read_row(
                    &columns,
                    done,
                    fields,
                    &mut buffers,
                    origin,
                    location,
                    collector,
                );
                done += 1;
            }
            Ok(())
        })();
        drop(has_turn);
        let refusal = columns.iter().find_map(|(_, column)| column.refusal());
        if let Some(what) = left_out.or(refusal) {
            let what = format!("{} rows from here on were not read: {what}", rows - done);
            collector.skip(origin.input, origin.name, first + done + 1, what);
        } else if let Err(error) = fault {
            let left = rows - done;
            let what = format!(
                "{left} rows from here on can't be decoded ({}); fetch the file again",
                in_short(&error)
            );
            collector.skip(origin.input, origin.name, first + done + 1, what);
        }
    }

    /// Returns whether a row group unpacked to so much more than it is that the
    /// whole file may.
    fn is_suspicious(&self, group: usize, tally: &GroupTally<'_>, limit: RecordLimit) -> bool {
        let its_part = limit.share(self.groups() as u64);
        its_part.is_bomb(tally.unpacked, self.len_on_disk(group))
    }

    /// Returns a message if the file up to here unpacked to more than it could
    /// mean.
    fn too_much(&self, group: usize, tally: &GroupTally<'_>, limit: RecordLimit) -> Option<String> {
        let unpacked = tally.known_before()?.saturating_add(tally.unpacked);
        let packed = (0..=group).map(|group| self.len_on_disk(group)).sum();
        let is_bomb = self.is_suspicious(group, tally, limit) && limit.is_bomb(unpacked, packed);
        is_bomb.then(|| limit.bomb(unpacked, packed))
    }

    /// Reads a row, of which all columns are decoded, and returns how much it
    /// weighs.
    #[expect(clippy::too_many_arguments)]
    fn read_row<S: Sink>(
        &self,
        columns: &[(usize, ColumnBatch)],
        row: u64,
        fields: &Fields,
        buffers: &mut [String; FieldRole::COUNT],
        origin: Origin<'_>,
        location: Location,
        collector: &mut Collector<S>,
    ) -> u64 {
        let column_at = |at: usize| {
            let opened = columns.iter().find(|(other, _)| *other == at);
            opened.map(|(_, column)| column)
        };
        let most = collector.limit().bytes();
        let mut replaced = 0;
        let mut weight = 0;
        let (mut encoding, mut is_certain) = ("UTF-8", true);
        let mut values = [const { None }; FieldRole::COUNT];
        let parts = values.iter_mut().zip(&self.columns).zip(buffers);
        for (((value, selector), buffer), role) in parts.zip(FieldRole::ALL) {
            *value = match selector.only() {
                Some(at) => column_at(at).and_then(|column| column.text(row, most, buffer)),
                None => joined(selector, role, |at, take| {
                    let decoded = column_at(at).and_then(|column| column.text(row, most, buffer));
                    decoded.map(take)
                }),
            };
            if let Some(decoded) = value {
                let len = decoded.text.len() as u64;
                replaced += decoded.replaced;
                collector.bytes_read += len;
                if role == FieldRole::Text {
                    (encoding, is_certain) = (decoded.encoding, decoded.is_certain);
                    weight += len;
                } else {
                    weight += len * FIELD_WEIGHT;
                }
            }
        }
        let text_of = |role: FieldRole| values[role as usize].as_ref().map(|value| &*value.text);
        let Some(text) = text_of(FieldRole::Text) else {
            let what = format!(
                "the text in {:?} is null; mend or remove the row",
                fields.text
            );
            collector.skip(origin.input, origin.name, location.line, what);
            return weight;
        };
        let record = RawRecord {
            id: text_of(FieldRole::Id),
            text,
            title: text_of(FieldRole::Title),
            date: text_of(FieldRole::Date),
            source: text_of(FieldRole::Source),
            further: text_of(FieldRole::Further),
            encoding,
            is_certain,
            damaged: replaced > 0,
            is_repeated: false,
        };
        collector.record(origin.name, &record, location);
        if !collector.wants_others() {
            return weight;
        }
        let mut buffer = String::new();
        for at in &self.others {
            let value = column_at(*at).and_then(|column| column.text(row, most, &mut buffer));
            if let (Some(value), Some(name)) = (value, self.names.get(*at)) {
                let len = value.text.len() as u64;
                collector.bytes_read += len;
                weight += len * FIELD_WEIGHT;
                collector.other(name, &value.text);
            }
        }
        weight
    }
}

/// Decodes the row of all columns, if it is not yet.
fn decode(columns: &mut [(usize, ColumnBatch)], row: u64) -> parquet::errors::Result<()> {
    for (_, column) in columns {
        if !column.holds(row)? {
            return Err(ParquetError::General(
                "fewer rows than announced".to_owned(),
            ));
        }
    }
    Ok(())
}

/// Returns the values of several columns as one; `text` hands on the value of a
/// column.
fn joined<'a>(
    selector: &ColumnSelector,
    role: FieldRole,
    mut text: impl FnMut(usize, &mut dyn FnMut(Decoded<'_>)) -> Option<()>,
) -> Option<Decoded<'a>> {
    let mut parts = Vec::new();
    let joined = selector.join(role.separator(), |at, joined| {
        let there = text(at, &mut |decoded| {
            joined.push_str(&decoded.text);
            parts.push((decoded.encoding, decoded.replaced, decoded.is_certain));
        });
        there.is_some()
    });
    joined.map(|joined| Decoded {
        text: Cow::Owned(joined),
        encoding: parts.last().map_or("UTF-8", |part| part.0),
        replaced: parts.iter().map(|part| part.1).sum(),
        is_certain: parts.iter().all(|part| part.2),
    })
}
