//! The statements of every page, with the session and the authority (two in the console).
//!
//! The budget is three for a list, four for an object, whose mark says whether files manage it, and
//! five for the home page. Pages with more have the reason beside them.

use std::collections::BTreeMap;

/// Routes, the values of their parameters, and their statements.
pub const TABLE: &[(&str, &str, u32)] = &[
    // The names of the users in the latest changes, if there are any, are the fourth, and those of the
    // clients and groups the fifth.
    ("/admin", "", 5),
    ("/admin/api-access", "", 3),
    ("/admin/api-access/{id}/revoke", "KEY", 3),
    ("/admin/apps", "", 3),
    // The rows of files are read while they are sent.
    ("/admin/apps.csv", "", 2),
    ("/admin/apps.json", "", 2),
    ("/admin/apps/new", "", 2),
    ("/admin/apps/new/catalogue", "", 2),
    ("/admin/apps/new/catalogue/{app}", "grafana", 2),
    ("/admin/apps/tokens", "", 3),
    ("/admin/apps/tokens/new", "", 2),
    ("/admin/apps/tokens/{id}/revoke", "TOKEN", 4),
    // The app, and its latest changes.
    ("/admin/apps/{id}", "APP", 5),
    // The app, and its list or number.
    ("/admin/apps/{id}/access", "APP", 5),
    ("/admin/apps/{id}/access/give", "APP", 5),
    (
        "/admin/apps/{id}/access/{assignment}/remove",
        "APP APP_GRANT",
        5,
    ),
    ("/admin/apps/{id}/consents", "WEB", 5),
    ("/admin/apps/{id}/users", "WEB", 5),
    ("/admin/apps/{id}/logo", "WEB", 3),
    ("/admin/apps/{id}/logo/remove", "WEB", 4),
    // The app, and its brand.
    ("/admin/apps/{id}/branding", "WEB", 5),
    ("/admin/apps/{id}/branding/preview", "WEB", 5),
    ("/admin/apps/{id}/branding/logo/{scheme}", "WEB light", 4),
    (
        "/admin/apps/{id}/branding/logo/{scheme}/remove",
        "WEB light",
        5,
    ),
    // The app, twice, its texts, and those of the deployment.
    ("/admin/apps/{id}/texts", "WEB", 7),
    (
        "/admin/apps/{id}/texts/{lang}/{key}",
        "WEB en login-title",
        7,
    ),
    (
        "/admin/apps/{id}/texts/{lang}/{key}/remove",
        "WEB en login-title",
        7,
    ),
    ("/admin/apps/{id}/end-sessions", "APP", 5),
    ("/admin/apps/{id}/edit/{section}", "WEB sign-in", 4),
    // The app, the resources and the scopes.
    ("/admin/apps/{id}/edit/{section}", "WEB scopes", 6),
    // The app, and the use of its secrets.
    ("/admin/apps/{id}/edit/{section}", "WEB credentials", 5),
    // The app, and the attempts.
    ("/admin/apps/{id}/failures", "APP", 5),
    // Runs the code of a sign-in, with all that it reads; two are roles and factors, because a campaign is open.
    ("/admin/apps/{id}/test", "APP", 12),
    ("/admin/apps/{id}/{action}", "APP new-secret", 4),
    // The app, and what the change affects.
    ("/admin/apps/{id}/{action}", "APP disable", 5),
    ("/admin/apps/{id}/{action}", "APP delete", 5),
    // The names of the clients and groups.
    ("/admin/audit", "", 4),
    // Writes the event of the download, which is two rows.
    ("/admin/audit.csv", "", 4),
    ("/admin/audit.json", "", 4),
    ("/admin/audit/{id}", "EVENT", 3),
    ("/admin/audit/{id}/undo", "EVENT", 3),
    // The campaigns, and their groups.
    ("/admin/campaigns", "", 4),
    ("/admin/campaigns/new", "", 2),
    // The campaign, its group, and the users.
    ("/admin/campaigns/{id}", "CAMPAIGN", 5),
    ("/admin/campaigns/{id}/end", "CAMPAIGN", 4),
    ("/admin/campaigns/{id}/reschedule", "CAMPAIGN", 4),
    // The requests with the rights and names of those who approved them, and the applies. The names of authors
    // are known with those.
    // The names of the objects in each kind of change.
    ("/admin/changes", "", 9),
    ("/admin/changes/{id}", "CHANGE", 6),
    ("/admin/changes/{id}/approve", "CHANGE", 5),
    ("/admin/changes/{id}/reject", "CHANGE", 5),
    ("/admin/saml", "", 3),
    ("/admin/saml/new", "", 2),
    // The client, and its settings.
    ("/admin/apps/{id}/saml", "SAML", 5),
    ("/admin/apps/{id}/saml/edit", "SAML", 5),
    // The site, and the groups that its rules name.
    ("/admin/sites", "", 3),
    ("/admin/sites/new", "", 2),
    ("/admin/sites/{id}", "SITE", 5),
    ("/admin/sites/{id}/edit", "SITE", 5),
    ("/admin/sites/{id}/proxy", "SITE", 4),
    ("/admin/sites/{id}/delete", "SITE", 5),
    ("/admin/sites/check", "", 2),
    ("/admin/notices", "", 3),
    ("/admin/notices/set", "", 3),
    ("/admin/notices/remove", "", 2),
    ("/admin/read-only/set", "", 2),
    ("/admin/read-only/end", "", 2),
    // The campaign, and the user.
    (
        "/admin/campaigns/{id}/users/{user}/except",
        "CAMPAIGN ALICE",
        4,
    ),
    (
        "/admin/campaigns/{id}/users/{user}/end-exception",
        "CAMPAIGN ALICE",
        4,
    ),
    ("/admin/definitions", "", 3),
    ("/admin/definitions/{kind}", "permissions", 3),
    ("/admin/definitions/{kind}", "scopes", 3),
    ("/admin/definitions/{kind}", "resources", 3),
    ("/admin/definitions/{kind}", "claims", 3),
    ("/admin/definitions/{kind}", "profile-fields", 3),
    // The definitions of the kind, and the roles; or those of other kinds, and the clients; and the former
    // names.
    (
        "/admin/definitions/{kind}/{id}",
        "permissions users:read",
        6,
    ),
    ("/admin/definitions/{kind}/{id}", "scopes openid", 7),
    // The resources, and the definitions of the kind.
    ("/admin/definitions/new/{kind}", "scopes", 3),
    ("/admin/definitions/new/{kind}", "resources", 2),
    ("/admin/definitions/new/{kind}", "profile-fields", 2),
    (
        "/admin/definitions/{kind}/{id}/edit",
        "scopes tasks:read",
        5,
    ),
    (
        "/admin/definitions/{kind}/{id}/rename",
        "scopes tasks:read",
        4,
    ),
    (
        "/admin/definitions/{kind}/{id}/delete",
        "scopes tasks:read",
        4,
    ),
    ("/admin/find", "", 2),
    // The exact names of users, of clients and of all other kinds, and two for those that begin with
    // the text.
    ("/admin/find?q=al", "", 8),
    // An API key has one more.
    ("/admin/find?q=dw_abcdefghijkl", "", 9),
    ("/admin/find?q=018f0000-0000-7000-8000-000000000000", "", 8),
    // The list, the names of the apps, and four for the last tokens.
    ("/admin/grants", "", 8),
    // The event of the download.
    ("/admin/grants.csv", "", 5),
    ("/admin/grants.json", "", 5),
    ("/admin/grants/bulk", "", 2),
    ("/admin/grants/{id}/{action}", "GRANT extend", 3),
    ("/admin/grants/{id}/{action}", "GRANT remove", 3),
    ("/admin/guides/{name}", "console", 2),
    ("/admin/guides/{name}/{section}", "console undo-a-change", 2),
    ("/admin/groups", "", 3),
    ("/admin/groups.csv", "", 2),
    ("/admin/groups.json", "", 2),
    ("/admin/groups/new", "", 2),
    // The group, its members, and its latest changes. A manager outside the group is one more.
    ("/admin/groups/{id}", "GROUP", 6),
    // The group, and its roles, or all roles.
    ("/admin/groups/{id}/access", "GROUP", 5),
    ("/admin/groups/{id}/access/give", "GROUP", 5),
    (
        "/admin/groups/{id}/access/{assignment}/remove",
        "GROUP GROUP_GRANT",
        5,
    ),
    // The group, and what the deletion ends.
    ("/admin/groups/{id}/delete", "GROUP", 5),
    ("/admin/groups/{id}/edit", "GROUP", 4),
    ("/admin/groups/{id}/members/add", "GROUP", 4),
    ("/admin/groups/{id}/members/{user}/remove", "GROUP ALICE", 5),
    // A change without failures; with some, they and the names of their users are two more.
    ("/admin/jobs/{id}", "BULK", 3),
    // The event of the download.
    ("/admin/jobs/{id}/failures.csv", "BULK", 6),
    ("/admin/jobs/{id}/stop", "BULK", 3),
    ("/admin/keys", "", 3),
    // One more for each configured stream.
    ("/admin/streams", "", 2),
    ("/admin/keys/rotate/{algorithm}", "RS256", 2),
    ("/admin/keys/{id}/{action}", "KID retire", 3),
    ("/admin/organizations", "", 3),
    ("/admin/organizations.csv", "", 2),
    ("/admin/organizations.json", "", 2),
    ("/admin/organizations/new", "", 2),
    // The organization, its invitations, its members, whether it needs an owner, and its latest changes.
    ("/admin/organizations/{id}", "acme", 8),
    ("/admin/organizations/{id}/edit", "acme", 4),
    // The organization, and its brand.
    ("/admin/organizations/{id}/branding", "acme", 5),
    ("/admin/organizations/{id}/branding/preview", "acme", 5),
    (
        "/admin/organizations/{id}/branding/logo/{scheme}",
        "acme light",
        4,
    ),
    (
        "/admin/organizations/{id}/branding/logo/{scheme}/remove",
        "acme light",
        5,
    ),
    // The organization, twice, its texts, and those of the deployment.
    ("/admin/organizations/{id}/texts", "acme", 7),
    (
        "/admin/organizations/{id}/texts/{lang}/{key}",
        "acme en login-title",
        7,
    ),
    (
        "/admin/organizations/{id}/texts/{lang}/{key}/remove",
        "acme en login-title",
        7,
    ),
    // The organization, and the invitations or a member.
    ("/admin/organizations/{id}/invitations", "acme", 5),
    (
        "/admin/organizations/{id}/invitations/{invitation}/withdraw",
        "acme INVITATION",
        5,
    ),
    ("/admin/organizations/{id}/invite", "acme", 4),
    ("/admin/organizations/{id}/invite-file", "acme", 3),
    (
        "/admin/organizations/{id}/members/{user}/{action}",
        "acme ALICE make-owner",
        5,
    ),
    (
        "/admin/organizations/{id}/members/{user}/{action}",
        "acme ALICE remove",
        5,
    ),
    ("/admin/organizations/{id}/{action}", "acme disable", 4),
    // The organization, and what the deletion ends.
    ("/admin/organizations/{id}/{action}", "acme delete", 5),
    ("/admin/people", "", 3),
    // The organizations and the roles of the users.
    ("/admin/people?columns=organizations+roles", "", 5),
    ("/admin/people/bulk", "", 2),
    ("/admin/people/new", "", 2),
    // The event of the download.
    ("/admin/people.csv", "", 5),
    ("/admin/people.json", "", 5),
    // The user, the factors, the lockout, the latest failure, and the latest changes.
    ("/admin/people/{id}", "ALICE", 7),
    // The user, the list, and four for the last tokens.
    ("/admin/people/{id}/access", "ALICE", 8),
    // The user, the roles, and the organizations of the user.
    ("/admin/people/{id}/access/give", "ALICE", 5),
    ("/admin/people/{id}/impersonate", "ALICE", 3),
    (
        "/admin/people/{id}/access/{assignment}/remove",
        "HELPER GRANT",
        4,
    ),
    // The user, and the access. The clients come from a cache.
    ("/admin/people/{id}/apps", "ALICE", 4),
    ("/admin/people/{id}/apps/{client}/withdraw", "ALICE WEB", 4),
    // The user, and the custom profile fields.
    ("/admin/people/{id}/edit", "ALICE", 4),
    // The user, the app with the codes, the passkeys, and the linked accounts with their providers.
    ("/admin/people/{id}/factors", "ALICE", 6),
    (
        "/admin/people/{id}/factors/{factor}/remove",
        "ALICE PASSKEY",
        5,
    ),
    (
        "/admin/people/{id}/linked-accounts/{link}/remove",
        "ALICE LINK",
        4,
    ),
    ("/admin/people/{id}/merge", "ALICE", 3),
    ("/admin/people/{id}/offboard", "ALICE", 3),
    ("/admin/people/{id}/sessions", "ALICE", 4),
    (
        "/admin/people/{id}/sessions/{session}/end",
        "ALICE SESSION",
        4,
    ),
    ("/admin/people/{id}/{action}", "ALICE unlock", 3),
    // The user, and what the change ends.
    ("/admin/people/{id}/{action}", "ALICE end-sessions", 4),
    ("/admin/people/{id}/{action}", "ALICE reset-password", 4),
    ("/admin/people/{id}/{action}", "ALICE passkey-link", 3),
    ("/admin/people/{id}/{action}", "ALICE disable", 4),
    ("/admin/people/{id}/{action}", "ALICE delete", 4),
    ("/admin/providers", "", 3),
    ("/admin/providers/new", "", 2),
    ("/admin/providers/new/{kind}", "google", 2),
    // The provider, and its latest changes.
    ("/admin/providers/{id}", "acme", 5),
    ("/admin/providers/{id}/edit", "acme", 4),
    ("/admin/providers/{id}/secret", "acme", 4),
    ("/admin/providers/{id}/test", "acme", 4),
    ("/admin/providers/{id}/tried", "acme", 4),
    ("/admin/providers/{id}/try", "acme", 4),
    // The provider, and the number of its users.
    ("/admin/providers/{id}/{action}", "acme disable", 5),
    ("/admin/providers/{id}/{action}", "acme delete", 5),
    // The reviews, and their reviewers.
    ("/admin/reviews", "", 4),
    ("/admin/reviews/new", "", 2),
    // The review, its lines, its reviewers with those who can decide, and four for the last tokens.
    ("/admin/reviews/{id}", "REVIEW", 10),
    // The review, and its reviewers.
    ("/admin/reviews/{id}/reviewers", "REVIEW", 4),
    // The review, and its open lines.
    ("/admin/reviews/{id}/close", "REVIEW", 4),
    // The streams, the newest signal, and the names of the apps; signals that wait are counted for each.
    ("/admin/signals", "", 5),
    ("/admin/signals/{id}", "STREAM", 5),
    ("/admin/signals/{id}/enable", "PAUSED", 5),
    ("/admin/signals/{id}/pause", "STREAM", 5),
    ("/admin/signals/{id}/delete", "STREAM", 5),
    ("/admin/reports", "", 3),
    ("/admin/reports.csv", "", 2),
    ("/admin/reports.json", "", 2),
    // The report, and the names of its apps.
    ("/admin/reports/{id}", "REPORT", 4),
    ("/admin/reports/{id}/apps.csv", "REPORT", 4),
    ("/admin/reports/{id}/apps.json", "REPORT", 4),
    ("/admin/roles", "", 3),
    ("/admin/roles.csv", "", 2),
    ("/admin/roles.json", "", 2),
    ("/admin/roles/new", "", 3),
    // The role, its former names, and its holders with the names of apps and four for the last tokens, or their
    // numbers, and its latest changes.
    ("/admin/roles/{id}", "helper", 11),
    ("/admin/roles/{id}/delete", "helper", 5),
    // The role, and the permissions.
    ("/admin/roles/{id}/edit", "helper", 5),
    ("/admin/roles/{id}/give", "helper", 4),
    ("/admin/roles/{id}/rename", "helper", 4),
    ("/admin/sessions", "", 3),
    // The event of the download.
    ("/admin/sessions.csv", "", 5),
    ("/admin/sessions.json", "", 5),
    ("/admin/sessions/bulk", "", 2),
    // The events of the steps, and one client.
    ("/admin/setup", "", 4),
    ("/admin/setup/backup", "", 4),
    ("/admin/setup/issuer", "", 2),
    ("/admin/setup/mail", "", 2),
    // The names of the clients.
    ("/admin/sign-ins", "", 4),
    // The event of the download.
    ("/admin/sign-ins.csv", "", 5),
    ("/admin/sign-ins.json", "", 5),
    // The attempt with its user, and its client.
    ("/admin/sign-ins/{id}", "ATTEMPT", 4),
    // Five numbers, each of another table, and the delivery of mail.
    ("/admin/system", "", 12),
    ("/admin/system/configuration", "", 2),
    // The recipients.
    ("/admin/system/jobs", "", 4),
    ("/admin/system/jobs/retry", "", 2),
    ("/admin/system/jobs/{id}/retry", "JOB", 3),
    ("/admin/system/lockouts", "", 4),
    ("/admin/system/provisioning", "", 4),
    ("/admin/support-code", "", 2),
    // Its texts.
    ("/admin/system/texts", "", 3),
    ("/admin/system/texts/{lang}/{key}", "en login-title", 3),
    (
        "/admin/system/texts/{lang}/{key}/remove",
        "en login-title",
        3,
    ),
    ("/admin/system/test-mail", "", 2),
    ("/admin/unused", "", 3),
    ("/admin/unused?kind=accounts", "", 3),
    ("/admin/unused?kind=api-keys", "", 3),
    ("/admin/unused/accounts/bulk", "", 2),
    ("/admin/unused/api-keys/bulk", "", 2),
    ("/admin/unused/apps/bulk", "", 2),
    // The pages of the account, of which none runs more than two.
    ("/account", "", 2),
    ("/account/activity", "", 2),
    ("/account/activity.csv", "", 1),
    ("/account/api-keys", "", 2),
    ("/account/api-keys/new", "", 2),
    ("/account/apps", "", 2),
    ("/account/check-up", "", 2),
    ("/account/data", "", 1),
    ("/account/email", "", 1),
    ("/account/organizations", "", 2),
    ("/account/password", "", 1),
    ("/account/profile", "", 2),
    ("/account/providers", "", 2),
    ("/account/reviews", "", 2),
    ("/account/secure", "", 1),
    ("/account/secure/password", "", 1),
    ("/account/secure/review", "", 2),
    ("/account/security", "", 1),
    ("/account/security/2fa", "", 1),
    ("/account/security/passkeys", "", 2),
    ("/account/sessions", "", 2),
    ("/account/sessions/ended", "", 2),
    ("/account/support-code", "", 1),
];

/// Returns the rows of the console.
pub fn console_rows() -> impl Iterator<Item = &'static (&'static str, &'static str, u32)> {
    let rows = TABLE.iter();
    rows.filter(|(route, ..)| route.starts_with("/admin"))
}

/// The pages that exist only within a flow, or with an LDAP server; the test of the account pages counts their statements.
pub const FLOWS: &[&str] = &[
    "/account/api-keys/revoke",
    "/account/app-passwords",
    "/account/app-passwords/new",
    "/account/app-passwords/revoke",
    "/account/email/confirm",
    "/account/email/undo",
    "/account/keep",
    "/account/organizations/leave",
    "/account/reviews/lines",
    "/account/security/2fa/set-up",
];

/// The pages that show all objects of one account or deployment, and not 50 of them, or columns that were
/// asked for.
pub const LARGE: &[&str] = &[
    "/account/api-keys",
    "/account/providers",
    "/account/sessions",
    "/admin/apps/new/catalogue",
    "/admin/people/{id}/apps",
    "/admin/people/{id}/factors",
    "/admin/people?columns=organizations+roles",
    "/admin/providers",
];

/// Returns the path of a route with these values in place of its parameters: names of objects, or the
/// values themselves.
pub fn address(route: &str, values: &str, objects: &BTreeMap<&str, String>) -> String {
    let mut values = values.split_whitespace();
    let fill = |segment: &str| {
        if !segment.starts_with('{') {
            return segment.to_owned();
        }
        let value = values.next().expect("a value for each parameter");
        objects
            .get(value)
            .map_or_else(|| value.to_owned(), Clone::clone)
    };
    let segments: Vec<_> = route.split('/').map(fill).collect();
    segments.join("/")
}
