use std::collections::BTreeSet;

use actix_web::ResponseError as _;
use doorward_access::Principal;
use doorward_protocol::scope::Scope;
use rstest::rstest;
use serde_json::Value;

use super::super::model::{Priority, Status, parse_date};
use super::super::permissions::Reach;
use super::{Key, ListQuery};
use crate::cursor::{CursorKey, Position};
use crate::list_params::Ordering;
use crate::problem::Problem;

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

fn parse(query: &str) -> Result<ListQuery, Problem> {
    ListQuery::parse(query, &principal(&["tasks:read"]), &CursorKey::new([1; 32]))
}

#[test]
fn default_query_lists_newest_fifty_own_tasks() {
    let query = parse("").unwrap();
    assert_eq!(query.filter.reach, Reach::Own("me".into()));
    assert_eq!((query.limit, query.after), (50, None));
    assert_eq!(
        query.ordering,
        Ordering {
            key: Key::Created,
            descending: true
        }
    );
}

#[test]
fn every_filter_is_read() {
    let query = parse(
        "status=todo,done&priority=high&due_before=2026-12-31&due_after=2026-01-01&owner=me\
         &search=50%25+off&ordering=-due_date&limit=200",
    )
    .unwrap();
    let filter = query.filter;
    assert_eq!(filter.status, [Status::Todo, Status::Done]);
    assert_eq!(filter.priority, [Priority::High]);
    assert_eq!(filter.due_before, parse_date("2026-12-31"));
    assert_eq!(filter.due_after, parse_date("2026-01-01"));
    assert_eq!(filter.owner.as_deref(), Some("me"));
    assert_eq!(filter.search.as_deref(), Some("50% off"));
    assert_eq!(
        (query.ordering.key, query.ordering.descending),
        (Key::Due, true)
    );
    assert_eq!(query.limit, 200);
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
    let query = ListQuery::parse("owner=you", &manager, &CursorKey::new([1; 32])).unwrap();
    assert_eq!(query.filter.reach, Reach::All);
}

#[test]
fn cursor_is_valid_only_for_same_query() {
    let keys = CursorKey::new([1; 32]);
    let position = Position::Number(5, uuid::Uuid::nil());
    let first = parse("status=todo&limit=2").unwrap();
    let cursor = keys.seal(&position, &first.context());
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
    let manager = principal(&["tasks:read", "tasks:read_all"]);
    assert!(ListQuery::parse(&format!("status=todo&cursor={cursor}"), &manager, &keys).is_err());
}
