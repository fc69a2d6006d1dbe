//! IDs that no new organization, role, client or provider can have.

/// The segments of paths where the page of an object with this ID would be: of a form, of the list of
/// registration tokens, and those that a browser removes (RFC 3986 §5.2.4).
const RESERVED: [&str; 4] = ["new", "tokens", ".", ".."];

/// The reason to reject such an ID.
pub const PROBLEM: &str = "is reserved: another page of the console has this path; choose another";

/// Returns true for an ID that a new object cannot have.
pub fn is_reserved(id: &str) -> bool {
    RESERVED.contains(&id)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::is_reserved;

    #[rstest]
    #[case("new", true)]
    #[case("tokens", true)]
    #[case(".", true)]
    #[case("..", true)]
    #[case("...", false)]
    #[case("a..", false)]
    #[case("New", false)]
    #[case("news", false)]
    #[case("new-york", false)]
    #[case("edit", false)]
    #[case("", false)]
    fn only_paths_of_other_pages_are_reserved(#[case] id: &str, #[case] expected: bool) {
        assert_eq!(is_reserved(id), expected);
    }
}
