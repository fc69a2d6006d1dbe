//! Identity providers as objects of files.

use super::kind::{Document, KEEP, Object, SECRET};
use crate::operation::Boxed;
use crate::prelude::*;
use crate::providers::ProviderSpec;
use crate::providers::operations::keeps_secret;
use crate::providers::provider_spec::described;

pub(super) fn read<'a>(
    context: &'a AdminContext<'_>,
    _listed: Vec<Document>,
) -> Boxed<'a, Result<Vec<Object>>> {
    Box::pin(async move {
        let all = repo::providers::list(context.db.read()).await?;
        let object = |provider| {
            let mut document = document(&ProviderSpec::from(&provider));
            if provider.secret_sealed.is_some() {
                document.insert(SECRET.to_owned(), KEEP.into());
            }
            Object {
                document,
                subject: provider.id.to_string(),
            }
        };
        Ok(all.into_iter().map(object).collect())
    })
}

fn document(spec: &ProviderSpec) -> Document {
    match json!(spec) {
        Value::Object(members) => members,
        _ => Document::new(),
    }
}

/// Adds the settings that the kind of the provider has, and keeps a secret that is the stored one.
pub(super) fn complete<'a>(
    context: &'a AdminContext<'_>,
    mut members: Document,
) -> Boxed<'a, Result<Document>> {
    Box::pin(async move {
        let secret = members.remove(SECRET);
        let spec: ProviderSpec = serde_path_to_error::deserialize(Value::Object(members))?;
        let mut completed = document(&described(&spec, context.now())?);
        if let Some(secret) = secret.as_ref().and_then(Value::as_str) {
            let is_kept = secret == KEEP || keeps_secret(context, &spec.id, secret).await?;
            let value = if is_kept { KEEP } else { secret };
            completed.insert(SECRET.to_owned(), value.into());
        }
        Ok(completed)
    })
}
