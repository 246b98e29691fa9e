//! Collects what one chunk yields: records into a sink, and what went wrong.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use crate::corpus::{Location, Record};
use crate::error::Skipped;
use crate::read::fields::FieldRole;
use crate::read::limit::size;
use crate::read::path_fields::{PathFields, PathValues};
use crate::read::selection::{LeftOut, Selection};
use crate::read::sink::Sink;
use crate::read::walk::Input;
use crate::read::{ReadOptions, RecordLimit};

/// Number of skipped records of a chunk that are named one by one. A file that
/// is not JSONL at all has a broken line every few bytes, and a message for
/// each would take a hundred times its size.
const NAMED_MAX: usize = 1000;

/// The most bytes of an id: those of a hundred addresses of pages. A longer one
/// is some other field, which would be kept for every record.
const ID_MAX: usize = 64 << 10;

/// What stands before the name of a further field that has the name of a role.
const OTHER: &str = "other.";

/// What one chunk has yielded so far.
pub(crate) struct Collector<S> {
    pub(crate) sink: S,
    /// Records and files that were skipped, with the input's index.
    pub(crate) skipped: Vec<(u32, Skipped)>,
    /// Number of skipped records that `skipped` does not list.
    pub(crate) skipped_more: u64,
    pub(crate) bytes_read: u64,
    pub(crate) damaged: u64,
    pub(crate) encodings: BTreeMap<&'static str, u64>,
    /// What a user should know, with the input's index.
    pub(crate) warnings: Vec<(u32, String)>,
    /// Inputs that look like collections and were read as one document.
    pub(crate) collections: Vec<(u32, String)>,
    /// Number of records by input and encoding whose encoding is in doubt.
    pub(crate) doubtful: BTreeMap<(u32, &'static str), u64>,
    /// By input the line of the first record with a field twice, and how many
    /// such records there are.
    pub(crate) repeated: BTreeMap<u32, (u64, u64)>,
    /// Number of rows, by input, that are the header of a table once more.
    pub(crate) headers_again: BTreeMap<u32, u64>,
    /// Files of one document without a character.
    pub(crate) empty: Vec<u32>,
    /// Files that this program wrote and that were found in a folder.
    pub(crate) own: Vec<u32>,
    /// The inputs that gave a record or a message, in order; some more than
    /// once.
    pub(crate) heard: Vec<u32>,
    /// Documents that are not wanted.
    pub(crate) left_out: LeftOut,
    /// The date of records that have none.
    date: Option<String>,
    /// What the path of the input says.
    path: PathValues,
    path_fields: Option<PathFields>,
    selection: Selection,
    /// The name of the further field.
    further: String,
    /// The names of fields that fill a role, if all others are kept too.
    role_names: Option<HashSet<String>>,
    /// Whether the last record was taken.
    was_taken: bool,
    strict: bool,
    limit: RecordLimit,
    // The encoding of the last records and their number: a look into the map
    // for each record would cost more than all else here.
    latest: (&'static str, u64),
    id: String,
}

/// Where the records of a chunk come from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin<'a> {
    pub(crate) input: u32,
    pub(crate) name: &'a str,
    /// Number of bytes of the input before the chunk.
    pub(crate) offset: u64,
    /// The number of the chunk's first line, from 1.
    pub(crate) line: u64,
}

/// The fields of a record, which may still lack an id.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RawRecord<'a> {
    pub(crate) id: Option<&'a str>,
    pub(crate) text: &'a str,
    pub(crate) title: Option<&'a str>,
    pub(crate) date: Option<&'a str>,
    pub(crate) source: Option<&'a str>,
    pub(crate) further: Option<&'a str>,
    pub(crate) encoding: &'static str,
    /// Whether the encoding is beyond doubt.
    pub(crate) is_certain: bool,
    pub(crate) damaged: bool,
    /// Whether a field that is read stands in it twice.
    pub(crate) is_repeated: bool,
}

/// Returns a field that is not empty.
fn given(field: Option<&str>) -> Option<&str> {
    field.filter(|field| !field.is_empty())
}

/// Returns a record's own field or that of its path, whichever goes first and
/// is there.
fn either<'a>(own: Option<&'a str>, path: &'a Option<String>, path_first: bool) -> Option<&'a str> {
    match path_first {
        true => given(path.as_deref()).or(given(own)),
        false => given(own).or(given(path.as_deref())),
    }
}

impl<S: Sink> Collector<S> {
    pub(crate) fn new(sink: S, options: &ReadOptions) -> Collector<S> {
        Collector {
            sink,
            skipped: Vec::new(),
            skipped_more: 0,
            bytes_read: 0,
            damaged: 0,
            encodings: BTreeMap::new(),
            warnings: Vec::new(),
            collections: Vec::new(),
            doubtful: BTreeMap::new(),
            repeated: BTreeMap::new(),
            headers_again: BTreeMap::new(),
            empty: Vec::new(),
            own: Vec::new(),
            heard: Vec::new(),
            left_out: LeftOut::default(),
            date: None,
            path: PathValues::default(),
            path_fields: options.path_fields.clone(),
            selection: options.selection.clone(),
            further: options.fields.further.clone(),
            role_names: options.fields.others.then(|| options.fields.role_names()),
            was_taken: false,
            strict: options.strict,
            limit: options.limit,
            latest: ("", 0),
            id: String::new(),
        }
    }

    /// Begins an input, whose path may have a date for its records.
    pub(crate) fn begin(&mut self, input: &Input) {
        self.date.clone_from(&input.date);
        if let Some(pattern) = &self.path_fields {
            self.path = pattern.values(input).unwrap_or_default();
        }
    }

    /// Notes that an input holds something.
    fn hear(&mut self, input: u32) {
        if self.heard.last() != Some(&input) {
            self.heard.push(input);
        }
    }

    /// Counts a record of an archive that holds no document.
    pub(crate) fn other_record(&mut self, input: u32) {
        self.hear(input);
        self.left_out.other_records += 1;
    }

    /// Returns how much a record may take.
    #[cfg(feature = "parquet")]
    pub(crate) fn limit(&self) -> RecordLimit {
        self.limit
    }

    /// Returns whether the rest of the chunk need not be read.
    pub(crate) fn is_over(&self) -> bool {
        self.strict && !self.skipped.is_empty()
    }

    /// Returns whether the other fields of the record that came last are
    /// wanted.
    pub(crate) fn wants_others(&self) -> bool {
        self.role_names.is_some() && self.was_taken
    }

    /// Takes a field of the record that came last, if it fills no role. One
    /// with the name of a role that another field fills gets a new name.
    pub(crate) fn other(&mut self, name: &str, value: &str) {
        let Some(role_names) = &self.role_names else {
            return;
        };
        if name.is_empty() || value.is_empty() || role_names.contains(name) {
            return;
        }
        let is_taken = FieldRole::ALL
            .iter()
            .any(|role| role.default_name() == name);
        match is_taken {
            true => self.sink.field(&format!("{OTHER}{name}"), value),
            false => self.sink.field(name, value),
        }
    }

    /// Takes a record; one without an id is named after its line.
    pub(crate) fn record(&mut self, input_name: &str, found: &RawRecord<'_>, location: Location) {
        self.was_taken = false;
        if self.is_over() {
            return;
        }
        self.hear(location.input);
        if location.line == 0 && found.text.is_empty() {
            self.empty.push(location.input);
        }
        if found.text.len() as u64 > self.limit.bytes() {
            let what = self.limit.exceeded("text");
            return self.skip(location.input, input_name, location.line, what);
        }
        if let Some(id) = found.id
            && id.len() > ID_MAX
        {
            let what = format!(
                "an id of {}, and no id has more than {}; name the field that holds it",
                size(id.len() as u64),
                size(ID_MAX as u64)
            );
            return self.skip(location.input, input_name, location.line, what);
        }
        // The fields of a record go before those of its file's path; of a file
        // that is one document, the path is what was named.
        let is_whole_file = location.line == 0;
        let id = match either(found.id, &self.path.id, is_whole_file) {
            Some(id) => id,
            None => {
                self.id.clear();
                // Writing to a string can't fail.
                let _ = write!(self.id, "{input_name}:{}", location.line);
                &self.id
            }
        };
        let date = either(found.date, &self.path.date, is_whole_file).or(self.date.as_deref());
        if !self.selection.takes(date, &location, &mut self.left_out) {
            return;
        }
        self.sink.record(&Record {
            id,
            text: found.text,
            title: either(found.title, &self.path.title, is_whole_file),
            date,
            source: either(found.source, &self.path.source, is_whole_file),
            location,
        });
        self.was_taken = true;
        if let Some(further) = given(found.further) {
            self.sink.field(&self.further, further);
        }
        self.damaged += u64::from(found.damaged);
        if found.is_repeated {
            let of_input = self.repeated.entry(location.input);
            of_input.or_insert((location.line, 0)).1 += 1;
        }
        if !found.is_certain {
            let key = (location.input, found.encoding);
            *self.doubtful.entry(key).or_default() += 1;
        }
        if self.latest.0 != found.encoding {
            self.note_encoding();
            self.latest = (found.encoding, 0);
        }
        self.latest.1 += 1;
    }

    /// Notes a record or file that can't be read.
    pub(crate) fn skip(&mut self, input: u32, input_name: &str, line: u64, what: String) {
        self.hear(input);
        if self.skipped.len() > NAMED_MAX {
            self.skipped_more += 1;
        } else if !self.is_over() {
            let skipped = Skipped {
                input: input_name.to_owned(),
                line,
                what,
            };
            self.skipped.push((input, skipped));
        }
    }

    /// Notes rows that are no records but a header.
    pub(crate) fn headers_again(&mut self, input: u32, rows: u64) {
        if rows > 0 {
            *self.headers_again.entry(input).or_default() += rows;
        }
    }

    /// Completes the counts.
    pub(crate) fn close(mut self) -> Collector<S> {
        self.note_encoding();
        self.latest = ("", 0);
        self.sink.close();
        if self.skipped_more > 0
            && let Some((_, last)) = self.skipped.last_mut()
        {
            let more = self.skipped_more;
            last.what.push_str(&format!(
                "; {more} more in the 2 MB from here on are not named"
            ));
        }
        self
    }

    fn note_encoding(&mut self) {
        if self.latest.1 > 0 {
            *self.encodings.entry(self.latest.0).or_default() += self.latest.1;
        }
    }
}
