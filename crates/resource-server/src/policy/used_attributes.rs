//! The attributes that rules use. The engine gets only those: constructing unused values took
//! longer than the decision.

use std::collections::BTreeSet;

use cedar_policy::{RestrictedExpression, pst};
use pst::{Clause, Expr, Var};

use super::attribute_values::Attributes;

/// The attributes that the rules of one set use.
#[derive(Debug, Clone, Default)]
pub(super) struct UsedAttributes {
    /// Attributes of the principal.
    pub person: Names,
    /// Attributes of the object and of its related objects.
    pub object: Names,
    /// Attributes of the context.
    pub situation: Names,
}

/// Names of attributes.
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
    /// Adds the attributes that this rule uses.
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
            Expr::Var(_) | Expr::Literal(_) => {}
            Expr::GetAttr { expr, attr } => {
                self.attribute(expr, attr);
            }
            Expr::HasAttr { expr, attrs } => {
                self.attribute(expr, attrs.first());
                // Further names are attributes of a related object.
                for attr in attrs.iter().skip(1) {
                    self.somebodys(attr);
                }
            }
            Expr::UnaryOp { expr, .. }
            | Expr::Like { expr, .. }
            | Expr::Is {
                expr,
                in_expr: None,
                ..
            } => self.expression(expr),
            Expr::Is {
                expr,
                in_expr: Some(other),
                ..
            }
            | Expr::BinaryOp {
                left: expr,
                right: other,
                ..
            } => {
                self.expression(expr);
                self.expression(other);
            }
            Expr::IfThenElse {
                cond,
                then_expr,
                else_expr,
            } => {
                for part in [cond, then_expr, else_expr] {
                    self.expression(part);
                }
            }
            Expr::Set(items) => items.iter().for_each(|item| self.expression(item)),
            Expr::Record(fields) => fields.values().for_each(|field| self.expression(field)),
            _ => {
                for names in [&mut self.person, &mut self.object, &mut self.situation] {
                    names.all = true;
                }
            }
        }
    }

    fn attribute(&mut self, of: &Expr, name: &str) {
        let names = match of {
            Expr::Var(Var::Principal) => &mut self.person,
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
        self.person.some.insert(name.to_owned());
        self.object.some.insert(name.to_owned());
    }
}
