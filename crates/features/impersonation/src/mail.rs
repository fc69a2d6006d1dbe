//! The mail that notifies the user.

use std::collections::BTreeMap;

use doorward_admin::prelude::*;
use doorward_admin::user_notification;
use doorward_domain::feature_mail::FeatureMail;
use doorward_domain::model::Grant;
use doorward_domain::model::mail::{MailContent, MailValue};

pub(super) const MAIL: FeatureMail = FeatureMail {
    name: "impersonation",
    keys: [
        "mail-impersonation-subject",
        "mail-impersonation-text",
        "mail-impersonation-button",
        "mail-impersonation-otherwise",
    ],
    path: "/account/activity",
    sample: || {
        let text = |text: &str| MailValue::Text(text.to_owned());
        vec![
            ("administrator", text("Robin Example")),
            ("app", text("Orders")),
            ("moment", MailValue::Moment(1_796_000_000)),
            ("reason", text("Ticket 4711")),
        ]
    },
};

/// Enqueues the notification of the user about an impersonation.
pub(super) async fn enqueue(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    (grant, user): (&Grant, &User),
    client: &Client,
    administrator: &User,
    reason: String,
) -> Result<()> {
    let values = [
        (
            "administrator",
            MailValue::Text(administrator.display_name()),
        ),
        ("app", MailValue::Text(client.name.clone())),
        ("moment", MailValue::Moment(grant.expires_at)),
        ("reason", MailValue::Text(reason)),
    ];
    let values = values.map(|(name, value)| (name.to_owned(), value));
    let content = context.outbox.as_ref().map(|outbox| MailContent::Feature {
        mail: MAIL.name.to_owned(),
        url: format!("{}{}", outbox.issuer(), MAIL.path),
        values: BTreeMap::from(values),
    });
    user_notification::enqueue(context, tx, user, content).await
}
