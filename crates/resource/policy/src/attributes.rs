//! The attributes that the schema defines for each kind of object.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use cedar_policy::{SchemaFragment, pst};
use pst::{Clause, EntityOrSlot, Expr, ResourceConstraint, Var};

use super::attribute_values::Kind;
use super::expression::parts;
use super::schema::SCHEMA;

/// Returns true if objects of this kind can have the attribute.
pub(super) fn has(kind: Kind, name: &str) -> bool {
    all(kind).contains(name)
}

pub fn all(kind: Kind) -> &'static BTreeSet<String> {
    static KINDS: LazyLock<HashMap<Kind, BTreeSet<String>>> = LazyLock::new(|| {
        // The schema is part of the program, and a test parses it.
        let json = SchemaFragment::from_cedarschema_str(SCHEMA)
            .ok()
            .and_then(|(schema, _)| schema.to_json_value().ok())
            .unwrap_or_default();
        let names = |kind: Kind| {
            let attributes = &json[""]["entityTypes"][kind.as_str()]["shape"]["attributes"];
            let attributes = attributes.as_object().into_iter().flatten();
            (kind, attributes.map(|(name, _)| name.clone()).collect())
        };
        Kind::ALL.map(names).into()
    });
    static NONE: BTreeSet<String> = BTreeSet::new();
    KINDS.get(&kind).unwrap_or(&NONE)
}

/// Returns an attribute that a rule requires although its kind never has it: `has` would be false
/// for every object, so the rule was meant for another kind.
pub(super) fn unknown(rule: &pst::Template) -> Option<String> {
    let kind = match &rule.resource {
        ResourceConstraint::Is(kind) => kind.to_string(),
        ResourceConstraint::Eq(EntityOrSlot::Entity(uid)) => uid.ty.to_string(),
        _ => return None,
    };
    let kind = Kind::parse(&kind)?;
    let found = rule.clauses().iter().find_map(|clause| {
        let (Clause::When(expression) | Clause::Unless(expression)) = clause;
        first_unknown_attribute(expression, kind)
    })?;
    let known: Vec<_> = all(kind).iter().map(String::as_str).collect();
    Some(format!(
        "{} has no attribute `{found}`: the rule is for another kind of object ({} has {})",
        kind.as_str(),
        kind.as_str(),
        known.join(", ")
    ))
}

/// Returns the first attribute of the resource in this expression that the kind never has.
fn first_unknown_attribute(expression: &Expr, kind: Kind) -> Option<String> {
    let own = |of: &Expr, name: &str| {
        (matches!(of, Expr::Var(Var::Resource)) && !has(kind, name)).then(|| name.to_owned())
    };
    let found = match expression {
        Expr::GetAttr { expr, attr } => own(expr, attr),
        Expr::HasAttr { expr, attrs } => own(expr, attrs.first()),
        _ => None,
    };
    found.or_else(|| {
        let mut parts = parts(expression)?.into_iter();
        parts.find_map(|part| first_unknown_attribute(part, kind))
    })
}
