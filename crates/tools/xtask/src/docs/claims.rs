//! Lists statements about what does not exist, which become wrong when it is added.

use super::page;

const PHRASES: [&str; 9] = [
    "there is no",
    "there are no",
    "not available",
    "not supported",
    "does not support",
    "does not exist",
    "cannot be",
    "doorward has no",
    "not yet",
];

/// Returns the lines of a page with such statements.
pub fn list(text: &str) -> Result<Vec<(usize, &str)>, String> {
    let is_claim = |line: &str| {
        let line = line.to_lowercase();
        PHRASES.iter().any(|phrase| line.contains(phrase))
    };
    let mut lines = page::prose(text)?;
    lines.retain(|(_, line)| is_claim(line));
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::list;

    #[test]
    fn lists_claims_outside_code_blocks() {
        let text = "There is no console.\n```text\nthere is no\n```\nA console.\n";
        assert_eq!(list(text).unwrap(), [(1, "There is no console.")]);
    }
}
