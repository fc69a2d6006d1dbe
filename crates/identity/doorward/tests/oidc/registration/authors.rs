//! Tests that an initial access token ends with the rights of its author.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{ADMIN_ROLE, ClientId, SubjectKind};
use doorward_store::repo;
use doorward_testkit::{Stack, both_backends_with, seed};

use super::{BY_TOKEN, initial_token, initial_token_of, register, web_client};
use crate::support::assert_oauth_error;

both_backends_with!(BY_TOKEN; token_ends_with_rights_of_its_author);

async fn token_ends_with_rights_of_its_author(stack: &Stack) {
    let (db, now, clients) = (stack.db().await, stack.clock.now(), &stack.seed);
    let mut users = Vec::new();
    for name in ["alice", "bob", "mona"] {
        let found = repo::users::find_by_identifier(db.read(), name).await;
        users.push(found.unwrap().unwrap().id);
    }
    let authors = [
        (SubjectKind::User, users[0].to_string()),
        (SubjectKind::User, users[1].to_string()),
        (SubjectKind::User, users[2].to_string()),
        (SubjectKind::Client, clients.web.id.clone()),
        (SubjectKind::Client, clients.post.id.clone()),
        (SubjectKind::Client, clients.trusted.id.clone()),
    ];
    let tx = db.begin_write().await.unwrap();
    for (kind, id) in &authors {
        seed::assign(&tx, *kind, id, ADMIN_ROLE, now).await;
    }
    tx.commit().await.unwrap();
    let mut tokens = Vec::new();
    for (_, id) in &authors {
        let token = initial_token_of(stack, 2, Some(id)).await;
        let page = register(stack, Some(&token), &web_client()).await;
        assert_eq!(page.status, 201, "{id}: {}", page.dump());
        tokens.push(token);
    }

    stack.disable_user("alice").await;
    stack.disable_client(&clients.web.id).await;
    let deleted = ClientId::parse(&clients.post.id).unwrap();
    let tx = db.begin_write().await.unwrap();
    assert!(repo::users::delete(&tx, users[1], now).await.unwrap());
    assert!(repo::clients::delete(&tx, &deleted, now).await.unwrap());
    for (kind, id) in [&authors[2], &authors[5]] {
        let done = repo::roles::unassign(&tx, *kind, id, ADMIN_ROLE, None).await;
        assert!(done.unwrap());
    }
    tx.commit().await.unwrap();
    for token in &tokens {
        let page = register(stack, Some(token), &web_client()).await;
        assert_oauth_error(&page, 401, "invalid_token");
    }
    // A token of the command line has no author.
    let token = initial_token(stack, 1).await;
    let page = register(stack, Some(&token), &web_client()).await;
    assert_eq!(page.status, 201, "{}", page.dump());
}
