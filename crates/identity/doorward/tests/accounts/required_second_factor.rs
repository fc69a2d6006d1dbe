//! Tests of a second factor that a client or a role requires, on every path (SP 800-63B-4 §3.2.2).

use doorward_testkit::{Authorization, PASSWORD, Page, Stack, TestClient, UserAgent, flows, jwt};
use serde_json::{Value, json};

use crate::two_factor::{App, CODE, HOME, enrol, enter, first_step, password, set_up};
use doorward_testkit::flows_with;

flows!(
    client_with_required_factor_asks_each_user,
    weak_grant_ends_when_client_requires_factor,
    old_session_reauthenticates_enrolls_and_continues,
);
flows_with!(
    BY_ROLE;
    weak_grant_ends_with_role_that_requires_factor,
    account_pages_are_closed_until_enrollment,
);
flows_with!(VERIFIED; unverified_address_is_verified_first_and_client_is_reached);

const BY_ROLE: &[(&str, &str)] = &[("DOORWARD__MFA__REQUIRED_FOR_ROLES", "manager")];
const VERIFIED: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];

async fn require_factor(stack: &Stack, client: &TestClient) {
    stack
        .change_client(&client.id, |client| client.require_mfa = true)
        .await;
}

fn request(stack: &Stack, client: &TestClient) -> Authorization {
    Authorization::new(stack.issuer(), client).with("scope", "openid offline_access")
}

/// Signs alice in with her password during an authorization request; returns the next page.
async fn first(agent: &UserAgent, request: &Authorization) -> Page {
    let page = request.start(agent).await.expect_page();
    let page = password(agent, &page, "alice").await;
    request.follow(agent, page).await.expect_page()
}

/// Enrolls an authenticator app when it is required and continues; returns the claims of the ID
/// token.
async fn arrive(
    stack: &Stack,
    agent: &UserAgent,
    request: &Authorization,
    page: &Page,
) -> (App, Value) {
    assert_eq!(page.url.path(), HOME, "{}", page.dump());
    let flow = page.url.query().unwrap_or_default();
    assert!(flow.starts_with("flow="), "{}", page.dump());
    assert!(
        page.text().contains("needs two-step sign-in"),
        "{}",
        page.dump()
    );
    let (app, shown) = set_up(stack, agent, page).await;
    let form = shown.form("form[action$='/2fa/saved']").with("saved", "on");
    let page = agent.submit(&form).await;
    let code = request.follow(agent, page).await.code();
    let tokens = stack.exchange(&stack.seed.trusted, &code).await;
    assert_eq!(tokens.status, 200, "{}", tokens.dump());
    let claims = jwt::claims(&tokens.member("id_token").expect("an ID token"));
    assert_eq!(claims["acr"], "aal2", "{claims}");
    assert_eq!(claims["amr"], json!(["pwd", "otp", "mfa"]), "{claims}");
    (app, claims)
}

async fn client_with_required_factor_asks_each_user(stack: &Stack) {
    require_factor(stack, &stack.seed.trusted).await;
    let agent = UserAgent::new();
    let strict = request(stack, &stack.seed.trusted);
    let page = first(&agent, &strict).await;
    let quiet = strict.clone().with("prompt", "none").start(&agent).await;
    assert_eq!(quiet.expect_client()["error"], "interaction_required");
    // Another client in the same browser requires nothing more; its token states the authentication
    // methods.
    let lax = request(stack, &stack.seed.web);
    let code = lax.complete(&agent, "alice").await.code();
    let tokens = stack.exchange(&stack.seed.web, &code).await;
    let claims = jwt::claims(&tokens.member("id_token").expect("an ID token"));
    assert_eq!(claims["acr"], "aal1", "{claims}");
    assert_eq!(claims["amr"], json!(["pwd"]), "{claims}");
    let (app, _) = arrive(stack, &agent, &strict, &page).await;
    // From now on, sign-in requires the code after the password.
    let agent = UserAgent::new();
    let page = first(&agent, &strict).await;
    assert!(page.has(CODE), "{}", page.dump());
    let page = enter(&agent, &page, &app.next_code(stack)).await;
    strict.follow(&agent, page).await.code();
}

/// Returns tokens of a client for alice, without a second factor prompt.
async fn tokens(stack: &Stack, client: &TestClient, agent: &UserAgent) -> Value {
    let code = request(stack, client).complete(agent, "alice").await.code();
    let page = stack.exchange(client, &code).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    page.json()
}

async fn is_active(stack: &Stack, client: &TestClient, token: &str) -> bool {
    let fields = [("token", token)];
    let page = stack.as_client("/oauth2/introspect", client, &fields).await;
    page.json()["active"].as_bool().expect("active")
}

/// Returns true if the tokens are active; all endpoints must agree.
async fn opens(stack: &Stack, client: &TestClient, tokens: &Value) -> bool {
    let [access, refresh] = ["access_token", "refresh_token"]
        .map(|name| tokens[name].as_str().expect("a token").to_owned());
    let agent = UserAgent::new();
    let info = agent.http().get(stack.at("/oauth2/userinfo"));
    let info = agent.send(info.bearer_auth(&access)).await.status == 200;
    assert_eq!(is_active(stack, client, &access).await, info);
    assert_eq!(is_active(stack, client, &refresh).await, info);
    info
}

#[track_caller]
fn assert_wants_two(page: &Page) {
    assert_eq!(page.status, 400, "{}", page.dump());
    let json = page.json();
    assert_eq!(json["error"], "invalid_grant", "{json}");
    let description = json["error_description"].as_str().unwrap_or_default();
    assert!(description.contains("second factor"), "{json}");
}

async fn weak_grant_ends_when_client_requires_factor(stack: &Stack) {
    let client = &stack.seed.trusted;
    let weak = tokens(stack, client, &UserAgent::new()).await;
    let owner = UserAgent::new();
    enrol(stack, &owner, "alice").await;
    let strong = tokens(stack, client, &owner).await;
    let other = UserAgent::new();
    let waiting = {
        let bob = request(stack, client).complete(&other, "bob").await;
        bob.code()
    };
    assert!(opens(stack, client, &weak).await && opens(stack, client, &strong).await);
    require_factor(stack, client).await;
    assert!(!opens(stack, client, &weak).await);
    assert!(opens(stack, client, &strong).await);
    let token = weak["refresh_token"].as_str().expect("a token");
    assert_wants_two(&stack.refresh(client, token).await);
    assert_wants_two(&stack.exchange(client, &waiting).await);
    let token = strong["refresh_token"].as_str().expect("a token");
    let page = stack.refresh(client, token).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn weak_grant_ends_with_role_that_requires_factor(stack: &Stack) {
    let client = &stack.seed.trusted;
    let weak = tokens(stack, client, &UserAgent::new()).await;
    assert!(opens(stack, client, &weak).await);
    let token = weak["refresh_token"].as_str().expect("a token");
    let page = stack.refresh(client, token).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let weak = page.json();
    stack.give_role("alice", "manager").await;
    assert!(!opens(stack, client, &weak).await);
    let token = weak["refresh_token"].as_str().expect("a token");
    assert_wants_two(&stack.refresh(client, token).await);
    // A user who is asked again enrolls the factor and completes the request.
    let agent = UserAgent::new();
    let request = request(stack, client);
    let page = first(&agent, &request).await;
    arrive(stack, &agent, &request, &page).await;
}

async fn old_session_reauthenticates_enrolls_and_continues(stack: &Stack) {
    let agent = UserAgent::new();
    tokens(stack, &stack.seed.web, &agent).await;
    require_factor(stack, &stack.seed.trusted).await;
    stack.clock.advance(15 * 60 + 1);
    let request = request(stack, &stack.seed.trusted);
    let page = request.start(&agent).await.expect_page();
    assert_eq!(page.url.path(), HOME, "{}", page.dump());
    let page = agent.submit(&page.form("form[action$='/2fa/start']")).await;
    let page = agent.follow(page, "").await;
    assert_eq!(page.url.path(), "/login", "{}", page.dump());
    let page = agent
        .follow(password(&agent, &page, "alice").await, "")
        .await;
    arrive(stack, &agent, &request, &page).await;
}

async fn unverified_address_is_verified_first_and_client_is_reached(stack: &Stack) {
    require_factor(stack, &stack.seed.trusted).await;
    stack.set_email_verified("alice", false).await;
    let agent = UserAgent::new();
    let request = request(stack, &stack.seed.trusted);
    let page = first(&agent, &request).await;
    assert_eq!(page.url.path(), "/verify-email", "{}", page.dump());
    let link = stack.mail("alice@example.org").await.link(stack.issuer());
    let page = agent.follow(agent.get(&link).await, "").await;
    let page = agent.submit(&page.form("#step")).await;
    let page = agent.follow(page, "").await;
    arrive(stack, &agent, &request, &page).await;
}

// Checks that a stolen password alone opens no account page, especially not to change password or
// address.
async fn account_pages_are_closed_until_enrollment(stack: &Stack) {
    let agent = UserAgent::new();
    let page = first_step(stack, &agent, "mona").await;
    assert_eq!(page.url.path(), HOME, "{}", page.dump());
    let form = page.form("form[action$='/2fa/start']");
    let csrf = form.value("csrf").unwrap();
    for place in [
        "/account",
        "/account/profile",
        "/account/password",
        "/account/email",
        "/account/activity",
        "/account/check-up",
        "/account/support-code",
        "/account/apps",
        "/account/organizations",
        "/account/reviews",
        "/account/security",
        "/account/sessions",
        "/account/sessions/ended",
        "/account/data",
        "/account/api-keys",
        "/account/api-keys/new",
    ] {
        let page = agent.get(stack.at(place)).await;
        assert_eq!(page.status, 303, "{place}: {}", page.dump());
        let page = agent.follow(page, "").await;
        assert_eq!(page.url.path(), HOME, "{place}");
    }
    let new = "quartz-bicycle-lemon-42";
    let changes = [
        (
            "/account/password",
            [("password", new), ("password_confirm", new)],
        ),
        (
            "/account/email",
            [("email", "thief@example.org"), ("next", "")],
        ),
    ];
    for (place, fields) in changes {
        let mut fields = fields.to_vec();
        fields.extend([("csrf", csrf), ("current_password", PASSWORD)]);
        let page = agent.post(stack.at(place), &fields).await;
        assert_eq!(page.status, 303, "{place}: {}", page.dump());
        assert_eq!(page.location().unwrap().path(), HOME, "{place}");
    }
    let page = first_step(stack, &UserAgent::new(), "mona").await;
    assert_eq!(
        page.url.path(),
        HOME,
        "the old password still works: {}",
        page.dump()
    );
}
