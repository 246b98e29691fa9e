//! Dates in the names of folders.

use std::path::Path;

/// Returns the date that folders of a path name as `date=2024-03-05`, or as
/// `year=2024/month=03/day=05`.
pub(super) fn date_in_path(path: &Path) -> Option<String> {
    let (mut date, mut parts) = (None, [const { None }; 3]);
    for component in path.parent()?.components() {
        let part = component.as_os_str().to_string_lossy();
        let Some((key, value)) = part.split_once('=') else {
            continue;
        };
        let value = Some(value.to_owned()).filter(|value| !value.is_empty());
        match key.to_ascii_lowercase().as_str() {
            "date" | "dt" | "ds" => date = value,
            "year" => parts[0] = value,
            "month" => parts[1] = value,
            "day" => parts[2] = value,
            _ => {}
        }
    }
    let two = |number: &String| format!("{number:0>2}");
    date.or_else(|| match &parts {
        [Some(year), Some(month), Some(day)] => Some(format!("{year}-{}-{}", two(month), two(day))),
        [Some(year), Some(month), None] => Some(format!("{year}-{}", two(month))),
        [Some(year), None, None] => Some(year.clone()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_paths_are_found() {
        let of = |path: &str| date_in_path(Path::new(path));
        assert_eq!(
            of("x/date=2024-03-05/a.jsonl").as_deref(),
            Some("2024-03-05")
        );
        assert_eq!(
            of("year=2024/month=3/day=05/a").as_deref(),
            Some("2024-03-05")
        );
        assert_eq!(of("year=2024/month=3/a").as_deref(), Some("2024-03"));
        assert_eq!(of("date=/a"), None);
        assert_eq!(of("x/date=2024-03-05"), None);
    }
}
