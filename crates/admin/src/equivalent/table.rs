//! The forms of the console that have an equivalent for other interfaces. Forms of changes of stored
//! settings compare them, and are not in the table. No template contains a secret.

use super::forms::{FormCall, FormEquivalent};

#[cfg(test)]
mod tests;

/// Returns the equivalent of the form with this route.
pub fn find(form: &str) -> Option<&'static FormEquivalent> {
    let mut all = FORMS.into_iter().flatten();
    all.find(|row| row.form == form)
}

pub const FORMS: [&[FormEquivalent]; 5] =
    [USERS, GROUPS_AND_ROLES, ORGANIZATIONS, CLIENTS, DEPLOYMENT];

const fn row(form: &'static str) -> FormEquivalent {
    FormEquivalent::new(form)
}

const fn post(path: &'static str) -> FormCall {
    FormCall::new("POST", path)
}

const fn put(path: &'static str) -> FormCall {
    FormCall::new("PUT", path)
}

const fn patch(path: &'static str) -> FormCall {
    FormCall::new("PATCH", path)
}

const fn delete(path: &'static str) -> FormCall {
    FormCall::new("DELETE", path)
}

const USERS: &[FormEquivalent] = &[
    row("/admin/people/new")
        .with_command(&[
            "user",
            "create",
            "--email={email}",
            "--verified if email_verified=true",
            "--given-name={first_name?}",
            "--family-name={last_name?}",
            "{username?}",
        ])
        .command_only_if("profile_url=")
        .with_call(post("users").with_body(&[
            ("username", "{username?}"),
            ("email", "{email}"),
            ("email_verified", "true if email_verified=true"),
            ("first_name", "{first_name?}"),
            ("last_name", "{last_name?}"),
            ("profile_url", "{profile_url?}"),
        ])),
    row("/admin/people/{id}/unlock").with_call(delete("lockouts/{id}")),
    row("/admin/people/{id}/end-sessions")
        .with_command(&["session", "end-all", "--user={id}", "--reason={reason?}"])
        .with_call(delete("sessions?user={id}").with_reason()),
    row("/admin/people/{id}/reset-password").with_call(
        post("users/{id}/password-reset")
            .with_version()
            .with_reason(),
    ),
    row("/admin/people/{id}/passkey-link")
        .with_call(post("users/{id}/passkey-link").with_version().with_reason()),
    row("/admin/people/{id}/reset-factors")
        .with_command(&["user", "reset-mfa", "--reason={reason?}", "{id}"])
        .with_call(
            delete("users/{id}/second-factor")
                .with_version()
                .with_reason(),
        ),
    row("/admin/people/{id}/enable")
        .with_command(&["user", "enable", "--reason={reason?}", "{id}"])
        .with_call(
            patch("users/{id}")
                .with_version()
                .with_reason()
                .with_body(&[("disabled", "false")]),
        ),
    row("/admin/people/{id}/disable")
        .with_command(&["user", "disable", "--reason={reason?}", "{id}"])
        .with_call(
            patch("users/{id}")
                .with_version()
                .with_reason()
                .with_body(&[("disabled", "true")]),
        ),
    row("/admin/people/{id}/delete")
        .with_command(&["user", "delete", "--reason={reason?}", "{id}"])
        .with_call(delete("users/{id}").with_version().with_reason()),
    row("/admin/people/{id}/sessions/{session}/end")
        .with_command(&["session", "end", "--reason={reason?}", "{session}"])
        .with_call(delete("sessions/{session}").with_reason()),
    row("/admin/people/{id}/apps/{client}/withdraw")
        .with_command(&["consent", "withdraw", "--user={id}", "{client}"])
        .with_call(delete("users/{id}/clients/{client}")),
    row("/admin/people/{id}/factors/{factor}/remove").with_call(
        delete("users/{id}/factors/{factor}")
            .with_version()
            .with_reason(),
    ),
    row("/admin/people/{id}/linked-accounts/{link}/remove").with_call(
        delete("users/{id}/linked-accounts/{link}")
            .with_version()
            .with_reason(),
    ),
    row("/admin/people/{id}/access/give")
        .with_command(&[
            "role",
            "assign",
            "--user={id}",
            "--role={role}",
            "--org={org?}",
            "--expires={expires?}",
            "--reason={reason?}",
        ])
        .with_call(post("role-assignments").with_reason().with_body(&[
            ("holder_kind", "user"),
            ("holder", "{id}"),
            ("role", "{role}"),
            ("organization", "{org?}"),
            ("expires_at", "{expires?}"),
        ])),
    row("/admin/people/{id}/access/{assignment}/remove")
        .with_command(&[
            "role",
            "revoke",
            "--user={id}",
            "--role={role}",
            "--org={org?}",
            "--reason={reason?}",
        ])
        .with_call(
            delete("role-assignments/{assignment}")
                .with_version()
                .with_reason(),
        ),
];

const GROUPS_AND_ROLES: &[FormEquivalent] = &[
    row("/admin/groups/new")
        .with_command(&[
            "group",
            "create",
            "--org={org?}",
            "--description={description?}",
            "--manager={manager?}",
            "{path}",
        ])
        .with_call(post("groups").with_body(&[
            ("name", "{name}"),
            ("parent", "{parent?}"),
            ("organization", "{org?}"),
            ("description", "{description?}"),
            ("manager", "{manager_id?}"),
        ])),
    row("/admin/groups/{id}/delete")
        .with_command(&["group", "delete", "{id}"])
        .with_call(delete("groups/{id}").with_version()),
    row("/admin/groups/{id}/members/add")
        .with_command(&["group", "add-member", "--user={user}", "{id}"])
        .with_call(put("groups/{id}/members/{user_id}")),
    row("/admin/groups/{id}/members/{user}/remove")
        .with_command(&["group", "remove-member", "--user={user}", "{id}"])
        .with_call(delete("groups/{id}/members/{user}")),
    row("/admin/groups/{id}/access/give")
        .with_command(&[
            "role",
            "assign",
            "--group={id}",
            "--role={role}",
            "--org={org?}",
            "--expires={expires?}",
            "--reason={reason?}",
        ])
        .with_call(post("role-assignments").with_reason().with_body(&[
            ("holder_kind", "group"),
            ("holder", "{id}"),
            ("role", "{role}"),
            ("organization", "{org?}"),
            ("expires_at", "{expires?}"),
        ])),
    row("/admin/groups/{id}/access/{assignment}/remove")
        .with_command(&[
            "role",
            "revoke",
            "--group={id}",
            "--role={role}",
            "--org={org?}",
            "--reason={reason?}",
        ])
        .with_call(
            delete("role-assignments/{assignment}")
                .with_version()
                .with_reason(),
        ),
    row("/admin/roles/new")
        .with_command(&[
            "role",
            "create",
            "--description={description?}",
            "--permission={permissions*}",
            "{name}",
        ])
        .with_call(post("roles").with_body(&[
            ("name", "{name}"),
            ("description", "{description?}"),
            ("permissions", "{permissions*}"),
        ])),
    row("/admin/roles/{id}/delete")
        .with_command(&["role", "delete", "{id}"])
        .with_call(delete("roles/{id}").with_version()),
    row("/admin/roles/{id}/give")
        .with_command(&[
            "role",
            "assign",
            "--user={user}",
            "--role={id}",
            "--org={org?}",
            "--expires={expires?}",
            "--reason={reason?}",
        ])
        .with_call(post("role-assignments").with_reason().with_body(&[
            ("holder_kind", "user"),
            ("holder", "{user_id}"),
            ("role", "{id}"),
            ("organization", "{org?}"),
            ("expires_at", "{expires?}"),
        ])),
    row("/admin/grants/{id}/extend").with_call(
        patch("role-assignments/{id}")
            .with_version()
            .with_reason()
            .with_body(&[("expires_at", "{expires-}")]),
    ),
    row("/admin/grants/{id}/remove")
        .with_call(delete("role-assignments/{id}").with_version().with_reason()),
];

const ORGANIZATIONS: &[FormEquivalent] = &[
    row("/admin/organizations/new")
        .with_command(&["org", "create", "--name={name}", "{slug}"])
        .with_call(post("organizations").with_body(&[("slug", "{slug}"), ("name", "{name}")])),
    row("/admin/organizations/{id}/enable").with_call(
        patch("organizations/{id}")
            .with_version()
            .with_body(&[("active", "true")]),
    ),
    row("/admin/organizations/{id}/disable").with_call(
        patch("organizations/{id}")
            .with_version()
            .with_body(&[("active", "false")]),
    ),
    row("/admin/organizations/{id}/delete")
        .with_command(&["org", "delete", "{id}"])
        .with_call(delete("organizations/{id}").with_version()),
    row("/admin/organizations/{id}/invite")
        .with_command(&["org", "invite", "--email={email}", "{id}"])
        .with_call(post("organizations/{id}/invitations").with_body(&[("email", "{email}")])),
    row("/admin/organizations/{id}/invitations/{invitation}/withdraw")
        .with_command(&["org", "revoke-invitation", "{id}", "{invitation}"])
        .with_call(delete("organizations/{id}/invitations/{invitation}")),
    row("/admin/organizations/{id}/members/{user}/make-owner")
        .with_command(&["org", "set-owner", "--user={user}", "{id}"])
        .with_call(put("organizations/{id}/members/{user}").with_body(&[("owner", "true")])),
    row("/admin/organizations/{id}/members/{user}/make-member")
        .with_command(&["org", "add-member", "--user={user}", "{id}"])
        .with_call(put("organizations/{id}/members/{user}").with_body(&[("owner", "false")])),
    row("/admin/organizations/{id}/members/{user}/remove")
        .with_command(&["org", "remove-member", "--user={user}", "{id}"])
        .with_call(delete("organizations/{id}/members/{user}")),
];

const CLIENTS: &[FormEquivalent] = &[
    // The admin API does not know the catalogue of applications.
    row("/admin/apps/new")
        .with_command(&[
            "client",
            "create",
            "--app={app?}",
            "--url={url?}",
            "--public if kind=device",
            "--redirect-uri={redirect_uri*}",
            "{name} if app=",
            "{name?} if app!=",
        ])
        .with_call(post("clients").with_body(&[
            ("name", "{name}"),
            ("kind", "public if kind=device"),
            ("redirect_uris", "{redirect_uri*}"),
        ]))
        .call_only_if("app="),
    row("/admin/apps/{id}/new-secret")
        .with_command(&[
            "client",
            "rotate-secret",
            "--keep-old-until={expires?}",
            "--end-former if expires=",
            "{id}",
        ])
        .with_call(
            post("clients/{id}/secret")
                .with_version()
                .with_body(&[("keep_old_until", "{expires?}")]),
        ),
    row("/admin/apps/{id}/end-secret")
        .with_command(&["client", "end-secret", "{id}"])
        .with_call(delete("clients/{id}/secret/former").with_version()),
    row("/admin/apps/{id}/enable")
        .with_command(&["client", "update", "--enable", "{id}"])
        .with_call(
            patch("clients/{id}")
                .with_version()
                .with_body(&[("disabled", "false")]),
        ),
    row("/admin/apps/{id}/disable")
        .with_command(&["client", "update", "--disable", "{id}"])
        .with_call(
            patch("clients/{id}")
                .with_version()
                .with_body(&[("disabled", "true")]),
        ),
    row("/admin/apps/{id}/delete")
        .with_command(&["client", "delete", "{id}"])
        .with_call(delete("clients/{id}").with_version()),
    row("/admin/apps/{id}/logo")
        .with_command(&["client", "logo", "--file=logo.png", "{id}"])
        .with_call(
            put("clients/{id}/logo")
                .with_version()
                .with_file("logo.png", "image/png"),
        ),
    row("/admin/apps/{id}/logo/remove")
        .with_command(&["client", "logo", "--remove", "{id}"])
        .with_call(delete("clients/{id}/logo").with_version()),
    row("/admin/apps/{id}/end-sessions")
        .with_command(&["session", "end-all", "--client={id}", "--reason={reason?}"])
        .with_call(delete("sessions?client_id={id}").with_reason()),
    row("/admin/apps/{id}/access/give")
        .with_command(&[
            "role",
            "assign",
            "--client={id}",
            "--role={role}",
            "--org={org?}",
            "--expires={expires?}",
            "--reason={reason?}",
        ])
        .with_call(post("role-assignments").with_reason().with_body(&[
            ("holder_kind", "client"),
            ("holder", "{id}"),
            ("role", "{role}"),
            ("organization", "{org?}"),
            ("expires_at", "{expires?}"),
        ])),
    row("/admin/apps/{id}/access/{assignment}/remove")
        .with_command(&[
            "role",
            "revoke",
            "--client={id}",
            "--role={role}",
            "--org={org?}",
            "--reason={reason?}",
        ])
        .with_call(
            delete("role-assignments/{assignment}")
                .with_version()
                .with_reason(),
        ),
    row("/admin/apps/tokens/new")
        .with_command(&[
            "client",
            "registration-token",
            "create",
            "--uses={uses}",
            "--expires={expires}",
            "{note}",
        ])
        .with_call(post("client-registration-tokens").with_body(&[
            ("note", "{note}"),
            ("uses", "{uses#}"),
            ("expires_at", "{expires}"),
        ])),
    row("/admin/apps/tokens/{id}/revoke")
        .with_command(&["client", "registration-token", "revoke", "{id}"])
        .with_call(delete("client-registration-tokens/{id}")),
];

const DEPLOYMENT: &[FormEquivalent] = &[
    row("/admin/providers/new/{kind}")
        .with_command(&[
            "provider",
            "put",
            "--kind={kind}",
            "--name={name?}",
            "--issuer={issuer?}",
            "--client-id={client_id}",
            "--client-secret-file=secret.txt",
            "--team-id={team_id?}",
            "--key-id={key_id?}",
            "{id}",
        ])
        .with_call(put("providers/{id}").with_body(&[
            ("kind", "{kind}"),
            ("name", "{name?}"),
            ("issuer", "{issuer?}"),
            ("client_id", "{client_id}"),
            ("client_secret", "CLIENT_SECRET"),
            ("secret_signer.team_id", "{team_id?}"),
            ("secret_signer.key_id", "{key_id?}"),
        ])),
    row("/admin/providers/{id}/test")
        .with_command(&["provider", "test", "{id}"])
        .with_call(post("providers/{id}/test")),
    row("/admin/providers/{id}/enable").with_command(&["provider", "enable", "{id}"]),
    row("/admin/providers/{id}/disable").with_command(&["provider", "disable", "{id}"]),
    row("/admin/providers/{id}/delete")
        .with_command(&["provider", "remove", "{id}"])
        .with_call(delete("providers/{id}")),
    row("/admin/api-access/{id}/revoke")
        .with_command(&["api-key", "revoke", "{id}"])
        .with_call(delete("api-keys/{id}")),
    row("/admin/keys/rotate/{algorithm}")
        .with_command(&["key", "rotate", "--algorithm={algorithm}"])
        .with_call(post("keys/rotate?algorithm={algorithm}")),
    row("/admin/keys/{id}/retire")
        .with_command(&["key", "retire", "{id}"])
        .with_call(post("keys/{id}/retire").with_body(&[("publish", "true")])),
    row("/admin/keys/{id}/withdraw")
        .with_command(&["key", "retire", "--compromised", "{id}"])
        .with_call(post("keys/{id}/retire").with_body(&[("publish", "false")])),
    row("/admin/audit/{id}/undo")
        .with_command(&["audit", "undo", "{id}"])
        .with_call(post("audit/{id}/undo")),
    row("/admin/jobs/{id}/stop").with_call(post("bulk/{id}/stop")),
    row("/admin/system/jobs/{id}/retry").with_call(post("jobs/{id}/retry")),
    row("/admin/system/test-mail").with_call(post("system/test-mail")),
    row("/admin/setup/mail").with_call(post("system/test-mail")),
];
