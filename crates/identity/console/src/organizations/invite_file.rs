//! `/admin/organizations/{id}/invite-file`: invitations from a CSV file, which is checked first.

use actix_web::web::Payload;
use doorward_admin::invitation_batches::{self, Batch};
use doorward_web::page::Page;
use doorward_web::page::upload::Upload;
use doorward_web::page_support::optional_upload;

use crate::organizations::pages::{self, WRITE};
use doorward_console_ui::prelude::*;

pub(crate) const STARTED: &str = "console-invite-file-started";
const FILE: &str = "file";
const CSV: &str = "csv";
/// The second form has the rows as a field, in a body of at most 64 KiB.
const MAX_FILE: usize = 40 * 1024;
/// Number of problems that the page lists.
const SHOWN: usize = 20;

/// Returns the form: for a file, or with the rows that were checked.
fn view(console: &Console<'_>, organization: &Organization, csv: &str, count: u64) -> EntryForm {
    let fields = if csv.is_empty() {
        vec![EntryField {
            hint: console.t("console-invite-file-hint"),
            ..form::entry(
                FILE,
                console.t("console-invite-file-file"),
                "",
                FieldKind::File,
            )
        }]
    } else {
        let count = count.to_string();
        let layout = &console.layout;
        let title = layout.t_with("console-invite-file-checked", "count", &count);
        vec![form::entry(CSV, title, csv, FieldKind::Lines)]
    };
    let submit = if csv.is_empty() {
        "console-invite-file-check"
    } else {
        "console-invite-submit"
    };
    EntryForm {
        object: organization.name.clone(),
        once: Some(once::key(console)),
        ..form::view(
            console,
            Section::Organizations,
            ["console-invite-file", submit],
            routes::organization(&organization.slug),
            fields,
        )
    }
}

/// Returns the first problems of a file as one text.
fn problems(console: &Console<'_>, checked: &Batch) -> String {
    let found = checked.problems.iter().take(SHOWN).map(|found| {
        let (line, field) = (found.line, found.field);
        format!("{line}: {field}: {}", found.problem)
    });
    let list = found.collect::<Vec<_>>().join("; ");
    let count = checked.problems.len().to_string();
    let text = console
        .layout
        .t_with("console-invite-file-problems", "count", &count);
    format!("{text} {list}")
}

pub(crate) async fn upload(page: &Page, payload: Option<Payload>) -> Answer {
    let (fields, uploaded) = match payload {
        Some(payload) => {
            let (fields, file) = optional_upload(page, payload, FILE, MAX_FILE).await?;
            (Some(fields), file)
        }
        None => (None, Upload::File(Vec::new())),
    };
    let visit = Visit::of_form(page, fields, WRITE).await?;
    let console = &visit.console;
    let organization = pages::named(console).await?;
    let slug = organization.slug.as_str();
    let typed = text(&visit.form, CSV)?.to_owned();
    if typed.is_empty() {
        let form = Form::open(&visit, view(console, &organization, "", 0))?;
        let csv = match uploaded {
            Upload::TooLong => return Err(form.reject((FILE, "console-invite-file-too-large"))),
            Upload::File(file) => String::from_utf8(file),
        };
        let csv = csv.map_err(|_| form.reject((FILE, "console-invite-file-no-table")))?;
        let checked = invitation_batches::start(&visit.context(), slug, &csv, true).await;
        let checked = form.check(checked, problem).await?;
        if !checked.problems.is_empty() {
            return Err(form.reject_text(None, problems(console, &checked)));
        }
        let next = view(console, &organization, &csv, checked.total);
        return Err(visit.answer(StatusCode::OK, &next));
    }
    let count = typed.lines().count().saturating_sub(1);
    let count = u64::try_from(count).unwrap_or_default();
    let form = Form::open(&visit, view(console, &organization, &typed, count))?;
    let started = once::create(console, &visit.form, async |context: AdminContext<'_>| {
        invitation_batches::start(&context, slug, &typed, false).await
    });
    let home = routes::organization(slug);
    match form.settle(started.await, problem).await? {
        Created::Now(started) if started.id.is_none() => {
            Err(form.reject_text(None, problems(console, &started)))
        }
        Created::Now(_) => Ok(console.see_done(&home, STARTED)),
        Created::Before(stored) => Ok(once::repeat(console, &home, &stored)),
    }
}

fn problem(error: &AdminError) -> Option<FieldError> {
    match error {
        AdminError::Invalid { field: CSV, .. } => Some((FILE, "console-invite-file-no-table")),
        _ => None,
    }
}
