//! `/admin/people/bulk`: the question before a change of many users, and its start.

use std::collections::BTreeSet;

use doorward_admin::bulk::{self, NewBulkChange};
use doorward_admin::{bulk_selection, bulk_step, groups};
use doorward_domain::model::{BulkAction, BulkChangeId, BulkSelection, GroupId};
use doorward_rules::bulk::{DomainProblem, is_immediate, read_domains};
use url::form_urlencoded::Serializer;

use crate::people::bulk_form::{self, NO_ACTION, NOTHING, QUESTION};
use crate::people::bulk_job;
use doorward_console_ui::prelude::*;
use doorward_console_ui::selection::repeated_filter;

const GROUP: Field =
    Field::line("group", "console-bulk-group-path").hint("console-bulk-group-hint");
const FROM: Field = Field::line("from_domain", "console-bulk-domain-from");
const TO: Field = Field::line("to_domain", "console-bulk-domain-to");
const NOTIFY: &str = "notify";
const KEEP_ACCESS: &str = "keep_access";

struct Question<'v> {
    visit: &'v Visit<'v>,
    action: BulkAction,
    selection: BulkSelection,
    filter: String,
    /// The path or the ID of the group, as typed.
    group: String,
    /// The old and the new domain, as typed.
    domains: [String; 2],
    notify: bool,
    keep_access: bool,
    /// The identifier by which a repeated form is recognized.
    id: BulkChangeId,
}

pub(crate) async fn handle(visit: &Visit<'_>) -> Answer {
    let (console, form) = (&visit.console, &visit.form);
    // The administrator may do one of the operations.
    if bulk_form::offered(console).is_empty() {
        return Err(ErrorKind::NotFound.into());
    }
    if !visit.is_typed() {
        // The question follows the form of the list.
        return Ok(console.page.see_other(PEOPLE));
    }
    let filter = repeated_filter(form)?;
    let cursor = text(form, "cursor")?;
    let incomplete = |done| {
        let list = bulk_form::list(&filter, &[("cursor", cursor), ("done", done)]);
        console.page.see_other(&list)
    };
    let Some(selection) = selection(form, &filter)? else {
        return Ok(incomplete(NOTHING));
    };
    let Some(action) = BulkAction::parse(text(form, "action")?) else {
        return Ok(incomplete(NO_ACTION));
    };
    let context = console.context();
    console.require(bulk_step::check(&context, action)).await?;
    let id = BulkChangeId::parse(text(form, "batch")?);
    let question = Question {
        visit,
        action,
        selection,
        group: text(form, "group")?.trim().to_owned(),
        domains: [
            text(form, "from_domain")?.to_owned(),
            text(form, "to_domain")?.to_owned(),
        ],
        notify: text(form, NOTIFY)? != "no",
        keep_access: text(form, KEEP_ACCESS)? == "yes",
        id: id.unwrap_or_else(|| BulkChangeId::generate(context.now(), &mut context.rng())),
        filter,
    };
    if id.is_none() || !visit.is_answer() {
        return question.show(StatusCode::OK, None, None).await;
    }
    question.start().await
}

/// Returns the users that the form chooses; `None` for none.
fn selection(form: &Params, filter: &str) -> Result<Option<BulkSelection>, Stop> {
    if text(form, "all")? == "yes" {
        let filter = Params::parse(filter.as_bytes()).map_err(|_| ErrorKind::BadRequest)?;
        // Order and columns of the list choose no users.
        let view = [list::SORT, list::COLUMNS];
        let pairs = filter.iter().filter(|(name, _)| !view.contains(name));
        let filter = Serializer::new(String::new()).extend_pairs(pairs).finish();
        return Ok(Some(BulkSelection::Filter(filter)));
    }
    let ids = form.all("user").map(UserId::parse);
    let ids = ids.collect::<Option<Vec<_>>>();
    let ids = ids.ok_or(ErrorKind::BadRequest)?;
    Ok((!ids.is_empty()).then_some(BulkSelection::Users(ids)))
}

impl Question<'_> {
    async fn start(&self) -> Answer {
        let console = &self.visit.console;
        let mut group = None;
        if self.action == BulkAction::AddToGroup {
            group = named_group(console, &self.group).await?;
            if group.is_none() {
                let error = Some(("group", "console-bulk-group-unknown"));
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return self.show(status, error, None).await;
            }
        }
        if self.action == BulkAction::ChangeEmailDomain {
            let [from, to] = &self.domains;
            let problem = read_domains(from, to).err();
            let field = problem.map(|problem| match problem {
                DomainProblem::From => "from_domain",
                DomainProblem::To | DomainProblem::Same => "to_domain",
            });
            if let Some(field) = field {
                let error = Some((field, "console-bulk-domain-invalid"));
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return self.show(status, error, None).await;
            }
        }
        let new = NewBulkChange {
            id: Some(self.id),
            action: self.action,
            group,
            domains: Some(self.domains.clone().into()),
            notify: self.notify,
            // The form may have had another action before.
            keep_access: self.keep_access && self.action == BulkAction::RequireNewPassword,
            selection: self.selection.clone(),
        };
        let started = bulk::start(&console.context(), new).await;
        match console.change(started).await? {
            Ok(change) => Ok(console.see_done(&bulk_job::path(change.id), "started")),
            Err(failure) => self.show(StatusCode::CONFLICT, None, Some(failure)).await,
        }
    }

    async fn show(
        &self,
        status: StatusCode,
        error: Option<FieldError>,
        failure: Option<String>,
    ) -> Answer {
        let console = &self.visit.console;
        let count = match bulk_selection::count(&console.context(), &self.selection).await {
            Err(AdminError::Invalid { .. }) => return Err(ErrorKind::BadRequest.into()),
            count => count?,
        };
        let [question, consequences] = messages(self.action);
        let mut sentences = vec![console.t(consequences), console.t("console-bulk-skips")];
        if !is_immediate(count) {
            sentences.push(console.t("console-bulk-later"));
        }
        let facts = vec![
            console.number("console-bulk-chosen", &bulk_job::users(console, count)),
            self.users().await?,
        ];
        let mut choices = self.choices(error);
        self.visit.suggest(&mut choices);
        let view = Confirmation {
            facts,
            text: sentences.join(" "),
            choices,
            also: also_as::of_question(console, &self.members(), None),
            fields: self.fields(),
            failure,
            action: QUESTION.to_owned(),
            submit: console.t(bulk_form::name(self.action)),
            is_risky: matches!(
                self.action,
                BulkAction::Disable
                    | BulkAction::EndSessions
                    | BulkAction::VerifyEmail
                    | BulkAction::ChangeEmailDomain
                    | BulkAction::RequireNewPassword
            ),
            ..console.confirmation(
                Section::People,
                question,
                bulk_form::list(&self.filter, &[]),
            )
        };
        Ok(console.page.html(status, &view))
    }

    /// Returns the fields that the operation needs, with the message of a wrong value.
    fn choices(&self, error: Option<FieldError>) -> Vec<EntryField> {
        let console = &self.visit.console;
        let choice = |id, label, is_chosen| {
            let value = if is_chosen { "yes" } else { "no" };
            form::entry(id, console.t(label), value, form::yes_or_no(console))
        };
        let mut fields = match self.action {
            BulkAction::AddToGroup => vec![GROUP.entry(console, &self.group)],
            BulkAction::ChangeEmailDomain => {
                let [from, to] = &self.domains;
                vec![
                    FROM.entry(console, from),
                    TO.entry(console, to),
                    choice(NOTIFY, "console-bulk-mail", self.notify),
                ]
            }
            BulkAction::RequireNewPassword => vec![
                choice(KEEP_ACCESS, "console-bulk-keep", self.keep_access),
                choice(NOTIFY, "console-bulk-password-mail", self.notify),
            ],
            _ => Vec::new(),
        };
        for field in &mut fields {
            let own = error.filter(|(id, _)| *id == field.id);
            field.error = own.map(|(_, key)| console.t(key));
        }
        fields
    }

    /// Returns the members of the operation as fields, for the texts for other interfaces.
    fn members(&self) -> Vec<EntryField> {
        let (ids, filter, all) = match &self.selection {
            BulkSelection::Users(ids) => {
                let ids: Vec<_> = ids.iter().map(UserId::to_string).collect();
                (ids.join("\n"), "", "")
            }
            BulkSelection::Filter(filter) => (String::new(), filter.as_str(), "yes"),
        };
        let whole = if filter.is_empty() { all } else { "" };
        let shown = [
            ("action", self.action.as_str()),
            ("ids", &ids),
            ("filter", filter),
            ("all", all),
            ("whole", whole),
        ];
        let entry = |(id, value)| form::entry(id, String::new(), value, FieldKind::Lines);
        let shown = shown.into_iter().map(entry);
        shown.chain(self.choices(None)).collect()
    }

    async fn users(&self) -> Result<Fact, Stop> {
        let console = &self.visit.console;
        let ids: BTreeSet<UserId> = match &self.selection {
            BulkSelection::Users(ids) => ids.iter().copied().collect(),
            BulkSelection::Filter(filter) => return Ok(bulk_job::filter(console, filter)),
        };
        let names = names::of_users(console, ids).await?;
        let names: Vec<String> = names.into_values().collect();
        Ok(console.fact("console-people", Value::Name(names.join(", "))))
    }

    /// Returns the hidden fields, which repeat the form of the list.
    fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("action", self.action.as_str().to_owned()),
            ("filter", self.filter.clone()),
            ("batch", self.id.to_string()),
        ];
        match &self.selection {
            BulkSelection::Users(ids) => {
                fields.extend(ids.iter().map(|id| ("user", id.to_string())));
            }
            BulkSelection::Filter(_) => fields.push(("all", "yes".to_owned())),
        }
        fields
    }
}

const fn messages(action: BulkAction) -> [&'static str; 2] {
    match action {
        BulkAction::Disable => ["console-bulk-disable-question", "console-bulk-disable-text"],
        BulkAction::Enable => ["console-bulk-enable-question", "console-bulk-enable-text"],
        BulkAction::EndSessions => ["console-bulk-end-question", "console-bulk-end-text"],
        BulkAction::AddToGroup => ["console-bulk-group-question", "console-bulk-group-text"],
        BulkAction::VerifyEmail => ["console-bulk-verify-question", "console-bulk-verify-text"],
        BulkAction::ChangeEmailDomain => {
            ["console-bulk-domain-question", "console-bulk-domain-text"]
        }
        BulkAction::RequireNewPassword => [
            "console-bulk-password-question",
            "console-bulk-password-text",
        ],
    }
}

async fn named_group(console: &Console<'_>, typed: &str) -> Result<Option<GroupId>, Stop> {
    let is_path = typed.starts_with('/') || GroupId::parse(typed).is_some();
    let name = if is_path {
        typed.to_owned()
    } else {
        format!("/{typed}")
    };
    match groups::get_named(&console.context(), &name, console.org()).await {
        Err(AdminError::NotFound { .. }) => Ok(None),
        found => Ok(Some(found?.id)),
    }
}
