//! The e-mail messages of a stack, read through `/dev/mail`.

use std::time::{Duration, Instant};

use doorward_domain::model::JobKind;
use doorward_store::repo;
use serde::Deserialize;
use url::Url;

use crate::{Stack, UserAgent};

/// Maximum time for an enqueued message.
const PATIENCE: Duration = Duration::from_secs(20);

/// A stored message.
#[derive(Clone, Debug, Deserialize)]
pub struct Mail {
    /// Recipient.
    pub to: String,
    /// Subject line.
    pub subject: String,
    /// Plain text part.
    pub text: String,
    /// HTML part.
    pub html: String,
}

impl Mail {
    /// Returns the URL of its button.
    pub fn link(&self, issuer: &str) -> Url {
        let line = self
            .text
            .lines()
            .find(|line| line.starts_with(issuer) && line.len() > issuer.len());
        let line = line.unwrap_or_else(|| panic!("no link in {}", self.text));
        Url::parse(line).expect("a URL")
    }
}

impl Stack {
    /// Waits until no due job is waiting.
    pub async fn wait_for_jobs(&self) {
        use doorward_access::clock::Clock as _;
        let db = self.db().await;
        let start = Instant::now();
        while !repo::logout_notifications::list(db.read(), self.clock.now(), 1)
            .await
            .expect("a query")
            .is_empty()
        {
            assert!(start.elapsed() < PATIENCE, "notes are left");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        while repo::jobs::next_due(db.read(), &JobKind::ALL, &[], self.clock.now())
            .await
            .expect("a query")
            .is_some()
        {
            assert!(start.elapsed() < PATIENCE, "jobs are left undone");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // The last one may still be running.
        while repo::jobs::count_waiting(db.read()).await.expect("a query") > 0 {
            assert!(start.elapsed() < PATIENCE, "a job is not finished");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        db.close().await.expect("close");
    }

    /// Returns the messages to an address, newest first, after all enqueued ones were sent.
    pub async fn mails(&self, to: &str) -> Vec<Mail> {
        self.wait_for_jobs().await;
        let page = UserAgent::new().get(self.at("/dev/mail?format=json")).await;
        let mails: Vec<Mail> = serde_json::from_slice(&page.body).expect("mails");
        mails.into_iter().filter(|mail| mail.to == to).collect()
    }

    /// Sets or removes the language in a user's profile, which is that of the messages.
    pub async fn set_language(&self, username: &str, locale: Option<&str>) {
        let db = self.db().await;
        let found = repo::users::find_by_identifier(db.read(), username).await;
        let mut user = found.expect("a query").expect("a user");
        user.profile.locale = locale.map(str::to_owned);
        let tx = db.begin_write().await.expect("a transaction");
        assert!(repo::users::update(&tx, &user).await.expect("an update"));
        tx.commit().await.expect("commit");
        db.close().await.expect("close");
    }

    /// Returns the newest message to an address.
    pub async fn mail(&self, to: &str) -> Mail {
        let mails = self.mails(to).await;
        let mail = mails.into_iter().next();
        mail.unwrap_or_else(|| panic!("no mail to {to}"))
    }
}
