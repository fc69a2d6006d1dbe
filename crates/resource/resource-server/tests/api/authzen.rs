//! The `AuthZEN` Authorization API 1.0: the statements of its certification scenario on the fixture that it
//! names, and decisions and searches on the types of this server.

mod objects;
mod search;

use std::path::Path;

use doorward_access::clock::Clock as _;
use doorward_access::introspection::IntrospectionClient;
use reqwest::{Method, Response};
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{Caller, Fixture, header, problem};

pub const SERVICE: &str = "tasks:read decisions:evaluate";
const EVALUATION: &str = "/access/v1/evaluation";
const EVALUATIONS: &str = "/access/v1/evaluations";
const SUBJECT: &str = "/access/v1/search/subject";
const RESOURCE: &str = "/access/v1/search/resource";
const ACTION: &str = "/access/v1/search/action";
const ENDPOINTS: [&str; 5] = [EVALUATION, EVALUATIONS, SUBJECT, RESOURCE, ACTION];

/// Starts a server with the fixture of the scenario (section 3).
async fn start() -> Fixture {
    let records = Path::new(env!("CARGO_MANIFEST_DIR")).join("../authzen/records");
    Fixture::configured(Backend::Sqlite, |config| config.authzen_dir = Some(records)).await
}

fn user(id: &str) -> Value {
    json!({"type": "user", "id": id})
}

fn record(id: &str) -> Value {
    json!({"type": "record", "id": id})
}

fn with(mut entity: Value, properties: Value) -> Value {
    entity["properties"] = properties;
    entity
}

fn ask(subject: Value, action: &str, resource: Value) -> Value {
    let mut asked = json!({"action": {"name": action}});
    asked["subject"] = subject;
    asked["resource"] = resource;
    asked
}

pub async fn post(service: &Caller<'_>, path: &str, body: &Value) -> Response {
    service.send(Method::POST, path, body.clone()).await
}

/// Returns the body of a success, which has the media type of the specification.
pub async fn answer(service: &Caller<'_>, path: &str, body: &Value) -> Value {
    let response = post(service, path, body).await;
    let found = (
        response.status().as_u16(),
        header(&response, "content-type").to_owned(),
    );
    let answer: Value = response.json().await.unwrap();
    assert_eq!(
        found,
        (200, "application/json".to_owned()),
        "{body} {answer}"
    );
    answer
}

pub fn ids(answer: &Value) -> Vec<&str> {
    let results = answer["results"].as_array().unwrap();
    results
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect()
}

fn decisions(answer: &Value) -> Vec<bool> {
    let all = answer["evaluations"].as_array().unwrap();
    all.iter()
        .map(|item| item["decision"].as_bool().unwrap())
        .collect()
}

/// The decisions of section 3.4, with context and unknown members, three times each (section 4.6).
#[actix_web::test]
async fn evaluation_decides_by_rules_and_properties() {
    let fixture = start().await;
    let service = fixture.person("gateway", SERVICE);
    let archived = json!({"status": "archived"});
    let soft = |soft: bool| {
        let mut asked = ask(user("alice"), "delete", record("record-1"));
        asked["action"]["properties"] = json!({"soft": soft});
        asked
    };
    let admin = with(user("bob"), json!({"role": "admin"}));
    let mut context = ask(user("alice"), "read", record("record-1"));
    context["context"] = json!({"time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1"});
    let mut unknown = ask(user("alice"), "read", record("record-1"));
    unknown["futureField"] = json!({"nested": true});
    let sales = with(
        user("alice"),
        json!({"department": "Sales", "role": "manager"}),
    );
    for (asked, expected) in [
        (ask(user("alice"), "read", record("record-1")), true),
        (ask(user("alice"), "write", record("record-1")), true),
        (ask(user("bob"), "read", record("record-1")), true),
        (ask(user("bob"), "write", record("record-1")), false),
        (
            ask(
                user("alice"),
                "write",
                with(record("record-2"), archived.clone()),
            ),
            false,
        ),
        (
            ask(admin, "write", with(record("record-2"), archived)),
            true,
        ),
        (soft(true), true),
        (soft(false), false),
        (context, true),
        (unknown, true),
        (
            ask(
                sales,
                "read",
                with(record("record-1"), json!({"owner": "bob"})),
            ),
            true,
        ),
        (
            ask(
                user("alice"),
                "read",
                json!({"type": "spaceship", "id": "1"}),
            ),
            false,
        ),
        (
            ask(
                json!({"type": "spaceship", "id": "1"}),
                "read",
                record("record-1"),
            ),
            false,
        ),
    ] {
        for _ in 0..3 {
            let answer = answer(&service, EVALUATION, &asked).await;
            assert_eq!(answer["decision"], json!(expected), "{asked} {answer}");
            assert_eq!(answer["context"].is_object(), !expected, "{answer}");
        }
    }
}

/// Missing and mistyped members are a 400 at every endpoint that needs them (sections 4.4 and 6.7).
#[actix_web::test]
async fn unreadable_request_is_400() {
    let fixture = start().await;
    let service = fixture.person("gateway", SERVICE);
    let good = ask(user("alice"), "read", record("record-1"));
    for path in ENDPOINTS {
        answer(&service, path, &good).await;
        for (member, searched) in [
            ("subject", SUBJECT),
            ("resource", RESOURCE),
            ("action", ACTION),
        ] {
            let mut bad = vec![
                json!("alice"),
                json!(7),
                json!(["user", "alice"]),
                json!({}),
            ];
            if member == "action" {
                bad.push(json!({"name": 123}));
            } else {
                bad.extend([json!({"id": "x"}), json!({"type": 1, "id": "x"})]);
                bad.push(json!({"type": "user", "id": "x", "properties": "x"}));
                if path != searched {
                    bad.extend([json!({"type": "user"}), json!({"type": "user", "id": 1})]);
                }
            }
            if member == "action" && path == ACTION {
                continue;
            }
            let mut missing = good.clone();
            missing.as_object_mut().unwrap().remove(member);
            problem(post(&service, path, &missing).await, 400).await;
            for value in bad {
                let mut asked = good.clone();
                asked[member] = value;
                problem(post(&service, path, &asked).await, 400).await;
            }
        }
        let mut asked = good.clone();
        asked["context"] = json!("now");
        problem(post(&service, path, &asked).await, 400).await;
        for body in [
            "",
            "{",
            "[]",
            "\"x\"",
            "null",
            r#"{"subject":1,"subject":2}"#,
        ] {
            let request = service
                .request(Method::POST, path)
                .header("content-type", "application/json");
            problem(request.body(body).send().await.unwrap(), 400).await;
        }
        for media_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonx",
        ] {
            let request = service
                .request(Method::POST, path)
                .header("content-type", media_type);
            problem(request.body(good.to_string()).send().await.unwrap(), 400).await;
        }
        let request = service.request(Method::POST, path);
        let request = request.header("content-type", "application/json; charset=utf-8");
        let response = request.body(good.to_string()).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let response = service.send(method, path, good.clone()).await;
            assert_eq!(response.status(), 405, "{path}");
        }
    }
}

/// Callers without valid credentials or the permission get nothing; an API key is enough (section 11.3).
#[actix_web::test]
async fn service_authenticates() {
    let fixture = start().await;
    let good = ask(user("alice"), "read", record("record-1"));
    for path in ENDPOINTS {
        let anonymous = fixture.request(Method::POST, path).json(&good);
        let response = anonymous.send().await.unwrap();
        assert!(header(&response, "www-authenticate").starts_with("Bearer"));
        problem(response, 401).await;
        let invalid = fixture.with_token("nonsense".to_owned());
        problem(post(&invalid, path, &good).await, 401).await;
        let user = fixture.person("alice", "tasks:read decisions:read");
        let refused = problem(post(&user, path, &good).await, 403).await;
        assert_eq!(refused["reasons"][0]["permission"], "decisions:evaluate");
    }
}

#[actix_web::test]
async fn api_key_is_enough() {
    let fixture = Fixture::configured(Backend::Sqlite, |config| {
        config.introspection = Some(IntrospectionClient {
            client_id: "tasks-api".to_owned(),
            client_secret: "secret".to_owned(),
        });
    })
    .await;
    let good = ask(user("alice"), "read", record("record-1"));
    for (entitlements, expected) in [
        (["tasks:read", "decisions:evaluate"], 200),
        (["tasks:read", "tasks:write"], 403),
    ] {
        let key = format!("dw_{expected}");
        fixture.issuer.introspect(200, json!({
            "active": true, "token_type": "api_key", "iss": fixture.issuer.url(),
            "aud": [fixture.audience()], "sub": "robot", "client_id": key, "jti": key,
            "scope": "tasks:read", "entitlements": entitlements, "exp": fixture.clock.now() + 1000,
        }));
        let request = fixture
            .request(Method::POST, EVALUATION)
            .header("x-api-key", &key);
        let response = request.json(&good).send().await.unwrap();
        assert_eq!(response.status(), expected);
    }
}

#[actix_web::test]
async fn request_id_is_repeated() {
    let fixture = start().await;
    let service = fixture.person("gateway", SERVICE);
    let good = ask(user("alice"), "read", record("record-1"));
    for path in ENDPOINTS {
        for id in [
            "bfe9eb29-ab87-4ca3-be83-a1d5d8305716",
            "7",
            "an arbitrary / string",
        ] {
            for body in [good.clone(), json!({})] {
                let request = service
                    .request(Method::POST, path)
                    .header("x-request-id", id);
                let response = request.json(&body).send().await.unwrap();
                assert_eq!(header(&response, "x-request-id"), id, "{path}");
            }
            let request = fixture
                .request(Method::POST, path)
                .header("x-request-id", id);
            let response = request.json(&good).send().await.unwrap();
            assert_eq!(header(&response, "x-request-id"), id, "{path}");
        }
        let response = post(&service, path, &good).await;
        assert_eq!(header(&response, "x-request-id").len(), 36, "{path}");
        // Questions count as requests.
        assert!(!header(&response, "ratelimit").is_empty(), "{path}");
    }
    // Elsewhere an untrusted caller does not choose the ID.
    let request = service
        .request(Method::GET, "/api/tasks/")
        .header("x-request-id", "chosen-by-me");
    let response = request.send().await.unwrap();
    assert_ne!(header(&response, "x-request-id"), "chosen-by-me");
}

/// Defaults, order and number of decisions (sections 5.2 and 5.3), and unreadable items (5.4.1).
#[actix_web::test]
async fn batch_answers_in_order() {
    let fixture = start().await;
    let service = fixture.person("gateway", SERVICE);
    let body = json!({
        "subject": user("bob"),
        "resource": record("record-1"),
        "context": {"time": "2025-06-27T18:03-07:00"},
        "evaluations": [
            {"action": {"name": "read"}},
            {"action": {"name": "write"}, "context": {"source": "batch"}},
            {"action": {"name": "write"}, "subject": user("alice")},
            {"action": {"name": "write"}, "subject": with(user("bob"), json!({"role": "admin"})),
             "resource": with(record("record-2"), json!({"status": "archived"}))},
            {"action": {"name": "write"}, "subject": user("alice"),
             "resource": with(record("record-2"), json!({"status": "archived"}))},
            {"action": {"name": "write"}, "resource": record("nothing")},
            {"action": {"name": 7}},
            {},
            "x",
        ],
    });
    let answer = answer(&service, EVALUATIONS, &body).await;
    let expected = [true, false, true, true, false, false, false, false, false];
    assert_eq!(decisions(&answer), expected, "{answer}");
    assert!(answer.get("decision").is_none());
    assert_eq!(answer["evaluations"][6]["context"]["error"]["status"], 400);
}

#[rstest]
#[case::all("execute_all", &[true, false, true])]
#[case::first_deny("deny_on_first_deny", &[true, false])]
#[case::first_permit("permit_on_first_permit", &[true])]
#[actix_web::test]
async fn semantic_ends_batch(#[case] semantic: &str, #[case] expected: &[bool]) {
    let fixture = start().await;
    let service = fixture.person("gateway", SERVICE);
    let evaluations = ["alice", "bob", "alice"].map(|name| json!({"subject": user(name)}));
    let mut body = ask(json!(null), "write", record("record-1"));
    body["options"] = json!({"evaluations_semantic": semantic});
    body["evaluations"] = evaluations.to_vec().into();
    assert_eq!(
        decisions(&answer(&service, EVALUATIONS, &body).await),
        expected
    );
    body["options"] = json!({"evaluations_semantic": "majority"});
    problem(post(&service, EVALUATIONS, &body).await, 400).await;
    // Without evaluations it is a single one.
    let mut single = ask(user("alice"), "read", record("record-1"));
    for evaluations in [json!(null), json!([])] {
        single["evaluations"] = evaluations;
        assert_eq!(
            answer(&service, EVALUATIONS, &single).await,
            json!({"decision": true})
        );
    }
    single["evaluations"] = vec![json!({}); 51].into();
    problem(post(&service, EVALUATIONS, &single).await, 400).await;
}

/// Section 8.
#[actix_web::test]
async fn metadata_names_endpoints() {
    let fixture = start().await;
    let response = fixture.get("/.well-known/authzen-configuration").await;
    assert_eq!(header(&response, "content-type"), "application/json");
    let metadata: Value = response.json().await.unwrap();
    let url = &fixture.url;
    assert_eq!(
        metadata,
        json!({
            "policy_decision_point": url,
            "access_evaluation_endpoint": format!("{url}{EVALUATION}"),
            "access_evaluations_endpoint": format!("{url}{EVALUATIONS}"),
            "search_subject_endpoint": format!("{url}{SUBJECT}"),
            "search_resource_endpoint": format!("{url}{RESOURCE}"),
            "search_action_endpoint": format!("{url}{ACTION}"),
        })
    );
}
