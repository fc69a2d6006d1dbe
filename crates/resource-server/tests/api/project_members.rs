//! The list of a project's members: who reads it, and the time at which a member was added.

use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::{Backend, execute};
use crate::fixture::{Caller, DEVELOPER, Fixture};
use crate::projects::{CREATOR, project};

async fn shown(person: &Caller<'_>, path: &str) -> Value {
    let response = person.get(path).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.json().await.unwrap()
}

async fn put(person: &Caller<'_>, path: &str, subject: &str, body: Value) {
    let path = format!("{path}/members/{subject}");
    let response = person.send(Method::PUT, &path, body).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn members_are_hidden_from_other_readers(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mona = fixture.person("mona", CREATOR);
    for level in ["public", "internal", "confidential", "restricted"] {
        let body = json!({"name": "p", "department": "sales", "confidentiality": level});
        let path = project(&mona, body).await;
        for (subject, body) in [
            ("ann", json!({"email": "ann@example.org"})),
            ("reviewer", json!({"role": "reviewer"})),
        ] {
            put(&mona, &path, subject, body).await;
        }
        let all = format!("{DEVELOPER} projects:read_all projects:restricted");
        let editor = format!("{all} projects:write_all");
        let contact = format!("{all} people:contact");
        for (subject, entitlements) in [
            ("mona", CREATOR),
            ("ann", DEVELOPER),
            ("reviewer", DEVELOPER),
            ("auditor", &all),
            ("editor", &editor),
            ("contact", &contact),
        ] {
            let body = shown(&fixture.person(subject, entitlements), &path).await;
            let members = body["members"].as_array().unwrap();
            assert_eq!(
                (members.len(), &body["member_count"]),
                (3, &json!(3)),
                "{level} {subject}"
            );
        }
        // The department reads a confidential project; only members read a restricted one.
        let outsider = match level {
            "restricted" => continue,
            "confidential" => fixture.caller("bob", DEVELOPER, &json!({"groups": ["/sales"]})),
            _ => fixture.person("bob", DEVELOPER),
        };
        let body = shown(&outsider, &path).await;
        assert!(body.get("members").is_none(), "{level}: {body}");
        assert_eq!(body["member_count"], 3, "{level}");
        for hidden in ["ann", "reviewer", "lead"] {
            assert!(!body.to_string().contains(hidden), "{level}: {body}");
        }
        let listed = shown(&outsider, "/api/projects/").await;
        assert!(!listed.to_string().contains("member"), "{listed}");
        // A removed member reads the list no longer.
        let removed = mona.delete(&format!("{path}/members/ann")).await;
        assert_eq!(removed.status(), StatusCode::NO_CONTENT);
        if level != "confidential" {
            let body = shown(&fixture.person("ann", DEVELOPER), &path).await;
            assert!(body.get("members").is_none() && body["member_count"] == 2);
        }
    }
}

const TEAM_LISTS: &str = r#"
@id("own.department_reads_members")
permit (principal, action == Action::"read_members", resource is Project)
when { resource has department && principal.departments.contains(resource.department) };
"#;

#[actix_web::test]
async fn own_rule_permits_reading_members() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("own.cedar"), TEAM_LISTS).unwrap();
    let fixture = Fixture::configured(Backend::Sqlite, |config| {
        config.policy_dir = Some(directory.path().to_owned());
    })
    .await;
    let mona = fixture.person("mona", CREATOR);
    let path = project(&mona, json!({"name": "p", "department": "sales"})).await;
    let bob = fixture.caller("bob", DEVELOPER, &json!({"groups": ["/sales"]}));
    assert_eq!(shown(&bob, &path).await["members"][0]["subject"], "mona");
    let eve = fixture.person("eve", DEVELOPER);
    assert!(shown(&eve, &path).await.get("members").is_none());
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn membership_keeps_time_of_joining(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mona = fixture.person("mona", CREATOR);
    let path = project(&mona, json!({"name": "p"})).await;
    fixture.clock.advance(60);
    let mona = fixture.person("mona", CREATOR);
    put(&mona, &path, "ann", json!({})).await;
    fixture.clock.advance(60);
    let mona = fixture.person("mona", CREATOR);
    // A new role does not change the time.
    put(&mona, &path, "ann", json!({"role": "reviewer"})).await;
    let joined = |body: &Value| {
        let members = body["members"].as_array().unwrap();
        members
            .iter()
            .map(|member| (member["subject"].clone(), member["joined_at"].clone()))
            .collect::<Vec<_>>()
    };
    let first = json!("2026-11-20T10:00:00Z");
    let body = shown(&mona, &path).await;
    assert_eq!(
        joined(&body),
        [
            (json!("ann"), json!("2026-11-20T10:01:00Z")),
            (json!("mona"), first.clone()),
        ]
    );
    // A member who is removed and added again gets a new time.
    assert_eq!(
        mona.delete(&format!("{path}/members/ann")).await.status(),
        204
    );
    put(&mona, &path, "ann", json!({})).await;
    let body = shown(&mona, &path).await;
    assert_eq!(joined(&body)[0].1, "2026-11-20T10:02:00Z");
    let member = format!("{path}/members/ann");
    let body = json!({"joined_at": "2020-01-01T00:00:00Z"});
    let refused = mona.send(Method::PUT, &member, body).await;
    let refused = crate::fixture::problem(refused, 400).await;
    assert_eq!(refused["errors"][0]["code"], "read_only");
    // The time of a membership from before the column is unknown.
    let forget = "UPDATE project_members SET joined_at = NULL WHERE subject = 'ann'";
    execute(&fixture.database.url(), forget).await;
    let body = shown(&mona, &path).await;
    assert_eq!(
        joined(&body),
        [(json!("ann"), Value::Null), (json!("mona"), first)]
    );
}
