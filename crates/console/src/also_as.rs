//! Texts that make the change of a form elsewhere: a command, a call of the admin API, and a file.

use doorward_admin::equivalent::{self, CHANGE_FILE, KEYS_FILE};
use doorward_http::page::PageError;
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::console::{AlsoAs, CopyText};
use serde_json::{Map, Value};

use crate::console::Console;

/// Name of the field with the step of a form: nothing to continue, or one of the values below.
pub(crate) const STEP: &str = "step";
/// The step that shows the texts for the values as typed.
const SHOW: &str = "show";

/// A change of one object.
#[derive(Default)]
pub(crate) struct Change {
    /// Words of the commands that make the change together; `None` if the command line cannot.
    pub(crate) commands: Option<Vec<Vec<String>>>,
    /// Path of the object below that of the admin API.
    pub(crate) path: String,
    /// Version of the object.
    pub(crate) version: String,
    /// Members of the admin API with their new values.
    pub(crate) body: Map<String, Value>,
}

/// Returns the words of a command.
pub(crate) fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).into()
}

/// Returns true if a form was sent to show the texts only.
pub(crate) fn is_requested(form: &Params) -> Result<bool, PageError> {
    Ok(text(form, STEP)? == SHOW)
}

/// Returns the texts of a change for its review.
pub(crate) fn texts(console: &Console<'_>, change: &Change) -> AlsoAs {
    AlsoAs {
        texts: list(console, change),
        is_open: false,
        is_form: false,
    }
}

/// Returns the texts of a change for its form, which has a button to show them.
pub(crate) fn in_form(console: &Console<'_>, change: &Change, is_open: bool) -> AlsoAs {
    AlsoAs {
        is_open,
        is_form: true,
        ..texts(console, change)
    }
}

fn list(console: &Console<'_>, change: &Change) -> Vec<CopyText> {
    if change.body.is_empty() {
        return Vec::new();
    }
    let entry = |title, text| CopyText { title, text };
    let mut texts = Vec::new();
    if let Some(commands) = &change.commands {
        let lines: Vec<String> = commands
            .iter()
            .map(|words| equivalent::command(words))
            .collect();
        texts.push(entry(console.t("console-also-command"), lines.join("\n")));
    }
    let issuer = console.page.context.core.issuer();
    let url = format!("{issuer}/api/admin/{}", change.path);
    let call = equivalent::call(&url, &change.version);
    texts.push(entry(console.t("console-also-call"), call));
    let file = |name| console.layout.t_with("console-also-file", "name", name);
    let body = Value::Object(change.body.clone());
    texts.push(entry(file(CHANGE_FILE), equivalent::file(&body)));
    if let Some(keys) = change.body.get("jwks") {
        texts.push(entry(file(KEYS_FILE), equivalent::file(keys)));
    }
    texts
}
