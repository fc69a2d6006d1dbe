//! The mail that asks a reviewer for decisions.

use std::collections::BTreeMap;

use doorward_domain::feature_mail::FeatureMail;
use doorward_domain::model::AccessReview;
use doorward_domain::model::mail::{MailContent, MailValue};

use doorward_admin::prelude::*;
use doorward_admin::user_notification;

pub(super) const MAIL: FeatureMail = FeatureMail {
    name: "review",
    keys: [
        "mail-review-subject",
        "mail-review-text",
        "mail-review-button",
        "mail-review-otherwise",
    ],
    path: "/account/reviews",
    sample: || {
        let name = "Editors, fourth quarter".to_owned();
        vec![
            ("review", MailValue::Text(name)),
            ("moment", MailValue::Moment(1_796_000_000)),
        ]
    },
};

/// Enqueues the mail at the start of a review and the reminder, which are the same.
pub(super) async fn enqueue(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    review: &AccessReview,
    reviewer: &User,
) -> Result<()> {
    let content = context.outbox.as_ref().map(|outbox| MailContent::Feature {
        mail: MAIL.name.to_owned(),
        url: format!("{}{}", outbox.issuer(), MAIL.path),
        values: BTreeMap::from([
            ("review".to_owned(), MailValue::Text(review.name.clone())),
            ("moment".to_owned(), MailValue::Moment(review.due_at)),
        ]),
    });
    user_notification::enqueue(context, tx, reviewer, content).await
}
