//! Tests of sign-outs that an identity provider reports (OIDC Back-Channel Logout §2.6 and §2.7, Front-Channel
//! Logout §2).

use doorward_access::clock::Clock as _;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_domain::model::AuditKind;
use doorward_testkit::upstream::{ABSENT, Misbehavior};
use doorward_testkit::{Authorization, Page, UserAgent};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{World, jane, location};

on_both!(
    logout_2_7_session_ends_by_sid_and_sessions_by_sub,
    logout_2_6_wrong_token_ends_nothing,
    logout_2_6_token_counts_once_among_16_in_parallel,
    front_channel_ends_session_of_same_issuer,
    sid_is_kept_while_second_factor_is_awaited,
    disabled_provider_ends_nothing,
);

async fn linked(world: &World<'_>) {
    world.upstream.set_claims(jane());
    let page = world.link(&UserAgent::new(), "alice").await;
    assert_eq!(location(&page), "/account/providers?done=linked");
}

/// Signs in with the provider, which names this session.
async fn signed_in(world: &World<'_>, sid: &str) -> UserAgent {
    let mut person = jane();
    person["sid"] = json!(sid);
    world.upstream.set_claims(person);
    let agent = UserAgent::new();
    world.sign_in(&agent).await;
    assert!(world.is_signed_in(&agent).await);
    agent
}

async fn report(world: &World<'_>, token: &str) -> Page {
    let url = world.stack.at("/login/logout/acme");
    UserAgent::new().post(url, &[("logout_token", token)]).await
}

async fn end(world: &World<'_>, changes: Value) -> Page {
    report(world, &world.upstream.logout_token(&changes)).await
}

fn subject() -> Value {
    jane()["sub"].clone()
}

async fn logout_2_7_session_ends_by_sid_and_sessions_by_sub(world: &World<'_>) {
    linked(world).await;
    let by_password = UserAgent::new();
    world.with_password(&by_password, "alice").await;
    let (first, second) = (signed_in(world, "s-1").await, signed_in(world, "s-2").await);
    // A token of a client ends with the session.
    let client = &world.stack.seed.trusted;
    let request = Authorization::new(world.stack.issuer(), client);
    let code = request.complete(&first, "alice").await.code();
    let tokens = world.stack.exchange(client, &code).await;
    let access = tokens.member("access_token").unwrap();
    let is_active = async || {
        let fields = [("token", access.as_str())];
        let page = world
            .stack
            .as_client("/oauth2/introspect", client, &fields)
            .await;
        page.json()["active"] == true
    };
    assert!(is_active().await);

    // Another user's session, or one that is unknown here.
    for nothing in [
        json!({ "sid": "unknown" }),
        json!({ "sub": "somebody-else", "sid": "s-1" }),
    ] {
        let page = end(world, nothing).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        assert!(world.is_signed_in(&first).await);
    }
    let page = end(world, json!({ "sub": subject(), "sid": "s-1" })).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(!world.is_signed_in(&first).await);
    assert!(world.is_signed_in(&second).await);
    assert!(!is_active().await, "the grant ended with its session");
    let event = world
        .stack
        .audited(AuditKind::LoggedOut)
        .await
        .pop()
        .unwrap();
    assert_eq!(event.detail["provider"], "acme", "{event:?}");
    assert_eq!(
        event.subject,
        Some(world.user("alice").await.id.to_string())
    );

    let third = signed_in(world, "s-3").await;
    let page = end(world, json!({ "sub": subject() })).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    for agent in [&second, &third] {
        assert!(!world.is_signed_in(agent).await);
    }
    assert!(
        world.is_signed_in(&by_password).await,
        "it came from elsewhere"
    );
    // The reported sign-out of ended sessions succeeds (§2.7).
    assert_eq!(end(world, json!({ "sub": subject() })).await.status, 200);
}

async fn logout_2_6_wrong_token_ends_nothing(world: &World<'_>) {
    linked(world).await;
    let agent = signed_in(world, "s-1").await;
    let now = world.upstream_now();
    for change in [
        json!({ "aud": "somebody" }),
        json!({ "aud": ABSENT }),
        json!({ "iss": "https://somebody.example" }),
        json!({ "iss": ABSENT }),
        json!({ "exp": now - 61 }),
        json!({ "iat": now - 601 }),
        json!({ "iat": ABSENT }),
        json!({ "jti": ABSENT }),
        json!({ "nonce": "n" }),
        json!({ "events": ABSENT }),
        json!({ "events": {} }),
        json!({ "sid": ABSENT }),
        json!({ "sub": 7.5 }),
    ] {
        let mut claims = json!({ "sid": "s-1" });
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let page = end(world, claims).await;
        assert_eq!(page.status, 400, "{change}: {}", page.dump());
        assert_eq!(page.json()["error"], "invalid_request", "{change}");
    }
    for lie in [Misbehavior::ForeignKey, Misbehavior::Unsigned] {
        world.upstream.set_misbehavior(lie);
        let page = end(world, json!({ "sid": "s-1" })).await;
        assert_eq!(page.status, 400, "{lie:?}: {}", page.dump());
    }
    world.upstream.repents();
    for token in ["", "x", "a.b.c"] {
        assert_eq!(report(world, token).await.status, 400, "{token}");
    }
    // Each provider has its own URL: the token of another provider is refused there.
    let token = world.upstream.logout_token(&json!({ "sid": "s-1" }));
    let url = world.stack.at("/login/logout/other");
    let page = UserAgent::new()
        .post(url, &[("logout_token", &token)])
        .await;
    assert_eq!(page.status, 400, "{}", page.dump());
    assert!(world.is_signed_in(&agent).await);
}

async fn logout_2_6_token_counts_once_among_16_in_parallel(world: &World<'_>) {
    linked(world).await;
    let agent = signed_in(world, "s-1").await;
    let token = world.upstream.logout_token(&json!({ "sid": "s-1" }));
    let pages = join_all((0..16).map(|_| report(world, &token))).await;
    let accepted = pages.iter().filter(|page| page.status == 200).count();
    assert_eq!(accepted, 1);
    assert!(!world.is_signed_in(&agent).await);
    // A session with the same ID is another one.
    let agent = signed_in(world, "s-1").await;
    assert_eq!(report(world, &token).await.status, 400);
    assert!(world.is_signed_in(&agent).await);
}

async fn front_channel_ends_session_of_same_issuer(world: &World<'_>) {
    linked(world).await;
    let agent = signed_in(world, "s 1").await;
    let get = async |pairs: &[(&str, &str)]| {
        let url = world.stack.at("/login/logout/acme");
        let url = url::Url::parse_with_params(&url, pairs).unwrap();
        // A frame of another site brings no cookie.
        let request = UserAgent::new();
        let request = request
            .http()
            .get(url)
            .header("sec-fetch-site", "cross-site");
        let request = request.header("sec-fetch-dest", "iframe");
        UserAgent::new().send(request).await
    };
    let issuer = world.upstream.issuer();
    for wrong in [
        &[("iss", "https://somebody.example"), ("sid", "s 1")][..],
        &[("iss", issuer)],
        &[("sid", "s 1")],
        &[],
        &[("iss", issuer), ("sid", "s 1"), ("sid", "s 1")],
    ] {
        assert_eq!(get(wrong).await.status, 400, "{wrong:?}");
    }
    assert_eq!(
        get(&[("iss", issuer), ("sid", "unknown")]).await.status,
        200
    );
    assert!(world.is_signed_in(&agent).await);
    let page = get(&[("iss", issuer), ("sid", "s 1")]).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(!world.is_signed_in(&agent).await);
}

/// Sets an authenticator app up, and returns a recovery code.
async fn recovery_code(world: &World<'_>) -> String {
    let owner = UserAgent::new();
    world.with_password(&owner, "alice").await;
    let home = owner.get(world.stack.at("/account/security/2fa")).await;
    let page = owner.submit(&home.form("form[action$='/2fa/start']")).await;
    let page = owner.follow(page, "").await;
    let app = TotpSecret::from_base32(&page.text_of("#key").unwrap()).unwrap();
    let code = app.code_at(world.stack.clock.now());
    let page = owner
        .submit(&page.form("form:has([name=code])").with("code", &code))
        .await;
    let codes = page.text_of("ul.pair").expect("recovery codes");
    codes.split(' ').next().unwrap().to_owned()
}

async fn sid_is_kept_while_second_factor_is_awaited(world: &World<'_>) {
    linked(world).await;
    let code = recovery_code(world).await;
    let mut person = jane();
    person["sid"] = json!("s-1");
    world.upstream.set_claims(person);
    let agent = UserAgent::new();
    let page = world.sign_in(&agent).await;
    assert!(
        location(&page).starts_with("/login/2fa?"),
        "{}",
        page.dump()
    );
    let page = agent.follow(page, "").await;
    let form = page.form("form:has([name=code])").with("code", &code);
    agent.submit(&form).await;
    assert!(world.is_signed_in(&agent).await);
    assert_eq!(end(world, json!({ "sid": "s-1" })).await.status, 200);
    assert!(!world.is_signed_in(&agent).await);
}

async fn disabled_provider_ends_nothing(world: &World<'_>) {
    linked(world).await;
    let agent = signed_in(world, "s-1").await;
    world.switch(false).await;
    assert_eq!(end(world, json!({ "sid": "s-1" })).await.status, 400);
    assert!(world.is_signed_in(&agent).await);
}
