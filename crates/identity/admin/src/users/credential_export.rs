//! Users as documents, with their credentials if wanted, for another identity provider.

use std::collections::{BTreeMap, HashMap};

use doorward_domain::credentials::totp::TotpSecret;
use doorward_domain::derived_keys::TotpKey;
use doorward_domain::model::{FieldValues, Passkey, TotpFactor};

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
    let related = Related::read(read, &ids, credentials.is_some()).await?;
    let documents = users.iter().map(|user| {
        let mut document = related.document(user);
        if let Some(credentials) = credentials {
            document["credentials"] = related.secrets(user, credentials)?;
        }
        Ok(document)
    });
    let documents = documents.collect::<Result<_>>()?;
    Ok((documents, users.last().map(|user| user.id)))
}

/// The rows about the users of a page: one statement for each table.
struct Related {
    fields: BTreeMap<UserId, FieldValues>,
    groups: Values,
    roles: Values,
    organizations: Values,
    links: Values,
    apps: HashMap<UserId, TotpFactor>,
    passkeys: Values,
}

/// The values of a list in the documents of users.
type Values = HashMap<UserId, Vec<Value>>;

impl Related {
    async fn read(read: &Conn, ids: &[UserId], with_credentials: bool) -> Result<Self> {
        let groups = repo::groups::of_users(read, ids).await?.into_iter();
        let groups = groups.map(|(user, group)| {
            let document = json!({ "organization": group.org, "path": group.path });
            (user, document)
        });
        let subjects = ids.iter().map(UserId::to_string).collect::<Vec<_>>();
        let held = repo::roles::assignments_of(read, SubjectKind::User, &subjects).await?;
        let held = held.into_iter().filter(|assignment| assignment.active);
        let roles = held.filter_map(|assignment| {
            let document = json!({
                "role": assignment.role, "organization": assignment.org,
                "expires_at": assignment.expires_at,
            });
            Some((UserId::parse(&assignment.subject_id)?, document))
        });
        let organizations = repo::organizations::of_users(read, ids).await?.into_iter();
        let organizations = organizations
            .map(|(user, slug, is_owner)| (user, json!({ "slug": slug, "is_owner": is_owner })));
        let links = repo::linked_accounts::of_users(read, ids).await?;
        let links = links.into_iter().map(|link| {
            let document = json!({ "issuer": link.issuer, "subject": link.subject });
            (link.user_id, document)
        });
        let credentials = if with_credentials { ids } else { &[] };
        let apps = repo::totp_factors::of_users(read, credentials).await?;
        let apps = apps.into_iter().filter(|app| app.confirmed_at.is_some());
        let passkeys = repo::passkeys::of_users(read, credentials).await?;
        Ok(Self {
            fields: repo::profile_fields::values_of_users(read, ids).await?,
            groups: by_user(groups),
            roles: by_user(roles),
            organizations: by_user(organizations),
            links: by_user(links),
            apps: apps.map(|app| (app.user_id, app)).collect(),
            passkeys: by_user(passkeys.iter().map(|key| (key.user_id, passkey(key)))),
        })
    }

    fn document(&self, user: &User) -> Value {
        let of = |values: &Values| values.get(&user.id).cloned().unwrap_or_default();
        json!({
            "id": user.id,
            "username": user.username,
            "email": user.email,
            "email_verified": user.email_verified,
            "disabled_at": user.disabled_at,
            "created_at": user.created_at,
            "profile": user.profile,
            "fields": self.fields.get(&user.id).cloned().unwrap_or_default(),
            "groups": of(&self.groups),
            "roles": of(&self.roles),
            "organizations": of(&self.organizations),
            "linked_accounts": of(&self.links),
        })
    }

    fn secrets(&self, user: &User, credentials: &Credentials<'_>) -> Result<Value> {
        let open = |app: &TotpFactor| -> Result<_> {
            let key = credentials.totp_key.all();
            let secret = TotpSecret::open(key, &app.secret_sealed, user.id).map_err(|_| {
                let id = user.id;
                let problem = format!("the secret of {id} was encrypted with another secret_key");
                AdminError::invalid("with-credentials", problem)
            })?;
            Ok(secret.uri(credentials.site, user.login_identifier()))
        };
        let app = self.apps.get(&user.id).map(open).transpose()?;
        Ok(json!({
            // A withdrawn password must not sign in elsewhere.
            "password_hash": user.password_hash.as_ref().filter(|_| user.has_password()),
            "password_change_required": user.password_change_required,
            "authenticator_app": app.as_ref().map(|uri| uri.as_str()),
            "passkeys": self.passkeys.get(&user.id).cloned().unwrap_or_default(),
        }))
    }
}

fn by_user(rows: impl Iterator<Item = (UserId, Value)>) -> Values {
    let mut values = Values::new();
    for (user, value) in rows {
        values.entry(user).or_default().push(value);
    }
    values
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
