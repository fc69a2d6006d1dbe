//! Prints the processor time of a guarded request of axum beside that of jwt-authorizer, in one run: both verify
//! the same tokens in the same process, without a connection. Nothing is asserted: the ratio depends on
//! the machine.

use doorward_access::axum::Routes;
use doorward_access::prelude::*;
use doorward_access::testing::MemoryIssuer;
use jwt_authorizer::{IntoLayer as _, JwtAuthorizer, JwtClaims, Validation};
use serde::Deserialize;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

const ISSUER: &str = "https://id.example";
const AUDIENCE: &str = "https://tasks.example/api";
const ROUNDS: usize = 9;
/// Number of tokens of a round, each used once.
const TOKENS: usize = 300;
/// Number of requests of a round with one token.
const REQUESTS: usize = 3000;

permission!(ReadTasks = "tasks:read");

async fn report(caller: Allowed<ReadTasks>) -> String {
    caller.subject.to_string()
}

fn ours(issuer: &MemoryIssuer) -> axum::Router {
    Routes::new()
        .get("/report", report)
        .router(&issuer.access())
}

#[derive(Clone, Deserialize)]
struct Claims {
    sub: String,
    scope: String,
    entitlements: Vec<String>,
}

async fn their_report(JwtClaims(claims): JwtClaims<Claims>) -> String {
    claims.sub
}

/// Returns the same route by jwt-authorizer: it checks signature, issuer, audience and expiry; the scope
/// and the permission are read from the claims.
async fn theirs(issuer: &MemoryIssuer) -> axum07::Router {
    let validation = Validation::new().iss(&[ISSUER]).aud(&[AUDIENCE]);
    let authorizer = JwtAuthorizer::<Claims>::from_jwks_text(&issuer.jwks())
        .validation(validation)
        .check(|claims| {
            claims.scope.split(' ').any(|name| name == "tasks:read")
                && claims.entitlements.iter().any(|name| name == "tasks:read")
        });
    let authorizer = authorizer.build().await.expect("an authorizer");
    let route = axum07::routing::get(their_report);
    axum07::Router::new()
        .route("/report", route)
        .layer(authorizer.into_layer())
}

/// Returns the nanoseconds of a processor that this thread has used: other programs do not count.
fn used() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let first = text.split_whitespace().next();
    first.and_then(|nanos| nanos.parse().ok()).expect("a time")
}

/// Returns the microseconds of a request by a function that sends one with a token, and returns its
/// status.
fn cost(tokens: &[&str], mut send: impl FnMut(String) -> u16) -> f64 {
    let start = used();
    for token in tokens {
        assert_eq!(send(format!("Bearer {token}")), 200);
    }
    (used() - start) as f64 / 1000.0 / tokens.len() as f64
}

fn median(mut costs: Vec<f64>) -> f64 {
    costs.sort_by(f64::total_cmp);
    costs[costs.len() / 2]
}

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let issuer = MemoryIssuer::new(ISSUER, AUDIENCE);
    let sign = |_| {
        let token = issuer.token("0197f3c4-8a52-7c1e-9b56-1d2f3a4b5c6d");
        let token = token
            .permissions(["tasks:read", "tasks:write"])
            .roles(["developer"]);
        token
            .claim("sid", "s1")
            .claim("org", "acme")
            .expires_in(3600)
            .sign()
    };
    let signed: Vec<String> = (0..TOKENS).map(sign).collect();
    let each: Vec<&str> = signed.iter().map(String::as_str).collect();
    let same = vec![each[0]; REQUESTS];
    for (what, tokens) in [("a token's first use", &each), ("a known token", &same)] {
        let (mut own, mut peer) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            // New ones, so that no token is known.
            let (ours, theirs) = (ours(&issuer), runtime.block_on(theirs(&issuer)));
            own.push(cost(tokens, |authorization| {
                let request = axum::http::Request::get("/report");
                let request = request.header("Authorization", authorization);
                let request = request.body(axum::body::Body::empty()).expect("a request");
                let answer = runtime.block_on(ours.clone().oneshot(request));
                answer.expect("an answer").status().as_u16()
            }));
            peer.push(cost(tokens, |authorization| {
                let request = axum07::http::Request::get("/report");
                let request = request.header("Authorization", authorization);
                let request = request
                    .body(axum07::body::Body::empty())
                    .expect("a request");
                let answer = runtime.block_on(theirs.clone().oneshot(request));
                answer.expect("an answer").status().as_u16()
            }));
        }
        let (own, peer) = (median(own), median(peer));
        println!("{what}: doorward-access {own:.1} µs, jwt-authorizer {peer:.1} µs");
        println!("ratio {:.2} of jwt-authorizer, {what}", own / peer);
    }
}
