//! What a user should know of the choices of `leitong dedup`.

use crate::amounts::documents_having;
use crate::cli::run::dates::DateCounts;
use crate::corpus::DocId;
use crate::dedup::{DedupInput, Keep, Sources};

/// Says what a user should know of the choice.
pub(in crate::cli) fn warnings(input: &DedupInput<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    let docs = || input.docs();
    let total = docs().len() as u64;
    let mut count = |what: &str, cure: &str, lacks: &dyn Fn(DocId) -> bool| {
        let number = docs().filter(|doc| lacks(*doc)).count() as u64;
        if number > 0 {
            warnings.push(format!(
                "{} no {what} and {} compared with none; {cure}",
                documents_having(number, total),
                if number == 1 { "is" } else { "are" }
            ));
        }
    };
    if input.rules.sources != Sources::Any {
        let lacks = |doc| {
            input
                .corpus
                .source(doc)
                .is_none_or(|name| name.trim().is_empty())
        };
        count("source", "name the field with --source-field", &lacks);
    }
    let dates = DateCounts::new(input.corpus, input.docs());
    warnings.extend(dates.unread(input.corpus));
    if input.rules.window.is_some() {
        warnings.extend(dates.outside_windows());
    }
    for key in input.policy.keys() {
        if matches!(key, Keep::Earliest | Keep::Latest) {
            warnings.extend(dates.outside_policy(&key.to_string()));
        }
        match key {
            Keep::Source(names) => {
                for name in names {
                    let is_there =
                        docs().any(|doc| input.corpus.source(doc).map(str::trim) == Some(name));
                    if !is_there {
                        warnings.push(format!(
                            "no document has the source {name:?}; see its spelling, or \
                             --source-field"
                        ));
                    }
                }
            }
            Keep::Path(places) => {
                for name in places.unused(input.corpus) {
                    warnings.push(format!(
                        "no document lies under {name:?}; see how the files are named in \
                         decisions (`file`)"
                    ));
                }
            }
            Keep::Field { name, .. } => {
                let lacking = docs()
                    .filter(|doc| key.lacks_number(input.corpus, *doc))
                    .count();
                if lacking > 0 {
                    warnings.push(format!(
                        "{} no number in {name:?}: --keep {key} puts them after all others",
                        documents_having(lacking as u64, total)
                    ));
                }
            }
            _ => {}
        }
    }
    warnings
}
