//! Tests of `X-Tenant-ID` and `organization` beside a pushed or signed request: they are ignored
//! and cause no conflict (RFC 9101 §6.3, RFC 9126 §4, decision 42).

use doorward_access::clock::Clock as _;
use doorward_testkit::{Authorization, Page, Stack, UserAgent, flows, jwt};
use serde_json::json;

use crate::organization;
use crate::support::{assert_oauth_error, text, tokens};
use crate::support_keys::TestKey;

flows!(
    rfc_9126_4_rejects_different_organization_beside_par,
    rfc_9101_6_3_rejects_different_organization_beside_jar,
    rfc_9126_2_1_rejects_different_organization_in_pushed_jar,
);

const SCOPE: &str = "openid tasks:read";

fn asked(stack: &Stack) -> Authorization {
    Authorization::new(stack.issuer(), &stack.seed.trusted).with("scope", SCOPE)
}

/// Returns a request with only the client ID and this parameter.
fn only(stack: &Stack, name: &str, value: &str) -> Authorization {
    let mut request = asked(stack);
    for (name, _) in asked(stack).pairs() {
        if name != "client_id" {
            request = request.is_disabled(name);
        }
    }
    request.with(name, value)
}

/// Pushes the request with these form fields and this `X-Tenant-ID` header.
async fn push(stack: &Stack, fields: &[(&str, &str)], tenant: Option<&str>) -> Page {
    let (client, agent) = (&stack.seed.trusted, UserAgent::new());
    let mut request = client.request(agent.http(), &stack.at("/oauth2/par"), fields);
    if let Some(tenant) = tenant {
        request = request.header("x-tenant-id", tenant);
    }
    agent.send(request).await
}

/// Returns a browser signed in as alice, which gets a response at once.
async fn alice(stack: &Stack) -> UserAgent {
    let agent = UserAgent::new();
    asked(stack).complete(&agent, "alice").await.code();
    agent
}

/// Returns the response to the client if the browser sends this header.
async fn answer(
    stack: &Stack,
    agent: &UserAgent,
    request: &Authorization,
    tenant: Option<&str>,
) -> std::collections::BTreeMap<String, String> {
    let mut get = agent.http().get(request.url());
    if let Some(tenant) = tenant {
        get = get.header("x-tenant-id", tenant);
    }
    let page = agent.send(get).await;
    asked(stack).follow(agent, page).await.expect_client()
}

/// Header, parameter, and whether they give a code for `acme`.
const CASES: [(Option<&str>, Option<&str>, bool); 5] = [
    (None, None, true),
    (Some("acme"), None, true),
    (None, Some("acme"), true),
    (Some("zeta"), None, false),
    (None, Some("zeta"), false),
];

async fn check(
    stack: &Stack,
    agent: &UserAgent,
    request: Authorization,
    (header, parameter, fits): (Option<&str>, Option<&str>, bool),
) {
    let request = match parameter {
        Some(slug) => request.with("organization", slug),
        None => request,
    };
    let answer = answer(stack, agent, &request, header).await;
    if fits {
        let json = tokens(&stack.exchange(&stack.seed.trusted, &answer["code"]).await);
        assert_eq!(jwt::claims(&text(&json, "access_token"))["org"], "acme");
    } else {
        assert_eq!(
            answer["error"], "invalid_request",
            "{header:?} {parameter:?}"
        );
        assert_eq!(answer["iss"], stack.issuer());
    }
}

async fn rfc_9126_4_rejects_different_organization_beside_par(stack: &Stack) {
    organization::seed(stack).await;
    let agent = alice(stack).await;
    let request = asked(stack).with("organization", "acme");
    let fields = request.pairs();
    for case in CASES {
        let pushed = push(stack, &fields, None).await;
        assert_eq!(pushed.status, 201, "{}", pushed.dump());
        let name = text(&pushed.json(), "request_uri");
        check(stack, &agent, only(stack, "request_uri", &name), case).await;
        if !case.2 {
            // The rejected request was not consumed.
            check(stack, &agent, only(stack, "request_uri", &name), CASES[0]).await;
        }
    }
    // A request without an organization does not get one from the header.
    let plain = asked(stack);
    let pushed = push(stack, &plain.pairs(), None).await;
    let name = text(&pushed.json(), "request_uri");
    let received = answer(
        stack,
        &agent,
        &only(stack, "request_uri", &name),
        Some("acme"),
    )
    .await;
    assert_eq!(received["error"], "invalid_request");
    // A header in the client's own push is part of the request.
    let pushed = push(stack, &plain.pairs(), Some("acme")).await;
    let name = text(&pushed.json(), "request_uri");
    check(stack, &agent, only(stack, "request_uri", &name), CASES[0]).await;
}

async fn object(stack: &Stack, organization: &str) -> String {
    let key = TestKey::new("ES256", "one");
    stack
        .change_client(&stack.seed.trusted.id, |client| {
            client.jwks = Some(key.jwks());
        })
        .await;
    let mut claims = json!({
        "iss": stack.seed.trusted.id, "aud": stack.issuer(), "exp": stack.clock.now() + 60,
        "organization": organization,
    });
    for (name, value) in asked(stack).pairs() {
        claims[name] = json!(value);
    }
    key.sign(Some("oauth-authz-req+jwt"), &claims)
}

async fn rfc_9101_6_3_rejects_different_organization_beside_jar(stack: &Stack) {
    organization::seed(stack).await;
    let agent = alice(stack).await;
    for case in CASES {
        let object = object(stack, "acme").await;
        check(stack, &agent, only(stack, "request", &object), case).await;
    }
}

async fn rfc_9126_2_1_rejects_different_organization_in_pushed_jar(stack: &Stack) {
    organization::seed(stack).await;
    let object = object(stack, "acme").await;
    let id = &stack.seed.trusted.id;
    let fields = [("client_id", id.as_str()), ("request", &object)];
    for tenant in [None, Some("acme")] {
        let page = push(stack, &fields, tenant).await;
        assert_eq!(page.status, 201, "{}", page.dump());
    }
    let page = push(stack, &fields, Some("zeta")).await;
    assert_oauth_error(&page, 400, "invalid_request");
}
