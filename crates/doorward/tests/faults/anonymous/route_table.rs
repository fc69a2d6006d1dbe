//! The routes that respond to callers without a session or credentials, with the number of rows
//! that one address can create.

use doorward_domain::rules::rate_limit::{
    ADDRESS, DEVICE, FAILED, INTERACTION, MAIL, PUSH_UNPROVED,
};

/// The maximum number of rows from one address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// Rows per minute.
    Minute(u64),
    /// Rows per hour.
    Hour(u64),
}

impl Bound {
    /// Returns the maximum per hour.
    pub const fn hourly(self) -> u64 {
        match self {
            Self::Minute(max) => max * 60,
            Self::Hour(max) => max,
        }
    }
}

/// The authentication that a route requires.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// No authentication; requests create at most these rows, by table.
    Anonymous(&'static [(&'static str, Bound)]),
    /// A session or a mail link: without it, requests create no rows.
    Session,
    /// A token, a key or client authentication: without it, requests create at most a denial.
    Credentials,
}

use Bound::{Hour, Minute};
use Kind::{Anonymous, Credentials, Session};

/// Stored denials of the APIs, and attempts of unknown users, for all addresses together (`UNKNOWN_PER_MINUTE` of each process).
pub const API_DENIED: [(&str, Bound); 3] = [
    ("refusals", Minute(100)),
    ("attempts", Minute(100)),
    ("decisions", Minute(100)),
];

const NOTHING: Kind = Anonymous(&[]);
/// Anonymous requests to the JSON API (`limits.anonymous_per_hour`).
const API: Bound = Hour(100);
/// Client registrations (`client_registration.per_hour`).
const CLIENTS: Bound = Hour(20);
const FAILED_SIGN_IN: Kind = Anonymous(&[
    ("audit_events", Minute(FAILED.quota)),
    ("login_failures", Minute(FAILED.quota)),
]);
const NEW_ACCOUNT: Kind = Anonymous(&[
    ("audit_events", Minute(2 * ADDRESS.quota)),
    ("email_tokens", Minute(ADDRESS.quota)),
    ("role_assignments", Minute(ADDRESS.quota)),
    ("sessions", Minute(ADDRESS.quota)),
    ("users", Minute(ADDRESS.quota)),
]);
const INTERACTIONS: Kind = Anonymous(&[("interactions", Minute(INTERACTION.quota))]);

const MAILED_CODE: Kind = Anonymous(&[
    ("audit_events", Minute(MAIL.quota)),
    ("email_sign_ins", Minute(MAIL.quota)),
]);
const RESET: Kind = Anonymous(&[("audit_events", Minute(MAIL.quota))]);
const FAILED_PASSKEY: Kind = Anonymous(&[("audit_events", Minute(ADDRESS.quota))]);
const API_RESET: Kind = Anonymous(&[("audit_events", API)]);
const DEVICES: Kind = Anonymous(&[("device_requests", Minute(DEVICE.quota))]);
const PUSHED: Kind = Anonymous(&[
    ("pushed_requests", Minute(PUSH_UNPROVED.quota)),
    ("used_jtis", Minute(PUSH_UNPROVED.quota)),
]);
const NEW_CLIENT: Kind = Anonymous(&[
    ("audit_events", CLIENTS),
    ("client_registrations", CLIENTS),
    ("clients", CLIENTS),
]);
const API_SIGN_IN: Kind = Anonymous(&[("audit_events", API), ("login_failures", API)]);
/// A new account gets a session at once if its address needs no verification.
const API_ACCOUNT: Kind = Anonymous(&[
    ("audit_events", Hour(200)),
    ("email_tokens", API),
    ("grants", API),
    ("role_assignments", API),
    ("sessions", API),
    ("users", API),
]);

/// The routes of pages and protocol endpoints, and the API operations that need no token.
pub const TABLE: &[(&str, Kind)] = &[
    ("GET /", NOTHING),
    ("GET /.well-known/change-password", NOTHING),
    ("GET /.well-known/oauth-authorization-server", NOTHING),
    ("GET /.well-known/openid-configuration", NOTHING),
    ("GET /.well-known/passkey-endpoints", NOTHING),
    ("GET /livez", NOTHING),
    ("GET /readyz", NOTHING),
    ("GET /oauth2/jwks", NOTHING),
    ("GET /avatars/{id}.png", NOTHING),
    ("GET /logos/{id}.png", NOTHING),
    ("GET /dev/mail", NOTHING),
    ("GET /dev/mail/{id}", NOTHING),
    ("GET /dev/mail/{id}/html", NOTHING),
    ("GET /login", NOTHING),
    ("POST /login", FAILED_SIGN_IN),
    ("GET /register", NOTHING),
    ("POST /register", NEW_ACCOUNT),
    ("GET /forgot-password", NOTHING),
    ("POST /forgot-password", RESET),
    ("GET /reset-password", NOTHING),
    ("POST /reset-password", NOTHING),
    ("GET /verify-email", NOTHING),
    ("POST /verify-email", NOTHING),
    ("GET /invitation", NOTHING),
    ("POST /invitation", NOTHING),
    ("GET /setup", NOTHING),
    ("POST /setup", NOTHING),
    ("GET /login/email", NOTHING),
    ("POST /login/email", MAILED_CODE),
    ("GET /login/email/link", NOTHING),
    ("POST /login/email/link", NOTHING),
    ("GET /login/with/{provider}", NOTHING),
    ("POST /login/with/{provider}", NOTHING),
    ("GET /login/callback/{provider}", NOTHING),
    ("POST /login/callback/{provider}", NOTHING),
    ("GET /login/new", NOTHING),
    ("POST /login/new", NOTHING),
    ("GET /login/2fa", NOTHING),
    ("POST /login/2fa", NOTHING),
    ("GET /logout", NOTHING),
    ("POST /logout", NOTHING),
    ("GET /account/email/confirm", NOTHING),
    ("POST /account/email/confirm", NOTHING),
    ("GET /account/email/undo", NOTHING),
    ("POST /account/email/undo", NOTHING),
    ("GET /account/secure", NOTHING),
    ("POST /account/secure", NOTHING),
    ("GET /add-passkey", NOTHING),
    ("POST /add-passkey", NOTHING),
    ("GET /login/passkey", NOTHING),
    ("POST /login/passkey", FAILED_PASSKEY),
    ("GET /login/ended", NOTHING),
    ("POST /verify-email/resend", NOTHING),
    ("POST /preferences", NOTHING),
    ("GET /admin", Session),
    ("GET /admin/apps", Session),
    ("GET /admin/apps/new", Session),
    ("POST /admin/apps/new", Session),
    ("GET /admin/apps/{id}", Session),
    ("GET /admin/apps/{id}/failures", Session),
    ("GET /admin/apps/{id}/test", Session),
    ("GET /admin/apps/{id}/{action}", Session),
    ("POST /admin/apps/{id}/{action}", Session),
    ("GET /admin/audit", Session),
    ("GET /admin/audit.csv", Session),
    ("GET /admin/audit/{id}", Session),
    ("GET /admin/find", Session),
    ("GET /admin/grants", Session),
    ("GET /admin/grants/{id}/{action}", Session),
    ("POST /admin/grants/{id}/{action}", Session),
    ("GET /admin/groups", Session),
    ("GET /admin/groups/new", Session),
    ("POST /admin/groups/new", Session),
    ("GET /admin/groups/{id}", Session),
    ("GET /admin/groups/{id}/delete", Session),
    ("POST /admin/groups/{id}/delete", Session),
    ("GET /admin/groups/{id}/edit", Session),
    ("POST /admin/groups/{id}/edit", Session),
    ("GET /admin/groups/{id}/members/add", Session),
    ("POST /admin/groups/{id}/members/add", Session),
    ("GET /admin/groups/{id}/members/{user}/remove", Session),
    ("POST /admin/groups/{id}/members/{user}/remove", Session),
    ("GET /admin/keys", Session),
    ("GET /admin/keys/rotate/{algorithm}", Session),
    ("POST /admin/keys/rotate/{algorithm}", Session),
    ("GET /admin/keys/{id}/{action}", Session),
    ("POST /admin/keys/{id}/{action}", Session),
    ("GET /admin/organizations", Session),
    ("GET /admin/organizations/new", Session),
    ("POST /admin/organizations/new", Session),
    ("GET /admin/organizations/{id}", Session),
    ("GET /admin/organizations/{id}/edit", Session),
    ("POST /admin/organizations/{id}/edit", Session),
    ("GET /admin/organizations/{id}/invitations", Session),
    (
        "GET /admin/organizations/{id}/invitations/{invitation}/withdraw",
        Session,
    ),
    (
        "POST /admin/organizations/{id}/invitations/{invitation}/withdraw",
        Session,
    ),
    ("GET /admin/organizations/{id}/invite", Session),
    ("POST /admin/organizations/{id}/invite", Session),
    (
        "GET /admin/organizations/{id}/members/{user}/{action}",
        Session,
    ),
    (
        "POST /admin/organizations/{id}/members/{user}/{action}",
        Session,
    ),
    ("GET /admin/organizations/{id}/{action}", Session),
    ("POST /admin/organizations/{id}/{action}", Session),
    ("GET /admin/people", Session),
    ("GET /admin/people/{id}", Session),
    ("GET /admin/people/{id}/access", Session),
    ("GET /admin/people/{id}/access/give", Session),
    ("POST /admin/people/{id}/access/give", Session),
    ("GET /admin/people/{id}/access/{assignment}/remove", Session),
    (
        "POST /admin/people/{id}/access/{assignment}/remove",
        Session,
    ),
    ("GET /admin/people/{id}/apps", Session),
    ("GET /admin/people/{id}/sessions", Session),
    ("GET /admin/people/{id}/sessions/{session}/end", Session),
    ("POST /admin/people/{id}/sessions/{session}/end", Session),
    ("GET /admin/people/{id}/{action}", Session),
    ("POST /admin/people/{id}/{action}", Session),
    ("GET /admin/providers", Session),
    ("GET /admin/providers/new", Session),
    ("GET /admin/providers/new/{kind}", Session),
    ("POST /admin/providers/new/{kind}", Session),
    ("GET /admin/providers/{id}", Session),
    ("GET /admin/providers/{id}/secret", Session),
    ("POST /admin/providers/{id}/secret", Session),
    ("GET /admin/providers/{id}/test", Session),
    ("POST /admin/providers/{id}/test", Session),
    ("GET /admin/providers/{id}/{action}", Session),
    ("POST /admin/providers/{id}/{action}", Session),
    ("GET /admin/roles", Session),
    ("GET /admin/roles/new", Session),
    ("POST /admin/roles/new", Session),
    ("GET /admin/roles/{id}", Session),
    ("GET /admin/roles/{id}/delete", Session),
    ("POST /admin/roles/{id}/delete", Session),
    ("GET /admin/roles/{id}/edit", Session),
    ("POST /admin/roles/{id}/edit", Session),
    ("GET /admin/sessions", Session),
    ("GET /admin/sign-ins", Session),
    ("GET /admin/sign-ins/{id}", Session),
    ("GET /consent", Session),
    ("POST /consent", Session),
    ("GET /select-account", Session),
    ("POST /select-account", Session),
    ("GET /device", Session),
    ("POST /device", Session),
    ("GET /device/confirm", Session),
    ("POST /device/confirm", Session),
    ("GET /account/password", Session),
    ("POST /account/password", Session),
    ("GET /account/email", Session),
    ("POST /account/email", Session),
    ("GET /account/profile", Session),
    ("POST /account/profile", Session),
    ("GET /account/keep", Session),
    ("POST /account/keep", Session),
    ("GET /account/api-keys", Session),
    ("GET /account/api-keys/new", Session),
    ("POST /account/api-keys/new", Session),
    ("GET /account", Session),
    ("GET /account/activity", Session),
    ("GET /account/apps", Session),
    ("GET /account/organizations", Session),
    ("GET /account/organizations/leave", Session),
    ("POST /account/organizations/leave", Session),
    ("GET /account/security", Session),
    ("GET /account/sessions", Session),
    ("GET /account/data", Session),
    ("GET /account/providers", Session),
    ("GET /account/secure/password", Session),
    ("GET /account/secure/review", Session),
    ("GET /account/security/2fa", Session),
    ("GET /account/security/2fa/set-up", Session),
    ("GET /account/security/passkeys", Session),
    ("POST /account/apps/remove", Session),
    ("POST /account/data/delete", Session),
    ("POST /account/data/export", Session),
    ("POST /account/profile/picture", Session),
    ("POST /account/profile/picture/remove", Session),
    ("POST /account/sessions/end", Session),
    ("POST /account/sessions/end-others", Session),
    ("GET /account/sessions/ended", Session),
    ("GET /account/api-keys/revoke", Session),
    ("POST /account/api-keys/revoke", Session),
    ("POST /account/security/2fa/start", Session),
    ("POST /account/security/2fa/confirm", Session),
    ("POST /account/security/2fa/codes", Session),
    ("POST /account/security/2fa/saved", Session),
    ("POST /account/security/2fa/off", Session),
    ("POST /account/security/2fa/distrust", Session),
    ("POST /account/security/passkeys/add", Session),
    ("POST /account/security/passkeys/rename", Session),
    ("POST /account/security/passkeys/remove", Session),
    ("POST /account/security/passkeys/later", Session),
    ("POST /account/providers/add", Session),
    ("POST /account/providers/connect", Session),
    ("POST /account/providers/remove", Session),
    ("GET /oauth2/authorize", INTERACTIONS),
    ("POST /oauth2/authorize", INTERACTIONS),
    ("POST /oauth2/token", NOTHING),
    ("POST /oauth2/device_authorization", DEVICES),
    ("POST /oauth2/par", PUSHED),
    ("POST /oauth2/bc-authorize", Credentials),
    ("POST /oauth2/introspect", Credentials),
    ("POST /oauth2/revoke", NOTHING),
    ("GET /oauth2/userinfo", Credentials),
    ("POST /oauth2/userinfo", Credentials),
    ("GET /oauth2/logout", NOTHING),
    ("POST /oauth2/logout", NOTHING),
    ("POST /oauth2/register", NEW_CLIENT),
    ("GET /oauth2/register/{id}", Credentials),
    ("PUT /oauth2/register/{id}", Credentials),
    ("DELETE /oauth2/register/{id}", Credentials),
    ("GET /api/openapi.json", NOTHING),
    ("POST /api/auth/login", API_SIGN_IN),
    ("POST /api/auth/login/mfa", NOTHING),
    ("POST /api/auth/register", API_ACCOUNT),
    ("POST /api/auth/email/verify", NOTHING),
    ("POST /api/auth/email/change/confirm", NOTHING),
    ("POST /api/auth/email/verify/resend", NOTHING),
    ("POST /api/auth/password/reset", API_RESET),
    ("POST /api/auth/password/reset/confirm", NOTHING),
    ("POST /api/auth/token/refresh", NOTHING),
    ("POST /api/auth/token/verify", NOTHING),
    ("tasks GET /livez", NOTHING),
    ("tasks GET /readyz", NOTHING),
    ("tasks GET /.well-known/oauth-protected-resource", NOTHING),
    (
        "tasks GET /.well-known/oauth-protected-resource/{id}",
        NOTHING,
    ),
    ("tasks GET /api/openapi.json", NOTHING),
    ("tasks GET /", NOTHING),
    ("tasks GET /web", NOTHING),
    ("tasks GET /web/", NOTHING),
    ("tasks GET /web/login", NOTHING),
    ("tasks POST /web/login", NOTHING),
    ("tasks GET /web/callback", NOTHING),
    ("tasks GET /web/tasks.{id}.css", NOTHING),
    ("tasks POST /web/logout", Session),
    ("tasks GET /web/tasks", Session),
    ("tasks POST /web/tasks", Session),
    ("tasks POST /web/tasks/{id}/status", Session),
    ("tasks POST /web/tasks/{id}/delete", Session),
];
