//! A deployment in memory, for the tests of this crate and of features.

#![allow(clippy::unwrap_used, reason = "these are parts of tests")]

use std::sync::atomic::{AtomicI64, Ordering};

use doorward_domain::model::{AuditKind, Profile, User};
use doorward_domain::time::Clock;
use doorward_store::{Db, OpenOptions, repo};

use crate::operator::AdminContext;
use crate::users::NewUser;

pub const NOW: i64 = 1_800_000_000;
pub const AUDIENCE: &str = "https://tasks.example.org/api";

/// A clock that a test sets.
#[derive(Debug)]
pub struct At(pub AtomicI64);

impl Clock for At {
    fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A deployment in memory, without a server.
#[derive(Debug)]
pub struct World {
    pub db: Db,
    pub clock: At,
}

impl World {
    pub async fn new() -> Self {
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

    pub fn op(&self) -> AdminContext<'_> {
        AdminContext::command_line(&self.db, &self.clock)
    }

    pub fn later(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::Relaxed);
    }

    pub async fn changes(&self, kind: AuditKind) -> Vec<String> {
        let events = repo::audit::list(self.db.read(), None, 100).await.unwrap();
        let mut changes: Vec<_> = events
            .into_iter()
            .filter(|event| event.kind == kind && event.actor.is_none() && event.success)
            .filter_map(|event| Some(event.detail.get("change")?.as_str()?.to_owned()))
            .collect();
        changes.sort();
        changes
    }

    pub async fn user(&self, username: &str) -> User {
        crate::users::create(&self.op(), person(username))
            .await
            .unwrap()
    }
}

/// Returns a user to create.
pub fn person(username: &str) -> NewUser {
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
