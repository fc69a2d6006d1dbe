//! Tests of user claims in ID token, `UserInfo` and access token: those of the scopes `profile` and
//! `email` (OIDC Core §5.4), and those of `groups` and `roles`.

use doorward_domain::model::{Client, Group, GroupId};
use doorward_store::repo;
use doorward_testkit::{Authorization, Stack, TestClient, UserAgent, flows, flows_with, jwt};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::registration::{BY_TOKEN, initial_token, register, registered, web_client};
use crate::support::{sign_in, text, tokens, userinfo};

flows!(
    core_5_4_id_token_claims_equal_userinfo_claims,
    client_can_read_claims_from_userinfo_alone,
    core_5_4_pairwise_client_gets_own_subject,
    groups_and_roles_are_in_id_token_userinfo_and_access_token,
    groups_and_roles_require_client_scope,
    core_5_5_groups_are_requested_by_name,
    consent_names_groups_and_roles,
    scope_taken_away_empties_userinfo,
);
flows_with!(BY_TOKEN; registration_does_not_give_groups);

const ALL_SCOPES: &str = "openid profile email groups roles";

/// Allows a client to request groups and roles.
pub async fn allow(stack: &Stack, client: &TestClient) {
    let change = |item: &mut Client| {
        for name in ["groups", "roles"] {
            item.scopes.insert(name);
        }
    };
    stack.change_client(&client.id, change).await;
}

/// Adds alice to `/engineering/backend`.
async fn employ(stack: &Stack) {
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().expect("alice").id;
    let tx = db.begin_write().await.unwrap();
    let group = |path: &str, parent: Option<GroupId>| Group {
        id: GroupId::from_uuid(Uuid::new_v4()),
        path: path.to_owned(),
        description: String::new(),
        code: None,
        org: None,
        parent,
        manager: None,
        created_at: 0,
        updated_at: 0,
    };
    let top = group("/engineering", None);
    let below = group("/engineering/backend", Some(top.id));
    for item in [&top, &below] {
        repo::groups::insert(&tx, item).await.unwrap();
    }
    repo::groups::add_member(&tx, below.id, alice, 0)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn released_claims(stack: &Stack, json: &Value) -> (Value, Value) {
    let page = userinfo(stack, &text(json, "access_token")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    (jwt::claims(&text(json, "id_token")), page.json())
}

async fn core_5_4_id_token_claims_equal_userinfo_claims(stack: &Stack) {
    let json = sign_in(stack, &stack.seed.trusted, "openid profile email").await;
    let (id, info) = released_claims(stack, &json).await;
    assert_eq!(id["name"], "Alice Example");
    assert_eq!(id["preferred_username"], "alice");
    assert_eq!(id["email"], "alice@example.org");
    assert_eq!(id["email_verified"], true);
    for (name, value) in info.as_object().unwrap() {
        assert_eq!(&id[name], value, "{name}");
    }
    // Postal address and telephone number are only in UserInfo.
    let json = sign_in(stack, &stack.seed.trusted, "openid address phone").await;
    let (id, info) = released_claims(stack, &json).await;
    for name in ["address", "phone_number"] {
        assert!(id.get(name).is_none() && info.get(name).is_some(), "{name}");
    }
}

async fn client_can_read_claims_from_userinfo_alone(stack: &Stack) {
    let client = &stack.seed.trusted;
    allow(stack, client).await;
    stack
        .change_client(&client.id, |stack| stack.claims_in_id_token = false)
        .await;
    let (id, info) = released_claims(stack, &sign_in(stack, client, ALL_SCOPES).await).await;
    for name in ["name", "preferred_username", "email", "groups", "roles"] {
        assert!(id.get(name).is_none(), "{name} in {id}");
        assert!(info.get(name).is_some(), "{name} not in {info}");
    }
}

async fn core_5_4_pairwise_client_gets_own_subject(stack: &Stack) {
    let client = &stack.seed.trusted;
    let public = released_claims(stack, &sign_in(stack, client, OIDC_SCOPES).await).await;
    let sector = |item: &mut Client| item.pairwise_sector = Some("app.example.org".to_owned());
    stack.change_client(&client.id, sector).await;
    let (id, info) = released_claims(stack, &sign_in(stack, client, OIDC_SCOPES).await).await;
    assert_eq!(id["sub"], info["sub"]);
    assert_ne!(id["sub"], public.0["sub"]);
    assert_eq!(id["email"], "alice@example.org");
}

const OIDC_SCOPES: &str = "openid profile email";

async fn groups_and_roles_are_in_id_token_userinfo_and_access_token(stack: &Stack) {
    let client = &stack.seed.trusted;
    allow(stack, client).await;
    let json = sign_in(stack, client, ALL_SCOPES).await;
    let (id, info) = released_claims(stack, &json).await;
    assert_eq!((&id["groups"], &info["groups"]), (&json!([]), &json!([])));
    employ(stack).await;
    let json = sign_in(stack, client, ALL_SCOPES).await;
    let (id, info) = released_claims(stack, &json).await;
    let access = jwt::claims(&text(&json, "access_token"));
    for claims in [&id, &info, &access] {
        let groups = json!(["/engineering", "/engineering/backend"]);
        assert_eq!(claims["groups"], groups, "{claims}");
        assert_eq!(claims["roles"], json!(["developer"]), "{claims}");
    }
    // Without the scopes, the client gets neither.
    let json = sign_in(stack, client, OIDC_SCOPES).await;
    let (id, info) = released_claims(stack, &json).await;
    let access = jwt::claims(&text(&json, "access_token"));
    for claims in [&id, &info, &access] {
        for name in ["groups", "roles"] {
            assert!(claims.get(name).is_none(), "{name} in {claims}");
        }
    }
    let json = sign_in(stack, client, "openid").await;
    let access = jwt::claims(&text(&json, "access_token"));
    assert!(access.get("email_verified").is_none(), "{access}");
}

async fn groups_and_roles_require_client_scope(stack: &Stack) {
    for scope in ["openid groups", "openid roles"] {
        let request = Authorization::new(stack.issuer(), &stack.seed.trusted).with("scope", scope);
        let answer = request.start(&UserAgent::new()).await.expect_client();
        assert_eq!(answer["error"], "invalid_scope", "{answer:?}");
    }
    let claims = r#"{"id_token":{"groups":null},"userinfo":{"roles":null}}"#;
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted).with("claims", claims);
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    let json = tokens(&stack.exchange(&stack.seed.trusted, &code).await);
    let (id, info) = released_claims(stack, &json).await;
    assert!(id.get("groups").is_none() && info.get("roles").is_none());
}

async fn core_5_5_groups_are_requested_by_name(stack: &Stack) {
    let client = &stack.seed.trusted;
    allow(stack, client).await;
    employ(stack).await;
    let claims = r#"{"id_token":{"groups":null},"userinfo":{"roles":null}}"#;
    let request = Authorization::new(stack.issuer(), client).with("claims", claims);
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    let json = tokens(&stack.exchange(client, &code).await);
    let (id, info) = released_claims(stack, &json).await;
    assert_eq!(
        id["groups"],
        json!(["/engineering", "/engineering/backend"])
    );
    assert_eq!(info["roles"], json!(["developer"]));
    assert!(id.get("roles").is_none() && info.get("groups").is_none());
}

async fn consent_names_groups_and_roles(stack: &Stack) {
    let client = &stack.seed.web;
    allow(stack, client).await;
    let agent = UserAgent::new();
    // A first-party client signs alice in without a consent page.
    let own = Authorization::new(stack.issuer(), &stack.seed.trusted);
    own.complete(&agent, "alice").await.code();
    let request = Authorization::new(stack.issuer(), client).with("scope", "openid groups roles");
    let page = request.start(&agent).await.expect_page();
    let words = page.text_of("main").expect("words");
    assert!(
        words.contains("See the groups that you belong to"),
        "{words}"
    );
    assert!(words.contains("See your roles"), "{words}");
}

/// Checks that the client's current scopes limit claims requested by name.
async fn scope_taken_away_empties_userinfo(stack: &Stack) {
    let client = &stack.seed.trusted;
    allow(stack, client).await;
    let claims = r#"{"userinfo":{"roles":null}}"#;
    let request = Authorization::new(stack.issuer(), client).with("claims", claims);
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    let json = tokens(&stack.exchange(client, &code).await);
    assert_eq!(
        released_claims(stack, &json).await.1["roles"],
        json!(["developer"])
    );
    let change = |item: &mut Client| {
        item.scopes.remove("roles");
    };
    stack.change_client(&client.id, change).await;
    assert!(released_claims(stack, &json).await.1.get("roles").is_none());
}

async fn registration_does_not_give_groups(stack: &Stack) {
    let token = initial_token(stack, 2).await;
    let mut asked = web_client();
    asked["scope"] = json!("openid groups");
    let page = register(stack, Some(&token), &asked).await;
    assert_eq!(page.status, 201, "{}", page.dump());
    assert_eq!(text(&page.json(), "scope"), "openid");
    let created = registered(stack, &web_client()).await;
    assert!(!text(&created, "scope").contains("groups"), "{created}");
}
