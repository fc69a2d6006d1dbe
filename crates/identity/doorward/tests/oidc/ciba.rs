//! Tests of clients that request authentication on another device (OpenID Connect CIBA Core 1.0,
//! poll mode), from the client's and from the user's side.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AuditKind, Client, ClientId, Consent, ConsentId};
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use doorward_store::repo;
use doorward_testkit::{
    Credentials, PASSWORD, Page, Stack, TestClient, UserAgent, flows, flows_with, jwt,
};
use futures_util::future::join_all;
use serde_json::Value;

use crate::device::press;
use crate::support::{assert_not_stored, assert_oauth_error, sign_in, text, tokens, userinfo};

flows!(
    ciba_4_discovery_lists_backchannel_authentication,
    ciba_7_3_response_has_request_id_and_user_gets_mail,
    ciba_7_1_each_error_of_request,
    ciba_7_1_id_token_hint_names_user,
    ciba_10_1_tokens_are_issued_after_user_approves,
    ciba_11_frequent_polling_slows_down,
    ciba_11_expired_and_denied_requests_are_reported,
    ciba_10_1_request_id_is_bound_to_client_and_single_use,
    only_named_user_answers,
    ciba_14_client_without_relationship_sends_no_mail,
);
const LIMITED: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];
flows_with!(LIMITED;
    ciba_14_requests_per_user_are_limited,
    ciba_14_client_does_not_use_up_requests_of_others,
    ciba_14_unknown_hints_are_limited_and_uniform,
);

const GRANT: &str = "urn:openid:params:grant-type:ciba";
const ALICE: &str = "alice@example.org";

pub fn desk(stack: &Stack) -> &TestClient {
    &stack.seed.web
}

/// Registers the grant for a client that alice and bob have used.
pub async fn open(stack: &Stack) {
    let grant = |client: &mut Client| client.grant_types.push(GrantType::Ciba);
    stack.change_client(&desk(stack).id, grant).await;
    for name in ["alice", "bob"] {
        consent(stack, desk(stack), name).await;
    }
}

/// Stores the consent of a user to a client.
async fn consent(stack: &Stack, client: &TestClient, name: &str) {
    let db = stack.db().await;
    let user = repo::users::find_by_identifier(db.read(), name).await;
    let now = stack.clock.now();
    let consent = Consent {
        id: ConsentId::generate(now, &mut rand::rng()),
        user_id: user.unwrap().unwrap().id,
        client_id: ClientId::parse(&client.id).unwrap(),
        scope: Scope::default(),
        declined: Scope::default(),
        resources: Vec::new(),
        authorization_details: AuthorizationDetails::default(),
        granted_at: now,
        expires_at: None,
        revoked_at: None,
    };
    let tx = db.begin_write().await.unwrap();
    repo::consents::upsert(&tx, &consent).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

pub async fn ask(stack: &Stack, client: &TestClient, fields: &[(&str, &str)]) -> Page {
    stack
        .as_client("/oauth2/bc-authorize", client, fields)
        .await
}

/// Starts a request for alice and returns the response.
pub async fn begun(stack: &Stack, more: &[(&str, &str)]) -> Value {
    let fields = [("scope", "openid profile"), ("login_hint", "alice")];
    let page = ask(stack, desk(stack), &[&fields[..], more].concat()).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    page.json()
}

pub async fn poll(stack: &Stack, client: &TestClient, id: &str) -> Page {
    let fields = [("grant_type", GRANT), ("auth_req_id", id)];
    stack.token(client, &fields).await
}

/// Opens the newest mail link and signs in if required; returns the page.
async fn opened(stack: &Stack, agent: &UserAgent, username: &str) -> Page {
    let link = stack.mail(ALICE).await.link(stack.issuer());
    let page = agent.get(link.to_string()).await;
    let page = agent.follow(page, "").await;
    let Some(form) = page.find_form("#login") else {
        return page;
    };
    let form = form.with("identifier", username).with("password", PASSWORD);
    let page = agent.submit(&form).await;
    agent.follow(page, "").await
}

pub async fn answered(stack: &Stack, word: &str) -> String {
    let agent = UserAgent::new();
    let page = opened(stack, &agent, "alice").await;
    let page = press(&agent, &page, word).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    page.text_of("h1").unwrap()
}

async fn ciba_4_discovery_lists_backchannel_authentication(stack: &Stack) {
    let page = UserAgent::new()
        .get(stack.at("/.well-known/openid-configuration"))
        .await;
    let document = page.json();
    let endpoint = stack.at("/oauth2/bc-authorize");
    assert_eq!(document["backchannel_authentication_endpoint"], endpoint);
    let modes = &document["backchannel_token_delivery_modes_supported"];
    assert_eq!(modes, &serde_json::json!(["poll", "ping"]));
    let algs = &document["backchannel_authentication_request_signing_alg_values_supported"];
    assert_eq!(
        algs,
        &document["request_object_signing_alg_values_supported"]
    );
    assert_eq!(document["backchannel_user_code_parameter_supported"], false);
    let grants = document["grant_types_supported"].as_array().unwrap();
    assert!(grants.contains(&GRANT.into()), "{grants:?}");
}

async fn ciba_7_3_response_has_request_id_and_user_gets_mail(stack: &Stack) {
    open(stack).await;
    let fields = [("scope", "openid"), ("login_hint", ALICE)];
    let page = ask(stack, desk(stack), &fields).await;
    assert_not_stored(&page);
    let json = page.json();
    // At least 128 bits (§7.3).
    assert!(text(&json, "auth_req_id").len() >= 22);
    assert_eq!(
        (&json["expires_in"], &json["interval"]),
        (&600.into(), &5.into())
    );
    let mail = stack.mail(ALICE).await;
    assert!(
        mail.text.contains("asks for your approval"),
        "{}",
        mail.text
    );
    // The mail does not contain the polling ID, and the database only its hash.
    assert!(!mail.text.contains(&text(&json, "auth_req_id")));
    let rows = doorward_testkit::rows::dump(&stack.storage().identity).await;
    let rows = rows["device_requests"].join("\n");
    assert!(!rows.contains(&text(&json, "auth_req_id")));
    // A shorter lifetime is granted, a longer one is limited.
    for (requested, expected) in [("120", 120), ("1", 60), ("86400", 600)] {
        let json = begun(stack, &[("requested_expiry", requested)]).await;
        assert_eq!(json["expires_in"], expected);
    }
}

async fn ciba_7_1_each_error_of_request(stack: &Stack) {
    let client = desk(stack);
    let good = [("scope", "openid"), ("login_hint", "alice")];
    let page = ask(stack, client, &good).await;
    assert_oauth_error(&page, 400, "unauthorized_client");
    open(stack).await;
    let hint = ("login_hint", "alice");
    let scope = ("scope", "openid");
    for (fields, code) in [
        (&[hint][..], "invalid_request"),
        (&[scope], "invalid_request"),
        (&[scope, hint, ("id_token_hint", "x")], "invalid_request"),
        (&[scope, hint, hint], "invalid_request"),
        (&[scope, ("login_hint_token", "x")], "invalid_request"),
        (&[scope, hint, ("request", "x")], "invalid_request"),
        (
            &[scope, hint, ("requested_expiry", "-1")],
            "invalid_request",
        ),
        (&[("scope", "email"), hint], "invalid_scope"),
        (&[("scope", "openid admin"), hint], "invalid_scope"),
        (
            &[scope, hint, ("resource", "https://unknown.example/")],
            "invalid_target",
        ),
        (
            &[scope, hint, ("binding_message", "<b>now</b>")],
            "invalid_binding_message",
        ),
        (
            &[scope, hint, ("authorization_details", r#"[{"type":"x"}]"#)],
            "invalid_authorization_details",
        ),
        (&[scope, ("login_hint", "nobody")], "unknown_user_id"),
        (&[scope, ("login_hint", "a b\u{7}")], "unknown_user_id"),
        (
            &[scope, ("id_token_hint", "e30.e30.e30")],
            "unknown_user_id",
        ),
    ] {
        let page = ask(stack, client, fields).await;
        assert_oauth_error(&page, 400, code);
    }
    assert!(stack.mails(ALICE).await.is_empty());
    // The client must authenticate (§7).
    let mut careless = client.clone();
    careless.credentials = Credentials::None;
    assert_oauth_error(&ask(stack, &careless, &good).await, 401, "invalid_client");
    let page = UserAgent::new().get(stack.at("/oauth2/bc-authorize")).await;
    assert_eq!(page.status, 405);
    // A public client cannot authenticate (§4).
    let native = &stack.seed.device;
    let grant = |client: &mut Client| client.grant_types.push(GrantType::Ciba);
    stack.change_client(&native.id, grant).await;
    assert_oauth_error(&ask(stack, native, &good).await, 400, "unauthorized_client");
    // A disabled user is unknown.
    stack.disable_user("alice").await;
    assert_oauth_error(&ask(stack, client, &good).await, 400, "unknown_user_id");
}

async fn ciba_7_1_id_token_hint_names_user(stack: &Stack) {
    open(stack).await;
    let id_token = text(&sign_in(stack, desk(stack), "openid").await, "id_token");
    let fields = [("scope", "openid"), ("id_token_hint", &id_token)];
    let json = ask(stack, desk(stack), &fields).await.json();
    answered(stack, "allow").await;
    let json = tokens(&poll(stack, desk(stack), &text(&json, "auth_req_id")).await);
    let own = jwt::claims(&text(&json, "id_token"));
    assert_eq!(own["sub"], jwt::claims(&id_token)["sub"]);
    // An ID token issued to another client is no valid hint.
    let other = text(
        &sign_in(stack, &stack.seed.trusted, "openid").await,
        "id_token",
    );
    let fields = [("scope", "openid"), ("id_token_hint", &other)];
    assert_oauth_error(
        &ask(stack, desk(stack), &fields).await,
        400,
        "unknown_user_id",
    );
}

async fn ciba_10_1_tokens_are_issued_after_user_approves(stack: &Stack) {
    open(stack).await;
    let json = begun(stack, &[("binding_message", "Desk 4, W4SCT")]).await;
    let id = text(&json, "auth_req_id");
    let agent = UserAgent::new();
    let page = opened(stack, &agent, "alice").await;
    // The binding message, which the user compares with the client's display (§7.1).
    assert_eq!(page.text_of(".code").as_deref(), Some("Desk 4, W4SCT"));
    assert!(page.texts_of(".scopes > li").len() == 2, "{}", page.dump());
    assert_oauth_error(
        &poll(stack, desk(stack), &id).await,
        400,
        "authorization_pending",
    );
    let page = press(&agent, &page, "allow").await;
    assert_eq!(page.text_of("h1").as_deref(), Some("You have approved"));
    let json = tokens(&poll(stack, desk(stack), &id).await);
    assert_eq!(json["scope"], "openid profile");
    let claims = jwt::claims(&text(&json, "id_token"));
    assert_eq!(claims["aud"], desk(stack).id);
    assert!(claims["auth_time"].is_i64() && claims["at_hash"].is_string());
    let received = userinfo(stack, &text(&json, "access_token")).await.json();
    assert_eq!(received["sub"], claims["sub"]);
    tokens(
        &stack
            .refresh(desk(stack), &text(&json, "refresh_token"))
            .await,
    );
    assert_eq!(stack.audited(AuditKind::ConsentGranted).await.len(), 1);
    // The decision is final; the page shows it.
    let page = opened(stack, &agent, "alice").await;
    assert_eq!(page.text_of("h1").as_deref(), Some("You have approved"));
}

async fn ciba_11_frequent_polling_slows_down(stack: &Stack) {
    open(stack).await;
    let id = text(&begun(stack, &[]).await, "auth_req_id");
    for (wait, code) in [
        (0, "authorization_pending"),
        (5, "authorization_pending"),
        (4, "slow_down"),
        (5, "slow_down"),
        (15, "authorization_pending"),
    ] {
        stack.clock.advance(wait);
        assert_oauth_error(&poll(stack, desk(stack), &id).await, 400, code);
    }
}

async fn ciba_11_expired_and_denied_requests_are_reported(stack: &Stack) {
    open(stack).await;
    let refused = text(&begun(stack, &[]).await, "auth_req_id");
    assert_eq!(answered(stack, "deny").await, "You have refused");
    for _ in 0..2 {
        assert_oauth_error(
            &poll(stack, desk(stack), &refused).await,
            400,
            "access_denied",
        );
    }
    let waiting = text(&begun(stack, &[]).await, "auth_req_id");
    let agent = UserAgent::new();
    let page = opened(stack, &agent, "alice").await;
    stack.clock.advance(600);
    assert_oauth_error(
        &poll(stack, desk(stack), &waiting).await,
        400,
        "expired_token",
    );
    let late = agent
        .submit(&page.press("#confirm-device [value=allow]"))
        .await;
    assert_eq!(late.status, 410, "{}", late.dump());
    assert_oauth_error(
        &poll(stack, desk(stack), &waiting).await,
        400,
        "expired_token",
    );
    let page = poll(stack, desk(stack), "x").await;
    assert_oauth_error(&page, 400, "invalid_grant");
    let page = stack.token(desk(stack), &[("grant_type", GRANT)]).await;
    assert_oauth_error(&page, 400, "invalid_request");
}

async fn ciba_10_1_request_id_is_bound_to_client_and_single_use(stack: &Stack) {
    open(stack).await;
    let other = &stack.seed.trusted;
    let both = |client: &mut Client| {
        client
            .grant_types
            .extend([GrantType::Ciba, GrantType::DeviceCode]);
    };
    stack.change_client(&other.id, both).await;
    let device = |client: &mut Client| client.grant_types.push(GrantType::DeviceCode);
    stack.change_client(&desk(stack).id, device).await;
    let id = text(&begun(stack, &[]).await, "auth_req_id");
    answered(stack, "allow").await;
    assert_oauth_error(&poll(stack, other, &id).await, 400, "invalid_grant");
    // The ID is not a device code, and a device code is not an ID.
    let page = crate::device::poll(stack, desk(stack), &id).await;
    assert_oauth_error(&page, 400, "invalid_grant");
    let code = crate::device::begin(stack, desk(stack), &[("scope", "openid")]).await;
    let code = text(&code.json(), "device_code");
    assert_oauth_error(&poll(stack, desk(stack), &code).await, 400, "invalid_grant");
    let pages = join_all((0..16).map(|_| poll(stack, desk(stack), &id))).await;
    let (good, bad): (Vec<_>, Vec<_>) = pages.into_iter().partition(|page| page.status == 200);
    assert_eq!((good.len(), bad.len()), (1, 15));
    for page in &bad {
        assert_oauth_error(page, 400, "invalid_grant");
    }
}

async fn only_named_user_answers(stack: &Stack) {
    open(stack).await;
    let id = text(&begun(stack, &[]).await, "auth_req_id");
    // Another user opens the mail link.
    let page = opened(stack, &UserAgent::new(), "bob").await;
    assert_eq!(page.status, 410, "{}", page.dump());
    assert!(!page.has("#confirm-device"));
    assert_oauth_error(
        &poll(stack, desk(stack), &id).await,
        400,
        "authorization_pending",
    );
    // Of two browsers of the user, the last one counts; a form of the other shows nothing.
    let (first, second) = (UserAgent::new(), UserAgent::new());
    let stale = opened(stack, &first, "alice").await;
    let fresh = opened(stack, &second, "alice").await;
    press(&second, &fresh, "deny").await;
    first
        .submit(&stale.press("#confirm-device [value=allow]"))
        .await;
    stack.clock.advance(5);
    assert_oauth_error(&poll(stack, desk(stack), &id).await, 400, "access_denied");
}

async fn ciba_14_requests_per_user_are_limited(stack: &Stack) {
    open(stack).await;
    let fields = [("scope", "openid"), ("login_hint", "alice")];
    let mut refused = 0;
    for _ in 0..100 {
        let page = ask(stack, desk(stack), &fields).await;
        if page.status == 429 {
            refused += 1;
            assert!(page.header("retry-after").is_some(), "{}", page.dump());
            break;
        }
        assert_eq!(page.status, 200, "{}", page.dump());
    }
    assert_eq!(refused, 1, "a user could be asked a hundred times");
    // Requests for another user are not limited.
    let fields = [("scope", "openid"), ("login_hint", "bob")];
    assert_eq!(ask(stack, desk(stack), &fields).await.status, 200);
}

/// Checks who may be asked by name: users of the client, and everyone by the operator's own client.
async fn ciba_14_client_without_relationship_sends_no_mail(stack: &Stack) {
    let client = &stack.seed.post;
    let grant = |client: &mut Client| client.grant_types.push(GrantType::Ciba);
    stack.change_client(&client.id, grant).await;
    let fields = [("scope", "openid"), ("login_hint", "alice")];
    let page = ask(stack, client, &fields).await;
    assert_oauth_error(&page, 400, "unknown_user_id");
    assert!(stack.mails(ALICE).await.is_empty());
    // A former grant, although it has expired.
    sign_in(stack, client, "openid").await;
    stack.clock.advance(3600);
    assert_eq!(ask(stack, client, &fields).await.status, 200);
    // The user removes the access of the app.
    let db = stack.db().await;
    let user = repo::users::find_by_identifier(db.read(), "alice").await;
    let (user, id) = (
        user.unwrap().unwrap().id,
        ClientId::parse(&client.id).unwrap(),
    );
    let tx = db.begin_write().await.unwrap();
    let now = stack.clock.now();
    repo::consents::revoke(&tx, user, &id, now).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    let page = ask(stack, client, &fields).await;
    assert_oauth_error(&page, 400, "unknown_user_id");
    // The operator's own client.
    let own = |client: &mut Client| client.first_party = true;
    stack.change_client(&client.id, own).await;
    assert_eq!(ask(stack, client, &fields).await.status, 200);
    let bob = [("scope", "openid"), ("login_hint", "bob")];
    assert_eq!(ask(stack, client, &bob).await.status, 200);
}

async fn ciba_14_client_does_not_use_up_requests_of_others(stack: &Stack) {
    open(stack).await;
    let other = &stack.seed.trusted;
    let grant = |client: &mut Client| client.grant_types.push(GrantType::Ciba);
    stack.change_client(&other.id, grant).await;
    let fields = [("scope", "openid"), ("login_hint", "alice")];
    let mut last = ask(stack, desk(stack), &fields).await;
    while last.status == 200 {
        last = ask(stack, desk(stack), &fields).await;
    }
    assert_eq!(last.status, 429, "{}", last.dump());
    let text = last.json()["error_description"].to_string();
    assert!(text.contains("of this client for this user"), "{text}");
    assert_eq!(ask(stack, other, &fields).await.status, 200);
    // A day of requests is bounded too.
    let mut sent = 0;
    for _ in 0..20 {
        stack.clock.advance(601);
        for _ in 0..6 {
            sent += i32::from(ask(stack, other, &fields).await.status == 200);
        }
    }
    assert!(sent <= 30, "{sent}");
}

async fn ciba_14_unknown_hints_are_limited_and_uniform(stack: &Stack) {
    open(stack).await;
    stack.disable_user("bob").await;
    let mut texts = std::collections::BTreeSet::new();
    let hints = ["nobody", "bob", "carol", "nobody@example.org", "a b"];
    let mut statuses = Vec::new();
    for hint in hints.iter().cycle().take(40) {
        let fields = [("scope", "openid"), ("login_hint", *hint)];
        let page = ask(stack, desk(stack), &fields).await;
        statuses.push(page.status);
        if page.status == 400 {
            texts.insert(page.json()["error_description"].to_string());
        }
    }
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(
        statuses[..30].iter().all(|status| *status == 400),
        "{statuses:?}"
    );
    assert!(
        statuses[30..].iter().all(|status| *status == 429),
        "{statuses:?}"
    );
    // Another client is not affected.
    let other = &stack.seed.trusted;
    let grant = |client: &mut Client| client.grant_types.push(GrantType::Ciba);
    stack.change_client(&other.id, grant).await;
    let fields = [("scope", "openid"), ("login_hint", "alice")];
    assert_eq!(ask(stack, other, &fields).await.status, 200);
}
