//! Search of users and clients by prefix, page by page.

use doorward_domain::model::{Member, Organization, Profile, User, UserId};
use doorward_rules::list_filter::{ClientFilter, UserFilter};
use doorward_store::Db;
use doorward_store::repo::client_search::{self, ClientSearch};
use doorward_store::repo::user_search::{self, UserSearch};
use doorward_store::repo::{clients, organizations, users};
use uuid::Uuid;

use crate::fixtures::{NOW, client, client_id, user};
use crate::harness::on_both;
use crate::write;

/// Returns a user with this number as ID.
fn named(number: u128, username: &str, email: &str, given_name: &str) -> User {
    let mut user = user(username);
    user.id = UserId::from_uuid(Uuid::from_u128(number));
    email.clone_into(&mut user.email);
    user.email_key = email.to_lowercase();
    user.profile = Profile {
        given_name: Some(given_name.to_owned()).filter(|name| !name.is_empty()),
        ..Profile::default()
    };
    user
}

/// Returns the names of all users with a prefix, read in pages of `limit`.
async fn found(db: &Db, prefix: &str, org: Option<&str>, limit: u64) -> Vec<String> {
    let (mut names, mut last) = (Vec::new(), None::<(String, UserId)>);
    loop {
        let search = UserSearch {
            filter: &UserFilter {
                text: prefix.to_owned(),
                ..UserFilter::default()
            },
            org,
            now: NOW,
            after: last.as_ref().map(|(key, id)| (key.as_str(), *id)),
            limit,
        };
        let page = user_search::search(db.read(), &search).await.unwrap();
        names.extend(page.items.into_iter().map(|user| user.username));
        last = page.next;
        if last.is_none() {
            return names;
        }
    }
}

#[tokio::test]
async fn users_are_found_once_by_prefix_of_each_key() {
    on_both(async |db| {
        for user in [
            // Every key of this user has the prefix.
            named(1, "alice", "alice@example.org", "Alice"),
            named(2, "zoe", "al@example.org", ""),
            named(3, "mark", "mark@example.org", "Alfred"),
            named(4, "bob", "bob@example.org", "Robert"),
            named(5, "a_l", "under@example.org", "A-L"),
            named(6, "same", "same@example.org", "Alfred"),
            named(7, "elodie", "e@example.org", "Élodie"),
        ] {
            write!(db, users::insert, &user);
        }
        for limit in [1, 2, 100] {
            let al = found(db, "al", None, limit).await;
            assert_eq!(al, ["zoe", "mark", "same", "alice"], "{limit}");
            // No character is a wildcard.
            assert_eq!(found(db, "a_", None, limit).await, ["a_l"]);
            assert!(found(db, "%", None, limit).await.is_empty());
            assert_eq!(found(db, "él", None, limit).await, ["elodie"]);
            assert!(found(db, "alicea", None, limit).await.is_empty());
        }
        // A changed name is found by the new one only.
        let mut user = named(3, "mark", "mark@example.org", "Beatrix");
        user.updated_at = NOW;
        assert!(write!(db, users::update_profile, &user, NOW - 5));
        assert_eq!(found(db, "beatrix", None, 9).await, ["mark"]);
        assert_eq!(found(db, "al", None, 9).await, ["zoe", "same", "alice"]);
    })
    .await;
}

#[tokio::test]
async fn members_are_found_in_their_organization_only() {
    on_both(async |db| {
        let people = [
            named(1, "alice", "alice@example.org", ""),
            named(2, "alan", "alan@example.org", ""),
        ];
        for user in &people {
            write!(db, users::insert, user);
        }
        let acme = Organization {
            slug: "acme".to_owned(),
            name: "ACME".to_owned(),
            active: true,
            domain: None,
            created_at: NOW,
            updated_at: NOW,
        };
        write!(db, organizations::insert, &acme);
        let member = Member {
            user_id: people[0].id,
            is_owner: false,
            created_at: NOW,
            expires_at: None,
        };
        write!(db, organizations::put_member, "acme", &member);
        assert_eq!(found(db, "al", Some("acme"), 9).await, ["alice"]);
        assert!(found(db, "al", Some("zeta"), 9).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn clients_are_found_by_prefix_of_id_and_name() {
    on_both(async |db| {
        for (id, name) in [("photos", "Pictures"), ("x1", "Phoenix"), ("y2", "Other")] {
            let mut client = client(id);
            client.name = name.to_owned();
            write!(db, clients::insert, &client);
        }
        let search = async |prefix: &str, after: Option<(&str, &str)>| {
            let after = after.map(|(key, id)| (key, client_id(id)));
            let search = ClientSearch {
                filter: &ClientFilter {
                    text: prefix.to_owned(),
                    ..ClientFilter::default()
                },
                after: after.as_ref().map(|(key, id)| (*key, id)),
                limit: 9,
            };
            let found = client_search::search(db.read(), &search).await;
            let found = found.unwrap().items.into_iter();
            found
                .map(|client| client.id.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(search("ph", None).await, ["x1", "photos"]);
        let next = search("ph", Some(("phoenix", "x1"))).await;
        assert_eq!(next, ["photos"]);
        assert_eq!(search("pic", None).await, ["photos"]);
        assert!(search("z", None).await.is_empty());
        // None begins with it: those that contain it, by name.
        assert_eq!(search("2", None).await, ["y2"]);
        assert_eq!(search("e", None).await, ["y2", "x1", "photos"]);
        assert_eq!(search("e", Some(("other", "y2"))).await, ["x1", "photos"]);
        // A changed name is found.
        let mut client = client("y2");
        client.name = "PHOTO album".to_owned();
        assert!(write!(db, clients::update, &client));
        let all = search("photo", None).await;
        assert_eq!(all, ["y2", "photos"]);
    })
    .await;
}
