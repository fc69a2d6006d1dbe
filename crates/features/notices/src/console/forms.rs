//! The forms of the notice and of read-only mode.

use std::collections::BTreeMap;

use doorward_console_ui::prelude::*;
use url::form_urlencoded::Serializer;

use super::{END_READ_ONLY, PATH, REMOVE, SET, SET_DONE, SET_READ_ONLY, SET_READ_ONLY_DONE};
use crate::use_cases::{self, NewNotice};

const TEXT: Field = Field::line("text", "notices-notice");
const LANGUAGES: Field = Field::lines("languages", "notices-languages")
    .hint("notices-languages-hint")
    .optional();

fn problem(error: &AdminError) -> Option<FieldError> {
    let AdminError::Invalid { field, .. } = error else {
        return None;
    };
    match *field {
        "text" => Some(("text", "notices-text-invalid")),
        "languages" => Some(("languages", "notices-languages-invalid")),
        "until" => Some(("until", "notices-until-invalid")),
        _ => None,
    }
}

/// Reads lines such as `de = Text`.
fn read_languages(typed: &str) -> Option<BTreeMap<String, String>> {
    let lines = typed.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let (code, text) = line.split_once('=')?;
            Some((code.trim().to_owned(), text.trim().to_owned()))
        })
        .collect()
}

/// Writes texts as lines, which [`read_languages`] reads.
fn write_languages(texts: &BTreeMap<String, String>) -> String {
    let lines = texts.iter().map(|(code, text)| format!("{code} = {text}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the times of a form as its equivalents write them.
fn times(
    console: &Console<'_>,
    from: Option<UnixSeconds>,
    until: UnixSeconds,
) -> Vec<(&'static str, String)> {
    let iso = |at: UnixSeconds| console.layout.moment(&at).iso;
    let from = from.map(|from| ("from", iso(from)));
    from.into_iter().chain([("until", iso(until))]).collect()
}

pub(super) async fn set(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let stored = use_cases::state(&console.context()).await?;
    let stored = stored.notice.filter(|_| !visit.is_typed());
    let (mut from, starts_at) = moment::read_optional(visit, "from", "notices-from")?;
    let (mut until, ends_at) = moment::read(visit, "until", "notices-until")?;
    let mut fields = form::entries(console, &[TEXT, LANGUAGES], typed)?;
    if let (Some(notice), [text, languages]) = (stored, &mut fields[..]) {
        text.value.clone_from(&notice.text);
        languages.value = write_languages(&notice.translations);
        let period = notice.period;
        for (field, at) in [(&mut from, period.from), (&mut until, period.until)] {
            if at > console.now() {
                field.value = console.layout.moment(&at).iso;
            }
        }
    }
    let reason = reason::field(console, reason::FOR_LOG);
    fields.extend([from, until, reason::fill(console, reason, typed)?]);
    form::mark_optional(console, &mut fields);
    let is_accepted = fields.iter().all(|field| field.error.is_none());
    let view = form::view(console, Section::System, [SET; 2], PATH, fields);
    let form = Form::open(visit, view)?;
    let Some(ends_at) = ends_at.filter(|_| is_accepted) else {
        return Err(visit.answer(StatusCode::UNPROCESSABLE_ENTITY, &form.view));
    };
    let invalid = ("languages", "notices-languages-invalid");
    let translations = read_languages(text(typed, "languages")?);
    let translations = form.accept(translations.ok_or(invalid))?;
    let mut others = times(console, starts_at, ends_at);
    let mut pairs = Serializer::new(String::new());
    others.push(("pairs", pairs.extend_pairs(&translations).finish()));
    form.offer(&others)?;
    let new = NewNotice {
        text: text(typed, "text")?.to_owned(),
        translations,
        from: starts_at,
        until: ends_at,
    };
    let set = use_cases::set_notice(&visit.context(), new).await;
    form.settle(set, problem).await?;
    Ok(console.see_done(PATH, SET_DONE))
}

pub(super) async fn set_read_only(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let (from, starts_at) = moment::read_optional(visit, "from", "notices-from")?;
    let (mut until, ends_at) = moment::read(visit, "until", "notices-until")?;
    until.hint = console.t("notices-read-only-until-hint");
    let reason = reason::field(console, reason::FOR_LOG);
    let mut fields = vec![from, until, reason::fill(console, reason, &visit.form)?];
    form::mark_optional(console, &mut fields);
    let is_accepted = fields.iter().all(|field| field.error.is_none());
    let view = EntryForm {
        lead: console.t("notices-text"),
        ..form::view(console, Section::System, [SET_READ_ONLY; 2], PATH, fields)
    };
    let form = Form::open(visit, view)?;
    let Some(ends_at) = ends_at.filter(|_| is_accepted) else {
        return Err(visit.answer(StatusCode::UNPROCESSABLE_ENTITY, &form.view));
    };
    form.offer(&times(console, starts_at, ends_at))?;
    let set = use_cases::set_read_only(&visit.context(), starts_at, ends_at).await;
    form.settle(set, problem).await?;
    Ok(console.see_done(PATH, SET_READ_ONLY_DONE))
}

pub(super) async fn remove(visit: &Visit<'_>) -> Answer {
    let question = Question {
        reason: Some(reason::field(&visit.console, reason::FOR_LOG)),
        ..Question::new(Section::System, REMOVE, "", PATH)
    };
    let question = question.ask(visit)?;
    let removed = use_cases::remove_notice(&visit.context()).await;
    question.finish(visit, removed).await
}

pub(super) async fn end_read_only(visit: &Visit<'_>) -> Answer {
    let question = Question {
        reason: Some(reason::field(&visit.console, reason::FOR_LOG)),
        ..Question::new(Section::System, END_READ_ONLY, "", PATH)
    };
    let question = question.ask(visit)?;
    let ended = use_cases::end_read_only(&visit.context()).await;
    question.finish(visit, ended).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_name_language_and_text() {
        for (typed, expected) in [
            ("", Some("")),
            ("de = Wartung", Some("de = Wartung")),
            (
                " fr=Maintenance \r\n\nde = a = b",
                Some("de = a = b\nfr = Maintenance"),
            ),
            ("Wartung", None),
        ] {
            let read = read_languages(typed);
            assert_eq!(
                read.as_ref().map(write_languages).as_deref(),
                expected,
                "{typed}"
            );
        }
    }
}
