//! Tests of native apps, such as MCP clients, that register themselves: redirect URIs on this machine
//! with any port (RFC 8252 §7.3, RFC 9700 §4.1.3), private-use schemes, and more scopes than they may
//! have (RFC 7591 §3.2.1, OIDC Core §11).

use doorward_testkit::{
    Authorization, Credentials, Page, Stack, TestClient, UserAgent, flows_with,
};
use serde_json::{Value, json};

use crate::registration::{client, register};
use crate::support::{assert_error_page, assert_oauth_error, tokens};
use crate::support_documents::DocumentServer;

/// A deployment for clients on the user's machine.
const LOCAL: &[(&str, &str)] = &[
    ("DOORWARD__CLIENT_REGISTRATION__MODE", "open"),
    (
        "DOORWARD__CLIENT_REGISTRATION__REDIRECT_HOSTS",
        "localhost,127.0.0.1",
    ),
    ("DOORWARD__CLIENT_REGISTRATION__REDIRECT_SCHEMES", "cursor"),
    ("DOORWARD__CLIENT_REGISTRATION__SCOPES", "openid email"),
    ("DOORWARD__CLIENT_REGISTRATION__PER_HOUR", "100"),
    ("DOORWARD__CLIENT_METADATA_DOCUMENTS__ENABLED", "true"),
    (
        "DOORWARD__CLIENT_METADATA_DOCUMENTS__SCOPES",
        "openid email",
    ),
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
];
flows_with!(
    LOCAL;
    rfc_9700_4_1_3_localhost_port_varies_for_public_clients,
    rfc_7591_3_2_1_allowed_redirect_uris_are_registered,
    rfc_7591_3_2_1_allowed_scopes_are_registered,
);

/// The redirect URI that native apps publish, and the one that a running app sends.
const REGISTERED: &str = "http://localhost/callback";
const PRESENTED: &str = "http://localhost:51763/callback";

/// Returns the registration request of a native app.
fn native(redirect_uris: &Value) -> Value {
    json!({
        "client_name": "Editor",
        "redirect_uris": redirect_uris,
        "application_type": "native",
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": "openid email offline_access tasks:read",
    })
}

async fn registered(stack: &Stack, request: &Value) -> Value {
    let page = register(stack, None, request).await;
    assert_eq!(page.status, 201, "{}", page.dump());
    page.json()
}

/// Signs in with all the scopes that the metadata lists for it; returns the token response.
async fn signed_in(stack: &Stack, app: &TestClient) -> Value {
    let request =
        Authorization::new(stack.issuer(), app).with("scope", "openid email offline_access");
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    tokens(&stack.exchange(app, &code).await)
}

async fn rfc_9700_4_1_3_localhost_port_varies_for_public_clients(stack: &Stack) {
    let received = registered(stack, &native(&json!([REGISTERED]))).await;
    let documents = DocumentServer::start().await;
    let id = documents.publish("/editor.json", |document| {
        document["redirect_uris"] = json!([REGISTERED, "vscode://editor/callback"]);
    });
    let published = TestClient {
        id,
        secret: None,
        credentials: Credentials::None,
        redirect_uri: PRESENTED.to_owned(),
    };
    let by_itself = TestClient {
        redirect_uri: PRESENTED.to_owned(),
        ..client(&received)
    };
    for app in [by_itself, published] {
        let answer = signed_in(stack, &app).await;
        assert_eq!(answer["scope"], "openid email", "{answer}");
        for other in [
            "http://localhost:51763/other",
            "http://127.0.0.1:51763/callback",
            "https://localhost:51763/callback",
            "http://localhost.evil.example/callback",
        ] {
            let request = Authorization::new(stack.issuer(), &app).with("redirect_uri", other);
            assert_error_page(&request.start(&UserAgent::new()).await.expect_page());
        }
    }
    // A server-side client on `localhost` has a fixed port.
    let mut web = native(&json!([REGISTERED]));
    web["token_endpoint_auth_method"] = json!("client_secret_basic");
    let web = TestClient {
        redirect_uri: PRESENTED.to_owned(),
        ..client(&registered(stack, &web).await)
    };
    let request = Authorization::new(stack.issuer(), &web);
    assert_error_page(&request.start(&UserAgent::new()).await.expect_page());
}

async fn rfc_7591_3_2_1_allowed_redirect_uris_are_registered(stack: &Stack) {
    for (requested, expected) in [
        (
            json!(["cursor://anysphere.cursor-mcp/oauth/callback", REGISTERED]),
            json!(["cursor://anysphere.cursor-mcp/oauth/callback", REGISTERED]),
        ),
        (
            json!(["vscode://editor/callback", REGISTERED]),
            json!([REGISTERED]),
        ),
        (
            json!([
                "edu.kit.data.oidc-agent:/redirect",
                "http://localhost:8080",
                "http://localhost:4242"
            ]),
            json!(["http://localhost:8080", "http://localhost:4242"]),
        ),
    ] {
        let received = registered(stack, &native(&requested)).await;
        assert_eq!(received["redirect_uris"], expected);
        // The response says what is missing, and why.
        let requested = requested.as_array().unwrap();
        let registered = expected.as_array().unwrap();
        let lost = requested.iter().filter(|uri| !registered.contains(uri));
        let lost: Vec<_> = lost.collect();
        let listed = received["not_registered"].as_array();
        let listed = listed.into_iter().flatten();
        let listed = listed.filter(|item| item["member"] == "redirect_uris");
        let listed: Vec<_> = listed.map(|item| &item["value"]).collect();
        assert_eq!(listed, lost);
    }
    // An error names the setting, and a scheme that runs code is an error beside others too.
    for (requested, setting) in [
        (json!(["vscode://editor/callback"]), "redirect_schemes"),
        (
            json!(["edu.kit.data.oidc-agent:/redirect"]),
            "redirect_schemes",
        ),
        (json!(["javascript:alert(1)", REGISTERED]), "javascript"),
    ] {
        let page: Page = register(stack, None, &native(&requested)).await;
        assert_oauth_error(&page, 400, "invalid_redirect_uri");
        assert!(page.text().contains(setting), "{}", page.dump());
    }
}

async fn rfc_7591_3_2_1_allowed_scopes_are_registered(stack: &Stack) {
    let received = registered(stack, &native(&json!([PRESENTED]))).await;
    assert_eq!(received["scope"], "openid email");
    let left_out = received["not_registered"].as_array().unwrap();
    let scopes = left_out.iter().filter(|item| item["member"] == "scope");
    assert!(scopes.clone().count() > 0, "{received}");
    let mut reasons = scopes.map(|item| item["reason"].as_str().unwrap());
    assert!(
        reasons.all(|reason| reason.contains("client_registration.scopes")),
        "{received}"
    );
    let app = client(&received);
    let answer = signed_in(stack, &app).await;
    assert_eq!(answer["scope"], "openid email", "{answer}");
    // A refresh with the scope of the request is not an error either.
    let token = answer["refresh_token"].as_str().unwrap();
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("scope", "openid email offline_access"),
    ];
    let answer = tokens(&stack.token(&app, &fields).await);
    assert_eq!(answer["scope"], "openid email", "{answer}");
    // Other scopes that the client does not have are an error.
    let request = Authorization::new(stack.issuer(), &app).with("scope", "openid tasks:read");
    let page = request.start(&UserAgent::new()).await.expect_page();
    let links = page.attributes("main a[rel=noreferrer]", "href");
    assert!(links[0].contains("error=invalid_scope"), "{links:?}");
}
