//! The forms of the console that have an equivalent for other interfaces. Forms of changes of stored
//! settings compare them, and are not in the table. No template contains a secret.

use doorward_admin::api_keys::operations as api_keys;
use doorward_admin::assignments::operations as assignments;
use doorward_admin::audit_log::operations as audit;
use doorward_admin::authorized_clients::operations as consents;
use doorward_admin::brands::operations as brands;
use doorward_admin::bulk::operations as bulk;
use doorward_admin::claims::operations as claims;
use doorward_admin::clients::operations as clients;
use doorward_admin::groups::operations as groups;
use doorward_admin::invitations::operations as invitations;
use doorward_admin::jobs::operations as jobs;
use doorward_admin::keys::operations as keys;
use doorward_admin::lockouts::operations as lockouts;
use doorward_admin::merging::operations as merging;
use doorward_admin::offboarding::operations as offboarding;
use doorward_admin::organizations::operations as organizations;
use doorward_admin::permissions;
use doorward_admin::profile_fields::operations as profile_fields;
use doorward_admin::providers::operations as providers;
use doorward_admin::registration_tokens::operations as registration_tokens;
use doorward_admin::renames::operations as renames;
use doorward_admin::resources::operations as resources;
use doorward_admin::roles::operations as roles;
use doorward_admin::scopes::operations as scopes;
use doorward_admin::sessions::operations as sessions;
use doorward_admin::support_codes::operations as support_codes;
use doorward_admin::user_factors::operations as user_factors;
use doorward_admin::users::operations as users;

use super::forms::FormEquivalent;
use crate::feature;

#[cfg(test)]
mod tests;

pub fn find(form: &str) -> Option<&'static FormEquivalent> {
    all().find(|row| row.form == form)
}

/// Returns the forms of this table, and those of features.
pub fn all() -> impl Iterator<Item = &'static FormEquivalent> {
    let features = feature::installed().iter();
    FORMS
        .into_iter()
        .chain(features.map(|feature| feature.forms))
        .flatten()
}

pub static FORMS: [&[FormEquivalent]; 2] = [OPERATIONS, OWN_COMMANDS];

/// A command has no address, so it names the administrator.
const fn test_mail(form: &'static str) -> FormEquivalent {
    FormEquivalent::of(form, &jobs::TEST_MAIL, "").with_command("mail test --as={administrator}")
}

/// Lists forms that run operations, with the templates of their members.
#[macro_export]
macro_rules! forms {
    ($($form:literal => $entry:path, $members:literal;)+) => {
        &[$($crate::equivalent::forms::FormEquivalent::of($form, &$entry, $members)),+]
    };
}

static OPERATIONS: &[FormEquivalent] = forms! {
    "/admin/groups/new" => groups::CREATE, "name={path} organization={org?} description? manager?";
    "/admin/groups/{id}/delete" => groups::DELETE, "";
    "/admin/groups/{id}/members/add" => groups::ADD_MEMBER, "user";
    "/admin/groups/{id}/members/{user}/remove" => groups::REMOVE_MEMBER, "user";
    "/admin/roles/new" => roles::CREATE, "name description? permissions*";
    "/admin/roles/{id}/delete" => roles::DELETE, "";
    "/admin/roles/{id}/rename" => renames::ROLE, "new_name alias_until={expires?}";
    "/admin/organizations/new" => organizations::CREATE, "slug name";
    "/admin/organizations/{id}/enable" => organizations::UPDATE, "active=true";
    "/admin/organizations/{id}/disable" => organizations::UPDATE, "active=false";
    "/admin/organizations/{id}/delete" => organizations::DELETE, "";
    "/admin/organizations/{id}/branding/logo/{scheme}" => brands::SET_ORGANIZATION_LOGO, "scheme";
    "/admin/organizations/{id}/branding/logo/{scheme}/remove" => brands::REMOVE_ORGANIZATION_LOGO, "scheme";
    "/admin/organizations/{id}/invite-file" => invitations::INVITE_FILE, "csv";
    "/admin/organizations/{id}/invite" => invitations::INVITE,
        "email roles| groups| member_until={expires?}";
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
    "/admin/definitions/permissions/{id}/rename" => renames::PERMISSION,
        "new_codename={new_name} alias_until={expires?}";
    "/admin/definitions/new/scopes" => scopes::CREATE, "name description resource={audience?}";
    "/admin/definitions/scopes/{id}/edit" => scopes::UPDATE, "description resource={audience?}";
    "/admin/definitions/scopes/{id}/delete" => scopes::DELETE, "";
    "/admin/definitions/scopes/{id}/rename" => renames::SCOPE, "new_name alias_until={expires?}";
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
    "/admin/providers/new/{kind}" => providers::PUT,
        "kind name? issuer? client_id client_secret=CLIENT_SECRET secret_signer.team_id={team_id?} \
         secret_signer.key_id={key_id?}";
    "/admin/providers/{id}/test" => providers::TEST, "";
    "/admin/system/jobs/retry" => jobs::RETRY_FAILED, "";
    "/admin/system/jobs/{id}/retry" => jobs::RETRY, "";
    "/admin/definitions/claims/{id}/delete" => claims::REMOVE, "";
    "/admin/apps/{id}/end-secret" => clients::END_SECRET, "";
    "/admin/apps/{id}/enable" => clients::UPDATE, "disabled=false";
    "/admin/apps/{id}/disable" => clients::UPDATE, "disabled=true";
    "/admin/apps/{id}/delete" => clients::DELETE, "";
    "/admin/apps/{id}/logo" => clients::SET_LOGO, "";
    "/admin/apps/{id}/logo/remove" => clients::REMOVE_LOGO, "";
    "/admin/apps/{id}/branding/logo/{scheme}" => brands::SET_CLIENT_LOGO, "scheme";
    "/admin/apps/{id}/branding/logo/{scheme}/remove" => brands::REMOVE_CLIENT_LOGO, "scheme";
    "/admin/apps/tokens/new" => registration_tokens::CREATE, "note uses# expires_at={expires}";
    "/admin/apps/tokens/{id}/revoke" => registration_tokens::REVOKE, "";
    "/admin/api-access/{id}/revoke" => api_keys::REVOKE, "";
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
    "/admin/people/new" => users::create::CREATE,
        "username? email email_verified=true[email_verified=true] first_name? last_name? profile_url?";
    "/admin/support-code" => support_codes::USE, "code=CODE";
    "/admin/people/bulk" => bulk::START,
        "action ids* filter& all=true[whole=yes] group? from_domain? to_domain? keep_access=true[keep_access=yes] \
         notify=false[notify=no] yes=true[all=yes]";
    "/admin/jobs/{id}/stop" => bulk::STOP, "";
    "/admin/people/{id}/enable" => users::changes::ENABLE, "";
    "/admin/people/{id}/disable" => users::changes::DISABLE, "";
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

/// Forms whose commands the program defines itself, or that name another member there.
static OWN_COMMANDS: &[FormEquivalent] = &[
    FormEquivalent::of(
        "/admin/apps/new",
        &clients::CREATE,
        "name kind=public[kind=device] redirect_uris={redirect_uri*}",
    )
    .with_command("client create --kind=public[kind=device] --redirect-uri={redirect_uri*} {name}"),
    FormEquivalent::of(
        "/admin/apps/new/catalogue/{app}",
        &clients::CREATE,
        "app url? redirect_uris={redirect_uri*} name?",
    )
    .with_command("client create --app={app} --url={url?} --redirect-uri={redirect_uri*} {name?}"),
    FormEquivalent::of(
        "/admin/apps/{id}/new-secret",
        &clients::ROTATE_SECRET,
        "keep_old_until={expires?}",
    )
    .with_command("client rotate-secret --keep-old-until={expires?} --end-former[expires=] {id}"),
    test_mail("/admin/system/test-mail"),
    test_mail("/admin/setup/mail"),
];
