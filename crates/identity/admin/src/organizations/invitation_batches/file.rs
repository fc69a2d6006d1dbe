//! Files of users to invite: CSV with a header.

use doorward_domain::time::from_rfc3339;

use crate::invitations::NewAccess;
use crate::prelude::*;

/// Maximum number of rows in a file.
pub const MAX_ROWS: usize = 2000;

/// The columns; only the first one is required.
const COLUMNS: [&str; 4] = ["email", "roles", "groups", "member_until"];

/// A row of a file.
#[derive(Debug, Clone)]
pub struct Row {
    /// Number of the line, from 1.
    pub line: u64,
    pub email: String,
    pub access: NewAccess,
}

/// A value that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    pub line: u64,
    pub field: &'static str,
    pub problem: String,
}

impl RowProblem {
    pub fn new(line: u64, field: &'static str, problem: impl Into<String>) -> Self {
        let problem = problem.into();
        Self {
            line,
            field,
            problem,
        }
    }
}

/// Reads the rows of a file. Names in a cell are separated by `;`, as in a file of users to import.
///
/// # Errors
/// Returns `Invalid` for a file that is no such table.
pub fn read(text: &str) -> Result<(Vec<Row>, Vec<RowProblem>)> {
    let invalid = |problem: String| AdminError::invalid("csv", problem);
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|error| invalid(error.to_string()))?;
    let named = |name: &str| name.to_lowercase().replace([' ', '-'], "_");
    let header: Vec<String> = header.iter().map(named).collect();
    if let Some(other) = header.iter().find(|name| !COLUMNS.contains(&name.as_str())) {
        let known = COLUMNS.join(", ");
        return Err(invalid(format!(
            "unknown column {other:?}; known are {known}"
        )));
    }
    if !header.iter().any(|name| name == "email") {
        return Err(invalid(
            "the first row must name the column email".to_owned(),
        ));
    }
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(|error| invalid(error.to_string()))?;
        if rows.len() == MAX_ROWS {
            return Err(invalid(format!(
                "more than {MAX_ROWS} rows; divide the file"
            )));
        }
        let line = record.position().map_or(0, |at| line_of(text, at));
        let cell = |name: &str| {
            let at = header.iter().position(|known| known == name);
            at.and_then(|at| record.get(at)).unwrap_or_default()
        };
        let names = |name: &str| {
            let parts = cell(name).split([';', ' ']).map(str::trim);
            let parts = parts.filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect::<Vec<_>>()
        };
        let member_until = match cell("member_until") {
            "" => None,
            text => {
                let end = time(text);
                if end.is_none() {
                    let problem = "write a date such as 2027-01-31";
                    problems.push(RowProblem::new(line, "member_until", problem));
                }
                end
            }
        };
        rows.push(Row {
            line,
            email: cell("email").to_owned(),
            access: NewAccess {
                roles: names("roles"),
                groups: names("groups"),
                member_until,
            },
        });
    }
    if rows.is_empty() {
        return Err(invalid("there is no row".to_owned()));
    }
    Ok((rows, problems))
}

/// Returns the line of a record, whose position is that of the empty lines before it.
fn line_of(text: &str, at: &csv::Position) -> u64 {
    let start = usize::try_from(at.byte()).unwrap_or_default();
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let ends = rest.iter().take_while(|byte| b"\r\n".contains(byte));
    let empty = ends.filter(|byte| **byte == b'\n').count();
    at.line() + u64::try_from(empty).unwrap_or_default()
}

/// Reads a time, or a date, whose day is included.
fn time(text: &str) -> Option<UnixSeconds> {
    const DAY: i64 = 24 * 60 * 60;
    from_rfc3339(text).or_else(|| Some(from_rfc3339(&format!("{text}T00:00:00Z"))? + DAY))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::email_only("email\na@example.org\n", "2 a@example.org [] [] -")]
    #[case::all(
        "E-Mail,Roles,Groups,Member until\na@example.org,support; auditor,/sales /ops,2027-01-31\n",
        "the column is not known"
    )]
    #[case::commas(
        "email,roles,groups,member until\na@example.org,support;auditor,/sales,1970-01-02\n",
        r#"2 a@example.org ["support", "auditor"] ["/sales"] 172800"#
    )]
    #[case::semicolons(
        "\u{feff}Email;Roles;Member_Until\n\na@example.org;support;1970-01-02T00:00:00Z\n",
        r#"3 a@example.org ["support"] [] 86400"#
    )]
    #[case::short_row("email,roles\na@example.org\n", "2 a@example.org [] [] -")]
    fn rows_are_read(#[case] text: &str, #[case] expected: &str) {
        let Ok((rows, problems)) = read(text) else {
            assert_eq!(expected, "the column is not known");
            return;
        };
        assert_eq!(problems, []);
        let end = rows[0].access.member_until;
        let end = end.map_or_else(|| "-".to_owned(), |end| end.to_string());
        let access = &rows[0].access;
        let shown = format!(
            "{} {} {:?} {:?} {end}",
            rows[0].line, rows[0].email, access.roles, access.groups
        );
        assert_eq!(shown, expected);
    }

    #[rstest]
    #[case::empty("")]
    #[case::header_only("email\n")]
    #[case::no_email("roles\nsupport\n")]
    #[case::other_column("email,phone\na@example.org,1\n")]
    fn other_files_are_rejected(#[case] text: &str) {
        let found = read(text);
        let is_rejected = matches!(found, Err(AdminError::Invalid { field: "csv", .. }));
        assert!(is_rejected, "{text}");
    }

    #[test]
    fn wrong_date_names_its_line() {
        let (_, problems) =
            read("email,member_until\na@example.org,\nb@example.org,soon\n").unwrap();
        let lines: Vec<_> = problems
            .iter()
            .map(|found| (found.line, found.field))
            .collect();
        assert_eq!(lines, [(3, "member_until")]);
    }
}
