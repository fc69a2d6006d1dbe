use actix_web::ResponseError as _;
use rstest::rstest;
use sea_orm::ActiveValue::{NotSet, Set};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Identity, Resource as _, read_body};
use crate::date_time::{NO_DAY, parse_date};
use crate::problem::{Problem, Result};
use crate::resource::TableObject as _;
use crate::tasks::model::{ActiveModel, Priority, Status, Task};

fn parse_draft(body: &[u8]) -> Result<Task> {
    let place = Identity {
        org: "",
        owner: "alice",
    };
    let change = read_body::<Task>(body, 0, true)?;
    Ok(Task::draft(Uuid::nil(), &place, 0).changed(&change)?)
}

fn parse_change(body: &[u8]) -> Result<ActiveModel> {
    read_body::<Task>(body, 0, false)
}

/// Returns the body of the response.
fn seen(problem: &Problem) -> Value {
    serde_json::from_str(&problem.to_json()).unwrap()
}

fn first_error(problem: &Problem) -> (String, String) {
    let body = seen(problem);
    let word = |key: &str| body["errors"][0][key].as_str().unwrap_or("-").to_owned();
    (word("pointer"), word("code"))
}

#[test]
fn title_is_enough_and_rest_has_defaults() {
    let draft = parse_draft(br#"{"title":"Buy \ud83e\udd80 bread"}"#).unwrap();
    assert_eq!(draft.title, "Buy 🦀 bread");
    assert_eq!(
        (draft.status, draft.priority, draft.due_day),
        (Status::Todo, Priority::Medium, NO_DAY)
    );
}

#[test]
fn every_field_is_read() {
    let body = json!({
        "title": "t", "description": "a\nb", "status": "in_progress", "priority": "urgent",
        "due_date": "2024-02-29"
    });
    let draft = parse_draft(body.to_string().as_bytes()).unwrap();
    assert_eq!(draft.description, "a\nb");
    assert_eq!(
        (draft.status, draft.priority),
        (Status::InProgress, Priority::Urgent)
    );
    let date = parse_date("2024-02-29").unwrap();
    assert_eq!(draft.due_day, date.to_julian_day());
}

#[test]
fn change_holds_given_members_and_null_clears_due_date() {
    let change = parse_change(br#"{"due_date":null,"status":"done"}"#).unwrap();
    assert_eq!(
        (change.due_day, change.status),
        (Set(NO_DAY), Set(Status::Done))
    );
    assert_eq!(
        (change.title, change.description, change.priority),
        (NotSet, NotSet, NotSet)
    );
    assert_eq!(parse_change(b"{}").unwrap(), ActiveModel::default());
}

#[rstest]
#[case::missing("{}", "/title", "required")]
#[case::null(r#"{"title":null}"#, "/title", "wrong_type")]
#[case::number(r#"{"title":1}"#, "/title", "wrong_type")]
#[case::list(r#"{"title":["a"]}"#, "/title", "wrong_type")]
#[case::blank(r#"{"title":" \t"}"#, "/title", "blank")]
#[case::nul(r#"{"title":"a\u0000b"}"#, "/title", "invalid_character")]
#[case::line(r#"{"title":"a\nb"}"#, "/title", "invalid_character")]
#[case::bidi(r#"{"title":"a\u202eb"}"#, "/title", "invalid_character")]
#[case::zero_width(r#"{"title":"a\u200bb"}"#, "/title", "invalid_character")]
#[case::tag(r#"{"title":"a\udb40\udc41b"}"#, "/title", "invalid_character")]
#[case::imitation(r#"{"title":"D\u043eorward"}"#, "/title", "invalid_character")]
#[case::nul_below(
    r#"{"title":"a","description":"\u0000"}"#,
    "/description",
    "invalid_character"
)]
#[case::status(r#"{"title":"a","status":"open"}"#, "/status", "invalid")]
#[case::status_case(r#"{"title":"a","status":"TODO"}"#, "/status", "invalid")]
#[case::status_type(r#"{"title":"a","status":true}"#, "/status", "wrong_type")]
#[case::priority(r#"{"title":"a","priority":3}"#, "/priority", "wrong_type")]
#[case::date(r#"{"title":"a","due_date":"2026-02-30"}"#, "/due_date", "invalid")]
#[case::date_time(
    r#"{"title":"a","due_date":"2026-02-03T00:00:00Z"}"#,
    "/due_date",
    "invalid"
)]
#[case::date_year(r#"{"title":"a","due_date":"+2026-2-03"}"#, "/due_date", "invalid")]
#[case::date_number(r#"{"title":"a","due_date":20260203}"#, "/due_date", "wrong_type")]
#[case::unknown(r#"{"title":"a","colour":"red"}"#, "/colour", "unknown")]
#[case::pointer(r#"{"title":"a","a/b~c":1}"#, "/a~1b~0c", "unknown")]
#[case::owner(
    r#"{"title":"a","owner_subject":"bob"}"#,
    "/owner_subject",
    "read_only"
)]
#[case::id(r#"{"title":"a","id":"x"}"#, "/id", "read_only")]
fn wrong_field_is_named(#[case] body: &str, #[case] pointer: &str, #[case] code: &str) {
    let problem = parse_draft(body.as_bytes()).unwrap_err();
    assert_eq!(problem.status_code().as_u16(), 400);
    assert_eq!(first_error(&problem), (pointer.to_owned(), code.to_owned()));
}

#[test]
fn all_wrong_fields_are_reported_together() {
    let problem = parse_draft(br#"{"status":"x","priority":"y","z":1}"#).unwrap_err();
    let fields: Vec<String> = seen(&problem)["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(fields.len(), 4);
    for field in ["title", "status", "priority", "z"] {
        assert!(fields.iter().any(|found| found == field), "{field}");
    }
}

#[test]
fn lengths_are_counted_in_characters() {
    let body = |title: usize, description: usize| {
        json!({"title": "ü".repeat(title), "description": "🦀".repeat(description)}).to_string()
    };
    assert!(parse_draft(body(200, 10_000).as_bytes()).is_ok());
    let problem = parse_draft(body(201, 0).as_bytes()).unwrap_err();
    assert_eq!(first_error(&problem).1, "too_long");
    let problem = parse_draft(body(1, 10_001).as_bytes()).unwrap_err();
    assert_eq!(
        first_error(&problem),
        ("/description".into(), "too_long".into())
    );
}

#[rstest]
#[case::empty(b"".as_slice())]
#[case::list(b"[]")]
#[case::string(b"\"title\"")]
#[case::trailing(b"{\"title\":\"a\"} {}")]
#[case::twice(b"{\"title\":\"a\",\"title\":\"b\"}")]
#[case::utf8(b"{\"title\":\"\xff\"}")]
#[case::surrogate(b"{\"title\":\"\\ud800\"}")]
#[case::raw_nul(b"{\"title\":\"a\0\"}")]
#[case::bom(b"\xef\xbb\xbf{\"title\":\"a\"}")]
#[case::number(b"{\"title\":1e999}")]
#[case::deep(b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
fn non_object_body_is_400(#[case] body: &[u8]) {
    let problem = parse_draft(body).unwrap_err();
    assert_eq!(problem.status_code().as_u16(), 400);
    assert_eq!(
        seen(&problem)["type"],
        "urn:doorward:problem:malformed-request"
    );
}
