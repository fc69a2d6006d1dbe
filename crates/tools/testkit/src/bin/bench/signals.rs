//! The cost of a guarded request with a million revocations in memory, relative to one with none, and the
//! memory that they need.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_access::Access;
use doorward_access::clock::{Clock as _, SystemClock};
use doorward_access::guard::{Allowed, Routes};
use doorward_access::jwt::jwks::KeySet;
use doorward_access::signals::{
    CAPACITY, Revocation, RevokedBecause, Signals, SignalsClient, Target,
};
use doorward_testkit::process::of_this_thread;
use josekit::jwk::Jwk;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use serde_json::json;

use crate::report::median;

const ISSUER: &str = "https://id.example";
const AUDIENCE: &str = "https://tasks.example";
const ROUND: Duration = Duration::from_millis(500);
/// Number of rounds of each, in turn.
const ROUNDS: usize = 9;
/// Largest ratio of the cost with a million revocations.
const GOAL: f64 = 1.03;
/// Largest memory of a million revocations in megabytes.
const MEMORY: f64 = 64.0;

doorward_access::permission!(ReadTasks = "tasks:read");

async fn list(caller: Allowed<ReadTasks>) -> String {
    format!("tasks of {}", caller.subject)
}

/// Measures and prints the ratio and the memory.
pub fn run() {
    let mut key = Jwk::generate_rsa_key(2048).expect("a key");
    key.set_key_id("one");
    let mut public = serde_json::to_value(key.to_public_key().expect("a key")).expect("JSON");
    public["kid"] = json!("one");
    public["alg"] = json!("RS256");
    let keys = KeySet::from_jwks(&json!({ "keys": [public] }).to_string()).expect("a key set");
    let access = |signals: &Signals| {
        Access::builder(ISSUER, AUDIENCE)
            .signals(signals.clone())
            .build_with_keys(Arc::new(keys.clone()))
    };
    let [none, full] = [(), ()].map(|()| signals());
    let before = resident();
    fill(&full);
    let token = token(&key);
    let runtime = actix_web::rt::System::new();
    let (without, with) = runtime.block_on(async {
        let (mut without, mut with) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            without.push(cost(access(&none), &token).await);
            with.push(cost(access(&full), &token).await);
        }
        (median(without), median(with))
    });
    let ratio = with / without;
    // After the requests: the allocator returns the smaller tables of the growth with a delay.
    let megabytes = (resident() - before) / 1e6;
    println!(
        "guarded request with {CAPACITY} revocations in memory to one with none: {ratio:.3} = {:.2} µs / {:.2} \
         µs (goal ≤ {GOAL}: {})",
        with * 1e6,
        without * 1e6,
        verdict(ratio <= GOAL)
    );
    println!(
        "memory of {CAPACITY} revocations: {megabytes:.1} MB (goal ≤ {MEMORY} MB: {})",
        verdict(megabytes <= MEMORY)
    );
}

const fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "MISSED" }
}

fn signals() -> Signals {
    Signals::new(SignalsClient {
        client_id: "tasks-api".to_owned(),
        client_secret: String::new(),
    })
}

/// Remembers ended sessions, and one revocation of each other kind, so that each request looks for all.
fn fill(signals: &Signals) {
    let now = SystemClock.now();
    let at = u32::try_from(now).expect("a time");
    let other = || "other".to_owned();
    let others = [
        Target::Subject(other()),
        Target::Client(other()),
        Target::Tenant(other()),
        Target::Role(other()),
        Target::Group(other()),
        Target::Permission(other()),
        Target::Grant {
            subject: other(),
            client_id: other(),
        },
    ];
    let sessions = CAPACITY - others.len();
    let sessions = (0..sessions).map(|number| {
        let sid = format!("0190163d-8694-739b-aea5-{number:012}");
        Target::Session(sid)
    });
    for target in others.into_iter().chain(sessions) {
        let because = RevokedBecause::SessionEnded;
        let revocation = Revocation {
            target,
            at,
            because,
            kept: None,
        };
        signals.record(&revocation, now);
    }
    assert_eq!(signals.len(), CAPACITY);
}

/// Returns the CPU seconds of a request to a guarded route of actix-web.
async fn cost(access: Access, token: &str) -> f64 {
    let routes = Routes::new().get("/tasks", list);
    let app = App::new()
        .app_data(web::Data::new(access))
        .configure(|service| routes.register(service));
    let app = init_service(app).await;
    let call = || async {
        let request = TestRequest::get()
            .uri("/tasks")
            .insert_header(("Authorization", format!("Bearer {token}")));
        let response = call_service(&app, request.to_request()).await;
        assert_eq!(response.status(), StatusCode::OK);
    };
    call().await;
    let (begin, start, mut count) = (of_this_thread(), Instant::now(), 0_u32);
    while start.elapsed() < ROUND {
        call().await;
        count += 1;
    }
    (of_this_thread() - begin) / f64::from(count)
}

fn token(key: &Jwk) -> String {
    use josekit::jws::JwsSigner as _;
    let now = SystemClock.now();
    let header = json!({ "alg": "RS256", "typ": "at+jwt", "kid": "one" });
    let claims = json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "01901638-8694-739b-aea5-966c26f8ad91",
        "client_id": "tasks-web", "iat": now + 1, "exp": now + 3000, "jti": "j",
        "scope": "tasks:read", "entitlements": ["tasks:read", "tasks:write"],
        "roles": ["developer"], "groups": ["/engineering/backend"],
        "sid": "01901640-8694-739b-aea5-966c26f8ad91",
    });
    let parts = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let signed = parts.join(".");
    let signer = RsassaJwsAlgorithm::Rs256.signer_from_jwk(key);
    let signature = signer.expect("a signer").sign(signed.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(signature.expect("a signature"));
    format!("{signed}.{signature}")
}

/// Returns the resident memory of this process in bytes.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("/proc");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    let kilobytes: f64 = kilobytes.expect("VmRSS").parse().expect("a number");
    kilobytes * 1024.0
}
