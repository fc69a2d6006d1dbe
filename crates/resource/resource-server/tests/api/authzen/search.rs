//! Searches on the fixture of the certification scenario, and their pages.

use serde_json::json;

use super::{
    ACTION, RESOURCE, SERVICE, SUBJECT, answer, ask, ids, post, record, start, user, with,
};
use crate::fixture::problem;

/// Sections 6.2 to 6.4 and 6.6.
#[actix_web::test]
async fn searches_find_subjects_resources_and_actions() {
    let fixture = start().await;
    let service = fixture.person("gateway", SERVICE);
    let archived = with(record("record-2"), json!({"status": "archived"}));
    let any = json!({"type": "user"});
    let ignored = with(user("alice"), json!({}));
    for (subject, action, resource, expected) in [
        (
            any.clone(),
            "read",
            record("record-1"),
            &["alice", "bob"][..],
        ),
        (ignored, "read", record("record-1"), &["alice", "bob"]),
        (any.clone(), "write", archived.clone(), &["bob"]),
        (any.clone(), "share", record("record-1"), &[]),
        (
            json!({"type": "spaceship"}),
            "read",
            record("record-1"),
            &[],
        ),
        (any, "read", json!({"type": "spaceship", "id": "1"}), &[]),
    ] {
        let mut asked = ask(subject, action, resource);
        assert_eq!(
            ids(&answer(&service, SUBJECT, &asked).await),
            expected,
            "{asked}"
        );
        asked["context"] = json!({"time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1"});
        assert_eq!(
            ids(&answer(&service, SUBJECT, &asked).await),
            expected,
            "{asked}"
        );
    }
    let admin = || with(user("bob"), json!({"role": "admin"}));
    let any = || json!({"type": "record"});
    for (subject, action, resource, expected) in [
        (user("alice"), "read", any(), &["record-1", "record-2"][..]),
        (
            user("alice"),
            "read",
            record("record-1"),
            &["record-1", "record-2"],
        ),
        (user("alice"), "write", any(), &["record-1"]),
        (admin(), "write", any(), &["record-2"]),
        (user("unknown"), "read", any(), &[]),
        (user("alice"), "read", json!({"type": "spaceship"}), &[]),
    ] {
        let asked = ask(subject, action, resource);
        assert_eq!(
            ids(&answer(&service, RESOURCE, &asked).await),
            expected,
            "{asked}"
        );
    }
    for (subject, resource, expected) in [
        (
            user("alice"),
            record("record-1"),
            json!([{"name": "read"}, {"name": "write"}]),
        ),
        (
            admin(),
            archived,
            json!([{"name": "read"}, {"name": "write"}]),
        ),
        (user("nonexistent-user"), record("record-1"), json!([])),
        (
            user("alice"),
            json!({"type": "spaceship", "id": "1"}),
            json!([]),
        ),
        (
            json!({"type": "spaceship", "id": "1"}),
            record("record-1"),
            json!([]),
        ),
    ] {
        let asked = json!({"subject": subject, "resource": resource});
        assert_eq!(
            answer(&service, ACTION, &asked).await["results"],
            expected,
            "{asked}"
        );
    }
}

/// Section 6.5: a token leads on with the limit of the first page, and only in the same request.
#[actix_web::test]
async fn search_is_paged() {
    let fixture = start().await;
    let service = fixture.person("gateway", SERVICE);
    let mut asked = ask(json!({"type": "user"}), "read", record("record-1"));
    asked["page"] = json!({"limit": 1});
    let first = answer(&service, SUBJECT, &asked).await;
    assert_eq!(ids(&first), ["alice"]);
    let token = first["page"]["next_token"].as_str().unwrap().to_owned();
    for page in [json!({"token": token}), json!({"token": token, "limit": 1})] {
        asked["page"] = page;
        let second = answer(&service, SUBJECT, &asked).await;
        assert_eq!(
            (ids(&second), &second["page"]),
            (vec!["bob"], &json!({"next_token": "", "count": 1}))
        );
    }
    let mut changed = asked.clone();
    changed["page"] = json!({"token": token, "limit": 2});
    let mut other = asked.clone();
    other["action"]["name"] = json!("write");
    let mut context = asked.clone();
    context["context"] = json!({"ip": "192.0.2.1"});
    let mut forged = asked.clone();
    forged["page"] = json!({"token": token.replacen("1.", "9.", 1)});
    let mut nonsense = asked.clone();
    nonsense["page"] = json!({"token": "x"});
    for asked in [changed, other, context, forged, nonsense] {
        problem(post(&service, SUBJECT, &asked).await, 400).await;
    }
    problem(post(&service, RESOURCE, &asked).await, 400).await;
    let stranger = fixture.person("other", SERVICE);
    problem(post(&stranger, SUBJECT, &asked).await, 400).await;
}
