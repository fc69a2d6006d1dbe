//! An export of all personal data of a user, for that user (GDPR articles 15 and 20). It excludes
//! passwords, secrets and their hashes, which would give access to the account.

mod document;

use std::sync::Arc;
use std::vec::IntoIter;

use doorward_rules::limits::rate_limit::EXPORT;
use doorward_services::running_exports::{RunningExports, Slot};

use self::document::{SECTIONS, Section, head, page};

use crate::change::in_plain_change;
use crate::prelude::*;

/// Seconds until another export may begin while one runs.
const RETRY: i64 = 60;
/// Maximum time for which an export is sent, in seconds. It ends without its last part, so that the
/// recipient does not take it as complete.
const DEADLINE: i64 = 60 * 60;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExportError {
    /// Reauthentication is required (ASVS 5.0 §7.5.3).
    NotFresh,
    /// Another export of the account is running, or there were too many today.
    TooMany(LimitStatus),
}

/// Begins an export, writes an audit event, and notifies the user by mail.
#[boxed(?Send)]
pub async fn export(
    context: &Arc<Context>,
    signed_in: &SignedIn,
    caller: &Caller,
) -> FlowResult<Export, ExportError> {
    factors::require_fresh(context, signed_in, ExportError::NotFresh).await?;
    let too_many = |status| FlowError::Rejected(ExportError::TooMany(status));
    let user = &signed_in.user;
    let slot = RunningExports::begin(&context.limits.exports, user.id);
    let slot = slot.ok_or_else(|| too_many(LimitStatus::exhausted(EXPORT, RETRY)))?;
    let limiter = &context.limits.rate_limiter;
    limiter.admit_export(user.id).await.map_err(too_many)?;
    in_plain_change(context, caller, async |change| {
        let event = change.own_event(AuditKind::DataExported, user.id);
        change.record(&event).await?;
        let url = change.url("/account/password");
        change.mail(user, MailContent::Exported { url }).await
    })
    .await?;
    Ok(Export {
        context: Arc::clone(context),
        document: Document::new(user.clone()),
        begun_at: context.core.now(),
        slot: Some(slot),
    })
}

/// An export by a user, one at a time for each account.
#[derive(Debug)]
pub struct Export {
    context: Arc<Context>,
    document: Document,
    begun_at: UnixSeconds,
    /// `None` after the last part, or an error.
    slot: Option<Slot>,
}

impl Export {
    /// Returns the next part of the JSON document; `None` after the last one. Dropping the export
    /// lets the user begin another one.
    #[boxed(?Send)]
    pub async fn next(&mut self) -> Option<Result<String>> {
        self.slot.as_ref()?;
        let part = self.part().await;
        if self.document.is_complete() || part.is_err() {
            self.slot = None;
        }
        part.transpose()
    }

    async fn part(&mut self) -> Result<Option<String>> {
        let core = &self.context.core;
        if core.now() > self.begun_at + DEADLINE {
            let problem = "an export was not received within an hour";
            return Err(ServerError::Unavailable(problem.to_owned()));
        }
        let source = Source {
            conn: core.db.read(),
            issuer: core.issuer(),
            staff_roles: &core.config.accounts.staff_roles,
            now: core.now(),
        };
        self.document.next(&source).await
    }
}

/// The deployment whose data a document has.
#[derive(Debug)]
pub struct Source<'a> {
    pub conn: &'a Conn,
    pub issuer: &'a str,
    /// `accounts.staff_roles`.
    pub staff_roles: &'a [String],
    pub now: UnixSeconds,
}

/// The personal data of a user as a JSON document that is read part by part. No part has more than one
/// page of rows, and between two parts no connection to the database is held.
#[derive(Debug)]
pub struct Document {
    user: User,
    sections: IntoIter<(&'static str, Section)>,
    /// The list that is being read, after the head.
    current: Option<Section>,
    /// True at the begin of a list.
    is_first: bool,
    is_complete: bool,
}

impl Document {
    pub fn new(user: User) -> Self {
        Self {
            user,
            sections: Vec::from(SECTIONS).into_iter(),
            current: None,
            is_first: true,
            is_complete: false,
        }
    }

    const fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Returns the next part; `None` after the last one.
    #[boxed(?Send)]
    pub async fn next(&mut self, source: &Source<'_>) -> Result<Option<String>> {
        if self.is_complete {
            return Ok(None);
        }
        let Some(section) = self.current.take() else {
            let mut head = head(source, &self.user).await?.to_string();
            // The lists follow in the same object.
            head.pop();
            head.push_str(&self.begin_next());
            return Ok(Some(head));
        };
        let (rows, rest) = page(source.conn, &self.user, section).await?;
        let mut part = String::new();
        for row in rows {
            part.push_str(if self.is_first { "\n" } else { ",\n" });
            part.push_str(&row.to_string());
            self.is_first = false;
        }
        self.current = rest;
        if self.current.is_none() {
            part.push(']');
            part.push_str(&self.begin_next());
        }
        Ok(Some(part))
    }

    /// Returns the beginning of the next list, or the end of the document.
    fn begin_next(&mut self) -> String {
        if let Some((name, section)) = self.sections.next() {
            (self.current, self.is_first) = (Some(section), true);
            format!(",\n\"{name}\":[")
        } else {
            self.is_complete = true;
            "}\n".to_owned()
        }
    }
}
