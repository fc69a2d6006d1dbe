//! Categories of articles and their JSON body.

use doorward_protocol::displayed_text::is_hidden;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::fields::{Fields, MAX_NAME};
use crate::problem::Result;

pub(super) const MAX_CATEGORIES: u64 = 200;
/// Maximum length of a code in characters.
const MAX_CODE: usize = 64;
const MAX_EDITORS: usize = 100;

pub(super) const CODE: &str = "1 to 64 lower-case letters, digits, hyphens and underscores.";
const NEEDS_A_NAME: &str = "A category needs a name.";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Category {
    pub code: String,
    pub name: String,
    /// Subjects of the editors, in order.
    pub editors: Vec<String>,
    /// Number of the last change; 0 if it is not stored yet.
    pub version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CategoryView<'a> {
    code: &'a str,
    name: &'a str,
    /// Absent for callers who may not change categories.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<String>)]
    editors: Option<&'a [String]>,
}

impl<'a> CategoryView<'a> {
    pub(super) fn new(category: &'a Category, with_editors: bool) -> Self {
        Self {
            code: &category.code,
            name: &category.name,
            editors: with_editors.then_some(&category.editors),
        }
    }
}

pub(super) fn parse_code(text: &str) -> Option<String> {
    let is_valid =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    let length = 1..=MAX_CODE;
    (length.contains(&text.len()) && text.bytes().all(is_valid)).then(|| text.to_owned())
}

fn subject(text: &str) -> Option<String> {
    let is_valid = !text.is_empty() && text.len() <= MAX_NAME;
    (is_valid && !text.chars().any(is_hidden)).then(|| text.to_owned())
}

pub(super) fn parse(code: &str, body: &[u8]) -> Result<Category> {
    Fields::parse(body, &["code"], |fields| {
        if parse_code(code).is_none() {
            fields.refuse("code", "invalid", CODE);
        }
        read(fields, code)
    })
}

pub(crate) fn read(fields: &mut Fields, code: &str) -> Category {
    fields.require("name", NEEDS_A_NAME);
    Category {
        code: code.to_owned(),
        name: fields
            .line("name", MAX_NAME, NEEDS_A_NAME)
            .unwrap_or_default(),
        editors: fields.set(
            "editors",
            MAX_EDITORS,
            || json!({"type": "string"}),
            subject,
            || format!("A list of at most {MAX_EDITORS} user IDs."),
        ),
        version: 0,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("news", true)]
    #[case("how-to_2", true)]
    #[case("", false)]
    #[case("News", false)]
    #[case("a b", false)]
    #[case("ä", false)]
    #[case("a/b", false)]
    fn code_is_short_word(#[case] text: &str, #[case] valid: bool) {
        assert_eq!(parse_code(text).is_some(), valid);
        assert!(parse_code(&"a".repeat(65)).is_none());
    }

    #[test]
    fn editors_are_unique_and_ordered() {
        let body = br#"{"name": "News", "editors": ["b", "a", "b"]}"#;
        let category = parse("news", body).unwrap();
        assert_eq!(category.editors, ["a", "b"]);
    }

    #[rstest]
    #[case::no_name(r#"{"editors": []}"#)]
    #[case::unknown(r#"{"name": "n", "colour": 1}"#)]
    #[case::editor_not_text(r#"{"name": "n", "editors": [1]}"#)]
    #[case::empty_editor(r#"{"name": "n", "editors": [""]}"#)]
    #[case::editors_not_list(r#"{"name": "n", "editors": "a"}"#)]
    fn invalid_category_is_rejected(#[case] body: &str) {
        assert!(parse("news", body.as_bytes()).is_err());
    }
}
