//! Tests of the form for the settings of an identity provider, and its review.

use doorward_admin::providers::ProviderSpec;
use doorward_domain::model::{AuditKind, Provider, ProviderId};
use doorward_store::repo;
use doorward_testkit::{Page, Stack, UserAgent, flows};
use serde_json::json;

use super::support::{browser, csrf, location, open};
use crate::admin::world::World;

flows!(
    trust_is_changed_after_review,
    change_of_name_needs_no_review,
    endpoints_of_other_kind_are_changed,
    other_client_needs_its_secret,
    review_returns_to_form_with_its_values,
    form_of_former_version_changes_nothing,
    errors_are_at_their_fields,
    issuer_of_other_provider_is_rejected,
    only_administrators_edit,
);

const ACME: &str = "/admin/providers/acme";
const SAVED: &str = "/admin/providers/acme?done=console-saved";
const SECRET: &str = "the stored secret";

/// Stores a provider with a secret.
pub async fn put(stack: &Stack, id: &str) {
    let spec = ProviderSpec {
        name: Some("Acme".to_owned()),
        issuer: Some(format!("https://login.{id}.example")),
        client_id: "doorward".to_owned(),
        client_secret: Some(SECRET.to_owned()),
        ..ProviderSpec::default()
    };
    stack.put_provider(id, &spec).await;
}

async fn stored(world: &World<'_>) -> Provider {
    let id = ProviderId::parse("acme").unwrap();
    let found = repo::providers::find(world.db.read(), &id).await;
    found.unwrap().unwrap()
}

/// Sends the form with these values.
async fn send(stack: &Stack, agent: &UserAgent, fields: &[(&str, &str)]) -> Page {
    let page = open(stack, agent, &format!("{ACME}/edit")).await;
    assert!(!page.text().contains(SECRET), "{}", page.dump());
    let mut form = page.form("#entry");
    for (name, value) in fields {
        assert!(form.value(name).is_some(), "{name}: {}", page.dump());
        form = form.with(name, value);
    }
    agent.submit(&form).await
}

async fn trust_is_changed_after_review(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    put(stack, "acme").await;
    let page = open(stack, &admin, ACME).await;
    assert!(page.has(".actions a[href='/admin/providers/acme/edit']"));
    let before = stored(&world).await;
    let fields = [
        ("scopes", "openid\r\nemail"),
        ("trusts_email", "yes"),
        ("links_by_email", "yes"),
        ("registers", "no"),
        ("roles", "CN=Staff,O=Acme=helper"),
    ];
    let page = send(stack, &admin, &fields).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let cells = page.texts_of("tbody tr > *");
    let effects = [
        "Changed",
        "Less protected",
        "Less protected",
        "Better protected",
        "Less protected",
    ];
    assert_eq!(cells.len(), 4 * effects.len(), "{cells:?}");
    for (row, effect) in cells.chunks(4).zip(effects) {
        assert!(row[3].contains(effect), "{row:?}");
    }
    assert!(cells[4..7].join(" ").contains("No Yes"), "{cells:?}");
    // The stored secret is kept, so that none is asked.
    assert!(!page.has("#client_secret"), "{}", page.dump());
    assert_eq!(stored(&world).await, before);
    // The review posts only what changes.
    let form = page.press("#confirm button[value=save]");
    let names: Vec<&str> = form.fields.iter().map(|(name, _)| name.as_str()).collect();
    let mut expected = vec!["csrf"];
    expected.extend(fields.map(|(name, _)| name));
    expected.extend(["version", "step"]);
    assert_eq!(names, expected);
    let page = admin.submit(&form).await;
    assert_eq!(location(&page), SAVED);
    let page = admin.follow(page, "").await;
    let notice = page.text_of(".notice").unwrap_or_default();
    assert!(notice.contains("The change was saved."), "{notice}");

    let after = stored(&world).await;
    let settings = &after.settings;
    assert_eq!(settings.scopes, ["openid", "email"]);
    assert!(settings.trusts_email && settings.links_by_email && !settings.registers);
    let role = settings.roles.get("CN=Staff,O=Acme").map(String::as_str);
    assert_eq!(role, Some("helper"));
    assert_eq!(after.secret_sealed, before.secret_sealed);
    assert_eq!(settings.claims, before.settings.claims);
    let events = stack.audited(AuditKind::ProviderChanged).await;
    // Events within one second have no order.
    let mut changed = events
        .iter()
        .filter(|event| event.detail["change"] == "changed");
    let event = changed.next().expect("an event");
    let (old, new) = (&event.detail["before"], &event.detail["after"]);
    assert_eq!(
        (&old["trusts_email"], &new["trusts_email"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(old["roles"], json!([]));
    assert_eq!(new["roles"], json!(["CN=Staff,O=Acme=helper"]));
    assert!(new.get("name").is_none() && !format!("{event:?}").contains(SECRET));
}

async fn change_of_name_needs_no_review(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    put(stack, "acme").await;
    let page = send(stack, &admin, &[("name", "Acme Ltd")]).await;
    assert_eq!(location(&page), SAVED);
    assert_eq!(stored(&world).await.name, "Acme Ltd");
    let changed = "changed";
    assert!(world.has_event("provider.changed", "admin", changed).await);
    // A form without changes changes nothing.
    let before = stored(&world).await;
    stack.clock.advance(60);
    let page = send(stack, &admin, &[]).await;
    assert_eq!(location(&page), ACME);
    assert_eq!(stored(&world).await, before);
}

async fn endpoints_of_other_kind_are_changed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let spec = ProviderSpec {
        kind: Some("github".to_owned()),
        client_id: "doorward".to_owned(),
        client_secret: Some(SECRET.to_owned()),
        disabled: true,
        ..ProviderSpec::default()
    };
    stack.put_provider("acme", &spec).await;
    let before = stored(&world).await;
    let page = open(stack, &admin, &format!("{ACME}/edit")).await;
    let form = page.form("#entry");
    assert_eq!(form.value("trusts_mfa"), None, "it has no ID tokens");
    assert_eq!(form.value("claims.subject"), Some("id"));
    let fields = [("endpoints.emails", ""), ("claims.name", "full_name")];
    let page = send(stack, &admin, &fields).await;
    let form = page.press("#confirm button[value=save]");
    let page = admin
        .submit(&form.with("client_secret", "another secret"))
        .await;
    assert_eq!(location(&page), SAVED);
    let mut expected = before.clone();
    if let Some(endpoints) = &mut expected.settings.endpoints {
        endpoints.emails = None;
    }
    "full_name".clone_into(&mut expected.settings.claims.name);
    let after = stored(&world).await;
    assert_eq!(after.settings, expected.settings);
    assert_eq!(after.disabled_at, before.disabled_at);
}

async fn other_client_needs_its_secret(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    put(stack, "acme").await;
    let before = stored(&world).await;
    let fields = [
        ("issuer", "https://id.acme.example"),
        ("client_id", "other"),
    ];
    let page = send(stack, &admin, &fields).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(page.text().contains("Linked accounts no longer work"));
    assert_eq!(page.texts_of(".summary dd"), ["0"]);
    assert!(page.has("#confirm #client_secret[type=password]"));
    let form = page.press("#confirm button[value=save]");
    for missing in ["", " "] {
        let page = admin
            .submit(&form.clone().with("client_secret", missing))
            .await;
        assert_eq!(page.status, 422, "{}", page.dump());
        assert!(page.has("[role=alert] a[href='#client_secret']"));
        assert!(page.has("#client_secret-error"), "{}", page.dump());
    }
    assert_eq!(stored(&world).await, before);
    let page = admin
        .submit(&form.with("client_secret", "another secret"))
        .await;
    assert_eq!(location(&page), SAVED);
    let after = stored(&world).await;
    assert_eq!(
        (after.issuer.as_str(), after.client_id.as_str()),
        (fields[0].1, "other")
    );
    assert_ne!(after.secret_sealed, before.secret_sealed);
    let page = admin.follow(page, "").await;
    assert!(!page.text().contains("another secret"), "{}", page.dump());
}

async fn review_returns_to_form_with_its_values(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    put(stack, "acme").await;
    let fields = [("name", "Acme Ltd"), ("trusts_mfa", "yes")];
    let page = send(stack, &admin, &fields).await;
    let page = admin
        .submit(&page.press("#confirm button[value=form]"))
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let form = page.form("#entry");
    for (name, value) in fields {
        assert_eq!(form.value(name), Some(value));
    }
    assert_eq!(form.value("client_id"), Some("doorward"));
    assert_eq!(stored(&world).await.name, "Acme");
}

async fn form_of_former_version_changes_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    put(stack, "acme").await;
    let page = open(stack, &admin, &format!("{ACME}/edit")).await;
    let former = page.form("#entry").with("trusts_email", "yes");
    let review = admin.submit(&former).await;
    let review = review.press("#confirm button[value=save]");
    let page = send(stack, &admin, &[("name", "Acme Ltd")]).await;
    assert_eq!(location(&page), SAVED);
    let before = stored(&world).await;
    for form in [&former, &review] {
        let page = admin.submit(form).await;
        assert_eq!(page.status, 409, "{}", page.dump());
        assert!(page.text().contains("It was changed in the meantime."));
        assert_eq!(page.form("#entry").value("trusts_email"), Some("yes"));
        assert_eq!(page.text_of("#trusts_email-hint").unwrap(), "Now: No");
    }
    // Both values are shown, also of a field that another administrator changed.
    let page = admin.submit(&former).await;
    assert_eq!(page.form("#entry").value("name"), Some("Acme"));
    assert_eq!(page.text_of("#name-hint").unwrap(), "Now: Acme Ltd");
    assert_eq!(stored(&world).await, before);
}

async fn errors_are_at_their_fields(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    put(stack, "acme").await;
    let before = stored(&world).await;
    for (field, value) in [
        ("name", " "),
        ("issuer", "http://login.acme.example"),
        ("client_id", ""),
        ("scopes", "sc\u{f6}pe"),
        ("authorization_parameters", "prompt"),
        (
            "authorization_parameters",
            "redirect_uri=https://evil.example",
        ),
        ("roles", "staff"),
        ("links_by_email", "yes"),
        ("claims.email", ""),
    ] {
        let fields = [(field, value), ("claims.username", "nick")];
        let page = send(stack, &admin, &fields).await;
        assert_eq!(page.status, 422, "{field}={value}: {}", page.dump());
        let link = format!("[role=alert] a[href='#{field}']");
        assert!(page.has(&link), "{field}={value}: {}", page.dump());
        let error = format!("[id='{field}-error']");
        assert!(page.has(&error), "{field}={value}");
        let form = page.form("#entry");
        assert_eq!(form.value(field).unwrap().trim(), value.trim());
        assert_eq!(form.value("claims.username"), Some("nick"));
    }
    assert_eq!(stored(&world).await, before);
}

async fn issuer_of_other_provider_is_rejected(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    put(stack, "acme").await;
    put(stack, "beta").await;
    let before = stored(&world).await;
    let fields = [("issuer", "https://login.beta.example")];
    let page = send(stack, &admin, &fields).await;
    let form = page.press("#confirm button[value=save]");
    let page = admin
        .submit(&form.with("client_secret", "another secret"))
        .await;
    assert_eq!(page.status, 422, "{}", page.dump());
    assert!(
        page.has("[role=alert] a[href='#issuer']"),
        "{}",
        page.dump()
    );
    assert!(!page.text().contains("another secret"));
    assert_eq!(page.form("#entry").value("issuer"), Some(fields[0].1));
    assert_eq!(stored(&world).await, before);
}

async fn only_administrators_edit(stack: &Stack) {
    let world = World::new(stack).await;
    put(stack, "acme").await;
    let permissions = ["providers:read", "providers:write"];
    world.let_hold("carol", "clerk", &permissions).await;
    let clerk = browser(stack, "carol").await;
    let (before, denials) = (stored(&world).await, world.denials().await);
    let path = format!("{ACME}/edit");
    assert_eq!(clerk.get(stack.at(&path)).await.status, 404);
    let token = csrf(stack, &clerk).await;
    let fields = [
        ("csrf", token.as_str()),
        ("trusts_email", "yes"),
        ("step", "save"),
    ];
    let page = clerk.post(stack.at(&path), &fields).await;
    assert_eq!(page.status, 404, "{}", page.dump());
    assert_eq!(world.denials().await, denials + 1);
    assert_eq!(stored(&world).await, before);
    let admin = browser(stack, "admin").await;
    let absent = "/admin/providers/absent/edit";
    assert_eq!(admin.get(stack.at(absent)).await.status, 404);
}
