//! Tests of the forms of permissions, scopes, resources and profile fields.

use doorward_domain::model::{AccessTokenType, FieldEditor, FieldKind};
use doorward_store::repo;
use doorward_testkit::{Stack, flows};

use super::support::{browser, confirm, location, open, submit};
use crate::admin::world::World;

flows!(
    definitions_are_created_changed_and_deleted,
    wrong_values_are_shown_at_their_field,
    used_and_own_definitions_remain,
    forms_of_definitions_require_power,
);

const HOME: &str = "/admin/definitions";
const BILLS: &str = "https://bills.example/api";

/// A kind, the ID and the values of a new definition, and values that change.
type Case = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [(&'static str, &'static str)],
);

const CASES: [Case; 4] = [
    (
        "resources",
        BILLS,
        &[
            ("identifier", BILLS),
            ("name", "Bills"),
            ("token_type", "jwt"),
            ("token_claims", "groups"),
        ],
        &[("name", "All bills"), ("token_type", "at+jwt")],
    ),
    (
        "scopes",
        "bills:read",
        &[
            ("name", "bills:read"),
            ("description", "See your bills"),
            ("audience", BILLS),
        ],
        &[("description", "See all your bills")],
    ),
    (
        "permissions",
        "bills:pay",
        &[
            ("codename", "bills:pay"),
            ("description", "Pays bills"),
            ("audience", BILLS),
        ],
        &[("description", "Pays each bill")],
    ),
    (
        "profile-fields",
        "shift",
        &[
            ("name", "shift"),
            ("label", "Shift"),
            ("type", "choice"),
            ("choices", "Early\r\nLate at night"),
            ("editable_by", "user"),
            ("visible_to", "user"),
        ],
        &[("choices", "Early\r\nLate"), ("editable_by", "admin")],
    ),
];

fn path(kind: &str, id: &str) -> String {
    let id = id.replace(':', "%3A").replace('/', "%2F");
    format!("{HOME}/{kind}/{id}")
}

async fn definitions_are_created_changed_and_deleted(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    for (kind, id, values, changes) in CASES {
        // The list leads to the form, and the form to the page of the new definition.
        let list = open(stack, &admin, &format!("{HOME}/{kind}")).await;
        let new = format!("{HOME}/new/{kind}");
        assert!(list.has(&format!("main a[href='{new}']")), "{kind}");
        let page = submit(stack, &admin, &new, values).await;
        let page = admin.follow(page, "").await;
        assert_eq!(page.status, 200, "{kind}: {}", page.dump());
        assert!(page.text().contains("The definition was created."));
        assert!(page.text().contains(id), "{kind}: {}", page.dump());
        // Exactly one of this name exists.
        let page = submit(stack, &admin, &new, values).await;
        assert_eq!(page.status, 422, "{kind}: {}", page.dump());
        assert!(page.text().contains("There is one with this name."));
        let (home, edit) = (path(kind, id), format!("{}/edit", path(kind, id)));
        let former = open(stack, &admin, &edit).await.form("#entry");
        let page = submit(stack, &admin, &edit, changes).await;
        assert_eq!(location(&page), format!("{home}?done=console-saved"));
        let page = open(stack, &admin, &edit).await;
        for (name, value) in changes {
            let shown = page.form("#entry").value(name).map(str::to_owned);
            let shown = shown.unwrap_or_default();
            assert!(shown.split_whitespace().eq(value.split_whitespace()));
        }
        // A form that was opened before the change is not saved.
        let page = admin.submit(&former).await;
        assert_eq!(page.status, 409, "{kind}: {}", page.dump());
    }
    let read = world.db.read();
    let resource = repo::resources::find(read, BILLS).await.unwrap().unwrap();
    assert_eq!(resource.name, "All bills");
    assert_eq!(resource.token_type, AccessTokenType::AtJwt);
    assert_eq!(resource.token_claims.names(), ["groups"]);
    assert_eq!(resource.access_token_ttl, None);
    let field = repo::profile_fields::find(read, "shift").await.unwrap();
    let field = field.unwrap();
    assert_eq!(field.editable_by, FieldEditor::Admin);
    let choices = ["Early", "Late"].map(str::to_owned).to_vec();
    assert_eq!(field.kind, FieldKind::Choice { choices });
    // The last ones first: scopes and permissions belong to the resource.
    for (kind, id, ..) in CASES.iter().rev() {
        let delete = format!("{}/delete", path(kind, id));
        let page = confirm(stack, &admin, &delete, None).await;
        assert_eq!(page.status, 422, "{kind}: the name is typed");
        let page = confirm(stack, &admin, &delete, Some(id)).await;
        let list = format!("{HOME}/{kind}?done=console-definition-deleted");
        assert_eq!(location(&page), list);
        let page = admin.get(stack.at(&path(kind, id))).await;
        assert_eq!(page.status, 404, "{kind}: {}", page.dump());
    }
}

async fn wrong_values_are_shown_at_their_field(stack: &Stack) {
    World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let (long, many) = ("x".repeat(256), "a\r\na");
    for (kind, name, value) in [
        ("permissions", "codename", "Bills"),
        ("permissions", "codename", "bills"),
        ("scopes", "name", "two words"),
        ("scopes", "description", long.as_str()),
        ("resources", "identifier", "bills"),
        ("resources", "identifier", "https://a.example/#part"),
        ("resources", "name", long.as_str()),
        ("resources", "access_token_ttl", "1000000"),
        ("resources", "access_token_ttl", "soon"),
        ("profile-fields", "name", "Shift"),
        ("profile-fields", "name", "email"),
        ("profile-fields", "label", ""),
        ("profile-fields", "choices", many),
        ("profile-fields", "choices", ""),
    ] {
        let (_, _, values, _) = CASES.iter().find(|case| case.0 == kind).unwrap();
        let mut values: Vec<_> = values
            .iter()
            .copied()
            .filter(|(other, _)| *other != "audience" || kind != "scopes")
            .filter(|(other, _)| *other != name)
            .collect();
        values.push((name, value));
        // The resource of the other definitions does not exist here.
        let audience = ("audience", stack.seed.audience.as_str());
        if kind == "permissions" {
            values.retain(|(other, _)| *other != "audience");
            values.push(audience);
        }
        let page = submit(stack, &admin, &format!("{HOME}/new/{kind}"), &values).await;
        assert_eq!(page.status, 422, "{kind} {name} {value}: {}", page.dump());
        let error = format!("#{name}-error");
        assert!(page.has(&error), "{kind} {name} {value}: {}", page.dump());
    }
    let text = [("type", "number"), ("max_length", "5"), ("choices", "")];
    let (_, _, values, _) = CASES[3];
    let values = [values, &text].concat();
    let page = submit(
        stack,
        &admin,
        &format!("{HOME}/new/profile-fields"),
        &values,
    )
    .await;
    assert!(page.has("#max_length-error"), "{}", page.dump());
}

async fn used_and_own_definitions_remain(stack: &Stack) {
    World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let tasks = path("resources", &stack.seed.audience);
    let delete = format!("{tasks}/delete");
    let page = confirm(stack, &admin, &delete, Some(&stack.seed.audience)).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("Something still refers to it."));
    // The definitions of this server have neither form.
    for own in ["scopes/openid", "permissions/users%3Aread"] {
        let page = open(stack, &admin, &format!("{HOME}/{own}")).await;
        let forms = format!("main a[href^='{HOME}/{own}/']");
        assert!(!page.has(&forms), "{own}: {}", page.dump());
    }
    let page = open(stack, &admin, &tasks).await;
    assert!(page.has(&format!("main a[href='{delete}']")));
}

async fn forms_of_definitions_require_power(stack: &Stack) {
    let world = World::new(stack).await;
    let rights = ["clients:read", "clients:write", "roles:read", "users:read"];
    world.let_hold("carol", "clerk", &rights).await;
    let clerk = browser(stack, "carol").await;
    for (kind, ..) in CASES {
        let page = open(stack, &clerk, &format!("{HOME}/{kind}")).await;
        assert!(!page.has(&format!("main a[href^='{HOME}/new']")), "{kind}");
        let page = clerk.get(stack.at(&format!("{HOME}/new/{kind}"))).await;
        assert_eq!(page.status, 404, "{kind}: {}", page.dump());
    }
    // A custom claim has no form, but its page deletes it.
    let admin = browser(stack, "admin").await;
    let page = admin.get(stack.at(&format!("{HOME}/new/claims"))).await;
    assert_eq!(page.status, 404, "{}", page.dump());
}
