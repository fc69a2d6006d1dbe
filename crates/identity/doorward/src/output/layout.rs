//! Tables and fields as text.

use super::escaped;

/// Gap between two columns.
const GAP: &str = "  ";
/// Minimum column width in characters.
const NARROWEST: usize = 8;

/// The output target of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    /// A file, a pipe or a terminal with lines of any length: columns without wrapping.
    Wide,
    /// A terminal with the given number of columns.
    Columns(usize),
}

/// Lays out rows under a header, which may be empty.
pub fn table(header: &[&str], rows: &[Vec<String>], page: Page) -> String {
    let header: Vec<String> = header.iter().map(|cell| (*cell).to_owned()).collect();
    let header = Some(header).filter(|header| !header.is_empty());
    let clean = |row: &Vec<String>| row.iter().map(|cell| escaped(cell)).collect();
    let rows: Vec<Vec<String>> = header.into_iter().chain(rows.iter().map(clean)).collect();
    let mut widths = natural(&rows);
    if let Page::Columns(columns) = page {
        shrink(&mut widths, columns);
    }
    rows.iter().map(|row| lines(row, &widths)).collect()
}

/// Lays out the fields of one record.
pub fn fields(fields: &[(&str, String)], page: Page) -> String {
    let name = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let row = |(name, value): &(&str, String)| vec![(*name).to_owned(), escaped(value)];
    let rows: Vec<_> = fields.iter().map(row).collect();
    let mut widths = natural(&rows);
    if let (Page::Columns(columns), Some(value)) = (page, widths.get_mut(1)) {
        let room = columns.saturating_sub(name + GAP.len());
        *value = (*value).min(room.max(NARROWEST));
    }
    rows.iter().map(|row| lines(row, &widths)).collect()
}

/// Returns the width of the longest cell of each column.
fn natural(rows: &[Vec<String>]) -> Vec<usize> {
    let mut widths = Vec::new();
    for row in rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    widths
}

/// Reduces the widest columns until the line fits.
fn shrink(widths: &mut [usize], columns: usize) {
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    let room = columns.saturating_sub(gaps);
    while widths.iter().sum::<usize>() > room {
        // Among equals shrinks the last column: readers copy from the first one.
        let Some(widest) = widths.iter_mut().max_by_key(|width| **width) else {
            return;
        };
        if *widest <= NARROWEST {
            return;
        }
        *widest -= 1;
    }
}

/// Lays out a row on as many lines as its longest cell needs.
fn lines(row: &[String], widths: &[usize]) -> String {
    let cells: Vec<Vec<String>> = row
        .iter()
        .zip(widths)
        .map(|(cell, width)| wrap(cell, *width))
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let mut text = String::new();
    for line in 0..height {
        let parts: Vec<String> = cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| {
                let part = cell.get(line).map_or("", String::as_str);
                format!("{part:<width$}")
            })
            .collect();
        text.push_str(parts.join(GAP).trim_end());
        text.push('\n');
    }
    text
}

/// Wraps text at spaces; breaks a word that is longer than a line.
fn wrap(text: &str, width: usize) -> Vec<String> {
    if text.chars().count() <= width {
        return vec![text.to_owned()];
    }
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let mut rest: Vec<char> = word.chars().collect();
        if used > 0 && used + 1 + rest.len() <= width {
            push(&mut lines, ' ', &mut used);
        } else if used > 0 {
            lines.push(String::new());
            used = 0;
        }
        for letter in rest.drain(..) {
            if used == width.max(1) {
                lines.push(String::new());
                used = 0;
            }
            push(&mut lines, letter, &mut used);
        }
    }
    lines
}

fn push(lines: &mut [String], letter: char, used: &mut usize) {
    if let Some(line) = lines.last_mut() {
        line.push(letter);
        *used += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Vec<String>> {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        vec![
            row(["admin", &"tasks:read ".repeat(40), "May do everything"]),
            row(["viewer", "tasks:read", "Looks, and changes nothing"]),
        ]
    }

    #[test]
    fn table_fits_terminal_without_loss() {
        for columns in [40, 60, 80, 120] {
            let text = table(
                &["ROLE", "PERMISSIONS", "DESCRIPTION"],
                &rows(),
                Page::Columns(columns),
            );
            let longest = text.lines().map(|line| line.chars().count()).max();
            assert!(longest <= Some(columns), "{columns}:\n{text}");
            assert_eq!(text.matches("tasks:read").count(), 41, "{text}");
            assert!(text.lines().all(|line| line == line.trim_end()), "{text}");
        }
    }

    #[test]
    fn narrow_table_keeps_first_column_whole() {
        let text = table(
            &["ROLE", "PERMISSIONS", "DESCRIPTION"],
            &rows(),
            Page::Columns(60),
        );
        assert!(
            text.lines()
                .nth(1)
                .unwrap()
                .starts_with("admin   tasks:read"),
            "{text}"
        );
    }

    #[test]
    fn wide_table_has_single_line_per_row() {
        let text = table(&["ROLE", "PERMISSIONS", "DESCRIPTION"], &rows(), Page::Wide);
        assert_eq!(text.lines().count(), 3, "{text}");
    }

    #[test]
    fn columns_of_wide_table_are_aligned_and_whole() {
        let text = table(&["ROLE", "PERMISSIONS", "DESCRIPTION"], &rows(), Page::Wide);
        let at = |word: &str| {
            let starts = text.lines().map(|line| line.find(word));
            starts.flatten().collect::<Vec<_>>()
        };
        assert_eq!(at("tasks:read"), [8, 8], "{text}");
        let described = [at("DESCRIPTION"), at("May do"), at("Looks")].concat();
        assert_eq!(described, [described[0]; 3], "{text}");
        assert_eq!(text.matches("tasks:read").count(), 41, "{text}");
    }

    #[test]
    fn wrap_breaks_only_overlong_words() {
        assert_eq!(wrap("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("ab cd ef", 5), ["ab cd", "ef"]);
        assert_eq!(wrap("short", 8), ["short"]);
    }

    #[test]
    fn continuation_lines_are_aligned_with_value() {
        let list = [
            ("scopes", "openid profile email".to_owned()),
            ("name", "A".to_owned()),
        ];
        let text = fields(&list, Page::Columns(22));
        assert_eq!(text, "scopes  openid profile\n        email\nname    A\n");
        let whole = "scopes  openid profile email\nname    A\n";
        assert_eq!(fields(&list, Page::Wide), whole);
    }
}
