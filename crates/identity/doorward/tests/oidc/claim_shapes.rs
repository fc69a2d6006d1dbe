//! Tests of lists of roles and groups in custom claims, and of claims inside objects.

use doorward_admin::claims::{self, ClaimSpec};
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::model::{ClaimOutput, ClaimSource, Client, Group, GroupId};
use doorward_store::repo;
use doorward_testkit::{Stack, flows, jwt};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{sign_in, text, tokens, userinfo};

flows!(
    client_reads_shape_of_keycloak,
    other_client_keeps_its_shape,
    client_for_itself_has_list_of_roles,
    list_above_bound_is_left_out_and_response_has_it,
    nested_claim_of_client_does_not_touch_protected_claims,
);

/// The scope of a client that reads neither `groups` nor `roles`.
const SCOPE: &str = "openid profile email offline_access tasks:read";

/// Stores a mapping of this client as the command line does.
async fn put(
    stack: &Stack,
    id: &str,
    client: &str,
    path: &[&str],
    source: Value,
) -> Result<(), AdminError> {
    let mut names = path.iter().map(|&name| name.to_owned());
    let spec = ClaimSpec {
        id: id.to_owned(),
        claim: names.next().unwrap(),
        path: names.collect(),
        client_id: Some(client.to_owned()),
        source: serde_json::from_value::<ClaimSource>(source).unwrap(),
        outputs: ClaimOutput::ALL.into_iter().collect(),
        scope: None,
    };
    let db = stack.db().await;
    let op = AdminContext::command_line(&db, &stack.clock);
    let stored = claims::put(&op, spec).await;
    stack.clear_caches();
    stored.map(|_| ())
}

/// Adds alice to groups with these paths; a group follows its parent.
async fn employ(stack: &Stack, paths: &[String]) {
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().expect("alice").id;
    let tx = db.begin_write().await.unwrap();
    let mut made: Vec<Group> = Vec::new();
    for path in paths {
        let parent = path.rsplit_once('/').map(|(parent, _)| parent);
        let parent = made
            .iter()
            .find(|group| Some(group.path.as_str()) == parent);
        let group = Group {
            id: GroupId::from_uuid(Uuid::new_v4()),
            path: path.clone(),
            description: String::new(),
            code: None,
            org: None,
            parent: parent.map(|parent| parent.id),
            manager: None,
            created_at: 0,
            updated_at: 0,
        };
        repo::groups::insert(&tx, &group).await.unwrap();
        repo::groups::add_member(&tx, group.id, alice, 0)
            .await
            .unwrap();
        made.push(group);
    }
    tx.commit().await.unwrap();
}

fn engineering() -> Vec<String> {
    ["/engineering", "/engineering/backend"]
        .map(str::to_owned)
        .into()
}

/// Returns access token, ID token, userinfo and introspection response of a sign-in.
async fn every_output(stack: &Stack, json: &Value) -> [Value; 4] {
    let access = text(json, "access_token");
    let info = userinfo(stack, &access).await;
    assert_eq!(info.status, 200, "{}", info.dump());
    let client = &stack.seed.trusted;
    let found = stack
        .as_client("/oauth2/introspect", client, &[("token", &access)])
        .await;
    assert_eq!(found.json()["active"], true, "{}", found.dump());
    [
        jwt::claims(&access),
        jwt::claims(&text(json, "id_token")),
        info.json(),
        found.json(),
    ]
}

/// Keycloak has `realm_access.roles`, `resource_access.CLIENT.roles`, and `groups` with names; a
/// client that was made for it finds them in every token and response.
async fn client_reads_shape_of_keycloak(stack: &Stack) {
    employ(stack, &engineering()).await;
    stack.give_role("alice", "manager").await;
    let client = &stack.seed.trusted;
    let of = client.id.as_str();
    let roles = json!({ "kind": "roles" });
    put(stack, "realm", of, &["realm_access", "roles"], roles)
        .await
        .unwrap();
    let own = json!({ "kind": "roles", "starting_with": "dev", "prefix": "ROLE_" });
    put(
        stack,
        "app",
        of,
        &["resource_access", "my.app", "roles"],
        own,
    )
    .await
    .unwrap();
    let names = json!({ "kind": "groups", "format": "name" });
    put(stack, "names", of, &["group_names"], names)
        .await
        .unwrap();
    let json = sign_in(stack, client, SCOPE).await;
    for content in every_output(stack, &json).await {
        let realm = json!({ "roles": ["developer", "manager"] });
        assert_eq!(content["realm_access"], realm, "{content}");
        let app = json!({ "my.app": { "roles": ["ROLE_developer"] } });
        assert_eq!(content["resource_access"], app, "{content}");
        assert_eq!(content["group_names"], json!(["backend", "engineering"]));
    }
    // Dots in a name have no meaning.
    let relative = json!({ "kind": "groups", "below": "/engineering", "strip": true });
    put(stack, "names", of, &["https://x.example/role"], relative)
        .await
        .unwrap();
    let json = sign_in(stack, client, SCOPE).await;
    for content in every_output(stack, &json).await {
        assert_eq!(content["https://x.example/role"], json!(["backend"]));
        assert!(content.get("group_names").is_none(), "{content}");
    }
    // A refreshed token has the current roles.
    stack.give_role("alice", "admin").await;
    let page = stack.refresh(client, &text(&json, "refresh_token")).await;
    let fresh = jwt::claims(&text(&tokens(&page), "access_token"));
    let roles = json!(["admin", "developer", "manager"]);
    assert_eq!(fresh["realm_access"]["roles"], roles, "{fresh}");
}

async fn other_client_keeps_its_shape(stack: &Stack) {
    employ(stack, &engineering()).await;
    let of = stack.seed.web.id.clone();
    let roles = json!({ "kind": "roles" });
    put(stack, "realm", &of, &["realm_access", "roles"], roles)
        .await
        .unwrap();
    let json = sign_in(stack, &stack.seed.trusted, SCOPE).await;
    for content in every_output(stack, &json).await {
        assert!(content.get("realm_access").is_none(), "{content}");
    }
}

async fn client_for_itself_has_list_of_roles(stack: &Stack) {
    let service = &stack.seed.service;
    for (id, source) in [("roles", "roles"), ("names", "groups")] {
        put(
            stack,
            id,
            &service.id,
            &["own", id],
            json!({ "kind": source }),
        )
        .await
        .unwrap();
    }
    let page = stack
        .token(service, &[("grant_type", "client_credentials")])
        .await;
    let claims = jwt::claims(&text(&tokens(&page), "access_token"));
    assert!(claims["own"]["roles"].is_array(), "{claims}");
    assert_eq!(claims["own"]["names"], json!([]), "{claims}");
}

/// A list never is incomplete: a token has 100 groups, a response 300.
async fn list_above_bound_is_left_out_and_response_has_it(stack: &Stack) {
    let paths: Vec<_> = (0..101).map(|number| format!("/g{number:03}")).collect();
    employ(stack, &paths).await;
    let client = &stack.seed.trusted;
    let names = json!({ "kind": "groups", "format": "name" });
    put(stack, "all", &client.id, &["names", "all"], names)
        .await
        .unwrap();
    let few = json!({ "kind": "groups", "below": "/g000" });
    put(stack, "few", &client.id, &["names", "few"], few)
        .await
        .unwrap();
    let json = sign_in(stack, client, SCOPE).await;
    let [access, id, info, introspection] = every_output(stack, &json).await;
    for token in [access, id] {
        assert_eq!(token["names"], json!({ "few": [] }), "{token}");
    }
    for response in [info, introspection] {
        let all = response["names"]["all"].as_array().map(Vec::len);
        assert_eq!(all, Some(101), "{response}");
    }
}

async fn nested_claim_of_client_does_not_touch_protected_claims(stack: &Stack) {
    let of = stack.seed.trusted.id.as_str();
    let value = || json!({ "kind": "constant", "value": "mallory" });
    for claim in ["cnf", "act", "authorization_details", "address", "roles"] {
        let refused = put(stack, "x", of, &[claim, "member"], value()).await;
        let error = refused.expect_err(claim);
        assert!(
            matches!(error, AdminError::Invalid { field: "claim", .. }),
            "{claim}: {error}"
        );
    }
    // The value of another mapping is not an object that can have members.
    let tier = put(stack, "tier", of, &["tier"], value()).await;
    tier.unwrap();
    let inside = put(stack, "inside", of, &["tier", "roles"], value()).await;
    assert!(inside.is_err(), "the claim tier has a value");
    // A list is personal data.
    let db = stack.db().await;
    let op = AdminContext::command_line(&db, &stack.clock);
    let open = ClaimSpec {
        id: "open".to_owned(),
        claim: "all_roles".to_owned(),
        path: Vec::new(),
        client_id: None,
        source: ClaimSource::Roles(doorward_domain::model::RoleList::default()),
        outputs: ClaimOutput::ALL.into_iter().collect(),
        scope: None,
    };
    let error = claims::put(&op, open).await.unwrap_err();
    assert!(
        matches!(error, AdminError::Invalid { field: "scope", .. }),
        "{error}"
    );
    let allow = |client: &mut Client| {
        client.scopes.insert("roles");
    };
    stack.change_client(of, allow).await;
    let json = sign_in(stack, &stack.seed.trusted, "openid roles").await;
    let [access, ..] = every_output(stack, &json).await;
    assert_eq!(access["roles"], json!(["developer"]), "{access}");
    assert_eq!(access["tier"], "mallory", "{access}");
}
