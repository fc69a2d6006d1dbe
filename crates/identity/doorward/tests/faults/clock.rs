//! Trial R13: two processes whose clocks differ by half a minute, and clocks that jump by an hour.

use doorward_testkit::trial::Trial;
use doorward_testkit::{Authorization, Backend, Page, Stack, UserAgent, authorization, stack};
use serde_json::json;

#[test]
fn r13_skewed_and_jumping_clocks_accept_no_expired_token() {
    let trial = Trial::new("R13", "postgres");
    stack::run(Backend::PostgresRedis, skewed);
    stack::run(Backend::PostgresRedis, jumps);
    trial.done(json!({ "skew_s": 30, "jump_s": 3600, "accepted_early_or_late": 0 }));
}

struct ClockUser {
    agent: UserAgent,
    request: Authorization,
}

impl ClockUser {
    async fn sign_in(stack: &Stack) -> Self {
        let agent = UserAgent::new();
        let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
        request.complete(&agent, "alice").await.code();
        Self { agent, request }
    }

    async fn code(&self) -> String {
        self.request.complete(&self.agent, "alice").await.code()
    }
}

/// Posts a form as the client to any of the processes.
async fn post(stack: &Stack, origin: &str, path: &str, fields: &[(&str, &str)]) -> Page {
    let agent = UserAgent::new();
    let url = format!("{origin}{path}");
    let request = stack.seed.trusted.request(agent.http(), &url, fields);
    let authority = stack.issuer().trim_start_matches("http://");
    agent.send(request.header("host", authority)).await
}

async fn redeem(stack: &Stack, origin: &str, code: &str) -> Page {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", stack.seed.trusted.redirect_uri.as_str()),
        ("code_verifier", authorization::VERIFIER),
    ];
    post(stack, origin, "/oauth2/token", &fields).await
}

async fn is_active(stack: &Stack, origin: &str, token: &str) -> bool {
    let page = post(stack, origin, "/oauth2/introspect", &[("token", token)]).await;
    page.json()["active"].as_bool().expect("active")
}

async fn skewed(stack: &Stack) {
    let ahead = stack.clock.ahead(30);
    let other = stack.replica_at(&ahead);
    let origins = [stack.issuer(), other.origin.as_str()];
    let person = ClockUser::sign_in(stack).await;
    let both = |seconds| {
        stack.clock.advance(seconds);
        ahead.advance(seconds);
    };
    // A code of one process works at the other one, and nowhere longer than its minute plus the
    // skew.
    for (age, here, there) in [
        (0, 200, 200),
        (29, 200, 200),
        (31, 200, 400),
        (61, 400, 400),
    ] {
        for (origin, expected) in origins.iter().zip([here, there]) {
            let code = person.code().await;
            both(age);
            let page = redeem(stack, origin, &code).await;
            assert_eq!(
                page.status,
                expected,
                "{age} s at {origin}: {}",
                page.dump()
            );
        }
    }
    // A token expires on time, at the latest by the slower clock.
    let page = redeem(stack, origins[0], &person.code().await).await;
    let token = page.member("access_token").expect("a token");
    let ttl = page.json()["expires_in"].as_i64().expect("seconds");
    for origin in origins {
        assert!(is_active(stack, origin, &token).await, "{origin}");
    }
    both(ttl + 1);
    for origin in origins {
        assert!(!is_active(stack, origin, &token).await, "{origin}");
    }
    // Both processes accept the session.
    let page = person.agent.get(stack.at("/account")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn jumps(stack: &Stack) {
    let person = ClockUser::sign_in(stack).await;
    let (fresh, page) = (person.code().await, person.code().await);
    let page = redeem(stack, stack.issuer(), &page).await;
    let token = page.member("access_token").expect("a token");
    // The clock jumps back: nothing issued before stays valid an hour longer.
    stack.clock.advance(-3600);
    let late = redeem(stack, stack.issuer(), &fresh).await;
    assert_eq!(late.status, 400, "{}", late.dump());
    stack.clock.advance(3600);
    assert!(is_active(stack, stack.issuer(), &token).await);
    // The clock jumps forward: short-lived codes and tokens have expired, and signing in works.
    let fresh = person.code().await;
    stack.clock.advance(3600);
    let late = redeem(stack, stack.issuer(), &fresh).await;
    assert_eq!(late.status, 400, "{}", late.dump());
    assert!(!is_active(stack, stack.issuer(), &token).await);
    person.code().await;
}
