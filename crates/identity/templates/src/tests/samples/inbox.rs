use super::Sampled;
use crate::inbox::{Inbox, InboxMail, InboxPage};
use crate::layout::Layout;

fn sample() -> InboxMail {
    InboxMail {
        id: "0199-sample".to_owned(),
        to: "alice@example.com".to_owned(),
        subject: "Confirm your email address".to_owned(),
        text: "Hello Alice,\n\nConfirm that this is your address.".to_owned(),
        sent_at: 1_795_000_000,
    }
}

impl Sampled for Inbox {
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

impl Sampled for InboxPage {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let page = Self {
            layout: layout.clone(),
            mail: sample(),
            link: Some("/verify-email?token=sample".to_owned()),
        };
        vec![("normal", page)]
    }
}
