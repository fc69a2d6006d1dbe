//! The personal data of a user who asks for it and cannot sign in (GDPR article 15): the document of
//! the account page.

pub use doorward_accounts::personal_data::Document;
use doorward_accounts::personal_data::Source;
use doorward_domain::model::mail::MailContent;

use crate::prelude::*;
use crate::user_notification::enqueue;

/// Returns the next part of a document; `None` after the last one.
#[boxed(?Send)]
pub async fn next(context: &AdminContext<'_>, document: &mut Document) -> Result<Option<String>> {
    context.must_administer()?;
    let config = context.config()?;
    let source = Source {
        conn: context.db.read(),
        issuer: &config.issuer,
        staff_roles: &config.accounts.staff_roles,
        now: context.now(),
    };
    Ok(document.next(&source).await?)
}

/// Records that the data of a user were written, and notifies the user by mail.
#[boxed(?Send)]
pub async fn record(context: &AdminContext<'_>, user: &User) -> Result<()> {
    context.must_administer()?;
    let tx = context.begin().await?;
    let mail = context.outbox.map(|outbox| MailContent::Exported {
        url: format!("{}/account/password", outbox.issuer()),
    });
    enqueue(context, &tx, user, mail).await?;
    let event = context.event(AuditKind::DataExported, user.id, "data exported");
    context.commit_with(tx, &event).await
}
