//! The routes for proxies of sites, and a site at which they answer requests of browsers without a session.

use doorward_domain::model::{SiteDemand, SitePath, SiteRule, UserDemand};
use doorward_testkit::{Stack, sites};
use reqwest::RequestBuilder;

use super::route_table::Bound::Hour;
use super::route_table::Kind::{self, Anonymous};

const HOST: &str = "wiki.example.com";
pub const PATHS: [&str; 5] = [
    "/forward-auth/traefik",
    "/.doorward/start",
    "/.doorward/callback",
    "/.doorward/sign-out",
    "/.doorward/denied",
];
const NOTHING: Kind = Anonymous(&[]);

pub const ROUTES: &[(&str, Kind)] = &[
    ("GET /forward-auth/traefik", NOTHING),
    // The first sign-in stores the client of the site.
    (
        "GET /.doorward/start",
        Anonymous(&[("clients", Hour(1)), ("client_origins", Hour(2))]),
    ),
    ("GET /.doorward/callback", NOTHING),
    ("GET /.doorward/sign-out", NOTHING),
    ("GET /.doorward/denied", NOTHING),
];

/// Creates a site that denies some requests and demands a user for the others.
pub async fn create_site(stack: &Stack) {
    let rule = |id, path: &str, demand| SiteRule {
        access_tokens: true,
        api_keys: true,
        ..SiteRule::new(id, SitePath::Prefix(path.to_owned()), demand)
    };
    let rules = vec![
        rule(1, "/denied", SiteDemand::Deny),
        rule(2, "", SiteDemand::User(UserDemand::default())),
    ];
    sites::create(stack, "wiki", &[HOST], rules).await;
}

/// Describes a request of a browser as a proxy does: every second one is denied by a rule, and every third one has
/// a cookie, an access token or an API key that is not valid.
pub fn describe(request: RequestBuilder, n: usize) -> RequestBuilder {
    let path = if n.is_multiple_of(2) {
        "/denied"
    } else {
        "/page"
    };
    let value = format!("{n:043}");
    let (name, value) = match n % 3 {
        0 => ("cookie", format!("__Host-doorward_site={value}")),
        1 => ("authorization", format!("Bearer {value}")),
        _ => ("accept", "text/html".to_owned()),
    };
    request
        .header("x-forwarded-proto", "https")
        .header("x-forwarded-host", HOST)
        .header("x-forwarded-for", "192.0.2.26")
        .header("x-forwarded-method", "GET")
        .header("x-forwarded-uri", format!("{path}/{n}"))
        .header("sec-fetch-site", "same-origin")
        .header(name, value)
}
