//! Reminders of campaigns: mails to users who have no second factor yet. Each batch stores its progress in
//! the transaction of its mails, so that each user gets each reminder once, from any replica and after a
//! restart.

use doorward_domain::model::FactorCampaign;
use doorward_rules::factor_campaign;

use crate::prelude::*;

/// Maximum number of users whom a transaction reminds.
const BATCH: u64 = 100;

/// Returns the campaigns with a reminder that is due.
pub fn due(mut open: Vec<FactorCampaign>, now: UnixSeconds) -> Vec<FactorCampaign> {
    open.retain(|campaign| {
        factor_campaign::is_reminder_due(campaign.reminder_due_at, campaign.starts_at, now)
    });
    open
}

/// Enqueues the reminders of these campaigns. Stops if another replica continues one, or it has ended.
#[boxed(?Send)]
pub async fn send(context: &Context, due: Vec<FactorCampaign>) -> Result<()> {
    for mut campaign in due {
        let began = campaign.reminder_due_at;
        while campaign.reminder_due_at == began {
            let Some(after) = send_batch(context, &campaign).await? else {
                break;
            };
            campaign = after;
        }
    }
    Ok(())
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
            let content = MailContent::FactorDue {
                url: format!("{}/account/security/2fa", core.issuer()),
                from: before.starts_at,
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
