use std::collections::BTreeSet;

use doorward_access::rbac::Requirement;

use super::table;
use crate::openapi::{self, OPERATIONS, Operation};

/// The public routes with their reasons. A new public route must be added here.
const PUBLIC: [&str; 18] = [
    "GET /livez",                                // a probe
    "GET /readyz",                               // a probe
    "GET /.well-known/oauth-protected-resource", // RFC 9728 §3: for clients that have no token yet
    "GET /.well-known/oauth-protected-resource/{path:.*}",
    "GET /api/openapi.json",                  // the description of the API
    "GET /.well-known/authzen-configuration", // for services that have no token yet
    "GET /",                                  // leads to the web client
    "GET /web",                               // leads to the web client
    "GET /web/",                              // the web client: its cookie decides
    "GET /web/login",
    "POST /web/login",
    "GET /web/callback",
    "POST /web/logout",
    "GET /web/tasks",
    "POST /web/tasks",
    "POST /web/tasks/{id}/status",
    "POST /web/tasks/{id}/delete",
    "GET /web/tasks.{hash}.css",
];

#[test]
fn only_routes_written_down_are_public() {
    let table = table(true);
    let public: Vec<String> = table
        .list()
        .filter(|route| route.requirement.is_none())
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(public, PUBLIC);
}

#[test]
fn every_route_under_api_is_guarded_by_permission() {
    let table = table(true);
    let api: Vec<_> = table
        .list()
        .filter(|route| route.path.starts_with("/api") && route.path != "/api/openapi.json")
        .collect();
    assert_eq!(
        api.len(),
        4 * 32 + 3,
        "four doors to the same routes, the audit log, and decisions"
    );
    for route in api {
        let requirement = route.requirement.expect(&route.path);
        assert!(
            // The reason of a denial is shown to callers who may read those of others.
            requirement.permission.starts_with("tasks:")
                || requirement.permission.starts_with("content:")
                || requirement.permission == "decisions:read",
            "{}",
            route.path
        );
    }
}

/// Writes a route as in the document: one base path, and no slash at the end.
fn normalized(method: &str, path: &str, requirement: Option<Requirement>) -> String {
    let mut path = path.replace(":.*", "");
    for base in ["/api/v1/", "/api/v2/", "/api/v3/"] {
        path = path.replace(base, "/api/");
    }
    let needs = requirement.map(|needs| format!("{} {}", needs.permission, needs.scope));
    let method = method.to_lowercase();
    format!(
        "{method} {} {}",
        path.trim_end_matches('/'),
        needs.unwrap_or_default()
    )
}

#[test]
fn every_route_is_in_openapi_document_and_reverse() {
    let table = table(false);
    let routes: BTreeSet<String> = table
        .list()
        .map(|route| normalized(route.method.as_str(), &route.path, route.requirement))
        .collect();
    let described: BTreeSet<String> = OPERATIONS
        .iter()
        .map(|it| normalized(it.method, it.path, it.requirement))
        .collect();
    assert_eq!(described, routes);
    let document: serde_json::Value = serde_json::from_str(openapi::document_text()).unwrap();
    for Operation { method, path, .. } in OPERATIONS {
        let operation = &document["paths"][path][method];
        assert!(operation["operationId"].is_string(), "{method} {path}");
    }
}

#[test]
fn pages_are_absent_without_web_client() {
    assert!(
        table(false)
            .list()
            .all(|route| !route.path.starts_with("/web"))
    );
}
