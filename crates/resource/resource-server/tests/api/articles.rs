//! Articles: their lifecycle, readers, publication and organization.

use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{Caller, DEVELOPER, Fixture, header, problem, titles};

pub const READER: &str = "content:read";
pub const AUTHOR: &str = "content:read content:write content:publish";
pub const EDITOR: &str =
    "content:read content:write content:publish content:edit_all content:delete_all";

/// Creates an article and returns its path.
pub async fn article(person: &Caller<'_>, body: Value) -> String {
    let response = person.send(Method::POST, "/api/articles/", body).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    header(&response, "location").to_owned()
}

pub async fn json_of(person: &Caller<'_>, path: &str) -> Value {
    let response = person.get(path).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.json().await.unwrap()
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn article_is_created_changed_and_deleted(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let ann = fixture.person("ann", AUTHOR);
    let path = article(&ann, json!({"title": "Größe", "body": "text"})).await;
    let shown = json_of(&ann, &path).await;
    assert_eq!(
        shown,
        json!({
            "id": path.rsplit('/').next(),
            "title": "Größe",
            "body": "text",
            "category": null,
            "department": null,
            "manager": null,
            "confidentiality": "internal",
            "plan": null,
            "author_subject": "ann",
            "published": false,
            "published_at": null,
            "created_at": "2026-11-20T10:00:00Z",
            "updated_at": "2026-11-20T10:00:00Z",
        })
    );
    // A list omits the body.
    let listed = json_of(&ann, "/api/articles/").await;
    assert!(listed["items"][0].get("body").is_none(), "{listed}");

    let patch = |tag: &str| {
        let request = ann.request(Method::PATCH, &path);
        request.header("if-match", tag.to_owned())
    };
    let change = json!({"plan": "pro", "department": "sales", "manager": "max"});
    let response = patch("\"v1\"").json(&change).send().await.unwrap();
    assert_eq!(
        (response.status(), header(&response, "etag")),
        (StatusCode::OK, "\"v2\"")
    );
    let stale = patch("\"v1\"").json(&json!({"title": "x"}));
    problem(stale.send().await.unwrap(), 412).await;
    let cleared = json!({"plan": null, "department": null, "manager": null});
    let response = ann.send(Method::PATCH, &path, cleared).await;
    let body: Value = response.json().await.unwrap();
    assert_eq!(
        (&body["plan"], &body["body"]),
        (&Value::Null, &json!("text"))
    );
    let stale = ann.request(Method::DELETE, &path);
    let stale = stale.header("if-match", "\"v2\"").send().await.unwrap();
    problem(stale, 412).await;
    assert_eq!(ann.delete(&path).await.status(), StatusCode::NO_CONTENT);
    problem(ann.get(&path).await, 404).await;
}

#[actix_web::test]
async fn invalid_article_is_rejected() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let ann = fixture.person("ann", AUTHOR);
    let path = article(&ann, json!({"title": "t"})).await;
    for (bad, field, code) in [
        (json!({"title": " "}), "title", "blank"),
        (json!({"title": "x".repeat(201)}), "title", "too_long"),
        (json!({"body": "a\u{0}"}), "body", "invalid_character"),
        (
            json!({"confidentiality": "secret"}),
            "confidentiality",
            "invalid",
        ),
        (json!({"category": "No such"}), "category", "invalid"),
        (json!({"category": "none-such"}), "category", "unknown"),
        (json!({"published": "yes"}), "published", "wrong_type"),
        (
            json!({"published_at": "2026-01-01"}),
            "published_at",
            "read_only",
        ),
        (
            json!({"author_subject": "eve"}),
            "author_subject",
            "read_only",
        ),
        (json!({"plan": ""}), "plan", "invalid"),
        (json!({"colour": 1}), "colour", "unknown"),
    ] {
        let case = bad.to_string();
        let body = problem(ann.send(Method::PATCH, &path, bad).await, 400).await;
        let error = &body["errors"][0];
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!(field), &json!(code)),
            "{case}"
        );
    }
    let missing = ann.send(Method::POST, "/api/articles/", json!({"body": "b"}));
    let body = problem(missing.await, 400).await;
    assert_eq!(body["errors"][0]["code"], "required");
    for query in ["published=maybe", "colour=1", "ordering=body", "cursor=x"] {
        problem(ann.get(&format!("/api/articles/?{query}")).await, 400).await;
    }
}

#[actix_web::test]
async fn routes_require_content_permissions() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let ann = fixture.person("ann", AUTHOR);
    let path = article(&ann, json!({"title": "t", "published": true})).await;
    let (dev, reader) = (
        fixture.person("dev", DEVELOPER),
        fixture.person("rita", READER),
    );
    for (person, method, path, permission) in [
        (&dev, Method::GET, "/api/articles/", "content:read"),
        (&dev, Method::GET, path.as_str(), "content:read"),
        (&reader, Method::POST, "/api/articles/", "content:write"),
        (&reader, Method::PATCH, path.as_str(), "content:write"),
        (&reader, Method::DELETE, path.as_str(), "content:write"),
        (
            &reader,
            Method::PUT,
            "/api/categories/news",
            "content:edit_all",
        ),
        (
            &reader,
            Method::DELETE,
            "/api/categories/news",
            "content:delete_all",
        ),
        (&dev, Method::GET, "/api/categories/", "content:read"),
    ] {
        let refused = problem(person.send(method.clone(), path, json!({})).await, 403).await;
        assert_eq!(
            refused["reasons"][0]["permission"], permission,
            "{method} {path}"
        );
    }
    assert_eq!(json_of(&reader, &path).await["published"], true);
    // An author changes only their own articles; an editor any of them.
    let other = fixture.person("otto", AUTHOR);
    let change = || json!({"title": "u"});
    let refused = problem(other.send(Method::PATCH, &path, change()).await, 403).await;
    assert_eq!(refused["reasons"][0]["permission"], "content:edit_all");
    let refused = problem(other.delete(&path).await, 403).await;
    assert_eq!(refused["reasons"][0]["permission"], "content:delete_all");
    let editor = fixture.person("eddy", EDITOR);
    let response = editor.send(Method::PATCH, &path, change()).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(editor.delete(&path).await.status(), StatusCode::NO_CONTENT);
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn publishing_requires_permission(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let writer = fixture.person("ann", "content:read content:write");
    let refused = writer.send(
        Method::POST,
        "/api/articles/",
        json!({"title": "t", "published": true}),
    );
    let refused = problem(refused.await, 403).await;
    assert_eq!(refused["reasons"][0]["permission"], "content:publish");
    let path = article(&writer, json!({"title": "t", "published": false})).await;
    let publish = || json!({"published": true});
    problem(writer.send(Method::PATCH, &path, publish()).await, 403).await;
    let reader = fixture.person("rita", READER);
    problem(reader.get(&path).await, 404).await;
    let ann = fixture.person("ann", AUTHOR);
    for seconds in [60, 60] {
        fixture.clock.advance(seconds);
        let response = ann.send(Method::PATCH, &path, publish()).await;
        // Publishing again keeps the time.
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["published_at"], "2026-11-20T10:01:00Z");
    }
    assert_eq!(json_of(&reader, &path).await["published"], true);
    // A change that publishes nothing needs no permission; a withdrawal does.
    let response = writer.send(
        Method::PATCH,
        &path,
        json!({"published": true, "title": "u"}),
    );
    assert_eq!(response.await.status(), StatusCode::OK);
    let withdraw = || json!({"published": false});
    problem(writer.send(Method::PATCH, &path, withdraw()).await, 403).await;
    let response = ann.send(Method::PATCH, &path, withdraw()).await;
    assert_eq!(response.status(), StatusCode::OK);
    problem(reader.get(&path).await, 404).await;
}

/// Rules without a translation to SQL: the engine decides on each row.
const NOT_IN_SQL: &str = r#"
@id("own.like")
permit (principal, action == Action::"read", resource is Document)
when { resource has department && resource.department like "eng*" };
"#;

#[rstest]
#[case::sqlite(Backend::Sqlite, "")]
#[case::postgres(Backend::Postgres, "")]
#[case::sqlite_not_in_sql(Backend::Sqlite, NOT_IN_SQL)]
#[case::postgres_not_in_sql(Backend::Postgres, NOT_IN_SQL)]
#[actix_web::test]
async fn list_equals_readable_articles(#[case] backend: Backend, #[case] own_rules: &str) {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("own.cedar"), own_rules).unwrap();
    let fixture = Fixture::configured(backend, |config| {
        config.policy_dir = Some(directory.path().to_owned());
        config.limits_multiplier = 1000.0;
    })
    .await;
    let ann = fixture.person("ann", AUTHOR);
    let mut all = Vec::new();
    for level in ["public", "internal", "confidential", "restricted"] {
        for plan in [json!(null), json!("pro")] {
            for published in [true, false] {
                for department in [json!(null), json!("sales"), json!("engineering")] {
                    let body = json!({
                        "title": format!("{level} {plan} {published} {department}"),
                        "confidentiality": level,
                        "plan": plan,
                        "published": published,
                        "department": department,
                        "manager": if level == "restricted" { json!("max") } else { json!(null) },
                    });
                    all.push(article(&ann, body).await);
                }
            }
        }
    }
    let sales = json!({"groups": ["/sales"]});
    let service = json!({"client_id": "robot"});
    let pro = format!("{READER} subscription:pro");
    let delete_all = format!("{READER} content:delete_all");
    // The number of readable articles under the built-in rules.
    for (subject, entitlements, claims, expected) in [
        ("ann", AUTHOR, &json!({}), 48),
        // Public and internal ones without a plan.
        ("rita", READER, &json!({}), 6),
        ("rita", &pro, &json!({}), 12),
        ("sam", READER, &sales, 7),
        ("sam", &pro, &sales, 14),
        ("robot", READER, &service, 3),
        // The manager of the restricted ones.
        ("max", READER, &json!({}), 18),
        ("eddy", EDITOR, &json!({}), 48),
        ("dora", &delete_all, &json!({}), 48),
        ("ann", AUTHOR, &json!({"org": "acme"}), 0),
    ] {
        let person = fixture.caller(subject, entitlements, claims);
        let case = format!("{subject} {entitlements} {claims}");
        let (mut listed, mut next) = (Vec::new(), Some(String::new()));
        while let Some(cursor) = next {
            let page = format!("/api/articles/?limit=7&ordering=title{cursor}");
            let page = json_of(&person, &page).await;
            let items = page["items"].as_array().unwrap();
            listed.extend(
                items
                    .iter()
                    .map(|item| item["id"].as_str().unwrap().to_owned()),
            );
            next = page["next"]
                .as_str()
                .map(|cursor| format!("&cursor={cursor}"));
        }
        let mut readable = Vec::new();
        for path in &all {
            let status = person.get(path).await.status();
            assert!(status == 200 || status == 404, "{case} {path} {status}");
            if status == 200 {
                readable.push(path.rsplit('/').next().unwrap().to_owned());
            }
        }
        listed.sort();
        readable.sort();
        assert_eq!(listed, readable, "{case}");
        if own_rules.is_empty() {
            assert_eq!(readable.len(), expected, "{case}");
        }
    }
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn articles_are_filtered(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let (ann, eddy) = (
        fixture.person("ann", AUTHOR),
        fixture.person("eddy", EDITOR),
    );
    let news = json!({"name": "News"});
    let created = eddy.send(Method::PUT, "/api/categories/news", news).await;
    assert_eq!(created.status(), StatusCode::CREATED);
    article(&ann, json!({"title": "Draft 100%"})).await;
    article(
        &ann,
        json!({"title": "News", "category": "news", "published": true}),
    )
    .await;
    article(
        &ann,
        json!({"title": "Paid", "plan": "pro", "published": true}),
    )
    .await;
    article(
        &eddy,
        json!({"title": "Closed", "confidentiality": "restricted"}),
    )
    .await;
    for (query, expected) in [
        ("", &["Closed", "Draft 100%", "News", "Paid"][..]),
        ("author=ann", &["Draft 100%", "News", "Paid"]),
        ("category=news", &["News"]),
        ("plan=pro", &["Paid"]),
        ("published=true", &["News", "Paid"]),
        ("published=false", &["Closed", "Draft 100%"]),
        ("published=true,false&author=eddy", &["Closed"]),
        ("confidentiality=restricted", &["Closed"]),
        ("search=dra+100%25", &["Draft 100%"]),
        ("search=0%25", &[]),
        ("category=other", &[]),
    ] {
        let path = format!("/api/articles/?ordering=title&{query}");
        assert_eq!(titles(&json_of(&eddy, &path).await), expected, "{query}");
    }
    let descending = json_of(&eddy, "/api/articles/?ordering=-title&limit=2").await;
    assert_eq!(titles(&descending), ["Paid", "News"]);
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn changes_of_readers_are_audited(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let ann = fixture.person("ann", AUTHOR);
    let path = article(&ann, json!({"title": "t", "confidentiality": "restricted"})).await;
    json_of(&ann, &path).await;
    for change in [
        json!({"title": "u", "body": "b"}),
        json!({"confidentiality": "public", "published": true}),
        json!({"plan": "pro"}),
    ] {
        let response = ann.send(Method::PATCH, &path, change).await;
        assert_eq!(response.status(), StatusCode::OK);
    }
    assert_eq!(ann.delete(&path).await.status(), StatusCode::NO_CONTENT);
    let auditor = fixture.person("auditor", "tasks:read tasks:audit");
    let about = format!("Document/{}", path.rsplit('/').next().unwrap());
    let events = json_of(&auditor, &format!("/api/audit/?resource={about}")).await;
    let events = events["items"].as_array().unwrap();
    let found: Vec<_> = events
        .iter()
        .map(|event| {
            (
                event["kind"].as_str().unwrap(),
                event["detail"]["fields"].clone(),
            )
        })
        .collect();
    let mut expected = vec![
        ("article_changed", json!(["confidentiality"])),
        ("sensitive_read", json!(null)),
        // The answer to the first change shows the restricted article.
        ("sensitive_read", json!(null)),
        ("article_changed", json!(["confidentiality", "published"])),
        ("article_changed", json!(["plan"])),
        ("article_deleted", json!(null)),
    ];
    expected.reverse();
    assert_eq!(found, expected);
    let closed = article(&ann, json!({"title": "t", "confidentiality": "restricted"})).await;
    json_of(&ann, "/api/articles/").await;
    let reads = json_of(&auditor, "/api/audit/?kind=sensitive_read&limit=1").await;
    let id = json!([closed.rsplit('/').next()]);
    assert_eq!(reads["items"][0]["detail"]["articles"], id);
}
