//! `/admin/people/{id}/offboard` and `/admin/people/{id}/merge`: the departure of a user, and the merge
//! into another account. The question shows the report of a dry run, the answer that of the change.

use doorward_admin::merging::{self, Merge, MergedKind, MergedPart, Merging};
use doorward_admin::offboarding::{self, Obstacle, Offboarding, Responsibility};
use doorward_admin::users;

use crate::people;
use crate::people::user::detail;
use doorward_console_ui::prelude::*;

const SUCCESSOR: Field = Field::line("user", "console-successor")
    .hint("console-find-user")
    .optional();
const REMAINING: Field = Field::line("user", "console-merge-into").hint("console-find-user");

#[derive(Clone, Copy, PartialEq, Eq)]
enum Departure {
    /// A successor takes over.
    Offboard,
    /// Another account of the same user remains.
    Merge,
}

/// The parts that a merge moves first, and the departure.
type Outcome = (Vec<MergedPart>, Offboarding);

impl Departure {
    const fn messages(self) -> Messages {
        Messages::new(match self {
            Self::Offboard => [
                "console-user-offboard-question",
                "console-user-offboard-text",
                "console-user-offboard",
                "console-user-offboard-done",
            ],
            Self::Merge => [
                "console-user-merge-question",
                "console-user-merge-text",
                "console-user-merge",
                "console-user-merge-done",
            ],
        })
    }

    const fn field(self) -> Field {
        match self {
            Self::Offboard => SUCCESSOR,
            Self::Merge => REMAINING,
        }
    }

    async fn run(
        self,
        visit: &Visit<'_>,
        user: &User,
        other: Option<&User>,
        is_dry: bool,
    ) -> Result<Outcome, AdminError> {
        let context = visit.context();
        let departure = match (self, other) {
            (Self::Merge, Some(into)) => {
                let merging = Merging {
                    from: user,
                    into,
                    totp_key: &visit.console.page.context.accounts.totp_key,
                    notify: true,
                    is_dry,
                };
                let merged = Box::pin(merging::run(&context, merging)).await?;
                let Merge { parts, departure } = merged;
                return Ok((parts, departure));
            }
            _ if is_dry => Box::pin(offboarding::plan(&context, user, other)).await?,
            _ => Box::pin(offboarding::run(&context, user, other, true)).await?,
        };
        Ok((Vec::new(), departure))
    }
}

pub(crate) async fn offboard(visit: &Visit<'_>) -> Answer {
    Box::pin(handle(visit, Departure::Offboard)).await
}

pub(crate) async fn merge(visit: &Visit<'_>) -> Answer {
    Box::pin(handle(visit, Departure::Merge)).await
}

fn problem(error: &AdminError) -> Option<FieldError> {
    let is_of_field = matches!(
        error,
        AdminError::Invalid {
            field: "successor",
            ..
        }
    );
    is_of_field.then_some(("user", "console-departure-invalid"))
}

async fn handle(visit: &Visit<'_>, departure: Departure) -> Answer {
    let console = &visit.console;
    let user = people::named(console).await?;
    let typed = text(&visit.form, "user")?.trim();
    let messages = departure.messages();
    let mut fields = vec![departure.field().entry(console, typed)];
    form::mark_optional(console, &mut fields);
    let view = EntryForm {
        object: user.display_name(),
        lead: console.t(messages.text),
        version: Some(version(&user)),
        ..form::view(
            console,
            Section::People,
            [messages.submit, "continue"],
            routes::user(user.id),
            fields,
        )
    };
    let form = Form::open(visit, view)?;
    let other = if typed.is_empty() {
        None
    } else {
        users::find(&console.context(), typed).await?
    };
    if other.is_none() && (departure == Departure::Merge || !typed.is_empty()) {
        return Err(form.reject(("user", "console-no-user")));
    }
    let other = other.as_ref();
    form.offer(&[])?;
    let plan = departure.run(visit, &user, other, true).await;
    let plan = form.check(plan, problem).await?;
    let question = Question {
        visit,
        departure,
        user: &user,
        other,
        plan,
    };
    let reason = reason::field(console, reason::FOR_USER);
    if text(&visit.form, STEP)? != "save" {
        return Ok(question.show(StatusCode::OK, reason, None));
    }
    let reason = reason::fill(console, reason, &visit.form)?;
    if reason.error.is_some() {
        return Ok(question.show(StatusCode::UNPROCESSABLE_ENTITY, reason, None));
    }
    let done = departure.run(visit, &user, other, false).await;
    match console.change(done).await? {
        Ok(done) => question.report(&done).await,
        Err(failure) => Ok(question.show(StatusCode::CONFLICT, reason, Some(failure))),
    }
}

fn id_of(user: Option<&User>) -> String {
    user.map_or_else(String::new, |user| user.id.to_string())
}

struct Question<'v> {
    visit: &'v Visit<'v>,
    departure: Departure,
    user: &'v User,
    other: Option<&'v User>,
    plan: Outcome,
}

impl Question<'_> {
    fn show(
        &self,
        status: StatusCode,
        reason: EntryField,
        failure: Option<String>,
    ) -> HttpResponse {
        let console = &self.visit.console;
        let messages = self.departure.messages();
        let id = id_of(self.other);
        let version = version(self.user);
        let other = form::entry("user", String::new(), &id, FieldKind::Line);
        let fields = [&other, &reason];
        let also = also_as::of_question(console, fields, Some(&version));
        let (more, tables) = self.table(&self.plan);
        let view = Confirmation {
            object: self.user.display_name(),
            text: [console.t(messages.text), more].join(" ").trim().to_owned(),
            tables,
            facts: self.facts(&self.plan),
            reason: Some(reason),
            fields: vec![
                ("user", id),
                ("version", version),
                (STEP, "save".to_owned()),
            ],
            failure,
            submit: console.t(messages.submit),
            is_risky: true,
            also,
            ..console.confirmation(
                Section::People,
                messages.question,
                routes::user(self.user.id),
            )
        };
        console.page.html(status, &view)
    }

    /// Shows what changed on the page of the user, who is disabled now.
    async fn report(&self, done: &Outcome) -> Answer {
        let console = &self.visit.console;
        let user = users::read(&console.context(), &self.user.id.to_string()).await?;
        let (lead, tables) = self.table(done);
        console.show(&Detail {
            notice: Some(Notice {
                text: console.t(self.departure.messages().done),
                is_error: false,
            }),
            lead,
            facts: self.facts(done),
            tables,
            ..detail(console, &user, "")
        })
    }

    /// Returns the other user, and the numbers of what ends.
    fn facts(&self, (_, departure): &Outcome) -> Vec<Fact> {
        let console = &self.visit.console;
        let label = match self.departure {
            Departure::Offboard => "console-successor",
            Departure::Merge => "console-merge-into",
        };
        let mut facts = console.known_facts([(label, self.other.map(people::link))]);
        let ended = &departure.ended;
        facts.extend(
            [
                ("console-sessions", ended.sessions),
                ("console-impact-grants", ended.grants),
                ("api-keys-title", ended.api_keys),
                ("trusted-title", ended.trusted_devices),
            ]
            .map(|(label, number)| console.number(label, &console.count(number))),
        );
        facts
    }

    /// Returns the first rows, those that do not move before the others, and a sentence if there are
    /// more.
    fn table(&self, (parts, departure): &Outcome) -> (String, Vec<Table>) {
        let console = &self.visit.console;
        let stays = |text: String| Value::States(vec![State::new(Tone::Warn, text)]);
        let to = self.other.map_or_else(String::new, User::display_name);
        let moves = || Value::Text(console.layout.t_with("console-departure-to", "name", &to));
        let failed = |why: &str| {
            console
                .layout
                .t_with("console-departure-failed", "reason", why)
        };
        let parts = parts.iter().map(|part| {
            let result = match &part.problem {
                Some(problem) => Err(failed(problem)),
                None => Ok(()),
            };
            (part_cells(console, part), result)
        });
        let moved = departure
            .moved
            .iter()
            .map(|item| (cells(console, item), Ok(())));
        let left = departure.left.iter().map(|(item, obstacle)| {
            let text = match obstacle {
                Obstacle::NoSuccessor => console.t("console-departure-alone"),
                Obstacle::NoMember => console.t("console-departure-no-member"),
                Obstacle::Manual => console.t("console-departure-manual"),
                Obstacle::Failed(problem) => failed(problem),
            };
            (cells(console, item), Err(text))
        });
        let mut rows: Vec<_> = left.chain(parts).chain(moved).collect();
        rows.sort_by_key(|(_, result)| result.is_ok());
        let more = if rows.len() > LIMIT {
            console.t("console-departure-more")
        } else {
            String::new()
        };
        let rows = rows.into_iter().take(LIMIT).map(|([name, kind], result)| {
            let result = result.map_or_else(stays, |()| moves());
            vec![name, kind, result]
        });
        let columns = ["console-name", "console-kind", "console-departure-result"];
        let caption = "console-departure-parts";
        let table = console.table(caption, &columns, rows.collect(), "console-none");
        (more, vec![table])
    }
}

/// Returns the name and the kind.
fn cells(console: &Console<'_>, item: &Responsibility) -> [Value; 2] {
    let (key, name) = match item {
        Responsibility::Organization(slug) => {
            let link = Link::new(routes::organization(slug), slug.as_str());
            ("console-organizations", Value::Link(link))
        }
        Responsibility::Group { id, path, org } => {
            let link = Link::new(routes::group(id), within(path, org.as_deref()));
            ("console-groups", Value::Link(link))
        }
        Responsibility::Role { role, org } => {
            let link = Link::new(routes::role(role), within(role, org.as_deref()));
            ("console-roles", Value::Link(link))
        }
        Responsibility::ProfileField { user, field } => {
            let link = Link::new(routes::user(user), field.as_str());
            ("console-profile-fields", Value::Link(link))
        }
        Responsibility::Invitation { org, email } => {
            ("console-invitations", Value::Code(within(email, Some(org))))
        }
        Responsibility::Feature { kind, id, name } => {
            let link = Link::new(kind.page.replace("{id}", id), name.as_str());
            (kind.title, Value::Link(link))
        }
        Responsibility::RegistrationToken { note, .. } => {
            ("console-permits", Value::Name(note.clone()))
        }
    };
    [name, console.text(key)]
}

fn part_cells(console: &Console<'_>, part: &MergedPart) -> [Value; 2] {
    let key = match part.kind {
        MergedKind::Client => "console-apps",
        MergedKind::LinkedAccounts => "console-linked",
        MergedKind::Passkeys => "passkeys-title",
        MergedKind::App => "console-authenticator",
        MergedKind::Organization => "console-organizations",
        MergedKind::Group => "console-groups",
        MergedKind::Role => "console-roles",
        MergedKind::Address => "email",
    };
    let name = within(&part.name, part.org.as_deref());
    [Value::Code(name), console.text(key)]
}

fn within(name: &str, org: Option<&str>) -> String {
    match org {
        Some(org) => format!("{name} ({org})"),
        None => name.to_owned(),
    }
}
