//! Tests of the list of unused clients, API keys and accounts, and of the forms that end chosen ones.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{ApiKeyId, Client, ClientId, UserId};
use doorward_store::{WriteTx, repo};
use doorward_testkit::{Form, Page, Stack, TestClient, UserAgent, flows};
use uuid::Uuid;

use super::chosen::{assert_absent, assert_one_event_each, assert_reported, events};
use super::objects::insert_key;
use super::support::{browser, location, open, page_of};
use crate::admin::world::World;

flows!(
    kind_is_chosen_by_filter,
    chosen_apps_are_disabled,
    chosen_keys_are_revoked,
    chosen_accounts_are_disabled,
    form_without_chosen_object_leads_back,
    invalid_choice_is_rejected,
    apps_that_cannot_be_disabled_are_reported,
    accounts_that_cannot_be_disabled_are_reported,
    object_that_was_used_stays,
    kinds_require_own_permissions,
    owner_reads_unused_members_only,
);

const DAY: i64 = 86_400;
const APPS: &str = "/admin/unused";
const KEYS: &str = "/admin/unused?kind=api-keys";
const ACCOUNTS: &str = "/admin/unused?kind=accounts";
/// The lists, the names of their checkboxes, and the paths of their questions.
const KINDS: [(&str, &str, &str); 3] = [
    (APPS, "app", "/admin/unused/apps/bulk"),
    (KEYS, "key", "/admin/unused/api-keys/bulk"),
    (ACCOUNTS, "user", "/admin/unused/accounts/bulk"),
];

/// Makes the secret of a client unused, and returns the ID of the client.
async fn age_app(world: &World<'_>, client: &TestClient) -> String {
    let (id, now) = (
        ClientId::parse(&client.id).unwrap(),
        world.stack.clock.now(),
    );
    let tx = world.db.begin_write().await.unwrap();
    let client = repo::clients::find(&tx, &id).await.unwrap().unwrap();
    let old = Client {
        secret_made_at: Some(now - 100 * DAY),
        created_at: now - 200 * DAY,
        ..client
    };
    repo::clients::update(&tx, &old).await.unwrap();
    tx.commit().await.unwrap();
    id.to_string()
}

/// Inserts an unused API key of alice with this number in its ID, and returns the ID.
async fn unused_key(world: &World<'_>, number: u32) -> ApiKeyId {
    let now = world.stack.clock.now();
    insert_key(world, number, now - 100 * DAY, now + 30 * DAY).await
}

/// Sets the latest sign-in of a user.
async fn sign_in_at(world: &World<'_>, user: UserId, at: i64) {
    let tx = world.db.begin_write().await.unwrap();
    assert!(repo::users::record_login(&tx, user, at).await.unwrap());
    tx.commit().await.unwrap();
}

/// Makes accounts unused, and returns their IDs.
async fn age_accounts<const N: usize>(world: &World<'_>, names: [&str; N]) -> [String; N] {
    let old = world.stack.clock.now() - 91 * DAY;
    for name in names {
        sign_in_at(world, world.people[name], old).await;
    }
    names.map(|name| world.id(name))
}

async fn is_active_app(world: &World<'_>, id: &str) -> bool {
    let id = ClientId::parse(id).unwrap();
    let found = repo::clients::find(world.db.read(), &id).await.unwrap();
    found.expect("a client").is_active()
}

async fn is_active_key(world: &World<'_>, id: &ApiKeyId) -> bool {
    let found = repo::api_keys::find_with_owner(world.db.read(), id).await;
    found.unwrap().expect("a key").0.revoked_at.is_none()
}

async fn is_active_account(world: &World<'_>, name: &str) -> bool {
    let found = repo::users::find_by_id(world.db.read(), world.people[name]).await;
    found.unwrap().expect("a user").is_active()
}

/// Returns the name of the checkboxes of a list.
fn field_of(list: &str) -> &'static str {
    let known = KINDS.iter().find(|kind| kind.0 == list);
    known.expect("a list").1
}

/// Returns the values of the checkboxes on a page.
fn boxes(page: &Page) -> Vec<String> {
    page.attributes("#bulk tbody th [type=checkbox]", "value")
}

/// Returns the form of a list with these objects.
async fn chosen(stack: &Stack, agent: &UserAgent, list: &str, ids: &[String]) -> Form {
    let form = open(stack, agent, list).await.form("#bulk");
    let field = field_of(list);
    ids.iter().fold(form, |form, id| form.and(field, id))
}

/// Sends the form of a list, and returns the question.
async fn asked(stack: &Stack, agent: &UserAgent, list: &str, ids: &[String]) -> Page {
    let form = chosen(stack, agent, list, ids).await;
    let page = agent.submit(&form).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(page.has("#confirm"), "{}", page.dump());
    page
}

/// Confirms a question with a reason, and asserts that the list has this notice.
async fn confirmed(agent: &UserAgent, question: &Page, next: &str, notice: &str) -> Page {
    let form = question.form("#confirm").with("reason", "Spring cleaning");
    let forged = agent.submit(&form.clone().with("csrf", "AAAA")).await;
    assert_eq!(forged.status, 400, "{}", forged.dump());
    let page = agent.submit(&form).await;
    assert_eq!(location(&page), next);
    let page = agent.follow(page, "").await;
    assert_eq!(page.text_of(".notice.good").as_deref(), Some(notice));
    page
}

/// Runs a change in a transaction.
async fn change(world: &World<'_>, run: impl AsyncFnOnce(&WriteTx)) {
    let tx = world.db.begin_write().await.unwrap();
    run(&tx).await;
    tx.commit().await.unwrap();
}

async fn kind_is_chosen_by_filter(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    for (list, ..) in KINDS {
        let page = open(stack, &admin, list).await;
        assert!(page.text().contains("Everything was used."), "{list}");
        assert!(page.text().contains("Roles are not listed"), "{list}");
        assert!(!page.has("#bulk, [type=checkbox]"), "{list}");
        assert!(!page.has("form.filters input"), "{list}");
        let values = page.attributes("form.filters option", "value");
        assert_eq!(values, ["apps", "api-keys", "accounts"]);
    }
    let app = age_app(&world, &stack.seed.post).await;
    let key = unused_key(&world, 1).await.to_string();
    let [alice] = age_accounts(&world, ["alice"]).await;
    for ((list, ..), id) in KINDS.into_iter().zip([app, key, alice]) {
        let page = open(stack, &admin, list).await;
        assert_eq!(boxes(&page), [id], "{list}");
        let kind = page.form("form.filters").with("kind", "accounts");
        let page = admin.submit(&kind).await;
        assert_eq!(page.text_of("caption").as_deref(), Some("Users: 1"));
    }
    let page = admin.get(stack.at("/admin/unused?kind=roles")).await;
    assert_eq!(page.status, 400, "{}", page.dump());
    for (list, link) in [
        ("/admin/apps", APPS),
        ("/admin/api-access", KEYS),
        ("/admin/people", ACCOUNTS),
    ] {
        let links = open(stack, &admin, list).await;
        let links = links.attributes(".actions a, .presets a", "href");
        assert!(links.contains(&link.to_owned()), "{list}: {links:?}");
    }
}

async fn chosen_apps_are_disabled(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let seed = &stack.seed;
    let ids = [
        age_app(&world, &seed.post).await,
        age_app(&world, &seed.web).await,
    ];
    let page = open(stack, &admin, APPS).await;
    assert_eq!(boxes(&page), ids);
    let page = asked(stack, &admin, APPS, &ids).await;
    let question = page.text_of("h1");
    assert_eq!(question.as_deref(), Some("Disable the chosen apps?"));
    assert_eq!(page.texts_of(".summary dd"), ["2"]);
    assert_eq!(page.texts_of("tbody tr").len(), 2);
    let next = format!("{APPS}?done=console-chosen-apps-ended&count=2");
    let list = confirmed(&admin, &page, &next, "2 apps were disabled.").await;
    assert!(list.text().contains("Everything was used."));
    for id in &ids {
        assert!(!is_active_app(&world, id).await, "{id}");
    }
    let found = events(&world, "client.changed", "disabled").await;
    assert_one_event_each(&found, ids.into(), "Spring cleaning");
    // The same form again finds disabled apps, and changes nothing.
    let again = admin.submit(&page.form("#confirm")).await;
    assert_eq!(location(&again), next);
    let found = events(&world, "client.changed", "disabled").await;
    assert_eq!(found.len(), 2);
}

async fn chosen_keys_are_revoked(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let mut keys = Vec::new();
    for number in 1..=3 {
        keys.push(unused_key(&world, number).await);
    }
    let ids: Vec<_> = keys.iter().map(ToString::to_string).collect();
    let page = open(stack, &admin, KEYS).await;
    assert_eq!(boxes(&page), ids);
    let page = asked(stack, &admin, KEYS, &ids[..2]).await;
    let question = page.text_of("h1");
    assert_eq!(question.as_deref(), Some("Revoke the chosen keys?"));
    assert!(page.text().contains("This cannot be undone."));
    // Keys, and their users.
    assert_eq!(page.texts_of(".summary dd"), ["2", "1"]);
    // A key that was revoked in the meantime counts as revoked.
    let (alice, now) = (world.people["alice"], stack.clock.now());
    change(&world, async |tx: &WriteTx| {
        let revoked = repo::api_keys::revoke(tx, alice, &keys[0], now).await;
        assert!(revoked.unwrap());
    })
    .await;
    let next = format!("{KEYS}&done=console-chosen-keys-ended&count=2");
    let list = confirmed(&admin, &page, &next, "2 keys were revoked.").await;
    assert_eq!(boxes(&list), ids[2..]);
    assert!(!is_active_key(&world, &keys[1]).await);
    assert!(is_active_key(&world, &keys[2]).await);
    let found = events(&world, "api_key.revoked", "revoked").await;
    assert_one_event_each(&found, vec![keys[1].prefix()], "Spring cleaning");
}

async fn chosen_accounts_are_disabled(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let mut ids = age_accounts(&world, ["alice", "carol"]).await;
    ids.sort();
    // The own account has no checkbox.
    age_accounts(&world, ["admin"]).await;
    let page = open(stack, &admin, ACCOUNTS).await;
    assert_eq!(page.text_of("caption").as_deref(), Some("Users: 3"));
    assert_eq!(boxes(&page), ids);
    let page = asked(stack, &admin, ACCOUNTS, &ids).await;
    let question = page.text_of("h1");
    assert_eq!(question.as_deref(), Some("Disable these accounts?"));
    assert_eq!(page.texts_of(".summary dd"), ["2"]);
    let links = page.attributes("tbody th a", "href");
    assert_eq!(
        links,
        ids.each_ref().map(|id| format!("/admin/people/{id}"))
    );
    let form = page.form("#confirm");
    let long = form.clone().with("reason", &"x".repeat(201));
    let rejected = admin.submit(&long).await;
    assert_eq!(rejected.status, 422, "{}", rejected.dump());
    assert_eq!(rejected.form("#confirm").fields.len(), form.fields.len());
    assert!(is_active_account(&world, "alice").await);
    let next = format!("{ACCOUNTS}&done=console-chosen-accounts-ended&count=2");
    let list = confirmed(&admin, &page, &next, "2 accounts were disabled.").await;
    assert_eq!(list.texts_of("tbody th").len(), 1, "{}", list.dump());
    assert!(!is_active_account(&world, "alice").await);
    assert!(!is_active_account(&world, "carol").await);
    let found = events(&world, "user.changed", "changed").await;
    assert_one_event_each(&found, ids.into(), "Spring cleaning");
}

async fn form_without_chosen_object_leads_back(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    age_app(&world, &stack.seed.post).await;
    unused_key(&world, 1).await;
    age_accounts(&world, ["alice"]).await;
    for (list, _, path) in KINDS {
        let form = chosen(stack, &admin, list, &[]).await;
        let page = admin.submit(&form).await;
        let sign = if list.contains('?') { '&' } else { '?' };
        let next = format!("{list}{sign}done=console-chosen-nothing");
        assert_eq!(location(&page), next);
        let page = admin.follow(page, "").await;
        let notice = page.text_of(".notice.bad");
        assert_eq!(notice.as_deref(), Some("Choose at least one"));
        let page = admin.get(stack.at(path)).await;
        let kind = path.split('/').nth(3).unwrap();
        assert_eq!(location(&page), format!("{APPS}?kind={kind}"));
    }
}

async fn invalid_choice_is_rejected(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let app = age_app(&world, &stack.seed.post).await;
    let key = unused_key(&world, 1).await;
    age_accounts(&world, ["alice"]).await;
    let many = |id: fn(u32) -> String| (0..51).map(id).collect::<Vec<_>>();
    let choices = [
        many(|number| format!("app-{number}")),
        many(|number| format!("{number:012}")),
        many(|_| Uuid::now_v7().to_string()),
    ];
    for ((list, ..), many) in KINDS.into_iter().zip(choices) {
        for ids in [&["\u{e9}".to_owned()][..], &many[..]] {
            let form = chosen(stack, &admin, list, ids).await;
            let page = admin.submit(&form.with("confirm", "yes")).await;
            assert_eq!(page.status, 400, "{list}: {}", page.dump());
        }
        // Apps and accounts that do not exist are no question; an API key may have been deleted.
        let form = chosen(stack, &admin, list, &many[2..3]).await;
        let page = admin.submit(&form).await;
        let expected = if list == KEYS { 303 } else { 404 };
        assert_eq!(page.status, expected, "{list}: {}", page.dump());
    }
    assert!(is_active_app(&world, &app).await && is_active_key(&world, &key).await);
    assert!(is_active_account(&world, "alice").await);
}

async fn apps_that_cannot_be_disabled_are_reported(stack: &Stack) {
    let world = World::new(stack).await;
    let (helper, seed) = (browser(stack, "helper").await, &stack.seed);
    // The helper may not change an app with the administration scope.
    let powerful = age_app(&world, &seed.trusted).await;
    let changed = age_app(&world, &seed.web).await;
    let disabled = age_app(&world, &seed.post).await;
    let ids = [&powerful, &changed, &disabled].map(Clone::clone);
    let page = asked(stack, &helper, APPS, &ids).await;
    change(&world, async |tx: &WriteTx| {
        let id = ClientId::parse(&changed).unwrap();
        let found = repo::clients::find(tx, &id).await.unwrap().unwrap();
        let renamed = Client {
            name: "Photos".to_owned(),
            ..found
        };
        repo::clients::update(tx, &renamed).await.unwrap();
    })
    .await;
    let denials = world.denials().await;
    let page = helper.submit(&page.form("#confirm")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let causes = [
        "You cannot give more than you have.",
        "It was changed in the meantime. Read it again.",
    ];
    assert_reported(&page, "2 apps were not disabled.", &causes);
    let links = page.attributes("tbody th a", "href");
    let expected = [&powerful, &changed].map(|id| format!("/admin/apps/{id}"));
    assert_eq!(links, expected);
    assert_eq!(page.texts_of(".summary dd"), ["One app was disabled."]);
    assert_eq!(world.denials().await, denials + 1);
    assert!(!is_active_app(&world, &disabled).await);
    assert!(is_active_app(&world, &powerful).await && is_active_app(&world, &changed).await);

    let page = asked(stack, &helper, APPS, &[powerful]).await;
    let page = helper.submit(&page.form("#confirm")).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(!page.has(".summary"), "{}", page.dump());
}

async fn accounts_that_cannot_be_disabled_are_reported(stack: &Stack) {
    let mut world = World::new(stack).await;
    let helper = browser(stack, "helper").await;
    for name in ["dora", "erin"] {
        world.create_user(name).await;
    }
    // More powerful, disabled, changed and deleted in the meantime, and the own account.
    let ids = age_accounts(&world, ["admin", "carol", "dora", "erin", "helper"]).await;
    let page = asked(stack, &helper, ACCOUNTS, &ids).await;
    assert_eq!(page.texts_of(".summary dd"), ["5"]);
    let (dora, erin) = (world.people["dora"], world.people["erin"]);
    let now = stack.clock.now();
    change(&world, async |tx: &WriteTx| {
        let changed = repo::users::set_email_verified(tx, dora, false, now).await;
        assert!(changed.unwrap());
        assert!(repo::users::delete(tx, erin, now).await.unwrap());
    })
    .await;
    let denials = world.denials().await;
    let page = helper.submit(&page.form("#confirm")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let causes = [
        "This account may do more than you.",
        "It was changed in the meantime. Read it again.",
        "It no longer exists, or you cannot see it.",
        "You cannot do this to your own account.",
    ];
    assert_reported(&page, "4 accounts were not disabled.", &causes);
    assert!(page.texts_of("tbody th").contains(&ids[3]));
    let done = page.texts_of(".summary dd");
    assert_eq!(done, ["One account was disabled."]);
    assert_eq!(world.denials().await, denials + 2);
    assert!(!is_active_account(&world, "carol").await);
    for name in ["admin", "dora", "helper"] {
        assert!(is_active_account(&world, name).await, "{name}");
    }
}

async fn object_that_was_used_stays(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, now) = (browser(stack, "admin").await, stack.clock.now());
    let key = unused_key(&world, 1).await;
    let accounts = age_accounts(&world, ["alice"]).await;
    let ids = [key.to_string()];
    let of_keys = asked(stack, &admin, KEYS, &ids).await;
    let of_accounts = asked(stack, &admin, ACCOUNTS, &accounts).await;
    sign_in_at(&world, world.people["alice"], now).await;
    change(&world, async |tx: &WriteTx| {
        let used = repo::api_keys::record_use(tx, &key, None, now, now).await;
        assert!(used.unwrap());
    })
    .await;
    for (question, notice) in [
        (of_keys, "One key was not revoked."),
        (of_accounts, "One account was not disabled."),
    ] {
        let page = admin.submit(&question.form("#confirm")).await;
        assert_eq!(page.status, 409, "{}", page.dump());
        assert_reported(&page, notice, &["It was used in the meantime."]);
    }
    assert!(is_active_key(&world, &key).await);
    assert!(is_active_account(&world, "alice").await);
}

async fn kinds_require_own_permissions(stack: &Stack) {
    let world = World::new(stack).await;
    let app = age_app(&world, &stack.seed.post).await;
    let key = unused_key(&world, 1).await.to_string();
    let [alice] = age_accounts(&world, ["alice"]).await;
    // Without the permission for clients, the list begins with API keys.
    world.let_hold("carol", "reader", &["users:read"]).await;
    let reader = browser(stack, "carol").await;
    assert_eq!(location(&reader.get(stack.at(APPS)).await), KEYS);
    for list in [KEYS, ACCOUNTS] {
        let page = open(stack, &reader, list).await;
        assert_eq!(page.texts_of("tbody th").len(), 1, "{list}");
        assert!(!page.has("#bulk, [type=checkbox]"), "{list}");
        let values = page.attributes("form.filters option", "value");
        assert_eq!(values, ["api-keys", "accounts"]);
    }
    let page = reader.get(stack.at("/admin/unused?kind=apps")).await;
    assert_eq!(page.status, 404, "{}", page.dump());
    for ((.., field, path), id) in KINDS.into_iter().zip([&app, &key, &alice]) {
        assert_absent(&world, &reader, path, (field, id)).await;
    }
    // With that of clients alone, there is no other kind.
    world.let_hold("alice", "watcher", &["clients:read"]).await;
    let watcher = browser(stack, "alice").await;
    let page = open(stack, &watcher, APPS).await;
    assert_eq!(page.texts_of("tbody th").len(), 1);
    assert!(!page.has("#bulk, form.filters"), "{}", page.dump());
    assert!(is_active_app(&world, &app).await && is_active_account(&world, "alice").await);
}

async fn owner_reads_unused_members_only(stack: &Stack) {
    let world = World::new(stack).await;
    let app = age_app(&world, &stack.seed.post).await;
    let key = unused_key(&world, 1).await.to_string();
    let [alice, bob, _] = age_accounts(&world, ["alice", "bob", "carol"]).await;
    let owner = browser(stack, "mona").await;
    assert_eq!(location(&owner.get(stack.at(APPS)).await), ACCOUNTS);
    let page = open(stack, &owner, ACCOUNTS).await;
    let links = page.attributes("tbody th a", "href");
    assert_eq!(links, [page_of(&world, "alice")]);
    assert!(!page.has("#bulk, [type=checkbox], form.filters"));
    for kind in ["apps", "api-keys"] {
        let page = owner.get(stack.at(&format!("{APPS}?kind={kind}"))).await;
        assert_eq!(page.status, 404, "{kind}: {}", page.dump());
    }
    for ((.., field, path), id) in KINDS.into_iter().zip([&app, &key, &alice]) {
        assert_absent(&world, &owner, path, (field, id)).await;
    }
    let (.., path) = KINDS[2];
    assert_absent(&world, &owner, path, ("user", &bob)).await;
    for name in ["alice", "bob"] {
        assert!(is_active_account(&world, name).await, "{name}");
    }
}
