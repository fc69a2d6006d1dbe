//! An identity provider for the sign-in tests.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{LinkId, LinkedAccount};
use doorward_store::repo;
use doorward_testkit::Stack;
use doorward_testkit::upstream::Upstream;

/// Starts an identity provider and links an account of each user to it.
pub async fn link_all(stack: &Stack, users: &[&str]) -> Upstream {
    let upstream = Upstream::start(stack.clock.now());
    stack.put_provider("acme", &upstream.spec()).await;
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    for who in users {
        let user = repo::users::find_by_identifier(&tx, who).await.unwrap();
        let link = LinkedAccount {
            id: LinkId::from_uuid(uuid::Uuid::now_v7()),
            user_id: user.expect("a user").id,
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
