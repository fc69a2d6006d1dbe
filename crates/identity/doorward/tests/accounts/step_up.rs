//! Tests of `acr`, `amr` and step-up (OIDC Core §5.5.1.1, RFC 9470 §5).

use doorward_testkit::{Authorization, Outcome, Stack, UserAgent, flows, jwt};
use serde_json::{Value, json};

use crate::two_factor::{App, CODE, enrol, enter, first_step, is_account, password};

flows!(
    rfc_9470_6_tokens_state_acr_amr_and_auth_time,
    rfc_9470_4_acr_values_make_session_stronger,
    oidc_registration_2_default_acr_values_are_applied,
    core_5_5_1_1_essential_acr_makes_session_stronger,
    essential_acr_is_unmet_without_second_factor,
    code_alone_is_no_reauthentication,
    rfc_9470_7_discovery_lists_supported_acr_values,
);

const ESSENTIAL: &str = r#"{"id_token":{"acr":{"essential":true,"value":"aal2"}}}"#;

async fn tokens(stack: &Stack, code: &str) -> (Value, Value) {
    let page = stack.exchange(&stack.seed.trusted, code).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let claims = |name| jwt::claims(&page.member(name).expect("a token"));
    (claims("id_token"), claims("access_token"))
}

fn request(stack: &Stack) -> Authorization {
    Authorization::new(stack.issuer(), &stack.seed.trusted).with("scope", "openid tasks:read")
}

/// Authenticates with both factors during a client's request; returns the tokens' claims.
async fn both_steps(stack: &Stack, agent: &UserAgent, code: &str) -> (Value, Value) {
    let request = request(stack);
    let page = request.start(agent).await.expect_page();
    let page = password(agent, &page, "alice").await;
    let page = request.follow(agent, page).await.expect_page();
    let page = enter(agent, &page, code).await;
    let code = request.follow(agent, page).await.code();
    tokens(stack, &code).await
}

async fn rfc_9470_6_tokens_state_acr_amr_and_auth_time(stack: &Stack) {
    use doorward_access::clock::Clock as _;
    let code = request(stack)
        .complete(&UserAgent::new(), "alice")
        .await
        .code();
    let (id, access) = tokens(stack, &code).await;
    for claims in [&id, &access] {
        assert_eq!(claims["acr"], "aal1", "{claims}");
        assert_eq!(claims["amr"], json!(["pwd"]), "{claims}");
    }
    let owner = UserAgent::new();
    let app = enrol(stack, &owner, "alice").await;
    // The session that enrolled the factor has authenticated with both.
    let code = request(stack).start(&owner).await.code();
    assert_eq!(
        tokens(stack, &code).await.0["amr"],
        json!(["pwd", "otp", "mfa"])
    );

    stack.clock.advance(100);
    let (id, access) = both_steps(stack, &UserAgent::new(), &app.code(stack)).await;
    for claims in [&id, &access] {
        assert_eq!(claims["acr"], "aal2", "{claims}");
        assert_eq!(claims["amr"], json!(["pwd", "otp", "mfa"]), "{claims}");
        assert_eq!(claims["auth_time"], stack.clock.now(), "{claims}");
    }
    let (id, _) = both_steps(stack, &UserAgent::new(), &app.recovery[0]).await;
    assert_eq!(id["acr"], "aal2");
    assert_eq!(
        id["amr"],
        json!(["pwd", "mfa"]),
        "without the authenticator app"
    );
}

/// Returns a browser whose session authenticated by password only; the account has an authenticator
/// app since.
pub async fn weak(stack: &Stack) -> (UserAgent, App) {
    let agent = UserAgent::new();
    first_step(stack, &agent, "alice").await;
    let owner = UserAgent::new();
    let page = first_step(stack, &owner, "alice").await;
    assert!(is_account(&page), "{}", page.dump());
    let home = owner.get(stack.at("/account/security/2fa")).await;
    let page = owner.submit(&home.form("form[action$='/2fa/start']")).await;
    let page = owner.follow(page, "").await;
    let key = page.text_of("#key").expect("the key");
    let secret = doorward_domain::credentials::totp::TotpSecret::from_base32(&key).unwrap();
    let app = App {
        secret,
        recovery: Vec::new(),
    };
    // The checkbox that ends the other sessions is not checked.
    let mut form = page.form(CODE).with("code", &app.code(stack));
    form.fields.retain(|(name, _)| name != "end_others");
    let page = owner.submit(&form).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    stack.clock.advance(30);
    (agent, app)
}

async fn rfc_9470_4_acr_values_make_session_stronger(stack: &Stack) {
    let (agent, app) = weak(stack).await;
    let code = request(stack).start(&agent).await.code();
    let before = tokens(stack, &code).await.0;
    assert_eq!(before["acr"], "aal1", "no more was requested");

    let strong = request(stack).with("acr_values", "urn:example:gold aal2");
    let quiet = strong.clone().with("prompt", "none").start(&agent).await;
    assert_eq!(quiet.expect_client()["error"], "interaction_required");
    let page = strong.start(&agent).await.expect_page();
    assert_eq!(page.url.path(), "/login/2fa", "{}", page.dump());
    assert!(
        page.has(CODE) && !page.has("[name=password]"),
        "{}",
        page.dump()
    );
    let wrong = enter(&agent, &page, &app.wrong_code(stack)).await;
    assert_eq!(wrong.status, 401, "{}", wrong.dump());
    let answer = enter(&agent, &page, &app.code(stack)).await;
    let after = tokens(stack, &strong.follow(&agent, answer).await.code())
        .await
        .0;
    assert_eq!(after["acr"], "aal2", "{after}");
    assert_eq!(after["amr"], json!(["pwd", "otp", "mfa"]), "{after}");
    assert_eq!(after["sid"], before["sid"], "the same session");
    assert_eq!(
        after["auth_time"], before["auth_time"],
        "not newer than the password authentication"
    );
    // From now on, no prompt is shown.
    strong.start(&agent).await.code();
}

async fn oidc_registration_2_default_acr_values_are_applied(stack: &Stack) {
    let (agent, _) = weak(stack).await;
    let usual = vec!["aal2".to_owned()];
    stack
        .change_client(&stack.seed.trusted.id, |client| {
            client.default_acr_values = usual;
        })
        .await;
    let page = request(stack).start(&agent).await.expect_page();
    assert_eq!(page.url.path(), "/login/2fa", "{}", page.dump());
    // `acr_values`, or the `acr` claim in `claims`, override them.
    let voluntary = r#"{"id_token":{"acr":{"values":["aal1"]}}}"#;
    for (name, value) in [("acr_values", "aal1"), ("claims", voluntary)] {
        request(stack).with(name, value).start(&agent).await.code();
    }
}

async fn core_5_5_1_1_essential_acr_makes_session_stronger(stack: &Stack) {
    let (agent, app) = weak(stack).await;
    let strong = request(stack).with("claims", ESSENTIAL);
    let page = strong.start(&agent).await.expect_page();
    assert_eq!(page.url.path(), "/login/2fa", "{}", page.dump());
    let answer = enter(&agent, &page, &app.code(stack)).await;
    let claims = tokens(stack, &strong.follow(&agent, answer).await.code())
        .await
        .0;
    assert_eq!(claims["acr"], "aal2", "{claims}");
}

async fn essential_acr_is_unmet_without_second_factor(stack: &Stack) {
    let agent = UserAgent::new();
    let strong = request(stack).with("claims", ESSENTIAL);
    let page = strong.start(&agent).await.expect_page();
    let page = password(&agent, &page, "bob").await;
    let answer = strong.follow(&agent, page).await.expect_client();
    assert_eq!(answer["error"], "unmet_authentication_requirements");
    // Voluntary values are no reason to reject the request (OIDC Core §3.1.2.1).
    let wish = request(stack).with("acr_values", "aal2");
    let claims = tokens(stack, &wish.start(&agent).await.code()).await.0;
    assert_eq!(claims["acr"], "aal1", "the token states one factor");
}

async fn code_alone_is_no_reauthentication(stack: &Stack) {
    let (agent, app) = weak(stack).await;
    let forced = request(stack)
        .with("prompt", "login")
        .with("acr_values", "aal2");
    let page = forced.start(&agent).await.expect_page();
    assert!(
        page.has("[name=password]"),
        "the password is requested first: {}",
        page.dump()
    );
    let page = password(&agent, &page, "alice").await;
    let page = forced.follow(&agent, page).await.expect_page();
    assert!(
        page.has(CODE),
        "the code is requested next: {}",
        page.dump()
    );
    let answer = enter(&agent, &page, &app.code(stack)).await;
    let outcome = forced.follow(&agent, answer).await;
    assert!(
        matches!(outcome, Outcome::Client(_)),
        "each factor is requested once: {outcome:?}"
    );
    assert_eq!(tokens(stack, &outcome.code()).await.0["acr"], "aal2");
}

async fn rfc_9470_7_discovery_lists_supported_acr_values(stack: &Stack) {
    let page = UserAgent::new()
        .get(stack.at("/.well-known/openid-configuration"))
        .await;
    assert_eq!(page.json()["acr_values_supported"], json!(["aal1", "aal2"]));
}
