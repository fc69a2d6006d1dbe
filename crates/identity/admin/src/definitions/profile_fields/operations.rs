//! Operations of custom profile fields.

use doorward_domain::model::{FieldAudience, FieldEditor, FieldKind, ProfileField};
use doorward_rules::profile_fields as rules;
use doorward_services::view;

use super::{Audiences, Editors, FieldChange, NewField, create, delete, get, list, update};
use crate::found::FoundPage;
use crate::operation::{Again, Operation, Shown};
use crate::prelude::*;

crate::entries! {
    LIST: List, SHOW: Show, CREATE: Create, UPDATE: FieldChange, DELETE: Delete,
}

crate::targets! { {} => List }

crate::targets! {
    {
        /// Name of the field.
        name
    } => Show, Delete
}

view! {
    /// A custom profile field.
    #[schema(as = ProfileField)]
    pub FieldView(field: ProfileField) {
        /// Name in the APIs and on the command line.
        name: String = field.name;
        /// Text on the profile page.
        label: String = field.label;
        /// Type of the values: `text`, `number`, `boolean`, `date`, `url`, `choice` or `user`.
        r#type: &'static str = field.kind.as_str();
        /// Maximum length of a text, in characters.
        max_length?: u16 = match field.kind {
            FieldKind::Text { max_length } => Some(max_length),
            _ => None,
        };
        /// Choices.
        choices?: Vec<String> = match field.kind {
            FieldKind::Choice { choices } => Some(choices),
            _ => None,
        };
        /// Users who may change a value: `user` or `admin`.
        #[schema(value_type = String)]
        editable_by: FieldEditor = field.editable_by;
        /// Users who may read a value: `admin`, `user` or `directory`.
        #[schema(value_type = String)]
        visible_to: FieldAudience = field.visible_to;
        /// Time of creation (RFC 3339).
        created_at: Time = field.created_at;
        /// Time of the last change (RFC 3339).
        updated_at: Time = field.updated_at;
    }
}

impl Operation for List {
    const TITLE: &'static str = "List the custom profile fields";
    const CALL: &'static str = "GET profile-fields paged";
    const COMMAND: &'static str = "profile-field list";
    const TABLE: &'static str = "name type editable_by visible_to label";
    type Done = FoundPage<FieldView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let all = list(context).await?;
        let page = FoundPage::of_whole(all, &context.page, |field| field.name.clone());
        Ok(page.map(FieldView::new))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a custom profile field";
    const CALL: &'static str = "GET profile-fields/{name}";
    const COMMAND: &'static str = "profile-field show NAME";
    type Done = Shown<FieldView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        get(context, &self.name).await.map(Shown::versioned)
    }
}

/// A custom profile field to create.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewProfileField)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// Name: 1 to 40 of `a-z`, `0-9` and `_`, beginning with `a-z`. It cannot change.
    #[schema(example = "company")]
    name: String,
    /// Text on the profile page, the same in every language.
    #[schema(example = "Company")]
    label: String,
    /// Type of the values: `text`, `number`, `boolean`, `date`, `url`, `choice` or `user`. It cannot
    /// change.
    #[serde(default = "text")]
    #[schema(default = "text")]
    r#type: String,
    /// Maximum length of a text, in characters: 1 to 1000. If omitted, 255.
    max_length: Option<u16>,
    /// Choice: 1 to 50 different texts.
    choices: Option<Vec<String>>,
    /// Users who may change a value: `user` or `admin`. If omitted, `admin`.
    #[serde(default = "admins")]
    #[schema(inline, value_type = Editors)]
    editable_by: FieldEditor,
    /// Users who may read a value: `admin`, `user` or `directory`. If omitted, `user`.
    #[serde(default = "user")]
    #[schema(inline, value_type = Audiences)]
    visible_to: FieldAudience,
}

fn text() -> String {
    "text".to_owned()
}

const fn admins() -> FieldEditor {
    FieldEditor::Admin
}

const fn user() -> FieldAudience {
    FieldAudience::User
}

impl Operation for Create {
    const TITLE: &'static str = "Create a custom profile field";
    const CALL: &'static str = "POST profile-fields once";
    const COMMAND: &'static str =
        "profile-field create NAME --label --type --max-length --choice=choices";
    const DONE: &'static str = "The profile field {name} is created.";
    type Done = Shown<FieldView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let new = NewField {
            name: self.name,
            label: self.label,
            kind: rules::kind(&self.r#type, self.max_length, self.choices)?,
            editable_by: self.editable_by,
            visible_to: self.visible_to,
        };
        create(context, new).await.map(Shown::versioned)
    }

    fn again() -> Option<Again> {
        Some(Again::new("users:write", &SHOW))
    }
}

impl Operation for FieldChange {
    const TITLE: &'static str = "Change a custom profile field; stored values remain";
    const TEXT: &'static str =
        "Stored values remain, also those that the changed field would reject.";
    const CALL: &'static str = "PATCH profile-fields/{name} versioned";
    const COMMAND: &'static str = "profile-field update NAME --label --max-length --choice=choices";
    const DONE: &'static str = "The profile field {name} is changed.";
    type Done = Shown<FieldView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let name = self.name.clone();
        update(context, &name, self).await.map(Shown::versioned)
    }
}

impl Operation for Delete {
    const TITLE: &'static str = "Delete a custom profile field with the values of all users";
    const TEXT: &'static str = "Rejected while a custom claim contains the field.";
    const CALL: &'static str = "DELETE profile-fields/{name} versioned";
    const COMMAND: &'static str = "profile-field delete NAME";
    const DONE: &'static str = "The profile field {name} is deleted.";
    type Done = Shown<FieldView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        delete(context, &self.name).await.map(Shown::versioned)
    }
}
