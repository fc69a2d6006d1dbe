//! Tests of the pages of approvals, of the history of applies, and of the marks of objects that files describe.

use doorward_domain::model::SubjectKind;
use doorward_testkit::{Stack, flows, flows_with};
use serde_json::{Value, json};

use super::support::{browser, confirm, confirmed, open, submit};
use crate::admin::world::{World, ok};

flows!(described_object_is_marked_and_read_only,);
flows_with!(EDITABLE; described_object_can_be_editable,);
flows_with!(MARKED; plan_is_approved_by_second_administrator,);

const EDITABLE: &[(&str, &str)] = &[("DOORWARD__AS_CODE__READ_ONLY", "false")];
const MARKED: &[(&str, &str)] = &[("DOORWARD__APPROVAL__ROLES", "true")];
const ROLE: &str = "/admin/roles/auditor";

/// Applies the role `auditor` and the group `/auditors` with their files.
async fn described(world: &World<'_>, role: &Value) -> Value {
    let page = world
        .call("admin", "GET", "/api/admin/export?kinds=roles", None)
        .await;
    let mut objects = ok(&page, 200)["objects"].clone();
    objects["roles"].as_array_mut().unwrap().push(role.clone());
    let files = json!({ "roles auditor": "roles/auditor.toml:1" });
    let body = json!({ "objects": objects, "files": files, "commit": "4f2c9e1" });
    let page = world
        .call("admin", "POST", "/api/admin/apply", Some(&body))
        .await;
    ok(&page, 200)
}

async fn described_object_is_marked_and_read_only(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let role = json!({ "name": "auditor", "description": "Reads" });
    assert_eq!(described(&world, &role).await["applied"], true);
    let page = open(stack, &admin, ROLE).await;
    let banner = page.text_of(".banners").unwrap_or_default();
    assert!(banner.contains("roles/auditor.toml:1"), "{}", page.dump());
    assert!(banner.contains("read-only"), "{}", page.dump());
    let other = open(stack, &admin, "/admin/roles/helper").await;
    assert!(other.text_of(".banners").is_none(), "{}", other.dump());

    let edit = format!("{ROLE}/edit");
    let page = submit(stack, &admin, &edit, &[("description", "Writes")]).await;
    // A conflict with the state of the role (RFC 9110, section 15.5.10), as for a form of a former version.
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(
        page.text().contains("roles/auditor.toml:1"),
        "{}",
        page.dump()
    );
    let kept = page.form("#entry");
    assert_eq!(kept.value("description"), Some("Writes"));
    let page = confirm(stack, &admin, &format!("{ROLE}/delete"), Some("auditor")).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(
        page.text().contains("roles/auditor.toml:1"),
        "{}",
        page.dump()
    );
    // Other interfaces change it, and drift finds that.
    let change = json!({ "description": "Writes" });
    let page = world
        .change("admin", "PATCH", "/api/admin/roles/auditor", Some(&change))
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());

    let page = open(stack, &admin, "/admin/changes").await;
    assert!(page.text().contains("4f2c9e1"), "{}", page.dump());
    let path = "/api/admin/managed/roles/release";
    let page = world.call("admin", "POST", path, None).await;
    assert_eq!(ok(&page, 200)["objects"], 1);
    let page = submit(stack, &admin, &edit, &[("description", "Reads")]).await;
    assert_eq!(page.status, 303, "{}", page.dump());
}

async fn described_object_can_be_editable(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let role = json!({ "name": "auditor", "description": "Reads" });
    described(&world, &role).await;
    let page = open(stack, &admin, ROLE).await;
    let banner = page.text_of(".banners").unwrap_or_default();
    assert!(banner.contains("roles/auditor.toml:1"), "{}", page.dump());
    assert!(!banner.contains("read-only"), "{}", page.dump());
    let edit = format!("{ROLE}/edit");
    let page = submit(stack, &admin, &edit, &[("description", "Writes")]).await;
    assert_eq!(page.status, 303, "{}", page.dump());
}

async fn plan_is_approved_by_second_administrator(stack: &Stack) {
    let world = World::new(stack).await;
    world
        .assign(SubjectKind::User, &world.id("alice"), "admin", None)
        .await;
    let role = json!({ "name": "auditor", "permissions": ["audit:read"] });
    let done = described(&world, &role).await;
    let path = format!("/admin/changes/{}", done["waiting"].as_str().unwrap());
    let author = browser(stack, "admin").await;
    let page = open(stack, &author, &path).await;
    assert_eq!(page.text_of("h1").as_deref(), Some("+ roles/auditor"));
    // The impact is above the change, and both are shown without a click.
    let shown = page.text_of("main").unwrap_or_default();
    let place = |text: &str| {
        shown
            .find(text)
            .unwrap_or_else(|| panic!("{text}: {shown}"))
    };
    assert!(place("Impact") < place("permissions: "), "{shown}");
    assert!(page.has("details[open] pre"), "{}", page.dump());
    let changed = page.texts_of("tbody td").concat();
    assert!(
        changed.contains("No user, client or token is affected."),
        "{}",
        page.dump()
    );
    let admin = world.id("admin");
    assert_eq!(
        page.text_of(&format!(".summary a[href$='{admin}']"))
            .as_deref(),
        Some("Admin Example")
    );
    assert!(
        shown.contains("Roles") && !shown.contains(&admin),
        "{shown}"
    );
    let approve = format!("{path}/approve");
    assert!(
        !page.has(&format!("a[href='{approve}']")),
        "{}",
        page.dump()
    );
    assert_eq!(author.get(stack.at(&approve)).await.status, 404);
    let second = browser(stack, "alice").await;
    let list = open(stack, &second, "/admin/changes").await;
    assert!(list.has(&format!("a[href='{path}']")), "{}", list.dump());
    assert!(
        list.texts_of("tbody td")
            .iter()
            .any(|text| text == "Admin Example"),
        "{}",
        list.dump()
    );
    // The decision is the primary action.
    let page = open(stack, &second, &path).await;
    assert!(
        page.has(&format!("a.primary[href='{approve}']")),
        "{}",
        page.dump()
    );
    confirmed(stack, &second, &approve, "is approved").await;
    assert_eq!(described(&world, &role).await["applied"], true);
    let page = open(stack, &second, &path).await;
    assert!(
        page.text_of(".head .pill").as_deref() == Some("Made"),
        "{}",
        page.dump()
    );
}
