//! Times as spreadsheets write them.

use jiff::civil::DateTime;
use unicode_normalization::UnicodeNormalization as _;

/// The order of day and month in `03/04/2024`, as other dates of the column show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayOrder {
    day_first: bool,
    month_first: bool,
}

/// A date whose parts are numbers, and the rest of the text.
struct Parts {
    numbers: [i16; 3],
    separator: char,
    time: String,
}

impl Parts {
    fn read(text: &str) -> Option<Self> {
        // Full-width digits, and the words of Japanese and Chinese dates.
        let text: String = text.trim().nfkc().collect();
        let text = text.replace(['年', '月'], "-").replace('日', " ");
        let text = text.trim();
        let end = text.find(|c: char| c.is_whitespace() || matches!(c, 'T' | ','));
        let (date, time) = text.split_at(end.unwrap_or(text.len()));
        let separator = date.chars().find(|c| !c.is_ascii_digit())?;
        if !matches!(separator, '.' | '/' | '-') {
            return None;
        }
        let mut numbers = date.split(separator).map(|part| {
            let is_plain =
                (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            is_plain.then(|| part.parse::<i16>().ok()).flatten()
        });
        let all = [numbers.next()??, numbers.next()??, numbers.next()??];
        if numbers.next().is_some() {
            return None;
        }
        let time = time.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, 'T' | ','));
        Some(Self {
            numbers: all,
            separator,
            time: time.to_owned(),
        })
    }

    /// Returns the parts whose order is not in the text itself.
    fn unordered(&self) -> Option<(i16, i16)> {
        let [first, second, year] = self.numbers;
        (self.separator != '.' && first < 1000 && year >= 1000).then_some((first, second))
    }

    fn in_order(&self, order: DayOrder) -> Option<(i16, i16, i16)> {
        let [first, second, third] = self.numbers;
        if first >= 1000 {
            return Some((first, second, third));
        }
        if third < 1000 {
            return None;
        }
        // A date with full stops begins with the day everywhere.
        let own = DayOrder::of(first, second);
        let is_day_first = self.separator == '.' || first == second;
        let order = if own == DayOrder::default() {
            order
        } else {
            own
        };
        match order {
            _ if is_day_first => Some((third, second, first)),
            DayOrder {
                day_first: true,
                month_first: false,
            } => Some((third, second, first)),
            DayOrder {
                day_first: false,
                month_first: true,
            } => Some((third, first, second)),
            _ => None,
        }
    }
}

impl DayOrder {
    const fn of(first: i16, second: i16) -> Self {
        Self {
            day_first: first > 12 && second <= 12,
            month_first: second > 12 && first <= 12,
        }
    }

    /// Takes another text of the column.
    pub fn see(&mut self, text: &str) {
        let parts = Parts::read(text);
        if let Some((first, second)) = parts.and_then(|parts| parts.unordered()) {
            let own = Self::of(first, second);
            self.day_first |= own.day_first;
            self.month_first |= own.month_first;
        }
    }

    /// Reads a time without an offset. Two orders of the day are never guessed.
    pub fn read(self, text: &str) -> Option<DateTime> {
        let parts = Parts::read(text)?;
        let (year, month, day) = parts.in_order(self)?;
        let (hour, minute, second) = time_of_day(&parts.time)?;
        let [month, day] = [month, day].map(|part| i8::try_from(part).ok());
        DateTime::new(year, month?, day?, hour, minute, second, 0).ok()
    }
}

/// Reads `12:00`, `12:00:05`, `2:00 PM`; midnight without a time.
fn time_of_day(text: &str) -> Option<(i8, i8, i8)> {
    if text.is_empty() {
        return Some((0, 0, 0));
    }
    let lower = text.to_ascii_lowercase();
    let (clock, half) = match lower.find(|c: char| c.is_ascii_alphabetic()) {
        Some(at) => (lower[..at].trim(), Some(&lower[at..])),
        None => (lower.as_str(), None),
    };
    let mut numbers = clock.split(':').map(|part| {
        let whole = part.split_once('.').map_or(part, |(whole, _)| whole);
        let is_plain = (1..=2).contains(&whole.len());
        is_plain.then(|| whole.parse::<i8>().ok()).flatten()
    });
    let (hour, minute) = (numbers.next()??, numbers.next()??);
    let second = numbers.next().unwrap_or(Some(0))?;
    let hour = match half {
        None => hour,
        Some("am" | "a.m.") if (1..=12).contains(&hour) => hour % 12,
        Some("pm" | "p.m.") if (1..=12).contains(&hour) => hour % 12 + 12,
        Some(_) => return None,
    };
    numbers.next().is_none().then_some((hour, minute, second))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::german("01.03.2024 12:00", Some("2024-03-01T12:00:00"))]
    #[case::russian("1.3.2024 9:05:07", Some("2024-03-01T09:05:07"))]
    #[case::japanese("2024/03/01 12:00", Some("2024-03-01T12:00:00"))]
    #[case::japanese("2024年3月1日 12:00", Some("2024-03-01T12:00:00"))]
    #[case::japanese("２０２４/３/１", Some("2024-03-01T00:00:00"))]
    #[case::polish("2024-03-01", Some("2024-03-01T00:00:00"))]
    #[case::dutch("25-3-2024 12:00", Some("2024-03-25T12:00:00"))]
    #[case::french("25/03/2024 12:00", Some("2024-03-25T12:00:00"))]
    #[case::american("3/25/2024 2:00 PM", Some("2024-03-25T14:00:00"))]
    #[case::midnight("3/25/2024 12:30 am", Some("2024-03-25T00:30:00"))]
    #[case::same("03/03/2024", Some("2024-03-03T00:00:00"))]
    #[case::either("01/03/2024", None)]
    #[case::short("01.03.24", None)]
    #[case::no_day("31.02.2024", None)]
    #[case::no_hour("01.03.2024 25:00", None)]
    #[case::word("gestern", None)]
    #[case::serial("45352.5", None)]
    fn time_of_spreadsheet_is_read(#[case] text: &str, #[case] expected: Option<&str>) {
        let time = DayOrder::default().read(text);
        assert_eq!(time.map(|time| time.to_string()).as_deref(), expected);
    }

    #[rstest]
    #[case(&["25/03/2024", "01/03/2024"], Some("2024-03-01T00:00:00"))]
    #[case(&["3/25/2024", "01/03/2024"], Some("2024-01-03T00:00:00"))]
    #[case(&["25/03/2024", "3/25/2024", "01/03/2024"], None)]
    #[case(&["25.03.2024", "01/03/2024"], None)]
    fn column_shows_its_order(#[case] column: &[&str], #[case] expected: Option<&str>) {
        let mut order = DayOrder::default();
        for text in column {
            order.see(text);
        }
        let time = order.read(column[column.len() - 1]);
        assert_eq!(time.map(|time| time.to_string()).as_deref(), expected);
    }
}
