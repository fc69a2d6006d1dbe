//! The routes of the request vectors, and builders of those.

use serde_json::{Value, json};

use super::keys::Keys;
use crate::fixtures::{AUDIENCE, ISSUER, NOW, claims_with};
use crate::guard::RouteGuard;
use crate::rbac::{Assurance, Requirement};

/// The path of the requests.
pub const PATH: &str = "/api/tasks/";
/// The names of the routes.
pub const ROUTES: [&str; 5] = ["open", "verified", "pay", "strong", "recent"];

/// A route that requires a permission.
pub struct Open;
/// A route that requires a permission and a verified e-mail address.
pub struct Verified;
/// A route that requires a permission, a strong and a recent sign-in.
pub struct Pay;
/// A route that requires a strong sign-in.
pub struct Strong;
/// A route that requires a recent sign-in, and a permission that another scope covers.
pub struct Recent;

impl RouteGuard for Open {
    const REQUIREMENT: Requirement = Requirement::permission("tasks:read");
}

impl RouteGuard for Verified {
    const REQUIREMENT: Requirement = Requirement::permission("tasks:read");
}

impl RouteGuard for Pay {
    const REQUIREMENT: Requirement = Requirement::permission("tasks:read");
    const ASSURANCE: Assurance = Assurance::acr(&["aal2", "aal3"]).within(300);
}

impl RouteGuard for Strong {
    const REQUIREMENT: Requirement = Requirement::permission("tasks:read");
    const ASSURANCE: Assurance = Assurance::acr(&["aal2"]);
}

impl RouteGuard for Recent {
    const REQUIREMENT: Requirement = Requirement::covered_by("tasks:read_all", "tasks:read");
    const ASSURANCE: Assurance = Assurance::ANY.within(0);
}

fn requires<G: RouteGuard>(verified: bool) -> Value {
    json!({
        "permission": G::REQUIREMENT.permission, "scope": G::REQUIREMENT.scope,
        "acr_values": G::ASSURANCE.acr_values, "max_age": G::ASSURANCE.max_age,
        "verified_users_only": verified,
    })
}

/// Returns the requirements of a route.
pub fn requirements(route: &str) -> Value {
    match route {
        "open" => requires::<Open>(false),
        "verified" => requires::<Verified>(true),
        "pay" => requires::<Pay>(false),
        "strong" => requires::<Strong>(false),
        _ => requires::<Recent>(false),
    }
}

/// Returns a vector of requests to a route.
pub fn vector(name: &str, route: &str, requests: &[Value]) -> Value {
    json!({
        "kind": "request", "name": format!("request: {name}"), "now": NOW, "jwks": "one",
        "settings": { "issuer": ISSUER, "audience": AUDIENCE }, "requires": requirements(route),
        "requests": requests,
    })
}

/// Returns a request with these header fields.
pub fn get(headers: &[(&str, &str)]) -> Value {
    json!({ "method": "GET", "path": PATH, "headers": headers, "certificate": null })
}

/// Returns a request with an `Authorization` header.
pub fn authorized(value: &str) -> Value {
    get(&[("authorization", value)])
}

/// Returns a vector of a request with Alice's token with replaced claims.
pub fn with_token(keys: &Keys, name: &str, route: &str, changes: &Value) -> Value {
    let token = keys.one.access_token(&claims_with(changes));
    let request = authorized(&format!("Bearer {token}"));
    vector(name, route, &[request])
}
