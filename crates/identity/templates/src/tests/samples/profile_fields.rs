use std::collections::BTreeMap;

use doorward_domain::model::{FieldAudience, FieldEditor, FieldKind, ProfileField};
use serde_json::Value;

use crate::profile_fields::CustomFields;

impl CustomFields {
    pub(crate) fn samples() -> Self {
        let field = |name: &str, label: &str, kind, editable_by| ProfileField {
            name: name.to_owned(),
            label: label.to_owned(),
            kind,
            editable_by,
            visible_to: FieldAudience::User,
            created_at: 0,
            updated_at: 0,
        };
        let offices = ["Bonn", "Paris"].map(str::to_owned).into();
        let text = FieldKind::Text { max_length: 100 };
        let (user, admin) = (FieldEditor::User, FieldEditor::Admin);
        let values = [
            ("company", Value::from("Acme")),
            ("remote", Value::from(true)),
            ("employee_id", Value::from("E-4711")),
            ("hire_date", Value::from("2024-02-01")),
        ];
        Self {
            fields: vec![
                field("company", "Company", text.clone(), user),
                field("github", "GitHub", FieldKind::Url, user),
                field("seats", "Seats", FieldKind::Number, user),
                field("started", "Started", FieldKind::Date, user),
                field("remote", "Remote", FieldKind::Boolean, user),
                field(
                    "office",
                    "Office",
                    FieldKind::Choice { choices: offices },
                    user,
                ),
                field("employee_id", "Employee number", text, admin),
                field("hire_date", "Hired", FieldKind::Date, admin),
                field("manager", "Manager", FieldKind::User, admin),
            ],
            values: values.map(|(name, value)| (name.to_owned(), value)).into(),
            names: BTreeMap::new(),
            problems: Vec::new(),
        }
    }
}
