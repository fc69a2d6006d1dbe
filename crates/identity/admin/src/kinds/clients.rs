//! Clients as objects of files: those that an administrator has registered, with their roles and brands.

use doorward_domain::model::BrandOwner;

use super::access::{add_brands, add_roles};
use super::{Document, Object};
use crate::operation::Boxed;
use crate::prelude::*;

pub(super) fn read<'a>(
    context: &'a AdminContext<'_>,
    listed: Vec<Document>,
) -> Boxed<'a, Result<Vec<Object>>> {
    Box::pin(async move {
        let own = listed.into_iter().filter(|client| {
            let origin = client.get("registered_by").and_then(Value::as_str);
            origin == Some("administrator")
        });
        let mut objects: Vec<Object> = own.map(object).collect();
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
    let id = client.get("id").and_then(Value::as_str);
    Object {
        subject: id.unwrap_or_default().to_owned(),
        document: client,
    }
}
