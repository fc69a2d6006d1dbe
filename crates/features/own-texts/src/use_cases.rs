//! Own texts of pages and e-mail messages, of the deployment, of organizations and of clients. Only
//! administrators of the whole deployment change them, because users type their passwords on these
//! pages; only the role `admin` changes those by which a user decides, see [`TextAuthor`].

use doorward_domain::model::{OwnText, TextOwner};
use doorward_i18n::Lang;
use doorward_i18n::own_texts::{self, MAX_CHARS, TextAuthor};
use doorward_rules::delegation::{DelegationDenial, DelegationRule};

use doorward_admin::prelude::*;
use doorward_admin::{clients, organizations};

/// Maximum number of texts of an owner, in all languages.
pub(crate) const MAX_TEXTS: u64 = repo::own_texts::MAX;

/// Returns the texts of an owner in a language, ordered by key.
pub(crate) async fn list(
    context: &AdminContext<'_>,
    owner: &TextOwner,
    lang: Lang,
) -> Result<Vec<OwnText>> {
    match owner {
        TextOwner::Deployment => context.require_global("system:read")?,
        TextOwner::Client(id) => drop(clients::get(context, id).await?),
        TextOwner::Organization(slug) => drop(organizations::get(context, slug).await?),
    }
    Ok(repo::own_texts::list_in(context.db.read(), owner, lang.code()).await?)
}

/// Sets a text: the pattern of one message of Project Fluent, with the variables of the English text.
/// Returns it in its stored form.
pub(crate) async fn set(
    context: &AdminContext<'_>,
    owner: &TextOwner,
    lang: Lang,
    key: &str,
    text: &str,
) -> Result<OwnText> {
    if text.chars().count() > MAX_CHARS {
        let problem = format!("must have at most {MAX_CHARS} characters");
        return Err(AdminError::invalid("text", problem));
    }
    let tx = context.begin().await?;
    let before = find_in(context, &tx, owner, lang, key).await?;
    let text = own_texts::check_text(key, text)
        .map_err(|error| AdminError::invalid(error.member(), error.to_string()))?;
    check_author(context, key, Some(&text))?;
    if before.is_none() && repo::own_texts::count(&tx, owner).await? >= MAX_TEXTS {
        let problem = format!("there are already {MAX_TEXTS} own texts");
        return Err(AdminError::invalid("key", problem));
    }
    let after = OwnText {
        language: lang.code().to_owned(),
        key: key.to_owned(),
        text,
    };
    repo::own_texts::put(&tx, owner, &after, context.now()).await?;
    commit(
        context,
        tx,
        owner,
        &after,
        [before, Some(after.text.clone())],
    )
    .await?;
    Ok(after)
}

/// Removes a text; that of the next owner or of the catalog takes its place.
pub(crate) async fn remove(
    context: &AdminContext<'_>,
    owner: &TextOwner,
    lang: Lang,
    key: &str,
) -> Result<()> {
    let tx = context.begin().await?;
    let before = find_in(context, &tx, owner, lang, key).await?;
    check_author(context, key, None)?;
    let Some(before) = before else {
        return Err(AdminError::not_found("own text", key));
    };
    repo::own_texts::remove(&tx, owner, lang.code(), key).await?;
    let removed = OwnText {
        language: lang.code().to_owned(),
        key: key.to_owned(),
        text: String::new(),
    };
    commit(context, tx, owner, &removed, [Some(before), None]).await
}

/// Checks that the administrator, who may change the brand of the owner, may replace this text.
fn check_author(context: &AdminContext<'_>, key: &str, text: Option<&str>) -> Result<()> {
    if context.must_administer().is_ok() {
        return Ok(());
    }
    if own_texts::author(key) != TextAuthor::Brand {
        let rule = DelegationRule::AdministratorsOnly;
        return Err(DelegationDenial::missing(rule, ADMIN_ROLE).into());
    }
    let checked = text.map_or(Ok(()), own_texts::check_brand_text);
    checked.map_err(|problem| AdminError::invalid("text", problem))
}

/// Returns the text to change. Changes run one at a time, see [`AdminContext::begin`].
async fn find_in(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    owner: &TextOwner,
    lang: Lang,
    key: &str,
) -> Result<Option<String>> {
    match owner {
        TextOwner::Deployment => context.require_global("system:write")?,
        TextOwner::Client(id) => drop(clients::get_in(context, tx, id).await?),
        TextOwner::Organization(slug) => {
            organizations::get_in(context, tx, slug).await?;
            context.require_global("organizations:write")?;
        }
    }
    Ok(repo::own_texts::find(tx, owner, lang.code(), key).await?)
}

async fn commit(
    context: &AdminContext<'_>,
    tx: WriteTx,
    owner: &TextOwner,
    text: &OwnText,
    [before, after]: [Option<String>; 2],
) -> Result<()> {
    let event = match owner {
        TextOwner::Deployment => context.event(AuditKind::SystemChanged, "texts", "own text"),
        TextOwner::Client(id) => context.event(AuditKind::ClientChanged, id, "own text"),
        TextOwner::Organization(slug) => {
            context.event(AuditKind::OrganizationChanged, slug, "own text")
        }
    };
    let name = format!("{} ({})", text.key, text.language);
    let event = difference(event, &json!({ &name: before }), &json!({ &name: after }));
    context.commit_with(tx, &event).await?;
    if let Some(server) = context.deployment.server() {
        server.directory.own_texts.assume();
    }
    Ok(())
}

#[cfg(test)]
mod tests;
