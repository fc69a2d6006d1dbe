//! Cells of CSV files, which are often opened in a spreadsheet.

/// Returns a cell that no spreadsheet evaluates as a formula. In many languages a spreadsheet also
/// begins a cell at a semicolon, and then a row at a line feed.
pub fn harmless(cell: &str) -> String {
    let mut safe = String::with_capacity(cell.len() + 1);
    let mut is_start = true;
    for letter in cell.chars() {
        if is_start && matches!(letter, '=' | '+' | '-' | '@' | '\t' | '\r') {
            safe.push('\'');
        }
        is_start = matches!(letter, ';' | '\n');
        safe.push(letter);
    }
    safe
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::harmless;

    #[rstest]
    #[case("=1+1", "'=1+1")]
    #[case("+1", "'+1")]
    #[case("-1", "'-1")]
    #[case("@SUM(A1)", "'@SUM(A1)")]
    #[case("\t=1", "'\t=1")]
    #[case("\r=1", "'\r=1")]
    #[case("a;=1", "a;'=1")]
    #[case("a\n=1", "a\n'=1")]
    #[case("a; b", "a; b")]
    #[case("a=1", "a=1")]
    #[case("'=1", "'=1")]
    #[case("", "")]
    fn formulas_are_quoted(#[case] cell: &str, #[case] expected: &str) {
        assert_eq!(harmless(cell), expected);
    }
}
