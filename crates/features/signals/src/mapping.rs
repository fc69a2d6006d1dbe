//! The meaning of audit events for receivers: a new kind of event has to be decided here.

use doorward_domain::model::signals::{SignalEvent, SignalSubject};
use doorward_domain::model::{AuditEvent, AuditKind, ClientId, UserId};
use serde_json::{Map, Value, json};

/// A signal without what only the database knows.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    pub event: SignalEvent,
    pub subject: SignalSubject,
    /// Members of the event.
    pub members: Map<String, Value>,
}

impl Draft {
    fn of(event: SignalEvent, subject: impl Into<Option<SignalSubject>>) -> Option<Self> {
        Some(Self {
            event,
            subject: subject.into()?,
            members: Map::new(),
        })
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }
}

/// Returns the signal of an event of the audit log. Sessions are not among them: the functions that end them announce
/// each.
pub fn draft(event: &AuditEvent) -> Option<Draft> {
    use AuditKind as Kind;
    use SignalEvent as Signal;
    match event.kind {
        Kind::SteppedUp => stepped_up(event),
        Kind::FactorAdded => credential(event, factor(event), "create"),
        Kind::FactorRemoved => credential(event, factor(event), "revoke"),
        Kind::PasswordReset | Kind::PasswordChanged => credential(event, "password", "update"),
        Kind::SessionEnded => ended(event),
        Kind::UserChanged => user_changed(event),
        Kind::AccountDeleted => Draft::of(Signal::AccountPurged, user(event)),
        Kind::ConsentRevoked
        | Kind::CodeReplayed
        | Kind::CodeMisused
        | Kind::RefreshReused
        | Kind::ImpersonationEnded => Draft::of(Signal::SessionRevoked, grant(event)),
        Kind::TokenRevoked => token_revoked(event),
        Kind::ClientChanged => client_changed(event),
        Kind::RoleChanged => role_changed(event),
        Kind::GroupChanged => group_changed(event),
        Kind::OrganizationChanged => organization_changed(event),
        // They begin something, report a failure, or change what no token contains.
        Kind::LoginSucceeded
        | Kind::LoginFailed
        | Kind::LoginLocked
        | Kind::FirstStepPassed
        | Kind::EmailCodeRequested
        | Kind::FactorFailed
        | Kind::DeviceTrusted
        | Kind::DeviceDistrusted
        | Kind::RecoveryCodesMade
        | Kind::RecoveryCodeUsed
        | Kind::LoggedOut
        | Kind::BackchannelLogout
        | Kind::ActivityDisowned
        | Kind::UserRegistered
        | Kind::ConsentGranted
        | Kind::ConsentDenied
        | Kind::AccessDenied
        | Kind::ProofReplayed
        | Kind::TokenAsserted
        | Kind::TokenExchanged
        | Kind::ClientPkceRequired
        | Kind::RegistrationTokenChanged
        | Kind::ResourceChanged
        | Kind::ScopeChanged
        | Kind::SiteChanged
        | Kind::ScimSourceChanged
        | Kind::ScimTargetChanged
        | Kind::ClaimChanged
        | Kind::ProfileFieldChanged
        | Kind::ProviderChanged
        | Kind::AccountLinked
        | Kind::AccountUnlinked
        | Kind::KeyChanged
        | Kind::SystemChanged
        | Kind::UsersExported
        | Kind::EmailVerified
        | Kind::EmailChangeRequested
        | Kind::EmailChanged
        | Kind::EmailChangeUndone
        | Kind::PasswordResetRequested
        | Kind::ProfileChanged
        | Kind::DataExported
        | Kind::DeletionRequested
        | Kind::DeletionCancelled
        | Kind::SetupCompleted
        | Kind::SupportCodeMade
        | Kind::SupportCodeUsed
        | Kind::AuditExported
        | Kind::ImpersonationStarted
        | Kind::ImpersonationUsed
        // API keys are no tokens: a service that accepts one introspects it.
        | Kind::ApiKeyCreated
        | Kind::ApiKeyFirstUsed
        | Kind::ApiKeyUsed
        | Kind::ApiKeyRefused
        | Kind::ApiKeyRevoked
        // Those of app passwords concern no token.
        | Kind::AppPasswordCreated
        | Kind::AppPasswordUsed
        | Kind::AppPasswordRevoked => None,
    }
}

fn text<'a>(event: &'a AuditEvent, name: &str) -> Option<&'a str> {
    event.detail.get(name)?.as_str()
}

/// Returns a member before and after the change, if it has changed.
fn change<'a>(event: &'a AuditEvent, name: &str) -> Option<(&'a Value, &'a Value)> {
    let side = |side: &str| event.detail.get(side)?.get(name);
    Some((side("before")?, side("after")?))
}

fn user(event: &AuditEvent) -> Option<SignalSubject> {
    let id = UserId::parse(event.subject.as_deref()?)?;
    Some(SignalSubject::User(id.into()))
}

/// Returns the user that a change of a group or an organization names.
fn member(event: &AuditEvent) -> Option<SignalSubject> {
    let id = UserId::parse(text(event, "user")?)?;
    Some(SignalSubject::User(id.into()))
}

fn client(event: &AuditEvent) -> Option<SignalSubject> {
    let id = ClientId::parse(event.subject.as_deref()?)?;
    Some(SignalSubject::Client(id))
}

fn grant(event: &AuditEvent) -> Option<SignalSubject> {
    Some(SignalSubject::Grant {
        user: UserId::parse(event.subject.as_deref()?)?.into(),
        client: ClientId::parse(event.client_id.as_deref()?)?,
    })
}

fn claim(kind: &str, name: &str) -> SignalSubject {
    SignalSubject::Claim(format!("{kind}:{name}"))
}

fn credential(event: &AuditEvent, of: &str, change: &str) -> Option<Draft> {
    let draft = Draft::of(SignalEvent::CredentialChanged, user(event))?;
    Some(
        draft
            .with("credential_type", of)
            .with("change_type", change),
    )
}

/// Returns the type of a second factor (CAEP 1.0 §3.3).
fn factor(event: &AuditEvent) -> &'static str {
    match text(event, "factor") {
        Some("passkey") => "fido2-roaming",
        _ => "app",
    }
}

fn stepped_up(event: &AuditEvent) -> Option<Draft> {
    let draft = Draft::of(SignalEvent::AssuranceChanged, user(event))?;
    Some(
        draft
            .with("namespace", "RFC8176")
            .with("current_level", "mfa")
            .with("change_direction", "increase"),
    )
}

fn ended(event: &AuditEvent) -> Option<Draft> {
    if event.subject.as_deref() == Some("all") {
        return Draft::of(SignalEvent::SessionRevoked, SignalSubject::Everything);
    }
    // The count distinguishes the end of all sessions from that of those with a grant to one client.
    let is_all = text(event, "which") == Some("all")
        || (text(event, "change") == Some("all ended") && event.detail.contains_key("count"));
    Draft::of(SignalEvent::SessionsRevoked, user(event)).filter(|_| is_all)
}

fn user_changed(event: &AuditEvent) -> Option<Draft> {
    let disabled = change(event, "disabled_at");
    let kind = match text(event, "change")? {
        "deleted" => SignalEvent::AccountPurged,
        _ if disabled.is_some_and(|(_, after)| !after.is_null()) => SignalEvent::AccountDisabled,
        _ if disabled.is_some() => SignalEvent::AccountEnabled,
        _ if change(event, "is_staff").is_some_and(|(_, after)| after == &Value::Bool(false)) => {
            SignalEvent::ClaimsChanged
        }
        _ if change(event, "password_changed_at").is_some() => {
            return credential(event, "password", "update");
        }
        _ => return None,
    };
    Draft::of(kind, user(event))
}

fn token_revoked(event: &AuditEvent) -> Option<Draft> {
    if text(event, "token") == Some("refresh_token") {
        return Draft::of(SignalEvent::SessionRevoked, grant(event));
    }
    if text(event, "change") != Some("grants ended") {
        return None;
    }
    let subject = match event.subject.as_deref() {
        Some("all") => Some(SignalSubject::Everything),
        _ if text(event, "of_client").is_some() => grant(event),
        _ => user(event).or_else(|| client(event)),
    };
    Draft::of(SignalEvent::SessionRevoked, subject)
}

fn client_changed(event: &AuditEvent) -> Option<Draft> {
    let is_disabled = change(event, "disabled_at").is_some_and(|(_, after)| !after.is_null());
    if is_disabled || text(event, "change") == Some("deleted") {
        return Draft::of(SignalEvent::SessionRevoked, client(event));
    }
    let is_less = change(event, "scopes").is_some_and(|(before, after)| lost(before, after));
    Draft::of(SignalEvent::ClaimsChanged, client(event)).filter(|_| is_less)
}

/// Returns true unless every name of a list, or of a text with blanks, is in the new one too.
fn lost(before: &Value, after: &Value) -> bool {
    let names = |value: &Value| -> Vec<String> {
        match value {
            Value::String(text) => text.split(' ').map(str::to_owned).collect(),
            Value::Array(items) => {
                let texts = items.iter().filter_map(Value::as_str);
                texts.map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    };
    let after = names(after);
    names(before).iter().any(|name| !after.contains(name))
}

fn role_changed(event: &AuditEvent) -> Option<Draft> {
    let name = event.subject.as_deref()?;
    let subject = match (text(event, "change")?, text(event, "role")) {
        ("revoked" | "taken" | "assignment changed", Some(role)) => match text(event, "holder") {
            Some("client") => client(event),
            // Tokens have the groups of a user only if a resource asks for them.
            Some("group") => Some(claim("role", role)),
            _ => user(event),
        },
        ("changed", None) => {
            let less = change(event, "permissions").is_some_and(|(old, new)| lost(old, new));
            let off =
                change(event, "active").is_some_and(|(_, after)| after == &Value::Bool(false));
            (less || off).then(|| claim("role", name))
        }
        ("deleted", None) => Some(claim("role", name)),
        ("permission deleted", None) => Some(claim("permission", name)),
        _ => None,
    };
    Draft::of(SignalEvent::ClaimsChanged, subject)
}

fn group_changed(event: &AuditEvent) -> Option<Draft> {
    let subject = match text(event, "change")? {
        "member removed" => member(event),
        "deleted" => Some(claim("group", text(event, "path")?)),
        "changed" => {
            let (before, _) = change(event, "path")?;
            Some(claim("group", before.as_str()?))
        }
        _ => None,
    };
    Draft::of(SignalEvent::ClaimsChanged, subject)
}

fn organization_changed(event: &AuditEvent) -> Option<Draft> {
    let slug = event.subject.as_ref()?;
    let is_off = change(event, "active").is_some_and(|(_, after)| after == &Value::Bool(false));
    match text(event, "change")? {
        "member removed" | "member left" | "membership ended" => {
            Draft::of(SignalEvent::ClaimsChanged, member(event))
        }
        change if is_off || change == "deleted" => {
            let organization = SignalSubject::Organization(slug.clone());
            Draft::of(SignalEvent::SessionRevoked, organization)
        }
        _ => None,
    }
}

/// Returns who began the change (CAEP 1.0 §2).
pub fn initiator(event: &AuditEvent) -> &'static str {
    match (&event.actor, &event.subject) {
        (None, _) => "system",
        (Some(actor), Some(subject)) if actor == subject => "user",
        _ => "admin",
    }
}

/// Returns the event as a reason for administrators (CAEP 1.0 §2).
pub fn reason(event: &AuditEvent) -> Value {
    let kind = event.kind.as_str();
    let reason = match text(event, "change") {
        Some(change) => format!("{kind}: {change}"),
        None => kind.to_owned(),
    };
    json!({ "en": reason })
}

#[cfg(test)]
mod tests;
