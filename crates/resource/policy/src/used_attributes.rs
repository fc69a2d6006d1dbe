//! The attributes that rules use. Of objects and contexts the engine gets only those: constructing
//! unused values took longer than the decision.

use std::collections::BTreeSet;

use cedar_policy::{RestrictedExpression, pst};
use pst::{BinaryOp, Clause, Expr, Var};

use super::attribute_values::Attributes;
use super::expression::parts;
use super::principal::MembershipSet;

/// The attributes that the rules of one set use.
#[derive(Debug, Clone, Default)]
pub(super) struct UsedAttributes {
    /// Attributes of the principal.
    pub person: Names,
    /// Attributes of the object and of its related objects.
    pub object: Names,
    /// Attributes of the context.
    pub situation: Names,
    /// Set if a rule uses the principal's projects other than by asking whether they contain the
    /// object or its project.
    pub whole_memberships: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// Set if a rule has an expression whose attributes cannot be determined.
    all: bool,
    some: BTreeSet<String>,
}

impl Names {
    /// Returns true if a rule can use the attribute with this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.all || self.some.contains(name)
    }

    /// Returns those of the attributes that have one of the names.
    pub(super) fn select(&self, attributes: &Attributes) -> Vec<(String, RestrictedExpression)> {
        if self.all {
            let all = attributes.iter();
            return all
                .map(|(name, value)| ((*name).to_owned(), value.to_cedar()))
                .collect();
        }
        let mentioned = self.some.iter();
        mentioned
            .filter_map(|name| Some((name.clone(), attributes.get(name.as_str())?.to_cedar())))
            .collect()
    }
}

impl UsedAttributes {
    pub(super) fn add(&mut self, rule: &pst::Template) {
        for clause in rule.clauses() {
            let (Clause::When(expression) | Clause::Unless(expression)) = clause;
            self.expression(expression);
        }
    }

    fn expression(&mut self, expression: &Expr) {
        match expression {
            // Principals and objects are compared by ID; the whole context by all attributes.
            Expr::Var(Var::Context) => self.situation.all = true,
            Expr::GetAttr { expr, attr } => self.attribute(expr, attr),
            // The principal always has its sets of projects.
            Expr::HasAttr { expr, attrs } if matches!(**expr, Expr::Var(Var::Principal)) => {
                self.person.some.insert(attrs.first().to_string());
            }
            Expr::HasAttr { expr, attrs } => {
                self.attribute(expr, attrs.first());
                // Further names are attributes of a related object.
                for attr in attrs.iter().skip(1) {
                    self.somebodys(attr);
                }
            }
            Expr::BinaryOp {
                op: BinaryOp::Contains,
                left,
                right,
            } if is_membership_of_object(left, right) => {
                if let Expr::GetAttr { attr, .. } = &**left {
                    self.person.some.insert(attr.to_string());
                }
                self.expression(right);
            }
            other => {
                if let Some(parts) = parts(other) {
                    for part in parts {
                        self.expression(part);
                    }
                } else {
                    self.whole_memberships = true;
                    for names in [&mut self.person, &mut self.object, &mut self.situation] {
                        names.all = true;
                    }
                }
            }
        }
    }

    fn attribute(&mut self, of: &Expr, name: &str) {
        let names = match of {
            Expr::Var(Var::Principal) => {
                self.whole_memberships |= MembershipSet::parse(name).is_some();
                &mut self.person
            }
            Expr::Var(Var::Resource) => &mut self.object,
            Expr::Var(Var::Context) => &mut self.situation,
            further => {
                self.expression(further);
                return self.somebodys(name);
            }
        };
        names.some.insert(name.to_owned());
    }

    /// Adds an attribute of a related object, which may be a user: the owner of a task is one.
    fn somebodys(&mut self, name: &str) {
        // `resource.owner.projects`, where the owner may be the caller.
        self.whole_memberships |= MembershipSet::parse(name).is_some();
        self.person.some.insert(name.to_owned());
        self.object.some.insert(name.to_owned());
    }
}

/// Returns true for `principal.projects.contains(resource)` and the like.
fn is_membership_of_object(set: &Expr, item: &Expr) -> bool {
    let is_set = matches!(
        set,
        Expr::GetAttr { expr, attr }
            if matches!(**expr, Expr::Var(Var::Principal)) && MembershipSet::parse(attr).is_some()
    );
    let is_object = |expr: &Expr| matches!(expr, Expr::Var(Var::Resource));
    let is_item = match item {
        Expr::GetAttr { expr, attr } => attr == "project" && is_object(expr),
        other => is_object(other),
    };
    is_set && is_item
}
