//! A provider to sign in with, beside the other ways.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{LinkId, LinkedAccount};
use doorward_identity_server::flow::admin::providers::ProviderSpec;
use doorward_store::repo;
use doorward_testkit::Stack;
use doorward_testkit::upstream::{CLIENT_ID, CLIENT_SECRET, Upstream};

/// A provider that everybody has an account with.
pub async fn everybodys(stack: &Stack, people: &[&str]) -> Upstream {
    let upstream = Upstream::start(stack.clock.now());
    let spec = ProviderSpec {
        issuer: Some(upstream.issuer().to_owned()),
        client_id: CLIENT_ID.to_owned(),
        client_secret: Some(CLIENT_SECRET.to_owned()),
        ..ProviderSpec::default()
    };
    stack.put_provider("acme", &spec).await;
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    for who in people {
        let user = repo::users::find_by_identifier(&tx, who).await.unwrap();
        let link = LinkedAccount {
            id: LinkId::from_uuid(uuid::Uuid::now_v7()),
            user_id: user.expect("a person").id,
            issuer: upstream.issuer().to_owned(),
            subject: (*who).to_owned(),
            label: (*who).to_owned(),
            roles: Vec::new(),
            created_at: stack.clock.now(),
            last_used_at: None,
        };
        assert!(repo::linked_accounts::insert(&tx, &link).await.unwrap());
    }
    tx.commit().await.unwrap();
    upstream
}
