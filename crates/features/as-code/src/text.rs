//! A plan as text for a terminal, and as Markdown for a merge request.

use std::fmt::Write as _;

use doorward_admin::prelude::*;

use crate::done::Done;
use crate::impact::Impact;
use crate::plan::{Action, Change};

doorward_protocol::words! {
    /// The form of the text of a plan.
    pub enum TextForm {
        Text = "text",
        Markdown = "markdown",
    }
}

/// Longest text of a value.
const MAX_VALUE: usize = 120;

/// Returns the text about a plan or an apply.
pub fn text(done: &Done, form: TextForm) -> String {
    match form {
        TextForm::Text => plain(done),
        TextForm::Markdown => markdown(done),
    }
}

const fn sign(action: Action) -> char {
    match action {
        Action::Create => '+',
        Action::Change => '~',
        Action::Delete => '-',
    }
}

pub(crate) fn value(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= MAX_VALUE {
        return text;
    }
    let start: String = text.chars().take(MAX_VALUE).collect();
    format!("{start}…")
}

/// Returns a line for each member that a change has.
fn members(change: &Change) -> impl Iterator<Item = String> {
    let is_shown = change.action != Action::Delete;
    let members = change.members.iter().filter(move |_| is_shown);
    members.map(|(name, (before, after))| match (before, after) {
        (Value::Null, after) => format!("{name}: {}", value(after)),
        (before, Value::Null) => format!("{name}: {} is removed", value(before)),
        (before, after) => format!("{name}: {} → {}", value(before), value(after)),
    })
}

fn plain(done: &Done) -> String {
    let mut text = changes(done) + &impact(done);
    for line in needed(done).into_iter().chain(waiting(done)) {
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(text, "{}", summary(done));
    text
}

/// Returns the changes of a plan, and its impact, for the administrator who approves it.
pub(crate) fn asked(done: &Done) -> (String, String) {
    (changes(done), impact(done))
}

fn changes(done: &Done) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    for change in &done.plan.changes {
        let _ = writeln!(text, "{} {}", sign(change.action), change.title());
        for member in members(change) {
            let _ = writeln!(text, "    {member}");
        }
    }
    for problem in &done.plan.problems {
        let _ = writeln!(text, "! {}: {}", problem.title(), problem.text);
    }
    text
}

fn impact(done: &Done) -> String {
    let text = done.impact.as_ref().map(Impact::to_text);
    text.unwrap_or_default()
}

fn markdown(done: &Done) -> String {
    let mut text = format!("### Doorward: {}\n", summary(done));
    for change in &done.plan.changes {
        let action = change.action.as_str();
        let _ = write!(text, "\n- {action} {}", code(&change.title()));
        for member in members(change) {
            let _ = write!(text, "\n  - {}", code(&member));
        }
    }
    for problem in &done.plan.problems {
        let (object, reason) = (code(&problem.title()), code(&problem.text));
        let _ = write!(text, "\n- **Problem** with {object}: {reason}");
    }
    text.push('\n');
    for line in needed(done).into_iter().chain(waiting(done)) {
        let _ = writeln!(text, "\n{line}");
    }
    if let Some(impact) = &done.impact {
        for (title, lines) in impact.parts() {
            let _ = writeln!(text, "\n**{title}**\n");
            for line in lines {
                let inner = line.trim_start();
                let indent = &line[..line.len() - inner.len()];
                let _ = writeln!(text, "{indent}- {}", code(inner));
            }
        }
        let examined = impact.examined();
        if !examined.is_empty() {
            let _ = writeln!(text, "\n{examined}");
        }
    }
    text
}

/// Returns a sentence about how long others wait for an apply of many changes.
pub fn waiting(done: &Done) -> Option<String> {
    let seconds = done.plan.waiting_time().filter(|_| !done.is_applied)?;
    let count = done.plan.changes.len();
    Some(format!(
        "An apply makes {count} changes at once. Other changes wait for it, up to {seconds} s."
    ))
}

/// Returns a sentence about the approval that a plan needs.
fn needed(done: &Done) -> Option<String> {
    let marks: Vec<&str> = done.marks.iter().map(|mark| mark.as_str()).collect();
    let request = done.waiting.map(|id| format!(" Request: {id}."));
    let needed = || {
        format!(
            "A second administrator must approve it: {}.",
            marks.join(", ")
        )
    };
    (!marks.is_empty() && !done.is_applied).then(|| needed() + &request.unwrap_or_default())
}

/// Returns a code span, which no text can end.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace(['\n', '\r'], " "))
}

/// Returns a sentence with the numbers of a plan.
pub fn summary(done: &Done) -> String {
    let count = |action: Action| {
        let changes = done.plan.changes.iter();
        changes.filter(|change| change.action == action).count()
    };
    let [create, change, delete] = Action::ALL.map(count);
    let problems = done.plan.problems.len();
    if done.plan.is_empty() {
        return "Nothing to change.".to_owned();
    }
    let numbers = format!("{create} to create, {change} to change, {delete} to delete");
    match problems {
        _ if done.is_applied => {
            format!("Applied: {create} created, {change} changed, {delete} deleted.")
        }
        0 => format!("{numbers}. State: {}", done.plan.state),
        _ => format!("{numbers}, {problems} with a problem. Nothing can be applied."),
    }
}
