//! Tests of the forms that end chosen sessions and role assignments of a list.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{
    Assignment, AssignmentId, AuditEvent, EndReason, SessionId, SubjectKind,
};
use doorward_store::repo;
use doorward_testkit::{Form, Page, Stack, UserAgent, flows};
use uuid::Uuid;

use super::support::{browser, comparable, csrf, location, open, page_of};
use crate::admin::world::World;

flows!(
    chosen_sessions_are_ended,
    form_without_chosen_object_changes_nothing,
    invalid_choice_is_rejected,
    ended_session_counts_as_done,
    session_of_more_powerful_user_stays,
    sessions_end_only_with_permission,
    chosen_roles_are_removed,
    roles_that_cannot_be_removed_are_reported,
    owner_removes_roles_of_own_organization_only,
    roles_are_removed_only_with_permission,
);

const SESSIONS: &str = "/admin/sessions";
const GRANTS: &str = "/admin/grants";
const DAY: i64 = 86_400;

/// Returns the IDs of the live sessions of a user.
async fn sessions(world: &World<'_>, name: &str) -> Vec<String> {
    let (user, now) = (world.people[name], world.stack.clock.now());
    let found = repo::sessions::list_for_user(world.db.read(), user, now).await;
    let found = found.unwrap().into_iter();
    found.map(|session| session.id.to_string()).collect()
}

/// Assigns a role to a user in the database.
async fn assign(world: &World<'_>, name: &str, role: &str, org: Option<&str>) -> Assignment {
    let given = world.given(SubjectKind::User, &world.id(name), role, org);
    let tx = world.db.begin_write().await.unwrap();
    repo::roles::assign(&tx, &given).await.unwrap();
    tx.commit().await.unwrap();
    given
}

async fn exists(world: &World<'_>, id: AssignmentId) -> bool {
    let found = repo::roles::find_assignment(world.db.read(), id).await;
    found.unwrap().is_some()
}

/// Returns the form of a list with these objects.
async fn chosen(stack: &Stack, agent: &UserAgent, path: &str, ids: &[String]) -> Form {
    let field = if path.starts_with(SESSIONS) {
        "session"
    } else {
        "assignment"
    };
    let page = open(stack, agent, path).await;
    let form = page.form("#bulk");
    ids.iter().fold(form, |form, id| form.and(field, id))
}

/// Sends the form of a list, and returns the question.
async fn asked(stack: &Stack, agent: &UserAgent, path: &str, ids: &[String]) -> Page {
    let form = chosen(stack, agent, path, ids).await;
    let page = agent.submit(&form).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(page.has("#confirm"), "{}", page.dump());
    page
}

/// Returns the events with this change.
pub async fn events(world: &World<'_>, kind: &str, change: &str) -> Vec<AuditEvent> {
    let events = repo::audit::list(world.db.read(), None, 1000).await;
    let mut events = events.unwrap();
    events.retain(|event| {
        let found = event.detail.get("change");
        event.kind.as_str() == kind && found.and_then(|found| found.as_str()) == Some(change)
    });
    events
}

/// Asserts that each of these subjects has one event with this reason.
#[track_caller]
pub fn assert_one_event_each(events: &[AuditEvent], mut subjects: Vec<String>, reason: &str) {
    let found = events.iter().filter_map(|event| event.subject.clone());
    let mut found: Vec<_> = found.collect();
    found.sort();
    subjects.sort();
    assert_eq!(found, subjects);
    for event in events {
        let given = event.detail.get("reason").and_then(|text| text.as_str());
        assert_eq!(given, Some(reason), "{event:?}");
    }
}

/// Asserts that the page shows why each of these objects was not ended.
#[track_caller]
pub fn assert_reported(page: &Page, notice: &str, causes: &[&str]) {
    assert_eq!(page.text_of(".notice.bad").as_deref(), Some(notice));
    let text = page.texts_of("tbody td:last-child");
    assert_eq!(text, causes, "{}", page.dump());
}

async fn chosen_sessions_are_ended(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let _alice = [browser(stack, "alice").await, browser(stack, "alice").await];
    let _bob = browser(stack, "bob").await;
    let (alice, bob) = (
        sessions(&world, "alice").await,
        sessions(&world, "bob").await,
    );
    let page = open(stack, &admin, SESSIONS).await;
    let boxes = "#bulk tbody th [name=session]";
    assert_eq!(page.attributes(boxes, "value").len(), 3, "{}", page.dump());
    let labels = page.attributes(boxes, "aria-label");
    assert!(
        labels.iter().all(|label| label.contains(", ")),
        "{labels:?}"
    );
    assert!(!page.has("tbody a.link"), "{}", page.dump());

    let ids = [alice[0].clone(), bob[0].clone()];
    let page = asked(stack, &admin, SESSIONS, &ids).await;
    let question = page.text_of("h1");
    assert_eq!(question.as_deref(), Some("End the chosen sessions?"));
    let texts = page.texts_of("main details pre");
    for (text, start) in texts
        .iter()
        .zip(["doorward session end ", "curl --request DELETE "])
    {
        assert_eq!(text.matches(start).count(), 2, "{text}");
    }
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(page.text().contains("It cannot be undone."));
    // Sessions, and their users.
    assert_eq!(page.texts_of(".summary dd"), ["2", "2"]);
    assert_eq!(page.texts_of("tbody tr").len(), 2);
    let form = page.form("#confirm");
    let long = form.clone().with("reason", &"x".repeat(201));
    let page = admin.submit(&long).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    assert!(page.has("#reason-error"), "{}", page.dump());
    assert_eq!(page.form("#confirm").fields.len(), form.fields.len());
    let forged = admin.submit(&form.clone().with("csrf", "AAAA")).await;
    assert_eq!(forged.status, 400, "{}", forged.dump());
    assert_eq!(sessions(&world, "bob").await, bob, "nothing has ended");

    let page = admin.submit(&form.with("reason", "Lost laptops")).await;
    let done = "done=console-chosen-sessions-ended&count=2";
    assert_eq!(location(&page), format!("{SESSIONS}?{done}"));
    let page = admin.follow(page, "").await;
    let notice = page.text_of(".notice.good");
    assert_eq!(notice.as_deref(), Some("2 sessions were ended."));
    assert_eq!(page.attributes(boxes, "value"), alice[1..]);
    assert_eq!(sessions(&world, "alice").await, alice[1..]);
    assert!(sessions(&world, "bob").await.is_empty());
    let ended = events(&world, "session.ended", "ended").await;
    let users = ["alice", "bob"].map(|name| world.id(name));
    assert_one_event_each(&ended, users.into(), "Lost laptops");
    // A number that no form can have is no notice.
    for count in ["0", "51", "x"] {
        let path = format!("{SESSIONS}?done=console-chosen-sessions-ended&count={count}");
        assert!(!open(stack, &admin, &path).await.has(".notice"), "{count}");
    }
}

async fn form_without_chosen_object_changes_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, _alice) = (browser(stack, "admin").await, browser(stack, "alice").await);
    for list in [
        format!("{SESSIONS}?q=alice"),
        format!("{GRANTS}?role=helper"),
    ] {
        let form = chosen(stack, &admin, &list, &[]).await;
        let page = admin.submit(&form).await;
        let next = format!("{list}&done=console-chosen-nothing");
        assert_eq!(location(&page), next);
        let page = admin.follow(page, "").await;
        let notice = page.text_of(".notice.bad");
        assert_eq!(notice.as_deref(), Some("Choose at least one"));
        assert!(page.text().contains("<title>Error: "), "{}", page.dump());
        let path = list.split_once('?').unwrap().0;
        let page = admin.get(stack.at(&format!("{path}/bulk"))).await;
        assert_eq!(location(&page), path);
    }
    assert_eq!(sessions(&world, "alice").await.len(), 1);
}

async fn invalid_choice_is_rejected(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, _alice) = (browser(stack, "admin").await, browser(stack, "alice").await);
    let many: Vec<_> = (0..51).map(|_| Uuid::now_v7().to_string()).collect();
    for list in [SESSIONS, GRANTS] {
        for ids in [&["x".to_owned()][..], &many[..]] {
            let form = chosen(stack, &admin, list, ids).await;
            let page = admin.submit(&form.with("confirm", "yes")).await;
            assert_eq!(page.status, 400, "{}", page.dump());
        }
    }
    // Assignments that do not exist are no question.
    let form = chosen(stack, &admin, GRANTS, &many[..1]).await;
    assert_eq!(admin.submit(&form).await.status, 404);
    assert_eq!(sessions(&world, "alice").await.len(), 1);
}

async fn ended_session_counts_as_done(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let _alice = [browser(stack, "alice").await, browser(stack, "alice").await];
    let list = format!("{SESSIONS}?q=alice");
    let ids = sessions(&world, "alice").await;
    let page = asked(stack, &admin, &list, &ids).await;
    let tx = world.db.begin_write().await.unwrap();
    let (first, now) = (SessionId::parse(&ids[0]).unwrap(), stack.clock.now());
    let ended = repo::sessions::end(&tx, first, EndReason::SignedOut, now).await;
    assert!(ended.unwrap());
    tx.commit().await.unwrap();
    let done = format!("{list}&done=console-chosen-sessions-ended&count=2");
    let form = page.form("#confirm");
    assert_eq!(location(&admin.submit(&form).await), done);
    assert!(sessions(&world, "alice").await.is_empty());
    assert_eq!(events(&world, "session.ended", "ended").await.len(), 1);
    // A repeated form finds nothing to ask, and changes nothing.
    let without = form.with("confirm", "");
    assert_eq!(location(&admin.submit(&without).await), done);
    assert_eq!(events(&world, "session.ended", "ended").await.len(), 1);
}

async fn session_of_more_powerful_user_stays(stack: &Stack) {
    let world = World::new(stack).await;
    let helper = browser(stack, "helper").await;
    let (admin, _carol) = (browser(stack, "admin").await, browser(stack, "carol").await);
    let denials = world.denials().await;
    let own = sessions(&world, "admin").await;
    let ids = [&own[..], &sessions(&world, "carol").await[..]].concat();
    let page = asked(stack, &helper, SESSIONS, &ids).await;
    let page = helper.submit(&page.form("#confirm")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let notice = "One session was not ended.";
    assert_reported(&page, notice, &["This account may do more than you."]);
    let link = page.attributes("tbody th a", "href");
    assert_eq!(link, [page_of(&world, "admin")]);
    assert_eq!(page.texts_of(".summary dd"), ["One session was ended."]);
    assert_eq!(world.denials().await, denials + 1);
    assert!(sessions(&world, "carol").await.is_empty());
    open(stack, &admin, "/admin").await;

    let page = asked(stack, &helper, SESSIONS, &own).await;
    let page = helper.submit(&page.form("#confirm")).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(!page.has(".summary"), "{}", page.dump());
}

/// Asserts that the form does not exist for a user, and that each attempt is recorded.
pub async fn assert_absent(
    world: &World<'_>,
    agent: &UserAgent,
    path: &str,
    (field, id): (&str, &str),
) {
    let stack = world.stack;
    let (token, absent) = (csrf(stack, agent).await, "/admin/absent/page");
    let absent = comparable(&agent.get(stack.at(absent)).await, absent);
    let page = agent.get(stack.at(path)).await;
    assert_eq!(page.status, 404, "{}", page.dump());
    let denials = world.denials().await;
    for confirm in ["", "yes"] {
        let fields = [("csrf", token.as_str()), ("confirm", confirm), (field, id)];
        let page = agent.post(stack.at(path), &fields).await;
        assert_eq!(page.status, 404, "{}", page.dump());
        assert_eq!(comparable(&page, path), absent);
    }
    assert_eq!(world.denials().await, denials + 2);
}

async fn sessions_end_only_with_permission(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "reader", &["sessions:read"]).await;
    let _alice = browser(stack, "alice").await;
    let ids = sessions(&world, "alice").await;
    let reader = browser(stack, "carol").await;
    let page = open(stack, &reader, SESSIONS).await;
    assert!(!page.has("#bulk, [type=checkbox]"), "{}", page.dump());
    let owner = browser(stack, "mona").await;
    for agent in [reader, owner] {
        assert_absent(&world, &agent, "/admin/sessions/bulk", ("session", &ids[0])).await;
    }
    assert_eq!(sessions(&world, "alice").await, ids);
    // Without the permission to read users, sessions are chosen by the ID of their user.
    let permissions = ["sessions:read", "sessions:write"];
    world.let_hold("carol", "ender", &permissions).await;
    let agent = browser(stack, "carol").await;
    let page = open(
        stack,
        &agent,
        &format!("{SESSIONS}?q={}", world.id("alice")),
    )
    .await;
    assert_eq!(page.texts_of("tbody th"), [world.id("alice")]);
    assert_eq!(page.attributes("#bulk [name=session]", "value"), ids);
}

async fn chosen_roles_are_removed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let carol = assign(&world, "carol", "helper", None).await;
    let alice = assign(&world, "alice", "helper", Some("acme")).await;
    let list = format!("{GRANTS}?role=helper");
    let ids = [&carol, &alice].map(|given| given.id.to_string());
    let page = asked(stack, &admin, &list, &ids).await;
    assert_eq!(page.texts_of(".summary dd"), ["2"]);
    let links = page.attributes("tbody th a", "href");
    assert_eq!(links, ["carol", "alice"].map(|name| page_of(&world, name)));
    let form = page.form("#confirm").with("reason", "Left the desk");
    let page = admin.submit(&form).await;
    let done = "done=console-chosen-roles-removed&count=2";
    assert_eq!(location(&page), format!("{list}&{done}"));
    let page = admin.follow(page, "").await;
    let notice = page.text_of(".notice.good");
    assert_eq!(notice.as_deref(), Some("2 roles were removed."));
    let links = page.attributes("tbody th a", "href");
    assert_eq!(links, [page_of(&world, "helper")]);
    assert!(!exists(&world, carol.id).await && !exists(&world, alice.id).await);
    let removed = events(&world, "role.changed", "revoked").await;
    let users = ["carol", "alice"].map(|name| world.id(name));
    assert_one_event_each(&removed, users.into(), "Left the desk");
}

async fn roles_that_cannot_be_removed_are_reported(stack: &Stack) {
    let world = World::new(stack).await;
    let helper = browser(stack, "helper").await;
    let greater = assign(&world, "carol", "manager", None).await;
    let removed = assign(&world, "carol", "helper", None).await;
    let gone = assign(&world, "alice", "helper", None).await;
    let changed = assign(&world, "bob", "helper", None).await;
    let all = [&greater, &removed, &gone, &changed];
    let ids = all.map(|given| given.id.to_string());
    let page = asked(stack, &helper, GRANTS, &ids).await;
    assert_eq!(page.texts_of(".summary dd"), ["4"]);
    let after = Assignment {
        expires_at: Some(stack.clock.now() + DAY),
        ..changed.clone()
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::roles::delete_assignment(&tx, gone.id).await.unwrap();
    repo::roles::update_assignment(&tx, &after).await.unwrap();
    tx.commit().await.unwrap();
    let denials = world.denials().await;
    let page = helper.submit(&page.form("#confirm")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let causes = [
        "You cannot give more than you have.",
        "It no longer exists, or you cannot see it.",
        "It was changed in the meantime. Read it again.",
    ];
    assert_reported(&page, "3 roles were not removed.", &causes);
    assert!(
        page.texts_of("tbody th").contains(&ids[2]),
        "{}",
        page.dump()
    );
    assert_eq!(page.texts_of(".summary dd"), ["One role was removed."]);
    assert_eq!(world.denials().await, denials + 1);
    assert!(!exists(&world, removed.id).await);
    assert!(exists(&world, greater.id).await && exists(&world, changed.id).await);
}

async fn owner_removes_roles_of_own_organization_only(stack: &Stack) {
    let world = World::new(stack).await;
    // Owners give and remove roles that they hold.
    world.let_hold("helper", "greeter", &[]).await;
    assign(&world, "mona", "greeter", Some("acme")).await;
    let inside = assign(&world, "alice", "greeter", Some("acme")).await;
    let outside = assign(&world, "bob", "greeter", Some("zeta")).await;
    let owner = browser(stack, "mona").await;
    let (id, other) = (inside.id.to_string(), outside.id.to_string());
    let page = open(stack, &owner, GRANTS).await;
    let boxes = page.attributes("#bulk [name=assignment]", "value");
    assert_eq!(boxes, std::slice::from_ref(&id), "the own cannot be chosen");
    // Alone, an assignment elsewhere looks like one that does not exist.
    let token = csrf(stack, &owner).await;
    let absent = "/admin/absent/page";
    let absent = comparable(&owner.get(stack.at(absent)).await, absent);
    let path = "/admin/grants/bulk";
    for id in [&other, &Uuid::now_v7().to_string()] {
        for confirm in ["", "yes"] {
            let fields = [
                ("csrf", token.as_str()),
                ("confirm", confirm),
                ("assignment", id.as_str()),
            ];
            let page = owner.post(stack.at(path), &fields).await;
            assert_eq!(page.status, 404, "{}", page.dump());
            assert_eq!(comparable(&page, path), absent);
        }
    }
    let page = asked(stack, &owner, GRANTS, &[id, other.clone()]).await;
    assert_eq!(page.texts_of(".summary dd"), ["1"]);
    let page = owner.submit(&page.form("#confirm")).await;
    let cause = "It no longer exists, or you cannot see it.";
    assert_reported(&page, "One role was not removed.", &[cause]);
    assert_eq!(page.texts_of("tbody th"), [other]);
    assert!(!exists(&world, inside.id).await);
    assert!(exists(&world, outside.id).await);
}

async fn roles_are_removed_only_with_permission(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "reader", &["roles:read"]).await;
    let given = assign(&world, "alice", "helper", None).await;
    let reader = browser(stack, "carol").await;
    let id = given.id.to_string();
    assert_absent(&world, &reader, "/admin/grants/bulk", ("assignment", &id)).await;
    assert!(exists(&world, given.id).await);
}
