//! A caller plans and applies nothing for which the operation needs a permission that the caller lacks.

use doorward_admin::authority::Authority;
use doorward_admin::standard;
use doorward_domain::model::{OrgScope, Role};

use super::*;

const ISSUER: &str = "https://id.example.org";

/// A document of each kind that can be created alone.
fn documents() -> Vec<(&'static str, Value)> {
    vec![
        (
            "profile-fields",
            json!({ "name": "company", "label": "Company" }),
        ),
        (
            "resources",
            json!({ "identifier": "https://a.example/api", "name": "A" }),
        ),
        (
            "scopes",
            json!({ "name": "bills:read", "description": "Read" }),
        ),
        (
            "permissions",
            json!({ "codename": "a:b", "audience": "https://a.example/api" }),
        ),
        ("roles", json!({ "name": "helper" })),
        ("organizations", json!({ "slug": "acme", "name": "Acme" })),
        ("groups", json!({ "path": "/staff" })),
        (
            "clients",
            json!({ "id": "a", "name": "A", "redirect_uris": ["https://a.example/cb"] }),
        ),
        (
            "claims",
            json!({
                "id": "a", "claim": "department", "outputs": ["id_token"],
                "source": { "kind": "constant", "value": "x" },
            }),
        ),
        (
            "providers",
            json!({ "id": "a", "kind": "google", "client_id": "x" }),
        ),
    ]
}

const READ: [&str; 8] = [
    "users:read",
    "roles:read",
    "groups:read",
    "organizations:read",
    "clients:read",
    "providers:read",
    "system:read",
    "audit:read",
];

/// Returns the context of a user with these permissions for the whole deployment, or in an organization.
async fn caller<'a>(
    context: &AdminContext<'a>,
    permissions: &[&str],
    org: Option<&str>,
) -> AdminContext<'a> {
    let role = Role {
        name: "caller".to_owned(),
        description: String::new(),
        active: true,
        permissions: permissions.iter().map(ToString::to_string).collect(),
    };
    let user = doorward_admin::users::create(
        context,
        doorward_admin::testing::person(&format!("user{}", permissions.len())),
    );
    let user = user.await.unwrap().id;
    let tx = context.db.begin_write().await.unwrap();
    repo::roles::upsert(&tx, &role).await.unwrap();
    tx.commit().await.unwrap();
    let assign = &doorward_admin::assignments::operations::ASSIGN;
    let body = json!({ "user": user.to_string(), "role": "caller" });
    (assign.run)(body, context).await.unwrap();
    let scope = OrgScope::from_org(None);
    let held = repo::roles::effective_for_user_in(context.db.read(), user, scope, context.now());
    AdminContext {
        actor: Some(user.to_string()),
        authority: Some(Authority {
            kind: SubjectKind::User,
            id: user.to_string(),
            client_id: None,
            org: org.map(str::to_owned),
            held: held.await.unwrap(),
            is_owner: false,
            issuer: ISSUER.to_owned(),
        }),
        ..context.clone()
    }
}

#[tokio::test]
async fn every_kind_has_document() {
    let named: Vec<&str> = documents().into_iter().map(|(kind, _)| kind).collect();
    let all: Vec<&str> = kinds::all().map(|kind| kind.name).collect();
    assert_eq!(named, all);
}

#[tokio::test]
async fn caller_without_permission_changes_nothing() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    standard::ensure_administration(&context, ISSUER)
        .await
        .unwrap();
    let without_rights = caller(&context, &[], None).await;
    let reader = caller(&context, &READ, None).await;
    let elsewhere = AdminContext {
        authority: reader.authority.clone().map(|own| Authority {
            org: Some("acme".to_owned()),
            ..own
        }),
        ..reader.clone()
    };
    let before = stored(&context).await;
    for (kind, document) in documents() {
        let wanted = with(before.clone(), kind, document);
        let wanted = Objects::from([(kind.to_owned(), wanted[kind].clone())]);
        for caller in [&without_rights, &reader, &elsewhere] {
            for done in [
                run(caller, &wanted, None).await,
                apply(caller, &wanted).await,
            ] {
                assert!(
                    matches!(done, Err(AdminError::Denied(_))),
                    "{kind}: {done:?}"
                );
            }
        }
        let same = Objects::from([(kind.to_owned(), before[kind].clone())]);
        assert!(
            run(&reader, &same, None).await.unwrap().plan.is_empty(),
            "{kind}"
        );
        for caller in [&without_rights, &elsewhere] {
            let done = run(caller, &same, None).await;
            assert!(
                matches!(done, Err(AdminError::Denied(_))),
                "{kind}: {done:?}"
            );
        }
        assert_eq!(stored(&context).await, before, "{kind}");
        assert!(
            run(&context, &wanted, None)
                .await
                .unwrap()
                .plan
                .problems
                .is_empty(),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn administrator_gives_permission_of_same_plan() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    standard::ensure_administration(&context, ISSUER)
        .await
        .unwrap();
    let caller = caller(&context, &READ, None).await;
    let new = [
        (
            "resources",
            json!({ "identifier": "https://a.example/api", "name": "A" }),
        ),
        (
            "permissions",
            json!({ "codename": "a:b", "audience": "https://a.example/api" }),
        ),
        ("roles", json!({ "name": "helper", "permissions": ["a:b"] })),
        // Only who may replace a secret can compare it.
        (
            "clients",
            json!({
                "id": "a", "name": "A", "redirect_uris": ["https://a.example/cb"], "roles": ["helper"],
                "client_secret": "a".repeat(40),
            }),
        ),
    ];
    let before = stored(&context).await;
    let wanted = new.into_iter().fold(before, |objects, (kind, document)| {
        with(objects, kind, document)
    });
    let denied = apply(&caller, &wanted).await;
    assert!(matches!(denied, Err(AdminError::Denied(_))), "{denied:?}");
    let assign = &doorward_admin::assignments::operations::ASSIGN;
    let body = json!({ "user": caller.actor, "role": ADMIN_ROLE });
    (assign.run)(body, &context).await.unwrap();
    let administrator = caller.with_present_rights().await.unwrap();
    let done = apply(&administrator, &wanted).await.unwrap();
    assert_eq!(done.plan.problems, []);
    assert!(done.is_applied);
}
