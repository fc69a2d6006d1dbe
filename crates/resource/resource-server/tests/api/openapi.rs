//! The `OpenAPI` document agrees with requests and responses of the running server.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::articles::{EDITOR, article};
use crate::database::Backend;
use crate::fixture::{ADMIN, Caller, Fixture, header, problem};
use crate::projects::project;

async fn document(fixture: &Fixture) -> Value {
    let response = fixture.get("/api/openapi.json").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-type"), "application/json");
    response.json().await.unwrap()
}

fn schema<'a>(document: &'a Value, name: &str) -> &'a Value {
    let schema = &document["components"]["schemas"][name];
    assert!(schema.is_object(), "no schema {name}");
    schema
}

fn members(object: &Value) -> BTreeSet<&str> {
    let members = object.as_object().unwrap();
    members.keys().map(String::as_str).collect()
}

/// Returns the names in the sentence of an unknown field or parameter.
fn known<'a>(problem: &'a Value, prefix: &str) -> BTreeSet<&'a str> {
    let errors = problem["errors"].as_array().unwrap();
    let error = errors.iter().find(|error| error["code"] == "unknown");
    let detail = error.unwrap()["detail"].as_str().unwrap();
    let names = detail.strip_prefix(prefix).expect(detail);
    names.trim_end_matches('.').split(", ").collect()
}

/// Checks that an object has the members of its schema.
fn check(document: &Value, name: &str, object: &Value) {
    let schema = schema(document, name);
    let properties = members(&schema["properties"]);
    let found = members(object);
    assert!(found.is_subset(&properties), "{name}: {found:?}");
    let required = schema["required"].as_array().unwrap();
    for member in required {
        assert!(found.contains(member.as_str().unwrap()), "{name}: {member}");
    }
}

fn admin(fixture: &Fixture) -> Caller<'_> {
    let all = format!(
        "{ADMIN} {EDITOR} projects:create projects:read_all projects:restricted tasks:audit \
         decisions:read"
    );
    fixture.person("root", &all)
}

#[actix_web::test]
async fn document_describes_each_field_and_parameter() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let document = document(&fixture).await;
    assert_eq!(document["openapi"], "3.1.0");
    let root = admin(&fixture);
    let path = project(&root, json!({"name": "p"})).await;
    let member = format!("{path}/members/bob");
    for (method, path, name) in [
        (Method::POST, "/api/tasks/", "TaskInput"),
        (Method::POST, "/api/projects/", "ProjectInput"),
        (Method::POST, "/api/articles/", "ArticleInput"),
        (Method::PUT, member.as_str(), "MemberInput"),
        (Method::PUT, "/api/categories/news", "CategoryInput"),
        (Method::PATCH, path.as_str(), "ProjectChange"),
    ] {
        let body = problem(root.send(method, path, json!({"colour": 1})).await, 400).await;
        let fields = known(&body, "Known fields: ");
        let properties = &schema(&document, name)["properties"];
        assert_eq!(members(properties), fields, "{name}");
    }
    let list = format!("{path}/members/");
    for (path, described) in [
        ("/api/tasks/", "/api/tasks/"),
        ("/api/projects/", "/api/projects/"),
        (list.as_str(), "/api/projects/{id}/members/"),
        ("/api/articles/", "/api/articles/"),
        ("/api/audit/", "/api/audit/"),
    ] {
        let body = problem(root.get(&format!("{path}?colour=1")).await, 400).await;
        let parameters = document["paths"][described]["get"]["parameters"].as_array();
        let names: BTreeSet<&str> = parameters
            .unwrap()
            .iter()
            .filter(|parameter| parameter["in"] == "query")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, known(&body, "Known parameters: "), "{path}");
    }
}

#[actix_web::test]
async fn responses_have_members_of_their_schemas() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let document = document(&fixture).await;
    let root = admin(&fixture);
    let path = project(&root, json!({"name": "p", "confidentiality": "restricted"})).await;
    let member = json!({"email": "bob@example.org", "phone": "+49 30 1"});
    let place = format!("{path}/members/bob");
    let added = root.send(Method::PUT, &place, member).await;
    assert_eq!(added.status(), StatusCode::OK);
    let category = json!({"name": "News", "editors": ["root"]});
    let category = root.send(Method::PUT, "/api/categories/news", category);
    let category: Value = category.await.json().await.unwrap();
    check(&document, "Category", &category);
    let whole = json!({"title": "a", "category": "news", "plan": "pro", "published": true});
    let article = article(&root, whole).await;
    let task = json!({
        "title": "t", "project": path.rsplit('/').next(), "assignee": "root",
        "department": "sales", "due_date": "2026-12-01",
    });
    let task = root.create(task).await;
    check(&document, "Task", &task);
    for (path, name) in [(path.as_str(), "Project"), (article.as_str(), "Article")] {
        let object: Value = root.get(path).await.json().await.unwrap();
        check(&document, name, &object);
    }
    let refused = fixture.person("eve", "").get("/api/tasks/").await;
    let refused = problem(refused, 403).await;
    check(&document, "Problem", &refused);
    let decision = refused["decision_id"].as_str().unwrap();
    let decision = root.get(&format!("/api/admin/decisions/{decision}")).await;
    let decision: Value = decision.json().await.unwrap();
    check(&document, "Decision", &decision);
    let list = format!("{path}/members/");
    for (path, name) in [
        (list.as_str(), "Member"),
        ("/api/tasks/", "Task"),
        ("/api/projects/", "Project"),
        ("/api/articles/", "Article"),
        ("/api/categories/", "Category"),
        ("/api/audit/", "Event"),
    ] {
        let page: Value = root.get(path).await.json().await.unwrap();
        check(&document, &format!("{name}Page"), &page);
        let items = page["items"].as_array().unwrap();
        assert!(!items.is_empty(), "{path}");
        for item in items {
            check(&document, name, item);
        }
    }
}
