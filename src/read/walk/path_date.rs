//! Dates in the names of folders.

use std::path::Path;

/// Returns the date that folders of a path name as `date=2024-03-05`, or as
/// `year=2024/month=03/day=05`.
///
/// Hive and Spark write signs in such values as `%3A`, and those without a
/// value as `__HIVE_DEFAULT_PARTITION__`.
pub(super) fn date_in_path(path: &Path) -> Option<String> {
    let (mut date, mut parts) = (None, [const { None }; 3]);
    for component in path.parent()?.components() {
        let part = component.as_os_str().to_string_lossy();
        let Some((key, value)) = part.split_once('=') else {
            continue;
        };
        let value = Some(unescaped(value)).filter(|value| !value.is_empty() && value != NO_VALUE);
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

/// What Hive calls the folder of records without a value.
const NO_VALUE: &str = "__HIVE_DEFAULT_PARTITION__";

/// Returns a value with the character for each `%` and two digits.
fn unescaped(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = match after {
            [high, low, ..] if *first == b'%' => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                digit(high).zip(digit(low))
            }
            _ => None,
        };
        let (byte, len) = match escaped {
            Some((high, low)) => ((high * 16 + low) as u8, 3),
            None => (*first, 1),
        };
        bytes.push(byte);
        rest = rest.get(len..).unwrap_or(&[]);
    }
    String::from_utf8(bytes).unwrap_or_else(|_| value.to_owned())
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
        let escaped = of("w/dt=2024%2D03-05 10%3A00%3a00/a.json");
        assert_eq!(escaped.as_deref(), Some("2024-03-05 10:00:00"));
        assert_eq!(of("date=5%/a").as_deref(), Some("5%"));
        assert_eq!(of("date=__HIVE_DEFAULT_PARTITION__/a"), None);
        assert_eq!(of("x/date=2024-03-05"), None);
    }
}
