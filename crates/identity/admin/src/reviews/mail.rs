//! The mail that asks a reviewer for decisions.

use doorward_domain::model::AccessReview;
use doorward_domain::model::mail::MailContent;

use crate::prelude::*;
use crate::user_notification;

/// Enqueues the mail at the start of a review and the reminder, which are the same.
pub(super) async fn enqueue(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    review: &AccessReview,
    reviewer: &User,
) -> Result<()> {
    let content = context.outbox.as_ref().map(|outbox| MailContent::Review {
        url: format!("{}/account/reviews", outbox.issuer()),
        review: review.name.clone(),
        due: review.due_at,
    });
    user_notification::enqueue(context, tx, reviewer, content).await
}
