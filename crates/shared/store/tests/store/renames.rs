//! New names of roles and scopes that many rows have.

use std::collections::BTreeSet;

use doorward_domain::model::Role;
use doorward_store::repo::deletions;
use doorward_store::repo::scopes::Pass;
use doorward_store::repo::{former_names, roles, scopes};
use doorward_store::{Db, StoreError};
use sea_orm::ConnectionTrait as _;

use crate::deletions::{MANY, alice, fill, insert, numbers};
use crate::fixtures::NOW;
use crate::harness::{Place, execute, on_both_databases};
use crate::write;

/// Returns the number of assignments of a role.
async fn assigned(db: &Db, role: &str) -> u64 {
    roles::count_holders(db.read(), role).await.unwrap()
}

/// Adds an assignment of a role that the batches reach last.
async fn assign_last(place: &Place, role: &str, subject: &str, n: u32) {
    let (id, _) = numbers(place.url.starts_with("postgres"), &n.to_string());
    let columns = "id, subject_kind, subject_id, role, active, created_at";
    let values = format!("{id}, 'user', '{subject}', '{role}', TRUE, 1");
    insert(place, "role_assignments", columns, &values, 1).await;
}

/// Returns a subject whose assignment waits.
async fn waits(db: &Db) -> String {
    let sql = "SELECT subject_id FROM role_assignments WHERE role = 'helper' AND subject_id LIKE 'user %'";
    let statement = sea_orm::Statement::from_string(db.read().get_database_backend(), sql);
    let row = db.read().query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

async fn held(db: &Db) -> Vec<String> {
    let held = roles::effective_for_user(db.read(), alice(), NOW).await;
    held.unwrap().roles.into_iter().collect()
}

async fn rename(db: &Db, old: &str, new: &str) {
    let role = roles::find(db.read(), old).await.unwrap().unwrap();
    write!(db, roles::rename, &role, new, None, NOW);
    assert_eq!(roles::find(db.read(), old).await.unwrap(), None);
}

#[tokio::test]
async fn renamed_role_has_new_name_while_assignments_wait() {
    on_both_databases(async |place| {
        let db = place.open().await;
        db.migrate().await.unwrap();
        fill(place, &db).await;
        assign_last(place, "helper", &alice().to_string(), 900_000).await;
        rename(&db, "helper", "aide").await;
        let waiting = assigned(&db, "helper").await;
        assert!(waiting > 500, "{waiting}");
        assert_eq!(held(&db).await, ["aide"]);
        // The name is free after the last of them, and one who waits may get the new role meanwhile.
        let helper = Role {
            name: "helper".to_owned(),
            description: String::new(),
            active: true,
            permissions: BTreeSet::new(),
        };
        let tx = db.begin_write().await.unwrap();
        let taken = roles::upsert(&tx, &helper).await.unwrap_err();
        assert!(matches!(taken, StoreError::Conflict { .. }), "{taken:?}");
        tx.rollback().await.unwrap();
        write!(db, former_names::purge, NOW + 1, 10);
        assign_last(place, "aide", &waits(&db).await, 900_001).await;
        while write!(db, deletions::advance).is_some() {}
        assert_eq!(assigned(&db, "helper").await, 0);
        assert_eq!(assigned(&db, "aide").await, u64::from(MANY) + 1);
        assert_eq!(held(&db).await, ["aide"]);
        write!(db, roles::upsert, &helper);

        // What waits for a role is deleted with it.
        rename(&db, "aide", "mate").await;
        assert!(write!(db, roles::delete, "mate", NOW));
        assert_eq!(held(&db).await, Vec::<String>::new());
        while write!(db, deletions::advance).is_some() {}
        assert_eq!(assigned(&db, "aide").await + assigned(&db, "mate").await, 0);
        db.close().await.unwrap();
    })
    .await;
}

const GRANTS: scopes::Lists = ("grants", &["scope"]);
const NAMES: (&str, &str) = ("bills", "invoices");

async fn grants_with(db: &Db, scope: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM grants WHERE scope = '{scope}'");
    let statement = sea_orm::Statement::from_string(db.read().get_database_backend(), sql);
    let row = db.read().query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn scopes_of_grants_are_renamed_in_portions() {
    on_both_databases(async |place| {
        let db = place.open().await;
        db.migrate().await.unwrap();
        fill(place, &db).await;
        execute(&place.url, "UPDATE grants SET scope = 'openid bills email'").await;
        let all = grants_with(&db, "openid bills email").await;
        for (pass, expected) in [
            (Pass::Add, "openid bills invoices email"),
            (Pass::Remove, "openid invoices email"),
        ] {
            let (mut after, mut portions) = (None, 0);
            loop {
                let last = scopes::end_of_portion(db.read(), "grants", after.clone()).await;
                let last = last.unwrap();
                let (lists, range) = (GRANTS, (after, last.clone()));
                let needs = || scopes::needs_rewrite(db.read(), lists, NAMES, pass, &range);
                portions += i32::from(needs().await.unwrap());
                write!(db, scopes::rewrite, lists, NAMES, pass, &range);
                assert!(!needs().await.unwrap());
                if last.is_none() {
                    break;
                }
                after = last;
            }
            assert!(portions > 2, "{portions}");
            assert_eq!(grants_with(&db, expected).await, all, "{pass:?}");
        }
        db.close().await.unwrap();
    })
    .await;
}
