//! `doorward text`: own texts of pages and e-mail messages.

use doorward_admin::own_texts;
use doorward_domain::model::{OwnText, TextOwner};
use doorward_i18n::Lang;
use doorward_i18n::own_texts::{EditableText, editable};

use super::mail::locale;
use crate::command::prelude::*;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List own texts
    List(Owned),
    /// List the texts that can be replaced, with their keys
    Keys {
        /// Word in the key or the text
        #[arg(value_name = "WORD")]
        word: Option<String>,
        /// Language of the texts
        #[arg(long, value_name = "LANG", default_value = "en", value_parser = locale)]
        language: Lang,
        #[command(flatten)]
        out: Output,
    },
    /// Set an own text; running servers use it within seconds
    Set {
        #[command(flatten)]
        owned: Owned,
        /// Key of the text, such as login-title
        #[arg(value_name = "KEY")]
        key: String,
        /// Pattern of one message of Project Fluent, of at most 2,000 characters
        #[arg(value_name = "TEXT")]
        text: String,
    },
    /// Remove an own text
    Remove {
        #[command(flatten)]
        owned: Owned,
        /// Key of the text
        #[arg(value_name = "KEY")]
        key: String,
    },
}

#[derive(Debug, Args)]
pub struct Owned {
    /// Organization, by slug [default: the deployment]
    #[arg(long, value_name = "SLUG", conflicts_with = "client")]
    organization: Option<String>,
    /// Client ID
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// Language of the text
    #[arg(long, value_name = "LANG", value_parser = locale)]
    language: Lang,
    #[command(flatten)]
    out: Output,
}

impl Owned {
    async fn owner(&self, context: &AdminContext<'_>) -> Result<TextOwner> {
        Ok(match (&self.client, &self.organization) {
            (Some(id), _) => TextOwner::Client(clients::get_named(context, id).await?.id),
            (None, Some(slug)) => TextOwner::Organization(slug.clone()),
            (None, None) => TextOwner::Deployment,
        })
    }
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let context = installation.operator();
    match verb {
        Verb::List(owned) => {
            let owner = owned.owner(&context).await?;
            let all = own_texts::list(&context, &owner, owned.language).await?;
            let cells = |text: &OwnText| [text.key.clone(), text.text.clone()];
            owned.out.rows(&all, document, ["KEY", "TEXT"], cells)
        }
        Verb::Keys {
            word,
            language,
            out,
        } => {
            let all = editable(language, word.as_deref().unwrap_or_default());
            let header = ["KEY", "AREA", "AUTHOR", "TEXT"];
            out.rows(&all, editable_document, header, |text| {
                [
                    text.key.to_owned(),
                    text.area.to_owned(),
                    text.author.as_str().to_owned(),
                    text.translation.clone(),
                ]
            })
        }
        Verb::Set { owned, key, text } => {
            let owner = owned.owner(&context).await?;
            let text = own_texts::set(&context, &owner, owned.language, &key, &text).await?;
            let sentence = format!("The text {key} is set.");
            owned.out.result(&document(&text), &sentence)
        }
        Verb::Remove { owned, key } => {
            let owner = owned.owner(&context).await?;
            own_texts::remove(&context, &owner, owned.language, &key).await?;
            let before = json!({ "language": owned.language.code(), "key": key });
            let sentence = format!("The text {key} is removed.");
            owned.out.deleted(before, &sentence)
        }
    }
}

fn document(text: &OwnText) -> Value {
    json!({ "language": text.language, "key": text.key, "text": text.text })
}

fn editable_document(text: &EditableText) -> Value {
    json!({
        "key": text.key, "area": text.area, "author": text.author.as_str(), "text": text.translation, "english": text.english,
        "variables": text.variables,
    })
}
