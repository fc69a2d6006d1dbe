//! Tests of the limits on rows that clients and anonymous callers create.

use doorward_access::clock::Clock as _;
use doorward_domain::model::AccessTokenFormat;
use doorward_protocol::token::GrantType;
use doorward_testkit::{Authorization, Stack, UserAgent, both_backends_with, rows};

use crate::support::userinfo;

/// The limits of a deployment with two refresh tokens for each user and client.
const TWO: &[(&str, &str)] = &[
    ("DOORWARD__LIMITS__MULTIPLIER", "1"),
    ("DOORWARD__LIMITS__GRANTS_PER_CLIENT", "2"),
];
/// The limits of a deployment with a hundred open requests.
const HUNDRED: &[(&str, &str)] = &[
    ("DOORWARD__LIMITS__MULTIPLIER", "1"),
    ("DOORWARD__LIMITS__OPEN_REQUESTS", "100"),
];

both_backends_with!(
    TWO;
    refresh_token_beyond_limit_ends_oldest,
    grant_without_refresh_token_beyond_limit_ends_oldest,
    opaque_token_beyond_limit_ends_oldest,
);
both_backends_with!(HUNDRED; anonymous_request_beyond_limit_is_unavailable);

async fn refresh_token_beyond_limit_ends_oldest(stack: &Stack) {
    let (agent, client) = (UserAgent::new(), &stack.seed.trusted);
    let mut tokens = Vec::new();
    for number in 0..4 {
        let request = Authorization::new(stack.issuer(), client);
        let request = request.with("scope", "openid offline_access");
        let code = request.complete(&agent, "alice").await.code();
        let answer = stack.exchange(client, &code).await;
        assert_eq!(answer.status, 200, "{number}: {}", answer.dump());
        let token = answer.member("refresh_token").expect("a refresh token");
        tokens.push(token);
        stack.clock.advance(1);
    }
    // Another user of the same client has a limit of their own.
    let other = UserAgent::new();
    let request = Authorization::new(stack.issuer(), client);
    let request = request.with("scope", "openid offline_access");
    let code = request.complete(&other, "bob").await.code();
    assert_eq!(stack.exchange(client, &code).await.status, 200);
    for (number, token) in tokens.iter().enumerate() {
        let answer = stack.refresh(client, token).await;
        let expected = if number < 2 { 400 } else { 200 };
        assert_eq!(answer.status, expected, "{number}: {}", answer.dump());
    }
}

async fn grant_without_refresh_token_beyond_limit_ends_oldest(stack: &Stack) {
    let (agent, client) = (UserAgent::new(), &stack.seed.trusted);
    let no_refresh = |one: &mut doorward_domain::model::Client| {
        one.grant_types
            .retain(|grant| *grant != GrantType::RefreshToken);
    };
    stack.change_client(&client.id, no_refresh).await;
    let mut tokens = Vec::new();
    for number in 0..22 {
        let request = Authorization::new(stack.issuer(), client);
        let code = request.complete(&agent, "alice").await.code();
        let answer = stack.exchange(client, &code).await;
        assert_eq!(answer.status, 200, "{number}: {}", answer.dump());
        assert_eq!(answer.member("refresh_token"), None);
        tokens.push(answer.member("access_token").expect("a token"));
        stack.clock.advance(1);
    }
    for (number, token) in tokens.iter().enumerate() {
        let answer = userinfo(stack, token).await.status;
        // Ten times the limit of refresh tokens.
        let expected = if number < 2 { 401 } else { 200 };
        assert_eq!(answer, expected, "{number}");
    }
}

async fn opaque_token_beyond_limit_ends_oldest(stack: &Stack) {
    let (agent, client) = (UserAgent::new(), &stack.seed.trusted);
    let opaque = |one: &mut doorward_domain::model::Client| {
        one.access_token_format = AccessTokenFormat::Opaque;
    };
    stack.change_client(&client.id, opaque).await;
    let request = Authorization::new(stack.issuer(), client);
    let request = request.with("scope", "openid offline_access");
    let code = request.complete(&agent, "alice").await.code();
    let mut answer = stack.exchange(client, &code).await;
    let mut tokens = Vec::new();
    for _ in 0..4 {
        tokens.push(answer.member("access_token").expect("a token"));
        stack.clock.advance(1);
        let refresh = answer.member("refresh_token").expect("a refresh token");
        answer = stack.refresh(client, &refresh).await;
    }
    tokens.push(answer.member("access_token").expect("a token"));
    for (number, token) in tokens.iter().enumerate() {
        let answer = userinfo(stack, token).await.status;
        let expected = if number < 3 { 401 } else { 200 };
        assert_eq!(answer, expected, "{number}");
    }
}

async fn anonymous_request_beyond_limit_is_unavailable(stack: &Stack) {
    let (signed_in, client) = (UserAgent::new(), &stack.seed.trusted);
    let request = Authorization::new(stack.issuer(), client);
    request.complete(&signed_in, "alice").await.code();
    let now = stack.clock.now();
    let rows: Vec<String> = (0..100)
        .map(|number| {
            let end = now + 1_800;
            format!("('flood-{number}', 'x', '{{}}', 'x', false, {now}, {end})")
        })
        .collect();
    let insert = format!(
        "INSERT INTO interactions \
         (id, browser_hash, request, client_id, account_chosen, created_at, expires_at) VALUES {}",
        rows.join(", ")
    );
    rows::execute(&stack.storage().identity, &insert).await;
    // The former count is a minute old.
    stack.clock.advance(61);
    let refused = UserAgent::new().get(request.url()).await;
    assert_eq!(refused.status, 503, "{}", refused.dump());
    assert!(
        refused.header("retry-after").is_some(),
        "{}",
        refused.dump()
    );
    let answer = signed_in.get(request.url()).await;
    assert_eq!(answer.status, 303, "{}", answer.dump());
    // They expire, and others may begin.
    stack.clock.advance(1_800);
    let page = UserAgent::new().get(request.url()).await;
    assert_eq!(page.status, 303, "{}", page.dump());
}
