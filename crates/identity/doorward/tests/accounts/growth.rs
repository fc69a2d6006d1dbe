//! Tests of accounts with many sessions: their changes, their lists, and the limit.

use std::time::{Duration, Instant};

use doorward_access::clock::Clock as _;
use doorward_domain::model::{EndReason, Session, SessionId, UserId};
use doorward_domain::secret::TokenHash;
use doorward_store::{Db, repo};
use doorward_testkit::{
    Authorization, PASSWORD, Stack, UserAgent, both_backends, both_backends_with, rows,
};
use uuid::Uuid;

use crate::password::change;
use crate::support::{is_signed_in, location, sign_in};

both_backends!(
    password_of_account_with_many_sessions_is_changed,
    many_other_sessions_are_ended,
    sessions_are_listed_in_pages,
    second_export_waits_for_first,
);

/// The limits of a deployment with three sessions for each user.
const THREE: &[(&str, &str)] = &[
    ("DOORWARD__LIMITS__MULTIPLIER", "1"),
    ("DOORWARD__LIMITS__SESSIONS_PER_USER", "3"),
];

both_backends_with!(THREE; sign_in_beyond_limit_ends_oldest_session);

/// Inserts copies of the only session of alice. Returns alice's ID.
async fn copy_session(stack: &Stack, db: &Db, count: u128) -> UserId {
    let now = stack.clock.now();
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().expect("alice").id;
    let listed = repo::sessions::list_for_user(db.read(), alice, now).await;
    let model = listed.unwrap().remove(0);
    let tx = db.begin_write().await.unwrap();
    for number in 1..=count {
        let one = Session {
            id: SessionId::from_uuid(Uuid::from_u128(number)),
            token_hash: TokenHash::digest(&number.to_string()),
            ..model.clone()
        };
        repo::sessions::insert(&tx, &one).await.unwrap();
    }
    tx.commit().await.unwrap();
    alice
}

async fn live(stack: &Stack, db: &Db, user: UserId) -> usize {
    let listed = repo::sessions::list_for_user(db.read(), user, stack.clock.now()).await;
    listed.unwrap().len()
}

async fn signed_in(stack: &Stack) -> UserAgent {
    let agent = UserAgent::new();
    sign_in(stack, &agent, "alice", PASSWORD).await;
    agent
}

async fn password_of_account_with_many_sessions_is_changed(stack: &Stack) {
    let (agent, db) = (signed_in(stack).await, stack.db().await);
    let alice = copy_session(stack, &db, 1_200).await;
    let page = change(stack, &agent, PASSWORD, &[]).await;
    assert_eq!(location(&page), "/account?done=password");
    assert_eq!(live(stack, &db, alice).await, 1);
    let id = SessionId::from_uuid(Uuid::from_u128(7));
    let ended = repo::sessions::find(db.read(), id).await.unwrap().unwrap();
    assert_eq!(ended.end_reason, Some(EndReason::PasswordChanged));
}

async fn many_other_sessions_are_ended(stack: &Stack) {
    let (agent, db) = (signed_in(stack).await, stack.db().await);
    let alice = copy_session(stack, &db, 1_200).await;
    let page = agent.get(stack.at("/account/sessions")).await;
    let form = page.press("button[formaction$='/sessions/end-others']");
    assert_eq!(
        location(&agent.submit(&form).await),
        "/account/sessions?done=sessions"
    );
    assert_eq!(live(stack, &db, alice).await, 1);
    let events = repo::audit::list(db.read(), None, 100).await.unwrap();
    let ended: Vec<_> = events
        .iter()
        .filter(|event| event.kind.as_str() == "session.ended")
        .collect();
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0].detail["count"], 1_200);
    let named = ended[0].detail["sessions"].as_array().map(Vec::len);
    assert!(named.is_some_and(|count| count <= 100), "{named:?}");
}

async fn sessions_are_listed_in_pages(stack: &Stack) {
    let (agent, db) = (signed_in(stack).await, stack.db().await);
    let alice = copy_session(stack, &db, 120).await;
    for path in ["/account/sessions", "/account/sessions/ended"] {
        let (mut seen, mut pages) = (0, 0);
        let mut next = Some(path.to_owned());
        while let Some(address) = next {
            let page = agent.get(stack.at(&address)).await;
            assert_eq!(page.status, 200, "{}", page.dump());
            seen += page.texts_of("ul.rows > li").len();
            assert_eq!(page.has("a[rel=first]"), pages > 0, "{address}");
            pages += 1;
            next = page.attributes("a[rel=next]", "href").pop();
        }
        // The current session is on the first page, beside those that were read for it.
        let expected = if path.ends_with("ended") { 120 } else { 121 };
        assert_eq!((seen, pages), (expected, 3), "{path}");
        let tx = db.begin_write().await.unwrap();
        let now = stack.clock.now();
        let reason = EndReason::EndedByOwner;
        let kept = repo::sessions::list_for_user(&tx, alice, now)
            .await
            .unwrap();
        let kept = kept
            .iter()
            .find(|session| session.id.as_uuid().as_u128() > 120);
        let kept = kept.map(|session| session.id);
        repo::sessions::end_all_for_user(&tx, alice, kept, reason, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let page = agent
        .get(stack.at("/account/sessions?after=nonsense"))
        .await;
    assert_eq!(page.status, 400);
}

async fn sign_in_beyond_limit_ends_oldest_session(stack: &Stack) {
    let mut agents = Vec::new();
    for _ in 0..4 {
        agents.push(signed_in(stack).await);
        stack.clock.advance(60);
    }
    let newest = agents.split_off(1);
    assert!(!is_signed_in(stack, &agents[0]).await);
    for agent in &newest {
        assert!(is_signed_in(stack, agent).await);
    }
    let page = agents[0].get(stack.at("/login/ended")).await;
    let reason = page.text_of("#why").expect("the reason");
    assert_eq!(
        reason,
        "The account had too many sessions. The oldest ones were ended."
    );
}

/// Copies the only grant of alice so often that their export fills the buffers of a connection.
async fn copy_grant(stack: &Stack) {
    let url = &stack.storage().identity;
    let id = if url.starts_with("postgres") {
        "gen_random_uuid()"
    } else {
        "randomblob(16)"
    };
    let copy = format!(
        "INSERT INTO grants (id, user_id, client_id, session_id, scope, resources, claims, auth_time, \
         acr, amr, created_at, expires_at) \
         WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 60000) \
         SELECT {id}, user_id, client_id, session_id, scope, resources, claims, auth_time, acr, amr, \
         created_at, expires_at FROM grants CROSS JOIN s"
    );
    rows::execute(url, &copy).await;
}

async fn second_export_waits_for_first(stack: &Stack) {
    let agent = signed_in(stack).await;
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    request.complete(&agent, "alice").await.code();
    copy_grant(stack).await;
    let page = agent.get(stack.at("/account/data")).await;
    let form = page.form("#data-export");
    // The server cannot send the rest while the client does not read it.
    let first = agent.submission(&form).send().await.expect("an answer");
    assert_eq!(first.status(), 200);
    let refused = agent.submit(&form).await;
    assert_eq!(refused.status, 429, "{}", refused.dump());
    assert_eq!(refused.header("retry-after"), Some("60"));
    let other = UserAgent::new();
    sign_in(stack, &other, "bob", PASSWORD).await;
    let page = other.get(stack.at("/account/data")).await;
    let page = other.submit(&page.form("#data-export")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    // The end of the first one, even without its last part, lets the next one begin.
    drop(first);
    let start = Instant::now();
    loop {
        let next = agent.submission(&form).send().await.expect("an answer");
        if next.status() == 200 {
            return;
        }
        assert_eq!(next.status(), 429);
        let waited = start.elapsed();
        assert!(
            waited < Duration::from_secs(20),
            "the first export never ended"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
