//! Translation of rules to a condition on objects, for a principal and a context: the database
//! filters a list with the same rules that decide on one object.
//!
//! Only expressions with the same meaning in SQL are translated. For others the condition selects
//! too much and reports that; then the engine decides on each row, so that no denied row is
//! returned.

use std::collections::BTreeSet;
use std::sync::Arc;

use cedar_policy::{Effect, pst};
use ipnet::IpNet;
use pst::{BinaryOp, Clause, EntityOrSlot, Expr, Literal, ResourceConstraint, UnaryOp, Var};

use super::attribute_values::{Kind, Value};
use super::attributes;
use super::compile::{Rule, RuleSet};
use super::filter::{Filter, Member, Order, Scalar, scalar};
use super::partial::{Partial, Untranslatable, in_range};
use super::principal::{Extent, MembershipSet, PolicyPrincipal, Situation};

/// The objects that the rules permit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Condition that matches at least all permitted objects.
    pub filter: Filter,
    /// Set if it matches exactly the permitted objects; otherwise the engine must decide on each.
    pub exact: bool,
}

/// Selects the objects of this kind on which these rules let the principal act.
pub(super) fn select(
    set: &RuleSet,
    kind: Kind,
    principal: &PolicyPrincipal,
    situation: &Situation,
) -> Selection {
    let translator = Translator {
        kind,
        person: principal,
        situation,
    };
    let (mut permitted, mut forbidden, mut exact) = (Filter::Never, Filter::Never, true);
    for rule in &set.rules {
        let condition = translator.rule(rule);
        if let Err(Untranslatable(name)) = condition {
            tracing::debug!(
                rule = rule.id,
                name,
                "not translated: the engine decides by row"
            );
            exact = false;
        }
        match rule.effect {
            Effect::Permit => permitted = permitted.or(condition.unwrap_or(Filter::Always)),
            Effect::Forbid => forbidden = forbidden.or(condition.unwrap_or(Filter::Never)),
        }
    }
    Selection {
        filter: permitted.and(forbidden.negate()),
        exact,
    }
}

struct Translator<'a> {
    kind: Kind,
    person: &'a PolicyPrincipal,
    situation: &'a Situation,
}

type Translated = Result<Partial, Untranslatable>;

impl Translator<'_> {
    /// Returns the condition under which the rule applies. The action matches, because the rule is
    /// in the action's set.
    fn rule(&self, rule: &Rule) -> Result<Filter, Untranslatable> {
        let mut condition = self.principal(&rule.body.principal)?;
        condition = condition.and(self.resource(&rule.body.resource)?);
        for clause in rule.body.clauses() {
            if condition == Filter::Never {
                break;
            }
            condition = condition.and(match clause {
                Clause::When(expression) => self.expression(expression)?.into_filter()?,
                Clause::Unless(expression) => self.expression(expression)?.into_filter()?.negate(),
            });
        }
        Ok(condition)
    }

    fn principal(&self, scope: &pst::PrincipalConstraint) -> Result<Filter, Untranslatable> {
        use pst::PrincipalConstraint as Scope;
        match scope {
            Scope::Any => Ok(Filter::Always),
            Scope::Is(kind) => Ok(constant(kind.to_string() == Kind::Person.as_str())),
            Scope::Eq(EntityOrSlot::Entity(uid)) => Ok(constant(
                uid.ty.to_string() == Kind::Person.as_str() && uid.eid == self.person.subject,
            )),
            _ => Err(Untranslatable("principal in …")),
        }
    }

    fn resource(&self, scope: &ResourceConstraint) -> Result<Filter, Untranslatable> {
        match scope {
            ResourceConstraint::Any => Ok(Filter::Always),
            ResourceConstraint::Is(kind) => Ok(constant(kind.to_string() == self.kind.as_str())),
            ResourceConstraint::Eq(EntityOrSlot::Entity(uid)) => {
                if uid.ty.to_string() == self.kind.as_str() {
                    let id = Scalar::Text(uid.eid.to_string());
                    Ok(Filter::equals(Vec::new(), id))
                } else {
                    Ok(Filter::Never)
                }
            }
            _ => Err(Untranslatable("resource in …")),
        }
    }

    fn expression(&self, expression: &Expr) -> Translated {
        match expression {
            Expr::Literal(literal) => literal_value(literal),
            Expr::Var(Var::Principal) => Ok(Partial::Person),
            Expr::Var(Var::Context) => Ok(Partial::Situation),
            Expr::Var(Var::Resource) => Ok(Partial::Attribute(Vec::new())),
            Expr::GetAttr { expr, attr } => self.attribute(expr, attr),
            Expr::HasAttr { expr, attrs } => self.has(expr, attrs.iter().map(AsRef::as_ref)),
            Expr::Set(items) => self.set(items),
            Expr::UnaryOp { op, expr } => self.unary(*op, expr),
            Expr::BinaryOp { op, left, right } => self.binary(*op, left, right),
            Expr::Is {
                expr,
                entity_type,
                in_expr: None,
            } => self.is(expr, &entity_type.to_string()),
            Expr::IfThenElse {
                cond,
                then_expr,
                else_expr,
            } => {
                let condition = self.expression(cond)?.into_filter()?;
                match condition {
                    Filter::Always => self.expression(then_expr),
                    Filter::Never => self.expression(else_expr),
                    condition => {
                        let yes = self.expression(then_expr)?.into_filter()?;
                        let no = self.expression(else_expr)?.into_filter()?;
                        let no = condition.clone().negate().and(no);
                        Ok(condition.and(yes).or(no).into())
                    }
                }
            }
            _ => Err(Untranslatable("an expression without a translation")),
        }
    }

    fn attribute(&self, of: &Expr, name: &str) -> Translated {
        let found = match self.expression(of)? {
            Partial::Person => match MembershipSet::parse(name) {
                Some(set) if self.person.extent != Extent::Few => {
                    return Ok(Partial::Memberships(set));
                }
                _ => self.person.attributes.get(name),
            },
            Partial::Situation => self.situation.attributes.get(name),
            Partial::Attribute(mut path) => {
                // The attributes of an object are known only up to its project.
                if !path.is_empty() && path != ["project"] {
                    return Err(Untranslatable("an attribute of a related object"));
                }
                path.push(name.to_owned());
                return Ok(Partial::Attribute(path));
            }
            _ => None,
        };
        found
            .cloned()
            .map(Partial::Known)
            .ok_or(Untranslatable("an attribute that is not there"))
    }

    fn has<'a>(&self, of: &Expr, mut names: impl Iterator<Item = &'a str>) -> Translated {
        let present = match self.expression(of)? {
            Partial::Person => names
                .next()
                .map(|name| self.person.attributes.contains_key(name)),
            Partial::Situation => names
                .next()
                .map(|name| self.situation.attributes.contains_key(name)),
            Partial::Attribute(mut path) => {
                let mut all = Filter::Always;
                for name in names {
                    if !path.is_empty() && path != ["project"] {
                        return Err(Untranslatable("an attribute of a related object"));
                    }
                    let kind = if path.is_empty() {
                        self.kind
                    } else {
                        Kind::Project
                    };
                    if !attributes::has(kind, name) {
                        return Ok(Filter::Never.into());
                    }
                    path.push(name.to_owned());
                    all = all.and(Filter::Present(path.clone()));
                }
                return Ok(all.into());
            }
            _ => None,
        };
        match (present, names.next()) {
            (Some(present), None) => Ok(constant(present).into()),
            _ => Err(Untranslatable("has on something deeper")),
        }
    }

    fn set(&self, items: &[Arc<Expr>]) -> Translated {
        let items = items.iter().map(|item| match self.expression(item)? {
            Partial::Known(value) => Ok(value),
            Partial::Person => Ok(Value::user(&self.person.subject)),
            _ => Err(Untranslatable("a set with attributes of the object")),
        });
        Ok(Partial::Known(Value::Set(items.collect::<Result<_, _>>()?)))
    }

    fn is(&self, expression: &Expr, kind: &str) -> Translated {
        match self.expression(expression)? {
            Partial::Person => Ok(constant(kind == Kind::Person.as_str()).into()),
            Partial::Attribute(path) if path.is_empty() => {
                Ok(constant(kind == self.kind.as_str()).into())
            }
            _ => Err(Untranslatable("is on an attribute")),
        }
    }

    fn unary(&self, op: UnaryOp, expression: &Expr) -> Translated {
        let inner = self.expression(expression)?;
        if op == UnaryOp::Not {
            return Ok(inner.into_filter()?.negate().into());
        }
        let Partial::Known(value) = self.value(inner) else {
            return Err(Untranslatable("an operation on an attribute of the object"));
        };
        let known = match (op, value) {
            (UnaryOp::Neg, Value::Long(number)) => number.checked_neg().map(Value::Long),
            (UnaryOp::IsEmpty, Value::Set(values)) => Some(Value::Bool(values.is_empty())),
            (UnaryOp::Ip, Value::Text(text)) => network(&text).map(Value::Network),
            (UnaryOp::IsIPv4, Value::Network(IpNet::V4(_)))
            | (UnaryOp::IsIPV6, Value::Network(IpNet::V6(_))) => Some(Value::Bool(true)),
            (UnaryOp::IsIPv4 | UnaryOp::IsIPV6, Value::Network(_)) => Some(Value::Bool(false)),
            (UnaryOp::IsLoopback, Value::Network(network)) => {
                Some(Value::Bool(network.addr().is_loopback()))
            }
            _ => None,
        };
        let none = Untranslatable("an operation without a translation");
        known.map(Partial::Known).ok_or(none)
    }

    fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr) -> Translated {
        let first = self.expression(left)?;
        match op {
            // The right side may be meaningless if the left side decides.
            BinaryOp::And => Ok(match first.into_filter()? {
                Filter::Never => Filter::Never.into(),
                left => left.and(self.expression(right)?.into_filter()?).into(),
            }),
            BinaryOp::Or => Ok(match first.into_filter()? {
                Filter::Always => Filter::Always.into(),
                left => left.or(self.expression(right)?.into_filter()?).into(),
            }),
            BinaryOp::Eq => equal(self.value(first), self.value(self.expression(right)?)),
            BinaryOp::NotEq => {
                let equal = equal(self.value(first), self.value(self.expression(right)?))?;
                Ok(equal.into_filter()?.negate().into())
            }
            BinaryOp::Contains => match (first, self.expression(right)?) {
                (Partial::Memberships(set), Partial::Attribute(path)) => self.member(set, path),
                (set, item) => contains(self.value(set), self.value(item)),
            },
            _ => known_binary(op, self.value(first), self.value(self.expression(right)?)),
        }
    }

    /// Returns the condition that the attribute is a project in which the principal is a member.
    fn member(&self, set: MembershipSet, path: Vec<String>) -> Translated {
        let is_project = match path.as_slice() {
            [] => self.kind == Kind::Project,
            [name] => name == "project",
            _ => false,
        };
        if !is_project {
            return Err(Untranslatable(
                "a membership in something else than a project",
            ));
        }
        let member = Member {
            set,
            org: self.person.org.clone(),
            subject: self.person.subject.clone(),
        };
        Ok(Filter::Member(path, Arc::new(member)).into())
    }

    /// Converts the principal, and a set of its projects if all are known, to a value for comparisons.
    fn value(&self, partial: Partial) -> Partial {
        match partial {
            Partial::Person => Partial::Known(Value::user(&self.person.subject)),
            Partial::Memberships(set) if self.person.extent != Extent::Some => {
                let known = self.person.attributes.get(set.as_str()).cloned();
                known.map_or(Partial::Memberships(set), Partial::Known)
            }
            other => other,
        }
    }
}

const fn constant(yes: bool) -> Filter {
    if yes { Filter::Always } else { Filter::Never }
}

fn literal_value(literal: &Literal) -> Translated {
    Ok(Partial::Known(match literal {
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Long(value) => Value::Long(*value),
        Literal::String(text) => Value::text(text.as_str()),
        Literal::EntityUID(uid) => {
            let kind = Kind::parse(&uid.ty.to_string()).ok_or(Untranslatable("an entity"))?;
            Value::Entity(kind, uid.eid.to_string())
        }
        _ => return Err(Untranslatable("a literal")),
    }))
}

fn equal(left: Partial, right: Partial) -> Translated {
    match (left, right) {
        (Partial::Known(Value::Set(_)), _) | (_, Partial::Known(Value::Set(_))) => {
            Err(Untranslatable("sets compared"))
        }
        (Partial::Known(left), Partial::Known(right)) => Ok(constant(left == right).into()),
        (Partial::Attribute(path), Partial::Known(value))
        | (Partial::Known(value), Partial::Attribute(path)) => {
            let value = scalar(&value).ok_or(Untranslatable("a network compared"))?;
            Ok(Filter::equals(path, value).into())
        }
        _ => Err(Untranslatable("two attributes of the object compared")),
    }
}

fn contains(set: Partial, item: Partial) -> Translated {
    let Partial::Known(Value::Set(values)) = set else {
        return Err(Untranslatable("a set of the object"));
    };
    match item {
        Partial::Known(item) => Ok(constant(values.contains(&item)).into()),
        Partial::Attribute(path) => {
            let scalars: Option<BTreeSet<Scalar>> = values.iter().map(scalar).collect();
            let scalars = scalars.ok_or(Untranslatable("a set of sets"))?;
            Ok(if scalars.is_empty() {
                Filter::Never.into()
            } else {
                Filter::In(path, Arc::new(scalars)).into()
            })
        }
        _ => Err(Untranslatable("contains on something else")),
    }
}

fn known_binary(op: BinaryOp, left: Partial, right: Partial) -> Translated {
    let order = match op {
        BinaryOp::Less => Some(Order::Less),
        BinaryOp::LessEq => Some(Order::LessOrEqual),
        BinaryOp::Greater => Some(Order::Greater),
        BinaryOp::GreaterEq => Some(Order::GreaterOrEqual),
        _ => None,
    };
    match (order, left, right) {
        (Some(order), Partial::Attribute(path), Partial::Known(Value::Long(bound))) => {
            Ok(Filter::Compare(path, order, bound).into())
        }
        (Some(order), Partial::Known(Value::Long(bound)), Partial::Attribute(path)) => {
            Ok(Filter::Compare(path, order.flip(), bound).into())
        }
        (Some(order), Partial::Known(Value::Long(left)), Partial::Known(Value::Long(right))) => {
            Ok(constant(order.holds(left, right)).into())
        }
        (None, Partial::Known(left), Partial::Known(right)) => {
            let none = Untranslatable("an operation without a translation");
            compute(op, &left, &right).map(Partial::Known).ok_or(none)
        }
        _ => Err(Untranslatable("an operation on an attribute of the object")),
    }
}

fn compute(op: BinaryOp, left: &Value, right: &Value) -> Option<Value> {
    match (op, left, right) {
        (BinaryOp::Add, Value::Long(left), Value::Long(right)) => {
            left.checked_add(*right).map(Value::Long)
        }
        (BinaryOp::Sub, Value::Long(left), Value::Long(right)) => {
            left.checked_sub(*right).map(Value::Long)
        }
        (BinaryOp::Mul, Value::Long(left), Value::Long(right)) => {
            left.checked_mul(*right).map(Value::Long)
        }
        (BinaryOp::ContainsAll, Value::Set(set), Value::Set(items)) => {
            Some(Value::Bool(items.iter().all(|item| set.contains(item))))
        }
        (BinaryOp::ContainsAny, Value::Set(set), Value::Set(items)) => {
            Some(Value::Bool(items.iter().any(|item| set.contains(item))))
        }
        (BinaryOp::IsInRange, Value::Network(inner), Value::Network(outer)) => {
            Some(Value::Bool(in_range(inner, outer)))
        }
        _ => None,
    }
}

/// Parses an address or a network in Cedar's notation.
fn network(text: &str) -> Option<IpNet> {
    let single = || text.parse::<std::net::IpAddr>().ok().map(IpNet::from);
    text.parse().ok().or_else(single)
}
