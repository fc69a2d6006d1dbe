//! `/admin/people/new`: the form of a new user.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::AdminError;
use doorward_admin::user_links;
use doorward_admin::users::NewUser;
use doorward_domain::model::{Profile, UsernameMode};
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::console::{Choice, EntryField, EntryForm, FieldKind, Section};

use crate::console::Console;
use crate::entry;
use crate::people;
use crate::routes;

/// The notice about a new user without a mailed link.
pub(crate) const CREATED: &str = "console-user-created";
/// The notice about a new user with a mailed link.
pub(crate) const INVITED: &str = "console-user-invited";
const WRITE: &str = "users:write";
const PATH: &str = "/admin/people/new";

/// The states of an e-mail address to choose from, with their messages.
const EMAIL_STATES: [(&str, &str); 2] = [("false", "email-unverified"), ("true", "email-verified")];

/// A field with an error, and its message.
type FieldError = (&'static str, &'static str);

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::form(PATH, ask_new, create));
}

/// The values of a user as typed.
struct Values {
    username: String,
    email: String,
    email_verified: bool,
    given_name: String,
    family_name: String,
    profile_url: String,
}

impl Values {
    fn typed(form: &Params) -> Result<Self, PageError> {
        let value = |name| Ok::<_, PageError>(text(form, name)?.trim().to_owned());
        Ok(Self {
            username: value("username")?,
            email: value("email")?,
            email_verified: text(form, "email_verified")? == "true",
            given_name: value("first_name")?,
            family_name: value("last_name")?,
            profile_url: value("profile_url")?,
        })
    }

    fn fields(&self, console: &Console<'_>) -> Vec<EntryField> {
        let mode = console.page.context.core.config.accounts.username;
        let username = EntryField {
            required: mode == UsernameMode::Required,
            ..entry::hinted(
                console,
                "username",
                "username",
                "username-hint",
                &self.username,
            )
        };
        let optional =
            |id: &'static str, key: &str, value: &str| entry::optional(console, id, key, value);
        let others = [
            entry::line(console, "email", "email", &self.email),
            self.email_state(console),
            optional("first_name", "profile-given-name", &self.given_name),
            optional("last_name", "profile-family-name", &self.family_name),
            optional("profile_url", "profile-url", &self.profile_url),
        ];
        let username = (mode != UsernameMode::None).then_some(username);
        username.into_iter().chain(others).collect()
    }

    fn email_state(&self, console: &Console<'_>) -> EntryField {
        let choices = EMAIL_STATES.map(|(value, key)| Choice {
            value: value.to_owned(),
            text: console.t(key),
        });
        let value = self.email_verified.to_string();
        let kind = FieldKind::Select(choices.into());
        EntryField {
            hint: console.t("console-email-state-hint"),
            ..entry::field(
                console,
                "email_verified",
                "console-email-state",
                &value,
                kind,
            )
        }
    }
}

/// Returns the field that an error is about, with its message; `None` for other errors.
fn problem(error: &AdminError) -> Option<FieldError> {
    Some(match error {
        AdminError::Invalid { field, .. } => match *field {
            "username" => ("username", "username-invalid"),
            "email" => ("email", "email-invalid"),
            "first_name" => ("first_name", "console-user-name-invalid"),
            "last_name" => ("last_name", "console-user-name-invalid"),
            "profile_url" => ("profile_url", "profile-website-form"),
            _ => return None,
        },
        AdminError::Taken { kind: "user", .. } => ("username", "username-taken"),
        AdminError::Taken { .. } => ("email", "console-email-taken"),
        _ => return None,
    })
}

fn new_form(console: &Console<'_>, values: &Values) -> EntryForm {
    let (messages, back) = (["console-new-user", "console-create"], people::HOME);
    let fields = values.fields(console);
    EntryForm {
        lead: console.t("console-new-user-text"),
        ..entry::form(console, Section::People, messages, back.to_owned(), fields)
    }
}

async fn ask_new(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    Console::read(console.context().require_global(WRITE))?;
    let console = console.require_fresh()?;
    let values = Values::typed(&Params::default())?;
    Ok(page.html(StatusCode::OK, &new_form(&console, &values)))
}

async fn create(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    console
        .require(console.context().require_global(WRITE))
        .await?;
    let values = Values::typed(&form)?;
    let view = new_form(&console, &values);
    let present = |text: String| Some(text).filter(|text| !text.is_empty());
    let new = NewUser {
        username: values.username,
        email: values.email,
        email_verified: values.email_verified,
        password_hash: None,
        profile: Profile {
            given_name: present(values.given_name),
            family_name: present(values.family_name),
            profile_url: present(values.profile_url),
            ..Profile::default()
        },
        is_staff: false,
        roles: Vec::new(),
    };
    let created = user_links::invite(&console.context(), new).await;
    if let Some((field, key)) = created.as_ref().err().and_then(problem) {
        return Ok(entry::reject(&console, view, field, key));
    }
    Ok(match console.change(created).await? {
        Ok((user, is_mailed)) => {
            let done = if is_mailed { INVITED } else { CREATED };
            page.see_other(&format!("{}?done={done}", people::path(user.id)))
        }
        Err(failure) => entry::fail(&console, view, &[], failure),
    })
}
