//! Comparison of an object's readers before and after a change: making an object readable for more
//! callers is a separate action, whatever attribute does it.
//!
//! The rules for reading are simplified for the known object and an unknown caller. What remains
//! are conditions on the caller and the context, which are compared as texts. The change widens the
//! readers if some combination of them reads only the changed object. The answer follows the active
//! rules, so that it covers every attribute that a rule for reading uses. A combination that no real
//! caller has may count: then a change needs the action although nothing becomes more readable.

use std::collections::BTreeMap;
use std::sync::Arc;

use cedar_policy::{Effect, pst};
use pst::{BinaryOp, Clause, EntityOrSlot, Expr, Literal, ResourceConstraint, UnaryOp, Var};

use super::attribute_values::{Attributes, Kind, Object, Value};
use super::compile::{Rule, RuleSet};
use super::filter::Order;
use super::formula::{Formula, Implications};
use super::principal::{MembershipSet, Memberships};

/// Returns true if some caller may read `after` who may not read `before`. `members` are known
/// memberships of the users that the change names.
pub(super) fn widens(
    set: &RuleSet,
    before: &Object,
    after: &Object,
    members: &BTreeMap<String, Memberships>,
) -> bool {
    if before == after {
        return false;
    }
    let new = readers(set, before).negate().and(readers(set, after));
    new.is_satisfiable(&implications(members))
}

/// Returns the condition on a caller and the context under which the object can be read.
fn readers(set: &RuleSet, object: &Object) -> Formula {
    let known = KnownObject(object);
    let (mut permitted, mut forbidden) = (Formula::Known(false), Formula::Known(false));
    for rule in &set.rules {
        let condition = known.rule(rule);
        // A failed permit permits nothing, and a failed forbid denies.
        match rule.effect {
            Effect::Permit => {
                permitted = permitted.or(condition.unwrap_or(Formula::Known(false)));
            }
            Effect::Forbid => forbidden = forbidden.or(condition.unwrap_or(Formula::Known(true))),
        }
    }
    permitted.and(forbidden.negate())
}

/// Returns what is known of every caller: a user is a member of certain projects, and a client that
/// acts for itself belongs to no group.
fn implications(members: &BTreeMap<String, Memberships>) -> Implications {
    let mut known = Implications::new([(
        attribute("is_service"),
        ["departments", "manages", "groups"]
            .map(|name| format!("{}.contains(", attribute(name)))
            .into(),
    )]);
    for (user, memberships) in members {
        let projects = MembershipSet::ALL.into_iter().flat_map(|set| {
            let ids = memberships.of(set).iter();
            ids.map(move |id| {
                let project = Value::Entity(Kind::Project, id.to_string());
                contains_key(&attribute(set.as_str()), &project)
            })
        });
        known.add(equal_key(PRINCIPAL, &Value::user(user)), projects.collect());
    }
    known
}

const PRINCIPAL: &str = "principal";

fn attribute(name: &str) -> String {
    format!("{PRINCIPAL}.{name}")
}

fn equal_key(unknown: &str, value: &Value) -> String {
    format!("{unknown} == {value:?}")
}

fn contains_key(unknown: &str, value: &Value) -> String {
    format!("{unknown}.contains({value:?})")
}

/// The value of an expression for a known object and an unknown caller.
#[derive(Debug, Clone)]
enum Term {
    Known(Value),
    Condition(Formula),
    /// A value that depends on the caller or the context, as text.
    Unknown(String),
}

/// An expression that fails for the object with every caller.
#[derive(Debug)]
struct Fails;

type Evaluated = Result<Term, Fails>;

/// An object whose attributes replace `resource` in a rule.
struct KnownObject<'a>(&'a Object);

impl KnownObject<'_> {
    fn rule(&self, rule: &Rule) -> Result<Formula, Fails> {
        let mut condition = principal(&rule.body.principal).and(self.resource(&rule.body.resource));
        for clause in rule.body.clauses() {
            if condition == Formula::Known(false) {
                break;
            }
            condition = condition.and(match clause {
                Clause::When(expression) => self.condition(expression)?,
                Clause::Unless(expression) => self.condition(expression)?.negate(),
            });
        }
        Ok(condition)
    }

    fn resource(&self, scope: &ResourceConstraint) -> Formula {
        match scope {
            ResourceConstraint::Any => Formula::Known(true),
            ResourceConstraint::Is(kind) => {
                Formula::Known(kind.to_string() == self.0.kind.as_str())
            }
            ResourceConstraint::Eq(EntityOrSlot::Entity(uid)) => Formula::Known(
                uid.ty.to_string() == self.0.kind.as_str() && uid.eid == self.0.id.as_str(),
            ),
            other => Formula::leaf(format!("{other:?}")),
        }
    }

    fn condition(&self, expression: &Expr) -> Result<Formula, Fails> {
        match self.term(expression)? {
            Term::Known(Value::Bool(value)) => Ok(Formula::Known(value)),
            Term::Known(_) => Err(Fails),
            Term::Condition(formula) => Ok(formula),
            Term::Unknown(text) => Ok(Formula::leaf(text)),
        }
    }

    fn term(&self, expression: &Expr) -> Evaluated {
        Ok(match expression {
            Expr::Literal(literal) => literal_term(literal),
            Expr::Var(Var::Principal) => Term::Unknown(PRINCIPAL.to_owned()),
            Expr::Var(Var::Context) => Term::Unknown("context".to_owned()),
            Expr::Var(Var::Resource) => Term::Known(Value::Entity(self.0.kind, self.0.id.clone())),
            Expr::GetAttr { expr, attr } => self.attribute(self.term(expr)?, attr)?,
            Expr::HasAttr { expr, attrs } => {
                self.has(self.term(expr)?, attrs.iter().map(AsRef::as_ref))
            }
            Expr::Set(items) => self.set(items)?,
            Expr::UnaryOp { op, expr } => self.unary(*op, expr)?,
            Expr::BinaryOp { op, left, right } => self.binary(*op, left, right)?,
            Expr::Is {
                expr,
                entity_type,
                in_expr: None,
            } => match self.term(expr)? {
                Term::Known(Value::Entity(kind, _)) => {
                    constant(kind.as_str() == entity_type.to_string())
                }
                Term::Unknown(text) if text == PRINCIPAL => {
                    constant(entity_type.to_string() == Kind::Person.as_str())
                }
                other => Term::Unknown(format!("{} is {entity_type}", text(&other))),
            },
            Expr::Like { expr, pattern } => {
                Term::Unknown(format!("{} like {pattern:?}", text(&self.term(expr)?)))
            }
            Expr::IfThenElse {
                cond,
                then_expr,
                else_expr,
            } => match self.condition(cond)? {
                Formula::Known(true) => self.term(then_expr)?,
                Formula::Known(false) => self.term(else_expr)?,
                condition => match (self.term(then_expr)?, self.term(else_expr)?) {
                    (Term::Known(Value::Bool(_)) | Term::Condition(_), _)
                    | (_, Term::Known(Value::Bool(_)) | Term::Condition(_)) => {
                        let yes = self.condition(then_expr)?;
                        let no = self.condition(else_expr)?;
                        let otherwise = condition.clone().negate().and(no);
                        Term::Condition(condition.and(yes).or(otherwise))
                    }
                    (yes, no) => Term::Unknown(format!(
                        "if {condition:?} then {} else {}",
                        text(&yes),
                        text(&no)
                    )),
                },
            },
            // The whole object is part of the text: any change of it may matter.
            other => Term::Unknown(format!("{other:?} of {:?}", self.0)),
        })
    }

    /// Returns the loaded object with this ID: the object itself, or a related one.
    fn loaded(&self, kind: Kind, id: &str) -> Option<&Attributes> {
        let all = std::iter::once(self.0).chain(&self.0.related);
        let mut found = all.filter(|object| object.kind == kind && object.id == id);
        found.next().map(|object| &object.facts)
    }

    fn attribute(&self, of: Term, name: &str) -> Evaluated {
        match of {
            Term::Known(Value::Entity(kind, id)) => match self.loaded(kind, &id) {
                Some(attributes) => attributes.get(name).cloned().map(Term::Known).ok_or(Fails),
                // The user may be the caller.
                None if kind == Kind::Person => Ok(Term::Unknown(format!("{kind:?} {id}.{name}"))),
                None => Err(Fails),
            },
            other => Ok(Term::Unknown(format!("{}.{name}", text(&other)))),
        }
    }

    fn has<'n>(&self, of: Term, names: impl Iterator<Item = &'n str>) -> Term {
        let mut current = of;
        let mut names = names.peekable();
        while let Some(name) = names.next() {
            match &current {
                Term::Known(Value::Entity(kind, id)) if *kind != Kind::Person => {
                    let attributes = self.loaded(*kind, id);
                    match attributes.and_then(|attributes| attributes.get(name)) {
                        Some(value) => current = Term::Known(value.clone()),
                        None => return constant(false),
                    }
                }
                other => {
                    let path: Vec<&str> = std::iter::once(name).chain(names).collect();
                    return Term::Unknown(format!("{} has {}", text(other), path.join(".")));
                }
            }
        }
        constant(true)
    }

    fn set(&self, items: &[Arc<Expr>]) -> Evaluated {
        let items = items.iter().map(|item| self.term(item));
        let items = items.collect::<Result<Vec<_>, _>>()?;
        let known = items.iter().map(|item| match item {
            Term::Known(value) => Some(value.clone()),
            _ => None,
        });
        let all: Option<Vec<Value>> = known.collect();
        Ok(all.map_or_else(
            || Term::Unknown(format!("{:?}", items.iter().map(text).collect::<Vec<_>>())),
            |values| Term::Known(Value::Set(values)),
        ))
    }

    fn unary(&self, op: UnaryOp, expression: &Expr) -> Evaluated {
        Ok(match (op, self.term(expression)?) {
            (UnaryOp::Not, _) => Term::Condition(self.condition(expression)?.negate()),
            (UnaryOp::IsEmpty, Term::Known(Value::Set(values))) => constant(values.is_empty()),
            (op, other) => Term::Unknown(format!("{op:?}({})", text(&other))),
        })
    }

    fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr) -> Evaluated {
        let formula = match op {
            // The right side may be meaningless if the left side decides.
            BinaryOp::And => match self.condition(left)? {
                Formula::Known(false) => Formula::Known(false),
                first => first.and(self.condition(right)?),
            },
            BinaryOp::Or => match self.condition(left)? {
                Formula::Known(true) => Formula::Known(true),
                first => first.or(self.condition(right)?),
            },
            BinaryOp::Eq => equal(&self.term(left)?, &self.term(right)?),
            BinaryOp::NotEq => equal(&self.term(left)?, &self.term(right)?).negate(),
            BinaryOp::Contains => contains(&self.term(left)?, &self.term(right)?),
            BinaryOp::ContainsAny | BinaryOp::ContainsAll => {
                let (set, items) = (self.term(left)?, self.term(right)?);
                contains_several(op, &set, &items)
            }
            _ => compare(op, &self.term(left)?, &self.term(right)?),
        };
        Ok(Term::Condition(formula))
    }
}

fn principal(scope: &pst::PrincipalConstraint) -> Formula {
    use pst::PrincipalConstraint as Scope;
    match scope {
        Scope::Any => Formula::Known(true),
        Scope::Is(kind) => Formula::Known(kind.to_string() == Kind::Person.as_str()),
        Scope::Eq(EntityOrSlot::Entity(uid)) => {
            Formula::leaf(equal_key(PRINCIPAL, &Value::user(uid.eid.as_str())))
        }
        other => Formula::leaf(format!("{other:?}")),
    }
}

fn literal_term(literal: &Literal) -> Term {
    Term::Known(match literal {
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Long(value) => Value::Long(*value),
        Literal::String(text) => Value::text(text.as_str()),
        Literal::EntityUID(uid) => match Kind::parse(&uid.ty.to_string()) {
            Some(kind) => Value::Entity(kind, uid.eid.to_string()),
            None => return Term::Unknown(uid.to_string()),
        },
        other => return Term::Unknown(format!("{other:?}")),
    })
}

const fn constant(value: bool) -> Term {
    Term::Condition(Formula::Known(value))
}

fn text(term: &Term) -> String {
    match term {
        Term::Known(value) => format!("{value:?}"),
        Term::Condition(formula) => format!("{formula:?}"),
        Term::Unknown(text) => text.clone(),
    }
}

fn equal(left: &Term, right: &Term) -> Formula {
    match (left, right) {
        // Sets are equal in any order; the text of both then represents the comparison.
        (Term::Known(left), Term::Known(right))
            if !matches!(left, Value::Set(_)) && !matches!(right, Value::Set(_)) =>
        {
            Formula::Known(left == right)
        }
        (Term::Unknown(unknown), Term::Known(value))
        | (Term::Known(value), Term::Unknown(unknown)) => Formula::leaf(equal_key(unknown, value)),
        _ => {
            let mut both = [text(left), text(right)];
            both.sort_unstable();
            Formula::leaf(both.join(" == "))
        }
    }
}

fn contains(set: &Term, item: &Term) -> Formula {
    match (set, item) {
        (Term::Known(Value::Set(values)), Term::Known(item)) => {
            Formula::Known(values.contains(item))
        }
        (Term::Known(Value::Set(values)), Term::Unknown(unknown)) => {
            let values = values.iter();
            Formula::any(values.map(|value| Formula::leaf(equal_key(unknown, value))))
        }
        (Term::Unknown(unknown), Term::Known(item)) => Formula::leaf(contains_key(unknown, item)),
        _ => Formula::leaf(format!("{}.contains({})", text(set), text(item))),
    }
}

fn contains_several(op: BinaryOp, set: &Term, items: &Term) -> Formula {
    let each = |set: &Term, items: &[Value]| -> Vec<Formula> {
        let items = items.iter().cloned().map(Term::Known);
        items.map(|item| contains(set, &item)).collect()
    };
    match (op, set, items) {
        (BinaryOp::ContainsAll, set, Term::Known(Value::Set(items))) => {
            Formula::all(each(set, items))
        }
        (BinaryOp::ContainsAny, set, Term::Known(Value::Set(items)))
        | (BinaryOp::ContainsAny, Term::Known(Value::Set(items)), set) => {
            Formula::any(each(set, items))
        }
        _ => Formula::leaf(format!("{}.{op:?}({})", text(set), text(items))),
    }
}

fn compare(op: BinaryOp, left: &Term, right: &Term) -> Formula {
    let order = match op {
        BinaryOp::Less => Some(Order::Less),
        BinaryOp::LessEq => Some(Order::LessOrEqual),
        BinaryOp::Greater => Some(Order::Greater),
        BinaryOp::GreaterEq => Some(Order::GreaterOrEqual),
        _ => None,
    };
    match (order, left, right) {
        (Some(order), Term::Known(Value::Long(left)), Term::Known(Value::Long(right))) => {
            Formula::Known(order.holds(*left, *right))
        }
        _ => Formula::leaf(format!("{} {op:?} {}", text(left), text(right))),
    }
}
