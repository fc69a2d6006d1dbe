//! Tests that mail links and trusted devices of a backup end with the other restored access, and which
//! of them end with the sessions of a user.

use doorward_access::clock::Clock as _;
use doorward_admin::grants;
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{
    AttemptId, EmailPurpose, EmailSignIn, EmailToken, TrustedDevice, TrustedDeviceId, UserId,
};
use doorward_domain::random::Random;
use doorward_domain::secret::TokenHash;
use doorward_store::repo;
use doorward_testkit::{Stack, flows};
use uuid::Uuid;

use super::world::{World, ok};

flows!(
    restored_links_and_devices_end,
    ended_sessions_end_change_of_address
);

const DAY: i64 = 86_400;

async fn restored_links_and_devices_end(stack: &Stack) {
    let world = World::new(stack).await;
    let operator = AdminContext::command_line(&world.db, &stack.clock);
    grants::end_access(&operator).await.unwrap();
    add_proofs(&world, world.people["alice"]).await;
    let ended = grants::end_access(&operator).await.unwrap();
    // A link that undoes a change of the address protects its owner, and remains.
    assert_eq!((ended.mail_links, ended.access.trusted_devices), (8, 1));
    for purpose in EmailPurpose::ALL {
        let link = repo::email_tokens::find(world.db.read(), &link(purpose)).await;
        let is_left = purpose == EmailPurpose::Undo;
        assert_eq!(link.unwrap().is_some(), is_left, "{purpose:?}");
    }
    let now = stack.clock.now();
    let left = repo::trusted_devices::list(world.db.read(), world.people["alice"], now).await;
    assert!(left.unwrap().is_empty());
    let again = grants::end_access(&operator).await.unwrap();
    assert_eq!(again, grants::AllEnded::default());
}

/// Checks that a change of address is not confirmed after the end of the sessions: the caller who asked
/// for it in one of them would take over the account.
async fn ended_sessions_end_change_of_address(stack: &Stack) {
    let world = World::new(stack).await;
    add_proofs(&world, world.people["alice"]).await;
    let path = format!("/api/admin/sessions?user={}", world.id("alice"));
    ok(&world.change("admin", "DELETE", &path, None).await, 200);
    let now = stack.clock.now();
    for purpose in EmailPurpose::ALL {
        let found = repo::email_tokens::find(world.db.read(), &link(purpose)).await;
        let is_live = found.unwrap().is_some_and(|link| link.is_live(now));
        assert_eq!(is_live, purpose != EmailPurpose::Change, "{purpose:?}");
    }
    let left = repo::trusted_devices::list(world.db.read(), world.people["alice"], now).await;
    assert!(left.unwrap().is_empty());
}

fn link(purpose: EmailPurpose) -> TokenHash {
    TokenHash::digest(&format!("{purpose:?}"))
}

/// Inserts a mail link of each purpose, two sign-ins by a mailed code, and a trusted device of a user, and
/// a link that has expired.
async fn add_proofs(world: &World<'_>, id: UserId) {
    let now = world.stack.clock.now();
    let tx = world.db.begin_write().await.unwrap();
    let links = EmailPurpose::ALL.map(|purpose| (link(purpose), purpose, now + DAY));
    let expired = (TokenHash::digest("expired"), EmailPurpose::Reset, now - 1);
    for (hash, purpose, expires_at) in links.into_iter().chain([expired]) {
        let token = EmailToken {
            hash,
            user_id: id,
            purpose,
            email: "alice@example.org".to_owned(),
            created_at: now - 60,
            expires_at,
            used_at: None,
        };
        repo::email_tokens::insert(&tx, &token).await.unwrap();
    }
    for number in 0..2 {
        let random = Random::default();
        let waiting = EmailSignIn {
            id: AttemptId::generate(&mut random.rng()),
            browser_hash: TokenHash::digest("browser"),
            remember: false,
            interaction_id: None,
            next: None,
            user_id: (number == 0).then_some(id),
            email: None,
            mailed_at: None,
            code_hash: None,
            link_hash: None,
            created_at: now,
            expires_at: now + 600,
            tries: 0,
            used_at: None,
        };
        repo::email_sign_ins::insert(&tx, &waiting).await.unwrap();
    }
    let device = TrustedDevice {
        id: TrustedDeviceId::from_uuid(Uuid::now_v7()),
        user_id: id,
        token_hash: TokenHash::digest("device"),
        created_at: now,
        last_used_at: None,
        expires_at: now + DAY,
        user_agent: String::new(),
        ip: String::new(),
    };
    repo::trusted_devices::insert(&tx, &device).await.unwrap();
    tx.commit().await.unwrap();
}
