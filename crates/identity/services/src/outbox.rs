//! The outbox of mails, for a running server and for the command line, whose mails the server's
//! worker sends.

use doorward_domain::model::mail::{MailContent, MailMessage, RequestOrigin};
use doorward_domain::model::{BrandOwner, BrandOwners, Job};
use doorward_store::WriteTx;

use crate::branding;
use crate::caller::Caller;
use crate::error::Result;
use crate::geoip::GeoIp;
use crate::jobs::{JobPayload, Jobs};
use crate::prelude::*;

/// The configuration and queue to enqueue mails with.
#[derive(Clone, Copy, Debug)]
pub struct MailOutbox<'a> {
    config: &'a Config,
    jobs: &'a Jobs,
    geoip: Option<&'a GeoIp>,
}

impl<'a> MailOutbox<'a> {
    /// Creates the outbox of a running server, which can locate IP addresses.
    pub const fn of_server(config: &'a Config, jobs: &'a Jobs, geoip: &'a GeoIp) -> Self {
        Self {
            config,
            jobs,
            geoip: Some(geoip),
        }
    }

    /// Creates the outbox of a program that runs beside the server.
    pub const fn for_background(config: &'a Config, jobs: &'a Jobs) -> Self {
        Self {
            config,
            jobs,
            geoip: None,
        }
    }

    pub fn issuer(&self) -> &str {
        &self.config.issuer
    }

    pub fn scaled(&self, limit: Limit) -> Limit {
        limit.scaled(self.config.limits.multiplier)
    }

    pub fn can_go(&self) -> bool {
        self.config.can_mail()
    }

    /// Returns true if mails reach addresses with a local part beyond ASCII.
    pub fn reaches_beyond_ascii(&self) -> bool {
        self.config.mails_beyond_ascii()
    }

    /// Returns the language of messages to users whose language is unknown.
    pub fn default_lang(&self) -> Lang {
        branding::default_lang(self.config)
    }

    /// Returns the recipient of a waiting or failed message.
    pub fn recipient(&self, job: &Job) -> Option<String> {
        match self.jobs.unseal(job)? {
            JobPayload::Mail(message) => Some(message.to),
            _ => None,
        }
    }

    /// Wakes the worker of this process after the commit of a transaction with a mail.
    pub fn wake(&self) {
        self.jobs.wake();
    }

    /// Enqueues an invitation to an organization, with its brand, for an address without an account:
    /// in the default language of the brand if it has one, else in `lang`. Call [`Self::wake`] after
    /// the commit.
    #[boxed]
    pub async fn invite(
        &self,
        tx: &WriteTx,
        (to, organization): (&str, &str),
        content: MailContent,
        lang: Lang,
        now: UnixSeconds,
    ) -> Result<()> {
        let owner = BrandOwner::Organization(organization.to_owned());
        let own = repo::brands::find(tx, &owner).await?.default_language;
        let lang = own.as_deref().and_then(Lang::from_tag).unwrap_or(lang);
        let owners = BrandOwners::of_organization(organization);
        self.send_to(tx, to, (content, Some(owners)), lang, now)
            .await
    }

    /// Enqueues a message for an address without an account. Call [`Self::wake`] after the commit.
    #[boxed]
    pub async fn send_to(
        &self,
        tx: &WriteTx,
        to: &str,
        (content, owners): (MailContent, Option<BrandOwners>),
        lang: Lang,
        now: UnixSeconds,
    ) -> Result<()> {
        // The location of the sender is not disclosed.
        let asked = RequestOrigin {
            user_agent: String::new(),
            ip: String::new(),
            place: None,
            at: now,
        };
        let message = MailMessage {
            to: to.to_owned(),
            lang: lang.code().to_owned(),
            name: to.to_owned(),
            asked,
            content,
            owners,
        };
        let task = JobPayload::Mail(Box::new(message));
        self.jobs.enqueue(tx, &task, now).await
    }

    /// Enqueues a mail to `to`, in the user's preferred language if they chose one; does nothing if
    /// no mail can be sent. Call [`Self::wake`] after the commit.
    #[boxed]
    pub async fn enqueue(
        &self,
        tx: &WriteTx,
        user: &User,
        to: &str,
        content: MailContent,
        caller: &Caller,
        now: UnixSeconds,
    ) -> Result<()> {
        if !self.can_go() {
            return Ok(());
        }
        let own = user.profile.locale.as_deref().and_then(Lang::from_tag);
        let lang = own.unwrap_or(caller.lang);
        let locate = |ip| self.geoip.and_then(|geoip| geoip.locate(ip, lang));
        let message = MailMessage {
            to: to.to_owned(),
            lang: lang.code().to_owned(),
            name: user.display_name(),
            asked: RequestOrigin {
                user_agent: caller.user_agent.clone(),
                ip: caller.ip_text(),
                place: caller.ip.and_then(locate),
                at: now,
            },
            content,
            owners: caller.owners.clone(),
        };
        let task = JobPayload::Mail(Box::new(message));
        self.jobs.enqueue(tx, &task, now).await
    }
}
