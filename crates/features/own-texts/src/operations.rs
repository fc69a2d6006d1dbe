//! Operations of own texts.

use doorward_admin::found::FoundPage;
use doorward_admin::operation::{Operation, Shown};
use doorward_admin::prelude::*;
use doorward_domain::model::{OwnText, TextOwner};
use doorward_i18n::Lang;
use doorward_i18n::own_texts::{EditableText, editable};
use doorward_services::view;
use utoipa::PartialSchema;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

use crate::use_cases::{list, remove, set};

doorward_admin::entries! { LIST: List, KEYS: Keys, SET: Set, REMOVE: Remove }

doorward_admin::targets! {
    {
        /// Code of the language, such as `de`.
        #[schema(inline, value_type = Languages)]
        language;
        /// Organization, by slug. If omitted, the deployment.
        organization,
        /// ID of the client.
        client_id
    } => List
}

doorward_admin::targets! {
    {
        /// Code of the language, such as `de`.
        #[schema(inline, value_type = Languages)]
        language,
        /// Key of the text, such as `login-title`.
        key;
        /// Organization, by slug. If omitted, the deployment.
        organization,
        /// ID of the client.
        client_id
    } => Remove
}

view! {
    /// An own text of pages or e-mail messages, which replaces one of the catalogs.
    #[schema(as = OwnText)]
    pub TextView(text: OwnText) {
        /// Code of the language, such as `de`.
        language: String = text.language;
        /// Key in the catalogs, such as `login-title`.
        key: String = text.key;
        /// Pattern of one message of Project Fluent.
        text: String = text.text;
    }
}

view! {
    /// A text of the catalogs that can be replaced.
    #[schema(as = EditableText)]
    pub EditableView(text: EditableText) {
        /// Key in the catalogs.
        key: &'static str = text.key;
        /// Part of the pages and messages.
        area: &'static str = text.area;
        /// Administrators who may replace it: `brand` for those of the brand, `admin` for the role `admin`.
        author: &'static str = text.author.as_str();
        /// Text in the language.
        text: String = text.translation;
        /// Text in English.
        english: String = text.english;
        /// Variables of the text.
        variables: Vec<&'static str> = text.variables;
    }
}

/// Schema of the code of a language.
struct Languages;

impl PartialSchema for Languages {
    fn schema() -> RefOr<Schema> {
        let codes = Lang::ALL.iter().map(|lang| lang.code());
        let schema = ObjectBuilder::new().schema_type(Type::String);
        schema.enum_values(Some(codes)).into()
    }
}

impl ToSchema for Languages {}

fn read_language(code: &str) -> Result<Lang> {
    let lang = Lang::from_tag(code).filter(|lang| lang.code() == code);
    lang.ok_or_else(|| AdminError::not_found("language", code))
}

fn owner(organization: Option<String>, client: Option<&str>) -> Result<TextOwner> {
    match (organization, client) {
        (None, None) => Ok(TextOwner::Deployment),
        (Some(slug), None) => Ok(TextOwner::Organization(slug)),
        (None, Some(id)) => AdminError::id("client", id, ClientId::parse).map(TextOwner::Client),
        (Some(_), Some(_)) => {
            let problem = "name an organization or a client";
            Err(AdminError::choice("client_id", problem))
        }
    }
}

impl Operation for List {
    const TITLE: &'static str = "List the own texts in a language";
    const CALL: &'static str = "GET texts/{language} paged";
    const COMMAND: &'static str = "text list --organization --client=client_id --language";
    const TABLE: &'static str = "key text";
    type Done = FoundPage<TextView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let lang = read_language(&self.language)?;
        let owner = owner(self.organization, self.client_id.as_deref())?;
        let all = list(context, &owner, lang).await?;
        let page = FoundPage::of_whole(all, &context.page, |text| text.key.clone());
        Ok(page.map(TextView::new))
    }
}

/// The texts that can be replaced.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Word in the key or the text.
    #[serde(default)]
    word: String,
    /// Code of the language of the texts.
    #[serde(default = "english")]
    #[schema(inline, value_type = Option<Languages>, default = "en")]
    language: String,
}

fn english() -> String {
    Lang::En.code().to_owned()
}

impl Operation for Keys {
    const TITLE: &'static str = "List the texts that can be replaced, with their keys";
    const CALL: &'static str = "GET text-keys paged";
    const COMMAND: &'static str = "text keys WORD --language";
    const TABLE: &'static str = "key area author text";
    type Done = FoundPage<EditableView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        context.require_global("system:read")?;
        let all = editable(read_language(&self.language)?, &self.word);
        let page = FoundPage::of_whole(all, &context.page, |text| text.key.to_owned());
        Ok(page.map(EditableView::new))
    }
}

/// A text to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewOwnText)]
pub struct Set {
    /// Code of the language, such as `de`.
    #[schema(inline, value_type = Languages)]
    language: String,
    /// Key of the text, such as `login-title`.
    key: String,
    /// Pattern of one message of Project Fluent, of at most 2,000 characters, with the variables of the
    /// English text.
    #[schema(example = "Dear { $name },")]
    text: String,
    /// Organization, by slug. If omitted, the deployment.
    organization: Option<String>,
    /// ID of the client.
    client_id: Option<String>,
}

impl Operation for Set {
    const TITLE: &'static str = "Set an own text; running servers use it within seconds";
    const TEXT: &'static str = "All pages for users and all messages in the language have a text of the deployment, unless an \
         organization or a client has its own. The sign-in pages and messages of its requests have that of \
         an organization, unless the client has its own.";
    const CALL: &'static str = "PUT texts/{language}/{key}";
    const COMMAND: &'static str = "text set KEY TEXT --organization --client=client_id --language";
    const DONE: &'static str = "The text {key} is set.";
    type Done = Shown<TextView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let lang = read_language(&self.language)?;
        let owner = owner(self.organization, self.client_id.as_deref())?;
        let stored = set(context, &owner, lang, &self.key, &self.text).await?;
        Ok(Shown::unversioned(stored.into()))
    }
}

impl Operation for Remove {
    const TITLE: &'static str = "Remove an own text";
    const CALL: &'static str = "DELETE texts/{language}/{key}";
    const COMMAND: &'static str = "text remove KEY --organization --client=client_id --language";
    const DONE: &'static str = "The text {key} is removed.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let lang = read_language(&self.language)?;
        let owner = owner(self.organization, self.client_id.as_deref())?;
        remove(context, &owner, lang, &self.key).await
    }
}
