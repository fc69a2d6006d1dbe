use std::collections::BTreeSet;
use std::str::FromStr as _;

use doorward_access::Principal;
use doorward_protocol::scope::Scope;
use jiff::tz::TimeZone;
use rstest::rstest;
use uuid::Uuid;

use super::principal::Memberships;
use super::*;

mod agreement;
mod files;
mod memberships;
mod readers;
mod ready;

/// Friday, 2026-11-20, 10:00 UTC.
const FRIDAY: i64 = 1_795_168_800;

/// Returns true if the text contains rules that forbid and none that permits.
fn only_forbids(text: &str) -> bool {
    cedar_policy::PolicySet::from_str(text).is_ok_and(|set| {
        set.policies()
            .all(|policy| policy.effect() == cedar_policy::Effect::Forbid)
    })
}

fn principal(subject: &str, roles: &str, entitlements: &str, scope: &str) -> Principal {
    let names = |text: &str| {
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    Principal {
        credential: doorward_access::Credential::SignedToken,
        subject: subject.into(),
        client_id: "app".into(),
        scope: Scope::parse(scope).unwrap(),
        roles: names(roles),
        groups: Vec::new(),
        managed_groups: Vec::new(),
        entitlements: names(entitlements).into_iter().collect(),
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

fn now() -> Situation {
    Situation::new(FRIDAY, &TimeZone::UTC, "GET")
}

fn task(owner: &str) -> Object {
    Object::new(
        Kind::Task,
        Uuid::nil(),
        attribute_values::Attributes::from([
            ("owner", Value::user(owner)),
            ("org", Value::text("")),
            ("status", Value::text("todo")),
            ("priority", Value::Long(2)),
        ]),
    )
}

fn engine() -> Engine {
    Engine::load(None).unwrap()
}

const ALL_SCOPES: &str = "tasks:read tasks:write tasks:delete";

#[rstest]
// The role's name (always "admin") grants nothing on its own.
#[case::nothing("", ALL_SCOPES, "")]
#[case::developer("tasks:read tasks:write tasks:delete", ALL_SCOPES, "")]
#[case::manager("tasks:read tasks:write tasks:delete tasks:read_all", ALL_SCOPES, "r")]
#[case::admin("tasks:read_all tasks:write_all tasks:delete_all", ALL_SCOPES, "rwd")]
#[case::scope_too_narrow("tasks:read_all tasks:write_all tasks:delete_all", "tasks:read", "r")]
#[case::own_scope_name("tasks:read_all tasks:write_all", "tasks:write_all openid", "w")]
#[case::no_scope("tasks:read_all tasks:write_all tasks:delete_all", "openid", "")]
#[case::scope_without_permission("tasks:read", "tasks:read_all tasks:write_all", "")]
fn actions_on_all_tasks_need_permission_and_scope(
    #[case] entitlements: &str,
    #[case] scope: &str,
    #[case] expected: &str,
) {
    let engine = engine();
    let me = principal("me", "admin", entitlements, scope);
    let me = PolicyPrincipal::new(&me, &Memberships::default());
    for (action, letter) in [
        (Action::Read, "r"),
        (Action::Update, "w"),
        (Action::Delete, "d"),
    ] {
        let selection = engine.select(&me, action, Kind::Task, &now());
        assert!(selection.exact);
        for (owner, allowed) in [("me", true), ("you", expected.contains(letter))] {
            let task = task(owner);
            let decision = engine.decide(&me, action, &task, &now());
            assert_eq!(decision.allowed, allowed, "{action:?} {owner}");
            assert_eq!(
                selection.filter.admits(&task, &me),
                allowed,
                "{action:?} {owner}"
            );
        }
    }
}

#[test]
fn denial_names_rules_and_missing_permission() {
    let engine = engine();
    let me = principal("me", "", "tasks:write", ALL_SCOPES);
    let me = PolicyPrincipal::new(&me, &Memberships::default());
    let decision = engine.decide(&me, Action::Update, &task("you"), &now());
    assert!(!decision.allowed && decision.decided_by.is_empty());
    let needs: Vec<_> = decision
        .closed
        .iter()
        .filter_map(|rule| rule.needs.as_deref())
        .collect();
    assert_eq!(needs, ["tasks:write_all"]);

    let mut foreign = task("me");
    foreign.facts.insert("org", Value::text("acme"));
    let decision = engine.decide(&me, Action::Update, &foreign, &now());
    let names: Vec<_> = decision
        .decided_by
        .iter()
        .map(|rule| rule.id.as_str())
        .collect();
    assert!(!decision.allowed);
    assert_eq!(names, ["tenant"]);
}

#[test]
fn request_without_matching_rule_is_denied() {
    let engine = Engine::with(Vec::new(), None).unwrap();
    let me = principal("me", "admin", "tasks:read_all", ALL_SCOPES);
    let me = PolicyPrincipal::new(&me, &Memberships::default());
    assert!(
        !engine
            .decide(&me, Action::Read, &task("me"), &now())
            .allowed
    );
    let selection = engine.select(&me, Action::Read, Kind::Task, &now());
    assert_eq!(selection.filter, Filter::Never);
}

#[test]
fn group_path_gives_department_and_parents() {
    let mut me = principal("me", "", "", "");
    me.groups = vec!["/engineering/backend".into(), "sales".into(), "/".into()];
    let me = PolicyPrincipal::new(&me, &Memberships::default());
    let expected = Value::texts(["engineering", "engineering/backend", "sales"]);
    assert_eq!(me.fact("departments"), Some(&expected));
}

#[test]
fn hour_is_in_configured_time_zone() {
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    let situation = Situation::new(FRIDAY, &berlin, "GET");
    assert_eq!(situation.attributes["hour"], Value::Long(11));
    assert_eq!(situation.attributes["weekday"], Value::Long(5));
    let auckland = TimeZone::get("Pacific/Auckland").unwrap();
    let later = Situation::new(FRIDAY + 4 * 3600, &auckland, "GET");
    assert_eq!(later.attributes["weekday"], Value::Long(6));
}

#[test]
fn condition_shrinks_when_attribute_is_known() {
    let owner = || vec!["owner".to_owned()];
    let text = |text: &str| Scalar::Text(text.to_owned());
    let mine = Filter::equals(owner(), text("me"));
    let open = Filter::equals(vec!["status".to_owned()], text("todo"));
    let either = mine.clone().or(open.clone());
    assert_eq!(either.assume(&owner(), &text("me")), Filter::Always);
    assert_eq!(either.assume(&owner(), &text("you")), open);
    let neither = either.negate();
    assert_eq!(neither.assume(&owner(), &text("me")), Filter::Never);
    let ids: BTreeSet<Scalar> = [text("a"), text("b")].into();
    assert_eq!(
        Filter::In(owner(), ids.into()).assume(&owner(), &text("b")),
        Filter::Always
    );
}

/// The owner is another entity, which the engine does not load: the rule fails for every task of
/// another user. Cedar alone would skip it.
const FAILS: &str = r#"
permit (principal, action, resource is Task);
@id("own.fails")
forbid (principal, action, resource is Task) unless { resource.owner.verified };
"#;

#[test]
fn forbid_rule_with_evaluation_error_denies() {
    let source = Source {
        file: "own.cedar".to_owned(),
        text: FAILS.to_owned(),
    };
    let engine = Engine::with(vec![source], None).unwrap();
    let me = PolicyPrincipal::new(
        &principal("me", "", "", ALL_SCOPES),
        &Memberships::default(),
    );
    for action in Action::on(Kind::Task) {
        let decision = engine.decide(&me, *action, &task("you"), &now());
        assert!(!decision.allowed && decision.failed, "{action:?}");
        assert_eq!(decision.decided_by[0].id, "own.fails");
        // The list evaluates the engine for each row.
        assert!(!engine.select(&me, *action, Kind::Task, &now()).exact);
    }
}

#[test]
fn actions_of_kind_match_schema() {
    let everything = Source {
        file: "own.cedar".to_owned(),
        text: "permit (principal, action, resource);".to_owned(),
    };
    let rules = Rules::compile(&[everything]).unwrap();
    for kind in Kind::ALL {
        for action in Action::ALL {
            let expected = Action::on(kind).contains(&action);
            assert_eq!(
                rules.set(action, kind).is_some(),
                expected,
                "{action:?} {kind:?}"
            );
        }
    }
}
