//! The search for the object that a field of a form names, for browsers without scripts: a button beside the
//! field shows the form again with what was found.

use doorward_admin::operator::AdminError;
use doorward_admin::{clients, name_search, user_search};
use doorward_domain::model::{Group, User};
use doorward_protocol::params::Params;
use doorward_rules::list_filter::{ClientFilter, UserFilter};
use doorward_store::repo::name_search::NameOrder;
use doorward_templates::console::{Choice, EntryField, Section, kind_field, list_of};
use doorward_web::page_support::text;

use crate::console::Console;
use crate::kept_form::STEP;
use crate::stop::Stop;

/// Start of the value of the button: the name of the field follows.
const FIND: &str = "find-";
/// Maximum number of objects.
const MOST: u64 = 20;

/// The objects that were found for a field.
pub struct Suggestions {
    field: String,
    found: Vec<Choice>,
}

impl Suggestions {
    /// Searches, if the form was sent for it.
    pub async fn read(console: &Console<'_>, form: &Params) -> Result<Option<Self>, Stop> {
        let Some(field) = text(form, STEP)?.strip_prefix(FIND) else {
            return Ok(None);
        };
        let Some(list) = list_of(field) else {
            return Ok(None);
        };
        let kind = kind_field(field);
        let kind = if kind.is_empty() {
            ""
        } else {
            text(form, kind)?
        };
        // Of several lines, the last one.
        let typed = text(form, field)?.lines().last().unwrap_or_default();
        let found = search(console, &list.replace('*', kind), typed.trim()).await;
        let found = match found {
            Err(AdminError::Denied(_)) => Vec::new(),
            found => found?,
        };
        Ok(Some(Self {
            field: field.to_owned(),
            found,
        }))
    }

    /// Shows the objects at their field.
    pub fn show(&self, fields: &mut [EntryField]) {
        let mut fields = fields.iter_mut();
        if let Some(field) = fields.find(|field| field.id == self.field) {
            field.found = Some(self.found.clone());
        }
    }
}

fn choice(value: impl Into<String>, text: impl Into<String>) -> Choice {
    Choice {
        value: value.into(),
        text: text.into(),
    }
}

/// Returns the objects of a list whose names begin with the text.
async fn search(console: &Console<'_>, list: &str, typed: &str) -> Result<Vec<Choice>, AdminError> {
    let context = console.context();
    let mut sections = Section::ALL.iter();
    let section = sections.find(|section| section.path() == list);
    Ok(match section {
        Some(Section::People) => {
            let filter = UserFilter {
                text: typed.to_owned(),
                ..UserFilter::default()
            };
            let found = user_search::search(&context, &filter, None, MOST).await?;
            let users = found.items.iter();
            let user = |user: &User| choice(user.login_identifier(), user.display_name());
            users.map(user).collect()
        }
        Some(Section::Groups) => {
            let found = name_search::groups(&context, typed, None, None, MOST).await?;
            let groups = found.items.into_iter();
            let name = |group: Group| match &group.org {
                Some(org) if console.org().is_none() => {
                    choice(format!("{org}:{}", group.path), group.description)
                }
                _ => choice(group.path, group.description),
            };
            groups.map(name).collect()
        }
        Some(Section::Organizations) => {
            let search = (typed, NameOrder::Name);
            let found = name_search::organizations(&context, search, None, MOST).await?;
            let all = found.items.into_iter();
            all.map(|found| choice(found.slug, found.name)).collect()
        }
        Some(Section::Roles) => {
            let found = name_search::roles(&context, typed, None, MOST).await?;
            let roles = found.items.into_iter().map(|found| found.role);
            roles
                .map(|role| choice(role.name, role.description))
                .collect()
        }
        Some(Section::Apps) => {
            let filter = ClientFilter {
                text: typed.to_owned(),
                ..ClientFilter::default()
            };
            let found = clients::search(&context, &filter, None, MOST).await?;
            let apps = found.items.into_iter();
            apps.map(|client| choice(client.id.as_str(), client.name))
                .collect()
        }
        _ => Vec::new(),
    })
}
