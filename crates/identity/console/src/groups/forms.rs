//! `/admin/groups/new`, `/admin/groups/{id}/edit` and `/admin/groups/{id}/members/add`: the forms of
//! groups.

use doorward_admin::group_members;
use doorward_admin::groups::operations::UPDATE;
use doorward_admin::groups::{self, GroupChange, NewGroup};
use doorward_admin::users;
use doorward_domain::model::{Group, GroupId};

use crate::groups::{ADDED, CREATED, SAVED, named};
use doorward_console_ui::prelude::*;

const PATH: Field = Field::line("path", "console-path").hint("console-path-hint");
const ORGANIZATION: Field = Field::line("organization", "console-organization")
    .hint("console-group-organization-hint")
    .optional();
const DESCRIPTION: Field = Field::line("description", "console-description").optional();
const MANAGER: Field = Field::line("manager", "console-manager")
    .hint("console-find-user")
    .optional();
const USER: Field = Field::line("user", "console-find-user");

#[derive(Clone)]
struct Values {
    path: String,
    org: Option<String>,
    description: String,
    manager: String,
}

impl Values {
    fn typed(form: &Params) -> Result<Self, Stop> {
        let value = |name| Ok::<_, Stop>(text(form, name)?.trim().to_owned());
        Ok(Self {
            path: ["", text(form, "path")?.trim().trim_matches('/')].join("/"),
            org: Some(value("organization")?).filter(|org| !org.is_empty()),
            description: value("description")?,
            manager: value("manager")?,
        })
    }

    async fn stored(console: &Console<'_>, group: &Group) -> Result<Self, Stop> {
        let manager = match group.manager {
            Some(id) => manager(console, id).await?,
            None => String::new(),
        };
        Ok(Self {
            path: group.path.clone(),
            org: group.org.clone(),
            description: group.description.clone(),
            manager,
        })
    }

    fn params(&self) -> Params {
        Params::from_pairs([
            ("path", self.path.as_str()),
            ("organization", self.org.as_deref().unwrap_or_default()),
            ("description", self.description.as_str()),
            ("manager", self.manager.as_str()),
        ])
    }

    async fn place(
        &self,
        console: &Console<'_>,
    ) -> Result<Result<(Option<GroupId>, String), FieldError>, Stop> {
        let (above, name) = self.path.rsplit_once('/').unwrap_or_default();
        if above.is_empty() {
            return Ok(Ok((None, name.to_owned())));
        }
        let org = self.org.as_deref().or(console.org());
        match groups::get_named(&console.context(), above, org).await {
            Err(AdminError::NotFound { .. }) => Ok(Err(("path", "console-no-group-above"))),
            found => Ok(Ok((Some(found?.id), name.to_owned()))),
        }
    }

    async fn manager(
        &self,
        console: &Console<'_>,
    ) -> Result<Result<Option<UserId>, FieldError>, Stop> {
        if self.manager.is_empty() {
            return Ok(Ok(None));
        }
        let found = console.find_user(&self.manager).await?;
        Ok(found.map(Some).ok_or(("manager", "console-no-user")))
    }
}

/// Returns a user name or e-mail address of the manager; the id without the permission to read it.
async fn manager(console: &Console<'_>, id: UserId) -> Result<String, Stop> {
    match users::read(&console.context(), &id.to_string()).await {
        Err(AdminError::Denied(_) | AdminError::NotFound { .. }) => Ok(id.to_string()),
        found => Ok(found?.login_identifier().to_owned()),
    }
}

fn problem(error: &AdminError) -> Option<FieldError> {
    match error {
        AdminError::Invalid { field, .. } => match *field {
            "name" => Some(("path", "console-path-invalid")),
            "parent" => Some(("path", "console-invalid")),
            "description" => Some(("description", "console-description-invalid")),
            _ => None,
        },
        AdminError::NotFound { kind, .. } => match *kind {
            "organization" => Some(("organization", "console-no-organization")),
            "user" => Some(("manager", "console-no-user")),
            _ => None,
        },
        AdminError::Taken { .. } => Some(("path", "console-taken")),
        _ => None,
    }
}

pub(crate) async fn create(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let values = Values::typed(&visit.form)?;
    // The path of the answer begins with a slash, the form of a new group is empty.
    let shown = if visit.is_typed() {
        values.params()
    } else {
        Params::default()
    };
    let organization = console.org().is_none().then_some(ORGANIZATION);
    let table = [PATH].into_iter().chain(organization);
    let table: Vec<Field> = table.chain([DESCRIPTION, MANAGER]).collect();
    let mut fields = form::entries(console, &table, &shown)?;
    form::mark_optional(console, &mut fields);
    let messages = ["console-new-group", "console-create"];
    let view = form::view(console, Section::Groups, messages, GROUPS, fields);
    let form = Form::open(visit, view)?;
    let (parent, name) = form.accept(values.place(console).await?)?;
    let manager = form.accept(values.manager(console).await?)?;
    form.offer(&[])?;
    let new = NewGroup {
        name,
        parent,
        org: values.org,
        description: values.description,
        code: None,
        manager,
    };
    let created = groups::create(&console.context(), new).await;
    let group = form.settle(created, problem).await?;
    Ok(console.see_done(&routes::group(group.id), CREATED))
}

fn texts(group: &Group, values: &Values, stored: &Values, change: &GroupChange) -> Change {
    let mut members = Map::new();
    members.insert("id".to_owned(), json!(group.id.to_string()));
    if values.description != stored.description {
        members.insert("description".to_owned(), json!(values.description));
    }
    if let Some(manager) = change.manager {
        let manager = manager.map(|id| id.to_string());
        members.insert("manager".to_owned(), json!(manager));
    }
    if change.parent.is_some() {
        members.insert("name".to_owned(), json!(values.path));
    }
    Change::of(&UPDATE, version(group), &members)
}

pub(crate) async fn edit(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let group = named(console).await?;
    let stored = Values::stored(console, &group).await?;
    let values = if visit.is_typed() {
        Values {
            org: group.org.clone(),
            ..Values::typed(&visit.form)?
        }
    } else {
        stored.clone()
    };
    let table = [PATH, DESCRIPTION, MANAGER];
    let home = routes::group(group.id);
    let messages = ["console-edit", "console-save"];
    let fields = form::entries(console, &table, &values.params())?;
    let view = EntryForm {
        object: group.path.clone(),
        version: Some(visit.version(version(&group))?),
        also: Some(also_as::in_form(console, &Change::default(), false)),
        ..form::view(console, Section::Groups, messages, home.as_str(), fields)
    };
    let form = Form::open(visit, view)?;
    let mut form = form.with_stored(form::entries(console, &table, &stored.params())?);
    let mut change = GroupChange {
        description: Some(values.description.clone()),
        ..GroupChange::default()
    };
    if values.path != stored.path {
        let (parent, name) = form.accept(values.place(console).await?)?;
        (change.parent, change.name) = (Some(parent), Some(name));
    }
    if values.manager != stored.manager {
        change.manager = Some(form.accept(values.manager(console).await?)?);
    }
    if also_as::is_requested(&visit.form)? {
        let texts = texts(&group, &values, &stored, &change);
        form.view.also = Some(also_as::in_form(console, &texts, true));
        return Err(form.show());
    }
    let changed = groups::update(&visit.context(), group.id, change).await;
    form.settle(changed, problem).await?;
    Ok(console.see_done(&home, SAVED))
}

pub(crate) async fn add_member(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let group = named(console).await?;
    let typed = text(&visit.form, "user")?.trim();
    let (messages, home) = (["console-member-add"; 2], routes::group(group.id));
    let fields = vec![USER.entry(console, typed)];
    let view = EntryForm {
        object: group.path.clone(),
        ..form::view(console, Section::Groups, messages, home.as_str(), fields)
    };
    let form = Form::open(visit, view)?;
    let unknown = ("user", "console-no-user");
    let Some(user) = console.find_user(typed).await? else {
        return Err(form.reject(unknown));
    };
    form.offer(&[])?;
    let added = group_members::add(&console.context(), group.id, user).await;
    let problem = |error: &AdminError| match error {
        AdminError::NotFound { kind: "user", .. } => Some(unknown),
        _ => None,
    };
    form.settle(added, problem).await?;
    Ok(console.see_done(&home, ADDED))
}
