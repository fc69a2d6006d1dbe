//! Work that is promised in the transaction that causes it, and done after it by whichever replica
//! comes first: mails, logout tokens, and what must take the same time for everybody.

use doorward_domain::model::{Job, JobId, JobKind, LogoutNotification};
use doorward_domain::secret::{KeyPurpose, MasterKey, open, seal};
use doorward_domain::time::UnixSeconds;
use doorward_email::message::MailMessage;
use doorward_store::{WriteTx, repo};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use zeroize::Zeroizing;

use crate::error::ServerError;
use crate::job_payload::{AnonymousRequest, Lock, Wanted};

/// The most jobs that may wait before strangers can promise no more (DS-4).
const MOST_WAITING: u64 = 10_000;

/// A job, unsealed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobPayload {
    /// Send a letter.
    Mail(Box<MailMessage>),
    /// Find out whose password was forgotten, and mail a link there.
    PasswordReset(AnonymousRequest),
    /// Find out whose address is to be proved, and mail a link there.
    VerifyEmail(AnonymousRequest),
    /// Find out who is to sign in, and mail a code there.
    EmailCode(Wanted),
    /// Find out whose sign-in waits, and mail a notice there.
    Lock(Lock),
    /// Tell a client that a session has ended.
    Logout(LogoutNotification),
}

impl JobPayload {
    const fn kind(&self) -> JobKind {
        match self {
            Self::Mail(_) => JobKind::Mail,
            Self::PasswordReset(_) => JobKind::PasswordReset,
            Self::EmailCode(_) => JobKind::EmailCode,
            Self::Lock(_) => JobKind::Lock,
            Self::VerifyEmail(_) => JobKind::VerifyEmail,
            Self::Logout(_) => JobKind::Logout,
        }
    }
}

/// The key that waiting jobs are sealed with, and the bell of the worker.
pub struct Jobs {
    key: Zeroizing<[u8; 32]>,
    bell: Notify,
}

impl std::fmt::Debug for Jobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Jobs")
    }
}

impl Jobs {
    /// The promises of an installation with this key.
    pub fn new(master: &MasterKey) -> Self {
        Self {
            key: Zeroizing::new(master.derive(KeyPurpose::Job)),
            bell: Notify::new(),
        }
    }

    /// Tells this process's worker that a transaction with a promise was committed. Other replicas
    /// and a worker that was busy look by themselves every few seconds.
    pub fn wake(&self) {
        self.bell.notify_one();
    }

    /// Promises a task in the caller's transaction. Call [`Jobs::wake`] after the commit.
    pub(crate) async fn enqueue(
        &self,
        tx: &WriteTx,
        task: &JobPayload,
        now: UnixSeconds,
    ) -> Result<(), ServerError> {
        let id = JobId::generate(now, &mut rand::rng());
        let plain =
            serde_json::to_vec(task).map_err(|error| ServerError::Internal(error.to_string()))?;
        let plain = Zeroizing::new(plain);
        let aad = id.as_uuid();
        let payload_sealed = seal(&self.key, &plain, aad.as_bytes(), &mut rand::rng());
        let job = Job {
            id,
            kind: task.kind(),
            payload_sealed,
            run_at: now,
            attempts: 0,
            lease_until: None,
            created_at: now,
        };
        repo::jobs::insert(tx, &job).await?;
        Ok(())
    }

    /// Promises what anybody can ask for without an account: refused while too much waits. Call
    /// [`Self::wake`] after the commit.
    pub(crate) async fn enqueue_anonymous(
        &self,
        tx: &WriteTx,
        task: &JobPayload,
        now: UnixSeconds,
    ) -> Result<(), ServerError> {
        if repo::jobs::count_waiting(tx).await? >= MOST_WAITING {
            return Err(ServerError::Unavailable("too many jobs wait".to_owned()));
        }
        self.enqueue(tx, task, now).await
    }

    /// Opens a job; none when it was sealed with another key, or is damaged.
    pub fn unseal(&self, job: &Job) -> Option<JobPayload> {
        let id = job.id.as_uuid();
        let plain = open(&self.key, &job.payload_sealed, id.as_bytes()).ok()?;
        serde_json::from_slice(&plain).ok()
    }

    /// Waits until a transaction with a job was committed by this process.
    pub async fn rung(&self) {
        self.bell.notified().await;
    }
}
