//! Tests of limits: checked before the password, and reported alike to known and unknown users.

use doorward_testkit::{PASSWORD, Page, Stack, both_backends_with};
use serde_json::json;

use crate::support::{Tokens, body, call, post, post_as, problem, sign_in};

const LIMITS: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];
both_backends_with!(
    LIMITS;
    rejects_sixth_sign_in_in_minute,
    pages_and_api_share_sign_in_count,
    twenty_mails_per_minute_are_sent_for_address,
    mail_limit_states_time_of_next_mail,
    known_device_is_not_locked_out_by_other_failures,
    browser_that_resets_password_is_known,
);

async fn rejects_sixth_sign_in_in_minute(stack: &Stack) {
    for name in ["alice", "nobody"] {
        let login = json!({ "username": name, "password": "wrong" });
        for left in (0..5).rev() {
            let page = post(stack, "/api/auth/login", login.clone()).await;
            problem(&page, 401, "sign-in-rejected");
            let error = page.header("ratelimit").unwrap_or_default();
            assert!(error.contains(&format!("r={left};")), "{error}");
            assert!(page.header("ratelimit-policy").is_some());
        }
        let page = post(stack, "/api/auth/login", login).await;
        problem(&page, 429, "too-many-requests");
        let seconds: i64 = page.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
        assert!(page.header("ratelimit").unwrap().contains("r=0;"));
        if name == "alice" {
            // Ten failures per minute are allowed from one address; five were used.
            let login = json!({ "username": "bob", "password": PASSWORD });
            body(&post(stack, "/api/auth/login", login).await, 200);
        }
    }
    // The correct password is rejected as well.
    let login = json!({ "username": "alice", "password": PASSWORD });
    problem(
        &post(stack, "/api/auth/login", login).await,
        429,
        "too-many-requests",
    );
}

async fn pages_and_api_share_sign_in_count(stack: &Stack) {
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

/// Returns the name of the limit that rejected the request.
#[track_caller]
fn rejecting_limit(page: &Page) -> String {
    problem(page, 429, "too-many-requests");
    let error = page.header("ratelimit").unwrap_or_default();
    error
        .split(';')
        .next()
        .unwrap()
        .trim_matches('"')
        .to_owned()
}

/// Checks the limit of twenty mails per minute and address on all paths.
async fn twenty_mails_per_minute_are_sent_for_address(stack: &Stack) {
    let again = json!({ "email": "nobody@example.org" });
    for _ in 0..10 {
        let path = "/api/auth/email/verify/resend";
        body(&post(stack, path, again.clone()).await, 202);
        let path = "/api/auth/password/reset";
        body(&post(stack, path, again.clone()).await, 202);
    }
    let page = post(stack, "/api/auth/email/verify/resend", again).await;
    assert_eq!(rejecting_limit(&page), "mail");
    assert_eq!(page.header("retry-after"), Some("60"));
    let access = sign_in(stack, "alice").await.access;
    let ask = json!({ "email": "new@example.org", "current_password": PASSWORD });
    let page = post_as(stack, &access, "/api/auth/email/change", ask).await;
    assert_eq!(rejecting_limit(&page), "mail");
}

async fn mail_limit_states_time_of_next_mail(stack: &Stack) {
    let access = sign_in(stack, "alice").await.access;
    let ask = async |number: u8| {
        let to = format!("new{number}@example.org");
        let ask = json!({ "email": to, "current_password": PASSWORD });
        post_as(stack, &access, "/api/auth/email/change", ask).await
    };
    for number in 0..3 {
        body(&ask(number).await, 202);
        stack.clock.advance(40);
    }
    let page = ask(3).await;
    assert_eq!(rejecting_limit(&page), "mails");
    assert_eq!(page.header("retry-after"), Some("3480"));
}

/// Checks that a known device of a client that stores its tokens is not locked out by others'
/// failures (ASVS 5.0 §6.3.1).
async fn known_device_is_not_locked_out_by_other_failures(stack: &Stack) {
    let right = json!({ "username": "alice", "password": PASSWORD });
    let page = post(stack, "/api/auth/login", right.clone()).await;
    let device = body(&page, 200)["device"]
        .as_str()
        .expect("a device")
        .to_owned();
    let wrong = json!({ "username": "alice@example.org", "password": "wrong" });
    for _ in 0..6 {
        post(stack, "/api/auth/login", wrong.clone()).await;
    }
    let page = post(stack, "/api/auth/login", right).await;
    problem(&page, 429, "too-many-requests");
    let with = |device: &str, name: &str, password: &str| json!({ "username": name, "password": password, "device": device });
    // A made-up value is an unknown device, and alice's device is unknown to bob's account.
    let made_up = format!("{}x", &device[..device.len() - 1]);
    for unknown in ["", "x", made_up.as_str()] {
        let page = post(stack, "/api/auth/login", with(unknown, "alice", PASSWORD)).await;
        problem(&page, 429, "too-many-requests");
    }
    let page = post(stack, "/api/auth/login", with(&device, "alice", PASSWORD)).await;
    Tokens::of(&page);
    assert!(body(&page, 200)["device"].is_string());
    // The device does not authenticate: a wrong password is rejected and counted.
    for _ in 0..4 {
        let page = post(stack, "/api/auth/login", with(&device, "alice", "wrong")).await;
        problem(&page, 401, "sign-in-rejected");
    }
    let page = post(stack, "/api/auth/login", with(&device, "alice", PASSWORD)).await;
    problem(&page, 429, "too-many-requests");
}

/// Checks that the browser that sets a password by a mailed link is known to the account afterwards, as on
/// the page (decision 95).
async fn browser_that_resets_password_is_known(stack: &Stack) {
    const NEW: &str = "quartz-bicycle-lemon-42";
    let asked = json!({ "email": "alice@example.org" });
    let page = post(stack, "/api/auth/password/reset", asked).await;
    assert_eq!(page.status, 202, "{}", page.dump());
    let link = stack.mail("alice@example.org").await.link(stack.issuer());
    let token = link.query_pairs().find(|(name, _)| name == "token");
    let token = token.expect("a token").1.into_owned();
    let set = json!({ "token": token, "password": NEW, "password_confirm": NEW });
    let page = post(stack, "/api/auth/password/reset/confirm", set).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    let cookies = page.headers.get_all("set-cookie").iter();
    let mut cookies = cookies.filter_map(|value| value.to_str().ok());
    let device = cookies.find(|text| text.starts_with("doorward_device"));
    let device = device.expect("a device cookie").split(';').next().unwrap();
    let wrong = json!({ "username": "alice", "password": "wrong" });
    for _ in 0..6 {
        post(stack, "/api/auth/login", wrong.clone()).await;
    }
    let right = json!({ "username": "alice", "password": NEW });
    let page = post(stack, "/api/auth/login", right.clone()).await;
    problem(&page, 429, "too-many-requests");
    let request = call(stack, "POST", "/api/auth/login").header("cookie", device);
    body(&request.json(&right).send().await, 200);
}
