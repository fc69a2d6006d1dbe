//! What rules speak of. The engine is told the attributes that they can ask for and no others:
//! making values that nobody looks at took longer than the decision.

use std::collections::BTreeSet;

use cedar_policy::{RestrictedExpression, pst};
use pst::{Clause, Expr, Var};

use super::facts::Attributes;

/// The attributes that the rules of one set speak of.
#[derive(Debug, Clone, Default)]
pub(super) struct Mentions {
    /// Of the person.
    pub person: Names,
    /// Of the object and of what it leads to.
    pub object: Names,
    /// Of the situation.
    pub situation: Names,
}

/// Names of attributes.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// A rule has an expression from which no names can be read.
    all: bool,
    some: BTreeSet<String>,
}

impl Names {
    /// Returns true if a rule can ask for the attribute of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.all || self.some.contains(name)
    }

    /// Of these attributes, those with one of the names.
    pub(super) fn of(&self, facts: &Attributes) -> Vec<(String, RestrictedExpression)> {
        if self.all {
            let all = facts.iter();
            return all
                .map(|(name, value)| ((*name).to_owned(), value.to_cedar()))
                .collect();
        }
        let mentioned = self.some.iter();
        mentioned
            .filter_map(|name| Some((name.clone(), facts.get(name.as_str())?.to_cedar())))
            .collect()
    }
}

impl Mentions {
    /// Adds what this rule speaks of.
    pub(super) fn add(&mut self, rule: &pst::Template) {
        for clause in rule.clauses() {
            let (Clause::When(expression) | Clause::Unless(expression)) = clause;
            self.expression(expression);
        }
    }

    fn expression(&mut self, expression: &Expr) {
        match expression {
            // People and objects are compared by their ids; the situation as a whole by everything.
            Expr::Var(Var::Context) => self.situation.all = true,
            Expr::Var(_) | Expr::Literal(_) => {}
            Expr::GetAttr { expr, attr } => {
                self.attribute(expr, attr);
            }
            Expr::HasAttr { expr, attrs } => {
                self.attribute(expr, attrs.first());
                // Further ones are attributes of what the first leads to.
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

    /// An attribute of something that an attribute leads to, which may be the person: the owner
    /// of a task is one.
    fn somebodys(&mut self, name: &str) {
        self.person.some.insert(name.to_owned());
        self.object.some.insert(name.to_owned());
    }
}
