//! Tests of rich authorization requests (RFC 9396): authorization details are validated with the
//! operator's types, shown to the user, and contained in the tokens.

use doorward_access::clock::Clock as _;
use doorward_domain::model::Client;
use doorward_testkit::{Authorization, Page, Stack, TestClient, UserAgent, flows, flows_with, jwt};
use serde_json::{Value, json};

use crate::par::push;
use crate::support::{assert_oauth_error, text, tokens};
use crate::support_keys::TestKey;

mod grants;

const TYPES: &[(&str, &str)] = &[
    (
        "DOORWARD__AUTHORIZATION__DETAILS_TYPES",
        concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/oidc/rich_authorization/types.toml"
        ),
    ),
    ("DOORWARD__CLIENT_REGISTRATION__MODE", "token"),
];
flows_with!(
    TYPES;
    rfc_9396_3_details_are_shown_and_granted,
    rfc_9396_3_page_uses_user_language,
    rfc_9396_3_details_work_in_pushed_and_signed_requests,
    rfc_9396_5_each_error_at_authorization_endpoint_and_at_par,
    rfc_9396_9_2_introspection_shows_details_of_audience,
    rfc_9396_10_types_are_listed_and_registered,
    co_4_larger_request_shows_only_new_details,
    payment_requires_consent_each_time,
);
flows!(rfc_9396_10_without_types_details_are_rejected);

pub const BANK: &str = "https://bank.example/api";
pub const FILES: &str = "https://files.example/api";
pub const BACKUP: &str = "https://backup.example/api";

/// Returns the authorization details of a payment.
pub fn payment() -> Value {
    json!({
        "type": "payment",
        "actions": ["initiate", "status"],
        "amount": {"value": "123.50", "currency": "EUR"},
        "creditor": "Merchant <b>A</b>",
    })
}

/// Returns the authorization details of folders with these actions.
pub fn folders(actions: &[&str]) -> Value {
    json!({"type": "folders", "actions": actions, "datatypes": ["photos"]})
}

/// Allows a client to request both types.
pub async fn open(stack: &Stack, client: &TestClient) {
    let types = |client: &mut Client| {
        client.authorization_details_types = vec!["payment".to_owned(), "folders".to_owned()];
    };
    stack.change_client(&client.id, types).await;
}

pub fn request(stack: &Stack, client: &TestClient, details: &Value) -> Authorization {
    Authorization::new(stack.issuer(), client)
        .with("scope", "openid offline_access")
        .with("authorization_details", &details.to_string())
}

/// Returns alice's tokens with these details, in a new browser.
pub async fn granted(stack: &Stack, client: &TestClient, details: &Value) -> Value {
    let request = request(stack, client, details);
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    tokens(&stack.exchange(client, &code).await)
}

/// Returns the claims of the access token.
pub fn claims(json: &Value) -> Value {
    jwt::claims(&text(json, "access_token"))
}

async fn signed_in(stack: &Stack) -> UserAgent {
    let agent = UserAgent::new();
    let own = Authorization::new(stack.issuer(), &stack.seed.trusted);
    own.complete(&agent, "alice").await.code();
    agent
}

async fn allow(stack: &Stack, agent: &UserAgent, request: &Authorization, page: &Page) -> Value {
    let next = agent.submit(&page.press("#consent [value=allow]")).await;
    let code = request.follow(agent, next).await.code();
    tokens(&stack.exchange(&stack.seed.web, &code).await)
}

async fn rfc_9396_3_details_are_shown_and_granted(stack: &Stack) {
    let client = &stack.seed.web;
    open(stack, client).await;
    let asked = json!([payment(), folders(&["read"])]);
    let request = request(stack, client, &asked);
    let agent = signed_in(stack).await;
    let page = request.start(&agent).await.expect_page();
    let said = page.texts_of("section > .scopes > li").join("\n");
    for values in [
        "Pay from your account",
        "Amount 123.50",
        "Currency EUR",
        // Text from the client is escaped.
        "To Merchant <b>A</b>",
        "start a payment, see how it goes",
        "Use folders of yours",
        "read",
        "photos",
    ] {
        assert!(said.contains(values), "{values} in {said}");
    }
    let json = allow(stack, &agent, &request, &page).await;
    // The response (§7) and the token (§9.1) contain the granted details.
    assert_eq!(json["authorization_details"], asked);
    let claims = claims(&json);
    assert_eq!(claims["authorization_details"], asked);
    // The audience contains their resource servers (§3.2, RFC 9068 §3).
    assert_eq!(claims["aud"], json!([BACKUP, BANK, FILES]));
    assert!(
        jwt::claims(&text(&json, "id_token"))
            .get("authorization_details")
            .is_none()
    );
    let again = tokens(&stack.refresh(client, &text(&json, "refresh_token")).await);
    assert_eq!(again["authorization_details"], asked);
    // Cancelling grants nothing.
    let page = request.start(&agent).await.expect_page();
    let next = agent.submit(&page.press("#consent [value=deny]")).await;
    let answer = request.follow(&agent, next).await.expect_client();
    assert_eq!(answer["error"], "access_denied");
}

async fn rfc_9396_3_page_uses_user_language(stack: &Stack) {
    let client = &stack.seed.web;
    open(stack, client).await;
    let request = request(stack, client, &json!([payment()])).with("ui_locales", "de");
    let agent = signed_in(stack).await;
    let page = request.start(&agent).await.expect_page();
    let said = page.texts_of("section > .scopes > li").join("\n");
    for values in ["Von Ihrem Konto zahlen", "Betrag 123.50", "Die App darf"] {
        assert!(said.contains(values), "{values} in {said}");
    }
}

async fn rfc_9396_3_details_work_in_pushed_and_signed_requests(stack: &Stack) {
    let client = &stack.seed.web;
    open(stack, client).await;
    let key = TestKey::new("ES256", "one");
    let jwks = key.jwks();
    stack
        .change_client(&client.id, |client| client.jwks = Some(jwks))
        .await;
    let asked = json!([folders(&["read"])]);
    let plain = request(stack, client, &asked);
    let pairs = plain.pairs();
    let pushed = push(stack, client, &plain).await;
    assert_eq!(pushed.status, 201, "{}", pushed.dump());
    let name = text(&pushed.json(), "request_uri");
    let mut claims = serde_json::Map::new();
    for (name, value) in &pairs {
        claims.insert((*name).to_owned(), json!(value));
    }
    // In a request object, the member is an array, not a string (RFC 9101 §4).
    claims.insert("authorization_details".to_owned(), asked.clone());
    claims.insert("iss".to_owned(), json!(client.id));
    claims.insert("aud".to_owned(), json!(stack.issuer()));
    claims.insert("exp".to_owned(), json!(stack.clock.now() + 300));
    let object = key.sign(None, &Value::Object(claims));
    for (parameter, value) in [("request_uri", &name), ("request", &object)] {
        let mut bare = plain.clone();
        for (name, _) in &pairs {
            if *name != "client_id" {
                bare = bare.is_disabled(name);
            }
        }
        let bare = bare.with(parameter, value);
        let code = bare.complete(&UserAgent::new(), "alice").await.code();
        let json = tokens(&stack.exchange(client, &code).await);
        assert_eq!(json["authorization_details"], asked, "{parameter}");
    }
}

async fn rfc_9396_5_each_error_at_authorization_endpoint_and_at_par(stack: &Stack) {
    let client = &stack.seed.web;
    open(stack, client).await;
    let with = |name: &str, value: Value| {
        let mut one = payment();
        one[name] = value;
        json!([one]).to_string()
    };
    let mut missing = payment();
    missing.as_object_mut().unwrap().remove("amount");
    for asked in [
        "payment".to_owned(),
        "{}".to_owned(),
        r#"[{"actions":["read"]}]"#.to_owned(),
        r#"[{"type":"payment","type":"folders"}]"#.to_owned(),
        // An unknown type, a disabled type, and invalid members of each kind.
        with("type", json!("transfer")),
        with("type", json!("gone")),
        with("extra", json!(1)),
        with("amount", json!("123.50 EUR")),
        with("amount", json!({"value": "1", "currency": "XXX"})),
        with("actions", json!(["steal"])),
        with("actions", json!([])),
        with("locations", json!([FILES])),
        with("urgent", json!("yes")),
        with("creditor", json!("\u{202e}tnahcreM")),
        json!([missing]).to_string(),
        json!([folders(&["read"]), missing]).to_string(),
        format!("[{}]", vec![payment().to_string(); 11].join(",")),
    ] {
        let request =
            Authorization::new(stack.issuer(), client).with("authorization_details", &asked);
        let answer = request.start(&UserAgent::new()).await.expect_client();
        assert_eq!(answer["error"], "invalid_authorization_details", "{asked}");
        assert_eq!(answer["iss"], stack.issuer());
        let pushed = push(stack, client, &request).await;
        assert_oauth_error(&pushed, 400, "invalid_authorization_details");
    }
    // A type that exists but is not registered for this client gives the same error (§10).
    let anonymous_caller = &stack.seed.trusted;
    let answer = request(stack, anonymous_caller, &json!([payment()]));
    let answer = answer.start(&UserAgent::new()).await.expect_client();
    assert_eq!(answer["error"], "invalid_authorization_details");
    let error = answer["error_description"].replace("payment", "transfer");
    let unknown = request(stack, anonymous_caller, &json!([{"type": "transfer"}]));
    let unknown = unknown.start(&UserAgent::new()).await.expect_client();
    assert_eq!(unknown["error_description"], error);
    // The parameter may occur once (RFC 6749 §3.1).
    let twice = request(stack, client, &json!([payment()])).and("authorization_details", "[]");
    let answer = twice.start(&UserAgent::new()).await.expect_client();
    assert_eq!(answer["error"], "invalid_request");
}

async fn rfc_9396_9_2_introspection_shows_details_of_audience(stack: &Stack) {
    let (client, server) = (&stack.seed.web, &stack.seed.tasks_api);
    open(stack, client).await;
    let at_the_bank = |client: &mut Client| client.serves.push(BANK.to_owned());
    stack.change_client(&server.id, at_the_bank).await;
    let asked = json!([payment(), folders(&["read"])]);
    let json = granted(stack, client, &asked).await;
    let token = text(&json, "access_token");
    for (who, expected) in [(client, &asked), (server, &json!([payment()]))] {
        let fields = [("token", token.as_str())];
        let page = stack.as_client("/oauth2/introspect", who, &fields).await;
        assert_eq!(page.json()["active"], true, "{}", page.dump());
        assert_eq!(&page.json()["authorization_details"], expected);
    }
    let refresh = text(&json, "refresh_token");
    let fields = [("token", refresh.as_str())];
    let page = stack.as_client("/oauth2/introspect", client, &fields).await;
    assert_eq!(page.json()["authorization_details"], asked);
    // Introspection of a reference token returns the same (RFC 7662 §2.2).
    let opaque = |client: &mut Client| {
        client.access_token_format = doorward_domain::model::AccessTokenFormat::Opaque;
    };
    stack.change_client(&client.id, opaque).await;
    let json = granted(stack, client, &json!([payment()])).await;
    let token = text(&json, "access_token");
    let fields = [("token", token.as_str())];
    let page = stack.as_client("/oauth2/introspect", server, &fields).await;
    assert_eq!(page.json()["authorization_details"], json!([payment()]));
}

async fn rfc_9396_10_types_are_listed_and_registered(stack: &Stack) {
    let agent = UserAgent::new();
    for path in [
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
    ] {
        let document = agent.get(stack.at(path)).await.json();
        let types = &document["authorization_details_types_supported"];
        assert_eq!(types, &json!(["payment", "folders"]), "{path}");
    }
    let token = crate::registration::initial_token(stack, 9).await;
    let register = async |types: Value| {
        let body = json!({
            "redirect_uris": ["https://app.example/callback"],
            "authorization_details_types": types,
        });
        let post = agent.http().post(stack.at("/oauth2/register"));
        agent.send(post.bearer_auth(&token).json(&body)).await
    };
    let page = register(json!(["folders"])).await;
    assert_eq!(page.status, 201, "{}", page.dump());
    let answer = page.json();
    assert_eq!(answer["authorization_details_types"], json!(["folders"]));
    for wrong in [
        json!(["payment"]),
        json!(["folders", "unknown"]),
        json!(["gone"]),
        json!("folders"),
    ] {
        let page = register(wrong).await;
        assert_oauth_error(&page, 400, "invalid_client_metadata");
    }
    // Registered types work, others do not.
    let client = crate::registration::client(&answer);
    for (requested, good) in [(folders(&["read"]), true), (payment(), false)] {
        let request = request(stack, &client, &json!([requested])).with("scope", "openid");
        let outcome = request.complete(&UserAgent::new(), "alice").await;
        let answer = outcome.expect_client();
        assert_eq!(answer.contains_key("code"), good, "{answer:?}");
    }
}

async fn rfc_9396_10_without_types_details_are_rejected(stack: &Stack) {
    let agent = UserAgent::new();
    let document = agent
        .get(stack.at("/.well-known/openid-configuration"))
        .await;
    let document = document.json();
    assert_eq!(document.get("authorization_details_types_supported"), None);
    let client = &stack.seed.web;
    open(stack, client).await;
    let answer = request(stack, client, &json!([payment()]));
    let answer = answer.start(&agent).await.expect_client();
    assert_eq!(answer["error"], "invalid_authorization_details");
}

async fn co_4_larger_request_shows_only_new_details(stack: &Stack) {
    let client = &stack.seed.web;
    open(stack, client).await;
    let agent = signed_in(stack).await;
    let first = request(stack, client, &json!([folders(&["read", "write"])]));
    let page = first.start(&agent).await.expect_page();
    allow(stack, &agent, &first, &page).await;
    // The same details, or fewer, need no new consent, also with `prompt=none`.
    for actions in [&["read", "write"][..], &["write"]] {
        let less = request(stack, client, &json!([folders(actions)]));
        let code = less.with("prompt", "none").start(&agent).await.code();
        let json = tokens(&stack.exchange(client, &code).await);
        assert_eq!(json["authorization_details"], json!([folders(actions)]));
    }
    let mut notes = folders(&["read"]);
    notes["datatypes"] = json!(["notes"]);
    let more = request(stack, client, &json!([folders(&["read"]), notes]));
    let silent = more.clone().with("prompt", "none");
    let answer = silent.start(&agent).await.expect_client();
    assert_eq!(answer["error"], "consent_required");
    let page = more.start(&agent).await.expect_page();
    let new = page.texts_of("section > .scopes > li");
    assert_eq!(new.len(), 1, "{new:?}");
    assert!(new[0].contains("notes") && page.has("section > .scopes .pill"));
    let kept = page.texts_of("details .scopes > li").join("\n");
    assert!(kept.contains("photos"), "{kept}");
    allow(stack, &agent, &more, &page).await;
    more.start(&agent).await.code();
}

async fn payment_requires_consent_each_time(stack: &Stack) {
    let (client, own) = (&stack.seed.web, &stack.seed.trusted);
    open(stack, client).await;
    open(stack, own).await;
    let agent = signed_in(stack).await;
    for client in [client, client, own, own] {
        let request = request(stack, client, &json!([payment()]));
        let silent = request.clone().with("prompt", "none");
        let answer = silent.start(&agent).await.expect_client();
        assert_eq!(answer["error"], "consent_required", "{}", client.id);
        let page = request.start(&agent).await.expect_page();
        assert!(page.text_of(".scopes > li").unwrap().contains("123.50"));
        let next = agent.submit(&page.press("#consent [value=allow]")).await;
        let code = request.follow(&agent, next).await.code();
        let json = tokens(&stack.exchange(client, &code).await);
        assert_eq!(json["authorization_details"], json!([payment()]));
    }
    // A first-party client gets the other type without a page, like scopes.
    let rest = request(stack, own, &json!([folders(&["read"])]));
    rest.start(&agent).await.code();
}
