//! The account overview of the signed-in user, with their sessions.

use std::fmt;

use doorward_domain::model::{EffectiveRoles, InvitationId};
use doorward_rules::invitation as invitation_rules;
use doorward_services::account_notes::{self, AccountNote};

use super::activity::{self, Activity};
use super::authorized_client::{self, AuthorizedClient};
use super::invitation;
use super::paging::cut_page;
use crate::prelude::*;

#[derive(Debug)]
pub struct Overview {
    pub roles: EffectiveRoles,
    /// The current session, and the last used other ones.
    pub sessions: Vec<Session>,
    pub apps: Vec<AuthorizedClient>,
    pub api_keys: usize,
    /// Number of events to review in the check-up.
    pub unreviewed: usize,
    /// The notes about work that waits on pages of features.
    pub notes: Vec<&'static AccountNote>,
    pub recent: Activity,
    /// The newest invitations that the user can accept.
    pub invitations: Vec<ReceivedInvitation>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceivedInvitation {
    pub id: InvitationId,
    pub organization: String,
}

/// Maximum number of open invitations on the account page.
const INVITATIONS: usize = 3;

/// Reads the account page of the signed-in user with one statement. Each open invitation costs
/// further ones: its inviter must still be allowed to invite.
#[boxed(?Send)]
pub async fn overview(context: &Context, signed_in: &SignedIn) -> Result<Overview> {
    let core = &context.core;
    let user = signed_in.user.id;
    let (requested, limit) = activity::recent_filter(core, signed_in);
    // Only the owner of a verified address may answer its invitations.
    let owner = &signed_in.user;
    let invited = owner.email_verified.then_some(owner.email_key.as_str());
    let read = core.db.read();
    let notes = account_notes::ADDED.all().iter().copied();
    let waiting: Vec<_> = notes.clone().map(|note| (note.id, note.waiting)).collect();
    let events = (&requested, limit);
    let found = repo::overview::find(read, user, events, invited, &waiting, core.now()).await?;
    let mut invitations = Vec::new();
    for (open, organization) in found.invitations {
        if invitations.len() == INVITATIONS {
            break;
        }
        if invitation_rules::is_for(&open, owner).is_ok()
            && invitation::can_invite(core, read, &open).await?
        {
            let id = open.id;
            invitations.push(ReceivedInvitation { id, organization });
        }
    }
    let mut sessions = found.sessions;
    sessions.retain(|session| session.id != signed_in.session.id);
    sessions.insert(0, signed_in.session.clone());
    let (consents, granted, last_uses) = (found.consents, found.granted, found.last_uses);
    Ok(Overview {
        roles: found.roles,
        sessions,
        apps: authorized_client::list(context, consents, granted, last_uses).await?,
        api_keys: found.api_keys,
        unreviewed: found.unreviewed,
        notes: notes
            .filter(|note| found.waiting.contains(&note.id))
            .collect(),
        recent: activity::recent(context, found.events).await?,
        invitations,
    })
}

/// The place of a session in a list, the last used first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionPosition {
    at: UnixSeconds,
    id: SessionId,
}

impl SessionPosition {
    pub const fn of(session: &Session) -> Self {
        Self {
            at: session.last_seen_at,
            id: session.id,
        }
    }

    /// Reads the text in URLs.
    pub fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        Some(Self {
            at: at.parse().ok()?,
            id: SessionId::parse(id)?,
        })
    }
}

impl fmt::Display for SessionPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at, self.id)
    }
}

#[derive(Debug)]
pub struct SessionPage {
    pub sessions: Vec<Session>,
    pub next: Option<SessionPosition>,
}

impl SessionPage {
    fn new(mut sessions: Vec<Session>) -> Self {
        let next = cut_page(&mut sessions, PAGE).map(SessionPosition::of);
        Self { sessions, next }
    }
}

const PAGE: usize = 50;

/// Lists up to `limit` live sessions of the user after this position, the last used first.
#[boxed(?Send)]
pub async fn sessions(
    core: &Core,
    signed_in: &SignedIn,
    after: Option<SessionPosition>,
    limit: u64,
) -> Result<Vec<Session>> {
    let (user, now) = (signed_in.user.id, core.now());
    let after = after.map(|place| (place.at, place.id));
    Ok(repo::sessions::page_for_user(core.db.read(), user, after, limit, now).await?)
}

/// Returns a page of the user's live sessions: first the current one, then the last used first.
#[boxed(?Send)]
pub async fn session_page(
    core: &Core,
    signed_in: &SignedIn,
    after: Option<SessionPosition>,
) -> Result<SessionPage> {
    let read = sessions(core, signed_in, after, PAGE as u64 + 1).await?;
    let mut page = SessionPage::new(read);
    let current = &signed_in.session;
    page.sessions.retain(|session| session.id != current.id);
    if after.is_none() {
        page.sessions.insert(0, current.clone());
    }
    Ok(page)
}

/// Returns a page of the user's ended sessions, the last used first.
#[boxed(?Send)]
pub async fn ended_sessions(
    core: &Core,
    signed_in: &SignedIn,
    after: Option<SessionPosition>,
) -> Result<SessionPage> {
    let (user, now, limit) = (signed_in.user.id, core.now(), PAGE as u64 + 1);
    let after = after.map(|place| (place.at, place.id));
    let read = core.db.read();
    let found = repo::sessions::ended_page_for_user(read, user, after, limit, now).await?;
    Ok(SessionPage::new(found))
}
