//! Tests of adding a passkey by a mailed link: no administrator creates passkeys, and the link
//! bypasses no check.

use doorward_access::clock::Clock as _;
use doorward_domain::model::AuditKind;
use doorward_store::repo;
use doorward_testkit::stack::HOST;
use doorward_testkit::{Authenticator, Page, Stack, UserAgent, both_backends_with, flows_with};
use serde_json::{Value, json};

use super::world::World;
use crate::support::{body, problem};

both_backends_with!(
    LOCALHOST;
    pk_4_link_is_single_use_for_day_and_newest_wins,
);
flows_with!(
    LOCALHOST;
    pk_4_mailed_link_adds_passkey,
    rejected_passkey_keeps_link,
    pk_4_link_does_not_bypass_second_factor,
    pk_4_user_of_foreign_organization_is_hidden,
);
flows_with!(VERIFYING; pk_4_unverified_account_is_cleared_first);
flows_with!(LIMITED; administrators_mail_limited_number_of_links);

/// A host name: browsers do not create passkeys for IP addresses.
const LOCALHOST: &[(&str, &str)] = &[(HOST, "localhost")];
/// Without required verification, the cleanup clears the mark of an unverified account.
const VERIFYING: &[(&str, &str)] = &[
    (HOST, "localhost"),
    ("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true"),
];
const LIMITED: &[(&str, &str)] = &[LOCALHOST[0], ("DOORWARD__LIMITS__MULTIPLIER", "1")];
const BUTTON: &str = "[data-passkey]";

fn place(world: &World<'_>, who: &str) -> String {
    format!("/api/admin/users/{}/passkey-link", world.id(who))
}

fn address(who: &str) -> String {
    format!("{who}@example.org")
}

async fn mail(world: &World<'_>, who: &str) -> url::Url {
    world.stack.wait_for_jobs().await;
    // Mails of the same second have no order.
    world.stack.clock.advance(1);
    let page = world
        .change("admin", "POST", &place(world, who), None)
        .await;
    assert_eq!(page.status, 202, "{}", page.dump());
    let mail = world.stack.mail(&address(who)).await;
    let link = mail.link(world.stack.issuer());
    assert_eq!(link.path(), "/add-passkey");
    link
}

/// Opens a link and returns the page it redirects to.
async fn open(agent: &UserAgent, link: &url::Url) -> Page {
    let page = agent.get(link).await;
    agent.follow(page, "").await
}

/// Creates the passkey that a page requests; returns the response.
async fn make(agent: &UserAgent, page: &Page, key: &mut Authenticator) -> Page {
    let options = page.attributes(BUTTON, "data-options");
    let options: Value = serde_json::from_str(&options[0]).expect("JSON");
    let created = key.create(&options, &page.url.origin().ascii_serialization());
    agent
        .submit(&page.press(BUTTON).with("credential", &created))
        .await
}

async fn passkeys(world: &World<'_>, who: &str) -> u64 {
    let count = repo::passkeys::count(world.db.read(), world.people[who]).await;
    count.expect("a count")
}

fn assert_invalid(page: &Page) {
    assert_eq!(page.status, 400, "{}", page.dump());
    assert!(!page.has(BUTTON));
}

async fn pk_4_mailed_link_adds_passkey(stack: &Stack) {
    let world = World::new(stack).await;
    let place = place(&world, "alice");
    let unseen = world.call("admin", "POST", &place, None).await;
    problem(&unseen, 428, "version-required");
    let link = mail(&world, "alice").await;
    // Opening the link, in any browser, does not consume it.
    assert!(open(&UserAgent::new(), &link).await.has(BUTTON));
    let (agent, mut key) = (UserAgent::new(), Authenticator::synced());
    let page = open(&agent, &link).await;
    assert_eq!(
        page.url.query(),
        None,
        "the token is removed from the address"
    );
    let page = make(&agent, &page, &mut key).await;
    let page = agent.follow(page, "").await;
    assert!(
        page.text().contains("The passkey was added."),
        "{}",
        page.dump()
    );
    assert_eq!(passkeys(&world, "alice").await, 1);
    // The link signed no user in; the passkey does.
    assert_eq!(agent.get(stack.at("/account")).await.status, 303);
    let page = agent.get(stack.at("/login")).await;
    let options = page.attributes(BUTTON, "data-options");
    let options: Value = serde_json::from_str(&options[0]).expect("JSON");
    let signed = key.sign(&options, &page.url.origin().ascii_serialization());
    agent
        .submit(&page.press(BUTTON).with("credential", &signed))
        .await;
    assert_eq!(agent.get(stack.at("/account")).await.status, 200);
    // The audit log contains the actor, and the user is notified.
    let asked = stack.audited(AuditKind::UserChanged).await;
    assert_eq!(asked[0].detail["change"], "passkey link mailed");
    assert_eq!(asked[0].actor, Some(world.id("admin")));
    let added = stack.audited(AuditKind::FactorAdded).await;
    assert_eq!(added[0].detail["added_by"], "link");
    assert_eq!(added[0].actor, Some(world.id("alice")));
    let mails = stack.mails(&address("alice")).await;
    assert!(
        mails
            .iter()
            .any(|mail| mail.subject == "A passkey was added")
    );
    assert_invalid(&open(&UserAgent::new(), &link).await);
}

async fn pk_4_link_is_single_use_for_day_and_newest_wins(stack: &Stack) {
    let world = World::new(stack).await;
    let first = mail(&world, "alice").await;
    let second = mail(&world, "alice").await;
    assert_invalid(&open(&UserAgent::new(), &first).await);
    stack.clock.advance(24 * 60 * 60 - 1);
    let (late, agent) = (UserAgent::new(), UserAgent::new());
    let page = open(&agent, &second).await;
    assert!(page.has(BUTTON), "{}", page.dump());
    assert!(open(&late, &second).await.has(BUTTON));
    // The page of another browser is not accepted.
    let mut key = Authenticator::synced();
    let options = page.attributes(BUTTON, "data-options");
    let options: Value = serde_json::from_str(&options[0]).expect("JSON");
    let created = key.create(&options, &page.url.origin().ascii_serialization());
    let foreign = open(&late, &second).await;
    let form = foreign.press(BUTTON).with("credential", &created);
    let refused = late.submit(&form).await;
    assert_eq!(refused.status, 422, "{}", refused.dump());
    assert_eq!(passkeys(&world, "alice").await, 0);
    stack.clock.advance(1);
    assert_invalid(&make(&agent, &page, &mut key).await);
    assert_eq!(passkeys(&world, "alice").await, 0);
    // Only one of many simultaneous requests succeeds.
    world.forget_tokens();
    let third = mail(&world, "alice").await;
    let page = open(&agent, &third).await;
    let forms = (0..8).map(|_| {
        let created = Authenticator::synced().create(
            &serde_json::from_str(&page.attributes(BUTTON, "data-options")[0]).expect("JSON"),
            &page.url.origin().ascii_serialization(),
        );
        page.press(BUTTON).with("credential", &created)
    });
    let forms: Vec<_> = forms.collect();
    futures_util::future::join_all(forms.iter().map(|form| agent.submit(form))).await;
    assert_eq!(passkeys(&world, "alice").await, 1);
}

async fn rejected_passkey_keeps_link(stack: &Stack) {
    let world = World::new(stack).await;
    let mut key = Authenticator::synced();
    let (agent, link) = (UserAgent::new(), mail(&world, "alice").await);
    let page = open(&agent, &link).await;
    make(&agent, &page, &mut key).await;
    assert_eq!(passkeys(&world, "alice").await, 1);
    // The credential of another user is rejected after the link was consumed.
    stack.set_email_verified("bob", false).await;
    let (agent, link) = (UserAgent::new(), mail(&world, "bob").await);
    let page = open(&agent, &link).await;
    let rejected = make(&agent, &page, &mut key).await;
    assert_eq!(rejected.status, 422, "{}", rejected.dump());
    assert_eq!(passkeys(&world, "bob").await, 0);
    let bob = repo::users::find_by_id(world.db.read(), world.people["bob"]).await;
    assert!(!bob.unwrap().unwrap().email_verified);
    // The rejection leaves the link.
    let page = open(&agent, &link).await;
    assert!(page.has(BUTTON), "{}", page.dump());
    make(&agent, &page, &mut Authenticator::synced()).await;
    assert_eq!(passkeys(&world, "bob").await, 1);
}

async fn pk_4_link_does_not_bypass_second_factor(stack: &Stack) {
    let world = World::new(stack).await;
    let link = mail(&world, "alice").await;
    let agent = UserAgent::new();
    let page = open(&agent, &link).await;
    // An authenticator app is enrolled after the link was mailed.
    crate::second_factor::enrol(stack, "alice").await;
    assert_invalid(&make(&agent, &page, &mut Authenticator::synced()).await);
    assert_invalid(&open(&UserAgent::new(), &link).await);
    assert_eq!(passkeys(&world, "alice").await, 0);
    let refused = world
        .change("admin", "POST", &place(&world, "alice"), None)
        .await;
    problem(&refused, 400, "invalid-input");
    stack.disable_user("bob").await;
    let refused = world
        .change("admin", "POST", &place(&world, "bob"), None)
        .await;
    problem(&refused, 400, "invalid-input");
}

/// Checks that the permission depends on the user's organization, never on `X-Tenant-ID`.
async fn pk_4_user_of_foreign_organization_is_hidden(stack: &Stack) {
    let world = World::new(stack).await;
    let target = place(&world, "bob");
    for tenant in ["", "acme", "zeta"] {
        let mut fields = vec![("if-match", "*")];
        if !tenant.is_empty() {
            fields.push(("x-tenant-id", tenant));
        }
        let page = world
            .call_with("mona@acme", "POST", &target, None, &fields)
            .await;
        assert!(
            matches!(page.status, 400 | 403 | 404),
            "{tenant}: {}",
            page.dump()
        );
    }
    assert!(stack.mails("bob@example.org").await.is_empty());
    let own = world
        .change("alice", "POST", &place(&world, "alice"), None)
        .await;
    assert_eq!(own.status, 403, "{}", own.dump());
}

async fn pk_4_unverified_account_is_cleared_first(stack: &Stack) {
    let world = World::new(stack).await;
    let alice = world.people["alice"];
    // The attacker who registered the address is signed in.
    let anonymous_caller = crate::support::sign_in(stack, "alice").await;
    stack.set_email_verified("alice", false).await;
    let tx = world.db.begin_write().await.expect("a transaction");
    let now = stack.clock.now();
    let marked = repo::users::mark_unproved(&tx, alice, now).await;
    assert!(marked.expect("a write"));
    tx.commit().await.expect("commit");
    let link = mail(&world, "alice").await;
    let agent = UserAgent::new();
    let page = open(&agent, &link).await;
    make(&agent, &page, &mut Authenticator::synced()).await;
    assert_eq!(passkeys(&world, "alice").await, 1);
    let login = json!({ "username": "alice", "password": doorward_testkit::PASSWORD });
    let page = crate::support::post(stack, "/api/auth/login", login).await;
    problem(&page, 401, "sign-in-rejected");
    let page = crate::support::refresh(stack, &anonymous_caller.refresh).await;
    problem(&page, 401, "invalid-refresh-token");
    let shown = format!("/api/admin/users/{alice}");
    let shown = body(&world.call("admin", "GET", &shown, None).await, 200);
    assert_eq!(shown["email_verified"], true, "{shown}");
}

async fn administrators_mail_limited_number_of_links(stack: &Stack) {
    let world = World::new(stack).await;
    let ask = async |who: &str, what: &str| {
        let path = format!("/api/admin/users/{}/{what}", world.id(who));
        world.change("admin", "POST", &path, None).await
    };
    for _ in 0..20 {
        let page = ask("alice", "passkey-link").await;
        assert_eq!(page.status, 202, "{}", page.dump());
    }
    problem(
        &ask("alice", "passkey-link").await,
        429,
        "too-many-requests",
    );
    // Other accounts and purposes have their own.
    for (who, what) in [("carol", "passkey-link"), ("alice", "password-reset")] {
        let page = ask(who, what).await;
        assert_eq!(page.status, 202, "{who} {what}: {}", page.dump());
    }
    stack.clock.advance(3_601);
    world.forget_tokens();
    assert_eq!(ask("alice", "passkey-link").await.status, 202);
}
