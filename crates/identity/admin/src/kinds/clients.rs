//! Clients as objects of files: those that an administrator has registered, with their roles and brands.

use doorward_domain::model::{BrandOwner, ClientKind};

use super::access::{add_brands, add_roles};
use super::kind::{Document, KEEP, Object, Part, SECRET, Step};
use super::pictures::add_logos;
use crate::clients::is_current;
use crate::clients::operations::ROTATE_SECRET;
use crate::operation::Boxed;
use crate::prelude::*;

/// A secret that another program has generated.
pub(super) const OWN_SECRET: Part = Part {
    member: SECRET,
    steps: |object, _before, after| {
        let secret = after.as_str().filter(|secret| *secret != KEEP);
        let step = secret.map(|secret| {
            let id = object.get("id").cloned().unwrap_or_default();
            let members = [("id", id), (SECRET, secret.into())];
            Step {
                entry: &ROTATE_SECRET,
                body: members
                    .map(|(name, value)| (name.to_owned(), value))
                    .into_iter()
                    .collect(),
            }
        });
        step.into_iter().collect()
    },
};

/// Leaves out a secret that the client has.
pub(super) fn complete<'a>(
    context: &'a AdminContext<'_>,
    mut document: Document,
) -> Boxed<'a, Result<Document>> {
    Box::pin(async move {
        let id = document
            .get("id")
            .and_then(Value::as_str)
            .and_then(ClientId::parse);
        let is_known = match (document.get(SECRET).and_then(Value::as_str), id) {
            (Some(KEEP), _) => true,
            (Some(secret), Some(id)) => is_current(context, &id, secret).await?,
            _ => false,
        };
        if is_known {
            document.remove(SECRET);
        }
        Ok(document)
    })
}

pub(super) fn read<'a>(
    context: &'a AdminContext<'_>,
    listed: Vec<Document>,
) -> Boxed<'a, Result<Vec<Object>>> {
    Box::pin(async move {
        let own = listed.into_iter().filter(|client| {
            let has = |name: &str, value: &str| client.get(name).is_some_and(|it| it == value);
            // The settings of clients that speak SAML are those of other operations.
            has("registered_by", "administrator") && !has("kind", ClientKind::Saml.as_str())
        });
        let mut objects: Vec<Object> = own.map(object).collect();
        add_logos(context, &mut objects).await?;
        add_roles(context, SubjectKind::Client, &mut objects).await?;
        add_brands(context, &mut objects, |id| {
            ClientId::parse(id).map(BrandOwner::Client)
        })
        .await?;
        Ok(objects)
    })
}

fn object(mut client: Document) -> Object {
    // The server has switched it, and `auto` remains the setting.
    if client.get("pkce_switched") == Some(&Value::Bool(true)) {
        client.insert("pkce".to_owned(), "auto".into());
    }
    Object::of(client, "id")
}
