//! Tells which inputs of records are decoded before they are cut: those with
//! characters whose bytes look like delimiters.

use encoding_rs::{Encoding, UTF_8};

use crate::read::ReadOptions;
use crate::read::chunk::HEAD_BYTES;
use crate::read::csv;
use crate::read::encoding::{self, Detected};
use crate::read::source::Source;
use crate::read::walk::InputKind;

/// Returns the encoding of an input of records that is decoded before it is
/// cut; nothing for one whose records are decoded one by one.
///
/// In UTF-16 and ISO-2022-JP any character may have the bytes of a delimiter.
/// In Big5, Shift_JIS and GB18030 the second byte may be a bracket, a backslash
/// or a bar, which cut arrays of JSON and some tables.
pub(crate) fn decoded_before_cut(
    head: &[u8],
    is_whole: bool,
    kind: InputKind,
    options: &ReadOptions,
) -> Option<Detected> {
    // Each page of an archive has an encoding of its own.
    if kind == InputKind::Warc {
        return None;
    }
    let is_whole = is_whole && head.len() <= HEAD_BYTES;
    let head = head.get(..HEAD_BYTES).unwrap_or(head);
    if let Some(encoding) = encoding::decoded_before_cut(head, options.encoding) {
        return Some(Detected::certain(encoding));
    }
    let is_cut_by_signs = matches!(kind, InputKind::Json | InputKind::Csv(_));
    if !is_cut_by_signs || Encoding::for_bom(head).is_some() {
        return None;
    }
    let detected = match options.encoding {
        Some(encoding) => Detected::certain(encoding),
        // What was put together from several sources is decoded piece by piece.
        None => Some(encoding::detect(head)).filter(|_| !encoding::is_partly_utf_8(head))?,
    };
    if !encoding::has_ascii_inside(detected.encoding) {
        return None;
    }
    let is_needed = match kind {
        InputKind::Csv(delimiter) => csv::cuts_characters(head, is_whole, delimiter, options),
        _ => true,
    };
    is_needed.then_some(detected)
}

/// A source of records, decoded as far as it must be before it is cut.
pub(crate) struct RecordsSource {
    pub(crate) source: Source,
    pub(crate) encoding: RecordsEncoding,
}

/// What is known of the encoding of bytes that are to be cut.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordsEncoding {
    /// Their encoding: UTF-8 if they were decoded, or what the user named.
    pub(crate) named: Option<&'static Encoding>,
    /// What they were decoded from, if that is in doubt.
    pub(crate) doubt: Option<&'static Encoding>,
}

impl RecordsEncoding {
    /// Returns what is known of bytes after they were decoded, if they were.
    pub(crate) fn after(decoded: Option<Detected>, options: &ReadOptions) -> RecordsEncoding {
        match decoded {
            Some(decoded) => RecordsEncoding {
                named: Some(UTF_8),
                doubt: (!decoded.is_certain).then_some(decoded.encoding),
            },
            None => RecordsEncoding {
                named: options.encoding,
                doubt: None,
            },
        }
    }

    /// Returns what a user should know of it.
    pub(crate) fn warning(self) -> Option<String> {
        let doubt = self.doubt?.name();
        Some(format!(
            "the encoding can't be told for certain and was taken to be {doubt}; name it if that \
             is wrong"
        ))
    }
}

/// Returns a source of records as UTF-8 if it must be decoded before it is cut.
pub(crate) fn records_source(
    mut source: Source,
    kind: InputKind,
    options: &ReadOptions,
) -> RecordsSource {
    let head = source.head(HEAD_BYTES);
    let decoded = decoded_before_cut(head, head.len() < HEAD_BYTES, kind, options);
    if let Some(decoded) = decoded {
        source = source.transcoded(decoded.encoding);
    }
    RecordsSource {
        source,
        encoding: RecordsEncoding::after(decoded, options),
    }
}
