//! `/admin/definitions/new/{kind}`, `/admin/definitions/{kind}/{id}/edit` and `…/delete`: the forms of
//! permissions, scopes, resources and profile fields. A custom claim is only deleted here: its source
//! is a document.

use DefinitionKind::{Claim, Permission, ProfileField, Resource, Scope};
use doorward_admin::definitions::{self, Definition, DefinitionKind};
use doorward_admin::resources::{self, NewResource, ResourceChange};
use doorward_admin::scopes::{self, NewScope, ScopeChange};
use doorward_admin::{claims, profile_fields, roles};
use doorward_domain::model::{self, AccessTokenType, AskedClaims, FieldAudience, FieldEditor};
use doorward_protocol::signing_alg::SigningAlg;
use doorward_rules::profile_fields::kind as field_kind;
use serde_json::Value as Json;

use super::fields::{
    ALGORITHM, AUDIENCE, CLAIMS, LIFETIME, TOKEN_TYPE, audiences, fields, stored_values,
};
use super::kinds::{HOME, list_path, named, page};
use crate::rename::RENAME;
use doorward_console_ui::lifetime;
use doorward_console_ui::prelude::*;

pub(super) const CREATED: &str = "console-definition-created";
pub(super) const DELETED: &str = "console-definition-deleted";
pub(super) const SAVED: &str = "console-saved";

/// Returns who may change definitions of a kind.
const fn write(kind: DefinitionKind) -> Access {
    match kind {
        Permission => Access::Global("roles:write"),
        Scope | Resource | Claim | ProfileField => Access::Admin,
    }
}

/// Returns the message of the link to the form of a new definition; `None` for a kind without one.
const fn new_message(kind: DefinitionKind) -> Option<&'static str> {
    match kind {
        Permission => Some("console-new-permission"),
        Scope => Some("console-new-scope"),
        Resource => Some("console-new-resource"),
        ProfileField => Some("console-new-profile-field"),
        Claim => None,
    }
}

pub(super) fn new_link(console: &Console<'_>, kind: DefinitionKind) -> Option<Link> {
    let message = new_message(kind).filter(|_| console.has(write(kind)))?;
    Some(console.link(format!("{HOME}/new/{}", kind.as_str()), message))
}

/// Returns true for a definition of this server itself.
fn is_own(console: &Console<'_>, kind: DefinitionKind, found: &Definition) -> bool {
    let issuer = console.page.context.core.issuer();
    match kind {
        Permission => found.members.get(AUDIENCE).and_then(Json::as_str) == Some(issuer),
        Resource => found.id == issuer,
        Scope => scopes::is_own(&found.id),
        Claim | ProfileField => false,
    }
}

/// Returns the links to the form that changes a definition, and to the question that deletes it.
pub(super) fn links(
    console: &Console<'_>,
    kind: DefinitionKind,
    found: &Definition,
) -> (Option<Link>, Option<(Link, String)>) {
    if is_own(console, kind, found) || !console.has(write(kind)) {
        return (None, None);
    }
    let home = page(kind, &found.id);
    let edit = new_message(kind).map(|_| console.link(format!("{home}/edit"), "console-edit"));
    let delete = delete_messages(kind).risk(console, format!("{home}/delete"));
    (edit, Some(delete))
}

const fn delete_messages(kind: DefinitionKind) -> Messages {
    let text = match kind {
        Permission => "console-permission-delete-text",
        ProfileField => "console-profile-field-delete-text",
        Scope | Resource | Claim => "console-definition-delete-text",
    };
    let question = "console-definition-delete-question";
    Messages::new([question, text, "console-user-delete", DELETED])
}

/// Returns the link to the form of another name, for a kind that has names in tokens.
pub(super) fn rename_link(
    console: &Console<'_>,
    kind: DefinitionKind,
    found: &Definition,
) -> Option<Link> {
    let has_name = matches!(kind, Permission | Scope) && !is_own(console, kind, found);
    let may = has_name && console.has(Access::Admin);
    let path = || format!("{}/rename", page(kind, &found.id));
    may.then(|| console.link(path(), RENAME))
}

/// Returns the kind in the path, if the administrator may change its definitions.
async fn writable(visit: &Visit<'_>) -> Result<DefinitionKind, Stop> {
    let kind = named(&visit.console)?;
    let allowed = write(kind).check(&visit.console.context());
    if visit.is_answer() {
        visit.console.require(allowed).await?;
    } else {
        allowed?;
    }
    Ok(kind)
}

async fn opened(visit: &Visit<'_>) -> Result<(DefinitionKind, Definition), Stop> {
    let kind = writable(visit).await?;
    let id = parameter(visit.console.page, "id");
    let found = definitions::get(&visit.console.context(), kind, &id).await?;
    Ok((kind, found))
}

/// The values of a form, which is shown again with a value that cannot be read.
struct Typed<'f> {
    form: &'f Form<'f>,
    values: &'f Params,
}

impl Typed<'_> {
    fn line(&self, id: &str) -> Result<String, Stop> {
        Ok(text(self.values, id)?.trim().to_owned())
    }

    /// Returns the value of a field with choices.
    fn choice<T>(&self, id: &str, parse: fn(&str) -> Option<T>) -> Result<T, Stop> {
        Ok(parse(text(self.values, id)?).ok_or(ErrorKind::BadRequest)?)
    }

    fn audience(&self) -> Result<Option<String>, Stop> {
        Ok(Some(self.line(AUDIENCE)?).filter(|audience| !audience.is_empty()))
    }

    /// Returns a lifetime in seconds; 0 for none.
    fn lifetime(&self) -> Result<i64, Stop> {
        let time: Vec<_> = self.values.all(LIFETIME).collect();
        let time = time.join("\n");
        if lifetime::split(&time).0.is_empty() {
            return Ok(0);
        }
        let time = lifetime::parse(&time).ok_or((LIFETIME, "console-lifetime-invalid"));
        self.form.accept(time)
    }

    fn claims(&self) -> Result<AskedClaims, Stop> {
        let names = picker::names(self.values, CLAIMS).join(" ");
        Ok(AskedClaims::parse(&names).ok_or(ErrorKind::BadRequest)?)
    }

    fn max_length(&self) -> Result<Option<u16>, Stop> {
        let typed = self.line("max_length")?;
        if typed.is_empty() {
            return Ok(None);
        }
        let wrong = ("max_length", "console-field-max-length-invalid");
        self.form.accept(typed.parse().map(Some).map_err(|_| wrong))
    }

    fn choices(&self) -> Result<Option<Vec<String>>, Stop> {
        let typed = self.line("choices")?;
        let lines = typed.lines().map(str::trim).filter(|line| !line.is_empty());
        let lines: Vec<_> = lines.map(str::to_owned).collect();
        Ok((!lines.is_empty()).then_some(lines))
    }
}

type Saved = Result<Result<String, AdminError>, Stop>;

/// Creates a definition, and returns its ID.
async fn add(visit: &Visit<'_>, form: &Form<'_>, kind: DefinitionKind) -> Saved {
    let (context, values) = (visit.console.context(), &visit.form);
    let typed = Typed { form, values };
    Ok(match kind {
        Permission => {
            let new = model::Permission {
                codename: typed.line("codename")?,
                description: typed.line("description")?,
                audience: typed.line(AUDIENCE)?,
            };
            let created = roles::create_permission(&context, new).await;
            created.map(|permission| permission.codename)
        }
        Scope => {
            let new = NewScope {
                name: typed.line("name")?,
                description: typed.line("description")?,
                audience: typed.audience()?,
            };
            scopes::create(&context, new).await.map(|scope| scope.name)
        }
        Resource => {
            let new = NewResource {
                identifier: typed.line("identifier")?,
                name: typed.line("name")?,
                token_type: typed.choice(TOKEN_TYPE, AccessTokenType::parse)?,
                token_signing_alg: typed.choice(ALGORITHM, SigningAlg::parse)?,
                token_claims: typed.claims()?,
                access_token_ttl: Some(typed.lifetime()?),
            };
            let created = resources::create(&context, new).await;
            created.map(|resource| resource.identifier)
        }
        ProfileField => {
            let (word, choices) = (typed.line("type")?, typed.choices()?);
            let kind = match field_kind(&word, typed.max_length()?, choices) {
                Ok(kind) => kind,
                Err(error) => return Ok(Err(error.into())),
            };
            let new = profile_fields::NewField {
                name: typed.line("name")?,
                label: typed.line("label")?,
                kind,
                editable_by: typed.choice("editable_by", FieldEditor::parse)?,
                visible_to: typed.choice("visible_to", FieldAudience::parse)?,
            };
            let created = profile_fields::create(&context, new).await;
            created.map(|field| field.name)
        }
        Claim => return Err(ErrorKind::NotFound.into()),
    })
}

/// Changes a definition, and returns its ID.
async fn change(visit: &Visit<'_>, form: &Form<'_>, (kind, id): (DefinitionKind, &str)) -> Saved {
    let (context, values) = (visit.context(), &visit.form);
    let typed = Typed { form, values };
    Ok(match kind {
        Permission => {
            let description = typed.line("description")?;
            let changed = roles::describe_permission(&context, id, &description).await;
            changed.map(|permission| permission.codename)
        }
        Scope => {
            let audience = typed.audience()?;
            let change = ScopeChange {
                description: Some(typed.line("description")?),
                // Those of this server keep theirs.
                audience: (!scopes::is_own(id)).then_some(audience),
                ..ScopeChange::default()
            };
            let changed = scopes::update(&context, id, change).await;
            changed.map(|scope| scope.name)
        }
        Resource => {
            let change = ResourceChange {
                new_identifier: Some(typed.line("identifier")?),
                name: Some(typed.line("name")?),
                token_type: Some(typed.choice(TOKEN_TYPE, AccessTokenType::parse)?),
                token_signing_alg: Some(typed.choice(ALGORITHM, SigningAlg::parse)?),
                token_claims: Some(typed.claims()?),
                access_token_ttl: Some(typed.lifetime()?),
                ..ResourceChange::default()
            };
            let issuer = visit.console.page.context.core.issuer();
            let changed = resources::update(&context, issuer, id, change).await;
            changed.map(|resource| resource.identifier)
        }
        ProfileField => {
            let change = profile_fields::FieldChange {
                label: Some(typed.line("label")?),
                max_length: typed.max_length()?,
                choices: typed.choices()?,
                editable_by: Some(typed.choice("editable_by", FieldEditor::parse)?),
                visible_to: Some(typed.choice("visible_to", FieldAudience::parse)?),
                ..profile_fields::FieldChange::default()
            };
            let changed = profile_fields::update(&context, id, change).await;
            changed.map(|field| field.name)
        }
        Claim => return Err(ErrorKind::NotFound.into()),
    })
}

/// Returns the field of the form for an error of a value, and its message.
fn problem(kind: DefinitionKind, error: &AdminError) -> Option<FieldError> {
    let id = match kind {
        Permission => "codename",
        Resource => "identifier",
        Scope | Claim | ProfileField => "name",
    };
    let field = match error {
        AdminError::Taken { .. } => return Some((id, "console-taken")),
        AdminError::Invalid { field, .. } => *field,
        _ => return None,
    };
    Some(match (kind, field) {
        (Permission, "codename") => (id, "console-permission-invalid"),
        (Permission, "audience") => (AUDIENCE, "console-audience-missing"),
        (Scope, "name") => (id, "console-scope-invalid"),
        (Scope, "description") => ("description", "console-line-invalid"),
        (Scope, "resource") => (AUDIENCE, "console-scope-held"),
        (Resource, "identifier") => (id, "console-identifier-invalid"),
        (Resource, "name") => ("name", "console-line-invalid"),
        (Resource, "access_token_ttl") => (LIFETIME, "console-lifetime-invalid"),
        (ProfileField, "name") => (id, "console-field-name-invalid"),
        (ProfileField, "label") => ("label", "console-line-invalid"),
        (ProfileField, "max_length") => ("max_length", "console-field-max-length-invalid"),
        (ProfileField, "choices") => ("choices", "console-field-choices-invalid"),
        (ProfileField, "editable_by") => ("editable_by", "console-editable-by-invalid"),
        _ => return None,
    })
}

pub(crate) async fn create(visit: &Visit<'_>) -> Answer {
    let (console, kind) = (&visit.console, writable(visit).await?);
    let heading = new_message(kind).ok_or(ErrorKind::NotFound)?;
    let audiences = audiences(console, kind, true).await?;
    let shown = fields(console, kind, None, &visit.form, &audiences)?;
    let messages = [heading, "console-create"];
    let view = form::view(
        console,
        Section::Definitions,
        messages,
        list_path(kind),
        shown,
    );
    let form = Form::open(visit, view)?;
    form.offer(&[])?;
    let created = add(visit, &form, kind).await?;
    let id = form.settle(created, |error| problem(kind, error)).await?;
    Ok(console.see_done(&page(kind, &id), CREATED))
}

pub(crate) async fn edit(visit: &Visit<'_>) -> Answer {
    let (console, (kind, found)) = (&visit.console, opened(visit).await?);
    let audiences = audiences(console, kind, false).await?;
    let stored = stored_values(&found);
    let values = if visit.is_typed() {
        &visit.form
    } else {
        &stored
    };
    let shown = fields(console, kind, Some(&found), values, &audiences)?;
    let messages = ["console-edit", "console-save"];
    let also = also_as::of_form(console, &shown, &[], Some(&found.version));
    let home = page(kind, &found.id);
    let view = EntryForm {
        object: found.id.clone(),
        version: Some(visit.version(found.version.clone())?),
        also,
        ..form::view(console, Section::Definitions, messages, home, shown)
    };
    let form = Form::open(visit, view)?;
    let form = form.with_stored(fields(console, kind, Some(&found), &stored, &audiences)?);
    form.offer(&[])?;
    let changed = change(visit, &form, (kind, &found.id)).await?;
    let id = form.settle(changed, |error| problem(kind, error)).await?;
    Ok(console.see_done(&page(kind, &id), SAVED))
}

pub(crate) async fn delete(visit: &Visit<'_>) -> Answer {
    let (console, (kind, found)) = (&visit.console, opened(visit).await?);
    let messages = delete_messages(kind);
    let (id, back) = (found.id.as_str(), page(kind, &found.id));
    let question = Question {
        typed: Some(found.id.clone()),
        version: Some(found.version.clone()),
        is_risky: true,
        ..Question::new(Section::Definitions, messages, id, back)
    };
    let question = question.ask(visit)?;
    let context = visit.context();
    let deleted = match kind {
        Permission => roles::delete_permission(&context, id).await.map(drop),
        Scope => scopes::delete(&context, id).await.map(drop),
        Resource => resources::delete(&context, id).await.map(drop),
        Claim => claims::delete(&context, id).await.map(drop),
        ProfileField => profile_fields::delete(&context, id).await.map(drop),
    };
    if let Err(AdminError::Invalid { .. }) = &deleted {
        return Err(question.fail(visit, console.t("console-definition-used")));
    }
    question.finish_at(visit, deleted, &list_path(kind)).await
}
