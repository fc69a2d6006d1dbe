//! The JSON body of an article.

use super::category::{CODE, parse_code};
use super::model::{Change, MAX_BODY, MAX_TITLE};
use crate::fields::Fields;
use crate::problem::Problem;
use crate::projects::model::Confidentiality;

const KNOWN: [&str; 8] = [
    "title",
    "body",
    "category",
    "department",
    "manager",
    "confidentiality",
    "plan",
    "published",
];
const READ_ONLY: [&str; 6] = [
    "id",
    "author_subject",
    "org",
    "published_at",
    "created_at",
    "updated_at",
];
const NEEDS_A_TITLE: &str = "An article needs a title.";

/// Parses a new article: `title` is required.
pub(super) fn parse_new(body: &[u8]) -> Result<Change, Problem> {
    let mut fields = Fields::parse(body, &KNOWN, &READ_ONLY)?;
    fields.require("title", NEEDS_A_TITLE);
    change_of(fields)
}

/// Parses a partial update (RFC 7396): `null` clears category, department, manager and plan.
pub(super) fn parse_change(body: &[u8]) -> Result<Change, Problem> {
    change_of(Fields::parse(body, &KNOWN, &READ_ONLY)?)
}

fn change_of(mut fields: Fields) -> Result<Change, Problem> {
    let change = Change {
        title: fields.line("title", MAX_TITLE, NEEDS_A_TITLE),
        body: fields.text("body", MAX_BODY),
        category: fields.nullable("category", parse_code, CODE),
        department: fields.name("department"),
        manager: fields.name("manager"),
        confidentiality: fields.one_of(
            "confidentiality",
            Confidentiality::parse,
            &Confidentiality::ALL.map(Confidentiality::as_str),
        ),
        plan: fields.name("plan"),
        published: fields.flag("published"),
    };
    fields.finish(change)
}
