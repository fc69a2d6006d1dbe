//! The list of a project's members: who reads it, its pages, and the time at which a member was added.

use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::{Backend, execute};
use crate::fixture::{Caller, DEVELOPER, Fixture, header, problem};
use crate::projects::{CREATOR, members, project};

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
            let person = fixture.person(subject, entitlements);
            let body = shown(&person, &path).await;
            assert_eq!(body["members_url"], format!("{path}/members/"));
            assert_eq!(
                (members(&person, &path).await.len(), &body["member_count"]),
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
        assert!(body.get("members_url").is_none(), "{level}: {body}");
        assert_eq!(body["member_count"], 3, "{level}");
        problem(outsider.get(&format!("{path}/members/")).await, 403).await;
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
            assert!(body.get("members_url").is_none() && body["member_count"] == 2);
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
    assert_eq!(members(&bob, &path).await[0]["subject"], "mona");
    let eve = fixture.person("eve", DEVELOPER);
    assert!(shown(&eve, &path).await.get("members_url").is_none());
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
    let joined = |members: &[Value]| {
        members
            .iter()
            .map(|member| (member["subject"].clone(), member["joined_at"].clone()))
            .collect::<Vec<_>>()
    };
    let first = json!("2026-11-20T10:00:00Z");
    let body = members(&mona, &path).await;
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
    let body = members(&mona, &path).await;
    assert_eq!(joined(&body)[0].1, "2026-11-20T10:02:00Z");
    let member = format!("{path}/members/ann");
    let body = json!({"joined_at": "2020-01-01T00:00:00Z"});
    let refused = mona.send(Method::PUT, &member, body).await;
    let refused = problem(refused, 400).await;
    assert_eq!(refused["errors"][0]["code"], "read_only");
    // The time of a membership from before the column is unknown.
    let forget = "UPDATE project_members SET joined_at = NULL WHERE subject = 'ann'";
    execute(&fixture.database.url(), forget).await;
    let body = members(&mona, &path).await;
    assert_eq!(
        joined(&body),
        [(json!("ann"), Value::Null), (json!("mona"), first)]
    );
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn members_are_listed_by_pages(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mona = fixture.person("mona", CREATOR);
    let path = project(&mona, json!({"name": "p"})).await;
    let other = project(&mona, json!({"name": "q"})).await;
    for number in 0..6 {
        put(&mona, &path, &format!("user-{number}"), json!({})).await;
    }
    let all: Vec<_> = members(&mona, &path).await;
    let subjects: Vec<_> = all.iter().map(|member| &member["subject"]).collect();
    assert!(subjects.is_sorted_by_key(|subject| subject.as_str()));
    assert_eq!(subjects.len(), 7);
    let list = format!("{path}/members");
    // With and without the slash, and below each base path.
    for list in [
        list.clone(),
        format!("{list}/"),
        list.replace("/api/", "/api/v2/"),
    ] {
        let response = mona.get(&format!("{list}?limit=3")).await;
        let link = header(&response, "link").to_owned();
        let page: Value = response.json().await.unwrap();
        assert_eq!(page["items"].as_array().unwrap().len(), 3, "{list}");
        let next = link.trim_start_matches('<').split('>').next().unwrap();
        assert!(next.starts_with(list.trim_end_matches('/')), "{link}");
        let page = shown(&mona, next).await;
        assert_eq!(page["items"][0]["subject"], "user-2");
    }
    let elsewhere = mona.get(&path.replace("/api/", "/api/v2/")).await;
    let elsewhere: Value = elsewhere.json().await.unwrap();
    assert_eq!(
        elsewhere["members_url"],
        format!("{}/members/", path.replace("/api/", "/api/v2/"))
    );
    // A cursor belongs to the list of one project.
    let page = shown(&mona, &format!("{list}?limit=3")).await;
    let cursor = page["next"].as_str().unwrap();
    problem(
        mona.get(&format!("{other}/members/?cursor={cursor}")).await,
        400,
    )
    .await;
    for query in [
        "limit=0",
        "limit=201",
        "cursor=x",
        "role=lead",
        "limit=1&limit=2",
    ] {
        problem(mona.get(&format!("{list}?{query}")).await, 400).await;
    }
    // Hidden like the project itself.
    let hidden = project(&mona, json!({"name": "r", "confidentiality": "restricted"})).await;
    let eve = fixture.person("eve", DEVELOPER);
    problem(eve.get(&format!("{hidden}/members/")).await, 404).await;
    problem(eve.get(&format!("{list}/")).await, 403).await;
}

/// Others add a user to projects, so that the user can always leave.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn members_leave_projects_by_themselves(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mona = fixture.person("mona", CREATOR);
    for level in ["public", "restricted"] {
        let path = project(&mona, json!({"name": "p", "confidentiality": level})).await;
        for role in ["member", "reviewer", "lead"] {
            put(&mona, &path, "bob", json!({"role": role})).await;
            put(&mona, &path, "ann", json!({})).await;
            let bob = fixture.person("bob", DEVELOPER);
            if role != "lead" {
                problem(bob.delete(&format!("{path}/members/ann")).await, 403).await;
            }
            let left = bob.delete(&format!("{path}/members/bob")).await;
            assert_eq!(left.status(), StatusCode::NO_CONTENT, "{level} {role}");
            let again = bob.delete(&format!("{path}/members/bob")).await;
            problem(again, 404).await;
        }
    }
}
