//! An export of all personal data of a user, for that user (GDPR article 20). It excludes
//! passwords, secrets and their hashes, which would give access to the account.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use doorward_domain::model::{
    ApiKey, Assignment, AuditEvent, AuditKind, Avatar, Consent, EffectiveRoles, EmailToken,
    EndReason, Grant, Group, Invitation, Passkey, RevokeReason, Session, SignInAttempt,
    SubjectKind, TotpFactor, TrustedDevice, User,
};
use doorward_domain::rules::claims;
use doorward_domain::time::UnixSeconds;
use doorward_email::message::MailContent;
use doorward_store::repo;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::email_link;
use super::profile_fields;
use super::second_factor::factors;
use super::signed_in::SignedIn;
use super::transaction::in_transaction;
use crate::caller::{AuditEventExt as _, Caller};
use crate::context::{Context, Core, Directory};
use crate::error::{FlowError, ServerError};

/// The error that reauthentication is required (ASVS 5.0 §7.5.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReauthenticationRequired;

/// Collects the export, writes an audit event, and notifies the user by mail.
///
/// # Errors
/// [`ReauthenticationRequired`] if the last authentication is too old or too weak.
pub async fn export(
    context: &Context,
    signed_in: &SignedIn,
    caller: &Caller,
) -> Result<Value, FlowError<ReauthenticationRequired>> {
    let Context { core, delivery, .. } = context;
    if !factors::is_fresh(core, &context.accounts, signed_in).await? {
        return Err(FlowError::Rejected(ReauthenticationRequired));
    }
    let done: Result<(), FlowError> = in_transaction(&core.db, async |tx| {
        let user = &signed_in.user;
        let event = caller
            .event(AuditKind::DataExported, true, core.now())
            .by(user.id)
            .about(user.id);
        repo::audit::insert(tx, &event).await?;
        let url = format!("{}/account/password", core.issuer());
        let content = MailContent::Exported { url };
        email_link::mail_user(core, delivery, tx, user, content, caller).await?;
        Ok(())
    })
    .await;
    done.map_err(FlowError::into_server_error)?;
    delivery.jobs.wake();
    Ok(collect(core, &context.directory, &signed_in.user).await?)
}

async fn collect(core: &Core, directory: &Directory, user: &User) -> Result<Value, ServerError> {
    let (conn, id) = (core.db.read(), user.id);
    let avatar = repo::avatars::find_for_user(conn, id).await?;
    let roles = repo::roles::assignments(conn, SubjectKind::User, &id.to_string()).await?;
    let assigned = repo::roles::effective_for_user(conn, id, core.now()).await?;
    let orgs = repo::organizations::of_user(conn, id).await?;
    let groups = repo::groups::of_user(conn, id).await?;
    let sessions = repo::personal_data::sessions(conn, id).await?;
    let grants = repo::personal_data::grants(conn, id).await?;
    let factor = repo::totp_factors::find(conn, id).await?;
    let codes_left = repo::recovery_codes::count_unused(conn, id).await?;
    let passkeys = repo::passkeys::list(conn, id).await?;
    let trusted = repo::trusted_devices::list(conn, id, core.now()).await?;
    let keys = repo::personal_data::api_keys(conn, id).await?;
    let links = repo::personal_data::email_tokens(conn, id).await?;
    let invitations = repo::personal_data::invitations(conn, user).await?;
    let events = repo::personal_data::audit_events(conn, id).await?;
    let attempts = repo::personal_data::attempts(conn, id).await?;
    let fields = profile_fields::of_user(core, id).await?;
    let mut apps = Vec::new();
    for consent in repo::consents::list_for_user(conn, id).await? {
        let client = directory.client(core, consent.client_id.as_str()).await?;
        let name = client.map(|client| client.name.clone());
        apps.push(app(&consent, name.as_deref()));
    }
    Ok(json!({
        "issuer": core.issuer(),
        "exported_at": at(core.now()),
        "account": account(core, user, &assigned),
        "profile": profile(core, user)?,
        "fields": fields.for_user(),
        "picture": avatar.as_ref().map(picture),
        "roles": roles.iter().map(role).collect::<Vec<_>>(),
        "organizations": orgs.iter().map(membership).collect::<Vec<_>>(),
        "invitations": invitations.iter().map(invitation).collect::<Vec<_>>(),
        "groups": groups.iter().map(group).collect::<Vec<_>>(),
        "sessions": sessions.iter().map(session).collect::<Vec<_>>(),
        "apps": apps,
        "grants": grants.iter().map(grant).collect::<Vec<_>>(),
        "second_factor": {
            "authenticator_app": factor.as_ref().map(authenticator),
            "recovery_codes_left": codes_left,
            "passkeys": passkeys.iter().map(passkey).collect::<Vec<_>>(),
            "trusted_devices": trusted.iter().map(trusted_device).collect::<Vec<_>>(),
        },
        "api_keys": keys.iter().map(api_key).collect::<Vec<_>>(),
        "mailed_links": links.iter().map(link).collect::<Vec<_>>(),
        "events": events.iter().map(event).collect::<Vec<_>>(),
        "sign_in_attempts": attempts.iter().map(attempt).collect::<Vec<_>>(),
    }))
}

/// Formats a time (RFC 3339); a time outside the calendar's range becomes its number.
fn at(moment: UnixSeconds) -> Value {
    let known = OffsetDateTime::from_unix_timestamp(moment).ok();
    let text = known.and_then(|moment| moment.format(&Rfc3339).ok());
    text.map_or_else(|| Value::from(moment), Value::from)
}

fn account(core: &Core, user: &User, roles: &EffectiveRoles) -> Value {
    json!({
        "id": user.id,
        "username": user.named(),
        "email": user.email,
        "email_verified": user.email_verified,
        "has_password": user.password_hash.is_some(),
        "password_changed_at": user.password_changed_at.map(at),
        "is_staff": user.is_staff_with(roles, &core.config.accounts.staff_roles),
        "last_login": user.last_login.0.map(at),
        "date_joined": at(user.created_at),
        "created_at": at(user.created_at),
        "updated_at": at(user.updated_at),
        "disabled_at": user.disabled_at.map(at),
        "deletion_due_at": user.deletion_due_at.map(at),
    })
}

fn profile(core: &Core, user: &User) -> Result<Value, ServerError> {
    let mut profile = serde_json::to_value(&user.profile)
        .map_err(|error| ServerError::Internal(error.to_string()))?;
    profile["name"] = Value::from(user.profile.name());
    profile["picture"] = Value::from(claims::picture(core.issuer(), &user.profile));
    Ok(profile)
}

fn picture(avatar: &Avatar) -> Value {
    json!({
        "uploaded_at": at(avatar.created_at),
        "media_type": "image/png",
        "base64": STANDARD.encode(&avatar.png),
    })
}

fn role(assignment: &Assignment) -> Value {
    json!({
        "role": assignment.role,
        "organization": assignment.org,
        "given_by": assignment.assigned_by,
        "given_at": at(assignment.created_at),
        "expires_at": assignment.expires_at.map(at),
        "active": assignment.active,
    })
}

fn membership((slug, is_owner): &(String, bool)) -> Value {
    json!({ "organization": slug, "owner": is_owner })
}

fn invitation(item: &Invitation) -> Value {
    json!({
        "organization": item.org,
        "address": item.email,
        "made_at": at(item.created_at),
        "expires_at": at(item.expires_at),
        "ended_at": item.ended_at.map(at),
    })
}

fn group(group: &Group) -> Value {
    json!({ "organization": group.org, "path": group.path })
}

fn session(session: &Session) -> Value {
    json!({
        "id": session.id,
        "begun_at": at(session.created_at),
        "last_used_at": at(session.last_seen_at),
        "expires_at": at(session.expires_at),
        "ended_at": session.ended_at.map(at),
        "end_reason": session.end_reason.map(EndReason::as_str),
        "browser": session.user_agent,
        "ip": session.ip,
        "remembered": session.remember,
        "proved_at": at(session.authentication.auth_time),
        "acr": session.authentication.acr,
        "amr": session.authentication.amr,
    })
}

fn app(consent: &Consent, name: Option<&str>) -> Value {
    json!({
        "client_id": consent.client_id,
        "name": name,
        "scope": consent.scope.to_string(),
        "left_out": consent.declined.to_string(),
        "resources": consent.resources,
        "allowed_at": at(consent.granted_at),
        "expires_at": consent.expires_at.map(at),
        "withdrawn_at": consent.revoked_at.map(at),
    })
}

fn grant(grant: &Grant) -> Value {
    json!({
        "id": grant.id,
        "client_id": grant.client_id,
        "session": grant.session_id,
        "scope": grant.scope.to_string(),
        "resources": grant.resources,
        "created_at": at(grant.created_at),
        "expires_at": at(grant.expires_at),
        "revoked_at": grant.revoked_at.map(at),
        "revoke_reason": grant.revoke_reason.map(RevokeReason::as_str),
    })
}

fn authenticator(factor: &TotpFactor) -> Value {
    json!({
        "set_up_at": at(factor.created_at),
        "confirmed_at": factor.confirmed_at.map(at),
        "recovery_codes_saved_at": factor.codes_saved_at.map(at),
    })
}

fn passkey(passkey: &Passkey) -> Value {
    json!({
        "id": passkey.id,
        "name": passkey.name,
        "synced": passkey.backup_eligible,
        "added_at": at(passkey.created_at),
        "last_used_at": passkey.last_used_at.map(at),
    })
}

fn trusted_device(device: &TrustedDevice) -> Value {
    json!({
        "id": device.id,
        "browser": device.user_agent,
        "ip": device.ip,
        "trusted_at": at(device.created_at),
        "last_used_at": device.last_used_at.map(at),
        "until": at(device.expires_at),
    })
}

fn api_key(key: &ApiKey) -> Value {
    json!({
        "id": key.id,
        "name": key.name,
        "organization": key.org,
        "scope": key.scopes.to_string(),
        "networks": key.networks,
        "created_at": at(key.created_at),
        "expires_at": at(key.expires_at),
        "last_used_at": key.last_used_at.map(at),
        "last_used_from": key.last_used_from,
        "revoked_at": key.revoked_at.map(at),
    })
}

fn link(token: &EmailToken) -> Value {
    json!({
        "purpose": token.purpose.as_str(),
        "email": token.email,
        "mailed_at": at(token.created_at),
        "expires_at": at(token.expires_at),
        "used_at": token.used_at.map(at),
    })
}

fn event(event: &AuditEvent) -> Value {
    json!({
        "id": event.id,
        "at": at(event.at),
        "kind": event.kind.as_str(),
        "success": event.success,
        "actor": event.actor,
        "subject": event.subject,
        "client_id": event.client_id,
        "ip": event.ip,
        "browser": event.user_agent,
        "detail": event.detail,
    })
}

fn attempt(attempt: &SignInAttempt) -> Value {
    json!({
        "id": attempt.id,
        "at": at(attempt.at),
        "step": attempt.step.as_str(),
        "outcome": attempt.outcome.as_str(),
        "reason": attempt.reason,
        "client_id": attempt.client_id,
        "network": attempt.address,
        "detail": attempt.detail,
    })
}
