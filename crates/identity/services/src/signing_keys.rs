//! The signing keys of a running server: generated at first start, rotated by age, and reloaded so
//! that every replica follows within a second (decision 73).

use std::sync::atomic::AtomicI64;

use arc_swap::ArcSwapOption;
use doorward_domain::keys::{self, KeyRecord, KeyRing, RingsPlan, RotationPolicy, Signer};
use doorward_protocol::signing_alg::SigningAlg;
use doorward_store::Db;
use tokio::sync::{Mutex, MutexGuard};

use crate::blocking;
use crate::caller::{AuditEventExt as _, Caller};
use crate::error::{Result, ServerError};
use crate::prelude::*;

/// The current key ring, and the time when it was built.
#[derive(Debug)]
struct Loaded {
    ring: Arc<KeyRing>,
    at: UnixSeconds,
}

/// A holder of the current key ring.
#[derive(Debug)]
pub struct Keys {
    master: MasterKey,
    policy: RotationPolicy,
    algorithms: Vec<SigningAlg>,
    random: Random,
    loaded: ArcSwapOption<Loaded>,
    /// The second of the last failed read, so that only one request per second tries again.
    failed_at: AtomicI64,
    reloading: Mutex<()>,
    rotating: Mutex<()>,
}

impl Keys {
    pub(crate) const fn master(&self) -> &MasterKey {
        &self.master
    }

    /// Creates a holder without reading the keys. `algorithms` are those that the server offers.
    pub fn new(
        master: MasterKey,
        policy: RotationPolicy,
        algorithms: Vec<SigningAlg>,
        random: Random,
    ) -> Self {
        Self {
            master,
            policy,
            algorithms,
            random,
            loaded: ArcSwapOption::empty(),
            failed_at: AtomicI64::new(UnixSeconds::MIN),
            reloading: Mutex::new(()),
            rotating: Mutex::new(()),
        }
    }

    pub const fn policy(&self) -> &RotationPolicy {
        &self.policy
    }

    fn plan(&self, records: &[KeyRecord], now: UnixSeconds) -> RingsPlan {
        keys::plan_rings(records, &self.algorithms, &self.policy, now)
    }

    /// Returns the time for which a new key is published before it signs: longer while clients speak SAML.
    #[boxed]
    pub async fn publish_lead(&self, db: &Db) -> Result<i64> {
        let has_saml = repo::saml_clients::has_any(db.read_reserved()).await?;
        let policy = if has_saml {
            self.policy.with_saml()
        } else {
            self.policy
        };
        Ok(policy.publish_lead)
    }

    /// Plans the rotation. Whether clients speak SAML matters only when their new key is due.
    async fn plan_rotation(
        &self,
        db: &Db,
        records: &[KeyRecord],
        now: UnixSeconds,
    ) -> Result<RingsPlan> {
        let early = keys::plan_rings(records, &self.algorithms, &self.policy.with_saml(), now);
        let is_early = !early.generate.is_empty();
        if is_early && repo::saml_clients::has_any(db.read_reserved()).await? {
            return Ok(early);
        }
        Ok(self.plan(records, now))
    }

    /// Returns the key ring as of this second, by the injected clock. One request reads the records
    /// again while the others use the former ring.
    ///
    /// If the database is unavailable, that ring is used for half of the policy's lead, with a
    /// warning in the log.
    #[boxed]
    pub async fn current(&self, db: &Db, now: UnixSeconds) -> Result<Arc<KeyRing>> {
        let last = self.loaded.load_full();
        let Some(aged) = last else {
            return Box::pin(self.reload(db, now)).await;
        };
        // If the clock has changed by half of the lead or more, the former ring is not usable.
        let usable = now.saturating_sub(aged.at).abs() < self.policy.publish_lead / 2;
        let was_asked = aged.at == now || self.failed_at.load(Ordering::Relaxed) == now;
        if usable && (was_asked || self.reloading.try_lock().is_err()) {
            return Ok(Arc::clone(&aged.ring));
        }
        // Boxed, because keys are read once a second and this future is part of every token request.
        match Box::pin(self.reload(db, now)).await {
            Err(error) if usable => {
                tracing::warn!(fault = %error, "the signing keys could not be read again");
                self.failed_at.store(now, Ordering::Relaxed);
                Ok(Arc::clone(&aged.ring))
            }
            outcome => outcome,
        }
    }

    /// Reads the records, executes the rotation plan, and builds the ring.
    #[boxed]
    pub async fn reload(&self, db: &Db, now: UnixSeconds) -> Result<Arc<KeyRing>> {
        let _one_at_a_time = self.reloading.lock().await;
        if let Some(loaded) = self.loaded.load_full()
            && loaded.at == now
        {
            return Ok(Arc::clone(&loaded.ring));
        }
        self.build(db, now).await
    }

    /// Returns the ring of the stored records without generating, retiring or storing keys. `None`
    /// if no key signs yet.
    #[boxed]
    pub async fn peek(&self, db: &Db, now: UnixSeconds) -> Result<Option<KeyRing>> {
        let records = repo::keys::list(db.read()).await?;
        let plan = self.plan(&records, now);
        if !plan.active.contains_key(&SigningAlg::Rs256) {
            return Ok(None);
        }
        KeyRing::build(&records, &plan, &self.master, None)
            .map(Some)
            .map_err(ServerError::internal)
    }

    /// Opens the published keys of RS256, each with its record, the active one first.
    #[boxed]
    pub async fn open_published(
        &self,
        db: &Db,
        now: UnixSeconds,
    ) -> Result<Vec<(Signer, KeyRecord)>> {
        let records = repo::keys::list(db.read()).await?;
        let plan = self.plan(&records, now);
        let mut opened = Vec::new();
        for kid in &plan.publish {
            let mut of_kid = records.iter().filter(|record| record.kid == *kid);
            let found = of_kid.find(|record| record.algorithm == SigningAlg::Rs256);
            if let Some(record) = found {
                let signer = Signer::open(record, &self.master).map_err(ServerError::internal)?;
                opened.push((signer, record.clone()));
            }
        }
        Ok(opened)
    }

    /// Reloads the ring at once after a change by this process; other replicas follow in the next
    /// second. Does nothing if no ring is in use, as on the command line.
    #[boxed]
    pub async fn follow(&self, db: &Db, now: UnixSeconds) {
        let _one_at_a_time = self.reloading.lock().await;
        if self.loaded.load().is_none() {
            return;
        }
        if let Err(error) = self.build(db, now).await {
            tracing::warn!(fault = %error, "the signing keys could not be read again");
        }
    }

    /// Builds and stores the ring. The caller holds the lock.
    async fn build(&self, db: &Db, now: UnixSeconds) -> Result<Arc<KeyRing>> {
        let records = self.rotate_if_due(db, now).await?;
        let plan = self.plan(&records, now);
        let previous = self.loaded.load_full();
        let previous = previous.as_ref().map(|loaded| &*loaded.ring);
        let ring = KeyRing::build(&records, &plan, &self.master, previous)
            .map_err(ServerError::internal)?;
        let ring = Arc::new(ring);
        self.loaded.store(Some(Arc::new(Loaded {
            ring: Arc::clone(&ring),
            at: now,
        })));
        Ok(ring)
    }

    async fn rotate_if_due(&self, db: &Db, now: UnixSeconds) -> Result<Vec<KeyRecord>> {
        let records = repo::keys::list(db.read_reserved()).await?;
        let plan = self.plan_rotation(db, &records, now).await?;
        if plan.generate.is_empty() && plan.retire.is_empty() && plan.purge.is_empty() {
            return Ok(records);
        }
        let mut fresh = Vec::with_capacity(plan.generate.len());
        for (alg, active_at) in &plan.generate {
            fresh.push(self.generate(*alg, now, *active_at).await?);
        }
        carry_out(db, &records, &plan, &fresh, now, &self.random).await?;
        Ok(repo::keys::list(db.read_reserved()).await?)
    }

    /// Locks key generation, so that only one rotation starts at a time: generating an unused key
    /// costs as much as a used one.
    #[boxed]
    pub async fn lock_generation<'a>(&'a self) -> MutexGuard<'a, ()> {
        self.rotating.lock().await
    }

    /// Generates a key on a blocking thread; an RSA key takes some tenths of a second.
    #[boxed]
    pub async fn generate(
        &self,
        alg: SigningAlg,
        now: UnixSeconds,
        active_at: UnixSeconds,
    ) -> Result<KeyRecord> {
        let master = self.master.clone();
        let random = self.random.clone();
        let make = move || keys::generate(alg, &master, now, active_at, &mut random.rng());
        blocking::run(make)
            .await
            .map_err(ServerError::internal)?
            .map_err(ServerError::internal)
    }
}

/// Stores a plan's changes. If another replica was faster, its keys are used, and the unpublished
/// keys of this process are discarded.
async fn carry_out(
    db: &Db,
    seen: &[KeyRecord],
    plan: &RingsPlan,
    fresh: &[KeyRecord],
    now: UnixSeconds,
    random: &Random,
) -> Result<()> {
    let system = Caller::of_server(random);
    let known: Vec<String> = seen.iter().map(|key| key.kid.clone()).collect();
    let tx = db.begin_write().await?;
    if !fresh.is_empty() && repo::keys::insert_if_unchanged(&tx, fresh, &known).await? {
        for key in fresh {
            let event = system.event(AuditKind::KeyChanged, true, now);
            let event = event.about(&key.kid).with("change", "generated");
            let event = event.with("algorithm", key.algorithm.as_str());
            repo::audit::insert(&tx, &event).await?;
        }
    }
    for kid in &plan.retire {
        repo::keys::retire(&tx, kid, now).await?;
        let event = system.event(AuditKind::KeyChanged, true, now).about(kid);
        repo::audit::insert(&tx, &event.with("change", "retired")).await?;
    }
    for kid in &plan.purge {
        repo::keys::purge(&tx, kid).await?;
    }
    tx.commit().await?;
    Ok(())
}
