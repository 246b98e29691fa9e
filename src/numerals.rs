//! Chinese numerals: 二〇二四, 二十八, 廿五, 一百一十三.

/// Returns the value of a numeral; that of a power of ten is the power.
pub(crate) const fn value(c: char) -> Option<u64> {
    Some(match c {
        '零' | '〇' | '○' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        '廿' => 20,
        '卅' => 30,
        '百' => 100,
        _ => return None,
    })
}

/// Returns the number that the values of numerals make, and the digits that it
/// has in figures: as many as there are numerals where each stands for a digit.
///
/// Numbers below a thousand may be written with their powers of ten, in falling
/// order. `None` for any other order.
pub(crate) fn number(values: impl Iterator<Item = u64> + Clone) -> Option<(u64, u32)> {
    let count = values.clone().count() as u32;
    if count == 0 {
        return None;
    }
    if values.clone().all(|value| value < 10) {
        let number = values.fold(0_u64, |number, digit| {
            number.saturating_mul(10).saturating_add(digit)
        });
        return Some((number, count));
    }
    let (mut sum, mut digit, mut least) = (0, None, 1000);
    for value in values {
        match value {
            // 一百零三.
            0 if digit.is_none() && least == 100 => {}
            1..10 if digit.is_none() => digit = Some(value),
            10 | 100 if value < least => {
                sum += value * digit.take().unwrap_or(1);
                least = value;
            }
            // 廿 and 卅 are whole tens.
            20 | 30 if digit.is_none() && least > 10 => {
                sum += value;
                least = 10;
            }
            _ => return None,
        }
    }
    let number = sum + digit.unwrap_or(0);
    Some((number, number.max(1).ilog10() + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a number below a thousand with its powers of ten.
    fn written(number: u64) -> String {
        const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
        let [hundreds, tens, ones] = [number / 100, number / 10 % 10, number % 10];
        let mut text = String::new();
        if hundreds > 0 {
            text += DIGITS[hundreds as usize];
            text += "百";
        }
        match tens {
            0 if hundreds > 0 && ones > 0 => text += "零",
            0 => {}
            1 if hundreds == 0 => text += "十",
            tens => {
                text += DIGITS[tens as usize];
                text += "十";
            }
        }
        text + DIGITS[ones as usize]
    }

    fn read(text: &str) -> Option<(u64, u32)> {
        number(text.chars().filter_map(value))
    }

    #[test]
    fn every_number_below_a_thousand_is_read_as_it_is_written() {
        for number in 1..1000 {
            let text = written(number);
            let digits = number.to_string().len() as u32;
            assert_eq!(read(&text), Some((number, digits)), "{text}");
        }
    }

    #[test]
    fn numerals_in_a_row_are_digits_and_others_no_number() {
        for (text, number) in [
            ("二〇二四", Some((2024, 4))),
            ("〇六", Some((6, 2))),
            ("二○一○", Some((2010, 4))),
            ("廿五", Some((25, 2))),
            ("卅", Some((30, 2))),
            ("十百", None),
            ("十十", None),
            ("二十廿", None),
            ("三四十", None),
            ("", None),
        ] {
            assert_eq!(read(text), number, "{text}");
        }
    }
}
