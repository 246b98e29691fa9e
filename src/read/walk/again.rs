//! Leaves out files that another name led to before.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::read::walk::{Input, Inputs};

/// Files that were met, by what files of different content never share.
#[derive(Default)]
struct Met<'a>(HashMap<(u64, u64), Vec<&'a Path>>);

impl<'a> Met<'a> {
    /// Returns whether an input is one of the files, by whatever path. Hard
    /// links are not: who makes them has two files.
    fn has(&self, input: &Input) -> bool {
        let (Some(stamp), Some(path)) = (input.stamp, &input.path) else {
            return false;
        };
        let Some(met) = self.0.get(&stamp.key()) else {
            return false;
        };
        let real = |path: &Path| path.canonicalize().ok();
        let of_input: Option<PathBuf> = real(path);
        of_input.is_some() && met.iter().any(|path| real(path) == of_input)
    }

    fn add(&mut self, input: &'a Input) {
        if let (Some(stamp), Some(path)) = (input.stamp, &input.path) {
            self.0.entry(stamp.key()).or_default().push(path);
        }
    }
}

impl Inputs {
    /// Leaves out files that another INPUT led to before, which would make a
    /// copy of each of their documents.
    pub(super) fn leave_out_second_readings(&mut self, origins: &mut Vec<Cow<'_, Path>>) {
        let mut met = Met::default();
        let mut again = Vec::new();
        for (at, input) in self.inputs.iter().enumerate() {
            match met.has(input) {
                true => again.push(at),
                false => met.add(input),
            }
        }
        let Some(name) = again.first().map(|at| &self.inputs[*at].name) else {
            return;
        };
        self.warnings.push(match again.len() {
            1 => format!("{name}: named twice, so it was read once"),
            more => format!("{more} files were named before and not read again, such as {name}"),
        });
        for at in again.iter().rev() {
            origins.remove(*at);
        }
        self.remove(&again);
    }

    /// Leaves out the files that `others` lead to as well: each of their
    /// documents would be there already, in itself.
    ///
    /// # Errors
    ///
    /// [`Error::Format`] if nothing else is there.
    pub(crate) fn leave_out_those_of(&mut self, others: &Inputs) -> Result<()> {
        let mut met = Met::default();
        others.iter().for_each(|input| met.add(input));
        let inputs = self.inputs.iter().enumerate();
        let again: Vec<usize> = inputs
            .filter(|(_, input)| met.has(input))
            .map(|(at, _)| at)
            .collect();
        let Some(name) = again.first().map(|at| self.inputs[*at].name.clone()) else {
            return Ok(());
        };
        if again.len() == self.len() {
            return Err(Error::Format {
                input: name,
                what: "is read as INPUT as well, and nothing else is there to compare it with; \
                       name other files"
                    .to_owned(),
            });
        }
        self.warnings.push(match again.len() {
            1 => format!("{name}: read as INPUT as well, so nothing was compared with it"),
            more => format!(
                "{more} files are read as INPUT as well, so nothing was compared with them, such \
                 as {name}"
            ),
        });
        self.remove(&again);
        Ok(())
    }

    /// Removes inputs by their places, which ascend.
    fn remove(&mut self, places: &[usize]) {
        for before in &mut self.skipped_at {
            *before -= places.partition_point(|at| *at < *before);
        }
        let mut place = 0;
        let mut left = places.iter().peekable();
        self.inputs.retain(|_| {
            place += 1;
            left.next_if(|at| **at == place - 1).is_none()
        });
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn files_that_are_read_already_are_compared_with_nothing() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a.txt", "b.txt", "c.txt"] {
            fs::write(dir.path().join(name), name).unwrap();
        }
        let found = |paths: &[PathBuf]| Inputs::find(paths).unwrap();
        let one = found(&[dir.path().join("b.txt")]);
        let mut all = found(&[dir.path().to_owned()]);
        all.leave_out_those_of(&one).unwrap();
        let names: Vec<&str> = all.iter().map(|input| &*input.doc_id).collect();
        assert_eq!(names, ["a.txt", "c.txt"]);
        assert!(all.warnings()[0].contains("b.txt: read as INPUT"));
        let mut same = found(&[dir.path().join(".").join("b.txt")]);
        assert!(same.leave_out_those_of(&one).is_err());
        // Where the system numbers no files, length alone makes none the same.
        let mut other = found(&[dir.path().join("a.txt")]);
        other.leave_out_those_of(&one).unwrap();
        assert_eq!((other.len(), other.warnings().len()), (1, 0));
    }
}
