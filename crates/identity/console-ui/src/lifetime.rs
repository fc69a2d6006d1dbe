//! Times with a unit, such as `8h` or `5 min`.

const HOUR: i64 = 60 * 60;

/// The units with their seconds. Their symbols are the same in every language.
pub const UNITS: [(&str, i64); 4] = [("s", 1), ("min", 60), ("h", HOUR), ("d", 24 * HOUR)];

/// Returns a time in its largest whole unit.
pub fn format(seconds: i64) -> String {
    let mut units = UNITS.iter().rev();
    let fits = units.find(|(_, size)| seconds % size == 0);
    let (unit, size) = fits.unwrap_or(&UNITS[0]);
    format!("{} {unit}", seconds / size)
}

/// Returns the number and the unit of a time as typed. The first of several units counts: it was
/// typed, and the others were chosen beside it.
pub fn split(text: &str) -> (String, Option<&'static str>) {
    let mut unit = None;
    let mut number = String::new();
    for word in text.split_whitespace() {
        let end = word.trim_start_matches(|digit: char| digit.is_ascii_digit());
        let known = UNITS.iter().find(|(known, _)| *known == end);
        let known = known.map(|(known, _)| *known);
        number += known.map_or(word, |known| word.strip_suffix(known).unwrap_or(word));
        unit = unit.or(known);
    }
    (number, unit)
}

/// Returns the seconds of a time as typed; a number without a unit is in seconds.
pub fn parse(text: &str) -> Option<i64> {
    let (number, unit) = split(text);
    let size = UNITS.iter().find(|(known, _)| Some(*known) == unit);
    i64::from(number.parse::<u32>().ok()?).checked_mul(size.map_or(1, |(_, size)| *size))
}

#[cfg(test)]
mod tests {
    use super::{format, parse};

    #[test]
    fn time_is_read_as_shown() {
        for (time, text) in [
            (0, "0 d"),
            (86_400, "1 d"),
            (2_592_000, "30 d"),
            (3_600, "1 h"),
            (300, "5 min"),
            (90, "90 s"),
        ] {
            assert_eq!(format(time), text);
            assert_eq!(parse(text), Some(time));
        }
    }

    #[test]
    fn time_is_read_as_typed() {
        for (text, expected) in [
            ("\n30\nmin", Some(1_800)),
            ("600", Some(600)),
            ("8h", Some(28_800)),
            ("2h\nmin", Some(7_200)),
            ("2 d\nmin", Some(172_800)),
            ("", None),
            ("min", None),
            ("a", None),
            ("ten\nmin", None),
            ("1.5h", None),
            ("1.5 h", None),
            ("-1 d", None),
            ("s", None),
            ("9223372036854775807", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
