//! Jobs: work that is enqueued in the transaction that causes it, and executed afterwards by any
//! replica: mails, logout tokens, and work that must not affect response times.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use doorward_domain::boxed;
use doorward_domain::derived_keys::JobKey;
use doorward_domain::model::mail::MailMessage;
use doorward_domain::model::{DeviceRequestId, Job, JobId, JobKind, LogoutNotification};
use doorward_domain::random::Random;
use doorward_domain::secret::{MasterKey, seal};
use doorward_domain::time::UnixSeconds;
use doorward_rules::job_lane::{Lane, MAX_WAITING, mail_kind};
use doorward_store::{WriteTx, repo};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use zeroize::Zeroizing;

use crate::error::{Result, ServerError};
use crate::job_payload::{AnonymousRequest, EmailSignInJob, Lock};

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobPayload {
    Mail(Box<MailMessage>),
    /// Looks up the account of a password reset request, and mails a link.
    PasswordReset(AnonymousRequest),
    /// Looks up the account whose address is to be verified, and mails a link.
    VerifyEmail(AnonymousRequest),
    /// Looks up the account of an e-mail sign-in, and mails a code.
    EmailCode(EmailSignInJob),
    /// Looks up the account of a lockout, and mails a notification.
    Lock(Lock),
    /// Notifies a client of an ended session.
    Logout(LogoutNotification),
    /// Notifies a client of the answer to its authentication request.
    Ping(DeviceRequestId),
}

impl JobPayload {
    /// Returns the last two labels of the recipient's domain: subdomains cost nothing, and share
    /// what one destination may occupy.
    fn recipient_domain(&self) -> Option<String> {
        let Self::Mail(message) = self else {
            return None;
        };
        let (_, domain) = message.to.rsplit_once('@')?;
        let labels: Vec<&str> = domain.rsplitn(3, '.').take(2).collect();
        let labels = labels.into_iter().rev();
        Some(labels.collect::<Vec<_>>().join(".").to_lowercase())
    }

    const fn kind(&self) -> JobKind {
        match self {
            Self::Mail(message) => mail_kind(&message.content),
            Self::PasswordReset(_) => JobKind::PasswordReset,
            Self::EmailCode(_) => JobKind::EmailCode,
            Self::Lock(_) => JobKind::Lock,
            Self::VerifyEmail(_) => JobKind::VerifyEmail,
            Self::Logout(_) => JobKind::Logout,
            Self::Ping(_) => JobKind::Ping,
        }
    }
}

/// The key that encrypts waiting jobs, the source of randomness, and the signal that wakes the worker.
pub struct Jobs {
    key: JobKey,
    random: Random,
    bell: Notify,
    /// Number of jobs that this process has enqueued, also in transactions that are not committed.
    enqueued: AtomicU64,
    /// True if no mail is delivered, as this process last saw.
    is_mail_failing: AtomicBool,
}

impl std::fmt::Debug for Jobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Jobs")
    }
}

impl Jobs {
    /// Creates the queue of a deployment with this key.
    pub fn new(master: &MasterKey, random: Random) -> Self {
        Self {
            key: JobKey::derive(master),
            random,
            bell: Notify::new(),
            enqueued: AtomicU64::new(0),
            is_mail_failing: AtomicBool::new(false),
        }
    }

    /// Returns true if messages waited for another attempt, and none was delivered, when
    /// [`Self::note_mail`] was last called.
    pub fn is_mail_failing(&self) -> bool {
        self.is_mail_failing.load(Ordering::Relaxed)
    }

    pub fn note_mail(&self, is_failing: bool) {
        self.is_mail_failing.store(is_failing, Ordering::Relaxed);
    }

    /// Wakes this process's worker after the commit of a transaction with a job. Other replicas and
    /// a busy worker check for jobs every few seconds.
    pub fn wake(&self) {
        self.bell.notify_one();
    }

    /// Returns the number of jobs that this process has enqueued, for [`Self::wake_after`].
    pub fn enqueued(&self) -> u64 {
        self.enqueued.load(Ordering::SeqCst)
    }

    /// Wakes the worker if this process has enqueued a job since then. Each wake reads the database.
    pub fn wake_after(&self, enqueued: u64) {
        if self.enqueued() != enqueued {
            self.wake();
        }
    }

    /// Enqueues a job in the caller's transaction. Call [`Jobs::wake`] after the commit.
    pub(crate) async fn enqueue(
        &self,
        tx: &WriteTx,
        task: &JobPayload,
        now: UnixSeconds,
    ) -> Result<()> {
        self.enqueue_for(tx, task, task.recipient_domain(), now)
            .await
    }

    /// Enqueues a job that calls this host.
    #[boxed]
    pub async fn enqueue_for(
        &self,
        tx: &WriteTx,
        task: &JobPayload,
        destination: Option<String>,
        now: UnixSeconds,
    ) -> Result<()> {
        let id = JobId::generate(now, &mut self.random.rng());
        let plain = serde_json::to_vec(task).map_err(ServerError::internal)?;
        let plain = Zeroizing::new(plain);
        let aad = id.as_uuid();
        let payload_sealed = seal(
            self.key.expose(),
            &plain,
            aad.as_bytes(),
            &mut self.random.rng(),
        );
        let job = Job {
            id,
            kind: task.kind(),
            payload_sealed,
            run_at: now,
            attempts: 0,
            lease_until: None,
            created_at: now,
            destination,
        };
        repo::jobs::insert(tx, &job).await?;
        self.enqueued.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    /// Enqueues a job of an anonymous request; rejected while too many jobs wait that count for its
    /// lane. Call [`Self::wake`] after the commit.
    #[boxed]
    pub async fn enqueue_anonymous(
        &self,
        tx: &WriteTx,
        task: &JobPayload,
        now: UnixSeconds,
    ) -> Result<()> {
        let counted = Lane::of(task.kind()).counted_kinds();
        if repo::jobs::count_waiting_of(tx, &counted, MAX_WAITING).await? >= MAX_WAITING {
            return Err(ServerError::Unavailable(
                "too many jobs are waiting".to_owned(),
            ));
        }
        self.enqueue(tx, task, now).await
    }

    /// Decrypts a job; returns `None` if it was encrypted with another key, or is damaged.
    pub fn unseal(&self, job: &Job) -> Option<JobPayload> {
        let id = job.id.as_uuid();
        let plain = self.key.open(&job.payload_sealed, id.as_bytes()).ok()?;
        serde_json::from_slice(&plain).ok()
    }

    /// Waits until this process has committed a transaction with a job.
    #[boxed]
    pub async fn rung(&self) {
        self.bell.notified().await;
    }
}

#[cfg(test)]
mod tests;
