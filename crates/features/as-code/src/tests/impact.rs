//! The impact of plans: users, clients, tokens and protections.

use doorward_admin::standard;
use doorward_config::Config;
use doorward_store::repo::access_sets;

use super::*;
use crate::impact::{Impact, Loss};

const ISSUER: &str = "https://id.example.org";

/// A deployment with a user `anna` in the group `/staff`, whose role `helper` reads users, and the client `wiki`.
struct Company {
    world: World,
    key: MasterKey,
    config: Config,
}

impl Company {
    async fn new() -> Self {
        let mut config = Config::defaults().unwrap();
        ISSUER.clone_into(&mut config.issuer);
        let company = Self {
            world: World::new().await,
            key: key(),
            config,
        };
        let context = company.context();
        standard::ensure_administration(&context, ISSUER)
            .await
            .unwrap();
        company.world.user("anna").await;
        company.world.user("bert").await;
        let objects = stored(&context).await;
        let role = json!({ "name": "helper", "permissions": ["users:read", "users:write"] });
        let objects = with(objects, "roles", role);
        let group = json!({ "path": "/staff", "roles": ["helper"] });
        let objects = with(objects, "groups", group);
        let client = json!({
            "id": "wiki", "name": "Wiki", "redirect_uris": ["https://wiki.example/cb"], "first_party": true,
        });
        make(&context, &with(objects, "clients", client)).await;
        let join = &doorward_admin::groups::operations::ADD_MEMBER;
        let member = json!({ "id": "/staff", "user": "anna" });
        (join.run)(member, &context).await.unwrap();
        company
    }

    fn context(&self) -> AdminContext<'_> {
        operator(&self.world, &self.key).with_config(&self.config)
    }

    /// Returns the impact of a change of the stored objects.
    async fn impact(&self, change: impl FnOnce(&mut Objects)) -> Impact {
        let context = self.context();
        let before = stored(&context).await;
        let mut objects = before.clone();
        change(&mut objects);
        let done = Box::pin(run(&context, &objects, None)).await.unwrap();
        assert_eq!(done.plan.problems, []);
        assert_eq!(stored(&context).await, before);
        done.impact.unwrap()
    }
}

fn object<'a>(objects: &'a mut Objects, kind: &str, key: (&str, &str)) -> &'a mut Document {
    let mut documents = objects.get_mut(kind).unwrap().iter_mut();
    documents.find(|document| document[key.0] == key.1).unwrap()
}

#[tokio::test]
async fn lost_permissions_are_counted_and_in_tokens() {
    let company = Company::new().await;
    let impact = company
        .impact(|objects| {
            let role = object(objects, "roles", ("name", "helper"));
            role.insert("permissions".to_owned(), json!(["users:read"]));
        })
        .await;
    let loss = Loss {
        organization: None,
        permissions: vec!["users:write".to_owned()],
        users: 1,
    };
    assert_eq!((impact.users, &impact.losses[..]), (1, &[loss][..]));
    let [token] = &impact.tokens[..] else {
        panic!("{impact:#?}");
    };
    let (before, after) = &token.members["access_token.entitlements"];
    assert!(before.to_string().contains("users:write"), "{before}");
    assert!(!after.to_string().contains("users:write"), "{after}");
    let text = format!("{:?}", impact.parts());
    assert!(text.contains("Users who lose access: 1"), "{text}");
    assert!(
        impact
            .examined()
            .contains("Simulated sign-ins: 1 of at most 200.")
    );
}

#[tokio::test]
async fn group_and_role_that_end_take_access() {
    let company = Company::new().await;
    for kind in ["groups", "roles"] {
        let impact = company
            .impact(|objects| {
                let documents = objects.get_mut(kind).unwrap();
                documents.retain(|document| {
                    document.get("path").is_none() && document.get("name") != Some(&json!("helper"))
                });
                for group in objects.get_mut("groups").unwrap() {
                    group.remove("roles");
                }
            })
            .await;
        assert_eq!(impact.users, 1, "{kind}: {impact:#?}");
        assert!(!impact.tokens.is_empty(), "{kind}");
    }
}

#[tokio::test]
async fn client_that_is_disabled_fails() {
    let company = Company::new().await;
    let impact = company
        .impact(|objects| {
            let client = object(objects, "clients", ("id", "wiki"));
            client.insert("disabled".to_owned(), true.into());
        })
        .await;
    assert_eq!(impact.ended[0].client.as_str(), "wiki");
    assert_eq!(impact.failing[0].0.as_str(), "wiki");
    let impact = company
        .impact(|objects| objects.get_mut("clients").unwrap().clear())
        .await;
    assert_eq!(impact.failing[0].0.as_str(), "wiki", "{impact:#?}");
}

#[tokio::test]
async fn protections_and_claims_are_compared() {
    let company = Company::new().await;
    let impact = company
        .impact(|objects| {
            let client = object(objects, "clients", ("id", "wiki"));
            client.insert("pkce".to_owned(), "optional".into());
            let provider = json!({
                "id": "p", "issuer": "https://p.example", "client_id": "x", "trusts_email": true,
            });
            let provider = serde_json::from_value(provider).unwrap();
            objects.get_mut("providers").unwrap().push(provider);
        })
        .await;
    let weaker: Vec<String> = impact
        .weaker
        .iter()
        .map(|(o, m)| format!("{o} {m}"))
        .collect();
    assert!(
        weaker.contains(&"clients/wiki pkce".to_owned()),
        "{weaker:?}"
    );
    assert!(
        weaker.contains(&"providers/p trusts_email".to_owned()),
        "{weaker:?}"
    );
    assert_eq!((impact.users, &impact.tokens[..]), (0, &[][..]));
    let impact = company
        .impact(|objects| {
            let claim = json!({
                "id": "tier", "claim": "tier", "outputs": ["access_token"],
                "source": { "kind": "constant", "value": "gold" },
            });
            let claim = serde_json::from_value(claim).unwrap();
            objects.get_mut("claims").unwrap().push(claim);
        })
        .await;
    // The first user is that of users without access, and may be in a set too.
    assert!((1..=2).contains(&impact.tokens[0].users), "{impact:#?}");
    assert!(
        impact.tokens[0].members.contains_key("access_token.tier"),
        "{impact:#?}"
    );
}

#[tokio::test]
async fn text_that_nobody_loses_by_says_so() {
    let company = Company::new().await;
    let impact = company
        .impact(|objects| {
            let role = object(objects, "roles", ("name", "helper"));
            role.insert("description".to_owned(), "Helps".into());
        })
        .await;
    assert!(impact.is_none(), "{impact:#?}");
    assert!(
        impact
            .examined()
            .starts_with("No user, client or token is affected.")
    );
}

#[tokio::test]
async fn users_with_same_access_are_one_set() {
    let company = Company::new().await;
    let context = company.context();
    make(
        &context,
        &objects("organizations", json!([{ "slug": "acme", "name": "Acme" }])),
    )
    .await;
    for name in ["carl", "dora"] {
        company.world.user(name).await;
        let member = &doorward_admin::organizations::operations::SET_MEMBER;
        let body = json!({ "slug": "acme", "user": name });
        (member.run)(body, &context).await.unwrap();
        let assign = &doorward_admin::assignments::operations::ASSIGN;
        for organization in [Value::Null, "acme".into()] {
            let body = json!({ "user": name, "role": "helper", "organization": organization });
            (assign.run)(body, &context).await.unwrap();
        }
    }
    let sets = access_sets::list(context.db.read(), context.now(), 10);
    let sets = sets.await.unwrap();
    let [first, second] = &sets[..] else {
        panic!("{sets:#?}");
    };
    assert_eq!((first.users, second.users), (2, 1));
    assert_eq!(first.organizations, ["acme"]);
    let roles = [("helper", None), ("helper", Some("acme"))];
    let roles = roles.map(|(role, org)| (role.to_owned(), org.map(str::to_owned)));
    assert_eq!(first.roles, roles);
    assert_eq!((second.groups.len(), second.roles.len()), (1, 0));
    let impact = company
        .impact(|objects| {
            let acme = object(objects, "organizations", ("slug", "acme"));
            acme.insert("active".to_owned(), false.into());
        })
        .await;
    assert_eq!(impact.users, 2, "{impact:#?}");
    assert_eq!(impact.losses[0].organization.as_deref(), Some("acme"));
}
