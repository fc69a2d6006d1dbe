//! Filters of the lists of users and clients: each alone and together, page by page.

use std::collections::BTreeSet;

use doorward_domain::model::{
    ClientId, ClientKind, Member, Organization, Passkey, PasskeyId, RegisteredBy, Role,
    SubjectKind, User, UserId,
};
use doorward_rules::limits::lockout::Failures;
use doorward_rules::list_filter::{ClientFilter, ClientOrigin, UserFilter, UserState};
use doorward_store::repo::client_search::{self, ClientSearch};
use doorward_store::repo::user_search::{self, UserSearch};
use doorward_store::repo::{
    Count, clients, login_failures, organizations, passkeys, roles, totp_factors, users,
};
use doorward_store::{Db, WriteTx};
use uuid::Uuid;

use crate::fixtures::{NOW, assignment, client, totp_factor, user};
use crate::harness::on_both;
use crate::write;

const DAY: i64 = 86_400;
/// More users than are examined for one page.
const MANY: u32 = 2_010;

fn numbered(number: u32) -> User {
    let mut user = user(&format!("user{number}"));
    user.id = UserId::from_uuid(Uuid::from_u128(number.into()));
    user
}

/// Returns the user names of a list, read in pages of `limit`, and the count on the first page.
async fn all(
    db: &Db,
    filter: &UserFilter,
    org: Option<&str>,
    limit: u64,
) -> (Vec<String>, Option<Count>) {
    let (mut names, mut count, mut after) = (Vec::new(), None, None::<(String, UserId)>);
    loop {
        let search = UserSearch {
            filter,
            org,
            now: NOW,
            after: after.as_ref().map(|(key, id)| (key.as_str(), *id)),
            limit,
        };
        let page = user_search::search(db.read(), &search).await.unwrap();
        assert_eq!(page.count.is_some(), after.is_none());
        count = count.or(page.count);
        names.extend(page.items.into_iter().map(|user| user.username));
        after = page.next;
        if after.is_none() {
            return (names, count);
        }
    }
}

/// Inserts ten users, of which each property applies to some.
async fn insert_users(db: &Db) {
    let tx = db.begin_write().await.unwrap();
    for number in 0..10 {
        let mut user = numbered(number);
        user.email_verified = number != 7;
        user.last_login.0 = (number == 8).then_some(NOW - 90 * DAY - 1);
        user.created_at = NOW - if number == 9 { 91 * DAY } else { DAY };
        user.disabled_at = [1, 2].contains(&number).then_some(NOW);
        user.deletion_due_at = [2, 3].contains(&number).then_some(NOW);
        users::insert(&tx, &user).await.unwrap();
    }
    for (slug, members) in [("acme", [0, 1, 4]), ("zeta", [4, 5, 6])] {
        insert_organization(&tx, slug).await;
        for number in members {
            insert_member(&tx, slug, numbered(number).id).await;
        }
    }
    insert_roles(&tx).await;
    insert_factors(&tx).await;
    for (number, until) in [(0, NOW + 1), (6, NOW + 9), (7, NOW)] {
        for bucket in [number, number + 100] {
            let failures = |_: Option<&Failures>| Failures {
                count: 8,
                locked_until: Some(until),
                updated_at: NOW,
            };
            let user = Some(numbered(u32::from(number)).id);
            login_failures::change(&tx, &[bucket; 32], user, NOW, failures)
                .await
                .unwrap();
        }
    }
    tx.commit().await.unwrap();
}

async fn insert_organization(tx: &WriteTx, slug: &str) {
    let organization = Organization {
        slug: slug.to_owned(),
        name: slug.to_uppercase(),
        active: true,
        domain: None,
        created_at: NOW,
        updated_at: NOW,
    };
    organizations::insert(tx, &organization).await.unwrap();
}

async fn insert_member(tx: &WriteTx, slug: &str, user_id: UserId) {
    let member = Member {
        user_id,
        is_owner: false,
        created_at: NOW,
        expires_at: None,
    };
    organizations::put_member(tx, slug, &member).await.unwrap();
}

/// Assigns the role `helper`: to user 4 twice, to user 5 with an expiry in the past, to user 6
/// inactively, and to a group whose ID is that of user 7.
async fn insert_roles(tx: &WriteTx) {
    let role = Role {
        name: "helper".to_owned(),
        description: String::new(),
        active: true,
        permissions: BTreeSet::new(),
    };
    roles::upsert(tx, &role).await.unwrap();
    for (number, org) in [
        (3, None),
        (4, None),
        (4, Some("acme")),
        (5, None),
        (6, Some("zeta")),
        (7, None),
    ] {
        let holder = numbered(number).id.to_string();
        let mut held = assignment(SubjectKind::User, &holder, "helper");
        held.org = org.map(str::to_owned);
        held.expires_at = match number {
            5 => Some(NOW),
            _ => Some(NOW + 1),
        };
        held.active = number != 6;
        if number == 7 {
            held.subject_kind = SubjectKind::Group;
        }
        roles::assign(tx, &held).await.unwrap();
    }
}

/// Gives users 0 to 5 a second factor, of which that of user 5 is not confirmed.
async fn insert_factors(tx: &WriteTx) {
    for number in 0..6 {
        let id = numbered(number).id;
        if number < 2 {
            let passkey = Passkey {
                id: PasskeyId::from_uuid(Uuid::from_u128(number.into())),
                user_id: id,
                handle: None,
                credential_id: number.to_be_bytes().to_vec(),
                name: "Passkey".to_owned(),
                credential: "{}".to_owned(),
                backup_eligible: true,
                backed_up: true,
                created_at: NOW,
                last_used_at: None,
                suspected_at: None,
            };
            assert!(passkeys::insert(tx, &passkey).await.unwrap());
            continue;
        }
        let factor = totp_factor(id);
        totp_factors::insert_unconfirmed(tx, &factor).await.unwrap();
        if number != 5 {
            let confirmed = totp_factors::confirm(tx, id, NOW, 1, NOW).await;
            assert!(confirmed.unwrap());
        }
    }
}

fn filter() -> UserFilter {
    UserFilter::default()
}

/// Returns each filter alone, with the numbers of the users that it selects.
fn single_filters() -> Vec<(UserFilter, Vec<u32>)> {
    let state = |state| UserFilter {
        state: Some(state),
        ..filter()
    };
    let org = |org: &str| UserFilter {
        org: Some(org.to_owned()),
        ..filter()
    };
    let role = |role: &str| UserFilter {
        role: Some(role.to_owned()),
        ..filter()
    };
    let text = |text: &str| UserFilter {
        text: text.to_owned(),
        ..filter()
    };
    let locked = UserFilter {
        locked: true,
        ..filter()
    };
    let no_factor = UserFilter {
        no_factor: true,
        ..filter()
    };
    let unused = UserFilter {
        unused_days: Some(90),
        ..filter()
    };
    vec![
        (filter(), (0..10).collect()),
        (state(UserState::Active), vec![0, 4, 5, 6, 7, 8, 9]),
        (state(UserState::Disabled), vec![1, 2]),
        (state(UserState::PendingDeletion), vec![3]),
        (state(UserState::Unverified), vec![7]),
        (org("acme"), vec![0, 1, 4]),
        (org("nowhere"), vec![]),
        (role("helper"), vec![3, 4]),
        (role("other"), vec![]),
        (no_factor, vec![5, 6, 7, 8, 9]),
        (unused, vec![8, 9]),
        (locked, vec![0, 6]),
        (text("USER"), (0..10).collect()),
        (text("user4"), vec![4]),
        (text(&numbered(4).id.to_string()), vec![4]),
        (text("%"), vec![]),
        (text("a\0b"), vec![]),
    ]
}

/// Returns the filter that requires what both require, if one filter can.
fn both(a: &UserFilter, b: &UserFilter) -> Option<UserFilter> {
    let is_twice = |a: bool, b: bool| a && b;
    if is_twice(!a.text.is_empty(), !b.text.is_empty())
        || is_twice(a.state.is_some(), b.state.is_some())
        || is_twice(a.org.is_some(), b.org.is_some())
        || is_twice(a.role.is_some(), b.role.is_some())
    {
        return None;
    }
    Some(UserFilter {
        text: format!("{}{}", a.text, b.text),
        state: a.state.or(b.state),
        org: a.org.clone().or(b.org.clone()),
        role: a.role.clone().or(b.role.clone()),
        no_factor: a.no_factor || b.no_factor,
        unused_days: a.unused_days.or(b.unused_days),
        locked: a.locked || b.locked,
    })
}

#[tokio::test]
async fn each_filter_selects_each_user_once() {
    on_both(async |db| {
        insert_users(db).await;
        let single = single_filters();
        for (at, (first, of_first)) in single.iter().enumerate() {
            for (second, of_second) in &single[at..] {
                let Some(filter) = both(first, second) else {
                    continue;
                };
                let common = of_first.iter().filter(|number| of_second.contains(number));
                let expected: Vec<_> = common.map(|number| format!("user{number}")).collect();
                for limit in [2, 100] {
                    let (names, count) = all(db, &filter, None, limit).await;
                    assert_eq!(names, expected, "{filter:?}");
                    let number = expected.len() as u64;
                    let is_more = false;
                    assert_eq!(count, Some(Count { number, is_more }), "{filter:?}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn confined_list_has_members_and_their_roles_only() {
    on_both(async |db| {
        insert_users(db).await;
        let members: [u32; 3] = [0, 1, 4];
        for (filter, selected) in single_filters() {
            let mut selected: Vec<_> = selected
                .into_iter()
                .filter(|number| members.contains(number))
                .collect();
            if filter.role.is_some() {
                // Users 3 and 4 have the role everywhere, and user 4 in the organization.
                selected.retain(|number| *number == 4);
            }
            let expected: Vec<_> = selected
                .iter()
                .map(|number| format!("user{number}"))
                .collect();
            let (names, _) = all(db, &filter, Some("acme"), 2).await;
            assert_eq!(names, expected, "{filter:?}");
        }
        let role = UserFilter {
            role: Some("helper".to_owned()),
            ..filter()
        };
        assert!(all(db, &role, Some("zeta"), 9).await.0.is_empty());
    })
    .await;
}

#[tokio::test]
async fn page_examines_limited_number_of_users() {
    on_both(async |db| {
        let tx = db.begin_write().await.unwrap();
        insert_organization(&tx, "acme").await;
        for number in 0..MANY {
            let mut user = numbered(number);
            let is_last = number == MANY - 1;
            user.created_at = if is_last { NOW - 91 * DAY } else { NOW };
            users::insert(&tx, &user).await.unwrap();
            insert_member(&tx, "acme", user.id).await;
        }
        tx.commit().await.unwrap();
        let last = format!("user{}", MANY - 1);
        let unused = UserFilter {
            unused_days: Some(90),
            ..filter()
        };
        let with_text = UserFilter {
            text: "user".to_owned(),
            ..unused.clone()
        };
        for filter in [unused, with_text] {
            for org in [None, Some("acme")] {
                let search = UserSearch {
                    filter: &filter,
                    org,
                    now: NOW,
                    after: None,
                    limit: 50,
                };
                let page = user_search::search(db.read(), &search).await.unwrap();
                let (number, is_more) = (page.items.len() as u64, true);
                assert!(page.next.is_some(), "{filter:?}");
                assert_eq!(page.count, Some(Count { number, is_more }));
                let (names, _) = all(db, &filter, org, 50).await;
                assert_eq!(names, std::slice::from_ref(&last), "{filter:?}");
            }
        }
        // A large organization is searched by the text; the number of all is cut.
        for filter in [filter(), with("user")] {
            for org in [None, Some("acme")] {
                let (names, count) = all(db, &filter, org, 1_000).await;
                let distinct: BTreeSet<_> = names.iter().collect();
                let found = u32::try_from(names.len()).unwrap();
                assert_eq!((found, distinct.len()), (MANY, names.len()));
                let (number, is_more) = (1_000, true);
                assert_eq!(count, Some(Count { number, is_more }));
            }
        }
    })
    .await;
}

fn with(text: &str) -> UserFilter {
    UserFilter {
        text: text.to_owned(),
        ..filter()
    }
}

/// Returns the IDs of the clients of a list, read in pages of one.
async fn clients_of(db: &Db, filter: &ClientFilter) -> Vec<String> {
    let (mut ids, mut after) = (Vec::new(), None::<(String, ClientId)>);
    loop {
        let position = after.as_ref().map(|(key, id)| (key.as_str(), id));
        let search = ClientSearch {
            filter,
            after: position,
            limit: 1,
        };
        let page = client_search::search(db.read(), &search).await.unwrap();
        ids.extend(page.items.iter().map(|client| client.id.to_string()));
        after = page.next;
        if after.is_none() {
            return ids;
        }
    }
}

#[tokio::test]
async fn each_filter_selects_each_client_once() {
    on_both(async |db| {
        for (id, is_disabled, kind, origin) in [
            ("a", false, ClientKind::Public, RegisteredBy::Administrator),
            (
                "b",
                true,
                ClientKind::Confidential,
                RegisteredBy::Administrator,
            ),
            ("c", false, ClientKind::Public, RegisteredBy::Token),
            ("d", true, ClientKind::Public, RegisteredBy::Anonymous),
            ("e", false, ClientKind::Public, RegisteredBy::Document),
        ] {
            let mut client = client(id);
            client.name = format!("Photos {id}");
            client.disabled_at = is_disabled.then_some(NOW);
            client.kind = kind;
            client.registered_by = origin;
            write!(db, clients::insert, &client);
        }
        let all = ClientFilter::default;
        let origin = |origin| ClientFilter {
            origin: Some(origin),
            ..all()
        };
        let state = |disabled| ClientFilter {
            disabled: Some(disabled),
            ..all()
        };
        let kind = |kind| ClientFilter {
            kind: Some(kind),
            ..all()
        };
        for (filter, expected) in [
            (all(), "a b c d e"),
            (state(false), "a c e"),
            (state(true), "b d"),
            (kind(ClientKind::Public), "a c d e"),
            (kind(ClientKind::Confidential), "b"),
            (origin(ClientOrigin::Administrator), "a b"),
            (origin(ClientOrigin::Dynamic), "c d"),
            (origin(ClientOrigin::Document), "e"),
            (
                ClientFilter {
                    kind: Some(ClientKind::Public),
                    disabled: Some(true),
                    ..origin(ClientOrigin::Dynamic)
                },
                "d",
            ),
            (
                ClientFilter {
                    disabled: Some(true),
                    ..origin(ClientOrigin::Document)
                },
                "",
            ),
        ] {
            assert_eq!(
                clients_of(db, &filter).await.join(" "),
                expected,
                "{filter:?}"
            );
            let text = "photos".to_owned();
            let filter = ClientFilter { text, ..filter };
            assert_eq!(
                clients_of(db, &filter).await.join(" "),
                expected,
                "{filter:?}"
            );
        }
        let text = "x".to_owned();
        let none = clients_of(db, &ClientFilter { text, ..all() }).await;
        assert!(none.is_empty());
    })
    .await;
}
