//! Tests of every page of the console: who may open it, and what its forms require.

use doorward_admin::providers::ProviderSpec;
use doorward_domain::model::AuditKind;
use doorward_domain::model::SubjectKind;
use doorward_store::repo;
use doorward_testkit::{Stack, UserAgent, both_backends};

use super::admin_lists;
use super::bulk::running_change;
use super::support::{browser, comparable, csrf, location, open};
use super::system::{failed_job, lock_out};
use crate::admin::user_factors::{insert_link, insert_passkey};
use crate::admin::world::World;

both_backends!(
    anonymous_caller_is_sent_to_sign_in,
    pages_do_not_exist_without_permission,
    owner_sees_only_own_organization,
    forms_require_csrf_token,
    changes_require_recent_authentication,
    navigation_shows_permitted_sections,
    pages_have_no_inline_code,
);

/// The paths of all pages and forms, with the ids of existing objects.
struct Routes {
    pages: Vec<String>,
    forms: Vec<String>,
}

async fn routes(world: &World<'_>) -> Routes {
    let alice = format!("/admin/people/{}", world.id("alice"));
    let client = format!("/admin/apps/{}", world.stack.seed.trusted.id);
    let group = format!("/admin/groups/{}", world.groups["acme"]);
    let kid = repo::keys::list(world.db.read()).await.unwrap();
    let key = format!("/admin/keys/{}", kid[0].kid);
    let acme = "/admin/organizations/acme";
    let member = format!("{acme}/members/{}", world.id("alice"));
    put_provider(world).await;
    let event = event(world, &kid[0].kid).await;
    let grant = grant(world).await;
    let job = format!("/admin/system/jobs/{}", failed_job(world).await);
    lock_out(world, Some("alice")).await;
    let lockout = format!("/admin/system/lockouts/{}", world.id("alice"));
    let bulk = running_change(world).await;
    let pages = [
        "/admin",
        "/admin/people",
        &alice,
        &format!("{alice}/sessions"),
        &format!("{alice}/access"),
        &format!("{alice}/apps"),
        &format!("{alice}/factors"),
        "/admin/groups",
        &group,
        "/admin/organizations",
        acme,
        &format!("{acme}/invitations"),
        "/admin/roles",
        "/admin/roles/helper",
        "/admin/grants",
        "/admin/apps",
        &client,
        &format!("{client}/test"),
        &format!("{client}/failures"),
        &format!("{client}/consents"),
        "/admin/apps/tokens",
        "/admin/unused",
        "/admin/api-access",
        "/admin/providers",
        "/admin/providers/new",
        "/admin/providers/acme",
        "/admin/providers/acme/tried",
        "/admin/sign-ins",
        "/admin/sessions",
        "/admin/audit",
        &event,
        "/admin/keys",
        "/admin/system",
        "/admin/system/jobs",
        "/admin/system/lockouts",
        "/admin/system/configuration",
        "/admin/setup",
        "/admin/setup/backup",
        "/admin/find",
        &bulk,
    ];
    let mut forms = forms([
        &alice, &client, &key, &group, &grant, &member, &job, &lockout, &bulk,
    ]);
    forms.extend(admin_lists::forms(world).await);
    forms.push(format!("{event}/undo"));
    let id = world.people["alice"];
    let passkey = insert_passkey(world, id).await;
    let link = insert_link(world, id, &[]).await;
    forms.push(format!("{alice}/factors/{passkey}/remove"));
    forms.push(format!("{alice}/linked-accounts/{link}/remove"));
    Routes {
        pages: pages.map(str::to_owned).into(),
        forms,
    }
}

/// Returns the paths of all forms, for these objects.
fn forms(objects: [&str; 9]) -> Vec<String> {
    let [alice, client, key, group, grant, member, job, lockout, bulk] = objects;
    let acme = "/admin/organizations/acme";
    [
        &format!("{alice}/end-sessions"),
        &format!("{alice}/reset-password"),
        &format!("{alice}/disable"),
        &format!("{alice}/delete"),
        &format!("{alice}/access/give"),
        "/admin/apps/new",
        "/admin/apps/tokens/new",
        &format!("{client}/end-sessions"),
        &format!("{client}/edit"),
        &format!("{client}/disable"),
        &format!("{client}/delete"),
        "/admin/keys/rotate/RS256",
        &format!("{key}/retire"),
        "/admin/organizations/new",
        &format!("{acme}/edit"),
        &format!("{acme}/invite"),
        &format!("{acme}/disable"),
        &format!("{acme}/delete"),
        &format!("{member}/make-owner"),
        &format!("{member}/remove"),
        "/admin/providers/new/google",
        "/admin/providers/acme/disable",
        "/admin/providers/acme/delete",
        "/admin/providers/acme/secret",
        "/admin/providers/acme/test",
        "/admin/providers/acme/try",
        "/admin/groups/new",
        &format!("{group}/edit"),
        &format!("{group}/members/add"),
        &format!("{group}/delete"),
        "/admin/roles/new",
        "/admin/roles/helper/edit",
        "/admin/roles/helper/delete",
        &format!("{grant}/extend"),
        &format!("{grant}/remove"),
        "/admin/system/test-mail",
        "/admin/setup/issuer",
        "/admin/setup/mail",
        &format!("{job}/retry"),
        &format!("{lockout}/unlock"),
        "/admin/support-code",
        "/admin/people/bulk",
        &format!("{bulk}/stop"),
    ]
    .map(str::to_owned)
    .into()
}

/// Stores the provider `acme`.
pub async fn put_provider(world: &World<'_>) {
    let provider = ProviderSpec {
        issuer: Some("https://login.acme.example".to_owned()),
        client_id: "doorward".to_owned(),
        ..ProviderSpec::default()
    };
    world.stack.put_provider("acme", &provider).await;
}

/// Inserts an event about a key, and returns its path.
pub async fn event(world: &World<'_>, kid: &str) -> String {
    let admin = world.operator("admin", &[], &[]);
    let event = admin.event(AuditKind::KeyChanged, kid, "tested");
    let tx = world.db.begin_write().await.unwrap();
    repo::audit::insert(&tx, &event).await.unwrap();
    tx.commit().await.unwrap();
    format!("/admin/audit/{}", event.id)
}

/// Returns the path of the assignment of the role `helper`.
pub async fn grant(world: &World<'_>) -> String {
    let (read, helper) = (world.db.read(), world.id("helper"));
    let held = repo::roles::assignments(read, SubjectKind::User, &helper).await;
    format!("/admin/grants/{}", held.unwrap()[0].id)
}

async fn anonymous_caller_is_sent_to_sign_in(stack: &Stack) {
    let world = World::new(stack).await;
    let routes = routes(&world).await;
    for path in routes.pages.iter().chain(&routes.forms) {
        let page = UserAgent::new().get(stack.at(path)).await;
        assert_eq!(location(&page), format!("/login?next={path}"));
    }
    // The sign-in leads back.
    let (agent, path) = (UserAgent::new(), &routes.pages[2]);
    let page = agent.get(stack.at(path)).await;
    let page = agent.follow(page, "").await;
    let form = page
        .form("#login")
        .with("identifier", "admin")
        .with("password", doorward_testkit::PASSWORD);
    let page = agent.submit(&form).await;
    assert_eq!(&location(&page), path);
}

async fn pages_do_not_exist_without_permission(stack: &Stack) {
    let world = World::new(stack).await;
    let routes = routes(&world).await;
    let agent = browser(stack, "carol").await;
    let token = csrf(stack, &agent).await;
    let path = "/admin/absent/page";
    let page = agent.get(stack.at(path)).await;
    assert_eq!(page.status, 404);
    let absent = comparable(&page, path);
    for path in routes.pages.iter().chain(&routes.forms) {
        let page = agent.get(stack.at(path)).await;
        assert_eq!(page.status, 404, "{path}: {}", page.dump());
        assert_eq!(comparable(&page, path), absent, "{path}");
    }
    for path in &routes.forms {
        let page = agent.post(stack.at(path), &[("csrf", &token)]).await;
        assert_eq!(page.status, 404, "{path}: {}", page.dump());
        assert_eq!(comparable(&page, path), absent, "{path}");
    }
    // An administrator with other permissions gets the same, and the attempt is recorded.
    let helper = browser(stack, "helper").await;
    let page = helper.get(stack.at("/admin/keys")).await;
    assert_eq!(page.status, 404);
    let (denials, token) = (world.denials().await, csrf(stack, &helper).await);
    let path = "/admin/keys/rotate/RS256";
    let page = helper.post(stack.at(path), &[("csrf", &token)]).await;
    assert_eq!(page.status, 404, "{}", page.dump());
    assert_eq!(world.denials().await, denials + 1);
}

async fn owner_sees_only_own_organization(stack: &Stack) {
    let world = World::new(stack).await;
    let agent = browser(stack, "mona").await;
    let page = open(stack, &agent, "/admin/people").await;
    let names = page.texts_of("tbody th");
    assert_eq!(names.len(), 2, "{names:?}");
    let page = open(stack, &agent, "/admin/organizations").await;
    assert_eq!(page.texts_of("tbody th"), ["ACME"]);
    let page = open(stack, &agent, "/admin/organizations/acme").await;
    assert_eq!(page.texts_of("tbody th").len(), 2);
    let page = open(stack, &agent, "/admin/groups").await;
    assert_eq!(page.texts_of("tbody th"), ["/sales"]);
    assert!(page.text().contains("Only within"), "{}", page.dump());
    let alice = format!("/admin/people/{}", world.id("alice"));
    let page = open(stack, &agent, &alice).await;
    assert!(!page.has(".actions"), "an owner changes no account");
    open(stack, &agent, &format!("{alice}/access")).await;

    // Users and groups elsewhere look like those that do not exist.
    let path = format!("/admin/people/{}", doorward_testkit::addresses::ID);
    let absent = comparable(&agent.get(stack.at(&path)).await, &path);
    for path in [
        format!("/admin/people/{}", world.id("bob")),
        format!("/admin/people/{}/access", world.id("bob")),
        format!("/admin/people/{}/access/give", world.id("bob")),
        format!("/admin/groups/{}", world.groups["zeta"]),
        format!("/admin/groups/{}", world.groups[""]),
        format!("/admin/groups/{}/edit", world.groups["zeta"]),
        format!("/admin/groups/{}/members/add", world.groups["zeta"]),
        format!("/admin/groups/{}/delete", world.groups["zeta"]),
        "/admin/roles/new".to_owned(),
        "/admin/roles/helper/edit".to_owned(),
        "/admin/roles/helper/delete".to_owned(),
        format!("{}/extend", grant(&world).await),
        format!("{}/remove", grant(&world).await),
        "/admin/organizations/zeta".to_owned(),
        format!("{alice}/sessions"),
        format!("{alice}/apps"),
        format!("{alice}/factors"),
        format!("{alice}/factors/app/remove"),
        format!("{alice}/disable"),
        "/admin/apps".to_owned(),
        "/admin/apps.csv".to_owned(),
        "/admin/apps.json".to_owned(),
        format!("/admin/apps/{}/test", stack.seed.trusted.id),
        format!("/admin/apps/{}/failures", stack.seed.trusted.id),
        format!("/admin/apps/{}/consents", stack.seed.trusted.id),
        format!("/admin/apps/{}/end-sessions", stack.seed.trusted.id),
        "/admin/apps/tokens".to_owned(),
        "/admin/apps/tokens/new".to_owned(),
        "/admin/unused".to_owned(),
        "/admin/api-access".to_owned(),
        format!("/admin/apps/{}/edit", stack.seed.trusted.id),
        "/admin/providers".to_owned(),
        "/admin/sessions".to_owned(),
        "/admin/sign-ins".to_owned(),
        "/admin/audit".to_owned(),
        "/admin/audit.csv".to_owned(),
        format!("/admin/audit/{}/undo", doorward_testkit::addresses::ID),
        "/admin/keys".to_owned(),
        "/admin/system".to_owned(),
        "/admin/system/jobs".to_owned(),
        "/admin/system/lockouts".to_owned(),
        "/admin/system/configuration".to_owned(),
        "/admin/system/test-mail".to_owned(),
        "/admin/setup".to_owned(),
        "/admin/setup/backup".to_owned(),
        "/admin/setup/issuer".to_owned(),
        "/admin/setup/mail".to_owned(),
        running_change(&world).await,
    ] {
        let page = agent.get(stack.at(&path)).await;
        assert_eq!(page.status, 404, "{path}: {}", page.dump());
        assert_eq!(comparable(&page, &path), absent, "{path}");
    }
    // The search does not reveal accounts elsewhere.
    for name in ["bob", "bob@example.com", "nobody"] {
        let page = open(stack, &agent, &format!("/admin/people?q={name}")).await;
        assert!(page.texts_of("tbody th").is_empty(), "{name}");
    }
}

async fn forms_require_csrf_token(stack: &Stack) {
    let world = World::new(stack).await;
    let agent = browser(stack, "admin").await;
    for path in routes(&world).await.forms {
        for token in ["", "AAAA"] {
            let page = agent.post(stack.at(&path), &[("csrf", token)]).await;
            assert_eq!(page.status, 400, "{path}: {}", page.dump());
        }
    }
    let alice = format!("/admin/people/{}", world.id("alice"));
    let page = open(stack, &agent, &alice).await;
    assert_eq!(page.text_of(".head .pill").unwrap().trim(), "Active");
}

async fn changes_require_recent_authentication(stack: &Stack) {
    let world = World::new(stack).await;
    let agent = browser(stack, "admin").await;
    let (routes, token) = (routes(&world).await, csrf(stack, &agent).await);
    stack.clock.advance(901);
    for path in &routes.pages {
        open(stack, &agent, path).await;
    }
    for path in &routes.forms {
        let proof = format!("/login?next={path}");
        let page = agent.get(stack.at(path)).await;
        assert_eq!(location(&page), proof);
        let page = agent.post(stack.at(path), &[("csrf", &token)]).await;
        assert_eq!(location(&page), proof);
    }
    // The password again, and the question follows.
    let page = agent.get(stack.at(&routes.forms[2])).await;
    let page = agent.follow(page, "").await;
    let form = page
        .form("#login")
        .with("password", doorward_testkit::PASSWORD);
    let page = agent.submit(&form).await;
    let page = agent.follow(page, "").await;
    assert!(page.has("#confirm"), "{}", page.dump());
}

async fn navigation_shows_permitted_sections(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "auditor", &["audit:read"]).await;
    let agent = browser(stack, "carol").await;
    let page = open(stack, &agent, "/admin/audit").await;
    assert_eq!(page.texts_of(".side a"), ["Home", "Sign-ins", "Audit log"]);
    let current = page.texts_of(".side [aria-current=page]");
    assert_eq!(current, ["Audit log"]);
    assert!(page.has("a.skip[href='#main']") && page.has("details.sections nav"));
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin").await;
    assert_eq!(page.texts_of(".side a").len(), 14);
}

async fn pages_have_no_inline_code(stack: &Stack) {
    let world = World::new(stack).await;
    let agent = browser(stack, "admin").await;
    for path in routes(&world).await.pages {
        let page = open(stack, &agent, &path).await;
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("style-src 'self'"), "{policy}");
        assert!(!page.has("[style], style, script:not([src])"), "{path}");
        assert!(page.body.len() <= 40_960, "{path}: {}", page.body.len());
    }
}
