//! Tests of the page of the factors and linked accounts of a user.

use doorward_domain::model::AuditKind;
use doorward_store::repo;
use doorward_testkit::{Stack, flows};

use super::factor_objects::{insert_link, insert_passkey};
use super::support::{browser, confirm, confirmed, open, page_of};
use crate::admin::world::World;
use crate::second_factor;

flows!(
    factors_and_links_are_removed_one_by_one,
    factors_of_protected_accounts_stay,
    only_way_to_sign_in_is_explained,
);

/// The links to the forms that remove a factor or a linked account.
const REMOVE: &str = "tbody a[href$='/remove']";

async fn factors_and_links_are_removed_one_by_one(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    second_factor::enrol(stack, "alice").await;
    insert_passkey(&world, world.people["alice"]).await;
    insert_link(&world, world.people["alice"], &[]).await;
    let page = open(stack, &admin, &page_of(&world, "alice")).await;
    let path = format!("{}/factors", page_of(&world, "alice"));
    assert!(page.has(&format!(".sub a[href='{path}']")));
    let page = open(stack, &admin, &path).await;
    let names = page.texts_of("tbody th");
    assert_eq!(
        names,
        ["Authenticator app", "Passkey", "alice@work.example"]
    );
    assert!(page.text().contains("Blue phone"), "{}", page.dump());
    let remove = page.attributes(REMOVE, "href");
    let [app, passkey, link] = &remove[..] else {
        panic!("{remove:?}");
    };
    for path in [app, passkey] {
        let page = confirmed(stack, &admin, path, "The second factors were removed.").await;
        assert!(!page.attributes(REMOVE, "href").contains(path));
        assert_eq!(admin.get(stack.at(path)).await.status, 404);
    }
    let page = open(stack, &admin, link).await;
    let form = page.form("#confirm").with("reason", "Left the company");
    let page = admin.submit(&form).await;
    let page = admin.follow(page, "").await;
    assert!(page.text().contains("The linked account was removed."));
    assert!(page.text().contains("Not set up"), "{}", page.dump());
    assert!(page.text().contains("No accounts are linked."));
    assert_eq!(admin.get(stack.at(link)).await.status, 404);
    assert!(world.has_event("factor.removed", "admin", "removed").await);
    let events = stack.audited(AuditKind::AccountUnlinked).await;
    assert_eq!(events[0].detail["reason"], "Left the company");
    browser(stack, "alice").await;
}

async fn factors_of_protected_accounts_stay(stack: &Stack) {
    let world = World::new(stack).await;
    for name in ["admin", "helper"] {
        insert_passkey(&world, world.people[name]).await;
    }
    let helper = browser(stack, "helper").await;
    let path = format!("{}/factors", page_of(&world, "admin"));
    let page = open(stack, &helper, &path).await;
    let remove = page.attributes(REMOVE, "href").remove(0);
    let page = confirm(stack, &helper, &remove, None).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("This account may do more than you."));
    // Users remove their own factors in their account.
    let path = format!("{}/factors", page_of(&world, "helper"));
    let page = open(stack, &helper, &path).await;
    assert!(page.text().contains("Blue phone") && !page.has(REMOVE));
}

async fn only_way_to_sign_in_is_explained(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let id = world.people["carol"];
    let found = repo::users::find_by_id(world.db.read(), id).await;
    let mut carol = found.unwrap().unwrap();
    carol.password_hash = None;
    carol.email_verified = false;
    let tx = world.db.begin_write().await.unwrap();
    repo::users::update(&tx, &carol).await.unwrap();
    tx.commit().await.unwrap();
    let link = insert_link(&world, id, &[]).await;
    let path = format!("{}/linked-accounts/{link}/remove", page_of(&world, "carol"));
    let page = confirm(stack, &admin, &path, None).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(
        page.text()
            .contains("This is the only sign-in method of the account.")
    );
    open(stack, &admin, &path).await;
}
