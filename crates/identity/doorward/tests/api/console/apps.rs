//! Tests of the pages of clients and signing keys.

use doorward_domain::model::{AuditEvent, AuditKind};
use doorward_testkit::{Page, Stack, UserAgent, flows};
use futures_util::future::join;

use super::support::{browser, confirm, confirmed, location, open};
use crate::admin::world::World;

flows!(
    client_is_created_and_its_secret_shown_once,
    values_of_new_client_are_validated,
    apps_are_found_by_part_of_name,
    repeated_form_creates_one_app_and_secret,
    secret_is_replaced,
    old_secret_is_kept_and_ended,
    client_is_disabled_enabled_and_deleted,
    key_is_rotated_retired_and_withdrawn,
);

async fn submit_new(stack: &Stack, admin: &UserAgent, fields: [&str; 3]) -> Page {
    let page = open(stack, admin, "/admin/apps/new").await;
    let [name, kind, uris] = fields;
    let form = page.form("#entry").with("name", name).with("kind", kind);
    admin.submit(&form.with("redirect_uri", uris)).await
}

async fn client_is_created_and_its_secret_shown_once(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let uri = "https://photos.example.com/callback";
    let page = submit_new(stack, &admin, ["Photos", "web", uri]).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.text_of("h1").as_deref(), Some("The app was created"));
    assert_eq!(page.texts_of("dt")[1], "Client ID");
    let label = page.text_of(".field strong");
    assert_eq!(label.as_deref(), Some("Client secret"));
    let secret = page.text_of("#secret").expect("a secret");
    let secret = secret.trim();
    assert!(secret.len() >= 43);
    let home = page.attributes("a.primary", "href").remove(0);
    let page = open(stack, &admin, &home).await;
    assert!(page.text().contains(uri) && !page.text().contains(secret));
    assert!(world.has_event("client.changed", "admin", "created").await);
    // A service gets tokens with its secret.
    let page = submit_new(stack, &admin, ["Backup", "service", ""]).await;
    let secret = page.text_of("#secret").unwrap().trim().to_owned();
    let home = page.attributes("a.primary", "href").remove(0);
    let id = home.rsplit('/').next().unwrap();
    assert_eq!(token(stack, id, &secret).await, 200);
    // An app without a secret gets none.
    let page = submit_new(stack, &admin, ["Phone", "device", uri]).await;
    assert_eq!(page.status, 200);
    assert!(!page.has("#secret") && page.text().contains("The app was created"));
}

async fn apps_are_found_by_part_of_name(stack: &Stack) {
    World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = submit_new(stack, &admin, ["Quokka", "service", ""]).await;
    let home = page.attributes("a.primary", "href").remove(0);
    let page = open(stack, &admin, "/admin/apps?q=quok").await;
    assert_eq!(
        page.attributes("tbody a", "href"),
        std::slice::from_ref(&home)
    );
    // No name begins with it.
    let page = open(stack, &admin, "/admin/apps?q=okka").await;
    assert_eq!(page.attributes("tbody a", "href"), [home]);
    let page = open(stack, &admin, "/admin/apps?q=okko").await;
    assert!(page.text().contains("Nothing matches."));
}

/// Requests a token for a service and returns the status.
async fn token(stack: &Stack, id: &str, secret: &str) -> u16 {
    let agent = UserAgent::new();
    let request = agent
        .http()
        .post(stack.at("/oauth2/token"))
        .basic_auth(id, Some(secret))
        .form(&[("grant_type", "client_credentials")]);
    agent.send(request).await.status
}

async fn values_of_new_client_are_validated(stack: &Stack) {
    World::new(stack).await;
    let admin = browser(stack, "admin").await;
    for (fields, field) in [
        (["", "web", "https://a.example/cb"], "name"),
        (["A", "web", ""], "redirect_uri"),
        (["A", "web", "not an address"], "redirect_uri"),
        (["A", "web", "https://a.example/#part"], "redirect_uri"),
        (["A", "service", "https://a.example/cb"], "redirect_uri"),
    ] {
        let page = submit_new(stack, &admin, fields).await;
        assert_eq!(page.status, 422, "{fields:?}: {}", page.dump());
        let link = format!("[role=alert] a[href='#{field}']");
        assert!(page.has(&link), "{fields:?}: {}", page.dump());
        assert!(page.has(&format!("#{field}-error")), "{fields:?}");
    }
}

async fn repeated_form_creates_one_app_and_secret(stack: &Stack) {
    World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/apps/new").await;
    let form = page.form("#entry").with("name", "Backup");
    let form = form.with("kind", "service").with("redirect_uri", "");
    let (a, b) = join(admin.submit(&form), admin.submit(&form)).await;
    let (first, repeat) = if a.status == 200 { (a, b) } else { (b, a) };
    assert!(first.has("#secret"), "{}", first.dump());
    let home = first.attributes("a.primary", "href").remove(0);
    let done = format!("{home}?done=console-shown-once");
    assert_eq!(location(&repeat), done);
    assert_eq!(location(&admin.submit(&form).await), done);
    let page = open(stack, &admin, &done).await;
    let notice = page.text_of(".notice").unwrap_or_default();
    assert!(notice.contains("A secret is shown only once"), "{notice}");
    let page = open(stack, &admin, "/admin/apps?q=backup").await;
    assert_eq!(page.attributes("tbody a", "href"), [home.as_str()]);
    // Other values are another app.
    let page = admin.submit(&form.with("name", "Backup 2")).await;
    assert!(page.has("#secret"), "{}", page.dump());

    let page = open(stack, &admin, &format!("{home}/new-secret")).await;
    let form = page.form("#confirm");
    assert!(admin.submit(&form).await.has("#secret"));
    assert_eq!(location(&admin.submit(&form).await), done);
    let events = stack.audited(AuditKind::ClientChanged).await;
    let change = |event: &AuditEvent| event.detail.get("change").cloned();
    let rotated = |event: &&AuditEvent| change(event).is_some_and(|it| it == "secret rotated");
    assert_eq!(events.iter().filter(rotated).count(), 1);
    // A form that was made for a former version still changes nothing.
    let page = admin.submit(&form.with("keep_old", "no")).await;
    assert_eq!(page.status, 409, "{}", page.dump());
}

async fn secret_is_replaced(stack: &Stack) {
    World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = submit_new(stack, &admin, ["Backup", "service", ""]).await;
    let old = page.text_of("#secret").unwrap().trim().to_owned();
    let home = page.attributes("a.primary", "href").remove(0);
    let id = home.rsplit('/').next().unwrap().to_owned();
    let page = open(stack, &admin, &format!("{home}/new-secret")).await;
    let form = page.form("#confirm").with("keep_old", "no");
    let page = admin.submit(&form).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let new = page.text_of("#secret").unwrap().trim().to_owned();
    assert_eq!(token(stack, &id, &old).await, 401);
    assert_eq!(token(stack, &id, &new).await, 200);
}

async fn old_secret_is_kept_and_ended(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = submit_new(stack, &admin, ["Backup", "service", ""]).await;
    let old = page.text_of("#secret").unwrap().trim().to_owned();
    let home = page.attributes("a.primary", "href").remove(0);
    let id = home.rsplit('/').next().unwrap().to_owned();
    let new_secret = format!("{home}/new-secret");
    // The form suggests a week.
    let page = open(stack, &admin, &new_secret).await;
    assert_eq!(page.form("#confirm").value("keep_old"), Some("7d"));
    let page = admin.submit(&page.form("#confirm")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let new = page.text_of("#secret").unwrap().trim().to_owned();
    stack.clear_caches();
    for secret in [&old, &new] {
        assert_eq!(token(stack, &id, secret).await, 200);
    }
    let credentials = format!("{home}/edit/credentials");
    let page = open(stack, &admin, &credentials).await;
    assert_eq!(page.texts_of("tbody th")[..2], ["Current", "Former"]);
    assert!(!page.text().contains(&new) && !page.text().contains(&old));
    let end = format!("{home}/end-secret");
    assert!(page.attributes("tbody a", "href").contains(&end));
    // A third secret would end both, so the form offers no choice.
    let page = open(stack, &admin, &new_secret).await;
    assert!(!page.has("#keep_old"), "{}", page.dump());
    confirmed(stack, &admin, &end, "The former secret was ended.").await;
    stack.clear_caches();
    assert_eq!(token(stack, &id, &old).await, 401);
    assert_eq!(token(stack, &id, &new).await, 200);
    let change = "former secret ended";
    assert!(world.has_event("client.changed", "admin", change).await);
    assert_eq!(admin.get(stack.at(&end)).await.status, 404);
}

async fn client_is_disabled_enabled_and_deleted(stack: &Stack) {
    World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = submit_new(stack, &admin, ["Backup", "service", ""]).await;
    let secret = page.text_of("#secret").unwrap().trim().to_owned();
    let home = page.attributes("a.primary", "href").remove(0);
    let id = home.rsplit('/').next().unwrap().to_owned();
    let notice = "The app was disabled.";
    confirmed(stack, &admin, &format!("{home}/disable"), notice).await;
    stack.clear_caches();
    assert_eq!(token(stack, &id, &secret).await, 401);
    let notice = "The app was enabled.";
    confirmed(stack, &admin, &format!("{home}/enable"), notice).await;
    stack.clear_caches();
    assert_eq!(token(stack, &id, &secret).await, 200);
    let path = format!("{home}/delete");
    let page = confirm(stack, &admin, &path, Some("Backups")).await;
    assert_eq!(page.status, 422);
    let page = confirm(stack, &admin, &path, Some("Backup")).await;
    assert_eq!(location(&page), "/admin/apps?done=console-app-deleted");
    assert_eq!(admin.get(stack.at(&home)).await.status, 404);
}

async fn key_is_rotated_retired_and_withdrawn(stack: &Stack) {
    World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let rows = async || {
        let page = open(stack, &admin, "/admin/keys").await;
        page.texts_of("tbody th").len()
    };
    let before = rows().await;
    let path = "/admin/keys/rotate/RS256";
    confirmed(stack, &admin, path, "The new key was made.").await;
    assert_eq!(rows().await, before + 1);
    let page = confirm(stack, &admin, path, None).await;
    assert_eq!(page.status, 409, "one is waiting: {}", page.dump());
    let page = open(stack, &admin, "/admin/keys").await;
    let all = page.attributes("tbody a", "href");
    let retire = all.iter().rfind(|path| path.ends_with("/retire")).unwrap();
    confirmed(stack, &admin, retire, "The key was retired.").await;
    let withdraw = retire.replace("/retire", "/withdraw");
    // The list and the question have the end of the last token.
    let page = open(stack, &admin, &withdraw).await;
    let end = page.attributes(".summary time", "datetime");
    assert_eq!(end.len(), 1, "{}", page.dump());
    let page = open(stack, &admin, "/admin/keys").await;
    assert!(page.attributes("tbody time", "datetime").contains(&end[0]));
    let page = confirm(stack, &admin, &withdraw, Some("other")).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let kid = retire.split('/').nth(3).unwrap();
    let page = confirm(stack, &admin, &withdraw, Some(kid)).await;
    assert_eq!(
        location(&page),
        "/admin/keys?done=console-key-withdraw-done"
    );
}
