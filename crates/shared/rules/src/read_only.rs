//! The requests that a server in read-only mode rejects.
//!
//! It goes on with what is short-lived: sign-ins with existing accounts, sessions and tokens. It rejects
//! what users, clients and administrators would miss after a return to an earlier copy of the database:
//! accounts, consents, registrations and settings.

/// Paths whose requests go on, whatever their method. `*` is one segment; `**` is any rest.
///
/// The pages of consents and devices are here because a rejection goes on: their handlers check approvals.
const GO_ON: &[&str] = &[
    "/oauth2/authorize",
    "/oauth2/token",
    "/oauth2/par",
    "/oauth2/device_authorization",
    "/oauth2/bc-authorize",
    "/oauth2/introspect",
    "/oauth2/revoke",
    "/oauth2/userinfo",
    "/oauth2/logout",
    "/login",
    "/login/2fa",
    "/login/passkey",
    "/login/email",
    "/login/email/link",
    "/login/operator",
    "/login/with/*",
    "/login/callback/*",
    "/login/logout/*",
    "/login/signals/*",
    "/logout",
    "/select-account",
    "/preferences",
    "/consent",
    "/device",
    "/device/confirm",
    "/account/data/export",
    "/account/security/passkeys/later",
    "/account/sessions/end",
    "/account/sessions/end-others",
    "/api/auth/login",
    "/api/auth/login/mfa",
    "/api/auth/logout",
    "/api/auth/logout/all",
    "/api/auth/sessions",
    "/api/auth/sessions/*",
    "/api/auth/token/*",
    "/api/admin/clients/*/impact",
    "/api/admin/read-only",
    "/admin/read-only/end",
    "/dev/**",
    "/forward-auth/**",
    "/.doorward/**",
];

/// Returns true if a server in read-only mode rejects this request.
pub fn is_change(method: &str, path: &str) -> bool {
    let reads = matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE");
    !reads && !GO_ON.iter().any(|pattern| matches(pattern, path))
}

fn matches(pattern: &str, path: &str) -> bool {
    if let Some(parent) = pattern.strip_suffix("**") {
        return path.starts_with(parent);
    }
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some("*"), Some(segment)) if !segment.is_empty() => {}
            (Some(expected), Some(segment)) if expected == segment => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests;
