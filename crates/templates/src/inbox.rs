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

fn sample() -> InboxMail {
    InboxMail {
        id: "0199-sample".to_owned(),
        to: "alice@example.com".to_owned(),
        subject: "Confirm your email address".to_owned(),
        text: "Hello Alice,\n\nConfirm that this is your address.".to_owned(),
        sent_at: 1_795_000_000,
    }
}

impl View for Inbox {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let page = |mails| Self {
            layout: layout.clone(),
            mails,
            now: 1_795_000_100,
        };
        vec![
            ("normal", page(vec![sample()])),
            ("empty", page(Vec::new())),
        ]
    }
}

impl View for InboxPage {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let page = Self {
            layout: layout.clone(),
            mail: sample(),
            link: Some("/verify-email?token=sample".to_owned()),
        };
        vec![("normal", page)]
    }
}
