//! Chinese numerals: 二〇二四, 二十八, 廿五, 一百一十三, 三亿二千万, 壹佰.

/// What a character of a Chinese number stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numeral {
    Digit(u64),
    /// Whole tens: 廿, 卅.
    Tens(u64),
    /// Ten to the power of so much.
    Power(u32),
}

/// Returns what a numeral stands for, those of cheques and of large numbers among
/// them.
pub(crate) const fn numeral(c: char) -> Option<Numeral> {
    Some(match c {
        '壹' => Numeral::Digit(1),
        '两' | '贰' => Numeral::Digit(2),
        '叁' => Numeral::Digit(3),
        '肆' => Numeral::Digit(4),
        '伍' => Numeral::Digit(5),
        '陆' => Numeral::Digit(6),
        '柒' => Numeral::Digit(7),
        '捌' => Numeral::Digit(8),
        '玖' => Numeral::Digit(9),
        '拾' => Numeral::Power(1),
        '佰' => Numeral::Power(2),
        '千' | '仟' => Numeral::Power(3),
        '万' => Numeral::Power(4),
        '亿' => Numeral::Power(8),
        _ => match value(c) {
            Some(10) => Numeral::Power(1),
            Some(100) => Numeral::Power(2),
            Some(digit @ 0..10) => Numeral::Digit(digit),
            Some(tens) => Numeral::Tens(tens),
            None => return None,
        },
    })
}

/// Returns what a unit of a normalized text stands for, if it is a numeral.
pub(crate) fn numeral_at(unit: u16) -> Option<Numeral> {
    numeral(char::from_u32(unit.into())?)
}

/// Returns whether a unit is a power of ten that a number in digits may end with:
/// 5千, 86万, 3亿.
pub(crate) fn is_thousands(unit: u16) -> bool {
    matches!(numeral_at(unit), Some(Numeral::Power(3..)))
}

/// Decimal places of an amount, so that 零点五 has a whole one.
const PLACES: u32 = 6;

/// Most units of an amount.
const LONGEST: usize = 24;

/// Returns the value of a number in digits or numerals, in millionths: 8600万,
/// 三百二十, 二〇二四, 零点五, 廿五.
pub(crate) fn millionths(units: &[u16]) -> Option<u128> {
    const ONE: u128 = 10_u128.pow(PLACES);
    if units.is_empty() || units.len() > LONGEST {
        return None;
    }
    // What is above 万 or 亿, what is below, and the digits that no power
    // followed yet.
    let (mut sum, mut part, mut digits) = (0_u128, 0_u128, None);
    let mut fraction: Option<u32> = None;
    for unit in units {
        let numeral = match unit {
            0x30..=0x39 => Some(Numeral::Digit(u64::from(unit - 0x30))),
            unit => numeral_at(*unit),
        };
        match numeral {
            Some(Numeral::Digit(digit)) => {
                let (so_far, digit): (u128, _) = (digits.unwrap_or(0), u128::from(digit));
                digits = Some(match &mut fraction {
                    Some(places) if *places < PLACES => {
                        *places += 1;
                        so_far + digit * ONE / 10_u128.pow(*places)
                    }
                    Some(_) => return None,
                    None => so_far.checked_mul(10)?.checked_add(digit * ONE)?,
                });
            }
            Some(Numeral::Tens(tens)) => {
                if digits.is_some() {
                    return None;
                }
                part = part.checked_add(u128::from(tens) * ONE)?;
            }
            Some(Numeral::Power(power @ 4..)) => {
                let factor = 10_u128.pow(power);
                fraction = None;
                let below = part.checked_add(digits.take().unwrap_or(0))?;
                let below = if below == 0 && sum == 0 { ONE } else { below };
                sum = match power {
                    4 => sum.checked_add(below.checked_mul(factor)?)?,
                    _ => sum.checked_add(below)?.checked_mul(factor)?,
                };
                part = 0;
            }
            Some(Numeral::Power(power)) => {
                fraction = None;
                let digits = digits.take().unwrap_or(ONE);
                part = part.checked_add(digits.checked_mul(10_u128.pow(power))?)?;
            }
            None if fraction.is_none() && digits.is_some() && is_point(*unit) => {
                fraction = Some(0);
            }
            None => return None,
        }
    }
    sum.checked_add(part)?.checked_add(digits.unwrap_or(0))
}

fn is_point(unit: u16) -> bool {
    ['.', '点'].iter().any(|c| u32::from(*c) == u32::from(unit))
}

/// Returns the value of an everyday numeral below a thousand; that of a power of
/// ten is the power.
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
    fn numbers_have_one_value_in_digits_and_in_numerals() {
        const ONE: u128 = 1_000_000;
        let read = |number: &str| millionths(&number.encode_utf16().collect::<Vec<u16>>());
        for (number, millionths) in [
            ("8600万", 86_000_000 * ONE),
            ("八千六百万", 86_000_000 * ONE),
            ("3.2亿", 320_000_000 * ONE),
            ("三亿二千万", 320_000_000 * ONE),
            ("二〇二四", 2024 * ONE),
            ("两千零二十四", 2024 * ONE),
            ("十五", 15 * ONE),
            ("廿五", 25 * ONE),
            ("壹佰贰拾", 120 * ONE),
            ("零点五", ONE / 2),
            ("0.50", ONE / 2),
            ("1.5万亿", 1_500_000_000_000 * ONE),
            ("万", 10_000 * ONE),
            ("007", 7 * ONE),
        ] {
            assert_eq!(read(number), Some(millionths), "{number}");
        }
        for number in ["", "几十", "3:2", "2-1", "1.2.3", "半", "二廿"] {
            assert_eq!(read(number), None, "{number}");
        }
        // No word of this machine holds these.
        assert_eq!(read("99999999亿亿亿亿亿亿"), None);
        assert_eq!(read(&"9".repeat(40)), None);
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
