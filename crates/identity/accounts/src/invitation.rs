//! Answers to invitations to an organization: by a user who has verified the address that the
//! invitation was mailed to, once, while the inviter still has the right to invite (decision 43).

use doorward_domain::model::invitation::Inviter;
use doorward_domain::model::{ClientId, Invitation, InvitationId, Member, OrgScope, Organization};
use doorward_rules::invitation::{self, InvitationContext, InvitationError, RecipientError};
use doorward_services::context::effective_roles;

use crate::prelude::*;

const INVITE_PERMISSION: &str = "organizations:write";

#[derive(Clone, Debug)]
pub struct OpenInvitation {
    pub invitation: Invitation,
    pub organization: Organization,
    /// The name of the inviter; `None` for the operator.
    pub inviter: Option<String>,
}

impl OpenInvitation {
    /// Checks that this user may answer it.
    pub fn is_for(&self, user: &User) -> Result<(), RecipientError> {
        invitation::is_for(&self.invitation, user)
    }

    async fn read(
        conn: &Conn,
        invitation: Invitation,
        organization: Organization,
    ) -> Result<Self, StoreError> {
        let inviter = name_of(conn, invitation.inviter.as_ref()).await?;
        Ok(Self {
            invitation,
            organization,
            inviter,
        })
    }
}

#[derive(Clone, Copy, Debug)]
pub enum InvitationRef<'a> {
    /// The token of the mailed link.
    Link(&'a str),
    /// The id, which only the recipient can use.
    Own(InvitationId),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvitationAnswer {
    Accept,
    Decline,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvitationAnswerError {
    Over,
    NotYours(RecipientError),
}

/// Returns the name of an inviter; `None` for the operator.
#[boxed(?Send)]
pub async fn name_of(conn: &Conn, inviter: Option<&Inviter>) -> Result<Option<String>, StoreError> {
    let Some(inviter) = inviter else {
        return Ok(None);
    };
    match inviter.kind {
        SubjectKind::User => {
            let Some(id) = UserId::parse(&inviter.id) else {
                return Ok(None);
            };
            let found = repo::users::find_by_id(conn, id).await?;
            Ok(found.map(|user| user.display_name()))
        }
        SubjectKind::Client => {
            let Some(id) = ClientId::parse(&inviter.id) else {
                return Ok(None);
            };
            let found = repo::clients::find(conn, &id).await?;
            Ok(found.map(|client| client.name))
        }
        SubjectKind::Group => Ok(None),
    }
}

#[boxed(?Send)]
pub async fn peek(core: &Core, text: &str) -> FlowResult<OpenInvitation, InvitationAnswerError> {
    let read = core.db.read();
    let (invitation, found) = find(core, read, InvitationRef::Link(text)).await?;
    let Ok(organization) = found else {
        return Err(FlowError::Rejected(InvitationAnswerError::Over));
    };
    Ok(OpenInvitation::read(read, invitation, organization).await?)
}

/// Reads an invitation of this user, without its link; `None` if the user cannot answer it.
#[boxed(?Send)]
pub async fn peek_own(
    core: &Core,
    user: &User,
    id: InvitationId,
) -> Result<Option<OpenInvitation>> {
    let read = core.db.read();
    let Some(invitation) = repo::invitations::find_by_id(read, id).await? else {
        return Ok(None);
    };
    if invitation::is_for(&invitation, user).is_err() {
        return Ok(None);
    }
    let Ok(organization) = check_state(core, read, &invitation).await? else {
        return Ok(None);
    };
    let open = OpenInvitation::read(read, invitation, organization).await?;
    Ok(Some(open))
}

/// Returns the invitation, with its organization or the reason why it can no longer be answered.
async fn find(
    core: &Core,
    conn: &Conn,
    reference: InvitationRef<'_>,
) -> FlowResult<(Invitation, Result<Organization, InvitationError>), InvitationAnswerError> {
    let over = || FlowError::Rejected(InvitationAnswerError::Over);
    let found = match reference {
        InvitationRef::Link(text) => {
            OpaqueToken::parse(text).ok_or_else(over)?;
            let hash = TokenHash::digest(text);
            repo::invitations::find_by_hash(conn, &hash).await?
        }
        InvitationRef::Own(id) => repo::invitations::find_by_id(conn, id).await?,
    };
    let invitation = found.ok_or_else(over)?;
    let organization = check_state(core, conn, &invitation).await?;
    Ok((invitation, organization))
}

async fn check_state(
    core: &Core,
    conn: &Conn,
    invitation: &Invitation,
) -> Result<Result<Organization, InvitationError>> {
    let organization = repo::organizations::find(conn, &invitation.org).await?;
    let state = InvitationContext {
        organization: organization.as_ref(),
        inviter_may: can_invite(core, conn, invitation).await?,
        now: core.now(),
    };
    let result = invitation::check(invitation, &state);
    Ok(result.and(organization.ok_or(InvitationError::NoOrganization)))
}

/// Returns true if the inviter still has the right to invite: as an owner, or by permission in the
/// organization. Invitations from the command line need no inviter.
pub(crate) async fn can_invite(
    core: &Core,
    conn: &Conn,
    invitation: &Invitation,
) -> Result<bool, StoreError> {
    let Some(inviter) = &invitation.inviter else {
        return Ok(true);
    };
    let place = OrgScope::from_org(Some(&invitation.org));
    let held = match inviter.kind {
        SubjectKind::User => {
            let Some(id) = UserId::parse(&inviter.id) else {
                return Ok(false);
            };
            let held = effective_roles::of_active_user(core, conn, id, place).await?;
            let member = repo::organizations::member(conn, &invitation.org, id).await?;
            if held.is_some() && member.is_some_and(|member| member.is_owner) {
                return Ok(true);
            }
            held
        }
        SubjectKind::Client => {
            let Some(id) = ClientId::parse(&inviter.id) else {
                return Ok(false);
            };
            effective_roles::of_active_client(core, conn, &id, place).await?
        }
        SubjectKind::Group => None,
    };
    Ok(held.is_some_and(|held| held.has_permission(core.issuer(), INVITE_PERMISSION)))
}

/// Accepts or declines an invitation. `doorward_admin::invited_access::give_due` then gives the user its roles
/// and groups, if the inviter may still give them. Of any number of concurrent requests exactly one succeeds.
/// A rejected attempt is in the audit log.
#[boxed(?Send)]
pub async fn respond<'a>(
    core: &'a Core,
    reference: InvitationRef<'a>,
    user_id: UserId,
    answer: InvitationAnswer,
    caller: &Caller,
) -> FlowResult<(), InvitationAnswerError> {
    in_recording_transaction(&core.db, async |tx| {
        let now = core.now();
        let (invitation, found) = find(core, tx, reference).await?;
        let user = repo::users::find_by_id(tx, user_id).await?;
        let user = user.ok_or(FlowError::Rejected(InvitationAnswerError::NotYours(
            RecipientError::NoAccount,
        )))?;
        let recipient = invitation::is_for(&invitation, &user);
        if recipient.is_err() && matches!(reference, InvitationRef::Own(_)) {
            // An ID alone must reveal nothing about the invitation of another user.
            return Err(FlowError::Rejected(InvitationAnswerError::Over));
        }
        let rejection = match (found, recipient) {
            (Err(over), _) => Some((InvitationAnswerError::Over, format!("{over:?}"))),
            (_, Err(why)) => Some((InvitationAnswerError::NotYours(why), format!("{why:?}"))),
            _ => None,
        };
        let record = async |change: &str, because: Option<&str>| {
            let event = caller
                .event(
                    AuditKind::OrganizationChanged,
                    because.is_none(),
                    core.now(),
                )
                .by(user_id)
                .about(&invitation.org)
                .with("change", change)
                .with("invitation", invitation.id.to_string())
                .with("user", user_id.to_string())
                .with_optional("because", because);
            repo::audit::insert(tx, &event).await
        };
        if let Some((error, because)) = rejection {
            record("invitation refused", Some(&because)).await?;
            return Err(FlowError::Rejected(error));
        }
        if answer == InvitationAnswer::Accept {
            // This locks the organization's row: from here on other changes of the organization
            // wait, and the earlier checks are repeated.
            let touched = repo::organizations::touch(tx, &invitation.org, now).await?;
            if !touched || check_state(core, tx, &invitation).await?.is_err() {
                return Err(FlowError::Rejected(InvitationAnswerError::Over));
            }
        }
        // This statement decides: another transaction may have consumed the invitation since it was
        // read.
        if !repo::invitations::claim(tx, invitation.id, now).await? {
            return Err(FlowError::Rejected(InvitationAnswerError::Over));
        }
        if answer == InvitationAnswer::Accept {
            join(tx, &invitation, &user, now).await?;
            if !invitation.access.gives_nothing() {
                repo::invitations::set_accepted(tx, invitation.id, Some(user.id)).await?;
            }
        }
        let change = match answer {
            InvitationAnswer::Accept => "invitation accepted",
            InvitationAnswer::Decline => "invitation declined",
        };
        record(change, None).await?;
        Ok(())
    })
    .await
}

/// Adds the member; an existing member or owner remains unchanged.
async fn join(
    tx: &WriteTx,
    invitation: &Invitation,
    user: &User,
    now: i64,
) -> Result<(), StoreError> {
    let before = repo::organizations::member(tx, &invitation.org, user.id).await?;
    if before.is_some() {
        return Ok(());
    }
    let member = Member {
        user_id: user.id,
        is_owner: false,
        created_at: now,
        expires_at: invitation.access.member_until,
    };
    repo::organizations::put_member(tx, &invitation.org, &member).await
}
