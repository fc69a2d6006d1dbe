//! Runs the due jobs and the bulk changes, one after the other.

use std::sync::Arc;
use std::time::Duration;

use doorward_admin::bulk_step;
use doorward_domain::model::Job;
use doorward_domain::rules::retry;
use doorward_store::repo;

use doorward_email::delivery::{Mail, Mailer, SendError};
use doorward_email::message::MailMessage;
use doorward_services::context::{Context, Core};
use doorward_services::error::ServerError;
use doorward_services::jobs::JobPayload;
use doorward_services::{
    backchannel_logout, email_code, notification, password_reset, verify_email,
};

/// Maximum time between two polls.
const EVERY: Duration = Duration::from_secs(2);

/// Runs jobs until the server stops. A job of a crashed worker starts again when its lease expires.
pub async fn run(context: Arc<Context>, mailer: Arc<dyn Mailer>) {
    loop {
        if let Err(error) = work_off(&context, &*mailer).await {
            tracing::warn!(fault = %error, "running jobs failed");
        }
        tokio::select! {
            () = context.delivery.jobs.rung() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Runs every job that is due, and then each bulk change, in steps between which jobs run.
async fn work_off(context: &Context, mailer: &dyn Mailer) -> Result<(), ServerError> {
    loop {
        run_jobs(context, mailer).await?;
        // Boxed, because the future of each operation is large.
        let step = Box::pin(bulk_step::run_due(context)).await;
        if !step.map_err(|error| ServerError::Internal(error.to_string()))? {
            return Ok(());
        }
    }
}

/// Runs every job that is due.
async fn run_jobs(context: &Context, mailer: &dyn Mailer) -> Result<(), ServerError> {
    backchannel_logout::enqueue_jobs(&context.core, &context.delivery).await?;
    while let Some(id) = repo::jobs::next_due(context.core.db.read(), context.core.now()).await? {
        let now = context.core.now();
        let tx = context.core.db.begin_write().await?;
        let job = repo::jobs::acquire(&tx, id, now + retry::LEASE, now).await?;
        tx.commit().await?;
        if let Some(job) = job {
            work_on(context, mailer, &job).await?;
        }
    }
    Ok(())
}

async fn work_on(context: &Context, mailer: &dyn Mailer, job: &Job) -> Result<(), ServerError> {
    let outcome = match context.delivery.jobs.unseal(job) {
        Some(task) => carry_out(context, mailer, job, &task).await,
        None => Err(SendError::Never(
            "the stored message cannot be decrypted".to_owned(),
        )),
    };
    let now = context.core.now();
    let tx = context.core.db.begin_write().await?;
    match outcome {
        Ok(()) => repo::jobs::complete(&tx, job.id, now).await?,
        Err(error) => {
            let next = match &error {
                SendError::Later(_) => retry::next_attempt(job.attempts, now),
                SendError::Never(_) => None,
            };
            let (kind, job_id) = (job.kind.as_str(), job.id);
            tracing::warn!(%job_id, kind, %error, attempts = job.attempts, given_up = next.is_none(), "job failed");
            let reason = without_addresses(&error.to_string());
            repo::jobs::fail(&tx, job.id, &reason, next, now).await?;
        }
    }
    tx.commit().await?;
    Ok(())
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
    mailer: &dyn Mailer,
    job: &Job,
    task: &JobPayload,
) -> Result<(), SendError> {
    let later = |error: ServerError| SendError::Later(error.to_string());
    match task {
        JobPayload::Mail(letter) => send(&context.core, mailer, job, letter).await,
        JobPayload::PasswordReset(request) => {
            let done = password_reset::mail_link(
                &context.core,
                &context.delivery,
                &context.limits,
                request,
            )
            .await;
            done.map_err(later)
        }
        JobPayload::Lock(lock) => {
            let done = notification::mail_lock(&context.core, &context.delivery, lock).await;
            done.map_err(later)
        }
        JobPayload::VerifyEmail(request) => {
            let done = verify_email::mail_again(
                &context.core,
                &context.delivery,
                &context.limits,
                request,
            )
            .await;
            done.map_err(later)
        }
        JobPayload::EmailCode(requested) => {
            let done = email_code::mail(
                &context.core,
                &context.delivery,
                &context.accounts,
                &context.limits,
                requested,
            )
            .await;
            done.map_err(later)
        }
        JobPayload::Logout(notice) => {
            backchannel_logout::deliver(
                &context.core,
                &context.directory,
                &context.issuing,
                job.attempts,
                notice,
            )
            .await
        }
    }
}

async fn send(
    core: &Core,
    mailer: &dyn Mailer,
    job: &Job,
    message: &MailMessage,
) -> Result<(), SendError> {
    let site = &core.config.branding.name;
    let written = message
        .write(site, core.issuer())
        .map_err(|error| SendError::Never(error.to_string()))?;
    let mail = Mail {
        message_id: format!("{}@{}", job.id, core.config.issuer_host()),
        to: message.to.clone(),
        subject: written.subject,
        text: written.text,
        html: written.html,
        sent_at: core.now(),
    };
    mailer.send(&mail).await
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
