//! Tests that a linked account signs in, and that its tokens state the authentication correctly.

use doorward_admin::operator::AdminContext;
use doorward_admin::roles;
use doorward_domain::model::AuditKind;
use doorward_testkit::upstream::CLIENT_ID;
use doorward_testkit::{Authorization, UserAgent, jwt};
use serde_json::json;

use crate::on_both;
use crate::world::{World, jane, location};

on_both!(
    linked_account_signs_in_with_two_clicks,
    client_gets_upstream_auth_time_and_fed_amr,
    state_nonce_and_pkce_are_sent_and_new_each_time,
    further_parameters_are_sent_to_provider,
    second_factor_is_required_after_federated_sign_in,
    trusted_upstream_mfa_counts_as_two_factors,
    reauthentication_is_requested_from_provider,
    max_age_is_sent_to_provider_and_checked,
    fe_4_disabled_provider_is_rejected_on_each_path,
    rejects_fe_6_disabled_user,
    fe_1_changed_upstream_address_keeps_linked_user,
    roles_follow_upstream_groups,
    last_used_provider_is_listed_first,
    remember_choice_survives_federated_sign_in,
);

async fn linked(world: &World<'_>) {
    world.upstream.set_claims(jane());
    let page = world.link(&UserAgent::new(), "alice").await;
    assert_eq!(location(&page), "/account/providers?done=linked");
}

async fn linked_account_signs_in_with_two_clicks(world: &World<'_>) {
    linked(world).await;
    let agent = UserAgent::new();
    let page = world.sign_in(&agent).await;
    assert_eq!(location(&page), "/account");
    assert!(world.is_signed_in(&agent).await);
    let done = world.stack.audited(AuditKind::LoginSucceeded).await;
    let by_provider = done
        .iter()
        .filter(|done| done.detail["method"] == "provider");
    let providers: Vec<_> = by_provider
        .map(|by_provider| by_provider.detail["provider"].clone())
        .collect();
    assert_eq!(providers, ["acme"]);
}

async fn client_gets_upstream_auth_time_and_fed_amr(world: &World<'_>) {
    linked(world).await;
    // The session at the identity provider is older than the sign-in here.
    let seen = world.upstream_now() - 1000;
    let mut person = jane();
    person["auth_time"] = json!(seen);
    world.upstream.set_claims(person);
    let client = &world.stack.seed.trusted;
    let request = Authorization::new(world.stack.issuer(), client).with("scope", "openid");
    let agent = UserAgent::new();
    let page = request.start(&agent).await.expect_page();
    let page = world.through(&agent, &page).await;
    let code = request.follow(&agent, page).await.code();
    let tokens = world.stack.exchange(client, &code).await;
    let claims = jwt::claims(&tokens.member("id_token").unwrap());
    assert_eq!(claims["acr"], "aal1", "{claims}");
    assert_eq!(claims["amr"], json!(["fed"]), "{claims}");
    assert_eq!(claims["auth_time"], json!(seen), "{claims}");
    assert_eq!(
        claims["sub"],
        json!(world.user("alice").await.id.to_string())
    );
}

async fn state_nonce_and_pkce_are_sent_and_new_each_time(world: &World<'_>) {
    linked(world).await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        world.sign_in(&UserAgent::new()).await;
        let sent = world.upstream.last("/authorize").unwrap();
        let of = |name: &str| {
            let found = sent.iter().find(|(item, _)| item == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        assert_eq!(of("response_type"), "code");
        assert_eq!(of("client_id"), CLIENT_ID);
        assert_eq!(of("code_challenge_method"), "S256");
        assert_eq!(of("scope"), "openid email profile");
        let back = world.stack.at("/login/callback/acme");
        assert_eq!(of("redirect_uri"), back);
        for name in ["state", "nonce", "code_challenge"] {
            assert!(of(name).len() >= 43, "{name}: {}", of(name));
            assert!(!seen.contains(&of(name)), "{name} again");
            seen.push(of(name));
        }
    }
}

async fn further_parameters_are_sent_to_provider(world: &World<'_>) {
    linked(world).await;
    let further = [
        ("access_type", "offline"),
        ("hd", "acme example&x=y"),
        ("prompt", "select_account"),
    ];
    let further = further.map(|(name, value)| (name.to_owned(), value.to_owned()));
    world
        .provider(|spec| spec.authorization_parameters = Some(further.clone().into()))
        .await;
    world.sign_in(&UserAgent::new()).await;
    let sent = world.upstream.last("/authorize").unwrap();
    for pair in &further {
        assert!(sent.contains(pair), "{pair:?}: {sent:?}");
    }
    // Each parameter is sent once, and those of the protocol are unchanged.
    let mut names: Vec<_> = sent.iter().map(|(name, _)| name.clone()).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), sent.len(), "{sent:?}");
    assert!(sent.contains(&("client_id".to_owned(), CLIENT_ID.to_owned())));
    // A new sign-in takes precedence over the operator's prompt.
    let client = &world.stack.seed.trusted;
    let request = Authorization::new(world.stack.issuer(), client)
        .with("scope", "openid")
        .with("prompt", "login");
    let agent = UserAgent::new();
    let page = request.start(&agent).await.expect_page();
    world.through(&agent, &page).await;
    let sent = world.upstream.last("/authorize").unwrap();
    let prompts: Vec<_> = sent.iter().filter(|(name, _)| name == "prompt").collect();
    assert_eq!(prompts, [&("prompt".to_owned(), "login".to_owned())]);
    assert!(sent.contains(&further[0]), "{sent:?}");
}

async fn second_factor_is_required_after_federated_sign_in(world: &World<'_>) {
    linked(world).await;
    world.enrol_app("alice").await;
    let agent = UserAgent::new();
    let page = world.sign_in(&agent).await;
    assert!(
        location(&page).starts_with("/login/2fa?"),
        "{}",
        page.dump()
    );
    assert!(!world.is_signed_in(&agent).await);
}

async fn trusted_upstream_mfa_counts_as_two_factors(world: &World<'_>) {
    linked(world).await;
    world.enrol_app("alice").await;
    let mut person = jane();
    person["amr"] = json!(["pwd", "mfa"]);
    world.upstream.set_claims(person);
    // Only if the operator has configured it.
    let agent = UserAgent::new();
    let page = world.sign_in(&agent).await;
    assert!(
        location(&page).starts_with("/login/2fa?"),
        "{}",
        page.dump()
    );
    world.provider(|spec| spec.trusts_mfa = Some(true)).await;
    let client = &world.stack.seed.trusted;
    let request = Authorization::new(world.stack.issuer(), client).with("scope", "openid");
    let agent = UserAgent::new();
    let page = request.start(&agent).await.expect_page();
    let page = world.through(&agent, &page).await;
    let code = request.follow(&agent, page).await.code();
    let tokens = world.stack.exchange(client, &code).await;
    let claims = jwt::claims(&tokens.member("id_token").unwrap());
    assert_eq!(claims["acr"], "aal2", "{claims}");
    assert_eq!(claims["amr"], json!(["fed", "mfa"]), "{claims}");
    // And only if the provider asserts the second factor.
    world.upstream.set_claims(jane());
    let page = world.sign_in(&UserAgent::new()).await;
    assert!(
        location(&page).starts_with("/login/2fa?"),
        "{}",
        page.dump()
    );
}

async fn reauthentication_is_requested_from_provider(world: &World<'_>) {
    linked(world).await;
    let client = &world.stack.seed.trusted;
    let request = Authorization::new(world.stack.issuer(), client);
    let request = request.with("scope", "openid").with("prompt", "login");
    let agent = UserAgent::new();
    let page = request.start(&agent).await.expect_page();
    let page = world.through(&agent, &page).await;
    let sent = world.upstream.last("/authorize").unwrap();
    assert!(
        sent.contains(&("prompt".to_owned(), "login".to_owned())),
        "{sent:?}"
    );
    assert!(
        sent.contains(&("max_age".to_owned(), "0".to_owned())),
        "{sent:?}"
    );
    request.follow(&agent, page).await.code();
    // A provider that ignores the required reauthentication is rejected.
    let mut person = jane();
    person["auth_time"] = json!(world.upstream_now() - 3600);
    world.upstream.set_claims(person);
    let agent = UserAgent::new();
    let page = request.start(&agent).await.expect_page();
    let page = world.through(&agent, &page).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    assert!(!world.is_signed_in(&agent).await);
}

/// Checks that the client's `max_age` is requested from the provider and verified (OIDC Core
/// §3.1.2.1).
async fn max_age_is_sent_to_provider_and_checked(world: &World<'_>) {
    linked(world).await;
    let client = &world.stack.seed.trusted;
    let request = Authorization::new(world.stack.issuer(), client);
    let request = request.with("scope", "openid").with("max_age", "600");
    for (seen, accepted) in [(Some(300), true), (Some(3600), false), (None, false)] {
        let mut person = jane();
        person["auth_time"] = match seen {
            Some(ago) => json!(world.upstream_now() - ago),
            None => serde_json::Value::Null,
        };
        world.upstream.set_claims(person);
        let agent = UserAgent::new();
        let page = request.start(&agent).await.expect_page();
        let page = world.through(&agent, &page).await;
        let sent = world.upstream.last("/authorize").unwrap();
        let has = |name: &str, value: &str| sent.contains(&(name.to_owned(), value.to_owned()));
        assert!(has("max_age", "600"), "{sent:?}");
        assert!(!has("prompt", "login"), "{sent:?}");
        if accepted {
            let code = request.follow(&agent, page).await.code();
            let tokens = world.stack.exchange(client, &code).await;
            let claims = jwt::claims(&tokens.member("id_token").unwrap());
            assert_eq!(claims["auth_time"], json!(world.upstream_now() - 300));
        } else {
            assert_eq!(page.status, 401, "{}", page.dump());
            let words = page.text_of("main").unwrap();
            assert!(words.contains("recent sign-in"), "{words}");
            assert!(!world.is_signed_in(&agent).await);
        }
    }
}

async fn fe_4_disabled_provider_is_rejected_on_each_path(world: &World<'_>) {
    linked(world).await;
    let agent = UserAgent::new();
    let login = agent.get(world.stack.at("/login")).await;
    let going = world.press(&agent, &login).await;
    let callback = world.away(&agent, &going).await;
    let sign_up = UserAgent::new();
    world
        .upstream
        .set_claims(crate::world::claims_of("new", "new@upstream.example", true));
    let page = world.sign_in(&sign_up).await;
    assert_eq!(location(&page), "/login/new");
    let form = sign_up.get(world.stack.at("/login/new")).await;

    world.switch(false).await;
    // A user returns from the provider.
    let page = agent.get(callback).await;
    assert_eq!(page.status, 404, "{}", page.dump());
    // A user starts from a page that was already open.
    let page = world.press(&agent, &login).await;
    assert_eq!(page.status, 404, "{}", page.dump());
    // A user was about to create an account.
    let page = sign_up
        .submit(&form.form("#welcome").with("username", "newcomer"))
        .await;
    assert!(page.status >= 400, "{}", page.dump());
    let page = sign_up.get(world.stack.at("/login/new")).await;
    assert!(page.status >= 400, "{}", page.dump());
    for agent in [&agent, &sign_up] {
        assert!(!world.is_signed_in(agent).await);
    }
    // The link stays, and is shown as disabled.
    let owner = UserAgent::new();
    world.with_password(&owner, "alice").await;
    let page = owner.get(world.stack.at(crate::world::LINKS)).await;
    assert!(
        page.text_of(".rows").unwrap().contains("Disabled"),
        "{}",
        page.dump()
    );

    world.switch(true).await;
    world.upstream.set_claims(jane());
    let agent = UserAgent::new();
    let login = agent.get(world.stack.at("/login")).await;
    let form = login.form("#login");
    let mut form = form.with("identifier", "");
    form.action = form.action.join("/login/with/acme").unwrap();
    let going = agent.submit(&form).await;
    let page = world.complete_sign_in(&agent, &going).await;
    assert_eq!(location(&page), "/account");
}

async fn rejects_fe_6_disabled_user(world: &World<'_>) {
    linked(world).await;
    world.stack.disable_user("alice").await;
    let agent = UserAgent::new();
    let page = world.sign_in(&agent).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    assert!(page.text().contains("That sign-in was not accepted."));
    assert!(!world.is_signed_in(&agent).await);
    assert_eq!(world.failures().await, ["Rejected"]);
}

async fn fe_1_changed_upstream_address_keeps_linked_user(world: &World<'_>) {
    linked(world).await;
    let mut person = jane();
    person["email"] = json!("bob@example.com");
    person["preferred_username"] = json!("bob");
    world.upstream.set_claims(person);
    let agent = UserAgent::new();
    assert_eq!(location(&world.sign_in(&agent).await), "/account");
    let page = agent.get(world.stack.at("/account")).await;
    assert!(page.text().contains("alice"), "{}", page.dump());
    // A user who takes over a former name at the provider is a different user here
    // (CVE-2025-65431).
    let mut person = jane();
    person["sub"] = json!("somebody-else");
    world.upstream.set_claims(person);
    let page = world.sign_in(&UserAgent::new()).await;
    assert_eq!(location(&page), "/login/new");
    assert_eq!(world.links("alice").await.len(), 1);
}

async fn roles_follow_upstream_groups(world: &World<'_>) {
    linked(world).await;
    let table = [
        ("staff", "manager"),
        ("root", "admin"),
        ("x", "no-such-role"),
    ];
    let table = table.map(|(word, role)| (word.to_owned(), role.to_owned()));
    // A mapped role may be deleted later.
    let db = world.stack.db().await;
    let operator = AdminContext::command_line(&db, &world.stack.clock);
    roles::create(&operator, "no-such-role", "", Vec::new())
        .await
        .unwrap();
    world.provider(|spec| spec.roles = Some(table.into())).await;
    roles::delete(&operator, "no-such-role").await.unwrap();
    let say = |words: serde_json::Value| {
        let mut person = jane();
        person["roles"] = words;
        world.upstream.set_claims(person);
    };
    let before = world.roles("alice").await;
    assert!(!before.contains(&"manager".to_owned()), "{before:?}");
    say(json!(["staff", "unknown", "x"]));
    world.sign_in(&UserAgent::new()).await;
    let assigned = world.roles("alice").await;
    assert!(assigned.contains(&"manager".to_owned()), "{assigned:?}");
    assert!(!assigned.contains(&"admin".to_owned()), "{assigned:?}");
    // Roles that the provider no longer asserts are removed, and no others.
    say(json!([]));
    world.sign_in(&UserAgent::new()).await;
    assert_eq!(world.roles("alice").await, before);
    // Removing the provider removes the roles that it gave.
    say(json!(["staff"]));
    world.sign_in(&UserAgent::new()).await;
    assert_ne!(world.roles("alice").await, before);
    world.remove().await;
    assert_eq!(world.roles("alice").await, before);
    let table = [("staff".to_owned(), "manager".to_owned())];
    world.provider(|spec| spec.roles = Some(table.into())).await;
    // Roles assigned by an administrator stay, whatever the provider asserts.
    world.stack.give_role("alice", "manager").await;
    say(json!(["staff"]));
    world.sign_in(&UserAgent::new()).await;
    say(json!([]));
    world.sign_in(&UserAgent::new()).await;
    assert!(world.roles("alice").await.contains(&"manager".to_owned()));
}

async fn last_used_provider_is_listed_first(world: &World<'_>) {
    let other = "https://other.example".to_owned();
    world.named("aaa", |spec| spec.issuer = Some(other)).await;
    linked(world).await;
    let agent = UserAgent::new();
    let buttons = async || {
        let page = agent.get(world.stack.at("/login")).await;
        page.attributes("button[formaction^='/login/with/']", "formaction")
    };
    assert_eq!(buttons().await, ["/login/with/aaa", "/login/with/acme"]);
    world.sign_in(&agent).await;
    let page = agent.get(world.stack.at("/account")).await;
    agent.submit(&page.form("form[action='/logout']")).await;
    assert_eq!(buttons().await, ["/login/with/acme", "/login/with/aaa"]);
    let page = agent.get(world.stack.at("/login")).await;
    assert_eq!(page.text_of("button .pill").as_deref(), Some("Last used"));
}

async fn remember_choice_survives_federated_sign_in(world: &World<'_>) {
    linked(world).await;
    let agent = UserAgent::new();
    let login = agent.get(world.stack.at("/login")).await;
    let form = login
        .press("[formaction='/login/with/acme']")
        .and("remember", "on");
    let going = agent.submit(&form).await;
    let page = world.complete_sign_in(&agent, &going).await;
    let cookies = page.headers.get_all("set-cookie").iter();
    let mut cookies = cookies.map(|value| value.to_str().unwrap().to_owned());
    let session = cookies
        .find(|cooky| cooky.contains("doorward_session="))
        .unwrap();
    assert!(session.contains("Max-Age"), "{session}");
}
