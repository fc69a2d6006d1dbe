//! The user's activity (`/account/activity`), and the steps after activity that was not the user's
//! (`/account/secure`).

use doorward_domain::model::{AuditEvent, AuditKind};
use doorward_i18n::device::Device;
use doorward_rules::activity::ActivityCategory;

use super::prelude::*;
use super::two_factor::TwoFactorState;

/// An audit event in the user's activity.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of an event"
)]
#[derive(Clone, Debug)]
pub struct ActivityRow {
    pub id: String,
    pub kind: AuditKind,
    pub success: bool,
    /// Name of the client that the event concerns or that caused it.
    pub app: Option<String>,
    /// True if the user acted on another subject.
    pub elsewhere: bool,
    pub by_admin: bool,
    pub of_passkey: bool,
    /// Browser and system of the request; `None`: the command line or a client acted.
    pub device: Option<Device>,
    pub ip: Option<String>,
    pub place: Option<String>,
    /// Sentence key of a change by an administrator or of an export, if it has its own.
    pub change: Option<&'static str>,
    pub reason: Option<String>,
    pub at: i64,
}

impl ActivityRow {
    /// Creates the row of an event for the user with ID `own`, without a location.
    pub fn new(event: &AuditEvent, own: &str, app: Option<String>) -> Self {
        let subject = event.subject.as_deref();
        let reason = event.detail.get("reason");
        let reason = reason.filter(|_| is_administration(event, own));
        Self {
            id: event.id.to_string(),
            kind: event.kind,
            success: event.success,
            app: app.or_else(|| event.client_id.clone()),
            elsewhere: subject.is_some_and(|subject| subject != own),
            by_admin: is_by_admin(event, own),
            of_passkey: is_of_passkey(event),
            device: event.user_agent.as_deref().map(Device::from_user_agent),
            ip: event.ip.map(|ip| ip.to_string()),
            place: None,
            change: change_key(event).filter(|_| subject == Some(own)),
            reason: reason.and_then(|it| it.as_str()).map(str::to_owned),
            at: event.at,
        }
    }

    pub fn sentence(&self, layout: &Layout) -> String {
        let app = self
            .app
            .clone()
            .unwrap_or_else(|| layout.t("activity-an-app"));
        let of_passkey = self.of_passkey.then(|| passkey_key(self.kind)).flatten();
        let key = of_passkey
            .or(self.change)
            .unwrap_or_else(|| key(self.kind, self.success, self.elsewhere));
        layout.t_with(key, "app", app)
    }

    /// Returns the accessible label of the link "this wasn't me", which includes the sentence.
    pub fn disown_label(&self, layout: &Layout) -> String {
        layout.t_with("activity-not-me-label", "what", self.sentence(layout))
    }

    pub fn is_of_admin(&self) -> bool {
        self.by_admin || (self.kind == AuditKind::UserChanged && !self.elsewhere)
    }

    /// Returns true if the row is highlighted: a failure, or a change that weakens the account.
    pub const fn is_alarming(&self) -> bool {
        !self.success
            || matches!(
                self.kind,
                AuditKind::RecoveryCodeUsed
                    | AuditKind::FactorRemoved
                    | AuditKind::ActivityDisowned
                    | AuditKind::DeletionRequested
            )
    }
}

/// Returns true if another actor changed the account. Clients act in its sessions and grants.
fn is_by_admin(event: &AuditEvent, own: &str) -> bool {
    let is_of_app = ActivityCategory::from_kind(event.kind) == ActivityCategory::Apps;
    // The sentence of this kind already names an administrator.
    let is_named = event.kind == AuditKind::UserChanged;
    is_by_other(event, own) && !is_of_app && !is_named
}

/// Returns true for a change of the user by an administrator, or by the command line, which has no
/// actor. Other events have a reason that only the audit log shows.
fn is_administration(event: &AuditEvent, own: &str) -> bool {
    let is_own = event.actor.as_deref() == Some(own);
    let is_about_user = event.subject.as_deref() == Some(own);
    event.success && is_about_user && !is_own && event.detail.contains_key("change")
}

fn is_by_other(event: &AuditEvent, own: &str) -> bool {
    let is_about_user = event.subject.as_deref() == Some(own);
    is_about_user && event.actor.as_deref().is_some_and(|actor| actor != own)
}

/// Returns the sentence key of a change by an administrator or of an export, if it has its own.
fn change_key(event: &AuditEvent) -> Option<&'static str> {
    let text = |name: &str| event.detail.get(name).and_then(|it| it.as_str());
    if event.kind == AuditKind::UsersExported {
        let is_other = text("list").is_some_and(|list| list != "people");
        return is_other.then_some("activity-list-exported");
    }
    if event.kind != AuditKind::UserChanged {
        return None;
    }
    let after = |name: &str| event.detail.get("after").and_then(|after| after.get(name));
    let change = text("change");
    Some(match change? {
        "created" => "activity-admin-created",
        "disabled" => "activity-admin-disabled",
        "enabled" => "activity-admin-enabled",
        "unlocked" => "activity-admin-unlocked",
        "password reset" | "password set" | "recovered" | "new password required" => {
            "activity-admin-password"
        }
        "passkey link mailed" => "activity-admin-passkey",
        "email verified" => "activity-admin-verified",
        _ if after("email").is_some() => "activity-admin-email",
        _ => match after("disabled_at")? {
            at if at.is_null() => "activity-admin-enabled",
            _ => "activity-admin-disabled",
        },
    })
}

fn is_of_passkey(event: &AuditEvent) -> bool {
    ["method", "factor"]
        .into_iter()
        .any(|name| event.detail.get(name).and_then(|it| it.as_str()) == Some("passkey"))
}

const fn passkey_key(kind: AuditKind) -> Option<&'static str> {
    use AuditKind as Kind;
    match kind {
        Kind::LoginFailed => Some("activity-passkey-failed"),
        Kind::SteppedUp => Some("activity-passkey-stepped-up"),
        Kind::FactorAdded => Some("activity-passkey-added"),
        Kind::FactorRemoved => Some("activity-passkey-removed"),
        _ => None,
    }
}

#[expect(clippy::too_many_lines, reason = "one arm for each kind")]
const fn key(kind: AuditKind, success: bool, elsewhere: bool) -> &'static str {
    use AuditKind as Kind;
    match kind {
        Kind::LoginSucceeded => "activity-login",
        Kind::LoginFailed => "activity-login-failed",
        Kind::LoginLocked => "activity-login-locked",
        Kind::FirstStepPassed => "activity-first-step",
        Kind::EmailCodeRequested => "activity-email-code",
        Kind::SteppedUp => "activity-stepped-up",
        Kind::FactorFailed => "activity-factor-failed",
        Kind::FactorAdded => "activity-factor-added",
        Kind::FactorRemoved => "activity-factor-removed",
        Kind::AccountLinked => "activity-linked",
        Kind::AccountUnlinked => "activity-unlinked",
        Kind::ProviderChanged => "activity-provider-changed",
        Kind::DeviceTrusted => "activity-trusted",
        Kind::DeviceDistrusted => "activity-distrusted",
        Kind::RecoveryCodesMade => "activity-codes-made",
        Kind::RecoveryCodeUsed => "activity-code-used",
        Kind::LoggedOut => "activity-logout",
        Kind::SessionEnded => "activity-session-ended",
        Kind::ActivityDisowned => "activity-disowned",
        Kind::UserRegistered if success => "activity-registered",
        Kind::UserRegistered => "activity-register-known",
        Kind::UserChanged if elsewhere => "activity-user-changed-other",
        Kind::UserChanged => "activity-user-changed",
        Kind::ConsentGranted => "activity-consent",
        Kind::ConsentDenied => "activity-consent-denied",
        Kind::ConsentRevoked => "activity-consent-revoked",
        Kind::AccessDenied => "activity-access-denied",
        Kind::ApiKeyCreated if success => "activity-api-key",
        Kind::ApiKeyCreated => "activity-api-key-denied",
        Kind::ApiKeyFirstUsed => "activity-api-key-used",
        Kind::ApiKeyUsed => "activity-api-key-used-again",
        Kind::ApiKeyRefused => "activity-api-key-refused",
        Kind::ApiKeyRevoked => "activity-api-key-revoked",
        Kind::AppPasswordCreated => "activity-app-password",
        Kind::AppPasswordUsed => "activity-app-password-used",
        Kind::AppPasswordRevoked => "activity-app-password-revoked",
        Kind::CodeReplayed | Kind::CodeMisused | Kind::RefreshReused => "activity-misused",
        Kind::ProofReplayed => "activity-proof-replayed",
        Kind::TokenAsserted => "activity-app-asserted",
        Kind::TokenExchanged => "activity-app-exchanged",
        Kind::TokenRevoked => "activity-app-signed-out",
        Kind::BackchannelLogout if success => "activity-app-told",
        Kind::BackchannelLogout => "activity-app-not-told",
        Kind::ClientChanged
        | Kind::ClientPkceRequired
        | Kind::RegistrationTokenChanged
        | Kind::ResourceChanged
        | Kind::ScopeChanged
        | Kind::SiteChanged
        | Kind::ClaimChanged => "activity-app-changed",
        Kind::RoleChanged if elsewhere => "activity-role-changed-other",
        Kind::RoleChanged => "activity-role-changed",
        Kind::GroupChanged => "activity-group-changed",
        Kind::OrganizationChanged => "activity-organization-changed",
        Kind::KeyChanged => "activity-key-changed",
        Kind::SystemChanged | Kind::ScimSourceChanged | Kind::ScimTargetChanged => {
            "activity-system-changed"
        }
        Kind::UsersExported => "activity-users-exported",
        Kind::EmailVerified => "activity-email-verified",
        Kind::EmailChangeRequested if success => "activity-email-requested",
        Kind::EmailChangeRequested => "activity-email-refused",
        Kind::EmailChanged => "activity-email-changed",
        Kind::EmailChangeUndone => "activity-email-undone",
        Kind::PasswordResetRequested => "activity-reset-requested",
        Kind::PasswordReset => "activity-reset",
        Kind::PasswordChanged if success => "activity-password-changed",
        Kind::PasswordChanged => "activity-password-refused",
        Kind::ProfileChanged => "activity-profile",
        Kind::ProfileFieldChanged => "activity-profile-field",
        Kind::DataExported => "activity-exported",
        Kind::DeletionRequested => "activity-deletion",
        Kind::DeletionCancelled => "activity-deletion-cancelled",
        Kind::AccountDeleted => "activity-deleted",
        Kind::SetupCompleted => "activity-setup",
        Kind::SupportCodeMade => "activity-support-code",
        Kind::SupportCodeUsed => "activity-support-code-used",
        Kind::AuditExported => "activity-audit-exported",
        Kind::ImpersonationStarted => "activity-impersonation-started",
        Kind::ImpersonationUsed if success => "activity-impersonation-used",
        Kind::ImpersonationUsed => "activity-impersonation-refused",
        Kind::ImpersonationEnded => "activity-impersonation-ended",
    }
}

/// `GET /account/activity`. Parameters: `show` (a category), `from` and `to` (days), `before` (an
/// event ID).
#[derive(Clone, Debug, Template)]
#[template(path = "pages/activity.html")]
pub struct Activity {
    pub layout: Layout,
    /// Selected category; `None`: all.
    pub topic: Option<ActivityCategory>,
    /// First day, such as `2027-01-31`; empty without one.
    pub from: String,
    /// Last day; empty without one.
    pub to: String,
    /// Events, the newest first.
    pub rows: Vec<ActivityRow>,
    pub is_later: bool,
    /// ID of the last event on this page, if a next page exists.
    pub next: Option<String>,
    pub now: i64,
}

impl Activity {
    /// Returns the categories to choose from; `None` means all.
    fn topics() -> Vec<Option<ActivityCategory>> {
        let mut topics = vec![None];
        topics.extend(ActivityCategory::ALL.map(Some));
        topics
    }

    fn topic_name(&self, topic: Option<&ActivityCategory>) -> String {
        self.layout.t(match topic {
            None => "activity-all",
            Some(ActivityCategory::SignIn) => "activity-topic-sign-in",
            Some(ActivityCategory::Security) => "activity-topic-security",
            Some(ActivityCategory::Apps) => "activity-topic-apps",
            Some(ActivityCategory::Account) => "activity-topic-account",
        })
    }

    fn has_days(&self) -> bool {
        !self.from.is_empty() || !self.to.is_empty()
    }

    fn show(&self) -> &'static str {
        self.topic.map_or("", ActivityCategory::as_str)
    }

    fn address(&self, topic: Option<&ActivityCategory>, before: Option<&str>) -> String {
        let show = topic.map_or("", |topic| topic.as_str());
        self.with_days("/account/activity", show, before.unwrap_or_default())
    }

    fn file(&self) -> String {
        self.with_days("/account/activity.csv", self.show(), "")
    }

    /// Returns a path with these parameters and the days; empty ones are left out.
    fn with_days(&self, path: &str, show: &str, before: &str) -> String {
        let all = [
            ("show", show),
            ("from", self.from.as_str()),
            ("to", self.to.as_str()),
            ("before", before),
        ];
        let present = all.iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<String> = present
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", query.join("&"))
        }
    }
}

words! {
    /// A step of "This wasn't me", with the catalog key of its title.
    pub enum SecureStep {
        Sessions = "secure-title",
        Password = "secure-password-title",
        /// Review the second factor and the connected clients.
        Review = "secure-review-title",
    }
}

/// `GET|POST /account/secure` and the steps below it. Fields: `csrf`, `event`, `others=on`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/secure.html")]
pub struct Secure {
    pub layout: Layout,
    pub step: SecureStep,
    /// Event that the user disowned, if one was named.
    pub row: Option<ActivityRow>,
    pub has_password: bool,
    pub two_factor: TwoFactorState,
    pub apps: usize,
    pub now: i64,
}

impl Secure {
    fn progress(&self) -> String {
        let number = self.step as i64 + 1;
        self.layout.t_plural("secure-step", "count", number)
    }

    fn title(&self) -> String {
        self.layout.t(self.step.as_str())
    }

    fn apps_text(&self) -> String {
        self.layout.t_count("secure-apps", self.apps)
    }
}

impl AccountPage for Activity {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::of(AccountSection::Activity).wide());
}
