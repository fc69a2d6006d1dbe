//! Tests of a change of the secret key while replicas serve: each request succeeds on each replica, and
//! afterwards the former key is not needed.

use doorward_access::clock::Clock;
use doorward_admin::operator::AdminContext;
use doorward_admin::secret_key;
use doorward_domain::model::LogoutUris;
use doorward_domain::random::Random;
use doorward_domain::secret::MasterKey;
use doorward_rules::audit_chain::ChainKey;
use doorward_services::{audit, secret_keys};
use doorward_testkit::{Page, Stack, UserAgent, both_backends, jwt};
use serde_json::Value;

use crate::support::{EVERYTHING, assert_oauth_error, sign_in, text, tokens};

both_backends!(change_of_secret_key_signs_no_user_out,);

/// Refreshes at the replica with this origin.
async fn refresh(stack: &Stack, origin: &str, token: &str) -> Page {
    let host = stack.issuer().trim_start_matches("http://");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
    let agent = UserAgent::new();
    let url = format!("{origin}/oauth2/token");
    let request = stack.seed.trusted.request(agent.http(), &url, &fields);
    agent.send(request.header("host", host)).await
}

fn subject(json: &Value) -> Value {
    jwt::claims(&text(json, "access_token"))["sub"].clone()
}

/// Returns the keys of a configuration with those that the database keeps.
async fn master(stack: &Stack, present: &str, former: Option<&str>) -> MasterKey {
    let config = stack.config_with_keys(present, None, former);
    let configured = secret_keys::configured(&config).unwrap().unwrap();
    let db = stack.db().await;
    let kept = secret_keys::with_kept(configured, db.read(), 0)
        .await
        .unwrap();
    db.close().await.unwrap();
    kept
}

async fn change_of_secret_key_signs_no_user_out(stack: &Stack) {
    let client = &stack.seed.trusted;
    let change = |item: &mut doorward_domain::model::Client| {
        item.pairwise_sector = Some("app.example".to_owned());
        item.logout = LogoutUris::default();
    };
    stack.change_client(&client.id, change).await;
    let first = sign_in(stack, client, EVERYTHING).await;
    let token = |json: &Value| text(json, "refresh_token");

    let old = stack
        .config()
        .secret_key
        .as_ref()
        .unwrap()
        .expose()
        .to_owned();
    let new = MasterKey::generate(&mut rand::rng())
        .to_base64()
        .to_string();
    let announced = stack.replica_with_keys(&old, Some(&new), None);
    let changed = stack.replica_with_keys(&new, None, Some(&old));
    let second = tokens(&refresh(stack, &changed.origin, &token(&first)).await);
    let third = tokens(&refresh(stack, &announced.origin, &token(&second)).await);

    let keys = master(stack, &new, Some(&old)).await;
    let db = stack.db().await;
    let operator = AdminContext::command_line(&db, &stack.clock);
    let ttl = stack.config().tokens.refresh_absolute_ttl;
    let state = secret_key::rotate(&operator, &keys, ttl, |_| ()).await;
    let state = state.unwrap();
    assert!(state.is_complete() && state.unreadable() == 0, "{state:?}");

    // The replicas that run go on, and one with the new key alone joins them.
    let retired = stack.replica_with_keys(&new, None, None);
    let mut last = third;
    for replica in [&announced, &changed, &retired, &announced, &retired] {
        last = tokens(&refresh(stack, &replica.origin, &token(&last)).await);
        assert_eq!(subject(&last), subject(&first));
    }
    // A token from before the change is recognized as reused.
    let reused = refresh(stack, &retired.origin, &token(&first)).await;
    assert_oauth_error(&reused, 400, "invalid_grant");
    let ended = refresh(stack, &retired.origin, &token(&last)).await;
    assert_oauth_error(&ended, 400, "invalid_grant");

    let alone = master(stack, &new, None).await;
    let found = secret_key::examine(&db, &alone).await.unwrap();
    assert_eq!((found.others(), found.unreadable()), (0, 0));
    let former = MasterKey::from_base64(&old).unwrap();
    let found = secret_key::examine(&db, &former).await.unwrap();
    assert!(
        found.columns.iter().all(|column| column.newest == 0),
        "{found:?}"
    );
    let key = ChainKey::derive(&alone);
    let random = Random::default();
    let source = (&stack.clock as &dyn Clock, &random);
    audit::seal(&db, source, &key, |_| ()).await.unwrap();
    let report = audit::verify(&db, &key, None, None, |_| ()).await.unwrap();
    assert!(report.is_intact(), "{:?}", report.findings);
    db.close().await.unwrap();
}
