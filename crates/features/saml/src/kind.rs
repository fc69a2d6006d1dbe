//! Clients that speak SAML as objects of files.

use std::collections::BTreeMap;

use doorward_admin::clients;
use doorward_admin::kinds::{
    BRANDING, Document, Kind, LOGO, OF_CLIENT, Object, Write, add_brands, add_logos, client_brand,
};
use doorward_admin::operation::{Boxed, put};
use doorward_admin::prelude::*;
use doorward_domain::model::BrandOwner;

use crate::kind_spec::Put;
use crate::operations::PUT;

pub(crate) static KIND: Kind = Kind {
    audit: AuditKind::ClientChanged,
    write: Write::Whole {
        put: &PUT,
        delete: &clients::operations::DELETE,
    },
    sets: &["scope", "consent.optional_scope"],
    read: Some(read),
    complete: Some(complete),
    parts: &[LOGO, BRANDING],
    part_schemas: &[(BRANDING.member, client_brand)],
    pictures: OF_CLIENT,
    ..Kind::new("saml-clients", "SAML client", &["id"])
};

const PAGE: u64 = 500;

fn complete<'a>(
    _context: &'a AdminContext<'_>,
    mut document: Document,
) -> Boxed<'a, Result<Document>> {
    Box::pin(async move {
        let branding = document.remove(BRANDING.member);
        let consent = document.get_mut("consent").and_then(Value::as_object_mut);
        let logo = consent.and_then(|consent| consent.remove("logo"));
        let spec: Put = serde_path_to_error::deserialize(Value::Object(document))?;
        let mut completed = spec.completed().document();
        if let Some(logo) = logo {
            put(&mut completed, LOGO.member, logo);
        }
        completed.extend(branding.map(|branding| (BRANDING.member.to_owned(), branding)));
        Ok(completed)
    })
}

fn read<'a>(
    context: &'a AdminContext<'_>,
    _listed: Vec<Document>,
) -> Boxed<'a, Result<Vec<Object>>> {
    Box::pin(async move {
        let (read, mut objects) = (context.db.read(), Vec::new());
        let mut after: Option<ClientId> = None;
        loop {
            let page = repo::saml_clients::list(read, after.as_ref(), PAGE).await?;
            after = page.last().map(|saml| saml.client_id.clone());
            if after.is_none() {
                break;
            }
            let ids: Vec<&ClientId> = page.iter().map(|saml| &saml.client_id).collect();
            let found = repo::clients::find_all(read, &ids).await?.into_iter();
            let mut clients: BTreeMap<ClientId, Client> =
                found.map(|client| (client.id.clone(), client)).collect();
            for saml in page {
                let Some(client) = clients.remove(&saml.client_id) else {
                    continue;
                };
                let (subject, logo) = (client.id.to_string(), client.consent.logo.clone());
                let mut document = Put::new(client, saml).document();
                if let Some(logo) = logo {
                    put(&mut document, LOGO.member, logo.path().into());
                }
                objects.push(Object { document, subject });
            }
        }
        add_logos(context, &mut objects).await?;
        add_brands(context, &mut objects, |id| {
            ClientId::parse(id).map(BrandOwner::Client)
        })
        .await?;
        Ok(objects)
    })
}
