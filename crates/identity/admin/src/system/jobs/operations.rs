//! Operations of jobs, and the message that tests the delivery of mail.

use doorward_services::view;

use super::{JobId, JobSummary, page, retry, retry_failed};
use crate::found::FoundPage;
use crate::operation::{Operation, Shown};
use crate::prelude::*;
use crate::system::send_test_mail;

crate::entries! { LIST: List, RETRY: Retry, RETRY_FAILED: RetryFailed, TEST_MAIL: TestMail }

crate::targets! { {} => RetryFailed }

crate::targets! {
    {
        /// ID of the job.
        id
    } => Retry
}

view! {
    /// A job, without its payload.
    pub JobView(job: JobSummary, now: UnixSeconds) {
        /// ID of the job.
        id: String = job.id.to_string();
        /// Kind: `mail` (a link or a code), `notification` (any other e-mail message), `password_reset`, `lock`, `verify_email`, `email_code` or `logout`.
        kind: &'static str = job.kind.as_str();
        /// State: `waiting`, `running`, `done` or `failed`.
        state: &'static str = job.state(now).as_str();
        /// Number of times it was started.
        attempts: u32 = job.attempts;
        /// Earliest time of the next start, or of the last one (RFC 3339).
        run_at: Time = job.run_at;
        /// Time of creation (RFC 3339).
        created_at: Time = job.created_at;
        /// Time of completion (RFC 3339).
        done_at?: Time = job.done_at;
        /// Time of the last failure, after which it is not retried (RFC 3339).
        failed_at?: Time = job.failed_at;
        /// Error of the last failed attempt.
        last_error?: String = job.last_error;
    }
}

view! {
    /// Number of retried jobs.
    pub RetriedView(count: u64) {
        /// Number of jobs that are due.
        retried: u64 = count;
    }
}

/// The jobs to list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// True lists the failed ones only, the latest failure first.
    #[serde(default)]
    failed: bool,
}

impl Operation for List {
    const TITLE: &'static str = "List jobs, the newest first";
    const TEXT: &'static str = "Jobs are deleted a day after they are done or have failed.";
    const CALL: &'static str = "GET jobs paged";
    const COMMAND: &'static str = "job list";
    const TABLE: &'static str = "id kind state attempts run_at last_error";
    const LIMIT: u64 = 20;
    type Done = FoundPage<JobView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (before, limit) = (context.page.after.as_deref(), context.page.limit);
        let found = page(context, self.failed, before, limit + 1).await?;
        let now = context.now();
        Ok(FoundPage::cut(found, limit).map(|job| JobView::new(job, now)))
    }
}

impl Operation for Retry {
    const TITLE: &'static str = "Retry a failed job";
    const TEXT: &'static str = "It is due at once, with all its attempts.";
    const CALL: &'static str = "POST jobs/{id}/retry queued";
    const COMMAND: &'static str = "job retry ID";
    const DONE: &'static str = "The job {id} is due.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        retry(context, AdminError::id("job", &self.id, JobId::parse)?).await
    }
}

impl Operation for RetryFailed {
    const TITLE: &'static str = "Retry all failed jobs";
    const CALL: &'static str = "POST jobs/retry";
    const COMMAND: &'static str = "job retry-failed";
    const DONE: &'static str = "Jobs that are due: {retried}.";
    type Done = Shown<RetriedView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let retried = retry_failed(context).await?;
        Ok(Shown::unversioned(retried.into()))
    }
}

/// The recipient of a test message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TestMail)]
pub struct TestMail {
    /// E-mail address; without it the verified address of the caller, whom a command names by `--as`.
    #[schema(format = Email)]
    to: Option<String>,
}

impl Operation for TestMail {
    const TITLE: &'static str = "Send a test message to an address, or to your own";
    const CALL: &'static str = "POST system/test-mail queued";
    const COMMAND: &'static str = "mail test --to";
    const DONE: &'static str = "The message waits for the server, which sends it.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        send_test_mail(context, self.to.as_deref()).await
    }
}
