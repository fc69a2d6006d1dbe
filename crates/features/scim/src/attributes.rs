//! Attributes of users, and the values of the profile that they show.

use doorward_domain::model::{FieldKind, ProfileField};
use doorward_rules::profile::Field;
use doorward_scim_protocol::schema::{Attribute, Kind, Schema};
use doorward_scim_protocol::urn;

/// The name of the schema of profile fields that are no attributes of the enterprise extension.
pub(crate) const PROFILE: &str = "urn:doorward:params:scim:schemas:extension:profile:2.0:User";

/// The attributes of the enterprise extension, and the profile fields that have their values.
const ENTERPRISE: [(&str, &str); 6] = [
    ("employeeNumber", "employee_number"),
    ("costCenter", "cost_center"),
    ("organization", "organization"),
    ("division", "division"),
    ("department", "department"),
    ("manager", "manager"),
];

/// Texts of the profile, and the attributes that have them.
pub(crate) const TEXTS: [(Field, &str); 7] = [
    (Field::GivenName, "/name/givenName"),
    (Field::MiddleName, "/name/middleName"),
    (Field::FamilyName, "/name/familyName"),
    (Field::Nickname, "/nickName"),
    (Field::ProfileUrl, "/profileUrl"),
    (Field::Locale, "/locale"),
    (Field::Zoneinfo, "/timezone"),
];

/// Parts of the address.
pub(crate) const ADDRESS: [(Field, &str); 5] = [
    (Field::StreetAddress, "streetAddress"),
    (Field::Locality, "locality"),
    (Field::Region, "region"),
    (Field::PostalCode, "postalCode"),
    (Field::Country, "country"),
];

/// Returns the schema and the attribute of a profile field.
pub(crate) fn place_of(field: &ProfileField) -> (&'static str, &str) {
    let found = ENTERPRISE.iter().find(|(_, name)| *name == field.name);
    let is_user = field.kind == FieldKind::User;
    let is_text = matches!(
        field.kind,
        FieldKind::Text { .. } | FieldKind::Choice { .. }
    );
    match found.copied() {
        Some((attribute, "manager")) if is_user => (urn::ENTERPRISE, attribute),
        Some((attribute, name)) if is_text && name != "manager" => (urn::ENTERPRISE, attribute),
        _ => (PROFILE, &field.name),
    }
}

/// Returns the schemas of profile fields.
pub(crate) fn extensions(fields: &[ProfileField]) -> Vec<Schema> {
    let schema = |id: &'static str, name, description| {
        let of_schema = fields.iter().filter(|field| place_of(field).0 == id);
        Schema {
            id,
            name,
            description,
            attributes: of_schema.map(attribute).collect(),
        }
    };
    let all = [
        schema(urn::ENTERPRISE, "EnterpriseUser", "Enterprise user"),
        schema(PROFILE, "ProfileFields", "Profile fields of the deployment"),
    ];
    let used = all
        .into_iter()
        .filter(|schema| !schema.attributes.is_empty());
    used.collect()
}

fn attribute(field: &ProfileField) -> Attribute {
    let (schema, name) = place_of(field);
    let kind = match field.kind {
        FieldKind::Number => Kind::Number,
        FieldKind::Boolean => Kind::Boolean,
        FieldKind::Url => Kind::Reference,
        FieldKind::User if schema == urn::ENTERPRISE => Kind::Complex,
        FieldKind::Text { .. } | FieldKind::Date | FieldKind::Choice { .. } | FieldKind::User => {
            Kind::Text
        }
    };
    let mut attribute = Attribute::new(name.to_owned(), kind, field.label.clone());
    if let FieldKind::Choice { choices } = &field.kind {
        attribute.choices.clone_from(choices);
    }
    if kind == Kind::Complex {
        let value = Attribute::new("value", Kind::Text, "Identifier of the user.").exact();
        attribute = attribute.parts([value]);
    }
    attribute
}
