//! Which files of a folder are read: by patterns such as `*.txt` or `2020/**`.

use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};

/// Blanks of a pattern (`*`, `?`) stop at a slash, as in a shell.
const MATCHING: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// Patterns of the files to read and to leave out, inside folders.
///
/// `*` stands for any characters but a slash, `?` for one, `[ab]` for one of
/// these, and `**` for any folders. A pattern without a slash is matched
/// against the name of a file or folder, one with a slash against the path
/// below the INPUT folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileFilter {
    include: Vec<FilePattern>,
    exclude: Vec<FilePattern>,
}

impl FileFilter {
    /// Returns the filter that reads what one of `include` matches, or
    /// everything if there is none, but nothing that one of `exclude` matches.
    pub fn new(include: Vec<FilePattern>, exclude: Vec<FilePattern>) -> Self {
        FileFilter { include, exclude }
    }

    /// Returns whether the file at this path below the INPUT folder is read.
    pub(crate) fn takes(&self, below: &str) -> bool {
        self.include.is_empty() || self.include.iter().any(|pattern| pattern.matches(below))
    }

    /// Returns whether a file or folder is left out, with all below it.
    pub(crate) fn leaves_out(&self, below: &str) -> bool {
        self.exclude.iter().any(|pattern| pattern.matches(below))
    }
}

/// A pattern of file names or of paths below a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePattern {
    pattern: Pattern,
    /// Whether the whole path is matched, and not only the name.
    is_path: bool,
}

impl FilePattern {
    pub(crate) fn matches(&self, below: &str) -> bool {
        let name = match self.is_path {
            true => below,
            false => below.rsplit('/').next().unwrap_or(below),
        };
        self.pattern.matches_with(name, MATCHING)
    }
}

impl std::str::FromStr for FilePattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix("./").unwrap_or(text);
        let is_path = text.trim_end_matches('/').contains('/');
        let shown = text.trim_end_matches('/').trim_start_matches('/');
        if shown.is_empty() {
            return Err("an empty pattern; write one such as *.txt or 2020/**".to_owned());
        }
        match Pattern::new(shown) {
            Ok(pattern) => Ok(FilePattern { pattern, is_path }),
            Err(error) => Err(format!(
                "no pattern ({} at character {}); write one such as *.txt or 2020/**",
                error.msg, error.pos
            )),
        }
    }
}

/// Returns the folder that an INPUT such as `news/2020-*/*.txt` walks, and the
/// pattern of the files below it; nothing if the INPUT is no pattern.
pub(crate) fn as_pattern(input: &Path) -> Option<(PathBuf, Result<FilePattern, String>)> {
    let is_pattern = |part: &str| part.contains(['*', '?', '[']);
    let text = input.to_str().filter(|text| is_pattern(text))?;
    let begin = text
        .split_inclusive('/')
        .take_while(|part| !is_pattern(part))
        .map(str::len)
        .sum();
    let (folder, pattern) = text.split_at(begin);
    let folder = match folder {
        "" => ".",
        "/" => "/",
        folder => folder.trim_end_matches('/'),
    };
    // A pattern names paths below its folder, also where it is a name alone.
    let pattern = pattern.parse().map(|pattern| FilePattern {
        is_path: true,
        ..pattern
    });
    Some((folder.into(), pattern))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(include: &[&str], exclude: &[&str]) -> FileFilter {
        let parse = |patterns: &[&str]| patterns.iter().map(|p| p.parse().unwrap()).collect();
        FileFilter::new(parse(include), parse(exclude))
    }

    #[test]
    fn a_pattern_without_a_slash_is_one_of_names() {
        let filter = filter(&["*.txt", "2020/**/*.md"], &["draft*", "old/"]);
        for (below, taken) in [
            ("a.txt", true),
            ("x/y/a.txt", true),
            ("a.txt.gz", false),
            ("2020/a.md", true),
            ("2020/03/05/a.md", true),
            ("2021/a.md", false),
        ] {
            assert_eq!(filter.takes(below), taken, "{below}");
        }
        assert!(filter.leaves_out("x/draft-1.txt") && filter.leaves_out("old"));
        assert!(!filter.leaves_out("older") && !filter.leaves_out("a.txt"));
    }

    #[test]
    fn an_input_with_a_pattern_has_a_folder_and_a_pattern_below_it() {
        for (input, folder, inside, outside) in [
            (
                "news/2020-*/*.txt",
                "news",
                "2020-03/a.txt",
                "2020-03/x/a.txt",
            ),
            ("*.txt", ".", "a.txt", "x/a.txt"),
            ("/data/**/*.html", "/data", "x/y/a.html", "a.txt"),
            ("a/b?.txt", "a", "b1.txt", "b12.txt"),
        ] {
            let (found, pattern) = as_pattern(Path::new(input)).unwrap();
            let pattern = pattern.unwrap();
            assert_eq!(found, Path::new(folder), "{input}");
            assert!(pattern.matches(inside), "{input}");
            assert!(!pattern.matches(outside), "{input}");
        }
        assert!(as_pattern(Path::new("news/a.txt")).is_none());
        assert!(as_pattern(Path::new("a/[b.txt")).unwrap().1.is_err());
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_an_example() {
        for text in ["", "/", "[a"] {
            let error = text.parse::<FilePattern>().unwrap_err();
            assert!(error.contains("*.txt"), "{error}");
        }
    }
}
