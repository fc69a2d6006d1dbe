//! Tests of administration on a real store in memory.

mod campaigns;
mod clients;
mod delegation;
mod keys;
mod offboarding;
mod once;
mod own_texts;
mod people;
mod roles;
mod secret_key;
mod setup;
mod source;

use std::sync::atomic::{AtomicI64, Ordering};

use doorward_domain::model::{AuditKind, Profile, User};
use doorward_domain::time::Clock;
use doorward_store::{Db, OpenOptions, repo};

use super::operator::AdminContext;
use super::users::NewUser;

const NOW: i64 = 1_800_000_000;
const AUDIENCE: &str = "https://tasks.example.org/api";

#[derive(Debug)]
struct At(AtomicI64);

impl Clock for At {
    fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

pub(crate) struct World {
    db: Db,
    clock: At,
}

impl World {
    pub(crate) async fn new() -> Self {
        let db = Db::open("sqlite::memory:", OpenOptions::default())
            .await
            .unwrap();
        db.migrate().await.unwrap();
        let world = Self {
            db,
            clock: At(AtomicI64::new(NOW)),
        };
        crate::new_database::ensure(&world.op(), Some(AUDIENCE))
            .await
            .unwrap();
        world
    }

    pub(crate) fn op(&self) -> AdminContext<'_> {
        AdminContext::command_line(&self.db, &self.clock)
    }

    fn later(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::Relaxed);
    }

    async fn changes(&self, kind: AuditKind) -> Vec<String> {
        let events = repo::audit::list(self.db.read(), None, 100).await.unwrap();
        let mut changes: Vec<_> = events
            .into_iter()
            .filter(|event| event.kind == kind && event.actor.is_none() && event.success)
            .filter_map(|event| Some(event.detail.get("change")?.as_str()?.to_owned()))
            .collect();
        changes.sort();
        changes
    }

    async fn user(&self, username: &str) -> User {
        super::users::create(&self.op(), person(username))
            .await
            .unwrap()
    }
}

fn person(username: &str) -> NewUser {
    NewUser {
        username: username.to_owned(),
        email: format!("{username}@example.com"),
        email_verified: false,
        password_hash: None,
        profile: Profile::default(),
        is_staff: false,
        roles: Vec::new(),
    }
}

/// Clients hold the version as an ETag over an upgrade.
#[test]
fn version_is_cut_hash_of_json() {
    let version = super::operator::version(&serde_json::json!({ "name": "a" }));
    assert_eq!(version, "2dcZsnSAtVzUkYAg50c-cQ");
}
