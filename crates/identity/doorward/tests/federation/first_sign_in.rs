//! Tests of the first sign-in with an identity provider: the user creates an account, or
//! authenticates to an existing one.

use doorward_domain::model::AuditKind;
use doorward_testkit::{Authorization, Page, UserAgent, jwt, rows};
use serde_json::json;

use crate::on_both;
use crate::world::{LINKS, World, claims_of, free_name, jane, location};

const MAILING: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];

on_both!(
    new_user_signs_up_in_single_form,
    taken_user_name_is_reported_and_input_is_kept,
    unverified_claimed_address_is_reported_as_taken,
    fe_2_owner_authenticates_and_links_account,
    lost_race_links_nothing,
    fe_2_trusted_address_links_if_operator_allows,
    closed_registration_is_closed_here_too,
    provider_without_registration_creates_no_account,
    pending_sign_up_is_bound_to_browser_and_expires,
);
on_both!(super::MAILING; en_1_claimed_address_is_verified_without_disclosure);

async fn arrive(world: &World<'_>, agent: &UserAgent) -> Page {
    let page = world.sign_in(agent).await;
    assert_eq!(location(&page), "/login/new", "{}", page.dump());
    let page = agent.get(world.stack.at("/login/new")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    page
}

async fn trust(world: &World<'_>) {
    world.provider(|spec| spec.trusts_email = Some(true)).await;
}

async fn new_user_signs_up_in_single_form(world: &World<'_>) {
    trust(world).await;
    world.upstream.set_claims(jane());
    let client = &world.stack.seed.trusted;
    let request = Authorization::new(world.stack.issuer(), client);
    let request = request.with("scope", "openid email profile");
    let agent = UserAgent::new();
    let page = request.start(&agent).await.expect_page();
    let page = world.through(&agent, &page).await;
    let page = agent.follow(page, "").await;
    let form = page.form("#welcome");
    assert_eq!(form.value("username"), Some("jane"));
    assert_eq!(form.value("email"), None, "the address is fixed");
    let page = agent.submit(&form).await;
    let code = request.follow(&agent, page).await.code();
    let tokens = world.stack.exchange(client, &code).await;
    let claims = jwt::claims(&tokens.member("id_token").unwrap());
    let jane = world.user("jane").await;
    assert_eq!(claims["sub"], json!(jane.id.to_string()));
    assert_eq!(jane.email, "jane@upstream.example");
    assert!(jane.email_verified);
    assert_eq!(jane.password_hash, None);
    assert_eq!(jane.profile.given_name.as_deref(), Some("Jane"));
    assert_eq!(world.links("jane").await.len(), 1);
    // The next sign-in shows no form.
    assert_eq!(
        location(&world.sign_in(&UserAgent::new()).await),
        "/account"
    );
}

async fn taken_user_name_is_reported_and_input_is_kept(world: &World<'_>) {
    trust(world).await;
    world.upstream.set_claims(jane());
    let agent = UserAgent::new();
    let page = arrive(world, &agent).await;
    let page = agent
        .submit(&page.form("#welcome").with("username", "alice"))
        .await;
    assert_eq!(page.status, 422, "{}", page.dump());
    assert_eq!(page.form("#welcome").value("username"), Some("alice"));
    let page = agent
        .submit(&page.form("#welcome").with("username", "jane-two"))
        .await;
    assert_eq!(location(&page), "/account");
    assert!(world.is_signed_in(&agent).await);
}

async fn unverified_claimed_address_is_reported_as_taken(world: &World<'_>) {
    let alice = world.user("alice").await;
    world
        .upstream
        .set_claims(claims_of("x", &alice.email, true));
    let agent = UserAgent::new();
    let page = arrive(world, &agent).await;
    let form = page.form("#welcome").with("username", "mallory");
    assert_eq!(form.value("email"), Some(alice.email.as_str()));
    let page = agent.submit(&form).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    assert!(!world.is_signed_in(&agent).await);
    let form = page
        .form("#welcome")
        .with("email", "mallory@upstream.example");
    assert_eq!(location(&agent.submit(&form).await), "/account");
    let created = world.user("mallory").await;
    assert!(
        !created.email_verified,
        "the provider's address is not trusted"
    );
}

async fn fe_2_owner_authenticates_and_links_account(world: &World<'_>) {
    trust(world).await;
    world.stack.set_email_verified("alice", true).await;
    let alice = world.user("alice").await;
    world
        .upstream
        .set_claims(claims_of("alice-there", &alice.email, true));
    let client = &world.stack.seed.trusted;
    let request = Authorization::new(world.stack.issuer(), client).with("scope", "openid");
    let agent = UserAgent::new();
    let page = request.start(&agent).await.expect_page();
    let page = world.through(&agent, &page).await;
    let page = agent.follow(page, "").await;
    assert!(!page.has("#welcome"), "no sign-up form: {}", page.dump());
    assert!(page.text().contains(&alice.email));
    // The offer alone links nothing.
    assert!(world.links("alice").await.is_empty());
    let login = agent.get(page.link_of("main a.btn.primary").unwrap()).await;
    let form = login.form("#login").with("identifier", "alice");
    let page = agent
        .submit(&form.with("password", doorward_testkit::PASSWORD))
        .await;
    let page = agent.follow(page, "").await;
    assert_eq!(page.url.path(), LINKS, "{}", page.dump());
    assert!(
        world.links("alice").await.is_empty(),
        "not before the user confirms"
    );
    let page = agent.submit(&page.form("#connect")).await;
    let code = request.follow(&agent, page).await.code();
    world.stack.exchange(client, &code).await;
    let links = world.links("alice").await;
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].subject, "alice-there");
    assert_eq!(
        location(&world.sign_in(&UserAgent::new()).await),
        "/account"
    );
}

async fn lost_race_links_nothing(world: &World<'_>) {
    world.upstream.set_claims(jane());
    let agent = UserAgent::new();
    arrive(world, &agent).await;
    world.with_password(&agent, "alice").await;
    let page = agent.get(world.stack.at(LINKS)).await;
    // The same sign-up in another notation is a different row for the statement that consumes it,
    // as if another request had replaced the row after this one has read it.
    let storage = world.stack.storage();
    let respell = "UPDATE newcomers SET identity = identity || ' '";
    rows::execute(&storage.identity, respell).await;
    agent.submit(&page.form("#connect")).await;
    assert!(world.links("alice").await.is_empty());
    let linked = world.stack.audited(AuditKind::AccountLinked).await;
    assert!(linked.is_empty(), "{linked:?}");
}

async fn fe_2_trusted_address_links_if_operator_allows(world: &World<'_>) {
    world
        .provider(|spec| {
            spec.trusts_email = Some(true);
            spec.links_by_email = Some(true);
        })
        .await;
    let alice = world.user("alice").await;
    // The address is verified at the provider only; here only; at both.
    for (here, there, joins) in [
        (false, true, false),
        (true, false, false),
        (true, true, true),
    ] {
        world.stack.set_email_verified("alice", here).await;
        world
            .upstream
            .set_claims(claims_of("alice-there", &alice.email, there));
        let agent = UserAgent::new();
        let page = world.sign_in(&agent).await;
        let place = if joins { "/account" } else { "/login/new" };
        assert_eq!(location(&page), place, "{here} {there}");
        assert_eq!(world.links("alice").await.len(), usize::from(joins));
        assert_eq!(world.is_signed_in(&agent).await, joins);
    }
}

async fn closed_registration_is_closed_here_too(world: &World<'_>) {
    world.upstream.set_claims(jane());
    world.provider(|spec| spec.registers = Some(false)).await;
    let agent = UserAgent::new();
    let page = world.sign_in(&agent).await;
    assert_eq!(page.status, 403, "{}", page.dump());
    assert!(page.text().contains("There is no account for you here yet"));
    // Submitting the form directly is rejected as well.
    let page = agent.get(world.stack.at("/login")).await;
    let mut form = page.form("#login").and("username", "jane");
    form.action = form.action.join("/login/new").unwrap();
    let page = agent.submit(&form).await;
    assert!(page.status >= 400, "{}", page.dump());
}

async fn provider_without_registration_creates_no_account(world: &World<'_>) {
    trust(world).await;
    world.upstream.set_claims(jane());
    let agent = UserAgent::new();
    let page = arrive(world, &agent).await;
    // Registration is disabled while the form is open.
    world.provider(|spec| spec.registers = Some(false)).await;
    let page = agent.submit(&page.form("#welcome")).await;
    assert_eq!(page.status, 403, "{}", page.dump());
    assert!(!world.is_signed_in(&agent).await);
}

async fn pending_sign_up_is_bound_to_browser_and_expires(world: &World<'_>) {
    trust(world).await;
    world.upstream.set_claims(jane());
    let agent = UserAgent::new();
    let page = arrive(world, &agent).await;
    let other = UserAgent::new();
    assert!(other.get(world.stack.at("/login/new")).await.status >= 400);
    world.stack.clock.advance(30 * 60);
    let page = agent.submit(&page.form("#welcome")).await;
    assert!(page.status >= 400, "{}", page.dump());
    assert!(!world.is_signed_in(&agent).await);
}

async fn en_1_claimed_address_is_verified_without_disclosure(world: &World<'_>) {
    let alice = world.user("alice").await;
    let mut answers = Vec::new();
    for (name, email) in [
        (free_name("stranger"), "stranger@upstream.example"),
        (free_name("mallory"), alice.email.as_str()),
    ] {
        world.upstream.set_claims(claims_of(&name, email, true));
        let agent = UserAgent::new();
        let page = arrive(world, &agent).await;
        let page = agent
            .submit(&page.form("#welcome").with("username", &name))
            .await;
        answers.push((page.status, location(&page)));
        assert!(!world.is_signed_in(&agent).await, "{name}");
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].1, "/verify-email?sent=1");
    assert!(world.links("alice").await.is_empty());
    assert_eq!(world.user("alice").await, alice);
}
