use std::collections::BTreeSet;

use actix_web::ResponseError as _;
use doorward_access::Principal;
use doorward_protocol::scope::Scope;
use rstest::rstest;
use sea_orm::DbBackend;
use serde_json::Value;

use super::{List, Policy};
use crate::cursor::{CursorKey, Position};
use crate::date_time::parse_date;
use crate::problem::Result;
use crate::tasks::model::{Column, Task};

fn principal(entitlements: &[&str]) -> Principal {
    Principal {
        credential: doorward_access::Credential::SignedToken,
        subject: "me".into(),
        client_id: "app".into(),
        scope: Scope::parse("tasks:read").unwrap(),
        roles: Vec::new(),
        groups: Vec::new(),
        managed_groups: Vec::new(),
        entitlements: entitlements
            .iter()
            .map(|entitlement| (*entitlement).to_owned())
            .collect::<BTreeSet<_>>(),
        org: None,
        email_verified: false,
        acr: None,
        amr: Vec::new(),
        auth_time: None,
        sid: None,
        jti: "j".into(),
        expires_at: 0,
        confirmation: None,
        authorization_details:
            doorward_protocol::authorization_details::AuthorizationDetails::default(),
        claims: serde_json::Map::new(),
    }
}

fn parse_as(query: &str, principal: &Principal) -> Result<List<Task>> {
    List::parse(
        query,
        principal,
        &CursorKey::new([1; 32]),
        DbBackend::Sqlite,
    )
}

fn parse(query: &str) -> Result<List<Task>> {
    parse_as(query, &principal(&["tasks:read"]))
}

#[test]
fn default_query_lists_newest_fifty_tasks() {
    let list = parse("").unwrap();
    assert_eq!((list.limit, list.after), (50, None));
    assert!(matches!(list.key, Column::CreatedAt));
    assert!(list.descending && list.is_plain && !list.is_search);
}

#[test]
fn every_filter_is_read() {
    let list = parse(
        "status=todo,done&priority=high&due_before=2026-12-31&due_after=2026-01-01&owner=me\
         &search=50%25+off&ordering=-due_date&limit=200",
    )
    .unwrap();
    assert!(matches!(list.key, Column::DueDay));
    assert!(list.descending && !list.is_plain && list.is_search);
    assert_eq!(list.limit, 200);
    let statement = list.statement(&Policy::Always, DbBackend::Sqlite).unwrap();
    let text = statement.unwrap().to_string();
    let day = |text: &str| parse_date(text).unwrap().to_julian_day();
    for condition in [
        "\"status\" IN ('todo', 'done')".to_owned(),
        "\"priority\" IN".to_owned(),
        "(3)".to_owned(),
        format!("\"due_day\" <= {}", day("2026-12-31")),
        format!("\"due_day\" >= {}", day("2026-01-01")),
        "\"owner_subject\" = 'me'".to_owned(),
    ] {
        assert!(text.contains(&condition), "{condition}: {text}");
    }
}

#[rstest]
#[case("limit=0", "limit")]
#[case("limit=201", "limit")]
#[case("limit=-1", "limit")]
#[case("limit=%2B5", "limit")]
#[case("limit=9223372036854775808", "limit")]
#[case("limit=ten", "limit")]
#[case("limit=1&limit=2", "limit")]
#[case("status=open", "status")]
#[case("status=todo,", "status")]
#[case("priority=HIGH", "priority")]
#[case("due_before=tomorrow", "due_before")]
#[case("due_after=2026-13-01", "due_after")]
#[case("ordering=owner_subject", "ordering")]
#[case("ordering=--title", "ordering")]
#[case("ordering=title;drop+table+tasks", "ordering")]
#[case("cursor=abc", "cursor")]
#[case("page=2", "page")]
#[case("Status=todo", "Status")]
fn wrong_parameter_is_400_and_named(#[case] text: &str, #[case] field: &str) {
    let problem = parse(text).unwrap_err();
    assert_eq!(problem.status_code().as_u16(), 400);
    let body: Value = serde_json::from_str(&problem.to_json()).unwrap();
    assert_eq!(body["errors"][0]["field"], field);
}

#[rstest]
#[case("search=%00")]
#[case("search=%ff")]
#[case("search=%")]
#[case("search=%zz")]
fn malformed_query_is_400(#[case] text: &str) {
    assert_eq!(parse(text).unwrap_err().status_code().as_u16(), 400);
}

#[test]
fn tasks_of_other_users_require_read_all() {
    assert_eq!(parse("owner=you").unwrap_err().status_code().as_u16(), 403);
    let manager = principal(&["tasks:read", "tasks:read_all"]);
    assert!(parse_as("owner=you", &manager).is_ok());
}

#[test]
fn cursor_is_valid_only_for_same_query() {
    let keys = CursorKey::new([1; 32]);
    let position = Position::Number(5, uuid::Uuid::nil());
    let first = parse("status=todo&limit=2").unwrap();
    let cursor = keys.seal(&position, &first.context);
    let again = parse(&format!("limit=7&cursor={cursor}&status=todo")).unwrap();
    assert_eq!(again.after, Some(position));
    for other in [
        "status=done",
        "status=todo&ordering=title",
        "status=todo&owner=me",
        "x=",
    ] {
        assert!(
            parse(&format!("{other}&cursor={cursor}")).is_err(),
            "{other}"
        );
    }
    let other = Principal {
        subject: "you".into(),
        ..principal(&["tasks:read"])
    };
    assert!(parse_as(&format!("status=todo&cursor={cursor}"), &other).is_err());
}
