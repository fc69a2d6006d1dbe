//! Runs the due jobs, one after the other.

use std::sync::Arc;
use std::time::Duration;

use doorward_domain::model::Job;
use doorward_domain::rules::retry;
use doorward_store::repo;

use doorward_email::delivery::{Mail, Mailer, SendError};
use doorward_email::message::MailMessage;
use doorward_services::error::ServerError;
use doorward_services::jobs::JobPayload;
use doorward_services::state::State;
use doorward_services::{
    backchannel_logout, email_code, notification, password_reset, verify_email,
};

/// Maximum time between two polls.
const EVERY: Duration = Duration::from_secs(2);

/// Runs jobs until the server stops. A job of a crashed worker starts again when its lease expires.
pub async fn forever(state: Arc<State>, mailer: Arc<dyn Mailer>) {
    loop {
        if let Err(fault) = work_off(&state, &*mailer).await {
            tracing::warn!(%fault, "running jobs failed");
        }
        tokio::select! {
            () = state.jobs.rung() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Runs every job that is due, and returns the number started.
async fn work_off(state: &State, mailer: &dyn Mailer) -> Result<u64, ServerError> {
    let mut begun = 0;
    backchannel_logout::promise_jobs(state).await?;
    while let Some(id) = repo::jobs::next_due(state.db.read(), state.now()).await? {
        let now = state.now();
        let tx = state.db.begin_write().await?;
        let job = repo::jobs::acquire(&tx, id, now + retry::LEASE, now).await?;
        tx.commit().await?;
        if let Some(job) = job {
            begun += 1;
            work_on(state, mailer, &job).await?;
        }
    }
    Ok(begun)
}

async fn work_on(state: &State, mailer: &dyn Mailer, job: &Job) -> Result<(), ServerError> {
    let outcome = match state.jobs.unseal(job) {
        Some(task) => carry_out(state, mailer, job, &task).await,
        None => Err(SendError::Never(
            "the stored message cannot be decrypted".to_owned(),
        )),
    };
    let now = state.now();
    let tx = state.db.begin_write().await?;
    match outcome {
        Ok(()) => repo::jobs::complete(&tx, job.id, now).await?,
        Err(error) => {
            let next = match &error {
                SendError::Later(_) => retry::next_try(job.attempts, now),
                SendError::Never(_) => None,
            };
            let (kind, job_id) = (job.kind.as_str(), job.id);
            tracing::warn!(%job_id, kind, %error, attempts = job.attempts, given_up = next.is_none(), "job failed");
            repo::jobs::fail(&tx, job.id, &error.to_string(), next, now).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn carry_out(
    state: &State,
    mailer: &dyn Mailer,
    job: &Job,
    task: &JobPayload,
) -> Result<(), SendError> {
    let later = |fault: ServerError| SendError::Later(fault.to_string());
    match task {
        JobPayload::Mail(letter) => send(state, mailer, job, letter).await,
        JobPayload::PasswordReset(request) => {
            let done = password_reset::mail_link(state, request).await;
            done.map_err(later)
        }
        JobPayload::Lock(lock) => {
            let done = notification::mail_lock(state, lock).await;
            done.map_err(later)
        }
        JobPayload::VerifyEmail(request) => {
            let done = verify_email::mail_again(state, request).await;
            done.map_err(later)
        }
        JobPayload::EmailCode(wanted) => {
            let done = email_code::mail(state, wanted).await;
            done.map_err(later)
        }
        JobPayload::Logout(notice) => {
            backchannel_logout::deliver(state, job.attempts, notice).await
        }
    }
}

async fn send(
    state: &State,
    mailer: &dyn Mailer,
    job: &Job,
    letter: &MailMessage,
) -> Result<(), SendError> {
    let site = &state.config.branding.name;
    let written = letter
        .write(site, state.issuer())
        .map_err(|error| SendError::Never(error.to_string()))?;
    let mail = Mail {
        message_id: format!("{}@{}", job.id, state.config.issuer_host()),
        to: letter.to.clone(),
        subject: written.subject,
        text: written.text,
        html: written.html,
        sent_at: state.now(),
    };
    mailer.send(&mail).await
}
