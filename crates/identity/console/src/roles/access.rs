//! `/admin/people/{id}/access`: roles of a user; the same pages of groups and clients.

use doorward_admin::assignments::{self, NamedAssignment};
use doorward_admin::effective_assignments;
use doorward_admin::organizations;
use doorward_admin::role_rules::Subject;
use doorward_admin::roles::{self, NewAssignment};
use doorward_domain::model::{Assignment, SubjectKind};
use doorward_store::repo::role_assignments::AssignmentFilter;

use crate::apps::pages;
use crate::groups;
use crate::people::{self, user};
use crate::roles::{ASSIGN, GIVEN, ORGANIZATION, grants, link, organization, unknown_organization};
use doorward_console_ui::prelude::*;

const REMOVE: Messages = Messages {
    question: "console-role-remove-question",
    text: "console-role-remove-text",
    submit: "console-role-remove",
    done: "console-role-removed",
};
const ACTION: &str = "console-action";
const GROUP: &str = "console-found-group";
/// Text instead of a role that is not chosen.
const CHOOSE: &str = "console-role-choose";

/// A user, a group or a client that holds roles.
struct Holder {
    subject: Subject,
    /// The organization in which new roles are given; `None`: everywhere.
    org: Option<String>,
    home: String,
    page: Detail,
}

impl Holder {
    /// Returns the holder that the path names. An administrator of one organization gives roles in
    /// it, and a group of an organization holds roles in it only.
    async fn named(console: &Console<'_>) -> Result<Self, Stop> {
        let (path, org) = (
            console.page.request.path(),
            console.org().map(str::to_owned),
        );
        if path.starts_with(GROUPS) {
            let group = groups::named(console).await?;
            return Ok(Self {
                subject: Subject::Group(group.id),
                home: format!("{}{ACCESS}", routes::group(group.id)),
                page: groups::detail(console, &group, ACCESS),
                org: group.org.or(org),
            });
        }
        if path.starts_with(APPS) {
            let client = pages::named(console).await?;
            return Ok(Self {
                home: format!("{}{ACCESS}", app(&client.id)),
                page: pages::detail(console, &client, ACCESS),
                subject: Subject::Client(client.id),
                org,
            });
        }
        let user = people::named(console).await?;
        Ok(Self {
            subject: Subject::User(user.id),
            home: format!("{}{ACCESS}", routes::user(user.id)),
            page: user::detail(console, &user, ACCESS),
            org,
        })
    }

    /// Returns the field for the organization of a new role: one of the user's; `None` if the holder
    /// has no choice.
    async fn organization(
        &self,
        console: &Console<'_>,
        typed: &Params,
    ) -> Result<Option<EntryField>, Stop> {
        if self.org.is_some() {
            return Ok(None);
        }
        let field = ORGANIZATION.entry(console, text(typed, "organization")?);
        let Subject::User(user) = &self.subject else {
            return Ok(Some(field));
        };
        let found = organizations::of_user(&console.context(), *user).await;
        let found = Console::read_optional(found)?.unwrap_or_default();
        let everywhere = (String::new(), console.t("console-everywhere"));
        let slugs = found.into_iter().map(|slug| (slug.clone(), slug));
        let choices: Vec<_> = [everywhere].into_iter().chain(slugs).collect();
        Ok((choices.len() > 1).then(|| EntryField {
            hint: String::new(),
            kind: select(choices),
            required: true,
            ..field
        }))
    }
}

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let holder = Holder::named(console).await?;
    let cursor = Cursor::read(console, &[])?;
    let id = holder.subject.id();
    let may_assign = console.has(ASSIGN) && !console.is(&id);
    let filter = AssignmentFilter {
        holder: Some((holder.subject.kind(), id)),
        ..AssignmentFilter::default()
    };
    let (context, after, limit) = (console.context(), cursor.after(), LIMIT as u64);
    let page = if let Subject::User(_) = holder.subject {
        effective_assignments::page(&context, &filter, after, limit).await?
    } else {
        assignments::page(&context, &filter, after, limit).await?
    };
    let (found, pager) = (page.items, cursor.pager(console, page.next.as_deref()));
    let table = console
        .table_of("console-access", &found, "console-no-roles")
        .column("console-role", |found| link(&found.assignment.role))
        .column(GROUP, |found| by_group(&holder.subject, found))
        .columns(grants::COLUMNS)
        .column("console-given-by", |found| grants::assigner(console, found))
        .column(grants::LAST_TOKEN, grants::last_token)
        .column_if(may_assign, ACTION, |found| {
            remove_link(console, &holder, found)
        })
        .table()
        .without_empty_columns();
    let give = format!("{}/give", holder.home);
    let give = may_assign.then(|| console.link(give, "console-role-give"));
    console.show(&Detail {
        notice: console.notice(&[GIVEN, REMOVE.done])?,
        tables: vec![table],
        pager,
        actions: give.into_iter().collect(),
        ..holder.page
    })
}

/// Returns the link to the group by which a user has a role, with the user's group below it.
fn by_group(subject: &Subject, found: &NamedAssignment) -> Value {
    let Assignment {
        subject_kind,
        subject_id,
        ..
    } = &found.assignment;
    if *subject_kind != SubjectKind::Group || *subject_id == subject.id() {
        return Value::Text(String::new());
    }
    let Some(path) = found.group() else {
        return Value::Code(subject_id.clone());
    };
    let text = match &found.member_of {
        Some(below) => format!("{path} ({below})"),
        None => path.to_owned(),
    };
    Value::Link(Link::new(routes::group(subject_id), text))
}

/// Returns the link that removes an assignment; the role of a group is removed on the page of the group.
fn remove_link(console: &Console<'_>, holder: &Holder, found: &NamedAssignment) -> Value {
    let Assignment { id, role, .. } = &found.assignment;
    if found.assignment.subject_id != holder.subject.id() {
        return Value::Text(String::new());
    }
    let path = format!("{}/{id}/remove", holder.home);
    let label = ["console-role-remove-label", "role"];
    console.labelled(path, REMOVE.submit, label, role)
}

pub(crate) async fn give(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let holder = Holder::named(console).await?;
    let all = roles::list(&console.context()).await?;
    let role = all.into_iter().filter(|role| role.active);
    let role = role.map(|role| (role.name.clone(), role.name));
    let chosen = text(typed, "role")?;
    // No role is chosen at first: the first one may be the most powerful.
    let none = chosen
        .is_empty()
        .then(|| (String::new(), console.t(CHOOSE)));
    let kind = select(none.into_iter().chain(role));
    let reason = reason::field(console, reason::FOR_END);
    let mut fields = vec![entry("role", console.t("console-role"), chosen, kind)];
    fields.extend(assignment_end::entries(console, typed)?);
    fields.extend(holder.organization(console, typed).await?);
    fields.push(reason::fill(console, reason, typed)?);
    let is_accepted = fields.iter().all(|field| field.error.is_none());
    let messages = ["console-role-give"; 2];
    let section = holder.page.frame.current;
    let org = holder.org.or(organization(typed)?);
    let texts = [("org", org.clone().unwrap_or_default())];
    let view = EntryForm {
        object: holder.page.heading,
        also: also_as::of_form(console, &fields, &texts, None),
        ..form::view(console, section, messages, holder.home.as_str(), fields)
    };
    let form = Form::open(visit, view)?;
    if !is_accepted {
        return Err(visit.answer(StatusCode::UNPROCESSABLE_ENTITY, &form.view));
    }
    form.offer(&texts)?;
    if chosen.is_empty() {
        return Err(form.reject(("role", CHOOSE)));
    }
    let new = NewAssignment {
        subject: holder.subject,
        role: chosen.to_owned(),
        org,
        expires_at: assignment_end::end(console, typed)?,
        active: true,
    };
    let given = assignments::create(&visit.context(), new).await;
    form.settle(given, unknown_organization).await?;
    Ok(console.see_done(&holder.home, GIVEN))
}

pub(crate) async fn remove(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let holder = Holder::named(console).await?;
    let id = parameter(console.page, "assignment");
    let found = assignments::get_named(&console.context(), &id).await?;
    if Subject::from_assignment(&found) != Some(holder.subject) {
        return Err(ErrorKind::NotFound.into());
    }
    let hint = reason::of_removal(found.subject_kind);
    let object = format!("{}: {}", holder.page.heading, found.role);
    let question = Question {
        reason: Some(reason::field(console, hint)),
        version: Some(version(&found)),
        ..Question::new(holder.page.frame.current, REMOVE, object, holder.home)
    };
    let question = question.ask(visit)?;
    let removed = assignments::delete(&visit.context(), found.id)
        .await
        .map(drop);
    question.finish(visit, removed).await
}
