//! The decision table: each ready-made rule, and the active rules on tasks and projects, for an
//! anonymous caller, another user, the owner, a manager, an admin and the owner in another
//! organization, for reading, creating, updating and deleting, over HTTP with real tokens.
//!
//! The ready-made rules are tested in a small service built on the public API.

mod demo;

use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{ADMIN, DEVELOPER, Fixture, MANAGER};
use crate::projects::project;
use demo::Demo;

/// A rule, a variation, and the results of each actor for read, create, update and delete: `+`
/// success, `1` 401, `3` 403, `4` 404.
type Row = (&'static str, &'static str, [&'static str; 6]);

const ACTORS: [&str; 6] = ["nobody", "other", "owner", "manager", "admin", "tenant"];

/// Results of the ready-made rules. A rule that restricts is combined with `allow_any`, as a
/// permission class of Django is combined with an open view; one that permits is used alone. The
/// object is confidential and belongs to a department, a project, a category and a plan; the time
/// is Friday, 10 o'clock, and the address is in the company's network.
#[rustfmt::skip]
const TABLE: [Row; 38] = [
    //                                 `nobody` other   owner   manager admin   tenant
    ("allow_any", "",                  ["++++", "++++", "++++", "++++", "++++", "4+44"]),
    ("authenticated", "",              ["1111", "++++", "++++", "++++", "++++", "4+44"]),
    ("admin_only", "",                 ["1111", "4344", "4344", "4344", "++++", "4344"]),
    ("authenticated_or_read_only", "", ["+111", "++++", "++++", "++++", "++++", "4+44"]),
    ("owner", "",                      ["1111", "4+44", "++++", "4+44", "4+44", "4+44"]),
    ("owner_or_read_only", "",         ["1111", "++33", "++++", "++33", "++33", "4+44"]),
    ("owner_or_admin", "",             ["1111", "4+44", "++++", "4+44", "++++", "4+44"]),
    ("staff_or_read_only", "",         ["1111", "+333", "+333", "++++", "++++", "4344"]),
    ("verified", "",                   ["1111", "4344", "++++", "++++", "4344", "4+44"]),
    ("in_group", "",                   ["1111", "4344", "++++", "++++", "4344", "4+44"]),
    ("permission_per_method", "",      ["1111", "+333", "+++3", "+333", "++++", "4+44"]),
    ("has_role", "",                   ["1111", "4344", "4344", "++++", "4344", "4344"]),
    ("has_any_role", "",               ["1111", "4344", "4344", "++++", "++++", "4344"]),
    ("same_department", "",            ["1111", "4344", "++++", "++++", "4344", "4+44"]),
    ("manager_or_read_only", "",       ["1111", "+333", "+333", "++++", "+333", "4344"]),
    // The owner leads the project, the manager reviews it.
    ("project_member", "",             ["1111", "4344", "++++", "+333", "4344", "4344"]),
    ("confidentiality", "public",      ["+111", "++33", "++++", "++33", "++33", "4+44"]),
    ("confidentiality", "internal",    ["1111", "++33", "++++", "++33", "++33", "4+44"]),
    ("confidentiality", "",            ["1111", "4+44", "++++", "++33", "4+44", "4+44"]),
    ("confidentiality", "restricted",  ["1111", "4+44", "++++", "4+44", "++33", "4+44"]),
    ("subscription", "",               ["1111", "4+44", "++++", "4+44", "++++", "4+44"]),
    ("subscription", "free",           ["+1++", "++++", "++++", "++++", "++++", "4+44"]),
    ("category_editor", "",            ["1111", "+333", "+333", "++++", "+333", "4344"]),
    ("business_hours", "",             ["++++", "++++", "++++", "++++", "++++", "4+44"]),
    ("business_hours", "night",        ["1111", "4344", "4344", "4344", "++++", "4344"]),
    ("network", "",                    ["++++", "++++", "++++", "++++", "++++", "4+44"]),
    ("network", "outside",             ["1111", "4344", "4344", "4344", "4344", "4344"]),
    // Only the admin has just signed in with two factors.
    ("second_factor", "",              ["+111", "+333", "+333", "+333", "++++", "4344"]),
    ("second_factor", "later",         ["+111", "+333", "+333", "+333", "+333", "4344"]),
    ("all_of", "",                     ["1111", "4344", "++++", "++++", "4344", "4+44"]),
    ("any_of", "",                     ["1111", "4+44", "++++", "++++", "++++", "4+44"]),
    ("not", "",                        ["++++", "++++", "++++", "++++", "++++", "4+44"]),
    ("not", "suspended",               ["++++", "4344", "4344", "4344", "4344", "4344"]),
    ("permit_owner", "",               ["1111", "4+44", "++++", "4+44", "4+44", "4+44"]),
    ("permit_role", "",                ["1111", "4344", "4344", "+333", "4344", "4344"]),
    ("permit_group", "",               ["1111", "4344", "+333", "+333", "4344", "4344"]),
    ("permit_category_editor", "",     ["1111", "4344", "4344", "+3++", "4344", "4344"]),
    // The manager manages the parent department.
    ("permit_department_manager", "",  ["1111", "4344", "4344", "+3++", "4344", "4344"]),
];

/// Returns the status of one cell; success is 201 for a creation.
fn expected(cell: char, action: &str) -> u16 {
    match cell {
        '1' => 401,
        '3' => 403,
        '4' => 404,
        _ if action == "create" => 201,
        _ => 200,
    }
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn each_ready_made_rule_matches_table(#[case] backend: Backend) {
    let demo = Demo::start(backend).await;
    let rules: std::collections::BTreeSet<_> = TABLE.iter().map(|(rule, ..)| *rule).collect();
    assert_eq!(rules.len(), doorward_policy::library::FILES.len());
    for (rule, special, cells) in TABLE {
        for (actor, row) in ACTORS.into_iter().zip(cells) {
            for (action, cell) in ["read", "create", "update", "delete"]
                .into_iter()
                .zip(row.chars())
            {
                let status = demo.ask(rule, special, actor, action).await;
                let case = format!("{rule} {special}: {actor} {action}");
                assert_eq!(status, expected(cell, action), "{case}");
            }
        }
    }
}

/// Results on the tasks API itself, and on projects of each level.
#[rustfmt::skip]
const ACTIVE_RULES: [(&str, [&str; 6]); 7] = [
    //                         `nobody` other   owner   manager admin   tenant
    ("tasks",                  ["1111", "4+44", "++++", "++33", "++++", "4+44"]),
    ("tasks assigned",         ["1111", "+++3", "++++", "++33", "++++", "4+44"]),
    ("tasks restricted",       ["1111", "4544", "++++", "4544", "4544", "4544"]),
    ("projects public",        ["1111", "+333", "++++", "++33", "++++", "4+44"]),
    ("projects internal",      ["1111", "+333", "++++", "++33", "++++", "4+44"]),
    ("projects confidential",  ["1111", "4344", "++++", "++33", "++++", "4+44"]),
    ("projects restricted",    ["1111", "4344", "++++", "4+44", "4+44", "4+44"]),
];

fn person<'a>(fixture: &'a Fixture, actor: &str) -> crate::fixture::Caller<'a> {
    let owner = format!("{DEVELOPER} projects:create");
    let manager = format!("{MANAGER} projects:create projects:read_all");
    let admin =
        format!("{ADMIN} projects:create projects:read_all projects:write_all projects:delete_all");
    match actor {
        "other" => fixture.person("other", DEVELOPER),
        "manager" => fixture.caller("manager", &manager, &json!({"roles": ["manager"]})),
        "admin" => fixture.caller("admin", &admin, &json!({"roles": ["admin"]})),
        "tenant" => fixture.caller("owner", &owner, &json!({"org": "elsewhere"})),
        _ => fixture.person("owner", &owner),
    }
}

/// Creates an object. Returns its path, a body for a similar object, and a change.
async fn object(fixture: &Fixture, name: &str) -> (String, Value, Value) {
    let owner = person(fixture, "owner");
    let change = json!({"description": "changed"});
    let (noun, special) = name.split_once(' ').unwrap_or((name, ""));
    if noun == "projects" {
        let body = json!({"name": "p", "department": "sales", "confidentiality": special});
        // A restricted project of the caller is restricted as well.
        return (project(&owner, body.clone()).await, body, change);
    }
    let mut body = json!({"title": "t"});
    match special {
        "assigned" => body["assignee"] = json!("other"),
        "restricted" => {
            let closed = json!({"name": "p", "confidentiality": "restricted"});
            let path = project(&owner, closed).await;
            let member = format!("{path}/members/owner");
            let lead = json!({"role": "lead"});
            assert_eq!(owner.send(Method::PUT, &member, lead).await.status(), 200);
            body["project"] = json!(path.rsplit('/').next());
        }
        _ => {}
    }
    let task = owner.create(body.clone()).await;
    (
        format!("/api/tasks/{}", task["id"].as_str().unwrap()),
        body,
        change,
    )
}

async fn ask(fixture: &Fixture, actor: &str, action: &str, name: &str) -> StatusCode {
    let (path, new, change) = object(fixture, name).await;
    let all = path.rsplit_once('/').unwrap().0;
    let (method, path, body) = match action {
        "read" => (Method::GET, path.as_str(), json!({})),
        "create" => (Method::POST, all, new),
        "update" => (Method::PATCH, path.as_str(), change),
        _ => (Method::DELETE, path.as_str(), json!({})),
    };
    let request = if actor == "nobody" {
        fixture.request(method, path)
    } else {
        person(fixture, actor).request(method, path)
    };
    request.json(&body).send().await.unwrap().status()
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn active_rules_match_table(#[case] backend: Backend) {
    let fixture = Fixture::configured(backend, |config| config.limits_multiplier = 1000.0).await;
    for (name, cells) in ACTIVE_RULES {
        for (actor, row) in ACTORS.into_iter().zip(cells) {
            for (action, cell) in ["read", "create", "update", "delete"]
                .into_iter()
                .zip(row.chars())
            {
                let status = ask(&fixture, actor, action, name).await;
                let expected = match (cell, action) {
                    // A project that the caller may not know of does not exist: invalid input.
                    ('5', _) => 400,
                    ('+', "delete") => 204,
                    (cell, action) => expected(cell, action),
                };
                assert_eq!(status.as_u16(), expected, "{name}: {actor} {action}");
            }
        }
    }
}
