//! The literals of a rule, from which representative attributes are made.

use std::collections::BTreeSet;

use cedar_policy::pst;
use pst::{Clause, EntityOrSlot, Expr, Literal};

use super::attribute_values::Kind;
use super::expression::parts;

#[derive(Default)]
pub(super) struct Literals {
    pub texts: BTreeSet<String>,
    pub numbers: BTreeSet<i64>,
    /// IDs of users.
    pub users: BTreeSet<String>,
    /// IDs of other objects.
    pub objects: BTreeSet<String>,
}

impl Literals {
    pub(super) fn add(&mut self, rule: &pst::Template) {
        if let pst::PrincipalConstraint::Eq(EntityOrSlot::Entity(uid)) = &rule.principal {
            self.users.insert(uid.eid.to_string());
        }
        if let pst::ResourceConstraint::Eq(EntityOrSlot::Entity(uid)) = &rule.resource {
            self.objects.insert(uid.eid.to_string());
        }
        for clause in rule.clauses() {
            let (Clause::When(expression) | Clause::Unless(expression)) = clause;
            self.expression(expression);
        }
    }

    fn expression(&mut self, expression: &Expr) {
        match expression {
            Expr::Literal(Literal::String(text)) => {
                self.texts.insert(text.to_string());
            }
            Expr::Literal(Literal::Long(number)) => {
                self.numbers.insert(*number);
            }
            Expr::Literal(Literal::EntityUID(uid)) => {
                let ids = if uid.ty.to_string() == Kind::Person.as_str() {
                    &mut self.users
                } else {
                    &mut self.objects
                };
                ids.insert(uid.eid.to_string());
            }
            Expr::Is { expr, .. } => self.expression(expr),
            other => {
                for part in parts(other).unwrap_or_default() {
                    self.expression(part);
                }
            }
        }
    }
}
