//! Pictures of pages of the administration console about one object, and the picture of each route.

use std::collections::BTreeSet;
use std::path::Path;

use doorward_access::clock::Clock as _;
use doorward_domain::model::{
    Group, GroupId, Invitation, InvitationId, LinkId, LinkedAccount, Passkey, PasskeyId, UserId,
};
use doorward_domain::secret::TokenHash;
use doorward_rules::limits::lockout::Failures;
use doorward_store::{WriteTx, repo};
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Authorization, Stack, UserAgent};
use uuid::Uuid;

use crate::console_tasks::insert_organization;
use crate::in_features;
use crate::screenshots::picture;
use crate::steps::{arrive, sign_in};
use crate::with_browser;

/// Routes of pages, and a picture of each.
const PICTURED: &[(&str, &str)] = &[
    ("/admin", "console-home"),
    ("/admin/api-access", "console-api-access"),
    ("/admin/apps", "console-apps"),
    ("/admin/apps/new", "console-new-app"),
    ("/admin/apps/new/catalogue", "console-catalogue"),
    ("/admin/apps/new/catalogue/{app}", "console-catalogue-app"),
    ("/admin/apps/tokens", "console-registration-keys"),
    ("/admin/apps/{id}", "console-app"),
    ("/admin/apps/{id}/access", "console-app-roles"),
    ("/admin/apps/{id}/consents", "console-consents"),
    ("/admin/apps/{id}/users", "console-app-people"),
    ("/admin/apps/{id}/logo", "console-app-logo-form"),
    ("/admin/apps/{id}/edit/{section}", "console-app-settings"),
    ("/admin/apps/{id}/end-sessions", "console-end-app-sessions"),
    ("/admin/apps/{id}/failures", "console-app-failures"),
    ("/admin/apps/{id}/test", "console-app-test"),
    ("/admin/apps/{id}/{action}", "console-new-secret"),
    ("/admin/audit", "console-audit"),
    ("/admin/audit/{id}", "console-event"),
    ("/admin/audit/{id}/undo", "console-undo-refused"),
    ("/admin/campaigns", "console-campaigns"),
    ("/admin/campaigns/new", "console-new-campaign"),
    ("/admin/campaigns/{id}", "console-campaign"),
    (
        "/admin/campaigns/{id}/users/{user}/except",
        "console-except",
    ),
    ("/admin/changes", "console-changes"),
    ("/admin/changes/{id}", "console-change"),
    ("/admin/changes/{id}/approve", "console-approve-change"),
    ("/admin/changes/{id}/reject", "console-reject-change"),
    ("/admin/definitions", "console-definitions"),
    ("/admin/definitions/{kind}", "console-definitions-kind"),
    ("/admin/definitions/{kind}/{id}", "console-definition"),
    ("/admin/definitions/new/{kind}", "console-new-definition"),
    ("/admin/find", "console-find"),
    ("/admin/grants", "console-grants"),
    ("/admin/grants/{id}/{action}", "console-extend"),
    ("/admin/groups", "console-groups"),
    ("/admin/groups/new", "console-new-group"),
    ("/admin/groups/{id}", "console-group"),
    ("/admin/groups/{id}/access", "console-group-roles"),
    ("/admin/jobs/{id}", "console-change-running"),
    ("/admin/keys", "console-keys"),
    ("/admin/streams", "console-streams"),
    ("/admin/guides/{name}", "console-guide"),
    ("/admin/guides/{name}/{section}", "console-guide-section"),
    ("/admin/organizations", "console-organizations"),
    ("/admin/organizations/{id}", "console-organization"),
    ("/admin/organizations/{id}/branding", "console-branding"),
    ("/admin/organizations/{id}/texts", "console-texts"),
    (
        "/admin/organizations/{id}/texts/{lang}/{key}",
        "console-text",
    ),
    (
        "/admin/organizations/{id}/invitations",
        "console-invitations",
    ),
    ("/admin/organizations/{id}/invite", "console-invite"),
    ("/admin/notices", "console-notices"),
    ("/admin/people", "console-people"),
    ("/admin/people/bulk", "console-bulk-question"),
    ("/admin/people/new", "console-new-user"),
    ("/admin/people/{id}", "console-person"),
    ("/admin/people/{id}/access", "console-roles-held"),
    ("/admin/people/{id}/access/give", "console-give-role"),
    ("/admin/people/{id}/apps", "console-user-apps"),
    ("/admin/people/{id}/edit", "console-edit-user"),
    ("/admin/people/{id}/factors", "console-user-factors"),
    ("/admin/people/{id}/sessions", "console-user-sessions"),
    ("/admin/people/{id}/{action}", "console-end-sessions"),
    ("/admin/providers", "console-providers"),
    ("/admin/providers/new", "console-provider-templates"),
    ("/admin/providers/new/{kind}", "console-new-provider"),
    ("/admin/providers/{id}", "console-provider"),
    ("/admin/providers/{id}/edit", "console-provider-settings"),
    ("/admin/providers/{id}/secret", "console-provider-secret"),
    ("/admin/providers/{id}/tried", "console-trial"),
    ("/admin/providers/{id}/try", "console-trial-question"),
    ("/admin/reviews", "console-reviews"),
    ("/admin/reviews/new", "console-new-review"),
    ("/admin/reviews/{id}", "console-review"),
    ("/admin/reviews/{id}/close", "console-close-review"),
    ("/admin/reviews/{id}/reviewers", "console-review-reviewers"),
    ("/admin/reports", "console-reports"),
    ("/admin/signals", "console-signals"),
    ("/admin/reports/{id}", "console-report"),
    ("/admin/roles", "console-roles"),
    ("/admin/roles/{id}", "console-role"),
    ("/admin/roles/{id}/edit", "console-edit-role"),
    ("/admin/roles/{id}/give", "console-give-to"),
    ("/admin/sessions", "console-all-sessions"),
    ("/admin/sessions/bulk", "console-chosen-sessions"),
    ("/admin/setup", "console-setup"),
    ("/admin/setup/backup", "console-setup-backup"),
    ("/admin/setup/issuer", "console-setup-issuer"),
    ("/admin/sign-ins", "console-sign-ins"),
    ("/admin/sites/check", "console-site-check"),
    ("/admin/sites", "console-sites"),
    ("/admin/sites/new", "console-new-site"),
    ("/admin/sites/{id}", "console-site"),
    ("/admin/sites/{id}/proxy", "console-site-proxy"),
    ("/admin/sign-ins/{id}", "console-sign-in-case"),
    ("/admin/support-code", "console-support-code"),
    ("/admin/system", "console-system"),
    ("/admin/system/configuration", "console-configuration"),
    ("/admin/system/jobs", "console-jobs"),
    ("/admin/system/lockouts", "console-lockouts"),
    ("/admin/system/provisioning", "console-provisioning"),
    ("/admin/unused", "console-unused"),
];

/// Questions with the same template and parts as `console-delete`, and other texts.
const QUESTIONS: &[&str] = &[
    "/admin/api-access/{id}/revoke",
    "/admin/apps/tokens/{id}/revoke",
    "/admin/apps/{id}/access/{assignment}/remove",
    "/admin/apps/{id}/branding/logo/{scheme}/remove",
    "/admin/apps/{id}/logo/remove",
    "/admin/apps/{id}/texts/{lang}/{key}/remove",
    "/admin/campaigns/{id}/end",
    "/admin/campaigns/{id}/users/{user}/end-exception",
    "/admin/definitions/{kind}/{id}/delete",
    "/admin/grants/bulk",
    "/admin/groups/{id}/access/{assignment}/remove",
    "/admin/groups/{id}/delete",
    "/admin/groups/{id}/members/{user}/remove",
    "/admin/jobs/{id}/stop",
    "/admin/keys/rotate/{algorithm}",
    "/admin/keys/{id}/{action}",
    "/admin/notices/remove",
    "/admin/organizations/{id}/branding/logo/{scheme}/remove",
    "/admin/organizations/{id}/invitations/{invitation}/withdraw",
    "/admin/organizations/{id}/members/{user}/{action}",
    "/admin/organizations/{id}/texts/{lang}/{key}/remove",
    "/admin/organizations/{id}/{action}",
    "/admin/people/{id}/access/{assignment}/remove",
    "/admin/people/{id}/apps/{client}/withdraw",
    "/admin/people/{id}/factors/{factor}/remove",
    "/admin/people/{id}/linked-accounts/{link}/remove",
    "/admin/people/{id}/sessions/{session}/end",
    "/admin/providers/{id}/test",
    "/admin/providers/{id}/{action}",
    "/admin/read-only/end",
    "/admin/roles/{id}/delete",
    "/admin/setup/mail",
    "/admin/signals/{id}/delete",
    "/admin/signals/{id}/enable",
    "/admin/signals/{id}/pause",
    "/admin/sites/{id}/delete",
    "/admin/system/jobs/retry",
    "/admin/system/jobs/{id}/retry",
    "/admin/system/test-mail",
    "/admin/system/texts/{lang}/{key}/remove",
    "/admin/unused/accounts/bulk",
    "/admin/unused/api-keys/bulk",
    "/admin/unused/apps/bulk",
];

/// Forms with the same template and kinds of fields as `console-new-group`, `console-edit-role` and
/// `console-give-role`.
const FORMS: &[&str] = &[
    "/admin/apps/{id}/access/give",
    "/admin/apps/{id}/branding",
    "/admin/apps/{id}/branding/logo/{scheme}",
    "/admin/apps/{id}/texts/{lang}/{key}",
    "/admin/apps/tokens/new",
    "/admin/campaigns/{id}/reschedule",
    "/admin/definitions/{kind}/{id}/edit",
    "/admin/definitions/{kind}/{id}/rename",
    "/admin/groups/{id}/access/give",
    "/admin/groups/{id}/edit",
    "/admin/groups/{id}/members/add",
    "/admin/notices/set",
    "/admin/organizations/new",
    "/admin/organizations/{id}/branding/logo/{scheme}",
    "/admin/organizations/{id}/edit",
    "/admin/organizations/{id}/invite-file",
    "/admin/people/{id}/impersonate",
    "/admin/people/{id}/merge",
    "/admin/people/{id}/offboard",
    "/admin/read-only/set",
    "/admin/roles/new",
    "/admin/roles/{id}/rename",
    "/admin/saml/new",
    "/admin/apps/{id}/saml/edit",
    "/admin/sites/{id}/edit",
    "/admin/system/texts/{lang}/{key}",
];

/// Details with the same template and parts as `console-site-proxy` and `console-site`.
const DETAILS: &[&str] = &[
    "/admin/saml",
    "/admin/apps/{id}/saml",
    "/admin/signals/{id}",
];

/// The texts of other owners, with the same template as `console-texts`.
const LISTS: &[&str] = &["/admin/apps/{id}/texts", "/admin/system/texts"];

/// The sign-in page with the brand of an object, pictured without it as `sign-in`.
const PREVIEWS: &[&str] = &[
    "/admin/apps/{id}/branding/preview",
    "/admin/organizations/{id}/branding/preview",
];

/// Returns the routes of pages in the table of budgets, which the server confirms.
fn routes(table: &str) -> BTreeSet<&str> {
    let parts = table.split('"');
    parts
        .filter(|part| part.starts_with("/admin") && !part.contains(['?', '.']))
        .collect()
}

#[test]
fn every_route_is_pictured_or_like_a_picture() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let table = std::fs::read_to_string(tests.join("api/console/budget_table.rs")).unwrap();
    let pictured = PICTURED.iter().map(|(route, _)| *route);
    let others = [QUESTIONS, FORMS, PREVIEWS, LISTS, DETAILS];
    let others = others.concat().into_iter();
    let listed: Vec<_> = pictured.chain(others).collect();
    assert_eq!(
        listed.iter().copied().collect::<BTreeSet<_>>(),
        routes(&table)
    );
    assert_eq!(listed.len(), routes(&table).len(), "a route twice");
    let files = in_features("tests")
        .into_iter()
        .chain([tests.join("browser")]);
    let files = files.flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let checks: String = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    for (_, name) in PICTURED {
        let taken = checks.matches(&format!("\"{name}\"")).count();
        assert!(taken > 1, "no test takes the picture {name}");
    }
}

/// Inserts an organization with an invitation, a group, a locked account with access for an app, and
/// a failure of another app. Returns the paths of the account, of the group, and of the undo of a
/// sign-in.
pub async fn insert_objects(stack: &Stack) -> [String; 3] {
    insert_organization(stack).await;
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    let outcome = request.complete(&UserAgent::new(), "alice").await;
    assert!(!outcome.code().is_empty());
    let agent = UserAgent::new();
    let request = agent.http().post(stack.at("/oauth2/token"));
    let request = request.basic_auth(&stack.seed.service.id, Some("wrong"));
    let form = [("grant_type", "client_credentials")];
    let page = agent.send(request.form(&form)).await;
    let failed = page.header("x-request-id").expect("a request id");
    stack.wait_for_attempt(failed).await;

    let (db, now) = (stack.db().await, stack.clock.now());
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().unwrap().id;
    let events = repo::audit::list(db.read(), None, 100).await.unwrap();
    let mut events = events.iter();
    let event = events.find(|event| event.kind.as_str() == "login.succeeded");
    let undo = format!("/admin/audit/{}/undo", event.expect("a sign-in").id);
    let group = Group {
        id: GroupId::from_uuid(Uuid::now_v7()),
        path: "/sales".to_owned(),
        description: "Sales".to_owned(),
        code: Some("SAL".to_owned()),
        org: None,
        parent: None,
        manager: Some(alice),
        created_at: now,
        updated_at: now,
    };
    let invitation = Invitation {
        id: InvitationId::from_uuid(Uuid::now_v7()),
        hash: TokenHash::digest("invitation"),
        org: "acme".to_owned(),
        email: "dora@example.org".to_owned(),
        email_key: "dora@example.org".to_owned(),
        inviter: None,
        created_at: now,
        expires_at: now + 86_400,
        ended_at: None,
        access: doorward_domain::model::invitation::InvitedAccess::default(),
        batch: None,
        queued_at: None,
    };
    let lockout = Failures {
        count: 8,
        locked_until: Some(now + 3600),
        updated_at: now,
    };
    let tx = db.begin_write().await.unwrap();
    repo::groups::insert(&tx, &group).await.unwrap();
    let joined = repo::groups::add_member(&tx, group.id, alice, now).await;
    joined.unwrap();
    repo::invitations::insert(&tx, &invitation).await.unwrap();
    let locked = repo::login_failures::change(&tx, &[7; 32], Some(alice), now, |_| lockout).await;
    locked.unwrap();
    insert_factors(&tx, alice, now).await;
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    let group = format!("/admin/groups/{}", group.id);
    [format!("/admin/people/{alice}"), group, undo]
}

/// Inserts a passkey and a linked account of a user.
async fn insert_factors(tx: &WriteTx, user_id: UserId, now: i64) {
    let passkey = Passkey {
        id: PasskeyId::from_uuid(Uuid::now_v7()),
        user_id,
        handle: None,
        credential_id: b"blue phone".to_vec(),
        name: "Blue phone".to_owned(),
        credential: "{}".to_owned(),
        backup_eligible: true,
        backed_up: true,
        created_at: now - 86_400,
        last_used_at: Some(now),
        suspected_at: None,
    };
    let link = LinkedAccount {
        id: LinkId::from_uuid(Uuid::now_v7()),
        user_id,
        issuer: "https://login.acme.example".to_owned(),
        subject: "alice".to_owned(),
        label: "alice@work.example".to_owned(),
        roles: Vec::new(),
        created_at: now - 86_400,
        last_used_at: None,
    };
    assert!(repo::passkeys::insert(tx, &passkey).await.unwrap());
    assert!(repo::linked_accounts::insert(tx, &link).await.unwrap());
}

/// Returns the paths of pages of objects, which are inserted, and the names of their pictures.
pub async fn object_pages(stack: &Stack) -> Vec<(String, &'static str)> {
    let [user, group, undo] = insert_objects(stack).await;
    let [web, service] = [&stack.seed.web, &stack.seed.service];
    let app = |id: &str, below: &str| format!("/admin/apps/{id}/{below}");
    let org = |below: &str| format!("/admin/organizations/acme/{below}");
    let mut pages = vec![
        (format!("{user}/sessions"), "console-user-sessions"),
        (format!("{user}/apps"), "console-user-apps"),
        (format!("{user}/factors"), "console-user-factors"),
        (format!("{user}/access/give"), "console-give-role"),
        (format!("{user}/edit"), "console-edit-user"),
        (format!("{user}/end-sessions"), "console-end-sessions"),
        (
            app(web.id.as_str(), "end-sessions"),
            "console-end-app-sessions",
        ),
        (app(service.id.as_str(), "failures"), "console-app-failures"),
        (app(service.id.as_str(), "access"), "console-app-roles"),
        (format!("{group}/access"), "console-group-roles"),
        (group, "console-group"),
        (org("invitations"), "console-invitations"),
        (org("branding"), "console-branding"),
        (org("texts?q=sign&lang=en"), "console-texts"),
        (org("texts/en/mail-greeting"), "console-text"),
        (undo, "console-undo-refused"),
    ];
    let others = [
        ("/admin/people/new", "console-new-user"),
        ("/admin/roles/admin/give", "console-give-to"),
        ("/admin/definitions", "console-definitions"),
        ("/admin/definitions/scopes", "console-definitions-kind"),
        ("/admin/definitions/scopes/openid", "console-definition"),
        ("/admin/definitions/new/resources", "console-new-definition"),
        ("/admin/find?q=al", "console-find"),
        ("/admin/system/lockouts", "console-lockouts"),
        ("/admin/support-code", "console-support-code"),
    ];
    pages.extend(others.map(|(path, name)| (path.to_owned(), name)));
    pages
}

#[test]
fn pages_of_objects_follow_rules_for_all_pages() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        let pages = object_pages(stack).await;
        browser.open(stack.at("/admin")).await;
        sign_in(browser, "admin").await;
        arrive(browser, "/admin").await;
        for (path, name) in pages {
            browser.open(stack.at(&path)).await;
            // The page of an error has no list of the sections.
            browser.find(".side").await;
            picture(browser, name).await;
        }
    });
}
