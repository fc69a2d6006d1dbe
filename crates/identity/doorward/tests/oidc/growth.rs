//! Tests of the limits on rows that clients and anonymous callers create.

use std::time::Duration;

use doorward_access::clock::Clock as _;
use doorward_domain::model::AccessTokenFormat;
use doorward_protocol::token::GrantType;
use doorward_testkit::{Authorization, Stack, UserAgent, both_backends_with, rows};

use crate::support::userinfo;
use crate::{device, par};

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
both_backends_with!(
    HUNDRED;
    anonymous_request_beyond_limit_is_unavailable,
    each_kind_of_request_is_limited_and_removed_soon,
);

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

/// Inserts a hundred open requests of each kind, which expire in ten minutes.
async fn flood(stack: &Stack) {
    let url = &stack.storage().identity;
    let hash = if url.starts_with("postgres") {
        "sha256(CAST(CAST(n AS text) AS bytea))"
    } else {
        "randomblob(32)"
    };
    let (now, seed) = (stack.clock.now(), &stack.seed);
    let (end, web, device) = (now + 600, &seed.web.id, &seed.device.id);
    let numbers = "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 100)";
    for insert in [
        format!(
            "INSERT INTO interactions (id, browser_hash, request, client_id, account_chosen, \
             created_at, expires_at) {numbers} \
             SELECT 'flood-' || n, {hash}, '{{}}', '{web}', false, {now}, {end} FROM s"
        ),
        format!(
            "INSERT INTO pushed_requests (hash, client_id, params, signed, expires_at) {numbers} \
             SELECT {hash}, '{web}', 'flood', false, {end} FROM s"
        ),
        format!(
            "INSERT INTO device_requests (id, device_hash, user_code, client_id, scope, resources, ip, \
             created_at, expires_at, poll_interval) {numbers} SELECT 'flood-' || n, {hash}, \
             'FLOOD' || n, '{device}', 'openid', '[]', '127.0.0.1', {now}, {end}, 5 FROM s"
        ),
    ] {
        rows::execute(url, &insert).await;
    }
}

/// Returns the numbers of rows that are left of the flood.
async fn flooded(stack: &Stack) -> Vec<String> {
    let count = |rows: &str| format!("SELECT CAST(COUNT(*) AS text) AS text FROM {rows}");
    let all = [
        "interactions WHERE id LIKE 'flood-%'",
        "pushed_requests WHERE params = 'flood'",
        "device_requests WHERE id LIKE 'flood-%'",
    ];
    let query = all.map(count).join(" UNION ALL ");
    rows::query_text(&stack.storage().identity, &query).await
}

async fn each_kind_of_request_is_limited_and_removed_soon(stack: &Stack) {
    flood(stack).await;
    let seed = &stack.seed;
    let request = Authorization::new(stack.issuer(), &seed.web);
    let answers = async || {
        [
            UserAgent::new().get(request.url()).await,
            par::push(stack, &seed.web, &request).await,
            device::begin(stack, &seed.device, &[("scope", "openid")]).await,
        ]
    };
    for refused in answers().await {
        assert_eq!(refused.status, 503, "{}", refused.dump());
        let wait = refused.header("retry-after");
        assert!(wait.is_some(), "{}", refused.dump());
    }
    stack.clock.advance(601);
    let statuses = answers().await.map(|page| page.status);
    assert_eq!(statuses, [303, 201, 200], "the others have expired");
    assert_eq!(flooded(stack).await, ["100", "100", "100"]);
    // A late poll of a device is answered for ten minutes, an expired sign-in starts again for an hour.
    stack.clock.advance(3_600);
    let _replica = stack.sweeper().await;
    let removed = async {
        while flooded(stack).await != ["0", "0", "0"] {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let done = tokio::time::timeout(Duration::from_secs(30), removed).await;
    assert!(done.is_ok(), "{:?} rows are left", flooded(stack).await);
}
