//! The audit log of a stack, its verification as by `doorward audit verify`, and the sign-in attempts
//! that are written with it; the key of the chain.

use std::time::{Duration, Instant};

use doorward_access::clock::Clock;
use doorward_config::Config;
use doorward_domain::model::{AuditEvent, AuditKind, SignInAttempt};
use doorward_domain::random::Random;
use doorward_rules::audit_chain::{ChainKey, ChainReport, LinkHash};
use doorward_services::{audit, secret_keys};
use doorward_store::repo;
use doorward_store::repo::attempts::AttemptFilter;

use crate::Stack;
use crate::program::Program;

/// The time within which the server writes an attempt.
const PATIENCE: Duration = Duration::from_secs(30);

impl Program {
    /// Returns the key of its audit chain.
    pub fn audit_key(&self) -> ChainKey {
        chain_key(&self.config)
    }
}

fn chain_key(config: &Config) -> ChainKey {
    let master = secret_keys::configured(config).expect("a key");
    ChainKey::derive(&master.expect("a secret key"))
}

impl Stack {
    /// Returns every event, newest first; events of the same second are unordered.
    pub async fn audit_events(&self) -> Vec<AuditEvent> {
        let db = self.db().await;
        let events = repo::audit::list(db.read(), None, 1000).await;
        db.close().await.expect("close");
        events.expect("the audit log")
    }

    /// Returns the events of one kind, newest first.
    pub async fn audited(&self, kind: AuditKind) -> Vec<AuditEvent> {
        let mut events = self.audit_events().await;
        events.retain(|event| event.kind == kind);
        events
    }

    pub fn audit_key(&self) -> ChainKey {
        chain_key(self.config())
    }

    /// Adds every waiting event to the chain.
    pub async fn seal_audit(&self) {
        let db = self.db().await;
        let random = Random::default();
        let source = (&self.clock as &dyn Clock, &random);
        let sealed = audit::seal(&db, source, &self.audit_key(), |_| ()).await;
        db.close().await.expect("close");
        sealed.expect("the audit log is sealed");
    }

    /// Waits until the sign-in attempt of a request is stored, and returns it.
    pub async fn wait_for_attempt(&self, request_id: &str) -> SignInAttempt {
        let db = self.db().await;
        let filter = AttemptFilter {
            request_id: Some(request_id.to_owned()),
            ..AttemptFilter::default()
        };
        let start = Instant::now();
        let attempt = loop {
            let found = repo::attempts::page(db.read(), &filter, None, 1).await;
            if let Some(attempt) = found.expect("a query").pop() {
                break attempt;
            }
            assert!(start.elapsed() < PATIENCE, "no attempt of {request_id}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        db.close().await.expect("close");
        attempt
    }

    pub async fn verify_audit(&self, head: Option<LinkHash>) -> ChainReport {
        let db = self.db().await;
        let report = audit::verify(&db, &self.audit_key(), head, None, |_| ()).await;
        db.close().await.expect("close");
        report.expect("the audit log is read")
    }
}
