//! Compares the output of commands with the one that a page shows.

/// Matches any text in an output on a page.
const ANYTHING: char = '…';

/// Returns true if the outputs are equal apart from white space and `…`.
pub fn matches(shown: &str, received: &str) -> bool {
    let [shown, received] =
        [shown, received].map(|text| text.split_whitespace().collect::<String>());
    let mut parts = shown.split(ANYTHING);
    let first = parts.next().unwrap_or_default();
    let last = parts.next_back();
    let Some(mut rest) = received.strip_prefix(first) else {
        return false;
    };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn compares_outputs_apart_from_space_and_ellipses() {
        for (shown, received, expected) in [
            ("{ \"a\": 1 }", "{\"a\":1}\n", true),
            ("{\"a\":1}", "{\"a\":12}", false),
            ("{\"a\":1", "{\"a\":1}", false),
            ("id …\nsecret …", "id 7\nsecret 8\n", true),
            ("id …\nsecret …", "id 7\n", false),
            ("… done", "not done", true),
            ("… done", "done, not", false),
            ("a … a", "a", false),
            ("…", "", true),
            ("", "error", false),
        ] {
            assert_eq!(matches(shown, received), expected, "{shown:?} {received:?}");
        }
    }
}
