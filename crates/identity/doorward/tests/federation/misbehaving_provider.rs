//! Tests of a misbehaving identity provider, and of users with forged parameters: no sign-in
//! succeeds, and nothing is stored (RFC 9700 §4.4).

use doorward_domain::model::AuditKind;
use doorward_testkit::upstream::{Misbehavior, Upstream};
use doorward_testkit::{Page, UserAgent};
use futures_util::future::join_all;
use serde_json::json;

use crate::on_both;
use crate::world::{World, jane, location};

on_both!(
    each_misbehavior_is_rejected,
    unavailable_provider_is_reported,
    code_counts_once_among_16_in_parallel,
    repeated_callback_records_single_event,
    fe_5_login_state_is_bound_to_browser,
    fe_5_forged_or_old_login_state_is_rejected,
    oa_31_rejects_response_of_different_provider,
    code_of_other_user_is_rejected_by_pkce,
    new_upstream_key_is_accepted_at_once_within_bound,
    ss_1_provider_on_internal_address_is_not_contacted,
    name_with_markup_stays_name,
);

async fn linked(world: &World<'_>) {
    world.upstream.set_claims(jane());
    let page = world.link(&UserAgent::new(), "alice").await;
    assert_eq!(location(&page), "/account/providers?done=linked");
}

async fn assert_signed_out(
    world: &World<'_>,
    agent: &UserAgent,
    page: &Page,
    status: u16,
    name: &str,
) {
    assert_eq!(page.status, status, "{name}: {}", page.dump());
    assert!(!world.is_signed_in(agent).await, "{name}");
    // The other sign-in methods are offered, and the page states what to do.
    if status != 400 {
        assert!(page.has("#login"), "{name}: {}", page.dump());
        assert!(page.has("[role=alert]"), "{name}: {}", page.dump());
    }
}

async fn each_misbehavior_is_rejected(world: &World<'_>) {
    linked(world).await;
    for lie in [
        Misbehavior::Nonce,
        Misbehavior::NoNonce,
        Misbehavior::Issuer,
        Misbehavior::Audience,
        Misbehavior::TwoAudiences,
        Misbehavior::AuthorizedParty,
        Misbehavior::Expired,
        Misbehavior::ForeignKey,
        Misbehavior::SharedSecret,
        Misbehavior::Unsigned,
        Misbehavior::AccessTokenHash,
        Misbehavior::NoIdToken,
        Misbehavior::ResponseIssuer,
        Misbehavior::NoResponseIssuer,
        Misbehavior::NoSubject,
        Misbehavior::Encrypted,
        Misbehavior::Refuses,
    ] {
        world.upstream.set_misbehavior(lie);
        let agent = UserAgent::new();
        let page = world.sign_in(&agent).await;
        assert_signed_out(world, &agent, &page, 401, &format!("{lie:?}")).await;
    }
    // The UserInfo response must have the same subject as the ID token.
    let mut person = jane();
    person.as_object_mut().unwrap().remove("email");
    world.upstream.set_claims(person);
    world.upstream.userinfo(jane());
    world.upstream.set_misbehavior(Misbehavior::UserinfoSubject);
    let agent = UserAgent::new();
    let page = world.sign_in(&agent).await;
    assert_signed_out(world, &agent, &page, 401, "user information").await;
    world.upstream.repents();
    let page = world.sign_in(&agent).await;
    assert_eq!(location(&page), "/account");
}

async fn unavailable_provider_is_reported(world: &World<'_>) {
    linked(world).await;
    for lie in [Misbehavior::Huge, Misbehavior::Slow] {
        world.upstream.set_misbehavior(lie);
        let agent = UserAgent::new();
        let page = world.sign_in(&agent).await;
        assert_signed_out(world, &agent, &page, 503, &format!("{lie:?}")).await;
        assert!(page.header("retry-after").is_some(), "{lie:?}");
    }
    world.upstream.set_misbehavior(Misbehavior::Denies);
    let agent = UserAgent::new();
    let page = world.sign_in(&agent).await;
    assert_signed_out(world, &agent, &page, 401, "denied").await;
    assert!(page.text().contains("You were not signed in there."));
}

async fn code_counts_once_among_16_in_parallel(world: &World<'_>) {
    linked(world).await;
    let agent = UserAgent::new();
    let login = agent.get(world.stack.at("/login")).await;
    let going = world.press(&agent, &login).await;
    let callback = world.away(&agent, &going).await;
    let pages = join_all((0..16).map(|_| agent.get(&callback))).await;
    let in_by = pages.iter().filter(|page| page.status == 303).count();
    assert_eq!(in_by, 1);
    let over = pages.iter().filter(|page| page.status == 400).count();
    assert_eq!(
        over,
        15,
        "{:?}",
        pages.iter().map(|page| page.status).collect::<Vec<_>>()
    );
    assert_eq!(
        world.upstream.request_count("/token"),
        2,
        "one token request for linking, one for the callbacks"
    );
}

async fn repeated_callback_records_single_event(world: &World<'_>) {
    linked(world).await;
    world.upstream.set_misbehavior(Misbehavior::Nonce);
    let agent = UserAgent::new();
    let login = agent.get(world.stack.at("/login")).await;
    let going = world.press(&agent, &login).await;
    let callback = world.away(&agent, &going).await;
    let failures = async || world.stack.audited(AuditKind::LoginFailed).await.len();
    let before = failures().await;
    for _ in 0..10 {
        let page = agent.get(&callback).await;
        assert!(page.status >= 400, "{}", page.dump());
    }
    assert_eq!(failures().await, before + 1);
    // Disabling the provider meanwhile does not add more failures.
    let login = agent.get(world.stack.at("/login")).await;
    let going = world.press(&agent, &login).await;
    let callback = world.away(&agent, &going).await;
    world.switch(false).await;
    for _ in 0..10 {
        agent.get(&callback).await;
    }
    assert!(failures().await <= before + 2);
}

async fn fe_5_login_state_is_bound_to_browser(world: &World<'_>) {
    linked(world).await;
    // Login CSRF: the attacker's response in the victim's browser.
    let attacker = UserAgent::new();
    let login = attacker.get(world.stack.at("/login")).await;
    let going = world.press(&attacker, &login).await;
    let callback = world.away(&attacker, &going).await;
    let victim = UserAgent::new();
    victim.get(world.stack.at("/login")).await;
    let page = victim.get(&callback).await;
    assert_signed_out(world, &victim, &page, 400, "another browser").await;
    // The response was not consumed.
    let page = attacker.get(&callback).await;
    assert_eq!(location(&page), "/account");
}

async fn fe_5_forged_or_old_login_state_is_rejected(world: &World<'_>) {
    linked(world).await;
    let agent = UserAgent::new();
    let login = agent.get(world.stack.at("/login")).await;
    let going = world.press(&agent, &login).await;
    let callback = world.away(&agent, &going).await;
    for query in [
        String::new(),
        "?code=1".to_owned(),
        format!("?code=1&state={}", "A".repeat(300)),
    ] {
        let page = agent
            .get(world.stack.at(&format!("/login/callback/acme{query}")))
            .await;
        assert_signed_out(world, &agent, &page, 400, &query).await;
    }
    world.stack.clock.advance(10 * 60);
    let page = agent.get(&callback).await;
    assert_signed_out(world, &agent, &page, 400, "old").await;
    assert_eq!(
        world.upstream.request_count("/token"),
        1,
        "no token request was sent"
    );
}

async fn oa_31_rejects_response_of_different_provider(world: &World<'_>) {
    linked(world).await;
    let evil = Upstream::start(world.upstream_now());
    let issuer = evil.issuer().to_owned();
    world.named("evil", |spec| spec.issuer = Some(issuer)).await;
    let agent = UserAgent::new();
    let login = agent.get(world.stack.at("/login")).await;
    // The user selected the malicious provider, which redirects to the honest one with its own
    // state.
    let mut form = login.form("#login");
    form.action = form.action.join("/login/with/evil").unwrap();
    let going = agent.submit(&form).await;
    let link = going.link_of("main a.btn.primary").unwrap();
    let state = link
        .query_pairs()
        .find(|(name, _)| name == "state")
        .unwrap()
        .1
        .into_owned();
    let honest = world.press(&agent, &login).await;
    let callback = world.away(&agent, &honest).await;
    let mut mixed = url::Url::parse(&callback).unwrap();
    let code = mixed
        .query_pairs()
        .find(|(name, _)| name == "code")
        .unwrap()
        .1
        .into_owned();
    for path in ["/login/callback/evil", "/login/callback/acme"] {
        mixed.set_path(path);
        mixed
            .query_pairs_mut()
            .clear()
            .append_pair("code", &code)
            .append_pair("state", &state);
        let page = agent.get(mixed.as_str()).await;
        assert!(page.status == 400 || page.status == 401, "{}", page.dump());
        assert!(!world.is_signed_in(&agent).await);
    }
    assert_eq!(
        evil.request_count("/token"),
        0,
        "the honest provider's code was not sent to the other"
    );
}

/// Returns a query parameter of an address.
fn part(url: &str, name: &str) -> String {
    let url = url::Url::parse(url).unwrap();
    let mut pairs = url.query_pairs();
    let found = pairs.find(|(item, _)| item == name);
    found.expect("a parameter").1.into_owned()
}

async fn code_of_other_user_is_rejected_by_pkce(world: &World<'_>) {
    linked(world).await;
    let victim = UserAgent::new();
    let login = victim.get(world.stack.at("/login")).await;
    let stolen = world
        .away(&victim, &world.press(&victim, &login).await)
        .await;
    let attacker = UserAgent::new();
    let login = attacker.get(world.stack.at("/login")).await;
    let own = world
        .away(&attacker, &world.press(&attacker, &login).await)
        .await;
    let code = part(&stolen, "code");
    let mut injected = url::Url::parse(&own).unwrap();
    let (state, issuer) = (part(&own, "state"), part(&own, "iss"));
    let mut pairs = injected.query_pairs_mut();
    pairs
        .clear()
        .append_pair("code", &code)
        .append_pair("state", &state)
        .append_pair("iss", &issuer);
    drop(pairs);
    let page = attacker.get(injected.as_str()).await;
    assert_signed_out(world, &attacker, &page, 401, "an injected code").await;
}

async fn new_upstream_key_is_accepted_at_once_within_bound(world: &World<'_>) {
    linked(world).await;
    let fetched = || world.upstream.request_count("/jwks");
    let before = fetched();
    for rotations in 1..=3 {
        world.upstream.rotate();
        let page = world.sign_in(&UserAgent::new()).await;
        assert_eq!(location(&page), "/account", "{rotations}");
        assert_eq!(fetched(), before + rotations);
    }
    // Tokens that cannot be verified do not cause any number of fetches.
    world.upstream.rotate();
    for _ in 0..3 {
        let agent = UserAgent::new();
        let page = world.sign_in(&agent).await;
        assert_signed_out(world, &agent, &page, 401, "too often").await;
        assert!(
            page.text().contains("no valid signature"),
            "{}",
            page.dump()
        );
    }
    assert_eq!(fetched(), before + 3);
    world.stack.clock.advance(60);
    world.upstream.set_time(world.upstream_now());
    // Of sign-ins at once, one fetches.
    let agents: Vec<_> = (0..4).map(|_| UserAgent::new()).collect();
    let pages = join_all(agents.iter().map(|agent| world.sign_in(agent))).await;
    for page in pages {
        assert_eq!(location(&page), "/account");
    }
    assert_eq!(fetched(), before + 4);
}

async fn ss_1_provider_on_internal_address_is_not_contacted(world: &World<'_>) {
    for (id, issuer) in [
        ("metadata", "https://169.254.169.254"),
        ("private", "https://10.0.0.1"),
        ("six", "https://[fd00:ec2::254]"),
    ] {
        world
            .named(id, |spec| spec.issuer = Some(issuer.to_owned()))
            .await;
        let agent = UserAgent::new();
        let login = agent.get(world.stack.at("/login")).await;
        let mut form = login.form("#login");
        form.action = form.action.join(&format!("/login/with/{id}")).unwrap();
        let page = agent.submit(&form).await;
        assert_signed_out(world, &agent, &page, 503, issuer).await;
        // The page reveals nothing about the internal network.
        assert!(!page.text().contains("address"), "{}", page.dump());
    }
}

async fn name_with_markup_stays_name(world: &World<'_>) {
    let mut person = jane();
    person["email"] = json!("\"<script>alert(1)</script>\"@upstream.example");
    person["preferred_username"] = json!("<b>x</b>");
    world.upstream.set_claims(person);
    let agent = UserAgent::new();
    let page = world.sign_in(&agent).await;
    assert_eq!(location(&page), "/login/new");
    let page = agent.get(world.stack.at("/login/new")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(!page.text().contains("<script>alert"), "{}", page.dump());
    assert!(!page.text().contains("<b>x"), "{}", page.dump());
}
