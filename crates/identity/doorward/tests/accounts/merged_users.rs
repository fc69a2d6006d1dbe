//! Tests of merged users: clients that knew the merged user go on receiving their subject.

use doorward_admin::merging::{self, Merge, MergedKind, Merging};
use doorward_admin::operator::AdminContext;
use doorward_domain::derived_keys::TotpKey;
use doorward_domain::secret::MasterKey;
use doorward_store::repo;
use doorward_testkit::{Authorization, Stack, TestClient, UserAgent, flows, jwt};
use serde_json::Value;

use crate::two_factor::{enrol, first_step, is_account, sign_in};

flows!(
    client_goes_on_with_subject_of_merged_user,
    pairwise_client_goes_on_with_subject_of_merged_user,
    authenticator_app_moves_to_user_without_one,
);

/// Merges a user into another one, as the command line does.
async fn merge(stack: &Stack, from: &str, into: &str) -> Merge {
    let db = stack.db().await;
    let mut users = Vec::new();
    for name in [from, into] {
        let found = repo::users::find_by_identifier(db.read(), name).await;
        users.push(found.expect("a query").expect("a user"));
    }
    let key = stack.config().secret_key.as_ref().expect("a key");
    let key = MasterKey::from_base64(key.expose()).expect("a key");
    let done = {
        let context = AdminContext::command_line(&db, &stack.clock);
        let merging = Merging {
            from: &users[0],
            into: &users[1],
            totp_key: &TotpKey::derive(&key),
            notify: false,
            is_dry: false,
        };
        Box::pin(merging::run(&context, merging)).await
    };
    db.close().await.expect("close");
    stack.read_background().await;
    done.expect("a merge")
}

fn request(stack: &Stack, client: &TestClient) -> Authorization {
    Authorization::new(stack.issuer(), client).with("scope", "openid offline_access")
}

async fn tokens(stack: &Stack, client: &TestClient, name: &str) -> Value {
    let agent = UserAgent::new();
    let code = request(stack, client).complete(&agent, name).await.code();
    let page = stack.exchange(client, &code).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    page.json()
}

fn subject(tokens: &Value) -> String {
    let claims = jwt::claims(tokens["id_token"].as_str().expect("an ID token"));
    claims["sub"].as_str().expect("a subject").to_owned()
}

async fn check_subjects(stack: &Stack) {
    let (client, other) = (&stack.seed.trusted, &stack.seed.web);
    let old = tokens(stack, client, "alice").await;
    let own = subject(&tokens(stack, other, "bob").await);
    let known = subject(&old);
    let done = merge(stack, "alice", "bob").await;
    let clients = done
        .parts
        .iter()
        .filter(|part| part.kind == MergedKind::Client);
    let moved: Vec<_> = clients
        .map(|part| (part.name.as_str(), &part.problem))
        .collect();
    assert_eq!(moved, [(client.id.as_str(), &None)]);

    let refresh = old["refresh_token"].as_str().expect("a token");
    let page = stack.refresh(client, refresh).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let fresh = page.json();
    assert_eq!(subject(&fresh), known);
    let access = fresh["access_token"].as_str().expect("a token");
    let fields = [("token", access)];
    let page = stack.as_client("/oauth2/introspect", client, &fields).await;
    assert_eq!(page.json()["sub"], known, "{}", page.dump());
    let agent = UserAgent::new();
    let info = agent.http().get(stack.at("/oauth2/userinfo"));
    let info = agent.send(info.bearer_auth(access)).await;
    assert_eq!(info.member("sub").as_deref(), Some(known.as_str()));

    // The remaining user, in a new session: the client knows the subject, others know their own.
    let agent = UserAgent::new();
    let code = request(stack, client).complete(&agent, "bob").await.code();
    let again = stack.exchange(client, &code).await.json();
    assert_eq!(subject(&again), known);
    assert_eq!(subject(&tokens(stack, other, "bob").await), own);
    let hint = old["id_token"].as_str().expect("an ID token");
    let quiet = request(stack, client)
        .with("prompt", "none")
        .with("id_token_hint", hint);
    quiet.start(&agent).await.code();
    let page = first_step(stack, &UserAgent::new(), "alice").await;
    assert!(!is_account(&page), "{}", page.dump());

    // A second run moves nothing.
    let again = merge(stack, "alice", "bob").await;
    let problems = again
        .parts
        .iter()
        .filter(|part| part.kind != MergedKind::Address);
    assert_eq!(problems.count(), 0, "{again:?}");
    assert_eq!(again.departure.moved, []);
}

async fn client_goes_on_with_subject_of_merged_user(stack: &Stack) {
    check_subjects(stack).await;
}

async fn pairwise_client_goes_on_with_subject_of_merged_user(stack: &Stack) {
    for client in [&stack.seed.trusted, &stack.seed.web] {
        let sector = Some("sector.example".to_owned());
        stack
            .change_client(&client.id, |client| client.pairwise_sector = sector)
            .await;
    }
    check_subjects(stack).await;
}

async fn authenticator_app_moves_to_user_without_one(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let done = merge(stack, "alice", "bob").await;
    let apps = done
        .parts
        .iter()
        .filter(|part| part.kind == MergedKind::App);
    assert_eq!(apps.count(), 1, "{done:?}");
    let code = app.next_code(stack);
    let page = sign_in(stack, &UserAgent::new(), "bob", &code).await;
    assert!(is_account(&page), "{}", page.dump());
}
