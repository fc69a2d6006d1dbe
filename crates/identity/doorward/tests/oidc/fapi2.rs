//! Tests of clients with a FAPI 2.0 profile: what the profile pins holds at each request. The names
//! begin with the section, and resemble those of the conformance suite's modules.

use std::sync::atomic::{AtomicU32, Ordering};

use doorward_access::clock::Clock as _;
use doorward_domain::model::{Client, SecurityProfile};
use doorward_protocol::client_auth::JWT_BEARER;
use doorward_rules::client_profile;
use doorward_testkit::authorization::VERIFIER;
use doorward_testkit::{Authorization, Page, Stack, TestClient, UserAgent, agent, jwt};
use doorward_testkit::{flows, flows_with};
use serde_json::{Value, json};

use crate::support::{assert_oauth_error, text, tokens};
use crate::support_dpop::Prover;
use crate::support_keys::TestKey;

flows!(
    fapi_5_3_2_1_tokens_are_bound,
    fapi_5_4_1_client_assertion_with_rs256_fails,
    fapi_5_3_2_1_par_test_wrong_audiences_fail,
    fapi_5_4_1_dpop_negative_tests_reject_rs256,
    fapi_5_3_2_1_ensure_holder_of_key_required,
    fapi_5_3_2_2_request_without_using_par_fails,
    fapi_5_3_2_2_par_ensure_pkce_and_redirect_uri,
    fapi_5_3_1_request_objects_are_bounded,
    fapi_5_3_1_request_object_is_required,
    fapi_5_4_1_responses_use_allowed_algorithm,
    other_clients_keep_rs256,
);
/// Lifetimes that a profile does not allow.
const LIFETIMES: &[(&str, &str)] = &[
    ("DOORWARD__TOKENS__CODE_TTL", "120s"),
    ("DOORWARD__TOKENS__REFRESH_GRACE", "0s"),
];
flows_with!(
    LIFETIMES;
    fapi_5_3_2_1_expired_auth_code_fails,
    fapi_5_3_2_1_refresh_token_is_accepted_once_more,
);

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A client with a profile, its keys and a DPoP key.
struct Bank<'a> {
    stack: &'a Stack,
    client: &'a TestClient,
    key: TestKey,
    prover: Prover,
}

impl<'a> Bank<'a> {
    async fn new(stack: &'a Stack, profile: SecurityProfile, alg: &'static str) -> Self {
        let key = TestKey::new(alg, "one");
        let client = &stack.seed.web;
        let change = |client: &mut Client| {
            client.profile = profile;
            client.jwks = Some(key.jwks());
            client_profile::pin(client, &[]);
            client_profile::check(client).unwrap();
        };
        stack.change_client(&client.id, change).await;
        Self {
            stack,
            client,
            key,
            prover: Prover::new(),
        }
    }

    /// Returns valid claims of an assertion with a unique `jti`.
    fn claims(&self) -> Value {
        let now = self.stack.clock.now();
        let jti = format!("fapi-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        json!({
            "iss": self.client.id, "sub": self.client.id, "aud": self.stack.issuer(), "jti": jti,
            "iat": now, "exp": now + 60,
        })
    }

    /// Posts a form with an assertion and a proof.
    async fn post_with(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        assertion: &str,
        proof: Option<&str>,
    ) -> Page {
        let mut fields = fields.to_vec();
        fields.push(("client_assertion_type", JWT_BEARER));
        fields.push(("client_assertion", assertion));
        let agent = UserAgent::new();
        let mut request = agent
            .http()
            .post(self.stack.at(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(agent::encode(fields));
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        agent.send(request).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let assertion = self.key.sign(None, &self.claims());
        let proof = self.prover.for_post(self.stack, path);
        self.post_with(path, fields, &assertion, Some(&proof)).await
    }

    fn request(&self) -> Authorization {
        Authorization::new(self.stack.issuer(), self.client).with("scope", "openid offline_access")
    }

    async fn push(&self, request: &Authorization) -> Page {
        self.post("/oauth2/par", &request.pairs()).await
    }

    async fn code(&self) -> String {
        let pushed = self.push(&self.request()).await;
        assert_eq!(pushed.status, 201, "{}", pushed.dump());
        let request = self
            .request()
            .pushed_as(&text(&pushed.json(), "request_uri"));
        let outcome = request.complete(&UserAgent::new(), "alice").await;
        let mut answer = outcome.expect_client();
        // FAPI 2.0 SP §5.3.2.2 (7).
        assert_eq!(answer["iss"], self.stack.issuer());
        answer.remove("code").unwrap()
    }

    async fn redeem(&self, code: &str) -> Page {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.client.redirect_uri),
            ("code_verifier", VERIFIER),
        ];
        self.post("/oauth2/token", &fields).await
    }
}

async fn fapi_5_3_2_1_tokens_are_bound(stack: &Stack) {
    for alg in ["PS256", "ES256", "EdDSA"] {
        let bank = Bank::new(stack, SecurityProfile::Fapi2, alg).await;
        let issued = tokens(&bank.redeem(&bank.code().await).await);
        assert_eq!(issued["token_type"], "DPoP");
        // The resource is registered for RS256.
        let access = jwt::header(&text(&issued, "access_token"));
        assert_eq!(access["alg"], "PS256");
        assert!(issued["refresh_token"].is_string(), "{issued}");
    }
}

/// FAPI 2.0 SP §5.3.2.1 (9): the token is not rotated, whatever `tokens.refresh_grace` is.
async fn fapi_5_3_2_1_refresh_token_is_accepted_once_more(stack: &Stack) {
    let bank = Bank::new(stack, SecurityProfile::Fapi2, "ES256").await;
    let issued = tokens(&bank.redeem(&bank.code().await).await);
    let first = text(&issued, "refresh_token");
    for _ in 0..2 {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", first.as_str()),
        ];
        let renewed = tokens(&bank.post("/oauth2/token", &fields).await);
        assert_eq!(renewed["token_type"], "DPoP");
    }
}

async fn fapi_5_4_1_client_assertion_with_rs256_fails(stack: &Stack) {
    let bank = Bank::new(stack, SecurityProfile::Fapi2, "RS256").await;
    let request = bank.request();
    for (path, fields) in [
        ("/oauth2/par", request.pairs()),
        ("/oauth2/token", vec![("grant_type", "client_credentials")]),
    ] {
        let page = bank.post(path, &fields).await;
        assert_oauth_error(&page, 401, "invalid_client");
        let description = page.member("error_description").unwrap();
        assert!(description.contains("PS256, ES256, EdDSA"), "{description}");
    }
}

async fn fapi_5_3_2_1_par_test_wrong_audiences_fail(stack: &Stack) {
    let bank = Bank::new(stack, SecurityProfile::Fapi2, "ES256").await;
    let request = bank.request();
    for aud in [
        json!([stack.issuer()]),
        json!(stack.at("/oauth2/par")),
        json!(stack.at("/oauth2/token")),
        json!(format!("{}/", stack.issuer())),
    ] {
        let mut claims = bank.claims();
        claims["aud"] = aud;
        let assertion = bank.key.sign(None, &claims);
        let proof = bank.prover.for_post(stack, "/oauth2/par");
        let pairs = request.pairs();
        let pushed = bank.post_with("/oauth2/par", &pairs, &assertion, Some(&proof));
        assert_oauth_error(&pushed.await, 401, "invalid_client");
    }
    assert_eq!(bank.push(&request).await.status, 201);
}

async fn fapi_5_4_1_dpop_negative_tests_reject_rs256(stack: &Stack) {
    let mut bank = Bank::new(stack, SecurityProfile::Fapi2, "ES256").await;
    let code = bank.code().await;
    bank.prover = Prover(TestKey::new("RS256", "proof"));
    assert_oauth_error(&bank.push(&bank.request()).await, 400, "invalid_dpop_proof");
    assert_oauth_error(&bank.redeem(&code).await, 400, "invalid_dpop_proof");
}

async fn fapi_5_3_2_1_ensure_holder_of_key_required(stack: &Stack) {
    let bank = Bank::new(stack, SecurityProfile::Fapi2, "ES256").await;
    let code = bank.code().await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", &bank.client.redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    let assertion = bank.key.sign(None, &bank.claims());
    let page = bank
        .post_with("/oauth2/token", &fields, &assertion, None)
        .await;
    assert_oauth_error(&page, 400, "invalid_dpop_proof");
}

async fn fapi_5_3_2_2_request_without_using_par_fails(stack: &Stack) {
    let bank = Bank::new(stack, SecurityProfile::Fapi2, "ES256").await;
    let request = bank.request();
    let answer = request.start(&UserAgent::new()).await.expect_client();
    assert_eq!(answer["error"], "invalid_request");
    // The secret of the client no longer authenticates.
    let pairs = request.pairs();
    let pushed = stack.as_client("/oauth2/par", bank.client, &pairs).await;
    assert_oauth_error(&pushed, 401, "invalid_client");
}

async fn fapi_5_3_2_2_par_ensure_pkce_and_redirect_uri(stack: &Stack) {
    let bank = Bank::new(stack, SecurityProfile::Fapi2, "ES256").await;
    let plain = bank.request().with("code_challenge_method", "plain");
    let unchallenged = bank.request().is_disabled("code_challenge");
    let unchallenged = unchallenged.is_disabled("code_challenge_method");
    // Without `openid`, other clients may omit their only redirect URI.
    let no_redirect = bank.request().with("scope", "tasks:read");
    let no_redirect = no_redirect.is_disabled("redirect_uri");
    for request in [plain, unchallenged, no_redirect] {
        assert_oauth_error(&bank.push(&request).await, 400, "invalid_request");
    }
}

/// Returns the claims of a valid request object.
fn object(bank: &Bank<'_>) -> Value {
    let now = bank.stack.clock.now();
    let mut claims = json!({
        "iss": bank.client.id, "aud": bank.stack.issuer(), "nbf": now, "exp": now + 300,
    });
    for (name, value) in bank.request().pairs() {
        claims[name] = json!(value);
    }
    claims
}

async fn fapi_5_3_1_request_objects_are_bounded(stack: &Stack) {
    let bank = Bank::new(stack, SecurityProfile::Fapi2MessageSigning, "PS256").await;
    let now = stack.clock.now();
    let push = async |changes: &[(&str, Value)]| {
        let mut claims = object(&bank);
        for (name, value) in changes {
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(*name);
            } else {
                claims[*name] = value.clone();
            }
        }
        let signed = bank.key.sign(Some("oauth-authz-req+jwt"), &claims);
        bank.post("/oauth2/par", &[("request", &signed)]).await
    };
    for accepted in [
        [
            ("aud", json!([stack.issuer(), "https://other.example"])),
            ("jti", json!("x")),
        ],
        [("nbf", json!(now + 8)), ("exp", json!(now + 300))],
        [("nbf", json!(now - 1800)), ("exp", json!(now + 1800))],
    ] {
        let pushed = push(&accepted).await;
        assert_eq!(pushed.status, 201, "{accepted:?} {}", pushed.dump());
    }
    for rejected in [
        [("exp", Value::Null), ("jti", json!("x"))],
        [("nbf", Value::Null), ("jti", json!("x"))],
        [("exp", json!(now - 5)), ("nbf", json!(now - 60))],
        [("aud", json!("https://other.example")), ("jti", json!("x"))],
        [("exp", json!(now + 70 * 60)), ("nbf", json!(now))],
        [("nbf", json!(now - 70 * 60)), ("exp", json!(now + 60))],
        [("nbf", json!(now + 120)), ("exp", json!(now + 300))],
    ] {
        let pushed = push(&rejected).await;
        assert_oauth_error(&pushed, 400, "invalid_request_object");
    }
    // FAPI 2.0 SP §5.3.2.2 (6).
    let pushed = push(&[("redirect_uri", Value::Null)]).await;
    assert_oauth_error(&pushed, 400, "invalid_request");
}

async fn fapi_5_3_1_request_object_is_required(stack: &Stack) {
    let bank = Bank::new(stack, SecurityProfile::Fapi2MessageSigning, "ES256").await;
    assert_oauth_error(&bank.push(&bank.request()).await, 400, "invalid_request");
    let unsigned = TestKey::unsigned(&object(&bank));
    let other = TestKey::new("ES256", "one").sign(None, &object(&bank));
    for wrong in [unsigned, other] {
        let pushed = bank.post("/oauth2/par", &[("request", &wrong)]).await;
        assert_oauth_error(&pushed, 400, "invalid_request_object");
    }
    // A registered key for RS256 does not help.
    let rsa = TestKey::new("RS256", "two");
    let [own, second] = [&bank.key, &rsa].map(|key| {
        let set: Value = serde_json::from_str(&key.jwks()).unwrap();
        set["keys"][0].clone()
    });
    let set = json!({ "keys": [own, second] });
    let change = |client: &mut Client| client.jwks = Some(set.to_string());
    stack.change_client(&bank.client.id, change).await;
    let signed = rsa.sign(None, &object(&bank));
    let pushed = bank.post("/oauth2/par", &[("request", &signed)]).await;
    assert_oauth_error(&pushed, 400, "invalid_request_object");
    let description = pushed.member("error_description").unwrap();
    assert!(description.contains("PS256, ES256, EdDSA"), "{description}");
    let signed = bank.key.sign(None, &object(&bank));
    let pushed = bank.post("/oauth2/par", &[("request", &signed)]).await;
    assert_eq!(pushed.status, 201, "{}", pushed.dump());
}

/// ID tokens and signed authorization responses (Message Signing §5.4) are not signed with RS256.
async fn fapi_5_4_1_responses_use_allowed_algorithm(stack: &Stack) {
    let bank = Bank::new(stack, SecurityProfile::Fapi2MessageSigning, "ES256").await;
    let mut claims = object(&bank);
    claims["response_mode"] = json!("jwt");
    let signed = bank.key.sign(None, &claims);
    let pushed = bank.post("/oauth2/par", &[("request", &signed)]).await;
    assert_eq!(pushed.status, 201, "{}", pushed.dump());
    let request = bank.request();
    let request = request.pushed_as(&text(&pushed.json(), "request_uri"));
    let outcome = request.complete(&UserAgent::new(), "alice").await;
    let parameters = outcome.expect_client();
    let names: Vec<_> = parameters.keys().collect();
    assert_eq!(names, ["response"]);
    let response = &parameters["response"];
    assert_eq!(jwt::header(response)["alg"], "ES256");
    let claims = jwt::claims(response);
    assert_eq!(claims["iss"], stack.issuer());
    assert_eq!(claims["aud"], json!(bank.client.id));
    let issued = tokens(&bank.redeem(claims["code"].as_str().unwrap()).await);
    let id_token = text(&issued, "id_token");
    assert_eq!(jwt::header(&id_token)["alg"], "ES256");
}

async fn other_clients_keep_rs256(stack: &Stack) {
    let mut bank = Bank::new(stack, SecurityProfile::Fapi2, "RS256").await;
    let change = |client: &mut Client| client.profile = SecurityProfile::None;
    stack.change_client(&bank.client.id, change).await;
    bank.prover = Prover(TestKey::new("RS256", "proof"));
    tokens(&bank.redeem(&bank.code().await).await);
}

/// FAPI 2.0 SP §5.3.2.1 (11): the profile shortens the configured lifetime.
async fn fapi_5_3_2_1_expired_auth_code_fails(stack: &Stack) {
    let bank = Bank::new(stack, SecurityProfile::Fapi2, "ES256").await;
    let code = bank.code().await;
    stack.clock.advance(62);
    assert_oauth_error(&bank.redeem(&code).await, 400, "invalid_grant");
}
