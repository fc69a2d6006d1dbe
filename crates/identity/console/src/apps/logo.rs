//! `/admin/apps/{id}/logo`: the logo of a client.

use actix_web::web::Payload;
use doorward_admin::clients::{self, LOGO_TOO_LARGE};
use doorward_services::pictures::MAX_FILE;
use doorward_templates::consent::logo_path;
use doorward_web::page::Page;
use doorward_web::page::upload::Upload;
use doorward_web::page_support::optional_upload;

use crate::apps::pages::{LOGO, LOGO_REMOVED, LOGO_SAVED, WRITE, editable};
use doorward_console_ui::prelude::*;

const TOO_LARGE: &str = "profile-picture-too-large";
const FIELD: &str = "logo";

pub(crate) fn link(console: &Console<'_>, client: &Client) -> Link {
    let path = format!("{}{LOGO}", app(&client.id));
    console.link(path, "console-app-logo")
}

pub(crate) fn removal(console: &Console<'_>, client: &Client) -> Option<Link> {
    client.consent.logo.as_ref().map(|_| {
        let path = format!("{}{LOGO}/remove", app(&client.id));
        console.link(path, "console-app-logo-remove")
    })
}

fn view(console: &Console<'_>, client: &Client) -> EntryForm {
    let field = |id, key, value: &str, kind| form::entry(id, console.t(key), value, kind);
    let present = client.consent.logo.as_ref().map(|logo| {
        let (key, path) = ("console-app-logo-now", logo_path(logo));
        field("current", key, &path, FieldKind::Picture)
    });
    let file = EntryField {
        hint: console.t("console-app-logo-hint"),
        ..field(FIELD, "profile-picture", "", FieldKind::File)
    };
    let fields = present.into_iter().chain([file]).collect();
    let messages = ["console-app-logo", "profile-picture-submit"];
    let version = version(client);
    // The texts do not depend on the file.
    let also = also_as::of_question(console, [], Some(&version));
    EntryForm {
        object: client.name.clone(),
        version: Some(version),
        also,
        ..form::view(console, Section::Apps, messages, app(&client.id), fields)
    }
}

pub(crate) async fn upload(page: &Page, payload: Option<Payload>) -> Answer {
    let (fields, uploaded) = match payload {
        Some(payload) => {
            let (fields, file) = optional_upload(page, payload, FIELD, MAX_FILE).await?;
            (Some(fields), file)
        }
        None => (None, Upload::File(Vec::new())),
    };
    let visit = Visit::of_form(page, fields, WRITE).await?;
    let client = editable(&visit.console).await?;
    let form = Form::open(&visit, view(&visit.console, &client))?;
    let file = match uploaded {
        Upload::TooLong => return Err(form.reject((FIELD, TOO_LARGE))),
        Upload::File(file) if file.is_empty() => {
            return Err(form.reject((FIELD, "profile-picture-missing")));
        }
        Upload::File(file) => file,
    };
    let set = clients::set_logo(&visit.context(), &client.id, file).await;
    let problem = |error: &AdminError| match error {
        AdminError::Invalid { problem, .. } if problem == LOGO_TOO_LARGE => {
            Some((FIELD, TOO_LARGE))
        }
        AdminError::Invalid { .. } => Some((FIELD, "profile-picture-none")),
        _ => None,
    };
    form.settle(set, problem).await?;
    Ok(visit.console.see_done(&app(&client.id), LOGO_SAVED))
}

pub(crate) async fn remove(visit: &Visit<'_>) -> Answer {
    let client = editable(&visit.console).await?;
    let home = app(&client.id);
    let messages = Messages {
        question: "console-app-logo-remove-question",
        text: "console-app-logo-remove-text",
        submit: "console-app-logo-remove",
        done: LOGO_REMOVED,
    };
    let (name, back) = (client.name.as_str(), format!("{home}{LOGO}"));
    let question = Question {
        version: Some(version(&client)),
        is_risky: true,
        ..Question::new(Section::Apps, messages, name, back)
    };
    let question = question.ask(visit)?;
    let removed = clients::remove_logo(&visit.context(), &client.id).await;
    question.finish_at(visit, removed, &home).await
}
