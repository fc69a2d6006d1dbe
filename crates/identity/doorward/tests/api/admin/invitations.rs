//! Tests of invitations into an organization, from the mail to the membership (decision 43).

use doorward_access::clock::Clock as _;
use doorward_domain::model::invitation::Inviter;
use doorward_domain::model::{Invitation, InvitationId, Member, SubjectKind};
use doorward_domain::secret::TokenHash;
use doorward_rules::invitation::TTL;
use doorward_store::repo;
use doorward_testkit::trial::Trial;
use doorward_testkit::{PASSWORD, Page, Stack, UserAgent, both_backends, flows, flows_with};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use url::Url;
use uuid::Uuid;

use super::world::{World, ok, problem};

both_backends!(
    only_newest_unrevoked_invitation_is_valid,
    of_32_concurrent_answers_only_first_counts,
);
flows!(
    invited_user_joins_once,
    user_may_decline_or_wait,
    link_alone_does_not_admit_user,
    response_is_equal_for_known_and_unknown_address,
    invitation_is_limited_to_own_organization,
    invitation_ends_with_inviter_permission,
    link_scanners_do_not_consume_invitation,
    existing_member_keeps_ownership,
);
flows_with!(LIMITS; invitations_are_limited_per_hour);
flows_with!(VERIFY; invited_new_user_registers_and_joins);

const LIMITS: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];
const VERIFY: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];
const PATH: &str = "/api/admin/organizations/acme/invitations";
const CAROL: &str = "carol@example.org";

/// Returns a pending invitation for the authorization matrix.
pub fn pending_invitation(world: &World<'_>, slug: &str) -> Invitation {
    let now = world.stack.clock.now();
    let id = Uuid::now_v7();
    Invitation {
        id: InvitationId::from_uuid(id),
        hash: TokenHash::digest(&id.to_string()),
        org: slug.to_owned(),
        email: "invited@example.org".to_owned(),
        email_key: "invited@example.org".to_owned(),
        inviter: Some(Inviter {
            kind: SubjectKind::User,
            id: world.id("admin"),
        }),
        created_at: now,
        expires_at: now + TTL,
        ended_at: None,
        access: doorward_domain::model::invitation::InvitedAccess::default(),
        batch: None,
        queued_at: None,
    }
}

async fn invite(world: &World<'_>, who: &str, email: &str) -> Page {
    let body = json!({ "email": email });
    world.call(who, "POST", PATH, Some(&body)).await
}

/// Invites this address and returns the mailed link.
async fn link(world: &World<'_>, who: &str, email: &str) -> Url {
    ok(&invite(world, who, email).await, 201);
    let mail = world.stack.mail(email).await;
    assert_eq!(mail.subject, "You are invited");
    mail.link(world.stack.issuer())
}

/// Opens a link and returns the page it redirects to.
async fn follow(agent: &UserAgent, link: &Url) -> Page {
    let page = agent.get(link).await;
    agent.follow(page, "").await
}

/// Opens a link and signs in there.
pub(super) async fn follow_as(stack: &Stack, agent: &UserAgent, link: &Url, name: &str) -> Page {
    let page = follow(agent, link).await;
    let place = page.link_of("a[href^='/login']").expect("a sign-in link");
    let page = agent.get(place).await;
    let form = page.form("#login");
    let form = form.with("identifier", name).with("password", PASSWORD);
    let page = agent.submit(&form).await;
    assert_eq!(page.location(), Url::parse(&stack.at("/invitation")).ok());
    agent.follow(page, "").await
}

pub(super) async fn say(agent: &UserAgent, page: &Page, decision: &str) -> Page {
    let form = page.form("#invitation").with("decision", decision);
    agent.submit(&form).await
}

pub(super) async fn member(world: &World<'_>, name: &str) -> Option<Member> {
    let user = repo::users::find_by_identifier(world.db.read(), name).await;
    let id = user.unwrap().unwrap().id;
    let found = repo::organizations::member(world.db.read(), "acme", id).await;
    found.unwrap()
}

fn is_invalid(page: &Page) -> bool {
    page.status == 410 || page.text().contains("no longer works")
}

async fn invited_user_joins_once(stack: &Stack) {
    let world = World::new(stack).await;
    let created = ok(
        &invite(&world, "mona@acme", " Carol@Example.org ").await,
        201,
    );
    assert_eq!(created["email"], "Carol@Example.org");
    assert_eq!(created["invited_by"], world.id("mona"));
    let listed = ok(&world.call("mona@acme", "GET", PATH, None).await, 200);
    assert_eq!(listed["items"], json!([created]));
    let mail = stack.mail("Carol@Example.org").await;
    assert!(mail.text.contains("ACME"), "{}", mail.text);
    let link = mail.link(stack.issuer());
    assert_eq!(link.path(), "/invitation");

    let agent = UserAgent::new();
    let page = agent.get(&link).await;
    assert_eq!(page.location(), Url::parse(&stack.at("/invitation")).ok());
    let page = follow_as(stack, &agent, &link, "carol").await;
    assert!(page.text().contains("ACME"), "{}", page.dump());
    assert_eq!(member(&world, "carol").await, None);
    let page = say(&agent, &page, "accept").await;
    let page = agent.follow(page, "").await;
    assert!(page.text().contains("You have joined"), "{}", page.dump());
    let joined = member(&world, "carol").await.expect("a member");
    assert!(!joined.is_owner);
    let token = world.token_with("carol@acme", "openid tasks:read").await;
    assert_eq!(doorward_testkit::jwt::claims(&token)["org"], "acme");

    assert!(
        world
            .has_event("organization.changed", "mona", "invited")
            .await
    );
    let accepted = "invitation accepted";
    assert!(
        world
            .has_event("organization.changed", "carol", accepted)
            .await
    );
    let listed = ok(&world.call("mona@acme", "GET", PATH, None).await, 200);
    assert_eq!(listed["items"], json!([]));
    // The invitation can be accepted once, in any browser.
    assert!(is_invalid(&follow(&agent, &link).await));
    assert!(is_invalid(&follow(&UserAgent::new(), &link).await));
}

async fn invited_new_user_registers_and_joins(stack: &Stack) {
    let world = World::new(stack).await;
    let email = "newcomer@example.org";
    let invitation = link(&world, "mona@acme", email).await;
    let agent = UserAgent::new();
    let page = follow(&agent, &invitation).await;
    let place = page
        .link_of("a[href='/register']")
        .expect("a registration link");
    let page = agent.get(place).await;
    let secret = "quartz-bicycle-lemon-42";
    let form = page.form("#register");
    let form = form.with("username", "newcomer").with("email", email);
    let form = form
        .with("password", secret)
        .with("password_confirm", secret);
    let sent = agent.submit(&form).await;
    assert_eq!(sent.status, 303, "{}", sent.dump());
    let mails = stack.mails(email).await;
    let links = mails.iter().map(|mail| mail.link(stack.issuer()));
    let proof = links
        .into_iter()
        .find(|link| link.path() == "/verify-email");
    let proof = proof.expect("a verification mail");
    let login = follow(&agent, &proof).await;
    let form = login.form("#login");
    let form = form.with("identifier", "newcomer").with("password", secret);
    let signed_in = agent.submit(&form).await;
    let page = agent.follow(signed_in, "").await;
    let page = agent.submit(&page.form("#step")).await;
    let page = agent.follow(page, "").await;
    assert_eq!(page.url.path(), "/invitation", "{}", page.dump());
    say(&agent, &page, "accept").await;
    assert!(member(&world, "newcomer").await.is_some());
}

async fn user_may_decline_or_wait(stack: &Stack) {
    let world = World::new(stack).await;
    let link = link(&world, "mona@acme", CAROL).await;
    let agent = UserAgent::new();
    let page = follow_as(stack, &agent, &link, "carol").await;
    let later = page
        .form("form:has([value=later])")
        .with("decision", "later");
    let page = agent.submit(&later).await;
    assert_eq!(page.location(), Url::parse(&stack.at("/account")).ok());
    // The decision was only deferred.
    let page = follow(&agent, &link).await;
    let page = say(&agent, &page, "decline").await;
    let page = agent.follow(page, "").await;
    assert!(page.text().contains("You have declined"), "{}", page.dump());
    assert_eq!(member(&world, "carol").await, None);
    let declined = "invitation declined";
    assert!(
        world
            .has_event("organization.changed", "carol", declined)
            .await
    );
    assert!(is_invalid(&follow(&agent, &link).await));
}

/// Checks that the link alone admits no user: a forwarded mail, and an unverified address.
async fn link_alone_does_not_admit_user(stack: &Stack) {
    let world = World::new(stack).await;
    let link = link(&world, "mona@acme", CAROL).await;
    let other = UserAgent::new();
    let page = follow_as(stack, &other, &link, "helper").await;
    assert!(page.find_form("#invitation").is_none(), "{}", page.dump());
    let forged = page.form("form[action='/invitation']");
    let refused = other.submit(&forged.with("decision", "accept")).await;
    assert_eq!(refused.status, 403, "{}", refused.dump());
    assert_eq!(member(&world, "helper").await, None);
    assert!(
        world
            .has_event("organization.changed", "helper", "invitation refused")
            .await
    );

    let agent = UserAgent::new();
    let page = follow_as(stack, &agent, &link, "carol").await;
    stack.set_email_verified("carol", false).await;
    let refused = say(&agent, &page, "accept").await;
    assert_ne!(refused.status, 200, "{}", refused.dump());
    assert_eq!(member(&world, "carol").await, None);
    // None of this consumed the invitation.
    stack.set_email_verified("carol", true).await;
    let page = follow(&agent, &link).await;
    say(&agent, &page, "accept").await;
    assert!(member(&world, "carol").await.is_some());
    // Without the link's cookie there is nothing to accept.
    let bare = UserAgent::new().get(stack.at("/invitation")).await;
    assert!(is_invalid(&bare), "{}", bare.dump());
}

async fn response_is_equal_for_known_and_unknown_address(stack: &Stack) {
    let world = World::new(stack).await;
    let mut looks = Vec::new();
    for email in [CAROL, "alice@example.org", "nobody@example.org"] {
        let page = invite(&world, "mona@acme", email).await;
        let mut body = ok(&page, 201);
        assert_eq!(body["email"], email);
        for name in ["id", "email"] {
            body[name] = Value::Null;
        }
        let mut names: Vec<String> = page.headers.keys().map(ToString::to_string).collect();
        names.sort();
        let mail = stack.mail(email).await;
        looks.push((body, names, mail.subject, mail.text.lines().count()));
    }
    assert!(looks.windows(2).all(|pair| pair[0] == pair[1]), "{looks:?}");
}

async fn invitation_is_limited_to_own_organization(stack: &Stack) {
    let world = World::new(stack).await;
    let denied = invite(&world, "alice@acme", CAROL).await;
    problem(&denied, 403, "permission-denied");
    let elsewhere = invite(&world, "bob@zeta", CAROL).await;
    problem(&elsewhere, 404, "not-found");
    problem(
        &invite(&world, "alice", CAROL).await,
        403,
        "permission-denied",
    );
    // Owners cannot add themselves by an invitation, neither by the mail nor by accepting it.
    for own in ["mona@example.org", "MONA@EXAMPLE.ORG"] {
        let denied = invite(&world, "mona@acme", own).await;
        problem(&denied, 403, "permission-denied");
    }
    let denied = invite(&world, "helper", "helper@example.org").await;
    assert_eq!(
        problem(&denied, 403, "permission-denied")["rule"],
        "not_to_oneself"
    );
    for bad in ["", "nobody", "a@b", "x\r\ny@example.org"] {
        problem(
            &invite(&world, "mona@acme", bad).await,
            400,
            "invalid-input",
        );
    }
    let body = json!({ "email": CAROL, "roles": ["admin"] });
    let page = world.call("mona@acme", "POST", PATH, Some(&body)).await;
    let denied = problem(&page, 403, "permission-denied");
    assert_eq!(denied["rule"], "more_than_held");
    assert_eq!(stack.mails(CAROL).await.len(), 0);
    // An invitation of another organization is not found.
    let created = ok(&invite(&world, "mona@acme", CAROL).await, 201);
    let id = created["id"].as_str().unwrap();
    let path = format!("/api/admin/organizations/zeta/invitations/{id}");
    problem(
        &world.call("bob@zeta", "DELETE", &path, None).await,
        404,
        "not-found",
    );
}

async fn invitation_ends_with_inviter_permission(stack: &Stack) {
    let world = World::new(stack).await;
    let mona = world.people["mona"];
    let set_owner = async |is_owner| {
        let tx = world.db.begin_write().await.unwrap();
        let member = Member {
            user_id: mona,
            is_owner,
            created_at: 0,
            expires_at: None,
        };
        repo::organizations::put_member(&tx, "acme", &member)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    let set_active = async |active| {
        let tx = world.db.begin_write().await.unwrap();
        let found = repo::organizations::find(&tx, "acme").await.unwrap();
        let mut acme = found.unwrap();
        acme.active = active;
        repo::organizations::update(&tx, &acme).await.unwrap();
        tx.commit().await.unwrap();
    };
    let link = link(&world, "mona@acme", CAROL).await;
    let agent = UserAgent::new();
    let page = follow_as(stack, &agent, &link, "carol").await;
    set_owner(false).await;
    assert!(
        is_invalid(&say(&agent, &page, "accept").await),
        "the inviter lost ownership"
    );
    assert!(
        world
            .has_event("organization.changed", "carol", "invitation refused")
            .await
    );
    assert!(is_invalid(&follow(&agent, &link).await));
    set_owner(true).await;
    let page = follow(&agent, &link).await;
    set_active(false).await;
    assert!(
        is_invalid(&say(&agent, &page, "accept").await),
        "the account is disabled"
    );
    set_active(true).await;
    let page = follow(&agent, &link).await;
    stack.disable_user("mona").await;
    assert!(
        is_invalid(&say(&agent, &page, "accept").await),
        "the inviter is disabled"
    );
    assert_eq!(member(&world, "carol").await, None);
}

async fn only_newest_unrevoked_invitation_is_valid(stack: &Stack) {
    let world = World::new(stack).await;
    let first = link(&world, "mona@acme", CAROL).await;
    let second = link(&world, "mona@acme", CAROL).await;
    assert_ne!(first, second);
    assert!(is_invalid(&follow(&UserAgent::new(), &first).await));
    assert!(!is_invalid(&follow(&UserAgent::new(), &second).await));
    let listed = ok(&world.call("mona@acme", "GET", PATH, None).await, 200);
    let id = listed["items"][0]["id"].as_str().unwrap();
    let path = format!("{PATH}/{id}");
    let removed = world.call("mona@acme", "DELETE", &path, None).await;
    assert_eq!(removed.status, 204, "{}", removed.dump());
    assert!(
        world
            .has_event("organization.changed", "mona", "invitation revoked")
            .await
    );
    assert!(is_invalid(&follow(&UserAgent::new(), &second).await));
    problem(
        &world.call("mona@acme", "DELETE", &path, None).await,
        404,
        "not-found",
    );
    // The invitation expires after seven days, to the second.
    let third = link(&world, "mona@acme", CAROL).await;
    stack.clock.advance(TTL - 1);
    assert!(!is_invalid(&follow(&UserAgent::new(), &third).await));
    stack.clock.advance(1);
    assert!(is_invalid(&follow(&UserAgent::new(), &third).await));
}

async fn of_32_concurrent_answers_only_first_counts(stack: &Stack) {
    let trial = Trial::new("R5", "invitation");
    let world = World::new(stack).await;
    let rounds = trial.size(1, 2_000);
    for round in 0..rounds {
        race_for_invitation(&world, round).await;
        world.forget_tokens();
    }
    trial.done(json!({ "rounds": rounds, "at_once": 32, "succeeded": rounds }));
}

async fn race_for_invitation(world: &World<'_>, round: usize) {
    let stack = world.stack;
    // Audit events of the same second have no order.
    stack.clock.advance(1);
    let began = stack.clock.now();
    let link = link(world, "mona@acme", CAROL).await;
    let agent = UserAgent::new();
    let page = follow_as(stack, &agent, &link, "carol").await;
    let form = page.form("#invitation").with("decision", "accept");
    let mut answers = JoinSet::new();
    for _ in 0..32 {
        let (agent, form) = (agent.clone(), form.clone());
        answers.spawn(async move { agent.submit(&form).await.status });
    }
    let statuses = answers.join_all().await;
    let won = statuses.iter().filter(|status| **status == 303).count();
    assert_eq!(won, 1, "round {round}: {statuses:?}");
    let carol = member(world, "carol").await.expect("a member").user_id;
    let events = repo::audit::list(world.db.read(), None, 1_000).await;
    let events = events.unwrap().into_iter();
    let accepted = events.filter(|event| {
        let change = event.detail.get("change").and_then(Value::as_str);
        event.at >= began && change == Some("invitation accepted")
    });
    assert_eq!(accepted.count(), 1, "round {round}");
    // The next invitation needs a user who is not a member.
    let tx = world.db.begin_write().await.unwrap();
    let left = repo::organizations::remove_member(&tx, "acme", carol).await;
    assert!(left.unwrap());
    tx.commit().await.unwrap();
}

async fn link_scanners_do_not_consume_invitation(stack: &Stack) {
    let world = World::new(stack).await;
    let link = link(&world, "mona@acme", CAROL).await;
    for _ in 0..25 {
        let scanner = UserAgent::new();
        follow(&scanner, &link).await;
        let head = scanner.http().head(stack.at("/invitation"));
        scanner.send(head).await;
    }
    let agent = UserAgent::new();
    let page = follow_as(stack, &agent, &link, "carol").await;
    say(&agent, &page, "accept").await;
    assert!(member(&world, "carol").await.is_some());
}

async fn existing_member_keeps_ownership(stack: &Stack) {
    let world = World::new(stack).await;
    let link = link(&world, "helper", "mona@example.org").await;
    let agent = UserAgent::new();
    let page = follow_as(stack, &agent, &link, "mona").await;
    say(&agent, &page, "accept").await;
    assert!(member(&world, "mona").await.expect("a member").is_owner);
}

async fn invitations_are_limited_per_hour(stack: &Stack) {
    let world = World::new(stack).await;
    for _ in 0..3 {
        ok(&invite(&world, "mona@acme", CAROL).await, 201);
    }
    let enough = invite(&world, "mona@acme", CAROL).await;
    problem(&enough, 429, "too-many-requests");
    assert!(enough.header("retry-after").is_some(), "{}", enough.dump());
    for number in 3..20 {
        let email = format!("person-{number}@example.org");
        ok(&invite(&world, "mona@acme", &email).await, 201);
    }
    let enough = invite(&world, "mona@acme", "person-20@example.org").await;
    problem(&enough, 429, "too-many-requests");
    assert_eq!(stack.mails(CAROL).await.len(), 3);
}
