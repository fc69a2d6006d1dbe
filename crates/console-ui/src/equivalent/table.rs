//! The forms of the console that have an equivalent for other interfaces. Forms of changes of stored
//! settings compare them, and are not in the table. No template contains a secret.

use doorward_admin::assignments::operations as assignments;
use doorward_admin::factor_campaigns::operations as campaigns;
use doorward_admin::groups::operations as groups;
use doorward_admin::invitations::operations as invitations;
use doorward_admin::lockouts::operations as lockouts;
use doorward_admin::organizations::operations as organizations;
use doorward_admin::permissions;
use doorward_admin::profile_fields::operations as profile_fields;
use doorward_admin::resources::operations as resources;
use doorward_admin::reviews::operations as reviews;
use doorward_admin::roles::operations as roles;
use doorward_admin::scopes::operations as scopes;
use doorward_admin::user_factors::operations as user_factors;
use doorward_admin::users::operations as users;

use super::forms::FormEquivalent;

#[cfg(test)]
mod tests;

pub fn find(form: &str) -> Option<&'static FormEquivalent> {
    let mut all = FORMS.into_iter().flatten();
    all.find(|row| row.form == form)
}

pub static FORMS: [&[FormEquivalent]; 6] = [
    OPERATIONS,
    USERS,
    ORGANIZATIONS,
    CLIENTS,
    DEFINITIONS,
    DEPLOYMENT,
];

const fn row(form: &'static str) -> FormEquivalent {
    FormEquivalent::new(form)
}

/// Lists forms that run operations, with the templates of their members.
macro_rules! operations {
    ($($form:literal => $entry:path, $members:literal;)+) => {
        &[$(FormEquivalent::of($form, &$entry, $members)),+]
    };
}

static OPERATIONS: &[FormEquivalent] = operations! {
    "/admin/groups/new" => groups::CREATE, "name={path} organization={org?} description? manager?";
    "/admin/groups/{id}/delete" => groups::DELETE, "";
    "/admin/groups/{id}/members/add" => groups::ADD_MEMBER, "user";
    "/admin/groups/{id}/members/{user}/remove" => groups::REMOVE_MEMBER, "user";
    "/admin/roles/new" => roles::CREATE, "name description? permissions*";
    "/admin/roles/{id}/delete" => roles::DELETE, "";
    "/admin/organizations/new" => organizations::CREATE, "slug name";
    "/admin/organizations/{id}/enable" => organizations::UPDATE, "active=true";
    "/admin/organizations/{id}/disable" => organizations::UPDATE, "active=false";
    "/admin/organizations/{id}/delete" => organizations::DELETE, "";
    "/admin/organizations/{id}/invite" => invitations::INVITE, "email";
    "/admin/organizations/{id}/invitations/{invitation}/withdraw" => invitations::REVOKE,
        "slug={id} id={invitation}";
    "/admin/organizations/{id}/members/{user}/make-owner" => organizations::SET_MEMBER,
        "user owner=true";
    "/admin/organizations/{id}/members/{user}/make-member" => organizations::SET_MEMBER,
        "user owner=false";
    "/admin/organizations/{id}/members/{user}/remove" => organizations::REMOVE_MEMBER, "user";
    "/admin/definitions/new/permissions" => permissions::CREATE, "codename description? audience";
    "/admin/definitions/permissions/{id}/edit" => permissions::UPDATE, "description";
    "/admin/definitions/permissions/{id}/delete" => permissions::DELETE, "";
    "/admin/definitions/new/scopes" => scopes::CREATE, "name description resource={audience?}";
    "/admin/definitions/scopes/{id}/edit" => scopes::UPDATE, "description resource={audience?}";
    "/admin/definitions/scopes/{id}/delete" => scopes::DELETE, "";
    "/admin/definitions/new/resources" => resources::CREATE,
        "identifier name token_type token_signing_alg token_claims* access_token_ttl#?";
    "/admin/definitions/resources/{id}/edit" => resources::UPDATE,
        "new_identifier={identifier} name token_type token_signing_alg token_claims* access_token_ttl#?";
    "/admin/definitions/resources/{id}/delete" => resources::DELETE, "";
    "/admin/definitions/new/profile-fields" => profile_fields::CREATE,
        "name label type max_length#? choices| editable_by visible_to";
    "/admin/definitions/profile-fields/{id}/edit" => profile_fields::UPDATE,
        "label max_length#? choices| editable_by visible_to";
    "/admin/definitions/profile-fields/{id}/delete" => profile_fields::DELETE, "";
    "/admin/people/{id}/access/give" => assignments::ASSIGN,
        "user={id} role organization={org?} expires_at={expires?}";
    "/admin/people/{id}/access/{assignment}/remove" => assignments::DELETE, "id={assignment}";
    "/admin/groups/{id}/access/give" => assignments::ASSIGN,
        "group={id} role organization={org?} expires_at={expires?}";
    "/admin/groups/{id}/access/{assignment}/remove" => assignments::DELETE, "id={assignment}";
    "/admin/apps/{id}/access/give" => assignments::ASSIGN,
        "client={id} role organization={org?} expires_at={expires?}";
    "/admin/apps/{id}/access/{assignment}/remove" => assignments::DELETE, "id={assignment}";
    "/admin/roles/{id}/give" => assignments::ASSIGN,
        "user role={id} organization={org?} expires_at={expires?}";
    "/admin/grants/{id}/extend" => assignments::UPDATE, "expires_at={expires-}";
    "/admin/grants/{id}/remove" => assignments::DELETE, "";
    "/admin/campaigns/new" => campaigns::REQUIRE,
        "group={target_id}[target=group] organization={target_id}[target=organization] \
         all=true[target=all] from reminders#*";
    "/admin/campaigns/{id}/reschedule" => campaigns::RESCHEDULE, "from";
    "/admin/campaigns/{id}/end" => campaigns::END, "";
    "/admin/campaigns/{id}/users/{user}/except" => campaigns::EXCEPT, "user until={expires} reason";
    "/admin/campaigns/{id}/users/{user}/end-exception" => campaigns::END_EXCEPTION, "user";
    "/admin/reviews/new" => reviews::CREATE,
        "name role={scope_id}[scope=role] organization={scope_id}[scope=organization] \
         group={scope_id}[scope=group] permission={scope_id}[scope=permission] reviewers| \
         until={expires} revoke_open=true[revoke_open=yes]";
    "/admin/reviews/{id}/reviewers" => reviews::UPDATE, "reviewers|";
    "/admin/reviews/{id}/close" => reviews::CLOSE, "revoke_open=true[revoke_open=yes]";
    "/admin/people/{id}/reset-password" => users::RESET_PASSWORD, "";
    "/admin/people/{id}/passkey-link" => users::MAIL_PASSKEY_LINK, "";
    "/admin/people/{id}/reset-factors" => user_factors::RESET, "";
    "/admin/people/{id}/delete" => users::DELETE, "";
    "/admin/people/{id}/factors/{factor}/remove" => user_factors::REMOVE, "factor";
    "/admin/people/{id}/linked-accounts/{link}/remove" => user_factors::UNLINK, "link";
    "/admin/people/{id}/unlock" => lockouts::UNLOCK, "";
};

static USERS: &[FormEquivalent] = &[
    row("/admin/people/new")
        .with_command(
            "user create --email={email} --verified[email_verified=true] \
             --given-name={first_name?} --family-name={last_name?} {username?}",
        )
        .command_only_if("profile_url=")
        .with_call("POST users")
        .with_body(
            "username={username?} email={email} email_verified=true[email_verified=true] \
             first_name={first_name?} last_name={last_name?} profile_url={profile_url?}",
        ),
    row("/admin/people/{id}/end-sessions")
        .with_command("session end-all --user={id} --reason={reason?}")
        .with_call("DELETE sessions?user={id} reason"),
    row("/admin/people/{id}/enable")
        .with_command("user enable --reason={reason?} {id}")
        .with_call("PATCH users/{id} version reason")
        .with_body("disabled=false"),
    row("/admin/people/{id}/disable")
        .with_command("user disable --reason={reason?} {id}")
        .with_call("PATCH users/{id} version reason")
        .with_body("disabled=true"),
    row("/admin/people/{id}/offboard")
        .with_command("user offboard --successor={user?} --reason={reason?} {id}")
        .with_call("POST users/{id}/offboard version reason")
        .with_body("successor={user_id?}"),
    // The admin API does not merge.
    row("/admin/people/{id}/merge").with_command("user merge --reason={reason?} {id} {user}"),
    row("/admin/people/{id}/sessions/{session}/end")
        .with_command("session end --reason={reason?} {session}")
        .with_call("DELETE sessions/{session} reason"),
    row("/admin/people/{id}/apps/{client}/withdraw")
        .with_command("consent withdraw --user={id} {client}")
        .with_call("DELETE users/{id}/clients/{client}"),
];

static ORGANIZATIONS: &[FormEquivalent] = &[
    row("/admin/organizations/{id}/texts/{lang}/{key}")
        .with_command("text set --organization={id} --language={lang} {key} {text}")
        .with_call("PUT organizations/{id}/texts/{lang}/{key}")
        .with_body("text={text}"),
    row("/admin/organizations/{id}/texts/{lang}/{key}/remove")
        .with_command("text remove --organization={id} --language={lang} {key}")
        .with_call("DELETE organizations/{id}/texts/{lang}/{key}"),
    row("/admin/organizations/{id}/branding/logo/{scheme}")
        .with_command("org branding-logo --scheme={scheme} --file=logo.png {id}")
        .with_call("PUT organizations/{id}/branding/logo/{scheme} version")
        .with_file("logo.png", "image/png"),
    row("/admin/organizations/{id}/branding/logo/{scheme}/remove")
        .with_command("org branding-logo --scheme={scheme} --remove {id}")
        .with_call("DELETE organizations/{id}/branding/logo/{scheme} version"),
];

static CLIENTS: &[FormEquivalent] = &[
    row("/admin/apps/new")
        .with_command("client create --public[kind=device] --redirect-uri={redirect_uri*} {name}")
        .with_call("POST clients")
        .with_body("name={name} kind=public[kind=device] redirect_uris={redirect_uri*}"),
    // The admin API does not know the catalogue of applications.
    row("/admin/apps/new/catalogue/{app}").with_command(
        "client create --app={app} --url={url?} --redirect-uri={redirect_uri*} {name?}",
    ),
    row("/admin/apps/{id}/new-secret")
        .with_command(
            "client rotate-secret --keep-old-until={expires?} --end-former[expires=] {id}",
        )
        .with_call("POST clients/{id}/secret version")
        .with_body("keep_old_until={expires?}"),
    row("/admin/apps/{id}/end-secret")
        .with_command("client end-secret {id}")
        .with_call("DELETE clients/{id}/secret/former version"),
    row("/admin/apps/{id}/enable")
        .with_command("client update --enable {id}")
        .with_call("PATCH clients/{id} version")
        .with_body("disabled=false"),
    row("/admin/apps/{id}/disable")
        .with_command("client update --disable {id}")
        .with_call("PATCH clients/{id} version")
        .with_body("disabled=true"),
    row("/admin/apps/{id}/delete")
        .with_command("client delete {id}")
        .with_call("DELETE clients/{id} version"),
    row("/admin/apps/{id}/logo")
        .with_command("client logo --file=logo.png {id}")
        .with_call("PUT clients/{id}/logo version")
        .with_file("logo.png", "image/png"),
    row("/admin/apps/{id}/logo/remove")
        .with_command("client logo --remove {id}")
        .with_call("DELETE clients/{id}/logo version"),
    row("/admin/apps/{id}/branding/logo/{scheme}")
        .with_command("client branding-logo --scheme={scheme} --file=logo.png {id}")
        .with_call("PUT clients/{id}/branding/logo/{scheme} version")
        .with_file("logo.png", "image/png"),
    row("/admin/apps/{id}/branding/logo/{scheme}/remove")
        .with_command("client branding-logo --scheme={scheme} --remove {id}")
        .with_call("DELETE clients/{id}/branding/logo/{scheme} version"),
    row("/admin/apps/{id}/texts/{lang}/{key}")
        .with_command("text set --client={id} --language={lang} {key} {text}")
        .with_call("PUT clients/{id}/texts/{lang}/{key}")
        .with_body("text={text}"),
    row("/admin/apps/{id}/texts/{lang}/{key}/remove")
        .with_command("text remove --client={id} --language={lang} {key}")
        .with_call("DELETE clients/{id}/texts/{lang}/{key}"),
    row("/admin/apps/{id}/end-sessions")
        .with_command("session end-all --client={id} --reason={reason?}")
        .with_call("DELETE sessions?client_id={id} reason"),
    row("/admin/apps/tokens/new")
        .with_command("client registration-token create --uses={uses} --expires={expires} {note}")
        .with_call("POST client-registration-tokens")
        .with_body("note={note} uses={uses#} expires_at={expires}"),
    row("/admin/apps/tokens/{id}/revoke")
        .with_command("client registration-token revoke {id}")
        .with_call("DELETE client-registration-tokens/{id}"),
];

static DEFINITIONS: &[FormEquivalent] = &[row("/admin/definitions/claims/{id}/delete")
    .with_command("claim remove {id}")
    .with_call("DELETE claims/{id}")];

static DEPLOYMENT: &[FormEquivalent] = &[
    row("/admin/system/texts/{lang}/{key}")
        .with_command("text set --language={lang} {key} {text}")
        .with_call("PUT texts/{lang}/{key}")
        .with_body("text={text}"),
    row("/admin/system/texts/{lang}/{key}/remove")
        .with_command("text remove --language={lang} {key}")
        .with_call("DELETE texts/{lang}/{key}"),
    row("/admin/providers/new/{kind}")
        .with_command(
            "provider put --kind={kind} --name={name?} --issuer={issuer?} \
             --client-id={client_id} --client-secret-file=secret.txt --team-id={team_id?} \
             --key-id={key_id?} {id}",
        )
        .with_call("PUT providers/{id}")
        .with_body(
            "kind={kind} name={name?} issuer={issuer?} client_id={client_id} \
             client_secret=CLIENT_SECRET secret_signer.team_id={team_id?} \
             secret_signer.key_id={key_id?}",
        ),
    row("/admin/providers/{id}/test")
        .with_command("provider test {id}")
        .with_call("POST providers/{id}/test"),
    row("/admin/providers/{id}/enable").with_command("provider enable {id}"),
    row("/admin/providers/{id}/disable").with_command("provider disable {id}"),
    row("/admin/providers/{id}/delete")
        .with_command("provider remove {id}")
        .with_call("DELETE providers/{id}"),
    row("/admin/api-access/{id}/revoke")
        .with_command("api-key revoke {id}")
        .with_call("DELETE api-keys/{id}"),
    row("/admin/keys/rotate/{algorithm}")
        .with_command("key rotate --algorithm={algorithm}")
        .with_call("POST keys/rotate?algorithm={algorithm}"),
    row("/admin/keys/{id}/retire")
        .with_command("key retire {id}")
        .with_call("POST keys/{id}/retire")
        .with_body("publish=true"),
    row("/admin/keys/{id}/withdraw")
        .with_command("key retire --compromised {id}")
        .with_call("POST keys/{id}/retire")
        .with_body("publish=false"),
    row("/admin/audit/{id}/undo")
        .with_command("audit undo {id}")
        .with_call("POST audit/{id}/undo"),
    row("/admin/jobs/{id}/stop").with_call("POST bulk/{id}/stop"),
    row("/admin/system/jobs/{id}/retry").with_call("POST jobs/{id}/retry"),
    row("/admin/system/test-mail").with_call("POST system/test-mail"),
    row("/admin/setup/mail").with_call("POST system/test-mail"),
];
