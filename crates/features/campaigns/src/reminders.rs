//! Reminders of campaigns: mails to users who have no second factor yet. Each batch stores its progress in
//! the transaction of its mails, so that each user gets each reminder once, from any replica and after a
//! restart.

use std::collections::BTreeMap;

use doorward_domain::feature_mail::FeatureMail;
use doorward_domain::model::mail::{MailContent, MailValue};
use doorward_domain::model::{AuditKind, FactorCampaign};
use doorward_rules::factor_campaign;
use doorward_services::caller::Caller;
use doorward_services::context::Context;
use doorward_services::error::ServerError;
use doorward_services::transaction::in_plain_transaction;

use doorward_services::caller::AuditEventExt as _;
use doorward_store::repo;

type Result<T> = std::result::Result<T, ServerError>;

/// Maximum number of users whom a transaction reminds.
const BATCH: u64 = 100;

/// Maximum number of batches in a turn of the server; the next turn continues.
const BATCHES: u64 = 200;

pub(super) const MAIL: FeatureMail = FeatureMail {
    name: "factor-due",
    keys: [
        "mail-factor-subject",
        "mail-factor-text",
        "two-factor-set-up",
        "mail-factor-otherwise",
    ],
    path: "/account/security/2fa",
    sample: || vec![("moment", MailValue::Moment(1_796_000_000))],
};

/// Enqueues the reminders that are due. Leaves a campaign that another replica continues, or that has ended.
/// Returns the number of batches.
pub(super) async fn run_due(context: &Context) -> Result<u64> {
    let core = &context.core;
    let mut due = repo::factor_campaigns::list_open(core.db.read()).await?;
    let now = core.now();
    due.retain(|campaign| {
        factor_campaign::is_reminder_due(campaign.reminder_due_at, campaign.starts_at, now)
    });
    let mut done = 0;
    for mut campaign in due {
        let began = campaign.reminder_due_at;
        while campaign.reminder_due_at == began && done < BATCHES {
            done += 1;
            let Some(after) = send_batch(context, &campaign).await? else {
                break;
            };
            campaign = after;
        }
    }
    Ok(done)
}

/// Enqueues a batch of reminders. Returns the campaign with its progress; `None` if another replica was
/// faster.
async fn send_batch(context: &Context, before: &FactorCampaign) -> Result<Option<FactorCampaign>> {
    let Context { core, delivery, .. } = context;
    let now = core.now();
    let read = core.db.read();
    let users =
        repo::factor_campaigns::list_without_factor(read, &before.target, before.reminded, BATCH)
            .await?;
    let is_last = u64::try_from(users.len()).is_ok_and(|found| found < BATCH);
    let last = users.last().map(|(user, _)| user.id);
    let after = if is_last {
        let next = factor_campaign::next_reminder(before.starts_at, &before.reminders, now);
        FactorCampaign {
            reminder_due_at: next,
            reminded: None,
            ..before.clone()
        }
    } else {
        FactorCampaign {
            reminded: last,
            ..before.clone()
        }
    };
    let caller = caller(context);
    let done = in_plain_transaction(&core.db, async |tx| {
        if !repo::factor_campaigns::advance(tx, before, &after).await? {
            return Ok(None);
        }
        let outbox = delivery.outbox(core);
        for (user, exception) in &users {
            let is_excepted = exception.as_ref().is_some_and(|own| own.until > now);
            if is_excepted || user.email.is_empty() {
                continue;
            }
            let content = MailContent::Feature {
                mail: MAIL.name.to_owned(),
                url: format!("{}{}", core.issuer(), MAIL.path),
                values: BTreeMap::from([(
                    "moment".to_owned(),
                    MailValue::Moment(before.starts_at),
                )]),
            };
            outbox
                .enqueue(tx, user, &user.email, content, &caller, now)
                .await?;
        }
        if is_last {
            let event = caller
                .event(AuditKind::SystemChanged, true, now)
                .about(before.id)
                .with("change", "second factor reminder sent")
                .with("reminder", before.reminder_due_at);
            repo::audit::insert(tx, &event).await?;
        }
        Ok(Some(after.clone()))
    })
    .await;
    delivery.jobs.wake();
    done
}

fn caller(context: &Context) -> Caller {
    Caller {
        lang: context.core.default_lang(),
        ..Caller::of_server(&context.core.random)
    }
}
