//! Limits: counted before a password is looked at, told to everybody alike.

use doorward_testkit::{PASSWORD, Stack, both_backends_with};
use serde_json::json;

use crate::support::{body, post, problem};

const LIMITS: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];
both_backends_with!(
    LIMITS;
    the_sixth_sign_in_in_a_minute_is_refused,
    pages_and_api_share_one_count,
);

async fn the_sixth_sign_in_in_a_minute_is_refused(stack: &Stack) {
    for name in ["alice", "nobody"] {
        let login = json!({ "username": name, "password": "wrong" });
        for left in (0..5).rev() {
            let page = post(stack, "/api/auth/login", login.clone()).await;
            problem(&page, 401, "sign-in-rejected");
            let told = page.header("ratelimit").unwrap_or_default();
            assert!(told.contains(&format!("r={left};")), "{told}");
            assert!(page.header("ratelimit-policy").is_some());
        }
        let page = post(stack, "/api/auth/login", login).await;
        problem(&page, 429, "too-many-requests");
        let seconds: i64 = page.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
        assert!(page.header("ratelimit").unwrap().contains("r=0;"));
        if name == "alice" {
            // Ten failures a minute are borne from one address (RL-1); so far there were five.
            let login = json!({ "username": "bob", "password": PASSWORD });
            body(&post(stack, "/api/auth/login", login).await, 200);
        }
    }
    // The right password makes no difference now.
    let login = json!({ "username": "alice", "password": PASSWORD });
    problem(
        &post(stack, "/api/auth/login", login).await,
        429,
        "too-many-requests",
    );
}

async fn pages_and_api_share_one_count(stack: &Stack) {
    let agent = doorward_testkit::UserAgent::new();
    for _ in 0..5 {
        let page = agent.get(stack.at("/login")).await;
        let form = page.form("#login").with("identifier", "alice");
        agent.submit(&form.with("password", "wrong")).await;
    }
    let login = json!({ "username": "alice", "password": PASSWORD });
    problem(
        &post(stack, "/api/auth/login", login).await,
        429,
        "too-many-requests",
    );
}
