//! Tests of client authentication at the token endpoint (RFC 6749 §2.3): one method per request, as
//! registered, with form encoding.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_admin::decisions;
use doorward_admin::operator::AdminContext;
use doorward_domain::credentials::foreign_hash::ForeignHash;
use doorward_domain::model::ClientAuth;
use doorward_domain::secret::TokenHash;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_testkit::{
    Credentials, Page, Stack, TestClient, UserAgent, agent, flows, flows_with, seed,
};

use crate::support::{assert_oauth_error, tokens};

flows!(
    rfc_6749_2_3_1_each_registered_method_authenticates,
    core_9_unregistered_methods_fail,
    rfc_6749_3_2_1_bad_credentials_are_invalid_client,
    rfc_6749_2_3_rejects_two_methods_at_once,
    rejects_credentials_in_query,
    rejects_disabled_client,
    scheme_name_ignores_case,
    unpinned_client_may_use_basic_or_post_at_each_endpoint,
    wrong_method_is_named_and_new_secret_is_not_suggested,
    rfc_6749_5_2_challenge_follows_credentials,
    empty_secret_in_basic_names_public_client,
    imported_secret_is_kept_as_sha_256_after_its_first_use,
);
const LIMITS: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];
flows_with!(LIMITS; checks_of_imported_secret_are_limited);

const FIELDS: [(&str, &str); 2] = [
    ("grant_type", "client_credentials"),
    ("scope", "tasks:read"),
];

/// Sends a token request with any `Authorization` header and body.
async fn ask(stack: &Stack, authorization: Option<&str>, fields: &[(&str, &str)]) -> Page {
    let agent = UserAgent::new();
    let mut request = agent
        .http()
        .post(stack.at("/oauth2/token"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(agent::encode(fields.to_vec()));
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    agent.send(request).await
}

async fn rfc_6749_2_3_1_each_registered_method_authenticates(stack: &Stack) {
    // The secrets contain spaces, `%2F`, `+`, `:`, `&` and non-ASCII characters.
    tokens(&stack.token(&stack.seed.service, &FIELDS).await);
    for client in [&stack.seed.web, &stack.seed.post, &stack.seed.native] {
        // The client is authenticated before the grant is rejected.
        let page = stack.token(client, &FIELDS).await;
        assert_oauth_error(&page, 400, "unauthorized_client");
    }
}

async fn core_9_unregistered_methods_fail(stack: &Stack) {
    for client in stack.seed.clients() {
        for credentials in [Credentials::Basic, Credentials::Post, Credentials::None] {
            if credentials == client.credentials {
                continue;
            }
            let other = TestClient {
                credentials,
                secret: client
                    .secret
                    .clone()
                    .or_else(|| Some("anything".to_owned())),
                ..client.clone()
            };
            let page = stack.token(&other, &FIELDS).await;
            assert_oauth_error(&page, 401, "invalid_client");
        }
    }
}

async fn rfc_6749_3_2_1_bad_credentials_are_invalid_client(stack: &Stack) {
    let client = &stack.seed.service;
    let secret = client.secret.as_deref().unwrap();
    let wrong = |secret: &str| seed::basic(&client.id, secret);
    let undecoded = format!(
        "Basic {}",
        STANDARD.encode(format!("{}:{secret}", client.id))
    );
    let upper = secret.to_uppercase();
    for authorization in [
        wrong(""),
        wrong("x"),
        wrong(&secret[1..]),
        wrong(&format!("{secret} ")),
        wrong(&upper),
        seed::basic("nobody", secret),
        seed::basic("", secret),
        undecoded,
    ] {
        let page = ask(stack, Some(&authorization), &FIELDS).await;
        assert_oauth_error(&page, 401, "invalid_client");
        let challenge = page.header("www-authenticate").unwrap_or_default();
        assert!(challenge.starts_with("Basic"), "{challenge}");
    }
    for authorization in [
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic bm9jb2xvbg==",
        "Bearer abc",
        "x",
    ] {
        let page = ask(stack, Some(authorization), &FIELDS).await;
        assert!(
            [400, 401].contains(&page.status),
            "{authorization}: {}",
            page.dump()
        );
        let code = page.member("error").unwrap_or_default();
        assert!(
            ["invalid_client", "invalid_request"].contains(&code.as_str()),
            "{code}"
        );
    }
    assert_oauth_error(&ask(stack, None, &FIELDS).await, 401, "invalid_client");
}

async fn rfc_6749_2_3_rejects_two_methods_at_once(stack: &Stack) {
    let client = &stack.seed.service;
    let secret = client.secret.as_deref().unwrap();
    let both = [
        FIELDS.as_slice(),
        &[("client_id", &client.id), ("client_secret", secret)],
    ]
    .concat();
    let page = ask(stack, Some(&client.basic()), &both).await;
    assert_oauth_error(&page, 400, "invalid_request");
    // The same identifier beside the header is allowed (RFC 6749 §3.2.1), another one is not.
    let same = [FIELDS.as_slice(), &[("client_id", &client.id)]].concat();
    tokens(&ask(stack, Some(&client.basic()), &same).await);
    let other = [FIELDS.as_slice(), &[("client_id", "web-app")]].concat();
    let page = ask(stack, Some(&client.basic()), &other).await;
    assert_oauth_error(&page, 400, "invalid_request");
}

async fn rejects_credentials_in_query(stack: &Stack) {
    let client = &stack.seed.post;
    let secret = client.secret.as_deref().unwrap();
    let agent = UserAgent::new();
    let query = agent::encode([("client_id", client.id.as_str()), ("client_secret", secret)]);
    let request = agent
        .http()
        .post(format!("{}?{query}", stack.at("/oauth2/token")))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(agent::encode(FIELDS));
    let page = agent.send(request).await;
    assert!([400, 401].contains(&page.status), "{}", page.dump());
    assert!(page.json().get("access_token").is_none());
}

async fn rejects_disabled_client(stack: &Stack) {
    tokens(&stack.token(&stack.seed.service, &FIELDS).await);
    stack.disable_client(&stack.seed.service.id).await;
    let page = stack.token(&stack.seed.service, &FIELDS).await;
    assert_oauth_error(&page, 401, "invalid_client");
}

async fn scheme_name_ignores_case(stack: &Stack) {
    let header = stack.seed.service.basic().replacen("Basic", "bAsIc", 1);
    tokens(&ask(stack, Some(&header), &FIELDS).await);
}

/// Registers the client `service` without an authentication method, as without `--auth-method`.
async fn unpin(stack: &Stack) {
    stack
        .change_client(&stack.seed.service.id, |client| {
            client.auth_method = ClientAuth::Secret;
        })
        .await;
}

fn by(credentials: Credentials, client: &TestClient) -> TestClient {
    TestClient {
        credentials,
        ..client.clone()
    }
}

/// Checks that all endpoints for clients accept both methods (I1).
async fn unpinned_client_may_use_basic_or_post_at_each_endpoint(stack: &Stack) {
    unpin(stack).await;
    let service = &stack.seed.service;
    for path in [
        "/oauth2/token",
        "/oauth2/introspect",
        "/oauth2/revoke",
        "/oauth2/par",
        "/oauth2/device_authorization",
    ] {
        let fields = [
            FIELDS.as_slice(),
            &[("token", "x"), ("response_type", "code")],
        ]
        .concat();
        for (credentials, passes) in [
            (Credentials::Basic, true),
            (Credentials::Post, true),
            (Credentials::None, false),
        ] {
            let page = stack
                .as_client(path, &by(credentials, service), &fields)
                .await;
            let rejected = page.member("error").as_deref() == Some("invalid_client");
            assert_eq!(rejected, !passes, "{path} {credentials:?}: {}", page.dump());
        }
        let wrong = TestClient {
            secret: Some("wrong".to_owned()),
            ..by(Credentials::Post, service)
        };
        let page = stack.as_client(path, &wrong, &fields).await;
        assert_oauth_error(&page, 401, "invalid_client");
    }
    // Only one method per request (RFC 6749 §2.3).
    let secret = service.secret.as_deref().unwrap();
    let both = [FIELDS.as_slice(), &[("client_secret", secret)]].concat();
    let page = ask(stack, Some(&service.basic()), &both).await;
    assert_oauth_error(&page, 400, "invalid_request");
}

/// Checks that the error names expected and received method, and that `explain` does not suggest a
/// new secret (I9).
async fn wrong_method_is_named_and_new_secret_is_not_suggested(stack: &Stack) {
    let service = &stack.seed.service;
    let right = by(Credentials::Post, service);
    let wrong = TestClient {
        secret: Some("wrong".to_owned()),
        ..right.clone()
    };
    for client in [&right, &wrong] {
        let page = stack.token(client, &FIELDS).await;
        assert_oauth_error(&page, 401, "invalid_client");
        assert_eq!(
            page.member("error_description").as_deref(),
            Some(
                "the client is registered for client_secret_basic, the request used client_secret_post"
            )
        );
        let grant = explained(stack, &page).await;
        assert!(!grant.contains("rotate-secret"), "{grant}");
    }
    // A wrong secret with the correct method is not reported to the client.
    let wrong = TestClient {
        secret: Some("wrong".to_owned()),
        ..service.clone()
    };
    let page = stack.token(&wrong, &FIELDS).await;
    let error = page.member("error_description");
    assert_eq!(error.as_deref(), Some("client authentication failed"));
    // A client with keys has no secret to rotate.
    stack
        .change_client(&service.id, |client| {
            client.auth_method = ClientAuthMethod::PrivateKeyJwt.into();
            client.secret_hash = None;
        })
        .await;
    let page = stack.token(service, &FIELDS).await;
    assert_oauth_error(&page, 401, "invalid_client");
    let grant = explained(stack, &page).await;
    assert!(!grant.contains("rotate-secret"), "{grant}");
}

/// Returns the remediation that `doorward explain DECISION_ID` suggests.
async fn explained(stack: &Stack, page: &Page) -> String {
    let id = page.header("x-decision-id").unwrap();
    let db = stack.db().await;
    let operator = AdminContext::command_line(&db, &stack.clock);
    let found = decisions::explain(&operator, id).await.unwrap();
    found.grant.join("; ")
}

/// An `Authorization` header, a body, and whether the response has a challenge.
type Case<'a> = (Option<&'a str>, &'a [(&'a str, &'a str)], bool);

/// Checks that only a client with the header, or without credentials, gets a challenge (I3).
async fn rfc_6749_5_2_challenge_follows_credentials(stack: &Stack) {
    let id = ("client_id", stack.seed.service.id.as_str());
    let kind = (
        "client_assertion_type",
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    );
    let cases: [Case<'_>; 5] = [
        (Some("Basic c2VydmljZTp4"), &[], true),
        (None, &[], true),
        (None, &[id], true),
        (None, &[id, ("client_secret", "x")], false),
        (
            None,
            &[kind, ("client_assertion", "a.eyJzdWIiOiJhIn0.b")],
            false,
        ),
    ];
    for path in [
        "/oauth2/token",
        "/oauth2/introspect",
        "/oauth2/revoke",
        "/oauth2/par",
    ] {
        for (authorization, more, expected) in cases {
            let agent = UserAgent::new();
            let fields = [FIELDS.as_slice(), more].concat();
            let mut request = agent
                .http()
                .post(stack.at(path))
                .header("content-type", "application/x-www-form-urlencoded")
                .body(agent::encode(fields));
            if let Some(value) = authorization {
                request = request.header("authorization", value);
            }
            let page = agent.send(request).await;
            assert_oauth_error(&page, 401, "invalid_client");
            let challenge = page.header("www-authenticate");
            let is_basic = challenge.is_some_and(|text| text.starts_with("Basic"));
            assert_eq!(challenge.is_some(), expected, "{path} {more:?}");
            assert_eq!(is_basic, expected, "{path} {more:?}");
        }
    }
}

/// Go and Python libraries send Basic with an empty secret for a public client.
async fn empty_secret_in_basic_names_public_client(stack: &Stack) {
    let empty = |client: &TestClient| TestClient {
        credentials: Credentials::Basic,
        secret: Some(String::new()),
        ..client.clone()
    };
    // The client is accepted before the grant is rejected.
    let page = stack.token(&empty(&stack.seed.native), &FIELDS).await;
    assert_oauth_error(&page, 400, "unauthorized_client");
    for client in [&stack.seed.service, &stack.seed.post] {
        let page = stack.token(&empty(client), &FIELDS).await;
        assert_oauth_error(&page, 401, "invalid_client");
    }
}

/// A hash of django-oauth-toolkit of this secret, made by Python's hashlib.
const IMPORTED: (&str, &str) = (
    "plum otter lantern 58 drizzle",
    "pbkdf2_sha256$1000$salt$Ft+6GNuUMYZQkCbJAbHIIUkhvYHQdVjduhFRDD9nsDI=",
);

/// Gives the service an imported secret, and returns it with a right and a wrong secret.
async fn imported(stack: &Stack) -> [TestClient; 2] {
    let stored = ForeignHash::from_django(IMPORTED.1).unwrap().to_stored();
    let service = &stack.seed.service;
    stack
        .change_client(&service.id, |client| {
            client.secret_hash = None;
            client.foreign_secret = stored;
        })
        .await;
    [IMPORTED.0, "wrong"].map(|secret| TestClient {
        secret: Some(secret.to_owned()),
        ..service.clone()
    })
}

async fn imported_secret_is_kept_as_sha_256_after_its_first_use(stack: &Stack) {
    let [right, wrong] = imported(stack).await;
    let page = stack.token(&wrong, &FIELDS).await;
    assert_oauth_error(&page, 401, "invalid_client");
    for _ in 0..2 {
        tokens(&stack.token(&right, &FIELDS).await);
        stack
            .change_client(&right.id, |client| {
                assert_eq!(client.secret_hash, Some(TokenHash::digest(IMPORTED.0)));
                assert_eq!(client.foreign_secret, None);
            })
            .await;
    }
    let page = stack.token(&wrong, &FIELDS).await;
    assert_oauth_error(&page, 401, "invalid_client");
}

async fn checks_of_imported_secret_are_limited(stack: &Stack) {
    let [right, wrong] = imported(stack).await;
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(stack.token(&wrong, &FIELDS).await.status);
    }
    assert_eq!(statuses[0], 401, "{statuses:?}");
    assert_eq!(statuses[11], 503, "{statuses:?}");
    assert_eq!(stack.token(&right, &FIELDS).await.status, 503);
}
