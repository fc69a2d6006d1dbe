//! `/admin/roles/{id}/give`: gives a role to a user.

use doorward_admin::assignments;
use doorward_admin::role_rules::Subject;
use doorward_admin::roles::NewAssignment;

use crate::roles::{GIVEN, ORGANIZATION, named, organization, unknown_organization};
use doorward_console_ui::prelude::*;

const USER: Field = Field::line("user", "console-find-user");

pub(crate) async fn give(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let role = named(console).await?;
    let reason = reason::field(console, reason::FOR_END);
    let reason = reason::fill(console, reason, typed)?;
    let name = text(typed, "user")?;
    let mut fields = vec![USER.entry(console, name)];
    fields.extend(assignment_end::entries(console, typed)?);
    let org = organization(typed)?;
    if console.org().is_none() {
        let typed = org.as_deref().unwrap_or_default();
        fields.push(ORGANIZATION.entry(console, typed));
    }
    fields.push(reason);
    let is_accepted = fields.iter().all(|field| field.error.is_none());
    let (messages, home) = (["console-role-give-this"; 2], routes::role(&role.name));
    let view = EntryForm {
        object: role.name.clone(),
        ..form::view(console, Section::Roles, messages, home.as_str(), fields)
    };
    let form = Form::open(visit, view)?;
    if !is_accepted {
        return Err(visit.answer(StatusCode::UNPROCESSABLE_ENTITY, &form.view));
    }
    let unknown = ("user", "console-no-user");
    let Some(user) = console.find_user(name.trim()).await? else {
        return Err(form.reject(unknown));
    };
    form.offer(&[])?;
    let new = NewAssignment {
        subject: Subject::User(user),
        role: role.name,
        // An administrator of one organization gives a role in it.
        org: console.org().map(str::to_owned).or(org),
        expires_at: assignment_end::end(console, typed)?,
        active: true,
    };
    let given = assignments::create(&visit.context(), new).await;
    let problem = |error: &AdminError| match error {
        AdminError::NotFound { kind: "user", .. } => Some(unknown),
        error => unknown_organization(error),
    };
    form.settle(given, problem).await?;
    Ok(console.see_done(&home, GIVEN))
}
