//! The mails that a stack kept, read as a person reads their mail: through `/dev/mail`.

use std::time::{Duration, Instant};

use doorward_store::repo;
use serde::Deserialize;
use url::Url;

use crate::{Stack, UserAgent};

/// How long a promised mail may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A kept mail.
#[derive(Clone, Debug, Deserialize)]
pub struct Mail {
    /// To whom.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The plain part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

impl Mail {
    /// The address of its button.
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
    /// Waits until no job waits that is due.
    pub async fn wait_for_jobs(&self) {
        use doorward_access::clock::Clock as _;
        let db = self.db().await;
        let start = Instant::now();
        while repo::logout_notifications::count(db.read())
            .await
            .expect("a query")
            > 0
        {
            assert!(start.elapsed() < PATIENCE, "notes are left");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        while repo::jobs::next_due(db.read(), self.clock.now())
            .await
            .expect("a query")
            .is_some()
        {
            assert!(start.elapsed() < PATIENCE, "jobs are left undone");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // The last one may still be under way.
        while repo::jobs::count_waiting(db.read()).await.expect("a query") > 0 {
            assert!(start.elapsed() < PATIENCE, "a job is not finished");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        db.close().await.expect("close");
    }

    /// The mails to an address, the newest first, when every promised one has arrived.
    pub async fn mails(&self, to: &str) -> Vec<Mail> {
        self.wait_for_jobs().await;
        let page = UserAgent::new().get(self.at("/dev/mail?format=json")).await;
        let mails: Vec<Mail> = serde_json::from_slice(&page.body).expect("mails");
        mails.into_iter().filter(|mail| mail.to == to).collect()
    }

    /// The newest mail to an address.
    pub async fn mail(&self, to: &str) -> Mail {
        let mails = self.mails(to).await;
        let mail = mails.into_iter().next();
        mail.unwrap_or_else(|| panic!("no mail to {to}"))
    }
}
