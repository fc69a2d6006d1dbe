//! Former names of roles, permissions and scopes: tokens contain them beside the present names, and
//! requests may use them, until their date. The lists here contain those whose date has not passed.

use std::borrow::Cow;
use std::iter;

use doorward_domain::model::former_name::{FormerName, NameKind};

use crate::prelude::*;

/// Adds the former names of the roles and of the permissions that a subject has.
pub fn add_to_roles(roles: &mut EffectiveRoles, former: &[FormerName]) {
    for FormerName {
        kind, former, name, ..
    } in former
    {
        match kind {
            NameKind::Role if roles.roles.contains(name) => {
                roles.roles.insert(former.clone());
                if let Some(audiences) = roles.audiences.get(name).cloned() {
                    roles.audiences.insert(former.clone(), audiences);
                }
            }
            NameKind::Permission => {
                for there in roles.permissions.values_mut() {
                    if there.contains(name) {
                        there.insert(former.clone());
                    }
                }
            }
            NameKind::Role | NameKind::Scope => {}
        }
    }
}

/// Replaces the former names in a requested scope by the present ones.
#[must_use]
pub fn present_scope<'s>(requested: &'s Scope, former: &[FormerName]) -> Cow<'s, Scope> {
    if former.is_empty() {
        return Cow::Borrowed(requested);
    }
    let present = |name| scopes(former).find(|known| known.former == name);
    let names = requested
        .iter()
        .map(|name| present(name).map_or(name, |known| known.name.as_str()));
    Cow::Owned(names.collect())
}

/// Adds the former names of these scopes, for a token.
#[must_use]
pub fn with_former(scope: &Scope, former: &[FormerName]) -> Scope {
    let all = scope.iter().flat_map(|name| {
        let former = scopes(former).filter(move |known| known.name == name);
        iter::once(name).chain(former.map(|known| known.former.as_str()))
    });
    all.collect()
}

fn scopes(former: &[FormerName]) -> impl Iterator<Item = &FormerName> {
    let is_scope = |known: &&FormerName| known.kind == NameKind::Scope;
    former.iter().filter(is_scope)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn former() -> Vec<FormerName> {
        let names = [
            (NameKind::Role, "helper", "support"),
            (NameKind::Permission, "bills:pay", "invoices:pay"),
            (NameKind::Scope, "bills:read", "invoices:read"),
            (NameKind::Scope, "bills", "invoices:read"),
        ];
        let names = names.map(|(kind, former, name)| FormerName {
            kind,
            former: former.to_owned(),
            name: name.to_owned(),
            expires_at: 100,
        });
        names.into()
    }

    #[rstest]
    #[case::renamed("support", "invoices:pay", "helper support", "bills:pay invoices:pay")]
    #[case::other("auditor", "invoices:list", "auditor", "invoices:list")]
    #[case::former_kind("invoices:read", "support", "invoices:read", "support")]
    #[case::only_former_name("helper", "bills:pay", "helper", "bills:pay")]
    fn roles_have_both_names(
        #[case] role: &str,
        #[case] permission: &str,
        #[case] roles: &str,
        #[case] entitlements: &str,
    ) {
        let at = "https://api.example".to_owned();
        let mut held = EffectiveRoles::default();
        held.add(role.to_owned(), Some((permission.to_owned(), at.clone())));
        add_to_roles(&mut held, &former());
        let names = |set: BTreeSet<String>| set.into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(
            names(held.entitlements(std::slice::from_ref(&at))),
            entitlements
        );
        assert_eq!(names(held.roles_at(std::slice::from_ref(&at))), roles);
        assert_eq!(
            names(held.roles_at(&["https://other.example".to_owned()])),
            ""
        );
    }

    #[rstest]
    #[case::former("openid bills:read", "openid invoices:read")]
    #[case::both("bills:read invoices:read bills", "invoices:read")]
    #[case::present("invoices:read", "invoices:read")]
    #[case::role_is_no_scope("helper", "helper")]
    #[case::none("", "")]
    fn request_gets_present_names(#[case] requested: &str, #[case] present: &str) {
        let requested = Scope::parse(requested).unwrap();
        assert_eq!(present_scope(&requested, &former()).to_string(), present);
        assert_eq!(
            present_scope(&requested, &[]).to_string(),
            requested.to_string()
        );
    }

    #[rstest]
    #[case::renamed("openid invoices:read", "openid invoices:read bills:read bills")]
    #[case::other("openid", "openid")]
    #[case::role_is_no_scope("support", "support")]
    fn token_has_both_names(#[case] granted: &str, #[case] stated: &str) {
        let granted = Scope::parse(granted).unwrap();
        assert_eq!(with_former(&granted, &former()).to_string(), stated);
        assert_eq!(with_former(&granted, &[]).to_string(), granted.to_string());
    }

    #[rstest]
    #[case::before(99, true)]
    #[case::at_end(100, false)]
    fn name_ends_at_its_date(#[case] now: UnixSeconds, #[case] is_live: bool) {
        assert!(former().iter().all(|known| known.is_live(now) == is_live));
    }
}
