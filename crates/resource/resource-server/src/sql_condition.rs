//! Translation of a policy condition to a WHERE clause.

use doorward_policy::filter::{Member, Order};
use doorward_policy::principal::MembershipSet;
use doorward_policy::{Filter, Scalar};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, ColumnType, Condition, DbErr, EntityTrait, Value};
use uuid::Uuid;

use crate::members::model::{Permission, Role};
use crate::value_list;

/// The column of an attribute. Its type determines the comparison.
pub(crate) enum ColumnMapping {
    Column(Expr, ColumnType),
    /// A column of another row: the statement finds that row, and the condition is added to it.
    Related(Box<SelectStatement>, Expr, ColumnType),
}

impl ColumnMapping {
    /// Returns the column of an attribute: the one with its name, or the one in `renamed`.
    pub(crate) fn of<E: EntityTrait>(path: &[&str], renamed: &[(&str, E::Column)]) -> Option<Self> {
        let name = match path {
            [] => "id",
            [name] => name,
            _ => return None,
        };
        let other = renamed.iter().find(|(attribute, _)| *attribute == name);
        let column = other.map_or_else(|| name.parse().ok(), |(_, column)| Some(*column))?;
        let holds = column.def().get_column_type().clone();
        Some(Self::Column(Expr::col((E::default(), column)), holds))
    }
}

pub(crate) type ColumnMapper = fn(&[&str]) -> Option<ColumnMapping>;

/// Returns the condition in SQL. An attribute without a column is an error: the schema has more attributes
/// than the database.
pub(crate) fn condition(filter: &Filter, places: ColumnMapper) -> Result<Condition, DbErr> {
    Ok(match filter {
        Filter::Always => Condition::all(),
        Filter::Never => Condition::all().add(Expr::value(false)),
        Filter::All(parts) => join(Condition::all(), parts, places)?,
        Filter::Any(parts) => join(Condition::any(), parts, places)?,
        Filter::Not(part) => condition(part, places)?.not(),
        Filter::In(path, values) => compare(path, places, |column, holds| {
            let values: Vec<Value> = values
                .iter()
                .filter_map(|item| value(item, &holds))
                .collect();
            match values.as_slice() {
                [] => Expr::value(false),
                [one] => column.eq(one.clone()),
                _ => value_list::is_in_rule(column, values),
            }
        })?,
        Filter::Compare(path, order, bound) => compare(path, places, |column, _| match order {
            Order::Less => column.lt(*bound),
            Order::LessOrEqual => column.lte(*bound),
            Order::Greater => column.gt(*bound),
            Order::GreaterOrEqual => column.gte(*bound),
        })?,
        Filter::Present(path) => compare(path, places, |column, _| column.is_not_null())?,
        Filter::Member(path, member) => {
            compare(path, places, |column, _| is_member(column, member))?
        }
    })
}

fn join(all: Condition, parts: &[Filter], places: ColumnMapper) -> Result<Condition, DbErr> {
    parts
        .iter()
        .try_fold(all, |all, part| Ok(all.add(condition(part, places)?)))
}

/// Returns the condition that a column holds a project of the user. It is a subquery, because the
/// number of projects is unlimited; the primary key of the memberships answers it for each row.
fn is_member(project: Expr, member: &Member) -> Expr {
    const TABLE: &str = "project_members";
    let column = |name: &'static str| Expr::col((TABLE, name));
    let mut rows = Query::select();
    rows.expr(Expr::value(1))
        .from(TABLE)
        .and_where(column("project_id").eq(project))
        .and_where(column("subject").eq(&member.subject))
        .and_where(column("org").eq(&member.org));
    let has = |permission: Permission| {
        let all = Expr::cust("' ' || project_members.permissions || ' '");
        all.like(format!("% {} %", permission.as_str()))
    };
    match member.set {
        MembershipSet::Projects => {}
        MembershipSet::Leads => drop(rows.and_where(column("role").eq(Role::Lead.as_str()))),
        // An unknown role is the weakest, as everywhere.
        MembershipSet::Reviews => {
            for other in [Role::Lead, Role::Member] {
                rows.and_where(column("role").ne(other.as_str()));
            }
        }
        MembershipSet::MayEdit => drop(rows.and_where(has(Permission::Edit))),
        MembershipSet::MayChangeTasks => drop(rows.and_where(has(Permission::Tasks))),
        MembershipSet::MaySeeBudget => drop(rows.and_where(has(Permission::Budget))),
    }
    Expr::exists(rows)
}

fn compare(
    path: &[String],
    places: ColumnMapper,
    test: impl FnOnce(Expr, ColumnType) -> Expr,
) -> Result<Condition, DbErr> {
    let values: Vec<&str> = path.iter().map(String::as_str).collect();
    let unknown = || DbErr::Custom(format!("a policy asks for {values:?}, which has no column"));
    Ok(
        Condition::all().add(match places(&values).ok_or_else(unknown)? {
            ColumnMapping::Column(column, holds) => test(column, holds),
            // Never NULL, so that its negation is true if the row does not exist.
            ColumnMapping::Related(mut rows, column, holds) => {
                Expr::exists(rows.and_where(test(column, holds)).take())
            }
        }),
    )
}

/// Converts a value for the column; `None` if the column can never contain it.
fn value(scalar: &Scalar, holds: &ColumnType) -> Option<Value> {
    match (scalar, holds) {
        (Scalar::Text(text), ColumnType::Text | ColumnType::String(_)) => Some(text.clone().into()),
        (Scalar::Text(text), ColumnType::Uuid) => Some(Uuid::try_parse(text).ok()?.into()),
        (Scalar::Long(number), ColumnType::Integer | ColumnType::BigInteger) => {
            Some((*number).into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use doorward_policy::Kind;
    use doorward_policy::attributes::all;

    use crate::{articles, projects, tasks};

    #[test]
    fn every_attribute_of_schema_has_column() {
        for name in all(Kind::Task) {
            assert!(tasks::column_mapping(&[name]).is_some(), "Task.{name}");
        }
        for name in all(Kind::Project) {
            let of_project = projects::column_mapping(&[name]);
            assert!(of_project.is_some(), "Project.{name}");
            let of_task = tasks::column_mapping(&["project", name]);
            assert!(of_task.is_some(), "Task.project.{name}");
        }
        for name in all(Kind::Document) {
            let of_article = articles::column_mapping(&[name]);
            assert!(of_article.is_some(), "Document.{name}");
        }
    }
}
