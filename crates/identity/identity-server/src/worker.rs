//! Runs the due jobs and the bulk changes. Mail, notifications of clients and look-ups have workers
//! of their own, so that none waits for another, and a destination that does not answer occupies
//! few of them.

use std::collections::HashMap;
use std::rc::Rc;

use doorward_admin::bulk_step;
use doorward_domain::model::{Job, JobKind};
use doorward_rules::job_lane::{Admission, Destinations, Lane};
use doorward_rules::{email_link as rules, retry};
use doorward_store::repo::jobs::DueJob;
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};

use doorward_accounts::{email_code, notification, password_reset, verify_email};
use doorward_domain::model::job::SendError;
use doorward_domain::model::mail::MailMessage;
use doorward_email::delivery::{InlinePicture, Mail};
use doorward_email::message;
use doorward_email::own_template::MailTemplates;
use doorward_i18n::overlay;
use doorward_oauth::{backchannel_logout, ping};
use doorward_services::email_link;
use doorward_services::jobs::JobPayload;
use doorward_services::own_brand;
use doorward_telemetry::metrics::{MailResult, Metrics};

use crate::prelude::*;

/// Maximum time between two polls.
const EVERY: Duration = Duration::from_secs(2);
/// Maximum time of one attempt to send a mail, over all its commands.
const MAIL_DEADLINE: Duration = Duration::from_secs(30);
/// Maximum number of jobs of a closed destination that one statement delays.
const DEFER_BATCH: u64 = 500;

/// Runs jobs until `stop` ends. A job of a crashed worker starts again when its lease expires.
pub async fn run(
    context: Arc<Context>,
    mail: OutgoingMail,
    metrics: Arc<Metrics>,
    mut stop: watch::Receiver<()>,
) {
    let mut worker = Worker {
        context: Arc::clone(&context),
        delivery: Rc::new(MailDelivery { mail, metrics }),
        tasks: JoinSet::new(),
        running: HashMap::new(),
        destinations: HashMap::new(),
    };
    let mut is_woken = true;
    loop {
        if is_woken {
            worker.start_bulk_changes();
            or_log(worker.read_state().await, ());
        }
        worker.start_due().await;
        is_woken = tokio::select! {
            // Its sender is dropped.
            _ = stop.changed() => break,
            Some(ended) = worker.tasks.join_next_with_id() => {
                worker.record(ended);
                false
            }
            () = context.delivery.jobs.rung() => true,
            () = tokio::time::sleep(EVERY) => true,
        };
    }
    // A statement that is dropped after the runtime has ended panics in the driver.
    worker.tasks.shutdown().await;
}

#[derive(PartialEq, Eq)]
enum Work {
    Job(Lane, Option<String>),
    BulkChanges,
}

/// The way of messages, and their own templates.
#[derive(Clone)]
pub struct OutgoingMail {
    pub mailer: Arc<dyn Mailer>,
    pub templates: MailTemplates,
}

/// The way of messages, and the counter of its results.
struct MailDelivery {
    mail: OutgoingMail,
    metrics: Arc<Metrics>,
}

struct Worker {
    context: Arc<Context>,
    delivery: Rc<MailDelivery>,
    /// The running tasks; each returns false if its destination did not answer.
    tasks: JoinSet<bool>,
    running: HashMap<Id, Work>,
    destinations: HashMap<Lane, Destinations>,
}

impl Worker {
    async fn start_due(&mut self) {
        or_log(backchannel_logout::enqueue_jobs(&self.context).await, ());
        for lane in Lane::ALL {
            while self.count(lane) < lane.workers() && or_log(self.start_next(lane).await, false) {}
        }
    }

    /// Starts the next steps of the bulk changes, between which jobs run.
    fn start_bulk_changes(&mut self) {
        if self.is_running(&Work::BulkChanges) {
            return;
        }
        let context = Arc::clone(&self.context);
        let task = self.tasks.spawn_local(async move {
            or_log(run_bulk_changes(&context).await, ());
            true
        });
        self.running.insert(task.id(), Work::BulkChanges);
    }

    /// Reads the aliases, the own texts, the open campaigns and the state of the server, which requests need.
    async fn read_state(&self) -> Result<()> {
        let core = &self.context.core;
        core.aliases.read(core.db.read()).await?;
        self.context
            .directory
            .own_texts
            .read(core.db.read())
            .await?;
        core.campaigns.read(core.db.read()).await?;
        core.state.read(core.db.read()).await?;
        Ok(())
    }

    fn is_running(&self, work: &Work) -> bool {
        self.running.values().any(|running| running == work)
    }

    fn count(&self, lane: Lane) -> usize {
        let running = self.running.values();
        running
            .filter(|work| matches!(work, Work::Job(other, _) if *other == lane))
            .count()
    }

    /// Starts or delays the next due job of a lane. Returns false if none is due.
    async fn start_next(&mut self, lane: Lane) -> Result<bool> {
        let context = Arc::clone(&self.context);
        let (db, now) = (&context.core.db, context.core.now());
        let destinations = self.destinations.entry(lane);
        let destinations = destinations.or_insert_with(|| Destinations::new(lane));
        let (kinds, full) = (&lane.kinds(), destinations.full());
        let Some(due) = repo::jobs::next_due(db.read(), kinds, &full, now).await? else {
            return Ok(false);
        };
        let name = due.destination.as_deref();
        let admission = name.map_or(Admission::Admitted, |name| destinations.admit(name, now));
        if let (Admission::Closed { until }, Some(name)) = (admission, name) {
            let is_old = |max| due.created_at + max <= now;
            if lane.max_age().is_some_and(is_old) {
                give_up(&context, &due).await?;
            } else {
                let tx = db.begin_write().await?;
                repo::jobs::defer(&tx, kinds, name, until, now, DEFER_BATCH).await?;
                tx.commit().await?;
            }
            return Ok(true);
        }
        let acquired = acquire(&context, &due).await;
        let Ok(Some(job)) = acquired else {
            if let Some(name) = name {
                destinations.withdraw(name);
            }
            return acquired.map(|_| true);
        };
        let delivery = Rc::clone(&self.delivery);
        let task = self
            .tasks
            .spawn_local(async move { or_log(work_on(&context, &delivery, &job).await, true) });
        let work = Work::Job(lane, due.destination);
        self.running.insert(task.id(), work);
        Ok(true)
    }

    fn record(&mut self, ended: Result<(Id, bool), JoinError>) {
        let (id, is_answered) = ended.unwrap_or_else(|error| (error.id(), true));
        let now = self.context.core.now();
        if let Some(Work::Job(lane, Some(name))) = self.running.remove(&id)
            && let Some(destinations) = self.destinations.get_mut(&lane)
        {
            destinations.record(&name, is_answered, now);
        }
    }
}

/// Returns the value, or logs the failure and returns `otherwise`.
fn or_log<T>(outcome: Result<T>, otherwise: T) -> T {
    outcome.unwrap_or_else(|error| {
        tracing::warn!(fault = %error, "running jobs failed");
        otherwise
    })
}

async fn run_bulk_changes(context: &Context) -> Result<()> {
    loop {
        // Boxed, because the future of each operation is large.
        let step = Box::pin(bulk_step::run_due(context)).await;
        if !step.map_err(|error| ServerError::Internal(error.to_string()))? {
            return Ok(());
        }
    }
}

/// Leases a job. Returns `None` if another worker was faster.
async fn acquire(context: &Context, due: &DueJob) -> Result<Option<Job>> {
    let now = context.core.now();
    let tx = context.core.db.begin_write().await?;
    let job = repo::jobs::acquire(&tx, due.id, now + retry::LEASE, now).await?;
    tx.commit().await?;
    Ok(job)
}

/// Ends a notification whose destination has been closed for too long.
async fn give_up(context: &Context, due: &DueJob) -> Result<()> {
    let Some(job) = acquire(context, due).await? else {
        return Ok(());
    };
    if let Some(JobPayload::Logout(notice)) = context.delivery.jobs.unseal(&job) {
        backchannel_logout::give_up(&context.core, &notice).await?;
    }
    let reason = "the destination has not answered for too long";
    let never = Err(SendError::Never(reason.to_owned()));
    finish(context, &job, never).await?;
    Ok(())
}

/// Runs a job. Returns false if its destination did not answer.
async fn work_on(context: &Context, delivery: &MailDelivery, job: &Job) -> Result<bool> {
    let outcome = match context.delivery.jobs.unseal(job) {
        Some(task) => carry_out(context, &delivery.mail, job, &task).await,
        None => Err(SendError::Never(
            "the stored message cannot be decrypted".to_owned(),
        )),
    };
    let is_answered = !matches!(outcome, Err(SendError::Unanswered(_)));
    let result = finish(context, job, outcome).await?;
    if JobKind::MAILS.contains(&job.kind) {
        delivery.metrics.mail(result);
    }
    Ok(is_answered)
}

/// Stores the outcome of a job. Returns its result for the metrics.
async fn finish(
    context: &Context,
    job: &Job,
    outcome: Result<(), SendError>,
) -> Result<MailResult> {
    let now = context.core.now();
    let tx = context.core.db.begin_write().await?;
    let (is_ours, result) = match outcome {
        Ok(()) => {
            let is_ours = repo::jobs::complete(&tx, job, now).await?;
            (is_ours, MailResult::Sent)
        }
        Err(SendError::Useless) => {
            let is_ours = repo::jobs::delete(&tx, job).await?;
            (is_ours, MailResult::Useless)
        }
        Err(error) => {
            let next = match &error {
                SendError::Later(_) | SendError::Unanswered(_) => {
                    retry::next_attempt(job.kind, job.created_at, job.attempts, now)
                }
                SendError::Never(_) | SendError::Useless => None,
            };
            let (kind, job_id) = (job.kind.as_str(), job.id);
            tracing::warn!(%job_id, kind, %error, attempts = job.attempts, given_up = next.is_none(), "job failed");
            let reason = without_addresses(&error.to_string());
            let is_ours = repo::jobs::fail(&tx, job, &reason, next, now).await?;
            let result = next.map_or(MailResult::Failed, |_| MailResult::Delayed);
            (is_ours, result)
        }
    };
    tx.commit().await?;
    if !is_ours {
        let (kind, job_id) = (job.kind.as_str(), job.id);
        tracing::warn!(%job_id, kind, "another worker repeats the job: this process stopped for longer than its lease");
    }
    Ok(result)
}

/// Returns a reason without the e-mail addresses that the text of a server repeats: administrators who
/// see jobs need not have the right to see users.
fn without_addresses(reason: &str) -> String {
    let words = reason.split(' ');
    let words = words.map(|word| if word.contains('@') { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

async fn carry_out(
    context: &Context,
    mail: &OutgoingMail,
    job: &Job,
    task: &JobPayload,
) -> Result<(), SendError> {
    let done = match task {
        JobPayload::Mail(message) => {
            return send_if_valid(context, mail, job, message).await;
        }
        JobPayload::Logout(notice) => {
            return backchannel_logout::deliver(context, job.attempts, notice).await;
        }
        JobPayload::Ping(request) => return ping::deliver(context, request).await,
        JobPayload::PasswordReset(request) => password_reset::mail_link(context, request).await,
        JobPayload::Lock(lock) => notification::mail_lock(context, lock).await,
        JobPayload::VerifyEmail(request) => verify_email::mail_again(context, request).await,
        JobPayload::EmailCode(requested) => email_code::mail(context, requested).await,
    };
    done.map_err(|error| SendError::Later(error.to_string()))
}

/// Sends a message whose link or code is valid when it arrives.
async fn send_if_valid(
    context: &Context,
    mail: &OutgoingMail,
    job: &Job,
    message: &MailMessage,
) -> Result<(), SendError> {
    let core = &context.core;
    if rules::is_too_late(message, core.now()) {
        let problem = "the sign-in that the message is for has ended";
        return Err(SendError::Never(problem.to_owned()));
    }
    match email_link::renew(core, message).await {
        Ok(true) => send(context, mail, job, message).await,
        Ok(false) => Err(SendError::Useless),
        Err(error) => Err(SendError::Later(error.to_string())),
    }
}

async fn send(
    context: &Context,
    mail: &OutgoingMail,
    job: &Job,
    letter: &MailMessage,
) -> Result<(), SendError> {
    let later = |error: ServerError| SendError::Later(error.to_string());
    let core = &context.core;
    let owners = letter.owners.clone().unwrap_or_default();
    let brand = own_brand::of_owners(core, &context.directory, &owners);
    let brand = brand.await.map_err(later)?;
    let texts = own_brand::texts_of_owners(core, &context.directory, &owners);
    let texts = texts.await.map_err(later)?;
    let write = || message::write(letter, &brand, &mail.templates, core.issuer());
    let written =
        overlay::with(&texts, write).map_err(|error| SendError::Never(error.to_string()))?;
    let picture = match written.logo {
        Some(logo) => {
            let file = own_brand::file(core, &logo.file).await.map_err(later)?;
            file.map(|file| InlinePicture {
                id: logo.id,
                png: file.body,
            })
        }
        None => None,
    };
    let written = Mail {
        message_id: format!("{}@{}", job.id, core.config.issuer_host()),
        to: letter.to.clone(),
        subject: written.subject,
        text: written.text,
        html: written.html,
        picture,
        sent_at: core.now(),
    };
    let sending = tokio::time::timeout(MAIL_DEADLINE, mail.mailer.send(&written));
    sending.await.unwrap_or_else(|_| {
        let seconds = MAIL_DEADLINE.as_secs();
        let problem = format!("the mail server did not finish within {seconds} seconds");
        Err(SendError::Unanswered(problem))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reason_has_no_addresses() {
        let reason = "permanent error (550): 5.1.1 <alice@example.com>: user unknown";
        let expected = "permanent error (550): 5.1.1 … user unknown";
        assert_eq!(without_addresses(reason), expected);
    }
}
