//! The link to the form that withdraws the access of a client to an account.

use doorward_domain::model::{ClientId, UserId};
use doorward_templates::console::{Link, Value};

use crate::console::Console;
use crate::people;
use crate::routes::encode;

/// Returns the link, with the name of the client or of the user for screen readers.
pub(crate) fn link(console: &Console<'_>, user: UserId, client: &ClientId, name: &str) -> Value {
    let client = encode(client.as_str());
    let path = format!("{}/apps/{client}/withdraw", people::path(user));
    let text = console.t("console-access-withdraw");
    let label = console
        .layout
        .t_with("console-access-withdraw-label", "name", name);
    Value::Action(Link::new(path, text), label)
}
