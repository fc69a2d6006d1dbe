//! Categories of articles, and the ready-made rules on articles.

use std::fs;

use doorward_policy::library;
use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::articles::{AUTHOR, EDITOR, READER, article, json_of};
use crate::database::Backend;
use crate::fixture::{Caller, Fixture, header, problem};

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn category_is_created_changed_and_deleted(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let eddy = fixture.person("eddy", EDITOR);
    let path = "/api/categories/news";
    let put = async |body: Value, tag: &str| {
        let request = eddy.request(Method::PUT, path).header("if-match", tag);
        request.json(&body).send().await.unwrap()
    };
    let body = json!({"name": "News", "editors": ["rita", "ann"]});
    problem(put(body.clone(), "\"v1\"").await, 412).await;
    let created = eddy.send(Method::PUT, path, body).await;
    assert_eq!(
        (created.status(), header(&created, "etag")),
        (StatusCode::CREATED, "\"v1\"")
    );
    let expected = json!({"code": "news", "name": "News", "editors": ["ann", "rita"]});
    assert_eq!(created.json::<Value>().await.unwrap(), expected);
    let changed = put(json!({"name": "New", "editors": ["ann"]}), "\"v1\"").await;
    assert_eq!(
        (changed.status(), header(&changed, "etag")),
        (StatusCode::OK, "\"v2\"")
    );
    problem(put(json!({"name": "x"}), "\"v1\"").await, 412).await;
    // Only those who may change categories see their editors.
    let reader = fixture.person("rita", READER);
    let plain = json!({"code": "news", "name": "New"});
    assert_eq!(json_of(&reader, path).await, plain);
    let listed = json_of(&reader, "/api/categories/").await;
    assert_eq!(listed, json!({"items": [plain], "next": null}));
    // Each organization has its own categories.
    let elsewhere = fixture.caller("eddy", EDITOR, &json!({"org": "acme"}));
    problem(elsewhere.get(path).await, 404).await;
    problem(elsewhere.delete(path).await, 404).await;
    let ann = fixture.caller("ann", AUTHOR, &json!({"org": "acme"}));
    let foreign = ann.send(
        Method::POST,
        "/api/articles/",
        json!({"title": "t", "category": "news"}),
    );
    problem(foreign.await, 400).await;

    let used = article(&eddy, json!({"title": "t", "category": "news"})).await;
    let refused = problem(eddy.delete(path).await, 409).await;
    assert_eq!(refused["type"], "urn:doorward:problem:still-needed");
    let none = json!({"category": null});
    assert_eq!(eddy.send(Method::PATCH, &used, none).await.status(), 200);
    assert_eq!(eddy.delete(path).await.status(), StatusCode::NO_CONTENT);
    problem(eddy.delete(path).await, 404).await;

    let auditor = fixture.person("auditor", "tasks:read tasks:audit");
    let events = json_of(&auditor, "/api/audit/?kind=category_changed").await;
    let events = events["items"].as_array().unwrap();
    let editors = |event: &Value, when: &str| event["detail"][when]["editors"].clone();
    let found: Vec<_> = events
        .iter()
        .map(|event| (editors(event, "before"), editors(event, "after")))
        .collect();
    assert_eq!(
        found,
        [
            (json!(["ann"]), json!(null)),
            (json!(["ann", "rita"]), json!(["ann"])),
            (json!(null), json!(["ann", "rita"])),
        ]
    );
    assert!(
        events
            .iter()
            .all(|event| event["resource"] == "Category/news")
    );
}

#[actix_web::test]
async fn invalid_category_is_rejected() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let eddy = fixture.person("eddy", EDITOR);
    let path = "/api/categories/news";
    for (bad, field) in [
        (json!({}), "name"),
        (json!({"name": "n", "editors": [""]}), "editors"),
        (json!({"name": "n", "code": "other"}), "code"),
    ] {
        let body = problem(eddy.send(Method::PUT, path, bad).await, 400).await;
        assert_eq!(body["errors"][0]["field"], field);
    }
    let name = json!({"name": "n"});
    problem(
        eddy.send(Method::PUT, "/api/categories/No", name).await,
        400,
    )
    .await;
}

/// A ready-made rule, and the results of each actor for read, update and delete of a published
/// internal article of Ann, and for the creation of such an article: `+` success, `3` 403, `4` 404.
#[rustfmt::skip]
const TABLE: [(&str, [&str; 5]); 10] = [
    //                          ann     editor  manager rita    staff
    ("",                        ["++++", "++++", "++3+", "4333", "++++"]),
    ("category_editor",         ["+333", "++++", "+333", "4333", "+333"]),
    ("subscription",            ["++++", "++++", "444+", "4333", "444+"]),
    ("staff_or_read_only",      ["+333", "+333", "+333", "4333", "++++"]),
    ("owner_or_read_only",      ["++++", "+33+", "+33+", "4333", "+33+"]),
    ("manager_or_read_only",    ["+333", "+333", "++3+", "4333", "+333"]),
    ("any_of",                  ["++++", "444+", "++3+", "4333", "++++"]),
    ("owner",                   ["++++", "444+", "444+", "4333", "444+"]),
    ("has_role",                ["4443", "4443", "4443", "4333", "4443"]),
    ("project_member",          ["4443", "4443", "4443", "4333", "4443"]),
];

fn actor<'a>(fixture: &'a Fixture, name: &str) -> Caller<'a> {
    let pro = format!("{EDITOR} subscription:pro");
    match name {
        "ann" => fixture.person("ann", AUTHOR),
        "editor" => fixture.person("editor", &pro),
        "manager" => fixture.person("manager", AUTHOR),
        "staff" => fixture.caller("staff", EDITOR, &json!({"roles": ["admin"]})),
        _ => fixture.person("rita", READER),
    }
}

fn body() -> Value {
    json!({
        "title": "t", "category": "news", "plan": "pro", "manager": "manager", "published": true,
    })
}

async fn ask(fixture: &Fixture, name: &str, action: &str, path: &str) -> StatusCode {
    let person = actor(fixture, name);
    let response = match action {
        "read" => person.get(path).await,
        "update" => {
            person
                .send(Method::PATCH, path, json!({"body": "new"}))
                .await
        }
        "delete" => person.delete(path).await,
        _ => person.send(Method::POST, "/api/articles/", body()).await,
    };
    response.status()
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn ready_rules_apply_to_articles(#[case] backend: Backend) {
    let directory = tempfile::tempdir().unwrap();
    let fixture = Fixture::configured(backend, |config| {
        config.policy_dir = Some(directory.path().to_owned());
        config.limits_multiplier = 1000.0;
    })
    .await;
    let eddy = fixture.person("eddy", EDITOR);
    let news = json!({"name": "News", "editors": ["editor"]});
    let created = eddy.send(Method::PUT, "/api/categories/news", news).await;
    assert_eq!(created.status(), StatusCode::CREATED);
    let file = directory.path().join("ready.cedar");
    let set = |text: &str| {
        let draft = directory.path().join("draft");
        fs::write(&draft, text).unwrap();
        fs::rename(&draft, &file).unwrap();
        fixture.policies.reload();
        assert!(fixture.policies.broken().is_none());
    };
    for (rule, cells) in TABLE {
        let text = library::FILES.iter().find(|(name, _)| *name == rule);
        let text = text.map_or("", |(_, text)| text);
        // Each reading of the rules validates and translates all of them: once for each rule, not for each cell.
        set("");
        let ann = fixture.person("ann", AUTHOR);
        let mut asked = Vec::new();
        for (name, row) in ["ann", "editor", "manager", "rita", "staff"]
            .into_iter()
            .zip(cells)
        {
            for (action, cell) in ["read", "update", "delete", "create"]
                .into_iter()
                .zip(row.chars())
            {
                asked.push((name, action, cell, article(&ann, body()).await));
            }
        }
        // The unchanged rule, written for documents.
        set(text);
        for (name, action, cell, path) in asked {
            let status = ask(&fixture, name, action, &path).await.as_u16();
            let expected = match (cell, action) {
                ('3', _) => 403,
                ('4', _) => 404,
                (_, "create") => 201,
                (_, "delete") => 204,
                _ => 200,
            };
            assert_eq!(status, expected, "{rule}: {name} {action}");
        }
    }
}

/// The statements of the guide about the editors of a category, for a draft of Ann: what the author,
/// the role `editor` and the editor of the category read, change and delete.
#[rstest]
#[case::none(&[], ["+++", "+++", "444"])]
#[case::permit(&["permit_category_editor"], ["+++", "+++", "+++"])]
#[case::restrict(&["category_editor"], ["+33", "+33", "444"])]
#[case::both(&["permit_category_editor", "category_editor"], ["+33", "+33", "+++"])]
#[actix_web::test]
async fn editors_of_category_have_rights_by_ready_rules(
    #[case] rules: &[&str],
    #[case] cells: [&str; 3],
) {
    let directory = tempfile::tempdir().unwrap();
    let fixture = Fixture::configured(Backend::Sqlite, |config| {
        config.policy_dir = Some(directory.path().to_owned());
    })
    .await;
    let [ann, eddy, bob] = [("ann", AUTHOR), ("eddy", EDITOR), ("bob", AUTHOR)]
        .map(|(name, entitlements)| fixture.person(name, entitlements));
    let news = json!({"name": "News", "editors": ["bob"]});
    let created = eddy.send(Method::PUT, "/api/categories/news", news).await;
    assert_eq!(created.status(), StatusCode::CREATED);
    let draft = json!({"title": "t", "category": "news"});
    let mut paths = Vec::new();
    for _ in 0..9 {
        paths.push(article(&ann, draft.clone()).await);
    }
    for (name, text) in library::FILES {
        if rules.contains(&name) {
            fs::write(directory.path().join(format!("{name}.cedar")), text).unwrap();
        }
    }
    fixture.policies.reload();
    assert!(fixture.policies.broken().is_none());
    for (who, (person, row)) in [&ann, &eddy, &bob].into_iter().zip(cells).enumerate() {
        for (what, cell) in row.chars().enumerate() {
            let path = &paths[who * 3 + what];
            let response = match what {
                0 => person.get(path).await,
                1 => {
                    let change = json!({"body": "new"});
                    person.send(Method::PATCH, path, change).await
                }
                _ => person.delete(path).await,
            };
            let expected = match (cell, what) {
                ('3', _) => 403,
                ('4', _) => 404,
                (_, 2) => 204,
                _ => 200,
            };
            assert_eq!(response.status(), expected, "{rules:?} {who} {what}");
        }
    }
}

/// Moving an article to a category whose editors include the caller does not evade the rule.
#[actix_web::test]
async fn category_rule_decides_on_former_and_new_category() {
    let directory = tempfile::tempdir().unwrap();
    let (_, rule) = library::FILES
        .iter()
        .find(|(name, _)| *name == "category_editor")
        .unwrap();
    fs::write(directory.path().join("category_editor.cedar"), rule).unwrap();
    let fixture = Fixture::configured(Backend::Sqlite, |config| {
        config.policy_dir = Some(directory.path().to_owned());
    })
    .await;
    let eddy = fixture.person("eddy", EDITOR);
    for (code, editors) in [("news", ["ann"]), ("sport", ["bob"]), ("both", ["ann"])] {
        let path = format!("/api/categories/{code}");
        let body = json!({"name": code, "editors": editors});
        assert_eq!(eddy.send(Method::PUT, &path, body).await.status(), 201);
    }
    let ann = fixture.person("ann", AUTHOR);
    let outside = ann.send(Method::POST, "/api/articles/", json!({"title": "t"}));
    let refused = problem(outside.await, 403).await;
    let reason = "only the editors of the category change this";
    assert_eq!(refused["reasons"][0]["detail"], reason);
    let path = article(&ann, json!({"title": "t", "category": "news"})).await;
    for (category, status) in [
        (json!("sport"), 403),
        (json!(null), 403),
        (json!("both"), 200),
    ] {
        let body = json!({"category": category});
        let response = ann.send(Method::PATCH, &path, body).await;
        assert_eq!(response.status(), status, "{category}");
    }
    let body = json!({"name": "both", "editors": ["bob"]});
    let response = eddy.send(Method::PUT, "/api/categories/both", body).await;
    assert_eq!(response.status(), 200);
    let into_own = json!({"category": "news"});
    problem(ann.send(Method::PATCH, &path, into_own).await, 403).await;
}
