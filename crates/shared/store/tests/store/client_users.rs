//! The list of the users of a client: each once, by a grant that can still yield tokens.

use doorward_domain::model::{
    Client, EndReason, Grant, GrantId, GrantOrigin, Session, SessionId, User,
};
use doorward_store::Db;
use doorward_store::repo::{client_users, clients, grants, sessions, users};
use uuid::Uuid;

use crate::fixtures::{NOW, client, code, grant, scope, session, user};
use crate::harness::on_both;
use crate::write;

/// Stores a session with this number and two equal grants, as `change` leaves them.
async fn store(db: &Db, owner: &User, app: &Client, number: u128, change: impl Fn(&mut Grant)) {
    let stored = Session {
        id: SessionId::from_uuid(Uuid::from_u128(number)),
        // The eighth has not been used for too long, which does not concern its grants.
        idle_expires_at: if number == 8 { NOW } else { NOW + 100 },
        ..session(owner, &format!("cookie {number}"))
    };
    write!(db, sessions::insert, &stored);
    for part in 0..2 {
        let mut given = Grant {
            id: GrantId::from_uuid(Uuid::from_u128(10 * number + part)),
            origin: GrantOrigin::Authorization,
            scope: scope("openid"),
            ..grant(owner, app, &stored)
        };
        change(&mut given);
        write!(db, grants::insert, &given);
    }
}

async fn end(db: &Db, number: u128) {
    let id = SessionId::from_uuid(Uuid::from_u128(number));
    write!(db, sessions::end, id, EndReason::SignedOut, NOW);
}

/// Returns the names and last uses of all users of a client, read in pages of `limit`.
async fn found(db: &Db, app: &Client, limit: u64) -> Vec<(String, Option<i64>)> {
    let (mut names, mut before) = (Vec::new(), None);
    loop {
        let rows = client_users::page(db.read(), &app.id, before, limit, NOW).await;
        let rows = rows.unwrap();
        let Some(last) = rows.last() else {
            return names;
        };
        before = Some(last.session);
        let rows = rows.into_iter();
        names.extend(rows.map(|row| (row.user.username, row.last_use)));
    }
}

#[tokio::test]
async fn users_with_access_are_found_once() {
    on_both(async |db| {
        let (app, other) = (client("app"), client("other"));
        write!(db, clients::insert, &app);
        write!(db, clients::insert, &other);
        let names = [
            "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi",
        ];
        let all = names.map(user);
        for user in &all {
            write!(db, users::insert, user);
        }
        let [alice, bob, carol, dave, erin, frank, grace, heidi] = &all;
        let keep = |_: &mut Grant| {};
        // The older session of alice was used later.
        store(db, alice, &app, 1, |given| given.created_at = NOW + 5).await;
        store(db, bob, &app, 2, keep).await;
        store(db, carol, &app, 3, |given| {
            given.scope = scope("openid offline_access");
        })
        .await;
        store(db, dave, &app, 4, |given| given.revoked_at = Some(NOW)).await;
        store(db, erin, &app, 5, |given| given.expires_at = NOW).await;
        store(db, alice, &app, 6, keep).await;
        // A code that is not redeemed gives no access.
        store(db, frank, &app, 7, |given| {
            given.code = Some(code(&given.id.to_string()));
        })
        .await;
        store(db, grace, &app, 8, keep).await;
        store(db, heidi, &other, 9, keep).await;
        for number in [2, 3] {
            end(db, number).await;
        }
        for limit in [1, 2, 100] {
            let expected = [("grace", NOW), ("alice", NOW + 5), ("carol", NOW)];
            let expected = expected.map(|(name, at)| (name.to_owned(), Some(at)));
            assert_eq!(found(db, &app, limit).await, expected, "{limit}");
        }
        // Without the newer session, the older one has the access.
        end(db, 6).await;
        let expected = ["grace", "carol", "alice"];
        let rows = found(db, &app, 2).await;
        let rows: Vec<&str> = rows.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(rows, expected);
    })
    .await;
}
