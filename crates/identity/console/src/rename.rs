//! `/admin/roles/{id}/rename` and `/admin/definitions/{kind}/{id}/rename`: the forms of new names of roles,
//! permissions and scopes.

use doorward_admin::definitions::{self, DefinitionKind};
use doorward_admin::{renames, roles};
use doorward_domain::model::former_name::NameKind;
use doorward_rules::reserved_id::is_reserved;

use doorward_console_ui::local_time;
use doorward_console_ui::prelude::*;

pub(crate) const RENAMED: &str = "console-renamed";
pub(crate) const RENAME: &str = "console-rename";
const NEW_NAME: Field = Field::line("new_name", "console-new-name");
const UNTIL: &str = "until";

/// An object that gets another name.
struct Target {
    kind: NameKind,
    section: Section,
    name: String,
    version: String,
    /// Path of its page, with another name.
    page: fn(&str) -> String,
}

/// Returns the former names of an object as a fact, if it has any.
pub(crate) async fn former_names(
    console: &Console<'_>,
    kind: NameKind,
    name: &str,
) -> Result<Option<Fact>, Stop> {
    let found = renames::former_names(&console.context(), kind, name).await?;
    let names: Vec<_> = found.into_iter().map(|known| known.former).collect();
    let fact = || console.fact("console-former-names", Value::Codes(names.clone()));
    Ok((!names.is_empty()).then(fact))
}

pub(crate) async fn role(visit: &Visit<'_>) -> Answer {
    let name = parameter(visit.console.page, "id");
    let role = roles::get(&visit.console.context(), &name).await?;
    let target = Target {
        kind: NameKind::Role,
        section: Section::Roles,
        version: version(&role),
        name: role.name,
        page: routes::role,
    };
    rename(visit, target).await
}

pub(crate) async fn definition(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let kind = match parameter(console.page, "kind").as_str() {
        "permissions" => NameKind::Permission,
        "scopes" => NameKind::Scope,
        _ => return Err(ErrorKind::NotFound.into()),
    };
    let (found, page) = if kind == NameKind::Scope {
        (DefinitionKind::Scope, scope_page as fn(&str) -> String)
    } else {
        (DefinitionKind::Permission, routes::permission as _)
    };
    let id = parameter(console.page, "id");
    let found = definitions::get(&console.context(), found, &id).await?;
    let target = Target {
        kind,
        section: Section::Definitions,
        name: found.id,
        version: found.version,
        page,
    };
    rename(visit, target).await
}

fn scope_page(name: &str) -> String {
    format!("{}/scopes/{}", Section::Definitions.path(), encode(name))
}

fn problem(kind: NameKind, typed: &str, error: &AdminError) -> Option<FieldError> {
    Some(match error {
        AdminError::Taken { .. } => ("new_name", "console-taken"),
        AdminError::Invalid {
            field: "alias_until",
            ..
        } => (UNTIL, "console-until-invalid"),
        AdminError::Invalid { .. } => (
            "new_name",
            match kind {
                NameKind::Role if is_reserved(typed) => "console-id-reserved",
                NameKind::Role => "console-role-name-invalid",
                NameKind::Permission => "console-permission-invalid",
                NameKind::Scope => "console-scope-invalid",
            },
        ),
        _ => return None,
    })
}

async fn rename(visit: &Visit<'_>, target: Target) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let until = text(typed, UNTIL)?.trim();
    let end = local_time::parse(until);
    let is_wrong = !until.is_empty() && end.is_none();
    let hint = match target.kind {
        NameKind::Role => "console-role-name-hint",
        NameKind::Permission => "console-permission-hint",
        NameKind::Scope => "console-scope-hint",
    };
    let name = text(typed, "new_name")?.trim();
    let fields = vec![
        NEW_NAME.hint(hint).entry(console, name),
        EntryField {
            hint: console.t("console-rename-until-hint"),
            required: false,
            error: is_wrong.then(|| console.t("console-until-invalid")),
            ..entry(
                UNTIL,
                console.t("console-rename-until"),
                until,
                FieldKind::Moment,
            )
        },
    ];
    let messages = [RENAME, RENAME];
    let home = (target.page)(&target.name);
    let also = also_as::of_form(console, &fields, &[], Some(&target.version));
    let view = EntryForm {
        object: target.name.clone(),
        version: Some(target.version.clone()),
        also,
        ..form::view(console, target.section, messages, home, fields)
    };
    let form = Form::open(visit, view)?;
    if is_wrong {
        return Err(visit.answer(StatusCode::UNPROCESSABLE_ENTITY, &form.view));
    }
    form.offer(&[])?;
    let (context, old) = (visit.context(), target.name.as_str());
    let renamed = match target.kind {
        NameKind::Role => renames::role(&context, old, name, end).await.map(drop),
        NameKind::Permission => renames::permission(&context, old, name, end)
            .await
            .map(drop),
        NameKind::Scope => renames::scope(&context, old, name, end).await.map(drop),
    };
    form.settle(renamed, |error| problem(target.kind, name, error))
        .await?;
    Ok(console.see_done(&(target.page)(name), RENAMED))
}
