//! Rights of a caller that grow with the plan.

use doorward_admin::authority::Authority;
use doorward_admin::standard;
use doorward_domain::model::{OrgScope, Role};

use super::*;

const ISSUER: &str = "https://id.example.org";

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

/// Returns the context of a user with these permissions for the whole deployment.
async fn caller<'a>(context: &AdminContext<'a>, permissions: &[&str]) -> AdminContext<'a> {
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
            org: None,
            held: held.await.unwrap(),
            is_owner: false,
            issuer: ISSUER.to_owned(),
        }),
        ..context.clone()
    }
}

#[tokio::test]
async fn administrator_gives_permission_of_same_plan() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    standard::ensure_administration(&context, ISSUER)
        .await
        .unwrap();
    let caller = caller(&context, &READ).await;
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
