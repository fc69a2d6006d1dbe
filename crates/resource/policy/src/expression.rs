//! The structure of a rule's expression.

use cedar_policy::pst::Expr;

/// Returns the direct parts of an expression; `None` for one whose parts are not known.
pub(super) fn parts(expression: &Expr) -> Option<Vec<&Expr>> {
    Some(match expression {
        Expr::Literal(_) | Expr::Var(_) => Vec::new(),
        Expr::GetAttr { expr, .. }
        | Expr::HasAttr { expr, .. }
        | Expr::UnaryOp { expr, .. }
        | Expr::Like { expr, .. } => vec![expr],
        Expr::Is { expr, in_expr, .. } => {
            let within = in_expr.iter().map(AsRef::as_ref);
            std::iter::once(&**expr).chain(within).collect()
        }
        Expr::BinaryOp { left, right, .. } => vec![left, right],
        Expr::IfThenElse {
            cond,
            then_expr,
            else_expr,
        } => vec![cond, then_expr, else_expr],
        Expr::Set(items) => items.iter().map(AsRef::as_ref).collect(),
        Expr::Record(fields) => fields.values().map(AsRef::as_ref).collect(),
        _ => return None,
    })
}
