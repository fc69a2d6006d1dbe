//! The inbox of a development instance (`/dev/mail`).

use super::prelude::*;

#[derive(Clone, Debug)]
pub struct InboxMail {
    pub id: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub sent_at: i64,
}

/// `GET /dev/mail`: the stored messages, the newest first. English only, because it is for
/// developers.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/inbox.html")]
pub struct Inbox {
    pub layout: Layout,
    pub mails: Vec<InboxMail>,
    pub now: i64,
}

/// `GET /dev/mail/{id}`: one message.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/inbox_mail.html")]
pub struct InboxPage {
    pub layout: Layout,
    pub mail: InboxMail,
    pub link: Option<String>,
}
