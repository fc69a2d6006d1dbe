//! Lists of role assignments: each filter, page by page.

use doorward_domain::model::{
    Assignment, AssignmentId, Group, GroupId, Member, Organization, Role, SubjectKind,
};
use doorward_store::Db;
use doorward_store::repo::role_assignments::{
    AssignmentFilter, find_many_with_holders, find_with_holder, page_with_holders, position,
};
use doorward_store::repo::{groups, organizations, roles, users};
use uuid::Uuid;

use crate::fixtures::{NOW, assignment, user};
use crate::harness::on_both;
use crate::write;

/// Stores an assignment with this number as ID, of the role in the organization until the end.
async fn give(db: &Db, number: u128, role: &str, org: Option<&str>, end: Option<i64>) {
    let given = Assignment {
        id: AssignmentId::from_uuid(Uuid::from_u128(number)),
        org: org.map(str::to_owned),
        expires_at: end,
        ..assignment(SubjectKind::User, &format!("user{number}"), role)
    };
    write!(db, roles::assign, &given);
}

async fn store(db: &Db) {
    for name in ["helper", "guest"] {
        let role = Role {
            name: name.to_owned(),
            description: String::new(),
            active: true,
            permissions: [].into(),
        };
        write!(db, roles::upsert, &role);
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
    let (acme, end) = (Some("acme"), |seconds: i64| Some(NOW + seconds));
    give(db, 1, "helper", None, None).await;
    give(db, 2, "helper", acme, end(9)).await;
    give(db, 3, "guest", acme, end(5)).await;
    give(db, 4, "helper", None, end(5)).await;
    give(db, 5, "guest", None, end(-1)).await;
    give(db, 6, "helper", acme, None).await;
    give(db, 7, "helper", None, end(5)).await;
}

/// Returns the numbers of all assignments of the filter, read in pages of `limit`.
async fn found(db: &Db, filter: &AssignmentFilter, limit: u64) -> Vec<u128> {
    let (mut numbers, mut after) = (Vec::<u128>::new(), None);
    loop {
        let rows = page_with_holders(db.read(), filter, after, limit, None).await;
        let rows: Vec<_> = rows
            .unwrap()
            .into_iter()
            .map(|held| held.assignment)
            .collect();
        let Some(last) = rows.last() else {
            return numbers;
        };
        after = Some(position(last));
        numbers.extend(rows.iter().map(|row| row.id.as_uuid().as_u128()));
    }
}

#[tokio::test]
async fn assignments_are_found_once_by_each_filter() {
    on_both(async |db| {
        store(db).await;
        let all = AssignmentFilter::default();
        let helper = AssignmentFilter {
            role: Some("helper".to_owned()),
            ..all.clone()
        };
        let acme = AssignmentFilter {
            org: Some("acme".to_owned()),
            ..all.clone()
        };
        let both = AssignmentFilter {
            org: acme.org.clone(),
            ..helper.clone()
        };
        let soon = |filter: &AssignmentFilter| AssignmentFilter {
            expires_from: Some(NOW),
            expires_before: Some(NOW + 9),
            ..filter.clone()
        };
        let ending = |filter: &AssignmentFilter| AssignmentFilter {
            expires_before: Some(NOW + 10),
            ..filter.clone()
        };
        let lasting = AssignmentFilter {
            expires_from: Some(NOW + 5),
            ..all.clone()
        };
        let holder = |org: Option<&str>| AssignmentFilter {
            holder: Some((SubjectKind::User, "user2".to_owned())),
            org: org.map(str::to_owned),
            ..AssignmentFilter::default()
        };
        let cases: [(&AssignmentFilter, &[u128]); 14] = [
            (&all, &[1, 2, 3, 4, 5, 6, 7]),
            (&helper, &[1, 2, 4, 6, 7]),
            (&acme, &[2, 3, 6]),
            (&both, &[2, 6]),
            // By expiry, then by ID.
            (&soon(&all), &[3, 4, 7]),
            (&soon(&helper), &[4, 7]),
            (&soon(&acme), &[3]),
            (&soon(&both), &[]),
            (&ending(&all), &[5, 3, 4, 7, 2]),
            (&ending(&both), &[2]),
            (&lasting, &[3, 4, 7, 2]),
            (&holder(None), &[2]),
            (&holder(Some("acme")), &[2]),
            (&holder(Some("zeta")), &[]),
        ];
        for (filter, expected) in cases {
            for limit in [1, 2, 100] {
                assert_eq!(found(db, filter, limit).await, expected, "{filter:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn assignments_are_found_with_holders() {
    on_both(async |db| {
        store(db).await;
        let alice = user("Alice");
        write!(db, users::insert, &alice);
        let group = Group {
            id: GroupId::from_uuid(Uuid::from_u128(9)),
            path: "/sales".to_owned(),
            description: String::new(),
            code: None,
            org: Some("acme".to_owned()),
            parent: None,
            manager: None,
            created_at: NOW,
            updated_at: NOW,
        };
        write!(db, groups::insert, &group);
        let ids = [
            (SubjectKind::User, alice.id.to_string()),
            (SubjectKind::Group, group.id.to_string()),
        ];
        for (number, (kind, id)) in (10..).zip(ids) {
            let given = Assignment {
                id: AssignmentId::from_uuid(Uuid::from_u128(number)),
                assigned_by: Some(alice.id.to_string()),
                ..assignment(kind, &id, "guest")
            };
            write!(db, roles::assign, &given);
        }
        let all = AssignmentFilter::default();
        let names = async |within: Option<&str>| {
            let found = page_with_holders(db.read(), &all, None, 100, within).await;
            let found = found.unwrap().into_iter().filter_map(|held| {
                let number = held.assignment.id.as_uuid().as_u128();
                let user = held.user.map(|user| user.username);
                Some((number, user.or(held.group.map(|group| group.path))?))
            });
            found.collect::<Vec<_>>()
        };
        let (user, path) = ((10_u128, "Alice".to_owned()), (11, "/sales".to_owned()));
        // The other holders have no ID of a user.
        assert_eq!(names(None).await, [user.clone(), path.clone()]);
        assert_eq!(names(Some("acme")).await, std::slice::from_ref(&path));
        let member = Member {
            user_id: alice.id,
            is_owner: false,
            created_at: NOW,
            expires_at: None,
        };
        write!(db, organizations::put_member, "acme", &member);
        assert_eq!(names(Some("acme")).await, [user, path]);
        let [id, absent] = [10, 99].map(|id| AssignmentId::from_uuid(Uuid::from_u128(id)));
        let found = find_many_with_holders(db.read(), &[absent, id], Some("acme")).await;
        let found = found.unwrap().into_iter().map(|held| held.user);
        assert_eq!(found.collect::<Vec<_>>(), [Some(alice.clone())]);
        let found = find_many_with_holders(db.read(), &[], None).await;
        assert!(found.unwrap().is_empty());
        let found = find_with_holder(db.read(), id, None).await.unwrap();
        let found = found.map(|held| (held.user, held.assigner));
        assert_eq!(found, Some((Some(alice.clone()), Some(alice))));
    })
    .await;
}
