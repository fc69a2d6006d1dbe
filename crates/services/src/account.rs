//! The account overview of the signed-in user, with their sessions.

use doorward_domain::model::{EffectiveRoles, InvitationId, Session};
use doorward_domain::rules::invitation as invitation_rules;
use doorward_store::repo;

use super::activity::{self, Activity};
use super::authorized_client::{self, AuthorizedClient};
use super::invitation;
use super::signed_in::SignedIn;
use crate::context::{Core, Directory};
use crate::error::ServerError;

/// The content of the account page.
#[derive(Debug)]
pub struct Overview {
    /// The current roles of the user, in any organization.
    pub roles: EffectiveRoles,
    /// True for an owner of an active organization.
    pub is_owner: bool,
    /// The current session, and the last used other ones.
    pub sessions: Vec<Session>,
    /// Authorized clients and their access.
    pub apps: Vec<AuthorizedClient>,
    /// Number of live API keys.
    pub api_keys: usize,
    /// Number of events to review in the check-up.
    pub unreviewed: usize,
    /// The most recent events.
    pub recent: Activity,
    /// The newest invitations that the user can accept.
    pub invitations: Vec<ReceivedInvitation>,
}

/// An invitation that its recipient can accept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceivedInvitation {
    /// The invitation.
    pub id: InvitationId,
    /// The name of the organization.
    pub organization: String,
}

/// Maximum number of open invitations on the account page.
const INVITATIONS: usize = 3;

/// Reads the account page of the signed-in user with one statement. Each open invitation costs
/// further ones: its inviter must still be allowed to invite.
pub async fn overview(
    core: &Core,
    directory: &Directory,
    signed_in: &SignedIn,
) -> Result<Overview, ServerError> {
    let now = core.now();
    let user = signed_in.user.id;
    let (requested, limit) = activity::recent_filter(core, signed_in);
    // Only the owner of a verified address may answer its invitations.
    let owner = &signed_in.user;
    let invited = owner.email_verified.then_some(owner.email_key.as_str());
    let read = core.db.read();
    let found = repo::overview::find(read, user, (&requested, limit), invited, now).await?;
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
        is_owner: found.is_owner,
        sessions,
        apps: authorized_client::list(core, directory, consents, granted, last_uses).await?,
        api_keys: found.api_keys,
        unreviewed: found.unreviewed,
        recent: activity::recent(core, directory, found.events).await?,
        invitations,
    })
}

/// Lists the user's live sessions, the newest first.
pub async fn sessions(core: &Core, signed_in: &SignedIn) -> Result<Vec<Session>, ServerError> {
    let (user, now) = (signed_in.user.id, core.now());
    Ok(repo::sessions::list_for_user(core.db.read(), user, now).await?)
}

/// Maximum number of ended sessions that are shown.
const MAX_ENDED_SHOWN: u64 = 20;

/// Lists the user's ended sessions, the last used first.
pub async fn ended_sessions(
    core: &Core,
    signed_in: &SignedIn,
) -> Result<Vec<Session>, ServerError> {
    let (user, now) = (signed_in.user.id, core.now());
    Ok(repo::sessions::list_ended_for_user(core.db.read(), user, MAX_ENDED_SHOWN, now).await?)
}
