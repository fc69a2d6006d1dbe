//! The certificate from an ACME authority. It is in the database, so that every replica serves it; the
//! replica that has the lease obtains the next one.

mod request;
mod state;
mod transport;

use doorward_domain::derived_keys::HttpsKey;
use doorward_domain::secret::{open, seal};
use doorward_https::acme::{
    AccountKey, AcmeError, Challenge, Issuance, Issued, Order, RenewalAnswer, RenewalQuery, Step,
    certificate_id, retry_at,
};
use doorward_https::{Certificates, KeyPair};
use doorward_store::WriteTx;
use doorward_store::repo::leases::Lease;

use crate::lease;
use crate::prelude::*;
use state::{OpenChallenge, Sealed};

pub(crate) use state::{Failure, State, find as find_state};

/// Lease to obtain a certificate. It is extended during an issuance, so that a process that ended
/// delays the next one for a short time only.
const LEASE: &str = "acme";
/// Seconds of the lease.
const LEASE_SECONDS: i64 = 3 * 60;
/// Time after which the lease is extended: with the longest wait, it does not expire.
const EXTEND: Duration = Duration::from_secs(30);
/// Maximum time of an issuance.
const LONGEST: Duration = Duration::from_mins(12);
/// Lease to ask for renewal information.
const INFO_LEASE: &str = "acme-info";
const INFO_SECONDS: i64 = 5 * 60;
/// Time until all replicas serve a challenge: they look every five seconds.
const SPREAD: Duration = Duration::from_secs(8);
/// Time after which the certificate is served with a new context: the keys of its session tickets
/// change with the context (RFC 9325 §3.4).
const RENEW_CONTEXT: Duration = Duration::from_hours(24);
/// Time between two attempts of a process that the configuration alone causes: two replicas with
/// different configurations must not replace each other's certificate again and again.
const CHANGED: Duration = Duration::from_hours(1);
/// Associated data of the sealed keys.
const ACCOUNT: &[u8] = b"acme account key";
const CERTIFICATE: &[u8] = b"https private key";

/// The reason why an issuance ended: the authority, or this server.
enum IssueError {
    Authority(AcmeError),
    Server(ServerError),
}

impl From<AcmeError> for IssueError {
    fn from(error: AcmeError) -> Self {
        Self::Authority(error)
    }
}

impl From<ServerError> for IssueError {
    fn from(error: ServerError) -> Self {
        Self::Server(error)
    }
}

/// The part of a replica: what it serves of the database.
pub(crate) struct Acme {
    key: HttpsKey,
    /// Number of the served certificate, and its ID at the authority.
    served: u64,
    id: Option<(String, u8)>,
    since: Instant,
    /// Time of the last attempt of this process.
    attempted: Option<Instant>,
}

impl Acme {
    pub fn new(key: HttpsKey) -> Self {
        Self {
            key,
            served: 0,
            id: None,
            since: Instant::now(),
            attempted: None,
        }
    }

    /// Serves the certificate and the challenges of the database.
    #[boxed(?Send)]
    pub async fn load(&mut self, core: &Core, certificates: &Certificates) -> Result<State> {
        let state = state::find(&core.db).await?;
        let challenges = state.challenges.iter().filter_map(OpenChallenge::read);
        let challenges: Vec<Challenge> = challenges.collect();
        certificates
            .set_challenges(&challenges)
            .map_err(ServerError::internal)?;
        if state.number == self.served && self.since.elapsed() < RENEW_CONTEXT {
            return Ok(state);
        }
        if let Some(stored) = &state.certificate {
            let key = self.open(&stored.private_key, CERTIFICATE)?;
            let pair = KeyPair::from_pem(stored.chain.as_bytes(), &key);
            let pair = pair.map_err(ServerError::internal)?;
            let served = certificates.set(&pair).map_err(ServerError::internal)?;
            let facts = &served.facts;
            let days = facts.remaining(core.now()).div_euclid(24 * 60 * 60);
            tracing::info!(names = facts.names.join(" "), days, "certificate served");
            self.id = certificate_id(&pair);
        }
        (self.served, self.since) = (state.number, Instant::now());
        Ok(state)
    }

    /// Looks at the database, and obtains a certificate if one is due.
    pub async fn turn(&mut self, context: &Context, certificates: &Certificates) -> Result<()> {
        let core = &context.core;
        let state = self.load(core, certificates).await?;
        // Before the last step of a change, other replicas still encrypt under the former key.
        if core.config.next_secret_key.is_none() && self.needs_former_key(&state) {
            return self.seal_again(core).await;
        }
        let Some(order) = request::order(&core.config) else {
            return Ok(());
        };
        if self.is_due(core, certificates, &state, &order) {
            return self.renew(context, certificates, &order).await;
        }
        if state.asks_at(core.now()) {
            return self.ask(context, state, &order).await;
        }
        Ok(())
    }

    fn is_due(
        &self,
        core: &Core,
        certificates: &Certificates,
        state: &State,
        order: &Order,
    ) -> bool {
        let served = certificates.current();
        let facts = served.as_ref().map(|served| &served.facts);
        let seed = self.id.as_ref().map_or(0, |(_, seed)| *seed);
        let is_first = self.attempted.is_none_or(|at| at.elapsed() >= CHANGED);
        state.is_due(order, facts, seed, is_first, core.now())
    }

    /// Obtains a certificate, if no other replica does.
    async fn renew(
        &mut self,
        context: &Context,
        certificates: &Certificates,
        order: &Order,
    ) -> Result<()> {
        let core = &context.core;
        let Some(mut lease) = lease::acquire(core, LEASE, LEASE_SECONDS).await? else {
            return Ok(());
        };
        // Another replica may have finished before this one got the lease.
        let state = self.load(core, certificates).await?;
        let outcome = if self.is_due(core, certificates, &state, order) {
            let held = &mut lease;
            self.obtain(context, certificates, state, order, held).await
        } else {
            Ok(())
        };
        lease::release(core, &lease).await?;
        outcome
    }

    async fn obtain(
        &mut self,
        context: &Context,
        certificates: &Certificates,
        mut state: State,
        order: &Order,
        lease: &mut Lease,
    ) -> Result<()> {
        let core = &context.core;
        self.attempted = Some(Instant::now());
        tracing::info!(hosts = order.hosts.join(" "), "certificate requested");
        let mut order = order.clone();
        let is_renewal = state.issuer.as_deref() == Some(order.directory.as_str());
        let id = self.id.as_ref().map(|(id, _)| id.clone());
        order.replaces = id.filter(|_| is_renewal);
        let issue = self.issue(context, certificates, &mut state, &order, lease);
        let outcome = tokio::time::timeout(LONGEST, issue).await;
        let slow = || IssueError::Authority(AcmeError::Slow("the certificate"));
        let outcome = outcome.unwrap_or_else(|_| Err(slow()));
        state.requested = state::fingerprint(&order);
        state.challenges.clear();
        match outcome {
            Ok(issued) => self.record(core, &mut state, &order, &issued)?,
            Err(IssueError::Authority(error)) => record_failure(&mut state, &error, core.now()),
            Err(IssueError::Server(error)) => return Err(error),
        }
        put(core, &state, lease).await?;
        self.load(core, certificates).await.map(drop)
    }

    async fn issue(
        &self,
        context: &Context,
        certificates: &Certificates,
        state: &mut State,
        order: &Order,
        lease: &mut Lease,
    ) -> Result<Issued, IssueError> {
        let core = &context.core;
        let account_key = self.account_key(core, state, order)?;
        let mut issuance = Issuance::new(order.clone(), account_key, state.account.clone())?;
        let mut extended = Instant::now();
        loop {
            if extended.elapsed() >= EXTEND {
                keep(core, lease).await?;
                extended = Instant::now();
            }
            let step = issuance.step()?;
            match step {
                Step::Send(call) => {
                    let http = &context.directory.http;
                    match transport::send(http, &order.directory, call).await {
                        Ok(answer) => issuance.receive(&answer, core.now())?,
                        Err(cause) => issuance.fail(&cause)?,
                    }
                    state.account = issuance.account().map(str::to_owned);
                }
                Step::Wait(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
                Step::Serve(challenges) => {
                    state.challenges = challenges.iter().map(OpenChallenge::of).collect();
                    put(core, state, lease).await?;
                    certificates
                        .set_challenges(&challenges)
                        .map_err(ServerError::internal)?;
                    tokio::time::sleep(SPREAD).await;
                }
                Step::Done(issued) => return Ok(*issued),
            }
        }
    }

    /// Returns the key of the account; a new authority gets a new account with a new key.
    fn account_key(
        &self,
        core: &Core,
        state: &mut State,
        order: &Order,
    ) -> Result<AccountKey, IssueError> {
        if state.directory != order.directory {
            state.directory.clone_from(&order.directory);
            state.account = None;
            state.account_key = None;
        }
        if let Some(sealed) = &state.account_key {
            let pem = self.open(sealed, ACCOUNT);
            let pem = pem.map_err(|error| AcmeError::Key(error.to_string()))?;
            return Ok(AccountKey::from_pem(&pem)?);
        }
        let pem = AccountKey::generate()?;
        state.account_key = Some(self.seal(core, &pem, ACCOUNT));
        Ok(AccountKey::from_pem(&pem)?)
    }

    fn record(&self, core: &Core, state: &mut State, order: &Order, issued: &Issued) -> Result<()> {
        let chain = String::from_utf8(issued.chain.clone()).map_err(ServerError::internal)?;
        let private_key = self.seal(core, &issued.private_key, CERTIFICATE);
        state.certificate = Some(state::Certificate { chain, private_key });
        state.number += 1;
        state.issuer = Some(order.directory.clone());
        state.window = None;
        state.ask_at = core.now();
        state.failure = None;
        tracing::info!(hosts = order.hosts.join(" "), "certificate issued");
        Ok(())
    }

    /// Asks the authority when to renew (RFC 9773). Without an answer, the dates of the certificate
    /// decide.
    async fn ask(&self, context: &Context, mut state: State, order: &Order) -> Result<()> {
        let core = &context.core;
        let Some((id, _)) = &self.id else {
            return Ok(());
        };
        if lease::acquire(core, INFO_LEASE, INFO_SECONDS)
            .await?
            .is_none()
        {
            return Ok(());
        }
        let mut query = RenewalQuery::new(&order.directory, id);
        let answer = loop {
            let http = &context.directory.http;
            match transport::send(http, &order.directory, query.call()).await {
                Err(cause) => break Err(cause),
                Ok(answer) => match query.receive(&answer, core.now()) {
                    Ok(RenewalAnswer::Ask) => {}
                    other => break other.map_err(|error| error.to_string()),
                },
            }
        };
        let now = core.now();
        match answer {
            Ok(RenewalAnswer::Info(info)) => {
                state.window = Some((info.window.start, info.window.end));
                state.ask_at = info.ask_at;
            }
            Ok(RenewalAnswer::Nothing | RenewalAnswer::Ask) => state.ask_at = now + state::DAY,
            Err(cause) => {
                tracing::warn!(%cause, "no renewal information; the dates of the certificate decide");
                state.ask_at = now + state::DAY / 4;
            }
        }
        state::put_window(&core.db, &state).await
    }

    fn seal(&self, core: &Core, plain: &[u8], place: &[u8]) -> Sealed {
        Sealed(seal(self.key.expose(), plain, place, &mut core.rng()))
    }

    /// Returns true if a key is encrypted under a former secret key.
    fn needs_former_key(&self, state: &State) -> bool {
        let account = state.account_key.as_ref().map(|sealed| (sealed, ACCOUNT));
        let stored = state.certificate.as_ref();
        let certificate = stored.map(|stored| (&stored.private_key, CERTIFICATE));
        let mut sealed = account.into_iter().chain(certificate);
        sealed.any(|(sealed, place)| self.is_former(sealed, place))
    }

    fn is_former(&self, sealed: &Sealed, place: &[u8]) -> bool {
        let is_newest = open(self.key.expose(), &sealed.0, place).is_ok();
        !is_newest && self.key.open(&sealed.0, place).is_ok()
    }

    /// Encrypts the keys under the newest secret key, if no other replica does.
    async fn seal_again(&self, core: &Core) -> Result<()> {
        let Some(mut lease) = lease::acquire(core, LEASE, LEASE_SECONDS).await? else {
            return Ok(());
        };
        let mut state = state::find(&core.db).await?;
        let account = state.account_key.as_mut().map(|sealed| (sealed, ACCOUNT));
        let stored = state.certificate.as_mut();
        let certificate = stored.map(|stored| (&mut stored.private_key, CERTIFICATE));
        for (sealed, place) in account.into_iter().chain(certificate) {
            if self.is_former(sealed, place) {
                let plain = self.open(sealed, place)?;
                *sealed = self.seal(core, &plain, place);
            }
        }
        put(core, &state, &mut lease).await?;
        lease::release(core, &lease).await
    }

    fn open(&self, sealed: &Sealed, place: &[u8]) -> Result<Vec<u8>> {
        let opened = self.key.open(&sealed.0, place);
        let opened = opened.map_err(|_| {
            ServerError::internal(
                "secret_key differs from the one that encrypted the certificate's key",
            )
        })?;
        Ok(opened.to_vec())
    }
}

fn record_failure(state: &mut State, error: &AcmeError, now: UnixSeconds) {
    let demanded = match error {
        AcmeError::RateLimited { retry_after, .. } => *retry_after,
        _ => None,
    };
    let count = state.failure.as_ref().map_or(0, |failure| failure.count) + 1;
    let remediation = error.remediation();
    tracing::error!(%error, remediation, attempt = count, "certificate not issued");
    state.failure = Some(Failure {
        at: now,
        count,
        next_attempt: retry_at(now, count, demanded),
        text: error.to_string(),
        remediation,
    });
}

/// Extends the lease. Fails if another replica has acquired it, whose state must not be overwritten.
async fn extend(tx: &WriteTx, core: &Core, lease: &Lease) -> Result<Lease> {
    let extended = repo::leases::extend(tx, lease, core.now() + LEASE_SECONDS).await?;
    extended.ok_or_else(|| {
        ServerError::internal(
            "this process stopped for longer than its lease, and another replica obtains the certificate",
        )
    })
}

/// Extends the lease on its own.
async fn keep(core: &Core, lease: &mut Lease) -> Result<()> {
    let tx = core.db.begin_write().await?;
    let longer = extend(&tx, core, lease).await?;
    tx.commit().await?;
    *lease = longer;
    Ok(())
}

/// Stores the state, if this replica still has the lease.
async fn put(core: &Core, state: &State, lease: &mut Lease) -> Result<()> {
    let tx = core.db.begin_write().await?;
    let longer = extend(&tx, core, lease).await?;
    state::put(&tx, state).await?;
    tx.commit().await?;
    *lease = longer;
    Ok(())
}
