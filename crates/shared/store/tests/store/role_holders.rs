//! Compares the three readings of a role assignment: the roles of a user at sign-in, the list of users with a
//! role, and the assignments that reach a user.

use std::collections::BTreeSet;

use doorward_domain::model::{
    Assignment, AssignmentId, Group, GroupId, Member, OrgScope, Organization, Role, SubjectKind,
    User, UserId,
};
use doorward_rules::list_filter::UserFilter;
use doorward_store::repo::role_assignments::{
    AssignmentFilter, group_holders, page_of_user, position,
};
use doorward_store::repo::user_search::{self, UserSearch};
use doorward_store::repo::{groups, organizations, roles, users};
use doorward_store::{Db, WriteTx};
use uuid::Uuid;

use crate::fixtures::{NOW, assignment, user};
use crate::harness::on_both;
use crate::write;

const ROLE: &str = "helper";

/// The holder of the assignment of a case, seen from its user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Holder {
    User,
    Group,
    /// The group above that of the user.
    Above,
    /// A group below that of the user.
    Below,
}

use Holder::{Above, Below, Group as Own, User as Direct};

struct Case {
    holder: Holder,
    org: Option<&'static str>,
    end: Option<i64>,
    active: bool,
    has_role: bool,
}

const fn case(holder: Holder, has_role: bool) -> Case {
    Case {
        holder,
        org: None,
        end: None,
        active: true,
        has_role,
    }
}

const fn inactive(holder: Holder) -> Case {
    Case {
        active: false,
        ..case(holder, false)
    }
}

const fn ending(holder: Holder, seconds: i64) -> Case {
    Case {
        end: Some(NOW + seconds),
        ..case(holder, seconds > 0)
    }
}

const fn in_acme(holder: Holder) -> Case {
    Case {
        org: Some("acme"),
        ..case(holder, true)
    }
}

const CASES: &[Case] = &[
    case(Direct, true),
    case(Own, true),
    case(Above, true),
    case(Below, false),
    inactive(Direct),
    inactive(Own),
    inactive(Above),
    ending(Direct, 0),
    ending(Own, 0),
    ending(Above, -1),
    ending(Direct, 1),
    ending(Own, 1),
    ending(Above, 1),
    in_acme(Direct),
    in_acme(Own),
    in_acme(Above),
    Case {
        has_role: false,
        ..in_acme(Below)
    },
];

impl Case {
    /// Stores the user with this number, two groups, and the assignment.
    async fn store(&self, tx: &WriteTx, number: usize) {
        let user = numbered(number);
        users::insert(tx, &user).await.unwrap();
        let member = Member {
            user_id: user.id,
            is_owner: false,
            created_at: NOW,
            expires_at: None,
        };
        if self.org.is_some() {
            organizations::put_member(tx, "acme", &member)
                .await
                .unwrap();
        }
        let above = group(&format!("/g{number}"), self.org, None);
        let below = group(&format!("/g{number}/below"), self.org, Some(above.id));
        for item in [&above, &below] {
            groups::insert(tx, item).await.unwrap();
        }
        let own = if self.holder == Above { &below } else { &above };
        groups::add_member(tx, own.id, user.id, NOW).await.unwrap();
        let (kind, id) = match self.holder {
            Direct => (SubjectKind::User, user.id.to_string()),
            Own | Above => (SubjectKind::Group, above.id.to_string()),
            Below => (SubjectKind::Group, below.id.to_string()),
        };
        let given = Assignment {
            id: assignment_id(number),
            org: self.org.map(str::to_owned),
            expires_at: self.end,
            active: self.active,
            ..assignment(kind, &id, ROLE)
        };
        roles::assign(tx, &given).await.unwrap();
    }
}

fn numbered(number: usize) -> User {
    let mut user = user(&format!("user{number:02}"));
    user.id = UserId::from_uuid(Uuid::from_u128(number as u128 + 1));
    user
}

fn assignment_id(number: usize) -> AssignmentId {
    AssignmentId::from_uuid(Uuid::from_u128(number as u128 + 1))
}

fn group(path: &str, org: Option<&str>, parent: Option<GroupId>) -> Group {
    Group {
        id: GroupId::from_uuid(Uuid::new_v4()),
        path: path.to_owned(),
        description: String::new(),
        code: None,
        org: org.map(str::to_owned),
        parent,
        manager: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn role(active: bool) -> Role {
    Role {
        name: ROLE.to_owned(),
        description: String::new(),
        active,
        permissions: BTreeSet::new(),
    }
}

/// Returns the user names of the list of users with the role, in pages of `limit`.
async fn found(db: &Db, text: &str, org: Option<&str>, limit: u64) -> Vec<String> {
    let filter = UserFilter {
        text: text.to_owned(),
        role: Some(ROLE.to_owned()),
        ..UserFilter::default()
    };
    let (mut names, mut after) = (Vec::new(), None::<(String, UserId)>);
    loop {
        let search = UserSearch {
            filter: &filter,
            org,
            now: NOW,
            after: after.as_ref().map(|(key, id)| (key.as_str(), *id)),
            limit,
        };
        let page = user_search::search(db.read(), &search).await.unwrap();
        names.extend(page.items.into_iter().map(|user| user.username));
        after = page.next;
        if after.is_none() {
            return names;
        }
    }
}

/// Returns the names of the users of the cases that fulfil a condition.
fn names(condition: impl Fn(&Case) -> bool) -> Vec<String> {
    let cases = CASES.iter().enumerate();
    let chosen = cases.filter(|(_, case)| condition(case));
    chosen
        .map(|(number, _)| numbered(number).username)
        .collect()
}

/// Returns true if an effective assignment of the role reaches the user, read in pages of one.
async fn is_reached(db: &Db, user: UserId) -> bool {
    let (all, mut after, mut is_reached) = (AssignmentFilter::default(), None, false);
    loop {
        let page = page_of_user(db.read(), user, &all, after, 1, None).await;
        let Some(held) = page.unwrap().pop() else {
            return is_reached;
        };
        assert_eq!(held.user.as_ref().map(|held| held.id), Some(user));
        is_reached |= held.is_role_active && held.assignment.is_live(NOW);
        after = Some(position(&held.assignment));
    }
}

#[tokio::test]
async fn list_of_role_agrees_with_sign_in() {
    on_both(async |db| {
        let tx = db.begin_write().await.unwrap();
        roles::upsert(&tx, &role(true)).await.unwrap();
        let acme = Organization {
            slug: "acme".to_owned(),
            name: "ACME".to_owned(),
            active: true,
            domain: None,
            created_at: NOW,
            updated_at: NOW,
        };
        organizations::insert(&tx, &acme).await.unwrap();
        for (number, case) in CASES.iter().enumerate() {
            case.store(&tx, number).await;
        }
        tx.commit().await.unwrap();
        let ids = (0..CASES.len()).map(|number| numbered(number).id);
        let all = roles::effective_for_users_in(db.read(), ids, OrgScope::Any, NOW).await;
        let all = all.unwrap();
        for (number, case) in CASES.iter().enumerate() {
            let (user, holder) = (numbered(number).id, case.holder);
            let one = roles::effective_for_user_in(db.read(), user, OrgScope::Any, NOW).await;
            let one = one.unwrap();
            assert_eq!(one.roles.contains(ROLE), case.has_role, "{number}");
            assert_eq!(all[&user], one, "{number}");
            assert_eq!(is_reached(db, user).await, case.has_role, "{number}");
            let expected = match holder {
                Direct => continue,
                Below => vec![],
                Own => vec![(user, Some(format!("/g{number}")))],
                Above => vec![(user, Some(format!("/g{number}/below")))],
            };
            let held = group_holders(db.read(), assignment_id(number), None, 9, None).await;
            let held = held.unwrap().into_iter();
            let held: Vec<_> = held.map(|held| (held.id, held.member_of)).collect();
            assert_eq!(held, expected, "{number}");
        }
        for text in ["", "user"] {
            for limit in [1, 3, 100] {
                let expected = names(|case| case.has_role);
                assert_eq!(found(db, text, None, limit).await, expected, "{text}");
                // A confined list has the roles in its organization only.
                let expected = names(|case| case.has_role && case.org.is_some());
                let confined = found(db, text, Some("acme"), limit).await;
                assert_eq!(confined, expected, "{text}");
            }
        }
        // An inactive role gives nothing.
        write!(db, roles::upsert, &role(false));
        assert!(found(db, "", None, 9).await.is_empty());
        for number in 0..CASES.len() {
            assert!(!is_reached(db, numbered(number).id).await, "{number}");
        }
    })
    .await;
}

#[tokio::test]
async fn members_of_many_groups_are_listed_once() {
    // More groups than are merged.
    const GROUPS: usize = 70;
    on_both(async |db| {
        let tx = db.begin_write().await.unwrap();
        roles::upsert(&tx, &role(true)).await.unwrap();
        let top = group("/top", None, None);
        groups::insert(&tx, &top).await.unwrap();
        let first = numbered(0);
        users::insert(&tx, &first).await.unwrap();
        for number in 1..=GROUPS {
            let user = numbered(number);
            users::insert(&tx, &user).await.unwrap();
            let below = group(&format!("/top/g{number}"), None, Some(top.id));
            groups::insert(&tx, &below).await.unwrap();
            for member in [&first, &user] {
                groups::add_member(&tx, below.id, member.id, NOW)
                    .await
                    .unwrap();
            }
        }
        let given = Assignment {
            id: assignment_id(0),
            ..assignment(SubjectKind::Group, &top.id.to_string(), ROLE)
        };
        roles::assign(&tx, &given).await.unwrap();
        tx.commit().await.unwrap();
        let expected: Vec<_> = (0..=GROUPS)
            .map(|number| numbered(number).username)
            .collect();
        for limit in [9, 100] {
            assert_eq!(found(db, "", None, limit).await, expected);
        }
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let page = group_holders(db.read(), given.id, after, 9, None).await;
            let page = page.unwrap();
            let Some(last) = page.last() else {
                break;
            };
            after = Some(last.id);
            listed.extend(page.into_iter().filter_map(|held| held.user));
        }
        let listed: Vec<_> = listed.into_iter().map(|user| user.username).collect();
        assert_eq!(listed, expected);
    })
    .await;
}
