use super::table;

/// The public routes with their reasons. A new public route must be added here.
const PUBLIC: [&str; 16] = [
    "GET /livez",                                // a probe
    "GET /readyz",                               // a probe
    "GET /.well-known/oauth-protected-resource", // RFC 9728 §3: for clients that have no token yet
    "GET /.well-known/oauth-protected-resource/{path:.*}",
    "GET /",     // leads to the web client
    "GET /web",  // leads to the web client
    "GET /web/", // the web client: its cookie decides
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
        .filter(|route| route.path.starts_with("/api"))
        .collect();
    assert_eq!(
        api.len(),
        4 * 18 + 3,
        "four doors to the same routes, the audit log, and decisions"
    );
    for route in api {
        let requirement = route.requirement.expect(&route.path);
        assert!(
            // The reason of a denial is shown to callers who may read those of others.
            requirement.permission.starts_with("tasks:")
                || requirement.permission == "decisions:read",
            "{}",
            route.path
        );
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
