//! The file of decisions by hand, and what a run says of it.

use std::path::Path;

use crate::amounts::{counted, grouped};
use crate::dedup::{HandFile, UnknownIds};
use crate::error::{Error, Result};
use crate::whole_file::{LIST_MAX, read_whole};

/// The file of decisions by hand, read before the long work begins.
pub(in crate::cli) struct HandDecisions {
    name: String,
    pub(in crate::cli) file: HandFile,
}

impl HandDecisions {
    pub(in crate::cli) fn read(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let bytes = read_whole(path, LIST_MAX)?;
        let text = String::from_utf8(bytes).map_err(|_| Error::Format {
            input: name.clone(),
            what: "not in UTF-8; export the decisions again, or convert the file".to_owned(),
        })?;
        let file = HandFile::parse(&text, &name)?;
        Ok(HandDecisions { name, file })
    }

    /// Names the ids that no document has.
    pub(in crate::cli) fn warnings(&self, unknown: &UnknownIds) -> Vec<String> {
        let mut warnings = Vec::new();
        if !unknown.ids.is_empty() {
            warnings.push(format!(
                "{} names {} that no document has ({}); were the same inputs given?",
                self.name,
                counted(unknown.ids.len() as u64, "id", "ids"),
                listed(&unknown.ids)
            ));
        }
        if !unknown.undecided.is_empty() {
            warnings.push(format!(
                "{} to go by hand for one that is not there ({}) and decided as if nothing was \
                 said about {}",
                match unknown.undecided.len() {
                    1 => "1 document was".to_owned(),
                    more => format!("{} documents were", grouped(more as u64)),
                },
                listed(&unknown.undecided),
                if unknown.undecided.len() == 1 {
                    "it"
                } else {
                    "them"
                }
            ));
        }
        warnings
    }
}

/// Ids that a warning names.
const IDS_LISTED: usize = 3;

fn listed(ids: &[String]) -> String {
    let first = ids.iter().take(IDS_LISTED).map(|id| format!("{id:?}"));
    let mut list = first.collect::<Vec<_>>().join(", ");
    if ids.len() > IDS_LISTED {
        list += ", …";
    }
    list
}
