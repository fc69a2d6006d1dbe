//! The JSON document of an export: its lists in pages, and the members of each row.

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use doorward_domain::model::id::AuditId;
use doorward_domain::model::{
    ApiKey, ApiKeyId, AppPassword, Avatar, Consent, ConsentId, EffectiveRoles, EmailToken, Grant,
    GrantId, Group, Invitation, InvitationId, Passkey, SignInAttempt, SignInAttemptId, TotpFactor,
    TrustedDevice,
};
use doorward_rules::claims;
use doorward_store::repo::personal_data::{self, PAGE};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Source;
use crate::prelude::*;
use crate::profile_fields;

/// A list of an export, with the last row of the page before.
#[derive(Debug)]
pub(super) enum Section {
    Roles,
    Organizations,
    Invitations(Option<InvitationId>),
    Groups,
    Sessions(Option<SessionId>),
    Apps(Option<ConsentId>),
    Grants(Option<GrantId>),
    ApiKeys(Option<ApiKeyId>),
    MailedLinks(Option<TokenHash>),
    Events(Option<AuditId>),
    SignInAttempts(Option<SignInAttemptId>),
}

pub(super) const SECTIONS: [(&str, Section); 11] = [
    ("roles", Section::Roles),
    ("organizations", Section::Organizations),
    ("invitations", Section::Invitations(None)),
    ("groups", Section::Groups),
    ("sessions", Section::Sessions(None)),
    ("apps", Section::Apps(None)),
    ("grants", Section::Grants(None)),
    ("api_keys", Section::ApiKeys(None)),
    ("mailed_links", Section::MailedLinks(None)),
    ("events", Section::Events(None)),
    ("sign_in_attempts", Section::SignInAttempts(None)),
];

/// The rows of a page, and the rest of its list if there may be more.
pub(super) type Page = (Vec<Value>, Option<Section>);

/// Shows a page of rows. A full page may have a next one, which begins after its last row.
fn shown<T, K>(
    rows: &[T],
    rest: fn(Option<K>) -> Section,
    key: fn(&T) -> K,
    show: fn(&T) -> Value,
) -> Page {
    let is_full = rows.len() as u64 == PAGE;
    let next = is_full.then(|| rest(rows.last().map(key)));
    (rows.iter().map(show).collect(), next)
}

pub(super) async fn page(conn: &Conn, user: &User, section: Section) -> Result<Page> {
    let id = user.id;
    Ok(match section {
        Section::Roles => {
            let held = repo::roles::assignments(conn, SubjectKind::User, &id.to_string()).await?;
            (held.iter().map(role).collect(), None)
        }
        Section::Organizations => {
            let held = repo::organizations::of_user(conn, id).await?.into_iter();
            let row = |(slug, is_owner)| json!({ "organization": slug, "owner": is_owner });
            (held.map(row).collect(), None)
        }
        Section::Groups => {
            let held = repo::groups::of_user(conn, id).await?;
            (held.iter().map(group).collect(), None)
        }
        Section::Invitations(after) => {
            let rows = personal_data::invitations(conn, user, after).await?;
            shown(&rows, Section::Invitations, |row| row.id, invitation)
        }
        Section::Sessions(after) => {
            let rows = personal_data::sessions(conn, id, after).await?;
            shown(&rows, Section::Sessions, |row| row.id, session)
        }
        Section::Grants(after) => {
            let rows = personal_data::grants(conn, id, after).await?;
            shown(&rows, Section::Grants, |row| row.id, grant)
        }
        Section::ApiKeys(after) => {
            let rows = personal_data::api_keys(conn, id, after.as_ref()).await?;
            shown(&rows, Section::ApiKeys, |row| row.id.clone(), api_key)
        }
        Section::MailedLinks(after) => {
            let rows = personal_data::email_tokens(conn, id, after.as_ref()).await?;
            shown(&rows, Section::MailedLinks, |row| row.hash, link)
        }
        Section::Events(after) => {
            let rows = personal_data::audit_events(conn, id, after).await?;
            shown(&rows, Section::Events, |row| row.id, event)
        }
        Section::SignInAttempts(after) => {
            let rows = personal_data::attempts(conn, id, after).await?;
            shown(&rows, Section::SignInAttempts, |row| row.id, attempt)
        }
        Section::Apps(after) => {
            let rows = personal_data::consents(conn, id, after).await?;
            let ids: Vec<_> = rows.iter().map(|consent| &consent.client_id).collect();
            let clients = repo::clients::find_all(conn, &ids).await?.into_iter();
            let names: HashMap<_, _> = clients.map(|client| (client.id, client.name)).collect();
            let named = rows.into_iter().map(|consent| {
                let name = names.get(&consent.client_id).cloned();
                (consent, name)
            });
            let named: Vec<_> = named.collect();
            shown(&named, Section::Apps, |(consent, _)| consent.id, app)
        }
    })
}

/// Returns the members that are no lists of unlimited length.
pub(super) async fn head(source: &Source<'_>, user: &User) -> Result<Value> {
    let (conn, now, id) = (source.conn, source.now, user.id);
    let avatar = repo::avatars::find_for_user(conn, id).await?;
    let assigned = repo::roles::effective_for_user(conn, id, now).await?;
    let factor = repo::totp_factors::find(conn, id).await?;
    let codes_left = repo::recovery_codes::count_unused(conn, id).await?;
    let passkeys = repo::passkeys::list(conn, id).await?;
    let trusted = repo::trusted_devices::list(conn, id, now).await?;
    let app_passwords = repo::app_passwords::list(conn, id, PAGE).await?;
    let fields = profile_fields::read(conn, id).await?;
    Ok(json!({
        "issuer": source.issuer,
        "exported_at": at(now),
        "account": account(source.staff_roles, user, &assigned),
        "profile": profile(source.issuer, user)?,
        "fields": fields.for_user(),
        "picture": avatar.as_ref().map(picture),
        "app_passwords": app_passwords.iter().map(app_password).collect::<Vec<_>>(),
        "second_factor": {
            "authenticator_app": factor.as_ref().map(authenticator),
            "recovery_codes_left": codes_left,
            "passkeys": passkeys.iter().map(passkey).collect::<Vec<_>>(),
            "trusted_devices": trusted.iter().map(trusted_device).collect::<Vec<_>>(),
        },
    }))
}

/// Formats a time (RFC 3339); a time outside the calendar's range becomes its number.
fn at(moment: UnixSeconds) -> Value {
    let known = OffsetDateTime::from_unix_timestamp(moment).ok();
    let text = known.and_then(|moment| moment.format(&Rfc3339).ok());
    text.map_or_else(|| Value::from(moment), Value::from)
}

fn account(staff_roles: &[String], user: &User, roles: &EffectiveRoles) -> Value {
    json!({
        "id": user.id,
        "username": user.named(),
        "email": user.email,
        "email_verified": user.email_verified,
        "has_password": user.has_password(),
        "password_changed_at": user.password_changed_at.map(at),
        "is_staff": user.is_staff_with(roles, staff_roles),
        "last_login": user.last_login.0.map(at),
        "date_joined": at(user.created_at),
        "created_at": at(user.created_at),
        "updated_at": at(user.updated_at),
        "disabled_at": user.disabled_at.map(at),
        "deletion_due_at": user.deletion_due_at.map(at),
    })
}

fn profile(issuer: &str, user: &User) -> Result<Value> {
    let mut profile = serde_json::to_value(&user.profile).map_err(ServerError::internal)?;
    profile["name"] = Value::from(user.profile.name());
    profile["picture"] = Value::from(claims::picture(issuer, &user.profile));
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

fn app((consent, name): &(Consent, Option<String>)) -> Value {
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

fn app_password(password: &AppPassword) -> Value {
    json!({
        "id": password.id,
        "name": password.name,
        "created_at": at(password.created_at),
        "last_used_at": password.last_used_at.map(at),
        "last_used_from": password.last_used_from,
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
