//! The forms of the console that have an equivalent for other interfaces. Forms of changes of stored
//! settings compare them, and are not in the table. No template contains a secret.

use doorward_admin::api_keys::operations as api_keys;
use doorward_admin::assignments::operations as assignments;
use doorward_admin::audit_log::operations as audit;
use doorward_admin::authorized_clients::operations as consents;
use doorward_admin::bulk::operations as bulk;
use doorward_admin::claims::operations as claims;
use doorward_admin::factor_campaigns::operations as campaigns;
use doorward_admin::groups::operations as groups;
use doorward_admin::invitations::operations as invitations;
use doorward_admin::jobs::operations as jobs;
use doorward_admin::keys::operations as keys;
use doorward_admin::lockouts::operations as lockouts;
use doorward_admin::merging::operations as merging;
use doorward_admin::offboarding::operations as offboarding;
use doorward_admin::organizations::operations as organizations;
use doorward_admin::own_texts::operations as texts;
use doorward_admin::permissions;
use doorward_admin::profile_fields::operations as profile_fields;
use doorward_admin::providers::operations as providers;
use doorward_admin::registration_tokens::operations as registration_tokens;
use doorward_admin::resources::operations as resources;
use doorward_admin::reviews::operations as reviews;
use doorward_admin::roles::operations as roles;
use doorward_admin::scopes::operations as scopes;
use doorward_admin::sessions::operations as sessions;
use doorward_admin::support_codes::operations as support_codes;
use doorward_admin::user_factors::operations as user_factors;
use doorward_admin::users::operations as users;

use super::forms::FormEquivalent;

#[cfg(test)]
mod tests;

pub fn find(form: &str) -> Option<&'static FormEquivalent> {
    let mut all = FORMS.into_iter().flatten();
    all.find(|row| row.form == form)
}

pub static FORMS: [&[FormEquivalent]; 4] = [OPERATIONS, ORGANIZATIONS, CLIENTS, DEPLOYMENT];

const fn row(form: &'static str) -> FormEquivalent {
    FormEquivalent::new(form)
}

/// A command has no address, so it names the administrator.
const fn test_mail(form: &'static str) -> FormEquivalent {
    row(form)
        .with_command("mail test --as={administrator}")
        .with_call("POST system/test-mail")
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
    "/admin/people/{id}/end-sessions" => sessions::END_ALL, "user={id}";
    "/admin/people/{id}/sessions/{session}/end" => sessions::END, "id={session}";
    "/admin/apps/{id}/end-sessions" => sessions::END_ALL, "client_id={id}";
    "/admin/keys/rotate/{algorithm}" => keys::ROTATE, "algorithm";
    "/admin/keys/{id}/retire" => keys::RETIRE, "";
    "/admin/keys/{id}/withdraw" => keys::RETIRE, "compromised=true";
    "/admin/audit/{id}/undo" => audit::UNDO, "";
    "/admin/providers/{id}/enable" => providers::ENABLE, "";
    "/admin/providers/{id}/disable" => providers::DISABLE, "";
    "/admin/providers/{id}/secret" => providers::REPLACE_SECRET, "";
    "/admin/providers/{id}/delete" => providers::REMOVE, "";
    "/admin/system/jobs/retry" => jobs::RETRY_FAILED, "";
    "/admin/system/jobs/{id}/retry" => jobs::RETRY, "";
    "/admin/definitions/claims/{id}/delete" => claims::REMOVE, "";
    "/admin/apps/tokens/new" => registration_tokens::CREATE, "note uses# expires_at={expires}";
    "/admin/apps/tokens/{id}/revoke" => registration_tokens::REVOKE, "";
    "/admin/api-access/{id}/revoke" => api_keys::REVOKE, "";
    "/admin/system/texts/{lang}/{key}" => texts::SET, "language={lang} key text";
    "/admin/system/texts/{lang}/{key}/remove" => texts::REMOVE, "language={lang} key";
    "/admin/organizations/{id}/texts/{lang}/{key}" => texts::SET,
        "language={lang} key text organization={id}";
    "/admin/organizations/{id}/texts/{lang}/{key}/remove" => texts::REMOVE,
        "language={lang} key organization={id}";
    "/admin/apps/{id}/texts/{lang}/{key}" => texts::SET, "language={lang} key text client_id={id}";
    "/admin/apps/{id}/texts/{lang}/{key}/remove" => texts::REMOVE, "language={lang} key client_id={id}";
    "/admin/people/{id}/apps/{client}/withdraw" => consents::WITHDRAW, "user={id} client_id={client}";
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
    "/admin/people/new" => users::CREATE,
        "username? email email_verified=true[email_verified=true] first_name? last_name? profile_url?";
    "/admin/support-code" => support_codes::USE, "code=CODE";
    "/admin/people/bulk" => bulk::START,
        "action ids* filter& all=true[whole=yes] group? from_domain? to_domain? notify=false[notify=no] \
         yes=true[all=yes]";
    "/admin/jobs/{id}/stop" => bulk::STOP, "";
    "/admin/people/{id}/enable" => users::ENABLE, "";
    "/admin/people/{id}/disable" => users::DISABLE, "";
    "/admin/people/{id}/offboard" => offboarding::OFFBOARD, "successor={user?}";
    "/admin/people/{id}/merge" => merging::MERGE, "from={id} into={user}";
    "/admin/people/{id}/reset-password" => users::RESET_PASSWORD, "";
    "/admin/people/{id}/passkey-link" => users::MAIL_PASSKEY_LINK, "";
    "/admin/people/{id}/reset-factors" => user_factors::RESET, "";
    "/admin/people/{id}/delete" => users::DELETE, "";
    "/admin/people/{id}/factors/{factor}/remove" => user_factors::REMOVE, "factor";
    "/admin/people/{id}/linked-accounts/{link}/remove" => user_factors::UNLINK, "link";
    "/admin/people/{id}/unlock" => lockouts::UNLOCK, "";
};

static ORGANIZATIONS: &[FormEquivalent] = &[
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
];

static DEPLOYMENT: &[FormEquivalent] = &[
    FormEquivalent::of(
        "/admin/providers/new/{kind}",
        &providers::PUT,
        "kind name? issuer? client_id client_secret=CLIENT_SECRET secret_signer.team_id={team_id?} \
         secret_signer.key_id={key_id?}",
    )
    .with_command(
        "provider put --kind={kind} --name={name?} --issuer={issuer?} --client-id={client_id} \
         --client-secret-file=secret.txt --team-id={team_id?} --key-id={key_id?} {id}",
    ),
    row("/admin/providers/{id}/test")
        .with_command("provider test {id}")
        .with_call("POST providers/{id}/test"),
    test_mail("/admin/system/test-mail"),
    test_mail("/admin/setup/mail"),
];
