//! Numbers as a person reads them.

/// Returns a number with its thousands set off.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns a number of things in words: `1 document`, `2 documents`.
pub(crate) fn counted(number: u64, one: &str, more: &str) -> String {
    let name = if number == 1 { one } else { more };
    format!("{} {name}", grouped(number))
}

/// Returns which part of all documents has something: `1 of 5 documents has`.
pub(crate) fn documents_having(number: u64, of: u64) -> String {
    let verb = if number == 1 { "has" } else { "have" };
    let all = counted(of, "document", "documents");
    format!("{} of {all} {verb}", grouped(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_off() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1234567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn one_thing_is_not_several() {
        assert_eq!(counted(1, "id", "ids"), "1 id");
        assert_eq!(counted(1200, "id", "ids"), "1,200 ids");
        assert_eq!(documents_having(1, 1), "1 of 1 document has");
        assert_eq!(documents_having(1, 5), "1 of 5 documents has");
        assert_eq!(documents_having(2, 5), "2 of 5 documents have");
    }
}
