//! Tests of the pages of permissions, scopes, resources, claims and profile fields, and of the field that
//! picks permissions.

use std::collections::BTreeSet;

use doorward_access::clock::Clock as _;
use doorward_domain::model::{
    ClaimMapping, ClaimOutput, ClaimSource, FieldAudience, FieldEditor, FieldKind, Permission,
    ProfileField, ScopeEntry,
};
use doorward_store::repo;
use doorward_testkit::{Page, Stack, flows};

use super::support::{browser, open, submit};
use crate::admin::world::World;

flows!(
    definitions_show_what_uses_them,
    definitions_are_listed_in_pages,
    definitions_require_permission_of_kind,
    permissions_are_searched_without_loss_of_form,
    scopes_of_app_are_searched_without_loss_of_form,
);

const HOME: &str = "/admin/definitions";

/// Inserts a profile field, and a claim with its value for the scope `profile`.
async fn insert_field(world: &World<'_>) {
    let now = world.stack.clock.now();
    let field = ProfileField {
        name: "office".to_owned(),
        label: "Office".to_owned(),
        kind: FieldKind::Text { max_length: 50 },
        editable_by: FieldEditor::Admin,
        visible_to: FieldAudience::User,
        created_at: now,
        updated_at: now,
    };
    let claim = ClaimMapping {
        id: "office-of-user".to_owned(),
        claim: "office".to_owned(),
        path: Vec::new(),
        client_id: None,
        source: ClaimSource::ProfileField {
            field: "office".to_owned(),
        },
        outputs: BTreeSet::from([ClaimOutput::IdToken]),
        scope: Some("profile".to_owned()),
        created_at: now,
        updated_at: now,
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::profile_fields::upsert(&tx, &field).await.unwrap();
    repo::custom_claims::upsert(&tx, &claim).await.unwrap();
    tx.commit().await.unwrap();
}

async fn definitions_show_what_uses_them(stack: &Stack) {
    let world = World::new(stack).await;
    insert_field(&world).await;
    let admin = browser(stack, "admin").await;
    let links = |page: &Page| page.attributes("tbody th a", "href");
    let page = open(stack, &admin, HOME).await;
    assert_eq!(page.texts_of(".sub [aria-current]"), ["Permissions"]);
    let kinds = page.attributes(".sub a", "href");
    assert_eq!(kinds.len(), 5, "{kinds:?}");
    // Each definition in each list has a page, whose links have one too.
    for kind in &kinds {
        let page = open(stack, &admin, kind).await;
        assert!(!links(&page).is_empty(), "{kind}: {}", page.dump());
        for link in links(&page) {
            let page = open(stack, &admin, &link).await;
            assert_eq!(
                page.attributes(".crumbs li:last-child a", "href"),
                [kind.as_str()]
            );
            for link in page.attributes("main :is(.summary, table) a", "href") {
                open(stack, &admin, &link).await;
            }
        }
    }
    // The page of a role leads to its permissions.
    let page = open(stack, &admin, "/admin/roles/helper").await;
    let permission = format!("{HOME}/permissions/users%3Aread");
    assert!(page.has(&format!(".summary a[href='{permission}']")));
    let page = open(stack, &admin, &permission).await;
    let roles = ["/admin/roles/admin", "/admin/roles/helper"];
    assert!(
        roles
            .iter()
            .all(|role| links(&page).iter().any(|link| link == role))
    );
    let claim = format!("{HOME}/claims/office-of-user");
    let page = open(stack, &admin, &format!("{HOME}/scopes/profile")).await;
    let app = format!("/admin/apps/{}", stack.seed.web.id);
    for expected in [&claim, &app] {
        assert!(
            links(&page).contains(expected),
            "{expected}: {}",
            page.dump()
        );
    }
    let page = open(stack, &admin, &format!("{HOME}/profile-fields/office")).await;
    assert_eq!(links(&page), [claim.as_str()]);
    let page = open(stack, &admin, &claim).await;
    let scope = format!("{HOME}/scopes/profile");
    assert_eq!(page.attributes(".summary a", "href"), [scope]);
    for path in [
        "permissions/absent:read",
        "scopes/absent",
        "absent",
        "absent/x",
    ] {
        let page = admin.get(stack.at(&format!("{HOME}/{path}"))).await;
        assert_eq!(page.status, 404, "{path}: {}", page.dump());
    }
}

async fn definitions_are_listed_in_pages(stack: &Stack) {
    let world = World::new(stack).await;
    let tx = world.db.begin_write().await.unwrap();
    for number in 0..120 {
        let permission = Permission {
            codename: format!("zoo:feed{number:03}"),
            description: String::new(),
            audience: "https://zoo.example".to_owned(),
        };
        let stored = repo::roles::upsert_permission(&tx, &permission).await;
        stored.unwrap();
    }
    tx.commit().await.unwrap();
    let admin = browser(stack, "admin").await;
    let (mut path, mut names) = (format!("{HOME}/permissions"), Vec::new());
    loop {
        let page = open(stack, &admin, &path).await;
        let found = page.texts_of("tbody th");
        assert!(found.len() <= 50, "{}", found.len());
        names.extend(found);
        let texts = page.texts_of(".pages a");
        if texts.last().is_none_or(|text| text != "Next page") {
            break;
        }
        path = page.attributes(".pages a", "href").pop().unwrap();
    }
    let distinct: BTreeSet<_> = names.iter().collect();
    assert_eq!(distinct.len(), names.len());
    assert!(names.len() > 120, "{}", names.len());
    // The field of a role shows some, and says so.
    let page = open(stack, &admin, "/admin/roles/new").await;
    assert_eq!(page.texts_of("#permissions .check").len(), 50);
    let hint = page.text_of("#permissions .hint").unwrap_or_default();
    assert!(hint.contains("first 50"), "{}", page.dump());
}

async fn definitions_require_permission_of_kind(stack: &Stack) {
    let world = World::new(stack).await;
    insert_field(&world).await;
    world.let_hold("carol", "clerk", &["clients:read"]).await;
    let clerk = browser(stack, "carol").await;
    let page = open(stack, &clerk, HOME).await;
    let kinds = ["scopes", "resources", "claims"].map(|kind| format!("{HOME}/{kind}"));
    assert_eq!(page.attributes(".sub a", "href"), kinds);
    for path in ["permissions", "profile-fields", "profile-fields/office"] {
        let page = clerk.get(stack.at(&format!("{HOME}/{path}"))).await;
        assert_eq!(page.status, 404, "{path}: {}", page.dump());
    }
    // Neither links nor lists lead to what the administrator may not read.
    for path in ["claims/office-of-user", "resources", "scopes/openid"] {
        let page = open(stack, &clerk, &format!("{HOME}/{path}")).await;
        for kind in ["permissions", "profile-fields"] {
            let link = format!("main a[href^='{HOME}/{kind}']");
            assert!(!page.has(&link), "{path}: {}", page.dump());
        }
    }
}

async fn permissions_are_searched_without_loss_of_form(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let shown = |page: &Page| page.attributes("#permissions [type=checkbox]", "value");
    let checked = |page: &Page| page.attributes("#permissions [checked]", "value");
    let find = "#permissions button[value=find]";
    for (path, before) in [
        ("/admin/roles/new", vec![]),
        (
            "/admin/roles/helper/edit",
            checked(&open(stack, &admin, "/admin/roles/helper/edit").await),
        ),
    ] {
        let page = open(stack, &admin, path).await;
        let all = shown(&page).len();
        assert!(all > before.len(), "{path}: {all}");
        let form = page.press(find).with("permissions-q", "KEYS:");
        let form = form
            .with("description", "Turns keys")
            .and("permissions", "audit:read");
        let page = admin.follow(admin.submit(&form).await, "").await;
        assert_eq!(page.status, 200, "{}", page.dump());
        let mut expected = before.clone();
        expected.push("audit:read".to_owned());
        expected.sort();
        expected.dedup();
        assert_eq!(checked(&page), expected, "{path}");
        // The chosen ones are first, then those that are found.
        let found = &shown(&page)[expected.len()..];
        assert!(
            found.iter().all(|name| name.starts_with("keys:")),
            "{found:?}"
        );
        assert_eq!(page.form("#entry").value("description"), Some("Turns keys"));
        // Enter in the search, which uses the first button, searches too.
        let form = page
            .form("#entry")
            .with("permissions-q", "no such permission");
        let page = admin.follow(admin.submit(&form).await, "").await;
        assert_eq!(shown(&page), expected, "{path}");
        // Without a text, all are shown again.
        let page = admin
            .follow(
                admin
                    .submit(&page.press(find).with("permissions-q", ""))
                    .await,
                "",
            )
            .await;
        assert_eq!(shown(&page).len(), all, "{path}");
        assert_eq!(checked(&page), expected, "{path}");
    }
    // A form of a former version is rejected after a search as well.
    let edit = "/admin/roles/helper/edit";
    let page = open(stack, &admin, edit).await;
    let page = admin
        .follow(admin.submit(&page.press(find)).await, "")
        .await;
    let former = page.form("#entry");
    let fields = [("description", "Helps")];
    assert_eq!(submit(stack, &admin, edit, &fields).await.status, 303);
    assert_eq!(admin.submit(&former).await.status, 409);
    let role = repo::roles::find(world.db.read(), "helper").await;
    assert_eq!(role.unwrap().unwrap().description, "Helps");
}

async fn scopes_of_app_are_searched_without_loss_of_form(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let tx = world.db.begin_write().await.unwrap();
    for number in 0..60 {
        let scope = ScopeEntry {
            name: format!("reports:{number:02}"),
            description: format!("Reads report {number}"),
            audience: None,
            created_at: stack.clock.now(),
        };
        repo::scopes::upsert(&tx, &scope).await.unwrap();
    }
    tx.commit().await.unwrap();
    let checked = |page: &Page| page.attributes("#scope [checked]", "value");
    let path = format!("/admin/apps/{}/edit/scopes", stack.seed.web.id);
    let page = open(stack, &admin, &path).await;
    let (before, cut) = (checked(&page), "Only the first 50 are shown.");
    assert!(!before.contains(&"reports:58".to_owned()));
    assert!(page.text_of("#scope-hint").unwrap().contains(cut));
    // A checkbox that is no longer ticked, and the values of other fields, stay as typed.
    let form = page
        .press("#scope button[value=find]")
        .with("scope-q", "REPORT 58");
    let mut form = form.with("sector-identifier", "host.example");
    form.fields.retain(|(_, value)| *value != before[0]);
    form.fields
        .retain(|field| *field != ("claims-in-id-token".to_owned(), "yes".to_owned()));
    let page = admin.follow(admin.submit(&form).await, "").await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(checked(&page), before[1..]);
    let shown = page.attributes("#scope [type=checkbox]", "value");
    assert_eq!(shown.last().map(String::as_str), Some("reports:58"));
    assert_eq!(shown.len(), before.len());
    assert!(!page.has("#claims-in-id-token[checked]"), "{}", page.dump());
    assert!(!page.text_of("#scope-hint").unwrap().contains(cut));
    let form = page.form("#entry");
    assert_eq!(form.value("sector-identifier"), Some("host.example"));
    // The answer to the search is saved as any form.
    let page = admin.submit(&form.and("scope", "reports:58")).await;
    let page = admin
        .submit(&page.press("#confirm button[value=save]"))
        .await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let page = open(stack, &admin, &path).await;
    assert!(checked(&page).contains(&"reports:58".to_owned()));
    assert!(!checked(&page).contains(&before[0]));
}
