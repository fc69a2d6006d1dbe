use doorward_admin::profile_fields::{self, FieldChange, NewField};
use doorward_admin::user_change::UserChange;
use doorward_domain::model::{FieldAudience, FieldEditor, FieldInput, FieldKind, ProfileField};
use doorward_rules::profile_fields as rules;

use crate::command::prelude::*;
use crate::command::values::{assignment, word};

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create a custom profile field
    Create(CreateArgs),
    /// List the custom profile fields
    List(Output),
    /// Show a custom profile field
    Show(Which),
    /// Change a custom profile field; stored values remain
    Update(UpdateArgs),
    /// Delete a custom profile field with the values of all users
    Delete(Which),
    /// Set values of a user
    Set {
        /// User: user name, e-mail address or ID
        #[arg(value_name = "USER")]
        user: String,
        /// New value; empty to remove it. The value of a type `user` is a user name, an e-mail
        /// address or an ID
        #[arg(value_name = "NAME=VALUE", required = true, value_parser = assignment)]
        values: Vec<(String, String)>,
        #[command(flatten)]
        out: Output,
    },
}

#[derive(Debug, Args)]
pub struct Which {
    /// Name of the field
    name: String,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct CreateArgs {
    #[command(flatten)]
    which: Which,
    /// Text on the profile page
    #[arg(long, value_name = "TEXT")]
    label: String,
    /// Type: `text`, `number`, `boolean`, `date`, `url`, `choice` or `user`
    #[arg(long = "type", value_name = "TYPE", default_value = "text")]
    kind: String,
    #[command(flatten)]
    limits: Limits,
    /// Users who may change a value: `user` or `admin`
    #[arg(long, value_name = "USERS", default_value = "admin", value_parser = word(FieldEditor::parse, EDITORS))]
    editable_by: FieldEditor,
    /// Users who may read a value: `admin`, `user` or `directory`
    #[arg(long, value_name = "USERS", default_value = "user", value_parser = word(FieldAudience::parse, AUDIENCES))]
    visible_to: FieldAudience,
}

#[derive(Debug, Args)]
pub struct UpdateArgs {
    #[command(flatten)]
    which: Which,
    /// Text on the profile page
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    #[command(flatten)]
    limits: Limits,
    /// Users who may change a value: `user` or `admin`
    #[arg(long, value_name = "USERS", value_parser = word(FieldEditor::parse, EDITORS))]
    editable_by: Option<FieldEditor>,
    /// Users who may read a value: `admin`, `user` or `directory`
    #[arg(long, value_name = "USERS", value_parser = word(FieldAudience::parse, AUDIENCES))]
    visible_to: Option<FieldAudience>,
}

#[derive(Debug, Args)]
pub struct Limits {
    /// Maximum length of a text, in characters [default: 255]
    #[arg(long, value_name = "CHARACTERS")]
    max_length: Option<u16>,
    /// Choice (repeatable)
    #[arg(long, value_name = "TEXT")]
    choice: Vec<String>,
}

impl Limits {
    fn choices(self) -> Option<Vec<String>> {
        (!self.choice.is_empty()).then_some(self.choice)
    }
}

const EDITORS: &str = "write user or admin";
const AUDIENCES: &str = "write admin, user or directory";

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let context = installation.operator();
    match verb {
        Verb::Create(args) => create(&context, args).await,
        Verb::List(out) => {
            let fields = profile_fields::list(&context).await?;
            let columns = [
                ("NAME", "name"),
                ("TYPE", "type"),
                ("EDITABLE BY", "editable_by"),
                ("VISIBLE TO", "visible_to"),
                ("LABEL", "label"),
            ];
            out.list(fields.iter().map(document), &columns)
        }
        Verb::Show(which) => show(
            &profile_fields::get(&context, &which.name).await?,
            which.out,
        ),
        Verb::Update(args) => update(&context, args).await,
        Verb::Delete(which) => {
            let before = document(&profile_fields::get(&context, &which.name).await?);
            profile_fields::delete(&context, &which.name).await?;
            let sentence = format!("The profile field {} is deleted.", which.name);
            which.out.deleted(before, &sentence)
        }
        Verb::Set { user, values, out } => set(&context, &user, values, out).await,
    }
}

async fn create(context: &AdminContext<'_>, args: CreateArgs) -> Result {
    let max_length = args.limits.max_length;
    let kind =
        rules::kind(&args.kind, max_length, args.limits.choices()).map_err(AdminError::from)?;
    let new = NewField {
        name: args.which.name,
        label: args.label,
        kind,
        editable_by: args.editable_by,
        visible_to: args.visible_to,
    };
    let field = profile_fields::create(context, new).await?;
    let sentence = format!("The profile field {} is created.", field.name);
    args.which.out.result(&document(&field), &sentence)
}

async fn update(context: &AdminContext<'_>, args: UpdateArgs) -> Result {
    let change = FieldChange {
        label: args.label,
        max_length: args.limits.max_length,
        choices: args.limits.choices(),
        editable_by: args.editable_by,
        visible_to: args.visible_to,
        ..FieldChange::default()
    };
    CliError::reject_unchanged(&change, "profile-field update")?;
    let field = profile_fields::update(context, &args.which.name, change).await?;
    let sentence = format!("The profile field {} is changed.", field.name);
    args.which.out.result(&document(&field), &sentence)
}

async fn set(
    context: &AdminContext<'_>,
    user: &str,
    values: Vec<(String, String)>,
    out: Output,
) -> Result {
    let user = users::get(context, user).await?;
    let value = |(name, value)| (name, FieldInput::Text(value));
    let change = UserChange {
        fields: values.into_iter().map(value).collect(),
        ..UserChange::default()
    };
    let user = users::update(context, &user.id.to_string(), change).await?;
    let fields = profile_fields::among(context, std::slice::from_ref(&user)).await?;
    let sentence = format!("The profile of {} is changed.", user.username);
    let document = json!({ "id": user.id.to_string(), "fields": fields.get(&user.id) });
    out.result(&document, &sentence)
}

fn show(field: &ProfileField, out: Output) -> Result {
    let mut shown = document(field);
    if out.json {
        return output::json(&shown);
    }
    let mut limit = "max_length";
    if let FieldKind::Choice { choices } = &field.kind {
        limit = "choices";
        shown[limit] = choices.join(", ").into();
    }
    let names = [
        "name",
        "label",
        "type",
        limit,
        "editable_by",
        "visible_to",
        "created_at",
        "updated_at",
    ];
    output::members(&shown, &names)
}

fn document(field: &ProfileField) -> Value {
    let mut document = json!({
        "name": field.name, "label": field.label, "type": field.kind.as_str(),
        "editable_by": field.editable_by, "visible_to": field.visible_to,
        "created_at": output::time(field.created_at), "updated_at": output::time(field.updated_at),
    });
    match &field.kind {
        FieldKind::Text { max_length } => document["max_length"] = json!(max_length),
        FieldKind::Choice { choices } => document["choices"] = json!(choices),
        _ => {}
    }
    document
}
