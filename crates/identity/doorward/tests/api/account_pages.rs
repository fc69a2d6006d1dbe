//! Tests of the account pages: authorized clients in pages, memberships, open invitations, and the
//! acts of administrators.

use std::collections::BTreeSet;

use doorward_access::clock::Clock as _;
use doorward_domain::model::{
    Assignment, Client, ClientId, Consent, ConsentId, Role, SubjectKind, UserId,
};
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::scope::Scope;
use doorward_store::repo;
use doorward_testkit::{Page, Stack, UserAgent, flows};
use serde_json::json;
use uuid::Uuid;

use crate::admin::world::{World, ok};
use crate::console::support::{browser, confirmed, csrf, location, open};

flows!(
    authorized_clients_are_listed_twenty_per_page,
    memberships_are_listed_with_roles_and_expiry,
    member_leaves_organization,
    last_owner_cannot_leave,
    leaving_requires_membership_and_form,
    invitation_is_accepted_without_its_link,
    only_answerable_invitations_are_shown,
    acts_of_administrators_are_marked,
    every_page_marks_its_place,
    every_page_links_console_for_administrators,
);

const APPS: &str = "/account/apps";
const ORGANIZATIONS: &str = "/account/organizations";
const LEAVE: &str = "/account/organizations/leave";
const KIND: &str = "organization.changed";

/// Stores `count` clients with a consent of this user; every second has the same time.
async fn connect(stack: &Stack, user: UserId, count: i64) {
    let db = stack.db().await;
    let id = ClientId::parse(&stack.seed.web.id).unwrap();
    let web = repo::clients::find(db.read(), &id).await.unwrap().unwrap();
    let tx = db.begin_write().await.unwrap();
    for number in 0..count {
        let client = Client {
            id: ClientId::parse(&format!("app-{number:02}")).unwrap(),
            name: format!("App {number:02}"),
            ..web.clone()
        };
        repo::clients::insert(&tx, &client).await.unwrap();
        let consent = Consent {
            id: ConsentId::from_uuid(Uuid::now_v7()),
            user_id: user,
            client_id: client.id,
            scope: Scope::parse("openid").unwrap(),
            declined: Scope::default(),
            resources: Vec::new(),
            authorization_details: AuthorizationDetails::default(),
            granted_at: stack.clock.now() - number / 2,
            expires_at: None,
            revoked_at: None,
        };
        repo::consents::upsert(&tx, &consent).await.unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

async fn authorized_clients_are_listed_twenty_per_page(stack: &Stack) {
    let world = World::new(stack).await;
    connect(stack, world.people["alice"], 43).await;
    let alice = browser(stack, "alice").await;
    let ids = |page: &Page| page.attributes("button[name=client_id]", "value");
    let mut page = open(stack, &alice, APPS).await;
    assert!(!page.has("a[rel=first]"), "{}", page.dump());
    let mut sizes = vec![ids(&page).len()];
    let mut seen: BTreeSet<String> = ids(&page).into_iter().collect();
    while let Some(next) = page.link_of("a[rel=next]") {
        page = alice.get(next).await;
        assert!(page.has("a[rel=first]"), "{}", page.dump());
        sizes.push(ids(&page).len());
        seen.extend(ids(&page));
    }
    assert_eq!(sizes, [20, 20, 3]);
    assert_eq!(seen.len(), 43, "each client once");
    // The removal of the last client of a page keeps its position.
    let first = open(stack, &alice, APPS).await;
    let next = first.link_of("a[rel=next]").expect("a second page");
    let second = ids(&alice.get(&next).await);
    let last = ids(&first).pop().expect("a client");
    let button = format!("button[name=client_id][value={last}]");
    let page = alice.submit(&first.press(&button)).await;
    assert_eq!(location(&page), "/account/apps?done=app");
    assert_eq!(ids(&alice.get(&next).await), second);
    for bad in ["1", "x.app-01", "."] {
        let page = alice.get(stack.at(&format!("{APPS}?after={bad}"))).await;
        assert_eq!(page.status, 400, "{bad}: {}", page.dump());
    }
    let home = open(stack, &alice, "/account").await;
    assert_eq!(
        home.text_of("li:has(a[href='/account/apps']) .pill")
            .as_deref(),
        Some("42")
    );
}

/// Assigns the role `editor` in acme to a user, for a day.
async fn give_role(world: &World<'_>, name: &str) {
    let role = Role {
        name: "editor".to_owned(),
        description: String::new(),
        active: true,
        permissions: BTreeSet::new(),
    };
    let given = world.given(SubjectKind::User, &world.id(name), "editor", Some("acme"));
    let given = Assignment {
        expires_at: Some(world.stack.clock.now() + 86_400),
        ..given
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::roles::upsert(&tx, &role).await.unwrap();
    repo::roles::assign(&tx, &given).await.unwrap();
    tx.commit().await.unwrap();
}

async fn memberships_are_listed_with_roles_and_expiry(stack: &Stack) {
    let world = World::new(stack).await;
    give_role(&world, "alice").await;
    // A role of a group counts.
    let group = world.groups["acme"];
    world.put_into(group, "alice").await;
    let (kind, id) = (SubjectKind::Group, group.to_string());
    world.assign(kind, &id, "helper", Some("acme")).await;
    let alice = browser(stack, "alice").await;
    let text = open(stack, &alice, ORGANIZATIONS).await.text_of("main");
    let text = text.expect("the page");
    for expected in ["ACME", "Member", "editor until", "helper"] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(!text.contains("ZETA") && !text.contains("Owner"), "{text}");
    // An expired role is not shown.
    stack.clock.advance(86_401);
    let alice = browser(stack, "alice").await;
    let text = open(stack, &alice, ORGANIZATIONS).await.text_of("main");
    assert!(!text.expect("the page").contains("editor"));
    let carol = browser(stack, "carol").await;
    let text = open(stack, &carol, ORGANIZATIONS).await.text_of("main");
    assert!(text.unwrap().contains("You belong to no organization"));
}

/// Opens the confirmation of leaving acme and submits it.
async fn leave(stack: &Stack, agent: &UserAgent) -> Page {
    let page = open(stack, agent, &format!("{LEAVE}?org=acme")).await;
    assert!(page.text().contains("Leave ACME?"), "{}", page.dump());
    agent.submit(&page.form("#leave")).await
}

async fn is_member(world: &World<'_>, name: &str) -> bool {
    let read = world.db.read();
    let found = repo::organizations::member(read, "acme", world.people[name]).await;
    found.unwrap().is_some()
}

async fn member_leaves_organization(stack: &Stack) {
    let world = World::new(stack).await;
    give_role(&world, "alice").await;
    world.put_into(world.groups["acme"], "alice").await;
    let alice = browser(stack, "alice").await;
    let list = open(stack, &alice, ORGANIZATIONS).await;
    assert!(list.has(&format!("a[href='{LEAVE}?org=acme']")));
    assert!(is_member(&world, "alice").await, "only a confirmation");
    let page = leave(stack, &alice).await;
    assert_eq!(location(&page), "/account/organizations?done=left");
    let page = alice.follow(page, "").await;
    assert!(page.text().contains("You have left"), "{}", page.dump());
    assert!(!is_member(&world, "alice").await);
    let (read, id) = (world.db.read(), world.id("alice"));
    let roles = repo::roles::assignments(read, SubjectKind::User, &id).await;
    assert!(roles.unwrap().iter().all(|role| role.org.is_none()));
    let groups = repo::groups::of_user(read, world.people["alice"]).await;
    assert!(groups.unwrap().iter().all(|group| group.org.is_none()));
    assert!(world.has_event(KIND, "alice", "member left").await);
    // The page of the former membership does not exist.
    let path = format!("{LEAVE}?org=acme");
    assert_eq!(alice.get(stack.at(&path)).await.status, 404);
}

async fn last_owner_cannot_leave(stack: &Stack) {
    let world = World::new(stack).await;
    let mona = browser(stack, "mona").await;
    let page = leave(stack, &mona).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.has("[role=alert]") && page.text().contains("only owner"));
    assert!(is_member(&world, "mona").await);
    assert!(!world.has_event(KIND, "mona", "member left").await);
    // With another owner, the form works.
    let path = format!(
        "/admin/organizations/acme/members/{}/make-owner",
        world.id("alice")
    );
    confirmed(stack, &mona, &path, "The member is an owner now.").await;
    let again = mona.submit(&page.form("#leave")).await;
    assert_eq!(location(&again), "/account/organizations?done=left");
    assert!(!is_member(&world, "mona").await);
}

async fn leaving_requires_membership_and_form(stack: &Stack) {
    let world = World::new(stack).await;
    let alice = browser(stack, "alice").await;
    let token = csrf(stack, &alice).await;
    for slug in ["zeta", "nothing", "", "%2e%2e"] {
        let page = alice.get(stack.at(&format!("{LEAVE}?org={slug}"))).await;
        assert_eq!(page.status, 404, "{slug}: {}", page.dump());
        let fields = [("csrf", token.as_str()), ("org", slug)];
        let page = alice.post(stack.at(LEAVE), &fields).await;
        assert_eq!(page.status, 404, "{slug}: {}", page.dump());
    }
    for forged in ["", "AAAA"] {
        let fields = [("csrf", forged), ("org", "acme")];
        let page = alice.post(stack.at(LEAVE), &fields).await;
        assert_eq!(page.status, 400, "{forged}: {}", page.dump());
    }
    let anonymous_caller = UserAgent::new();
    for path in [ORGANIZATIONS, LEAVE] {
        let page = anonymous_caller.get(stack.at(path)).await;
        assert_eq!(location(&page), format!("/login?next={ORGANIZATIONS}"));
    }
    assert!(is_member(&world, "alice").await);
}

/// Invites carol to acme by its owner.
async fn invite_carol(world: &World<'_>) {
    let path = "/api/admin/organizations/acme/invitations";
    let body = json!({ "email": "carol@example.org" });
    ok(
        &world.call("mona@acme", "POST", path, Some(&body)).await,
        201,
    );
}

const INVITATION: &str = "[aria-labelledby=invitations] a[href^='/invitation?open=']";

async fn invitation_is_accepted_without_its_link(stack: &Stack) {
    let world = World::new(stack).await;
    invite_carol(&world).await;
    let carol = browser(stack, "carol").await;
    let home = open(stack, &carol, "/account").await;
    let link = home.link_of(INVITATION).expect("an invitation");
    let page = carol.get(&link).await;
    let heading = page.text_of("h1").unwrap_or_default();
    assert!(heading.contains("ACME"), "{}", page.dump());
    assert!(!is_member(&world, "carol").await, "only a confirmation");
    // The ID opens nothing for other users, not even the name of the organization.
    let helper = browser(stack, "helper").await;
    let other = helper.get(&link).await;
    assert_eq!(other.status, 404, "{}", other.dump());
    let form = page.form("#invitation").with("decision", "accept");
    let token = csrf(stack, &helper).await;
    let stolen = helper.submit(&form.clone().with("csrf", &token)).await;
    assert_eq!(stolen.status, 400, "{}", stolen.dump());
    assert!(stolen.text().contains("no longer works"));
    assert!(!is_member(&world, "helper").await);

    let page = carol.submit(&form).await;
    assert_eq!(location(&page), "/invitation?done=accepted");
    assert!(is_member(&world, "carol").await);
    let accepted = "invitation accepted";
    assert!(world.has_event(KIND, "carol", accepted).await);
    assert_eq!(carol.get(&link).await.status, 404);
    assert!(!open(stack, &carol, "/account").await.has(INVITATION));
}

async fn only_answerable_invitations_are_shown(stack: &Stack) {
    let world = World::new(stack).await;
    invite_carol(&world).await;
    let carol = browser(stack, "carol").await;
    let is_shown = async || open(stack, &carol, "/account").await.has(INVITATION);
    assert!(is_shown().await);
    let helper = browser(stack, "helper").await;
    assert!(!open(stack, &helper, "/account").await.has(INVITATION));
    // The address must be verified.
    stack.set_email_verified("carol", false).await;
    assert!(!is_shown().await);
    stack.set_email_verified("carol", true).await;
    assert!(is_shown().await);
    // The inviter must still be allowed to invite.
    let tx = world.db.begin_write().await.unwrap();
    let mona = world.people["mona"];
    repo::organizations::remove_member(&tx, "acme", mona)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(!is_shown().await);
}

async fn acts_of_administrators_are_marked(stack: &Stack) {
    let world = World::new(stack).await;
    let alice = browser(stack, "alice").await;
    stack.clock.advance(1);
    let admin = browser(stack, "admin").await;
    let path = format!("/admin/people/{}/end-sessions", world.id("alice"));
    confirmed(stack, &admin, &path, "All sessions were ended.").await;
    assert_ne!(alice.get(stack.at("/account")).await.status, 200);
    stack.clock.advance(1);
    let alice = browser(stack, "alice").await;
    let page = open(stack, &alice, "/account/activity").await;
    let marks = page.texts_of(".rows li:has(strong + .pill)");
    assert_eq!(marks.len(), 1, "{}", page.dump());
    assert!(marks[0].contains("by an administrator"), "{marks:?}");
    assert!(!marks[0].starts_with("Signed in"), "{marks:?}");
}

async fn every_page_marks_its_place(stack: &Stack) {
    let alice = browser(stack, "alice").await;
    for (path, current, kind) in [
        ("/account", "/account", "page"),
        ("/account/profile", "/account/profile", "page"),
        ("/account/security", "/account/security", "page"),
        ("/account/security/2fa", "/account/security", "true"),
        ("/account/security/passkeys", "/account/security", "true"),
        ("/account/providers", "/account/security", "true"),
        ("/account/sessions", "/account/sessions", "page"),
        ("/account/sessions/ended", "/account/sessions", "true"),
        (APPS, APPS, "page"),
        (ORGANIZATIONS, ORGANIZATIONS, "page"),
        ("/account/activity", "/account/activity", "page"),
        ("/account/check-up", "/account/activity", "true"),
        ("/account/support-code", "/account/support-code", "page"),
        ("/account/api-keys", "/account/api-keys", "page"),
        ("/account/data", "/account/data", "page"),
    ] {
        let page = alice.get(stack.at(path)).await;
        if page.status == 404 && path.ends_with("/passkeys") {
            continue;
        }
        assert_eq!(page.status, 200, "{path}: {}", page.dump());
        let marked = page.attributes(".side a[aria-current]", "href");
        assert_eq!(marked, [current], "{path}");
        assert!(page.has(&format!(".side [aria-current={kind}]")), "{path}");
        let links = page.attributes(".side a", "href");
        assert_eq!(links, page.attributes(".sections a", "href"), "{path}");
        assert_eq!(links.len(), 10, "{path}");
        assert!(!links.contains(&"/admin".to_owned()), "{path}");
    }
    // Forms for one purpose have no navigation.
    for path in [
        "/account/password",
        "/account/secure",
        "/account/api-keys/new",
    ] {
        let page = alice.get(stack.at(path)).await;
        assert!(page.status == 200 && !page.has(".side"), "{path}");
    }
}

async fn every_page_links_console_for_administrators(stack: &Stack) {
    let admin = browser(stack, "admin").await;
    for path in [
        "/account",
        "/account/profile",
        "/account/security",
        "/account/security/2fa",
        "/account/providers",
        "/account/sessions",
        "/account/sessions/ended",
        APPS,
        ORGANIZATIONS,
        "/account/activity",
        "/account/check-up",
        "/account/support-code",
        "/account/api-keys",
        "/account/data",
    ] {
        let page = open(stack, &admin, path).await;
        assert!(page.has(".side a[href='/admin']"), "{path}");
        assert!(page.has(".sections a[href='/admin']"), "{path}");
    }
    // A rejected form shows the same navigation.
    let page = open(stack, &admin, "/account/profile").await;
    let form = page.form("#profile").with("birthdate", "tomorrow");
    let page = admin.submit(&form).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    assert!(page.has(".side a[href='/admin']"), "{}", page.dump());
}
