//! Users as documents, with their credentials if wanted, for another identity provider.

use doorward_domain::credentials::totp::TotpSecret;
use doorward_domain::derived_keys::TotpKey;
use doorward_domain::model::Passkey;

use crate::prelude::*;

const PAGE: u64 = 100;

/// The key and the name that credentials in the documents need.
#[derive(Debug)]
pub struct Credentials<'c> {
    /// Key of the secrets of authenticator apps.
    pub totp_key: &'c TotpKey,
    /// Name of this site in the URIs of authenticator apps.
    pub site: &'c str,
}

/// Returns the documents of the users after this one by ID, and the last of them; `None` after the
/// last user. Times are in seconds since 1970.
#[boxed(?Send)]
pub async fn page(
    context: &AdminContext<'_>,
    credentials: Option<&Credentials<'_>>,
    after: Option<UserId>,
) -> Result<(Vec<Value>, Option<UserId>)> {
    context.must_administer()?;
    let read = context.db.read();
    let users = repo::users::list(read, after, PAGE).await?;
    let ids = users.iter().map(|user| user.id).collect::<Vec<_>>();
    let mut fields = repo::profile_fields::values_of_users(read, &ids).await?;
    let mut documents = Vec::new();
    for user in &users {
        let mut document = document(context, user).await?;
        document["fields"] = json!(fields.remove(&user.id).unwrap_or_default());
        if let Some(credentials) = credentials {
            document["credentials"] = secrets(context, user, credentials).await?;
        }
        documents.push(document);
    }
    Ok((documents, users.last().map(|user| user.id)))
}

async fn document(context: &AdminContext<'_>, user: &User) -> Result<Value> {
    let (read, id) = (context.db.read(), user.id);
    let groups = repo::groups::of_user(read, id).await?;
    let groups = groups
        .iter()
        .map(|group| json!({ "organization": group.org, "path": group.path }));
    let held = repo::roles::assignments(read, SubjectKind::User, &id.to_string()).await?;
    let held = held.iter().filter(|assignment| assignment.active);
    let roles = held.map(|assignment| {
        json!({
            "role": assignment.role, "organization": assignment.org,
            "expires_at": assignment.expires_at,
        })
    });
    let organizations = repo::memberships::of_user(read, id, context.now()).await?;
    let organizations = organizations
        .iter()
        .map(|membership| json!({ "slug": membership.slug, "is_owner": membership.is_owner }));
    let links = repo::linked_accounts::list(read, id).await?;
    let links = links
        .iter()
        .map(|link| json!({ "issuer": link.issuer, "subject": link.subject }));
    Ok(json!({
        "id": user.id,
        "username": user.username,
        "email": user.email,
        "email_verified": user.email_verified,
        "disabled_at": user.disabled_at,
        "created_at": user.created_at,
        "profile": user.profile,
        "groups": groups.collect::<Vec<_>>(),
        "roles": roles.collect::<Vec<_>>(),
        "organizations": organizations.collect::<Vec<_>>(),
        "linked_accounts": links.collect::<Vec<_>>(),
    }))
}

async fn secrets(
    context: &AdminContext<'_>,
    user: &User,
    credentials: &Credentials<'_>,
) -> Result<Value> {
    let (read, id) = (context.db.read(), user.id);
    let app = repo::totp_factors::find(read, id).await?;
    let app = app.filter(|app| app.confirmed_at.is_some());
    let open = |sealed: &[u8]| {
        let opened = TotpSecret::open(credentials.totp_key.all(), sealed, id);
        opened.map_err(|_| {
            let problem = format!("the secret of {id} was encrypted with another secret_key");
            AdminError::invalid("with-credentials", problem)
        })
    };
    let app = match &app {
        Some(app) => Some(open(&app.secret_sealed)?.uri(credentials.site, user.login_identifier())),
        None => None,
    };
    let passkeys = repo::passkeys::list(read, id).await?;
    Ok(json!({
        "password_hash": user.password_hash,
        "password_change_required": user.password_change_required,
        "authenticator_app": app.as_ref().map(|uri| uri.as_str()),
        "passkeys": passkeys.iter().map(passkey).collect::<Vec<_>>(),
    }))
}

fn passkey(passkey: &Passkey) -> Value {
    // The library's JSON has the credential ID and the public key (COSE).
    let credential = serde_json::from_str::<Value>(&passkey.credential);
    json!({
        "name": passkey.name,
        "created_at": passkey.created_at,
        "credential": credential.unwrap_or_default(),
    })
}
