use doorward_admin::profile_fields;
use doorward_admin::user_change::UserChange;
use doorward_domain::model::FieldInput;

use crate::command::prelude::*;
use crate::command::values::assignment;

#[derive(Debug, Subcommand)]
pub enum Verb {
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

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let Verb::Set { user, values, out } = verb;
    set(&installation.operator(), &user, values, out).await
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
