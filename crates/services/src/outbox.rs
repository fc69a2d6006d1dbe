//! Where letters are promised: within a running server, or beside it on the command line, whose
//! promises the worker of the server keeps.

use doorward_config::Config;
use doorward_domain::model::User;
use doorward_domain::rules::rate_limit::Limit;
use doorward_domain::time::UnixSeconds;
use doorward_email::message::{Asked, MailContent, MailMessage};
use doorward_i18n::Lang;
use doorward_store::WriteTx;

use crate::caller::Caller;
use crate::error::ServerError;
use crate::geoip::GeoIp;
use crate::jobs::{JobPayload, Jobs};

/// What it takes to promise a letter.
#[derive(Clone, Copy)]
pub struct MailOutbox<'a> {
    config: &'a Config,
    jobs: &'a Jobs,
    geoip: Option<&'a GeoIp>,
}

impl std::fmt::Debug for MailOutbox<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Letters")
    }
}

impl<'a> MailOutbox<'a> {
    /// Those of a running server, which knows where addresses are.
    pub const fn of_server(config: &'a Config, jobs: &'a Jobs, geoip: &'a GeoIp) -> Self {
        Self {
            config,
            jobs,
            geoip: Some(geoip),
        }
    }

    /// Those of a program beside the server.
    pub const fn beside(config: &'a Config, jobs: &'a Jobs) -> Self {
        Self {
            config,
            jobs,
            geoip: None,
        }
    }

    /// What links begin with.
    pub fn issuer(&self) -> &str {
        &self.config.issuer
    }

    /// A limit as it is configured here.
    pub fn scaled(&self, limit: Limit) -> Limit {
        limit.scaled(self.config.limits.multiplier)
    }

    /// Whether there is a way out for mails.
    pub fn can_go(&self) -> bool {
        self.config.can_mail()
    }

    /// Tells the worker of this process that a transaction with a promise was committed.
    pub fn wake(&self) {
        self.jobs.wake();
    }

    /// Promises a letter to an address of which nothing else is known. Call [`Self::wake`] after the
    /// commit.
    pub async fn invite(
        &self,
        tx: &WriteTx,
        to: &str,
        content: MailContent,
        lang: Lang,
        now: UnixSeconds,
    ) -> Result<(), ServerError> {
        let letter = MailMessage {
            to: to.to_owned(),
            lang: lang.code().to_owned(),
            name: to.to_owned(),
            // Where the inviter sat is not told.
            asked: Asked {
                user_agent: String::new(),
                ip: String::new(),
                place: None,
                at: now,
            },
            content,
        };
        self.jobs
            .enqueue(tx, &JobPayload::Mail(Box::new(letter)), now)
            .await
    }

    /// Promises a letter to `to`, in the person's own language where they have said which; nothing
    /// where no mail can go. Call [`Self::wake`] after the commit.
    pub async fn promise(
        &self,
        tx: &WriteTx,
        user: &User,
        to: &str,
        content: MailContent,
        caller: &Caller,
        now: UnixSeconds,
    ) -> Result<(), ServerError> {
        if !self.can_go() {
            return Ok(());
        }
        let own = user.profile.locale.as_deref().and_then(Lang::from_tag);
        let lang = own.unwrap_or(caller.lang);
        let locate = |ip| self.geoip.and_then(|geoip| geoip.locate(ip, lang));
        let letter = MailMessage {
            to: to.to_owned(),
            lang: lang.code().to_owned(),
            name: user.display_name(),
            asked: Asked {
                user_agent: caller.user_agent.clone(),
                ip: caller.ip_text(),
                place: caller.ip.and_then(locate),
                at: now,
            },
            content,
        };
        self.jobs
            .enqueue(tx, &JobPayload::Mail(Box::new(letter)), now)
            .await
    }
}
