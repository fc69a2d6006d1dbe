//! IDs that no new organization, role, client or provider can have.

/// The last segments of the paths of forms, where the page of an object with this ID would be.
const RESERVED: [&str; 1] = ["new"];

/// The reason to reject such an ID.
pub const PROBLEM: &str = "new is reserved for the form that creates one; choose another";

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
    #[case("New", false)]
    #[case("news", false)]
    #[case("new-york", false)]
    #[case("edit", false)]
    #[case("", false)]
    fn only_paths_of_forms_are_reserved(#[case] id: &str, #[case] expected: bool) {
        assert_eq!(is_reserved(id), expected);
    }
}
