//! Tests of the trial of an identity provider: a real sign-in there that changes nothing here.

use doorward_access::clock::Clock as _;
use doorward_admin::providers::ProviderSpec;
use doorward_domain::model::AuditKind;
use doorward_testkit::upstream::{Misbehavior, Upstream};
use doorward_testkit::{Page, Stack, UserAgent, flows_with, rows};
use serde_json::json;

use super::support::{browser, confirmed, csrf, location, open};
use crate::admin::world::World;

flows_with!(
    LOOPBACK;
    trial_shows_identity_and_changes_nothing,
    trial_shows_effect_of_sign_in_now,
    trial_shows_error_of_provider,
    result_opens_only_for_its_session_and_provider,
    trial_requires_session_that_started_it,
    trial_does_not_exist_without_permission,
);

/// Allows connections to the identity provider on this machine.
const LOOPBACK: &[(&str, &str)] = &[("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8")];
const ACME: &str = "/admin/providers/acme";
const TRY: &str = "form[action='/admin/providers/acme/try']";
const TRIED: &str = "/admin/providers/acme/tried";
const SUBJECT: &str = "248289761001";
const EXPIRED: &str = "This result has expired or is not yours.";

/// Starts an identity provider, and stores it as `acme`.
async fn acme(stack: &Stack) -> Upstream {
    let upstream = Upstream::start(stack.clock.now());
    upstream.set_claims(json!({
        "sub": SUBJECT, "email": "jane@upstream.example", "email_verified": true,
        "preferred_username": "jane", "given_name": "Jane", "roles": ["staff", "editors"],
    }));
    let spec = ProviderSpec {
        name: Some("Acme".to_owned()),
        ..upstream.spec()
    };
    stack.put_provider("acme", &spec).await;
    upstream
}

/// Continues from the page that leads to the provider; returns the callback address.
async fn away(agent: &UserAgent, going: &Page) -> String {
    assert_eq!(going.status, 200, "{}", going.dump());
    let link = going.link_of("main a.btn.primary").expect("a link");
    let refresh = format!("0; url={link}");
    assert_eq!(going.header("refresh"), Some(refresh.as_str()));
    let page = agent.get(link).await;
    page.header("location").expect("a redirect").to_owned()
}

/// Starts a trial on the page of the provider; returns the callback address.
async fn start(stack: &Stack, agent: &UserAgent) -> String {
    let page = open(stack, agent, ACME).await;
    let going = agent.submit(&page.form(TRY)).await;
    away(agent, &going).await
}

/// Makes a trial; returns the path of its result.
async fn try_out(stack: &Stack, agent: &UserAgent) -> String {
    let callback = start(stack, agent).await;
    let path = location(&agent.get(callback).await);
    let is_sealed = path.starts_with(&format!("{TRIED}?result="));
    assert!(is_sealed && !path.contains(SUBJECT), "{path}");
    path
}

/// Returns the numbers of rows that a sign-in or a sign-up changes.
async fn counts(stack: &Stack) -> [usize; 5] {
    let tables = rows::dump(&stack.storage().identity).await;
    let names = [
        "users",
        "sessions",
        "linked_accounts",
        "newcomers",
        "role_assignments",
    ];
    names.map(|name| tables[name].len())
}

/// Asserts the state and parts of the text of a page.
#[track_caller]
fn assert_shows(page: &Page, state: &str, parts: &[&str]) {
    let shown = page.text_of(".head .pill").unwrap_or_default();
    assert_eq!(shown, state, "{}", page.dump());
    let text = page.text_of("main").unwrap_or_default();
    for part in parts {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[track_caller]
fn assert_expired(page: &Page) {
    let notice = page.text_of(".notice").unwrap_or_default();
    assert!(notice.contains(EXPIRED), "{}", page.dump());
    assert!(page.has(TRY) && !page.text().contains(SUBJECT));
}

async fn trial_shows_identity_and_changes_nothing(stack: &Stack) {
    World::new(stack).await;
    let upstream = acme(stack).await;
    let admin = browser(stack, "admin").await;
    open(stack, &admin, &format!("{ACME}/try")).await;
    assert_eq!(upstream.request_count("/authorize"), 0);
    let before = counts(stack).await;
    let callback = start(stack, &admin).await;
    let page = admin.get(&callback).await;
    let path = location(&page);
    let cookie = page.header("set-cookie").unwrap_or_default();
    assert!(!cookie.contains("doorward_provider"), "{cookie}");
    let page = open(stack, &admin, &path).await;
    let shown = [
        "A new account can be made.",
        upstream.issuer(),
        SUBJECT,
        "jane@upstream.example",
        "Jane",
        "staff",
        "editors",
    ];
    assert_shows(&page, "In order", &shown);
    // Another trial starts from the result.
    assert!(page.has(TRY) && !page.has(".notice"));
    // The login state is consumed once.
    assert_eq!(location(&admin.get(&callback).await), TRIED);
    assert_eq!(upstream.request_count("/token"), 1);
    assert_eq!(counts(stack).await, before);
    assert!(stack.audited(AuditKind::LoginFailed).await.is_empty());
    open(stack, &admin, "/admin").await;
    // Nothing waits in this browser.
    let page = admin.get(stack.at("/login/new")).await;
    assert!(page.status >= 400, "{}", page.dump());
}

async fn trial_shows_effect_of_sign_in_now(stack: &Stack) {
    World::new(stack).await;
    let _upstream = acme(stack).await;
    let admin = browser(stack, "admin").await;
    let result = try_out(stack, &admin).await;
    // The user signs up with the provider.
    stack.clear_caches();
    let jane = UserAgent::new();
    let page = jane.get(stack.at("/login")).await;
    let going = jane
        .submit(&page.press("[formaction='/login/with/acme']"))
        .await;
    let callback = away(&jane, &going).await;
    assert_eq!(location(&jane.get(callback).await), "/login/new");
    let page = jane.get(stack.at("/login/new")).await;
    let form = page.form("#welcome").with("username", "jane");
    let form = form.with("email", "jane@upstream.example");
    assert_eq!(location(&jane.submit(&form).await), "/account");
    // The effect is that of now.
    let page = open(stack, &admin, &result).await;
    assert_shows(&page, "In order", &["It leads into the account.", SUBJECT]);
    assert!(page.has("main a[href^='/admin/people/']"));
    stack.disable_user("jane").await;
    let page = open(stack, &admin, &result).await;
    assert_shows(&page, "Problem", &["The account is disabled", "jane"]);
    let notice = "The sign-in provider was disabled.";
    let page = confirmed(stack, &admin, &format!("{ACME}/disable"), notice).await;
    assert!(!page.has(TRY), "{}", page.dump());
    let page = open(stack, &admin, &result).await;
    let off = "The sign-in provider is disabled or was removed";
    assert_shows(&page, "Problem", &[off, SUBJECT]);
    // A form that was open before leads to the same cause.
    let token = csrf(stack, &admin).await;
    let path = stack.at(&format!("{ACME}/try"));
    let page = admin.post(path, &[("csrf", &token)]).await;
    let page = open(stack, &admin, &location(&page)).await;
    assert_shows(&page, "Problem", &[off]);
}

async fn trial_shows_error_of_provider(stack: &Stack) {
    World::new(stack).await;
    let upstream = acme(stack).await;
    let admin = browser(stack, "admin").await;
    let before = counts(stack).await;
    for (misbehavior, parts) in [
        (
            Misbehavior::Denies,
            ["The user said no at the sign-in provider", "access_denied"],
        ),
        (
            Misbehavior::Refuses,
            [
                "The answer of the sign-in provider is not trusted",
                "the token response is the error invalid_grant",
            ],
        ),
        (
            Misbehavior::Nonce,
            [
                "The answer of the sign-in provider is not trusted",
                "the ID token has the nonce of another sign-in",
            ],
        ),
    ] {
        upstream.set_misbehavior(misbehavior);
        let result = try_out(stack, &admin).await;
        let page = open(stack, &admin, &result).await;
        assert_shows(&page, "Problem", &parts);
    }
    assert_eq!(counts(stack).await, before);
    assert!(stack.audited(AuditKind::LoginFailed).await.is_empty());
}

async fn result_opens_only_for_its_session_and_provider(stack: &Stack) {
    World::new(stack).await;
    let upstream = acme(stack).await;
    let other = ProviderSpec {
        issuer: Some("https://login.other.example".to_owned()),
        ..upstream.spec()
    };
    stack.put_provider("other", &other).await;
    let admin = browser(stack, "admin").await;
    let result = try_out(stack, &admin).await;
    open(stack, &admin, &result).await;
    let (_, sealed) = result.split_once("?result=").unwrap();
    // Another session of the same administrator.
    let elsewhere = browser(stack, "admin").await;
    assert_expired(&open(stack, &elsewhere, &result).await);
    // A forged result, and none.
    let changed = if sealed.starts_with('B') { "C" } else { "B" };
    for forged in [
        format!("{TRIED}?result={changed}{}", &sealed[1..]),
        format!("{TRIED}?result={}", &sealed[..sealed.len() - 4]),
        format!("{TRIED}?result=AAAA"),
        TRIED.to_owned(),
    ] {
        assert_expired(&open(stack, &admin, &forged).await);
    }
    let path = format!("/admin/providers/other/tried?result={sealed}");
    let page = open(stack, &admin, &path).await;
    assert!(page.text().contains(EXPIRED) && !page.text().contains(SUBJECT));
    stack.clock.advance(599);
    let page = open(stack, &admin, &result).await;
    assert_shows(&page, "In order", &[SUBJECT]);
    stack.clock.advance(1);
    assert_expired(&open(stack, &admin, &result).await);
}

async fn trial_requires_session_that_started_it(stack: &Stack) {
    World::new(stack).await;
    let upstream = acme(stack).await;
    let admin = browser(stack, "admin").await;
    let callback = start(stack, &admin).await;
    // Another browser does not have the login state.
    let elsewhere = browser(stack, "admin").await;
    let page = elsewhere.get(&callback).await;
    assert!(page.status >= 400, "{}", page.dump());
    stack.end_sessions("admin").await;
    assert_eq!(location(&admin.get(&callback).await), TRIED);
    assert_eq!(upstream.request_count("/token"), 0);
    let page = admin.get(stack.at(TRIED)).await;
    assert_eq!(location(&page), format!("/login?next={TRIED}"));
}

async fn trial_does_not_exist_without_permission(stack: &Stack) {
    let world = World::new(stack).await;
    let upstream = acme(stack).await;
    let permissions = ["providers:read", "providers:write"];
    world.let_hold("carol", "clerk", &permissions).await;
    let result = try_out(stack, &browser(stack, "admin").await).await;
    let sent = upstream.request_count("/authorize");
    // An owner of an organization, a user without rights, and one without the role `admin`.
    for (name, status) in [("mona", 404), ("alice", 404), ("carol", 409)] {
        let agent = browser(stack, name).await;
        for path in [TRIED, &result, &format!("{ACME}/try")] {
            assert_eq!(agent.get(stack.at(path)).await.status, 404, "{name} {path}");
        }
        let token = csrf(stack, &agent).await;
        let path = stack.at(&format!("{ACME}/try"));
        let page = agent.post(path, &[("csrf", &token)]).await;
        assert_eq!(page.status, status, "{name}: {}", page.dump());
    }
    assert_eq!(upstream.request_count("/authorize"), sent);
}
