//! The time zones that pandas notes of the columns of a Parquet file.

use parquet::file::metadata::KeyValue;

/// The key under which pandas describes the columns.
const KEY: &str = "pandas";

/// Zones of East Asia and beyond that have one offset all year and have had it
/// since 1992, in hours. Times in other zones are shown in UTC: their summers
/// would take a table of rules.
const STEADY_ZONES: &[(&str, i32)] = &[
    ("Asia/Bangkok", 7),
    ("Asia/Chongqing", 8),
    ("Asia/Harbin", 8),
    ("Asia/Ho_Chi_Minh", 7),
    ("Asia/Hong_Kong", 8),
    ("Asia/Jakarta", 7),
    ("Asia/Kuala_Lumpur", 8),
    ("Asia/Macau", 8),
    ("Asia/Manila", 8),
    ("Asia/Saigon", 7),
    ("Asia/Seoul", 9),
    ("Asia/Shanghai", 8),
    ("Asia/Singapore", 8),
    ("Asia/Taipei", 8),
    ("Asia/Tokyo", 9),
    ("Asia/Urumqi", 6),
    ("Hongkong", 8),
    ("Japan", 9),
    ("PRC", 8),
    ("ROC", 8),
    ("ROK", 9),
    ("Singapore", 8),
];

/// Returns the offset from UTC in minutes of each column that has one.
pub(super) fn offsets(metadata: Option<&Vec<KeyValue>>, names: &[String]) -> Vec<Option<i32>> {
    let described = metadata
        .into_iter()
        .flatten()
        .find(|entry| entry.key == KEY)
        .and_then(|entry| entry.value.as_deref())
        .and_then(|json| serde_json::from_str::<serde_json::Value>(json).ok());
    let columns = described
        .as_ref()
        .and_then(|all| all.get("columns")?.as_array());
    let zone_of = |name: &String| {
        let mut columns = columns?.iter();
        let column = columns.find(|column| {
            let key = |key: &str| column.get(key).and_then(|value| value.as_str());
            key("field_name").or_else(|| key("name")) == Some(name)
        })?;
        offset(column.get("metadata")?.get("timezone")?.as_str()?)
    };
    names.iter().map(zone_of).collect()
}

/// Returns the minutes of a zone such as `Asia/Shanghai` or `+08:00`.
fn offset(zone: &str) -> Option<i32> {
    let steady = STEADY_ZONES.iter().find(|(name, _)| *name == zone);
    if let Some((_, hours)) = steady {
        return Some(hours * 60);
    }
    let sign = match zone.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_have_offsets_where_they_are_steady() {
        assert_eq!(offset("Asia/Shanghai"), Some(480));
        assert_eq!(offset("-03:30"), Some(-210));
        assert_eq!(offset("UTC"), None);
        assert_eq!(offset("Europe/Paris"), None);
        assert!(STEADY_ZONES.is_sorted());
    }
}
