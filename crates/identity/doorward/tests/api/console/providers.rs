//! Tests of the pages of identity providers: templates, the test and changes.

use doorward_access::clock::Clock as _;
use doorward_admin::providers::ProviderSpec;
use doorward_domain::model::Provider;
use doorward_store::repo;
use doorward_testkit::upstream::{CLIENT_ID, CLIENT_SECRET, Misbehavior, Upstream};
use doorward_testkit::{Page, Stack, UserAgent, flows_with};
use serde_json::json;

use super::support::{browser, confirm, confirmed, csrf, location, open};
use crate::admin::world::World;

flows_with!(
    LOOPBACK;
    new_provider_signs_user_in,
    test_reports_errors_in_words,
    provider_is_disabled_enabled_and_deleted,
    secret_is_replaced_and_never_shown,
    errors_are_shown_by_field_and_input_is_kept,
    existing_provider_is_not_replaced,
    providers_write_alone_changes_nothing,
    form_of_former_version_changes_nothing,
);

/// Allows connections to the identity provider on this machine.
const LOOPBACK: &[(&str, &str)] = &[("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8")];
const ACME: &str = "/admin/providers/acme";
const DISCOVERY: &str = "/.well-known/openid-configuration";
const TEST: &str = "form[action='/admin/providers/acme/test']";

/// Submits the form of a template with these values.
async fn submit(stack: &Stack, agent: &UserAgent, kind: &str, values: &[(&str, &str)]) -> Page {
    let page = open(stack, agent, &format!("/admin/providers/new/{kind}")).await;
    let mut form = page.form("#entry");
    for (name, value) in values {
        form = form.with(name, value);
    }
    agent.submit(&form).await
}

/// Submits the form for the identity provider on this machine, with the ID `acme`.
async fn submit_acme(stack: &Stack, agent: &UserAgent, issuer: &str) -> Page {
    let values = [
        ("issuer", issuer),
        ("name", "Acme"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("id", "acme"),
    ];
    submit(stack, agent, "oidc", &values).await
}

async fn stored(world: &World<'_>) -> Vec<Provider> {
    repo::providers::list(world.db.read()).await.unwrap()
}

async fn put_acme(stack: &Stack, upstream: &Upstream) {
    let spec = ProviderSpec {
        name: Some("Acme".to_owned()),
        ..upstream.spec()
    };
    stack.put_provider("acme", &spec).await;
}

/// Signs in with the provider; returns the response to the callback.
async fn sign_in(stack: &Stack, agent: &UserAgent) -> Page {
    stack.clear_caches();
    let page = agent.get(stack.at("/login")).await;
    let form = page.press("[formaction='/login/with/acme']");
    let page = agent.submit(&form).await;
    let link = page.link_of("main a.btn.primary").expect("a link");
    let page = agent.get(link).await;
    let callback = page.header("location").expect("a redirect").to_owned();
    agent.get(callback).await
}

async fn new_provider_signs_user_in(stack: &Stack) {
    let world = World::new(stack).await;
    let upstream = Upstream::start(stack.clock.now());
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/providers").await;
    assert!(page.has(".actions a[href='/admin/providers/new/google']"));
    let page = open(stack, &admin, "/admin/providers/new/google").await;
    assert_eq!(page.form("#entry").value("id"), Some("google"));
    assert_eq!(
        page.text_of("#redirect_uri"),
        Some(stack.at("/login/callback/google"))
    );
    // The other values are those of the template.
    assert_eq!(page.attributes("#entry input:not([value])", "id").len(), 1);
    assert_eq!(page.attributes("#entry input[value='']", "id").len(), 1);
    assert!(stored(&world).await.is_empty(), "a page changes nothing");

    let page = submit_acme(stack, &admin, upstream.issuer()).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let notice = page.text_of(".notice").unwrap_or_default();
    assert!(notice.contains("The sign-in provider was saved."));
    let states = page.texts_of("tbody .pill");
    let good = "In order";
    assert_eq!(states, [good, good, good, good, "Not known", good]);
    assert!(page.has("form[action='/admin/providers/acme/try']"));
    let kind = "provider.changed";
    assert!(world.has_event(kind, "admin", "created").await);

    assert_eq!(shown_use(stack, &admin).await, ["Never", "0"]);
    upstream.set_claims(json!({ "sub": "248289761001", "email": "jane@upstream.example" }));
    let agent = UserAgent::new();
    assert_eq!(location(&sign_in(stack, &agent).await), "/login/new");
    let page = agent.get(stack.at("/login/new")).await;
    let form = page.form("#welcome").with("username", "jane");
    let form = form.with("email", "jane@upstream.example");
    assert_eq!(location(&agent.submit(&form).await), "/account");
    let page = open(stack, &admin, ACME).await;
    assert!(page.text().contains(&stack.at("/login/callback/acme")));
    // The task that links the audit events records it.
    stack.seal_audit().await;
    let [last, linked] = shown_use(stack, &admin).await;
    assert!(last != "Never" && linked == "1", "{last}, {linked}");
}

/// Returns the last sign-in and the number of linked accounts of the only provider in the list, after
/// comparing them with its page.
async fn shown_use(stack: &Stack, admin: &UserAgent) -> [String; 2] {
    let page = open(stack, admin, "/admin/providers").await;
    let cells = page.texts_of("tbody td");
    assert_eq!(cells.len(), 5, "{}", page.dump());
    let shown = [3, 4].map(|at: usize| cells[at].trim().to_owned());
    let page = open(stack, admin, ACME).await;
    let facts = page.texts_of(".summary > div");
    for (label, value) in ["Last sign-in", "Linked accounts"].iter().zip(&shown) {
        let is_shown = |fact: &String| fact.contains(label) && fact.contains(value.as_str());
        assert!(facts.iter().any(is_shown), "{label} {value}: {facts:?}");
    }
    shown
}

async fn test_reports_errors_in_words(stack: &Stack) {
    World::new(stack).await;
    let upstream = Upstream::start(stack.clock.now());
    let admin = browser(stack, "admin").await;
    put_acme(stack, &upstream).await;
    let page = open(stack, &admin, ACME).await;
    open(stack, &admin, &format!("{ACME}/test")).await;
    let sent = upstream.request_count(DISCOVERY);
    assert_eq!(sent, 0, "a page requests nothing");
    let page = admin.submit(&page.form(TEST)).await;
    assert_eq!(page.text_of(".head .pill").as_deref(), Some("In order"));
    upstream.set_misbehavior(Misbehavior::Discovery);
    let page = admin.submit(&page.form(TEST)).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.text_of(".head .pill").as_deref(), Some("Problem"));
    let said = "The provider says: https://somebody.example";
    assert!(page.text().contains(said), "{}", page.dump());
    assert_eq!(page.texts_of("tbody .pill")[1], "Problem");
    // A server that does not respond is saved nevertheless, and reported.
    let values = [
        ("issuer", "http://127.0.0.1:1"),
        ("name", "Nowhere"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("id", "nowhere"),
    ];
    let page = submit(stack, &admin, "oidc", &values).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let text = page.text();
    assert!(text.contains("The provider does not answer."), "{text}");
    assert_eq!(page.texts_of("tbody tr").len(), 1);
}

async fn provider_is_disabled_enabled_and_deleted(stack: &Stack) {
    let world = World::new(stack).await;
    let upstream = Upstream::start(stack.clock.now());
    let admin = browser(stack, "admin").await;
    put_acme(stack, &upstream).await;
    let path = |action: &str| format!("{ACME}/{action}");
    let notice = "The sign-in provider was disabled.";
    let page = confirmed(stack, &admin, &path("disable"), notice).await;
    assert_eq!(page.text_of(".head .pill").as_deref(), Some("Disabled"));
    assert!(!stored(&world).await[0].is_active());
    assert_eq!(admin.get(stack.at(&path("disable"))).await.status, 404);
    let notice = "The sign-in provider was enabled.";
    confirmed(stack, &admin, &path("enable"), notice).await;
    assert!(stored(&world).await[0].is_active());
    let page = confirm(stack, &admin, &path("delete"), Some("Acme")).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let page = confirm(stack, &admin, &path("delete"), Some("acme")).await;
    assert_eq!(
        location(&page),
        "/admin/providers?done=console-provider-deleted"
    );
    assert_eq!(admin.get(stack.at(ACME)).await.status, 404);
    for change in ["disabled", "enabled", "removed"] {
        assert!(world.has_event("provider.changed", "admin", change).await);
    }
}

async fn secret_is_replaced_and_never_shown(stack: &Stack) {
    let world = World::new(stack).await;
    let upstream = Upstream::start(stack.clock.now());
    upstream.set_claims(json!({ "sub": "248289761001", "email": "jane@upstream.example" }));
    let admin = browser(stack, "admin").await;
    let mut spec = upstream.spec();
    spec.client_secret = Some("outdated".to_owned());
    stack.put_provider("acme", &spec).await;
    let path = format!("{ACME}/secret");
    let form = open(stack, &admin, &path).await.form("#entry");
    let before = stored(&world).await;
    let page = admin.submit(&form.clone().with("client_secret", " ")).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    assert!(page.has("[role=alert] a[href='#client_secret']"));
    assert_eq!(stored(&world).await, before);
    let page = admin
        .submit(&form.with("client_secret", CLIENT_SECRET))
        .await;
    let done = "console-provider-secret-replaced";
    assert_eq!(location(&page), format!("{ACME}?done={done}"));
    let change = "secret replaced";
    assert!(world.has_event("provider.changed", "admin", change).await);
    let agent = UserAgent::new();
    assert_eq!(location(&sign_in(stack, &agent).await), "/login/new");
    for path in ["/admin/providers", ACME, &path] {
        let page = open(stack, &admin, path).await;
        assert!(!page.text().contains(CLIENT_SECRET), "{path}");
    }
    let page = admin
        .submit(&open(stack, &admin, ACME).await.form(TEST))
        .await;
    assert!(page.has("tbody") && !page.text().contains(CLIENT_SECRET));
}

/// Names and values of fields.
type Fields<'a> = &'a [(&'a str, &'a str)];

async fn errors_are_shown_by_field_and_input_is_kept(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let plain = "http://login.acme.example";
    let team = [("team_id", "TEAM123456"), ("key_id", "KEY1234567")];
    let cases: [(&str, Fields<'_>, &str); 9] = [
        ("google", &[("client_id", " ")], "client_id"),
        ("google", &[("client_secret", " ")], "client_secret"),
        ("google", &[("id", "Not one")], "id"),
        ("google", &[("id", "new")], "id"),
        ("oidc", &[("issuer", plain)], "issuer"),
        ("oidc", &[("name", " ")], "name"),
        ("microsoft", &[("issuer", "")], "issuer"),
        ("apple", &[("key_id", "KEY1234567")], "team_id"),
        ("apple", &team, "client_secret"),
    ];
    for (kind, wrong, field) in cases {
        let mut values = vec![
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
            ("id", "kept"),
        ];
        if kind == "oidc" {
            values.extend([("issuer", "https://login.acme.example"), ("name", "Kept")]);
        }
        values.extend(wrong);
        let page = submit(stack, &admin, kind, &values).await;
        assert_eq!(page.status, 422, "{kind} {field}: {}", page.dump());
        let link = format!("[role=alert] a[href='#{field}']");
        assert!(page.has(&link), "{kind} {field}: {}", page.dump());
        assert!(page.has(&format!("#{field}-error")), "{kind} {field}");
        // Only the secret must be entered again.
        let text = page.text();
        assert!(!text.contains(CLIENT_SECRET), "{kind} {field}");
        assert!(text.contains("Enter it again: it is not kept."));
        if field != "id" {
            assert_eq!(page.form("#entry").value("id"), Some("kept"), "{kind}");
        }
    }
    for kind in ["oauth2", "myspace"] {
        let path = format!("/admin/providers/new/{kind}");
        assert_eq!(admin.get(stack.at(&path)).await.status, 404, "{kind}");
    }
    assert!(stored(&world).await.is_empty());
}

async fn existing_provider_is_not_replaced(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let spec = ProviderSpec {
        kind: Some("google".to_owned()),
        client_id: "first".to_owned(),
        ..ProviderSpec::default()
    };
    stack.put_provider("google", &spec).await;
    let before = stored(&world).await;
    let values = [("client_id", "second"), ("client_secret", CLIENT_SECRET)];
    let page = submit(stack, &admin, "google", &values).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    assert!(page.has("[role=alert] a[href='#id']"));
    // Nor may two have the same issuer, which the template decides.
    let values = [&values[..], &[("id", "other")]].concat();
    let page = submit(stack, &admin, "google", &values).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let alert = page.text_of("[role=alert]").unwrap_or_default();
    let taken = "There is a sign-in provider with this address already";
    assert!(alert.contains(taken), "{alert}");
    assert_eq!(stored(&world).await, before);
}

/// Checks that an administrator without the role `admin` changes and tests no provider.
async fn providers_write_alone_changes_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    let upstream = Upstream::start(stack.clock.now());
    put_acme(stack, &upstream).await;
    let permissions = ["providers:read", "providers:write"];
    world.let_hold("carol", "clerk", &permissions).await;
    let clerk = browser(stack, "carol").await;
    let page = open(stack, &clerk, "/admin/providers").await;
    assert!(!page.has(".actions"), "{}", page.dump());
    let page = open(stack, &clerk, ACME).await;
    assert!(!page.has(".actions") && !page.has(TEST), "{}", page.dump());
    let (before, denials) = (stored(&world).await, world.denials().await);
    let token = csrf(stack, &clerk).await;
    let fields = [
        ("csrf", token.as_str()),
        ("id", "other"),
        ("client_id", "other"),
        ("client_secret", CLIENT_SECRET),
        ("name", "acme"),
    ];
    let actions = ["disable", "delete", "secret", "test", "try"];
    let paths = actions.map(|action| format!("{ACME}/{action}"));
    let new = "/admin/providers/new/google".to_owned();
    for path in paths.iter().chain([&new]) {
        assert_eq!(clerk.get(stack.at(path)).await.status, 404, "{path}");
        let page = clerk.post(stack.at(path), &fields).await;
        assert_eq!(page.status, 409, "{path}: {}", page.dump());
        assert!(!page.text().contains(CLIENT_SECRET), "{path}");
    }
    assert_eq!(stored(&world).await, before);
    assert_eq!(world.denials().await, denials + 6);
    assert_eq!(upstream.request_count(DISCOVERY), 0);
}

async fn form_of_former_version_changes_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    let upstream = Upstream::start(stack.clock.now());
    let admin = browser(stack, "admin").await;
    put_acme(stack, &upstream).await;
    let mut forms = Vec::new();
    for (action, form) in [("delete", "#confirm"), ("secret", "#entry")] {
        let page = open(stack, &admin, &format!("{ACME}/{action}")).await;
        forms.push(page.form(form));
    }
    let notice = "The sign-in provider was disabled.";
    confirmed(stack, &admin, &format!("{ACME}/disable"), notice).await;
    let before = stored(&world).await;
    for form in forms {
        let form = form.with("name", "acme").with("client_secret", "another");
        let page = admin.submit(&form).await;
        assert_eq!(page.status, 409, "{}", page.dump());
        assert!(page.text().contains("It was changed in the meantime."));
    }
    assert_eq!(stored(&world).await, before);
}
