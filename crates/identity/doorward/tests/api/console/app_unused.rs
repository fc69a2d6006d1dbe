//! Tests of settings with a value that the app cannot use.

use doorward_domain::model::Client;
use doorward_store::repo;
use doorward_testkit::{Stack, flows};

use super::app_form::stored;
use super::support::{browser, location, open};
use crate::admin::world::World;

flows!(unused_value_is_shown_until_removed);

async fn unused_value_is_shown_until_removed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = format!("/admin/apps/{}", stack.seed.service.id);
    let path = format!("{home}/edit/sign-out");
    let store = async |client: &Client| {
        let tx = world.db.begin_write().await.unwrap();
        assert!(repo::clients::update(&tx, client).await.unwrap());
        tx.commit().await.unwrap();
    };
    let mut client = stored(&world, &home).await;
    client.redirect_uris.clear();
    client.post_logout_redirect_uris.clear();
    store(&client).await;
    // The app has no users, so it has no page for their sign-out.
    assert_eq!(admin.get(stack.at(&path)).await.status, 404);
    client.logout.backchannel = Some("https://app.example/out".to_owned());
    client.first_party = true;
    store(&client).await;
    let page = open(stack, &admin, &format!("{home}/edit/sign-in")).await;
    assert!(page.attributes(".sub a", "href").contains(&path));
    for (section, field) in [
        ("consent", "first-party"),
        ("sign-out", "backchannel-logout-uri"),
    ] {
        let path = format!("{home}/edit/{section}");
        let page = open(stack, &admin, &path).await;
        let note = "An app of this kind does not use this setting.";
        let hint = page.text_of(&format!("#{field}-hint")).unwrap();
        assert!(hint.contains(note), "{field}: {hint}");
        let mut form = page.form("#entry");
        form.fields.retain(|(name, _)| name != field);
        let mut page = admin.submit(&form.and(field, "")).await;
        if page.has("#confirm") {
            let form = page.press("#confirm button[value=save]");
            page = admin.submit(&form).await;
        }
        // The page of the setting may be gone.
        assert!(location(&page).ends_with("?done=console-saved"), "{field}");
        let page = admin.follow(page, "").await;
        assert_eq!(page.status, 200, "{}", page.dump());
    }
    let client = stored(&world, &home).await;
    assert!(!client.first_party && client.logout.backchannel.is_none());
    assert_eq!(admin.get(stack.at(&path)).await.status, 404);
}
