//! Custom fields on the profile page.

use std::collections::BTreeMap;

use doorward_domain::model::{FieldEdit, FieldInput, FieldKind, FieldValues, ProfileField};
use doorward_rules::profile_fields::{FieldValueError, FieldValueProblem, text_of};
use serde_json::Value;

use super::layout::Layout;
use super::profile_row::{Group, Kind, Row, RowError};

pub const PREFIX: &str = "field_";

const NONE: &str = "–";

#[derive(Clone, Default, Debug)]
pub struct CustomFields {
    pub fields: Vec<ProfileField>,
    pub values: FieldValues,
    pub names: BTreeMap<String, String>,
    pub problems: Vec<FieldValueProblem>,
}

impl CustomFields {
    /// Returns the group of the form; none without fields.
    pub(super) fn group(&self, layout: &Layout, edit: &FieldEdit) -> Option<Group> {
        let (editable, shown): (Vec<_>, Vec<_>) = self
            .fields
            .iter()
            .partition(|field| field.is_editable_by_user());
        let fact = |field: &ProfileField| (field.label.clone(), self.text(layout, field));
        (!self.fields.is_empty()).then(|| Group {
            title: layout.t("profile-group-fields"),
            rows: editable
                .into_iter()
                .map(|field| self.row(layout, edit, field))
                .collect(),
            facts: shown.into_iter().map(fact).collect(),
        })
    }

    fn row(&self, layout: &Layout, edit: &FieldEdit, field: &ProfileField) -> Row {
        let stored = || {
            self.values
                .get(&field.name)
                .map_or_else(String::new, text_of)
        };
        let value = match edit.get(&field.name) {
            Some(FieldInput::Text(typed)) => typed.clone(),
            Some(FieldInput::Json(value)) => text_of(value),
            None => stored(),
        };
        let problem = self
            .problems
            .iter()
            .find(|problem| problem.field == field.name);
        Row {
            id: format!("{PREFIX}{}", field.name),
            kind: kind(layout, &field.kind),
            label: field.label.clone(),
            hint: None,
            error: problem.map(|problem| message(layout, problem)),
            value,
            autocomplete: "off",
            dir: match field.kind {
                FieldKind::Number | FieldKind::Date | FieldKind::Url => "ltr",
                _ => "auto",
            },
        }
    }

    fn text(&self, layout: &Layout, field: &ProfileField) -> String {
        match (&field.kind, self.values.get(&field.name)) {
            (_, None | Some(Value::Null)) => NONE.to_owned(),
            (FieldKind::User, Some(id)) => {
                let name = self.names.get(&field.name);
                name.cloned().unwrap_or_else(|| text_of(id))
            }
            (_, Some(Value::Bool(value))) => boolean(layout, *value),
            (_, Some(value)) => text_of(value),
        }
    }

    pub(super) fn summary(&self, layout: &Layout) -> Vec<RowError> {
        let item = |problem: &FieldValueProblem| {
            let mut fields = self.fields.iter();
            let label = fields.find(|field| field.name == problem.field);
            // Fields that the user cannot change have no input.
            let has_input = label.is_some_and(ProfileField::is_editable_by_user);
            let field = has_input.then(|| format!("{PREFIX}{}", problem.field));
            let label = label.map_or(problem.field.as_str(), |field| field.label.as_str());
            RowError {
                field: field.unwrap_or_default(),
                message: format!("{label}: {}", message(layout, problem)),
            }
        };
        self.problems.iter().map(item).collect()
    }
}

fn kind(layout: &Layout, kind: &FieldKind) -> Kind {
    let none = || NONE.to_owned();
    match kind {
        FieldKind::Boolean => Kind::Choices {
            none: none(),
            options: [true, false]
                .map(|value| (value.to_string(), boolean(layout, value)))
                .into(),
        },
        FieldKind::Choice { choices } => Kind::Choices {
            none: none(),
            options: choices
                .iter()
                .map(|choice| (choice.clone(), choice.clone()))
                .collect(),
        },
        FieldKind::Date => Kind::Line("date"),
        FieldKind::Url => Kind::Line("url"),
        FieldKind::Text { .. } | FieldKind::Number | FieldKind::User => Kind::Line("text"),
    }
}

fn boolean(layout: &Layout, value: bool) -> String {
    layout.t(if value { "details-yes" } else { "details-no" })
}

fn message(layout: &Layout, wrong: &FieldValueProblem) -> String {
    match (wrong.problem, &wrong.kind) {
        (FieldValueError::TooLong { max }, _) => layout.t_number("profile-too-long", "max", max),
        (FieldValueError::Characters, _) => layout.t("profile-characters"),
        (FieldValueError::TooLarge, _) => layout.t("profile-field-too-large"),
        (FieldValueError::ReadOnly | FieldValueError::Unknown | FieldValueError::NoUser, _) => {
            layout.t("profile-field-read-only")
        }
        (_, Some(FieldKind::Number)) => layout.t("profile-field-number"),
        (_, Some(FieldKind::Date)) => layout.t("profile-field-date"),
        (_, Some(FieldKind::Url)) => layout.t("profile-website-form"),
        _ => layout.t("profile-field-choice"),
    }
}
