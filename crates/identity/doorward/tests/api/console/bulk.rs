//! Tests of changes of many users: in the request, by the worker, and their limits.

use std::time::{Duration, Instant};

use doorward_domain::model::{
    AuditEvent, BulkChange, BulkChangeId, BulkState, StopReason, SubjectKind, UserId,
};
use doorward_store::repo;
use doorward_testkit::{Form, Page, Stack, UserAgent, both_backends, flows, rows, seed};
use uuid::Uuid;

use super::objects::{running_change, stored, stored_by};
use super::support::{browser, confirmed, csrf, location, open};
use crate::admin::world::World;

both_backends!(many_users_are_changed_by_worker,);
flows!(
    few_users_are_changed_in_request,
    incomplete_form_changes_nothing,
    own_and_more_powerful_accounts_are_left_out,
    repeated_form_starts_nothing,
    running_change_is_stopped,
    lost_right_stops_change,
    withdrawn_client_stops_change,
    interrupted_change_is_continued,
    unreadable_user_does_not_stop_others,
    owner_changes_members_only,
    change_of_another_administrator_does_not_exist,
);

const LIST: &str = "/admin/people";
const PATIENCE: Duration = Duration::from_mins(1);

/// Creates users, and returns their IDs.
async fn walkers(world: &mut World<'_>, count: usize) -> Vec<UserId> {
    let mut ids = Vec::new();
    for number in 0..count {
        let name = format!("walker{number}");
        world.create_user(&name).await;
        ids.push(world.people[&name]);
    }
    ids
}

/// Waits for the end of a change.
async fn ended(world: &World<'_>, id: BulkChangeId) -> BulkChange {
    let start = Instant::now();
    loop {
        let found = repo::bulk_changes::find(world.db.read(), id).await;
        let found = found.unwrap().unwrap();
        if found.state != BulkState::Running {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "{found:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Returns the form of the list with these users and this operation.
async fn chosen(stack: &Stack, agent: &UserAgent, users: &[String], action: &str) -> Form {
    let page = open(stack, agent, LIST).await;
    let form = page.form("#bulk").with("action", action);
    users.iter().fold(form, |form, id| form.and("user", id))
}

/// Answers the question of a form, and returns the ID of the change with its page.
async fn confirm(stack: &Stack, agent: &UserAgent, form: &Form) -> (BulkChangeId, Page) {
    let page = agent.submit(form).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let page = agent.submit(&page.form("#confirm")).await;
    let path = location(&page);
    (started(&path), open(stack, agent, &path).await)
}

/// Returns the ID of the change to whose progress a redirect leads.
fn started(path: &str) -> BulkChangeId {
    let id = path.strip_prefix("/admin/jobs/").expect("a change");
    let id = id.strip_suffix("?done=started").expect("a start");
    BulkChangeId::parse(id).expect("its ID")
}

/// Returns the events of the users of a change.
async fn events(world: &World<'_>, id: BulkChangeId) -> Vec<AuditEvent> {
    let mut events = repo::audit::list(world.db.read(), None, 1000)
        .await
        .unwrap();
    let id = id.to_string();
    events.retain(|event| {
        let batch = event.detail.get("batch");
        batch.and_then(|batch| batch.as_str()) == Some(id.as_str())
    });
    events
}

async fn disabled(world: &World<'_>, users: &[UserId]) -> usize {
    let found = repo::users::find_many(world.db.read(), users.iter().copied()).await;
    let found = found.unwrap();
    found.iter().filter(|user| !user.is_active()).count()
}

fn texts(users: &[UserId]) -> Vec<String> {
    users.iter().map(UserId::to_string).collect()
}

/// Asserts that each of these users has one event.
#[track_caller]
fn assert_one_event_each(events: &[AuditEvent], users: &[UserId]) {
    let mut subjects: Vec<_> = events
        .iter()
        .filter_map(|event| event.subject.clone())
        .collect();
    let mut expected = texts(users);
    subjects.sort();
    expected.sort();
    assert_eq!(subjects, expected);
}

async fn few_users_are_changed_in_request(stack: &Stack) {
    let mut world = World::new(stack).await;
    let users = walkers(&mut world, 3).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, LIST).await;
    let boxes = page.attributes("tbody [type=checkbox]", "value");
    assert_eq!(boxes.len() + 1, page.texts_of("tbody th").len());
    assert!(!boxes.contains(&world.id("admin")), "the own account");
    let own = page.attributes("tbody [disabled]", "title");
    assert_eq!(own, ["Your own account"]);
    let all = format!("Choose all {} matching", boxes.len());
    assert!(page.text().contains(&all), "{}", page.dump());
    let form = chosen(stack, &admin, &texts(&users), "disable").await;
    let page = admin.submit(&form).await;
    assert!(page.text().contains("3 users"), "{}", page.dump());
    assert_eq!(
        disabled(&world, &users).await,
        0,
        "the question changes nothing"
    );
    let (id, page) = confirm(stack, &admin, &form).await;
    assert_eq!(page.text_of(".head .pill").unwrap().trim(), "Done");
    assert!(
        !page.has("progress, [data-live]") && !page.has("tbody"),
        "{}",
        page.dump()
    );
    assert_eq!(disabled(&world, &users).await, 3);
    let events = events(&world, id).await;
    assert_one_event_each(&events, &users);
    let actor = Some(world.id("admin"));
    assert!(
        events.iter().all(|event| event.actor == actor),
        "{events:?}"
    );
    let started = "bulk change started";
    assert!(world.has_event("system.changed", "admin", started).await);

    // The list shows the accounts again, which can be enabled in the same way.
    let form = chosen(stack, &admin, &texts(&users), "enable").await;
    confirm(stack, &admin, &form).await;
    assert_eq!(disabled(&world, &users).await, 0);
    let group = world.groups[""];
    let form = chosen(stack, &admin, &texts(&users), "add_to_group").await;
    let page = admin.submit(&form).await;
    let question = page.form("#confirm");
    let page = admin
        .submit(&question.clone().with("group", "/absent"))
        .await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let page = admin
        .submit(&page.form("#confirm").with("group", "sales"))
        .await;
    let page = admin.follow(page, "").await;
    assert!(page.text().contains(&group.to_string()), "{}", page.dump());
    for user in users {
        let is_member = repo::groups::has_member(world.db.read(), group, user).await;
        assert!(is_member.unwrap());
    }
}

async fn incomplete_form_changes_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let nothing = "Choose at least one";
    let no_action = "Choose what to do with the chosen users";
    for (users, action, expected) in [
        (vec![], "disable", nothing),
        (vec![world.id("carol")], "", no_action),
    ] {
        let page = open(stack, &admin, "/admin/people?q=carol").await;
        let form = page.form("#bulk").with("action", action);
        let form = users.iter().fold(form, |form, id| form.and("user", id));
        let page = admin.submit(&form).await;
        assert!(location(&page).starts_with("/admin/people?q=carol&"));
        let page = admin.follow(page, "").await;
        assert_eq!(page.text_of(".notice.bad").unwrap().trim(), expected);
        assert!(page.text().contains("<title>Error: "), "{}", page.dump());
    }
    // A filter that the list does not have would choose too many.
    let page = open(stack, &admin, "/admin/people?choose=all&q=carol").await;
    assert!(!page.has("tbody [type=checkbox]"), "{}", page.dump());
    let form = page.form("#bulk").with("action", "disable");
    let form = form.with("filter", "absent=1");
    assert_eq!(admin.submit(&form).await.status, 400);
    assert_eq!(disabled(&world, &[world.people["carol"]]).await, 0);
}

async fn own_and_more_powerful_accounts_are_left_out(stack: &Stack) {
    let world = World::new(stack).await;
    let helper = browser(stack, "helper").await;
    let denials = world.denials().await;
    let users = ["helper", "admin", "carol"].map(|name| world.id(name));
    let users = [&users[..], &[Uuid::now_v7().to_string()]].concat();
    let form = chosen(stack, &helper, &users, "end_sessions").await;
    let (id, page) = confirm(stack, &helper, &form).await;
    for reason in [
        "You cannot do this to your own account.",
        "This account may do more than you.",
        "There is no such account",
    ] {
        assert!(page.text().contains(reason), "{reason}: {}", page.dump());
    }
    assert_eq!(page.texts_of("tbody th").len(), 3);
    let events = events(&world, id).await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0].subject, Some(world.id("carol")));
    assert_eq!(world.denials().await, denials + 1);
    let file = page.attributes("a[href$='.csv']", "href").remove(0);
    let page = open(stack, &helper, &file).await;
    assert_eq!(page.media_type(), "text/csv");
    let lines = page.text();
    assert!(lines.starts_with("user,name,reason\n"), "{lines}");
    assert_eq!(lines.lines().count(), 4, "{lines}");
    let own = world.id("helper");
    let line = lines.lines().find(|line| line.starts_with(&own)).unwrap();
    assert!(line.ends_with(",not_to_oneself"), "{lines}");
}

async fn many_users_are_changed_by_worker(stack: &Stack) {
    let mut world = World::new(stack).await;
    let users = walkers(&mut world, 120).await;
    let _replica = stack.replica();
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/people?q=walker").await;
    let all = page.attributes("#bulk a.link[href*=choose]", "href");
    assert_eq!(all, ["/admin/people?q=walker&choose=all"]);
    let page = open(stack, &admin, &all[0]).await;
    assert!(!page.has("tbody [type=checkbox]") && !page.has(".pages"));
    let form = page.form("#bulk").with("action", "disable");
    let page = admin.submit(&form).await;
    for expected in ["120 users", "walker", "in the background"] {
        assert!(
            page.text().contains(expected),
            "{expected}: {}",
            page.dump()
        );
    }
    let (id, _) = confirm(stack, &admin, &form).await;
    let change = ended(&world, id).await;
    assert_eq!((change.done, change.failed), (120, 0), "{change:?}");
    assert_eq!(change.state, BulkState::Done);
    assert_eq!(disabled(&world, &users).await, 120);
    // Only one of the two processes has changed each user.
    let events = events(&world, id).await;
    assert_one_event_each(&events, &users);
    let page = open(stack, &admin, &format!("/admin/jobs/{id}")).await;
    assert_eq!(page.text_of(".head .pill").unwrap().trim(), "Done");
}

async fn repeated_form_starts_nothing(stack: &Stack) {
    let mut world = World::new(stack).await;
    let users = walkers(&mut world, 2).await;
    let admin = browser(stack, "admin").await;
    let form = chosen(stack, &admin, &texts(&users), "end_sessions").await;
    let page = admin.submit(&form).await;
    let question = page.form("#confirm");
    let first = location(&admin.submit(&question).await);
    let again = location(&admin.submit(&question).await);
    assert_eq!(first, again);
    assert_eq!(events(&world, started(&first)).await.len(), 2);
}

async fn running_change_is_stopped(stack: &Stack) {
    let mut world = World::new(stack).await;
    let users = walkers(&mut world, 60).await;
    let admin = browser(stack, "admin").await;
    let id = stored(&world, "admin", &users).await;
    let home = format!("/admin/jobs/{id}");
    let page = open(stack, &admin, &home).await;
    let progress = page.attributes("[role=status][data-live] progress", "max");
    assert_eq!(progress, ["60"]);
    assert!(page.has(&format!(".actions a[href='{home}']")), "Refresh");
    let page = admin.submit(&page.form("form[action$='/stop']")).await;
    let page = admin.follow(page, "").await;
    assert!(page.text().contains("The change was stopped."));
    assert_eq!(page.text_of(".head .pill").unwrap().trim(), "Stopped");
    assert!(!page.has("form[action$='/stop']"), "{}", page.dump());
    let token = csrf(stack, &admin).await;
    let stop = stack.at(&format!("{home}/stop"));
    let page = admin.post(stop, &[("csrf", &token)]).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    let found = ended(&world, id).await;
    assert_eq!(found.stop_reason, Some(StopReason::Requested));
    let stopped = "bulk change stopped";
    assert!(world.has_event("system.changed", "admin", stopped).await);

    // Nor does the worker continue it.
    stack.clock.advance(3601);
    let other = stored(&world, "admin", &users[..1]).await;
    stack.clock.advance(3601);
    ended(&world, other).await;
    assert_eq!(disabled(&world, &users).await, 1);
}

async fn lost_right_stops_change(stack: &Stack) {
    let mut world = World::new(stack).await;
    let users = walkers(&mut world, 60).await;
    for name in ["lost", "off", "gone"] {
        world.create_user(name).await;
        world
            .let_hold(name, name, &["users:read", "users:write"])
            .await;
    }
    let mut changes = Vec::new();
    for name in ["lost", "off", "gone"] {
        changes.push(stored(&world, name, &users).await);
    }
    changes.push(stored_by(&world, ("admin", Some("command")), &users).await);
    let by_command = "UPDATE bulk_changes SET starter = '' WHERE client_id = 'command'";
    rows::execute(&stack.storage().identity, by_command).await;
    let tx = world.db.begin_write().await.unwrap();
    seed::unassign_all(&tx, SubjectKind::User, &world.id("lost")).await;
    repo::users::delete(&tx, world.people["gone"], 1)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    stack.disable_user("off").await;
    stack.clock.advance(3601);
    let mut reasons = Vec::new();
    for id in changes {
        let change = ended(&world, id).await;
        assert_eq!(change.tried(), 0, "{change:?}");
        reasons.push(change.stop_reason);
    }
    let expected = [
        StopReason::PermissionLost,
        StopReason::StarterDisabled,
        StopReason::StarterDeleted,
        StopReason::Interrupted,
    ];
    assert_eq!(reasons, expected.map(Some));
    assert_eq!(disabled(&world, &users).await, 0);
}

async fn withdrawn_client_stops_change(stack: &Stack) {
    let mut world = World::new(stack).await;
    let users = walkers(&mut world, 1).await;
    let [web, service, trusted] =
        [&stack.seed.web, &stack.seed.service, &stack.seed.trusted].map(|client| &*client.id);
    let mut changes = Vec::new();
    // The first one may not request the scope of administrators.
    for client in [web, service, "absent", trusted] {
        changes.push(stored_by(&world, ("admin", Some(client)), &users).await);
    }
    stack.disable_client(service).await;
    stack.clock.advance(3601);
    let mut reasons = Vec::new();
    for id in changes {
        reasons.push(ended(&world, id).await.stop_reason);
    }
    let lost = Some(StopReason::PermissionLost);
    assert_eq!(reasons, [lost, lost, lost, None]);
}

async fn unreadable_user_does_not_stop_others(stack: &Stack) {
    let mut world = World::new(stack).await;
    let users = walkers(&mut world, 60).await;
    let id = stored(&world, "admin", &users).await;
    let damage = "UPDATE users SET profile = '~' || profile WHERE username = 'walker30'";
    rows::execute(&stack.storage().identity, damage).await;
    stack.clock.advance(3601);
    let change = ended(&world, id).await;
    assert_eq!((change.done, change.failed), (59, 1), "{change:?}");
    let failures = repo::bulk_changes::failures(world.db.read(), id, None, 5).await;
    let failures = failures.unwrap();
    assert_eq!(failures.len(), 1);
    assert_eq!(
        (failures[0].user, failures[0].reason.as_str()),
        (users[30], "server_error")
    );
}

async fn interrupted_change_is_continued(stack: &Stack) {
    let mut world = World::new(stack).await;
    let users = walkers(&mut world, 60).await;
    let id = stored(&world, "admin", &users).await;
    // A process has ended after the first users, before it stored the progress.
    for number in 0..10 {
        stack.disable_user(&format!("walker{number}")).await;
    }
    stack.clock.advance(3601);
    let change = ended(&world, id).await;
    assert_eq!((change.done, change.failed), (60, 0), "{change:?}");
    assert_eq!(disabled(&world, &users).await, 60);
    assert_eq!(events(&world, id).await.len(), 50, "none is changed twice");
}

async fn owner_changes_members_only(stack: &Stack) {
    let world = World::new(stack).await;
    let mona = browser(stack, "mona").await;
    let page = open(stack, &mona, LIST).await;
    let offered = page.attributes("#action option", "value");
    assert_eq!(offered, ["", "add_to_group"]);
    let users = ["alice", "bob"].map(|name| world.id(name));
    let form = chosen(stack, &mona, &users, "disable").await;
    assert_eq!(mona.submit(&form).await.status, 404);

    let form = chosen(stack, &mona, &users, "add_to_group").await;
    let page = mona.submit(&form).await;
    assert!(!page.text().contains("bob@"), "{}", page.dump());
    let question = page.form("#confirm");
    let other = world.groups["zeta"].to_string();
    let page = mona.submit(&question.with("group", &other)).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let page = mona
        .submit(&page.form("#confirm").with("group", "/sales"))
        .await;
    let page = mona.follow(page, "").await;
    assert!(page.text().contains("There is no such account"));
    let group = world.groups["acme"];
    for (name, expected) in [("alice", true), ("bob", false)] {
        let member = repo::groups::has_member(world.db.read(), group, world.people[name]);
        assert_eq!(member.await.unwrap(), expected, "{name}");
    }
}

async fn change_of_another_administrator_does_not_exist(stack: &Stack) {
    let world = World::new(stack).await;
    let home = running_change(&world).await;
    let paths = ["", "/stop", "/failures.csv"].map(|below| format!("{home}{below}"));
    let helper = browser(stack, "helper").await;
    for path in &paths {
        assert_eq!(helper.get(stack.at(path)).await.status, 404, "{path}");
    }
    world.let_hold("carol", "reader", &["system:read"]).await;
    let carol = browser(stack, "carol").await;
    let page = open(stack, &carol, &home).await;
    assert!(!page.has("form[action$='/stop']"), "{}", page.dump());
    world
        .let_hold("carol", "writer", &["system:read", "system:write"])
        .await;
    stack.clear_caches();
    let notice = "The change was stopped.";
    confirmed(stack, &carol, &format!("{home}/stop"), notice).await;
}
